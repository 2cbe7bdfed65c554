/*-------------------------------------------------------------------------
 *
 * duration.c
 *	  Durations: time until something is finished, where some is not yet.
 *
 * A duration_summary counts the durations of equal length, those finished and
 * those still open as of one point in time.  Leaving the open ones out would
 * flatter every figure, and so would counting them as finished today; the
 * Kaplan-Meier estimate (math/kaplan_meier.c) uses what is known of them.
 *
 * Durations are kept in microseconds, whatever the type of the times is: dates
 * are whole days of 24 hours, timestamps elapsed time.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/int.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "math/kaplan_meier.h"
#include "math/statistics.h"

/* The header of a summary; its entries are KmTime, by time. */
typedef struct DurationHeader
{
	Timestamp	as_of;
	int64		not_started;	/* rows without a start */
	int64		completed;		/* sum of the entries' events */
	int64		still_open;		/* sum of the entries' censored */
} DurationHeader;

static void duration_add_counts(void *into, const void *from);

static const SummaryType duration_type = {
	.name = "duration_summary",
	.example = "{\"version\": 1, \"as_of\": \"2026-01-01T00:00:00\", \"not_started\": 0, \"durations\": [[86400, 3, 1], [172800, 2, 0]]}"
};

static const SortedRunType duration_run = {
	.type_name = "duration_summary",
	.too_large_hint = "Measure in coarser steps, for example with date_trunc('hour', ...) of both times, or summarize fewer rows at a time.",
	.header_size = sizeof(DurationHeader),
	.entry_size = sizeof(KmTime),
	.key_words = 1,
	.merge = duration_add_counts
};

/*
 * Add the counts of an equal duration, which shares the entry.  The header's
 * totals bound these sums.
 */
static void
duration_add_counts(void *into, const void *from)
{
	KmTime	   *sum = (KmTime *) into;
	const KmTime *more = (const KmTime *) from;

	sum->events += more->events;
	sum->censored += more->censored;
}

static inline DurationHeader *
duration_header(SortedRun *summary)
{
	return (DurationHeader *) sorted_run_header(summary);
}

/*
 * Make an entry of durations of one length.  They are counted in the header at
 * once, so its totals bound what entries of equal lengths add up to.
 */
static inline void
duration_set_entry(SortedRun *summary, KmTime *entry, int64 duration,
				   int64 finished, int64 open)
{
	DurationHeader *header = duration_header(summary);

	count_add(&header->completed, finished, &duration_type);
	count_add(&header->still_open, open, &duration_type);
	entry->time = duration;
	entry->events = finished;
	entry->censored = open;
}

static inline const DurationHeader *
duration_header_const(const SortedRun *summary)
{
	return (const DurationHeader *) sorted_run_header_const(summary);
}

static inline const KmTime *
times_of(const SortedRun *summary)
{
	return (const KmTime *) sorted_run_entry_const(&duration_run, summary, 0);
}

/*
 * Input and output
 */

static Timestamp
as_of_member(const JsonbValue *value)
{
	char	   *str;
	Timestamp	as_of;

	if (value->type != jbvString)
		summary_text_invalid(&duration_type, "\"as_of\" is %s, not a string.",
							 summary_json_shown(value));
	str = pnstrdup(value->val.string.val, value->val.string.len);

	if (!elapsed_time_from_text(str, &as_of))
		summary_text_invalid(&duration_type, "\"as_of\" is \"%s\", not a time like \"2025-01-31T12:00:00\".",
							 str);
	return as_of;
}

/* Read an element of "durations": [seconds, finished, still open]. */
static bool
duration_read_entry(SortedRun *summary, const JsonbValue *parts,
					const char *place, void *entry)
{
	int64		duration;
	int64		finished;
	int64		open;

	duration = elapsed_json_seconds(&parts[0], summary_json_part(1, place).shown,
									&duration_type);
	finished = summary_json_count(&parts[1], summary_json_part(2, place).shown,
								  &duration_type);
	open = summary_json_count(&parts[2], summary_json_part(3, place).shown,
							  &duration_type);
	if (finished == 0 && open == 0)
		return false;
	duration_set_entry(summary, entry, duration, finished, open);
	return true;
}

