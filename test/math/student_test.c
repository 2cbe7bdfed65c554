/*-------------------------------------------------------------------------
 *
 * student_test.c
 *	  Student's distribution against published quantiles and closed forms.
 *
 * The quantiles are those of the tables in NIST/SEMATECH's e-Handbook of
 * Statistical Methods (1.3.6.7.2), with the further digits that R's qt() gives.
 * For 1, 2 and 4 degrees of freedom the distribution has a closed form.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "../../src/math/statistics.h"
#include "tap.h"


typedef struct Quantile
{
	double		freedom;
	double		p;				/* two-sided */
	double		t;
	double		exact;			/* relative error that the digits of t allow */
} Quantile;

static const Quantile quantiles[] = {
	{1, 0.05, 12.7062047361747, 1e-12},
	{2, 0.05, 4.30265272974946, 1e-12},
	{3, 0.05, 3.18244630528371, 1e-12},
	{4, 0.05, 2.77644510519779, 1e-12},
	{5, 0.05, 2.57058183563631, 1e-12},
	{10, 0.05, 2.22813885198627, 1e-12},
	{30, 0.05, 2.04227245630124, 1e-12},
	{100, 0.05, 1.98397151852355, 1e-12},
	{1, 0.01, 63.6567411628717, 1e-12},
	{2, 0.01, 9.92484320091829, 1e-12},
	{5, 0.01, 4.03214298355523, 1e-12},
	{10, 0.01, 3.16927267261695, 1e-12},
	{30, 0.01, 2.74999565356722, 1e-12},
	{10, 0.20, 1.37218364111034, 1e-12},
	{10, 0.001, 4.586893858702, 1e-11},
	/* the tables' three decimals */
	{1, 0.002, 318.313, 2e-5},
	{20, 0.002, 3.552, 5e-4},
	{60, 0.10, 1.671, 1e-3},
	{100, 0.002, 3.174, 2e-3},
	{1000, 0.05, 1.962, 1e-3},
	{1e6, 0.05, 1.959966, 3e-6},
	{1e15, 0.05, 1.959963984540054, 1e-13},
};

static void
check(bool passed, double freedom, double t, double got, double expected)
{
	ok(passed, "t %.15g of %g degrees of freedom: p %.15g, expected %.15g",
	   t, freedom, got, expected);
}

static void
near(double freedom, double t, double expected, double exact)
{
	double		p = student_two_sided_p(t, freedom);

	check(fabs(p - expected) <= exact * expected, freedom, t, p, expected);
}

int
main(void)
{
	static const double pi = 3.14159265358979323846;
	static const double ts[] = {1e-9, 1e-3, 0.1, 0.5, 1, 2, 5, 30, 1e3, 1e6};

	for (size_t i = 0; i < LENGTH(quantiles); i++)
		near(quantiles[i].freedom, quantiles[i].t, quantiles[i].p,
			 quantiles[i].exact);

	for (size_t i = 0; i < LENGTH(ts); i++)
	{
		double		t = ts[i];
		double		root = sqrt(4.0 + t * t);
		double		far;

		near(1, t, 2.0 / pi * atan2(1.0, t), 1e-13);
		/* 1 - t / sqrt(2 + t^2), without the cancellation for large t */
		far = sqrt(2.0 + t * t);
		near(2, t, 2.0 / (far * (far + t)), 1e-13);
		/* 1 - s (3 - s^2) / 2 = (1 - s)^2 (2 + s) / 2 with s = t / root */
		near(4, t, pow(4.0 / (root * (root + t)), 2.0) * (2.0 + t / root) / 2.0,
			 1e-12);
		/* to both sides */
		near(7.5, -t, student_two_sided_p(t, 7.5), 0.0);
	}

	/* the ends */
	near(1, 0.0, 1.0, 0.0);
	near(1e9, 0.0, 1.0, 0.0);
	near(3, INFINITY, 0.0, 0.0);
	near(3, 1e200, 0.0, 0.0);
	near(1e9, 1e200, 0.0, 0.0);

	/* the two methods meet, to a millionth of p and better for common t */
	for (size_t i = 0; i < LENGTH(ts) - 3; i++)
	{
		double		below = student_two_sided_p(ts[i], 10000.0);
		double		above = student_two_sided_p(ts[i], 10000.0001);

		check(fabs(below - above) <= (ts[i] <= 2 ? 1e-8 : 1e-6) * below, 10000, ts[i], above, below);
	}

	return tap_done();
}
