/*-------------------------------------------------------------------------
 *
 * series.h
 *	  series_summary: values by day, in order.
 *
 * series_summary.c has the type, series_trend.c whether it rises, series_limits.c
 * what is out of the ordinary, and series_forecast.c how it may go on.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_TREND_SERIES_H
#define CX_TREND_SERIES_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/date.h"

#include "core/money_run.h"

/* The points of a series as they are: whole numbers at one scale, by day. */
typedef struct SeriesAmounts
{
	size_t		count;
	int			scale;
	const MoneyDay *days;
} SeriesAmounts;

/* The points of a series, as the calculations of math/ want them. */
typedef struct SeriesPoints
{
	size_t		count;
	DateADT    *days;
	double	   *values;
} SeriesPoints;

/* The distance of points: so many days, or so many calendar months. */
typedef struct SeriesStep
{
	bool		months;
	int			month_day;		/* of months: their day, or the last one of
								 * those that are shorter */
	int32		length;
} SeriesStep;

/* Seasons have at most so many steps, and a forecast as well. */
#define SERIES_MAX_PERIOD	1000

extern SeriesAmounts series_amounts_arg(FunctionCallInfo fcinfo, int n);
extern SeriesPoints series_points_arg(FunctionCallInfo fcinfo, int n);
extern SeriesStep series_step(const SeriesPoints *points);
extern int32 series_steps_between(const SeriesStep *step, DateADT from, DateADT to);
extern bool series_day_after(const SeriesStep *step, DateADT day, int32 steps,
							 DateADT *after);
extern int	series_period_arg(FunctionCallInfo fcinfo, int n);

#endif							/* CX_TREND_SERIES_H */
