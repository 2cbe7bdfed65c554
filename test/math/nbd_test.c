/*-------------------------------------------------------------------------
 *
 * nbd_test.c
 *	  The models of repeat purchases and of spend against reference figures.
 *
 * - Fits: the orders of the CDNOW sample (2,357 customers, weeks, as published
 *	 with Fader and Hardie's notes); the true maxima were computed with 30 and
 *	 more digits.
 * - Predictions for 25 of these customers at the maxima and at the published
 *	 parameters.
 * - Predictions over the whole range of parameters: data/nbd_extremes.csv, from
 *	 generate_nbd.py.
 * - Derivatives against differences; verdicts of data without a maximum.
 *
 * Run from the top directory, or with the data's directory as argument.  Prints
 * TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/math/gamma_gamma.h"
#include "../../src/math/nbd.h"
#include "../../src/math/special.h"
#include "csv.h"
#include "tap.h"

/* Is it within this share of what is expected? */
static bool
near(double value, double expected, double share)
{
	return fabs(value - expected) <= share * fabs(expected);
}

/* -------------------------------------------------------------------------
 * The CDNOW sample
 * -------------------------------------------------------------------------
 */
static NbdRow purchases[2000];
static size_t n_purchases;
static GammaGammaRow spend[2000];
static size_t n_spend;
static NbdHost host;

static void
read_cdnow(void)
{
	Csv			csv;
	double		customers = 0.0;
	double		repeaters = 0.0;

	csv_open(&csv, "cdnow_purchases.csv");
	for (n_purchases = 0; csv_next(&csv); n_purchases++)
	{
		purchases[n_purchases].x = (int32_t) csv_number(&csv, 0);
		purchases[n_purchases].t_x = csv_number(&csv, 1);
		purchases[n_purchases].T = csv_number(&csv, 2);
		purchases[n_purchases].count = (int64_t) csv_number(&csv, 3);
		customers += csv_number(&csv, 3);
	}
	fclose(csv.file);
	csv_open(&csv, "cdnow_spend.csv");
	for (n_spend = 0; csv_next(&csv); n_spend++)
	{
		spend[n_spend].x = (int32_t) csv_number(&csv, 0);
		spend[n_spend].mean = csv_number(&csv, 1);
		spend[n_spend].count = (int64_t) csv_number(&csv, 2);
		repeaters += csv_number(&csv, 2);
	}
	fclose(csv.file);
	ok(customers == 2357 && repeaters == 946, "CDNOW sample: customers");
}

typedef struct Fit
{
	const char *name;
	double		parameter[4];
	double		error[4];		/* of the logarithms */
	double		log_likelihood;
} Fit;

static const Fit fits[] = {
	[NBD_BG] = {
		"BG/NBD",
		{0.242592907204465894, 4.41353156120542629,
		0.792886148098768568, 2.42575343649362148},
		{0.051762929627870234, 0.08569586740534207,
		0.2342317917231205, 0.29077388679471644},
		-9582.4255605673625
	},
	[NBD_MBG] = {
		"MBG/NBD",
		{0.524837983665595109, 6.18299201967209692,
		0.891356155331535783, 1.61399933473050115},
		{0.15864717723374275, 0.11250183254997381,
		0.17365147531352063, 0.33300655643563815},
		-9582.1326848999039
	},
	[NBD_PARETO] = {
		"Pareto/NBD",
		{0.553275508689519312, 10.5776122386817086,
		0.606213568674084475, 11.6679112379202271},
		{0.08608505831479435, 0.0796705253027765,
		0.3089333184636682, 0.5323171554158099},
		-9594.9739298268636
	},
};

static const Fit spend_fit = {
	"Gamma-Gamma",
	{6.2488024897090972, 3.74458845328746903, 15.4477480094637156, 0.0},
	{0.19038640431030882, 0.07748932058771843, 0.2692945194773998, 0.0},
	-4055.9232435028642
};

static void
test_fits(void)
{
	GammaGammaModel spend_model;

	for (NbdKind kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		const Fit  *expected = &fits[kind];
		NbdModel	model;
		NbdVerdict	verdict = nbd_fit(kind, purchases, n_purchases, &host,
									  &model);

		ok(verdict == NBD_FITTED, "%s: fitted: %s", expected->name,
		   nbd_verdict_text(verdict));
		if (verdict != NBD_FITTED)
			continue;
		ok(fabs(model.log_likelihood - expected->log_likelihood) <= 1e-7,
		   "%s: log-likelihood %.10f", expected->name, model.log_likelihood);
		for (int i = 0; i < NBD_PARAMETERS; i++)
		{
			double		error = sqrt(model.covariance[i][i]);

			ok(near(model.parameter[i], expected->parameter[i], 1e-9),
			   "%s: %s = %.15g", expected->name, nbd_estimate_name(&model, i),
			   model.parameter[i]);
			ok(near(error, expected->error[i], 1e-8),
			   "%s: standard error of log %s = %.15g", expected->name,
			   nbd_estimate_name(&model, i), error);
		}
		ok(fabs(nbd_log_likelihood(kind, model.parameter, purchases,
								   n_purchases, &host) -
				model.log_likelihood) <= 1e-7,
		   "%s: log-likelihood of its parameters", expected->name);
	}

	ok(gamma_gamma_fit(spend, n_spend, NULL, NULL, &spend_model) ==
	   GAMMA_GAMMA_FITTED, "Gamma-Gamma: fitted");
	ok(fabs(spend_model.log_likelihood - spend_fit.log_likelihood) <= 1e-7,
	   "Gamma-Gamma: log-likelihood %.10f", spend_model.log_likelihood);
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
	{
		double		error = sqrt(spend_model.covariance[i][i]);

		ok(near(spend_model.parameter[i], spend_fit.parameter[i], 1e-9),
		   "Gamma-Gamma: %s = %.15g", gamma_gamma_parameter_name(GAMMA_GAMMA_VARIES, i),
		   spend_model.parameter[i]);
		ok(near(error, spend_fit.error[i], 1e-8),
		   "Gamma-Gamma: standard error of log %s = %.15g",
		   gamma_gamma_parameter_name(GAMMA_GAMMA_VARIES, i), error);
	}
}

/* The parameters as they were published, with three or four digits. */
static const double published[][4] = {
	[NBD_BG] = {0.243, 4.414, 0.793, 2.426},
	[NBD_MBG] = {0.525, 6.183, 0.891, 1.614},
	[NBD_PARETO] = {0.553, 10.578, 0.606, 11.669},
};
static const double published_spend[] = {6.25, 3.74, 15.44};

static void
model_with(NbdModel *model, NbdKind kind, const double *parameter)
{
	memset(model, 0, sizeof(NbdModel));
	model->kind = kind;
	memcpy(model->parameter, parameter, sizeof(model->parameter));
}

/*
 * Months of 4.345 weeks, 1 % a month: what the reference's discounted value was
 * made with.
 */
#define REFERENCE_MONTH		4.345

