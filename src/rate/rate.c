/*-------------------------------------------------------------------------
 *
 * rate.c
 *	  Rates: how many of those who could, did.  Churn, retention, trial
 *	  conversion and SLA attainment.
 *
 * A rate_summary counts outcomes: yes, no and not known (yet).  An outcome is
 * a boolean; churned(), trial_converted() and within_target() derive it from
 * dates, and churn_agg() and its like count what they say.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/arithmetic.h"
#include "core/calendar.h"
#include "core/certainty.h"
#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "math/few.h"
#include "math/statistics.h"
#include "rate/rate.h"

static const SummaryType rate_type = {
	.name = "rate_summary",
	.example = "{\"version\": 1, \"positives\": 81, \"negatives\": 182, \"unknowns\": 0}",
	.size = sizeof(RateSummary)
};

/*
 * Counts
 */

RateSummary *
rate_summary_make(int64 positives, int64 negatives, int64 unknowns)
{
	RateSummary *rate = summary_new(&rate_type);

	/* a sum of a survey's counts may be larger than one count */
	count_add(&rate->positives, positives, &rate_type);
	count_add(&rate->negatives, negatives, &rate_type);
	count_add(&rate->unknowns, unknowns, &rate_type);
	return rate;
}

const RateSummary *
rate_summary_get(Datum summary)
{
	return (const RateSummary *) summary_get(summary, &rate_type);
}

static int64
rate_known(const RateSummary *rate)
{
	return rate->positives + rate->negatives;
}

static inline int64 *
rate_count(RateSummary *rate, Outcome outcome)
{
	if (outcome == OUTCOME_YES)
		return &rate->positives;
	if (outcome == OUTCOME_NO)
		return &rate->negatives;
	return &rate->unknowns;
}

/* Count an outcome in the state: the end of every transition function. */
static inline Datum
outcome_add(FunctionCallInfo fcinfo, Outcome outcome)
{
	RateSummary *rate = aggregate_state_or_new(fcinfo, &rate_type);

	count_add(rate_count(rate, outcome), 1, &rate_type);
	PG_RETURN_POINTER(rate);
}

static inline Datum
outcome_subtract(FunctionCallInfo fcinfo, Outcome outcome)
{
	RateSummary *rate = aggregate_state_or_new(fcinfo, &rate_type);

	count_subtract(rate_count(rate, outcome), 1, &rate_type);
	PG_RETURN_POINTER(rate);
}

/* Count an outcome, or take it back, for families that have outcomes of their own. */
Datum
outcome_count(FunctionCallInfo fcinfo, Outcome outcome)
{
	return outcome_add(fcinfo, outcome);
}

Datum
outcome_uncount(FunctionCallInfo fcinfo, Outcome outcome)
{
	return outcome_subtract(fcinfo, outcome);
}

/* Return an outcome as SQL sees it: true, false or NULL. */
Datum
outcome_result(FunctionCallInfo fcinfo, Outcome outcome)
{
	if (outcome == OUTCOME_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(outcome == OUTCOME_YES);
}

/*
 * Input and output
 */

static void
rate_member(void *arg, const char *key, const JsonbValue *value)
{
	RateSummary *rate = (RateSummary *) arg;

	if (strcmp(key, "positives") == 0)
		rate->positives = summary_json_count(value, key, &rate_type);
	else if (strcmp(key, "negatives") == 0)
		rate->negatives = summary_json_count(value, key, &rate_type);
	else if (strcmp(key, "unknowns") == 0)
		rate->unknowns = summary_json_count(value, key, &rate_type);
	else
		summary_json_unexpected(key, &rate_type);
}

/*
 * rate_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "positives", "negatives" and "unknowns" are counts; one that
 * is not given is 0.
 */
PG_FUNCTION_INFO_V1(rate_summary_in);
Datum
rate_summary_in(PG_FUNCTION_ARGS)
{
	RateSummary *rate = summary_new(&rate_type);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &rate_type),
						 rate_member, rate);
	PG_RETURN_POINTER(rate);
}

/* rate_summary_out: the text form, JSON */
PG_FUNCTION_INFO_V1(rate_summary_out);
Datum
rate_summary_out(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"positives\": " INT64_FORMAT
					 ", \"negatives\": " INT64_FORMAT
					 ", \"unknowns\": " INT64_FORMAT "}",
					 rate->positives, rate->negatives, rate->unknowns);
	PG_RETURN_CSTRING(buf.data);
}

