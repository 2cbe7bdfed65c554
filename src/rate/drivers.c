/*-------------------------------------------------------------------------
 *
 * drivers.c
 *	  driver_summary: a metric of every segment, before and after.
 *
 * A segment has one value a side.  Summaries of a segment that has several rows are
 * rolled up before they come here, so that whatever a metric is made of stays with
 * its own family.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/aggregate.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "rate/drivers.h"
#include "rate/rate.h"

/* More segments than this are customers, or days. */
#define MAX_SEGMENTS		10000
#define MAX_NAME			200

/* The room of a new state, in bytes: a few segments. */
#define FIRST_ROOM			1024

static const SummaryType driver_type = {
	.name = "driver_summary",
	.example = "{\"version\": 1, \"of\": \"nps\", \"segments\": {\"app\": [[54, 120, 0.0047], [61, 150, 0.0039]], \"phone\": [[3, 20, null], null]}}"
};

static const char *const kind_names[DRIVER_KINDS] = {"nps", "rate", "ratio", "amount"};

const DriverSummary *
driver_summary_arg(FunctionCallInfo fcinfo, int n)
{
	return PG_GETARG_SUMMARY(n, &driver_type);
}

static DriverSummary *
driver_new(DriverKind kind, Size room)
{
	DriverSummary *summary = palloc0(sizeof(DriverSummary) + room);

	summary_init(summary, sizeof(DriverSummary) + room);
	summary->kind = (uint8) kind;
	return summary;
}

/* Return a copy without spare room. */
static DriverSummary *
driver_trimmed(const DriverSummary *state)
{
	DriverSummary *summary = driver_new(state->kind, state->used);

	summary->count = state->count;
	summary->used = state->used;
	memcpy(driver_first(summary), driver_first(state), state->used);
	return summary;
}

/*
 * Values
 */

/* Return a value of counts. */
DriverValue
driver_counts(int64 part, int64 whole, double variance)
{
	return driver_sums(part, whole, 0, variance);
}

/* Return a value of sums at a decimal scale. */
DriverValue
driver_sums(int128 part, int128 whole, int scale, double variance)
{
	DriverValue value;
	MoneySum	sums[2];

	memset(&value, 0, sizeof(value));
	money_set(&sums[0], part);
	money_set(&sums[1], whole);
	value.scale = (int16) money_sums_reduce(sums, 2, scale);
	value.part = sums[0];
	value.whole = sums[1];
	value.variance = variance;
	value.is_known = true;
	return value;
}

/* Say why no segment can have a value, or return NULL. */
static const char *
value_problem(DriverKind kind, const DriverValue *value)
{
	int128		part = money_get(&value->part);
	int128		whole = money_get(&value->whole);
	bool		counts = kind == DRIVER_NPS || kind == DRIVER_RATE;

	if (!value->is_known)
		return NULL;
	if (kind == DRIVER_AMOUNT)
		return whole == 0 && value->variance == DRIVER_VARIANCE_UNKNOWN ?
			NULL : "An amount has a part only.";
	if (whole <= 0)
		return "The whole of a segment must be above 0.";
	if (counts && (value->scale != 0 || whole > SUMMARY_MAX_COUNT))
		return "A count is not a whole number, or too large.";
	if (counts && (part > whole || part < (kind == DRIVER_NPS ? -whole : 0)))
		return "A part is more than the whole, or less than nothing.";
	if (!isfinite(value->variance) ||
		(value->variance < 0.0 && value->variance != DRIVER_VARIANCE_UNKNOWN))
		return "A variance must be 0 or more.";
	return NULL;
}

/*
 * Segments
 */

static pg_noinline pg_noreturn void
too_many_segments(const char *name, uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("more than %d segments in one %s", MAX_SEGMENTS, driver_type.name),
			 errdetail("\"%s\" is one more.", pnstrdup(name, length)),
			 errhint("Take a coarser segment: a channel, a plan, a country.")));
}

static pg_noinline pg_noreturn void
name_invalid(uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 length == 0 ? errmsg("the name of a segment must not be empty") :
			 errmsg("the name of a segment must not have more than %d bytes", MAX_NAME),
			 errdetail("The name has %u bytes.", length),
			 errhint("%s", length == 0 ? "Give it one, for example coalesce(nullif(segment, ''), 'none')." :
					 "Shorten it, for example left(segment, 50).")));
}

