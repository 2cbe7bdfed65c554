/*-------------------------------------------------------------------------
 *
 * calendar.h
 *	  Calendar periods (days, weeks, months, quarters, years), days that are
 *	  arguments, and the text of a date in a summary.
 *
 * A period is a number, so that the next period is one more: months, quarters
 * or years since the year 0, days or weeks since 2000.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CALENDAR_H
#define CX_CALENDAR_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/date.h"

/* the numbers are stored in summaries: do not renumber */
typedef enum Grain
{
	GRAIN_MONTH = 1,
	GRAIN_QUARTER = 2,
	GRAIN_YEAR = 3,
	GRAIN_DAY = 4,
	GRAIN_WEEK = 5,				/* ISO 8601: from Monday on */
	GRAIN_WEEK_SUNDAY = 6
} Grain;

#define GRAIN_LAST		GRAIN_WEEK_SUNDAY

/*
 * the first and the last day that a date can be, '4714-11-24 BC' and
 * '5874897-12-31'
 */
#define CALENDAR_FIRST_DAY	(DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)
#define CALENDAR_LAST_DAY	(DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1)

/* the grains that a family has, as a set of bits */
#define GRAINS_OF_REVENUE \
	(1 << GRAIN_MONTH | 1 << GRAIN_QUARTER | 1 << GRAIN_YEAR)
#define GRAINS_OF_USAGE \
	(1 << GRAIN_DAY | 1 << GRAIN_WEEK | 1 << GRAIN_WEEK_SUNDAY | \
	 1 << GRAIN_MONTH)

extern bool grain_is_of(int grain, int grains);
extern bool grain_from_text(const char *name, int length, int grains,
							Grain *grain);
extern Grain grain_arg(FunctionCallInfo fcinfo, int n, int grains, int before);
extern void grain_rollup_check(int one, int other);
extern const char *grain_name(Grain grain);

extern int32 calendar_period(DateADT day, Grain grain);
extern DateADT calendar_period_start(int32 period, Grain grain);
extern int32 calendar_period_until(DateADT day, Grain grain, DateADT *next);

extern DateADT calendar_day_arg(Timestamp moment, const char *name);
extern void calendar_range_check(DateADT from_date, DateADT to_date);
extern DateADT calendar_date_arg(DateADT day, const char *name,
								 const char *hint);
extern char *calendar_day_text(DateADT day);
extern void calendar_append_day(StringInfo buf, DateADT day);
extern bool calendar_day_from_text(const char *str, int length,
								   DateADT *day);

#endif							/* CX_CALENDAR_H */
