/*-------------------------------------------------------------------------
 *
 * duration.h
 *	  duration_summary: durations of equal length, finished and open.
 *
 * duration_summary.c has its aggregates, duration_io.c its text and binary form,
 * duration.c what is read from it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_DURATION_H
#define CX_DURATION_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/run_summary.h"
#include "math/kaplan_meier.h"

/*
 * The header of a summary.  Its entries are KmTime by time: first those of a
 * negative time, which say how many came under observation so long after their
 * start, then the durations.
 */
typedef struct DurationHeader
{
	Timestamp	as_of;			/* DT_NOEND: of lengths, which have none */
	int64		is_business;	/* 1: measured in business hours, else 0 */
	int64		not_started;	/* rows without a start */
	int64		completed;		/* sum of the durations' events */
	int64		still_open;		/* sum of the durations' censored */
} DurationHeader;

extern const SummaryType duration_type;
extern const SortedRunType duration_run;
extern const RunSummary duration_summary;

/* The times of a row, of which started is not NULL. */
typedef struct DurationRow
{
	Timestamp	started;
	Timestamp	finished;		/* DT_NOEND where it is not */
	Timestamp	until;			/* what is known of it ends here */
} DurationRow;

extern Timestamp duration_as_of_arg(FunctionCallInfo fcinfo, int n, bool is_date, const Timestamp *before);
extern DurationRow duration_row_args(FunctionCallInfo fcinfo, int n, int as_of_n, bool is_date, Timestamp as_of);
extern int64 duration_of_row(FunctionCallInfo fcinfo, int n, const DurationRow *row);
pg_noreturn extern void duration_as_of_different(Timestamp one, Timestamp other);

extern void duration_add_counts(void *into, const void *from);
extern KmSample duration_sample(const SortedRun *summary);
extern SortedRun *duration_new(Timestamp as_of);
extern const char *duration_problem(const SortedRun *summary);
extern void duration_check_clock(const SortedRun *one, const SortedRun *other);
extern void duration_check_unit(const KmSample *sample, int64 span, const char *name);

static inline DurationHeader *
duration_header(SortedRun *summary)
{
	return (DurationHeader *) sorted_run_header(summary);
}

static inline const DurationHeader *
duration_header_const(const SortedRun *summary)
{
	return (const DurationHeader *) sorted_run_header_const(summary);
}

static inline const KmTime *
duration_entries(const SortedRun *summary)
{
	return (const KmTime *) sorted_run_entry_const(&duration_run, summary, 0);
}

/*
 * Make an entry of durations of one length.  They are counted in the header at
 * once, so its totals bound what entries of equal lengths add up to.
 */
static inline void
duration_set_entry(SortedRun *summary, KmTime *entry, int64 duration,
				   int64 finished, int64 open)
{
	DurationHeader *header = duration_header(summary);

	count_add(&header->completed, finished, &duration_type);
	count_add(&header->still_open, open, &duration_type);
	entry->time = duration;
	entry->events = finished;
	entry->censored = open;
}

/* Make an entry of those who came under observation so long after their start. */
static inline void
duration_set_seen(KmTime *entry, int64 after, int64 count)
{
	entry->time = -after;
	entry->events = count;
	entry->censored = 0;
}

#endif							/* CX_DURATION_H */
