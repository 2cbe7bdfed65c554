/*-------------------------------------------------------------------------
 *
 * mrr_summary.c
 *	  Recurring revenue over customers: the MRR bridge.
 *
 * An mrr_summary counts and adds up, for every month (quarter, year) in which
 * something moved, what customers did: new, reactivation, expansion,
 * contraction, churn.  Opening and closing MRR of any period follow from the
 * movements before it, since everybody starts at nothing; and so do NRR and
 * GRR, because contraction and churn can only come from customers with
 * revenue at the start:
 *
 *	  sum of closing MRR of those customers = opening + expansion
 *												- contraction - churned
 *	  sum of min(opening, closing) MRR		= opening - contraction - churned
 *
 * Sums and counts of disjoint sets of customers add up, and that is roll-up.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/result.h"
#include "core/run_difference.h"
#include "core/summary_json.h"
#include "revenue/mrr_history.h"
#include "revenue/mrr_log.h"

/*
 * The sums of a period.  Customers are counted with some of them, not with
 * expansion and contraction.
 */
typedef enum BridgeSum
{
	SUM_NEW,
	SUM_REACTIVATION,
	SUM_CHURNED,
	BRIDGE_COUNTS,				/* customers are counted with those above */
	SUM_EXPANSION = BRIDGE_COUNTS,
	SUM_CONTRACTION,
	BRIDGE_SUMS
} BridgeSum;

/* What moved in a period. */
typedef struct BridgePeriod
{
	int64		period;			/* see calendar.h; the key of the run */
	int64		customers[BRIDGE_COUNTS];
	MoneySum	sums[BRIDGE_SUMS];
} BridgePeriod;

/* How many bytes a BridgePeriod has in the binary form. */
#define PERIOD_SENT		(sizeof(int32) + BRIDGE_COUNTS * sizeof(int64) + \
						 BRIDGE_SUMS * sizeof(MoneySum))

/* The header of an mrr_summary's sorted run. */
typedef struct BridgeHeader
{
	int32		grain;			/* 0 while not known yet */
	int32		scale;			/* of all sums */
} BridgeHeader;

/* MRR and customers between two periods. */
typedef struct BridgeLevel
{
	int128		mrr;
	int64		customers;
} BridgeLevel;

static const SummaryType bridge_type = {
	.name = "mrr_summary",
	.example = "{\"version\": 1, \"grain\": \"month\", \"periods\": {\"2025-01-01\": {\"new_mrr\": 166.5, \"new_customers\": 2}}}",
	.size = 0
};

static void period_merge(void *into, const void *from);

static const SortedRunType bridge_run = {
	.type_name = "mrr_summary",
	.too_large_hint = "Summarize fewer periods, or take a coarser grain.",
	.header_size = sizeof(BridgeHeader),
	.entry_size = sizeof(BridgePeriod),
	.key_words = 1,
	.merge = period_merge
};

static const MoneyRun bridge_money = {
	.type = &bridge_type,
	.run = &bridge_run,
	.scale = offsetof(BridgeHeader, scale),
	.first_sum = offsetof(BridgePeriod, sums),
	.sums = BRIDGE_SUMS
};

static const char *const sum_keys[BRIDGE_SUMS] = {
	[SUM_NEW] = "new_mrr",
	[SUM_REACTIVATION] = "reactivation_mrr",
	[SUM_EXPANSION] = "expansion_mrr",
	[SUM_CONTRACTION] = "contraction_mrr",
	[SUM_CHURNED] = "churned_mrr"
};

static const char *const count_keys[BRIDGE_COUNTS] = {
	[SUM_NEW] = "new_customers",
	[SUM_REACTIVATION] = "reactivated_customers",
	[SUM_CHURNED] = "churned_customers"
};

static void
period_merge(void *into, const void *from)
{
	BridgePeriod *period = (BridgePeriod *) into;
	const BridgePeriod *more = (const BridgePeriod *) from;

	for (int i = 0; i < BRIDGE_COUNTS; i++)
		count_add(&period->customers[i], more->customers[i], &bridge_type);
	for (int i = 0; i < BRIDGE_SUMS; i++)
		money_set(&period->sums[i], money_add(money_get(&period->sums[i]),
											  money_get(&more->sums[i])));
}

