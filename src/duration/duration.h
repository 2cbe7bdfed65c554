/*-------------------------------------------------------------------------
 *
 * duration.h
 *	  duration_summary: durations of equal length, finished and open.
 *
 * core/durations.h has what its value is, duration_summary.c its aggregates, duration_io.c its text and binary form,
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

#include "core/durations.h"
#include "core/run_summary.h"
#include "math/kaplan_meier.h"

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

extern KmSample duration_sample(const SortedRun *summary);
extern const char *duration_problem(const SortedRun *summary);
extern void duration_check_clock(const SortedRun *one, const SortedRun *other);
extern void duration_check_unit(const KmSample *sample, int64 span, const char *name);

#endif							/* CX_DURATION_H */
