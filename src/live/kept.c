/*-------------------------------------------------------------------------
 *
 * kept.c
 *	  Read what a kept summary is from the catalogs, and write the queries that
 *	  its trigger, its repair and its compaction run.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_aggregate.h"
#include "catalog/pg_class.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"
#include "utils/varlena.h"

#include "core/settings.h"
#include "live/attempt.h"
#include "live/kept.h"

PG_FUNCTION_INFO_V1(kept_summary);

/*
 * kept_summary(deltas regclass, definition regclass, problems regclass,
 *				insert_only boolean) -> boolean
 *
 * Return true.  A call of it in the condition of a trigger and in the view of a
 * kept summary says what belongs together.
 */
Datum
kept_summary(PG_FUNCTION_ARGS)
{
	(void) fcinfo;
	PG_RETURN_BOOL(true);
}

/* ---------------------------------------------------------------------------
 * Links
 * ---------------------------------------------------------------------------
 */

/* Take the links out of the arguments of a call of kept_summary(). */
static bool
links_of_arguments(List *arguments, KeptLinks *links)
{
	Datum		values[4];
	ListCell   *cell;

	if (list_length(arguments) != 4)
		return false;
	foreach(cell, arguments)
	{
		Const	   *constant = lfirst(cell);
		int			at = foreach_current_index(cell);

		if (!IsA(constant, Const) || constant->constisnull ||
			constant->consttype != (at < 3 ? REGCLASSOID : BOOLOID))
			return false;
		values[at] = constant->constvalue;
	}
	links->deltas = DatumGetObjectId(values[0]);
	links->definition = DatumGetObjectId(values[1]);
	links->problems = DatumGetObjectId(values[2]);
	links->insert_only = DatumGetBool(values[3]);
	return true;
}

static bool
links_of_call(Node *node, KeptLinks *links)
{
	FuncExpr   *call = (FuncExpr *) node;
	char	   *name;

	if (node == NULL || !IsA(node, FuncExpr))
		return false;
	name = get_func_name(call->funcid);
	return name != NULL && strcmp(name, "kept_summary") == 0 &&
		links_of_arguments(call->args, links);
}

/* Read the links of a kept summary from the condition of one of its triggers. */
bool
kept_links_of_qual(const char *qual, KeptLinks *links)
{
	return qual != NULL && links_of_call(stringToNode(qual), links);
}

/* Read them from the view that people read. */
bool
kept_links_of_view(Oid view, KeptLinks *links)
{
	Relation	relation;
	bool		found = false;

	if (get_rel_relkind(view) != RELKIND_VIEW)
		return false;
	relation = relation_open(view, AccessShareLock);
	if (relation->rd_rules != NULL && relation->rd_rules->numLocks > 0)
	{
		Query	   *query = get_view_query(relation);

		found = links_of_call(query->jointree->quals, links);
	}
	relation_close(relation, AccessShareLock);
	return found;
}

static Oid
owner_of(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

pg_noreturn static void
refuse_owners(Oid relation)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the parts of the kept summary of \"%s\" belong to different roles", get_rel_name(relation)),
			 errhint("ALTER ... OWNER TO gives its views and tables to one role.")));
}

/*
 * See that a view and all that it says belongs to it have one owner.  Anybody can
 * make a view that names the tables of others, and wait for a superuser to drop it.
 */
static void
check_same_owner(Oid view, const KeptLinks *links)
{
	Oid			owner = owner_of(view);

	if (owner_of(links->deltas) != owner || owner_of(links->definition) != owner ||
		owner_of(links->problems) != owner)
		refuse_owners(view);
}

/*
 * Return the view of a kept summary by its name, which may be qualified, and its
 * links; an error if there is none or it is not the caller's.
 */
Oid
kept_by_name(text *name, KeptLinks *links)
{
	RangeVar   *range = makeRangeVarFromNameList(textToQualifiedNameList(name));
	Oid			view = RangeVarGetRelid(range, NoLock, true);

	if (!OidIsValid(view) || !kept_links_of_view(view, links))
		ereport(ERROR,
				(errcode(OidIsValid(view) ? ERRCODE_WRONG_OBJECT_TYPE : ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no kept summary \"%s\"", text_to_cstring(name)),
				 OidIsValid(view) ?
				 errdetail("The relation of this name was not made by keep_summary().") :
				 errdetail("No relation of this name is on the search_path."),
				 errhint("Name the view that keep_summary() made, with its schema if that is not on the search_path.")));
	check_same_owner(view, links);
	if (!CX_RELATION_OWNERCHECK(view, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of the kept summary \"%s\"", text_to_cstring(name)),
				 errhint("Its owner, or a member of the role that owns it, may do this.")));
	return view;
}

