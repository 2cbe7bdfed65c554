/*-------------------------------------------------------------------------
 *
 * weighted.c
 *	  weighted_survey_summary: the scores of a survey, each with a weight.
 *
 * A weighted_survey_summary has, for each score from 0 to 10, how many responses
 * have it, the sum of their weights and the sum of the squares of these.  Weights
 * are decimal, those of rows to 18 decimals, and the sums are exact (money.h, int256.h), so that
 * they do not depend on the order of the rows.
 *
 * Weights that make segments count as their share of a population are quotients.
 * Each is rounded by itself, before it is added, so sums of them are exact too.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/aggregate.h"
#include "core/decimal.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "survey/weighted.h"

const SummaryType weighted_survey_type = {
	.name = "weighted_survey_summary",
	.example = "{\"version\": 1, \"scale\": 1, \"unanswered\": 0, \"scores\": {\"9\": {\"responses\": 2, \"weight\": 3.5, \"weight_squared\": 6.25}}}",
	.size = sizeof(WeightedSurvey)
};

/*
 * Input and output
 */

/*
 * Return why no responses could have these weights, or NULL.  Of n numbers from 0
 * up the squared sum is at least the sum of the squares, and at most n times it.
 */
static const char *
score_problem(const ScoreWeights *score)
{
	int128		weight = money_get(&score->weight);
	Int256		squared = int256_product(weight, weight);
	Int256		zero = int256_from(0);
	Datum		sum;
	Datum		squares;
	Datum		most;

	if (score->responses == 0 && (weight != 0 || memcmp(&score->squares, &zero, sizeof(zero)) != 0))
		return "A score without responses has a weight.";
	if (weight < 0 || int256_is_negative(&score->squares))
		return "A weight is negative.";
	sum = int256_to_numeric(&squared, 0);
	squares = int256_to_numeric(&score->squares, 0);
	most = DirectFunctionCall2(numeric_mul, squares,
							   NumericGetDatum(int64_to_numeric(score->responses)));
	if (DatumGetBool(DirectFunctionCall2(numeric_gt, squares, sum)) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, sum, most)))
		return "A sum of squared weights does not fit the sum of the weights.";
	return NULL;
}

static const char *
weighted_problem(const WeightedSurvey *survey)
{
	for (int score = 0; score < WEIGHTED_SCORES; score++)
	{
		const char *problem = score_problem(&survey->scores[score]);

		if (problem != NULL)
			return problem;
	}
	return NULL;
}

/* The sums of a score while they are read; the scale may follow them. */
typedef struct WeightedInput
{
	WeightedSurvey *survey;
	int			score;			/* the one at hand */
	Numeric		weight[WEIGHTED_SCORES];
	Numeric		squares[WEIGHTED_SCORES];
} WeightedInput;

static Numeric
number_member(const char *key, const JsonbValue *value)
{
	if (value->type != jbvNumeric)
		summary_text_invalid(&weighted_survey_type, "\"%s\" is %s, not a number.",
							 key, summary_json_shown(value));
	/* the object that it is in goes when its members have been read */
	return DatumGetNumericCopy(NumericGetDatum(value->val.numeric));
}

static void
score_member(void *arg, const char *key, const JsonbValue *value)
{
	WeightedInput *input = (WeightedInput *) arg;

	if (strcmp(key, "responses") == 0)
		input->survey->scores[input->score].responses =
			summary_json_count(value, key, &weighted_survey_type);
	else if (strcmp(key, "weight") == 0)
		input->weight[input->score] = number_member(key, value);
	else if (strcmp(key, "weight_squared") == 0)
		input->squares[input->score] = number_member(key, value);
	else
		summary_json_unexpected(key, &weighted_survey_type);
}

static void
scores_member(void *arg, const char *key, const JsonbValue *value)
{
	WeightedInput *input = (WeightedInput *) arg;

	for (int score = 0; score < WEIGHTED_SCORES; score++)
	{
		char		name[12];

		snprintf(name, sizeof(name), "%d", score);
		if (strcmp(key, name) == 0)
		{
			input->score = score;
			summary_json_members(summary_json_container(value, false, key,
														&weighted_survey_type),
								 score_member, input);
			return;
		}
	}
	summary_json_unexpected(key, &weighted_survey_type);
}

