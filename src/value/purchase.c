/*-------------------------------------------------------------------------
 *
 * purchase.c
 *	  One customer's purchases.
 *
 * A purchase_history keeps what a customer spent on which day, in a sorted
 * run.  Purchases of one day are one purchase day, as in all models of repeat
 * purchases; a day whose sum is not positive (a return of goods, a free order)
 * still is one.
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
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/summary_json.h"
#include "value/purchase.h"

static const SummaryType history_type = {
	.name = "purchase_history",
	.example = "{\"version\": 1, \"purchases\": 3, \"days\": {\"2025-01-31\": 30, \"2025-02-14\": 49.5}}",
	.size = 0
};

static const SortedRunType history_run = {
	.type_name = "purchase_history",
	.too_large_hint = "A history is one customer's: group the rows by customer.",
	.header_size = sizeof(PurchaseHeader),
	.entry_size = sizeof(MoneyDay),
	.key_words = 1,
	.merge = money_day_merge
};

static const MoneyRun history_money = {
	.type = &history_type,
	.run = &history_run,
	.scale = offsetof(PurchaseHeader, scale),
	.first_sum = offsetof(MoneyDay, amount),
	.sums = 1
};

static inline PurchaseHeader *
purchase_header(SortedRun *history)
{
	return (PurchaseHeader *) sorted_run_header(history);
}

static inline const PurchaseHeader *
purchase_header_const(const SortedRun *history)
{
	return (const PurchaseHeader *) sorted_run_header_const(history);
}

static inline const MoneyDay *
days_of(const SortedRun *history)
{
	return money_days_const(&history_money, history);
}

/* Return the history in argument n in its canonical form. */
static const SortedRun *
history_arg(FunctionCallInfo fcinfo, int n)
{
	return money_run_canonical(&history_money, PG_GETARG_DATUM(n));
}

/* Return a history to read; it need not be at its smallest scale. */
const SortedRun *
purchase_history_get(Datum value)
{
	return money_run_read(&history_money, value);
}

/*
 * Input and output
 */

/* Return why no rows could have produced this history, or NULL. */
static const char *
history_problem(const SortedRun *history)
{
	int64		purchases = purchase_header_const(history)->purchases;

	if (history->used == 0)
		return "It has no day of purchase.";
	if (purchases < (int64) history->used)
		return psprintf("purchases is " INT64_FORMAT ", less than the number of days, which is %u.",
						purchases, history->used);
	return NULL;
}

static void
day_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **history = (SortedRun **) arg;
	MoneyDay	day;
	MoneyAmount amount;

	day.day = money_day_key(&history_money, key);
	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount))
		summary_text_invalid(&history_type, "The amount on %s is %s, not a number of at most %d digits.",
							 key, summary_json_shown(value),
							 MONEY_MAX_DIGITS);
	money_set(&day.amount, money_run_value(&history_money, *history, amount));
	*history = sorted_run_append(&history_run, *history, &day);
}

static void
history_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **history = (SortedRun **) arg;

	if (strcmp(key, "purchases") == 0)
		purchase_header(*history)->purchases = summary_json_count(value, key,
																  &history_type);
	else if (strcmp(key, "days") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&history_type),
							 day_member, arg);
	else
		summary_json_unexpected(key, &history_type);
}

/*
 * purchase_history_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.
 *
 * The members are "version", "purchases", which is the number of rows, and
 * "days", an object from a day to what was spent on it.  history_problem()
 * checks the whole.
 */
PG_FUNCTION_INFO_V1(purchase_history_in);
Datum
purchase_history_in(PG_FUNCTION_ARGS)
{
	SortedRun  *history = sorted_run_new(&history_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&history_type),
						 history_member, &history);
	history = money_run_finish(&history_money, history);
	summary_text_check(&history_type, history_problem(history));
	PG_RETURN_POINTER(history);
}

/* purchase_history_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(purchase_history_out);
Datum
purchase_history_out(PG_FUNCTION_ARGS)
{
	const SortedRun *history = history_arg(fcinfo, 0);
	const MoneyDay *day = days_of(history);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"purchases\": " INT64_FORMAT ", \"days\": {",
					 purchase_header_const(history)->purchases);
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_day_append_text(&buf, i == 0, day[i].day,
							  money_get(&day[i].amount),
							  purchase_header_const(history)->scale);
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * purchase_history_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the scale (1 byte), the number of rows (8), the
 * number of days (4) and for each day its date (4) and what was spent (16).
 * sorted_run_check() and history_problem() check the whole.
 */
