/*-------------------------------------------------------------------------
 *
 * sorted_run.h
 *	  The growing state: a sorted run of fixed-width entries with an
 *	  unsorted tail, in one flat varlena.
 *
 * Every summary whose size depends on its rows (durations, day sets, price
 * levels, id sets, model rows) keeps them in this shape:
 *
 *		SortedRun header, 16 bytes
 *		the family's own header, SortedRunType.header_size bytes
 *		entries [0, sorted)		strictly ascending by key: the run
 *		entries [sorted, used)	as they arrived: the tail
 *		spare entries			up to VARSIZE: room for more rows
 *
 * An entry begins with key_words signed 64-bit words, compared in order; its
 * payload follows.  Entries of equal keys are one entry: the type's merge
 * function adds them up.  What a final function returns, and therefore what is
 * stored, sent and compared, has neither tail nor spare room, so that the same
 * rows give the same bytes.
 *
 * The state is a plain varlena and not "internal" or an expanded object:
 * PostgreSQL can then hand it to parallel workers and other servers as it is,
 * and a group costs one allocation instead of a memory context.
 *
 * Rules for callers
 *
 * - sorted_run_append() and sorted_run_merge() change the state they are
 *	 given.  Only transition and combine functions may do that, with a state
 *	 of aggregate_state().
 * - Both functions may return another state.  It lives in the current memory context,
 *	 which is the per-call one: nodeAgg.c copies it to the aggregate's context
 *	 and frees the old one itself.  The copy (datumCopy) takes VARSIZE bytes,
 *	 which is why the spare room is counted in VARSIZE.
 * - A state that came through a tuple may have a short header or be
 *	 compressed, and may be of another version: take it with
 *	 PG_GETARG_SUMMARY, which sees to both.
 * - The address of an entry is valid until the next append or merge.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SORTED_RUN_H
#define CX_SORTED_RUN_H

#include "postgres.h"

#include "core/compat.h"

typedef struct SortedRun
{
	int32		vl_len_;		/* varlena header, never touched directly */
	uint8		version;		/* SUMMARY_VERSION */
	uint8		reserved[3];	/* zero */
	uint32		sorted;			/* entries in the run */
	uint32		used;			/* entries in the run and the tail */
} SortedRun;

typedef struct SortedRunType
{
	const char *type_name;		/* for messages */
	const char *too_large_hint; /* what to do when a state outgrows memory */
	Size		header_size;	/* size of the family's header, a multiple of
								 * 8 */
	Size		entry_size;		/* with the key; a multiple of 8 */
	int			key_words;

	/*
	 * add one entry to another with the same key; NULL for a set, which has
	 * nothing to add
	 */
	void		(*merge) (void *into, const void *from);
	/* true when an entry stands for nothing and is to vanish; may be NULL */
	bool		(*is_empty) (const void *entry);
} SortedRunType;

extern SortedRun *sorted_run_new(const SortedRunType *type);
extern SortedRun *sorted_run_new_sized(const SortedRunType *type, uint32 entries);
extern SortedRun *sorted_run_make_room(const SortedRunType *type, SortedRun *state,
									   uint32 at_least);
extern SortedRun *sorted_run_merge(const SortedRunType *type, SortedRun *into,
								   const SortedRun *from);
extern void sorted_run_compact(const SortedRunType *type, SortedRun *state);
extern SortedRun *sorted_run_finish(const SortedRunType *type, const SortedRun *state);
extern const SortedRun *sorted_run_read(const SortedRunType *type, const SortedRun *state);
extern void sorted_run_check(const SortedRunType *type, const SortedRun *state);
extern uint32 sorted_run_lower_bound(const SortedRunType *type, const SortedRun *state,
									 const int64 *key);

/* Return the family's own header. */
static inline void *
sorted_run_header(SortedRun *state)
{
	return (char *) state + sizeof(SortedRun);
}

static inline const void *
sorted_run_header_const(const SortedRun *state)
{
	return (const char *) state + sizeof(SortedRun);
}

static inline void *
sorted_run_entry(const SortedRunType *type, SortedRun *state, uint32 i)
{
	return (char *) state + sizeof(SortedRun) + type->header_size +
		(Size) i * type->entry_size;
}

static inline const void *
sorted_run_entry_const(const SortedRunType *type, const SortedRun *state, uint32 i)
{
	return (const char *) state + sizeof(SortedRun) + type->header_size +
		(Size) i * type->entry_size;
}

static inline uint32
sorted_run_capacity(const SortedRunType *type, const SortedRun *state)
{
	return (uint32) ((VARSIZE(state) - sizeof(SortedRun) - type->header_size) /
					 type->entry_size);
}

static inline int
sorted_run_compare(const SortedRunType *type, const void *a, const void *b)
{
	const int64 *left = (const int64 *) a;
	const int64 *right = (const int64 *) b;

	for (int i = 0; i < type->key_words; i++)
	{
		/*
		 * an entry has the key words of its type, which the analyzer cannot
		 * see
		 */
		/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult) */
		if (left[i] != right[i])
			return left[i] < right[i] ? -1 : 1;
	}
	return 0;
}

/*
 * Prefetch the memory that the next sorted_run_append() writes to.  Among a
 * million groups it is not in a cache; it is loaded while the row's values are
 * read.
 */
static inline void
sorted_run_prefetch(const SortedRunType *type, SortedRun *state)
{
	__builtin_prefetch(sorted_run_entry(type, state, state->used), 1);
}

/*
 * Add an entry to the last one if their keys are equal.  Return how the last
 * one compares with it: 0 when it has been added, -1 where there is no last
 * one.
 */
static inline int
sorted_run_add_to_last(const SortedRunType *type, SortedRun *state, const void *entry)
{
	void	   *last;
	int			order;

	if (state->used == 0)
		return -1;
	last = sorted_run_entry(type, state, state->used - 1);
	order = sorted_run_compare(type, last, entry);
	if (order == 0 && type->merge != NULL)
		type->merge(last, entry);
	return order;
}

/*
 * Add one entry, and return the state, or a larger copy when it had to grow.
 *
 * Inline, so that the sizes and the merge function of a type that is a static
 * constant are known to the compiler.  Two cases need no sorting later: rows
 * in key order extend the run itself, and an entry with the key of the last
 * one is added to it at once.
 */
static inline SortedRun *
sorted_run_append(const SortedRunType *type, SortedRun *state, const void *entry)
{
	int			order = sorted_run_add_to_last(type, state, entry);

	if (order == 0)
		return state;
	if (unlikely(state->used == sorted_run_capacity(type, state)))
	{
		state = sorted_run_make_room(type, state, 1);

		/*
		 * compare again: the tail has been merged, and another entry may be
		 * the last one
		 */
		order = sorted_run_add_to_last(type, state, entry);
		if (order == 0)
			return state;
	}

	memcpy(sorted_run_entry(type, state, state->used), entry, type->entry_size);
	if (order < 0 && state->sorted == state->used)
		state->sorted++;
	state->used++;
	return state;
}

#endif							/* CX_SORTED_RUN_H */