static void
test_predictions(void)
{
	static const int first_column[] = {
		[NBD_BG] = 6,[NBD_MBG] = 11,[NBD_PARETO] = 17
	};
	Csv			csv;
	int			customers = 0;

	csv_open(&csv, "cdnow_predictions.csv");
	while (csv_next(&csv))
	{
		bool		maximum = strcmp(csv.field[0], "mle") == 0;
		double		x = csv_number(&csv, 1);
		double		t_x = csv_number(&csv, 2);
		double		T = csv_number(&csv, 3);
		double		mean = csv_number(&csv, 4);
		double		value = 0.0;
		bool		good;

		customers++;
		good = gamma_gamma_expected_spend(GAMMA_GAMMA_VARIES, maximum ? spend_fit.parameter :
										  published_spend, x, mean, &value);
		ok(good && near(value, csv_number(&csv, 5), 1e-10),
		   "%s, x = %g, t_x = %g: spend %.15g", csv.field[0], x, t_x, value);
		for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
		{
			static const double horizons[] = {39.0, 1.0, 520.0};
			int			column = first_column[kind];
			NbdModel	model;
			double		figure;

			model_with(&model, kind, maximum ? fits[kind].parameter :
					   published[kind]);
			figure = nbd_p_alive(&model, x, t_x, T);
			good = near(figure, csv_number(&csv, column), 1e-10);
			for (size_t i = 0; i < LENGTH(horizons); i++)
			{
				figure = nbd_expected_purchases(&model, x, t_x, T, horizons[i]);
				good = good && near(figure,
									csv_number(&csv, column + 1 + (int) i),
									1e-10);
			}
			figure = value *
				nbd_discounted_purchases(&model, x, t_x, T,
										 12.0 * REFERENCE_MONTH,
										 REFERENCE_MONTH, 0.01, &host);
			good = good && near(figure, csv_number(&csv, column + 4), 1e-10);
			ok(good, "%s, x = %g, t_x = %g: %s", csv.field[0], x, t_x,
			   fits[kind].name);
		}
	}
	fclose(csv.file);
	ok(customers == 50, "all predictions read");

	csv_open(&csv, "cdnow_new_customers.csv");
	while (csv_next(&csv))
	{
		for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
		{
			NbdModel	model;
			double		figure;

			model_with(&model, kind, strcmp(csv.field[0], "mle") == 0 ?
					   fits[kind].parameter : published[kind]);
			figure = nbd_expected_purchases(&model, 0.0, 0.0, 0.0, csv_number(&csv, 1));
			ok(near(figure, csv_number(&csv, 2 + kind), 1e-10),
			   "%s: a new customer of %s makes %.15g purchases in %s weeks",
			   fits[kind].name, csv.field[0], figure, csv.field[1]);
		}
	}
	fclose(csv.file);
}

/*
 * Over the whole range.  Probabilities too small for a double are compared with
 * 0 instead.
 */
static void
test_extremes(void)
{
	static const char *const kinds[] = {"bg", "mbg", "pareto"};
	static const char *const figures[] = {
		"P(alive)", "expected purchases", "new customer", "log-likelihood"
	};
	double		worst[3][4] = {{0.0}};
	int			cases[3] = {0};
	Csv			csv;

	csv_open(&csv, "nbd_extremes.csv");
	while (csv_next(&csv))
	{
		NbdKind		kind = NBD_BG;
		double		parameter[4];
		double		x = csv_number(&csv, 5);
		double		t_x = csv_number(&csv, 6);
		double		T = csv_number(&csv, 7);
		double		horizon = csv_number(&csv, 8);
		double		figure[4];
		NbdModel	model;
		NbdRow		row;

		while (strcmp(csv.field[0], kinds[kind]) != 0)
			kind++;
		for (int i = 0; i < 4; i++)
			parameter[i] = csv_number(&csv, 1 + i);
		model_with(&model, kind, parameter);
		row.x = (int32_t) x;
		row.t_x = t_x;
		row.T = T;
		row.count = 1;
		figure[0] = nbd_p_alive(&model, x, t_x, T);
		figure[1] = nbd_expected_purchases(&model, x, t_x, T, horizon);
		figure[2] = nbd_expected_purchases(&model, 0.0, 0.0, 0.0, horizon);
		figure[3] = nbd_log_likelihood(kind, parameter, &row, 1, &host);
		cases[kind]++;
		for (int i = 0; i < 4; i++)
		{
			double		expected = csv_number(&csv, 9 + i);
			double		error;

			if (i == 3)
				error = fabs(figure[i] - expected) / (1.0 + fabs(expected));
			else if (expected < 1e-290)
				error = figure[i] < 1e-290 ? 0.0 : 1.0;
			else
				error = fabs(figure[i] / expected - 1.0);
			if (!(error <= worst[kind][i]))
				worst[kind][i] = error;
			if (!(error <= 1e-11))
				printf("# line %d of %s, %s: %.17g instead of %.17g\n",
					   cases[kind], kinds[kind], figures[i], figure[i],
					   expected);
		}
	}
	fclose(csv.file);
	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		ok(cases[kind] == 240, "%s: all cases read", fits[kind].name);
		for (int i = 0; i < 4; i++)
			ok(worst[kind][i] <= 1e-11, "%s: %s, largest error %.2g",
			   fits[kind].name, figures[i], worst[kind][i]);
	}
}

/* -------------------------------------------------------------------------
 * Derivatives
 * -------------------------------------------------------------------------
 */
static void
evaluate(NbdKind kind, const double *log_parameter, NewtonPoint *point)
{
	double		parameter[4];

	for (int i = 0; i < 4; i++)
		parameter[i] = exp(log_parameter[i]);
	if (kind == NBD_PARETO)
		pareto_nbd_evaluate(parameter, purchases, n_purchases, 39.0, &host,
							point);
	else
		bg_nbd_evaluate(parameter, kind == NBD_MBG, purchases, n_purchases,
						39.0, &host, point);
}

static void
test_derivatives(void)
{
	static const double places[][4] = {
		{-1.4, -2.2, -0.2, 0.9},
		{0.5, 1.0, -1.0, -1.5},
		{8.0, 7.0, 1.0, 2.0},
		{0.0, -1.0, 9.0, 10.0},
	};
	const double step = 1e-4;

	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		double		worst_gradient = 0.0;
		double		worst_hessian = 0.0;

		for (size_t k = 0; k < LENGTH(places); k++)
		{
			NewtonPoint here;

			evaluate(kind, places[k], &here);
			for (int i = 0; i < 4; i++)
			{
				double		place[4];
				NewtonPoint before;
				NewtonPoint after;

				memcpy(place, places[k], sizeof(place));
				place[i] = places[k][i] - step;
				evaluate(kind, place, &before);
				place[i] = places[k][i] + step;
				evaluate(kind, place, &after);
				worst_gradient =
					fmax(worst_gradient,
						 fabs((after.value - before.value) / (2.0 * step) -
							  here.gradient[i]) /
						 (1.0 + fabs(here.gradient[i])));
				for (int j = 0; j < 4; j++)
					worst_hessian =
						fmax(worst_hessian,
							 fabs((after.gradient[j] - before.gradient[j]) /
								  (2.0 * step) - here.hessian[i][j]) /
							 (1.0 + fabs(here.hessian[i][j])));
			}
		}
		ok(worst_gradient < 2e-6, "%s: gradient, within %.2g",
		   fits[kind].name, worst_gradient);
		ok(worst_hessian < 2e-6, "%s: Hessian, within %.2g",
		   fits[kind].name, worst_hessian);
	}
}

