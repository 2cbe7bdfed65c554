/*-------------------------------------------------------------------------
 *
 * clv_total.c
 *	  expected_total(): what a group of customers is expected to buy together,
 *	  with an interval.
 *
 * The state, a purchase_forecast, has the model, the horizon, and how many
 * customers have which past; the final function works out the rest.  So it is made
 * of whole numbers, the same rows give the same bytes, and customers with equal pasts
 * are predicted once.
 *
 * The interval has two parts.  What customers buy is chance, even if a model were
 * known exactly: the variance of each, added up.  And the parameters are
 * estimates, which move all predictions together: by the delta method, g' V g with
 * the slopes g of the total and the covariance V of the parameters.  Both are small
 * beside the total where customers are many, and need no more than a few digits: they
 * are worked out of some thousand pasts, evenly spread over the order of all.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/result.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "value/clv_customers.h"
#include "value/clv_model.h"

/* The header of a purchase_forecast's sorted run. */
typedef struct ForecastHeader
{
	int64		horizon;		/* in microseconds */
	ClvModel	model;			/* its length word and version are 0 */
} ForecastHeader;

/* The bytes of a model after its length word and version. */
#define MODEL_BYTES		(sizeof(ClvModel) - offsetof(ClvModel, problem))

static const SummaryType forecast_type = {
	.name = "purchase_forecast",
	.hint = "It is the state of an aggregate: SELECT expected_total(m, h, '90 days') FROM histories."
};

static void
forecast_merge(void *into, const void *from)
{
	count_add(&((CustomersEntry *) into)->customers,
			  ((const CustomersEntry *) from)->customers, &forecast_type);
}

static const SortedRunType forecast_run = {
	.type_name = "purchase_forecast",
	.too_large_hint = "Take the total of a part of the customers.",
	.header_size = MAXALIGN(sizeof(ForecastHeader)),
	.entry_size = sizeof(CustomersEntry),
	.key_words = 2,
	.merge = forecast_merge
};

static ForecastHeader *
forecast_header(SortedRun *state)
{
	return (ForecastHeader *) sorted_run_header(state);
}

static const ForecastHeader *
forecast_header_const(const SortedRun *state)
{
	return (const ForecastHeader *) sorted_run_header_const(state);
}

static const CustomersEntry *
forecast_entries(const SortedRun *state)
{
	return (const CustomersEntry *) sorted_run_entry_const(&forecast_run, state, 0);
}

/*
 * Input and output
 */

/* Return why no customers could have produced this state, or NULL. */
static const char *
forecast_problem(const SortedRun *state)
{
	const ForecastHeader *header = forecast_header_const(state);

	if (header->model.problem != MODEL_FITTED)
		return "Nothing is predicted with a model that has a problem.";
	if (header->horizon < 0)
		return "The horizon is negative.";
	for (uint32 i = 0; i < state->used; i++)
	{
		const CustomersEntry *entry = &forecast_entries(state)[i];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (entry_subject(entry) != SUBJECT_PAST ||
			entry->customers < 1 || entry->customers > SUMMARY_MAX_COUNT ||
			entry_recency(entry) < entry_days(entry) ||
			entry_tenure(entry) < entry_recency(entry) ||
			entry_tenure(entry) > PG_INT32_MAX - 1 ||
			(entry_days(entry) == 0 && entry_recency(entry) > 0))
			return psprintf("No customers have entry %u.", i + 1);
	}
	return NULL;
}

/* Read an element of "pasts": [frequency, recency, tenure, customers]. */
static bool
forecast_read_entry(SortedRun *state, const JsonbValue *parts,
					const char *place, void *entry)
{
	int32		days[3];

	(void) state;
	for (int i = 0; i < 3; i++)
		days[i] = (int32) summary_json_int64(&parts[i], 0, PG_INT32_MAX,
											 summary_json_part(i + 1, place).shown,
											 &forecast_type);
	*(CustomersEntry *) entry =
		past_entry(days[0], days[1], days[2],
				   summary_json_int64(&parts[3], 1, SUMMARY_MAX_COUNT,
									  summary_json_part(4, place).shown,
									  &forecast_type));
	return true;
}

