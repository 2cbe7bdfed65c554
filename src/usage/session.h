/*-------------------------------------------------------------------------
 *
 * session.h
 *	  The arguments that sessions of one user and of many share.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SESSION_H
#define CX_SESSION_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

extern int64 session_gap_arg(FunctionCallInfo fcinfo, int n);
pg_noreturn extern void session_time_infinite(Timestamp at);

#endif							/* CX_SESSION_H */
