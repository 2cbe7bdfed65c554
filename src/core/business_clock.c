/*-------------------------------------------------------------------------
 *
 * business_clock.c
 *	  The time that a service is open, by a business_calendar.
 *
 * A zone's rules divide time into stretches in which its clocks keep the same
 * distance from UTC.  Within one, the open time between two moments is that
 * between their local times (open_days.c); a stretch keeps what the ones before
 * it add up to.  Stretches are asked of PostgreSQL's time zones, as far ahead as
 * a call needs.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/business_clock.h"
#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/open_days.h"
#include "core/zone.h"

#define EPOCH_SHIFT \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

/* What is known of a zone in advance: up to 2050. */
#define FIRST_STRETCHES	((int64) 50 * 365 * USECS_PER_DAY)

/* A stretch of time in which a zone's clocks keep one distance from UTC. */
typedef struct ZoneStretch
{
	TimestampTz from;
	int64		offset;			/* of local time, in microseconds */
	uint64		base;			/* what makes the sums go on: see open_until() */
} ZoneStretch;

struct BusinessClock
{
	MemoryContext context;
	const char *zone_name;
	pg_tz	   *zone;
	OpenDays	days;
	ZoneStretch *stretches;
	int			count;
	int			room;
	int			last;			/* the stretch that was found last */
	TimestampTz until;			/* what is after it is not known yet */
};

/* A calendar that a call had, and its clock. */
typedef struct CachedClock
{
	void	   *key;			/* the argument as it came, maybe compressed */
	Size		size;
	BusinessClock *clock;
} CachedClock;

/* Calls may take turns with calendars, as of customers in several countries. */
#define CACHED_CLOCKS	16

typedef struct ClockCache
{
	bool		constant;		/* it is one calendar for all calls */
	int			count;
	CachedClock clocks[CACHED_CLOCKS];	/* the one used last is the first */
} ClockCache;

static void calendar_entry_merge(void *into, const void *from);

const SummaryType calendar_type = {
	.name = "business_calendar",
	.example = "{\"version\": 1, \"zone\": \"Asia/Seoul\", \"hours\": {\"monday-friday\": [\"09:00-12:00\", \"13:00-18:00\"]}, \"days\": {\"2025-12-24\": [\"09:00-12:00\"], \"2025-12-25\": []}}"
};

const SortedRunType calendar_run = {
	.type_name = "business_calendar",
	.too_large_hint = "A calendar has some windows a week and some days a year; leave out what is long ago.",
	.header_size = sizeof(CalendarHeader),
	.entry_size = sizeof(CalendarEntry),
	.key_words = 2,
	.merge = calendar_entry_merge
};

/*
 * Add an equal entry: a day that is closed twice is closed, and a window that is
 * there twice overlaps itself.
 */
static void
calendar_entry_merge(void *into, const void *from)
{
	const CalendarEntry *one = (const CalendarEntry *) into;

	if (one->opens != CALENDAR_CLOSED)
		calendar_hours_overlap(one, (const CalendarEntry *) from);
}

/*
 * The zone
 */

/* Find a time zone by its name, or NULL. */
static pg_tz *
find_zone(const char *name)
{
	pg_tz	   *zone;

	if (strlen(name) >= CALENDAR_ZONE_SIZE || *name == '\0' ||
		zone_is_spelled_out(name) || zone_is_the_machines(name))
		return NULL;
	for (const char *c = name; *c != '\0'; c++)
	{
		if (IS_HIGHBIT_SET(*c))
			return NULL;
	}
	zone = pg_tzset(name);
	if (zone == NULL || !pg_tz_acceptable(zone) ||
		strlen(pg_get_timezone_name(zone)) >= CALENDAR_ZONE_SIZE)
		return NULL;
	return zone;
}

/*
 * Return PostgreSQL's spelling of the name of a time zone, or NULL when it knows none.
 */
const char *
calendar_zone_name(const char *name)
{
	pg_tz	   *zone = find_zone(name);

	return zone == NULL ? NULL : pg_get_timezone_name(zone);
}

/* Return how far the zone's clocks are from UTC at a second. */
static int64
offset_at(BusinessClock *clock, pg_time_t second)
{
	const struct pg_tm *local = pg_localtime(&second, clock->zone);

	return local == NULL ? 0 : (int64) local->tm_gmtoff * USECS_PER_SEC;
}

