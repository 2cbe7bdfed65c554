/*-------------------------------------------------------------------------
 *
 * zone_days.h
 *	  The day that it is in a time zone, for many moments.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ZONE_DAYS_H
#define CX_ZONE_DAYS_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

/* A time zone, and a stretch of time in which its distance from UTC is known. */
typedef struct ZoneDays
{
	pg_tz	   *zone;
	TimestampTz from;
	TimestampTz until;
	int64		offset;			/* of local time, in microseconds */
} ZoneDays;

extern void zone_days_arg(FunctionCallInfo fcinfo, int n, ZoneDays *days);
extern void zone_days_find(ZoneDays *days, TimestampTz at);
extern TimestampTz zone_day_start(const ZoneDays *days, DateADT day);

/* Return the day of a moment that is finite. */
static inline DateADT
zone_day(ZoneDays *days, TimestampTz at)
{
	int64		local;

	if (unlikely(at < days->from || at >= days->until))
		zone_days_find(days, at);
	local = at + days->offset;
	return (DateADT) (local / USECS_PER_DAY - (local % USECS_PER_DAY < 0));
}

#endif							/* CX_ZONE_DAYS_H */
