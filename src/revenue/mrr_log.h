/*-------------------------------------------------------------------------
 *
 * mrr_log.h
 *	  mrr_log, the recurring revenue of many customers by day, for the files
 *	  that read it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MRR_LOG_H
#define CX_MRR_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "utils/date.h"

#include "core/log.h"
#include "core/money.h"

extern const LogType mrr_log_type;

/* Goes through a log customer by customer, from one level of MRR to the next. */
typedef struct MrrLevels
{
	LogReader	reader;
	int64		grace;			/* days after which who is back has churned */
	/* the change that was read ahead */
	bool		has_change;
	DateADT		change_day;
	int128		change;
	/* where the customer stands */
	DateADT		day;			/* from which on the level is this one */
	int128		level;
	bool		has_paid;		/* on a day before this one */
} MrrLevels;

extern void mrr_levels_begin(MrrLevels *levels, const PackedLog *log,
							 int64 grace);
extern bool mrr_levels_next_customer(MrrLevels *levels);
extern bool mrr_levels_next(MrrLevels *levels);
extern int64 mrr_grace_arg(FunctionCallInfo fcinfo, int n);

#endif							/* CX_MRR_LOG_H */
