/*-------------------------------------------------------------------------
 *
 * cohort.c
 *	  Cohort retention and the lifecycle of users, by day, week or month.
 *
 * A user belongs to the cohort of the period of the first activity.  A
 * cohort_summary counts, for each cohort and period, the users that were
 * active in the period: one number for those that were also active in the
 * period before, another one for those that were not.  The cohort triangle and
 * the lifecycle (new, returning, resurrected, dormant) are sums of these
 * counts.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/cohort_cells.h"
#include "core/count_table.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "usage/active_days.h"
#include "usage/usage_log.h"

/* How many users of a cohort were active in a period. */
typedef struct CohortPeriod
{
	int64		cohort;			/* key: period of the first activity ... */
	int64		period;			/* ... and the period that is counted */
	int64		returning;		/* users also active in the period before */
	int64		others;			/* new users, and those that come back */
} CohortPeriod;

typedef struct CohortHeader
{
	int64		grain;			/* a Grain */
} CohortHeader;

static void cohort_add(void *into, const void *from);

static const SummaryType cohort_type = {
	.name = "cohort_summary",
	.example = "{\"version\": 1, \"grain\": \"month\", \"cohorts\": [[\"2025-01-01\", 0, 0, 20], [\"2025-01-01\", 1, 12, 0]]}"
};

static const SortedRunType cohort_run = {
	.type_name = "cohort_summary",
	.header_size = sizeof(CohortHeader),
	.entry_size = sizeof(CohortPeriod),
	.key_words = 2,
	.merge = cohort_add
};

static void
cohort_add(void *into, const void *from)
{
	CohortPeriod *sum = (CohortPeriod *) into;
	const CohortPeriod *more = (const CohortPeriod *) from;

	count_add(&sum->returning, more->returning, &cohort_type);
	count_add(&sum->others, more->others, &cohort_type);
}

static inline CohortHeader *
cohort_header(SortedRun *state)
{
	return (CohortHeader *) sorted_run_header(state);
}

static inline Grain
grain_of(const SortedRun *summary)
{
	return (Grain) ((const CohortHeader *) sorted_run_header_const(summary))->grain;
}

static inline const CohortPeriod *
cohorts_of(const SortedRun *summary)
{
	return (const CohortPeriod *) sorted_run_entry_const(&cohort_run, summary, 0);
}

/*
 * Return why no users could have produced these counts, or NULL.  A cohort
 * begins with its new users and nobody returning, no period of it has more
 * users than it began with, and only users of the period before can return.
 */
static const char *
cohort_problem(const SortedRun *summary)
{
	const CohortPeriod *rows = cohorts_of(summary);
	int64		size = 0;
	const char *problem = NULL;

	for (uint32 i = 0; i < summary->used && problem == NULL; i++)
	{
		int64		before = 0;

		if (i > 0 && rows[i].cohort == rows[i - 1].cohort &&
			rows[i].period == rows[i - 1].period + 1)
			before = rows[i - 1].returning + rows[i - 1].others;
		if (rows[i].period < rows[i].cohort)
			problem = "A period is before the first one of its cohort.";
		else if (rows[i].period == rows[i].cohort)
			size = rows[i].others;
		else if (i == 0 || rows[i].cohort != rows[i - 1].cohort)
			problem = "A cohort lacks its first period.";

		if (problem != NULL)
			break;
		if (rows[i].returning + rows[i].others == 0)
			problem = "A period has no users.";
		else if (rows[i].returning > before)
			problem = "More users return to a period than were active in the period before.";
		else if (rows[i].period > rows[i].cohort &&
				 rows[i].others > size - before)
			problem = "More users come back in a period than were away.";
	}
	return problem;
}

/*
 * Input and output
 */

/* What has been read of a text so far. */
typedef struct CohortInput
{
	SortedRun  *rows;			/* of days and ages: the grain may follow */
	Grain		grain;
	bool		has_grain;
} CohortInput;

