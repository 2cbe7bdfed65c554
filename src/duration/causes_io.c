/*-------------------------------------------------------------------------
 *
 * causes_io.c
 *	  The text and the binary form of a cause_duration_summary.
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
#include "utils/json.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/run_summary.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "duration/causes.h"
#include "duration/duration.h"

/* The members of the text form while they are read. */
typedef struct CausesInput
{
	SortedRun  *summary;
	bool		has_as_of;
	bool		has_ends;
	const char *list;			/* what is being read */
	int64		cause;
	bool		any;			/* of it has been read */
} CausesInput;

/* Read an element of a list: [seconds, how many]. */
static void
time_element(void *arg, int index, const JsonbValue *value)
{
	CausesInput *input = (CausesInput *) arg;
	SummaryPlace place = summary_json_place("", index, input->cause > 0 ? "ends" : "still_open");
	JsonbValue	parts[2];
	int64		time;
	int64		count;

	if (summary_json_parts(value, parts, 2, &causes_type) != 2)
		summary_text_invalid(&causes_type, "Element %d of \"%s\" is not an array of two numbers: seconds, how many.",
							 index + 1, text_shown(cstring_to_text(input->list)));
	time = elapsed_json_seconds(&parts[0], summary_json_part(1, place.shown).shown, &causes_type);
	count = summary_json_count(&parts[1], summary_json_part(2, place.shown).shown, &causes_type);
	if (count == 0)
		summary_text_invalid(&causes_type, "Element %d of \"%s\" counts nothing.",
							 index + 1, text_shown(cstring_to_text(input->list)));
	input->summary = causes_append(input->summary, time, input->cause, count);
	input->any = true;
}

static void
read_times(CausesInput *input, const char *list, const JsonbValue *value)
{
	input->list = list;
	input->any = false;
	summary_json_elements(summary_json_container(value, true, list, &causes_type), time_element, input);
}

/* Read a cause and its durations. */
static void
cause_member(void *arg, const char *key, const JsonbValue *value)
{
	CausesInput *input = (CausesInput *) arg;

	input->summary = causes_with_name(input->summary, key, (uint32) strlen(key), &input->cause);
	read_times(input, key, value);
	if (!input->any)
		summary_text_invalid(&causes_type, "Cause \"%s\" has no durations.", text_shown(cstring_to_text(key)));
	input->cause = 0;
}

static void
causes_member(void *arg, const char *key, const JsonbValue *value)
{
	CausesInput *input = (CausesInput *) arg;

	if (strcmp(key, "as_of") == 0)
	{
		Timestamp	as_of;

		if (value->type != jbvString ||
			!elapsed_time_from_text(pnstrdup(value->val.string.val, value->val.string.len), &as_of))
			summary_text_invalid(&causes_type, "\"as_of\" is %s, not a time like \"2025-01-31T12:00:00\".",
								 summary_json_shown(value));
		causes_header(input->summary)->as_of = as_of;
		input->has_as_of = true;
	}
	else if (strcmp(key, "not_started") == 0)
		causes_header(input->summary)->not_started = summary_json_count(value, key, &causes_type);
	else if (strcmp(key, "still_open") == 0)
		read_times(input, key, value);
	else if (strcmp(key, "ends") == 0)
	{
		summary_json_members(summary_json_container(value, false, key, &causes_type), cause_member, input);
		input->has_ends = true;
	}
	else
		summary_json_unexpected(key, &causes_type);
}

/*
 * cause_duration_summary_in(cstring): read the text form, JSON; an error names
 * what is wrong in it.  It is an object of "as_of", a time; "not_started" and "still_open", 0
 * and none if they are not given; and "ends", an object of causes.  Durations are
 * lists of [seconds, how many].
 */
PG_FUNCTION_INFO_V1(cause_duration_summary_in);
Datum
cause_duration_summary_in(PG_FUNCTION_ARGS)
{
	CausesInput input;
	SortedRun  *summary;

	memset(&input, 0, sizeof(input));
	input.summary = causes_new(0);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &causes_type), causes_member, &input);
	if (!input.has_as_of)
		summary_text_invalid(&causes_type, "\"as_of\" is missing.");
	if (!input.has_ends)
		summary_text_invalid(&causes_type, "\"ends\" is missing.");
	summary = causes_finish(input.summary);
	summary_text_check(&causes_type, causes_problem(summary));
	PG_RETURN_POINTER(summary);
}

