/*-------------------------------------------------------------------------
 *
 * calendar.c
 *	  Calendar periods (days, weeks, months, quarters, years), days that are
 *	  arguments, and the text of a date in a summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/shown.h"

static const char *const grain_names[] = {
	"", "month", "quarter", "year", "day", "week", "week_sunday"
};

/* length of each grain: in months, or else in days */
static const int grain_months[] = {0, 1, 3, 12, 0, 0, 0};
static const int grain_days[] = {0, 0, 0, 0, 1, 7, 7};

/*
 * The day that periods of days are counted from.  2000-01-01 was a Saturday:
 * weeks are counted from the Monday or from the Sunday after it.
 */
static const int grain_first[] = {0, 0, 0, 0, 0, 2, 1};

/* Report whether a number is one of a set of grains. */
bool
grain_is_of(int grain, int grains)
{
	return grain >= GRAIN_MONTH && grain <= GRAIN_LAST &&
		(grains & 1 << grain) != 0;
}

bool
grain_from_text(const char *name, int length, int grains, Grain *grain)
{
	for (int i = GRAIN_MONTH; i <= GRAIN_LAST; i++)
	{
		if (grain_is_of(i, grains) && length == (int) strlen(grain_names[i]) &&
			pg_strncasecmp(name, grain_names[i], length) == 0)
		{
			*grain = (Grain) i;
			return true;
		}
	}
	return false;
}

/*
 * Return the argument "grain" of a transition function.  It must be one of the
 * grains that the family has and equal in every row; before is the state's
 * grain, 0 in the first row.
 */
Grain
grain_arg(FunctionCallInfo fcinfo, int n, int grains, int before)
{
	const char *choice = grains == GRAINS_OF_REVENUE ?
	"Write 'month', 'quarter' or 'year'." :
	"Write 'day', 'week', 'week_sunday' or 'month'.";
	text	   *name;
	int			length;
	Grain		grain;

	if (PG_ARGISNULL(n))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("grain must not be NULL"),
				 errhint("%s", choice)));
	name = PG_GETARG_TEXT_PP(n);
	length = (int) VARSIZE_ANY_EXHDR(name);
	if (!grain_from_text(VARDATA_ANY(name), length, grains, &grain))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown grain"),
				 errdetail("The grain is \"%s\".", text_shown(name)),
				 errhint("%s", choice)));
	PG_FREE_IF_COPY(name, n);
	if (unlikely(before != 0 && before != (int) grain))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("grain must be the same in all rows"),
				 errdetail("grain is \"%s\" in one row and \"%s\" in another.",
						   grain_name(before), grain_name(grain)),
				 errhint("Write a constant, for example 'month'; a summary has one grain.")));
	return grain;
}

/*
 * Report summaries of different grain, which cannot be rolled up.
 */
void
grain_rollup_check(int one, int other)
{
	if (unlikely(one != other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("summaries of different grain cannot be rolled up"),
				 errdetail("One is by %s, another by %s.",
						   grain_name(one), grain_name(other)),
				 errhint("Make the summaries anew from their rows, all with the same grain.")));
}

const char *
grain_name(Grain grain)
{
	return grain_names[grain];
}

static inline int32
floor_divide(int32 a, int32 b)
{
	return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/*
 * Return the period that a day belongs to.
 */
int32
calendar_period(DateADT day, Grain grain)
{
	int			year,
				month,
				day_of_month;

	if (grain_days[grain] != 0)
		return floor_divide(day - grain_first[grain], grain_days[grain]);

	/* j2date() gives 0 for 1 BC and -1 for 2 BC */
	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	return floor_divide(year * 12 + month - 1, grain_months[grain]);
}

/*
 * Return the first day of a period.  A period that begins before the first
 * date gets the first date, one after the last date the day after that.
 */
DateADT
calendar_period_start(int32 period, Grain grain)
{
	int64		months = (int64) period * grain_months[grain];
	int32		year;

	if (grain_days[grain] != 0)
	{
		int64		day = (int64) period * grain_days[grain] + grain_first[grain];

		return (DateADT) Max(Min(day, CALENDAR_LAST_DAY + 1),
							 CALENDAR_FIRST_DAY);
	}

	/* month 0 is January of the year 0, which is 1 BC */
	if (months > (int64) JULIAN_MAXYEAR * 12)
		return CALENDAR_LAST_DAY + 1;
	if (months < -((int64) 4713 * 12))
		return CALENDAR_FIRST_DAY;
	year = floor_divide((int32) months, 12);
	return Max(date2j(year, (int32) months - year * 12 + 1, 1) -
			   POSTGRES_EPOCH_JDATE, CALENDAR_FIRST_DAY);
}

/*
 * Return the period that a day belongs to and store the first day of the next
 * one: what a loop over days needs.
 */
static int32
find_period(DateADT day, Grain grain, DateADT *next)
{
	int32		period;

	if (grain == GRAIN_MONTH)
	{
		int			year,
					month,
					day_of_month;

		j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
		*next = day - day_of_month + 1 + day_tab[isleap(year)][month - 1];
		return year * 12 + month - 1;
	}
	period = calendar_period(day, grain);
	*next = calendar_period_start(period + 1, grain);
	return period;
}

/*
 * Days of a year come again for every customer, and the calendar takes more time
 * than all else that is done with one: each is looked up here, by its last digits.
 */
#define CACHED_DAYS		1024

typedef struct CachedPeriod
{
	DateADT		day;
	DateADT		next;			/* 0 with the day 0: nothing yet */
	int32		period;
	Grain		grain;
} CachedPeriod;

static CachedPeriod cached_periods[CACHED_DAYS];

int32
calendar_period_until(DateADT day, Grain grain, DateADT *next)
{
	CachedPeriod *cached = &cached_periods[(uint32) day % CACHED_DAYS];

	if (cached->day != day || cached->grain != grain ||
		cached->next <= cached->day)
	{
		cached->period = find_period(day, grain, &cached->next);
		cached->day = day;
		cached->grain = grain;
	}
	*next = cached->next;
	return cached->period;
}

/*
 * Return a day that is an argument of an accessor.  The argument is declared
 * timestamp, so that a date (by a cast) and date - interval are accepted:
 * mrr_at(h, current_date - interval '1 year').  The time of day is ignored.
 */
DateADT
calendar_day_arg(Timestamp moment, const char *name)
{
	int64		days;

	if (TIMESTAMP_NOT_FINITE(moment))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a finite date", name),
				 errdetail("%s is %s.", name,
						   TIMESTAMP_IS_NOBEGIN(moment) ? "-infinity" :
						   "infinity"),
				 errhint("Write a date, for example current_date; where %s may be left out, NULL is the same as leaving it out.", name)));
	days = moment / USECS_PER_DAY;
	if (moment % USECS_PER_DAY < 0)
		days--;
	return (DateADT) days;
}

