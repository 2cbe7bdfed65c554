/*-------------------------------------------------------------------------
 *
 * rfm.c
 *	  Recency, frequency and monetary value of the customers of a purchase_log,
 *	  and scores of them.
 *
 * The scores are fifths of the customers, 5 for the best.  Who is better than
 * 60 percent of all customers, but not than 80, has a 4: a score is
 *
 *		1 + floor(5 * (customers who are worse) / customers)
 *
 * Equal figures have equal scores.  ntile(5), which is often used for this, puts
 * equal customers into different fifths wherever a fifth is full.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/entry_sort.h"
#include "core/log.h"
#include "core/result.h"
#include "value/purchase_log.h"

#define RFM_SCORES		5

/* The figures that have a score. */
typedef enum RfmFigure
{
	RFM_RECENCY,
	RFM_FREQUENCY,
	RFM_MONETARY
} RfmFigure;

#define RFM_FIGURES		(RFM_MONETARY + 1)

typedef struct RfmCustomer
{
	Id			id;
	int64		purchases;
	MoneySum	revenue;
	int32		days_since_last;
	uint8		score[RFM_FIGURES];
} RfmCustomer;

/*
 * A figure of a customer, as a number of two signed words, the more the better,
 * and the customer's place.
 */
typedef struct RfmRank
{
	int64		high;
	int64		low;
	int64		place;
} RfmRank;

static const EntryShape rank_shape = {.words = 3,.key_words = 2,.payload_bits = 0};

#define SIGN_BIT	UINT64CONST(0x8000000000000000)

static RfmRank
rank_of(const RfmCustomer *customer, RfmFigure figure, uint32 place)
{
	RfmRank		rank = {0, 0, place};

	switch (figure)
	{
		case RFM_RECENCY:
			rank.low = -(int64) customer->days_since_last;
			break;
		case RFM_FREQUENCY:
			rank.low = customer->purchases;
			break;
		case RFM_MONETARY:
			rank.high = customer->revenue.high;
			rank.low = (int64) (customer->revenue.low ^ SIGN_BIT);
			break;
	}
	return rank;
}

/* Give all customers the score of a figure. */
static void
set_scores(RfmCustomer *customer, uint32 count, RfmFigure figure, RfmRank *rank)
{
	uint32		worse = 0;

	for (uint32 i = 0; i < count; i++)
		rank[i] = rank_of(&customer[i], figure, i);
	entries_sort(&rank_shape, (int64 *) rank, count);
	for (uint32 i = 0; i < count; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (i > 0 && (rank[i].high != rank[i - 1].high || rank[i].low != rank[i - 1].low))
			worse = i;
		customer[rank[i].place].score[figure] =
			(uint8) (1 + (uint64) worse * RFM_SCORES / count);
	}
}

/* Return the customers of a log who had bought something by a day. */
static RfmCustomer *
read_customers(const PackedLog *log, DateADT as_of, uint32 *count)
{
	RfmCustomer *customer = MemoryContextAllocHuge(CurrentMemoryContext,
												   (Size) Max(log->ids, 1) * sizeof(RfmCustomer));
	PurchaseReader reader;

	*count = 0;
	purchase_reader_begin(&reader, log);
	while (purchase_reader_next(&reader))
	{
		PurchaseDays days = purchase_reader_days(&reader, as_of);
		RfmCustomer *next = &customer[*count];
		uint32		entries;

		if (days.count == 0)
			continue;
		entries = purchase_entries_until(reader.entry, reader.count, as_of);
		next->id = reader.id;
		next->purchases = 0;
		for (uint32 i = 0; i < days.count; i++)
			count_add(&next->purchases, days.day[i].purchases,
					  purchase_log_type.summary);
		money_set(&next->revenue, purchase_net(reader.entry, entries));
		next->days_since_last = as_of - purchase_day(&days.day[days.count - 1]);
		(*count)++;
	}
	purchase_reader_end(&reader);
	return customer;
}

#define RFM_COLUMNS		7

static void
put_customers(FunctionCallInfo fcinfo, IdKind kind, const RfmCustomer *customer,
			  uint32 count, int scale)
{
	ResultRows	rows;

	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < count; i++, customer++)
	{
		Datum		values[RFM_COLUMNS];
		bool		nulls[RFM_COLUMNS] = {false};

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		values[0] = id_result(kind, &customer->id);
		values[1] = Int32GetDatum(customer->days_since_last);
		values[2] = Int64GetDatum(customer->purchases);
		values[3] = money_to_numeric(money_get(&customer->revenue), scale);
		for (int f = 0; f < RFM_FIGURES; f++)
			values[4 + f] = Int32GetDatum(customer->score[f]);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
}

/*
 * rfm(log, as_of) -> (customer_id, days_since_last, purchases, revenue,
 * recency_score, frequency_score, monetary_score): a row for each customer who
 * had bought something by as_of, refunds until then applied.  Later purchases
 * are ignored.  The ids have the type of the function's name.
 */
static Datum
rfm(FunctionCallInfo fcinfo, IdKind kind)
{
	const PackedLog *log;
	DateADT		as_of = calendar_day_arg(PG_GETARG_TIMESTAMP(1), "as_of");
	RfmCustomer *customer;
	RfmRank    *rank;
	uint32		count;

	InitMaterializedSRF(fcinfo, 0);
	log = log_arg(fcinfo, 0, &purchase_log_type);
	log_check_kind(&purchase_log_type, log, kind, "rfm");
	customer = read_customers(log, as_of, &count);
	rank = MemoryContextAllocHuge(CurrentMemoryContext,
								  (Size) Max(count, 1) * sizeof(RfmRank));
	for (int figure = 0; figure < RFM_FIGURES; figure++)
		set_scores(customer, count, (RfmFigure) figure, rank);
	pfree(rank);
	put_customers(fcinfo, kind, customer, count, log->scale);
	pfree(customer);
	return (Datum) 0;
}

/* rfm(log, as_of) of a log with ids that are integers */
PG_FUNCTION_INFO_V1(purchase_log_rfm);
Datum
purchase_log_rfm(PG_FUNCTION_ARGS)
{
	return rfm(fcinfo, ID_INTEGER);
}

/* rfm_uuid(log, as_of) of a log with ids that are uuids */
PG_FUNCTION_INFO_V1(purchase_log_rfm_uuid);
Datum
purchase_log_rfm_uuid(PG_FUNCTION_ARGS)
{
	return rfm(fcinfo, ID_UUID);
}
