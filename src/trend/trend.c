/*-------------------------------------------------------------------------
 *
 * trend.c
 *	  Trends: the least squares line through values over days, and sparklines.
 *
 * A trend_summary keeps the sums that a line needs: the number of points, the
 * sums of days, values, their squares and their products.  Values are decimal
 * and the sums are exact (money.h, int256.h), so that they do not depend on the
 * order of the rows, and neither do slope and significance.
 *
 * With S_xy = n * sum(xy) - sum(x) * sum(y) and S_xx, S_yy alike, the slope is
 * S_xy / S_xx, and its t is S_xy * sqrt((n - 2) / (S_xx * S_yy - S_xy^2)) with
 * n - 2 degrees of freedom (N. R. Draper and H. Smith, Applied Regression
 * Analysis, 1998, section 1.5).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/confidence.h"
#include "core/decimal.h"
#include "core/elapsed.h"
#include "core/int256.h"
#include "core/money.h"
#include "core/result.h"
#include "core/summary_json.h"
#include "math/statistics.h"

/* Days are counted from 2000-01-01, sums of values are at the scale. */
typedef struct TrendSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];	/* zero */
	DateADT		first;
	DateADT		last;
	int64		points;
	int64		scale;
	MoneySum	days;
	MoneySum	days_squared;
	MoneySum	values;
	Int256		products;
	Int256		values_squared; /* at twice the scale */
} TrendSummary;

/* The sums of deviations from the means, each times the number of points. */
typedef struct TrendSpread
{
	Datum		points;
	Datum		days;			/* sum(x) */
	Datum		values;			/* sum(y) */
	Datum		xx;
	Datum		xy;
	Datum		yy;
} TrendSpread;

/* The sums in the text form, in the order of TrendSummary. */
#define TREND_SUMS	5
static const char *const sum_keys[TREND_SUMS] = {
	"days", "days_squared", "values", "products", "values_squared"
};

static const SummaryType trend_type = {
	.name = "trend_summary",
	.example = "{\"version\": 1, \"points\": 2, \"first\": \"2000-01-01\", \"last\": \"2000-01-03\", \"scale\": 1, \"days\": 2, \"days_squared\": 4, \"values\": 5.5, \"products\": 7, \"values_squared\": 16.25}",
	.size = sizeof(TrendSummary)
};

static Datum
sum_to_numeric(const MoneySum *sum, int64 scale)
{
	return money_to_numeric(money_get(sum), (int) scale);
}

static TrendSpread
trend_spread(const TrendSummary *trend)
{
	TrendSpread spread;

	spread.points = number(trend->points);
	spread.days = sum_to_numeric(&trend->days, 0);
	spread.values = sum_to_numeric(&trend->values, trend->scale);
	spread.xx = minus(times(spread.points,
							sum_to_numeric(&trend->days_squared, 0)),
					  times(spread.days, spread.days));
	spread.xy = minus(times(spread.points,
							int256_to_numeric(&trend->products,
											  (int) trend->scale)),
					  times(spread.days, spread.values));
	spread.yy = minus(times(spread.points,
							int256_to_numeric(&trend->values_squared,
											  2 * (int) trend->scale)),
					  times(spread.values, spread.values));
	return spread;
}

/* Return S_xx * S_yy - S_xy^2, which is 0 when all points lie on the line. */
static Datum
trend_residual(const TrendSpread *spread)
{
	return minus(times(spread->xx, spread->yy), times(spread->xy, spread->xy));
}

/*
 * Input and output
 */

/*
 * Return why no points could have produced these sums, or NULL.  Points lie
 * between the first and the last day with one at each end, and sums of squares
 * are as large as the other sums ask for; this much can be told from the sums
 * alone.
 */