/*
 * rate_summary_recv: read the binary form, in network order, checked
 * completely.  After the version come the positives, the negatives and the
 * unknowns, eight bytes each.
 */
PG_FUNCTION_INFO_V1(rate_summary_recv);
Datum
rate_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RateSummary *rate = summary_new(&rate_type);

	summary_recv_begin(message, &rate_type);
	rate->positives = summary_recv_count(message, "positives", &rate_type);
	rate->negatives = summary_recv_count(message, "negatives", &rate_type);
	rate->unknowns = summary_recv_count(message, "unknowns", &rate_type);
	PG_RETURN_POINTER(rate);
}

/* rate_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(rate_summary_send);
Datum
rate_summary_send(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, rate->positives);
	pq_sendint64(&message, rate->negatives);
	pq_sendint64(&message, rate->unknowns);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * Return the outcome in argument 1: true, false, or NULL for one that is not
 * known.
 */
static inline Outcome
boolean_outcome(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(1))
		return OUTCOME_UNKNOWN;
	return PG_GETARG_BOOL(1) ? OUTCOME_YES : OUTCOME_NO;
}

/*
 * Count an outcome, argument 1: the transition function of rate_agg and
 * rate_summary.
 */
PG_FUNCTION_INFO_V1(rate_accum);
Datum
rate_accum(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, boolean_outcome(fcinfo));
}

/*
 * Remove an outcome from the state, in a moving window: the inverse of
 * rate_accum().
 */
PG_FUNCTION_INFO_V1(rate_remove);
Datum
rate_remove(PG_FUNCTION_ARGS)
{
	return outcome_subtract(fcinfo, boolean_outcome(fcinfo));
}

/*
 * Add a summary to the state, for rollup() and for what parallel workers
 * counted.
 */
PG_FUNCTION_INFO_V1(rate_combine);
Datum
rate_combine(PG_FUNCTION_ARGS)
{
	RateSummary *rate = aggregate_combine_state(fcinfo, &rate_type);
	RateSummary *other = PG_GETARG_SUMMARY(1, &rate_type);

	count_add(&rate->positives, other->positives, &rate_type);
	count_add(&rate->negatives, other->negatives, &rate_type);
	count_add(&rate->unknowns, other->unknowns, &rate_type);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(rate);
}

/* Remove a summary from the state, for rollup() over a moving window. */
PG_FUNCTION_INFO_V1(rate_uncombine);
Datum
rate_uncombine(PG_FUNCTION_ARGS)
{
	RateSummary *rate = aggregate_combine_state(fcinfo, &rate_type);
	RateSummary *other = PG_GETARG_SUMMARY(1, &rate_type);

	count_subtract(&rate->positives, other->positives, &rate_type);
	count_subtract(&rate->negatives, other->negatives, &rate_type);
	count_subtract(&rate->unknowns, other->unknowns, &rate_type);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(rate);
}

/*
 * Accessors
 */

/*
 * rate(s) -> 100 * positives / (positives + negatives); NULL when both are 0
 */
PG_FUNCTION_INFO_V1(rate_rate);
Datum
rate_rate(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);

	if (rate_known(rate) == 0)
		PG_RETURN_NULL();
	return percent_result(rate->positives, rate_known(rate));
}

/*
 * Return the result of retention_agg(): 100 * negatives / (positives +
 * negatives), the share of those who did not churn; NULL when both are 0.
 */
PG_FUNCTION_INFO_V1(retention_final);
Datum
retention_final(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);

	if (rate_known(rate) == 0)
		PG_RETURN_NULL();
	return percent_result(rate->negatives, rate_known(rate));
}

/* positives(s) -> how many outcomes are true */
PG_FUNCTION_INFO_V1(rate_positives);
Datum
rate_positives(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);

	PG_RETURN_INT64(rate->positives);
}

/* negatives(s) -> how many outcomes are false */
PG_FUNCTION_INFO_V1(rate_negatives);
Datum
rate_negatives(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);

	PG_RETURN_INT64(rate->negatives);
}

/*
 * unknowns(s) -> how many outcomes are not known (NULL); no rate counts them
 */
