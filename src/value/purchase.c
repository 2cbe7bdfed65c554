/*-------------------------------------------------------------------------
 *
 * purchase.c
 *	  One customer's purchases.
 *
 * A purchase_history keeps what a customer spent on which day, in a sorted
 * run.  Purchases of one day are one purchase day, as in all models of repeat
 * purchases; a day of free orders still is one.  A refund, an amount below 0,
 * is kept apart: which purchase it takes back can only be said when all rows are
 * there, and as of a past day only the refunds until then count.  refunds.c has
 * the rule.
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
	.example = "{\"version\": 1, \"days\": {\"2025-01-31\": 30, \"2025-02-14\": [2, 49.5, 10]}}",
	.size = 0
};

static inline void
purchase_day_merge(void *into, const void *from)
{
	PurchaseDay *day = (PurchaseDay *) into;
	const PurchaseDay *more = (const PurchaseDay *) from;

	money_set(&day->amount, money_add(money_get(&day->amount),
									  money_get(&more->amount)));
	count_add(&day->purchases, more->purchases, &history_type);
}

static const SortedRunType history_run = {
	.type_name = "purchase_history",
	.too_large_hint = "A history is one customer's: group the rows by customer.",
	.header_size = sizeof(PurchaseHeader),
	.entry_size = sizeof(PurchaseDay),
	.key_words = 1,
	.merge = purchase_day_merge
};

static const MoneyRun history_money = {
	.type = &history_type,
	.run = &history_run,
	.scale = offsetof(PurchaseHeader, scale),
	.first_sum = offsetof(PurchaseDay, amount),
	.sums = 1
};

static inline int
history_scale(const SortedRun *history)
{
	return money_run_scale(&history_money, history);
}

static inline const PurchaseDay *
entries_of(const SortedRun *history)
{
	return (const PurchaseDay *) sorted_run_entry_const(&history_run, history, 0);
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
	const PurchaseDay *entry = entries_of(history);

	if (history->used == 0)
		return "It has no day of purchase or refund.";
	for (uint32 i = 0; i < history->used; i++)
	{
		int128		amount = money_get(&entry[i].amount);

		CHECK_FOR_INTERRUPTS();
		if (!IS_VALID_DATE(entry[i].key >> 1))
			return "A date is out of range.";
		if (purchase_is_refund(&entry[i]) ? entry[i].purchases != 0 || amount <= 0 :
			entry[i].purchases < 1 || entry[i].purchases > SUMMARY_MAX_COUNT || amount < 0)
			return psprintf("On %s something is impossible: purchases are 1 or more and cost 0 or more, refunds more than 0.",
							calendar_day_text(purchase_day(&entry[i])));
	}
	return NULL;
}

/* Read an amount of the text form, at the scale of the history. */
static int128
read_amount(SortedRun *history, const JsonbValue *value, const char *day)
{
	MoneyAmount amount;

	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount))
		summary_text_invalid(&history_type, "An amount on %s is %s, not a number of at most %d digits.",
							 day, summary_json_shown(value),
							 MONEY_MAX_DIGITS);
	return money_run_value(&history_money, history, amount);
}

/* Add what was bought, or what was given back, on a day. */
static SortedRun *
add_entry(SortedRun *history, DateADT day, bool is_refund, int128 amount,
		  int64 purchases)
{
	PurchaseDay entry;

	entry.key = purchase_key(day, is_refund);
	money_set(&entry.amount, amount);
	entry.purchases = purchases;
	return sorted_run_append(&history_run, history, &entry);
}

/*
 * Read a day: the amount of a purchase, or, below 0, of refunds; or a list of
 * the number of purchases, what they cost, and the refunds.
 */
static void
day_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **history = (SortedRun **) arg;
	DateADT		day = money_day_key(&history_money, key);
	JsonbValue	part[3];
	int64		purchases;
	int128		amount;

	if (value->type == jbvNumeric)
	{
		amount = read_amount(*history, value, key);
		*history = add_entry(*history, day, amount < 0,
							 amount < 0 ? -amount : amount, amount < 0 ? 0 : 1);
		return;
	}
	if (summary_json_parts(value, part, lengthof(part), &history_type) != lengthof(part))
		summary_text_invalid(&history_type, "The day %s has %s, not an amount or a list of purchases, what they cost, and refunds.",
							 key, summary_json_shown(value));
	purchases = summary_json_count(&part[0], key, &history_type);
	amount = read_amount(*history, &part[1], key);
	if (purchases > 0 || amount != 0)
		*history = add_entry(*history, day, false, amount, purchases);
	amount = read_amount(*history, &part[2], key);
	if (amount != 0)
		*history = add_entry(*history, day, true, amount, 0);
}

