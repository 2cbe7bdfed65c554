/*-------------------------------------------------------------------------
 *
 * money.c
 *	  Exact money: a 128-bit integer at a decimal scale.
 *
 * See money.h for the rules.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/money.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary_json.h"

/*
 * The format of numeric on disk.  numeric.c keeps these definitions to itself,
 * but they cannot change: pg_upgrade hands tables over as they are, from 9.1
 * on.  Its public functions lead through numeric_send or numeric_out, with one
 * or two allocations a row: 75 to 95 ns a value, against 17 ns for reading the
 * digits in place.  The regression test "mrr" compares this reading with
 * PostgreSQL's own arithmetic on values of every length and scale.
 *
 * A 16-bit header begins the value.  Its two top bits tell the short form
 * (scale and weight are in the header), a special value (NaN and the
 * infinities) and the long form (the two bits are the sign, the other bits the
 * scale, and a 16-bit weight follows).  Then come digits in base 10000, the
 * first one worth 10000^weight; zero has none.
 */
#define NUM_FORM(header)			((header) & 0xC000)
#define NUM_LONG_NEGATIVE			0x4000
#define NUM_SHORT					0x8000
#define NUM_SPECIAL					0xC000
#define NUM_SHORT_NEGATIVE			0x2000
#define NUM_SHORT_WEIGHT_NEGATIVE	0x0040
#define NUM_SHORT_WEIGHT			0x003F
#define NUM_BASE_DIGITS				4	/* decimal digits in one of numeric's */

#define POW10_18	INT64CONST(1000000000000000000)
#define WIDE(high, low)		((int128) (high) * POW10_18 + (low))

const int64 money_power[MONEY_MAX_DECIMALS + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000,
	INT64CONST(10000000000),
	INT64CONST(100000000000),
	INT64CONST(1000000000000),
	INT64CONST(10000000000000),
	INT64CONST(100000000000000),
	INT64CONST(1000000000000000),
	INT64CONST(10000000000000000),
	INT64CONST(100000000000000000),
	POW10_18
};

/* 10^0 to 10^38 */
static const int128 powers[MONEY_MAX_DIGITS + 1] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
	1000000000,
	INT64CONST(10000000000),
	INT64CONST(100000000000),
	INT64CONST(1000000000000),
	INT64CONST(10000000000000),
	INT64CONST(100000000000000),
	INT64CONST(1000000000000000),
	INT64CONST(10000000000000000),
	INT64CONST(100000000000000000),
	POW10_18,
	WIDE(10, 0), WIDE(100, 0), WIDE(1000, 0), WIDE(10000, 0),
	WIDE(100000, 0), WIDE(1000000, 0), WIDE(10000000, 0),
	WIDE(100000000, 0), WIDE(1000000000, 0),
	WIDE(INT64CONST(10000000000), 0),
	WIDE(INT64CONST(100000000000), 0),
	WIDE(INT64CONST(1000000000000), 0),
	WIDE(INT64CONST(10000000000000), 0),
	WIDE(INT64CONST(100000000000000), 0),
	WIDE(INT64CONST(1000000000000000), 0),
	WIDE(INT64CONST(10000000000000000), 0),
	WIDE(INT64CONST(100000000000000000), 0),
	WIDE(POW10_18, 0),
	WIDE(POW10_18, 0) * 10,
	WIDE(POW10_18, 0) * 100,
};

/*
 * Return the digit of base 10000 at place i; the value may lie at an odd
 * address.
 */
static inline int
base_digit(const char *digits, int i)
{
	uint16		digit;

	memcpy(&digit, digits + i * sizeof(digit), sizeof(digit));
	return digit;
}

/*
 * Read an amount below 10,000 with up to four decimals, in the short form and
 * not compressed: one or two digits of base 10000, as most amounts are.  False
 * for any other number.
 */
