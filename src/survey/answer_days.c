/*-------------------------------------------------------------------------
 *
 * answer_days.c
 *	  The latest answer of each respondent in a window of days: on one day, and on
 *	  every day of a series.
 *
 * An answer is the latest from its day on, until the day of the next one of the
 * same respondent or until it leaves the window.  So each answer is added on one
 * day and taken away on another, and the days are added up from the first to the
 * last: the time is that of the answers and of the days, whatever the window.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/log.h"
#include "core/result.h"
#include "survey/answer_log.h"

/* The longest series of days, and the longest window: 2,700 years. */
#define MAX_SERIES_DAYS	1000000

#define SCORES	(SURVEY_MAX_SCORE + 1)

/*
 * Days from first to end - 1, of which all from shown on are shown.  The ones
 * before are those of which an answer may still be in the window.
 */
typedef struct AnswerDays
{
	DateADT		first;
	DateADT		shown;
	DateADT		end;
	int			window;
	pg_tz	   *zone;
	Timestamp  *starts;			/* of days in a zone, and of the end; or NULL */
	int64		(*changes)[SCORES]; /* of shown days: what is added, less what
									 * leaves */
} AnswerDays;

static int
window_arg(FunctionCallInfo fcinfo, int n)
{
	int32		window;

	if (PG_ARGISNULL(n))
		argument_null("window_days", "Give the number of days for which an answer counts, for example 90.");
	window = PG_GETARG_INT32(n);
	if (window < 1 || window > MAX_SERIES_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("window_days must be from 1 to %d", MAX_SERIES_DAYS),
				 errdetail("window_days is %d.", window),
				 errhint("The window has so many days, the last one included: 90 for a quarter of a year.")));
	return window;
}

