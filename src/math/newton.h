/*-------------------------------------------------------------------------
 *
 * newton.h
 *	  Maximise a smooth function of a few parameters by damped Newton steps.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_NEWTON_H
#define CX_NEWTON_H

#include <stdbool.h>

#define NEWTON_MAX_PARAMETERS	16

/* Values, gradient and Hessian (both triangles) at one point. */
typedef struct NewtonPoint
{
	double		value;
	double		gradient[NEWTON_MAX_PARAMETERS];
	double		hessian[NEWTON_MAX_PARAMETERS][NEWTON_MAX_PARAMETERS];
} NewtonPoint;

/*
 * The function to be maximised.  evaluate() fills the point; a value that is
 * not finite marks a place that must not be entered.
 */
typedef struct NewtonProblem
{
	int			parameters;
	void		(*evaluate) (void *arg, const double *parameter,
							 NewtonPoint *point);
	void	   *arg;
	/* how far a parameter may run before that is taken for infinity */
	double		limit;
	int			max_steps;
} NewtonProblem;

typedef enum NewtonVerdict
{
	NEWTON_CONVERGED,			/* an interior maximum */
	NEWTON_LIMIT,				/* no interior maximum: runs to a limit */
	NEWTON_FAILED				/* neither, within the steps allowed */
} NewtonVerdict;

typedef struct NewtonResult
{
	NewtonVerdict verdict;
	int			steps;
	double		parameter[NEWTON_MAX_PARAMETERS];
	/* the last step taken, which tells where a run to a limit was going */
	double		step[NEWTON_MAX_PARAMETERS];
	NewtonPoint point;
	/* inverse of the negative Hessian, when converged */
	double		covariance[NEWTON_MAX_PARAMETERS][NEWTON_MAX_PARAMETERS];
} NewtonResult;

/*
 * A maximum of the log likelihood of a sample that is so much lower than the highest
 * one is not the highest of all rows: a difference d of two log likelihoods has a
 * deviation of some sqrt(2 d) (Vuong 1989), of which this is five times as much.
 */
#define CLEARLY_LOWER	50.0

/*
 * Search the maximum; the parameters to start from are in result->parameter.
 */
extern void newton_maximise(const NewtonProblem *problem,
							NewtonResult *result);

#endif							/* CX_NEWTON_H */
