/*-------------------------------------------------------------------------
 *
 * refunds.c
 *	  Which purchases are left when what was sent back is taken off.
 *
 * A refund is no purchase: whoever bought once and sent it back has not bought
 * twice.  Nor does a table of orders say which purchase a refund belongs to, so
 * there is a rule:
 *
 *	1. A refund of as much as was bought on a day cancels that day, the newest
 *	   such day on or before its own that no earlier refund has cancelled.
 *	2. Any other refund reduces the newest day on or before its own, then the
 *	   one before, until it is used up.  All refunds of the first kind come
 *	   first, and those of a kind in order of time.
 *	3. A day that is reduced to nothing is no day of purchase.  What is left
 *	   over of a refund, since more was given back than had been bought, only
 *	   lowers the revenue.
 *
 * The refunds of a day are one refund, as its purchases are one.  The rule is
 * for all rows of a customer at once, so that their order does not matter.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"

#include "core/entry_sort.h"
#include "value/purchase.h"

/*
 * An entry, to be put in order of its amount, in two words as their signs need,
 * and of its place.
 */
typedef struct RefundMatch
{
	int64		high;
	int64		low;
	int64		place;
} RefundMatch;

static const EntryShape match_shape = {.words = 3,.key_words = 3,.payload_bits = 0};

#define SIGN_BIT	UINT64CONST(0x8000000000000000)

static bool
same_amount(const RefundMatch *a, const RefundMatch *b)
{
	return a->high == b->high && a->low == b->low;
}

/*
 * Cancel what is sent back as a whole: mark the days and their refunds in
 * settled.
 *
 * Among entries of one amount, in order of time, a refund finds the newest day
 * that is left on top of a stack.
 */
static void
cancel_exact(const PurchaseDay *entry, uint32 count, bool *settled)
{
	RefundMatch *match = palloc_extended((Size) count * sizeof(RefundMatch),
										 MCXT_ALLOC_HUGE);
	uint32	   *stack = palloc_extended((Size) count * sizeof(uint32),
										MCXT_ALLOC_HUGE);
	uint32		height = 0;

	for (uint32 i = 0; i < count; i++)
	{
		match[i].high = entry[i].amount.high;
		match[i].low = (int64) (entry[i].amount.low ^ SIGN_BIT);
		match[i].place = i;
	}
	entries_sort(&match_shape, (int64 *) match, count);
	for (uint32 i = 0; i < count; i++)
	{
		uint32		place = (uint32) match[i].place;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0 && !same_amount(&match[i - 1], &match[i]))
			height = 0;
		if (!purchase_is_refund(&entry[place]))
			stack[height++] = place;
		else if (height > 0)
			settled[stack[--height]] = settled[place] = true;
	}
	pfree(match);
	pfree(stack);
}

/*
 * Take the refunds that are not settled off the newest days before them.  The
 * days that have something left are on a stack, the newest one on top.
 */
static void
reduce_newest(PurchaseDay *entry, uint32 count, bool *settled)
{
	uint32	   *stack = palloc_extended((Size) count * sizeof(uint32),
										MCXT_ALLOC_HUGE);
	uint32		height = 0;

	for (uint32 i = 0; i < count; i++)
	{
		int128		rest = money_get(&entry[i].amount);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (settled[i])
			continue;
		if (!purchase_is_refund(&entry[i]))
		{
			if (rest > 0)
				stack[height++] = i;
			continue;
		}
		while (rest > 0 && height > 0)
		{
			uint32		newest = stack[height - 1];
			int128		spent = money_get(&entry[newest].amount);
			int128		less = Min(spent, rest);

			money_set(&entry[newest].amount, spent - less);
			rest -= less;
			if (less == spent)
			{
				settled[newest] = true;
				height--;
			}
		}
	}
	pfree(stack);
}

/*
 * Apply the refunds among a customer's entries to the purchases, write the days
 * of purchase that are left, which are no more than the entries, and return how
 * many they are.
 */
uint32
refunds_apply(const PurchaseDay *entry, uint32 count, PurchaseDay *left)
{
	bool	   *settled = palloc_extended((Size) count * sizeof(bool),
										  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	uint32		days = 0;

	memcpy(left, entry, (Size) count * sizeof(PurchaseDay));
	cancel_exact(left, count, settled);
	reduce_newest(left, count, settled);
	for (uint32 i = 0; i < count; i++)
	{
		if (!settled[i] && !purchase_is_refund(&left[i]))
			left[days++] = left[i];
	}
	pfree(settled);
	return days;
}
