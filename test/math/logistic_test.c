/*-------------------------------------------------------------------------
 *
 * logistic_test.c
 *	  Logistic regression against published fits, against its own equations
 *	  on random data, and on data without a maximum.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/math/logistic.h"
#include "tap.h"

#define MAX_ROWS		4000

static double scores[MAX_ROWS * LOGISTIC_MAX_SCORES];
static double original[MAX_ROWS * LOGISTIC_MAX_SCORES];
static int64_t positives[MAX_ROWS];
static int64_t negatives[MAX_ROWS];
static int	ticks;

static void
count_tick(void)
{
	ticks++;
}

/* A random number; the numbers are the same on every machine. */
static double
next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (double) (*state >> 33) / 2147483648.0;
}

static void (*tick) (void) = count_tick;

static void
fit_rows(int count, int width, LogisticFit *fit)
{
	LogisticData data;

	memcpy(original, scores, sizeof(scores));
	data.scores = width;
	data.count = (size_t) count;
	data.score = scores;
	data.positives = positives;
	data.negatives = negatives;
	data.tick = tick;
	logistic_fit(&data, fit);
}

/* Hours of study and whether the examination was passed, twenty students. */
static void
test_hours(void)
{
	static const double hours[] = {
		0.50, 0.75, 1.00, 1.25, 1.50, 1.75, 1.75, 2.00, 2.25, 2.50,
		2.75, 3.00, 3.25, 3.50, 4.00, 4.25, 4.50, 4.75, 5.00, 5.50
	};
	static const int passed[] = {
		0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1
	};
	LogisticFit fit;
	LogisticFit again;

	for (size_t i = 0; i < LENGTH(hours); i++)
	{
		scores[i] = hours[i];
		positives[i] = passed[i];
		negatives[i] = !passed[i];
	}
	fit_rows(LENGTH(hours), 1, &fit);
	ok(fit.verdict == LOGISTIC_FITTED &&
	   fabs(fit.coefficient[0] - 1.5046) < 5e-5 &&
	   fabs(fit.error[0] - 0.6287) < 5e-5 &&
	   fabs(fit.intercept + 4.0777) < 5e-5,
	   "hours of study: 1.5046 (0.6287), intercept -4.0777");
	ok(ticks > 0, "tick is called");
	for (size_t i = 0; i < LENGTH(hours); i++)
		scores[i] = hours[i];
	tick = NULL;
	fit_rows(LENGTH(hours), 1, &again);
	tick = count_tick;
	ok(again.verdict == LOGISTIC_FITTED &&
	   again.coefficient[0] == fit.coefficient[0] &&
	   again.log_likelihood == fit.log_likelihood, "or there is none");

	/* the two of 1.75 hours as one row */
	for (size_t i = 0; i < LENGTH(hours); i++)
		scores[i] = hours[i];
	positives[5] = negatives[5] = 1;
	memmove(scores + 6, scores + 7, 13 * sizeof(double));
	memmove(positives + 6, positives + 7, 13 * sizeof(int64_t));
	memmove(negatives + 6, negatives + 7, 13 * sizeof(int64_t));
	fit_rows(19, 1, &again);
	ok(fabs(again.coefficient[0] - fit.coefficient[0]) < 1e-12 &&
	   fabs(again.error[0] - fit.error[0]) < 1e-12 &&
	   fabs(again.log_likelihood - fit.log_likelihood) < 1e-12,
	   "rows of equal scores may be one");
}

/* Motor Trend 1974: transmission by horsepower and weight, 32 cars. */
static void
test_cars(void)
{
	static const double cars[][3] = {
		{110, 2.620, 1}, {110, 2.875, 1}, {93, 2.320, 1}, {110, 3.215, 0},
		{175, 3.440, 0}, {105, 3.460, 0}, {245, 3.570, 0}, {62, 3.190, 0},
		{95, 3.150, 0}, {123, 3.440, 0}, {123, 3.440, 0}, {180, 4.070, 0},
		{180, 3.730, 0}, {180, 3.780, 0}, {205, 5.250, 0}, {215, 5.424, 0},
		{230, 5.345, 0}, {66, 2.200, 1}, {52, 1.615, 1}, {65, 1.835, 1},
		{97, 2.465, 0}, {150, 3.520, 0}, {150, 3.435, 0}, {245, 3.840, 0},
		{175, 3.845, 0}, {66, 1.935, 1}, {91, 2.140, 1}, {113, 1.513, 1},
		{264, 3.170, 1}, {175, 2.770, 1}, {335, 3.570, 1}, {109, 2.780, 1}
	};
	LogisticFit fit;

	for (size_t i = 0; i < LENGTH(cars); i++)
	{
		scores[2 * i] = cars[i][0];
		scores[2 * i + 1] = cars[i][1];
		positives[i] = cars[i][2] != 0.0;
		negatives[i] = cars[i][2] == 0.0;
	}
	fit_rows(LENGTH(cars), 2, &fit);
	ok(fit.verdict == LOGISTIC_FITTED &&
	   fabs(fit.coefficient[0] - 0.03626) < 5e-6 &&
	   fabs(fit.error[0] - 0.01773) < 5e-6 &&
	   fabs(fit.coefficient[1] + 8.08348) < 5e-6 &&
	   fabs(fit.error[1] - 3.06868) < 5e-6 &&
	   fabs(fit.intercept - 18.86630) < 5e-6 &&
	   fabs(-2.0 * fit.log_likelihood - 10.059) < 5e-4,
	   "32 cars: the figures of R");
}

/*
 * At the maximum every score's sum is what is expected of it, and the errors
 * are the inverse of the information, here inverted by elimination.
 */
