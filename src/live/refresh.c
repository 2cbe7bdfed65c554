/*-------------------------------------------------------------------------
 *
 * refresh.c
 *	  refresh_views(): materialized views, each on its own, in the order in
 *	  which they read each other.
 *
 * It is a procedure that commits after each view.  In one transaction for all,
 * the locks of the first view would be held until the last is done (its readers
 * wait, where it could not be refreshed concurrently), a crash or a cancel at
 * the end would undo hours, and no row that was removed meanwhile could be
 * vacuumed.  Who wants readers to see all views of before or all of after says
 * so, and it commits once; in a transaction block it commits nothing.
 *
 * A view that reads one that failed is refreshed nevertheless, from the old rows
 * of that one: it may read others too, and a bad row should keep as little as
 * possible from being seen.  The log then says of which time its rows are.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "live/attempt.h"
#include "live/names.h"
#include "live/refresh_log.h"

/* A view to refresh. */
typedef struct View
{
	const char *given;			/* as the caller wrote it */
	int			position;		/* in the caller's list */
	const char *schema;
	const char *name;
	int64		above;			/* how many of the list it reads */
	Oid		   *below;			/* materialized views that it reads */
	int			n_below;
	Refresh		refresh;
} View;

/* All that were asked for. */
typedef struct Views
{
	View	   *views;
	int			count;
	Oid			function;		/* that was called */
	bool		commits;		/* it may, outside a transaction block */
	bool		together;		/* and then once, in the end */
	int			failures;
} Views;

PG_FUNCTION_INFO_V1(refresh_views);
PG_FUNCTION_INFO_V1(refresh_view);

/* ------------------------------------------------------------------------
 * Names
 * ------------------------------------------------------------------------
 */

/*
 * Return the one text that a query gives, or NULL.  It is run with the path of
 * the catalogs alone, so nothing of a session's path is taken for theirs.
 */
static char *
text_of_query(const char *query, const char *argument)
{
	Oid			type = TEXTOID;
	Datum		value = CStringGetTextDatum(argument);
	int			level = NewGUCNestLevel();
	char	   *text = NULL;

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (SPI_execute_with_args(query, 1, &type, &value, NULL, true, 1) == SPI_OK_SELECT
		&& SPI_processed == 1)
		text = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);

	AtEOXact_GUC(true, level);
	return text;
}

/*
 * Report that there is no view of this name, and where there is one, or how
 * several are named.
 */
pg_noreturn static void
no_such_view(const char *given)
{
	char	   *elsewhere = text_of_query("SELECT string_agg(format('%I.%I', nspname, relname), ', ' ORDER BY nspname, relname)"
										  " FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
										  " WHERE relkind = 'm' AND lower(relname) = lower(regexp_replace(replace($1, '\"', ''), '^[^,]*\\.', ''))",
										  given);

	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("materialized view \"%s\" does not exist", given),
			 elsewhere ? errhint("There is %s: write it like that.", elsewhere)
			 : strchr(given, ',') ? errhint("Name several as an array: CALL refresh_views(ARRAY[%s]).",
											text_of_query("SELECT string_agg(quote_literal(btrim(name)), ', ') FROM unnest(string_to_array($1, ',')) AS name", given))
			 : errhint("SELECT schemaname, matviewname FROM pg_matviews lists those of this database.")));
}

static const char *
kind_of_relation(char kind)
{
	switch (kind)
	{
		case RELKIND_VIEW:
			return "a view";
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			return "an index";
		case RELKIND_SEQUENCE:
			return "a sequence";
		case RELKIND_FOREIGN_TABLE:
			return "a foreign table";
		case RELKIND_COMPOSITE_TYPE:
			return "a type";
		default:
			return "a table";
	}
}

/*
 * Find the view that a name means, and see that it can be refreshed at all.  The
 * row of a view that the caller may not refresh is none of this view: a stranger
 * must not make it look old.
 */
static void
find_view(void *argument)
{
	View	   *view = argument;
	Oid			relation;
	char		kind;

	PushActiveSnapshot(GetTransactionSnapshot());
	relation = named_relation(view->given);
	if (!OidIsValid(relation))
		no_such_view(view->given);

	view->name = get_rel_name(relation);
	view->schema = get_namespace_name(get_rel_namespace(relation));
	if (!view->name || !view->schema)
		no_such_view(view->given);
	view->refresh.shown = quote_qualified_identifier(view->schema, view->name);

	kind = get_rel_relkind(relation);
	if (kind != RELKIND_MATVIEW)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a materialized view", view->given),
				 errdetail("It is %s.", kind_of_relation(kind)),
				 errhint("Name materialized views only: what else there is shows the rows of now without being refreshed.")));
	if (!MAY_REFRESH(relation, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to refresh the materialized view \"%s\"", view->given),
				 errhint("Its owner can: %s.", text_of_query("SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class WHERE oid = $1::oid", psprintf("%u", relation)))));
	view->refresh.view = relation;
	PopActiveSnapshot();
}

