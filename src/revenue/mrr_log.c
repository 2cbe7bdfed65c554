/*-------------------------------------------------------------------------
 *
 * mrr_log.c
 *	  The recurring revenue of many customers: customers and days in one value.
 *
 * An mrr_log has an entry for each customer and day on which the customer's MRR
 * changes, with the change.  The changes of a customer add up, whichever
 * subscription, channel or part of a table they come from; a discount that is a
 * line of its own is a change as any other.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/log.h"
#include "core/money.h"
#include "core/shown.h"
#include "revenue/mrr_history.h"
#include "revenue/mrr_log.h"

static const SummaryType mrr_log_summary = {
	.name = "mrr_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-01\", 49.5], [1, \"2025-07-01\", -49.5]]}"
};

/*
 * A narrow entry is two words: the id and the day since NARROW_FIRST_DAY, and
 * the change, if it fits a word.
 */
#define NARROW_DAY_BITS		24
#define NARROW_FIRST_DAY	(-(1 << (NARROW_DAY_BITS - 1)))
#define NARROW_ID_LIMIT		(INT64CONST(1) << (64 - NARROW_DAY_BITS - 1))

static inline int128
change_of(const int64 *payload)
{
	return money_get((const MoneySum *) payload);
}

static inline bool
mrr_to_narrow(const LogEntry *entry, int64 *words)
{
	int64		id = entry->id.word[0];
	uint64		day = (uint64) (entry->time - NARROW_FIRST_DAY);
	int128		change = change_of(entry->payload);

	if (unlikely(id < -NARROW_ID_LIMIT || id >= NARROW_ID_LIMIT ||
				 day >> NARROW_DAY_BITS != 0 || change != (int64) change))
		return false;
	words[0] = (int64) ((uint64) id << NARROW_DAY_BITS | day);
	words[1] = (int64) change;
	return true;
}

static void
mrr_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = words[0] >> NARROW_DAY_BITS;
	entry->time = (int64) ((uint64) words[0] & ((1 << NARROW_DAY_BITS) - 1)) +
		NARROW_FIRST_DAY;
	money_set((MoneySum *) entry->payload, words[1]);
}

static inline bool
mrr_merge_narrow(int64 *into, const int64 *from)
{
	int64		sum;

	if (unlikely(__builtin_add_overflow(into[1], from[1], &sum)))
		return false;
	into[1] = sum;
	return true;
}

static void
mrr_merge(int64 *payload, const int64 *more)
{
	money_set((MoneySum *) payload,
			  money_add(change_of(payload), change_of(more)));
}

/* Changes of both signs can be taken away from any others. */
static bool
mrr_subtract(int64 *payload, const int64 *fewer)
{
	money_set((MoneySum *) payload,
			  money_add(change_of(payload), -change_of(fewer)));
	return true;
}

static bool
mrr_is_empty(const int64 *payload)
{
	return money_is_zero((const MoneySum *) payload);
}

static bool
mrr_is_usual(const int64 *payload)
{
	(void) payload;
	return false;
}

static void
mrr_pack(StringInfo buf, const int64 *payload)
{
	log_put_varint(buf, log_zigzag(change_of(payload)));
}

static void
mrr_unpack(LogReader *reader, int64 *payload)
{
	money_set((MoneySum *) payload, reader == NULL ? 0 :
			  log_unzigzag(log_get_long_varint(reader)));
}

static void
mrr_to_json(StringInfo buf, const int64 *payload, int scale)
{
	appendStringInfoString(buf, ", ");
	money_append_text(buf, change_of(payload), scale);
}

static void
mrr_from_json(LogState *state, const JsonbValue *parts, const char *place,
			  int64 *payload)
{
	SummaryPlace change = summary_json_part(3, place);
	MoneyAmount amount = money_from_json(&parts[0], change.shown, &mrr_log_summary);

	if (amount.scale > MONEY_MAX_DECIMALS)
		summary_text_invalid(&mrr_log_summary, "%s is %s, not a number of at most %d decimals.",
							 summary_json_key_shown(change.shown),
							 summary_json_shown(&parts[0]), MONEY_MAX_DECIMALS);
	log_state_set_scale(state, amount.scale);
	money_set((MoneySum *) payload,
			  money_rescale(amount.value, state->scale - amount.scale));
}