PG_FUNCTION_INFO_V1(rate_unknowns);
Datum
rate_unknowns(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);

	PG_RETURN_INT64(rate->unknowns);
}

/*
 * Return what is known of a share that is looked at again and again.  The error
 * is that with an imagined yes and no: of few outcomes that are all equal it would
 * be 0, and at one of many looks they are.
 */
static Finding
rate_finding(const RateSummary *rate)
{
	double		known = (double) rate_known(rate);
	double		p = ((double) rate->positives + 1.0) / (known + 2.0);
	Finding		finding;

	finding.value = (double) rate->positives / known;
	finding.error = sqrt(p * (1.0 - p) / known);
	finding.freedom = INFINITY;
	finding.observations = known;
	return finding;
}

/*
 * rate_interval(s, confidence, always_valid, tightest_at) -> (low, high), Wilson's
 * score interval, in percent points, or one that is right at every look; NULL
 * without a known outcome.
 */
PG_FUNCTION_INFO_V1(rate_interval);
Datum
rate_interval(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);
	Certainty	certainty = certainty_args(fcinfo, 1);
	Bounds		bounds;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (rate_known(rate) == 0)
		PG_RETURN_NULL();
	if (certainty.always_valid)
	{
		Finding		finding = rate_finding(rate);
		double		reach = certainty_reach(&certainty, &finding) * finding.error;

		bounds.low = fmax(0.0, finding.value - reach);
		bounds.high = fmin(1.0, finding.value + reach);
	}
	else
		bounds = wilson_interval(rate->positives, rate_known(rate),
								 confidence_quantile(certainty.confidence));
	interval_result(100.0 * bounds.low, 100.0 * bounds.high,
					percent_result(rate->positives, rate_known(rate)), values);
	return record_result(fcinfo, values, nulls);
}

/* Return whether a rate is larger, 1, or smaller, -1, than the one before. */
static int
rate_compare(const RateSummary *before, const RateSummary *after)
{
	int128		one = (int128) before->positives * rate_known(after);
	int128		other = (int128) after->positives * rate_known(before);

	return (other > one) - (other < one);
}

/* Return the change of a rate in percent points, right at every look. */
static Datum
rate_change_always(FunctionCallInfo fcinfo, const RateSummary *before,
				   const RateSummary *after, const Certainty *certainty)
{
	Finding		old = rate_finding(before);
	Finding		new = rate_finding(after);
	Datum		change = numeric_result(DirectFunctionCall2(numeric_sub,
															percent_result(after->positives, rate_known(after)),
															percent_result(before->positives, rate_known(before))));
	Datum		values[CHANGE_COLUMNS];
	bool		nulls[CHANGE_COLUMNS];

	new.value -= old.value;
	new.error = hypot(old.error, new.error);
	new.observations += old.observations;
	finding_change(certainty, &new, 100.0, 100.0, change, values, nulls);
	return record_result(fcinfo, values, nulls);
}

/*
 * rate_change(before, after, confidence, always_valid, tightest_at) -> (change,
 * low, high, p_value, direction).
 *
 * The p value is that of the pooled two-proportion z test, and of Fisher's exact
 * test where a count that is expected is small.  The interval is Newcombe's,
 * made of the two Wilson intervals, and contains 0 where there is no direction.
 * NULL when either side has no known outcome.
 */
PG_FUNCTION_INFO_V1(rate_change);
Datum
rate_change(PG_FUNCTION_ARGS)
{
	RateSummary *before = PG_GETARG_SUMMARY(0, &rate_type);
	RateSummary *after = PG_GETARG_SUMMARY(1, &rate_type);
	Certainty	certainty = certainty_args(fcinfo, 2);
	double		confidence = certainty.confidence;
	double		p;
	int			direction;
	Bounds		bounds;
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, false};

	if (rate_known(before) == 0 || rate_known(after) == 0)
		PG_RETURN_NULL();
	if (certainty.always_valid)
		return rate_change_always(fcinfo, before, after, &certainty);

	p = proportions_p(before->positives, rate_known(before),
					  after->positives, rate_known(after));
	bounds = newcombe_difference(before->positives, rate_known(before),
								 after->positives, rate_known(after),
								 confidence_quantile(confidence));
	direction = change_direction(rate_compare(before, after), p < 1.0 - confidence,
								 &bounds);

	values[0] = numeric_result(DirectFunctionCall2(numeric_sub,
												   percent_result(after->positives, rate_known(after)),
												   percent_result(before->positives, rate_known(before))));
	interval_result(100.0 * bounds.low, 100.0 * bounds.high, values[0],
					&values[1]);
	values[3] = double_result(p);
	values[4] = Int32GetDatum(direction);
	return record_result(fcinfo, values, nulls);
}

