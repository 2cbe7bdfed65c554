/*-------------------------------------------------------------------------
 *
 * ticket_log.c
 *	  ticket_log and state_history: the types and their aggregates.
 *
 * An entry says that a ticket is in a state from a moment on.  A row that is there
 * twice is one entry, so parts of a log may overlap.  Two states of a ticket at
 * one moment are both kept, since either may be in another part; which of them
 * came last nobody can tell, so what reads states reports them.
 *
 * A state_history is the log of one ticket, for a table that has a row per
 * ticket.
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
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/log.h"
#include "core/result.h"
#include "service/ticket_log.h"

static const SummaryType ticket_log_summary = {
	.name = "ticket_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31T09:00:00\", \"open\"], [1, \"2025-01-31T15:30:00\", \"closed\"]]}"
};

static const SummaryType state_history_summary = {
	.name = "state_history",
	.example = "{\"version\": 1, \"entries\": [[\"2025-01-31T09:00:00\", \"open\"], [\"2025-01-31T15:30:00\", \"closed\"]]}"
};

const LabelKind ticket_state = {"state", "states"};

const LogType ticket_log_type = {
	.summary = &ticket_log_summary,
	.time_is_day = false,
	.payload_words = 1,
	.payload_is_key = true,
	.labels = &ticket_state,
	.label = TICKET_STATE,
	.narrow = LABEL_NARROW_SHAPE,
	.to_narrow = log_label_to_narrow,
	.from_narrow = log_label_from_narrow,
	.json_payload = "an id, a moment and a state"
};

const LogType state_history_type = {
	.summary = &state_history_summary,
	.time_is_day = false,
	.payload_words = 1,
	.payload_is_key = true,
	.labels = &ticket_state,
	.label = TICKET_STATE,
	.is_history = true,
	.narrow = LABEL_NARROW_SHAPE,
	.to_narrow = log_label_to_narrow,
	.from_narrow = log_label_from_narrow,
	.json_payload = "a moment and a state"
};

/*
 * Input and output
 */

/* ticket_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(ticket_log_in);
Datum
ticket_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &ticket_log_type);
}

/* ticket_log_out: the text form, JSON, in the order of tickets and moments. */
PG_FUNCTION_INFO_V1(ticket_log_out);
Datum
ticket_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &ticket_log_type);
}

/* ticket_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(ticket_log_recv);
Datum
ticket_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &ticket_log_type);
}

/* ticket_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(ticket_log_send);
Datum
ticket_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &ticket_log_type);
}

/* state_history_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(state_history_in);
Datum
state_history_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &state_history_type);
}

/* state_history_out: the text form, JSON, in the order of moments. */
PG_FUNCTION_INFO_V1(state_history_out);
Datum
state_history_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &state_history_type);
}

/* state_history_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(state_history_recv);
Datum
state_history_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &state_history_type);
}

/* state_history_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(state_history_send);
Datum
state_history_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &state_history_type);
}

/*
 * Aggregation
 */

static inline TimestampTz
entry_time_arg(FunctionCallInfo fcinfo, int n)
{
	TimestampTz at = PG_GETARG_TIMESTAMPTZ(n);

	if (unlikely(TIMESTAMP_NOT_FINITE(at)))
		elapsed_arg_infinite("at", TIMESTAMP_IS_NOEND(at));
	return at;
}

/*
 * A row of ticket_log(ticket_id, at, state): from then on the ticket is in that
 * state.  A row in which something is NULL is skipped; a time that is infinite, a
 * state that is empty or too long, and too many states are errors.
 */
static pg_attribute_always_inline Datum
ticket_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	entry.time = entry_time_arg(fcinfo, 2);
	return log_add_labelled_row(fcinfo, &ticket_log_type, kind, &entry,
								PG_GETARG_TEXT_PP(3));
}

