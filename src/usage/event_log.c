/*-------------------------------------------------------------------------
 *
 * event_log.c
 *	  Who did something at which moments: sessions and time in the app, of many
 *	  users at once.
 *
 * An event_log has an entry for each user and moment, with the number of events
 * then.  Sessions are made when it is read, so that the gap that divides them is
 * an option, and a session over midnight or over two channels is one.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/log.h"
#include "core/money.h"
#include "core/result.h"
#include "core/zone.h"
#include "usage/session.h"

/* The payload: how many events the moment has. */
#define EVENT_COUNT		0

/* The longest series of days: 2,700 years. */
#define MAX_SERIES_DAYS	1000000

static const SummaryType event_log_summary = {
	.name = "event_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31T09:00:00\", 1], [1, \"2025-01-31T09:12:30\", 2]]}"
};

/*
 * A narrow entry is two words: the id, and the moment (within 71 years of 2000)
 * with the number of events in the lowest bits.
 */
#define NARROW_EVENT_BITS	12
#define NARROW_EVENTS		((1 << NARROW_EVENT_BITS) - 1)
#define NARROW_TIME_LIMIT	(INT64CONST(1) << (63 - NARROW_EVENT_BITS))

static inline bool
event_to_narrow(const LogEntry *entry, int64 *words)
{
	if (unlikely(entry->time < -NARROW_TIME_LIMIT ||
				 entry->time >= NARROW_TIME_LIMIT ||
				 entry->payload[EVENT_COUNT] > NARROW_EVENTS))
		return false;
	words[0] = entry->id.word[0];
	words[1] = (int64) ((uint64) entry->time << NARROW_EVENT_BITS |
						(uint64) entry->payload[EVENT_COUNT]);
	return true;
}

static inline void
event_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = words[0];
	entry->time = words[1] >> NARROW_EVENT_BITS;
	entry->payload[EVENT_COUNT] = words[1] & NARROW_EVENTS;
}

static inline bool
event_merge_narrow(int64 *into, const int64 *from)
{
	int64		more = from[1] & NARROW_EVENTS;

	if (unlikely((into[1] & NARROW_EVENTS) + more > NARROW_EVENTS))
		return false;
	into[1] += more;
	return true;
}

static void
event_merge(int64 *payload, const int64 *more)
{
	count_add(payload, *more, &event_log_summary);
}

static bool
event_subtract(int64 *payload, const int64 *fewer)
{
	if (*fewer > *payload)
		return false;
	*payload -= *fewer;
	return true;
}

static bool
event_is_empty(const int64 *payload)
{
	return *payload == 0;
}

static bool
event_is_usual(const int64 *payload)
{
	return *payload == 1;
}

static void
event_pack(StringInfo buf, const int64 *payload)
{
	log_put_varint(buf, (uint64) *payload);
}

static void
event_unpack(LogReader *reader, int64 *payload)
{
	*payload = reader == NULL ? 1 : (int64) log_get_varint(reader);
}

static void
event_to_json(StringInfo buf, const int64 *payload, int scale)
{
	(void) scale;
	appendStringInfo(buf, ", " INT64_FORMAT, *payload);
}

static void
event_from_json(LogState *state, const JsonbValue *parts, const char *place,
				int64 *payload)
{
	(void) state;
	*payload = summary_json_int64(&parts[0], 1, SUMMARY_MAX_COUNT,
								  summary_json_part(3, place).shown,
								  &event_log_summary);
}

static const char *
event_problem(const LogEntry *entry)
{
	if (entry->payload[EVENT_COUNT] < 1 ||
		entry->payload[EVENT_COUNT] > SUMMARY_MAX_COUNT)
		return "A number of events is out of range.";
	return NULL;
}

static const LogType event_log_type = {
	.summary = &event_log_summary,
	.time_is_day = false,
	.payload_words = 1,
	.narrow = {.words = 2,.key_words = 2,.payload_bits = NARROW_EVENT_BITS},
	.to_narrow = event_to_narrow,
	.from_narrow = event_from_narrow,
	.merge_narrow = event_merge_narrow,
	.merge = event_merge,
	.subtract = event_subtract,
	.is_empty = event_is_empty,
	.is_usual = event_is_usual,
	.pack = event_pack,
	.unpack = event_unpack,
	.json_parts = 1,
	.json_payload = "an id, a moment and a number of events",
	.to_json = event_to_json,
	.from_json = event_from_json,
	.problem = event_problem
};

/*
 * Input and output
 */

