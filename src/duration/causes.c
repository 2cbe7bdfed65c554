/*-------------------------------------------------------------------------
 *
 * causes.c
 *	  cause_duration_summary: counting durations whose ends have causes.
 *
 * Entries name a cause by its number.  A state numbers causes as they come, so
 * that a new one changes none of the entries before it; a finished summary
 * numbers them in the order of their names.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/shown.h"
#include "duration/causes.h"
#include "duration/duration.h"

static void cause_add_counts(void *into, const void *from);

const SummaryType causes_type = {
	.name = "cause_duration_summary",
	.example = "{\"version\": 1, \"as_of\": \"2026-01-01T00:00:00\", \"not_started\": 0, \"still_open\": [[172800, 7]], \"ends\": {\"moved away\": [[86400, 3]], \"too expensive\": [[86400, 1], [259200, 2]]}}"
};

/* Add the count of an equal entry.  The header's totals bound these sums. */
static void
cause_add_counts(void *into, const void *from)
{
	((CauseTime *) into)->count += ((const CauseTime *) from)->count;
}

/* Return how the entries of a summary with such a header are kept. */
SortedRunType
causes_run_type(const SortedRun *summary)
{
	SortedRunType type;

	memset(&type, 0, sizeof(type));
	type.type_name = causes_type.name;
	type.too_large_hint = duration_run.too_large_hint;
	type.header_size = sizeof(CausesHeader) + causes_header_const(summary)->names_size;
	type.entry_size = sizeof(CauseTime);
	type.key_words = 2;
	type.merge = cause_add_counts;
	return type;
}

/* Return a new, empty summary. */
SortedRun *
causes_new(Timestamp as_of)
{
	static const SortedRunType type = {
		.header_size = sizeof(CausesHeader),
		.entry_size = sizeof(CauseTime)
	};
	SortedRun  *summary = sorted_run_new(&type);

	causes_header(summary)->as_of = as_of;
	return summary;
}

/*
 * Names
 */

static inline Size
name_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(CauseName, name) + (Size) length);
}

static inline const CauseName *
first_name(const SortedRun *summary)
{
	return (const CauseName *) ((const char *) causes_header_const(summary) + sizeof(CausesHeader));
}

static inline const CauseName *
next_name(const CauseName *name)
{
	return (const CauseName *) ((const char *) name + name_size(name->length));
}

/* List the names of a summary's causes. */
void
causes_list(CauseList *list, const SortedRun *summary)
{
	const CauseName *name = first_name(summary);

	list->count = causes_header_const(summary)->count;
	for (uint32 i = 0; i < list->count; i++)
	{
		list->names[i] = name->name;
		list->lengths[i] = name->length;
		name = next_name(name);
	}
}

/* Compare two names by their bytes; of two that begin alike the shorter comes first. */
static int
name_compare(const CauseList *list, uint32 i, uint32 j)
{
	int			order = memcmp(list->names[i], list->names[j],
							   Min(list->lengths[i], list->lengths[j]));

	if (order != 0)
		return order;
	return (list->lengths[i] > list->lengths[j]) - (list->lengths[i] < list->lengths[j]);
}

static pg_noinline pg_noreturn void
name_wrong(uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the name of a cause must have from 1 to %d bytes", MAX_CAUSE_NAME),
			 errdetail("One has %u.", length),
			 errhint("Shorten it, for example left(cause, 50); for what is not known write coalesce(nullif(cause, ''), 'unknown').")));
}

static pg_noinline pg_noreturn void
too_many_causes(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many causes"),
			 errdetail("There are more than %d.", MAX_CAUSES),
			 errhint("Put rare ones together, for example CASE WHEN cause IN (...) THEN cause ELSE 'other' END.")));
}

/*
 * Return a copy of a state whose header is so many bytes larger, zeros.
 */