/* Read an element of "cohorts": [cohort, age, returning, others]. */
static bool
cohort_read_entry(SortedRun *summary, const JsonbValue *parts,
				  const char *place, void *into)
{
	CohortPeriod *row = (CohortPeriod *) into;
	DateADT		cohort;

	(void) summary;
	if (parts[0].type != jbvString ||
		!calendar_day_from_text(parts[0].val.string.val,
								parts[0].val.string.len, &cohort))
		return false;
	row->cohort = cohort;
	row->period = summary_json_int64(&parts[1], 0, PG_INT32_MAX,
									 summary_json_part(2, place).shown,
									 &cohort_type);
	row->returning = summary_json_count(&parts[2], summary_json_part(3, place).shown,
										&cohort_type);
	row->others = summary_json_count(&parts[3], summary_json_part(4, place).shown,
									 &cohort_type);
	return true;
}

static const RunSummary cohort_summary = {
	.type = &cohort_type,
	.run = &cohort_run,
	.list = "cohorts",
	.element = "a first day, an age and two numbers of users",
	.parts = 4,
	.read_entry = cohort_read_entry,
	.sent_size = 4 + 4 + 8 + 8
};

static void
cohort_member(void *arg, const char *key, const JsonbValue *value)
{
	CohortInput *input = (CohortInput *) arg;

	if (strcmp(key, "grain") == 0)
	{
		if (value->type != jbvString ||
			!grain_from_text(value->val.string.val, value->val.string.len,
							 GRAINS_OF_USAGE, &input->grain))
			summary_text_invalid(&cohort_type, "\"grain\" is %s, not \"day\", \"week\", \"week_sunday\" or \"month\".",
								 summary_json_shown(value));
		input->has_grain = true;
	}
	else if (strcmp(key, cohort_summary.list) == 0)
		run_summary_read_list(&cohort_summary, &input->rows, value);
	else
		summary_json_unexpected(key, &cohort_type);
}

/*
 * cohort_summary_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.
 *
 * The members are "version", "grain" and "cohorts", an array of [first day of
 * the cohort, age in periods, users also active in the period before, other
 * users] in any order.  cohort_problem() refuses counts that no users could
 * have produced.
 */
