/*-------------------------------------------------------------------------
 *
 * clv.c
 *	  The classic customer lifetime value: average purchase value times
 *	  purchase frequency times lifetime.
 *
 * A value_summary adds up what was bought in a period and keeps who bought: the
 * ids of the customers, exactly.  Integers and uuids are kept as they are, texts
 * by a hash of 128 bits.  Different ids cannot be counted from counts, so a
 * roll-up needs them; and where every segment has customers of its own, their
 * summaries are small.
 *
 * Predictive models are in clv_model.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/uuid.h"

#include "aggregate.h"
#include "money.h"
#include "result.h"
#include "run.h"
#include "summary.h"

/* Loops look for a cancel request once in so many ids. */
#define INTERRUPT_MASK		0xffff

/* What the ids are; stored: do not renumber. */
typedef enum IdKind
{
	ID_INTEGER = 1,				/* int4 and int8, the same number is one */
	ID_UUID = 2,
	ID_TEXT = 3					/* hashed */
} IdKind;

/* The family's header of the run. */
typedef struct ValueHeader
{
	int32		kind;			/* an IdKind */
	int32		scale;			/* of the revenue */
	int64		purchases;
	MoneySum	revenue;
	/* of clv(amount, customer_id, lifetime), whose state this is as well */
	MoneySum	lifetime;
	int32		lifetime_scale; /* -1: no lifetime */
	int32		reserved;		/* zero */
} ValueHeader;

/* An entry: an id, of which integers take the first word only. */
typedef struct ValueId
{
	int64		word[2];
} ValueId;

static const SummaryType value_type = {
	.name = "value_summary",
	.example = "{\"version\": 1, \"purchases\": 3, \"revenue\": 79.5, \"ids\": \"integer\", \"customers\": [1, 2]}",
	.size = 0
};

#define TOO_LARGE_HINT	"Group the rows, for example by segment or by month."

static const RunType one_word_run = {
	.type_name = "value_summary",
	.too_large_hint = TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = sizeof(int64),
	.key_words = 1
};

static const RunType two_words_run = {
	.type_name = "value_summary",
	.too_large_hint = TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = 2 * sizeof(int64),
	.key_words = 2
};

static const char *const kind_names[] = {
	[ID_INTEGER] = "integer",
	[ID_UUID] = "uuid",
	[ID_TEXT] = "text"
};

PG_FUNCTION_INFO_V1(value_summary_in);
PG_FUNCTION_INFO_V1(value_summary_out);
PG_FUNCTION_INFO_V1(value_summary_recv);
PG_FUNCTION_INFO_V1(value_summary_send);
PG_FUNCTION_INFO_V1(value_accum_int4);
PG_FUNCTION_INFO_V1(value_accum_int8);
PG_FUNCTION_INFO_V1(value_accum_uuid);
PG_FUNCTION_INFO_V1(value_accum_text);
PG_FUNCTION_INFO_V1(clv_accum_int4);
PG_FUNCTION_INFO_V1(clv_accum_int8);
PG_FUNCTION_INFO_V1(clv_accum_uuid);
PG_FUNCTION_INFO_V1(clv_accum_text);
PG_FUNCTION_INFO_V1(value_combine);
PG_FUNCTION_INFO_V1(value_final);
PG_FUNCTION_INFO_V1(clv_final);
PG_FUNCTION_INFO_V1(value_clv);
PG_FUNCTION_INFO_V1(value_average_purchase_value);
PG_FUNCTION_INFO_V1(value_purchase_frequency);
PG_FUNCTION_INFO_V1(value_customers);
PG_FUNCTION_INFO_V1(value_purchases);
PG_FUNCTION_INFO_V1(value_revenue);
PG_FUNCTION_INFO_V1(ltv);

static inline ValueHeader *
header(RunState *summary)
{
	return (ValueHeader *) run_header(summary);
}

static inline const ValueHeader *
header_of(const RunState *summary)
{
	return (const ValueHeader *) run_header_const(summary);
}

