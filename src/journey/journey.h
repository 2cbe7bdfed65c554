/*-------------------------------------------------------------------------
 *
 * journey.h
 *	  journey_log: which user took which step at which moment.
 *
 * journey_log.c has the type and its aggregate, funnel_walk.c follows users through
 * the steps of a funnel, funnel.c and journey_cohorts.c have what is read.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_JOURNEY_H
#define CX_JOURNEY_H

#include "postgres.h"

#include "core/compat.h"

#include "core/log.h"

/* The payload: the number of the step. */
#define JOURNEY_STEP	0

extern const LabelKind journey_step;
extern const LogType journey_log_type;

#endif							/* CX_JOURNEY_H */
