/*-------------------------------------------------------------------------
 *
 * gamma_gamma.c
 *	  The Gamma-Gamma model of what a customer spends per purchase.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gamma_gamma.h"
#include "newton.h"
#include "special.h"

/* A logarithm of a parameter beyond this stands for 0 or infinity. */
#define LOG_LIMIT		13.0
#define LOG_FAR			7.0
#define MAX_STEPS		100

/* Rows between two calls of check. */
#define CHECK_EVERY		8192

const char *
gamma_gamma_parameter_name(int i)
{
	static const char *const names[] = {"p", "q", "v"};

	return names[i];
}

/* Return a verdict in words, as a main clause about the customers. */
const char *
gamma_gamma_verdict_text(GammaGammaVerdict verdict)
{
	switch (verdict)
	{
		case GAMMA_GAMMA_FITTED:
			return "the model fits";
		case GAMMA_GAMMA_EMPTY:
			return "no customer has a repeat purchase with a positive amount";
		case GAMMA_GAMMA_MEANS_ALIKE:
			return "mean spend does not vary between customers";
		case GAMMA_GAMMA_CONSTANT:
			return "each customer spends the same on every purchase";
		case GAMMA_GAMMA_FAILED:
			break;
	}
	return "the search for the maximum did not end";
}

int
gamma_gamma_row_compare(const void *a, const void *b)
{
	const GammaGammaRow *left = (const GammaGammaRow *) a;
	const GammaGammaRow *right = (const GammaGammaRow *) b;

	if (left->x != right->x)
		return left->x < right->x ? -1 : 1;
	if (left->mean != right->mean)
		return left->mean < right->mean ? -1 : 1;
	return 0;
}

/* Sort rows and add up equal ones, in place; return the number left. */
size_t
gamma_gamma_collapse(GammaGammaRow *rows, size_t n)
{
	size_t		kept = 0;

	qsort(rows, n, sizeof(GammaGammaRow), gamma_gamma_row_compare);
	for (size_t i = 0; i < n; i++)
	{
		if (kept > 0 && gamma_gamma_row_compare(&rows[kept - 1], &rows[i]) == 0)
			rows[kept - 1].count += rows[i].count;
		else
			rows[kept++] = rows[i];
	}
	return kept;
}

typedef struct FitArgument
{
	const GammaGammaRow *rows;
	size_t		n;
	double		scale;
	void		(*check) (void *arg);
	void	   *arg;
} FitArgument;

/*
 * Value, gradient and Hessian in p, q, v.  The likelihood of a customer is
 *
 *	 Gamma(px+q) / (Gamma(px) Gamma(q)) * v^q (m x)^(px) / m / (m x + v)^(px+q)
 *
 * (Fader, Hardie 2013, eq. 1a).  With t = m x / v the powers are
 * -q log(1+t) - px log(1+1/t), which loses nothing as p, q or v grow.
 */
static void
evaluate_natural(const FitArgument *fit, const double *parameter,
				 NewtonPoint *point)
{
	const double p = parameter[0];
	const double q = parameter[1];
	const double v = parameter[2];
	const double inverse_scale = 1.0 / fit->scale;
	const Jet	gamma_q = log_gamma_jet(q);
	double		value = 0.0;
	double		lost = 0.0;		/* Neumaier's compensation of value */
	double		g[3] = {0.0};
	double		pp = 0.0,
				pq = 0.0,
				pv = 0.0,
				qq = 0.0,
				qv = 0.0,
				vv = 0.0;

	for (size_t start = 0; start < fit->n;)
	{
		double		x = fit->rows[start].x;
		double		px = p * x;
		Jet			gamma_px = log_gamma_jet(px);
		Jet			gamma_sum = log_gamma_jet(px + q);
		double		log_gammas = -log_beta(px, q);
		double		customers = 0.0;
		size_t		i;

		for (i = start; i < fit->n && fit->rows[i].x == fit->rows[start].x; i++)
		{
			double		count = (double) fit->rows[i].count;
			double		m = fit->rows[i].mean * inverse_scale;
			double		mx = m * x;
			double		inverse = 1.0 / (mx + v);
			double		log_v = log1p(mx / v);	/* log of (mx + v) / v */
			double		log_mx = log1p(v / mx);
			double		term = count *
			(log_gammas - log(m) - q * log_v - px * log_mx);
			double		sum;

			if (fit->check != NULL && i % CHECK_EVERY == 0)
				fit->check(fit->arg);

			g[0] -= count * x * log_mx;
			g[1] -= count * log_v;
			g[2] += count * (q * mx - px * v) * inverse / v;
			pv -= count * x * inverse;
			qv += count * mx * inverse / v;
			vv += count * ((px + q) * inverse * inverse - q / (v * v));

			customers += count;
			sum = value + term;
			lost += fabs(value) >= fabs(term) ?
				(value - sum) + term : (term - sum) + value;
			value = sum;
		}

		g[0] += customers * x * (gamma_sum.first - gamma_px.first);
		g[1] += customers * (gamma_sum.first - gamma_q.first);
		pp += customers * x * x * (gamma_sum.second - gamma_px.second);
		pq += customers * x * gamma_sum.second;
		qq += customers * (gamma_sum.second - gamma_q.second);
		start = i;
	}

	point->value = value + lost;
	for (int k = 0; k < 3; k++)
		point->gradient[k] = g[k];
	point->hessian[0][0] = pp;
	point->hessian[1][1] = qq;
	point->hessian[2][2] = vv;
	point->hessian[0][1] = point->hessian[1][0] = pq;
	point->hessian[0][2] = point->hessian[2][0] = pv;
	point->hessian[1][2] = point->hessian[2][1] = qv;
}

