/*-------------------------------------------------------------------------
 *
 * kaplan_meier.c
 *	  Time until an event, where some have not had theirs yet.
 *
 * The product-limit estimator of E. L. Kaplan and P. Meier, Nonparametric
 * estimation from incomplete observations (JASA 53, 1958):
 *
 *		S(t) = product over t_i <= t of (n_i - d_i) / n_i
 *
 * with n_i at risk just before t_i and d_i events at t_i.  Who is censored at
 * t_i is still at risk there: events come before censorings at ties.
 *
 * Nothing is known of the time after the longest duration unless everyone has
 * had the event by then; the functions say so and do not extend the curve.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "kaplan_meier.h"

/*
 * S(t) is a product of fractions, and its last digits are noise; a curve that
 * stands at 1/2 must count as having reached it.  Steps of the curve are far
 * larger than this.
 */
#define TOLERANCE	1e-12

/* A sum that keeps what rounding drops (A. Neumaier 1974). */
typedef struct Sum
{
	double		sum;
	double		lost;
} Sum;

static void
sum_add(Sum *sum, double value)
{
	double		next = sum->sum + value;

	if (fabs(sum->sum) >= fabs(value))
		sum->lost += (sum->sum - next) + value;
	else
		sum->lost += (value - next) + sum->sum;
	sum->sum = next;
}

static double
sum_value(const Sum *sum)
{
	return sum->sum + sum->lost;
}

/*
 * Return how many there are in all.
 */
int64_t
km_total(const KmTime *times, size_t count)
{
	int64_t		total = 0;

	for (size_t i = 0; i < count; i++)
		total += times[i].events + times[i].censored;
	return total;
}

/*
 * Begin the curve at time 0, before any event.
 */
void
km_begin(KmCurve *curve, int64_t total)
{
	curve->at_risk = total;
	curve->remaining = total;
	curve->survival = 1.0;
	curve->variance = 0.0;
	curve->base_survival = 1.0;
	curve->base_at_risk = (double) total;
}

/*
 * Follow the curve over the next time.
 *
 * As long as nobody is censored the product telescopes to remaining / at risk
 * at the start, so it is taken as one division from the last censoring on:
 * without censoring S is then as exact as a double can be.
 *
 * Variance: M. Greenwood (1926), var(log S) = sum of d / (n (n - d)).  Where S
 * reaches 0 it is infinite and left out here; S * S * var(log S) is 0 there.
 */
void
km_take(KmCurve *curve, const KmTime *time)
{
	curve->at_risk = curve->remaining;
	if (time->events > 0)
	{
		double		before = (double) curve->at_risk;
		double		after = (double) (curve->at_risk - time->events);

		curve->survival = curve->base_survival *
			(after / curve->base_at_risk);
		if (after > 0.0)
			curve->variance += (double) time->events / (before * after);
		curve->remaining -= time->events;
	}
	if (time->censored > 0)
	{
		curve->remaining -= time->censored;
		curve->base_survival = curve->survival;
		curve->base_at_risk = (double) curve->remaining;
	}
}

/*
 * Return the standard error of S where the curve is.
 */
double
km_survival_error(const KmCurve *curve)
{
	return curve->survival * sqrt(curve->variance);
}

/*
 * Return the log-log interval of S where the curve is: symmetric for
 * log(-log(S)), so within 0..1 by itself (J. D. Kalbfleisch and R. L.
 * Prentice, The statistical analysis of failure time data, 1980).  False where
 * it is not defined: while S is 1, before the first event, and when it is 0,
 * after the last.
 */
bool
km_survival_interval(const KmCurve *curve, double z, Bounds *bounds)
{
	double		log_survival;
	double		reach;

	if (!(curve->survival > 0.0 && curve->survival < 1.0))
		return false;
	log_survival = log(curve->survival);
	reach = z * sqrt(curve->variance) / fabs(log_survival);
	bounds->low = exp(log_survival * exp(reach));
	bounds->high = exp(log_survival * exp(-reach));
	return true;
}

/*
 * Find the curve at a time, that is with all that happened up to and including
 * it.  False beyond the longest duration, unless S is 0 there, and without any
 * duration.
 */
