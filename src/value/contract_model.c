/*-------------------------------------------------------------------------
 *
 * contract_model.c
 *	  How long customers keep a contract: the shifted beta-geometric model of who
 *	  renews.
 *
 * A contract_model counts, for each period, how many customers began it and how many
 * ended their contract with it.  The parameters follow from these counts, in
 * microseconds (math/contract.c), whenever they are read; so a value is exact, and
 * models of several cohorts are merged by adding up.
 *
 * While rows of an age and a number of customers alive are aggregated, in any order,
 * the state keeps these instead.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "catalog/pg_type_d.h"
#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "core/aggregate.h"
#include "core/confidence.h"
#include "core/result.h"
#include "core/run_summary.h"
#include "core/summary_json.h"
#include "math/contract.h"
#include "value/percent.h"

/* The header of a contract_model's sorted run. */
typedef struct ContractHeader
{
	int64		is_state;		/* 1: entries are ages, 0: periods */
} ContractHeader;

/*
 * Of a value: a period from 1 up, how many began it, and how many ended with it.  Of a
 * state: an age from 0 up, how many were alive then, and in how many rows.
 */
typedef struct ContractEntry
{
	int64		period;
	int64		at_risk;
	int64		lost;
} ContractEntry;

static const SummaryType contract_type = {
	.name = "contract_model",
	.example = "{\"version\": 1, \"periods\": [[1, 1000, 369], [2, 631, 163]]}"
};

static void
contract_merge(void *into, const void *from)
{
	ContractEntry *entry = (ContractEntry *) into;
	const ContractEntry *more = (const ContractEntry *) from;

	count_add(&entry->at_risk, more->at_risk, &contract_type);
	count_add(&entry->lost, more->lost, &contract_type);
}

static const SortedRunType contract_run = {
	.type_name = "contract_model",
	.too_large_hint = "Count in longer periods.",
	.header_size = sizeof(ContractHeader),
	.entry_size = sizeof(ContractEntry),
	.key_words = 1,
	.merge = contract_merge
};

static ContractHeader *
contract_header(SortedRun *state)
{
	return (ContractHeader *) sorted_run_header(state);
}

static bool
contract_is_state(const SortedRun *state)
{
	return ((const ContractHeader *) sorted_run_header_const(state))->is_state != 0;
}

static const ContractEntry *
contract_entries(const SortedRun *state)
{
	return (const ContractEntry *) sorted_run_entry_const(&contract_run, state, 0);
}

/*
 * Input and output
 */

/* Return why no rows could have produced this, or NULL. */
static const char *
contract_problem(const SortedRun *state)
{
	bool		is_state = contract_is_state(state);

	for (uint32 i = 0; i < state->used; i++)
	{
		const ContractEntry *entry = &contract_entries(state)[i];

		CHECK_FOR_INTERRUPTS();
		if (entry->period < (is_state ? 0 : 1) || entry->period > PG_INT32_MAX ||
			entry->at_risk < 0 || entry->at_risk > SUMMARY_MAX_COUNT ||
			entry->lost < 0 || entry->lost > SUMMARY_MAX_COUNT)
			return psprintf("Entry %u is out of range.", i + 1);
		if (is_state ? entry->lost < 1 :
			entry->at_risk < 1 || entry->lost > entry->at_risk ||
			entry->period != (int64) i + 1)
			return psprintf("Entry %u cannot follow from customers.", i + 1);
	}
	return NULL;
}

static bool
contract_read_entry(SortedRun *state, const JsonbValue *parts,
					const char *place, void *entry)
{
	ContractEntry *period = (ContractEntry *) entry;

	(void) state;
	period->period = summary_json_int64(&parts[0], 0, PG_INT32_MAX,
										summary_json_part(1, place).shown,
										&contract_type);
	period->at_risk = summary_json_int64(&parts[1], 0, SUMMARY_MAX_COUNT,
										 summary_json_part(2, place).shown,
										 &contract_type);
	period->lost = summary_json_int64(&parts[2], 0, SUMMARY_MAX_COUNT,
									  summary_json_part(3, place).shown,
									  &contract_type);
	return true;
}

