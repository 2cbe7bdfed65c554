/*-------------------------------------------------------------------------
 *
 * business_calendar_io.c
 *	  The text and the binary form of business_calendar and special_days.
 *
 * People write calendars by hand, so the text is one for people: windows of
 * a day are "09:00-12:00", and "monday-friday" stands for five days.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/calendar.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "service/business_calendar.h"

static const SummaryType special_days_type = {
	.name = "special_days",
	.example = "{\"version\": 1, \"days\": {\"2025-12-24\": [\"09:00-12:00\"], \"2025-12-25\": []}}"
};

static void special_day_merge(void *into, const void *from);

static const SortedRunType special_days_run = {
	.type_name = "special_days",
	.too_large_hint = "Leave out what is long ago.",
	.entry_size = sizeof(CalendarEntry),
	.key_words = 2,
	.merge = special_day_merge
};

/* The entries have a text form of their own, so no read_entry. */
const RunSummary calendar_summary = {
	.type = &calendar_type,
	.run = &calendar_run,
	.list = "windows",
	.sent_size = sizeof(CalendarEntry)
};

const RunSummary special_days_summary = {
	.type = &special_days_type,
	.run = &special_days_run,
	.list = "windows",
	.sent_size = sizeof(CalendarEntry)
};

static const char *const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

/* Add an equal entry: as in a calendar. */
static void
special_day_merge(void *into, const void *from)
{
	calendar_run.merge(into, from);
}

/* Return what is wrong, or NULL: a date that is closed has no other entry. */
static const char *
closed_problem(const RunSummary *type, const SortedRun *run)
{
	for (uint32 i = 1; i < run->used; i++)
	{
		const CalendarEntry *last = calendar_entry(type, run, i - 1);

		if (last->opens == CALENDAR_CLOSED && last->key == calendar_entry(type, run, i)->key)
			return psprintf("%s is closed and has hours.", calendar_day_text(calendar_entry_date(last)));
	}
	return NULL;
}

/*
 * Return what is wrong with a calendar whose entries are in order, or NULL.
 */
const char *
calendar_problem(const SortedRun *calendar)
{
	const char *problem = closed_problem(&calendar_summary, calendar);

	if (problem != NULL)
		return problem;
	return business_clock_problem(business_clock_make(calendar));
}

/*
 * Return what is wrong with special days in order, or NULL; whether the hours of two
 * days overlap is seen when a calendar gets them.
 */
const char *
special_days_problem(const SortedRun *days)
{
	for (uint32 i = 1; i < days->used; i++)
	{
		const CalendarEntry *last = calendar_entry(&special_days_summary, days, i - 1);
		const CalendarEntry *entry = calendar_entry(&special_days_summary, days, i);

		if (last->key == entry->key && last->closes > entry->opens)
			return psprintf("Hours overlap: %s %s and %s.",
							calendar_day_text(calendar_entry_date(entry)),
							calendar_window_text(last->opens, last->closes),
							calendar_window_text(entry->opens, entry->closes));
	}
	return closed_problem(&special_days_summary, days);
}

/*
 * Text
 */

/* The members of either text form while they are read. */
typedef struct CalendarInput
{
	const RunSummary *type;
	SortedRun  *run;
	bool		has_zone;
	bool		has_hours;
	bool		has_days;
	/* of the windows that are being read */
	DateADT		date;
	int			first_weekday;	/* 1 for Monday to 7, or 0 for a date */
	int			last_weekday;
	const char *key;
	int64		windows;		/* how many have been read */
} CalendarInput;

/* Show a key, which may be long. */
static const char *
key_shown(const char *key)
{
	return psprintf("\"%s\"", text_shown(cstring_to_text(key)));
}

/* Read two digits, and go on behind them. */
static bool
two_digits(const char **str, const char *end, int *number)
{
	if (end - *str < 2 || (*str)[0] < '0' || (*str)[0] > '9' || (*str)[1] < '0' || (*str)[1] > '9')
		return false;
	*number = ((*str)[0] - '0') * 10 + (*str)[1] - '0';
	*str += 2;
	return true;
}

