/*-------------------------------------------------------------------------
 *
 * open_days.c
 *	  The windows of a calendar on the clock on the wall, without a time zone.
 *
 * The open time before a day is that of so many weeks and days of the week,
 * corrected by the days that have hours of their own: a division and a binary
 * search, whatever the day is.  What lies so much open time after a moment is
 * found by doubling steps over days, then halving them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"

#include "core/calendar.h"
#include "core/open_days.h"

/* 2000-01-03, from which the days of the week are counted */
#define FIRST_MONDAY	2

static const char *const weekday_names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

/*
 * Texts
 */

/* Append a time of day, with as many digits as it needs. */
static void
append_time_of_day(StringInfo buf, int64 time)
{
	int64		rest = time % USECS_PER_MINUTE;

	appendStringInfo(buf, "%02d:%02d", (int) (time / USECS_PER_HOUR),
					 (int) (time / USECS_PER_MINUTE % 60));
	if (rest == 0)
		return;
	appendStringInfo(buf, ":%02d", (int) (rest / USECS_PER_SEC));
	if (rest % USECS_PER_SEC == 0)
		return;
	appendStringInfo(buf, ".%06d", (int) (rest % USECS_PER_SEC));
	while (buf->data[buf->len - 1] == '0')
		buf->data[--buf->len] = '\0';
}

/*
 * Return a window as the text of a calendar has it, 22:00-06:00.
 */
char *
calendar_window_text(int64 opens, int64 closes)
{
	StringInfoData buf;

	initStringInfo(&buf);
	append_time_of_day(&buf, opens);
	appendStringInfoChar(&buf, '-');
	append_time_of_day(&buf, closes > USECS_PER_DAY ? closes - USECS_PER_DAY : closes);
	return buf.data;
}

/* Return the day of an entry, for messages. */
static const char *
entry_day_text(const CalendarEntry *entry)
{
	int			day_of_week = calendar_entry_day_of_week(entry);

	if (day_of_week == 0)
		return calendar_day_text(calendar_entry_date(entry));
	return weekday_names[day_of_week - 1];
}

/* Return an entry, for messages. */
static const char *
entry_text(const CalendarEntry *entry)
{
	if (entry->opens == CALENDAR_CLOSED)
		return psprintf("%s closed", entry_day_text(entry));
	return psprintf("%s %s", entry_day_text(entry),
					calendar_window_text(entry->opens, entry->closes));
}

/* Report two windows of one day that begin at one time. */
void
calendar_hours_overlap(const CalendarEntry *one, const CalendarEntry *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("hours of a calendar overlap"),
			 errdetail("They are %s and %s.", entry_text(one), entry_text(other)),
			 errhint("Give every window once. A day has several as long as one closes before the next one opens.")));
}

/*
 * Return what is wrong with an entry by itself, or NULL.
 */
const char *
calendar_entry_problem(const CalendarEntry *entry)
{
	DateADT		date = calendar_entry_date(entry);
	int			day_of_week = calendar_entry_day_of_week(entry);

	if (day_of_week == 0 ? DATE_NOT_FINITE(date) : DATE_IS_NOEND(date))
		return "A date is infinite.";
	if (!DATE_NOT_FINITE(date) && !IS_VALID_DATE(date))
		return "A date is out of range.";
	if (day_of_week == 0 && entry->opens == CALENDAR_CLOSED &&
		entry->closes == CALENDAR_CLOSED)
		return NULL;
	if (entry->opens < 0 || entry->opens >= USECS_PER_DAY)
		return "A window does not open between 00:00 and 24:00.";
	/* 00:00-24:00 is a whole day, 09:00-09:00 is nothing */
	if (entry->closes <= entry->opens ||
		entry->closes > entry->opens + USECS_PER_DAY - (entry->opens > 0))
		return "A window does not close within a day after it opens.";
	return NULL;
}

/*
 * Preparing
 */

/* Make a day of the windows of the entries that begin with this one. */
static OpenDay
make_day(const CalendarEntry *entries, uint32 count, OpenWindow *windows)
{
	OpenDay		day = {windows, 0, 0};

	for (uint32 i = 0; i < count && entries[i].key == entries[0].key; i++)
	{
		if (entries[i].opens == CALENDAR_CLOSED)
			continue;
		windows[day.count].opens = entries[i].opens;
		windows[day.count].closes = entries[i].closes;
		windows[day.count].before = day.total;
		day.total += entries[i].closes - entries[i].opens;
		day.count++;
	}
	return day;
}

/* Return how many entries of the same day begin with this one. */
static uint32
entries_of_day(const CalendarEntry *entries, uint32 count)
{
	uint32		i = 1;

	while (i < count && entries[i].key == entries[0].key)
		i++;
	return i;
}

