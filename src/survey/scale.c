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

/* Check the cuts of a net score, on a scale that is checked. */
void
survey_promoter_check(int promoter_from, int detractor_to, int scale_max)
{
	if (promoter_from < 1 || promoter_from > scale_max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("promoter_from must be from 1 to scale_max"),
				 errdetail("promoter_from is %d, scale_max is %d.",
						   promoter_from, scale_max),
				 errhint("promoter_from is the lowest score of a promoter, for example 9 of 10 or 5 of 5.")));
	if (detractor_to < 0 || detractor_to >= promoter_from)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("detractor_to must be from 0 to promoter_from - 1"),
				 errdetail("detractor_to is %d, promoter_from is %d.",
						   detractor_to, promoter_from),
				 errhint("detractor_to is the highest score of a detractor, for example 6 of 10 or 3 of 5.")));
}

/* Check the cut of a share, an option of this name, on a scale that is checked. */
void
survey_cut_check(const char *option, int from, int scale_max)
{
	if (from < 1 || from > scale_max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from 1 to scale_max", option),
				 errdetail("%s is %d, scale_max is %d.", option, from,
						   scale_max),
				 errhint("%s is the lowest score that counts, for example 4 of 5 or 9 of 10.",
						 option)));
}

/* Return how many responses are off the scale from 1, or from 0 to 10. */
static int64
off_scale_count(const SurveySummary *survey, int max)
{
	if (max >= SURVEY_MAX_SCORE)
		return 0;
	return survey->counts[0] + survey_count(survey, max + 1, SURVEY_MAX_SCORE);
}

/* Return the highest score, one that is off a scale, or else 0. */
static int
highest_off_scale(const SurveySummary *survey, int max)
{
	for (int score = SURVEY_MAX_SCORE; score > max; score--)
	{
		if (survey->counts[score] > 0)
			return score;
	}
	return 0;
}

/* Return the cuts of an example of another scale, which this score may be of. */
static const char *
other_scale(const SurveyScale *scale, int score)
{
	if (score >= 1 && score <= 7)
		return psprintf("%s, scale_max => 7", scale->cuts->of_seven);
	return psprintf("%s, scale_max => 10", scale->cuts->of_ten);
}

/*
 * Return the options that stand before off_scale: those of a metric that has its
 * cut by default must be said then.
 */
static const char *
options_so_far(const SurveyScale *scale)
{
	if (scale->cuts->option == NULL)
		return "";
	return psprintf("%s => %d, scale_max => %d, ", scale->cuts->option,
					scale->counted_from, scale->max);
}

static pg_noinline pg_noreturn void
score_off_scale(const SurveySummary *survey, const SurveyScale *scale)
{
	const char *summary = scale->weighted ? "weighted_survey_summary(score, weight)" :
	"survey_summary(score)";
	int			score = highest_off_scale(survey, scale->max);

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %d is off the scale from 1 to %d", score, scale->max),
			 errdetail("%s counts scores from %d to %d; responses off the scale: " INT64_FORMAT " of " INT64_FORMAT ".",
					   scale->metric, scale->counted_from, scale->max,
					   off_scale_count(survey, scale->max),
					   survey_answered(survey)),
			 score == 0 ?
			 errhint("Leave zeros out with FILTER (WHERE score > 0); on a scale from 0 to 10 write %s(%s, %s). With %soff_scale => 'null' such a group is NULL.",
					 scale->metric, summary, other_scale(scale, score),
					 options_so_far(scale)) :
			 errhint("Say which scores count on the scale that they are on, for example %s(%s, %s). With %soff_scale => 'null' such a group is NULL.",
					 scale->metric, summary, other_scale(scale, score),
					 options_so_far(scale))));
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

/*
 * Report scores off a scale, of functions that have no off_scale: counts are those
 * of the scores, in the order of a SurveySummary.
 */
void
survey_scale_require(const int64 *counts, const SurveyScale *scale)
{
	SurveySummary survey;
	int			score;

	memset(&survey, 0, sizeof(survey));
	memcpy(survey.counts, counts, (SURVEY_MAX_SCORE + 1) * sizeof(int64));
	if (off_scale_count(&survey, scale->max) == 0)
		return;
	score = highest_off_scale(&survey, scale->max);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %d is off the scale from 1 to %d", score, scale->max),
			 errdetail("%s is asked for this scale; scores off it: " INT64_FORMAT " of " INT64_FORMAT ".",
					   scale->metric, off_scale_count(&survey, scale->max),
					   survey_answered(&survey)),
			 errhint("Say which scores count on the scale that they are on, for example %s, or leave others out with FILTER where the summary is made.",
					 other_scale(scale, score))));
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
	SurveyScale scale = {"off_scale", NULL, 1, PG_GETARG_INT32(1), true, false};

	survey_scale_check(&scale);
	PG_RETURN_INT64(off_scale_count(survey, scale.max));
}
