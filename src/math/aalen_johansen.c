/*-------------------------------------------------------------------------
 *
 * aalen_johansen.c
 *	  Time until an event that can have one of several causes.
 *
 * O. O. Aalen and S. Johansen, An empirical transition matrix for
 * non-homogeneous Markov chains based on censored observations (Scandinavian
 * Journal of Statistics 5, 1978).  The probability to have had an event of cause
 * k by t is
 *
 *		F_k(t) = sum over t_i <= t of S(t_i -) d_ki / n_i
 *
 * with d_ki events of cause k at t_i, n_i at risk just before it, and S the
 * Kaplan-Meier curve of all events.  The F_k and S add up to 1.  Were the other
 * causes counted as censored instead, the estimate would be of a world in which
 * they do not exist, and larger.
 *
 * Variance by the delta method (E. Marubini and M. G. Valsecchi, Analysing
 * survival data from clinical trials and observational studies, 1995):
 *
 *		sum over t_i <= t of (F_k(t) - F_k(t_i))^2 d_i / (n_i (n_i - d_i))
 *			+ S(t_i -)^2 d_ki (n_i - d_ki) / n_i^3
 *			- 2 (F_k(t) - F_k(t_i)) S(t_i -) d_ki / n_i^2
 *
 * The squares are taken apart, so that one pass gives it for every t.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <string.h>

#include "aalen_johansen.h"

/*
 * Begin the curves at time 0.
 */
void
aj_begin(AjRisk *risk, const KmSample *sample)
{
	memset(risk, 0, sizeof(*risk));
	km_begin(&risk->all, sample);
	risk->before = 1.0;
}

/* Begin the curve of a cause. */
void
aj_begin_cause(AjCurve *curve)
{
	memset(curve, 0, sizeof(*curve));
}

/*
 * Follow the curve of all events over the next time; then every cause is to
 * follow, by aj_take_cause().
 *
 * Where all at risk have their event the variance of log(S) is infinite; it is
 * left out, since no F_k grows any more and its square is 0.
 */
void
aj_take(AjRisk *risk, const KmTime *time)
{
	double		variance = risk->all.variance;

	risk->before = risk->all.survival;
	km_take(&risk->all, time);
	risk->at_risk = (double) risk->all.at_risk;
	risk->step = risk->all.variance - variance;
	risk->variance = risk->all.variance;
}

/*
 * Follow the curve of a cause over the time that was taken last, at which so
 * many events were its own.
 */
void
aj_take_cause(AjCurve *curve, const AjRisk *risk, int64_t events)
{
	if (events > 0)
	{
		double		of_risk = (double) events / risk->at_risk;
		double		grows = risk->before * of_risk;

		curve->incidence += grows;
		curve->own += grows * risk->before *
			((risk->at_risk - (double) events) / (risk->at_risk * risk->at_risk));
		curve->shared += grows / risk->at_risk;
		curve->shared_linear += curve->incidence * (grows / risk->at_risk);
	}
	curve->linear += curve->incidence * risk->step;
	curve->square += curve->incidence * curve->incidence * risk->step;
}

/*
 * Return the standard error of a cause's incidence where the curves are.
 */
double
aj_error(const AjCurve *curve, const AjRisk *risk)
{
	double		incidence = curve->incidence;
	double		variance = incidence * incidence * risk->variance -
	2.0 * incidence * curve->linear + curve->square + curve->own -
	2.0 * (incidence * curve->shared - curve->shared_linear);

	/* rounding may leave a little less than nothing */
	return sqrt(fmax(variance, 0.0));
}

/*
 * Return the interval of an incidence, symmetric for log(-log(1 - F)): that of
 * km_survival_interval() where there is one cause.  False where it is not
 * defined, at 0 and 1.
 */
bool
aj_interval(double incidence, double error, double z, Bounds *bounds)
{
	double		remains = 1.0 - incidence;
	double		log_remains;
	double		reach;

	if (!(incidence > 0.0 && remains > 0.0))
		return false;
	log_remains = log1p(-incidence);
	reach = z * error / (remains * fabs(log_remains));
	bounds->low = -expm1(log_remains * exp(-reach));
	bounds->high = -expm1(log_remains * exp(reach));
	return true;
}
