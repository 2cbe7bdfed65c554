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

#include "compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "aggregate.h"
#include "calendar.h"
#include "purchase.h"
#include "result.h"
#include "summary.h"

static const SummaryType history_type = {
	.name = "purchase_history",
	.example = "{\"version\": 1, \"purchases\": 3, \"days\": {\"2025-01-31\": 30, \"2025-02-14\": 49.5}}",
	.size = 0
};

static void day_merge(void *into, const void *from);

static const RunType history_run = {
	.type_name = "purchase_history",
	.too_large_hint = "A history is one customer's: group the rows by customer.",
	.header_size = sizeof(PurchaseHeader),
	.entry_size = sizeof(PurchaseDay),
	.key_words = 1,
	.merge = day_merge
};

PG_FUNCTION_INFO_V1(purchase_history_in);
PG_FUNCTION_INFO_V1(purchase_history_out);
PG_FUNCTION_INFO_V1(purchase_history_recv);
PG_FUNCTION_INFO_V1(purchase_history_send);
PG_FUNCTION_INFO_V1(purchase_history_accum);
PG_FUNCTION_INFO_V1(purchase_history_combine);
PG_FUNCTION_INFO_V1(purchase_history_final);
PG_FUNCTION_INFO_V1(purchase_frequency);
PG_FUNCTION_INFO_V1(purchase_recency);
PG_FUNCTION_INFO_V1(purchase_tenure);
PG_FUNCTION_INFO_V1(purchase_monetary_value);
PG_FUNCTION_INFO_V1(purchase_first);
PG_FUNCTION_INFO_V1(purchase_last);
PG_FUNCTION_INFO_V1(purchase_purchases);
PG_FUNCTION_INFO_V1(purchase_revenue);

static void
day_merge(void *into, const void *from)
{
	PurchaseDay *day = (PurchaseDay *) into;
	const PurchaseDay *more = (const PurchaseDay *) from;

	money_set(&day->amount, money_add(money_get(&day->amount),
									  money_get(&more->amount)));
}

static inline PurchaseHeader *
header(RunState *history)
{
	return (PurchaseHeader *) run_header(history);
}

static inline const PurchaseHeader *
header_of(const RunState *history)
{
	return (const PurchaseHeader *) run_header_const(history);
}

static inline PurchaseDay *
days(RunState *history)
{
	return (PurchaseDay *) run_entry(&history_run, history, 0);
}

static inline const PurchaseDay *
days_of(const RunState *history)
{
	return (const PurchaseDay *) run_entry_const(&history_run, history, 0);
}

/* Bring a state's amounts to a larger scale. */
static void
scale_up(RunState *history, int scale)
{
	int			digits = scale - header(history)->scale;

	if (digits <= 0)
		return;
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!money_sums_scale_up(&days(history)[i].amount, 1, digits))
			money_overflow();
	}
	header(history)->scale = scale;
}

/*
 * The canonical value of a state: sorted, at the smallest scale that holds
 * every day's sum.
 */
static RunState *
history_finish(const RunState *state)
{
	RunState   *history = run_finish(&history_run, state);
	int			scale = header(history)->scale;
	int			spare = scale;

	for (uint32 i = 0; i < history->used && spare > 0; i++)
	{
		CHECK_FOR_INTERRUPTS();
		spare = money_sums_spare(&days(history)[i].amount, 1, spare);
	}
	if (spare > 0)
	{
		for (uint32 i = 0; i < history->used; i++)
		{
			CHECK_FOR_INTERRUPTS();
			money_sums_scale_down(&days(history)[i].amount, 1, spare);
		}
		header(history)->scale = scale - spare;
	}
	return history;
}

/*
 * A history to read.  The days of an unfinished one, which another server may
 * send as a partial result, are put in order first.
 */
const RunState *
purchase_history_get(Datum value)
{
	RunState   *history = summary_get(value, &history_type);

	if (history->sorted == history->used)
		return history;
	return history_finish(history);
}

/*
 * Input and output
 */

/* What no rows give; the text of it, or NULL. */
static const char *
history_problem(const RunState *history)
{
	int64		purchases = header_of(history)->purchases;

	if (history->used == 0)
		return "It has no day.";
	if (purchases < (int64) history->used)
		return "It has fewer purchases than days.";
	return NULL;
}

static void
day_member(void *arg, const char *key, const JsonbValue *value)
{
	RunState  **history = (RunState **) arg;
	PurchaseDay entry;
	MoneyAmount amount;
	DateADT		day;

	if (!calendar_day_from_text(key, (int) strlen(key), &day))
		summary_text_invalid(&history_type, "\"%s\" is not a date like \"2025-01-31\".",
							 text_shown(cstring_to_text(key)));
	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount))
		summary_text_invalid(&history_type, "The amount on %s is not a number of at most %d digits.",
							 key, MONEY_MAX_DIGITS);

	scale_up(*history, amount.scale);
	entry.day = day;
	money_set(&entry.amount,
			  money_rescale(amount.value,
							header(*history)->scale - amount.scale));
	*history = run_append(&history_run, *history, &entry);
}