static const RunSummary duration_summary = {
	.type = &duration_type,
	.run = &duration_run,
	.list = "durations",
	.element = "an array of three numbers: seconds, how many finished, how many are still open",
	.parts = 3,
	.read_entry = duration_read_entry,
	.sent_size = sizeof(KmTime)
};

/*
 * The members of the text form while they are read; the JSON parser has an
 * order of its own.
 */
typedef struct DurationInput
{
	SortedRun  *summary;
	bool		has_as_of;
	bool		has_durations;
} DurationInput;

static void
duration_member(void *arg, const char *key, const JsonbValue *value)
{
	DurationInput *input = (DurationInput *) arg;

	if (strcmp(key, "as_of") == 0)
	{
		duration_header(input->summary)->as_of = as_of_member(value);
		input->has_as_of = true;
	}
	else if (strcmp(key, "not_started") == 0)
		duration_header(input->summary)->not_started =
			summary_json_count(value, key, &duration_type);
	else if (strcmp(key, duration_summary.list) == 0)
	{
		run_summary_read_list(&duration_summary, &input->summary, value);
		input->has_durations = true;
	}
	else
		summary_json_unexpected(key, &duration_type);
}

/*
 * Return what is wrong with a summary, or NULL: no duration may have begun
 * before the first timestamp there is.
 */
static const char *
duration_problem(const SortedRun *summary)
{
	Timestamp	as_of = duration_header_const(summary)->as_of;
	uint64		longest;

	if (summary->used == 0)
		return NULL;
	longest = (uint64) times_of(summary)[summary->used - 1].time;
	if (longest > (uint64) as_of - (uint64) MIN_TIMESTAMP)
		return "A duration began before the first timestamp.";
	return NULL;
}

/*
 * duration_summary_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.  "as_of" is a time, "not_started" a count, 0 if it is not
 * given, and "durations" a list of [seconds, finished, still open] in any
 * order.  Equal durations add up; an element of two zeros is refused, and so
 * is a duration that began before the first timestamp.
 */
PG_FUNCTION_INFO_V1(duration_summary_in);
Datum
duration_summary_in(PG_FUNCTION_ARGS)
{
	DurationInput input;
	SortedRun  *summary;

	memset(&input, 0, sizeof(input));
	input.summary = sorted_run_new(&duration_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&duration_type),
						 duration_member, &input);
	if (!input.has_as_of || !input.has_durations)
		summary_text_invalid(&duration_type, "\"%s\" is missing.",
							 input.has_as_of ? "durations" : "as_of");
	summary = sorted_run_finish(&duration_run, input.summary);
	summary_text_check(&duration_type, duration_problem(summary));
	PG_RETURN_POINTER(summary);
}

/* duration_summary_out: the text form, JSON; the durations are in order */
PG_FUNCTION_INFO_V1(duration_summary_out);
Datum
duration_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	const KmTime *times = times_of(summary);
	StringInfoData json;

	summary_json_begin(&json);
	appendStringInfo(&json, ", \"as_of\": \"%s\", \"not_started\": " INT64_FORMAT ", \"durations\": [",
					 elapsed_time_text(duration_header_const(summary)->as_of),
					 duration_header_const(summary)->not_started);
	for (uint32 i = 0; i < summary->used; i++)
	{
		run_summary_append(&json, i);
		elapsed_append_seconds(&json, times[i].time);
		appendStringInfo(&json, ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 (int64) times[i].events, (int64) times[i].censored);
	}
	appendStringInfoString(&json, "]}");
	PG_RETURN_CSTRING(json.data);
}

/*
 * duration_summary_recv: read the binary form, in network order, checked
 * completely.  Entries must be in strictly ascending order of durations that
 * are not negative, none without counts, and pass duration_problem().
 */