static const char *
trend_problem(const TrendSummary *trend)
{
	int128		n = trend->points;
	int128		first = trend->first;
	int128		last = trend->last;
	int128		days = money_get(&trend->days);
	int128		span = last - first;
	TrendSpread spread;

	if (trend->points < 1)
		return "There are no points.";
	if (span < 0)
		return "The last day is before the first.";
	/* at least one point lies on the first day and one on the last */
	if (days - n * first < span || n * last - days < span)
		return "The sum of the days does not fit the first and the last day.";

	/* the sum of (x - first) * (last - x) is not negative */
	if (money_get(&trend->days_squared) > (first + last) * days - n * first * last ||
		money_get(&trend->days_squared) < 0)
		return "The sum of squared days does not fit the first and the last day.";
	spread = trend_spread(trend);
	if (sign_of(spread.xx) < 0 || (sign_of(spread.xx) == 0) != (span == 0))
		return "The sum of squared days does not fit the sum of the days.";
	if (sign_of(spread.yy) < 0 ||
		(trend->points == 1 && sign_of(spread.yy) != 0))
		return "The sum of squared values does not fit the sum of the values.";
	if (sign_of(trend_residual(&spread)) < 0 ||
		(trend->points == 2 && sign_of(trend_residual(&spread)) != 0))
		return "The sum of products does not fit the other sums.";
	return NULL;
}

/*
 * The members of the text form while they are read; the scale may follow the
 * sums.
 */
typedef struct TrendInput
{
	TrendSummary *trend;
	bool		has_first;
	bool		has_last;
	Numeric		sums[TREND_SUMS];
} TrendInput;

static void
trend_member(void *arg, const char *key, const JsonbValue *value)
{
	TrendInput *input = (TrendInput *) arg;

	for (int i = 0; i < TREND_SUMS; i++)
	{
		if (strcmp(key, sum_keys[i]) == 0)
		{
			if (value->type != jbvNumeric)
				summary_text_invalid(&trend_type, "\"%s\" is %s, not a number.",
									 key, summary_json_shown(value));
			input->sums[i] = value->val.numeric;
			return;
		}
	}
	if (strcmp(key, "points") == 0)
		input->trend->points = summary_json_count(value, key, &trend_type);
	else if (strcmp(key, "scale") == 0)
		input->trend->scale = summary_json_int64(value, 0, MONEY_MAX_DIGITS,
												 key, &trend_type);
	else if (strcmp(key, "first") == 0)
	{
		input->trend->first = summary_json_day(value, key, &trend_type);
		input->has_first = true;
	}
	else if (strcmp(key, "last") == 0)
	{
		input->trend->last = summary_json_day(value, key, &trend_type);
		input->has_last = true;
	}
	else
		summary_json_unexpected(key, &trend_type);
}

/* Return a sum of the text form as a whole number, times 10^scale. */
static Int256
sum_member(const TrendInput *input, int i, int64 scale)
{
	Int256		value;

	if (input->sums[i] == NULL)
		summary_text_invalid(&trend_type, "\"%s\" is missing.", sum_keys[i]);
	if (!int256_from_numeric(NumericGetDatum(input->sums[i]), (int) scale, &value))
		summary_text_invalid(&trend_type, "\"%s\" has too many digits, or more decimals than \"scale\" says.",
							 sum_keys[i]);
	return value;
}

/* Store a sum that must have at most 38 digits; false when it has more. */
static bool
narrow(const Int256 *value, MoneySum *sum)
{
	int128		narrowed;

	if (!int256_to_int128(value, &narrowed) || !money_fits(narrowed))
		return false;
	money_set(sum, narrowed);
	return true;
}

/*
 * trend_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "points" is a count, "first" and "last" are days, "scale" is
 * the number of decimals of the values, and the sums of sum_keys are numbers.
 * Sums that no points can have are refused (trend_problem()).
 */
PG_FUNCTION_INFO_V1(trend_summary_in);
Datum
trend_summary_in(PG_FUNCTION_ARGS)
{
	TrendInput	input;
	TrendSummary *trend = summary_new(&trend_type);
	MoneySum   *narrow_sums[] = {&trend->days, &trend->days_squared,
	&trend->values};

	memset(&input, 0, sizeof(input));
	input.trend = trend;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&trend_type),
						 trend_member, &input);
	if (!input.has_first || !input.has_last)
		summary_text_invalid(&trend_type, "\"%s\" is missing.",
							 input.has_first ? "last" : "first");
	for (int i = 0; i < 3; i++)
	{
		Int256		sum = sum_member(&input, i, i < 2 ? 0 : trend->scale);

		if (!narrow(&sum, narrow_sums[i]))
			summary_text_invalid(&trend_type, "\"%s\" has more than %d digits.",
								 sum_keys[i], MONEY_MAX_DIGITS);
	}
	trend->products = sum_member(&input, 3, trend->scale);
	trend->values_squared = sum_member(&input, 4, 2 * trend->scale);
	summary_text_check(&trend_type, trend_problem(trend));
	PG_RETURN_POINTER(trend);
}