static void
history_member(void *arg, const char *key, const JsonbValue *value)
{
	RunState  **history = (RunState **) arg;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &history_type);
	else if (strcmp(key, "purchases") == 0)
		header(*history)->purchases = summary_json_count(value, key,
														 &history_type);
	else if (strcmp(key, "days") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&history_type),
							 day_member, arg);
	else
		summary_json_unexpected(key, &history_type);
}

Datum
purchase_history_in(PG_FUNCTION_ARGS)
{
	RunState   *history = run_new(&history_run);
	const char *problem;

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&history_type),
						 history_member, &history);
	history = history_finish(history);
	problem = history_problem(history);
	if (problem != NULL)
		summary_text_invalid(&history_type, "%s", problem);
	PG_RETURN_POINTER(history);
}

Datum
purchase_history_out(PG_FUNCTION_ARGS)
{
	RunState   *history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"purchases\": " INT64_FORMAT ", \"days\": {",
					 header(history)->purchases);
	for (uint32 i = 0; i < history->used; i++)
	{
		const PurchaseDay *day = &days(history)[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i > 0 ? ", \"" : "\"");
		calendar_append_day(&text, (DateADT) day->day);
		appendStringInfoString(&text, "\": ");
		money_append_text(&text, money_get(&day->amount),
						  header(history)->scale);
	}
	appendStringInfoString(&text, "}}");
	PG_RETURN_CSTRING(text.data);
}

Datum
purchase_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RunState   *history;
	int			scale;
	int64		purchases;
	uint32		count;
	const char *problem;

	summary_recv_begin(message, &history_type);
	scale = pq_getmsgbyte(message);
	if (scale > MONEY_MAX_DIGITS)
		summary_binary_invalid(&history_type, "The scale of its amounts is too large.");
	purchases = summary_recv_count(message, "purchases", &history_type);
	count = pq_getmsgint(message, 4);
	if (count > (message->len - message->cursor) / (4 + sizeof(MoneySum)))
		summary_binary_invalid(&history_type, "It is shorter than its number of days needs.");

	history = run_new_sized(&history_run, count);
	header(history)->scale = scale;
	header(history)->purchases = purchases;
	for (uint32 i = 0; i < count; i++)
	{
		PurchaseDay *day = &days(history)[i];
		bool		valid;

		CHECK_FOR_INTERRUPTS();
		day->day = (int32) pq_getmsgint(message, 4);
		money_set(&day->amount, money_recv(message, &valid));
		if (!valid)
			summary_binary_invalid(&history_type, "An amount has too many digits.");
		if (!IS_VALID_DATE(day->day))
			summary_binary_invalid(&history_type, "A date is out of range.");
	}
	history->sorted = history->used = count;
	run_check(&history_run, history);
	problem = history_problem(history);
	if (problem != NULL)
		summary_binary_invalid(&history_type, "%s", problem);
	PG_RETURN_POINTER(history_finish(history));
}

Datum
purchase_history_send(PG_FUNCTION_ARGS)
{
	RunState   *history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, header(history)->scale);
	pq_sendint64(&message, header(history)->purchases);
	pq_sendint32(&message, history->used);
	for (uint32 i = 0; i < history->used; i++)
	{
		const PurchaseDay *day = &days(history)[i];

		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, (uint32) day->day);
		money_send(&message, &day->amount);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * Count a purchase.  A row without amount or day is skipped.
 */
Datum
purchase_history_accum(PG_FUNCTION_ARGS)
{
	RunState   *history;
	MoneyAmount amount;
	PurchaseDay entry;
	int			scale;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	if (PG_ARGISNULL(0))
		history = run_new(&history_run);
	else
	{
		history = aggregate_state(fcinfo, &history_type);
		run_prefetch(&history_run, history);
	}

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	entry.day = PG_GETARG_DATEADT(2);
	if (unlikely(DATE_NOT_FINITE(entry.day)))
		calendar_date_arg((DateADT) entry.day, "purchased_on",
						  "Leave such rows out with FILTER (WHERE isfinite(purchased_on)).");

	scale = header(history)->scale;
	if (amount.scale > scale)
	{
		scale_up(history, amount.scale);
		scale = amount.scale;
	}
	money_set(&entry.amount,
			  money_rescale(amount.value, scale - amount.scale));
	count_add(&header(history)->purchases, 1, &history_type);
	PG_RETURN_POINTER(run_append(&history_run, history, &entry));
}

/*
 * Add a history to the state: rollup(), and what parallel workers made.
 */
