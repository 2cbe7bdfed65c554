/*-------------------------------------------------------------------------
 *
 * survey.h
 *	  survey_summary, of which every metric of satisfaction is a function.
 *
 * survey.c has the type and its aggregate; nps.c and satisfaction.c (CSAT and
 * CES) are functions of it, scale.c looks at the scale that its scores are on,
 * score_text.c reads scores that are text.  weighted.c has the type whose scores
 * have weights, weighted_metrics.c what is read from it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SURVEY_H
#define CX_SURVEY_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#define SURVEY_MAX_SCORE	10

/*
 * Index of the responses without a score, after those of the scores from 0 to
 * SURVEY_MAX_SCORE.
 */
#define SURVEY_UNANSWERED	(SURVEY_MAX_SCORE + 1)
#define SURVEY_COUNTS		(SURVEY_MAX_SCORE + 2)

/*
 * The wide form, for any counts: all functions but the counting ones work with
 * it.
 */
typedef struct SurveySummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int64		counts[SURVEY_COUNTS];
} SurveySummary;

/* The cuts of a question, for error messages. */
typedef struct SurveyCuts
{
	const char *option;			/* the argument for its only cut, NULL of NPS */
	const char *of_seven;		/* on a scale from 1 to 7 */
	const char *of_ten;
} SurveyCuts;

/*
 * A scale on which scores are counted: whose it is, for error messages, and what
 * becomes of a group that has scores off it.
 */
typedef struct SurveyScale
{
	const char *metric;			/* accessor */
	const SurveyCuts *cuts;
	int			counted_from;	/* the lowest score that does, of a share */
	int			max;
	bool		off_is_null;	/* and not an error */
	bool		weighted;		/* its scores have weights */
} SurveyScale;

/* The three categories of a question, on its scale. */
typedef struct NpsQuestion
{
	SurveyScale scale;
	int			promoter_from;
	int			detractor_to;
} NpsQuestion;

extern const NpsQuestion nps_question;
extern const SurveyCuts nps_cuts;
extern const SurveyCuts csat_cuts;
extern const SurveyScale csat_scale;
extern const SurveyScale ces_scale;

extern NpsQuestion nps_question_args(FunctionCallInfo fcinfo, int n);
extern SurveyScale satisfaction_scale_args(FunctionCallInfo fcinfo,
										   const SurveyScale *standard);

extern void *survey_make(const int64 *counts);
extern SurveySummary *survey_arg(FunctionCallInfo fcinfo, int n);
extern int64 survey_count(const SurveySummary *survey, int low, int high);
extern int64 survey_answered(const SurveySummary *survey);

extern void survey_scale_check(const SurveyScale *scale);
extern void survey_promoter_check(int promoter_from, int detractor_to,
								  int scale_max);
extern void survey_cut_check(const char *option, int from, int scale_max);
extern void survey_scale_require(const int64 *counts, const SurveyScale *scale);
extern bool survey_on_scale(const SurveySummary *survey,
							const SurveyScale *scale);
extern bool survey_off_scale_arg(FunctionCallInfo fcinfo, int n);

pg_noreturn extern void survey_score_out_of_range(int64 score);
pg_noreturn extern void survey_score_not_whole(double score);

/* Return an integer as a score, checked. */
static inline int
survey_score_from_int32(int32 score)
{
	/* one comparison: a negative number is a large unsigned one */
	if (unlikely((uint32) score > SURVEY_MAX_SCORE))
		survey_score_out_of_range(score);
	return score;
}

/*
 * Return a double precision as a score, checked; numeric and bigint arrive as
 * double precision too.
 */
static inline int
survey_score_from_float8(double value)
{
	int			score;

	/* written so that NaN fails, before a cast that must not overflow */
	if (unlikely(!(value >= 0.0 && value <= (double) SURVEY_MAX_SCORE)))
		survey_score_not_whole(value);
	score = (int) value;
	if (unlikely((double) score != value))
		survey_score_not_whole(value);
	return score;
}

#endif							/* CX_SURVEY_H */