static char *
numeric_text(Datum value)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, value));
}

/* trend_summary_out: the text form, JSON; the sums have all their digits */
PG_FUNCTION_INFO_V1(trend_summary_out);
Datum
trend_summary_out(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);
	Datum		sums[TREND_SUMS];
	StringInfoData buf;

	sums[0] = sum_to_numeric(&trend->days, 0);
	sums[1] = sum_to_numeric(&trend->days_squared, 0);
	sums[2] = sum_to_numeric(&trend->values, trend->scale);
	sums[3] = int256_to_numeric(&trend->products, (int) trend->scale);
	sums[4] = int256_to_numeric(&trend->values_squared, 2 * (int) trend->scale);

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"points\": " INT64_FORMAT ", \"first\": \"%s\", \"last\": \"%s\", \"scale\": %d",
					 trend->points, calendar_day_text(trend->first),
					 calendar_day_text(trend->last), (int) trend->scale);
	for (int i = 0; i < TREND_SUMS; i++)
		appendStringInfo(&buf, ", \"%s\": %s", sum_keys[i],
						 numeric_text(sums[i]));
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

/*
 * trend_summary_send: the binary form, in network order.  After the version
 * come the points, eight bytes, the first and the last day, four each, the
 * scale, one, and the sums as whole numbers: days, squared days and values of
 * 16 bytes, products and squared values of 32; values are at the scale and
 * their squares at twice the scale.
 */
PG_FUNCTION_INFO_V1(trend_summary_send);
Datum
trend_summary_send(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, trend->points);
	pq_sendint32(&message, trend->first);
	pq_sendint32(&message, trend->last);
	pq_sendint8(&message, (uint8) trend->scale);
	money_send(&message, &trend->days);
	money_send(&message, &trend->days_squared);
	money_send(&message, &trend->values);
	int256_send(&message, &trend->products);
	int256_send(&message, &trend->values_squared);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * trend_summary_recv: read the binary form, in network order, checked
 * completely.  Days are those of the calendar, sums have at most 38 digits and
 * pass trend_problem().
 */
PG_FUNCTION_INFO_V1(trend_summary_recv);
Datum
trend_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	TrendSummary *trend = summary_new(&trend_type);
	MoneySum   *sums[] = {&trend->days, &trend->days_squared, &trend->values};
	const char *problem = NULL;

	summary_recv_begin(message, &trend_type);
	trend->points = summary_recv_count(message, "points", &trend_type);
	trend->first = (DateADT) pq_getmsgint(message, 4);
	trend->last = (DateADT) pq_getmsgint(message, 4);
	trend->scale = pq_getmsgbyte(message);
	for (int i = 0; i < 3; i++)
	{
		bool		valid;

		money_set(sums[i], money_recv(message, &valid));
		if (!valid)
			problem = "A sum has more than " CppAsString2(MONEY_MAX_DIGITS) " digits.";
	}
	trend->products = int256_recv(message);
	trend->values_squared = int256_recv(message);
	if (trend->first < CALENDAR_FIRST_DAY || trend->last > CALENDAR_LAST_DAY ||
		trend->scale > MONEY_MAX_DIGITS)
		problem = "A day or the scale is out of range.";
	/* the sums are looked at only when nothing is wrong with their members */
	summary_binary_check(&trend_type, problem);
	summary_binary_check(&trend_type, trend_problem(trend));
	PG_RETURN_POINTER(trend);
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
trend_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sums of %s have too many digits", trend_type.name),
			 errdetail("Sums are exact to the last decimal of the longest value; values have up to %d digits, their squares %d.",
					   MONEY_MAX_DIGITS, 2 * MONEY_MAX_DIGITS),
			 errhint("Round the values, for example round(value::numeric, 2).")));
}

/* Bring a state's sums to a larger scale; a smaller one changes nothing. */
static void
trend_scale_up(TrendSummary *trend, int64 scale)
{
	int			digits = (int) (scale - trend->scale);

	if (digits <= 0)
		return;
	if (!money_sums_scale_up(&trend->values, 1, digits) ||
		!int256_scale_up(&trend->products, digits) ||
		!int256_scale_up(&trend->values_squared, 2 * digits))
		trend_overflow();
	trend->scale = scale;
}