/* event_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(event_log_in);
Datum
event_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &event_log_type);
}

/* event_log_out: the text form, JSON, in the order of users and moments. */
PG_FUNCTION_INFO_V1(event_log_out);
Datum
event_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &event_log_type);
}

/* event_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(event_log_recv);
Datum
event_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &event_log_type);
}

/* event_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(event_log_send);
Datum
event_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &event_log_type);
}

/*
 * Aggregation
 */

/*
 * A row of event_log(user_id, at): an event of the user.  A row without user or
 * without time is skipped; a time that is infinite is an error.
 */
static pg_attribute_always_inline Datum
event_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id,
				bool is_date)
{
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	entry.time = elapsed_time_arg(fcinfo, 2, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(entry.time)))
		session_time_infinite(entry.time);
	entry.payload[EVENT_COUNT] = 1;
	return log_add_row(fcinfo, &event_log_type, kind, 0, &entry);
}

/*
 * The transition function by the type of the ids and of the time; timestamptz has
 * that of timestamp.  See event_log_accum().
 *
 * Makes event_log_accum_int2, event_log_accum_int4, event_log_accum_int8,
 * event_log_accum_uuid, event_log_accum_text, and the same with _date.
 */
#define EVENT_LOG_ACCUM(name, kind) \
Datum \
event_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return event_log_accum(fcinfo, kind, id_read_##name, false); \
} \
\
Datum \
event_log_accum_##name##_date(PG_FUNCTION_ARGS) \
{ \
	return event_log_accum(fcinfo, kind, id_read_##name, true); \
}

PG_FUNCTION_INFO_V1(event_log_accum_int2);
PG_FUNCTION_INFO_V1(event_log_accum_int2_date);
EVENT_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(event_log_accum_int4);
PG_FUNCTION_INFO_V1(event_log_accum_int4_date);
EVENT_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(event_log_accum_int8);
PG_FUNCTION_INFO_V1(event_log_accum_int8_date);
EVENT_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(event_log_accum_uuid);
PG_FUNCTION_INFO_V1(event_log_accum_uuid_date);
EVENT_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(event_log_accum_text);
PG_FUNCTION_INFO_V1(event_log_accum_text_date);
EVENT_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  Events of
 * a user and moment add up.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(event_log_combine);
Datum
event_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &event_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(event_log_final);
Datum
event_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &event_log_type);
}

/* a - b: what is left of a log when the events of a part of it are taken away. */
PG_FUNCTION_INFO_V1(event_log_difference);
Datum
event_log_difference(PG_FUNCTION_ARGS)
{
	return log_difference(fcinfo, &event_log_type);
}

/*
 * Sessions
 */

/* Goes through the sessions of a log, user by user. */
typedef struct LogSessions
{
	LogReader	reader;
	const int64 *narrow;		/* the narrow entries that are left, if it has
								 * such */
	const int64 *narrow_end;
	int64		gap;			/* the longest between two events */
	int64		longest;		/* the longest of a session, or -1 */
	bool		has_event;		/* the first one of the next session */
	LogEntry	event;
	bool		is_new_user;	/* the session is the first of its user */
	bool		ends_user;		/* the next one is that of another */
	Timestamp	start;
	Timestamp	end;
} LogSessions;

/*
 * Read the next event, ahead of the session; false after the last.  Narrow entries
 * of a log that has just been made are read where they are.
 */
static inline bool
next_event(LogSessions *sessions)
{
	if (sessions->narrow == NULL)
		return log_next(&sessions->reader, &sessions->event);
	if (sessions->narrow == sessions->narrow_end)
		return false;
	event_from_narrow(sessions->narrow, &sessions->event);
	sessions->narrow += event_log_type.narrow.words;
	return true;
}

/*
 * Begin with the options of an accessor: the gap is argument n, the longest
 * session argument m, which may be NULL.  Below a minute both are errors.
 */
static void
sessions_begin(LogSessions *sessions, FunctionCallInfo fcinfo, int n, int m)
{
	const PackedLog *log = log_arg(fcinfo, 0, &event_log_type);

	memset(sessions, 0, sizeof(LogSessions));
	sessions->gap = session_gap_arg(fcinfo, n);
	elapsed_check_unit(sessions->gap, USECS_PER_MINUTE, "gap", "minutes");
	sessions->longest = -1;
	if (!PG_ARGISNULL(m))
	{
		sessions->longest = elapsed_positive_arg(fcinfo, m, "longest", "24 hours");
		elapsed_check_unit(sessions->longest, USECS_PER_MINUTE, "longest", "hours");
	}
	log_read(&sessions->reader, log, &event_log_type);
	sessions->narrow = log_narrow_entries(&sessions->reader, &sessions->narrow_end);
	sessions->ends_user = true;
	sessions->has_event = next_event(sessions);
}

