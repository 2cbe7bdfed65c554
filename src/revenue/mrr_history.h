/*-------------------------------------------------------------------------
 *
 * mrr_history.h
 *	  One customer's monthly recurring revenue over time, for the files of
 *	  the family "recurring revenue".
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MRR_HISTORY_H
#define CX_MRR_HISTORY_H

#include "postgres.h"

#include "core/compat.h"

#include "core/money_run.h"

/*
 * The header of an mrr_history's sorted run.  The entries are MoneyDays: by
 * how much the customer's MRR changes on a day.
 */
typedef struct MrrHistoryHeader
{
	int32		scale;			/* of all amounts */
	int32		reserved;		/* zero */
} MrrHistoryHeader;

/* What a subscriber does between two days. */
typedef enum MrrMovement
{
	MOVEMENT_NOTHING,			/* pays at neither end */
	MOVEMENT_UNCHANGED,
	MOVEMENT_NEW,
	MOVEMENT_REACTIVATION,
	MOVEMENT_EXPANSION,
	MOVEMENT_CONTRACTION,
	MOVEMENT_CHURN
} MrrMovement;

extern const SortedRun *mrr_history_get(Datum value);
extern SortedRun *mrr_history_new(int scale);
extern SortedRun *mrr_history_add(SortedRun *history, DateADT day,
								  int128 amount);
extern SortedRun *mrr_history_finish(const SortedRun *history);

static inline int
mrr_history_scale(const SortedRun *history)
{
	return ((const MrrHistoryHeader *) sorted_run_header_const(history))->scale;
}

static inline const MoneyDay *
mrr_history_changes(const SortedRun *history)
{
	return (const MoneyDay *) ((const char *) sorted_run_header_const(history) +
							   sizeof(MrrHistoryHeader));
}

/*
 * Return the movement from the level at the end of one period to the level at
 * the end of the next. paid_before tells whether there was revenue on any day
 * before the second period began.
 */
static inline MrrMovement
mrr_movement_kind(int128 opening, int128 closing, bool paid_before)
{
	if (opening == closing)
		return closing == 0 ? MOVEMENT_NOTHING : MOVEMENT_UNCHANGED;
	if (opening == 0)
		return paid_before ? MOVEMENT_REACTIVATION : MOVEMENT_NEW;
	if (closing == 0)
		return MOVEMENT_CHURN;
	return closing > opening ? MOVEMENT_EXPANSION : MOVEMENT_CONTRACTION;
}

#endif							/* CX_MRR_HISTORY_H */