static inline void
sum_add(MoneySum *sum, int128 more)
{
	int128		result;

	if (unlikely(!money_try_add(money_get(sum), more, &result)))
		trend_overflow();
	money_set(sum, result);
}

static inline void
wide_sum_add(Int256 *sum, const Int256 *more)
{
	if (unlikely(!int256_add(sum, more)))
		trend_overflow();
}

/* Add a point to the state, argument 0; its day is argument 2. */
static Datum
trend_add(FunctionCallInfo fcinfo, MoneyAmount value)
{
	TrendSummary *trend;
	DateADT		day;
	Int256		wide;

	day = calendar_date_arg(PG_GETARG_DATEADT(2), "on_date",
							"Leave such rows out with FILTER (WHERE isfinite(on_date)).");
	if (PG_ARGISNULL(0))
	{
		trend = summary_new(&trend_type);
		trend->first = trend->last = day;
	}
	else
		trend = aggregate_state(fcinfo, &trend_type);

	trend_scale_up(trend, value.scale);
	if (!money_scale_up(&value.value, (int) trend->scale - value.scale))
		trend_overflow();
	count_add(&trend->points, 1, &trend_type);
	trend->first = Min(trend->first, day);
	trend->last = Max(trend->last, day);
	sum_add(&trend->days, day);
	sum_add(&trend->days_squared, (int128) day * day);
	sum_add(&trend->values, value.value);
	wide = int256_product(value.value, day);
	wide_sum_add(&trend->products, &wide);
	wide = int256_product(value.value, value.value);
	wide_sum_add(&trend->values_squared, &wide);
	PG_RETURN_POINTER(trend);
}

#define FINITE_VALUES	"value NOT IN ('NaN', 'Infinity', '-Infinity')"

/*
 * trend_summary(value, on_date) of a numeric: add a point.  A row with NULL is
 * skipped; NULL when all rows are.  Errors: a value or a day that is not
 * finite, sums of too many digits.
 */
PG_FUNCTION_INFO_V1(trend_accum);
Datum
trend_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	return trend_add(fcinfo, money_exact_arg(PG_GETARG_DATUM(1), "value",
											 FINITE_VALUES));
}

/*
 * trend_summary(value, on_date) of a double precision, of which 15 digits and
 * 18 decimals count; otherwise as trend_accum().
 */
PG_FUNCTION_INFO_V1(trend_accum_double);
Datum
trend_accum_double(PG_FUNCTION_ARGS)
{
	MoneyAmount value;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	if (!decimal_money_from_double(PG_GETARG_FLOAT8(1), &value))
		money_arg_invalid(decimal_from_double(PG_GETARG_FLOAT8(1)), "value",
						  FINITE_VALUES);
	return trend_add(fcinfo, value);
}

/*
 * Add a summary of other points, for rollup() and for what parallel workers
 * made.
 */
PG_FUNCTION_INFO_V1(trend_combine);
Datum
trend_combine(PG_FUNCTION_ARGS)
{
	TrendSummary *trend;
	TrendSummary *other;

	trend = aggregate_combine_state(fcinfo, &trend_type);
	other = PG_GETARG_SUMMARY(1, &trend_type);
	if (other->scale < trend->scale)
	{
		if ((Pointer) other == PG_GETARG_POINTER(1))
			other = summary_copy(PG_GETARG_DATUM(1), &trend_type);
		trend_scale_up(other, trend->scale);
	}
	else
		trend_scale_up(trend, other->scale);
	count_add(&trend->points, other->points, &trend_type);
	trend->first = Min(trend->first, other->first);
	trend->last = Max(trend->last, other->last);
	sum_add(&trend->days, money_get(&other->days));
	sum_add(&trend->days_squared, money_get(&other->days_squared));
	sum_add(&trend->values, money_get(&other->values));
	wide_sum_add(&trend->products, &other->products);
	wide_sum_add(&trend->values_squared, &other->values_squared);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(trend);
}

/*
 * Return the state as it is: its bytes depend on the points alone, whatever
 * their order, as its scale is the largest of all values.
 */
PG_FUNCTION_INFO_V1(trend_final);
Datum
trend_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(PG_GETARG_SUMMARY(0, &trend_type));
}

