/*-------------------------------------------------------------------------
 *
 * mean.c
 *	  Means and ratios over customers, their intervals and changes.
 *
 * A customer is a row, and customers are independent of each other; what one of
 * them does is not.  So the error of revenue an order comes from the spread
 * between customers (A. Deng, U. Knoblich and J. Lu, Applying the Delta Method in
 * Metric Analytics, KDD 2018), not from that between orders.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/certainty.h"
#include "core/result.h"
#include "math/means.h"
#include "mean/moments.h"
#include "rate/drivers.h"

/* A mean or a ratio of a group: as it is shown, and what is known of it. */
typedef struct Sample
{
	Datum		shown;
	double		value;
	double		variance;		/* of the value, not of the customers */
	double		customers;
} Sample;

/*
 * Groups
 */

/*
 * Return the variance of a mean, sum((x - mean)^2) / (n (n - 1)), of n * sum((x -
 * mean)^2); 0 where it is not known, of one customer.
 */
static double
variance_of_mean(Datum deviations, double customers)
{
	if (customers < 2.0)
		return 0.0;
	return as_double(deviations) / (customers * customers * (customers - 1.0));
}

/* Return the mean of a column; the summary has customers. */
static Sample
group_of_mean(const Moments *moments, int columns)
{
	Sample		group;

	group.customers = (double) moments->customers;
	group.shown = numeric_result(divided(moment_sum(moments, FIRST),
										 number(moments->customers)));
	group.value = as_double(group.shown);
	group.variance = variance_of_mean(moment_deviations(moments, columns, FIRST, FIRST),
									  group.customers);
	return group;
}

/*
 * Return the ratio of the sums x / y.  Its variance is that of a mean of x - R y
 * over that mean of y; of n * sum(xx), n * sum(xy) and n * sum(yy), which are
 * exact, remain n * (sum(xx) - 2 R sum(xy) + R^2 sum(yy)), in full times the square
 * of sum(y): nothing of it is lost where the ratio varies little.
 */
static Sample
group_of_ratio(const Moments *moments)
{
	const Datum two = number(2);
	Datum		x = moment_sum(moments, FIRST);
	Datum		y = moment_sum(moments, SECOND);
	Datum		xx = moment_deviations(moments, 2, FIRST, FIRST);
	Datum		xy = moment_deviations(moments, 2, FIRST, SECOND);
	Datum		yy = moment_deviations(moments, 2, SECOND, SECOND);
	Datum		rest;
	Sample		group;

	/*
	 * the sums of x - R y are 0, so that deviations from the means are as
	 * good as the products themselves
	 */
	rest = plus(minus(times(xx, times(y, y)),
					  times(two, times(xy, times(x, y)))),
				times(yy, times(x, x)));
	group.customers = (double) moments->customers;
	group.shown = numeric_result(divided(x, y));
	group.value = as_double(group.shown);
	group.variance = 0.0;
	if (moments->customers >= 2)
	{
		double		whole = as_double(y);

		group.variance = as_double(rest) / (whole * whole) / (whole * whole) /
			(group.customers - 1.0);
	}
	return group;
}

static Finding
finding_of_group(const Sample *group)
{
	Finding		finding;

	finding.value = group->value;
	finding.error = sqrt(group->variance);
	finding.freedom = group->customers - 1.0;
	finding.observations = group->customers;
	return finding;
}

/* Return the columns low and high of a group; options are arguments from 1 on. */
static Datum
group_interval(FunctionCallInfo fcinfo, const Sample *group)
{
	Certainty	certainty = certainty_args(fcinfo, 1);
	Finding		finding = finding_of_group(group);
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (!finding_interval(&certainty, &finding, 1.0, INFINITY, group->shown, values))
		PG_RETURN_NULL();
	return record_result(fcinfo, values, nulls);
}

/*
 * Return the columns of a change between two groups; options are arguments from 2
 * on: confidence, relative, always_valid, tightest_at.  A relative change is in
 * percent of the first group, with the delta method: its error has a part of
 * each.
 */
