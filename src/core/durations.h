/*-------------------------------------------------------------------------
 *
 * durations.h
 *	  The value of a duration_summary, which every family may make.
 *
 * The type is that of src/duration, which reads it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_DURATIONS_H
#define CX_DURATIONS_H

#include "postgres.h"

#include "core/compat.h"

#include "datatype/timestamp.h"

#include "core/aggregate.h"
#include "core/sorted_run.h"
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
extern SortedRun *duration_new(Timestamp as_of);
extern SortedRun *duration_new_by(Timestamp as_of, bool is_business);
extern SortedRun *duration_append(SortedRun *summary, int64 duration,
								  bool is_finished);
extern SortedRun *duration_finish(SortedRun *summary);

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

#endif							/* CX_DURATIONS_H */
