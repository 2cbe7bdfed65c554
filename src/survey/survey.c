/*-------------------------------------------------------------------------
 *
 * survey.c
 *	  survey_summary: the scores of a survey, counted.
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
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "core/aggregate.h"
#include "core/certainty.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "math/means.h"
#include "survey/survey.h"

/* The form of a summary whose counts are all small. */
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

/*
 * Scores
 */

/*
 * Report a number that is no score.  Up to 100 it may be of a scale from 0 to
 * 100, where a passive begins at 70 and a promoter at 90: each tenth of that
 * scale is a score.  In the hint the bucket above 100 becomes 11 and the one
 * below 0 becomes -1, so that what is off that scale stays an error.
 */
static pg_noreturn void
score_out_of_range(const char *shown, bool may_be_percent)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score out of range"),
			 errdetail("The score is %s; scores are whole numbers from 0 to 10.",
					   shown),
			 may_be_percent ?
			 errhint("If the score means \"no answer\", make it NULL: nullif(score, %s). Of a scale from 0 to 100 take width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1, where 70 is the first passive and 90 the first promoter.",
					 shown) :
			 errhint("Leave such rows out with WHERE or FILTER (WHERE score BETWEEN 0 AND 10), or store what means \"no answer\" as NULL.")));
}

/* Report an integer that is no score. */
void
survey_score_out_of_range(int64 score)
{
	score_out_of_range(psprintf(INT64_FORMAT, score),
					   score > 0 && score <= 100);
}

/*
 * Report a double precision that is no score: not a whole number, or out of
 * range.  The way out is floor(), as what is below 7 is a detractor.  round()
 * would make a passive of 6.5, of a numeric; of a double precision it rounds
 * halves to even.
 */
void
survey_score_not_whole(double score)
{
	char	   *shown = double_shown(score);

	/* floor() helps for 8.5, not for 11.5, NaN or infinity */
	if (score > 0.0 && score < (double) SURVEY_MAX_SCORE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("score is not a whole number"),
				 errdetail("The score is %s; scores are whole numbers from 0 to 10.",
						   shown),
				 errhint("Write floor() around what is aggregated, as floor(score), or floor(score / 10.0) of a scale from 0 to 100: below 7 is a detractor, and below 9 no promoter.")));
	score_out_of_range(shown, score > 0.0 && score <= 100.0);
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
 * Report whether a summary is in the wide form, aligned and not compressed.
 * The whole header is compared at once, where VARATT_IS_EXTENDED() and
 * VARSIZE() would be two comparisons.
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

/* Return a copy of a small summary with eight bytes for each count. */
static SurveySummary *
survey_widen(const SmallSurvey *small)
{
	SurveySummary *survey = survey_new();

	for (int i = 0; i < SURVEY_COUNTS; i++)
		survey->counts[i] = small->counts[i];
	return survey;
}

/*
 * Return a summary in the form that its counts call for: the argument, or a
 * small copy of it.
 */
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

/* Return a summary of counts, SURVEY_COUNTS of them. */
void *
survey_make(const int64 *counts)
{
	SurveySummary *survey = survey_new();

	for (int i = 0; i < SURVEY_COUNTS; i++)
		count_add(&survey->counts[i], counts[i], &survey_type);
	return survey_canonical(survey);
}

static void
survey_check_size(const void *survey)
{
	if (!survey_is_small(survey) && VARSIZE(survey) != sizeof(SurveySummary))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("%s has the wrong size", survey_type.name),
				 errdetail("It has %zu bytes, not %zu or %zu.",
						   (Size) VARSIZE(survey),
						   sizeof(SmallSurvey), sizeof(SurveySummary)),
				 errhint("Take the value from a backup or a dump.")));
}

/* Return an argument to read, in either form. */
static void *
survey_arg_any(FunctionCallInfo fcinfo, int n)
{
	void	   *survey = PG_GETARG_SUMMARY(n, &survey_type);

	survey_check_size(survey);
	return survey;
}

