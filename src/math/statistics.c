/*-------------------------------------------------------------------------
 *
 * statistics.c
 *	  Quantiles and probabilities of the normal and Student's distribution,
 *	  intervals and tests of proportions.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "special.h"
#include "statistics.h"

#define SQRT_HALF		0.70710678118654752440
#define SQRT_TWO_PI		2.50662827463100050242

/* Return P(Z > z) of a standard normal variable. */
static double
normal_upper(double z)
{
	return 0.5 * erfc(z * SQRT_HALF);
}

/*
 * Invert normal_upper().  A rational approximation (Abramowitz and Stegun
 * 1964, 26.2.23; its error is below 4.5e-4) gives the start, Halley's method
 * on erfc() the rest: each step triples the digits, so three reach the last
 * one.  Working with the upper tail keeps the digits of confidences close to
 * 1.
 */
double
normal_quantile_upper(double q)
{
	double		t;
	double		z;

	if (q > 0.5)
		return -normal_quantile_upper(1.0 - q);

	t = sqrt(-2.0 * log(q));
	z = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
		(1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
	for (int i = 0; i < 3; i++)
	{
		double		density = exp(-0.5 * z * z) / SQRT_TWO_PI;
		double		step = (normal_upper(z) - q) / density;

		z += step / (1.0 - 0.5 * z * step);
	}
	return z;
}

double
normal_two_sided_p(double z)
{
	return erfc(fabs(z) * SQRT_HALF);
}

/*
 * Return the regularized incomplete beta function I_x(a, b), with y = 1 - x
 * given apart, since 1 - x would lose it for x close to 1, and its logarithms.
 *
 * The continued fraction of Abramowitz and Stegun 1964, 26.5.8, evaluated by
 * Lentz's method, converges quickly for x below (a + 1) / (a + b + 2); above,
 * I_x(a, b) = 1 - I_y(b, a).
 */
static double
beta_fraction(double a, double b, double x, double log_x, double log_y)
{
	const double tiny = 1e-300;
	const double exact = 1e-16;
	double		c = 1.0;
	double		d = 1.0 / (1.0 - (a + b) * x / (a + 1.0));
	double		result = d;

	for (int m = 1; m < 10000; m++)
	{
		double		even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m));
		double		odd = -(a + m) * (a + b + m) * x /
		((a + 2 * m) * (a + 2 * m + 1.0));
		double		step;

		d = 1.0 + even * d;
		c = 1.0 + even / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		result *= d * c;

		d = 1.0 + odd * d;
		c = 1.0 + odd / c;
		d = 1.0 / (fabs(d) < tiny ? tiny : d);
		c = fabs(c) < tiny ? tiny : c;
		step = d * c;
		result *= step;
		if (fabs(step - 1.0) < exact)
			break;
	}
	return result * exp(a * log_x + b * log_y - log_beta(a, b)) / a;
}

static double
beta_regularized(double a, double b, double x, double y, double log_x,
				 double log_y)
{
	if (x <= 0.0)
		return 0.0;
	if (y <= 0.0)
		return 1.0;
	if (x < (a + 1.0) / (a + b + 2.0))
		return beta_fraction(a, b, x, log_x, log_y);
	return 1.0 - beta_fraction(b, a, y, log_y, log_x);
}

/* More of a Poisson distribution than this are not counted one by one. */
#define POISSON_MANY	1e6

/*
 * Return (1 - x^2 + 2 x log(x)) / (1 - x)^2, near 1 by its series.
 */
static double
peizer_pratt(double x)
{
	double		e = x - 1.0;
	double		power = e;
	double		sum = 0.0;

	if (fabs(e) > 0.01)
		return (1.0 - x * x + 2.0 * x * log(x)) / (e * e);
	for (int n = 3; n < 12; n++)
	{
		sum += (n % 2 == 0 ? power : -power) / (n * (n - 1.0));
		power *= e;
	}
	return 2.0 * sum;
}

/*
 * Return what poisson_tail() does, of a large k: the approximation by the normal
 * distribution of Peizer and Pratt 1968.  Beyond a million it has 10 digits or
 * more, as many as the sum of a series keeps there.
 */
static double
poisson_tail_of_many(double k, double m)
{
	double		distance = k - 1.0 / 3.0 - m + 0.02 / k;

	return normal_upper(distance * sqrt((1.0 + peizer_pratt((k - 0.5) / m)) / m));
}

/*
 * Return the regularized incomplete gamma function P(k, m), the probability that
 * Poisson's X of mean m is k or more: the series of Abramowitz and Stegun 1964,
 * 6.5.29, below the mean of it, and the continued fraction 6.5.31, evaluated by
 * Lentz's method, above.
 */
