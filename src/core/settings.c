/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  Settings under which the text of a value is the same in every session.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"

#include "core/settings.h"

/*
 * Set all that the text of a value depends on, as it is written and as it is read:
 * under the session's own, a constant of a query that is written down and parsed again
 * may become another, such as a moment in CST, which is China's zone and Chicago's.
 * Return what AtEOXact_GUC() needs to undo it; an error undoes it as well.
 */
int
fixed_settings(void)
{
	static const char *const settings[][2] = {
		{"TimeZone", "UTC"},
		{"DateStyle", "ISO, YMD"},
		{"IntervalStyle", "postgres"},
		{"extra_float_digits", "3"},
		{"bytea_output", "hex"},
		{"lc_monetary", "C"},
		{"array_nulls", "on"},
		{"xmloption", "content"}
	};
	int			nest_level = NewGUCNestLevel();

	for (int i = 0; i < (int) lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return nest_level;
}