/* Return an argument to read, with eight bytes for each count. */
SurveySummary *
survey_arg(FunctionCallInfo fcinfo, int n)
{
	void	   *survey = survey_arg_any(fcinfo, n);

	return survey_is_small(survey) ? survey_widen(survey) : survey;
}

/*
 * Counts
 */

/* Return how many responses have a score from low to high. */
int64
survey_count(const SurveySummary *survey, int low, int high)
{
	int64		count = 0;

	for (int score = low; score <= high; score++)
		count += survey->counts[score];
	return count;
}

/* Return how many responses have a score. */
int64
survey_answered(const SurveySummary *survey)
{
	return survey_count(survey, 0, SURVEY_MAX_SCORE);
}

/*
 * Input and output
 */

static void
survey_scores_member(void *arg, const char *key, const JsonbValue *value)
{
	SurveySummary *survey = (SurveySummary *) arg;

	for (int score = 0; score <= SURVEY_MAX_SCORE; score++)
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

	if (strcmp(key, "unanswered") == 0)
		survey->counts[SURVEY_UNANSWERED] = summary_json_count(value, key, &survey_type);
	else if (strcmp(key, "scores") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&survey_type),
							 survey_scores_member, survey);
	else
		summary_json_unexpected(key, &survey_type);
}

/*
 * survey_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "unanswered" is a count, "scores" an object of counts by
 * score, without those that are 0.
 */
PG_FUNCTION_INFO_V1(survey_summary_in);
Datum
survey_summary_in(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_new();

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&survey_type),
						 survey_member, survey);
	PG_RETURN_POINTER(survey_canonical(survey));
}

/* survey_summary_out: the text form, JSON; the scores are in order */
PG_FUNCTION_INFO_V1(survey_summary_out);
Datum
survey_summary_out(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	StringInfoData buf;
	const char *separator = "";

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"unanswered\": " INT64_FORMAT ", \"scores\": {",
					 survey->counts[SURVEY_UNANSWERED]);
	for (int score = 0; score <= SURVEY_MAX_SCORE; score++)
	{
		if (survey->counts[score] == 0)
			continue;
		appendStringInfo(&buf, "%s\"%d\": " INT64_FORMAT, separator, score,
						 survey->counts[score]);
		separator = ", ";
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * survey_summary_recv: read the binary form, in network order, checked
 * completely.  After the version come twelve counts of eight bytes: the
 * unanswered ones, then those of the scores from 0 to 10, whichever form the
 * summary has in memory.
 */
PG_FUNCTION_INFO_V1(survey_summary_recv);
Datum
survey_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SurveySummary *survey = survey_new();

	summary_recv_begin(message, &survey_type);
	survey->counts[SURVEY_UNANSWERED] = summary_recv_count(message, "unanswered",
														   &survey_type);
	for (int score = 0; score <= SURVEY_MAX_SCORE; score++)
		survey->counts[score] = summary_recv_count(message, "a score's count",
												   &survey_type);
	PG_RETURN_POINTER(survey_canonical(survey));
}

/* survey_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(survey_summary_send);
Datum
survey_summary_send(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, survey->counts[SURVEY_UNANSWERED]);
	for (int score = 0; score <= SURVEY_MAX_SCORE; score++)
		pq_sendint64(&message, survey->counts[score]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation.  NULL scores are skipped and counted as unanswered, so the
 * transition functions are not strict.
 */

/*
 * Return the state to count a row in, in either form; a small one for the
 * first row.
 */
static void *
survey_state_or_new(FunctionCallInfo fcinfo)
{
	void	   *state;

	if (PG_ARGISNULL(0))
		return small_survey_new();
	state = aggregate_state(fcinfo, &survey_type);
	survey_check_size(state);
	return state;
}

/*
 * Return the state of the combine function or of its inverse, in either form.
 */
static void *
survey_combine_state(FunctionCallInfo fcinfo)
{
	void	   *state = aggregate_combine_state(fcinfo, &survey_type);

	survey_check_size(state);
	return state;
}

