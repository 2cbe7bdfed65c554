/*-------------------------------------------------------------------------
 *
 * usage_log.h
 *	  usage_log, who was active on which days, for the files that read it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_USAGE_LOG_H
#define CX_USAGE_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "core/log.h"

/* The payload: how many events the day has. */
#define USAGE_EVENTS	0

extern const LogType usage_log_type;

/*
 * A narrow entry is one word: from the highest bit on the id, the day since
 * USAGE_FIRST_DAY (in 1820), and the events.
 */
#define USAGE_ID_BITS		36
#define USAGE_DAY_BITS		17
#define USAGE_EVENT_BITS	11
#define USAGE_MAX_EVENTS	((1 << USAGE_EVENT_BITS) - 1)
#define USAGE_FIRST_DAY		(-(1 << (USAGE_DAY_BITS - 1)))
#define USAGE_ID_SHIFT		(USAGE_DAY_BITS + USAGE_EVENT_BITS)

static inline int64
usage_narrow_id(int64 word)
{
	return word >> USAGE_ID_SHIFT;
}

static inline int64
usage_narrow_day(int64 word)
{
	return (int64) ((uint64) word >> USAGE_EVENT_BITS &
					((UINT64CONST(1) << USAGE_DAY_BITS) - 1)) + USAGE_FIRST_DAY;
}

/*
 * Goes through the users of a log, and through the days of each.  Narrow entries
 * of a log that has just been made are read where they are.
 */
typedef struct UserDays
{
	LogReader	reader;
	const int64 *narrow;		/* what is left of narrow entries, if it has
								 * such */
	const int64 *narrow_end;
	int64		user;			/* of narrow entries the current one */
} UserDays;

static inline void
user_days_begin(UserDays *days, const PackedLog *log)
{
	log_read(&days->reader, log, &usage_log_type);
	days->narrow = log_narrow_entries(&days->reader, &days->narrow_end);
	days->user = 0;
}

/* Go to the next user, when all days of the one before have been read. */
static inline bool
user_days_next_user(UserDays *days)
{
	if (days->narrow == NULL)
		return log_next_id(&days->reader);
	if (days->narrow == days->narrow_end)
		return false;
	days->user = usage_narrow_id(*days->narrow);
	return true;
}

/* Read the next day of the current user; false after the last. */
static inline bool
user_days_next(UserDays *days, int64 *day)
{
	LogEntry	entry;

	if (likely(days->narrow != NULL))
	{
		if (days->narrow == days->narrow_end ||
			usage_narrow_id(*days->narrow) != days->user)
			return false;
		*day = usage_narrow_day(*days->narrow++);
		return true;
	}
	if (days->reader.of_id == 0 || !log_next(&days->reader, &entry))
		return false;
	*day = entry.time;
	return true;
}

#endif							/* CX_USAGE_LOG_H */
