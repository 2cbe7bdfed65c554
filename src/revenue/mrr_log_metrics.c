/*-------------------------------------------------------------------------
 *
 * mrr_log_metrics.c
 *	  What an mrr_log answers besides the bridge: MRR on a day, retention of
 *	  revenue and of customers between two days, cohorts, and the histories of
 *	  its customers.
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
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/log.h"
#include "core/money.h"
#include "core/result.h"
#include "core/sorted_run.h"
#include "rate/rate.h"
#include "revenue/mrr_history.h"
#include "revenue/mrr_log.h"

/* Loops over customers look for a cancel request once in so many. */
#define CUSTOMER_MASK	0xfff

/* The most rows of the cohorts. */
#define MAX_ROWS		10000000

static void
count_customer(uint32 *customers)
{
	if ((++*customers & CUSTOMER_MASK) == 0)
		CHECK_FOR_INTERRUPTS();
}

/*
 * mrr_at(log, on_date) -> (mrr, customers): the MRR of all customers at the end
 * of a day, and how many of them pay; 0 and 0 before the first change.
 */
PG_FUNCTION_INFO_V1(mrr_log_at);
Datum
mrr_log_at(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &mrr_log_type);
	DateADT		on_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "on_date");
	MrrLevels	levels;
	int128		mrr = 0;
	int64		paying = 0;
	uint32		customers = 0;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	mrr_levels_begin(&levels, log, 0);
	while (mrr_levels_next_customer(&levels))
	{
		int128		level = 0;

		count_customer(&customers);
		while (mrr_levels_next(&levels))
		{
			if (levels.day <= on_date)
				level = levels.level;
		}
		mrr = money_add(mrr, level);
		paying += level > 0;
	}
	values[0] = money_to_numeric(mrr, log->scale);
	values[1] = Int64GetDatum(paying);
	return record_result(fcinfo, values, nulls);
}

/*
 * Between two days
 */

/* What became of the customers who paid as a period began. */
typedef struct Kept
{
	int128		opening;		/* their MRR then */
	int128		closing;		/* at the end */
	int128		kept;			/* at the end, no customer's more than then */
	int64		stayed;			/* customers */
	int64		left;
} Kept;

/*
 * Sum up the customers of a log between arguments 1 and 2, from_date and to_date:
 * from the end of the day before the first to the end of the day before the last.
 */
static Kept
kept_between(FunctionCallInfo fcinfo, const PackedLog *log)
{
	DateADT		from_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "from_date");
	DateADT		to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date");
	Kept		sum = {0, 0, 0, 0, 0};
	MrrLevels	levels;
	uint32		customers = 0;

	calendar_range_check(from_date, to_date);
	mrr_levels_begin(&levels, log, 0);
	while (mrr_levels_next_customer(&levels))
	{
		int128		opening = 0;
		int128		closing = 0;

		count_customer(&customers);
		while (mrr_levels_next(&levels))
		{
			if (levels.day < from_date)
				opening = levels.level;
			if (levels.day < to_date)
				closing = levels.level;
		}
		if (opening == 0)
			continue;
		sum.opening = money_add(sum.opening, opening);
		sum.closing = money_add(sum.closing, closing);
		sum.kept = money_add(sum.kept, Min(opening, closing));
		sum.stayed += closing > 0;
		sum.left += closing == 0;
	}
	return sum;
}

/*
 * nrr(log, from_date, to_date): net revenue retention in percent points, of the
 * customers who paid as from_date began; NULL where nobody did.
 */
PG_FUNCTION_INFO_V1(mrr_log_nrr);
Datum
mrr_log_nrr(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &mrr_log_type);
	Kept		sum = kept_between(fcinfo, log);

	if (sum.opening == 0)
		PG_RETURN_NULL();
	return money_percent(sum.closing, sum.opening, log->scale);
}

/*
 * grr(log, from_date, to_date): gross revenue retention in percent points, never
 * above 100; NULL where nobody paid as from_date began.
 */
PG_FUNCTION_INFO_V1(mrr_log_grr);
Datum
mrr_log_grr(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &mrr_log_type);
	Kept		sum = kept_between(fcinfo, log);

	if (sum.opening == 0)
		PG_RETURN_NULL();
	return money_percent(sum.kept, sum.opening, log->scale);
}

/*
 * churn(log, from_date, to_date): of the customers who paid as from_date began,
 * those who no longer did as to_date began, as a rate_summary.
 */
