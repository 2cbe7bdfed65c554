/*-------------------------------------------------------------------------
 *
 * survey.c
 *	  Satisfaction: NPS, CSAT and CES from the scores of a survey.
 *
 * A survey_summary counts the responses by score, 0 to 10, and those without
 * one.  Every metric of the family is a function of these counts, so nps_agg,
 * csat_agg, ces_agg and survey_summary have one transition function, and
 * PostgreSQL runs it once for all of them in a query.
 *
 * Most groups are small: a customer's answers, a day's by channel.  Counts up
 * to 65,535 are kept in two bytes each, so that a million groups take a third
 * of the memory; a summary with a larger count has eight bytes for each of
 * them.  Which of the two it is follows from the counts alone, in the state of
 * an aggregate too, so that equal summaries still have equal bytes.
 *
 * NPS: F. Reichheld, The One Number You Need to Grow (HBR 2003).
 * CES: the 2.0 form, "made it easy for me", of CEB (2013).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "aggregate.h"
#include "math/statistics.h"
#include "rate.h"
#include "result.h"
#include "summary.h"

#define MAX_SCORE			10
#define PROMOTER_FROM		9
#define PASSIVE_FROM		7

/* Responses by score, 0 to MAX_SCORE, and last those without a score. */
#define UNANSWERED			(MAX_SCORE + 1)
#define SURVEY_COUNTS		(MAX_SCORE + 2)

/* Any counts: what every function but the counting ones works with. */
typedef struct SurveySummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int64		counts[SURVEY_COUNTS];
} SurveySummary;

/* Small counts: the form of a summary none of whose counts needs more. */
typedef struct SmallSurvey
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	uint16		counts[SURVEY_COUNTS];
} SmallSurvey;

#define SMALL_COUNT_MAX		PG_UINT16_MAX

static const SummaryType survey_type = {
	.name = "survey_summary",
	.example = "{\"version\": 1, \"unanswered\": 2, \"scores\": {\"8\": 13, \"9\": 15}}",
	.size = 0
};

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

PG_FUNCTION_INFO_V1(survey_summary_in);
PG_FUNCTION_INFO_V1(survey_summary_out);
PG_FUNCTION_INFO_V1(survey_summary_recv);
PG_FUNCTION_INFO_V1(survey_summary_send);
PG_FUNCTION_INFO_V1(survey_accum_int2);
PG_FUNCTION_INFO_V1(survey_accum_int4);
PG_FUNCTION_INFO_V1(survey_accum_float8);
PG_FUNCTION_INFO_V1(survey_remove_int2);
PG_FUNCTION_INFO_V1(survey_remove_int4);
PG_FUNCTION_INFO_V1(survey_remove_float8);
PG_FUNCTION_INFO_V1(survey_combine);
PG_FUNCTION_INFO_V1(survey_uncombine);
PG_FUNCTION_INFO_V1(survey_nps);
PG_FUNCTION_INFO_V1(survey_csat);
PG_FUNCTION_INFO_V1(survey_csat_standard);
PG_FUNCTION_INFO_V1(survey_ces);
PG_FUNCTION_INFO_V1(survey_ces_standard);
PG_FUNCTION_INFO_V1(survey_satisfied);
PG_FUNCTION_INFO_V1(survey_satisfied_standard);
PG_FUNCTION_INFO_V1(survey_agreed);
PG_FUNCTION_INFO_V1(survey_agreed_standard);
PG_FUNCTION_INFO_V1(survey_mean_score);
PG_FUNCTION_INFO_V1(survey_responses);
PG_FUNCTION_INFO_V1(survey_unanswered);
PG_FUNCTION_INFO_V1(survey_promoters);
PG_FUNCTION_INFO_V1(survey_passives);
PG_FUNCTION_INFO_V1(survey_detractors);
PG_FUNCTION_INFO_V1(survey_score_counts);
PG_FUNCTION_INFO_V1(survey_nps_interval);
PG_FUNCTION_INFO_V1(survey_nps_change);
PG_FUNCTION_INFO_V1(survey_nps_text);
PG_FUNCTION_INFO_V1(nps_category_int2);
PG_FUNCTION_INFO_V1(nps_category_int4);
PG_FUNCTION_INFO_V1(nps_category_float8);

/*
 * Scores
 */

