/*-------------------------------------------------------------------------
 *
 * kaplan_meier_test.c
 *	  Kaplan-Meier against published data sets and edge cases.
 *
 * Expected figures were computed with the survival package of R (survfit with
 * conf.type = "log-log", and its restricted means): the 6-MP and placebo arms
 * of Freireich et al. 1963, the maintenance study of acute myelogenous
 * leukemia (Miller 1997), and small sets made for their ties.  They differ
 * from R in three places:
 *
 * - R takes the middle of the interval where the curve stands at exactly 1 - q
 *	 as the quantile (2.5 for the median of 1, 2, 3, 4), this project its
 *	 beginning, the first time with S <= 1 - q;
 * - the standard error of S = 0 is 0 here, NaN there;
 * - the restricted mean before the only event, R's NA, is the horizon.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../src/math/kaplan_meier.h"
#include "tap.h"

#define EXACT			1e-12

/* z of 95 percent */
#define Z				1.959963984540054

/* Durations are tested in microseconds, as summaries keep them. */
#define UNIT			1000000

typedef struct Point
{
	int64_t		time;
	int64_t		at_risk;
	int64_t		events;
	int64_t		censored;
	double		survival;
	double		error;			/* NAN where S is 0 */
	double		low;			/* NAN where not defined */
	double		high;
} Point;

typedef struct Set
{
	const char *name;
	const KmTime *times;
	size_t		count;
	const Point *curve;
	size_t		points;
	/* -1 where never reached */
	double		first_quartile;
	double		median;
	double		third_quartile;
	double		median_low;
	double		median_high;
} Set;

typedef struct Mean
{
	const char *name;
	const KmTime *times;
	size_t		count;
	double		horizon;
	double		value;
	double		error;
} Mean;

/* leukemia_6mp */
static const KmTime leukemia_6mp_times[] = {
	{6, 3, 1},
	{7, 1, 0},
	{9, 0, 1},
	{10, 1, 1},
	{11, 0, 1},
	{13, 1, 0},
	{16, 1, 0},
	{17, 0, 1},
	{19, 0, 1},
	{20, 0, 1},
	{22, 1, 0},
	{23, 1, 0},
	{25, 0, 1},
	{32, 0, 2},
	{34, 0, 1},
	{35, 0, 1},
};

static const Point leukemia_6mp_curve[] = {
	{6, 21, 3, 1,
		0.8571428571428571, 0.07636035483212125,
	0.6197179552659839, 0.9515517476469970},
	{7, 17, 1, 0,
		0.8067226890756302, 0.08693528518005719,
	0.5631465646222333, 0.9228090192028804},
	{9, 16, 0, 1,
		0.8067226890756302, 0.08693528518005719,
	0.5631465646222333, 0.9228090192028804},
	{10, 15, 1, 1,
		0.7529411764705881, 0.09634965299432049,
	0.5031995107999565, 0.8893618351692654},
	{11, 13, 0, 1,
		0.7529411764705881, 0.09634965299432049,
	0.5031995107999565, 0.8893618351692654},
	{13, 12, 1, 0,
		0.6901960784313724, 0.10681470777500982,
	0.4316102224861841, 0.8490659633494506},
	{16, 11, 1, 0,
		0.6274509803921567, 0.11405386525675253,
	0.3675108559875020, 0.8049121894718412},
	{17, 10, 0, 1,
		0.6274509803921567, 0.11405386525675253,
	0.3675108559875020, 0.8049121894718412},
	{19, 9, 0, 1,
		0.6274509803921567, 0.11405386525675253,
	0.3675108559875020, 0.8049121894718412},
	{20, 8, 0, 1,
		0.6274509803921567, 0.11405386525675253,
	0.3675108559875020, 0.8049121894718412},
	{22, 7, 1, 0,
		0.5378151260504200, 0.12823375169303397,
	0.2677789367671350, 0.7467907176353944},
	{23, 6, 1, 0,
		0.4481792717086834, 0.13459145675576042,
	0.1880520059592324, 0.6801426284952413},
	{25, 5, 0, 1,
		0.4481792717086834, 0.13459145675576042,
	0.1880520059592324, 0.6801426284952413},
	{32, 4, 0, 2,
		0.4481792717086834, 0.13459145675576042,
	0.1880520059592324, 0.6801426284952413},
	{34, 2, 0, 1,
		0.4481792717086834, 0.13459145675576042,
	0.1880520059592324, 0.6801426284952413},
	{35, 1, 0, 1,
		0.4481792717086834, 0.13459145675576042,
	0.1880520059592324, 0.6801426284952413},
};

