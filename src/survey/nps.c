/*-------------------------------------------------------------------------
 *
 * nps.c
 *	  Net promoter score: promoters against detractors.
 *
 * F. Reichheld, The One Number You Need to Grow (HBR 2003).
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

#include "core/certainty.h"
#include "core/confidence.h"
#include "core/result.h"
#include "math/few.h"
#include "math/statistics.h"
#include "rate/drivers.h"
#include "survey/survey.h"

const SurveyCuts nps_cuts = {NULL, "promoter_from => 6, detractor_to => 4", "promoter_from => 9, detractor_to => 6"};

const NpsQuestion nps_question = {
	.scale = {"nps", &nps_cuts, 0, SURVEY_MAX_SCORE, false, false},
	.promoter_from = 9,
	.detractor_to = 6
};

/* How many responses are of which. */
typedef struct NpsCounts
{
	int64		promoters;
	int64		passives;
	int64		detractors;
	int64		responses;
} NpsCounts;

/*
 * The three categories
 */

static const char *
score_category(int score)
{
	if (score >= nps_question.promoter_from)
		return "promoter";
	return score > nps_question.detractor_to ? "passive" : "detractor";
}

/*
 * nps_category(score) -> 'promoter' (9, 10), 'passive' (7, 8) or 'detractor'.
 * A score that is no whole number from 0 to 10 is an error.
 */
