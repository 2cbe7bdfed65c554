/*-------------------------------------------------------------------------
 *
 * log_order.c
 *	  Logs: putting the entries of a state in order, and merging two states.
 *
 * What came since the last time (the tail) is sorted, its equal keys are added up,
 * and it is merged into the sorted part.  The loops over entries are compiled for
 * each usual shape, since they are what a log's time goes to.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/labels.h"
#include "core/log.h"

/*
 * Turn narrow entries into wide ones, in place of the others.  What is sorted
 * stays sorted.
 */
void
log_widen(LogState *state)
{
	EntryShape	wide = log_wide_shape(state->type, state->kind);
	MemoryContext context = GetMemoryChunkContext(state->entries);
	int64	   *entries;

	entries = MemoryContextAllocHuge(context, (Size) state->capacity * wide.words * sizeof(int64));
	for (uint32 i = 0; i < state->used; i++)
	{
		LogEntry	entry;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_read(state, i, &entry);
		log_to_wide(state->type, state->kind, &entry,
					entries + (Size) i * wide.words);
	}
	pfree(state->entries);
	state->entries = entries;
	log_set_shape(state, false);
}

/*
 * Add the payload of an entry to that of another with the same key; false where
 * narrow entries have no room for the sum.
 */
static inline bool
merge_entry(const LogState *state, int64 *into, const int64 *from)
{
	const LogType *type = state->type;

	if (type->payload_is_key)
		return true;
	if (state->is_narrow)
		return type->merge_narrow(into + log_narrow_prefix(state->kind),
								  from + log_narrow_prefix(state->kind));
	type->merge(into + state->shape.key_words, from + state->shape.key_words);
	return true;
}

/*
 * Make sorted entries of equal keys one, in place, and return how many remain.
 * False where narrow entries have no room for a sum; *count is then how many
 * there are, those not looked at included.
 */
static pg_attribute_always_inline bool
unite_entries(const LogState *state, const EntryShape shape, int64 *entries,
			  uint32 *count)
{
	int			words = shape.words;
	int64	   *last = entries;

	for (uint32 i = 1; i < *count; i++)
	{
		const int64 *entry = entries + (Size) i * words;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (likely(entry_order(&shape, last, entry) != 0))
		{
			last += words;
			entry_copy(&shape, last, entry);
		}
		else if (!merge_entry(state, last, entry))
		{
			uint32		rest = *count - i;

			memmove(last + words, entry,
					(Size) rest * words * sizeof(int64));
			*count = (uint32) ((last + words - entries) / words) + rest;
			return false;
		}
	}
	*count = (uint32) ((last - entries) / words) + 1;
	return true;
}

/* The usual shapes as constants, for which the loops over words go. */
#define SHAPE_1_1(bits)		((EntryShape) {.words = 1, .key_words = 1, .payload_bits = (bits)})
#define SHAPE_2_1(bits)		((EntryShape) {.words = 2, .key_words = 1, .payload_bits = (bits)})
#define SHAPE_2_2(bits)		((EntryShape) {.words = 2, .key_words = 2, .payload_bits = (bits)})
#define SHAPE_3_3(bits)		((EntryShape) {.words = 3, .key_words = 3, .payload_bits = (bits)})
#define SHAPE_4_3			((EntryShape) {.words = 4, .key_words = 3, .payload_bits = 0})

static bool
unite_equal(const LogState *state, int64 *entries, uint32 *count)
{
	const EntryShape shape = state->shape;

	if (shape.words == 1)
		return unite_entries(state, SHAPE_1_1(shape.payload_bits), entries, count);
	if (shape.words == 2 && shape.key_words == 1)
		return unite_entries(state, SHAPE_2_1(shape.payload_bits), entries, count);
	if (shape.words == 2)
		return unite_entries(state, SHAPE_2_2(shape.payload_bits), entries, count);
	if (shape.words == 3 && shape.key_words == 3)
		return unite_entries(state, SHAPE_3_3(shape.payload_bits), entries, count);
	if (shape.words == 4 && shape.key_words == 3)
		return unite_entries(state, SHAPE_4_3, entries, count);
	return unite_entries(state, shape, entries, count);
}

/* Two sorted parts on their way to be one: see merge_tail(). */
typedef struct LogMerge
{
	int64	   *entries;
	const int64 *tail;
	uint32		i;				/* of the first part, what is left */
	uint32		j;				/* of the tail, what is left */
	uint32		out;			/* where the last one went */
} LogMerge;