/* leukemia_placebo */
static const KmTime leukemia_placebo_times[] = {
	{1, 2, 0},
	{2, 2, 0},
	{3, 1, 0},
	{4, 2, 0},
	{5, 2, 0},
	{8, 4, 0},
	{11, 2, 0},
	{12, 2, 0},
	{15, 1, 0},
	{17, 1, 0},
	{22, 1, 0},
	{23, 1, 0},
};

static const Point leukemia_placebo_curve[] = {
	{1, 21, 2, 0,
		0.90476190476190477, 0.06405644848900470,
	0.670045882235033585, 0.9752941490381125},
	{2, 19, 2, 0,
		0.80952380952380953, 0.08568908674689880,
	0.568905059924172618, 0.9238888285592948},
	{3, 17, 1, 0,
		0.76190476190476186, 0.09294286409033649,
	0.519391415328428807, 0.8932571097824872},
	{4, 16, 2, 0,
		0.66666666666666663, 0.10286889997472794,
	0.425350435565247209, 0.8250440087973401},
	{5, 14, 2, 0,
		0.57142857142857140, 0.10798984943120776,
	0.337976953859493112, 0.7492407099432165},
	{8, 12, 4, 0,
		0.38095238095238093, 0.10597116957413082,
	0.183066548820394387, 0.5777886777458309},
	{11, 8, 2, 0,
		0.28571428571428570, 0.09858079419176488,
	0.116561326436764659, 0.4818196480090255},
	{12, 6, 2, 0,
		0.19047619047619047, 0.08568908674689879,
	0.059481701361175261, 0.3774348905851500},
	{15, 4, 1, 0,
		0.14285714285714285, 0.07636035483212125,
	0.035657355190666713, 0.3211615746808691},
	{17, 3, 1, 0,
		0.09523809523809523, 0.06405644848900469,
	0.016259260212247020, 0.2612499819686869},
	{22, 2, 1, 0,
		0.04761904761904762, 0.04647143204516824,
	0.003324463042531181, 0.1970449056989460},
	{23, 1, 1, 0,
		0.00000000000000000, NAN,
	NAN, NAN},
};

/* aml_maintained */
static const KmTime aml_maintained_times[] = {
	{9, 1, 0},
	{13, 1, 1},
	{18, 1, 0},
	{23, 1, 0},
	{28, 0, 1},
	{31, 1, 0},
	{34, 1, 0},
	{45, 0, 1},
	{48, 1, 0},
	{161, 0, 1},
};

static const Point aml_maintained_curve[] = {
	{9, 11, 1, 0,
		0.9090909090909091, 0.08667841720414475,
	0.50808020576992974, 0.9866738226678231},
	{13, 10, 1, 1,
		0.8181818181818181, 0.11629129983033294,
	0.44742861468218142, 0.9511622285824917},
	{18, 8, 1, 0,
		0.7159090909090908, 0.13966497055722782,
	0.35019038590793838, 0.8990239741910534},
	{23, 7, 1, 0,
		0.6136363636363635, 0.15263233102731200,
	0.26575204000128611, 0.8352992432502214},
	{28, 6, 0, 1,
		0.6136363636363635, 0.15263233102731200,
	0.26575204000128611, 0.8352992432502214},
	{31, 5, 1, 0,
		0.4909090909090909, 0.16419326722113581,
	0.16733090977685081, 0.7533997903708113},
	{34, 4, 1, 0,
		0.3681818181818182, 0.16266888582709479,
	0.09282957493698518, 0.6570408323981638},
	{45, 3, 0, 1,
		0.3681818181818182, 0.16266888582709479,
	0.09282957493698518, 0.6570408323981638},
	{48, 2, 1, 0,
		0.1840909090909091, 0.15349274578629368,
	0.01173848012318960, 0.5250148427266415},
	{161, 1, 0, 1,
		0.1840909090909091, 0.15349274578629368,
	0.01173848012318960, 0.5250148427266415},
};

