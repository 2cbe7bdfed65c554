/*-------------------------------------------------------------------------
 *
 * health_outcomes.c
 *	  health_outcomes: counting accounts by their scores and outcomes.
 *
 * A health_outcomes keeps the scores of accounts beside their outcomes: rows
 * of equal scores as one, with how many of them turned out well and how many
 * did not.  health_weights() fits a model to them (health_weights.c).
 *
 * health_weights() needs complete rows, which know every signal that any row
 * names; health_model() takes the others as well, with the account's health score,
 * the mean of what it knows, for a signal that is not known.  Which rows are complete
 * is known at the end only, and must not depend on the order of the rows: when a new
 * name comes up, all rows so far become incomplete.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "core/aggregate.h"
#include "core/sorted_run.h"
#include "core/summary.h"
#include "health/health.h"
#include "health/health_outcomes.h"

const SummaryType outcomes_type = {
	.name = "health_outcomes",
	.example = "{\"version\": 1, \"unknowns\": 0, \"incomplete\": 2, \"signals\": [\"nps\", \"usage\"], \"known\": [9, 7], \"rows\": [[54, 80.5, 54, 6, 0], [20, 10, 20, 0, 1]]}"
};

/*
 * The state
 */

/*
 * Add the two words of counts at the end of a row to those of a row of equal
 * scores.
 */
static void
row_add(int64 *into, const int64 *from)
{
	into[0] += from[0];
	into[1] += from[1];
}

/*
 * A merge function does not know the length of the key, so there is one for
 * each length.
 */
#define ROW_MERGE(words) \
static void \
row_merge_##words(void *into, const void *from) \
{ \
	row_add((int64 *) into + (words), (const int64 *) from + (words)); \
}

ROW_MERGE(1)
ROW_MERGE(2)
ROW_MERGE(3)
ROW_MERGE(4)
ROW_MERGE(5)
ROW_MERGE(6)
ROW_MERGE(7)
ROW_MERGE(8)

static void (*const row_merge[OUTCOMES_MAX_KEY_WORDS + 1]) (void *,
															const void *) =
{
	NULL, row_merge_1, row_merge_2, row_merge_3, row_merge_4, row_merge_5,
		row_merge_6, row_merge_7, row_merge_8
};

static inline int
key_words(uint32 signals)
{
	return (int) (signals + 2) / 2;
}

/* Return how the rows of a state with this header are kept. */
SortedRunType
outcomes_run_type(const OutcomesHeader *header)
{
	SortedRunType type;

	memset(&type, 0, sizeof(type));
	type.type_name = outcomes_type.name;
	type.too_large_hint = "Round the scores of the signals, for example round(score), or take fewer accounts.";
	type.header_size = sizeof(OutcomesHeader) + header->names_size;
	type.key_words = key_words(header->count);
	type.entry_size = (type.key_words + 2) * sizeof(int64);
	type.merge = row_merge[type.key_words];
	return type;
}

/*
 * Report more signals than the fit has room for, as soon as they are counted.
 */
void
outcomes_too_many_signals(uint32 count)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many signals for one model"),
			 errdetail("There are %u or more; a model can have at most %d.", count,
					   LOGISTIC_MAX_SCORES),
			 errhint("Choose some signals: health_summary(signal, score, weight) FILTER (WHERE signal IN (...)).")));
}

/* Append a signal to a list that is in order of names. */
void
outcomes_list_add(SignalList *list, const char *name, uint32 length, int64 known)
{
	if (list->count == LOGISTIC_MAX_SCORES)
		outcomes_too_many_signals(list->count + 1);
	list->names[list->count] = name;
	list->lengths[list->count] = length;
	list->known[list->count] = known;
	list->size += outcomes_signal_size(length);
	list->count++;
}

/* Return a state without rows, for the signals of a list. */
SortedRun *
outcomes_new(const SignalList *list)
{
	OutcomesHeader header;
	SortedRunType type;
	SortedRun  *state;
	OutcomeSignal *signal;

	memset(&header, 0, sizeof(header));
	header.count = list->count;
	header.names_size = (uint32) list->size;
	type = outcomes_run_type(&header);
	state = sorted_run_new(&type);
	memcpy(outcomes_header(state), &header, sizeof(header));
	signal = outcomes_first_signal(outcomes_header(state));
	for (uint32 i = 0; i < list->count; i++)
	{
		signal->known = list->known[i];
		signal->length = list->lengths[i];
		memcpy(signal->name, list->names[i], list->lengths[i]);
		signal = outcomes_next_signal(signal);
	}
	return state;
}

