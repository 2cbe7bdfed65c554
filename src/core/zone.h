/*-------------------------------------------------------------------------
 *
 * zone.h
 *	  The time zone that a user names.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_ZONE_H
#define CX_ZONE_H

#include "pgtime.h"

/*
 * Return the zone that a name of the time zone database means; anything else is an
 * error, an offset such as '+9' with a hint of its own.
 */
extern pg_tz *zone_named(const text *zone);

#endif							/* CX_ZONE_H */