PG_FUNCTION_INFO_V1(purchase_history_recv);
Datum
purchase_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *history;
	MoneyDay   *day;
	int			scale;
	int64		purchases;
	uint32		count;

	summary_recv_begin(message, &history_type);
	scale = money_run_recv_scale(&history_money, message, "amounts");
	purchases = summary_recv_count(message, "purchases", &history_type);
	count = summary_recv_entries(message, MONEY_DAY_SENT, "days",
								 &history_type);

	history = sorted_run_new_sized(&history_run, count);
	purchase_header(history)->scale = scale;
	purchase_header(history)->purchases = purchases;
	day = money_days(&history_money, history);
	for (uint32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_day_recv(&history_money, message, "An amount", &day[i]);
	}
	history->sorted = history->used = count;
	sorted_run_check(&history_run, history);
	summary_binary_check(&history_type, history_problem(history));
	PG_RETURN_POINTER(money_run_finish(&history_money, history));
}

/* purchase_history_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(purchase_history_send);
Datum
purchase_history_send(PG_FUNCTION_ARGS)
{
	const SortedRun *history = history_arg(fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, purchase_header_const(history)->scale);
	pq_sendint64(&message, purchase_header_const(history)->purchases);
	money_days_send(&history_money, &message, history);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * purchase_history(amount, purchased_on): count a purchase.  A row without
 * amount or day is skipped; no row that counts gives NULL.  An amount that is
 * not finite and an infinite date are errors.
 */
PG_FUNCTION_INFO_V1(purchase_history_accum);
Datum
purchase_history_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *history;
	MoneyAmount amount;
	MoneyDay	entry;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	if (PG_ARGISNULL(0))
		history = sorted_run_new(&history_run);
	else
	{
		history = aggregate_state(fcinfo, &history_type);
		sorted_run_prefetch(&history_run, history);
	}

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	entry.day = PG_GETARG_DATEADT(2);
	if (unlikely(DATE_NOT_FINITE(entry.day)))
		calendar_date_arg((DateADT) entry.day, "purchased_on",
						  "Leave such rows out with FILTER (WHERE isfinite(purchased_on)).");

	money_set(&entry.amount, money_run_value(&history_money, history, amount));
	count_add(&purchase_header(history)->purchases, 1, &history_type);
	PG_RETURN_POINTER(sorted_run_append(&history_run, history, &entry));
}

/*
 * Add other purchases of the customer: for rollup(), and for what parallel
 * workers made.
 */
PG_FUNCTION_INFO_V1(purchase_history_combine);
Datum
purchase_history_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *history = aggregate_combine_state(fcinfo, &history_type);
	SortedRun  *other = PG_GETARG_SUMMARY(1, &history_type);

	count_add(&purchase_header(history)->purchases, purchase_header_const(other)->purchases,
			  &history_type);
	return money_run_combine(&history_money, fcinfo, history, other);
}

/* Return the history to store, in canonical form. */
PG_FUNCTION_INFO_V1(purchase_history_final);
Datum
purchase_history_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(money_run_finish(&history_money,
									   PG_GETARG_SUMMARY(0, &history_type)));
}

/*
 * What models see
 */

/* Return the number of days of purchase up to and including as_of. */
static uint32
days_until(const SortedRun *history, DateADT as_of)
{
	int64		next = (int64) as_of + 1;

	if (days_of(history)[history->used - 1].day < next)
		return history->used;
	return sorted_run_lower_bound(&history_run, history, &next);
}

/*
 * Return value / 10^scale / count as a double.  The scale is the smallest one
 * possible, so that equal means of equal counts are equal to the last bit,
 * whatever rows and scales they came from.
 */
static double
money_mean(int128 value, int scale, int32 count)
{
	MoneySum	sum;
	double		power = 1.0;

	money_set(&sum, value);
	scale = money_sums_reduce(&sum, 1, scale);
	/* exact up to 10^22, and always the same */
	for (int i = 0; i < scale; i++)
		power *= 10.0;
	return (double) money_get(&sum) / power / count;
}

/*
 * Fill in what a model sees of the purchases up to and including as_of; return
 * false where there is none yet.  Later purchases are ignored: as of a past
 * day, a history is what it was on that day.
 */