static pg_noinline pg_noreturn void
score_out_of_range(int64 score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score out of range"),
			 errdetail("The score is " INT64_FORMAT "; scores are whole numbers from 0 to 10.",
					   score),
			 errhint("Leave such rows out with WHERE or FILTER (WHERE score BETWEEN 0 AND 10), or store what means \"no answer\" as NULL.")));
}

static pg_noinline pg_noreturn void
score_not_whole(double score)
{
	char	   *text;

	text = DatumGetCString(DirectFunctionCall1(float8out,
											   Float8GetDatum(score)));

	/* 8.5 can be saved by rounding; 11.5, NaN and infinity cannot */
	if (score > 0.0 && score < (double) MAX_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("score is not a whole number"),
				 errdetail("The score is %s; scores are whole numbers from 0 to 10.",
						   text),
				 errhint("Decide how it counts, for example with round(score).")));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score out of range"),
			 errdetail("The score is %s; scores are whole numbers from 0 to 10.",
					   text),
			 errhint("Leave such rows out with WHERE or FILTER (WHERE score BETWEEN 0 AND 10), or store what means \"no answer\" as NULL.")));
}

/* A score that came as integer, checked. */
static inline int
score_from_int32(int32 score)
{
	/* one comparison: a negative number is a large unsigned one */
	if (unlikely((uint32) score > MAX_SCORE))
		score_out_of_range(score);
	return score;
}

/* A score that came as double precision (so numeric and bigint too). */
static inline int
score_from_float8(double value)
{
	int			score;

	/* written so that NaN fails, before a cast that must not overflow */
	if (unlikely(!(value >= 0.0 && value <= (double) MAX_SCORE)))
		score_not_whole(value);
	score = (int) value;
	if (unlikely((double) score != value))
		score_not_whole(value);
	return score;
}

static const char *
score_category(int score)
{
	if (score >= PROMOTER_FROM)
		return "promoter";
	if (score >= PASSIVE_FROM)
		return "passive";
	return "detractor";
}

