/*-------------------------------------------------------------------------
 *
 * health_outcomes.h
 *	  health_outcomes: the scores of accounts beside what came of them.
 *
 * health_outcomes.c has the summary in memory and its aggregate,
 * health_outcomes_io.c its text and its binary form; health_weights.c fits a
 * model to it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_OUTCOMES_H
#define CX_OUTCOMES_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/sorted_run.h"
#include "core/summary.h"
#include "health/health.h"
#include "math/logistic.h"

/*
 * The header of a summary; the signals follow it, in order of their names.  A
 * row of the run has the scores in that order, two to a word, HEALTH_UNKNOWN for
 * one that is not known, after them the account's health score, which stands in for
 * these, and then two words with how many accounts had the outcome and how many had
 * not.
 */
typedef struct OutcomesHeader
{
	int64		positives;		/* complete rows with the outcome */
	int64		negatives;		/* complete rows without the outcome */
	int64		incomplete;		/* rows that lack the score of a signal; those
								 * of accounts without a health score are
								 * counted here alone */
	int64		unknowns;		/* rows without a summary or an outcome */
	uint32		count;			/* how many signals */
	uint32		names_size;		/* how many bytes they take */
} OutcomesHeader;

/* A signal of a summary; the next one follows. */
typedef struct OutcomeSignal
{
	int64		known;			/* how many rows know its score */
	uint32		length;			/* of the name, in bytes */
	char		name[FLEXIBLE_ARRAY_MEMBER];	/* padded to 8 bytes */
} OutcomeSignal;

#define OUTCOMES_MAX_KEY_WORDS	((LOGISTIC_MAX_SCORES + 2) / 2)

/* A row, as large as it can be. */
typedef struct OutcomeRow
{
	int64		words[OUTCOMES_MAX_KEY_WORDS + 2];
} OutcomeRow;

/* The signals that are being collected. */
typedef struct SignalList
{
	uint32		count;
	Size		size;
	const char *names[LOGISTIC_MAX_SCORES];
	uint32		lengths[LOGISTIC_MAX_SCORES];
	int64		known[LOGISTIC_MAX_SCORES];
} SignalList;

extern const SummaryType outcomes_type;

extern SortedRunType outcomes_run_type(const OutcomesHeader *header);
extern void outcomes_list_add(SignalList *list, const char *name,
							  uint32 length, int64 known);
extern SortedRun *outcomes_new(const SignalList *list);
extern SortedRun *outcomes_finish(const SortedRun *state);
extern const SortedRun *outcomes_arg(FunctionCallInfo fcinfo);
pg_noreturn extern void outcomes_too_many_signals(uint32 count);

static inline OutcomesHeader *
outcomes_header(SortedRun *state)
{
	return (OutcomesHeader *) sorted_run_header(state);
}

static inline const OutcomesHeader *
outcomes_header_const(const SortedRun *state)
{
	return (const OutcomesHeader *) sorted_run_header_const(state);
}

/* Return the first signal, if there is one. */
static inline OutcomeSignal *
outcomes_first_signal(const OutcomesHeader *header)
{
	return (OutcomeSignal *) ((char *) header + sizeof(OutcomesHeader));
}

static inline Size
outcomes_signal_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(OutcomeSignal, name) + (Size) length);
}

static inline OutcomeSignal *
outcomes_next_signal(const OutcomeSignal *signal)
{
	return (OutcomeSignal *) ((char *) signal +
							  outcomes_signal_size(signal->length));
}

/* Set the score of a row's signal, by its place; once, in a row of zeros. */
static inline void
outcomes_set_score(OutcomeRow *row, uint32 signal, int32 score)
{
	row->words[signal / 2] |= (int64) ((uint64) (uint32) score << (signal % 2 == 0 ? 32 : 0));
}

static inline int32
outcomes_score(const int64 *words, uint32 signal)
{
	return (int32) (words[signal / 2] >> (signal % 2 == 0 ? 32 : 0));
}

/* Return the health score of a row, by how many signals it has. */
static inline int32
outcomes_health(const int64 *words, uint32 signals)
{
	return outcomes_score(words, signals);
}

extern bool outcomes_is_complete(const int64 *words, uint32 signals);
extern int32 health_units_mean(const HealthSummary *health);

#endif							/* CX_OUTCOMES_H */