/* Prepare to add up answers of the days from shown to end - 1. */
static void
days_begin(AnswerDays *days, DateADT shown, DateADT end)
{
	days->shown = shown;
	days->end = end;
	days->first = Max((int64) shown - days->window + 1, CALENDAR_FIRST_DAY);
	days->starts = NULL;
	days->changes = palloc0(((int64) end - shown) * sizeof(days->changes[0]));
	if (days->zone == NULL)
		return;
	days->starts = palloc(((int64) end - days->first + 1) * sizeof(Timestamp));
	for (int64 i = 0; i <= (int64) end - days->first; i++)
	{
		if ((i & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		days->starts[i] = answer_day_start((DateADT) (days->first + i), days->zone);
	}
}

static inline int64
utc_day(Timestamp time)
{
	int64		day = time / USECS_PER_DAY;

	return day - (time % USECS_PER_DAY < 0);
}

/*
 * Return the day of a moment; one before the first day or after the last one for
 * all that are not among them.  In a zone the day is that in UTC or one next to it.
 */
static inline int64
day_of_answer(const AnswerDays *days, Timestamp time)
{
	int64		day = utc_day(time);

	if (days->starts == NULL)
		return day;
	if (time < days->starts[0])
		return (int64) days->first - 1;
	if (time >= days->starts[days->end - days->first])
		return days->end;
	day = Max(day - 1, days->first);
	while (time >= days->starts[day + 1 - days->first])
		day++;
	return day;
}

/* Count a score on days from one to another, without the latter. */
static inline void
count_on_days(AnswerDays *days, int score, int64 from, int64 to)
{
	from = Max(from, days->shown);
	if (from >= to || from >= days->end)
		return;
	days->changes[from - days->shown][score]++;
	if (to < days->end)
		days->changes[to - days->shown][score]--;
}

/* Add up the answers of a log. */
static void
days_count(AnswerDays *days, const PackedLog *log)
{
	LogReader	reader;
	LogEntry	entry;
	uint32		steps = 0;
	int64		day = 0;
	int			score = -1;		/* of the answer before, of the same one */

	log_read(&reader, log, &answer_log_type);
	while (log_next(&reader, &entry))
	{
		int64		next = day_of_answer(days, entry.time);

		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (score >= 0)
			count_on_days(days, score, day, Min(day + days->window, next));
		day = next;
		score = answer_score(&entry);
		if (reader.of_id == 0)
		{
			count_on_days(days, score, day, day + days->window);
			score = -1;
		}
	}
}

/* Add the changes of a day to the counts. */
static inline void
add_day(const AnswerDays *days, int64 i, int64 *counts)
{
	for (int score = 0; score < SCORES; score++)
		counts[score] += days->changes[i][score];
}

/*
 * latest_scores(log, on_date, window_days, zone): the latest answer of each
 * respondent in the window_days days up to on_date, itself included, counted by
 * score.  NULL where on_date is.  Errors: a day that is infinite, a window that is
 * NULL or not from 1 to 1,000,000, an unknown zone.
 */
PG_FUNCTION_INFO_V1(answer_log_latest_scores);
Datum
answer_log_latest_scores(PG_FUNCTION_ARGS)
{
	int64		counts[SURVEY_COUNTS] = {0};
	AnswerDays	days;
	DateADT		on_date;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	on_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "on_date");
	days.window = window_arg(fcinfo, 2);
	days.zone = answer_zone_arg(fcinfo, 3);
	days_begin(&days, on_date, on_date + 1);
	days_count(&days, log_arg(fcinfo, 0, &answer_log_type));
	add_day(&days, 0, counts);
	PG_RETURN_POINTER(survey_make(counts));
}

/* Set the days of the first and the last answer; false without any. */
static bool
days_of_log(const PackedLog *log, pg_tz *zone, DateADT *first, DateADT *last)
{
	LogReader	reader;
	LogEntry	entry;
	Timestamp	least = PG_INT64_MAX;
	Timestamp	greatest = PG_INT64_MIN;
	uint32		steps = 0;

	log_read(&reader, log, &answer_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		least = Min(least, entry.time);
		greatest = Max(greatest, entry.time);
	}
	if (least > greatest)
		return false;
	*first = (DateADT) utc_day(least);
	*last = (DateADT) utc_day(greatest);
	if (zone == NULL)
		return true;
	/* in the zone it may be the day before, or the day after */
	if (least < answer_day_start(*first, zone))
		(*first)--;
	else if (least >= answer_day_start(*first + 1, zone))
		(*first)++;
	if (greatest < answer_day_start(*last, zone))
		(*last)--;
	else if (greatest >= answer_day_start(*last + 1, zone))
		(*last)++;
	return true;
}

/*
 * Set the days of a series: arguments 1 and 2, by default those of the first and the
 * last answer.  False where there is none.
 */
static bool
series_args(FunctionCallInfo fcinfo, const PackedLog *log, pg_tz *zone,
			DateADT *from_date, DateADT *to_date)
{
	DateADT		first = 0;
	DateADT		last = 0;

	if ((PG_ARGISNULL(1) || PG_ARGISNULL(2)) &&
		!days_of_log(log, zone, &first, &last))
		return false;
	*from_date = PG_ARGISNULL(1) ? first :
		calendar_day_arg(PG_GETARG_TIMESTAMP(1), "from_date");
	*to_date = PG_ARGISNULL(2) ? last + 1 :
		calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date");
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		calendar_range_check(*from_date, *to_date);
	if ((int64) *to_date - *from_date > MAX_SERIES_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the series has too many days"),
				 errdetail("It would have more than %d days, from %s to %s.",
						   MAX_SERIES_DAYS, calendar_day_text(*from_date),
						   calendar_day_text(*to_date)),
				 errhint("Give a from_date and a to_date that are nearer, and look for an impossible date in the data.")));
	return *from_date < *to_date;
}

/*
 * rolling_scores(log, from_date, to_date, window_days, zone) -> (day, scores): for
 * every day of [from_date, to_date), by default from the first answer to the last,
 * the latest answer of each respondent in the window_days days up to it.  Errors: as
 * of latest_scores(), to_date before from_date, a series of more than 1,000,000
 * days.
 */
PG_FUNCTION_INFO_V1(answer_log_rolling_scores);
Datum
answer_log_rolling_scores(PG_FUNCTION_ARGS)
{
	int64		counts[SURVEY_COUNTS] = {0};
	const PackedLog *log;
	AnswerDays	days;
	DateADT		from_date;
	DateADT		to_date;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	log = log_arg(fcinfo, 0, &answer_log_type);
	days.window = window_arg(fcinfo, 3);
	days.zone = answer_zone_arg(fcinfo, 4);
	if (!series_args(fcinfo, log, days.zone, &from_date, &to_date))
		return (Datum) 0;
	days_begin(&days, from_date, to_date);
	days_count(&days, log);
	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < (int64) to_date - from_date; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		add_day(&days, i, counts);
		values[0] = DateADTGetDatum((DateADT) (from_date + i));
		values[1] = PointerGetDatum(survey_make(counts));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
