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
 * There are two states.  A health_total (health_total.c) is what the aggregate
 * health_score() needs: the sums of weights and of weighted scores.  A
 * health_summary (health_summary.c) keeps the signals by name, so that it can
 * tell which of them cost the most points.  Both hold scores and weights as
 * whole millionths and add up in 128 bits, so that the same rows give the same
 * figure to the last digit, in any order.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/money.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "health/health.h"

/*
 * Results have 16 decimals, as PostgreSQL's division of numbers up to 100 has.
 */
#define RESULT_DECIMALS		16

/*
 * Scores and weights
 */

/* Report a score that is not from 0 to 100. */
void
health_score_invalid(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score must be from 0 to 100"),
			 errdetail("score is %s.", double_shown(score)),
			 errhint("Map the signal to a score first, where 100 is best, for example with score_between(value, worst, best); use NULL for a signal that is not known.")));
}

/* Report a weight that is negative or too large. */
void
health_weight_invalid(double weight)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("weight must be from 0 to %.0f", HEALTH_MAX_WEIGHT),
			 errdetail("weight is %s.", double_shown(weight)),
			 errhint("Give a signal that is not to count the weight 0; where more is worse, turn the score round: 100 - score. Weights that are all too large can be divided by one number.")));
}

/* Report a weight that six decimals would turn to 0. */
void
health_weight_too_small(double weight)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("weight is too small"),
			 errdetail("weight is %s; weights are kept to %d decimals.",
					   double_shown(weight), HEALTH_DECIMALS),
			 errhint("Multiply all weights by a power of ten that makes the smallest 0.000001 or more; only their proportion matters.")));
}

/*
 * Set *units to a number of a summary's text, in units of so many decimals;
 * return false when it is no number from 0 to limit.
 */
bool
health_units_from_json(const JsonbValue *value, int decimals, int128 limit,
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
 * Return part / whole / 10^6, a mean from 0 to 100, to 16 decimals, the last
 * one rounded half up.  That is numeric's quotient for any number from 1 up,
 * without the two conversions and a division of numerics, which would cost a
 * group as much as all of its rows.
 */
Datum
health_mean(int128 part, int128 whole)
{
	const int128 shift = INT64CONST(10000000000);
	int128		quotient;
	int128		rest;

	if (part < HEALTH_MAX_TOTAL / 100)
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
 * health_band(score, red_below, green_from): return 'red' below red_below,
 * 'green' from green_from, else 'yellow'.  A score or a cut outside 0..100,
 * and a red_below above green_from, are errors.
 */
PG_FUNCTION_INFO_V1(health_band);
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
				 errmsg("red_below and green_from must be from 0 to 100, red_below not above green_from"),
				 errdetail("red_below is %s, green_from is %s.",
						   double_shown(red_below), double_shown(green_from)),
				 errhint("Write, for example, health_band(score, red_below => 40, green_from => 70).")));
	if (!(score >= 0.0 && score <= 100.0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("score must be from 0 to 100"),
				 errdetail("score is %s.", double_shown(score)),
				 errhint("Give a health score, as health_score(score, weight) returns it.")));

	if (score < red_below)
		band = "red";
	else if (score >= green_from)
		band = "green";
	else
		band = "yellow";
	PG_RETURN_TEXT_P(cstring_to_text(band));
}
