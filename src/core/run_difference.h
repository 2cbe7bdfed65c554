/*-------------------------------------------------------------------------
 *
 * run_difference.h
 *	  One sorted run taken out of another: the operator - of summaries whose
 *	  entries are counts and sums.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_RUN_DIFFERENCE_H
#define CX_RUN_DIFFERENCE_H

#include "postgres.h"

#include "core/compat.h"

#include "core/sorted_run.h"

/* What is left of an entry. */
typedef enum RunRest
{
	RUN_REST_SOME,
	RUN_REST_NOTHING,
	RUN_REST_NEGATIVE			/* there was less than was to be taken */
} RunRest;

/* Take an entry out of one with the same key. */
typedef RunRest (*RunTake) (void *entry, const void *part);

extern SortedRun *run_difference(const SortedRunType *type,
								 const SortedRun *whole,
								 const SortedRun *part, RunTake take);

/* Take from a count, and return what is left of it. */
static inline RunRest
count_take(int64 *count, int64 part)
{
	*count -= part;
	return *count < 0 ? RUN_REST_NEGATIVE :
		*count == 0 ? RUN_REST_NOTHING : RUN_REST_SOME;
}

/* Return what is left of an entry of which this is left of two parts. */
static inline RunRest
rest_of_both(RunRest one, RunRest other)
{
	if (one == RUN_REST_NEGATIVE || other == RUN_REST_NEGATIVE)
		return RUN_REST_NEGATIVE;
	return one == RUN_REST_SOME ? one : other;
}

#endif							/* CX_RUN_DIFFERENCE_H */
