/*-------------------------------------------------------------------------
 *
 * few.c
 *	  Tests of a change that keep their level where there are few answers.
 *
 * A test by a normal distribution finds a change between two samples of one
 * population too often when one of them is small: a nominal 5 percent test of two
 * proportions in 16 percent of worlds with 2 answers against 10,000, one of two
 * net promoter scores in 16 percent with 5.  What is expected of few answers is
 * therefore counted and not approximated: given what all answers are, each choice
 * of those that came after is equally likely where nothing has changed.
 *
 * How few is few was found by computing how often the tests reject, for 1 to 300
 * answers against as many, 2 and 5 times as many and 10,000, and for all shares:
 * test/math/few_test.c does it again.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "few.h"

/*
 * Proportions: with an expected count below this the test is exact.  Five, the
 * number of textbooks, leaves 6.2 percent false alarms at 20 answers against
 * 10,000; ten leaves 5.8 at most.
 */
#define FEW_EXPECTED	10.0

/*
 * Scores: with less variance than this in the sum of the smaller sample, each
 * answer -1, 0 or 1, the test is exact.
 */
#define FEW_VARIANCE	60.0

/* Weights below this, relative to the most likely one, are none. */
#define NO_WEIGHT		1e-18

/* Two weights this close are one: they were multiplied in another order. */
#define EQUAL_WEIGHT	1e-7

/*
 * A hypergeometric variable: how many of drawn answers are among the marked ones
 * of all.  Its most likely value, at which a walk begins, and its ends.
 *
 * Probabilities are weights relative to that of the most likely value, from one
 * value to the next by their ratio: log gamma functions of large counts would
 * leave no digit.
 */
typedef struct Draw
{
	double		drawn;
	double		marked;
	double		all;
	double		low;
	double		high;
	double		mode;
} Draw;

static Draw
draw_of(double drawn, double marked, double all)
{
	Draw		draw;

	draw.drawn = drawn;
	draw.marked = marked;
	draw.all = all;
	draw.low = fmax(0.0, drawn + marked - all);
	draw.high = fmin(drawn, marked);
	draw.mode = floor((drawn + 1.0) * ((marked + 1.0) / (all + 2.0)));
	draw.mode = fmin(fmax(draw.mode, draw.low), draw.high);
	return draw;
}

/* Return the weight of x + 1 relative to that of x. */
static double
ratio_up(const Draw *draw, double x)
{
	return (draw->drawn - x) / (x + 1.0) *
		((draw->marked - x) / (draw->all - draw->drawn - draw->marked + x + 1.0));
}

/*
 * Return the weight of a value.  A walk that falls to nothing ends before it.
 */
static double
weight_of(const Draw *draw, double value)
{
	double		weight = 1.0;

	for (double x = draw->mode; x < value && weight > 0.0; x++)
		weight *= ratio_up(draw, x);
	for (double x = draw->mode; x > value && weight > 0.0; x--)
		weight /= ratio_up(draw, x - 1.0);
	return weight;
}

/* Weights summed: all of them, and those that count. */
typedef struct Share
{
	double		all;
	double		counted;
} Share;

/* Sum the weights on both sides of the mode; counted are those up to a limit. */
static double
unlikely_share(const Draw *draw, double limit)
{
	Share		share = {0.0, 0.0};
	double		weight = 1.0;

	for (double x = draw->mode; weight > NO_WEIGHT * limit && weight > 0.0; x++)
	{
		share.all += weight;
		share.counted += weight <= limit ? weight : 0.0;
		if (x >= draw->high)
			break;
		weight *= ratio_up(draw, x);
	}
	weight = 1.0;
	for (double x = draw->mode; x > draw->low; x--)
	{
		weight /= ratio_up(draw, x - 1.0);
		if (!(weight > NO_WEIGHT * limit))
			break;
		share.all += weight;
		share.counted += weight <= limit ? weight : 0.0;
	}
	return share.counted / share.all;
}

/*
 * Return the probability of all tables that are not more likely than this one (R.
 * A. Fisher, The Logic of Inductive Inference, Journal of the Royal Statistical
 * Society 1935), as R's fisher.test() does.
 */
double
fisher_two_sided_p(double positives_before, double total_before,
				   double positives_after, double total_after)
{
	/* the smaller sample is the draw, so that the order of the two is nothing */
	bool		before = total_before < total_after ||
	(total_before == total_after && positives_before < positives_after);
	Draw		draw = draw_of(before ? total_before : total_after,
							   positives_before + positives_after,
							   total_before + total_after);
	double		weight = weight_of(&draw, before ? positives_before : positives_after);

	if (!(weight > 0.0))
		return 0.0;
	return fmin(unlikely_share(&draw, weight * (1.0 + EQUAL_WEIGHT)), 1.0);
}

/* Return the smallest of the four counts that are expected of equal shares. */
static double
smallest_expected(double positives, double negatives, double one, double other)
{
	return fmin(positives, negatives) * (fmin(one, other) / (one + other));
}