PG_FUNCTION_INFO_V1(duration_summary_recv);
Datum
duration_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	DurationHeader header;
	KmTime	   *entry;

	summary_recv_begin(message, &duration_type);
	memset(&header, 0, sizeof(header));
	header.as_of = summary_recv_int64(message, MIN_TIMESTAMP,
									  END_TIMESTAMP - 1, "as_of",
									  &duration_type);
	header.not_started = summary_recv_count(message, "not_started",
											&duration_type);
	summary = run_summary_recv(&duration_summary, message);
	*duration_header(summary) = header;
	while ((entry = run_summary_recv_entry(&duration_summary, summary)) != NULL)
	{
		int64		duration = summary_recv_int64(message, 0, PG_INT64_MAX,
												  "a duration", &duration_type);
		int64		finished = summary_recv_count(message, "a count",
												  &duration_type);
		int64		open = summary_recv_count(message, "a count",
											  &duration_type);

		if (finished == 0 && open == 0)
			summary_binary_invalid(&duration_type, "Entry %u is a duration without counts.",
								   summary->used);
		duration_set_entry(summary, entry, duration, finished, open);
	}
	sorted_run_check(&duration_run, summary);
	summary_binary_check(&duration_type, duration_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * duration_summary_send: the binary form, in network order.  After the version
 * come as_of as a timestamp and the rows that have not started, eight bytes
 * each, the number of entries, four, and each entry: the microseconds, how
 * many have finished after them and how many are still open, eight bytes each.
 */
PG_FUNCTION_INFO_V1(duration_summary_send);
Datum
duration_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, duration_header_const(summary)->as_of);
	pq_sendint64(&message, duration_header_const(summary)->not_started);
	run_summary_send(&duration_summary, &message, summary);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
as_of_infinite(FunctionCallInfo fcinfo, bool at_end)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("as_of must be finite"),
			 errdetail("as_of is %s.", at_end ? "infinity" : "-infinity"),
			 errhint("Give the time up to which the data is complete, for example %s.",
					 elapsed_now(fcinfo, 3))));
}

static pg_noinline pg_noreturn void
as_of_null(FunctionCallInfo fcinfo)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("as_of must not be NULL"),
			 errhint("Give the time up to which the data is complete, for example %s.",
					 elapsed_now(fcinfo, 3))));
}

static pg_noinline pg_noreturn void
as_of_varies(FunctionCallInfo fcinfo, Timestamp one, Timestamp other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("as_of must be the same for all rows of a summary"),
			 errdetail("as_of is %s in one row and %s in another.",
					   elapsed_arg_text(fcinfo, 3, one),
					   elapsed_arg_text(fcinfo, 3, other)),
			 errhint("Give a constant, or GROUP BY as_of.")));
}

static pg_noinline pg_noreturn void
started_after_as_of(FunctionCallInfo fcinfo, Timestamp started,
					Timestamp as_of)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("started is after as_of"),
			 errdetail("started is %s, as_of is %s.",
					   elapsed_arg_text(fcinfo, 1, started),
					   elapsed_arg_text(fcinfo, 3, as_of)),
			 errhint("Leave such rows out with FILTER (WHERE (started <= as_of) IS NOT FALSE).")));
}

/*
 * Count a row (started, finished, as_of).  One without a start is counted as
 * not started.
 *
 * A row that has not finished by as_of, whether finished is NULL, 'infinity'
 * or a later time, was observed from its start until as_of and is still open.
 * So a summary as of a past date is what it would have been on that date.
 */
static inline Datum
duration_accum(FunctionCallInfo fcinfo, bool is_date)
{
	SortedRun  *summary;
	Timestamp	as_of;
	Timestamp	started;
	Timestamp	finished;
	Timestamp	until;
	int64		duration;
	KmTime		entry;

	if (unlikely(PG_ARGISNULL(3)))
		as_of_null(fcinfo);
	as_of = elapsed_time_arg(fcinfo, 3, is_date);

	if (unlikely(PG_ARGISNULL(0)))
	{
		if (TIMESTAMP_NOT_FINITE(as_of))
			as_of_infinite(fcinfo, TIMESTAMP_IS_NOEND(as_of));
		summary = sorted_run_new(&duration_run);
		duration_header(summary)->as_of = as_of;
	}
	else
	{
		summary = (SortedRun *) aggregate_state(fcinfo, &duration_type);
		if (unlikely(as_of != duration_header(summary)->as_of))
			as_of_varies(fcinfo, duration_header(summary)->as_of, as_of);
	}

	if (PG_ARGISNULL(1))
	{
		count_add(&duration_header(summary)->not_started, 1, &duration_type);
		PG_RETURN_POINTER(summary);
	}
	started = elapsed_time_arg(fcinfo, 1, is_date);
	finished = PG_ARGISNULL(2) ? DT_NOEND : elapsed_time_arg(fcinfo, 2, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(started)))
		elapsed_arg_infinite("started", TIMESTAMP_IS_NOEND(started));
	if (unlikely(TIMESTAMP_IS_NOBEGIN(finished)))
		elapsed_arg_infinite("finished", false);
	if (unlikely(finished < started))
		elapsed_order_wrong("started",
							elapsed_arg_text(fcinfo, 1, started),
							"finished",
							elapsed_arg_text(fcinfo, 2, finished));
	if (unlikely(started > as_of))
		started_after_as_of(fcinfo, started, as_of);

	/* both times are finite, but a span may be longer than an int64 */
	until = Min(finished, as_of);
	if (unlikely(pg_sub_s64_overflow(until, started, &duration)))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("duration out of range"),
				 errdetail("The duration is from %s to %s.",
						   elapsed_arg_text(fcinfo, 1, started),
						   elapsed_arg_text(fcinfo, 3, until)),
				 errhint("Use NULL for a time that is not known.")));
	duration_set_entry(summary, &entry, duration, finished <= as_of ? 1 : 0,
					   finished <= as_of ? 0 : 1);
	PG_RETURN_POINTER(sorted_run_append(&duration_run, summary, &entry));
}

