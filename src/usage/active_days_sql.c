/*-------------------------------------------------------------------------
 *
 * active_days_sql.c
 *	  active_days: the days on which one user was active.
 *
 * Counts of distinct days cannot be added up, sets of days can: rolling up is
 * the union, and every question about days, weeks or months is answered from
 * the set.
 *
 * This file has the functions that SQL calls; how the set is kept in memory,
 * while rows are counted and when it is finished, is in active_days.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/summary_json.h"
#include "usage/active_days.h"

/*
 * The longest stretch of days in the text and in the binary form.  A value
 * with a longer one, of somebody who was active for 2,700 years without a
 * pause, is written with several.  Reading takes a step a day: this bounds
 * what a few bytes of input can ask for, and a text of many long stretches can
 * be cancelled.
 */
#define MAX_STRETCH		1000000

#define PG_GETARG_ACTIVE_DAYS(n)	active_days_get(PG_GETARG_DATUM(n))

/*
 * Input and output
 */

/* Add the days of a stretch to a state, which is NULL before the first. */
static void
add_stretch(ActiveDays **state, DateADT from, DateADT to)
{
	if (*state == NULL)
		*state = active_days_state_new(from);
	for (int64 day = from; day <= to; day++)
	{
		/* a day that comes between many others moves all that follow */
		if (day == from || (day & 0xff) == 0)
			CHECK_FOR_INTERRUPTS();
		*state = active_days_state_set(*state, (DateADT) day);
	}
}

static pg_noinline pg_noreturn void
invalid_element(int index, const JsonbValue *value)
{
	summary_text_invalid(&active_days_type, "Element %d of \"days\" is %s, not a day like \"2025-01-31\" or days like \"2025-02-03/2025-02-07\".",
						 index + 1, summary_json_shown(value));
}

/*
 * Read an element of "days": a day, or the first and the last day of a
 * stretch.
 */
static void
active_days_element(void *arg, int index, const JsonbValue *value)
{
	char	   *str;
	char	   *slash;
	DateADT		from = 0;
	DateADT		to;
	bool		valid;

	if (value->type != jbvString)
		invalid_element(index, value);
	str = pnstrdup(value->val.string.val, value->val.string.len);

	slash = strchr(str, '/');
	valid = calendar_day_from_text(str, slash ? (int) (slash - str) : (int) strlen(str), &from);
	to = from;
	if (valid && slash)
		valid = calendar_day_from_text(slash + 1, (int) strlen(slash + 1), &to) &&
			to >= from && (int64) to - from < MAX_STRETCH;
	if (!valid)
		invalid_element(index, value);
	add_stretch((ActiveDays **) arg, from, to);
	pfree(str);
}

static void
active_days_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "days") == 0)
		summary_json_elements(summary_json_container(value, true, key,
													 &active_days_type),
							  active_days_element, arg);
	else
		summary_json_unexpected(key, &active_days_type);
}

static pg_noinline pg_noreturn void
no_day_in_text(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s",
					active_days_type.name),
			 errdetail("It has no day."),
			 errhint("Use NULL for a user that was never active.")));
}

/*
 * active_days_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version" and "days", an array of days and of stretches of
 * days ("2025-02-03/2025-02-07"), in any order; at least one.
 */
PG_FUNCTION_INFO_V1(active_days_in);
Datum
active_days_in(PG_FUNCTION_ARGS)
{
	ActiveDays *state = NULL;

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&active_days_type),
						 active_days_member, &state);
	if (state == NULL)
		no_day_in_text();
	PG_RETURN_POINTER(active_days_state_finish(state));
}

/* Reads a value's days as stretches without a pause, in order. */
typedef struct StretchReader
{
	ActiveDaysReader days;
	DateADT		next;			/* the first day after the stretches so far */
	bool		has_next;
} StretchReader;

static void
stretch_read(StretchReader *reader, const ActiveDays *days)
{
	active_days_read(&reader->days, days);
	reader->has_next = active_days_next(&reader->days, &reader->next);
}

/* Set *from and *to to the next stretch; return false after the last. */
static bool
stretch_next(StretchReader *reader, DateADT *from, DateADT *to)
{
	if (!reader->has_next)
		return false;
	CHECK_FOR_INTERRUPTS();
	*from = reader->next;
	do
	{
		*to = reader->next;
		reader->has_next = active_days_next(&reader->days, &reader->next);
	} while (reader->has_next && reader->next == *to + 1 &&
			 (int64) reader->next - *from < MAX_STRETCH);
	return true;
}

/*
 * active_days_out: the text form, JSON; the stretches are in order, each as
 * long as it can be
 */
