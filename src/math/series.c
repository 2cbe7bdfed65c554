/*-------------------------------------------------------------------------
 *
 * series.c
 *	  Values in the order of time: a trend among errors that depend on each
 *	  other.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "means.h"
#include "series.h"
#include "statistics.h"

/*
 * A line with autocorrelated errors
 *
 * An error is rho times the one before it and something new.  The line is that of
 * generalized least squares: with the first point weighed by sqrt(1 - rho^2) and
 * rho times the one before taken from each other (S. J. Prais and C. B. Winsten,
 * Trend Estimators and Serial Correlation, 1954) it is one of ordinary least
 * squares.  All sums of products are then parabolas in rho.
 */

/* The largest rho that is looked at; beyond, a line cannot be told from a walk. */
#define MAX_RHO			0.995

/* Steps of the search for rho, and halvings of the best one. */
#define RHO_STEP		0.05
#define GOLDEN_STEPS	40

static Lagged
lagged(const double *a, const double *b, double mean_a, double mean_b, size_t points)
{
	Lagged		sums = {0.0, 0.0, 0.0};
	double		last_a = 0.0;
	double		last_b = 0.0;

	for (size_t i = 0; i < points; i++)
	{
		double		at_a = a == NULL ? 1.0 : a[i] - mean_a;
		double		at_b = b == NULL ? 1.0 : b[i] - mean_b;

		sums.all += at_a * at_b;
		if (i > 0)
			sums.neighbours += at_a * last_b + last_a * at_b;
		if (i > 0 && i + 1 < points)
			sums.inner += at_a * at_b;
		last_a = at_a;
		last_b = at_b;
	}
	return sums;
}

static double
mean_of(const double *values, size_t points)
{
	double		mean = 0.0;

	for (size_t i = 0; i < points; i++)
		mean += (values[i] - mean) / (double) (i + 1);
	return mean;
}

LineSums
line_sums(const double *x, const double *y, size_t points)
{
	LineSums	sums;

	sums.points = points;
	sums.mean_x = mean_of(x, points);
	sums.mean_y = mean_of(y, points);
	sums.one_one = lagged(NULL, NULL, 0.0, 0.0, points);
	sums.one_x = lagged(NULL, x, 0.0, sums.mean_x, points);
	sums.one_y = lagged(NULL, y, 0.0, sums.mean_y, points);
	sums.x_x = lagged(x, x, sums.mean_x, sums.mean_x, points);
	sums.x_y = lagged(x, y, sums.mean_x, sums.mean_y, points);
	sums.y_y = lagged(y, y, sums.mean_y, sums.mean_y, points);
	return sums;
}

/* Return a sum of products as it is with autocorrelation. */
static double
weighed(const Lagged *sums, double rho)
{
	return sums->all - rho * sums->neighbours + rho * rho * sums->inner;
}

/* A line for a given rho, and what its likelihood needs. */
typedef struct GivenRho
{
	double		intercept;		/* at the means */
	double		slope;
	double		squares;		/* of what is left */
	double		determinant;
	double		weight;			/* of the points together */
} GivenRho;

static GivenRho
line_given(const LineSums *sums, double rho)
{
	double		xx = weighed(&sums->x_x, rho);
	double		ox = weighed(&sums->one_x, rho);
	double		oy = weighed(&sums->one_y, rho);
	double		xy = weighed(&sums->x_y, rho);
	GivenRho	line;

	line.weight = weighed(&sums->one_one, rho);
	line.determinant = line.weight * xx - ox * ox;
	line.slope = (line.weight * xy - ox * oy) / line.determinant;
	line.intercept = (oy - line.slope * ox) / line.weight;
	line.squares = weighed(&sums->y_y, rho) - line.intercept * oy - line.slope * xy;
	return line;
}

/* Return whether nothing but rounding is left of the values beside the line. */
static bool
line_exact(const LineSums *sums, const GivenRho *line)
{
	return !(line->squares > 1e-14 * sums->y_y.all);
}

/*
 * Return the logarithm of the likelihood of rho, without constants; the restricted
 * one takes into account that the line was fitted (D. A. Harville, Maximum
 * Likelihood Approaches to Variance Component Estimation, 1977), which takes most
 * of the bias from rho: 0.64 instead of 0.55 of 26 points with 0.7.
 */
static double
likelihood(const LineSums *sums, double rho, const double *freedom)
{
	GivenRho	line = line_given(sums, rho);
	double		points = (double) sums->points;
	double		squares = fmax(line.squares, 1e-300);

	if (freedom != NULL)
		return -*freedom / 2.0 * log(squares) + 0.5 * log1p(-rho * rho) -
			0.5 * log(line.determinant);
	return -points / 2.0 * log(squares) + 0.5 * log1p(-rho * rho);
}

