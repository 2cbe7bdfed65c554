/*-------------------------------------------------------------------------
 *
 * auc.c
 *	  Does a score predict?  The area under the ROC curve of score and outcome.
 *
 * An auc_summary counts, for every score there is, the rows whose outcome was
 * yes and those whose outcome was no, in a sorted run.  The area follows from
 * whole numbers: it is exact, ties included, and the same from any order, plan
 * or parts.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "aggregate.h"
#include "math/auc.h"
#include "math/statistics.h"
#include "money.h"
#include "result.h"
#include "run.h"
#include "summary.h"

/* The header of a summary; its entries are AucScore. */
typedef struct AucHeader
{
	int64		positives;		/* all of the entries */
	int64		negatives;
	int64		unknowns;		/* rows without a score or an outcome */
} AucHeader;

static void auc_add_counts(void *into, const void *from);

static const SummaryType auc_type = {
	.name = "auc_summary",
	.example = "{\"version\": 1, \"unknowns\": 0, \"scores\": [[42.5, 3, 1], [80, 5, 0]]}"
};

static const RunType auc_run = {
	.type_name = "auc_summary",
	.too_large_hint = "Round the scores, for example round(score, 2), or take fewer rows at a time.",
	.header_size = sizeof(AucHeader),
	.entry_size = sizeof(AucScore),
	.key_words = 1,
	.merge = auc_add_counts
};

PG_FUNCTION_INFO_V1(auc_summary_in);
PG_FUNCTION_INFO_V1(auc_summary_out);
PG_FUNCTION_INFO_V1(auc_summary_recv);
PG_FUNCTION_INFO_V1(auc_summary_send);
PG_FUNCTION_INFO_V1(auc_accum);
PG_FUNCTION_INFO_V1(auc_combine);
PG_FUNCTION_INFO_V1(auc_final);
PG_FUNCTION_INFO_V1(auc_auc);
PG_FUNCTION_INFO_V1(auc_confidence_interval);
PG_FUNCTION_INFO_V1(auc_positives);
PG_FUNCTION_INFO_V1(auc_negatives);
PG_FUNCTION_INFO_V1(auc_unknowns);

/* Equal scores share an entry.  The header's totals bound these sums. */
static void
auc_add_counts(void *into, const void *from)
{
	AucScore   *sum = (AucScore *) into;
	const AucScore *more = (const AucScore *) from;

	sum->positives += more->positives;
	sum->negatives += more->negatives;
}

static inline AucHeader *
auc_header(RunState *summary)
{
	return (AucHeader *) run_header(summary);
}

static inline const AucHeader *
header_of(const RunState *summary)
{
	return (const AucHeader *) run_header_const(summary);
}

static inline const AucScore *
scores_of(const RunState *summary)
{
	return (const AucScore *) run_entry_const(&auc_run, summary, 0);
}

/* A summary as an accessor's argument 0. */
static const RunState *
auc_arg(FunctionCallInfo fcinfo)
{
	return run_read(&auc_run,
					(const RunState *) PG_GETARG_SUMMARY(0, &auc_type));
}

/*
 * A score as a number of the same order: the bits of a double ascend with it
 * where it is positive, and descend where it is negative.
 */
static inline int64
score_key(double score)
{
	int64		bits;

	/* no negative zero: it is equal to zero, and shares its entry */
	score += 0.0;
	memcpy(&bits, &score, sizeof(bits));
	return bits < 0 ? bits ^ PG_INT64_MAX : bits;
}

static inline double
key_score(int64 key)
{
	int64		bits = key < 0 ? key ^ PG_INT64_MAX : key;
	double		score;

	memcpy(&score, &bits, sizeof(score));
	return score;
}

/* Is it the key of a finite score? */
static bool
key_is_valid(int64 key)
{
	double		score = key_score(key);

	return isfinite(score) && score_key(score) == key;
}

static inline RunState *
auc_add(RunState *summary, double score, int64 positives, int64 negatives)
{
	AucHeader  *header = auc_header(summary);
	AucScore	entry;

	count_add(&header->positives, positives, &auc_type);
	count_add(&header->negatives, negatives, &auc_type);
	entry.score = score_key(score);
	entry.positives = positives;
	entry.negatives = negatives;
	return run_append(&auc_run, summary, &entry);
}

/*
 * Input and output
 */

