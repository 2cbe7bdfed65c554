/*-------------------------------------------------------------------------
 *
 * newton.c
 *	  Maximise a smooth function of a few parameters by damped Newton steps.
 *
 * Where the negative Hessian is positive definite the step is Newton's; where
 * it is not, curvatures are taken by their size (so the step still leads up,
 * and away from saddles).  Steps are shortened until the value rises
 * (J. Nocedal, S. J. Wright, Numerical Optimization, 2006, chapter 3).
 *
 * A function that rises towards infinity without end, as the likelihood of data
 * without heterogeneity does, is told from one with a maximum: its parameters
 * pass problem->limit.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "newton.h"

/*
 * After a step this small convergence is quadratic: nothing is left to gain.
 */
#define STEP_TOLERANCE		1e-8

/*
 * Along a flat direction rounding alone makes steps larger than
 * STEP_TOLERANCE.  A step of this size is then enough if it gains nothing that
 * the value's last digit could show.
 */
#define FLAT_STEP_TOLERANCE	1e-5
#define VALUE_EPSILON		1e-16

/* No parameter moves farther in one step. */
#define STEP_CAP			3.0

/* The share of the value that is taken for rounding noise. */
#define VALUE_NOISE			1e-13

/* Curvatures below this share of the largest are too flat to divide by. */
#define FLAT_CURVATURE		1e-14

/*
 * A place as far out as this share of the limit is no maximum if steps fail
 * there.
 */
#define SUSPECT_SHARE		0.5

/*
 * Replace a symmetric matrix by its lower Cholesky factor (the upper triangle
 * is left as it was); false where the matrix is not positive definite.
 */
static bool
cholesky_factor(int n, double matrix[][NEWTON_MAX_PARAMETERS])
{
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j <= i; j++)
		{
			double		sum = matrix[i][j];

			for (int k = 0; k < j; k++)
				sum -= matrix[i][k] * matrix[j][k];
			if (i != j)
				matrix[i][j] = sum / matrix[j][j];
			else if (sum > FLAT_CURVATURE * fabs(matrix[i][i]))
				matrix[i][i] = sqrt(sum);
			else
				return false;	/* NaN fails the test too */
		}
	}
	return true;
}

/* Solve for one right side, in place, with the factor of cholesky_factor(). */
static void
cholesky_solve(int n, double factor[][NEWTON_MAX_PARAMETERS], double *vector)
{
	for (int i = 0; i < n; i++)
	{
		for (int k = 0; k < i; k++)
			vector[i] -= factor[i][k] * vector[k];
		vector[i] /= factor[i][i];
	}
	for (int i = n - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < n; k++)
			vector[i] -= factor[k][i] * vector[k];
		vector[i] /= factor[i][i];
	}
}

/*
 * Compute the eigenvalues and vectors of a symmetric matrix by Jacobi's
 * rotations (in place: the diagonal becomes the eigenvalues, the columns of
 * vectors the eigenvectors).  There are few parameters, so speed does not
 * matter here.
 */
static void
jacobi_eigen(int n, double matrix[][NEWTON_MAX_PARAMETERS],
			 double vectors[][NEWTON_MAX_PARAMETERS])
{
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
			vectors[i][j] = (i == j);
	}

	for (int sweep = 0; sweep < 50; sweep++)
	{
		double		off = 0.0;
		double		on = 0.0;

		for (int i = 0; i < n; i++)
		{
			on += matrix[i][i] * matrix[i][i];
			for (int j = 0; j < i; j++)
				off += matrix[i][j] * matrix[i][j];
		}
		if (off <= 1e-32 * on)
			return;

		for (int p = 0; p < n; p++)
		{
			for (int q = p + 1; q < n; q++)
			{
				double		theta;
				double		t;
				double		c;
				double		s;

				if (matrix[p][q] == 0.0)
					continue;
				theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
				t = (theta < 0.0 ? -1.0 : 1.0) /
					(fabs(theta) + hypot(theta, 1.0));
				c = 1.0 / hypot(t, 1.0);
				s = t * c;
				for (int k = 0; k < n; k++)
				{
					double		kp = matrix[k][p];
					double		kq = matrix[k][q];

					matrix[k][p] = c * kp - s * kq;
					matrix[k][q] = s * kp + c * kq;
				}
				for (int k = 0; k < n; k++)
				{
					double		pk = matrix[p][k];
					double		qk = matrix[q][k];
					double		vp = vectors[k][p];
					double		vq = vectors[k][q];

					matrix[p][k] = c * pk - s * qk;
					matrix[q][k] = s * pk + c * qk;
					vectors[k][p] = c * vp - s * vq;
					vectors[k][q] = s * vp + c * vq;
				}
			}
		}
	}
}

static void
negative_hessian(int n, const NewtonPoint *point,
				 double matrix[][NEWTON_MAX_PARAMETERS])
{
	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
			matrix[i][j] = -point->hessian[i][j];
	}
}