Datum
purchase_history_combine(PG_FUNCTION_ARGS)
{
	RunState   *history;
	RunState   *other;
	int			scale;

	history = aggregate_state(fcinfo, &history_type);
	other = PG_GETARG_SUMMARY(1, &history_type);

	scale = header(other)->scale;
	if (header(history)->scale < scale)
		scale_up(history, scale);
	else if (header(history)->scale > scale)
	{
		if ((Pointer) other == DatumGetPointer(PG_GETARG_DATUM(1)))
			other = summary_copy(PG_GETARG_DATUM(1), &history_type);
		scale_up(other, header(history)->scale);
	}
	count_add(&header(history)->purchases, header(other)->purchases,
			  &history_type);
	history = run_merge(&history_run, history, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(history);
}

Datum
purchase_history_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(history_finish(PG_GETARG_SUMMARY(0, &history_type)));
}

/*
 * What models see
 */

/* The number of days of purchase up to and including as_of. */
static uint32
days_until(const RunState *history, DateADT as_of)
{
	int64		next = (int64) as_of + 1;

	if (days_of(history)[history->used - 1].day < next)
		return history->used;
	return run_lower_bound(&history_run, history, &next);
}

/*
 * value / 10^scale / count as a double.  The scale is the smallest one
 * possible, so that equal means of equal counts are equal to the last bit,
 * whatever rows and scales they came from.
 */
static double
money_mean(int128 value, int scale, int32 count)
{
	MoneySum	sum;
	double		power = 1.0;
	int			spare;

	money_set(&sum, value);
	spare = money_sums_spare(&sum, 1, scale);
	money_sums_scale_down(&sum, 1, spare);
	/* exact up to 10^22, and always the same */
	for (int i = spare; i < scale; i++)
		power *= 10.0;
	return (double) money_get(&sum) / power / count;
}

/*
 * What a model sees of the purchases up to and including as_of; false where
 * there is none yet.  Later purchases are ignored: as of a past day, a history
 * is what it was on that day.
 */
bool
purchase_past(const RunState *history, DateADT as_of, PurchasePast *past)
{
	const PurchaseDay *day = days_of(history);
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
		money_mean(spent, header_of(history)->scale, past->spend_days);
	return true;
}

/*
 * Accessors
 *
 * Those of figures that change with time have an argument as_of, NULL for the
 * whole history, and give NULL before the first purchase.
 */

/* The days of argument 0 up to argument 1; 0 where the result is NULL. */
static uint32
days_arg(FunctionCallInfo fcinfo, const RunState **history)
{
	if (PG_ARGISNULL(0))
		return 0;
	*history = purchase_history_get(PG_GETARG_DATUM(0));
	if (PG_ARGISNULL(1))
		return (*history)->used;
	return days_until(*history,
					  calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of"));
}

/* frequency(h, as_of): days of purchase after the first one */
Datum
purchase_frequency(PG_FUNCTION_ARGS)
{
	const RunState *history;
	uint32		count = days_arg(fcinfo, &history);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT64((int64) count - 1);
}

/* recency(h, as_of): days from the first to the last purchase */
Datum
purchase_recency(PG_FUNCTION_ARGS)
{
	const RunState *history;
	uint32		count = days_arg(fcinfo, &history);

	if (count == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (days_of(history)[count - 1].day -
							 days_of(history)[0].day));
}

/* tenure(h, as_of): days from the first purchase to as_of */
Datum
purchase_tenure(PG_FUNCTION_ARGS)
{
	const RunState *history = purchase_history_get(PG_GETARG_DATUM(0));
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");

	if (as_of < days_of(history)[0].day)
		PG_RETURN_NULL();
	PG_RETURN_INT32((int32) (as_of - days_of(history)[0].day));
}

/* monetary_value(h, as_of): mean of the sums of the days after the first */
Datum
purchase_monetary_value(PG_FUNCTION_ARGS)
{
	const RunState *history;
	uint32		count = days_arg(fcinfo, &history);
	int128		sum = 0;

	if (count < 2)
		PG_RETURN_NULL();
	for (uint32 i = 1; i < count; i++)
		sum = money_add(sum, money_get(&days_of(history)[i].amount));
	return money_per(sum, header_of(history)->scale, (int64) count - 1);
}

Datum
purchase_first(PG_FUNCTION_ARGS)
{
	const RunState *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_DATEADT((DateADT) days_of(history)[0].day);
}

Datum
purchase_last(PG_FUNCTION_ARGS)
{
	const RunState *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_DATEADT((DateADT) days_of(history)[history->used - 1].day);
}

/* purchases(h): all rows, also several of one day */
Datum
purchase_purchases(PG_FUNCTION_ARGS)
{
	const RunState *history = purchase_history_get(PG_GETARG_DATUM(0));

	PG_RETURN_INT64(header_of(history)->purchases);
}

Datum
purchase_revenue(PG_FUNCTION_ARGS)
{
	const RunState *history = purchase_history_get(PG_GETARG_DATUM(0));
	int128		sum = 0;

	for (uint32 i = 0; i < history->used; i++)
		sum = money_add(sum, money_get(&days_of(history)[i].amount));
	return money_to_numeric(sum, header_of(history)->scale);
}
