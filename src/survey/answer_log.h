/*-------------------------------------------------------------------------
 *
 * answer_log.h
 *	  Who answered when, and with which score.
 *
 * answer_log.c has the type; answer_days.c the latest answers of a day,
 * answer_change.c intervals and changes that know who answered, paired.c those of
 * the same people.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ANSWER_LOG_H
#define CX_ANSWER_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/log.h"
#include "survey/survey.h"

/*
 * The payload: how far the score is below the best.  So the lowest of several
 * scores of one moment comes last, and is the latest.
 */
#define ANSWER_BELOW_BEST	0

extern const LogType answer_log_type;

static inline int
answer_score(const LogEntry *entry)
{
	return SURVEY_MAX_SCORE - (int) entry->payload[ANSWER_BELOW_BEST];
}

/* A time from one moment to another, without the latter. */
typedef struct AnswerPeriod
{
	Timestamp	from;
	Timestamp	to;
} AnswerPeriod;

extern pg_tz *answer_zone_arg(FunctionCallInfo fcinfo, int n);
extern Timestamp answer_day_start(DateADT day, pg_tz *zone);
extern bool answer_period_args(FunctionCallInfo fcinfo, int n, pg_tz *zone,
							   const char *from_name, const char *to_name,
							   AnswerPeriod *period);

static inline bool
in_period(const AnswerPeriod *period, Timestamp time)
{
	return time >= period->from && time < period->to;
}

#endif							/* CX_ANSWER_LOG_H */