static void
history_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "days") == 0)
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
 * The members are "version" and "days", an object from a day to what happened
 * on it: see day_member().  history_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(purchase_history_in);
Datum
purchase_history_in(PG_FUNCTION_ARGS)
{
	SortedRun  *history = sorted_run_new(&history_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&history_type),
						 history_member, &history);
	history = money_run_from_text(&history_money, history);
	summary_text_check(&history_type, history_problem(history));
	PG_RETURN_POINTER(history);
}

/* purchase_history_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(purchase_history_out);
Datum
purchase_history_out(PG_FUNCTION_ARGS)
{
	const SortedRun *history = history_arg(fcinfo, 0);
	const PurchaseDay *entry = entries_of(history);
	int			scale = history_scale(history);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"days\": {");
	for (uint32 i = 0; i < history->used; i++)
	{
		bool		has_refund = i + 1 < history->used &&
		entry[i + 1].key == (entry[i].key | 1);
		int128		amount = money_get(&entry[i].amount);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&buf, i > 0 ? ", \"" : "\"");
		calendar_append_day(&buf, purchase_day(&entry[i]));
		appendStringInfoString(&buf, "\": ");
		if (purchase_is_refund(&entry[i]))
			money_append_text(&buf, -amount, scale);
		else if (entry[i].purchases == 1 && !has_refund)
			money_append_text(&buf, amount, scale);
		else
		{
			appendStringInfo(&buf, "[" INT64_FORMAT ", ", entry[i].purchases);
			money_append_text(&buf, amount, scale);
			appendStringInfoString(&buf, ", ");
			money_append_text(&buf, has_refund ? money_get(&entry[++i].amount) : 0,
							  scale);
			appendStringInfoChar(&buf, ']');
		}
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/* The bytes of an entry in binary form. */
#define ENTRY_SENT	(sizeof(int32) + sizeof(int64) + sizeof(MoneySum))

/*
 * purchase_history_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the scale (1 byte), the number of entries (4) and
 * for each its day (4), how many purchases (8), 0 for refunds, and what they
 * cost (16).  sorted_run_check() and history_problem() check the whole.
 */
PG_FUNCTION_INFO_V1(purchase_history_recv);
Datum
purchase_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *history;
	int			scale;
	uint32		count;

	summary_recv_begin(message, &history_type);
	scale = money_run_recv_scale(&history_money, message, "amounts");
	count = summary_recv_entries(message, ENTRY_SENT, "days", &history_type);

	history = sorted_run_new_sized(&history_run, count);
	money_run_set_scale(&history_money, history, scale);
	for (uint32 i = 0; i < count; i++)
	{
		PurchaseDay *entry = sorted_run_entry(&history_run, history, i);
		DateADT		day = (int32) pq_getmsgint(message, 4);
		bool		valid;

		CHECK_FOR_INTERRUPTS();
		entry->purchases = pq_getmsgint64(message);
		entry->key = purchase_key(day, entry->purchases == 0);
		money_set(&entry->amount, money_recv(message, &valid));
		if (!valid)
			summary_binary_invalid(&history_type, "An amount has more than %d digits.",
								   MONEY_MAX_DIGITS);
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
	const PurchaseDay *entry = entries_of(history);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, history_scale(history));
	pq_sendint32(&message, history->used);
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, (uint32) purchase_day(&entry[i]));
		pq_sendint64(&message, entry[i].purchases);
		money_send(&message, &entry[i].amount);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * purchase_history(amount, purchased_on): count a purchase, or a refund, which
 * is an amount below 0.  A row without amount or day is skipped; no row that
 * counts gives NULL.  An amount that is not finite and an infinite date are
 * errors.
 */
