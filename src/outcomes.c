/*-------------------------------------------------------------------------
 *
 * outcomes.c
 *	  Which signals should weigh how much: health and what came of it.
 *
 * A health_outcomes keeps the scores of accounts beside their outcomes: rows of
 * equal scores as one, with how many of them turned out well and how many did
 * not.  health_weights() fits a logistic regression to them.  Its coefficients
 * are weights by another scale: the log odds of the outcome are a weighted sum
 * of the scores, and a health score by these weights puts accounts in the same
 * order.
 *
 * A fit needs rows that know every signal.  The signals are all that any
 * summary names, so which rows are complete is known at the end only, and must
 * not depend on the order of the rows: when a new name comes up, all rows so
 * far become incomplete.  What is kept of an incomplete row is its count, and
 * the counts of the signals that it knows, for the error message that says
 * which signal to leave out.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "aggregate.h"
#include "health.h"
#include "math/logistic.h"
#include "math/statistics.h"
#include "money.h"
#include "result.h"
#include "run.h"
#include "summary.h"

/*
 * Each outcome must have so many rows for every signal: with fewer,
 * coefficients come out too large and their errors too small (P. Peduzzi and
 * others, A Simulation Study of the Number of Events per Variable in Logistic
 * Regression Analysis, Journal of Clinical Epidemiology 49, 1996, ask for ten;
 * E. Vittinghoff, C. E. McCulloch, Relaxing the Rule of Ten Events per
 * Variable, American Journal of Epidemiology 165, 2007, for five to nine).
 */
#define MIN_ROWS_PER_SIGNAL	5

/*
 * The header of a summary; the signals follow it, in order of their names.
 *
 * A row of the run has the scores in that order, two to a word, and then two
 * words with how many accounts had the outcome and how many had not.
 */
typedef struct OutcomesHeader
{
	int64		positives;		/* complete rows with the outcome */
	int64		negatives;		/* and without it */
	int64		incomplete;		/* rows that lack the score of a signal */
	int64		unknowns;		/* rows without a summary or an outcome */
	uint32		count;			/* signals */
	uint32		names_size;		/* the bytes that they take */
} OutcomesHeader;

typedef struct OutcomeSignal
{
	int64		known;			/* how many rows know its score */
	uint32		length;			/* of the name, in bytes */
	char		name[FLEXIBLE_ARRAY_MEMBER];	/* padded to 8 bytes */
} OutcomeSignal;

#define MAX_KEY_WORDS		((LOGISTIC_MAX_SCORES + 1) / 2)

/* A row, as large as it can be. */
typedef struct OutcomeRow
{
	int64		words[MAX_KEY_WORDS + 2];
} OutcomeRow;

static const SummaryType outcomes_type = {
	.name = "health_outcomes",
	.example = "{\"version\": 1, \"unknowns\": 0, \"incomplete\": 2, \"signals\": [\"nps\", \"usage\"], \"known\": [9, 7], \"rows\": [[54, 80.5, 6, 0], [20, 10, 0, 1]]}"
};

PG_FUNCTION_INFO_V1(health_outcomes_in);
PG_FUNCTION_INFO_V1(health_outcomes_out);
PG_FUNCTION_INFO_V1(health_outcomes_recv);
PG_FUNCTION_INFO_V1(health_outcomes_send);
PG_FUNCTION_INFO_V1(outcomes_accum);
PG_FUNCTION_INFO_V1(outcomes_combine);
PG_FUNCTION_INFO_V1(outcomes_final);
PG_FUNCTION_INFO_V1(outcomes_positives);
PG_FUNCTION_INFO_V1(outcomes_negatives);
PG_FUNCTION_INFO_V1(outcomes_incomplete);
PG_FUNCTION_INFO_V1(outcomes_unknowns);
PG_FUNCTION_INFO_V1(health_weights);

static inline OutcomesHeader *
outcomes_header(RunState *state)
{
	return (OutcomesHeader *) run_header(state);
}

static inline const OutcomesHeader *
header_of(const RunState *state)
{
	return (const OutcomesHeader *) run_header_const(state);
}

