/*-------------------------------------------------------------------------
 *
 * series_trend.c
 *	  What the course of a series says: whether it rises, the limits of what it
 *	  does by itself, and what is outside of them.
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

/*
 * The trend
 */

/* The trend of a series, a day being the unit of time. */
typedef struct SeriesTrend
{
	bool		known;			/* there is a slope */
	LineFit		fit;
	double		worth;			/* points less those that seasons took */
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
doubt_text(TrendDoubt doubt)
{
	if (doubt == TREND_FEW_POINTS)
		return psprintf("fewer than %d points", TREND_MIN_POINTS);
	if (doubt == TREND_FEW_EFFECTIVE)
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
	doubt = direction == 0 ? doubt_text(trend.doubt) : NULL;
	nulls[8] = doubt == NULL;
	if (doubt != NULL)
		values[8] = CStringGetTextDatum(doubt);
	return record_result(fcinfo, values, nulls);
}

/*
 * Limits
 */

/*
 * series_limits(s) -> (mean, low, high, moving_range): the mean of the values, the
 * limits of what the process does by itself, and the mean distance of neighbours that
 * they are made of.  NULL with fewer than two points.
 */
PG_FUNCTION_INFO_V1(series_limits);
Datum
series_limits(PG_FUNCTION_ARGS)
{
	SeriesPoints points = series_points_arg(fcinfo, 0);
	ProcessLimits limits;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (points.count < 2)
		PG_RETURN_NULL();
	limits = process_limits(points.values, points.count);
	values[0] = double_result(limits.mean);
	values[1] = double_result(limits.low);
	values[2] = double_result(limits.high);
	values[3] = double_result(limits.moving_range);
	return record_result(fcinfo, values, nulls);
}

/* What is seen in a point, the more telling last. */
typedef enum Signal
{
	SIGNAL_NONE,
	SIGNAL_TREND,
	SIGNAL_RUN,
	SIGNAL_NEAR,
	SIGNAL_OUTSIDE
} Signal;

static const char *const signal_names[] = {
	[SIGNAL_TREND] = "trend",[SIGNAL_RUN] = "run",[SIGNAL_NEAR] = "near a limit",
	[SIGNAL_OUTSIDE] = "outside"
};

static inline void
raise_signal(Signal *signal, Signal to)
{
	if (*signal < to)
		*signal = to;
}

/* Return on which side of the mean a value is: 1, 0 or -1. */
static inline int
side_of(double value, double mean)
{
	return (value > mean) - (value < mean);
}

/* Return on which side a value is in the outer third of the limits, or beyond. */
static inline int
outer_side(double value, const ProcessLimits *limits)
{
	double		two_thirds = (limits->high - limits->mean) * 2.0 / 3.0;

	return (value > limits->mean + two_thirds) - (value < limits->mean - two_thirds);
}

/*
 * Mark the points of a run: at least so many of one sign, one after another; signs are
 * those of points, or of the steps to them, of which one fewer make as many points.
 */
static void
mark_runs(const int *signs, size_t count, size_t least, bool steps, Signal to, Signal *signals)
{
	size_t		begin = 0;

	for (size_t i = 1; i <= count; i++)
	{
		size_t		from = steps && begin > 0 ? begin - 1 : begin;

		if (i < count && signs[i] == signs[begin])
			continue;
		if (signs[begin] != 0 && i - from >= least)
		{
			for (size_t j = from; j < i; j++)
				raise_signal(&signals[j], to);
		}
		begin = i;
	}
}

/* Mark two of three points in a row that are near one limit. */
static void
mark_near(const SeriesPoints *points, const ProcessLimits *limits, Signal *signals)
{
	for (size_t i = 2; i < points->count; i++)
	{
		for (int side = -1; side <= 1; side += 2)
		{
			int			near = 0;

			for (size_t j = i - 2; j <= i; j++)
				near += outer_side(points->values[j], limits) == side;
			for (size_t j = i - 2; near >= 2 && j <= i; j++)
			{
				if (outer_side(points->values[j], limits) == side)
					raise_signal(&signals[j], SIGNAL_NEAR);
			}
		}
	}
}

/* Return what is seen in each point; runs and trends have at least so many points. */
static Signal *
signals_of(const SeriesPoints *points, const ProcessLimits *limits, size_t least)
{
	Signal	   *signals = palloc0(((size_t) points->count + 1) * sizeof(Signal));
	int		   *signs = palloc_array(int, points->count + 1);

	for (size_t i = 0; i < points->count; i++)
	{
		signs[i] = side_of(points->values[i], limits->mean);
		if (points->values[i] > limits->high || points->values[i] < limits->low)
			signals[i] = SIGNAL_OUTSIDE;
	}
	mark_runs(signs, points->count, least, false, SIGNAL_RUN, signals);
	signs[0] = 0;
	for (size_t i = 1; i < points->count; i++)
		signs[i] = side_of(points->values[i], points->values[i - 1]);
	mark_runs(signs, points->count, least, true, SIGNAL_TREND, signals);
	mark_near(points, limits, signals);
	return signals;
}

/*
 * series_anomalies(s, run_length) -> (on_date, value, mean, low, high, signal): a row
 * for each point that the process would not make by itself: outside the limits; two of
 * three points in a row in the outer third of one side; so many in a row on one side
 * of the mean; so many in a row that only rise or only fall.  A run_length that is not
 * from 3 to 100 is an error.
 */
PG_FUNCTION_INFO_V1(series_anomalies);
Datum
series_anomalies(PG_FUNCTION_ARGS)
{
	int			run_length = PG_GETARG_INT32(1);
	SeriesPoints points;
	ProcessLimits limits;
	Signal	   *signals;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (run_length < 3 || run_length > 100)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_length must be from 3 to 100"),
				 errdetail("run_length is %d.", run_length),
				 errhint("run_length is how many points in a row on one side of the mean are a run; 7 or 8 are usual.")));
	points = series_points_arg(fcinfo, 0);
	if (points.count < 2)
		return (Datum) 0;
	limits = process_limits(points.values, points.count);
	signals = signals_of(&points, &limits, (size_t) run_length);
	rows_begin(&rows, fcinfo);
	for (size_t i = 0; i < points.count; i++)
	{
		Datum		values[6];
		bool		nulls[6] = {false};

		if (signals[i] == SIGNAL_NONE)
			continue;
		values[0] = DateADTGetDatum(points.days[i]);
		values[1] = double_result(points.values[i]);
		values[2] = double_result(limits.mean);
		values[3] = double_result(limits.low);
		values[4] = double_result(limits.high);
		values[5] = CStringGetTextDatum(signal_names[signals[i]]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
