/*-------------------------------------------------------------------------
 *
 * satisfaction.c
 *	  CSAT and CES: the share of responses with one of the best scores.
 *
 * CES is the 2.0 form, "made it easy for me", of CEB (2013).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/result.h"
#include "rate/rate.h"
#include "survey/survey.h"

const SurveyCuts csat_cuts = {"satisfied_from", "satisfied_from => 6", "satisfied_from => 9"};
static const SurveyCuts ces_cuts = {"agree_from", "agree_from => 5", "agree_from => 9"};

const SurveyScale csat_scale = {"csat", &csat_cuts, 4, 5, false, false};
const SurveyScale ces_scale = {"ces", &ces_cuts, 5, 7, false, false};

/*
 * The scale that an accessor's arguments 1 to 3 describe.  The cut has no default
 * where a scale is given: csat(s, scale_max => 7) would count from the middle of
 * it without a word.
 */
SurveyScale
satisfaction_scale_args(FunctionCallInfo fcinfo, const SurveyScale *standard)
{
	SurveyScale scale = *standard;

	scale.counted_from = PG_GETARG_INT32(1);
	scale.max = PG_GETARG_INT32(2);
	scale.off_is_null = survey_off_scale_arg(fcinfo, 3);
	survey_scale_check(&scale);
	survey_cut_check(scale.cuts->option, scale.counted_from, scale.max);
	return scale;
}

static int64
satisfied_count(const SurveySummary *survey, const SurveyScale *scale)
{
	return survey_count(survey, scale->counted_from, scale->max);
}

/* Return 100 * satisfied / answered; NULL without answers. */
static Datum
satisfied_percent(FunctionCallInfo fcinfo, SurveyScale scale)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		answered = survey_answered(survey);

	if (!survey_on_scale(survey, &scale) || answered == 0)
		PG_RETURN_NULL();
	return percent_result(satisfied_count(survey, &scale), answered);
}

/*
 * Return the counts that a percentage of satisfied_percent() is made of, as a
 * rate_summary.
 */
static Datum
satisfied_rate(FunctionCallInfo fcinfo, SurveyScale scale, const char *metric)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied;

	scale.metric = metric;
	if (!survey_on_scale(survey, &scale))
		PG_RETURN_NULL();
	satisfied = satisfied_count(survey, &scale);
	PG_RETURN_POINTER(rate_summary_make(satisfied,
										survey_answered(survey) - satisfied,
										survey->counts[SURVEY_UNANSWERED]));
}

/*
 * csat(s), the result of csat_agg(score) -> 100 * satisfied / responses,
 * 0..100: scores 4 and 5 of the scale from 1 to 5.  NULL without responses; a
 * score off the scale is an error.
 */
PG_FUNCTION_INFO_V1(survey_csat);
Datum
survey_csat(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, csat_scale);
}

/*
 * csat(s, satisfied_from, scale_max, off_scale) -> 100 * satisfied / responses,
 * 0..100: scores from satisfied_from on, of the scale from 1 to scale_max.  NULL
 * without responses.  A cut outside the scale is an error, and so is a score off
 * it, unless off_scale is 'null': then the result is NULL.
 */
PG_FUNCTION_INFO_V1(survey_csat_scale);
Datum
survey_csat_scale(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, satisfaction_scale_args(fcinfo, &csat_scale));
}

/*
 * ces(s), the result of ces_agg(score) -> 100 * agreed / responses, 0..100:
 * scores 5 to 7 of the scale from 1 to 7.  NULL without responses; a score off
 * the scale is an error.
 */
PG_FUNCTION_INFO_V1(survey_ces);
Datum
survey_ces(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, ces_scale);
}

/*
 * ces(s, agree_from, scale_max, off_scale) -> 100 * agreed / responses, 0..100:
 * scores from agree_from on, of the scale from 1 to scale_max.  NULL without
 * responses.  A cut outside the scale is an error, and so is a score off it,
 * unless off_scale is 'null': then the result is NULL.
 */
PG_FUNCTION_INFO_V1(survey_ces_scale);
Datum
survey_ces_scale(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, satisfaction_scale_args(fcinfo, &ces_scale));
}

/*
 * satisfied(s) -> rate_summary of the counts of csat(s), for intervals,
 * changes and texts; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_satisfied);
Datum
survey_satisfied(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, csat_scale, "satisfied");
}

/*
 * satisfied(s, satisfied_from, scale_max, off_scale) -> rate_summary of the
 * counts of csat() with these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_satisfied_scale);
Datum
survey_satisfied_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, satisfaction_scale_args(fcinfo, &csat_scale), "satisfied");
}

/*
 * agreed(s) -> rate_summary of the counts of ces(s), for intervals, changes
 * and texts; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_agreed);
Datum
survey_agreed(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, ces_scale, "agreed");
}

/*
 * agreed(s, agree_from, scale_max, off_scale) -> rate_summary of the counts of
 * ces() with these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_agreed_scale);
Datum
survey_agreed_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, satisfaction_scale_args(fcinfo, &ces_scale), "agreed");
}
