/*-------------------------------------------------------------------------
 *
 * series_test.c
 *	  Trends, limits and forecasts of series: against R, and in simulated worlds.
 *
 * The line with autocorrelated errors is that of R 4.2.2, arima(order = c(1, 0, 0))
 * with a linear trend by maximum likelihood; smoothing is HoltWinters() of R's
 * AirPassengers (Box and Jenkins), additive.  Worlds follow from a fixed seed, and
 * the environment variable CX_WORLDS makes so many times as many.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <stdint.h>
#include <stdlib.h>

#include "../../src/math/means.h"
#include "../../src/math/series.h"
#include "../../src/math/statistics.h"

#include "tap.h"

#define MOST_POINTS		512

/* A nominal 5 percent test, and a nominal 95 percent interval, in percent. */
#define MOST_ALARMS		6.0
#define LEAST_COVERAGE	93.0
#define MOST_COVERAGE	97.0

static uint64_t random_state = 20250101;

/* Return a number between 0 and 1 (G. Marsaglia, Xorshift RNGs, 2003). */
static double
uniform(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return ((double) (random_state >> 11) + 0.5) * 1.1102230246251565e-16;
}

/* Return a standard normal number (G. E. P. Box and M. E. Muller, 1958). */
static double
normal(void)
{
	return sqrt(-2.0 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static int
worlds(int count)
{
	const char *times = getenv("CX_WORLDS");

	return count * (times != NULL && atoi(times) > 0 ? atoi(times) : 1);
}

/*
 * Against R
 */

static const double drawn[] = {
	-0.456709648171165, 0.27851608414117, -1.16172649048962, -2.36189039956379, -1.53080060894523,
	-0.854347205046702, 1.08925791111474, 0.780292201276369, 0.425707290590097, 1.080078875221,
	0.982582108591663, 2.52245435614171, 1.82862959689065, 0.0939046719370583, 0.90713646330626,
	0.857922760957635, -0.760355473468518, -2.12222153751372, -1.81806852900178, -1.32217798035975,
	-0.339299660235796, 1.02314754561986, 0.488082277129426, 0.0925296282895861, 0.163038851335684,
	-0.119222179680512, 0.0275216046920043, 0.207223256828051, -0.309163770808608, -0.536552637851586,
	0.312064026157171, 2.24106554004693, 2.19702764613522, 3.23799331687383, 1.69034649921192,
	0.674071849057918, -0.116303077334486, -1.41096706524608, 0.171663756621988, 2.10918554491746,
	1.95772196174855, 2.3793860497922, 1.50067461353462, 0.879146547752958, 1.36393526882678,
	1.08914941223297, 0.424093573335085, 1.77355714272301, 3.12046980245242, 3.02491054264441,
	1.030881120186, 1.60871230379342, 1.46654904595002, 0.669352189315816, 2.18774195303871,
	1.0283458939228, 0.810278442767537, 2.44050470596594, 3.26407691508503, 2.30759569477425
};

static const double passengers[] = {
	112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
	145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
	196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
	242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306,
	315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337,
	360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432
};

static void
test_line(void)
{
	double		x[LENGTH(drawn)];
	LineSums	sums;
	LineFit		fit;

	for (size_t i = 0; i < LENGTH(drawn); i++)
		x[i] = (double) i + 1.0;
	sums = line_sums(x, drawn, LENGTH(drawn));
	fit = line_fit_likelihood(&sums);
	is_near(fit.rho, 0.583049916326864, 1e-4, "autocorrelation, as arima() has it");
	is_near(fit.intercept, -0.565281234900369, 1e-4, "intercept");
	is_near(fit.slope, 0.0431652849579082, 1e-4, "slope");
	is_near(fit.slope_error, 0.0150010766736369, 2e-4, "error of the slope, R's by the curvature of the likelihood");
	is_near(fit.variance, 0.806734025260055, 1e-4, "variance");
	ok(line_fit(&sums, 1.0).rho > fit.rho, "restricted likelihood has more autocorrelation");
	for (size_t i = 0; i < LENGTH(drawn); i++)
		x[i] = 3.0 - 2.0 * (double) i;
	sums = line_sums(x, x, LENGTH(drawn));
	fit = line_fit(&sums, 1.0);
	ok(fit.slope == 1.0 && fit.slope_error == 0.0 && fit.rho == 0.0 && line_p_value(&fit, 60.0) == 0.0,
	   "points on a line");
}

static void
test_smoothing(void)
{
	static const double forecasts[] = {
		453.497721751322, 429.390569251949, 467.036052088739, 503.25740665386, 512.339520167, 571.887965749639,
		652.609534991379, 637.462256917306, 539.754768946301, 490.72498608621, 424.459265263961, 469.531518789793
	};
	const Smoothing of_r = {0.247959489735621, 0.0345337296488465, 1.0, 1.0};
	const Smoothing given = {0.3, 0.1, 0.2, 1.0};
	double		room[24];
	SmoothSeries series = {passengers, LENGTH(passengers), 12, room, NULL};
	SmoothState state;
	Smoothing	best;

	smooth_run(&series, &given, &state);
	is_near(state.squares, 98448.9929976346, 1e-12, "squared errors, as HoltWinters(0.3, 0.1, 0.2) has them");
	is_near(smooth_ahead(&series, &given, &state, 1), 474.457772260136, 1e-12, "the first forecast");
	is_near(smooth_ahead(&series, &given, &state, 3), 513.007326048794, 1e-12, "the third");
	smooth_run(&series, &of_r, &state);
	is_near(state.squares, 21860.1846218501, 1e-12, "squared errors with the parameters that R found");
	for (size_t i = 0; i < LENGTH(forecasts); i++)
		is_near(smooth_ahead(&series, &of_r, &state, i + 1), forecasts[i], 1e-12, "a month ahead");

	best = smooth_fit(&series, true, &state);
	ok(best.phi <= 0.98 && state.squares < 21860.1846218501 * 1.05,
	   "a trend that is damped fits nearly as well (%.0f)", state.squares);
}

/*
 * In simulated worlds
 */

/* Draw errors of which each is rho times the one before and something new. */
static void
draw_errors(double *errors, int points, double rho)
{
	double		error = normal() / sqrt(1.0 - rho * rho);

	for (int i = 0; i < points; i++)
	{
		errors[i] = error;
		error = rho * error + normal();
	}
}

/* Return the share of worlds in percent in which a slope is found. */
static double
found(int points, double rho, double slope, int period, double *kept)
{
	double		x[MOST_POINTS];
	double		y[MOST_POINTS];
	long		positions[MOST_POINTS];
	double		means[64];
	double		counts[64];
	int			count = worlds(4000);
	int			directions = 0;
	int			certain = 0;

	for (int world = 0; world < count; world++)
	{
		LineSums	sums;
		LineFit		fit;
		double		worth = points - (period - 1);

		draw_errors(y, points, rho);
		for (int i = 0; i < points; i++)
		{
			x[i] = i;
			positions[i] = i;
			y[i] += slope * i + (period > 1 ? 5.0 * (i % period) : 0.0);
		}
		if (period > 1)
		{
			season_remove(x, positions, (size_t) points, period, means, counts);
			season_remove(y, positions, (size_t) points, period, means, counts);
		}
		sums = line_sums(x, y, (size_t) points);
		fit = line_fit(&sums, period);
		if (trend_doubt(&fit, worth) == TREND_FEW_POINTS)
			continue;
		certain += trend_doubt(&fit, worth) == TREND_CERTAIN;
		directions += line_p_value(&fit, worth) < 0.05;
	}
	*kept = 100.0 * certain / count;
	return 100.0 * directions / count;
}

static void
test_false_trends(void)
{
	static const int points[] = {12, 16, 26, 36, 52, 104, 208, 365};
	static const double rhos[] = {0.0, 0.3, 0.5, 0.7, 0.9, 0.95};
	static const int seasonal[][2] = {{28, 7}, {36, 12}, {60, 12}, {104, 52}, {156, 52}};
	double		kept;
	double		share;

	for (size_t i = 0; i < LENGTH(points); i++)
		for (size_t j = 0; j < LENGTH(rhos); j++)
		{
			share = found(points[i], rhos[j], 0.0, 1, &kept);
			ok(share <= MOST_ALARMS, "%d points, rho %.2g: a trend that is none in %.1f %%; %.0f %% of series are long enough",
			   points[i], rhos[j], share, kept);
		}
	share = found(104, 0.5, 0.0, 12, &kept);
	ok(share <= MOST_ALARMS, "104 points, rho 0.5, seasons of 12: %.1f %% (%.0f %%)", share, kept);
	share = found(91, 0.3, 0.0, 7, &kept);
	ok(share <= MOST_ALARMS, "91 points, rho 0.3, seasons of 7: %.1f %% (%.0f %%)", share, kept);
	for (size_t i = 0; i < LENGTH(seasonal); i++)
	{
		share = found(seasonal[i][0], 0.3, 0.0, seasonal[i][1], &kept);
		ok(share <= MOST_ALARMS, "%d points, rho 0.3, seasons of %d: %.1f %% (%.0f %%)",
		   seasonal[i][0], seasonal[i][1], share, kept);
	}
}

/* The usual t test, which takes points for independent. */
static void
test_usual_trends(void)
{
	static const double rhos[] = {0.3, 0.5, 0.7};
	static const double least[] = {11.0, 22.0, 35.0};

	for (size_t j = 0; j < LENGTH(rhos); j++)
	{
		double		x[26];
		double		y[26];
		int			count = worlds(4000);
		int			directions = 0;

		for (int world = 0; world < count; world++)
		{
			LineSums	sums;
			double		slope;
			double		squares;

			draw_errors(y, 26, rhos[j]);
			for (int i = 0; i < 26; i++)
				x[i] = i;
			sums = line_sums(x, y, 26);
			slope = sums.x_y.all / sums.x_x.all;
			squares = sums.y_y.all - slope * sums.x_y.all;
			directions += student_two_sided_p(slope / sqrt(squares / 24.0 / sums.x_x.all), 24.0) < 0.05;
		}
		ok(100.0 * directions / count > least[j], "26 points, rho %.1f: the usual test finds a trend that is none in %.1f %%",
		   rhos[j], 100.0 * directions / count);
	}
}

/* An arrow that is never shown would keep every promise. */
static void
test_true_trends(void)
{
	double		kept;
	double		share = found(52, 0.3, 2.0 / 51.0 / sqrt(1.0 - 0.09), 1, &kept);

	ok(share > 60.0, "52 points, rho 0.3, a rise of 2 standard deviations is found in %.0f %%", share);
	share = found(26, 0.0, 2.0 / 25.0, 1, &kept);
	ok(share > 50.0, "26 independent points, a rise of 2 standard deviations is found in %.0f %%", share);
}

/* How a simulated series goes on. */
typedef enum World
{
	WALK,						/* every error stays */
	SMOOTH,						/* a level and a trend that drift */
	LINE,						/* a line and errors that do not stay */
	WORLDS
} World;

static const char *const world_names[] = {"a random walk", "a drifting level and trend", "a line"};

static void
draw_series(double *y, int points, World world, int period)
{
	double		level = 100.0;
	double		trend = 0.5;

	for (int i = 0; i < points; i++)
	{
		double		error = 3.0 * normal();

		y[i] = period > 1 ? 10.0 * sin(6.283185307179586 * i / period) : 0.0;
		if (world == LINE)
			y[i] += 100.0 + 0.3 * i + error;
		else if (world == SMOOTH)
		{
			y[i] += level + 0.95 * trend + error;
			level += 0.95 * trend + 0.3 * error;
			trend = 0.95 * trend + 0.03 * error;
		}
		else
		{
			level += error;
			y[i] += level;
		}
	}
}

/* Return the share of values in percent that their intervals contain, over all steps. */
static double
covered(World world, int points, int period, int steps)
{
	double		y[MOST_POINTS];
	double		room[64];
	Ahead		ahead[32];
	int			count = worlds(300);
	int			inside = 0;

	for (int i = 0; i < count; i++)
	{
		SmoothSeries series = {y, (size_t) points, (size_t) period, room, NULL};
		double		freedom;
		double		reach;

		draw_series(y, points + steps, world, period);
		freedom = smooth_forecast(&series, period > 1, (size_t) steps, ahead);
		reach = student_quantile_upper(0.025, freedom);
		for (int h = 0; h < steps; h++)
			inside += fabs(y[points + h] - ahead[h].value) <= reach * sqrt(ahead[h].variance);
	}
	return 100.0 * inside / (count * steps);
}

static void
test_coverage(void)
{
	static const int shapes[][3] = {{26, 1, 6}, {52, 1, 8}, {104, 1, 8}, {48, 12, 6}, {96, 12, 12}};

	/* what few points promise: 92 to 98.5 percent */
	static const double slack[] = {1.0, 0.0, 0.0, 1.5, 0.0};

	for (int world = 0; world < WORLDS; world++)
		for (size_t i = 0; i < LENGTH(shapes); i++)
		{
			double		share = covered((World) world, shapes[i][0], shapes[i][1], shapes[i][2]);

			ok(share >= LEAST_COVERAGE - slack[i] && share <= MOST_COVERAGE + slack[i],
			   "%s, %d points, period %d, %d ahead: intervals contain %.1f %%", world_names[world],
			   shapes[i][0], shapes[i][1], shapes[i][2], share);
		}
}

int
main(void)
{
	test_line();
	test_smoothing();
	test_false_trends();
	test_usual_trends();
	test_true_trends();
	test_coverage();
	return tap_done();
}
