/*-------------------------------------------------------------------------
 *
 * incidence.c
 *	  What is read from a cause_duration_summary: incidence by cause.
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
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "duration/causes.h"
#include "duration/duration.h"
#include "math/aalen_johansen.h"

/*
 * Counts
 */

/* completed(s) -> how many have finished by as_of, by whatever cause */
PG_FUNCTION_INFO_V1(causes_completed);
Datum
causes_completed(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(causes_header_const(causes_arg(fcinfo, 0))->completed);
}

/* still_open(s) -> how many have started by as_of and not finished */
PG_FUNCTION_INFO_V1(causes_still_open);
Datum
causes_still_open(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(causes_header_const(causes_arg(fcinfo, 0))->still_open);
}

/* not_started(s) -> how many rows have no start */
PG_FUNCTION_INFO_V1(causes_not_started);
Datum
causes_not_started(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(causes_header_const(causes_arg(fcinfo, 0))->not_started);
}

/* all_causes(s) -> the duration_summary of ends by any cause */
PG_FUNCTION_INFO_V1(causes_all);
Datum
causes_all(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = causes_arg(fcinfo, 0);
	const CauseTime *entries = causes_entries(summary);
	SortedRun  *result = duration_new(causes_header_const(summary)->as_of);

	duration_header(result)->not_started = causes_header_const(summary)->not_started;
	for (uint32 i = 0; i < summary->used; i++)
	{
		bool		is_end = entries[i].cause > 0;
		KmTime		entry;

		CHECK_FOR_INTERRUPTS();
		duration_set_entry(result, &entry, entries[i].time,
						   is_end ? entries[i].count : 0, is_end ? 0 : entries[i].count);
		result = sorted_run_append(&duration_run, result, &entry);
	}
	PG_RETURN_POINTER(sorted_run_finish(&duration_run, result));
}

/*
 * The curves
 */

/* The curves while they are followed from one time to the next. */
typedef struct Incidence
{
	const CauseTime *entries;
	uint32		count;
	uint32		next;			/* the first entry that has not been taken */
	CauseList	causes;
	AjRisk		risk;
	AjCurve		curves[MAX_CAUSES];
	/* of the time last taken */
	KmTime		time;
	int64		events[MAX_CAUSES + 1];
} Incidence;

/* Begin the curves at time 0. */
static void
incidence_begin(Incidence *incidence, const SortedRun *summary)
{
	KmTime		all = {0, 0, 0};
	KmSample	sample = {&all, 1, NULL, 0};

	incidence->entries = causes_entries(summary);
	incidence->count = summary->used;
	incidence->next = 0;
	causes_list(&incidence->causes, summary);
	/* the curve begins with how many there are, whenever they end */
	all.events = causes_header_const(summary)->completed;
	all.censored = causes_header_const(summary)->still_open;
	aj_begin(&incidence->risk, &sample);
	for (uint32 i = 0; i < incidence->causes.count; i++)
		aj_begin_cause(&incidence->curves[i]);
}

/* Follow the curves over the next time; there must be one. */
static void
incidence_take(Incidence *incidence)
{
	const CauseTime *entries = incidence->entries;
	KmTime	   *time = &incidence->time;

	memset(incidence->events, 0, sizeof(incidence->events));
	time->time = entries[incidence->next].time;
	time->events = 0;
	for (; incidence->next < incidence->count && entries[incidence->next].time == time->time; incidence->next++)
	{
		incidence->events[entries[incidence->next].cause] = entries[incidence->next].count;
		if (entries[incidence->next].cause > 0)
			time->events += entries[incidence->next].count;
	}
	time->censored = incidence->events[0];
	aj_take(&incidence->risk, time);
	for (uint32 i = 0; i < incidence->causes.count; i++)
		aj_take_cause(&incidence->curves[i], &incidence->risk, incidence->events[i + 1]);
}