static inline const RunType *
run_of(int kind)
{
	return kind == ID_INTEGER ? &one_word_run : &two_words_run;
}

static RunState *
value_new(int kind, uint32 ids)
{
	RunState   *summary = run_new_sized(run_of(kind), ids);

	header(summary)->kind = kind;
	header(summary)->lifetime_scale = -1;
	return summary;
}

/* Add to the revenue, which takes over the larger scale. */
static inline void
add_revenue(ValueHeader *head, int128 value, int scale)
{
	if (scale > head->scale)
	{
		if (!money_sums_scale_up(&head->revenue, 1, scale - head->scale))
			money_overflow();
		head->scale = scale;
	}
	value = money_rescale(value, head->scale - scale);
	money_set(&head->revenue, money_add(money_get(&head->revenue), value));
}

/* The canonical value of a state. */
static RunState *
value_finish(const RunState *state)
{
	RunState   *summary = run_finish(run_of(header_of(state)->kind), state);
	ValueHeader *head = header(summary);
	int			spare = money_sums_spare(&head->revenue, 1, head->scale);

	money_sums_scale_down(&head->revenue, 1, spare);
	head->scale -= spare;
	return summary;
}

static const RunState *
value_get(FunctionCallInfo fcinfo, int n)
{
	const RunState *summary = PG_GETARG_SUMMARY(n, &value_type);

	if (summary->sorted == summary->used)
		return summary;
	return value_finish(summary);
}

/*
 * Ids
 */

/*
 * The hash of a text: two 64-bit lanes, each of which takes in eight bytes at a
 * time, multiplies by an odd number of random bits and folds the 128-bit
 * product.  Bytes are read in a fixed order, so it is the same on every machine.
 * Among a billion different texts two have the same hash with a probability of
 * about 1 in 10^21.
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
hash_text(const char *text, int length, ValueId *id)
{
	const unsigned char *bytes = (const unsigned char *) text;
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

static uint64
read_big_endian(const unsigned char *bytes)
{
	uint64		word = 0;

	for (int i = 0; i < 8; i++)
		word = word << 8 | bytes[i];
	return word;
}

static void
write_big_endian(uint64 word, unsigned char *bytes)
{
	for (int i = 7; i >= 0; i--)
	{
		bytes[i] = (unsigned char) word;
		word >>= 8;
	}
}

/* With the sign bits turned over, ids are in the order of uuids. */
#define SIGN_BIT	UINT64CONST(0x8000000000000000)

static void
uuid_to_id(const pg_uuid_t *uuid, ValueId *id)
{
	id->word[0] = (int64) (read_big_endian(uuid->data) ^ SIGN_BIT);
	id->word[1] = (int64) (read_big_endian(uuid->data + 8) ^ SIGN_BIT);
}

static void
id_to_uuid(const int64 *word, pg_uuid_t *uuid)
{
	write_big_endian((uint64) word[0] ^ SIGN_BIT, uuid->data);
	write_big_endian((uint64) word[1] ^ SIGN_BIT, uuid->data + 8);
}

/*
 * Input and output
 */

/* What no rows give; the text of it, or NULL. */
static const char *
value_problem(const RunState *summary)
{
	const ValueHeader *head = header_of(summary);

	if (summary->used == 0)
		return "It has no customer.";
	if (head->purchases < (int64) summary->used)
		return "It has fewer purchases than customers.";
	if (head->lifetime_scale >= 0 && money_get(&head->lifetime) < 0)
		return "Its lifetime is negative.";
	return NULL;
}

typedef struct ValueReader
{
	RunState   *summary;
	MemoryContext scratch;		/* for what is read of an id */
	ValueHeader head;
	SummaryJson *customers;		/* read when the kind is known */
} ValueReader;

