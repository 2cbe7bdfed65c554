/*-------------------------------------------------------------------------
 *
 * active_users.c
 *	  Active users by day, for a window of any length.
 *
 * A user's active days d1 < d2 < ... are all that a window of N days needs: on
 * day t the user is active when the last of them, d, is less than N days back,
 * so d stands for the days from d to d + min(N, gap) - 1, where the gap is the
 * distance to the next active day.  An active_users_summary counts the users
 * by (day, gap), with all gaps beyond a year as one.  From these counts a
 * single pass gives the active users of every day, for any window up to a
 * year, each user once.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/count_table.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "usage/active_days.h"
#include "usage/usage_log.h"

/*
 * The longest window.  A gap of so many days or more, or no next day, is kept
 * as this gap.
 */
#define MAX_WINDOW			366

/* The longest series, in days: 2,700 years. */
#define MAX_SERIES_DAYS		1000000

#define WEEK_DAYS			7

/* What may be called a month. */
#define MONTH_LEAST_DAYS	28
#define MONTH_MOST_DAYS		31

/* How many users were active on a day and next after a gap of so many days. */
typedef struct DayGap
{
	int64		key;			/* day * 512 + gap */
	int64		users;
} DayGap;

/*
 * The header of an active_users_summary's sorted run: how many users there
 * are.
 */
typedef struct ActiveUsersHeader
{
	int64		users;
} ActiveUsersHeader;

static void day_gap_add(void *into, const void *from);

static const SummaryType users_type = {
	.name = "active_users_summary",
	.example = "{\"version\": 1, \"users\": 2, \"days\": [[\"2025-01-31\", 3, 1], [\"2025-02-03\", 366, 2]]}"
};

static const SortedRunType users_run = {
	.type_name = "active_users_summary",
	.header_size = sizeof(ActiveUsersHeader),
	.entry_size = sizeof(DayGap),
	.key_words = 1,
	.merge = day_gap_add
};

static inline int64
day_gap_key(DateADT day, int64 gap)
{
	return (int64) day * 512 + Min(gap, MAX_WINDOW);
}

static inline DateADT
day_of(const DayGap *entry)
{
	/* an arithmetic shift, since days before 2000 are negative */
	return (DateADT) (entry->key >> 9);
}

static inline int
gap_of(const DayGap *entry)
{
	return (int) (entry->key & 511);
}

static void
day_gap_add(void *into, const void *from)
{
	count_add(&((DayGap *) into)->users, ((const DayGap *) from)->users,
			  &users_type);
}

static inline ActiveUsersHeader *
users_header(SortedRun *state)
{
	return (ActiveUsersHeader *) sorted_run_header(state);
}

static inline int64
users_of(const SortedRun *summary)
{
	return ((const ActiveUsersHeader *) sorted_run_header_const(summary))->users;
}

static inline const DayGap *
users_entries(const SortedRun *summary)
{
	return (const DayGap *) sorted_run_entry_const(&users_run, summary, 0);
}

/*
 * Input and output
 */

/* Read an element of "days": [day, gap, users]. */
static bool
users_read_entry(SortedRun *summary, const JsonbValue *parts,
				 const char *place, void *into)
{
	DayGap	   *entry = (DayGap *) into;
	DateADT		day;

	(void) summary;
	if (parts[0].type != jbvString ||
		!calendar_day_from_text(parts[0].val.string.val,
								parts[0].val.string.len, &day))
		return false;
	entry->key = day_gap_key(day, summary_json_int64(&parts[1], 1, MAX_WINDOW,
													 summary_json_part(2, place).shown,
													 &users_type));
	entry->users = summary_json_int64(&parts[2], 1, SUMMARY_MAX_COUNT,
									  summary_json_part(3, place).shown,
									  &users_type);
	return true;
}

static const RunSummary users_summary = {
	.type = &users_type,
	.run = &users_run,
	.list = "days",
	.element = "a day, a gap of 1 to " CppAsString2(MAX_WINDOW) " days and a number of users",
	.parts = 3,
	.read_entry = users_read_entry,
	.sent_size = 4 + 2 + 8
};