/* Read a time of day, 09:00, 09:00:30 or 09:00:30.5, in microseconds. */
static bool
read_time_of_day(const char **str, const char *end, int64 *time)
{
	int			hours;
	int			minutes;
	int			seconds = 0;
	int64		fraction = 0;

	if (!two_digits(str, end, &hours) || *str == end || *(*str)++ != ':' ||
		!two_digits(str, end, &minutes))
		return false;
	if (*str < end && **str == ':')
	{
		(*str)++;
		if (!two_digits(str, end, &seconds))
			return false;
		if (*str < end && **str == '.')
		{
			int64		unit = USECS_PER_SEC / 10;
			const char *first = ++(*str);

			for (; *str < end && **str >= '0' && **str <= '9'; (*str)++, unit /= 10)
				fraction += (**str - '0') * unit;
			if (*str == first || *str - first > 6)
				return false;
		}
	}
	if (minutes > 59 || seconds > 59)
		return false;
	*time = hours * USECS_PER_HOUR + minutes * USECS_PER_MINUTE +
		seconds * USECS_PER_SEC + fraction;
	return *time <= USECS_PER_DAY;
}

/* Read a window, 09:00-17:00.  22:00-06:00 closes on the next day. */
static bool
read_window(const char *str, const char *end, CalendarEntry *entry)
{
	if (!read_time_of_day(&str, end, &entry->opens) || str == end || *str++ != '-' ||
		!read_time_of_day(&str, end, &entry->closes) || str != end ||
		entry->opens == USECS_PER_DAY || entry->opens == entry->closes)
		return false;
	if (entry->closes < entry->opens)
		entry->closes += USECS_PER_DAY;
	return true;
}

/* Add a window for each day of the week that has it, or for the date. */
static void
add_windows(CalendarInput *input, CalendarEntry *entry)
{
	for (int weekday = input->first_weekday; weekday <= input->last_weekday; weekday++)
	{
		entry->key = calendar_entry_key(input->date, weekday);
		input->run = sorted_run_append(input->type->run, input->run, entry);
	}
	input->windows++;
}

/* Read a window in the list of a day. */
static void
window_element(void *arg, int index, const JsonbValue *value)
{
	CalendarInput *input = (CalendarInput *) arg;
	CalendarEntry entry;

	(void) index;
	if (value->type != jbvString ||
		!read_window(value->val.string.val, value->val.string.val + value->val.string.len, &entry))
		summary_text_invalid(input->type->type, "In %s is %s, not a window like \"09:00-17:00\".",
							 key_shown(input->key),
							 summary_json_shown(value));
	add_windows(input, &entry);
}

/* Read the windows of a day; a date without any is closed. */
static void
read_windows(CalendarInput *input, const char *key, const JsonbValue *value)
{
	int64		before = input->windows;

	input->key = key;
	summary_json_elements(summary_json_container(value, true, key, input->type->type),
						  window_element, input);
	if (input->windows == before && input->first_weekday == 0)
	{
		CalendarEntry closed = {0, CALENDAR_CLOSED, CALENDAR_CLOSED};

		add_windows(input, &closed);
	}
}

/* Return the number of a day of the week, 1 for Monday, or 0. */
static int
weekday_from_text(const char *name, int length)
{
	return summary_name_lookup(name, length, weekdays, DAYS_A_WEEK) + 1;
}

/* Read the hours of a day of the week, or of several, "monday-friday". */
static void
hours_member(void *arg, const char *key, const JsonbValue *value)
{
	CalendarInput *input = (CalendarInput *) arg;
	const char *dash = strchr(key, '-');

	if (dash == NULL)
		input->first_weekday = input->last_weekday = weekday_from_text(key, (int) strlen(key));
	else
	{
		input->first_weekday = weekday_from_text(key, (int) (dash - key));
		input->last_weekday = weekday_from_text(dash + 1, (int) strlen(dash + 1));
	}
	if (input->first_weekday == 0 || input->last_weekday < input->first_weekday)
		summary_text_invalid(input->type->type, "%s is no day of the week, nor several like \"monday-friday\".",
							 key_shown(key));
	read_windows(input, key, value);
}

