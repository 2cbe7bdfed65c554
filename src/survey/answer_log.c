/*-------------------------------------------------------------------------
 *
 * answer_log.c
 *	  Who answered when, and with which score.
 *
 * An answer_log has an entry for each respondent, moment and score.  An answer
 * that is there twice is one, so that parts may overlap; of different scores of
 * one respondent and moment all count as answers, and the lowest is the latest.
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
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/log.h"
#include "core/zone.h"
#include "survey/answer_log.h"

static const SummaryType answer_log_summary = {
	.name = "answer_log",
	.example = "{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31T09:00:00\", 9], [1, \"2025-03-31T09:00:00\", 6]]}"
};

/* A narrow entry is two words: the id, and the moment with the score below it. */
#define NARROW_SCORE_BITS	4
#define NARROW_SCORES		((1 << NARROW_SCORE_BITS) - 1)

static inline bool
answer_to_narrow(const LogEntry *entry, int64 *words)
{
	const int64 limit = INT64CONST(1) << (63 - NARROW_SCORE_BITS);

	if (unlikely(entry->time < -limit || entry->time >= limit))
		return false;
	words[0] = entry->id.word[0];
	words[1] = (int64) ((uint64) entry->time << NARROW_SCORE_BITS |
						(uint64) entry->payload[ANSWER_BELOW_BEST]);
	return true;
}

static void
answer_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = words[0];
	entry->time = words[1] >> NARROW_SCORE_BITS;
	entry->payload[ANSWER_BELOW_BEST] = words[1] & NARROW_SCORES;
}

/* The best score, which is the most frequent one, takes no room. */
static bool
answer_is_usual(const int64 *payload)
{
	return *payload == 0;
}

static void
answer_pack(StringInfo buf, const int64 *payload)
{
	log_put_varint(buf, (uint64) *payload);
}

static void
answer_unpack(LogReader *reader, int64 *payload)
{
	*payload = reader == NULL ? 0 : (int64) log_get_varint(reader);
}

static void
answer_to_json(StringInfo buf, const int64 *payload, int scale)
{
	(void) scale;
	appendStringInfo(buf, ", %d", SURVEY_MAX_SCORE - (int) *payload);
}

static void
answer_from_json(LogState *state, const JsonbValue *parts, const char *place,
				 int64 *payload)
{
	(void) state;
	*payload = SURVEY_MAX_SCORE -
		summary_json_int64(&parts[0], 0, SURVEY_MAX_SCORE,
						   summary_json_part(3, place).shown, &answer_log_summary);
}

static const char *
answer_problem(const LogEntry *entry)
{
	if (entry->payload[ANSWER_BELOW_BEST] < 0 ||
		entry->payload[ANSWER_BELOW_BEST] > SURVEY_MAX_SCORE)
		return "A score is out of range.";
	return NULL;
}

const LogType answer_log_type = {
	.summary = &answer_log_summary,
	.time_is_day = false,
	.payload_words = 1,
	.payload_is_key = true,
	.narrow = {.words = 2,.key_words = 2,.payload_bits = 0},
	.to_narrow = answer_to_narrow,
	.from_narrow = answer_from_narrow,
	.is_usual = answer_is_usual,
	.pack = answer_pack,
	.unpack = answer_unpack,
	.json_parts = 1,
	.json_payload = "an id, a moment and a score",
	.to_json = answer_to_json,
	.from_json = answer_from_json,
	.problem = answer_problem
};

/*
 * Input and output
 */

/* answer_log_in(cstring): read the text form, JSON. */
PG_FUNCTION_INFO_V1(answer_log_in);
Datum
answer_log_in(PG_FUNCTION_ARGS)
{
	return log_in(fcinfo, &answer_log_type);
}

/* answer_log_out: the text form, JSON, in the order of respondents and moments. */
PG_FUNCTION_INFO_V1(answer_log_out);
Datum
answer_log_out(PG_FUNCTION_ARGS)
{
	return log_out(fcinfo, &answer_log_type);
}

/* answer_log_recv: read the binary form, in network order, checked completely. */
PG_FUNCTION_INFO_V1(answer_log_recv);
Datum
answer_log_recv(PG_FUNCTION_ARGS)
{
	return log_recv(fcinfo, &answer_log_type);
}

/* answer_log_send: the binary form, in network order. */
PG_FUNCTION_INFO_V1(answer_log_send);
Datum
answer_log_send(PG_FUNCTION_ARGS)
{
	return log_send(fcinfo, &answer_log_type);
}

/*
 * Aggregation
 */

