/*-------------------------------------------------------------------------
 *
 * purchase.h
 *	  One customer's purchases, for the files of the family "customer value".
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_PURCHASE_H
#define CX_PURCHASE_H

#include "postgres.h"

#include "core/compat.h"

#include "utils/date.h"

#include "core/money_run.h"

/*
 * The header of a purchase_history's sorted run.  The entries are MoneyDays:
 * what was spent on a day.
 */
typedef struct PurchaseHeader
{
	int32		scale;			/* of all amounts */
	int32		reserved;		/* zero */
	int64		purchases;		/* rows: more than one can fall on a day */
} PurchaseHeader;

/* What a model sees of a customer's purchases up to a day. */
typedef struct PurchasePast
{
	int32		frequency;		/* days of purchase after the first one */
	int32		recency;		/* days from the first to the last purchase */
	int32		tenure;			/* days from the first purchase to as_of */
	int32		spend_days;		/* days of frequency with a positive sum, ... */
	double		spend_mean;		/* ... and the mean of these sums */
} PurchasePast;

extern const SortedRun *purchase_history_get(Datum value);
extern bool purchase_past(const SortedRun *history, DateADT as_of,
						  PurchasePast *past);

#endif							/* CX_PURCHASE_H */