/* -------------------------------------------------------------------------
 * The fit's behaviour
 * -------------------------------------------------------------------------
 */
static uint64_t seed = 1;

/* splitmix64 */
static double
uniform(void)
{
	uint64_t	z = (seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	return ((double) (z >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(void)
{
	double		size = sqrt(-2.0 * log(uniform()));

	return size * cos(2.0 * acos(-1.0) * uniform());
}

/* Customers one by one, in any order, give the same bits as together. */
static void
test_order(void)
{
	static NbdRow single[3000];

	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		NbdModel	expected;
		NbdModel	model;
		size_t		n = 0;
		bool		same = true;

		memset(&expected, 0, sizeof(expected));
		memset(&model, 0, sizeof(model));
		for (size_t i = 0; i < n_purchases; i++)
		{
			for (int64_t k = 0; k < purchases[i].count; k++)
			{
				single[n] = purchases[i];
				single[n++].count = 1;
			}
		}
		for (size_t i = n - 1; i > 0; i--)
		{
			size_t		j = (size_t) (uniform() * (double) (i + 1));
			NbdRow		row = single[i];

			single[i] = single[j];
			single[j] = row;
		}
		n = nbd_collapse(single, n);
		ok(n == n_purchases, "%s: rows collapse to the %zu different ones",
		   fits[kind].name, n_purchases);
		nbd_fit(kind, purchases, n_purchases, &host, &expected);
		nbd_fit(kind, single, n, &host, &model);
		for (int i = 0; i < NBD_PARAMETERS; i++)
			same = same && model.parameter[i] == expected.parameter[i];
		ok(same && model.log_likelihood == expected.log_likelihood,
		   "%s: the same bits from customers in another order",
		   fits[kind].name);
	}
}

/*
 * So many different customers that a sample of them says where to start; here they
 * are the same ones again and again, and the maximum is where it was.
 */
static void
test_many(void)
{
	static NbdRow many[12000];
	NbdModel	model;
	size_t		times = LENGTH(many) / n_purchases;
	bool		same = true;

	for (size_t i = 0; i < times * n_purchases; i++)
		many[i] = purchases[i / times];
	ok(nbd_fit(NBD_BG, many, times * n_purchases, &host, &model) ==
	   NBD_FITTED, "%zu rows: fitted", times * n_purchases);
	for (int i = 0; i < NBD_PARAMETERS; i++)
		same = same &&
			near(model.parameter[i], fits[NBD_BG].parameter[i], 1e-6);
	ok(same && near(model.log_likelihood,
					(double) times * fits[NBD_BG].log_likelihood, 1e-10),
	   "%zu rows: the maximum of the sample", times * n_purchases);
}

/*
 * So many lengths of time, of customers who bought as often, that not all of their
 * parts are remembered: the likelihood is that of a few at a time.
 */
static void
test_many_times(void)
{
	static NbdRow many[16000];
	const size_t few = 200;
	double		sum = 0.0;

	for (size_t i = 0; i < LENGTH(many); i++)
	{
		many[i].x = 1;
		many[i].t_x = 0.5;
		many[i].T = 1.0 + 0.003 * (double) i;
		many[i].count = 1;
	}
	for (size_t i = 0; i < LENGTH(many); i += few)
		sum += nbd_log_likelihood(NBD_PARETO, fits[NBD_PARETO].parameter,
								  many + i, few, &host);
	ok(near(nbd_log_likelihood(NBD_PARETO, fits[NBD_PARETO].parameter, many,
							   LENGTH(many), &host), sum, 1e-12),
	   "%zu times: the likelihood of a few, added up", LENGTH(many));
}

/* Of many customers with spend one start has to do as well. */
static void
test_many_spenders(void)
{
	static GammaGammaRow many[12000];
	GammaGammaModel model;
	size_t		times = LENGTH(many) / n_spend;
	bool		same = true;

	for (size_t i = 0; i < times * n_spend; i++)
		many[i] = spend[i / times];
	ok(times * n_spend > 10000 &&
	   gamma_gamma_fit(many, times * n_spend, NULL, NULL, &model) ==
	   GAMMA_GAMMA_FITTED && model.spread == GAMMA_GAMMA_VARIES,
	   "%zu rows of spend: fitted", times * n_spend);
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
		same = same && near(model.parameter[i], spend_fit.parameter[i], 1e-6);
	ok(same && near(model.log_likelihood,
					(double) times * spend_fit.log_likelihood, 1e-10),
	   "%zu rows of spend: the maximum of the sample", times * n_spend);

	/* as if all customers had one mean: the search runs to that limit */
	for (size_t i = 0; i < LENGTH(many); i++)
	{
		many[i].x = 1 + (int32_t) (i % 5);
		many[i].mean = 20.0 + (i / 5 % 2 == 0 ? 4.0 : -4.0) / sqrt(many[i].x);
		many[i].count = 1;
	}
	ok(gamma_gamma_fit(many, LENGTH(many), NULL, NULL, &model) ==
	   GAMMA_GAMMA_FITTED && model.spread == GAMMA_GAMMA_MEANS_ALIKE &&
	   near(model.parameter[1], 20.0, 1e-12),
	   "%zu rows of spend: customers' means are alike", LENGTH(many));
}

/*
 * A shop whose customers are of two kinds, one of which pays some hundred times as
 * much: from the usual start a search ends at a maximum that is less likely.
 */
static void
test_two_kinds_of_spenders(void)
{
	static GammaGammaRow few[2500];
	static GammaGammaRow many[12500];
	GammaGammaModel of_few;
	GammaGammaModel of_many;
	const size_t times = LENGTH(many) / LENGTH(few);
	bool		same;
	size_t		n;

	seed = 1;
	for (size_t i = 0; i < LENGTH(few); i++)
	{
		double		usual = exp(0.75 * normal()) * (uniform() < 0.35 ? 300.0 : 1.0);
		double		spent = 0.0;

		few[i].x = 1 + (int32_t) (2.0 * uniform());
		few[i].count = 1;
		for (int32_t k = 0; k < few[i].x; k++)
			spent += usual * exp(0.6 * normal());
		few[i].mean = spent / few[i].x;
	}
	n = gamma_gamma_collapse(few, LENGTH(few));
	for (size_t i = 0; i < times * n; i++)
		many[i] = few[i / times];
	same = gamma_gamma_fit(few, n, NULL, NULL, &of_few) == GAMMA_GAMMA_FITTED &&
		gamma_gamma_fit(many, times * n, NULL, NULL, &of_many) == GAMMA_GAMMA_FITTED &&
		of_few.spread == GAMMA_GAMMA_VARIES && of_many.spread == of_few.spread;
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
		same = same && near(of_many.parameter[i], of_few.parameter[i], 1e-6);
	ok(same && near(of_many.log_likelihood, (double) times * of_few.log_likelihood, 1e-10),
	   "%zu rows of two kinds of spenders: the maximum of %zu, %.6f and %.6f", times * n, n,
	   of_many.log_likelihood / (double) times, of_few.log_likelihood);
}

/* In days everything is the same, with alpha, beta times 7. */
static void
test_unit(void)
{
	static NbdRow days[2000];
	double		bought = 0.0;

	for (size_t i = 0; i < n_purchases; i++)
	{
		days[i] = purchases[i];
		days[i].t_x *= 7.0;
		days[i].T *= 7.0;
		bought += (double) days[i].count * days[i].x;
	}
	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		NbdModel	model;
		bool		good = nbd_fit(kind, days, n_purchases, &host,
								   &model) == NBD_FITTED;

		for (int i = 0; good && i < NBD_PARAMETERS; i++)
		{
			double		unit = i == 1 || (i == 3 && kind == NBD_PARETO) ? 7 : 1;

			good = near(model.parameter[i], fits[kind].parameter[i] * unit, 1e-9);
		}
		ok(good && model.purchases == bought &&
		   fabs(model.log_likelihood + bought * log(7.0) -
				fits[kind].log_likelihood) < 1e-7,
		   "%s: the same in days", fits[kind].name);
	}
}

static jmp_buf interrupted;
static int	checks_left;

static void
check(void *arg)
{
	(void) arg;
	if (checks_left-- == 0)
		longjmp(interrupted, 1);
}

static void
test_interrupt(void)
{
	for (volatile int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		NbdHost		checking = host;
		NbdModel	model;

		checking.check = check;
		checks_left = 20;
		if (setjmp(interrupted) == 0)
		{
			nbd_fit(kind, purchases, n_purchases, &checking, &model);
			ok(false, "%s: can be interrupted", fits[kind].name);
		}
		else
			ok(true, "%s: can be interrupted", fits[kind].name);
	}
}

/* Customers who buy at given rates and drop out in given ways. */
typedef struct World
{
	const char *name;
	double		rate;			/* purchases in a unit of time ... */
	double		rates_differ;	/* ... times 1 / this to this */
	double		dropout;		/* probability after a purchase */
	double		dropout_differs;	/* ... or up to this much more */
	uint64_t	seed;
	const char *expected[3];	/* names of the parameters of the model */
} World;

/*
 * Where something does not vary in the world, it seems to vary in about half of
 * the samples by chance; the seeds are of samples where it does not.  Dropout is
 * after a purchase; to Pareto/NBD, which knows no such thing, frequent buyers
 * who leave early look like customers with another rate.
 */
static const World worlds[] = {
	{"nobody returns", 0.0, 1.0, 0.0, 0.0, 1,
	{"no customer bought again", "no customer bought again", "no customer bought again"}},
	{"rates differ, no dropout", 0.2, 4.0, 0.0, 0.0, 1,
	{"r alpha", "r alpha", "r alpha"}},
	{"one rate, dropout differs", 0.2, 1.0, 0.0, 1.0, 5,
	{"rate a b", "rate a b", "r alpha s beta"}},
	{"rates differ, one dropout", 0.2, 4.0, 0.1, 0.0, 5,
	{"r alpha dropout", "r alpha dropout", "r alpha dropout_rate"}},
	{"all drop out after a purchase", 0.2, 4.0, 1.0, 0.0, 5,
	{"r alpha", "r alpha dropout", "rate dropout_rate"}},
	{"rates none or very high", 0.2, 1e6, 0.1, 0.2, 7,
	{"r alpha a b", "r alpha a b", "r alpha s beta"}},
};

/* Return what the fit says: the model's parameters, or the verdict. */
static const char *
said(NbdVerdict verdict, const NbdModel *model)
{
	static char text[100];

	text[		0] = '\0';

	if (verdict != NBD_FITTED)
		return nbd_verdict_text(verdict);
	for (int i = 0; i < model->estimates; i++)
		snprintf(text +strlen(text), sizeof(text) - strlen(text), "%s%s",
				 i > 0 ? " " : "", nbd_estimate_name(model, i));
	return text;
}

static void
test_verdicts(void)
{
	static NbdRow rows[2000];
	static NbdRow many[16000];

	/* a purchase in no time at all, which no day of another purchase gives */
	rows[0].x = 1;
	rows[0].t_x = rows[0].T = 0.0;
	rows[0].count = 1;
	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		NbdModel	model;

		ok(nbd_fit(kind, rows, 1, &host, &model) == NBD_NO_REPEATS,
		   "%s: no time to buy again", fits[kind].name);
	}

	for (size_t k = 0; k < LENGTH(worlds); k++)
	{
		const World *world = &worlds[k];
		size_t		n = 2000;

		seed = world->seed;
		for (size_t i = 0; i < n; i++)
		{
			double		rate = world->rate *
			pow(world->rates_differ, 2.0 * uniform() - 1.0);
			double		dropout = world->dropout +
			world->dropout_differs * uniform();
			double		t = 0.0;

			rows[i].x = 0;
			rows[i].t_x = 0.0;
			rows[i].T = 50.0 + floor(50.0 * uniform());
			rows[i].count = 1;
			while (rate > 0.0)
			{
				t -= log(uniform()) / rate;
				if (t >= rows[i].T)
					break;
				rows[i].x++;
				rows[i].t_x = t;
				if (uniform() < dropout)
					break;
			}
		}
		n = nbd_collapse(rows, n);
		for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
		{
			NbdModel	model;
			const char *text = said(nbd_fit(kind, rows, n, &host, &model), &model);

			ok(strcmp(text, world->expected[kind]) == 0, "%s: %s: %s",
			   fits[kind].name, world->name, text);
		}

		/* the same ones eight times, where a sample says where to search */
		if (8 * n <= 10000)
			continue;
		for (size_t i = 0; i < 8 * n; i++)
			many[i] = rows[i / 8];
		for (int kind = NBD_BG; kind <= NBD_MBG; kind++)
		{
			NbdModel	model;
			const char *text = said(nbd_fit(kind, many, 8 * n, &host, &model), &model);

			ok(strcmp(text, world->expected[kind]) == 0, "%s: %s, %zu rows: %s",
			   fits[kind].name, world->name, 8 * n, text);
		}
	}
}

/* Draw from the gamma distribution of a shape (Marsaglia and Tsang 2000). */
static double
gamma_draw(double shape)
{
	double		d = (shape < 1.0 ? shape + 1.0 : shape) - 1.0 / 3.0;
	double		less = shape < 1.0 ? pow(uniform(), 1.0 / shape) : 1.0;

	for (;;)
	{
		double		z = normal();
		double		v = pow(1.0 + z / (3.0 * sqrt(d)), 3.0);

		if (v > 0.0 && log(uniform()) < 0.5 * z * z + d - d * v + d * log(v))
			return less * d * v;
	}
}

/* Draw customers who buy as a model has it, at most once a day; return the rows. */
static size_t
draw_customers(NbdKind kind, const double *parameter, int days, NbdRow *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		double		rate = gamma_draw(parameter[0]) / parameter[1];
		double		one = gamma_draw(parameter[2]);
		double		leaves = kind == NBD_PARETO ? one / parameter[3] : one / (one + gamma_draw(parameter[3]));
		double		end = 40.0 + floor((days - 40) * uniform());
		double		gone = kind == NBD_PARETO ? -log(uniform()) / leaves : INFINITY;
		double		t = 0.0;

		rows[i].x = 0;
		rows[i].t_x = 0.0;
		rows[i].T = end;
		rows[i].count = 1;
		if (kind == NBD_MBG && uniform() < leaves)
			continue;
		for (;;)
		{
			t = fmax(t - log(uniform()) / rate, rows[i].t_x + 1.0);
			if (floor(t) > end || t > gone)
				break;
			rows[i].x++;
			rows[i].t_x = floor(t);
			if (kind != NBD_PARETO && uniform() < leaves)
				break;
		}
	}
	return nbd_collapse(rows, n);
}