/*
 * Find all views.  One that is named twice is refreshed once.
 */
static void
find_views(Views *all)
{
	int			count = 0;

	for (int i = 0; i < all->count; i++)
	{
		View	   *view = &all->views[i];
		bool		twice = false;

		view->refresh.started = GetCurrentTimestamp();
		view->refresh.shown = view->given;
		view->refresh.error = attempt(find_view, view);
		if (view->refresh.error)
			view->refresh.shown = view->given;
		for (int j = 0; j < count && OidIsValid(view->refresh.view); j++)
			twice |= all->views[j].refresh.view == view->refresh.view;
		if (twice)
			ereport(NOTICE,
					(errmsg("%s is named twice, and refreshed once", view->refresh.shown)));
		else
			all->views[count++] = *view;
	}
	all->count = count;
}

/* ------------------------------------------------------------------------
 * Order
 * ------------------------------------------------------------------------
 */

/*
 * What each view of the list reads: directly, through views, through other
 * materialized views.  A view reads more of the list than each of those that it
 * reads, so in the order of these counts it comes after them.
 */
static const char *const reads_query =
"WITH RECURSIVE listed (view) AS (SELECT DISTINCT unnest($1)),"
" reads (view, source) AS MATERIALIZED ("
"SELECT DISTINCT r.ev_class, d.refobjid FROM pg_rewrite r JOIN pg_depend d"
" ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid"
" AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class),"
" below (view, source) AS ("
"SELECT view, source FROM listed JOIN reads USING (view)"
" UNION SELECT below.view, reads.source FROM below JOIN reads ON reads.view = below.source)"
"SELECT below.view, c.oid, c.oid IN (SELECT view FROM listed)"
" FROM below JOIN pg_class c ON c.oid = below.source WHERE c.relkind = 'm'";

static View *
view_of_oid(Views *all, Oid relation)
{
	for (int i = 0; i < all->count; i++)
		if (all->views[i].refresh.view == relation)
			return &all->views[i];
	return NULL;
}

/*
 * Note what a row of that query says.
 */
static void
note_source(Views *all, HeapTuple row, TupleDesc columns)
{
	bool		null;
	View	   *view = view_of_oid(all, DatumGetObjectId(SPI_getbinval(row, columns, 1, &null)));
	Oid			source = DatumGetObjectId(SPI_getbinval(row, columns, 2, &null));

	if (!view)
		return;
	if (DatumGetBool(SPI_getbinval(row, columns, 3, &null)))
		view->above++;
	if (view->below)
		view->below = repalloc(view->below, sizeof(Oid) * (Size) (view->n_below + 1));
	else
		view->below = palloc(sizeof(Oid));
	view->below[view->n_below++] = source;
}

static int
compare_views(const void *a, const void *b)
{
	const View *left = a;
	const View *right = b;

	if (left->above != right->above)
		return left->above < right->above ? -1 : 1;
	return left->position - right->position;
}

/*
 * Put the views into an order in which each comes after those that it reads, and
 * otherwise in the caller's.
 */
static void
order_views(Views *all)
{
	Datum	   *oids = palloc_array(Datum, all->count + 1);
	Oid			type = OIDARRAYOID;
	int			count = 0;
	int			level = NewGUCNestLevel();
	Datum		list;

	for (int i = 0; i < all->count; i++)
		if (OidIsValid(all->views[i].refresh.view))
			oids[count++] = ObjectIdGetDatum(all->views[i].refresh.view);
	list = PointerGetDatum(construct_array(oids, count, OIDOID, sizeof(Oid), true, TYPALIGN_INT));

	PushActiveSnapshot(GetTransactionSnapshot());
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (SPI_execute_with_args(reads_query, 1, &type, &list, NULL, true, 0) == SPI_OK_SELECT)
		for (uint64 i = 0; i < SPI_processed; i++)
			note_source(all, SPI_tuptable->vals[i], SPI_tuptable->tupdesc);
	AtEOXact_GUC(true, level);
	PopActiveSnapshot();

	qsort(all->views, (size_t) all->count, sizeof(View), compare_views);
}

