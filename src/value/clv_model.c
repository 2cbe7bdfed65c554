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

static const char *const problem_names[MODEL_PROBLEMS] = {
	[MODEL_FITTED] = "fitted",
	[MODEL_NO_REPEATS] = "no_repeats",
	[MODEL_ONE_CUSTOMER] = "one_customer",
	[MODEL_FAILED] = "failed"
};

static const char *const rates_names[NBD_RATES] = {
	[NBD_RATES_VARY] = "vary",
	[NBD_ONE_RATE] = "one"
};

static const char *const dropout_names[NBD_DROPOUTS] = {
	[NBD_DROPOUT_VARIES] = "varies",
	[NBD_ONE_DROPOUT] = "one",
	[NBD_DROPOUT_SPLIT] = "split",
	[NBD_WITHOUT_DROPOUT] = "none",
	[NBD_DROPOUT_AT_ONCE] = "at_once"
};

static const char *const spend_names[SPEND_STATES] = {
	[SPEND_FITTED] = "fitted",
	[SPEND_MEANS_ALIKE] = "means_alike",
	[SPEND_CONSTANT] = "constant",
	[SPEND_ONE_VALUE] = "one_value",
	[SPEND_NONE] = "none"
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

/*
 * The ranges of shapes, times in days, rates a day, probabilities, money and
 * variances.
 */
static const FitRange shape_range = {1e-12, 1e12};
static const FitRange time_range = {1e-12, 1e21};
static const FitRange rate_range = {1e-21, 1e12};
static const FitRange probability_range = {1e-15, 1.0 - 1e-15};
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

/* Return how many parameters of purchases a model has. */
int
clv_estimates(const ClvModel *model)
{
	if (model->problem != MODEL_FITTED)
		return 0;
	return nbd_estimates((NbdRates) model->rates, (NbdDropout) model->dropout);
}

/* Return how many parameters of spend a model has. */
static int
spend_estimates(const ClvModel *model)
{
	if (model->spend_state == SPEND_NONE)
		return 0;
	return gamma_gamma_parameters((GammaGammaSpread) model->spend_state);
}

/* Return whether a model of spend has a likelihood, and its parameters errors. */
static bool
spend_has_errors(const ClvModel *model)
{
	return model->spend_state != SPEND_NONE &&
		model->spend_state != SPEND_ONE_VALUE;
}

/* Set the model of purchases that predictions are made with. */
void
clv_nbd_model(const ClvModel *model, NbdModel *nbd)
{
	nbd->kind = (NbdKind) model->kind;
	nbd->rates = (NbdRates) model->rates;
	nbd->dropout = (NbdDropout) model->dropout;
	nbd->estimates = clv_estimates(model);
	memcpy(nbd->estimate, model->parameter, sizeof(nbd->estimate));
	nbd_expand(nbd);
}

/* Return the range of parameter i of a model of purchases. */
static const FitRange *
estimate_range(const ClvModel *model, int i)
{
	NbdModel	nbd;

	clv_nbd_model(model, &nbd);
	if (nbd_is_probability(&nbd, i))
		return &probability_range;
	switch (nbd_time_power(&nbd, i))
	{
		case 1:
			return &time_range;
		case -1:
			return &rate_range;
		default:
			return &shape_range;
	}
}

/* Return whether no number follows those of the first few parameters. */
static bool
rest_is_zero(int n, int most, const double *parameter,
			 const double *covariance)
{
	return all_zero(parameter + n, most - n) &&
		all_zero(covariance + n * (n + 1) / 2,
				 (most * (most + 1) - n * (n + 1)) / 2);
}

/* Return whether a fit can give such a model of spend, or none. */
static bool
spend_is_possible(const ClvModel *model)
{
	int			n = spend_estimates(model);
	const FitRange *range[GAMMA_GAMMA_PARAMETERS];

	if (!rest_is_zero(n, GAMMA_GAMMA_PARAMETERS, model->spend_parameter,
					  model->spend_covariance))
		return false;
	for (int i = 0; i < n; i++)
		range[i] = i == n - 1 ? &money_range : &shape_range;
	if (spend_has_errors(model))
		return model->spenders > 0 &&
			fit_is_possible(n, model->spend_parameter, range,
							model->spend_covariance,
							model->spend_log_likelihood);
	return (n == 0 || (model->spenders > 0 &&
					   in_range(model->spend_parameter[0], &money_range))) &&
		all_zero(model->spend_parameter + n, GAMMA_GAMMA_PARAMETERS - n) &&
		all_zero(model->spend_covariance, SPEND_COVARIANCES) &&
		model->spend_log_likelihood == 0.0;
}

/* Return why no fit could have produced this model, or NULL. */
const char *
clv_model_impossible(const ClvModel *model)
{
	int			n = clv_estimates(model);
	const FitRange *range[NBD_PARAMETERS];

	for (int i = 0; i < n; i++)
		range[i] = estimate_range(model, i);
	if (model->customers < 1 ||
		model->customers < model->repeaters ||
		model->purchases < model->repeaters ||
		(model->problem == MODEL_NO_REPEATS) != (model->repeaters == 0) ||
		(model->repeaters == 0 && model->purchases > 0) ||
		(model->customers == 1) !=
		(model->problem == MODEL_ONE_CUSTOMER ||
		 (model->problem == MODEL_NO_REPEATS && model->customers == 1)) ||
		model->spenders > model->repeaters)
		return "The numbers of customers and purchases do not fit together.";
	if (!rest_is_zero(n, NBD_PARAMETERS, model->parameter, model->covariance) ||
		(n > 0 ? !fit_is_possible(n, model->parameter, range,
								  model->covariance, model->log_likelihood) :
		 model->log_likelihood != 0.0 || model->rates != 0 ||
		 model->dropout != 0))
		return "No fit gives such parameters, covariance and log_likelihood.";
	if (model->dropout == NBD_DROPOUT_AT_ONCE && model->kind != NBD_BG)
		return "Only customers of bg_nbd can all drop out at once.";
	if ((n == 0 && model->spend_state != SPEND_NONE) ||
		!spend_is_possible(model))
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

/*
 * Read an array of at most so many numbers; the model says afterwards how many it
 * should have had.  Return how many there were.
 */
static int
json_numbers(const JsonbValue *value, const char *key, double *number,
			 int most)
{
	NumbersReader reader = {key, number, most, 0};

	summary_json_elements(summary_json_container(value, true, key,
												 &clv_model_type),
						  numbers_element, &reader);
	if (reader.count > most)
		summary_text_invalid(&clv_model_type, "\"%s\" is an array of length %d, not of %d numbers or fewer.",
							 key, reader.count, most);
	return reader.count;
}

/* A model that is being read, and how many numbers its arrays had. */
typedef struct ModelReader
{
	ClvModel   *model;
	int			parameters;
	int			covariances;
	int			spend_parameters;
	int			spend_covariances;
	bool		has_likelihood;
	bool		has_spend_likelihood;
} ModelReader;

/* Report an array that has not the length that the model's kind asks for. */
static void
check_length(const char *key, int count, int expected)
{
	if (count != expected)
		summary_text_invalid(&clv_model_type, "\"%s\" is an array of length %d, not of %d numbers.",
							 key, count, expected);
}

static void
check_lengths(const ModelReader *reader)
{
	int			n = clv_estimates(reader->model);
	int			spend = spend_estimates(reader->model);
	int			errors = spend_has_errors(reader->model) ? spend : 0;

	check_length("parameters", reader->parameters, n);
	check_length("covariance", reader->covariances, n * (n + 1) / 2);
	check_length("parameters", reader->spend_parameters, spend);
	check_length("covariance", reader->spend_covariances,
				 errors * (errors + 1) / 2);
	if (reader->has_likelihood != (n > 0) ||
		reader->has_spend_likelihood != (errors > 0))
		summary_text_invalid(&clv_model_type, "A \"log_likelihood\" is missing, or is that of no model.");
}

static void
spend_member(void *arg, const char *key, const JsonbValue *value)
{
	ModelReader *reader = (ModelReader *) arg;
	ClvModel   *model = reader->model;

	if (strcmp(key, "state") == 0)
		model->spend_state = (uint8) summary_json_name(value, key, spend_names,
													   SPEND_STATES, &clv_model_type);
	else if (strcmp(key, "customers") == 0)
		model->spenders = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "days_left_out") == 0)
		model->days_left_out = summary_json_count(value, key, &clv_model_type);
	else if (strcmp(key, "parameters") == 0)
		reader->spend_parameters = json_numbers(value, key,
												model->spend_parameter,
												GAMMA_GAMMA_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		reader->spend_covariances = json_numbers(value, key,
												 model->spend_covariance,
												 SPEND_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
	{
		model->spend_log_likelihood = summary_json_double(value, key, &clv_model_type);
		reader->has_spend_likelihood = true;
	}
	else
		summary_json_unexpected(key, &clv_model_type);
}

static void
model_member(void *arg, const char *key, const JsonbValue *value)
{
	ModelReader *reader = (ModelReader *) arg;
	ClvModel   *model = reader->model;

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
	else if (strcmp(key, "as_of_chosen") == 0)
		model->as_of_chosen = (uint8) summary_json_int64(value, 1, 1, key,
														 &clv_model_type);
	else if (strcmp(key, "problem") == 0)
		model->problem = (uint8) summary_json_name(value, key, problem_names,
												   MODEL_PROBLEMS, &clv_model_type);
	else if (strcmp(key, "rates") == 0)
		model->rates = (uint8) summary_json_name(value, key, rates_names,
												 NBD_RATES, &clv_model_type);
	else if (strcmp(key, "dropout") == 0)
		model->dropout = (uint8) summary_json_name(value, key, dropout_names,
												   NBD_DROPOUTS, &clv_model_type);
	else if (strcmp(key, "parameters") == 0)
		reader->parameters = json_numbers(value, key, model->parameter,
										  NBD_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		reader->covariances = json_numbers(value, key, model->covariance,
										   NBD_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
	{
		model->log_likelihood = summary_json_double(value, key, &clv_model_type);
		reader->has_likelihood = true;
	}
	else if (strcmp(key, "spend") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&clv_model_type),
							 spend_member, reader);
	else
		summary_json_unexpected(key, &clv_model_type);
}

#define NO_DAY		PG_INT32_MIN
#define NO_NAME		PG_UINT8_MAX

/*
 * Read the members of a model into a new one, and check the whole.
 */
void
clv_model_read(ClvModel *model, SummaryJson *object)
{
	ModelReader reader = {model, 0, 0, 0, 0, false, false};

	model->as_of = NO_DAY;
	model->kind = NO_NAME;
	model->spend_state = NO_NAME;
	summary_json_members(object, model_member, &reader);
	if (model->as_of == NO_DAY || model->kind == NO_NAME ||
		model->spend_state == NO_NAME)
		summary_text_invalid(&clv_model_type, "\"%s\" is missing.",
							 model->as_of == NO_DAY ? "as_of" :
							 model->kind == NO_NAME ? "model" : "spend");
	check_lengths(&reader);
	summary_text_check(&clv_model_type, clv_model_impossible(model));
}

/*
 * clv_model_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "as_of", "model", "customers",
 * "repeat_customers", "repeat_purchases", "parameters", "covariance",
 * "log_likelihood" and "spend", an object of "state", "customers",
 * "days_left_out" and, where there is a model of spend, "parameters",
 * "covariance" and "log_likelihood".  A model that is a limit says so in "rates"
 * and "dropout"; one without parameters has a "problem" instead.
 * clv_model_impossible() checks the whole.
 */
PG_FUNCTION_INFO_V1(clv_model_in);
Datum
clv_model_in(PG_FUNCTION_ARGS)
{
	ClvModel   *model = summary_new(&clv_model_type);

	clv_model_read(model, summary_json_parse(PG_GETARG_CSTRING(0),
											 &clv_model_type));
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

static void
append_number(StringInfo buf, const char *key, double number)
{
	appendStringInfo(buf, ", \"%s\": ", key);
	summary_append_double(buf, number);
}

/* Append the members of a model to a JSON text, a comma before each. */
void
clv_model_append(StringInfo buf, const ClvModel *model)
{
	int			n = clv_estimates(model);
	int			spend = spend_estimates(model);

	appendStringInfo(buf, ", \"as_of\": \"%s\", \"model\": \"%s\", \"customers\": " INT64_FORMAT ", \"repeat_customers\": " INT64_FORMAT ", \"repeat_purchases\": " INT64_FORMAT,
					 calendar_day_text(model->as_of), nbd_kind_names[model->kind],
					 model->customers, model->repeaters, model->purchases);
	if (model->as_of_chosen)
		appendStringInfoString(buf, ", \"as_of_chosen\": 1");
	if (model->problem != MODEL_FITTED)
		appendStringInfo(buf, ", \"problem\": \"%s\"", problem_names[model->problem]);
	if (model->rates != NBD_RATES_VARY)
		appendStringInfo(buf, ", \"rates\": \"%s\"", rates_names[model->rates]);
	if (model->dropout != NBD_DROPOUT_VARIES)
		appendStringInfo(buf, ", \"dropout\": \"%s\"", dropout_names[model->dropout]);
	if (n > 0)
	{
		append_numbers(buf, "parameters", model->parameter, n);
		append_numbers(buf, "covariance", model->covariance, n * (n + 1) / 2);
		append_number(buf, "log_likelihood", model->log_likelihood);
	}
	appendStringInfo(buf, ", \"spend\": {\"state\": \"%s\", \"customers\": " INT64_FORMAT ", \"days_left_out\": " INT64_FORMAT,
					 spend_names[model->spend_state], model->spenders,
					 model->days_left_out);
	if (spend > 0)
		append_numbers(buf, "parameters", model->spend_parameter, spend);
	if (spend_has_errors(model))
	{
		append_numbers(buf, "covariance", model->spend_covariance,
					   spend * (spend + 1) / 2);
		append_number(buf, "log_likelihood", model->spend_log_likelihood);
	}
	appendStringInfoChar(buf, '}');
}

/*
 * clv_model_out: the text form, JSON; numbers have all digits that they need
 */
PG_FUNCTION_INFO_V1(clv_model_out);
Datum
clv_model_out(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	summary_json_begin(&buf);
	clv_model_append(&buf, PG_GETARG_SUMMARY(0, &clv_model_type));
	appendStringInfoChar(&buf, '}');
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
 * Read the binary form of a model, in network order, into a new one; return what
 * is wrong with it, or NULL.
 *
 * The members are as_of (4 bytes), the kind of the model, the state of the model of
 * spend, the problem, the rates, the dropout and whether as_of was chosen (1 each), five counts (8 each) and
 * the numbers (8 each), all in the order of a ClvModel.
 */
const char *
clv_model_receive(StringInfo message, ClvModel *model)
{
	model->as_of = (int32) pq_getmsgint(message, 4);
	model->kind = (uint8) pq_getmsgbyte(message);
	model->spend_state = (uint8) pq_getmsgbyte(message);
	model->problem = (uint8) pq_getmsgbyte(message);
	model->rates = (uint8) pq_getmsgbyte(message);
	model->dropout = (uint8) pq_getmsgbyte(message);
	model->as_of_chosen = (uint8) pq_getmsgbyte(message);
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
		return "as_of is out of range.";
	if (model->kind >= NBD_KINDS ||
		model->spend_state >= SPEND_STATES ||
		model->problem >= MODEL_PROBLEMS ||
		model->rates >= NBD_RATES || model->dropout >= NBD_DROPOUTS ||
		model->as_of_chosen > 1)
		return "The kind of the model, of its rates, dropout or problem, or the state of its spend, is unknown.";
	return clv_model_impossible(model);
}

/*
 * clv_model_recv: read the binary form, in network order, checked completely; see
 * clv_model_receive().
 */
PG_FUNCTION_INFO_V1(clv_model_recv);
Datum
clv_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	ClvModel   *model = summary_new(&clv_model_type);

	summary_recv_begin(message, &clv_model_type);
	summary_binary_check(&clv_model_type, clv_model_receive(message, model));
	PG_RETURN_POINTER(model);
}

static void
send_numbers(StringInfo message, const double *number, int count)
{
	for (int i = 0; i < count; i++)
		pq_sendfloat8(message, number[i]);
}

/* Send a model in network order, in the order of clv_model_receive(). */
void
clv_model_put(StringInfo message, const ClvModel *model)
{
	pq_sendint32(message, (uint32) model->as_of);
	pq_sendint8(message, model->kind);
	pq_sendint8(message, model->spend_state);
	pq_sendint8(message, model->problem);
	pq_sendint8(message, model->rates);
	pq_sendint8(message, model->dropout);
	pq_sendint8(message, model->as_of_chosen);
	pq_sendint64(message, model->customers);
	pq_sendint64(message, model->repeaters);
	pq_sendint64(message, model->purchases);
	pq_sendint64(message, model->spenders);
	pq_sendint64(message, model->days_left_out);
	send_numbers(message, model->parameter, NBD_PARAMETERS);
	send_numbers(message, model->covariance, NBD_COVARIANCES);
	send_numbers(message, &model->log_likelihood, 1);
	send_numbers(message, model->spend_parameter, GAMMA_GAMMA_PARAMETERS);
	send_numbers(message, model->spend_covariance, SPEND_COVARIANCES);
	send_numbers(message, &model->spend_log_likelihood, 1);
}

/* clv_model_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(clv_model_send);
Datum
clv_model_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;

	summary_send_begin(&message);
	clv_model_put(&message, PG_GETARG_SUMMARY(0, &clv_model_type));
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

/* A row of model_parameters(), with nothing where a figure is NAN. */
static void
put_parameter(ResultRows *rows, const char *name, double estimate,
			  double error, double low, double high)
{
	double		figure[4] = {estimate, error, low, high};
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, false};

	values[0] = CStringGetTextDatum(name);
	for (int i = 0; i < 4; i++)
	{
		/* a flat likelihood can have an interval beyond all numbers */
		nulls[i + 1] = !isfinite(figure[i]);
		values[i + 1] = nulls[i + 1] ? (Datum) 0 : double_result(figure[i]);
	}
	rows_put(rows, values, nulls);
}

/* Put a parameter whose logarithm has the variance. */
static void
put_positive(ResultRows *rows, const char *name, double estimate,
			 double variance, double z)
{
	double		error = sqrt(variance);

	put_parameter(rows, name, estimate, estimate * error,
				  estimate * exp(-z * error), estimate * exp(z * error));
}

/* Put a probability whose log odds have the variance. */
static void
put_probability(ResultRows *rows, const char *name, double estimate,
				double variance, double z)
{
	double		reach = z * sqrt(variance);
	double		odds = estimate / (1.0 - estimate);

	put_parameter(rows, name, estimate,
				  estimate * (1.0 - estimate) * sqrt(variance),
				  1.0 / (1.0 + exp(reach) / odds),
				  1.0 / (1.0 + exp(-reach) / odds));
}

/* Put the parameters of purchases; a unit of time is so many days. */
static void
put_purchases(ResultRows *rows, const ClvModel *model, double unit, double z)
{
	int			n = clv_estimates(model);
	NbdModel	nbd;

	clv_nbd_model(model, &nbd);
	for (int i = 0; i < n; i++)
	{
		double		variance = model->covariance[triangle(n, i, i)];

		if (nbd_is_probability(&nbd, i))
			put_probability(rows, nbd_estimate_name(&nbd, i),
							model->parameter[i], variance, z);
		else
			put_positive(rows, nbd_estimate_name(&nbd, i),
						 model->parameter[i] *
						 pow(unit, -nbd_time_power(&nbd, i)), variance, z);
	}
	if (model->problem == MODEL_FITTED &&
		(model->dropout == NBD_WITHOUT_DROPOUT ||
		 model->dropout == NBD_DROPOUT_AT_ONCE))
		put_parameter(rows, nbd_estimate_name(&nbd, n),
					  model->dropout == NBD_DROPOUT_AT_ONCE ? 1.0 : 0.0,
					  NAN, NAN, NAN);
}

/* Put the parameters of spend. */
static void
put_spend(ResultRows *rows, const ClvModel *model, double z)
{
	GammaGammaSpread spread = (GammaGammaSpread) model->spend_state;
	int			n = spend_estimates(model);

	for (int i = 0; i < n; i++)
	{
		const char *name = gamma_gamma_parameter_name(spread, i);

		if (spend_has_errors(model))
			put_positive(rows, name, model->spend_parameter[i],
						 model->spend_covariance[triangle(n, i, i)], z);
		else
			put_parameter(rows, name, model->spend_parameter[i], NAN, NAN, NAN);
	}
}

/*
 * model_parameters(m, unit, confidence) -> (parameter, estimate,
 * standard_error, low, high): return a row for each parameter, those of
 * purchases first; none for a model with a problem.
 *
 * Rates of time are in the unit.  Intervals are symmetric for the logarithms
 * of the parameters, of a probability for its log odds, so that none reaches
 * out of its range; an end that is beyond all numbers is NULL.  A parameter that
 * the limit of a model fixes has an estimate alone.  An unknown unit, and a
 * confidence that is not between 0 and 1, are errors.
 */
PG_FUNCTION_INFO_V1(clv_model_parameters);
Datum
clv_model_parameters(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	double		unit;
	double		z;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	model = PG_GETARG_SUMMARY(0, &clv_model_type);
	unit = unit_in_days(fcinfo, 1);
	z = confidence_quantile(PG_GETARG_FLOAT8(2));

	rows_begin(&rows, fcinfo);
	put_purchases(&rows, model, unit, z);
	put_spend(&rows, model, z);
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * log_likelihood(m, unit): return the log likelihood of the repeat purchases;
 * NULL for a model with a problem.  It is that of a density of their times, so it
 * depends on the unit of time.  An unknown unit is an error.
 */
PG_FUNCTION_INFO_V1(clv_model_log_likelihood);
Datum
clv_model_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	double		unit = unit_in_days(fcinfo, 1);

	if (model->problem != MODEL_FITTED)
		PG_RETURN_NULL();
	return double_result(model->log_likelihood +
						 (double) model->purchases * log(unit));
}

/*
 * spend_log_likelihood(m): return the log likelihood of the model of spend;
 * NULL without one, and where all purchases cost the same.
 */
PG_FUNCTION_INFO_V1(clv_model_spend_log_likelihood);
Datum
clv_model_spend_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);

	if (!spend_has_errors(model))
		PG_RETURN_NULL();
	return double_result(model->spend_log_likelihood);
}

/* Return why a model has no parameters; NULL for one that has. */
const char *
clv_model_problem_text(const ClvModel *model)
{
	switch ((ModelProblem) model->problem)
	{
		case MODEL_NO_REPEATS:
			return nbd_verdict_text(NBD_NO_REPEATS);
		case MODEL_ONE_CUSTOMER:
			return "one customer says nothing of others";
		case MODEL_FAILED:
			return nbd_verdict_text(NBD_FAILED);
		case MODEL_FITTED:
		case MODEL_PROBLEMS:
			break;
	}
	return NULL;
}

/*
 * model_problem(m): return why the model has no parameters, in words; NULL where it
 * has.
 */
PG_FUNCTION_INFO_V1(clv_model_problem);
Datum
clv_model_problem(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	const char *problem = clv_model_problem_text(model);

	if (problem == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(problem));
}

/*
 * spend_problem(m): return why there is no model of spend, in words; NULL where
 * there is one.
 */
PG_FUNCTION_INFO_V1(clv_spend_problem);
Datum
clv_spend_problem(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	const char *problem = clv_model_problem_text(model);

	if (problem == NULL && model->spend_state == SPEND_NONE)
		problem = "no customer spent anything on a repeat purchase";
	if (problem == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(problem));
}

/*
 * clv_model_or_error(m): return the model; one with a problem is an error that says
 * which.
 */
PG_FUNCTION_INFO_V1(clv_model_or_error);
Datum
clv_model_or_error(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &clv_model_type);
	const char *problem = clv_model_problem_text(model);

	if (problem != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("cannot fit the model %s: %s",
						nbd_kind_names[model->kind], problem),
				 errdetail("Customers as of %s: " INT64_FORMAT ", with repeat purchases: " INT64_FORMAT ".",
						   calendar_day_text(model->as_of), model->customers,
						   model->repeaters),
				 errhint("Take more customers or a longer time; without clv_model_or_error() the model says so itself: model_problem(m).")));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * model_as_of(m, as_of): return the model, to be applied as of a day; purchases after
 * it are then left out without a warning.  An as_of that is infinite is an error.
 */
PG_FUNCTION_INFO_V1(clv_model_as_of);
Datum
clv_model_as_of(PG_FUNCTION_ARGS)
{
	ClvModel   *model = summary_copy(PG_GETARG_DATUM(0), &clv_model_type);

	model->as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	model->as_of_chosen = 1;
	PG_RETURN_POINTER(model);
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
