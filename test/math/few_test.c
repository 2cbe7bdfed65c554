/*-------------------------------------------------------------------------
 *
 * few_test.c
 *	  Tests of a change among few answers: p values against other programs and
 *	  plain counting, and how often a change is found where there is none.
 *
 * Fisher's p values are those of R 4.2.2, fisher.test().  The p value of
 * permutations is compared with a count of all ways to draw the answers, by
 * binomial coefficients.  How often a test rejects is the sum of the
 * probabilities of all pairs of samples in which it does; nothing is drawn at
 * random for proportions.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <stdint.h>

#include "../../src/math/few.h"

#include "tap.h"

#define Z95				1.959963984540054
#define LEVEL			0.05

/* A test of a nominal 5 percent may not find a change more often than this. */
#define MOST_ALARMS		0.06

typedef struct Table
{
	double		positives_before;
	double		negatives_before;
	double		positives_after;
	double		negatives_after;
	double		p;
} Table;

static const Table tables[] = {
	{10, 990, 1, 0, 0.010989010989011},
	{300, 9700, 1, 4, 0.141668588898902},
	{0, 2, 2, 0, 0.333333333333333},
	{3, 17, 9, 11, 0.082358777019511},
	{9, 1, 3, 7, 0.0197666110978804},
	{0, 1, 1, 0, 1.0},
	{2, 98, 9, 5000, 0.0185945893628747},
	{40, 999960, 3, 7, 8.88341437416606e-12},
	{15, 5, 29, 71, 0.000201054806134776},
	{1000, 9000, 9, 41, 0.0914747065559326},
};

static void
test_fisher(void)
{
	for (size_t i = 0; i < LENGTH(tables); i++)
	{
		const Table *t = &tables[i];
		double		before = t->positives_before + t->negatives_before;
		double		after = t->positives_after + t->negatives_after;

		is_near(fisher_two_sided_p(t->positives_before, before, t->positives_after, after),
				t->p, 1e-12, "Fisher's p value, as R has it");
		ok(fisher_two_sided_p(t->positives_before, before, t->positives_after, after) ==
		   fisher_two_sided_p(t->positives_after, after, t->positives_before, before),
		   "and the other way around");
	}
	is_near(fisher_two_sided_p(1e15 - 3, 1e15, 3, 3), 1.0, 1e-12,
			"many answers that agree");
	ok(fisher_two_sided_p(0, 1e15, 4, 4) < 1e-50, "many answers that do not");
}

static double
log_choose(double n, double k)
{
	return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
}

/* Count all ways to draw the answers that came after. */
static double
counted_p(const NetPromoter *before, const NetPromoter *after)
{
	double		promoters = before->promoters + after->promoters;
	double		passives = before->passives + after->passives;
	double		detractors = before->detractors + after->detractors;
	double		drawn = after->promoters + after->passives + after->detractors;
	double		all = promoters + passives + detractors;
	double		seen = fabs((after->promoters - after->detractors) * all -
							drawn * (promoters - detractors));
	double		p = 0.0;

	for (double a = 0; a <= drawn && a <= promoters; a++)
		for (double b = 0; a + b <= drawn && b <= detractors; b++)
		{
			if (drawn - a - b <= passives &&
				fabs((a - b) * all - drawn * (promoters - detractors)) >= seen - 1e-6)
				p += exp(log_choose(promoters, a) + log_choose(detractors, b) +
						 log_choose(passives, drawn - a - b) - log_choose(all, drawn));
		}
	return p;
}

static uint64_t random_state = 20250101;

/* Return a number from 0 up to 1 (G. Marsaglia, Xorshift RNGs, 2003). */
static double
uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (double) (random_state >> 11) * 1.1102230246251565e-16;
}

static NetPromoter
random_answers(int answers, double promoter, double detractor)
{
	NetPromoter sample = {0, 0, 0};

	for (int i = 0; i < answers; i++)
	{
		double		u = uniform();

		if (u < promoter)
			sample.promoters++;
		else if (u < promoter + detractor)
			sample.detractors++;
		else
			sample.passives++;
	}
	return sample;
}

static void
test_permutations(void)
{
	double		worst = 0.0;

	for (int i = 0; i < 500; i++)
	{
		double		promoter = uniform();
		double		detractor = uniform() * (1.0 - promoter);
		NetPromoter before = random_answers(1 + (int) (uniform() * 60), promoter, detractor);
		NetPromoter after = random_answers(1 + (int) (uniform() * 30), promoter, detractor);

		worst = fmax(worst, fabs(net_promoter_exact_p(&before, &after) -
								 counted_p(&before, &after)));
	}
	ok(worst < 1e-10, "500 permutation tests are those that count all draws (%g)", worst);
}

