/*-------------------------------------------------------------------------
 *
 * funnel.c
 *	  Funnels of a journey_log: how many users take the steps of a way, and how
 *	  long that takes.
 *
 * A user whose window is not over may still convert.  Such users are undecided; they
 * are not in the rates, since counted as lost they would make every recent period
 * look bad.
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
#include "utils/numeric.h"

#include "core/confidence.h"
#include "core/durations.h"
#include "core/elapsed.h"
#include "core/entry_sort.h"
#include "core/money.h"
#include "core/result.h"
#include "journey/funnel_walk.h"
#include "math/statistics.h"

/* What is known of a step. */
typedef struct StepCount
{
	int64		users;			/* that reached it */
	int64		undecided;		/* that reached the one before and may still
								 * come */
	int64	   *times;			/* from the step before */
	uint32		room;
} StepCount;

static void
add_time(StepCount *step, int64 time)
{
	if (step->users == (int64) step->room)
	{
		step->room = Max(64, step->room * 2);
		step->times = step->times == NULL ? palloc(step->room * sizeof(int64)) :
			repalloc_huge(step->times, (Size) step->room * sizeof(int64));
	}
	step->times[step->users] = time;
}

/* Count the users of a log by step. */
static StepCount *
count_steps(FunnelWalk *walk)
{
	StepCount  *steps = palloc0(walk->steps.count * sizeof(StepCount));

	while (funnel_next(walk))
	{
		steps[0].users++;
		for (int i = 1; i < walk->reached; i++)
		{
			add_time(&steps[i], elapsed_between(walk->at[i - 1], walk->at[i]));
			steps[i].users++;
		}
		if (funnel_is_open(walk))
			steps[walk->reached].undecided++;
	}
	return steps;
}

/*
 * Return the time after which half of those who took the step had taken it, in
 * units: the shortest one that at least half of the times do not exceed.
 */
static Datum
median_of(StepCount *step, int64 unit)
{
	const EntryShape shape = {.words = 1,.key_words = 1,.payload_bits = 0};
	int64		median;

	entries_sort(&shape, step->times, (uint32) step->users);
	median = step->times[(step->users - 1) / 2];
	return numeric_result(DirectFunctionCall2(numeric_div,
											  NumericGetDatum(int64_to_numeric(median)),
											  NumericGetDatum(int64_to_numeric(unit))));
}

/* Set the columns conversion to high of a step after the first. */
static void
put_rates(StepCount *step, const StepCount *before, int64 decided, int64 unit,
		  double z, Datum *values, bool *nulls)
{
	int64		decided_before = before->users - step->undecided;
	Bounds		bounds;

	nulls[3] = nulls[6] = nulls[7] = decided == 0;
	nulls[4] = decided_before == 0;
	nulls[5] = step->users == 0;
	if (!nulls[3])
	{
		values[3] = percent_result(step->users, decided);
		bounds = wilson_interval((double) step->users, (double) decided, z);
		interval_result(100.0 * bounds.low, 100.0 * bounds.high, values[3], &values[6]);
	}
	if (!nulls[4])
		values[4] = percent_result(step->users, decided_before);
	if (!nulls[5])
		values[5] = median_of(step, unit);
}

/*
 * funnel(log, steps, within, as_of, from_date, to_date, zone, unit, confidence) -> (step,
 * users, undecided, conversion, from_previous, median_time, low, high): a row for
 * each step, in order.  users have entered on a day of [from_date, to_date) in the
 * zone and reached the step within the interval of their entry and by as_of.
 * undecided have reached the step before, not this one, and their window is not over.
 * conversion is 100 * users / those who entered, without all who are undecided up to
 * this step, with Wilson's interval; from_previous is 100 * users / those of the step
 * before, without the undecided.  median_time is that of those who came from the step
 * before, in units.  The first step has a conversion of 100 and none of the columns
 * after it; a rate of nobody is NULL.  No rows where log, steps, within or unit is
 * NULL.  Errors: steps that are none, NULL or more than 64, a negative interval,
 * as_of that is NULL or infinite, an unknown zone or unit, a range that ends before
 * it begins.
 */
