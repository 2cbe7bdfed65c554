/*-------------------------------------------------------------------------
 *
 * duration.c
 *	  Durations: time until something is finished, where some is not yet.
 *
 * A duration_summary counts the durations of equal length, those finished and
 * those still open as of one point in time.  Leaving the open ones out would
 * flatter every figure, and so would counting them as finished today; the
 * Kaplan-Meier estimate (math/kaplan_meier.c) uses what is known of them.
 *
 * Durations are kept in microseconds, whatever the type of the times is: dates
 * are whole days of 24 hours, timestamps elapsed time.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "duration/duration.h"
#include "math/statistics.h"

/* Return the entries of the summary in argument 0. */
static KmSample
sample_arg(FunctionCallInfo fcinfo)
{
	return duration_sample(run_summary_arg(&duration_summary, fcinfo, 0));
}

/*
 * Counts
 */

/* completed(s) -> how many have finished by as_of */
PG_FUNCTION_INFO_V1(duration_completed);
Datum
duration_completed(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->completed);
}

/* still_open(s) -> how many have started by as_of and not finished */
PG_FUNCTION_INFO_V1(duration_still_open);
Datum
duration_still_open(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->still_open);
}

/* not_started(s) -> how many rows have no start */
PG_FUNCTION_INFO_V1(duration_not_started);
Datum
duration_not_started(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &duration_type);

	PG_RETURN_INT64(duration_header_const(summary)->not_started);
}

/*
 * Figures of the curve
 */

static double
quantile_arg(double q)
{
	/* written so that NaN is refused as well */
	if (!(q > 0.0 && q < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("q must be between 0 and 1"),
				 errdetail("q is %g.", q),
				 errhint("Write 0.9 for the time by which 90 percent have finished.")));
	return q;
}

static Datum
quantile_result(FunctionCallInfo fcinfo, double q, int64 unit)
{
	KmSample	sample = sample_arg(fcinfo);
	int64_t		time;

	if (!km_quantile(&sample, q, &time))
		PG_RETURN_NULL();
	return ratio_result(time, unit);
}

/*
 * median_duration(s, unit) -> the time by which half have finished
 * (Kaplan-Meier, see math/kaplan_meier.c), in units; NULL when it never gets
 * there.  An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(duration_median);
Datum
duration_median(PG_FUNCTION_ARGS)
{
	return quantile_result(fcinfo, 0.5, elapsed_unit_arg(fcinfo, 1));
}

/*
 * duration_quantile(s, q, unit) -> the time by which the share q has finished;
 * NULL when it never gets there.  A q that is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(duration_quantile);
Datum
duration_quantile(PG_FUNCTION_ARGS)
{
	return quantile_result(fcinfo, quantile_arg(PG_GETARG_FLOAT8(1)),
						   elapsed_unit_arg(fcinfo, 2));
}

/*
 * duration_quantile_interval(s, q, unit, confidence) -> (low, high), by
 * Brookmeyer and Crowley with log-log limits; NULL for an end that is never
 * reached.  Errors: q or confidence not between 0 and 1.
 */
PG_FUNCTION_INFO_V1(duration_quantile_interval);
Datum
duration_quantile_interval(PG_FUNCTION_ARGS)
{
	KmSample	sample = sample_arg(fcinfo);
	double		q = quantile_arg(PG_GETARG_FLOAT8(1));
	int64		unit = elapsed_unit_arg(fcinfo, 2);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(3));
	KmQuantileInterval interval;
	Datum		values[2] = {0, 0};
	bool		nulls[2];

	km_quantile_interval_begin(&interval, &sample, q, z);
	for (size_t i = 0; i < sample.count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (km_quantile_interval_take(&interval, &sample.times[i]))
			break;
	}
	nulls[0] = interval.low == NULL;
	nulls[1] = interval.high == NULL;
	if (!nulls[0])
		values[0] = ratio_result(interval.low->time, unit);
	if (!nulls[1])
		values[1] = ratio_result(interval.high->time, unit);
	return record_result(fcinfo, values, nulls);
}

/*
 * Refuse a span below an hour where all durations are whole days, as those between
 * dates are: '30' stands for 30 days there, and PostgreSQL has read 30 seconds.
 */
void
duration_check_unit(const KmSample *sample, int64 span, const char *name)
{
	if (likely(span >= USECS_PER_HOUR) || sample->count == 0 ||
		sample->times[sample->count - 1].time == 0)
		return;
	for (size_t i = 0; i < sample->count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (sample->times[i].time % USECS_PER_DAY != 0)
			return;
	}
	elapsed_check_unit(span, USECS_PER_HOUR, name, "days");
}

static bool
restricted_mean(FunctionCallInfo fcinfo, Estimate *mean)
{
	KmSample	sample = sample_arg(fcinfo);
	int64		horizon = elapsed_positive_arg(fcinfo, 1, "horizon", "12 months");
	double		unit = (double) elapsed_unit_arg(fcinfo, 2);

	duration_check_unit(&sample, horizon, "horizon");
	if (!km_restricted_mean(&sample, horizon, mean))
		return false;
	mean->value /= unit;
	mean->error /= unit;
	return true;
}