static const RunSummary periods_list = {
	.type = &contract_type,
	.run = &contract_run,
	.list = "periods",
	.element = "a period, how many customers began it and how many ended with it",
	.parts = 3,
	.read_entry = contract_read_entry,
	.sent_size = 3 * sizeof(int64)
};

static const RunSummary ages_list = {
	.type = &contract_type,
	.run = &contract_run,
	.list = "ages",
	.element = "an age, how many customers were alive and a number of rows",
	.parts = 3,
	.read_entry = contract_read_entry
};

static void
contract_member(void *arg, const char *key, const JsonbValue *value)
{
	SortedRun **state = (SortedRun **) arg;

	if (strcmp(key, periods_list.list) == 0)
		run_summary_read_list(&periods_list, state, value);
	else if (strcmp(key, ages_list.list) == 0)
	{
		run_summary_read_list(&ages_list, state, value);
		contract_header(*state)->is_state = 1;
	}
	else
		summary_json_unexpected(key, &contract_type);
}

/*
 * contract_model_in(cstring): read the text form, JSON; an error names what is wrong
 * in it.  The members are "version" and "periods", an array of [period, at_risk,
 * lost]; that of a state has "ages" instead.  contract_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(contract_model_in);
Datum
contract_model_in(PG_FUNCTION_ARGS)
{
	SortedRun  *state = sorted_run_new(&contract_run);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &contract_type),
						 contract_member, &state);
	state = sorted_run_finish(&contract_run, state);
	summary_text_check(&contract_type, contract_problem(state));
	PG_RETURN_POINTER(state);
}

/* contract_model_out: the text form, JSON; the elements are in order */
PG_FUNCTION_INFO_V1(contract_model_out);
Datum
contract_model_out(PG_FUNCTION_ARGS)
{
	const SortedRun *state = run_summary_arg(&periods_list, fcinfo, 0);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"%s\": [",
					 contract_is_state(state) ? ages_list.list : periods_list.list);
	for (uint32 i = 0; i < state->used; i++)
	{
		const ContractEntry *entry = &contract_entries(state)[i];

		CHECK_FOR_INTERRUPTS();
		run_summary_append(&buf, i);
		appendStringInfo(&buf, INT64_FORMAT ", " INT64_FORMAT ", " INT64_FORMAT "]",
						 entry->period, entry->at_risk, entry->lost);
	}
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * contract_model_recv: read the binary form, in network order, checked completely.
 *
 * After the version byte come whether it is a state (1 byte), the number of entries
 * (4) and the entries, three numbers each (8 each).
 */
PG_FUNCTION_INFO_V1(contract_model_recv);
Datum
contract_model_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *state;
	ContractEntry *entry;
	int			is_state;

	summary_recv_begin(message, &contract_type);
	is_state = pq_getmsgbyte(message);
	if (is_state > 1)
		summary_binary_invalid(&contract_type, "It is neither a state nor a value.");
	state = run_summary_recv(&periods_list, message);
	contract_header(state)->is_state = is_state;
	while ((entry = run_summary_recv_entry(&periods_list, state)) != NULL)
	{
		entry->period = pq_getmsgint64(message);
		entry->at_risk = pq_getmsgint64(message);
		entry->lost = pq_getmsgint64(message);
	}
	sorted_run_check(&contract_run, state);
	summary_binary_check(&contract_type, contract_problem(state));
	PG_RETURN_POINTER(state);
}

/* contract_model_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(contract_model_send);
Datum
contract_model_send(PG_FUNCTION_ARGS)
{
	const SortedRun *state = run_summary_arg(&periods_list, fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, contract_is_state(state) ? 1 : 0);
	run_summary_send(&periods_list, &message, state);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * contract_model(age, alive): count how many customers were alive at an age, in
 * periods from 0 up.  A row with NULL is skipped; a number below 0 is an error.
 */
PG_FUNCTION_INFO_V1(contract_model_accum);
Datum
contract_model_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *state;
	ContractEntry entry;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		return aggregate_unchanged(fcinfo);
	entry.period = PG_GETARG_INT32(1);
	entry.at_risk = PG_GETARG_INT64(2);
	entry.lost = 1;
	if (entry.period < 0 || entry.at_risk < 0 || entry.at_risk > SUMMARY_MAX_COUNT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("age and alive must not be negative, nor alive larger than all customers"),
				 errdetail("age is " INT64_FORMAT ", alive is " INT64_FORMAT ".",
						   entry.period, entry.at_risk),
				 errhint("Give the age in periods, 0 for the start, and how many of the customers are left at it.")));
	state = run_summary_state(&periods_list, fcinfo);
	contract_header(state)->is_state = 1;
	PG_RETURN_POINTER(sorted_run_append(&contract_run, state, &entry));
}

