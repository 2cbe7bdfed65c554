/*-------------------------------------------------------------------------
 *
 * keep_summary.c
 *	  Make the relations and triggers of a kept summary, and drop them.
 *
 * All of it belongs to who calls keep_summary(), and is made by ordinary
 * statements: there is no catalog of the extension, and a dump has everything.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "utils/varlena.h"

#include "live/keep_summary.h"

PG_FUNCTION_INFO_V1(keep_summary);
PG_FUNCTION_INFO_V1(drop_summary);

/* How the comments of its parts end, by which they are known once the view is gone. */
#define DEFINITION_COMMENT_END	" keeps, computed from all rows"
#define DELTAS_COMMENT_END		" or took out; compact_summary() merges them"
#define PROBLEMS_COMMENT_END	", and why"

/* The names of a kept summary that is being made. */
typedef struct NewNames
{
	char	   *schema;
	char	   *name;
	char	   *view;			/* qualified and quoted, as are the others */
	char	   *definition;
	char	   *deltas;
	char	   *problems;
	char	   *extension;		/* quoted name of the extension's schema */
} NewNames;

/* ---------------------------------------------------------------------------
 * The table
 * ---------------------------------------------------------------------------
 */

/*
 * Report whether a query finds something about a relation; $1 is its oid.  What it
 * finds is in SPI_tuptable.
 */
static bool
finds(const char *query, Oid relation)
{
	Oid			type = OIDOID;
	Datum		value = ObjectIdGetDatum(relation);

	if (SPI_execute_with_args(query, 1, &type, &value, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args failed for %s", query);
	return SPI_processed > 0;
}

/* Refuse tables that other extensions have spread over servers or chunks. */
static void
check_not_spread(Oid source)
{
	Oid			timescale = get_namespace_oid("_timescaledb_catalog", true);

	if (OidIsValid(get_relname_relid("pg_dist_partition", PG_CATALOG_NAMESPACE)) &&
		finds("SELECT 1 FROM pg_catalog.pg_dist_partition WHERE logicalrelid::pg_catalog.oid = $1", source))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" is a distributed table of Citus, of which no summary can be kept", get_rel_name(source)),
				 errdetail("Triggers on distributed tables do not see the rows of a statement."),
				 errhint("Make a table that is distributed by the same column, and fill it by INSERT ... SELECT ... GROUP BY that column ON CONFLICT ... DO UPDATE; docs/scaling.md has the statements.")));
	if (OidIsValid(timescale) && OidIsValid(get_relname_relid("hypertable", timescale)) &&
		finds("SELECT 1 FROM _timescaledb_catalog.hypertable AS h JOIN pg_catalog.pg_namespace AS n ON n.nspname = h.schema_name "
			  "JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = h.table_name WHERE c.oid = $1", source))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("\"%s\" is a hypertable of TimescaleDB, of which no summary can be kept", get_rel_name(source)),
				 errdetail("Triggers on hypertables do not see the rows of a statement."),
				 errhint("Make a continuous aggregate of the definition, or a table that is partitioned by PostgreSQL itself.")));
}

/* Report whether row level security holds for the owner of a table as well. */
static bool
is_forced(Oid source)
{
	Relation	relation = relation_open(source, NoLock);
	bool		forced = relation->rd_rel->relforcerowsecurity;

	relation_close(relation, NoLock);
	return forced;
}

static void
check_rights(Oid source)
{
	Oid			user = GetUserId();

	if (pg_class_aclcheck(source, user, ACL_SELECT) != ACLCHECK_OK ||
		(!CX_RELATION_OWNERCHECK(source, user) &&
		 pg_class_aclcheck(source, user, ACL_TRIGGER) != ACLCHECK_OK))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to keep a summary of \"%s\"", get_rel_name(source)),
				 errdetail("It takes the rights SELECT and TRIGGER on the table."),
				 errhint("The owner of the table can GRANT SELECT, TRIGGER ON it.")));
	if (check_enable_rls(source, user, true) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("row level security hides rows of \"%s\" from who keeps the summary", get_rel_name(source)),
				 errdetail("Its triggers see all rows that are written, whoever may read them."),
				 is_forced(source) ?
				 errhint("Let a role with BYPASSRLS call keep_summary(); or the owner of the table, after ALTER TABLE ... NO FORCE ROW LEVEL SECURITY.") :
				 errhint("Let the owner of the table call keep_summary(), or a role with BYPASSRLS.")));
}

