/*-------------------------------------------------------------------------
 *
 * smoothing.c
 *	  Forecasts by exponential smoothing: a level, a trend that is damped, and
 *	  seasons that add up (P. R. Winters, Forecasting Sales by Exponentially
 *	  Weighted Moving Averages, 1960; E. S. Gardner and E. McKenzie, Forecasting
 *	  Trends in Time Series, 1985).
 *
 * With e what a value is off its forecast of one step, a step is
 *
 *		level  += phi * trend + alpha * e
 *		trend   = phi * trend + alpha * beta * e
 *		season += gamma * (1 - alpha) * e
 *
 * which is the recursion of R's HoltWinters() where phi is 1.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "series.h"

/* A trend is damped at least and at most by so much a step. */
#define LEAST_PHI		0.80
#define MOST_PHI		0.98

/* The first and the last step of the search for parameters. */
#define FIRST_STEP		0.1
#define LAST_STEP		1e-4

/*
 * Return the centered moving average of a period at point i; ends of an even period
 * count half.
 */
static double
period_mean(const SmoothSeries *series, size_t i)
{
	size_t		half = series->period / 2;
	double		sum = 0.0;

	for (size_t j = i - half; j <= i + half; j++)
		sum += series->values[j];
	if (series->period % 2 == 0)
		sum -= (series->values[i - half] + series->values[i + half]) / 2.0;
	return sum / (double) series->period;
}

/*
 * Set level and trend to those of the line through the moving averages of the first
 * two periods, and seasons to what the values are off these averages, as R does.
 */
static void
start_seasons(const SmoothSeries *series, SmoothState *state)
{
	size_t		period = series->period;
	size_t		first = period / 2;
	size_t		last = 2 * period - 1 - period / 2;
	double		count = (double) (last - first + 1);
	double		middle = (count + 1.0) / 2.0;
	double	   *counts = series->room + period;
	double		mean = 0.0;
	double		products = 0.0;
	double		squares = 0.0;
	double		of_all = 0.0;

	for (size_t i = 0; i < period; i++)
		state->seasons[i] = counts[i] = 0.0;
	for (size_t i = first; i <= last; i++)
	{
		double		at = (double) (i - first + 1) - middle;
		double		average = period_mean(series, i);

		mean += average / count;
		products += at * average;
		squares += at * at;
		counts[i % period] += 1.0;
		state->seasons[i % period] += (series->values[i] - average - state->seasons[i % period]) /
			counts[i % period];
	}
	state->trend = products / squares;
	state->level = mean - state->trend * middle;
	for (size_t i = 0; i < period; i++)
		of_all += state->seasons[i] / (double) period;
	for (size_t i = 0; i < period; i++)
		state->seasons[i] -= of_all;
}

/* Points that a series without seasons begins with. */
#define START_POINTS	10

/*
 * Set level and trend to those of the line through the first points, a step before
 * the first.
 */
static void
start_line(const SmoothSeries *series, SmoothState *state)
{
	size_t		count = series->points < START_POINTS ? series->points : START_POINTS;
	double		middle = ((double) count + 1.0) / 2.0;
	double		mean = 0.0;
	double		products = 0.0;
	double		squares = 0.0;

	for (size_t i = 0; i < count; i++)
	{
		double		at = (double) (i + 1) - middle;

		mean += series->values[i] / (double) count;
		products += at * series->values[i];
		squares += at * at;
	}
	state->trend = products / squares;
	state->level = mean - state->trend * middle;
}

/*
 * Set a state to where a series begins, and return the first point whose forecast
 * counts.
 */
size_t
smooth_start(const SmoothSeries *series, SmoothState *state)
{
	state->seasons = series->room;
	state->squares = 0.0;
	state->errors = 0;
	if (series->period > 1)
	{
		start_seasons(series, state);
		return series->period;
	}
	state->seasons[0] = 0.0;
	start_line(series, state);
	return 0;
}

void
smooth_run(const SmoothSeries *series, const Smoothing *smoothing, SmoothState *state)
{
	size_t		first;

	if (series->breathe != NULL)
		series->breathe();
	first = smooth_start(series, state);
	for (size_t i = first; i < series->points; i++)
	{
		double	   *season = &state->seasons[i % series->period];
		double		trend = smoothing->phi * state->trend;
		double		error = series->values[i] - (state->level + trend + *season);

		state->level += trend + smoothing->alpha * error;
		state->trend = trend + smoothing->alpha * smoothing->beta * error;
		*season += smoothing->gamma * (1.0 - smoothing->alpha) * error;
		state->squares += error * error;
	}
	state->errors = series->points - first;
}

static double
squares_of(const SmoothSeries *series, const Smoothing *smoothing)
{
	SmoothState state;

	smooth_run(series, smoothing, &state);
	return state.squares;
}

/* Try a parameter a step up and down; true where that is better. */
static bool
improve(const SmoothSeries *series, Smoothing *smoothing, double *parameter,
		double low, double high, double step, double *best)
{
	double		before = *parameter;

	for (int sign = -1; sign <= 1; sign += 2)
	{
		double		squares;

		*parameter = fmin(high, fmax(low, before + sign * step));
		squares = squares_of(series, smoothing);
		if (squares < *best)
		{
			*best = squares;
			return true;
		}
	}
	*parameter = before;
	return false;
}

/* Improve one parameter after another, with ever smaller steps. */
static void
descend(const SmoothSeries *series, bool seasonal, Smoothing *smoothing, double *best)
{
	double		step = FIRST_STEP;

	while (step >= LAST_STEP)
	{
		bool		better = improve(series, smoothing, &smoothing->alpha, 0.0, 1.0, step, best);

		better |= improve(series, smoothing, &smoothing->beta, 0.0, 1.0, step, best);
		better |= improve(series, smoothing, &smoothing->phi, LEAST_PHI, MOST_PHI, step / 4.0, best);
		if (seasonal)
			better |= improve(series, smoothing, &smoothing->gamma, 0.0, 1.0, step, best);
		if (!better)
			step /= 2.0;
	}
}

