/*-------------------------------------------------------------------------
 *
 * log_io.c
 *	  Logs: the text form and the binary form.
 *
 * The text is a JSON object of "ids", what kind they are, and "entries", a list
 * of lists: the id, the day or the moment, the label, and what the type of the log
 * adds.  They may stand in any order, equal ones add up.  A history has no ids.
 *
 * The binary form is, after the version, the kind of the ids and the scale of
 * money (a byte each), the number of entries and of ids (four bytes each), and
 * the bytes of the packed form, which are the same on every machine.  Where there
 * are labels, their number (four bytes) and each of them, its length first (four
 * bytes), stand before these bytes instead of in them: databases of other encodings
 * have them in another order.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/labels.h"
#include "core/log.h"
#include "core/money.h"

/* The list of the text form. */
#define ENTRIES_KEY		"entries"

/*
 * Return what no log can have in an entry, as a sentence, or NULL.
 */
static const char *
entry_problem(const LogType *type, const LogEntry *entry)
{
	if (type->time_is_day ?
		entry->time < CALENDAR_FIRST_DAY || entry->time > CALENDAR_LAST_DAY :
		!IS_VALID_TIMESTAMP(entry->time))
		return "A time is out of range.";
	if (type->is_history && entry->id.word[0] != 0)
		return "A history has an id.";
	return type->problem == NULL ? NULL : type->problem(entry);
}

/*
 * Text
 */

/* What is read of a text. */
typedef struct LogInput
{
	const LogType *type;
	IdKind		kind;
	SummaryJson *entries;		/* read when the kind is known */
	LogState   *state;
	MemoryContext scratch;		/* for what is read of an entry */
} LogInput;

/* Read a day, or a moment as "2025-01-31T10:00:00". */
static int64
read_time(const LogType *type, const JsonbValue *value, const char *place)
{
	Timestamp	time;

	if (type->time_is_day)
		return summary_json_day(value, place, type->summary);
	if (value->type != jbvString ||
		!elapsed_time_from_text(pnstrdup(value->val.string.val,
										 value->val.string.len), &time))
		summary_text_invalid(type->summary, "%s is %s, not a time like \"2025-01-31T10:00:00\".",
							 summary_json_key_shown(place),
							 summary_json_shown(value));
	return time;
}

/* Read a label. */
static int64
read_label(LogState *state, const JsonbValue *value, const char *place)
{
	const LogType *type = state->type;
	Label		label;

	if (value->type != jbvString)
		summary_text_invalid(type->summary, "%s is %s, not a string.",
							 summary_json_key_shown(place),
							 summary_json_shown(value));
	label.name = value->val.string.val;
	label.length = (uint32) value->val.string.len;
	return labels_add(&state->labels, type->labels, label);
}

/*
 * Read an element of "entries", of which the first part is an id or, in a
 * history, the time.
 */
static void
entry_element(void *arg, int index, const JsonbValue *value)
{
	LogInput   *input = (LogInput *) arg;
	const LogType *type = input->type;
	int			time_part = type->is_history ? 0 : 1;
	int			own_part = time_part + (type->labels != NULL ? 2 : 1);
	int			parts = own_part + type->json_parts;
	JsonbValue	part[3 + LOG_MAX_PAYLOAD + 1];
	SummaryPlace place = summary_json_place("", index, ENTRIES_KEY);
	SummaryPlace id_place = summary_json_part(1, place.shown);
	SummaryPlace time_place = summary_json_part(time_part + 1, place.shown);
	SummaryPlace label_place = summary_json_part(time_part + 2, place.shown);
	MemoryContext old = MemoryContextSwitchTo(input->scratch);
	const char *problem;
	LogEntry	entry;

	memset(&entry, 0, sizeof(entry));
	if (summary_json_parts(value, part, parts, type->summary) != parts)
		summary_text_invalid(type->summary, "%s is %s, not a list of %s.",
							 summary_json_key_shown(place.shown),
							 summary_json_shown(value), type->json_payload);
	if (!type->is_history)
		id_from_json(&part[0], input->kind, id_place.shown, type->summary, &entry.id);
	entry.time = read_time(type, &part[time_part], time_place.shown);
	if (type->labels != NULL)
		entry.payload[type->label] = read_label(input->state, &part[time_part + 1], label_place.shown);
	if (type->from_json != NULL)
		type->from_json(input->state, part + own_part, place.shown, entry.payload);
	problem = entry_problem(type, &entry);
	if (problem != NULL)
		summary_text_invalid(type->summary, "%s is not possible: %s",
							 summary_json_key_shown(place.shown), problem);
	MemoryContextSwitchTo(old);
	log_state_add(input->state, &entry);
	MemoryContextReset(input->scratch);
}