/* nps_category(score) -> 'promoter', 'passive' or 'detractor' */
Datum
nps_category_int2(PG_FUNCTION_ARGS)
{
	int			score = score_from_int32(PG_GETARG_INT16(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

Datum
nps_category_int4(PG_FUNCTION_ARGS)
{
	int			score = score_from_int32(PG_GETARG_INT32(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

Datum
nps_category_float8(PG_FUNCTION_ARGS)
{
	int			score = score_from_float8(PG_GETARG_FLOAT8(0));

	PG_RETURN_TEXT_P(cstring_to_text(score_category(score)));
}

/*
 * The two forms
 */

static inline bool
survey_is_small(const void *survey)
{
	return VARSIZE(survey) == sizeof(SmallSurvey);
}

/*
 * Is this the other form, aligned and not compressed?  One comparison of the
 * whole header, where VARATT_IS_EXTENDED() and VARSIZE() would be two.
 */
static inline bool
survey_is_wide(const SurveySummary *survey)
{
	SurveySummary wide;

	SET_VARSIZE(&wide, sizeof(SurveySummary));
	return survey->vl_len_ == wide.vl_len_;
}

static SurveySummary *
survey_new(void)
{
	SurveySummary *survey = palloc0(sizeof(SurveySummary));

	summary_init(survey, sizeof(SurveySummary));
	return survey;
}

static SmallSurvey *
small_survey_new(void)
{
	SmallSurvey *small = palloc0(sizeof(SmallSurvey));

	summary_init(small, sizeof(SmallSurvey));
	return small;
}

/* The same counts with eight bytes for each. */
static SurveySummary *
survey_widen(const SmallSurvey *small)
{
	SurveySummary *survey = survey_new();

	for (int i = 0; i < SURVEY_COUNTS; i++)
		survey->counts[i] = small->counts[i];
	return survey;
}

/* The form that the counts call for: the argument, or a small copy of it. */
static void *
survey_canonical(SurveySummary *survey)
{
	SmallSurvey *small;

	for (int i = 0; i < SURVEY_COUNTS; i++)
	{
		if (survey->counts[i] > SMALL_COUNT_MAX)
			return survey;
	}
	small = small_survey_new();
	for (int i = 0; i < SURVEY_COUNTS; i++)
		small->counts[i] = (uint16) survey->counts[i];
	return small;
}

static void
survey_check_size(const void *survey)
{
	if (!survey_is_small(survey) && VARSIZE(survey) != sizeof(SurveySummary))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("%s of %zu bytes, expected %zu or %zu",
						survey_type.name, (Size) VARSIZE(survey),
						sizeof(SmallSurvey), sizeof(SurveySummary)),
				 errhint("Take the value from a backup or a dump.")));
}

/* An argument to read, in either form. */
static void *
survey_arg_any(FunctionCallInfo fcinfo, int n)
{
	void	   *survey = PG_GETARG_SUMMARY(n, &survey_type);

	survey_check_size(survey);
	return survey;
}

/* An argument to read, with eight bytes for each count. */
static SurveySummary *
survey_arg(FunctionCallInfo fcinfo, int n)
{
	void	   *survey = survey_arg_any(fcinfo, n);

	return survey_is_small(survey) ? survey_widen(survey) : survey;
}

/*
 * Counts
 */

/* Responses with a score from low to high. */
static int64
survey_count(const SurveySummary *survey, int low, int high)
{
	int64		count = 0;

	for (int score = low; score <= high; score++)
		count += survey->counts[score];
	return count;
}

static int64
survey_answered(const SurveySummary *survey)
{
	return survey_count(survey, 0, MAX_SCORE);
}

static int64
survey_promoter_count(const SurveySummary *survey)
{
	return survey_count(survey, PROMOTER_FROM, MAX_SCORE);
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

/*
 * Input and output
 */

static void
survey_scores_member(void *arg, const char *key, const JsonbValue *value)
{
	SurveySummary *survey = (SurveySummary *) arg;

	for (int score = 0; score <= MAX_SCORE; score++)
	{
		char		name[12];

		snprintf(name, sizeof(name), "%d", score);
		if (strcmp(key, name) == 0)
		{
			survey->counts[score] = summary_json_count(value, key,
													   &survey_type);
			return;
		}
	}
	summary_json_unexpected(key, &survey_type);
}

static void
survey_member(void *arg, const char *key, const JsonbValue *value)
{
	SurveySummary *survey = (SurveySummary *) arg;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &survey_type);
	else if (strcmp(key, "unanswered") == 0)
		survey->counts[UNANSWERED] = summary_json_count(value, key, &survey_type);
	else if (strcmp(key, "scores") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&survey_type),
							 survey_scores_member, survey);
	else
		summary_json_unexpected(key, &survey_type);
}

Datum
survey_summary_in(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_new();

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&survey_type),
						 survey_member, survey);
	PG_RETURN_POINTER(survey_canonical(survey));
}

Datum
survey_summary_out(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	StringInfoData text;
	const char *separator = "";

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"unanswered\": " INT64_FORMAT ", \"scores\": {",
					 survey->counts[UNANSWERED]);
	for (int score = 0; score <= MAX_SCORE; score++)
	{
		if (survey->counts[score] == 0)
			continue;
		appendStringInfo(&text, "%s\"%d\": " INT64_FORMAT, separator, score,
						 survey->counts[score]);
		separator = ", ";
	}
	appendStringInfoString(&text, "}}");
	PG_RETURN_CSTRING(text.data);
}

Datum
survey_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SurveySummary *survey = survey_new();

	summary_recv_begin(message, &survey_type);
	survey->counts[UNANSWERED] = summary_recv_count(message, "unanswered",
													&survey_type);
	for (int score = 0; score <= MAX_SCORE; score++)
		survey->counts[score] = summary_recv_count(message, "a score's count",
												   &survey_type);
	PG_RETURN_POINTER(survey_canonical(survey));
}

