/*-------------------------------------------------------------------------
 *
 * health_weights.c
 *	  Which signals should weigh how much.
 *
 * health_weights() fits a logistic regression to health and what came of it.
 * Its coefficients are weights on another scale: the log odds of the outcome
 * are a weighted sum of the scores, and a health score by these weights puts
 * accounts in the same order.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "core/confidence.h"
#include "core/result.h"
#include "health/health.h"
#include "health/health_outcomes.h"
#include "math/logistic.h"
#include "math/statistics.h"

/*
 * For every signal, each outcome must have so many rows: with fewer,
 * coefficients come out too large and their errors too small (P.  Peduzzi and
 * others, A Simulation Study of the Number of Events per Variable in Logistic
 * Regression Analysis, Journal of Clinical Epidemiology 49, 1996, ask for ten;
 * E.  Vittinghoff, C.  E.  McCulloch, Relaxing the Rule of Ten Events per
 * Variable, American Journal of Epidemiology 165, 2007, for five to nine).
 */
#define MIN_ROWS_PER_SIGNAL	5

/*
 * Report too few accounts that know every signal.  The signal that the fewest
 * accounts know is most likely to be the reason.
 */
static void
weights_check_count(const OutcomesHeader *header)
{
	const OutcomeSignal *signal = outcomes_first_signal(header);
	const OutcomeSignal *rarest = signal;
	int64		complete = header->positives + header->negatives;
	int64		needed = (int64) MIN_ROWS_PER_SIGNAL * header->count;

	if (Min(header->positives, header->negatives) >= needed)
		return;
	for (uint32 i = 0; i < header->count; i++)
	{
		if (signal->known < rarest->known)
			rarest = signal;
		signal = outcomes_next_signal(signal);
	}
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("too few accounts to find weights"),
			 errdetail("Of " INT64_FORMAT " accounts that know all of the signals, " INT64_FORMAT " had the outcome and " INT64_FORMAT " had not; " INT64_FORMAT " of each are needed, %d for each signal.",
					   complete, header->positives, header->negatives,
					   needed, MIN_ROWS_PER_SIGNAL),
			 header->incomplete > complete ?
			 errhint("Leave out signals that few accounts know, with FILTER (WHERE signal <> ...); \"%s\" is known to " INT64_FORMAT " of " INT64_FORMAT " accounts.",
					 pnstrdup(rarest->name, rarest->length), rarest->known,
					 complete + header->incomplete) :
			 errhint("Take fewer signals, or accounts of a longer time.")));
}

static pg_noreturn void
weights_refuse(const OutcomesHeader *header, const LogisticFit *fit)
{
	const OutcomeSignal *signal = outcomes_first_signal(header);
	const char *name;

	for (int i = 0; i < fit->which; i++)
		signal = outcomes_next_signal(signal);
	name = pnstrdup(signal->name, signal->length);

	if (fit->verdict == LOGISTIC_CONSTANT)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("signal \"%s\" has the same score in all accounts",
						name),
				 errdetail("A score that does not vary explains no difference."),
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
				 errhint("Take scores of a time before the outcome, so that none of them contains it; or take more accounts.")));
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("could not find weights"),
			 errdetail("The fit did not end in %d steps.", fit->steps),
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
 * standard_error, low, high, p_value): return a row a signal, the largest
 * coefficient first.
 *
 * Scores of all signals have one scale, so coefficients are weights: they are
 * made to add up to 100.  A negative coefficient has no weight, since a health
 * score knows none below 0; without a positive one there are no weights. low
 * and high are the interval of the coefficient.  Too few accounts, scores that
 * no fit can tell apart, and a confidence that is not between 0 and 1 are
 * errors.
 */
PG_FUNCTION_INFO_V1(health_weights);
Datum
health_weights(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const SortedRun *state;
	const OutcomesHeader *header;
	const OutcomeSignal *signal;
	const OutcomeSignal *signals[LOGISTIC_MAX_SCORES];
	WeightOrder order[LOGISTIC_MAX_SCORES];
	SortedRunType type;
	double		z;
	int64	   *positives;
	int64	   *negatives;
	LogisticData data;
	LogisticFit fit;
	double		sum = 0.0;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	state = outcomes_arg(fcinfo);
	header = outcomes_header_const(state);
	type = outcomes_run_type(header);
	z = confidence_quantile(PG_GETARG_FLOAT8(1));
	if (header->count == 0)
		return (Datum) 0;
	weights_check_count(header);

	data.scores = (int) header->count;
	data.count = 0;
	data.score = (double *) MemoryContextAllocHuge(CurrentMemoryContext,
												   sizeof(double) *
												   state->used * data.scores);
	positives = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext,
												 sizeof(int64) * state->used);
	negatives = (int64 *) MemoryContextAllocHuge(CurrentMemoryContext,
												 sizeof(int64) * state->used);
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) sorted_run_entry_const(&type, state, i);

		if (!outcomes_is_complete(row, header->count))
			continue;
		for (int j = 0; j < data.scores; j++)
			data.score[data.count * data.scores + j] =
				(double) outcomes_score(row, j) / (double) HEALTH_UNIT;
		positives[data.count] = row[type.key_words];
		negatives[data.count] = row[type.key_words + 1];
		data.count++;
	}
	data.positives = positives;
	data.negatives = negatives;
	data.tick = check_for_interrupts;
	logistic_fit(&data, &fit);
	if (fit.verdict != LOGISTIC_FITTED)
		weights_refuse(header, &fit);

	signal = outcomes_first_signal(header);
	for (int i = 0; i < data.scores; i++)
	{
		signals[i] = signal;
		signal = outcomes_next_signal(signal);
		order[i].coefficient = fit.coefficient[i];
		order[i].signal = i;
		sum += Max(fit.coefficient[i], 0.0);
	}
	/* there is a signal at least: a count of 0 has returned */
	/* cppcheck-suppress uninitvar */
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
