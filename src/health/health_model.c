/*-------------------------------------------------------------------------
 *
 * health_model.c
 *	  Health that is a probability: a logistic model of who churns, fitted to
 *	  health and what came of it, and whether it holds what it says.
 *
 * The outcome of health_outcomes is the good one, that an account stayed, as
 * everywhere in this family; what is predicted is the probability that it does not.
 * A signal that is not known takes the account's health score over what is known, which
 * is what the score does: it leaves the score as it is.
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
#include "utils/json.h"

#include "core/aggregate.h"
#include "core/confidence.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "health/health.h"
#include "health/health_outcomes.h"
#include "math/logistic.h"
#include "math/statistics.h"

/* A signal of a model; the next one follows. */
typedef struct ModelSignal
{
	double		coefficient;	/* of the log odds to stay, a point of score */
	double		error;
	uint32		length;			/* of the name, in bytes */
	char		name[FLEXIBLE_ARRAY_MEMBER];	/* padded to 8 bytes */
} ModelSignal;

/* A model; its signals follow, in order of their names. */
typedef struct HealthModel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		separated;		/* 1: without a penalty there is no maximum */
	uint8		reserved[2];
	uint32		count;			/* how many signals */
	uint32		reserved2;
	int64		positives;		/* accounts that stayed */
	int64		negatives;		/* accounts that churned */
	int64		incomplete;		/* of both, those that lack a signal */
	double		penalty;
	double		intercept;
	double		log_likelihood;
} HealthModel;

static const SummaryType model_type = {
	.name = "health_model",
	.example = "{\"version\": 1, \"positives\": 80, \"negatives\": 20, \"incomplete\": 5, \"separated\": 0, \"penalty\": 0, \"intercept\": -1.5, \"log_likelihood\": -40.5, \"signals\": {\"usage\": [0.05, 0.01]}}"
};

static ModelSignal *
first_signal(const HealthModel *model)
{
	return (ModelSignal *) ((char *) model + sizeof(HealthModel));
}

static Size
signal_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(ModelSignal, name) + (Size) length);
}

static ModelSignal *
next_signal(const ModelSignal *signal)
{
	return (ModelSignal *) ((char *) signal + signal_size(signal->length));
}

/* A model that is being put together. */
typedef struct ModelParts
{
	HealthModel head;
	char	   *names[LOGISTIC_MAX_SCORES];
	uint32		lengths[LOGISTIC_MAX_SCORES];
	double		coefficients[LOGISTIC_MAX_SCORES];
	double		errors[LOGISTIC_MAX_SCORES];
} ModelParts;

/* Return the model of its parts, whose signals are in order. */
static HealthModel *
model_of_parts(const ModelParts *parts)
{
	Size		size = sizeof(HealthModel);
	HealthModel *model;
	ModelSignal *signal;

	for (uint32 i = 0; i < parts->head.count; i++)
		size += signal_size(parts->lengths[i]);
	model = (HealthModel *) palloc0(size);
	*model = parts->head;
	model->version = SUMMARY_VERSION;
	SET_VARSIZE(model, size);
	signal = first_signal(model);
	for (uint32 i = 0; i < model->count; i++)
	{
		signal->coefficient = parts->coefficients[i];
		signal->error = parts->errors[i];
		signal->length = parts->lengths[i];
		/* each has a name */
		memcpy(signal->name, parts->names[i], parts->lengths[i]);	/* NOLINT(clang-analyzer-core.NonNullParamChecker) */
		signal = next_signal(signal);
	}
	return model;
}

/*
 * Input and output
 */

/* No fit gives a number beyond this, since scores have six decimals. */
#define MOST_NUMBER		1e12

static bool
is_number(double number)
{
	/* written so that NaN is none */
	return fabs(number) <= MOST_NUMBER;
}

/*
 * Return why no accounts could have produced this, or NULL; put the signals into
 * order.
 */
