/*-------------------------------------------------------------------------
 *
 * clv_model.c
 *	  Models of repeat purchases and spend, fitted over customers, and what
 *	  they predict for one of them.
 *
 * The state of the aggregate clv_model() is a summary of its own, a
 * clv_customers; the final function fits the models to it (math/nbd.c,
 * math/gamma_gamma.c).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "aggregate.h"
#include "calendar.h"
#include "clv_customers.h"
#include "elapsed.h"
#include "math/gamma_gamma.h"
#include "math/nbd.h"
#include "purchase.h"
#include "result.h"
#include "summary.h"

/* Fewer customers than this with repeat purchases say nothing of others. */
#define MIN_REPEATERS		10

#define DAYS_PER_PERIOD		(365.25 / 12.0)

/* Loops look for a cancel request once in so many rows. */
#define INTERRUPT_MASK		0xffff

/* Is there a model of spend?  Stored: do not renumber. */
typedef enum SpendState
{
	SPEND_FITTED = 0,
	SPEND_FEW = 1,				/* fewer than MIN_REPEATERS customers */
	SPEND_MEANS_ALIKE = 2,
	SPEND_CONSTANT = 3,
	SPEND_FAILED = 4,
	SPEND_STATES
} SpendState;

#define NBD_COVARIANCES		(NBD_PARAMETERS * (NBD_PARAMETERS + 1) / 2)
#define SPEND_COVARIANCES \
	(GAMMA_GAMMA_PARAMETERS * (GAMMA_GAMMA_PARAMETERS + 1) / 2)

/*
 * A fitted model.  Times are in days.  Covariances are those of the logarithms
 * of the parameters, the upper triangle by rows.  Without a model of spend its
 * numbers are 0.
 */
typedef struct ClvModel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int32		as_of;			/* a DateADT */
	uint8		kind;			/* an NbdKind */
	uint8		spend_state;
	uint8		reserved2[2];
	int64		customers;
	int64		repeaters;
	int64		purchases;		/* repeat purchases of all of them */
	int64		spenders;
	int64		days_left_out;
	double		parameter[NBD_PARAMETERS];
	double		covariance[NBD_COVARIANCES];
	double		log_likelihood;
	double		spend_parameter[GAMMA_GAMMA_PARAMETERS];
	double		spend_covariance[SPEND_COVARIANCES];
	double		spend_log_likelihood;
} ClvModel;

static const SummaryType model_type = {
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

PG_FUNCTION_INFO_V1(clv_model_in);
PG_FUNCTION_INFO_V1(clv_model_out);
PG_FUNCTION_INFO_V1(clv_model_recv);
PG_FUNCTION_INFO_V1(clv_model_send);
PG_FUNCTION_INFO_V1(clv_model_accum);
PG_FUNCTION_INFO_V1(clv_model_combine);
PG_FUNCTION_INFO_V1(clv_model_final);
PG_FUNCTION_INFO_V1(clv_model_parameters);
PG_FUNCTION_INFO_V1(clv_model_log_likelihood);
PG_FUNCTION_INFO_V1(clv_model_spend_log_likelihood);
PG_FUNCTION_INFO_V1(clv_model_customers);
PG_FUNCTION_INFO_V1(clv_model_repeat_customers);
PG_FUNCTION_INFO_V1(clv_model_days_left_out);
PG_FUNCTION_INFO_V1(clv_p_alive);
PG_FUNCTION_INFO_V1(clv_expected_purchases);
PG_FUNCTION_INFO_V1(clv_expected_purchase_value);
PG_FUNCTION_INFO_V1(clv_predicted_clv);

/*
 * Input and output
 */

/* The place of row i, column j of a symmetric matrix of size n, i <= j. */
static inline int
triangle(int n, int i, int j)
{
	return i * n - i * (i - 1) / 2 + (j - i);
}

/* The range of a number that a fit can give, with room to spare. */
typedef struct FitRange
{
	double		low;
	double		high;
} FitRange;

/* shapes, times in days, money */
static const FitRange shape_range = {1e-7, 1e7};
static const FitRange time_range = {1e-7, 1e17};
static const FitRange money_range = {1e-46, 1e46};
static const FitRange variance_range = {1e-30, 1e30};

/* written so that NaN is outside as well */
static bool
in_range(double value, const FitRange *range)
{
	return value >= range->low && value <= range->high;
}

/*
 * Are these the parameters and covariances of a fit?  In the matrix no pair of
 * parameters may be correlated by more than 1.
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

/* What no fit gives; the text of it, or NULL. */
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

	if (model->repeaters < MIN_REPEATERS ||
		model->customers < model->repeaters ||
		model->purchases < model->repeaters ||
		model->spenders > model->repeaters)
		return "Its numbers of customers do not match.";
	if (!fit_is_possible(NBD_PARAMETERS, model->parameter, range,
						 model->covariance, model->log_likelihood))
		return "Its parameters are impossible.";
	if (model->spend_state == SPEND_FITTED ?
		model->spenders < MIN_REPEATERS ||
		!fit_is_possible(GAMMA_GAMMA_PARAMETERS, model->spend_parameter,
						 spend_range, model->spend_covariance,
						 model->spend_log_likelihood) :
		!all_zero(model->spend_parameter, GAMMA_GAMMA_PARAMETERS) ||
		!all_zero(model->spend_covariance, SPEND_COVARIANCES) ||
		model->spend_log_likelihood != 0.0)
		return "Its parameters of spend are impossible.";
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
		reader->number[index] = summary_json_double(value, reader->key, &model_type);
	reader->count = index + 1;
}

