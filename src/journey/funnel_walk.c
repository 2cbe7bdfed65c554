/*-------------------------------------------------------------------------
 *
 * funnel_walk.c
 *	  Users of a journey_log, one after the other, on their way through the steps
 *	  of a funnel.
 *
 * A user enters with each event of the first step.  From an entry on, each step is
 * reached by the first event of its name after the step before, as long as it is
 * within the window of the entry; events of other names say nothing.  Of the
 * entries of a user that one counts which reaches furthest, of equals the earliest.
 *
 * One walk over the events of a user finds it, however many entries there are.  An
 * earlier entry is never behind a later one, so the entries that have reached a step
 * and wait for the next one are neighbours among all entries, and one event takes all
 * of them on.  Those whose window is over are the first of them; they are left
 * behind, each once.  A second walk, along the entry that counts, notes when it
 * reached its steps.
 *
 * The order of the data says nothing about events at one moment, so these are taken
 * in the order of the steps.  An event is one step: where a name is there twice among
 * the steps, both need an event of their own.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/summary.h"
#include "journey/funnel_walk.h"
#include "rate/rate.h"

/*
 * Arguments
 */

static pg_noinline pg_noreturn void
steps_wrong(int count)
{
	if (count == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a funnel needs steps"),
				 errdetail("The array of steps is empty."),
				 errhint("Name them in their order, for example ARRAY['visit', 'trial', 'paid'].")));
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("a funnel has too many steps"),
			 errdetail("There are %d, more than %d.", count, FUNNEL_MAX_STEPS),
			 errhint("Leave out steps between those that matter: other events between two steps are allowed.")));
}

static inline Label
label_of(Datum name)
{
	Label		label;

	label.name = VARDATA_ANY(DatumGetPointer(name));
	label.length = (uint32) VARSIZE_ANY_EXHDR(DatumGetPointer(name));
	return label;
}

/* Find how far no name is there twice, from each step on. */
static void
find_repeats(FunnelSteps *steps)
{
	for (int i = steps->count - 1; i >= 0; i--)
	{
		steps->apart[i] = i + 1 < steps->count ? steps->apart[i + 1] : steps->count;
		for (int j = i + 1; j < steps->apart[i]; j++)
		{
			if (label_compare(label_of(steps->names[i]), label_of(steps->names[j])) == 0)
				steps->apart[i] = j;
		}
	}
}

/*
 * Read argument n, the names of the steps.  A name that the log does not have is
 * a step that nobody took: a log of a segment may well lack one.
 */
static void
steps_arg(FunctionCallInfo fcinfo, int n, const Labels *labels, FunnelSteps *steps)
{
	Datum	   *names;
	bool	   *nulls;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), TEXTOID, -1, false, TYPALIGN_INT,
					  &names, &nulls, &steps->count);
	if (steps->count == 0 || steps->count > FUNNEL_MAX_STEPS)
		steps_wrong(steps->count);
	steps->of_label = palloc0(Max(labels->count, 1) * sizeof(uint64));
	for (int i = 0; i < steps->count; i++)
	{
		uint32		label;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("steps must not contain NULL"),
					 errdetail("Element %d is NULL.", i + 1),
					 errhint("Write array_remove(steps, NULL).")));
		steps->names[i] = PointerGetDatum(PG_DETOAST_DATUM_PACKED(names[i]));
		label = labels_find_named(labels, &journey_step, label_of(steps->names[i]));
		if (label != LABEL_NONE)
			steps->of_label[label] |= UINT64CONST(1) << i;
	}
	find_repeats(steps);
}

/* Read arguments n and n + 1, the days on which entries count, and n + 2, their zone. */
static void
days_args(FunctionCallInfo fcinfo, int n, FunnelWalk *walk)
{
	zone_days_arg(fcinfo, n + 2, &walk->zone);
	walk->has_days = !PG_ARGISNULL(n) || !PG_ARGISNULL(n + 1);
	walk->from_date = PG_ARGISNULL(n) ? PG_INT32_MIN :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
	walk->to_date = PG_ARGISNULL(n + 1) ? PG_INT32_MAX :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), "to_date");
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1))
		calendar_range_check(walk->from_date, walk->to_date);
}

/*
 * Read the arguments log, steps, within, as_of, from_date, to_date and zone, and
 * begin; false where there is nothing to read, since one of the first three is NULL.
 */
bool
funnel_args(FunctionCallInfo fcinfo, FunnelWalk *walk)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return false;
	memset(walk, 0, sizeof(FunnelWalk));
	walk->within = elapsed_span_arg(fcinfo, 2, "within");
	elapsed_check_unit(walk->within, USECS_PER_MINUTE, "within", "days");
	walk->as_of = outcome_required_arg(fcinfo, 3, "as_of");
	days_args(fcinfo, 4, walk);
	log_read(&walk->reader, log_arg(fcinfo, 0, &journey_log_type), &journey_log_type);
	steps_arg(fcinfo, 1, &walk->reader.labels, &walk->steps);
	walk->moment_room = walk->entry_room = 64;
	walk->moments = palloc(walk->moment_room * sizeof(FunnelMoment));
	walk->entries = palloc(walk->entry_room * sizeof(uint32));
	return true;
}

/*
 * The walk
 */

static inline void
tick(FunnelWalk *walk)
{
	if ((++walk->ticks & INTERRUPT_MASK) == 0)
		CHECK_FOR_INTERRUPTS();
}

