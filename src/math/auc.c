/*-------------------------------------------------------------------------
 *
 * auc.c
 *	  How well a score tells two outcomes apart: the area under the ROC curve.
 *
 * The area is the probability that of a positive and a negative, drawn at
 * random, the positive one has the higher score, a tie counting half: the
 * Mann-Whitney statistic divided by the number of pairs (D. Bamber, The Area
 * above the Ordinal Dominance Graph and the Area below the Receiver Operating
 * Characteristic Graph, Journal of Mathematical Psychology 12, 1975).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "auc.h"

/* How often 0..1 is halved until nothing is left of it. */
#define BISECTIONS		60

__int128
auc_double_wins(const AucScore *scores, size_t count)
{
	__int128	wins = 0;
	__int128	below = 0;		/* negatives with a lower score */

	for (size_t i = 0; i < count; i++)
	{
		wins += scores[i].positives * (2 * below + scores[i].negatives);
		below += scores[i].negatives;
	}
	return wins;
}

/*
 * Return the variance that an area would have, after Hanley and McNeil (The
 * Meaning and Use of the Area under a Receiver Operating Characteristic Curve,
 * Radiology 143, 1982).  The mean of the two numbers takes the place of each,
 * which makes it the variance of method 5 in the article cited at
 * auc_interval().
 */
static double
auc_variance(double auc, double positives, double negatives)
{
	double		others = (positives + negatives) / 2.0 - 1.0;

	return auc * (1.0 - auc) *
		(1.0 + others * ((1.0 - auc) / (2.0 - auc) + auc / (1.0 + auc))) /
		positives / negatives;
}

/*
 * Return the area that is farthest from the one seen and that the data does
 * not reject; the data rejects the limit.  The distance in standard errors
 * falls on the way from the limit to the area seen.
 */
static double
auc_bound(double seen, double limit, double positives, double negatives,
		  double z)
{
	double		rejected = limit;
	double		accepted = seen;

	for (int i = 0; i < BISECTIONS; i++)
	{
		double		middle = (rejected + accepted) / 2.0;

		if (fabs(seen - middle) >
			z * sqrt(auc_variance(middle, positives, negatives)))
			rejected = middle;
		else
			accepted = middle;
	}
	return accepted;
}

/*
 * Return the interval of R. G. Newcombe, Confidence intervals for an effect
 * size measure based on the Mann-Whitney statistic, part 2: asymptotic methods
 * and evaluation, Statistics in Medicine 25, 2006: method 5.  As Wilson's
 * interval of a proportion it asks which areas are compatible with the one
 * seen, by the variance that each of them would have.  So it stays within 0..1
 * and does not collapse where the area seen is 0 or 1.
 */
Bounds
auc_interval(double auc, double positives, double negatives, double z)
{
	Bounds		bounds;

	bounds.low = auc_bound(auc, 0.0, positives, negatives, z);
	bounds.high = auc_bound(auc, 1.0, positives, negatives, z);
	return bounds;
}
