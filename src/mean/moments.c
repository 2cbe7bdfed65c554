/*-------------------------------------------------------------------------
 *
 * moments.c
 *	  Exact sums of one or two numbers of each customer, of their squares and of
 *	  their products: mean_summary, ratio_summary and adjusted_mean_summary.
 *
 * Values are decimal and the sums are exact (money.h, int256.h), so that they do
 * not depend on the order of the rows, and a part that is taken out leaves no
 * trace.
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

#include "core/arithmetic.h"
#include "core/aggregate.h"
#include "core/decimal.h"
#include "core/result.h"
#include "core/summary_json.h"
#include "mean/moments.h"

#define FINITE(name)	name " NOT IN ('NaN', 'Infinity', '-Infinity')"

const MomentsType mean_type = {
	.summary = {
		.name = "mean_summary",
		.example = "{\"version\": 1, \"customers\": 2, \"sum\": 7.5, \"squares\": 31.25}",
		.size = MOMENTS_SIZE(1)
	},
	.columns = 1,
	.keys = {"sum", "squares"},
	.names = {"value"},
	.conditions = {FINITE("value")}
};

const MomentsType ratio_type = {
	.summary = {
		.name = "ratio_summary",
		.example = "{\"version\": 1, \"customers\": 2, \"numerators\": 7.5, \"denominators\": 3, \"numerators_squared\": 31.25, \"denominators_squared\": 5, \"products\": 12.5}",
		.size = MOMENTS_SIZE(2)
	},
	.columns = 2,
	.keys = {"numerators", "denominators", "numerators_squared", "denominators_squared", "products"},
	.names = {"numerator", "denominator"},
	.conditions = {FINITE("numerator"), FINITE("denominator")}
};

const MomentsType adjusted_mean_type = {
	.summary = {
		.name = "adjusted_mean_summary",
		.example = "{\"version\": 1, \"customers\": 2, \"values\": 7.5, \"before\": 3, \"values_squared\": 31.25, \"before_squared\": 5, \"products\": 12.5}",
		.size = MOMENTS_SIZE(2)
	},
	.columns = 2,
	.keys = {"values", "before", "values_squared", "before_squared", "products"},
	.names = {"value", "before"},
	.conditions = {FINITE("value"), FINITE("before")}
};

/* Return the sum of a column. */
Datum
moment_sum(const Moments *moments, int column)
{
	return money_to_numeric(money_get(&moments->sums[column]),
							(int) moments->scale);
}

/*
 * Return customers * sum(ab) - sum(a) * sum(b): the products of deviations from
 * the means, times the number of customers, exactly.
 */
Datum
moment_deviations(const Moments *moments, int columns, int a, int b)
{
	const Int256 *products = (const Int256 *) (moments->sums + columns);
	int			which = a != b ? PRODUCT : (a == FIRST ? FIRST_SQUARED : SECOND_SQUARED);

	return minus(times(number(moments->customers),
					   int256_to_numeric(&products[which],
										 2 * (int) moments->scale)),
				 times(moment_sum(moments, a), moment_sum(moments, b)));
}

/* Return an argument to read. */
const Moments *
moments_arg(FunctionCallInfo fcinfo, int n, const MomentsType *type)
{
	return PG_GETARG_SUMMARY(n, &type->summary);
}

/*
 * What values there are
 */

/*
 * Return why no numbers could have these sums, or NULL: n * sum(x^2) is at least
 * sum(x)^2, and equal to it for one customer; likewise with products, where equal
 * is what two customers are.
 */