static pg_noinline void
more_moments(FunnelWalk *walk)
{
	walk->moment_room *= 2;
	walk->moments = repalloc_huge(walk->moments,
								  (Size) walk->moment_room * sizeof(FunnelMoment));
}

static pg_noinline void
more_entries(FunnelWalk *walk)
{
	walk->entry_room *= 2;
	walk->entries = repalloc_huge(walk->entries,
								  (Size) walk->entry_room * sizeof(uint32));
}

/* Read the moments of the next user that matter; false after the last user. */
static bool
read_moments(FunnelWalk *walk)
{
	LogReader  *reader = &walk->reader;
	LogEntry	entry;

	walk->moment_count = 0;
	if (!log_next_id(reader))
		return false;
	tick(walk);
	while (reader->of_id > 0 && log_next(reader, &entry))
	{
		uint64		steps = walk->steps.of_label[entry.payload[JOURNEY_STEP]];

		tick(walk);
		if (steps == 0 || entry.time > walk->as_of)
			continue;
		if (walk->moment_count > 0 &&
			walk->moments[walk->moment_count - 1].at == entry.time)
		{
			walk->moments[walk->moment_count - 1].steps |= steps;
			continue;
		}
		if (unlikely(walk->moment_count == walk->moment_room))
			more_moments(walk);
		walk->moments[walk->moment_count].at = entry.time;
		walk->moments[walk->moment_count++].steps = steps;
	}
	return true;
}

/*
 * Return how many steps an entry has after a moment at which it had so many, of which
 * the next one is there.
 */
static inline int
level_after(const FunnelSteps *steps, uint64 there, int level)
{
	uint64		missing = ~(there >> level);
	int			end = missing == 0 ? steps->count :
	level + pg_rightmost_one_pos64(missing);

	return Min(end, steps->apart[level]);
}

/* Does an entry at a moment count? */
static inline bool
is_entry(FunnelWalk *walk, TimestampTz at)
{
	DateADT		day;

	if (!walk->has_days)
		return true;
	day = zone_day(&walk->zone, at);
	return day >= walk->from_date && day < walk->to_date;
}

/* Return the entry that a moment makes, if it counts. */
static inline EntryRange
new_entry(FunnelWalk *walk, uint32 moment)
{
	EntryRange	range = {0, 0};

	if (!is_entry(walk, walk->moments[moment].at))
		return range;
	if (unlikely(walk->entry_count == walk->entry_room))
		more_entries(walk);
	range.from = walk->entry_count;
	walk->entries[walk->entry_count++] = moment;
	range.to = walk->entry_count;
	return range;
}

/* Leave behind the entries whose window is over at a moment. */
static inline void
leave_behind(const FunnelWalk *walk, EntryRange *range, TimestampTz at)
{
	while (range->from < range->to &&
		   (uint64) at - (uint64) walk->moments[walk->entries[range->from]].at >
		   (uint64) walk->within)
		range->from++;
}

/* Take the entries that have so many steps on at a moment that has the next one. */
static inline void
take_on(FunnelWalk *walk, uint32 moment, int level)
{
	const FunnelMoment *now = &walk->moments[moment];
	EntryRange	range;
	int			target = level_after(&walk->steps, now->steps, level);

	if (level == 0)
		range = new_entry(walk, moment);
	else
	{
		range = walk->at_level[level];
		walk->at_level[level].from = walk->at_level[level].to;
		leave_behind(walk, &range, now->at);
	}
	if (range.from == range.to)
		return;
	if (target > walk->reached)
	{
		walk->reached = target;
		walk->best = walk->entries[range.from];
	}
	if (target == walk->steps.count)
		return;

	/*
	 * Those that have come so far before are the neighbours in front.  Where
	 * some between have been left behind, so have they.
	 */
	if (walk->at_level[target].from < walk->at_level[target].to &&
		walk->at_level[target].to == range.from)
		walk->at_level[target].to = range.to;
	else
		walk->at_level[target] = range;
}

/* Find the entry of the user that counts; false if there is none. */
static bool
find_entry(FunnelWalk *walk)
{
	walk->entry_count = 0;
	walk->reached = 0;
	memset(walk->at_level, 0, walk->steps.count * sizeof(EntryRange));
	for (uint32 i = 0; i < walk->moment_count; i++)
	{
		uint64		steps = walk->moments[i].steps;

		tick(walk);

		/* from the last step on, so that none is taken on twice */
		while (steps != 0)
		{
			int			level = pg_leftmost_one_pos64(steps);

			take_on(walk, i, level);
			steps &= ~(UINT64CONST(1) << level);
		}
		/* no other entry can be as early and reach further */
		if (walk->reached == walk->steps.count)
			break;
	}
	return walk->reached > 0;
}

/* Note when the entry that counts reached its steps. */
static void
note_times(FunnelWalk *walk)
{
	int			level = 0;

	for (uint32 i = walk->best; level < walk->reached; i++)
	{
		const FunnelMoment *now = &walk->moments[i];
		int			target;

		tick(walk);
		if ((now->steps >> level & 1) == 0)
			continue;
		target = level_after(&walk->steps, now->steps, level);
		while (level < target)
			walk->at[level++] = now->at;
	}
}

/* Go to the next user who has entered; false after the last. */
bool
funnel_next(FunnelWalk *walk)
{
	while (read_moments(walk))
	{
		if (find_entry(walk))
		{
			note_times(walk);
			return true;
		}
	}
	return false;
}
