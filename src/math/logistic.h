/*-------------------------------------------------------------------------
 *
 * logistic.h
 *	  Logistic regression of a yes-or-no outcome on several scores.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_LOGISTIC_H
#define CX_LOGISTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "newton.h"

/* The most scores of a row; one parameter is the intercept. */
#define LOGISTIC_MAX_SCORES		(NEWTON_MAX_PARAMETERS - 1)

/*
 * Rows of equal scores, with how many of them had the outcome and how many had
 * not.  The fit standardizes the scores in place.
 */
typedef struct LogisticData
{
	int			scores;			/* how many a row has */
	size_t		count;			/* how many rows */
	double	   *score;			/* row by row */
	const int64_t *positives;
	const int64_t *negatives;
	void		(*tick) (void); /* called now and then; may be NULL */
} LogisticData;

typedef enum LogisticVerdict
{
	LOGISTIC_FITTED,
	LOGISTIC_CONSTANT,			/* a score is the same in all rows */
	LOGISTIC_COLLINEAR,			/* a score follows from those before it */
	LOGISTIC_SEPARATED,			/* scores tell the outcomes apart */
	LOGISTIC_FAILED
} LogisticVerdict;

typedef struct LogisticFit
{
	LogisticVerdict verdict;
	int			which;			/* the score that a verdict is about */
	double		intercept;

	/*
	 * for each score, the change of the log odds per unit of it, and the
	 * standard error of that
	 */
	double		coefficient[LOGISTIC_MAX_SCORES];
	double		error[LOGISTIC_MAX_SCORES];
	double		log_likelihood;
	int			steps;
} LogisticFit;

/* Fit the model.  There must be rows, both outcomes among them. */
extern void logistic_fit(LogisticData *data, LogisticFit *fit);

/*
 * A fit with a ridge penalty.  The precision is that of a normal prior of the
 * standardized coefficients, the intercept left alone: half of it times the sum of
 * their squares is taken from the log likelihood.  (glmnet's lambda is that divided by
 * the number of accounts.)
 */
typedef struct LogisticRidge
{
	bool		fitted;
	bool		separated;		/* without a penalty there is no maximum */
	double		precision;
	double		intercept;
	double		coefficient[LOGISTIC_MAX_SCORES];
	double		error[LOGISTIC_MAX_SCORES];
	double		log_likelihood; /* without the penalty */
} LogisticRidge;

/*
 * Fit with a precision; below 0, with the one by which accounts that are left out
 * are predicted best.  There must be rows, both outcomes among them.
 */
extern void logistic_ridge(LogisticData *data, double precision,
						   LogisticRidge *ridge);

#endif							/* CX_LOGISTIC_H */
