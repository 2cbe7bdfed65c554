/*-------------------------------------------------------------------------
 *
 * health_outcomes_io.c
 *	  health_outcomes: its text and its binary form.
 *
 * health_outcomes.c has the summary in memory and its aggregate; names of
 * signals and their scores are sent and read as in health_summary.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "core/aggregate.h"
#include "core/money.h"
#include "core/summary_json.h"
#include "health/health.h"
#include "health/health_outcomes.h"

/* What has been read of either form; signals come in any order. */
typedef struct OutcomesInput
{
	int			code;			/* SQLSTATE of errors */
	int			signals;
	int			knowns;			/* how many counts were read */
	char	   *names[LOGISTIC_MAX_SCORES];
	int64		known[LOGISTIC_MAX_SCORES];
	int64		unknowns;
	int64		incomplete;
	int			place[LOGISTIC_MAX_SCORES]; /* of a signal when sorted */
	SummaryJson *rows;			/* text form: read after the signals */
	SortedRun  *state;
	SortedRunType type;
	OutcomeRow	row;			/* the row that is being read */
	int			index;			/* its place among the rows */
	int			numbers;		/* how many of its numbers were read */
	int64		kept;			/* incomplete accounts that have a row */
	int64		stored[LOGISTIC_MAX_SCORES];	/* accounts with a row that
												 * know a signal, in order */
	MemoryContext scratch;		/* for numerics, which are many */
} OutcomesInput;

static pg_noreturn void
outcomes_invalid(const OutcomesInput *input, const char *detail)
{
	summary_value_error(&outcomes_type, input->code, detail);
}

static void
input_name(OutcomesInput *input, char *name)
{
	Size		length = strlen(name);

	if (input->signals == LOGISTIC_MAX_SCORES)
		outcomes_too_many_signals(input->signals + 1);
	if (length == 0 || length > HEALTH_MAX_NAME)
		outcomes_invalid(input,
						 psprintf("The name of a signal has %zu bytes, not from 1 to %d.",
								  length, HEALTH_MAX_NAME));
	input->names[input->signals++] = name;
}

/* Make a state, once all signals have been read. */
static void
input_signals_end(OutcomesInput *input)
{
	SignalList	list;
	int			order[LOGISTIC_MAX_SCORES];

	if (input->knowns != input->signals)
		outcomes_invalid(input,
						 psprintf("\"known\" is an array of length %d, but \"signals\" is one of length %d.",
								  input->knowns, input->signals));
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
		outcomes_list_add(&list, name, (uint32) strlen(name),
						  input->known[order[i]]);
	}
	input->state = outcomes_new(&list);
	outcomes_header(input->state)->unknowns = input->unknowns;
	outcomes_header(input->state)->incomplete = input->incomplete;
	input->type = outcomes_run_type(outcomes_header(input->state));
}

/* Add a row to the state, once all of it has been read. */
static void
input_row_end(OutcomesInput *input)
{
	OutcomesHeader *header = outcomes_header(input->state);
	int64	   *counts = &input->row.words[input->type.key_words];
	uint32		known = 0;

	if (header->count == 0)
		outcomes_invalid(input, "It has a row, but no signals.");
	if (counts[0] == 0 && counts[1] == 0)
		outcomes_invalid(input, "A row counts no accounts.");
	for (uint32 i = 0; i < header->count; i++)
	{
		if (outcomes_score(input->row.words, i) == HEALTH_UNKNOWN)
			continue;
		count_add(&input->stored[i], counts[0], &outcomes_type);
		count_add(&input->stored[i], counts[1], &outcomes_type);
		known++;
	}
	if (known == header->count)
	{
		count_add(&header->positives, counts[0], &outcomes_type);
		count_add(&header->negatives, counts[1], &outcomes_type);
	}
	else if (known == 0 ||
			 outcomes_health(input->row.words, header->count) == HEALTH_UNKNOWN)
		outcomes_invalid(input, "A row that does not know all signals has one that it knows, and a health score.");
	else
	{
		count_add(&input->kept, counts[0], &outcomes_type);
		count_add(&input->kept, counts[1], &outcomes_type);
	}
	input->state = sorted_run_append(&input->type, input->state, &input->row);
}

/*
 * Return the summary, once everything has been read; counts that no rows could
 * have produced are an error.
 */
