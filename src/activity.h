/*-------------------------------------------------------------------------
 *
 * activity.h
 *	  active_days, the days on which one user was active, as the summaries
 *	  over users read it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ACTIVITY_H
#define CX_ACTIVITY_H

#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "port/pg_bitutils.h"
#include "utils/date.h"

#include "summary.h"

/*
 * How the days are kept.  A finished value is a bitmap or a list, whichever is
 * shorter, and so depends on the days alone; an open bitmap and blocks are for
 * the state of an aggregate, where days come in any order.
 */
typedef enum ActiveDaysForm
{
	ACTIVE_DAYS_BITMAP,
	ACTIVE_DAYS_LIST,
	ACTIVE_DAYS_OPEN,			/* from here on states */
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
	 * A bitmap's bytes follow, open or not, where bit i of them all is the
	 * day first + i; or a list's uint32 distances from the first day,
	 * ascending; or blocks.
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

extern const ActiveDays *active_days_get(Datum value);
extern void active_days_read(ActiveDaysReader *reader,
							 const ActiveDays *days);

/* The next day, or false after the last. */
static inline bool
active_days_next(ActiveDaysReader *reader, DateADT *day)
{
	const ActiveDays *days = reader->days;

	if (days->form == ACTIVE_DAYS_LIST)
	{
		uint32		distance = 0;

		/* the first day is not in the list, place 0 stands for it */
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

#endif							/* CX_ACTIVITY_H */
