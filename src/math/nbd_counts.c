/*-------------------------------------------------------------------------
 *
 * nbd_counts.c
 *	  Models of repeat purchases: how many purchases a customer makes, and
 *	  whether it is still there later.
 *
 * An alive customer's rate is gamma distributed with shape n = r + x and rate
 * A = alpha + T.  Until it leaves its purchases are Poisson's, so the k-th of them
 * comes before a time t with the probability of a negative binomial distribution
 * to reach k: the regularized incomplete beta function of k and n at
 * w / (1 + w), with w = t / A.
 *
 * In BG/NBD and MBG/NBD leaving is decided at each purchase, apart from the rate.
 * A customer makes k purchases or more if its k-th would come in time and it has
 * not left at one of the k - 1 before:
 *
 *	 P(X >= k) = P(NB >= k) E[(1-p)^(k-1)]
 *
 * In Pareto/NBD it is the mean, over the time of the k-th purchase, of the
 * probability to be there then.  Summed over k these give the probabilities of
 * Fader, Hardie, Lee 2005 (appendix), and of Fader, Hardie, "Deriving the
 * Conditional PMF of the Pareto/NBD Model", 2014.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "nbd.h"
#include "special.h"
#include "statistics.h"

/* A customer who is alive, by what it will do. */
typedef struct Alive
{
	const NbdModel *model;
	double		n;
	double		rate;			/* of the gamma distribution: A */
	double		T;
	double		chances;		/* to leave it has had */
	double		a;				/* beta distribution of its probability to
								 * leave, where that varies */
	double		b;
} Alive;

static void
alive_init(Alive *alive, const NbdModel *model, double x, double T)
{
	const double *parameter = model->parameter;

	alive->model = model;
	alive->n = parameter[0] + x;
	alive->rate = parameter[1] + T;
	alive->T = T;
	alive->chances = model->kind == NBD_BG ? x : x + 1.0;
	alive->a = parameter[2];
	alive->b = parameter[3] + alive->chances;
}

/* Return whether dropout is a rate, which does not wait for a purchase. */
static bool
leaves_at_any_time(const NbdModel *model)
{
	return model->kind == NBD_PARETO &&
		(model->dropout == NBD_DROPOUT_VARIES ||
		 model->dropout == NBD_ONE_DROPOUT);
}

/* Return the probability to be there after a time of Pareto/NBD. */
static double
pareto_stay(const Alive *alive, double time)
{
	const double *parameter = alive->model->parameter;

	return exp(-parameter[2] * log1p(time / (parameter[3] + alive->T)));
}

/* Return (1 + p w)^-n: no purchase of those after which the customer leaves. */
static double
no_last_purchase(const Alive *alive, double p, double w)
{
	return exp(-alive->n * log1p(p * w));
}

/* Return the probability that an alive customer is still there after a time. */
static double
alive_stay(const Alive *alive, double time)
{
	const double *parameter = alive->model->parameter;
	double		w = time / alive->rate;
	BgFuture	future;

	if (leaves_at_any_time(alive->model))
		return pareto_stay(alive, time);
	switch (alive->model->dropout)
	{
		case NBD_DROPOUT_VARIES:

			/*
			 * the mean of 1 - (1 + p w)^-n over a beta distribution: that of
			 * purchases, where this is divided by p, with a + 1
			 */
			bg_future_init(&future, alive->n, alive->a + 1.0, alive->b, w);
			return fmax(0.0, 1.0 - alive->a / (alive->a + alive->b) *
						bg_future_purchases(&future, w));
		case NBD_ONE_DROPOUT:
			return no_last_purchase(alive, parameter[2], w);
		case NBD_DROPOUT_SPLIT:
			if (alive->chances <= 0.0)
				return parameter[3] +
					parameter[2] * no_last_purchase(alive, 1.0, w);
			break;
		case NBD_WITHOUT_DROPOUT:
			break;
		case NBD_DROPOUT_AT_ONCE:
			return no_last_purchase(alive, 1.0, w);
	}
	return 1.0;
}

/*
 * Return the probability that a customer is still there at a time after it was
 * watched last.
 */
double
nbd_p_alive_later(const NbdModel *model, double x, double t_x, double T,
				  double later)
{
	Alive		alive;

	alive_init(&alive, model, x, T);
	return nbd_p_alive(model, x, t_x, T) *
		(later > 0.0 ? alive_stay(&alive, later) : 1.0);
}