/* Append the durations of a cause, or of what is open. */
static void
append_times(StringInfo json, const SortedRun *summary, int64 cause)
{
	const CauseTime *entries = causes_entries(summary);
	bool		any = false;

	appendStringInfoChar(json, '[');
	for (uint32 i = 0; i < summary->used; i++)
	{
		if (entries[i].cause != cause)
			continue;
		run_summary_append(json, any ? 1 : 0);
		elapsed_append_seconds(json, entries[i].time);
		appendStringInfo(json, ", " INT64_FORMAT "]", entries[i].count);
		any = true;
	}
	appendStringInfoChar(json, ']');
}

/* cause_duration_summary_out: the text form, JSON; causes and durations are in order */
PG_FUNCTION_INFO_V1(cause_duration_summary_out);
Datum
cause_duration_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = causes_arg(fcinfo, 0);
	const CausesHeader *header = causes_header_const(summary);
	CauseList	list;
	StringInfoData json;

	causes_list(&list, summary);
	summary_json_begin(&json);
	appendStringInfo(&json, ", \"as_of\": \"%s\", \"not_started\": " INT64_FORMAT ", \"still_open\": ",
					 elapsed_time_text(header->as_of), header->not_started);
	append_times(&json, summary, 0);
	appendStringInfoString(&json, ", \"ends\": {");
	for (uint32 i = 0; i < list.count; i++)
	{
		if (i > 0)
			appendStringInfoString(&json, ", ");
		escape_json(&json, pnstrdup(list.names[i], list.lengths[i]));
		appendStringInfoString(&json, ": ");
		append_times(&json, summary, i + 1);
	}
	appendStringInfoString(&json, "}}");
	PG_RETURN_CSTRING(json.data);
}

/*
 * cause_duration_summary_recv: read the binary form, in network order, checked
 * completely.  Causes may come in any order, since another encoding may have another one.
 */
PG_FUNCTION_INFO_V1(cause_duration_summary_recv);
Datum
cause_duration_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int64		not_started;
	Timestamp	as_of;
	uint32		causes;
	uint32		entries;

	summary_recv_begin(message, &causes_type);
	as_of = summary_recv_int64(message, MIN_TIMESTAMP, END_TIMESTAMP - 1, "as_of", &causes_type);
	not_started = summary_recv_count(message, "not_started", &causes_type);
	summary = causes_new(as_of);
	causes_header(summary)->not_started = not_started;
	causes = summary_recv_entries(message, 5, "causes", &causes_type);
	for (uint32 i = 0; i < causes; i++)
	{
		int64		cause;
		char	   *name = summary_recv_name(message, MAX_CAUSE_NAME, "a cause", &causes_type);

		summary = causes_with_name(summary, name, (uint32) strlen(name), &cause);
		if (causes_header(summary)->count != i + 1)
			summary_binary_invalid(&causes_type, "A cause is there twice.");
	}
	entries = summary_recv_entries(message, sizeof(CauseTime), "durations", &causes_type);
	for (uint32 i = 0; i < entries; i++)
	{
		int64		time = summary_recv_int64(message, 0, PG_INT64_MAX, "a duration", &causes_type);
		int64		cause = summary_recv_int64(message, 0, causes, "the number of a cause", &causes_type);
		int64		count = summary_recv_count(message, "a count", &causes_type);

		CHECK_FOR_INTERRUPTS();
		if (count == 0)
			summary_binary_invalid(&causes_type, "A duration counts nothing.");
		summary = causes_append(summary, time, cause, count);
	}
	summary = causes_finish(summary);
	summary_binary_check(&causes_type, causes_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * cause_duration_summary_send: the binary form, in network order.  After the
 * version come as_of as a timestamp and the rows that have not started,
 * eight bytes each; the number of causes, four, and each name, its length first,
 * four; the number of entries, four, and each entry: the microseconds, the number
 * of the cause, 0 for what is open, and how many, eight bytes each.
 */
PG_FUNCTION_INFO_V1(cause_duration_summary_send);
Datum
cause_duration_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = causes_arg(fcinfo, 0);
	const CausesHeader *header = causes_header_const(summary);
	const CauseTime *entries = causes_entries(summary);
	CauseList	list;
	StringInfoData message;

	causes_list(&list, summary);
	summary_send_begin(&message);
	pq_sendint64(&message, header->as_of);
	pq_sendint64(&message, header->not_started);
	pq_sendint32(&message, list.count);
	for (uint32 i = 0; i < list.count; i++)
		summary_send_name(&message, list.names[i], list.lengths[i]);
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint64(&message, entries[i].time);
		pq_sendint64(&message, entries[i].cause);
		pq_sendint64(&message, entries[i].count);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