static const RunSummary forecast_summary = {
	.type = &forecast_type,
	.run = &forecast_run,
	.list = "pasts",
	.element = "a frequency, a recency, a tenure and a number of customers",
	.parts = 4,
	.read_entry = forecast_read_entry,
	.sent_size = sizeof(CustomersEntry)
};

typedef struct ForecastReader
{
	SortedRun  *state;
	bool		has_horizon;
	bool		has_model;
} ForecastReader;

static void
forecast_member(void *arg, const char *key, const JsonbValue *value)
{
	ForecastReader *reader = (ForecastReader *) arg;
	ForecastHeader *header = forecast_header(reader->state);

	if (strcmp(key, "horizon") == 0)
	{
		header->horizon = summary_json_int64(value, 0, PG_INT64_MAX, key,
											 &forecast_type);
		reader->has_horizon = true;
	}
	else if (strcmp(key, "model") == 0)
	{
		clv_model_read(&header->model,
					   summary_json_container(value, false, key, &forecast_type));
		reader->has_model = true;
	}
	else if (strcmp(key, forecast_summary.list) == 0)
		run_summary_read_list(&forecast_summary, &reader->state, value);
	else
		summary_json_unexpected(key, &forecast_type);
}

/*
 * purchase_forecast_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "horizon" in microseconds, "model", the members of a
 * clv_model, and "pasts", an array of [frequency, recency, tenure, customers].
 * forecast_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(purchase_forecast_in);
Datum
purchase_forecast_in(PG_FUNCTION_ARGS)
{
	ForecastReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.state = sorted_run_new(&forecast_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &forecast_type),
						 forecast_member, &reader);
	if (!reader.has_horizon || !reader.has_model)
		summary_text_invalid(&forecast_type, "\"%s\" is missing.",
							 reader.has_horizon ? "model" : "horizon");
	reader.state = sorted_run_finish(&forecast_run, reader.state);
	summary_text_check(&forecast_type, forecast_problem(reader.state));
	PG_RETURN_POINTER(reader.state);
}

/* purchase_forecast_out: the text form, JSON; the elements are in order */
PG_FUNCTION_INFO_V1(purchase_forecast_out);
Datum
purchase_forecast_out(PG_FUNCTION_ARGS)
{
	const SortedRun *state = run_summary_arg(&forecast_summary, fcinfo, 0);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"horizon\": " INT64_FORMAT ", \"model\": {",
					 forecast_header_const(state)->horizon);
	/* its members begin with a comma */
	{
		StringInfoData model;

		initStringInfo(&model);
		clv_model_append(&model, &forecast_header_const(state)->model);
		appendStringInfoString(&buf, model.data + 2);
		pfree(model.data);
	}
	appendStringInfoString(&buf, "}, \"pasts\": [");
	for (uint32 i = 0; i < state->used; i++)
	{
		const CustomersEntry *entry = &forecast_entries(state)[i];

		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&buf, "%s[%d, %d, %d, " INT64_FORMAT "]", i > 0 ? ", " : "",
						 entry_days(entry), entry_recency(entry),
						 entry_tenure(entry), entry->customers);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * purchase_forecast_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the horizon (8 bytes), the model as clv_model_send()
 * sends it without a version, the number of entries (4) and the entries as they are,
 * three numbers each (8 each).
 */