static void
weighted_member(void *arg, const char *key, const JsonbValue *value)
{
	WeightedInput *input = (WeightedInput *) arg;

	if (strcmp(key, "unanswered") == 0)
		input->survey->unanswered = summary_json_count(value, key, &weighted_survey_type);
	else if (strcmp(key, "scale") == 0)
		input->survey->scale = summary_json_int64(value, 0, WEIGHT_MAX_DECIMALS, key,
												  &weighted_survey_type);
	else if (strcmp(key, "scores") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&weighted_survey_type),
							 scores_member, arg);
	else
		summary_json_unexpected(key, &weighted_survey_type);
}

/* Set the sums of a score to the numbers of the text form. */
static void
set_sums(WeightedInput *input, int i)
{
	ScoreWeights *score = &input->survey->scores[i];
	int			scale = (int) input->survey->scale;
	Int256		weight;
	int128		narrow;

	if ((input->weight[i] == NULL) != (input->squares[i] == NULL) ||
		(input->weight[i] == NULL && score->responses > 0))
		summary_text_invalid(&weighted_survey_type, "\"%s\" of score %d is missing.",
							 input->weight[i] == NULL ? "weight" : "weight_squared", i);
	if (input->weight[i] == NULL)
		return;
	if (!int256_from_numeric(NumericGetDatum(input->weight[i]), scale, &weight) ||
		!int256_from_numeric(NumericGetDatum(input->squares[i]), 2 * scale, &score->squares) ||
		!int256_to_int128(&weight, &narrow) || !money_fits(narrow))
		summary_text_invalid(&weighted_survey_type, "A weight of score %d has too many digits, or more decimals than \"scale\" says.",
							 i);
	money_set(&score->weight, narrow);
}

/*
 * weighted_survey_summary_in(cstring): read the text form, JSON; an error names
 * what is wrong in it.  "unanswered" is a count, "scale" how many decimals the
 * weights have, "scores" an object by score of what ScoreWeights has.  Sums that
 * no weights from 0 up can have are refused.
 */
PG_FUNCTION_INFO_V1(weighted_survey_summary_in);
Datum
weighted_survey_summary_in(PG_FUNCTION_ARGS)
{
	WeightedInput input;

	memset(&input, 0, sizeof(input));
	input.survey = summary_new(&weighted_survey_type);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &weighted_survey_type),
						 weighted_member, &input);
	for (int i = 0; i < WEIGHTED_SCORES; i++)
		set_sums(&input, i);
	summary_text_check(&weighted_survey_type, weighted_problem(input.survey));
	PG_RETURN_POINTER(input.survey);
}

