/*-------------------------------------------------------------------------
 *
 * means.h
 *	  Quantiles of Student's distribution, degrees of freedom of a difference of
 *	  means, and estimates that are looked at again and again.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MEANS_H
#define CX_MEANS_H

/*
 * Return the t beyond which a variable of Student's distribution lies with
 * probability q, below 0.5.
 */
extern double student_quantile_upper(double q, double freedom);

/*
 * Return the degrees of freedom of the sum of two variances of means that were
 * estimated with so many each.
 */
extern double welch_freedom(double variance_a, double freedom_a,
							double variance_b, double freedom_b);

/*
 * Return how many standard errors an interval has to reach to either side so
 * that with probability 1 - alpha it holds at every look, however often one
 * looks.  It is tightest at so many observations.
 */
extern double sequence_reach(double alpha, double observations,
							 double tightest_at);

/* Return the p value of an estimate z standard errors from 0, for such looks. */
extern double sequence_p(double z, double alpha, double observations,
						 double tightest_at);

#endif							/* CX_MEANS_H */