/* Read a date and its windows. */
static void
day_member(void *arg, const char *key, const JsonbValue *value)
{
	CalendarInput *input = (CalendarInput *) arg;

	if (!calendar_day_from_text(key, (int) strlen(key), &input->date))
		summary_text_invalid(input->type->type, "%s is no date like \"2025-12-24\".",
							 key_shown(key));
	input->first_weekday = input->last_weekday = 0;
	read_windows(input, key, value);
}

/* Read the hours of the week from a date on. */
static void
change_member(void *arg, const char *key, const JsonbValue *value)
{
	CalendarInput *input = (CalendarInput *) arg;
	int64		before = input->windows;
	DateADT		date;

	if (!calendar_day_from_text(key, (int) strlen(key), &date))
		summary_text_invalid(input->type->type, "%s is no date like \"2025-12-24\".",
							 key_shown(key));
	input->date = date;
	summary_json_members(summary_json_container(value, false, key, input->type->type),
						 hours_member, input);
	if (input->windows == before)
		summary_text_invalid(input->type->type, "From %s on no day of the week has hours.", key);
}

/* Read the time zone. */
static void
zone_member(CalendarInput *input, const JsonbValue *value)
{
	char	   *name;
	const char *zone = NULL;

	if (value->type == jbvString)
	{
		name = pnstrdup(value->val.string.val, value->val.string.len);
		zone = calendar_zone_name(name);
	}
	if (zone == NULL)
		summary_text_invalid(input->type->type, "\"zone\" is %s, not the name of a time zone like \"Asia/Seoul\".",
							 summary_json_shown(value));
	strlcpy(calendar_header(input->run)->zone, zone, CALENDAR_ZONE_SIZE);
	input->has_zone = true;
}

static void
calendar_member(void *arg, const char *key, const JsonbValue *value)
{
	CalendarInput *input = (CalendarInput *) arg;
	bool		is_calendar = input->type == &calendar_summary;

	input->date = DATEVAL_NOBEGIN;
	if (is_calendar && strcmp(key, "zone") == 0)
		zone_member(input, value);
	else if (is_calendar && strcmp(key, "hours") == 0)
	{
		summary_json_members(summary_json_container(value, false, key, input->type->type),
							 hours_member, input);
		input->has_hours = true;
	}
	else if (is_calendar && strcmp(key, "changes") == 0)
		summary_json_members(summary_json_container(value, false, key, input->type->type),
							 change_member, input);
	else if (strcmp(key, "days") == 0)
	{
		summary_json_members(summary_json_container(value, false, key, input->type->type),
							 day_member, input);
		input->has_days = true;
	}
	else
		summary_json_unexpected(key, input->type->type);
}

static SortedRun *
calendar_from_text(char *str, const RunSummary *type, CalendarInput *input)
{
	memset(input, 0, sizeof(CalendarInput));
	input->type = type;
	input->run = sorted_run_new(type->run);
	summary_json_members(summary_json_parse(str, type->type), calendar_member, input);
	return input->run;
}

/*
 * business_calendar_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.  It is an object of "zone", a time zone; "hours", the windows of days
 * of the week; "days", dates with windows of their own, or none; "changes", dates
 * from which on other hours hold.  It must have the first two.  Windows that
 * overlap are refused.
 */
PG_FUNCTION_INFO_V1(business_calendar_in);
Datum
business_calendar_in(PG_FUNCTION_ARGS)
{
	CalendarInput input;
	SortedRun  *run = calendar_from_text(PG_GETARG_CSTRING(0), &calendar_summary, &input);

	if (!input.has_zone)
		summary_text_invalid(&calendar_type, "\"zone\" is missing.");
	if (!input.has_hours)
		summary_text_invalid(&calendar_type, "\"hours\" is missing.");
	run = sorted_run_finish(&calendar_run, run);
	summary_text_check(&calendar_type, calendar_problem(run));
	PG_RETURN_POINTER(run);
}

/*
 * special_days_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.  "days" are dates with their windows, none where it is closed.
 */
