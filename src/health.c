/*-------------------------------------------------------------------------
 *
 * health.c
 *	  Health of an account: the weighted mean of its signals' scores.
 *
 * A signal is mapped to a score from 0 to 100, where 100 is best, and has a
 * weight.  The health score is the mean of the known scores by their weights:
 * what is not known takes no part, and its weight shows in the coverage.
 * (LEAST(NULL, 100) is 100 in PostgreSQL, so the usual formula without this
 * care gives an account of which nothing is known a perfect score.)
 *
 * Two states.  A health_total is what the aggregate health_score() needs: the
 * sums of weights and of weighted scores.  A health_summary keeps the signals
 * by name, so that it can tell which of them cost the most points.  Both hold
 * scores and weights as whole millionths and add up in 128 bits, so that the
 * same rows give the same figure to the last digit, in any order.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "aggregate.h"
#include "health.h"
#include "money.h"
#include "result.h"
#include "summary.h"

/* The largest weight, and that in millionths. */
#define MAX_WEIGHT			1e12
#define MAX_WEIGHT_UNITS	(INT64CONST(1000000000000) * HEALTH_UNIT)

/*
 * The largest sum of weights, in millionths: 10^29, so that a hundred million
 * times as much, which is a sum of weighted scores, has 38 digits.
 */
#define MAX_TOTAL_WEIGHT \
	((int128) INT64CONST(1000000000000000000) * INT64CONST(100000000000))

/* An account with more signals than this is a query without GROUP BY. */
#define MAX_SIGNALS			1000

/* Room of a new state, in bytes: about eight signals. */
#define FIRST_ROOM			256

/* Results have 16 decimals, as PostgreSQL's division of such numbers has. */
#define RESULT_DECIMALS		16

/* The state of health_score(): in millionths, and millionths squared. */
typedef struct HealthTotal
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	MoneySum	points;			/* sum of weight * score, known signals */
	MoneySum	known;			/* sum of the known signals' weights */
	MoneySum	unknown;		/* sum of the other signals' weights */
} HealthTotal;

static const SummaryType total_type = {
	.name = "health_total",
	.example = "{\"version\": 1, \"points\": 1722, \"known_weight\": 23, \"unknown_weight\": 0}",
	.size = sizeof(HealthTotal)
};

static const SummaryType health_type = {
	.name = "health_summary",
	.example = "{\"version\": 1, \"signals\": {\"nps\": [54, 3], \"usage\": [null, 7]}}"
};

PG_FUNCTION_INFO_V1(health_total_in);
PG_FUNCTION_INFO_V1(health_total_out);
PG_FUNCTION_INFO_V1(health_total_recv);
PG_FUNCTION_INFO_V1(health_total_send);
PG_FUNCTION_INFO_V1(health_total_accum);
PG_FUNCTION_INFO_V1(health_total_remove);
PG_FUNCTION_INFO_V1(health_total_combine);
PG_FUNCTION_INFO_V1(health_total_score);
PG_FUNCTION_INFO_V1(health_summary_in);
PG_FUNCTION_INFO_V1(health_summary_out);
PG_FUNCTION_INFO_V1(health_summary_recv);
PG_FUNCTION_INFO_V1(health_summary_send);
PG_FUNCTION_INFO_V1(health_accum);
PG_FUNCTION_INFO_V1(health_combine);
PG_FUNCTION_INFO_V1(health_final);
PG_FUNCTION_INFO_V1(health_score);
PG_FUNCTION_INFO_V1(health_coverage);
PG_FUNCTION_INFO_V1(health_drivers);
PG_FUNCTION_INFO_V1(top_driver);
PG_FUNCTION_INFO_V1(health_band);

/*
 * Scores and weights
 */

static pg_noinline pg_noreturn void
score_invalid(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score out of range"),
			 errdetail("The score is %s; a signal's scores are from 0 to 100, where 100 is best.",
					   double_shown(score)),
			 errhint("Map the signal to a score first, for example with score_between(value, worst, best); a signal that is not known is NULL.")));
}

