/*-------------------------------------------------------------------------
 *
 * health_total.c
 *	  The state of health_score(score, weight): sums, without the signals.
 *
 * health.c has the limits and the mean of scores and weights, which
 * health_summary.c uses as well.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/numeric.h"

#include "core/aggregate.h"
#include "core/money.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "health/health.h"

/*
 * The state of health_score(): weights in millionths, and points in millionths
 * squared.
 */
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

/* Return a sum of the state as text, for error messages. */
static char *
sum_shown(int128 sum, int decimals)
{
	return numeric_shown(money_to_numeric(sum, decimals));
}

static pg_noinline pg_noreturn void
total_overflow(int128 total)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum of weights out of range"),
			 errdetail("The sum is %s; it can be at most %s.",
					   sum_shown(total, HEALTH_DECIMALS),
					   sum_shown(HEALTH_MAX_TOTAL, HEALTH_DECIMALS)),
			 errhint("Divide all weights by the same number; only their proportion matters.")));
}

static inline void
sum_add(MoneySum *sum, int128 more)
{
	money_set(sum, money_get(sum) + more);
}

/* Add to a sum of weights; its bound is one for the weighted scores, too. */
static inline void
weight_add(MoneySum *sum, int128 more)
{
	int128		total = money_get(sum) + more;

	if (unlikely(total > HEALTH_MAX_TOTAL))
		total_overflow(total);
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

/* Report points that no scores up to 100 could have produced. */
static void
total_check(const HealthTotal *total, int code)
{
	if (money_get(&total->points) >
		money_get(&total->known) * HEALTH_MAX_SCORE)
		summary_value_error(&total_type, code,
							psprintf("points is %s, more than 100 times known_weight, which is %s.",
									 sum_shown(money_get(&total->points),
											   2 * HEALTH_DECIMALS),
									 sum_shown(money_get(&total->known),
											   HEALTH_DECIMALS)));
}

static void
total_member(void *arg, const char *key, const JsonbValue *value)
{
	HealthTotal *total = (HealthTotal *) arg;
	MoneySum   *sum;
	int			decimals = HEALTH_DECIMALS;
	int128		limit = HEALTH_MAX_TOTAL;
	int128		units;

	if (strcmp(key, "points") == 0)
	{
		sum = &total->points;
		decimals = 2 * HEALTH_DECIMALS;
		limit = HEALTH_MAX_TOTAL * HEALTH_MAX_SCORE;
	}
	else if (strcmp(key, "known_weight") == 0)
		sum = &total->known;
	else if (strcmp(key, "unknown_weight") == 0)
		sum = &total->unknown;
	else
		summary_json_unexpected(key, &total_type);

	if (!health_units_from_json(value, decimals, limit, &units))
		summary_text_invalid(&total_type, "\"%s\" is %s, not a sum from 0 to %s with at most %d decimals.",
							 key, summary_json_shown(value),
							 sum_shown(limit, decimals), decimals);
	money_set(sum, units);
}

/*
 * health_total_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "points", with at most twelve decimals,
 * "known_weight" and "unknown_weight", with at most six.  total_check()
 * refuses what no scores up to 100 add up to.
 */
PG_FUNCTION_INFO_V1(health_total_in);
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

/* health_total_out: the text form, JSON */
PG_FUNCTION_INFO_V1(health_total_out);
Datum
health_total_out(PG_FUNCTION_ARGS)
{
	HealthTotal *total = PG_GETARG_SUMMARY(0, &total_type);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"points\": ");
	money_append_text(&buf, money_get(&total->points), 2 * HEALTH_DECIMALS);
	appendStringInfoString(&buf, ", \"known_weight\": ");
	money_append_text(&buf, money_get(&total->known), HEALTH_DECIMALS);
	appendStringInfoString(&buf, ", \"unknown_weight\": ");
	money_append_text(&buf, money_get(&total->unknown), HEALTH_DECIMALS);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

static void
total_recv_sum(StringInfo message, MoneySum *sum, int decimals, int128 limit)
{
	bool		valid;
	int128		value = money_recv(message, &valid);

	if (!valid)
		summary_binary_invalid(&total_type, "A sum has more than %d digits.",
							   MONEY_MAX_DIGITS);
	if (value < 0 || value > limit)
		summary_binary_invalid(&total_type, "A sum is %s, not from 0 to %s.",
							   sum_shown(value, decimals),
							   sum_shown(limit, decimals));
	money_set(sum, value);
}

/*
 * health_total_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the points, the known and the unknown weight,
 * each as money_send() has it (16 bytes).  total_check() checks the whole, as
 * it does for the text form.
 */
PG_FUNCTION_INFO_V1(health_total_recv);
Datum
health_total_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	HealthTotal *total = summary_new(&total_type);

	summary_recv_begin(message, &total_type);
	total_recv_sum(message, &total->points, 2 * HEALTH_DECIMALS,
				   HEALTH_MAX_TOTAL * HEALTH_MAX_SCORE);
	total_recv_sum(message, &total->known, HEALTH_DECIMALS, HEALTH_MAX_TOTAL);
	total_recv_sum(message, &total->unknown, HEALTH_DECIMALS,
				   HEALTH_MAX_TOTAL);
	total_check(total, ERRCODE_INVALID_BINARY_REPRESENTATION);
	PG_RETURN_POINTER(total);
}

