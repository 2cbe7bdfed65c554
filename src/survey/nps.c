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

#include "core/confidence.h"
#include "core/result.h"
#include "math/statistics.h"
#include "survey/survey.h"

#define PROMOTER_FROM		9
#define PASSIVE_FROM		7

/*
 * The three categories
 */

static const char *
score_category(int score)
{
	if (score >= PROMOTER_FROM)
		return "promoter";
	if (score >= PASSIVE_FROM)
		return "passive";
	return "detractor";
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

static int64
survey_promoter_count(const SurveySummary *survey)
{
	return survey_count(survey, PROMOTER_FROM, SURVEY_MAX_SCORE);
}

static int64
survey_passive_count(const SurveySummary *survey)
{
	return survey_count(survey, PASSIVE_FROM, PROMOTER_FROM - 1);
}

static int64
survey_detractor_count(const SurveySummary *survey)
{
	return survey_count(survey, 0, PASSIVE_FROM - 1);
}

/* promoters(s) -> how many responses are 9 or 10 */
PG_FUNCTION_INFO_V1(survey_promoters);
Datum
survey_promoters(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_promoter_count(survey));
}

/*
 * passives(s) -> how many responses are 7 or 8; they count in the total only
 */
PG_FUNCTION_INFO_V1(survey_passives);
Datum
survey_passives(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_passive_count(survey));
}

/* detractors(s) -> how many responses are 0 to 6 */
PG_FUNCTION_INFO_V1(survey_detractors);
Datum
survey_detractors(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_detractor_count(survey));
}

/*
 * The score
 */

/*
 * nps(s) -> 100 * (promoters - detractors) / responses, -100..100; NULL
 * without responses.  It is computed once from the counts: a difference of two
 * rounded shares can be off by one.
 */
PG_FUNCTION_INFO_V1(survey_nps);
Datum
survey_nps(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		responses = survey_answered(survey);

	if (responses == 0)
		PG_RETURN_NULL();
	return percent_result(survey_promoter_count(survey) -
						  survey_detractor_count(survey), responses);
}

static Estimate
survey_nps_estimate(const SurveySummary *survey)
{
	return net_promoter_estimate(survey_promoter_count(survey),
								 survey_passive_count(survey),
								 survey_detractor_count(survey));
}

static double
clip(double value, double limit)
{
	return fmax(-limit, fmin(limit, value));
}

/* Return the adjusted Wald interval in percent points, within -100..100. */
static Bounds
survey_nps_bounds(const SurveySummary *survey, double z)
{
	Estimate	estimate = survey_nps_estimate(survey);
	Bounds		bounds;

	bounds.low = clip(100.0 * (estimate.value - z * estimate.error), 100.0);
	bounds.high = clip(100.0 * (estimate.value + z * estimate.error), 100.0);
	return bounds;
}

/*
 * nps_interval(s, confidence) -> (low, high), -100..100, by the adjusted Wald
 * method (see net_promoter_estimate()); NULL without responses.
 */
PG_FUNCTION_INFO_V1(survey_nps_interval);
Datum
survey_nps_interval(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(1));
	Bounds		bounds;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (survey_answered(survey) == 0)
		PG_RETURN_NULL();
	bounds = survey_nps_bounds(survey, z);
	values[0] = double_result(bounds.low);
	values[1] = double_result(bounds.high);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_change(before, after, confidence) -> (change, low, high, p_value,
 * direction).
 *
 * The change is the difference of the two scores as shown; the interval and
 * the z test are of the adjusted counts.  The direction is 0 unless the change
 * is significant and has the sign of the adjusted one.  NULL when either side
 * has no responses.
 */
PG_FUNCTION_INFO_V1(survey_nps_change);
Datum
survey_nps_change(PG_FUNCTION_ARGS)
{
	SurveySummary *before = survey_arg(fcinfo, 0);
	SurveySummary *after = survey_arg(fcinfo, 1);
	double		confidence = confidence_arg(PG_GETARG_FLOAT8(2));
	double		z = confidence_quantile(confidence);
	Estimate	old;
	Estimate	new;
	double		difference;
	double		error;
	double		p;
	int			direction;
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, false};

	if (survey_answered(before) == 0 || survey_answered(after) == 0)
		PG_RETURN_NULL();

	old = survey_nps_estimate(before);
	new = survey_nps_estimate(after);
	difference = new.value - old.value;
	error = hypot(old.error, new.error);
	p = normal_two_sided_p(difference / error);

	values[0] = numeric_result(DirectFunctionCall2(numeric_sub,
												   DirectFunctionCall1(survey_nps, PointerGetDatum(after)),
												   DirectFunctionCall1(survey_nps, PointerGetDatum(before))));
	values[1] = double_result(clip(100.0 * (difference - z * error), 200.0));
	values[2] = double_result(clip(100.0 * (difference + z * error), 200.0));
	values[3] = double_result(p);

	/*
	 * The adjustment moves the score of a handful of responses far towards 0:
	 * a single promoter is 100, adjusted 25.  A fall from there to 99.9 would
	 * be a significant rise, so a direction that contradicts the change shown
	 * is 0.
	 */
	direction = DatumGetInt32(DirectFunctionCall1(numeric_int4,
												  DirectFunctionCall1(numeric_sign,
																	  values[0])));
	if (!(p < 1.0 - confidence) || direction * difference <= 0.0)
		direction = 0;
	values[4] = Int32GetDatum(direction);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_text(s, confidence) -> "+32 ±8 (n=214)", in whole points; NULL without
 * responses.
 *
 * The interval is not symmetric about the score, so the number after ± is the
 * distance to its farther end: the score ± that number covers the interval.
 */
PG_FUNCTION_INFO_V1(survey_nps_text);
Datum
survey_nps_text(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(1));
	int64		responses = survey_answered(survey);
	double		score;
	Bounds		bounds;

	if (responses == 0)
		PG_RETURN_NULL();
	score = 100.0 * (survey_promoter_count(survey) -
					 survey_detractor_count(survey)) / responses;
	bounds = survey_nps_bounds(survey, z);
	return uncertain_result(psprintf("%s%.0f", round(score) > 0.0 ? "+" : "",
									 round(score) + 0.0),
							psprintf("%.0f", round(fmax(score - bounds.low,
														bounds.high - score))),
							responses);
}
