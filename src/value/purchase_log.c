/*-------------------------------------------------------------------------
 *
 * purchase_log.c
 *	  The purchases of many customers: customers and days in one value.
 *
 * A purchase_log has an entry for each customer and day with a purchase or a
 * refund: how many purchases, what they cost, and what was given back.  Refunds
 * are kept apart, as in a purchase_history, and applied when the log is read.
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
#include "utils/memutils.h"

#include "core/calendar.h"
#include "core/log.h"
#include "core/money.h"
#include "value/purchase_log.h"

static const SummaryType purchase_log_summary = {
	.name = "purchase_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31\", 1, 49.5, 0], [1, \"2025-02-14\", 2, 30, 49.5]]}"
};

/* The words of a payload. */
#define SPENT_WORD		0		/* a MoneySum */
#define RETURNED_WORD	2		/* a MoneySum */
#define PURCHASES_WORD	4
#define PAYLOAD_WORDS	5

/* A payload as numbers. */
typedef struct DayTotals
{
	int128		spent;
	int128		returned;
	int64		purchases;
} DayTotals;

static inline DayTotals
totals_of(const int64 *payload)
{
	DayTotals	totals;

	totals.spent = money_get((const MoneySum *) (payload + SPENT_WORD));
	totals.returned = money_get((const MoneySum *) (payload + RETURNED_WORD));
	totals.purchases = payload[PURCHASES_WORD];
	return totals;
}

static inline void
set_totals(int64 *payload, DayTotals totals)
{
	money_set((MoneySum *) (payload + SPENT_WORD), totals.spent);
	money_set((MoneySum *) (payload + RETURNED_WORD), totals.returned);
	payload[PURCHASES_WORD] = totals.purchases;
}

/*
 * Narrow entries
 *
 * A narrow entry is two words.  The first is the id and the day since
 * NARROW_FIRST_DAY, as in an mrr_log.  The two lowest bits of the second say
 * what the day has, and with that what the others are:
 *
 *		purchases	how many, then what they cost in the 48 highest bits
 *		refunds		what they are
 *		both		how many purchases, what they cost, the refunds
 */
#define NARROW_DAY_BITS		24
#define NARROW_FIRST_DAY	(-(1 << (NARROW_DAY_BITS - 1)))
#define NARROW_ID_LIMIT		(INT64CONST(1) << (64 - NARROW_DAY_BITS - 1))

#define HAS_BITS			2
#define HAS_PURCHASES		0
#define HAS_REFUNDS			1
#define HAS_BOTH			2

#define COUNT_BITS			14
#define SPENT_SHIFT			(HAS_BITS + COUNT_BITS)
#define BOTH_COUNT_BITS		8
#define BOTH_SPENT_SHIFT	(HAS_BITS + BOTH_COUNT_BITS)
#define BOTH_SPENT_BITS		30
#define BOTH_REFUND_SHIFT	(BOTH_SPENT_SHIFT + BOTH_SPENT_BITS)

static inline bool
fits(int128 value, int bits)
{
	return ((uint128) value) >> bits == 0;
}

static inline uint64
low_bits(uint64 word, int shift, int bits)
{
	return (word >> shift) & ((UINT64CONST(1) << bits) - 1);
}

/* Write totals as a word; false, and nothing written, if they do not fit one. */
static inline bool
totals_to_word(DayTotals totals, int64 *word)
{
	if (likely(totals.returned == 0))
	{
		if (unlikely(!fits(totals.purchases, COUNT_BITS) ||
					 !fits(totals.spent, 64 - SPENT_SHIFT)))
			return false;
		*word = (int64) ((uint64) totals.spent << SPENT_SHIFT |
						 (uint64) totals.purchases << HAS_BITS | HAS_PURCHASES);
		return true;
	}
	if (totals.purchases == 0)
	{
		if (!fits(totals.returned, 64 - HAS_BITS))
			return false;
		*word = (int64) ((uint64) totals.returned << HAS_BITS | HAS_REFUNDS);
		return true;
	}
	if (!fits(totals.returned, 64 - BOTH_REFUND_SHIFT) ||
		!fits(totals.spent, BOTH_SPENT_BITS) ||
		!fits(totals.purchases, BOTH_COUNT_BITS))
		return false;
	*word = (int64) ((uint64) totals.returned << BOTH_REFUND_SHIFT |
					 (uint64) totals.spent << BOTH_SPENT_SHIFT |
					 (uint64) totals.purchases << HAS_BITS | HAS_BOTH);
	return true;
}

