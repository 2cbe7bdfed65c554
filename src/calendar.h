/*-------------------------------------------------------------------------
 *
 * calendar.h
 *	  Calendar periods (months, quarters, years), days that are arguments,
 *	  and the text of a date in a summary.
 *
 * A period is a number: months, quarters or years since the year 0, so that
 * the next period is one more.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CALENDAR_H
#define CX_CALENDAR_H

#include "postgres.h"

#include "compat.h"

#include "lib/stringinfo.h"
#include "utils/date.h"

/* stored in summaries: do not renumber */
typedef enum Grain
{
	GRAIN_MONTH = 1,
	GRAIN_QUARTER = 2,
	GRAIN_YEAR = 3
} Grain;

/* the days that a date can be, '4713-11-24 BC' to '5874897-12-31' */
#define CALENDAR_FIRST_DAY	(DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE)
#define CALENDAR_LAST_DAY	(DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1)

extern bool grain_from_text(const char *name, int length, Grain *grain);
extern Grain grain_arg(const text *name);
extern const char *grain_name(Grain grain);

extern int32 calendar_period(DateADT day, Grain grain);
extern DateADT calendar_period_start(int32 period, Grain grain);

extern DateADT calendar_day_arg(Timestamp moment, const char *name);
extern void calendar_range_check(DateADT from_date, DateADT to_date);
extern DateADT calendar_date_arg(DateADT day, const char *name,
								 const char *hint);
extern char *calendar_day_text(DateADT day);
extern bool calendar_day_from_text(const char *text, int length,
								   DateADT *day);

#endif							/* CX_CALENDAR_H */
