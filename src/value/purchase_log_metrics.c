/*-------------------------------------------------------------------------
 *
 * purchase_log_metrics.c
 *	  What a purchase_log answers: customers, purchases, revenue, the classic
 *	  customer value, who buys again, and the histories of its customers.
 *
 * rfm() is in rfm.c, and clv_model() of a log in clv_fit.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/date.h"

#include "core/aggregate.h"
#include "core/log.h"
#include "core/money.h"
#include "core/result.h"
#include "value/purchase_log.h"
#include "value/value_summary.h"

/* What the customers of a log have bought, refunds applied. */
typedef struct LogTotals
{
	int64		customers;		/* who have bought anything */
	int64		repeaters;		/* on two days or more */
	int64		purchases;
	int128		revenue;
} LogTotals;

/* Add what a customer has bought; false where that is nothing. */
static bool
add_customer(LogTotals *totals, PurchaseReader *reader)
{
	PurchaseDays days = purchase_reader_days(reader, DATEVAL_NOEND);

	for (uint32 i = 0; i < days.count; i++)
		count_add(&totals->purchases, days.day[i].purchases,
				  purchase_log_type.summary);
	totals->revenue = money_add(totals->revenue, purchase_net(reader->entry, reader->count));
	totals->customers += days.count > 0;
	totals->repeaters += days.count > 1;
	return days.count > 0;
}

/* Return the totals of a log. */
static LogTotals
totals_of_log(const PackedLog *log)
{
	LogTotals	totals = {0, 0, 0, 0};
	PurchaseReader reader;

	purchase_reader_begin(&reader, log);
	while (purchase_reader_next(&reader))
		(void) add_customer(&totals, &reader);
	purchase_reader_end(&reader);
	return totals;
}

/*
 * customers(log): return how many customers have bought something that was not
 * given back.
 */
PG_FUNCTION_INFO_V1(purchase_log_customers);
Datum
purchase_log_customers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(totals_of_log(log_arg(fcinfo, 0, &purchase_log_type)).customers);
}

/*
 * purchases(log): return how many purchases there are, also several of a
 * customer on a day, without the days that refunds have cancelled.
 */
PG_FUNCTION_INFO_V1(purchase_log_purchases);
Datum
purchase_log_purchases(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(totals_of_log(log_arg(fcinfo, 0, &purchase_log_type)).purchases);
}

/* revenue(log): return the exact sum of all amounts, refunds taken off. */
PG_FUNCTION_INFO_V1(purchase_log_revenue);
Datum
purchase_log_revenue(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &purchase_log_type);

	return money_to_numeric(totals_of_log(log).revenue, log->scale);
}

/*
 * repeat_rate(log): return which share of the customers have bought on two days
 * or more, in percent points; NULL without customers.
 */
PG_FUNCTION_INFO_V1(purchase_log_repeat_rate);
Datum
purchase_log_repeat_rate(PG_FUNCTION_ARGS)
{
	LogTotals	totals = totals_of_log(log_arg(fcinfo, 0, &purchase_log_type));

	if (totals.customers == 0)
		PG_RETURN_NULL();
	return percent_result(totals.repeaters, totals.customers);
}

/*
 * clv(log, lifetime, gross_margin): return revenue / customers * lifetime *
 * margin; NULL where nobody has bought anything.  See clv_result().
 */
PG_FUNCTION_INFO_V1(purchase_log_clv);
Datum
purchase_log_clv(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &purchase_log_type);
	LogTotals	totals = totals_of_log(log);

	return clv_result(fcinfo, 1, money_to_numeric(totals.revenue, log->scale),
					  totals.customers);
}

/*
 * value_summary(log): return purchases, revenue and customers, refunds applied,
 * in a value_summary.
 */
PG_FUNCTION_INFO_V1(purchase_log_value_summary);
Datum
purchase_log_value_summary(PG_FUNCTION_ARGS)
{
	const PackedLog *log = log_arg(fcinfo, 0, &purchase_log_type);
	SortedRun  *summary = value_new(log->kind, log->ids);
	LogTotals	totals = {0, 0, 0, 0};
	PurchaseReader reader;

	purchase_reader_begin(&reader, log);
	while (purchase_reader_next(&reader))
	{
		if (add_customer(&totals, &reader))
			summary = sorted_run_append(value_run(log->kind), summary, &reader.id);
	}
	purchase_reader_end(&reader);
	value_header(summary)->purchases = totals.purchases;
	value_add_revenue(value_header(summary), totals.revenue, log->scale);
	PG_RETURN_POINTER(value_finish(summary));
}

/*
 * histories(log) -> (customer_id, history): a row for each customer, with the
 * purchase_history that purchase_history() makes of the customer's rows.  The
 * ids have the type of the function's name.
 */
static Datum
put_histories(FunctionCallInfo fcinfo, IdKind kind)
{
	const PackedLog *log;
	PurchaseReader reader;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log = log_arg(fcinfo, 0, &purchase_log_type);
	log_check_kind(&purchase_log_type, log, kind, "histories");
	purchase_reader_begin(&reader, log);
	rows_begin(&rows, fcinfo);
	while (purchase_reader_next(&reader))
	{
		Datum		values[2];
		bool		nulls[2] = {false, false};

		values[0] = id_result(kind, &reader.id);
		values[1] = PointerGetDatum(purchase_history_make(reader.entry, reader.count,
														  log->scale));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	purchase_reader_end(&reader);
	return (Datum) 0;
}

/* histories(log) of a log with ids that are integers */
PG_FUNCTION_INFO_V1(purchase_log_histories);
Datum
purchase_log_histories(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_INTEGER);
}

/* histories_uuid(log) of a log with ids that are uuids */
PG_FUNCTION_INFO_V1(purchase_log_histories_uuid);
Datum
purchase_log_histories_uuid(PG_FUNCTION_ARGS)
{
	return put_histories(fcinfo, ID_UUID);
}
