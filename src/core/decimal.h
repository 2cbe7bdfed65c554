/*-------------------------------------------------------------------------
 *
 * decimal.h
 *	  double precision arguments as the decimal numbers that they stand for.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_DECIMAL_H
#define CX_DECIMAL_H

#include "postgres.h"

#include "core/compat.h"

#include "core/money.h"

/* Decimals that are kept of a double precision where sums must be exact. */
#define DECIMAL_PLACES	18

extern Datum decimal_from_double(double value);
extern bool decimal_money_from_double(double value, MoneyAmount *amount);

#endif							/* CX_DECIMAL_H */
