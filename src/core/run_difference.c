/*-------------------------------------------------------------------------
 *
 * run_difference.c
 *	  One sorted run taken out of another: the operator - of summaries whose
 *	  entries are counts and sums.
 *
 * What was added up of a and b, less b, is a to the last byte, since counts and
 * sums are whole numbers.  Sets have no difference: they do not know how often
 * they were given what is in them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"

#include "core/run_difference.h"
#include "core/summary.h"

/*
 * Return a copy of whole, header included, without the entries of part; both
 * must be in order.  Return NULL where an entry of part is not in whole, or is
 * more than what is there: then part is no part of it.
 */
SortedRun *
run_difference(const SortedRunType *type, const SortedRun *whole,
			   const SortedRun *part, RunTake take)
{
	SortedRun  *result = sorted_run_new_sized(type, whole->used);
	uint32		taken = 0;
	uint32		left = 0;

	memcpy(sorted_run_header(result), sorted_run_header_const(whole),
		   type->header_size);
	for (uint32 i = 0; i < whole->used; i++)
	{
		void	   *entry = sorted_run_entry(type, result, left);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		memcpy(entry, sorted_run_entry_const(type, whole, i),
			   type->entry_size);
		if (taken < part->used)
		{
			const void *other = sorted_run_entry_const(type, part, taken);
			int			order = sorted_run_compare(type, entry, other);

			if (order > 0)
				return NULL;
			if (order == 0)
			{
				RunRest		rest = take(entry, other);

				if (rest == RUN_REST_NEGATIVE)
					return NULL;
				taken++;
				if (rest == RUN_REST_NOTHING)
					continue;
			}
		}
		left++;
	}
	if (taken < part->used)
		return NULL;
	result->sorted = result->used = left;
	SET_VARSIZE(result, (char *) sorted_run_entry(type, result, left) -
				(char *) result);
	return result;
}