static SortedRun *
input_end(OutcomesInput *input)
{
	const OutcomesHeader *header = outcomes_header_const(input->state);
	const OutcomeSignal *signal = outcomes_first_signal(header);
	int64		complete = header->positives + header->negatives;

	if (input->kept > header->incomplete)
		outcomes_invalid(input,
						 psprintf("Rows that do not know all signals count " INT64_FORMAT " accounts, but " INT64_FORMAT " are incomplete.",
								  input->kept, header->incomplete));
	for (uint32 i = 0; i < header->count; i++)
	{
		if (signal->known < input->stored[i] ||
			signal->known > complete + header->incomplete ||
			complete + header->incomplete == 0)
			outcomes_invalid(input,
							 psprintf("Signal \"%s\" is known to " INT64_FORMAT " of " INT64_FORMAT " accounts, " INT64_FORMAT " of which know all signals.",
									  pnstrdup(signal->name, signal->length),
									  signal->known,
									  complete + header->incomplete,
									  complete));
		signal = outcomes_next_signal(signal);
	}
	return outcomes_finish(input->state);
}

static void
outcomes_name_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (value->type != jbvString)
		summary_text_invalid(&outcomes_type, "Element %d of \"signals\" is %s, not a string.",
							 index + 1, summary_json_shown(value));
	input_name(input, pnstrdup(value->val.string.val, value->val.string.len));
}

static void
outcomes_known_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;
	SummaryPlace place;

	if (index < LOGISTIC_MAX_SCORES)
	{
		place = summary_json_place("", index, "known");
		input->known[index] = summary_json_count(value, place.shown,
												 &outcomes_type);
	}
	input->knowns = index + 1;
}

static void
outcomes_number_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (index <= input->signals)
	{
		int128		score;
		uint32		place = index < input->signals ? (uint32) input->place[index] :
		(uint32) input->signals;

		if (value->type == jbvNull)
			score = HEALTH_UNKNOWN;
		else if (!health_units_from_json(value, HEALTH_DECIMALS, HEALTH_MAX_SCORE,
										 &score))
			summary_text_invalid(&outcomes_type, "A score of element %d of \"rows\" is %s, not a number from 0 to 100 with at most %d decimals, or null.",
								 input->index + 1, summary_json_shown(value),
								 HEALTH_DECIMALS);
		outcomes_set_score(&input->row, place, (int32) score);
	}
	else if (index < input->signals + 3)
	{
		SummaryPlace place = summary_json_place("a count of ", input->index,
												"rows");

		input->row.words[input->type.key_words + index - input->signals - 1] =
			summary_json_count(value, place.shown, &outcomes_type);
	}
	input->numbers = index + 1;
}

static void
outcomes_row_element(void *arg, int index, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;
	MemoryContext old = MemoryContextSwitchTo(input->scratch);

	if (!summary_json_is_array(value))
		summary_text_invalid(&outcomes_type, "Element %d of \"rows\" is %s, not an array of a score for each signal, the health score and two counts.",
							 index + 1, summary_json_shown(value));
	memset(&input->row, 0, sizeof(input->row));
	input->index = index;
	input->numbers = 0;
	summary_json_elements(summary_json_container(value, true, "rows",
												 &outcomes_type),
						  outcomes_number_element, input);
	if (input->numbers != input->signals + 3)
		summary_text_invalid(&outcomes_type, "Element %d of \"rows\" is an array of length %d, not %d: a score for each signal, the health score, and two counts.",
							 index + 1, input->numbers, input->signals + 3);
	MemoryContextSwitchTo(old);
	MemoryContextReset(input->scratch);
	input_row_end(input);
}