PG_FUNCTION_INFO_V1(nps_category_int2);
Datum
nps_category_int2(PG_FUNCTION_ARGS)
{
	int			score = survey_score_from_int32(PG_GETARG_INT16(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

/* nps_category(score): as nps_category_int2(), of an integer */
PG_FUNCTION_INFO_V1(nps_category_int4);
Datum
nps_category_int4(PG_FUNCTION_ARGS)
{
	int			score = survey_score_from_int32(PG_GETARG_INT32(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

/*
 * nps_category(score): as nps_category_int2(), of a double precision; 8.5 is
 * an error
 */
PG_FUNCTION_INFO_V1(nps_category_float8);
Datum
nps_category_float8(PG_FUNCTION_ARGS)
{
	int			score = survey_score_from_float8(PG_GETARG_FLOAT8(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

static NpsCounts
nps_counts(const SurveySummary *survey, const NpsQuestion *question)
{
	NpsCounts	counts;

	counts.promoters = survey_count(survey, question->promoter_from,
									question->scale.max);
	counts.passives = survey_count(survey, question->detractor_to + 1,
								   question->promoter_from - 1);
	counts.detractors = survey_count(survey, 0, question->detractor_to);
	counts.responses = survey_answered(survey);
	return counts;
}

/* promoters(s) -> how many responses are 9 or 10 */
PG_FUNCTION_INFO_V1(survey_promoters);
Datum
survey_promoters(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(nps_counts(survey, &nps_question).promoters);
}

/*
 * passives(s) -> how many responses are 7 or 8; they count in the total only
 */
PG_FUNCTION_INFO_V1(survey_passives);
Datum
survey_passives(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(nps_counts(survey, &nps_question).passives);
}

/* detractors(s) -> how many responses are 0 to 6 */
PG_FUNCTION_INFO_V1(survey_detractors);
Datum
survey_detractors(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(nps_counts(survey, &nps_question).detractors);
}

/*
 * The score
 */

/*
 * Return the question on the scale that the arguments promoter_from,
 * detractor_to, scale_max and off_scale describe; n is the number of the first.
 */
NpsQuestion
nps_question_args(FunctionCallInfo fcinfo, int n)
{
	NpsQuestion question = nps_question;
	SurveyScale *scale = &question.scale;

	question.promoter_from = PG_GETARG_INT32(n);
	question.detractor_to = PG_GETARG_INT32(n + 1);
	scale->max = PG_GETARG_INT32(n + 2);
	scale->off_is_null = survey_off_scale_arg(fcinfo, n + 3);
	scale->counted_from = 1;
	survey_scale_check(scale);
	survey_promoter_check(question.promoter_from, question.detractor_to,
						  scale->max);
	return question;
}

static double
clip(double value, double limit)
{
	return fmax(-limit, fmin(limit, value));
}

static Datum
score_datum(const NpsCounts *counts)
{
	return percent_result(counts->promoters - counts->detractors,
						  counts->responses);
}

static Estimate
score_estimate(const NpsCounts *counts)
{
	return net_promoter_estimate(counts->promoters, counts->passives,
								 counts->detractors);
}

/*
 * The adjusted Wald interval in percent points, within -100..100.
 *
 * The adjustment moves the middle towards 0, so that of a few responses that
 * agree the interval may not reach the score itself: one promoter is 100, and the
 * interval would end at 98.5.  interval_result() then extends it to the score,
 * which can only add to what it covers.
 */
static Bounds
score_bounds(const NpsCounts *counts, double z)
{
	Estimate	estimate = score_estimate(counts);
	Bounds		bounds;

	bounds.low = clip(100.0 * (estimate.value - z * estimate.error), 100.0);
	bounds.high = clip(100.0 * (estimate.value + z * estimate.error), 100.0);
	return bounds;
}

/*
 * Computed once from the counts: rounding the two shares first is how others
 * come to be off by one.
 */
static Datum
nps_result(FunctionCallInfo fcinfo, const NpsQuestion *question)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	NpsCounts	counts;

	if (!survey_on_scale(survey, &question->scale) ||
		survey_answered(survey) == 0)
		PG_RETURN_NULL();
	counts = nps_counts(survey, question);
	return score_datum(&counts);
}

/*
 * nps(s) -> 100 * (promoters - detractors) / responses, -100..100; NULL without
 * responses.
 */
PG_FUNCTION_INFO_V1(survey_nps);
Datum
survey_nps(PG_FUNCTION_ARGS)
{
	return nps_result(fcinfo, &nps_question);
}

/*
 * nps(s, promoter_from, detractor_to, scale_max, off_scale) -> likewise, on
 * another scale.  Errors: cuts that are not on it or in the wrong order, and a
 * score off the scale, unless off_scale is 'null': then the result is NULL.
 */
PG_FUNCTION_INFO_V1(survey_nps_scale);
Datum
survey_nps_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 1);

	return nps_result(fcinfo, &question);
}

/* Return what is known of a score that is looked at again and again. */
static Finding
score_finding(const NpsCounts *counts)
{
	Estimate	estimate = score_estimate(counts);
	Finding		finding;

	finding.value = estimate.value;
	finding.error = estimate.error;
	finding.freedom = INFINITY;
	finding.observations = (double) counts->responses;
	return finding;
}

/* The options confidence, always_valid and tightest_at are arguments from n on. */
static Datum
nps_interval_result(FunctionCallInfo fcinfo, const NpsQuestion *question, int n)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	Certainty	certainty = certainty_args(fcinfo, n);
	NpsCounts	counts;
	Bounds		bounds;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (!survey_on_scale(survey, &question->scale) ||
		survey_answered(survey) == 0)
		PG_RETURN_NULL();
	counts = nps_counts(survey, question);
	if (certainty.always_valid)
	{
		Finding		finding = score_finding(&counts);

		(void) finding_interval(&certainty, &finding, 100.0, 100.0,
								score_datum(&counts), values);
		return record_result(fcinfo, values, nulls);
	}
	bounds = score_bounds(&counts, confidence_quantile(certainty.confidence));
	interval_result(bounds.low, bounds.high, score_datum(&counts), values);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_interval(s, confidence, always_valid, tightest_at) -> (low, high), -100..100,
 * by the adjusted Wald method (see net_promoter_estimate()), with the score itself
 * in it, or one that is right at every look; NULL without responses.
 */
PG_FUNCTION_INFO_V1(survey_nps_interval);
Datum
survey_nps_interval(PG_FUNCTION_ARGS)
{
	return nps_interval_result(fcinfo, &nps_question, 1);
}

/*
 * nps_interval(s, promoter_from, detractor_to, scale_max, off_scale, confidence,
 * always_valid, tightest_at): likewise, on another scale.
 */
PG_FUNCTION_INFO_V1(survey_nps_interval_scale);
Datum
survey_nps_interval_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 1);

	return nps_interval_result(fcinfo, &question, 5);
}

/* Return the change of a score, right at every look. */
static Datum
nps_change_always(FunctionCallInfo fcinfo, const NpsCounts *before,
				  const NpsCounts *after, const Certainty *certainty)
{
	Finding		old = score_finding(before);
	Finding		new = score_finding(after);
	Datum		change = numeric_result(DirectFunctionCall2(numeric_sub,
															score_datum(after),
															score_datum(before)));
	Datum		values[CHANGE_COLUMNS];
	bool		nulls[CHANGE_COLUMNS];

	new.value -= old.value;
	new.error = hypot(old.error, new.error);
	new.observations += old.observations;
	finding_change(certainty, &new, 100.0, 200.0, change, values, nulls);
	return record_result(fcinfo, values, nulls);
}

static NetPromoter
answers_of(const NpsCounts *counts)
{
	NetPromoter answers = {
		(double) counts->promoters, (double) counts->passives,
		(double) counts->detractors
	};

	return answers;
}

/*
 * Return the interval of a change by the adjusted Wald method, in percent points
 * within -200..200.
 */
static Bounds
change_bounds(const NpsCounts *before, const NpsCounts *after, double z)
{
	Estimate	old = score_estimate(before);
	Estimate	new = score_estimate(after);
	double		difference = new.value - old.value;
	double		reach = z * hypot(old.error, new.error);
	Bounds		bounds;

	bounds.low = clip(100.0 * (difference - reach), 200.0);
	bounds.high = clip(100.0 * (difference + reach), 200.0);
	return bounds;
}

/*
 * The change is the difference of the two scores as shown.  Its interval is of
 * the adjusted counts; it is extended to the change where it does not reach it,
 * as that of a score is to the score, and to 0 where there is no direction.  The
 * p value is of the adjusted counts too; a significant one of few answers becomes
 * that of all their permutations if that is larger.
 *
 * The adjustment moves the score of a handful of responses far towards 0: a
 * single promoter is 100, adjusted 25.  A fall from there to 99.9 would be a
 * rise, so a direction that contradicts the change shown is 0.
 */
static Datum
nps_change_result(FunctionCallInfo fcinfo, const NpsQuestion *question, int n)
{
	SurveySummary *before = survey_arg(fcinfo, 0);
	SurveySummary *after = survey_arg(fcinfo, 1);
	Certainty	certainty = certainty_args(fcinfo, n);
	double		confidence = certainty.confidence;
	double		z = confidence_quantile(confidence);
	NpsCounts	counts[2];
	NetPromoter old;
	NetPromoter new;
	Bounds		bounds;
	double		p;
	int			sign;
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, false};

	if (!survey_on_scale(before, &question->scale) ||
		!survey_on_scale(after, &question->scale) ||
		survey_answered(before) == 0 || survey_answered(after) == 0)
		PG_RETURN_NULL();

	counts[0] = nps_counts(before, question);
	counts[1] = nps_counts(after, question);
	if (certainty.always_valid)
		return nps_change_always(fcinfo, &counts[0], &counts[1], &certainty);
	old = answers_of(&counts[0]);
	new = answers_of(&counts[1]);
	values[0] = numeric_result(DirectFunctionCall2(numeric_sub,
												   score_datum(&counts[1]),
												   score_datum(&counts[0])));
	sign = DatumGetInt32(DirectFunctionCall1(numeric_int4,
											 DirectFunctionCall1(numeric_sign,
																 values[0])));
	p = net_promoter_change_p(&old, &new, 1.0 - confidence);
	bounds = change_bounds(&counts[0], &counts[1], z);
	values[4] = Int32GetDatum(change_direction(sign, p < 1.0 - confidence, &bounds));
	interval_result(bounds.low, bounds.high, values[0], &values[1]);
	values[3] = double_result(p);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_change(before, after, confidence, always_valid, tightest_at) -> (change, low,
 * high, p_value, direction); NULL when either side has no responses.  A direction
 * other than 0 needs a p_value below 1 - confidence and an interval on one side of 0.
 */
PG_FUNCTION_INFO_V1(survey_nps_change);
Datum
survey_nps_change(PG_FUNCTION_ARGS)
{
	return nps_change_result(fcinfo, &nps_question, 2);
}

/*
 * nps_change(before, after, promoter_from, detractor_to, scale_max, off_scale,
 * confidence, always_valid, tightest_at): likewise, on another scale.
 */
PG_FUNCTION_INFO_V1(survey_nps_change_scale);
Datum
survey_nps_change_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 2);

	return nps_change_result(fcinfo, &question, 6);
}

/*
 * The interval is not symmetric about the score, so the number after ± is the
 * distance to its farther end: the score ± that number covers the interval.
 */
static Datum
nps_text_result(FunctionCallInfo fcinfo, const NpsQuestion *question,
				double confidence)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	double		z = confidence_quantile(confidence);
	NpsCounts	counts;
	double		score;
	Bounds		bounds;

	if (!survey_on_scale(survey, &question->scale) ||
		survey_answered(survey) == 0)
		PG_RETURN_NULL();
	counts = nps_counts(survey, question);
	score = 100.0 * (double) (counts.promoters - counts.detractors) /
		(double) counts.responses;
	bounds = score_bounds(&counts, z);
	return uncertain_result(psprintf("%s%.0f", round(score) > 0.0 ? "+" : "",
									 round(score) + 0.0),
							psprintf("%.0f", round(fmax(score - bounds.low,
														bounds.high - score))),
							counts.responses);
}

/*
 * nps_text(s, confidence) -> "+32 ±8 (n=214)", in whole points; NULL without
 * responses.
 */
PG_FUNCTION_INFO_V1(survey_nps_text);
Datum
survey_nps_text(PG_FUNCTION_ARGS)
{
	return nps_text_result(fcinfo, &nps_question, PG_GETARG_FLOAT8(1));
}

/*
 * nps_text(s, promoter_from, detractor_to, scale_max, off_scale, confidence):
 * likewise, on another scale.
 */
PG_FUNCTION_INFO_V1(survey_nps_text_scale);
Datum
survey_nps_text_scale(PG_FUNCTION_ARGS)
{
	NpsQuestion question = nps_question_args(fcinfo, 1);

	return nps_text_result(fcinfo, &question, PG_GETARG_FLOAT8(5));
}

/*
 * Drivers
 */

/*
 * Return the answers of argument n as a value: promoters less detractors, by responses.
 * The variance is that of a mean of 1, 0 and -1, not known where nearly all answers
 * are of one kind.
 */
static DriverValue
driver_value(FunctionCallInfo fcinfo, int n)
{
	DriverValue value;
	SurveySummary *survey;
	NpsCounts	counts;
	double		responses;
	double		net;
	int			kinds;

	memset(&value, 0, sizeof(value));
	if (PG_ARGISNULL(n))
		return value;
	survey = survey_arg(fcinfo, n);
	if (!survey_on_scale(survey, &nps_question.scale) || survey_answered(survey) == 0)
		return value;
	counts = nps_counts(survey, &nps_question);
	responses = (double) counts.responses;
	net = (double) (counts.promoters - counts.detractors) / responses;
	kinds = (counts.promoters >= 5) + (counts.detractors >= 5) +
		(counts.responses - counts.promoters - counts.detractors >= 5);
	return driver_counts(counts.promoters - counts.detractors, counts.responses,
						 counts.responses >= DRIVER_MIN_ANSWERS && kinds >= 2 ? fmax(((double) (counts.promoters + counts.detractors) / responses - net * net) / responses, 0.0) :
						 DRIVER_VARIANCE_UNKNOWN);
}

/*
 * driver_summary(segment, before, after): add the NPS of a segment.  One that is NULL,
 * or without responses, is that of a segment that was not there.  A segment without
 * a name, or that comes twice, is an error.
 */
PG_FUNCTION_INFO_V1(driver_accum_nps);
Datum
driver_accum_nps(PG_FUNCTION_ARGS)
{
	DriverValue before = driver_value(fcinfo, 2);
	DriverValue after = driver_value(fcinfo, 3);

	return driver_count(fcinfo, DRIVER_NPS, &before, &after);
}
