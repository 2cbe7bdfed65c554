/*-------------------------------------------------------------------------
 *
 * means_test.c
 *	  Quantiles of Student's distribution, intervals for many looks and adjusted p
 *	  values against R and published figures.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "../../src/math/means.h"
#include "../../src/math/multiple_tests.h"
#include "../../src/math/statistics.h"
#include "tap.h"

/* R: qt(q, freedom, lower.tail = FALSE) */
static const struct
{
	double		q;
	double		freedom;
	double		t;
}			quantiles[] = {
	{0.25, 1, 1},
	{0.25, 2, 0.81649658092772592},
	{0.25, 2.5, 0.78501368299229679},
	{0.25, 5, 0.72668684380042292},
	{0.25, 9, 0.70272214675132627},
	{0.25, 30, 0.68275569332129227},
	{0.25, 100, 0.67695104301147091},
	{0.25, 1000, 0.67473516460700933},
	{0.25, 9999, 0.67451428693734605},
	{0.050000000000000003, 1, 6.3137515146750438},
	{0.050000000000000003, 2, 2.919985580353726},
	{0.050000000000000003, 2.5, 2.5582186141359458},
	{0.050000000000000003, 5, 2.0150483733330233},
	{0.050000000000000003, 9, 1.8331129326562374},
	{0.050000000000000003, 30, 1.697260886593958},
	{0.050000000000000003, 100, 1.6602343260853236},
	{0.050000000000000003, 1000, 1.6463788172854645},
	{0.050000000000000003, 9999, 1.6450060333112992},
	{0.025000000000000001, 1, 12.706204736174707},
	{0.025000000000000001, 2, 4.3026527297494637},
	{0.025000000000000001, 2.5, 3.5746548420036932},
	{0.025000000000000001, 5, 2.570581835636315},
	{0.025000000000000001, 9, 2.2621571627982049},
	{0.025000000000000001, 30, 2.0422724563012382},
	{0.025000000000000001, 100, 1.983971518523552},
	{0.025000000000000001, 1000, 1.9623390808264078},
	{0.025000000000000001, 9999, 1.9602012636213573},
	{0.0050000000000000001, 1, 63.656741162871583},
	{0.0050000000000000001, 2, 9.9248432009182928},
	{0.0050000000000000001, 2.5, 7.1637281389488061},
	{0.0050000000000000001, 5, 4.0321429835552296},
	{0.0050000000000000001, 9, 3.2498355415921263},
	{0.0050000000000000001, 30, 2.7499956535672259},
	{0.0050000000000000001, 100, 2.6258905214380182},
	{0.0050000000000000001, 1000, 2.5807546980659501},
	{0.0050000000000000001, 9999, 2.5763210958565974},
	{9.9999999999999995e-07, 1, 318309.88618274347},
	{9.9999999999999995e-07, 2, 707.10572052593386},
	{9.9999999999999995e-07, 2.5, 220.17342917823751},
	{9.9999999999999995e-07, 5, 24.771029720515955},
	{9.9999999999999995e-07, 9, 10.7201604099095},
	{9.9999999999999995e-07, 30, 5.8711171204188828},
	{9.9999999999999995e-07, 100, 5.0488308772283457},
	{9.9999999999999995e-07, 1000, 4.7816086204583499},
	{9.9999999999999995e-07, 9999, 4.7562299657670426},
	{9.9999999999999998e-13, 1, 318309886183.79071},
	{9.9999999999999998e-13, 2, 707106.78118548694},
	{9.9999999999999998e-13, 2.5, 55306.174076516014},
	{9.9999999999999998e-13, 5, 393.95695957760387},
	{9.9999999999999998e-13, 9, 51.414916023282245},
	{9.9999999999999998e-13, 30, 11.397217523311411},
	{9.9999999999999998e-13, 100, 8.0258255944932539},
	{9.9999999999999998e-13, 1000, 7.1242289253143918},
	{9.9999999999999998e-13, 9999, 7.0433724918794116}
};

static void
near(const char *what, double got, double expected, double exact)
{
	ok(fabs(got - expected) <= exact * fmax(1.0, fabs(expected)),
	   "%s: %.15g, expected %.15g", what, got, expected);
}

/*
 * Sequential test of two shares, as GrowthBook publishes it: 1396 of 3000 against
 * 2422 of 3461, a lift of 0.50386 (0.40098, 0.60675).
 */
