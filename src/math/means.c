/*-------------------------------------------------------------------------
 *
 * means.c
 *	  Quantiles of Student's distribution, degrees of freedom of a difference of
 *	  means, and estimates that are looked at again and again.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "means.h"
#include "special.h"
#include "statistics.h"

/* The precision of a quantile, relative, and the steps that it may take. */
#define QUANTILE_PRECISION	1e-14
#define QUANTILE_STEPS		50

/* Where log(t / sqrt(freedom)) is more, 1 + t^2 / freedom is t^2 / freedom to all digits. */
#define QUANTILE_FAR		20.0

/* Return the logarithm of the density of Student's distribution. */
static double
student_log_density(double t, double freedom)
{
	return -0.5 * (freedom + 1.0) * log1p(t * t / freedom) -
		log_beta(freedom / 2.0, 0.5) - 0.5 * log(freedom);
}

/*
 * Return log(t / sqrt(freedom)) of the t with a two-sided probability, both as
 * logarithms, where the tail is a power of t: beyond QUANTILE_FAR that is exact.  There
 * t squared may be beyond the range of numbers.
 */
static double
student_log_far(double log_p, double freedom)
{
	return -(log_p + log(freedom / 2.0) + log_beta(freedom / 2.0, 0.5)) / freedom;
}

/*
 * Newton's method for the logarithm of the probability as a function of the
 * logarithm of t, which is close to a straight line where tails are heavy, and bent
 * one way where they are not: half a dozen steps.
 */
double
student_quantile_upper(double q, double freedom)
{
	double		target = log(2.0 * q);
	double		far = student_log_far(target, freedom);
	double		t = fmax(normal_quantile_upper(q), 1e-8);

	if (far > QUANTILE_FAR)
		return sqrt(freedom) * exp(far);
	for (int i = 0; i < QUANTILE_STEPS; i++)
	{
		double		p = student_two_sided_p(t, freedom);
		double		slope = 2.0 * t * exp(student_log_density(t, freedom)) / p;
		double		step = (log(p) - target) / slope;

		/* a step too far could leave the range of numbers */
		step = fmax(-5.0, fmin(5.0, step));
		t *= exp(step);
		if (fabs(step) < QUANTILE_PRECISION)
			break;
	}
	return t;
}

/* B. L. Welch, The Generalization of "Student's" Problem, Biometrika 1947. */
double
welch_freedom(double variance_a, double freedom_a,
			  double variance_b, double freedom_b)
{
	double		sum = variance_a + variance_b;
	double		a = variance_a / sum;
	double		b = variance_b / sum;

	return 1.0 / (a * a / freedom_a + b * b / freedom_b);
}

/*
 * Return observations * rho^2 of the asymptotic confidence sequence of I.
 * Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy and A. Ramdas (Time-uniform
 * Central Limit Theory and Asymptotic Confidence Sequences, Annals of Statistics
 * 2024), with the rho that makes it tightest at a number of observations (their
 * appendix B.2).
 */
static double
sequence_weight(double alpha, double observations, double tightest_at)
{
	double		log_term = -2.0 * log(alpha);

	return observations * (log_term + log(log_term + 1.0)) / tightest_at;
}

/*
 * Their half-width is s * sqrt(2 (n rho^2 + 1) / (n^2 rho^2) * log(sqrt(n rho^2 +
 * 1) / alpha)), where s / sqrt(n) is the standard error.
 */
double
sequence_reach(double alpha, double observations, double tightest_at)
{
	double		weight = sequence_weight(alpha, observations, tightest_at);

	/* the limit, of a confidence next to 0 */
	if (!(weight > 0.0))
		return 1.0;
	return sqrt(2.0 * (weight + 1.0) / weight *
				(0.5 * log1p(weight) - log(alpha)));
}

/*
 * The p value is the least alpha whose interval leaves out 0 when rho stays what
 * it is for the alpha that is given: it is below that alpha where the interval
 * does.
 */
double
sequence_p(double z, double alpha, double observations, double tightest_at)
{
	double		weight = sequence_weight(alpha, observations, tightest_at);

	return fmin(1.0, exp(0.5 * log1p(weight) -
						 z * z * weight / (2.0 * (weight + 1.0))));
}
