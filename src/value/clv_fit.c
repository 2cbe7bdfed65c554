/*-------------------------------------------------------------------------
 *
 * clv_fit.c
 *	  Fits models of repeat purchases and spend over customers: the aggregate
 *	  clv_model(), and the function of a purchase_log.
 *
 * The state of the aggregate is a summary of its own, a clv_customers; the
 * final function fits the models to it (math/nbd.c, math/gamma_gamma.c).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "value/clv_customers.h"
#include "value/clv_model.h"
#include "value/purchase_log.h"

static pg_noinline pg_noreturn void
constant_varies(const char *name, const char *one, const char *other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must be the same for all customers of a model", name),
			 errdetail("%s is %s in one row and %s in another.", name, one, other),
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
		argument_null("model", MODEL_HINT);
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
		argument_null("as_of", AS_OF_HINT);
	as_of = PG_GETARG_DATEADT(n);
	if (unlikely(DATE_NOT_FINITE(as_of)))
		calendar_date_arg(as_of, "as_of", AS_OF_HINT);
	return as_of;
}

/* Return a state without a customer. */
static SortedRun *
customers_new(DateADT as_of, int kind)
{
	SortedRun  *customers = sorted_run_new_sized(&clv_customers_run, 256);

	customers_header(customers)->as_of = as_of;
	customers_header(customers)->kind = kind;
	return customers;
}

/* Count a customer. */
static SortedRun *
customers_add(SortedRun *customers, const PurchasePast *past)
{
	CustomersEntry entry = past_entry(past->frequency, past->recency, past->tenure, 1);

	count_add(&customers_header(customers)->customers, 1, &clv_customers_type);
	count_add(&customers_header(customers)->days_left_out,
			  past->frequency - past->spend_days, &clv_customers_type);
	customers = sorted_run_append(&clv_customers_run, customers, &entry);
	if (past->spend_days > 0)
	{
		entry = spend_entry(past->spend_days, past->spend_mean, 1);
		customers = sorted_run_append(&clv_customers_run, customers, &entry);
	}
	return customers;
}

/*
 * clv_model(h, as_of, model): count a customer.  One who has bought nothing by
 * as_of is not a customer yet; a row without history is skipped.  An as_of or
 * a model that is NULL, unknown or not that of the other rows is an error.
 */
PG_FUNCTION_INFO_V1(clv_model_accum);
Datum
clv_model_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *customers;
	DateADT		as_of = as_of_arg(fcinfo, 2);
	int			kind = kind_arg(fcinfo, 3);
	const SortedRun *history;
	PurchasePast past;

	if (PG_ARGISNULL(0))
		customers = customers_new(as_of, kind);
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
	if (purchase_history_past(history, as_of, &past))
		customers = customers_add(customers, &past);
	if ((Pointer) history != DatumGetPointer(PG_GETARG_DATUM(1)))
		pfree(unconstify(SortedRun *, history));
	PG_RETURN_POINTER(customers);
}

/*
 * Add other customers, for what parallel workers counted.  A different as_of
 * or model is an error.
 */
PG_FUNCTION_INFO_V1(clv_model_combine);
Datum
clv_model_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *customers;
	SortedRun  *other;
	CustomersHeader *head;
	const CustomersHeader *more;

	customers = aggregate_combine_state(fcinfo, &clv_customers_type);
	other = PG_GETARG_SUMMARY(1, &clv_customers_type);
	head = customers_header(customers);
	more = customers_header_const(other);
	if (head->as_of != more->as_of)
		constant_varies("as_of", calendar_day_text(head->as_of),
						calendar_day_text(more->as_of));
	if (head->kind != more->kind)
		constant_varies("model", nbd_kind_names[head->kind],
						nbd_kind_names[more->kind]);
	count_add(&head->customers, more->customers, &clv_customers_type);
	count_add(&head->days_left_out, more->days_left_out, &clv_customers_type);
	customers = sorted_run_merge(&clv_customers_run, customers, other);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(customers);
}

