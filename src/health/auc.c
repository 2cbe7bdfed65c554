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

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/aggregate.h"
#include "core/confidence.h"
#include "core/money.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/run_summary.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "math/auc.h"
#include "math/statistics.h"

/* The header of an auc_summary's sorted run; the entries are AucScores. */
typedef struct AucHeader
{
	int64		positives;		/* of all entries */
	int64		negatives;
	int64		unknowns;		/* rows without a score or an outcome */
} AucHeader;

static void auc_add_counts(void *into, const void *from);

static const SummaryType auc_type = {
	.name = "auc_summary",
	.example = "{\"version\": 1, \"unknowns\": 0, \"scores\": [[42.5, 3, 1], [80, 5, 0]]}"
};

static const SortedRunType auc_run = {
	.type_name = "auc_summary",
	.too_large_hint = "Round the scores, for example round(score::numeric, 2), or take fewer rows at a time.",
	.header_size = sizeof(AucHeader),
	.entry_size = sizeof(AucScore),
	.key_words = 1,
	.merge = auc_add_counts
};

/*
 * Add the counts of an entry to one of the same score.  The header's totals
 * bound these sums.
 */
static void
auc_add_counts(void *into, const void *from)
{
	AucScore   *sum = (AucScore *) into;
	const AucScore *more = (const AucScore *) from;

	sum->positives += more->positives;
	sum->negatives += more->negatives;
}

static inline AucHeader *
auc_header(SortedRun *summary)
{
	return (AucHeader *) sorted_run_header(summary);
}

static inline const AucHeader *
auc_header_const(const SortedRun *summary)
{
	return (const AucHeader *) sorted_run_header_const(summary);
}

static inline const AucScore *
scores_of(const SortedRun *summary)
{
	return (const AucScore *) sorted_run_entry_const(&auc_run, summary, 0);
}

/*
 * Return a score as a whole number of the same order: the bits of a double
 * ascend with it where it is positive, and descend where it is negative.
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

/* Return whether a key is that of a finite score. */
static bool
key_is_valid(int64 key)
{
	double		score = key_score(key);

	return isfinite(score) && score_key(score) == key;
}

/*
 * Fill in an entry of rows of one score.  They are counted in the header at
 * once, which bounds what entries of equal scores add up to.
 */
static inline void
auc_set_entry(SortedRun *summary, AucScore *entry, double score,
			  int64 positives, int64 negatives)
{
	AucHeader  *header = auc_header(summary);

	count_add(&header->positives, positives, &auc_type);
	count_add(&header->negatives, negatives, &auc_type);
	entry->score = score_key(score);
	entry->positives = positives;
	entry->negatives = negatives;
}

/*
 * Input and output
 */

/* Read an element of "scores": [score, positives, negatives]. */
static bool
auc_read_entry(SortedRun *summary, const JsonbValue *parts,
			   const char *place, void *entry)
{
	int64		positives;
	int64		negatives;

	positives = summary_json_count(&parts[1], summary_json_part(2, place).shown,
								   &auc_type);
	negatives = summary_json_count(&parts[2], summary_json_part(3, place).shown,
								   &auc_type);
	if (positives == 0 && negatives == 0)
		return false;
	auc_set_entry(summary, entry,
				  summary_json_double(&parts[0], summary_json_part(1, place).shown,
									  &auc_type),
				  positives, negatives);
	return true;
}

static const RunSummary auc_summary = {
	.type = &auc_type,
	.run = &auc_run,
	.list = "scores",
	.element = "a score with its counts of yes and no",
	.parts = 3,
	.read_entry = auc_read_entry,
	.sent_size = sizeof(AucScore)
};

static void
auc_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **summary = (SortedRun **) arg;

	if (strcmp(key, "unknowns") == 0)
		auc_header(*summary)->unknowns =
			summary_json_count(value, key, &auc_type);
	else if (strcmp(key, auc_summary.list) == 0)
		run_summary_read_list(&auc_summary, summary, value);
	else
		summary_json_unexpected(key, &auc_type);
}

