/*-------------------------------------------------------------------------
 *
 * mrr_history.c
 *	  One customer's monthly recurring revenue over time.
 *
 * An mrr_history adds up all subscriptions of a customer.  It keeps, in a
 * sorted run, by how much the revenue changes on which day: a subscription
 * adds its amount on the day it starts and takes it away on the day it ends,
 * and so does a discount, whose amount is negative.  Deltas of one day add up, and a day on which they come to nothing (a switch
 * to a plan of the same price, a renewal) is no change and is left out.  So
 * the same revenue is the same history, whatever rows it is made of.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "revenue/mrr_history.h"

static const SummaryType history_type = {
	.name = "mrr_history",
	.example = "{\"version\": 1, \"mrr\": {\"2025-01-01\": 50, \"2025-07-01\": 0}}",
	.size = 0
};

/*
 * The room of a new state: what a chunk of 256 bytes holds, which is four
 * subscriptions that end.  To grow a state costs as much as all rows of a
 * customer do, and most customers never need it.
 */
#define FIRST_CHANGES	9

static bool change_is_empty(const void *entry);

static const SortedRunType history_run = {
	.type_name = "mrr_history",
	.too_large_hint = "A history is one customer's: group the rows by customer.",
	.header_size = sizeof(MrrHistoryHeader),
	.entry_size = sizeof(MoneyDay),
	.key_words = 1,
	.merge = money_day_merge,
	.is_empty = change_is_empty
};

static const MoneyRun history_money = {
	.type = &history_type,
	.run = &history_run,
	.scale = offsetof(MrrHistoryHeader, scale),
	.first_sum = offsetof(MoneyDay, amount),
	.sums = 1
};

static bool
change_is_empty(const void *entry)
{
	return money_is_zero(&((const MoneyDay *) entry)->amount);
}

/* Return the history in argument n in its canonical form. */
static const SortedRun *
history_arg(FunctionCallInfo fcinfo, int n)
{
	return money_run_canonical(&history_money, PG_GETARG_DATUM(n));
}

/* Return a history to read; it need not be at its smallest scale. */
const SortedRun *
mrr_history_get(Datum value)
{
	return money_run_read(&history_money, value);
}

/*
 * Input and output
 *
 * The text form shows levels, {"2025-01-01": 50, "2025-07-01": 0}, since that
 * is how a person thinks of it; the binary form has the deltas.
 */

/* Levels by day, as read from text; unlike a change, a level may be 0. */
static const SortedRunType level_run = {
	.type_name = "mrr_history",
	.header_size = sizeof(MrrHistoryHeader),
	.entry_size = sizeof(MoneyDay),
	.key_words = 1
};

static void
level_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **levels = (SortedRun **) arg;
	MoneyDay	level;
	MoneyAmount amount;

	level.day = money_day_key(&history_money, key);
	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount) ||
		amount.value < 0)
		summary_text_invalid(&history_type, "The MRR on %s is %s, not a number from 0 up of at most %d digits.",
							 key, summary_json_shown(value),
							 MONEY_MAX_DIGITS);
	money_set(&level.amount, money_run_value(&history_money, *levels, amount));
	*levels = sorted_run_append(&level_run, *levels, &level);
}

static void
history_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "mrr") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&history_type),
							 level_member, arg);
	else
		summary_json_unexpected(key, &history_type);
}

/*
 * mrr_history_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version" and "mrr", an object from a day to the MRR from
 * that day on, which is from 0 up.
 */
PG_FUNCTION_INFO_V1(mrr_history_in);
Datum
mrr_history_in(PG_FUNCTION_ARGS)
{
	SortedRun  *history = sorted_run_new(&level_run);
	int128		before = 0;

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&history_type),
						 history_member, &history);

	history = sorted_run_finish(&level_run, history);
	for (uint32 i = 0; i < history->used; i++)
	{
		MoneySum   *change = &money_days(&history_money, history)[i].amount;
		int128		level = money_get(change);

		money_set(change, level - before);
		before = level;
	}
	PG_RETURN_POINTER(money_run_from_text(&history_money, history));
}

/* mrr_history_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(mrr_history_out);
Datum
mrr_history_out(PG_FUNCTION_ARGS)
{
	const SortedRun *history = history_arg(fcinfo, 0);
	const MoneyDay *change = mrr_history_changes(history);
	int128		level = 0;
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"mrr\": {");
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		level = mrr_history_level(history, level, &change[i]);
		money_day_append_text(&buf, i == 0, change[i].day, level,
							  mrr_history_scale(history));
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * mrr_history_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the scale (1 byte), the number of changes (4)
 * and for each change its day (4) and its amount (16).  No level may be
 * negative; sorted_run_check() sees to the order and refuses a change of
 * nothing.
 */