/* What is read of the text form. */
typedef struct AucInput
{
	RunState   *summary;
	MemoryContext scratch;		/* for numerics, which are many */
	double		score;			/* of the entry that is being read */
	int64		counts[2];
	int			numbers;
} AucInput;

static void
auc_number_element(void *arg, int index, const JsonbValue *value)
{
	AucInput   *input = (AucInput *) arg;

	if (index == 0)
	{
		if (value->type != jbvNumeric)
			summary_text_invalid(&auc_type, "A score is not a number.");
		input->score =
			DatumGetFloat8(DirectFunctionCall1(numeric_float8,
											   NumericGetDatum(value->val.numeric)));
	}
	else if (index < 3)
		input->counts[index - 1] = summary_json_count(value, "scores",
													  &auc_type);
	input->numbers = index + 1;
}

static void
auc_element(void *arg, int index, const JsonbValue *value)
{
	AucInput   *input = (AucInput *) arg;
	MemoryContext old = MemoryContextSwitchTo(input->scratch);

	input->numbers = 0;
	summary_json_elements(summary_json_container(value, true, "scores",
												 &auc_type),
						  auc_number_element, input);
	if (input->numbers != 3 ||
		(input->counts[0] == 0 && input->counts[1] == 0))
		summary_text_invalid(&auc_type, "Element %d of \"scores\" is not a score with its counts of yes and no.",
							 index + 1);
	MemoryContextSwitchTo(old);
	MemoryContextReset(input->scratch);
	input->summary = auc_add(input->summary, input->score, input->counts[0],
							 input->counts[1]);
}

static void
auc_member(void *arg, const char *key, const JsonbValue *value)
{
	AucInput   *input = (AucInput *) arg;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &auc_type);
	else if (strcmp(key, "unknowns") == 0)
		auc_header(input->summary)->unknowns =
			summary_json_count(value, key, &auc_type);
	else if (strcmp(key, "scores") == 0)
		summary_json_elements(summary_json_container(value, true, key,
													 &auc_type),
							  auc_element, input);
	else
		summary_json_unexpected(key, &auc_type);
}

Datum
auc_summary_in(PG_FUNCTION_ARGS)
{
	AucInput	input;

	memset(&input, 0, sizeof(input));
	input.summary = run_new(&auc_run);
	input.scratch = AllocSetContextCreate(CurrentMemoryContext,
										  "auc_summary input",
										  ALLOCSET_SMALL_SIZES);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &auc_type),
						 auc_member, &input);
	MemoryContextDelete(input.scratch);
	PG_RETURN_POINTER(run_finish(&auc_run, input.summary));
}

Datum
auc_summary_out(PG_FUNCTION_ARGS)
{
	const RunState *summary = auc_arg(fcinfo);
	const AucScore *scores = scores_of(summary);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"unknowns\": " INT64_FORMAT ", \"scores\": [",
					 header_of(summary)->unknowns);
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&text, i > 0 ? ", [" : "[");
		summary_append_double(&text, key_score(scores[i].score));
		appendStringInfo(&text, ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 scores[i].positives, scores[i].negatives);
	}
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

Datum
auc_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RunState   *summary;
	int64		unknowns;
	uint32		count;

	summary_recv_begin(message, &auc_type);
	unknowns = summary_recv_count(message, "unknowns", &auc_type);

	/* believe the number of entries only as far as there are bytes */
	count = pq_getmsgint(message, 4);
	if (count > (uint32) (message->len - message->cursor) / sizeof(AucScore))
		summary_binary_invalid(&auc_type, "It ends before its %u scores.", count);

	summary = run_new_sized(&auc_run, count);
	auc_header(summary)->unknowns = unknowns;
	for (uint32 i = 0; i < count; i++)
	{
		AucScore   *entry = (AucScore *) run_entry(&auc_run, summary, i);

		CHECK_FOR_INTERRUPTS();
		entry->score = pq_getmsgint64(message);
		entry->positives = summary_recv_count(message, "a count", &auc_type);
		entry->negatives = summary_recv_count(message, "a count", &auc_type);
		if (!key_is_valid(entry->score) ||
			(entry->positives == 0 && entry->negatives == 0))
			summary_binary_invalid(&auc_type, "An entry is not a score with its counts.");
		count_add(&auc_header(summary)->positives, entry->positives,
				  &auc_type);
		count_add(&auc_header(summary)->negatives, entry->negatives,
				  &auc_type);
	}
	summary->sorted = summary->used = count;
	run_check(&auc_run, summary);
	PG_RETURN_POINTER(summary);
}