/* Return the summary that is argument 0 of an accessor. */
const SortedRun *
outcomes_arg(FunctionCallInfo fcinfo)
{
	const SortedRun *state =
	(const SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type);
	SortedRunType type = outcomes_run_type(outcomes_header_const(state));

	return sorted_run_read(&type, state);
}

/*
 * Aggregation
 */

/* Append all rows of a state to one that has all of its signals and more. */
static SortedRun *
outcomes_move_rows(const SortedRun *from, SortedRun *into)
{
	const OutcomesHeader *header = outcomes_header_const(from);
	const OutcomesHeader *wider = outcomes_header_const(into);
	const OutcomeSignal *signal = outcomes_first_signal(header);
	const OutcomeSignal *target = outcomes_first_signal(wider);
	SortedRunType type = outcomes_run_type(header);
	SortedRunType wide_type = outcomes_run_type(wider);
	int			source[LOGISTIC_MAX_SCORES];
	uint32		count = wider->count;
	uint32		i = 0;

	for (uint32 j = 0; j < count; j++)
	{
		source[j] = -1;
		if (i < header->count &&
			health_name_compare(signal->name, signal->length,
								target->name, target->length) == 0)
		{
			source[j] = (int) i++;
			signal = outcomes_next_signal(signal);
		}
		target = outcomes_next_signal(target);
	}
	for (uint32 k = 0; k < from->used; k++)
	{
		const int64 *words = (const int64 *) sorted_run_entry_const(&type, from, k);
		OutcomeRow	row;

		CHECK_FOR_INTERRUPTS();

		/*
		 * a complete row may do without a health score, which weights of 0
		 * give
		 */
		if (outcomes_health(words, header->count) == HEALTH_UNKNOWN)
			continue;
		memset(&row, 0, sizeof(row));
		for (uint32 j = 0; j < count; j++)
			outcomes_set_score(&row, j, source[j] < 0 ? HEALTH_UNKNOWN :
							   outcomes_score(words, source[j]));
		outcomes_set_score(&row, count, outcomes_health(words, header->count));
		row.words[wide_type.key_words] = words[type.key_words];
		row.words[wide_type.key_words + 1] = words[type.key_words + 1];
		into = sorted_run_append(&wide_type, into, &row);
	}
	return into;
}

/* Return whether a row knows the scores of all signals. */
bool
outcomes_is_complete(const int64 *words, uint32 signals)
{
	for (uint32 i = 0; i < signals; i++)
	{
		if (outcomes_score(words, i) == HEALTH_UNKNOWN)
			return false;
	}
	return true;
}

/*
 * Return an account's health score in millionths, rounded half up; HEALTH_UNKNOWN
 * where nothing is known that has a weight.
 */
int32
health_units_mean(const HealthSummary *health)
{
	const HealthSignal *signal = health_first(health);
	int128		part = 0;
	int128		whole = 0;

	for (uint32 i = 0; i < health->count; i++)
	{
		if (signal->score != HEALTH_UNKNOWN)
		{
			part += (int128) signal->score * signal->weight;
			whole += signal->weight;
		}
		signal = health_next(signal);
	}
	if (whole == 0)
		return HEALTH_UNKNOWN;
	return (int32) ((2 * part + whole) / (2 * whole));
}

/*
 * Return the state with the signals of another list as well, none of them
 * known to a row yet.  If this adds a signal, no earlier row is complete.
 */
