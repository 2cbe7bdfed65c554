/*-------------------------------------------------------------------------
 *
 * create_report.c
 *	  Makes the views of a report from a mapping.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/result.h"
#include "core/shown.h"
#include "report/report.h"

PG_FUNCTION_INFO_V1(report_create);

/* The end of the comment of every view that this file makes. */
#define MARK	" (made by create_report)"

/* A view that is to be made. */
typedef struct ReportView
{
	char	   *name;
	char	   *qualified;		/* with the schema, quoted */
	char	   *comment;
	char	   *select;
	List	   *columns;		/* names of columns and their comments, by
								 * turns */
	const Source *dimensions_of;	/* the source of its dimensions */
	char	   *statement;
} ReportView;

/* ----------------------------------------------------------------
 * What a view says
 * ----------------------------------------------------------------
 */

/*
 * Report that a dimension and another column have one name.
 */
static pg_noinline pg_noreturn void
name_taken(const ReportView *view, const char *name)
{
	const Source *source = view->dimensions_of;
	const char *given = name;

	for (int i = 0; i < list_length(source->dimensions); i++)
	{
		if (strcmp(list_nth(source->dimensions, i), name) == 0)
			given = list_nth(source->values, i);
	}
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_COLUMN),
			 errmsg("the mapping does not fit: the dimension \"%s\" has the name of another column", name),
			 errdetail("The view %s has a column of this name already.", view->qualified),
			 errhint("Give the dimension another name in \"dimensions\": {\"another name\": %s}.", json_text(given))));
}

static void
add_column(StringInfo list, ReportView *view, char *name,
		   const char *expression, const char *comment)
{
	const ListCell *lc;
	int			i = 0;

	foreach(lc, view->columns)
	{
		if (i++ % 2 == 0 && strcmp(lfirst(lc), name) == 0)
			name_taken(view, name);
	}
	view->columns = lappend(lappend(view->columns, name), pstrdup(comment));
	appendStringInfo(list, "%s%s", list->len > 0 ? ",\n       " : "", expression);
	if (strcmp(expression, quote_identifier(name)) != 0)
		appendStringInfo(list, " AS %s", quote_identifier(name));
}

/*
 * Add the dimensions of a source; of another source than the view's, whose alias
 * stands before them, where the column's name is not just an asterisk.
 */
static void
add_dimensions(StringInfo list, ReportView *view, const ViewColumn *column,
			   const Filling *filling)
{
	const Source *source = filling->source;
	const char *alias = "";
	ListCell   *lc;

	if (column->name[1] != '\0')
	{
		source = source_named(filling->mapping, column->name + 2);
		alias = column->expression;
	}
	view->dimensions_of = source;
	foreach(lc, source->dimensions)
		add_column(list, view, lfirst(lc),
				   psprintf("%s%s", alias, quote_identifier(lfirst(lc))),
				   column->comment);
}

static void
select_of_view(ReportView *view, const ViewRule *rule, const Filling *filling)
{
	StringInfoData list;

	initStringInfo(&list);
	for (const ViewColumn *column = rule->columns; column->name != NULL; column++)
	{
		if (!keys_are_mapped(filling->mapping, filling->source, column->needs))
			continue;
		if (*column->name == '*')
			add_dimensions(&list, view, column, filling);
		else
			add_column(&list, view, filled_in(column->name, filling),
					   filled_in(column->expression, filling),
					   filled_in(column->comment, filling));
	}
	view->select = psprintf("SELECT %s\nFROM %s", list.data,
							filled_in(rule->from, filling));
}

/* ----------------------------------------------------------------
 * What is there already
 * ----------------------------------------------------------------
 */

/*
 * Report whether CREATE OR REPLACE VIEW can turn a view into a query: whether its
 * columns are the first ones of the query.
 */
