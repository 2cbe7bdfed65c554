/*-------------------------------------------------------------------------
 *
 * nbd.c
 *	  Models of repeat purchases: the fit, and what is predicted with it.
 *
 * The likelihood is maximised in the logarithms of the parameters, with times
 * divided by the longest T.  In these units a search takes some 5 to 15 steps
 * whatever the unit of time and the number of customers.
 *
 * Few customers can have a likelihood with more than one maximum.  So the search
 * is made from several places, and the highest answer counts, also if it says
 * that the likelihood rises to a limit.  Many customers have only one maximum,
 * and one search is enough.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nbd.h"

/*
 * A logarithm of a parameter beyond this stands for 0 or infinity.  (With time
 * in units of the longest T, 0.1 days in 20 years is -11; and with r = e^13
 * customers' rates differ by 0.15 %.)
 */
#define LOG_LIMIT		13.0

/* With more rows than this, one search is made. */
#define SEVERAL_STARTS_ROWS	10000

/* Two searches whose values are this close have found the same maximum. */
#define SAME_VALUE		1e-7

/*
 * Where searches start, as logarithms of the parameters.  A search is always
 * made from the first.
 */
static const double starts[][NBD_PARAMETERS] = {
	{0.0, 0.0, 0.0, 0.0},
	{0.0, -2.0, -2.0, 2.0},
	{0.0, -2.0, -4.0, -3.0},
	{-1.0, -3.0, 0.0, 4.0},
	{2.0, 0.0, 2.0, 3.0},
	{-2.0, -3.0, 0.0, -2.0},
	{1.0, 0.0, -2.0, -6.0},
};

/* A run to a limit takes about one step for each unit of the logarithm. */
#define MAX_STEPS		100

/*
 * A logarithm that has come this far is part of the reason why a search ended at
 * a limit; it may still have been on its way.
 */
#define LOG_FAR			3.5

static const char *const parameter_names[][NBD_PARAMETERS] = {
	[NBD_BG] = {"r", "alpha", "a", "b"},
	[NBD_MBG] = {"r", "alpha", "a", "b"},
	[NBD_PARETO] = {"r", "alpha", "s", "beta"},
};

const char *
nbd_parameter_name(NbdKind kind, int i)
{
	return parameter_names[kind][i];
}

/* Return a verdict in words, as a main clause about the customers. */
const char *
nbd_verdict_text(NbdVerdict verdict)
{
	switch (verdict)
	{
		case NBD_FITTED:
			return "the model fits";
		case NBD_NO_REPEATS:
			return "no customer bought again";
		case NBD_RATES_ALIKE:
			return "purchase rates do not vary between customers";
		case NBD_RATES_SPLIT:
			return "purchase rates are either none or very high";
		case NBD_NO_DROPOUT:
			return "no dropout visible";
		case NBD_DROPOUT_ALIKE:
			return "dropout does not vary between customers";
		case NBD_DROPOUT_SPLIT:
			return "customers drop out either at once or never";
		case NBD_DROPOUT_AT_ONCE:
			return "all customers drop out at once";
		case NBD_FAILED:
			break;
	}
	return "the search for the maximum did not end";
}

int
nbd_row_compare(const void *a, const void *b)
{
	const NbdRow *left = (const NbdRow *) a;
	const NbdRow *right = (const NbdRow *) b;

	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	if (left->t_x != right->t_x)
		return left->t_x < right->t_x ? -1 : 1;
	if (left->T != right->T)
		return left->T < right->T ? -1 : 1;
	return 0;
}

/* Sort rows and add up equal ones, in place; return the number left. */
size_t
nbd_collapse(NbdRow *rows, size_t n)
{
	size_t		kept = 0;

	qsort(rows, n, sizeof(NbdRow), nbd_row_compare);
	for (size_t i = 0; i < n; i++)
	{
		if (kept > 0 && nbd_row_compare(&rows[kept - 1], &rows[i]) == 0)
			rows[kept - 1].count += rows[i].count;
		else
			rows[kept++] = rows[i];
	}
	return kept;
}

size_t
nbd_workspace_size(void)
{
	return pareto_nbd_workspace_size();
}

typedef struct FitArgument
{
	NbdKind		kind;
	const NbdRow *rows;
	size_t		n;
	double		scale;
	const NbdHost *host;
} FitArgument;

static void
evaluate(const FitArgument *fit, const double *parameter, NewtonPoint *point)
{
	if (fit->kind == NBD_PARETO)
		pareto_nbd_evaluate(parameter, fit->rows, fit->n, fit->scale,
							fit->host, point);
	else
		bg_nbd_evaluate(parameter, fit->kind == NBD_MBG, fit->rows, fit->n,
						fit->scale, fit->host, point);
}

static void
evaluate_log(void *arg, const double *log_parameter, NewtonPoint *point)
{
	double		parameter[NBD_PARAMETERS];

	for (int i = 0; i < NBD_PARAMETERS; i++)
		parameter[i] = exp(log_parameter[i]);
	evaluate((const FitArgument *) arg, parameter, point);
}

static double
longest_time(const NbdRow *rows, size_t n)
{
	double		longest = 0.0;

	for (size_t i = 0; i < n; i++)
		longest = fmax(longest, rows[i].T);
	return longest;
}

static double
total_purchases(const NbdRow *rows, size_t n)
{
	double		purchases = 0.0;

	for (size_t i = 0; i < n; i++)
		purchases += (double) rows[i].count * rows[i].x;
	return purchases;
}

/*
 * Return which limit the data runs to, from where the search was when it gave
 * up.
 *
 * The mean rate r / alpha and the mean dropout (a / (a+b), s / beta) are
 * pinned by the data or run to 0; heterogeneity vanishes as both parameters of
 * a pair grow, and becomes extreme as both vanish.
 */