/*
 * The transition function by the type of the ids.  See ticket_log_accum().
 *
 * Makes ticket_log_accum_int2, ticket_log_accum_int4, ticket_log_accum_int8,
 * ticket_log_accum_uuid and ticket_log_accum_text.
 */
#define TICKET_LOG_ACCUM(name, kind) \
Datum \
ticket_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return ticket_log_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(ticket_log_accum_int2);
TICKET_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(ticket_log_accum_int4);
TICKET_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(ticket_log_accum_int8);
TICKET_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(ticket_log_accum_uuid);
TICKET_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(ticket_log_accum_text);
TICKET_LOG_ACCUM(text, ID_TEXT)

/*
 * A row of state_history(at, state): from then on the ticket is in that state.
 * NULLs and errors are those of ticket_log().
 */
PG_FUNCTION_INFO_V1(state_history_accum);
Datum
state_history_accum(PG_FUNCTION_ARGS)
{
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2)))
		return aggregate_unchanged(fcinfo);
	memset(&entry.id, 0, sizeof(Id));
	entry.time = entry_time_arg(fcinfo, 1);
	return log_add_labelled_row(fcinfo, &state_history_type, ID_INTEGER, &entry,
								PG_GETARG_TEXT_PP(2));
}

/*
 * Add a log to the state: rollup(), and what parallel workers found.  An entry that
 * both have is one.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(ticket_log_combine);
Datum
ticket_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &ticket_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(ticket_log_final);
Datum
ticket_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &ticket_log_type);
}

/*
 * Add a history of the same ticket to the state: rollup(), and what parallel workers
 * found.  An entry that both have is one.
 */
PG_FUNCTION_INFO_V1(state_history_combine);
Datum
state_history_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &state_history_type);
}

/* The finished history: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(state_history_final);
Datum
state_history_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &state_history_type);
}

/* tickets(log): how many tickets there are, each one once. */
PG_FUNCTION_INFO_V1(ticket_log_tickets);
Datum
ticket_log_tickets(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &ticket_log_type)->ids);
}

/*
 * Histories
 */

/* Make the history of the current ticket of a log, whose states have these names. */
static Datum
history_of_ticket(LogReader *reader, const Label *names)
{
	LogState   *state = log_state_new(&state_history_type, ID_INTEGER);
	LogEntry	entry;

	while (reader->of_id > 0 && log_next(reader, &entry))
	{
		memset(&entry.id, 0, sizeof(Id));
		entry.payload[TICKET_STATE] = labels_add(&state->labels, &ticket_state,
												 names[entry.payload[TICKET_STATE]]);
		log_state_add(state, &entry);
	}
	return PointerGetDatum(log_pack(state));
}

/*
 * histories(log) -> (ticket_id, history): a row for each ticket, with the history that
 * state_history() makes of the ticket's rows.  The ids have the type of the function's
 * name; a log of others is an error.
 */
static Datum
put_histories(FunctionCallInfo fcinfo, IdKind kind)
{
	const PackedLog *log;
	LogReader	reader;
	Label	   *names;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log = log_arg(fcinfo, 0, &ticket_log_type);
	log_check_kind(&ticket_log_type, log, kind, "histories");
	log_read(&reader, log, &ticket_log_type);
	names = palloc(Max(reader.labels.count, 1) * sizeof(Label));
	for (uint32 i = 0; i < reader.labels.count; i++)
		names[i] = labels_name(&reader.labels, i);
	rows_begin(&rows, fcinfo);
	while (log_next_id(&reader))
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		CHECK_FOR_INTERRUPTS();
		values[0] = id_result(kind, &reader.id);
		values[1] = history_of_ticket(&reader, names);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* histories(log) of a log with ids that are integers */
PG_FUNCTION_INFO_V1(ticket_log_histories);
Datum
ticket_log_histories(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_INTEGER);
}

/* histories_uuid(log) of a log with ids that are uuids */
PG_FUNCTION_INFO_V1(ticket_log_histories_uuid);
Datum
ticket_log_histories_uuid(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_UUID);
}
