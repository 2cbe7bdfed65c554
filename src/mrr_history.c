/*-------------------------------------------------------------------------
 *
 * mrr_history.c
 *	  One customer's monthly recurring revenue over time.
 *
 * An mrr_history adds up all subscriptions of a customer.  It keeps, in a
 * sorted run, by how much the revenue changes on which day: a subscription
 * adds its amount on the day it starts and takes it away on the day it ends.
 * Deltas of one day add up, and a day on which they come to nothing (a switch
 * to a plan of the same price, a renewal) is no change and is left out.  So
 * the same revenue is the same history, whatever rows it is made of.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "aggregate.h"
#include "calendar.h"
#include "mrr_history.h"
#include "result.h"
#include "summary.h"

static const SummaryType history_type = {
	.name = "mrr_history",
	.example = "{\"version\": 1, \"mrr\": {\"2025-01-01\": 50, \"2025-07-01\": 0}}",
	.size = 0
};

/*
 * Room of a new state: what a chunk of 256 bytes holds, four subscriptions that
 * end.  Growing costs a customer as much as all of its rows do, and most never
 * need it.
 */
#define FIRST_CHANGES	9

static void change_merge(void *into, const void *from);
static bool change_is_empty(const void *entry);

static const RunType history_run = {
	.type_name = "mrr_history",
	.too_large_hint = "A history is one customer's: group the rows by customer.",
	.header_size = sizeof(MrrHistoryHeader),
	.entry_size = sizeof(MrrChange),
	.key_words = 1,
	.merge = change_merge,
	.is_empty = change_is_empty
};

PG_FUNCTION_INFO_V1(mrr_history_in);
PG_FUNCTION_INFO_V1(mrr_history_out);
PG_FUNCTION_INFO_V1(mrr_history_recv);
PG_FUNCTION_INFO_V1(mrr_history_send);
PG_FUNCTION_INFO_V1(mrr_history_accum);
PG_FUNCTION_INFO_V1(mrr_history_combine);
PG_FUNCTION_INFO_V1(mrr_history_final);
PG_FUNCTION_INFO_V1(mrr_at);
PG_FUNCTION_INFO_V1(mrr_movement);
PG_FUNCTION_INFO_V1(mrr_changes);

static void
change_merge(void *into, const void *from)
{
	MrrChange  *change = (MrrChange *) into;
	const MrrChange *more = (const MrrChange *) from;

	money_set(&change->delta, money_add(money_get(&change->delta),
										money_get(&more->delta)));
}

static bool
change_is_empty(const void *entry)
{
	return money_is_zero(&((const MrrChange *) entry)->delta);
}

static inline MrrChange *
changes(RunState *history)
{
	return (MrrChange *) run_entry(&history_run, history, 0);
}

static inline void
set_scale(RunState *history, int scale)
{
	((MrrHistoryHeader *) run_header(history))->scale = scale;
}

/* Bring a state's deltas to a larger scale. */
static void
scale_up(RunState *history, int scale)
{
	int			digits = scale - mrr_history_scale(history);

	if (digits <= 0)
		return;
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!money_sums_scale_up(&changes(history)[i].delta, 1, digits))
			money_overflow();
	}
	set_scale(history, scale);
}

/*
 * The canonical value of a state: sorted, without days that change nothing,
 * at the smallest scale that holds every delta.
 */
static RunState *
history_finish(const RunState *state)
{
	RunState   *history = run_finish(&history_run, state);
	int			scale = mrr_history_scale(history);
	int			spare = scale;

	for (uint32 i = 0; i < history->used && spare > 0; i++)
	{
		CHECK_FOR_INTERRUPTS();
		spare = money_sums_spare(&changes(history)[i].delta, 1, spare);
	}
	if (spare > 0)
	{
		for (uint32 i = 0; i < history->used; i++)
		{
			CHECK_FOR_INTERRUPTS();
			money_sums_scale_down(&changes(history)[i].delta, 1, spare);
		}
		set_scale(history, scale - spare);
	}
	return history;
}

/*
 * A history to read.  The day deltas of an unfinished one, which another
 * server may send as a partial result, are put in order first.
 */
const RunState *
mrr_history_get(Datum value)
{
	RunState   *history = summary_get(value, &history_type);

	if (history->sorted == history->used)
		return history;
	return run_finish(&history_run, history);
}

/*
 * Input and output
 *
 * The text form shows levels, {"2025-01-01": 50, "2025-07-01": 0}, since that
 * is how a person thinks of it; the binary form has the deltas.
 */

/* A level by day, as read from text. */
static const RunType level_run = {
	.type_name = "mrr_history",
	.header_size = sizeof(MrrHistoryHeader),
	.entry_size = sizeof(MrrChange),
	.key_words = 1
};