static void
json_numbers(const JsonbValue *value, const char *key, double *number,
			 int expected)
{
	NumbersReader reader = {key, number, expected, 0};

	summary_json_elements(summary_json_container(value, true, key,
												 &model_type),
						  numbers_element, &reader);
	if (reader.count != expected)
		summary_text_invalid(&model_type, "\"%s\" does not have %d numbers.",
							 key, expected);
}

static void
spend_member(void *arg, const char *key, const JsonbValue *value)
{
	ClvModel   *model = (ClvModel *) arg;

	if (strcmp(key, "state") == 0)
		model->spend_state = (uint8) summary_json_name(value, key, spend_names,
													   SPEND_STATES, &model_type);
	else if (strcmp(key, "customers") == 0)
		model->spenders = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "days_left_out") == 0)
		model->days_left_out = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "parameters") == 0)
		json_numbers(value, key, model->spend_parameter,
					 GAMMA_GAMMA_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		json_numbers(value, key, model->spend_covariance, SPEND_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
		model->spend_log_likelihood = summary_json_double(value, key, &model_type);
	else
		summary_json_unexpected(key, &model_type);
}

static void
model_member(void *arg, const char *key, const JsonbValue *value)
{
	ClvModel   *model = (ClvModel *) arg;

	if (strcmp(key, "version") == 0)
		summary_json_version(value, &model_type);
	else if (strcmp(key, "as_of") == 0)
		model->as_of = summary_json_day(value, key, &model_type);
	else if (strcmp(key, "model") == 0)
		model->kind = (uint8) summary_json_name(value, key, nbd_kind_names,
												NBD_KINDS, &model_type);
	else if (strcmp(key, "customers") == 0)
		model->customers = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "repeat_customers") == 0)
		model->repeaters = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "repeat_purchases") == 0)
		model->purchases = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "parameters") == 0)
		json_numbers(value, key, model->parameter, NBD_PARAMETERS);
	else if (strcmp(key, "covariance") == 0)
		json_numbers(value, key, model->covariance, NBD_COVARIANCES);
	else if (strcmp(key, "log_likelihood") == 0)
		model->log_likelihood = summary_json_double(value, key, &model_type);
	else if (strcmp(key, "spend") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&model_type),
							 spend_member, model);
	else
		summary_json_unexpected(key, &model_type);
}

#define NO_DAY		PG_INT32_MIN
#define NO_NAME		PG_UINT8_MAX

