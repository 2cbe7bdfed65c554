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
 * Who came under observation some time after the start is at risk from then on
 * only: n_i counts those who came before t_i and are left (S. R. Cole and
 * M. G. Hudgens, Estimating the probability of survival in the presence of left
 * truncation, 2010).  Counted from the start, they would make the curve too good,
 * since those who were gone before nobody saw.
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
 * Begin the curve at time 0, before any event.
 */
void
km_begin(KmCurve *curve, const KmSample *sample)
{
	int64_t		total = 0;

	for (size_t i = 0; i < sample->count; i++)
		total += sample->times[i].events + sample->times[i].censored;
	for (size_t i = 0; i < sample->late_count; i++)
		total -= sample->late[i].events;
	curve->at_risk = total;
	curve->remaining = total;
	curve->survival = 1.0;
	curve->variance = 0.0;
	curve->base_survival = 1.0;
	curve->base_at_risk = (double) total;
	curve->late = sample->late;
	curve->late_count = sample->late_count;
}

/* Add those who have come before a time, who are at risk then. */
static void
take_late(KmCurve *curve, int64_t time)
{
	if (curve->late_count == 0 || -curve->late[curve->late_count - 1].time >= time)
		return;
	while (curve->late_count > 0 && -curve->late[curve->late_count - 1].time < time)
		curve->remaining += curve->late[--curve->late_count].events;
	curve->base_survival = curve->survival;
	curve->base_at_risk = (double) curve->remaining;
}

/*
 * Follow the curve over the next time.
 *
 * As long as nobody is censored or comes, the product telescopes to remaining /
 * at risk at the start, so it is taken as one division from the last of these
 * on: without them S is then as exact as a double can be.
 *
 * Variance: M. Greenwood (1926), var(log S) = sum of d / (n (n - d)).  Where S
 * reaches 0 it is infinite and left out here; S * S * var(log S) is 0 there.
 */
void
km_take(KmCurve *curve, const KmTime *time)
{
	take_late(curve, time->time);
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
km_curve_at(const KmSample *sample, int64_t at, KmCurve *curve)
{
	km_begin(curve, sample);
	for (size_t i = 0; i < sample->count && sample->times[i].time <= at; i++)
		km_take(curve, &sample->times[i]);
	return sample->count > 0 &&
		(at <= sample->times[sample->count - 1].time || curve->survival <= 0.0);
}

/*
 * Find the first time by which the share q has had the event: S <= 1 - q.
 * False when it never gets there.
 */
bool
km_quantile(const KmSample *sample, double q, int64_t *time)
{
	KmCurve		curve;

	km_begin(&curve, sample);
	for (size_t i = 0; i < sample->count; i++)
	{
		km_take(&curve, &sample->times[i]);
		if (sample->times[i].events > 0 && curve.survival <= 1.0 - q + TOLERANCE)
		{
			*time = sample->times[i].time;
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
km_quantile_interval_begin(KmQuantileInterval *interval, const KmSample *sample,
						   double q, double z)
{
	km_begin(&interval->curve, sample);
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
km_restricted_mean(const KmSample *sample, int64_t horizon,
				   Estimate *mean)
{
	KmCurve		curve;
	Sum			area = {0.0, 0.0};
	Sum			variance = {0.0, 0.0};
	double		whole;
	double		last = 0.0;
	size_t		known = 0;

	if (sample->count == 0)
		return false;

	km_begin(&curve, sample);
	for (; known < sample->count && sample->times[known].time <= horizon; known++)
	{
		sum_add(&area,
				curve.survival * ((double) sample->times[known].time - last));
		last = (double) sample->times[known].time;
		km_take(&curve, &sample->times[known]);
	}
	if (known == sample->count && horizon > sample->times[sample->count - 1].time &&
		curve.survival > 0.0)
		return false;
	sum_add(&area, curve.survival * ((double) horizon - last));
	whole = sum_value(&area);

	/* go through the times again, now that the area after each is known */
	area.sum = area.lost = last = 0.0;
	km_begin(&curve, sample);
	for (size_t i = 0; i < known; i++)
	{
		sum_add(&area, curve.survival * ((double) sample->times[i].time - last));
		last = (double) sample->times[i].time;
		km_take(&curve, &sample->times[i]);
		if (sample->times[i].events > 0 && curve.survival > 0.0)
		{
			double		remains = whole - sum_value(&area);
			double		before = (double) curve.at_risk;
			double		events = (double) sample->times[i].events;

			sum_add(&variance, remains * remains * events /
					(before * (before - events)));
		}
	}
	mean->value = whole;
	mean->error = sqrt(sum_value(&variance));
	return true;
}

/* Return what happened at a time; nothing where a sample has no such time. */
static KmTime
time_of(const KmSample *sample, size_t *next, int64_t time)
{
	KmTime		none = {time, 0, 0};

	if (*next < sample->count && sample->times[*next].time == time)
		return sample->times[(*next)++];
	return none;
}

/*
 * Do the log-rank test of two samples (N. Mantel, Evaluation of survival data and two
 * new rank order statistics arising in its consideration, 1966): at every time
 * with an event, the events of the first sample are compared with its share of
 * those at risk, and the variance is that of a draw without replacement.
 * Chi-squared has one degree of freedom.  False where nothing can be compared.
 */
bool
km_log_rank(const KmSample *a, const KmSample *b, double *chi_squared)
{
	KmCurve		first;
	KmCurve		second;
	Sum			excess = {0.0, 0.0};
	Sum			variance = {0.0, 0.0};
	size_t		i = 0;
	size_t		j = 0;

	km_begin(&first, a);
	km_begin(&second, b);
	while (i < a->count || j < b->count)
	{
		int64_t		time = j == b->count ||
		(i < a->count && a->times[i].time < b->times[j].time) ?
		a->times[i].time : b->times[j].time;
		KmTime		of_first = time_of(a, &i, time);
		KmTime		of_second = time_of(b, &j, time);
		double		events = (double) (of_first.events + of_second.events);
		double		at_risk;
		double		share;

		km_take(&first, &of_first);
		km_take(&second, &of_second);
		at_risk = (double) first.at_risk + (double) second.at_risk;
		if (events <= 0.0)
			continue;
		share = (double) first.at_risk / at_risk;
		sum_add(&excess, (double) of_first.events - events * share);
		if (at_risk > 1.0)
			sum_add(&variance, share * (1.0 - share) * events *
					((at_risk - events) / (at_risk - 1.0)));
	}
	if (!(sum_value(&variance) > 0.0))
		return false;
	*chi_squared = sum_value(&excess) * sum_value(&excess) / sum_value(&variance);
	return true;
}