static inline DayTotals
totals_from_word(int64 signed_word)
{
	uint64		word = (uint64) signed_word;
	DayTotals	totals = {0, 0, 0};

	switch (word & ((1 << HAS_BITS) - 1))
	{
		case HAS_PURCHASES:
			totals.spent = word >> SPENT_SHIFT;
			totals.purchases = (int64) low_bits(word, HAS_BITS, COUNT_BITS);
			break;
		case HAS_REFUNDS:
			totals.returned = word >> HAS_BITS;
			break;
		default:
			totals.returned = word >> BOTH_REFUND_SHIFT;
			totals.spent = low_bits(word, BOTH_SPENT_SHIFT, BOTH_SPENT_BITS);
			totals.purchases = (int64) low_bits(word, HAS_BITS, BOTH_COUNT_BITS);
	}
	return totals;
}

static inline bool
purchase_to_narrow(const LogEntry *entry, int64 *words)
{
	int64		id = entry->id.word[0];
	uint64		day = (uint64) (entry->time - NARROW_FIRST_DAY);

	if (unlikely(id < -NARROW_ID_LIMIT || id >= NARROW_ID_LIMIT ||
				 day >> NARROW_DAY_BITS != 0))
		return false;
	words[0] = (int64) ((uint64) id << NARROW_DAY_BITS | day);
	return totals_to_word(totals_of(entry->payload), &words[1]);
}

static void
purchase_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = words[0] >> NARROW_DAY_BITS;
	entry->time = (int64) low_bits((uint64) words[0], 0, NARROW_DAY_BITS) +
		NARROW_FIRST_DAY;
	set_totals(entry->payload, totals_from_word(words[1]));
}

static DayTotals
add_totals(DayTotals totals, DayTotals more)
{
	totals.spent = money_add(totals.spent, more.spent);
	totals.returned = money_add(totals.returned, more.returned);
	count_add(&totals.purchases, more.purchases, &purchase_log_summary);
	return totals;
}

static bool
purchase_merge_narrow(int64 *into, const int64 *from)
{
	return totals_to_word(add_totals(totals_from_word(into[1]),
									 totals_from_word(from[1])), &into[1]);
}

/*
 * Payloads
 */

static void
purchase_merge(int64 *payload, const int64 *more)
{
	set_totals(payload, add_totals(totals_of(payload), totals_of(more)));
}

/* Whatever is taken away must have been there. */
static bool
purchase_subtract(int64 *payload, const int64 *fewer)
{
	DayTotals	totals = totals_of(payload);
	DayTotals	part = totals_of(fewer);

	totals.spent -= part.spent;
	totals.returned -= part.returned;
	totals.purchases -= part.purchases;
	set_totals(payload, totals);
	return totals.spent >= 0 && totals.returned >= 0 && totals.purchases >= 0 &&
		(totals.purchases > 0 || totals.spent == 0);
}

static bool
purchase_is_empty(const int64 *payload)
{
	return payload[PURCHASES_WORD] == 0 &&
		money_is_zero((const MoneySum *) (payload + RETURNED_WORD));
}

static bool
purchase_is_usual(const int64 *payload)
{
	(void) payload;
	return false;
}

/*
 * Packed, a payload is twice what was spent for one purchase, and one more than
 * that where the number of purchases and the refunds follow.
 */
static void
purchase_pack(StringInfo buf, const int64 *payload)
{
	DayTotals	totals = totals_of(payload);
	bool		is_one = totals.purchases == 1 && totals.returned == 0;

	log_put_varint(buf, (uint128) totals.spent << 1 | (is_one ? 0 : 1));
	if (is_one)
		return;
	log_put_varint(buf, (uint128) totals.purchases);
	log_put_varint(buf, (uint128) totals.returned);
}

static void
purchase_unpack(LogReader *reader, int64 *payload)
{
	DayTotals	totals = {0, 0, 0};

	if (likely(reader != NULL))
	{
		uint128		spent = log_get_long_varint(reader);

		totals.spent = (int128) (spent >> 1);
		totals.purchases = 1;
		if ((spent & 1) != 0)
		{
			totals.purchases = (int64) log_get_varint(reader);
			totals.returned = (int128) log_get_long_varint(reader);
		}
	}
	set_totals(payload, totals);
}