static void
outcomes_member(void *arg, const char *key, const JsonbValue *value)
{
	OutcomesInput *input = (OutcomesInput *) arg;

	if (strcmp(key, "unknowns") == 0)
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

/*
 * health_outcomes_in(cstring): read the text form, JSON; an error names what
 * is wrong in it.
 *
 * The members are "version"; the counts "unknowns" and "incomplete";
 * "signals", an array of names; "known", how many rows know each of them;
 * "rows", an array of rows, each an array of a score a signal, null where it is not
 * known, the health score and the two counts.  Members and signals may come in any order, so the rows are read
 * last.  input_end() refuses counts that no rows could have produced.
 */
PG_FUNCTION_INFO_V1(health_outcomes_in);
Datum
health_outcomes_in(PG_FUNCTION_ARGS)
{
	OutcomesInput input;
	SortedRun  *result;

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

/* health_outcomes_out: the text form, JSON; signals and rows are in order */
PG_FUNCTION_INFO_V1(health_outcomes_out);
Datum
health_outcomes_out(PG_FUNCTION_ARGS)
{
	const SortedRun *state = outcomes_arg(fcinfo);
	const OutcomesHeader *header = outcomes_header_const(state);
	const OutcomeSignal *signal = outcomes_first_signal(header);
	SortedRunType type = outcomes_run_type(header);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"unknowns\": " INT64_FORMAT
					 ", \"incomplete\": " INT64_FORMAT ", \"signals\": [",
					 header->unknowns, header->incomplete);
	for (uint32 i = 0; i < header->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, pnstrdup(signal->name, signal->length));
		signal = outcomes_next_signal(signal);
	}
	appendStringInfoString(&buf, "], \"known\": [");
	signal = outcomes_first_signal(header);
	for (uint32 i = 0; i < header->count; i++)
	{
		appendStringInfo(&buf, "%s" INT64_FORMAT, i > 0 ? ", " : "",
						 signal->known);
		signal = outcomes_next_signal(signal);
	}
	appendStringInfoString(&buf, "], \"rows\": [");
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) sorted_run_entry_const(&type, state, i);

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&buf, i > 0 ? ", [" : "[");
		for (uint32 j = 0; j <= header->count; j++)
		{
			if (outcomes_score(row, j) == HEALTH_UNKNOWN)
				appendStringInfoString(&buf, "null");
			else
				money_append_text(&buf, outcomes_score(row, j), HEALTH_DECIMALS);
			appendStringInfoString(&buf, ", ");
		}
		appendStringInfo(&buf, INT64_FORMAT ", " INT64_FORMAT "]",
						 row[type.key_words], row[type.key_words + 1]);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * health_outcomes_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come unknowns and incomplete (8 bytes each) and the
 * number of signals (4); of each signal the name and how many rows know it
 * (8); the number of rows (4); of each row the scores and the health score in
 * millionths (4 each) and the two counts (8 each).  input_end() checks the whole, as it does for
 * the text form.
 */
PG_FUNCTION_INFO_V1(health_outcomes_recv);
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
		outcomes_too_many_signals((uint32) count);
	for (int64 i = 0; i < count; i++)
	{
		input_name(&input, summary_recv_name(message, HEALTH_MAX_NAME, "a signal", &outcomes_type));
		input.known[input.knowns++] = summary_recv_count(message, "known",
														 &outcomes_type);
	}
	input_signals_end(&input);

	rows = pq_getmsgint(message, 4);
	for (uint32 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		memset(&input.row, 0, sizeof(input.row));
		for (int j = 0; j <= input.signals; j++)
		{
			int32		score = (int32) pq_getmsgint(message, 4);

			if (score != HEALTH_UNKNOWN && (score < 0 || score > HEALTH_MAX_SCORE))
				outcomes_invalid(&input,
								 psprintf("A score is %d millionths, not from 0 to %d.",
										  score, HEALTH_MAX_SCORE));
			outcomes_set_score(&input.row,
							   (uint32) (j < input.signals ? input.place[j] : j),
							   score);
		}
		for (int j = 0; j < 2; j++)
			input.row.words[input.type.key_words + j] =
				summary_recv_count(message, "accounts of a row", &outcomes_type);
		input_row_end(&input);
	}
	PG_RETURN_POINTER(input_end(&input));
}

/* health_outcomes_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(health_outcomes_send);
Datum
health_outcomes_send(PG_FUNCTION_ARGS)
{
	const SortedRun *state = outcomes_arg(fcinfo);
	const OutcomesHeader *header = outcomes_header_const(state);
	const OutcomeSignal *signal = outcomes_first_signal(header);
	SortedRunType type = outcomes_run_type(header);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, header->unknowns);
	pq_sendint64(&message, header->incomplete);
	pq_sendint32(&message, header->count);
	for (uint32 i = 0; i < header->count; i++)
	{
		summary_send_name(&message, signal->name, signal->length);
		pq_sendint64(&message, signal->known);
		signal = outcomes_next_signal(signal);
	}
	pq_sendint32(&message, state->used);
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) sorted_run_entry_const(&type, state, i);

		CHECK_FOR_INTERRUPTS();
		for (uint32 j = 0; j <= header->count; j++)
			pq_sendint32(&message, (uint32) outcomes_score(row, j));
		pq_sendint64(&message, row[type.key_words]);
		pq_sendint64(&message, row[type.key_words + 1]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