static NbdVerdict
which_limit(NbdKind kind, const double *log_parameter)
{
	double		r = log_parameter[0];
	double		alpha = log_parameter[1];
	double		first = log_parameter[2];	/* a or s */
	double		second = log_parameter[3];	/* b or beta */
	double		mean = first - second;

	if (fmax(fabs(r), fabs(alpha)) > fmax(fabs(first), fabs(second)))
		return r > 0.0 ? NBD_RATES_ALIKE : NBD_RATES_SPLIT;

	if (mean < -2.0 * LOG_FAR)
		return NBD_NO_DROPOUT;
	if (first > LOG_FAR && second > LOG_FAR)
		return NBD_DROPOUT_ALIKE;
	if (first < -LOG_FAR && second < -LOG_FAR)
		return NBD_DROPOUT_SPLIT;
	if (mean < -LOG_FAR)
		return NBD_NO_DROPOUT;
	if (mean > LOG_FAR)
		return kind != NBD_PARETO && first < 0.0 ?
			NBD_DROPOUT_SPLIT : NBD_DROPOUT_AT_ONCE;
	return NBD_FAILED;
}

/*
 * Fit the model.  Rows must be collapsed and sorted as nbd_collapse() does it;
 * the same rows give the same bits.  Only NBD_FITTED fills the model.
 */
NbdVerdict
nbd_fit(NbdKind kind, const NbdRow *rows, size_t n, const NbdHost *host,
		NbdModel *model)
{
	FitArgument fit;
	NewtonProblem problem;
	NewtonResult best;
	int			steps = 0;
	double		purchases = total_purchases(rows, n);
	double		longest = longest_time(rows, n);

	/* without repeat purchases, or time for them, there is no fit */
	if (!(purchases > 0.0) || !(longest > 0.0))
		return NBD_NO_REPEATS;

	fit.kind = kind;
	fit.rows = rows;
	fit.n = n;
	fit.scale = longest;
	fit.host = host;
	problem.parameters = NBD_PARAMETERS;
	problem.evaluate = evaluate_log;
	problem.arg = &fit;
	problem.limit = LOG_LIMIT;
	problem.max_steps = MAX_STEPS;
	best.verdict = NEWTON_FAILED;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
	{
		NewtonResult result;

		if (i > 0 && n > SEVERAL_STARTS_ROWS)
			break;
		memset(&result, 0, sizeof(result));
		memcpy(result.parameter, starts[i], sizeof(starts[i]));
		newton_maximise(&problem, &result);
		steps += result.steps;
		if (result.verdict != NEWTON_FAILED &&
			(best.verdict == NEWTON_FAILED ||
			 result.point.value > best.point.value + SAME_VALUE))
			best = result;
	}

	if (best.verdict == NEWTON_FAILED)
		return NBD_FAILED;
	if (best.verdict == NEWTON_LIMIT)
		return which_limit(kind, best.parameter);

	memset(model, 0, sizeof(NbdModel));
	model->kind = kind;
	for (int i = 0; i < NBD_PARAMETERS; i++)
	{
		model->parameter[i] = exp(best.parameter[i]);
		for (int j = 0; j < NBD_PARAMETERS; j++)
			model->covariance[i][j] = best.covariance[i][j];
	}

	/*
	 * give alpha and beta their unit, time, and the likelihood its own: a
	 * density of x times
	 */
	model->parameter[1] *= longest;
	if (kind == NBD_PARETO)
		model->parameter[3] *= longest;
	model->log_likelihood = best.point.value - purchases * log(longest);
	model->purchases = purchases;
	model->steps = steps;
	return NBD_FITTED;
}

/* Return the log-likelihood of any parameters, in the rows' unit of time. */
double
nbd_log_likelihood(NbdKind kind, const double *parameter,
				   const NbdRow *rows, size_t n, const NbdHost *host)
{
	FitArgument fit;
	NewtonPoint point;

	fit.kind = kind;
	fit.rows = rows;
	fit.n = n;
	fit.scale = 1.0;
	fit.host = host;
	evaluate(&fit, parameter, &point);
	return point.value;
}

/*
 * Return the probability that a customer with this past has not dropped out.
 */
double
nbd_p_alive(const NbdModel *model, double x, double t_x, double T)
{
	double		odds;

	if (model->kind == NBD_PARETO)
		odds = pareto_nbd_log_odds_dropped(model->parameter, x, t_x, T);
	else
		odds = bg_nbd_log_odds_dropped(model->parameter,
									   model->kind == NBD_MBG, x, t_x, T);
	return 1.0 / (1.0 + exp(odds));
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
	if (model->kind != NBD_PARETO)
		bg_future_init(&future->bg, parameter[0] + x, parameter[2],
					   parameter[3] + x + (model->kind == NBD_MBG ? 1.0 : 0.0),
					   horizon / (parameter[1] + T));
}

static double
future_purchases(Future *future, double time)
{
	const double *parameter = future->model->parameter;

	if (future->model->kind == NBD_PARETO)
		return pareto_purchases(parameter, future->x, future->T, time);
	return bg_future_purchases(&future->bg, time / (parameter[1] + future->T));
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

/* Return the expected repeat purchases of a new customer up to a time. */
double
nbd_expected_new(const NbdModel *model, double horizon)
{
	Future		future;
	double		stays = 1.0;

	if (!(horizon > 0.0))
		return 0.0;
	future_init(&future, model, 0.0, 0.0, horizon);
	/* in MBG/NBD a customer may drop out right after the first purchase */
	if (model->kind == NBD_MBG)
		stays = model->parameter[3] /
			(model->parameter[2] + model->parameter[3]);
	return stays * future_purchases(&future, horizon);
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
