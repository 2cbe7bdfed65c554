/*-------------------------------------------------------------------------
 *
 * backlog.c
 *	  Backlog: how many were opened and closed on a day, and how many are open at
 *	  its end.
 *
 * A backlog_summary counts by day.  What is open at the end of a day are those
 * opened up to then less those closed, so a series of any length is one pass
 * over the days.
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
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/run_summary.h"
#include "service/backlog.h"

/* The longest series: 2,700 years. */
#define MAX_SERIES_DAYS		1000000

/* The totals bound the sums of days. */
typedef struct BacklogHeader
{
	int64		opened;
	int64		closed;
} BacklogHeader;

static void backlog_add(void *into, const void *from);

static const SummaryType backlog_type = {
	.name = "backlog_summary",
	.example = "{\"version\": 1, \"days\": [[\"2025-01-31\", 3, 0], [\"2025-02-03\", 1, 2]]}"
};

static const SortedRunType backlog_run = {
	.type_name = "backlog_summary",
	.header_size = sizeof(BacklogHeader),
	.entry_size = sizeof(BacklogDay),
	.key_words = 1,
	.merge = backlog_add
};

/* Add the counts of an equal day. */
static void
backlog_add(void *into, const void *from)
{
	((BacklogDay *) into)->opened += ((const BacklogDay *) from)->opened;
	((BacklogDay *) into)->closed += ((const BacklogDay *) from)->closed;
}

static inline BacklogHeader *
backlog_header(SortedRun *summary)
{
	return (BacklogHeader *) sorted_run_header(summary);
}

static inline const BacklogDay *
backlog_days(const SortedRun *summary)
{
	return (const BacklogDay *) sorted_run_entry_const(&backlog_run, summary, 0);
}

/* Make an entry, which is counted in the header at once. */
static inline void
backlog_set(SortedRun *summary, BacklogDay *entry, int64 day, int64 opened, int64 closed)
{
	count_add(&backlog_header(summary)->opened, opened, &backlog_type);
	count_add(&backlog_header(summary)->closed, closed, &backlog_type);
	entry->day = day;
	entry->opened = opened;
	entry->closed = closed;
}

/*
 * Input and output
 */

/* Read an element of "days": [day, opened, closed]. */
static bool
backlog_read_entry(SortedRun *summary, const JsonbValue *parts,
				   const char *place, void *entry)
{
	DateADT		day = summary_json_day(&parts[0], summary_json_part(1, place).shown, &backlog_type);
	int64		opened = summary_json_count(&parts[1], summary_json_part(2, place).shown, &backlog_type);
	int64		closed = summary_json_count(&parts[2], summary_json_part(3, place).shown, &backlog_type);

	if (opened == 0 && closed == 0)
		return false;
	backlog_set(summary, entry, day, opened, closed);
	return true;
}

static const RunSummary backlog_summary = {
	.type = &backlog_type,
	.run = &backlog_run,
	.list = "days",
	.element = "an array of a day, how many were opened, how many were closed",
	.parts = 3,
	.read_entry = backlog_read_entry,
	.sent_size = sizeof(BacklogDay)
};

/* The members of the text form while they are read. */
typedef struct BacklogInput
{
	SortedRun  *summary;
	bool		has_days;
} BacklogInput;

static void
backlog_member(void *arg, const char *key, const JsonbValue *value)
{
	BacklogInput *input = (BacklogInput *) arg;

	if (strcmp(key, backlog_summary.list) != 0)
		summary_json_unexpected(key, &backlog_type);
	run_summary_read_list(&backlog_summary, &input->summary, value);
	input->has_days = true;
}

/* Return what is wrong with a summary, or NULL: nothing is closed that is not open. */
static const char *
backlog_problem(const SortedRun *summary)
{
	const BacklogDay *days = backlog_days(summary);
	int64		open = 0;

	for (uint32 i = 0; i < summary->used; i++)
	{
		open += days[i].opened - days[i].closed;
		if (open < 0)
			return psprintf("By %s more are closed than opened.", calendar_day_text((DateADT) days[i].day));
	}
	return NULL;
}

/*
 * backlog_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "days" is a list of [day, opened, closed] in any order.  Equal days
 * add up; an element of two zeros is refused, and so is
 * closing what is not open.
 */
PG_FUNCTION_INFO_V1(backlog_summary_in);
Datum
backlog_summary_in(PG_FUNCTION_ARGS)
{
	BacklogInput input;
	SortedRun  *summary;

	input.summary = sorted_run_new(&backlog_run);
	input.has_days = false;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &backlog_type),
						 backlog_member, &input);
	if (!input.has_days)
		summary_text_invalid(&backlog_type, "\"%s\" is missing.", backlog_summary.list);
	summary = sorted_run_finish(&backlog_run, input.summary);
	summary_text_check(&backlog_type, backlog_problem(summary));
	PG_RETURN_POINTER(summary);
}