static void
test_random(void)
{
	uint64_t	state = 20260101;
	int			wrong = 0;
	int			fitted = 0;

	for (int round = 0; round < 60; round++)
	{
		int			width = 1 + round % 6;
		int			count = 200 + (int) (next(&state) * 1500.0);
		double		information[7][14];
		double		gradient[7];
		LogisticFit fit;

		for (int i = 0; i < count; i++)
		{
			double		odds = -1.0;

			for (int j = 0; j < width; j++)
			{
				scores[i * width + j] = 100.0 * next(&state);
				odds += (j % 3 - 0.6) * 0.03 * (scores[i * width + j] - 50.0);
			}
			positives[i] = next(&state) < 1.0 / (1.0 + exp(-odds));
			negatives[i] = (next(&state) < 0.1) + !positives[i];
		}
		fit_rows(count, width, &fit);
		if (fit.verdict != LOGISTIC_FITTED)
			continue;
		fitted++;

		memset(information, 0, sizeof(information));
		memset(gradient, 0, sizeof(gradient));
		for (int i = 0; i < count; i++)
		{
			double		row[7] = {1.0};
			double		odds = fit.intercept;
			double		n = (double) (positives[i] + negatives[i]);
			double		p;

			for (int j = 0; j < width; j++)
			{
				row[j + 1] = original[i * width + j];
				odds += fit.coefficient[j] * row[j + 1];
			}
			p = 1.0 / (1.0 + exp(-odds));
			for (int j = 0; j <= width; j++)
			{
				gradient[j] += ((double) positives[i] - n * p) * row[j];
				for (int k = 0; k <= width; k++)
					information[j][k] += n * p * (1.0 - p) * row[j] * row[k];
			}
		}
		for (int j = 0; j <= width; j++)
			information[j][7 + j] = 1.0;
		for (int j = 0; j <= width; j++)
		{
			double		pivot = information[j][j];

			for (int k = 0; k < 14; k++)
				information[j][k] /= pivot;
			for (int i = 0; i <= width; i++)
			{
				double		times = information[i][j];

				if (i == j)
					continue;
				for (int k = 0; k < 14; k++)
					information[i][k] -= times * information[j][k];
			}
		}
		for (int j = 0; j <= width; j++)
		{
			if (fabs(gradient[j]) > 1e-6 * count)
				wrong++;
		}
		for (int j = 0; j < width; j++)
		{
			if (fabs(fit.error[j] - sqrt(information[j + 1][8 + j])) >
				1e-7 * fit.error[j])
				wrong++;
		}
	}
	ok(fitted == 60, "60 sets at random: all fitted");
	ok(wrong == 0, "each solves its equations, with their errors");
}

static void
test_refused(void)
{
	uint64_t	state = 7;
	LogisticFit fit;

	for (int i = 0; i < 400; i++)
	{
		scores[2 * i] = 100.0 * next(&state);
		scores[2 * i + 1] = 42.0;
		positives[i] = next(&state) < 0.5;
		negatives[i] = !positives[i];
	}
	fit_rows(400, 2, &fit);
	ok(fit.verdict == LOGISTIC_CONSTANT && fit.which == 1,
	   "a score that does not vary");

	for (int i = 0; i < 400; i++)
	{
		double		a = floor(1000.0 * next(&state)) / 10.0;
		double		b = floor(1000.0 * next(&state)) / 10.0;

		scores[3 * i] = a;
		scores[3 * i + 1] = b;
		scores[3 * i + 2] = floor(1e6 * (100.0 - (a + 2.0 * b) / 3.0)) / 1e6;
	}
	fit_rows(400, 3, &fit);
	ok(fit.verdict == LOGISTIC_COLLINEAR && fit.which == 2,
	   "a score that follows from the others");

	/* apart by one score, by a sum of two, and but for ties at the border */
	for (int kind = 0; kind < 3; kind++)
	{
		for (int i = 0; i < 400; i++)
		{
			double		a = floor(100.0 * next(&state));
			double		b = floor(100.0 * next(&state));

			scores[2 * i] = a;
			scores[2 * i + 1] = b;
			positives[i] = kind == 1 ? a + b > 97.5 : a > 40.5;
			negatives[i] = !positives[i];
			if (kind == 2 && a == 41.0)
				positives[i] = negatives[i] = 1;
		}
		fit_rows(400, 2, &fit);
		ok(fit.verdict == LOGISTIC_SEPARATED &&
		   (kind == 1 || fit.which == 0),
		   kind == 0 ? "apart by one score" :
		   kind == 1 ? "apart by two scores together" :
		   "apart but for ties at the border");
	}

	/* strong, but not apart: a maximum */
	for (int i = 0; i < 400; i++)
	{
		double		a = floor(100.0 * next(&state));

		scores[2 * i] = a;
		scores[2 * i + 1] = floor(100.0 * next(&state));
		positives[i] = a > 40.5;
		negatives[i] = !positives[i];
		if (i % 100 == 0)
		{
			positives[i] = !positives[i];
			negatives[i] = !negatives[i];
		}
	}
	fit_rows(400, 2, &fit);
	ok(fit.verdict == LOGISTIC_FITTED && fit.coefficient[0] > 0.0,
	   "strong, but not apart");

	/* one outcome in thousands */
	for (int i = 0; i < MAX_ROWS; i++)
	{
		scores[i] = 100.0 * next(&state);
		positives[i] = i % 500 == 0;
		negatives[i] = 100;
	}
	fit_rows(MAX_ROWS, 1, &fit);
	ok(fit.verdict == LOGISTIC_FITTED && fit.intercept < -8.0,
	   "a rare outcome");
}

int
main(void)
{
	test_hours();
	test_cars();
	test_random();
	test_refused();
	return tap_done();
}
