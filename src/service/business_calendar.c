/*-------------------------------------------------------------------------
 *
 * business_calendar.c
 *	  Calendars made from tables of hours and of special days.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/shown.h"
#include "core/zone.h"
#include "service/business_calendar.h"

/*
 * Rows
 */

static char *
time_text(TimeADT time)
{
	return DatumGetCString(DirectFunctionCall1(time_out, TimeADTGetDatum(time)));
}

/*
 * Read the arguments opens and closes, n and n + 1.  One that closes before it opens,
 * or at 00:00, does so on the next day.  False where both are NULL: closed.
 */
static bool
window_args(FunctionCallInfo fcinfo, int n, CalendarEntry *entry)
{
	if (PG_ARGISNULL(n) && PG_ARGISNULL(n + 1))
		return false;
	if (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("opens and closes must both be known, or both be NULL"),
				 errdetail("%s is NULL, %s is %s.",
						   PG_ARGISNULL(n) ? "opens" : "closes",
						   PG_ARGISNULL(n) ? "closes" : "opens",
						   time_text(PG_GETARG_TIMEADT(PG_ARGISNULL(n) ? n + 1 : n))),
				 errhint("NULL for both is closed; a day without an end closes at '24:00'.")));
	entry->opens = PG_GETARG_TIMEADT(n);
	entry->closes = PG_GETARG_TIMEADT(n + 1);
	if (entry->opens == USECS_PER_DAY || entry->opens == entry->closes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("opens and closes are no hours"),
				 errdetail("opens is %s, closes is %s.", time_text(entry->opens), time_text(entry->closes)),
				 errhint("A whole day opens at '00:00' and closes at '24:00'; NULL for both is closed.")));
	if (entry->closes < entry->opens)
		entry->closes += USECS_PER_DAY;
	return true;
}

/* Read the argument zone, and return PostgreSQL's spelling of it. */
static const char *
zone_arg(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		argument_null("zone", "Give the time zone of the opening hours, as 'Asia/Seoul'.");
	return pg_get_timezone_name(zone_named(PG_GETARG_TEXT_PP(n)));
}

/* Read the argument day_of_week, 1 for Monday to 7. */
static int
day_of_week_arg(FunctionCallInfo fcinfo, int n)
{
	int32		day;

	if (PG_ARGISNULL(n))
		argument_null("day_of_week", "Give 1 for Monday to 7 for Sunday.");
	day = PG_GETARG_INT32(n);
	if (day < 1 || day > DAYS_A_WEEK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("day_of_week must be from 1 to 7"),
				 errdetail("It is %d.", day),
				 errhint("1 is Monday and 7 is Sunday, as in ISO 8601. Where 0 is Sunday, write coalesce(nullif(day_of_week, 0), 7).")));
	return day;
}

static pg_noinline pg_noreturn void
zone_varies(const char *one, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a calendar has one time zone"),
			 errdetail("It is \"%s\" here and \"%s\" there.", one, other),
			 errhint("Make a calendar for each zone, with GROUP BY where the zones are in a table.")));
}

/*
 * business_calendar(zone, day_of_week, opens, closes): count a window of a day of the
 * week, 1 for Monday to 7.  A row with NULL for both times is closed and says
 * nothing.  Errors: a zone that is NULL, unknown or not that of the other rows, a
 * day of the week that is NULL or none, one time of the two, two equal ones.
 */
PG_FUNCTION_INFO_V1(business_calendar_accum);
Datum
business_calendar_accum(PG_FUNCTION_ARGS)
{
	const char *zone = zone_arg(fcinfo, 1);
	int			day_of_week = day_of_week_arg(fcinfo, 2);
	CalendarEntry entry;
	SortedRun  *state;

	if (!window_args(fcinfo, 3, &entry))
		return aggregate_unchanged(fcinfo);
	state = run_summary_state(&calendar_summary, fcinfo);
	if (PG_ARGISNULL(0))
		strlcpy(calendar_header(state)->zone, zone, CALENDAR_ZONE_SIZE);
	else if (strcmp(calendar_header(state)->zone, zone) != 0)
		zone_varies(calendar_header(state)->zone, zone);
	entry.key = calendar_entry_key(DATEVAL_NOBEGIN, day_of_week);
	PG_RETURN_POINTER(sorted_run_append(&calendar_run, state, &entry));
}