Datum
survey_summary_send(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, survey->counts[UNANSWERED]);
	for (int score = 0; score <= MAX_SCORE; score++)
		pq_sendint64(&message, survey->counts[score]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation.  NULL scores are skipped and counted as unanswered, so the
 * transition functions are not strict.
 */

/*
 * The state to write to, in either form, which aggregate_state() would give:
 * a copy of its own for who may not write to the argument.
 */
static void *
survey_state(FunctionCallInfo fcinfo)
{
	struct varlena *state = (struct varlena *) PG_GETARG_POINTER(0);

	if (called_by_aggregate(fcinfo) && !VARATT_IS_EXTENDED(state))
		return state;
	state = summary_copy(PG_GETARG_DATUM(0), &survey_type);
	survey_check_size(state);
	return state;
}

static void *
survey_state_or_new(FunctionCallInfo fcinfo)
{
	return PG_ARGISNULL(0) ? small_survey_new() : survey_state(fcinfo);
}

/* One response more: index is its score, or UNANSWERED. */
static pg_noinline Datum
survey_add(FunctionCallInfo fcinfo, int index)
{
	void	   *state = survey_state_or_new(fcinfo);
	SurveySummary *survey = state;

	if (survey_is_small(state))
	{
		SmallSurvey *small = state;

		if (small->counts[index] < SMALL_COUNT_MAX)
		{
			small->counts[index]++;
			PG_RETURN_POINTER(small);
		}
		survey = survey_widen(small);
	}
	count_add(&survey->counts[index], 1, &survey_type);
	PG_RETURN_POINTER(survey);
}

/* One response less. */
static pg_noinline Datum
survey_subtract(FunctionCallInfo fcinfo, int index)
{
	void	   *state = survey_state_or_new(fcinfo);
	SurveySummary *survey = state;

	if (survey_is_small(state))
	{
		SmallSurvey *small = state;

		if (unlikely(small->counts[index] == 0))
			summary_count_underflow(&survey_type);
		small->counts[index]--;
		PG_RETURN_POINTER(small);
	}
	count_subtract(&survey->counts[index], 1, &survey_type);
	if (unlikely(survey->counts[index] == SMALL_COUNT_MAX))
		PG_RETURN_POINTER(survey_canonical(survey));
	PG_RETURN_POINTER(survey);
}

/*
 * survey_add() as it is for nearly every row of a large group: the state is the
 * aggregate's own, wide, and has room.  So little work that every instruction
 * shows (bench/nps_scan), so one comparison is for form and header at once, and
 * all else is left to the function above, by a jump.
 */
static inline Datum
survey_add_fast(FunctionCallInfo fcinfo, int index)
{
	SurveySummary *survey = (SurveySummary *) PG_GETARG_POINTER(0);

	if (likely(!PG_ARGISNULL(0)) && likely(called_by_aggregate(fcinfo)) &&
		likely(survey_is_wide(survey)) &&
		likely(survey->counts[index] < SUMMARY_MAX_COUNT))
	{
		survey->counts[index]++;
		PG_RETURN_POINTER(survey);
	}
	return survey_add(fcinfo, index);
}

#define SURVEY_ACCUM(name, getarg, check) \
Datum \
survey_accum_##name(PG_FUNCTION_ARGS) \
{ \
	if (unlikely(PG_ARGISNULL(1))) \
		return survey_add(fcinfo, UNANSWERED); \
	return survey_add_fast(fcinfo, check(getarg(1))); \
} \
\
Datum \
survey_remove_##name(PG_FUNCTION_ARGS) \
{ \
	return survey_subtract(fcinfo, PG_ARGISNULL(1) ? UNANSWERED : \
						   check(getarg(1))); \
}

SURVEY_ACCUM(int2, PG_GETARG_INT16, score_from_int32)
SURVEY_ACCUM(int4, PG_GETARG_INT32, score_from_int32)
SURVEY_ACCUM(float8, PG_GETARG_FLOAT8, score_from_float8)

/* Add counts that stay small; false, and nothing is added, if one does not. */
static bool
small_survey_add(SmallSurvey *small, const SmallSurvey *more)
{
	for (int i = 0; i < SURVEY_COUNTS; i++)
	{
		if (more->counts[i] > SMALL_COUNT_MAX - small->counts[i])
			return false;
	}
	for (int i = 0; i < SURVEY_COUNTS; i++)
		small->counts[i] += more->counts[i];
	return true;
}

/*
 * Add a summary to the state: rollup(), and what parallel workers counted.
 *
 * Strict, as is its inverse: PostgreSQL then takes the first summary as the
 * state and skips NULLs.  A transition function that returns NULL for NULLs
 * only would be an error in a moving window that begins with them.
 */
Datum
survey_combine(PG_FUNCTION_ARGS)
{
	void	   *state = survey_state(fcinfo);
	void	   *more = survey_arg_any(fcinfo, 1);
	SurveySummary *survey = state;

	if (survey_is_small(state))
	{
		if (survey_is_small(more) && small_survey_add(state, more))
			PG_RETURN_POINTER(state);
		survey = survey_widen(state);
	}
	if (survey_is_small(more))
		more = survey_widen(more);
	for (int i = 0; i < SURVEY_COUNTS; i++)
		count_add(&survey->counts[i], ((SurveySummary *) more)->counts[i],
				  &survey_type);
	PG_RETURN_POINTER(survey);
}

/* Take a summary out of the state: rollup() over a moving window. */
Datum
survey_uncombine(PG_FUNCTION_ARGS)
{
	void	   *state = survey_state(fcinfo);
	SurveySummary *fewer = survey_arg(fcinfo, 1);
	SurveySummary *survey = state;

	if (survey_is_small(state))
		survey = survey_widen(state);
	for (int i = 0; i < SURVEY_COUNTS; i++)
		count_subtract(&survey->counts[i], fewer->counts[i], &survey_type);
	PG_RETURN_POINTER(survey_canonical(survey));
}

/*
 * NPS
 */

/*
 * nps(s): 100 * (promoters - detractors) / responses, -100..100; NULL without
 * responses.  Computed once from the counts: rounding the two shares first is
 * how others come to be off by one.
 */
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

/* The adjusted Wald interval in percent points, within -100..100. */
static Bounds
survey_nps_bounds(const SurveySummary *survey, double z)
{
	Estimate	estimate = survey_nps_estimate(survey);
	Bounds		bounds;

	bounds.low = clip(100.0 * (estimate.value - z * estimate.error), 100.0);
	bounds.high = clip(100.0 * (estimate.value + z * estimate.error), 100.0);
	return bounds;
}

/* nps_interval(s, confidence) -> (low, high); NULL without responses */
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
 * the z test are of the adjusted counts.  The direction stays 0 until the
 * change is significant, and where the two disagree.  NULL when either side has no responses.
 */
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
	 * one promoter is 100, adjusted 25.  The fall from there to 99.9 would be
	 * a significant rise; no direction contradicts the change that is shown.
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
 * nps_text(s, confidence): "+32 ±8 (n=214)", in whole points.
 *
 * The interval is not symmetric about the score, so what stands after ± is the
 * longer way to one of its ends: score ± that covers the interval.
 */
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

/*
 * CSAT, CES
 */

static pg_noinline pg_noreturn void
score_off_scale(const SurveySummary *survey, int score,
				const SatisfiedScale *scale)
{
	int64		off = survey_count(survey, scale->scale_max + 1, MAX_SCORE);

	if (scale->scale_max < MAX_SCORE)
		off += survey->counts[0];
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score %d is off the scale from 1 to %d", score,
					scale->scale_max),
			 errdetail("%s counts scores from %d to %d; " INT64_FORMAT " of " INT64_FORMAT " responses are off the scale.",
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
	if (scale->scale_max < 2 || scale->scale_max > MAX_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("scale_max must be from 2 to 10"),
				 errdetail("scale_max is %d.", scale->scale_max),
				 errhint("It is the best score that can be given, for example 5, 7 or 10.")));
	if (scale->satisfied_from < 1 || scale->satisfied_from > scale->scale_max)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from 1 to scale_max", scale->option),
				 errdetail("%s is %d, scale_max is %d.", scale->option,
						   scale->satisfied_from, scale->scale_max),
				 errhint("It is the lowest score that counts, for example 4 of 5 or 9 of 10.")));
}

