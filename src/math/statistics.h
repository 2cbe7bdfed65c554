/*-------------------------------------------------------------------------
 *
 * statistics.h
 *	  Quantiles and probabilities of the normal and Student's distribution,
 *	  intervals and tests of proportions.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_STATISTICS_H
#define CX_STATISTICS_H

/* The two ends of an interval. */
typedef struct Bounds
{
	double		low;
	double		high;
} Bounds;

/* An estimate with its standard error. */
typedef struct Estimate
{
	double		value;
	double		error;
} Estimate;

/*
 * Return the z beyond which a standard normal variable lies with probability
 * q.
 */
extern double normal_quantile_upper(double q);

/* Return the probability of a z at least as far from 0, to either side. */
extern double normal_two_sided_p(double z);

/*
 * Return the probability of a t at least as far from 0, to either side, with
 * so many degrees of freedom, which need not be a whole number.
 */
extern double student_two_sided_p(double t, double freedom);

/*
 * Return P(X >= k), k from 1 up, of X that is Poisson distributed with a mean that
 * is gamma distributed with shape n and mean n w (a negative binomial
 * distribution).
 */
extern double negative_binomial_tail(double k, double n, double w);

/* Return Wilson's score interval of a proportion, 0..1. */
extern Bounds wilson_interval(double positives, double total, double z);

/*
 * Return Newcombe's hybrid score interval of the difference after - before of
 * two proportions.
 */
extern Bounds newcombe_difference(double positives_before, double total_before,
								  double positives_after, double total_after,
								  double z);

/*
 * Return z of the test that two proportions are equal, with pooled variance; 0
 * where all outcomes are equal.
 */
extern double two_proportion_z(double positives_before, double total_before,
							   double positives_after, double total_after);

/*
 * Return the net promoter score, -1..1, by the adjusted Wald method: its
 * center and standard error.
 */
extern Estimate net_promoter_estimate(double promoters, double passives,
									  double detractors);

#endif							/* CX_STATISTICS_H */