/*
 * Add other counts: for rollup(), and for what parallel workers counted.
 */
PG_FUNCTION_INFO_V1(contract_model_combine);
Datum
contract_model_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *state = aggregate_combine_state(fcinfo, &contract_type);
	SortedRun  *other = PG_GETARG_SUMMARY(1, &contract_type);

	if (contract_is_state(state) != contract_is_state(other))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a state of contract_model cannot be added to a value of it"),
				 errhint("Merge values with rollup().")));
	return run_summary_combine(&periods_list, fcinfo, state, other);
}

/* Refuse ages from which no periods follow. */
static pg_noinline pg_noreturn void
ages_refuse(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("ages and numbers alive are not those of a group of customers"),
			 errdetail("%s", detail),
			 errhint("Give a row for each age from 0 on of the same customers; of several groups, GROUP BY the group and rollup() the models.")));
}

/* Turn ages into periods. */
static SortedRun *
periods_of_ages(const SortedRun *ages)
{
	SortedRun  *result = sorted_run_new(&contract_run);

	for (uint32 i = 0; i < ages->used; i++)
	{
		const ContractEntry *entry = &contract_entries(ages)[i];
		ContractEntry period;

		CHECK_FOR_INTERRUPTS();
		if (entry->period != (int64) i)
			ages_refuse(psprintf("Age %u is missing.", i));
		if (entry->lost != contract_entries(ages)[0].lost)
			ages_refuse(psprintf("Age 0 has " INT64_FORMAT " rows, age %u has " INT64_FORMAT ".",
								 contract_entries(ages)[0].lost, i, entry->lost));
		if (i == 0)
			continue;
		period.period = i;
		period.at_risk = entry[-1].at_risk;
		period.lost = entry[-1].at_risk - entry->at_risk;
		if (period.lost < 0)
			ages_refuse(psprintf("At age %u more are alive than at age %u: " INT64_FORMAT " and " INT64_FORMAT ".",
								 i, i - 1, entry->at_risk, entry[-1].at_risk));
		/* nobody is left to end anything */
		if (period.at_risk == 0)
			break;
		result = sorted_run_append(&contract_run, result, &period);
	}
	return sorted_run_finish(&contract_run, result);
}

/* Return the value of argument 0 to read, also of a state. */
static const SortedRun *
contract_arg(FunctionCallInfo fcinfo)
{
	const SortedRun *state = run_summary_arg(&periods_list, fcinfo, 0);

	return contract_is_state(state) ? periods_of_ages(state) : state;
}

/*
 * Return the value of a state.  Ages that are not each of one group of customers are
 * an error.
 */
PG_FUNCTION_INFO_V1(contract_model_final);
Datum
contract_model_final(PG_FUNCTION_ARGS)
{
	const SortedRun *state = contract_arg(fcinfo);

	PG_RETURN_POINTER(sorted_run_finish(&contract_run, state));
}

/* Return the numbers of an array without NULL. */
static const int64 *
counts_arg(FunctionCallInfo fcinfo, int n, const char *name, int *count)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(n);

	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a list of numbers", name),
				 errdetail("It has %d dimensions, or a NULL.", ARR_NDIM(array)),
				 errhint("Give a number for each period, the first first.")));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (const int64 *) ARR_DATA_PTR(array);
}

/*
 * contract_model_from_counts(at_risk, lost): return the model of how many customers began each
 * period and how many ended with it, from the first on.  It ends before the first
 * period that nobody began.  Arrays of different lengths, with NULL, or with numbers
 * that are no customers are errors.
 */
