/*-------------------------------------------------------------------------
 *
 * series.h
 *	  Values in the order of time: a trend among errors that depend on each
 *	  other, and forecasts.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SERIES_H
#define CX_SERIES_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Sums of products of two series that are enough to weigh them by any
 * autocorrelation: all products, those of neighbours, those of the inner points.
 */
typedef struct Lagged
{
	double		all;
	double		neighbours;
	double		inner;
} Lagged;

/* What a line with autocorrelated errors is fitted to: sums about the means. */
typedef struct LineSums
{
	size_t		points;
	double		mean_x;
	double		mean_y;
	Lagged		one_one;
	Lagged		one_x;
	Lagged		one_y;
	Lagged		x_x;
	Lagged		x_y;
	Lagged		y_y;
} LineSums;

/* A line whose errors are rho times the one before and something new. */
typedef struct LineFit
{
	double		rho;
	double		intercept;
	double		slope;
	double		slope_error;
	double		variance;		/* of what is new in an error */
} LineFit;

/* Why a trend may have no direction, though it has a slope. */
typedef enum TrendDoubt
{
	TREND_CERTAIN,
	TREND_FEW_POINTS,
	TREND_FEW_EFFECTIVE
} TrendDoubt;

/* With fewer points than this a trend has no direction. */
#define TREND_MIN_POINTS	12

extern LineSums line_sums(const double *x, const double *y, size_t points);

/*
 * Fit a line by restricted maximum likelihood, with an autocorrelation from 0 up;
 * seasons is how many were removed, 1 for none.
 */
extern LineFit line_fit(const LineSums *sums, double seasons);

/* Fit a line by maximum likelihood. */
extern LineFit line_fit_likelihood(const LineSums *sums);


/*
 * Return the p value of a slope: its t, reduced as simulations ask for, and so many
 * degrees of freedom.
 */
extern double line_p_value(const LineFit *fit, double points);

/* Return how far a slope's interval reaches to either side. */
extern double line_reach(const LineFit *fit, double points, double confidence);

/* Return how many independent points a series is worth. */
extern double effective_points(double rho, double points);

/* Return why a trend has no direction, or needs to be far clearer for one. */
extern TrendDoubt trend_doubt(const LineFit *fit, double points);

/*
 * Take the mean of each season from a series, and add the mean of all; positions
 * are counted in points, season is how many make a period.  means has room for one
 * number a season, counts too.
 */
extern void season_remove(double *series, const long *positions, size_t points,
						  long period, double *means, double *counts);

/* Smoothing: level, damped trend, and seasons that add up. */
typedef struct Smoothing
{
	double		alpha;			/* of the level */
	double		beta;			/* of the trend, after R's HoltWinters() */
	double		gamma;			/* of the seasons */
	double		phi;			/* by which the trend is damped a step */
} Smoothing;

/* Where a series stands after its last point. */
typedef struct SmoothState
{
	double		level;
	double		trend;
	double	   *seasons;		/* by the position of a point in the period */
	double		squares;		/* sum of squared errors a step ahead */
	size_t		errors;			/* how many of them */
} SmoothState;

/*
 * Values at equal distances, and room for what fitting needs: two numbers a season.
 */
typedef struct SmoothSeries
{
	const double *values;
	size_t		points;
	size_t		period;			/* 1 without seasons */
	double	   *room;
	void		(*breathe) (void);	/* called before each run, if not NULL */
} SmoothSeries;

extern size_t smooth_start(const SmoothSeries *series, SmoothState *state);
extern void smooth_run(const SmoothSeries *series, const Smoothing *smoothing,
					   SmoothState *state);
extern Smoothing smooth_fit(const SmoothSeries *series, bool seasonal,
							SmoothState *state);

/* Return what is expected so many steps after the last point. */
extern double smooth_ahead(const SmoothSeries *series, const Smoothing *smoothing,
						   const SmoothState *state, size_t steps);

/* What is expected, and the variance of what comes. */
typedef struct Ahead
{
	double		value;
	double		variance;
} Ahead;

/*
 * Set ahead to what is expected for each of the next steps, and return the degrees
 * of freedom of the variances.
 */
extern double smooth_forecast(const SmoothSeries *series, bool seasonal,
							  size_t steps, Ahead *ahead);

#endif							/* CX_SERIES_H */