/*
 * Return the open time up to a moment of a stretch.  In the next stretch the local time
 * goes on elsewhere, and its base makes up for that.
 */
static inline uint64
open_until_in(const BusinessClock *clock, const ZoneStretch *stretch, TimestampTz at)
{
	return stretch->base + open_days_until(&clock->days, at + stretch->offset);
}

/* Add the stretch that begins at a moment. */
static void
add_stretch(BusinessClock *clock, TimestampTz from, int64 offset)
{
	ZoneStretch *stretch;

	if (clock->count == clock->room)
	{
		clock->room *= 2;
		clock->stretches = repalloc_huge(clock->stretches,
										 sizeof(ZoneStretch) * clock->room);
	}
	stretch = &clock->stretches[clock->count++];
	stretch->from = from;
	stretch->offset = offset;
	stretch->base = 0;
	if (clock->count > 1)
		stretch->base = open_until_in(clock, stretch - 1, from) -
			open_until_in(clock, stretch, from);
}

/*
 * Find the next time after a second at which the zone's rules change something.
 *
 * PostgreSQL's table of a zone goes on for 400 years and is then repeated, but
 * at the very second of its last entry the search says that there is no other
 * one; a second later it goes on.
 */
static bool
next_boundary(const BusinessClock *clock, pg_time_t second, pg_time_t * boundary)
{
	for (int i = 0; i < 2; i++, second++)
	{
		long		before;
		long		after;
		int			before_dst;
		int			after_dst;

		if (pg_next_dst_boundary(&second, &before, &before_dst, boundary,
								 &after, &after_dst, clock->zone) > 0)
			return true;
	}
	return false;
}

/*
 * Ask the zone for what comes up to a moment, and a good deal more: the next
 * call may be for the day after.
 */
static void
know_until(BusinessClock *clock, TimestampTz at)
{
	TimestampTz enough = at < (END_TIMESTAMP / 2) ? Max(at + at / 2, FIRST_STRETCHES) : END_TIMESTAMP;
	pg_time_t	second = (pg_time_t) (clock->until / USECS_PER_SEC) + EPOCH_SHIFT;

	while (clock->until <= enough && clock->until < END_TIMESTAMP)
	{
		pg_time_t	boundary;
		int64		offset;

		CHECK_FOR_INTERRUPTS();
		if (!next_boundary(clock, second, &boundary) ||
			boundary - EPOCH_SHIFT >= END_TIMESTAMP / USECS_PER_SEC)
		{
			clock->until = END_TIMESTAMP;
			break;
		}
		second = boundary;
		offset = offset_at(clock, boundary);
		clock->until = (boundary - EPOCH_SHIFT) * USECS_PER_SEC;
		if (offset != clock->stretches[clock->count - 1].offset)
			add_stretch(clock, clock->until, offset);
	}
}

/* Return the stretch that a moment is in. */
static const ZoneStretch *
stretch_of(BusinessClock *clock, TimestampTz at)
{
	int			low = clock->last;
	int			high;

	if (unlikely(at >= clock->until))
		know_until(clock, at);
	if (clock->stretches[low].from <= at &&
		(low + 1 == clock->count || at < clock->stretches[low + 1].from))
		return &clock->stretches[low];
	low = 0;
	high = clock->count;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;

		if (clock->stretches[middle].from <= at)
			low = middle;
		else
			high = middle;
	}
	clock->last = low;
	return &clock->stretches[low];
}

/* Return the open time up to a moment. */
static inline uint64
open_until(BusinessClock *clock, TimestampTz at)
{
	return open_until_in(clock, stretch_of(clock, at), at);
}

/*
 * Making, and keeping
 */

/*
 * Return a clock of a calendar's entries, in the current memory context.
 */
