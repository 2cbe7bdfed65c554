/*-------------------------------------------------------------------------
 *
 * keep_summary.h
 *	  What makes a kept summary and what repairs it have in common.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_KEEP_SUMMARY_H
#define CX_KEEP_SUMMARY_H

#include "lib/stringinfo.h"

#include "live/kept.h"

extern void kept_merged(StringInfo text, const Kept *kept, int column,
						const char *extension);
extern char *kept_counts(const Kept *kept, const char *format);
extern char *kept_insert_select(const Kept *kept, const char *query,
								const char *condition);
extern void kept_create_triggers(const char *name, const KeptLinks *links,
								 List *members, const char *extension);

#endif							/* CX_KEEP_SUMMARY_H */