static inline BridgeHeader *
bridge_header(SortedRun *summary)
{
	return (BridgeHeader *) sorted_run_header(summary);
}

static inline const BridgeHeader *
bridge_header_const(const SortedRun *summary)
{
	return (const BridgeHeader *) sorted_run_header_const(summary);
}

static inline BridgePeriod *
periods(SortedRun *summary)
{
	return (BridgePeriod *) sorted_run_entry(&bridge_run, summary, 0);
}

static inline const BridgePeriod *
periods_const(const SortedRun *summary)
{
	return (const BridgePeriod *) sorted_run_entry_const(&bridge_run, summary, 0);
}

/* Return the summary in argument n in its canonical form. */
static const SortedRun *
summary_arg(FunctionCallInfo fcinfo, int n)
{
	return money_run_canonical(&bridge_money, PG_GETARG_DATUM(n));
}

/*
 * Return the level after a period from that before it.  The counts of each
 * period are checked, but their sum may be larger: like a sum of money with
 * too many digits, that is an error here, for a value that is stored must be
 * one that can be read back.
 */
static BridgeLevel
level_after(BridgeLevel level, const BridgePeriod *period)
{
	level.mrr = money_add(level.mrr, -money_get(&period->sums[SUM_CHURNED]));
	level.mrr = money_add(level.mrr, -money_get(&period->sums[SUM_CONTRACTION]));
	level.mrr = money_add(level.mrr, money_get(&period->sums[SUM_NEW]));
	level.mrr = money_add(level.mrr, money_get(&period->sums[SUM_REACTIVATION]));
	level.mrr = money_add(level.mrr, money_get(&period->sums[SUM_EXPANSION]));
	level.customers += period->customers[SUM_NEW] +
		period->customers[SUM_REACTIVATION] -
		period->customers[SUM_CHURNED];
	if (unlikely(level.customers > SUMMARY_MAX_COUNT))
		summary_count_overflow(&bridge_type);
	return level;
}

/*
 * Input and output
 */

/* Return a sentence on a period: where it is, and what is wrong there. */
static const char *
period_problem(const SortedRun *summary, const BridgePeriod *period,
			   const char *what)
{
	Grain		grain = bridge_header_const(summary)->grain;

	return psprintf("In the %s from %s %s.", grain_name(grain),
					calendar_day_text(calendar_period_start((int32) period->period,
															grain)),
					what);
}

/* Return why no histories could have produced this summary, or NULL. */
static const char *
bridge_problem(const SortedRun *summary)
{
	BridgeLevel level = {0, 0};

	for (uint32 i = 0; i < summary->used; i++)
	{
		const BridgePeriod *period = &periods_const(summary)[i];
		bool		moved = false;
		int128		lost;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < BRIDGE_SUMS; j++)
		{
			int128		sum = money_get(&period->sums[j]);

			if (sum < 0)
				return period_problem(summary, period, "a sum is negative");
			if (j < BRIDGE_COUNTS &&
				(sum == 0) != (period->customers[j] == 0))
				return period_problem(summary, period,
									  "a number of customers does not match their MRR");
			moved = moved || sum != 0;
		}
		if (!moved)
			return period_problem(summary, period, "nothing moves");

		lost = money_add(money_get(&period->sums[SUM_CONTRACTION]),
						 money_get(&period->sums[SUM_CHURNED]));
		if (lost > level.mrr ||
			period->customers[SUM_CHURNED] > level.customers ||
			(level.customers == 0 &&
			 !money_is_zero(&period->sums[SUM_EXPANSION])))
			return period_problem(summary, period,
								  "contraction, churn or expansion is more than the customers and the MRR before it allow");
		level = level_after(level, period);
		if ((level.mrr == 0) != (level.customers == 0))
			return period_problem(summary, period,
								  "the customers at the end do not match their MRR");
	}
	return NULL;
}

/* What has been read of a text so far. */
typedef struct BridgeReader
{
	SortedRun  *summary;
	SummaryJson *periods;		/* read when the grain is known */
	BridgePeriod period;
} BridgeReader;

