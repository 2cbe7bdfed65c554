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

const SatisfactionQuestion csat_question = {
	.scale = {"csat", "satisfied_from => 9", 4, 5, false, false},
	.option = "satisfied_from"
};

const SatisfactionQuestion ces_question = {
	.scale = {"ces", "agree_from => 9", 5, 7, false, false},
	.option = "agree_from"
};

/*
 * A question on the scale that an accessor's arguments 1 to 3 describe.  The cut
 * has no default where a scale is given: csat(s, scale_max => 7) would count from
 * the middle of it without a word.
 */
SatisfactionQuestion
satisfaction_question_args(FunctionCallInfo fcinfo, const SatisfactionQuestion *standard)
{
	SatisfactionQuestion question = *standard;
	SurveyScale *scale = &question.scale;

	scale->counted_from = PG_GETARG_INT32(1);
	scale->max = PG_GETARG_INT32(2);
	scale->off_is_null = survey_off_scale_arg(fcinfo, 3);
	survey_scale_check(scale);
	if (scale->counted_from < 1 || scale->counted_from > scale->max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from 1 to scale_max", question.option),
				 errdetail("%s is %d, scale_max is %d.", question.option,
						   scale->counted_from, scale->max),
				 errhint("%s is the lowest score that counts, for example 4 of 5 or 9 of 10.",
						 question.option)));
	return question;
}

static int64
satisfied_count(const SurveySummary *survey, const SurveyScale *scale)
{
	return survey_count(survey, scale->counted_from, scale->max);
}

/* Return 100 * satisfied / answered; NULL without answers. */
static Datum
satisfied_percent(FunctionCallInfo fcinfo, SatisfactionQuestion question)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		answered = survey_answered(survey);

	if (!survey_on_scale(survey, &question.scale) || answered == 0)
		PG_RETURN_NULL();
	return percent_result(satisfied_count(survey, &question.scale), answered);
}

/*
 * Return the counts that a percentage of satisfied_percent() is made of, as a
 * rate_summary.
 */
static Datum
satisfied_rate(FunctionCallInfo fcinfo, SatisfactionQuestion question, const char *metric)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied;

	question.scale.metric = metric;
	if (!survey_on_scale(survey, &question.scale))
		PG_RETURN_NULL();
	satisfied = satisfied_count(survey, &question.scale);
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
	return satisfied_percent(fcinfo, csat_question);
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
	return satisfied_percent(fcinfo, satisfaction_question_args(fcinfo, &csat_question));
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
	return satisfied_percent(fcinfo, ces_question);
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
	return satisfied_percent(fcinfo, satisfaction_question_args(fcinfo, &ces_question));
}

/*
 * satisfied(s) -> rate_summary of the counts of csat(s), for intervals,
 * changes and texts; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_satisfied);
Datum
survey_satisfied(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, csat_question, "satisfied");
}

/*
 * satisfied(s, satisfied_from, scale_max, off_scale) -> rate_summary of the
 * counts of csat() with these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_satisfied_scale);
Datum
survey_satisfied_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, satisfaction_question_args(fcinfo, &csat_question), "satisfied");
}

/*
 * agreed(s) -> rate_summary of the counts of ces(s), for intervals, changes
 * and texts; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_agreed);
Datum
survey_agreed(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, ces_question, "agreed");
}

/*
 * agreed(s, agree_from, scale_max, off_scale) -> rate_summary of the counts of
 * ces() with these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_agreed_scale);
Datum
survey_agreed_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, satisfaction_question_args(fcinfo, &ces_question), "agreed");
}