/* Add the windows of other rows to the state; another zone is an error. */
PG_FUNCTION_INFO_V1(business_calendar_combine);
Datum
business_calendar_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) aggregate_combine_state(fcinfo, &calendar_type);
	SortedRun  *other = (SortedRun *) PG_GETARG_SUMMARY(1, &calendar_type);

	if (strcmp(calendar_header(state)->zone, calendar_header(other)->zone) != 0)
		zone_varies(calendar_header(state)->zone, calendar_header(other)->zone);
	return run_summary_combine(&calendar_summary, fcinfo, state, other);
}

static pg_noinline pg_noreturn void
calendar_wrong(const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("hours do not make a calendar"),
			 errdetail_internal("%s", problem),
			 errhint("A window closes before the next one opens, also one over midnight before the next day's first one. A day that is closed has none.")));
}

/* Return the finished calendar of a state. */
static Datum
calendar_result(SortedRun *calendar)
{
	const char *problem;

	calendar = sorted_run_finish(&calendar_run, calendar);
	problem = calendar_problem(calendar);
	if (problem != NULL)
		calendar_wrong(problem);
	PG_RETURN_POINTER(calendar);
}

/* Return the finished calendar; windows that overlap are an error. */
PG_FUNCTION_INFO_V1(business_calendar_final);
Datum
business_calendar_final(PG_FUNCTION_ARGS)
{
	return calendar_result((SortedRun *) PG_GETARG_SUMMARY(0, &calendar_type));
}

/*
 * special_days(day, opens, closes): count a window of a date, or, with NULL for
 * both times, a date that is closed.  A row without a date is left out.
 * Errors: an infinite date, one time of the two, two equal ones.
 */
PG_FUNCTION_INFO_V1(special_days_accum);
Datum
special_days_accum(PG_FUNCTION_ARGS)
{
	CalendarEntry entry = {0, CALENDAR_CLOSED, CALENDAR_CLOSED};
	SortedRun  *state;
	DateADT		day;

	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	day = calendar_date_arg(PG_GETARG_DATEADT(1), "day",
							"Leave such rows out with FILTER (WHERE isfinite(day)).");
	(void) window_args(fcinfo, 2, &entry);
	entry.key = calendar_entry_key(day, 0);
	state = run_summary_state(&special_days_summary, fcinfo);
	PG_RETURN_POINTER(sorted_run_append(special_days_summary.run, state, &entry));
}

/*
 * Add the days of other rows to the state, for rollup() and for what parallel
 * workers counted.
 */
PG_FUNCTION_INFO_V1(special_days_combine);
Datum
special_days_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) aggregate_combine_state(fcinfo, special_days_summary.type);
	SortedRun  *other = (SortedRun *) PG_GETARG_SUMMARY(1, special_days_summary.type);

	return run_summary_combine(&special_days_summary, fcinfo, state, other);
}

/* Return the finished days; windows that overlap are an error. */
PG_FUNCTION_INFO_V1(special_days_final);
Datum
special_days_final(PG_FUNCTION_ARGS)
{
	const SortedRun *state = (const SortedRun *) PG_GETARG_SUMMARY(0, special_days_summary.type);
	SortedRun  *days = sorted_run_finish(special_days_summary.run, state);
	const char *problem = special_days_problem(days);

	if (problem != NULL)
		calendar_wrong(problem);
	PG_RETURN_POINTER(days);
}

/*
 * Calendars from calendars
 */

/* Return a calendar of the same zone without entries. */
static SortedRun *
calendar_like(const SortedRun *calendar)
{
	SortedRun  *result = sorted_run_new(&calendar_run);

	*calendar_header(result) = *calendar_header_const(calendar);
	return result;
}

