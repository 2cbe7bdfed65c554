/*-------------------------------------------------------------------------
 *
 * series_limits.c
 *	  The limits of what a series does by itself, and what is out of the ordinary.
 *
 * The limits are those of an XmR chart: 2.66 = 3 / 1.128 times the mean distance of
 * neighbours from the mean, which is three standard deviations of values that do not
 * depend on each other (W. A. Shewhart; D. J. Wheeler, Understanding Variation,
 * 1993).
 *
 * A value that is the mean is on neither side of it, one that is a limit is not
 * outside, and in values of few digits both are usual.  So on which side of a bound
 * a value is, is decided without rounding: values are whole numbers at the scale of
 * the series, and a whole number is above a bound if it is above the whole number
 * below the bound.
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

#include "core/arithmetic.h"
#include "core/int256.h"
#include "core/money.h"
#include "core/result.h"
#include "trend/series.h"

/*
 * Limits
 */

/* Where a bound is: so many parts of the mean distance of neighbours from the mean. */
#define REACH_PARTS		150
#define REACH_LIMIT		399		/* 2.66 */
#define REACH_OUTER		266		/* two thirds of it */

/* What bounds are made of: sums of values at the scale of the series, whole numbers. */
typedef struct ProcessSums
{
	int64		count;			/* of points, two at least */
	Datum		values;
	Datum		distances;		/* of neighbours */
} ProcessSums;

/* The whole numbers next to a bound; the same one twice where it is the bound. */
typedef struct Bound
{
	int128		below;
	int128		above;
} Bound;

static inline int128
value_at(const SeriesAmounts *series, size_t i)
{
	return money_get(&series->days[i].amount);
}

static ProcessSums
process_sums(const SeriesAmounts *series)
{
	Int256		values = int256_from(value_at(series, 0));
	Int256		distances = int256_from(0);
	ProcessSums sums;

	/* numbers of 38 digits, less than 2^31 of them: nothing overflows */
	for (size_t i = 1; i < series->count; i++)
	{
		int128		last = value_at(series, i - 1);
		int128		value = value_at(series, i);
		Int256		more = int256_from(Max(value, last));
		Int256		fewer = int256_from(Min(value, last));
		Int256		wide = int256_from(value);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		(void) int256_add(&values, &wide);
		(void) int256_add(&distances, &more);
		(void) int256_subtract(&distances, &fewer);
	}
	sums.count = (int64) series->count;
	sums.values = int256_to_numeric(&values, 0);
	sums.distances = int256_to_numeric(&distances, 0);
	return sums;
}

/* A bound is the first by the second. */
static Datum
bound_dividend(const ProcessSums *sums, int reach)
{
	return plus(times(sums->values, number(REACH_PARTS * (sums->count - 1))),
				times(sums->distances, number(reach * sums->count)));
}

static Datum
bound_divisor(const ProcessSums *sums)
{
	return times(number(REACH_PARTS * sums->count), number(sums->count - 1));
}

/* Return a quotient of numbers at a scale as a result. */
static Datum
shown(Datum dividend, Datum divisor, int scale)
{
	return double_result(as_double(divided(dividend, divisor)) / pow(10.0, scale));
}

static Datum
bound_shown(const ProcessSums *sums, int reach, int scale)
{
	return shown(bound_dividend(sums, reach), bound_divisor(sums), scale);
}

static Bound
bound_at(const ProcessSums *sums, int reach)
{
	Datum		dividend = bound_dividend(sums, reach);
	Datum		divisor = bound_divisor(sums);
	Datum		quotient = DirectFunctionCall2(numeric_div_trunc, dividend, divisor);
	int			rest = compare(dividend, times(quotient, divisor));
	MoneyAmount whole;
	Bound		bound;

	/* a bound may have more digits than a value can */
	if (!money_from_datum(quotient, &whole))
		whole.value = sign_of(quotient) * (int128) money_power[18] * money_power[18] * 100;
	bound.below = whole.value - (rest < 0);
	bound.above = whole.value + (rest > 0);
	return bound;
}

/* Return on which side of a bound a value is: 1, 0 or -1. */
static inline int
side_of(int128 value, const Bound *bound)
{
	return (value > bound->below) - (value < bound->above);
}

/*
 * series_limits(s) -> (mean, low, high, moving_range): the mean of the values, the
 * limits of what the process does by itself, and the mean distance of neighbours that
 * they are made of.  NULL with fewer than two points.
 */
