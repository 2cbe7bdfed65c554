/*-------------------------------------------------------------------------
 *
 * usage_log.c
 *	  Who was active on which days: users and days in one value.
 *
 * A usage_log has an entry for each user and day, with the number of events.  A
 * user of two channels is one user of the log of both, so logs roll up where
 * summaries without ids cannot.
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
#include "utils/date.h"

#include "core/calendar.h"
#include "core/log.h"
#include "core/result.h"
#include "usage/active_days.h"
#include "usage/usage_log.h"

static const SummaryType usage_log_summary = {
	.name = "usage_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31\", 3], [2, \"2025-02-03\", 1]]}"
};

static inline bool
usage_to_narrow(const LogEntry *entry, int64 *words)
{
	int64		id = entry->id.word[0];
	uint64		day = (uint64) (entry->time - USAGE_FIRST_DAY);
	int64		limit = INT64CONST(1) << (USAGE_ID_BITS - 1);

	if (unlikely(id < -limit || id >= limit || day >> USAGE_DAY_BITS != 0 ||
				 entry->payload[USAGE_EVENTS] > USAGE_MAX_EVENTS))
		return false;
	words[0] = (int64) ((uint64) id << USAGE_ID_SHIFT |
						day << USAGE_EVENT_BITS |
						(uint64) entry->payload[USAGE_EVENTS]);
	return true;
}

static void
usage_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = usage_narrow_id(words[0]);
	entry->time = usage_narrow_day(words[0]);
	entry->payload[USAGE_EVENTS] = words[0] & USAGE_MAX_EVENTS;
}

static inline bool
usage_merge_narrow(int64 *into, const int64 *from)
{
	int64		more = *from & USAGE_MAX_EVENTS;

	if (unlikely((*into & USAGE_MAX_EVENTS) + more > USAGE_MAX_EVENTS))
		return false;
	*into += more;
	return true;
}

static void
usage_merge(int64 *payload, const int64 *more)
{
	count_add(payload, *more, &usage_log_summary);
}

static bool
usage_subtract(int64 *payload, const int64 *fewer)
{
	if (*fewer > *payload)
		return false;
	*payload -= *fewer;
	return true;
}

static bool
usage_is_empty(const int64 *payload)
{
	return *payload == 0;
}

static bool
usage_is_usual(const int64 *payload)
{
	return *payload == 1;
}

static void
usage_pack(StringInfo buf, const int64 *payload)
{
	log_put_varint(buf, (uint64) *payload);
}

static void
usage_unpack(LogReader *reader, int64 *payload)
{
	*payload = reader == NULL ? 1 : (int64) log_get_varint(reader);
}

static void
usage_to_json(StringInfo buf, const int64 *payload, int scale)
{
	(void) scale;
	appendStringInfo(buf, ", " INT64_FORMAT, *payload);
}

static void
usage_from_json(LogState *state, const JsonbValue *parts, const char *place,
				int64 *payload)
{
	(void) state;
	*payload = summary_json_int64(&parts[0], 1, SUMMARY_MAX_COUNT,
								  summary_json_part(3, place).shown,
								  &usage_log_summary);
}

static const char *
usage_problem(const LogEntry *entry)
{
	if (entry->payload[USAGE_EVENTS] < 1 ||
		entry->payload[USAGE_EVENTS] > SUMMARY_MAX_COUNT)
		return "A number of events is out of range.";
	return NULL;
}

const LogType usage_log_type = {
	.summary = &usage_log_summary,
	.time_is_day = true,
	.payload_words = 1,
	.narrow = {.words = 1,.key_words = 1,.payload_bits = USAGE_EVENT_BITS},
	.narrow_id_shift = USAGE_ID_SHIFT,
	.to_narrow = usage_to_narrow,
	.from_narrow = usage_from_narrow,
	.merge_narrow = usage_merge_narrow,
	.merge = usage_merge,
	.subtract = usage_subtract,
	.is_empty = usage_is_empty,
	.is_usual = usage_is_usual,
	.pack = usage_pack,
	.unpack = usage_unpack,
	.json_parts = 1,
	.json_payload = "an id, a day and a number of events",
	.to_json = usage_to_json,
	.from_json = usage_from_json,
	.problem = usage_problem
};

/*
 * Input and output
 */

