/*-------------------------------------------------------------------------
 *
 * contract.c
 *	  The shifted beta-geometric distribution: fit, survival, lifetime.
 *
 * Of the customers that began period t a share (b+t-1) / (a+b+t-1) stays, so the
 * likelihood is that of a binomial distribution for each period, whether or not all
 * customers were seen to their end.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "contract.h"
#include "newton.h"
#include "special.h"

/* A logarithm of a parameter beyond this stands for 0 or infinity. */
#define LOG_LIMIT		13.0
#define MAX_STEPS		100

/* The whole model must be so much better than a limit to be told from it. */
#define SAME_VALUE		1e-7

/* Where searches start, as logarithms of a and b. */
static const double starts[][CONTRACT_PARAMETERS] = {
	{0.0, 0.0}, {0.0, 3.0}, {-2.0, -1.0}, {3.0, 5.0}
};

#define STARTS			((int) (sizeof(starts) / sizeof(starts[0])))

/* Periods between two calls of check. */
#define CHECK_EVERY		4096

typedef struct FitArgument
{
	const ContractPeriod *periods;
	size_t		n;
	void		(*check) (void);
} FitArgument;

/* Evaluate the log likelihood in the logarithms of a and b. */
static void
evaluate(void *arg, const double *log_parameter, NewtonPoint *point)
{
	const FitArgument *fit = (const FitArgument *) arg;
	double		a = exp(log_parameter[0]);
	double		b = exp(log_parameter[1]);

	memset(point, 0, sizeof(NewtonPoint));
	for (size_t i = 0; i < fit->n; i++)
	{
		const ContractPeriod *period = &fit->periods[i];
		double		lost = period->lost;
		double		kept = period->at_risk - lost;
		double		stay = b + (period->period - 1.0);
		double		sum = a + stay;
		double		leave_share = a / sum;
		double		stay_share = stay / sum;
		double		of_stay = b / stay; /* slope of log stay by log b */
		double		of_sum = b / sum;

		if (fit->check != NULL && i % CHECK_EVERY == 0)
			fit->check();
		point->value += lost * log(leave_share) + kept * log(stay_share);
		point->gradient[0] += lost - period->at_risk * leave_share;
		point->gradient[1] += kept * of_stay - period->at_risk * of_sum;
		point->hessian[0][0] -= period->at_risk * leave_share * stay_share;
		point->hessian[0][1] += period->at_risk * leave_share * of_sum;
		point->hessian[1][1] += kept * of_stay * (1.0 - of_stay) -
			period->at_risk * of_sum * (1.0 - of_sum);
	}
	point->hessian[1][0] = point->hessian[0][1];
}

/* Set the fit to a limit of one parameter, the share that leaves of those who may. */
static void
fit_share(ContractFit *fit, ContractSpread spread, double lost, double at_risk)
{
	double		churn = lost / at_risk;

	fit->spread = spread;
	fit->parameters = lost > 0.0 && lost < at_risk ? 1 : 0;
	fit->parameter[0] = churn;
	fit->covariance[0][0] = fit->parameters == 1 ?
		1.0 / (at_risk * churn * (1.0 - churn)) : 0.0;
	fit->log_likelihood = fit->parameters == 1 ?
		lost * log(churn) + (at_risk - lost) * log1p(-churn) : 0.0;
}

/*
 * Fit the model to periods, of which the first is 1 and each has customers at
 * risk; false where there are none.
 */
bool
contract_fit(const ContractPeriod *periods, size_t n, void (*check) (void),
			 ContractFit *fit)
{
	FitArgument argument = {periods, n, check};
	NewtonProblem problem;
	double		lost = 0.0;
	double		at_risk = 0.0;

	memset(fit, 0, sizeof(ContractFit));
	if (n == 0)
		return false;
	for (size_t i = 0; i < n; i++)
	{
		lost += periods[i].lost;
		at_risk += periods[i].at_risk;
	}
	if (lost == 0.0)
	{
		fit->spread = CONTRACT_NOBODY_LEAVES;
		return true;
	}
	fit_share(fit, CONTRACT_ONE_CHURN, lost, at_risk);
	/* all losses in the first period, and somebody who had a second */
	if (n > 1 && lost == periods[0].lost)
	{
		fit_share(fit, CONTRACT_SPLIT, lost, periods[0].at_risk);
		return true;
	}
	if (n == 1 || fit->parameters == 0)
		return true;

	problem.parameters = CONTRACT_PARAMETERS;
	problem.evaluate = evaluate;
	problem.arg = &argument;
	problem.limit = LOG_LIMIT;
	problem.max_steps = MAX_STEPS;
	for (int i = 0; i < STARTS; i++)
	{
		NewtonResult result;

		memset(&result, 0, sizeof(result));
		memcpy(result.parameter, starts[i], sizeof(starts[i]));
		newton_maximise(&problem, &result);
		if (result.verdict != NEWTON_CONVERGED ||
			result.point.value <= fit->log_likelihood + SAME_VALUE)
			continue;
		fit->spread = CONTRACT_VARIES;
		fit->parameters = CONTRACT_PARAMETERS;
		fit->log_likelihood = result.point.value;
		for (int j = 0; j < CONTRACT_PARAMETERS; j++)
		{
			fit->parameter[j] = exp(result.parameter[j]);
			for (int k = 0; k < CONTRACT_PARAMETERS; k++)
				fit->covariance[j][k] = result.covariance[j][k];
		}
	}
	return true;
}