static SortedRun *
enlarge_header(SortedRun *summary, Size more)
{
	SortedRunType type = causes_run_type(summary);
	SortedRunType larger = type;
	SortedRun  *result;

	larger.header_size += more;
	result = sorted_run_new_sized(&larger, Max(sorted_run_capacity(&type, summary), 4));
	memcpy(sorted_run_header(result), sorted_run_header_const(summary), type.header_size);
	memcpy(sorted_run_entry(&larger, result, 0), sorted_run_entry_const(&type, summary, 0),
		   summary->used * type.entry_size);
	result->used = summary->used;
	result->sorted = summary->sorted;
	return result;
}

/*
 * Find the number of a cause, which gets one when it is new.  Returns the state,
 * or a larger copy of it.
 */
SortedRun *
causes_with_name(SortedRun *summary, const char *name, uint32 length, int64 *cause)
{
	const CauseName *known = first_name(summary);
	CauseName  *added;
	Size		before;

	for (uint32 i = 0; i < causes_header(summary)->count; i++)
	{
		if (known->length == length && memcmp(known->name, name, length) == 0)
		{
			*cause = i + 1;
			return summary;
		}
		known = next_name(known);
	}
	if (length == 0 || length > MAX_CAUSE_NAME)
		name_wrong(length);
	if (causes_header(summary)->count == MAX_CAUSES)
		too_many_causes();
	before = causes_header(summary)->names_size;
	summary = enlarge_header(summary, name_size(length));
	added = (CauseName *) ((char *) causes_header(summary) + sizeof(CausesHeader) + before);
	added->length = length;
	memcpy(added->name, name, length);
	causes_header(summary)->names_size += (uint32) name_size(length);
	*cause = ++causes_header(summary)->count;
	return summary;
}

/* Count so many that ended after a time by a cause, or, by 0, are open. */
SortedRun *
causes_append(SortedRun *summary, int64 time, int64 cause, int64 count)
{
	SortedRunType type = causes_run_type(summary);
	CauseTime	entry = {time, cause, count};

	count_add(cause > 0 ? &causes_header(summary)->completed : &causes_header(summary)->still_open,
			  count, &causes_type);
	return sorted_run_append(&type, summary, &entry);
}

/*
 * Return the finished value: names in order, and entries by their numbers then.
 */
