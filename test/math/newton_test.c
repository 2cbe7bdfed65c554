/*-------------------------------------------------------------------------
 *
 * newton_test.c
 *	  The search for a maximum: quadratics, saddles, ridges, limits, failures.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "../../src/math/newton.h"
#include "tap.h"

static void
run(void (*evaluate) (void *, const double *, NewtonPoint *), int n,
	double x, double y, NewtonResult *result)
{
	NewtonProblem problem = {0};

	problem.parameters = n;
	problem.evaluate = evaluate;
	problem.limit = 13.0;
	problem.max_steps = 100;
	memset(result, 0, sizeof(*result));
	result->parameter[0] = x;
	result->parameter[1] = y;
	newton_maximise(&problem, result);
}

/* -(x-1)^2 - 2 (y+2)^2 - (x-1)(y+2): one step, covariance by hand */
static void
quadratic(void *arg, const double *parameter, NewtonPoint *point)
{
	double		x = parameter[0] - 1.0;
	double		y = parameter[1] + 2.0;

	(void) arg;
	point->value = -x * x - 2.0 * y * y - x * y;
	point->gradient[0] = -2.0 * x - y;
	point->gradient[1] = -4.0 * y - x;
	point->hessian[0][0] = -2.0;
	point->hessian[0][1] = point->hessian[1][0] = -1.0;
	point->hessian[1][1] = -4.0;
}

/* b'x - x'Ax / 2: its maximum solves Ax = b */
static const double coupled_a[3][3] = {{4.0, 2.0, 0.4}, {2.0, 3.0, 0.6}, {0.4, 0.6, 2.0}};
static const double coupled_b[3] = {1.0, 2.0, 3.0};

static void
coupled(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	point->value = 0.0;
	for (int i = 0; i < 3; i++)
	{
		point->gradient[i] = coupled_b[i];
		for (int j = 0; j < 3; j++)
		{
			point->gradient[i] -= coupled_a[i][j] * parameter[j];
			point->hessian[i][j] = -coupled_a[i][j];
		}
		point->value += parameter[i] * (coupled_b[i] + point->gradient[i]) / 2.0;
	}
}

/* -(x + y)^2: as high all along a line */
static void
ridge(void *arg, const double *parameter, NewtonPoint *point)
{
	double		sum = parameter[0] + parameter[1];

	(void) arg;
	point->value = -sum * sum;
	for (int i = 0; i < 2; i++)
	{
		point->gradient[i] = -2.0 * sum;
		point->hessian[i][0] = point->hessian[i][1] = -2.0;
	}
}

/* a value without a curvature */
static void
curvature_unknown(void *arg, const double *parameter, NewtonPoint *point)
{
	quadratic(arg, parameter, point);
	point->hessian[1][1] = NAN;
}

/* x^2 - x^4 - y^2: a saddle at 0, maxima at +-sqrt(1/2) */
static void
saddle(void *arg, const double *parameter, NewtonPoint *point)
{
	double		x = parameter[0];
	double		y = parameter[1];

	(void) arg;
	point->value = x * x - x * x * x * x - y * y;
	point->gradient[0] = 2.0 * x - 4.0 * x * x * x;
	point->gradient[1] = -2.0 * y;
	point->hessian[0][0] = 2.0 - 12.0 * x * x;
	point->hessian[0][1] = point->hessian[1][0] = 0.0;
	point->hessian[1][1] = -2.0;
}

/* -exp(-x) - y^2: rises for ever */
static void
endless(void *arg, const double *parameter, NewtonPoint *point)
{
	double		e = exp(-parameter[0]);
	double		y = parameter[1];

	(void) arg;
	point->value = -e - y * y;
	point->gradient[0] = e;
	point->gradient[1] = -2.0 * y;
	point->hessian[0][0] = -e;
	point->hessian[0][1] = point->hessian[1][0] = 0.0;
	point->hessian[1][1] = -2.0;
}

/* log x - x: not defined for x <= 0, where a full step from 2.5 leads */
static void
fenced(void *arg, const double *parameter, NewtonPoint *point)
{
	double		x = parameter[0];

	(void) arg;
	point->value = x > 0.0 ? log(x) - x : NAN;
	point->gradient[0] = 1.0 / x - 1.0;
	point->hessian[0][0] = -1.0 / (x * x);
}

static void
nowhere(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	(void) parameter;
	memset(point, 0, sizeof(*point));
	point->value = NAN;
}

/* A slope that contradicts the value: no step can be good. */
static void
contradiction(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	memset(point, 0, sizeof(*point));
	point->value = -1000.0 * fabs(parameter[0]);
	point->gradient[0] = 1.0;
	point->hessian[0][0] = -1.0;
}

/* A value with a slope that is none. */
static void
slope_unknown(void *arg, const double *parameter, NewtonPoint *point)
{
	quadratic(arg, parameter, point);
	point->gradient[1] = INFINITY;
}

