/*-------------------------------------------------------------------------
 *
 * entry_sort.c
 *	  Sorts entries of a few words each, of which the first ones are the key.
 *
 * Many entries are sorted by digits of the first key word that differs, from the
 * lowest digit to the highest (a radix sort), since a comparison sort of millions
 * loses most of its time on branches that cannot be predicted.  Only as many of
 * the highest bits are looked at as are needed to make the groups of equal
 * digits small; these groups are then sorted by comparing.  Two things that are
 * usual cost next to nothing: entries that are in order, and groups that are,
 * such as the events of a user in a table to which events were appended.
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

#include "core/entry_sort.h"

/* From so many entries on a radix sort is faster than a comparison sort. */
#define RADIX_ENTRIES		1024

/* A digit; 2^11 places fit into the processor's first cache. */
#define RADIX_MAX_BITS		11
#define RADIX_PLACES		(1 << RADIX_MAX_BITS)

/* No more digits than a word has. */
#define RADIX_MAX_DIGITS	64

/*
 * The loops look for a cancel request once in so many entries: they are a few
 * instructions, which a test in each round would slow down.
 */
#define SORT_PART			0x400000

/* Signed numbers with this bit turned over are in the order of unsigned ones. */
#define SIGN_BIT			UINT64CONST(0x8000000000000000)

typedef struct RadixDigit
{
	int			shift;
	int			bits;
} RadixDigit;

/*
 * Comparison sorts by the number of words of an entry: elements of known size
 * are swapped in registers.
 */
typedef struct EntryOf1
{
	int64		w[1];
} EntryOf1;

typedef struct EntryOf2
{
	int64		w[2];
} EntryOf2;

typedef struct EntryOf3
{
	int64		w[3];
} EntryOf3;

typedef struct EntryOf4
{
	int64		w[4];
} EntryOf4;

/* PostgreSQL's template forgets its parameters each time. */
#define ST_SORT sort_of_1
#define ST_ELEMENT_TYPE EntryOf1
#define ST_COMPARE(a, b, shape) entry_compare(shape, (a)->w, (b)->w)
#define ST_COMPARE_ARG_TYPE const EntryShape
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_of_2
#define ST_ELEMENT_TYPE EntryOf2
#define ST_COMPARE(a, b, shape) entry_compare(shape, (a)->w, (b)->w)
#define ST_COMPARE_ARG_TYPE const EntryShape
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_of_3
#define ST_ELEMENT_TYPE EntryOf3
#define ST_COMPARE(a, b, shape) entry_compare(shape, (a)->w, (b)->w)
#define ST_COMPARE_ARG_TYPE const EntryShape
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

#define ST_SORT sort_of_4
#define ST_ELEMENT_TYPE EntryOf4
#define ST_COMPARE(a, b, shape) entry_compare(shape, (a)->w, (b)->w)
#define ST_COMPARE_ARG_TYPE const EntryShape
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

/* Larger entries are moved once and not at every step: their addresses are sorted. */
typedef const int64 *EntryAddress;

#define ST_SORT sort_addresses
#define ST_ELEMENT_TYPE EntryAddress
#define ST_COMPARE(a, b, shape) entry_compare(shape, *(a), *(b))
#define ST_COMPARE_ARG_TYPE const EntryShape
#define ST_SCOPE static
#define ST_CHECK_FOR_INTERRUPTS
#define ST_DEFINE
#include "lib/sort_template.h"

static void *
huge_alloc(Size size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, size);
}

static void
sort_large(const EntryShape *shape, int64 *entries, uint32 count)
{
	Size		bytes = (Size) count * shape->words * sizeof(int64);
	int64	   *copy = huge_alloc(bytes);
	EntryAddress *address = huge_alloc(count * sizeof(EntryAddress));

	memcpy(copy, entries, bytes);
	for (uint32 i = 0; i < count; i++)
		address[i] = copy + (Size) i * shape->words;
	sort_addresses(address, count, shape);
	for (uint32 i = 0; i < count; i++)
	{
		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		entry_copy(shape, entries + (Size) i * shape->words, address[i]);
	}
	pfree(address);
	pfree(copy);
}

/* Up to so many entries are sorted by insertion. */
#define INSERTION_ENTRIES	16
#define INSERTION_WORDS		16