/* Set Newton's step where the function is concave, else one that leads up. */
static bool
newton_direction(int n, const NewtonPoint *point, double *step)
{
	double		matrix[NEWTON_MAX_PARAMETERS][NEWTON_MAX_PARAMETERS];
	double		vectors[NEWTON_MAX_PARAMETERS][NEWTON_MAX_PARAMETERS];
	double		largest = 0.0;

	negative_hessian(n, point, matrix);
	if (cholesky_factor(n, matrix))
	{
		memcpy(step, point->gradient, sizeof(double) * n);
		cholesky_solve(n, matrix, step);
		return true;
	}

	negative_hessian(n, point, matrix);
	jacobi_eigen(n, matrix, vectors);
	for (int k = 0; k < n; k++)
		largest = fmax(largest, fabs(matrix[k][k]));
	for (int i = 0; i < n; i++)
		step[i] = 0.0;
	for (int k = 0; k < n; k++)
	{
		double		curvature = fmax(fabs(matrix[k][k]),
									 FLAT_CURVATURE * largest);
		double		slope = 0.0;

		for (int i = 0; i < n; i++)
			slope += vectors[i][k] * point->gradient[i];
		if (slope == 0.0)
			continue;
		for (int i = 0; i < n; i++)
			step[i] += vectors[i][k] * slope / curvature;
	}
	return false;
}

static bool
point_is_finite(int n, const NewtonPoint *point)
{
	if (!isfinite(point->value))
		return false;
	for (int i = 0; i < n; i++)
	{
		if (!isfinite(point->gradient[i]))
			return false;
		for (int j = 0; j < n; j++)
		{
			if (!isfinite(point->hessian[i][j]))
				return false;
		}
	}
	return true;
}

static double
largest_size(int n, const double *vector)
{
	double		largest = 0.0;

	for (int i = 0; i < n; i++)
		largest = fmax(largest, fabs(vector[i]));
	return largest;
}

/*
 * Compute the inverse of the negative Hessian; false where that is not
 * definite.
 */
static bool
newton_covariance(int n, NewtonResult *result)
{
	double		factor[NEWTON_MAX_PARAMETERS][NEWTON_MAX_PARAMETERS];

	negative_hessian(n, &result->point, factor);
	if (!cholesky_factor(n, factor))
		return false;
	for (int j = 0; j < n; j++)
	{
		double		column[NEWTON_MAX_PARAMETERS] = {0.0};

		column[j] = 1.0;
		cholesky_solve(n, factor, column);
		for (int i = 0; i < n; i++)
			result->covariance[i][j] = column[i];
	}
	return true;
}

void
newton_maximise(const NewtonProblem *problem, NewtonResult *result)
{
	int			n = problem->parameters;
	NewtonPoint *here = &result->point;

	result->verdict = NEWTON_FAILED;
	result->steps = 0;
	memset(result->step, 0, sizeof(result->step));
	memset(result->covariance, 0, sizeof(result->covariance));
	if (n < 1 || n > NEWTON_MAX_PARAMETERS)
		return;
	problem->evaluate(problem->arg, result->parameter, here);
	if (!point_is_finite(n, here))
		return;

	while (result->steps < problem->max_steps)
	{
		double		step[NEWTON_MAX_PARAMETERS];
		double		trial[NEWTON_MAX_PARAMETERS];
		NewtonPoint there;
		bool		concave = newton_direction(n, here, step);
		double		noise = VALUE_NOISE * (1.0 + fabs(here->value));
		double		share = 1.0;
		double		size;
		double		slope = 0.0;
		bool		moved = false;

		size = largest_size(n, step);
		if (!isfinite(size))
			return;
		if (size > STEP_CAP)
			share = STEP_CAP / size;
		for (int i = 0; i < n; i++)
			slope += step[i] * here->gradient[i];

		for (int halvings = 0; halvings < 40; halvings++)
		{
			for (int i = 0; i < n; i++)
				trial[i] = result->parameter[i] + share * step[i];
			problem->evaluate(problem->arg, trial, &there);
			if (point_is_finite(n, &there) &&
				there.value >= here->value + 1e-4 * share * slope - noise)
			{
				moved = true;
				break;
			}
			share *= 0.5;
		}
		result->steps++;

		if (!moved)
		{
			/* nothing is higher within reach: far out, this is no maximum */
			if (largest_size(n, result->parameter) >
				SUSPECT_SHARE * problem->limit)
				result->verdict = NEWTON_LIMIT;
			return;
		}

		for (int i = 0; i < n; i++)
			result->step[i] = share * step[i];
		memcpy(result->parameter, trial, sizeof(double) * n);
		memcpy(here, &there, sizeof(NewtonPoint));

		if (largest_size(n, result->parameter) > problem->limit)
		{
			result->verdict = NEWTON_LIMIT;
			return;
		}
		if (concave && share == 1.0 &&
			(size <= STEP_TOLERANCE ||
			 (size <= FLAT_STEP_TOLERANCE &&
			  slope <= VALUE_EPSILON * fabs(here->value))))
		{
			if (newton_covariance(n, result))
				result->verdict = NEWTON_CONVERGED;
			else if (largest_size(n, result->parameter) >
					 SUSPECT_SHARE * problem->limit)
				result->verdict = NEWTON_LIMIT;
			return;
		}
	}

	/* the search was still going when the steps ran out */
	if (largest_size(n, result->parameter) > SUSPECT_SHARE * problem->limit)
		result->verdict = NEWTON_LIMIT;
}
