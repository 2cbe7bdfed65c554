/*-------------------------------------------------------------------------
 *
 * statistics_test.c
 *	  Normal quantiles, intervals and tests against figures computed with 40
 *	  digits, and against published ones.
 *
 * Newcombe's intervals are those of his paper (Statistics in Medicine 1998, 17,
 * 873-890, table II, method 10), to the four digits printed there.  The other
 * tables with six digits are the reference figures of the project.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "../../src/math/statistics.h"

#include "tap.h"

/* z of 95 percent */
#define Z95				1.959963984540054

#define FULL			1e-14	/* all but the last digits of a double */
#define SIX_DIGITS		5.1e-7	/* of figures with six decimals */

typedef struct Quantile
{
	double		q;
	double		z;
} Quantile;

static const Quantile quantiles[] = {
	{0.49999, 0.000025066282748934940},
	{0.45, 0.12566134685507403},
	{0.4, 0.25334710313579980},
	{0.25, 0.67448975019608174},
	{0.1, 1.2815515655446005},
	{0.05, 1.6448536269514727},
	{0.025, 1.9599639845400542},
	{0.01, 2.3263478740408411},
	{0.005, 2.5758293035489008},
	{0.0005, 3.2905267314918948},
	{1e-5, 4.2648907939228246},
	{1e-8, 5.6120012441747887},
	{1e-10, 6.3613409024040562},
	{1e-16, 8.2220822161304356},
	{5.551115123125783e-17, 8.2923610758135955},
	{1e-50, 14.933337534788489},
	{1e-100, 21.273453560965324},
	{1e-300, 37.047096299361199},
};

static const Quantile two_sided[] = {
	{1.0, 0.0},
	{0.61707507745197379, 0.5},
	{0.31731050786291410, 1.0},
	{0.13826314796551533, 1.482290},
	{0.05, 1.959963984540054},
	{0.0026997960632601891, 3.0},
	{1.7192815932314615e-9, 6.022326},
	{1.5239706048321052e-23, 10.0},
	{1.1451142445049154e-299, 37.0},
};

typedef struct Proportion
{
	double		positives;
	double		total;
	double		low;
	double		high;
} Proportion;

static const Proportion wilson[] = {
	{81, 263, 0.255289, 0.36621},
	{15, 148, 0.062386, 0.160487},
	{0, 20, 0.0, 0.161125},
	{1, 29, 0.006113, 0.171755},
	{10, 10, 0.722467, 1.0},
	{0, 1, 0.0, 0.793451},
	{1, 1, 0.206549, 1.0},
	{600, 1000, 0.569309, 0.629925},
	{2, 2, 0.34238, 1.0},
	{100, 101, 0.946033, 0.99825},
};

static const Proportion wilson_exactly[] = {
	{81, 263, 0.255288519878274232, 0.366209576982800063},
	{15, 148, 0.0623863995307362834, 0.160487241723308031},
	{1, 29, 0.00611321429276266155, 0.171755218793202857},
	{1, 1000000000, 1.76524554956963161e-10, 5.66493424329743845e-9},
	{999999999, 1000000000, 0.999999994335065757, 0.999999999823475445},
	{5e14, 1e15, 0.499999969010248385, 0.500000030989751615},
};

typedef struct Difference
{
	double		positives[2];	/* Newcombe's is the first less the second */
	double		total[2];
	double		low;
	double		high;
} Difference;

static const Difference newcombe[] = {
	{{56, 48}, {70, 80}, 0.0524, 0.3339},
	{{9, 3}, {10, 10}, 0.1705, 0.8090},
	{{6, 2}, {7, 7}, 0.0582, 0.8062},
	{{5, 0}, {56, 29}, -0.0381, 0.1926},
	{{0, 0}, {10, 20}, -0.1611, 0.2775},
	{{0, 0}, {10, 10}, -0.2775, 0.2775},
	{{10, 0}, {10, 20}, 0.6791, 1.0000},
	{{10, 0}, {10, 10}, 0.6075, 1.0000},
};

typedef struct ZTest
{
	double		before;
	double		total_before;
	double		after;
	double		total_after;
	double		z;
} ZTest;

static const ZTest z_tests[] = {
	{56, 70, 48, 80, -2.65017195125853262},
	{9, 10, 3, 10, -2.73861278752583057},
	{500, 1000, 540, 1000, 1.7902871850985822},
	{0, 1, 1, 1, 1.41421356237309505},
	{1, 1000000, 30, 1000000, 5.20859412553736684},
	{10, 10, 0, 20, -5.47722557505166113},
	{0, 10, 0, 30, 0.0},
	{10, 10, 30, 30, 0.0},
	{1, 4, 25, 100, 0.0},
};

typedef struct Nps
{
	double		promoters;
	double		passives;
	double		detractors;
	double		value;			/* in percent points */
	double		error;
} Nps;

