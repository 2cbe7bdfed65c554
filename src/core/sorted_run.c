/*-------------------------------------------------------------------------
 *
 * sorted_run.c
 *	  The growing state: see sorted_run.h for its shape and its rules.
 *
 * Cost.  A row is appended in constant time.  A full tail is sorted, its equal
 * keys are added up, and it is merged into the run.  The state doubles when
 * that leaves less than a quarter of it free, so that a merge over n entries
 * pays for at least n / 4 further rows: n rows with d distinct keys take
 * O(n log d) time and O(d) memory, at most four times what the distinct keys
 * need and half of that again while sorting.
 *
 * A final function copies the state and sorts the copy's tail: O(d log d) each
 * time, O(d) for rows that arrive in key order.  Used over a window frame that
 * costs this for every row, as every row's result is such a copy anyway; a
 * window over many rows is better taken over summaries of days, by rollup().
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#include "core/sorted_run.h"
#include "core/summary.h"

/* Room of a new state: a group is often one customer with a few rows. */
#define RUN_FIRST_ENTRIES	4

/*
 * The largest state.  A varlena may have MaxAllocSize bytes; some are left for
 * the tuple that carries it.
 */
#define RUN_MAX_BYTES		(MaxAllocSize - (Size) 8192)

/* With so many entries or more a radix sort is faster than a quicksort. */
#define RUN_RADIX_ENTRIES	1024

/*
 * A radix sort checks for a cancel request once in so many entries: its loops
 * are a few instructions, which a test in each round would slow down.
 */
#define RUN_RADIX_PART		0x400000

#define RUN_OFFSET(type)	(sizeof(SortedRun) + (type)->header_size)

/*
 * Sort functions for the common shapes of an entry: one or two key words, up
 * to three words in all.  An element of known size is swapped in registers.
 */
typedef struct RunWords1
{
	int64		w[1];
} RunWords1;

typedef struct RunWords2
{
	int64		w[2];
} RunWords2;

typedef struct RunWords3
{
	int64		w[3];
} RunWords3;

#define COMPARE_ONE(a, b) \
	((a)->w[0] < (b)->w[0] ? -1 : ((a)->w[0] > (b)->w[0]))
#define COMPARE_TWO(a, b) \
	((a)->w[0] != (b)->w[0] ? COMPARE_ONE(a, b) : \
	 ((a)->w[1] < (b)->w[1] ? -1 : ((a)->w[1] > (b)->w[1])))

#define ST_SORT sort_one_of_one
#define ST_ELEMENT_TYPE RunWords1
#define ST_COMPARE(a, b) COMPARE_ONE(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

#define ST_SORT sort_one_of_two
#define ST_ELEMENT_TYPE RunWords2
#define ST_COMPARE(a, b) COMPARE_ONE(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

#define ST_SORT sort_one_of_three
#define ST_ELEMENT_TYPE RunWords3
#define ST_COMPARE(a, b) COMPARE_ONE(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

#define ST_SORT sort_two_of_two
#define ST_ELEMENT_TYPE RunWords2
#define ST_COMPARE(a, b) COMPARE_TWO(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

#define ST_SORT sort_two_of_three
#define ST_ELEMENT_TYPE RunWords3
#define ST_COMPARE(a, b) COMPARE_TWO(a, b)
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

/*
 * For entries of any other shape their addresses are sorted: a large entry is
 * then moved once and not at every step.
 */
typedef const char *RunAddress;

#define ST_SORT sort_addresses
#define ST_ELEMENT_TYPE RunAddress
#define ST_COMPARE(a, b, type) sorted_run_compare(type, *(a), *(b))
#define ST_COMPARE_ARG_TYPE const SortedRunType
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"
#undef ST_DEFINE

static void
sort_any(const SortedRunType *type, char *entries, uint32 count)
{
	Size		size = type->entry_size;
	RunAddress *address;
	char	   *copy;
	uint32		i;

	/* nothing to do for entries in order, such as the pieces of a roll-up */
	for (i = 1; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (sorted_run_compare(type, entries + (i - 1) * size,
							   entries + i * size) > 0)
			break;
	}
	if (i >= count)
		return;

	copy = (char *) palloc(count * size);
	memcpy(copy, entries, count * size);
	address = (RunAddress *) palloc(count * sizeof(RunAddress));
	for (i = 0; i < count; i++)
		address[i] = copy + i * size;

	sort_addresses(address, count, type);

	for (i = 0; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		memcpy(entries + i * size, address[i], size);
	}
	pfree(address);
	pfree(copy);
}

