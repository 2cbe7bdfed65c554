/*-------------------------------------------------------------------------
 *
 * value_summary.c
 *	  What was bought in a period and who bought it.
 *
 * A value_summary adds up what was bought in a period and keeps who bought:
 * the ids of the customers, exactly.  Integers and uuids are kept as they are,
 * texts by a hash of 128 bits.  Different ids cannot be counted from counts,
 * so a roll-up needs them; and where every segment has customers of its own,
 * their summaries are small.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/uuid.h"

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

static const char *const id_kind_names[ID_KINDS] = {
	[ID_INTEGER] = "integer",
	[ID_UUID] = "uuid",
	[ID_TEXT] = "text"
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
		.sent_size = sizeof(ValueId)
	},
	[ID_TEXT] = {
		.type = &value_type,
		.run = &value_two_words_run,
		.list = "customers",
		.sent_size = sizeof(ValueId)
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
 * Ids
 */

/*
 * Fold the 128-bit product of two numbers: a step of the hash of a text.  The
 * hash has two 64-bit lanes, each of which takes in eight bytes at a time and
 * multiplies by an odd number of random bits.  Among a billion different texts
 * two have the same hash with a probability of about 1 in 10^21.  Summaries
 * are stored and sent, so it must be the same on every machine and with every
 * version, which PostgreSQL's own hash functions do not promise: they read
 * words in the machine's byte order.
 */
static inline uint64
fold(uint64 a, uint64 b)
{
	uint128		product = (uint128) a * b;

	return (uint64) product ^ (uint64) (product >> 64);
}

static inline uint64
read_word(const unsigned char *bytes, int count)
{
	uint64		word = 0;

	if (count == 8)
	{
		memcpy(&word, bytes, 8);
#ifdef WORDS_BIGENDIAN
		word = __builtin_bswap64(word);
#endif
		return word;
	}
	for (int i = 0; i < count; i++)
		word |= (uint64) bytes[i] << (8 * i);
	return word;
}

static void
hash_text(const char *str, int length, ValueId *id)
{
	const unsigned char *bytes = (const unsigned char *) str;
	uint64		one = UINT64CONST(0xC3A5C85C97CB3127) ^ (uint64) length;
	uint64		two = UINT64CONST(0x9AE16A3B2F90404F) + (uint64) length;

	for (int done = 0; done < length; done += 8)
	{
		uint64		word = read_word(bytes + done, Min(length - done, 8));

		one = fold(one ^ word, UINT64CONST(0xD6E8FEB86659FD93));
		two = fold(two + word, UINT64CONST(0xA0761D6478BD642F)) ^ word;
	}
	/* let every bit of either depend on both */
	id->word[0] = (int64) fold(one ^ (two << 32 | two >> 32),
							   UINT64CONST(0xE7037ED1A0B428DB));
	id->word[1] = (int64) fold(two ^ (one << 17 | one >> 47),
							   UINT64CONST(0x8EBC6AF09C88C6E3));
}

static bool
is_ascii(const char *bytes, int length)
{
	for (int i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(bytes[i]))
			return false;
	}
	return true;
}

/*
 * Set *id to the id for a text: the hash of the text in UTF-8, so that
 * databases of different encodings agree about who is who.  In SQL_ASCII bytes
 * may be anything, and are taken as they are.  A byte without an equivalent in
 * UTF-8, such as 0x81 in WIN1252, is an error.  The functions that call this
 * are IMMUTABLE, although convert_to() is STABLE: the conversions that
 * PostgreSQL brings do not change.  Where a user has defined another default
 * conversion, new ids follow that one.
 */
static void
text_to_id(const char *bytes, int length, ValueId *id)
{
	int			encoding = GetDatabaseEncoding();
	char	   *utf8;

	if (likely(encoding == PG_UTF8) || encoding == PG_SQL_ASCII ||
		is_ascii(bytes, length))
	{
		hash_text(bytes, length, id);
		return;
	}
	utf8 = pg_server_to_any(bytes, length, PG_UTF8);
	hash_text(utf8, (int) strlen(utf8), id);
	if (utf8 != bytes)
		pfree(utf8);
}

/* Set *id to the id for a text argument. */
void
value_read_text(Datum value, ValueId *id)
{
	text	   *string = DatumGetTextPP(value);

	text_to_id(VARDATA_ANY(string), (int) VARSIZE_ANY_EXHDR(string), id);
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);
}

