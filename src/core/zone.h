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
 * Report whether a name spells a zone out, as POSIX has it and PostgreSQL reads it:
 * '+9', '09:00', 'UTC+9', '<+09>-9', 'Seoul0'.  A name with a digit is one of these
 * unless it is in the time zone database, which has few: 'Etc/GMT-9', an offset by
 * name, and for instance 'EST5EDT'.
 */
extern bool zone_is_spelled_out(const char *name);

/* Report whether a name stands for the machine's own zone, another one elsewhere. */
extern bool zone_is_the_machines(const char *name);

/*
 * Return the zone that a name of the time zone database means; anything else is an
 * error, an offset such as '+9' with a hint of its own.
 */
extern pg_tz *zone_named(const text *zone);

#endif							/* CX_ZONE_H */
