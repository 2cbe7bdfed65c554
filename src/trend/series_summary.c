/*-------------------------------------------------------------------------
 *
 * series_summary.c
 *	  series_summary: values by day, in order.
 *
 * A series_summary keeps its points: a sorted run of days with the sum of each
 * day's values, which is exact (money.h).  Points that are next to each other may
 * depend on each other, which sums alone cannot tell.
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
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/tuplestore.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/decimal.h"
#include "core/money_run.h"
#include "core/summary_json.h"
#include "trend/series.h"

/* The header of the run; its entries are MoneyDays. */
typedef struct SeriesHeader
{
	int32		scale;			/* of all values */
	int32		reserved;		/* zero */
} SeriesHeader;

static const SummaryType series_type = {
	.name = "series_summary",
	.example = "{\"version\": 1, \"values\": {\"2025-01-01\": 50, \"2025-02-01\": 52.5}}",
	.size = 0
};

/* A day of a series is there though its value is 0. */
static const SortedRunType series_run = {
	.type_name = "series_summary",
	.too_large_hint = "A series has a value a day, a week or a month: group the rows first.",
	.header_size = sizeof(SeriesHeader),
	.entry_size = sizeof(MoneyDay),
	.key_words = 1,
	.merge = money_day_merge
};

static const MoneyRun series_money = {
	.type = &series_type,
	.run = &series_run,
	.scale = offsetof(SeriesHeader, scale),
	.first_sum = offsetof(MoneyDay, amount),
	.sums = 1
};

/*
 * Input and output
 */

static void
value_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **series = (SortedRun **) arg;
	MoneyAmount amount = money_from_json(value, key, &series_type);
	MoneyDay	point;

	point.day = money_day_key(&series_money, key);
	money_set(&point.amount, money_run_value(&series_money, *series, amount));
	*series = sorted_run_append(&series_run, *series, &point);
}

static void
series_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "values") == 0)
		summary_json_members(summary_json_container(value, false, key, &series_type),
							 value_member, arg);
	else
		summary_json_unexpected(key, &series_type);
}

/*
 * series_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  The members are "version" and "values", an object from a day to its
 * value.
 */
PG_FUNCTION_INFO_V1(series_summary_in);
Datum
series_summary_in(PG_FUNCTION_ARGS)
{
	SortedRun  *series = sorted_run_new(&series_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &series_type),
						 series_member, &series);
	PG_RETURN_POINTER(money_run_from_text(&series_money, series));
}

/* series_summary_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(series_summary_out);
Datum
series_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *series = money_run_canonical(&series_money, PG_GETARG_DATUM(0));
	const MoneyDay *point = money_days_const(&series_money, series);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"values\": {");
	for (uint32 i = 0; i < series->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_day_append_text(&buf, i == 0, point[i].day, money_get(&point[i].amount),
							  money_run_scale(&series_money, series));
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * series_summary_recv: read the binary form, in network order, checked completely.
 * After the version byte come the scale (1 byte), the number of points (4) and for
 * each its day (4) and its value (16); sorted_run_check() sees to their order.
 */
PG_FUNCTION_INFO_V1(series_summary_recv);
Datum
series_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *series;
	int			scale;
	uint32		count;

	summary_recv_begin(message, &series_type);
	scale = money_run_recv_scale(&series_money, message, "values");
	count = summary_recv_entries(message, MONEY_DAY_SENT, "points", &series_type);
	series = sorted_run_new_sized(&series_run, count);
	money_run_set_scale(&series_money, series, scale);
	for (uint32 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		money_day_recv(&series_money, message, "A value",
					   &money_days(&series_money, series)[i]);
	}
	series->sorted = series->used = count;
	sorted_run_check(&series_run, series);
	PG_RETURN_POINTER(money_run_finish(&series_money, series));
}

/* series_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(series_summary_send);
Datum
series_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *series = money_run_canonical(&series_money, PG_GETARG_DATUM(0));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, money_run_scale(&series_money, series));
	money_days_send(&series_money, &message, series);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/* Add a value to the state, argument 0; its day is argument 2. */
