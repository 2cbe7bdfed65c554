/*-------------------------------------------------------------------------
 *
 * active_days.h
 *	  active_days, the days on which one user was active, in memory.
 *
 * active_days_sql.c has the functions of the type; the summaries over users
 * read its values with active_days_get(), active_days_read() and
 * active_days_next().
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ACTIVE_DAYS_H
#define CX_ACTIVE_DAYS_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "port/pg_bitutils.h"
#include "utils/date.h"

#include "core/summary.h"

/*
 * How the days are kept.  A finished value is a bitmap or a list, whichever is
 * shorter, and so depends on the days alone; an open bitmap and blocks are for
 * the state of an aggregate, where days come in any order.
 */
typedef enum ActiveDaysForm
{
	ACTIVE_DAYS_BITMAP,
	ACTIVE_DAYS_LIST,
	ACTIVE_DAYS_OPEN,			/* this form and the next are states */
	ACTIVE_DAYS_BLOCKS
} ActiveDaysForm;

typedef struct ActiveDays
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		form;			/* ActiveDaysForm */
	uint8		reserved[2];	/* zero */
	int32		first;			/* first day; of blocks, how many there are */

	/*
	 * Of a bitmap, open or not, its bytes follow: bit i of them all is the
	 * day first + i.  Of a list, the uint32 distances of its other days from
	 * the first follow, ascending.  Of blocks, the blocks follow.
	 */
	uint8		data[FLEXIBLE_ARRAY_MEMBER];
} ActiveDays;

/* Reads the days of a finished value in ascending order. */
typedef struct ActiveDaysReader
{
	const ActiveDays *days;
	Size		size;			/* of data */
	Size		next;			/* next byte, or next distance of a list */
	uint32		bits;			/* days of the current byte that are left */
} ActiveDaysReader;

extern const SummaryType active_days_type;

extern const ActiveDays *active_days_get(Datum value);
extern int64 active_days_size(const ActiveDays *days);
extern DateADT active_days_end(const ActiveDays *days);
extern void active_days_read(ActiveDaysReader *reader,
							 const ActiveDays *days);

/* Set *day to the next day; return false after the last. */
static inline bool
active_days_next(ActiveDaysReader *reader, DateADT *day)
{
	const ActiveDays *days = reader->days;

	if (days->form == ACTIVE_DAYS_LIST)
	{
		uint32		distance = 0;

		/* the first day is not in the list; place 0 stands for it */
		if (reader->next > reader->size / sizeof(uint32))
			return false;
		if (reader->next > 0)
			memcpy(&distance,
				   days->data + (reader->next - 1) * sizeof(uint32),
				   sizeof(uint32));
		reader->next++;
		*day = (DateADT) (days->first + (int64) distance);
		return true;
	}

	while (reader->bits == 0)
	{
		if (reader->next == reader->size)
			return false;
		reader->bits = days->data[reader->next++];
	}
	*day = days->first + (DateADT) (reader->next - 1) * 8 +
		pg_rightmost_one_pos32(reader->bits);
	reader->bits &= reader->bits - 1;
	return true;
}

/*
 * States of the aggregate.  A function that returns one may have made another,
 * in the current memory context, which is the per-call one: nodeAgg.c copies
 * the new state and frees the old one.
 */

/* where an open bitmap has the days of a year, to be prefetched */
#define ACTIVE_DAYS_PREFETCH		48

extern ActiveDays *active_days_state_new(DateADT day);
extern ActiveDays *active_days_state_copy(const ActiveDays *days);
extern ActiveDays *active_days_state_add(ActiveDays *state, const ActiveDays *other);
extern ActiveDays *active_days_state_finish(const ActiveDays *state);
extern ActiveDays *active_days_state_set_slow(ActiveDays *state, DateADT day);

/* Add a day to a state. */
static inline ActiveDays *
active_days_state_set(ActiveDays *state, DateADT day)
{
	if (likely(state->form == ACTIVE_DAYS_OPEN))
	{
		uint64		distance = (uint64) ((int64) day - state->first);

		if (likely(distance < (VARSIZE(state) - offsetof(ActiveDays, data)) * 8))
		{
			state->data[distance / 8] |= 1 << (distance % 8);
			return state;
		}
	}
	return active_days_state_set_slow(state, day);
}

#endif							/* CX_ACTIVE_DAYS_H */
