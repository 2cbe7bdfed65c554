/*-------------------------------------------------------------------------
 *
 * journey_cohorts.c
 *	  Who began with one step and came back with another, by cohort and age.
 *
 * A user begins with the first event of the one step, whatever is asked for: who
 * began before from_date is of an earlier cohort, which is not shown.  Ages are
 * periods of the calendar, or windows of any length from each user's own start.
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
#include "core/cohort_cells.h"
#include "core/elapsed.h"
#include "core/shown.h"
#include "core/zone_days.h"
#include "journey/journey.h"

/* What makes an age. */
typedef struct Ages
{
	Grain		grain;			/* of cohorts, and of ages without a unit */
	int64		unit;			/* the length of a window, 0: periods */
	ZoneDays	zone;
	TimestampTz known_until;	/* what is from then on is not known */
	DateADT		to_date;
} Ages;

/* The steps, by their numbers in the log. */
typedef struct CohortSteps
{
	uint32		start;
	uint32		back;
} CohortSteps;

/* A user of the log. */
typedef struct Beginner
{
	bool		has_begun;
	bool		has_returned;	/* before that */
	TimestampTz start;
	TimestampTz returned;		/* when, the last time */
	int64		cohort;
} Beginner;

/* The step of the log whose name argument n is. */
static uint32
step_arg(FunctionCallInfo fcinfo, int n, const Labels *labels)
{
	text	   *name = PG_GETARG_TEXT_PP(n);
	Label		label;

	label.name = VARDATA_ANY(name);
	label.length = (uint32) VARSIZE_ANY_EXHDR(name);
	return labels_find_named(labels, &journey_step, label);
}

static int64
age_of(Ages *ages, const Beginner *user, TimestampTz at)
{
	if (ages->unit > 0)
		return (int64) (((uint64) at - (uint64) user->start) / (uint64) ages->unit);
	/* clocks that are put back over midnight lead into the day before */
	return Max(0, calendar_period(zone_day(&ages->zone, at), ages->grain) - user->cohort);
}

/* The user begins: tell the cells which ages are over, and which have begun. */
static void
begin(CohortCells *cells, Ages *ages, Beginner *user, TimestampTz at)
{
	int64		over;
	int64		begun;

	user->has_begun = true;
	user->start = at;
	user->cohort = calendar_period(zone_day(&ages->zone, at), ages->grain);
	if (ages->unit > 0)
	{
		uint64		known = (uint64) ages->known_until - (uint64) at;

		over = (int64) (known / (uint64) ages->unit);
		begun = over + (known % (uint64) ages->unit > 0 ? 1 : 0);
	}
	else
	{
		over = calendar_period(ages->to_date, ages->grain) - user->cohort;
		begun = calendar_period(ages->to_date - 1, ages->grain) - user->cohort + 1;
	}
	cohort_cells_user(cells, user->cohort, over, begun);
	/* the order of the data says nothing about events at one moment */
	if (user->has_returned && user->returned == at)
		cohort_cells_active(cells, 0);
}

/* Take the next event of a user. */
static inline void
take_event(CohortCells *cells, Ages *ages, CohortSteps steps, Beginner *user,
		   const LogEntry *entry)
{
	uint32		step = (uint32) entry->payload[JOURNEY_STEP];

	if (entry->time >= ages->known_until)
		return;
	if (step == steps.start && !user->has_begun)
		begin(cells, ages, user, entry->time);
	if (step != steps.back)
		return;
	user->has_returned = true;
	user->returned = entry->time;
	if (user->has_begun)
		cohort_cells_active(cells, age_of(ages, user, entry->time));
}