static SortedRun *
outcomes_widen(SortedRun *state, const SignalList *more)
{
	const OutcomesHeader *header = outcomes_header_const(state);
	const OutcomeSignal *signal = outcomes_first_signal(header);
	OutcomesHeader *wider;
	SignalList	all;
	SortedRun  *result;
	uint32		i = 0,
				j = 0;

	memset(&all, 0, sizeof(all));
	while (i < header->count || j < more->count)
	{
		int			order;

		if (i == header->count)
			order = 1;
		else if (j == more->count)
			order = -1;
		else
			order = health_name_compare(signal->name, signal->length,
										more->names[j], more->lengths[j]);
		if (order <= 0)
		{
			outcomes_list_add(&all, signal->name, signal->length, signal->known);
			signal = outcomes_next_signal(signal);
			i++;
		}
		else
			outcomes_list_add(&all, more->names[j], more->lengths[j], 0);
		if (order >= 0)
			j++;
	}
	if (all.count == header->count)
		return state;

	result = outcomes_new(&all);
	wider = outcomes_header(result);
	wider->unknowns = header->unknowns;
	wider->incomplete = header->incomplete;
	count_add(&wider->incomplete, header->positives, &outcomes_type);
	count_add(&wider->incomplete, header->negatives, &outcomes_type);
	return outcomes_move_rows(state, result);
}

/*
 * Fill in the row of an account's signals and its health score, and count the
 * signals that it knows; return false where it lacks one.  If the account names a
 * signal that the state does not have, set *strange and count nothing.
 */
static bool
outcomes_row(OutcomesHeader *header, const HealthSummary *health,
			 OutcomeRow *row, bool *strange)
{
	OutcomeSignal *signals[LOGISTIC_MAX_SCORES];
	OutcomeSignal *signal = outcomes_first_signal(header);
	const HealthSignal *scored = health_first(health);
	int32		scores[LOGISTIC_MAX_SCORES];
	uint32		known = 0;
	uint32		i = 0;

	*strange = false;
	memset(row, 0, sizeof(OutcomeRow));
	for (uint32 j = 0; j < header->count; j++)
		scores[j] = HEALTH_UNKNOWN;
	for (uint32 j = 0; j < health->count; j++)
	{
		int			order = -1;

		while (i < header->count &&
			   (order = health_name_compare(signal->name, signal->length,
											scored->name,
											scored->length)) < 0)
		{
			signal = outcomes_next_signal(signal);
			i++;
		}
		if (i == header->count || order != 0)
		{
			*strange = true;
			return false;
		}
		if (scored->score != HEALTH_UNKNOWN)
		{
			scores[i] = scored->score;
			signals[known++] = signal;
		}
		signal = outcomes_next_signal(signal);
		i++;
		scored = health_next(scored);
	}
	for (uint32 j = 0; j < known; j++)
		count_add(&signals[j]->known, 1, &outcomes_type);
	for (uint32 j = 0; j < header->count; j++)
		outcomes_set_score(row, j, scores[j]);
	outcomes_set_score(row, header->count, health_units_mean(health));
	return known == header->count && known > 0;
}

/*
 * health_outcomes(health, stayed): count an account.  A row where either is
 * NULL is counted as unknown; more signals than a fit can have are an error.
 */
PG_FUNCTION_INFO_V1(outcomes_accum);
Datum
outcomes_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	const HealthSummary *health;
	OutcomesHeader *header;
	OutcomeRow	row;
	bool		complete;
	bool		strange;
	bool		outcome;

	if (unlikely(PG_ARGISNULL(0)))
	{
		SignalList	none;

		memset(&none, 0, sizeof(none));
		state = outcomes_new(&none);
	}
	else
		state = (SortedRun *) aggregate_state(fcinfo, &outcomes_type);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		count_add(&outcomes_header(state)->unknowns, 1, &outcomes_type);
		PG_RETURN_POINTER(state);
	}
	health = health_summary_get(PG_GETARG_DATUM(1));
	outcome = PG_GETARG_BOOL(2);

	complete = outcomes_row(outcomes_header(state), health, &row, &strange);
	if (unlikely(strange))
	{
		const HealthSignal *signal = health_first(health);
		SignalList	more;

		memset(&more, 0, sizeof(more));
		for (uint32 i = 0; i < health->count; i++)
		{
			outcomes_list_add(&more, signal->name, signal->length, 0);
			signal = health_next(signal);
		}
		state = outcomes_widen(state, &more);
		complete = outcomes_row(outcomes_header(state), health, &row,
								&strange);
		Assert(!strange);
	}

	header = outcomes_header(state);
	if (complete)
		count_add(outcome ? &header->positives : &header->negatives, 1,
				  &outcomes_type);
	else
		count_add(&header->incomplete, 1, &outcomes_type);
	if (complete ||
		outcomes_health(row.words, header->count) != HEALTH_UNKNOWN)
	{
		SortedRunType type = outcomes_run_type(header);

		row.words[type.key_words] = outcome ? 1 : 0;
		row.words[type.key_words + 1] = outcome ? 0 : 1;
		state = sorted_run_append(&type, state, &row);
	}
	if ((Pointer) health != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(HealthSummary *, health));
	PG_RETURN_POINTER(state);
}

