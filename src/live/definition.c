/*-------------------------------------------------------------------------
 *
 * definition.c
 *	  What keep_summary() takes as the definition of a kept summary.
 *
 * The rows of one statement are summarized by the definition itself, read from a
 * transition table in place of the table.  That gives what the statement adds or
 * takes out if the definition looks at each row by itself, gives the same for it
 * at any time, and merges what it makes.  So a definition is one SELECT from
 * one table, immutable, with grouping columns and summaries.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "funcapi.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parse_func.h"
#include "parser/parse_oper.h"
#include "parser/parser.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "live/kept.h"

/* What a definition cannot have, and what to write in its place. */
typedef struct Refused
{
	bool		found;
	const char *what;
	const char *hint;
} Refused;

static const char *const KEPT_EXAMPLE = "For example: SELECT answered_on AS day, channel, survey_summary(score) AS scores FROM survey_responses GROUP BY 1, 2";

pg_noreturn static void
refuse(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the definition of a kept summary cannot have %s", what),
			 errdetail("It is one SELECT from one table, of grouping columns and summaries."),
			 errhint("%s", hint)));
}

static void
refuse_first(const Refused *refused, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (refused[i].found)
			refuse(refused[i].what, refused[i].hint);
	}
}

static bool
has_grouping_sets(List *group)
{
	ListCell   *cell;

	foreach(cell, group)
	{
		if (IsA(lfirst(cell), GroupingSet))
			return true;
	}
	return false;
}

/* Refuse clauses that do not look at each row by itself. */
static void
check_clauses(const SelectStmt *select)
{
	const Refused refused[] = {
		{select->op != SETOP_NONE, "UNION, INTERSECT or EXCEPT", "Keep a summary of each table, and unite them in the query that reads them."},
		{select->valuesLists != NIL, "VALUES", KEPT_EXAMPLE},
		{select->withClause != NULL, "WITH", "Write what it names into the SELECT; a kept summary reads one table."},
		{select->intoClause != NULL, "INTO", "Leave it out; keep_summary() makes the relations."},
		{select->distinctClause != NIL || select->groupDistinct, "DISTINCT", "GROUP BY makes the rows distinct."},
		{select->havingClause != NULL, "HAVING", "Write it as WHERE in the query that reads the kept summary."},
		{select->windowClause != NIL, "WINDOW", "Write it in the query that reads the kept summary."},
		{select->sortClause != NIL, "ORDER BY", "Write it in the query that reads the kept summary."},
		{select->limitCount != NULL || select->limitOffset != NULL, "LIMIT, OFFSET or FETCH", "Write it in the query that reads the kept summary."},
		{select->lockingClause != NIL, "FOR UPDATE or FOR SHARE", "Leave it out."},
		{has_grouping_sets(select->groupClause), "GROUPING SETS, ROLLUP or CUBE", "Group by all columns, and roll up in the query that reads the kept summary: rollup(scores) ... GROUP BY CUBE (...)."},
		{list_length(select->fromClause) > 1, "a join", "Keep a summary of one table, grouped by what the join needs, and join the kept summary."},
	};

	refuse_first(refused, lengthof(refused));
}

/* Refuse what is in FROM and is not the name of a table. */
static void
check_from(const SelectStmt *select)
{
	Node	   *from;
	RangeVar   *table;

	if (select->fromClause == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the definition of a kept summary must read a table"),
				 errdetail("It has no FROM."),
				 errhint("%s", KEPT_EXAMPLE)));
	from = linitial(select->fromClause);
	if (IsA(from, JoinExpr))
		refuse("a join", "Keep a summary of one table, grouped by what the join needs, and join the kept summary.");
	if (IsA(from, RangeSubselect))
		refuse("a subquery", "Write its table into FROM, and its conditions into WHERE.");
	if (IsA(from, RangeTableSample))
		refuse("TABLESAMPLE", "Leave it out, or choose rows by WHERE.");
	if (!IsA(from, RangeVar))
		refuse("a function in FROM", "Write the name of a table.");
	table = (RangeVar *) from;
	if (!table->inh)
		refuse("ONLY", "Leave it out, and choose rows by WHERE.");
	if (table->alias != NULL && table->alias->colnames != NIL)
		refuse("other names for the columns of its table", "Leave out the list of names behind the alias of the table.");
}