/*
 * Bits of a digit of a radix sort: 2^11 counters fit into the processor's
 * first cache.
 */
#define RADIX_MAX_BITS		11
#define RADIX_PLACES		(1 << RADIX_MAX_BITS)

/* Signed numbers with this bit inverted are in the order of unsigned ones. */
#define SIGN_BIT			UINT64CONST(0x8000000000000000)

static inline uint32
radix_digit(int64 key, int shift, int bits)
{
	return (uint32) (((uint64) key ^ SIGN_BIT) >> shift) &
		(((uint32) 1 << bits) - 1);
}

/*
 * Make one pass of a radix sort: put the entries in order of one digit of
 * their key, those of equal digits as they were.  places says where each
 * digit's first entry goes.
 */
static pg_attribute_always_inline void
radix_pass(const int64 *from, int64 *to, uint32 count, Size words, int shift,
		   int bits, uint32 *places)
{
	while (count > 0)
	{
		uint32		part = Min(count, RUN_RADIX_PART);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < part; i++, from += words)
		{
			uint32		digit = radix_digit(from[0], shift, bits);
			int64	   *place = to + (Size) places[digit]++ * words;

			for (Size w = 0; w < words; w++)
				place[w] = from[w];
		}
		count -= part;
	}
}

/* Count how many entries have each digit. */
static void
radix_count(const int64 *from, uint32 count, Size words, int shift, int bits,
			uint32 *counts)
{
	memset(counts, 0, sizeof(uint32) << bits);
	while (count > 0)
	{
		uint32		part = Min(count, RUN_RADIX_PART);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < part; i++, from += words)
			counts[radix_digit(from[0], shift, bits)]++;
		count -= part;
	}
}

/*
 * Sort many entries of one key word, digit by digit from the lowest.  For
 * millions of entries this takes a quarter of the time of a quicksort, which
 * loses most of it on branches that cannot be predicted.  Bits that all keys
 * have in common, as the highest of dates and durations, cost nothing.
 */
static void
sort_radix(void *entries, uint32 count, Size words)
{
	Size		bytes = (Size) count * words * sizeof(int64);
	int64	   *from = (int64 *) entries;
	int64	   *to;
	uint64		differs = 0;
	bool		in_order = true;
	int			lowest;
	int			bits;
	int			passes;

	for (uint32 i = 1; i < count;)
	{
		uint32		end = i + Min(count - i, RUN_RADIX_PART);

		CHECK_FOR_INTERRUPTS();
		for (; i < end; i++)
		{
			differs |= (uint64) (from[i * words] ^ from[0]);
			in_order &= from[i * words] >= from[(i - 1) * words];
		}
	}
	/* nothing to do for entries in order, such as the pieces of a roll-up */
	if (in_order)
		return;
	to = (int64 *) palloc(bytes);
	lowest = pg_rightmost_one_pos64(differs);
	bits = pg_leftmost_one_pos64(differs) - lowest + 1;
	passes = (bits + RADIX_MAX_BITS - 1) / RADIX_MAX_BITS;
	bits = (bits + passes - 1) / passes;

	for (int pass = 0; pass < passes; pass++)
	{
		uint32		places[RADIX_PLACES];
		int			shift = lowest + pass * bits;
		int64	   *swap;
		uint32		sum = 0;

		radix_count(from, count, words, shift, bits, places);
		for (int i = 0; i < 1 << bits; i++)
		{
			uint32		n = places[i];

			places[i] = sum;
			sum += n;
		}

		if (words == 1)
			radix_pass(from, to, count, 1, shift, bits, places);
		else if (words == 2)
			radix_pass(from, to, count, 2, shift, bits, places);
		else if (words == 3)
			radix_pass(from, to, count, 3, shift, bits, places);
		else
			radix_pass(from, to, count, words, shift, bits, places);
		swap = from;
		from = to;
		to = swap;
	}

	if (from != (int64 *) entries)
	{
		memcpy(entries, from, bytes);
		to = from;
	}
	pfree(to);
}