static const char *
parts_problem(ModelParts *parts)
{
	HealthModel *head = &parts->head;

	if (head->positives < 1 || head->negatives < 1 ||
		head->incomplete > head->positives + head->negatives)
		return "The numbers of accounts do not fit together.";
	if (!is_number(head->penalty) || head->penalty < 0.0 ||
		!is_number(head->intercept) || !(fabs(head->log_likelihood) <= 1e30))
		return "No fit gives such a penalty, intercept or log_likelihood.";
	for (uint32 i = 0; i < head->count; i++)
	{
		if (!is_number(parts->coefficients[i]) || !is_number(parts->errors[i]) ||
			parts->errors[i] < 0.0)
			return "No fit gives such a coefficient.";
		for (uint32 j = i; j > 0; j--)
		{
			int			order = health_name_compare(parts->names[j - 1], parts->lengths[j - 1],
													parts->names[j], parts->lengths[j]);
			ModelParts	other = *parts;

			if (order == 0)
				return "A signal comes twice.";
			if (order < 0)
				break;
			parts->names[j] = other.names[j - 1];
			parts->lengths[j] = other.lengths[j - 1];
			parts->coefficients[j] = other.coefficients[j - 1];
			parts->errors[j] = other.errors[j - 1];
			parts->names[j - 1] = other.names[j];
			parts->lengths[j - 1] = other.lengths[j];
			parts->coefficients[j - 1] = other.coefficients[j];
			parts->errors[j - 1] = other.errors[j];
		}
	}
	return NULL;
}

/* The two numbers of a signal. */
typedef struct SignalNumbers
{
	double		number[2];
	int			count;
} SignalNumbers;

static void
signal_number(void *arg, int index, const JsonbValue *value)
{
	SignalNumbers *numbers = (SignalNumbers *) arg;

	if (index < 2)
		numbers->number[index] = summary_json_double(value, "signals", &model_type);
	numbers->count = index + 1;
}

static void
signal_member(void *arg, const char *key, const JsonbValue *value)
{
	ModelParts *parts = (ModelParts *) arg;
	SignalNumbers numbers = {{0.0, 0.0}, 0};
	uint32		i = parts->head.count;
	Size		length = strlen(key);

	if (i == LOGISTIC_MAX_SCORES)
		outcomes_too_many_signals(i + 1);
	if (length == 0 || length > HEALTH_MAX_NAME)
		summary_text_invalid(&model_type, "The name of a signal has %zu bytes, not from 1 to %d.",
							 length, HEALTH_MAX_NAME);
	summary_json_elements(summary_json_container(value, true, "signals", &model_type),
						  signal_number, &numbers);
	if (numbers.count != 2)
		summary_text_invalid(&model_type, "A signal has %d numbers, not a coefficient and its error.",
							 numbers.count);
	parts->names[i] = MemoryContextStrdup(GetMemoryChunkContext(parts), key);
	parts->lengths[i] = (uint32) length;
	parts->coefficients[i] = numbers.number[0];
	parts->errors[i] = numbers.number[1];
	parts->head.count++;
}

static void
model_member(void *arg, const char *key, const JsonbValue *value)
{
	ModelParts *parts = (ModelParts *) arg;
	HealthModel *head = &parts->head;

	if (strcmp(key, "positives") == 0)
		head->positives = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "negatives") == 0)
		head->negatives = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "incomplete") == 0)
		head->incomplete = summary_json_count(value, key, &model_type);
	else if (strcmp(key, "separated") == 0)
		head->separated = (uint8) summary_json_int64(value, 0, 1, key, &model_type);
	else if (strcmp(key, "penalty") == 0)
		head->penalty = summary_json_double(value, key, &model_type);
	else if (strcmp(key, "intercept") == 0)
		head->intercept = summary_json_double(value, key, &model_type);
	else if (strcmp(key, "log_likelihood") == 0)
		head->log_likelihood = summary_json_double(value, key, &model_type);
	else if (strcmp(key, "signals") == 0)
		summary_json_members(summary_json_container(value, false, key, &model_type),
							 signal_member, parts);
	else
		summary_json_unexpected(key, &model_type);
}

