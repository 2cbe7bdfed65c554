/*-------------------------------------------------------------------------
 *
 * elapsed.c
 *	  Elapsed time: intervals and dates as microseconds, and named units.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "elapsed.h"

typedef struct ElapsedUnit
{
	const char *name;
	int64		usecs;
} ElapsedUnit;

static const ElapsedUnit units[] = {
	{"second", USECS_PER_SEC},
	{"minute", USECS_PER_MINUTE},
	{"hour", USECS_PER_HOUR},
	{"day", USECS_PER_DAY},
	{"week", 7 * USECS_PER_DAY},
	{"month", USECS_PER_MONTH},
	{"year", 12 * USECS_PER_MONTH},
};

static pg_noreturn void
elapsed_out_of_range(const Interval *interval, const char *what)
{
	char	   *text;

	text = DatumGetCString(DirectFunctionCall1(interval_out,
											   PointerGetDatum(interval)));

	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("%s out of range", what),
			 errdetail("%s is %s.", what, text),
			 errhint("Use an interval of less than 290,000 years.")));
}

/*
 * An interval in microseconds.  "what" names the argument in an error.
 */
int64
elapsed_interval(const Interval *interval, const char *what)
{
	int64		months;
	int64		days;
	int64		result;

	if (INTERVAL_NOT_FINITE(interval) ||
		pg_mul_s64_overflow(interval->month, USECS_PER_MONTH, &months) ||
		pg_mul_s64_overflow(interval->day, USECS_PER_DAY, &days) ||
		pg_add_s64_overflow(months, days, &result) ||
		pg_add_s64_overflow(result, interval->time, &result))
		elapsed_out_of_range(interval, what);
	return result;
}

/*
 * A unit of time by its name, in microseconds.
 */
int64
elapsed_unit(const char *unit)
{
	for (size_t i = 0; i < lengthof(units); i++)
	{
		if (pg_strcasecmp(unit, units[i].name) == 0)
			return units[i].usecs;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown unit of time \"%s\"", unit),
			 errhint("Use second, minute, hour, day, week, month or year.")));
	return 0;					/* keep compiler quiet */
}

/*
 * A finite date as the timestamp of its midnight.
 */
Timestamp
elapsed_date(DateADT date)
{
	if (date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
	{
		char	   *text;

		text = DatumGetCString(DirectFunctionCall1(date_out,
												   DateADTGetDatum(date)));

		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range"),
				 errdetail("The date is %s.", text),
				 errhint("Use dates before the year 294277, or NULL for a date that is not known.")));
	}
	return date * USECS_PER_DAY;
}

/*
 * The microseconds between two finite timestamps.
 */
int64
elapsed_between(Timestamp from, Timestamp to)
{
	int64		result;

	if (pg_sub_s64_overflow(to, from, &result))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("elapsed time out of range"),
				 errdetail("It is more than 290,000 years."),
				 errhint("Use NULL for a time that is not known.")));
	return result;
}