static pg_noinline pg_noreturn void
weight_invalid(double weight)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("weight out of range"),
			 errdetail("The weight is %s; weights are from 0 to %.0f.",
					   double_shown(weight), MAX_WEIGHT),
			 errhint("A signal that is not to count has the weight 0; where more is worse, turn the score round: 100 - score.")));
}

static pg_noinline pg_noreturn void
weight_too_small(double weight)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("weight is too small"),
			 errdetail("The weight is %s; weights are kept to %d decimals.",
					   double_shown(weight), HEALTH_DECIMALS),
			 errhint("Only the proportion of weights matters: multiply all of them by a million.")));
}

/* A score as whole millionths, checked. */
static inline int32
score_units(double score)
{
	/* written so that NaN is refused as well */
	if (unlikely(!(score >= 0.0 && score <= 100.0)))
		score_invalid(score);
	return (int32) (score * (double) HEALTH_UNIT + 0.5);
}

/* A weight likewise; the whole part apart, so that it stays exact when large. */
static inline int64
weight_units(double weight)
{
	int64		whole;
	int64		units;

	if (unlikely(!(weight >= 0.0 && weight <= MAX_WEIGHT)))
		weight_invalid(weight);
	whole = (int64) weight;
	units = whole * HEALTH_UNIT +
		(int64) ((weight - (double) whole) * (double) HEALTH_UNIT + 0.5);
	if (unlikely(units == 0 && weight > 0.0))
		weight_too_small(weight);
	return units;
}

/*
 * A number of a summary's text, in units of so many decimals; false when it is
 * none from 0 to limit.
 */
static bool
units_from_json(const JsonbValue *value, int decimals, int128 limit,
				int128 *units)
{
	MoneyAmount amount;

	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount) ||
		amount.scale > decimals ||
		!money_scale_up(&amount.value, decimals - amount.scale) ||
		amount.value < 0 || amount.value > limit)
		return false;
	*units = amount.value;
	return true;
}

/*
 * Of a mean: part / whole / 10^6, which is from 0 to 100, to 16 decimals, the
 * last one rounded half up.  That is numeric's quotient for any number from 1
 * up, without the two conversions and a division of numerics, which would cost
 * a group as much as all of its rows.
 */
static Datum
mean_result(int128 part, int128 whole)
{
	const int128 shift = INT64CONST(10000000000);
	int128		quotient;
	int128		rest;

	if (part < MAX_TOTAL_WEIGHT / 100)
	{
		part *= shift;
		quotient = part / whole;
		rest = part - quotient * whole;
	}
	else
	{
		quotient = part / whole;
		rest = part % whole;
		for (int digit = HEALTH_DECIMALS; digit < RESULT_DECIMALS; digit++)
		{
			rest *= 10;
			quotient = quotient * 10 + rest / whole;
			rest %= whole;
		}
	}
	if (rest >= whole - rest)
		quotient++;
	return money_to_numeric(quotient, RESULT_DECIMALS);
}

/*
 * health_total: the sums that a health score is made of
 */

static pg_noinline pg_noreturn void
total_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum of weights out of range"),
			 errhint("Only the proportion of weights matters: divide all of them by the same number.")));
}

static inline void
sum_add(MoneySum *sum, int128 more)
{
	money_set(sum, money_get(sum) + more);
}

/* Add to a sum of weights; that bounds the sum of weighted scores, too. */
static inline void
weight_add(MoneySum *sum, int128 more)
{
	int128		total = money_get(sum) + more;

	if (unlikely(total > MAX_TOTAL_WEIGHT))
		total_overflow();
	money_set(sum, total);
}

static inline void
sum_subtract(MoneySum *sum, int128 fewer)
{
	int128		rest = money_get(sum) - fewer;

	if (unlikely(rest < 0))
		summary_count_underflow(&total_type);
	money_set(sum, rest);
}