static void
users_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **summary = (SortedRun **) arg;

	if (strcmp(key, "users") == 0)
		users_header(*summary)->users = summary_json_count(value, key,
														   &users_type);
	else if (strcmp(key, users_summary.list) == 0)
		run_summary_read_list(&users_summary, summary, value);
	else
		summary_json_unexpected(key, &users_type);
}

/*
 * Return why no users could have produced this summary, or NULL.
 *
 * An entry is a span of days, from its day on and as long as its gap.  The
 * spans of a user follow one another: a gap of less than a year ends on
 * another of the user's days.  So no more spans may end on a day than begin on
 * it, no more may cover a day than there are users, and each user has a last
 * one, of the longest gap.  Where all of this holds, users can be found for
 * the spans: spans that follow one another are intervals, and intervals of
 * which at most n overlap can be shared out among n.
 */
static const char *
users_problem(const SortedRun *summary)
{
	const DayGap *entries = users_entries(summary);
	int64		users = users_of(summary);

	/*
	 * by day, from the current one on: how many short gaps end, how many gaps
	 */
	int64		returns[512] = {0};
	int64		ends[512] = {0};
	int64		last_days = 0;
	int64		covering = 0;
	const char *problem = NULL;
	uint32		i = 0;
	int64		day = summary->used > 0 ? day_of(&entries[0]) : 0;
	int64		quiet = 0;
	uint32		steps = 0;

	/* all entries have ended a year and a day after the last one */
	while (problem == NULL && quiet <= MAX_WINDOW && summary->used > 0)
	{
		int			place = (int) ((uint64) day & 511);
		int64		begin = 0;

		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		covering -= ends[place];
		for (; i < summary->used && day_of(&entries[i]) == day; i++)
		{
			int			gap = gap_of(&entries[i]);
			int			end = (int) ((uint64) (day + gap) & 511);

			begin += entries[i].users;
			ends[end] += entries[i].users;
			if (gap < MAX_WINDOW)
				returns[end] += entries[i].users;
			else if (last_days < users)
				last_days += entries[i].users;
		}
		covering += begin;
		if (begin < returns[place])
			problem = "More gaps end on a day than users are active on it.";
		else if (covering > users)
			problem = "More users are active on a day than \"users\" counts.";
		returns[place] = ends[place] = 0;

		quiet = begin > 0 ? 0 : quiet + 1;
		day++;
		if (quiet > MAX_WINDOW && i < summary->used)
		{
			day = day_of(&entries[i]);
			quiet = 0;
		}
	}
	if (problem == NULL && last_days < users)
		problem = "There are more users than last days, which are those with a gap of " CppAsString2(MAX_WINDOW) ".";
	return problem;
}

/*
 * active_users_summary_in(cstring): read the text form, JSON; an error names
 * what is wrong in it.
 *
 * The members are "version", "users", which is how many there are, and "days",
 * an array of [day, gap, users] in any order, where equal days and gaps add
 * up.  users_problem() refuses counts that no users could have produced.
 */
