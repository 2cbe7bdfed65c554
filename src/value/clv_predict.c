/*-------------------------------------------------------------------------
 *
 * clv_predict.c
 *	  What a fitted model predicts for a customer.
 *
 * Predictions have an argument as_of, the last day whose purchases are known, which
 * is NULL for the day as of which the model was fitted: the model of a month scores
 * the histories of any day.  All are NULL for a customer who had bought nothing by
 * then, those of a model with a problem, and where another argument is NULL.
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

#include "core/calendar.h"
#include "core/decimal.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/shown.h"
#include "value/clv_model.h"
#include "value/percent.h"
#include "value/purchase.h"

#define DAYS_PER_PERIOD		(365.25 / 12.0)

/*
 * Say, once in a query, that purchases after the model's day are left out.  Nobody
 * who asks for today's scores with the model of last month sees it otherwise.  A
 * function without an argument as_of takes the day from the model.
 */
static pg_noinline void
warn_of_later_purchases(FunctionCallInfo fcinfo, DateADT as_of, bool has_as_of)
{
	if (fcinfo->flinfo->fn_extra != NULL)
		return;
	fcinfo->flinfo->fn_extra = fcinfo->flinfo;
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("purchases after the model's day are left out"),
			 errdetail("The model is as of %s, and a history goes on after it.",
					   calendar_day_text(as_of)),
			 has_as_of ?
			 errhint("Write as_of => DAY, the last day whose purchases are known, to score histories of that day; with as_of => '%s' nothing changes but this warning.",
					 calendar_day_text(as_of)) :
			 errhint("Write model_as_of(m, DAY), the last day whose purchases are known, for the model, to score histories of that day; with '%s' nothing changes but this warning.",
					 calendar_day_text(as_of))));
}

/*
 * Read the arguments (m, h, ..., as_of), of which m is argument "first": the model,
 * and the customer's past up to argument n, a day; where that is NULL or missing, up to the day as of which the
 * model was fitted.  Return false for a customer who had bought nothing by then, for
 * a model with a problem, and where one of the arguments before is NULL, but one
 * that may be.  An as_of that is infinite is an error.
 */
bool
clv_prediction_past(FunctionCallInfo fcinfo, int first, int n,
					const ClvModel **model, PurchasePast *past)
{
	const SortedRun *history;
	DateADT		as_of;
	bool		found;

	bool		given = n < PG_NARGS() && !PG_ARGISNULL(n);

	for (int i = first; i < n; i++)
	{
		if (PG_ARGISNULL(i))
			return false;
	}
	*model = PG_GETARG_SUMMARY(first, &clv_model_type);
	as_of = given ? calendar_day_arg(PG_GETARG_TIMESTAMP(n), "as_of") :
		(*model)->as_of;
	if ((*model)->problem != MODEL_FITTED)
		return false;
	history = purchase_history_get(PG_GETARG_DATUM(first + 1));
	if (!given && !(*model)->as_of_chosen &&
		unlikely(purchase_history_last_day(history) > as_of))
		warn_of_later_purchases(fcinfo, as_of, n < PG_NARGS());
	found = purchase_history_past(history, as_of, past);
	if ((Pointer) history != DatumGetPointer(PG_GETARG_DATUM(first + 1)))
		pfree(unconstify(SortedRun *, history));
	return found;
}

/*
 * Return argument n, a span of time from now on, in microseconds.  One that is
 * negative, infinite or below an hour is an error.
 */
int64
clv_horizon_arg(FunctionCallInfo fcinfo, int n)
{
	int64		horizon = elapsed_span_arg(fcinfo, n, "horizon");

	elapsed_check_unit(horizon, USECS_PER_HOUR, "horizon", "days");
	return horizon;
}

/* Return argument n, a span of time from now on, in days. */
static double
horizon_arg(FunctionCallInfo fcinfo, int n)
{
	return (double) clv_horizon_arg(fcinfo, n) / USECS_PER_DAY;
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

/* Return the day that the past goes up to. */
static DateADT
past_as_of(FunctionCallInfo fcinfo, int n, const ClvModel *model)
{
	return PG_ARGISNULL(n) ? model->as_of :
		calendar_day_arg(PG_GETARG_TIMESTAMP(n), "as_of");
}

/*
 * p_alive(m, h, as_of, at): return the probability, 0..1, that the customer has
 * not left by as_of; with "at", a day from then on, that it is still there on that
 * day.  A day before as_of is an error.
 */
PG_FUNCTION_INFO_V1(clv_p_alive);
Datum
clv_p_alive(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		later = 0.0;

	if (!clv_prediction_past(fcinfo, 0, 2, &model, &past))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(3))
	{
		DateADT		as_of = past_as_of(fcinfo, 2, model);
		DateADT		at = calendar_day_arg(PG_GETARG_TIMESTAMP(3), "at");

		if (at < as_of)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("at must not be before as_of"),
					 errdetail("at is %s, as_of is %s.",
							   calendar_day_text(at), calendar_day_text(as_of)),
					 errhint("Give the last day whose purchases are known as as_of; without it, it is that of the model.")));
		later = (double) at - as_of;
	}
	clv_nbd_model(model, &nbd);
	return double_result(nbd_p_alive_later(&nbd, past.frequency, past.recency,
										   past.tenure, later));
}

