/*-------------------------------------------------------------------------
 *
 * elapsed.c
 *	  Time in microseconds: intervals and dates, named units, and times and
 *	  lengths as text in a summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/shown.h"
#include "core/summary_json.h"

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

/* Return an interval as text for an error message. */
char *
elapsed_interval_text(const Interval *interval)
{
	return DatumGetCString(DirectFunctionCall1(interval_out,
											   PointerGetDatum(interval)));
}

static pg_noreturn void
elapsed_out_of_range(const Interval *interval, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
			 errmsg("%s out of range", what),
			 errdetail("%s is %s.", what, elapsed_interval_text(interval)),
			 errhint("Use an interval of less than 290,000 years.")));
}

/*
 * Return an interval in microseconds.  "what" names the argument in an error.
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
 * Return an argument that is a span of time, in microseconds.  It must not be
 * negative.
 */
int64
elapsed_span_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	Interval   *interval = PG_GETARG_INTERVAL_P(n);
	int64		span = elapsed_interval(interval, name);

	if (unlikely(span < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative", name),
				 errdetail("%s is %s.", name, elapsed_interval_text(interval)),
				 errhint("Give an interval such as '30 days'.")));
	return span;
}

/*
 * Return an argument that is a span of time longer than zero, in microseconds;
 * the hint of the error shows the example.
 */
int64
elapsed_positive_arg(FunctionCallInfo fcinfo, int n, const char *name,
					 const char *example)
{
	int64		span = elapsed_span_arg(fcinfo, n, name);

	if (span == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be longer than zero", name),
				 errdetail("%s is %s.", name,
						   elapsed_interval_text(PG_GETARG_INTERVAL_P(n))),
				 errhint("Give an interval such as '%s'.", example)));
	return span;
}

/*
 * Refuse a span above zero that is shorter than anybody means, a minute or an
 * hour: PostgreSQL reads a number in quotes, '14', as that many seconds, and the
 * result would be another one without a word.  An interval does not tell whether a
 * unit was written, so the hint says both ways out.
 */
void
elapsed_check_unit(int64 span, int64 least, const char *name, const char *unit)
{
	int			singular = span == USECS_PER_SEC ? 1 : 0;
	const char *shortest = least == USECS_PER_MINUTE ? "a minute" : "an hour";
	StringInfoData seconds;

	if (likely(span == 0 || span >= least))
		return;
	initStringInfo(&seconds);
	elapsed_append_seconds(&seconds, span);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s is shorter than %s", name, shortest),
			 errdetail("%s is %s second%s: PostgreSQL reads a number in quotes that has no unit as seconds.",
					   name, seconds.data, singular ? "" : "s"),
			 errhint("If the unit was left out, write it, as in '%s %.*s'; otherwise give %s or more.",
					 seconds.data, (int) strlen(unit) - singular, unit, shortest)));
}

/*
 * Return the microseconds of the unit of time that an argument names.
 */
int64
elapsed_unit_arg(FunctionCallInfo fcinfo, int n)
{
	text	   *unit = PG_GETARG_TEXT_PP(n);
	size_t		length = VARSIZE_ANY_EXHDR(unit);

	/* 'months' is 'month', as in an interval */
	if (length > 1 && pg_tolower((unsigned char) VARDATA_ANY(unit)[length - 1]) == 's')
		length--;
	for (size_t i = 0; i < lengthof(units); i++)
	{
		if (length == strlen(units[i].name) &&
			pg_strncasecmp(VARDATA_ANY(unit), units[i].name, length) == 0)
			return units[i].usecs;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown unit of time \"%s\"", text_shown(unit)),
			 errhint("Use second, minute, hour, day, week, month or year.")));
	return 0;					/* keep compiler quiet */
}

/*
 * Return a finite date as the timestamp of its midnight.
 */
Timestamp
elapsed_date(DateADT date)
{
	if (date >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
	{
		char	   *str;

		str = DatumGetCString(DirectFunctionCall1(date_out,
												  DateADTGetDatum(date)));

		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("date out of range"),
				 errdetail("The date is %s.", str),
				 errhint("Use dates before the year 294277, or NULL for a date that is not known.")));
	}
	return date * USECS_PER_DAY;
}

/*
 * Return the microseconds between two finite timestamps.
 */
int64
elapsed_between(Timestamp from, Timestamp to)
{
	int64		result;

	if (pg_sub_s64_overflow(to, from, &result))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("elapsed time out of range"),
				 errdetail("The time from %s to %s is more than 290,000 years.",
						   elapsed_time_text(from), elapsed_time_text(to)),
				 errhint("Look for a time that is a mistake, and leave such rows out with WHERE or FILTER.")));
	return result;
}