PG_FUNCTION_INFO_V1(cohort_summary_in);
Datum
cohort_summary_in(PG_FUNCTION_ARGS)
{
	CohortInput input;
	const SortedRun *rows;
	SortedRun  *summary;

	memset(&input, 0, sizeof(input));
	input.rows = sorted_run_new(&cohort_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&cohort_type),
						 cohort_member, &input);
	if (!input.has_grain)
		summary_text_invalid(&cohort_type, "\"grain\" is missing.");

	summary = sorted_run_new(&cohort_run);
	cohort_header(summary)->grain = input.grain;
	rows = sorted_run_read(&cohort_run, input.rows);
	for (uint32 i = 0; i < rows->used; i++)
	{
		CohortPeriod row = cohorts_of(rows)[i];
		DateADT		first = (DateADT) row.cohort;

		row.cohort = calendar_period(first, input.grain);
		row.period += row.cohort;
		if (calendar_period_start((int32) row.cohort, input.grain) != first ||
			row.period > calendar_period(CALENDAR_LAST_DAY, input.grain))
			summary_text_invalid(&cohort_type, "%s is not the first day of a %s, or its age goes beyond the calendar.",
								 calendar_day_text(first),
								 grain_name(input.grain));
		summary = sorted_run_append(&cohort_run, summary, &row);
	}
	summary = sorted_run_finish(&cohort_run, summary);
	summary_text_check(&cohort_type, cohort_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * cohort_summary_out: the text form, JSON; the entries are in the order of
 * cohorts and ages
 */
PG_FUNCTION_INFO_V1(cohort_summary_out);
Datum
cohort_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&cohort_summary, fcinfo, 0);
	const CohortPeriod *rows = cohorts_of(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"grain\": \"%s\", \"cohorts\": [",
					 grain_name(grain_of(summary)));
	for (uint32 i = 0; i < summary->used; i++)
	{
		DateADT		first = calendar_period_start((int32) rows[i].cohort,
												  grain_of(summary));

		run_summary_append(&buf, i);
		appendStringInfoChar(&buf, '"');
		calendar_append_day(&buf, first);
		appendStringInfo(&buf, "\", " INT64_FORMAT ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 rows[i].period - rows[i].cohort, rows[i].returning,
						 rows[i].others);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/* cohort_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(cohort_summary_send);
Datum
cohort_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&cohort_summary, fcinfo, 0);
	const CohortPeriod *rows = cohorts_of(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, grain_of(summary));
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, (int32) rows[i].cohort);
		pq_sendint32(&message, (int32) rows[i].period);
		pq_sendint64(&message, rows[i].returning);
		pq_sendint64(&message, rows[i].others);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * cohort_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the grain (1 byte), the number of entries (4)
 * and each entry: cohort and period as numbers of the calendar (see
 * calendar.h; 4 each), and its two numbers of users (8 each).  Entries are in
 * strictly ascending order and within the calendar; cohort_problem() checks
 * the whole.
 */
PG_FUNCTION_INFO_V1(cohort_summary_recv);
Datum
cohort_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int			grain;
	CohortPeriod *row;

	summary_recv_begin(message, &cohort_type);
	grain = pq_getmsgbyte(message);
	if (!grain_is_of(grain, GRAINS_OF_USAGE))
		summary_binary_invalid(&cohort_type, "The grain is %d, not that of days, weeks or months.",
							   grain);
	summary = run_summary_recv(&cohort_summary, message);
	cohort_header(summary)->grain = grain;
	while ((row = run_summary_recv_entry(&cohort_summary, summary)) != NULL)
	{
		row->cohort = (int32) pq_getmsgint(message, 4);
		row->period = (int32) pq_getmsgint(message, 4);
		row->returning = summary_recv_count(message, "returning users",
											&cohort_type);
		row->others = summary_recv_count(message, "other users",
										 &cohort_type);
		if (row->cohort < calendar_period(CALENDAR_FIRST_DAY, grain) ||
			row->period > calendar_period(CALENDAR_LAST_DAY, grain))
			summary_binary_invalid(&cohort_type, "Entry %u is out of the range of dates.",
								   summary->used);
	}
	sorted_run_check(&cohort_run, summary);
	summary_binary_check(&cohort_type, cohort_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * Aggregation
 */

/*
 * cohort_summary(a, grain): add the days of one user.  NULL is skipped, and
 * NULLs alone give NULL; a grain that is NULL, unknown or not that of the
 * other rows is an error.
 */
PG_FUNCTION_INFO_V1(cohort_accum);
Datum
cohort_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	const ActiveDays *days;
	ActiveDaysReader reader;
	Grain		grain;
	CohortPeriod row;
	DateADT		day;
	DateADT		period_end = PG_INT32_MIN;
	int64		last = 0;
	uint32		steps = 0;

	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	state = run_summary_state(&cohort_summary, fcinfo);
	grain = grain_arg(fcinfo, 2, GRAINS_OF_USAGE, grain_of(state));
	cohort_header(state)->grain = grain;

	days = active_days_get(PG_GETARG_DATUM(1));
	row.cohort = calendar_period(days->first, grain);
	active_days_read(&reader, days);
	while (active_days_next(&reader, &day))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		/* most days are in the period of the day before */
		if (day < period_end)
			continue;
		row.period = calendar_period_until(day, grain, &period_end);
		row.returning = row.period > row.cohort && last == row.period - 1;
		row.others = 1 - row.returning;
		state = sorted_run_append(&cohort_run, state, &row);
		last = row.period;
	}
	PG_RETURN_POINTER(state);
}

/*
 * Add a summary of other users: for rollup(), and for what parallel workers
 * found.  A user who is in both is counted twice.  Different grains are an
 * error.
 */
PG_FUNCTION_INFO_V1(cohort_combine);
Datum
cohort_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	SortedRun  *other;

	state = aggregate_combine_state(fcinfo, &cohort_type);
	other = PG_GETARG_SUMMARY(1, &cohort_type);
	grain_rollup_check(grain_of(state), grain_of(other));
	return run_summary_combine(&cohort_summary, fcinfo, state, other);
}

/* Take users of the same cohort and period out of others. */
static RunRest
cohort_take(void *entry, const void *part)
{
	CohortPeriod *period = (CohortPeriod *) entry;
	const CohortPeriod *fewer = (const CohortPeriod *) part;

	return rest_of_both(count_take(&period->returning, fewer->returning),
						count_take(&period->others, fewer->others));
}

/*
 * a - b: return the summary of the users that are in a and not in b.  Different
 * grains, and a b with users that cannot be in a, are errors.
 */