Datum
clv_model_in(PG_FUNCTION_ARGS)
{
	ClvModel   *model = summary_new(&model_type);
	const char *problem;

	model->as_of = NO_DAY;
	model->kind = NO_NAME;
	model->spend_state = NO_NAME;
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&model_type),
						 model_member, model);
	if (model->as_of == NO_DAY || model->kind == NO_NAME ||
		model->spend_state == NO_NAME)
		summary_text_invalid(&model_type, "\"%s\" is missing.",
							 model->as_of == NO_DAY ? "as_of" :
							 model->kind == NO_NAME ? "model" : "spend");
	problem = model_problem(model);
	if (problem != NULL)
		summary_text_invalid(&model_type, "%s", problem);
	PG_RETURN_POINTER(model);
}

static void
append_numbers(StringInfo text, const char *key, const double *number,
			   int count)
{
	appendStringInfo(text, ", \"%s\": [", key);
	for (int i = 0; i < count; i++)
	{
		if (i > 0)
			appendStringInfoString(text, ", ");
		summary_append_double(text, number[i]);
	}
	appendStringInfoChar(text, ']');
}

Datum
clv_model_out(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &model_type);
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"as_of\": \"%s\", \"model\": \"%s\", \"customers\": " INT64_FORMAT ", \"repeat_customers\": " INT64_FORMAT ", \"repeat_purchases\": " INT64_FORMAT,
					 calendar_day_text(model->as_of), nbd_kind_names[model->kind],
					 model->customers, model->repeaters, model->purchases);
	append_numbers(&text, "parameters", model->parameter, NBD_PARAMETERS);
	append_numbers(&text, "covariance", model->covariance, NBD_COVARIANCES);
	appendStringInfoString(&text, ", \"log_likelihood\": ");
	summary_append_double(&text, model->log_likelihood);
	appendStringInfo(&text, ", \"spend\": {\"state\": \"%s\", \"customers\": " INT64_FORMAT ", \"days_left_out\": " INT64_FORMAT,
					 spend_names[model->spend_state], model->spenders,
					 model->days_left_out);
	if (model->spend_state == SPEND_FITTED)
	{
		append_numbers(&text, "parameters", model->spend_parameter,
					   GAMMA_GAMMA_PARAMETERS);
		append_numbers(&text, "covariance", model->spend_covariance,
					   SPEND_COVARIANCES);
		appendStringInfoString(&text, ", \"log_likelihood\": ");
		summary_append_double(&text, model->spend_log_likelihood);
	}
	appendStringInfoString(&text, "}}");
	PG_RETURN_CSTRING(text.data);
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

Datum
clv_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	ClvModel   *model = summary_new(&model_type);
	const char *problem;

	summary_recv_begin(message, &model_type);
	model->as_of = (int32) pq_getmsgint(message, 4);
	model->kind = (uint8) pq_getmsgbyte(message);
	model->spend_state = (uint8) pq_getmsgbyte(message);
	model->customers = summary_recv_count(message, "customers", &model_type);
	model->repeaters = summary_recv_count(message, "repeat_customers",
										  &model_type);
	model->purchases = summary_recv_count(message, "repeat_purchases",
										  &model_type);
	model->spenders = summary_recv_count(message, "customers of spend",
										 &model_type);
	model->days_left_out = summary_recv_count(message, "days_left_out",
											  &model_type);
	recv_numbers(message, model->parameter, NBD_PARAMETERS);
	recv_numbers(message, model->covariance, NBD_COVARIANCES);
	recv_numbers(message, &model->log_likelihood, 1);
	recv_numbers(message, model->spend_parameter, GAMMA_GAMMA_PARAMETERS);
	recv_numbers(message, model->spend_covariance, SPEND_COVARIANCES);
	recv_numbers(message, &model->spend_log_likelihood, 1);
	if (!IS_VALID_DATE(model->as_of))
		problem = "Its date is out of range.";
	else if (model->kind >= NBD_KINDS ||
			 model->spend_state >= SPEND_STATES)
		problem = "Its kind is unknown.";
	else
		problem = model_problem(model);
	if (problem != NULL)
		summary_binary_invalid(&model_type, "%s", problem);
	PG_RETURN_POINTER(model);
}

static void
send_numbers(StringInfo message, const double *number, int count)
{
	for (int i = 0; i < count; i++)
		pq_sendfloat8(message, number[i]);
}

