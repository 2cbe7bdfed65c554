/*-------------------------------------------------------------------------
 *
 * cx_metrics.c
 *	  The module's entry: customer-experience metrics inside PostgreSQL.
 *
 * Every family of metrics has a folder of its own: src/survey, src/rate, ...
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;