static void
purchase_to_json(StringInfo buf, const int64 *payload, int scale)
{
	DayTotals	totals = totals_of(payload);

	appendStringInfo(buf, ", " INT64_FORMAT ", ", totals.purchases);
	money_append_text(buf, totals.spent, scale);
	appendStringInfoString(buf, ", ");
	money_append_text(buf, totals.returned, scale);
}

/* Read part n of an entry, money. */
static MoneyAmount
amount_from_json(const JsonbValue *parts, int n, const char *place)
{
	SummaryPlace part = summary_json_part(n + 3, place);
	MoneyAmount amount = money_from_json(&parts[n], part.shown, &purchase_log_summary);

	if (amount.scale > MONEY_MAX_DECIMALS)
		summary_text_invalid(&purchase_log_summary, "%s is %s, not a number of at most %d decimals.",
							 summary_json_key_shown(part.shown),
							 summary_json_shown(&parts[n]), MONEY_MAX_DECIMALS);
	return amount;
}

static void
purchase_from_json(LogState *state, const JsonbValue *parts, const char *place,
				   int64 *payload)
{
	SummaryPlace part = summary_json_part(3, place);
	MoneyAmount spent = amount_from_json(parts, 1, place);
	MoneyAmount returned = amount_from_json(parts, 2, place);
	DayTotals	totals;

	log_state_set_scale(state, Max(spent.scale, returned.scale));
	totals.purchases = summary_json_count(&parts[0], part.shown, &purchase_log_summary);
	totals.spent = money_rescale(spent.value, state->scale - spent.scale);
	totals.returned = money_rescale(returned.value, state->scale - returned.scale);
	set_totals(payload, totals);
}

static const char *
purchase_problem(const LogEntry *entry)
{
	DayTotals	totals = totals_of(entry->payload);

	if (totals.purchases < 0 || totals.purchases > SUMMARY_MAX_COUNT)
		return "A number of purchases is out of range.";
	if (totals.spent < 0 || totals.returned < 0)
		return "What purchases cost and refunds are from 0 up.";
	if (!money_fits(totals.spent) || !money_fits(totals.returned))
		return "An amount has too many digits.";
	if (totals.purchases == 0 && totals.spent > 0)
		return "It costs something, and is no purchase.";
	if (totals.purchases == 0 && totals.returned == 0)
		return "It has neither a purchase nor a refund.";
	return NULL;
}

const LogType purchase_log_type = {
	.summary = &purchase_log_summary,
	.time_is_day = true,
	.payload_words = PAYLOAD_WORDS,
	.narrow = {.words = 2,.key_words = 1,.payload_bits = 0},
	.narrow_id_shift = NARROW_DAY_BITS,
	.to_narrow = purchase_to_narrow,
	.from_narrow = purchase_from_narrow,
	.merge_narrow = purchase_merge_narrow,
	.merge = purchase_merge,
	.subtract = purchase_subtract,
	.is_empty = purchase_is_empty,
	.can_be_empty = true,
	.money = {SPENT_WORD, RETURNED_WORD},
	.money_count = 2,
	.is_usual = purchase_is_usual,
	.pack = purchase_pack,
	.unpack = purchase_unpack,
	.json_parts = 3,
	.json_payload = "an id, a day, a number of purchases, what they cost, and refunds",
	.to_json = purchase_to_json,
	.from_json = purchase_from_json,
	.problem = purchase_problem
};

/*
 * Input and output
 */

/* purchase_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(purchase_log_in);
Datum
purchase_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &purchase_log_type);
}

/* purchase_log_out: the text form, JSON, in the order of customers and days. */
PG_FUNCTION_INFO_V1(purchase_log_out);
Datum
purchase_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &purchase_log_type);
}

/* purchase_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(purchase_log_recv);
Datum
purchase_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &purchase_log_type);
}

/* purchase_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(purchase_log_send);
Datum
purchase_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &purchase_log_type);
}

/*
 * Aggregation
 */

/*
 * A row of purchase_log(customer_id, amount, purchased_on): a purchase, or a
 * refund, which is an amount below 0.  A row without customer, amount or day is
 * skipped.  An amount that is no finite number and an infinite date are errors.
 */
