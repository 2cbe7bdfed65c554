/*-------------------------------------------------------------------------
 *
 * business_time.c
 *	  Questions to a business_calendar: how long, until when, open or not.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/business_clock.h"
#include "core/calendar.h"
#include "core/elapsed.h"

/* Read an argument that is a moment and must be finite. */
static TimestampTz
moment_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	TimestampTz moment = PG_GETARG_TIMESTAMPTZ(n);

	if (unlikely(TIMESTAMP_NOT_FINITE(moment)))
		elapsed_arg_infinite(name, TIMESTAMP_IS_NOEND(moment));
	return moment;
}

/*
 * business_duration(calendar, started, finished) -> how much of [started, finished) is
 * open, an interval without days.  NULL while it is not finished, whether that is
 * NULL or 'infinity', and for any other NULL.  Errors: a start that is infinite,
 * an end before it.
 */
PG_FUNCTION_INFO_V1(calendar_duration);
Datum
calendar_duration(PG_FUNCTION_ARGS)
{
	TimestampTz started = moment_arg(fcinfo, 1, "started");
	TimestampTz finished = PG_GETARG_TIMESTAMPTZ(2);
	Interval   *result;

	if (TIMESTAMP_IS_NOEND(finished))
		PG_RETURN_NULL();
	if (unlikely(finished < started))
		elapsed_order_wrong("started", elapsed_arg_text(fcinfo, 1, started),
							"finished", elapsed_arg_text(fcinfo, 2, finished));
	result = (Interval *) palloc0(sizeof(Interval));
	result->time = business_clock_between(business_clock_arg(fcinfo, 0), started, finished);
	PG_RETURN_INTERVAL_P(result);
}

/*
 * business_due(calendar, started, target) -> when a target runs out: the days of the
 * interval are working days, its hours are open ones.  Errors: a start that is
 * infinite, a target with months, a negative one, an end after the last
 * timestamp.
 */
PG_FUNCTION_INFO_V1(calendar_due);
Datum
calendar_due(PG_FUNCTION_ARGS)
{
	TimestampTz started = moment_arg(fcinfo, 1, "started");
	int32		days;
	int64		open_time;

	business_target_arg(fcinfo, 2, &days, &open_time);
	PG_RETURN_TIMESTAMPTZ(business_clock_due(business_clock_arg(fcinfo, 0), started,
											 days, open_time));
}

/*
 * business_days(calendar, from_date, to_date) -> how many days from the one to the day
 * before the other have hours.  Errors: a date that is infinite, a range that
 * ends before it begins.
 */
PG_FUNCTION_INFO_V1(calendar_days);
Datum
calendar_days(PG_FUNCTION_ARGS)
{
	DateADT		from_date = calendar_date_arg(PG_GETARG_DATEADT(1), "from_date",
											  "Give the first day that counts.");
	DateADT		to_date = calendar_date_arg(PG_GETARG_DATEADT(2), "to_date",
											"Give the day after the last one that counts.");

	calendar_range_check(from_date, to_date);
	PG_RETURN_INT32((int32) business_clock_days(business_clock_arg(fcinfo, 0), from_date, to_date));
}

/* is_open(calendar, at) -> is it open at that moment?  An infinite one is an error. */
PG_FUNCTION_INFO_V1(calendar_is_open);
Datum
calendar_is_open(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(business_clock_is_open(business_clock_arg(fcinfo, 0),
										  moment_arg(fcinfo, 1, "at")));
}

/*
 * next_opening(calendar, at) -> the moment itself where it is open then, otherwise the
 * next one at which it opens.  Errors: a moment that is infinite, an opening
 * after the last timestamp.
 */
PG_FUNCTION_INFO_V1(calendar_next_opening);
Datum
calendar_next_opening(PG_FUNCTION_ARGS)
{
	PG_RETURN_TIMESTAMPTZ(business_clock_next_opening(business_clock_arg(fcinfo, 0),
													  moment_arg(fcinfo, 1, "at")));
}