static pg_noinline pg_noreturn void
segment_twice(const char *name, uint32 length, DriverKind kind)
{
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("segment \"%s\" comes twice", pnstrdup(name, length)),
			 errdetail("A %s has one value before and one after for each segment.",
					   driver_type.name),
			 kind == DRIVER_AMOUNT ?
			 errhint("Add up the segment's amounts first: SELECT segment, sum(before) AS before, sum(after) AS after ... GROUP BY segment.") :
			 errhint("Roll up the segment's summaries first: SELECT segment, rollup(before) AS before, rollup(after) AS after ... GROUP BY segment.")));
}

static int
name_compare(const DriverSegment *segment, const char *name, uint32 length)
{
	int			order = memcmp(segment->name, name, Min(segment->length, length));

	return order != 0 ? order :
		(segment->length > length) - (segment->length < length);
}

/*
 * Add a segment, and return the summary, which is another one when it had to
 * grow.  A segment that is there already is an error.
 */
static DriverSummary *
driver_insert(DriverSummary *summary, const char *name, uint32 length,
			  const DriverValue *values)
{
	Size		size = driver_segment_size(length);
	Size		room = VARSIZE(summary) - sizeof(DriverSummary);
	DriverSegment *segment = driver_first(summary);
	Size		offset;

	if (length == 0 || length > MAX_NAME)
		name_invalid(length);
	for (uint32 i = 0; i < summary->count; i++)
	{
		int			order = name_compare(segment, name, length);

		if (order == 0)
			segment_twice(name, length, summary->kind);
		if (order > 0)
			break;
		segment = driver_next(segment);
	}
	if (summary->count == MAX_SEGMENTS)
		too_many_segments(name, length);

	offset = (char *) segment - (char *) driver_first(summary);
	if (size > room - summary->used)
	{
		DriverSummary *larger = driver_new(summary->kind,
										   Max(2 * room, summary->used + size));

		larger->count = summary->count;
		larger->used = summary->used;
		memcpy(driver_first(larger), driver_first(summary), summary->used);
		summary = larger;
		segment = (DriverSegment *) ((char *) driver_first(summary) + offset);
	}
	memmove((char *) segment + size, segment, summary->used - offset);
	memset(segment, 0, size);
	segment->value[BEFORE] = values[BEFORE];
	segment->value[AFTER] = values[AFTER];
	segment->length = length;
	memcpy(segment->name, name, length);
	summary->count++;
	summary->used += (uint32) size;
	return summary;
}

/*
 * Input and output
 */

/* What has been read of a text. */
typedef struct DriverInput
{
	DriverSummary *summary;
	int			kind;			/* -1 before "of" */
	const char *name;			/* of the segment */
	DriverValue values[2];
	int			sides;
	MoneyAmount sums[2];
	double		variance;
	int			numbers;
} DriverInput;

/* Read a number of a value: its part, its whole, its variance. */
static void
driver_number(void *arg, int index, const JsonbValue *value)
{
	DriverInput *input = (DriverInput *) arg;
	SummaryPlace side = summary_json_place("", input->sides - 1, input->name);
	SummaryPlace place = summary_json_part(index + 1, side.shown);

	input->numbers = index + 1;
	if (index < 2)
		input->sums[index] = money_from_json(value, place.shown, &driver_type);
	else if (index == 2 && value->type != jbvNull)
		input->variance = summary_json_double(value, place.shown, &driver_type);
}

/* Read one side of a segment: null, or the numbers of a value. */
static void
driver_side(void *arg, int index, const JsonbValue *value)
{
	DriverInput *input = (DriverInput *) arg;
	int			expected = input->kind == DRIVER_AMOUNT ? 1 : 3;
	int			scale;
	const char *problem;

	input->sides = index + 1;
	if (index > AFTER || value->type == jbvNull)
		return;
	memset(input->sums, 0, sizeof(input->sums));
	input->variance = DRIVER_VARIANCE_UNKNOWN;
	input->numbers = 0;
	summary_json_elements(summary_json_container(value, true, input->name, &driver_type),
						  driver_number, input);
	if (input->numbers != expected)
		summary_text_invalid(&driver_type, "A value of \"%s\" has %d numbers, not %d.",
							 text_shown(cstring_to_text(input->name)), input->numbers, expected);
	scale = Max(input->sums[0].scale, input->sums[1].scale);
	input->values[index] = driver_sums(money_rescale(input->sums[0].value, scale - input->sums[0].scale),
									   money_rescale(input->sums[1].value, scale - input->sums[1].scale),
									   scale, input->variance);
	problem = value_problem((DriverKind) input->kind, &input->values[index]);
	if (problem != NULL)
		summary_text_invalid(&driver_type, "\"%s\": %s",
							 text_shown(cstring_to_text(input->name)), problem);
}

