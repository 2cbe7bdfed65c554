/*-------------------------------------------------------------------------
 *
 * shown.c
 *	  Values as error messages show them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/shown.h"

/* The most bytes of a number or a name in an error message. */
#define SHOWN_BYTES		100

/*
 * Return a numeric as text for an error message.  1e100000 has a hundred
 * thousand digits, of which the first ones tell enough.
 */
char *
numeric_shown(Datum number)
{
	char	   *str = DatumGetCString(DirectFunctionCall1(numeric_out, number));
	size_t		length = strlen(str);

	if (length > SHOWN_BYTES)
		return psprintf("%.*s... (%zu characters)", SHOWN_BYTES - 20, str,
						length);
	return str;
}

/*
 * Return a text for an error message, cut to a line: a user who mixes up two
 * columns passes a text of any length.
 */
char *
text_shown(const text *value)
{
	int			length = (int) VARSIZE_ANY_EXHDR(value);

	if (length <= SHOWN_BYTES)
		return text_to_cstring(value);
	return psprintf("%.*s... (%d bytes)",
					pg_mbcliplen(VARDATA_ANY(value), length, SHOWN_BYTES - 20),
					VARDATA_ANY(value), length);
}

/*
 * Return a double precision as text for an error message, with all its digits.
 */
char *
double_shown(double value)
{
	return DatumGetCString(DirectFunctionCall1(float8out,
											   Float8GetDatum(value)));
}
