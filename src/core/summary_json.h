/*-------------------------------------------------------------------------
 *
 * summary_json.h
 *	  The text form of a summary: a JSON object, read member by member.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SUMMARY_JSON_H
#define CX_SUMMARY_JSON_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/jsonb.h"

#include "core/summary.h"

typedef struct SummaryJson SummaryJson;
typedef void (*SummaryMember) (void *arg, const char *key,
							   const JsonbValue *value);
typedef void (*SummaryElement) (void *arg, int index,
								const JsonbValue *value);

/* Where a value in a list is, in words, for messages. */
typedef struct SummaryPlace
{
	char		shown[96];
} SummaryPlace;

extern SummaryJson *summary_json_parse(char *str, const SummaryType *type);
extern void summary_json_members(SummaryJson *object, SummaryMember member,
								 void *arg);
extern void summary_json_elements(SummaryJson *array, SummaryElement element,
								  void *arg);
extern SummaryJson *summary_json_container(const JsonbValue *value,
										   bool array, const char *key,
										   const SummaryType *type);
extern bool summary_json_is_array(const JsonbValue *value);
extern char *summary_json_shown(const JsonbValue *value);
extern int	summary_json_parts(const JsonbValue *value, JsonbValue *parts,
							   int room, const SummaryType *type);

/* values; key may be a place of summary_json_place() */
extern SummaryPlace summary_json_place(const char *what, int index,
									   const char *list);
extern SummaryPlace summary_json_part(int part, const char *place);
extern char *summary_json_key_shown(const char *key);
extern bool summary_json_whole(Datum number, int64 low, int64 high,
							   int64 *result);
extern int64 summary_json_int64(const JsonbValue *value, int64 low,
								int64 high, const char *key,
								const SummaryType *type);
extern int64 summary_json_count(const JsonbValue *value, const char *key,
								const SummaryType *type);
extern double summary_json_double(const JsonbValue *value, const char *key,
								  const SummaryType *type);
extern DateADT summary_json_day(const JsonbValue *value, const char *key,
								const SummaryType *type);
extern int	summary_name_lookup(const char *name, int length,
								const char *const *names, int count);
extern int	summary_json_name(const JsonbValue *value, const char *key,
							  const char *const *names, int count,
							  const SummaryType *type);
extern void summary_json_version(const JsonbValue *value,
								 const SummaryType *type);
pg_noreturn extern void summary_json_unexpected(const char *key, const SummaryType *type);
extern void summary_json_begin(StringInfo buf);
extern void summary_append_double(StringInfo buf, double value);

#endif							/* CX_SUMMARY_JSON_H */