bool
km_curve_at(const KmTime *times, size_t count, int64_t at, KmCurve *curve)
{
	km_begin(curve, km_total(times, count));
	for (size_t i = 0; i < count && times[i].time <= at; i++)
		km_take(curve, &times[i]);
	return count > 0 &&
		(at <= times[count - 1].time || curve->survival <= 0.0);
}

/*
 * Find the first time by which the share q has had the event: S <= 1 - q.
 * False when it never gets there.
 */
bool
km_quantile(const KmTime *times, size_t count, double q, int64_t *time)
{
	KmCurve		curve;

	km_begin(&curve, km_total(times, count));
	for (size_t i = 0; i < count; i++)
	{
		km_take(&curve, &times[i]);
		if (times[i].events > 0 && curve.survival <= 1.0 - q + TOLERANCE)
		{
			*time = times[i].time;
			return true;
		}
	}
	return false;
}

/*
 * Find the interval of a quantile: the first times at which the lower and the
 * upper limit of S are at 1 - q (R. Brookmeyer and J. Crowley, A confidence
 * interval for the median survival time, Biometrics 38, 1982, with log-log
 * limits).  NULL for an end that is never reached.
 *
 * The limits take long to compute, so the caller gives one time after the other
 * and may stop in between.
 */
void
km_quantile_interval_begin(KmQuantileInterval *interval, int64_t total,
						   double q, double z)
{
	km_begin(&interval->curve, total);
	interval->share_left = 1.0 - q + TOLERANCE;
	interval->z = z;
	interval->low = NULL;
	interval->high = NULL;
}

/* Follow the curve over the next time; true when both ends are known. */
bool
km_quantile_interval_take(KmQuantileInterval *interval, const KmTime *time)
{
	Bounds		bounds;

	km_take(&interval->curve, time);
	if (time->events == 0 ||
		!km_survival_interval(&interval->curve, interval->z, &bounds))
		return false;
	if (interval->low == NULL && bounds.low <= interval->share_left)
		interval->low = time;
	if (bounds.high <= interval->share_left)
		interval->high = time;
	return interval->high != NULL;
}

/*
 * The restricted mean: the area under S from 0 to the horizon, which is the
 * mean of the smaller of duration and horizon.  Its variance is
 *
 *		sum over t_i <= horizon of A_i^2 d_i / (n_i (n_i - d_i))
 *
 * with A_i the area from t_i to the horizon (P. K. Andersen et al.,
 * Regression analysis of restricted mean survival time, 2004).  False where
 * the curve is not known up to the horizon.
 */
bool
km_restricted_mean(const KmTime *times, size_t count, int64_t horizon,
				   Estimate *mean)
{
	KmCurve		curve;
	Sum			area = {0.0, 0.0};
	Sum			variance = {0.0, 0.0};
	double		whole;
	double		last = 0.0;
	size_t		known = 0;

	if (count == 0)
		return false;

	km_begin(&curve, km_total(times, count));
	for (; known < count && times[known].time <= horizon; known++)
	{
		sum_add(&area,
				curve.survival * ((double) times[known].time - last));
		last = (double) times[known].time;
		km_take(&curve, &times[known]);
	}
	if (known == count && horizon > times[count - 1].time &&
		curve.survival > 0.0)
		return false;
	sum_add(&area, curve.survival * ((double) horizon - last));
	whole = sum_value(&area);

	/* go through the times again, now that the area after each is known */
	area.sum = area.lost = last = 0.0;
	km_begin(&curve, km_total(times, count));
	for (size_t i = 0; i < known; i++)
	{
		sum_add(&area, curve.survival * ((double) times[i].time - last));
		last = (double) times[i].time;
		km_take(&curve, &times[i]);
		if (times[i].events > 0 && curve.survival > 0.0)
		{
			double		remains = whole - sum_value(&area);
			double		before = (double) curve.at_risk;
			double		events = (double) times[i].events;

			sum_add(&variance, remains * remains * events /
					(before * (before - events)));
		}
	}
	mean->value = whole;
	mean->error = sqrt(sum_value(&variance));
	return true;
}