/* Add a response: index is its score, or SURVEY_UNANSWERED. */
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

/* Remove a response: index is its score, or SURVEY_UNANSWERED. */
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
 * Add a response to the state that nearly every row of a large group finds:
 * the aggregate's own, wide, and with room.  The work is so little that every
 * instruction shows (bench/nps_scan), so one comparison checks form and header
 * at once, and a jump to survey_add() does the rest.
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

/*
 * The transition functions (state, score) of nps_agg, csat_agg, ces_agg and
 * survey_summary, and their inverses, by the type of the score.  A score that
 * is no whole number from 0 to 10 is an error; NULL is counted as unanswered.
 *
 * Makes survey_accum_int2, survey_accum_int4, survey_accum_float8,
 * survey_remove_int2, survey_remove_int4, survey_remove_float8.
 */
#define SURVEY_ACCUM(name, getarg, check) \
Datum \
survey_accum_##name(PG_FUNCTION_ARGS) \
{ \
	if (unlikely(PG_ARGISNULL(1))) \
		return survey_add(fcinfo, SURVEY_UNANSWERED); \
	return survey_add_fast(fcinfo, check(getarg(1))); \
} \
\
Datum \
survey_remove_##name(PG_FUNCTION_ARGS) \
{ \
	return survey_subtract(fcinfo, PG_ARGISNULL(1) ? SURVEY_UNANSWERED : \
						   check(getarg(1))); \
}

PG_FUNCTION_INFO_V1(survey_accum_int2);
PG_FUNCTION_INFO_V1(survey_remove_int2);
SURVEY_ACCUM(int2, PG_GETARG_INT16, survey_score_from_int32)

PG_FUNCTION_INFO_V1(survey_accum_int4);
PG_FUNCTION_INFO_V1(survey_remove_int4);
SURVEY_ACCUM(int4, PG_GETARG_INT32, survey_score_from_int32)

PG_FUNCTION_INFO_V1(survey_accum_float8);
PG_FUNCTION_INFO_V1(survey_remove_float8);
SURVEY_ACCUM(float8, PG_GETARG_FLOAT8, survey_score_from_float8)

/*
 * Add small counts; false, and nothing is added, if one of the sums is not
 * small.
 */
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
 * Add a summary to the state, for rollup() and for what parallel workers
 * counted.
 */
PG_FUNCTION_INFO_V1(survey_combine);
Datum
survey_combine(PG_FUNCTION_ARGS)
{
	void	   *state = survey_combine_state(fcinfo);
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

/* Remove a summary from the state, for rollup() over a moving window. */
PG_FUNCTION_INFO_V1(survey_uncombine);
Datum
survey_uncombine(PG_FUNCTION_ARGS)
{
	void	   *state = survey_combine_state(fcinfo);
	SurveySummary *fewer = survey_arg(fcinfo, 1);
	SurveySummary *survey = state;

	if (survey_is_small(state))
		survey = survey_widen(state);
	for (int i = 0; i < SURVEY_COUNTS; i++)
		count_subtract(&survey->counts[i], fewer->counts[i], &survey_type);
	PG_RETURN_POINTER(survey_canonical(survey));
}

/*
 * Counts and the distribution
 */

/* Return the mean of the scores; there are responses. */
static Datum
mean_of_scores(const SurveySummary *survey)
{
	int64		sum = 0;

	for (int score = 1; score <= SURVEY_MAX_SCORE; score++)
		sum += score * survey->counts[score];
	return ratio_result(sum, survey_answered(survey));
}

/* mean_score(s) -> the mean of the scores, 0..10; NULL without responses */
PG_FUNCTION_INFO_V1(survey_mean_score);
Datum
survey_mean_score(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	if (survey_answered(survey) == 0)
		PG_RETURN_NULL();
	return mean_of_scores(survey);
}

/* Return what is known of the mean of the scores. */
static Finding
mean_finding(const SurveySummary *survey)
{
	int128		n = survey_answered(survey);
	int128		sum = 0;
	int128		squares = 0;
	Finding		finding = {0.0, 0.0, 0.0, 0.0};

	for (int score = 1; score <= SURVEY_MAX_SCORE; score++)
	{
		sum += (int128) score * survey->counts[score];
		squares += (int128) score * score * survey->counts[score];
	}
	finding.observations = (double) n;
	finding.value = (double) sum / (double) n;
	finding.freedom = (double) n - 1.0;
	if (n > 1)
		finding.error = sqrt((double) (n * squares - sum * sum) / (double) n /
							 (double) n / (double) (n - 1));
	return finding;
}

/*
 * mean_score_interval(s, confidence, always_valid, tightest_at) -> (low, high), by
 * Student's t; NULL with fewer than two responses, and where all scores are equal.
 */
PG_FUNCTION_INFO_V1(survey_mean_score_interval);
Datum
survey_mean_score_interval(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);
	Certainty	certainty = certainty_args(fcinfo, 1);
	Finding		finding;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (survey_answered(survey) == 0)
		PG_RETURN_NULL();
	finding = mean_finding(survey);
	if (!finding_interval(&certainty, &finding, 1.0, INFINITY, mean_of_scores(survey), values))
		PG_RETURN_NULL();
	return record_result(fcinfo, values, nulls);
}