/*
 * health_model_in(cstring): read the text form, JSON; an error names what is wrong in
 * it.  The members are "version", the counts "positives", "negatives" and "incomplete",
 * "separated", "penalty", "intercept", "log_likelihood", and "signals", an object of a
 * coefficient and its error for each name.  parts_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(health_model_in);
Datum
health_model_in(PG_FUNCTION_ARGS)
{
	ModelParts *parts = (ModelParts *) palloc0(sizeof(ModelParts));

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &model_type),
						 model_member, parts);
	summary_text_check(&model_type, parts_problem(parts));
	PG_RETURN_POINTER(model_of_parts(parts));
}

/* health_model_out: the text form, JSON; signals are in order */
PG_FUNCTION_INFO_V1(health_model_out);
Datum
health_model_out(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);
	const ModelSignal *signal = first_signal(model);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"positives\": " INT64_FORMAT ", \"negatives\": " INT64_FORMAT ", \"incomplete\": " INT64_FORMAT ", \"separated\": %d, \"penalty\": ",
					 model->positives, model->negatives, model->incomplete,
					 model->separated);
	summary_append_double(&buf, model->penalty);
	appendStringInfoString(&buf, ", \"intercept\": ");
	summary_append_double(&buf, model->intercept);
	appendStringInfoString(&buf, ", \"log_likelihood\": ");
	summary_append_double(&buf, model->log_likelihood);
	appendStringInfoString(&buf, ", \"signals\": {");
	for (uint32 i = 0; i < model->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, pnstrdup(signal->name, signal->length));
		appendStringInfoString(&buf, ": [");
		summary_append_double(&buf, signal->coefficient);
		appendStringInfoString(&buf, ", ");
		summary_append_double(&buf, signal->error);
		appendStringInfoChar(&buf, ']');
		signal = next_signal(signal);
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/* Read a number; there is one zero in a canonical value. */
static double
recv_number(StringInfo message)
{
	double		number = pq_getmsgfloat8(message);

	return number == 0.0 ? 0.0 : number;
}

/*
 * health_model_recv: read the binary form, in network order, checked completely.
 *
 * After the version byte come separated (1 byte), the three counts, the penalty, the
 * intercept and the log likelihood (8 each), the number of signals (4), and of each the
 * name, the coefficient and its error (8 each).  parts_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(health_model_recv);
Datum
health_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	ModelParts *parts = (ModelParts *) palloc0(sizeof(ModelParts));
	HealthModel *head = &parts->head;
	int64		count;

	summary_recv_begin(message, &model_type);
	head->separated = (uint8) pq_getmsgbyte(message);
	head->positives = summary_recv_count(message, "positives", &model_type);
	head->negatives = summary_recv_count(message, "negatives", &model_type);
	head->incomplete = summary_recv_count(message, "incomplete", &model_type);
	head->penalty = recv_number(message);
	head->intercept = recv_number(message);
	head->log_likelihood = recv_number(message);
	count = pq_getmsgint(message, 4);
	if (count > LOGISTIC_MAX_SCORES)
		outcomes_too_many_signals((uint32) count);
	for (int64 i = 0; i < count; i++)
	{
		parts->names[i] = summary_recv_name(message, HEALTH_MAX_NAME, "a signal", &model_type);
		parts->lengths[i] = (uint32) strlen(parts->names[i]);
		parts->coefficients[i] = recv_number(message);
		parts->errors[i] = recv_number(message);
	}
	head->count = (uint32) count;
	summary_binary_check(&model_type, head->separated > 1 ?
						 "It is neither separated nor not." : parts_problem(parts));
	PG_RETURN_POINTER(model_of_parts(parts));
}

/* health_model_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(health_model_send);
Datum
health_model_send(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);
	const ModelSignal *signal = first_signal(model);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, model->separated);
	pq_sendint64(&message, model->positives);
	pq_sendint64(&message, model->negatives);
	pq_sendint64(&message, model->incomplete);
	pq_sendfloat8(&message, model->penalty);
	pq_sendfloat8(&message, model->intercept);
	pq_sendfloat8(&message, model->log_likelihood);
	pq_sendint32(&message, model->count);
	for (uint32 i = 0; i < model->count; i++)
	{
		summary_send_name(&message, signal->name, signal->length);
		pq_sendfloat8(&message, signal->coefficient);
		pq_sendfloat8(&message, signal->error);
		signal = next_signal(signal);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * The fit
 */

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/*
 * Read the rows of outcomes into data for a fit, the health score in place of what is
 * not known; return how many accounts lacked a signal.
 */
