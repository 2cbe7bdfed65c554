/*-------------------------------------------------------------------------
 *
 * kept.h
 *	  Kept summaries: summaries of a table that are right in the transaction in
 *	  which the table changes.
 *
 * A kept summary is two views and two tables, which belong to who made it:
 *
 *	NAME_definition	the view as it was typed, one SELECT from one table
 *	NAME_deltas		what each statement added to the summaries or took out
 *	NAME_problems	rows that the definition could not summarize
 *	NAME			the view that people read: the deltas, merged
 *
 * The table that is summarized has triggers that write the deltas.  What ties
 * all of this together is a call of kept_summary() in the condition of each
 * trigger and in the view: its arguments are constants of type regclass, which
 * PostgreSQL follows when something is renamed, dropped, dumped or restored.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_KEPT_H
#define CX_KEPT_H

#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"

/* The names of the transition tables. */
#define KEPT_OLD_ROWS	"cx_old_rows"
#define KEPT_NEW_ROWS	"cx_new_rows"

/* What the arguments of kept_summary() say. */
typedef struct KeptLinks
{
	Oid			deltas;
	Oid			definition;
	Oid			problems;
	bool		insert_only;
} KeptLinks;

/* A column of the definition, and of the deltas at the same place. */
typedef struct KeptColumn
{
	char	   *name;			/* in the deltas, quoted */
	char	   *defined;		/* in the definition, quoted */
	char	   *label;			/* in the deltas, a literal */
	Oid			type;
	bool		is_key;			/* a grouping column, and no summary */
	char	   *equals;			/* of a key, the operator */
	Node	   *counts;			/* of a summary, which rows it counts; or NULL */
	char	   *counted;		/* the column with how many these are */
} KeptColumn;

/* A kept summary, read from the catalogs. */
typedef struct Kept
{
	KeptLinks	links;
	Oid			owner;
	Oid			source;
	char	   *deltas;			/* names, qualified and quoted */
	char	   *problems;
	int			columns;
	int			keys;
	KeptColumn *column;
	Query	   *query;			/* of the definition */
} Kept;

/* What a statement has noted in the table of problems. */
typedef struct KeptNoted
{
	int			rows;			/* that are left out */
	bool		groups;			/* some are to be repaired */
} KeptNoted;

/* Whose rights were in use before, and where the settings were. */
typedef struct KeptRights
{
	Oid			user;
	int			context;
	int			nest_level;
} KeptRights;

typedef void (*KeptAction) (void *argument);

/* definition.c */
extern Query *kept_checked_definition(const char *definition, bool insert_only,
									  Oid function);
extern Oid	kept_source(Query *query);
extern bool kept_is_key(const Query *query, const TargetEntry *entry);
extern bool kept_has_minus(Oid type, Oid schema);

/* keep_summary.c */
extern bool kept_has_triggers(Oid member, const KeptLinks *links);

/* kept.c */
extern Kept *kept_load(const KeptLinks *links);
extern bool kept_links_of_qual(const char *qual, KeptLinks *links);
extern bool kept_links_of_view(Oid view, KeptLinks *links);
extern Oid	kept_by_name(text *name, KeptLinks *links);
extern void kept_check_meaning(const Kept *kept);
extern char *kept_delta_query(const Kept *kept, const char *from);
extern SPIPlanPtr kept_prepared(const char *query, int parameters, Oid *types);
extern char *kept_keys(const Kept *kept, const char *alias);
extern char *kept_order(const Kept *kept, const char *alias);
extern char *kept_key_json(const Kept *kept, const char *alias);
extern Datum kept_json_of_key(const Kept *kept, Oid *types, Datum *values,
							  const char *nulls);
extern bool kept_is_never_null(const Kept *kept, int column);
extern char *kept_qualified(Oid relation);
extern bool kept_owner_may_read(const Kept *kept);
extern void kept_become(Oid owner, KeptRights *before);
extern void kept_return(const KeptRights *before);
extern ErrorData *kept_attempt(KeptAction action, void *argument);
extern void kept_run(const char *statement, int expected);

/* kept_warning.c */
extern void kept_warn(const Kept *kept, const KeptNoted *noted);

#endif							/* CX_KEPT_H */