/* The text of an id: 1, "a UUID" or "32 hexadecimal digits". */
static void
id_element(void *arg, int index, const JsonbValue *value)
{
	ValueReader *reader = (ValueReader *) arg;
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	ValueId		id = {{0, 0}};

	(void) index;
	if (reader->head.kind == ID_INTEGER)
		id.word[0] = summary_json_int64(value, PG_INT64_MIN, PG_INT64_MAX,
										"customers", &value_type);
	else
	{
		char	   *text;
		Datum		uuid;

		if (value->type != jbvString)
			summary_text_invalid(&value_type, "A customer is not a string.");
		/* a hash has as many digits as a uuid, and is read as one */
		text = pnstrdup(value->val.string.val, value->val.string.len);

		if (reader->head.kind == ID_TEXT &&
			(strlen(text) != 32 ||
			 strspn(text, "0123456789abcdefABCDEF") != 32))
			summary_text_invalid(&value_type, "A customer is not a hash of 32 hexadecimal digits.");
		uuid = DirectFunctionCall1(uuid_in, CStringGetDatum(text));
		uuid_to_id(DatumGetUUIDP(uuid), &id);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(reader->scratch);
	reader->summary = run_append(run_of(reader->head.kind), reader->summary,
								 &id);
}

static void
json_money(const JsonbValue *value, const char *key, MoneySum *sum,
		   int32 *scale)
{
	MoneyAmount amount;

	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount))
		summary_text_invalid(&value_type, "\"%s\" is not a number of at most %d digits.",
							 key, MONEY_MAX_DIGITS);
	money_set(sum, amount.value);
	*scale = amount.scale;
}

static void
value_member(void *arg, const char *key, const JsonbValue *value)
{
	ValueReader *reader = (ValueReader *) arg;
	ValueHeader *head = &reader->head;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &value_type);
	else if (strcmp(key, "purchases") == 0)
		head->purchases = summary_json_count(value, key, &value_type);
	else if (strcmp(key, "revenue") == 0)
		json_money(value, key, &head->revenue, &head->scale);
	else if (strcmp(key, "lifetime") == 0)
		json_money(value, key, &head->lifetime, &head->lifetime_scale);
	else if (strcmp(key, "ids") == 0)
		head->kind = summary_json_name(value, key, kind_names,
									   lengthof(kind_names), &value_type);
	else if (strcmp(key, "customers") == 0)
		reader->customers = summary_json_container(value, true, key,
												   &value_type);
	else
		summary_json_unexpected(key, &value_type);
}

Datum
value_summary_in(PG_FUNCTION_ARGS)
{
	ValueReader reader;
	const char *problem;

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
	*header(reader.summary) = reader.head;
	summary_json_elements(reader.customers, id_element, &reader);
	MemoryContextDelete(reader.scratch);
	reader.summary = value_finish(reader.summary);
	problem = value_problem(reader.summary);
	if (problem != NULL)
		summary_text_invalid(&value_type, "%s", problem);
	PG_RETURN_POINTER(reader.summary);
}