/*
 * Go on from the back until one part is at its end.  Which part the next entry comes
 * from is as good as random, so that it is no condition but a number: a branch
 * that cannot be predicted would take more time than all the rest.
 */
static pg_attribute_always_inline bool
merge_entries(const LogState *state, const EntryShape shape, LogMerge *merge)
{
	int			words = shape.words;
	int64	   *entries = merge->entries;
	uint32		i = merge->i;
	uint32		j = merge->j;
	uint32		out = merge->out;
	bool		fits = true;

	while (i > 0 && j > 0 && fits)
	{
		int64	   *a = entries + (Size) (i - 1) * words;
		const int64 *b = merge->tail + (Size) (j - 1) * words;
		int			order = entry_order(&shape, a, b);
		uint32		is_first = order > 0;

		if ((out & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (unlikely(order == 0))
		{
			fits = merge_entry(state, a, b);
			j -= fits;
			continue;
		}
		out--;
		entry_copy(&shape, entries + (Size) out * words, is_first ? a : b);
		i -= is_first;
		j -= 1 - is_first;
	}
	merge->i = i;
	merge->j = j;
	merge->out = out;
	return fits;
}

/*
 * Merge a copy of the tail into the sorted part, from the back, where there is
 * room: see log_state_compact().  False where narrow entries have no room for a
 * sum; nothing is lost then, but the state is not in order.
 */
static bool
merge_tail(LogState *state, const int64 *tail, uint32 count)
{
	const EntryShape shape = state->shape;
	LogMerge	merge = {state->entries, tail, state->sorted, count, state->sorted + count};
	Size		size = shape.words * sizeof(int64);
	bool		fits;
	uint32		gap;

	if (shape.words == 1)
		fits = merge_entries(state, SHAPE_1_1(shape.payload_bits), &merge);
	else if (shape.words == 2 && shape.key_words == 1)
		fits = merge_entries(state, SHAPE_2_1(shape.payload_bits), &merge);
	else if (shape.words == 2)
		fits = merge_entries(state, SHAPE_2_2(shape.payload_bits), &merge);
	else if (shape.words == 3 && shape.key_words == 3)
		fits = merge_entries(state, SHAPE_3_3(shape.payload_bits), &merge);
	else if (shape.words == 4 && shape.key_words == 3)
		fits = merge_entries(state, SHAPE_4_3, &merge);
	else
		fits = merge_entries(state, shape, &merge);

	/* what is left of the tail goes before the rest; there is room for it */
	memcpy(state->entries + (Size) merge.i * shape.words, tail, merge.j * size);
	merge.i += merge.j;
	gap = merge.out - merge.i;
	if (gap > 0)
		memmove(state->entries + (Size) merge.i * shape.words,
				state->entries + (Size) merge.out * shape.words,
				(state->sorted + count - merge.out) * size);
	state->used = state->sorted + count - gap;
	state->sorted = fits ? state->used : 0;
	return fits;
}

/*
 * Put all entries in order, those of equal keys as one.
 */
void
log_state_compact(LogState *state)
{
	Size		size = state->shape.words * sizeof(int64);
	int64	   *tail = state->entries + (Size) state->sorted * state->shape.words;
	uint32		count = state->used - state->sorted;
	int64	   *scratch;
	int64	   *ordered;
	bool		fits;
	bool		is_behind;

	if (count == 0)
		return;
	ordered = entries_sort_apart(&state->shape, tail, count, &scratch);
	fits = unite_equal(state, ordered, &count);
	state->used = state->sorted + count;

	/* often all of it lies behind what is sorted, for instance nothing */
	is_behind = state->sorted == 0 ||
		entry_compare(&state->shape, tail - state->shape.words, ordered) < 0;
	if (!fits || is_behind)
	{
		if (ordered != tail)
			memcpy(tail, ordered, count * size);
		if (fits)
			state->sorted = state->used;
	}
	else
	{
		if (scratch == NULL)
			scratch = MemoryContextAllocHuge(CurrentMemoryContext, count * size);
		if (ordered == tail)
			memcpy(scratch, tail, count * size);
		fits = merge_tail(state, scratch, count);
	}
	if (scratch != NULL)
		pfree(scratch);
	if (!fits)
	{
		log_widen(state);
		log_state_compact(state);
	}
}

/* Put entry i, which has changed, behind those that come before it. */
static void
sink(LogState *state, uint32 i, const LogEntry *entry)
{
	const EntryShape shape = state->shape;
	int64	   *place = state->entries + (Size) i * shape.words;
	int64		words[LOG_MAX_WORDS] = {0};

	if (state->is_narrow)
		(void) log_to_narrow(state->type, state->kind, entry, words);
	else
		log_to_wide(state->type, state->kind, entry, words);
	for (; i > 0 && entry_compare(&shape, place - shape.words, words) > 0; i--)
	{
		entry_copy(&shape, place, place - shape.words);
		place -= shape.words;
	}
	entry_copy(&shape, place, words);
}

/*
 * Put all entries in order, and the labels, so that they have the numbers that
 * they have in a finished log.  Other numbers change the order of entries of one
 * id and time only.
 */
void
log_state_finish(LogState *state)
{
	uint32	   *numbers;
	LogEntry	entry;

	log_state_compact(state);
	if (state->type->labels == NULL)
		return;
	numbers = labels_sort(&state->labels);
	if (numbers == NULL)
		return;
	memset(&entry, 0, sizeof(entry));
	for (uint32 i = 0; i < state->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_read(state, i, &entry);
		entry.payload[state->type->label] = numbers[entry.payload[state->type->label]];
		sink(state, i, &entry);
	}
	pfree(numbers);
}

/*
 * Merge two sorted parts of different states from their beginnings, into memory for
 * all of them, and return how many entries that gives; 0 where narrow entries have
 * no room for a sum.  See merge_entries() for what it does not branch on.
 */
static pg_attribute_always_inline uint32
merge_forward(const LogState *first, const LogState *second,
			  const EntryShape shape, int64 *out)
{
	int			words = shape.words;
	const int64 *a = first->entries;
	const int64 *b = second->entries;
	const int64 *a_end = a + (Size) first->used * words;
	const int64 *b_end = b + (Size) second->used * words;
	int64	   *begin = out;
	uint32		count = 0;

	while (a < a_end && b < b_end)
	{
		int			order = entry_order(&shape, a, b);
		Size		is_first = order <= 0;

		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		entry_copy(&shape, out, is_first ? a : b);
		if (unlikely(order == 0))
		{
			if (!merge_entry(first, out, b))
				return 0;
			b += words;
		}
		a += is_first * words;
		b += (1 - is_first) * words;
		out += words;
	}
	memcpy(out, a, (char *) a_end - (char *) a);
	out += a_end - a;
	memcpy(out, b, (char *) b_end - (char *) b);
	out += b_end - b;
	return (uint32) ((out - begin) / words);
}

static uint32
merge_parts(const LogState *first, const LogState *second, int64 *out)
{
	const EntryShape shape = first->shape;

	if (shape.words == 1)
		return merge_forward(first, second, SHAPE_1_1(shape.payload_bits), out);
	if (shape.words == 2 && shape.key_words == 1)
		return merge_forward(first, second, SHAPE_2_1(shape.payload_bits), out);
	if (shape.words == 2)
		return merge_forward(first, second, SHAPE_2_2(shape.payload_bits), out);
	if (shape.words == 3 && shape.key_words == 3)
		return merge_forward(first, second, SHAPE_3_3(shape.payload_bits), out);
	if (shape.words == 4 && shape.key_words == 3)
		return merge_forward(first, second, SHAPE_4_3, out);
	return merge_forward(first, second, shape, out);
}

/*
 * Put two states that are in order and have the same shape, scale and labels into
 * the first one of the arguments, which may be the second one too.  False where
 * narrow entries have no room for a sum, or there would be too many; nothing has
 * changed then.
 */
bool
log_merge_states(LogState *into, const LogState *first, const LogState *second)
{
	uint64		room = (uint64) first->used + second->used + LOG_EXPANDED_ENTRIES;
	int64	   *entries;
	uint32		used;

	if (room > LOG_MAX_ENTRIES)
		return false;
	entries = MemoryContextAllocHuge(GetMemoryChunkContext(into->entries),
									 room * into->shape.words * sizeof(int64));
	used = merge_parts(first, second, entries);
	if (used == 0)
	{
		pfree(entries);
		return false;
	}
	pfree(into->entries);
	into->entries = entries;
	into->capacity = (uint32) room;
	into->sorted = into->used = used;
	return true;
}
