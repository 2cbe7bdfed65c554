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

#include "utils/date.h"

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

/* What to do about a day on which a customer's MRR is negative. */
#define MRR_NEGATIVE_HINT \
	"A discount must end with what it is taken from: look at the ends_on of the customer's rows.  Refunds and credits are no MRR: leave them out."

extern const SortedRun *mrr_history_get(Datum value);
extern SortedRun *mrr_history_new(int scale);
extern SortedRun *mrr_history_add(SortedRun *history, DateADT day,
								  int128 amount);
extern SortedRun *mrr_history_finish(const SortedRun *history);
pg_noreturn extern void mrr_level_negative(int128 level, int scale, DateADT day);

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
 * Return the level after a change.  It is an error where the level is negative:
 * a discount that is a line of its own can be more than what it is taken from.
 */
static inline int128
mrr_history_level(const SortedRun *history, int128 before, const MoneyDay *change)
{
	int128		level = money_add(before, money_get(&change->amount));

	if (unlikely(level < 0))
		mrr_level_negative(level, mrr_history_scale(history), (DateADT) change->day);
	return level;
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