/*
 * rate_text(s, confidence) -> "71.4% ±3.1 (n=812)"; NULL without a known
 * outcome.  As in nps_text, the number after ± is the distance to the farther
 * end of the interval.
 */
PG_FUNCTION_INFO_V1(rate_text);
Datum
rate_text(PG_FUNCTION_ARGS)
{
	RateSummary *rate = PG_GETARG_SUMMARY(0, &rate_type);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(1));
	int64		known = rate_known(rate);
	double		percent;
	Bounds		bounds;
	Datum		rounded;

	if (known == 0)
		PG_RETURN_NULL();
	percent = 100.0 * rate->positives / known;
	bounds = wilson_interval(rate->positives, known, z);

	/*
	 * round as round(rate(s), 1) does: 12.25 is 12.3, which printf rounds
	 * down
	 */
	rounded = DirectFunctionCall2(numeric_round,
								  percent_result(rate->positives, known),
								  Int32GetDatum(1));
	return uncertain_result(psprintf("%s%%",
									 DatumGetCString(DirectFunctionCall1(numeric_out,
																		 rounded))),
							psprintf("%.1f", fmax(percent - 100.0 * bounds.low,
												  100.0 * bounds.high - percent)),
							known);
}

/*
 * rescale_rate(rate, from_period, to_period) -> a rate of loss per one period
 * as the rate per another, compounded: 1 - (1 - c)^(to / from).  5 percent a
 * month are 45.96 percent a year, not 60.  A rate that is not from 0 to 100, a
 * period that is not above zero, and one below an hour beside one that is not
 * are errors.
 */
PG_FUNCTION_INFO_V1(rescale_rate);
Datum
rescale_rate(PG_FUNCTION_ARGS)
{
	Datum		rate = PG_GETARG_DATUM(0);
	int64		from_period = elapsed_interval(PG_GETARG_INTERVAL_P(1),
											   "from_period");
	int64		to_period = elapsed_interval(PG_GETARG_INTERVAL_P(2),
											 "to_period");
	double		loss = as_double(rate);
	double		left;

	/* written so that NaN is refused as well */
	if (!(loss >= 0.0 && loss <= 100.0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("rate out of range"),
				 errdetail("The rate is %s; rates are percent points from 0 to 100.",
						   numeric_shown(rate)),
				 errhint("Write 5 for 5 percent.")));
	if (from_period <= 0 || to_period <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods must be longer than zero"),
				 errdetail("from_period is %s, to_period is %s.",
						   DatumGetCString(DirectFunctionCall1(interval_out,
															   PG_GETARG_DATUM(1))),
						   DatumGetCString(DirectFunctionCall1(interval_out,
															   PG_GETARG_DATUM(2)))),
				 errhint("For example rescale_rate(5, '1 month', '1 year').")));
	/* of two in the same unit, '1' and '12', the ratio is what counts */
	if (from_period >= USECS_PER_HOUR)
		elapsed_check_unit(to_period, USECS_PER_HOUR, "to_period", "months");
	else if (to_period >= USECS_PER_HOUR)
		elapsed_check_unit(from_period, USECS_PER_HOUR, "from_period", "months");

	/* what is left keeps its digits near 100, log1p those of small rates */
	left = as_double(minus(number(100), rate));
	if (left <= 0.0)
		return double_result(100.0);
	return double_result(-100.0 * expm1((loss > 50.0 ? log(left / 100.0) : log1p(-loss / 100.0)) *
										((double) to_period / from_period)));
}

/*
 * Outcomes
 *
 * Each has a function that reads its arguments, from argument number "first"
 * on: 0 for the scalar function, 1 for a transition function.  A period or an
 * as-of date is the question that is asked; without it there is no answer, so
 * NULL is an error there.
 *
 * An event that has not happened may be stored as NULL or as 'infinity'.
 */