static pg_noreturn void
total_invalid(int code, const char *detail)
{
	ereport(ERROR,
			(errcode(code),
			 errmsg("invalid value of type %s", total_type.name),
			 errdetail_internal("%s", detail),
			 errhint("A value looks like %s.", total_type.example)));
}

/* No mean of scores is above 100. */
static void
total_check(const HealthTotal *total, int code)
{
	if (money_get(&total->points) >
		money_get(&total->known) * HEALTH_MAX_SCORE)
		total_invalid(code, "Its points are more than 100 for each unit of weight.");
}

static void
total_member(void *arg, const char *key, const JsonbValue *value)
{
	HealthTotal *total = (HealthTotal *) arg;
	MoneySum   *sum;
	int			decimals = HEALTH_DECIMALS;
	int128		limit = MAX_TOTAL_WEIGHT;
	int128		units;

	if (strcmp(key, "version") == 0)
	{
		summary_json_version(value, &total_type);
		return;
	}
	else if (strcmp(key, "points") == 0)
	{
		sum = &total->points;
		decimals = 2 * HEALTH_DECIMALS;
		limit = MAX_TOTAL_WEIGHT * HEALTH_MAX_SCORE;
	}
	else if (strcmp(key, "known_weight") == 0)
		sum = &total->known;
	else if (strcmp(key, "unknown_weight") == 0)
		sum = &total->unknown;
	else
		summary_json_unexpected(key, &total_type);

	if (!units_from_json(value, decimals, limit, &units))
		total_invalid(ERRCODE_INVALID_TEXT_REPRESENTATION,
					  psprintf("\"%s\" is not a sum from 0 up with at most %d decimals.",
							   key, decimals));
	money_set(sum, units);
}

Datum
health_total_in(PG_FUNCTION_ARGS)
{
	HealthTotal *total = summary_new(&total_type);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&total_type),
						 total_member, total);
	total_check(total, ERRCODE_INVALID_TEXT_REPRESENTATION);
	PG_RETURN_POINTER(total);
}

Datum
health_total_out(PG_FUNCTION_ARGS)
{
	HealthTotal *total = PG_GETARG_SUMMARY(0, &total_type);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfoString(&text, ", \"points\": ");
	money_append_text(&text, money_get(&total->points), 2 * HEALTH_DECIMALS);
	appendStringInfoString(&text, ", \"known_weight\": ");
	money_append_text(&text, money_get(&total->known), HEALTH_DECIMALS);
	appendStringInfoString(&text, ", \"unknown_weight\": ");
	money_append_text(&text, money_get(&total->unknown), HEALTH_DECIMALS);
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

static void
total_recv_sum(StringInfo message, MoneySum *sum, int128 limit)
{
	bool		valid;
	int128		value = money_recv(message, &valid);

	if (!valid || value < 0 || value > limit)
		total_invalid(ERRCODE_INVALID_BINARY_REPRESENTATION,
					  "A sum is out of range.");
	money_set(sum, value);
}

Datum
health_total_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	HealthTotal *total = summary_new(&total_type);

	summary_recv_begin(message, &total_type);
	total_recv_sum(message, &total->points,
				   MAX_TOTAL_WEIGHT * HEALTH_MAX_SCORE);
	total_recv_sum(message, &total->known, MAX_TOTAL_WEIGHT);
	total_recv_sum(message, &total->unknown, MAX_TOTAL_WEIGHT);
	total_check(total, ERRCODE_INVALID_BINARY_REPRESENTATION);
	PG_RETURN_POINTER(total);
}

