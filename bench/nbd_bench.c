/*
 * nbd_bench.c
 *		How long the purchase models take for a million customers, without a
 *		database around them.
 *
 * Simulates customers of a BG/NBD world in days, and prints the times of
 * collapsing, fitting and predicting.
 *
 *		Build and run:
 *
 *		cc -O2 -ffp-contract=off bench/nbd_bench.c src/math/*.c -lm -o nbd_bench
 *		./nbd_bench [customers [days]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../src/math/gamma_gamma.h"
#include "../src/math/nbd.h"

static uint64_t seed = 42;

/* splitmix64: the same customers on every machine */
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
	return sqrt(-2.0 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* Marsaglia and Tsang (2000) */
static double
gamma_variate(double shape)
{
	double		d;
	double		c;

	if (shape < 1.0)
		return gamma_variate(shape + 1.0) * pow(uniform(), 1.0 / shape);
	d = shape - 1.0 / 3.0;
	c = 1.0 / sqrt(9.0 * d);
	for (;;)
	{
		double		z = normal();
		double		v = 1.0 + c * z;

		if (v <= 0.0)
			continue;
		v = v * v * v;
		if (log(uniform()) < 0.5 * z * z + d - d * v + d * log(v))
			return d * v;
	}
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

int
main(int argc, char **argv)
{
	size_t		n = argc > 1 ? (size_t) atof(argv[1]) : 1000000;
	double		days = argc > 2 ? atof(argv[2]) : 730.0;
	NbdRow	   *all = malloc(n * sizeof(NbdRow));
	NbdRow	   *rows = malloc(n * sizeof(NbdRow));
	GammaGammaRow *spend = malloc(n * sizeof(GammaGammaRow));
	size_t		repeaters = 0;
	size_t		kept;
	NbdHost		host = {NULL, NULL, NULL};
	double		start;

	host.workspace = malloc(nbd_workspace_size());
	if (all == NULL || rows == NULL || spend == NULL || host.workspace == NULL)
		return 1;

	for (size_t i = 0; i < n; i++)
	{
		double		rate = gamma_variate(0.6) / 60.0;
		double		u = gamma_variate(0.8);
		double		p = u / (u + gamma_variate(2.4));
		double		T = floor(days * uniform());
		double		t = 0.0;
		double		last = 0.0;
		double		nu = gamma_variate(3.74) / 1544.0;
		int			x = 0;

		while (uniform() >= p)
		{
			t -= log(uniform()) / rate;
			if (t >= T)
				break;
			if (floor(t) > last)
			{
				last = floor(t);
				x++;
			}
		}
		all[i].x = x;
		all[i].t_x = last;
		all[i].T = T;
		all[i].count = 1;
		rows[i] = all[i];
		if (x > 0)
		{
			spend[repeaters].x = x;
			spend[repeaters].mean =
				rint(gamma_variate(6.25 * x) / (nu * x)) / 100.0 + 0.01;
			spend[repeaters].count = 1;
			repeaters++;
		}
	}

	start = now();
	kept = nbd_collapse(rows, n);
	printf("%zu customers, %zu different: sorted and collapsed in %.2f s\n",
		   n, kept, now() - start);

	for (int kind = NBD_BG; kind <= NBD_PARETO; kind++)
	{
		static const char *const names[] = {"BG/NBD", "MBG/NBD", "Pareto/NBD"};
		NbdModel	model;
		NbdVerdict	verdict;
		double		sum = 0.0;

		start = now();
		verdict = nbd_fit(kind, rows, kept, &host, &model);
		printf("%s: %s, %d steps, %.2f s\n", names[kind],
			   nbd_verdict_text(verdict), model.steps, now() - start);
		if (verdict != NBD_FITTED)
			continue;
		for (int i = 0; i < model.estimates; i++)
			printf("  %s %.6g (error of its logarithm %.2g)",
				   nbd_estimate_name(&model, i), model.estimate[i],
				   sqrt(model.covariance[i][i]));
		printf("\n");
		for (int months = 12; months <= 60; months += 48)
		{
			start = now();
			for (size_t i = 0; i < n; i++)
				sum += nbd_discounted_purchases(&model, all[i].x, all[i].t_x,
												all[i].T, months * 30.4375,
												30.4375, 0.00797414, NULL);
			printf("  purchases of %d discounted months, for each of %zu: "
				   "%.2f s (%.6g)\n", months, n, now() - start, sum);
		}
	}

	{
		GammaGammaModel model;
		GammaGammaVerdict verdict;

		start = now();
		kept = gamma_gamma_collapse(spend, repeaters);
		verdict = gamma_gamma_fit(spend, kept, NULL, NULL, &model);
		printf("Gamma-Gamma: %zu repeaters, %zu different: %s, %d steps, "
			   "%.2f s with sorting\n  p %.6g  q %.6g  v %.6g\n", repeaters,
			   kept, gamma_gamma_verdict_text(verdict), model.steps,
			   now() - start, model.parameter[0], model.parameter[1],
			   model.parameter[2]);
	}
	free(all);
	free(rows);
	free(spend);
	free(host.workspace);
	return 0;
}
