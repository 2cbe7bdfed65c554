/*-------------------------------------------------------------------------
 *
 * gamma_gamma.h
 *	  The Gamma-Gamma model of what a customer spends per purchase.
 *
 * A customer's purchases are gamma distributed around a mean of its own (shape
 * p), the means over customers are such that their rate is gamma distributed
 * with shape q and rate v (Fader, Hardie, "The Gamma-Gamma Model of Monetary
 * Value", 2013; Colombo, Jiang, J. of Interactive Marketing 13, 1999).
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_GAMMA_GAMMA_H
#define CX_GAMMA_GAMMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GAMMA_GAMMA_PARAMETERS	3

/* Customers with the same number of purchases and mean spend (above 0). */
typedef struct GammaGammaRow
{
	double		mean;
	int64_t		count;
	int32_t		x;				/* how many purchases have this mean, above 0 */
} GammaGammaRow;

/*
 * What of the spend differs.  Where a parameter of the likelihood has no maximum,
 * what it rises to is the likelihood of a model with fewer of them.
 */
typedef enum GammaGammaSpread
{
	GAMMA_GAMMA_VARIES,			/* p, q, v */
	GAMMA_GAMMA_MEANS_ALIKE,	/* q to infinity: all customers have one mean;
								 * p, mean */
	GAMMA_GAMMA_CONSTANT,		/* p to infinity: each customer always spends
								 * the same; q, v, where 1 / v of what it
								 * spends is gamma distributed */
	GAMMA_GAMMA_ONE_VALUE		/* all purchases cost the same: mean */
} GammaGammaSpread;

typedef struct GammaGammaModel
{
	GammaGammaSpread spread;
	double		parameter[GAMMA_GAMMA_PARAMETERS];
	/* covariance of the logarithms of the parameters */
	double		covariance[GAMMA_GAMMA_PARAMETERS][GAMMA_GAMMA_PARAMETERS];

	/*
	 * of a density of one mean a customer; 0 for one value, which has no
	 * density
	 */
	double		log_likelihood;
	int			steps;
} GammaGammaModel;

typedef enum GammaGammaVerdict
{
	GAMMA_GAMMA_FITTED,
	GAMMA_GAMMA_EMPTY			/* no rows */
} GammaGammaVerdict;

extern int	gamma_gamma_row_compare(const void *a, const void *b);
extern size_t gamma_gamma_collapse(GammaGammaRow *rows, size_t n);
extern GammaGammaVerdict gamma_gamma_fit(const GammaGammaRow *rows, size_t n,
										 void (*check) (void *arg), void *arg,
										 GammaGammaModel *model);
extern int	gamma_gamma_parameters(GammaGammaSpread spread);
extern const char *gamma_gamma_parameter_name(GammaGammaSpread spread, int i);

/*
 * Store the expected mean spend of a customer; false where there is none: the
 * customer bought only once and q <= 1, so that the mean over customers is
 * infinite.
 */
extern bool gamma_gamma_expected_spend(GammaGammaSpread spread,
									   const double *parameter, double x,
									   double mean, double *spend);

#endif							/* CX_GAMMA_GAMMA_H */