static void
period_member(void *arg, const char *key, const JsonbValue *value)
{
	BridgeReader *reader = (BridgeReader *) arg;

	for (int i = 0; i < BRIDGE_COUNTS; i++)
	{
		if (strcmp(key, count_keys[i]) == 0)
		{
			reader->period.customers[i] = summary_json_count(value, key,
															 &bridge_type);
			return;
		}
	}
	for (int i = 0; i < BRIDGE_SUMS; i++)
	{
		if (strcmp(key, sum_keys[i]) == 0)
		{
			SortedRun  *summary = reader->summary;
			MoneyAmount amount = money_from_json(value, key, &bridge_type);
			int			digits = amount.scale - bridge_header(summary)->scale;

			if (digits > 0)
			{
				money_run_scale_up(&bridge_money, summary, amount.scale);
				if (!money_sums_scale_up(reader->period.sums, BRIDGE_SUMS,
										 digits))
					money_overflow();
			}
			money_set(&reader->period.sums[i],
					  money_rescale(amount.value, Max(-digits, 0)));
			return;
		}
	}
	summary_json_unexpected(key, &bridge_type);
}

static void
periods_member(void *arg, const char *key, const JsonbValue *value)
{
	BridgeReader *reader = (BridgeReader *) arg;
	Grain		grain = bridge_header(reader->summary)->grain;
	DateADT		day;

	memset(&reader->period, 0, sizeof(reader->period));
	if (!calendar_day_from_text(key, (int) strlen(key), &day) ||
		calendar_period_start(calendar_period(day, grain), grain) != day)
		summary_text_invalid(&bridge_type, "\"%s\" is not the first day of a %s.",
							 key, grain_name(grain));
	reader->period.period = calendar_period(day, grain);
	summary_json_members(summary_json_container(value, false, key,
												&bridge_type),
						 period_member, reader);
	reader->summary = sorted_run_append(&bridge_run, reader->summary,
										&reader->period);
}

static void
bridge_member(void *arg, const char *key, const JsonbValue *value)
{
	BridgeReader *reader = (BridgeReader *) arg;

	if (strcmp(key, "grain") == 0)
	{
		Grain		grain;

		if (value->type != jbvString ||
			!grain_from_text(value->val.string.val, value->val.string.len,
							 GRAINS_OF_REVENUE, &grain))
			summary_text_invalid(&bridge_type, "\"grain\" is %s, not \"month\", \"quarter\" or \"year\".",
								 summary_json_shown(value));
		bridge_header(reader->summary)->grain = grain;
	}
	else if (strcmp(key, "periods") == 0)
		reader->periods = summary_json_container(value, false, key,
												 &bridge_type);
	else
		summary_json_unexpected(key, &bridge_type);
}

/*
 * mrr_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "grain" and "periods", an object from the first
 * day of a period to an object of what moved in it, with the keys of sum_keys
 * and count_keys.  Keys of zero are left out.  bridge_problem() checks the
 * whole.
 */
PG_FUNCTION_INFO_V1(mrr_summary_in);
Datum
mrr_summary_in(PG_FUNCTION_ARGS)
{
	BridgeReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.summary = sorted_run_new(&bridge_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&bridge_type),
						 bridge_member, &reader);
	if (bridge_header(reader.summary)->grain == 0)
		summary_text_invalid(&bridge_type, "\"grain\" is missing.");
	if (reader.periods != NULL)
		summary_json_members(reader.periods, periods_member, &reader);
	reader.summary = money_run_from_text(&bridge_money, reader.summary);
	summary_text_check(&bridge_type, bridge_problem(reader.summary));
	PG_RETURN_POINTER(reader.summary);
}