/*
 * How many are satisfied.  A score off the scale means that the column has
 * another scale than the caller thinks, and no number would be right.  0 is on
 * the scale only where it goes to 10: scales of eleven points begin there.
 */
static int64
survey_satisfied_count(const SurveySummary *survey,
					   const SatisfiedScale *scale)
{
	check_scale(scale);
	for (int score = MAX_SCORE; score > scale->scale_max; score--)
	{
		if (survey->counts[score] != 0)
			score_off_scale(survey, score, scale);
	}
	if (scale->scale_max < MAX_SCORE && survey->counts[0] != 0)
		score_off_scale(survey, 0, scale);
	return survey_count(survey, scale->satisfied_from, scale->scale_max);
}

/* 100 * satisfied / answered; NULL without answers */
static Datum
satisfied_percent(FunctionCallInfo fcinfo, const SatisfiedScale *scale)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied = survey_satisfied_count(survey, scale);
	int64		answered = survey_answered(survey);

	if (answered == 0)
		PG_RETURN_NULL();
	return percent_result(satisfied, answered);
}

/*
 * The scale that an accessor's arguments 1 and 2 describe.  The cut has no
 * default there: csat(s, scale_max => 7) would count from the middle of the
 * scale without a word.  The standard scales have functions of one argument.
 */