static int64
read_rows(const SortedRun *state, LogisticData *data)
{
	const OutcomesHeader *header = outcomes_header_const(state);
	SortedRunType type = outcomes_run_type(header);
	Size		rows = Max(state->used, 1);
	int64	   *positives = MemoryContextAllocHuge(CurrentMemoryContext, rows * sizeof(int64));
	int64	   *negatives = MemoryContextAllocHuge(CurrentMemoryContext, rows * sizeof(int64));
	int64		incomplete = 0;

	data->scores = (int) header->count;
	data->count = state->used;
	data->score = MemoryContextAllocHuge(CurrentMemoryContext,
										 rows * Max(data->scores, 1) * sizeof(double));
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) sorted_run_entry_const(&type, state, i);
		int32		health = outcomes_health(row, header->count);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		positives[i] = row[type.key_words];
		negatives[i] = row[type.key_words + 1];
		if (!outcomes_is_complete(row, header->count))
			incomplete += positives[i] + negatives[i];
		for (int j = 0; j < data->scores; j++)
		{
			int32		score = outcomes_score(row, j);

			data->score[(Size) i * data->scores + j] =
				(double) (score == HEALTH_UNKNOWN ? health : score) / (double) HEALTH_UNIT;
		}
	}
	data->positives = positives;
	data->negatives = negatives;
	data->tick = check_for_interrupts;
	return incomplete;
}

/*
 * health_model(o, penalty): return the logistic model of accounts and what came of
 * them, the good outcome, with a ridge penalty for the coefficients of standardized
 * scores; where it is NULL, with the one by which accounts that are left out are
 * predicted best.  NULL for no accounts, and where all have one outcome.  A penalty
 * below 0, or that is no number, is an error.
 */
PG_FUNCTION_INFO_V1(health_model_fit);
Datum
health_model_fit(PG_FUNCTION_ARGS)
{
	ModelParts	parts;
	const SortedRun *state;
	const OutcomeSignal *signal;
	LogisticData data;
	LogisticRidge ridge;
	double		penalty = -1.0;
	double		accounts;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (!PG_ARGISNULL(1))
	{
		penalty = PG_GETARG_FLOAT8(1);
		if (!(penalty >= 0.0 && penalty <= 1e6))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("penalty must be from 0 to a million"),
					 errdetail("penalty is %s.", double_shown(penalty)),
					 errhint("Leave it out to have it chosen by the data; 0 is none.")));
	}
	memset(&parts, 0, sizeof(parts));
	state = outcomes_arg(fcinfo);
	parts.head.incomplete = read_rows(state, &data);
	for (Size i = 0; i < data.count; i++)
	{
		parts.head.positives += data.positives[i];
		parts.head.negatives += data.negatives[i];
	}
	if (parts.head.positives == 0 || parts.head.negatives == 0)
		PG_RETURN_NULL();
	accounts = (double) (parts.head.positives + parts.head.negatives);
	logistic_ridge(&data, penalty < 0.0 ? penalty : penalty * accounts, &ridge);
	if (!ridge.fitted)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("could not fit a model of health"),
				 errdetail("The search for the coefficients did not end."),
				 errhint("Give a penalty, for example 0.01.")));
	parts.head.separated = ridge.separated ? 1 : 0;
	parts.head.penalty = ridge.precision / accounts;
	parts.head.intercept = ridge.intercept + 0.0;
	parts.head.log_likelihood = ridge.log_likelihood;
	signal = outcomes_first_signal(outcomes_header_const(state));
	for (int i = 0; i < data.scores; i++)
	{
		parts.names[i] = pnstrdup(signal->name, signal->length);
		parts.lengths[i] = signal->length;
		parts.coefficients[i] = ridge.coefficient[i] + 0.0;
		parts.errors[i] = ridge.error[i];
		signal = outcomes_next_signal(signal);
	}
	parts.head.count = (uint32) data.scores;
	PG_RETURN_POINTER(model_of_parts(&parts));
}