/* Report whether rate_change() has a direction. */
static bool
rate_moves(double before, double total_before, double after, double total_after)
{
	Bounds		interval = newcombe_difference(before, total_before, after,
											   total_after, Z95);
	double		change = after / total_after - before / total_before;
	double		p = proportions_p(before, total_before, after, total_after);

	return change_direction((change > 0.0) - (change < 0.0), p < LEVEL, &interval) != 0;
}

static double
binomial(double k, double n, double share)
{
	return exp(log_choose(n, k) + k * log(share) + (n - k) * log1p(-share));
}

/* Return how often a rate seems to change that is the same on both sides. */
static double
rate_alarms(double few, double many, double share)
{
	double		reach = 4.0 * sqrt(many * share * (1.0 - share));
	double		low = fmax(0.0, floor(many * share - reach));
	double		high = fmin(many, ceil(many * share + reach));
	double		step = fmax(1.0, floor((high - low) / 40.0));
	double		alarms = 0.0;
	double		weights = 0.0;

	for (double before = low; before <= high; before += step)
	{
		double		weight = binomial(before, many, share);

		weights += weight;
		for (double after = 0; after <= few; after++)
		{
			double		both = weight * binomial(after, few, share);

			if (both > 1e-10 && rate_moves(before, many, after, few))
				alarms += both;
		}
	}
	return alarms / weights;
}

static void
test_rate_alarms(void)
{
	static const double few[] = {1, 2, 3, 5, 10, 20, 35, 50, 75, 100, 200};
	static const double times[] = {1, 2, 5, 0};

	for (size_t i = 0; i < LENGTH(few); i++)
	{
		double		worst = 0.0;

		for (size_t j = 0; j < LENGTH(times); j++)
			for (double share = 0.01; share < 0.505; share += 0.01)
				worst = fmax(worst, rate_alarms(few[i], times[j] > 0 ? few[i] * times[j] : 10000,
												share));
		ok(worst <= MOST_ALARMS, "a rate of %g against as many, 2 and 5 times as many and 10,000: false alarms in %.1f %% at worst",
		   few[i], 100.0 * worst);
	}
}

/* Shares of promoters and detractors. */
static const double profiles[][2] = {
	{0.5, 0.2}, {0.35, 0.35}, {0.65, 0.0}, {0.9, 0.05}, {0.98, 0.01}, {0.05, 0.9},
	{0.02, 0.02}, {0.5, 0.5}, {0.3, 0.65}, {0.95, 0.0}, {0.9, 0.1}
};

/* Report whether nps_change() has a direction. */
static bool
score_moves(const NetPromoter *before, const NetPromoter *after)
{
	Estimate	old = net_promoter_estimate(before->promoters, before->passives, before->detractors);
	Estimate	new = net_promoter_estimate(after->promoters, after->passives, after->detractors);
	double		reach = Z95 * hypot(old.error, new.error);
	Bounds		interval = {new.value - old.value - reach, new.value - old.value + reach};
	double		p = net_promoter_change_p(before, after, LEVEL);

	return change_direction(new.value > old.value ? 1 : -1, p < LEVEL, &interval) != 0;
}

static void
test_score_alarms(void)
{
	static const int few[] = {1, 2, 5, 8, 10, 12, 20, 30, 50, 100};
	const int	worlds = 8000;

	for (size_t i = 0; i < LENGTH(few); i++)
		for (int against = 0; against < 2; against++)
		{
			double		worst = 0.0;

			for (size_t j = 0; j < LENGTH(profiles); j++)
			{
				int			alarms = 0;
				NetPromoter before = random_answers(10000, profiles[j][0], profiles[j][1]);

				for (int k = 0; k < worlds; k++)
				{
					NetPromoter after = random_answers(few[i], profiles[j][0], profiles[j][1]);

					if (against == 0)
						before = random_answers(few[i], profiles[j][0], profiles[j][1]);
					else if (k % 100 == 0)
						before = random_answers(10000, profiles[j][0], profiles[j][1]);
					alarms += score_moves(&before, &after);
				}
				worst = fmax(worst, (double) alarms / worlds);
			}
			ok(worst <= MOST_ALARMS, "a score of %d against %s: false alarms in %.1f %% at worst",
			   few[i], against == 0 ? "as many" : "10,000", 100.0 * worst);
		}
}

static void
test_direction(void)
{
	Bounds		interval = {1.0, 2.0};

	ok(change_direction(1, true, &interval) == 1 && interval.low == 1.0,
	   "a significant rise");
	ok(change_direction(-1, true, &interval) == 0 && interval.low == 0.0,
	   "a fall whose interval is above 0 is none");
	interval.low = -2.0;
	interval.high = -1.0;
	ok(change_direction(-1, true, &interval) == -1 && interval.high == -1.0,
	   "a significant fall");
	ok(change_direction(-1, false, &interval) == 0 && interval.low == -2.0 && interval.high == 0.0,
	   "without a direction the interval contains 0");
}

int
main(void)
{
	test_fisher();
	test_permutations();
	test_direction();
	test_rate_alarms();
	test_score_alarms();
	return tap_done();
}