static void
note_row_security(Oid source)
{
	Relation	relation = relation_open(source, NoLock);

	if (relation->rd_rel->relrowsecurity)
		ereport(NOTICE,
				(errmsg("\"%s\" has row level security, which its kept summary has not", RelationGetRelationName(relation)),
				 errdetail("Who may read the kept summary sees what all rows add up to."),
				 errhint("GRANT SELECT on the kept summary only to who may know that.")));
	relation_close(relation, NoLock);
}

/*
 * Refuse a member that a crash would empty alone, or leave alone.  ALTER TABLE changes
 * no partitioned table, which has no rows: SET LOGGED does nothing, or is an error.
 */
pg_noreturn static void
refuse_unlogged(Oid source, Oid member)
{
	Oid			unlogged = get_rel_persistence(source) == RELPERSISTENCE_UNLOGGED ? source : member;

	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("\"%s\" is UNLOGGED and \"%s\" is not, or the reverse", get_rel_name(source), get_rel_name(member)),
			 errdetail("A crash would empty one of them, and its summary would not know."),
			 get_rel_relkind(unlogged) == RELKIND_PARTITIONED_TABLE ?
			 errhint("Make the partitioned table %s anew without UNLOGGED, and attach its partitions to the new one.", kept_qualified(unlogged)) :
			 errhint("ALTER TABLE %s SET LOGGED makes them alike.", kept_qualified(unlogged))));
}

/*
 * Lock the table and what is below it, partitions or children, so that nobody
 * writes until the triggers are there; return all of them.
 */
static List *
lock_members(Oid source)
{
	List	   *members;
	ListCell   *cell;
	char		persistence;

	LockRelationOid(source, ShareRowExclusiveLock);
	members = find_all_inheritors(source, ShareRowExclusiveLock, NULL);
	persistence = get_rel_persistence(source);
	foreach(cell, members)
	{
		Oid			member = lfirst_oid(cell);

		if (get_rel_relkind(member) == RELKIND_FOREIGN_TABLE)
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("partition \"%s\" is a foreign table, and its rows change without a trigger", get_rel_name(member)),
					 errhint("Call keep_summary() on the server that has the rows.")));
		if (get_rel_persistence(member) != persistence)
			refuse_unlogged(source, member);
	}
	return members;
}

/* ---------------------------------------------------------------------------
 * Relations
 * ---------------------------------------------------------------------------
 */

static char *
part_name(const char *schema, const char *name, const char *suffix)
{
	char	   *full = psprintf("%s%s", name, suffix);

	if (strlen(full) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("the name \"%s\" is too long for a kept summary", name),
				 errdetail("The longest name made of it is \"%s_definition\", and names have at most %d bytes.", name, NAMEDATALEN - 1),
				 errhint("Choose a name of at most %d bytes.", NAMEDATALEN - 1 - (int) strlen("_definition"))));
	return quote_qualified_identifier(schema, full);
}

/* Return the view of the kept summary that a relation belongs to, or InvalidOid. */
static Oid
view_of_part(Oid part)
{
	KeptLinks	links;

	if (kept_links_of_view(part, &links))
		return part;
	if (!finds("SELECT DISTINCT r.ev_class FROM pg_catalog.pg_depend AS d JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid "
			   "WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass "
			   "AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = $1", part))
		return InvalidOid;
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		is_null;
		Oid			view = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &is_null));

		if (kept_links_of_view(view, &links) &&
			(part == links.deltas || part == links.definition || part == links.problems))
			return view;
	}
	return InvalidOid;
}