static inline OutcomeSignal *
first_signal(const OutcomesHeader *header)
{
	return (OutcomeSignal *) ((char *) header + sizeof(OutcomesHeader));
}

static inline Size
signal_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(OutcomeSignal, name) + (Size) length);
}

static inline OutcomeSignal *
next_signal(const OutcomeSignal *signal)
{
	return (OutcomeSignal *) ((char *) signal + signal_size(signal->length));
}

/* Rows of equal scores are one; two words of counts end them. */
static void
row_add(int64 *into, const int64 *from)
{
	into[0] += from[0];
	into[1] += from[1];
}

/* The key's length differs, and a merge function does not know it. */
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

static void (*const row_merge[MAX_KEY_WORDS + 1]) (void *, const void *) =
{
	NULL, row_merge_1, row_merge_2, row_merge_3, row_merge_4, row_merge_5,
		row_merge_6, row_merge_7, row_merge_8
};

static inline int
key_words(uint32 signals)
{
	return Max((int) (signals + 1) / 2, 1);
}

/* How the rows of a state with such a header are kept. */
static RunType
run_type(const OutcomesHeader *header)
{
	RunType		type;

	memset(&type, 0, sizeof(type));
	type.type_name = outcomes_type.name;
	type.too_large_hint = "Round the scores of the signals, for example round(score), or take fewer accounts.";
	type.header_size = sizeof(OutcomesHeader) + header->names_size;
	type.key_words = key_words(header->count);
	type.entry_size = (type.key_words + 2) * sizeof(int64);
	type.merge = row_merge[type.key_words];
	return type;
}

static inline void
row_set_score(OutcomeRow *row, uint32 signal, int32 score)
{
	row->words[signal / 2] |= (int64) score << (signal % 2 == 0 ? 32 : 0);
}

static inline int32
row_score(const int64 *words, uint32 signal)
{
	return (int32) (words[signal / 2] >> (signal % 2 == 0 ? 32 : 0));
}

static pg_noinline pg_noreturn void
too_many_signals(uint32 count)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many signals for one model"),
			 errdetail("There are %u or more; a model has at most %d.", count,
					   LOGISTIC_MAX_SCORES),
			 errhint("Choose some: health_summary(signal, score, weight) FILTER (WHERE signal IN (...)).")));
}

/*
 * A state without rows, for the signals that are being collected.
 */
typedef struct SignalList
{
	uint32		count;
	Size		size;
	const char *names[LOGISTIC_MAX_SCORES];
	uint32		lengths[LOGISTIC_MAX_SCORES];
	int64		known[LOGISTIC_MAX_SCORES];
} SignalList;

static void
list_add(SignalList *list, const char *name, uint32 length, int64 known)
{
	if (list->count == LOGISTIC_MAX_SCORES)
		too_many_signals(list->count + 1);
	list->names[list->count] = name;
	list->lengths[list->count] = length;
	list->known[list->count] = known;
	list->size += signal_size(length);
	list->count++;
}

static RunState *
outcomes_new(const SignalList *list, uint32 rows)
{
	OutcomesHeader header;
	RunType		type;
	RunState   *state;
	OutcomeSignal *signal;

	memset(&header, 0, sizeof(header));
	header.count = list->count;
	header.names_size = (uint32) list->size;
	type = run_type(&header);
	state = rows == 0 ? run_new(&type) : run_new_sized(&type, rows);
	memcpy(outcomes_header(state), &header, sizeof(header));
	signal = first_signal(outcomes_header(state));
	for (uint32 i = 0; i < list->count; i++)
	{
		signal->known = list->known[i];
		signal->length = list->lengths[i];
		memcpy(signal->name, list->names[i], list->lengths[i]);
		signal = next_signal(signal);
	}
	return state;
}

/* A summary as an accessor's argument 0. */
static const RunState *
outcomes_arg(FunctionCallInfo fcinfo)
{
	const RunState *state =
	(const RunState *) PG_GETARG_SUMMARY(0, &outcomes_type);
	RunType		type = run_type(header_of(state));

	return run_read(&type, state);
}

/*
 * Aggregation
 */

/*
 * The state with the signals of another list as well, none of them known to a
 * row yet.  Is that one more, then no row so far is complete.
 */
