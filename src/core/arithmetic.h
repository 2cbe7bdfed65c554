/*-------------------------------------------------------------------------
 *
 * arithmetic.h
 *	  Arithmetic on numerics, as it is written.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ARITHMETIC_H
#define CX_ARITHMETIC_H

#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

static inline Datum
number(int64 value)
{
	return NumericGetDatum(int64_to_numeric(value));
}

static inline Datum
plus(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_add, a, b);
}

static inline Datum
minus(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_sub, a, b);
}

static inline Datum
times(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_mul, a, b);
}

/* To the digits that PostgreSQL's division of numerics keeps. */
static inline Datum
divided(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_div, a, b);
}

/* Return -1, 0 or 1. */
static inline int
compare(Datum a, Datum b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, a, b));
}

/* Return -1, 0 or 1. */
static inline int
sign_of(Datum value)
{
	return compare(value, number(0));
}

static inline double
as_double(Datum value)
{
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow, value));
}

#endif							/* CX_ARITHMETIC_H */