static Datum
series_add(FunctionCallInfo fcinfo, MoneyAmount value)
{
	SortedRun  *series;
	MoneyDay	point;

	point.day = calendar_date_arg(PG_GETARG_DATEADT(2), "on_date",
								  "Leave such rows out with FILTER (WHERE isfinite(on_date)).");
	if (PG_ARGISNULL(0))
		series = sorted_run_new(&series_run);
	else
		series = (SortedRun *) aggregate_state(fcinfo, &series_type);
	money_set(&point.amount, money_run_value(&series_money, series, value));
	PG_RETURN_POINTER(sorted_run_append(&series_run, series, &point));
}

#define FINITE_VALUES	"value NOT IN ('NaN', 'Infinity', '-Infinity')"

/*
 * series_summary(value, on_date) of a numeric: add a value to its day, rounded to 18
 * decimals.  A row with NULL is skipped; NULL when all rows are.  Errors: a value or
 * a day that is not finite, sums of too many digits.
 */
PG_FUNCTION_INFO_V1(series_accum);
Datum
series_accum(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	return series_add(fcinfo, money_arg(PG_GETARG_DATUM(1), "value", FINITE_VALUES));
}

/*
 * series_summary(value, on_date) of a double precision, of which 15 digits and 18
 * decimals count; otherwise as series_accum().
 */
PG_FUNCTION_INFO_V1(series_accum_double);
Datum
series_accum_double(PG_FUNCTION_ARGS)
{
	MoneyAmount value;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	if (!decimal_money_from_double(PG_GETARG_FLOAT8(1), &value))
		money_arg_invalid(decimal_from_double(PG_GETARG_FLOAT8(1)), "value", FINITE_VALUES);
	return series_add(fcinfo, value);
}

/*
 * Add the points of another series, for rollup() and for what parallel workers
 * made; values of one day are added.
 */
PG_FUNCTION_INFO_V1(series_combine);
Datum
series_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *series = aggregate_combine_state(fcinfo, &series_type);

	return money_run_combine(&series_money, fcinfo, series,
							 PG_GETARG_SUMMARY(1, &series_type));
}

/* Return the series to store, in canonical form. */
PG_FUNCTION_INFO_V1(series_final);
Datum
series_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(money_run_finish(&series_money, PG_GETARG_SUMMARY(0, &series_type)));
}

/*
 * Points
 */

/* points(s) -> how many days have a value */
PG_FUNCTION_INFO_V1(series_points);
Datum
series_points(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(money_run_read(&series_money, PG_GETARG_DATUM(0))->used);
}