/* Parse the definition; anything but one SELECT is an error. */
static RawStmt *
parsed(const char *definition)
{
	List	   *statements = raw_parser(definition, RAW_PARSE_DEFAULT);
	RawStmt    *statement;

	if (list_length(statements) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the definition of a kept summary must be one SELECT"),
				 errdetail("It has %d statements.", list_length(statements)),
				 errhint("%s", KEPT_EXAMPLE)));
	statement = linitial_node(RawStmt, statements);
	if (!IsA(statement->stmt, SelectStmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the definition of a kept summary must be one SELECT"),
				 errdetail("It is another statement."),
				 errhint("%s", KEPT_EXAMPLE)));
	return statement;
}

static RangeTblEntry *
source_entry(Query *query)
{
	FromExpr   *jointree = query->jointree;
	Node	   *from;

	if (list_length(jointree->fromlist) != 1)
		return NULL;
	from = linitial(jointree->fromlist);
	if (!IsA(from, RangeTblRef))
		return NULL;
	return rt_fetch(((RangeTblRef *) from)->rtindex, query->rtable);
}

/* Return the table that a definition reads; InvalidOid where it reads none. */
Oid
kept_source(Query *query)
{
	RangeTblEntry *entry = source_entry(query);

	if (entry == NULL || entry->rtekind != RTE_RELATION)
		return InvalidOid;
	return entry->relid;
}

pg_noreturn static void
refuse_source(Relation source, const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("\"%s\" is %s, and a kept summary reads a table",
					RelationGetRelationName(source), what),
			 errdetail("Triggers on the table keep the summary right."),
			 errhint("%s", hint)));
}

/* Refuse what cannot have triggers that see the rows of a statement. */
static void
check_source(Query *query)
{
	Oid			relation = kept_source(query);
	Relation	source;

	if (!OidIsValid(relation))
		refuse("anything but a table in FROM", "Write the name of a table.");
	source = relation_open(relation, AccessShareLock);
	switch (source->rd_rel->relkind)
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
			break;
		case RELKIND_VIEW:
			refuse_source(source, "a view", "Write the view's query as the definition, if it reads one table.");
			break;
		case RELKIND_MATVIEW:
			refuse_source(source, "a materialized view", "Write the table that it reads; what it shows changes only when it is refreshed.");
			break;
		case RELKIND_FOREIGN_TABLE:
			refuse_source(source, "a foreign table", "Call keep_summary() on the server that has the table.");
			break;
		default:
			refuse_source(source, "no table", KEPT_EXAMPLE);
			break;
	}
	if (source->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		refuse_source(source, "a temporary table", "Query it: it ends with the session.");
	if (source->rd_rel->relispartition)
		refuse_source(source, "a partition", "Write the partitioned table, with a WHERE that chooses the rows of the partition: a statement that names the partitioned table fires no trigger of a partition.");
	if (has_superclass(relation))
		refuse_source(source, "a table that inherits from another", "Write the other table, with a WHERE that chooses these rows: a statement that names the other table fires no trigger of this one.");
	if (IsCatalogRelation(source))
		refuse_source(source, "a system catalog", "Query it: it cannot have triggers.");
	relation_close(source, AccessShareLock);
}

/*
 * Report whether a column of a definition is a grouping column.  PostgreSQL marks the
 * first column of each expression of GROUP BY; one more with this expression is equal
 * to it in every row.
 */
bool
kept_is_key(const Query *query, const TargetEntry *entry)
{
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *other = lfirst_node(TargetEntry, cell);

		if (other->ressortgroupref != 0 && equal(other->expr, entry->expr))
			return true;
	}
	return false;
}

/* What keeps an expression from giving the same for a row at any time. */
typedef struct Mutable
{
	Node	   *call;			/* of the function */
	Oid			function;
	const char *other;
} Mutable;

static bool
is_mutable(Oid function, void *context)
{
	Mutable    *found = context;

	if (func_volatile(function) == PROVOLATILE_IMMUTABLE)
		return false;
	found->function = function;
	return true;
}