PG_FUNCTION_INFO_V1(active_users_summary_in);
Datum
active_users_summary_in(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = sorted_run_new(&users_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&users_type),
						 users_member, &summary);
	summary = sorted_run_finish(&users_run, summary);
	summary_text_check(&users_type, users_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * active_users_summary_out: the text form, JSON; the entries are in the order
 * of days and gaps
 */
PG_FUNCTION_INFO_V1(active_users_summary_out);
Datum
active_users_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&users_summary, fcinfo, 0);
	const DayGap *entries = users_entries(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"users\": " INT64_FORMAT ", \"days\": [",
					 users_of(summary));
	for (uint32 i = 0; i < summary->used; i++)
	{
		run_summary_append(&buf, i);
		appendStringInfoChar(&buf, '"');
		calendar_append_day(&buf, day_of(&entries[i]));
		appendStringInfo(&buf, "\", %d, " INT64_FORMAT "]",
						 gap_of(&entries[i]), entries[i].users);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/* active_users_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(active_users_summary_send);
Datum
active_users_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&users_summary, fcinfo, 0);
	const DayGap *entries = users_entries(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, users_of(summary));
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, day_of(&entries[i]));
		pq_sendint16(&message, gap_of(&entries[i]));
		pq_sendint64(&message, entries[i].users);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * active_users_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the users (8 bytes), the number of entries (4)
 * and each entry: the day (4), the gap (2) and its users (8).  Entries are in
 * strictly ascending order of days and gaps; users_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(active_users_summary_recv);
Datum
active_users_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int64		users;
	DayGap	   *entry;

	summary_recv_begin(message, &users_type);
	users = summary_recv_count(message, "users", &users_type);
	summary = run_summary_recv(&users_summary, message);
	users_header(summary)->users = users;
	while ((entry = run_summary_recv_entry(&users_summary, summary)) != NULL)
	{
		DateADT		day = (DateADT) pq_getmsgint(message, 4);
		int			gap = (int) pq_getmsgint(message, 2);

		entry->key = day_gap_key(day, gap);
		entry->users = summary_recv_int64(message, 1, SUMMARY_MAX_COUNT,
										  "users of an entry", &users_type);
		if (gap < 1 || gap > MAX_WINDOW || day < CALENDAR_FIRST_DAY ||
			day > CALENDAR_LAST_DAY)
			summary_binary_invalid(&users_type, "The day or the gap of entry %u is out of range.",
								   summary->used);
	}
	sorted_run_check(&users_run, summary);
	summary_binary_check(&users_type, users_problem(summary));
	PG_RETURN_POINTER(summary);
}

/*
 * Aggregation
 */

/*
 * active_users_summary(a): add the days of one user.  NULL, a user that was
 * never active, is skipped; NULLs alone give NULL.
 */
PG_FUNCTION_INFO_V1(active_users_accum);
Datum
active_users_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	const ActiveDays *days;
	ActiveDaysReader reader;
	DayGap		entry;
	DateADT		day = 0;
	DateADT		next;
	uint32		steps = 0;

	if (PG_ARGISNULL(1))
		return aggregate_unchanged(fcinfo);
	state = run_summary_state(&users_summary, fcinfo);
	days = active_days_get(PG_GETARG_DATUM(1));

	count_add(&users_header(state)->users, 1, &users_type);
	entry.users = 1;
	active_days_read(&reader, days);
	(void) active_days_next(&reader, &day);
	while (active_days_next(&reader, &next))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		entry.key = day_gap_key(day, (int64) next - day);
		state = sorted_run_append(&users_run, state, &entry);
		day = next;
	}
	entry.key = day_gap_key(day, MAX_WINDOW);
	state = sorted_run_append(&users_run, state, &entry);
	PG_RETURN_POINTER(state);
}

/*
 * Add a summary of other users: for rollup(), and for what parallel workers
 * found.  A user who is in both is counted twice.
 */
PG_FUNCTION_INFO_V1(active_users_combine);
Datum
active_users_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	SortedRun  *other;

	state = aggregate_combine_state(fcinfo, &users_type);
	other = PG_GETARG_SUMMARY(1, &users_type);
	count_add(&users_header(state)->users, users_of(other), &users_type);
	return run_summary_combine(&users_summary, fcinfo, state, other);
}

/* Take users with the same gap out of others. */
static RunRest
day_gap_take(void *entry, const void *part)
{
	return count_take(&((DayGap *) entry)->users,
					  ((const DayGap *) part)->users);
}

/*
 * a - b: return the summary of the users that are in a and not in b.  A b with
 * users that cannot be in a is an error.
 */
PG_FUNCTION_INFO_V1(active_users_minus);
Datum
active_users_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *whole = run_summary_arg(&users_summary, fcinfo, 0);
	const SortedRun *part = run_summary_arg(&users_summary, fcinfo, 1);
	SortedRun  *rest = run_difference(&users_run, whole, part, day_gap_take);

	if (rest == NULL)
		summary_count_underflow(&users_type);
	count_subtract(&users_header(rest)->users, users_of(part), &users_type);
	if (users_problem(rest) != NULL)
		summary_count_underflow(&users_type);
	PG_RETURN_POINTER(rest);
}