static const char *
mrr_problem(const LogEntry *entry)
{
	if (!money_fits(change_of(entry->payload)))
		return "A change has too many digits.";
	return NULL;
}

const LogType mrr_log_type = {
	.summary = &mrr_log_summary,
	.time_is_day = true,
	.payload_words = 2,
	.narrow = {.words = 2,.key_words = 1,.payload_bits = 0},
	.narrow_id_shift = NARROW_DAY_BITS,
	.to_narrow = mrr_to_narrow,
	.from_narrow = mrr_from_narrow,
	.merge_narrow = mrr_merge_narrow,
	.merge = mrr_merge,
	.subtract = mrr_subtract,
	.is_empty = mrr_is_empty,
	.can_be_empty = true,
	.money = {0},
	.money_count = 1,
	.is_usual = mrr_is_usual,
	.pack = mrr_pack,
	.unpack = mrr_unpack,
	.json_parts = 1,
	.json_payload = "an id, a day and a change of MRR",
	.to_json = mrr_to_json,
	.from_json = mrr_from_json,
	.problem = mrr_problem
};

/*
 * Input and output
 */

/* mrr_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(mrr_log_in);
Datum
mrr_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &mrr_log_type);
}

/* mrr_log_out: the text form, JSON, in the order of customers and days. */
PG_FUNCTION_INFO_V1(mrr_log_out);
Datum
mrr_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &mrr_log_type);
}

/* mrr_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(mrr_log_recv);
Datum
mrr_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &mrr_log_type);
}

/* mrr_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(mrr_log_send);
Datum
mrr_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &mrr_log_type);
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
dates_wrong(DateADT starts_on, DateADT ends_on)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("ends_on must be after starts_on"),
			 errdetail("starts_on is %s, ends_on is %s; ends_on is the first day that is not paid for.",
					   calendar_day_text(starts_on),
					   DATE_IS_NOBEGIN(ends_on) ? "-infinity" :
					   calendar_day_text(ends_on)),
			 errhint("Leave such rows out with FILTER (WHERE (ends_on > starts_on) IS NOT FALSE).")));
}

/*
 * A row of mrr_log(customer_id, amount, starts_on, ends_on): amount a month from
 * starts_on up to, and not including, ends_on; no ends_on, or infinity, is a
 * subscription that goes on.  A negative amount is a discount with dates of its
 * own.  A row without customer, amount or starts_on is skipped.  An amount that
 * is no finite number, dates that are infinite or cross are errors.
 */
static pg_attribute_always_inline Datum
mrr_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id)
{
	MoneyAmount amount;
	LogEntry	entry;
	DateADT		ends_on = DATEVAL_NOEND;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	amount = money_arg(PG_GETARG_DATUM(2), "amount",
					   "amount NOT IN ('NaN', 'Infinity', '-Infinity')");
	entry.time = calendar_date_arg(PG_GETARG_DATEADT(3), "starts_on",
								   "Leave such rows out with FILTER (WHERE isfinite(starts_on)).");
	if (!PG_ARGISNULL(4))
	{
		ends_on = PG_GETARG_DATEADT(4);
		if (unlikely(ends_on <= entry.time))
			dates_wrong((DateADT) entry.time, ends_on);
	}
	/* what costs nothing is no change */
	if (amount.value == 0)
		return aggregate_unchanged(fcinfo);

	money_set((MoneySum *) entry.payload, amount.value);
	if (!DATE_IS_NOEND(ends_on))
	{
		fcinfo->args[0].value = log_add_row(fcinfo, &mrr_log_type, kind,
											amount.scale, &entry);
		fcinfo->args[0].isnull = false;
		entry.time = ends_on;
		money_set((MoneySum *) entry.payload, -amount.value);
	}
	return log_add_row(fcinfo, &mrr_log_type, kind, amount.scale, &entry);
}

