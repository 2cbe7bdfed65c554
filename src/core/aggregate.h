/*-------------------------------------------------------------------------
 *
 * aggregate.h
 *	  What every transition function needs: a state to update in place, and
 *	  checked counting.
 *
 * The transition state is the summary itself (no state of type internal), so
 * that it can be combined by parallel workers, partitions and shards, and be
 * stored.  A state of fixed size is updated in place as int8_avg_accum() in
 * PostgreSQL's numeric.c does it: nodeAgg.c keeps the state in the aggregate's
 * memory context and sees by the returned pointer that nothing moved.
 *
 * Every combine function is strict, and so is the inverse of one: PostgreSQL
 * then takes the first summary as the state and skips NULLs.  (One that returned
 * NULL for NULLs would be an error in a moving window that begins with them.)
 * Such a state is a value as it was stored: it need not have the spare room of
 * one that rows were counted in, nor be of a version that this library knows.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_AGGREGATE_H
#define CX_AGGREGATE_H

#include "fmgr.h"
#include "nodes/nodes.h"

#include "core/summary.h"

/*
 * Report whether an aggregate calls this function, in or out of a window.
 * AggCheckCallContext() answers this too, but a count is so little work that a
 * call of it shows (bench/nps_scan).
 */
static inline bool
called_by_aggregate(FunctionCallInfo fcinfo)
{
	const Node *context = (const Node *) fcinfo->context;

	return context != NULL &&
		(IsA(context, AggState) || IsA(context, WindowAggState));
}

/*
 * Return the state in argument 0, to be written to.
 *
 * Only an aggregate may write to its argument; a function call in plain SQL
 * gets a copy.  An aggregate gets a copy too where its state came through a
 * tuple: the state may then have a short header, and its members are not
 * aligned.  (The copy is made in the per-call context; nodeAgg.c copies it
 * once, and the next call finds the aligned one.)
 */
static inline void *
aggregate_state(FunctionCallInfo fcinfo, const SummaryType *type)
{
	struct varlena *state = (struct varlena *) PG_GETARG_POINTER(0);

	if (likely(called_by_aggregate(fcinfo)) &&
		likely(!VARATT_IS_EXTENDED(state)))
		return state;
	return summary_copy(PG_GETARG_DATUM(0), type);
}

/*
 * Return the state of a combine function, or of its inverse.  It may be the
 * first summary as PostgreSQL took it, so its version and size are checked
 * here.
 */
static inline void *
aggregate_combine_state(FunctionCallInfo fcinfo, const SummaryType *type)
{
	void	   *state = aggregate_state(fcinfo, type);

	summary_check(state, type);
	return state;
}

/*
 * Return the state to count a row in: argument 0, or a new one for the first
 * row.  The new one is made in the per-call context; nodeAgg.c copies it.
 */
static inline void *
aggregate_state_or_new(FunctionCallInfo fcinfo, const SummaryType *type)
{
	if (unlikely(PG_ARGISNULL(0)))
		return summary_new(type);
	return aggregate_state(fcinfo, type);
}

/*
 * Return the result for a row that is skipped: the state as it came, NULL
 * before the first row that counts.
 */
static inline Datum
aggregate_unchanged(FunctionCallInfo fcinfo)
{
	fcinfo->isnull = PG_ARGISNULL(0);
	return PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0);
}

/* Add to a count of a summary; the limit keeps every sum of counts an int64. */
static inline void
count_add(int64 *count, int64 more, const SummaryType *type)
{
	if (unlikely(more > SUMMARY_MAX_COUNT - *count))
		summary_count_overflow(type);
	*count += more;
}

/* Subtract from a count: what leaves a moving window must have entered it. */
static inline void
count_subtract(int64 *count, int64 fewer, const SummaryType *type)
{
	if (unlikely(fewer > *count))
		summary_count_underflow(type);
	*count -= fewer;
}

#endif							/* CX_AGGREGATE_H */