/* Report a period or as_of argument that is NULL. */
static pg_noinline pg_noreturn void
outcome_arg_null(FunctionCallInfo fcinfo, int n, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name),
			 errhint("Give a time, for example %s.", elapsed_now(fcinfo, n))));
}

/* Report a period or as_of argument that is infinite. */
static pg_noinline pg_noreturn void
outcome_arg_infinite(FunctionCallInfo fcinfo, int n, const char *name,
					 bool at_end)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s must be finite", name),
			 errdetail("%s is %s.", name, at_end ? "infinity" : "-infinity"),
			 errhint("Give a time, for example %s.", elapsed_now(fcinfo, n))));
}

/* Return a date as text for a message. */
static char *
date_text(DateADT date)
{
	return DatumGetCString(DirectFunctionCall1(date_out,
											   DateADTGetDatum(date)));
}

/*
 * Return an end of a period, which must be given and finite.  The argument is
 * declared timestamp, since month + interval '1 month' is one; its day counts.
 */
static inline DateADT
period_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	if (unlikely(PG_ARGISNULL(n)))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", name),
				 errhint("Give the first day of the period and the day after its last: January is '2025-01-01', '2025-02-01'.")));
	return calendar_day_arg(PG_GETARG_TIMESTAMP(n), name);
}

/*
 * Return whether a customer has churned.  Churn is 100 * (active at period
 * start and not at period end) / active at period start.
 *
 * Dates are half-open: ended_on is the first day without service, and an event
 * dated period_start is in the period.  So a customer was there as the period
 * began who had started before period_start and had not ended before it, and
 * has churned who ended in [period_start, period_end).  A customer who joined
 * in the period does not count, whatever came after.
 */
static Outcome
churn_outcome(FunctionCallInfo fcinfo, int first)
{
	DateADT		period_start = period_arg(fcinfo, first + 2,
										  "period_start");
	DateADT		period_end = period_arg(fcinfo, first + 3,
										"period_end");
	DateADT		started_on;
	DateADT		ended_on = DATEVAL_NOEND;

	if (unlikely(period_end <= period_start))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("period_end must be after period_start"),
				 errdetail("period_start is %s, period_end is %s.",
						   date_text(period_start), date_text(period_end)),
				 errhint("Periods are half-open: January is '2025-01-01', '2025-02-01'.")));
	if (PG_ARGISNULL(first))
		return OUTCOME_UNKNOWN;

	started_on = PG_GETARG_DATEADT(first);
	if (!PG_ARGISNULL(first + 1))
		ended_on = PG_GETARG_DATEADT(first + 1);
	if (unlikely(DATE_NOT_FINITE(started_on)))
		elapsed_arg_infinite("started_on", DATE_IS_NOEND(started_on));
	if (unlikely(DATE_IS_NOBEGIN(ended_on)))
		elapsed_arg_infinite("ended_on", false);
	if (unlikely(ended_on < started_on))
		elapsed_order_wrong("started_on", date_text(started_on),
							"ended_on", date_text(ended_on));

	if (started_on >= period_start || ended_on < period_start)
		return OUTCOME_UNKNOWN;
	return ended_on < period_end ? OUTCOME_YES : OUTCOME_NO;
}

/*
 * churned(started_on, ended_on, period_start, period_end) -> true or false for
 * a customer who was there as the period began, else NULL.  A membership that
 * ends before it starts is an error, and so is a period without two finite
 * ends in order.
 */
PG_FUNCTION_INFO_V1(churned);
Datum
churned(PG_FUNCTION_ARGS)
{
	return outcome_result(fcinfo, churn_outcome(fcinfo, 0));
}

/*
 * Count an outcome of churn_outcome(): the transition function of churn_agg()
 * and retention_agg().
 */
PG_FUNCTION_INFO_V1(churn_accum);
Datum
churn_accum(PG_FUNCTION_ARGS)
{
	return outcome_add(fcinfo, churn_outcome(fcinfo, 1));
}

/*
 * Remove an outcome of churn_outcome() from the state: the inverse of
 * churn_accum().
 */
PG_FUNCTION_INFO_V1(churn_remove);
Datum
churn_remove(PG_FUNCTION_ARGS)
{
	return outcome_subtract(fcinfo, churn_outcome(fcinfo, 1));
}

/*
 * Return the time of an event; infinity stands for one that has not happened.
 */
