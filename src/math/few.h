/*-------------------------------------------------------------------------
 *
 * few.h
 *	  Tests of a change that keep their level where there are few answers.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_FEW_H
#define CX_FEW_H

#include <stdbool.h>

#include "statistics.h"

/* How many answers are of which category of a net promoter score. */
typedef struct NetPromoter
{
	double		promoters;
	double		passives;
	double		detractors;
} NetPromoter;

/*
 * Return the two-sided p value of Fisher's exact test of two proportions.
 */
extern double fisher_two_sided_p(double positives_before, double total_before,
								 double positives_after, double total_after);

/*
 * Return the two-sided p value that two proportions are equal: Fisher's where an
 * expected count is small, that of two_proportion_z() elsewhere.
 */
extern double proportions_p(double positives_before, double total_before,
							double positives_after, double total_after);

/*
 * Return the two-sided p value that two net promoter scores are equal, by a
 * normal distribution; where that is below the level and there are few answers,
 * the p value of their permutations if that is larger.
 */
extern double net_promoter_change_p(const NetPromoter *before,
									const NetPromoter *after, double level);

/*
 * Return the two-sided p value that two net promoter scores are equal, by all
 * permutations of the answers.
 */
extern double net_promoter_exact_p(const NetPromoter *before,
								   const NetPromoter *after);

/*
 * Return the direction of a change with a sign: that sign where the change is
 * significant and the interval on its side of 0, else 0.  Without a direction the
 * interval is extended to contain 0, so that the two say one thing.
 */
extern int	change_direction(int sign, bool significant, Bounds *interval);

#endif							/* CX_FEW_H */