PG_FUNCTION_INFO_V1(cohort_minus);
Datum
cohort_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *whole = run_summary_arg(&cohort_summary, fcinfo, 0);
	const SortedRun *part = run_summary_arg(&cohort_summary, fcinfo, 1);
	SortedRun  *rest;

	grain_rollup_check(grain_of(whole), grain_of(part));
	rest = run_difference(&cohort_run, whole, part, cohort_take);
	if (rest == NULL || cohort_problem(rest) != NULL)
		summary_count_underflow(&cohort_type);
	PG_RETURN_POINTER(rest);
}

/*
 * Return the value to store: the same users give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(cohort_final);
Datum
cohort_final(PG_FUNCTION_ARGS)
{
	return run_summary_final(&cohort_summary, fcinfo);
}

/*
 * Of a usage_log
 */

/* Count a user in a period, in a table or where that ends in the summary. */
static SortedRun *
count_period(CountTable *table, SortedRun *summary, int64 first,
			 const CohortPeriod *row)
{
	uint64		column = (uint64) (row->period - row->cohort) * 2 +
	(uint64) row->returning;

	if (count_table_add(table, (uint64) (row->cohort - first), column))
		return summary;
	return sorted_run_append(&cohort_run, summary, row);
}

/* Put the counts of a table into a summary. */
static SortedRun *
add_period_table(const CountTable *table, SortedRun *summary, int64 first)
{
	for (uint64 cohort = 0; cohort < table->rows; cohort++)
	{
		const int64 *counts = table->counts + cohort * table->columns;

		for (uint64 age = 0; age * 2 < table->columns; age++)
		{
			CohortPeriod row;

			row.cohort = first + (int64) cohort;
			row.period = row.cohort + (int64) age;
			row.others = counts[age * 2];
			row.returning = age * 2 + 1 < table->columns ?
				counts[age * 2 + 1] : 0;
			if (row.others + row.returning > 0)
				summary = sorted_run_append(&cohort_run, summary, &row);
		}
	}
	return summary;
}

/*
 * Return the summary of the users of a log by grain, of the days before to_date: the
 * bytes that cohort_summary() makes of those of each user.
 */