Datum
value_summary_out(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_finish(PG_GETARG_SUMMARY(0, &value_type));
	const ValueHeader *head = header_of(summary);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"purchases\": " INT64_FORMAT ", \"revenue\": ",
					 head->purchases);
	money_append_text(&text, money_get(&head->revenue), head->scale);
	if (head->lifetime_scale >= 0)
	{
		appendStringInfoString(&text, ", \"lifetime\": ");
		money_append_text(&text, money_get(&head->lifetime),
						  head->lifetime_scale);
	}
	appendStringInfo(&text, ", \"ids\": \"%s\", \"customers\": [",
					 kind_names[head->kind]);
	for (uint32 i = 0; i < summary->used; i++)
	{
		const int64 *word = run_entry_const(run_of(head->kind), summary, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0)
			appendStringInfoString(&text, ", ");
		if (head->kind == ID_INTEGER)
			appendStringInfo(&text, INT64_FORMAT, word[0]);
		else if (head->kind == ID_TEXT)
			appendStringInfo(&text, "\"%016llx%016llx\"",
							 (unsigned long long) word[0] ^ SIGN_BIT,
							 (unsigned long long) word[1] ^ SIGN_BIT);
		else
		{
			pg_uuid_t	uuid;
			char	   *shown;

			id_to_uuid(word, &uuid);
			shown = DatumGetCString(DirectFunctionCall1(uuid_out,
														UUIDPGetDatum(&uuid)));
			appendStringInfo(&text, "\"%s\"", shown);
			pfree(shown);
		}
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

Datum
value_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RunState   *summary;
	ValueHeader head;
	uint32		count;
	int			words;
	bool		valid;
	bool		lifetime_valid = true;
	const char *problem;

	memset(&head, 0, sizeof(head));
	summary_recv_begin(message, &value_type);
	head.kind = pq_getmsgbyte(message);
	head.scale = pq_getmsgbyte(message);
	head.purchases = summary_recv_count(message, "purchases", &value_type);
	money_set(&head.revenue, money_recv(message, &valid));
	/* one more than the scale; 0: no lifetime */
	head.lifetime_scale = pq_getmsgbyte(message) - 1;
	if (head.lifetime_scale >= 0)
		money_set(&head.lifetime, money_recv(message, &lifetime_valid));
	if (head.kind < ID_INTEGER || head.kind > ID_TEXT)
		summary_binary_invalid(&value_type, "Its ids are of an unknown kind.");
	if (!valid || !lifetime_valid || head.scale > MONEY_MAX_DIGITS ||
		head.lifetime_scale > MONEY_MAX_DIGITS)
		summary_binary_invalid(&value_type, "An amount has too many digits.");
	if (head.lifetime_scale >= 0)
	{
		int			spare = money_sums_spare(&head.lifetime, 1,
											 head.lifetime_scale);

		money_sums_scale_down(&head.lifetime, 1, spare);
		head.lifetime_scale -= spare;
	}

	words = head.kind == ID_INTEGER ? 1 : 2;
	count = summary_recv_entries(message, words * sizeof(int64), "customers",
								 &value_type);
	summary = value_new(head.kind, count);
	*header(summary) = head;
	for (uint32 i = 0; i < count; i++)
	{
		int64	   *word = run_entry(run_of(head.kind), summary, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (int w = 0; w < words; w++)
			word[w] = pq_getmsgint64(message);
	}
	summary->sorted = summary->used = count;
	run_check(run_of(head.kind), summary);
	problem = value_problem(summary);
	if (problem != NULL)
		summary_binary_invalid(&value_type, "%s", problem);
	PG_RETURN_POINTER(value_finish(summary));
}

Datum
value_summary_send(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_finish(PG_GETARG_SUMMARY(0, &value_type));
	const ValueHeader *head = header_of(summary);
	int			words = head->kind == ID_INTEGER ? 1 : 2;
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, head->kind);
	pq_sendint8(&message, head->scale);
	pq_sendint64(&message, head->purchases);
	money_send(&message, &head->revenue);
	pq_sendint8(&message, (uint8) (head->lifetime_scale + 1));
	if (head->lifetime_scale >= 0)
		money_send(&message, &head->lifetime);
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		const int64 *word = run_entry_const(run_of(head->kind), summary, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (int w = 0; w < words; w++)
			pq_sendint64(&message, word[w]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
argument_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name),
			 errhint("%s", hint)));
}

#define LIFETIME_HINT	"Give the time that a customer stays, in periods as long as the one that the rows are of."

/* A lifetime: a finite number from 0 up. */
static MoneyAmount
lifetime_arg(Datum number)
{
	MoneyAmount lifetime;

	if (unlikely(!money_from_datum(number, &lifetime) || lifetime.value < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("lifetime must be a number from 0 up, of at most %d digits",
						MONEY_MAX_DIGITS),
				 errdetail("lifetime is %s.", numeric_shown(number)),
				 errhint(LIFETIME_HINT)));
	return lifetime;
}

