/*-------------------------------------------------------------------------
 *
 * ticket_log.h
 *	  ticket_log and state_history: which ticket was in which state from when on.
 *
 * ticket_log.c has the types and their aggregates, ticket_states.c goes through
 * the stays in states, ticket_times.c and ticket_metrics.c have what is read.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_TICKET_LOG_H
#define CX_TICKET_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "core/log.h"

/* The payload: the number of the state. */
#define TICKET_STATE	0

extern const LabelKind ticket_state;
extern const LogType ticket_log_type;
extern const LogType state_history_type;

#endif							/* CX_TICKET_LOG_H */