PG_FUNCTION_INFO_V1(mrr_history_recv);
Datum
mrr_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *history;
	MoneyDay   *change;
	int			scale;
	uint32		count;
	int128		level = 0;

	summary_recv_begin(message, &history_type);
	scale = money_run_recv_scale(&history_money, message, "amounts");
	count = summary_recv_entries(message, MONEY_DAY_SENT, "changes",
								 &history_type);

	history = sorted_run_new_sized(&history_run, count);
	money_run_set_scale(&history_money, history, scale);
	change = money_days(&history_money, history);
	for (uint32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_day_recv(&history_money, message, "A change", &change[i]);
		level = money_add(level, money_get(&change[i].amount));
		if (level < 0)
			summary_binary_invalid(&history_type, "The MRR on %s is negative.",
								   calendar_day_text((DateADT) change[i].day));
	}
	history->sorted = history->used = count;
	sorted_run_check(&history_run, history);
	PG_RETURN_POINTER(money_run_finish(&history_money, history));
}

/* mrr_history_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(mrr_history_send);
Datum
mrr_history_send(PG_FUNCTION_ARGS)
{
	const SortedRun *history = history_arg(fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, mrr_history_scale(history));
	money_days_send(&history_money, &message, history);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/* Report a day on which the revenue of a customer is negative. */
void
mrr_level_negative(int128 level, int scale, DateADT day)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the MRR of a customer is negative on a day"),
			 errdetail("It is %s on %s.",
					   numeric_shown(money_to_numeric(level, scale)),
					   calendar_day_text(day)),
			 errhint(MRR_NEGATIVE_HINT)));
}

static pg_noinline pg_noreturn void
dates_wrong(DateADT starts_on, DateADT ends_on)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("ends_on must be after starts_on"),
			 errdetail("starts_on is %s, ends_on is %s; ends_on is the first day that is not paid for.",
					   calendar_day_text(starts_on),
					   DATE_IS_NOBEGIN(ends_on) ? "-infinity" :
					   calendar_day_text(ends_on)),
			 errhint("Leave such rows out with FILTER (WHERE (ends_on > starts_on) IS NOT FALSE).")));
}

/*
 * mrr_history(amount, starts_on, ends_on): add a subscription of amount a
 * month, from starts_on up to, and not including, ends_on.  Without ends_on,
 * or with infinity, it goes on.
 *
 * A row without amount or starts_on is skipped, but it leaves an empty history
 * behind: the customer is there and pays nothing.  A negative amount is a
 * discount with dates of its own.  An infinite starts_on and an ends_on that is
 * not after starts_on are errors.
 */
PG_FUNCTION_INFO_V1(mrr_history_accum);
Datum
mrr_history_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *history;
	MoneyAmount amount;
	MoneyDay	change;
	DateADT		ends_on = DATEVAL_NOEND;
	int128		value;

	if (PG_ARGISNULL(0))
		history = sorted_run_new_sized(&history_run, FIRST_CHANGES);
	else
		history = aggregate_state(fcinfo, &history_type);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(history);

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	change.day = PG_GETARG_DATEADT(2);
	if (unlikely(DATE_NOT_FINITE(change.day)))
		calendar_date_arg((DateADT) change.day, "starts_on",
						  "Leave such rows out with FILTER (WHERE isfinite(starts_on)).");
	if (!PG_ARGISNULL(3))
	{
		ends_on = PG_GETARG_DATEADT(3);
		if (unlikely(ends_on <= change.day))
			dates_wrong((DateADT) change.day, ends_on);
	}

	/* a subscription that costs nothing changes no revenue */
	if (amount.value == 0)
		PG_RETURN_POINTER(history);

	value = money_run_value(&history_money, history, amount);
	money_set(&change.amount, value);
	history = sorted_run_append(&history_run, history, &change);
	if (!DATE_IS_NOEND(ends_on))
	{
		change.day = ends_on;
		money_set(&change.amount, -value);
		history = sorted_run_append(&history_run, history, &change);
	}
	PG_RETURN_POINTER(history);
}

/*
 * Add other subscriptions of the customer: for rollup(), and for what parallel
 * workers made.
 */
PG_FUNCTION_INFO_V1(mrr_history_combine);
Datum
mrr_history_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *history = aggregate_combine_state(fcinfo, &history_type);

	return money_run_combine(&history_money, fcinfo, history,
							 PG_GETARG_SUMMARY(1, &history_type));
}

/*
 * Return the history to store: in canonical form, and with no level that
 * cannot be read back.
 */