static inline bool
read_price(Datum number, MoneyAmount *amount)
{
	const struct varlena *value = (const struct varlena *) DatumGetPointer(number);
	const char *data;
	Size		size;
	uint16		header;
	int			price;

	if (VARATT_IS_1B(value) && !VARATT_IS_1B_E(value))
		size = VARSIZE_1B(value) - VARHDRSZ_SHORT;
	else if (VARATT_IS_4B_U(value))
		size = VARSIZE_4B(value) - VARHDRSZ;
	else
		return false;
	data = VARDATA_ANY(value);
	if (size != 2 * sizeof(uint16) && size != 3 * sizeof(uint16))
		return false;

	/* accept the short form whose first digit is worth 1 */
	memcpy(&header, data, sizeof(header));
	if ((header & (NUM_SPECIAL | NUM_SHORT_WEIGHT_NEGATIVE | NUM_SHORT_WEIGHT)) != NUM_SHORT)
		return false;

	amount->scale = 0;
	price = base_digit(data, 1);
	if (size == 3 * sizeof(uint16))
	{
		int			decimals = base_digit(data, 2);

		/* 12.5000 is 125 at scale 1; money mostly has two decimals */
		if (decimals % 100 != 0)
		{
			bool		three = decimals % 10 == 0;

			price = three ? price * 1000 + decimals / 10 : price * 10000 + decimals;
			amount->scale = three ? 3 : 4;
		}
		else if (decimals != 0)
		{
			bool		one = decimals % 1000 == 0;

			price = one ? price * 10 + decimals / 1000 : price * 100 + decimals / 100;
			amount->scale = one ? 1 : 2;
		}
	}
	amount->value = header & NUM_SHORT_NEGATIVE ? -price : price;
	return true;
}

static bool read_number(Datum number, MoneyAmount *amount);

/*
 * Read a numeric.  False when it is not finite, or has more than 38 digits on
 * the two sides of the point together.
 */
bool
money_from_datum(Datum number, MoneyAmount *amount)
{
	if (likely(read_price(number, amount)))
		return true;
	return read_number(number, amount);
}

static bool
read_number(Datum number, MoneyAmount *amount)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(number);
	const char *data = VARDATA_ANY(packed);
	int			size = (int) VARSIZE_ANY_EXHDR(packed);
	uint16		header;
	bool		negative;
	int			weight;
	int			count;
	int			last;
	int			dropped = 0;
	int			exponent;
	int			length;
	int128		value = 0;
	bool		ok = false;

	memcpy(&header, data, sizeof(header));
	if (NUM_FORM(header) == NUM_SPECIAL)
		goto done;

	if (NUM_FORM(header) == NUM_SHORT)
	{
		negative = (header & NUM_SHORT_NEGATIVE) != 0;
		weight = header & NUM_SHORT_WEIGHT;
		if (header & NUM_SHORT_WEIGHT_NEGATIVE)
			weight -= NUM_SHORT_WEIGHT + 1;
		data += sizeof(uint16);
		count = (size - (int) sizeof(uint16)) / (int) sizeof(uint16);
	}
	else
	{
		int16		long_weight;

		negative = NUM_FORM(header) == NUM_LONG_NEGATIVE;
		memcpy(&long_weight, data + sizeof(uint16), sizeof(long_weight));
		weight = long_weight;
		data += 2 * sizeof(uint16);
		count = (size - 2 * (int) sizeof(uint16)) / (int) sizeof(uint16);
	}

	/* numeric stores no zeros at either end, but do not rely on it */
	while (count > 0 && base_digit(data, 0) == 0)
	{
		data += sizeof(uint16);
		weight--;
		count--;
	}
	while (count > 0 && base_digit(data, count - 1) == 0)
		count--;

	amount->value = 0;
	amount->scale = 0;
	if (count == 0)
	{
		ok = true;
		goto done;
	}

	/* drop the decimal zeros at the end of the last digit: 5000 is 5 */
	last = base_digit(data, count - 1);
	while (last % 10 == 0)
	{
		last /= 10;
		dropped++;
	}
	exponent = NUM_BASE_DIGITS * (weight - (count - 1)) + dropped;

	/* count the decimal digits from the first to the last that is not zero */
	if (count == 1)
		length = last;
	else
		length = base_digit(data, 0);
	length = length >= 1000 ? 4 : length >= 100 ? 3 : length >= 10 ? 2 : 1;
	if (count > 1)
		length += NUM_BASE_DIGITS * (count - 1) - dropped;

	if (length + Max(exponent, 0) > MONEY_MAX_DIGITS ||
		-exponent > MONEY_MAX_DIGITS)
		goto done;

	if (count <= 4)
	{
		int64		small = 0;

		for (int i = 0; i < count - 1; i++)
			small = small * 10000 + base_digit(data, i);
		value = small * (int64) powers[NUM_BASE_DIGITS - dropped] + last;
	}
	else
	{
		for (int i = 0; i < count - 1; i++)
			value = value * 10000 + base_digit(data, i);
		value = value * powers[NUM_BASE_DIGITS - dropped] + last;
	}
	if (exponent > 0)
		value *= powers[exponent];

	amount->value = negative ? -value : value;
	amount->scale = Max(-exponent, 0);
	ok = true;

