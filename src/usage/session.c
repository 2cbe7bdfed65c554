/*-------------------------------------------------------------------------
 *
 * session.c
 *	  Sessions: runs of events without a gap longer than a limit.
 *
 * session_number() is a window function that numbers the sessions of rows in
 * order of time.  A session_summary keeps the sessions of one user, whatever
 * the order of the rows is: rows that come in order extend the last session,
 * and what overlaps or lies within the gap is united later.  Sessions are
 * united by the same rule as events, so the parts of a user's events give the
 * same sessions as all of them at once: a session across midnight is one again
 * when the days are rolled up.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "windowapi.h"

#include "core/aggregate.h"
#include "core/elapsed.h"
#include "core/money.h"
#include "core/result.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "usage/session.h"

/* A session; the key of the sorted run is its start. */
typedef struct Session
{
	Timestamp	start;
	Timestamp	end;			/* time of the last event */
	int64		events;
} Session;

typedef struct SessionHeader
{
	int64		gap;			/* the longest within a session, microseconds */
	int64		events;			/* events of all sessions */
} SessionHeader;

/* What session_number() keeps for a partition. */
typedef struct SessionNumber
{
	bool		has_gap;
	Interval	interval;		/* the gap as it was given, ... */
	int64		gap;			/* ... and in microseconds */
	int64		number;			/* of the current session, 0 before the first */
	Timestamp	last;
} SessionNumber;

static void session_merge(void *into, const void *from);

static const SummaryType session_type = {
	.name = "session_summary",
	.example = "{\"version\": 1, \"gap\": 1800, \"sessions\": [[\"2025-01-31T09:00:00\", \"2025-01-31T09:12:30\", 5]]}"
};

static const SortedRunType session_run = {
	.type_name = "session_summary",
	.too_large_hint = "A session_summary is for one user: GROUP BY the user.",
	.header_size = sizeof(SessionHeader),
	.entry_size = sizeof(Session),
	.key_words = 1,
	.merge = session_merge
};

/*
 * Return whether an event at "later" belongs to the session that ended at
 * "end".  Only a gap that is longer divides.  The difference is taken as an
 * unsigned number, since times can be further apart than int64.
 */
static inline bool
within_gap(Timestamp end, Timestamp later, int64 gap)
{
	return later <= end || (uint64) later - (uint64) end <= (uint64) gap;
}

/* Unite sessions of the same start; the header's total bounds the sum. */
static void
session_merge(void *into, const void *from)
{
	Session    *session = (Session *) into;
	const Session *more = (const Session *) from;

	session->end = Max(session->end, more->end);
	session->events += more->events;
}

static inline SessionHeader *
session_header(SortedRun *state)
{
	return (SessionHeader *) sorted_run_header(state);
}

static inline const SessionHeader *
session_header_const(const SortedRun *summary)
{
	return (const SessionHeader *) sorted_run_header_const(summary);
}

static inline const Session *
sessions_of(const SortedRun *summary)
{
	return (const Session *) sorted_run_entry_const(&session_run, summary, 0);
}

/* Unite the sessions of a sorted run that belong together, in place. */
static void
unite_sessions(SortedRun *state)
{
	Session    *sessions = (Session *) sorted_run_entry(&session_run, state, 0);
	int64		gap = session_header_const(state)->gap;
	uint32		last = 0;

	for (uint32 i = 1; i < state->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (within_gap(sessions[last].end, sessions[i].start, gap))
			session_merge(&sessions[last], &sessions[i]);
		else
			sessions[++last] = sessions[i];
	}
	if (state->used > 0)
		state->sorted = state->used = last + 1;
}

/* Return the finished value of a state, which is left alone. */
static SortedRun *
session_finish(const SortedRun *state)
{
	SortedRun  *summary = sorted_run_finish(&session_run, state);

	unite_sessions(summary);
	SET_VARSIZE(summary, (char *) sorted_run_entry(&session_run, summary,
												   summary->used) - (char *) summary);
	return summary;
}

/*
 * Return a value to read: a finished one as it is.  A state can come from
 * another server that sends a partial result as a value of the type.
 */
static const SortedRun *
session_arg(FunctionCallInfo fcinfo)
{
	const SortedRun *summary = (const SortedRun *) PG_GETARG_SUMMARY(0, &session_type);
	const Session *sessions = sessions_of(summary);

	if (sorted_run_read(&session_run, summary) != summary)
		return session_finish(summary);
	for (uint32 i = 1; i < summary->used; i++)
	{
		if (within_gap(sessions[i - 1].end, sessions[i].start,
					   session_header_const(summary)->gap))
			return session_finish(summary);
	}
	return summary;
}