/*
 * Accessors
 */

/* points(s) -> how many points there are */
PG_FUNCTION_INFO_V1(trend_points);
Datum
trend_points(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);

	PG_RETURN_INT64(trend->points);
}

/*
 * trend_slope(s, per) -> by how much the value rises in the time per, by least
 * squares from exact sums; NULL for a single day.  An interval below an hour is
 * an error.
 */
PG_FUNCTION_INFO_V1(trend_slope);
Datum
trend_slope(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);
	int64		per = elapsed_positive_arg(fcinfo, 1, "per", "1 month");
	TrendSpread spread = trend_spread(trend);

	elapsed_check_unit(per, USECS_PER_HOUR, "per", "days");
	if (sign_of(spread.xx) == 0)
		PG_RETURN_NULL();
	return numeric_result(divided(times(spread.xy, number(per)),
								  times(spread.xx, number(USECS_PER_DAY))));
}

/*
 * trend_direction(s, confidence) -> the sign of the slope, or 0 unless it is
 * significant by a two-sided t test; it cannot be with fewer than three
 * points.  A confidence that is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(trend_direction);
Datum
trend_direction(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);
	double		confidence = confidence_arg(PG_GETARG_FLOAT8(1));
	double		freedom = (double) (trend->points - 2);
	TrendSpread spread;
	Datum		residual;
	double		p = 0.0;
	int			direction;

	if (trend->points < 3)
		PG_RETURN_INT32(0);
	spread = trend_spread(trend);
	direction = sign_of(spread.xy);
	if (direction == 0)
		PG_RETURN_INT32(0);

	residual = trend_residual(&spread);
	if (sign_of(residual) > 0)
	{
		Datum		ratio = divided(times(spread.xy, spread.xy), residual);
		double		square;

		square = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
													ratio));
		p = student_two_sided_p(sqrt(freedom * square), freedom);
	}
	PG_RETURN_INT32(p < 1.0 - confidence ? direction : 0);
}

/*
 * trend_change(s) -> the change of the line from the first day to the last, in
 * percent points of its value on the first day; NULL where that value is not
 * positive, or there is a single day.
 *
 * The line begins at mean(y) + S_xy / S_xx * (first - mean(x)), which is A /
 * (n * S_xx) with A = sum(y) * S_xx + S_xy * (n * first - sum(x)), and its
 * change is S_xy / S_xx * (last - first).
 */
PG_FUNCTION_INFO_V1(trend_change);
Datum
trend_change(PG_FUNCTION_ARGS)
{
	const TrendSummary *trend = PG_GETARG_SUMMARY(0, &trend_type);
	TrendSpread spread = trend_spread(trend);
	Datum		start;
	Datum		change;

	if (sign_of(spread.xx) == 0)
		PG_RETURN_NULL();
	start = plus(times(spread.values, spread.xx),
				 times(spread.xy,
					   minus(times(spread.points, number(trend->first)),
							 spread.days)));
	if (sign_of(start) <= 0)
		PG_RETURN_NULL();
	change = times(times(spread.xy, spread.points),
				   number(100 * ((int64) trend->last - trend->first)));
	return numeric_result(divided(change, start));
}

/*
 * Sparklines
 */

/*
 * The state of sparkline(): the values so far, with spare room; a bytea to the
 * executor.
 */
typedef struct Sparkline
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint32		used;
	double		values[FLEXIBLE_ARRAY_MEMBER];	/* NaN for NULL */
} Sparkline;

#define SPARKLINE_FIRST_VALUES	14
#define SPARKLINE_SIZE(count) \
	(offsetof(Sparkline, values) + (Size) (count) * sizeof(double))

#define LEVELS		8

/* the level of a series that does not change: neither low nor high */
#define FLAT_LEVEL	3

static void
sparkline_check_call(FunctionCallInfo fcinfo)
{
	if (!called_by_aggregate(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("support function of sparkline() called by itself"),
				 errhint("Use the aggregate: sparkline(value ORDER BY ...).")));
}

/*
 * Return the state of sparkline().  It is no value of a type of this
 * extension: whoever makes an aggregate of this function may begin it with any
 * bytes, and they must not lead outside of it.
 */
