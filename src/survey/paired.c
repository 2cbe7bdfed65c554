/*-------------------------------------------------------------------------
 *
 * paired.c
 *	  The same people asked twice: paired_summary, the change of their score and
 *	  where they went.
 *
 * Two groups of 200 differ by chance far more than 200 people differ from
 * themselves.  A paired_summary counts the pairs of scores, 11 by 11.
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
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/aggregate.h"
#include "core/certainty.h"
#include "core/log.h"
#include "core/result.h"
#include "core/summary_json.h"
#include "survey/answer_log.h"

#define SCORES	(SURVEY_MAX_SCORE + 1)

/* Two scores of one person, counted. */
typedef struct PairedSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];	/* zero */
	int64		unpaired;
	int64		counts[SCORES][SCORES]; /* before, after */
} PairedSummary;

static const SummaryType paired_type = {
	.name = "paired_summary",
	.example = "{\"version\": 1, \"unpaired\": 2, \"pairs\": [[6, 9, 13], [10, 10, 21]]}",
	.size = sizeof(PairedSummary)
};

/*
 * What a score counts: 1 from up_from on, -1 up to down_to.  Of a share nothing
 * counts below 0.
 */
typedef struct PairedScale
{
	SurveyScale scale;
	int			up_from;
	int			down_to;		/* -1: none does */
} PairedScale;

#define PAIRED_COLUMNS	(1 + CHANGE_COLUMNS)

/*
 * Input and output
 */

static void
pair_element(void *arg, int index, const JsonbValue *value)
{
	PairedSummary *paired = (PairedSummary *) arg;
	SummaryPlace place = summary_json_place("", index, "pairs");
	JsonbValue	part[4];
	int64		before;
	int64		after;

	if (summary_json_parts(value, part, 3, &paired_type) != 3)
		summary_text_invalid(&paired_type, "%s is %s, not a list of two scores and a count.",
							 summary_json_key_shown(place.shown), summary_json_shown(value));
	before = summary_json_int64(&part[0], 0, SURVEY_MAX_SCORE,
								summary_json_part(1, place.shown).shown, &paired_type);
	after = summary_json_int64(&part[1], 0, SURVEY_MAX_SCORE,
							   summary_json_part(2, place.shown).shown, &paired_type);
	count_add(&paired->counts[before][after],
			  summary_json_int64(&part[2], 0, SUMMARY_MAX_COUNT,
								 summary_json_part(3, place.shown).shown, &paired_type),
			  &paired_type);
}

static void
paired_member(void *arg, const char *key, const JsonbValue *value)
{
	PairedSummary *paired = (PairedSummary *) arg;

	if (strcmp(key, "unpaired") == 0)
		paired->unpaired = summary_json_count(value, key, &paired_type);
	else if (strcmp(key, "pairs") == 0)
		summary_json_elements(summary_json_container(value, true, key, &paired_type),
							  pair_element, paired);
	else
		summary_json_unexpected(key, &paired_type);
}

/*
 * paired_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "unpaired" is a count, "pairs" a list of [before, after, count].
 */
PG_FUNCTION_INFO_V1(paired_summary_in);
Datum
paired_summary_in(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = summary_new(&paired_type);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &paired_type),
						 paired_member, paired);
	PG_RETURN_POINTER(paired);
}

/* paired_summary_out: the text form, JSON; the pairs are in order */
PG_FUNCTION_INFO_V1(paired_summary_out);
Datum
paired_summary_out(PG_FUNCTION_ARGS)
{
	const PairedSummary *paired = PG_GETARG_SUMMARY(0, &paired_type);
	const char *separator = "";
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"unpaired\": " INT64_FORMAT ", \"pairs\": [",
					 paired->unpaired);
	for (int i = 0; i < SCORES * SCORES; i++)
	{
		int64		count = paired->counts[i / SCORES][i % SCORES];

		if (count == 0)
			continue;
		appendStringInfo(&buf, "%s[%d, %d, " INT64_FORMAT "]", separator,
						 i / SCORES, i % SCORES, count);
		separator = ", ";
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * paired_summary_recv: read the binary form, in network order, checked completely.
 * After the version come 122 counts of eight bytes: the unpaired, then those of the
 * pairs from 0, 0 to 10, 10, the second score running faster.
 */
PG_FUNCTION_INFO_V1(paired_summary_recv);
Datum
paired_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	PairedSummary *paired = summary_new(&paired_type);

	summary_recv_begin(message, &paired_type);
	paired->unpaired = summary_recv_count(message, "unpaired", &paired_type);
	for (int i = 0; i < SCORES * SCORES; i++)
		paired->counts[i / SCORES][i % SCORES] = summary_recv_count(message, "the count of a pair",
																	&paired_type);
	PG_RETURN_POINTER(paired);
}