/* Report whether a relation was part of a kept summary that is no more. */
static bool
is_left(Oid part, const char *comment_end)
{
	char	   *comment = OidIsValid(part) ? GetComment(part, RelationRelationId, 0) : NULL;

	return comment != NULL && strlen(comment) >= strlen(comment_end) &&
		strcmp(comment + strlen(comment) - strlen(comment_end), comment_end) == 0 &&
		!OidIsValid(view_of_part(part));
}

static bool
has_triggers_of(Oid part)
{
	return finds("SELECT 1 FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass "
				 "AND refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND refobjid = $1", part);
}

/*
 * Return the statements that drop what is left under the names of a kept summary, where
 * a relation is among it; or NULL.  Triggers that name it go with a table or, where no
 * table is left, with the view.
 */
static char *
drop_what_is_left(const NewNames *names, Oid taken)
{
	Oid			schema = get_namespace_oid(names->schema, false);
	Oid			definition = get_relname_relid(psprintf("%s_definition", names->name), schema);
	Oid			deltas = get_relname_relid(psprintf("%s_deltas", names->name), schema);
	Oid			problems = get_relname_relid(psprintf("%s_problems", names->name), schema);
	bool		view_left = is_left(definition, DEFINITION_COMMENT_END);
	bool		deltas_left = is_left(deltas, DELTAS_COMMENT_END);
	bool		problems_left = is_left(problems, PROBLEMS_COMMENT_END);
	char	   *cascade = has_triggers_of(taken) ? " CASCADE" : "";
	StringInfoData text;

	if (!(view_left && taken == definition) && !(deltas_left && taken == deltas) && !(problems_left && taken == problems))
		return NULL;
	initStringInfo(&text);
	if (deltas_left || problems_left)
		appendStringInfo(&text, "DROP TABLE %s%s%s%s; ", deltas_left ? names->deltas : "",
						 deltas_left && problems_left ? ", " : "", problems_left ? names->problems : "", cascade);
	if (view_left)
		appendStringInfo(&text, "DROP VIEW %s%s; ", names->definition, deltas_left || problems_left ? "" : cascade);
	return pnstrdup(text.data, text.len - 1);
}

/* Refuse a name that is taken, and say how to free it where it is one of ours. */
pg_noreturn static void
refuse_taken(const NewNames *names, Oid taken)
{
	Oid			view;
	char	   *drop;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	view = view_of_part(taken);
	drop = OidIsValid(view) ? NULL : drop_what_is_left(names, taken);
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("relation \"%s\" already exists", get_rel_name(taken)),
			 errdetail("A kept summary is a view of its name, and relations of this name and _definition, _deltas or _problems."),
			 OidIsValid(view) ?
			 errhint("Choose another name; or drop the kept summary that it belongs to: SELECT drop_summary(%s);", quote_literal_cstr(kept_qualified(view))) :
			 drop != NULL ?
			 errhint("Choose another name; or drop what is left of a kept summary: %s", drop) :
			 errhint("Choose another name.")));
}

static void
check_free(const NewNames *names, Oid schema)
{
	static const char *const suffixes[] = {"", "_definition", "_deltas", "_problems"};

	for (int i = 0; i < (int) lengthof(suffixes); i++)
	{
		Oid			taken = get_relname_relid(psprintf("%s%s", names->name, suffixes[i]), schema);

		if (OidIsValid(taken))
			refuse_taken(names, taken);
	}
}

/*
 * Refuse a schema for temporary relations: the triggers of a table are those of all
 * sessions, and the others cannot write to the deltas there.
 */
static void
check_lasting(Oid schema, const char *name)
{
	if (isAnyTempNamespace(schema))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
				 errmsg("the kept summary \"%s\" would be temporary", name),
				 errdetail("Other sessions write to its table as well, and cannot reach temporary relations of this one."),
				 errhint("Name a lasting schema, as in keep_summary('public.%s', ...); without one the first of the search_path is taken.", quote_identifier(name))));
}

