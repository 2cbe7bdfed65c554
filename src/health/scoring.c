/*-------------------------------------------------------------------------
 *
 * scoring.c
 *	  Signals of health: a measure as a score from 0 to 100.
 *
 * A measure that is not known has the score NULL, which a health score leaves
 * out, and never 0 or 100.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/decimal.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/shown.h"

/* Return a number that must be finite. */
static double
finite_arg(double value, const char *name, const char *hint)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a finite number", name),
				 errdetail("%s is %s.", name, double_shown(value)),
				 errhint("%s", hint)));
	return value;
}

#define VALUE_HINT		"Use NULL for a value that is not known."
#define ENDS_HINT		"Give the values that are to score 0 and 100."

/*
 * score_between(value, worst, best): return 0 at worst, 100 at best, in
 * proportion between them, and no farther beyond.  Where less is better, worst
 * is the larger one.  Equal ends and numbers that are not finite are errors.
 */
PG_FUNCTION_INFO_V1(score_between);
Datum
score_between(PG_FUNCTION_ARGS)
{
	double		value = finite_arg(PG_GETARG_FLOAT8(0), "value", VALUE_HINT);
	double		worst = finite_arg(PG_GETARG_FLOAT8(1), "worst", ENDS_HINT);
	double		best = finite_arg(PG_GETARG_FLOAT8(2), "best", ENDS_HINT);
	double		share;

	if (worst == best)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("worst and best must not be equal"),
				 errdetail("Both are %s.", double_shown(best)),
				 errhint("For a yes or no write CASE WHEN ... THEN 100 ELSE 0 END.")));

	/* beyond the ends a difference may be infinite, which is beyond as well */
	if (isfinite(best - worst))
		share = (value - worst) / (best - worst);
	else
		share = (value / 2.0 - worst / 2.0) / (best / 2.0 - worst / 2.0);
	return double_result(100.0 * fmax(0.0, fmin(1.0, share)));
}

/*
 * Return the place of the first NULL among so many elements, from 1 on; or 0.
 */
static int
first_null(ArrayType *array, int count)
{
	const uint8 *bitmap = ARR_NULLBITMAP(array);

	for (int i = 0; bitmap != NULL && i < count; i++)
	{
		if ((bitmap[i / 8] & (1 << (i % 8))) == 0)
			return i + 1;
	}
	return 0;
}

/*
 * Return the elements of an array argument, which has one dimension and finite
 * numbers only.
 */
static double *
numbers_arg(ArrayType *array, const char *name, int *count)
{
	double	   *numbers;
	int			null_place;

	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("%s must have one dimension", name),
				 errdetail("%s has %d dimensions.", name, ARR_NDIM(array)),
				 errhint("Write it as ARRAY[1, 5, 10].")));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	null_place = first_null(array, *count);
	if (null_place > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not contain NULL", name),
				 errdetail("Element %d is NULL.", null_place),
				 errhint("Give each step its number; points has one element more than cuts.")));
	numbers = (double *) ARR_DATA_PTR(array);
	for (int i = 0; i < *count; i++)
	{
		if (!isfinite(numbers[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("%s must be finite numbers", name),
					 errdetail("Element %d is %s.", i + 1,
							   double_shown(numbers[i])),
					 errhint("Give finite numbers; values below the first cut and from the last cut on have points of their own.")));
	}
	return numbers;
}

/*
 * score_steps(value, cuts, points): return the first of the points below the
 * first cut, the second from there on, and so forth, as width_bucket(value,
 * cuts) counts.  Cuts that do not ascend, points outside 0..100, and points
 * that are not one more than the cuts, are errors.
 */
