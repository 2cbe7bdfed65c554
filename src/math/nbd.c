/*-------------------------------------------------------------------------
 *
 * nbd.c
 *	  Models of repeat purchases: their parameters, and what is predicted with
 *	  them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "nbd.h"

/* Return how many parameters a model has. */
int
nbd_estimates(NbdRates rates, NbdDropout dropout)
{
	int			n = rates == NBD_RATES_VARY ? 2 : 1;

	switch (dropout)
	{
		case NBD_DROPOUT_VARIES:
			return n + 2;
		case NBD_ONE_DROPOUT:
		case NBD_DROPOUT_SPLIT:
			return n + 1;
		case NBD_WITHOUT_DROPOUT:
		case NBD_DROPOUT_AT_ONCE:
			break;
	}
	return n;
}

/* Return which of the parameters of dropout parameter i is, from 0; below 0: of rates. */
static int
dropout_place(const NbdModel *model, int i)
{
	return i - (model->rates == NBD_RATES_VARY ? 2 : 1);
}

/*
 * Return the name of a parameter.  Those of dropout follow those of rates; where
 * dropout is none, or sure, it has a name though nothing of it was estimated.
 */
const char *
nbd_estimate_name(const NbdModel *model, int i)
{
	int			place = dropout_place(model, i);

	if (place < 0)
		return model->rates == NBD_ONE_RATE ? "rate" : i == 0 ? "r" : "alpha";
	if (model->dropout == NBD_ONE_DROPOUT && model->kind == NBD_PARETO)
		return "dropout_rate";
	if (model->dropout != NBD_DROPOUT_VARIES)
		return "dropout";
	if (model->kind == NBD_PARETO)
		return place == 0 ? "s" : "beta";
	return place == 0 ? "a" : "b";
}

/* Return whether a parameter is a probability; its covariance is of log odds. */
bool
nbd_is_probability(const NbdModel *model, int i)
{
	return dropout_place(model, i) >= 0 &&
		((model->dropout == NBD_ONE_DROPOUT && model->kind != NBD_PARETO) ||
		 model->dropout == NBD_DROPOUT_SPLIT);
}

/*
 * Return the power of time that a parameter has: 1 for a time, -1 for a rate, 0
 * for a number.
 */
int
nbd_time_power(const NbdModel *model, int i)
{
	int			place = dropout_place(model, i);

	if (place < 0)
		return model->rates == NBD_ONE_RATE ? -1 : i;
	if (model->kind != NBD_PARETO)
		return 0;
	if (model->dropout == NBD_ONE_DROPOUT)
		return -1;
	return model->dropout == NBD_DROPOUT_VARIES && place == 1 ? 1 : 0;
}

/*
 * Set the parameters that predictions are made with.  One rate is that of a
 * gamma distribution as narrow as can be, and so is one rate of dropout.  Where
 * dropout is a probability that does not vary, its odds are kept, a / b; without
 * dropout a is 0, and where it is sure b.
 */
void
nbd_expand(NbdModel *model)
{
	const double *estimate = model->estimate;
	double	   *parameter = model->parameter;

	if (model->rates == NBD_ONE_RATE)
	{
		parameter[0] = estimate[0] * NBD_NARROW;
		parameter[1] = NBD_NARROW;
		estimate++;
	}
	else
	{
		parameter[0] = estimate[0];
		parameter[1] = estimate[1];
		estimate += 2;
	}
	switch (model->dropout)
	{
		case NBD_DROPOUT_VARIES:
			parameter[2] = estimate[0];
			parameter[3] = estimate[1];
			break;
		case NBD_ONE_DROPOUT:
			parameter[2] = estimate[0];
			parameter[3] = 1.0 - estimate[0];
			if (model->kind == NBD_PARETO)
			{
				parameter[2] = estimate[0] * NBD_NARROW;
				parameter[3] = NBD_NARROW;
			}
			break;
		case NBD_DROPOUT_SPLIT:
			parameter[2] = estimate[0];
			parameter[3] = 1.0 - estimate[0];
			break;
		case NBD_WITHOUT_DROPOUT:
			parameter[2] = 0.0;
			parameter[3] = 1.0;
			break;
		case NBD_DROPOUT_AT_ONCE:
			parameter[2] = 1.0;
			parameter[3] = 0.0;
			break;
	}
}

/* Return the chances to drop out that x purchases were. */
static double
chances(const NbdModel *model, double x)
{
	/* a split Pareto/NBD leaves right after the first purchase, as MBG/NBD */
	return model->kind == NBD_BG ? x : x + 1.0;
}

