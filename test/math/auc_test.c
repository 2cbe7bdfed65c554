/*-------------------------------------------------------------------------
 *
 * auc_test.c
 *	  The area under the ROC curve against all pairs, and its interval against
 *	  the equation that it solves.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "../../src/math/auc.h"
#include "tap.h"

/* z of 95 percent */
#define Z				1.959963984540054

/* A random number; the numbers are the same on every machine. */
static uint64_t
next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return *state >> 33;
}

static __int128
all_pairs(const AucScore *scores, size_t count)
{
	__int128	wins = 0;

	for (size_t i = 0; i < count; i++)
	{
		for (size_t j = 0; j < count; j++)
		{
			__int128	pairs = (__int128) scores[i].positives *
			scores[j].negatives;

			if (scores[i].score > scores[j].score)
				wins += 2 * pairs;
			else if (i == j)
				wins += pairs;
		}
	}
	return wins;
}

static double
area(const AucScore *scores, size_t count)
{
	double		positives = 0.0;
	double		negatives = 0.0;

	for (size_t i = 0; i < count; i++)
	{
		positives += scores[i].positives;
		negatives += scores[i].negatives;
	}
	return (double) auc_double_wins(scores, count) /
		(2.0 * positives * negatives);
}

/* The variance as Hanley and McNeil write it, for equal numbers. */
static double
textbook_variance(double auc, double each)
{
	double		q1 = auc / (2.0 - auc);
	double		q2 = 2.0 * auc * auc / (1.0 + auc);

	return (auc * (1.0 - auc) + (each - 1.0) * (q1 - auc * auc) +
			(each - 1.0) * (q2 - auc * auc)) / (each * each);
}

int
main(void)
{
	/*
	 * Ratings of 58 normal and 51 abnormal tomograms, Hanley and McNeil 1982,
	 * table 1: the area is 0.893.
	 */
	static const AucScore tomograms[] = {
		{1, 3, 33}, {2, 2, 6}, {3, 2, 6}, {4, 11, 11}, {5, 33, 2}
	};
	static const AucScore perfect[] = {{1, 0, 7}, {2, 5, 0}};
	static const AucScore reversed[] = {{1, 5, 0}, {2, 0, 7}};
	static const AucScore tied[] = {{1, 5, 7}};
	static const AucScore one_kind[] = {{1, 5, 0}, {2, 6, 0}};
	static const AucScore large[] = {
		{1, 0, INT64_C(1000000000000000)}, {2, INT64_C(1000000000000000), 0}
	};
	uint64_t	state = 20260101;
	int			wrong = 0;
	Bounds		bounds;

	ok(fabs(area(tomograms, 5) - 0.893) < 0.0005,
	   "the area of Hanley and McNeil's example");
	ok(auc_double_wins(tomograms, 5) == all_pairs(tomograms, 5),
	   "that is, all pairs");
	ok(area(perfect, 2) == 1.0, "no overlap: 1");
	ok(area(reversed, 2) == 0.0, "the other way round: 0");
	ok(area(tied, 1) == 0.5, "all ties: a half");
	ok(auc_double_wins(one_kind, 2) == 0, "one kind only: no pair");
	ok(auc_double_wins(NULL, 0) == 0, "nothing: no pair");
	ok(auc_double_wins(large, 2) ==
	   (__int128) 2 * INT64_C(1000000000000000) *
	   INT64_C(1000000000000000), "the largest counts");

	for (int round = 0; round < 200; round++)
	{
		AucScore	scores[20];
		size_t		count = 1 + next(&state) % 20;

		for (size_t i = 0; i < count; i++)
		{
			scores[i].score = (int64_t) i * 3 - 30;
			scores[i].positives = (int64_t) (next(&state) % 5);
			scores[i].negatives = (int64_t) (next(&state) % 9);
		}
		if (auc_double_wins(scores, count) != all_pairs(scores, count))
			wrong++;
	}
	ok(wrong == 0, "200 sets at random: all pairs");

	/* at both ends the area seen is z standard errors away, as they are there */
	wrong = 0;
	for (int seen = 1; seen < 20; seen++)
	{
		double		auc = seen / 20.0;

		for (double each = 2.0; each < 5000.0; each *= 3.0)
		{
			bounds = auc_interval(auc, each, each, Z);
			if (fabs(auc - bounds.low -
					 Z * sqrt(textbook_variance(bounds.low, each))) > 1e-12 ||
				fabs(bounds.high - auc -
					 Z * sqrt(textbook_variance(bounds.high, each))) > 1e-12)
				wrong++;
		}
	}
	ok(wrong == 0, "an interval's ends solve its equation");

	bounds = auc_interval(1.0, 5.0, 7.0, Z);
	ok(bounds.high == 1.0 && bounds.low > 0.5 && bounds.low < 0.9,
	   "a perfect area of a dozen is not certain");
	bounds = auc_interval(0.0, 5.0, 7.0, Z);
	ok(bounds.low == 0.0 && bounds.high < 0.5 && bounds.high > 0.1,
	   "nor is the worst");
	bounds = auc_interval(1.0, 1.0, 1.0, Z);
	ok(bounds.low > 0.0 && bounds.low < 0.3, "one pair says little");
	{
		Bounds		a = auc_interval(0.8, 30.0, 70.0, Z);
		Bounds		b = auc_interval(0.2, 30.0, 70.0, Z);
		Bounds		c = auc_interval(0.8, 70.0, 30.0, Z);

		ok(fabs(a.low - (1.0 - b.high)) < 1e-12 &&
		   fabs(a.high - (1.0 - b.low)) < 1e-12 && a.low == c.low &&
		   a.high == c.high,
		   "the same from the other side");
		ok(a.low < 0.8 && a.high > 0.8 &&
		   auc_interval(0.8, 30.0, 70.0, 1.0).low > a.low,
		   "a smaller z is a shorter interval");
	}

	return tap_done();
}
