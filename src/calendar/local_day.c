/*-------------------------------------------------------------------------
 *
 * local_day.c
 *	  The day and the time of day that it is somewhere, from a time as a column
 *	  holds it.
 *
 * A timestamptz is a moment.  A timestamp has no zone: most frameworks for web
 * applications store UTC in it, so that is what it is taken for unless the
 * caller says where its clock hung.  PostgreSQL's AT TIME ZONE means the
 * opposite for the two types, and who writes it for the wrong one gets days that
 * are off by twice the offset, without an error.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/zone.h"

static pg_noinline pg_noreturn void
moment_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("time out of range"),
			 errdetail("In that time zone it is beyond the first or the last time that a timestamp can be."),
			 errhint("Use NULL for a time that is not known.")));
}

/* Set what a clock in a zone shows at a moment that is finite. */
static void
clock_at(TimestampTz moment, pg_tz *zone, struct pg_tm *clock, fsec_t *fraction)
{
	int			offset;

	if (timestamp2tm(moment, &offset, clock, fraction, NULL, zone) != 0)
		moment_out_of_range();
}

static Datum
day_at(TimestampTz moment, pg_tz *zone)
{
	struct pg_tm clock;
	fsec_t		fraction;
	DateADT		day;

	if (TIMESTAMP_IS_NOEND(moment))
		PG_RETURN_DATEADT(DATEVAL_NOEND);
	if (TIMESTAMP_IS_NOBEGIN(moment))
		PG_RETURN_DATEADT(DATEVAL_NOBEGIN);
	clock_at(moment, zone, &clock, &fraction);
	day = date2j(clock.tm_year, clock.tm_mon, clock.tm_mday) -
		POSTGRES_EPOCH_JDATE;
	if (!IS_VALID_DATE(day))
		moment_out_of_range();
	PG_RETURN_DATEADT(day);
}

static Datum
time_at(TimestampTz moment, pg_tz *zone)
{
	struct pg_tm clock;
	fsec_t		fraction;
	Timestamp	result;

	if (TIMESTAMP_NOT_FINITE(moment))
		PG_RETURN_TIMESTAMP(moment);
	clock_at(moment, zone, &clock, &fraction);
	if (tm2timestamp(&clock, fraction, NULL, &result) != 0)
		moment_out_of_range();
	PG_RETURN_TIMESTAMP(result);
}

/*
 * Return the moment at which a clock in a zone showed a time.  An hour that the change
 * of the clocks skips or repeats is taken as AT TIME ZONE takes it.
 */
static TimestampTz
moment_of(Timestamp shown, pg_tz *zone)
{
	struct pg_tm clock;
	fsec_t		fraction;
	int			offset;
	TimestampTz moment;

	if (TIMESTAMP_NOT_FINITE(shown))
		return shown;
	if (timestamp2tm(shown, NULL, &clock, &fraction, NULL, NULL) != 0)
		moment_out_of_range();
	offset = DetermineTimeZoneOffset(&clock, zone);
	if (tm2timestamp(&clock, fraction, &offset, &moment) != 0)
		moment_out_of_range();
	return moment;
}

/*
 * local_day(at timestamptz, zone) -> the date of a moment in a zone; of an
 * infinite one the infinite date.  Errors: a zone that is no name of the time
 * zone database, a day that no date can be.
 */
PG_FUNCTION_INFO_V1(local_day_of_moment);
Datum
local_day_of_moment(PG_FUNCTION_ARGS)
{
	return day_at(PG_GETARG_TIMESTAMPTZ(0), zone_named(PG_GETARG_TEXT_PP(1)));
}

/*
 * local_day(at timestamp, zone, stored_in) -> likewise, of a time that a clock
 * in stored_in showed.
 */
PG_FUNCTION_INFO_V1(local_day_of_clock);
Datum
local_day_of_clock(PG_FUNCTION_ARGS)
{
	pg_tz	   *zone = zone_named(PG_GETARG_TEXT_PP(1));

	return day_at(moment_of(PG_GETARG_TIMESTAMP(0), zone_named(PG_GETARG_TEXT_PP(2))), zone);
}

/*
 * local_day(at date, zone) and local_timestamp(at date, zone): an error.  Without this function a date would
 * become midnight in the time zone of the session, and that the day before in
 * every zone to the west of it.
 */
PG_FUNCTION_INFO_V1(local_day_of_date);
Datum
local_day_of_date(PG_FUNCTION_ARGS)
{
	DateADT		day = PG_GETARG_DATEADT(0);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("a date has no time of day"),
			 errdetail("The date is %s; on which day that was elsewhere is not known.",
					   DatumGetCString(DirectFunctionCall1(date_out,
														   DateADTGetDatum(day)))),
			 errhint("Use the date as it is, or the time that it was taken from.")));
	PG_RETURN_NULL();			/* keep compiler quiet */
}

/*
 * local_timestamp(at timestamptz, zone) -> what a clock in the zone shows at a
 * moment, for business_duration(); infinite times as they are.  Errors as
 * above.
 */
PG_FUNCTION_INFO_V1(local_timestamp_of_moment);
Datum
local_timestamp_of_moment(PG_FUNCTION_ARGS)
{
	return time_at(PG_GETARG_TIMESTAMPTZ(0), zone_named(PG_GETARG_TEXT_PP(1)));
}

/* local_timestamp(at timestamp, zone, stored_in): likewise, of such a time. */
PG_FUNCTION_INFO_V1(local_timestamp_of_clock);
Datum
local_timestamp_of_clock(PG_FUNCTION_ARGS)
{
	pg_tz	   *zone = zone_named(PG_GETARG_TEXT_PP(1));

	return time_at(moment_of(PG_GETARG_TIMESTAMP(0), zone_named(PG_GETARG_TEXT_PP(2))), zone);
}
