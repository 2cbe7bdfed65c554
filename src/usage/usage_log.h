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

#endif							/* CX_USAGE_LOG_H */