static pg_noinline pg_noreturn void
answered_at_infinite(Timestamp time)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("answered_at must be a finite time"),
			 errdetail("answered_at is %s.",
					   TIMESTAMP_IS_NOBEGIN(time) ? "-infinity" : "infinity"),
			 errhint("Leave such rows out with WHERE isfinite(answered_at).")));
}

/*
 * A row of answer_log(respondent_id, answered_at, score): an answer.  A row without
 * respondent, time or score is skipped; a time that is infinite is an error, and so
 * is a score that is no whole number from 0 to 10.
 */
static pg_attribute_always_inline Datum
answer_log_accum(FunctionCallInfo fcinfo, IdKind kind, IdRead read_id,
				 bool is_date, bool is_double)
{
	LogEntry	entry;
	int			score;

	if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3)))
		return aggregate_unchanged(fcinfo);
	read_id(PG_GETARG_DATUM(1), &entry.id);
	entry.time = elapsed_time_arg(fcinfo, 2, is_date);
	if (unlikely(TIMESTAMP_NOT_FINITE(entry.time)))
		answered_at_infinite(entry.time);
	score = is_double ? survey_score_from_float8(PG_GETARG_FLOAT8(3)) :
		survey_score_from_int32(PG_GETARG_INT32(3));
	entry.payload[ANSWER_BELOW_BEST] = SURVEY_MAX_SCORE - score;
	return log_add_row(fcinfo, &answer_log_type, kind, 0, &entry);
}

/*
 * The transition function by the type of the ids, of the time and of the score;
 * timestamptz has that of timestamp.  See answer_log_accum().
 *
 * Makes answer_log_accum_int2, answer_log_accum_int4, answer_log_accum_int8,
 * answer_log_accum_uuid, answer_log_accum_text, with _date for dates and with
 * _double for scores in double precision.
 */