/* Return the parts of a name; what is no name may be the definition, in its place. */
static List *
name_parts(text *name)
{
	List	   *parts;

	if (!SplitIdentifierString(text_to_cstring(name), '.', &parts) || parts == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("invalid name of a kept summary"),
				 errdetail("It is \"%s\".", text_to_cstring(name)),
				 errhint("The name stands before the definition, as in keep_summary('survey_daily', 'SELECT ...'); one with spaces or the like is written in double quotes.")));
	return textToQualifiedNameList(name);
}

static void
choose_names(NewNames *names, text *name, Oid function)
{
	RangeVar   *range = makeRangeVarFromNameList(name_parts(name));
	Oid			schema = RangeVarGetCreationNamespace(range);

	check_lasting(schema, range->relname);
	names->schema = get_namespace_name(schema);
	names->name = range->relname;
	names->definition = part_name(names->schema, names->name, "_definition");
	names->view = part_name(names->schema, names->name, "");
	names->deltas = part_name(names->schema, names->name, "_deltas");
	names->problems = part_name(names->schema, names->name, "_problems");
	names->extension = pstrdup(quote_identifier(get_namespace_name(get_func_namespace(function))));
	check_free(names, schema);
}

/* The definition without a semicolon, which a view's cannot have at its end. */
static void
create_definition(const NewNames *names, const char *definition)
{
	const char *end = definition + strlen(definition);

	while (end > definition && (isspace((unsigned char) end[-1]) || end[-1] == ';'))
		end--;
	kept_run(psprintf("CREATE VIEW %s AS %.*s\n", names->definition, (int) (end - definition), definition),
			 SPI_OK_UTILITY);
}

static Oid
relation_of(const char *schema, const char *name, const char *suffix)
{
	return get_relname_relid(psprintf("%s%s", name, suffix), get_namespace_oid(schema, false));
}

/*
 * Return the columns of the definition as the deltas have them.  A key of a
 * domain has the type below it there: a mark has no keys, and the domain may be
 * NOT NULL.
 */
static char *
delta_columns(const NewNames *names)
{
	Relation	definition = relation_open(relation_of(names->schema, names->name, "_definition"), AccessShareLock);
	TupleDesc	desc = RelationGetDescr(definition);
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(desc, i);
		const char *name = quote_identifier(NameStr(column->attname));
		int32		modifier = column->atttypmod;
		Oid			type = getBaseTypeAndTypmod(column->atttypid, &modifier);

		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", name);
		if (type != column->atttypid)
			appendStringInfo(&text, "::%s AS %s",
							 format_type_extended(type, modifier, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY), name);
	}
	relation_close(definition, AccessShareLock);
	return text.data;
}

static void
create_tables(const NewNames *names, Oid source)
{
	const char *unlogged = get_rel_persistence(source) == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " : "";

	kept_run(psprintf("CREATE %sTABLE %s AS SELECT %s FROM %s WITH NO DATA", unlogged, names->deltas, delta_columns(names), names->definition),
			 SPI_OK_UTILITY);
	kept_run(psprintf("ALTER TABLE %s ADD COLUMN source_rows bigint NOT NULL, ADD COLUMN removed boolean NOT NULL DEFAULT false, "
					  "ADD COLUMN left_out bigint, ADD COLUMN repair text CHECK (repair IN ('key', 'everything'))",
					  names->deltas), SPI_OK_UTILITY);
	kept_run(psprintf("CREATE INDEX ON %s (repair) WHERE repair IS NOT NULL", names->deltas), SPI_OK_UTILITY);
	kept_run(psprintf("CREATE %sTABLE %s (happened_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(), operation text NOT NULL, "
					  "kind text NOT NULL, source_row jsonb, key jsonb, sqlstate text, message text, detail text, hint text)",
					  unlogged, names->problems), SPI_OK_UTILITY);
}