/*
 * So many customers that not all searches are made with all of them: what is found
 * is at least as likely as a place that is known to be high, which for most worlds
 * is what they were drawn with.  Where a day has only one purchase, frequent buyers
 * seem to be less different, and a place near the usual start is a maximum thousands
 * of times less likely.
 */
static void
test_many_customers(void)
{
	static const struct
	{
		NbdKind		kind;
		double		parameter[4];
		double		high[4];
		int			days;
		size_t		customers;
	}			many_worlds[] = {
		{NBD_MBG, {0.1, 0.1, 1.0, 30.0}, {0.1412, 0.606, 0.947, 28.14}, 400, 60000},
		{NBD_MBG, {0.1, 20.0, 1.0, 30.0}, {0.1, 20.0, 1.0, 30.0}, 400, 100000},
		{NBD_BG, {0.25, 5.0, 0.8, 2.5}, {0.25, 5.0, 0.8, 2.5}, 400, 50000},
		/* few of many come back */
		{NBD_MBG, {0.02, 20.0, 0.5, 1.0}, {0.02, 20.0, 0.5, 1.0}, 3000, 300000},
		{NBD_PARETO, {0.5, 10.0, 0.6, 12.0}, {0.5, 10.0, 0.6, 12.0}, 400, 30000},
	};
	static NbdRow rows[300000];

	for (size_t k = 0; k < LENGTH(many_worlds); k++)
	{
		NbdKind		kind = many_worlds[k].kind;
		NbdModel	model;
		double		high;
		size_t		n;
		bool		fitted;

		seed = 1;
		n = draw_customers(kind, many_worlds[k].parameter, many_worlds[k].days, rows, many_worlds[k].customers);
		high = nbd_log_likelihood(kind, many_worlds[k].high, rows, n, &host);
		fitted = nbd_fit(kind, rows, n, &host, &model) == NBD_FITTED;
		ok(n > 10000 && fitted && model.log_likelihood >= high - 1e-3,
		   "%s: %zu rows of %zu customers: %.2f higher than a place known to be high", fits[kind].name, n,
		   many_worlds[k].customers, model.log_likelihood - high);
	}
}

