/*-------------------------------------------------------------------------
 *
 * money.h
 *	  Exact money: a 128-bit integer at a decimal scale.
 *
 * numeric is what users have and get, but a summary cannot keep a numeric
 * for every sum: it would have to grow in place, and 100 and 100.00 are
 * equal while their bytes differ.  A summary keeps 128-bit integers that
 * share one decimal scale instead (38 digits in all), and the rules are
 *
 *	- an amount of money is rounded to 18 decimals as it enters, so that what a
 *	  division has made (a yearly price by month, a currency's rate) leaves 20
 *	  digits before the point, whatever the size of a company.
 *	- it enters with the smallest scale that holds it: 100.00 is 100 at scale 0,
 *	  8.50 is 85 at scale 1.  Equal amounts are equal bytes.
 *	- a state has the largest scale of its amounts; when one with a larger
 *	  scale arrives, what has been added up so far is multiplied up to it.
 *	- a finished state has the smallest scale that holds all its sums.  So
 *	  it depends on the sums alone, not on what was added and taken away
 *	  again, and an inverse transition cannot leave a trace.
 *	- money comes out without trailing zeros, like trim_scale(numeric).
 *
 * A sum of more than 38 digits is an error (22003), never a rounding.  It is one as soon
 * as a sum needs them: amounts of both signs near that limit can fail in one
 * order of the rows and not in another, though the sum of all would fit.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MONEY_H
#define CX_MONEY_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"

#include "core/summary_json.h"

/* how many decimal digits a sum can have; the scale cannot be larger either */
#define MONEY_MAX_DIGITS	38

/* how many decimals an amount of money keeps as it enters */
#define MONEY_MAX_DECIMALS	18

/* room for a sign, 38 digits, a point, a zero before it, and the end */
#define MONEY_TEXT_SIZE		48

/*
 * A 128-bit integer as it lies in a state.  palloc and tuples align to 8
 * bytes, int128 wants 16, so a state must not have an int128 member.
 */
typedef struct MoneySum
{
	uint64		low;
	int64		high;
} MoneySum;

/* an amount in a register: value / 10^scale */
typedef struct MoneyAmount
{
	int128		value;
	int			scale;
} MoneyAmount;

static inline int128
money_get(const MoneySum *sum)
{
	return (int128) (((uint128) (uint64) sum->high << 64) | sum->low);
}

static inline void
money_set(MoneySum *sum, int128 value)
{
	sum->low = (uint64) value;
	sum->high = (int64) (uint64) ((uint128) value >> 64);
}

static inline bool
money_is_zero(const MoneySum *sum)
{
	return (sum->low | (uint64) sum->high) == 0;
}

/* Report whether a value has at most 38 digits. */
static inline bool
money_fits(int128 value)
{
	const int128 limit = (int128) INT64CONST(1000000000000000000) *
	INT64CONST(1000000000000000000) * 100;

	return value < limit && value > -limit;
}

/* 10^0 to 10^18, for amounts that fit a word */
extern const int64 money_power[MONEY_MAX_DECIMALS + 1];

/*
 * Multiply an amount that fits a word by 10^digits, up to MONEY_MAX_DECIMALS;
 * false, and nothing changed, where it or the result does not fit one.
 */
static inline bool
money_scale_up_word(MoneySum *sum, int digits)
{
	int128		value = money_get(sum);
	int64		scaled;

	if (unlikely(value != (int64) value ||
				 __builtin_mul_overflow((int64) value, money_power[digits], &scaled)))
		return false;
	money_set(sum, scaled);
	return true;
}

/* Add two sums; false when the result has more than 38 digits. */
static inline bool
money_try_add(int128 a, int128 b, int128 *sum)
{
	return !__builtin_add_overflow(a, b, sum) && money_fits(*sum);
}

/* an argument or a result */
extern bool money_from_datum(Datum number, MoneyAmount *amount);
extern MoneyAmount money_arg_rounded(Datum number, const char *name,
									 const char *condition);
pg_noreturn extern void money_arg_invalid(Datum number, const char *name,
										  const char *condition);
extern Datum money_to_numeric(int128 value, int scale);
extern Datum money_ratio(int128 part, int128 whole, int scale);
extern Datum money_percent(int128 part, int128 whole, int scale);
extern Datum money_per(int128 value, int scale, int64 count);

/* arithmetic */
extern bool money_scale_up(int128 *value, int digits);
pg_noreturn extern void money_overflow(void);

/* the sums of a state, which share a scale */
extern bool money_sums_scale_up(MoneySum *sums, int count, int digits);
extern int	money_sums_spare(const MoneySum *sums, int count, int limit);
extern void money_sums_scale_down(MoneySum *sums, int count, int digits);
extern int	money_sums_reduce(MoneySum *sums, int count, int scale);

/*
 * Return an argument with all its digits, or report it: name is the argument,
 * condition the FILTER (WHERE ...)  that would leave the row out.
 */
static inline MoneyAmount
money_exact_arg(Datum number, const char *name, const char *condition)
{
	MoneyAmount amount;

	if (unlikely(!money_from_datum(number, &amount)))
		money_arg_invalid(number, name, condition);
	return amount;
}

/*
 * Return an argument that is an amount of money, rounded to MONEY_MAX_DECIMALS, or
 * report it as money_exact_arg() does.
 */
static inline MoneyAmount
money_arg(Datum number, const char *name, const char *condition)
{
	MoneyAmount amount;

	if (unlikely(!money_from_datum(number, &amount) ||
				 amount.scale > MONEY_MAX_DECIMALS))
		return money_arg_rounded(number, name, condition);
	return amount;
}

/* Return value * 10^digits; an error when that has more than 38 digits. */
static inline int128
money_rescale(int128 value, int digits)
{
	if (unlikely(digits != 0 && !money_scale_up(&value, digits)))
		money_overflow();
	return value;
}

static inline int128
money_add(int128 a, int128 b)
{
	int128		sum;

	if (unlikely(!money_try_add(a, b, &sum)))
		money_overflow();
	return sum;
}

/* text and binary */
extern MoneyAmount money_from_json(const JsonbValue *value, const char *key,
								   const SummaryType *type);
extern void money_append_text(StringInfo buf, int128 value, int scale);
extern void money_send(StringInfo buf, const MoneySum *sum);
extern int128 money_recv(StringInfo buf, bool *valid);

#endif							/* CX_MONEY_H */