/* Give the incidence of a cause where the curves are, and its interval. */
static void
incidence_results(const Incidence *incidence, uint32 cause, double z, Datum *values, bool *nulls)
{
	const AjCurve *curve = &incidence->curves[cause];
	Bounds		bounds;

	values[0] = double_result(curve->incidence);
	nulls[0] = false;
	nulls[1] = nulls[2] = !aj_interval(curve->incidence, aj_error(curve, &incidence->risk), z, &bounds);
	values[1] = nulls[1] ? (Datum) 0 : double_result(bounds.low);
	values[2] = nulls[2] ? (Datum) 0 : double_result(bounds.high);
}

/* Return the name of a cause. */
static Datum
cause_result(const Incidence *incidence, uint32 cause)
{
	return PointerGetDatum(cstring_to_text_with_len(incidence->causes.names[cause],
													(int) incidence->causes.lengths[cause]));
}

/*
 * Refuse a time below an hour where all durations are whole days: see
 * duration_check_unit().
 */
static void
after_check_unit(const Incidence *incidence, int64 after)
{
	if (after >= USECS_PER_HOUR || incidence->count == 0 ||
		incidence->entries[incidence->count - 1].time == 0)
		return;
	for (uint32 i = 0; i < incidence->count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (incidence->entries[i].time % USECS_PER_DAY != 0)
			return;
	}
	elapsed_check_unit(after, USECS_PER_HOUR, "after", "days");
}

/*
 * cumulative_incidence(s, after, confidence) -> (cause, probability, low, high):
 * the probability, 0 to 1, to have finished by then by each cause (Aalen and
 * Johansen, see math/aalen_johansen.c), with its log-log interval, which is NULL
 * at 0 and 1.  All are NULL beyond the longest duration unless everyone has
 * finished.  A negative interval is an error, and so is one below an hour where all
 * durations are whole days.
 */
PG_FUNCTION_INFO_V1(causes_cumulative_incidence);
Datum
causes_cumulative_incidence(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	int64		after;
	double		z;
	bool		is_known;
	Incidence  *incidence = palloc(sizeof(Incidence));
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	summary = causes_arg(fcinfo, 0);
	after = elapsed_span_arg(fcinfo, 1, "after");
	z = confidence_quantile(PG_GETARG_FLOAT8(2));

	incidence_begin(incidence, summary);
	after_check_unit(incidence, after);
	while (incidence->next < incidence->count && incidence->entries[incidence->next].time <= after)
		incidence_take(incidence);
	is_known = incidence->next < incidence->count || incidence->risk.all.survival <= 0.0 ||
		(incidence->count > 0 && incidence->entries[incidence->count - 1].time == after);

	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < incidence->causes.count; i++)
	{
		Datum		values[4] = {cause_result(incidence, i), 0, 0, 0};
		bool		nulls[4] = {false, true, true, true};

		if (is_known)
			incidence_results(incidence, i, z, &values[1], &nulls[1]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * cumulative_incidence_curve(s, unit, confidence) -> (time, cause, at_risk,
 * finished, probability, low, high): a row for every cause and every duration
 * after which somebody finished, by whatever cause.  An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(causes_incidence_curve);
Datum
causes_incidence_curve(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	int64		unit;
	double		z;
	Incidence  *incidence = palloc(sizeof(Incidence));
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	summary = causes_arg(fcinfo, 0);
	unit = elapsed_unit_arg(fcinfo, 1);
	z = confidence_quantile(PG_GETARG_FLOAT8(2));

	incidence_begin(incidence, summary);
	rows_begin(&rows, fcinfo);
	while (incidence->next < incidence->count)
	{
		incidence_take(incidence);
		for (uint32 i = 0; incidence->time.events > 0 && i < incidence->causes.count; i++)
		{
			Datum		values[7];
			bool		nulls[7] = {false};

			values[0] = ratio_result(incidence->time.time, unit);
			values[1] = cause_result(incidence, i);
			values[2] = Int64GetDatum(incidence->risk.all.at_risk);
			values[3] = Int64GetDatum(incidence->events[i + 1]);
			incidence_results(incidence, i, z, &values[4], &nulls[4]);
			rows_put(&rows, values, nulls);
		}
	}
	rows_end(&rows);
	return (Datum) 0;
}