/* Return the name of a relation, qualified and quoted. */
char *
kept_qualified(Oid relation)
{
	char	   *name = get_rel_name(relation);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("a relation of a kept summary was dropped")));
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), name);
}

/* Return the operator that says whether two keys are the same group. */
static char *
equality(Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR);
	HeapTuple	tuple;
	char	   *operator;

	if (!OidIsValid(entry->eq_opr))
		return pstrdup("OPERATOR(pg_catalog.=)");
	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(entry->eq_opr));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", entry->eq_opr);
	operator = psprintf("OPERATOR(%s.%s)",
						quote_identifier(get_namespace_name(((Form_pg_operator) GETSTRUCT(tuple))->oprnamespace)),
						NameStr(((Form_pg_operator) GETSTRUCT(tuple))->oprname));
	ReleaseSysCache(tuple);
	return operator;
}

/* Report whether an aggregate passes over rows with a NULL argument. */
static bool
is_strict(const Aggref *call)
{
	HeapTuple	tuple = SearchSysCache1(AGGFNOID, ObjectIdGetDatum(call->aggfnoid));
	bool		strict;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for aggregate %u", call->aggfnoid);
	strict = func_strict(((Form_pg_aggregate) GETSTRUCT(tuple))->aggtransfn);
	ReleaseSysCache(tuple);
	return strict;
}

/*
 * Return the condition of the rows that a summary counts: those that pass its
 * FILTER and, where it passes over NULL, have all arguments.  NULL means all
 * rows of the group.
 */
static Node *
counted_rows(const Aggref *call)
{
	List	   *conditions = NIL;
	ListCell   *cell;

	if (call->aggfilter != NULL)
		conditions = list_make1(copyObject(call->aggfilter));
	if (is_strict(call))
	{
		foreach(cell, call->args)
		{
			NullTest   *test = makeNode(NullTest);

			test->arg = copyObject(lfirst_node(TargetEntry, cell)->expr);
			test->nulltesttype = IS_NOT_NULL;
			test->argisrow = false;
			test->location = -1;
			conditions = lappend(conditions, test);
		}
	}
	return conditions == NIL ? NULL : (Node *) make_ands_explicit(conditions);
}

static void
load_summary(Kept *kept, KeptColumn *column, TargetEntry *entry)
{
	if (!IsA(entry->expr, Aggref))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the definition of the kept summary has a column that is no summary"),
				 errhint("drop_summary() and keep_summary() make it anew.")));
	column->counts = counted_rows((Aggref *) entry->expr);
	column->counted = column->counts == NULL ? pstrdup("source_rows") :
		psprintf("source_rows_%d", kept->columns + 1);
}

static void
load_columns(Kept *kept)
{
	Relation	deltas = relation_open(kept->links.deltas, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(deltas);
	ListCell   *cell;

	kept->column = palloc0(sizeof(KeptColumn) * list_length(kept->query->targetList));
	foreach(cell, kept->query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		KeptColumn *column = &kept->column[kept->columns];
		Form_pg_attribute attribute;

		attribute = entry->resjunk || kept->columns >= desc->natts ? NULL : TupleDescAttr(desc, kept->columns);
		/* behind them come columns of its own, which no definition has */
		if (attribute == NULL || strcmp(NameStr(attribute->attname), "source_rows") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the definition of the kept summary of \"%s\" has other columns than its deltas",
							RelationGetRelationName(deltas)),
					 errhint("drop_summary() and keep_summary() make it anew.")));
		column->name = pstrdup(quote_identifier(NameStr(attribute->attname)));
		column->label = quote_literal_cstr(NameStr(attribute->attname));
		column->defined = pstrdup(quote_identifier(entry->resname));
		column->type = attribute->atttypid;
		column->is_key = kept_is_key(kept->query, entry);
		if (column->is_key)
		{
			column->equals = equality(getBaseType(column->type));
			kept->keys++;
		}
		else
			load_summary(kept, column, entry);
		kept->columns++;
	}
	relation_close(deltas, AccessShareLock);
}

/*
 * See that a table is one of problems.  Who may create a trigger chooses what its
 * condition names, and a TRUNCATE empties that with the rights of its owner.
 */
static void
check_problems(Relation problems)
{
	static const char *const columns[] = {"happened_at", "operation", "kind", "source_row", "key", "sqlstate", "message", "detail", "hint"};
	TupleDesc	desc = RelationGetDescr(problems);
	bool		same = desc->natts >= (int) lengthof(columns);

	for (int i = 0; same && i < (int) lengthof(columns); i++)
		same = strcmp(NameStr(TupleDescAttr(desc, i)->attname), columns[i]) == 0;
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" is no table of the problems of a kept summary", RelationGetRelationName(problems)),
				 errhint("drop_summary() and keep_summary() make it anew.")));
}