Datum
health_total_send(PG_FUNCTION_ARGS)
{
	HealthTotal *total = PG_GETARG_SUMMARY(0, &total_type);
	StringInfoData message;

	summary_send_begin(&message);
	money_send(&message, &total->points);
	money_send(&message, &total->known);
	money_send(&message, &total->unknown);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Count a row (score, weight).  A NULL score is a signal that is not known; a
 * NULL weight counts as 0, and so the row for nothing.
 *
 * The state is made for such rows, too: a transition function that returned
 * NULL for them would be an error in a moving window that begins with them.
 */
Datum
health_total_accum(PG_FUNCTION_ARGS)
{
	HealthTotal *total = aggregate_state_or_new(fcinfo, &total_type);
	int64		weight = 0;

	if (likely(!PG_ARGISNULL(2)))
		weight = weight_units(PG_GETARG_FLOAT8(2));
	if (likely(!PG_ARGISNULL(1)))
	{
		int32		score = score_units(PG_GETARG_FLOAT8(1));

		weight_add(&total->known, weight);
		sum_add(&total->points, (int128) weight * score);
	}
	else
		weight_add(&total->unknown, weight);
	PG_RETURN_POINTER(total);
}

/* Take a row out of the state: a moving window. */
Datum
health_total_remove(PG_FUNCTION_ARGS)
{
	HealthTotal *total = aggregate_state_or_new(fcinfo, &total_type);
	int64		weight = 0;

	if (!PG_ARGISNULL(2))
		weight = weight_units(PG_GETARG_FLOAT8(2));
	if (!PG_ARGISNULL(1))
	{
		int32		score = score_units(PG_GETARG_FLOAT8(1));

		sum_subtract(&total->known, weight);
		sum_subtract(&total->points, (int128) weight * score);
	}
	else
		sum_subtract(&total->unknown, weight);
	PG_RETURN_POINTER(total);
}

/* Add what parallel workers counted. */
Datum
health_total_combine(PG_FUNCTION_ARGS)
{
	HealthTotal *total = aggregate_state(fcinfo, &total_type);
	HealthTotal *other = PG_GETARG_SUMMARY(1, &total_type);

	weight_add(&total->known, money_get(&other->known));
	weight_add(&total->unknown, money_get(&other->unknown));
	sum_add(&total->points, money_get(&other->points));
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(total);
}

/* health_score(total): the result of the aggregate; NULL if nothing counts */
Datum
health_total_score(PG_FUNCTION_ARGS)
{
	HealthTotal *total = PG_GETARG_SUMMARY(0, &total_type);

	if (money_is_zero(&total->known))
		PG_RETURN_NULL();
	return mean_result(money_get(&total->points), money_get(&total->known));
}

/*
 * health_summary: the signals of an account by name
 */

const HealthSummary *
health_summary_get(Datum value)
{
	return (const HealthSummary *) summary_get(value, &health_type);
}

static HealthSummary *
health_new(Size room)
{
	HealthSummary *summary = palloc0(sizeof(HealthSummary) + room);

	summary_init(summary, sizeof(HealthSummary) + room);
	return summary;
}

/* The final value: a copy without spare room. */
static HealthSummary *
health_trimmed(const HealthSummary *state)
{
	HealthSummary *summary = health_new(state->used);

	summary->count = state->count;
	summary->used = state->used;
	memcpy(health_first(summary), health_first(state), state->used);
	return summary;
}

static pg_noinline pg_noreturn void
too_many_signals(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("more than %d signals in one %s", MAX_SIGNALS,
					health_type.name),
			 errhint("A %s is of one account: group the rows by account.",
					 health_type.name)));
}

static pg_noinline pg_noreturn void
name_invalid(uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 length == 0 ? errmsg("name of a signal is empty") :
			 errmsg("name of a signal is too long"),
			 errdetail("A name has from 1 to %d bytes; this one has %u.",
					   HEALTH_MAX_NAME, length),
			 errhint("Name the signal in a word or two, as 'product usage'.")));
}

/*
 * Add a signal, and return the summary, which is another one when it had to
 * grow.  With a signal of that name in it already, *twice is set and nothing
 * done: callers have different things to say.
 */
