/*-------------------------------------------------------------------------
 *
 * active_days.c
 *	  active_days in memory: the state of the aggregate and the finished value.
 *
 * While rows are counted the set is a bitmap, of a year in 64 bytes, so that a
 * day costs little more than the memory access.  Where days are further apart
 * than two and a half years, it is an array of blocks of 256 days, sorted by
 * day, in which a day is found by a short search.  A finished value is a
 * bitmap from the first day to the last or a list of days, whichever is
 * shorter: 200 of 1,000 days take 137 bytes, 3 days of any year at most 20.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/date.h"
#include "utils/memutils.h"

#include "core/calendar.h"
#include "core/summary.h"
#include "usage/active_days.h"

#define BLOCK_DAYS		256
#define BLOCK_WORDS		(BLOCK_DAYS / 64)

/*
 * The 256 days from 256 * number on, where a day is counted from 2000-01-01.
 */
typedef struct DayBlock
{
	int64		number;
	uint64		words[BLOCK_WORDS];
} DayBlock;

const SummaryType active_days_type = {
	.name = "active_days",
	.example = "{\"version\": 1, \"days\": [\"2025-01-31\", \"2025-02-03/2025-02-07\"]}",
	.size = 0
};

/*
 * The state of the aggregate: blocks
 */

/*
 * Blocks are read and written where they lie, so their place must be aligned:
 * the header has 12 bytes and they begin at 16.
 */
#define BLOCKS_OFFSET	MAXALIGN(offsetof(ActiveDays, data))

static inline DayBlock *
blocks_of(const ActiveDays *state)
{
	return (DayBlock *) ((char *) state + BLOCKS_OFFSET);
}

static inline int32
blocks_capacity(const ActiveDays *state)
{
	return (int32) ((VARSIZE(state) - BLOCKS_OFFSET) / sizeof(DayBlock));
}

/*
 * The calendar has 8,388,609 blocks and room doubles from 2 on, so no state
 * has room for more than 16,777,216, which are 671 MB: less than palloc()
 * gives.
 */
#define CALENDAR_BLOCKS \
	(((int64) CALENDAR_LAST_DAY - CALENDAR_FIRST_DAY) / BLOCK_DAYS + 2)

StaticAssertDecl(2 * CALENDAR_BLOCKS * sizeof(DayBlock) + MAXIMUM_ALIGNOF +
				 offsetof(ActiveDays, data) <= MaxAllocSize,
				 "blocks of the whole calendar must fit into a state");

/* Return an empty state with room for so many blocks. */
static ActiveDays *
blocks_new(int64 capacity)
{
	Size		size = BLOCKS_OFFSET + (Size) capacity * sizeof(DayBlock);
	ActiveDays *state = palloc0(size);

	summary_init(state, size);
	state->form = ACTIVE_DAYS_BLOCKS;
	return state;
}

/*
 * Return the place of a block in a state, or where it belongs.  Rows often
 * come in the order of time, so the search begins at the end.
 */
