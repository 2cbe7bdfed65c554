/*-------------------------------------------------------------------------
 *
 * clv_model.c
 *	  A fitted model of repeat purchases and spend: its text and binary form,
 *	  and its figures.
 *
 * clv_fit.c fits a model, clv_predict.c predicts with it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/confidence.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/summary_json.h"
#include "value/clv_customers.h"
#include "value/clv_model.h"

const SummaryType clv_model_type = {
	.name = "clv_model",
	.hint = "A model is fitted, not written: SELECT clv_model(h, '2025-01-31', 'bg_nbd') FROM histories.",
	.size = sizeof(ClvModel)
};

static const char *const spend_names[SPEND_STATES] = {
	[SPEND_FITTED] = "fitted",
	[SPEND_FEW] = "few_customers",
	[SPEND_MEANS_ALIKE] = "means_alike",
	[SPEND_CONSTANT] = "constant",
	[SPEND_FAILED] = "failed"
};

/*
 * Look for a cancel request while a model is fitted or evaluated: the check of
 * an NbdHost, and of gamma_gamma_fit().
 */
void
clv_check_interrupts(void *arg)
{
	(void) arg;
	CHECK_FOR_INTERRUPTS();
}

/*
 * Input and output
 */

/* The range of a number that a fit can give, with room to spare. */
typedef struct FitRange
{
	double		low;
	double		high;
} FitRange;

/* The ranges of shapes, times in days, money and variances. */
static const FitRange shape_range = {1e-7, 1e7};
static const FitRange time_range = {1e-7, 1e17};
static const FitRange money_range = {1e-46, 1e46};
static const FitRange variance_range = {1e-30, 1e30};

/* Return whether a value is in the range; written so that NaN is not. */
static bool
in_range(double value, const FitRange *range)
{
	return value >= range->low && value <= range->high;
}

/*
 * Return whether these can be the parameters and covariances of a fit.  In the
 * matrix no pair of parameters may be correlated by more than 1.
 */
static bool
fit_is_possible(int n, const double *parameter, const FitRange *const *range,
				const double *covariance, double log_likelihood)
{
	if (!(fabs(log_likelihood) <= 1e30))
		return false;
	for (int i = 0; i < n; i++)
	{
		double		variance = covariance[triangle(n, i, i)];

		if (!in_range(parameter[i], range[i]) ||
			!in_range(variance, &variance_range))
			return false;
		for (int j = i + 1; j < n; j++)
		{
			double		product = covariance[triangle(n, i, j)];

			if (!(product * product <=
				  variance * covariance[triangle(n, j, j)]))
				return false;
		}
	}
	return true;
}

static bool
all_zero(const double *number, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (number[i] != 0.0)
			return false;
	}
	return true;
}

/* Return why no fit could have produced this model, or NULL. */
static const char *
model_problem(const ClvModel *model)
{
	const FitRange *const range[NBD_PARAMETERS] = {
		&shape_range, &time_range, &shape_range,
		model->kind == NBD_PARETO ? &time_range : &shape_range
	};
	const FitRange *const spend_range[GAMMA_GAMMA_PARAMETERS] = {
		&shape_range, &shape_range, &money_range
	};

	if (model->repeaters < CLV_MIN_REPEATERS ||
		model->customers < model->repeaters ||
		model->purchases < model->repeaters ||
		model->spenders > model->repeaters)
		return "The numbers of customers and purchases do not fit together.";
	if (!fit_is_possible(NBD_PARAMETERS, model->parameter, range,
						 model->covariance, model->log_likelihood))
		return "No fit gives such parameters, covariance and log_likelihood.";
	if (model->spend_state == SPEND_FITTED ?
		model->spenders < CLV_MIN_REPEATERS ||
		!fit_is_possible(GAMMA_GAMMA_PARAMETERS, model->spend_parameter,
						 spend_range, model->spend_covariance,
						 model->spend_log_likelihood) :
		!all_zero(model->spend_parameter, GAMMA_GAMMA_PARAMETERS) ||
		!all_zero(model->spend_covariance, SPEND_COVARIANCES) ||
		model->spend_log_likelihood != 0.0)
		return "No fit gives such a state, parameters, covariance and log_likelihood of spend.";
	return NULL;
}

/* An array of numbers that is being read. */
typedef struct NumbersReader
{
	const char *key;
	double	   *number;
	int			expected;
	int			count;
} NumbersReader;

