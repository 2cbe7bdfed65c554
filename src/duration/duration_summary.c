/*-------------------------------------------------------------------------
 *
 * duration_summary.c
 *	  duration_summary: its aggregates.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/business_clock.h"
#include "core/elapsed.h"
#include "core/run_difference.h"
#include "duration/duration.h"

/*
 * Return the entries as math/kaplan_meier.c wants them.
 */
KmSample
duration_sample(const SortedRun *summary)
{
	const int64 zero = 0;
	KmSample	sample;

	sample.late = duration_entries(summary);
	sample.late_count = sorted_run_lower_bound(&duration_run, summary, &zero);
	sample.times = sample.late + sample.late_count;
	sample.count = summary->used - sample.late_count;
	return sample;
}

static char *
as_of_text(Timestamp as_of)
{
	return TIMESTAMP_IS_NOEND(as_of) ? "no time, of lengths" : elapsed_time_text(as_of);
}

void
duration_as_of_different(Timestamp one, Timestamp other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("duration summaries of different as_of cannot be merged"),
			 errdetail("One is as of %s, another as of %s.", as_of_text(one), as_of_text(other)),
			 errhint("Summarize all of them as of one time, or GROUP BY the time.")));
}

/*
 * Refuse two summaries of which one is measured in business hours and the other
 * in elapsed time: eight hours are a day in one of them.
 */
void
duration_check_clock(const SortedRun *one, const SortedRun *other)
{
	if (likely(duration_header_const(one)->is_business == duration_header_const(other)->is_business))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("business hours and elapsed time cannot be merged or compared"),
			 errdetail("One summary is of business hours, another of elapsed time."),
			 errhint("Make both with business_duration_summary(), or both with duration_summary().")));
}

/* Refuse summaries that differ in their as_of or in their clock. */
static void
check_merge(const SortedRun *one, const SortedRun *other)
{
	duration_check_clock(one, other);
	if (duration_header_const(one)->as_of != duration_header_const(other)->as_of)
		duration_as_of_different(duration_header_const(one)->as_of, duration_header_const(other)->as_of);
}

static pg_noinline pg_noreturn void
as_of_infinite(FunctionCallInfo fcinfo, int n, bool at_end)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("as_of must be finite"),
			 errdetail("as_of is %s.", at_end ? "infinity" : "-infinity"),
			 errhint("Give the time up to which the data is complete, for example %s.",
					 elapsed_now(fcinfo, n))));
}

static pg_noinline pg_noreturn void
as_of_null(FunctionCallInfo fcinfo, int n)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("as_of must not be NULL"),
			 errhint("Give the time up to which the data is complete, for example %s.",
					 elapsed_now(fcinfo, n))));
}

static pg_noinline pg_noreturn void
as_of_varies(FunctionCallInfo fcinfo, int n, Timestamp one, Timestamp other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("as_of must be the same for all rows of a summary"),
			 errdetail("as_of is %s in one row and %s in another.",
					   elapsed_arg_text(fcinfo, n, one),
					   elapsed_arg_text(fcinfo, n, other)),
			 errhint("Give a constant, or GROUP BY as_of.")));
}

static pg_noinline pg_noreturn void
started_after_as_of(FunctionCallInfo fcinfo, int n, int as_of_n,
					Timestamp started, Timestamp as_of)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("started is after as_of"),
			 errdetail("started is %s, as_of is %s.",
					   elapsed_arg_text(fcinfo, n, started),
					   elapsed_arg_text(fcinfo, as_of_n, as_of)),
			 errhint("Leave such rows out with FILTER (WHERE (started <= as_of) IS NOT FALSE).")));
}

static pg_noinline pg_noreturn void
duration_too_long(FunctionCallInfo fcinfo, int n, Timestamp started, Timestamp until)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("duration out of range"),
			 errdetail("The duration is from %s to %s.",
					   elapsed_arg_text(fcinfo, n, started),
					   elapsed_arg_text(fcinfo, n, until)),
			 errhint("Look for a time that is a mistake, and leave such rows out with WHERE or FILTER.")));
}

/*
 * Read the argument as_of, n, which must be that of the rows before, if there are
 * any.
 */
static inline Timestamp
as_of_arg(FunctionCallInfo fcinfo, int n, bool is_date, const Timestamp *before)
{
	Timestamp	as_of;

	if (unlikely(PG_ARGISNULL(n)))
		as_of_null(fcinfo, n);
	as_of = elapsed_time_arg(fcinfo, n, is_date);
	if (unlikely(before == NULL && TIMESTAMP_NOT_FINITE(as_of)))
		as_of_infinite(fcinfo, n, TIMESTAMP_IS_NOEND(as_of));
	if (unlikely(before != NULL && as_of != *before))
		as_of_varies(fcinfo, n, *before, as_of);
	return as_of;
}

/*
 * Return the state, argument 0 or a new one, and read as_of, argument n.
 */
