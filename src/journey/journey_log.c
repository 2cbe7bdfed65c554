/*-------------------------------------------------------------------------
 *
 * journey_log.c
 *	  journey_log: the type and its aggregate.
 *
 * An entry says that a user took a step at a moment.  A row that is there twice
 * is one entry, so parts of a log may overlap: days, channels, shards.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/log.h"
#include "journey/journey.h"

static const SummaryType journey_log_summary = {
	.name = "journey_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31T09:00:00\", \"visit\"], [1, \"2025-02-03T15:30:00\", \"paid\"]]}"
};

const LabelKind journey_step = {"step", "steps"};

const LogType journey_log_type = {
	.summary = &journey_log_summary,
	.time_is_day = false,
	.payload_words = 1,
	.payload_is_key = true,
	.labels = &journey_step,
	.label = JOURNEY_STEP,
	.narrow = LABEL_NARROW_SHAPE,
	.to_narrow = log_label_to_narrow,
	.from_narrow = log_label_from_narrow,
	.json_payload = "an id, a moment and a step"
};

/*
 * Input and output
 */

/* journey_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(journey_log_in);
Datum
journey_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &journey_log_type);
}

/* journey_log_out: the text form, JSON, in the order of users and moments. */
PG_FUNCTION_INFO_V1(journey_log_out);
Datum
journey_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &journey_log_type);
}

/* journey_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(journey_log_recv);
Datum
journey_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &journey_log_type);
}

/* journey_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(journey_log_send);
Datum
journey_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &journey_log_type);
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
 * A row of journey_log(user_id, at, step): the user took the step at that moment.  A
 * row in which something is NULL is skipped; a time that is infinite, a step whose
 * name is empty or too long, and too many different steps are errors.
 */
static pg_attribute_always_inline Datum
journey_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	entry.time = entry_time_arg(fcinfo, 2);
	return log_add_labelled_row(fcinfo, &journey_log_type, kind, &entry,
								PG_GETARG_TEXT_PP(3));
}

/*
 * The transition function by the type of the ids.  See journey_log_accum().
 *
 * Makes journey_log_accum_int2, journey_log_accum_int4, journey_log_accum_int8,
 * journey_log_accum_uuid and journey_log_accum_text.
 */
#define JOURNEY_LOG_ACCUM(name, kind) \
Datum \
journey_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return journey_log_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(journey_log_accum_int2);
JOURNEY_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(journey_log_accum_int4);
JOURNEY_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(journey_log_accum_int8);
JOURNEY_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(journey_log_accum_uuid);
JOURNEY_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(journey_log_accum_text);
JOURNEY_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  An entry that
 * both have is one.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(journey_log_combine);
Datum
journey_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &journey_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(journey_log_final);
Datum
journey_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &journey_log_type);
}

/* users(log): how many users there are, each one once. */
PG_FUNCTION_INFO_V1(journey_log_users);
Datum
journey_log_users(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &journey_log_type)->ids);
}