/* Add the columns that count the rows of single summaries. */
static void
create_counts(const Kept *kept)
{
	char	   *columns = kept_counts(kept, ", ADD COLUMN %s bigint NOT NULL DEFAULT 0");

	if (columns[0] != '\0')
		kept_run(psprintf("ALTER TABLE %s %s", kept->deltas, columns + 2), SPI_OK_UTILITY);
}

/*
 * Index the keys by which a reader chooses groups.  An entry of a btree index has
 * a limit of some 2,700 bytes, which a key must not run into, since that would
 * stop who writes to the table; so only types of a fixed length are in one.  A
 * hash index has no limit.  It has no entry of a NULL either, and says so in its
 * predicate: from PostgreSQL 17 on a logical replica otherwise looks there for a
 * row to delete, and does not find that of the group NULL.
 */
static void
create_key_index(const Kept *kept)
{
	StringInfoData fixed;
	const char *varying = NULL;

	initStringInfo(&fixed);
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];
		TypeCacheEntry *entry;

		if (!column->is_key)
			continue;
		entry = lookup_type_cache(column->type, TYPECACHE_BTREE_OPFAMILY | TYPECACHE_HASH_OPFAMILY);
		if (get_typlen(column->type) > 0 && OidIsValid(entry->btree_opf))
			appendStringInfo(&fixed, "%s%s", fixed.len > 0 ? ", " : "", column->name);
		else if (varying == NULL && OidIsValid(entry->hash_opf))
			varying = column->name;
	}
	if (fixed.len > 0)
		kept_run(psprintf("CREATE INDEX ON %s (%s)", kept->deltas, fixed.data), SPI_OK_UTILITY);
	else if (varying != NULL)
		kept_run(psprintf("CREATE INDEX ON %s USING hash (%s) WHERE %s IS NOT NULL",
						  kept->deltas, varying, varying), SPI_OK_UTILITY);
}

/* Return a call of kept_summary() that says what belongs together. */
static char *
links_call(const NewNames *names, bool insert_only)
{
	return psprintf("%s.kept_summary(%s::pg_catalog.regclass, %s::pg_catalog.regclass, %s::pg_catalog.regclass, %s)",
					names->extension, quote_literal_cstr(names->deltas), quote_literal_cstr(names->definition),
					quote_literal_cstr(names->problems), insert_only ? "true" : "false");
}

/*
 * Write how a summary is merged from the deltas of its group.  It is NULL where a
 * query of all rows gives NULL: where it counts no row, or where all that was
 * added was taken out again and the summary of nothing is NULL.
 */
void
kept_merged(StringInfo text, const Kept *kept, int column, const char *extension)
{
	const KeptColumn *summary = &kept->column[column];
	char	   *added = psprintf("%s.rollup(d.%s) FILTER (WHERE NOT d.removed)", extension, summary->name);
	char	   *removed = psprintf("%s.rollup(d.%s) FILTER (WHERE d.removed)", extension, summary->name);

	if (kept->links.insert_only)
		appendStringInfo(text, "%s.rollup(d.%s)", extension, summary->name);
	else if (kept_is_never_null(kept, column))
		appendStringInfo(text, "CASE WHEN %s IS NULL THEN %s WHEN pg_catalog.sum(d.%s::pg_catalog.float8) > 0 THEN %s OPERATOR(%s.-) %s END",
						 removed, added, summary->counted, added, extension, removed);
	else
		appendStringInfo(text, "CASE WHEN %s IS NULL THEN %s WHEN %s OPERATOR(%s.<>) %s THEN %s OPERATOR(%s.-) %s END",
						 removed, added, added, extension, removed, added, extension, removed);
}

/* Write the columns that count the rows of single summaries, each by a format. */
char *
kept_counts(const Kept *kept, const char *format)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].counts != NULL)
			appendStringInfo(&text, format, kept->column[i].counted);
	}
	return text.data;
}

/*
 * Create the view that people read.  Its counts are added as double precision,
 * which is exact far beyond any number of rows, and quicker than numeric, which
 * sums of bigint are.
 */