/* Return whether a run has an entry for a date itself. */
static bool
has_special_day(const RunSummary *type, const SortedRun *run, int64 key)
{
	int64		first[2] = {key, PG_INT64_MIN};
	uint32		place = sorted_run_lower_bound(type->run, run, first);

	return place < run->used && calendar_entry(type, run, place)->key == key;
}

/*
 * with_special_days(calendar, days) -> the calendar with these days instead of what
 * the week has, and instead of what it had for them before.  The calendar itself
 * when days are NULL, as an aggregate over no rows is.  Windows that overlap are
 * an error.
 */
PG_FUNCTION_INFO_V1(with_special_days);
Datum
with_special_days(PG_FUNCTION_ARGS)
{
	const SortedRun *calendar;
	const SortedRun *days;
	SortedRun  *result;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	calendar = run_summary_arg(&calendar_summary, fcinfo, 0);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(sorted_run_finish(&calendar_run, calendar));
	days = run_summary_arg(&special_days_summary, fcinfo, 1);
	result = calendar_like(calendar);
	for (uint32 i = 0; i < calendar->used; i++)
	{
		const CalendarEntry *entry = calendar_entry(&calendar_summary, calendar, i);

		if (calendar_entry_day_of_week(entry) != 0 ||
			!has_special_day(&special_days_summary, days, entry->key))
			result = sorted_run_append(&calendar_run, result, entry);
	}
	for (uint32 i = 0; i < days->used; i++)
		result = sorted_run_append(&calendar_run, result,
								   calendar_entry(&special_days_summary, days, i));
	return calendar_result(result);
}

/*
 * Add the hours of another calendar that hold from a date on: of the changes up to
 * that date the last one, as of it, and the later ones.
 */
static SortedRun *
add_hours_from(SortedRun *result, const SortedRun *other, DateADT from_date)
{
	DateADT		last = DATEVAL_NOBEGIN;

	for (uint32 i = 0; i < other->used; i++)
	{
		const CalendarEntry *entry = calendar_entry(&calendar_summary, other, i);

		if (calendar_entry_day_of_week(entry) != 0 && calendar_entry_date(entry) <= from_date)
			last = calendar_entry_date(entry);
	}
	for (uint32 i = 0; i < other->used; i++)
	{
		CalendarEntry entry = *calendar_entry(&calendar_summary, other, i);
		int			weekday = calendar_entry_day_of_week(&entry);
		DateADT		date = calendar_entry_date(&entry);

		if (weekday == 0 ? date < from_date : date < last)
			continue;
		if (weekday != 0 && date == last)
			entry.key = calendar_entry_key(from_date, weekday);
		result = sorted_run_append(&calendar_run, result, &entry);
	}
	return result;
}

/*
 * with_hours_from(calendar, from_date, hours) -> the calendar with the hours of
 * another one from a date on.  Special days stay; those of the other calendar
 * from that date on replace them.  Errors: two time zones, an infinite date,
 * windows that overlap.
 */
PG_FUNCTION_INFO_V1(with_hours_from);
Datum
with_hours_from(PG_FUNCTION_ARGS)
{
	const SortedRun *calendar = run_summary_arg(&calendar_summary, fcinfo, 0);
	DateADT		from_date = calendar_date_arg(PG_GETARG_DATEADT(1), "from_date",
											  "Give the first day on which the new hours hold.");
	const SortedRun *other = run_summary_arg(&calendar_summary, fcinfo, 2);
	SortedRun  *result = calendar_like(calendar);

	if (strcmp(calendar_header_const(calendar)->zone, calendar_header_const(other)->zone) != 0)
		zone_varies(calendar_header_const(calendar)->zone, calendar_header_const(other)->zone);
	for (uint32 i = 0; i < calendar->used; i++)
	{
		const CalendarEntry *entry = calendar_entry(&calendar_summary, calendar, i);
		DateADT		date = calendar_entry_date(entry);

		if (calendar_entry_day_of_week(entry) != 0 ? date < from_date :
			date < from_date || !has_special_day(&calendar_summary, other, entry->key))
			result = sorted_run_append(&calendar_run, result, entry);
	}
	return calendar_result(add_hours_from(result, other, from_date));
}
