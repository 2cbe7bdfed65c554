/*-------------------------------------------------------------------------
 *
 * clv.c
 *	  The classic customer lifetime value: average purchase value times
 *	  purchase frequency times lifetime.
 *
 * The state of clv(), and what it keeps of customers' ids, is in
 * value_summary.c; predictive models are in clv_model.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/aggregate.h"
#include "core/result.h"
#include "core/shown.h"
#include "value/percent.h"
#include "value/value_summary.h"

/*
 * Aggregation
 */

#define LIFETIME_HINT	"Give the time that a customer stays, in periods as long as the one that the rows are of."

/* Return a lifetime: a finite number from 0 up.  Anything else is an error. */
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
 * The lifetime of the last row, which mostly is that of the next one: the
 * bytes of an argument are compared with these before they are read.  (Where
 * fn_extra does not survive from row to row, this is only slower.)
 */
typedef struct LifetimeCache
{
	MoneyAmount lifetime;
	int			size;
	char		bytes[32];
} LifetimeCache;

/*
 * Return whether two numerics have the same bytes after their length words.
 * They are a few words of two bytes each: cheaper than a call of memcmp.
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

/*
 * Count a row of clv(amount, customer_id, lifetime).  A row without amount is
 * skipped whatever else it has; without customer_id or lifetime, it is an
 * error.
 */
static pg_attribute_always_inline Datum
clv_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	SortedRun  *summary;
	ValueHeader *head;
	MoneyAmount lifetime;

	if (unlikely(PG_ARGISNULL(1)))
		return aggregate_unchanged(fcinfo);
	value_row_check(fcinfo);
	if (unlikely(PG_ARGISNULL(3)))
		argument_null("lifetime", LIFETIME_HINT);
	lifetime = lifetime_of_row(fcinfo, 3);

	summary = value_row_state(fcinfo, kind);
	head = value_header(summary);
	if (unlikely(PG_ARGISNULL(0)))
	{
		money_set(&head->lifetime, lifetime.value);
		head->lifetime_scale = lifetime.scale;
	}
	else if (unlikely(money_get(&head->lifetime) != lifetime.value ||
					  head->lifetime_scale != lifetime.scale))
		value_lifetime_varies(head, numeric_shown(PG_GETARG_DATUM(3)));
	return value_row_add(fcinfo, summary, kind, read_id);
}

/*
 * clv(amount, customer_id, lifetime): count a row; see clv_accum().  There is
 * one function for each type of the ids.
 *
 * Makes clv_accum_int4, clv_accum_int8, clv_accum_uuid, clv_accum_text.
 */
#define CLV_ACCUM(name, kind) \
Datum \
clv_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return clv_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(clv_accum_int4);
CLV_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(clv_accum_int8);
CLV_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(clv_accum_uuid);
CLV_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(clv_accum_text);
CLV_ACCUM(text, ID_TEXT)

/*
 * Metrics
 *
 * Average purchase value is revenue / purchases, purchase frequency purchases
 * / customers; in their product the purchases cancel, and one division is
 * exact to the last digit where three roundings are not.
 */

/*
 * Return revenue / customers * lifetime, times a margin, a share, unless it is
 * 0; there is a customer.
 */
static Datum
value_times_lifetime(Datum revenue, int64 customers, Datum lifetime,
					 Datum margin)
{
	Datum		product;

	product = DirectFunctionCall2(numeric_mul, revenue, lifetime);
	if (margin != (Datum) 0)
		product = DirectFunctionCall2(numeric_mul, product, margin);
	/* without trailing zeros, so that equal products have equal quotients */
	product = numeric_result(product);
	return numeric_result(DirectFunctionCall2(numeric_div, product,
											  NumericGetDatum(int64_to_numeric(customers))));
}

/*
 * clv(amount, customer_id, lifetime): return revenue / customers * lifetime,
 * which is money per customer; NULL where nobody bought anything.
 */
PG_FUNCTION_INFO_V1(clv_final);
Datum
clv_final(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);
	const ValueHeader *head = value_header_const(summary);

	if (head->lifetime_scale < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("value_summary has no lifetime"),
				 errhint("Give the lifetime: clv(s, lifetime).")));
	if (summary->used == 0)
		PG_RETURN_NULL();
	return value_times_lifetime(money_to_numeric(money_get(&head->revenue),
												 head->scale),
								summary->used,
								money_to_numeric(money_get(&head->lifetime),
												 head->lifetime_scale),
								(Datum) 0);
}

/*
 * Return revenue / customers * lifetime * margin of the arguments n, a lifetime,
 * and n + 1, a gross margin in percent; NULL without a customer.  A negative
 * lifetime, and a margin that percent.c refuses, are errors.
 */
Datum
clv_result(FunctionCallInfo fcinfo, int n, Datum revenue, int64 customers)
{
	MoneyAmount lifetime = lifetime_arg(PG_GETARG_DATUM(n));
	Datum		margin = gross_margin_share(PG_GETARG_DATUM(n + 1));

	if (customers == 0)
		PG_RETURN_NULL();
	return value_times_lifetime(revenue, customers,
								money_to_numeric(lifetime.value, lifetime.scale),
								margin);
}

/*
 * clv(s, lifetime, gross_margin): return revenue / customers * lifetime *
 * margin: see clv_result().
 */
PG_FUNCTION_INFO_V1(value_clv);
Datum
value_clv(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = value_get(fcinfo, 0);
	const ValueHeader *head = value_header_const(summary);

	return clv_result(fcinfo, 1, money_to_numeric(money_get(&head->revenue),
												  head->scale),
					  summary->used);
}
