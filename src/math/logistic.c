/*-------------------------------------------------------------------------
 *
 * logistic.c
 *	  Logistic regression of a yes-or-no outcome on several scores.
 *
 * Maximum likelihood by Newton's method, which for this model is iteratively
 * reweighted least squares (P. McCullagh, J. A. Nelder, Generalized Linear
 * Models, 1989, chapter 4).  Standard errors are those of the information
 * matrix at the maximum.
 *
 * There is no maximum where some combination of the scores tells the outcomes
 * apart, with or without ties at the border (A. Albert, J. A. Anderson, On the
 * Existence of Maximum Likelihood Estimates in Logistic Regression Models,
 * Biometrika 71, 1984): coefficients then grow without end, and whatever figure
 * an iteration stops at means nothing.
 *
 * Sums run over the rows in their order, so that the same rows in the same
 * order give the same digits.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "logistic.h"

/*
 * A standardized coefficient as large as this: one standard deviation of the
 * score changes the odds by a factor of 10^13.
 */
#define COEFFICIENT_LIMIT	30.0
#define MAX_STEPS			200

/*
 * The least share of a score's variance that other scores leave unexplained;
 * at this share errors grow 300-fold.
 */
#define COLLINEAR_SHARE		1e-5

/* tick() is called once in so many rows. */
#define TICK_MASK			0xffff

static void
tick(const LogisticData *data, size_t row)
{
	if ((row & TICK_MASK) == 0 && data->tick != NULL)
		data->tick();
}

/*
 * Evaluate the log likelihood, its gradient and Hessian.  Parameter 0 is the
 * intercept.
 */
static void
logistic_evaluate(void *arg, const double *parameter, NewtonPoint *point)
{
	const LogisticData *data = (const LogisticData *) arg;
	int			scores = data->scores;
	double		lost = 0.0;

	memset(point, 0, sizeof(NewtonPoint));
	for (size_t i = 0; i < data->count; i++)
	{
		const double *score = data->score + i * scores;
		double		positives = (double) data->positives[i];
		double		negatives = (double) data->negatives[i];
		double		odds = parameter[0];
		double		small;
		double		likely;
		double		residual;
		double		weight;
		double		term;
		double		sum;

		tick(data, i);
		for (int j = 0; j < scores; j++)
			odds += parameter[j + 1] * score[j];

		/*
		 * the probability at these log odds, in the form that does not
		 * overflow
		 */
		small = exp(-fabs(odds));
		likely = 1.0 / (1.0 + small);
		weight = (positives + negatives) * small * likely * likely;
		if (odds > 0.0)
			residual = positives * small * likely - negatives * likely;
		else
			residual = positives * likely - negatives * small * likely;
		term = -(positives + negatives) * log1p(small) -
			(odds > 0.0 ? negatives : positives) * fabs(odds);

		/* Neumaier's sum over millions of rows keeps what rounding loses */
		sum = point->value + term;
		lost += fabs(point->value) >= fabs(term) ?
			(point->value - sum) + term : (term - sum) + point->value;
		point->value = sum;

		point->gradient[0] += residual;
		point->hessian[0][0] -= weight;
		for (int j = 0; j < scores; j++)
		{
			double		share = weight * score[j];

			point->gradient[j + 1] += residual * score[j];
			point->hessian[j + 1][0] -= share;
			for (int k = 0; k <= j; k++)
				point->hessian[j + 1][k + 1] -= share * score[k];
		}
	}
	point->value += lost;
	for (int j = 0; j <= scores; j++)
	{
		for (int k = 0; k < j; k++)
			point->hessian[k][j] = point->hessian[j][k];
	}
}

/*
 * Bring scores to mean 0 and standard deviation 1; false, with *which set,
 * where one of them does not vary.
 */
