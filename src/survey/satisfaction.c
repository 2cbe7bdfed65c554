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

/* A CSAT-like question: which scores of which scale count as satisfied. */
typedef struct SatisfiedScale
{
	const char *metric;			/* accessor, for error messages */
	const char *option;			/* its argument for the cut */
	int			satisfied_from;
	int			scale_max;
} SatisfiedScale;

static const SatisfiedScale csat_scale = {"csat", "satisfied_from", 4, 5};
static const SatisfiedScale ces_scale = {"ces", "agree_from", 5, 7};

static pg_noinline pg_noreturn void
score_off_scale(const SurveySummary *survey, int score,
				const SatisfiedScale *scale)
{
	/* scale_max is below 10, or no score would be off the scale */
	int64		off = survey_count(survey, scale->scale_max + 1, SURVEY_MAX_SCORE) +
	survey->counts[0];

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %d is off the scale from 1 to %d", score,
					scale->scale_max),
			 errdetail("%s counts scores from %d to %d; responses off the scale: " INT64_FORMAT " of " INT64_FORMAT ".",
					   scale->metric, scale->satisfied_from, scale->scale_max,
					   off, survey_answered(survey)),
			 score == 0 ?
			 errhint("Leave zeros out with FILTER (WHERE score > 0); on a scale from 0 to 10 write %s(survey_summary(score), %s => 9, scale_max => 10).",
					 scale->metric, scale->option) :
			 errhint("On another scale say which scores count: %s(survey_summary(score), %s => 9, scale_max => 10).",
					 scale->metric, scale->option)));
}

static void
check_scale(const SatisfiedScale *scale)
{
	if (scale->scale_max < 2 || scale->scale_max > SURVEY_MAX_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale_max must be from 2 to 10"),
				 errdetail("scale_max is %d.", scale->scale_max),
				 errhint("scale_max is the best score that can be given, for example 5, 7 or 10.")));
	if (scale->satisfied_from < 1 || scale->satisfied_from > scale->scale_max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from 1 to scale_max", scale->option),
				 errdetail("%s is %d, scale_max is %d.", scale->option,
						   scale->satisfied_from, scale->scale_max),
				 errhint("%s is the lowest score that counts, for example 4 of 5 or 9 of 10.",
						 scale->option)));
}

/*
 * Return how many are satisfied.  A score off the scale is an error: the
 * column has another scale than the caller thinks, and no number would be
 * right.  0 is on the scale only where it goes to 10: scales of eleven points
 * begin there.
 */
static int64
survey_satisfied_count(const SurveySummary *survey,
					   const SatisfiedScale *scale)
{
	check_scale(scale);
	for (int score = SURVEY_MAX_SCORE; score > scale->scale_max; score--)
	{
		if (survey->counts[score] != 0)
			score_off_scale(survey, score, scale);
	}
	if (scale->scale_max < SURVEY_MAX_SCORE && survey->counts[0] != 0)
		score_off_scale(survey, 0, scale);
	return survey_count(survey, scale->satisfied_from, scale->scale_max);
}

/*
 * Return the scale that arguments 1 and 2 of an accessor describe, for the
 * metric of the standard one.  The cut has no default where a scale is given:
 * csat(s, scale_max => 7) would silently count from the middle of the scale.
 */
static SatisfiedScale
scale_args(FunctionCallInfo fcinfo, const SatisfiedScale *standard)
{
	SatisfiedScale scale = *standard;

	scale.satisfied_from = PG_GETARG_INT32(1);
	scale.scale_max = PG_GETARG_INT32(2);
	return scale;
}

/* Return 100 * satisfied / answered; NULL without answers. */
static Datum
satisfied_percent(FunctionCallInfo fcinfo, SatisfiedScale scale)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied = survey_satisfied_count(survey, &scale);
	int64		answered = survey_answered(survey);

	if (answered == 0)
		PG_RETURN_NULL();
	return percent_result(satisfied, answered);
}

/*
 * Return the counts that a percentage of satisfied_percent() is made of, as a
 * rate_summary.
 */
static Datum
satisfied_rate(FunctionCallInfo fcinfo, SatisfiedScale scale,
			   const char *metric)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied;

	scale.metric = metric;
	satisfied = survey_satisfied_count(survey, &scale);
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
 * csat(s, satisfied_from, scale_max) -> 100 * satisfied / responses, 0..100:
 * scores from satisfied_from on, of the scale from 1 to scale_max.  NULL
 * without responses; a score off the scale or a cut outside it is an error.
 */
PG_FUNCTION_INFO_V1(survey_csat_scale);
Datum
survey_csat_scale(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, scale_args(fcinfo, &csat_scale));
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
 * ces(s, agree_from, scale_max) -> 100 * agreed / responses, 0..100: scores
 * from agree_from on, of the scale from 1 to scale_max.  NULL without
 * responses; a score off the scale or a cut outside it is an error.
 */
PG_FUNCTION_INFO_V1(survey_ces_scale);
Datum
survey_ces_scale(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, scale_args(fcinfo, &ces_scale));
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
 * satisfied(s, satisfied_from, scale_max) -> rate_summary of the counts of
 * csat() with these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_satisfied_scale);
Datum
survey_satisfied_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, scale_args(fcinfo, &csat_scale), "satisfied");
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
 * agreed(s, agree_from, scale_max) -> rate_summary of the counts of ces() with
 * these arguments; an empty one without responses.
 */
PG_FUNCTION_INFO_V1(survey_agreed_scale);
Datum
survey_agreed_scale(PG_FUNCTION_ARGS)
{
	return satisfied_rate(fcinfo, scale_args(fcinfo, &ces_scale), "agreed");
}