static bool
find_mutable(Node *node, Mutable *found)
{
	if (node == NULL)
		return false;
	if (IsA(node, SQLValueFunction))
	{
		found->other = "CURRENT_DATE, CURRENT_USER or the like";
		return true;
	}
	if (check_functions_in_node(node, is_mutable, found))
	{
		found->call = node;
		return true;
	}
	if (IsA(node, Query))
		return query_tree_walker((Query *) node, find_mutable, found, 0);
	return expression_tree_walker(node, find_mutable, found);
}

/* Of which types the arguments of a call are, before they are cast for it. */
typedef struct Arguments
{
	bool		some;
	bool		zoned;			/* a timestamp with time zone */
	bool		times;			/* a date or a timestamp without one */
} Arguments;

static bool
note_argument(Node *node, Arguments *arguments)
{
	Oid			type;

	if (node == NULL)
		return false;
	if (IsA(node, List))
		return expression_tree_walker(node, note_argument, arguments);
	while (IsA(node, FuncExpr) && ((FuncExpr *) node)->funcformat != COERCE_EXPLICIT_CALL &&
		   list_length(((FuncExpr *) node)->args) == 1)
		node = linitial(((FuncExpr *) node)->args);
	type = getBaseType(exprType(node));
	arguments->some = true;
	arguments->zoned |= type == TIMESTAMPTZOID;
	arguments->times |= type == DATEOID || type == TIMESTAMPOID;
	return false;
}

/* Return what to write in place of what is not immutable. */
static const char *
immutable_hint(const Mutable *found)
{
	Arguments	arguments = {false, false, false};

	if (found->call != NULL)
		(void) expression_tree_walker(found->call, note_argument, &arguments);
	if (arguments.zoned)
		return "Name the time zone, as in (opened_at AT TIME ZONE 'Asia/Seoul')::date, or write a constant.";
	if (arguments.times)
		return "Write the date or the timestamp itself, or date_trunc('month', answered_on::timestamp)::date; make it a text in the query that reads the kept summary.";
	if (arguments.some)
		return "Write it with immutable functions; or group by what it reads, and write it in the query that reads the kept summary.";
	return "Write a constant.";
}

/* Refuse what depends on the clock, the session's settings or chance. */
static void
check_immutable(Query *query)
{
	Mutable		found = {NULL, InvalidOid, NULL};

	if (!query_tree_walker(query, find_mutable, &found, 0))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			 errmsg("the definition of a kept summary must be immutable"),
			 errdetail("What %s gives depends on the clock, the session's settings or chance; a row that is deleted would not take out what it added.",
					   found.other != NULL ? found.other : format_procedure(found.function)),
			 errhint("%s", immutable_hint(&found))));
}

static bool
find_odd_column(Node *node, int *attribute)
{
	if (node == NULL)
		return false;
	if (IsA(node, Var) && ((Var *) node)->varattno <= 0)
	{
		*attribute = ((Var *) node)->varattno;
		return true;
	}
	return expression_tree_walker(node, find_odd_column, attribute);
}

/* Refuse the whole row and system columns, which transition tables lack. */
static void
check_columns_read(Query *query)
{
	int			attribute;

	if (find_odd_column(WITHOUT_GROUP_ENTRY(query, (Node *) query->targetList), &attribute) ||
		find_odd_column((Node *) query->jointree, &attribute))
		refuse(attribute == 0 ? "the whole row of its table" : "a system column",
			   "Name columns of the table.");
}

/* Report whether the aggregate rollup() of the schema takes the type. */
static bool
has_rollup(Oid type, Oid schema)
{
	List	   *name = list_make2(makeString(get_namespace_name(schema)),
								  makeString(pstrdup("rollup")));
	Oid			function = LookupFuncName(name, 1, &type, true);

	return OidIsValid(function) && get_func_rettype(function) == type;
}

/* Report whether one value of the type can be taken out of another. */
bool
kept_has_minus(Oid type, Oid schema)
{
	List	   *name = list_make2(makeString(get_namespace_name(schema)),
								  makeString(pstrdup("-")));

	return OidIsValid(OpernameGetOprid(name, type, type));
}

