/*-------------------------------------------------------------------------
 *
 * business_hours.c
 *	  Business hours: how much of a span of time a service was open.
 *
 * Times are local ones (timestamp), so opening hours are those on the wall:
 * nine o'clock is nine o'clock on the day after the clocks change, too.  A
 * timestamptz is one with AT TIME ZONE.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/int.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"

#define DAYS_A_WEEK		7

/* The holidays of the calls before, kept from one to the next. */
typedef struct KeptHolidays
{
	int			given_count;
	DateADT    *given;			/* as they came */
	int			count;
	DateADT    *sorted;			/* each of them once */
} KeptHolidays;

typedef struct BusinessHours
{
	TimeADT		opens;
	TimeADT		closes;
	bool		days[DAYS_A_WEEK];	/* Monday first */
	const DateADT *holidays;	/* strictly ascending */
	int			holiday_count;
} BusinessHours;

/*
 * Return 0 for Monday to 6 for Sunday; day 0 of a date, 2000-01-01, is a
 * Saturday.
 */
static inline int
weekday(DateADT day)
{
	int			rest = (int) (((int64) day + 5) % DAYS_A_WEEK);

	return rest < 0 ? rest + DAYS_A_WEEK : rest;
}

static int
date_compare(const void *a, const void *b)
{
	DateADT		left = *(const DateADT *) a;
	DateADT		right = *(const DateADT *) b;

	CHECK_FOR_INTERRUPTS();
	return (left > right) - (left < right);
}

static void
array_check(ArrayType *array, const char *name)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must have one dimension", name),
				 errdetail("%s has %d dimensions.", name, ARR_NDIM(array)),
				 errhint("array_agg() over rows makes an array of one dimension.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain NULL", name),
				 errhint("array_remove(%s, NULL) takes it out.", name)));
}

static void
days_arg(ArrayType *array, BusinessHours *hours)
{
	const int32 *days;
	int			count;

	array_check(array, "days");
	count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	days = (const int32 *) ARR_DATA_PTR(array);
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("days must not be empty"),
				 errhint("Monday to Friday are ARRAY[1, 2, 3, 4, 5].")));
	for (int i = 0; i < count; i++)
	{
		if (days[i] < 1 || days[i] > DAYS_A_WEEK)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("days must be from 1 to 7"),
					 errdetail("days contains %d.", days[i]),
					 errhint("1 is Monday and 7 is Sunday, as in ISO 8601.")));
		hours->days[days[i] - 1] = true;
	}
}

/* Sort dates, keep one of each, and return how many there are. */
static int
sort_dates(DateADT *dates, int count)
{
	int			kept = 0;

	qsort(dates, count, sizeof(DateADT), date_compare);
	for (int i = 0; i < count; i++)
	{
		if (i == 0 || dates[i] != dates[i - 1])
			dates[kept++] = dates[i];
	}
	return kept;
}

/*
 * Return the holidays of an array, sorted, from the call before if that had the
 * same array.  An interrupt while they are sorted leaves the list of no dates.
 */
static const KeptHolidays *
keep_holidays(FunctionCallInfo fcinfo, const DateADT *dates, int count)
{
	KeptHolidays *kept = (KeptHolidays *) fcinfo->flinfo->fn_extra;
	Size		size = sizeof(DateADT) * count;

	if (kept != NULL && kept->given_count == count &&
		memcmp(kept->given, dates, size) == 0)
		return kept;
	if (kept == NULL)
	{
		kept = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
									  sizeof(KeptHolidays));
		fcinfo->flinfo->fn_extra = kept;
	}
	if (kept->given != NULL)
		pfree(kept->given);
	if (kept->sorted != NULL)
		pfree(kept->sorted);
	memset(kept, 0, sizeof(KeptHolidays));
	kept->given = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, size);
	kept->sorted = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, size);
	memcpy(kept->sorted, dates, size);
	kept->count = sort_dates(kept->sorted, count);
	memcpy(kept->given, dates, size);
	kept->given_count = count;
	return kept;
}

/*
 * Set the holidays from an array of dates, in any order and perhaps some
 * twice, as a table of holidays has them.  Mostly they are the same in every
 * row, so they are sorted for the first row only.
 */
static void
holidays_arg(FunctionCallInfo fcinfo, ArrayType *array, BusinessHours *hours)
{
	const DateADT *dates;
	int			count;

	array_check(array, "holidays");
	count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	dates = (const DateADT *) ARR_DATA_PTR(array);
	hours->holidays = dates;
	hours->holiday_count = count;
	for (int i = 1; i < count; i++)
	{
		if (dates[i] <= dates[i - 1])
		{
			const KeptHolidays *kept = keep_holidays(fcinfo, dates, count);

			hours->holidays = kept->sorted;
			hours->holiday_count = kept->count;
			return;
		}
	}
}