/* Set a list to the signals of a header, none of them known. */
static void
outcomes_list_signals(const OutcomesHeader *header, SignalList *list)
{
	const OutcomeSignal *signal = outcomes_first_signal(header);

	memset(list, 0, sizeof(*list));
	for (uint32 i = 0; i < header->count; i++)
	{
		outcomes_list_add(list, signal->name, signal->length, 0);
		signal = outcomes_next_signal(signal);
	}
}

/*
 * Add a summary to the state: for rollup(), and for what parallel workers
 * counted.  The result has the signals of both; complete rows of a side that
 * lacks one of them become incomplete, as if all rows had come to one state.
 */
PG_FUNCTION_INFO_V1(outcomes_combine);
Datum
outcomes_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	SortedRun  *other;
	SortedRun  *wider;
	OutcomesHeader *header;
	const OutcomesHeader *more;
	OutcomeSignal *signal;
	const OutcomeSignal *counted;
	SignalList	list;
	SortedRunType type;

	state = (SortedRun *) aggregate_combine_state(fcinfo, &outcomes_type);
	other = (SortedRun *) PG_GETARG_SUMMARY(1, &outcomes_type);
	outcomes_list_signals(outcomes_header_const(other), &list);
	state = outcomes_widen(state, &list);
	outcomes_list_signals(outcomes_header_const(state), &list);
	wider = outcomes_widen(other, &list);

	header = outcomes_header(state);
	more = outcomes_header_const(wider);
	signal = outcomes_first_signal(header);
	counted = outcomes_first_signal(more);
	for (uint32 i = 0; i < more->count; i++)
	{
		count_add(&signal->known, counted->known, &outcomes_type);
		signal = outcomes_next_signal(signal);
		counted = outcomes_next_signal(counted);
	}
	count_add(&header->unknowns, more->unknowns, &outcomes_type);
	count_add(&header->incomplete, more->incomplete, &outcomes_type);
	count_add(&header->positives, more->positives, &outcomes_type);
	count_add(&header->negatives, more->negatives, &outcomes_type);
	type = outcomes_run_type(header);
	state = sorted_run_merge(&type, state, wider);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(state);
}

/*
 * Return the value of a state: sorted, rows of equal scores as one, no spare
 * room.
 */
SortedRun *
outcomes_finish(const SortedRun *state)
{
	SortedRunType type = outcomes_run_type(outcomes_header_const(state));

	return sorted_run_finish(&type, state);
}

/*
 * Return the summary to store: the same rows give the same bytes, in any
 * order.
 */
PG_FUNCTION_INFO_V1(outcomes_final);
Datum
outcomes_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(outcomes_finish((SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type)));
}

/*
 * Counts
 */

/*
 * positives(o): return how many accounts know every signal and had the
 * outcome.
 */
PG_FUNCTION_INFO_V1(outcomes_positives);
Datum
outcomes_positives(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(outcomes_header_const(state)->positives);
}

/*
 * negatives(o): return how many accounts know every signal and had not the
 * outcome.
 */
PG_FUNCTION_INFO_V1(outcomes_negatives);
Datum
outcomes_negatives(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(outcomes_header_const(state)->negatives);
}

/*
 * incomplete(o): return how many accounts lack the score of a signal, so that
 * health_weights() does without them.
 */
PG_FUNCTION_INFO_V1(outcomes_incomplete);
Datum
outcomes_incomplete(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(outcomes_header_const(state)->incomplete);
}

/* unknowns(o): return how many rows lack the summary or the outcome (NULL). */
PG_FUNCTION_INFO_V1(outcomes_unknowns);
Datum
outcomes_unknowns(PG_FUNCTION_ARGS)
{
	SortedRun  *state = (SortedRun *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(outcomes_header_const(state)->unknowns);
}