PG_FUNCTION_INFO_V1(special_days_in);
Datum
special_days_in(PG_FUNCTION_ARGS)
{
	CalendarInput input;
	SortedRun  *run = calendar_from_text(PG_GETARG_CSTRING(0), &special_days_summary, &input);

	if (!input.has_days)
		summary_text_invalid(&special_days_type, "\"days\" is missing.");
	run = sorted_run_finish(&special_days_run, run);
	summary_text_check(&special_days_type, special_days_problem(run));
	PG_RETURN_POINTER(run);
}

/* Append the windows of one day, as "monday": ["09:00-17:00"]. */
static uint32
append_windows(StringInfo json, const RunSummary *type, const SortedRun *run,
			   uint32 first, const char *name)
{
	uint32		i = first;

	appendStringInfo(json, "\"%s\": [", name);
	for (; i < run->used; i++)
	{
		const CalendarEntry *entry = calendar_entry(type, run, i);

		if (entry->key != calendar_entry(type, run, first)->key)
			break;
		if (entry->opens != CALENDAR_CLOSED)
			appendStringInfo(json, "%s\"%s\"", i > first ? ", " : "",
							 calendar_window_text(entry->opens, entry->closes));
	}
	appendStringInfoChar(json, ']');
	return i;
}

/* Append the hours of the week from a date on. */
static uint32
append_week(StringInfo json, const SortedRun *run, uint32 first)
{
	DateADT		date = calendar_entry_date(calendar_entry(&calendar_summary, run, first));
	uint32		i = first;

	appendStringInfoChar(json, '{');
	while (i < run->used &&
		   calendar_entry_date(calendar_entry(&calendar_summary, run, i)) == date)
	{
		int			weekday = calendar_entry_day_of_week(calendar_entry(&calendar_summary, run, i));

		if (i > first)
			appendStringInfoString(json, ", ");
		i = append_windows(json, &calendar_summary, run, i, weekdays[weekday - 1]);
	}
	appendStringInfoChar(json, '}');
	return i;
}

/*
 * Append a member with an object of dates: those with windows of their own, or those
 * from which on other hours hold.  It is left out where there is none and it may
 * be.
 */
static void
append_dates(StringInfo json, const RunSummary *type, const SortedRun *run,
			 const char *member, bool changes, bool always)
{
	bool		any = false;
	uint32		i = 0;

	while (i < run->used)
	{
		const CalendarEntry *entry = calendar_entry(type, run, i);

		CHECK_FOR_INTERRUPTS();
		if (DATE_IS_NOBEGIN(calendar_entry_date(entry)) ||
			(calendar_entry_day_of_week(entry) != 0) != changes)
		{
			i++;
			continue;
		}
		if (any)
			appendStringInfoString(json, ", ");
		else
			appendStringInfo(json, ", \"%s\": {", member);
		any = true;
		if (changes)
		{
			appendStringInfo(json, "\"%s\": ", calendar_day_text(calendar_entry_date(entry)));
			i = append_week(json, run, i);
		}
		else
			i = append_windows(json, type, run, i, calendar_day_text(calendar_entry_date(entry)));
	}
	if (!any && always)
		appendStringInfo(json, ", \"%s\": {", member);
	if (any || always)
		appendStringInfoChar(json, '}');
}

/* business_calendar_out: the text form, JSON; each day of the week stands alone */
PG_FUNCTION_INFO_V1(business_calendar_out);
Datum
business_calendar_out(PG_FUNCTION_ARGS)
{
	const SortedRun *run = run_summary_arg(&calendar_summary, fcinfo, 0);
	StringInfoData json;

	summary_json_begin(&json);
	appendStringInfo(&json, ", \"zone\": \"%s\", \"hours\": ", calendar_header_const(run)->zone);
	if (run->used > 0)
		(void) append_week(&json, run, 0);
	append_dates(&json, &calendar_summary, run, "days", false, false);
	append_dates(&json, &calendar_summary, run, "changes", true, false);
	appendStringInfoChar(&json, '}');
	PG_RETURN_CSTRING(json.data);
}