static const char *
moments_problem(const Moments *moments, const MomentsType *type)
{
	Datum		zero = number(0);
	Datum		squares[MAX_COLUMNS];
	int			sign;

	for (int i = 0; i < type->columns; i++)
	{
		squares[i] = moment_deviations(moments, type->columns, i, i);
		sign = compare(squares[i], zero);
		if (sign < 0 || (moments->customers == 1 && sign != 0))
			return "A sum of squares does not fit the sum of the numbers.";
	}
	if (moments->customers == 0)
	{
		const uint64 *word = (const uint64 *) moments->sums;

		for (const uint64 *end = (const uint64 *) ((const char *) moments + type->summary.size);
			 word < end; word++)
		{
			if (*word != 0)
				return "There are sums without customers.";
		}
	}
	if (type->columns == 2)
	{
		Datum		product = moment_deviations(moments, 2, FIRST, SECOND);

		sign = compare(times(squares[FIRST], squares[SECOND]), times(product, product));
		if (sign < 0 || (moments->customers <= 2 && sign != 0))
			return "The sum of products does not fit the other sums.";
	}
	return NULL;
}

/* Bring sums to the smallest scale that holds them. */
static void
moments_reduce(Moments *moments, int columns)
{
	Int256	   *products = moment_products(moments, columns);
	int			products_count = MOMENT_PRODUCTS(columns);

	while (moments->scale > 0)
	{
		Int256		reduced[MAX_PRODUCTS];

		for (int i = 0; i < columns; i++)
		{
			if (money_get(&moments->sums[i]) % 10 != 0)
				return;
		}
		for (int i = 0; i < products_count; i++)
		{
			reduced[i] = products[i];
			if (!int256_try_divide(&reduced[i], 100))
				return;
		}
		for (int i = 0; i < columns; i++)
			money_set(&moments->sums[i], money_get(&moments->sums[i]) / 10);
		memcpy(products, reduced, products_count * sizeof(Int256));
		moments->scale--;
	}
}

/*
 * Input and output
 */

/* The members of the text form while they are read. */
typedef struct MomentsInput
{
	const MomentsType *type;
	Moments    *moments;
	Numeric		sums[MAX_COLUMNS + MAX_PRODUCTS];
} MomentsInput;

static void
moments_member(void *arg, const char *key, const JsonbValue *value)
{
	MomentsInput *input = (MomentsInput *) arg;
	const MomentsType *type = input->type;

	for (int i = 0; i < type->columns + MOMENT_PRODUCTS(type->columns); i++)
	{
		if (strcmp(key, type->keys[i]) == 0)
		{
			if (value->type != jbvNumeric)
				summary_text_invalid(&type->summary, "\"%s\" is %s, not a number.",
									 key, summary_json_shown(value));
			input->sums[i] = value->val.numeric;
			return;
		}
	}
	if (strcmp(key, "customers") == 0)
		input->moments->customers = summary_json_count(value, key, &type->summary);
	else
		summary_json_unexpected(key, &type->summary);
}

/* Return a sum of the text form as a whole number, times 10^scale. */
static Int256
sum_member(const MomentsInput *input, int i, int scale)
{
	const MomentsType *type = input->type;
	Int256		power = int256_from(1);
	Int256		value;
	Datum		scaled;

	(void) int256_scale_up(&power, scale);
	scaled = numeric_result(times(NumericGetDatum(input->sums[i]),
								  int256_to_numeric(&power, 0)));
	if (!int256_from_text(DatumGetCString(DirectFunctionCall1(numeric_out, scaled)),
						  &value))
		summary_text_invalid(&type->summary, "\"%s\" has too many digits or decimals.",
							 type->keys[i]);
	return value;
}

/* Return the smallest scale at which all sums are whole numbers. */
static int
members_scale(const MomentsInput *input)
{
	const MomentsType *type = input->type;
	int			scale = 0;

	for (int i = 0; i < type->columns + MOMENT_PRODUCTS(type->columns); i++)
	{
		Datum		number_of;
		int			decimals;

		if (input->sums[i] == NULL)
			summary_text_invalid(&type->summary, "\"%s\" is missing.", type->keys[i]);
		number_of = numeric_result(NumericGetDatum(input->sums[i]));
		decimals = DatumGetInt32(DirectFunctionCall1(numeric_scale, number_of));
		scale = Max(scale, i < type->columns ? decimals : (decimals + 1) / 2);
	}
	if (scale > MONEY_MAX_DECIMALS)
		summary_text_invalid(&type->summary, "Its numbers have more than %d decimals.",
							 MONEY_MAX_DECIMALS);
	return scale;
}