/* mrr_summary_out: the text form, JSON; the periods are in order */
PG_FUNCTION_INFO_V1(mrr_summary_out);
Datum
mrr_summary_out(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = summary_arg(fcinfo, 0);
	Grain		grain = bridge_header_const(summary)->grain;
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"grain\": \"%s\", \"periods\": {",
					 grain_name(grain));
	for (uint32 i = 0; i < summary->used; i++)
	{
		const BridgePeriod *period = &periods_const(summary)[i];
		const char *comma = "";

		CHECK_FOR_INTERRUPTS();
		appendStringInfoString(&buf, i > 0 ? ", \"" : "\"");
		calendar_append_day(&buf,
							calendar_period_start((int32) period->period, grain));
		appendStringInfoString(&buf, "\": {");
		for (int j = 0; j < BRIDGE_SUMS; j++)
		{
			if (money_is_zero(&period->sums[j]))
				continue;
			appendStringInfo(&buf, "%s\"%s\": ", comma, sum_keys[j]);
			money_append_text(&buf, money_get(&period->sums[j]),
							  bridge_header_const(summary)->scale);
			if (j < BRIDGE_COUNTS)
				appendStringInfo(&buf, ", \"%s\": " INT64_FORMAT,
								 count_keys[j], period->customers[j]);
			comma = ", ";
		}
		appendStringInfoChar(&buf, '}');
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * mrr_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the grain (1 byte), the scale (1), the number of
 * periods (4) and for each period its number (4), its counts (8 each) and its
 * sums (16 each).  sorted_run_check() and bridge_problem() check the whole.
 */
PG_FUNCTION_INFO_V1(mrr_summary_recv);
Datum
mrr_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *summary;
	int			grain;
	int			scale;
	uint32		count;

	summary_recv_begin(message, &bridge_type);
	grain = pq_getmsgbyte(message);
	if (!grain_is_of(grain, GRAINS_OF_REVENUE))
		summary_binary_invalid(&bridge_type, "The grain is %d, not that of months, quarters or years.",
							   grain);
	scale = money_run_recv_scale(&bridge_money, message, "sums");
	count = summary_recv_entries(message, PERIOD_SENT, "periods",
								 &bridge_type);

	summary = sorted_run_new_sized(&bridge_run, count);
	bridge_header(summary)->grain = grain;
	bridge_header(summary)->scale = scale;
	for (uint32 i = 0; i < count; i++)
	{
		BridgePeriod *period = &periods(summary)[i];

		CHECK_FOR_INTERRUPTS();
		period->period = (int32) pq_getmsgint(message, 4);
		if (period->period < calendar_period(CALENDAR_FIRST_DAY, grain) ||
			period->period > calendar_period(CALENDAR_LAST_DAY, grain))
			summary_binary_invalid(&bridge_type, "Period %u is out of range.",
								   i + 1);
		for (int j = 0; j < BRIDGE_COUNTS; j++)
			period->customers[j] = summary_recv_count(message, count_keys[j],
													  &bridge_type);
		for (int j = 0; j < BRIDGE_SUMS; j++)
		{
			bool		valid;

			money_set(&period->sums[j], money_recv(message, &valid));
			if (!valid)
				summary_binary_invalid(&bridge_type, "%s has more than %d digits.",
									   sum_keys[j], MONEY_MAX_DIGITS);
		}
	}
	summary->sorted = summary->used = count;
	sorted_run_check(&bridge_run, summary);
	summary_binary_check(&bridge_type, bridge_problem(summary));
	PG_RETURN_POINTER(money_run_finish(&bridge_money, summary));
}

/* mrr_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(mrr_summary_send);
Datum
mrr_summary_send(PG_FUNCTION_ARGS)
{
	const SortedRun *summary = summary_arg(fcinfo, 0);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, bridge_header_const(summary)->grain);
	pq_sendint8(&message, bridge_header_const(summary)->scale);
	pq_sendint32(&message, summary->used);
	for (uint32 i = 0; i < summary->used; i++)
	{
		const BridgePeriod *period = &periods_const(summary)[i];

		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, (uint32) period->period);
		for (int j = 0; j < BRIDGE_COUNTS; j++)
			pq_sendint64(&message, period->customers[j]);
		for (int j = 0; j < BRIDGE_SUMS; j++)
			money_send(&message, &period->sums[j]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * Return the entry of a period in the sorted part of a state, or NULL.  Look
 * first where the entry is if no period is quiet, as is most common.
 */