/* Evaluate the likelihood in the logarithms of the parameters. */
static void
evaluate_log(void *arg, const double *log_parameter, NewtonPoint *point)
{
	double		parameter[GAMMA_GAMMA_PARAMETERS];

	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
		parameter[i] = exp(log_parameter[i]);
	evaluate_natural((const FitArgument *) arg, parameter, point);
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
	{
		point->gradient[i] *= parameter[i];
		for (int j = 0; j < GAMMA_GAMMA_PARAMETERS; j++)
			point->hessian[i][j] *= parameter[i] * parameter[j];
		point->hessian[i][i] += point->gradient[i];
	}
}

/*
 * Return which limit the data runs to.  With v = q c, as q grows customers'
 * means gather at c, whatever p is; as p grows (and v falls with it) each
 * customer's purchases gather at its mean.
 */
static GammaGammaVerdict
which_limit(const double *log_parameter)
{
	double		p = log_parameter[0];
	double		q = log_parameter[1];

	if (q > LOG_FAR && q >= p)
		return GAMMA_GAMMA_MEANS_ALIKE;
	if (p > LOG_FAR)
		return GAMMA_GAMMA_CONSTANT;
	return GAMMA_GAMMA_FAILED;
}

/*
 * Fit the model.  Rows must be collapsed and sorted as gamma_gamma_collapse()
 * does it; the same rows give the same bits.  Only GAMMA_GAMMA_FITTED fills the
 * model.
 */
GammaGammaVerdict
gamma_gamma_fit(const GammaGammaRow *rows, size_t n,
				void (*check) (void *arg), void *arg,
				GammaGammaModel *model)
{
	FitArgument fit;
	NewtonProblem problem;
	NewtonResult result;
	double		spent = 0.0;
	double		customers = 0.0;
	double		scale;

	for (size_t i = 0; i < n; i++)
	{
		spent += (double) rows[i].count * rows[i].mean;
		customers += (double) rows[i].count;
	}
	if (!(customers > 0.0))
		return GAMMA_GAMMA_EMPTY;
	scale = spent / customers;

	fit.rows = rows;
	fit.n = n;
	fit.scale = scale;
	fit.check = check;
	fit.arg = arg;
	problem.parameters = GAMMA_GAMMA_PARAMETERS;
	problem.evaluate = evaluate_log;
	problem.arg = &fit;
	problem.limit = LOG_LIMIT;
	problem.max_steps = MAX_STEPS;
	memset(&result, 0, sizeof(result));
	newton_maximise(&problem, &result);

	if (result.verdict == NEWTON_FAILED)
		return GAMMA_GAMMA_FAILED;
	if (result.verdict == NEWTON_LIMIT)
		return which_limit(result.parameter);

	memset(model, 0, sizeof(GammaGammaModel));
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
	{
		model->parameter[i] = exp(result.parameter[i]);
		for (int j = 0; j < GAMMA_GAMMA_PARAMETERS; j++)
			model->covariance[i][j] = result.covariance[i][j];
	}

	/*
	 * give v its unit, money, and the likelihood its own: a density of one
	 * mean a customer
	 */
	model->parameter[2] *= scale;
	model->log_likelihood = result.point.value - customers * log(scale);
	model->steps = result.steps;
	return GAMMA_GAMMA_FITTED;
}

/*
 * Store p (v + m x) / (p x + q - 1) (Fader, Hardie 2013, eq. 5).
 */
bool
gamma_gamma_expected_spend(const double *parameter, double x, double mean,
						   double *spend)
{
	double		p = parameter[0];
	double		q = parameter[1];
	double		v = parameter[2];
	double		below = p * x + q - 1.0;

	if (!(below > 0.0))
		return false;
	*spend = p * (v + (x > 0.0 ? mean * x : 0.0)) / below;
	return true;
}
