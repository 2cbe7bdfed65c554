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
#ifndef CX_WIDE_H
#define CX_WIDE_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"

typedef struct Wide
{
	uint64		word[4];
} Wide;

extern Wide wide_from(int128 value);
extern Wide wide_product(int128 a, int128 b);
extern bool wide_add(Wide *sum, const Wide *more);
extern bool wide_scale_up(Wide *value, int digits);
extern bool wide_from_text(const char *text, Wide *value);
extern Datum wide_to_numeric(const Wide *value, int scale);
extern void wide_send(StringInfo message, const Wide *value);
extern Wide wide_recv(StringInfo message);

static inline bool
wide_is_negative(const Wide *value)
{
	return (int64) value->word[3] < 0;
}

#endif							/* CX_WIDE_H */