/*
 * model_parameters(m, confidence) -> (parameter, estimate, standard_error, low, high):
 * return the intercept, "(intercept)", and a row for each signal: the change of the log
 * odds to stay for a point of its score.  A signal that does not vary has no error.  A
 * confidence that is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(health_model_parameters);
Datum
health_model_parameters(PG_FUNCTION_ARGS)
{
	const HealthModel *model;
	const ModelSignal *signal;
	ResultRows	rows;
	double		z;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	model = PG_GETARG_SUMMARY(0, &model_type);
	z = confidence_quantile(PG_GETARG_FLOAT8(1));
	signal = first_signal(model);
	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i <= model->count; i++)
	{
		Datum		values[5];
		bool		nulls[5] = {false, false, true, true, true};

		if (i == 0)
		{
			values[0] = CStringGetTextDatum("(intercept)");
			values[1] = double_result(model->intercept);
			values[2] = values[3] = values[4] = (Datum) 0;
			rows_put(&rows, values, nulls);
			continue;
		}
		values[0] = PointerGetDatum(cstring_to_text_with_len(signal->name, (int) signal->length));
		values[1] = double_result(signal->coefficient);
		nulls[2] = nulls[3] = nulls[4] = signal->error == 0.0;
		values[2] = double_result(signal->error);
		values[3] = double_result(signal->coefficient - z * signal->error);
		values[4] = double_result(signal->coefficient + z * signal->error);
		rows_put(&rows, values, nulls);
		signal = next_signal(signal);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* log_likelihood(m): return the log likelihood, without the penalty. */
PG_FUNCTION_INFO_V1(health_model_log_likelihood);
Datum
health_model_log_likelihood(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);

	return double_result(model->log_likelihood);
}

/* penalty(m): return the penalty that was chosen, or given. */
PG_FUNCTION_INFO_V1(health_model_penalty);
Datum
health_model_penalty(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);

	return double_result(model->penalty);
}

/*
 * model_note(m): return what is to be known of the model, in words: that signals tell
 * the outcomes apart, how many accounts lacked a signal; NULL if nothing.
 */
PG_FUNCTION_INFO_V1(health_model_note);
Datum
health_model_note(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);
	StringInfoData buf;

	initStringInfo(&buf);
	if (model->separated)
		appendStringInfoString(&buf, "the signals tell the outcomes apart without an exception, so that the penalty alone keeps coefficients finite");
	if (model->incomplete > 0)
		appendStringInfo(&buf, "%s" INT64_FORMAT " of " INT64_FORMAT " accounts lack a signal, for which their health score stands in",
						 buf.len > 0 ? "; " : "", model->incomplete,
						 model->positives + model->negatives);
	if (buf.len == 0)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(buf.data));
}

/*
 * Predictions
 */

/* Return the probability to churn at these log odds to stay. */
static double
churn_at(double odds)
{
	return odds > 0.0 ? exp(-odds) / (1.0 + exp(-odds)) : 1.0 / (1.0 + exp(odds));
}

/*
 * churn_probability(m, s): return the probability, 0..1, that an account of this health
 * churns.  A signal that it lacks takes its health score; NULL where it has none.
 */
PG_FUNCTION_INFO_V1(health_churn_probability);
Datum
health_churn_probability(PG_FUNCTION_ARGS)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);
	const HealthSummary *health = health_summary_get(PG_GETARG_DATUM(1));
	const ModelSignal *signal = first_signal(model);
	const HealthSignal *scored = health_first(health);
	int32		own = health_units_mean(health);
	double		odds = model->intercept;
	uint32		j = 0;

	for (uint32 i = 0; i < model->count; i++)
	{
		int32		score = own;

		while (j < health->count &&
			   health_name_compare(scored->name, scored->length,
								   signal->name, signal->length) < 0)
		{
			scored = health_next(scored);
			j++;
		}
		if (j < health->count && scored->score != HEALTH_UNKNOWN &&
			health_name_compare(scored->name, scored->length,
								signal->name, signal->length) == 0)
			score = scored->score;
		if (score == HEALTH_UNKNOWN)
			PG_RETURN_NULL();
		odds += signal->coefficient * (double) score / (double) HEALTH_UNIT;
		signal = next_signal(signal);
	}
	return double_result(churn_at(odds));
}