/* A slope so steep for its curvature that the step is none. */
static void
cliff(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	memset(point, 0, sizeof(*point));
	point->value = parameter[0];
	point->gradient[0] = 1e200;
	point->hessian[0][0] = -1e-200;
}

/* All is well at the start, and lower everywhere else, whatever the slope. */
static double peak_at;

static void
peak(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	memset(point, 0, sizeof(*point));
	point->value = parameter[0] == peak_at ? 0.0 : -1000.0;
	point->gradient[0] = 1.0;
	point->hessian[0][0] = -1.0;
}

/* Concave at the start, and after a step that is as good as none no more. */
static void
bent(void *arg, const double *parameter, NewtonPoint *point)
{
	(void) arg;
	memset(point, 0, sizeof(*point));
	point->gradient[0] = parameter[0] == peak_at ? 1e-14 : 0.0;
	point->hessian[0][0] = parameter[0] == peak_at ? -1.0 : 1.0;
}

int
main(void)
{
	NewtonResult result;
	bool		solved = true;
	bool		inverse = true;

	run(quadratic, 2, 3.0, 0.0, &result);
	ok(result.verdict == NEWTON_CONVERGED && result.steps <= 2 &&
	   fabs(result.parameter[0] - 1.0) < 1e-15 &&
	   fabs(result.parameter[1] + 2.0) < 1e-15, "a quadratic in one step");
	ok(fabs(result.covariance[0][0] - 4.0 / 7.0) < 1e-15 &&
	   fabs(result.covariance[0][1] + 1.0 / 7.0) < 1e-15 &&
	   fabs(result.covariance[1][0] + 1.0 / 7.0) < 1e-15 &&
	   fabs(result.covariance[1][1] - 2.0 / 7.0) < 1e-15,
	   "its covariance is the inverse of the negative Hessian");

	run(coupled, 3, 5.0, -5.0, &result);
	for (int i = 0; i < 3; i++)
	{
		double		left = 0.0;

		for (int j = 0; j < 3; j++)
		{
			double		unit = 0.0;

			left += coupled_a[i][j] * result.parameter[j];
			for (int k = 0; k < 3; k++)
				unit += coupled_a[i][k] * result.covariance[k][j];
			inverse = inverse && fabs(unit - (i == j)) < 1e-14;
		}
		solved = solved && fabs(left - coupled_b[i]) < 1e-14;
	}
	ok(result.verdict == NEWTON_CONVERGED && solved && inverse,
	   "three parameters that depend on each other");

	run(ridge, 2, 1.0, 2.0, &result);
	ok(result.verdict == NEWTON_FAILED &&
	   fabs(result.parameter[0] + result.parameter[1]) < 1e-12,
	   "a ridge is no maximum");

	run(saddle, 2, 0.01, 1.0, &result);
	ok(result.verdict == NEWTON_CONVERGED &&
	   fabs(result.parameter[0] - sqrt(0.5)) < 1e-12 &&
	   fabs(result.parameter[1]) < 1e-12, "away from a saddle");

	run(endless, 2, 0.0, 5.0, &result);
	ok(result.verdict == NEWTON_LIMIT && result.parameter[0] > 13.0 &&
	   fabs(result.parameter[1]) < 1e-6 && result.step[0] > 0.9,
	   "a run to a limit, and where it was going");

	run(fenced, 1, 2.5, 0.0, &result);
	ok(result.verdict == NEWTON_CONVERGED &&
	   fabs(result.parameter[0] - 1.0) < 1e-12,
	   "steps are shortened until the value is defined");

	run(nowhere, 1, 0.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.steps == 0,
	   "no value at the start");

	run(curvature_unknown, 2, 3.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.steps == 0,
	   "nor a curvature");

	run(contradiction, 1, 0.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED, "no step that rises");

	run(slope_unknown, 2, 3.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.steps == 0,
	   "nor a slope");
	run(cliff, 1, 0.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.steps == 0,
	   "a step that is not finite");

	peak_at = 0.5;
	run(peak, 1, peak_at, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED, "nothing higher within reach");
	run(bent, 1, peak_at, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.steps == 1,
	   "no curvature where the search ends");
	peak_at = 12.5;
	run(peak, 1, peak_at, 0.0, &result);
	ok(result.verdict == NEWTON_LIMIT,
	   "far out, that is a run to a limit");
	run(bent, 1, peak_at, 0.0, &result);
	ok(result.verdict == NEWTON_LIMIT && result.steps == 1,
	   "and so is that");

	run(quadratic, 0, 3.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.parameter[0] == 3.0,
	   "no parameter");
	run(quadratic, NEWTON_MAX_PARAMETERS + 1, 3.0, 0.0, &result);
	ok(result.verdict == NEWTON_FAILED && result.parameter[0] == 3.0,
	   "too many of them");

	return tap_done();
}