static inline Timestamp
event_time_arg(FunctionCallInfo fcinfo, int n, bool is_date, const char *name)
{
	Timestamp	event;

	if (PG_ARGISNULL(n))
		return DT_NOEND;
	event = elapsed_time_arg(fcinfo, n, is_date);
	if (unlikely(TIMESTAMP_IS_NOBEGIN(event)))
		elapsed_arg_infinite(name, false);
	return event;
}

static inline Timestamp
required_time_arg(FunctionCallInfo fcinfo, int n, bool is_date,
				  const char *name)
{
	Timestamp	timestamp;

	if (unlikely(PG_ARGISNULL(n)))
		outcome_arg_null(fcinfo, n, name);
	timestamp = elapsed_time_arg(fcinfo, n, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(timestamp)))
		outcome_arg_infinite(fcinfo, n, name,
							 TIMESTAMP_IS_NOEND(timestamp));
	return timestamp;
}

/*
 * Read a timestamp of something that may not have happened, or one that must be
 * given, for families that have outcomes of their own.
 */
Timestamp
outcome_event_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	return event_time_arg(fcinfo, n, false, name);
}

Timestamp
outcome_required_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	return required_time_arg(fcinfo, n, false, name);
}

/*
 * Return whether a trial has converted.  Trial conversion is 100 * converted /
 * decided.  A trial that is open as of as_of is not decided; a conversion
 * before the trial's end counts at once, a conversion after as_of has not
 * happened yet.
 */
static Outcome
trial_outcome(FunctionCallInfo fcinfo, int first, bool is_date)
{
	Timestamp	trial_ends = event_time_arg(fcinfo, first, is_date,
											"trial_ends");
	Timestamp	converted_at = event_time_arg(fcinfo, first + 1, is_date,
											  "converted_at");
	Timestamp	as_of = required_time_arg(fcinfo, first + 2, is_date,
										  "as_of");

	if (converted_at <= as_of)
		return OUTCOME_YES;
	return trial_ends <= as_of ? OUTCOME_NO : OUTCOME_UNKNOWN;
}

/*
 * Return whether a target was met.  SLA attainment is 100 * answered within
 * target / (answered + open and overdue).  An outcome is not known yet for a
 * case that is open and still in time, or that started after as_of; without a
 * target (NULL) nothing was promised.
 */
static Outcome
target_outcome(FunctionCallInfo fcinfo, int first, bool is_date)
{
	Timestamp	as_of = required_time_arg(fcinfo, first + 3, is_date,
										  "as_of");
	Timestamp	started;
	Timestamp	finished;
	int64		target;
	int64		elapsed;

	if (PG_ARGISNULL(first) || PG_ARGISNULL(first + 2))
		return OUTCOME_UNKNOWN;
	started = elapsed_time_arg(fcinfo, first, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(started)))
		elapsed_arg_infinite("started", TIMESTAMP_IS_NOEND(started));
	finished = event_time_arg(fcinfo, first + 1, is_date, "finished");
	target = elapsed_interval(PG_GETARG_INTERVAL_P(first + 2), "target");
	if (unlikely(target < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target must not be negative"),
				 errdetail("target is %s.",
						   DatumGetCString(DirectFunctionCall1(interval_out,
															   PG_GETARG_DATUM(first + 2)))),
				 errhint("Use NULL where no target was agreed on.")));
	if (is_date)
		elapsed_check_unit(target, USECS_PER_HOUR, "target", "days");
	if (unlikely(finished < started))
		elapsed_order_wrong("started", elapsed_arg_text(fcinfo, first, started),
							"finished", elapsed_arg_text(fcinfo, first + 1, finished));

	if (started > as_of)
		return OUTCOME_UNKNOWN;
	elapsed = elapsed_between(started, Min(finished, as_of));
	if (finished <= as_of)
		return elapsed <= target ? OUTCOME_YES : OUTCOME_NO;
	return elapsed > target ? OUTCOME_NO : OUTCOME_UNKNOWN;
}

/*
 * Return whether a trial converted within a time of its start.  While that time
 * is not over the outcome is unknown, even of a trial that has converted:
 * otherwise the quick conversions of the youngest cohort would count and its
 * slow refusals would not.  The outcome is unknown, too, without a trial or
 * without a time.
 */