/*
 * Read a kept summary from the catalogs.  Its parts must belong to one role,
 * since what one part says is done with the rights of the owner of another.
 */
Kept *
kept_load(const KeptLinks *links)
{
	Kept	   *kept = palloc0(sizeof(Kept));
	Relation	definition = relation_open(links->definition, AccessShareLock);
	Relation	deltas = relation_open(links->deltas, AccessShareLock);
	Relation	problems = relation_open(links->problems, AccessShareLock);

	kept->links = *links;
	kept->owner = deltas->rd_rel->relowner;
	if (definition->rd_rel->relkind != RELKIND_VIEW)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the definition of the kept summary of \"%s\" is no view",
						RelationGetRelationName(deltas)),
				 errhint("The view that names it was not made by keep_summary(). DROP VIEW removes that view alone.")));
	if (definition->rd_rel->relowner != kept->owner ||
		problems->rd_rel->relowner != kept->owner)
		refuse_owners(links->deltas);
	check_problems(problems);
	kept->query = copyObject(get_view_query(definition));
	kept->source = kept_source(kept->query);
	if (!OidIsValid(kept->source))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the definition of the kept summary of \"%s\" reads no table",
						RelationGetRelationName(deltas)),
				 errhint("drop_summary() and keep_summary() make it anew.")));
	relation_close(problems, AccessShareLock);
	relation_close(deltas, AccessShareLock);
	relation_close(definition, AccessShareLock);
	kept->deltas = kept_qualified(links->deltas);
	kept->problems = kept_qualified(links->problems);
	load_columns(kept);
	return kept;
}

/* ---------------------------------------------------------------------------
 * Queries
 * ---------------------------------------------------------------------------
 */

/* Return the text of a query, with its constants as every session reads them. */
static char *
written(Query *query)
{
	int			nest_level = fixed_settings();
	char	   *text = pg_get_querydef(query, false);

	AtEOXact_GUC(false, nest_level);
	return text;
}

/*
 * Prepare a query, whose text is read as written() writes it.  It is planned and run
 * under the settings of the session, since that is what the definition is run under
 * where it reads all rows.
 */
SPIPlanPtr
kept_prepared(const char *query, int parameters, Oid *types)
{
	int			nest_level = fixed_settings();
	SPIPlanPtr	plan = SPI_prepare(query, parameters, types);

	AtEOXact_GUC(false, nest_level);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s for %s", SPI_result_code_string(SPI_result), query);
	return plan;
}

/* Return where the one table of a query is named in its text. */
static RangeVar *
table_in_text(const char *query)
{
	List	   *statements = raw_parser(query, RAW_PARSE_DEFAULT);
	SelectStmt *select = (SelectStmt *) linitial_node(RawStmt, statements)->stmt;

	if (!IsA(select, SelectStmt) || list_length(select->fromClause) != 1 ||
		!IsA(linitial(select->fromClause), RangeVar))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the definition of the kept summary does not read one table"),
				 errhint("drop_summary() and keep_summary() make it anew.")));
	return linitial_node(RangeVar, select->fromClause);
}

/* Return a target that counts the rows that pass a condition, or all. */
static TargetEntry *
count_target(Node *condition, const char *name, int number)
{
	Aggref	   *count = makeNode(Aggref);

	count->aggfnoid = F_COUNT_;
	count->aggtype = INT8OID;
	count->aggstar = true;
	count->aggkind = AGGKIND_NORMAL;
	count->aggsplit = AGGSPLIT_SIMPLE;
	count->aggno = count->aggtransno = -1;
	count->location = -1;
	count->aggfilter = copyObject((Expr *) condition);
	return makeTargetEntry((Expr *) count, (AttrNumber) number, pstrdup(name), false);
}

/* Return the definition with columns that say how many rows are in it. */
static Query *
with_counts(const Kept *kept)
{
	Query	   *query = copyObject(kept->query);

	query->targetList = lappend(query->targetList, count_target(NULL, "source_rows", kept->columns + 1));
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];

		if (column->counts != NULL)
			query->targetList = lappend(query->targetList,
										count_target(column->counts, column->counted, list_length(query->targetList) + 1));
	}
	return query;
}

/*
 * Return the definition as a query that reads its rows from something else, and
 * tells in the column source_rows how many rows each group has.  All names in it
 * are qualified if the search_path is pg_catalog, which it is between
 * kept_become() and kept_return().
 */
