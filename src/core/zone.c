/*-------------------------------------------------------------------------
 *
 * zone.c
 *	  The time zone that a user names.
 *
 * Zones are names of the time zone database alone.  Abbreviations depend on the
 * setting timezone_abbreviations and know no summer time, and the sign of an
 * offset such as '+9' means west in POSIX and east to everybody else.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "core/shown.h"
#include "core/zone.h"

static pg_noinline pg_noreturn void
zone_unknown(const text *zone)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown time zone \"%s\"", text_shown(zone)),
			 errhint("Write a name of pg_timezone_names: 'Asia/Seoul', 'America/New_York' or 'UTC'.")));
}

static pg_noinline pg_noreturn void
zone_is_offset(const text *zone)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("time zone \"%s\" is an offset", text_shown(zone)),
			 errdetail("To some an offset of +9 is east of Greenwich, in the names of zones it is west."),
			 errhint("Write the name of a place, 'Asia/Seoul'; for nine hours east of Greenwich all year there is 'Etc/GMT-9'.")));
}

/*
 * Report whether a name is an offset, with letters before it or not: '+9',
 * '09:00', 'UTC+9', '<+09>-9'.  Few names of the database have digits:
 * 'Etc/GMT-9', which is an offset by name, and the four of the United States.
 */
static bool
is_offset(const char *name)
{
	static const char *const exceptions[] = {
		"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"
	};
	const char *slash = strrchr(name, '/');
	const char *last = slash == NULL ? name : slash + 1;

	if (strpbrk(name, "123456789") == NULL)
		return false;
	if (slash != NULL && pg_strncasecmp(last, "GMT", 3) == 0)
		return false;
	for (size_t i = 0; i < lengthof(exceptions); i++)
	{
		if (pg_strcasecmp(last, exceptions[i]) == 0)
			return false;
	}
	return true;
}

/* Return the zone that a user names. */
pg_tz *
zone_named(const text *zone)
{
	char		name[TZ_STRLEN_MAX + 1];
	pg_tz	   *tz;

	if (VARSIZE_ANY_EXHDR(zone) > TZ_STRLEN_MAX)
		zone_unknown(zone);
	text_to_cstring_buffer(zone, name, sizeof(name));
	if (is_offset(name))
		zone_is_offset(zone);
	tz = pg_tzset(name);
	if (tz == NULL || !pg_tz_acceptable(tz))
		zone_unknown(zone);
	return tz;
}
