/*-------------------------------------------------------------------------
 *
 * duration_io.c
 *	  The text and the binary form of a duration_summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/summary_json.h"
#include "duration/duration.h"

/* Read the member "as_of": a time, or null for a summary of lengths. */
static Timestamp
as_of_member(const JsonbValue *value)
{
	char	   *str;
	Timestamp	as_of;

	if (value->type == jbvNull)
		return DT_NOEND;
	if (value->type != jbvString)
		summary_text_invalid(&duration_type, "\"as_of\" is %s, not a string.",
							 summary_json_shown(value));
	str = pnstrdup(value->val.string.val, value->val.string.len);

	if (!elapsed_time_from_text(str, &as_of))
		summary_text_invalid(&duration_type, "\"as_of\" is \"%s\", not a time like \"2025-01-31T12:00:00\".",
							 str);
	return as_of;
}

/* Read the member "clock": "business"; elapsed time is not said. */
static int64
clock_member(const JsonbValue *value)
{
	if (value->type != jbvString || value->val.string.len != 8 ||
		memcmp(value->val.string.val, "business", 8) != 0)
		summary_text_invalid(&duration_type, "\"clock\" is %s, not \"business\".",
							 summary_json_shown(value));
	return 1;
}

/* Read an element of "durations": [seconds, finished, still open]. */
static bool
duration_read_entry(SortedRun *summary, const JsonbValue *parts,
					const char *place, void *entry)
{
	int64		duration;
	int64		finished;
	int64		open;

	duration = elapsed_json_seconds(&parts[0], summary_json_part(1, place).shown,
									&duration_type);
	finished = summary_json_count(&parts[1], summary_json_part(2, place).shown,
								  &duration_type);
	open = summary_json_count(&parts[2], summary_json_part(3, place).shown,
							  &duration_type);
	if (finished == 0 && open == 0)
		return false;
	duration_set_entry(summary, entry, duration, finished, open);
	return true;
}

/* Read an element of "seen_after": [seconds, how many]. */
static bool
seen_read_entry(SortedRun *summary, const JsonbValue *parts,
				const char *place, void *entry)
{
	int64		after = elapsed_json_seconds(&parts[0], summary_json_part(1, place).shown,
											 &duration_type);
	int64		count = summary_json_count(&parts[1], summary_json_part(2, place).shown,
										   &duration_type);

	(void) summary;
	if (after == 0 || count == 0)
		return false;
	duration_set_seen(entry, after, count);
	return true;
}

const RunSummary duration_summary = {
	.type = &duration_type,
	.run = &duration_run,
	.list = "durations",
	.element = "an array of three numbers: seconds, how many finished, how many are still open",
	.parts = 3,
	.read_entry = duration_read_entry,
	.sent_size = sizeof(KmTime)
};

/* The entries with a negative time, which have a list of their own. */
static const RunSummary seen_summary = {
	.type = &duration_type,
	.run = &duration_run,
	.list = "seen_after",
	.element = "an array of two numbers above zero: seconds, how many were first seen then",
	.parts = 2,
	.read_entry = seen_read_entry
};

/*
 * The members of the text form while they are read; the JSON parser has an
 * order of its own.
 */
typedef struct DurationInput
{
	SortedRun  *summary;
	bool		has_as_of;
	bool		has_durations;
} DurationInput;

static void
duration_member(void *arg, const char *key, const JsonbValue *value)
{
	DurationInput *input = (DurationInput *) arg;

	if (strcmp(key, "as_of") == 0)
	{
		duration_header(input->summary)->as_of = as_of_member(value);
		input->has_as_of = true;
	}
	else if (strcmp(key, "clock") == 0)
		duration_header(input->summary)->is_business = clock_member(value);
	else if (strcmp(key, "not_started") == 0)
		duration_header(input->summary)->not_started =
			summary_json_count(value, key, &duration_type);
	else if (strcmp(key, duration_summary.list) == 0)
	{
		run_summary_read_list(&duration_summary, &input->summary, value);
		input->has_durations = true;
	}
	else if (strcmp(key, seen_summary.list) == 0)
		run_summary_read_list(&seen_summary, &input->summary, value);
	else
		summary_json_unexpected(key, &duration_type);
}

/*
 * Return whether all were seen before their end.  Of those first seen at least so
 * long after their start, as many must end later still.
 */
static bool
is_seen_first(const KmSample *sample)
{
	size_t		last = sample->count;
	int64		ends = 0;
	int64		seen = 0;

	for (size_t i = 0; i < sample->late_count; i++)
	{
		while (last > 0 && sample->times[last - 1].time > -sample->late[i].time)
		{
			last--;
			ends += sample->times[last].events + sample->times[last].censored;
		}
		/* both are bounded, so this sum is too */
		seen += sample->late[i].events;
		if (seen > ends)
			return false;
	}
	return true;
}

/*
 * Return what is wrong with a summary, or NULL: no duration may have begun
 * before the first timestamp there is, or ended before it was seen.
 */
const char *
duration_problem(const SortedRun *summary)
{
	Timestamp	as_of = duration_header_const(summary)->as_of;
	KmSample	sample = duration_sample(summary);

	if (sample.count > 0 && !TIMESTAMP_IS_NOEND(as_of) &&
		(uint64) sample.times[sample.count - 1].time > (uint64) as_of - (uint64) MIN_TIMESTAMP)
		return "A duration began before the first timestamp.";
	if (!is_seen_first(&sample))
		return "More are first seen after a time than end later.";
	return NULL;
}

