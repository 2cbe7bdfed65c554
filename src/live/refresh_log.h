/*-------------------------------------------------------------------------
 *
 * refresh_log.h
 *	  The table view_refreshes: what refresh_views() did, and what came of it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REFRESH_LOG_H
#define CX_REFRESH_LOG_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/relcache.h"

/* A view and a time that it was refreshed, or that this failed. */
typedef struct Refresh
{
	Oid			view;			/* InvalidOid: no view that could be refreshed */
	const char *shown;			/* its name */
	TimestampTz started;
	TimestampTz as_of;			/* 0: not known */
	bool		concurrent;
	uint64		rows;
	ErrorData  *error;			/* NULL: done */
} Refresh;

extern Relation refresh_log_open(Oid function);
extern void refresh_log_close(Relation log);
extern void refresh_log_add(Relation log, const Refresh *refresh);
extern bool refresh_log_as_of(Relation log, Oid view, TimestampTz *as_of);
extern void refresh_log_forget_dropped(Relation log);

#endif							/* CX_REFRESH_LOG_H */