static void
driver_segment(void *arg, const char *key, const JsonbValue *value)
{
	DriverInput *input = (DriverInput *) arg;

	input->name = key;
	input->sides = 0;
	memset(input->values, 0, sizeof(input->values));
	summary_json_elements(summary_json_container(value, true, key, &driver_type),
						  driver_side, input);
	if (input->sides != 2)
		summary_text_invalid(&driver_type, "\"%s\" is an array of length %d, not 2: a value before and one after.",
							 text_shown(cstring_to_text(key)), input->sides);
	if (!input->values[BEFORE].is_known && !input->values[AFTER].is_known)
		summary_text_invalid(&driver_type, "\"%s\" has a value neither before nor after.",
							 text_shown(cstring_to_text(key)));
	input->summary = driver_insert(input->summary, key, (uint32) strlen(key), input->values);
}

static void
driver_member(void *arg, const char *key, const JsonbValue *value)
{
	DriverInput *input = (DriverInput *) arg;

	if (strcmp(key, "of") == 0)
	{
		input->kind = summary_json_name(value, key, kind_names, DRIVER_KINDS, &driver_type);
		input->summary->kind = (uint8) input->kind;
	}
	else if (strcmp(key, "segments") == 0)
	{
		if (input->kind < 0)
			summary_text_error(&driver_type, "\"of\" must come before \"segments\".");
		summary_json_members(summary_json_container(value, false, key, &driver_type),
							 driver_segment, input);
	}
	else
		summary_json_unexpected(key, &driver_type);
}

/*
 * driver_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "of", which names what the values are, and "segments", an
 * object of "name": [before, after], either of which is null where the segment
 * was not there, else an array of the part, the whole and the variance, or of an
 * amount alone.
 */
PG_FUNCTION_INFO_V1(driver_summary_in);
Datum
driver_summary_in(PG_FUNCTION_ARGS)
{
	DriverInput input;

	memset(&input, 0, sizeof(input));
	input.kind = -1;
	input.summary = driver_new(DRIVER_NPS, FIRST_ROOM);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &driver_type),
						 driver_member, &input);
	if (input.kind < 0)
		summary_text_error(&driver_type, "\"of\" is missing.");
	PG_RETURN_POINTER(driver_trimmed(input.summary));
}

static void
append_value(StringInfo buf, DriverKind kind, const DriverValue *value)
{
	if (!value->is_known)
	{
		appendStringInfoString(buf, "null");
		return;
	}
	appendStringInfoChar(buf, '[');
	money_append_text(buf, money_get(&value->part), value->scale);
	if (kind != DRIVER_AMOUNT)
	{
		appendStringInfoString(buf, ", ");
		money_append_text(buf, money_get(&value->whole), value->scale);
		appendStringInfoString(buf, ", ");
		if (value->variance == DRIVER_VARIANCE_UNKNOWN)
			appendStringInfoString(buf, "null");
		else
			summary_append_double(buf, value->variance);
	}
	appendStringInfoChar(buf, ']');
}

/* driver_summary_out: the text form, JSON, in the order of the segments' names */
PG_FUNCTION_INFO_V1(driver_summary_out);
Datum
driver_summary_out(PG_FUNCTION_ARGS)
{
	const DriverSummary *summary = driver_summary_arg(fcinfo, 0);
	const DriverSegment *segment = driver_first(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"of\": \"%s\", \"segments\": {", kind_names[summary->kind]);
	for (uint32 i = 0; i < summary->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, pnstrdup(segment->name, segment->length));
		appendStringInfoString(&buf, ": [");
		append_value(&buf, summary->kind, &segment->value[BEFORE]);
		appendStringInfoString(&buf, ", ");
		append_value(&buf, summary->kind, &segment->value[AFTER]);
		appendStringInfoChar(&buf, ']');
		segment = driver_next(segment);
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

static DriverValue
recv_value(StringInfo message, DriverKind kind)
{
	bool		part_valid = true;
	bool		whole_valid = true;
	DriverValue value;
	MoneySum	sums[2];

	memset(&value, 0, sizeof(value));
	value.is_known = summary_recv_int64(message, 0, 1, "presence of a value", &driver_type) == 1;
	if (!value.is_known)
		return value;
	value.scale = (int16) summary_recv_int64(message, 0, MONEY_MAX_DIGITS, "scale of a value", &driver_type);
	money_set(&sums[0], money_recv(message, &part_valid));
	money_set(&sums[1], money_recv(message, &whole_valid));
	value.variance = pq_getmsgfloat8(message);
	if (!part_valid || !whole_valid || money_sums_reduce(sums, 2, value.scale) != value.scale)
		summary_binary_error(&driver_type, "A number has more digits than it needs, or than there can be.");
	value.part = sums[0];
	value.whole = sums[1];
	summary_binary_check(&driver_type, value_problem(kind, &value));
	return value;
}

/*
 * driver_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the kind and the number of segments (8 bytes each), and of
 * each its name and two values: whether there is one (8), and then its scale (8),
 * part and whole (16 each) and variance (8).
 */
PG_FUNCTION_INFO_V1(driver_summary_recv);
Datum
driver_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	DriverSummary *summary;
	int64		kind;
	int64		count;

	summary_recv_begin(message, &driver_type);
	kind = summary_recv_int64(message, 0, DRIVER_KINDS - 1, "kind", &driver_type);
	count = summary_recv_int64(message, 0, MAX_SEGMENTS, "number of segments", &driver_type);
	summary = driver_new((DriverKind) kind, FIRST_ROOM);
	for (int64 i = 0; i < count; i++)
	{
		char	   *name = summary_recv_name(message, MAX_NAME, "a segment", &driver_type);
		DriverValue values[2];

		values[BEFORE] = recv_value(message, (DriverKind) kind);
		values[AFTER] = recv_value(message, (DriverKind) kind);
		if (!values[BEFORE].is_known && !values[AFTER].is_known)
			summary_binary_error(&driver_type, "A segment has a value neither before nor after.");
		summary = driver_insert(summary, name, (uint32) strlen(name), values);
	}
	PG_RETURN_POINTER(driver_trimmed(summary));
}

