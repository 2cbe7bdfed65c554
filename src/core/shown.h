/*-------------------------------------------------------------------------
 *
 * shown.h
 *	  Values as error messages show them: not longer than a line.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SHOWN_H
#define CX_SHOWN_H

#include "postgres.h"

extern char *numeric_shown(Datum number);
extern char *text_shown(const text *value);
extern char *double_shown(double value);

#endif							/* CX_SHOWN_H */
