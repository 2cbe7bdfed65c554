/*-------------------------------------------------------------------------
 *
 * health_summary.c
 *	  health_summary: the signals of an account by name.
 *
 * health.c has the limits and the mean of scores and weights, health_drivers.c
 * the metrics of a health_summary; health_weights.c finds weights.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/aggregate.h"
#include "core/money.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "health/health.h"

/* An account with more signals than this is a query without GROUP BY. */
#define MAX_SIGNALS			1000

/* The room of a new state, in bytes: about eight signals. */
#define FIRST_ROOM			256

static const SummaryType health_type = {
	.name = "health_summary",
	.example = "{\"version\": 1, \"signals\": {\"nps\": [54, 3], \"usage\": [null, 7]}}"
};

const HealthSummary *
health_summary_get(Datum value)
{
	return (const HealthSummary *) summary_get(value, &health_type);
}

static HealthSummary *
health_new(Size room)
{
	HealthSummary *summary = palloc0(sizeof(HealthSummary) + room);

	summary_init(summary, sizeof(HealthSummary) + room);
	return summary;
}

/* Return a copy without spare room. */
static HealthSummary *
health_trimmed(const HealthSummary *state)
{
	HealthSummary *summary = health_new(state->used);

	summary->count = state->count;
	summary->used = state->used;
	memcpy(health_first(summary), health_first(state), state->used);
	return summary;
}

static pg_noinline pg_noreturn void
too_many_signals(const char *name, uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("more than %d signals in one %s", MAX_SIGNALS,
					health_type.name),
			 errdetail("\"%s\" is one more.", pnstrdup(name, length)),
			 errhint("Group the rows by account; a %s is of one account.",
					 health_type.name)));
}

static pg_noinline pg_noreturn void
name_invalid(uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 length == 0 ? errmsg("name of a signal must not be empty") :
			 errmsg("name of a signal must not have more than %d bytes",
					HEALTH_MAX_NAME),
			 errdetail("The name has %u bytes.", length),
			 errhint("Name the signal in a word or two, for example 'product usage'.")));
}

/*
 * Add a signal, and return the summary, which is another one when it had to
 * grow.  Where a signal of that name is in it already, set *twice and do
 * nothing: callers have different things to say.
 */
static HealthSummary *
health_insert(HealthSummary *summary, const char *name, uint32 length,
			  int32 score, int64 weight, bool *twice)
{
	Size		size = health_signal_size(length);
	Size		room = VARSIZE(summary) - sizeof(HealthSummary);
	HealthSignal *signal = health_first(summary);
	Size		offset;

	if (unlikely(length == 0 || length > HEALTH_MAX_NAME))
		name_invalid(length);

	/*
	 * with a handful of names, nothing is faster than to look at each in turn
	 */
	*twice = false;
	for (uint32 i = 0; i < summary->count; i++)
	{
		int			order = health_name_compare(signal->name, signal->length,
												name, length);

		if (order == 0)
		{
			*twice = true;
			return summary;
		}
		if (order > 0)
			break;
		signal = health_next(signal);
	}
	if (unlikely(summary->count == MAX_SIGNALS))
		too_many_signals(name, length);

	offset = (char *) signal - (char *) health_first(summary);
	if (unlikely(size > room - summary->used))
	{
		HealthSummary *larger = health_new(Max(Max(2 * room, FIRST_ROOM),
											   summary->used + size));

		larger->count = summary->count;
		larger->used = summary->used;
		memcpy(health_first(larger), health_first(summary), summary->used);
		summary = larger;
		signal = (HealthSignal *) ((char *) health_first(summary) + offset);
	}

	memmove((char *) signal + size, signal, summary->used - offset);
	memset(signal, 0, size);
	signal->weight = weight;
	signal->score = score;
	signal->length = length;
	memcpy(signal->name, name, length);
	summary->count++;
	summary->used += (uint32) size;
	return summary;
}

/*
 * Input and output
 */

/* A signal that is being read. */
typedef struct SignalInput
{
	const char *name;
	int			numbers;
	int128		score;
	int128		weight;
} SignalInput;

static void
signal_number(void *arg, int index, const JsonbValue *value)
{
	SignalInput *input = (SignalInput *) arg;

	input->numbers = index + 1;
	if (index == 0 && value->type == jbvNull)
		input->score = HEALTH_UNKNOWN;
	else if (index == 0 &&
			 !health_units_from_json(value, HEALTH_DECIMALS, HEALTH_MAX_SCORE,
									 &input->score))
		summary_text_invalid(&health_type, "The score of \"%s\" is %s, neither null nor a number from 0 to 100 with at most %d decimals.",
							 text_shown(cstring_to_text(input->name)),
							 summary_json_shown(value), HEALTH_DECIMALS);
	else if (index == 1 &&
			 !health_units_from_json(value, HEALTH_DECIMALS, HEALTH_MAX_WEIGHT_UNITS,
									 &input->weight))
		summary_text_invalid(&health_type, "The weight of \"%s\" is %s, not a number from 0 to %.0f with at most %d decimals.",
							 text_shown(cstring_to_text(input->name)),
							 summary_json_shown(value), HEALTH_MAX_WEIGHT,
							 HEALTH_DECIMALS);
}