static void
log_member(void *arg, const char *key, const JsonbValue *value)
{
	LogInput   *input = (LogInput *) arg;

	if (strcmp(key, "ids") == 0 && !input->type->is_history)
		input->kind = id_kind_from_json(value, key, input->type->summary);
	else if (strcmp(key, ENTRIES_KEY) == 0)
		input->entries = summary_json_container(value, true, key,
												input->type->summary);
	else
		summary_json_unexpected(key, input->type->summary);
}

/* The body of an input function: read the text form, JSON. */
Datum
log_in(FunctionCallInfo fcinfo, const LogType *type)
{
	LogInput	input;

	memset(&input, 0, sizeof(input));
	input.type = type;
	input.kind = type->is_history ? ID_INTEGER : 0;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											type->summary),
						 log_member, &input);
	if (input.kind == 0 || input.entries == NULL)
		summary_text_invalid(type->summary, "\"%s\" is missing.",
							 input.kind == 0 ? "ids" : ENTRIES_KEY);
	input.state = log_state_new(type, input.kind);
	input.scratch = AllocSetContextCreate(CurrentMemoryContext, "log entry",
										  ALLOCSET_SMALL_SIZES);
	summary_json_elements(input.entries, entry_element, &input);
	MemoryContextDelete(input.scratch);
	PG_RETURN_POINTER(log_pack(input.state));
}

static void
append_label(StringInfo buf, const Labels *labels, uint32 number)
{
	char	   *name = labels_text(labels, number);

	appendStringInfoString(buf, ", ");
	escape_json(buf, name);
	pfree(name);
}

/* The body of an output function: the text form, JSON. */
Datum
log_out(FunctionCallInfo fcinfo, const LogType *type)
{
	const PackedLog *log = log_arg(fcinfo, 0, type);
	LogReader	reader;
	LogEntry	entry;
	StringInfoData buf;
	uint32		count = 0;

	log_read(&reader, log, type);
	summary_json_begin(&buf);
	if (!type->is_history)
		appendStringInfo(&buf, ", \"ids\": \"%s\"", id_kind_name(reader.kind));
	appendStringInfoString(&buf, ", \"" ENTRIES_KEY "\": [");
	while (log_next(&reader, &entry))
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&buf, count++ > 0 ? ", [" : "[");
		if (!type->is_history)
		{
			id_append_text(&buf, reader.kind, &entry.id);
			appendStringInfoString(&buf, ", ");
		}
		appendStringInfoChar(&buf, '"');
		if (type->time_is_day)
			calendar_append_day(&buf, (DateADT) entry.time);
		else
		{
			char	   *time = elapsed_time_text(entry.time);

			appendStringInfoString(&buf, time);
			pfree(time);
		}
		appendStringInfoChar(&buf, '"');
		if (type->labels != NULL)
			append_label(&buf, &reader.labels, (uint32) entry.payload[type->label]);
		if (type->to_json != NULL)
			type->to_json(&buf, entry.payload, reader.scale);
		appendStringInfoChar(&buf, ']');
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * Binary
 */