Datum
auc_summary_send(PG_FUNCTION_ARGS)
{
	const RunState *summary = auc_arg(fcinfo);
	const AucScore *scores = scores_of(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, header_of(summary)->unknowns);
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint64(&message, scores[i].score);
		pq_sendint64(&message, scores[i].positives);
		pq_sendint64(&message, scores[i].negatives);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
score_not_finite(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score must be a finite number"),
			 errdetail("The score is %s.",
					   DatumGetCString(DirectFunctionCall1(float8out,
														   Float8GetDatum(score)))),
			 errhint("Use NULL for a score that is not known.")));
}

/* Count a row (score, outcome); one without either is counted as unknown. */
Datum
auc_accum(PG_FUNCTION_ARGS)
{
	RunState   *summary;
	double		score;
	bool		outcome;

	if (unlikely(PG_ARGISNULL(0)))
		summary = run_new(&auc_run);
	else
		summary = (RunState *) aggregate_state(fcinfo, &auc_type);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		count_add(&auc_header(summary)->unknowns, 1, &auc_type);
		PG_RETURN_POINTER(summary);
	}
	score = PG_GETARG_FLOAT8(1);
	outcome = PG_GETARG_BOOL(2);
	if (unlikely(!isfinite(score)))
		score_not_finite(score);
	PG_RETURN_POINTER(auc_add(summary, score, outcome ? 1 : 0,
							  outcome ? 0 : 1));
}

/* Add a summary to the state: rollup(), and what parallel workers counted. */
Datum
auc_combine(PG_FUNCTION_ARGS)
{
	RunState   *summary;
	RunState   *other;
	AucHeader  *header;
	const AucHeader *more;

	summary = (RunState *) aggregate_state(fcinfo, &auc_type);
	other = (RunState *) PG_GETARG_SUMMARY(1, &auc_type);
	header = auc_header(summary);
	more = header_of(other);
	count_add(&header->positives, more->positives, &auc_type);
	count_add(&header->negatives, more->negatives, &auc_type);
	count_add(&header->unknowns, more->unknowns, &auc_type);
	summary = run_merge(&auc_run, summary, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

Datum
auc_final(PG_FUNCTION_ARGS)
{
	RunState   *summary = (RunState *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_POINTER(run_finish(&auc_run, summary));
}

/*
 * Accessors
 */

/*
 * auc(s): the probability, 0..1, that a row with the outcome has a higher score
 * than one without; NULL where there is no such pair.
 */
Datum
auc_auc(PG_FUNCTION_ARGS)
{
	const RunState *summary = auc_arg(fcinfo);
	const AucHeader *header = header_of(summary);
	int128		pairs = (int128) header->positives * header->negatives;

	if (pairs == 0)
		PG_RETURN_NULL();
	return money_ratio(auc_double_wins(scores_of(summary), summary->used),
					   2 * pairs, 0);
}

/* auc_interval(s, confidence) -> (low, high) */
Datum
auc_confidence_interval(PG_FUNCTION_ARGS)
{
	const RunState *summary = auc_arg(fcinfo);
	const AucHeader *header = header_of(summary);
	double		z = confidence_quantile(PG_GETARG_FLOAT8(1));
	double		pairs = (double) header->positives * header->negatives;
	double		wins;
	Bounds		bounds;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (header->positives == 0 || header->negatives == 0)
		PG_RETURN_NULL();
	wins = (double) auc_double_wins(scores_of(summary), summary->used);
	bounds = auc_interval(wins / (2.0 * pairs), header->positives,
						  header->negatives, z);
	values[0] = double_result(bounds.low);
	values[1] = double_result(bounds.high);
	return record_result(fcinfo, values, nulls);
}

Datum
auc_positives(PG_FUNCTION_ARGS)
{
	RunState   *summary = (RunState *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(header_of(summary)->positives);
}

Datum
auc_negatives(PG_FUNCTION_ARGS)
{
	RunState   *summary = (RunState *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(header_of(summary)->negatives);
}

Datum
auc_unknowns(PG_FUNCTION_ARGS)
{
	RunState   *summary = (RunState *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(header_of(summary)->unknowns);
}