PG_FUNCTION_INFO_V1(contract_model_of_counts);
Datum
contract_model_of_counts(PG_FUNCTION_ARGS)
{
	SortedRun  *result = sorted_run_new(&contract_run);
	int			periods;
	int			others;
	const int64 *at_risk = counts_arg(fcinfo, 0, "at_risk", &periods);
	const int64 *lost = counts_arg(fcinfo, 1, "lost", &others);

	if (periods != others)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("at_risk and lost must have as many numbers"),
				 errdetail("at_risk has %d, lost has %d.", periods, others),
				 errhint("Give both for each period, the first first.")));
	for (int i = 0; i < periods; i++)
	{
		ContractEntry entry = {i + 1, at_risk[i], lost[i]};

		CHECK_FOR_INTERRUPTS();
		if (lost[i] < 0 || at_risk[i] < lost[i] || at_risk[i] > SUMMARY_MAX_COUNT)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("lost must be from 0 to at_risk"),
					 errdetail("In period %d, at_risk is " INT64_FORMAT " and lost is " INT64_FORMAT ".",
							   i + 1, at_risk[i], lost[i]),
					 errhint("Give how many customers began a period, and how many of these ended their contract with it.")));
		if (at_risk[i] == 0)
			break;
		result = sorted_run_append(&contract_run, result, &entry);
	}
	PG_RETURN_POINTER(sorted_run_finish(&contract_run, result));
}

/*
 * Accessors
 */

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Fit the model in argument 0; false where it has no period. */
static bool
contract_fit_arg(FunctionCallInfo fcinfo, const SortedRun **state,
				 ContractFit *fit)
{
	ContractPeriod *periods;
	bool		found;

	*state = contract_arg(fcinfo);
	periods = MemoryContextAllocHuge(CurrentMemoryContext,
									 Max((*state)->used, 1) * sizeof(ContractPeriod));
	for (uint32 i = 0; i < (*state)->used; i++)
	{
		const ContractEntry *entry = &contract_entries(*state)[i];

		periods[i].period = (double) entry->period;
		periods[i].at_risk = (double) entry->at_risk;
		periods[i].lost = (double) entry->lost;
	}
	found = contract_fit(periods, (*state)->used, check_for_interrupts, fit);
	pfree(periods);
	return found;
}

/*
 * model_parameters(m, confidence) -> (parameter, estimate, standard_error, low, high):
 * return a row for each parameter: a and b, or churn where that does not vary.  No row
 * without a period.  Intervals are those of logarithms, or log odds.  A confidence that
 * is not between 0 and 1 is an error.
 */