/* usage_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(usage_log_in);
Datum
usage_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &usage_log_type);
}

/* usage_log_out: the text form, JSON, in the order of users and days. */
PG_FUNCTION_INFO_V1(usage_log_out);
Datum
usage_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &usage_log_type);
}

/* usage_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(usage_log_recv);
Datum
usage_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &usage_log_type);
}

/* usage_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(usage_log_send);
Datum
usage_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &usage_log_type);
}

/*
 * Aggregation
 */

/*
 * A row of usage_log(user_id, day): an event of the user on the day.  A row
 * without user or without day is skipped; a day that is infinite is an error.
 */
static pg_attribute_always_inline Datum
usage_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	entry.time = calendar_date_arg(PG_GETARG_DATEADT(2), "day",
								   "Leave such rows out with FILTER (WHERE isfinite(day)).");
	entry.payload[USAGE_EVENTS] = 1;
	return log_add_row(fcinfo, &usage_log_type, kind, 0, &entry);
}

/*
 * The transition function by the type of the ids; see usage_log_accum().
 *
 * Makes usage_log_accum_int2, usage_log_accum_int4, usage_log_accum_int8,
 * usage_log_accum_uuid, usage_log_accum_text.
 */
#define USAGE_LOG_ACCUM(name, kind) \
Datum \
usage_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return usage_log_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(usage_log_accum_int2);
USAGE_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(usage_log_accum_int4);
USAGE_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(usage_log_accum_int8);
USAGE_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(usage_log_accum_uuid);
USAGE_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(usage_log_accum_text);
USAGE_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  Events of
 * a user on a day add up.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(usage_log_combine);
Datum
usage_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &usage_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(usage_log_final);
Datum
usage_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &usage_log_type);
}

/* a - b: what is left of a log when the events of a part of it are taken away. */
PG_FUNCTION_INFO_V1(usage_log_difference);
Datum
usage_log_difference(PG_FUNCTION_ARGS)
{
	return log_difference(fcinfo, &usage_log_type);
}

/*
 * Accessors
 */

/* users(log): how many users there are, each one once. */
PG_FUNCTION_INFO_V1(usage_log_users);
Datum
usage_log_users(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &usage_log_type)->ids);
}

/*
 * histories(log) -> (user_id, days): a row for each user, with the active_days
 * that active_days() makes of the user's rows.  The ids have the type of the
 * function's name; a log of others is an error.
 */
static Datum
put_histories(FunctionCallInfo fcinfo, IdKind kind)
{
	const PackedLog *log;
	LogReader	reader;
	LogEntry	entry;
	ResultRows	rows;
	uint32		steps = 0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log = log_arg(fcinfo, 0, &usage_log_type);
	log_check_kind(&usage_log_type, log, kind, "histories");
	log_read(&reader, log, &usage_log_type);
	rows_begin(&rows, fcinfo);
	while (log_next_id(&reader))
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};
		ActiveDays *state = NULL;

		while (reader.of_id > 0 && log_next(&reader, &entry))
		{
			if ((++steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			state = state == NULL ? active_days_state_new((DateADT) entry.time) :
				active_days_state_set(state, (DateADT) entry.time);
		}
		values[0] = id_result(kind, &reader.id);
		values[1] = PointerGetDatum(active_days_state_finish(state));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* histories(log) of a log with ids that are integers */
PG_FUNCTION_INFO_V1(usage_log_histories);
Datum
usage_log_histories(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_INTEGER);
}

/* histories_uuid(log) of a log with ids that are uuids */
PG_FUNCTION_INFO_V1(usage_log_histories_uuid);
Datum
usage_log_histories_uuid(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_UUID);
}