static void
signal_member(void *arg, const char *key, const JsonbValue *value)
{
	HealthSummary **summary = (HealthSummary **) arg;
	SignalInput input;
	bool		twice;

	memset(&input, 0, sizeof(input));
	input.name = key;
	summary_json_elements(summary_json_container(value, true, key,
												 &health_type),
						  signal_number, &input);
	if (input.numbers != 2)
		summary_text_invalid(&health_type, "\"%s\" is an array of length %d, not 2: a score and a weight.",
							 text_shown(cstring_to_text(key)), input.numbers);
	/* no name comes twice: summary_json_members() sees to that */
	*summary = health_insert(*summary, key, (uint32) strlen(key),
							 (int32) input.score, (int64) input.weight,
							 &twice);
}

static void
health_member(void *arg, const char *key, const JsonbValue *value)
{
	if (strcmp(key, "signals") == 0)
		summary_json_members(summary_json_container(value, false, key,
													&health_type),
							 signal_member, arg);
	else
		summary_json_unexpected(key, &health_type);
}

/*
 * health_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version" and "signals", an object of "name": [score,
 * weight], where the score is null when it is not known.  health_insert()
 * checks the names, signal_number() the numbers.
 */
PG_FUNCTION_INFO_V1(health_summary_in);
Datum
health_summary_in(PG_FUNCTION_ARGS)
{
	HealthSummary *summary = health_new(FIRST_ROOM);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&health_type),
						 health_member, &summary);
	PG_RETURN_POINTER(health_trimmed(summary));
}

/*
 * health_summary_out: the text form, JSON; the signals are in order of their
 * names' bytes
 */