PG_FUNCTION_INFO_V1(mrr_log_churn);
Datum
mrr_log_churn(PG_FUNCTION_ARGS)
{
	Kept		sum = kept_between(fcinfo, log_arg(fcinfo, 0, &mrr_log_type));

	PG_RETURN_POINTER(rate_summary_make(sum.left, sum.stayed, 0));
}

/*
 * Cohorts
 */

/* What changes in a cohort with an age. */
typedef struct CohortAge
{
	int64		cohort;			/* key: the period of the first payment ... */
	int64		age;			/* ... and how many periods later */
	int64		customers;		/* who begin, of age 0 */
	int64		remaining;		/* who pay, more than an age before */
	MoneySum	mrr;			/* of them, more than an age before */
	MoneySum	kept;			/* no more than at the end of age 0 */
} CohortAge;

static void
cohort_age_merge(void *into, const void *from)
{
	CohortAge  *sum = (CohortAge *) into;
	const CohortAge *more = (const CohortAge *) from;

	sum->customers += more->customers;
	sum->remaining += more->remaining;
	money_set(&sum->mrr, money_add(money_get(&sum->mrr), money_get(&more->mrr)));
	money_set(&sum->kept, money_add(money_get(&sum->kept), money_get(&more->kept)));
}

static const SortedRunType cohort_run = {
	.type_name = "mrr_cohorts",
	.header_size = 0,
	.entry_size = sizeof(CohortAge),
	.key_words = 2,
	.merge = cohort_age_merge
};

/*
 * Add a customer's levels at the ends of periods, as differences.  The first
 * period is that of the first payment, even if nothing is paid at its end.
 */
static SortedRun *
add_to_cohort(SortedRun *cohorts, MrrLevels *levels, Grain grain)
{
	CohortAge	change;
	bool		more = mrr_levels_next(levels);
	bool		has_begun = false;
	int128		level = 0;
	int128		first = 0;		/* at the end of age 0 */

	memset(&change, 0, sizeof(change));
	while (more)
	{
		DateADT		next;
		int32		period = calendar_period_until(levels->day, grain, &next);
		int128		opening = level;
		bool		begins = false;

		do
		{
			level = levels->level;
			begins = begins || (level > 0 && !has_begun);
			more = mrr_levels_next(levels);
		} while (more && levels->day < next);
		if (begins)
		{
			has_begun = true;
			change.cohort = period;
			first = level;
		}
		if (!has_begun || (level == opening && !begins))
			continue;
		change.age = period - change.cohort;
		change.customers = begins;
		change.remaining = (level > 0) - (opening > 0);
		money_set(&change.mrr, level - opening);
		money_set(&change.kept, Min(level, first) - Min(opening, first));
		cohorts = sorted_run_append(&cohort_run, cohorts, &change);
	}
	return cohorts;
}

/* The state of a cohort at an age. */
typedef struct CohortLevel
{
	int64		customers;
	int64		remaining;
	int128		mrr;
	int128		kept;
	int128		first;			/* MRR at the end of age 0 */
} CohortLevel;

#define COHORT_COLUMNS	7

static void
put_cohort_row(ResultRows *rows, DateADT first_day, int64 age,
			   const CohortLevel *level, bool is_over, int scale)
{
	Datum		values[COHORT_COLUMNS] = {0};
	bool		nulls[COHORT_COLUMNS] = {false};

	values[0] = DateADTGetDatum(first_day);
	values[1] = Int32GetDatum((int32) age);
	values[2] = Int64GetDatum(level->customers);
	for (int i = 3; i < COHORT_COLUMNS; i++)
		nulls[i] = !is_over;
	if (is_over)
	{
		values[3] = Int64GetDatum(level->remaining);
		values[4] = money_to_numeric(level->mrr, scale);
		nulls[5] = nulls[6] = level->first == 0;
		if (level->first > 0)
		{
			values[5] = money_percent(level->mrr, level->first, scale);
			values[6] = money_percent(level->kept, level->first, scale);
		}
	}
	rows_put(rows, values, nulls);
}

/* Report cohorts that would have too many rows up to the last known period. */
static void
check_rows(const SortedRun *cohorts, int64 last)
{
	const CohortAge *change = (const CohortAge *) sorted_run_entry_const(&cohort_run, cohorts, 0);
	int64		rows = 0;

	for (uint32 i = 0; i < cohorts->used && change[i].cohort <= last; i++)
	{
		if (i == 0 || change[i].cohort != change[i - 1].cohort)
			rows += last - change[i].cohort + 1;
	}
	if (rows > MAX_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the result has too many rows"),
				 errdetail("It would have more than %d rows.", MAX_ROWS),
				 errhint("Look for an impossible date in the data, or use a coarser grain.")));
}