static Datum
moments_in(FunctionCallInfo fcinfo, const MomentsType *type)
{
	Moments    *moments = summary_new(&type->summary);
	Int256	   *products = moment_products(moments, type->columns);
	MomentsInput input;
	int			scale;

	memset(&input, 0, sizeof(input));
	input.type = type;
	input.moments = moments;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &type->summary),
						 moments_member, &input);
	scale = members_scale(&input);
	moments->scale = scale;
	for (int i = 0; i < type->columns; i++)
	{
		Int256		sum = sum_member(&input, i, scale);
		int128		narrow = (int128) ((uint128) sum.word[1] << 64 | sum.word[0]);
		Int256		again = int256_from(narrow);

		if (memcmp(&again, &sum, sizeof(again)) != 0 || !money_fits(narrow))
			summary_text_invalid(&type->summary, "\"%s\" has more than %d digits.",
								 type->keys[i], MONEY_MAX_DIGITS);
		money_set(&moments->sums[i], narrow);
	}
	for (int i = 0; i < MOMENT_PRODUCTS(type->columns); i++)
		products[i] = sum_member(&input, type->columns + i, 2 * scale);
	summary_text_check(&type->summary, moments_problem(moments, type));
	PG_RETURN_POINTER(moments);
}

static Datum
moments_out(FunctionCallInfo fcinfo, const MomentsType *type)
{
	const Moments *moments = moments_arg(fcinfo, 0, type);
	const Int256 *products = (const Int256 *) (moments->sums + type->columns);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"customers\": " INT64_FORMAT, moments->customers);
	for (int i = 0; i < type->columns + MOMENT_PRODUCTS(type->columns); i++)
	{
		Datum		sum = i < type->columns ? moment_sum(moments, i) :
		int256_to_numeric(&products[i - type->columns], 2 * (int) moments->scale);

		appendStringInfo(&buf, ", \"%s\": %s", type->keys[i],
						 DatumGetCString(DirectFunctionCall1(numeric_out, sum)));
	}
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

/*
 * The binary form, in network order.  After the version come the customers, eight
 * bytes, the scale, one, and the sums as whole numbers: those of numbers 16 bytes
 * each, those of products 32.
 */
static Datum
moments_send(FunctionCallInfo fcinfo, const MomentsType *type)
{
	const Moments *moments = moments_arg(fcinfo, 0, type);
	const Int256 *products = (const Int256 *) (moments->sums + type->columns);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, moments->customers);
	pq_sendint8(&message, (uint8) moments->scale);
	for (int i = 0; i < type->columns; i++)
		money_send(&message, &moments->sums[i]);
	for (int i = 0; i < MOMENT_PRODUCTS(type->columns); i++)
		int256_send(&message, &products[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

static Datum
moments_recv(FunctionCallInfo fcinfo, const MomentsType *type)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	Moments    *moments = summary_new(&type->summary);
	Int256	   *products = moment_products(moments, type->columns);
	const char *problem = NULL;

	summary_recv_begin(message, &type->summary);
	moments->customers = summary_recv_count(message, "customers", &type->summary);
	moments->scale = pq_getmsgbyte(message);
	for (int i = 0; i < type->columns; i++)
	{
		bool		valid;

		money_set(&moments->sums[i], money_recv(message, &valid));
		if (!valid)
			problem = "A sum has more than " CppAsString2(MONEY_MAX_DIGITS) " digits.";
	}
	for (int i = 0; i < MOMENT_PRODUCTS(type->columns); i++)
		products[i] = int256_recv(message);
	if (moments->scale > MONEY_MAX_DECIMALS)
		problem = "Its scale is out of range.";
	/* the sums are looked at only when nothing is wrong with their members */
	summary_binary_check(&type->summary, problem);
	summary_binary_check(&type->summary, moments_problem(moments, type));
	moments_reduce(moments, type->columns);
	PG_RETURN_POINTER(moments);
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
moments_overflow(const MomentsType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sums of %s have too many digits", type->summary.name),
			 errdetail("Sums are exact to the last decimal of the longest number; numbers have up to %d digits, their squares %d.",
					   MONEY_MAX_DIGITS, 2 * MONEY_MAX_DIGITS),
			 type->columns == 1 ?
			 errhint("Round the numbers to the decimals that matter, for example round(%s::numeric, 2).",
					 type->names[0]) :
			 errhint("Round the numbers to the decimals that matter, for example round(%s::numeric, 2) and round(%s::numeric, 2).",
					 type->names[0], type->names[1])));
}