static void
create_view(const NewNames *names, const Kept *kept)
{
	char	   *to_repair = psprintf("(pg_catalog.bool_or(d.repair = 'key') IS TRUE OR EXISTS (SELECT FROM %s AS e WHERE e.repair = 'everything'))",
									 names->deltas);
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "CREATE VIEW %s AS SELECT ", names->view);
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];

		if (column->is_key)
			appendStringInfo(&text, "d.%s, ", column->name);
		else
		{
			appendStringInfo(&text, "CASE WHEN pg_catalog.sum(d.source_rows::pg_catalog.float8) > 0 AND NOT %s THEN ", to_repair);
			kept_merged(&text, kept, i, names->extension);
			appendStringInfo(&text, " END AS %s, ", column->name);
		}
	}
	appendStringInfo(&text, "pg_catalog.sum(d.left_out::pg_catalog.float8) > 0 IS TRUE OR %s AS stale FROM %s AS d WHERE %s",
					 to_repair, names->deltas, links_call(names, kept->links.insert_only));
	if (kept->keys > 0)
		appendStringInfo(&text, " GROUP BY %s HAVING pg_catalog.sum(d.source_rows::pg_catalog.float8) > 0 OR pg_catalog.sum(d.left_out::pg_catalog.float8) > 0 OR pg_catalog.bool_or(d.repair = 'key')",
						 kept_keys(kept, "d."));
	kept_run(text.data, SPI_OK_UTILITY);
}

/* Write comments, which psql shows with \d+. */
static void
comment_on(const NewNames *names, Oid source)
{
	const char *of = kept_qualified(source);

	kept_run(psprintf("COMMENT ON VIEW %s IS %s", names->view,
					  quote_literal_cstr(psprintf("summaries of %s, right in the transaction that changes it; made by keep_summary()", of))), SPI_OK_UTILITY);
	kept_run(psprintf("COMMENT ON VIEW %s IS %s", names->definition,
					  quote_literal_cstr(psprintf("what %s" DEFINITION_COMMENT_END, names->view))), SPI_OK_UTILITY);
	kept_run(psprintf("COMMENT ON TABLE %s IS %s", names->deltas,
					  quote_literal_cstr(psprintf("what each statement on %s added to %s" DELTAS_COMMENT_END, of, names->view))), SPI_OK_UTILITY);
	kept_run(psprintf("COMMENT ON TABLE %s IS %s", names->problems,
					  quote_literal_cstr(psprintf("rows of %s that are not in %s" PROBLEMS_COMMENT_END, of, names->view))), SPI_OK_UTILITY);
}

/* ---------------------------------------------------------------------------
 * Triggers
 * ---------------------------------------------------------------------------
 */

/* Create a trigger that is named after the kept summary and the event. */
static void
create_trigger(const char *name, const char *event, Oid member, const char *when, const char *condition, const char *extension)
{
	char	   *free_name = makeObjectName(name, NULL, event);

	for (int i = 2; OidIsValid(get_trigger_oid(member, free_name, true)); i++)
		free_name = makeObjectName(name, NULL, psprintf("%s_%d", event, i));
	kept_run(psprintf("CREATE TRIGGER %s %s FOR EACH STATEMENT WHEN (%s) EXECUTE FUNCTION %s.keep_summary_trigger()",
					  quote_identifier(free_name), psprintf(when, kept_qualified(member)), condition, extension),
			 SPI_OK_UTILITY);
}

/* Report whether a table has the triggers of a kept summary. */
bool
kept_has_triggers(Oid member, const KeptLinks *links)
{
	Relation	relation = table_open(member, NoLock);
	TriggerDesc *triggers = relation->trigdesc;
	bool		found = false;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers && !found; i++)
	{
		KeptLinks	other;

		found = kept_links_of_qual(triggers->triggers[i].tgqual, &other) &&
			other.deltas == links->deltas;
	}
	table_close(relation, NoLock);
	return found;
}

/*
 * Create the triggers of a kept summary on the members that have none; a
 * statement fires those of the table that it names alone.
 */
