/*-------------------------------------------------------------------------
 *
 * weighted_metrics.c
 *	  What is read from a weighted_survey_summary: NPS, CSAT and CES of responses
 *	  of which some count more than others.
 *
 * Numbers are those of the weights in place of the counts.  Their intervals are
 * those of as many responses as the weighted ones are worth, (sum of w)^2 / sum of
 * w^2 (L. Kish, Survey Sampling, 1965, section 11.7).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/aggregate.h"
#include "core/confidence.h"
#include "core/result.h"
#include "math/statistics.h"
#include "survey/weighted.h"

/*
 * Weights
 */

/* Return the counts of the responses, whatever their weights. */
static SurveySummary
weighted_counts(const WeightedSurvey *weighted)
{
	SurveySummary survey;

	memset(&survey, 0, sizeof(survey));
	survey.counts[SURVEY_UNANSWERED] = weighted->unanswered;
	for (int score = 0; score < WEIGHTED_SCORES; score++)
		survey.counts[score] = weighted->scores[score].responses;
	return survey;
}

/* Report whether all scores are on a scale, as survey_on_scale() does. */
static bool
weighted_on_scale(const WeightedSurvey *weighted, const SurveyScale *scale)
{
	SurveySummary survey = weighted_counts(weighted);
	SurveyScale marked = *scale;

	marked.weighted = true;
	return survey_on_scale(&survey, &marked);
}

static inline double
to_double(Datum number)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, number));
}

/* Return the weight of the responses with a score from low to high. */
static Datum
weight_between(const WeightedSurvey *weighted, int low, int high)
{
	Datum		weight = NumericGetDatum(int64_to_numeric(0));

	for (int score = low; score <= high; score++)
		weight = plus(weight, money_to_numeric(money_get(&weighted->scores[score].weight),
											   (int) weighted->scale));
	return weight;
}

static Datum
weight_of_all(const WeightedSurvey *weighted)
{
	return weight_between(weighted, 0, SURVEY_MAX_SCORE);
}

/* Report whether there is nothing that weighs anything. */
static bool
weighs_nothing(const WeightedSurvey *weighted)
{
	for (int score = 0; score < WEIGHTED_SCORES; score++)
	{
		if (!money_is_zero(&weighted->scores[score].weight))
			return false;
	}
	return true;
}

/* Return 100 * part / whole. */
static Datum
percent_of(Datum part, Datum whole)
{
	return numeric_result(DirectFunctionCall2(numeric_div,
											  times(part, NumericGetDatum(int64_to_numeric(100))),
											  whole));
}

/* Return (sum of w)^2 / sum of w^2 of responses that weigh something. */
static Datum
effective_number(const WeightedSurvey *weighted)
{
	Datum		weight = weight_of_all(weighted);
	Datum		squares = NumericGetDatum(int64_to_numeric(0));

	for (int score = 0; score < WEIGHTED_SCORES; score++)
		squares = plus(squares, int256_to_numeric(&weighted->scores[score].squares,
												  2 * (int) weighted->scale));
	return numeric_result(DirectFunctionCall2(numeric_div, times(weight, weight), squares));
}

/*
 * Counts
 */

/* responses(w) -> how many have a score; 0 where none has */
PG_FUNCTION_INFO_V1(weighted_responses);
Datum
weighted_responses(PG_FUNCTION_ARGS)
{
	SurveySummary survey = weighted_counts(PG_GETARG_WEIGHTED(0));

	PG_RETURN_INT64(survey_answered(&survey));
}

/* unanswered(w) -> how many were asked and have no score (NULL) */
PG_FUNCTION_INFO_V1(weighted_unanswered);
Datum
weighted_unanswered(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_WEIGHTED(0)->unanswered);
}

/*
 * effective_responses(w) -> as many unweighted responses as these are worth, (sum
 * of the weights)^2 / sum of their squares; 0 where nothing weighs anything.
 */
PG_FUNCTION_INFO_V1(weighted_effective_responses);
Datum
weighted_effective_responses(PG_FUNCTION_ARGS)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);

	if (weighs_nothing(weighted))
		return NumericGetDatum(int64_to_numeric(0));
	return effective_number(weighted);
}

