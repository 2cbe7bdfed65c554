/*-------------------------------------------------------------------------
 *
 * decimal.c
 *	  double precision arguments as the decimal numbers that they stand for.
 *
 * Where a function takes numeric and double precision, an integer argument goes
 * to the latter, which PostgreSQL prefers.  So whole numbers are quick here.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/decimal.h"

/* The most decimals that are tried before a number is written out as text. */
#define QUICK_DECIMALS	6

/* Whole numbers below this have no more digits than a double is sure of. */
#define SURE_WHOLE	1e15

static inline bool
is_sure_whole(double value)
{
	return fabs(value) < SURE_WHOLE && value == rint(value);
}

/*
 * Return a double precision as numeric: the number that value::numeric is, of 15
 * digits.  NaN and infinity stay what they are.
 */
Datum
decimal_from_double(double value)
{
	if (is_sure_whole(value))
		return NumericGetDatum(int64_to_numeric((int64) value));
	return DirectFunctionCall1(float8_numeric, Float8GetDatum(value));
}

/*
 * Set the amount of a number with few decimals, as prices have.  Of up to 15 digits
 * there is at most one that is the nearest double to what they say, so that one
 * which divides back to the value is what float8_numeric() writes.
 */
static inline bool
quick_amount(double value, MoneyAmount *amount)
{
	static const double powers[QUICK_DECIMALS + 1] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

	for (int scale = 1; scale <= QUICK_DECIMALS; scale++)
	{
		double		whole = rint(value * powers[scale]);

		/* written so that NaN fails */
		if (!(fabs(whole) < SURE_WHOLE))
			return false;
		if (whole / powers[scale] == value)
		{
			amount->value = (int64) whole;
			amount->scale = scale;
			return true;
		}
	}
	return false;
}

/*
 * Set the amount that a double precision is in exact sums: its 15 digits, of
 * which DECIMAL_PLACES decimals stay.  What is left of 0.1 + 0.2 - 0.3 has 31
 * decimals, and sums that have to keep them have no room for large values.
 * Return false for one that has more than MONEY_MAX_DIGITS digits, is NaN or
 * infinite.
 */
bool
decimal_money_from_double(double value, MoneyAmount *amount)
{
	Datum		number;

	if (is_sure_whole(value))
	{
		amount->value = (int64) value;
		amount->scale = 0;
		return true;
	}
	if (quick_amount(value, amount))
		return true;
	number = DirectFunctionCall1(float8_numeric, Float8GetDatum(value));
	if (isfinite(value))
		number = DirectFunctionCall2(numeric_round, number,
									 Int32GetDatum(DECIMAL_PLACES));
	return money_from_datum(number, amount);
}