static bool
can_be_replaced(Oid view, const Query *query)
{
	Relation	rel = relation_open(view, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	bool		can = desc->natts <= list_length(query->targetList);

	for (int i = 0; can && i < desc->natts; i++)
	{
		TargetEntry *entry = list_nth_node(TargetEntry, query->targetList, i);
		Form_pg_attribute att = TupleDescAttr(desc, i);

		can = strcmp(NameStr(att->attname), entry->resname) == 0 &&
			att->atttypid == exprType((Node *) entry->expr) &&
			att->atttypmod == exprTypmod((Node *) entry->expr);
	}
	relation_close(rel, AccessShareLock);
	return can;
}

/*
 * Return the text that a query gives of a view that is there, in one row, and an empty
 * one for NULL; $1 is the view, $2 the qualified name and $3 the columns of the new one.
 */
static char *
text_of_view(Oid there, const ReportView *view, const char *query)
{
	Datum	   *names = palloc_array(Datum, list_length(view->columns));
	Oid			types[] = {OIDOID, TEXTOID, TEXTARRAYOID};
	Datum		arguments[] = {ObjectIdGetDatum(there), CStringGetTextDatum(view->qualified), 0};
	MemoryContext context = CurrentMemoryContext;
	ListCell   *lc;
	int			i = 0;
	char	   *text;

	foreach(lc, view->columns)
	{
		if (i++ % 2 == 0)
			names[i / 2] = CStringGetTextDatum(lfirst(lc));
	}
	arguments[2] = PointerGetDatum(construct_array(names, i / 2, TEXTOID, -1, false, TYPALIGN_INT));
	SPI_connect();
	SPI_execute_with_args(query, lengthof(types), types, arguments, NULL, true, 1);
	text = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	text = MemoryContextStrdup(context, text == NULL ? "" : text);

	SPI_finish();
	return text;
}

/*
 * Return the statements that give a view's privileges again, once it has been
 * dropped and made anew: those on all of it, and those on columns that it still has.
 */
static char *
grants_of(Oid there, const ReportView *view)
{
	return text_of_view(there, view,
						"SELECT string_agg(format(E'GRANT %s%s ON %s TO %s%s;\\n', privilege_type, column_list, $2,\n"
						"  CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,\n"
						"  CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), '' ORDER BY attnum)\n"
						"FROM (SELECT 0::int2 AS attnum, '' AS column_list, a.* FROM pg_class, aclexplode(relacl) AS a WHERE oid = $1\n"
						"  UNION ALL\n"
						"  SELECT attnum, format(' (%I)', attname), a.* FROM pg_attribute, aclexplode(attacl) AS a\n"
						"  WHERE attrelid = $1 AND attname = ANY ($3)) AS g\n"
						"WHERE grantee <> (SELECT relowner FROM pg_class WHERE oid = $1)");
}

/*
 * Return what ALTER VIEW has set, such as security_invoker, to be set again: CREATE OR
 * REPLACE VIEW takes it away as well.
 */
static char *
options_of(Oid there, const ReportView *view)
{
	return text_of_view(there, view,
						"SELECT ' WITH (' || string_agg(format('%I=%L', option_name, option_value), ', ') || ')'\n"
						"FROM pg_class, pg_options_to_table(reloptions) WHERE oid = $1");
}

static pg_noinline pg_noreturn void
not_ours(const ReportView *view)
{
	ereport(ERROR,
			(errcode(ERRCODE_DUPLICATE_TABLE),
			 errmsg("%s is there already, and was not made by create_report()", view->qualified),
			 errhint("Name another schema for the report, or rename what is there. Views of a report are known by the end of their comment, \"%s\".", &MARK[1])));
}

/* What stands around the query of a view, by what is there already. */
typedef struct Surroundings
{
	const char *before;
	const char *options;
	const char *after;
} Surroundings;

/*
 * Return what has to be done to make a view.  A view of an earlier report gives way
 * to the new one, which keeps its privileges and options; nothing else does.
 */
static Surroundings
surroundings_of(const ReportView *view, Oid schema, const Query *query)
{
	Surroundings around = {"", "", ""};
	Oid			there = OidIsValid(schema) ? get_relname_relid(view->name, schema) : InvalidOid;
	char	   *comment;

	if (!OidIsValid(there))
		return around;
	comment = GetComment(there, RelationRelationId, 0);
	if (get_rel_relkind(there) != RELKIND_VIEW || comment == NULL ||
		strlen(comment) < strlen(MARK) ||
		strcmp(comment + strlen(comment) - strlen(MARK), MARK) != 0)
		not_ours(view);
	around.options = options_of(there, view);
	if (can_be_replaced(there, query))
		return around;
	around.before = psprintf("DROP VIEW %s;\n", view->qualified);
	around.after = grants_of(there, view);
	return around;
}

/* ----------------------------------------------------------------
 * The statements
 * ----------------------------------------------------------------
 */
static void
write_statement(ReportView *view, Oid schema)
{
	Surroundings around = surroundings_of(view, schema, analyzed(view->select));
	StringInfoData sql;
	ListCell   *lc;
	int			i = 0;

	initStringInfo(&sql);
	appendStringInfoString(&sql, around.before);
	appendStringInfo(&sql, "CREATE OR REPLACE VIEW %s%s AS\n%s;\n", view->qualified, around.options, view->select);
	appendStringInfo(&sql, "COMMENT ON VIEW %s IS %s;\n", view->qualified,
					 quote_literal_cstr(psprintf("%s%s", view->comment, MARK)));
	foreach(lc, view->columns)
	{
		if (i++ % 2 == 0)
			appendStringInfo(&sql, "COMMENT ON COLUMN %s.%s IS ", view->qualified,
							 quote_identifier(lfirst(lc)));
		else
			appendStringInfo(&sql, "%s;\n", quote_literal_cstr(lfirst(lc)));
	}
	appendStringInfoString(&sql, around.after);
	view->statement = sql.data;
}

/*
 * Return a view of a report, as its rule says it of a source.
 */
static ReportView *
make_view(const char *schema_name, Oid schema, const ViewRule *rule,
		  const Filling *filling)
{
	ReportView *view = palloc0(sizeof(ReportView));

	view->name = filled_in(rule->name, filling);
	if (strlen(view->name) >= NAMEDATALEN)
		mapping_does_not_fit(filling->source, "dimensions", ERRCODE_NAME_TOO_LONG,
							 psprintf("A view would be called \"%s\", which is too long a name.", view->name),
							 "Give the dimension a shorter name: {\"short\": \"column\"}.");
	view->qualified = psprintf("%s.%s", quote_identifier(schema_name), quote_identifier(view->name));
	view->comment = filled_in(rule->comment, filling);
	view->dimensions_of = filling->source;
	select_of_view(view, rule, filling);
	write_statement(view, schema);
	return view;
}

/*
 * Append the views that a rule makes of a source.
 */
static List *
append_views(List *views, const char *schema_name, Oid schema,
			 const ViewRule *rule, Filling *filling)
{
	ListCell   *lc;

	if (filling->source->query == NULL ||
		!keys_are_mapped(filling->mapping, filling->source, rule->needs))
		return views;
	if (!rule->each_dimension)
		return lappend(views, make_view(schema_name, schema, rule, filling));
	foreach(lc, filling->source->dimensions)
	{
		filling->dimension = lfirst(lc);
		views = lappend(views, make_view(schema_name, schema, rule, filling));
	}
	return views;
}

static List *
all_views(const Mapping *mapping, const char *schema_name, Oid schema)
{
	List	   *views = NIL;

	for (const ViewRule *rule = view_rules; rule->name != NULL; rule++)
	{
		char	   *sources = pstrdup(rule->source);
		char	   *rest;

		for (char *name = strtok_r(sources, ",", &rest); name != NULL; name = strtok_r(NULL, ",", &rest))
		{
			Filling		filling = {mapping, source_named(mapping, name), NULL};

			CHECK_FOR_INTERRUPTS();
			views = append_views(views, schema_name, schema, rule, &filling);
		}
	}
	if (views == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the mapping makes no view"),
				 errhint("It wants one source at least, as in {\"survey_responses\": {\"table\": \"...\", \"day\": \"...\", \"score\": \"...\"}}.")));
	return views;
}