Datum
clv_model_send(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &model_type);
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
 * Aggregation
 */

static pg_noinline pg_noreturn void
constant_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name),
			 errhint("%s", hint)));
}

static pg_noinline pg_noreturn void
constant_varies(const char *name, const char *one, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be the same for all customers of a model", name),
			 errdetail("One row has %s, another %s.", one, other),
			 errhint("Give a constant, or GROUP BY it.")));
}

#define MODEL_HINT	"Use bg_nbd, mbg_nbd or pareto_nbd; when in doubt, mbg_nbd."
#define AS_OF_HINT	"Give the last day of which all purchases are known, for example current_date - 1."

static int
kind_arg(FunctionCallInfo fcinfo, int n)
{
	text	   *name;
	int			kind;

	if (unlikely(PG_ARGISNULL(n)))
		constant_null("model", MODEL_HINT);
	name = PG_GETARG_TEXT_PP(n);
	kind = summary_name_lookup(VARDATA_ANY(name), (int) VARSIZE_ANY_EXHDR(name),
							   nbd_kind_names, NBD_KINDS);
	if (unlikely(kind < 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown model \"%s\"", text_shown(name)),
				 errhint(MODEL_HINT)));
	return kind;
}

static DateADT
as_of_arg(FunctionCallInfo fcinfo, int n)
{
	DateADT		as_of;

	if (unlikely(PG_ARGISNULL(n)))
		constant_null("as_of", AS_OF_HINT);
	as_of = PG_GETARG_DATEADT(n);
	if (unlikely(DATE_NOT_FINITE(as_of)))
		calendar_date_arg(as_of, "as_of", AS_OF_HINT);
	return as_of;
}

/*
 * Count a customer (h, as_of, model).  One who has bought nothing by as_of is
 * not a customer yet.
 */
Datum
clv_model_accum(PG_FUNCTION_ARGS)
{
	RunState   *customers;
	DateADT		as_of = as_of_arg(fcinfo, 2);
	int			kind = kind_arg(fcinfo, 3);
	const RunState *history;
	PurchasePast past;
	CustomersEntry entry;

	if (PG_ARGISNULL(0))
	{
		customers = run_new_sized(&clv_customers_run, 256);
		customers_header(customers)->as_of = as_of;
		customers_header(customers)->kind = kind;
	}
	else
	{
		customers = aggregate_state(fcinfo, &clv_customers_type);
		if (unlikely(customers_header(customers)->as_of != as_of))
			constant_varies("as_of",
							calendar_day_text(customers_header(customers)->as_of),
							calendar_day_text(as_of));
		if (unlikely(customers_header(customers)->kind != kind))
			constant_varies("model", nbd_kind_names[customers_header(customers)->kind],
							nbd_kind_names[kind]);
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(customers);

	history = purchase_history_get(PG_GETARG_DATUM(1));
	if (purchase_past(history, as_of, &past))
	{
		count_add(&customers_header(customers)->customers, 1, &clv_customers_type);
		count_add(&customers_header(customers)->days_left_out,
				  past.frequency - past.spend_days, &clv_customers_type);
		entry = past_entry(past.frequency, past.recency, past.tenure, 1);
		customers = run_append(&clv_customers_run, customers, &entry);
		if (past.spend_days > 0)
		{
			entry = spend_entry(past.spend_days, past.spend_mean, 1);
			customers = run_append(&clv_customers_run, customers, &entry);
		}
	}
	if ((Pointer) history != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(RunState *, history));
	PG_RETURN_POINTER(customers);
}

Datum
clv_model_combine(PG_FUNCTION_ARGS)
{
	RunState   *customers;
	RunState   *other;
	CustomersHeader *head;
	const CustomersHeader *more;

	customers = aggregate_state(fcinfo, &clv_customers_type);
	other = PG_GETARG_SUMMARY(1, &clv_customers_type);
	head = customers_header(customers);
	more = customers_header_of(other);
	if (head->as_of != more->as_of)
		constant_varies("as_of", calendar_day_text(head->as_of),
						calendar_day_text(more->as_of));
	if (head->kind != more->kind)
		constant_varies("model", nbd_kind_names[head->kind],
						nbd_kind_names[more->kind]);
	count_add(&head->customers, more->customers, &clv_customers_type);
	count_add(&head->days_left_out, more->days_left_out, &clv_customers_type);
	customers = run_merge(&clv_customers_run, customers, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(customers);
}

static void
check_interrupts(void *arg)
{
	(void) arg;
	CHECK_FOR_INTERRUPTS();
}

/* What to do about a verdict. */
static const char *
verdict_hint(NbdVerdict verdict)
{
	switch (verdict)
	{
		case NBD_NO_DROPOUT:
			return "Customers may not have been watched long enough to be seen leaving: take a longer time, or more customers.";
		case NBD_RATES_ALIKE:
		case NBD_DROPOUT_ALIKE:
			return "A model of differences between customers needs differences: take more customers or a longer time, or try another model.";
		case NBD_RATES_SPLIT:
		case NBD_DROPOUT_SPLIT:
		case NBD_DROPOUT_AT_ONCE:
			return "Look for rows that are no customers, such as test orders or one account of many shoppers; or try another model.";
		default:
			return "Take more customers or a longer time, or try another model.";
	}
}

static pg_noinline pg_noreturn void
cannot_fit(const ClvModel *model, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("cannot fit the model %s: %s", nbd_kind_names[model->kind],
					why),
			 errdetail("There are " INT64_FORMAT " customers, " INT64_FORMAT " of them with repeat purchases, as of %s.",
					   model->customers, model->repeaters,
					   calendar_day_text(model->as_of)),
			 errhint("%s", hint)));
}