/*
 * Refuse a half-open range of days whose end is before its beginning.
 */
void
calendar_range_check(DateADT from_date, DateADT to_date)
{
	if (to_date < from_date)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("to_date is before from_date"),
				 errdetail("from_date is %s, to_date is %s.",
						   calendar_day_text(from_date),
						   calendar_day_text(to_date)),
				 errhint("Ranges are half-open: the year 2025 is '2025-01-01', '2026-01-01'.")));
}

/*
 * Return a date argument that must be finite; the hint says how to leave such
 * rows out.
 */
DateADT
calendar_date_arg(DateADT day, const char *name, const char *hint)
{
	if (DATE_NOT_FINITE(day))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s must be a finite date", name),
				 errdetail("%s is %s.", name,
						   DATE_IS_NOBEGIN(day) ? "-infinity" : "infinity"),
				 errhint("%s", hint)));
	return day;
}

/*
 * Return a date as text, always in ISO 8601: what a summary prints must not
 * depend on the session's DateStyle.
 */
char *
calendar_day_text(DateADT day)
{
	StringInfoData buf;

	initStringInfo(&buf);
	calendar_append_day(&buf, day);
	return buf.data;
}

/*
 * Append a date as text without leaving memory behind, for texts of many
 * dates.
 */
void
calendar_append_day(StringInfo buf, DateADT day)
{
	int			year,
				month,
				day_of_month;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
	appendStringInfo(buf, year > 0 ? "%04d-%02d-%02d" : "%04d-%02d-%02d BC",
					 year > 0 ? year : 1 - year, month, day_of_month);
}

/*
 * Read a date as calendar_day_text() writes it; false when it is none.
 * date_in() would also take 'today', which is another day tomorrow.
 */
bool
calendar_day_from_text(const char *str, int length, DateADT *day)
{
	int			parts[3] = {0, 0, 0};
	int			digits[3] = {0, 0, 0};
	int			part = 0;
	int			i;
	int			year,
				month,
				day_of_month,
				julian;

	for (i = 0; i < length; i++)
	{
		if (str[i] >= '0' && str[i] <= '9')
		{
			if (++digits[part] > 7)
				return false;
			parts[part] = parts[part] * 10 + (str[i] - '0');
		}
		else if (str[i] == '-' && part < 2)
			part++;
		else
			break;
	}
	if (part != 2 || digits[0] < 4 || digits[1] != 2 || digits[2] != 2)
		return false;

	/* 02025 would be a second spelling of 2025 */
	if (digits[0] > 4 && str[0] == '0')
		return false;
	year = parts[0];
	if (i < length)
	{
		if (length - i != 3 || memcmp(str + i, " BC", 3) != 0)
			return false;
		year = 1 - year;
	}
	else if (year == 0)
		return false;
	if (parts[0] == 0 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 ||
		!IS_VALID_JULIAN(year, parts[1], parts[2]))
		return false;

	/* date2j() moves the 31st of April to the 1st of May */
	julian = date2j(year, parts[1], parts[2]);
	j2date(julian, &year, &month, &day_of_month);
	if (month != parts[1])
		return false;
	*day = julian - POSTGRES_EPOCH_JDATE;
	return IS_VALID_DATE(*day);
}
