/*-------------------------------------------------------------------------
 *
 * nbd_fit.c
 *	  Models of repeat purchases: the fit.
 *
 * The likelihood is maximised in the logarithms of the parameters, with times
 * divided by the longest T.  In these units a search takes some 5 to 15 steps
 * whatever the unit of time and the number of customers.
 *
 * Few customers can have a likelihood with more than one maximum, and one that
 * rises to a limit higher than all of them.  So the search is made from several
 * places, the models that are limits are fitted as well, and the highest answer
 * counts.  Many customers can have more than one maximum too, and each step of a
 * search takes long: a sample of them tells where the maxima are, and searches in
 * all of them start there.
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

/*
 * A search that ended there, and higher than everything else, goes on up to this.
 * The likelihood of few customers can have its maximum where alpha or beta is a
 * second.
 */
#define LOG_FAR_LIMIT	25.0

/* A logarithm that is near the limit it may be running to. */
#define LOG_NEAR		4.5

/* With more rows than this, a sample of so many who bought again says where to start. */
#define SEVERAL_STARTS_ROWS	10000
#define SAMPLE_CUSTOMERS	5000

/* So many maxima of the sample are remembered. */
#define MAXIMA			8

/* With so many rows limits are fitted even if no search runs to one. */
#define ALWAYS_LIMITS_ROWS	500

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

#define STARTS			((int) (sizeof(starts) / sizeof(starts[0])))

/* Searches of models that are limits start from the first few of them. */
#define LIMIT_STARTS	4

/* A run to a limit takes about one step for each unit of the logarithm. */
#define MAX_STEPS		100

/* A logarithm that has come this far may be on its way to a limit. */
#define LOG_FAR			3.5

/* So little of a or b, or of both, that it is nothing beside a purchase. */
#define VANISHING		1e-100

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
	return pareto_nbd_workspace_size() + sizeof(NbdRow) * 2 * SAMPLE_CUSTOMERS;
}

/* What is fitted: one of the models or a limit of it. */
typedef struct FitArgument
{
	NbdKind		kind;
	NbdRates	rates;
	NbdDropout	dropout;
	const NbdRow *rows;
	size_t		n;
	size_t		one_chance;		/* rows with one chance to drop out or none */
	double		later_customers;	/* customers of the others */
	double		scale;
	const NbdHost *host;
} FitArgument;

/*
 * Return how many rows have at most one chance to drop out: those are first in
 * order.
 */
static size_t
rows_with_one_chance(NbdKind kind, const NbdRow *rows, size_t n)
{
	size_t		i = 0;

	while (i < n && rows[i].x <= (kind == NBD_BG ? 1 : 0))
		i++;
	return i;
}

/* Return the family whose likelihood this limit is evaluated with. */
static NbdKind
evaluated_kind(const FitArgument *fit)
{
	/*
	 * Without dropout all are alike.  Who leaves right after the first
	 * purchase is seen in MBG/NBD and Pareto/NBD alike.
	 */
	if (fit->kind == NBD_PARETO && fit->dropout != NBD_DROPOUT_VARIES &&
		fit->dropout != NBD_ONE_DROPOUT)
		return NBD_MBG;
	return fit->kind;
}

static void
evaluate_rows(const FitArgument *fit, const double *parameter, size_t from,
			  size_t n, NewtonPoint *point)
{
	NbdKind		kind = evaluated_kind(fit);

	if (kind == NBD_PARETO)
		pareto_nbd_evaluate(parameter, fit->rows + from, n, fit->scale,
							fit->host, point);
	else
		bg_nbd_evaluate(parameter, kind == NBD_MBG, fit->rows + from, n,
						fit->scale, fit->host, point);
}

/*
 * Evaluate a likelihood in which a share of the customers leaves at the first
 * chance, a / (a+b) with both of them vanishing, and the others never.  Whoever
 * had a second chance is one of these; the model without dropout does not know
 * how many they are.
 */