/* Bring the sums of a state to a larger scale. */
static pg_noinline void
moments_scale_up(Moments *moments, int64 scale, const MomentsType *type)
{
	Int256	   *products = moment_products(moments, type->columns);
	int			digits = (int) (scale - moments->scale);

	if (!money_sums_scale_up(moments->sums, type->columns, digits))
		moments_overflow(type);
	for (int i = 0; i < MOMENT_PRODUCTS(type->columns); i++)
	{
		if (!int256_scale_up(&products[i], 2 * digits))
			moments_overflow(type);
	}
	moments->scale = scale;
}

/* Add or take away the numbers of a customer, of any size. */
static pg_noinline void
moments_count_slow(Moments *moments, MoneyAmount *amounts, bool take,
				   const MomentsType *type)
{
	const int	columns = type->columns;
	Int256	   *products = moment_products(moments, columns);

	for (int i = 0; i < columns; i++)
	{
		if (amounts[i].scale > moments->scale)
			moments_scale_up(moments, amounts[i].scale, type);
	}
	for (int i = 0; i < columns; i++)
	{
		int128		sum;

		if (!money_scale_up(&amounts[i].value, (int) moments->scale - amounts[i].scale) ||
			!money_try_add(money_get(&moments->sums[i]),
						   take ? -amounts[i].value : amounts[i].value, &sum))
			moments_overflow(type);
		money_set(&moments->sums[i], sum);
	}
	for (int i = 0; i < MOMENT_PRODUCTS(columns); i++)
	{
		Int256		product = int256_product(amounts[i == SECOND_SQUARED ? SECOND : FIRST].value,
											 amounts[i == FIRST_SQUARED ? FIRST : SECOND].value);

		if (!(take ? int256_subtract(&products[i], &product) :
			  int256_add(&products[i], &product)))
			moments_overflow(type);
	}
}

/*
 * Bring an amount to the scale of a state as a word; false where it does not fit
 * one.
 */
static inline bool
as_word(const MoneyAmount *amount, int64 scale, int64 *word)
{
	if (unlikely(amount->value != (int64) amount->value || amount->scale > scale))
		return false;
	*word = (int64) amount->value;
	return likely(amount->scale == scale) ||
		!__builtin_mul_overflow(*word, money_power[scale - amount->scale], word);
}

/* Add the numbers of a customer, words as nearly all are; false for others. */
static pg_attribute_always_inline bool
moments_add_words(Moments *moments, const MoneyAmount *amounts,
				  const MomentsType *type, int columns)
{
	Int256	   *products = moment_products(moments, columns);
	int64		word[MAX_COLUMNS];
	bool		fits = true;

	for (int i = 0; i < columns; i++)
	{
		if (unlikely(!as_word(&amounts[i], moments->scale, &word[i])))
			return false;
	}
	for (int i = 0; i < columns; i++)
	{
		int128		sum;

		if (unlikely(!money_try_add(money_get(&moments->sums[i]), word[i], &sum)))
			moments_overflow(type);
		money_set(&moments->sums[i], sum);
	}
	fits &= int256_add_product(&products[FIRST_SQUARED], word[FIRST], word[FIRST]);
	if (columns == 2)
	{
		fits &= int256_add_product(&products[SECOND_SQUARED], word[SECOND], word[SECOND]);
		fits &= int256_add_product(&products[PRODUCT], word[FIRST], word[SECOND]);
	}
	if (unlikely(!fits))
		moments_overflow(type);
	return true;
}