/* Return a hint: what to do about a verdict. */
static const char *
verdict_hint(NbdVerdict verdict)
{
	switch (verdict)
	{
		case NBD_NO_DROPOUT:
			return "Take a longer time, or more customers; these may not have been watched long enough to be seen leaving.";
		case NBD_RATES_ALIKE:
		case NBD_DROPOUT_ALIKE:
			return "Take more customers or a longer time, or try another model; a model of differences between customers needs differences.";
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
			 errdetail("Customers as of %s: " INT64_FORMAT ", with repeat purchases: " INT64_FORMAT ".",
					   calendar_day_text(model->as_of), model->customers,
					   model->repeaters),
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

			/*
			 * only hostile input, which is nonsense anyhow, can be too much
			 * here
			 */
			model->repeaters += entry[i].customers;
			if (entry[i].customers > SUMMARY_MAX_COUNT / rows[i].x)
				summary_count_overflow(&clv_customers_type);
			bought = entry[i].customers * rows[i].x;
			count_add(&model->purchases, bought, &clv_customers_type);
		}
	}
	if (model->repeaters == 0)
		cannot_fit(model, nbd_verdict_text(NBD_NO_REPEATS),
				   "Take more customers or a longer time; rates and dropout show only in purchases on another day than the first.");
	if (model->repeaters < CLV_MIN_REPEATERS)
		cannot_fit(model,
				   psprintf("fewer than %d customers bought again",
							CLV_MIN_REPEATERS),
				   "Take more customers or a longer time; so few tell nothing about others.");

	host.check = clv_check_interrupts;
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
 * Fit the model of spend to entries.  The model of purchases is worth having
 * without a model of spend, so this does not fail; spend_state tells.
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
	if (model->spenders < CLV_MIN_REPEATERS)
		model->spend_state = SPEND_FEW;
	else
	{
		switch (gamma_gamma_fit(rows, count, clv_check_interrupts, NULL, &fit))
		{
			case GAMMA_GAMMA_FITTED:
				model->spend_state = SPEND_FITTED;
				break;
			case GAMMA_GAMMA_MEANS_ALIKE:
				model->spend_state = SPEND_MEANS_ALIKE;
				break;
			case GAMMA_GAMMA_CONSTANT:
				model->spend_state = SPEND_CONSTANT;
				break;
			case GAMMA_GAMMA_EMPTY:
			case GAMMA_GAMMA_FAILED:
				model->spend_state = SPEND_FAILED;
				break;
		}
	}
	pfree(rows);
	if (model->spend_state != SPEND_FITTED)
		return;
	for (int i = 0; i < GAMMA_GAMMA_PARAMETERS; i++)
	{
		model->spend_parameter[i] = fit.parameter[i];
		for (int j = i; j < GAMMA_GAMMA_PARAMETERS; j++)
			model->spend_covariance[triangle(GAMMA_GAMMA_PARAMETERS, i, j)] =
				fit.covariance[i][j] + 0.0;
	}
	model->spend_log_likelihood = fit.log_likelihood;
}

/*
 * Return the model fitted to customers, of which there is one.  It is an error
 * if the likelihood of the purchases has no maximum, or if there are too few
 * repeat purchases to trust one.  The entries are in order, so the same customers
 * give the same model, bit for bit.
 */
static ClvModel *
fit_model(const SortedRun *customers)
{
	ClvModel   *model = summary_new(&clv_model_type);
	int64		first_spend[2] = {(int64) SUBJECT_SPEND << 32, PG_INT64_MIN};
	uint32		pasts = sorted_run_lower_bound(&clv_customers_run, customers,
											   first_spend);

	model->as_of = customers_header_const(customers)->as_of;
	model->kind = (uint8) customers_header_const(customers)->kind;
	model->customers = customers_header_const(customers)->customers;
	model->days_left_out = customers_header_const(customers)->days_left_out;
	fit_purchases(model, customers_entries(customers), pasts);
	fit_spend(model, customers_entries(customers) + pasts, customers->used - pasts);
	return model;
}

/*
 * Return the fitted model; NULL where nobody had bought anything yet.  See
 * fit_model() for errors.
 */
PG_FUNCTION_INFO_V1(clv_model_final);
Datum
clv_model_final(PG_FUNCTION_ARGS)
{
	const SortedRun *customers = clv_customers_get(PG_GETARG_DATUM(0));

	if (customers_header_const(customers)->customers == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(fit_model(customers));
}

/*
 * clv_model(log, as_of, model): return the model that clv_model() fits to the
 * histories of the customers of a purchase_log; NULL for NULL, and where nobody
 * had bought anything by as_of.  An as_of or a model that is NULL, a date that
 * is infinite, and an unknown model are errors, as is what fit_model() refuses.
 */
PG_FUNCTION_INFO_V1(purchase_log_clv_model);
Datum
purchase_log_clv_model(PG_FUNCTION_ARGS)
{
	int			kind = kind_arg(fcinfo, 2);
	SortedRun  *customers;
	DateADT		as_of;
	PurchaseReader reader;

	if (PG_ARGISNULL(1))
		argument_null("as_of", AS_OF_HINT);
	as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	customers = customers_new(as_of, kind);
	purchase_reader_begin(&reader, log_arg(fcinfo, 0, &purchase_log_type));
	while (purchase_reader_next(&reader))
	{
		PurchaseDays days = purchase_reader_days(&reader, as_of);
		PurchasePast past;

		if (purchase_past(&days, as_of, &past))
			customers = customers_add(customers, &past);
	}
	purchase_reader_end(&reader);
	if (customers_header_const(customers)->customers == 0)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(fit_model(sorted_run_finish(&clv_customers_run, customers)));
}