static bool
standardize(LogisticData *data, double total, double *mean, double *deviation,
			int *which)
{
	int			scores = data->scores;

	for (int j = 0; j < scores; j++)
	{
		const double first = data->score[j];
		bool		varies = false;
		double		sum = 0.0;
		double		squares = 0.0;

		for (size_t i = 0; i < data->count; i++)
		{
			double		score = data->score[i * scores + j];

			tick(data, i);
			varies = varies || score != first;
			sum += (double) (data->positives[i] + data->negatives[i]) * score;
		}
		if (!varies)
		{
			*which = j;
			return false;
		}
		mean[j] = sum / total;
		for (size_t i = 0; i < data->count; i++)
		{
			double		centered = data->score[i * scores + j] - mean[j];

			squares += (double) (data->positives[i] + data->negatives[i]) *
				centered * centered;
		}
		deviation[j] = sqrt(squares / total);
		for (size_t i = 0; i < data->count; i++)
		{
			double	   *score = &data->score[i * scores + j];

			*score = (*score - mean[j]) / deviation[j];
		}
	}
	return true;
}

/*
 * Report whether a standardized score follows from those before it, by a
 * Cholesky factor of the correlations: the square on its diagonal is the share
 * of a score's variance that the earlier ones leave.
 */
static bool
is_collinear(const LogisticData *data, double total, int *which)
{
	int			scores = data->scores;
	double		factor[LOGISTIC_MAX_SCORES][LOGISTIC_MAX_SCORES];

	memset(factor, 0, sizeof(factor));
	for (size_t i = 0; i < data->count; i++)
	{
		const double *score = data->score + i * scores;
		double		n = (double) (data->positives[i] + data->negatives[i]);

		tick(data, i);
		for (int j = 0; j < scores; j++)
		{
			for (int k = 0; k <= j; k++)
				factor[j][k] += n * score[j] * score[k] / total;
		}
	}
	for (int j = 0; j < scores; j++)
	{
		for (int k = 0; k <= j; k++)
		{
			double		sum = factor[j][k];

			for (int l = 0; l < k; l++)
				sum -= factor[j][l] * factor[k][l];
			if (k < j)
				factor[j][k] = sum / factor[k][k];
			else if (sum > COLLINEAR_SHARE)
				factor[j][j] = sqrt(sum);
			else
			{
				*which = j;
				return true;
			}
		}
	}
	return false;
}

void
logistic_fit(LogisticData *data, LogisticFit *fit)
{
	int			scores = data->scores;
	double		positives = 0.0;
	double		negatives = 0.0;
	double		mean[LOGISTIC_MAX_SCORES];
	double		deviation[LOGISTIC_MAX_SCORES];
	NewtonProblem problem;
	NewtonResult result;

	memset(fit, 0, sizeof(LogisticFit));
	for (size_t i = 0; i < data->count; i++)
	{
		positives += (double) data->positives[i];
		negatives += (double) data->negatives[i];
	}

	if (!standardize(data, positives + negatives, mean, deviation,
					 &fit->which))
	{
		fit->verdict = LOGISTIC_CONSTANT;
		return;
	}
	if (is_collinear(data, positives + negatives, &fit->which))
	{
		fit->verdict = LOGISTIC_COLLINEAR;
		return;
	}

	problem.parameters = scores + 1;
	problem.evaluate = logistic_evaluate;
	problem.arg = data;
	problem.limit = COEFFICIENT_LIMIT;
	problem.max_steps = MAX_STEPS;
	memset(&result, 0, sizeof(result));
	result.parameter[0] = log(positives / negatives);
	newton_maximise(&problem, &result);
	fit->steps = result.steps;
	fit->log_likelihood = result.point.value;

	if (result.verdict != NEWTON_CONVERGED)
	{
		fit->verdict = result.verdict == NEWTON_LIMIT ? LOGISTIC_SEPARATED :
			LOGISTIC_FAILED;
		for (int j = 1; j < scores; j++)
		{
			if (fabs(result.parameter[j + 1]) >
				fabs(result.parameter[fit->which + 1]))
				fit->which = j;
		}
		return;
	}

	fit->verdict = LOGISTIC_FITTED;
	fit->intercept = result.parameter[0];
	for (int j = 0; j < scores; j++)
	{
		fit->coefficient[j] = result.parameter[j + 1] / deviation[j];
		fit->error[j] = sqrt(result.covariance[j + 1][j + 1]) / deviation[j];
		fit->intercept -= fit->coefficient[j] * mean[j];
	}
}