PG_FUNCTION_INFO_V1(mrr_history_final);
Datum
mrr_history_final(PG_FUNCTION_ARGS)
{
	SortedRun  *history = money_run_finish(&history_money,
										   PG_GETARG_SUMMARY(0, &history_type));
	int128		level = 0;

	/*
	 * Every change has at most 38 digits, but their sum may have more, and a
	 * discount may be more than what it is taken from: report that now, for
	 * later nobody could read the value or dump it.
	 */
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		level = mrr_history_level(history, level,
								  &mrr_history_changes(history)[i]);
	}
	PG_RETURN_POINTER(history);
}

/*
 * For those who make histories of other values
 */

/* Return an empty history of amounts at a scale. */
SortedRun *
mrr_history_new(int scale)
{
	SortedRun  *history = sorted_run_new_sized(&history_run, FIRST_CHANGES);

	money_run_set_scale(&history_money, history, scale);
	return history;
}

/* Add a change at the history's scale. */
SortedRun *
mrr_history_add(SortedRun *history, DateADT day, int128 amount)
{
	MoneyDay	change;

	change.day = day;
	money_set(&change.amount, amount);
	return sorted_run_append(&history_run, history, &change);
}

/* Return the canonical value of a history. */
SortedRun *
mrr_history_finish(const SortedRun *history)
{
	return money_run_finish(&history_money, history);
}

/*
 * Accessors
 */

/*
 * Return the level at the end of the day before "day", and set *paid if it was
 * above 0 on the way.  *i is the change to go on from; it moves to the first
 * change on that day or later.
 */
static int128
level_before(const SortedRun *history, uint32 *i, DateADT day, int128 level,
			 bool *paid)
{
	const MoneyDay *change = mrr_history_changes(history);

	for (; *i < history->used && change[*i].day < day; (*i)++)
	{
		level = mrr_history_level(history, level, &change[*i]);
		if (level > 0)
			*paid = true;
	}
	return level;
}

/*
 * mrr_at(h, on_date): return the MRR of the customer on a day; 0 before the
 * first change.  An infinite date is an error.
 */
PG_FUNCTION_INFO_V1(mrr_at);
Datum
mrr_at(PG_FUNCTION_ARGS)
{
	const SortedRun *history = mrr_history_get(PG_GETARG_DATUM(0));
	DateADT		day = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "on_date");
	uint32		i = 0;
	bool		paid = false;

	return money_to_numeric(level_before(history, &i, day + 1, 0, &paid),
							mrr_history_scale(history));
}

/*
 * mrr_movement(h, from_date, to_date): return in a word what the customer did
 * in the period [from_date, to_date); NULL without MRR at either end of it.
 * Infinite dates, and a to_date before from_date, are errors.
 */
PG_FUNCTION_INFO_V1(mrr_movement);
Datum
mrr_movement(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		[MOVEMENT_UNCHANGED] = "unchanged",
		[MOVEMENT_NEW] = "new",
		[MOVEMENT_REACTIVATION] = "reactivation",
		[MOVEMENT_EXPANSION] = "expansion",
		[MOVEMENT_CONTRACTION] = "contraction",
		[MOVEMENT_CHURN] = "churn"
	};
	const SortedRun *history = mrr_history_get(PG_GETARG_DATUM(0));
	DateADT		from_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1),
											 "from_date");
	DateADT		to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(2),
										   "to_date");
	uint32		i = 0;
	bool		paid_before = false;
	bool		paid = false;
	int128		opening;
	int128		closing;
	MrrMovement kind;

	calendar_range_check(from_date, to_date);
	opening = level_before(history, &i, from_date, 0, &paid_before);
	closing = level_before(history, &i, to_date, opening, &paid);
	kind = mrr_movement_kind(opening, closing, paid_before);
	if (kind == MOVEMENT_NOTHING)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(names[kind]));
}

/*
 * mrr_changes(h) -> (on_date, mrr): return a row for every day on which the
 * MRR changes, in order, with the MRR from that day on.
 */
PG_FUNCTION_INFO_V1(mrr_changes);
Datum
mrr_changes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const SortedRun *history;
	int128		level = 0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	history = history_arg(fcinfo, 0);
	for (uint32 i = 0; i < history->used; i++)
	{
		const MoneyDay *change = &mrr_history_changes(history)[i];
		Datum		values[2];
		bool		nulls[2] = {false, false};

		CHECK_FOR_INTERRUPTS();
		level = mrr_history_level(history, level, change);
		values[0] = DateADTGetDatum((DateADT) change->day);
		values[1] = money_to_numeric(level, mrr_history_scale(history));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