static RunState *
outcomes_widen(RunState *state, const SignalList *more)
{
	const OutcomesHeader *header = header_of(state);
	const OutcomeSignal *signal = first_signal(header);
	OutcomesHeader *wider;
	SignalList	all;
	RunState   *result;
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
			list_add(&all, signal->name, signal->length, signal->known);
			signal = next_signal(signal);
			i++;
		}
		else
			list_add(&all, more->names[j], more->lengths[j], 0);
		if (order >= 0)
			j++;
	}
	if (all.count == header->count)
		return state;

	result = outcomes_new(&all, 0);
	wider = outcomes_header(result);
	wider->unknowns = header->unknowns;
	wider->incomplete = header->incomplete;
	count_add(&wider->incomplete, header->positives, &outcomes_type);
	count_add(&wider->incomplete, header->negatives, &outcomes_type);
	return result;
}

/*
 * The row of an account's signals: false where it lacks one.  Counts the
 * signals that it knows.  *strange is set when it names one that the state does
 * not have; then nothing is counted.
 */
static bool
outcomes_row(OutcomesHeader *header, const HealthSummary *health,
			 OutcomeRow *row, bool *strange)
{
	OutcomeSignal *signals[LOGISTIC_MAX_SCORES];
	OutcomeSignal *signal = first_signal(header);
	const HealthSignal *scored = health_first(health);
	uint32		known = 0;
	uint32		i = 0;

	*strange = false;
	memset(row, 0, sizeof(OutcomeRow));
	for (uint32 j = 0; j < health->count; j++)
	{
		int			order = -1;

		while (i < header->count &&
			   (order = health_name_compare(signal->name, signal->length,
											scored->name,
											scored->length)) < 0)
		{
			signal = next_signal(signal);
			i++;
		}
		if (i == header->count || order != 0)
		{
			*strange = true;
			return false;
		}
		if (scored->score != HEALTH_UNKNOWN)
		{
			row_set_score(row, i, scored->score);
			signals[known++] = signal;
		}
		signal = next_signal(signal);
		i++;
		scored = health_next(scored);
	}
	for (uint32 j = 0; j < known; j++)
		count_add(&signals[j]->known, 1, &outcomes_type);
	return known == header->count && known > 0;
}

/* Add a row (health, outcome). */
Datum
outcomes_accum(PG_FUNCTION_ARGS)
{
	RunState   *state;
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
		state = outcomes_new(&none, 0);
	}
	else
		state = (RunState *) aggregate_state(fcinfo, &outcomes_type);

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
			list_add(&more, signal->name, signal->length, 0);
			signal = health_next(signal);
		}
		state = outcomes_widen(state, &more);
		complete = outcomes_row(outcomes_header(state), health, &row,
								&strange);
		Assert(!strange);
	}

	header = outcomes_header(state);
	if (complete)
	{
		RunType		type = run_type(header);

		row.words[type.key_words] = outcome ? 1 : 0;
		row.words[type.key_words + 1] = outcome ? 0 : 1;
		count_add(outcome ? &header->positives : &header->negatives, 1,
				  &outcomes_type);
		state = run_append(&type, state, &row);
	}
	else
		count_add(&header->incomplete, 1, &outcomes_type);
	if ((Pointer) health != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(HealthSummary *, health));
	PG_RETURN_POINTER(state);
}

