/*-------------------------------------------------------------------------
 *
 * money_run.h
 *	  A run whose entries hold sums of money, all of them at one scale.
 *
 * The rules are those of money.h: a state has the largest scale of its amounts,
 * a finished one the smallest that holds all of its sums, so that it depends on
 * the sums alone.
 *
 * A family describes its run by a SortedRunType and a MoneyRun that are static
 * constants: the compiler then knows the offsets in the inline functions here,
 * as it does in sorted_run_append().
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MONEY_RUN_H
#define CX_MONEY_RUN_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/date.h"

#include "core/money.h"
#include "core/sorted_run.h"
#include "core/summary.h"

typedef struct MoneyRun
{
	const SummaryType *type;
	const SortedRunType *run;
	Size		scale;			/* offset of the scale, an int32, in the
								 * family's header */
	Size		first_sum;		/* offset of the sums in an entry, one after
								 * the other */
	int			sums;			/* how many sums an entry has */
} MoneyRun;

extern void money_run_scale_up(const MoneyRun *type, SortedRun *state,
							   int scale);
extern SortedRun *money_run_finish(const MoneyRun *type,
								   const SortedRun *state);
extern SortedRun *money_run_from_text(const MoneyRun *type,
									  const SortedRun *state);
extern const SortedRun *money_run_canonical(const MoneyRun *type,
											Datum value);
extern Datum money_run_combine(const MoneyRun *type, FunctionCallInfo fcinfo,
							   SortedRun *state, SortedRun *other);
extern int	money_run_recv_scale(const MoneyRun *type, StringInfo message,
								 const char *sums);

static inline int
money_run_scale(const MoneyRun *type, const SortedRun *state)
{
	return *(const int32 *) ((const char *) sorted_run_header_const(state) +
							 type->scale);
}

static inline void
money_run_set_scale(const MoneyRun *type, SortedRun *state, int scale)
{
	*(int32 *) ((char *) sorted_run_header(state) + type->scale) = scale;
}

/*
 * Return an amount at the scale of the state it is added to.  The state takes
 * over the amount's scale if that is larger.
 */
static inline int128
money_run_value(const MoneyRun *type, SortedRun *state, MoneyAmount amount)
{
	int			scale = money_run_scale(type, state);

	if (amount.scale > scale)
	{
		money_run_scale_up(type, state, amount.scale);
		scale = amount.scale;
	}
	return money_rescale(amount.value, scale - amount.scale);
}

/*
 * Return a summary to read.  A summary that is not finished, which another
 * server may send as a partial result, is put in order first.  It need not be
 * at its smallest scale, and may have empty entries: see
 * money_run_canonical().
 */
static inline const SortedRun *
money_run_read(const MoneyRun *type, Datum value)
{
	const SortedRun *state = summary_get(value, type->type);

	if (likely(state->sorted == state->used))
		return state;
	return money_run_finish(type, state);
}

/*
 * Money by day
 */

/* The entry of a run that holds a sum for each day. */
typedef struct MoneyDay
{
	int64		day;			/* a DateADT; the key of the run */
	MoneySum	amount;
} MoneyDay;

/* The bytes of a MoneyDay in binary form. */
#define MONEY_DAY_SENT	(sizeof(int32) + sizeof(MoneySum))

extern DateADT money_day_key(const MoneyRun *type, const char *key);
extern void money_day_append_text(StringInfo buf, bool first, int64 day,
								  int128 amount, int scale);
extern void money_day_recv(const MoneyRun *type, StringInfo message,
						   const char *what, MoneyDay *day);
extern void money_days_send(const MoneyRun *type, StringInfo message,
							const SortedRun *state);

static inline MoneyDay *
money_days(const MoneyRun *type, SortedRun *state)
{
	return (MoneyDay *) sorted_run_entry(type->run, state, 0);
}

static inline const MoneyDay *
money_days_const(const MoneyRun *type, const SortedRun *state)
{
	return (const MoneyDay *) sorted_run_entry_const(type->run, state, 0);
}

/*
 * Add the sum of an entry to another of the same day, for SortedRunType.merge;
 * inline, so that sorted_run_append() can take it in.
 */
static inline void
money_day_merge(void *into, const void *from)
{
	MoneyDay   *day = (MoneyDay *) into;
	const MoneyDay *more = (const MoneyDay *) from;

	money_set(&day->amount, money_add(money_get(&day->amount),
									  money_get(&more->amount)));
}

#endif							/* CX_MONEY_RUN_H */
