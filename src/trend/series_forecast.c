/*-------------------------------------------------------------------------
 *
 * series_forecast.c
 *	  How a series may go on.
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
#include "utils/datetime.h"

#include "core/calendar.h"
#include "core/confidence.h"
#include "core/result.h"
#include "core/summary.h"
#include "math/means.h"
#include "math/series.h"
#include "trend/series.h"

/* Points that a forecast is made of, at most the newest so many. */
#define MIN_POINTS		10
#define MAX_POINTS		20000

/* Return a point on the latest day of a month: steps of months lead from it to all. */
static DateADT
latest_of_month(const SeriesPoints *points)
{
	DateADT		found = points->days[0];
	int			latest = 0;

	for (size_t i = 0; i < points->count; i++)
	{
		int			year,
					month,
					day;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		j2date(points->days[i] + POSTGRES_EPOCH_JDATE, &year, &month, &day);
		if (day > latest)
		{
			latest = day;
			found = points->days[i];
		}
	}
	return found;
}

static pg_noinline pg_noreturn void
point_missing(const SeriesPoints *points, const SeriesStep *step, DateADT before)
{
	DateADT		missing = before;
	char	   *length = psprintf("%d %s%s", step->length, step->months ? "month" : "day",
								  step->length == 1 ? "" : "s");

	(void) series_day_after(step, before, 1, &missing);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a forecast needs a value at every step"),
			 errdetail("A step is %s, and there is no value on %s.", length, calendar_day_text(missing)),
			 step->months && step->month_day > 28 ?
			 errhint("Give each step a value: LEFT JOIN the values to the days (date '%s' + n * interval '%s')::date, with n from generate_series(), and write coalesce(value, 0) where nothing happened.",
					 calendar_day_text(latest_of_month(points)), length) :
			 errhint("Give each step a value: LEFT JOIN the values to generate_series(date '%s', date '%s', interval '%s'), and write coalesce(value, 0) where nothing happened.",
					 calendar_day_text(points->days[0]), calendar_day_text(points->days[points->count - 1]), length)));
}

/* Check that points are one step apart, from one of them on. */
static void
check_steps(const SeriesPoints *points, const SeriesStep *step, size_t from)
{
	for (size_t i = from + 1; i < points->count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (series_steps_between(step, points->days[i - 1], points->days[i]) != 1)
			point_missing(points, step, points->days[i - 1]);
	}
}

static int
periods_arg(FunctionCallInfo fcinfo, int n)
{
	int			periods = PG_GETARG_INT32(n);

	if (periods < 1 || periods > SERIES_MAX_PERIOD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods must be from 1 to %d", SERIES_MAX_PERIOD),
				 errdetail("periods is %d.", periods),
				 errhint("periods is how many values are wanted: 3 months ahead of a series by month are 3.")));
	return periods;
}

static void
breathe(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Forecast so many steps, in memory of the caller; return the degrees of freedom. */
static double
forecast(const SeriesPoints *points, size_t from, int period, int periods, Ahead *ahead)
{
	SmoothSeries series = {
		.values = points->values + from,
		.points = points->count - from,
		.period = (size_t) period,
		.room = palloc_array(double, 2 * (size_t) period),
		.breathe = breathe
	};

	return smooth_forecast(&series, period > 1, (size_t) periods, ahead);
}

/*
 * series_forecast(s, periods, period, confidence) -> (on_date, forecast, low, high): a
 * row for each of the next steps, by exponential smoothing with a damped trend and,
 * where period is above 1, seasons.  No rows with fewer than ten points, or than two
 * periods and five points.  Errors: a step without a value, a periods or period that
 * is not from 1 to 1000, a confidence that is not between 0 and 1.
 */
PG_FUNCTION_INFO_V1(series_forecast);
Datum
series_forecast(PG_FUNCTION_ARGS)
{
	int			periods = periods_arg(fcinfo, 1);
	int			period = series_period_arg(fcinfo, 2);
	double		confidence = confidence_arg(PG_GETARG_FLOAT8(3));
	SeriesPoints points;
	SeriesStep	step;
	Ahead	   *ahead = palloc_array(Ahead, periods);
	size_t		from;
	double		reach;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	points = series_points_arg(fcinfo, 0);
	if (points.count < MIN_POINTS || (period > 1 && points.count < 2 * (size_t) period + 5))
		return (Datum) 0;
	from = points.count > MAX_POINTS ? points.count - MAX_POINTS : 0;
	step = series_step(&points);
	check_steps(&points, &step, from);
	reach = student_quantile_upper((1.0 - confidence) / 2.0,
								   forecast(&points, from, period, periods, ahead));
	rows_begin(&rows, fcinfo);
	for (int i = 0; i < periods; i++)
	{
		double		error = reach * sqrt(ahead[i].variance);
		Datum		values[4];
		bool		nulls[4] = {false};
		DateADT		day;

		/* the calendar ends before the forecast does */
		if (!series_day_after(&step, points.days[points.count - 1], i + 1, &day))
			break;
		values[0] = DateADTGetDatum(day);
		values[1] = double_result(ahead[i].value);
		interval_result(ahead[i].value - error, ahead[i].value + error, values[1], &values[2]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