/*
 * session_number()
 */

/* Return a gap as text, for an error message. */
static char *
gap_text(int64 gap)
{
	Interval	interval = {.time = gap};

	return elapsed_interval_text(&interval);
}

static pg_noinline pg_noreturn void
gap_varies(int64 one, int64 other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("gap must be the same in all rows"),
			 errdetail("gap is %s in one row and %s in another.",
					   gap_text(one), gap_text(other)),
			 errhint("Write a constant, for example '30 minutes'.")));
}

static pg_noinline pg_noreturn void
gap_null(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("gap must not be NULL"),
			 errhint("Write a constant, for example '30 minutes'.")));
}

static int64
gap_arg(const Interval *interval)
{
	int64		gap = elapsed_interval(interval, "gap");

	if (unlikely(gap < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gap must not be negative"),
				 errdetail("gap is %s.", elapsed_interval_text(interval)),
				 errhint("Write a constant, for example '30 minutes'.")));
	return gap;
}

/*
 * The argument "gap", the longest time between two events of a session, in
 * microseconds.
 */
int64
session_gap_arg(FunctionCallInfo fcinfo, int n)
{
	if (PG_ARGISNULL(n))
		gap_null();
	return gap_arg(PG_GETARG_INTERVAL_P(n));
}

/* Report an event at no time. */
void
session_time_infinite(Timestamp at)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("at must be a finite time"),
			 errdetail("at is %s.",
					   TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity"),
			 errhint("Leave such rows out with WHERE isfinite(at).")));
}

/*
 * Return the number of the current row's session, from that of the row before.
 */
static pg_attribute_always_inline Datum
next_session_number(FunctionCallInfo fcinfo, bool is_date)
{
	WindowObject window = PG_WINDOW_OBJECT();
	SessionNumber *state;
	Datum		value;
	bool		is_null;
	Interval   *interval;
	Timestamp	at;

	state = (SessionNumber *) WinGetPartitionLocalMemory(window,
														 sizeof(SessionNumber));

	value = WinGetFuncArgCurrent(window, 1, &is_null);
	if (unlikely(is_null))
		gap_null();
	interval = DatumGetIntervalP(value);
	if (unlikely(!state->has_gap))
	{
		state->gap = gap_arg(interval);
		/* of times any gap may be meant: clicks in a row are seconds apart */
		if (is_date)
			elapsed_check_unit(state->gap, USECS_PER_HOUR, "gap", "days");
		state->interval = *interval;
		state->has_gap = true;
	}
	else if (unlikely(interval->time != state->interval.time ||
					  interval->day != state->interval.day ||
					  interval->month != state->interval.month))
	{
		int64		gap = gap_arg(interval);

		if (gap != state->gap)
			gap_varies(state->gap, gap);
	}

	value = WinGetFuncArgCurrent(window, 0, &is_null);
	if (is_null)
		PG_RETURN_NULL();
	at = is_date ? elapsed_date_or_infinite(DatumGetDateADT(value)) :
		DatumGetTimestamp(value);
	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		session_time_infinite(at);

	if (state->number == 0)
		state->number = 1;
	else if (unlikely(at < state->last))
		ereport(ERROR,
				(errcode(ERRCODE_WINDOWING_ERROR),
				 errmsg("session_number needs its rows in the order of time"),
				 errdetail("A row at %s comes after a row at %s.",
						   elapsed_arg_text(fcinfo, 0, at),
						   elapsed_arg_text(fcinfo, 0, state->last)),
				 errhint("Add ORDER BY: session_number(at, gap) OVER (PARTITION BY ... ORDER BY at).")));
	else if (!within_gap(state->last, at, state->gap))
		state->number++;
	state->last = at;
	PG_RETURN_INT64(state->number);
}

/*
 * session_number(at, gap) OVER (PARTITION BY u ORDER BY at): return 1, 2, ...
 * in the order of the rows, for timestamp and timestamptz.  A new session
 * begins where more than gap has passed since the row before.  A row without a
 * time has NULL, and the sessions before and after it are as if it were not
 * there.  A gap that is NULL, negative or not that of the other rows of the
 * partition, a time that is infinite, and rows that are not in the order of
 * time are errors.
 */