/* Return the mean of (1-p)^k: a customer does not leave at k purchases. */
static double
stays_at_purchases(const Alive *alive, double k)
{
	const double *parameter = alive->model->parameter;

	switch (alive->model->dropout)
	{
		case NBD_DROPOUT_VARIES:
			return exp(log_beta(alive->a, alive->b + k) -
					   log_beta(alive->a, alive->b));
		case NBD_ONE_DROPOUT:
			return exp(k * log1p(-parameter[2]));
		case NBD_DROPOUT_SPLIT:
			return alive->chances <= 0.0 && k > 0.0 ? parameter[3] : 1.0;
		case NBD_WITHOUT_DROPOUT:
			break;
		case NBD_DROPOUT_AT_ONCE:
			return k > 0.0 ? 0.0 : 1.0;
	}
	return 1.0;
}

/* The density of when the k-th purchase comes, over the logarithm of time. */
typedef struct Arrival
{
	const Alive *alive;
	double		k;
	double		log_norm;
} Arrival;

/*
 * Return the density at a time, with v = time / A, v^k (1+v)^-(n+k) / B(k, n),
 * times the probability to be there.
 */
static double
arrival_density(const Arrival *arrival, double log_v)
{
	const Alive *alive = arrival->alive;
	double		v = exp(log_v);

	return exp(arrival->k * log_v -
			   (alive->n + arrival->k) * log1p(v) - arrival->log_norm) *
		pareto_stay(alive, v * alive->rate);
}

/* Beyond so many logarithms below its peak nothing of the density is left. */
#define ARRIVAL_DROP	45.0

/*
 * Return where the density's logarithm is "fall" below what it is at a place, to
 * one side: the exponent is concave, so a step that grows finds it.
 */
static double
arrival_edge(const Arrival *arrival, double from, double bound, double side)
{
	double		n = arrival->alive->n;
	double		k = arrival->k;
	double		top = k * from - (n + k) * log1p(exp(from));
	double		step = 0.1 / sqrt(1.0 + k);

	for (double place = from;; step *= 1.5)
	{
		place += side * step;
		if ((place - bound) * side >= 0.0)
			return bound;
		if (k * place - (n + k) * log1p(exp(place)) < top - ARRIVAL_DROP)
			return place;
	}
}

/*
 * Return P(X >= k) of an alive customer of Pareto/NBD: the integral of the
 * arrival's density up to the horizon by panels, each as wide as the density is
 * smooth.
 */
static double
pareto_tail(const Alive *alive, double horizon, double k)
{
	Arrival		arrival = {alive, k, log_beta(k, alive->n)};
	double		end = log(horizon / alive->rate);
	double		peak = fmin(end, log(k / alive->n));
	double		left = arrival_edge(&arrival, peak, -700.0, -1.0);
	double		right = arrival_edge(&arrival, peak, end, 1.0);
	int			panels = (int) fmin(60.0, ceil((right - left) *
											   fmax(0.4, 0.15 * sqrt(k))));
	double		width = (right - left) / fmax(panels, 1.0);
	double		sum = 0.0;

	for (int i = 0; i < panels; i++)
	{
		double		middle = left + (i + 0.5) * width;

		for (int j = 0; j < 24; j++)
		{
			const QuadratureNode *node = &gauss_legendre_24[j / 2];

			sum += 0.5 * width * node->weight *
				arrival_density(&arrival, middle + (j % 2 == 0 ? 0.5 : -0.5) *
								width * node->place);
		}
	}
	return fmin(sum, 1.0);
}

/* Return P(X >= k) of an alive customer up to a horizon, for k from 1 up. */
static double
alive_tail(const Alive *alive, double horizon, double k)
{
	if (leaves_at_any_time(alive->model))
		return pareto_tail(alive, horizon, k);
	return stays_at_purchases(alive, k - 1.0) *
		negative_binomial_tail(k, alive->n, horizon / alive->rate);
}

/* Return the probability of at least so many purchases up to the horizon. */
double
nbd_p_purchases(const NbdModel *model, double x, double t_x, double T,
				double horizon, double at_least)
{
	Alive		alive;

	if (at_least <= 0.0)
		return 1.0;
	if (!(horizon > 0.0))
		return 0.0;
	alive_init(&alive, model, x, T);
	return nbd_p_alive(model, x, t_x, T) *
		alive_tail(&alive, horizon, at_least);
}

/* A quantile beyond this is reported as this. */
#define MOST_PURCHASES	1e15

/*
 * Return the least number k with P(X <= k) >= quantile.
 */