PG_FUNCTION_INFO_V1(health_summary_out);
Datum
health_summary_out(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfoString(&buf, ", \"signals\": {");
	for (uint32 i = 0; i < summary->count; i++)
	{
		if (i > 0)
			appendStringInfoString(&buf, ", ");
		escape_json(&buf, pnstrdup(signal->name, signal->length));
		appendStringInfoString(&buf, ": [");
		if (signal->score == HEALTH_UNKNOWN)
			appendStringInfoString(&buf, "null");
		else
			money_append_text(&buf, signal->score, HEALTH_DECIMALS);
		appendStringInfoString(&buf, ", ");
		money_append_text(&buf, signal->weight, HEALTH_DECIMALS);
		appendStringInfoChar(&buf, ']');
		signal = health_next(signal);
	}
	appendStringInfoString(&buf, "}}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * Send a name in the binary form of health_summary and of health_outcomes: its
 * length (4 bytes), and its bytes in UTF-8, so that they depend neither on the
 * client's encoding nor on the database's.
 */
void
health_name_send(StringInfo message, const char *name, uint32 length)
{
	char	   *utf8 = pg_server_to_any(pnstrdup(name, length), (int) length,
										PG_UTF8);

	pq_sendint32(message, (uint32) strlen(utf8));
	pq_sendbytes(message, utf8, (int) strlen(utf8));
}

/*
 * Return a name that health_name_send() sent, in the database's encoding.
 * There it may be longer than a name can be, which is left to the caller.
 */
char *
health_name_recv(StringInfo message, const SummaryType *type)
{
	int			length = (int) pq_getmsgint(message, 4);
	char	   *name;

	/* in UTF-8 a name may be longer than in the database's encoding */
	if (length <= 0 || length > HEALTH_MAX_NAME * MAX_MULTIBYTE_CHAR_LEN)
		summary_binary_invalid(type, "The name of a signal has %u bytes, not from 1 to %d.",
							   (uint32) length,
							   HEALTH_MAX_NAME * MAX_MULTIBYTE_CHAR_LEN);
	name = pnstrdup(pq_getmsgbytes(message, length), length);
	if (strlen(name) != (size_t) length)
		summary_binary_invalid(type, "The name of a signal has a zero byte.");
	return pg_any_to_server(name, length, PG_UTF8);
}

/*
 * health_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the number of signals (4 bytes), and of each the
 * weight (8) and the score (4) in millionths, and the name.  The signals may
 * come in any order.
 */
PG_FUNCTION_INFO_V1(health_summary_recv);
Datum
health_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	HealthSummary *summary = health_new(FIRST_ROOM);
	uint32		count;

	summary_recv_begin(message, &health_type);
	count = pq_getmsgint(message, 4);
	for (uint32 i = 0; i < count; i++)
	{
		int64		weight = summary_recv_int64(message, 0, HEALTH_MAX_WEIGHT_UNITS,
												"weight of a signal", &health_type);
		int32		score = (int32) pq_getmsgint(message, 4);
		char	   *name;
		bool		twice;

		if (score != HEALTH_UNKNOWN && (score < 0 || score > HEALTH_MAX_SCORE))
			summary_binary_invalid(&health_type, "A score is %d millionths, not from 0 to %d.",
								   score, HEALTH_MAX_SCORE);
		name = health_name_recv(message, &health_type);
		summary = health_insert(summary, name, (uint32) strlen(name), score,
								weight, &twice);
		if (twice)
			summary_binary_invalid(&health_type, "Signal \"%s\" comes twice.",
								   name);
	}
	PG_RETURN_POINTER(health_trimmed(summary));
}

/* health_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(health_summary_send);
Datum
health_summary_send(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint32(&message, summary->count);
	for (uint32 i = 0; i < summary->count; i++)
	{
		pq_sendint64(&message, signal->weight);
		pq_sendint32(&message, signal->score);
		health_name_send(&message, signal->name, signal->length);
		signal = health_next(signal);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
signal_null(double score)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("signal must not be NULL where there is a score"),
			 errdetail("score is %s.", double_shown(score)),
			 errhint("Give the signal a name, for example coalesce(signal, 'other').")));
}

static pg_noinline pg_noreturn void
signal_twice(const char *name, uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_CARDINALITY_VIOLATION),
			 errmsg("signal \"%s\" comes twice in one account",
					pnstrdup(name, length)),
			 errdetail("A %s has one score for each signal of one account.",
					   health_type.name),
			 errhint("Group the rows by account, and take one row for each signal, for example the latest with SELECT DISTINCT ON (account, signal).")));
}

/*
 * health_summary(signal, score, weight): add a signal of one account.  A NULL
 * score is a signal that is not known; a NULL weight counts as 0: the signal
 * is listed, and counts for nothing.  A row without signal and score, as an
 * outer join makes it for an account that has no signals, is skipped.  A
 * signal that comes twice, a score without signal, and a score or a weight out
 * of range, are errors.
 */
PG_FUNCTION_INFO_V1(health_accum);
Datum
health_accum(PG_FUNCTION_ARGS)
{
	HealthSummary *summary;
	text	   *name;
	int32		score = HEALTH_UNKNOWN;
	int64		weight = 0;
	bool		twice;

	if (unlikely(PG_ARGISNULL(1)))
	{
		if (!PG_ARGISNULL(2))
			signal_null(PG_GETARG_FLOAT8(2));
		return aggregate_unchanged(fcinfo);
	}
	if (!PG_ARGISNULL(2))
		score = health_score_units(PG_GETARG_FLOAT8(2));
	if (likely(!PG_ARGISNULL(3)))
		weight = health_weight_units(PG_GETARG_FLOAT8(3));

	if (PG_ARGISNULL(0))
		summary = health_new(FIRST_ROOM);
	else
		summary = aggregate_state(fcinfo, &health_type);
	name = PG_GETARG_TEXT_PP(1);
	summary = health_insert(summary, VARDATA_ANY(name),
							(uint32) VARSIZE_ANY_EXHDR(name), score, weight,
							&twice);
	if (unlikely(twice))
		signal_twice(VARDATA_ANY(name), (uint32) VARSIZE_ANY_EXHDR(name));
	PG_FREE_IF_COPY(name, 1);
	PG_RETURN_POINTER(summary);
}

/*
 * Add the signals of another summary of the account: for rollup(), and for
 * what parallel workers found.  A signal that is in both is an error: no score
 * of the two is more right than the other.
 */
PG_FUNCTION_INFO_V1(health_combine);
Datum
health_combine(PG_FUNCTION_ARGS)
{
	HealthSummary *summary;
	HealthSummary *other;
	HealthSignal *signal;

	summary = aggregate_combine_state(fcinfo, &health_type);
	other = PG_GETARG_SUMMARY(1, &health_type);
	signal = health_first(other);
	for (uint32 i = 0; i < other->count; i++)
	{
		bool		twice;

		summary = health_insert(summary, signal->name, signal->length,
								signal->score, signal->weight, &twice);
		if (twice)
			signal_twice(signal->name, signal->length);
		signal = health_next(signal);
	}
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(summary);
}

/*
 * Return the summary to store: the state without its spare room, so canonical.
 */
PG_FUNCTION_INFO_V1(health_final);
Datum
health_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(health_trimmed(health_summary_get(PG_GETARG_DATUM(0))));
}