/* backlog_summary_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(backlog_summary_out);
Datum
backlog_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&backlog_summary, fcinfo, 0);
	const BacklogDay *days = backlog_days(summary);
	StringInfoData json;

	summary_json_begin(&json);
	appendStringInfoString(&json, ", \"days\": [");
	for (uint32 i = 0; i < summary->used; i++)
	{
		run_summary_append(&json, i);
		appendStringInfoChar(&json, '"');
		calendar_append_day(&json, (DateADT) days[i].day);
		appendStringInfo(&json, "\", " INT64_FORMAT ", " INT64_FORMAT "]", days[i].opened, days[i].closed);
	}
	appendStringInfoString(&json, "]}");
	PG_RETURN_CSTRING(json.data);
}

/*
 * backlog_summary_recv: read the binary form, in network order, checked
 * completely.
 */
PG_FUNCTION_INFO_V1(backlog_summary_recv);
Datum
backlog_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	BacklogDay *entry;

	summary_recv_begin(message, &backlog_type);
	summary = run_summary_recv(&backlog_summary, message);
	while ((entry = run_summary_recv_entry(&backlog_summary, summary)) != NULL)
	{
		int64		day = summary_recv_int64(message, CALENDAR_FIRST_DAY, CALENDAR_LAST_DAY, "a day", &backlog_type);
		int64		opened = summary_recv_count(message, "a count", &backlog_type);
		int64		closed = summary_recv_count(message, "a count", &backlog_type);

		if (opened == 0 && closed == 0)
			summary_binary_invalid(&backlog_type, "Entry %u is a day without counts.", summary->used);
		backlog_set(summary, entry, day, opened, closed);
	}
	sorted_run_check(&backlog_run, summary);
	summary_binary_check(&backlog_type, backlog_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * backlog_summary_send: the binary form, in network order.  After the version come
 * the number of days, four bytes, and of each the day since
 * 2000-01-01 and how many were opened and closed on it, eight bytes each.
 */
PG_FUNCTION_INFO_V1(backlog_summary_send);
Datum
backlog_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&backlog_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	run_summary_send(&backlog_summary, &message, summary);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * backlog_summary(opened, closed): count a row that was opened and, unless closed
 * is NULL or 'infinity', closed; only their days matter.  One that was never opened
 * is left out.  Errors: an infinite opening, an end before it.
 */
PG_FUNCTION_INFO_V1(backlog_accum);
Datum
backlog_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	Timestamp	opened;
	Timestamp	closed;
	BacklogDay	entry;

	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	opened = PG_GETARG_TIMESTAMP(1);
	closed = PG_ARGISNULL(2) ? DT_NOEND : PG_GETARG_TIMESTAMP(2);
	if (TIMESTAMP_NOT_FINITE(opened))
		elapsed_arg_infinite("opened", TIMESTAMP_IS_NOEND(opened));
	if (closed < opened)
		elapsed_order_wrong("opened", elapsed_arg_text(fcinfo, 1, opened),
							"closed", elapsed_arg_text(fcinfo, 2, closed));

	state = run_summary_state(&backlog_summary, fcinfo);
	backlog_set(state, &entry, calendar_day_arg(opened, "opened"), 1, 0);
	state = sorted_run_append(&backlog_run, state, &entry);
	if (!TIMESTAMP_IS_NOEND(closed))
	{
		backlog_set(state, &entry, calendar_day_arg(closed, "closed"), 0, 1);
		state = sorted_run_append(&backlog_run, state, &entry);
	}
	PG_RETURN_POINTER(state);
}

/*
 * Add a summary of other rows to the state, for rollup() and for what parallel
 * workers counted.
 */
PG_FUNCTION_INFO_V1(backlog_combine);
Datum
backlog_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) aggregate_combine_state(fcinfo, &backlog_type);
	SortedRun  *other = (SortedRun *) PG_GETARG_SUMMARY(1, &backlog_type);

	count_add(&backlog_header(state)->opened, backlog_header(other)->opened, &backlog_type);
	count_add(&backlog_header(state)->closed, backlog_header(other)->closed, &backlog_type);
	return run_summary_combine(&backlog_summary, fcinfo, state, other);
}