static inline BridgePeriod *
find_period(SortedRun *summary, int64 period)
{
	BridgePeriod *entries = periods(summary);
	uint32		low = 0;
	uint32		high = summary->sorted;

	if (high == 0 || period < entries[0].period ||
		period > entries[high - 1].period)
		return NULL;
	if (period - entries[0].period < high &&
		entries[period - entries[0].period].period == period)
		return &entries[period - entries[0].period];
	while (low < high)
	{
		uint32		middle = low + (high - low) / 2;

		if (entries[middle].period < period)
			low = middle + 1;
		else
			high = middle;
	}
	return entries[low].period == period ? &entries[low] : NULL;
}

/* Add a customer's movement in a period. */
static SortedRun *
add_movement(SortedRun *summary, int64 period, int128 opening, int128 closing,
			 bool paid_before)
{
	BridgePeriod movement;
	BridgePeriod *entry;
	BridgeSum	which;
	int128		amount;

	switch (mrr_movement_kind(opening, closing, paid_before))
	{
		case MOVEMENT_NEW:
			which = SUM_NEW;
			amount = closing;
			break;
		case MOVEMENT_REACTIVATION:
			which = SUM_REACTIVATION;
			amount = closing;
			break;
		case MOVEMENT_EXPANSION:
			which = SUM_EXPANSION;
			amount = closing - opening;
			break;
		case MOVEMENT_CONTRACTION:
			which = SUM_CONTRACTION;
			amount = opening - closing;
			break;
		case MOVEMENT_CHURN:
			which = SUM_CHURNED;
			amount = opening;
			break;
		default:
			return summary;
	}

	entry = find_period(summary, period);
	if (likely(entry != NULL))
	{
		if (which < BRIDGE_COUNTS)
			count_add(&entry->customers[which], 1, &bridge_type);
		money_set(&entry->sums[which],
				  money_add(money_get(&entry->sums[which]), amount));
		return summary;
	}

	memset(&movement, 0, sizeof(movement));
	movement.period = period;
	if (which < BRIDGE_COUNTS)
		movement.customers[which] = 1;
	money_set(&movement.sums[which], amount);
	return sorted_run_append(&bridge_run, summary, &movement);
}

/*
 * Add a customer's history, period by period: the movement from the level at
 * the end of the day before the period to the level at the end of its last
 * day.
 */
static SortedRun *
add_history(SortedRun *summary, const SortedRun *history)
{
	const MoneyDay *change = mrr_history_changes(history);
	Grain		grain = bridge_header(summary)->grain;
	int			digits;
	int128		level = 0;
	bool		paid = false;
	uint32		i = 0;

	if (history->used == 0)
		return summary;
	money_run_scale_up(&bridge_money, summary, mrr_history_scale(history));
	digits = bridge_header(summary)->scale - mrr_history_scale(history);

	while (i < history->used)
	{
		DateADT		next;
		int32		period = calendar_period_until((DateADT) change[i].day, grain,
												   &next);
		int128		opening = level;
		bool		paid_before = paid;

		CHECK_FOR_INTERRUPTS();
		for (; i < history->used && change[i].day < next; i++)
		{
			level = mrr_history_level(history, level, &change[i]);
			paid = paid || level > 0;
		}
		if (level != opening)
			summary = add_movement(summary, period,
								   money_rescale(opening, digits),
								   money_rescale(level, digits), paid_before);
	}
	return summary;
}

/*
 * mrr_summary(h, grain): add a customer.  A row without history is skipped,
 * but the group then has an empty summary, not NULL.  A grain that is NULL,
 * unknown or not that of the other rows is an error.
 */
PG_FUNCTION_INFO_V1(mrr_summary_accum);
Datum
mrr_summary_accum(PG_FUNCTION_ARGS)
{
	SortedRun  *summary;
	const SortedRun *history;

	if (PG_ARGISNULL(0))
		summary = sorted_run_new(&bridge_run);
	else
		summary = aggregate_state(fcinfo, &bridge_type);

	bridge_header(summary)->grain = grain_arg(fcinfo, 2, GRAINS_OF_REVENUE,
											  bridge_header(summary)->grain);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(summary);
	history = mrr_history_get(PG_GETARG_DATUM(1));
	summary = add_history(summary, history);
	if ((Pointer) history != PG_GETARG_POINTER(1))
		pfree(unconstify(SortedRun *, history));
	PG_RETURN_POINTER(summary);
}