/* special_days_out: the text form, JSON; the days are in order */
PG_FUNCTION_INFO_V1(special_days_out);
Datum
special_days_out(PG_FUNCTION_ARGS)
{
	const SortedRun *run = run_summary_arg(&special_days_summary, fcinfo, 0);
	StringInfoData json;

	summary_json_begin(&json);
	append_dates(&json, &special_days_summary, run, "days", false, true);
	appendStringInfoChar(&json, '}');
	PG_RETURN_CSTRING(json.data);
}

/*
 * Binary
 */

/* Read entries of the binary form. */
static SortedRun *
recv_entries(const RunSummary *type, StringInfo message)
{
	SortedRun  *run = run_summary_recv(type, message);
	CalendarEntry *entry;

	while ((entry = run_summary_recv_entry(type, run)) != NULL)
	{
		const char *problem;

		entry->key = summary_recv_int64(message, calendar_entry_key(DATEVAL_NOBEGIN, 0),
										calendar_entry_key(DATEVAL_NOEND, 7), "a day", type->type);
		entry->opens = summary_recv_int64(message, CALENDAR_CLOSED, USECS_PER_DAY, "a time of day", type->type);
		entry->closes = summary_recv_int64(message, CALENDAR_CLOSED, 2 * USECS_PER_DAY, "a time of day", type->type);
		problem = calendar_entry_problem(entry);
		if (problem == NULL && type == &special_days_summary && calendar_entry_day_of_week(entry) != 0)
			problem = "A day of the week stands where a date should.";
		summary_binary_check(type->type, problem);
	}
	sorted_run_check(type->run, run);
	return run;
}

/*
 * business_calendar_recv: read the binary form, in network order, checked
 * completely.  The name of the zone must be spelled as PostgreSQL does.
 */
PG_FUNCTION_INFO_V1(business_calendar_recv);
Datum
business_calendar_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	char		name[CALENDAR_ZONE_SIZE];
	const char *zone;
	SortedRun  *run;

	summary_recv_begin(message, &calendar_type);
	pq_copymsgbytes(message, name, CALENDAR_ZONE_SIZE);
	zone = memchr(name, '\0', CALENDAR_ZONE_SIZE) == NULL ? NULL : calendar_zone_name(name);
	if (zone == NULL || strcmp(zone, name) != 0)
		summary_binary_invalid(&calendar_type, "Its time zone is unknown.");
	for (Size i = strlen(name); i < CALENDAR_ZONE_SIZE; i++)
	{
		if (name[i] != '\0')
			summary_binary_invalid(&calendar_type, "There is something behind the name of its time zone.");
	}
	run = recv_entries(&calendar_summary, message);
	memcpy(calendar_header(run)->zone, name, CALENDAR_ZONE_SIZE);
	summary_binary_check(&calendar_type, calendar_problem(run));
	PG_RETURN_POINTER(run);
}

/*
 * business_calendar_send: the binary form, in network order.  After the version
 * come the name of the time zone, 64 bytes, zeros behind it,
 * the number of entries, four, and each entry: eight times the date (or the first
 * integer, for hours from the beginning) plus the day of the week (0 for a date
 * itself), the times in microseconds at which it opens and closes, -1 for both
 * where it is closed, eight bytes each.
 */
PG_FUNCTION_INFO_V1(business_calendar_send);
Datum
business_calendar_send(PG_FUNCTION_ARGS)
{
	const SortedRun *run = run_summary_arg(&calendar_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendbytes(&message, calendar_header_const(run)->zone, CALENDAR_ZONE_SIZE);
	run_summary_send(&calendar_summary, &message, run);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/* special_days_recv: read the binary form, in network order, checked completely */
PG_FUNCTION_INFO_V1(special_days_recv);
Datum
special_days_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *run;

	summary_recv_begin(message, &special_days_type);
	run = recv_entries(&special_days_summary, message);
	summary_binary_check(&special_days_type, special_days_problem(run));
	PG_RETURN_POINTER(run);
}

/*
 * special_days_send: the binary form, in network order.  After the version come
 * the entries, as business_calendar_send() has them.
 */
PG_FUNCTION_INFO_V1(special_days_send);
Datum
special_days_send(PG_FUNCTION_ARGS)
{
	const SortedRun *run = run_summary_arg(&special_days_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	run_summary_send(&special_days_summary, &message, run);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
