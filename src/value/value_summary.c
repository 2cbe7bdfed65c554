/*-------------------------------------------------------------------------
 *
 * value_summary.c
 *	  What was bought in a period and who bought it.
 *
 * A value_summary adds up what was bought in a period and keeps who bought:
 * the ids of the customers, exactly.  Integers and uuids are kept as they are,
 * texts by a hash of 128 bits.  Different ids cannot be counted from counts,
 * so a roll-up needs them; and where every segment has customers of its own,
 * their summaries are small.  A refund lowers the revenue, and is neither a
 * purchase nor a customer.
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
#include "utils/memutils.h"

#include "core/result.h"
#include "core/run_summary.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "value/value_summary.h"

const SummaryType value_type = {
	.name = "value_summary",
	.example = "{\"version\": 1, \"purchases\": 3, \"revenue\": 79.5, \"ids\": \"integer\", \"customers\": [1, 2]}",
	.size = 0
};

/* How ids are sent, by IdKind. */
static const RunSummary id_lists[ID_KINDS] = {
	[ID_INTEGER] = {
		.type = &value_type,
		.run = &value_one_word_run,
		.list = "customers",
		.sent_size = sizeof(int64)
	},
	[ID_UUID] = {
		.type = &value_type,
		.run = &value_two_words_run,
		.list = "customers",
		.sent_size = sizeof(Id)
	},
	[ID_TEXT] = {
		.type = &value_type,
		.run = &value_two_words_run,
		.list = "customers",
		.sent_size = sizeof(Id)
	}
};

/* Return a state without a purchase, with room for so many ids. */
SortedRun *
value_new(int kind, uint32 ids)
{
	SortedRun  *summary = sorted_run_new_sized(value_run(kind), ids);

	value_header(summary)->kind = kind;
	value_header(summary)->lifetime_scale = -1;
	return summary;
}

/* Return the canonical value of a state. */
SortedRun *
value_finish(const SortedRun *state)
{
	SortedRun  *summary = sorted_run_finish(value_run(value_header_const(state)->kind), state);
	ValueHeader *head = value_header(summary);

	head->scale = money_sums_reduce(&head->revenue, 1, head->scale);
	return summary;
}

/* Return argument n to read, with its ids in order. */
const SortedRun *
value_get(FunctionCallInfo fcinfo, int n)
{
	const SortedRun *summary = PG_GETARG_SUMMARY(n, &value_type);

	if (summary->sorted == summary->used)
		return summary;
	return value_finish(summary);
}

/*
 * Input and output
 */

/* Return why no rows could have produced this summary, or NULL. */
static const char *
value_problem(const SortedRun *summary)
{
	const ValueHeader *head = value_header_const(summary);

	if (summary->used == 0 && head->purchases > 0)
		return "It has purchases and no customer.";
	if (head->purchases < (int64) summary->used)
		return psprintf("purchases is " INT64_FORMAT ", less than the number of customers, which is %u.",
						head->purchases, summary->used);
	if (head->lifetime_scale >= 0 && money_get(&head->lifetime) < 0)
		return "lifetime is negative.";
	return NULL;
}

typedef struct ValueReader
{
	SortedRun  *summary;
	MemoryContext scratch;		/* for what is read of an id */
	ValueHeader head;
	SummaryJson *customers;		/* read when the kind is known */
} ValueReader;

/* Read an element of "customers". */
static void
id_element(void *arg, int index, const JsonbValue *value)
{
	ValueReader *reader = (ValueReader *) arg;
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	SummaryPlace place = summary_json_place("", index, "customers");
	Id			id = {{0, 0}};

	id_from_json(value, reader->head.kind, place.shown, &value_type, &id);
	MemoryContextSwitchTo(old);
	MemoryContextReset(reader->scratch);
	reader->summary = sorted_run_append(value_run(reader->head.kind),
										reader->summary, &id);
}

static void
json_money(const JsonbValue *value, const char *key, MoneySum *sum,
		   int32 *scale)
{
	MoneyAmount amount = money_from_json(value, key, &value_type);

	money_set(sum, amount.value);
	*scale = amount.scale;
}

static void
value_member(void *arg, const char *key, const JsonbValue *value)
{
	ValueReader *reader = (ValueReader *) arg;
	ValueHeader *head = &reader->head;

	if (strcmp(key, "purchases") == 0)
		head->purchases = summary_json_count(value, key, &value_type);
	else if (strcmp(key, "revenue") == 0)
		json_money(value, key, &head->revenue, &head->scale);
	else if (strcmp(key, "lifetime") == 0)
		json_money(value, key, &head->lifetime, &head->lifetime_scale);
	else if (strcmp(key, "ids") == 0)
		head->kind = id_kind_from_json(value, key, &value_type);
	else if (strcmp(key, "customers") == 0)
		reader->customers = summary_json_container(value, true, key,
												   &value_type);
	else
		summary_json_unexpected(key, &value_type);
}