/*
 * The lifetime of a row, which is that of the row before: its bytes are compared
 * before they are read.  (Where fn_extra does not survive from row to row, this
 * is only slower.)
 */
typedef struct LifetimeCache
{
	MoneyAmount lifetime;
	int			size;
	char		bytes[32];
} LifetimeCache;

/*
 * Whether two numerics have the same bytes after their length words.  They are
 * a few of two bytes each: cheaper than a call of memcmp.
 */
static inline bool
same_number_bytes(const char *a, const char *b, int size)
{
	for (int i = 0; i < size; i += (int) sizeof(uint16))
	{
		uint16		one;
		uint16		two;

		memcpy(&one, a + i, sizeof(one));
		memcpy(&two, b + i, sizeof(two));
		if (one != two)
			return false;
	}
	return true;
}

static inline MoneyAmount
lifetime_of_row(FunctionCallInfo fcinfo, int n)
{
	LifetimeCache *cache = (LifetimeCache *) fcinfo->flinfo->fn_extra;
	struct varlena *number = (struct varlena *) PG_GETARG_POINTER(n);
	MoneyAmount lifetime;
	int			size;

	if (likely(cache != NULL) && cache->size > 0 &&
		!VARATT_IS_EXTENDED(number) && (int) VARSIZE(number) == cache->size &&
		same_number_bytes(VARDATA(number), cache->bytes,
						  cache->size - VARHDRSZ))
		return cache->lifetime;

	lifetime = lifetime_arg(PG_GETARG_DATUM(n));
	if (cache == NULL)
	{
		cache = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
									   sizeof(LifetimeCache));
		fcinfo->flinfo->fn_extra = cache;
	}
	size = VARATT_IS_EXTENDED(number) ? 0 : (int) VARSIZE(number);
	if (size > VARHDRSZ && size - VARHDRSZ <= (int) sizeof(cache->bytes))
	{
		memcpy(cache->bytes, VARDATA(number), size - VARHDRSZ);
		cache->lifetime = lifetime;
		cache->size = size;
	}
	else
		cache->size = 0;
	return lifetime;
}

/* What a message says of the lifetime of a summary, which may have none. */
static const char *
lifetime_text(const ValueHeader *head)
{
	if (head->lifetime_scale < 0)
		return "none";
	return numeric_shown(money_to_numeric(money_get(&head->lifetime),
										  head->lifetime_scale));
}

static pg_noinline pg_noreturn void
lifetime_varies(const ValueHeader *head, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("lifetime must be the same for all rows"),
			 errdetail("One row has %s, another %s.",
					   lifetime_text(head), other),
			 errhint("Give a constant, or GROUP BY it.")));
}

static pg_noinline pg_noreturn void
kinds_differ(int one, int another)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("value summaries of different customer ids cannot be merged"),
			 errdetail("One has ids of type %s, another of type %s.",
					   kind_names[one], kind_names[another]),
			 errhint("Cast customer_id to the same type in all summaries.")));
}

/*
 * Count a purchase (amount, customer_id), and for clv() lifetime.  A row without
 * amount is skipped whatever else it has, an amount below 0 takes from the
 * revenue.
 */
