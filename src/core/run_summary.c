/*-------------------------------------------------------------------------
 *
 * run_summary.c
 *	  The entries of a summary that is a sorted run, as text and in binary.
 *
 * As text they are a list of lists, [[1, 2, 3], [4, 5, 6]].  In binary their
 * number stands before them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/run_summary.h"
#include "core/summary_json.h"

/* The list of entries while it is read from the text form. */
typedef struct ListInput
{
	const RunSummary *summary;
	SortedRun  *state;
	MemoryContext scratch;		/* memory of the element at hand, emptied
								 * after each */
} ListInput;

static void
list_element(void *arg, int index, const JsonbValue *value)
{
	ListInput  *input = (ListInput *) arg;
	const RunSummary *summary = input->summary;
	MemoryContext old = MemoryContextSwitchTo(input->scratch);
	JsonbValue	parts[RUN_MAX_PARTS];
	int64		entry[RUN_MAX_PARTS];
	SummaryPlace place;
	int			count;

	Assert(summary->parts <= RUN_MAX_PARTS);
	Assert(summary->run->entry_size <= sizeof(entry));
	count = summary_json_parts(value, parts, summary->parts, summary->type);
	if (count < 0)
		summary_text_invalid(summary->type, "Element %d of \"%s\" is %s, not %s.",
							 index + 1, summary->list,
							 summary_json_shown(value), summary->element);
	place = summary_json_place("", index, summary->list);
	if (count != summary->parts ||
		!summary->read_entry(input->state, parts, place.shown, entry))
		summary_text_invalid(summary->type, "Element %d of \"%s\" is not %s.",
							 index + 1, summary->list, summary->element);
	MemoryContextSwitchTo(old);
	MemoryContextReset(input->scratch);
	input->state = sorted_run_append(summary->run, input->state, entry);
}

/*
 * Append the entries of the list in the text form to a state, in any order;
 * equal ones add up.
 */
void
run_summary_read_list(const RunSummary *summary, SortedRun **state,
					  const JsonbValue *value)
{
	ListInput	input;

	input.summary = summary;
	input.state = *state;
	input.scratch = AllocSetContextCreate(CurrentMemoryContext, "list element",
										  ALLOCSET_SMALL_SIZES);
	summary_json_elements(summary_json_container(value, true, summary->list,
												 summary->type),
						  list_element, &input);
	MemoryContextDelete(input.scratch);
	*state = input.state;
}

/*
 * Append the beginning of a list's element to a text; the family appends the
 * rest of it.
 */
void
run_summary_append(StringInfo buf, uint32 i)
{
	CHECK_FOR_INTERRUPTS();
	appendStringInfoString(buf, i > 0 ? ", [" : "[");
}

/* Send the number of entries and then, word by word, the entries. */
void
run_summary_send(const RunSummary *summary, StringInfo message,
				 const SortedRun *state)
{
	Size		words = summary->run->entry_size / sizeof(int64);

	pq_sendint32(message, state->used);
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *entry = (const int64 *) sorted_run_entry_const(summary->run, state, i);

		CHECK_FOR_INTERRUPTS();
		for (Size w = 0; w < words; w++)
			pq_sendint64(message, entry[w]);
	}
}

/* Return a state with room for the entries that a message says it has. */
SortedRun *
run_summary_recv(const RunSummary *summary, StringInfo message)
{
	return sorted_run_new_sized(summary->run,
								summary_recv_entries(message, summary->sent_size,
													 summary->list, summary->type));
}

/*
 * Return the place of the next entry of a state of run_summary_recv(), to be
 * filled from the message, or NULL when it has all of them.  The caller checks
 * their order.
 */
void *
run_summary_recv_entry(const RunSummary *summary, SortedRun *state)
{
	CHECK_FOR_INTERRUPTS();
	if (state->used == sorted_run_capacity(summary->run, state))
		return NULL;
	state->sorted = ++state->used;
	return sorted_run_entry(summary->run, state, state->used - 1);
}