/*
 * Add a summary of other customers: for rollup(), and for what parallel
 * workers made.  Different grains are an error.
 */
PG_FUNCTION_INFO_V1(mrr_summary_combine);
Datum
mrr_summary_combine(PG_FUNCTION_ARGS)
{
	SortedRun  *summary = aggregate_combine_state(fcinfo, &bridge_type);
	SortedRun  *other = PG_GETARG_SUMMARY(1, &bridge_type);

	grain_rollup_check(bridge_header(summary)->grain, bridge_header(other)->grain);
	return money_run_combine(&bridge_money, fcinfo, summary, other);
}

/*
 * Return the summary to store: in canonical form, and with no level after a
 * period that cannot be read back.
 */
static SortedRun *
finish_bridge(const SortedRun *state)
{
	SortedRun  *summary = money_run_finish(&bridge_money, state);
	BridgeLevel level = {0, 0};

	/* report a level of more than 38 digits, as mrr_history_final() does */
	for (uint32 i = 0; i < summary->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		level = level_after(level, &periods(summary)[i]);
	}
	return summary;
}

/* The finished value: the same customers give the same bytes. */
PG_FUNCTION_INFO_V1(mrr_summary_final);
Datum
mrr_summary_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(finish_bridge(PG_GETARG_SUMMARY(0, &bridge_type)));
}

/*
 * Of an mrr_log
 */

/* Add a customer of a log: see add_history(). */
static SortedRun *
add_levels(SortedRun *summary, MrrLevels *levels)
{
	Grain		grain = bridge_header(summary)->grain;
	bool		more = mrr_levels_next(levels);
	int128		level = 0;

	while (more)
	{
		DateADT		next;
		int32		period = calendar_period_until(levels->day, grain, &next);
		int128		opening = level;
		bool		paid_before = levels->has_paid;

		do
		{
			level = levels->level;
			more = mrr_levels_next(levels);
		} while (more && levels->day < next);
		if (level != opening)
			summary = add_movement(summary, period, opening, level, paid_before);
	}
	return summary;
}

/*
 * Return the summary of the customers of a log by grain: the bytes that
 * mrr_summary() makes of their histories.
 */