/* weighted_survey_summary_out: the text form, JSON; the scores are in order */
PG_FUNCTION_INFO_V1(weighted_survey_summary_out);
Datum
weighted_survey_summary_out(PG_FUNCTION_ARGS)
{
	const WeightedSurvey *survey = PG_GETARG_WEIGHTED(0);
	int			scale = (int) survey->scale;
	const char *separator = "";
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"scale\": %d, \"unanswered\": " INT64_FORMAT ", \"scores\": {",
					 scale, survey->unanswered);
	for (int i = 0; i < WEIGHTED_SCORES; i++)
	{
		const ScoreWeights *score = &survey->scores[i];

		if (score->responses == 0)
			continue;
		appendStringInfo(&buf, "%s\"%d\": {\"responses\": " INT64_FORMAT ", \"weight\": %s, \"weight_squared\": %s}",
						 separator, i, score->responses,
						 DatumGetCString(DirectFunctionCall1(numeric_out,
															 money_to_numeric(money_get(&score->weight), scale))),
						 DatumGetCString(DirectFunctionCall1(numeric_out,
															 int256_to_numeric(&score->squares, 2 * scale))));
		separator = ", ";
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * weighted_survey_summary_send: the binary form, in network order.  After the
 * version come the scale (1 byte), the unanswered ones (8), and for each score
 * from 0 to 10 its responses (8), their weight (16) and its squares (32), as whole
 * numbers at the scale and at twice the scale.
 */
PG_FUNCTION_INFO_V1(weighted_survey_summary_send);
Datum
weighted_survey_summary_send(PG_FUNCTION_ARGS)
{
	const WeightedSurvey *survey = PG_GETARG_WEIGHTED(0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, (uint8) survey->scale);
	pq_sendint64(&message, survey->unanswered);
	for (int i = 0; i < WEIGHTED_SCORES; i++)
	{
		pq_sendint64(&message, survey->scores[i].responses);
		money_send(&message, &survey->scores[i].weight);
		int256_send(&message, &survey->scores[i].squares);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * weighted_survey_summary_recv: read the binary form, in network order, checked
 * completely.
 */
PG_FUNCTION_INFO_V1(weighted_survey_summary_recv);
Datum
weighted_survey_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	WeightedSurvey *survey = summary_new(&weighted_survey_type);
	const char *problem = NULL;

	summary_recv_begin(message, &weighted_survey_type);
	survey->scale = pq_getmsgbyte(message);
	survey->unanswered = summary_recv_count(message, "unanswered", &weighted_survey_type);
	for (int i = 0; i < WEIGHTED_SCORES; i++)
	{
		ScoreWeights *score = &survey->scores[i];
		bool		valid;

		score->responses = summary_recv_count(message, "responses", &weighted_survey_type);
		money_set(&score->weight, money_recv(message, &valid));
		if (!valid)
			problem = "A weight has more than " CppAsString2(MONEY_MAX_DIGITS) " digits.";
		score->squares = int256_recv(message);
	}
	if (survey->scale > WEIGHT_MAX_DECIMALS)
		problem = "The scale is out of range.";
	/* the sums are looked at only when nothing is wrong with their members */
	summary_binary_check(&weighted_survey_type, problem);
	summary_binary_check(&weighted_survey_type, weighted_problem(survey));
	PG_RETURN_POINTER(survey);
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
weighted_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sums of weights have too many digits"),
			 errdetail("Sums are exact to the last decimal of the longest weight and have up to %d digits.",
					   MONEY_MAX_DIGITS),
			 errhint("Round the weights, for example round(weight::numeric, 6), or make them smaller: only their ratios count.")));
}

/* Bring the sums of a state to a larger scale; a smaller one changes nothing. */
static void
weighted_scale_up(WeightedSurvey *survey, int64 scale)
{
	int			digits = (int) (scale - survey->scale);

	if (digits <= 0)
		return;
	for (int i = 0; i < WEIGHTED_SCORES; i++)
	{
		if (!money_sums_scale_up(&survey->scores[i].weight, 1, digits) ||
			!int256_scale_up(&survey->scores[i].squares, 2 * digits))
			weighted_overflow();
	}
	survey->scale = scale;
}

/* Add responses to those of a score; sums and squares are at the state's scale. */
static void
score_add(ScoreWeights *score, int64 responses, int128 weight, const Int256 *squares)
{
	int128		sum;

	count_add(&score->responses, responses, &weighted_survey_type);
	if (unlikely(!money_try_add(money_get(&score->weight), weight, &sum) ||
				 !int256_add(&score->squares, squares)))
		weighted_overflow();
	money_set(&score->weight, sum);
}

static pg_noinline pg_noreturn void
weight_negative(const char *name, MoneyAmount weight)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s must not be negative", name),
			 errdetail("The %s is %s.", name,
					   numeric_shown(money_to_numeric(weight.value, weight.scale))),
			 errhint("Leave such rows out with FILTER (WHERE %s >= 0).", name)));
}

static pg_noinline pg_noreturn void
weight_null(void)
{
	argument_null("weight", "Say what such a response counts, for example coalesce(weight, 1), or leave it out with FILTER (WHERE weight IS NOT NULL).");
}

