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

static void *
alloc_rows(Size count, Size size)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, Max(count, 1) * size);
}

/* Keep what was fitted to the purchases. */
static void
keep_purchases(ClvModel *model, const NbdModel *fit)
{
	model->rates = (uint8) fit->rates;
	model->dropout = (uint8) fit->dropout;
	for (int i = 0; i < fit->estimates; i++)
	{
		model->parameter[i] = fit->estimate[i];
		for (int j = i; j < fit->estimates; j++)
			model->covariance[triangle(fit->estimates, i, j)] =
				fit->covariance[i][j] + 0.0;
	}
	model->log_likelihood = fit->log_likelihood;
}

/*
 * Fit the model of purchases to the entries [0, count).  Where there is nothing to
 * fit the model says why, and a query over many groups goes on.
 */
static void
fit_purchases(ClvModel *model, const CustomersEntry *entry, uint32 count)
{
	NbdRow	   *rows = alloc_rows(count, sizeof(NbdRow));
	NbdHost		host;
	NbdModel	fit;

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
	if (model->repeaters == 0 || model->customers == 1)
	{
		model->problem = model->repeaters == 0 ? MODEL_NO_REPEATS : MODEL_ONE_CUSTOMER;
		pfree(rows);
		return;
	}

	host.check = clv_check_interrupts;
	host.arg = NULL;
	host.workspace = palloc(nbd_workspace_size());
	if (nbd_fit((NbdKind) model->kind, rows, count, &host, &fit) == NBD_FITTED)
		keep_purchases(model, &fit);
	else
		model->problem = MODEL_FAILED;
	pfree(host.workspace);
	pfree(rows);
}

/* Fit the model of spend to entries; spend_state tells which it is. */
static void
fit_spend(ClvModel *model, const CustomersEntry *entry, uint32 count)
{
	GammaGammaRow *rows = alloc_rows(count, sizeof(GammaGammaRow));
	GammaGammaModel fit;
	int			n;

	for (uint32 i = 0; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		rows[i].x = entry_days(&entry[i]);
		rows[i].mean = entry_mean(&entry[i]);
		rows[i].count = entry[i].customers;
		model->spenders += entry[i].customers;
	}
	model->spend_state = SPEND_NONE;
	if (model->problem != MODEL_FITTED ||
		gamma_gamma_fit(rows, count, clv_check_interrupts, NULL, &fit) !=
		GAMMA_GAMMA_FITTED)
	{
		pfree(rows);
		return;
	}
	pfree(rows);
	model->spend_state = (uint8) fit.spread;
	n = gamma_gamma_parameters(fit.spread);
	for (int i = 0; i < n; i++)
	{
		model->spend_parameter[i] = fit.parameter[i];
		for (int j = i; j < n && fit.spread != GAMMA_GAMMA_ONE_VALUE; j++)
			model->spend_covariance[triangle(n, i, j)] =
				fit.covariance[i][j] + 0.0;
	}
	model->spend_log_likelihood = fit.log_likelihood;
}

/*
 * Leave nothing of a fit but that it failed: a model must be one that its input
 * functions accept, and those refuse what lies outside every sensible range.
 */
static void
forget_fit(ClvModel *model)
{
	model->problem = MODEL_FAILED;
	model->rates = model->dropout = 0;
	model->spend_state = SPEND_NONE;
	memset(model->parameter, 0, sizeof(model->parameter));
	memset(model->covariance, 0, sizeof(model->covariance));
	model->log_likelihood = 0.0;
	memset(model->spend_parameter, 0, sizeof(model->spend_parameter));
	memset(model->spend_covariance, 0, sizeof(model->spend_covariance));
	model->spend_log_likelihood = 0.0;
}

/*
 * Return the model fitted to customers, of which there is one.  Where there is no
 * maximum it is the limit that the likelihood rises to; where there is nothing to
 * fit the model has a problem instead.  The entries are in order, so the same
 * customers give the same model, bit for bit.
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
	if (unlikely(clv_model_impossible(model) != NULL))
		forget_fit(model);
	return model;
}

/*
 * Return the fitted model; NULL where nobody had bought anything yet.
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
 * is infinite, and an unknown model are errors.
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