bool
purchase_past(const SortedRun *history, DateADT as_of, PurchasePast *past)
{
	const MoneyDay *day = days_of(history);
	uint32		count = history->used == 0 ? 0 : days_until(history, as_of);
	int128		spent = 0;

	if (count == 0)
		return false;
	past->frequency = (int32) (count - 1);
	past->recency = (int32) (day[count - 1].day - day[0].day);
	past->tenure = (int32) (as_of - day[0].day);
	past->spend_days = 0;
	for (uint32 i = 1; i < count; i++)
	{
		int128		amount = money_get(&day[i].amount);

		if (amount > 0)
		{
			spent = money_add(spent, amount);
			past->spend_days++;
		}
	}
	past->spend_mean = past->spend_days == 0 ? 0.0 :
		money_mean(spent, purchase_header_const(history)->scale, past->spend_days);
	return true;
}

/*
 * Accessors
 *
 * Figures that change with time have an argument as_of: NULL takes the whole
 * history, and a day before the first purchase gives NULL.  tenure() needs
 * as_of to measure to, and is strict.
 */

/*
 * Return how many days of argument 0 are up to argument 1; 0 where the result
 * of an accessor is NULL.
 */
static uint32
days_arg(FunctionCallInfo fcinfo, const SortedRun **history)
{
	if (PG_ARGISNULL(0))
		return 0;
	*history = purchase_history_get(PG_GETARG_DATUM(0));
	if (PG_ARGISNULL(1))
		return (*history)->used;
	return days_until(*history,
					  calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of"));
}

/*
 * frequency(h, as_of): return how many days of purchase there are after the
 * first one.
 */
PG_FUNCTION_INFO_V1(purchase_frequency);
Datum
purchase_frequency(PG_FUNCTION_ARGS)
{
	const SortedRun *history;
	uint32		count = days_arg(fcinfo, &history);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) count - 1);
}

/* recency(h, as_of): return the days from the first to the last purchase. */
PG_FUNCTION_INFO_V1(purchase_recency);
Datum
purchase_recency(PG_FUNCTION_ARGS)
{
	const SortedRun *history;
	uint32		count = days_arg(fcinfo, &history);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (days_of(history)[count - 1].day -
							 days_of(history)[0].day));
}

/*
 * days_since_last_purchase(h, as_of): return the days from the last purchase up
 * to as_of to as_of; NULL before the first purchase.  Marketing calls that
 * recency, which for the models is the time from the first purchase to the last.
 */
PG_FUNCTION_INFO_V1(purchase_days_since_last);
Datum
purchase_days_since_last(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	uint32		count = days_until(history, as_of);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (as_of - days_of(history)[count - 1].day));
}

/*
 * tenure(h, as_of): return the days from the first purchase to as_of; NULL
 * before the first purchase.
 */
PG_FUNCTION_INFO_V1(purchase_tenure);
Datum
purchase_tenure(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");

	if (as_of < days_of(history)[0].day)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (as_of - days_of(history)[0].day));
}

/*
 * monetary_value(h, as_of): return the mean of the sums of the days after the
 * first, also of those that are not positive; NULL without such days.
 */
PG_FUNCTION_INFO_V1(purchase_monetary_value);
Datum
purchase_monetary_value(PG_FUNCTION_ARGS)
{
	const SortedRun *history;
	uint32		count = days_arg(fcinfo, &history);
	int128		sum = 0;

	if (count < 2)
		PG_RETURN_NULL();
	for (uint32 i = 1; i < count; i++)
		sum = money_add(sum, money_get(&days_of(history)[i].amount));
	return money_per(sum, purchase_header_const(history)->scale, (int64) count - 1);
}

/* first_purchase(h): return the first day of purchase. */
PG_FUNCTION_INFO_V1(purchase_first);
Datum
purchase_first(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_DATEADT((DateADT) days_of(history)[0].day);
}

/* last_purchase(h): return the last day of purchase. */
PG_FUNCTION_INFO_V1(purchase_last);
Datum
purchase_last(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_DATEADT((DateADT) days_of(history)[history->used - 1].day);
}

/* purchases(h): return how many rows there are, also several of one day. */
PG_FUNCTION_INFO_V1(purchase_purchases);
Datum
purchase_purchases(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_INT64(purchase_header_const(history)->purchases);
}

/*
 * revenue(h): return the exact sum of all amounts; more than 38 digits are an
 * error.
 */
PG_FUNCTION_INFO_V1(purchase_revenue);
Datum
purchase_revenue(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));
	int128		sum = 0;

	for (uint32 i = 0; i < history->used; i++)
		sum = money_add(sum, money_get(&days_of(history)[i].amount));
	return money_to_numeric(sum, purchase_header_const(history)->scale);
}