static void
send_value(StringInfo message, const DriverValue *value)
{
	pq_sendint64(message, value->is_known ? 1 : 0);
	if (!value->is_known)
		return;
	pq_sendint64(message, value->scale);
	money_send(message, &value->part);
	money_send(message, &value->whole);
	pq_sendfloat8(message, value->variance);
}

/* driver_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(driver_summary_send);
Datum
driver_summary_send(PG_FUNCTION_ARGS)
{
	const DriverSummary *summary = driver_summary_arg(fcinfo, 0);
	const DriverSegment *segment = driver_first(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, summary->kind);
	pq_sendint64(&message, summary->count);
	for (uint32 i = 0; i < summary->count; i++)
	{
		summary_send_name(&message, segment->name, segment->length);
		send_value(&message, &segment->value[BEFORE]);
		send_value(&message, &segment->value[AFTER]);
		segment = driver_next(segment);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/* Report values of two kinds in one summary. */
static pg_noinline pg_noreturn void
kinds_differ(DriverKind one, DriverKind other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot put two metrics into one %s", driver_type.name),
			 errdetail("One is of \"%s\", the other of \"%s\".", kind_names[one], kind_names[other]),
			 errhint("Make a %s for each metric.", driver_type.name)));
}

Datum
driver_count(FunctionCallInfo fcinfo, DriverKind kind,
			 const DriverValue *before, const DriverValue *after)
{
	DriverSummary *summary;
	DriverValue values[2];
	text	   *name;

	if (!before->is_known && !after->is_known)
		return aggregate_unchanged(fcinfo);
	if (PG_ARGISNULL(1))
		argument_null("segment", "Give those without a segment a name: coalesce(segment, 'none').");
	for (int side = BEFORE; side <= AFTER; side++)
	{
		const char *problem;

		values[side] = side == BEFORE ? *before : *after;
		problem = value_problem(kind, &values[side]);
		if (problem != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("a segment's value has no share of the whole"),
					 errdetail("Segment \"%s\": %s", text_shown(PG_GETARG_TEXT_PP(1)), problem),
					 errhint("The denominator says how much a segment counts: customers, orders, days. Leave out segments where it is not above 0.")));
	}
	summary = PG_ARGISNULL(0) ? driver_new(kind, FIRST_ROOM) :
		aggregate_state(fcinfo, &driver_type);
	if (summary->kind != kind)
		kinds_differ(summary->kind, kind);
	name = PG_GETARG_TEXT_PP(1);
	summary = driver_insert(summary, VARDATA_ANY(name),
							(uint32) VARSIZE_ANY_EXHDR(name), values);
	PG_FREE_IF_COPY(name, 1);
	PG_RETURN_POINTER(summary);
}