PG_FUNCTION_INFO_V1(score_steps);
Datum
score_steps(PG_FUNCTION_ARGS)
{
	double		value = finite_arg(PG_GETARG_FLOAT8(0), "value", VALUE_HINT);
	int			cut_count;
	int			point_count;
	double	   *cuts = numbers_arg(PG_GETARG_ARRAYTYPE_P(1), "cuts",
								   &cut_count);
	double	   *points = numbers_arg(PG_GETARG_ARRAYTYPE_P(2), "points",
									 &point_count);
	int			step = 0;

	if (point_count - 1 != cut_count)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("points must have one element more than cuts"),
				 errdetail("There are %d points and %d cuts.", point_count,
						   cut_count),
				 errhint("The first of the points is for values below the first cut: score_steps(value, ARRAY[1, 5], ARRAY[0, 50, 100]).")));
	for (int i = 0; i < point_count; i++)
	{
		if (points[i] < 0.0 || points[i] > 100.0)
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("points must be from 0 to 100"),
					 errdetail("Element %d is %s.", i + 1,
							   double_shown(points[i])),
					 errhint("Give scores, of which 100 is best.")));
	}
	for (int i = 0; i < cut_count; i++)
	{
		if (i > 0 && cuts[i] <= cuts[i - 1])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cuts must ascend"),
					 errdetail("%s comes after %s.", double_shown(cuts[i]),
							   double_shown(cuts[i - 1])),
					 cuts[i] == cuts[i - 1] ?
					 errhint("Leave one of the two out, and of the points the one between them.") :
					 errhint("Where less is better, let the points descend: score_steps(value, ARRAY[1, 5], ARRAY[100, 50, 0]).")));
		if (value >= cuts[i])
			step = i + 1;
	}
	return double_result(points[step]);
}

/*
 * score_decay(age, half_life): return 100 at once, 50 after a half-life, 25
 * after two: 100 * 2^(-age / half_life).  A negative age and a half-life
 * below an hour are errors.
 */
PG_FUNCTION_INFO_V1(score_decay);
Datum
score_decay(PG_FUNCTION_ARGS)
{
	Interval   *age_arg = PG_GETARG_INTERVAL_P(0);
	Interval   *half_life_arg = PG_GETARG_INTERVAL_P(1);
	int64		age = elapsed_interval(age_arg, "age");
	int64		half_life = elapsed_interval(half_life_arg, "half_life");

	if (half_life <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("half_life must be longer than zero"),
				 errdetail("half_life is %s.", elapsed_interval_text(half_life_arg)),
				 errhint("Give the time after which the score has halved, for example '30 days'.")));
	if (age < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("age must not be negative"),
				 errdetail("age is %s.", elapsed_interval_text(age_arg)),
				 errhint("Write as_of - last_seen, and leave out what was seen after as_of.")));
	elapsed_check_unit(half_life, USECS_PER_HOUR, "half_life", "days");
	return double_result(100.0 * exp2(-(double) age / (double) half_life));
}

/* Return 100 * (after - before) / before; NULL where before is not above 0. */
static Datum
growth(FunctionCallInfo fcinfo, Datum before, Datum after)
{
	Datum		difference;

	if (numeric_is_nan(DatumGetNumeric(before)) ||
		numeric_is_inf(DatumGetNumeric(before)) ||
		numeric_is_nan(DatumGetNumeric(after)) ||
		numeric_is_inf(DatumGetNumeric(after)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("before and after must be finite numbers"),
				 errdetail("before is %s, after is %s.",
						   numeric_shown(before), numeric_shown(after)),
				 errhint("Use NULL for a number that is not known.")));
	if (DatumGetBool(DirectFunctionCall2(numeric_le, before,
										 NumericGetDatum(int64_to_numeric(0)))))
		PG_RETURN_NULL();

	/* without trailing zeros, so that equal arguments give equal digits */
	difference = numeric_result(DirectFunctionCall2(numeric_sub, after, before));
	difference = DirectFunctionCall2(numeric_mul, difference,
									 NumericGetDatum(int64_to_numeric(100)));
	return numeric_result(DirectFunctionCall2(numeric_div, difference,
											  numeric_result(before)));
}

/*
 * growth_rate(before, after) of numerics: return 100 * (after - before) /
 * before, in percent points.  There is no rate of growth from nothing or from
 * less than that: NULL.  NaN and infinity are errors.
 */
PG_FUNCTION_INFO_V1(growth_rate);
Datum
growth_rate(PG_FUNCTION_ARGS)
{
	return growth(fcinfo, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

/*
 * growth_rate(before, after) of double precision: return the growth of the
 * decimal numbers that they stand for; otherwise as growth_rate().
 */
PG_FUNCTION_INFO_V1(growth_rate_double);
Datum
growth_rate_double(PG_FUNCTION_ARGS)
{
	return growth(fcinfo, decimal_from_double(PG_GETARG_FLOAT8(0)),
				  decimal_from_double(PG_GETARG_FLOAT8(1)));
}