static const SortedRun *
cohorts_of_log(const PackedLog *log, Grain grain, int64 to_date)
{
	SortedRun  *summary = sorted_run_new(&cohort_run);
	CountTable	table = {0, 0, NULL};
	UserDays	days;
	CohortPeriod row;
	int64		first;
	uint32		steps = 0;

	user_days_begin(&days, log);
	first = calendar_period((DateADT) days.reader.first_time, grain);
	while (user_days_next_user(&days))
	{
		int64		day;
		DateADT		period_end = PG_INT32_MIN;
		bool		has_cohort = false;
		int64		last = 0;

		while (user_days_next(&days, &day))
		{
			if ((++steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			/* most days are in the period of the day before */
			if (day < period_end || day >= to_date)
				continue;
			row.period = calendar_period_until((DateADT) day, grain,
											   &period_end);
			if (!has_cohort)
				row.cohort = row.period;
			has_cohort = true;
			row.returning = row.period > row.cohort && last == row.period - 1;
			row.others = 1 - row.returning;
			summary = count_period(&table, summary, first, &row);
			last = row.period;
		}
	}
	summary = add_period_table(&table, summary, first);
	cohort_header(summary)->grain = grain;
	return sorted_run_finish(&cohort_run, summary);
}

/* Argument 0, a log, as a summary of all its days by the grain in argument 1. */
static const SortedRun *
log_argument(FunctionCallInfo fcinfo)
{
	Grain		grain = grain_arg(fcinfo, 1, GRAINS_OF_USAGE, 0);

	return cohorts_of_log(log_arg(fcinfo, 0, &usage_log_type), grain, PG_INT64_MAX);
}

/*
 * cohort_summary(log, grain) -> the compact summary, without the ids; NULL for a
 * log of no users.
 */
PG_FUNCTION_INFO_V1(cohort_of_log);
Datum
cohort_of_log(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	summary = log_argument(fcinfo);
	if (summary->used == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(summary);
}

/*
 * Accessors
 */

/*
 * Put the cells of a summary, which knows who was active in a period, and no more: of
 * the one that to_date is in, all who began in it.
 */
static void
put_cohorts(FunctionCallInfo fcinfo, const SortedRun *summary,
			const CohortOptions *options)
{
	const CohortPeriod *rows = cohorts_of(summary);
	int64		last = calendar_period(options->to_date - 1, options->grain);
	int64		open = calendar_period(options->to_date, options->grain);
	CohortCells cells;

	cohort_cells_begin(&cells, options, &cohort_type);
	for (uint32 i = 0; i < summary->used && rows[i].cohort <= last; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (rows[i].period == rows[i].cohort)
			cohort_cells_add_known(&cells, rows[i].cohort, open - rows[i].cohort,
								   last - rows[i].cohort + 1, rows[i].others);
		/* what is not over is not counted, nor what is not known */
		if (rows[i].period < open)
			cohort_cells_add_active(&cells, rows[i].cohort, rows[i].period - rows[i].cohort,
									rows[i].returning + rows[i].others);
	}
	cohort_cells_put(&cells, fcinfo);
}

/*
 * Put the cells of a log, which knows when each user was active.
 */
static void
put_log_cohorts(FunctionCallInfo fcinfo, const PackedLog *log,
				const CohortOptions *options)
{
	int64		last = calendar_period(options->to_date - 1, options->grain);
	int64		open = calendar_period(options->to_date, options->grain);
	CohortCells cells;
	UserDays	days;
	uint32		steps = 0;

	cohort_cells_begin(&cells, options, &cohort_type);
	user_days_begin(&days, log);
	while (user_days_next_user(&days))
	{
		int64		day;
		DateADT		period_end = PG_INT32_MIN;
		bool		has_cohort = false;
		int64		cohort = 0;

		while (user_days_next(&days, &day))
		{
			int64		period;

			if ((++steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			/* most days are in the period of the day before */
			if (day >= options->to_date || day < period_end)
				continue;
			period = calendar_period_until((DateADT) day, options->grain, &period_end);
			if (!has_cohort)
			{
				has_cohort = true;
				cohort = period;
				cohort_cells_user(&cells, cohort, open - cohort, last - cohort + 1);
			}
			cohort_cells_active(&cells, period - cohort);
		}
		if (has_cohort)
			cohort_cells_user_end(&cells);
	}
	cohort_cells_put(&cells, fcinfo);
}

/* The users of one period, by what they did before. */
typedef struct Lifecycle
{
	int64		new_users;
	int64		returning;
	int64		resurrected;
} Lifecycle;

static inline int64
lifecycle_active(const Lifecycle *users)
{
	return users->new_users + users->returning + users->resurrected;
}

/*
 * user_lifecycle(s) -> (period, active_users, new_users, returning_users,
 * resurrected_users, dormant_users): return a row for every period from the
 * first to the last, quiet ones included.  Active users are new, returning or
 * resurrected; dormant ones were active in the period before and are not in
 * this one.  More than ten million periods are an error.
 */
static Datum
put_lifecycle(FunctionCallInfo fcinfo, const SortedRun *summary)
{
	const CohortPeriod *rows = cohorts_of(summary);
	Lifecycle  *periods;
	int64		first;
	int64		last;
	int64		before = 0;
	ResultRows	result;

	if (summary->used == 0)
		return (Datum) 0;

	first = rows[0].cohort;
	last = first;
	for (uint32 i = 0; i < summary->used; i++)
		last = Max(last, rows[i].period);
	cohort_check_rows(last - first + 1, first, last, grain_of(summary), "a coarser grain");
	periods = palloc0((last - first + 1) * sizeof(Lifecycle));
	for (uint32 i = 0; i < summary->used; i++)
	{
		Lifecycle  *users = &periods[rows[i].period - first];

		CHECK_FOR_INTERRUPTS();
		count_add(&users->returning, rows[i].returning, &cohort_type);
		count_add(rows[i].period == rows[i].cohort ? &users->new_users :
				  &users->resurrected, rows[i].others, &cohort_type);
	}

	rows_begin(&result, fcinfo);
	for (int64 period = first; period <= last; period++)
	{
		const Lifecycle *users = &periods[period - first];
		Datum		values[6];
		bool		nulls[6] = {false, false, false, false, false, false};

		values[0] = DateADTGetDatum(calendar_period_start((int32) period,
														  grain_of(summary)));
		values[1] = Int64GetDatum(lifecycle_active(users));
		values[2] = Int64GetDatum(users->new_users);
		values[3] = Int64GetDatum(users->returning);
		values[4] = Int64GetDatum(users->resurrected);
		values[5] = Int64GetDatum(before - users->returning);
		before = lifecycle_active(users);
		rows_put(&result, values, nulls);
	}
	rows_end(&result);
	return (Datum) 0;
}

/*
 * cohort_retention(s, to_date, from_date, kind, with_total, confidence) -> (cohort, age,
 * cohort_size, active, retention, low, high): a row for every cohort that begins on or
 * after from_date and every age up to the period of the day before to_date, which is
 * the first day that is not known.  retention is 100 * active / cohort_size, in percent
 * points, low and high are Wilson's interval.  These and active are NULL for a period
 * that is not over by to_date; active is 0 for an empty one that is over.  With
 * with_total, rows for all cohorts together follow, whose cohort is NULL: at each age
 * those of which it is over.  No rows where the summary, to_date, with_total or
 * confidence is NULL.  Errors: an infinite date, a kind that is NULL or unknown, or
 * not 'in_period', since a summary does not know who was active later, and more than
 * ten million rows.
 */
PG_FUNCTION_INFO_V1(cohort_retention);
Datum
cohort_retention(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	CohortOptions options;
	DateADT		to_date;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	summary = run_summary_arg(&cohort_summary, fcinfo, 0);
	to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "to_date");
	if (!cohort_options_args(fcinfo, 2, false, grain_of(summary), to_date, &options))
		return (Datum) 0;
	if (options.kind != COHORT_IN_PERIOD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a cohort_summary only knows who was active in a period"),
				 errdetail("kind is \"%s\", which takes what each user did later.",
						   cohort_kind_name(options.kind)),
				 errhint("Read it from the log: cohort_retention(usage_log(user_id, day), '%s', to_date => ..., kind => '%s'%s).",
						 grain_name(grain_of(summary)),
						 cohort_kind_name(options.kind),
						 options.kind == COHORT_BRACKET ? ", brackets => '{0,1,4}'" : "")));
	if (to_date > CALENDAR_FIRST_DAY)
		put_cohorts(fcinfo, summary, &options);
	return (Datum) 0;
}

/*
 * cohort_retention(log, grain, to_date, from_date, kind, brackets, with_total,
 * confidence) of a usage_log: columns, NULLs and errors are those of a summary.  By
 * kind, active is who was active at the age ('in_period'), at the age or later before
 * to_date ('on_or_after'), or at an age from that of the row to before the next one of
 * brackets ('bracket').  Further errors: brackets that are missing, not of that kind,
 * fewer than two, NULL, negative or not ascending.
 */
PG_FUNCTION_INFO_V1(cohort_log_retention);
Datum
cohort_log_retention(PG_FUNCTION_ARGS)
{
	const PackedLog *log;
	CohortOptions options;
	DateADT		to_date;
	Grain		grain;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return (Datum) 0;
	grain = grain_arg(fcinfo, 1, GRAINS_OF_USAGE, 0);
	to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date");
	if (!cohort_options_args(fcinfo, 3, true, grain, to_date, &options) ||
		to_date == CALENDAR_FIRST_DAY)
		return (Datum) 0;
	log = log_arg(fcinfo, 0, &usage_log_type);
	if (options.kind == COHORT_IN_PERIOD)
		put_cohorts(fcinfo, cohorts_of_log(log, grain, to_date), &options);
	else
		put_log_cohorts(fcinfo, log, &options);
	return (Datum) 0;
}

/* user_lifecycle(s) of a summary */
PG_FUNCTION_INFO_V1(cohort_lifecycle);
Datum
cohort_lifecycle(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	return put_lifecycle(fcinfo, run_summary_arg(&cohort_summary, fcinfo, 0));
}

/* user_lifecycle(log, grain) of a usage_log */
PG_FUNCTION_INFO_V1(cohort_log_lifecycle);
Datum
cohort_log_lifecycle(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	return put_lifecycle(fcinfo, log_argument(fcinfo));
}
