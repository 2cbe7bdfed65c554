/*-------------------------------------------------------------------------
 *
 * clv_predict.c
 *	  What a fitted model predicts for a customer, from the day as of which it
 *	  was fitted.
 *
 * All predictions are NULL for a customer who had bought nothing by that day, and
 * those of a model with a problem.
 * The formulas are those of the papers that math/nbd.h and math/gamma_gamma.h
 * name.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"

#include "core/decimal.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "value/clv_model.h"
#include "value/percent.h"
#include "value/purchase.h"

#define DAYS_PER_PERIOD		(365.25 / 12.0)

/*
 * Read the arguments (m, h): the model, and the customer's past up to the day
 * as of which the model was fitted.  Return false for a customer who had
 * bought nothing by then, and for a model with a problem.
 */
static bool
prediction_args(FunctionCallInfo fcinfo, const ClvModel **model,
				PurchasePast *past)
{
	const SortedRun *history;
	bool		found;

	*model = PG_GETARG_SUMMARY(0, &clv_model_type);
	if ((*model)->problem != MODEL_FITTED)
		return false;
	history = purchase_history_get(PG_GETARG_DATUM(1));
	found = purchase_history_past(history, (*model)->as_of, past);
	if ((Pointer) history != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(SortedRun *, history));
	return found;
}

/* Return argument n, a span of time from now on, in days. */
static double
horizon_arg(FunctionCallInfo fcinfo, int n)
{
	return (double) elapsed_span_arg(fcinfo, n, "horizon") / USECS_PER_DAY;
}

/*
 * Set *value to the customer's expected spend on a day of purchase; return
 * false where there is none: without a model of spend, and where the customer has
 * too few days of spend to say, p * days + q <= 1, among customers whose means vary
 * so much that they have no mean.
 */
static bool
purchase_value(const ClvModel *model, const PurchasePast *past, double *value)
{
	return model->spend_state != SPEND_NONE &&
		gamma_gamma_expected_spend((GammaGammaSpread) model->spend_state,
								   model->spend_parameter,
								   past->spend_days, past->spend_mean, value);
}

/*
 * p_alive(m, h): return the probability, 0..1, that the customer has not left.
 */
PG_FUNCTION_INFO_V1(clv_p_alive);
Datum
clv_p_alive(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;

	if (!prediction_args(fcinfo, &model, &past))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	return double_result(nbd_p_alive(&nbd, past.frequency, past.recency,
									 past.tenure));
}

/*
 * expected_purchases(m, h, horizon): return how many days of purchase to
 * expect up to the horizon, an interval from 0 up; a negative or infinite one
 * is an error.  It counts days and not orders, as the histories do that the
 * model was fitted to.
 */
PG_FUNCTION_INFO_V1(clv_expected_purchases);
Datum
clv_expected_purchases(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		horizon = horizon_arg(fcinfo, 2);

	if (!prediction_args(fcinfo, &model, &past))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	return double_result(nbd_expected_purchases(&nbd, past.frequency,
												past.recency, past.tenure,
												horizon));
}

/*
 * expected_purchase_value(m, h): return the spend to expect on a day of
 * purchase; NULL where there is none, see purchase_value().
 */
PG_FUNCTION_INFO_V1(clv_expected_purchase_value);
Datum
clv_expected_purchase_value(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	double		value;

	if (!prediction_args(fcinfo, &model, &past) ||
		!purchase_value(model, &past, &value))
		PG_RETURN_NULL();
	return double_result(value);
}

/*
 * predicted_clv(m, h, horizon, annual_discount_rate, gross_margin): return the
 * expected gross profit up to the horizon, an interval: the revenue where the
 * margin is 100 percent.  That of the i-th month, of 30.4375 days, is
 * discounted by i months.  Both options are in percent.  NULL where there is no
 * expected spend, see purchase_value().  A negative horizon, and a rate or a margin
 * that percent.c refuses, are errors.
 */
PG_FUNCTION_INFO_V1(clv_predicted_clv);
Datum
clv_predicted_clv(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	NbdHost		host;
	double		horizon = horizon_arg(fcinfo, 2);
	double		rate = annual_discount_rate_arg(fcinfo, 3);
	Datum		margin = gross_margin_share(decimal_from_double(PG_GETARG_FLOAT8(4)));
	double		value;

	if (!prediction_args(fcinfo, &model, &past) ||
		!purchase_value(model, &past, &value))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	host.check = clv_check_interrupts;
	host.arg = NULL;
	host.workspace = NULL;
	value *= DatumGetFloat8(DirectFunctionCall1(numeric_float8, margin));
	return double_result(value *
						 nbd_discounted_purchases(&nbd, past.frequency,
												  past.recency, past.tenure,
												  horizon, DAYS_PER_PERIOD,
												  expm1(log1p(rate) / 12.0),
												  &host));
}
