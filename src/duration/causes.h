/*-------------------------------------------------------------------------
 *
 * causes.h
 *	  cause_duration_summary: durations whose ends have causes.
 *
 * causes.c has the summary in memory and its aggregate, causes_io.c its text and
 * its binary form, incidence.c what is read from it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CAUSES_H
#define CX_CAUSES_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/aggregate.h"
#include "core/sorted_run.h"

/* A chart or a table of more would not be read. */
#define MAX_CAUSES			100
#define MAX_CAUSE_NAME		200 /* bytes */

/*
 * The header of a summary; the names of the causes follow it.  In a finished one
 * they are in order; a state has them as they came.
 */
typedef struct CausesHeader
{
	Timestamp	as_of;
	int64		not_started;	/* rows without a start */
	int64		completed;
	int64		still_open;
	uint32		count;			/* causes */
	uint32		names_size;		/* the bytes that their names take */
} CausesHeader;

/* A name; the next one follows. */
typedef struct CauseName
{
	uint32		length;
	char		name[FLEXIBLE_ARRAY_MEMBER];	/* padded to 8 bytes */
} CauseName;

/* How many ended after so long a time by a cause, or were open still. */
typedef struct CauseTime
{
	int64		time;
	int64		cause;			/* 1 for the first name; 0: open */
	int64		count;
} CauseTime;

/* The names while they are read, in any order; they are not copied. */
typedef struct CauseList
{
	uint32		count;
	const char *names[MAX_CAUSES];
	uint32		lengths[MAX_CAUSES];
} CauseList;

extern const SummaryType causes_type;

extern SortedRunType causes_run_type(const SortedRun *summary);
extern SortedRun *causes_new(Timestamp as_of);
extern SortedRun *causes_with_name(SortedRun *summary, const char *name, uint32 length, int64 *cause);
extern SortedRun *causes_append(SortedRun *summary, int64 time, int64 cause, int64 count);
extern SortedRun *causes_finish(const SortedRun *state);
extern const SortedRun *causes_arg(FunctionCallInfo fcinfo, int n);
extern void causes_list(CauseList *list, const SortedRun *summary);
extern const char *causes_problem(const SortedRun *summary);

static inline CausesHeader *
causes_header(SortedRun *summary)
{
	return (CausesHeader *) sorted_run_header(summary);
}

static inline const CausesHeader *
causes_header_const(const SortedRun *summary)
{
	return (const CausesHeader *) sorted_run_header_const(summary);
}

static inline const CauseTime *
causes_entries(const SortedRun *summary)
{
	SortedRunType type = causes_run_type(summary);

	return (const CauseTime *) sorted_run_entry_const(&type, summary, 0);
}

#endif							/* CX_CAUSES_H */