static void
id_to_uuid(const int64 *word, pg_uuid_t *uuid)
{
	uint64		bytes[2];

	bytes[0] = pg_hton64((uint64) word[0] ^ ID_SIGN_BIT);
	bytes[1] = pg_hton64((uint64) word[1] ^ ID_SIGN_BIT);
	memcpy(uuid->data, bytes, sizeof(bytes));
}

/*
 * Input and output
 */

/* Return why no rows could have produced this summary, or NULL. */
static const char *
value_problem(const SortedRun *summary)
{
	const ValueHeader *head = value_header_const(summary);

	if (summary->used == 0)
		return "It has no customer.";
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

/*
 * Read an element of "customers", the text of an id: 1, "a UUID" or "32
 * hexadecimal digits".
 */
static void
id_element(void *arg, int index, const JsonbValue *value)
{
	ValueReader *reader = (ValueReader *) arg;
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	ValueId		id = {{0, 0}};

	if (reader->head.kind == ID_INTEGER)
		id.word[0] = summary_json_int64(value, PG_INT64_MIN, PG_INT64_MAX,
										"customers", &value_type);
	else
	{
		char	   *str;
		Datum		uuid;

		if (value->type != jbvString)
			summary_text_invalid(&value_type, "Element %d of \"customers\" is %s, not a string.",
								 index + 1, summary_json_shown(value));
		/* a hash has as many digits as a uuid, and is read as one */
		str = pnstrdup(value->val.string.val, value->val.string.len);

		if (reader->head.kind == ID_TEXT &&
			(strlen(str) != 32 ||
			 strspn(str, "0123456789abcdefABCDEF") != 32))
			summary_text_invalid(&value_type, "Element %d of \"customers\" is %s, not a hash of 32 hexadecimal digits.",
								 index + 1, summary_json_shown(value));
		uuid = DirectFunctionCall1(uuid_in, CStringGetDatum(str));
		value_read_uuid(uuid, &id);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(reader->scratch);
	reader->summary = sorted_run_append(value_run(reader->head.kind), reader->summary,
										&id);
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
		head->kind = summary_json_name(value, key, id_kind_names,
									   lengthof(id_kind_names), &value_type);
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
					 id_kind_names[head->kind]);
	for (uint32 i = 0; i < summary->used; i++)
	{
		const int64 *word = sorted_run_entry_const(value_run(head->kind), summary, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		if (head->kind == ID_INTEGER)
			appendStringInfo(&buf, INT64_FORMAT, word[0]);
		else if (head->kind == ID_TEXT)
			appendStringInfo(&buf, "\"%016llx%016llx\"",
							 (unsigned long long) word[0] ^ ID_SIGN_BIT,
							 (unsigned long long) word[1] ^ ID_SIGN_BIT);
		else
		{
			pg_uuid_t	uuid;
			char	   *shown;

			id_to_uuid(word, &uuid);
			shown = DatumGetCString(DirectFunctionCall1(uuid_out,
														UUIDPGetDatum(&uuid)));
			appendStringInfo(&buf, "\"%s\"", shown);
			pfree(shown);
		}
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
	int64	   *id;
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
	{
		id[0] = pq_getmsgint64(message);
		if (head.kind != ID_INTEGER)
			id[1] = pq_getmsgint64(message);
	}
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
					   id_kind_names[one], id_kind_names[another]),
			 errhint("Cast customer_id to the same type in all summaries.")));
}

/*
 * Count a row of value_summary(amount, customer_id).  A row without amount is
 * skipped whatever else it has; with an amount and without customer_id, it is
 * an error.
 */
static pg_attribute_always_inline Datum
value_accum(FunctionCallInfo fcinfo, IdKind kind, ValueReadId read_id)
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
	return value_accum(fcinfo, kind, value_read_##name); \
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

/* average_purchase_value(s): return revenue / purchases. */
PG_FUNCTION_INFO_V1(value_average_purchase_value);
Datum
value_average_purchase_value(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = value_header_const(value_get(fcinfo, 0));

	return money_per(money_get(&head->revenue), head->scale, head->purchases);
}

/* purchase_frequency(s): return purchases / different customers. */
PG_FUNCTION_INFO_V1(value_purchase_frequency);
Datum
value_purchase_frequency(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);

	return ratio_result(value_header_const(summary)->purchases, summary->used);
}

/* customers(s): return how many different customers there are, exactly. */
PG_FUNCTION_INFO_V1(value_customers);
Datum
value_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_get(fcinfo, 0)->used);
}

/* purchases(s): return how many rows have an amount. */
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