/*
 * mean_duration(s, horizon, unit) -> the restricted mean, in units: the mean
 * of the smaller of duration and horizon, which is the area under the survival
 * curve up to the horizon.  NULL when the data does not reach to the horizon,
 * which must be longer than zero, and not below an hour where all durations are
 * whole days.
 */
PG_FUNCTION_INFO_V1(duration_mean);
Datum
duration_mean(PG_FUNCTION_ARGS)
{
	Estimate	mean;

	if (!restricted_mean(fcinfo, &mean))
		PG_RETURN_NULL();
	return double_result(mean.value);
}

/*
 * mean_duration_standard_error(s, horizon, unit) -> the standard error of
 * mean_duration() (Andersen 2004, see math/kaplan_meier.c), in units; NULL
 * where there is none.
 */
PG_FUNCTION_INFO_V1(duration_mean_standard_error);
Datum
duration_mean_standard_error(PG_FUNCTION_ARGS)
{
	Estimate	mean;

	if (!restricted_mean(fcinfo, &mean))
		PG_RETURN_NULL();
	return double_result(mean.error);
}

/*
 * Find the curve at an interval after the start, argument 1; false where it is
 * not known.
 */
static bool
curve_at(FunctionCallInfo fcinfo, const char *name, KmCurve *curve)
{
	KmSample	sample = sample_arg(fcinfo);
	int64		after = elapsed_span_arg(fcinfo, 1, name);

	duration_check_unit(&sample, after, name);
	return km_curve_at(&sample, after, curve);
}

/*
 * survival(s, after) -> the probability, 0 to 1, of not having finished that
 * long after the start; NULL beyond the longest duration unless everyone has
 * finished.  A negative interval is an error, and so is one below an hour where all
 * durations are whole days.
 */
PG_FUNCTION_INFO_V1(duration_survival);
Datum
duration_survival(PG_FUNCTION_ARGS)
{
	KmCurve		curve;

	if (!curve_at(fcinfo, "after", &curve))
		PG_RETURN_NULL();
	return double_result(curve.survival);
}

/*
 * survival_interval(s, after, confidence) -> (low, high), log-log limits of
 * Kalbfleisch and Prentice; NULL where the survival is not known, 0 or 1,
 * since the limits are not defined there.
 */
PG_FUNCTION_INFO_V1(duration_survival_interval);
Datum
duration_survival_interval(PG_FUNCTION_ARGS)
{
	double		z = confidence_quantile(PG_GETARG_FLOAT8(2));
	KmCurve		curve;
	Bounds		bounds;
	Datum		values[2] = {0, 0};
	bool		nulls[2] = {true, true};

	if (curve_at(fcinfo, "after", &curve) &&
		km_survival_interval(&curve, z, &bounds))
	{
		values[0] = double_result(bounds.low);
		values[1] = double_result(bounds.high);
		nulls[0] = nulls[1] = false;
	}
	return record_result(fcinfo, values, nulls);
}

/*
 * completed_within(s, target) -> the share that has finished within the
 * target, in percent points, as an SLA attainment is: 100 * (1 - survival(s,
 * target)).  NULL where the survival is not known.
 */
PG_FUNCTION_INFO_V1(duration_completed_within);
Datum
duration_completed_within(PG_FUNCTION_ARGS)
{
	KmCurve		curve;

	if (!curve_at(fcinfo, "target", &curve))
		PG_RETURN_NULL();
	return double_result(100.0 * (1.0 - curve.survival));
}

/*
 * survival_curve(s, unit, confidence) -> (time, at_risk, finished, censored,
 * survival, low, high): a row for every duration that occurs; low and high are
 * NULL where survival is 0 or 1.
 */
PG_FUNCTION_INFO_V1(duration_survival_curve);
Datum
duration_survival_curve(PG_FUNCTION_ARGS)
{
	KmSample	sample;
	double		z;
	int64		unit;
	KmCurve		curve;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	sample = sample_arg(fcinfo);
	unit = elapsed_unit_arg(fcinfo, 1);
	z = confidence_quantile(PG_GETARG_FLOAT8(2));

	km_begin(&curve, &sample);
	rows_begin(&rows, fcinfo);
	for (size_t i = 0; i < sample.count; i++)
	{
		Datum		values[7];
		bool		nulls[7] = {false, false, false, false, false, false, false};
		Bounds		bounds;

		km_take(&curve, &sample.times[i]);
		values[0] = ratio_result(sample.times[i].time, unit);
		values[1] = Int64GetDatum(curve.at_risk);
		values[2] = Int64GetDatum(sample.times[i].events);
		values[3] = Int64GetDatum(sample.times[i].censored);
		values[4] = double_result(curve.survival);
		if (km_survival_interval(&curve, z, &bounds))
		{
			values[5] = double_result(bounds.low);
			values[6] = double_result(bounds.high);
		}
		else
		{
			values[5] = values[6] = (Datum) 0;
			nulls[5] = nulls[6] = true;
		}
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