/*
 * Read the numbers of a row, arguments from 1 on: numeric or double precision.
 * Those with more decimals are rounded to 18.
 */
static pg_attribute_always_inline void
row_amounts(FunctionCallInfo fcinfo, const MomentsType *type, int columns,
			bool is_double, MoneyAmount *amounts)
{
	for (int i = 0; i < columns; i++)
	{
		const char *name = type->names[i];

		if (!is_double)
			amounts[i] = money_arg(PG_GETARG_DATUM(1 + i), name,
								   type->conditions[i]);
		else if (unlikely(!decimal_money_from_double(PG_GETARG_FLOAT8(1 + i), &amounts[i])))
			money_arg_invalid(decimal_from_double(PG_GETARG_FLOAT8(1 + i)), name,
							  type->conditions[i]);
	}
}

/*
 * Add the numbers of a customer to the state, argument 0.  A row in which one of
 * them is NULL is skipped, but begins a state: a moving window cannot do without.
 */
static pg_attribute_always_inline Datum
moments_accum(FunctionCallInfo fcinfo, const MomentsType *type, int columns,
			  bool is_double)
{
	MoneyAmount amounts[MAX_COLUMNS];
	Moments    *moments;

	for (int i = 1; i <= columns; i++)
	{
		if (unlikely(PG_ARGISNULL(i)))
			PG_RETURN_POINTER(aggregate_state_or_new(fcinfo, &type->summary));
	}
	row_amounts(fcinfo, type, columns, is_double, amounts);
	moments = aggregate_state_or_new(fcinfo, &type->summary);
	if (unlikely(!moments_add_words(moments, amounts, type, columns)))
		moments_count_slow(moments, amounts, false, type);
	count_add(&moments->customers, 1, &type->summary);
	PG_RETURN_POINTER(moments);
}

/* Take the numbers of a customer out of the state again. */
static Datum
moments_remove(FunctionCallInfo fcinfo, const MomentsType *type, bool is_double)
{
	MoneyAmount amounts[MAX_COLUMNS];
	Moments    *moments;

	for (int i = 1; i <= type->columns; i++)
	{
		if (PG_ARGISNULL(i))
			PG_RETURN_POINTER(aggregate_state_or_new(fcinfo, &type->summary));
	}
	row_amounts(fcinfo, type, type->columns, is_double, amounts);
	moments = aggregate_state_or_new(fcinfo, &type->summary);
	moments_count_slow(moments, amounts, true, type);
	count_subtract(&moments->customers, 1, &type->summary);
	PG_RETURN_POINTER(moments);
}

/* Bring a summary to the scale of a state, or the state to that of the summary. */
static Moments *
at_one_scale(FunctionCallInfo fcinfo, Moments *moments, Moments *other,
			 const MomentsType *type)
{
	if (other->scale < moments->scale)
	{
		if ((Pointer) other == PG_GETARG_POINTER(1))
			other = summary_copy(PG_GETARG_DATUM(1), &type->summary);
		moments_scale_up(other, moments->scale, type);
	}
	else if (other->scale > moments->scale)
		moments_scale_up(moments, other->scale, type);
	return other;
}