static Sparkline *
sparkline_state(FunctionCallInfo fcinfo)
{
	Sparkline  *state;

	sparkline_check_call(fcinfo);
	state = (Sparkline *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	if (VARSIZE(state) < SPARKLINE_SIZE(1) ||
		state->used > (VARSIZE(state) - SPARKLINE_SIZE(0)) / sizeof(double))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid state of sparkline()"),
				 errdetail("The state has %zu bytes.", (Size) VARSIZE(state)),
				 errhint("Use the aggregate: sparkline(value ORDER BY ...).")));
	return state;
}

static pg_noinline pg_noreturn void
value_not_finite(double value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("value must be a finite number"),
			 errdetail("The value is %g.", value),
			 errhint("NULL leaves a gap: nullif(value, '%g').", value)));
}

/*
 * sparkline(value): keep the values in the order of the rows; NULL leaves a
 * gap.  Errors: a value that is not finite, more values than half a gigabyte
 * holds.
 */
PG_FUNCTION_INFO_V1(sparkline_accum);
Datum
sparkline_accum(PG_FUNCTION_ARGS)
{
	Sparkline  *state;
	double		value = PG_ARGISNULL(1) ? NAN : PG_GETARG_FLOAT8(1);

	if (!PG_ARGISNULL(1) && !isfinite(value))
		value_not_finite(value);
	if (PG_ARGISNULL(0))
	{
		sparkline_check_call(fcinfo);
		state = palloc0(SPARKLINE_SIZE(SPARKLINE_FIRST_VALUES));
		SET_VARSIZE(state, SPARKLINE_SIZE(SPARKLINE_FIRST_VALUES));
		state->used = 0;
	}
	else
		state = sparkline_state(fcinfo);

	if (SPARKLINE_SIZE((Size) state->used + 1) > VARSIZE(state))
	{
		Size		size = SPARKLINE_SIZE((Size) state->used * 2);
		Sparkline  *larger;

		/* refuse a state whose text, in any encoding, would be too large */
		if (size >= MaxAllocSize / 2)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("sparkline is too long"),
					 errdetail("It has %u values.", state->used),
					 errhint("Nobody can see so many values: group them, for example by day.")));
		/* zeroed, as the spare room is stored with the state */
		larger = palloc0(size);
		memcpy(larger, state, SPARKLINE_SIZE(state->used));
		SET_VARSIZE(larger, size);
		state = larger;
	}
	state->values[state->used++] = value;
	PG_RETURN_POINTER(state);
}

/*
 * Return the text of a sparkline: one of eight blocks for every value, from
 * the least to the greatest, and a space for NULL; ASCII where the database
 * cannot hold the blocks.  NULL when all values are.
 */
PG_FUNCTION_INFO_V1(sparkline_final);
Datum
sparkline_final(PG_FUNCTION_ARGS)
{
	static const char ascii[] = "_.-:=+*#";
	Sparkline  *state;
	double		least = INFINITY;
	double		greatest = -INFINITY;
	double		half_range;
	StringInfoData blocks;
	StringInfoData plain;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = sparkline_state(fcinfo);
	for (uint32 i = 0; i < state->used; i++)
	{
		if (isnan(state->values[i]))
			continue;
		if (isinf(state->values[i]))
			value_not_finite(state->values[i]);
		least = fmin(least, state->values[i]);
		greatest = fmax(greatest, state->values[i]);
	}
	if (least > greatest)
		PG_RETURN_NULL();
	/* half the range, as the range can be more than a double holds */
	half_range = greatest / 2.0 - least / 2.0;

	initStringInfo(&blocks);
	initStringInfo(&plain);
	for (uint32 i = 0; i < state->used; i++)
	{
		double		value = state->values[i];
		int			level = FLAT_LEVEL;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (isnan(value))
		{
			appendStringInfoChar(&blocks, ' ');
			appendStringInfoChar(&plain, ' ');
			continue;
		}
		if (half_range > 0.0)
			level = (int) ((value / 2.0 - least / 2.0) / half_range * LEVELS);
		level = Min(level, LEVELS - 1);
		/* U+2581 to U+2588 */
		appendBinaryStringInfo(&blocks, "\342\226", 2);
		appendStringInfoChar(&blocks, (char) (0x81 + level));
		appendStringInfoChar(&plain, ascii[level]);
	}
	return utf8_result(blocks.data, plain.data);
}