done:
	if ((Pointer) packed != DatumGetPointer(number))
		pfree(packed);
	return ok;
}

/* Report a numeric that is no amount of money: not finite, or too long. */
void
money_arg_invalid(Datum number, const char *name, const char *condition)
{
	Numeric		value = DatumGetNumeric(number);
	char	   *str = numeric_shown(NumericGetDatum(value));

	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a finite number", name),
				 errdetail("The %s is %s.", name, str),
				 errhint("Leave such rows out with FILTER (WHERE %s).",
						 condition)));
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s has more than %d digits", name,
					MONEY_MAX_DIGITS),
			 errdetail("The %s is %s.", name, str),
			 errhint("Sums of money are exact to %d digits; round the amounts, for example round(%s::numeric, 2), and look for one that is a mistake.",
					 MONEY_MAX_DIGITS, name)));
}

/*
 * Return an argument that is an amount of money and has many digits, rounded; what
 * is no number, or too long even then, is reported.
 */
MoneyAmount
money_arg_rounded(Datum number, const char *name, const char *condition)
{
	Datum		rounded = DirectFunctionCall2(numeric_round, number,
											  Int32GetDatum(MONEY_MAX_DECIMALS));
	MoneyAmount amount;

	if (!money_from_datum(rounded, &amount))
		money_arg_invalid(number, name, condition);
	pfree(DatumGetPointer(rounded));
	return amount;
}

/* Multiply by 10^digits; false when the result has more than 38 digits. */
bool
money_scale_up(int128 *value, int digits)
{
	Assert(digits >= 0);
	if (*value == 0)
		return true;
	if (digits > MONEY_MAX_DIGITS ||
		*value >= powers[MONEY_MAX_DIGITS - digits] ||
		*value <= -powers[MONEY_MAX_DIGITS - digits])
		return false;
	*value *= powers[digits];
	return true;
}

/*
 * Return how many decimal zeros a value ends with, at most limit; the value 0
 * ends with limit zeros.
 */
static int
spare_zeros(int128 value, int limit)
{
	int			zeros = 0;

	if (value == 0)
		return limit;
	while (zeros < limit && ((int) value & 1) == 0)
	{
		if (value == (int64) value)
		{
			int64		small = (int64) value;

			while (zeros < limit && small % 10 == 0)
			{
				small /= 10;
				zeros++;
			}
			break;
		}
		if (value % 10 != 0)
			break;
		value /= 10;
		zeros++;
	}
	return zeros;
}

/* Divide by 10^digits; the caller knows that nothing is lost. */
static int128
scale_down(int128 value, int digits)
{
	if (digits == 0)
		return value;
	if (value == (int64) value && digits <= 18)
		return (int64) value / (int64) powers[digits];
	Assert(value % powers[digits] == 0);
	return value / powers[digits];
}

/* Return value / 10^scale as a numeric, without trailing zeros. */
Datum
money_to_numeric(int128 value, int scale)
{
	int			zeros = spare_zeros(value, scale);

	value = scale_down(value, zeros);
	scale -= zeros;

	if (value == (int64) value)
		return NumericGetDatum(int64_div_fast_to_numeric((int64) value,
														 scale));
	else
	{
		StringInfoData buf;
		Datum		result;

		initStringInfo(&buf);
		money_append_text(&buf, value, scale);
		result = DirectFunctionCall3(numeric_in, CStringGetDatum(buf.data),
									 ObjectIdGetDatum(InvalidOid),
									 Int32GetDatum(-1));
		pfree(buf.data);
		return result;
	}
}

/*
 * Return part / whole.  The operands have no trailing zeros, so that the
 * digits of the quotient depend on their values alone.
 */
Datum
money_ratio(int128 part, int128 whole, int scale)
{
	return numeric_result(DirectFunctionCall2(numeric_div,
											  money_to_numeric(part, scale),
											  money_to_numeric(whole, scale)));
}