/*
 * Refuse a parameter of an aggregate that differs from row to row: summaries of
 * different ones do not merge, and each reader would get that error.
 */
static void
check_parameters(Aggref *call, const char *column)
{
	static const char *const parameters[] = {"as_of", "grain", "gap"};
	char	  **names;
	int			named;
	ListCell   *cell;
	Datum		name_array;
	bool		no_names;
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(call->aggfnoid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", call->aggfnoid);
	name_array = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_proargnames, &no_names);
	named = no_names ? 0 : get_func_input_arg_names(name_array, (Datum) 0, &names);
	foreach(cell, call->args)
	{
		int			at = foreach_current_index(cell);
		TargetEntry *argument = lfirst_node(TargetEntry, cell);

		if (at >= named || names[at] == NULL || !contain_var_clause((Node *) argument->expr))
			continue;
		for (int i = 0; i < (int) lengthof(parameters); i++)
		{
			if (strcmp(names[at], parameters[i]) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						 errmsg("%s of the kept column \"%s\" must be a constant",
								names[at], column),
						 errdetail("Summaries of different ones do not merge."),
						 errhint("Write a constant, or a summary that needs none.")));
		}
	}
	ReleaseSysCache(tuple);
}

/* Return the name of a type without its schema. */
static char *
type_name(Oid type)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	char	   *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", type);
	name = pstrdup(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname));
	ReleaseSysCache(tuple);
	return name;
}

/*
 * Refuse summaries of which a row is all there is of a segment, a signal or a
 * day: a second one is an error in a query, and is not seen across statements.
 */
static void
check_takes_rows(Aggref *call, const char *column)
{
	static const char *const once[] = {"driver_summary", "health_summary", "special_days", "business_calendar"};
	char	   *type = format_type_be(call->aggtype);
	char	   *name = type_name(call->aggtype);

	for (int i = 0; i < (int) lengthof(once); i++)
	{
		if (strcmp(name, once[i]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("column \"%s\" cannot be kept: it is of type %s", column, type),
					 errdetail("Its rows are summaries by themselves, of which each may come once in all."),
					 errhint("Keep what its rows are made of, and compute it in the query that reads the kept summary.")));
	}
}

pg_noreturn static void
refuse_column(const char *column, Node *expression)
{
	bool		on_top = contain_aggs_of_level(expression, 0) && !IsA(expression, Aggref);

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
			 errmsg("column \"%s\" is neither a grouping column nor a summary", column),
			 errdetail("It is of type %s.", format_type_be(exprType(expression))),
			 on_top ?
			 errhint("Keep the summary alone, such as survey_summary(score), and write what is read from it, such as nps(...), in the query that reads the kept summary.") :
			 errhint("Write a summary or a log of this extension, which has rollup(), such as survey_summary(score) in place of nps_agg(score); responses(...), positives(...) and the like count its rows.")));
}

/* Refuse a column that is no summary which can be merged and, if so, taken out. */
static void
check_summary(TargetEntry *entry, bool insert_only, Oid function)
{
	Oid			schema = get_func_namespace(function);
	Oid			extension = getExtensionOfObject(ProcedureRelationId, function);
	Aggref	   *call = (Aggref *) entry->expr;

	if (!IsA(call, Aggref) ||
		getExtensionOfObject(ProcedureRelationId, call->aggfnoid) != extension ||
		!has_rollup(call->aggtype, schema))
		refuse_column(entry->resname, (Node *) entry->expr);
	if (call->aggdistinct != NIL)
		refuse("DISTINCT in a summary", "Group by what is to be distinct, and write DISTINCT in the query that reads the kept summary: survey_summary(DISTINCT score).");
	if (call->aggorder != NIL)
		refuse("ORDER BY in a summary", "Leave it out; summaries do not depend on the order of the rows.");
	check_takes_rows(call, entry->resname);
	check_parameters(call, entry->resname);
	if (!insert_only && !kept_has_minus(call->aggtype, schema))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" cannot be kept when rows are updated or deleted", entry->resname),
				 errdetail("Type %s has no operator -: what a row added cannot be taken out exactly.",
						   format_type_be(call->aggtype)),
				 errhint("Where rows are only added: insert_only => true; an UPDATE or a DELETE then makes the groups of its rows stale, until repair_summary().")));
}