static HealthSummary *
health_insert(HealthSummary *summary, const char *name, uint32 length,
			  int32 score, int64 weight, bool *twice)
{
	Size		size = health_signal_size(length);
	Size		room = VARSIZE(summary) - sizeof(HealthSummary);
	HealthSignal *signal = health_first(summary);
	Size		offset;

	if (unlikely(length == 0 || length > HEALTH_MAX_NAME))
		name_invalid(length);

	/* a handful of names: no faster way than to look at them in turn */
	*twice = false;
	for (uint32 i = 0; i < summary->count; i++)
	{
		int			order = health_name_compare(signal->name, signal->length,
												name, length);

		if (order == 0)
		{
			*twice = true;
			return summary;
		}
		if (order > 0)
			break;
		signal = health_next(signal);
	}
	if (unlikely(summary->count == MAX_SIGNALS))
		too_many_signals();

	offset = (char *) signal - (char *) health_first(summary);
	if (unlikely(size > room - summary->used))
	{
		HealthSummary *larger = health_new(Max(Max(2 * room, FIRST_ROOM),
											   summary->used + size));

		larger->count = summary->count;
		larger->used = summary->used;
		memcpy(health_first(larger), health_first(summary), summary->used);
		summary = larger;
		signal = (HealthSignal *) ((char *) health_first(summary) + offset);
	}

	memmove((char *) signal + size, signal, summary->used - offset);
	memset(signal, 0, size);
	signal->weight = weight;
	signal->score = score;
	signal->length = length;
	memcpy(signal->name, name, length);
	summary->count++;
	summary->used += (uint32) size;
	return summary;
}

/*
 * Input and output
 *
 * In text a signal is "name": [score, weight], and its score null when it is
 * not known.
 */

/* A signal that is being read. */
typedef struct SignalInput
{
	const char *name;
	int			numbers;
	int128		score;
	int128		weight;
} SignalInput;

static void
signal_number(void *arg, int index, const JsonbValue *value)
{
	SignalInput *input = (SignalInput *) arg;

	input->numbers = index + 1;
	if (index == 0 && value->type == jbvNull)
		input->score = HEALTH_UNKNOWN;
	else if (index == 0 &&
			 !units_from_json(value, HEALTH_DECIMALS, HEALTH_MAX_SCORE,
							  &input->score))
		summary_text_invalid(&health_type, "The score of \"%s\" is neither null nor a number from 0 to 100 with at most %d decimals.",
							 input->name, HEALTH_DECIMALS);
	else if (index == 1 &&
			 !units_from_json(value, HEALTH_DECIMALS, MAX_WEIGHT_UNITS,
							  &input->weight))
		summary_text_invalid(&health_type, "The weight of \"%s\" is not a number from 0 to %.0f with at most %d decimals.",
							 input->name, MAX_WEIGHT,
							 HEALTH_DECIMALS);
}

static void
signal_member(void *arg, const char *key, const JsonbValue *value)
{
	HealthSummary **summary = (HealthSummary **) arg;
	SignalInput input;
	bool		twice;

	memset(&input, 0, sizeof(input));
	input.name = key;
	summary_json_elements(summary_json_container(value, true, key,
												 &health_type),
						  signal_number, &input);
	if (input.numbers != 2)
		summary_text_invalid(&health_type, "\"%s\" is not an array of a score and a weight.",
							 key);
	/* the JSON parser keeps the last one of equal keys */
	*summary = health_insert(*summary, key, (uint32) strlen(key),
							 (int32) input.score, (int64) input.weight,
							 &twice);
}

static void
health_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "version") == 0)
		summary_json_version(value, &health_type);
	else if (strcmp(key, "signals") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&health_type),
							 signal_member, arg);
	else
		summary_json_unexpected(key, &health_type);
}