PG_FUNCTION_INFO_V1(purchase_history_accum);
Datum
purchase_history_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *history;
	MoneyAmount amount;
	DateADT		day;
	int128		value;

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
	day = PG_GETARG_DATEADT(2);
	if (unlikely(DATE_NOT_FINITE(day)))
		calendar_date_arg(day, "purchased_on",
						  "Leave such rows out with FILTER (WHERE isfinite(purchased_on)).");

	value = money_run_value(&history_money, history, amount);
	if (likely(value >= 0))
		PG_RETURN_POINTER(add_entry(history, day, false, value, 1));
	PG_RETURN_POINTER(add_entry(history, day, true, -value, 0));
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

	return money_run_combine(&history_money, fcinfo, history,
							 PG_GETARG_SUMMARY(1, &history_type));
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
 * Return the history of entries in order, as purchase_history() makes it of the
 * rows: for who has the entries from elsewhere.
 */
SortedRun *
purchase_history_make(const PurchaseDay *entry, uint32 count, int scale)
{
	SortedRun  *history = sorted_run_new_sized(&history_run, count);

	money_run_set_scale(&history_money, history, scale);
	memcpy(sorted_run_entry(&history_run, history, 0), entry,
		   count * sizeof(PurchaseDay));
	history->sorted = history->used = count;
	return money_run_finish(&history_money, history);
}

/*
 * Days of purchase
 */

/* Return how many entries there are up to and including a day. */
uint32
purchase_entries_until(const PurchaseDay *entry, uint32 count, DateADT as_of)
{
	int64		next = purchase_key(as_of, true) + 1;
	uint32		low = 0;

	if (count == 0 || entry[count - 1].key < next)
		return count;
	while (low < count)
	{
		uint32		middle = low + (count - low) / 2;

		if (entry[middle].key < next)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

/*
 * Return the days of purchase among a customer's entries, which are in order,
 * with the refunds applied.
 */
PurchaseDays
purchase_days(const PurchaseDay *entry, uint32 count, int scale)
{
	PurchaseDays days = {entry, count, scale};
	PurchaseDay *left;
	int64		refunds = 0;

	for (uint32 i = 0; i < count; i++)
		refunds |= entry[i].key & 1;
	if (refunds == 0)
		return days;
	left = palloc_extended((Size) count * sizeof(PurchaseDay), MCXT_ALLOC_HUGE);
	days.count = refunds_apply(entry, count, left);
	days.day = left;
	return days;
}

/* Return the sum of what a customer bought, less the refunds. */
int128
purchase_net(const PurchaseDay *entry, uint32 count)
{
	int128		sum = 0;

	for (uint32 i = 0; i < count; i++)
	{
		int128		amount = money_get(&entry[i].amount);

		sum = money_add(sum, purchase_is_refund(&entry[i]) ? -amount : amount);
	}
	return sum;
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
 * Fill in what a model sees on the day as_of of the purchases until then; return
 * false where there is none.
 */
bool
purchase_past(const PurchaseDays *days, DateADT as_of, PurchasePast *past)
{
	const PurchaseDay *day = days->day;
	uint32		count = days->count;
	int128		spent = 0;

	if (count == 0)
		return false;
	past->frequency = (int32) (count - 1);
	past->recency = purchase_day(&day[count - 1]) - purchase_day(&day[0]);
	past->tenure = as_of - purchase_day(&day[0]);
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
		money_mean(spent, days->scale, past->spend_days);
	return true;
}

/* Return the days of purchase of a history up to and including as_of. */
static PurchaseDays
days_until(const SortedRun *history, DateADT as_of)
{
	return purchase_days(entries_of(history),
						 purchase_entries_until(entries_of(history),
												history->used, as_of),
						 history_scale(history));
}

/*
 * Fill in what a model sees of the purchases up to and including as_of; return
 * false where there is none yet.  Later purchases and refunds are ignored: as of
 * a past day, a history is what it was on that day.
 */
bool
purchase_history_past(const SortedRun *history, DateADT as_of,
					  PurchasePast *past)
{
	PurchaseDays days = days_until(history, as_of);
	bool		known = purchase_past(&days, as_of, past);

	if (days.count > 0 && days.day != entries_of(history))
		pfree(unconstify(PurchaseDay *, days.day));
	return known;
}

/* Return the last day on which anything was bought or given back. */
DateADT
purchase_history_last_day(const SortedRun *history)
{
	return purchase_day(&entries_of(history)[history->used - 1]);
}

/*
 * Accessors
 *
 * Figures that change with time have an argument as_of: NULL takes the whole
 * history, and a day before the first purchase gives NULL, as does a history of
 * which everything was given back.  tenure() needs as_of to measure to, and is
 * strict.
 */

/*
 * Return the days of purchase of argument 0 up to argument 1; none where the
 * result of an accessor is NULL.
 */
static PurchaseDays
days_arg(FunctionCallInfo fcinfo)
{
	PurchaseDays none = {NULL, 0, 0};
	const SortedRun *history;

	if (PG_ARGISNULL(0))
		return none;
	history = purchase_history_get(PG_GETARG_DATUM(0));
	if (!PG_ARGISNULL(1))
		return days_until(history,
						  calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of"));
	return purchase_days(entries_of(history), history->used,
						 history_scale(history));
}

/* Return the days of purchase of argument 0, all of them. */
static PurchaseDays
all_days_arg(FunctionCallInfo fcinfo)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));

	return purchase_days(entries_of(history), history->used,
						 history_scale(history));
}

static inline DateADT
first_day(const PurchaseDays *days)
{
	return purchase_day(&days->day[0]);
}

static inline DateADT
last_day(const PurchaseDays *days)
{
	return purchase_day(&days->day[days->count - 1]);
}

/*
 * frequency(h, as_of): return how many days of purchase there are after the
 * first one.
 */
PG_FUNCTION_INFO_V1(purchase_frequency);
Datum
purchase_frequency(PG_FUNCTION_ARGS)
{
	PurchaseDays days = days_arg(fcinfo);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) days.count - 1);
}