static void
numbers_element(void *arg, int index, const JsonbValue *value)
{
	NumbersReader *reader = (NumbersReader *) arg;

	if (index < reader->expected)
		reader->number[index] = summary_json_double(value, reader->key, &clv_model_type);
	reader->count = index + 1;
}

static void
json_numbers(const JsonbValue *value, const char *key, double *number,
			 int expected)
{
	NumbersReader reader = {key, number, expected, 0};

	summary_json_elements(summary_json_container(value, true, key,
												 &clv_model_type),
						  numbers_element, &reader);
	if (reader.count != expected)
		summary_text_invalid(&clv_model_type, "\"%s\" is an array of length %d, not of %d numbers.",
							 key, reader.count, expected);
}

static void
spend_member(void *arg, const char *key, const JsonbValue *value)
{
	ClvModel   *model = (ClvModel *) arg;

	if (strcmp(key, "state") == 0)
		model->spend_state = (uint8) summary_json_name(value, key, spend_names,
													   SPEND_STATES, &clv_model_type);
	else if (strcmp(key, "customers") == 0)
		model->spenders = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "days_left_out") == 0)
		model->days_left_out = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "parameters") == 0)
		json_numbers(value, key, model->spend_parameter,
					 GAMMA_GAMMA_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		json_numbers(value, key, model->spend_covariance, SPEND_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
		model->spend_log_likelihood = summary_json_double(value, key, &clv_model_type);
	else
		summary_json_unexpected(key, &clv_model_type);
}

static void
model_member(void *arg, const char *key, const JsonbValue *value)
{
	ClvModel   *model = (ClvModel *) arg;

	if (strcmp(key, "as_of") == 0)
		model->as_of = summary_json_day(value, key, &clv_model_type);
	else if (strcmp(key, "model") == 0)
		model->kind = (uint8) summary_json_name(value, key, nbd_kind_names,
												NBD_KINDS, &clv_model_type);
	else if (strcmp(key, "customers") == 0)
		model->customers = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "repeat_customers") == 0)
		model->repeaters = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "repeat_purchases") == 0)
		model->purchases = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "parameters") == 0)
		json_numbers(value, key, model->parameter, NBD_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		json_numbers(value, key, model->covariance, NBD_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
		model->log_likelihood = summary_json_double(value, key, &clv_model_type);
	else if (strcmp(key, "spend") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&clv_model_type),
							 spend_member, model);
	else
		summary_json_unexpected(key, &clv_model_type);
}

#define NO_DAY		PG_INT32_MIN
#define NO_NAME		PG_UINT8_MAX

/*
 * clv_model_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "as_of", "model", "customers",
 * "repeat_customers", "repeat_purchases", "parameters", "covariance",
 * "log_likelihood" and "spend", an object of "state", "customers",
 * "days_left_out" and, where there is a model of spend, "parameters",
 * "covariance" and "log_likelihood".  model_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(clv_model_in);
Datum
clv_model_in(PG_FUNCTION_ARGS)
{
	ClvModel   *model = summary_new(&clv_model_type);

	model->as_of = NO_DAY;
	model->kind = NO_NAME;
	model->spend_state = NO_NAME;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&clv_model_type),
						 model_member, model);
	if (model->as_of == NO_DAY || model->kind == NO_NAME ||
		model->spend_state == NO_NAME)
		summary_text_invalid(&clv_model_type, "\"%s\" is missing.",
							 model->as_of == NO_DAY ? "as_of" :
							 model->kind == NO_NAME ? "model" : "spend");
	summary_text_check(&clv_model_type, model_problem(model));
	PG_RETURN_POINTER(model);
}

static void
append_numbers(StringInfo buf, const char *key, const double *number,
			   int count)
{
	appendStringInfo(buf, ", \"%s\": [", key);
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(buf, ", ");
		summary_append_double(buf, number[i]);
	}
	appendStringInfoChar(buf, ']');
}

/*
 * clv_model_out: the text form, JSON; numbers have all digits that they need
 */