static Datum
group_change(FunctionCallInfo fcinfo, const Sample *before, const Sample *after)
{
	bool		relative = PG_GETARG_BOOL(3);
	Certainty	certainty = certainty_options(PG_GETARG_FLOAT8(2),
											  PG_GETARG_BOOL(4), PG_GETARG_INT64(5));
	Datum		change = minus(after->shown, before->shown);
	double		old_variance = before->variance;
	double		new_variance = after->variance;
	double		scale = 1.0;
	Finding		finding;
	Datum		values[CHANGE_COLUMNS];
	bool		nulls[CHANGE_COLUMNS];

	/* exactly, before it is rounded: levels may be large against their change */
	finding.value = as_double(change);
	if (relative)
	{
		if (sign_of(before->shown) <= 0)
			PG_RETURN_NULL();
		change = divided(times(number(100), change), before->shown);
		finding.value /= before->value;
		old_variance *= pow(after->value / before->value, 2.0) / pow(before->value, 2.0);
		new_variance /= pow(before->value, 2.0);
		scale = 100.0;
	}
	finding.observations = before->customers + after->customers;
	finding.error = before->customers < 2.0 || after->customers < 2.0 ? 0.0 :
		sqrt(old_variance + new_variance);
	finding.freedom = finding.error > 0.0 ?
		welch_freedom(old_variance, before->customers - 1.0,
					  new_variance, after->customers - 1.0) : INFINITY;
	finding_change(&certainty, &finding, scale, INFINITY, numeric_result(change),
				   values, nulls);
	return record_result(fcinfo, values, nulls);
}

/*
 * Means
 */

/* mean(s) -> sum / customers, exactly; NULL without customers */
PG_FUNCTION_INFO_V1(mean_mean);
Datum
mean_mean(PG_FUNCTION_ARGS)
{
	const Moments *moments = moments_arg(fcinfo, 0, &mean_type);

	if (moments->customers == 0)
		PG_RETURN_NULL();
	return group_of_mean(moments, 1).shown;
}

/*
 * mean_interval(s, confidence, always_valid, tightest_at) -> (low, high), by
 * Student's t; NULL with fewer than two customers, and where all are equal: then
 * nothing says how far the next one may be.  Errors: a confidence that is not
 * between 0 and 1, a tightest_at below 1.
 */
PG_FUNCTION_INFO_V1(mean_interval);
Datum
mean_interval(PG_FUNCTION_ARGS)
{
	const Moments *moments = moments_arg(fcinfo, 0, &mean_type);
	Sample		group;

	if (moments->customers == 0)
		PG_RETURN_NULL();
	group = group_of_mean(moments, 1);
	return group_interval(fcinfo, &group);
}

/*
 * mean_change(before, after, confidence, relative, always_valid, tightest_at) ->
 * (change, low, high, p_value, direction), by Welch's t test; in percent of before
 * where relative is true.  NULL without customers on a side, and relative to a mean
 * that is not above 0.  With fewer than two customers on a side, or where nothing
 * varies, low, high and p_value are NULL and the direction is 0.  Errors as of
 * mean_interval().
 */
PG_FUNCTION_INFO_V1(mean_change);
Datum
mean_change(PG_FUNCTION_ARGS)
{
	const Moments *before = moments_arg(fcinfo, 0, &mean_type);
	const Moments *after = moments_arg(fcinfo, 1, &mean_type);
	Sample		old;
	Sample		new;

	if (before->customers == 0 || after->customers == 0)
		PG_RETURN_NULL();
	old = group_of_mean(before, 1);
	new = group_of_mean(after, 1);
	return group_change(fcinfo, &old, &new);
}

/*
 * Ratios
 */

static bool
has_ratio(const Moments *moments)
{
	return !money_is_zero(&moments->sums[SECOND]);
}

/* ratio(s) -> sum of numerators / sum of denominators; NULL where that is 0 */
PG_FUNCTION_INFO_V1(ratio_ratio);
Datum
ratio_ratio(PG_FUNCTION_ARGS)
{
	const Moments *moments = moments_arg(fcinfo, 0, &ratio_type);

	if (!has_ratio(moments))
		PG_RETURN_NULL();
	return numeric_result(divided(moment_sum(moments, FIRST),
								  moment_sum(moments, SECOND)));
}

/*
 * ratio_interval(s, confidence, always_valid, tightest_at) -> (low, high), by the
 * delta method over customers and Student's t; NULL where the ratio is, with fewer
 * than two customers, and where all have one ratio.  Errors as of mean_interval().
 */
PG_FUNCTION_INFO_V1(ratio_interval);
Datum
ratio_interval(PG_FUNCTION_ARGS)
{
	const Moments *moments = moments_arg(fcinfo, 0, &ratio_type);
	Sample		group;

	if (!has_ratio(moments))
		PG_RETURN_NULL();
	group = group_of_ratio(moments);
	return group_interval(fcinfo, &group);
}