/* paired_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(paired_summary_send);
Datum
paired_summary_send(PG_FUNCTION_ARGS)
{
	const PairedSummary *paired = PG_GETARG_SUMMARY(0, &paired_type);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, paired->unpaired);
	for (int i = 0; i < SCORES * SCORES; i++)
		pq_sendint64(&message, paired->counts[i / SCORES][i % SCORES]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/* Return the count of the row at hand in a state. */
static pg_attribute_always_inline int64 *
pair_count(FunctionCallInfo fcinfo, PairedSummary *paired, bool is_double)
{
	int			before;
	int			after;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return &paired->unpaired;
	if (is_double)
	{
		before = survey_score_from_float8(PG_GETARG_FLOAT8(1));
		after = survey_score_from_float8(PG_GETARG_FLOAT8(2));
	}
	else
	{
		before = survey_score_from_int32(PG_GETARG_INT32(1));
		after = survey_score_from_int32(PG_GETARG_INT32(2));
	}
	return &paired->counts[before][after];
}

/*
 * Count the two scores of a person, arguments 1 and 2: the transition function of
 * paired_summary().  A person of whom one is NULL is unpaired.  A score that is no
 * whole number from 0 to 10 is an error.
 */
PG_FUNCTION_INFO_V1(paired_accum_int4);
Datum
paired_accum_int4(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_state_or_new(fcinfo, &paired_type);

	count_add(pair_count(fcinfo, paired, false), 1, &paired_type);
	PG_RETURN_POINTER(paired);
}

/* paired_accum_int4() of scores in double precision */
PG_FUNCTION_INFO_V1(paired_accum_float8);
Datum
paired_accum_float8(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_state_or_new(fcinfo, &paired_type);

	count_add(pair_count(fcinfo, paired, true), 1, &paired_type);
	PG_RETURN_POINTER(paired);
}

/* Take a person out of the state again: the inverse of paired_accum_int4(). */
PG_FUNCTION_INFO_V1(paired_remove_int4);
Datum
paired_remove_int4(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_state_or_new(fcinfo, &paired_type);

	count_subtract(pair_count(fcinfo, paired, false), 1, &paired_type);
	PG_RETURN_POINTER(paired);
}

/* paired_remove_int4() of scores in double precision */
PG_FUNCTION_INFO_V1(paired_remove_float8);
Datum
paired_remove_float8(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_state_or_new(fcinfo, &paired_type);

	count_subtract(pair_count(fcinfo, paired, true), 1, &paired_type);
	PG_RETURN_POINTER(paired);
}

/* Add a summary to the state, for rollup() and for what parallel workers counted. */
PG_FUNCTION_INFO_V1(paired_combine);
Datum
paired_combine(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_combine_state(fcinfo, &paired_type);
	PairedSummary *other = PG_GETARG_SUMMARY(1, &paired_type);

	count_add(&paired->unpaired, other->unpaired, &paired_type);
	for (int i = 0; i < SCORES * SCORES; i++)
		count_add(&paired->counts[i / SCORES][i % SCORES],
				  other->counts[i / SCORES][i % SCORES], &paired_type);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(paired);
}

/* Remove a summary from the state, for rollup() over a moving window, and for -. */
PG_FUNCTION_INFO_V1(paired_uncombine);
Datum
paired_uncombine(PG_FUNCTION_ARGS)
{
	PairedSummary *paired = aggregate_combine_state(fcinfo, &paired_type);
	PairedSummary *other = PG_GETARG_SUMMARY(1, &paired_type);

	count_subtract(&paired->unpaired, other->unpaired, &paired_type);
	for (int i = 0; i < SCORES * SCORES; i++)
		count_subtract(&paired->counts[i / SCORES][i % SCORES],
					   other->counts[i / SCORES][i % SCORES], &paired_type);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(paired);
}

/*
 * Counts
 */

static int64
paired_respondents(const PairedSummary *paired)
{
	int64		respondents = 0;

	for (int i = 0; i < SCORES * SCORES; i++)
		respondents += paired->counts[i / SCORES][i % SCORES];
	return respondents;
}

/* respondents(s) -> how many people gave two scores */
PG_FUNCTION_INFO_V1(paired_summary_respondents);
Datum
paired_summary_respondents(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(paired_respondents(PG_GETARG_SUMMARY(0, &paired_type)));
}

/* unpaired(s) -> of how many people a score is missing */
PG_FUNCTION_INFO_V1(paired_summary_unpaired);
Datum
paired_summary_unpaired(PG_FUNCTION_ARGS)
{
	const PairedSummary *paired = PG_GETARG_SUMMARY(0, &paired_type);

	PG_RETURN_INT64(paired->unpaired);
}

