/*-------------------------------------------------------------------------
 *
 * open_days.h
 *	  The windows of a calendar on the clock on the wall, without a time zone.
 *
 * A local time is in microseconds since 2000-01-01 of that clock, and so is a
 * sum of open time.  Sums over the whole of time do not fit into 63 bits, so they
 * are unsigned, begin anywhere, and only differences of two mean something.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_OPEN_DAYS_H
#define CX_OPEN_DAYS_H

#include "core/business_clock.h"

typedef struct OpenWindow
{
	int64		opens;			/* since the midnight that begins its day */
	int64		closes;
	int64		before;			/* open time of the windows of the day before
								 * it */
} OpenWindow;

/* The windows that begin on one day, in their order. */
typedef struct OpenDay
{
	const OpenWindow *windows;
	uint32		count;
	int64		total;			/* open time of all of them */
} OpenDay;

/* The hours of the week from a day on. */
typedef struct OpenWeek
{
	int64		from;
	OpenDay		days[DAYS_A_WEEK];
	/* of the days of the week before this one, and of the whole week */
	uint64		time_before[DAYS_A_WEEK + 1];
	int64		days_before[DAYS_A_WEEK + 1];
	/* what makes the sums go on where those of the week before it end */
	uint64		time_base;
	int64		days_base;
} OpenWeek;

/* A day with hours of its own, or none. */
typedef struct OpenSpecial
{
	int64		day;
	OpenDay		hours;
	/* what it and those before it add to the sums of the weeks */
	uint64		time_more;
	int64		days_more;
} OpenSpecial;

typedef struct OpenDays
{
	OpenWeek   *weeks;
	int			week_count;
	OpenSpecial *specials;
	int			special_count;
	bool		over_midnight;	/* a window ends on a day after its own */
} OpenDays;

/* A day, and the sums over the days before it. */
typedef struct OpenDayPlace
{
	const OpenDay *hours;
	uint64		time;			/* open time of windows that begin before */
	int64		days;			/* days with a window */
} OpenDayPlace;

/* No local time is on a day after this one. */
#define OPEN_LAST_DAY	(TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE + 2)

extern void open_days_make(OpenDays *days, const SortedRun *calendar);
extern const char *open_days_problem(const OpenDays *days);

extern OpenDayPlace open_days_place(const OpenDays *days, int64 day);
extern uint64 open_days_until(const OpenDays *days, int64 local);
extern bool open_days_is_open(const OpenDays *days, int64 local, int64 *day);
extern bool open_days_after(const OpenDays *days, int64 local, uint64 time,
							bool at_opening, int64 *result);
extern bool open_days_nth(const OpenDays *days, int64 day, int64 n,
						  int64 *result);

/* Return the day of a local time, and the time of that day. */
static inline int64
open_days_split(int64 local, int64 *time)
{
	int64		day = local / USECS_PER_DAY;

	*time = local % USECS_PER_DAY;
	if (*time < 0)
	{
		*time += USECS_PER_DAY;
		day--;
	}
	return day;
}

#endif							/* CX_OPEN_DAYS_H */