char *
kept_delta_query(const Kept *kept, const char *from)
{
	char	   *query = written(with_counts(kept));
	RangeVar   *table = table_in_text(query);
	char	   *name = kept_qualified(kept->source);
	StringInfoData text;

	if (strncmp(query + table->location, name, strlen(name)) != 0)
		elog(ERROR, "the definition of a kept summary names another table: %s", query);
	initStringInfo(&text);
	appendBinaryStringInfo(&text, query, table->location);
	appendStringInfoString(&text, from);
	if (table->alias == NULL)
		appendStringInfo(&text, " AS %s", quote_identifier(get_rel_name(kept->source)));
	appendStringInfoString(&text, query + table->location + strlen(name));
	return text.data;
}

static bool
add_function(Oid function, void *functions)
{
	List	  **list = functions;

	*list = list_append_unique_oid(*list, function);
	return false;
}

static bool
add_functions(Node *node, List **functions)
{
	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, add_function, functions);
	return expression_tree_walker(node, add_functions, functions);
}

static List *
functions_of(const Query *query)
{
	List	   *functions = NIL;

	(void) add_functions((Node *) query->targetList, &functions);
	(void) add_functions((Node *) query->jointree, &functions);
	return functions;
}

/* An error's position is one in the text that was parsed, not in the client's. */
static void
point_into_text(void *argument)
{
	int			position = geterrposition();

	errposition(0);
	internalerrposition(position);
	internalerrquery(argument);
}

static Query *
analyzed(const char *text)
{
	RawStmt    *statement = linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT));
	ErrorContextCallback context = {.previous = error_context_stack,.callback = point_into_text,.arg = unconstify(char *, text)};
	int			nest_level = fixed_settings();
	Query	   *query;

	error_context_stack = &context;
	query = parse_analyze_fixedparams(statement, text, NULL, 0, NULL);
	error_context_stack = context.previous;
	AtEOXact_GUC(false, nest_level);
	return query;
}

/*
 * See that the text of a definition calls the functions that the definition calls.
 * PostgreSQL parses it anew, and who may create functions in the schema of one of
 * them, such as that of the extension, could make another that fits the arguments
 * better, to have it run with the rights of the owner.
 */
void
kept_check_meaning(const Kept *kept)
{
	List	   *meant = functions_of(kept->query);
	ListCell   *cell;

	foreach(cell, functions_of(analyzed(kept_delta_query(kept, kept_qualified(kept->source)))))
	{
		Oid			function = lfirst_oid(cell);

		if (function >= FirstNormalObjectId && !list_member_oid(meant, function))
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_FUNCTION),
					 errmsg("another function fits what the definition of a kept summary of \"%s\" calls", get_rel_name(kept->source)),
					 errdetail("It is %s, and is not called.", format_procedure(function)),
					 errhint("Drop it, and let nobody else create functions in its schema; then call repair_summary().")));
	}
}

static void
read_boolean(void *argument)
{
	char	  **query = argument;

	if (SPI_execute_plan(kept_prepared(*query, 0, NULL), NULL, NULL, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "a summary of NULL could not be computed");
	if (strcmp(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1), "t") != 0)
		*query = NULL;
}

/*
 * Report whether a summary of rows that it counts is never NULL.  A summary of
 * rows without any value is for some types one of nothing, and NULL for others.
 * Where NULL is an error there are no such rows.
 */
bool
kept_is_never_null(const Kept *kept, int column)
{
	TargetEntry *entry = list_nth_node(TargetEntry, kept->query->targetList, column);
	Aggref	   *call = copyObject((Aggref *) entry->expr);
	NullTest   *test = makeNode(NullTest);
	Query	   *query = makeNode(Query);
	char	   *text;
	ListCell   *cell;

	if (is_strict(call))
		return true;
	foreach(cell, call->args)
	{
		TargetEntry *argument = lfirst_node(TargetEntry, cell);
		Node	   *value = (Node *) argument->expr;

		if (contain_var_clause(value))
			argument->expr = (Expr *) makeNullConst(exprType(value), exprTypmod(value), exprCollation(value));
	}
	call->aggfilter = NULL;
	test->arg = (Expr *) call;
	test->nulltesttype = IS_NOT_NULL;
	test->location = -1;
	query->commandType = CMD_SELECT;
	query->hasAggs = true;
	query->jointree = makeFromExpr(NIL, NULL);
	query->targetList = list_make1(makeTargetEntry((Expr *) test, 1, pstrdup("never_null"), false));
	text = written(query);
	return kept_attempt(read_boolean, &text) != NULL || text !=NULL;
}