/*
 * Scales
 */

/* Read promoter_from, detractor_to and scale_max, arguments from n on. */
static PairedScale
net_scale_args(FunctionCallInfo fcinfo, int n, const char *metric)
{
	PairedScale scale = {.scale = {.metric = metric,.cuts = &nps_cuts,.counted_from = 1}};

	scale.up_from = PG_GETARG_INT32(n);
	scale.down_to = PG_GETARG_INT32(n + 1);
	scale.scale.max = PG_GETARG_INT32(n + 2);
	survey_scale_check(&scale.scale);
	survey_promoter_check(scale.up_from, scale.down_to, scale.scale.max);
	return scale;
}

/* Read satisfied_from and scale_max, arguments from n on. */
static PairedScale
share_scale_args(FunctionCallInfo fcinfo, int n, const char *metric)
{
	PairedScale scale = {.scale = {.metric = metric,.cuts = &csat_cuts},.down_to = -1};

	scale.up_from = PG_GETARG_INT32(n);
	scale.scale.max = PG_GETARG_INT32(n + 1);
	scale.scale.counted_from = scale.up_from;
	survey_scale_check(&scale.scale);
	survey_cut_check(csat_cuts.option, scale.up_from, scale.scale.max);
	return scale;
}

static inline int
value_of(const PairedScale *scale, int score)
{
	return (score >= scale->up_from) - (score <= scale->down_to);
}

/* Report scores, before or after, that are off the scale. */
static void
paired_check(const PairedSummary *paired, const PairedScale *scale)
{
	int64		counts[SCORES] = {0};

	for (int i = 0; i < SCORES * SCORES; i++)
	{
		counts[i / SCORES] += paired->counts[i / SCORES][i % SCORES];
		counts[i % SCORES] += paired->counts[i / SCORES][i % SCORES];
	}
	survey_scale_require(counts, &scale->scale);
}

/*
 * The change
 */

/*
 * With two imagined people, one who rises and one who falls by one step, before the
 * mean and the variance of the steps are taken.  Of a share, where steps are -1, 0
 * and 1, that is the adjusted Wald interval of D. G. Bonett and R. M. Price (Adjusted
 * Wald Confidence Interval for a Difference of Binomial Proportions Based on Paired
 * Data, Journal of Educational and Behavioral Statistics 2012).
 */
static Datum
paired_change_result(FunctionCallInfo fcinfo, const PairedSummary *paired,
					 const PairedScale *scale, double confidence)
{
	Certainty	certainty = certainty_once(confidence);
	double		limit = scale->down_to < 0 ? 100.0 : 200.0;
	int64		respondents = paired_respondents(paired);
	int64		sum = 0;
	int64		squares = 0;
	double		n = (double) respondents + 2.0;
	Finding		finding;
	Datum		values[PAIRED_COLUMNS];
	bool		nulls[PAIRED_COLUMNS] = {false};

	paired_check(paired, scale);
	if (respondents == 0)
		PG_RETURN_NULL();
	for (int i = 0; i < SCORES * SCORES; i++)
	{
		int			step = value_of(scale, i % SCORES) - value_of(scale, i / SCORES);

		sum += step * paired->counts[i / SCORES][i % SCORES];
		squares += (int64) step * step * paired->counts[i / SCORES][i % SCORES];
	}
	finding.value = (double) sum / n;
	finding.error = sqrt(((double) squares + 2.0) / n - finding.value * finding.value) / sqrt(n);
	finding.freedom = INFINITY;
	finding.observations = (double) respondents;
	values[0] = Int64GetDatum(respondents);
	finding_change(&certainty, &finding, 100.0, limit,
				   percent_result(sum, respondents), &values[1], &nulls[1]);
	return record_result(fcinfo, values, nulls);
}

/*
 * paired_change(s, confidence, promoter_from, detractor_to, scale_max) ->
 * (respondents, change, low, high, p_value, direction): the change of the net
 * promoter score of those who answered twice.  NULL without any.  Errors: a scale, or
 * a score off it, as of nps().
 */
PG_FUNCTION_INFO_V1(paired_change);
Datum
paired_change(PG_FUNCTION_ARGS)
{
	PairedScale scale = net_scale_args(fcinfo, 2, "paired_change");

	return paired_change_result(fcinfo, PG_GETARG_SUMMARY(0, &paired_type), &scale,
								PG_GETARG_FLOAT8(1));
}

/*
 * paired_csat_change(s, confidence, satisfied_from, scale_max): as paired_change(),
 * of the share of the satisfied.
 */