/* Return the whole weeks since the first Monday, and which day of the week it is. */
static inline int64
split_week(int64 day, int *weekday)
{
	*weekday = business_weekday(day);
	return (day - FIRST_MONDAY - *weekday) / DAYS_A_WEEK;
}

/* Return the open time before a day, as if no day were special. */
static inline uint64
week_time(const OpenWeek *week, int64 weeks, int weekday)
{
	return week->time_base + (uint64) weeks * week->time_before[DAYS_A_WEEK] +
		week->time_before[weekday];
}

/* Return the days with hours before a day, as if no day were special. */
static inline int64
week_days(const OpenWeek *week, int64 weeks, int weekday)
{
	return week->days_base + weeks * week->days_before[DAYS_A_WEEK] +
		week->days_before[weekday];
}

/* Add up a week, and make its sums go on where those of the week before it end. */
static void
sum_week(OpenWeek *week, const OpenWeek *last)
{
	for (int i = 0; i < DAYS_A_WEEK; i++)
	{
		week->time_before[i + 1] = week->time_before[i] + (uint64) week->days[i].total;
		week->days_before[i + 1] = week->days_before[i] + (week->days[i].count > 0 ? 1 : 0);
	}
	if (last != NULL)
	{
		int			weekday;
		int64		weeks = split_week(week->from, &weekday);

		week->time_base = week_time(last, weeks, weekday) - week_time(week, weeks, weekday);
		week->days_base = week_days(last, weeks, weekday) - week_days(week, weeks, weekday);
	}
}

/* Return the week whose hours a day has. */
static inline const OpenWeek *
week_of(const OpenDays *days, int64 day)
{
	int			low = 0;
	int			high = days->week_count;

	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (days->weeks[middle].from <= day)
			low = middle;
		else
			high = middle;
	}
	return &days->weeks[low];
}

/* Add up how special days differ from their weeks. */
static void
sum_specials(OpenDays *days)
{
	uint64		time = 0;
	int64		open = 0;

	for (int i = 0; i < days->special_count; i++)
	{
		OpenSpecial *special = &days->specials[i];
		const OpenDay *usual = &week_of(days, special->day)->days[business_weekday(special->day)];

		time += (uint64) special->hours.total - (uint64) usual->total;
		open += (special->hours.count > 0 ? 1 : 0) - (usual->count > 0 ? 1 : 0);
		special->time_more = time;
		special->days_more = open;
	}
}

/*
 * Prepare the entries of a calendar, of which each is right by itself.
 */
