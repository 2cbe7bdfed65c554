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
#include "port/pg_bitutils.h"
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
 * A figure of a customer, the more the better, and the customer's place, to be
 * put in order: a number of two signed words and the place; or, where they fit,
 * one word of the figure less the smallest one and the place in the lowest bits.
 */
#define WIDE_WORDS		3

typedef struct RfmRanks
{
	EntryShape	shape;
	int64	   *word;
	int128		smallest;
} RfmRanks;

#define SIGN_BIT	UINT64CONST(0x8000000000000000)

static int128
figure_of(const RfmCustomer *customer, RfmFigure figure)
{
	switch (figure)
	{
		case RFM_RECENCY:
			return -(int128) customer->days_since_last;
		case RFM_FREQUENCY:
			return customer->purchases;
		case RFM_MONETARY:
			break;
	}
	return money_get(&customer->revenue);
}

/* Say how the figures of all customers are put in order. */
static void
choose_shape(RfmRanks *ranks, const RfmCustomer *customer, uint32 count,
			 RfmFigure figure)
{
	int			place_bits = pg_leftmost_one_pos32(count) + 1;
	int128		largest;

	ranks->smallest = largest = figure_of(&customer[0], figure);
	for (uint32 i = 1; i < count; i++)
	{
		int128		value = figure_of(&customer[i], figure);

		ranks->smallest = Min(ranks->smallest, value);
		largest = Max(largest, value);
	}
	/* one word, or that and a second one and the place behind it */
	ranks->shape.payload_bits =
		((uint128) largest - (uint128) ranks->smallest) >> (63 - place_bits) == 0 ?
		place_bits : 0;
	ranks->shape.words = ranks->shape.payload_bits > 0 ? 1 : WIDE_WORDS;
	ranks->shape.key_words = ranks->shape.payload_bits > 0 ? 1 : WIDE_WORDS - 1;
}

static void
put_rank(RfmRanks *ranks, uint32 place, int128 value)
{
	int64	   *word = ranks->word + (Size) place * ranks->shape.words;

	if (ranks->shape.words == 1)
		word[0] = (int64) (value - ranks->smallest) << ranks->shape.payload_bits | place;
	else
	{
		word[0] = (int64) (value >> 64);
		word[1] = (int64) ((uint64) value ^ SIGN_BIT);
		word[2] = place;
	}
}

/* Give all customers the score of a figure; there is at least one. */
static void
set_scores(RfmCustomer *customer, uint32 count, RfmFigure figure, int64 *words)
{
	RfmRanks	ranks = {.word = words};
	uint32		worse = 0;

	choose_shape(&ranks, customer, count, figure);
	for (uint32 i = 0; i < count; i++)
		put_rank(&ranks, i, figure_of(&customer[i], figure));
	entries_sort(&ranks.shape, ranks.word, count);
	for (uint32 i = 0; i < count; i++)
	{
		const int64 *word = ranks.word + (Size) i * ranks.shape.words;
		uint32		place = (uint32) word[ranks.shape.words - 1];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (ranks.shape.words == 1)
			place &= ((uint32) 1 << ranks.shape.payload_bits) - 1;
		if (i > 0 && entry_compare(&ranks.shape, word - ranks.shape.words, word) != 0)
			worse = i;
		customer[place].score[figure] =
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
	int64	   *words;
	uint32		count;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	log = log_arg(fcinfo, 0, &purchase_log_type);
	log_check_kind(&purchase_log_type, log, kind, "rfm");
	customer = read_customers(log, as_of, &count);
	words = MemoryContextAllocHuge(CurrentMemoryContext,
								   (Size) Max(count, 1) * WIDE_WORDS * sizeof(int64));
	for (int figure = 0; figure < RFM_FIGURES && count > 0; figure++)
		set_scores(customer, count, (RfmFigure) figure, words);
	pfree(words);
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