/*
 * duration_summary(started, finished, as_of): count a row of dates, in days of
 * 24 hours.  Errors: an as_of that is NULL, infinite or not that of the other
 * rows, a start that is infinite or after as_of, a finish of -infinity or
 * before the start.
 */
PG_FUNCTION_INFO_V1(duration_accum_date);
Datum
duration_accum_date(PG_FUNCTION_ARGS)
{
	return duration_accum(fcinfo, true);
}

/*
 * duration_summary(started, finished, as_of): count a row of timestamp or
 * timestamptz, in elapsed time.  Errors are those of duration_accum_date().
 */
PG_FUNCTION_INFO_V1(duration_accum_timestamp);
Datum
duration_accum_timestamp(PG_FUNCTION_ARGS)
{
	return duration_accum(fcinfo, false);
}

/*
 * Complain about summaries of different as_of.
 */
static void
as_of_rollup_check(Timestamp one, Timestamp other)
{
	if (unlikely(one != other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("duration summaries of different as_of cannot be merged"),
				 errdetail("One is as of %s, another as of %s.",
						   elapsed_time_text(one), elapsed_time_text(other)),
				 errhint("Summarize all of them as of one time, or GROUP BY the time.")));
}

/*
 * Add a summary of other rows to the state, for rollup() and for what parallel
 * workers counted.  A different as_of is an error.
 */
PG_FUNCTION_INFO_V1(duration_combine);
Datum
duration_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *summary;
	SortedRun  *other;
	DurationHeader *header;
	const DurationHeader *more;

	summary = (SortedRun *) aggregate_combine_state(fcinfo, &duration_type);
	other = (SortedRun *) PG_GETARG_SUMMARY(1, &duration_type);
	header = duration_header(summary);
	more = duration_header_const(other);
	as_of_rollup_check(header->as_of, more->as_of);
	count_add(&header->not_started, more->not_started, &duration_type);
	count_add(&header->completed, more->completed, &duration_type);
	count_add(&header->still_open, more->still_open, &duration_type);
	return run_summary_combine(&duration_summary, fcinfo, summary, other);
}

/* Take durations of one length out of others, but not out of the totals. */
static RunRest
duration_take(void *entry, const void *part)
{
	KmTime	   *time = (KmTime *) entry;
	const KmTime *fewer = (const KmTime *) part;

	return rest_of_both(count_take(&time->events, fewer->events),
						count_take(&time->censored, fewer->censored));
}

/*
 * a - b: return the summary of the rows that are in a and not in b.  A different
 * as_of, and a b that counts what is not in a, are errors.
 */
PG_FUNCTION_INFO_V1(duration_minus);
Datum
duration_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *whole = run_summary_arg(&duration_summary, fcinfo, 0);
	const SortedRun *part = run_summary_arg(&duration_summary, fcinfo, 1);
	const DurationHeader *fewer = duration_header_const(part);
	SortedRun  *rest;
	DurationHeader *header;

	as_of_rollup_check(duration_header_const(whole)->as_of, fewer->as_of);
	rest = run_difference(&duration_run, whole, part, duration_take);
	if (rest == NULL)
		summary_count_underflow(&duration_type);
	header = duration_header(rest);
	count_subtract(&header->not_started, fewer->not_started, &duration_type);
	count_subtract(&header->completed, fewer->completed, &duration_type);
	count_subtract(&header->still_open, fewer->still_open, &duration_type);
	PG_RETURN_POINTER(rest);
}

