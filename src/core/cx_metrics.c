/*-------------------------------------------------------------------------
 *
 * cx_metrics.c
 *	  The module's entry: customer-experience metrics inside PostgreSQL.
 *
 * Every family of metrics has a folder of its own: src/survey, src/rate, ...
 * This file is compiled before all others (Makefile): where compat.h refuses
 * the machine or the version, its message is then the only one.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"
#include "fmgr.h"

PG_MODULE_MAGIC;