static pg_attribute_always_inline Datum
value_accum(FunctionCallInfo fcinfo, IdKind kind, bool has_lifetime,
			void (*read_id) (Datum value, ValueId *id))
{
	const RunType *run = kind == ID_INTEGER ? &one_word_run : &two_words_run;
	RunState   *summary;
	MoneyAmount amount;
	MoneyAmount lifetime = {0, -1};
	ValueId		id;

	if (unlikely(PG_ARGISNULL(1)))
		return aggregate_unchanged(fcinfo);
	if (unlikely(PG_ARGISNULL(2)))
		argument_null("customer_id",
					  "Leave such rows out with FILTER (WHERE customer_id IS NOT NULL).");
	if (has_lifetime)
	{
		if (unlikely(PG_ARGISNULL(3)))
			argument_null("lifetime", LIFETIME_HINT);
		lifetime = lifetime_of_row(fcinfo, 3);
	}

	if (unlikely(PG_ARGISNULL(0)))
	{
		summary = value_new(kind, 4);
		if (has_lifetime)
		{
			money_set(&header(summary)->lifetime, lifetime.value);
			header(summary)->lifetime_scale = lifetime.scale;
		}
	}
	else
	{
		summary = aggregate_state(fcinfo, &value_type);
		/* an aggregate has one kind, but anyone may call this function */
		if (unlikely(header(summary)->kind != (int32) kind))
			kinds_differ(header(summary)->kind, kind);
		if (has_lifetime &&
			unlikely(money_get(&header(summary)->lifetime) != lifetime.value ||
					 header(summary)->lifetime_scale != lifetime.scale))
			lifetime_varies(header(summary), numeric_shown(PG_GETARG_DATUM(3)));
	}

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	add_revenue(header(summary), amount.value, amount.scale);
	count_add(&header(summary)->purchases, 1, &value_type);
	read_id(PG_GETARG_DATUM(2), &id);
	PG_RETURN_POINTER(run_append(run, summary, &id));
}

static inline void
read_int4(Datum value, ValueId *id)
{
	id->word[0] = DatumGetInt32(value);
}

static inline void
read_int8(Datum value, ValueId *id)
{
	id->word[0] = DatumGetInt64(value);
}

static inline void
read_uuid(Datum value, ValueId *id)
{
	uuid_to_id(DatumGetUUIDP(value), id);
}

static inline void
read_text(Datum value, ValueId *id)
{
	text	   *string = DatumGetTextPP(value);

	hash_text(VARDATA_ANY(string), (int) VARSIZE_ANY_EXHDR(string), id);
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);
}

Datum
value_accum_int4(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_INTEGER, false, read_int4);
}

Datum
value_accum_int8(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_INTEGER, false, read_int8);
}

Datum
value_accum_uuid(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_UUID, false, read_uuid);
}

Datum
value_accum_text(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_TEXT, false, read_text);
}

Datum
clv_accum_int4(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_INTEGER, true, read_int4);
}

Datum
clv_accum_int8(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_INTEGER, true, read_int8);
}

Datum
clv_accum_uuid(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_UUID, true, read_uuid);
}

Datum
clv_accum_text(PG_FUNCTION_ARGS)
{
	return value_accum(fcinfo, ID_TEXT, true, read_text);
}

/* Add a summary to the state: rollup(), and what parallel workers counted. */
Datum
value_combine(PG_FUNCTION_ARGS)
{
	RunState   *summary;
	RunState   *other;
	ValueHeader *head;
	const ValueHeader *more;

	summary = aggregate_state(fcinfo, &value_type);
	other = PG_GETARG_SUMMARY(1, &value_type);
	head = header(summary);
	more = header_of(other);
	if (head->kind != more->kind)
		kinds_differ(head->kind, more->kind);
	if (head->lifetime_scale != more->lifetime_scale ||
		money_get(&head->lifetime) != money_get(&more->lifetime))
		lifetime_varies(head, lifetime_text(more));
	add_revenue(head, money_get(&more->revenue), more->scale);
	count_add(&head->purchases, more->purchases, &value_type);
	summary = run_merge(run_of(more->kind), summary, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

Datum
value_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(value_finish(PG_GETARG_SUMMARY(0, &value_type)));
}

/*
 * Metrics
 *
 * Average purchase value is revenue / purchases, purchase frequency purchases /
 * customers; in their product the purchases cancel, and one division is exact to
 * the last digit where three roundings are not.
 */
static Datum
value_times_lifetime(const RunState *summary, Datum lifetime, Datum margin)
{
	const ValueHeader *head = header_of(summary);
	Datum		product;

	product = DirectFunctionCall2(numeric_mul,
								  money_to_numeric(money_get(&head->revenue),
												   head->scale),
								  lifetime);
	if (margin != (Datum) 0)
		product = DirectFunctionCall2(numeric_mul, product, margin);
	/* without trailing zeros, so that equal products have equal quotients */
	product = numeric_result(product);
	return numeric_result(DirectFunctionCall2(numeric_div, product,
											  NumericGetDatum(int64_to_numeric(summary->used))));
}

/* clv(amount, customer_id, lifetime) */
Datum
clv_final(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_get(fcinfo, 0);
	const ValueHeader *head = header_of(summary);

	if (head->lifetime_scale < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value_summary without a lifetime"),
				 errhint("Use clv(s, lifetime).")));
	return value_times_lifetime(summary,
								money_to_numeric(money_get(&head->lifetime),
												 head->lifetime_scale),
								(Datum) 0);
}

