/*-------------------------------------------------------------------------
 *
 * scale.c
 *	  The scale that the scores of a survey are on, where it is not the metric's
 *	  own.
 *
 * A score off the scale means that the column has another scale than the caller
 * thinks, and no number would be right.  0 is on the scale only where it goes to
 * 10: scales of eleven points begin there, all others at 1.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "core/shown.h"
#include "survey/survey.h"

/* Check the option "scale_max". */
void
survey_scale_check(const SurveyScale *scale)
{
	if (scale->max < 2 || scale->max > SURVEY_MAX_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale_max must be from 2 to 10"),
				 errdetail("scale_max is %d.", scale->max),
				 errhint("scale_max is the best score that can be given, for example 5, 7 or 10.")));
}

/* Return how many responses are off the scale from 1, or from 0 to 10. */
static int64
off_scale_count(const SurveySummary *survey, int max)
{
	if (max >= SURVEY_MAX_SCORE)
		return 0;
	return survey->counts[0] + survey_count(survey, max + 1, SURVEY_MAX_SCORE);
}

static pg_noinline pg_noreturn void
score_off_scale(const SurveySummary *survey, const SurveyScale *scale)
{
	const char *summary = scale->weighted ? "weighted_survey_summary(score, weight)" :
	"survey_summary(score)";
	int			score = SURVEY_MAX_SCORE;

	while (score > scale->max && survey->counts[score] == 0)
		score--;
	if (score == scale->max)
		score = 0;
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %d is off the scale from 1 to %d", score, scale->max),
			 errdetail("%s counts scores from %d to %d; responses off the scale: " INT64_FORMAT " of " INT64_FORMAT ".",
					   scale->metric, scale->counted_from, scale->max,
					   off_scale_count(survey, scale->max),
					   survey_answered(survey)),
			 score == 0 ?
			 errhint("Leave zeros out with FILTER (WHERE score > 0); on a scale from 0 to 10 write %s(%s, %s, scale_max => 10). With off_scale => 'null' such a group is NULL.",
					 scale->metric, summary, scale->example) :
			 errhint("On another scale say which scores count: %s(%s, %s, scale_max => 10). With off_scale => 'null' such a group is NULL.",
					 scale->metric, summary, scale->example)));
}

/*
 * Report whether all scores are on the scale.  If one is not, it is an error
 * unless the scale says that the result is then NULL.
 */
bool
survey_on_scale(const SurveySummary *survey, const SurveyScale *scale)
{
	survey_scale_check(scale);
	if (off_scale_count(survey, scale->max) == 0)
		return true;
	if (!scale->off_is_null)
		score_off_scale(survey, scale);
	return false;
}

/* Report whether the option "off_scale", 'error' or 'null', is the latter. */
bool
survey_off_scale_arg(FunctionCallInfo fcinfo, int n)
{
	text	   *choice = PG_GETARG_TEXT_PP(n);
	int			length = (int) VARSIZE_ANY_EXHDR(choice);

	if (length == 4 && pg_strncasecmp(VARDATA_ANY(choice), "null", 4) == 0)
		return true;
	if (length != 5 || pg_strncasecmp(VARDATA_ANY(choice), "error", 5) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("off_scale must be 'error' or 'null'"),
				 errdetail("off_scale is \"%s\".", text_shown(choice)),
				 errhint("With 'null' a group that has a score off the scale is NULL, and the others are not.")));
	return false;
}

/*
 * off_scale(s, scale_max) -> how many responses are off the scale from 1 to
 * scale_max, or from 0 where that is 10.  A scale_max that is not from 2 to 10
 * is an error.
 */
PG_FUNCTION_INFO_V1(survey_off_scale);
Datum
survey_off_scale(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	SurveyScale scale = {"off_scale", "", 1, PG_GETARG_INT32(1), true, false};

	survey_scale_check(&scale);
	PG_RETURN_INT64(off_scale_count(survey, scale.max));
}
