/*-------------------------------------------------------------------------
 *
 * int256.c
 *	  Integers of 256 bits, for sums of squares and of products.
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

#include "core/int256.h"
#include "core/result.h"

/* 77 digits of 2^255, a sign, a point, a zero before the point, and the end */
#define WIDE_TEXT_SIZE	(77 + 4)

#define POW10_18	UINT64CONST(1000000000000000000)
#define POW10_18_DIGITS	18

Int256
int256_from(int128 value)
{
	Int256		result;
	uint64		sign = value < 0 ? ~UINT64CONST(0) : 0;

	result.word[0] = (uint64) value;
	result.word[1] = (uint64) ((uint128) value >> 64);
	result.word[2] = result.word[3] = sign;
	return result;
}

static Int256
int256_negate(const Int256 *value)
{
	Int256		result;
	uint128		carry = 1;

	for (int i = 0; i < 4; i++)
	{
		carry += ~value->word[i];
		result.word[i] = (uint64) carry;
		carry >>= 64;
	}
	return result;
}

static inline uint128
magnitude(int128 value)
{
	return value < 0 ? -(uint128) value : (uint128) value;
}

/*
 * Return a * b.  Neither may be the least int128, so the product has at most
 * 254 bits.
 */
Int256
int256_product(int128 a, int128 b)
{
	uint128		x = magnitude(a);
	uint128		y = magnitude(b);
	uint64		x_word[2] = {(uint64) x, (uint64) (x >> 64)};
	uint64		y_word[2] = {(uint64) y, (uint64) (y >> 64)};
	Int256		result = {{0}};

	for (int i = 0; i < 2; i++)
	{
		uint128		carry = 0;

		for (int j = 0; j < 2; j++)
		{
			carry += (uint128) x_word[i] * y_word[j] + result.word[i + j];
			result.word[i + j] = (uint64) carry;
			carry >>= 64;
		}
		result.word[i + 2] = (uint64) carry;
	}
	return (a < 0) != (b < 0) ? int256_negate(&result) : result;
}

/* Add to a sum; false when the result has more than 255 bits. */
bool
int256_add(Int256 *sum, const Int256 *more)
{
	bool		negative = int256_is_negative(sum);
	uint128		carry = 0;

	for (int i = 0; i < 4; i++)
	{
		carry += (uint128) sum->word[i] + more->word[i];
		sum->word[i] = (uint64) carry;
		carry >>= 64;
	}
	return negative != int256_is_negative(more) ||
		negative == int256_is_negative(sum);
}

/* Subtract from a sum; false when the result has more than 255 bits. */
bool
int256_subtract(Int256 *sum, const Int256 *fewer)
{
	Int256		less = int256_negate(fewer);

	return int256_add(sum, &less);
}

/*
 * Replace a value that is not negative by value * factor + more; false when
 * that has more than 255 bits.
 */
static bool
multiply_add(Int256 *value, uint64 factor, uint64 more)
{
	uint128		carry = more;

	for (int i = 0; i < 4; i++)
	{
		carry += (uint128) value->word[i] * factor;
		value->word[i] = (uint64) carry;
		carry >>= 64;
	}
	return carry == 0 && !int256_is_negative(value);
}

/* Multiply by 10^digits; false when the result has more than 255 bits. */
bool
int256_scale_up(Int256 *value, int digits)
{
	bool		negative = int256_is_negative(value);

	if (negative)
		*value = int256_negate(value);
	for (; digits > 0; digits -= POW10_18_DIGITS)
	{
		uint64		factor = 1;

		for (int i = 0; i < Min(digits, POW10_18_DIGITS); i++)
			factor *= 10;
		if (!multiply_add(value, factor, 0))
			return false;
	}
	if (negative)
		*value = int256_negate(value);
	return true;
}

/* Divide a value that is not negative and return the remainder. */
static uint64
divide(Int256 *value, uint64 divisor)
{
	uint128		rest = 0;

	for (int i = 3; i >= 0; i--)
	{
		rest = rest << 64 | value->word[i];
		value->word[i] = (uint64) (rest / divisor);
		rest %= divisor;
	}
	return (uint64) rest;
}

/* Divide a value where nothing remains; false, and nothing changed, otherwise. */
bool
int256_try_divide(Int256 *value, uint64 divisor)
{
	bool		negative = int256_is_negative(value);
	Int256		quotient = negative ? int256_negate(value) : *value;

	if (divide(&quotient, divisor) != 0)
		return false;
	*value = negative ? int256_negate(&quotient) : quotient;
	return true;
}

/* Read a whole number as numeric_out() writes it; false when it is not one. */
bool
int256_from_text(const char *str, Int256 *value)
{
	bool		negative = *str == '-';

	memset(value, 0, sizeof(Int256));
	if (negative)
		str++;

	if (*str == '\0')
		return false;
	for (; *str != '\0'; str++)
	{
		if (*str < '0' || *str > '9' ||
			!multiply_add(value, 10, (uint64) (*str - '0')))
			return false;
	}
	if (negative)
		*value = int256_negate(value);
	return true;
}

/*
 * Set a value to a numeric times 10^scale; false when that is no whole number, or
 * has more than 255 bits.
 */
bool
int256_from_numeric(Datum number, int scale, Int256 *value)
{
	Int256		power = int256_from(1);
	Datum		scaled;

	(void) int256_scale_up(&power, scale);
	scaled = numeric_result(DirectFunctionCall2(numeric_mul, number,
												int256_to_numeric(&power, 0)));
	return int256_from_text(DatumGetCString(DirectFunctionCall1(numeric_out, scaled)),
							value);
}

/* Set narrow to a value; false when it does not fit. */
bool
int256_to_int128(const Int256 *value, int128 *narrow)
{
	Int256		again;

	*narrow = (int128) ((uint128) value->word[1] << 64 | value->word[0]);
	again = int256_from(*narrow);
	return memcmp(&again, value, sizeof(again)) == 0;
}

/* Return value / 10^scale as a numeric, without trailing zeros. */
Datum
int256_to_numeric(const Int256 *value, int scale)
{
	char text[	WIDE_TEXT_SIZE];
	char	   *end = text +sizeof(text);
	char	   *p = end;
	bool		negative = int256_is_negative(value);
	Int256		rest = negative ? int256_negate(value) : *value;
	int			place = 0;

	/* at least one digit before the point */
	*--p = '\0';
	while ((rest.word[0] | rest.word[1] | rest.word[2] | rest.word[3]) != 0 ||
		   place <= scale)
	{
		uint64		digits = divide(&rest, POW10_18);

		for (int i = 0; i < POW10_18_DIGITS; i++)
		{
			if (digits == 0 && place > scale &&
				(rest.word[0] | rest.word[1] | rest.word[2] | rest.word[3]) == 0)
				break;
			if (place == scale && scale > 0)
				*--p = '.';
			*--p = "0123456789"[digits % 10];
			digits /= 10;
			place++;
		}
	}
	if (negative)
		*--p = '-';
	return numeric_result(DirectFunctionCall3(numeric_in, CStringGetDatum(p),
											  ObjectIdGetDatum(InvalidOid),
											  Int32GetDatum(-1)));
}

void
int256_send(StringInfo message, const Int256 *value)
{
	for (int i = 3; i >= 0; i--)
		pq_sendint64(message, value->word[i]);
}

Int256
int256_recv(StringInfo message)
{
	Int256		value;

	for (int i = 3; i >= 0; i--)
		value.word[i] = (uint64) pq_getmsgint64(message);
	return value;
}