static const Nps nps[] = {
	{15, 13, 8, 17.948718, 12.36195},
	{5, 0, 0, 62.5, 22.963966},
	{0, 0, 5, -62.5, 22.963966},
	{0, 7, 0, 0.0, 12.247449},
	{1, 1, 1, 0.0, 31.180478},
	{162, 108, 54, 33.027523, 4.123684},
	{500, 300, 200, 29.910269, 2.465999},
	{9, 0, 1, 61.538462, 19.727317},
	{50, 30, 20, 29.126214, 7.69151},
	{0, 1, 0, 0.0, 30.618622},
};

typedef struct NpsChange
{
	double		before[3];		/* promoters, passives, detractors */
	double		after[3];
	double		difference;		/* in percent points */
	double		error;
	double		z;
	double		p;
} NpsChange;

static const NpsChange nps_changes[] = {
	{{9, 15, 12}, {15, 13, 8}, 25.641026, 17.298254, 1.48229, 0.138263},
	{{40, 30, 30}, {50, 30, 20}, 19.417476, 11.208916, 1.732324, 0.083216},
	{{450, 300, 250}, {500, 300, 200}, 9.97009, 3.557784, 2.802331, 0.005073},
	{{321, 654, 987}, {123, 456, 789}, -14.684551, 2.438352, -6.022326, 0.0},
	{{5, 0, 5}, {9, 0, 1}, 61.538462, 32.705358, 1.881602, 0.05989},
	{{5, 0, 0}, {5, 0, 0}, 0.0, 32.475953, 0.0, 1.0},
};

/* Is it what is printed with so many decimals? */
static bool
rounds_to(double value, double printed, double tolerance)
{
	return fabs(value - printed) <= tolerance;
}

static void
test_normal(void)
{
	for (size_t i = 0; i < LENGTH(quantiles); i++)
	{
		char		name[80];

		snprintf(name, sizeof(name), "z of upper tail %g", quantiles[i].q);
		is_near(normal_quantile_upper(quantiles[i].q), quantiles[i].z,
				quantiles[i].z < 0.1 ? 1e-11 : FULL, name);
	}
	is_near(normal_quantile_upper(0.5), 0.0, 1e-16, "z of the middle is 0");
	is_near(normal_quantile_upper(0.975), -1.9599639845400542, FULL,
			"z of a lower tail is negative");
	is_near(normal_quantile_upper(0.9), -1.2815515655446005, FULL,
			"z of another one");

	for (size_t i = 0; i < LENGTH(two_sided); i++)
	{
		char		name[80];

		snprintf(name, sizeof(name), "p of z %g", two_sided[i].z);
		is_near(normal_two_sided_p(two_sided[i].z), two_sided[i].q, 1e-13, name);
		ok(normal_two_sided_p(-two_sided[i].z) == normal_two_sided_p(two_sided[i].z),
		   "the same of -%g", two_sided[i].z);
	}
	ok(normal_two_sided_p(100.0) == 0.0, "p of a z beyond doubles is 0");

	/* one is the other's inverse, all over the range */
	for (double z = 0.01; z < 37.0; z *= 1.5)
		is_near(normal_quantile_upper(normal_two_sided_p(z) / 2.0), z, 1e-12,
				"there and back");
}

static void
test_wilson(void)
{
	for (size_t i = 0; i < LENGTH(wilson); i++)
	{
		Bounds		bounds = wilson_interval(wilson[i].positives,
											 wilson[i].total, Z95);

		ok(rounds_to(bounds.low, wilson[i].low, SIX_DIGITS) &&
		   rounds_to(bounds.high, wilson[i].high, SIX_DIGITS),
		   "Wilson's interval of %g of %g", wilson[i].positives, wilson[i].total);
	}
	for (size_t i = 0; i < LENGTH(wilson_exactly); i++)
	{
		const Proportion *p = &wilson_exactly[i];
		Bounds		bounds = wilson_interval(p->positives, p->total, Z95);

		is_near(bounds.low, p->low, 1e-13, "its low end to the last digits");
		is_near(bounds.high, p->high, 1e-13, "its high end");
	}

	/* what holds for every proportion */
	for (int total = 1; total <= 60; total++)
	{
		bool		inside = true;
		bool		mirrored = true;
		bool		wider = true;

		for (int positives = 0; positives <= total; positives++)
		{
			double		p = (double) positives / total;
			Bounds		a = wilson_interval(positives, total, Z95);
			Bounds		b = wilson_interval(total - positives, total, Z95);
			Bounds		c = wilson_interval(positives, total, 3.0);

			inside = inside && a.low >= 0.0 && a.low <= p && p <= a.high &&
				a.high <= 1.0;
			mirrored = mirrored && fabs(a.low - (1.0 - b.high)) < 1e-14 &&
				fabs(a.high - (1.0 - b.low)) < 1e-14;
			wider = wider && c.low <= a.low && c.high >= a.high;
		}
		ok(inside && mirrored && wider,
		   "of %d: intervals hold the proportion, within 0..1, mirrored, wider with more confidence",
		   total);
	}
	ok(wilson_interval(0, 1e15, 8.0).low == 0.0 &&
	   wilson_interval(1e15, 1e15, 8.0).high == 1.0, "the ends are exact");
}