/*
 * Return the finished value: the same rows give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(duration_final);
Datum
duration_final(PG_FUNCTION_ARGS)
{
	return run_summary_final(&duration_summary, fcinfo);
}

/*
 * Counts
 */

/* completed(s) -> how many have finished by as_of */
PG_FUNCTION_INFO_V1(duration_completed);
Datum
duration_completed(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->completed);
}

/* still_open(s) -> how many have started by as_of and not finished */
PG_FUNCTION_INFO_V1(duration_still_open);
Datum
duration_still_open(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->still_open);
}

/* not_started(s) -> how many rows have no start */
PG_FUNCTION_INFO_V1(duration_not_started);
Datum
duration_not_started(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->not_started);
}

/*
 * Figures of the curve
 */

static double
quantile_arg(double q)
{
	/* written so that NaN is refused as well */
	if (!(q > 0.0 && q < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("q must be between 0 and 1"),
				 errdetail("q is %g.", q),
				 errhint("Write 0.9 for the time by which 90 percent have finished.")));
	return q;
}

static Datum
quantile_result(FunctionCallInfo fcinfo, double q, int64 unit)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	int64_t		time;

	if (!km_quantile(times_of(summary), summary->used, q, &time))
		PG_RETURN_NULL();
	return ratio_result(time, unit);
}

/*
 * median_duration(s, unit) -> the time by which half have finished
 * (Kaplan-Meier, see math/kaplan_meier.c), in units; NULL when it never gets
 * there.  An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(duration_median);
Datum
duration_median(PG_FUNCTION_ARGS)
{
	return quantile_result(fcinfo, 0.5, elapsed_unit_arg(fcinfo, 1));
}

/*
 * duration_quantile(s, q, unit) -> the time by which the share q has finished;
 * NULL when it never gets there.  A q that is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(duration_quantile);
Datum
duration_quantile(PG_FUNCTION_ARGS)
{
	return quantile_result(fcinfo, quantile_arg(PG_GETARG_FLOAT8(1)),
						   elapsed_unit_arg(fcinfo, 2));
}

/*
 * duration_quantile_interval(s, q, unit, confidence) -> (low, high), by
 * Brookmeyer and Crowley with log-log limits; NULL for an end that is never
 * reached.  Errors: q or confidence not between 0 and 1.
 */
PG_FUNCTION_INFO_V1(duration_quantile_interval);
Datum
duration_quantile_interval(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	double		q = quantile_arg(PG_GETARG_FLOAT8(1));
	int64		unit = elapsed_unit_arg(fcinfo, 2);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(3));
	const KmTime *times = times_of(summary);
	KmQuantileInterval interval;
	Datum		values[2] = {0, 0};
	bool		nulls[2];

	km_quantile_interval_begin(&interval, km_total(times, summary->used), q, z);
	for (uint32 i = 0; i < summary->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (km_quantile_interval_take(&interval, &times[i]))
			break;
	}
	nulls[0] = interval.low == NULL;
	nulls[1] = interval.high == NULL;
	if (!nulls[0])
		values[0] = ratio_result(interval.low->time, unit);
	if (!nulls[1])
		values[1] = ratio_result(interval.high->time, unit);
	return record_result(fcinfo, values, nulls);
}

static bool
restricted_mean(FunctionCallInfo fcinfo, Estimate *mean)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	int64		horizon = elapsed_positive_arg(fcinfo, 1, "horizon", "12 months");
	double		unit = (double) elapsed_unit_arg(fcinfo, 2);

	if (!km_restricted_mean(times_of(summary), summary->used, horizon, mean))
		return false;
	mean->value /= unit;
	mean->error /= unit;
	return true;
}

/*
 * mean_duration(s, horizon, unit) -> the restricted mean, in units: the mean
 * of the smaller of duration and horizon, which is the area under the survival
 * curve up to the horizon.  NULL when the data does not reach to the horizon,
 * which must be longer than zero.
 */
PG_FUNCTION_INFO_V1(duration_mean);
Datum
duration_mean(PG_FUNCTION_ARGS)
{
	Estimate	mean;

	if (!restricted_mean(fcinfo, &mean))
		PG_RETURN_NULL();
	return double_result(mean.value);
}