BusinessClock *
business_clock_make(const SortedRun *calendar)
{
	const CalendarHeader *header = (const CalendarHeader *) sorted_run_header_const(calendar);
	BusinessClock *clock = palloc0(sizeof(BusinessClock));

	clock->context = CurrentMemoryContext;
	clock->zone_name = pnstrdup(header->zone, CALENDAR_ZONE_SIZE - 1);
	clock->zone = find_zone(clock->zone_name);
	if (clock->zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone of a calendar is unknown here"),
				 errdetail("It is \"%s\".", clock->zone_name),
				 errhint("The time zones of this server are in pg_timezone_names.")));
	open_days_make(&clock->days, calendar);
	if (clock->days.week_count == 0)
		return clock;			/* see business_clock_problem() */
	clock->room = 512;
	clock->stretches = palloc(sizeof(ZoneStretch) * clock->room);
	clock->until = MIN_TIMESTAMP;
	add_stretch(clock, PG_INT64_MIN,
				offset_at(clock, MIN_TIMESTAMP / USECS_PER_SEC + EPOCH_SHIFT));
	return clock;
}

/*
 * Return what is wrong with a calendar as a whole, or NULL.
 */
const char *
business_clock_problem(BusinessClock *clock)
{
	return open_days_problem(&clock->days);
}

/* Make the clock of an argument and keep it, with a context of its own. */
static BusinessClock *
cache_add(ClockCache *cache, FunctionCallInfo fcinfo, int n,
		  const struct varlena *raw, Size size)
{
	MemoryContext old;
	MemoryContext context;
	CachedClock added;
	SortedRun  *calendar = (SortedRun *) PG_GETARG_SUMMARY(n, &calendar_type);

	context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt, "business_calendar",
									ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	added.size = size;
	added.key = palloc_extended(size, MCXT_ALLOC_HUGE);
	memcpy(added.key, raw, size);
	added.clock = business_clock_make(sorted_run_read(&calendar_run, calendar));
	MemoryContextSwitchTo(old);

	if (cache->count == CACHED_CLOCKS)
		MemoryContextDelete(cache->clocks[--cache->count].clock->context);
	memmove(&cache->clocks[1], &cache->clocks[0], sizeof(CachedClock) * cache->count);
	cache->clocks[0] = added;
	cache->count++;
	return added.clock;
}

/*
 * Return whether an argument is a constant of the query.  A parameter is none: PL/pgSQL evaluates
 * an expression again and again with other values.
 */
static bool
is_constant(FunctionCallInfo fcinfo, int n)
{
	const Node *call = fcinfo->flinfo->fn_expr;

	return call != NULL && IsA(call, FuncExpr) &&
		n < list_length(((const FuncExpr *) call)->args) &&
		IsA(list_nth(((const FuncExpr *) call)->args, n), Const);
}

/*
 * Return the clock of argument n, a calendar.
 *
 * It is kept for the calls that follow, together with the bytes of the argument
 * as they came: a compressed value, or a pointer to where a long one is stored,
 * is found again without being read.  One that is the same in all calls is not
 * even compared.
 */
BusinessClock *
business_clock_arg(FunctionCallInfo fcinfo, int n)
{
	const struct varlena *raw = PG_GETARG_RAW_VARLENA_P(n);
	ClockCache *cache = (ClockCache *) fcinfo->flinfo->fn_extra;
	Size		size;

	if (unlikely(cache == NULL))
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(ClockCache));
		cache->constant = is_constant(fcinfo, n);
		fcinfo->flinfo->fn_extra = cache;
	}
	if (cache->constant && cache->count > 0)
		return cache->clocks[0].clock;

	/* an indirect pointer says nothing about what it points to, so follow it */
	if (VARATT_IS_EXTERNAL(raw) && !VARATT_IS_EXTERNAL_ONDISK(raw))
		raw = PG_DETOAST_DATUM(PointerGetDatum(raw));
	size = VARSIZE_ANY(raw);
	for (int i = 0; i < cache->count; i++)
	{
		CachedClock found = cache->clocks[i];

		if (found.size != size || memcmp(found.key, raw, size) != 0)
			continue;
		memmove(&cache->clocks[1], &cache->clocks[0], sizeof(CachedClock) * i);
		cache->clocks[0] = found;
		return found.clock;
	}
	return cache_add(cache, fcinfo, n, raw, size);
}

/*
 * Questions
 */

/* Return a moment for messages. */
static char *
moment_text(TimestampTz at)
{
	return DatumGetCString(DirectFunctionCall1(timestamptz_out, TimestampTzGetDatum(at)));
}

/*
 * Return whether it is open at a moment.
 */
bool
business_clock_is_open(BusinessClock *clock, TimestampTz at)
{
	int64		day;

	return open_days_is_open(&clock->days, at + stretch_of(clock, at)->offset, &day);
}