void
kept_create_triggers(const char *name, const KeptLinks *links, List *members, const char *extension)
{
	char	   *condition = psprintf("%s.kept_summary(%s::pg_catalog.regclass, %s::pg_catalog.regclass, %s::pg_catalog.regclass, %s)",
									 extension, quote_literal_cstr(kept_qualified(links->deltas)),
									 quote_literal_cstr(kept_qualified(links->definition)),
									 quote_literal_cstr(kept_qualified(links->problems)),
									 links->insert_only ? "true" : "false");
	ListCell   *cell;

	foreach(cell, members)
	{
		Oid			member = lfirst_oid(cell);

		if (kept_has_triggers(member, links))
			continue;
		create_trigger(name, "insert", member,
					   "AFTER INSERT ON %s REFERENCING NEW TABLE AS " KEPT_NEW_ROWS, condition, extension);
		create_trigger(name, "update", member,
					   "AFTER UPDATE ON %s REFERENCING OLD TABLE AS " KEPT_OLD_ROWS " NEW TABLE AS " KEPT_NEW_ROWS, condition, extension);
		create_trigger(name, "delete", member,
					   "AFTER DELETE ON %s REFERENCING OLD TABLE AS " KEPT_OLD_ROWS, condition, extension);
		create_trigger(name, "truncate", member, "BEFORE TRUNCATE ON %s", condition, extension);
	}
}

/* ---------------------------------------------------------------------------
 * Filling
 * ---------------------------------------------------------------------------
 */

static void
explain_fill(void *argument)
{
	errcontext("filling the kept summary from the rows of \"%s\"; find_bad_rows() finds those that cannot be summarized",
			   get_rel_name(((const Kept *) argument)->source));
}

/* Return an INSERT of what a query of deltas gives. */
char *
kept_insert_select(const Kept *kept, const char *query, const char *condition)
{
	StringInfoData into;
	StringInfoData from;

	initStringInfo(&into);
	initStringInfo(&from);
	for (int i = 0; i < kept->columns; i++)
	{
		appendStringInfo(&into, "%s, ", kept->column[i].name);
		appendStringInfo(&from, "f.%s, ", kept->column[i].defined);
	}
	return psprintf("INSERT INTO %s (%ssource_rows%s) SELECT %sf.source_rows%s FROM (%s) AS f%s",
					kept->deltas, into.data, kept_counts(kept, ", %s"), from.data, kept_counts(kept, ", f.%s"),
					query, condition);
}

/*
 * Fill the deltas from all rows.  The snapshot is new also where the transaction
 * has an older one, since rows that were committed meanwhile fired no trigger.
 */
static void
fill(Kept *kept)
{
	ErrorContextCallback context = {.callback = explain_fill,.arg = kept};
	SPIPlanPtr	plan;

	context.previous = error_context_stack;
	error_context_stack = &context;
	plan = kept_prepared(kept_insert_select(kept, kept_delta_query(kept, kept_qualified(kept->source)), kept_order(kept, "f.")), 0, NULL);
	CommandCounterIncrement();
	if (SPI_execute_snapshot(plan, NULL, NULL, GetLatestSnapshot(), InvalidSnapshot, false, true, 0) != SPI_OK_INSERT)
		elog(ERROR, "the deltas of a kept summary could not be filled");
	error_context_stack = context.previous;
}

/* Make everything but the definition, under a search_path of pg_catalog. */
static void
create_parts(const NewNames *names, Oid source, List *members, bool insert_only)
{
	KeptLinks	links = {.insert_only = insert_only};
	Kept	   *kept;

	create_tables(names, source);
	links.deltas = relation_of(names->schema, names->name, "_deltas");
	links.definition = relation_of(names->schema, names->name, "_definition");
	links.problems = relation_of(names->schema, names->name, "_problems");
	kept = kept_load(&links);
	kept_check_meaning(kept);
	create_counts(kept);
	create_view(names, kept);
	comment_on(names, source);
	kept_create_triggers(names->name, &links, members, names->extension);
	fill(kept);
	create_key_index(kept);
	kept_run(psprintf("ANALYZE %s", names->deltas), SPI_OK_UTILITY);
}

