/*-------------------------------------------------------------------------
 *
 * zone_days.c
 *	  The day that it is in a time zone, for many moments.
 *
 * Moments that are asked for one after the other are mostly of one summer, so the
 * distance from UTC is looked up once for the stretch of time between two changes
 * of the clocks.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/summary.h"
#include "core/zone.h"
#include "core/zone_days.h"

#define EPOCH_SHIFT \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

/*
 * Begin with the time zone that argument n names; NULL and a name that is not in
 * the time zone database are errors.
 */
void
zone_days_arg(FunctionCallInfo fcinfo, int n, ZoneDays *days)
{
	if (PG_ARGISNULL(n))
		argument_null("zone", "Write a name of pg_timezone_names: 'Asia/Seoul', 'America/New_York' or 'UTC'.");
	days->zone = zone_named(PG_GETARG_TEXT_PP(n));
	days->from = days->until = 0;
}

/*
 * Return up to when the zone's rules change nothing after a second.
 *
 * PostgreSQL's table of a zone goes on for 400 years and is then repeated, but
 * at the very second of its last entry the search says that there is no other
 * one; a second later it goes on.
 */
static TimestampTz
boundary_after(const ZoneDays *days, pg_time_t second)
{
	for (int i = 0; i < 2; i++, second++)
	{
		pg_time_t	boundary;
		long		before;
		long		after;
		int			before_dst;
		int			after_dst;

		if (pg_next_dst_boundary(&second, &before, &before_dst, &boundary,
								 &after, &after_dst, days->zone) > 0)
			return boundary - EPOCH_SHIFT < END_TIMESTAMP / USECS_PER_SEC ?
				(boundary - EPOCH_SHIFT) * USECS_PER_SEC : END_TIMESTAMP;
	}
	return END_TIMESTAMP;
}

/* Look up the stretch of time that a moment is in. */
void
zone_days_find(ZoneDays *days, TimestampTz at)
{
	int64		second = at / USECS_PER_SEC - (at % USECS_PER_SEC < 0);
	pg_time_t	time = second + EPOCH_SHIFT;
	const struct pg_tm *local = pg_localtime(&time, days->zone);
	TimestampTz until = boundary_after(days, time);

	days->offset = local == NULL ? 0 : (int64) local->tm_gmtoff * USECS_PER_SEC;
	/* what goes on to the same change of the clocks is the same stretch */
	if (until != days->until || second * USECS_PER_SEC < days->from)
		days->from = second * USECS_PER_SEC;
	days->until = until;
}

/*
 * Return the first moment of a day.  A midnight that the change of the clocks skips is
 * taken as AT TIME ZONE takes it; of one that it repeats, which AT TIME ZONE takes as
 * the second, this is the first.
 */
TimestampTz
zone_day_start(const ZoneDays *days, DateADT day)
{
	struct pg_tm clock = {0};
	TimestampTz midnight = (TimestampTz) day * USECS_PER_DAY;
	TimestampTz start;
	TimestampTz first;
	ZoneDays	before = *days;

	j2date(day + POSTGRES_EPOCH_JDATE, &clock.tm_year, &clock.tm_mon, &clock.tm_mday);
	start = midnight + (int64) DetermineTimeZoneOffset(&clock, days->zone) * USECS_PER_SEC;
	zone_days_find(&before, start - USECS_PER_DAY);
	first = midnight - before.offset;
	return first < start && zone_day(&before, first) == day ? first : start;
}