/*
 * auc_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "unknowns", 0 if it is not given, and "scores",
 * an array of [score, rows with the outcome, rows without it] in any order,
 * where equal scores add up; an element of two zeros is refused.
 */
PG_FUNCTION_INFO_V1(auc_summary_in);
Datum
auc_summary_in(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = sorted_run_new(&auc_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &auc_type),
						 auc_member, &summary);
	PG_RETURN_POINTER(sorted_run_finish(&auc_run, summary));
}

/*
 * auc_summary_out: the text form, JSON; the entries are in the order of scores
 */
PG_FUNCTION_INFO_V1(auc_summary_out);
Datum
auc_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&auc_summary, fcinfo, 0);
	const AucScore *scores = scores_of(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"unknowns\": " INT64_FORMAT ", \"scores\": [",
					 auc_header_const(summary)->unknowns);
	for (uint32 i = 0; i < summary->used; i++)
	{
		run_summary_append(&buf, i);
		summary_append_double(&buf, key_score(scores[i].score));
		appendStringInfo(&buf, ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 scores[i].positives, scores[i].negatives);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * auc_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the unknowns (8 bytes), the number of entries
 * (4) and each entry: the score as the number that score_key() makes of it,
 * the rows with the outcome and those without it (8 each).  Entries are in
 * strictly ascending order of finite scores, none without rows.
 */
PG_FUNCTION_INFO_V1(auc_summary_recv);
Datum
auc_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int64		unknowns;
	AucScore   *entry;

	summary_recv_begin(message, &auc_type);
	unknowns = summary_recv_count(message, "unknowns", &auc_type);
	summary = run_summary_recv(&auc_summary, message);
	auc_header(summary)->unknowns = unknowns;
	while ((entry = run_summary_recv_entry(&auc_summary, summary)) != NULL)
	{
		int64		key = pq_getmsgint64(message);
		int64		positives = summary_recv_count(message, "positives", &auc_type);
		int64		negatives = summary_recv_count(message, "negatives", &auc_type);

		if (!key_is_valid(key) || (positives == 0 && negatives == 0))
			summary_binary_invalid(&auc_type, "Entry %u has no rows, or a score that is not finite.",
								   summary->used);
		auc_set_entry(summary, entry, key_score(key), positives, negatives);
	}
	sorted_run_check(&auc_run, summary);
	PG_RETURN_POINTER(summary);
}

/* auc_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(auc_summary_send);
Datum
auc_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&auc_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, auc_header_const(summary)->unknowns);
	run_summary_send(&auc_summary, &message, summary);
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
			 errdetail("score is %s.", double_shown(score)),
			 errhint("Use NULL for a score that is not known.")));
}

/*
 * auc_summary(score, outcome), auc_agg(score, outcome): count a row.  A row
 * without score or outcome is counted as unknown; a score that is not finite
 * is an error.
 */
PG_FUNCTION_INFO_V1(auc_accum);
Datum
auc_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = run_summary_state(&auc_summary, fcinfo);
	double		score;
	bool		outcome;
	AucScore	entry;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
	{
		count_add(&auc_header(summary)->unknowns, 1, &auc_type);
		PG_RETURN_POINTER(summary);
	}
	score = PG_GETARG_FLOAT8(1);
	outcome = PG_GETARG_BOOL(2);
	if (unlikely(!isfinite(score)))
		score_not_finite(score);
	auc_set_entry(summary, &entry, score, outcome ? 1 : 0, outcome ? 0 : 1);
	PG_RETURN_POINTER(sorted_run_append(&auc_run, summary, &entry));
}

/*
 * Add a summary of other rows: for rollup(), and for what parallel workers
 * counted.
 */