PG_FUNCTION_INFO_V1(purchase_forecast_recv);
Datum
purchase_forecast_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *state;
	ForecastHeader header;
	CustomersEntry *entry;

	memset(&header, 0, sizeof(header));
	summary_recv_begin(message, &forecast_type);
	header.horizon = pq_getmsgint64(message);
	summary_binary_check(&forecast_type,
						 clv_model_receive(message, &header.model));
	state = run_summary_recv(&forecast_summary, message);
	*forecast_header(state) = header;
	while ((entry = run_summary_recv_entry(&forecast_summary, state)) != NULL)
	{
		entry->key[0] = pq_getmsgint64(message);
		entry->key[1] = pq_getmsgint64(message);
		entry->customers = pq_getmsgint64(message);
		/* the sign of a number of days is not part of a figure */
		if ((entry->key[0] & INT64CONST(0x80000000)) != 0 ||
			(entry->key[1] & INT64CONST(0x80000000)) != 0)
			summary_binary_invalid(&forecast_type, "Entry %u has a negative number of days.",
								   state->used);
	}
	sorted_run_check(&forecast_run, state);
	summary_binary_check(&forecast_type, forecast_problem(state));
	PG_RETURN_POINTER(state);
}

/* purchase_forecast_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(purchase_forecast_send);
Datum
purchase_forecast_send(PG_FUNCTION_ARGS)
{
	const SortedRun *state = run_summary_arg(&forecast_summary, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint64(&message, forecast_header_const(state)->horizon);
	clv_model_put(&message, &forecast_header_const(state)->model);
	run_summary_send(&forecast_summary, &message, state);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
forecast_varies(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be the same for all customers of a total", name),
			 errdetail("The %s of one row differs from that of another.", name),
			 errhint("Give a constant, or GROUP BY it; of totals of several models add up the expected numbers alone.")));
}

/* Refuse another model or horizon than that of the rows before. */
static void
forecast_check_constant(const ForecastHeader *header, const ClvModel *model,
						int64 horizon)
{
	if (unlikely(header->horizon != horizon))
		forecast_varies("horizon");
	if (unlikely(memcmp(&header->model.problem, &model->problem,
						MODEL_BYTES) != 0))
		forecast_varies("model");
}

/*
 * expected_total(m, h, horizon): count a customer.  A row without a model, a history
 * or a horizon, a customer who had bought nothing by the model's day, and one of a
 * model with a problem are skipped.  A model or a horizon that is not that of the
 * other rows is an error, as is a horizon that is negative or infinite.
 */
PG_FUNCTION_INFO_V1(expected_total_accum);
Datum
expected_total_accum(PG_FUNCTION_ARGS)
{
	const ClvModel *model;
	PurchasePast past;
	SortedRun  *state;
	CustomersEntry entry;
	int64		horizon;

	if (PG_ARGISNULL(3))
		return aggregate_unchanged(fcinfo);
	horizon = clv_horizon_arg(fcinfo, 3);
	/* argument 4 does not exist: the day is the model's */
	if (!clv_prediction_past(fcinfo, 1, 4, &model, &past))
		return aggregate_unchanged(fcinfo);
	if (PG_ARGISNULL(0))
	{
		state = sorted_run_new_sized(&forecast_run, 256);
		forecast_header(state)->horizon = horizon;
		memcpy(&forecast_header(state)->model.problem, &model->problem,
			   MODEL_BYTES);
	}
	else
	{
		state = aggregate_state(fcinfo, &forecast_type);
		forecast_check_constant(forecast_header(state), model, horizon);
	}
	entry = past_entry(past.frequency, past.recency, past.tenure, 1);
	PG_RETURN_POINTER(sorted_run_append(&forecast_run, state, &entry));
}

/* Add other customers, for what parallel workers counted. */
PG_FUNCTION_INFO_V1(expected_total_combine);
Datum
expected_total_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state = aggregate_combine_state(fcinfo, &forecast_type);
	SortedRun  *other = PG_GETARG_SUMMARY(1, &forecast_type);
	const ForecastHeader *header = forecast_header_const(other);

	forecast_check_constant(forecast_header(state), &header->model,
							header->horizon);
	return run_summary_combine(&forecast_summary, fcinfo, state, other);
}

/* So many pasts say enough of the slopes and the variance. */
#define SAMPLE_PASTS	4000

/* How far a parameter is moved for a slope, of its logarithm or log odds. */
#define SLOPE_STEP		1e-4

/* What is added up over pasts. */
typedef struct TotalSums
{
	double		expected;
	double		variance;
	double		slope[NBD_PARAMETERS];
} TotalSums;