/* health_total_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(health_total_send);
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
 * Count the row (score, weight) in arguments 1 and 2, or take it out of a
 * moving window.  A NULL score is a signal that is not known; a NULL weight
 * counts as 0, and so the row for nothing.  A score or a weight out of range
 * is an error.
 *
 * The state is made for rows that count for nothing, too: a transition
 * function that returned NULL for them would be an error in a moving window
 * that begins with them.  Inline, since what passes between two functions
 * shows (bench/health_score).
 */
static pg_attribute_always_inline Datum
total_row(FunctionCallInfo fcinfo, bool leaves)
{
	HealthTotal *total = aggregate_state_or_new(fcinfo, &total_type);
	MoneySum   *weights = &total->unknown;
	int64		weight = 0;

	if (likely(!PG_ARGISNULL(2)))
		weight = health_weight_units(PG_GETARG_FLOAT8(2));
	if (likely(!PG_ARGISNULL(1)))
	{
		int32		score = health_score_units(PG_GETARG_FLOAT8(1));
		int128		points = (int128) weight * score;

		weights = &total->known;
		if (leaves)
			sum_subtract(&total->points, points);
		else
			sum_add(&total->points, points);
	}
	if (leaves)
		sum_subtract(weights, weight);
	else
		weight_add(weights, weight);
	PG_RETURN_POINTER(total);
}

/* health_score(score, weight): count a row; see total_row(). */
PG_FUNCTION_INFO_V1(health_total_accum);
Datum
health_total_accum(PG_FUNCTION_ARGS)
{
	return total_row(fcinfo, false);
}

/*
 * Take a row that leaves a moving window out of the state of health_score().
 * It is an error if the row never entered it: a sum would fall below 0.
 */
PG_FUNCTION_INFO_V1(health_total_remove);
Datum
health_total_remove(PG_FUNCTION_ARGS)
{
	return total_row(fcinfo, true);
}

/* Add what parallel workers counted; strict, see aggregate.h. */
PG_FUNCTION_INFO_V1(health_total_combine);
Datum
health_total_combine(PG_FUNCTION_ARGS)
{
	HealthTotal *total = aggregate_combine_state(fcinfo, &total_type);
	HealthTotal *other = PG_GETARG_SUMMARY(1, &total_type);

	weight_add(&total->known, money_get(&other->known));
	weight_add(&total->unknown, money_get(&other->unknown));
	sum_add(&total->points, money_get(&other->points));
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(total);
}

/*
 * health_score(score, weight): return sum of weight * score / sum of weight,
 * over the known scores, 0..100.  NULL if nothing counts.
 */
PG_FUNCTION_INFO_V1(health_total_score);
Datum
health_total_score(PG_FUNCTION_ARGS)
{
	HealthTotal *total = PG_GETARG_SUMMARY(0, &total_type);

	if (money_is_zero(&total->known))
		PG_RETURN_NULL();
	return health_mean(money_get(&total->points), money_get(&total->known));
}