static SatisfiedScale
scale_args(FunctionCallInfo fcinfo, const SatisfiedScale *standard)
{
	SatisfiedScale scale = *standard;

	scale.satisfied_from = PG_GETARG_INT32(1);
	scale.scale_max = PG_GETARG_INT32(2);
	return scale;
}

/* csat(s, satisfied_from, scale_max) */
Datum
survey_csat(PG_FUNCTION_ARGS)
{
	SatisfiedScale scale = scale_args(fcinfo, &csat_scale);

	return satisfied_percent(fcinfo, &scale);
}

/* csat(s), the result of csat_agg(score): the scale is 1 to 5 */
Datum
survey_csat_standard(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, &csat_scale);
}

/* ces(s, agree_from, scale_max) */
Datum
survey_ces(PG_FUNCTION_ARGS)
{
	SatisfiedScale scale = scale_args(fcinfo, &ces_scale);

	return satisfied_percent(fcinfo, &scale);
}

/* ces(s), the result of ces_agg(score): the scale is 1 to 7 */
Datum
survey_ces_standard(PG_FUNCTION_ARGS)
{
	return satisfied_percent(fcinfo, &ces_scale);
}

/*
 * satisfied(s, satisfied_from, scale_max) and agreed(s, agree_from, scale_max)
 * -> rate_summary, for intervals, changes and texts of a CSAT or CES.
 */
static Datum
satisfied_result(FunctionCallInfo fcinfo, SatisfiedScale scale,
				 const char *metric)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		satisfied;

	scale.metric = metric;
	satisfied = survey_satisfied_count(survey, &scale);
	PG_RETURN_POINTER(rate_summary_make(satisfied,
										survey_answered(survey) - satisfied,
										survey->counts[UNANSWERED]));
}

Datum
survey_satisfied(PG_FUNCTION_ARGS)
{
	return satisfied_result(fcinfo, scale_args(fcinfo, &csat_scale),
							"satisfied");
}

/* satisfied(s): the scale is 1 to 5 */
Datum
survey_satisfied_standard(PG_FUNCTION_ARGS)
{
	return satisfied_result(fcinfo, csat_scale, "satisfied");
}

Datum
survey_agreed(PG_FUNCTION_ARGS)
{
	return satisfied_result(fcinfo, scale_args(fcinfo, &ces_scale), "agreed");
}

/* agreed(s): the scale is 1 to 7 */
Datum
survey_agreed_standard(PG_FUNCTION_ARGS)
{
	return satisfied_result(fcinfo, ces_scale, "agreed");
}

/*
 * Counts and the distribution
 */

/* mean_score(s): NULL without responses */
Datum
survey_mean_score(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	int64		responses = survey_answered(survey);
	int64		sum = 0;

	if (responses == 0)
		PG_RETURN_NULL();
	for (int score = 1; score <= MAX_SCORE; score++)
		sum += score * survey->counts[score];
	return ratio_result(sum, responses);
}

Datum
survey_responses(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_answered(survey));
}

Datum
survey_unanswered(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey->counts[UNANSWERED]);
}

Datum
survey_promoters(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_promoter_count(survey));
}

Datum
survey_passives(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_passive_count(survey));
}

Datum
survey_detractors(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_detractor_count(survey));
}

/*
 * score_counts(s) -> (score, responses, share): a row for every score from 0
 * to 10, empty ones included, since a chart needs those too.  The share is in
 * percent points of the responses, NULL without any.
 */
Datum
survey_score_counts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SurveySummary *survey;
	int64		responses;

	InitMaterializedSRF(fcinfo, 0);
	survey = survey_arg(fcinfo, 0);
	responses = survey_answered(survey);
	for (int score = 0; score <= MAX_SCORE; score++)
	{
		Datum		values[3];
		bool		nulls[3] = {false, false, responses == 0};

		values[0] = Int32GetDatum(score);
		values[1] = Int64GetDatum(survey->counts[score]);
		values[2] = nulls[2] ? (Datum) 0 :
			percent_result(survey->counts[score], responses);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