/*
 * Few customers, of worlds in which rates and dropout vary, or do not, by as much
 * as chance will have it.  Their likelihoods have maxima, limits, and several of
 * both; whatever the fit says, a crude search of the full model must not find
 * anything higher.
 */
#define SMALL_SETS		360

static size_t
small_set(NbdRow *rows)
{
	size_t		n = 4 + (size_t) (exp(5.0 * uniform()));
	double		r = exp(3.0 * uniform() - 2.0);
	double		mean = exp(3.0 * uniform() - 6.0);
	double		dropout = uniform() * uniform();
	double		spread = uniform();
	int			longest = 60 + (int) (300.0 * uniform());

	for (size_t i = 0; i < n; i++)
	{
		double		rate = mean;
		double		leaves = dropout * (1.0 - spread + 2.0 * spread * uniform());
		double		t = 0.0;

		if (r < 4.0)
			rate *= -log(uniform()) * pow(uniform(), 1.0 / r);
		rows[i].x = 0;
		rows[i].t_x = 0.0;
		rows[i].T = longest - floor(50.0 * uniform());
		rows[i].count = 1;
		for (;;)
		{
			t = fmax(t - log(uniform()) / rate, rows[i].t_x + 1.0);
			if (floor(t) > rows[i].T)
				break;
			rows[i].x++;
			rows[i].t_x = floor(t);
			if (uniform() < leaves)
				break;
		}
	}
	return nbd_collapse(rows, n);
}

static double
crude_value(NbdKind kind, const double *place, const NbdRow *rows, size_t n)
{
	double		parameter[4];

	for (int i = 0; i < 4; i++)
	{
		if (fabs(place[i]) > 16.0)
			return -INFINITY;
		parameter[i] = exp(place[i]);
	}
	return nbd_log_likelihood(kind, parameter, rows, n, &host);
}

/*
 * Return the highest value that steps along the parameters, and along pairs of
 * them, find from some places drawn at random.
 */
static double
crude_search(NbdKind kind, const NbdRow *rows, size_t n)
{
	static const double ways[][4] = {
		{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1},
		{1, 1, 0, 0}, {0, 0, 1, 1}, {1, 0, 0, 1}, {0, 1, 1, 0},
	};
	double		best = -INFINITY;

	for (int start = 0; start < (kind == NBD_PARETO ? 2 : 4); start++)
	{
		double		place[4];
		double		value;

		for (int i = 0; i < 4; i++)
			place[i] = 6.0 * uniform() - 3.0;
		place[1] += 3.0;
		if (kind == NBD_PARETO)
			place[3] += 3.0;
		value = crude_value(kind, place, rows, n);
		for (double step = 3.0; step > 0.03; step *= 0.5)
		{
			bool		moved = true;

			for (int round = 0; moved && round < 12; round++)
			{
				moved = false;
				for (size_t i = 0; i < 2 * LENGTH(ways); i++)
				{
					double		side = i % 2 == 0 ? step : -step;
					double		next[4];
					double		there;

					for (int j = 0; j < 4; j++)
						next[j] = place[j] + side * ways[i / 2][j];
					there = crude_value(kind, next, rows, n);
					if (there > value)
					{
						value = there;
						memcpy(place, next, sizeof(place));
						moved = true;
					}
				}
			}
		}
		best = fmax(best, value);
	}
	return best;
}

