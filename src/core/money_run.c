/*-------------------------------------------------------------------------
 *
 * money_run.c
 *	  A run whose entries hold sums of money, all of them at one scale: see
 *	  money_run.h.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/calendar.h"
#include "core/money_run.h"
#include "core/shown.h"

static inline MoneySum *
entry_sums(const MoneyRun *type, SortedRun *state, uint32 i)
{
	return (MoneySum *) ((char *) sorted_run_entry(type->run, state, i) +
						 type->first_sum);
}

static inline const MoneySum *
entry_sums_const(const MoneyRun *type, const SortedRun *state, uint32 i)
{
	return (const MoneySum *) ((const char *) sorted_run_entry_const(type->run, state, i) +
							   type->first_sum);
}

/* Bring a state's sums to a larger scale; a smaller one changes nothing. */
void
money_run_scale_up(const MoneyRun *type, SortedRun *state, int scale)
{
	int			digits = scale - money_run_scale(type, state);

	if (digits <= 0)
		return;
	for (uint32 i = 0; i < state->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!money_sums_scale_up(entry_sums(type, state, i), type->sums,
								 digits))
			money_overflow();
	}
	money_run_set_scale(type, state, scale);
}

/* Return by how many digits the scale is larger than the sums need. */
static int
spare_digits(const MoneyRun *type, const SortedRun *state)
{
	int			spare = money_run_scale(type, state);

	for (uint32 i = 0; i < state->used && spare > 0; i++)
	{
		CHECK_FOR_INTERRUPTS();
		spare = money_sums_spare(entry_sums_const(type, state, i), type->sums,
								 spare);
	}
	return spare;
}

/*
 * Return the canonical value of a state: a copy, in order, at the smallest
 * scale that holds every sum.
 */
SortedRun *
money_run_finish(const MoneyRun *type, const SortedRun *state)
{
	SortedRun  *result = sorted_run_finish(type->run, state);
	int			scale = money_run_scale(type, result);
	int			spare = spare_digits(type, result);

	if (spare == 0)
		return result;
	for (uint32 i = 0; i < result->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_sums_scale_down(entry_sums(type, result, i), type->sums, spare);
	}
	money_run_set_scale(type, result, scale - spare);
	return result;
}

static bool
has_empty_entry(const MoneyRun *type, const SortedRun *state)
{
	if (type->run->is_empty == NULL)
		return false;
	for (uint32 i = 0; i < state->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (type->run->is_empty(sorted_run_entry_const(type->run, state, i)))
			return true;
	}
	return false;
}

/*
 * Return a summary's canonical value, to be shown or sent: the summary itself,
 * which can be large, unless it is not finished.
 */
const SortedRun *
money_run_canonical(const MoneyRun *type, Datum value)
{
	const SortedRun *state = summary_get(value, type->type);

	if (state->sorted == state->used && !has_empty_entry(type, state) &&
		spare_digits(type, state) == 0)
		return state;
	return money_run_finish(type, state);
}

/*
 * Finish a combine function: merge argument 1 into the state, at the larger of
 * their scales.  other is argument 1 as PG_GETARG_SUMMARY() gave it; where its
 * sums must change, a copy of it is changed.
 */
Datum
money_run_combine(const MoneyRun *type, FunctionCallInfo fcinfo,
				  SortedRun *state, SortedRun *other)
{
	money_run_scale_up(type, state, money_run_scale(type, other));
	if (money_run_scale(type, other) < money_run_scale(type, state))
	{
		if ((Pointer) other == DatumGetPointer(PG_GETARG_DATUM(1)))
			other = summary_copy(PG_GETARG_DATUM(1), type->type);
		money_run_scale_up(type, other, money_run_scale(type, state));
	}
	state = sorted_run_merge(type->run, state, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(state);
}

/* Read the scale of a binary form; sums is the type's word for its sums. */
int
money_run_recv_scale(const MoneyRun *type, StringInfo message,
					 const char *sums)
{
	int			scale = pq_getmsgbyte(message);

	if (scale > MONEY_MAX_DECIMALS)
		summary_binary_invalid(type->type, "The scale of its %s is %d; it must be from 0 to %d.",
							   sums, scale, MONEY_MAX_DECIMALS);
	return scale;
}

/*
 * Return the canonical value of what has been read of a text form.  Rows are rounded to
 * so many decimals, so it has no more.
 */
SortedRun *
money_run_from_text(const MoneyRun *type, const SortedRun *state)
{
	SortedRun  *value = money_run_finish(type, state);

	if (money_run_scale(type, value) > MONEY_MAX_DECIMALS)
		summary_text_invalid(type->type, "Its numbers have more than %d decimals.",
							 MONEY_MAX_DECIMALS);
	return value;
}

/*
 * Money by day
 */

/* Return the day that is the key of a member in a text form. */
DateADT
money_day_key(const MoneyRun *type, const char *key)
{
	DateADT		day;

	if (!calendar_day_from_text(key, (int) strlen(key), &day))
		summary_text_invalid(type->type, "\"%s\" is not a date like \"2025-01-31\".",
							 text_shown(cstring_to_text(key)));
	return day;
}

/*
 * Append a member of an object in text form, such as "2025-01-31": 50, with a
 * comma before all but the first.
 */
void
money_day_append_text(StringInfo buf, bool first, int64 day, int128 amount,
					  int scale)
{
	appendStringInfoString(buf, first ? "\"" : ", \"");
	calendar_append_day(buf, (DateADT) day);
	appendStringInfoString(buf, "\": ");
	money_append_text(buf, amount, scale);
}

/*
 * Read a day and its amount in binary form; what begins the message about a
 * bad amount.
 */
void
money_day_recv(const MoneyRun *type, StringInfo message, const char *what,
			   MoneyDay *day)
{
	bool		valid;

	day->day = (int32) pq_getmsgint(message, 4);
	money_set(&day->amount, money_recv(message, &valid));
	if (!valid)
		summary_binary_invalid(type->type, "%s has more than %d digits.",
							   what, MONEY_MAX_DIGITS);
	if (!IS_VALID_DATE(day->day))
		summary_binary_invalid(type->type, "A date is out of range.");
}

/* Send the number of days, then the days in binary form. */
void
money_days_send(const MoneyRun *type, StringInfo message,
				const SortedRun *state)
{
	const MoneyDay *day = money_days_const(type, state);

	pq_sendint32(message, state->used);
	for (uint32 i = 0; i < state->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(message, (uint32) day[i].day);
		money_send(message, &day[i].amount);
	}
}