/* Return the names of the keys in the deltas, each behind an alias. */
char *
kept_keys(const Kept *kept, const char *alias)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].is_key)
			appendStringInfo(&text, "%s%s%s", text.len > 0 ? ", " : "", alias, kept->column[i].name);
	}
	return text.data;
}

/*
 * Return a clause that puts deltas in the order of their groups, so that a range of
 * groups lies together; without the keys of types that have no order.
 */
char *
kept_order(const Kept *kept, const char *alias)
{
	StringInfoData text;

	initStringInfo(&text);
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];

		if (column->is_key && OidIsValid(lookup_type_cache(column->type, TYPECACHE_LT_OPR)->lt_opr))
			appendStringInfo(&text, "%s%s%s", text.len > 0 ? ", " : " ORDER BY ", alias, column->name);
	}
	return text.data;
}

/*
 * Return an expression that makes JSON of a key: of the columns behind an alias, or
 * of parameters.
 */
char *
kept_key_json(const Kept *kept, const char *alias)
{
	StringInfoData text;
	int			key = 0;

	initStringInfo(&text);
	appendStringInfoString(&text, "pg_catalog.jsonb_build_object(");
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];

		if (!column->is_key)
			continue;
		appendStringInfo(&text, "%s%s, ", key++ > 0 ? ", " : "", column->label);
		if (alias != NULL)
			appendStringInfo(&text, "%s%s", alias, column->name);
		else
			appendStringInfo(&text, "$%d", key);
	}
	appendStringInfoChar(&text, ')');
	return text.data;
}

/*
 * Return JSON of a key, by which notes name its group.  It is the same in every
 * session, and the definition is not run under these settings: it may say for itself
 * how a value looks, as casts to text do that are taken for immutable.
 */
Datum
kept_json_of_key(const Kept *kept, Oid *types, Datum *values, const char *nulls)
{
	int			nest_level = fixed_settings();
	Datum		json;
	bool		is_null;

	if (SPI_execute_with_args(psprintf("SELECT %s", kept_key_json(kept, NULL)), kept->keys, types, values, nulls, true, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "the key of a kept summary could not be written as JSON");
	json = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	/* a repair does this for each group, and would keep the tables of all */
	json = PointerGetDatum(PG_DETOAST_DATUM_COPY(json));
	SPI_freetuptable(SPI_tuptable);
	AtEOXact_GUC(false, nest_level);
	return json;
}

/* ---------------------------------------------------------------------------
 * Rights and errors
 * ---------------------------------------------------------------------------
 */

/* Report whether the owner of a kept summary may read all rows of its table. */
bool
kept_owner_may_read(const Kept *kept)
{
	return pg_class_aclcheck(kept->source, kept->owner, ACL_SELECT) == ACLCHECK_OK &&
		check_enable_rls(kept->source, kept->owner, true) != RLS_ENABLED;
}

/*
 * Go on with the rights of the owner of a kept summary, as REFRESH MATERIALIZED
 * VIEW does: nothing that the definition calls can use the rights of the session
 * or leave something behind in it, and unqualified names mean pg_catalog's.
 */
void
kept_become(Oid owner, KeptRights *before)
{
	GetUserIdAndSecContext(&before->user, &before->context);
	SetUserIdAndSecContext(owner, before->context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION);
	before->nest_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

void
kept_return(const KeptRights *before)
{
	AtEOXact_GUC(false, before->nest_level);
	SetUserIdAndSecContext(before->user, before->context);
}

/* Report whether an error is about the session or the server, and no row. */
static bool
must_go_on(const ErrorData *error)
{
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
			return true;
		default:
			return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
				error->sqlerrcode == ERRCODE_DATA_CORRUPTED ||
				error->sqlerrcode == ERRCODE_INDEX_CORRUPTED;
	}
}

/*
 * Do something in a subtransaction; return the error that it ended in, or NULL.
 * A deadlock, a full disk and the like are no row's fault, and go on.  As long as
 * the action only reads, the subtransaction gets no number, so that many of them
 * cost nothing to other sessions.
 */
ErrorData *
kept_attempt(KeptAction action, void *argument)
{
	ErrorData  *error = attempt(action, argument);

	if (error != NULL && must_go_on(error))
		ReThrowError(error);
	return error;
}

/* Run a statement that has no parameters, with a new snapshot. */
void
kept_run(const char *statement, int expected)
{
	int			result = SPI_execute(statement, false, 0);

	if (result != expected)
		elog(ERROR, "SPI_execute returned %s for %s", SPI_result_code_string(result), statement);
}
