/*-------------------------------------------------------------------------
 *
 * backlog.h
 *	  Series of days with what was opened, closed and is open.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BACKLOG_H
#define CX_BACKLOG_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/date.h"

typedef struct BacklogDay
{
	int64		day;
	int64		opened;
	int64		closed;
} BacklogDay;

/* The first day of what has none: no date that is finite. */
#define BACKLOG_NO_DAY	DATEVAL_NOBEGIN

/* The days of a series: [from_date, to_date). */
typedef struct BacklogRange
{
	DateADT		from_date;
	DateADT		to_date;
} BacklogRange;

extern bool backlog_range_args(FunctionCallInfo fcinfo, int n,
							   DateADT first_day, DateADT last_day,
							   BacklogRange *range);
extern void backlog_rows(FunctionCallInfo fcinfo, const BacklogRange *range,
						 const BacklogDay *days, uint32 count, int64 open);

#endif							/* CX_BACKLOG_H */