static pg_attribute_always_inline Datum
purchase_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	MoneyAmount amount;
	DayTotals	totals = {0, 0, 0};
	LogEntry	entry;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	amount = money_arg(PG_GETARG_DATUM(2), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	entry.time = calendar_date_arg(PG_GETARG_DATEADT(3), "purchased_on",
								   "Leave such rows out with FILTER (WHERE isfinite(purchased_on)).");
	if (likely(amount.value >= 0))
	{
		totals.spent = amount.value;
		totals.purchases = 1;
	}
	else
		totals.returned = -amount.value;
	set_totals(entry.payload, totals);
	return log_add_row(fcinfo, &purchase_log_type, kind, amount.scale, &entry);
}

/*
 * The transition function by the type of the ids; see purchase_log_accum().
 *
 * Makes purchase_log_accum_int2, purchase_log_accum_int4,
 * purchase_log_accum_int8, purchase_log_accum_uuid, purchase_log_accum_text.
 */
#define PURCHASE_LOG_ACCUM(name, kind) \
Datum \
purchase_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return purchase_log_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(purchase_log_accum_int2);
PURCHASE_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(purchase_log_accum_int4);
PURCHASE_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(purchase_log_accum_int8);
PURCHASE_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(purchase_log_accum_uuid);
PURCHASE_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(purchase_log_accum_text);
PURCHASE_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  Purchases
 * of a customer on a day add up.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(purchase_log_combine);
Datum
purchase_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &purchase_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(purchase_log_final);
Datum
purchase_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &purchase_log_type);
}

/*
 * a - b: what is left of a log when the purchases and refunds of a part of it
 * are taken away; an error where they are not in it.
 */
PG_FUNCTION_INFO_V1(purchase_log_difference);
Datum
purchase_log_difference(PG_FUNCTION_ARGS)
{
	return log_difference(fcinfo, &purchase_log_type);
}

/*
 * Reading
 */

/* Loops over customers look for a cancel request once in so many. */
#define CUSTOMER_MASK	0xfff

/* Begin to go through the customers of a log. */
void
purchase_reader_begin(PurchaseReader *reader, const PackedLog *log)
{
	memset(reader, 0, sizeof(PurchaseReader));
	log_read(&reader->log, log, &purchase_log_type);
	reader->room = 64;
	reader->entry = palloc(reader->room * sizeof(PurchaseDay));
	reader->scratch = AllocSetContextCreate(CurrentMemoryContext,
											"purchase_log refunds",
											ALLOCSET_DEFAULT_SIZES);
}

static void
put_entry(PurchaseReader *reader, DateADT day, bool is_refund, int128 amount,
		  int64 purchases)
{
	PurchaseDay *entry = &reader->entry[reader->count++];

	entry->key = purchase_key(day, is_refund);
	money_set(&entry->amount, amount);
	entry->purchases = purchases;
}

/* Go to the next customer; false after the last. */
bool
purchase_reader_next(PurchaseReader *reader)
{
	if ((++reader->customers & CUSTOMER_MASK) == 0)
		CHECK_FOR_INTERRUPTS();
	if (!log_next_id(&reader->log))
		return false;
	reader->id = reader->log.id;
	reader->count = 0;
	if (unlikely((uint64) reader->log.of_id * 2 > reader->room))
	{
		reader->room = reader->log.of_id * 2;
		reader->entry = repalloc_huge(reader->entry,
									  (Size) reader->room * sizeof(PurchaseDay));
	}
	while (reader->log.of_id > 0)
	{
		LogEntry	entry;
		DayTotals	totals;

		(void) log_next(&reader->log, &entry);
		totals = totals_of(entry.payload);
		if (totals.purchases > 0)
			put_entry(reader, (DateADT) entry.time, false, totals.spent,
					  totals.purchases);
		if (totals.returned > 0)
			put_entry(reader, (DateADT) entry.time, true, totals.returned, 0);
	}
	return true;
}

/*
 * Return the customer's days of purchase up to and including as_of, DATEVAL_NOEND
 * for all, with the refunds until then applied.  They are valid until the next
 * call.
 */
PurchaseDays
purchase_reader_days(PurchaseReader *reader, DateADT as_of)
{
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	PurchaseDays days;

	MemoryContextReset(reader->scratch);
	days = purchase_days(reader->entry,
						 purchase_entries_until(reader->entry, reader->count, as_of),
						 reader->log.scale);
	MemoryContextSwitchTo(old);
	return days;
}

/* Free what a reader has allocated. */
void
purchase_reader_end(PurchaseReader *reader)
{
	pfree(reader->entry);
	MemoryContextDelete(reader->scratch);
}