static inline SortedRun *
state_as_of(FunctionCallInfo fcinfo, int n, bool is_date, Timestamp *as_of)
{
	SortedRun  *summary;

	if (unlikely(PG_ARGISNULL(0)))
	{
		*as_of = as_of_arg(fcinfo, n, is_date, NULL);
		return duration_new(*as_of);
	}
	summary = (SortedRun *) aggregate_state(fcinfo, &duration_type);
	*as_of = as_of_arg(fcinfo, n, is_date, &duration_header(summary)->as_of);
	return summary;
}

/*
 * Read the arguments started, n, and finished; as_of is argument as_of_n.
 *
 * A row that has not finished by as_of, whether finished is NULL, 'infinity'
 * or a later time, was observed from its start until as_of and is still open.
 * So a summary as of a past date is what it would have been on that date.
 */
static inline DurationRow
row_args(FunctionCallInfo fcinfo, int n, int as_of_n, bool is_date, Timestamp as_of)
{
	DurationRow row;

	row.started = elapsed_time_arg(fcinfo, n, is_date);
	row.finished = PG_ARGISNULL(n + 1) ? DT_NOEND : elapsed_time_arg(fcinfo, n + 1, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(row.started)))
		elapsed_arg_infinite("started", TIMESTAMP_IS_NOEND(row.started));
	if (unlikely(TIMESTAMP_IS_NOBEGIN(row.finished)))
		elapsed_arg_infinite("finished", false);
	if (unlikely(row.finished < row.started))
		elapsed_order_wrong("started",
							elapsed_arg_text(fcinfo, n, row.started),
							"finished",
							elapsed_arg_text(fcinfo, n + 1, row.finished));
	if (unlikely(row.started > as_of))
		started_after_as_of(fcinfo, n, as_of_n, row.started, as_of);
	row.until = Min(row.finished, as_of);
	return row;
}

/* Return the elapsed time of a row, whose started is argument n. */
static inline int64
elapsed_of_row(FunctionCallInfo fcinfo, int n, const DurationRow *row)
{
	int64		duration;

	/* both times are finite, but a span may be longer than an int64 */
	if (unlikely(pg_sub_s64_overflow(row->until, row->started, &duration)))
		duration_too_long(fcinfo, n, row->started, row->until);
	return duration;
}

/* Read arguments for causes.c, as duration_summary() does. */
Timestamp
duration_as_of_arg(FunctionCallInfo fcinfo, int n, bool is_date, const Timestamp *before)
{
	return as_of_arg(fcinfo, n, is_date, before);
}

DurationRow
duration_row_args(FunctionCallInfo fcinfo, int n, int as_of_n, bool is_date, Timestamp as_of)
{
	return row_args(fcinfo, n, as_of_n, is_date, as_of);
}

int64
duration_of_row(FunctionCallInfo fcinfo, int n, const DurationRow *row)
{
	return elapsed_of_row(fcinfo, n, row);
}

/*
 * Count a row (started, finished, as_of).  One without a start is counted as
 * not started.
 */
static inline Datum
duration_accum(FunctionCallInfo fcinfo, bool is_date)
{
	Timestamp	as_of;
	SortedRun  *summary = state_as_of(fcinfo, 3, is_date, &as_of);
	DurationRow row;

	if (PG_ARGISNULL(1))
	{
		count_add(&duration_header(summary)->not_started, 1, &duration_type);
		PG_RETURN_POINTER(summary);
	}
	row = row_args(fcinfo, 1, 3, is_date, as_of);
	PG_RETURN_POINTER(duration_append(summary, elapsed_of_row(fcinfo, 1, &row), row.finished <= as_of));
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
 * Lifetimes seen late
 */

static pg_noinline pg_noreturn void
finished_before_seen(FunctionCallInfo fcinfo, Timestamp finished, Timestamp seen_from)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("finished is before seen_from"),
			 errdetail("finished is %s, seen_from is %s.",
					   elapsed_arg_text(fcinfo, 2, finished),
					   elapsed_arg_text(fcinfo, 3, seen_from)),
			 errhint("Give the start as seen_from where the end was always going to be known, or leave such rows out with FILTER (WHERE (finished >= seen_from) IS NOT FALSE).")));
}

static pg_noinline pg_noreturn void
seen_after_as_of(FunctionCallInfo fcinfo, Timestamp seen_from, Timestamp as_of)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("seen_from is after as_of"),
			 errdetail("seen_from is %s, as_of is %s.",
					   elapsed_arg_text(fcinfo, 3, seen_from),
					   elapsed_arg_text(fcinfo, 4, as_of)),
			 errhint("Leave such rows out with FILTER (WHERE (seen_from <= as_of) IS NOT FALSE).")));
}

/*
 * Count a row (started, finished, seen_from, as_of), which is at risk from
 * seen_from on: NULL, -infinity or a time before the start is the start.  One that
 * ends, finished or as of as_of, at the very time from which on it is seen has
 * not been seen for any time; like one without a start it is counted apart.
 */