/* Take the counts of a day out of others, but not out of the totals. */
static RunRest
backlog_take(void *entry, const void *part)
{
	BacklogDay *day = (BacklogDay *) entry;
	const BacklogDay *fewer = (const BacklogDay *) part;

	return rest_of_both(count_take(&day->opened, fewer->opened),
						count_take(&day->closed, fewer->closed));
}

/*
 * a - b: return the summary of the rows that are in a and not in b.  A b that
 * counts what is not in a is an error.
 */
PG_FUNCTION_INFO_V1(backlog_minus);
Datum
backlog_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *whole = run_summary_arg(&backlog_summary, fcinfo, 0);
	const SortedRun *part = run_summary_arg(&backlog_summary, fcinfo, 1);
	const BacklogHeader *fewer = (const BacklogHeader *) sorted_run_header_const(part);
	SortedRun  *rest = run_difference(&backlog_run, whole, part, backlog_take);

	if (rest == NULL || backlog_problem(rest) != NULL)
		summary_count_underflow(&backlog_type);
	count_subtract(&backlog_header(rest)->opened, fewer->opened, &backlog_type);
	count_subtract(&backlog_header(rest)->closed, fewer->closed, &backlog_type);
	PG_RETURN_POINTER(rest);
}

/*
 * Return the finished value: the same rows give the same bytes, in any order or
 * parts.
 */
PG_FUNCTION_INFO_V1(backlog_final);
Datum
backlog_final(PG_FUNCTION_ARGS)
{
	return run_summary_final(&backlog_summary, fcinfo);
}

/*
 * Series
 */

/*
 * Read the arguments from_date, n, and to_date of a series, by default the first day
 * and the day after the last one, or BACKLOG_NO_DAY; false if it has no days.
 */
bool
backlog_range_args(FunctionCallInfo fcinfo, int n, DateADT first_day,
				   DateADT last_day, BacklogRange *range)
{
	if (first_day == BACKLOG_NO_DAY && (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1)))
		return false;
	range->from_date = PG_ARGISNULL(n) ? first_day :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
	range->to_date = PG_ARGISNULL(n + 1) ? last_day + 1 :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), "to_date");
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1))
		calendar_range_check(range->from_date, range->to_date);
	if ((int64) range->to_date - range->from_date > MAX_SERIES_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the series has too many days"),
				 errdetail("From %s to %s.", calendar_day_text(range->from_date), calendar_day_text(range->to_date)),
				 errhint("Give a from_date and a to_date that are nearer, and look for an impossible date in the data.")));
	return range->from_date < range->to_date;
}

/*
 * Return a row for every day of a range, quiet ones included; of days with a movement
 * there are so many, in order, and so much was open before them.
 */
void
backlog_rows(FunctionCallInfo fcinfo, const BacklogRange *range,
			 const BacklogDay *days, uint32 count, int64 open)
{
	uint32		next = 0;
	ResultRows	rows;

	rows_begin(&rows, fcinfo);
	for (int64 day = range->from_date; day < range->to_date; day++)
	{
		BacklogDay	none = {day, 0, 0};
		const BacklogDay *movement = next < count && days[next].day == day ? &days[next++] : &none;
		Datum		values[4];
		bool		nulls[4] = {false};

		open += movement->opened - movement->closed;
		values[0] = DateADTGetDatum((DateADT) day);
		values[1] = Int64GetDatum(movement->opened);
		values[2] = Int64GetDatum(movement->closed);
		values[3] = Int64GetDatum(open);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
}

/*
 * backlog(s, from_date, to_date) -> (day, opened, closed, open_at_end): a row for
 * every day of [from_date, to_date), quiet ones included.  Without from_date it
 * begins with the first day that there is, without to_date it ends with the last.
 * No rows for NULL.  Errors: a range that ends before it begins, more than a
 * million days.
 */
PG_FUNCTION_INFO_V1(backlog_series);
Datum
backlog_series(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	const BacklogDay *days;
	BacklogRange range;
	DateADT		first_day = BACKLOG_NO_DAY;
	DateADT		last_day = BACKLOG_NO_DAY;
	int64		open = 0;
	uint32		next = 0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	summary = run_summary_arg(&backlog_summary, fcinfo, 0);
	days = backlog_days(summary);
	if (summary->used > 0)
	{
		first_day = (DateADT) days[0].day;
		last_day = (DateADT) days[summary->used - 1].day;
	}
	if (!backlog_range_args(fcinfo, 1, first_day, last_day, &range))
		return (Datum) 0;
	for (; next < summary->used && days[next].day < range.from_date; next++)
		open += days[next].opened - days[next].closed;
	backlog_rows(fcinfo, &range, days + next, summary->used - next, open);
	return (Datum) 0;
}