/* Return the probability to keep the contract for so many periods. */
double
contract_survival(const ContractFit *fit, double age)
{
	double		a = fit->parameter[0];
	double		b = fit->parameter[1];

	switch (fit->spread)
	{
		case CONTRACT_VARIES:
			return age > 0.0 ? exp(log_beta(a, b + age) - log_beta(a, b)) : 1.0;
		case CONTRACT_ONE_CHURN:
			return age > 0.0 ? pow(1.0 - a, age) : 1.0;
		case CONTRACT_SPLIT:
			return age > 0.0 ? 1.0 - a : 1.0;
		case CONTRACT_NOBODY_LEAVES:
			break;
	}
	return 1.0;
}

/* Return which share of those who began a period stays. */
double
contract_retention(const ContractFit *fit, double period)
{
	double		a = fit->parameter[0];
	double		b = fit->parameter[1];

	switch (fit->spread)
	{
		case CONTRACT_VARIES:
			return (b + period - 1.0) / (a + b + period - 1.0);
		case CONTRACT_ONE_CHURN:
			return 1.0 - a;
		case CONTRACT_SPLIT:
			return period <= 1.0 ? 1.0 - a : 1.0;
		case CONTRACT_NOBODY_LEAVES:
			break;
	}
	return 1.0;
}

/* What is added beyond this share of a sum does not show. */
#define SUM_EPSILON		1e-16

/* As many periods are added one by one; those after them change so little that an
 * integral stands for them. */
#define ADDED_PERIODS	65536.0

/* Return 1 + q + q^2 and so on, n of them, from the logarithm of q. */
static double
geometric_sum(double log_q, double n)
{
	if (!(n > 0.0))
		return 0.0;
	return log_q < 0.0 ? expm1(n * log_q) / expm1(log_q) : n;
}

/*
 * Return the sum over the periods from k = begin to end of what is due in each, which
 * is what is due in the first, term, times
 * B(a, b + k) / B(a, b + begin) / (1 + discount)^(k - begin): by Euler and Maclaurin
 * half of both ends, a twelfth of the difference of their slopes, and the integral.
 * That is taken over the logarithm of b + k by Gauss and Legendre's formula of six
 * points (Abramowitz & Stegun 1964, 25.4.29, 25.4.30), in steps over which the
 * integrand falls by no more than a factor of e.
 */
static double
long_sum(double a, double b, double begin, double end, double discount,
		 double term, double sum)
{
	static const double node[] = {0.2386191860831969, 0.6612093864662645, 0.9324695142031521};
	static const double weight[] = {0.4679139345726910, 0.3607615730481386, 0.1713244923791704};
	double		log_discount = log1p(discount);
	double		log_begin = log_beta(a, b + begin);
	double		z = b + begin;
	double		z_end = b + end;
	double		due = term;
	double		integral = 0.0;

	while (z < z_end && due * fmin(1.0 / log_discount, z_end - z) > SUM_EPSILON * sum)
	{
		double		half = 0.5 * fmin(log(z_end / z), 1.0 / (1.0 + a + log_discount * z));

		for (int i = 0; i < 6; i++)
		{
			double		x = (i < 3 ? 1.0 : -1.0) * node[i % 3];
			double		at = z * exp(half * (1.0 + x));

			integral += half * weight[i % 3] * at * term *
				exp(log_beta(a, at) - log_begin - log_discount * (at - b - begin));
		}
		z = fmin(z * exp(2.0 * half), z_end);
		due = term * exp(log_beta(a, z) - log_begin - log_discount * (z - b - begin));
	}
	return integral + 0.5 * (term - due) +
		(term * (a / (b + begin) + log_discount) - due * (a / z + log_discount)) / 12.0;
}

/*
 * Store how many periods a customer of an age is expected to pay for from now on,
 * the one that begins now included, within a horizon of so many (INFINITY: none),
 * each discounted by 1 / (1 + discount)^k; false where there is no end to them.
 */
bool
contract_remaining(const ContractFit *fit, double age, double horizon,
				   double discount, void (*check) (void), double *periods)
{
	double		a = fit->parameter[0];
	double		b = fit->parameter[1];
	double		term = 1.0;
	double		sum = 0.0;

	if (isinf(horizon) && !(discount > 0.0) && fit->spread == CONTRACT_VARIES && a > 1.0)
	{
		*periods = (a + b + age - 1.0) / (a - 1.0);
		return true;
	}
	if (isinf(horizon) && !(discount > 0.0) &&
		!(fit->spread == CONTRACT_ONE_CHURN && a > 0.0))
		return false;
	if (fit->spread != CONTRACT_VARIES)
	{
		/* after the first two periods a constant share stays */
		double		second = contract_retention(fit, age + 1.0) / (1.0 + discount);
		double		later = (fit->spread == CONTRACT_ONE_CHURN ? log1p(-a) : 0.0) - log1p(discount);

		*periods = fmin(horizon, 1.0) + second * geometric_sum(later, horizon - 1.0);
		return true;
	}
	for (double k = 0.0; k < horizon; k += 1.0)
	{
		if (check != NULL && fmod(k, CHECK_EVERY) == 0.0)
			check();
		/* what follows is no more than a geometric series */
		if (term <= SUM_EPSILON * sum * fmax(discount, 1e-6))
			break;
		if (k == ADDED_PERIODS)
		{
			sum += long_sum(a, b + age, k, horizon, discount, term, sum);
			break;
		}
		sum += term;
		term *= contract_retention(fit, age + k + 1.0) / (1.0 + discount);
	}
	*periods = sum;
	return true;
}