/* Add a summary to the state: rollup(), and what parallel workers counted. */
Datum
outcomes_combine(PG_FUNCTION_ARGS)
{
	RunState   *state;
	RunState   *other;
	OutcomesHeader *header;
	const OutcomesHeader *more;
	OutcomeSignal *signal;
	const OutcomeSignal *counted;
	SignalList	list;

	state = (RunState *) aggregate_state(fcinfo, &outcomes_type);
	other = (RunState *) PG_GETARG_SUMMARY(1, &outcomes_type);
	more = header_of(other);

	memset(&list, 0, sizeof(list));
	counted = first_signal(more);
	for (uint32 i = 0; i < more->count; i++)
	{
		list_add(&list, counted->name, counted->length, 0);
		counted = next_signal(counted);
	}
	state = outcomes_widen(state, &list);

	/* what the other one counted of its signals; all of them are here now */
	header = outcomes_header(state);
	signal = first_signal(header);
	counted = first_signal(more);
	for (uint32 i = 0; i < more->count; i++)
	{
		while (health_name_compare(signal->name, signal->length,
								   counted->name, counted->length) < 0)
			signal = next_signal(signal);
		count_add(&signal->known, counted->known, &outcomes_type);
		counted = next_signal(counted);
	}

	count_add(&header->unknowns, more->unknowns, &outcomes_type);
	count_add(&header->incomplete, more->incomplete, &outcomes_type);
	if (more->count == header->count)
	{
		RunType		type = run_type(header);

		count_add(&header->positives, more->positives, &outcomes_type);
		count_add(&header->negatives, more->negatives, &outcomes_type);
		state = run_merge(&type, state, other);
	}
	else
	{
		count_add(&header->incomplete, more->positives, &outcomes_type);
		count_add(&header->incomplete, more->negatives, &outcomes_type);
	}
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(state);
}

static RunState *
outcomes_finish(const RunState *state)
{
	RunType		type = run_type(header_of(state));

	return run_finish(&type, state);
}

Datum
outcomes_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(outcomes_finish((RunState *) PG_GETARG_SUMMARY(0, &outcomes_type)));
}

/*
 * Input and output
 */

/* What is read of either form; signals come in any order. */
typedef struct OutcomesInput
{
	int			code;			/* SQLSTATE of its errors */
	int			signals;
	int			knowns;			/* how many counts were read */
	char	   *names[LOGISTIC_MAX_SCORES];
	int64		known[LOGISTIC_MAX_SCORES];
	int64		unknowns;
	int64		incomplete;
	int			place[LOGISTIC_MAX_SCORES]; /* of a signal when sorted */
	SummaryJson *rows;			/* text form: read after the signals */
	RunState   *state;
	RunType		type;
	OutcomeRow	row;			/* the one that is being read */
	int			numbers;		/* and how many of it were read */
	MemoryContext scratch;		/* for numerics, which are many */
} OutcomesInput;

static pg_noreturn void
outcomes_invalid(const OutcomesInput *input, const char *detail)
{
	ereport(ERROR,
			(errcode(input->code),
			 errmsg("invalid value of type %s", outcomes_type.name),
			 errdetail_internal("%s", detail),
			 errhint("A value looks like %s.", outcomes_type.example)));
}

static void
input_name(OutcomesInput *input, char *name)
{
	Size		length = strlen(name);

	if (input->signals == LOGISTIC_MAX_SCORES)
		too_many_signals(input->signals + 1);
	if (length == 0 || length > HEALTH_MAX_NAME)
		outcomes_invalid(input,
						 psprintf("The name of a signal has %zu bytes.",
								  length));
	input->names[input->signals++] = name;
}

/* All signals have been read: make a state for them. */
static void
input_signals_end(OutcomesInput *input)
{
	SignalList	list;
	int			order[LOGISTIC_MAX_SCORES];

	if (input->knowns != input->signals)
		outcomes_invalid(input, "\"known\" has not a count for each signal.");
	for (int i = 0; i < input->signals; i++)
	{
		int			j = i;

		for (; j > 0; j--)
		{
			const char *before = input->names[order[j - 1]];
			int			compared;

			compared = health_name_compare(before, (uint32) strlen(before),
										   input->names[i],
										   (uint32) strlen(input->names[i]));
			if (compared == 0)
				outcomes_invalid(input,
								 psprintf("Signal \"%s\" comes twice.",
										  before));
			if (compared < 0)
				break;
			order[j] = order[j - 1];
		}
		order[j] = i;
	}

	memset(&list, 0, sizeof(list));
	for (int i = 0; i < input->signals; i++)
	{
		const char *name = input->names[order[i]];

		input->place[order[i]] = i;
		list_add(&list, name, (uint32) strlen(name),
				 input->known[order[i]]);
	}
	input->state = outcomes_new(&list, 0);
	outcomes_header(input->state)->unknowns = input->unknowns;
	outcomes_header(input->state)->incomplete = input->incomplete;
	input->type = run_type(outcomes_header(input->state));
}

