/*-------------------------------------------------------------------------
 *
 * clv.c
 *	  The classic customer lifetime value: average purchase value times
 *	  purchase frequency times lifetime.
 *
 * Its state, and what is kept of customers' ids, is in value_summary.c;
 * predictive models are in clv_model.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "aggregate.h"
#include "result.h"
#include "value_summary.h"

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

/*
 * Ids
 */

/*
 * The hash of a text: two 64-bit lanes, each of which takes in eight bytes at a
 * time, multiplies by an odd number of random bits and folds the 128-bit
 * product.  Among a billion different texts two have the same hash with a
 * probability of about 1 in 10^21.
 *
 * Summaries are stored and sent, so it must be the same on every machine and with
 * every version, which PostgreSQL's own hash functions do not promise: they read
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
 * The id for a text: the hash of it in UTF-8, so that databases of different
 * encodings agree about who is who.  Of SQL_ASCII, whose bytes may be anything,
 * they are taken as they are.
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
	pfree(utf8);
}

/*
 * Aggregation
 */

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
					   id_kind_names[one], id_kind_names[another]),
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
			money_set(&value_header(summary)->lifetime, lifetime.value);
			value_header(summary)->lifetime_scale = lifetime.scale;
		}
	}
	else
	{
		summary = aggregate_state(fcinfo, &value_type);
		/* an aggregate has one kind, but anyone may call this function */
		if (unlikely(value_header(summary)->kind != (int32) kind))
			kinds_differ(value_header(summary)->kind, kind);
		if (has_lifetime &&
			unlikely(money_get(&value_header(summary)->lifetime) != lifetime.value ||
					 value_header(summary)->lifetime_scale != lifetime.scale))
			lifetime_varies(value_header(summary), numeric_shown(PG_GETARG_DATUM(3)));
	}

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	add_revenue(value_header(summary), amount.value, amount.scale);
	count_add(&value_header(summary)->purchases, 1, &value_type);
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

	text_to_id(VARDATA_ANY(string), (int) VARSIZE_ANY_EXHDR(string), id);
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);
}

/*
 * A row of value_summary(amount, customer_id) and one of clv(amount, customer_id,
 * lifetime), for ids of a type: see value_accum().
 */
#define VALUE_ACCUM(name, kind) \
Datum \
value_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return value_accum(fcinfo, kind, false, read_##name); \
} \
\
Datum \
clv_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return value_accum(fcinfo, kind, true, read_##name); \
}

VALUE_ACCUM(int4, ID_INTEGER)
VALUE_ACCUM(int8, ID_INTEGER)
VALUE_ACCUM(uuid, ID_UUID)
VALUE_ACCUM(text, ID_TEXT)

/*
 * Add a summary to the state: rollup(), and what parallel workers counted.  An
 * error where the ids are of another kind, or the lifetime is another one.
 */
Datum
value_combine(PG_FUNCTION_ARGS)
{
	RunState   *summary;
	RunState   *other;
	ValueHeader *head;
	const ValueHeader *more;

	summary = aggregate_combine_state(fcinfo, &value_type);
	other = PG_GETARG_SUMMARY(1, &value_type);
	head = value_header(summary);
	more = value_header_of(other);
	if (head->kind != more->kind)
		kinds_differ(head->kind, more->kind);
	if (head->lifetime_scale != more->lifetime_scale ||
		money_get(&head->lifetime) != money_get(&more->lifetime))
		lifetime_varies(head, lifetime_text(more));
	add_revenue(head, money_get(&more->revenue), more->scale);
	count_add(&head->purchases, more->purchases, &value_type);
	summary = run_merge(value_run(more->kind), summary, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

/* The summary that is stored, in canonical form. */
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
	const ValueHeader *head = value_header_of(summary);
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

/*
 * clv(amount, customer_id, lifetime): revenue / customers * lifetime; NULL where
 * no row has an amount
 */
Datum
clv_final(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_get(fcinfo, 0);
	const ValueHeader *head = value_header_of(summary);

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

/*
 * clv(s, lifetime, gross_margin): revenue / customers * lifetime * margin, the
 * margin from 0 to 1
 */
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

/* average_purchase_value(s): revenue / purchases */
Datum
value_average_purchase_value(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = value_header_of(value_get(fcinfo, 0));

	return money_per(money_get(&head->revenue), head->scale, head->purchases);
}

/* purchase_frequency(s): purchases / different customers */
Datum
value_purchase_frequency(PG_FUNCTION_ARGS)
{
	const RunState *summary = value_get(fcinfo, 0);

	return ratio_result(value_header_of(summary)->purchases, summary->used);
}

/* customers(s): different customers, exactly */
Datum
value_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_get(fcinfo, 0)->used);
}

/* purchases(s): all rows with an amount */
Datum
value_purchases(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(value_header_of(value_get(fcinfo, 0))->purchases);
}

/* revenue(s): the sum of all amounts, refunds taken off */
Datum
value_revenue(PG_FUNCTION_ARGS)
{
	const ValueHeader *head = value_header_of(value_get(fcinfo, 0));

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