SortedRun *
causes_finish(const SortedRun *state)
{
	SortedRunType type = causes_run_type(state);
	const CausesHeader *header = causes_header_const(state);
	SortedRun  *ordered;
	CauseList	list;
	uint32		order[MAX_CAUSES];
	int64		number[MAX_CAUSES + 1];
	CauseName  *name;

	causes_list(&list, state);
	for (uint32 i = 0; i < list.count; i++)
	{
		uint32		j = i;

		for (; j > 0 && name_compare(&list, order[j - 1], i) > 0; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}

	ordered = sorted_run_new_sized(&type, state->used);
	*causes_header(ordered) = *header;
	name = unconstify(CauseName *, first_name(ordered));
	number[0] = 0;
	for (uint32 i = 0; i < list.count; i++)
	{
		number[order[i] + 1] = i + 1;
		name->length = list.lengths[order[i]];
		memcpy(name->name, list.names[order[i]], name->length);
		name = unconstify(CauseName *, next_name(name));
	}
	for (uint32 i = 0; i < state->used; i++)
	{
		CauseTime	entry = *(const CauseTime *) sorted_run_entry_const(&type, state, i);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		entry.cause = number[entry.cause];
		ordered = sorted_run_append(&type, ordered, &entry);
	}
	return sorted_run_finish(&type, ordered);
}

/* Return whether names and entries are those of a finished value. */
static bool
is_finished(const SortedRun *summary)
{
	SortedRunType type = causes_run_type(summary);
	CauseList	list;

	causes_list(&list, summary);
	for (uint32 i = 1; i < list.count; i++)
	{
		if (name_compare(&list, i - 1, i) >= 0)
			return false;
	}
	return sorted_run_read(&type, summary) == summary;
}

/* Return the summary in argument n, finished and to be read. */
const SortedRun *
causes_arg(FunctionCallInfo fcinfo, int n)
{
	const SortedRun *summary = (const SortedRun *) PG_GETARG_SUMMARY(n, &causes_type);

	return is_finished(summary) ? summary : causes_finish(summary);
}

/*
 * Return what is wrong with a finished summary, or NULL: every cause has an end,
 * and no duration began before the first timestamp there is.
 */
const char *
causes_problem(const SortedRun *summary)
{
	const CausesHeader *header = causes_header_const(summary);
	const CauseTime *entries = causes_entries(summary);
	bool		has_ends[MAX_CAUSES + 1] = {true};

	for (uint32 i = 0; i < summary->used; i++)
		has_ends[entries[i].cause] = true;
	for (uint32 i = 1; i <= header->count; i++)
	{
		if (!has_ends[i])
			return "A cause has no durations.";
	}
	if (summary->used > 0 &&
		(uint64) entries[summary->used - 1].time > (uint64) header->as_of - (uint64) MIN_TIMESTAMP)
		return "A duration began before the first timestamp.";
	return NULL;
}

/*
 * Aggregation
 */

/* Count a row (started, finished, cause, as_of). */
static Datum
causes_accum(FunctionCallInfo fcinfo, bool is_date)
{
	SortedRun  *summary = NULL;
	Timestamp	as_of;
	DurationRow row;
	int64		cause = 0;

	if (!PG_ARGISNULL(0))
		summary = (SortedRun *) aggregate_state(fcinfo, &causes_type);
	as_of = duration_as_of_arg(fcinfo, 4, is_date, summary == NULL ? NULL : &causes_header(summary)->as_of);
	if (summary == NULL)
		summary = causes_new(as_of);
	if (PG_ARGISNULL(1))
	{
		count_add(&causes_header(summary)->not_started, 1, &causes_type);
		PG_RETURN_POINTER(summary);
	}
	row = duration_row_args(fcinfo, 1, 4, is_date, as_of);
	if (row.finished <= as_of)
	{
		text	   *name;

		if (PG_ARGISNULL(3))
			argument_null("cause", "Give a name to what is not known: coalesce(cause, 'unknown').");
		name = PG_GETARG_TEXT_PP(3);
		summary = causes_with_name(summary, VARDATA_ANY(name), (uint32) VARSIZE_ANY_EXHDR(name), &cause);
		PG_FREE_IF_COPY(name, 3);
	}
	PG_RETURN_POINTER(causes_append(summary, duration_of_row(fcinfo, 1, &row), cause, 1));
}

/*
 * cause_duration_summary(started, finished, cause, as_of): count a row of dates,
 * in days of 24 hours.  The cause of what is open as of as_of is not looked at.  Errors are
 * those of duration_summary(), and a cause that is NULL, empty or long where
 * there is an end, and too many of them.
 */
PG_FUNCTION_INFO_V1(causes_accum_date);
Datum
causes_accum_date(PG_FUNCTION_ARGS)
{
	return causes_accum(fcinfo, true);
}

/*
 * cause_duration_summary(started, finished, cause, as_of): count a row of
 * timestamp or timestamptz, in elapsed time.  Errors are those of
 * causes_accum_date().
 */
PG_FUNCTION_INFO_V1(causes_accum_timestamp);
Datum
causes_accum_timestamp(PG_FUNCTION_ARGS)
{
	return causes_accum(fcinfo, false);
}

/*
 * Add a summary of other rows to the state, for rollup() and for what parallel
 * workers counted.  A different as_of is an error.
 */
PG_FUNCTION_INFO_V1(causes_combine);
Datum
causes_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) aggregate_combine_state(fcinfo, &causes_type);
	const SortedRun *other = (const SortedRun *) PG_GETARG_SUMMARY(1, &causes_type);
	const CausesHeader *more = causes_header_const(other);
	const CauseTime *entries = causes_entries(other);
	int64		number[MAX_CAUSES + 1] = {0};
	CauseList	list;

	if (causes_header(summary)->as_of != more->as_of)
		duration_as_of_different(causes_header(summary)->as_of, more->as_of);
	count_add(&causes_header(summary)->not_started, more->not_started, &causes_type);
	causes_list(&list, other);
	for (uint32 i = 0; i < list.count; i++)
		summary = causes_with_name(summary, list.names[i], list.lengths[i], &number[i + 1]);
	for (uint32 i = 0; i < other->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		summary = causes_append(summary, entries[i].time, number[entries[i].cause], entries[i].count);
	}
	PG_RETURN_POINTER(summary);
}