PG_FUNCTION_INFO_V1(contract_model_parameters);
Datum
contract_model_parameters(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"a", "b"};
	const SortedRun *state;
	ContractFit fit;
	double		z;
	bool		found;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	z = confidence_quantile(PG_GETARG_FLOAT8(1));
	/* what is read stays while rows are put, whose memory is that of a row */
	found = contract_fit_arg(fcinfo, &state, &fit);
	rows_begin(&rows, fcinfo);
	if (found)
	{
		int			n = fit.spread == CONTRACT_VARIES ? 2 : 1;

		for (int i = 0; i < n; i++)
		{
			double		estimate = fit.parameter[i];
			double		error = sqrt(fit.covariance[i][i]);
			double		reach = exp(z * error);
			double		odds = estimate / (1.0 - estimate);
			double		figure[4] = {estimate, estimate * error, estimate / reach, estimate * reach};
			Datum		values[5];
			bool		nulls[5] = {false, false, false, false, false};

			if (fit.spread != CONTRACT_VARIES)
			{
				figure[1] = estimate * (1.0 - estimate) * error;
				figure[2] = 1.0 / (1.0 + reach / odds);
				figure[3] = 1.0 / (1.0 + 1.0 / (reach * odds));
			}
			values[0] = CStringGetTextDatum(fit.spread == CONTRACT_VARIES ? names[i] : "churn");
			for (int k = 0; k < 4; k++)
			{
				nulls[k + 1] = !isfinite(figure[k]) || (k > 0 && fit.parameters == 0);
				values[k + 1] = nulls[k + 1] ? (Datum) 0 : double_result(figure[k]);
			}
			rows_put(&rows, values, nulls);
		}
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* log_likelihood(m): return the log likelihood; NULL without a period. */
PG_FUNCTION_INFO_V1(contract_model_log_likelihood);
Datum
contract_model_log_likelihood(PG_FUNCTION_ARGS)
{
	const SortedRun *state;
	ContractFit fit;

	if (!contract_fit_arg(fcinfo, &state, &fit))
		PG_RETURN_NULL();
	return double_result(fit.log_likelihood);
}

/* A curve has no more rows than can be of use. */
#define MAX_CURVE_PERIODS	10000

/*
 * retention_curve(m, periods) -> (period, survival, retention, observed): return a row
 * for each period up to the last one asked for: the probability to have kept the
 * contract to its end, the share of those who begin it that stay, in percent, and what
 * share of all was seen to stay so long, NULL beyond what was seen.  A number below 0 is
 * an error.
 */
PG_FUNCTION_INFO_V1(contract_model_curve);
Datum
contract_model_curve(PG_FUNCTION_ARGS)
{
	const SortedRun *state;
	ContractFit fit;
	int32		periods;
	double		observed = 1.0;
	bool		found;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	periods = PG_GETARG_INT32(1);
	if (periods < 0 || periods > MAX_CURVE_PERIODS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("periods must be from 0 to %d", MAX_CURVE_PERIODS),
				 errdetail("periods is %d.", periods),
				 errhint("Give how many periods to show, counted from the start of a contract.")));
	/* what is read stays while rows are put, whose memory is that of a row */
	found = contract_fit_arg(fcinfo, &state, &fit);
	rows_begin(&rows, fcinfo);
	if (found)
	{
		for (int32 t = 1; t <= periods; t++)
		{
			bool		seen = (uint32) t <= state->used;
			Datum		values[4];
			bool		nulls[4] = {false, false, false, false};

			CHECK_FOR_INTERRUPTS();
			if (seen)
			{
				const ContractEntry *entry = &contract_entries(state)[t - 1];

				observed *= (double) (entry->at_risk - entry->lost) / (double) entry->at_risk;
			}
			values[0] = Int32GetDatum(t);
			values[1] = double_result(contract_survival(&fit, t));
			values[2] = double_result(100.0 * contract_retention(&fit, t));
			nulls[3] = !seen;
			values[3] = seen ? double_result(observed) : (Datum) 0;
			rows_put(&rows, values, nulls);
		}
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * remaining_lifetime(m, age, periods, annual_discount_rate, periods_per_year): return
 * how many periods a customer of an age, counted in periods that are over, is expected
 * to pay for from now on, the one that begins now included; within a number of periods,
 * where NULL is for ever, each discounted to now.  NULL where there is no end to them.
 * An age or a number of periods below 0, a rate that percent.c refuses, and a rate
 * without the number of periods of a year, are errors.
 */
PG_FUNCTION_INFO_V1(contract_model_remaining);
Datum
contract_model_remaining(PG_FUNCTION_ARGS)
{
	const SortedRun *state;
	ContractFit fit;
	int32		age;
	double		horizon = INFINITY;
	double		rate;
	double		result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_NULL();
	age = PG_GETARG_INT32(1);
	if (!PG_ARGISNULL(2))
		horizon = PG_GETARG_INT32(2);
	rate = annual_discount_rate_arg(fcinfo, 3);
	if (age < 0 || horizon < 0.0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("age and periods must not be negative"),
				 errdetail("age is %d, periods is %.0f.", age, horizon),
				 errhint("Give the age in periods that are over, 0 for a new customer.")));
	if (rate > 0.0 && (PG_ARGISNULL(4) || PG_GETARG_INT32(4) < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("an annual_discount_rate needs periods_per_year"),
				 errdetail("The model does not know how long its periods are."),
				 errhint("Write periods_per_year => 12 for months, 1 for years.")));
	if (rate > 0.0)
		rate = expm1(log1p(rate) / PG_GETARG_INT32(4));
	if (!contract_fit_arg(fcinfo, &state, &fit) ||
		!contract_remaining(&fit, age, horizon, rate, check_for_interrupts, &result))
		PG_RETURN_NULL();
	return double_result(result);
}

/* customers(m): return how many customers began the first period. */
PG_FUNCTION_INFO_V1(contract_model_customers);
Datum
contract_model_customers(PG_FUNCTION_ARGS)
{
	const SortedRun *state = contract_arg(fcinfo);

	PG_RETURN_INT64(state->used > 0 ? contract_entries(state)[0].at_risk : 0);
}