/* Return the weight in argument 2. */
static inline MoneyAmount
weight_arg(FunctionCallInfo fcinfo, bool is_double)
{
	static const char condition[] = "weight NOT IN ('NaN', 'Infinity', '-Infinity')";
	MoneyAmount weight;

	if (unlikely(PG_ARGISNULL(2)))
		weight_null();
	if (!is_double)
		weight = money_arg(PG_GETARG_DATUM(2), "weight", condition);
	else if (!decimal_money_from_double(PG_GETARG_FLOAT8(2), &weight))
		money_arg_invalid(decimal_from_double(PG_GETARG_FLOAT8(2)), "weight", condition);
	if (unlikely(weight.value < 0))
		weight_negative("weight", weight);
	return weight;
}

/* Bring the state and a weight to one scale, and return the weight at it. */
static int128
weight_at_scale(WeightedSurvey *survey, MoneyAmount weight)
{
	weighted_scale_up(survey, weight.scale);
	if (unlikely(!money_scale_up(&weight.value, (int) survey->scale - weight.scale)))
		weighted_overflow();
	return weight.value;
}

/* Count a response with a score, or SURVEY_UNANSWERED, and a weight. */
static Datum
weighted_add(FunctionCallInfo fcinfo, int score, bool is_double)
{
	WeightedSurvey *survey = aggregate_state_or_new(fcinfo, &weighted_survey_type);
	int128		weight;
	Int256		square;

	if (score == SURVEY_UNANSWERED)
	{
		count_add(&survey->unanswered, 1, &weighted_survey_type);
		PG_RETURN_POINTER(survey);
	}
	weight = weight_at_scale(survey, weight_arg(fcinfo, is_double));
	square = int256_product(weight, weight);
	score_add(&survey->scores[score], 1, weight, &square);
	PG_RETURN_POINTER(survey);
}

/*
 * The transition functions (state, score, weight) of weighted_survey_summary, by
 * the types of the two.  A score that is no whole number from 0 to 10 is an error,
 * and so is, with a score, a weight that is NULL, negative or not finite.  A score
 * that is NULL is counted as unanswered, whatever its weight.
 *
 * Makes weighted_accum_int2_numeric, weighted_accum_int2_float8,
 * weighted_accum_int4_numeric, weighted_accum_int4_float8,
 * weighted_accum_float8_numeric, weighted_accum_float8_float8.
 */
#define WEIGHTED_ACCUM(name, getarg, check, is_double) \
Datum \
weighted_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return weighted_add(fcinfo, PG_ARGISNULL(1) ? SURVEY_UNANSWERED : \
						check(getarg(1)), is_double); \
}

PG_FUNCTION_INFO_V1(weighted_accum_int2_numeric);
WEIGHTED_ACCUM(int2_numeric, PG_GETARG_INT16, survey_score_from_int32, false)

PG_FUNCTION_INFO_V1(weighted_accum_int2_float8);
WEIGHTED_ACCUM(int2_float8, PG_GETARG_INT16, survey_score_from_int32, true)

PG_FUNCTION_INFO_V1(weighted_accum_int4_numeric);
WEIGHTED_ACCUM(int4_numeric, PG_GETARG_INT32, survey_score_from_int32, false)

PG_FUNCTION_INFO_V1(weighted_accum_int4_float8);
WEIGHTED_ACCUM(int4_float8, PG_GETARG_INT32, survey_score_from_int32, true)

PG_FUNCTION_INFO_V1(weighted_accum_float8_numeric);
WEIGHTED_ACCUM(float8_numeric, PG_GETARG_FLOAT8, survey_score_from_float8, false)

PG_FUNCTION_INFO_V1(weighted_accum_float8_float8);
WEIGHTED_ACCUM(float8_float8, PG_GETARG_FLOAT8, survey_score_from_float8, true)

/*
 * Segments of a population
 */

static pg_noinline pg_noreturn void
segment_empty(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a segment of the population has no responses"),
			 errdetail("Nothing is known about the people whom it stands for."),
			 errhint("Group by something coarser, so that each segment has responses; or leave it out with FILTER (WHERE responses(summary) > 0), for a number about the others.")));
}