/* Put the rows of the cohorts, from each one's first period to the last known. */
static void
put_cohorts(FunctionCallInfo fcinfo, const SortedRun *cohorts, Grain grain,
			DateADT to_date, int scale)
{
	const CohortAge *change = (const CohortAge *) sorted_run_entry_const(&cohort_run, cohorts, 0);
	int64		last = calendar_period(to_date - 1, grain);
	uint32		i = 0;
	ResultRows	rows;

	check_rows(cohorts, last);
	rows_begin(&rows, fcinfo);
	while (i < cohorts->used && change[i].cohort <= last)
	{
		int64		cohort = change[i].cohort;
		CohortLevel level = {0, 0, 0, 0, 0};

		for (int64 age = 0; cohort + age <= last; age++)
		{
			if (i < cohorts->used && change[i].cohort == cohort &&
				change[i].age == age)
			{
				level.customers += change[i].customers;
				level.remaining += change[i].remaining;
				level.mrr = money_add(level.mrr, money_get(&change[i].mrr));
				level.kept = money_add(level.kept, money_get(&change[i].kept));
				i++;
			}
			if (age == 0)
				level.first = level.mrr;
			put_cohort_row(&rows, calendar_period_start((int32) cohort, grain),
						   age, &level,
						   calendar_period_start((int32) (cohort + age + 1), grain) <= to_date,
						   scale);
		}
		/* what changes from to_date on is not known yet */
		while (i < cohorts->used && change[i].cohort == cohort)
			i++;
	}
	rows_end(&rows);
}

/*
 * mrr_cohorts(log, grain, to_date) -> (cohort, age, customers, remaining, mrr,
 * nrr, grr): a row for every cohort, the customers who first paid in a period,
 * and every age in periods up to that of the day before to_date.  remaining pay at
 * the end of the period, mrr is what they pay, nrr and grr compare it with the
 * end of the cohort's first period, in percent points.  NULL where the period is
 * not over at to_date.
 */
PG_FUNCTION_INFO_V1(mrr_log_cohorts);
Datum
mrr_log_cohorts(PG_FUNCTION_ARGS)
{
	Grain		grain = grain_arg(fcinfo, 1, GRAINS_OF_REVENUE, 0);
	SortedRun  *cohorts;
	const PackedLog *log;
	DateADT		to_date;
	MrrLevels	levels;
	uint32		customers = 0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return (Datum) 0;
	log = log_arg(fcinfo, 0, &mrr_log_type);
	to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date");
	if (to_date == CALENDAR_FIRST_DAY)
		return (Datum) 0;

	cohorts = sorted_run_new(&cohort_run);
	mrr_levels_begin(&levels, log, 0);
	while (mrr_levels_next_customer(&levels))
	{
		count_customer(&customers);
		cohorts = add_to_cohort(cohorts, &levels, grain);
	}
	put_cohorts(fcinfo, sorted_run_finish(&cohort_run, cohorts), grain, to_date,
				log->scale);
	return (Datum) 0;
}

/*
 * Histories
 */

/*
 * histories(log) -> (customer_id, history): a row for each customer, with the
 * mrr_history that mrr_history() makes of the customer's rows.  The ids have the
 * type of the function's name.
 */
static Datum
put_histories(FunctionCallInfo fcinfo, IdKind kind)
{
	const PackedLog *log;
	MrrLevels	levels;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log = log_arg(fcinfo, 0, &mrr_log_type);
	log_check_kind(&mrr_log_type, log, kind, "histories");
	mrr_levels_begin(&levels, log, 0);
	rows_begin(&rows, fcinfo);
	while (mrr_levels_next_customer(&levels))
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};
		SortedRun  *history = mrr_history_new(log->scale);
		int128		level = 0;

		while (mrr_levels_next(&levels))
		{
			history = mrr_history_add(history, levels.day, levels.level - level);
			level = levels.level;
		}
		values[0] = id_result(kind, &levels.reader.id);
		values[1] = PointerGetDatum(mrr_history_finish(history));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* histories(log) of a log with ids that are integers */
PG_FUNCTION_INFO_V1(mrr_log_histories);
Datum
mrr_log_histories(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_INTEGER);
}

/* histories_uuid(log) of a log with ids that are uuids */
PG_FUNCTION_INFO_V1(mrr_log_histories_uuid);
Datum
mrr_log_histories_uuid(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_UUID);
}