/*
 * duration_summary_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.  "as_of" is a time, or null, "clock" is "business" where the
 * durations are in business hours, "not_started" a count, 0 if it is not given,
 * "durations" a list of [seconds, finished, still open] and
 * "seen_after" a list of [seconds, how many] that were first seen so long after
 * their start, in any order.  Equal durations add up; an element of zeros is
 * refused, and so is what duration_problem() finds.
 */
PG_FUNCTION_INFO_V1(duration_summary_in);
Datum
duration_summary_in(PG_FUNCTION_ARGS)
{
	DurationInput input;
	SortedRun  *summary;

	memset(&input, 0, sizeof(input));
	input.summary = sorted_run_new(&duration_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&duration_type),
						 duration_member, &input);
	if (!input.has_as_of || !input.has_durations)
		summary_text_invalid(&duration_type, "\"%s\" is missing.",
							 input.has_as_of ? "durations" : "as_of");
	summary = sorted_run_finish(&duration_run, input.summary);
	summary_text_check(&duration_type, duration_problem(summary));
	PG_RETURN_POINTER(summary);
}

/* duration_summary_out: the text form, JSON; the durations are in order */
PG_FUNCTION_INFO_V1(duration_summary_out);
Datum
duration_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	const DurationHeader *header = duration_header_const(summary);
	KmSample	sample = duration_sample(summary);
	StringInfoData json;

	summary_json_begin(&json);
	if (TIMESTAMP_IS_NOEND(header->as_of))
		appendStringInfoString(&json, ", \"as_of\": null");
	else
		appendStringInfo(&json, ", \"as_of\": \"%s\"", elapsed_time_text(header->as_of));
	if (header->is_business != 0)
		appendStringInfoString(&json, ", \"clock\": \"business\"");
	appendStringInfo(&json, ", \"not_started\": " INT64_FORMAT ", \"durations\": [", header->not_started);
	for (uint32 i = 0; i < sample.count; i++)
	{
		run_summary_append(&json, i);
		elapsed_append_seconds(&json, sample.times[i].time);
		appendStringInfo(&json, ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 (int64) sample.times[i].events, (int64) sample.times[i].censored);
	}
	for (uint32 i = 0; i < sample.late_count; i++)
	{
		const KmTime *late = &sample.late[sample.late_count - 1 - i];

		if (i == 0)
			appendStringInfoString(&json, "], \"seen_after\": [");
		run_summary_append(&json, i);
		elapsed_append_seconds(&json, -late->time);
		appendStringInfo(&json, ", " INT64_FORMAT "]", (int64) late->events);
	}
	appendStringInfoString(&json, "]}");
	PG_RETURN_CSTRING(json.data);
}

/*
 * duration_summary_recv: read the binary form, in network order, checked
 * completely.  Entries must be in strictly ascending order of durations, none
 * without counts, and pass duration_problem().
 */
PG_FUNCTION_INFO_V1(duration_summary_recv);
Datum
duration_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	DurationHeader header;
	KmTime	   *entry;

	summary_recv_begin(message, &duration_type);
	memset(&header, 0, sizeof(header));
	header.as_of = summary_recv_int64(message, MIN_TIMESTAMP, DT_NOEND,
									  "as_of", &duration_type);
	if (header.as_of >= END_TIMESTAMP && !TIMESTAMP_IS_NOEND(header.as_of))
		summary_binary_invalid(&duration_type, "Its as_of is after the last timestamp.");
	header.is_business = summary_recv_int64(message, 0, 1, "the clock", &duration_type);
	header.not_started = summary_recv_count(message, "not_started",
											&duration_type);
	summary = run_summary_recv(&duration_summary, message);
	*duration_header(summary) = header;
	while ((entry = run_summary_recv_entry(&duration_summary, summary)) != NULL)
	{
		int64		duration = summary_recv_int64(message, -PG_INT64_MAX, PG_INT64_MAX,
												  "a duration", &duration_type);
		int64		finished = summary_recv_count(message, "a count",
												  &duration_type);
		int64		open = summary_recv_count(message, "a count",
											  &duration_type);

		if (finished == 0 && open == 0)
			summary_binary_invalid(&duration_type, "Entry %u is a duration without counts.",
								   summary->used);
		if (duration < 0 && open != 0)
			summary_binary_invalid(&duration_type, "Entry %u is first seen and open at once.",
								   summary->used);
		if (duration < 0)
			duration_set_seen(entry, -duration, finished);
		else
			duration_set_entry(summary, entry, duration, finished, open);
	}
	sorted_run_check(&duration_run, summary);
	summary_binary_check(&duration_type, duration_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * duration_summary_send: the binary form, in network order.  After the version
 * come as_of as a timestamp, the last integer for none, 1 for business hours or 0,
 * and the rows that have not started, eight bytes each, the number of entries, four, and each entry: the
 * microseconds, how many have finished after them and how many are still open,
 * eight bytes each.  Negative microseconds say how many were first seen then.
 */
PG_FUNCTION_INFO_V1(duration_summary_send);
Datum
duration_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&duration_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, duration_header_const(summary)->as_of);
	pq_sendint64(&message, duration_header_const(summary)->is_business);
	pq_sendint64(&message, duration_header_const(summary)->not_started);
	run_summary_send(&duration_summary, &message, summary);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