PG_FUNCTION_INFO_V1(active_days_out);
Datum
active_days_out(PG_FUNCTION_ARGS)
{
	StretchReader reader;
	StringInfoData buf;
	DateADT		from;
	DateADT		to;
	const char *before = "\"";

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"days\": [");
	stretch_read(&reader, PG_GETARG_ACTIVE_DAYS(0));
	while (stretch_next(&reader, &from, &to))
	{
		appendStringInfoString(&buf, before);
		calendar_append_day(&buf, from);
		if (to != from)
		{
			appendStringInfoChar(&buf, '/');
			calendar_append_day(&buf, to);
		}
		appendStringInfoChar(&buf, '"');
		before = ", \"";
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/* active_days_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(active_days_send);
Datum
active_days_send(PG_FUNCTION_ARGS)
{
	StretchReader reader;
	StringInfoData message;
	DateADT		from;
	DateADT		to;

	summary_send_begin(&message);
	stretch_read(&reader, PG_GETARG_ACTIVE_DAYS(0));
	while (stretch_next(&reader, &from, &to))
	{
		pq_sendint32(&message, from);
		pq_sendint32(&message, to);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * active_days_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the first and the last day of every stretch (4
 * bytes each), up to the end of the message: at least one stretch, none longer
 * than MAX_STRETCH, in ascending order and within the calendar.
 */
PG_FUNCTION_INFO_V1(active_days_recv);
Datum
active_days_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	ActiveDays *state = NULL;
	int64		last = PG_INT64_MIN;
	uint32		stretches = 0;

	summary_recv_begin(message, &active_days_type);
	do
	{
		DateADT		from = (DateADT) pq_getmsgint(message, 4);
		DateADT		to = (DateADT) pq_getmsgint(message, 4);

		stretches++;
		if (from > to || from <= last || from < CALENDAR_FIRST_DAY ||
			to > CALENDAR_LAST_DAY || (int64) to - from >= MAX_STRETCH)
			summary_binary_invalid(&active_days_type, "Stretch %u, from day %d to day %d after 2000-01-01, is out of range or out of order.",
								   stretches, from, to);
		add_stretch(&state, from, to);
		last = to;
	} while (message->cursor < message->len);
	PG_RETURN_POINTER(active_days_state_finish(state));
}

/*
 * Aggregation
 */

/*
 * Return the state in argument 0, to be written to.  In an aggregate it is a
 * state already, except where a value was taken over as it came.
 */
static ActiveDays *
active_days_state(FunctionCallInfo fcinfo)
{
	ActiveDays *state = (ActiveDays *) PG_GETARG_POINTER(0);

	/*
	 * With many users the state is in no cache, and the bit of the day mostly
	 * in another line than the header: ask for both at once.
	 */
	__builtin_prefetch((const char *) state + ACTIVE_DAYS_PREFETCH);
	if (likely(called_by_aggregate(fcinfo)) &&
		likely(!VARATT_IS_EXTENDED(state)) &&
		likely(state->form >= ACTIVE_DAYS_OPEN))
		return state;
	state = summary_get(PG_GETARG_DATUM(0), &active_days_type);
	return active_days_state_copy(state);
}

/*
 * active_days(day): add a day of one user.  NULL is skipped, and NULLs alone
 * give NULL; an infinite date is an error.
 */
PG_FUNCTION_INFO_V1(active_days_accum);
Datum
active_days_accum(PG_FUNCTION_ARGS)
{
	ActiveDays *state;
	DateADT		day;

	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	day = PG_GETARG_DATEADT(1);
	if (unlikely(DATE_NOT_FINITE(day)))
		(void) calendar_date_arg(day, "day",
								 "Leave such rows out with FILTER (WHERE isfinite(day)).");
	if (unlikely(PG_ARGISNULL(0)))
		PG_RETURN_POINTER(active_days_state_new(day));
	state = active_days_state(fcinfo);
	PG_RETURN_POINTER(active_days_state_set(state, day));
}

/*
 * Add the days of another value of the same user: for rollup(), and for what
 * parallel workers found.
 */
PG_FUNCTION_INFO_V1(active_days_combine);
Datum
active_days_combine(PG_FUNCTION_ARGS)
{
	ActiveDays *state = active_days_state(fcinfo);
	ActiveDays *other = PG_GETARG_SUMMARY(1, &active_days_type);

	/* check the version, as aggregate_combine_state() does */
	summary_check((Summary *) state, &active_days_type);
	state = active_days_state_add(state, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(state);
}

/* Return the value to store; its bytes depend on the days alone. */
PG_FUNCTION_INFO_V1(active_days_final);
Datum
active_days_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(PG_GETARG_ACTIVE_DAYS(0));
}

/*
 * Accessors
 */

/* days_active(a): return on how many days the user was active; 1 or more. */
PG_FUNCTION_INFO_V1(active_days_count);
Datum
active_days_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(active_days_size(PG_GETARG_ACTIVE_DAYS(0)));
}

/* first_active(a): return the first day. */
PG_FUNCTION_INFO_V1(active_days_first);
Datum
active_days_first(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(PG_GETARG_ACTIVE_DAYS(0)->first);
}

/* last_active(a): return the last day. */
PG_FUNCTION_INFO_V1(active_days_last);
Datum
active_days_last(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(active_days_end(PG_GETARG_ACTIVE_DAYS(0)));
}

/*
 * was_active(a, on_date, window_days): return whether the user was active on
 * one of the window_days days up to on_date, with on_date as the last one.  A
 * window of less than one day and an infinite date are errors.
 */
PG_FUNCTION_INFO_V1(active_days_was_active);
Datum
active_days_was_active(PG_FUNCTION_ARGS)
{
	const ActiveDays *days = PG_GETARG_ACTIVE_DAYS(0);
	DateADT		on_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "on_date");
	int32		window_days = PG_GETARG_INT32(2);
	int64		earliest;
	ActiveDaysReader reader;
	DateADT		day;
	uint32		steps = 0;

	if (window_days < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("window_days must be at least 1"),
				 errdetail("window_days is %d.", window_days),
				 errhint("Use 1 for on_date alone, 7 for on_date and the six days before it.")));
	active_days_read(&reader, days);
	earliest = (int64) on_date - window_days + 1;
	if (days->form == ACTIVE_DAYS_BITMAP && earliest > days->first)
		reader.next = Min(reader.size, (Size) (earliest - days->first) / 8);
	while (active_days_next(&reader, &day) && day <= on_date)
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (day >= earliest)
			PG_RETURN_BOOL(true);
	}
	PG_RETURN_BOOL(false);
}