/* Find the rho of the largest likelihood: the best of steps, then golden section. */
static double
best_rho(const LineSums *sums, const double *freedom)
{
	const double golden = 0.61803398874989485;
	double		least = freedom != NULL ? 0.0 : -MAX_RHO;
	double		best = least;
	double		low;
	double		high;

	for (int i = 1; least + i * RHO_STEP < MAX_RHO; i++)
	{
		if (likelihood(sums, least + i * RHO_STEP, freedom) >
			likelihood(sums, best, freedom))
			best = least + i * RHO_STEP;
	}
	low = fmax(least, best - RHO_STEP);
	high = fmin(MAX_RHO, best + RHO_STEP);
	for (int i = 0; i < GOLDEN_STEPS; i++)
	{
		double		left = high - golden * (high - low);
		double		right = low + golden * (high - low);

		if (likelihood(sums, left, freedom) >= likelihood(sums, right, freedom))
			high = right;
		else
			low = left;
	}
	return low == least ? least : (low + high) / 2.0;
}

static LineFit
fit_line(const LineSums *sums, const double *freedom)
{
	GivenRho	line = line_given(sums, 0.0);
	LineFit		fit;

	fit.rho = 0.0;
	if (!line_exact(sums, &line))
	{
		fit.rho = best_rho(sums, freedom);
		line = line_given(sums, fit.rho);
	}
	fit.slope = line.slope;
	fit.intercept = sums->mean_y + line.intercept - line.slope * sums->mean_x;
	fit.variance = line_exact(sums, &line) || (freedom != NULL && !(*freedom > 0.0)) ? 0.0 :
		line.squares / (freedom != NULL ? *freedom : (double) sums->points);
	fit.slope_error = sqrt(fit.variance * line.weight / line.determinant);
	return fit;
}

LineFit
line_fit(const LineSums *sums, double seasons)
{
	double		freedom = (double) sums->points - seasons - 1.0;

	return fit_line(sums, &freedom);
}

LineFit
line_fit_likelihood(const LineSums *sums)
{
	return fit_line(sums, NULL);
}

/*
 * Return the points over the sum of all autocorrelations: so many independent ones
 * have a mean as certain as that of the series.
 */
double
effective_points(double rho, double points)
{
	return points * (1.0 - rho) / (1.0 + rho);
}

/*
 * Where a series is worth fewer independent points than this, rho is hardly known,
 * and a slope must be so many times as clear.
 */
#define TREND_MIN_EFFECTIVE	10.0
#define FEW_EFFECTIVE_TIMES	5.0

/*
 * Return by how much t is too large.
 *
 * That rho is estimated makes t larger than Student's distribution has it, the
 * more so the fewer the points and the larger rho: without this a nominal 5 percent
 * test finds a trend in 10 percent of series of 26 points with rho 0.5.  The form
 * and its constants are those with which no series of 12 to 365 points and rho from
 * 0 to 0.95 has more than 6 percent (test/math/series_test.c).
 */
static double
excess(double rho, double points)
{
	double		times = 1.0 + 1.5 * (1.0 + 3.0 * rho) / (points * (1.0 - rho));

	return effective_points(rho, points) < TREND_MIN_EFFECTIVE ?
		times * FEW_EFFECTIVE_TIMES : times;
}

double
line_p_value(const LineFit *fit, double points)
{
	if (!(fit->slope_error > 0.0))
		return fit->slope == 0.0 ? 1.0 : 0.0;
	return student_two_sided_p(fit->slope / fit->slope_error / excess(fit->rho, points),
							   points - 2.0);
}

double
line_reach(const LineFit *fit, double points, double confidence)
{
	return fit->slope_error * excess(fit->rho, points) *
		student_quantile_upper((1.0 - confidence) / 2.0, points - 2.0);
}

TrendDoubt
trend_doubt(const LineFit *fit, double points)
{
	if (points < TREND_MIN_POINTS)
		return TREND_FEW_POINTS;
	if (effective_points(fit->rho, points) < TREND_MIN_EFFECTIVE)
		return TREND_FEW_EFFECTIVE;
	return TREND_CERTAIN;
}

void
season_remove(double *series, const long *positions, size_t points, long period,
			  double *means, double *counts)
{
	double		mean = mean_of(series, points);

	for (long i = 0; i < period; i++)
		means[i] = counts[i] = 0.0;
	for (size_t i = 0; i < points; i++)
	{
		long		season = positions[i] % period;

		counts[season] += 1.0;
		means[season] += (series[i] - mean - means[season]) / counts[season];
	}
	for (size_t i = 0; i < points; i++)
		series[i] -= means[positions[i] % period];
}
