/*-------------------------------------------------------------------------
 *
 * elapsed.h
 *	  Time in microseconds: intervals and dates, named units, and times and
 *	  lengths as text in a summary.
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

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/summary_json.h"

/* a month: 30.4375 days */
#define USECS_PER_MONTH		INT64CONST(2629800000000)

extern int64 elapsed_interval(const Interval *interval, const char *what);
extern int64 elapsed_span_arg(FunctionCallInfo fcinfo, int n,
							  const char *name);
extern int64 elapsed_positive_arg(FunctionCallInfo fcinfo, int n,
								  const char *name, const char *example);
extern void elapsed_check_unit(int64 span, int64 least, const char *name,
							   const char *unit);
extern int64 elapsed_unit_arg(FunctionCallInfo fcinfo, int n);
extern Timestamp elapsed_date(DateADT date);
extern int64 elapsed_between(Timestamp from, Timestamp to);

extern char *elapsed_interval_text(const Interval *interval);
extern char *elapsed_arg_text(FunctionCallInfo fcinfo, int n, Timestamp time);
extern const char *elapsed_now(FunctionCallInfo fcinfo, int n);
pg_noreturn extern void elapsed_arg_infinite(const char *name, bool at_end);
pg_noreturn extern void elapsed_order_wrong(const char *earlier,
											const char *earlier_text,
											const char *later,
											const char *later_text);

static inline Timestamp
elapsed_date_or_infinite(DateADT date)
{
	if (unlikely(DATE_IS_NOBEGIN(date)))
		return DT_NOBEGIN;
	if (unlikely(DATE_IS_NOEND(date)))
		return DT_NOEND;
	return elapsed_date(date);
}

/*
 * Return a date or timestamp argument as a timestamp.  A timestamptz is taken
 * in UTC; an infinite date becomes an infinite timestamp.
 */
static inline Timestamp
elapsed_time_arg(FunctionCallInfo fcinfo, int n, bool is_date)
{
	if (!is_date)
		return PG_GETARG_TIMESTAMP(n);
	return elapsed_date_or_infinite(PG_GETARG_DATEADT(n));
}

extern char *elapsed_time_text(Timestamp time);
extern bool elapsed_time_from_text(const char *str, Timestamp *time);
extern void elapsed_append_seconds(StringInfo buf, int64 usecs);
extern int64 elapsed_json_seconds(const JsonbValue *value, const char *key,
								  const SummaryType *type);

#endif							/* CX_ELAPSED_H */