/*
 * Return the open time of [from, to), where to is not before from.
 */
int64
business_clock_between(BusinessClock *clock, TimestampTz from, TimestampTz to)
{
	uint64		time = open_until(clock, to);

	time -= open_until(clock, from);
	if (unlikely(time > PG_INT64_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("duration out of range"),
				 errdetail("It is from %s to %s.", moment_text(from), moment_text(to)),
				 errhint("Use NULL for a time that is not known.")));
	return (int64) time;
}

static pg_noinline pg_noreturn void
end_of_time(TimestampTz from)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("time of a calendar out of range"),
			 errdetail("It is after the last timestamp, counted from %s.", moment_text(from)),
			 errhint("Use an earlier time, or a shorter target.")));
}

/* Return whether so much time has passed that the end of it is not later. */
static inline bool
has_passed(uint64 passed, uint64 wanted, bool at_opening)
{
	return at_opening ? passed > wanted : passed >= wanted;
}

/*
 * Find the stretch in which so much open time since another moment has passed.
 */
static const ZoneStretch *
stretch_after(BusinessClock *clock, TimestampTz from, uint64 wanted, bool at_opening)
{
	uint64		before = open_until(clock, from);
	int			low = (int) (stretch_of(clock, from) - clock->stretches);
	int			high;

	/* there, or further than is known? */
	for (;;)
	{
		const ZoneStretch *last = &clock->stretches[clock->count - 1];

		if (clock->until >= END_TIMESTAMP ||
			has_passed(open_until_in(clock, last, clock->until) - before, wanted, at_opening))
			break;
		know_until(clock, clock->until);
	}
	/* mostly it is the same one */
	if (low + 1 == clock->count ||
		has_passed(open_until_in(clock, &clock->stretches[low], clock->stretches[low + 1].from) - before, wanted, at_opening))
		return &clock->stretches[low];
	high = clock->count;
	while (high - low > 1)
	{
		int			middle = low + (high - low) / 2;
		const ZoneStretch *stretch = &clock->stretches[middle];

		if (has_passed(open_until_in(clock, stretch, stretch->from) - before, wanted, at_opening))
			high = middle;
		else
			low = middle;
	}
	return &clock->stretches[low];
}

/*
 * Find the first moment by which so much open time has passed since another, or, at
 * the next opening, the last one.
 */
static TimestampTz
moment_after(BusinessClock *clock, TimestampTz from, uint64 wanted, bool at_opening)
{
	const ZoneStretch *stretch;
	int64		local;

	if (wanted == 0 && !at_opening)
		return from;
	stretch = stretch_after(clock, from, wanted, at_opening);
	if (stretch->from > from)
	{
		wanted -= open_until_in(clock, stretch, stretch->from) - open_until(clock, from);
		local = stretch->from;
	}
	else
		local = from;
	if (!open_days_after(&clock->days, local + stretch->offset, wanted, at_opening, &local) ||
		!IS_VALID_TIMESTAMP(local - stretch->offset))
		end_of_time(from);
	return local - stretch->offset;
}

/*
 * Return the moment itself where the service is open then, or the first one after
 * it.
 */
TimestampTz
business_clock_next_opening(BusinessClock *clock, TimestampTz at)
{
	return moment_after(clock, at, 0, true);
}

/* A stretch of time in which a window of a day is open. */
typedef struct DayPiece
{
	TimestampTz opens;
	TimestampTz closes;
} DayPiece;

/* Where a loop over the pieces of a day stands. */
typedef struct DayScan
{
	const OpenDay *hours;
	int64		midnight;		/* local */
	const ZoneStretch *stretch;
	uint32		window;
} DayScan;

/* Begin a loop over the pieces of a day. */
static void
scan_begin(DayScan *scan, BusinessClock *clock, int64 day)
{
	scan->hours = open_days_place(&clock->days, day).hours;
	scan->midnight = day * USECS_PER_DAY;
	/* no zone is a day away from UTC, and a window is over after two */
	(void) stretch_of(clock, Min(scan->midnight + 3 * USECS_PER_DAY, END_TIMESTAMP - 1));
	scan->stretch = stretch_of(clock, Min(scan->midnight - USECS_PER_DAY, END_TIMESTAMP - 1));
	scan->window = 0;
}

