/*-------------------------------------------------------------------------
 *
 * elapsed.h
 *	  Elapsed time: intervals and dates as microseconds, and named units.
 *
 * An interval that is an argument (a target, a horizon, a gap) is elapsed
 * time: a day is 24 hours, a month 30.4375 days (365.25 / 12).  So nothing
 * depends on the session's time zone, and every function is IMMUTABLE.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ELAPSED_H
#define CX_ELAPSED_H

#include "postgres.h"

#include "compat.h"

#include "datatype/timestamp.h"
#include "utils/date.h"

/* 30.4375 days */
#define USECS_PER_MONTH		INT64CONST(2629800000000)

extern int64 elapsed_interval(const Interval *interval, const char *what);
extern int64 elapsed_unit(const char *unit);
extern Timestamp elapsed_date(DateADT date);
extern int64 elapsed_between(Timestamp from, Timestamp to);

#endif							/* CX_ELAPSED_H */