static void
test_small_sets(void)
{
	static NbdRow rows[200];
	int			sets[3] = {0};
	int			limits[3] = {0};
	int			unfitted[3] = {0};
	int			beaten[3] = {0};

	seed = 18;
	for (int i = 0; i < SMALL_SETS; i++)
	{
		NbdKind		kind = i % 9 == 8 ? NBD_PARETO : i % 2 == 0 ? NBD_BG : NBD_MBG;
		size_t		n = small_set(rows);
		NbdModel	model;
		NbdVerdict	verdict = nbd_fit(kind, rows, n, &host, &model);
		double		crude;

		if (verdict == NBD_NO_REPEATS)
			continue;
		sets[kind]++;
		if (verdict != NBD_FITTED)
		{
			unfitted[kind]++;
			continue;
		}
		if (model.estimates < NBD_PARAMETERS)
			limits[kind]++;
		crude = crude_search(kind, rows, n);
		if (crude > model.log_likelihood + 1e-6)
		{
			printf("# set %d, %s: %.9f by a crude search, %.9f fitted\n", i,
				   fits[kind].name, crude, model.log_likelihood);
			beaten[kind]++;
		}
	}
	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		ok(sets[kind] > 25 && unfitted[kind] == 0,
		   "%s: a model of each of %d sets of few customers", fits[kind].name,
		   sets[kind]);
		ok(limits[kind] > 5 && limits[kind] < sets[kind] && beaten[kind] == 0,
		   "%s: %d of them limits, and a crude search finds nothing higher",
		   fits[kind].name, limits[kind]);
	}
}

/* Each verdict says something else. */
static void
test_verdict_texts(void)
{
	for (int a = NBD_FITTED; a <= NBD_FAILED; a++)
	{
		bool		differs = true;

		for (int b = NBD_FITTED; b < a; b++)
			differs = differs && strcmp(nbd_verdict_text(a),
										nbd_verdict_text(b)) != 0;
		ok(differs, "verdict: %s", nbd_verdict_text(a));
	}
}

static void
test_spend_verdicts(void)
{
	static GammaGammaRow rows[200];
	GammaGammaModel model;
	double		value;
	const double heavy[] = {1.5, 0.8, 20.0};
	double		sum = 0.0;
	double		logs = 0.0;
	size_t		n = LENGTH(rows);

	ok(gamma_gamma_fit(rows, 0, NULL, NULL, &model) == GAMMA_GAMMA_EMPTY,
	   "Gamma-Gamma: no rows");

	for (size_t i = 0; i < n; i++)
	{
		rows[i].x = 1 + (int32_t) (i % 5);
		rows[i].mean = 20.0 + (i / 5 % 2 == 0 ? 4.0 : -4.0) / sqrt(rows[i].x);
		rows[i].count = 1;
	}
	n = gamma_gamma_collapse(rows, LENGTH(rows));
	ok(n == 10 && gamma_gamma_fit(rows, n, NULL, NULL, &model) ==
	   GAMMA_GAMMA_FITTED && model.spread == GAMMA_GAMMA_MEANS_ALIKE &&
	   gamma_gamma_expected_spend(model.spread, model.parameter, 3.0, 99.0, &value) &&
	   near(value, 20.0, 1e-12), "Gamma-Gamma: customers' means are alike");

	/*
	 * The mean is that of all purchases, and p the root of log p - digamma(p)
	 * with as many purchases each as one (R. A. Thom 1958).
	 */
	for (size_t i = 0; i < 20; i++)
	{
		rows[i].x = 1;
		rows[i].mean = 10.0 + (double) i;
		rows[i].count = i == 7 ? 3 : 1;
		logs += (double) rows[i].count * log(rows[i].mean);
		sum += (double) rows[i].count * rows[i].mean;
	}
	gamma_gamma_fit(rows, 20, NULL, NULL, &model);
	ok(model.spread == GAMMA_GAMMA_MEANS_ALIKE &&
	   near(model.parameter[1], sum / 22.0, 1e-12) &&
	   near(log(model.parameter[0]) - log_gamma_jet(model.parameter[0]).first,
			log(sum / 22.0) - logs / 22.0, 1e-9) &&
	   near(model.covariance[1][1], 1.0 / (22.0 * model.parameter[0]), 1e-9),
	   "Gamma-Gamma: one gamma distribution, p = %.9g", model.parameter[0]);

	seed = 6;
	n = LENGTH(rows);
	for (size_t i = 0; i < n; i++)
	{
		rows[i].x = 1 + (int32_t) (i % 5);
		rows[i].mean = -100.0 / log(uniform() * uniform() * uniform());
		rows[i].count = 1;
	}
	n = gamma_gamma_collapse(rows, n);
	ok(gamma_gamma_fit(rows, n, NULL, NULL, &model) == GAMMA_GAMMA_FITTED &&
	   model.spread == GAMMA_GAMMA_CONSTANT,
	   "Gamma-Gamma: each customer always spends the same");

	/* 1 / m is gamma distributed: its mean is q / v */
	sum = logs = 0.0;
	for (size_t i = 0; i < n; i++)
	{
		sum += (double) rows[i].count / rows[i].mean;
		logs -= (double) rows[i].count * log(rows[i].mean);
	}
	ok(near(model.parameter[0] / model.parameter[1], sum / 200.0, 1e-9) &&
	   near(log(model.parameter[0]) - log_gamma_jet(model.parameter[0]).first,
			log(sum / 200.0) - logs / 200.0, 1e-8) &&
	   gamma_gamma_expected_spend(model.spread, model.parameter, 2.0, 33.0, &value) &&
	   value == 33.0 &&
	   gamma_gamma_expected_spend(model.spread, model.parameter, 0.0, 0.0, &value) &&
	   near(value, model.parameter[1] / (model.parameter[0] - 1.0), 1e-15),
	   "Gamma-Gamma: whose values are inverse gamma distributed, q = %.9g",
	   model.parameter[0]);

	for (size_t i = 0; i < 3; i++)
	{
		rows[i].x = 1 + (int32_t) i;
		rows[i].mean = 0.1;
		rows[i].count = 4;
	}
	ok(gamma_gamma_fit(rows, 3, NULL, NULL, &model) == GAMMA_GAMMA_FITTED &&
	   model.spread == GAMMA_GAMMA_ONE_VALUE &&
	   gamma_gamma_expected_spend(model.spread, model.parameter, 0.0, 0.0, &value) &&
	   near(value, 0.1, 1e-15), "Gamma-Gamma: all purchases cost the same");

	ok(!gamma_gamma_expected_spend(GAMMA_GAMMA_CONSTANT, heavy + 1, 0.0, 0.0, &value),
	   "Gamma-Gamma: no mean over customers who always spend the same");
	ok(!gamma_gamma_expected_spend(GAMMA_GAMMA_VARIES, heavy, 0.0, 0.0, &value),
	   "Gamma-Gamma: no mean over customers for q <= 1");
	ok(gamma_gamma_expected_spend(GAMMA_GAMMA_VARIES, heavy, 2.0, 30.0, &value) &&
	   near(value, 1.5 * (20.0 + 60.0) / (3.0 + 0.8 - 1.0), 1e-15),
	   "Gamma-Gamma: but one for a customer with repeat purchases");
}