PG_FUNCTION_INFO_V1(session_number);
Datum
session_number(PG_FUNCTION_ARGS)
{
	return next_session_number(fcinfo, false);
}

/*
 * session_number(at, gap) for dates, which would otherwise become timestamptz,
 * by the time zone of the client; see session_number().  A gap below an hour is
 * an error.
 */
PG_FUNCTION_INFO_V1(session_number_date);
Datum
session_number_date(PG_FUNCTION_ARGS)
{
	return next_session_number(fcinfo, true);
}

/*
 * Input and output
 */

/* Return why no events could have produced this summary, or NULL. */
static const char *
session_problem(const SortedRun *summary)
{
	const Session *sessions = sessions_of(summary);
	int64		gap = session_header_const(summary)->gap;

	for (uint32 i = 0; i < summary->used; i++)
	{
		const Session *session = &sessions[i];

		if (session->start < MIN_TIMESTAMP || session->end >= END_TIMESTAMP)
			return "A session is out of the range of timestamps.";
		if (session->end < session->start)
			return "A session ends before it starts.";
		if (session->events < 1)
			return "A session has no events.";
		/* the events of a session are at most a gap apart */
		if ((int128) session->end - session->start >
			(int128) gap * (session->events - 1))
			return "A session is longer than its number of events and the gap allow.";
		if (i > 0 && within_gap(sessions[i - 1].end, session->start, gap))
			return "Two sessions are no further apart than the gap, so they are one.";
	}
	return NULL;
}

static Timestamp
session_time_member(const JsonbValue *value, const char *place)
{
	Timestamp	time;

	if (value->type != jbvString ||
		!elapsed_time_from_text(pnstrdup(value->val.string.val,
										 value->val.string.len), &time))
		summary_text_invalid(&session_type, "%s is %s, not a time like \"2025-01-31T09:00:00\".",
							 summary_json_key_shown(place),
							 summary_json_shown(value));
	return time;
}

/* Read an element of "sessions": [start, end, events]. */
static bool
session_read_entry(SortedRun *summary, const JsonbValue *parts,
				   const char *place, void *into)
{
	Session    *session = (Session *) into;

	session->start = session_time_member(&parts[0], summary_json_part(1, place).shown);
	session->end = session_time_member(&parts[1], summary_json_part(2, place).shown);
	session->events = summary_json_int64(&parts[2], 1, SUMMARY_MAX_COUNT,
										 summary_json_part(3, place).shown,
										 &session_type);
	if (session->end < session->start)
		summary_text_invalid(&session_type, "A session ends before it starts.");
	count_add(&session_header(summary)->events, session->events,
			  &session_type);
	return true;
}

static const RunSummary session_summary = {
	.type = &session_type,
	.run = &session_run,
	.list = "sessions",
	.element = "a start, an end and a number of events",
	.parts = 3,
	.read_entry = session_read_entry,
	.sent_size = sizeof(Session)
};

/* What has been read of a text so far. */
typedef struct SessionInput
{
	SortedRun  *summary;
	bool		has_gap;
} SessionInput;

static void
session_member(void *arg, const char *key, const JsonbValue *value)
{
	SessionInput *input = (SessionInput *) arg;

	if (strcmp(key, "gap") == 0)
	{
		session_header(input->summary)->gap =
			elapsed_json_seconds(value, "gap", &session_type);
		input->has_gap = true;
	}
	else if (strcmp(key, session_summary.list) == 0)
		run_summary_read_list(&session_summary, &input->summary, value);
	else
		summary_json_unexpected(key, &session_type);
}

/*
 * session_summary_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.
 *
 * The members are "version", "gap", in seconds, and "sessions", an array of
 * [start, end, number of events] in any order.  session_problem() refuses
 * sessions that no events could have produced, such as two that the gap does
 * not divide.
 */