/* Move a parameter of a model, by its logarithm or, of a probability, its log odds. */
static NbdModel
moved_model(const NbdModel *model, int i, double step)
{
	NbdModel	moved = *model;
	double		estimate = model->estimate[i];

	moved.estimate[i] = nbd_is_probability(model, i) ?
		estimate / (estimate + (1.0 - estimate) * exp(-step)) :
		estimate * exp(step);
	nbd_expand(&moved);
	return moved;
}

static double
entry_expected(const NbdModel *model, const CustomersEntry *entry,
			   double horizon)
{
	return nbd_expected_purchases(model, entry_days(entry),
								  entry_recency(entry), entry_tenure(entry),
								  horizon);
}

/* Add up variances and slopes over pasts, evenly spread, and what they expect. */
static TotalSums
sample_sums(const SortedRun *state, const NbdModel *model, double horizon)
{
	TotalSums	sums;
	NbdModel	up[NBD_PARAMETERS];
	NbdModel	down[NBD_PARAMETERS];
	uint32		pasts = Min(state->used, SAMPLE_PASTS);

	memset(&sums, 0, sizeof(sums));
	for (int i = 0; i < model->estimates; i++)
	{
		up[i] = moved_model(model, i, SLOPE_STEP);
		down[i] = moved_model(model, i, -SLOPE_STEP);
	}
	for (uint32 k = 0; k < pasts; k++)
	{
		const CustomersEntry *entry =
		&forecast_entries(state)[(uint32) (((uint64) 2 * k + 1) * state->used / (2 * (uint64) pasts))];
		double		customers = (double) entry->customers;

		CHECK_FOR_INTERRUPTS();
		sums.expected += customers * entry_expected(model, entry, horizon);
		sums.variance += customers *
			nbd_purchases_variance(model, entry_days(entry),
								   entry_recency(entry), entry_tenure(entry),
								   horizon);
		for (int i = 0; i < model->estimates; i++)
			sums.slope[i] += customers *
				(entry_expected(&up[i], entry, horizon) -
				 entry_expected(&down[i], entry, horizon)) / (2.0 * SLOPE_STEP);
	}
	return sums;
}

/* Return g' V g, with the covariance of the parameters. */
static double
parameter_variance(const ClvModel *model, int n, const double *slope)
{
	double		sum = 0.0;

	for (int i = 0; i < n; i++)
	{
		for (int j = 0; j < n; j++)
			sum += slope[i] * slope[j] *
				model->covariance[triangle(n, Min(i, j), Max(i, j))];
	}
	return fmax(sum, 0.0);
}

/*
 * Return (expected, low, high): the purchases to expect of all customers together,
 * and the numbers between which they will lie with a probability of 95 %.
 */
PG_FUNCTION_INFO_V1(expected_total_final);
Datum
expected_total_final(PG_FUNCTION_ARGS)
{
	const SortedRun *state = run_summary_arg(&forecast_summary, fcinfo, 0);
	const ForecastHeader *header = forecast_header_const(state);
	double		horizon = (double) header->horizon / USECS_PER_DAY;
	double		expected = 0.0;
	double		scale;
	TotalSums	sums;
	NbdModel	model;
	Bounds		bounds;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	clv_nbd_model(&header->model, &model);
	for (uint32 i = 0; i < state->used; i++)
	{
		const CustomersEntry *entry = &forecast_entries(state)[i];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		expected += (double) entry->customers *
			entry_expected(&model, entry, horizon);
	}
	sums = sample_sums(state, &model, horizon);
	scale = sums.expected > 0.0 ? expected / sums.expected : 0.0;
	bounds = nbd_total_bounds(expected,
							  scale * sums.variance +
							  scale * scale *
							  parameter_variance(&header->model, model.estimates,
												 sums.slope),
							  0.95);
	values[0] = double_result(expected);
	values[1] = double_result(bounds.low);
	values[2] = double_result(bounds.high);
	return record_result(fcinfo, values, nulls);
}