/*
 * keep_summary(name text, definition text, insert_only boolean DEFAULT false)
 *
 * Make a kept summary, with the rights of the caller.  Errors: NULL, a definition
 * that cannot be kept, missing rights, names that are taken, rows that cannot be
 * summarized.
 */
Datum
keep_summary(PG_FUNCTION_ARGS)
{
	Oid			function = fcinfo->flinfo->fn_oid;
	NewNames	names;
	char	   *definition;
	bool		insert_only;
	Oid			source;
	List	   *members;
	int			nest_level;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name, the definition and insert_only of a kept summary must not be NULL"),
				 errhint("keep_summary('survey_daily', 'SELECT answered_on AS day, survey_summary(score) AS scores FROM survey_responses GROUP BY 1')")));
	definition = text_to_cstring(PG_GETARG_TEXT_PP(1));
	insert_only = PG_GETARG_BOOL(2);
	choose_names(&names, PG_GETARG_TEXT_PP(0), function);
	source = kept_source(kept_checked_definition(definition, insert_only, function));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	check_not_spread(source);
	check_rights(source);
	members = lock_members(source);
	note_row_security(source);
	create_definition(&names, definition);
	nest_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	create_parts(&names, source, members, insert_only);
	AtEOXact_GUC(false, nest_level);
	SPI_finish();
	PG_RETURN_VOID();
}

/* ---------------------------------------------------------------------------
 * Dropping
 * ---------------------------------------------------------------------------
 */

/*
 * Lock the table and what is below it.  Who writes has a lock on the table, and
 * then wants one on the deltas; who drops takes them in the same order, or each
 * of the two might wait for the other.
 */
static void
lock_source(const KeptLinks *links)
{
	Relation	definition = relation_open(links->definition, AccessShareLock);
	Oid			source = InvalidOid;

	if (definition->rd_rel->relkind == RELKIND_VIEW)
		source = kept_source(get_view_query(definition));
	relation_close(definition, AccessShareLock);
	if (!OidIsValid(source))
		return;
	LockRelationOid(source, AccessExclusiveLock);
	(void) find_all_inheritors(source, AccessExclusiveLock, NULL);
}

/* Add the triggers whose condition names the deltas. */
static void
add_triggers(ObjectAddresses *objects, Oid deltas)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(deltas));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend entry = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress trigger;

		if (entry->classid != TriggerRelationId || entry->deptype != DEPENDENCY_NORMAL)
			continue;
		ObjectAddressSet(trigger, TriggerRelationId, entry->objid);
		add_exact_object_address(&trigger, objects);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/*
 * drop_summary(name text)
 *
 * Drop the views, tables and triggers of a kept summary; the table that it is of
 * stays as it is.  Errors: no kept summary of the caller, or something depends on
 * it.
 */
Datum
drop_summary(PG_FUNCTION_ARGS)
{
	KeptLinks	links;
	Oid			view = kept_by_name(PG_GETARG_TEXT_PP(0), &links);
	Oid			relations[4];
	ObjectAddresses *objects = new_object_addresses();

	lock_source(&links);
	relations[0] = view;
	relations[1] = links.definition;
	relations[2] = links.deltas;
	relations[3] = links.problems;
	add_triggers(objects, links.deltas);
	for (int i = 0; i < (int) lengthof(relations); i++)
	{
		ObjectAddress relation;

		if (!CX_RELATION_OWNERCHECK(relations[i], GetUserId()))
			aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(get_rel_relkind(relations[i])),
						   get_rel_name(relations[i]));
		ObjectAddressSet(relation, RelationRelationId, relations[i]);
		add_exact_object_address(&relation, objects);
	}
	performMultipleDeletions(objects, DROP_RESTRICT, 0);
	free_object_addresses(objects);
	PG_RETURN_VOID();
}