/* Return how many holidays are before a day. */
static int
holidays_before(const BusinessHours *hours, int64 day)
{
	int			low = 0;
	int			high = hours->holiday_count;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (hours->holidays[middle] < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_open_on(const BusinessHours *hours, DateADT day)
{
	int			place;

	if (!hours->days[weekday(day)])
		return false;
	place = holidays_before(hours, day);
	return place == hours->holiday_count || hours->holidays[place] != day;
}

/* Return how many days are open from one day to the day before another. */
static int64
open_days(const BusinessHours *hours, DateADT from, DateADT to)
{
	int64		weeks = ((int64) to - from) / DAYS_A_WEEK;
	int64		open = 0;
	int			last;

	for (int day = 0; day < DAYS_A_WEEK; day++)
		open += hours->days[day] ? weeks : 0;
	for (int64 day = from + weeks * DAYS_A_WEEK; day < to; day++)
		open += hours->days[weekday((DateADT) day)] ? 1 : 0;

	last = holidays_before(hours, to);
	for (int i = holidays_before(hours, from); i < last; i++)
		open -= hours->days[weekday(hours->holidays[i])] ? 1 : 0;
	return open;
}

/* Return the day of a time, and store the time of that day. */
static DateADT
split_time(Timestamp moment, TimeADT *time)
{
	int64		day = moment / USECS_PER_DAY;

	*time = moment % USECS_PER_DAY;
	if (*time < 0)
	{
		*time += USECS_PER_DAY;
		day--;
	}
	return (DateADT) day;
}

static char *
time_text(TimeADT time)
{
	return DatumGetCString(DirectFunctionCall1(time_out,
											   TimeADTGetDatum(time)));
}

/*
 * business_duration(started, finished, opens, closes, days, holidays) -> the
 * hours and minutes of [started, finished) within opening hours, an interval
 * without days.  NULL while it is not finished (finished is NULL or
 * 'infinity'), and for any other NULL but that of holidays: an array_agg()
 * over an empty table of holidays is NULL, and then there are none.  Errors:
 * opening hours or times in the wrong order, a start that is infinite, days
 * that are none of 1 to 7, arrays with NULL or of more than one dimension.
 *
 * Whole days are counted by the week, so the cost does not grow with the span.
 */
PG_FUNCTION_INFO_V1(business_duration);
Datum
business_duration(PG_FUNCTION_ARGS)
{
	Timestamp	started;
	Timestamp	finished;
	TimeADT		start_time;
	TimeADT		finish_time;
	DateADT		first;
	DateADT		last;
	BusinessHours hours;
	int64		duration = 0;
	Interval   *result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2) ||
		PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	started = PG_GETARG_TIMESTAMP(0);
	finished = PG_GETARG_TIMESTAMP(1);

	memset(&hours, 0, sizeof(hours));
	hours.opens = PG_GETARG_TIMEADT(2);
	hours.closes = PG_GETARG_TIMEADT(3);
	if (hours.opens >= hours.closes)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("closes must be after opens"),
				 errdetail("opens is %s, closes is %s.",
						   time_text(hours.opens), time_text(hours.closes)),
				 errhint("The end of a day is '24:00'. Hours past midnight take a business_calendar, \"monday-friday\": [\"22:00-06:00\"], and times with a zone: business_duration(calendar, started AT TIME ZONE 'Asia/Seoul', finished AT TIME ZONE 'Asia/Seoul').")));
	days_arg(PG_GETARG_ARRAYTYPE_P(4), &hours);
	if (!PG_ARGISNULL(5))
		holidays_arg(fcinfo, PG_GETARG_ARRAYTYPE_P(5), &hours);

	if (TIMESTAMP_NOT_FINITE(started))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("started must be finite"),
				 errdetail("started is %s.", elapsed_arg_text(fcinfo, 0, started)),
				 errhint("Use NULL for a time that is not known.")));
	if (TIMESTAMP_IS_NOEND(finished))
		PG_RETURN_NULL();
	if (finished < started)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("finished is before started"),
				 errdetail("started is %s, finished is %s.",
						   elapsed_arg_text(fcinfo, 0, started), elapsed_arg_text(fcinfo, 1, finished)),
				 errhint("Leave such rows out with WHERE finished IS NULL OR finished >= started.")));

	first = split_time(started, &start_time);
	last = split_time(finished, &finish_time);
	start_time = Max(start_time, hours.opens);
	finish_time = Min(finish_time, hours.closes);
	if (first == last)
	{
		if (is_open_on(&hours, first))
			duration = Max(finish_time - start_time, 0);
	}
	else
	{
		int64		ends = 0;

		if (is_open_on(&hours, first))
			ends += Max(hours.closes - start_time, 0);
		if (is_open_on(&hours, last))
			ends += Max(finish_time - hours.opens, 0);
		if (pg_mul_s64_overflow(open_days(&hours, first + 1, last),
								hours.closes - hours.opens, &duration) ||
			pg_add_s64_overflow(duration, ends, &duration))
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
					 errmsg("duration out of range"),
					 errdetail("started is %s, finished is %s.",
							   elapsed_arg_text(fcinfo, 0, started),
							   elapsed_arg_text(fcinfo, 1, finished)),
					 errhint("Use NULL for a time that is not known.")));
	}

	result = (Interval *) palloc0(sizeof(Interval));
	result->time = duration;
	PG_RETURN_INTERVAL_P(result);
}