PG_FUNCTION_INFO_V1(paired_csat_change);
Datum
paired_csat_change(PG_FUNCTION_ARGS)
{
	PairedScale scale = share_scale_args(fcinfo, 2, "paired_csat_change");

	return paired_change_result(fcinfo, PG_GETARG_SUMMARY(0, &paired_type), &scale,
								PG_GETARG_FLOAT8(1));
}

/*
 * Where people went
 */

static const char *
category_name(int value)
{
	if (value > 0)
		return "promoter";
	return value == 0 ? "passive" : "detractor";
}

/*
 * score_flows(s, promoter_from, detractor_to, scale_max) -> (before, after,
 * respondents, share): from which category to which, nine rows, empty ones included;
 * shares are in percent points of those who answered twice, NULL without any.
 */
PG_FUNCTION_INFO_V1(paired_score_flows);
Datum
paired_score_flows(PG_FUNCTION_ARGS)
{
	const PairedSummary *paired;
	PairedScale scale;
	int64		flows[3][3] = {{0}};
	int64		respondents;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	paired = PG_GETARG_SUMMARY(0, &paired_type);
	scale = net_scale_args(fcinfo, 1, "score_flows");
	paired_check(paired, &scale);
	respondents = paired_respondents(paired);
	for (int i = 0; i < SCORES * SCORES; i++)
		flows[1 - value_of(&scale, i / SCORES)][1 - value_of(&scale, i % SCORES)] +=
			paired->counts[i / SCORES][i % SCORES];
	rows_begin(&rows, fcinfo);
	for (int i = 0; i < 9; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false, false, false, respondents == 0};

		values[0] = CStringGetTextDatum(category_name(1 - i / 3));
		values[1] = CStringGetTextDatum(category_name(1 - i % 3));
		values[2] = Int64GetDatum(flows[i / 3][i % 3]);
		values[3] = nulls[3] ? (Datum) 0 :
			percent_result(flows[i / 3][i % 3], respondents);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * Of a log
 */

/*
 * Return the pairs of a log, argument 0: the latest answer of each respondent in two
 * periods, arguments 1 to 4.  Who has answered in one of them only is unpaired.  NULL
 * where an end is NULL.
 */
static PairedSummary *
paired_of_log(FunctionCallInfo fcinfo, int zone_arg)
{
	pg_tz	   *zone = answer_zone_arg(fcinfo, zone_arg);
	PairedSummary *paired = summary_new(&paired_type);
	AnswerPeriod before;
	AnswerPeriod after;
	LogReader	reader;
	LogEntry	entry;
	int			scores[2] = {-1, -1};
	uint32		steps = 0;

	if (!answer_period_args(fcinfo, 1, zone, "before_from", "before_to", &before) ||
		!answer_period_args(fcinfo, 3, zone, "after_from", "after_to", &after))
		return NULL;
	log_read(&reader, log_arg(fcinfo, 0, &answer_log_type), &answer_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		/* in order of time: a later answer takes the place of an earlier one */
		if (in_period(&before, entry.time))
			scores[0] = answer_score(&entry);
		if (in_period(&after, entry.time))
			scores[1] = answer_score(&entry);
		if (reader.of_id > 0)
			continue;
		if (scores[0] >= 0 && scores[1] >= 0)
			paired->counts[scores[0]][scores[1]]++;
		else if (scores[0] >= 0 || scores[1] >= 0)
			paired->unpaired++;
		scores[0] = scores[1] = -1;
	}
	return paired;
}

/*
 * paired_summary(log, before_from, before_to, after_from, after_to, zone): see
 * paired_of_log().  Errors: days out of order, an unknown zone.
 */
PG_FUNCTION_INFO_V1(answer_log_paired);
Datum
answer_log_paired(PG_FUNCTION_ARGS)
{
	PairedSummary *paired;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	paired = paired_of_log(fcinfo, 5);
	if (paired == NULL)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(paired);
}

/*
 * paired_change(log, before_from, before_to, after_from, after_to, confidence, zone,
 * promoter_from, detractor_to, scale_max): paired_change() of paired_of_log(); NULL
 * where an argument other than zone is.
 */
PG_FUNCTION_INFO_V1(answer_log_paired_change);
Datum
answer_log_paired_change(PG_FUNCTION_ARGS)
{
	PairedScale scale;

	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (i != 6 && PG_ARGISNULL(i))
			PG_RETURN_NULL();
	}
	scale = net_scale_args(fcinfo, 7, "paired_change");
	return paired_change_result(fcinfo, paired_of_log(fcinfo, 6), &scale,
								PG_GETARG_FLOAT8(5));
}