/* aml_nonmaintained */
static const KmTime aml_nonmaintained_times[] = {
	{5, 2, 0},
	{8, 2, 0},
	{12, 1, 0},
	{16, 0, 1},
	{23, 1, 0},
	{27, 1, 0},
	{30, 1, 0},
	{33, 1, 0},
	{43, 1, 0},
	{45, 1, 0},
};

static const Point aml_nonmaintained_curve[] = {
	{5, 12, 2, 0,
		0.83333333333333337, 0.10758287072798380,
	0.481714942195378859, 0.9555093657280649},
	{8, 10, 2, 0,
		0.66666666666666674, 0.13608276348795437,
	0.337018932541401972, 0.8597117990844398},
	{12, 8, 1, 0,
		0.58333333333333337, 0.14231876063832777,
	0.270138924085497334, 0.8009401923333869},
	{16, 7, 0, 1,
		0.58333333333333337, 0.14231876063832777,
	0.270138924085497334, 0.8009401923333869},
	{23, 6, 1, 0,
		0.48611111111111116, 0.14813006255348293,
	0.191876619618728289, 0.7296715697794854},
	{27, 5, 1, 0,
		0.38888888888888895, 0.14698618394803281,
	0.126272012195393663, 0.6498174082893151},
	{30, 4, 1, 0,
		0.29166666666666674, 0.13871516913498738,
	0.072401608907771836, 0.5608860526714092},
	{33, 3, 1, 0,
		0.19444444444444448, 0.12187450538044615,
	0.031198642931211940, 0.4614294762381139},
	{43, 2, 1, 0,
		0.09722222222222224, 0.09186636496752051,
	0.005746305695863835, 0.3489038611107497},
	{45, 1, 1, 0,
		0.00000000000000000, NAN,
	NAN, NAN},
};

/* edge_all_censored */
static const KmTime edge_all_censored_times[] = {
	{3, 0, 1},
	{5, 0, 1},
	{7, 0, 1},
};

static const Point edge_all_censored_curve[] = {
	{3, 3, 0, 1,
		1, 0,
	NAN, NAN},
	{5, 2, 0, 1,
		1, 0,
	NAN, NAN},
	{7, 1, 0, 1,
		1, 0,
	NAN, NAN},
};

/* edge_even_all_events */
static const KmTime edge_even_all_events_times[] = {
	{1, 1, 0},
	{2, 1, 0},
	{3, 1, 0},
	{4, 1, 0},
};

static const Point edge_even_all_events_curve[] = {
	{1, 4, 1, 0,
		0.75, 0.2165063509461096,
	0.127946917595145870, 0.9605486422850784},
	{2, 3, 1, 0,
		0.50, 0.2500000000000000,
	0.057847082995144627, 0.8448612811903740},
	{3, 2, 1, 0,
		0.25, 0.2165063509461096,
	0.008947824416603172, 0.6653253427888653},
	{4, 1, 1, 0,
		0.00, NAN,
	NAN, NAN},
};

/* edge_single_event */
static const KmTime edge_single_event_times[] = {
	{5, 1, 0},
};

static const Point edge_single_event_curve[] = {
	{5, 1, 1, 0,
		0, NAN,
	NAN, NAN},
};

/* edge_tie_event_censor */
static const KmTime edge_tie_event_censor_times[] = {
	{2, 2, 1},
	{3, 1, 1},
	{4, 0, 1},
};