/*
 * mean_score_change(before, after, confidence, always_valid, tightest_at) -> (change,
 * low, high, p_value, direction), by Welch's t test; NULL without responses on a
 * side.  Where the error is not known, low, high and p_value are NULL and the
 * direction is 0.
 */
PG_FUNCTION_INFO_V1(survey_mean_score_change);
Datum
survey_mean_score_change(PG_FUNCTION_ARGS)
{
	SurveySummary *before = survey_arg(fcinfo, 0);
	SurveySummary *after = survey_arg(fcinfo, 1);
	Certainty	certainty = certainty_args(fcinfo, 2);
	Finding		old;
	Finding		new;
	Finding		finding = {0.0, 0.0, 0.0, 0.0};
	Datum		values[CHANGE_COLUMNS];
	bool		nulls[CHANGE_COLUMNS];

	if (survey_answered(before) == 0 || survey_answered(after) == 0)
		PG_RETURN_NULL();
	old = mean_finding(before);
	new = mean_finding(after);
	finding.value = new.value - old.value;
	finding.observations = old.observations + new.observations;
	if (old.freedom >= 1.0 && new.freedom >= 1.0)
		finding.error = hypot(old.error, new.error);
	if (finding.error > 0.0)
		finding.freedom = welch_freedom(old.error * old.error, old.freedom,
										new.error * new.error, new.freedom);
	finding_change(&certainty, &finding, 1.0, INFINITY,
				   numeric_result(DirectFunctionCall2(numeric_sub, mean_of_scores(after),
													  mean_of_scores(before))),
				   values, nulls);
	return record_result(fcinfo, values, nulls);
}

/* responses(s) -> how many have a score; 0 where none has */
PG_FUNCTION_INFO_V1(survey_responses);
Datum
survey_responses(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey_answered(survey));
}

/* unanswered(s) -> how many were asked and have no score (NULL) */
PG_FUNCTION_INFO_V1(survey_unanswered);
Datum
survey_unanswered(PG_FUNCTION_ARGS)
{
	SurveySummary *survey = survey_arg(fcinfo, 0);

	PG_RETURN_INT64(survey->counts[SURVEY_UNANSWERED]);
}

/*
 * score_counts(s) -> (score, responses, share): a row for every score from 0
 * to 10, empty ones included, since a chart needs them too.  The share is in
 * percent points of the responses, NULL without any.
 */
PG_FUNCTION_INFO_V1(survey_score_counts);
Datum
survey_score_counts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SurveySummary *survey;
	int64		responses;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	survey = survey_arg(fcinfo, 0);
	responses = survey_answered(survey);
	for (int score = 0; score <= SURVEY_MAX_SCORE; score++)
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