/* mean_score(w) -> the weighted mean of the scores, 0..10; NULL without weight */
PG_FUNCTION_INFO_V1(weighted_mean_score);
Datum
weighted_mean_score(PG_FUNCTION_ARGS)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);
	Datum		sum = NumericGetDatum(int64_to_numeric(0));

	if (weighs_nothing(weighted))
		PG_RETURN_NULL();
	for (int score = 1; score < WEIGHTED_SCORES; score++)
		sum = plus(sum, times(weight_between(weighted, score, score),
							  NumericGetDatum(int64_to_numeric(score))));
	return numeric_result(DirectFunctionCall2(numeric_div, sum, weight_of_all(weighted)));
}

/*
 * The net promoter score
 */

static Datum
score_datum(const WeightedSurvey *weighted, const NpsQuestion *question)
{
	Datum		promoters = weight_between(weighted, question->promoter_from, question->scale.max);
	Datum		detractors = weight_between(weighted, 0, question->detractor_to);

	return percent_of(DirectFunctionCall2(numeric_sub, promoters, detractors),
					  weight_of_all(weighted));
}

static Datum
weighted_nps_result(FunctionCallInfo fcinfo, const NpsQuestion *question)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);

	if (!weighted_on_scale(weighted, &question->scale) || weighs_nothing(weighted))
		PG_RETURN_NULL();
	return score_datum(weighted, question);
}

/*
 * nps(w) -> 100 * (weight of promoters - of detractors) / weight, -100..100; NULL
 * without weight.
 */
PG_FUNCTION_INFO_V1(weighted_nps);
Datum
weighted_nps(PG_FUNCTION_ARGS)
{
	return weighted_nps_result(fcinfo, &nps_question);
}

/*
 * nps(w, promoter_from, detractor_to, scale_max, off_scale) -> likewise, on another
 * scale.  Errors: as of nps() of a survey_summary.
 */
PG_FUNCTION_INFO_V1(weighted_nps_scale);
Datum
weighted_nps_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 1);

	return weighted_nps_result(fcinfo, &question);
}

/* Return the share of a weight in all of it, times a number of responses. */
static double
worth(const WeightedSurvey *weighted, int low, int high, double responses)
{
	Datum		share = DirectFunctionCall2(numeric_div, weight_between(weighted, low, high),
											weight_of_all(weighted));

	return to_double(share) * responses;
}

static double
clip(double value)
{
	return fmax(-100.0, fmin(100.0, value));
}

static Datum
weighted_nps_interval_result(FunctionCallInfo fcinfo, const NpsQuestion *question,
							 double confidence)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);
	double		z = confidence_quantile(confidence);
	double		effective;
	Estimate	estimate;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (!weighted_on_scale(weighted, &question->scale) || weighs_nothing(weighted))
		PG_RETURN_NULL();
	effective = to_double(effective_number(weighted));
	estimate = net_promoter_estimate(worth(weighted, question->promoter_from, question->scale.max, effective),
									 worth(weighted, question->detractor_to + 1, question->promoter_from - 1, effective),
									 worth(weighted, 0, question->detractor_to, effective));
	interval_result(clip(100.0 * (estimate.value - z * estimate.error)),
					clip(100.0 * (estimate.value + z * estimate.error)),
					score_datum(weighted, question), values);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_interval(w, confidence) -> (low, high), -100..100, by the adjusted Wald
 * method of as many responses as effective_responses(w), with the score itself in
 * it; NULL without weight.
 */
PG_FUNCTION_INFO_V1(weighted_nps_interval);
Datum
weighted_nps_interval(PG_FUNCTION_ARGS)
{
	return weighted_nps_interval_result(fcinfo, &nps_question, PG_GETARG_FLOAT8(1));
}

/*
 * nps_interval(w, promoter_from, detractor_to, scale_max, off_scale, confidence):
 * likewise, on another scale.
 */
PG_FUNCTION_INFO_V1(weighted_nps_interval_scale);
Datum
weighted_nps_interval_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 1);

	return weighted_nps_interval_result(fcinfo, &question, PG_GETARG_FLOAT8(5));
}

/*
 * CSAT and CES
 */

static Datum
satisfied_datum(const WeightedSurvey *weighted, const SurveyScale *scale)
{
	return percent_of(weight_between(weighted, scale->counted_from, scale->max),
					  weight_of_all(weighted));
}

/* Return 100 * weight of satisfied / weight; NULL without weight. */
static Datum
weighted_percent(FunctionCallInfo fcinfo, SurveyScale scale)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);

	if (!weighted_on_scale(weighted, &scale) || weighs_nothing(weighted))
		PG_RETURN_NULL();
	return satisfied_datum(weighted, &scale);
}