PG_FUNCTION_INFO_V1(journey_funnel);
Datum
journey_funnel(PG_FUNCTION_ARGS)
{
	FunnelWalk	walk;
	StepCount  *steps;
	int64		unit;
	int64		decided;
	double		z;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(7) || PG_ARGISNULL(8) || !funnel_args(fcinfo, &walk))
		return (Datum) 0;
	unit = elapsed_unit_arg(fcinfo, 7);
	z = confidence_quantile(PG_GETARG_FLOAT8(8));
	steps = count_steps(&walk);
	decided = steps[0].users;

	rows_begin(&rows, fcinfo);
	for (int i = 0; i < walk.steps.count; i++)
	{
		Datum		values[8] = {0};
		bool		nulls[8] = {false, false, false, decided == 0, true, true, true, true};

		decided -= steps[i].undecided;
		values[0] = walk.steps.names[i];
		values[1] = Int64GetDatum(steps[i].users);
		values[2] = Int64GetDatum(steps[i].undecided);
		if (i > 0)
			put_rates(&steps[i], &steps[i - 1], decided, unit, z, values, nulls);
		else if (decided > 0)
			values[3] = percent_result(decided, decided);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * Return up to when a user was seen waiting for the next step: the end of the
 * window, or as_of.
 */
static TimestampTz
seen_until(const FunnelWalk *walk)
{
	return funnel_is_open(walk) ? walk->as_of : walk->at[0] + walk->within;
}

/*
 * funnel_times(log, steps, within, as_of, from_date, to_date, zone) -> (from_step, step,
 * times): a row for each step after the first, with a duration_summary of the times
 * from the step before.  Who has reached that one and not this one is still open, seen
 * until the end of the window or as_of.  times are NULL where nobody has come so far.
 * NULLs and errors are those of funnel().
 */
PG_FUNCTION_INFO_V1(journey_funnel_times);
Datum
journey_funnel_times(PG_FUNCTION_ARGS)
{
	FunnelWalk	walk;
	SortedRun **times;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (!funnel_args(fcinfo, &walk))
		return (Datum) 0;
	times = palloc0(walk.steps.count * sizeof(SortedRun *));
	while (funnel_next(&walk))
	{
		for (int i = 1; i <= walk.reached && i < walk.steps.count; i++)
		{
			TimestampTz until = i < walk.reached ? walk.at[i] : seen_until(&walk);

			if (times[i] == NULL)
				times[i] = duration_new(walk.as_of);
			times[i] = duration_append(times[i], elapsed_between(walk.at[i - 1], until), i < walk.reached);
		}
	}

	rows_begin(&rows, fcinfo);
	for (int i = 1; i < walk.steps.count; i++)
	{
		Datum		values[3];
		bool		nulls[3] = {false, false, times[i] == NULL};

		values[0] = walk.steps.names[i - 1];
		values[1] = walk.steps.names[i];
		values[2] = times[i] == NULL ? (Datum) 0 : PointerGetDatum(duration_finish(times[i]));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* What is known of a step of a log. */
typedef struct StepTotal
{
	int64		users;
	int64		events;
	uint64		last_user;		/* that was counted, from 1 on */
} StepTotal;

/*
 * steps(log) -> (step, users, events): a row for each step that the log has, in the
 * order of their names: how many users took it, how often.
 */
PG_FUNCTION_INFO_V1(journey_log_steps);
Datum
journey_log_steps(PG_FUNCTION_ARGS)
{
	LogReader	reader;
	LogEntry	entry;
	StepTotal  *steps;
	uint64		user = 0;
	uint32		ticks = 0;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log_read(&reader, log_arg(fcinfo, 0, &journey_log_type), &journey_log_type);
	steps = palloc0(Max(reader.labels.count, 1) * sizeof(StepTotal));
	while (log_next_id(&reader))
	{
		user++;
		while (reader.of_id > 0 && log_next(&reader, &entry))
		{
			StepTotal  *step = &steps[entry.payload[JOURNEY_STEP]];

			if ((++ticks & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			step->users += step->last_user != user;
			step->last_user = user;
			step->events++;
		}
	}

	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < reader.labels.count; i++)
	{
		Datum		values[3];
		bool		nulls[3] = {false, false, false};

		values[0] = CStringGetTextDatum(labels_text(&reader.labels, i));
		values[1] = Int64GetDatum(steps[i].users);
		values[2] = Int64GetDatum(steps[i].events);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