static void
lift(void)
{
	double		a = 1396.0 / 3000.0;
	double		b = 2422.0 / 3461.0;
	double		change = b / a - 1.0;
	double		error = sqrt(b * (1.0 - b) / 3461.0 / (a * a) +
							 b * b * a * (1.0 - a) / 3000.0 / (a * a * a * a));
	double		reach = sequence_reach(0.05, 6461.0, 5000.0) * error;

	near("lift", change, 0.50386, 5e-6);
	near("its low end", change - reach, 0.40098, 5e-6);
	near("its high end", change + reach, 0.60675, 5e-6);
}

/* The p value is below alpha where the interval leaves out 0. */
static void
sequences_agree(void)
{
	static const double alphas[] = {0.01, 0.05, 0.3};
	static const double numbers[] = {1, 10, 300, 5000, 1e6, 1e12};

	for (size_t i = 0; i < LENGTH(alphas); i++)
	{
		for (size_t j = 0; j < LENGTH(numbers); j++)
		{
			double		z = sequence_reach(alphas[i], numbers[j], 2000.0);

			near("p at the end of the interval",
				 sequence_p(z, alphas[i], numbers[j], 2000.0), alphas[i], 1e-12);
			ok(sequence_p(z * 0.999, alphas[i], numbers[j], 2000.0) > alphas[i],
			   "alpha %g, %g observations: within it", alphas[i], numbers[j]);
			ok(z > normal_quantile_upper(alphas[i] / 2.0),
			   "alpha %g, %g observations: wider than at one look", alphas[i], numbers[j]);
		}
	}
	near("p of nothing", sequence_p(0.0, 0.05, 100.0, 5000.0), 1.0, 0.0);
	near("p of what is far", sequence_p(100.0, 0.05, 1e6, 5000.0), 0.0, 1e-100);
}

/* The interval is tightest at about the number that is asked for. */
static void
tightest(void)
{
	double		best = INFINITY;
	double		at = 0.0;

	for (double n = 10.0; n < 1e6; n *= 1.01)
	{
		double		reach = sequence_reach(0.05, n, 3000.0);

		if (reach < best)
		{
			best = reach;
			at = n;
		}
	}
	ok(at > 2000.0 && at < 4500.0, "tightest at %.0f of 3000", at);
}

/*
 * Far out in heavy tails, as of a sequence with few observations.  Of 1 and of 2 degrees
 * of freedom t has a closed form: 1 / tan(pi q), (1 - 2 q) / sqrt(2 q (1 - q)).
 */
static void
tails(void)
{
	const double pi = 3.14159265358979323846;

	for (double q = 0.4; q > 1e-198; q *= 0.2)
	{
		double		one = 1.0 / tan(pi * q);
		double		two = (1.0 - 2.0 * q) / sqrt(2.0 * q * (1.0 - q));

		near("of 1 degree of freedom", student_quantile_upper(q, 1.0) / one, 1.0, 1e-11);
		near("of 2 degrees", student_quantile_upper(q, 2.0) / two, 1.0, 1e-11);
	}
	for (double freedom = 1.5; freedom < 9000.0; freedom *= 1.9)
	{
		double		t = 0.0;

		for (double q = 0.4; q > 1e-198; q *= 1e-4)
		{
			double		farther = student_quantile_upper(q, freedom);

			ok(farther > t, "%g degrees, q %g: %g is farther out than %g", freedom, q, farther, t);
			t = farther;
			if (t < 1e150)
				near("and as probable", student_two_sided_p(t, freedom) / (2.0 * q), 1.0, 1e-9);
		}
	}
}

int
main(void)
{
	double		p[] = {0.01, 0.02, 0.03, 0.9};

	for (size_t i = 0; i < LENGTH(quantiles); i++)
		near("quantile", student_quantile_upper(quantiles[i].q, quantiles[i].freedom),
			 quantiles[i].t, 1e-11);

	/*
	 * beyond 10,000 degrees of freedom the distribution itself is
	 * approximated
	 */
	near("quantile of many", student_quantile_upper(0.025, 1e9), normal_quantile_upper(0.025), 1e-8);
	near("quantile in the middle", student_quantile_upper(0.4999, 5.0), 0.00026343055607014, 1e-15);
	/* R: t.test(c(3, 5, 4, 8, 7, 1), c(9, 12, 6))$parameter */
	near("Welch", welch_freedom(6.66666666666667 / 6.0, 5.0, 9.0 / 3.0, 2.0), 3.56049, 1e-5);
	tails();
	lift();
	sequences_agree();
	tightest();

	/* R: p.adjust(c(0.01, 0.02, 0.03, 0.9), ...) */
	p_adjust_sorted(P_ADJUST_HOLM, p, LENGTH(p));
	near("Holm", p[1], 0.06, 1e-15);
	near("Holm, no smaller than the one before", p[2], 0.06, 1e-15);
	near("Holm, at most 1", p[3], 0.9, 1e-15);
	return tap_done();
}