double
nbd_purchases_quantile(const NbdModel *model, double x, double t_x, double T,
					   double horizon, double quantile)
{
	Alive		alive;
	double		here = nbd_p_alive(model, x, t_x, T);
	double		enough = 0.0;	/* P(X <= enough) >= quantile, once found */
	double		too_few = -1.0;

	alive_init(&alive, model, x, T);
	if (!(horizon > 0.0))
		return 0.0;
	while (here * alive_tail(&alive, horizon, enough + 1.0) > 1.0 - quantile &&
		   enough < MOST_PURCHASES)
	{
		too_few = enough;
		enough = 2.0 * enough + 1.0;
	}
	while (enough - too_few > 1.0)
	{
		double		middle = floor((enough + too_few) / 2.0);

		if (here * alive_tail(&alive, horizon, middle + 1.0) > 1.0 - quantile)
			too_few = middle;
		else
			enough = middle;
	}
	return fmin(enough, MOST_PURCHASES);
}

/*
 * Return E[X] of an alive customer.
 *
 * Of Pareto/NBD, with death after a time u, it is n (n+1) (u / A)^2 for u up to the
 * horizon t, and so the integral of 2 n (n+1) u / A^2 P(there at u) from 0 to t.
 * Of the others it is the sum of 2 (k-1) P(X >= k), which is
 *
 *	 2 n (n+1) int_0^w v E[(1-p) (1 + p v)^-(n+2)] dv,
 *
 * again a mean of who is there, with one more chance taken and a shape larger by 2.
 * Both are worked out in the logarithm of 1 + n v, in which they are smooth.
 */
static double
alive_pairs(const Alive *alive, double horizon)
{
	const double n = alive->n;
	const double top = log1p(n * horizon / alive->rate);
	Alive		later = *alive;
	double		stays = 1.0;
	double		sum = 0.0;

	if (!leaves_at_any_time(alive->model))
	{
		stays = stays_at_purchases(alive, 1.0);
		later.n += 2.0;
		later.b += 1.0;
		later.chances += 1.0;
	}
	for (int j = 0; j < 24; j++)
	{
		const QuadratureNode *node = &gauss_legendre_24[j / 2];
		double		u = top * (0.5 + (j % 2 == 0 ? 0.5 : -0.5) * node->place);
		double		nv = expm1(u);

		sum += 0.5 * top * node->weight * nv * (nv + 1.0) *
			alive_stay(&later, nv / n * alive->rate);
	}
	return 2.0 * (1.0 + 1.0 / n) * stays * sum;
}

/* Return the variance of the purchases up to the horizon. */
double
nbd_purchases_variance(const NbdModel *model, double x, double t_x, double T,
					   double horizon)
{
	Alive		alive;
	double		mean;

	if (!(horizon > 0.0))
		return 0.0;
	alive_init(&alive, model, x, T);
	mean = nbd_expected_purchases(model, x, t_x, T, horizon);
	return fmax(0.0, nbd_p_alive(model, x, t_x, T) *
				alive_pairs(&alive, horizon) + mean - mean * mean);
}

/* A total above this is normally distributed to all digits that matter. */
#define NORMAL_TOTAL	1e6

/* Return the least number k with P(X > k) <= share, of a negative binomial X. */
static double
total_quantile(double n, double w, double share)
{
	double		too_few = -1.0;
	double		enough = 0.0;

	while (enough < 1e9 && negative_binomial_tail(enough + 1.0, n, w) > share)
	{
		too_few = enough;
		enough = 2.0 * enough + 1.0;
	}
	while (enough - too_few > 1.0)
	{
		double		middle = floor((enough + too_few) / 2.0);

		if (negative_binomial_tail(middle + 1.0, n, w) > share)
			too_few = middle;
		else
			enough = middle;
	}
	return enough;
}

/*
 * Return between which numbers a number of purchases lies that has this mean and
 * variance.
 *
 * The sum of few customers is skewed and cannot be below 0, that of many is normal:
 * a negative binomial distribution of the same mean and variance is both.  It is
 * Poisson's where the variance is no larger than the mean.
 */
Bounds
nbd_total_bounds(double mean, double variance, double confidence)
{
	double		share = (1.0 - confidence) / 2.0;
	double		over = fmax(variance - mean, 1e-9 * mean);
	double		w = over / mean;
	Bounds		bounds = {0.0, 0.0};

	if (!(mean > 0.0))
		return bounds;
	if (mean > NORMAL_TOTAL)
	{
		double		reach = normal_quantile_upper(share) * sqrt(variance);

		bounds.low = fmax(0.0, floor(mean - reach));
		bounds.high = ceil(mean + reach);
		return bounds;
	}
	bounds.low = total_quantile(mean / w, w, 1.0 - share);
	bounds.high = total_quantile(mean / w, w, share);
	return bounds;
}