/*
 * Take the durations of a part out of a state in which they may be.  Entries of
 * the state are in order; what is left of one may be nothing.
 */
static void
take_entries(SortedRun *state, const SortedRun *part, const int64 *number)
{
	SortedRunType type = causes_run_type(state);
	const CauseTime *entries = causes_entries(part);

	for (uint32 i = 0; i < part->used; i++)
	{
		CauseTime	key = {entries[i].time, number[entries[i].cause], 0};
		uint32		place = sorted_run_lower_bound(&type, state, (const int64 *) &key);
		CauseTime  *entry = (CauseTime *) sorted_run_entry(&type, state, place);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (place == state->used || sorted_run_compare(&type, entry, &key) != 0 ||
			entry->count < entries[i].count)
			summary_count_underflow(&causes_type);
		entry->count -= entries[i].count;
	}
}

/* Return a summary of what is left, of the causes that are left. */
static SortedRun *
without_nothing(const SortedRun *state)
{
	SortedRun  *rest = causes_new(causes_header_const(state)->as_of);
	const CauseTime *entries = causes_entries(state);
	CauseList	list;

	causes_header(rest)->not_started = causes_header_const(state)->not_started;
	causes_list(&list, state);
	for (uint32 i = 0; i < state->used; i++)
	{
		int64		cause = 0;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (entries[i].count == 0)
			continue;
		if (entries[i].cause > 0)
			rest = causes_with_name(rest, list.names[entries[i].cause - 1],
									list.lengths[entries[i].cause - 1], &cause);
		rest = causes_append(rest, entries[i].time, cause, entries[i].count);
	}
	return causes_finish(rest);
}

/*
 * a - b: return the summary of the rows that are in a and not in b.  A different
 * as_of, and a b that counts what is not in a, are errors.
 */
PG_FUNCTION_INFO_V1(causes_minus);
Datum
causes_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *part = causes_arg(fcinfo, 1);
	SortedRun  *rest = causes_finish(causes_arg(fcinfo, 0));
	int64		number[MAX_CAUSES + 1] = {0};
	CauseList	list;
	CauseList	known;

	if (causes_header(rest)->as_of != causes_header_const(part)->as_of)
		duration_as_of_different(causes_header(rest)->as_of, causes_header_const(part)->as_of);
	count_subtract(&causes_header(rest)->not_started, causes_header_const(part)->not_started, &causes_type);
	causes_list(&list, part);
	causes_list(&known, rest);
	for (uint32 i = 0; i < list.count; i++)
	{
		for (uint32 j = 0; j < known.count && number[i + 1] == 0; j++)
		{
			if (known.lengths[j] == list.lengths[i] &&
				memcmp(known.names[j], list.names[i], list.lengths[i]) == 0)
				number[i + 1] = j + 1;
		}
		if (number[i + 1] == 0)
			summary_count_underflow(&causes_type);
	}
	take_entries(rest, part, number);
	PG_RETURN_POINTER(without_nothing(rest));
}

/*
 * Return the finished value: the same rows give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(causes_final);
Datum
causes_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(causes_finish((const SortedRun *) PG_GETARG_SUMMARY(0, &causes_type)));
}