/* Add a summary to a state, or take it out. */
static void
moments_unite(FunctionCallInfo fcinfo, Moments *moments, bool take,
			  const MomentsType *type)
{
	Moments    *other = at_one_scale(fcinfo, moments,
									 PG_GETARG_SUMMARY(1, &type->summary), type);
	Int256	   *products = moment_products(moments, type->columns);
	const Int256 *more = moment_products(other, type->columns);

	for (int i = 0; i < type->columns; i++)
	{
		int128		sum = money_get(&other->sums[i]);

		if (!money_try_add(money_get(&moments->sums[i]), take ? -sum : sum, &sum))
			moments_overflow(type);
		money_set(&moments->sums[i], sum);
	}
	for (int i = 0; i < MOMENT_PRODUCTS(type->columns); i++)
	{
		if (!(take ? int256_subtract(&products[i], &more[i]) :
			  int256_add(&products[i], &more[i])))
			moments_overflow(type);
	}
	if (take)
		count_subtract(&moments->customers, other->customers, &type->summary);
	else
		count_add(&moments->customers, other->customers, &type->summary);
	PG_FREE_IF_COPY(other, 1);
}

/* Return the state at the scale of a finished value, and leave it alone. */
static Datum
moments_final(FunctionCallInfo fcinfo, const MomentsType *type)
{
	Moments    *moments = PG_GETARG_SUMMARY(0, &type->summary);

	if (moments->scale > 0)
	{
		moments = summary_copy(PG_GETARG_DATUM(0), &type->summary);
		moments_reduce(moments, type->columns);
	}
	PG_RETURN_POINTER(moments);
}

/* a - b: what is left of a summary without a part of it, which it must have. */
static Datum
moments_minus(FunctionCallInfo fcinfo, const MomentsType *type)
{
	Moments    *moments = summary_copy(PG_GETARG_DATUM(0), &type->summary);
	const char *problem;

	moments_unite(fcinfo, moments, true, type);
	problem = moments_problem(moments, type);
	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot take out of %s what is not in it", type->summary.name),
				 errdetail("%s", problem),
				 errhint("Take out only a summary that was rolled up into this one.")));
	moments_reduce(moments, type->columns);
	PG_RETURN_POINTER(moments);
}

/*
 * The functions of a type:
 *
 * NAME_summary_in, _out, _recv and _send: its text form, JSON, and its binary
 * form, in network order, both checked completely.
 *
 * NAME_accum and NAME_remove, and the same with _double: the transition functions
 * of its aggregate and their inverses, for numeric and double precision, of which
 * 18 decimals count.  A row with NULL is skipped.  Errors: numbers that are not
 * finite, sums of too many digits.
 *
 * NAME_combine and NAME_uncombine: a summary added to the state, and taken out.
 * NAME_final: the finished value; the same numbers give the same bytes.
 * NAME_difference: the operator -, an error where the second is no part.
 *
 * NAME_customers: customers(s), how many there are.
 */