/* A row has been read. */
static void
input_row_end(OutcomesInput *input)
{
	OutcomesHeader *header = outcomes_header(input->state);
	int64	   *counts = &input->row.words[input->type.key_words];

	if (header->count == 0 || (counts[0] == 0 && counts[1] == 0))
		outcomes_invalid(input,
						 "A row is not a score for each signal and its two counts.");
	count_add(&header->positives, counts[0], &outcomes_type);
	count_add(&header->negatives, counts[1], &outcomes_type);
	input->state = run_append(&input->type, input->state, &input->row);
}

/* Everything has been read: is it possible? */
static RunState *
input_end(OutcomesInput *input)
{
	const OutcomesHeader *header = header_of(input->state);
	const OutcomeSignal *signal = first_signal(header);
	int64		complete = header->positives + header->negatives;

	for (uint32 i = 0; i < header->count; i++)
	{
		if (signal->known < complete ||
			signal->known > complete + header->incomplete ||
			complete + header->incomplete == 0)
			outcomes_invalid(input,
							 psprintf("A signal is known to " INT64_FORMAT " accounts of " INT64_FORMAT ", " INT64_FORMAT " of which know all signals.",
									  signal->known,
									  complete + header->incomplete,
									  complete));
		signal = next_signal(signal);
	}
	return outcomes_finish(input->state);
}

static void
outcomes_name_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	(void) index;
	if (value->type != jbvString)
		outcomes_invalid(input, "The name of a signal is not a string.");
	input_name(input, pnstrdup(value->val.string.val, value->val.string.len));
}

static void
outcomes_known_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (index < LOGISTIC_MAX_SCORES)
		input->known[index] = summary_json_count(value, "known",
												 &outcomes_type);
	input->knowns = index + 1;
}

static void
outcomes_number_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (index < input->signals)
	{
		MoneyAmount score;

		if (value->type != jbvNumeric ||
			!money_from_datum(NumericGetDatum(value->val.numeric), &score) ||
			score.scale > HEALTH_DECIMALS ||
			!money_scale_up(&score.value, HEALTH_DECIMALS - score.scale) ||
			score.value < 0 || score.value > HEALTH_MAX_SCORE)
			outcomes_invalid(input,
							 psprintf("A score is not a number from 0 to 100 with at most %d decimals.",
									  HEALTH_DECIMALS));
		row_set_score(&input->row, input->place[index], (int32) score.value);
	}
	else if (index < input->signals + 2)
		input->row.words[input->type.key_words + index - input->signals] =
			summary_json_count(value, "rows", &outcomes_type);
	input->numbers = index + 1;
}

static void
outcomes_row_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;
	MemoryContext old = MemoryContextSwitchTo(input->scratch);

	(void) index;
	memset(&input->row, 0, sizeof(input->row));
	input->numbers = 0;
	summary_json_elements(summary_json_container(value, true, "rows",
												 &outcomes_type),
						  outcomes_number_element, input);
	if (input->numbers != input->signals + 2)
		outcomes_invalid(input,
						 "A row is not a score for each signal and its two counts.");
	MemoryContextSwitchTo(old);
	MemoryContextReset(input->scratch);
	input_row_end(input);
}

static void
outcomes_member(void *arg, const char *key, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &outcomes_type);
	else if (strcmp(key, "unknowns") == 0)
		input->unknowns = summary_json_count(value, key, &outcomes_type);
	else if (strcmp(key, "incomplete") == 0)
		input->incomplete = summary_json_count(value, key, &outcomes_type);
	else if (strcmp(key, "signals") == 0)
		summary_json_elements(summary_json_container(value, true, key,
													 &outcomes_type),
							  outcomes_name_element, input);
	else if (strcmp(key, "known") == 0)
		summary_json_elements(summary_json_container(value, true, key,
													 &outcomes_type),
							  outcomes_known_element, input);
	else if (strcmp(key, "rows") == 0)
		input->rows = summary_json_container(value, true, key,
											 &outcomes_type);
	else
		summary_json_unexpected(key, &outcomes_type);
}