/*
 * mean_duration_standard_error(s, horizon, unit) -> the standard error of
 * mean_duration() (Andersen 2004, see math/kaplan_meier.c), in units; NULL
 * where there is none.
 */
PG_FUNCTION_INFO_V1(duration_mean_standard_error);
Datum
duration_mean_standard_error(PG_FUNCTION_ARGS)
{
	Estimate	mean;

	if (!restricted_mean(fcinfo, &mean))
		PG_RETURN_NULL();
	return double_result(mean.error);
}

/*
 * Find the curve at an interval after the start, argument 1; false where it is
 * not known.
 */
static bool
curve_at(FunctionCallInfo fcinfo, const char *name, KmCurve *curve)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);

	return km_curve_at(times_of(summary), summary->used,
					   elapsed_span_arg(fcinfo, 1, name), curve);
}

/*
 * survival(s, after) -> the probability, 0 to 1, of not having finished that
 * long after the start; NULL beyond the longest duration unless everyone has
 * finished.  A negative interval is an error.
 */
PG_FUNCTION_INFO_V1(duration_survival);
Datum
duration_survival(PG_FUNCTION_ARGS)
{
	KmCurve		curve;

	if (!curve_at(fcinfo, "after", &curve))
		PG_RETURN_NULL();
	return double_result(curve.survival);
}

/*
 * survival_interval(s, after, confidence) -> (low, high), log-log limits of
 * Kalbfleisch and Prentice; NULL where the survival is not known, 0 or 1,
 * since the limits are not defined there.
 */
PG_FUNCTION_INFO_V1(duration_survival_interval);
Datum
duration_survival_interval(PG_FUNCTION_ARGS)
{
	double		z = confidence_quantile(PG_GETARG_FLOAT8(2));
	KmCurve		curve;
	Bounds		bounds;
	Datum		values[2] = {0, 0};
	bool		nulls[2] = {true, true};

	if (curve_at(fcinfo, "after", &curve) &&
		km_survival_interval(&curve, z, &bounds))
	{
		values[0] = double_result(bounds.low);
		values[1] = double_result(bounds.high);
		nulls[0] = nulls[1] = false;
	}
	return record_result(fcinfo, values, nulls);
}

/*
 * completed_within(s, target) -> the share that has finished within the
 * target, in percent points, as an SLA attainment is: 100 * (1 - survival(s,
 * target)).  NULL where the survival is not known.
 */
PG_FUNCTION_INFO_V1(duration_completed_within);
Datum
duration_completed_within(PG_FUNCTION_ARGS)
{
	KmCurve		curve;

	if (!curve_at(fcinfo, "target", &curve))
		PG_RETURN_NULL();
	return double_result(100.0 * (1.0 - curve.survival));
}

/*
 * survival_curve(s, unit, confidence) -> (time, at_risk, finished, censored,
 * survival, low, high): a row for every duration that occurs; low and high are
 * NULL where survival is 0 or 1.
 */
PG_FUNCTION_INFO_V1(duration_survival_curve);
Datum
duration_survival_curve(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	const KmTime *times;
	double		z;
	int64		unit;
	KmCurve		curve;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	summary = run_summary_arg(&duration_summary, fcinfo, 0);
	times = times_of(summary);
	unit = elapsed_unit_arg(fcinfo, 1);
	z = confidence_quantile(PG_GETARG_FLOAT8(2));

	km_begin(&curve, km_total(times, summary->used));
	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < summary->used; i++)
	{
		Datum		values[7];
		bool		nulls[7] = {false, false, false, false, false, false, false};
		Bounds		bounds;

		km_take(&curve, &times[i]);
		values[0] = ratio_result(times[i].time, unit);
		values[1] = Int64GetDatum(curve.at_risk);
		values[2] = Int64GetDatum(times[i].events);
		values[3] = Int64GetDatum(times[i].censored);
		values[4] = double_result(curve.survival);
		if (km_survival_interval(&curve, z, &bounds))
		{
			values[5] = double_result(bounds.low);
			values[6] = double_result(bounds.high);
		}
		else
		{
			values[5] = values[6] = (Datum) 0;
			nulls[5] = nulls[6] = true;
		}
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