PG_FUNCTION_INFO_V1(session_summary_in);
Datum
session_summary_in(PG_FUNCTION_ARGS)
{
	SessionInput input;
	SortedRun  *summary;

	memset(&input, 0, sizeof(input));
	input.summary = sorted_run_new(&session_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&session_type),
						 session_member, &input);
	if (!input.has_gap)
		summary_text_invalid(&session_type, "\"gap\" is missing.");
	summary = sorted_run_finish(&session_run, input.summary);
	summary_text_check(&session_type, session_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * session_summary_out: the text form, JSON; the sessions are in the order of
 * time, and what was a timestamptz is in UTC
 */
PG_FUNCTION_INFO_V1(session_summary_out);
Datum
session_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = session_arg(fcinfo);
	const Session *sessions = sessions_of(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"gap\": ");
	elapsed_append_seconds(&buf, session_header_const(summary)->gap);
	appendStringInfoString(&buf, ", \"sessions\": [");
	for (uint32 i = 0; i < summary->used; i++)
	{
		char	   *start = elapsed_time_text(sessions[i].start);
		char	   *end = elapsed_time_text(sessions[i].end);

		run_summary_append(&buf, i);
		appendStringInfo(&buf, "\"%s\", \"%s\", " INT64_FORMAT "]", start,
						 end, sessions[i].events);
		pfree(start);
		pfree(end);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/* session_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(session_summary_send);
Datum
session_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = session_arg(fcinfo);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, session_header_const(summary)->gap);
	run_summary_send(&session_summary, &message, summary);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * session_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the gap in microseconds (8 bytes), the number of
 * sessions (4) and each session: its start and its end as timestamps and its
 * number of events (8 each).  Sessions are in strictly ascending order of
 * their starts; session_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(session_summary_recv);
Datum
session_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int64		gap;
	Session    *session;

	summary_recv_begin(message, &session_type);
	gap = summary_recv_int64(message, 0, PG_INT64_MAX, "gap", &session_type);
	summary = run_summary_recv(&session_summary, message);
	session_header(summary)->gap = gap;
	while ((session = run_summary_recv_entry(&session_summary, summary)) != NULL)
	{
		session->start = pq_getmsgint64(message);
		session->end = pq_getmsgint64(message);
		session->events = summary_recv_count(message, "events of a session",
											 &session_type);
		count_add(&session_header(summary)->events, session->events,
				  &session_type);
	}
	sorted_run_check(&session_run, summary);
	summary_binary_check(&session_type, session_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * Aggregation
 */

/*
 * Make room in a full state.  Rows in no order leave many pieces of sessions,
 * so unite them first: what remains is little more than the sessions there
 * are.
 */
static pg_noinline SortedRun *
session_make_room(SortedRun *state)
{
	sorted_run_compact(&session_run, state);
	unite_sessions(state);
	if (state->used > sorted_run_capacity(&session_run, state) / 4 * 3)
		state = sorted_run_make_room(&session_run, state, 1);
	return state;
}

/* Add an event: nearly always to the last session, or as a new one. */
static pg_attribute_always_inline Datum
count_event(FunctionCallInfo fcinfo, bool is_date)
{
	SortedRun  *state;
	Session		session;
	int64		gap;

	if (unlikely(PG_ARGISNULL(2)))
		gap_null();
	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	gap = gap_arg(PG_GETARG_INTERVAL_P(2));
	session.start = session.end = elapsed_time_arg(fcinfo, 1, is_date);
	session.events = 1;
	if (unlikely(TIMESTAMP_NOT_FINITE(session.start)))
		session_time_infinite(session.start);
	if (PG_ARGISNULL(0))
	{
		elapsed_check_unit(gap, USECS_PER_MINUTE, "gap", is_date ? "days" : "minutes");
		state = sorted_run_new(&session_run);
		session_header(state)->gap = gap;
	}
	else
	{
		state = (SortedRun *) aggregate_state(fcinfo, &session_type);
		if (unlikely(session_header_const(state)->gap != gap))
			gap_varies(session_header_const(state)->gap, gap);
	}

	count_add(&session_header(state)->events, 1, &session_type);
	if (state->used > 0)
	{
		Session    *last = (Session *) sorted_run_entry(&session_run, state,
														state->used - 1);

		/* the event belongs to the last session, as most events do */
		if (session.start >= last->start &&
			within_gap(last->end, session.start, gap))
		{
			last->end = Max(last->end, session.start);
			last->events++;
			PG_RETURN_POINTER(state);
		}
		if (unlikely(state->used == sorted_run_capacity(&session_run, state)))
			state = session_make_room(state);
	}
	PG_RETURN_POINTER(sorted_run_append(&session_run, state, &session));
}

/*
 * session_summary(at, gap): add an event of one user, for timestamp and
 * timestamptz, in any order.  A row without a time is skipped; without any
 * other row the result is NULL.  A gap that is NULL, negative or not that of
 * the other rows, and a time that is infinite, are errors.
 */
PG_FUNCTION_INFO_V1(session_accum);
Datum
session_accum(PG_FUNCTION_ARGS)
{
	return count_event(fcinfo, false);
}

/*
 * session_summary(at, gap) for dates, which would otherwise become
 * timestamptz; see session_accum().
 */
PG_FUNCTION_INFO_V1(session_accum_date);
Datum
session_accum_date(PG_FUNCTION_ARGS)
{
	return count_event(fcinfo, true);
}

/*
 * Add the sessions of other events of the same user: for rollup(), and for
 * what parallel workers found.  Sessions that overlap or lie within the gap
 * are united by the final function.  Different gaps are an error.
 */
PG_FUNCTION_INFO_V1(session_combine);
Datum
session_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	SortedRun  *other;

	state = (SortedRun *) aggregate_combine_state(fcinfo, &session_type);
	other = (SortedRun *) PG_GETARG_SUMMARY(1, &session_type);
	if (session_header_const(state)->gap != session_header_const(other)->gap)
	{
		StringInfoData buf;

		initStringInfo(&buf);
		elapsed_append_seconds(&buf, session_header_const(state)->gap);
		appendStringInfoString(&buf, " seconds, another one of ");
		elapsed_append_seconds(&buf, session_header_const(other)->gap);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("session summaries of different gaps cannot be rolled up"),
				 errdetail("One has a gap of %s seconds.", buf.data),
				 errhint("Summarize all events with the same gap.")));
	}
	count_add(&session_header(state)->events, session_header_const(other)->events,
			  &session_type);
	return run_summary_combine(&session_summary, fcinfo, state, other);
}