/*
 * p_purchases(m, h, horizon, at_least, as_of): return the probability, 0..1, of so
 * many days with a purchase, or more, from as_of up to the horizon, an interval.  A
 * negative or infinite one is an error, as is a number below 0.
 */
PG_FUNCTION_INFO_V1(clv_p_purchases);
Datum
clv_p_purchases(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		horizon;
	int32		at_least;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	horizon = horizon_arg(fcinfo, 2);
	at_least = PG_GETARG_INT32(3);
	if (at_least < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_least must not be negative"),
				 errdetail("at_least is %d.", at_least),
				 errhint("Give a number of purchases, 1 for any.")));
	if (!clv_prediction_past(fcinfo, 0, 4, &model, &past))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	return double_result(nbd_p_purchases(&nbd, past.frequency, past.recency,
										 past.tenure, horizon, at_least));
}

/*
 * purchases_quantile(m, h, horizon, q, as_of): return the least number of days with
 * a purchase, from as_of up to the horizon, that is reached or not passed with
 * probability q.  A negative or infinite horizon, and a q that is not between 0 and
 * 1, are errors.
 */
PG_FUNCTION_INFO_V1(clv_purchases_quantile);
Datum
clv_purchases_quantile(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		horizon;
	double		q;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	horizon = horizon_arg(fcinfo, 2);
	q = PG_GETARG_FLOAT8(3);
	if (!(q > 0.0 && q < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("q must be between 0 and 1"),
				 errdetail("q is %s.", double_shown(q)),
				 errhint("Write 0.5 for the median, 0.9 for what is passed once in ten times.")));
	if (!clv_prediction_past(fcinfo, 0, 4, &model, &past))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	PG_RETURN_INT64((int64) nbd_purchases_quantile(&nbd, past.frequency,
												   past.recency, past.tenure,
												   horizon, q));
}

/*
 * expected_purchases(m, h, horizon, as_of): return how many days of purchase to
 * expect from as_of up to the horizon, an interval from 0 up; a negative or infinite
 * one is an error.  It counts days and not orders, as the histories do that the
 * model was fitted to.
 */
PG_FUNCTION_INFO_V1(clv_expected_purchases);
Datum
clv_expected_purchases(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		horizon;

	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	horizon = horizon_arg(fcinfo, 2);
	if (!clv_prediction_past(fcinfo, 0, 3, &model, &past))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	return double_result(nbd_expected_purchases(&nbd, past.frequency,
												past.recency, past.tenure,
												horizon));
}

/*
 * expected_purchase_value(m, h, as_of): return the spend to expect on a day of
 * purchase; NULL where there is none, see purchase_value().
 */
PG_FUNCTION_INFO_V1(clv_expected_purchase_value);
Datum
clv_expected_purchase_value(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	double		value;

	if (!clv_prediction_past(fcinfo, 0, 2, &model, &past) ||
		!purchase_value(model, &past, &value))
		PG_RETURN_NULL();
	return double_result(value);
}

/*
 * predicted_clv(m, h, horizon, annual_discount_rate, gross_margin, as_of): return
 * the expected gross profit from as_of up to the horizon, an interval: the revenue
 * where the margin is 100 percent.  That of the i-th month, of 30.4375 days, is
 * discounted by i months, that of a part of a month by the time it ends.  Both options are in percent.  NULL where there is no
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
	double		horizon;
	double		rate;
	double		margin;
	double		value;

	if (PG_ARGISNULL(2) || PG_ARGISNULL(3) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	horizon = horizon_arg(fcinfo, 2);
	rate = annual_discount_rate_arg(fcinfo, 3);
	margin = gross_margin_arg(fcinfo, 4);
	if (!clv_prediction_past(fcinfo, 0, 5, &model, &past) ||
		!purchase_value(model, &past, &value))
		PG_RETURN_NULL();
	clv_nbd_model(model, &nbd);
	host.check = clv_check_interrupts;
	host.arg = NULL;
	host.workspace = NULL;
	return double_result(value * margin *
						 nbd_discounted_purchases(&nbd, past.frequency,
												  past.recency, past.tenure,
												  horizon, DAYS_PER_PERIOD,
												  expm1(log1p(rate) / 12.0),
												  &host));
}