static const Point edge_tie_event_censor_curve[] = {
	{2, 6, 2, 1,
		0.6666666666666666, 0.1924500897298752,
	0.19461663680623500, 0.9044341643225163},
	{3, 3, 1, 1,
		0.4444444444444444, 0.2222222222222222,
	0.06618675314641249, 0.7849083671479584},
	{4, 1, 0, 1,
		0.4444444444444444, 0.2222222222222222,
	0.06618675314641249, 0.7849083671479584},
};

/* edge_time_zero */
static const KmTime edge_time_zero_times[] = {
	{0, 1, 1},
	{1, 1, 0},
	{2, 1, 0},
	{3, 0, 1},
};

static const Point edge_time_zero_curve[] = {
	{0, 5, 1, 1,
		0.8000000000000000, 0.1788854381999832,
	0.203809263267639262, 0.9691797888667426},
	{1, 3, 1, 0,
		0.5333333333333333, 0.2482531563336701,
	0.068332087847202877, 0.8630711827387925},
	{2, 2, 1, 0,
		0.2666666666666667, 0.2257497795413386,
	0.009677000578881358, 0.6861362791570119},
	{3, 1, 0, 1,
		0.2666666666666667, 0.2257497795413386,
	0.009677000578881358, 0.6861362791570119},
};