void
open_days_make(OpenDays *days, const SortedRun *calendar)
{
	const CalendarEntry *entries = (const CalendarEntry *) sorted_run_entry_const(&calendar_run, calendar, 0);
	uint32		count = calendar->used;
	OpenWindow *windows = palloc_extended(sizeof(OpenWindow) * Max(count, 1), MCXT_ALLOC_HUGE);
	uint32		i = 0;

	memset(days, 0, sizeof(OpenDays));
	days->weeks = palloc_extended(sizeof(OpenWeek) * Max(count, 1), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	days->specials = palloc_extended(sizeof(OpenSpecial) * Max(count, 1), MCXT_ALLOC_HUGE);

	while (i < count)
	{
		const CalendarEntry *entry = &entries[i];
		uint32		of_day = entries_of_day(entry, count - i);
		OpenDay		hours = make_day(entry, of_day, &windows[i]);
		int64		date = calendar_entry_date(entry);
		int			day_of_week = calendar_entry_day_of_week(entry);

		CHECK_FOR_INTERRUPTS();
		if (hours.count > 0 && hours.windows[hours.count - 1].closes > USECS_PER_DAY)
			days->over_midnight = true;
		if (day_of_week == 0)
		{
			days->specials[days->special_count].day = date;
			days->specials[days->special_count++].hours = hours;
		}
		else
		{
			if (days->week_count == 0 || days->weeks[days->week_count - 1].from != date)
				days->weeks[days->week_count++].from = date;
			days->weeks[days->week_count - 1].days[day_of_week - 1] = hours;
		}
		i += of_day;
	}
	for (int week = 0; week < days->week_count; week++)
		sum_week(&days->weeks[week], week > 0 ? &days->weeks[week - 1] : NULL);
	if (days->week_count > 0)
		sum_specials(days);
}

/*
 * Checking
 */

/* Return whether a day's last window reaches into a window of the day after it. */
static bool
days_overlap(const OpenDay *day, const OpenDay *next)
{
	return day->count > 0 && next->count > 0 &&
		day->windows[day->count - 1].closes - USECS_PER_DAY > next->windows[0].opens;
}

/* Say that two days overlap. */
static const char *
overlap_text(const OpenDay *day, const OpenDay *next, const char *name,
			 const char *next_name)
{
	const OpenWindow *last = &day->windows[day->count - 1];

	return psprintf("Hours overlap: %s %s and %s %s.", name,
					calendar_window_text(last->opens, last->closes), next_name,
					calendar_window_text(next->windows[0].opens, next->windows[0].closes));
}

/* Return a sentence about two windows of one day that overlap, or NULL. */
static const char *
day_problem(const OpenDay *day, const char *name)
{
	for (uint32 i = 1; i < day->count; i++)
	{
		const OpenWindow *one = &day->windows[i - 1];
		const OpenWindow *other = &day->windows[i];

		if (one->closes > other->opens)
			return psprintf("Hours overlap: %s %s and %s.", name,
							calendar_window_text(one->opens, one->closes),
							calendar_window_text(other->opens, other->closes));
	}
	return NULL;
}

/* Return a sentence about windows of a week that overlap, or NULL. */
static const char *
week_problem(const OpenWeek *week)
{
	for (int i = 0; i < DAYS_A_WEEK; i++)
	{
		const OpenDay *day = &week->days[i];
		const OpenDay *next = &week->days[(i + 1) % DAYS_A_WEEK];
		const char *problem = day_problem(day, weekday_names[i]);

		if (problem != NULL)
			return problem;
		if (days_overlap(day, next))
			return overlap_text(day, next, weekday_names[i],
								weekday_names[(i + 1) % DAYS_A_WEEK]);
	}
	return NULL;
}

/* Return a sentence about a date whose hours reach into those of the next, or NULL. */
static const char *
date_problem(const OpenDays *days, int64 date)
{
	const OpenDay *day = open_days_place(days, date).hours;
	const OpenDay *next = open_days_place(days, date + 1).hours;

	if (!days_overlap(day, next))
		return NULL;
	return overlap_text(day, next, calendar_day_text((DateADT) date),
						calendar_day_text((DateADT) date + 1));
}

/*
 * Return what is wrong with the windows of a calendar, or NULL: a calendar has hours to
 * begin with, and no two windows overlap.
 */
const char *
open_days_problem(const OpenDays *days)
{
	const char *problem = NULL;

	if (days->week_count == 0 || days->weeks[0].from != DATEVAL_NOBEGIN)
		return "No day of the week has hours.";
	for (int i = 0; i < days->week_count && problem == NULL; i++)
	{
		problem = week_problem(&days->weeks[i]);
		if (problem == NULL && i > 0)
			problem = date_problem(days, days->weeks[i].from - 1);
	}
	for (int i = 0; i < days->special_count && problem == NULL; i++)
	{
		const OpenSpecial *special = &days->specials[i];

		CHECK_FOR_INTERRUPTS();
		problem = day_problem(&special->hours, calendar_day_text((DateADT) special->day));
		if (problem == NULL)
			problem = date_problem(days, special->day - 1);
		if (problem == NULL)
			problem = date_problem(days, special->day);
	}
	return problem;
}

/*
 * Sums
 */

/* Return how many days with hours of their own are before a day. */
static inline int
specials_before(const OpenDays *days, int64 day)
{
	int			low = 0;
	int			high = days->special_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (days->specials[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Find the hours of a day, and the sums before it.
 */
OpenDayPlace
open_days_place(const OpenDays *days, int64 day)
{
	const OpenWeek *week = week_of(days, day);
	int			special = specials_before(days, day);
	int			weekday;
	int64		weeks = split_week(day, &weekday);
	OpenDayPlace place;

	place.hours = &week->days[weekday];
	place.time = week_time(week, weeks, weekday);
	place.days = week_days(week, weeks, weekday);
	if (special > 0)
	{
		place.time += days->specials[special - 1].time_more;
		place.days += days->specials[special - 1].days_more;
	}
	if (special < days->special_count && days->specials[special].day == day)
		place.hours = &days->specials[special].hours;
	return place;
}

/* Return how many windows of a day open before a time. */
static inline uint32
windows_before(const OpenDay *day, int64 time)
{
	uint32		low = 0;
	uint32		high = day->count;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (day->windows[middle].opens < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Return the open time of a day's windows up to a time after its midnight. */
static inline int64
day_until(const OpenDay *day, int64 time)
{
	uint32		count = windows_before(day, time);
	const OpenWindow *last;

	if (count == 0)
		return 0;
	last = &day->windows[count - 1];
	return last->before + Min(time, last->closes) - last->opens;
}

/*
 * Return the open time up to a local time.
 */
uint64
open_days_until(const OpenDays *days, int64 local)
{
	int64		time;
	int64		day = open_days_split(local, &time);
	OpenDayPlace place = open_days_place(days, day);
	uint64		sum = place.time + (uint64) day_until(place.hours, time);

	if (days->over_midnight)
	{
		const OpenDay *before = open_days_place(days, day - 1).hours;

		sum -= (uint64) (before->total - day_until(before, time + USECS_PER_DAY));
	}
	return sum;
}

/* Return whether a time after a day's midnight is in one of its windows. */
static inline bool
is_in_window(const OpenDay *day, int64 time)
{
	/* windows that open at the time, too */
	uint32		count = windows_before(day, time + 1);

	return count > 0 && time < day->windows[count - 1].closes;
}

/*
 * Return whether a local time is in a window.  The day is that on which the window
 * begins.
 */
bool
open_days_is_open(const OpenDays *days, int64 local, int64 *day)
{
	int64		time;

	*day = open_days_split(local, &time);
	if (is_in_window(open_days_place(days, *day).hours, time))
		return true;
	if (!days->over_midnight)
		return false;
	(*day)--;
	return is_in_window(open_days_place(days, *day).hours, time + USECS_PER_DAY);
}

/*
 * Find the time in a day's windows at which so much of them has passed: the end of
 * a window, or the beginning of the next one, where it is both.
 */
static int64
day_time_at(const OpenDay *day, int64 passed, bool at_opening)
{
	uint32		low = 0;
	uint32		high = day->count - 1;

	/* the first window that is not over by then */
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;
		const OpenWindow *window = &day->windows[middle];
		int64		end = window->before + window->closes - window->opens;

		if (end < passed || (at_opening && end == passed))
			low = middle + 1;
		else
			high = middle;
	}
	return day->windows[low].opens + passed - day->windows[low].before;
}

/* What is looked for: the first day before which so much has passed. */
typedef struct DaySearch
{
	const OpenDays *days;
	uint64		before;			/* open time before the day that it begins
								 * with */
	uint64		time;			/* that must pass */
	bool		at_opening;		/* and a moment more of it */
	bool		is_count;		/* instead of time: of days with hours */
	int64		count;
} DaySearch;

/* Return whether what is looked for has passed before a day. */
static inline bool
is_reached(const DaySearch *search, int64 day)
{
	OpenDayPlace place = open_days_place(search->days, day);
	uint64		passed = place.time - search->before;

	if (search->is_count)
		return place.days >= search->count;
	return search->at_opening ? passed > search->time : passed >= search->time;
}

/*
 * Search from a guess in steps that double, then halve what is between.  Low is a
 * day at which it is not reached, and becomes the last one.  False where that is
 * after the end of time.
 */
static bool
search_day(const DaySearch *search, int64 *low, int64 guess)
{
	int64		high = Max(Min(guess, OPEN_LAST_DAY), *low + 1);

	if (is_reached(search, high))
	{
		for (int64 step = 1; high - step > *low; step *= 2)
		{
			if (!is_reached(search, high - step))
			{
				*low = high - step;
				break;
			}
			high -= step;
		}
	}
	else
	{
		for (int64 step = 1;; step *= 2)
		{
			if (high == OPEN_LAST_DAY)
				return false;
			*low = high;
			high = Min(high + step, OPEN_LAST_DAY);
			if (is_reached(search, high))
				break;
		}
	}
	while (high - *low > 1)
	{
		int64		middle = *low + (high - *low) / 2;

		if (is_reached(search, middle))
			high = middle;
		else
			*low = middle;
	}
	return true;
}

/*
 * Find the first local time by which so much open time has passed since another, or
 * the last one, at the next opening, where nothing is open between them.  False
 * where that is after the end of time.
 */
bool
open_days_after(const OpenDays *days, int64 local, uint64 time,
				bool at_opening, int64 *result)
{
	int64		time_of_day;
	int64		day = open_days_split(local, &time_of_day) - 1;
	uint64		a_week = week_of(days, day)->time_before[DAYS_A_WEEK];
	DaySearch	search;
	OpenDayPlace place;

	memset(&search, 0, sizeof(search));
	search.days = days;
	search.before = open_days_place(days, day).time;
	search.time = time + (open_days_until(days, local) - search.before);
	search.at_opening = at_opening;
	if (!search_day(&search, &day, day + 2 + (int64) Min(time / a_week, OPEN_LAST_DAY / DAYS_A_WEEK) * DAYS_A_WEEK))
		return false;
	place = open_days_place(days, day);
	*result = day * USECS_PER_DAY +
		day_time_at(place.hours, (int64) (search.time - (place.time - search.before)), at_opening);
	return true;
}

/*
 * Find the n-th day with a window after a day; false where that is after the end of
 * time.
 */
bool
open_days_nth(const OpenDays *days, int64 day, int64 n, int64 *result)
{
	int64		a_week = week_of(days, day)->days_before[DAYS_A_WEEK];
	DaySearch	search;

	memset(&search, 0, sizeof(search));
	search.days = days;
	search.is_count = true;
	search.count = open_days_place(days, day + 1).days + n;
	*result = day + 1;
	return search_day(&search, result, day + 2 + n / a_week * DAYS_A_WEEK);
}
