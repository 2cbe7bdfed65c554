/*-------------------------------------------------------------------------
 *
 * names.h
 *	  Relations by names that people write.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_NAMES_H
#define CX_NAMES_H

#include "postgres.h"

extern Oid	named_relation(const char *name);

#endif							/* CX_NAMES_H */