/* A part of a month at the end, no horizon, nothing to discount. */
static void
test_discounted(void)
{
	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		NbdModel	model;
		double		one;
		double		two;
		double		sum;

		model_with(&model, kind, fits[kind].parameter);
		one = nbd_expected_purchases(&model, 3.0, 20.0, 30.0, 4.0);
		two = nbd_expected_purchases(&model, 3.0, 20.0, 30.0, 6.0);
		sum = one / 1.02 + (two - one) / pow(1.02, 1.5);
		ok(near(nbd_discounted_purchases(&model, 3.0, 20.0, 30.0, 6.0, 4.0,
										 0.02, NULL), sum, 1e-14),
		   "%s: one month and a half", fits[kind].name);
		ok(near(nbd_discounted_purchases(&model, 3.0, 20.0, 30.0, 6.0, 4.0,
										 0.0, NULL), two, 1e-14),
		   "%s: no discount", fits[kind].name);
		ok(nbd_discounted_purchases(&model, 3.0, 20.0, 30.0, 0.0, 4.0, 0.0,
									NULL) == 0.0 &&
		   nbd_expected_purchases(&model, 3.0, 20.0, 30.0, 0.0) == 0.0,
		   "%s: no time", fits[kind].name);
	}
}

/* Of new customers, some leave right after the first purchase, the others never. */
static void
test_new_split(void)
{
	NbdModel	model;

	memset(&model, 0, sizeof(model));
	model.kind = NBD_PARETO;
	model.rates = NBD_RATES_VARY;
	model.dropout = NBD_DROPOUT_SPLIT;
	model.estimates = 3;
	model.estimate[0] = 0.5;
	model.estimate[1] = 8.0;
	model.estimate[2] = 0.3;
	nbd_expand(&model);
	ok(near(nbd_expected_purchases(&model, 0.0, 0.0, 0.0, 20.0),
			0.7 * 0.5 * 20.0 / 8.0, 1e-14),
	   "Pareto/NBD: new customers, of whom some never leave");
}

/* -------------------------------------------------------------------------
 * How many purchases
 * -------------------------------------------------------------------------
 */

/* Models of all kinds and limits, in days. */
typedef struct Counted
{
	const char *name;
	NbdKind		kind;
	NbdRates	rates;
	NbdDropout	dropout;
	double		estimate[4];
} Counted;

static const Counted counted[] = {
	{"BG/NBD", NBD_BG, NBD_RATES_VARY, NBD_DROPOUT_VARIES, {0.243, 30.9, 0.793, 2.426}},
	{"MBG/NBD", NBD_MBG, NBD_RATES_VARY, NBD_DROPOUT_VARIES, {0.525, 43.3, 1.891, 2.614}},
	{"Pareto/NBD", NBD_PARETO, NBD_RATES_VARY, NBD_DROPOUT_VARIES, {0.553, 74.0, 0.606, 81.7}},
	{"BG/NBD, one rate", NBD_BG, NBD_ONE_RATE, NBD_DROPOUT_VARIES, {0.05, 1.2, 3.0, 0.0}},
	{"BG/NBD, one dropout", NBD_BG, NBD_RATES_VARY, NBD_ONE_DROPOUT, {1.2, 30.9, 0.2, 0.0}},
	{"MBG/NBD, one of both", NBD_MBG, NBD_ONE_RATE, NBD_ONE_DROPOUT, {0.08, 0.1, 0.0, 0.0}},
	{"Pareto/NBD, one of both", NBD_PARETO, NBD_ONE_RATE, NBD_ONE_DROPOUT, {0.08, 0.004, 0.0, 0.0}},
	{"Pareto/NBD, one rate", NBD_PARETO, NBD_ONE_RATE, NBD_DROPOUT_VARIES, {0.08, 0.8, 50.0, 0.0}},
	{"Pareto/NBD, one dropout", NBD_PARETO, NBD_RATES_VARY, NBD_ONE_DROPOUT, {0.8, 30.0, 0.01, 0.0}},
	{"BG/NBD, split", NBD_BG, NBD_RATES_VARY, NBD_DROPOUT_SPLIT, {0.8, 30.0, 0.4, 0.0}},
	{"Pareto/NBD, split", NBD_PARETO, NBD_ONE_RATE, NBD_DROPOUT_SPLIT, {0.03, 0.4, 0.0, 0.0}},
	{"Pareto/NBD, no dropout", NBD_PARETO, NBD_RATES_VARY, NBD_WITHOUT_DROPOUT, {0.8, 30.0, 0.0, 0.0}},
	{"BG/NBD, all at once", NBD_BG, NBD_RATES_VARY, NBD_DROPOUT_AT_ONCE, {0.8, 30.0, 0.0, 0.0}},
};

/* Return the negative binomial probability of k, by its definition. */
static double
negative_binomial(double k, double n, double w)
{
	return exp(lgamma(n + k) - lgamma(n) - lgamma(k + 1.0) +
			   k * log(w / (1.0 + w)) - n * log1p(w));
}

/*
 * Return P(X >= k) of Pareto/NBD by the time of death: the negative binomial up to
 * it, or up to the horizon, over its density (Simpson's rule).
 */
static double
tail_by_death(const double *parameter, double x, double T, double horizon,
			  double k)
{
	const int	steps = 4000;
	double		since = parameter[3] + T;
	double		sum = 0.0;

	for (int i = 0; i <= steps; i++)
	{
		double		u = horizon * i / steps;
		double		weight = i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0;
		double		tail = 1.0;

		for (double j = 0.0; j < k; j += 1.0)
			tail -= u > 0.0 ? negative_binomial(j, parameter[0] + x, u / (parameter[1] + T)) : j == 0.0;
		sum += weight * tail * parameter[2] / since *
			pow(since / (since + u), parameter[2] + 1.0);
		if (i == steps)
			return sum * horizon / steps / 3.0 +
				tail * pow(since / (since + u), parameter[2]);
	}
	return NAN;
}

