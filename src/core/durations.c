/*-------------------------------------------------------------------------
 *
 * durations.c
 *	  The value of a duration_summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "core/durations.h"

static void duration_add_counts(void *into, const void *from);

const SummaryType duration_type = {
	.name = "duration_summary",
	.example = "{\"version\": 1, \"as_of\": \"2026-01-01T00:00:00\", \"not_started\": 0, \"durations\": [[86400, 3, 1], [172800, 2, 0]]}"
};

const SortedRunType duration_run = {
	.type_name = "duration_summary",
	.too_large_hint = "Measure in coarser steps, for example with date_trunc('hour', ...) of both times, or summarize fewer rows at a time.",
	.header_size = sizeof(DurationHeader),
	.entry_size = sizeof(KmTime),
	.key_words = 1,
	.merge = duration_add_counts
};

/*
 * Add the counts of an equal duration, which shares the entry.  The header's
 * totals bound these sums.
 */
static void
duration_add_counts(void *into, const void *from)
{
	KmTime	   *sum = (KmTime *) into;
	const KmTime *more = (const KmTime *) from;

	sum->events += more->events;
	sum->censored += more->censored;
}

/* Return a new, empty summary of an as_of. */
SortedRun *
duration_new(Timestamp as_of)
{
	SortedRun  *summary = sorted_run_new(&duration_run);

	duration_header(summary)->as_of = as_of;
	return summary;
}

/* Return a new, empty summary, by the clock of opening hours or by any. */
SortedRun *
duration_new_by(Timestamp as_of, bool is_business)
{
	SortedRun  *summary = duration_new(as_of);

	duration_header(summary)->is_business = is_business ? 1 : 0;
	return summary;
}

/* Count a duration, finished or open. */
SortedRun *
duration_append(SortedRun *summary, int64 duration, bool is_finished)
{
	KmTime		entry;

	duration_set_entry(summary, &entry, duration, is_finished ? 1 : 0, is_finished ? 0 : 1);
	return sorted_run_append(&duration_run, summary, &entry);
}

/* Return the value of a summary that has been counted in. */
SortedRun *
duration_finish(SortedRun *summary)
{
	return sorted_run_finish(&duration_run, summary);
}
