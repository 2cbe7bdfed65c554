/*-------------------------------------------------------------------------
 *
 * attempt.h
 *	  Something that may fail and must not take with it what was done before.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ATTEMPT_H
#define CX_ATTEMPT_H

#include "postgres.h"

typedef void (*AttemptedFunction) (void *argument);

extern ErrorData *attempt(AttemptedFunction run, void *argument);

#endif							/* CX_ATTEMPT_H */