/* Return a rate as a value: its outcomes that are known. */
static DriverValue
value_of_rate(FunctionCallInfo fcinfo, int n)
{
	DriverValue value;
	const RateSummary *rate;
	int64		total;
	double		share;
	bool		is_sure;

	memset(&value, 0, sizeof(value));
	if (PG_ARGISNULL(n))
		return value;
	rate = rate_summary_get(PG_GETARG_DATUM(n));
	total = rate->positives + rate->negatives;
	if (total == 0)
		return value;
	share = (double) rate->positives / (double) total;
	is_sure = total >= DRIVER_MIN_ANSWERS && rate->positives >= 5 && rate->negatives >= 5;
	return driver_counts(rate->positives, total,
						 is_sure ? share * (1.0 - share) / (double) total : DRIVER_VARIANCE_UNKNOWN);
}

/*
 * driver_summary(segment, before, after): add the rates of a segment.  One that is NULL,
 * or without known outcomes, is that of a segment that was not there.  A segment
 * without a name, or that comes twice, is an error.
 */
PG_FUNCTION_INFO_V1(driver_accum_rate);
Datum
driver_accum_rate(PG_FUNCTION_ARGS)
{
	DriverValue before = value_of_rate(fcinfo, 2);
	DriverValue after = value_of_rate(fcinfo, 3);

	return driver_count(fcinfo, DRIVER_RATE, &before, &after);
}

static DriverValue
value_of_amount(FunctionCallInfo fcinfo, int n, const char *name, const char *condition)
{
	DriverValue value;
	MoneyAmount amount;

	memset(&value, 0, sizeof(value));
	if (PG_ARGISNULL(n))
		return value;
	amount = money_arg(PG_GETARG_DATUM(n), name, condition);
	return driver_sums(amount.value, 0, amount.scale, DRIVER_VARIANCE_UNKNOWN);
}

/*
 * driver_summary(segment, before, after): add two amounts of a segment, rounded to 18
 * decimals; otherwise as driver_accum_rate().
 */
PG_FUNCTION_INFO_V1(driver_accum_amount);
Datum
driver_accum_amount(PG_FUNCTION_ARGS)
{
	DriverValue before = value_of_amount(fcinfo, 2, "before", "(before NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE");
	DriverValue after = value_of_amount(fcinfo, 3, "after", "(after NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE");

	return driver_count(fcinfo, DRIVER_AMOUNT, &before, &after);
}

/*
 * Add the segments of another summary: for rollup(), and for what parallel workers
 * found.  A segment that is in both is an error, and so are two metrics.
 */
PG_FUNCTION_INFO_V1(driver_combine);
Datum
driver_combine(PG_FUNCTION_ARGS)
{
	DriverSummary *summary = aggregate_combine_state(fcinfo, &driver_type);
	DriverSummary *other = PG_GETARG_SUMMARY(1, &driver_type);
	DriverSegment *segment = driver_first(other);

	if (summary->kind != other->kind)
		kinds_differ(summary->kind, other->kind);
	for (uint32 i = 0; i < other->count; i++)
	{
		summary = driver_insert(summary, segment->name, segment->length, segment->value);
		segment = driver_next(segment);
	}
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

/* Report that a summary lacks a segment that is to be taken out of it. */
static pg_noinline pg_noreturn void
not_in_summary(const DriverSegment *segment)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot take out of %s what is not in it", driver_type.name),
			 errdetail("It has no segment \"%s\" of these values.",
					   pnstrdup(segment->name, segment->length)),
			 errhint("a - b is defined where b is a part of a, as in a = b + c.")));
}

/* a - b: the segments of a without those of b, which must be in it. */
PG_FUNCTION_INFO_V1(driver_difference);
Datum
driver_difference(PG_FUNCTION_ARGS)
{
	const DriverSummary *summary = driver_summary_arg(fcinfo, 0);
	const DriverSummary *other = driver_summary_arg(fcinfo, 1);
	const DriverSegment *segment = driver_first(summary);
	const DriverSegment *part = driver_first(other);
	DriverSummary *result = driver_new(summary->kind, summary->used);
	uint32		taken = 0;

	if (summary->kind != other->kind)
		kinds_differ(summary->kind, other->kind);
	for (uint32 i = 0; i < summary->count; i++, segment = driver_next(segment))
	{
		Size		size = driver_segment_size(segment->length);

		if (taken < other->count && part->length == segment->length &&
			memcmp(part, segment, size) == 0)
		{
			part = driver_next(part);
			taken++;
			continue;
		}
		memcpy((char *) driver_first(result) + result->used, segment, size);
		result->used += (uint32) size;
		result->count++;
	}
	if (taken < other->count)
		not_in_summary(part);
	PG_RETURN_POINTER(driver_trimmed(result));
}

/* Return the summary to store: the state without its spare room, so canonical. */
PG_FUNCTION_INFO_V1(driver_final);
Datum
driver_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(driver_trimmed(driver_summary_arg(fcinfo, 0)));
}