/*
 * Return the value to store: the same users give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(active_users_final);
Datum
active_users_final(PG_FUNCTION_ARGS)
{
	return run_summary_final(&users_summary, fcinfo);
}

/*
 * Of a usage_log
 */

/* Count a user's gap in a table, or in the summary where the table ends. */
static SortedRun *
count_gap(CountTable *table, SortedRun *summary, int64 first_day, int64 day,
		  int64 gap)
{
	DayGap		entry;

	if (count_table_add(table, (uint64) (day - first_day), Min(gap, MAX_WINDOW)))
		return summary;
	entry.key = day_gap_key((DateADT) day, gap);
	entry.users = 1;
	return sorted_run_append(&users_run, summary, &entry);
}

/* Put the counts of a table into a summary that has none yet. */
static SortedRun *
add_gap_table(const CountTable *table, SortedRun *summary, int64 first_day)
{
	for (uint64 row = 0; row < table->rows; row++)
	{
		for (uint64 gap = 1; gap < table->columns; gap++)
		{
			DayGap		entry;

			entry.users = table->counts[row * table->columns + gap];
			if (entry.users == 0)
				continue;
			entry.key = day_gap_key((DateADT) (first_day + (int64) row),
									(int64) gap);
			summary = sorted_run_append(&users_run, summary, &entry);
		}
	}
	return summary;
}

/*
 * Return the summary of the users of a log: the bytes that
 * active_users_summary() makes of the days of each user.
 */
static const SortedRun *
users_of_log(const PackedLog *log)
{
	SortedRun  *summary = sorted_run_new(&users_run);
	CountTable	table = {0, 0, NULL};
	UserDays	days;
	int64		first_day;
	uint32		steps = 0;

	user_days_begin(&days, log);
	first_day = days.reader.first_time;
	while (user_days_next_user(&days))
	{
		int64		day;
		int64		next;

		if (!user_days_next(&days, &day))
			continue;
		while (user_days_next(&days, &next))
		{
			if ((++steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			summary = count_gap(&table, summary, first_day, day, next - day);
			day = next;
		}
		summary = count_gap(&table, summary, first_day, day, MAX_WINDOW);
	}
	summary = add_gap_table(&table, summary, first_day);
	users_header(summary)->users = log->ids;
	return sorted_run_finish(&users_run, summary);
}

/*
 * active_users_summary(log) -> the compact summary, without the ids; NULL for a
 * log of no users.
 */
PG_FUNCTION_INFO_V1(active_users_of_log);
Datum
active_users_of_log(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &usage_log_type);

	if (log->ids == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(users_of_log(log));
}

/*
 * users(s): return how many users there are, each of them active on one day or
 * more.
 */
PG_FUNCTION_INFO_V1(active_users_users);
Datum
active_users_users(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(users_of(PG_GETARG_SUMMARY(0, &users_type)));
}

/*
 * The series
 */

/*
 * Count the users of a window for every day of [from_date, to_date): each
 * entry adds its users from its day on and takes them away again when the
 * window is over or the next active day takes their place.
 */
static int64 *
window_users(const SortedRun *summary, int64 from_date, int64 to_date,
			 int window)
{
	const DayGap *entries = users_entries(summary);
	int64		length = to_date - from_date;
	int64	   *users = palloc0((length + 1) * sizeof(int64));

	for (uint32 i = 0; i < summary->used; i++)
	{
		int64		begin = day_of(&entries[i]);
		int64		end = begin + Min(gap_of(&entries[i]), window);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		begin = Max(begin, from_date);
		end = Min(end, to_date);
		if (begin >= end)
			continue;
		users[begin - from_date] += entries[i].users;
		users[end - from_date] -= entries[i].users;
	}
	for (int64 i = 1; i < length; i++)
		users[i] += users[i - 1];
	return users;
}

/* Argument 0 of an accessor as a summary: it is one, or a log of the users. */
typedef const SortedRun *(*SummaryOf) (FunctionCallInfo fcinfo);

static const SortedRun *
summary_argument(FunctionCallInfo fcinfo)
{
	return run_summary_arg(&users_summary, fcinfo, 0);
}

static const SortedRun *
log_argument(FunctionCallInfo fcinfo)
{
	return users_of_log(log_arg(fcinfo, 0, &usage_log_type));
}

/* The days of a series, [from_date, to_date). */
typedef struct SeriesDays
{
	DateADT		from_date;
	DateADT		to_date;
} SeriesDays;

/* Report a series that nobody can want. */
static pg_noreturn void
too_many_days(DateADT from_date, DateADT to_date)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("the series has too many days"),
			 errdetail("It would have more than %d days, from %s to %s.",
					   MAX_SERIES_DAYS, calendar_day_text(from_date),
					   calendar_day_text(to_date)),
			 errhint("Give a from_date and a to_date that are nearer, and look for an impossible date in the data.")));
}