/* Does an event still belong to the session? */
static inline bool
is_of_session(const LogSessions *sessions, Timestamp time)
{
	/* as unsigned numbers, since times can be further apart than int64 */
	return (uint64) time - (uint64) sessions->end <= (uint64) sessions->gap &&
		(sessions->longest < 0 ||
		 (uint64) time - (uint64) sessions->start <= (uint64) sessions->longest);
}

/* Go to the next session; false after the last one of the last user. */
static bool
sessions_next(LogSessions *sessions)
{
	Id			user = sessions->event.id;

	if (!sessions->has_event)
		return false;
	sessions->is_new_user = sessions->ends_user;
	sessions->start = sessions->end = sessions->event.time;
	sessions->ends_user = false;
	for (;;)
	{
		sessions->has_event = next_event(sessions);
		if (!sessions->has_event)
			break;
		if (sessions->event.id.word[0] != user.word[0] ||
			sessions->event.id.word[1] != user.word[1])
		{
			sessions->ends_user = true;
			break;
		}
		if (!is_of_session(sessions, sessions->event.time))
			break;
		sessions->end = sessions->event.time;
	}
	return true;
}

/* All sessions of a log together. */
typedef struct SessionTotal
{
	int64		sessions;
	int128		usecs;			/* their lengths */
} SessionTotal;

static SessionTotal
session_total(FunctionCallInfo fcinfo, int n, int m)
{
	SessionTotal total = {0, 0};
	LogSessions sessions;

	sessions_begin(&sessions, fcinfo, n, m);
	while (sessions_next(&sessions))
	{
		if ((++total.sessions & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		total.usecs += (int128) sessions.end - sessions.start;
	}
	return total;
}

/*
 * sessions(log, gap, longest): how many sessions the users have.  A gap that is
 * longer than gap starts a new one, and so does an event more than longest after
 * the first of the session.
 */
PG_FUNCTION_INFO_V1(event_log_sessions);
Datum
event_log_sessions(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_INT64(session_total(fcinfo, 1, 2).sessions);
}

/*
 * average_session(log, gap, unit, longest): the mean length of a session in units
 * of time; NULL without sessions.
 */
PG_FUNCTION_INFO_V1(event_log_average_session);
Datum
event_log_average_session(PG_FUNCTION_ARGS)
{
	SessionTotal total;
	Datum		divisor;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	total = session_total(fcinfo, 1, 3);
	if (total.sessions == 0)
		PG_RETURN_NULL();
	divisor = DirectFunctionCall2(numeric_mul,
								  NumericGetDatum(int64_to_numeric(elapsed_unit_arg(fcinfo, 2))),
								  NumericGetDatum(int64_to_numeric(total.sessions)));
	return numeric_result(DirectFunctionCall2(numeric_div,
											  money_to_numeric(total.usecs, 0),
											  divisor));
}

/* Lengths of time as units. */
static Datum
in_units(int128 usecs, int64 unit)
{
	return numeric_result(DirectFunctionCall2(numeric_div,
											  money_to_numeric(usecs, 0),
											  NumericGetDatum(int64_to_numeric(unit))));
}

/*
 * time_in_app(log, gap, unit, longest): the length of all sessions together in
 * units of time; 0 without sessions.
 */
PG_FUNCTION_INFO_V1(event_log_time_in_app);
Datum
event_log_time_in_app(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	return in_units(session_total(fcinfo, 1, 3).usecs,
					elapsed_unit_arg(fcinfo, 2));
}

/* users(log): how many users there are, each one once. */
PG_FUNCTION_INFO_V1(event_log_users);
Datum
event_log_users(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &event_log_type)->ids);
}

/* events(log): how many events there are. */
PG_FUNCTION_INFO_V1(event_log_events);
Datum
event_log_events(PG_FUNCTION_ARGS)
{
	LogReader	reader;
	LogEntry	entry;
	int64		events = 0;
	uint32		steps = 0;

	log_read(&reader, log_arg(fcinfo, 0, &event_log_type), &event_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		count_add(&events, entry.payload[EVENT_COUNT], &event_log_summary);
	}
	PG_RETURN_INT64(events);
}