/* Return Wilson's interval of weighted_percent(), of the effective responses. */
static Datum
weighted_percent_interval(FunctionCallInfo fcinfo, SurveyScale scale,
						  double confidence)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);
	double		z = confidence_quantile(confidence);
	double		effective;
	Bounds		bounds;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (!weighted_on_scale(weighted, &scale) || weighs_nothing(weighted))
		PG_RETURN_NULL();
	effective = to_double(effective_number(weighted));
	bounds = wilson_interval(worth(weighted, scale.counted_from, scale.max, effective),
							 effective, z);
	interval_result(100.0 * bounds.low, 100.0 * bounds.high,
					satisfied_datum(weighted, &scale), values);
	return record_result(fcinfo, values, nulls);
}

/*
 * csat(w) -> 100 * weight of scores 4 and 5 / weight, on the scale from 1 to 5; NULL
 * without weight; a score off the scale is an error.
 */
PG_FUNCTION_INFO_V1(weighted_csat);
Datum
weighted_csat(PG_FUNCTION_ARGS)
{
	return weighted_percent(fcinfo, csat_scale);
}

/*
 * csat(w, satisfied_from, scale_max, off_scale) -> likewise, on another scale, with
 * the errors of csat() of a survey_summary.
 */
PG_FUNCTION_INFO_V1(weighted_csat_scale);
Datum
weighted_csat_scale(PG_FUNCTION_ARGS)
{
	return weighted_percent(fcinfo, satisfaction_scale_args(fcinfo, &csat_scale));
}

/*
 * csat_interval(w, confidence) -> (low, high), 0..100, Wilson's interval of as many
 * responses as effective_responses(w); NULL without weight.
 */
PG_FUNCTION_INFO_V1(weighted_csat_interval);
Datum
weighted_csat_interval(PG_FUNCTION_ARGS)
{
	return weighted_percent_interval(fcinfo, csat_scale, PG_GETARG_FLOAT8(1));
}

/*
 * csat_interval(w, satisfied_from, scale_max, off_scale, confidence): likewise, on
 * another scale.
 */
PG_FUNCTION_INFO_V1(weighted_csat_interval_scale);
Datum
weighted_csat_interval_scale(PG_FUNCTION_ARGS)
{
	return weighted_percent_interval(fcinfo,
									 satisfaction_scale_args(fcinfo, &csat_scale),
									 PG_GETARG_FLOAT8(4));
}

/*
 * ces(w) -> 100 * weight of scores 5 to 7 / weight, on the scale from 1 to 7; NULL
 * without weight; a score off the scale is an error.
 */
PG_FUNCTION_INFO_V1(weighted_ces);
Datum
weighted_ces(PG_FUNCTION_ARGS)
{
	return weighted_percent(fcinfo, ces_scale);
}

/* ces(w, agree_from, scale_max, off_scale) -> likewise, on another scale */
PG_FUNCTION_INFO_V1(weighted_ces_scale);
Datum
weighted_ces_scale(PG_FUNCTION_ARGS)
{
	return weighted_percent(fcinfo, satisfaction_scale_args(fcinfo, &ces_scale));
}

/* ces_interval(w, confidence) -> (low, high), as csat_interval() */
PG_FUNCTION_INFO_V1(weighted_ces_interval);
Datum
weighted_ces_interval(PG_FUNCTION_ARGS)
{
	return weighted_percent_interval(fcinfo, ces_scale, PG_GETARG_FLOAT8(1));
}

/*
 * ces_interval(w, agree_from, scale_max, off_scale, confidence): likewise, on
 * another scale.
 */
PG_FUNCTION_INFO_V1(weighted_ces_interval_scale);
Datum
weighted_ces_interval_scale(PG_FUNCTION_ARGS)
{
	return weighted_percent_interval(fcinfo,
									 satisfaction_scale_args(fcinfo, &ces_scale),
									 PG_GETARG_FLOAT8(4));
}

/*
 * Return the result of post_stratified_nps(): nps() of responses that weigh as much
 * as the segments that they stand for, to 15 digits, since weights are quotients.
 * NULL where all segments are empty of people.
 */
PG_FUNCTION_INFO_V1(weighted_stratified_nps);
Datum
weighted_stratified_nps(PG_FUNCTION_ARGS)
{
	const WeightedSurvey *weighted = PG_GETARG_WEIGHTED(0);

	if (weighs_nothing(weighted))
		PG_RETURN_NULL();
	return double_result(to_double(score_datum(weighted, &nps_question)));
}