/* ------------------------------------------------------------------------
 * Refresh
 * ------------------------------------------------------------------------
 */

/*
 * Whether an index lets a view be refreshed while it is read: PostgreSQL asks for
 * a unique one of columns alone and of all rows.
 */
static bool
index_tells_rows_apart(Oid index)
{
	HeapTuple	row = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool		does;

	if (!HeapTupleIsValid(row))
		return false;
	form = (Form_pg_index) GETSTRUCT(row);
	does = form->indisunique && form->indimmediate && form->indisvalid
		&& heap_attisnull(row, Anum_pg_index_indpred, NULL)
		&& heap_attisnull(row, Anum_pg_index_indexprs, NULL);
	ReleaseSysCache(row);
	return does;
}

/*
 * Whether a view can be refreshed while it is read.  The lock goes at once: two
 * sessions that had it would each wait for the other to refresh.
 */
static bool
can_be_read_meanwhile(Oid view)
{
	Relation	relation = try_relation_open(view, AccessShareLock);
	ListCell   *cell;
	bool		can = false;

	if (!relation)
		return false;
	if (relation->rd_rel->relkind == RELKIND_MATVIEW && RelationIsPopulated(relation))
	{
		foreach(cell, RelationGetIndexList(relation))
			can |= index_tells_rows_apart(lfirst_oid(cell));
	}
	relation_close(relation, AccessShareLock);
	return can;
}

/*
 * Refresh a view by the statement that a person would write.
 */
static void
refresh_it(void *argument)
{
	View	   *view = argument;
	RefreshMatViewStmt *statement = makeNode(RefreshMatViewStmt);
	PlannedStmt *plan = makeNode(PlannedStmt);
	QueryCompletion completion;

	PushActiveSnapshot(GetTransactionSnapshot());
	view->refresh.concurrent = can_be_read_meanwhile(view->refresh.view);
	statement->concurrent = view->refresh.concurrent;
	statement->relation = makeRangeVar(pstrdup(view->schema), pstrdup(view->name), -1);
	plan->commandType = CMD_UTILITY;
	plan->canSetTag = true;
	plan->utilityStmt = (Node *) statement;
	InitializeQueryCompletion(&completion);
	ProcessUtility(plan,
				   psprintf("REFRESH MATERIALIZED VIEW %s%s",
							statement->concurrent ? "CONCURRENTLY " : "", view->refresh.shown),
				   false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver, &completion);
	CommandCounterIncrement();
	PopActiveSnapshot();
	view->refresh.rows = completion.nprocessed;
}

/*
 * Return the time of which a view shows the rows when it is refreshed now: of now,
 * or of the oldest materialized view that it reads; 0 where that is not known of
 * one of them.  A transaction that sees one state of the database throughout sees
 * that of its begin.
 */
static TimestampTz
shown_as_of(Relation log, const View *view)
{
	TimestampTz as_of = IsolationUsesXactSnapshot() ? GetCurrentTransactionStartTimestamp() : view->refresh.started;

	for (int i = 0; i < view->n_below; i++)
	{
		TimestampTz source;

		if (!refresh_log_as_of(log, view->below[i], &source))
			return 0;
		as_of = Min(as_of, source);
	}
	return as_of;
}

static void
warn_of_failure(const View *view)
{
	const ErrorData *error = view->refresh.error;

	ereport(WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("%s was not refreshed: %s", view->refresh.shown, error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
			 error->hint ? errhint("%s", error->hint) : 0,
			 error->context ? errcontext("%s", error->context) : 0));
}

/*
 * Refresh a view, or take what kept it from being found, and write that down.
 */
static void
refresh_and_log(Views *all, View *view)
{
	Relation	log = refresh_log_open(all->function);
	Refresh    *refresh = &view->refresh;

	if (!refresh->error)
	{
		refresh->started = GetCurrentTimestamp();
		refresh->as_of = shown_as_of(log, view);
		refresh->error = attempt(refresh_it, view);
	}
	refresh_log_add(log, refresh);
	refresh_log_close(log);
	if (refresh->error)
	{
		all->failures++;
		warn_of_failure(view);
	}
	if (all->commits && !all->together)
		SPI_commit();
}

/*
 * Report what was not refreshed.  All that was is committed, so an error undoes
 * nothing, and whoever runs this by a clock learns of it: pg_cron and cron tell
 * only a run that fails from one that is well.
 */