/* series_values(s) -> (on_date, value): the points, in order */
PG_FUNCTION_INFO_V1(series_values);
Datum
series_values(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const SortedRun *series;
	const MoneyDay *point;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	series = money_run_read(&series_money, PG_GETARG_DATUM(0));
	point = money_days_const(&series_money, series);
	for (uint32 i = 0; i < series->used; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		CHECK_FOR_INTERRUPTS();
		values[0] = DateADTGetDatum((DateADT) point[i].day);
		values[1] = money_to_numeric(money_get(&point[i].amount),
									 money_run_scale(&series_money, series));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Return the points of the series in argument n, exactly. */
SeriesAmounts
series_amounts_arg(FunctionCallInfo fcinfo, int n)
{
	const SortedRun *series = money_run_read(&series_money, PG_GETARG_DATUM(n));
	SeriesAmounts amounts;

	amounts.count = series->used;
	amounts.scale = money_run_scale(&series_money, series);
	amounts.days = money_days_const(&series_money, series);
	return amounts;
}

/* Return the points of the series in argument n. */
SeriesPoints
series_points_arg(FunctionCallInfo fcinfo, int n)
{
	SeriesAmounts amounts = series_amounts_arg(fcinfo, n);
	double		unit = pow(10.0, amounts.scale);
	SeriesPoints points;

	points.count = amounts.count;
	points.days = palloc_array(DateADT, points.count + 1);
	points.values = palloc_array(double, points.count + 1);
	for (size_t i = 0; i < points.count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		points.days[i] = (DateADT) amounts.days[i].day;
		points.values[i] = (double) money_get(&amounts.days[i].amount) / unit;
	}
	return points;
}

/*
 * The step from one point to the next
 */

/* A day in its month. */
typedef struct DayOfMonth
{
	int32		month;			/* since year 0 */
	int			day;
	bool		is_last;
} DayOfMonth;

static int
days_in_month(int32 month)
{
	int			year = month / 12;

	return day_tab[isleap(year)][month % 12];
}

static DayOfMonth
day_of_month(DateADT date)
{
	DayOfMonth	result;
	int			year;
	int			month;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &result.day);

	/*
	 * years before 1 are negative; a multiple of 400 years more leaves leap
	 * years alone
	 */
	result.month = (year + 8000) * 12 + month - 1;
	result.is_last = result.day == days_in_month(result.month);
	return result;
}

static int32
common_divisor(int32 a, int32 b)
{
	while (b != 0)
	{
		int32		rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/* Return the day of the month that points are on, if they are on one: 31 on last days. */
static int
month_day_of(const SeriesPoints *points)
{
	bool		are_last = true;
	int			latest = 0;

	for (size_t i = 0; i < points->count; i++)
	{
		DayOfMonth	day = day_of_month(points->days[i]);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		are_last &= day.is_last;
		latest = Max(latest, day.day);
	}
	return are_last ? 31 : latest;
}

/*
 * Return the step of a series: months, if all points are on one day of the month or,
 * where a month has no such day, on its last one; days, else.  It is the longest with
 * which every point is a whole number of steps after the first, so that there may be
 * gaps.
 */
SeriesStep
series_step(const SeriesPoints *points)
{
	SeriesStep	step = {.length = 1};
	bool		same_day = true;
	int32		months = 0;
	int32		days = 0;
	DayOfMonth	first;

	if (points->count < 2)
		return step;
	first = day_of_month(points->days[0]);
	step.month_day = month_day_of(points);
	for (size_t i = 0; i < points->count; i++)
	{
		DayOfMonth	day = day_of_month(points->days[i]);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		same_day &= day.day == Min(step.month_day, days_in_month(day.month));
		months = common_divisor(months, day.month - first.month);
		days = common_divisor(days, points->days[i] - points->days[0]);
	}
	step.months = same_day && months > 0;
	step.length = step.months ? months : days;
	return step;
}

/* Return how many whole steps a day is after another. */
int32
series_steps_between(const SeriesStep *step, DateADT from, DateADT to)
{
	if (step->months)
		return (day_of_month(to).month - day_of_month(from).month) / step->length;
	return (to - from) / step->length;
}

/* Set after to so many steps after a day; false where there is no such date. */
bool
series_day_after(const SeriesStep *step, DateADT day, int32 steps, DateADT *after)
{
	int64		date = (int64) day + (int64) step->length * steps;

	if (step->months)
	{
		int64		month = day_of_month(day).month + (int64) step->length * steps;

		/* up to the last year of the calendar, which date2j() can count */
		if (month / 12 - 8000 > 5874897)
			return false;
		date = date2j((int) (month / 12) - 8000, (int) (month % 12) + 1,
					  Min(step->month_day, days_in_month((int32) month))) - POSTGRES_EPOCH_JDATE;
	}
	if (date > CALENDAR_LAST_DAY)
		return false;
	*after = (DateADT) date;
	return true;
}

/* Return the option "period": how many points make a period of seasons. */
int
series_period_arg(FunctionCallInfo fcinfo, int n)
{
	int			period = PG_GETARG_INT32(n);

	if (period < 1 || period > SERIES_MAX_PERIOD)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("period must be from 1 to %d", SERIES_MAX_PERIOD),
				 errdetail("period is %d.", period),
				 errhint("period is how many points make a period: 7 days of a week, 12 months of a year; 1 is a series without seasons.")));
	return period;
}