/* recency(h, as_of): return the days from the first to the last purchase. */
PG_FUNCTION_INFO_V1(purchase_recency);
Datum
purchase_recency(PG_FUNCTION_ARGS)
{
	PurchaseDays days = days_arg(fcinfo);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(last_day(&days) - first_day(&days));
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
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	PurchaseDays days = days_until(purchase_history_get(PG_GETARG_DATUM(0)), as_of);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(as_of - last_day(&days));
}

/*
 * tenure(h, as_of): return the days from the first purchase to as_of; NULL
 * before the first purchase.
 */
PG_FUNCTION_INFO_V1(purchase_tenure);
Datum
purchase_tenure(PG_FUNCTION_ARGS)
{
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	PurchaseDays days = days_until(purchase_history_get(PG_GETARG_DATUM(0)), as_of);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(as_of - first_day(&days));
}

/*
 * monetary_value(h, as_of): return the mean of the sums of the days after the
 * first, also of those that are 0; NULL without such days.
 */
PG_FUNCTION_INFO_V1(purchase_monetary_value);
Datum
purchase_monetary_value(PG_FUNCTION_ARGS)
{
	PurchaseDays days = days_arg(fcinfo);
	int128		sum = 0;

	if (days.count < 2)
		PG_RETURN_NULL();
	for (uint32 i = 1; i < days.count; i++)
		sum = money_add(sum, money_get(&days.day[i].amount));
	return money_per(sum, days.scale, (int64) days.count - 1);
}

/* first_purchase(h): return the first day of purchase; NULL without one. */
PG_FUNCTION_INFO_V1(purchase_first);
Datum
purchase_first(PG_FUNCTION_ARGS)
{
	PurchaseDays days = all_days_arg(fcinfo);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(first_day(&days));
}

/* last_purchase(h): return the last day of purchase; NULL without one. */
PG_FUNCTION_INFO_V1(purchase_last);
Datum
purchase_last(PG_FUNCTION_ARGS)
{
	PurchaseDays days = all_days_arg(fcinfo);

	if (days.count == 0)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(last_day(&days));
}

/*
 * purchases(h): return how many purchases there are, also several of one day,
 * without the days that refunds have cancelled.
 */
PG_FUNCTION_INFO_V1(purchase_purchases);
Datum
purchase_purchases(PG_FUNCTION_ARGS)
{
	PurchaseDays days = all_days_arg(fcinfo);
	int64		purchases = 0;

	for (uint32 i = 0; i < days.count; i++)
		count_add(&purchases, days.day[i].purchases, &history_type);
	PG_RETURN_INT64(purchases);
}

/*
 * revenue(h): return the exact sum of all amounts, refunds taken off; more than
 * 38 digits are an error.
 */
PG_FUNCTION_INFO_V1(purchase_revenue);
Datum
purchase_revenue(PG_FUNCTION_ARGS)
{
	const SortedRun *history = purchase_history_get(PG_GETARG_DATUM(0));

	return money_to_numeric(purchase_net(entries_of(history), history->used),
							history_scale(history));
}