static void
sort_entries(const SortedRunType *type, void *entries, uint32 count)
{
	Size		words = type->entry_size / sizeof(int64);

	if (type->key_words == 1 && count >= RUN_RADIX_ENTRIES)
		sort_radix(entries, count, words);
	else if (type->key_words == 1 && words == 1)
		sort_one_of_one((RunWords1 *) entries, count);
	else if (type->key_words == 1 && words == 2)
		sort_one_of_two((RunWords2 *) entries, count);
	else if (type->key_words == 1 && words == 3)
		sort_one_of_three((RunWords3 *) entries, count);
	else if (type->key_words == 2 && words == 2)
		sort_two_of_two((RunWords2 *) entries, count);
	else if (type->key_words == 2 && words == 3)
		sort_two_of_three((RunWords3 *) entries, count);
	else
		sort_any(type, (char *) entries, count);
}

static inline void
copy_entry(const SortedRunType *type, char *to, const char *from)
{
	const int64 *source = (const int64 *) from;
	int64	   *target = (int64 *) to;

	/* cheaper for a few words than a call of memcpy with an unknown size */
	for (Size i = 0; i < type->entry_size / sizeof(int64); i++)
		target[i] = source[i];
}

/*
 * Report whether entries are sets of one word, such as customers' ids, of
 * which there are millions.  They have functions of their own, without a
 * branch that cannot be predicted.
 */
static inline bool
is_word_set(const SortedRunType *type)
{
	return type->entry_size == sizeof(int64) && type->merge == NULL &&
		type->is_empty == NULL;
}

static uint32
unite_equal_words(int64 *word, uint32 count)
{
	uint32		last = 0;

	for (uint32 i = 1; i < count; i++)
	{
		bool		differs = word[i] != word[last];

		word[last + 1] = word[i];
		last += differs;
	}
	return last + 1;
}

/*
 * Merge a copy of the tail into the run from the back, for entries of one
 * word, as sorted_run_compact() does for any.  *before becomes the number of
 * entries of the run that are still in their place.  Equal words leave a gap
 * after these; its size is returned.
 */
static uint32
merge_words(int64 *run, uint32 *before, const int64 *copy, uint32 count)
{
	uint32		i = *before;
	uint32		j = count;
	uint32		out = i + j;

	while (i > 0 && j > 0)
	{
		int64		a = run[i - 1];
		int64		b = copy[j - 1];

		/* of equal words the run's is taken next and overwrites this one */
		run[out - 1] = Max(a, b);
		out -= a != b;
		i -= a > b;
		j -= a <= b;
	}
	if (j > 0)
	{
		out -= j;
		memcpy(run + out, copy, j * sizeof(int64));
	}
	*before = i;
	return out - i;
}

/*
 * Make sorted entries with equal keys one, in place, and return how many
 * remain.
 */
static uint32
unite_equal(const SortedRunType *type, char *entries, uint32 count)
{
	Size		size = type->entry_size;
	char	   *last = entries;

	if (count < 2)
		return count;
	if (is_word_set(type))
		return unite_equal_words((int64 *) entries, count);

	for (uint32 i = 1; i < count; i++)
	{
		char	   *entry = entries + i * size;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();

		if (sorted_run_compare(type, last, entry) != 0)
		{
			last += size;
			if (last != entry)
				copy_entry(type, last, entry);
		}
		else if (type->merge != NULL)
			type->merge(last, entry);
	}
	return (uint32) ((last - entries) / size) + 1;
}

static uint32
max_entries(const SortedRunType *type)
{
	return (uint32) ((RUN_MAX_BYTES - RUN_OFFSET(type)) / type->entry_size);
}

static void
too_large(const SortedRunType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s is too large", type->type_name),
			 errdetail("A summary holds at most %u distinct entries.",
					   max_entries(type)),
			 type->too_large_hint != NULL ?
			 errhint("%s", type->too_large_hint) :
			 errhint("Aggregate fewer rows at a time.")));
}

/*
 * Return a state with no entry and room for so many.  The family's header is
 * zero.
 */
SortedRun *
sorted_run_new_sized(const SortedRunType *type, uint32 entries)
{
	Size		size;
	SortedRun  *state;

	if (entries > max_entries(type))
		too_large(type);

	size = RUN_OFFSET(type) + (Size) entries * type->entry_size;

	/*
	 * Zero the spare entries too: they are never read, but they are stored
	 * with the state, and a value must not carry what happened to lie in
	 * memory.
	 */
	state = (SortedRun *) palloc0(size);
	SET_VARSIZE(state, size);
	state->version = SUMMARY_VERSION;
	return state;
}

SortedRun *
sorted_run_new(const SortedRunType *type)
{
	return sorted_run_new_sized(type, RUN_FIRST_ENTRIES);
}

/*
 * Sort the tail and merge it into the run, in place.  It changes the state, as
 * sorted_run_append() does, so it is for transition functions only.
 */
