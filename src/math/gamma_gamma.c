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
#define MAX_STEPS		100

/* With more rows than this, a sample of so many customers says where to start. */
#define SEVERAL_STARTS_ROWS	10000
#define SAMPLE_CUSTOMERS	2000

/* Values this close are the same maximum. */
#define SAME_VALUE		1e-7

/*
 * Means that differ by less than this share are one: means of equal amounts are
 * rounded.
 */
#define ONE_VALUE_SHARE	1e-12

/* Rows between two calls of check. */
#define CHECK_EVERY		8192

/* Where searches of the whole model start, as logarithms; the first always. */
static const double starts[][GAMMA_GAMMA_PARAMETERS] = {
	{0.0, 0.0, 0.0},
	{2.0, 2.0, 0.0},
	{4.0, 1.0, -3.0},
	{0.0, 4.0, 4.0},
};

#define STARTS			((int) (sizeof(starts) / sizeof(starts[0])))

/* Return how many parameters a model has. */
int
gamma_gamma_parameters(GammaGammaSpread spread)
{
	switch (spread)
	{
		case GAMMA_GAMMA_VARIES:
			break;
		case GAMMA_GAMMA_MEANS_ALIKE:
		case GAMMA_GAMMA_CONSTANT:
			return 2;
		case GAMMA_GAMMA_ONE_VALUE:
			return 1;
	}
	return GAMMA_GAMMA_PARAMETERS;
}