/*
 * Return the parameters with the least sum of squared errors a step ahead, and set
 * the state to where the series ends: the best of a few starts, then a descent
 * along the parameters.
 */
Smoothing
smooth_fit(const SmoothSeries *series, bool seasonal, SmoothState *state)
{
	static const double alphas[] = {0.05, 0.2, 0.5, 0.9};
	static const double betas[] = {0.0, 0.1, 0.4};
	static const double gammas[] = {0.05, 0.4};
	Smoothing	best = {0.2, 0.1, seasonal ? 0.05 : 0.0, 0.95};
	double		least = squares_of(series, &best);

	for (size_t a = 0; a < sizeof(alphas) / sizeof(alphas[0]); a++)
		for (size_t b = 0; b < sizeof(betas) / sizeof(betas[0]); b++)
			for (size_t g = 0; g < (seasonal ? 2 : 1); g++)
			{
				Smoothing	tried = {alphas[a], betas[b], seasonal ? gammas[g] : 0.0, 0.9};
				double		squares = squares_of(series, &tried);

				if (squares < least)
				{
					least = squares;
					best = tried;
				}
			}
	descend(series, seasonal, &best, &least);
	smooth_run(series, &best, state);
	return best;
}

/* Return phi + phi^2 + ... + phi^steps. */
static double
damped_steps(double phi, double steps)
{
	return phi == 1.0 ? steps : phi * (1.0 - pow(phi, steps)) / (1.0 - phi);
}

double
smooth_ahead(const SmoothSeries *series, const Smoothing *smoothing,
			 const SmoothState *state, size_t steps)
{
	return state->level + damped_steps(smoothing->phi, (double) steps) * state->trend +
		state->seasons[(series->points + steps - 1) % series->period];
}

/*
 * Add to each step's variance what a set of parameters makes of it, with a weight:
 * the variance of its own errors, 1 + c_1^2 + ... + c_(h - 1)^2 times theirs, where
 * c_j is what an error changes of the value j steps later (R. J. Hyndman, A. B.
 * Koehler, J. K. Ord, R. D. Snyder, Forecasting with Exponential Smoothing, 2008,
 * table 6.1); and how far its forecast is from the one that is given.
 */
static void
add_variances(const SmoothSeries *series, const Smoothing *smoothing,
			  const SmoothState *state, double weight, double freedom,
			  size_t steps, Ahead *ahead)
{
	double		of_error = state->squares / freedom;
	double		sum = 1.0;

	for (size_t h = 1; h <= steps; h++)
	{
		double		off = smooth_ahead(series, smoothing, state, h) - ahead[h - 1].value;
		double		change = smoothing->alpha +
		smoothing->alpha * smoothing->beta * damped_steps(smoothing->phi, (double) h);

		ahead[h - 1].variance += weight * (of_error * sum + off * off);
		if (series->period > 1 && h % series->period == 0)
			change += smoothing->gamma * (1.0 - smoothing->alpha);
		sum += change * change;
	}
}

/*
 * Add the variances of one set of parameters, weighted by its likelihood relative to
 * the best one, and return that weight.
 */
static double
add_weighted(const SmoothSeries *series, const Smoothing *smoothing, double least,
			 double freedom, size_t steps, Ahead *ahead)
{
	SmoothState state;
	double		weight;

	smooth_run(series, smoothing, &state);
	weight = exp(-freedom / 2.0 * log(fmax(state.squares / least, 1.0)));
	if (!(weight > 1e-6))
		return 0.0;
	add_variances(series, smoothing, &state, weight, freedom, steps, ahead);
	return weight;
}

/*
 * The value is that of the parameters that fit best.  Intervals that take these for
 * known are too narrow, the more so the fewer points there are: 84 percent of
 * values 8 steps after 26 points are in a nominal 95 percent interval.  The variance
 * is therefore the mean over a grid of parameters, each with its likelihood.
 */
double
smooth_forecast(const SmoothSeries *series, bool seasonal, size_t steps, Ahead *ahead)
{
	static const double alphas[] = {0.02, 0.08, 0.16, 0.28, 0.42, 0.6, 0.8, 0.97};
	static const double betas[] = {0.0, 0.05, 0.15, 0.35};
	static const double gammas[] = {0.02, 0.15, 0.5};
	static const double phis[] = {0.8, 0.9, 0.98};
	SmoothState state;
	Smoothing	best = smooth_fit(series, seasonal, &state);
	double		least = state.squares;
	double		freedom = fmax((double) state.errors - (seasonal ? 4.0 : 3.0), 1.0);
	double		weights = 0.0;

	for (size_t h = 1; h <= steps; h++)
	{
		ahead[h - 1].value = smooth_ahead(series, &best, &state, h);
		ahead[h - 1].variance = 0.0;
	}
	if (!(least > 0.0))
		return freedom;
	weights = add_weighted(series, &best, least, freedom, steps, ahead);
	for (size_t i = 0; i < (size_t) 8 * 4 * 3 * (seasonal ? 3 : 1); i++)
	{
		Smoothing	tried = {
			alphas[i % 8], betas[i / 8 % 4], seasonal ? gammas[i / 96] : 0.0, phis[i / 32 % 3]
		};

		weights += add_weighted(series, &tried, least, freedom, steps, ahead);
	}
	for (size_t h = 1; h <= steps; h++)
		ahead[h - 1].variance /= weights;
	return freedom;
}