Datum
health_outcomes_in(PG_FUNCTION_ARGS)
{
	OutcomesInput input;
	RunState   *result;

	memset(&input, 0, sizeof(input));
	input.code = ERRCODE_INVALID_TEXT_REPRESENTATION;
	input.scratch = AllocSetContextCreate(CurrentMemoryContext,
										  "health_outcomes input",
										  ALLOCSET_SMALL_SIZES);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&outcomes_type),
						 outcomes_member, &input);
	input_signals_end(&input);
	if (input.rows != NULL)
		summary_json_elements(input.rows, outcomes_row_element, &input);
	result = input_end(&input);
	MemoryContextDelete(input.scratch);
	PG_RETURN_POINTER(result);
}

Datum
health_outcomes_out(PG_FUNCTION_ARGS)
{
	const RunState *state = outcomes_arg(fcinfo);
	const OutcomesHeader *header = header_of(state);
	const OutcomeSignal *signal = first_signal(header);
	RunType		type = run_type(header);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"unknowns\": " INT64_FORMAT
					 ", \"incomplete\": " INT64_FORMAT ", \"signals\": [",
					 header->unknowns, header->incomplete);
	for (uint32 i = 0; i < header->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&text, ", ");
		escape_json(&text, pnstrdup(signal->name, signal->length));
		signal = next_signal(signal);
	}
	appendStringInfoString(&text, "], \"known\": [");
	signal = first_signal(header);
	for (uint32 i = 0; i < header->count; i++)
	{
		appendStringInfo(&text, "%s" INT64_FORMAT, i > 0 ? ", " : "",
						 signal->known);
		signal = next_signal(signal);
	}
	appendStringInfoString(&text, "], \"rows\": [");
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) run_entry_const(&type, state, i);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i > 0 ? ", [" : "[");
		for (uint32 j = 0; j < header->count; j++)
		{
			money_append_text(&text, row_score(row, j), HEALTH_DECIMALS);
			appendStringInfoString(&text, ", ");
		}
		appendStringInfo(&text, INT64_FORMAT ", " INT64_FORMAT "]",
						 row[type.key_words], row[type.key_words + 1]);
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/* Names travel in UTF-8, as those of a health_summary. */
Datum
health_outcomes_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	OutcomesInput input;
	int64		count;
	uint32		rows;

	memset(&input, 0, sizeof(input));
	input.code = ERRCODE_INVALID_BINARY_REPRESENTATION;
	summary_recv_begin(message, &outcomes_type);
	input.unknowns = summary_recv_count(message, "unknowns", &outcomes_type);
	input.incomplete = summary_recv_count(message, "incomplete",
										  &outcomes_type);
	count = pq_getmsgint(message, 4);
	if (count > LOGISTIC_MAX_SCORES)
		too_many_signals((uint32) count);
	for (int64 i = 0; i < count; i++)
	{
		int			length = (int) pq_getmsgint(message, 4);
		char	   *name;

		if (length <= 0 ||
			length > HEALTH_MAX_NAME * MAX_MULTIBYTE_CHAR_LEN)
			outcomes_invalid(&input, "The name of a signal is too long.");
		name = pnstrdup(pq_getmsgbytes(message, length), length);
		if (strlen(name) != (size_t) length)
			outcomes_invalid(&input, "The name of a signal has a zero byte.");
		input_name(&input, pg_any_to_server(name, length, PG_UTF8));
		input.known[input.knowns++] = summary_recv_count(message, "a count",
														 &outcomes_type);
	}
	input_signals_end(&input);

	rows = pq_getmsgint(message, 4);
	for (uint32 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(&input.row, 0, sizeof(input.row));
		for (int j = 0; j < input.signals; j++)
		{
			int32		score = (int32) pq_getmsgint(message, 4);

			if (score < 0 || score > HEALTH_MAX_SCORE)
				outcomes_invalid(&input, "A score is not from 0 to 100.");
			row_set_score(&input.row, input.place[j], score);
		}
		for (int j = 0; j < 2; j++)
			input.row.words[input.type.key_words + j] =
				summary_recv_count(message, "a count", &outcomes_type);
		input_row_end(&input);
	}
	PG_RETURN_POINTER(input_end(&input));
}

