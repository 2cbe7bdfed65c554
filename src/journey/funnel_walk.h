/*-------------------------------------------------------------------------
 *
 * funnel_walk.h
 *	  Users of a journey_log, one after the other, on their way through the steps
 *	  of a funnel.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_FUNNEL_WALK_H
#define CX_FUNNEL_WALK_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "core/zone_days.h"
#include "journey/journey.h"

/* A set of steps is a word of bits. */
#define FUNNEL_MAX_STEPS	64

/* The steps of a funnel, numbered from 0. */
typedef struct FunnelSteps
{
	int			count;
	Datum		names[FUNNEL_MAX_STEPS];	/* of type text */
	int			apart[FUNNEL_MAX_STEPS];	/* from this step on no name is
											 * there twice before that one */
	uint64	   *of_label;		/* which steps have the name of a number */
} FunnelSteps;

/* A moment of a user, and the steps whose names the events at it have. */
typedef struct FunnelMoment
{
	TimestampTz at;
	uint64		steps;
} FunnelMoment;

/* Entries, by their place among those of the user: [from, to). */
typedef struct EntryRange
{
	uint32		from;
	uint32		to;
} EntryRange;

/* Goes through the users of a log. */
typedef struct FunnelWalk
{
	LogReader	reader;
	FunnelSteps steps;
	int64		within;
	TimestampTz as_of;			/* what is later is not known yet */
	bool		has_days;		/* entries count only from ... */
	DateADT		from_date;
	DateADT		to_date;		/* ... until before that day of the zone */
	ZoneDays	zone;
	/* the moments of a user that matter, in order */
	FunnelMoment *moments;
	uint32		moment_count;
	uint32		moment_room;
	/* entries of the user: the numbers of their moments */
	uint32	   *entries;
	uint32		entry_count;
	uint32		entry_room;
	EntryRange	at_level[FUNNEL_MAX_STEPS]; /* that have so many steps */
	uint32		ticks;
	/* the result: what became of the entry that counts */
	uint32		best;			/* its moment */
	int			reached;		/* steps */
	TimestampTz at[FUNNEL_MAX_STEPS];	/* when each was reached */
} FunnelWalk;

extern bool funnel_args(FunctionCallInfo fcinfo, FunnelWalk *walk);
extern bool funnel_next(FunnelWalk *walk);

/* May the user still take a further step in time? */
static inline bool
funnel_is_open(const FunnelWalk *walk)
{
	return walk->reached < walk->steps.count &&
		(uint64) walk->as_of - (uint64) walk->at[0] < (uint64) walk->within;
}

#endif							/* CX_FUNNEL_WALK_H */