static void
evaluate_split(const FitArgument *fit, const double *parameter,
			   NewtonPoint *point)
{
	double		stays = parameter[3] / (parameter[2] + parameter[3]);
	double		never[NBD_PARAMETERS] = {parameter[0], parameter[1], 0.0, 1.0};
	NewtonPoint later;

	evaluate_rows(fit, parameter, 0, fit->one_chance, point);
	evaluate_rows(fit, never, fit->one_chance, fit->n - fit->one_chance, &later);
	point->value += later.value + fit->later_customers * log(stays);
	for (int i = 0; i < 2; i++)
	{
		point->gradient[i] += later.gradient[i];
		for (int j = 0; j < 2; j++)
			point->hessian[i][j] += later.hessian[i][j];
	}
	point->gradient[2] -= fit->later_customers * (1.0 - stays);
	point->hessian[2][2] -= fit->later_customers * stays * (1.0 - stays);
}

/* Set which of r, alpha, a, b a model's searched parameters stand for. */
static int
searched_places(const FitArgument *fit, int *place)
{
	int			n = 0;

	place[n++] = 0;
	if (fit->rates == NBD_RATES_VARY)
		place[n++] = 1;
	if (fit->dropout == NBD_DROPOUT_VARIES || fit->dropout == NBD_ONE_DROPOUT ||
		fit->dropout == NBD_DROPOUT_SPLIT)
		place[n++] = 2;
	if (fit->dropout == NBD_DROPOUT_VARIES)
		place[n++] = 3;
	return n;
}

/* Set what stands for r, alpha, a, b where they are not searched for. */
static void
fixed_parameters(const FitArgument *fit, double *parameter)
{
	parameter[1] = NBD_NARROW;
	switch (fit->dropout)
	{
		case NBD_DROPOUT_VARIES:
		case NBD_ONE_DROPOUT:
			parameter[3] = NBD_NARROW;
			break;
		case NBD_DROPOUT_SPLIT:
			parameter[3] = VANISHING;
			break;
		case NBD_WITHOUT_DROPOUT:
			parameter[2] = 0.0;
			parameter[3] = 1.0;
			break;
		case NBD_DROPOUT_AT_ONCE:
			parameter[2] = 1.0;
			parameter[3] = VANISHING;
			break;
	}
}

/*
 * Evaluate at what is searched for: logarithms; with one rate that of the rate,
 * with one dropout, or a split one, the log odds of it.  The derivatives are those
 * of log r and log a, since what belongs to them is fixed.
 */
