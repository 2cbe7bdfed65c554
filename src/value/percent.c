/*-------------------------------------------------------------------------
 *
 * percent.c
 *	  Arguments of the family "customer value" that are in percent.
 *
 * Finance writes shares as fractions, and this extension percent; whoever mixes
 * them up is wrong by a factor of 100 and sees nothing of it.  So what lies
 * between 0 and 1 is taken for a fraction and refused.  1 itself is refused as
 * a margin, where 100 percent is meant more often than 1, and is 1 percent as a
 * rate, where 100 percent is meant by nobody.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/decimal.h"
#include "core/money.h"
#include "core/result.h"
#include "core/shown.h"
#include "value/percent.h"

static pg_noinline pg_noreturn void
percent_out_of_range(const char *name, Datum value, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s must be between 0 and 100", name),
			 errdetail("%s is %s.", name, numeric_shown(value)),
			 errhint("%s", hint)));
}

/* Return -1, 0 or 1. */
static inline int
compare_to(Datum value, int64 number)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, value,
											 NumericGetDatum(int64_to_numeric(number))));
}

/*
 * Complain about a fraction, of which 1 may be one.  The hint is its number in
 * percent, where that is no fraction itself, and least, for what is that small.
 */
static pg_noinline pg_noreturn void
percent_is_fraction(const char *name, Datum value, bool is_one_too,
					const char *unit, const char *least)
{
	Datum		hundredfold = numeric_result(DirectFunctionCall2(numeric_mul, value,
																 NumericGetDatum(int64_to_numeric(100))));
	char	   *percent = numeric_shown(hundredfold);

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("%s must be in percent", name),
			 errdetail("%s is %s.", name, numeric_shown(value)),
			 compare_to(hundredfold, 1) < (is_one_too ? 1 : 0) ? errhint("%s", least) :
			 errhint("Write %s for %s percent%s. %s", percent, percent, unit, least)));
}

/* Report whether a number is from 0 to 100; NaN, which numeric sorts above all, is not. */
static inline bool
is_percent(Datum value)
{
	return compare_to(value, 0) >= 0 && compare_to(value, 100) <= 0;
}

/* Return a percentage as a share of 1, exactly and without trailing zeros. */
static inline Datum
share_of(Datum percent)
{
	return numeric_result(DirectFunctionCall2(numeric_mul, percent,
											  NumericGetDatum(int64_div_fast_to_numeric(1, 2))));
}

static pg_noinline pg_noreturn void
gross_margin_out_of_range(Datum margin)
{
	percent_out_of_range("gross_margin", margin,
						 "Write 80 for a margin of 80 percent.");
}

static pg_noinline pg_noreturn void
gross_margin_is_fraction(Datum margin)
{
	percent_is_fraction("gross_margin", margin, true, "",
						"For a margin of 1 percent or less, multiply the result by that share instead.");
}

/*
 * Return a gross margin in percent as a share of 1.  One that is not 0, or above
 * 1 up to 100, is an error.
 */
Datum
gross_margin_share(Datum margin)
{
	if (!is_percent(margin))
		gross_margin_out_of_range(margin);
	if (compare_to(margin, 0) > 0 && compare_to(margin, 1) <= 0)
		gross_margin_is_fraction(margin);
	return share_of(margin);
}

/* Return argument n, a gross margin in percent, likewise. */
double
gross_margin_arg(FunctionCallInfo fcinfo, int n)
{
	double		margin = PG_GETARG_FLOAT8(n);

	/* written so that NaN is refused as well */
	if (!(margin >= 0.0 && margin <= 100.0))
		gross_margin_out_of_range(decimal_from_double(margin));
	if (margin > 0.0 && margin <= 1.0)
		gross_margin_is_fraction(decimal_from_double(margin));
	return margin / 100.0;
}

/*
 * Return a churn rate in percent as a share of 1.  One that is not 0, or from 1
 * to 100, is an error.
 */
Datum
churn_rate_share(Datum churn)
{
	if (!is_percent(churn))
		percent_out_of_range("churn_rate", churn,
							 "Write 5 for 5 percent a period, as churn_agg() gives it.");
	if (compare_to(churn, 0) > 0 && compare_to(churn, 1) < 0)
		percent_is_fraction("churn_rate", churn, false, " a period",
							"Where less than 1 percent leave, give the summary of who left, which nobody can take for a fraction: ltv(arpa, rate_summary(churned(...))).");
	return share_of(churn);
}

/*
 * Return argument n, an annual discount rate in percent, as a share of 1.  One
 * that is not 0, or from 1 to 100, is an error.
 */
double
annual_discount_rate_arg(FunctionCallInfo fcinfo, int n)
{
	double		rate = PG_GETARG_FLOAT8(n);

	/* written so that NaN is refused as well */
	if (!(rate >= 0.0 && rate <= 100.0))
		percent_out_of_range("annual_discount_rate", decimal_from_double(rate),
							 "Write 10 for 10 percent a year, 0 for no discount.");
	if (rate > 0.0 && rate < 1.0)
		percent_is_fraction("annual_discount_rate", decimal_from_double(rate), false,
							" a year, 0 for no discount",
							"Round a rate below 1 percent to 0 or 1, since it cannot be told from a fraction.");
	return rate / 100.0;
}