static void *
alloc_rows(Size count, Size size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * size);
}

/* Fit the model of purchases to the entries [0, count). */
static void
fit_purchases(ClvModel *model, const CustomersEntry *entry, uint32 count)
{
	NbdRow	   *rows = alloc_rows(count, sizeof(NbdRow));
	NbdHost		host;
	NbdModel	fit;
	NbdVerdict	verdict;

	for (uint32 i = 0; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		rows[i].x = entry_days(&entry[i]);
		rows[i].t_x = entry_recency(&entry[i]);
		rows[i].T = entry_tenure(&entry[i]);
		rows[i].count = entry[i].customers;
		if (rows[i].x > 0)
		{
			int64		bought;

			/* not an overflow but nonsense, which only hostile input gives */
			model->repeaters += entry[i].customers;
			if (entry[i].customers > SUMMARY_MAX_COUNT / rows[i].x)
				summary_count_overflow(&clv_customers_type);
			bought = entry[i].customers * rows[i].x;
			count_add(&model->purchases, bought, &clv_customers_type);
		}
	}
	if (model->repeaters == 0)
		cannot_fit(model, nbd_verdict_text(NBD_NO_REPEATS),
				   "Rates and dropout show in repeat purchases only, on another day than the first: take more customers or a longer time.");
	if (model->repeaters < MIN_REPEATERS)
		cannot_fit(model,
				   psprintf("fewer than %d customers bought again",
							MIN_REPEATERS),
				   "So few tell nothing about others: take more customers or a longer time.");

	host.check = check_interrupts;
	host.arg = NULL;
	host.workspace = palloc(nbd_workspace_size());
	verdict = nbd_fit((NbdKind) model->kind, rows, count, &host, &fit);
	if (verdict != NBD_FITTED)
		cannot_fit(model, nbd_verdict_text(verdict), verdict_hint(verdict));
	for (int i = 0; i < NBD_PARAMETERS; i++)
	{
		model->parameter[i] = fit.parameter[i];
		for (int j = i; j < NBD_PARAMETERS; j++)
			model->covariance[triangle(NBD_PARAMETERS, i, j)] =
				fit.covariance[i][j] + 0.0;
	}
	model->log_likelihood = fit.log_likelihood;
	pfree(host.workspace);
	pfree(rows);
}

/*
 * Fit the model of spend to entries.  Without one the model of purchases is
 * still worth having, so this does not fail.
 */
