/*-------------------------------------------------------------------------
 *
 * business_clock.h
 *	  The time that a service is open, by a business_calendar.
 *
 * A calendar says for every moment whether the service is open then: its time
 * zone makes the moment a local time, and the windows of days contain that
 * local time or not.  So a window inside the hour that a change of the clocks
 * leaves out is empty, one around it is an hour shorter, and local times that
 * come twice are open twice.  A window over midnight belongs to the day on which
 * it begins.
 *
 * business_calendar.c has the type; here is what every family may ask of it.
 * A BusinessClock is a calendar prepared for that: sums of open time, which
 * make the cost of a call independent of the length of the span.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BUSINESS_CLOCK_H
#define CX_BUSINESS_CLOCK_H

#include "postgres.h"

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "fmgr.h"
#include "utils/date.h"

#include "core/sorted_run.h"
#include "core/summary.h"

#define DAYS_A_WEEK			7

/* Names of time zones are shorter, the longest of them has 38 letters. */
#define CALENDAR_ZONE_SIZE	64

/* The header of a business_calendar: PostgreSQL's spelling, zeros behind it. */
typedef struct CalendarHeader
{
	char		zone[CALENDAR_ZONE_SIZE];
} CalendarHeader;

/*
 * An entry of a business_calendar and of special_days: a window of a day, from
 * opens to closes in microseconds after its midnight.  Closes is larger than
 * opens, by a day at most.
 *
 * Either a day of the week has it, 1 for Monday to 7, from a date on, which is
 * DATEVAL_NOBEGIN for the hours that a calendar begins with.  Or, with 0 for the
 * day of the week, it is a window of this one date, whatever the week says; a
 * date that is closed has one entry, CALENDAR_CLOSED for both times.
 */
typedef struct CalendarEntry
{
	int64		key;			/* date * 8 + day of the week */
	int64		opens;
	int64		closes;
} CalendarEntry;

#define CALENDAR_CLOSED		(-1)

static inline int64
calendar_entry_key(DateADT date, int day_of_week)
{
	return (int64) date * 8 + day_of_week;
}

static inline DateADT
calendar_entry_date(const CalendarEntry *entry)
{
	/* an arithmetic shift: days before 2000 are negative */
	return (DateADT) (entry->key >> 3);
}

static inline int
calendar_entry_day_of_week(const CalendarEntry *entry)
{
	return (int) (entry->key & 7);
}

extern const SummaryType calendar_type;
extern const SortedRunType calendar_run;

typedef struct BusinessClock BusinessClock;

/* 0 for Monday to 6 for Sunday; day 0 of a date, 2000-01-01, is a Saturday */
static inline int
business_weekday(int64 day)
{
	int			rest = (int) ((day + 5) % DAYS_A_WEEK);

	return rest < 0 ? rest + DAYS_A_WEEK : rest;
}

extern const char *calendar_entry_problem(const CalendarEntry *entry);
extern const char *calendar_zone_name(const char *name);
extern char *calendar_window_text(int64 opens, int64 closes);
pg_noreturn extern void calendar_hours_overlap(const CalendarEntry *one, const CalendarEntry *other);

extern BusinessClock *business_clock_make(const SortedRun *calendar);
extern const char *business_clock_problem(BusinessClock *clock);
extern BusinessClock *business_clock_arg(FunctionCallInfo fcinfo, int n);

extern bool business_clock_is_open(BusinessClock *clock, TimestampTz at);
extern int64 business_clock_between(BusinessClock *clock, TimestampTz from,
									TimestampTz to);
extern TimestampTz business_clock_next_opening(BusinessClock *clock,
											   TimestampTz at);
extern TimestampTz business_clock_due(BusinessClock *clock, TimestampTz started,
									  int32 days, int64 open_time);
extern int64 business_clock_days(BusinessClock *clock, DateADT from, DateADT to);

extern void business_target_arg(FunctionCallInfo fcinfo, int n, int32 *days,
								int64 *open_time);

#endif							/* CX_BUSINESS_CLOCK_H */