static const SortedRun *
bridge_of_log(const PackedLog *log, Grain grain, int64 grace)
{
	SortedRun  *summary = sorted_run_new(&bridge_run);
	MrrLevels	levels;
	uint32		customers = 0;

	bridge_header(summary)->grain = grain;
	bridge_header(summary)->scale = log->scale;
	mrr_levels_begin(&levels, log, grace);
	while (mrr_levels_next_customer(&levels))
	{
		if ((++customers & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		summary = add_levels(summary, &levels);
	}
	return finish_bridge(summary);
}

/*
 * mrr_summary(log, grain, grace) -> the compact summary, without the ids; NULL
 * for NULL.  Who comes back within grace, an interval, has not churned.
 */
PG_FUNCTION_INFO_V1(mrr_summary_of_log);
Datum
mrr_summary_of_log(PG_FUNCTION_ARGS)
{
	Grain		grain = grain_arg(fcinfo, 1, GRAINS_OF_REVENUE, 0);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(bridge_of_log(log_arg(fcinfo, 0, &mrr_log_type), grain,
									mrr_grace_arg(fcinfo, 2)));
}

/* Take what moved in a period out of more, at the same scale. */
static RunRest
period_take(void *entry, const void *part)
{
	BridgePeriod *period = (BridgePeriod *) entry;
	const BridgePeriod *fewer = (const BridgePeriod *) part;
	RunRest		rest = RUN_REST_NOTHING;

	for (int i = 0; i < BRIDGE_COUNTS; i++)
		rest = rest_of_both(rest, count_take(&period->customers[i],
											 fewer->customers[i]));
	for (int i = 0; i < BRIDGE_SUMS; i++)
	{
		int128		sum = money_get(&period->sums[i]) -
		money_get(&fewer->sums[i]);

		if (sum != 0)
			rest = rest_of_both(rest, sum < 0 ? RUN_REST_NEGATIVE :
								RUN_REST_SOME);
		money_set(&period->sums[i], sum);
	}
	return rest;
}

/*
 * a - b: return the summary of the customers that are in a and not in b.
 * Different grains, and a b with customers that cannot be in a, are errors.
 */
PG_FUNCTION_INFO_V1(mrr_summary_minus);
Datum
mrr_summary_minus(PG_FUNCTION_ARGS)
{
	SortedRun  *whole = money_run_finish(&bridge_money,
										 PG_GETARG_SUMMARY(0, &bridge_type));
	SortedRun  *part = money_run_finish(&bridge_money,
										PG_GETARG_SUMMARY(1, &bridge_type));
	SortedRun  *rest;

	grain_rollup_check(bridge_header(whole)->grain, bridge_header(part)->grain);
	money_run_scale_up(&bridge_money, whole,
					   money_run_scale(&bridge_money, part));
	money_run_scale_up(&bridge_money, part,
					   money_run_scale(&bridge_money, whole));
	rest = run_difference(&bridge_run, whole, part, period_take);
	if (rest == NULL || bridge_problem(rest) != NULL)
		summary_count_underflow(&bridge_type);
	PG_RETURN_POINTER(money_run_finish(&bridge_money, rest));
}

/*
 * The bridge
 */

#define BRIDGE_COLUMNS	18

/*
 * Fill in a row of the bridge: the level before the period, what moved in it,
 * the level after it, and the rates.  A rate is NULL where its divisor is 0.
 */
static void
bridge_row(Datum *values, bool *nulls, const BridgePeriod *period,
		   DateADT first_day, int scale, BridgeLevel opening,
		   BridgeLevel closing)
{
	/*
	 * the loop below sets all of them, which the analyzer of gcc 14 does not
	 * see
	 */
	int128		sums[BRIDGE_SUMS] = {0};
	int128		lost;
	int128		gained;
	int			i = 0;

	for (int j = 0; j < BRIDGE_SUMS; j++)
		sums[j] = money_get(&period->sums[j]);
	lost = money_add(sums[SUM_CONTRACTION], sums[SUM_CHURNED]);
	gained = money_add(sums[SUM_NEW],
					   money_add(sums[SUM_REACTIVATION],
								 sums[SUM_EXPANSION]));
	memset(nulls, 0, BRIDGE_COLUMNS * sizeof(bool));

	values[i++] = DateADTGetDatum(first_day);
	values[i++] = money_to_numeric(opening.mrr, scale);
	values[i++] = money_to_numeric(sums[SUM_NEW], scale);
	values[i++] = money_to_numeric(sums[SUM_REACTIVATION], scale);
	values[i++] = money_to_numeric(sums[SUM_EXPANSION], scale);
	values[i++] = money_to_numeric(sums[SUM_CONTRACTION], scale);
	values[i++] = money_to_numeric(sums[SUM_CHURNED], scale);
	values[i++] = money_to_numeric(closing.mrr, scale);
	values[i++] = Int64GetDatum(opening.customers);
	values[i++] = Int64GetDatum(period->customers[SUM_NEW]);
	values[i++] = Int64GetDatum(period->customers[SUM_REACTIVATION]);
	values[i++] = Int64GetDatum(period->customers[SUM_CHURNED]);
	values[i++] = Int64GetDatum(closing.customers);
	if (opening.customers > 0)
	{
		int128		kept = opening.mrr - lost;

		/* nrr, grr, customer_churn */
		values[i++] = money_percent(money_add(kept, sums[SUM_EXPANSION]),
									opening.mrr, scale);
		values[i++] = money_percent(kept, opening.mrr, scale);
		values[i++] = percent_result(period->customers[SUM_CHURNED],
									 opening.customers);
	}
	else
	{
		nulls[i++] = true;
		nulls[i++] = true;
		nulls[i++] = true;
	}
	/* quick_ratio */
	if (lost > 0)
		values[i] = money_ratio(gained, lost, scale);
	nulls[i++] = lost == 0;
	/* arpa */
	if (closing.customers > 0)
		values[i] = money_per(closing.mrr, scale, closing.customers);
	nulls[i++] = closing.customers == 0;
	Assert(i == BRIDGE_COLUMNS);
}

/*
 * Read the arguments n and n + 1, from_date and to_date; where one is not given
 * the day means nothing.
 */
static void
range_args(FunctionCallInfo fcinfo, int n, DateADT *from_date, DateADT *to_date)
{
	*from_date = 0;
	*to_date = 0;
	if (!PG_ARGISNULL(n))
		*from_date = calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
	if (!PG_ARGISNULL(n + 1))
		*to_date = calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), "to_date");
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1))
		calendar_range_check(*from_date, *to_date);
}