/*
 * Return the value to store: the same events give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(session_final);
Datum
session_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(session_finish((const SortedRun *) PG_GETARG_SUMMARY(0, &session_type)));
}

/*
 * Accessors
 */

/* sessions(s): return how many sessions there are. */
PG_FUNCTION_INFO_V1(session_count);
Datum
session_count(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(session_arg(fcinfo)->used);
}

/* events(s): return how many events there are in all sessions. */
PG_FUNCTION_INFO_V1(session_events);
Datum
session_events(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(session_header_const(session_arg(fcinfo))->events);
}

/*
 * Return the length of all sessions together, in microseconds.  It can be more
 * than an int64 holds: from the first timestamp to the last one is.
 */
static Datum
total_time(const SortedRun *summary)
{
	const Session *sessions = sessions_of(summary);
	int128		total = 0;

	for (uint32 i = 0; i < summary->used; i++)
		total += (int128) sessions[i].end - sessions[i].start;
	return money_to_numeric(total, 0);
}

/*
 * average_session(s, unit): return the mean length of a session in units of
 * time; a session of one event lasts 0.  NULL without sessions; an unknown
 * unit is an error.
 */
PG_FUNCTION_INFO_V1(session_average);
Datum
session_average(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = session_arg(fcinfo);
	int64		unit = elapsed_unit_arg(fcinfo, 1);
	Datum		divisor;

	if (summary->used == 0)
		PG_RETURN_NULL();
	divisor = DirectFunctionCall2(numeric_mul,
								  NumericGetDatum(int64_to_numeric(unit)),
								  NumericGetDatum(int64_to_numeric(summary->used)));
	return numeric_result(DirectFunctionCall2(numeric_div,
											  total_time(summary), divisor));
}

/*
 * time_in_app(s, unit): return the length of all sessions together in units of
 * time; 0 without sessions.  An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(session_time);
Datum
session_time(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = session_arg(fcinfo);
	int64		unit = elapsed_unit_arg(fcinfo, 1);

	return numeric_result(DirectFunctionCall2(numeric_div,
											  total_time(summary),
											  NumericGetDatum(int64_to_numeric(unit))));
}

/*
 * session_list(s) -> (started, ended, events): return a row a session, in
 * order.
 */
PG_FUNCTION_INFO_V1(session_list);
Datum
session_list(PG_FUNCTION_ARGS)
{
	const SortedRun *summary;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	summary = session_arg(fcinfo);
	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < summary->used; i++)
	{
		const Session *session = &sessions_of(summary)[i];
		Datum		values[3];
		bool		nulls[3] = {false, false, false};

		values[0] = TimestampGetDatum(session->start);
		values[1] = TimestampGetDatum(session->end);
		values[2] = Int64GetDatum(session->events);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