static void
check_name(const char *name)
{
	static const char *const taken[] = {"removed", "left_out", "repair", "stale"};

	if (strcmp(name, "?column?") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("each column of a kept summary must have a name"),
				 errdetail("A column has none."),
				 errhint("Write AS and a name behind the expression.")));
	for (int i = 0; i < (int) lengthof(taken); i++)
	{
		if (strcmp(name, taken[i]) == 0 || strncmp(name, "source_rows", strlen("source_rows")) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("a column of a kept summary cannot be named \"%s\"", name),
					 errdetail("keep_summary() makes a column of this name."),
					 errhint("Write AS and another name behind the expression.")));
	}
}

/*
 * Refuse more grouping columns than an index has room for, and than what names a group
 * in notes can be made of.
 */
static void
check_key_count(int keys)
{
	if (keys > INDEX_MAX_KEYS)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("a kept summary can have at most %d grouping columns", INDEX_MAX_KEYS),
				 errdetail("The definition has %d.", keys),
				 errhint("Leave out of GROUP BY what follows from the other columns, such as names beside ids, and join it in the query that reads the kept summary; or put columns of one type into one, as in ARRAY[a, b] AS rest.")));
}

static void
check_result(Query *query, bool insert_only, Oid function)
{
	ListCell   *cell;
	int			summaries = 0;

	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (entry->resjunk)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("each grouping column of a kept summary must be in its result"),
					 errdetail("Column %d of GROUP BY is not selected.", (int) entry->ressortgroupref),
					 errhint("Write the expression of GROUP BY behind SELECT as well.")));
		check_name(entry->resname);
		if (kept_is_key(query, entry))
			continue;
		check_summary(entry, insert_only, function);
		summaries++;
	}
	check_key_count(list_length(query->targetList) - summaries);
	if (summaries == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("a kept summary must have a summary"),
				 errdetail("All columns of the definition are grouping columns."),
				 errhint("%s", KEPT_EXAMPLE)));
}

/* A definition while it is read. */
typedef struct Reading
{
	const char *definition;
	bool		is_parsed;
} Reading;

/*
 * Show an error of the parser in the definition, and not in the query around it.
 * What is no SQL at all may be the name of a table, or arguments in another order.
 */
static void
show_definition(void *argument)
{
	const Reading *reading = argument;
	int			position = geterrposition();

	if (position <= 0)
		return;
	errposition(0);
	internalerrposition(position);
	internalerrquery(reading->definition);
	if (!reading->is_parsed && geterrcode() == ERRCODE_SYNTAX_ERROR)
		errhint("The definition is a query, and the name of the kept summary stands before it. %s", KEPT_EXAMPLE);
}

static Query *
analyzed(const char *definition)
{
	Reading		reading = {.definition = definition};
	ErrorContextCallback context = {.callback = show_definition,.arg = &reading};
	RawStmt    *statement;
	Query	   *query;

	context.previous = error_context_stack;
	error_context_stack = &context;
	statement = parsed(definition);
	reading.is_parsed = true;
	check_clauses((SelectStmt *) statement->stmt);
	check_from((SelectStmt *) statement->stmt);
	query = parse_analyze_fixedparams(statement, definition, NULL, 0, NULL);
	error_context_stack = context.previous;
	return query;
}

/*
 * Return the analyzed definition; an error says what it must not have.  The
 * function is one of the extension, whose summaries are meant.
 */
Query *
kept_checked_definition(const char *definition, bool insert_only, Oid function)
{
	Query	   *query = analyzed(definition);

	check_source(query);
	if (query->hasSubLinks)
		refuse("a subquery", "A kept summary reads one table; join what else is needed in the query that reads it.");
	if (query->hasWindowFuncs || query->hasTargetSRFs)
		refuse("a window function or a function that returns rows", "Write it in the query that reads the kept summary.");
	check_columns_read(query);
	check_result(query, insert_only, function);
	check_immutable(query);
	return query;
}