static void
fit_spend(ClvModel *model, const CustomersEntry *entry, uint32 count)
{
	GammaGammaRow *rows = alloc_rows(count, sizeof(GammaGammaRow));
	GammaGammaModel fit;

	for (uint32 i = 0; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		rows[i].x = entry_days(&entry[i]);
		rows[i].mean = entry_mean(&entry[i]);
		rows[i].count = entry[i].customers;
		model->spenders += entry[i].customers;
	}
	if (model->spenders < MIN_REPEATERS)
	{
		model->spend_state = SPEND_FEW;
		return;
	}
	switch (gamma_gamma_fit(rows, count, check_interrupts, NULL, &fit))
	{
		case GAMMA_GAMMA_FITTED:
			model->spend_state = SPEND_FITTED;
			break;
		case GAMMA_GAMMA_MEANS_ALIKE:
			model->spend_state = SPEND_MEANS_ALIKE;
			return;
		case GAMMA_GAMMA_CONSTANT:
			model->spend_state = SPEND_CONSTANT;
			return;
		case GAMMA_GAMMA_EMPTY:
		case GAMMA_GAMMA_FAILED:
			model->spend_state = SPEND_FAILED;
			return;
	}
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
	{
		model->spend_parameter[i] = fit.parameter[i];
		for (int j = i; j < GAMMA_GAMMA_PARAMETERS; j++)
			model->spend_covariance[triangle(GAMMA_GAMMA_PARAMETERS, i, j)] =
				fit.covariance[i][j] + 0.0;
	}
	model->spend_log_likelihood = fit.log_likelihood;
	pfree(rows);
}

/* clv_model(h, as_of, model): fit */
Datum
clv_model_final(PG_FUNCTION_ARGS)
{
	const RunState *customers = clv_customers_get(PG_GETARG_DATUM(0));
	ClvModel   *model;
	int64		first_spend[2] = {(int64) SUBJECT_SPEND << 32, PG_INT64_MIN};
	uint32		pasts = run_lower_bound(&clv_customers_run, customers,
										first_spend);

	/* nobody had bought anything yet: an empty group */
	if (customers_header_of(customers)->customers == 0)
		PG_RETURN_NULL();
	model = summary_new(&model_type);
	model->as_of = customers_header_of(customers)->as_of;
	model->kind = (uint8) customers_header_of(customers)->kind;
	model->customers = customers_header_of(customers)->customers;
	model->days_left_out = customers_header_of(customers)->days_left_out;
	fit_purchases(model, customers_entries(customers), pasts);
	fit_spend(model, customers_entries(customers) + pasts, customers->used - pasts);
	PG_RETURN_POINTER(model);
}

/*
 * Accessors of a model
 */

static double
unit_in_days(FunctionCallInfo fcinfo, int n)
{
	return (double) elapsed_unit_arg(fcinfo, n) / USECS_PER_DAY;
}

/* Rows of parameters: scale turns one of them into the wanted unit. */
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
 * standard_error, low, high)
 *
 * Intervals are symmetric for the logarithms of the parameters, so that none
 * reaches below 0.
 */
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

	InitMaterializedSRF(fcinfo, 0);
	model = PG_GETARG_SUMMARY(0, &model_type);
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
 * log_likelihood(m, unit): that of a density of the repeat purchases' times, so
 * it depends on the unit of time
 */
Datum
clv_model_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &model_type);

	return double_result(model->log_likelihood +
						 (double) model->purchases *
						 log(unit_in_days(fcinfo, 1)));
}

/* spend_log_likelihood(m): NULL without a model of spend */
Datum
clv_model_spend_log_likelihood(PG_FUNCTION_ARGS)
{
	const ClvModel *model = PG_GETARG_SUMMARY(0, &model_type);

	if (model->spend_state != SPEND_FITTED)
		PG_RETURN_NULL();
	return double_result(model->spend_log_likelihood);
}

Datum
clv_model_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &model_type))->customers);
}

Datum
clv_model_repeat_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &model_type))->repeaters);
}

Datum
clv_model_days_left_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(((ClvModel *) PG_GETARG_SUMMARY(0, &model_type))->days_left_out);
}

/*
 * Predictions for a customer, from the day as of which the model was fitted
 */