/*
 * value_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "purchases", "revenue", "lifetime" where there is
 * one, "ids", a name of id_kind_names, and "customers", an array of the ids:
 * integers, uuids, or the hexadecimal digits of hashes.  value_problem()
 * checks the whole.
 */
PG_FUNCTION_INFO_V1(value_summary_in);
Datum
value_summary_in(PG_FUNCTION_ARGS)
{
	ValueReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.head.lifetime_scale = -1;
	reader.scratch = AllocSetContextCreate(CurrentMemoryContext,
										   "value_summary input",
										   ALLOCSET_SMALL_SIZES);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&value_type),
						 value_member, &reader);
	if (reader.head.kind == 0 || reader.customers == NULL)
		summary_text_invalid(&value_type, "\"%s\" is missing.",
							 reader.head.kind == 0 ? "ids" : "customers");
	reader.summary = value_new(reader.head.kind, 4);
	*value_header(reader.summary) = reader.head;
	summary_json_elements(reader.customers, id_element, &reader);
	MemoryContextDelete(reader.scratch);
	reader.summary = value_finish(reader.summary);
	summary_text_check(&value_type, value_problem(reader.summary));
	PG_RETURN_POINTER(reader.summary);
}

/* value_summary_out: the text form, JSON; the ids are in order */
PG_FUNCTION_INFO_V1(value_summary_out);
Datum
value_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);
	const ValueHeader *head = value_header_const(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"purchases\": " INT64_FORMAT ", \"revenue\": ",
					 head->purchases);
	money_append_text(&buf, money_get(&head->revenue), head->scale);
	if (head->lifetime_scale >= 0)
	{
		appendStringInfoString(&buf, ", \"lifetime\": ");
		money_append_text(&buf, money_get(&head->lifetime),
						  head->lifetime_scale);
	}
	appendStringInfo(&buf, ", \"ids\": \"%s\", \"customers\": [",
					 id_kind_name(head->kind));
	for (uint32 i = 0; i < summary->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		id_append_text(&buf, head->kind,
					   sorted_run_entry_const(value_run(head->kind), summary, i));
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * value_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the kind of the ids and the scale of the revenue
 * (1 byte each), purchases (8), revenue (16), one more than the scale of the
 * lifetime or 0 (1), the lifetime where there is one (16), the number of ids
 * (4) and the ids (8 each, or 16).  sorted_run_check() and value_problem()
 * check the whole.
 */
PG_FUNCTION_INFO_V1(value_summary_recv);
Datum
value_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	ValueHeader head;
	Id		   *id;
	bool		valid;
	bool		lifetime_valid = true;

	memset(&head, 0, sizeof(head));
	summary_recv_begin(message, &value_type);
	head.kind = pq_getmsgbyte(message);
	head.scale = pq_getmsgbyte(message);
	head.purchases = summary_recv_count(message, "purchases", &value_type);
	money_set(&head.revenue, money_recv(message, &valid));
	/* one more than the scale was sent, or 0 for no lifetime */
	head.lifetime_scale = pq_getmsgbyte(message) - 1;
	if (head.lifetime_scale >= 0)
		money_set(&head.lifetime, money_recv(message, &lifetime_valid));
	if (head.kind < ID_INTEGER || head.kind > ID_TEXT)
		summary_binary_invalid(&value_type, "The kind of the ids, %d, is unknown.",
							   head.kind);
	if (!valid || !lifetime_valid || head.scale > MONEY_MAX_DIGITS ||
		head.lifetime_scale > MONEY_MAX_DIGITS)
		summary_binary_invalid(&value_type, "revenue or lifetime has more than %d digits.",
							   MONEY_MAX_DIGITS);
	if (head.lifetime_scale >= 0)
		head.lifetime_scale = money_sums_reduce(&head.lifetime, 1,
												head.lifetime_scale);

	summary = run_summary_recv(&id_lists[head.kind], message);
	*value_header(summary) = head;
	while ((id = run_summary_recv_entry(&id_lists[head.kind], summary)) != NULL)
		id_recv(message, head.kind, id);
	sorted_run_check(value_run(head.kind), summary);
	summary_binary_check(&value_type, value_problem(summary));
	PG_RETURN_POINTER(value_finish(summary));
}

/* value_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(value_summary_send);
Datum
value_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);
	ValueHeader head = *value_header_const(summary);
	StringInfoData message;

	/* the one thing that value_get() may leave unfinished */
	head.scale = money_sums_reduce(&head.revenue, 1, head.scale);
	summary_send_begin(&message);
	pq_sendint8(&message, head.kind);
	pq_sendint8(&message, head.scale);
	pq_sendint64(&message, head.purchases);
	money_send(&message, &head.revenue);
	pq_sendint8(&message, (uint8) (head.lifetime_scale + 1));
	if (head.lifetime_scale >= 0)
		money_send(&message, &head.lifetime);
	run_summary_send(&id_lists[head.kind], &message, summary);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * Return the lifetime of a summary, which may have none, for an error message.
 */