Datum
health_outcomes_send(PG_FUNCTION_ARGS)
{
	const RunState *state = outcomes_arg(fcinfo);
	const OutcomesHeader *header = header_of(state);
	const OutcomeSignal *signal = first_signal(header);
	RunType		type = run_type(header);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, header->unknowns);
	pq_sendint64(&message, header->incomplete);
	pq_sendint32(&message, header->count);
	for (uint32 i = 0; i < header->count; i++)
	{
		char	   *name = pnstrdup(signal->name, signal->length);

		name = pg_server_to_any(name, (int) signal->length, PG_UTF8);
		pq_sendint32(&message, (uint32) strlen(name));
		pq_sendbytes(&message, name, (int) strlen(name));
		pq_sendint64(&message, signal->known);
		signal = next_signal(signal);
	}
	pq_sendint32(&message, state->used);
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) run_entry_const(&type, state, i);

		CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; j < header->count; j++)
			pq_sendint32(&message, (uint32) row_score(row, j));
		pq_sendint64(&message, row[type.key_words]);
		pq_sendint64(&message, row[type.key_words + 1]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Accessors
 */

Datum
outcomes_positives(PG_FUNCTION_ARGS)
{
	RunState   *state = (RunState *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(header_of(state)->positives);
}

Datum
outcomes_negatives(PG_FUNCTION_ARGS)
{
	RunState   *state = (RunState *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(header_of(state)->negatives);
}

Datum
outcomes_incomplete(PG_FUNCTION_ARGS)
{
	RunState   *state = (RunState *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(header_of(state)->incomplete);
}

Datum
outcomes_unknowns(PG_FUNCTION_ARGS)
{
	RunState   *state = (RunState *) PG_GETARG_SUMMARY(0, &outcomes_type);

	PG_RETURN_INT64(header_of(state)->unknowns);
}

/*
 * Too few accounts that know every signal?  Then the signal that the fewest
 * know is most likely to be the reason.
 */
static void
weights_check_count(const OutcomesHeader *header)
{
	const OutcomeSignal *signal = first_signal(header);
	const OutcomeSignal *rarest = signal;
	int64		complete = header->positives + header->negatives;
	int64		needed = (int64) MIN_ROWS_PER_SIGNAL * header->count;

	if (Min(header->positives, header->negatives) >= needed)
		return;
	for (uint32 i = 0; i < header->count; i++)
	{
		if (signal->known < rarest->known)
			rarest = signal;
		signal = next_signal(signal);
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("too few accounts to find weights"),
			 errdetail("Of " INT64_FORMAT " accounts that know all of the signals, " INT64_FORMAT " had the outcome and " INT64_FORMAT " had not; " INT64_FORMAT " of each are needed, %d for each signal.",
					   complete, header->positives, header->negatives,
					   needed, MIN_ROWS_PER_SIGNAL),
			 header->incomplete > complete ?
			 errhint("Leave out signals that few know, with FILTER (WHERE signal <> ...): of " INT64_FORMAT " accounts " INT64_FORMAT " know \"%s\".",
					 complete + header->incomplete, rarest->known,
					 pnstrdup(rarest->name, rarest->length)) :
			 errhint("Take fewer signals, or accounts of a longer time.")));
}

static pg_noreturn void
weights_refuse(const OutcomesHeader *header, const LogisticFit *fit)
{
	const OutcomeSignal *signal = first_signal(header);
	const char *name;

	for (int i = 0; i < fit->which; i++)
		signal = next_signal(signal);
	name = pnstrdup(signal->name, signal->length);

	if (fit->verdict == LOGISTIC_CONSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("signal \"%s\" has the same score in all accounts",
						name),
				 errdetail("What does not vary explains no difference."),
				 errhint("Leave it out with FILTER (WHERE signal <> %s).",
						 quote_literal_cstr(name))));
	if (fit->verdict == LOGISTIC_COLLINEAR)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("signal \"%s\" follows from the other signals", name),
				 errdetail("Its score is a sum of multiples of theirs, so no data can tell its part from theirs."),
				 errhint("Leave out one of them, for example with FILTER (WHERE signal <> %s).",
						 quote_literal_cstr(name))));
	if (fit->verdict == LOGISTIC_SEPARATED)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the signals tell the outcomes apart without an exception"),
				 errdetail("No weight is too large for \"%s\": its coefficient grows without end.",
						   name),
				 errhint("Is the outcome part of the signal? Scores must be of a time before it. Else take more accounts.")));
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("no weights found"),
			 errdetail("The fit came to no end in %d steps.", fit->steps),
			 errhint("Take fewer signals, or more accounts.")));
}

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* A signal's place in the result: the largest coefficient first. */
typedef struct WeightOrder
{
	double		coefficient;
	int			signal;
} WeightOrder;