const char *
gamma_gamma_parameter_name(GammaGammaSpread spread, int i)
{
	static const char *const names[][GAMMA_GAMMA_PARAMETERS] = {
		[GAMMA_GAMMA_VARIES] = {"p", "q", "v"},
		[GAMMA_GAMMA_MEANS_ALIKE] = {"p", "mean", NULL},
		[GAMMA_GAMMA_CONSTANT] = {"q", "v", NULL},
		[GAMMA_GAMMA_ONE_VALUE] = {"mean", NULL, NULL},
	};

	return names[spread][i];
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
 * Evaluate the likelihood of customers whose means are alike, in the logarithms of
 * p and the mean M: m is gamma distributed with shape p x and mean M.
 */
static void
evaluate_alike(void *arg, const double *log_parameter, NewtonPoint *point)
{
	const FitArgument *fit = (const FitArgument *) arg;
	double		p = exp(log_parameter[0]);
	double		inverse = exp(-log_parameter[1]) / fit->scale;

	memset(point, 0, sizeof(NewtonPoint));
	for (size_t start = 0; start < fit->n;)
	{
		double		x = fit->rows[start].x;
		double		px = p * x;
		Jet			gamma_px = log_gamma_jet(px);
		size_t		i;

		for (i = start; i < fit->n && fit->rows[i].x == fit->rows[start].x; i++)
		{
			double		count = (double) fit->rows[i].count;
			double		share = fit->rows[i].mean * inverse;	/* m / M */
			double		log_share = log(share);
			double		slope = px * (log(px) + log_share + 1.0 - share -
									  gamma_px.first);

			if (fit->check != NULL && i % CHECK_EVERY == 0)
				fit->check(fit->arg);
			point->value += count * (px * (log(px) + log_share - share) -
									 log_share - log_parameter[1] -
									 gamma_px.value);
			point->gradient[0] += count * slope;
			point->gradient[1] += count * px * (share - 1.0);
			point->hessian[0][0] += count *
				(slope + px - px * px * gamma_px.second);
			point->hessian[0][1] += count * px * (share - 1.0);
			point->hessian[1][1] -= count * px * share;
		}
		start = i;
	}
	point->hessian[1][0] = point->hessian[0][1];
}

/*
 * Evaluate the likelihood of customers who always spend the same, in the logarithms
 * of q and v: 1 / m is gamma distributed with shape q and rate v.
 */
static void
evaluate_constant(void *arg, const double *log_parameter, NewtonPoint *point)
{
	const FitArgument *fit = (const FitArgument *) arg;
	double		q = exp(log_parameter[0]);
	double		v = exp(log_parameter[1]);
	Jet			gamma_q = log_gamma_jet(q);

	memset(point, 0, sizeof(NewtonPoint));
	for (size_t i = 0; i < fit->n; i++)
	{
		double		count = (double) fit->rows[i].count;
		double		m = fit->rows[i].mean / fit->scale;
		double		log_m = log(m);
		double		slope = q * (log_parameter[1] - gamma_q.first - log_m);

		if (fit->check != NULL && i % CHECK_EVERY == 0)
			fit->check(fit->arg);
		point->value += count * (q * (log_parameter[1] - log_m) - log_m -
								 v / m - gamma_q.value);
		point->gradient[0] += count * slope;
		point->gradient[1] += count * (q - v / m);
		point->hessian[0][0] += count * (slope - q * q * gamma_q.second);
		point->hessian[0][1] += count * q;
		point->hessian[1][1] -= count * v / m;
	}
	point->hessian[1][0] = point->hessian[0][1];
}

static void (*const evaluators[]) (void *, const double *, NewtonPoint *) =
{
	[GAMMA_GAMMA_VARIES] = evaluate_log,
		[GAMMA_GAMMA_MEANS_ALIKE] = evaluate_alike,
		[GAMMA_GAMMA_CONSTANT] = evaluate_constant,
		[GAMMA_GAMMA_ONE_VALUE] = NULL	/* which nobody searches */
};

typedef struct Maximum
{
	GammaGammaSpread spread;
	double		value;
	double		parameter[GAMMA_GAMMA_PARAMETERS];
} Maximum;

/* The best answer so far. */
typedef struct Best
{
	bool		found;
	GammaGammaSpread spread;
	NewtonResult result;
	int			steps;			/* of all searches */
	int			maxima;			/* different ones, of each search at most one */
	Maximum		maximum[STARTS + 2];
} Best;

/* Remember a maximum, unless it is known. */
static void
remember(GammaGammaSpread spread, const NewtonResult *result, Best *best)
{
	Maximum    *maximum = &best->maximum[best->maxima];

	for (int i = 0; i < best->maxima; i++)
	{
		if (best->maximum[i].spread == spread &&
			fabs(best->maximum[i].value - result->point.value) <= SAME_VALUE)
			return;
	}
	maximum->spread = spread;
	maximum->value = result->point.value;
	memcpy(maximum->parameter, result->parameter, sizeof(maximum->parameter));
	best->maxima++;
}

/* Search from a place. */
static void
search(FitArgument *fit, GammaGammaSpread spread, const double *start,
	   Best *best)
{
	NewtonProblem problem;
	NewtonResult result;

	problem.parameters = gamma_gamma_parameters(spread);
	problem.evaluate = evaluators[spread];
	problem.arg = fit;
	problem.limit = LOG_LIMIT;
	problem.max_steps = MAX_STEPS;
	memset(&result, 0, sizeof(result));
	memcpy(result.parameter, start, sizeof(double) * problem.parameters);
	newton_maximise(&problem, &result);
	best->steps += result.steps;
	if (result.verdict != NEWTON_CONVERGED)
		return;
	remember(spread, &result, best);
	if (!best->found ||
		result.point.value > best->result.point.value + SAME_VALUE)
	{
		best->found = true;
		best->spread = spread;
		best->result = result;
	}
}

/* Search the whole model from several places, and its limits. */
static void
search_all(FitArgument *fit, Best *best)
{
	static const double limit_start[2] = {0.0, 0.0};

	for (int i = 0; i < STARTS; i++)
		search(fit, GAMMA_GAMMA_VARIES, starts[i], best);
	search(fit, GAMMA_GAMMA_MEANS_ALIKE, limit_start, best);
	search(fit, GAMMA_GAMMA_CONSTANT, limit_start, best);
}

/*
 * Draw a sample of the customers, the same each time: those at equal distances in
 * the order of the rows.  Return the number of its rows.
 */
static size_t
draw_sample(const FitArgument *fit, GammaGammaRow *sample)
{
	double		customers = 0.0;
	double		share;
	double		drawn = 0.0;
	size_t		kept = 0;

	for (size_t i = 0; i < fit->n; i++)
		customers += (double) fit->rows[i].count;
	share = SAMPLE_CUSTOMERS / customers;
	customers = 0.0;
	for (size_t i = 0; i < fit->n; i++)
	{
		double		to_draw;

		customers += (double) fit->rows[i].count;
		to_draw = fmin(floor(customers * share + 0.5), SAMPLE_CUSTOMERS) - drawn;
		if (to_draw < 1.0)
			continue;
		sample[kept] = fit->rows[i];
		sample[kept++].count = (int64_t) to_draw;
		drawn += to_draw;
	}
	return kept;
}

/*
 * Search in many rows from where the maxima of a sample are, or, if none is near
 * them, as in few.
 */
static void
search_many(FitArgument *fit, Best *best)
{
	GammaGammaRow sample[SAMPLE_CUSTOMERS];
	FitArgument part = *fit;
	Best		of_part;

	memset(&of_part, 0, sizeof(of_part));
	part.rows = sample;
	part.n = draw_sample(fit, sample);
	search_all(&part, &of_part);
	for (int i = 0; i < of_part.maxima; i++)
	{
		const Maximum *maximum = &of_part.maximum[i];

		if (maximum->value > of_part.result.point.value - CLEARLY_LOWER)
			search(fit, maximum->spread, maximum->parameter, best);
	}
	best->steps += of_part.steps;
	if (!best->found)
		search_all(fit, best);
}

/*
 * Fit the model.  Rows must be collapsed and sorted as gamma_gamma_collapse()
 * does it; the same rows give the same bits.  Only GAMMA_GAMMA_FITTED fills the
 * model.  Where neither the model nor one of its limits has a maximum, purchases
 * differ by next to nothing, and one value is left.
 */
GammaGammaVerdict
gamma_gamma_fit(const GammaGammaRow *rows, size_t n,
				void (*check) (void *arg), void *arg,
				GammaGammaModel *model)
{
	FitArgument fit;
	Best		best;
	double		spent = 0.0;
	double		customers = 0.0;
	double		least = INFINITY;
	double		most = 0.0;

	memset(model, 0, sizeof(GammaGammaModel));
	memset(&best, 0, sizeof(best));
	for (size_t i = 0; i < n; i++)
	{
		spent += (double) rows[i].count * rows[i].mean;
		customers += (double) rows[i].count;
		least = fmin(least, rows[i].mean);
		most = fmax(most, rows[i].mean);
	}
	if (!(customers > 0.0))
		return GAMMA_GAMMA_EMPTY;

	fit.rows = rows;
	fit.n = n;
	fit.scale = spent / customers;
	fit.check = check;
	fit.arg = arg;
	if (most - least > ONE_VALUE_SHARE * most)
	{
		if (n > SEVERAL_STARTS_ROWS)
			search_many(&fit, &best);
		else
			search_all(&fit, &best);
	}
	if (!best.found)
	{
		model->spread = GAMMA_GAMMA_ONE_VALUE;
		model->parameter[0] = fit.scale;
		return GAMMA_GAMMA_FITTED;
	}

	model->spread = best.spread;
	for (int i = 0; i < gamma_gamma_parameters(best.spread); i++)
	{
		model->parameter[i] = exp(best.result.parameter[i]);
		for (int j = 0; j < gamma_gamma_parameters(best.spread); j++)
			model->covariance[i][j] = best.result.covariance[i][j];
	}

	/*
	 * give v, or the mean, its unit, money, and the likelihood its own: a
	 * density of one mean a customer
	 */
	model->parameter[gamma_gamma_parameters(best.spread) - 1] *= fit.scale;
	model->log_likelihood = best.result.point.value - customers * log(fit.scale);
	model->steps = best.steps;
	return GAMMA_GAMMA_FITTED;
}

/*
 * Store p (v + m x) / (p x + q - 1) (Fader, Hardie 2013, eq. 5), or what it
 * becomes in a limit: one mean for all, or each customer's own.
 */
bool
gamma_gamma_expected_spend(GammaGammaSpread spread, const double *parameter,
						   double x, double mean, double *spend)
{
	double		p = parameter[0];
	double		q = parameter[1];
	double		v = parameter[2];
	double		below = p * x + q - 1.0;

	switch (spread)
	{
		case GAMMA_GAMMA_VARIES:
			break;
		case GAMMA_GAMMA_MEANS_ALIKE:
			*spend = parameter[1];
			return true;
		case GAMMA_GAMMA_CONSTANT:
			if (x > 0.0)
			{
				*spend = mean;
				return true;
			}
			if (!(parameter[0] > 1.0))
				return false;
			*spend = parameter[1] / (parameter[0] - 1.0);
			return true;
		case GAMMA_GAMMA_ONE_VALUE:
			*spend = parameter[0];
			return true;
	}
	if (!(below > 0.0))
		return false;
	*spend = p * (v + (x > 0.0 ? mean * x : 0.0)) / below;
	return true;
}