Datum
health_summary_in(PG_FUNCTION_ARGS)
{
	HealthSummary *summary = health_new(FIRST_ROOM);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&health_type),
						 health_member, &summary);
	PG_RETURN_POINTER(health_trimmed(summary));
}

Datum
health_summary_out(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfoString(&text, ", \"signals\": {");
	for (uint32 i = 0; i < summary->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		escape_json(&text, pnstrdup(signal->name, signal->length));
		appendStringInfoString(&text, ": [");
		if (signal->score == HEALTH_UNKNOWN)
			appendStringInfoString(&text, "null");
		else
			money_append_text(&text, signal->score, HEALTH_DECIMALS);
		appendStringInfoString(&text, ", ");
		money_append_text(&text, signal->weight, HEALTH_DECIMALS);
		appendStringInfoChar(&text, ']');
		signal = health_next(signal);
	}
	appendStringInfoString(&text, "}}");
	PG_RETURN_CSTRING(text.data);
}

/*
 * Names travel in UTF-8, so that the binary form depends neither on the
 * client's encoding nor on the database's.
 */
Datum
health_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	HealthSummary *summary = health_new(FIRST_ROOM);
	int64		count;

	summary_recv_begin(message, &health_type);
	count = pq_getmsgint(message, 4);
	if (count > MAX_SIGNALS)
		too_many_signals();
	for (int64 i = 0; i < count; i++)
	{
		int64		weight = summary_recv_int64(message, 0, MAX_WEIGHT_UNITS,
												"a weight", &health_type);
		int32		score = (int32) pq_getmsgint(message, 4);
		int			length = (int) pq_getmsgint(message, 4);
		char	   *name;
		bool		twice;

		if (score != HEALTH_UNKNOWN && (score < 0 || score > HEALTH_MAX_SCORE))
			summary_binary_invalid(&health_type, "A score is %d.", score);
		/* in UTF-8 a name may be longer than in the database's encoding */
		if (length <= 0 ||
			length > HEALTH_MAX_NAME * MAX_MULTIBYTE_CHAR_LEN)
			name_invalid((uint32) length);
		name = pnstrdup(pq_getmsgbytes(message, length), length);
		if (strlen(name) != (size_t) length)
			summary_binary_invalid(&health_type, "A name has a zero byte.");
		name = pg_any_to_server(name, length, PG_UTF8);
		summary = health_insert(summary, name, (uint32) strlen(name), score,
								weight, &twice);
		if (twice)
			summary_binary_invalid(&health_type, "Signal \"%s\" comes twice.",
								   name);
	}
	PG_RETURN_POINTER(health_trimmed(summary));
}

Datum
health_summary_send(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint32(&message, summary->count);
	for (uint32 i = 0; i < summary->count; i++)
	{
		char	   *name = pnstrdup(signal->name, signal->length);

		name = pg_server_to_any(name, (int) signal->length, PG_UTF8);
		pq_sendint64(&message, signal->weight);
		pq_sendint32(&message, signal->score);
		pq_sendint32(&message, (uint32) strlen(name));
		pq_sendbytes(&message, name, (int) strlen(name));
		signal = health_next(signal);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
signal_null(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("signal must not be NULL where there is a score"),
			 errdetail("The score is %s.", double_shown(score)),
			 errhint("Give the signal a name, for example coalesce(signal, 'other').")));
}

static pg_noinline pg_noreturn void
signal_twice(const char *name, uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("signal \"%s\" comes twice in one account",
					pnstrdup(name, length)),
			 errdetail("A %s has one score for each signal of one account.",
					   health_type.name),
			 errhint("Group the rows by account, and take one row for each signal, for example the latest with SELECT DISTINCT ON (account, signal).")));
}

/*
 * Add a row (signal, score, weight).  A NULL score is a signal that is not
 * known; a NULL weight counts as 0: the signal is listed, and counts for
 * nothing.  A row without signal and score, as an outer join makes it for an
 * account that has no signals, is skipped.
 */