/* Put the cells of a log. */
static void
put_cohorts(FunctionCallInfo fcinfo, Ages *ages, const CohortOptions *options)
{
	CohortCells cells;
	CohortSteps steps;
	LogReader	reader;
	LogEntry	entry;
	uint32		ticks = 0;

	cohort_cells_begin(&cells, options, journey_log_type.summary);
	log_read(&reader, log_arg(fcinfo, 0, &journey_log_type), &journey_log_type);
	steps.start = step_arg(fcinfo, 1, &reader.labels);
	steps.back = step_arg(fcinfo, 2, &reader.labels);
	while (log_next_id(&reader))
	{
		Beginner	user = {0};

		while (reader.of_id > 0 && log_next(&reader, &entry))
		{
			if ((++ticks & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			take_event(&cells, ages, steps, &user, &entry);
		}
		if (user.has_begun)
			cohort_cells_user_end(&cells);
	}
	cohort_cells_put(&cells, fcinfo);
}

/*
 * Read the arguments of both functions after grain or unit: to_date, from_date, kind,
 * brackets, with_total, confidence and zone; false where one of them is NULL that
 * must not be.
 */
static bool
cohorts_args(FunctionCallInfo fcinfo, Ages *ages, CohortOptions *options)
{
	zone_days_arg(fcinfo, 10, &ages->zone);
	ages->to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(4), "to_date");
	if (!cohort_options_args(fcinfo, 5, true, ages->grain, ages->to_date, options) ||
		ages->to_date <= CALENDAR_FIRST_DAY)
		return false;
	options->with_observed = true;
	if (ages->unit > 0)
		options->coarser = "a longer unit";
	ages->known_until = zone_day_start(&ages->zone, ages->to_date);
	return true;
}

/* Is one of the first five arguments NULL, argument 3 left to its reader? */
static bool
lacks_argument(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < 5; i++)
	{
		if (i != 3 && PG_ARGISNULL(i))
			return true;
	}
	return false;
}

/* Read the argument grain, 3, which somebody may take for the length of windows. */
static Grain
grain_not_unit_arg(FunctionCallInfo fcinfo)
{
	text	   *name;
	Grain		grain;

	if (PG_ARGISNULL(3))
		return grain_arg(fcinfo, 3, GRAINS_OF_USAGE, 0);
	name = PG_GETARG_TEXT_PP(3);
	if (!grain_from_text(VARDATA_ANY(name), (int) VARSIZE_ANY_EXHDR(name), GRAINS_OF_USAGE, &grain))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown grain"),
				 errdetail("The grain is \"%s\".", text_shown(name)),
				 errhint("Write 'day', 'week', 'week_sunday' or 'month'; for windows from each user's own start name the argument: unit => '24 hours'.")));
	return grain;
}

/*
 * journey_cohorts(log, start_step, return_step, grain, to_date, from_date, kind,
 * brackets, with_total, confidence, zone) -> (cohort, age, cohort_size, observed, active,
 * retention, low, high): of the users whose first start_step was in a period of the
 * zone's calendar, how many had a return_step then or later, by whole periods since.
 * A return at the moment of the start counts, and so does the start itself where both
 * are one step; one before it does not.  observed is for how many the age is over by
 * to_date, the first day that is not known; retention is 100 * active / observed, in
 * percent points, low and high are Wilson's interval.  Kinds, brackets and the rows
 * for all cohorts are those of cohort_retention().  A step that the log does not have
 * nobody took.  No rows where the log, a step, to_date, with_total or confidence is NULL.
 * Errors: those of cohort_retention(), a step that is there in other capitals,
 * and an unknown zone.
 */
PG_FUNCTION_INFO_V1(journey_cohorts);
Datum
journey_cohorts(PG_FUNCTION_ARGS)
{
	Ages		ages = {0};
	CohortOptions options;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (lacks_argument(fcinfo))
		return (Datum) 0;
	ages.grain = grain_not_unit_arg(fcinfo);
	if (cohorts_args(fcinfo, &ages, &options))
		put_cohorts(fcinfo, &ages, &options);
	return (Datum) 0;
}

/*
 * journey_cohorts(log, start_step, return_step, unit, to_date, from_date, kind, brackets,
 * with_total, confidence, zone, grain): likewise, by windows of the length of the
 * interval unit from each user's own start.  Cohorts are by grain.  Further errors: a
 * unit that is shorter than a minute.
 */
PG_FUNCTION_INFO_V1(journey_window_cohorts);
Datum
journey_window_cohorts(PG_FUNCTION_ARGS)
{
	Ages		ages = {0};
	CohortOptions options;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (lacks_argument(fcinfo) || PG_ARGISNULL(3))
		return (Datum) 0;
	ages.grain = grain_arg(fcinfo, 11, GRAINS_OF_USAGE, 0);
	ages.unit = elapsed_positive_arg(fcinfo, 3, "unit", "24 hours");
	elapsed_check_unit(ages.unit, USECS_PER_MINUTE, "unit", "hours");
	if (cohorts_args(fcinfo, &ages, &options))
		put_cohorts(fcinfo, &ages, &options);
	return (Datum) 0;
}
