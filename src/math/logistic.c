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
 * Mark the standardized scores that follow from those before them, or do not vary,
 * by a Cholesky factor of the correlations: the square on its diagonal is the share
 * of a score's variance that the earlier ones leave.  Return the first of them, or
 * the number of scores where there is none.
 */
static int
find_dependent(const LogisticData *data, double total, bool *dependent)
{
	int			scores = data->scores;
	int			first = scores;
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
		dependent[j] = false;
		for (int k = 0; k <= j; k++)
		{
			double		sum = factor[j][k];

			for (int l = 0; l < k; l++)
				sum -= factor[j][l] * factor[k][l];
			if (k < j)
				factor[j][k] = dependent[k] ? 0.0 : sum / factor[k][k];
			else if (sum > COLLINEAR_SHARE)
				factor[j][j] = sqrt(sum);
			else
			{
				dependent[j] = true;
				if (first == scores)
					first = j;
			}
		}
	}
	return first;
}

void
logistic_fit(LogisticData *data, LogisticFit *fit)
{
	int			scores = data->scores;
	double		positives = 0.0;
	double		negatives = 0.0;
	double		mean[LOGISTIC_MAX_SCORES];
	double		deviation[LOGISTIC_MAX_SCORES];
	bool		dependent[LOGISTIC_MAX_SCORES];
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
	fit->which = find_dependent(data, positives + negatives, dependent);
	if (fit->which < scores)
	{
		fit->verdict = LOGISTIC_COLLINEAR;
		return;
	}
	fit->which = 0;

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

/* A ridge fit that is being searched for. */
typedef struct RidgeArgument
{
	LogisticData *data;
	double		precision;
	const bool *held;			/* scores whose coefficient stays 0 */
} RidgeArgument;

static void
ridge_evaluate(void *arg, const double *parameter, NewtonPoint *point)
{
	const RidgeArgument *ridge = (const RidgeArgument *) arg;

	logistic_evaluate(ridge->data, parameter, point);
	for (int j = 1; j <= ridge->data->scores; j++)
	{
		point->value -= 0.5 * ridge->precision * parameter[j] * parameter[j];
		point->gradient[j] -= ridge->precision * parameter[j];
		point->hessian[j][j] -= ridge->precision;
	}
	for (int j = 1; j <= ridge->data->scores; j++)
	{
		if (!ridge->held[j - 1])
			continue;
		point->gradient[j] = 0.0;
		for (int k = 0; k <= ridge->data->scores; k++)
			point->hessian[j][k] = point->hessian[k][j] = 0.0;
		point->hessian[j][j] = -1.0;
	}
}

/* Fit standardized scores with a precision, from a place; some are held at 0. */
static bool
ridge_search(LogisticData *data, double precision, const bool *held,
			 const double *start, NewtonResult *result)
{
	RidgeArgument argument = {data, precision, held};
	NewtonProblem problem;

	problem.parameters = data->scores + 1;
	problem.evaluate = ridge_evaluate;
	problem.arg = &argument;
	problem.limit = COEFFICIENT_LIMIT;
	problem.max_steps = MAX_STEPS;
	memset(result, 0, sizeof(*result));
	memcpy(result->parameter, start, sizeof(result->parameter));
	newton_maximise(&problem, result);
	return result->verdict == NEWTON_CONVERGED;
}

/*
 * Return the log likelihood of each account, predicted by the others.
 *
 * One Newton step from the fit of all tells what leaving an account out changes (S.
 * le Cessie, J. C. van Houwelingen, Ridge Estimators in Logistic Regression, Applied
 * Statistics 41, 1992): its log odds move by its residual times h / (1 - h w), where
 * h is x' C x with the covariance C, and w the weight p (1 - p).
 */
static double
left_out_likelihood(const LogisticData *data, const NewtonResult *result)
{
	int			n = data->scores + 1;
	double		sum = 0.0;

	for (size_t i = 0; i < data->count; i++)
	{
		const double *score = data->score + i * data->scores;
		double		odds = result->parameter[0];
		double		leverage = 0.0;
		double		p;
		double		weight;

		tick(data, i);
		for (int j = 0; j < data->scores; j++)
			odds += result->parameter[j + 1] * score[j];
		for (int j = 0; j < n; j++)
		{
			double		left = j == 0 ? 1.0 : score[j - 1];

			for (int k = 0; k < n; k++)
				leverage += left * result->covariance[j][k] *
					(k == 0 ? 1.0 : score[k - 1]);
		}
		p = 1.0 / (1.0 + exp(-odds));
		weight = p * (1.0 - p);
		/* as near to 1 as rounding makes it, of an account that alone decides */
		leverage /= fmax(1e-6, 1.0 - leverage * weight);
		if (data->positives[i] > 0)
			sum -= (double) data->positives[i] *
				log1p(exp(-(odds - leverage * (1.0 - p))));
		if (data->negatives[i] > 0)
			sum -= (double) data->negatives[i] *
				log1p(exp(odds + leverage * p));
	}
	return sum;
}

/* Bring scores to mean 0 and deviation 1; one that does not vary becomes 0. */
static void
standardize_some(LogisticData *data, double *mean, double *deviation)
{
	int			scores = data->scores;

	for (int j = 0; j < scores; j++)
	{
		double		first = data->score[j];
		double		sum = 0.0;
		double		squares = 0.0;
		double		total = 0.0;
		bool		varies = false;

		for (size_t i = 0; i < data->count; i++)
		{
			double		n = (double) (data->positives[i] + data->negatives[i]);

			tick(data, i);
			varies = varies || data->score[i * scores + j] != first;
			sum += n * data->score[i * scores + j];
			total += n;
		}
		mean[j] = sum / total;
		for (size_t i = 0; i < data->count; i++)
		{
			double		centered = data->score[i * scores + j] - mean[j];

			squares += (double) (data->positives[i] + data->negatives[i]) *
				centered * centered;
		}
		deviation[j] = varies ? sqrt(squares / total) : 0.0;
		for (size_t i = 0; i < data->count; i++)
			data->score[i * scores + j] = varies ?
				(data->score[i * scores + j] - mean[j]) / deviation[j] : 0.0;
	}
}

/* Precisions to choose from are powers of the square root of 10 between these. */
#define LEAST_PRECISION		1e-2
#define MOST_PRECISION		1e5

/*
 * Without a maximum, no precision below this is chosen: coefficients of a few
 * standard deviations of the prior are as far as data can be believed that have not
 * one exception.
 */
#define SEPARATED_PRECISION	1.0

void
logistic_ridge(LogisticData *data, double precision, LogisticRidge *ridge)
{
	double		mean[LOGISTIC_MAX_SCORES] = {0};
	double		deviation[LOGISTIC_MAX_SCORES] = {0};
	double		start[NEWTON_MAX_PARAMETERS] = {0.0};
	double		positives = 0.0;
	double		negatives = 0.0;
	double		best = -INFINITY;
	double		least;
	NewtonResult result;
	NewtonResult kept;
	bool		dependent[LOGISTIC_MAX_SCORES] = {false};
	bool		constant[LOGISTIC_MAX_SCORES] = {false};
	bool		is_unique = true;

	memset(ridge, 0, sizeof(LogisticRidge));
	memset(&kept, 0, sizeof(kept));
	for (size_t i = 0; i < data->count; i++)
	{
		positives += (double) data->positives[i];
		negatives += (double) data->negatives[i];
	}
	standardize_some(data, mean, deviation);
	start[0] = log(positives / negatives);

	find_dependent(data, positives + negatives, dependent);
	for (int j = 0; j < data->scores; j++)
	{
		constant[j] = deviation[j] == 0.0;
		is_unique = is_unique && (constant[j] || !dependent[j]);
	}

	/*
	 * Whether there is a maximum without a penalty does not depend on the
	 * scores that follow from others.  Where there are such, one coefficient
	 * is as good as many others, and no fit without a penalty is chosen.
	 */
	ridge->separated = !ridge_search(data, 0.0, dependent, start, &result);
	least = ridge->separated ? SEPARATED_PRECISION : LEAST_PRECISION;
	if (precision <= 0.0 && !ridge->separated && is_unique)
	{
		ridge->fitted = true;
		kept = result;
		best = left_out_likelihood(data, &result);
	}
	if (precision < 0.0)
	{
		for (double p = least; p < 1.1 * MOST_PRECISION; p *= sqrt(10.0))
		{
			double		value;

			if (!ridge_search(data, p, constant, start, &result))
				continue;
			value = left_out_likelihood(data, &result);
			if (ridge->fitted && value < best)
				continue;
			best = value;
			ridge->fitted = true;
			ridge->precision = p;
			kept = result;
		}
	}
	else if (precision > 0.0 || !ridge->fitted)
	{
		/* the least penalty that gives an answer, where 0 has none */
		ridge->precision = precision > 0.0 ? precision : least;
		ridge->fitted = ridge_search(data, ridge->precision, constant, start, &kept);
	}
	if (!ridge->fitted)
		return;

	ridge->log_likelihood = kept.point.value;
	ridge->intercept = kept.parameter[0];
	for (int j = 0; j < data->scores; j++)
	{
		double		coefficient = kept.parameter[j + 1];

		ridge->log_likelihood += 0.5 * ridge->precision * coefficient * coefficient;
		if (deviation[j] == 0.0)
			continue;
		ridge->coefficient[j] = coefficient / deviation[j];
		ridge->error[j] = sqrt(kept.covariance[j + 1][j + 1]) / deviation[j];
		ridge->intercept -= ridge->coefficient[j] * mean[j];
	}
}