/* A share from 0 to 1; NaN is none. */
static Datum
margin_arg(FunctionCallInfo fcinfo, int n)
{
	Datum		margin = PG_GETARG_DATUM(n);
	MoneyAmount amount;

	if (!money_from_datum(margin, &amount) || amount.value < 0 ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, margin,
										 NumericGetDatum(int64_to_numeric(1)))))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("gross_margin must be between 0 and 1"),
				 errdetail("gross_margin is %s.", numeric_shown(margin)),
				 errhint("Write 0.8 for a margin of 80 percent.")));
	return margin;
}

/* clv(s, lifetime, gross_margin) */
Datum
value_clv(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_get(fcinfo, 0);
	MoneyAmount lifetime = lifetime_arg(PG_GETARG_DATUM(1));
	Datum		margin = margin_arg(fcinfo, 2);

	return value_times_lifetime(summary,
								money_to_numeric(lifetime.value,
												 lifetime.scale),
								margin);
}

Datum
value_average_purchase_value(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = header_of(value_get(fcinfo, 0));

	return money_per(money_get(&head->revenue), head->scale, head->purchases);
}

Datum
value_purchase_frequency(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_get(fcinfo, 0);

	return ratio_result(header_of(summary)->purchases, summary->used);
}

Datum
value_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_get(fcinfo, 0)->used);
}

Datum
value_purchases(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(header_of(value_get(fcinfo, 0))->purchases);
}

Datum
value_revenue(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = header_of(value_get(fcinfo, 0));

	return money_to_numeric(money_get(&head->revenue), head->scale);
}

/*
 * ltv(arpa, churn_rate, gross_margin): arpa * gross_margin / churn, where churn
 * is in percent points; NULL at zero churn, for nobody ever leaves
 */
Datum
ltv(PG_FUNCTION_ARGS)
{
	Datum		arpa = PG_GETARG_DATUM(0);
	Datum		churn = PG_GETARG_DATUM(1);
	Datum		margin = margin_arg(fcinfo, 2);
	Numeric		value = DatumGetNumeric(arpa);
	MoneyAmount amount;
	Datum		product;

	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("arpa must be a finite number"),
				 errdetail("arpa is %s.", numeric_shown(arpa)),
				 errhint("Give the revenue per customer and period.")));
	if (!money_from_datum(numeric_result(churn), &amount) || amount.value < 0 ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, churn,
										 NumericGetDatum(int64_to_numeric(100)))))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("churn_rate must be between 0 and 100"),
				 errdetail("churn_rate is %s.", numeric_shown(churn)),
				 errhint("It is in percent points, as churn_agg() gives it: 5 for 5 percent a period.")));
	if (amount.value == 0)
		PG_RETURN_NULL();
	product = DirectFunctionCall2(numeric_mul, arpa, margin);
	product = DirectFunctionCall2(numeric_mul, product,
								  NumericGetDatum(int64_to_numeric(100)));
	return numeric_result(DirectFunctionCall2(numeric_div,
											  numeric_result(product),
											  numeric_result(churn)));
}
