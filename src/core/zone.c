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

static pg_noinline pg_noreturn void
zone_is_local(const text *zone)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("time zone \"%s\" is the machine's own", text_shown(zone)),
			 errdetail("On another machine it is another one."),
			 errhint("Write the name of a place, 'Asia/Seoul', or 'UTC'.")));
}

bool
zone_is_the_machines(const char *name)
{
	return pg_strcasecmp(name, "localtime") == 0 ||
		pg_strcasecmp(name, "posixrules") == 0;
}

bool
zone_is_spelled_out(const char *name)
{
	static const char *const names[] = {
		"GMT0", "GMT+0", "GMT-0", "Etc/GMT0",
		"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT"
	};
	const char *hours;
	int			most;

	if (strpbrk(name, "0123456789<>,") == NULL)
		return false;
	if (pg_strncasecmp(name, "posix/", 6) == 0)
		name += 6;
	for (size_t i = 0; i < lengthof(names); i++)
	{
		if (pg_strcasecmp(name, names[i]) == 0)
			return false;
	}
	if (pg_strncasecmp(name, "Etc/GMT", 7) != 0 || (name[7] != '+' && name[7] != '-'))
		return true;
	hours = name + 8;
	most = name[7] == '+' ? 12 : 14;
	return strlen(hours) > 2 || strspn(hours, "0123456789") != strlen(hours) ||
		strtol(hours, NULL, 10) > most;
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
	if (zone_is_spelled_out(name))
		zone_is_offset(zone);
	if (zone_is_the_machines(name))
		zone_is_local(zone);
	tz = pg_tzset(name);
	if (tz == NULL || !pg_tz_acceptable(tz))
		zone_unknown(zone);
	return tz;
}