static void
level_member(void *arg, const char *key, const JsonbValue *value)
{
	RunState  **levels = (RunState **) arg;
	MrrChange	level;
	MoneyAmount amount;
	DateADT		day;

	if (!calendar_day_from_text(key, (int) strlen(key), &day))
		summary_text_invalid(&history_type, "\"%s\" is not a date like \"2025-01-31\".",
							 text_shown(cstring_to_text(key)));
	if (value->type != jbvNumeric)
		summary_text_invalid(&history_type, "The MRR on %s is not a number.", key);
	if (!money_from_datum(NumericGetDatum(value->val.numeric), &amount) ||
		amount.value < 0)
		summary_text_invalid(&history_type, "The MRR on %s is not an amount from 0 up, of at most %d digits.",
							 key, MONEY_MAX_DIGITS);

	scale_up(*levels, amount.scale);
	level.day = day;
	money_set(&level.delta,
			  money_rescale(amount.value,
							mrr_history_scale(*levels) - amount.scale));
	*levels = run_append(&level_run, *levels, &level);
}

static void
history_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "version") == 0)
		summary_json_version(value, &history_type);
	else if (strcmp(key, "mrr") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&history_type),
							 level_member, arg);
	else
		summary_json_unexpected(key, &history_type);
}

Datum
mrr_history_in(PG_FUNCTION_ARGS)
{
	RunState   *history = run_new(&level_run);
	int128		before = 0;

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&history_type),
						 history_member, &history);

	history = run_finish(&level_run, history);
	for (uint32 i = 0; i < history->used; i++)
	{
		MoneySum   *delta = &changes(history)[i].delta;
		int128		level = money_get(delta);

		money_set(delta, level - before);
		before = level;
	}
	PG_RETURN_POINTER(history_finish(history));
}

Datum
mrr_history_out(PG_FUNCTION_ARGS)
{
	RunState   *history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	int			scale = mrr_history_scale(history);
	int128		level = 0;
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfoString(&text, ", \"mrr\": {");
	for (uint32 i = 0; i < history->used; i++)
	{
		const MrrChange *change = &changes(history)[i];

		CHECK_FOR_INTERRUPTS();
		level = money_add(level, money_get(&change->delta));
		appendStringInfoString(&text, i > 0 ? ", \"" : "\"");
		calendar_append_day(&text, (DateADT) change->day);
		appendStringInfoString(&text, "\": ");
		money_append_text(&text, level, scale);
	}
	appendStringInfoString(&text, "}}");
	PG_RETURN_CSTRING(text.data);
}

Datum
mrr_history_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RunState   *history;
	int			scale;
	uint32		count;
	int128		level = 0;

	summary_recv_begin(message, &history_type);
	scale = pq_getmsgbyte(message);
	if (scale > MONEY_MAX_DIGITS)
		summary_binary_invalid(&history_type, "The scale of its amounts is too large.");
	count = pq_getmsgint(message, 4);
	if (count > (message->len - message->cursor) / (4 + sizeof(MoneySum)))
		summary_binary_invalid(&history_type, "It is shorter than its number of changes needs.");

	history = run_new_sized(&history_run, count);
	set_scale(history, scale);
	for (uint32 i = 0; i < count; i++)
	{
		MrrChange  *change = &changes(history)[i];
		int128		delta;
		bool		valid;

		CHECK_FOR_INTERRUPTS();
		change->day = (int32) pq_getmsgint(message, 4);
		delta = money_recv(message, &valid);
		if (!valid)
			summary_binary_invalid(&history_type, "A change has too many digits.");
		if (!IS_VALID_DATE(change->day))
			summary_binary_invalid(&history_type, "A date is out of range.");
		level = money_add(level, delta);
		if (level < 0)
			summary_binary_invalid(&history_type, "The MRR is negative on a day.");
		money_set(&change->delta, delta);
	}
	history->sorted = history->used = count;
	run_check(&history_run, history);
	PG_RETURN_POINTER(history_finish(history));
}

Datum
mrr_history_send(PG_FUNCTION_ARGS)
{
	RunState   *history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, mrr_history_scale(history));
	pq_sendint32(&message, history->used);
	for (uint32 i = 0; i < history->used; i++)
	{
		const MrrChange *change = &changes(history)[i];

		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, (uint32) change->day);
		money_send(&message, &change->delta);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