static Outcome
within_outcome(FunctionCallInfo fcinfo, bool is_date)
{
	Timestamp	as_of = required_time_arg(fcinfo, 3, is_date, "as_of");
	Timestamp	started;
	Timestamp	converted;
	int64		within;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		return OUTCOME_UNKNOWN;
	started = elapsed_time_arg(fcinfo, 0, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(started)))
		elapsed_arg_infinite("trial_started", TIMESTAMP_IS_NOEND(started));
	converted = event_time_arg(fcinfo, 1, is_date, "converted_at");
	within = elapsed_span_arg(fcinfo, 2, "within");
	elapsed_check_unit(within, USECS_PER_HOUR, "within", "days");
	if (unlikely(converted < started))
		elapsed_order_wrong("trial_started", elapsed_arg_text(fcinfo, 0, started),
							"converted_at", elapsed_arg_text(fcinfo, 1, converted));

	if (started > as_of || elapsed_between(started, as_of) < within)
		return OUTCOME_UNKNOWN;
	if (converted > as_of)
		return OUTCOME_NO;
	return elapsed_between(started, converted) <= within ? OUTCOME_YES :
		OUTCOME_NO;
}

/*
 * converted_within(trial_started, converted_at, within, as_of) -> true or false
 * of a trial that began at least that long before as_of, else NULL.  Errors: an
 * as_of that is NULL or infinite, a trial that is dated infinity, a conversion
 * before it, a time that is negative, or above zero and below an hour.  Days of
 * the time are 24 hours, months 30.4375 days.
 */
PG_FUNCTION_INFO_V1(converted_within_date);
Datum
converted_within_date(PG_FUNCTION_ARGS)
{
	return outcome_result(fcinfo, within_outcome(fcinfo, true));
}

/* converted_within() of timestamp and timestamptz, in elapsed time */
PG_FUNCTION_INFO_V1(converted_within_timestamp);
Datum
converted_within_timestamp(PG_FUNCTION_ARGS)
{
	return outcome_result(fcinfo, within_outcome(fcinfo, false));
}

/*
 * Define the scalar and the two transition functions of an outcome for a type
 * of time:
 *
 * trial_converted(trial_ends, converted_at, as_of) and within_target(started,
 * finished, target, as_of) -> true, false, or NULL while it is not known; an
 * as_of that is NULL or infinite is an error, and so is a time of -infinity, and
 * with dates a target above zero and below an hour.  trial_conversion_agg() and
 * sla_agg() count these outcomes.
 *
 * Makes trial_converted_date, trial_accum_date, trial_remove_date,
 * within_target_date, target_accum_date, target_remove_date, and the six of
 * timestamp.
 */
#define TIME_OUTCOME(outcome, scalar, type, is_date) \
Datum \
scalar##_##type(PG_FUNCTION_ARGS) \
{ \
	return outcome_result(fcinfo, outcome##_outcome(fcinfo, 0, is_date)); \
} \
\
Datum \
outcome##_accum_##type(PG_FUNCTION_ARGS) \
{ \
	return outcome_add(fcinfo, outcome##_outcome(fcinfo, 1, is_date)); \
} \
\
Datum \
outcome##_remove_##type(PG_FUNCTION_ARGS) \
{ \
	return outcome_subtract(fcinfo, outcome##_outcome(fcinfo, 1, is_date)); \
}

PG_FUNCTION_INFO_V1(trial_converted_date);
PG_FUNCTION_INFO_V1(trial_accum_date);
PG_FUNCTION_INFO_V1(trial_remove_date);
TIME_OUTCOME(trial, trial_converted, date, true)

PG_FUNCTION_INFO_V1(trial_converted_timestamp);
PG_FUNCTION_INFO_V1(trial_accum_timestamp);
PG_FUNCTION_INFO_V1(trial_remove_timestamp);
TIME_OUTCOME(trial, trial_converted, timestamp, false)

PG_FUNCTION_INFO_V1(within_target_date);
PG_FUNCTION_INFO_V1(target_accum_date);
PG_FUNCTION_INFO_V1(target_remove_date);
TIME_OUTCOME(target, within_target, date, true)

PG_FUNCTION_INFO_V1(within_target_timestamp);
PG_FUNCTION_INFO_V1(target_accum_timestamp);
PG_FUNCTION_INFO_V1(target_remove_timestamp);
TIME_OUTCOME(target, within_target, timestamp, false)