/*
 * Set the days that arguments n and n + 1 ask for, by default from the first
 * active day to the last.  Return false where there are none.
 */
static bool
series_days(FunctionCallInfo fcinfo, int n, const SortedRun *summary,
			SeriesDays *days)
{
	if (summary->used == 0 && (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1)))
		return false;
	days->from_date = PG_ARGISNULL(n) ? day_of(users_entries(summary)) :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
	days->to_date = PG_ARGISNULL(n + 1) ?
		day_of(&users_entries(summary)[summary->used - 1]) + 1 :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), "to_date");
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1))
		calendar_range_check(days->from_date, days->to_date);
	if (days->from_date >= days->to_date)
		return false;
	if ((int64) days->to_date - days->from_date > MAX_SERIES_DAYS)
		too_many_days(days->from_date, days->to_date);
	return true;
}

/* Return argument n, window_days; the hint is for one that is out of range. */
static int
window_arg(FunctionCallInfo fcinfo, int n, int least, int most,
		   const char *hint)
{
	int			window = PG_GETARG_INT32(n);

	if (window < least || window > most)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("window_days must be from %d to %d", least, most),
				 errdetail("window_days is %d.", window),
				 errhint("%s", hint)));
	return window;
}

/*
 * active_users(s, from_date, to_date, window_days) -> (day, dau, wau, mau,
 * stickiness): return a row for every day of [from_date, to_date), also where
 * nobody was active. dau, wau and mau are the users of 1, 7 and window_days
 * days up to that day; stickiness is 100 * dau / mau, in percent points, NULL
 * where mau is 0.  Without from_date the rows begin with the first active day,
 * without to_date they end with the last.  There are no rows for NULL.  A
 * window that is no month, of 28 to 31 days, a range that ends before it
 * begins, infinite dates and more than a million days are errors.
 */