/* Find the next piece; in most stretches of time there is none. */
static bool
scan_next(DayScan *scan, const BusinessClock *clock, DayPiece *piece)
{
	const ZoneStretch *end = clock->stretches + clock->count;

	for (; scan->stretch < end; scan->stretch++, scan->window = 0)
	{
		const ZoneStretch *stretch = scan->stretch;
		TimestampTz until = stretch + 1 < end ? stretch[1].from : PG_INT64_MAX;

		if (stretch->from > scan->midnight + 3 * USECS_PER_DAY)
			return false;
		while (scan->window < scan->hours->count)
		{
			const OpenWindow *window = &scan->hours->windows[scan->window++];

			piece->opens = Max(scan->midnight + window->opens - stretch->offset, stretch->from);
			piece->closes = Min(scan->midnight + window->closes - stretch->offset, until);
			if (piece->opens < piece->closes)
				return true;
		}
	}
	return false;
}

/* Return the open time of a day's own windows before a moment. */
static int64
day_passed(BusinessClock *clock, int64 day, TimestampTz at)
{
	DayScan		scan;
	DayPiece	piece;
	int64		passed = 0;

	scan_begin(&scan, clock, day);
	while (scan_next(&scan, clock, &piece))
		passed += Max(Min(piece.closes, at) - piece.opens, 0);
	return passed;
}

/*
 * Find the moment at which so much of a day's windows has passed.  Where two windows
 * meet it is the beginning of the later one; on a day that is shorter it is
 * the end of the last one, and on a day whose only window a change of the clocks
 * leaves out the moment of the change.
 */
static TimestampTz
day_moment(BusinessClock *clock, int64 day, int64 passed)
{
	DayScan		scan;
	DayPiece	piece;
	TimestampTz last = 0;
	bool		any = false;

	scan_begin(&scan, clock, day);
	while (scan_next(&scan, clock, &piece))
	{
		if (passed < piece.closes - piece.opens)
			return piece.opens + passed;
		passed -= piece.closes - piece.opens;
		last = piece.closes;
		any = true;
	}
	if (!any)
	{
		scan_begin(&scan, clock, day);
		last = scan.midnight + scan.hours->windows[0].opens;
		while (scan.stretch + 1 < clock->stretches + clock->count &&
			   last - scan.stretch->offset >= scan.stretch[1].from)
			scan.stretch++;
		last = Max(last - scan.stretch->offset, scan.stretch->from);
	}
	return last;
}

/*
 * Return when a target runs out that began at a moment: so many working days on, then
 * so much open time.
 */
TimestampTz
business_clock_due(BusinessClock *clock, TimestampTz started, int32 days,
				   int64 open_time)
{
	TimestampTz due = business_clock_next_opening(clock, started);

	if (days > 0)
	{
		int64		day;
		int64		passed;

		(void) open_days_is_open(&clock->days, due + stretch_of(clock, due)->offset, &day);
		passed = day_passed(clock, day, due);
		if (!open_days_nth(&clock->days, day, days, &day))
			end_of_time(started);
		due = day_moment(clock, day, passed);
		if (!IS_VALID_TIMESTAMP(due))
			end_of_time(started);
	}
	return moment_after(clock, due, (uint64) open_time, false);
}

/*
 * Return how many days of [from, to) have hours.
 */
int64
business_clock_days(BusinessClock *clock, DateADT from, DateADT to)
{
	return open_days_place(&clock->days, to).days -
		open_days_place(&clock->days, from).days;
}

/*
 * Read the argument target, n: so many working days and so much open time.
 */
void
business_target_arg(FunctionCallInfo fcinfo, int n, int32 *days, int64 *open_time)
{
	const Interval *target = PG_GETARG_INTERVAL_P(n);

	if (INTERVAL_NOT_FINITE(target))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target must be finite"),
				 errdetail("target is %s.", elapsed_interval_text(target)),
				 errhint("Use NULL where no target was agreed on.")));
	if (target->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target must not have months or years"),
				 errdetail("target is %s.", elapsed_interval_text(target)),
				 errhint("Give working days and open hours, as '5 days' or '1 day 4 hours'.")));
	if (target->day < 0 || target->time < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("target must not be negative"),
				 errdetail("target is %s.", elapsed_interval_text(target)),
				 errhint("Use NULL where no target was agreed on.")));
	*days = target->day;
	*open_time = target->time;
}