/* Accounts with what is predicted for them. */
typedef struct Predicted
{
	double		churn;
	double		churned;
	double		accounts;
	uint32		row;
} Predicted;

/* Put the highest probability first; equal ones in the order of rows. */
static int
predicted_compare(const void *a, const void *b)
{
	const Predicted *left = (const Predicted *) a;
	const Predicted *right = (const Predicted *) b;

	if (left->churn != right->churn)
		return left->churn > right->churn ? -1 : 1;
	return left->row < right->row ? -1 : 1;
}

/* What a model predicts for all rows of outcomes, the highest first. */
typedef struct Predictions
{
	Predicted  *list;
	uint32		count;
	double		accounts;
	double		churned;
} Predictions;

/*
 * Predict for the outcomes in argument 1 with the model in argument 0.  Rows that lack a
 * signal of the model and have no health score are left out.
 */
static Predictions
predict_outcomes(FunctionCallInfo fcinfo)
{
	const HealthModel *model = PG_GETARG_SUMMARY(0, &model_type);
	const SortedRun *raw = (const SortedRun *) PG_GETARG_SUMMARY(1, &outcomes_type);
	SortedRunType type = outcomes_run_type(outcomes_header_const(raw));
	const SortedRun *state = sorted_run_read(&type, raw);
	const OutcomesHeader *header = outcomes_header_const(state);
	const OutcomeSignal *there = outcomes_first_signal(header);
	const ModelSignal *signal = first_signal(model);
	double		coefficients[LOGISTIC_MAX_SCORES];
	int			places[LOGISTIC_MAX_SCORES];
	uint32		j = 0;
	Predictions predictions = {NULL, 0, 0.0, 0.0};

	for (uint32 i = 0; i < model->count; i++)
	{
		while (j < header->count &&
			   health_name_compare(there->name, there->length, signal->name, signal->length) < 0)
		{
			there = outcomes_next_signal(there);
			j++;
		}
		places[i] = j < header->count &&
			health_name_compare(there->name, there->length, signal->name, signal->length) == 0 ?
			(int) j : -1;
		coefficients[i] = signal->coefficient;
		signal = next_signal(signal);
	}
	predictions.list = MemoryContextAllocHuge(CurrentMemoryContext,
											  Max(state->used, 1) * sizeof(Predicted));
	for (uint32 i = 0; i < state->used; i++)
	{
		const int64 *row = (const int64 *) sorted_run_entry_const(&type, state, i);
		int32		own = outcomes_health(row, header->count);
		Predicted  *predicted = &predictions.list[predictions.count];
		double		odds = model->intercept;
		bool		known = true;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		for (uint32 k = 0; k < model->count; k++)
		{
			int32		score = places[k] < 0 ? HEALTH_UNKNOWN : outcomes_score(row, (uint32) places[k]);

			if (score == HEALTH_UNKNOWN)
				score = own;
			known = known && score != HEALTH_UNKNOWN;
			odds += coefficients[k] * (double) score / (double) HEALTH_UNIT;
		}
		if (!known)
			continue;
		predicted->churn = churn_at(odds);
		predicted->churned = (double) row[type.key_words + 1];
		predicted->accounts = (double) row[type.key_words] + predicted->churned;
		predicted->row = i;
		predictions.accounts += predicted->accounts;
		predictions.churned += predicted->churned;
		predictions.count++;
	}
	qsort(predictions.list, predictions.count, sizeof(Predicted), predicted_compare);
	return predictions;
}

/*
 * calibration(m, o, bins, confidence) -> (bin, accounts, expected, observed, low,
 * high): return a row for each part of the accounts, as large as can be and the ones with
 * the highest probability first: how many churned, in percent, by the model and in
 * fact, with Wilson's interval.  Accounts of one row, who are alike, are in one part.  A
 * number of bins that is not from 1 to 1000, and a confidence that is not between 0 and 1,
 * are errors.
 */