static int
weight_compare(const void *a, const void *b)
{
	const WeightOrder *left = (const WeightOrder *) a;
	const WeightOrder *right = (const WeightOrder *) b;

	if (left->coefficient != right->coefficient)
		return left->coefficient > right->coefficient ? -1 : 1;
	return left->signal - right->signal;
}

/*
 * health_weights(o, confidence) -> (signal, weight, coefficient,
 * standard_error, low, high, p_value).
 *
 * Scores of all signals have one scale, so coefficients are weights: they are
 * made to add up to 100.  A negative one has no weight, since a health score
 * knows none below 0; without a positive one there are no weights.  low and
 * high are the interval of the coefficient.
 */
Datum
health_weights(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const RunState *state;
	const OutcomesHeader *header;
	const OutcomeSignal *signal;
	const OutcomeSignal *signals[LOGISTIC_MAX_SCORES];
	WeightOrder order[LOGISTIC_MAX_SCORES];
	RunType		type;
	double		z;
	int64	   *positives;
	int64	   *negatives;
	LogisticData data;
	LogisticFit fit;
	double		sum = 0.0;

	InitMaterializedSRF(fcinfo, 0);
	state = outcomes_arg(fcinfo);
	header = header_of(state);
	type = run_type(header);
	z = confidence_quantile(PG_GETARG_FLOAT8(1));
	if (header->count == 0)
		return (Datum) 0;
	weights_check_count(header);

	data.scores = (int) header->count;
	data.count = state->used;
	data.score = (double *) MemoryContextAllocHuge(CurrentMemoryContext,
												   sizeof(double) *
												   data.count * data.scores);
	positives = (int64 *) palloc(sizeof(int64) * data.count);
	negatives = (int64 *) palloc(sizeof(int64) * data.count);
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) run_entry_const(&type, state, i);

		for (int j = 0; j < data.scores; j++)
			data.score[(Size) i * data.scores + j] =
				(double) row_score(row, j) / (double) HEALTH_UNIT;
		positives[i] = row[type.key_words];
		negatives[i] = row[type.key_words + 1];
	}
	data.positives = positives;
	data.negatives = negatives;
	data.tick = check_for_interrupts;
	logistic_fit(&data, &fit);
	if (fit.verdict != LOGISTIC_FITTED)
		weights_refuse(header, &fit);

	signal = first_signal(header);
	for (int i = 0; i < data.scores; i++)
	{
		signals[i] = signal;
		signal = next_signal(signal);
		order[i].coefficient = fit.coefficient[i];
		order[i].signal = i;
		sum += Max(fit.coefficient[i], 0.0);
	}
	qsort(order, data.scores, sizeof(WeightOrder), weight_compare);

	for (int i = 0; i < data.scores; i++)
	{
		int			place = order[i].signal;
		double		coefficient = fit.coefficient[place];
		double		error = fit.error[place];
		Datum		values[7];
		bool		nulls[7] = {false, false, false, false, false, false, false};

		values[0] = PointerGetDatum(cstring_to_text_with_len(signals[place]->name,
															 (int) signals[place]->length));
		nulls[1] = sum <= 0.0;
		values[1] = nulls[1] ? (Datum) 0 :
			double_result(100.0 * Max(coefficient, 0.0) / sum);
		values[2] = double_result(coefficient);
		values[3] = double_result(error);
		values[4] = double_result(coefficient - z * error);
		values[5] = double_result(coefficient + z * error);
		values[6] = double_result(normal_two_sided_p(coefficient / error));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