Datum
health_accum(PG_FUNCTION_ARGS)
{
	HealthSummary *summary;
	text	   *name;
	int32		score = HEALTH_UNKNOWN;
	int64		weight = 0;
	bool		twice;

	if (unlikely(PG_ARGISNULL(1)))
	{
		if (!PG_ARGISNULL(2))
			signal_null(PG_GETARG_FLOAT8(2));
		return aggregate_unchanged(fcinfo);
	}
	if (!PG_ARGISNULL(2))
		score = score_units(PG_GETARG_FLOAT8(2));
	if (likely(!PG_ARGISNULL(3)))
		weight = weight_units(PG_GETARG_FLOAT8(3));

	if (PG_ARGISNULL(0))
		summary = health_new(FIRST_ROOM);
	else
		summary = aggregate_state(fcinfo, &health_type);
	name = PG_GETARG_TEXT_PP(1);
	summary = health_insert(summary, VARDATA_ANY(name),
							(uint32) VARSIZE_ANY_EXHDR(name), score, weight,
							&twice);
	if (unlikely(twice))
		signal_twice(VARDATA_ANY(name), (uint32) VARSIZE_ANY_EXHDR(name));
	PG_FREE_IF_COPY(name, 1);
	PG_RETURN_POINTER(summary);
}

/*
 * Add the signals of another summary of the account: rollup(), and what
 * parallel workers found.
 */
Datum
health_combine(PG_FUNCTION_ARGS)
{
	HealthSummary *summary;
	HealthSummary *other;
	HealthSignal *signal;

	summary = aggregate_state(fcinfo, &health_type);
	other = PG_GETARG_SUMMARY(1, &health_type);
	signal = health_first(other);
	for (uint32 i = 0; i < other->count; i++)
	{
		bool		twice;

		summary = health_insert(summary, signal->name, signal->length,
								signal->score, signal->weight, &twice);
		if (twice)
			signal_twice(signal->name, signal->length);
		signal = health_next(signal);
	}
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

Datum
health_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(health_trimmed(health_summary_get(PG_GETARG_DATUM(0))));
}

/*
 * Accessors
 */

/* The sums over a summary's signals; 1,000 of them overflow nothing. */
typedef struct HealthSums
{
	int128		points;
	int128		known;
	int128		unknown;
} HealthSums;

static HealthSums
health_sums(const HealthSummary *summary)
{
	const HealthSignal *signal = health_first(summary);
	HealthSums	sums = {0, 0, 0};

	for (uint32 i = 0; i < summary->count; i++)
	{
		if (signal->score == HEALTH_UNKNOWN)
			sums.unknown += signal->weight;
		else
		{
			sums.known += signal->weight;
			sums.points += (int128) signal->weight * signal->score;
		}
		signal = health_next(signal);
	}
	return sums;
}

/* health_score(s): the mean of the known scores by their weights */
Datum
health_score(PG_FUNCTION_ARGS)
{
	HealthSums	sums = health_sums(health_summary_get(PG_GETARG_DATUM(0)));

	if (sums.known == 0)
		PG_RETURN_NULL();
	return mean_result(sums.points, sums.known);
}

/*
 * health_coverage(s): 100 * known weight / all weight; NULL where nothing has
 * a weight.
 */
Datum
health_coverage(PG_FUNCTION_ARGS)
{
	HealthSums	sums = health_sums(health_summary_get(PG_GETARG_DATUM(0)));

	if (sums.known + sums.unknown == 0)
		PG_RETURN_NULL();
	return mean_result(sums.known * HEALTH_MAX_SCORE,
					   sums.known + sums.unknown);
}

/* A signal, and what it costs: its weight times what it lacks to 100. */
typedef struct HealthDriver
{
	const HealthSignal *signal;
	int128		lost;			/* -1: not known */
} HealthDriver;