#define MOMENTS_FUNCTIONS(name, type_name, columns) \
Datum \
type_name##_in(PG_FUNCTION_ARGS) \
{ \
	return moments_in(fcinfo, &name##_type); \
} \
\
Datum \
type_name##_out(PG_FUNCTION_ARGS) \
{ \
	return moments_out(fcinfo, &name##_type); \
} \
\
Datum \
type_name##_recv(PG_FUNCTION_ARGS) \
{ \
	return moments_recv(fcinfo, &name##_type); \
} \
\
Datum \
type_name##_send(PG_FUNCTION_ARGS) \
{ \
	return moments_send(fcinfo, &name##_type); \
} \
\
Datum \
name##_accum(PG_FUNCTION_ARGS) \
{ \
	return moments_accum(fcinfo, &name##_type, columns, false); \
} \
\
Datum \
name##_accum_double(PG_FUNCTION_ARGS) \
{ \
	return moments_accum(fcinfo, &name##_type, columns, true); \
} \
\
Datum \
name##_remove(PG_FUNCTION_ARGS) \
{ \
	return moments_remove(fcinfo, &name##_type, false); \
} \
\
Datum \
name##_remove_double(PG_FUNCTION_ARGS) \
{ \
	return moments_remove(fcinfo, &name##_type, true); \
} \
\
Datum \
name##_combine(PG_FUNCTION_ARGS) \
{ \
	Moments    *moments = aggregate_combine_state(fcinfo, &name##_type.summary); \
\
	moments_unite(fcinfo, moments, false, &name##_type); \
	PG_RETURN_POINTER(moments); \
} \
\
Datum \
name##_uncombine(PG_FUNCTION_ARGS) \
{ \
	Moments    *moments = aggregate_combine_state(fcinfo, &name##_type.summary); \
\
	moments_unite(fcinfo, moments, true, &name##_type); \
	PG_RETURN_POINTER(moments); \
} \
\
Datum \
name##_final(PG_FUNCTION_ARGS) \
{ \
	return moments_final(fcinfo, &name##_type); \
} \
\
Datum \
name##_difference(PG_FUNCTION_ARGS) \
{ \
	return moments_minus(fcinfo, &name##_type); \
} \
\
Datum \
name##_customers(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_INT64(moments_arg(fcinfo, 0, &name##_type)->customers); \
}

PG_FUNCTION_INFO_V1(mean_summary_in);
PG_FUNCTION_INFO_V1(mean_summary_out);
PG_FUNCTION_INFO_V1(mean_summary_recv);
PG_FUNCTION_INFO_V1(mean_summary_send);
PG_FUNCTION_INFO_V1(mean_accum);
PG_FUNCTION_INFO_V1(mean_accum_double);
PG_FUNCTION_INFO_V1(mean_remove);
PG_FUNCTION_INFO_V1(mean_remove_double);
PG_FUNCTION_INFO_V1(mean_combine);
PG_FUNCTION_INFO_V1(mean_uncombine);
PG_FUNCTION_INFO_V1(mean_final);
PG_FUNCTION_INFO_V1(mean_difference);
PG_FUNCTION_INFO_V1(mean_customers);
MOMENTS_FUNCTIONS(mean, mean_summary, 1)

PG_FUNCTION_INFO_V1(ratio_summary_in);
PG_FUNCTION_INFO_V1(ratio_summary_out);
PG_FUNCTION_INFO_V1(ratio_summary_recv);
PG_FUNCTION_INFO_V1(ratio_summary_send);
PG_FUNCTION_INFO_V1(ratio_accum);
PG_FUNCTION_INFO_V1(ratio_accum_double);
PG_FUNCTION_INFO_V1(ratio_remove);
PG_FUNCTION_INFO_V1(ratio_remove_double);
PG_FUNCTION_INFO_V1(ratio_combine);
PG_FUNCTION_INFO_V1(ratio_uncombine);
PG_FUNCTION_INFO_V1(ratio_final);
PG_FUNCTION_INFO_V1(ratio_difference);
PG_FUNCTION_INFO_V1(ratio_customers);
MOMENTS_FUNCTIONS(ratio, ratio_summary, 2)

PG_FUNCTION_INFO_V1(adjusted_mean_summary_in);
PG_FUNCTION_INFO_V1(adjusted_mean_summary_out);
PG_FUNCTION_INFO_V1(adjusted_mean_summary_recv);
PG_FUNCTION_INFO_V1(adjusted_mean_summary_send);
PG_FUNCTION_INFO_V1(adjusted_mean_accum);
PG_FUNCTION_INFO_V1(adjusted_mean_accum_double);
PG_FUNCTION_INFO_V1(adjusted_mean_remove);
PG_FUNCTION_INFO_V1(adjusted_mean_remove_double);
PG_FUNCTION_INFO_V1(adjusted_mean_combine);
PG_FUNCTION_INFO_V1(adjusted_mean_uncombine);
PG_FUNCTION_INFO_V1(adjusted_mean_final);
PG_FUNCTION_INFO_V1(adjusted_mean_difference);
PG_FUNCTION_INFO_V1(adjusted_mean_customers);
MOMENTS_FUNCTIONS(adjusted_mean, adjusted_mean_summary, 2)