/*
 * Return a time as text for an error message, in the type of its argument: a
 * date, a timestamp, or a timestamptz in the time zone of the session, where
 * its reader will look for it.
 */
char *
elapsed_arg_text(FunctionCallInfo fcinfo, int n, Timestamp time)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, n);
	Datum		value = TimestampGetDatum(time);

	if (type == DATEOID)
		return DatumGetCString(DirectFunctionCall1(date_out,
												   DirectFunctionCall1(timestamp_date,
																	   value)));
	if (type == TIMESTAMPTZOID)
		return DatumGetCString(DirectFunctionCall1(timestamptz_out, value));
	return DatumGetCString(DirectFunctionCall1(timestamp_out, value));
}

/*
 * Return an expression of an argument's type, for a hint.  It must be of that
 * very type: a date where a timestamptz is expected would be midnight in the
 * session's time zone.
 */
const char *
elapsed_now(FunctionCallInfo fcinfo, int n)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, n);

	return type == TIMESTAMPTZOID ? "now()" :
		type == TIMESTAMPOID ? "localtimestamp" : "current_date";
}

/*
 * Report a time of a row that must not be infinite.  The hint leaves such rows out and
 * keeps those whose time is NULL: of an end NULL says that it has not come, and would
 * not do for one that is not known.
 */
void
elapsed_arg_infinite(const char *name, bool at_end)
{
	const char *value = at_end ? "infinity" : "-infinity";

	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s must be finite", name),
			 errdetail("%s is %s.", name, value),
			 errhint("Leave such rows out with WHERE or FILTER (WHERE (%s = '%s') IS NOT TRUE).",
					 name, value)));
}

/* Report two times of a row that are in the wrong order. */
void
elapsed_order_wrong(const char *earlier, const char *earlier_text,
					const char *later, const char *later_text)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("%s is before %s", later, earlier),
			 errdetail("%s is %s, %s is %s.", earlier, earlier_text,
					   later, later_text),
			 errhint("Leave such rows out with WHERE or FILTER (WHERE (%s < %s) IS NOT TRUE).",
					 later, earlier)));
}

/*
 * Return a time as text for a summary: ISO 8601, whatever the session's
 * DateStyle is.
 */
char *
elapsed_time_text(Timestamp time)
{
	char	   *str = palloc(MAXDATELEN + 1);

	return JsonEncodeDateTime(str, TimestampGetDatum(time), TIMESTAMPOID,
							  NULL);
}

/*
 * Read a time as elapsed_time_text() writes it; false when it is none.  Other
 * spellings are refused: "now" and a date of another style would mean another
 * time in another session.
 */
bool
elapsed_time_from_text(const char *str, Timestamp *time)
{
	*time = DatumGetTimestamp(DirectFunctionCall3(timestamp_in,
												  CStringGetDatum(str),
												  ObjectIdGetDatum(InvalidOid),
												  Int32GetDatum(-1)));
	return !TIMESTAMP_NOT_FINITE(*time) &&
		strcmp(str, elapsed_time_text(*time)) == 0;
}

/*
 * Append a length of time that is not negative, as seconds with up to six
 * decimals.
 */
void
elapsed_append_seconds(StringInfo buf, int64 usecs)
{
	appendStringInfo(buf, INT64_FORMAT, usecs / USECS_PER_SEC);
	if (usecs % USECS_PER_SEC == 0)
		return;
	appendStringInfo(buf, ".%06d", (int) (usecs % USECS_PER_SEC));
	while (buf->data[buf->len - 1] == '0')
		buf->data[--buf->len] = '\0';
}

/* Return a member that is a length of time in seconds, in microseconds. */
int64
elapsed_json_seconds(const JsonbValue *value, const char *key,
					 const SummaryType *type)
{
	int64		usecs = 0;

	if (value->type != jbvNumeric ||
		!summary_json_whole(DirectFunctionCall2(numeric_mul,
												NumericGetDatum(value->val.numeric),
												NumericGetDatum(int64_to_numeric(USECS_PER_SEC))),
							0, PG_INT64_MAX, &usecs))
		summary_text_invalid(type, "%s is %s, not a number of seconds from 0 to 9223372036854.775807 with at most six decimals.",
							 summary_json_key_shown(key),
							 summary_json_shown(value));
	return usecs;
}
