/*-------------------------------------------------------------------------
 *
 * run_summary.h
 *	  What the summary types that are a sorted run (sorted_run.h) share: arguments
 *	  and states of their functions, and the entries in both forms.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_RUN_SUMMARY_H
#define CX_RUN_SUMMARY_H

#include "postgres.h"

#include "core/compat.h"

#include "core/aggregate.h"
#include "core/sorted_run.h"
#include "core/summary_json.h"

/*
 * The most parts (numbers, days, times) that an entry can have in the text
 * form.
 */
#define RUN_MAX_PARTS	4

/*
 * Read an entry of the text form; false when the parts make no entry.  place
 * names the element in messages.  Whatever the family's header counts of an
 * entry is added to the header here.  Memory allocated meanwhile is freed
 * after each entry.
 */
typedef bool (*RunReadEntry) (SortedRun *summary, const JsonbValue *parts,
							  const char *place, void *entry);

/* A summary type whose text form has the entries in a list of lists. */
typedef struct RunSummary
{
	const SummaryType *type;
	const SortedRunType *run;
	const char *list;			/* the member that holds the entries */
	const char *element;		/* what an entry looks like, for messages */
	int			parts;			/* how many parts an entry has */
	RunReadEntry read_entry;
	Size		sent_size;		/* bytes of an entry in the binary form */
} RunSummary;

extern void run_summary_read_list(const RunSummary *summary, SortedRun **state,
								  const JsonbValue *value);
extern void run_summary_append(StringInfo buf, uint32 i);
extern void run_summary_send(const RunSummary *summary, StringInfo message,
							 const SortedRun *state);
extern SortedRun *run_summary_recv(const RunSummary *summary,
								   StringInfo message);
extern void *run_summary_recv_entry(const RunSummary *summary,
									SortedRun *state);

/* Return the summary in argument n of an accessor, finished and to be read. */
static inline const SortedRun *
run_summary_arg(const RunSummary *summary, FunctionCallInfo fcinfo, int n)
{
	return sorted_run_read(summary->run,
						   (const SortedRun *) PG_GETARG_SUMMARY(n, summary->type));
}

/*
 * Return the state to count a row in: argument 0, or a new one for the first
 * row.
 */
static inline SortedRun *
run_summary_state(const RunSummary *summary, FunctionCallInfo fcinfo)
{
	if (unlikely(PG_ARGISNULL(0)))
		return sorted_run_new(summary->run);
	return (SortedRun *) aggregate_state(fcinfo, summary->type);
}

/*
 * Finish a combine function: the entries of the other summary, argument 1, go
 * into the state.  The caller combines the headers.
 */
static inline Datum
run_summary_combine(const RunSummary *summary, FunctionCallInfo fcinfo,
					SortedRun *state, SortedRun *other)
{
	state = sorted_run_merge(summary->run, state, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(state);
}

/*
 * Finish an aggregate: return the canonical value of the state, which is left
 * as it is.
 */
static inline Datum
run_summary_final(const RunSummary *summary, FunctionCallInfo fcinfo)
{
	const SortedRun *state = (const SortedRun *) PG_GETARG_SUMMARY(0, summary->type);

	PG_RETURN_POINTER(sorted_run_finish(summary->run, state));
}

#endif							/* CX_RUN_SUMMARY_H */