/* Return the size of the population in argument 2. */
static Datum
population_arg(FunctionCallInfo fcinfo)
{
	MoneyAmount population;

	if (unlikely(PG_ARGISNULL(2)))
		argument_null("population", "Give the number of people in the segment, or its share of all.");
	population = money_arg(PG_GETARG_DATUM(2), "population",
						   "population NOT IN ('NaN', 'Infinity', '-Infinity')");
	if (unlikely(population.value < 0))
		weight_negative("population", population);
	return money_to_numeric(population.value, population.scale);
}

/*
 * Return what each response of a segment counts.  Only the sum of 38 digits can be
 * too long: a population is one of up to 38 digits, and a quotient is smaller.
 */
static MoneyAmount
weight_of_each(Datum population, int64 responses)
{
	Datum		decimals = Int32GetDatum(WEIGHT_MAX_DECIMALS);
	Datum		quotient = DirectFunctionCall2(numeric_div,
											   DirectFunctionCall2(numeric_round, population, decimals),
											   NumericGetDatum(int64_to_numeric(responses)));
	MoneyAmount weight;

	if (!money_from_datum(DirectFunctionCall2(numeric_round, quotient, decimals), &weight))
		weighted_overflow();
	return weight;
}

/*
 * Add the responses of a segment, a survey_summary, so that together they weigh as
 * much as its population: the transition function (state, summary, population) of
 * post_stratified_nps and post_stratified_summary.  A segment without responses is
 * an error, and a population that is NULL, negative or not finite.
 */
PG_FUNCTION_INFO_V1(weighted_stratum);
Datum
weighted_stratum(PG_FUNCTION_ARGS)
{
	WeightedSurvey *survey = aggregate_state_or_new(fcinfo, &weighted_survey_type);
	SurveySummary *segment = PG_ARGISNULL(1) ? NULL : survey_arg(fcinfo, 1);
	int128		each;

	if (segment == NULL || survey_answered(segment) == 0)
		segment_empty();
	each = weight_at_scale(survey, weight_of_each(population_arg(fcinfo),
												  survey_answered(segment)));
	count_add(&survey->unanswered, segment->counts[SURVEY_UNANSWERED], &weighted_survey_type);
	for (int score = 0; score < WEIGHTED_SCORES; score++)
	{
		int64		responses = segment->counts[score];
		int128		sum;
		Int256		squares;

		if (responses == 0)
			continue;
		if (__builtin_mul_overflow(each, (int128) responses, &sum) || !money_fits(sum))
			weighted_overflow();
		squares = int256_product(sum, each);
		score_add(&survey->scores[score], responses, sum, &squares);
	}
	PG_RETURN_POINTER(survey);
}

/*
 * Add a summary of other responses, for rollup() and for what parallel workers
 * made.
 */
PG_FUNCTION_INFO_V1(weighted_combine);
Datum
weighted_combine(PG_FUNCTION_ARGS)
{
	WeightedSurvey *survey = aggregate_combine_state(fcinfo, &weighted_survey_type);
	WeightedSurvey *other = PG_GETARG_SUMMARY(1, &weighted_survey_type);

	if (other->scale < survey->scale)
	{
		if ((Pointer) other == PG_GETARG_POINTER(1))
			other = summary_copy(PG_GETARG_DATUM(1), &weighted_survey_type);
		weighted_scale_up(other, survey->scale);
	}
	else
		weighted_scale_up(survey, other->scale);
	count_add(&survey->unanswered, other->unanswered, &weighted_survey_type);
	for (int i = 0; i < WEIGHTED_SCORES; i++)
		score_add(&survey->scores[i], other->scores[i].responses,
				  money_get(&other->scores[i].weight), &other->scores[i].squares);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(survey);
}

/*
 * Return the state as it is: its bytes depend on the rows alone, whatever their
 * order, as its scale is the largest of all weights.
 */
PG_FUNCTION_INFO_V1(weighted_final);
Datum
weighted_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(PG_GETARG_SUMMARY(0, &weighted_survey_type));
}
