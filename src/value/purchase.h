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

/* The header of a purchase_history's sorted run. */
typedef struct PurchaseHeader
{
	int32		scale;			/* of all amounts */
	int32		reserved;		/* zero */
} PurchaseHeader;

/*
 * An entry of the run: what a customer bought on a day, or what was given back
 * on it.  The first in the order of keys are the purchases of the first day,
 * then its refunds.
 */
typedef struct PurchaseDay
{
	int64		key;			/* twice the day, one more for refunds */
	MoneySum	amount;			/* from 0 up, also of refunds */
	int64		purchases;		/* how many; 0 for refunds */
} PurchaseDay;

/* Days of purchase, in order: what is left of them when refunds are applied. */
typedef struct PurchaseDays
{
	const PurchaseDay *day;
	uint32		count;
	int			scale;
} PurchaseDays;

/* What a model sees of a customer's purchases up to a day. */
typedef struct PurchasePast
{
	int32		frequency;		/* days of purchase after the first one */
	int32		recency;		/* days from the first to the last purchase */
	int32		tenure;			/* days from the first purchase to as_of */
	int32		spend_days;		/* days of frequency with a positive sum, ... */
	double		spend_mean;		/* ... and the mean of these sums */
} PurchasePast;

static inline int64
purchase_key(DateADT day, bool is_refund)
{
	return ((int64) day) * 2 + (is_refund ? 1 : 0);
}

static inline DateADT
purchase_day(const PurchaseDay *entry)
{
	return (DateADT) (entry->key >> 1);
}

static inline bool
purchase_is_refund(const PurchaseDay *entry)
{
	return (entry->key & 1) != 0;
}

/* purchase.c */
extern const SortedRun *purchase_history_get(Datum value);
extern SortedRun *purchase_history_make(const PurchaseDay *entry,
										uint32 count, int scale);
extern PurchaseDays purchase_days(const PurchaseDay *entry, uint32 count,
								  int scale);
extern uint32 purchase_entries_until(const PurchaseDay *entry, uint32 count,
									 DateADT as_of);
extern int128 purchase_net(const PurchaseDay *entry, uint32 count);
extern bool purchase_past(const PurchaseDays *days, DateADT as_of,
						  PurchasePast *past);
extern DateADT purchase_history_last_day(const SortedRun *history);
extern bool purchase_history_past(const SortedRun *history, DateADT as_of,
								  PurchasePast *past);

/* refunds.c */
extern uint32 refunds_apply(const PurchaseDay *entry, uint32 count,
							PurchaseDay *left);

#endif							/* CX_PURCHASE_H */