void
sorted_run_compact(const SortedRunType *type, SortedRun *state)
{
	Size		size = type->entry_size;
	uint32		before = state->sorted;
	uint32		count = state->used - state->sorted;
	char	   *run = (char *) sorted_run_entry(type, state, 0);
	char	   *tail = (char *) sorted_run_entry(type, state, before);
	char	   *copy;
	uint32		i,
				j,
				out;

	if (count == 0)
		return;

	sort_entries(type, tail, count);
	count = unite_equal(type, tail, count);

	/*
	 * append a tail that lies behind the run, as it often does, for instance
	 * when there is no run yet
	 */
	if (before == 0 || sorted_run_compare(type, tail - size, tail) < 0)
	{
		state->sorted = state->used = before + count;
		return;
	}

	/*
	 * Merge from the back, where there is room: the run's entries move up
	 * into the place of the tail, which has been copied away.  Equal keys
	 * leave a gap between the entries done and those to do; it is closed at
	 * the end.
	 */
	copy = (char *) palloc(count * size);
	memcpy(copy, tail, count * size);

	i = before;
	j = count;
	out = before + count;
	if (is_word_set(type))
	{
		out = merge_words((int64 *) run, &i, (const int64 *) copy, count);
		out += i;
		j = 0;
	}
	while (j > 0)
	{
		int			order;

		if ((j & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();

		order = i == 0 ? -1 :
			sorted_run_compare(type, run + (i - 1) * size, copy + (j - 1) * size);
		if (order > 0)
		{
			i--;
			out--;
			copy_entry(type, run + out * size, run + i * size);
		}
		else if (order < 0)
		{
			j--;
			out--;
			copy_entry(type, run + out * size, copy + j * size);
		}
		else
		{
			j--;
			if (type->merge != NULL)
				type->merge(run + (i - 1) * size, copy + j * size);
		}
	}
	if (out > i)
		memmove(run + i * size, run + out * size,
				(before + count - out) * size);

	state->sorted = state->used = before + count - (out - i);
	pfree(copy);
}

/*
 * Make room for at least one more entry in a state that is full, and return
 * the state, or a larger copy of it in the current context.  at_least is the
 * number of entries that a new state must have room for, where the caller
 * knows it.
 */
SortedRun *
sorted_run_make_room(const SortedRunType *type, SortedRun *state, uint32 at_least)
{
	uint32		capacity = sorted_run_capacity(type, state);
	uint32		limit = max_entries(type);
	uint32		wanted;
	SortedRun  *larger;

	sorted_run_compact(type, state);

	/*
	 * Go on with the same state if a quarter of it is free.  At the upper
	 * limit, where there is nothing larger, a little free room is enough, but
	 * one entry is not: every row would then have to merge the whole state.
	 */
	if (state->used < capacity &&
		(state->used <= capacity - capacity / 4 ||
		 (capacity >= limit && state->used <= limit - limit / 64)))
		return state;
	if (capacity >= limit)
		too_large(type);

	wanted = Max(capacity, RUN_FIRST_ENTRIES / 2);
	wanted = wanted > limit / 2 ? limit : wanted * 2;
	if (at_least > limit)
		too_large(type);
	wanted = Max(wanted, at_least);

	larger = sorted_run_new_sized(type, wanted);
	memcpy((char *) larger + VARHDRSZ, (char *) state + VARHDRSZ,
		   RUN_OFFSET(type) + state->used * type->entry_size - VARHDRSZ);
	return larger;
}

/*
 * Add the entries of another state, for combine functions and roll-ups, and
 * return the state or a larger one.  The other state is not changed.  The
 * caller compares and combines the families' headers.
 *
 * The entries are appended to the tail in as large pieces as there is room
 * for; a piece of a sorted state is found sorted in one pass later.  So
 * rolling up many small states costs what appending their entries costs, and
 * not a merge of the whole for each.
 */
SortedRun *
sorted_run_merge(const SortedRunType *type, SortedRun *into, const SortedRun *from)
{
	uint32		done = 0;

	while (done < from->used)
	{
		uint32		room = sorted_run_capacity(type, into) - into->used;
		uint32		count;
		bool		in_order;

		if (room == 0)
		{
			into = sorted_run_make_room(type, into, from->used);
			room = sorted_run_capacity(type, into) - into->used;
		}
		CHECK_FOR_INTERRUPTS();

		/* take a piece of the sorted part first: it may extend the run */
		count = Min(from->used - done, room);
		if (done < from->sorted)
			count = Min(count, from->sorted - done);
		in_order = into->sorted == into->used && done < from->sorted &&
			(into->used == 0 ||
			 sorted_run_compare(type, sorted_run_entry(type, into, into->used - 1),
								sorted_run_entry_const(type, from, done)) < 0);

		memcpy(sorted_run_entry(type, into, into->used),
			   sorted_run_entry_const(type, from, done),
			   count * type->entry_size);
		into->used += count;
		if (in_order)
			into->sorted = into->used;
		done += count;
	}
	return into;
}

/*
 * Return the final value: a copy without tail, empty entries and spare room.
 *
 * The state is left as it is, as a final function must: it may be called again
 * after further rows, and several aggregates may share one state.
 */
SortedRun *
sorted_run_finish(const SortedRunType *type, const SortedRun *state)
{
	Size		size = type->entry_size;
	uint32		count = state->used - state->sorted;
	const char *run = (const char *) sorted_run_entry_const(type, state, 0);
	char	   *tail = NULL;
	SortedRun  *result;
	char	   *out;
	uint32		i = 0,
				j = 0,
				merged = 0;

	result = sorted_run_new_sized(type, state->used);
	memcpy(sorted_run_header(result), sorted_run_header_const(state), type->header_size);
	out = (char *) sorted_run_entry(type, result, 0);

	if (count > 0)
	{
		tail = (char *) palloc(count * size);
		memcpy(tail, run + state->sorted * size, count * size);
		sort_entries(type, tail, count);
		count = unite_equal(type, tail, count);
	}
	else if (type->is_empty == NULL)
	{
		/*
		 * copy the run alone when there is no tail: rows came in key order,
		 * or the value was final before
		 */
		memcpy(out, run, state->used * size);
		result->sorted = result->used = state->used;
		return result;
	}

	while (i < state->sorted || j < count)
	{
		int			order;

		if (((i + j) & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();

		if (i == state->sorted)
			order = 1;
		else if (j == count)
			order = -1;
		else
			order = sorted_run_compare(type, run + i * size, tail + j * size);

		if (order <= 0)
			copy_entry(type, out, run + i++ * size);
		if (order > 0)
			copy_entry(type, out, tail + j++ * size);
		else if (order == 0)
		{
			if (type->merge != NULL)
				type->merge(out, tail + j * size);
			j++;
		}

		if (type->is_empty == NULL || !type->is_empty(out))
		{
			out += size;
			merged++;
		}
	}
	if (tail != NULL)
		pfree(tail);

	result->sorted = result->used = merged;
	SET_VARSIZE(result, RUN_OFFSET(type) + merged * size);
	return result;
}

/*
 * Return a state to read from: the state itself when it is final, else a
 * finished copy.  Output functions and accessors meet unfinished states where
 * another server sends its partial result as a value of the type.
 */
const SortedRun *
sorted_run_read(const SortedRunType *type, const SortedRun *state)
{
	if (state->sorted != state->used ||
		VARSIZE(state) != RUN_OFFSET(type) + state->used * type->entry_size)
		return sorted_run_finish(type, state);

	/* a family with empty entries has its own way of reading */
	Assert(type->is_empty == NULL);
	return state;
}

/*
 * Refuse entries that sorted_run_finish() cannot have made.  This is for
 * receive functions, which make the state themselves; the family checks its
 * header and its payloads besides.
 */
void
sorted_run_check(const SortedRunType *type, const SortedRun *state)
{
	const char *problem = NULL;

	for (uint32 i = 0; i < state->used && problem == NULL; i++)
	{
		const void *entry = sorted_run_entry_const(type, state, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();

		if (i > 0 &&
			sorted_run_compare(type, sorted_run_entry_const(type, state, i - 1),
							   entry) >= 0)
			problem = psprintf("Entry %u is out of order.", i + 1);
		else if (type->is_empty != NULL && type->is_empty(entry))
			problem = psprintf("Entry %u counts nothing.", i + 1);
	}

	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid value of type %s", type->type_name),
				 errdetail_internal("%s", problem),
				 errhint("The bytes must be those that this type is sent as, by COPY in binary format for instance.")));
}

/*
 * Return the number of entries with a key less than the given one, in a final
 * state; where the key is present, that is its place.
 */
uint32
sorted_run_lower_bound(const SortedRunType *type, const SortedRun *state, const int64 *key)
{
	uint32		low = 0,
				high = state->used;

	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (sorted_run_compare(type, sorted_run_entry_const(type, state, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