static void
report_failures(const Views *all)
{
	StringInfoData names;
	bool		views = false;

	initStringInfo(&names);
	for (int i = 0; i < all->count; i++)
		views |= all->views[i].refresh.error && OidIsValid(all->views[i].refresh.view);
	for (int i = 0; i < all->count; i++)
		if (all->views[i].refresh.error)
			appendStringInfo(&names, "%s%s", names.len ? ", " : "", all->views[i].refresh.shown);
	ereport(ERROR,
			(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
			 all->failures == 1
			 ? errmsg("1 of %d materialized views was not refreshed: %s", all->count, names.data)
			 : errmsg("%d of %d materialized views were not refreshed: %s", all->failures, all->count, names.data),
			 all->failures < all->count ? errdetail("The others are refreshed.") : 0,
			 views ? errhint("SELECT * FROM freshness WHERE stale says why and since when; find_bad_rows() finds rows that an aggregate refuses.")
			 : errhint("The warnings say why, and SELECT * FROM view_refreshes WHERE error IS NOT NULL.")));
}

/*
 * Refresh views that are named, each in its turn.
 */
static void
refresh_all(Views *all)
{
	Relation	log;

	if (SPI_connect_ext(all->commits ? SPI_OPT_NONATOMIC : 0) != SPI_OK_CONNECT)
		elog(ERROR, "no connection to the executor");
	find_views(all);
	order_views(all);

	PushActiveSnapshot(GetTransactionSnapshot());
	log = refresh_log_open(all->function);
	refresh_log_forget_dropped(log);
	refresh_log_close(log);
	PopActiveSnapshot();

	for (int i = 0; i < all->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		refresh_and_log(all, &all->views[i]);
	}
	if (all->commits && all->together)
		SPI_commit();
	if (all->commits && all->failures > 0)
		report_failures(all);
	SPI_finish();
}

/*
 * Begin a call with count names.
 */
static void
begin_call(Views *all, FunctionCallInfo fcinfo, int count)
{
	PreventCommandIfReadOnly("CALL refresh_views()");
	PreventCommandDuringRecovery("CALL refresh_views()");
	all->function = fcinfo->flinfo->fn_oid;
	all->commits = fcinfo->context && IsA(fcinfo->context, CallContext)
		&& !castNode(CallContext, fcinfo->context)->atomic;
	all->views = palloc0(sizeof(View) * (Size) (count + 1));
	all->together = PG_ARGISNULL(1) ? false : PG_GETARG_BOOL(1);
	all->count = count;
	all->failures = 0;
}

/*
 * Refresh the views of an array of names.
 */
static void
refresh_array(FunctionCallInfo fcinfo, ArrayType *array)
{
	Views		all;
	Datum	   *names;
	bool	   *nulls;
	int			count;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	begin_call(&all, fcinfo, count);
	for (int i = 0; i < count; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("views must not contain NULL"),
					 errdetail("Element %d is NULL.", i + 1),
					 errhint("Leave it out by array_remove(views, NULL).")));
		all.views[i].given = TextDatumGetCString(names[i]);
		all.views[i].position = i;
	}
	refresh_all(&all);
}

/*
 * refresh_views(text[], together): refresh materialized views in the order in
 * which they read each other, concurrently where an index allows that, and write
 * into view_refreshes what came of each.  A view that fails, is none or is not
 * there is a warning and does not keep the others; outside a transaction block each
 * view is committed on its own, or all of them together, and failures are an error
 * in the end.  NULL, or an array that contains NULL, is an error; an empty array
 * does nothing.
 */
Datum
refresh_views(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("views must not be NULL"),
				 errhint("Name the materialized views: CALL refresh_views(ARRAY['survey_daily', 'survey_monthly']).")));
	refresh_array(fcinfo, PG_GETARG_ARRAYTYPE_P(0));
	PG_RETURN_VOID();
}

/*
 * refresh_views(text, together): refresh one materialized view, as an array of one name
 * would; NULL is an error.  PostgreSQL takes '{a, b}' in a call for a text, so
 * one in braces is read as the array that it is.
 */
Datum
refresh_view(PG_FUNCTION_ARGS)
{
	char	   *name;
	Datum		element;
	ArrayType  *array;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("view must not be NULL"),
				 errhint("Name a materialized view: CALL refresh_views('survey_daily').")));
	element = PG_GETARG_DATUM(0);
	name = TextDatumGetCString(element);
	if (name[0] == '{')
		array = DatumGetArrayTypeP(OidInputFunctionCall(F_ARRAY_IN, name, TEXTOID, -1));
	else
		array = construct_array(&element, 1, TEXTOID, -1, false, TYPALIGN_INT);
	refresh_array(fcinfo, array);
	PG_RETURN_VOID();
}
