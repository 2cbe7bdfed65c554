/*-------------------------------------------------------------------------
 *
 * ltv.c
 *	  The lifetime value of a subscriber, from revenue and churn.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/decimal.h"
#include "core/result.h"
#include "core/shown.h"
#include "rate/rate.h"
#include "value/percent.h"

static inline Datum
whole(int64 number)
{
	return NumericGetDatum(int64_to_numeric(number));
}

static void
arpa_check(Datum arpa)
{
	Numeric		value = DatumGetNumeric(arpa);

	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("arpa must be a finite number"),
				 errdetail("arpa is %s.", numeric_shown(arpa)),
				 errhint("Give the revenue per customer and period.")));
}

/* Return revenue / divisor, which is above 0. */
static Datum
ltv_quotient(Datum revenue, Datum divisor)
{
	/* without trailing zeros, so that equal numbers have equal quotients */
	return numeric_result(DirectFunctionCall2(numeric_div,
											  numeric_result(revenue),
											  numeric_result(divisor)));
}

static Datum
ltv_of_rate(FunctionCallInfo fcinfo, Datum arpa, Datum churn, Datum margin)
{
	arpa_check(arpa);
	margin = gross_margin_share(margin);
	churn = churn_rate_share(churn);
	if (DatumGetBool(DirectFunctionCall2(numeric_eq, churn, whole(0))))
		PG_RETURN_NULL();
	return ltv_quotient(times(arpa, margin), churn);
}

static Datum
ltv_of_summary(FunctionCallInfo fcinfo, Datum arpa, Datum margin)
{
	const RateSummary *churn = rate_summary_get(PG_GETARG_DATUM(1));

	arpa_check(arpa);
	margin = gross_margin_share(margin);
	if (churn->positives == 0)
		PG_RETURN_NULL();
	return ltv_quotient(times(times(arpa, margin),
							  whole(churn->positives + churn->negatives)),
						whole(churn->positives));
}

/*
 * ltv(arpa, churn_rate, gross_margin) of numerics: return arpa * gross_margin /
 * churn, where margin and churn are in percent; NULL at zero churn, for nobody
 * ever leaves.  An arpa that is not finite, and percentages that percent.c
 * refuses, are errors.
 */
PG_FUNCTION_INFO_V1(ltv);
Datum
ltv(PG_FUNCTION_ARGS)
{
	return ltv_of_rate(fcinfo, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
					   PG_GETARG_DATUM(2));
}

/*
 * ltv(arpa, churn_rate, gross_margin) of double precision: return the LTV of the
 * decimal numbers that they stand for; otherwise as ltv().
 */
PG_FUNCTION_INFO_V1(ltv_double);
Datum
ltv_double(PG_FUNCTION_ARGS)
{
	return ltv_of_rate(fcinfo, decimal_from_double(PG_GETARG_FLOAT8(0)),
					   decimal_from_double(PG_GETARG_FLOAT8(1)),
					   decimal_from_double(PG_GETARG_FLOAT8(2)));
}

/*
 * ltv(arpa, s, gross_margin): return arpa * gross_margin * (left + stayed) /
 * left of a rate_summary, whose churn may be as small as it is; NULL where none
 * of them left.  Errors are those of ltv().
 */
PG_FUNCTION_INFO_V1(ltv_summary);
Datum
ltv_summary(PG_FUNCTION_ARGS)
{
	return ltv_of_summary(fcinfo, PG_GETARG_DATUM(0), PG_GETARG_DATUM(2));
}

/*
 * ltv(arpa, s, gross_margin) with double precision: return what ltv_summary()
 * gives for the decimal numbers that they stand for.
 */
PG_FUNCTION_INFO_V1(ltv_summary_double);
Datum
ltv_summary_double(PG_FUNCTION_ARGS)
{
	return ltv_of_summary(fcinfo, decimal_from_double(PG_GETARG_FLOAT8(0)),
						  decimal_from_double(PG_GETARG_FLOAT8(2)));
}