static void
test_differences(void)
{
	for (size_t i = 0; i < LENGTH(newcombe); i++)
	{
		const Difference *d = &newcombe[i];
		Bounds		bounds = newcombe_difference(d->positives[1], d->total[1],
												 d->positives[0], d->total[0], Z95);
		Bounds		back = newcombe_difference(d->positives[0], d->total[0],
											   d->positives[1], d->total[1], Z95);

		ok(rounds_to(bounds.low, d->low, 5.1e-5) &&
		   rounds_to(bounds.high, d->high, 5.1e-5),
		   "Newcombe's interval of %g/%g - %g/%g", d->positives[0], d->total[0],
		   d->positives[1], d->total[1]);
		ok(back.low == -bounds.high && back.high == -bounds.low, "and back");
	}
	for (size_t i = 0; i < LENGTH(z_tests); i++)
	{
		const ZTest *t = &z_tests[i];

		is_near(two_proportion_z(t->before, t->total_before, t->after, t->total_after),
				t->z, 1e-13, "z of two proportions");
		ok(two_proportion_z(t->after, t->total_after, t->before, t->total_before) ==
		   -two_proportion_z(t->before, t->total_before, t->after, t->total_after),
		   "and back");
	}
}

static void
test_nps(void)
{
	for (size_t i = 0; i < LENGTH(nps); i++)
	{
		const Nps  *n = &nps[i];
		Estimate	estimate = net_promoter_estimate(n->promoters, n->passives,
													 n->detractors);
		Estimate	mirrored = net_promoter_estimate(n->detractors, n->passives,
													 n->promoters);

		ok(rounds_to(100.0 * estimate.value, n->value, SIX_DIGITS) &&
		   rounds_to(100.0 * estimate.error, n->error, SIX_DIGITS),
		   "adjusted score and error of %g promoters, %g passives, %g detractors",
		   n->promoters, n->passives, n->detractors);
		ok(mirrored.value == -estimate.value && mirrored.error == estimate.error,
		   "and mirrored");
	}
	for (size_t i = 0; i < LENGTH(nps_changes); i++)
	{
		const NpsChange *c = &nps_changes[i];
		Estimate	before = net_promoter_estimate(c->before[0], c->before[1],
												   c->before[2]);
		Estimate	after = net_promoter_estimate(c->after[0], c->after[1],
												  c->after[2]);
		double		difference = after.value - before.value;
		double		error = sqrt(before.error * before.error +
								 after.error * after.error);

		ok(rounds_to(100.0 * difference, c->difference, SIX_DIGITS) &&
		   rounds_to(100.0 * error, c->error, SIX_DIGITS) &&
		   rounds_to(difference / error, c->z, 5.1e-6) &&
		   rounds_to(normal_two_sided_p(difference / error), c->p, SIX_DIGITS),
		   "change of the score, set %zu", i + 1);
	}
	{
		Estimate	nobody = net_promoter_estimate(0, 0, 0);

		ok(nobody.value == 0.0 && isfinite(nobody.error) && nobody.error > 0.0,
		   "an estimate without responses is finite");
	}
}

/*
 * P(X >= k) of a Poisson distribution, which one with so large a shape is: from the
 * series and the continued fraction of the incomplete gamma function, with 64 bits,
 * below a million, at it and beyond.
 */
static void
test_poisson(void)
{
	static const struct
	{
		double		k;
		double		mean;
		double		tail;
	}			cases[] = {
		{1.0, 1.0, 0.632120558828557678},
		{1e6, 996000.0, 3.10071182111e-05},
		{1e6, 1000000.0, 0.500132980761},
		{1e7, 9981026.0, 9.63764844699e-10},
		{1e7, 9993675.0, 0.022725466264},
		{1e7, 10006324.0, 0.977223312417},
		{1e8, 100000000.0, 0.500013298083},
		{1e9, 1000000000.0, 0.50000420522},
		{1e7, 1e6, 0.0},
		{1e6 + 1.0, 1e9, 1.0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		double		tail = negative_binomial_tail(cases[i].k, 1e18, cases[i].mean / 1e18);

		ok(fabs(tail - cases[i].tail) <= 2e-9 * cases[i].tail, "Poisson, %g or more of a mean of %g: %.12g",
		   cases[i].k, cases[i].mean, tail);
	}
}

int
main(void)
{
	test_normal();
	test_poisson();
	test_wilson();
	test_differences();
	test_nps();
	return tap_done();
}