static void
test_counts(void)
{
	static const double pasts[][3] = {
		{0.0, 0.0, 0.0}, {0.0, 0.0, 120.0}, {1.0, 20.0, 150.0},
		{3.0, 90.0, 100.0}, {20.0, 200.0, 230.0}
	};
	double		worst = 0.0;

	for (size_t k = 0; k < LENGTH(counted); k++)
	{
		NbdModel	model;
		double		sums = 0.0;
		double		variances = 0.0;
		double		alive = 0.0;
		bool		quantiles = true;

		memset(&model, 0, sizeof(model));
		model.kind = counted[k].kind;
		model.rates = counted[k].rates;
		model.dropout = counted[k].dropout;
		model.estimates = nbd_estimates(model.rates, model.dropout);
		memcpy(model.estimate, counted[k].estimate, sizeof(model.estimate));
		nbd_expand(&model);
		for (size_t i = 0; i < LENGTH(pasts); i++)
		{
			double		x = pasts[i][0];
			double		t_x = pasts[i][1];
			double		T = pasts[i][2];

			for (double horizon = 7.0; horizon < 3000.0; horizon *= 6.0)
			{
				double		expected = nbd_expected_purchases(&model, x, t_x, T, horizon);
				double		sum = 0.0;
				double		squares = 0.0;
				double		tail = 1.0;
				double		median = nbd_purchases_quantile(&model, x, t_x, T,
															horizon, 0.5);
				double		later;

				for (double n = 1.0; tail > 1e-16 && n < 6000.0; n += 1.0)
				{
					tail = nbd_p_purchases(&model, x, t_x, T, horizon, n);
					sum += tail;
					squares += (2.0 * n - 1.0) * tail;
				}
				sums = fmax(sums, fabs(sum - expected) / (1e-6 + expected));
				variances = fmax(variances,
								 fabs(nbd_purchases_variance(&model, x, t_x, T, horizon) -
									  (squares - sum * sum)) / (1e-6 + squares));
				quantiles = quantiles &&
					nbd_p_purchases(&model, x, t_x, T, horizon, median + 1.0) <= 0.5 &&
					(median == 0.0 ||
					 nbd_p_purchases(&model, x, t_x, T, horizon, median) > 0.5);

				/*
				 * A purchase ends the time of who leaves after it: the slope
				 * of expected purchases is the rate of who is there.
				 */
				later = nbd_p_alive_later(&model, x, t_x, T, horizon);
				if (model.rates == NBD_ONE_RATE)
				{
					double		slope = (nbd_expected_purchases(&model, x, t_x, T, horizon + 0.01) -
										 nbd_expected_purchases(&model, x, t_x, T, horizon - 0.01)) / 0.02;

					alive = fmax(alive, fabs(slope - later * model.estimate[0]) /
								 model.estimate[0]);
				}
				if (later < 0.0 || later > nbd_p_alive(&model, x, t_x, T))
					alive = 1.0;
			}
		}
		ok(sums < 1e-8, "%s: probabilities of purchases add up to the expected ones, within %.2g",
		   counted[k].name, sums);
		ok(variances < 1e-6, "%s: variance, within %.2g", counted[k].name, variances);
		ok(quantiles, "%s: medians", counted[k].name);
		ok(alive < 1e-7, "%s: there later, within %.2g", counted[k].name, alive);
	}

	for (double k = 1.0; k < 8.0; k += 1.0)
	{
		NbdModel	model;
		double		expected = tail_by_death(counted[2].estimate, 2.0, 80.0, 200.0, k);
		double		alive;

		model_with(&model, NBD_PARETO, counted[2].estimate);
		alive = nbd_p_alive(&model, 2.0, 30.0, 80.0);
		worst = fmax(worst, fabs(nbd_p_purchases(&model, 2.0, 30.0, 80.0, 200.0, k) -
								 alive * expected) / expected);
	}
	ok(worst < 1e-9, "Pareto/NBD: P(X >= k) by the time of death, within %.2g", worst);

	/* E[(1 + p w)^-n] over a beta distribution, by Simpson's rule */
	{
		NbdModel	model;
		double		w = 90.0 / (43.3 + 50.0);
		double		sum = 0.0;
		const int	steps = 20000;

		model_with(&model, NBD_MBG, counted[1].estimate);
		for (int i = 1; i < steps; i++)
		{
			double		p = (double) i / steps;

			sum += (i % 2 == 1 ? 4.0 : 2.0) / 3.0 / steps *
				exp(0.891 * log(p) + (2.614 + 3.0 - 1.0) * log1p(-p) -
					log_beta(1.891, 2.614 + 3.0) - 2.525 * log1p(p * w));
		}
		ok(near(nbd_p_alive_later(&model, 2.0, 30.0, 50.0, 90.0),
				nbd_p_alive(&model, 2.0, 30.0, 50.0) * sum, 1e-7),
		   "MBG/NBD: there in 90 days");
		ok(nbd_p_purchases(&model, 2.0, 30.0, 50.0, 90.0, 0.0) == 1.0 &&
		   nbd_p_purchases(&model, 2.0, 30.0, 50.0, 0.0, 1.0) == 0.0 &&
		   nbd_purchases_variance(&model, 2.0, 30.0, 50.0, 0.0) == 0.0 &&
		   nbd_purchases_quantile(&model, 2.0, 30.0, 50.0, 0.0, 0.9) == 0.0 &&
		   nbd_p_alive_later(&model, 2.0, 30.0, 50.0, 0.0) ==
		   nbd_p_alive(&model, 2.0, 30.0, 50.0), "no time, nothing to reach");
	}
}

static void
test_special(void)
{
	Jet			by_sum = {0.0, 0.0, 0.0};
	Jet			at_once = {0.0, 0.0, 0.0};

	/* to 17 digits, with mpmath */
	ok(near(log_gamma_jet(0.01).first, -100.56088545786867450, 1e-15) &&
	   near(log_gamma_jet(1.0).first, -0.57721566490153286061, 1e-15) &&
	   near(log_gamma_jet(1234.5).first, 7.1180162318279978433, 1e-15),
	   "digamma");
	ok(near(trigamma(0.01), 10001.621213528313221, 1e-15) &&
	   near(trigamma(1.0), 1.6449340668482264365, 1e-15) &&
	   near(trigamma(1234.5), 8.1037272712696665e-4, 1e-14), "trigamma");
	ok(near(log_beta(0.01, 0.01), 5.2981552399856674729, 1e-15) &&
	   near(log_beta(50.0, 2050.0), -237.30681823264853213, 1e-14) &&
	   near(log_beta(2050.0, 0.01), 4.5232263421472280574, 1e-14), "log_beta");
	/* the way up to the series from there would take a minute */
	ok(isnan(log_gamma_jet(-2.5e9).first) && isnan(trigamma(-2.5e9)) &&
	   isnan(trigamma(0.0)) && isnan(trigamma(NAN)),
	   "not above 0: NaN, and at once");
	for (int i = 0; i < 6000; i += 100)
		log_rising_advance(&by_sum, 0.3, i, i + 100);
	log_rising_advance(&at_once, 0.3, 0, 6000);
	ok(near(at_once.value, by_sum.value, 1e-13) &&
	   near(at_once.first, by_sum.first, 1e-13) &&
	   near(at_once.second, by_sum.second, 1e-13), "rising factorials");
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		csv_directory = argv[1];
	host.workspace = malloc(nbd_workspace_size());
	if (host.workspace == NULL)
		return 1;

	read_cdnow();
	test_special();
	test_fits();
	test_predictions();
	test_extremes();
	test_derivatives();
	test_order();
	test_many();
	test_many_times();
	test_many_spenders();
	test_two_kinds_of_spenders();
	test_unit();
	test_interrupt();
	test_verdicts();
	test_many_customers();
	test_small_sets();
	test_verdict_texts();
	test_spend_verdicts();
	test_discounted();
	test_new_split();
	test_counts();

	free(host.workspace);
	return tap_done();
}
