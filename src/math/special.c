/*-------------------------------------------------------------------------
 *
 * special.c
 *	  Digamma, trigamma, rising factorials, the beta function, and the nodes
 *	  of Gauss-Legendre quadrature.
 *
 * The asymptotic series are those of Abramowitz and Stegun (1964), 6.1.41,
 * 6.3.18 and 6.4.12; below ASYMPTOTIC_FROM the recurrence leads up to them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "special.h"

/* From this argument on seven terms of the series reach the last digit. */
#define ASYMPTOTIC_FROM		12.0

/* A sum of more logarithms than this costs more than it gains. */
#define RISING_SUM_LIMIT	4096

const QuadratureNode gauss_legendre_8[4] = {
	{1.8343464249564980494e-1, 3.6268378337836198297e-1},
	{5.2553240991632898582e-1, 3.1370664587788728734e-1},
	{7.9666647741362673959e-1, 2.2238103445337447054e-1},
	{9.6028985649753623168e-1, 1.0122853629037625915e-1},
};

const QuadratureNode gauss_legendre_16[8] = {
	{9.5012509837637440185e-2, 1.8945061045506849629e-1},
	{2.8160355077925891323e-1, 1.8260341504492358887e-1},
	{4.5801677765722738634e-1, 1.6915651939500253819e-1},
	{6.1787624440264374845e-1, 1.4959598881657673208e-1},
	{7.5540440835500303390e-1, 1.2462897125553387205e-1},
	{8.6563120238783174388e-1, 9.5158511682492784810e-2},
	{9.4457502307323257608e-1, 6.2253523938647892863e-2},
	{9.8940093499164993260e-1, 2.7152459411754094852e-2},
};

const QuadratureNode gauss_legendre_24[12] = {
	{6.4056892862605626085e-2, 1.2793819534675215697e-1},
	{1.9111886747361630916e-1, 1.2583745634682829612e-1},
	{3.1504267969616337439e-1, 1.2167047292780339120e-1},
	{4.3379350762604513849e-1, 1.1550566805372560135e-1},
	{5.4542147138883953566e-1, 1.0744427011596563478e-1},
	{6.4809365193697556925e-1, 9.7618652104113888270e-2},
	{7.4012419157855436424e-1, 8.6190161531953275917e-2},
	{8.2000198597390292195e-1, 7.3346481411080305734e-2},
	{8.8641552700440103421e-1, 5.9298584915436780746e-2},
	{9.3827455200273275852e-1, 4.4277438817419806169e-2},
	{9.7472855597130949820e-1, 2.8531388628933663181e-2},
	{9.9518721999702136018e-1, 1.2341229799987199547e-2},
};

/* Return log Gamma(x) less Stirling's main term, for x >= ASYMPTOTIC_FROM. */
static double
stirling_rest(double x)
{
	double		q = 1.0 / (x * x);

	return (1.0 / 12 - q * (1.0 / 360 - q * (1.0 / 1260 - q * (1.0 / 1680 -
															   q * (1.0 / 1188 - q * (691.0 / 360360 - q / 156)))))) / x;
}

/* Give NaN for what is not above 0, from where the recurrence would not end. */
static double
digamma(double x)
{
	double		below = 0.0;
	double		q;

	if (!(x > 0.0))
		return NAN;
	while (x < ASYMPTOTIC_FROM)
	{
		below += 1.0 / x;
		x += 1.0;
	}
	q = 1.0 / (x * x);
	return log(x) - 0.5 / x - below -
		q * (1.0 / 12 - q * (1.0 / 120 - q * (1.0 / 252 - q * (1.0 / 240 -
															   q * (1.0 / 132 - q * (691.0 / 32760 - q / 12))))));
}

/* Give NaN for what is not above 0, as digamma() does. */
double
trigamma(double x)
{
	double		below = 0.0;
	double		q;

	if (!(x > 0.0))
		return NAN;
	while (x < ASYMPTOTIC_FROM)
	{
		below += 1.0 / (x * x);
		x += 1.0;
	}
	q = 1.0 / (x * x);
	return below + 0.5 * q +
		(1.0 + q * (1.0 / 6 - q * (1.0 / 30 - q * (1.0 / 42 - q * (1.0 / 30 -
																   q * (5.0 / 66 - q * (691.0 / 2730 - q * 7.0 / 6))))))) / x;
}

Jet
log_gamma_jet(double x)
{
	Jet			jet;

	jet.value = lgamma(x);
	jet.first = digamma(x);
	jet.second = trigamma(x);
	return jet;
}

/* Return log Gamma(x + more) - log Gamma(x), for x >= ASYMPTOTIC_FROM. */
static double
log_gamma_rise(double x, double more)
{
	return (x - 0.5) * log1p(more / x) + more * log(x + more) - more +
		stirling_rest(x + more) - stirling_rest(x);
}

/*
 * Return log Beta(a, b).  The difference of two large log gammas loses digits;
 * Stirling's formula gives it without subtracting them.
 */
double
log_beta(double a, double b)
{
	double		small = fmin(a, b);
	double		large = fmax(a, b);

	if (large < ASYMPTOTIC_FROM)
		return lgamma(small) + lgamma(large) - lgamma(small + large);
	return lgamma(small) - log_gamma_rise(large, small);
}

/*
 * Advance along sorted counts of purchases: each logarithm is taken once, and
 * a sum of logarithms loses nothing, however small or large r is.
 */
void
log_rising_advance(Jet *jet, double r, int from, int to)
{
	double		start = r + from;

	if (to - from > RISING_SUM_LIMIT && start >= ASYMPTOTIC_FROM)
	{
		jet->value += log_gamma_rise(start, (double) to - from);
		jet->first += digamma(r + to) - digamma(start);
		jet->second += trigamma(r + to) - trigamma(start);
		return;
	}
	if (to - from > RISING_SUM_LIMIT)
	{
		int			middle = from + (int) ASYMPTOTIC_FROM;

		log_rising_advance(jet, r, from, middle);
		log_rising_advance(jet, r, middle, to);
		return;
	}
	for (int i = from; i < to; i++)
	{
		double		inverse = 1.0 / (r + i);

		jet->value += log(r + i);
		jet->first += inverse;
		jet->second -= inverse * inverse;
	}
}
