/*-------------------------------------------------------------------------
 *
 * contract_test.c
 *	  The shifted beta-geometric distribution against published figures.
 *
 * The customers are those of Fader and Hardie (How to Project Customer Retention,
 * Journal of Interactive Marketing 2007), table 1, whose parameters they give with
 * three decimals.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdio.h>

#include "../../src/math/contract.h"
#include "tap.h"

static int	checks = 0;

static void
count_check(void)
{
	checks++;
}

/* Fit a model to how many were left at each age. */
static ContractFit
fit_alive(const double *alive, size_t ages, void (*check) (void))
{
	ContractPeriod periods[10];
	ContractFit fit;

	for (size_t i = 1; i < ages; i++)
	{
		periods[i - 1].period = (double) i;
		periods[i - 1].at_risk = alive[i - 1];
		periods[i - 1].lost = alive[i - 1] - alive[i];
	}
	ok(contract_fit(periods, ages - 1, check, &fit), "a fit of %zu ages", ages);
	return fit;
}

/* What a model says does not depend on whether somebody looks for a cancel. */
static void
test_published(void)
{
	static const double regular[] = {1000, 631, 468, 382, 326, 289, 262, 241};
	static const double high_end[] = {1000, 869, 743, 653, 593, 551, 517, 491};
	ContractFit fit = fit_alive(regular, LENGTH(regular), NULL);
	ContractFit checked = fit_alive(regular, LENGTH(regular), count_check);
	double		periods;
	double		sum = 0.0;

	ok(fit.spread == CONTRACT_VARIES && fabs(fit.parameter[0] - 0.704) < 5e-4 &&
	   fabs(fit.parameter[1] - 1.182) < 5e-4, "regular: a = %.6f, b = %.6f",
	   fit.parameter[0], fit.parameter[1]);
	ok(checks > 0 && fit.parameter[0] == checked.parameter[0] &&
	   fit.parameter[1] == checked.parameter[1], "regular: the same with checks");
	is_near(contract_survival(&fit, 0.0), 1.0, 0.0, "regular: all are there at first");
	for (int t = 0; t < 12; t++)
		sum += contract_survival(&fit, t);
	ok(contract_remaining(&fit, 0.0, 12.0, 0.0, NULL, &periods), "regular: a year");
	is_near(periods, sum, 1e-12, "regular: periods of a year");

	fit = fit_alive(high_end, LENGTH(high_end), NULL);
	ok(fit.spread == CONTRACT_VARIES && fabs(fit.parameter[0] - 0.668) < 5e-4 &&
	   fabs(fit.parameter[1] - 3.806) < 5e-4, "high end: a = %.6f, b = %.6f",
	   fit.parameter[0], fit.parameter[1]);
}

/* At its start everybody has a contract, whatever becomes of them. */
static void
test_limits(void)
{
	static const double one_churn[] = {1000, 900, 700};
	static const double split[] = {1000, 400, 400};
	static const double nobody[] = {1000, 1000};
	ContractFit fit = fit_alive(one_churn, LENGTH(one_churn), NULL);

	ok(fit.spread == CONTRACT_ONE_CHURN, "one churn");
	is_near(contract_survival(&fit, 0.0), 1.0, 0.0, "one churn: all at first");
	is_near(contract_survival(&fit, 2.0), pow(1600.0 / 1900.0, 2.0), 1e-14, "one churn: after two periods");
	fit = fit_alive(split, LENGTH(split), NULL);
	ok(fit.spread == CONTRACT_SPLIT, "a split");
	is_near(contract_survival(&fit, 0.0), 1.0, 0.0, "a split: all at first");
	is_near(contract_survival(&fit, 2.0), 0.4, 1e-14, "a split: after two periods");
	fit = fit_alive(nobody, LENGTH(nobody), NULL);
	ok(fit.spread == CONTRACT_NOBODY_LEAVES, "nobody leaves");
	is_near(contract_survival(&fit, 2.0), 1.0, 0.0, "nobody leaves: after two periods");
	ok(!contract_fit(NULL, 0, NULL, &fit), "no period");
}

int
main(void)
{
	test_published();
	test_limits();
	return tap_done();
}