static const char *
lifetime_text(const ValueHeader *head)
{
	if (head->lifetime_scale < 0)
		return "none";
	return numeric_shown(money_to_numeric(money_get(&head->lifetime),
										  head->lifetime_scale));
}

void
value_lifetime_varies(const ValueHeader *head, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("lifetime must be the same for all rows"),
			 errdetail("lifetime is %s in one row and %s in another.",
					   lifetime_text(head), other),
			 errhint("Give a constant, or GROUP BY it.")));
}

void
value_kinds_differ(int one, int another)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("value summaries with customer ids of different types cannot be merged"),
			 errdetail("One has ids of type %s, another of type %s.",
					   id_kind_name(one), id_kind_name(another)),
			 errhint("Cast customer_id to the same type in all summaries.")));
}

/*
 * Count a row of value_summary(amount, customer_id).  A row without amount is
 * skipped whatever else it has; with an amount and without customer_id, it is
 * an error.
 */
static pg_attribute_always_inline Datum
value_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	if (unlikely(PG_ARGISNULL(1)))
		return aggregate_unchanged(fcinfo);
	value_row_check(fcinfo);
	return value_row_add(fcinfo, value_row_state(fcinfo, kind), kind, read_id);
}

/*
 * value_summary(amount, customer_id): count a row; see value_accum().  There
 * is one function for each type of the ids.
 *
 * Makes value_accum_int4, value_accum_int8, value_accum_uuid,
 * value_accum_text.
 */
#define VALUE_ACCUM(name, kind) \
Datum \
value_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return value_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(value_accum_int4);
VALUE_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(value_accum_int8);
VALUE_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(value_accum_uuid);
VALUE_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(value_accum_text);
VALUE_ACCUM(text, ID_TEXT)

/*
 * Add a summary to the state: for rollup(), and for what parallel workers
 * counted.  Ids of another kind, and another lifetime, are errors.
 */
PG_FUNCTION_INFO_V1(value_combine);
Datum
value_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *summary;
	SortedRun  *other;
	ValueHeader *head;
	const ValueHeader *more;

	summary = aggregate_combine_state(fcinfo, &value_type);
	other = PG_GETARG_SUMMARY(1, &value_type);
	head = value_header(summary);
	more = value_header_const(other);
	if (head->kind != more->kind)
		value_kinds_differ(head->kind, more->kind);
	if (head->lifetime_scale != more->lifetime_scale ||
		money_get(&head->lifetime) != money_get(&more->lifetime))
		value_lifetime_varies(head, lifetime_text(more));
	value_add_revenue(head, money_get(&more->revenue), more->scale);
	count_add(&head->purchases, more->purchases, &value_type);
	summary = sorted_run_merge(value_run(more->kind), summary, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

/* Return the summary to store, in canonical form. */
PG_FUNCTION_INFO_V1(value_final);
Datum
value_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(value_finish(PG_GETARG_SUMMARY(0, &value_type)));
}

/*
 * Accessors
 */

/*
 * average_purchase_value(s): return revenue / purchases; NULL without purchases.
 */
PG_FUNCTION_INFO_V1(value_average_purchase_value);
Datum
value_average_purchase_value(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = value_header_const(value_get(fcinfo, 0));

	if (head->purchases == 0)
		PG_RETURN_NULL();
	return money_per(money_get(&head->revenue), head->scale, head->purchases);
}

/*
 * purchase_frequency(s): return purchases / different customers; NULL without
 * purchases.
 */
PG_FUNCTION_INFO_V1(value_purchase_frequency);
Datum
value_purchase_frequency(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);

	if (summary->used == 0)
		PG_RETURN_NULL();
	return ratio_result(value_header_const(summary)->purchases, summary->used);
}

/* customers(s): return how many different customers bought something, exactly. */
PG_FUNCTION_INFO_V1(value_customers);
Datum
value_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_get(fcinfo, 0)->used);
}

/* purchases(s): return how many rows have an amount from 0 up. */
PG_FUNCTION_INFO_V1(value_purchases);
Datum
value_purchases(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_header_const(value_get(fcinfo, 0))->purchases);
}

/* revenue(s): return the sum of all amounts, refunds taken off. */
PG_FUNCTION_INFO_V1(value_revenue);
Datum
value_revenue(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = value_header_const(value_get(fcinfo, 0));

	return money_to_numeric(money_get(&head->revenue), head->scale);
}