/*
 * ratio_change(before, after, confidence, relative, always_valid, tightest_at) ->
 * (change, low, high, p_value, direction), as mean_change().
 */
PG_FUNCTION_INFO_V1(ratio_change);
Datum
ratio_change(PG_FUNCTION_ARGS)
{
	const Moments *before = moments_arg(fcinfo, 0, &ratio_type);
	const Moments *after = moments_arg(fcinfo, 1, &ratio_type);
	Sample		old;
	Sample		new;

	if (!has_ratio(before) || !has_ratio(after))
		PG_RETURN_NULL();
	old = group_of_ratio(before);
	new = group_of_ratio(after);
	return group_change(fcinfo, &old, &new);
}

/*
 * Means adjusted by what customers did before
 *
 * What a customer does now is largely what he did before, which no treatment has
 * changed.  With theta = cov(value, before) / var(before), of both groups
 * together, value - theta * before varies less than value, and differs between the
 * groups by the same in the mean (A. Deng, Y. Xu, R. Kohavi and T. Walker,
 * Improving the Sensitivity of Online Controlled Experiments by Utilizing
 * Pre-Experiment Data, WSDM 2013: CUPED).
 */

/*
 * theta as a fraction of exact numbers.  Where value follows before closely, what
 * is left of the variance is a small difference of large numbers: doubles would
 * lose it.
 */
typedef struct Adjustment
{
	Datum		covariance;
	Datum		spread;			/* 0 where nothing is known of theta */
} Adjustment;

/*
 * Return n (n - 1), by which a deviation of moment_deviations() is a variance or
 * covariance; 1 for fewer than two customers, whose deviations are 0.
 */
static Datum
pairs(const Moments *moments)
{
	Datum		n = number(moments->customers);

	return moments->customers < 2 ? number(1) : times(n, minus(n, number(1)));
}

/* Return the covariance of both groups together, times pairs() of either. */
static Datum
joint_covariance(const Moments *one, const Moments *other, int a, int b)
{
	return plus(times(moment_deviations(one, 2, a, b), pairs(other)),
				times(moment_deviations(other, 2, a, b), pairs(one)));
}

static Adjustment
adjustment(const Moments *one, const Moments *other)
{
	Adjustment	result;

	result.covariance = joint_covariance(one, other, FIRST, SECOND);
	result.spread = joint_covariance(one, other, SECOND, SECOND);
	return result;
}

/* Return theta; 0 where nothing is known of it, so that nothing is adjusted. */
static Datum
theta_of(const Adjustment *by)
{
	return sign_of(by->spread) > 0 ? divided(by->covariance, by->spread) : number(0);
}

/* Return the variance of value between customers. */
static double
sample_variance(const Moments *moments)
{
	return as_double(divided(moment_deviations(moments, 2, FIRST, FIRST), pairs(moments)));
}

/* Return the variance of value - theta * before between customers. */
static double
adjusted_variance(const Moments *moments, const Adjustment *by)
{
	Datum		spread = by->spread;
	Datum		covariance = by->covariance;
	Datum		left;

	if (sign_of(spread) <= 0)
		return sample_variance(moments);
	left = plus(minus(times(moment_deviations(moments, 2, FIRST, FIRST), times(spread, spread)),
					  times(times(number(2), moment_deviations(moments, 2, FIRST, SECOND)),
							times(covariance, spread))),
				times(moment_deviations(moments, 2, SECOND, SECOND), times(covariance, covariance)));
	return as_double(divided(left, times(times(spread, spread), pairs(moments))));
}

/*
 * Return the group of an adjusted mean: the mean of value - theta * (before -
 * middle), where the middle is the mean of before over both groups.  So the
 * adjusted means stay close to the ones that are not, and a relative change is one
 * of a number that means something.
 */
static Sample
adjusted_group(const Moments *moments, const Adjustment *by, Datum middle)
{
	Sample		group = group_of_mean(moments, 2);
	Datum		before = divided(moment_sum(moments, SECOND), number(moments->customers));
	Datum		shift = times(theta_of(by), minus(before, middle));

	group.shown = numeric_result(minus(group.shown, shift));
	group.value = as_double(group.shown);
	group.variance = adjusted_variance(moments, by) / group.customers;
	return group;
}