static void
evaluate_searched(void *arg, const double *searched, NewtonPoint *point)
{
	const FitArgument *fit = (const FitArgument *) arg;
	int			place[NBD_PARAMETERS];
	int			n = searched_places(fit, place);
	double		parameter[NBD_PARAMETERS];
	NewtonPoint all;

	fixed_parameters(fit, parameter);
	for (int i = 0; i < n; i++)
		parameter[place[i]] = exp(searched[i]);
	if (fit->rates == NBD_ONE_RATE)
		parameter[0] *= NBD_NARROW;
	if (fit->dropout == NBD_ONE_DROPOUT)
		parameter[2] *= NBD_NARROW;
	if (fit->dropout == NBD_DROPOUT_SPLIT)
	{
		parameter[2] *= VANISHING;
		evaluate_split(fit, parameter, &all);
	}
	else
		evaluate_rows(fit, parameter, 0, fit->n, &all);

	point->value = all.value;
	for (int i = 0; i < n; i++)
	{
		point->gradient[i] = all.gradient[place[i]];
		for (int j = 0; j < n; j++)
			point->hessian[i][j] = all.hessian[place[i]][place[j]];
	}
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

typedef struct Maximum
{
	NbdRates	rates;
	NbdDropout	dropout;
	double		value;
	double		parameter[NBD_PARAMETERS];
} Maximum;

/* The best answer so far. */
typedef struct Best
{
	bool		found;			/* is it a maximum? */
	NbdRates	rates;
	NbdDropout	dropout;
	NewtonResult result;
	bool		runs;			/* did a search run to a limit? */
	NbdRates	run_rates;
	NbdDropout	run_dropout;
	NewtonResult run;			/* the highest one that did */
	int			steps;			/* of all searches */
	int			maxima;			/* different ones, the highest first */
	Maximum		maximum[MAXIMA];
} Best;

/* Remember a maximum, unless it is known or lower than all that are. */
static void
remember(const FitArgument *fit, const NewtonResult *result, Best *best)
{
	int			at = best->maxima;

	for (int i = 0; i < best->maxima; i++)
	{
		const Maximum *known = &best->maximum[i];

		if (known->rates == fit->rates && known->dropout == fit->dropout &&
			fabs(known->value - result->point.value) <= SAME_VALUE)
			return;
	}
	while (at > 0 && best->maximum[at - 1].value < result->point.value)
		at--;
	if (at == MAXIMA)
		return;
	best->maxima += best->maxima < MAXIMA;
	for (int i = best->maxima - 1; i > at; i--)
		best->maximum[i] = best->maximum[i - 1];
	best->maximum[at].rates = fit->rates;
	best->maximum[at].dropout = fit->dropout;
	best->maximum[at].value = result->point.value;
	memcpy(best->maximum[at].parameter, result->parameter,
		   sizeof(best->maximum[at].parameter));
}

/* Search from a place, which is replaced by where the search ended. */
static void
search(FitArgument *fit, double limit, Best *best, NewtonResult *result)
{
	NewtonProblem problem;
	int			place[NBD_PARAMETERS];

	problem.parameters = searched_places(fit, place);
	problem.evaluate = evaluate_searched;
	problem.arg = fit;
	problem.limit = limit;
	problem.max_steps = MAX_STEPS;
	newton_maximise(&problem, result);
	best->steps += result->steps;
	if (result->verdict == NEWTON_CONVERGED)
		remember(fit, result, best);
	if (result->verdict == NEWTON_CONVERGED &&
		(!best->found ||
		 result->point.value > best->result.point.value + SAME_VALUE))
	{
		best->found = true;
		best->rates = fit->rates;
		best->dropout = fit->dropout;
		best->result = *result;
	}
	if (result->verdict == NEWTON_LIMIT &&
		(!best->runs || result->point.value > best->run.point.value))
	{
		best->runs = true;
		best->run_rates = fit->rates;
		best->run_dropout = fit->dropout;
		best->run = *result;
	}
}

/*
 * Set where the search of a limit starts, from a place of the full model: the
 * logarithms of its mean rate and, as the odds of dropout, a / b.
 */
static void
limit_start(const FitArgument *fit, const double *full, double *start)
{
	int			n = 0;

	if (fit->rates == NBD_ONE_RATE)
		start[n++] = full[0] - full[1];
	else
	{
		start[n++] = full[0];
		start[n++] = full[1];
	}
	if (fit->dropout == NBD_DROPOUT_VARIES)
	{
		start[n++] = full[2];
		start[n++] = full[3];
	}
	else
		start[n++] = fmax(-LOG_FAR, fmin(LOG_FAR, full[2] - full[3]));
}

/* Return whether the model, or this limit of it, is one of the data at all. */
static bool
limit_exists(const FitArgument *fit)
{
	if (fit->dropout == NBD_DROPOUT_AT_ONCE)
		return fit->kind == NBD_BG && fit->one_chance == fit->n;
	return fit->rates == NBD_ONE_RATE || fit->dropout != NBD_DROPOUT_VARIES;
}

/*
 * Fit the limits: all of them from several places, or, from one place, those
 * that a search there may be running to.
 */
static void
search_limits(FitArgument *fit, const double *from, Best *best)
{
	for (int rates = NBD_RATES_VARY; rates <= NBD_ONE_RATE; rates++)
	{
		if (from != NULL && (from[0] > LOG_FAR) != (rates == NBD_ONE_RATE))
			continue;
		for (int dropout = NBD_DROPOUT_VARIES; dropout <= NBD_DROPOUT_AT_ONCE;
			 dropout++)
		{
			fit->rates = (NbdRates) rates;
			fit->dropout = (NbdDropout) dropout;
			if (!limit_exists(fit) ||
				(from != NULL && (fabs(from[2]) > LOG_FAR ||
								  fabs(from[3]) > LOG_FAR) ==
				 (dropout == NBD_DROPOUT_VARIES)))
				continue;
			for (int i = 0; i < (from != NULL ? 1 : LIMIT_STARTS); i++)
			{
				NewtonResult result;

				memset(&result, 0, sizeof(result));
				limit_start(fit, from != NULL ? from : starts[i],
							result.parameter);
				search(fit, LOG_LIMIT, best, &result);
			}
		}
	}
}

/* Set a place of the full model with a little of what the limit that is best lacks. */
static void
place_beside_limit(const Best *best, double *place)
{
	const double *estimate = best->result.parameter;
	int			next = 1;

	place[0] = estimate[0];
	place[1] = 0.0;
	if (best->rates == NBD_ONE_RATE)
	{
		place[1] = 2.0 * LOG_NEAR;
		place[0] += place[1];
	}
	else
		place[1] = estimate[next++];
	switch (best->dropout)
	{
		case NBD_DROPOUT_VARIES:
			place[2] = estimate[next];
			place[3] = estimate[next + 1];
			break;
		case NBD_ONE_DROPOUT:
			place[3] = 2.0 * LOG_NEAR + fmax(0.0, -estimate[next]);
			place[2] = estimate[next] + place[3];
			break;
		case NBD_DROPOUT_SPLIT:
			place[3] = -2.0 * LOG_NEAR - fmax(0.0, estimate[next]);
			place[2] = estimate[next] + place[3];
			break;
		case NBD_WITHOUT_DROPOUT:
			place[3] = 0.0;
			place[2] = -2.0 * LOG_NEAR;
			break;
		case NBD_DROPOUT_AT_ONCE:
			place[2] = 0.0;
			place[3] = -2.0 * LOG_NEAR;
			break;
	}
}

/* Let the highest search that ran to a limit go on, if nothing is higher. */
static void
search_on(FitArgument *fit, Best *best)
{
	NewtonResult result = best->run;

	if (!best->runs ||
		(best->found &&
		 result.point.value <= best->result.point.value + SAME_VALUE))
		return;
	fit->rates = best->run_rates;
	fit->dropout = best->run_dropout;
	search(fit, LOG_FAR_LIMIT, best, &result);
}

/* Search from several places. */
static void
search_several(FitArgument *fit, Best *best)
{
	fit->rates = NBD_RATES_VARY;
	fit->dropout = NBD_DROPOUT_VARIES;
	for (int i = 0; i < STARTS; i++)
	{
		NewtonResult result;

		memset(&result, 0, sizeof(result));
		memcpy(result.parameter, starts[i], sizeof(starts[i]));
		search(fit, LOG_LIMIT, best, &result);
	}
	if (best->runs || !best->found || fit->n <= ALWAYS_LIMITS_ROWS)
		search_limits(fit, NULL, best);
}

/*
 * Draw a share of the customers of some rows, the same each time: those at equal
 * distances in the order of the rows.  Return the number of rows drawn, at most
 * SAMPLE_CUSTOMERS; where more are to be drawn, each row stands for several.
 */
static size_t
draw_share(const NbdRow *rows, size_t n, double share, NbdRow *sample)
{
	double		customers = 0.0;
	double		step;
	double		drawn = 0.0;
	size_t		kept = 0;

	for (size_t i = 0; i < n; i++)
		customers += (double) rows[i].count;
	step = fmax(1.0, ceil(customers * share / SAMPLE_CUSTOMERS));
	customers = 0.0;
	for (size_t i = 0; i < n; i++)
	{
		double		to_draw;

		customers += (double) rows[i].count;
		to_draw = floor(customers * share + 0.5) - drawn;
		if (to_draw < step)
			continue;
		sample[kept] = rows[i];
		sample[kept++].count = (int64_t) to_draw;
		drawn += to_draw;
	}
	return kept;
}

/*
 * Draw a sample.  Those who bought again tell the most, and may be few: so many of
 * them are drawn, and as large a share of the others.
 */
static size_t
draw_sample(const NbdRow *rows, size_t n, NbdRow *sample)
{
	size_t		first = rows_with_one_chance(NBD_MBG, rows, n);
	double		customers = 0.0;
	double		share;
	size_t		kept;

	for (size_t i = first; i < n; i++)
		customers += (double) rows[i].count;
	share = fmin(1.0, SAMPLE_CUSTOMERS / customers);
	kept = draw_share(rows, first, share, sample);
	return kept + draw_share(rows + first, n - first, share, sample + kept);
}

static void
set_rows(FitArgument *fit, const NbdRow *rows, size_t n)
{
	fit->rows = rows;
	fit->n = n;
	fit->one_chance = rows_with_one_chance(fit->kind, rows, n);
	fit->later_customers = 0.0;
	for (size_t i = fit->one_chance; i < n; i++)
		fit->later_customers += (double) rows[i].count;
}

/* Search in all rows from a maximum of the sample. */
static void
search_from(FitArgument *fit, const Maximum *maximum, Best *best)
{
	NewtonResult result;

	memset(&result, 0, sizeof(result));
	memcpy(result.parameter, maximum->parameter, sizeof(maximum->parameter));
	fit->rates = maximum->rates;
	fit->dropout = maximum->dropout;
	search(fit, LOG_LIMIT, best, &result);
	if (result.verdict == NEWTON_LIMIT && maximum->rates == NBD_RATES_VARY &&
		maximum->dropout == NBD_DROPOUT_VARIES)
		search_limits(fit, result.parameter, best);
}

/*
 * If the answer is a limit, see whether the likelihood rises from there into the
 * full model, and search there.
 */
static void
search_beside_limit(FitArgument *fit, Best *best)
{
	NewtonResult result;
	NewtonPoint point;

	if (!best->found || (best->rates == NBD_RATES_VARY &&
						 best->dropout == NBD_DROPOUT_VARIES))
		return;
	memset(&result, 0, sizeof(result));
	place_beside_limit(best, result.parameter);
	fit->rates = NBD_RATES_VARY;
	fit->dropout = NBD_DROPOUT_VARIES;
	evaluate_searched(fit, result.parameter, &point);
	if (point.value > best->result.point.value)
		search(fit, LOG_LIMIT, best, &result);
}

/* Search in many rows, from where the maxima of a sample of them are. */
static void
search_many(FitArgument *fit, Best *best)
{
	NbdRow	   *sample = (NbdRow *) ((char *) fit->host->workspace + pareto_nbd_workspace_size());
	FitArgument part = *fit;
	Best		of_part;

	memset(&of_part, 0, sizeof(of_part));
	set_rows(&part, sample, draw_sample(fit->rows, fit->n, sample));
	search_several(&part, &of_part);
	search_on(&part, &of_part);
	for (int i = 0; i < of_part.maxima; i++)
	{
		if (of_part.maximum[i].value > of_part.maximum[0].value - CLEARLY_LOWER)
			search_from(fit, &of_part.maximum[i], best);
	}
	search_beside_limit(fit, best);
	best->steps += of_part.steps;
	if (!best->found)
		search_several(fit, best);
}

/*
 * Fill the model with the answer.  Rates have the unit of time, and the
 * likelihood its own: a density of x times.
 */
static void
model_from_search(const FitArgument *fit, const Best *best, NbdModel *model)
{
	memset(model, 0, sizeof(NbdModel));
	model->kind = fit->kind;
	model->rates = best->rates;
	model->dropout = best->dropout;
	model->estimates = nbd_estimates(best->rates, best->dropout);
	for (int i = 0; i < model->estimates; i++)
	{
		double		searched = best->result.parameter[i];

		model->estimate[i] = nbd_is_probability(model, i) ?
			1.0 / (1.0 + exp(-searched)) :
			exp(searched) * pow(fit->scale, nbd_time_power(model, i));
		for (int j = 0; j < model->estimates; j++)
			model->covariance[i][j] = best->result.covariance[i][j];
	}
	nbd_expand(model);
	model->purchases = total_purchases(fit->rows, fit->n);
	model->log_likelihood = best->result.point.value -
		model->purchases * log(fit->scale);
	model->steps = best->steps;
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
	Best		best;

	memset(&fit, 0, sizeof(fit));
	memset(&best, 0, sizeof(best));
	fit.kind = kind;
	fit.scale = longest_time(rows, n);
	fit.host = host;

	/* without repeat purchases, or time for them, there is no fit */
	if (!(total_purchases(rows, n) > 0.0) || !(fit.scale > 0.0))
		return NBD_NO_REPEATS;

	set_rows(&fit, rows, n);
	if (n > SEVERAL_STARTS_ROWS)
		search_many(&fit, &best);
	else
		search_several(&fit, &best);
	search_on(&fit, &best);
	if (!best.found)
		return NBD_FAILED;
	model_from_search(&fit, &best, model);
	return NBD_FITTED;
}

/* Return the log-likelihood of any parameters, in the rows' unit of time. */
double
nbd_log_likelihood(NbdKind kind, const double *parameter,
				   const NbdRow *rows, size_t n, const NbdHost *host)
{
	FitArgument fit;
	NewtonPoint point;

	memset(&fit, 0, sizeof(fit));
	fit.kind = kind;
	fit.rows = rows;
	fit.n = n;
	fit.scale = 1.0;
	fit.host = host;
	evaluate_rows(&fit, parameter, 0, n, &point);
	return point.value;
}