PG_FUNCTION_INFO_V1(series_limits);
Datum
series_limits(PG_FUNCTION_ARGS)
{
	SeriesAmounts series = series_amounts_arg(fcinfo, 0);
	ProcessSums sums;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (series.count < 2)
		PG_RETURN_NULL();
	sums = process_sums(&series);
	values[0] = bound_shown(&sums, 0, series.scale);
	values[1] = bound_shown(&sums, -REACH_LIMIT, series.scale);
	values[2] = bound_shown(&sums, REACH_LIMIT, series.scale);
	values[3] = shown(sums.distances, number(sums.count - 1), series.scale);
	return record_result(fcinfo, values, nulls);
}

/*
 * Signals
 */

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

/* Mark the points outside of the limits. */
static void
mark_outside(const SeriesAmounts *series, const ProcessSums *sums, Signal *signals)
{
	Bound		low = bound_at(sums, -REACH_LIMIT);
	Bound		high = bound_at(sums, REACH_LIMIT);

	for (size_t i = 0; i < series->count; i++)
	{
		int128		value = value_at(series, i);

		if (side_of(value, &high) > 0 || side_of(value, &low) < 0)
			raise_signal(&signals[i], SIGNAL_OUTSIDE);
	}
}

/* Mark two of three points in a row in the outer third of one side, or beyond. */
static void
mark_near(const SeriesAmounts *series, const ProcessSums *sums, Signal *signals)
{
	for (int side = -1; side <= 1; side += 2)
	{
		Bound		outer = bound_at(sums, side * REACH_OUTER);

		for (size_t i = 2; i < series->count; i++)
		{
			int			near = 0;

			for (size_t j = i - 2; j <= i; j++)
				near += side_of(value_at(series, j), &outer) == side;
			for (size_t j = i - 2; near >= 2 && j <= i; j++)
			{
				if (side_of(value_at(series, j), &outer) == side)
					raise_signal(&signals[j], SIGNAL_NEAR);
			}
		}
	}
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

/* Return what is seen in each point; runs and trends have at least so many points. */
static Signal *
signals_of(const SeriesAmounts *series, const ProcessSums *sums, size_t least)
{
	Signal	   *signals = palloc0(series->count * sizeof(Signal));
	int		   *signs = palloc_array(int, series->count);
	Bound		mean = bound_at(sums, 0);

	for (size_t i = 0; i < series->count; i++)
		signs[i] = side_of(value_at(series, i), &mean);
	mark_runs(signs, series->count, least, false, SIGNAL_RUN, signals);
	signs[0] = 0;
	for (size_t i = 1; i < series->count; i++)
	{
		int128		last = value_at(series, i - 1);
		int128		value = value_at(series, i);

		signs[i] = (value > last) - (value < last);
	}
	mark_runs(signs, series->count, least, true, SIGNAL_TREND, signals);
	mark_near(series, sums, signals);
	mark_outside(series, sums, signals);
	return signals;
}

/* Write a row for each point with a signal. */
static void
put_signals(FunctionCallInfo fcinfo, const SeriesAmounts *series, const ProcessSums *sums,
			const Signal *signals)
{
	ResultRows	rows;
	Datum		values[6];
	bool		nulls[6] = {false};

	values[2] = bound_shown(sums, 0, series->scale);
	values[3] = bound_shown(sums, -REACH_LIMIT, series->scale);
	values[4] = bound_shown(sums, REACH_LIMIT, series->scale);
	rows_begin(&rows, fcinfo);
	for (size_t i = 0; i < series->count; i++)
	{
		if (signals[i] == SIGNAL_NONE)
			continue;
		values[0] = DateADTGetDatum((DateADT) series->days[i].day);
		values[1] = money_to_numeric(value_at(series, i), series->scale);
		values[5] = CStringGetTextDatum(signal_names[signals[i]]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
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
	SeriesAmounts series;
	ProcessSums sums;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (run_length < 3 || run_length > 100)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("run_length must be from 3 to 100"),
				 errdetail("run_length is %d.", run_length),
				 errhint("run_length is how many points in a row on one side of the mean are a run; 7 or 8 are usual.")));
	series = series_amounts_arg(fcinfo, 0);
	if (series.count < 2)
		return (Datum) 0;
	sums = process_sums(&series);
	put_signals(fcinfo, &series, &sums, signals_of(&series, &sums, (size_t) run_length));
	return (Datum) 0;
}