PG_FUNCTION_INFO_V1(clv_model_out);
Datum
clv_model_out(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"as_of\": \"%s\", \"model\": \"%s\", \"customers\": " INT64_FORMAT ", \"repeat_customers\": " INT64_FORMAT ", \"repeat_purchases\": " INT64_FORMAT,
					 calendar_day_text(model->as_of), nbd_kind_names[model->kind],
					 model->customers, model->repeaters, model->purchases);
	append_numbers(&buf, "parameters", model->parameter, NBD_PARAMETERS);
	append_numbers(&buf, "covariance", model->covariance, NBD_COVARIANCES);
	appendStringInfoString(&buf, ", \"log_likelihood\": ");
	summary_append_double(&buf, model->log_likelihood);
	appendStringInfo(&buf, ", \"spend\": {\"state\": \"%s\", \"customers\": " INT64_FORMAT ", \"days_left_out\": " INT64_FORMAT,
					 spend_names[model->spend_state], model->spenders,
					 model->days_left_out);
	if (model->spend_state == SPEND_FITTED)
	{
		append_numbers(&buf, "parameters", model->spend_parameter,
					   GAMMA_GAMMA_PARAMETERS);
		append_numbers(&buf, "covariance", model->spend_covariance,
					   SPEND_COVARIANCES);
		appendStringInfoString(&buf, ", \"log_likelihood\": ");
		summary_append_double(&buf, model->spend_log_likelihood);
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

static void
recv_numbers(StringInfo message, double *number, int count)
{
	for (int i = 0; i < count; i++)
	{
		number[i] = pq_getmsgfloat8(message);
		/* there is one zero in a canonical value */
		if (number[i] == 0.0)
			number[i] = 0.0;
	}
}

/*
 * clv_model_recv: read the binary form, in network order, checked completely.
 *
 * After the version byte come as_of (4 bytes), the kind of the model and the
 * state of the model of spend (1 each), five counts (8 each) and the numbers
 * (8 each), all in the order of a ClvModel.  model_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(clv_model_recv);
Datum
clv_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	ClvModel   *model = summary_new(&clv_model_type);
	const char *problem;

	summary_recv_begin(message, &clv_model_type);
	model->as_of = (int32) pq_getmsgint(message, 4);
	model->kind = (uint8) pq_getmsgbyte(message);
	model->spend_state = (uint8) pq_getmsgbyte(message);
	model->customers = summary_recv_count(message, "customers", &clv_model_type);
	model->repeaters = summary_recv_count(message, "repeat_customers",
										  &clv_model_type);
	model->purchases = summary_recv_count(message, "repeat_purchases",
										  &clv_model_type);
	model->spenders = summary_recv_count(message, "customers with spend",
										 &clv_model_type);
	model->days_left_out = summary_recv_count(message, "days_left_out",
											  &clv_model_type);
	recv_numbers(message, model->parameter, NBD_PARAMETERS);
	recv_numbers(message, model->covariance, NBD_COVARIANCES);
	recv_numbers(message, &model->log_likelihood, 1);
	recv_numbers(message, model->spend_parameter, GAMMA_GAMMA_PARAMETERS);
	recv_numbers(message, model->spend_covariance, SPEND_COVARIANCES);
	recv_numbers(message, &model->spend_log_likelihood, 1);
	if (!IS_VALID_DATE(model->as_of))
		problem = "as_of is out of range.";
	else if (model->kind >= NBD_KINDS ||
			 model->spend_state >= SPEND_STATES)
		problem = "The kind of the model, or the state of its spend, is unknown.";
	else
		problem = model_problem(model);
	summary_binary_check(&clv_model_type, problem);
	PG_RETURN_POINTER(model);
}

static void
send_numbers(StringInfo message, const double *number, int count)
{
	for (int i = 0; i < count; i++)
		pq_sendfloat8(message, number[i]);
}

/* clv_model_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(clv_model_send);
Datum
clv_model_send(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint32(&message, (uint32) model->as_of);
	pq_sendint8(&message, model->kind);
	pq_sendint8(&message, model->spend_state);
	pq_sendint64(&message, model->customers);
	pq_sendint64(&message, model->repeaters);
	pq_sendint64(&message, model->purchases);
	pq_sendint64(&message, model->spenders);
	pq_sendint64(&message, model->days_left_out);
	send_numbers(&message, model->parameter, NBD_PARAMETERS);
	send_numbers(&message, model->covariance, NBD_COVARIANCES);
	send_numbers(&message, &model->log_likelihood, 1);
	send_numbers(&message, model->spend_parameter, GAMMA_GAMMA_PARAMETERS);
	send_numbers(&message, model->spend_covariance, SPEND_COVARIANCES);
	send_numbers(&message, &model->spend_log_likelihood, 1);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Accessors
 */

static double
unit_in_days(FunctionCallInfo fcinfo, int n)
{
	return (double) elapsed_unit_arg(fcinfo, n) / USECS_PER_DAY;
}

/*
 * Return a row for each of n parameters; scale turns one of them into the
 * wanted unit.
 */
static void
put_parameters(ResultRows *rows, int n, const char *const *name,
			   const double *parameter, const double *covariance,
			   const double *scale, double z)
{
	for (int i = 0; i < n; i++)
	{
		double		error = sqrt(covariance[triangle(n, i, i)]);
		double		estimate = parameter[i] * scale[i];

		/* a flat likelihood can have an interval beyond all numbers */
		double		low = estimate * exp(-z * error);
		double		high = estimate * exp(z * error);
		Datum		values[5];
		bool		nulls[5] = {false, false, false, false, false};

		values[0] = CStringGetTextDatum(name[i]);
		values[1] = double_result(estimate);
		values[2] = double_result(estimate * error);
		values[3] = double_result(low);
		nulls[4] = !isfinite(high);
		values[4] = nulls[4] ? (Datum) 0 : double_result(high);
		rows_put(rows, values, nulls);
	}
}

/*
 * model_parameters(m, unit, confidence) -> (parameter, estimate,
 * standard_error, low, high): return a row for each parameter, those of
 * purchases first.
 *
 * Rates of time are in the unit.  Intervals are symmetric for the logarithms
 * of the parameters, so that none reaches below 0; high is NULL where it is
 * beyond all numbers.  An unknown unit, and a confidence that is not between 0
 * and 1, are errors.
 */
PG_FUNCTION_INFO_V1(clv_model_parameters);
Datum
clv_model_parameters(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	double		unit;
	double		z;
	double		scale[NBD_PARAMETERS] = {1.0, 1.0, 1.0, 1.0};
	double		spend_scale[GAMMA_GAMMA_PARAMETERS] = {1.0, 1.0, 1.0};
	const char *name[NBD_PARAMETERS];
	const char *spend_name[GAMMA_GAMMA_PARAMETERS];
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	model = PG_GETARG_SUMMARY(0, &clv_model_type);
	unit = unit_in_days(fcinfo, 1);
	z = confidence_quantile(PG_GETARG_FLOAT8(2));
	scale[1] = 1.0 / unit;
	if (model->kind == NBD_PARETO)
		scale[3] = 1.0 / unit;
	for (int i = 0; i < NBD_PARAMETERS; i++)
		name[i] = nbd_parameter_name((NbdKind) model->kind, i);
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
		spend_name[i] = gamma_gamma_parameter_name(i);

	rows_begin(&rows, fcinfo);
	put_parameters(&rows, NBD_PARAMETERS, name, model->parameter,
				   model->covariance, scale, z);
	if (model->spend_state == SPEND_FITTED)
		put_parameters(&rows, GAMMA_GAMMA_PARAMETERS, spend_name,
					   model->spend_parameter, model->spend_covariance,
					   spend_scale, z);
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * log_likelihood(m, unit): return the log likelihood of the repeat purchases.
 * It is that of a density of their times, so it depends on the unit of time.
 * An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(clv_model_log_likelihood);
Datum
clv_model_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);

	return double_result(model->log_likelihood +
						 (double) model->purchases *
						 log(unit_in_days(fcinfo, 1)));
}

/*
 * spend_log_likelihood(m): return the log likelihood of the model of spend;
 * NULL without one.
 */
PG_FUNCTION_INFO_V1(clv_model_spend_log_likelihood);
Datum
clv_model_spend_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);

	if (model->spend_state != SPEND_FITTED)
		PG_RETURN_NULL();
	return double_result(model->spend_log_likelihood);
}

/* customers(m): return how many customers had bought by as_of. */
PG_FUNCTION_INFO_V1(clv_model_customers);
Datum
clv_model_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &clv_model_type))->customers);
}

/*
 * repeat_customers(m): return how many customers had bought on another day
 * than the first.
 */
PG_FUNCTION_INFO_V1(clv_model_repeat_customers);
Datum
clv_model_repeat_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &clv_model_type))->repeaters);
}

/*
 * days_left_out(m): return how many repeat days without a positive sum the
 * model of spend leaves out.
 */
PG_FUNCTION_INFO_V1(clv_model_days_left_out);
Datum
clv_model_days_left_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &clv_model_type))->days_left_out);
}