/*
 * Days
 */

/* The sessions that begin on a day. */
typedef struct SessionDay
{
	int64		users;
	int64		sessions;
	int128		usecs;
} SessionDay;

/* The day of a moment, in a time zone if there is one. */
static DateADT
day_of(Timestamp time, pg_tz *zone)
{
	struct pg_tm clock;
	fsec_t		fraction;
	int			offset;
	int64		days;

	if (zone != NULL && timestamp2tm(time, &offset, &clock, &fraction, NULL, zone) == 0)
		return date2j(clock.tm_year, clock.tm_mon, clock.tm_mday) -
			POSTGRES_EPOCH_JDATE;
	days = time / USECS_PER_DAY;
	return (DateADT) (days - (time % USECS_PER_DAY < 0));
}

/*
 * The days of a series: arguments n and n + 1, by default those of the first and
 * the last event.
 */
static bool
series_days(FunctionCallInfo fcinfo, int n, pg_tz *zone, DateADT *from_date,
			DateADT *to_date)
{
	LogReader	reader;
	LogEntry	entry;
	Timestamp	first = 0;
	Timestamp	last = 0;
	uint32		steps = 0;
	bool		is_first = true;

	log_read(&reader, log_arg(fcinfo, 0, &event_log_type), &event_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		first = is_first ? entry.time : Min(first, entry.time);
		last = is_first ? entry.time : Max(last, entry.time);
		is_first = false;
	}
	if (is_first && (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1)))
		return false;
	*from_date = PG_ARGISNULL(n) ? day_of(first, zone) :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
	*to_date = PG_ARGISNULL(n + 1) ? Max(day_of(first, zone), day_of(last, zone)) + 1 :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), "to_date");
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1))
		calendar_range_check(*from_date, *to_date);
	if ((int64) *to_date - *from_date > MAX_SERIES_DAYS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the series has too many days"),
				 errdetail("It would have more than %d days, from %s to %s.",
						   MAX_SERIES_DAYS, calendar_day_text(*from_date),
						   calendar_day_text(*to_date)),
				 errhint("Give a from_date and a to_date that are nearer, and look for an impossible date in the data.")));
	return *from_date < *to_date;
}

/* Add up the sessions by the day on which they begin. */
static SessionDay *
sessions_of_days(LogSessions *sessions, pg_tz *zone, DateADT from_date,
				 DateADT to_date)
{
	SessionDay *days = palloc0(((int64) to_date - from_date) * sizeof(SessionDay));
	DateADT		last_day = 0;
	bool		has_day = false;
	uint32		steps = 0;

	while (sessions_next(sessions))
	{
		DateADT		day = day_of(sessions->start, zone);
		SessionDay *sum;

		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		has_day = has_day && !sessions->is_new_user;
		/* clocks that are put back over midnight lead into the day before */
		if (has_day)
			day = Max(day, last_day);
		if (day >= from_date && day < to_date)
		{
			sum = &days[day - from_date];
			sum->users += !has_day || day != last_day;
			sum->sessions++;
			sum->usecs += (int128) sessions->end - sessions->start;
		}
		last_day = day;
		has_day = true;
	}
	return days;
}

/*
 * sessions_by_day(log, gap, from_date, to_date, longest, zone) -> (day, users,
 * sessions, minutes): a row for every day of [from_date, to_date), by default
 * from the first event to the last.  A session belongs to the day on which it
 * begins, in the time zone if there is one; users are those whose sessions these
 * are, minutes their lengths.
 */
PG_FUNCTION_INFO_V1(event_log_sessions_by_day);
Datum
event_log_sessions_by_day(PG_FUNCTION_ARGS)
{
	pg_tz	   *zone = PG_ARGISNULL(5) ? NULL : zone_named(PG_GETARG_TEXT_PP(5));
	LogSessions sessions;
	SessionDay *days;
	DateADT		from_date;
	DateADT		to_date;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	sessions_begin(&sessions, fcinfo, 1, 4);
	if (!series_days(fcinfo, 2, zone, &from_date, &to_date))
		return (Datum) 0;
	days = sessions_of_days(&sessions, zone, from_date, to_date);
	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < (int64) to_date - from_date; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false, false, false, false};

		values[0] = DateADTGetDatum((DateADT) (from_date + i));
		values[1] = Int64GetDatum(days[i].users);
		values[2] = Int64GetDatum(days[i].sessions);
		values[3] = in_units(days[i].usecs, USECS_PER_MINUTE);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