PG_FUNCTION_INFO_V1(health_calibration);
Datum
health_calibration(PG_FUNCTION_ARGS)
{
	Predictions predictions;
	int32		bins;
	double		z;
	double		before = 0.0;
	uint32		i = 0;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	bins = PG_GETARG_INT32(2);
	z = confidence_quantile(PG_GETARG_FLOAT8(3));
	if (bins < 1 || bins > 1000)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bins must be from 1 to 1000"),
				 errdetail("bins is %d.", bins),
				 errhint("Give 10 for tenths of the accounts.")));
	predictions = predict_outcomes(fcinfo);
	rows_begin(&rows, fcinfo);
	for (int32 bin = 1; bin <= bins; bin++)
	{
		double		end = predictions.accounts * bin / bins;
		double		accounts = 0.0;
		double		expected = 0.0;
		double		churned = 0.0;
		Bounds		bounds;
		Datum		values[6];
		bool		nulls[6] = {false, false, false, false, false, false};

		/* a row belongs where its middle is */
		while (i < predictions.count &&
			   (before + accounts + predictions.list[i].accounts / 2.0 < end || bin == bins))
		{
			const Predicted *predicted = &predictions.list[i++];

			accounts += predicted->accounts;
			expected += predicted->accounts * predicted->churn;
			churned += predicted->churned;
		}
		before += accounts;
		if (accounts == 0.0)
			continue;
		bounds = wilson_interval(churned, accounts, z);
		values[0] = Int32GetDatum(bin);
		values[1] = Int64GetDatum((int64) accounts);
		values[2] = double_result(100.0 * expected / accounts);
		values[3] = double_result(100.0 * churned / accounts);
		values[4] = double_result(100.0 * bounds.low);
		values[5] = double_result(100.0 * bounds.high);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * brier_score(m, o): return the mean square of probability less outcome: 0 for
 * certain and right, 1 for certain and wrong (G. W. Brier, Verification of Forecasts
 * Expressed in Terms of Probability, Monthly Weather Review 78, 1950); NULL without
 * accounts.
 */
PG_FUNCTION_INFO_V1(health_brier_score);
Datum
health_brier_score(PG_FUNCTION_ARGS)
{
	Predictions predictions = predict_outcomes(fcinfo);
	double		sum = 0.0;

	if (predictions.accounts == 0.0)
		PG_RETURN_NULL();
	for (uint32 i = 0; i < predictions.count; i++)
	{
		const Predicted *predicted = &predictions.list[i];
		double		p = predicted->churn;

		sum += predicted->churned * (1.0 - p) * (1.0 - p) +
			(predicted->accounts - predicted->churned) * p * p;
	}
	return double_result(sum / predictions.accounts);
}

/*
 * lift(m, o, share): return how many times as many of the accounts with the highest
 * probability churned, a share of all in percent, as of all accounts.  Of accounts of
 * equal probability, of which only a part belongs there, that part counts as the mean of
 * all of them.  NULL where nobody churned.  A share that is not above 0 up to 100 is an
 * error, as is one below 1, which is a fraction.
 */
PG_FUNCTION_INFO_V1(health_lift);
Datum
health_lift(PG_FUNCTION_ARGS)
{
	Predictions predictions;
	double		share = PG_GETARG_FLOAT8(2);
	double		wanted;
	double		left;
	double		churned = 0.0;

	if (!(share >= 1.0 && share <= 100.0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("share must be from 1 to 100 percent"),
				 errdetail("share is %s.", double_shown(share)),
				 errhint("Write 10 for the tenth of the accounts with the highest probability.")));
	predictions = predict_outcomes(fcinfo);
	if (predictions.churned == 0.0)
		PG_RETURN_NULL();
	wanted = left = predictions.accounts * share / 100.0;
	for (uint32 i = 0; i < predictions.count && left > 0.0;)
	{
		double		accounts = 0.0;
		double		churned_here = 0.0;
		uint32		j = i;

		for (; j < predictions.count && predictions.list[j].churn == predictions.list[i].churn; j++)
		{
			accounts += predictions.list[j].accounts;
			churned_here += predictions.list[j].churned;
		}
		churned += churned_here * fmin(1.0, left / accounts);
		left -= accounts;
		i = j;
	}
	return double_result((churned / wanted) / (predictions.churned / predictions.accounts));
}
