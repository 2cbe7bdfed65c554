/*-------------------------------------------------------------------------
 *
 * report.h
 *	  Views for people without SQL, made from a mapping of somebody's tables.
 *
 * A mapping says which columns of which table are the day, the score, ... of a
 * kind of source (sources.c).  A source is then one subquery with the columns
 * that its keys are named after, and what the views say of it is written down
 * once (views.c).
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_REPORT_H
#define CX_REPORT_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* Room for the keys of the kind of source that has the most. */
#define MAX_KEYS 10

/* What the value of a key is: up to KEY_NUMBER an expression over the row. */
typedef enum KeyType
{
	KEY_DAY,
	KEY_MOMENT,
	KEY_ID,
	KEY_SHOWN_ID,				/* one that a view has as a column */
	KEY_SCORE,
	KEY_AMOUNT,
	KEY_LENGTH,
	KEY_TEXT,
	KEY_NUMBER,
	SETTING_INTEGER,			/* a number, the same for all rows */
	SETTING_INTERVAL,
	SETTING_NAMES				/* an array of texts */
} KeyType;

typedef struct KeyRule
{
	const char *name;
	KeyType		type;
	bool		required;
	const char *what;			/* for messages */
	const char *preset;			/* of a setting */
} KeyRule;

typedef struct SourceRule
{
	const char *name;
	const char *what;
	KeyRule		keys[MAX_KEYS + 1]; /* ends with a NULL name */
	/* words that the views of several kinds of source put in themselves */
	const char *metric;
	const char *title;
	const char *positive;
	const char *negative;
	const char *least;			/* which score is the first good one */
} SourceRule;

/* A source of the mapping at hand; query is NULL where it is not mapped. */
typedef struct Source
{
	const SourceRule *rule;
	JsonbContainer *json;
	Oid			table;
	char	   *table_name;		/* qualified and quoted */
	char	   *expressions[MAX_KEYS];	/* by key, NULL where not mapped */
	char	   *settings[MAX_KEYS]; /* SQL constants */
	List	   *dimensions;		/* names */
	List	   *values;			/* of the dimensions, as the mapping has them */
	char	   *query;
} Source;

typedef struct Mapping
{
	char	   *cx;				/* the extension's schema, quoted */
	char	   *zone;			/* NULL where the mapping has none */
	char	   *as_of;			/* NULL: now */
	Source	   *sources;		/* one for each of source_rules */
} Mapping;

/* A column of a view.  Its texts are templates: see template.c. */
typedef struct ViewColumn
{
	const char *name;			/* "*" stands for all dimensions */
	const char *expression;
	const char *comment;
	const char *needs;			/* keys of the source that must be mapped */
} ViewColumn;

typedef struct ViewRule
{
	const char *name;
	const char *source;
	const char *needs;
	bool		each_dimension; /* one such view for every dimension */
	const ViewColumn *columns;	/* ends with a NULL name */
	const char *from;			/* what follows FROM */
	const char *comment;
} ViewRule;

/* What fills the braces of a template. */
typedef struct Filling
{
	const Mapping *mapping;
	const Source *source;
	const char *dimension;		/* NULL in a view of all of them */
} Filling;

extern const SourceRule source_rules[];
extern const ViewRule view_rules[];

/* sources.c */
extern int	source_count(void);
extern Source *source_named(const Mapping *mapping, const char *name);
extern int	key_named(const SourceRule *rule, const char *name);
extern bool keys_are_mapped(const Mapping *mapping, const Source *source,
							const char *keys);

/* mapping.c */
extern Mapping *read_mapping(Jsonb *json, char *cx);

/* expressions.c */
extern char *json_text(const char *text);
extern char *column_expression(const Source *source, const char *key,
							   const char *value);
extern char *typed_expression(const Mapping *mapping, const Source *source,
							  const KeyRule *key, const char *expression);
extern char *dimension_expression(const Source *source, const char *key,
								  const char *expression);
extern char *condition_expression(const Source *source, const char *key,
								  const char *expression);
extern Query *analyzed(const char *sql);
extern int	fixed_meaning(void);
extern char *fully_qualified(const char *sql);
pg_noreturn extern void mapping_does_not_fit(const Source *source,
											 const char *key, int code,
											 const char *detail,
											 const char *hint);

/* template.c */
pg_noreturn extern void view_is_wrong(const char *what, const char *text);
extern char *filled_in(const char *text, const Filling *filling);

#endif							/* CX_REPORT_H */