static void
send_labels(StringInfo message, const PackedLog *log, const LogType *type)
{
	LogReader	reader;

	log_read(&reader, log, type);
	pq_sendint32(message, reader.labels.count);
	for (uint32 i = 0; i < reader.labels.count; i++)
	{
		Label		label = labels_name(&reader.labels, i);

		summary_send_name(message, label.name, label.length);
	}
}

/*
 * Read labels, as they were numbered where they come from.  They are put into a
 * state with the first entry that has them.
 */
static void
recv_labels(StringInfo message, const LogType *type, Labels *labels)
{
	uint32		count;

	labels_init(labels, CurrentMemoryContext);
	if (type->labels == NULL)
		return;
	count = summary_recv_entries(message, 5, type->labels->many, type->summary);
	for (uint32 i = 0; i < count; i++)
	{
		Label		label;

		label.name = summary_recv_name(message, LABEL_MAX_BYTES,
									   psprintf("a %s", type->labels->one),
									   type->summary);
		label.length = (uint32) strlen(label.name);
		if (labels_add(labels, type->labels, label) != i)
			summary_binary_invalid(type->summary, "A %s is there twice.", type->labels->one);
	}
}

/* The body of a receive function: read the binary form, checked completely. */
Datum
log_recv(FunctionCallInfo fcinfo, const LogType *type)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	PackedLog  *log;
	LogReader	reader;
	LogEntry	entry;
	LogState   *state;
	int			kind;
	int			scale;
	uint32		entries;
	uint32		ids;
	uint32		count = 0;
	int			bytes;
	Labels		labels;

	summary_recv_begin(message, type->summary);
	kind = pq_getmsgbyte(message);
	scale = pq_getmsgbyte(message);
	entries = (uint32) pq_getmsgint(message, 4);
	ids = (uint32) pq_getmsgint(message, 4);
	if (kind < ID_INTEGER || kind > ID_TEXT ||
		(type->is_history && kind != ID_INTEGER))
		summary_binary_invalid(type->summary, "Its ids are of an unknown kind, %d.", kind);
	if (scale > MONEY_MAX_DECIMALS || (scale > 0 && type->money_count == 0))
		summary_binary_invalid(type->summary, "Its amounts have %d decimals.", scale);

	recv_labels(message, type, &labels);
	bytes = message->len - message->cursor;
	log = palloc(offsetof(PackedLog, data) + bytes);
	SET_VARSIZE(log, offsetof(PackedLog, data) + bytes);
	log->form = LOG_PACKED;
	log->kind = (uint8) kind;
	log->scale = (uint8) scale;
	log->entries = entries;
	log->ids = ids;
	memcpy(log->data, pq_getmsgbytes(message, bytes), bytes);

	state = log_state_new(type, kind);
	state->scale = scale;
	log_read_input(&reader, log, type, labels.count);
	while (log_next(&reader, &entry))
	{
		const char *problem = entry_problem(type, &entry);

		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (problem != NULL)
			summary_binary_invalid(type->summary, "Entry %u is not possible: %s", count,
								   problem);
		if (type->labels != NULL)
			entry.payload[type->label] = labels_add(&state->labels, type->labels,
													labels_name(&labels, (uint32) entry.payload[type->label]));
		log_state_add(state, &entry);
	}
	if (count != entries || reader.next != reader.end)
		summary_binary_invalid(type->summary, "It has more or fewer entries than it says, %u.",
							   entries);
	PG_RETURN_POINTER(log_pack(state));
}

/* The body of a send function: the binary form. */
Datum
log_send(FunctionCallInfo fcinfo, const LogType *type)
{
	const PackedLog *log = log_packed_arg(fcinfo, 0, type);
	Size		labels = log_labels_size(log, type);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, log->kind);
	pq_sendint8(&message, log->scale);
	pq_sendint32(&message, log->entries);
	pq_sendint32(&message, log->ids);
	if (type->labels != NULL)
		send_labels(&message, log, type);
	pq_sendbytes(&message, (const char *) log->data + labels,
				 (int) (VARSIZE(log) - offsetof(PackedLog, data) - labels));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