static void
sort_by_insertion(const EntryShape *shape, int64 *entries, uint32 count)
{
	size_t		words = shape->words;
	int64		entry[INSERTION_WORDS] = {0};

	for (size_t i = 1; i < count; i++)
	{
		size_t		j = i;

		if (entry_compare(shape, entries + (i - 1) * words,
						  entries + i * words) <= 0)
			continue;
		entry_copy(shape, entry, entries + i * words);
		for (; j > 0 && entry_compare(shape, entries + (j - 1) * words, entry) > 0; j--)
			entry_copy(shape, entries + j * words, entries + (j - 1) * words);
		entry_copy(shape, entries + j * words, entry);
	}
}

static void
sort_by_comparison(const EntryShape *shape, int64 *entries, uint32 count)
{
	if (count <= INSERTION_ENTRIES && shape->words <= INSERTION_WORDS)
		sort_by_insertion(shape, entries, count);
	else if (shape->words == 1)
		sort_of_1((EntryOf1 *) entries, count, shape);
	else if (shape->words == 2)
		sort_of_2((EntryOf2 *) entries, count, shape);
	else if (shape->words == 3)
		sort_of_3((EntryOf3 *) entries, count, shape);
	else if (shape->words == 4)
		sort_of_4((EntryOf4 *) entries, count, shape);
	else
		sort_large(shape, entries, count);
}

/*
 * Return the bits in which the entries' words at the given place differ, and say
 * whether the entries are in order of their keys.
 */
static uint64
find_differences(const EntryShape *shape, const int64 *entries, uint32 count,
				 int place, bool *in_order)
{
	int			words = shape->words;
	const int64 *entry = entries + words;
	uint64		differs = 0;
	bool		ordered = true;

	for (uint32 i = 1; i < count;)
	{
		uint32		end = i + Min(count - i, SORT_PART);

		CHECK_FOR_INTERRUPTS();
		for (; i < end; i++, entry += words)
		{
			differs |= (uint64) (entry[place] ^ entries[place]);
			ordered = ordered &&
				entry_compare(shape, entry - words, entry) <= 0;
		}
	}
	if (place == shape->key_words - 1)
		differs &= ~((UINT64CONST(1) << shape->payload_bits) - 1);
	*in_order = ordered;
	return differs;
}

/*
 * Cut the highest bits that differ into digits, so many bits of them or a few
 * more, and return how many digits there are, the lowest one first.  Bits that
 * do not differ cost nothing where they are many together.
 */
static int
choose_digits(uint64 differs, int wanted, RadixDigit *digits)
{
	RadixDigit	found[RADIX_MAX_DIGITS];
	int			count = 0;

	while (differs != 0 && wanted > 0)
	{
		int			top = pg_leftmost_one_pos64(differs);
		int			bottom = Max(top - RADIX_MAX_BITS + 1, 0);
		uint64		mask = (((UINT64CONST(1) << (top - bottom)) << 1) - 1) << bottom;

		bottom = pg_rightmost_one_pos64(differs & mask);
		found[count].shift = bottom;
		found[count].bits = top - bottom + 1;
		count++;
		wanted -= pg_popcount64(differs & mask);
		differs &= ~mask;
	}
	for (int i = 0; i < count; i++)
		digits[i] = found[count - 1 - i];
	return count;
}

static inline uint32
digit_of(int64 word, const RadixDigit *digit)
{
	return (uint32) ((((uint64) word ^ SIGN_BIT) >> digit->shift) &
					 ((UINT64CONST(1) << digit->bits) - 1));
}

/*
 * Put the entries in order of one digit, those of equal digits as they were.
 * places says where each digit's first entry goes.
 */
static pg_attribute_always_inline void
radix_move(const int64 *from, int64 *to, uint32 count, int words, int place,
		   const RadixDigit *digit, uint32 *places)
{
	const RadixDigit by = *digit;

	while (count > 0)
	{
		uint32		part = Min(count, SORT_PART);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < part; i++, from += words)
		{
			int64	   *into = to + (Size) places[digit_of(from[place], &by)]++ * words;

			for (int w = 0; w < words; w++)
				into[w] = from[w];
		}
		count -= part;
	}
}

/* Count the entries of each digit, and say where the first of each goes. */
static void
radix_places(const int64 *from, uint32 count, int words, int place,
			 const RadixDigit *digit, uint32 *places)
{
	const RadixDigit by = *digit;
	uint32		sum = 0;

	memset(places, 0, sizeof(uint32) << by.bits);
	for (uint32 left = count; left > 0;)
	{
		uint32		part = Min(left, SORT_PART);

		CHECK_FOR_INTERRUPTS();
		for (uint32 i = 0; i < part; i++, from += words)
			places[digit_of(from[place], &by)]++;
		left -= part;
	}
	for (int i = 0; i < 1 << by.bits; i++)
	{
		uint32		n = places[i];

		places[i] = sum;
		sum += n;
	}
}

