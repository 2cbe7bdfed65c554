/*-------------------------------------------------------------------------
 *
 * int256.h
 *	  Integers of 256 bits, for sums of squares and of products.
 *
 * Two's complement, the lowest word first.  Members of a state: no alignment
 * beyond that of an int64 is needed.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_INT256_H
#define CX_INT256_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"

typedef struct Int256
{
	uint64		word[4];
} Int256;

extern Int256 int256_from(int128 value);
extern Int256 int256_product(int128 a, int128 b);
extern bool int256_add(Int256 *sum, const Int256 *more);
extern bool int256_subtract(Int256 *sum, const Int256 *fewer);
extern bool int256_scale_up(Int256 *value, int digits);
extern bool int256_try_divide(Int256 *value, uint64 divisor);
extern bool int256_from_text(const char *str, Int256 *value);
extern bool int256_from_numeric(Datum number, int scale, Int256 *value);
extern bool int256_to_int128(const Int256 *value, int128 *narrow);
extern Datum int256_to_numeric(const Int256 *value, int scale);
extern void int256_send(StringInfo message, const Int256 *value);
extern Int256 int256_recv(StringInfo message);

static inline bool
int256_is_negative(const Int256 *value)
{
	return (int64) value->word[3] < 0;
}

/* Add the product of two words to a sum; false as of int256_add(). */
static inline bool
int256_add_product(Int256 *sum, int64 a, int64 b)
{
	int128		product = (int128) a * b;
	uint128		low = (uint128) sum->word[1] << 64 | sum->word[0];
	uint128		high = (uint128) sum->word[3] << 64 | sum->word[2];
	bool		negative = int256_is_negative(sum);

	low += (uint128) product;
	high += (low < (uint128) product) + (uint128) (product >> 127);
	sum->word[0] = (uint64) low;
	sum->word[1] = (uint64) (low >> 64);
	sum->word[2] = (uint64) high;
	sum->word[3] = (uint64) (high >> 64);
	return negative != (product < 0) || negative == int256_is_negative(sum);
}

#endif							/* CX_INT256_H */