static Datum
put_active_users(FunctionCallInfo fcinfo, SummaryOf summary_of)
{
	const SortedRun *summary;
	int			window;
	SeriesDays	days;
	int64	   *dau;
	int64	   *wau;
	int64	   *mau;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return (Datum) 0;
	summary = summary_of(fcinfo);
	window = window_arg(fcinfo, 3, MONTH_LEAST_DAYS, MONTH_MOST_DAYS,
						"Use 28 for four weeks, which have each day of the week equally often.  A window that is no month is active_within(s, window_days).");
	if (!series_days(fcinfo, 1, summary, &days))
		return (Datum) 0;

	dau = window_users(summary, days.from_date, days.to_date, 1);
	wau = window_users(summary, days.from_date, days.to_date, WEEK_DAYS);
	mau = window_users(summary, days.from_date, days.to_date, window);
	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < (int64) days.to_date - days.from_date; i++)
	{
		Datum		values[5];
		bool		nulls[5] = {false, false, false, false, mau[i] == 0};

		values[0] = DateADTGetDatum((DateADT) (days.from_date + i));
		values[1] = Int64GetDatum(dau[i]);
		values[2] = Int64GetDatum(wau[i]);
		values[3] = Int64GetDatum(mau[i]);
		values[4] = nulls[4] ? (Datum) 0 : percent_result(dau[i], mau[i]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * active_within(s, window_days, from_date, to_date) -> (day, users): return the
 * users of the window_days days up to and with every day of [from_date,
 * to_date).  Defaults and errors are those of active_users(), but for the
 * window, which is from 1 to 366 days.
 */
static Datum
put_active_within(FunctionCallInfo fcinfo, SummaryOf summary_of)
{
	const SortedRun *summary;
	int			window;
	SeriesDays	days;
	int64	   *users;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	summary = summary_of(fcinfo);
	window = window_arg(fcinfo, 1, 1, MAX_WINDOW,
						"Use 90 for a quarter; a summary keeps no gap of more than a year between the days of a user.");
	if (!series_days(fcinfo, 2, summary, &days))
		return (Datum) 0;

	users = window_users(summary, days.from_date, days.to_date, window);
	rows_begin(&rows, fcinfo);
	for (int64 i = 0; i < (int64) days.to_date - days.from_date; i++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		values[0] = DateADTGetDatum((DateADT) (days.from_date + i));
		values[1] = Int64GetDatum(users[i]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* active_users() of a summary */
PG_FUNCTION_INFO_V1(active_users_series);
Datum
active_users_series(PG_FUNCTION_ARGS)
{
	return put_active_users(fcinfo, summary_argument);
}

/* active_users() of a usage_log */
PG_FUNCTION_INFO_V1(active_users_log_series);
Datum
active_users_log_series(PG_FUNCTION_ARGS)
{
	return put_active_users(fcinfo, log_argument);
}

/* active_within() of a summary */
PG_FUNCTION_INFO_V1(active_users_within);
Datum
active_users_within(PG_FUNCTION_ARGS)
{
	return put_active_within(fcinfo, summary_argument);
}

/* active_within() of a usage_log */
PG_FUNCTION_INFO_V1(active_users_log_within);
Datum
active_users_log_within(PG_FUNCTION_ARGS)
{
	return put_active_within(fcinfo, log_argument);
}

/*
 * Power users
 */

/* The table of users by days has so many numbers of days a row. */
#define DAYS_A_ROW		32

/* How many users the table has with so many days. */
static int64
users_of_days(const CountTable *table, int64 days)
{
	uint64		row = (uint64) days / DAYS_A_ROW;

	if (row >= table->rows)
		return 0;
	return table->counts[row * table->columns + (uint64) days % DAYS_A_ROW];
}

/*
 * days_per_user(log, from_date, to_date) -> (days, users): how many users were
 * active on so many days of [from_date, to_date), by default of the whole log.  A
 * row for every number of days from 1 to the length of the range, or to the
 * most days of a user where that is not given.  No rows for NULL.
 */
PG_FUNCTION_INFO_V1(usage_log_days_per_user);
Datum
usage_log_days_per_user(PG_FUNCTION_ARGS)
{
	const PackedLog *log;
	CountTable	table = {0, 0, NULL};
	UserDays	reader;
	DateADT		from_date = CALENDAR_FIRST_DAY;
	DateADT		to_date = CALENDAR_LAST_DAY + 1;
	int64		most = 0;
	uint32		steps = 0;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	log = log_arg(fcinfo, 0, &usage_log_type);
	if (!PG_ARGISNULL(1))
		from_date = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "from_date");
	if (!PG_ARGISNULL(2))
		to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date");
	calendar_range_check(from_date, to_date);
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2))
		most = to_date - from_date;

	user_days_begin(&reader, log);
	while (user_days_next_user(&reader))
	{
		int64		days = 0;
		int64		day;

		while (user_days_next(&reader, &day))
		{
			if ((++steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			days += day >= from_date && day < to_date;
		}
		if (days > 0 && !count_table_add(&table, (uint64) days / DAYS_A_ROW,
										 (uint64) days % DAYS_A_ROW))
			too_many_days(from_date, to_date);
		most = Max(most, days);
	}
	if (most > MAX_SERIES_DAYS)
		too_many_days(from_date, to_date);

	rows_begin(&rows, fcinfo);
	for (int64 days = 1; days <= most; days++)
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		values[0] = Int32GetDatum((int32) days);
		values[1] = Int64GetDatum(users_of_days(&table, days));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}
