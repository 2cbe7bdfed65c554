/*-------------------------------------------------------------------------
 *
 * series_trend.c
 *	  What the course of a series says: whether it rises.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "math/series.h"
#include "trend/series.h"

/* The trend of a series, a day being the unit of time. */
typedef struct SeriesTrend
{
	bool		known;			/* there is a slope */
	LineFit		fit;
	double		worth;			/* points less those that seasons took */
	bool		has_seasons;
	TrendDoubt	doubt;
	double		span;			/* days from the first point to the last */
	double		begin;			/* the line on the first day */
} SeriesTrend;

/* Days of a month, where a month is a length. */
#define DAYS_PER_MONTH_LENGTH	30.4375

/* How many steps a point is after the first. */
static long *
positions_of(const SeriesPoints *points, const SeriesStep *step)
{
	long	   *positions = palloc_array(long, points->count);

	for (size_t i = 0; i < points->count; i++)
		positions[i] = series_steps_between(step, points->days[0], points->days[i]);
	return positions;
}

/*
 * Take the seasons out of times and values; return how many there were.
 */
static int
remove_seasons(const SeriesPoints *points, const long *positions, double *times,
			   double *values, int period)
{
	double	   *means = palloc_array(double, period);
	double	   *counts = palloc_array(double, period);
	int			seasons = 0;

	season_remove(times, positions, points->count, period, means, counts);
	season_remove(values, positions, points->count, period, means, counts);
	for (int i = 0; i < period; i++)
		seasons += counts[i] > 0.0;
	return seasons;
}

/*
 * Return the trend of at least two points.  Points by month are as far from each other
 * as months are counted, and not longer in March than in February.
 */
static SeriesTrend
trend_of(const SeriesPoints *points, int period)
{
	size_t		count = points->count;
	SeriesStep	step = series_step(points);
	double		length = step.length * (step.months ? DAYS_PER_MONTH_LENGTH : 1.0);
	long	   *positions = positions_of(points, &step);
	double	   *times = palloc_array(double, count);
	double	   *values = palloc_array(double, count);
	double		mean = 0.0;
	double		mean_time = 0.0;
	int			seasons = 1;
	SeriesTrend trend = {.known = false};
	LineSums	sums;

	for (size_t i = 0; i < count; i++)
	{
		times[i] = (double) positions[i] * length;
		values[i] = points->values[i];
		mean += (values[i] - mean) / (double) (i + 1);
		mean_time += (times[i] - mean_time) / (double) (i + 1);
	}
	trend.span = times[count - 1];
	if (period > 1)
		seasons = remove_seasons(points, positions, times, values, period);
	CHECK_FOR_INTERRUPTS();
	sums = line_sums(times, values, count);
	if (!(sums.x_x.all > 1e-9 * length * length))
		return trend;
	trend.known = true;
	trend.worth = (double) count - (seasons - 1);
	trend.has_seasons = seasons > 1;
	trend.fit = line_fit(&sums, seasons);
	trend.doubt = trend.worth > 2.0 ? trend_doubt(&trend.fit, trend.worth) : TREND_FEW_POINTS;
	/* without its seasons a series has the mean 0, and so have its times */
	trend.begin = period > 1 ? mean - trend.fit.slope * mean_time : trend.fit.intercept;
	return trend;
}

/* Return the trend of the series in argument 0, with the period in argument n. */
static SeriesTrend
trend_arg(FunctionCallInfo fcinfo, int n)
{
	int			period = series_period_arg(fcinfo, n);
	SeriesPoints points = series_points_arg(fcinfo, 0);
	SeriesTrend none = {.known = false};

	return points.count < 2 ? none : trend_of(&points, period);
}

static int
trend_sign(const SeriesTrend *trend, double confidence)
{
	if (!trend->known || trend->doubt == TREND_FEW_POINTS || trend->fit.slope == 0.0 ||
		!(line_p_value(&trend->fit, trend->worth) < 1.0 - confidence))
		return 0;
	return trend->fit.slope > 0.0 ? 1 : -1;
}

/* Return the length of the interval in argument n, in days. */
static double
per_arg(FunctionCallInfo fcinfo, int n)
{
	int64		per = elapsed_positive_arg(fcinfo, n, "per", "1 month");

	elapsed_check_unit(per, USECS_PER_HOUR, "per", "days");
	return (double) per / (double) USECS_PER_DAY;
}

/*
 * trend_slope(s, per, period) -> by how much the value rises in the time per, by
 * generalized least squares; NULL where one line is as good as another, as with a
 * single point.  Errors: an interval below an hour, a period that is not from 1 to
 * 1000.
 */