/* mean(s) of an adjusted_mean_summary: of the values, not adjusted */
PG_FUNCTION_INFO_V1(adjusted_mean_mean);
Datum
adjusted_mean_mean(PG_FUNCTION_ARGS)
{
	const Moments *moments = moments_arg(fcinfo, 0, &adjusted_mean_type);

	if (moments->customers == 0)
		PG_RETURN_NULL();
	return group_of_mean(moments, 2).shown;
}

/*
 * mean_change(control, treatment, confidence, relative, always_valid, tightest_at)
 * of two adjusted_mean_summaries -> (change, low, high, p_value, direction), as
 * mean_change() of the adjusted values.
 */
PG_FUNCTION_INFO_V1(adjusted_mean_change);
Datum
adjusted_mean_change(PG_FUNCTION_ARGS)
{
	const Moments *control = moments_arg(fcinfo, 0, &adjusted_mean_type);
	const Moments *treatment = moments_arg(fcinfo, 1, &adjusted_mean_type);
	Adjustment	by;
	Datum		middle;
	Sample		old;
	Sample		new;

	if (control->customers == 0 || treatment->customers == 0)
		PG_RETURN_NULL();
	by = adjustment(control, treatment);
	middle = divided(plus(moment_sum(control, SECOND), moment_sum(treatment, SECOND)),
					 plus(number(control->customers), number(treatment->customers)));
	old = adjusted_group(control, &by, middle);
	new = adjusted_group(treatment, &by, middle);
	return group_change(fcinfo, &old, &new);
}

/*
 * variance_reduction(control, treatment) -> the percentage of the variance of the
 * change that the adjustment takes away, 0..100; NULL with fewer than two
 * customers on a side, or where nothing varies.
 */
PG_FUNCTION_INFO_V1(adjusted_mean_reduction);
Datum
adjusted_mean_reduction(PG_FUNCTION_ARGS)
{
	const Moments *control = moments_arg(fcinfo, 0, &adjusted_mean_type);
	const Moments *treatment = moments_arg(fcinfo, 1, &adjusted_mean_type);
	Adjustment	by = adjustment(control, treatment);
	double		whole;
	double		left;

	if (control->customers < 2 || treatment->customers < 2)
		PG_RETURN_NULL();
	whole = sample_variance(control) / (double) control->customers +
		sample_variance(treatment) / (double) treatment->customers;
	left = adjusted_variance(control, &by) / (double) control->customers +
		adjusted_variance(treatment, &by) / (double) treatment->customers;
	if (!(whole > 0.0))
		PG_RETURN_NULL();
	/* of groups of very different size theta may do harm to the smaller one */
	return double_result(fmax(0.0, 100.0 * (1.0 - left / whole)));
}

/*
 * Drivers
 */

/* Return the ratio in argument n as a value. */
static DriverValue
driver_value(FunctionCallInfo fcinfo, int n)
{
	DriverValue value;
	const Moments *moments;
	double		variance = DRIVER_VARIANCE_UNKNOWN;

	memset(&value, 0, sizeof(value));
	if (PG_ARGISNULL(n))
		return value;
	moments = moments_arg(fcinfo, n, &ratio_type);
	if (moments->customers == 0)
		return value;
	if (moments->customers >= DRIVER_MIN_ANSWERS && sign_of(moment_sum(moments, SECOND)) > 0)
		variance = group_of_ratio(moments).variance;
	/* where all have one ratio, nothing says how far the next one may be */
	if (!(variance > 0.0))
		variance = DRIVER_VARIANCE_UNKNOWN;
	return driver_sums(money_get(&moments->sums[FIRST]), money_get(&moments->sums[SECOND]),
					   (int) moments->scale, variance);
}

/*
 * driver_summary(segment, before, after): add the ratios of a segment; its denominators
 * say how much it counts.  One that is NULL, or of no customers, is that of a segment
 * that was not there.  A segment without a name, or that comes twice, and a denominator
 * that is not above 0, are errors.
 */
PG_FUNCTION_INFO_V1(driver_accum_ratio);
Datum
driver_accum_ratio(PG_FUNCTION_ARGS)
{
	DriverValue before = driver_value(fcinfo, 2);
	DriverValue after = driver_value(fcinfo, 3);

	return driver_count(fcinfo, DRIVER_RATIO, &before, &after);
}