static void
radix_pass(const int64 *from, int64 *to, uint32 count, int words, int place,
		   const RadixDigit *digit)
{
	uint32		places[RADIX_PLACES];

	radix_places(from, count, words, place, digit, places);
	/* the usual sizes are copied in registers */
	if (words == 1)
		radix_move(from, to, count, 1, place, digit, places);
	else if (words == 2)
		radix_move(from, to, count, 2, place, digit, places);
	else if (words == 3)
		radix_move(from, to, count, 3, place, digit, places);
	else
		radix_move(from, to, count, words, place, digit, places);
}

static int64 *sort_from(const EntryShape *shape, int64 *entries, uint32 count,
						int place, int64 **scratch);

/*
 * Sort the groups of entries that agree in these bits of the word at the given
 * place, each by itself.
 */
static void
sort_groups(const EntryShape *shape, int64 *entries, uint32 count, int place,
			uint64 sorted_bits)
{
	int			words = shape->words;
	uint32		begin = 0;
	bool		ordered = true;

	for (uint32 i = 1; i <= count; i++)
	{
		const int64 *entry = entries + (Size) i * words;

		if ((i & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i < count &&
			(((uint64) (entry[place] ^ entry[place - words])) & sorted_bits) == 0)
		{
			ordered = ordered && entry_compare(shape, entry - words, entry) <= 0;
			continue;
		}
		if (!ordered)
			(void) sort_from(shape, entries + (Size) begin * words, i - begin, place, NULL);
		begin = i;
		ordered = true;
	}
}

/*
 * Sort entries that are equal in the key words before the given place, and return
 * where they are: see entries_sort_apart().  Without scratch they stay in place.
 */
static int64 *
sort_from(const EntryShape *shape, int64 *entries, uint32 count, int place,
		  int64 **scratch)
{
	Size		bytes = (Size) count * shape->words * sizeof(int64);
	RadixDigit	digits[RADIX_MAX_DIGITS];
	uint64		differs;
	uint64		sorted_bits = 0;
	bool		in_order;
	int			wanted;
	int			passes;
	int64	   *from = entries;
	int64	   *to;

	if (count < RADIX_ENTRIES)
	{
		sort_by_comparison(shape, entries, count);
		return entries;
	}
	differs = find_differences(shape, entries, count, place, &in_order);
	if (in_order)
		return entries;
	while (differs == 0)
		differs = find_differences(shape, entries, count, ++place, &in_order);

	/* as many bits as it takes to count the entries make groups of a few */
	wanted = pg_leftmost_one_pos32(count);
	if (shape->key_words == 1)
		wanted = 64;
	passes = choose_digits(differs, wanted, digits);

	to = huge_alloc(bytes);
	for (int pass = 0; pass < passes; pass++)
	{
		int64	   *swap = from;

		radix_pass(from, to, count, shape->words, place, &digits[pass]);
		sorted_bits |= ((UINT64CONST(1) << digits[pass].bits) - 1) << digits[pass].shift;
		from = to;
		to = swap;
	}
	if (scratch != NULL)
		*scratch = from == entries ? to : from;
	else if (from != entries)
	{
		memcpy(entries, from, bytes);
		pfree(from);
		from = entries;
	}
	else
		pfree(to);

	if ((differs & ~sorted_bits) != 0 || place < shape->key_words - 1)
		sort_groups(shape, from, count, place, sorted_bits);
	return from;
}

/*
 * Sort entries by their keys.  Entries of equal keys may change places.
 */
void
entries_sort(const EntryShape *shape, int64 *entries, uint32 count)
{
	if (count > 1)
		(void) sort_from(shape, entries, count, 0, NULL);
}

/*
 * Sort entries as entries_sort() does, for one who copies them afterwards anyway,
 * and return where they are: in their place, or in *scratch, which is memory that
 * was taken on the way, or NULL.
 */
int64 *
entries_sort_apart(const EntryShape *shape, int64 *entries, uint32 count,
				   int64 **scratch)
{
	*scratch = NULL;
	return count > 1 ? sort_from(shape, entries, count, 0, scratch) : entries;
}