#define ANSWER_LOG_ACCUM(name, kind) \
Datum \
answer_log_accum_##name(PG_FUNCTION_ARGS) \
{ \
	return answer_log_accum(fcinfo, kind, id_read_##name, false, false); \
} \
\
Datum \
answer_log_accum_##name##_date(PG_FUNCTION_ARGS) \
{ \
	return answer_log_accum(fcinfo, kind, id_read_##name, true, false); \
} \
\
Datum \
answer_log_accum_##name##_double(PG_FUNCTION_ARGS) \
{ \
	return answer_log_accum(fcinfo, kind, id_read_##name, false, true); \
} \
\
Datum \
answer_log_accum_##name##_date_double(PG_FUNCTION_ARGS) \
{ \
	return answer_log_accum(fcinfo, kind, id_read_##name, true, true); \
}

PG_FUNCTION_INFO_V1(answer_log_accum_int2);
PG_FUNCTION_INFO_V1(answer_log_accum_int2_date);
PG_FUNCTION_INFO_V1(answer_log_accum_int2_double);
PG_FUNCTION_INFO_V1(answer_log_accum_int2_date_double);
ANSWER_LOG_ACCUM(int2, ID_INTEGER)

PG_FUNCTION_INFO_V1(answer_log_accum_int4);
PG_FUNCTION_INFO_V1(answer_log_accum_int4_date);
PG_FUNCTION_INFO_V1(answer_log_accum_int4_double);
PG_FUNCTION_INFO_V1(answer_log_accum_int4_date_double);
ANSWER_LOG_ACCUM(int4, ID_INTEGER)

PG_FUNCTION_INFO_V1(answer_log_accum_int8);
PG_FUNCTION_INFO_V1(answer_log_accum_int8_date);
PG_FUNCTION_INFO_V1(answer_log_accum_int8_double);
PG_FUNCTION_INFO_V1(answer_log_accum_int8_date_double);
ANSWER_LOG_ACCUM(int8, ID_INTEGER)

PG_FUNCTION_INFO_V1(answer_log_accum_uuid);
PG_FUNCTION_INFO_V1(answer_log_accum_uuid_date);
PG_FUNCTION_INFO_V1(answer_log_accum_uuid_double);
PG_FUNCTION_INFO_V1(answer_log_accum_uuid_date_double);
ANSWER_LOG_ACCUM(uuid, ID_UUID)

PG_FUNCTION_INFO_V1(answer_log_accum_text);
PG_FUNCTION_INFO_V1(answer_log_accum_text_date);
PG_FUNCTION_INFO_V1(answer_log_accum_text_double);
PG_FUNCTION_INFO_V1(answer_log_accum_text_date_double);
ANSWER_LOG_ACCUM(text, ID_TEXT)

/*
 * Add a log to the state: rollup(), and what parallel workers found.  An answer of
 * both is one answer.  An error where the ids are of another type.
 */
PG_FUNCTION_INFO_V1(answer_log_combine);
Datum
answer_log_combine(PG_FUNCTION_ARGS)
{
	return log_combine(fcinfo, &answer_log_type);
}

/* The finished log: the same rows give the same bytes, in any order or parts. */
PG_FUNCTION_INFO_V1(answer_log_final);
Datum
answer_log_final(PG_FUNCTION_ARGS)
{
	return log_final(fcinfo, &answer_log_type);
}

/*
 * What is in a log
 */

/* respondents(log): how many people answered, each one once. */
PG_FUNCTION_INFO_V1(answer_log_respondents);
Datum
answer_log_respondents(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &answer_log_type)->ids);
}

/* answers(log): how many answers there are. */
PG_FUNCTION_INFO_V1(answer_log_answers);
Datum
answer_log_answers(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(log_arg(fcinfo, 0, &answer_log_type)->entries);
}

/*
 * Days and periods
 */

/* Return the option "zone", or NULL without one. */
pg_tz *
answer_zone_arg(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : zone_named(PG_GETARG_TEXT_PP(n));
}

/* Return the day of a moment in a zone. */
static DateADT
local_day(Timestamp time, pg_tz *zone)
{
	struct pg_tm clock;
	fsec_t		fraction;
	int			offset;

	/* a moment that no zone knows is far from all days that matter */
	if (timestamp2tm(time, &offset, &clock, &fraction, NULL, zone) != 0)
		return (DateADT) (time / USECS_PER_DAY);
	return date2j(clock.tm_year, clock.tm_mon, clock.tm_mday) -
		POSTGRES_EPOCH_JDATE;
}

/*
 * Return the first moment of a day: midnight in UTC, or the first moment at which
 * a calendar in the zone shows the day.  Where clocks are put back over midnight
 * that is the earlier of the two midnights, and where they are put forward over it
 * the moment of that.
 */
Timestamp
answer_day_start(DateADT day, pg_tz *zone)
{
	Timestamp	start = elapsed_date(day);
	struct pg_tm clock;

	if (zone == NULL)
		return start;
	memset(&clock, 0, sizeof(clock));
	j2date(day + POSTGRES_EPOCH_JDATE, &clock.tm_year, &clock.tm_mon,
		   &clock.tm_mday);
	start += DetermineTimeZoneOffset(&clock, zone) * USECS_PER_SEC;
	for (int i = 0; i < 12 && local_day(start - 1, zone) >= day; i++)
		start -= 15 * USECS_PER_MINUTE;
	return start;
}

/*
 * Set a period from two days, arguments n and n + 1; false where one is NULL.
 * Errors: a day that is infinite, an end before the begin.
 */
bool
answer_period_args(FunctionCallInfo fcinfo, int n, pg_tz *zone,
				   const char *from_name, const char *to_name,
				   AnswerPeriod *period)
{
	DateADT		from;
	DateADT		to;

	if (PG_ARGISNULL(n) || PG_ARGISNULL(n + 1))
		return false;
	from = calendar_day_arg(PG_GETARG_TIMESTAMP(n), from_name);
	to = calendar_day_arg(PG_GETARG_TIMESTAMP(n + 1), to_name);
	if (to < from)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("%s is before %s", to_name, from_name),
				 errdetail("%s is %s, %s is %s.", from_name, calendar_day_text(from),
						   to_name, calendar_day_text(to)),
				 errhint("Ranges are half-open: the year 2025 is '2025-01-01', '2026-01-01'.")));
	period->from = answer_day_start(from, zone);
	period->to = answer_day_start(to, zone);
	return true;
}

/*
 * survey_summary(log, from_date, to_date, zone): all answers of a period, or of all
 * time, counted by score.  A respondent counts as often as he answered.
 */
PG_FUNCTION_INFO_V1(answer_log_survey);
Datum
answer_log_survey(PG_FUNCTION_ARGS)
{
	AnswerPeriod period = {PG_INT64_MIN, PG_INT64_MAX};
	int64		counts[SURVEY_COUNTS] = {0};
	LogReader	reader;
	LogEntry	entry;
	uint32		steps = 0;
	pg_tz	   *zone;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	zone = answer_zone_arg(fcinfo, 3);
	if (!PG_ARGISNULL(1))
		period.from = answer_day_start(calendar_day_arg(PG_GETARG_TIMESTAMP(1), "from_date"), zone);
	if (!PG_ARGISNULL(2))
		period.to = answer_day_start(calendar_day_arg(PG_GETARG_TIMESTAMP(2), "to_date"), zone);
	log_read(&reader, log_arg(fcinfo, 0, &answer_log_type), &answer_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (in_period(&period, entry.time))
			counts[answer_score(&entry)]++;
	}
	PG_RETURN_POINTER(survey_make(counts));
}