PG_FUNCTION_INFO_V1(auc_combine);
Datum
auc_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *summary;
	SortedRun  *other;
	AucHeader  *header;
	const AucHeader *more;

	summary = (SortedRun *) aggregate_combine_state(fcinfo, &auc_type);
	other = (SortedRun *) PG_GETARG_SUMMARY(1, &auc_type);
	header = auc_header(summary);
	more = auc_header_const(other);
	count_add(&header->positives, more->positives, &auc_type);
	count_add(&header->negatives, more->negatives, &auc_type);
	count_add(&header->unknowns, more->unknowns, &auc_type);
	return run_summary_combine(&auc_summary, fcinfo, summary, other);
}

/* Take rows of one score out of others, but not out of the header's totals. */
static RunRest
auc_take(void *entry, const void *part)
{
	AucScore   *score = (AucScore *) entry;
	const AucScore *fewer = (const AucScore *) part;

	return rest_of_both(count_take(&score->positives, fewer->positives),
						count_take(&score->negatives, fewer->negatives));
}

/*
 * a - b: return the summary of the rows that are in a and not in b.  A b that
 * counts what is not in a is an error.
 */
PG_FUNCTION_INFO_V1(auc_minus);
Datum
auc_minus(PG_FUNCTION_ARGS)
{
	const SortedRun *whole = run_summary_arg(&auc_summary, fcinfo, 0);
	const SortedRun *part = run_summary_arg(&auc_summary, fcinfo, 1);
	const AucHeader *fewer = auc_header_const(part);
	SortedRun  *rest = run_difference(&auc_run, whole, part, auc_take);
	AucHeader  *header;

	if (rest == NULL)
		summary_count_underflow(&auc_type);
	header = auc_header(rest);
	count_subtract(&header->positives, fewer->positives, &auc_type);
	count_subtract(&header->negatives, fewer->negatives, &auc_type);
	count_subtract(&header->unknowns, fewer->unknowns, &auc_type);
	PG_RETURN_POINTER(rest);
}

/*
 * Return the value to store: the same rows give the same bytes, in any order
 * or parts.
 */
PG_FUNCTION_INFO_V1(auc_final);
Datum
auc_final(PG_FUNCTION_ARGS)
{
	return run_summary_final(&auc_summary, fcinfo);
}

/*
 * Accessors
 */

/*
 * auc(s): return the area under the ROC curve, 0 to 1, from whole numbers: the
 * probability that a row with the outcome has a higher score than one without,
 * ties counting half (Bamber 1975, see math/auc.c); NULL where there is no
 * pair of such rows.  Also the final function of auc_agg().
 */
PG_FUNCTION_INFO_V1(auc_auc);
Datum
auc_auc(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&auc_summary, fcinfo, 0);
	const AucHeader *header = auc_header_const(summary);
	int128		pairs = (int128) header->positives * header->negatives;

	if (pairs == 0)
		PG_RETURN_NULL();
	return money_ratio(auc_double_wins(scores_of(summary), summary->used),
					   2 * pairs, 0);
}

/*
 * auc_interval(s, confidence): return (low, high), within 0 to 1, by
 * Newcombe's method 5 (2006, see math/auc.c); NULL where there is no AUC.  A
 * confidence that is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(auc_confidence_interval);
Datum
auc_confidence_interval(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = run_summary_arg(&auc_summary, fcinfo, 0);
	const AucHeader *header = auc_header_const(summary);
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

/* positives(s): return how many rows have a score and the outcome. */
PG_FUNCTION_INFO_V1(auc_positives);
Datum
auc_positives(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(auc_header_const(summary)->positives);
}

/* negatives(s): return how many rows have a score and not the outcome. */
PG_FUNCTION_INFO_V1(auc_negatives);
Datum
auc_negatives(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(auc_header_const(summary)->negatives);
}

/* unknowns(s): return how many rows lack the score or the outcome. */
PG_FUNCTION_INFO_V1(auc_unknowns);
Datum
auc_unknowns(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = (SortedRun *) PG_GETARG_SUMMARY(0, &auc_type);

	PG_RETURN_INT64(auc_header_const(summary)->unknowns);
}