static inline Datum
observed_accum(FunctionCallInfo fcinfo, bool is_date)
{
	Timestamp	as_of;
	SortedRun  *summary = state_as_of(fcinfo, 4, is_date, &as_of);
	Timestamp	seen_from = PG_ARGISNULL(3) ? DT_NOBEGIN : elapsed_time_arg(fcinfo, 3, is_date);
	DurationRow row;
	int64		duration;

	if (PG_ARGISNULL(1))
	{
		count_add(&duration_header(summary)->not_started, 1, &duration_type);
		PG_RETURN_POINTER(summary);
	}
	row = row_args(fcinfo, 1, 4, is_date, as_of);
	if (unlikely(TIMESTAMP_IS_NOEND(seen_from)))
		elapsed_arg_infinite("seen_from", true);
	if (unlikely(seen_from > row.finished))
		finished_before_seen(fcinfo, row.finished, seen_from);
	if (unlikely(seen_from > as_of))
		seen_after_as_of(fcinfo, seen_from, as_of);
	duration = elapsed_of_row(fcinfo, 1, &row);
	if (seen_from > row.started)
	{
		KmTime		late;

		if (seen_from == row.until)
		{
			count_add(&duration_header(summary)->not_started, 1, &duration_type);
			PG_RETURN_POINTER(summary);
		}
		duration_set_seen(&late, seen_from - row.started, 1);
		summary = sorted_run_append(&duration_run, summary, &late);
	}
	PG_RETURN_POINTER(duration_append(summary, duration, row.finished <= as_of));
}

/*
 * observed_duration_summary(started, finished, seen_from, as_of): count a row of
 * dates, in days of 24 hours.  Errors are those of duration_summary(), and a
 * seen_from that is infinity, after finished or after as_of.
 */
PG_FUNCTION_INFO_V1(observed_duration_accum_date);
Datum
observed_duration_accum_date(PG_FUNCTION_ARGS)
{
	return observed_accum(fcinfo, true);
}

/*
 * observed_duration_summary(started, finished, seen_from, as_of): count a row of
 * timestamp or timestamptz, in elapsed time.  Errors are those of
 * observed_duration_accum_date().
 */
PG_FUNCTION_INFO_V1(observed_duration_accum_timestamp);
Datum
observed_duration_accum_timestamp(PG_FUNCTION_ARGS)
{
	return observed_accum(fcinfo, false);
}

/*
 * Other lengths
 */

/*
 * business_duration_summary(calendar, started, finished, as_of): count a row, with
 * the open time between its two times.  Errors are those of duration_summary(),
 * and a calendar that is NULL.
 */
PG_FUNCTION_INFO_V1(business_duration_accum);
Datum
business_duration_accum(PG_FUNCTION_ARGS)
{
	Timestamp	as_of;
	SortedRun  *summary = state_as_of(fcinfo, 4, false, &as_of);
	DurationRow row;

	duration_header(summary)->is_business = 1;
	if (PG_ARGISNULL(1))
		argument_null("calendar", "Leave such rows out with FILTER (WHERE calendar IS NOT NULL).");
	if (PG_ARGISNULL(2))
	{
		count_add(&duration_header(summary)->not_started, 1, &duration_type);
		PG_RETURN_POINTER(summary);
	}
	row = row_args(fcinfo, 2, 4, false, as_of);
	PG_RETURN_POINTER(duration_append(summary,
									  business_clock_between(business_clock_arg(fcinfo, 1), row.started, row.until),
									  row.finished <= as_of));
}

/*
 * length_summary(length, completed): count a row whose length has been measured
 * already.  One that is NULL is counted as not started.  Errors: completed is NULL
 * where there is a length, a negative length.
 */
PG_FUNCTION_INFO_V1(length_accum);
Datum
length_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *summary;

	if (PG_ARGISNULL(0))
		summary = duration_new(DT_NOEND);
	else
		summary = (SortedRun *) aggregate_state(fcinfo, &duration_type);
	if (!TIMESTAMP_IS_NOEND(duration_header(summary)->as_of))
		duration_as_of_different(duration_header(summary)->as_of, DT_NOEND);
	if (PG_ARGISNULL(1))
	{
		count_add(&duration_header(summary)->not_started, 1, &duration_type);
		PG_RETURN_POINTER(summary);
	}
	if (PG_ARGISNULL(2))
		argument_null("completed", "Give false for what is open still: coalesce(completed, false).");
	PG_RETURN_POINTER(duration_append(summary, elapsed_span_arg(fcinfo, 1, "length"), PG_GETARG_BOOL(2)));
}

/*
 * Add a summary of other rows to the state, for rollup() and for what parallel
 * workers counted.  A different as_of is an error, and so is business time beside
 * elapsed time.
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
	check_merge(summary, other);
	header = duration_header(summary);
	more = duration_header_const(other);
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
 * as_of or clock, and a b that counts what is not in a, are errors.
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

	check_merge(whole, part);
	rest = run_difference(&duration_run, whole, part, duration_take);
	if (rest == NULL || duration_problem(rest) != NULL)
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