PG_FUNCTION_INFO_V1(series_trend_slope);
Datum
series_trend_slope(PG_FUNCTION_ARGS)
{
	double		per = per_arg(fcinfo, 1);
	SeriesTrend trend = trend_arg(fcinfo, 2);

	if (!trend.known)
		PG_RETURN_NULL();
	return double_result(trend.fit.slope * per);
}

/*
 * trend_direction(s, confidence, period) -> the sign of the slope, or 0 unless it is
 * significant by a t test that knows that points depend on each other.  Errors: a
 * confidence that is not between 0 and 1, a period that is not from 1 to 1000.
 */
PG_FUNCTION_INFO_V1(series_trend_direction);
Datum
series_trend_direction(PG_FUNCTION_ARGS)
{
	double		confidence = confidence_arg(PG_GETARG_FLOAT8(1));
	SeriesTrend trend = trend_arg(fcinfo, 2);

	PG_RETURN_INT32(trend_sign(&trend, confidence));
}

/* Return the change of the line in percent of its begin; false without one. */
static bool
trend_percent(const SeriesTrend *trend, double *percent)
{
	if (!trend->known || !(trend->begin > 0.0))
		return false;
	*percent = 100.0 * trend->fit.slope * trend->span / trend->begin;
	return isfinite(*percent);
}

/*
 * trend_change(s, period) -> the change of the line from the first day to the last,
 * in percent points of its value on the first day; NULL where that value is not
 * positive, or there is no line.  A period that is not from 1 to 1000 is an error.
 */
PG_FUNCTION_INFO_V1(series_trend_change);
Datum
series_trend_change(PG_FUNCTION_ARGS)
{
	SeriesTrend trend = trend_arg(fcinfo, 1);
	double		percent;

	if (!trend_percent(&trend, &percent))
		PG_RETURN_NULL();
	return double_result(percent);
}

/* Return why there is no direction, in words; NULL where nothing is in its way. */
static const char *
doubt_text(const SeriesTrend *trend)
{
	if (trend->doubt == TREND_FEW_POINTS)
		return psprintf(trend->has_seasons ? "fewer than %d points less those that seasons took" :
						"fewer than %d points", TREND_MIN_POINTS);
	if (trend->doubt == TREND_FEW_EFFECTIVE)
		return "worth fewer than 10 independent points";
	return NULL;
}

/*
 * series_trend(s, per, period, confidence) -> (slope, low, high, p_value, direction,
 * change, autocorrelation, effective_points, no_direction_because): all of the above
 * at once.  NULL without a line.  Interval and p value are NULL where there are too few
 * points for them to hold, and autocorrelation where a line takes all points.  Errors: as of trend_slope() and
 * trend_direction().
 */
PG_FUNCTION_INFO_V1(series_trend);
Datum
series_trend(PG_FUNCTION_ARGS)
{
	double		per = per_arg(fcinfo, 1);
	double		confidence = confidence_arg(PG_GETARG_FLOAT8(3));
	SeriesTrend trend = trend_arg(fcinfo, 2);
	const char *doubt;
	int			direction;
	double		percent = 0.0;
	Datum		values[9] = {0};
	bool		nulls[9] = {false};

	if (!trend.known)
		PG_RETURN_NULL();
	values[0] = double_result(trend.fit.slope * per);
	nulls[6] = nulls[7] = !(trend.worth > 2.0);
	if (!nulls[6])
	{
		values[6] = double_result(trend.fit.rho);
		values[7] = double_result(effective_points(trend.fit.rho, trend.worth));
	}
	nulls[1] = nulls[2] = nulls[3] = trend.doubt == TREND_FEW_POINTS;
	if (trend.doubt != TREND_FEW_POINTS)
	{
		double		reach = line_reach(&trend.fit, trend.worth, confidence);

		interval_result(per * (trend.fit.slope - reach), per * (trend.fit.slope + reach),
						values[0], &values[1]);
		values[3] = double_result(line_p_value(&trend.fit, trend.worth));
	}
	direction = trend_sign(&trend, confidence);
	values[4] = Int32GetDatum(direction);
	nulls[5] = !trend_percent(&trend, &percent);
	if (!nulls[5])
		values[5] = double_result(percent);
	doubt = direction == 0 ? doubt_text(&trend) : NULL;
	nulls[8] = doubt == NULL;
	if (doubt != NULL)
		values[8] = CStringGetTextDatum(doubt);
	return record_result(fcinfo, values, nulls);
}