/* Worst first; those of equal cost stay in order of their names. */
static int
driver_compare(const void *a, const void *b)
{
	const HealthDriver *left = (const HealthDriver *) a;
	const HealthDriver *right = (const HealthDriver *) b;

	if (left->lost != right->lost)
		return left->lost > right->lost ? -1 : 1;
	return health_name_compare(left->signal->name, left->signal->length,
							   right->signal->name, right->signal->length);
}

static int128
driver_lost(const HealthSignal *signal)
{
	if (signal->score == HEALTH_UNKNOWN)
		return -1;
	return (int128) signal->weight * (HEALTH_MAX_SCORE - signal->score);
}

/*
 * health_drivers(s) -> (signal, score, weight, points_lost), worst first.
 *
 * points_lost are a signal's share of the known weight times what its score
 * lacks to 100, so that they add up to what the health score lacks to 100.  A
 * signal that is not known loses none that are known: NULL, at the end.
 */
Datum
health_drivers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const HealthSummary *summary;
	const HealthSignal *signal;
	HealthSums	sums;
	HealthDriver *drivers;

	InitMaterializedSRF(fcinfo, 0);
	summary = health_summary_get(PG_GETARG_DATUM(0));
	sums = health_sums(summary);
	drivers = palloc(sizeof(HealthDriver) * Max(summary->count, 1));
	signal = health_first(summary);
	for (uint32 i = 0; i < summary->count; i++)
	{
		drivers[i].signal = signal;
		drivers[i].lost = driver_lost(signal);
		signal = health_next(signal);
	}
	qsort(drivers, summary->count, sizeof(HealthDriver), driver_compare);

	for (uint32 i = 0; i < summary->count; i++)
	{
		Datum		values[4] = {0, 0, 0, 0};
		bool		nulls[4] = {false, false, false, false};

		signal = drivers[i].signal;
		values[0] = PointerGetDatum(cstring_to_text_with_len(signal->name,
															 (int) signal->length));
		values[2] = money_to_numeric(signal->weight, HEALTH_DECIMALS);
		nulls[1] = signal->score == HEALTH_UNKNOWN;
		nulls[3] = nulls[1] || sums.known == 0;
		if (!nulls[1])
			values[1] = money_to_numeric(signal->score, HEALTH_DECIMALS);
		if (!nulls[3])
			values[3] = mean_result(drivers[i].lost, sums.known);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

/*
 * top_driver(s): the name of the signal that costs the most points; NULL where
 * none costs any.
 */
Datum
top_driver(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	const HealthSignal *worst = NULL;
	int128		most = 0;

	for (uint32 i = 0; i < summary->count; i++)
	{
		int128		lost = driver_lost(signal);

		if (lost > most)
		{
			most = lost;
			worst = signal;
		}
		signal = health_next(signal);
	}
	if (worst == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(worst->name,
											  (int) worst->length));
}

/* health_band(score, red_below, green_from): red, yellow or green */
Datum
health_band(PG_FUNCTION_ARGS)
{
	double		score = PG_GETARG_FLOAT8(0);
	double		red_below = PG_GETARG_FLOAT8(1);
	double		green_from = PG_GETARG_FLOAT8(2);
	const char *band;

	/* written so that NaN is refused as well */
	if (!(red_below >= 0.0 && green_from >= red_below && green_from <= 100.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the cuts of a band must be from 0 to 100, red_below not above green_from"),
				 errdetail("red_below is %s, green_from is %s.",
						   double_shown(red_below), double_shown(green_from)),
				 errhint("For example health_band(score, red_below => 40, green_from => 70).")));
	if (!(score >= 0.0 && score <= 100.0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("score out of range"),
				 errdetail("The score is %s; health scores are from 0 to 100.",
						   double_shown(score)),
				 errhint("health_score(score, weight) gives such a score.")));

	if (score < red_below)
		band = "red";
	else if (score >= green_from)
		band = "green";
	else
		band = "yellow";
	PG_RETURN_TEXT_P(cstring_to_text(band));
}