/*
 * The schema is not made with IF NOT EXISTS, which wants the right to make schemas
 * also where there is nothing to make.
 */
static char *
schema_statement(const char *schema_name)
{
	return psprintf("CREATE SCHEMA %s;\nCOMMENT ON SCHEMA %s IS %s;\n",
					quote_identifier(schema_name), quote_identifier(schema_name),
					quote_literal_cstr("Customer-experience reports, made by create_report() of cx_metrics: views with plain columns"));
}

static void
run_statements(const char *schema_statement, List *views)
{
	ListCell   *lc;

	SPI_connect();
	if (schema_statement != NULL)
		SPI_execute(schema_statement, false, 0);
	foreach(lc, views)
		SPI_execute(((ReportView *) lfirst(lc))->statement, false, 0);
	SPI_finish();
}

static void
return_views(FunctionCallInfo fcinfo, const char *schema_statement, List *views)
{
	ResultRows	rows;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rows_begin(&rows, fcinfo);
	if (schema_statement != NULL)
	{
		Datum		values[3] = {0, CStringGetTextDatum("the schema"), CStringGetTextDatum(schema_statement)};
		bool		nulls[3] = {true, false, false};

		rows_put(&rows, values, nulls);
	}
	foreach(lc, views)
	{
		const ReportView *view = lfirst(lc);
		Datum		values[3] = {CStringGetTextDatum(view->name), CStringGetTextDatum(view->comment), CStringGetTextDatum(view->statement)};
		bool		nulls[3] = {false, false, false};

		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
}

/* The schema that the extension is in, which is this function's. */
static char *
own_schema(FunctionCallInfo fcinfo)
{
	return pstrdup(quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid))));
}

/*
 * create_report(schema text, mapping jsonb, dry_run boolean) -> rows of (view,
 * comment, statement)
 *
 * Make the views of a report in a schema, which is made where it is not there, and
 * return each with what it is for and the SQL that made it; with dry_run, make
 * nothing.  The mapping names the tables and columns; one that does not fit is an
 * error that says which key of it, and what was found.  No argument may be NULL.
 */
Datum
report_create(PG_FUNCTION_ARGS)
{
	char	   *schema_name;
	Oid			schema;
	Mapping    *mapping;
	List	   *views;
	char	   *statement;
	int			level;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("schema, mapping and dry_run must not be NULL"),
				 errhint("dry_run is false where it is left out.")));
	schema_name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (*schema_name == '\0' || strlen(schema_name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("schema must be the name of a schema, of up to %d bytes", NAMEDATALEN - 1),
				 errdetail("schema is \"%s\".", text_shown(PG_GETARG_TEXT_PP(0))),
				 errhint("Name a schema for the views, such as 'cx_report'.")));
	schema = get_namespace_oid(schema_name, true);
	mapping = read_mapping(PG_GETARG_JSONB_P(1), own_schema(fcinfo));

	level = fixed_meaning();
	views = all_views(mapping, schema_name, schema);
	statement = OidIsValid(schema) ? NULL : schema_statement(schema_name);
	if (!PG_GETARG_BOOL(2))
		run_statements(statement, views);
	AtEOXact_GUC(true, level);

	return_views(fcinfo, statement, views);
	return (Datum) 0;
}