amount_negative(Datum amount)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount must not be negative"),
			 errdetail("The amount is %s.",
					   numeric_shown(amount)),
			 errhint("MRR counts what subscriptions cost; leave refunds and credits out with FILTER (WHERE (amount >= 0) IS NOT FALSE).")));
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
 * Add a subscription: amount a month from starts_on up to, and not including,
 * ends_on.  No ends_on, or infinity, is a subscription that goes on.
 *
 * A row without amount or starts_on is skipped, but it leaves an empty
 * history behind: the customer is there and pays nothing.
 */
Datum
mrr_history_accum(PG_FUNCTION_ARGS)
{
	RunState   *history;
	MoneyAmount amount;
	MrrChange	change;
	DateADT		ends_on = DATEVAL_NOEND;
	int128		delta;
	int			scale;

	if (PG_ARGISNULL(0))
		history = run_new_sized(&history_run, FIRST_CHANGES);
	else
		history = aggregate_state(fcinfo, &history_type);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_POINTER(history);

	amount = money_arg(PG_GETARG_DATUM(1), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	if (unlikely(amount.value < 0))
		amount_negative(PG_GETARG_DATUM(1));
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

	/* what costs nothing is no revenue, and no change */
	if (amount.value == 0)
		PG_RETURN_POINTER(history);

	scale = mrr_history_scale(history);
	if (amount.scale > scale)
	{
		scale_up(history, amount.scale);
		scale = amount.scale;
	}
	delta = money_rescale(amount.value, scale - amount.scale);
	money_set(&change.delta, delta);
	history = run_append(&history_run, history, &change);
	if (!DATE_IS_NOEND(ends_on))
	{
		change.day = ends_on;
		money_set(&change.delta, -delta);
		history = run_append(&history_run, history, &change);
	}
	PG_RETURN_POINTER(history);
}

/*
 * Add a history to the state: rollup(), and what parallel workers made.
 */
Datum
mrr_history_combine(PG_FUNCTION_ARGS)
{
	RunState   *history;
	RunState   *other;
	int			scale;

	history = aggregate_state(fcinfo, &history_type);
	other = PG_GETARG_SUMMARY(1, &history_type);

	scale = mrr_history_scale(other);
	if (mrr_history_scale(history) < scale)
		scale_up(history, scale);
	else if (mrr_history_scale(history) > scale)
	{
		if ((Pointer) other == DatumGetPointer(PG_GETARG_DATUM(1)))
			other = summary_copy(PG_GETARG_DATUM(1), &history_type);
		scale_up(other, mrr_history_scale(history));
	}
	history = run_merge(&history_run, history, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(history);
}

Datum
mrr_history_final(PG_FUNCTION_ARGS)
{
	RunState   *history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	int128		level = 0;

	/*
	 * Every change has at most 38 digits, but their sum may have more.  Say
	 * so now: later nobody could read the value, nor dump it.
	 */
	for (uint32 i = 0; i < history->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		level = money_add(level, money_get(&changes(history)[i].delta));
	}
	PG_RETURN_POINTER(history);
}

/*
 * Accessors
 */

/*
 * The level at the end of the day before "day"; i is where to go on from, and
 * moves to the first change on that day or later.
 */
static int128
level_before(const RunState *history, uint32 *i, DateADT day, int128 level,
			 bool *paid)
{
	const MrrChange *change = mrr_history_changes(history);

	for (; *i < history->used && change[*i].day < day; (*i)++)
	{
		level = money_add(level, money_get(&change[*i].delta));
		if (level > 0)
			*paid = true;
	}
	return level;
}

/* mrr_at(h, on_date): the customer's MRR on a day */
Datum
mrr_at(PG_FUNCTION_ARGS)
{
	const RunState *history = mrr_history_get(PG_GETARG_DATUM(0));
	DateADT		day = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "on_date");
	uint32		i = 0;
	bool		paid = false;

	return money_to_numeric(level_before(history, &i, day + 1, 0, &paid),
							mrr_history_scale(history));
}

/*
 * mrr_movement(h, from_date, to_date): what the customer does in the period
 * [from_date, to_date)
 */
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
	const RunState *history = mrr_history_get(PG_GETARG_DATUM(0));
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

/* mrr_changes(h): a row for every day on which the MRR changes */
Datum
mrr_changes(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const RunState *history;
	int128		level = 0;

	InitMaterializedSRF(fcinfo, 0);
	history = history_finish(PG_GETARG_SUMMARY(0, &history_type));
	for (uint32 i = 0; i < history->used; i++)
	{
		const MrrChange *change = &mrr_history_changes(history)[i];
		Datum		values[2];
		bool		nulls[2] = {false, false};

		CHECK_FOR_INTERRUPTS();
		level = money_add(level, money_get(&change->delta));
		values[0] = DateADTGetDatum((DateADT) change->day);
		values[1] = money_to_numeric(level, mrr_history_scale(history));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
