/*-------------------------------------------------------------------------
 *
 * auc.h
 *	  How well a score tells two outcomes apart: the area under the ROC curve.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MATH_AUC_H
#define CX_MATH_AUC_H

#include <stddef.h>
#include <stdint.h>

#include "statistics.h"

/*
 * How many with a score had the outcome, and how many had not.  An array of
 * these has scores in strictly ascending order; their size does not matter.
 * No count is above 10^15.
 */
typedef struct AucScore
{
	int64_t		score;
	int64_t		positives;
	int64_t		negatives;
} AucScore;

/*
 * Return, of all pairs of a positive and a negative, twice the number of those
 * in which the positive one has the higher score, with ties counted once: a
 * whole number.
 */
extern __int128 auc_double_wins(const AucScore *scores, size_t count);

/* Return Newcombe's interval of an AUC, 0..1. */
extern Bounds auc_interval(double auc, double positives, double negatives,
						   double z);

#endif							/* CX_MATH_AUC_H */