static inline int32
block_place(const ActiveDays *state, int64 number)
{
	const DayBlock *blocks = blocks_of(state);
	int32		low = 0;
	int32		high = state->first;

	if (high == 0 || blocks[high - 1].number < number)
		return high;
	while (low < high)
	{
		int32		middle = low + (high - low) / 2;

		if (blocks[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/*
 * Return the block of a number, and make it if it is not there.  The state may
 * move: a larger one is in the current context, which is the per-call one, and
 * nodeAgg.c copies it and frees the old one.
 */
static inline DayBlock *
blocks_find(ActiveDays **state, int64 number)
{
	int32		place = block_place(*state, number);
	DayBlock   *blocks = blocks_of(*state);
	int32		used = (*state)->first;

	if (likely(place < used && blocks[place].number == number))
		return &blocks[place];

	if (used == blocks_capacity(*state))
	{
		ActiveDays *larger = blocks_new((int64) used * 2);

		memcpy(blocks_of(larger), blocks, used * sizeof(DayBlock));
		larger->first = used;
		*state = larger;
		blocks = blocks_of(larger);
	}
	memmove(&blocks[place + 1], &blocks[place],
			(used - place) * sizeof(DayBlock));
	memset(&blocks[place], 0, sizeof(DayBlock));
	blocks[place].number = number;
	(*state)->first = used + 1;
	return &blocks[place];
}

static inline ActiveDays *
blocks_set(ActiveDays *state, DateADT day)
{
	/* an arithmetic shift, so that days before 2000 go to negative blocks */
	DayBlock   *block = blocks_find(&state, (int64) day >> 8);
	int			bit = day & (BLOCK_DAYS - 1);

	block->words[bit / 64] |= UINT64CONST(1) << (bit % 64);
	return state;
}

/*
 * Set *day to the next day of a state, from bit *bit of block *place on;
 * return false if there is none.
 */
static bool
blocks_next(const ActiveDays *state, int32 *place, int *bit, DateADT *day)
{
	for (; *place < state->first; (*place)++, *bit = 0)
	{
		const DayBlock *block = &blocks_of(state)[*place];

		while (*bit < BLOCK_DAYS)
		{
			uint64		word = block->words[*bit / 64] >> (*bit % 64);

			if (word != 0)
			{
				*bit += pg_rightmost_one_pos64(word);
				*day = (DateADT) (block->number * BLOCK_DAYS + *bit);
				(*bit)++;
				return true;
			}
			*bit = (*bit / 64 + 1) * 64;
		}
	}
	return false;
}

/*
 * The state of the aggregate: an open bitmap, which is like a finished one
 * with room at its ends
 */

/* the sizes of an open bitmap, which fill what palloc() takes for them */
#define OPEN_FIRST_SIZE		64
#define OPEN_MAX_SIZE		128

static inline Size
open_bytes(const ActiveDays *state)
{
	return VARSIZE(state) - offsetof(ActiveDays, data);
}

/*
 * Return an open bitmap without a day, of so many bytes in all, from "first"
 * on.
 */
static ActiveDays *
open_new(Size size, DateADT first)
{
	ActiveDays *state = palloc0(size);

	summary_init(state, size);
	state->form = ACTIVE_DAYS_OPEN;
	state->first = first;
	return state;
}

/* Return a state with one day. */
ActiveDays *
active_days_state_new(DateADT day)
{
	ActiveDays *state = open_new(OPEN_FIRST_SIZE, day & ~7);

	state->data[0] = (uint8) (1 << (day & 7));
	return state;
}

/*
 * Return a state with room for a day outside of an open bitmap: a larger
 * bitmap, or blocks where a bitmap would be too large.
 */
static pg_noinline ActiveDays *
open_make_room(const ActiveDays *state, DateADT day)
{
	const uint8 *data = state->data;
	Size		used = open_bytes(state);
	Size		skip = 0;
	int64		first;
	int64		last;
	Size		size = OPEN_FIRST_SIZE;
	ActiveDays *larger;
	ActiveDaysReader reader;

	/* leave out bytes without days at both ends */
	while (data[used - 1] == 0)
		used--;
	while (data[skip] == 0)
		skip++;
	first = Min((int64) state->first + (int64) skip * 8, day & ~7);
	last = Max((int64) state->first + (int64) used * 8 - 1, day);
	while (size <= OPEN_MAX_SIZE &&
		   (last - first) / 8 >= (int64) (size - offsetof(ActiveDays, data)))
		size *= 2;

	if (size > OPEN_MAX_SIZE)
	{
		larger = blocks_new(2);
		active_days_read(&reader, state);
		while (active_days_next(&reader, &day))
			larger = blocks_set(larger, day);
		return larger;
	}

	/* put the room at the end at which the days come */
	if (day < state->first)
		first = Max((last | 7) + 1 - (int64) (size - offsetof(ActiveDays, data)) * 8,
					(int64) CALENDAR_FIRST_DAY & ~7);
	larger = open_new(size, (DateADT) first);
	memcpy(larger->data + ((int64) state->first + (int64) skip * 8 - first) / 8,
		   data + skip, used - skip);
	return larger;
}

/*
 * A state of either form
 */

/*
 * Add a day in the cases that active_days_state_set() leaves: the day is
 * outside of an open bitmap, or the state has blocks.
 */
ActiveDays *
active_days_state_set_slow(ActiveDays *state, DateADT day)
{
	if (state->form == ACTIVE_DAYS_OPEN)
	{
		state = open_make_room(state, day);
		if (state->form == ACTIVE_DAYS_OPEN)
			return active_days_state_set(state, day);
	}
	return blocks_set(state, day);
}

/*
 * How often to look for a cancel request while days are added: a day that
 * makes a new block between millions of others moves all blocks after it.
 */
#define ADD_INTERRUPT_MASK	0xff

/* Add the days of another value, of whatever form, to a state. */
ActiveDays *
active_days_state_add(ActiveDays *state, const ActiveDays *other)
{
	ActiveDaysReader reader;
	DateADT		day;
	uint32		steps = 0;

	if (other->form == ACTIVE_DAYS_BLOCKS && state->form == ACTIVE_DAYS_BLOCKS)
	{
		for (int32 i = 0; i < other->first; i++)
		{
			const DayBlock *from = &blocks_of(other)[i];
			DayBlock   *into = blocks_find(&state, from->number);

			CHECK_FOR_INTERRUPTS();
			for (int word = 0; word < BLOCK_WORDS; word++)
				into->words[word] |= from->words[word];
		}
		return state;
	}
	if (other->form == ACTIVE_DAYS_BLOCKS)
	{
		int32		place = 0;
		int			bit = 0;

		while (blocks_next(other, &place, &bit, &day))
		{
			if ((++steps & ADD_INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			state = active_days_state_set(state, day);
		}
		return state;
	}

	active_days_read(&reader, other);
	while (active_days_next(&reader, &day))
	{
		if ((++steps & ADD_INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		state = active_days_state_set(state, day);
	}
	return state;
}

/* Return a state with the days of a value of whatever form. */
ActiveDays *
active_days_state_copy(const ActiveDays *days)
{
	ActiveDays *state;

	if (days->form >= ACTIVE_DAYS_OPEN)
	{
		state = palloc(VARSIZE(days));
		memcpy(state, days, VARSIZE(days));
		return state;
	}
	return active_days_state_add(active_days_state_new(days->first), days);
}

/* Reads the days of a state in ascending order. */
typedef struct StateReader
{
	const ActiveDays *state;
	ActiveDaysReader open;
	int32		place;			/* place of the block, and the bit in it */
	int			bit;
} StateReader;

static void
state_read(StateReader *reader, const ActiveDays *state)
{
	reader->state = state;
	reader->place = reader->bit = 0;
	active_days_read(&reader->open, state);
}

static bool
state_next(StateReader *reader, DateADT *day)
{
	if (reader->state->form == ACTIVE_DAYS_OPEN)
		return active_days_next(&reader->open, day);
	return blocks_next(reader->state, &reader->place, &reader->bit, day);
}

/*
 * Return a finished value, still empty, for so many days from "first" to
 * "last".
 */
static ActiveDays *
finished_new(DateADT first, DateADT last, int64 count)
{
	Size		bitmap_size = ((int64) last - first) / 8 + 1;
	Size		list_size = (count - 1) * sizeof(uint32);
	Size		size = offsetof(ActiveDays, data) + Min(bitmap_size, list_size);
	ActiveDays *result = palloc0(size);

	summary_init(result, size);
	result->form = list_size < bitmap_size ? ACTIVE_DAYS_LIST :
		ACTIVE_DAYS_BITMAP;
	result->first = first;
	return result;
}

/*
 * Return the finished value of an open bitmap that is best kept as a bitmap:
 * its bits, from the first day on.  Return NULL for other states, and where a
 * list is shorter.
 */
static ActiveDays *
open_finish(const ActiveDays *state)
{
	const uint8 *data = state->data;
	Size		used = open_bytes(state);
	int			shift;
	DateADT		first;
	DateADT		last;
	ActiveDays *result;

	if (state->form != ACTIVE_DAYS_OPEN)
		return NULL;
	while (data[used - 1] == 0)
		used--;
	last = state->first + (DateADT) (used - 1) * 8 +
		pg_leftmost_one_pos32(data[used - 1]);
	first = state->first;
	while (data[0] == 0)
	{
		data++;
		used--;
		first += 8;
	}
	shift = pg_rightmost_one_pos32(data[0]);
	first += shift;
	result = finished_new(first, last, (int64) pg_popcount((const char *) data, (int) used));
	if (result->form != ACTIVE_DAYS_BITMAP)
	{
		pfree(result);
		return NULL;
	}
	for (Size i = 0; i < VARSIZE(result) - offsetof(ActiveDays, data); i++)
	{
		uint32		next = i + 1 < used ? data[i + 1] : 0;

		result->data[i] = (uint8) ((data[i] | next << 8) >> shift);
	}
	return result;
}

/* Return the finished value of a state.  The state is left alone. */
ActiveDays *
active_days_state_finish(const ActiveDays *state)
{
	StateReader reader;
	int64		count = 0;
	DateADT		first = 0;
	DateADT		last = 0;
	DateADT		day;
	ActiveDays *result;

	result = open_finish(state);
	if (result != NULL)
		return result;

	state_read(&reader, state);
	while (state_next(&reader, &day))
	{
		if (count++ == 0)
			first = day;
		else if ((count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		last = day;
	}
	/* no state is made without a day, and no day is ever taken from one */
	if (count == 0)
		elog(ERROR, "active_days without a day");

	result = finished_new(first, last, count);

	count = 0;
	state_read(&reader, state);
	while (state_next(&reader, &day))
	{
		uint32		distance = (uint32) ((int64) day - first);

		if (result->form == ACTIVE_DAYS_BITMAP)
			result->data[distance / 8] |= 1 << (distance % 8);
		else if (count > 0)
			memcpy(result->data + (count - 1) * sizeof(uint32), &distance,
				   sizeof(uint32));
		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return result;
}

/*
 * Finished values
 */

/*
 * Return a finished value to read, whatever came in.  A state can come from
 * another server that sends a partial result as a value of the type.
 */
const ActiveDays *
active_days_get(Datum value)
{
	const ActiveDays *days = summary_get(value, &active_days_type);

	if (days->form >= ACTIVE_DAYS_OPEN)
		return active_days_state_finish(days);
	return days;
}

/* Begin to read the days of a value, with active_days_next(). */
void
active_days_read(ActiveDaysReader *reader, const ActiveDays *days)
{
	reader->days = days;
	reader->size = VARSIZE(days) - offsetof(ActiveDays, data);
	reader->next = 0;
	reader->bits = 0;
}

/* Return how many days a finished value has. */
int64
active_days_size(const ActiveDays *days)
{
	Size		size = VARSIZE(days) - offsetof(ActiveDays, data);

	if (days->form == ACTIVE_DAYS_LIST)
		return (int64) (size / sizeof(uint32)) + 1;
	return (int64) pg_popcount((const char *) days->data, (int) size);
}

/* Return the last day of a finished value. */
DateADT
active_days_end(const ActiveDays *days)
{
	Size		size = VARSIZE(days) - offsetof(ActiveDays, data);

	if (days->form == ACTIVE_DAYS_LIST)
	{
		uint32		distance = 0;

		if (size > 0)
			memcpy(&distance, days->data + size - sizeof(uint32),
				   sizeof(uint32));
		return (DateADT) (days->first + (int64) distance);
	}
	return days->first + (DateADT) (size - 1) * 8 +
		pg_leftmost_one_pos32(days->data[size - 1]);
}
