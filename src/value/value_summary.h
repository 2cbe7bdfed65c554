/*-------------------------------------------------------------------------
 *
 * value_summary.h
 *	  What was bought in a period and who bought it, for the files of the
 *	  family "customer value".
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_VALUE_SUMMARY_H
#define CX_VALUE_SUMMARY_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/aggregate.h"
#include "core/identity.h"
#include "core/money.h"
#include "core/sorted_run.h"
#include "core/summary.h"

/* The family's header of the run. */
typedef struct ValueHeader
{
	int32		kind;			/* an IdKind */
	int32		scale;			/* of the revenue */
	int64		purchases;
	MoneySum	revenue;
	/* for clv(amount, customer_id, lifetime), which has this state as well */
	MoneySum	lifetime;
	int32		lifetime_scale; /* -1: no lifetime */
	int32		reserved;		/* zero */
} ValueHeader;

extern const SummaryType value_type;

extern SortedRun *value_new(int kind, uint32 ids);
extern SortedRun *value_finish(const SortedRun *state);
extern const SortedRun *value_get(FunctionCallInfo fcinfo, int n);
pg_noreturn extern void value_kinds_differ(int one, int another);
pg_noreturn extern void value_lifetime_varies(const ValueHeader *head,
											  const char *other);

/* clv.c */
extern Datum clv_result(FunctionCallInfo fcinfo, int n, Datum revenue,
						int64 customers);

#define VALUE_TOO_LARGE_HINT \
	"Group the rows, for example by segment or by month."

/*
 * The two kinds of sorted runs; here, so that sorted_run_append() knows their
 * sizes.
 */
static const SortedRunType value_one_word_run = {
	.type_name = "value_summary",
	.too_large_hint = VALUE_TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = sizeof(int64),
	.key_words = 1
};

static const SortedRunType value_two_words_run = {
	.type_name = "value_summary",
	.too_large_hint = VALUE_TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = 2 * sizeof(int64),
	.key_words = 2
};

static inline const SortedRunType *
value_run(int kind)
{
	return kind == ID_INTEGER ? &value_one_word_run : &value_two_words_run;
}

static inline ValueHeader *
value_header(SortedRun *summary)
{
	return (ValueHeader *) sorted_run_header(summary);
}

static inline const ValueHeader *
value_header_const(const SortedRun *summary)
{
	return (const ValueHeader *) sorted_run_header_const(summary);
}

/*
 * Rows
 *
 * The rows of value_summary(amount, customer_id) are in value_summary.c, those
 * of clv(amount, customer_id, lifetime), which has one argument more, in
 * clv.c.  What they share is inline, so that the kind of the ids is a constant
 * in each of their functions.
 */

static inline void
value_row_check(FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(2)))
		argument_null("customer_id",
					  "Leave such rows out with FILTER (WHERE customer_id IS NOT NULL).");
}

/*
 * Return the state to count a row in: argument 0, or a new one for the first
 * row.
 */
static pg_attribute_always_inline SortedRun *
value_row_state(FunctionCallInfo fcinfo, IdKind kind)
{
	SortedRun  *summary;

	if (unlikely(PG_ARGISNULL(0)))
		return value_new(kind, 4);
	summary = aggregate_state(fcinfo, &value_type);
	/* an aggregate has one kind, but anyone may call this function */
	if (unlikely(value_header(summary)->kind != (int32) kind))
		value_kinds_differ(value_header(summary)->kind, kind);
	return summary;
}

/* Add to the revenue, which takes over the larger scale. */
static inline void
value_add_revenue(ValueHeader *head, int128 value, int scale)
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
 * Count the purchase (amount, customer_id) of a row.  A negative amount is a
 * refund, which is no purchase: it reduces the revenue.  What was bought when is
 * not kept, so nothing here can say that a purchase did not happen.
 */
static pg_attribute_always_inline Datum
value_row_add(FunctionCallInfo fcinfo, SortedRun *summary, IdKind kind,
			  IdRead read_id)
{
	MoneyAmount amount;
	Id			id;

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	value_add_revenue(value_header(summary), amount.value, amount.scale);
	if (unlikely(amount.value < 0))
		PG_RETURN_POINTER(summary);
	count_add(&value_header(summary)->purchases, 1, &value_type);
	read_id(PG_GETARG_DATUM(2), &id);
	PG_RETURN_POINTER(sorted_run_append(value_run(kind), summary, &id));
}

#endif							/* CX_VALUE_SUMMARY_H */