/*
 * The arguments (m, h): the model, and the customer's past as of its day; false
 * for one who had bought nothing by then.
 */
static bool
prediction_args(FunctionCallInfo fcinfo, const ClvModel **model,
				PurchasePast *past)
{
	const RunState *history;
	bool		found;

	*model = PG_GETARG_SUMMARY(0, &model_type);
	history = purchase_history_get(PG_GETARG_DATUM(1));
	found = purchase_past(history, (*model)->as_of, past);
	if ((Pointer) history != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(RunState *, history));
	return found;
}

static void
nbd_model(const ClvModel *model, NbdModel *nbd)
{
	nbd->kind = (NbdKind) model->kind;
	memcpy(nbd->parameter, model->parameter, sizeof(nbd->parameter));
}

/* A span of time from now on, in days. */
static double
horizon_arg(FunctionCallInfo fcinfo, int n)
{
	return (double) elapsed_span_arg(fcinfo, n, "horizon") / USECS_PER_DAY;
}

/*
 * The customer's expected spend on a day of purchase; false where there is
 * none: with p * days + q <= 1, the customer has too few days of spend to say,
 * among customers whose means vary so much that they have no mean.
 */
static bool
purchase_value(const ClvModel *model, const PurchasePast *past, double *value)
{
	if (model->spend_state != SPEND_FITTED)
	{
		const char *why = "the search for the maximum did not end";

		if (model->spend_state == SPEND_FEW)
			why = "fewer than 10 customers spent something on a repeat purchase";
		else if (model->spend_state == SPEND_MEANS_ALIKE)
			why = gamma_gamma_verdict_text(GAMMA_GAMMA_MEANS_ALIKE);
		else if (model->spend_state == SPEND_CONSTANT)
			why = gamma_gamma_verdict_text(GAMMA_GAMMA_CONSTANT);
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the model has no model of spend"),
				 errdetail("It could not be fitted: %s.", why),
				 errhint("Multiply expected_purchases() by a value per purchase of your own, such as an average.")));
	}
	return gamma_gamma_expected_spend(model->spend_parameter,
									  past->spend_days, past->spend_mean,
									  value);
}

/* p_alive(m, h): the probability, 0..1, that the customer has not left */
Datum
clv_p_alive(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;

	if (!prediction_args(fcinfo, &model, &past))
		PG_RETURN_NULL();
	nbd_model(model, &nbd);
	return double_result(nbd_p_alive(&nbd, past.frequency, past.recency,
									 past.tenure));
}

/* expected_purchases(m, h, horizon) */
Datum
clv_expected_purchases(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	double		horizon = horizon_arg(fcinfo, 2);

	if (!prediction_args(fcinfo, &model, &past))
		PG_RETURN_NULL();
	nbd_model(model, &nbd);
	return double_result(nbd_expected_purchases(&nbd, past.frequency,
												past.recency, past.tenure,
												horizon));
}

/* expected_purchase_value(m, h) */
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
 * predicted_clv(m, h, horizon, annual_discount_rate): the expected revenue up
 * to the horizon; that of the i-th month, of 30.4375 days, is discounted by i
 * months
 */
Datum
clv_predicted_clv(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	NbdModel	nbd;
	NbdHost		host;
	double		horizon = horizon_arg(fcinfo, 2);
	double		rate = PG_GETARG_FLOAT8(3);
	double		value;

	/* written so that NaN is refused as well */
	if (!(rate >= 0.0 && rate <= 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("annual_discount_rate must be between 0 and 1"),
				 errdetail("annual_discount_rate is %g.", rate),
				 errhint("Write 0.10 for 10 percent a year, 0 for no discount.")));
	if (!prediction_args(fcinfo, &model, &past) ||
		!purchase_value(model, &past, &value))
		PG_RETURN_NULL();
	nbd_model(model, &nbd);
	host.check = check_interrupts;
	host.arg = NULL;
	host.workspace = NULL;
	return double_result(value *
						 nbd_discounted_purchases(&nbd, past.frequency,
												  past.recency, past.tenure,
												  horizon, DAYS_PER_PERIOD,
												  expm1(log1p(rate) / 12.0),
												  &host));
}