/*
 * mrr_bridge(s, from_date, to_date) -> (period, opening_mrr, ..., arpa):
 * return a row for every period that has a day in [from_date, to_date), quiet
 * ones included.
 *
 * Without from_date the rows begin with the first period in which something
 * moved, without to_date they end with the last one.  There are no rows if
 * nothing moved and one of the dates is absent, and none for NULL.  Infinite
 * dates, and a to_date before from_date, are errors.
 *
 * There is no limit of rows.  A row takes the same time whatever the summary
 * holds, and the calendar ends: 70 million months, which need a temporary file
 * and can be cancelled.
 */
static Datum
put_bridge(FunctionCallInfo fcinfo, const SortedRun *summary, int n)
{
	Grain		grain = bridge_header_const(summary)->grain;
	DateADT		from_date;
	DateADT		to_date;
	int64		period;
	int64		end;			/* the first period that is not shown */
	uint32		i = 0;
	BridgeLevel level = {0, 0};
	ResultRows	rows;

	range_args(fcinfo, n, &from_date, &to_date);
	if (summary->used == 0 && (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1)))
		return (Datum) 0;
	period = PG_ARGISNULL(n) ? periods_const(summary)[0].period :
		calendar_period(from_date, grain);
	end = PG_ARGISNULL(n + 1) ? periods_const(summary)[summary->used - 1].period + 1 :
		calendar_period(to_date - 1, grain) + 1;
	if (!PG_ARGISNULL(n) && !PG_ARGISNULL(n + 1) && from_date == to_date)
		end = period;

	for (; i < summary->used && periods_const(summary)[i].period < period; i++)
		level = level_after(level, &periods_const(summary)[i]);

	rows_begin(&rows, fcinfo);
	for (; period < end; period++)
	{
		static const BridgePeriod quiet;
		const BridgePeriod *moved = &quiet;
		BridgeLevel opening = level;
		Datum		values[BRIDGE_COLUMNS];
		bool		nulls[BRIDGE_COLUMNS];

		if (i < summary->used && periods_const(summary)[i].period == period)
			moved = &periods_const(summary)[i++];
		level = level_after(level, moved);
		bridge_row(values, nulls, moved,
				   calendar_period_start((int32) period, grain),
				   bridge_header_const(summary)->scale, opening, level);
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/* mrr_bridge(s, from_date, to_date) of a summary */
PG_FUNCTION_INFO_V1(mrr_bridge);
Datum
mrr_bridge(PG_FUNCTION_ARGS)
{
	DateADT		from_date;
	DateADT		to_date;

	range_args(fcinfo, 1, &from_date, &to_date);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	return put_bridge(fcinfo, summary_arg(fcinfo, 0), 1);
}

/* mrr_bridge(log, grain, from_date, to_date, grace) of an mrr_log */
PG_FUNCTION_INFO_V1(mrr_log_bridge);
Datum
mrr_log_bridge(PG_FUNCTION_ARGS)
{
	Grain		grain = grain_arg(fcinfo, 1, GRAINS_OF_REVENUE, 0);
	DateADT		from_date;
	DateADT		to_date;

	range_args(fcinfo, 2, &from_date, &to_date);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	return put_bridge(fcinfo,
					  bridge_of_log(log_arg(fcinfo, 0, &mrr_log_type), grain,
									mrr_grace_arg(fcinfo, 4)), 2);
}
