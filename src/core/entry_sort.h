/*-------------------------------------------------------------------------
 *
 * entry_sort.h
 *	  Sorts entries of a few words each, of which the first ones are the key.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ENTRY_SORT_H
#define CX_ENTRY_SORT_H

#include "postgres.h"

#include "core/compat.h"

/* How entries lie in memory. */
typedef struct EntryShape
{
	int			words;			/* of an entry */
	int			key_words;		/* signed, compared in order; the first ones */
	int			payload_bits;	/* of the last key word, the lowest, that are
								 * not part of the key */
} EntryShape;

extern void entries_sort(const EntryShape *shape, int64 *entries,
						 uint32 count);
extern int64 *entries_sort_apart(const EntryShape *shape, int64 *entries,
								 uint32 count, int64 **scratch);

/*
 * Compare the keys of two entries.  Where the shape is a constant, so are the
 * loop and the shift.
 */
static inline int
entry_compare(const EntryShape *shape, const int64 *a, const int64 *b)
{
	int			last = shape->key_words - 1;
	int64		x;
	int64		y;

	for (int i = 0; i < last; i++)
	{
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	/* an arithmetic shift keeps the order of signed words */
	x = a[last] >> shape->payload_bits;
	y = b[last] >> shape->payload_bits;
	return x < y ? -1 : (x > y);
}

/* Compare likewise, without a branch. */
static pg_attribute_always_inline int
entry_order(const EntryShape *shape, const int64 *a, const int64 *b)
{
	int			last = shape->key_words - 1;
	int64		x = a[last] >> shape->payload_bits;
	int64		y = b[last] >> shape->payload_bits;
	int			order = (x > y) - (x < y);

	/* a word counts for more than all words behind it */
	for (int i = last - 1, weight = 2; i >= 0; i--, weight *= 2)
		order += ((a[i] > b[i]) - (a[i] < b[i])) * weight;
	return order;
}

static inline void
entry_copy(const EntryShape *shape, int64 *to, const int64 *from)
{
	for (int i = 0; i < shape->words; i++)
		to[i] = from[i];
}

#endif							/* CX_ENTRY_SORT_H */