static double
poisson_tail(double k, double m)
{
	const double exact = 1e-16;
	double		factor = exp(k * log(m) - m - lgamma(k));
	double		c;
	double		d;
	double		result;

	if (k > POISSON_MANY)
		return poisson_tail_of_many(k, m);
	if (m < k + 1.0)
	{
		double		term = 1.0 / k;

		result = term;
		for (int i = 1; i < 100000 && term > exact * result; i++)
		{
			term *= m / (k + i);
			result += term;
		}
		return fmin(1.0, factor * result);
	}
	c = 1e300;
	d = 1.0 / (m + 1.0 - k);
	result = d;
	for (int i = 1; i < 100000; i++)
	{
		double		part = -i * (i - k);
		double		step;

		d = 1.0 / (m + 2.0 * i + 1.0 - k + part * d);
		c = m + 2.0 * i + 1.0 - k + part / c;
		step = c * d;
		result *= step;
		if (fabs(step - 1.0) < exact)
			break;
	}
	return fmax(0.0, 1.0 - factor * result);
}

/* With a shape beyond this no digit tells a mean that varies from one that does not. */
#define POISSON_SHAPE	1e13

/*
 * Return I_x(k, n) with x = w / (1 + w) (Abramowitz and Stegun 1964, 26.5.26).
 */
double
negative_binomial_tail(double k, double n, double w)
{
	if (n > POISSON_SHAPE)
		return poisson_tail(k, n * w);
	return beta_regularized(k, n, w / (1.0 + w), 1.0 / (1.0 + w),
							log(w) - log1p(w), -log1p(w));
}

/* From so many degrees of freedom on t is close to a normal variable. */
#define MANY_DEGREES	10000.0

/*
 * Return P(|T| >= t) = I_x(n / 2, 1 / 2) with x = n / (n + t^2).
 *
 * For many degrees of freedom the approximation of D. L. Wallace (Bounds on
 * Normal Approximations to Student's and the Chi-Square Distributions, Annals
 * of Mathematical Statistics 1959), whose error falls with the square of their
 * number, takes the place of a fraction that would need ever more terms.
 */
double
student_two_sided_p(double t, double freedom)
{
	double		square = t * t;

	if (freedom > MANY_DEGREES)
		return normal_two_sided_p((8.0 * freedom + 1.0) / (8.0 * freedom + 3.0) *
								  sqrt(freedom * log1p(square / freedom)));
	if (isinf(square))
		return 0.0;
	return beta_regularized(freedom / 2.0, 0.5, freedom / (freedom + square),
							square / (freedom + square),
							log(freedom / (freedom + square)),
							log(square / (freedom + square)));
}

/*
 * Return Wilson's score interval (E. B. Wilson, Probable Inference, the Law of
 * Succession, and Statistical Inference, JASA 1927).
 */
Bounds
wilson_interval(double positives, double total, double z)
{
	double		p = positives / total;
	double		zz = z * z / total;
	double		center = p + zz / 2.0;
	double		reach = z * sqrt(p * (1.0 - p) / total + zz / (4.0 * total));
	Bounds		bounds;

	bounds.low = fmax((center - reach) / (1.0 + zz), 0.0);
	bounds.high = fmin((center + reach) / (1.0 + zz), 1.0);

	/* the ends are exactly 0 and 1 in theory; rounding would leave 1e-17 */
	if (positives == 0.0)
		bounds.low = 0.0;
	if (positives == total)
		bounds.high = 1.0;
	return bounds;
}

/*
 * Return method 10 of R. G. Newcombe, Interval Estimation for the Difference
 * Between Independent Proportions (Statistics in Medicine 1998).
 */
Bounds
newcombe_difference(double positives_before, double total_before,
					double positives_after, double total_after, double z)
{
	double		p0 = positives_before / total_before;
	double		p1 = positives_after / total_after;
	Bounds		w0 = wilson_interval(positives_before, total_before, z);
	Bounds		w1 = wilson_interval(positives_after, total_after, z);
	Bounds		bounds;

	bounds.low = (p1 - p0) - hypot(p1 - w1.low, w0.high - p0);
	bounds.high = (p1 - p0) + hypot(w1.high - p1, p0 - w0.low);
	return bounds;
}

double
two_proportion_z(double positives_before, double total_before,
				 double positives_after, double total_after)
{
	double		pooled = (positives_before + positives_after) /
	(total_before + total_after);
	double		variance = pooled * (1.0 - pooled) *
	(1.0 / total_before + 1.0 / total_after);

	if (!(variance > 0.0))
		return 0.0;
	return (positives_after / total_after - positives_before / total_before) /
		sqrt(variance);
}

/*
 * Return the score and its standard error after adding three imagined
 * responses, 3/4 detractor, 3/2 passive and 3/4 promoter, before the variance
 * of a trinomial is taken (B. Rocks, Interval Estimation for the Net Promoter
 * Score, The American Statistician 2016).
 */
Estimate
net_promoter_estimate(double promoters, double passives, double detractors)
{
	double		total = promoters + passives + detractors + 3.0;
	double		p = (promoters + 0.75) / total;
	double		d = (detractors + 0.75) / total;
	Estimate	estimate;

	estimate.value = p - d;
	estimate.error = sqrt((p + d - (p - d) * (p - d)) / total);
	return estimate;
}
