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
#include <stdbool.h>

#include "means.h"
#include "statistics.h"

/* The precision of a quantile, relative, and the steps that bisection needs. */
#define QUANTILE_PRECISION	1e-14
#define QUANTILE_STEPS		200

/*
 * Search between bounds that hold the quantile: regula falsi on the logarithm of
 * the probability, which is close to a straight line in the logarithm of t where
 * tails are heavy, and bisection where that does not halve the bounds.
 */
double
student_quantile_upper(double q, double freedom)
{
	double		target = log(2.0 * q);
	double		low = 0.0;
	double		high = fmax(normal_quantile_upper(q), 1e-8);
	double		low_value = 0.0;
	double		high_value = log(student_two_sided_p(high, freedom));

	while (high_value > target)
	{
		low = high;
		low_value = high_value;
		high *= 2.0;
		high_value = log(student_two_sided_p(high, freedom));
	}
	for (int i = 0; i < QUANTILE_STEPS && high - low > QUANTILE_PRECISION * high; i++)
	{
		double		width = high - low;
		double		t = low + width * (target - low_value) / (high_value - low_value);
		double		value;

		if (i % 3 == 2 || !(t > low && t < high))
			t = low + width / 2.0;
		value = log(student_two_sided_p(t, freedom));
		if (value > target)
		{
			low = t;
			low_value = value;
		}
		else
		{
			high = t;
			high_value = value;
		}
	}
	return low + (high - low) / 2.0;
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