/* Return the log odds that the customer has dropped out. */
static double
log_odds_dropped(const NbdModel *model, double x, double t_x, double T)
{
	const double *parameter = model->parameter;
	double		odds;

	switch (model->dropout)
	{
		case NBD_DROPOUT_VARIES:
			break;
		case NBD_ONE_DROPOUT:
			if (model->kind == NBD_PARETO)
				break;
			odds = parameter[2] / parameter[3];
			return chances(model, x) <= 0.0 ? -INFINITY :
				log(odds) +
				(parameter[0] + x) * log1p((T - t_x) / (parameter[1] + t_x));
		case NBD_DROPOUT_SPLIT:

			/* who had a second chance is one of those who never leave */
			odds = parameter[2] / parameter[3];
			return chances(model, x) != 1.0 ? -INFINITY :
				log(odds) +
				(parameter[0] + x) * log1p((T - t_x) / (parameter[1] + t_x));
		case NBD_WITHOUT_DROPOUT:
			return -INFINITY;
		case NBD_DROPOUT_AT_ONCE:
			return x > 0.0 ? INFINITY : -INFINITY;
	}
	if (model->kind == NBD_PARETO)
		return pareto_nbd_log_odds_dropped(parameter, x, t_x, T);
	return bg_nbd_log_odds_dropped(parameter, model->kind == NBD_MBG, x, t_x, T);
}

/*
 * Return the probability that a customer with this past has not dropped out.
 */
double
nbd_p_alive(const NbdModel *model, double x, double t_x, double T)
{
	return 1.0 / (1.0 + exp(log_odds_dropped(model, x, t_x, T)));
}

/*
 * Return the purchases of an alive customer of Pareto/NBD: its rate has the
 * mean (r+x) / (alpha+T), and it is still there after a time u with the
 * probability ((beta+T) / (beta+T+u))^s.
 */
static double
pareto_purchases(const double *parameter, double x, double T, double horizon)
{
	double		s = parameter[2];
	double		since = parameter[3] + T;
	double		l = log1p(horizon / since);
	double		time = s == 1.0 ? l : -expm1(-(s - 1.0) * l) / (s - 1.0);

	return (parameter[0] + x) / (parameter[1] + T) * since * time;
}

/*
 * The purchases of an alive customer up to a time from now; set up once for
 * many times.
 */
typedef struct Future
{
	const NbdModel *model;
	double		x;
	double		T;
	BgFuture	bg;
} Future;

static void
future_init(Future *future, const NbdModel *model, double x, double T,
			double horizon)
{
	const double *parameter = model->parameter;

	future->model = model;
	future->x = x;
	future->T = T;
	if (model->kind != NBD_PARETO && model->dropout == NBD_DROPOUT_VARIES)
		bg_future_init(&future->bg, parameter[0] + x, parameter[2],
					   parameter[3] + chances(model, x),
					   horizon / (parameter[1] + T));
}

/*
 * Return the purchases with one probability p to leave after each of them, of a
 * rate that is gamma distributed with shape n: (1 - (1 + p w)^-n) / p.
 */
static double
leaving_purchases(double p, double n, double w)
{
	return p > 0.0 ? -expm1(-n * log1p(p * w)) / p : n * w;
}

static double
future_purchases(Future *future, double time)
{
	const NbdModel *model = future->model;
	const double *parameter = model->parameter;
	double		n = parameter[0] + future->x;
	double		w = time / (parameter[1] + future->T);

	switch (model->dropout)
	{
		case NBD_DROPOUT_VARIES:
			if (model->kind == NBD_PARETO)
				break;
			return bg_future_purchases(&future->bg, w);
		case NBD_ONE_DROPOUT:
			if (model->kind == NBD_PARETO)
				break;
			return leaving_purchases(parameter[2], n, w);
		case NBD_DROPOUT_SPLIT:
			/* who has had no chance to leave may do so at the next purchase */
			if (chances(model, future->x) <= 0.0)
				return parameter[2] * leaving_purchases(1.0, n, w) +
					parameter[3] * n * w;
			return n * w;
		case NBD_WITHOUT_DROPOUT:
			return n * w;
		case NBD_DROPOUT_AT_ONCE:
			return leaving_purchases(1.0, n, w);
	}
	return pareto_purchases(parameter, future->x, future->T, time);
}

/* Return the expected purchases from now up to a time, given the past. */
double
nbd_expected_purchases(const NbdModel *model, double x, double t_x, double T,
					   double horizon)
{
	Future		future;

	if (!(horizon > 0.0))
		return 0.0;
	future_init(&future, model, x, T, horizon);
	return nbd_p_alive(model, x, t_x, T) * future_purchases(&future, horizon);
}

/*
 * Return the expected purchases up to a time, those of the i-th period
 * discounted by (1 + rate)^i.  The last period may be a part of one: it is
 * discounted by the time it ends, as the others are.
 */
double
nbd_discounted_purchases(const NbdModel *model, double x, double t_x, double T,
						 double horizon, double period, double rate,
						 const NbdHost *host)
{
	Future		future;
	double		periods = horizon / period;
	double		log_discount = log1p(rate);
	double		before = 0.0;
	double		sum = 0.0;

	if (!(horizon > 0.0))
		return 0.0;
	future_init(&future, model, x, T, horizon);
	for (int64_t i = 1; (double) (i - 1) < periods; i++)
	{
		double		end = fmin((double) i, periods);
		double		here = future_purchases(&future, end * period);

		if (host != NULL && host->check != NULL && i % 64 == 0)
			host->check(host->arg);
		sum += (here - before) * exp(-log_discount * end);
		before = here;
	}
	return nbd_p_alive(model, x, t_x, T) * sum;
}