#define SET(name, q25, q50, q75, low, high) \
	{#name, name##_times, LENGTH(name##_times), \
	 name##_curve, LENGTH(name##_curve), q25, q50, q75, low, high}

static const Set sets[] = {
	SET(leukemia_6mp, 13, 23, -1, 13, -1),
	SET(leukemia_placebo, 4, 8, 12, 4, 11),
	SET(aml_maintained, 18, 31, 48, 13, -1),
	SET(aml_nonmaintained, 8, 23, 33, 5, 33),
	SET(edge_all_censored, -1, -1, -1, -1, -1),
	SET(edge_even_all_events, 1, 2, 3, 1, -1),
	SET(edge_single_event, 5, 5, 5, -1, -1),
	SET(edge_tie_event_censor, 2, 3, -1, 2, -1),
	SET(edge_time_zero, 1, 2, -1, 0, -1),
};

#define MEAN(name, horizon, value, error) \
	{#name, name##_times, LENGTH(name##_times), horizon, value, error}

static const Mean means[] = {
	MEAN(leukemia_6mp, 20.0, 16.116526610644257, 1.2515601960050471),
	MEAN(leukemia_6mp, 35.0, 23.287394957983192, 2.8274676233714389),
	MEAN(leukemia_placebo, 20.0, 8.428571428571429, 1.2680826825039220),
	MEAN(leukemia_placebo, 35.0, 8.666666666666666, 1.3773900412645483),
	MEAN(aml_maintained, 80.5, 37.826136363636358, 8.1269417565383701),
	MEAN(aml_maintained, 161.0, 52.645454545454541, 19.8286027955625848),
	MEAN(aml_nonmaintained, 22.5, 16.291666666666668, 2.1742322506185099),
	MEAN(aml_nonmaintained, 45.0, 22.708333333333336, 4.1809419810331541),
	MEAN(edge_all_censored, 3.5, 3.500000000000000, 0.0000000000000000),
	MEAN(edge_all_censored, 7.0, 7.000000000000000, 0.0000000000000000),
	MEAN(edge_even_all_events, 2.0, 1.750000000000000, 0.2165063509461096),
	MEAN(edge_even_all_events, 4.0, 2.500000000000000, 0.5590169943749475),
	MEAN(edge_single_event, 2.5, 2.5, 0.0),
	MEAN(edge_single_event, 5.0, 5.000000000000000, 0.0000000000000000),
	MEAN(edge_tie_event_censor, 2.0, 2.000000000000000, 0.0000000000000000),
	MEAN(edge_tie_event_censor, 4.0, 3.111111111111111, 0.3685138655950444),
	MEAN(edge_time_zero, 1.5, 1.066666666666667, 0.2621845547333800),
	MEAN(edge_time_zero, 3.0, 1.600000000000000, 0.5198290317231448),
};

static void
check(bool passed, const char *name, const char *what)
{
	ok(passed, "%s: %s", name, what);
}

static bool
near(double value, double expected)
{
	if (isnan(expected))
		return isnan(value);
	if (fabs(value - expected) <= EXACT * fmax(1.0, fabs(expected)))
		return true;
	printf("# %.17g, expected %.17g\n", value, expected);
	return false;
}

/* A set with its times in microseconds instead of the unit given. */
static KmTime *
scaled(const KmTime *times, size_t count)
{
	KmTime	   *copy = malloc(count * sizeof(KmTime));

	if (copy == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
	{
		copy[i] = times[i];
		copy[i].time *= UNIT;
	}
	return copy;
}

/* S at a time, if it is known there. */
static bool
survival_at(const KmTime *times, size_t count, int64_t at, double *survival)
{
	KmCurve		curve;

	if (!km_curve_at(times, count, at, &curve))
		return false;
	*survival = curve.survival;
	return true;
}

static double
quantile(const KmTime *times, size_t count, double q)
{
	int64_t		time;

	return km_quantile(times, count, q, &time) ? (double) time / UNIT : -1.0;
}

static void
test_set(const Set *set)
{
	KmTime	   *times = scaled(set->times, set->count);
	KmCurve		curve;
	KmCurve		there;
	bool		at_risk = true,
				survival = true,
				error = true,
				interval = true,
				at = true;
	double		value;
	KmQuantileInterval median;

	check(set->count == set->points, set->name, "a point for each time");

	km_begin(&curve, km_total(times, set->count));
	for (size_t i = 0; i < set->points; i++)
	{
		const Point *point = &set->curve[i];
		Bounds		bounds = {NAN, NAN};
		bool		defined;

		km_take(&curve, &times[i]);
		at_risk = at_risk && curve.at_risk == point->at_risk &&
			times[i].time == point->time * UNIT &&
			times[i].events == point->events &&
			times[i].censored == point->censored;
		survival = near(curve.survival, point->survival) && survival;
		error = near(km_survival_error(&curve),
					 isnan(point->error) ? 0.0 : point->error) && error;
		defined = km_survival_interval(&curve, Z, &bounds);
		interval = defined == !isnan(point->low) &&
			near(bounds.low, point->low) && near(bounds.high, point->high) &&
			interval;
		if (defined)
			interval = km_curve_at(times, set->count, times[i].time, &there) &&
				km_survival_interval(&there, Z, &bounds) &&
				near(bounds.low, point->low) && interval;

		/* at the time, just before the next, and before the first */
		at = survival_at(times, set->count, times[i].time, &value) &&
			near(value, point->survival) && at;
		if (i + 1 < set->points)
			at = survival_at(times, set->count, times[i + 1].time - 1,
							 &value) &&
				near(value, point->survival) && at;
	}
	if (times[0].time > 0)
		at = survival_at(times, set->count, times[0].time - 1, &value) &&
			near(value, 1.0) && at;
	check(at_risk, set->name, "times, numbers at risk, events, censored");
	check(survival, set->name, "survival");
	check(error, set->name, "Greenwood's standard error");
	check(interval, set->name, "log-log interval");
	check(at, set->name, "survival at and between times");

	check(survival_at(times, set->count, times[set->count - 1].time + 1,
					  &value) == (curve.survival == 0.0),
		  set->name, "beyond the longest duration S is known only when it is 0");

	check(quantile(times, set->count, 0.25) == set->first_quartile, set->name,
		  "first quartile");
	check(quantile(times, set->count, 0.5) == set->median, set->name, "median");
	check(quantile(times, set->count, 0.75) == set->third_quartile, set->name,
		  "third quartile");

	km_quantile_interval_begin(&median, km_total(times, set->count), 0.5, Z);
	for (size_t i = 0; i < set->count; i++)
	{
		if (km_quantile_interval_take(&median, &times[i]))
			break;
	}
	check((median.low == NULL ? -1.0 : (double) median.low->time / UNIT) ==
		  set->median_low &&
		  (median.high == NULL ? -1.0 : (double) median.high->time / UNIT) ==
		  set->median_high,
		  set->name, "interval of the median");
	free(times);
}

static void
test_mean(const Mean *mean)
{
	KmTime	   *times = scaled(mean->times, mean->count);
	Estimate	estimate = {NAN, NAN};
	char		what[80];

	snprintf(what, sizeof(what), "restricted mean at %g", mean->horizon);
	check(km_restricted_mean(times, mean->count,
							 (int64_t) (mean->horizon * UNIT), &estimate) &&
		  near(estimate.value / UNIT, mean->value) &&
		  near(estimate.error / UNIT, mean->error), mean->name, what);
	free(times);
}

static void
test_limits(void)
{
	static const KmTime censored_last[] = {{4, 1, 0}, {9, 0, 1}};
	static const KmTime event_last[] = {{4, 0, 1}, {9, 1, 0}};
	static const KmTime tenths[] = {
		{1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {4, 1, 0}, {5, 1, 0},
		{6, 1, 0}, {7, 1, 0}, {8, 1, 0}, {9, 1, 0}, {10, 1, 0},
	};

	/* 12/16 * 8/10 * 5/6 * 1/2 is a quarter; as doubles it is a little more */
	static const KmTime quarter[] = {
		{1, 4, 2}, {2, 2, 2}, {3, 1, 3}, {4, 1, 1}
	};
	Estimate	mean;
	double		value;
	int64_t		time;
	bool		all = true;
	KmCurve		curve;
	size_t		n = 100000;
	KmTime	   *many;

	check(!survival_at(NULL, 0, 5, &value), "empty", "no survival");
	check(quantile(NULL, 0, 0.5) == -1.0, "empty", "no median");
	check(!km_restricted_mean(NULL, 0, 5, &mean), "empty", "no mean");

	check(km_restricted_mean(censored_last, 2, 9, &mean) &&
		  near(mean.value, 6.5), "censored last", "mean up to it");
	check(!km_restricted_mean(censored_last, 2, 10, &mean), "censored last",
		  "no mean beyond");
	check(km_restricted_mean(event_last, 2, 10, &mean) && near(mean.value, 9.0),
		  "event last", "mean beyond");
	check(km_restricted_mean(event_last, 2, 3, &mean) && near(mean.value, 3.0) &&
		  near(mean.error, 0.0), "event last", "mean before");

	for (int i = 1; i <= 9; i++)
		all = all && survival_at(tenths, 10, i, &value) &&
			value == (10 - i) / 10.0;
	check(all, "tenths", "without censoring S is exact");
	all = true;
	for (int i = 1; i < 10; i++)
		all = all && km_quantile(tenths, 10, i / 10.0, &time) && time == i;
	check(all, "tenths", "every quantile is reached on time");
	check(survival_at(quarter, 4, 4, &value) && near(value, 0.25),
		  "fractions", "survival");
	check(km_quantile(quarter, 4, 0.75, &time) && time == 4, "fractions",
		  "a quantile reached but for rounding");

	/* one event and one censoring at each of many times */
	many = malloc(n * sizeof(KmTime));
	if (many == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
	{
		many[i].time = (int64_t) i + 1;
		many[i].events = 1;
		many[i].censored = 1;
	}
	km_begin(&curve, km_total(many, n));
	value = 0.0;
	for (size_t i = 0; i + 1 < n; i++)
	{
		double		before = 2.0 * (double) (n - i);

		km_take(&curve, &many[i]);
		/* the logarithm of the product, added up */
		value += log1p(-1.0 / before);
	}
	check(fabs(curve.survival - exp(value)) <= 1e-10 * curve.survival, "many",
		  "survival is the product");
	free(many);
}

int
main(void)
{
	for (size_t i = 0; i < LENGTH(sets); i++)
		test_set(&sets[i]);
	for (size_t i = 0; i < LENGTH(means); i++)
		test_mean(&means[i]);
	test_limits();

	return tap_done();
}