/* Return part of whole in percent points. */
Datum
money_percent(int128 part, int128 whole, int scale)
{
	Datum		hundred = NumericGetDatum(int64_to_numeric(100));
	Datum		parts = DirectFunctionCall2(numeric_mul, hundred,
											money_to_numeric(part, scale));

	return numeric_result(DirectFunctionCall2(numeric_div, parts,
											  money_to_numeric(whole,
															   scale)));
}

/* Return an amount divided by a count. */
Datum
money_per(int128 value, int scale, int64 count)
{
	return numeric_result(DirectFunctionCall2(numeric_div,
											  money_to_numeric(value, scale),
											  NumericGetDatum(int64_to_numeric(count))));
}

void
money_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum of money has more than %d digits",
					MONEY_MAX_DIGITS),
			 errdetail("Sums keep all decimals of all amounts, in %d digits on both sides of the point together.",
					   MONEY_MAX_DIGITS),
			 errhint("Look for an amount that is a mistake; decimals that do not matter can go, as by round(amount, 2).")));
}

/*
 * Multiply sums by 10^digits; false, and nothing changed, when one of them
 * would have more than 38 digits.
 */
bool
money_sums_scale_up(MoneySum *sums, int count, int digits)
{
	int			i;

	for (i = 0; i < count; i++)
	{
		int128		value = money_get(&sums[i]);

		if (!money_scale_up(&value, digits))
			break;
		money_set(&sums[i], value);
	}
	if (i == count)
		return true;
	money_sums_scale_down(sums, i, digits);
	return false;
}

/* Return how many decimal zeros all of the sums end with, at most limit. */
int
money_sums_spare(const MoneySum *sums, int count, int limit)
{
	for (int i = 0; i < count && limit > 0; i++)
		limit = spare_zeros(money_get(&sums[i]), limit);
	return limit;
}

/* Divide sums by 10^digits; each of them must end with so many zeros. */
void
money_sums_scale_down(MoneySum *sums, int count, int digits)
{
	for (int i = 0; i < count; i++)
		money_set(&sums[i], scale_down(money_get(&sums[i]), digits));
}

/* Bring sums to the smallest scale that holds them, and return that scale. */
int
money_sums_reduce(MoneySum *sums, int count, int scale)
{
	int			spare = money_sums_spare(sums, count, scale);

	if (spare > 0)
		money_sums_scale_down(sums, count, spare);
	return scale - spare;
}

/*
 * Return a member of a summary's text that is money; an error when it is none.
 */
MoneyAmount
money_from_json(const JsonbValue *value, const char *key,
				const SummaryType *type)
{
	MoneyAmount amount;

	if (value->type != jbvNumeric ||
		!money_from_datum(NumericGetDatum(value->val.numeric), &amount))
		summary_text_invalid(type, "%s is %s, not a number of at most %d digits.",
							 summary_json_key_shown(key),
							 summary_json_shown(value), MONEY_MAX_DIGITS);
	return amount;
}

/*
 * Append an amount as text: a JSON number without an exponent.  Trailing zeros
 * are left out, so the text does not depend on the scale.
 */
void
money_append_text(StringInfo buf, int128 value, int scale)
{
	char text[	MONEY_TEXT_SIZE];
	char	   *end = text +sizeof(text);
	char	   *p = end;
	uint128		rest = value < 0 ? -(uint128) value : (uint128) value;
	int			place = 0;

	Assert(scale >= 0 && scale <= MONEY_MAX_DIGITS && money_fits(value));
	while (scale > 0 && rest % 10 == 0)
	{
		rest /= 10;
		scale--;
	}
	*--p = '\0';
	while (rest > 0 || place <= scale)
	{
		if (place == scale && scale > 0)
			*--p = '.';
		*--p = (char) ('0' + (int) (rest % 10));
		rest /= 10;
		place++;
	}
	if (value < 0)
		*--p = '-';
	appendStringInfoString(buf, p);
}

void
money_send(StringInfo buf, const MoneySum *sum)
{
	pq_sendint64(buf, (uint64) sum->high);
	pq_sendint64(buf, sum->low);
}

/*
 * Read a sum in the binary form; *valid is false when it has more than 38
 * digits.
 */
int128
money_recv(StringInfo buf, bool *valid)
{
	MoneySum	sum;

	sum.high = pq_getmsgint64(buf);
	sum.low = (uint64) pq_getmsgint64(buf);
	*valid = money_fits(money_get(&sum));
	return money_get(&sum);
}