/*
 * The transition function by the type of the ids; see mrr_log_accum().
 *
 * Makes mrr_log_accum_int2, mrr_log_accum_int4, mrr_log_accum_int8,
 * mrr_log_accum_uuid, mrr_log_accum_text.
 */
#define MRR_LOG_ACCUM(name, kind) \
Datum \
mrr_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return mrr_log_accum(fcinfo, kind, id_read_##name); \
}

PG_FUNCTION_INFO_V1(mrr_log_accum_int2);
MRR_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(mrr_log_accum_int4);
MRR_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(mrr_log_accum_int8);
MRR_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(mrr_log_accum_uuid);
MRR_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(mrr_log_accum_text);
MRR_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  Changes of
 * a customer on a day add up.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(mrr_log_combine);
Datum
mrr_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &mrr_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(mrr_log_final);
Datum
mrr_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &mrr_log_type);
}

/* a - b: what is left of a log when the changes of a part of it are taken away. */
PG_FUNCTION_INFO_V1(mrr_log_difference);
Datum
mrr_log_difference(PG_FUNCTION_ARGS)
{
	return log_difference(fcinfo, &mrr_log_type);
}

/*
 * Levels
 */

/* Begin to go through the levels of MRR of a log. */
void
mrr_levels_begin(MrrLevels *levels, const PackedLog *log, int64 grace)
{
	memset(levels, 0, sizeof(MrrLevels));
	levels->grace = grace;
	log_read(&levels->reader, log, &mrr_log_type);
}

/* Go to the next customer; false after the last. */
bool
mrr_levels_next_customer(MrrLevels *levels)
{
	if (!log_next_id(&levels->reader))
		return false;
	levels->level = 0;
	levels->has_paid = false;
	levels->has_change = false;
	return true;
}

/* Read the change after the current one; false where the customer has none. */
static bool
read_change(MrrLevels *levels)
{
	LogEntry	entry;

	if (levels->reader.of_id == 0)
		return false;
	(void) log_next(&levels->reader, &entry);
	levels->change_day = (DateADT) entry.time;
	levels->change = change_of(entry.payload);
	return true;
}

static pg_noinline pg_noreturn void
level_negative(const MrrLevels *levels, int128 level)
{
	const LogReader *reader = &levels->reader;

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the MRR of a customer is negative on a day"),
			 errdetail("It is %s on %s, that of customer %s.",
					   numeric_shown(money_to_numeric(level, reader->scale)),
					   calendar_day_text(levels->day),
					   id_shown(reader->kind, &reader->id)),
			 errhint(MRR_NEGATIVE_HINT)));
}

/*
 * Go to the customer's next level of MRR, and the day from which on it holds;
 * false after the last.  Who comes back within the grace period has not left:
 * the level of before stays until then.
 */
bool
mrr_levels_next(MrrLevels *levels)
{
	int128		level;

	if (!levels->has_change && !read_change(levels))
		return false;
	levels->has_change = false;
	levels->has_paid = levels->has_paid || levels->level > 0;
	levels->day = levels->change_day;
	level = money_add(levels->level, levels->change);
	if (unlikely(level < 0))
		level_negative(levels, level);

	if (level == 0 && levels->grace > 0 && read_change(levels))
	{
		if ((int64) levels->change_day - levels->day <= levels->grace)
		{
			levels->day = levels->change_day;
			level = levels->change;
			if (unlikely(level < 0))
				level_negative(levels, level);
		}
		else
			levels->has_change = true;
	}
	levels->level = level;
	return true;
}

/*
 * The argument "grace", an interval, as whole days; 0 for NULL.  One below an hour
 * is an error.
 */
int64
mrr_grace_arg(FunctionCallInfo fcinfo, int n)
{
	int64		grace;

	if (PG_ARGISNULL(n))
		return 0;
	grace = elapsed_span_arg(fcinfo, n, "grace");
	elapsed_check_unit(grace, USECS_PER_HOUR, "grace", "days");
	return grace / USECS_PER_DAY;
}