double
proportions_p(double positives_before, double total_before,
			  double positives_after, double total_after)
{
	double		positives = positives_before + positives_after;
	double		negatives = total_before + total_after - positives;

	if (smallest_expected(positives, negatives, total_before, total_after) < FEW_EXPECTED)
		return fisher_two_sided_p(positives_before, total_before,
								  positives_after, total_after);
	return normal_two_sided_p(two_proportion_z(positives_before, total_before,
											   positives_after, total_after));
}

static double
answers_of(const NetPromoter *sample)
{
	return sample->promoters + sample->passives + sample->detractors;
}

static double
sum_of(const NetPromoter *sample)
{
	return sample->promoters - sample->detractors;
}

/*
 * Return the probability of drawing at most low or at least high marked answers.
 */
static double
tails_share(const Draw *draw, double low, double high)
{
	Share		share = {0.0, 0.0};
	double		weight = 1.0;

	for (double x = draw->mode; weight > NO_WEIGHT; x++)
	{
		share.all += weight;
		share.counted += x <= low || x >= high ? weight : 0.0;
		if (x >= draw->high)
			break;
		weight *= ratio_up(draw, x);
	}
	weight = 1.0;
	for (double x = draw->mode; x > draw->low; x--)
	{
		weight /= ratio_up(draw, x - 1.0);
		if (!(weight > NO_WEIGHT))
			break;
		share.all += weight;
		share.counted += x - 1.0 <= low || x - 1.0 >= high ? weight : 0.0;
	}
	return share.counted / share.all;
}

/* The answers of both samples, and what is drawn of them. */
typedef struct Permutation
{
	NetPromoter all;
	double		drawn;
	double		middle;			/* of the sum of the drawn ones */
	double		distance;		/* of what was drawn from the middle */
} Permutation;

/*
 * Return the probability, given the drawn promoters, that the sum of the drawn
 * answers is as far from its middle as the one that was seen, or farther.
 */
static double
far_share(const Permutation *permutation, double promoters)
{
	Draw		draw = draw_of(permutation->drawn - promoters,
							   permutation->all.detractors,
							   permutation->all.detractors + permutation->all.passives);
	double		slack = 1e-9 * (permutation->distance + 1.0);
	double		distance = permutation->distance - slack;

	return tails_share(&draw, promoters - permutation->middle - distance,
					   promoters - permutation->middle + distance);
}

double
net_promoter_exact_p(const NetPromoter *before, const NetPromoter *after)
{
	const NetPromoter *few = answers_of(before) < answers_of(after) ? before : after;
	Permutation permutation;
	double		answers = answers_of(before) + answers_of(after);
	Draw		draw = draw_of(answers_of(few), before->promoters + after->promoters,
							   answers);
	Share		share = {0.0, 0.0};
	double		weight = 1.0;

	permutation.all.promoters = before->promoters + after->promoters;
	permutation.all.passives = before->passives + after->passives;
	permutation.all.detractors = before->detractors + after->detractors;
	permutation.drawn = answers_of(few);
	permutation.middle = sum_of(&permutation.all) * (permutation.drawn / answers);
	permutation.distance = fabs(sum_of(few) - permutation.middle);
	for (double x = draw.mode; weight > NO_WEIGHT; x++)
	{
		share.all += weight;
		share.counted += weight * far_share(&permutation, x);
		if (x >= draw.high)
			break;
		weight *= ratio_up(&draw, x);
	}
	weight = 1.0;
	for (double x = draw.mode; x > draw.low; x--)
	{
		weight /= ratio_up(&draw, x - 1.0);
		if (!(weight > NO_WEIGHT))
			break;
		share.all += weight;
		share.counted += weight * far_share(&permutation, x - 1.0);
	}
	return fmin(share.counted / share.all, 1.0);
}

/*
 * Return the variance of the sum of as many answers as the smaller sample has,
 * where both are of one population.
 */
static double
variance_of_few(const NetPromoter *before, const NetPromoter *after)
{
	double		answers = answers_of(before) + answers_of(after);
	double		mean = (sum_of(before) + sum_of(after)) / answers;
	double		not_passive = 1.0 - (before->passives + after->passives) / answers;

	return fmin(answers_of(before), answers_of(after)) * (not_passive - mean * mean);
}

/*
 * The adjustment moves the score of a few answers towards 0 and that of many not
 * at all, which the test by a normal distribution takes for a change.  Where it
 * finds one among few answers, the permutations must find it too.
 */
double
net_promoter_change_p(const NetPromoter *before, const NetPromoter *after, double level)
{
	Estimate	old = net_promoter_estimate(before->promoters, before->passives,
											before->detractors);
	Estimate	new = net_promoter_estimate(after->promoters, after->passives,
											after->detractors);
	double		p = normal_two_sided_p((new.value - old.value) /
									   hypot(old.error, new.error));

	if (p < level && variance_of_few(before, after) < FEW_VARIANCE)
		return fmax(p, net_promoter_exact_p(before, after));
	return p;
}

int
change_direction(int sign, bool significant, Bounds *interval)
{
	if (significant && sign > 0 && interval->low > 0.0)
		return 1;
	if (significant && sign < 0 && interval->high < 0.0)
		return -1;
	interval->low = fmin(interval->low, 0.0);
	interval->high = fmax(interval->high, 0.0);
	return 0;
}
