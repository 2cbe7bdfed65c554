/*-------------------------------------------------------------------------
 *
 * bad_rows.c
 *	  find_bad_rows(): the rows that an expression refuses.
 *
 * An aggregate says what is wrong with a value and not in which row.  So the rows
 * are read once, a few hundred at a time, and the expression is tried on these
 * rows alone, in a subtransaction; where it fails, on each half of them, until
 * one row is left.  That needs no key and no index, and costs a row that is bad
 * two tries of some hundred rows, and of half of them, and so on.
 *
 * Where no row fails alone, all of them may: options that must be the same in
 * all rows, or a total beyond what a number holds.  Then the rows are searched
 * for the first that fails with those before it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/genam.h"
#include "access/relation.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "core/result.h"
#include "live/attempt.h"
#include "live/names.h"

/* Rows that are tried at once. */
#define BATCH_ROWS	500

/* The rows at hand have this name in the queries that try them. */
#define ROWS_NAME	"find_bad_rows"

/* The columns of the result, in their order. */
enum
{
	BAD_KEY,
	BAD_ERROR,
	BAD_DETAIL,
	BAD_HINT,
	BAD_SQLSTATE,
	BAD_FAILS,
	BAD_ROW,
	BAD_OTHER_ROW,
	BAD_COLUMNS
};

typedef struct Search
{
	const char *from;			/* what stands after FROM */
	const char *alias;			/* its name in the expression, quoted */
	const char *expression;
	const char *key;			/* NULL: none */
	const char *group_by;		/* NULL: all rows are one group */
	EphemeralNamedRelationData rows;	/* the rows at hand */
	int64		found;
	int64		max_rows;
	bool		more;			/* the search ended at max_rows */
	bool		together;		/* rows that fail only together are found */
	const char *doing;			/* for the context of an error */
	MemoryContext memory;		/* of the rows at hand */
	ResultRows	result;
} Search;

PG_FUNCTION_INFO_V1(find_bad_rows);

/* ------------------------------------------------------------------------
 * Trying
 * ------------------------------------------------------------------------
 */

/*
 * Run a query for its errors.  It sees the rows that the caller's query sees, and
 * cannot write, unless by a function that it calls.
 */
static void
run_query(void *argument)
{
	const char *query = argument;
	SPIExecuteOptions options = {0};

	options.read_only = true;
	options.dest = None_Receiver;
	if (SPI_execute_extended(query, &options) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("expression is not one of a SELECT")));
}

/*
 * Return the query of the expression over what stands after FROM.
 */
static char *
query_over(const Search *search, const char *from)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT %s\n FROM %s AS %s", search->expression, from, search->alias);
	if (search->group_by)
		appendStringInfo(&query, " GROUP BY %s\n", search->group_by);
	return query.data;
}

/*
 * Return the error of the expression over count of the rows at hand, or NULL.
 */
static ErrorData *
error_of_rows(const Search *search, int64 first, int64 count)
{
	CHECK_FOR_INTERRUPTS();
	return attempt(run_query,
				   query_over(search, psprintf("(SELECT * FROM %s OFFSET " INT64_FORMAT " LIMIT " INT64_FORMAT ")", ROWS_NAME, first, count)));
}

/*
 * Return the error of the expression over two of the rows at hand, or NULL.
 */
static ErrorData *
error_of_pair(const Search *search, int64 one, int64 other)
{
	return attempt(run_query,
				   query_over(search, psprintf("((SELECT * FROM %s OFFSET " INT64_FORMAT " LIMIT 1) UNION ALL (SELECT * FROM %s OFFSET " INT64_FORMAT " LIMIT 1))",
											   ROWS_NAME, one, ROWS_NAME, other)));
}

/* ------------------------------------------------------------------------
 * Telling
 * ------------------------------------------------------------------------
 */

/*
 * Run a query of one of the rows at hand.
 */
static void
ask_row(const char *select, const char *alias, int64 at)
{
	char	   *query = psprintf("SELECT %s\n FROM (SELECT * FROM %s OFFSET " INT64_FORMAT " LIMIT 1) AS %s", select, ROWS_NAME, at, alias);

	if (SPI_execute(query, true, 0) != SPI_OK_SELECT || SPI_processed != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("key gives no single row"),
				 errhint("Name a column, or several: key => 'id'.")));
}

/*
 * Return the key of a row: its columns with commas between, or NULL.
 */
static char *
key_of_row(const Search *search, int64 at)
{
	StringInfoData text;
	bool		known = false;

	initStringInfo(&text);
	ask_row(search->key, search->alias, at);
	for (int i = 1; i <= SPI_tuptable->tupdesc->natts; i++)
	{
		char	   *value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i);

		appendStringInfo(&text, "%s%s", i > 1 ? ", " : "", value ? value : "NULL");
		known |= value != NULL;
	}
	return known ? text.data : NULL;
}

/*
 * Return a row as jsonb.
 */
static Datum
json_of_row(int64 at)
{
	bool		null;

	ask_row("pg_catalog.to_jsonb(r.*)", "r", at);
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;

	if (text)
		values[column] = CStringGetTextDatum(text);
}

/*
 * Put a row that fails into the result, and the one that it fails with, or -1.
 */
static void
put_bad_row(Search *search, int64 at, int64 other, const char *how, const ErrorData *error)
{
	Datum		values[BAD_COLUMNS] = {0};
	bool		nulls[BAD_COLUMNS] = {0};

	search->found++;
	put_text(values, nulls, BAD_KEY, search->key ? key_of_row(search, at) : NULL);
	put_text(values, nulls, BAD_ERROR, error->message);
	put_text(values, nulls, BAD_DETAIL, error->detail);
	put_text(values, nulls, BAD_HINT, error->hint);
	put_text(values, nulls, BAD_SQLSTATE, unpack_sql_state(error->sqlerrcode));
	put_text(values, nulls, BAD_FAILS, how);
	values[BAD_ROW] = json_of_row(at);
	nulls[BAD_OTHER_ROW] = other < 0;
	if (other >= 0)
		values[BAD_OTHER_ROW] = json_of_row(other);
	rows_put(&search->result, values, nulls);
}

/* ------------------------------------------------------------------------
 * Searching
 * ------------------------------------------------------------------------
 */

/*
 * Search rows of which none fails alone, but all together, for the first that
 * fails with those before it, and for the last of those that it fails with.  If
 * these two do not fail as a pair, it is a matter of all of them.  One answer is
 * enough: where half of the rows do not go with the other half, all of them could
 * be told.
 */
static void
search_together(Search *search, int64 first, int64 count, const ErrorData *error)
{
	int64		good = 1;		/* so many of the first do not fail */
	int64		bad = count;	/* so many do */
	int64		start = first;
	int64		last;
	int64		beyond;

	if (search->together)
		return;
	search->together = true;
	while (bad - good > 1)
	{
		int64		middle = good + (bad - good) / 2;
		ErrorData  *found = error_of_rows(search, first, middle);

		if (!found)
			good = middle;
		else
		{
			bad = middle;
			error = found;
		}
	}
	last = first + bad - 1;
	beyond = last;
	while (beyond - start > 1)
	{
		int64		middle = start + (beyond - start) / 2;

		if (error_of_rows(search, middle, last - middle + 1))
			start = middle;
		else
			beyond = middle;
	}
	if (error_of_pair(search, start, last))
		put_bad_row(search, last, start, "with other_row", error);
	else
		put_bad_row(search, last, -1, "with the rows before it", error);
}

/*
 * Search rows that fail, by halves.
 */
static void
search_rows(Search *search, int64 first, int64 count, const ErrorData *error)
{
	int64		half = count / 2;
	ErrorData  *left;
	ErrorData  *right;

	if (search->found >= search->max_rows)
	{
		search->more = true;
		return;
	}
	if (count == 1)
	{
		put_bad_row(search, first, -1, "alone", error);
		return;
	}
	left = error_of_rows(search, first, half);
	right = error_of_rows(search, first + half, count - half);
	if (left)
		search_rows(search, first, half, left);
	if (right)
		search_rows(search, first + half, count - half, right);
	if (!left && !right)
		search_together(search, first, count, error);
}

/* ------------------------------------------------------------------------
 * Reading
 * ------------------------------------------------------------------------
 */

/*
 * Open a cursor over all rows, in the order of the key.
 */
static Portal
open_rows(const Search *search)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT * FROM %s AS %s", search->from, search->alias);
	if (search->key)
		appendStringInfo(&query, " ORDER BY %s\n", search->key);
	return SPI_cursor_open_with_args(NULL, query.data, 0, NULL, NULL, NULL, true, 0);
}

/*
 * Add the next rows of a cursor to those at hand, and return how many they are.
 */
static int64
read_rows(Search *search, Portal cursor)
{
	int64		count;

	search->doing = "the rows are read";
	SPI_cursor_fetch(cursor, true, BATCH_ROWS);
	count = (int64) SPI_processed;
	for (int64 i = 0; i < count; i++)
		tuplestore_puttuple(search->rows.reldata, SPI_tuptable->vals[i]);
	SPI_freetuptable(SPI_tuptable);
	search->doing = "the expression is tried";
	return count;
}

/*
 * Forget the rows at hand.
 */
static void
empty_rows(Search *search)
{
	if (search->rows.reldata)
		tuplestore_end(search->rows.reldata);
	search->rows.reldata = tuplestore_begin_heap(true, false, work_mem);
}

/*
 * Refuse an expression that is none, with which no row fails, or one that ends the
 * query and begins another, with which no row is read.
 */
static void
check_expression(const Search *search)
{
	SPIPlanPtr	plan = SPI_prepare(query_over(search, ROWS_NAME), 0, NULL);
	List	   *sources = plan ? SPI_plan_get_plan_sources(plan) : NIL;
	TupleDesc	result = list_length(sources) == 1 ? ((CachedPlanSource *) linitial(sources))->resultDesc : NULL;

	if (!result || result->natts == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("expression is none"),
				 errdetail("It is \"%s\".", search->expression),
				 errhint("Write an expression of the rows, or several with commas between: 'survey_summary(score)'.")));
}

/*
 * Give the rows at hand their name, and try the expression without a row: what
 * fails then is no row's fault, but the caller's, who misspelled a column.
 */
static void
begin_rows(Search *search, Portal cursor)
{
	search->rows.md.name = pstrdup(ROWS_NAME);
	search->rows.md.reliddesc = InvalidOid;
	search->rows.md.tupdesc = CreateTupleDescCopy(cursor->tupDesc);
	search->rows.md.enrtype = ENR_NAMED_TUPLESTORE;
	search->rows.md.enrtuples = BATCH_ROWS;
	empty_rows(search);
	if (SPI_register_relation(&search->rows) != SPI_OK_REL_REGISTER)
		elog(ERROR, "no name for rows");

	search->doing = "the expression is tried without a row";
	check_expression(search);
	run_query(query_over(search, ROWS_NAME));
}

/*
 * Search all rows, a batch at a time, for those that fail in it.
 */
static void
search_batches(Search *search)
{
	Portal		cursor = open_rows(search);
	int64		count;

	begin_rows(search, cursor);
	while (!search->more && (count = read_rows(search, cursor)) > 0)
	{
		MemoryContext before = MemoryContextSwitchTo(search->memory);
		ErrorData  *error = error_of_rows(search, 0, count);

		if (error)
			search_rows(search, 0, count, error);
		MemoryContextSwitchTo(before);
		MemoryContextReset(search->memory);
		empty_rows(search);
	}
	SPI_cursor_close(cursor);
}

/*
 * Search all rows at once, if they fail together though no batch does.
 */
static void
search_everything(Search *search)
{
	Portal		cursor;
	ErrorData  *error;
	int64		count = 0;
	int64		more;

	if (!attempt(run_query, query_over(search, search->from)))
		return;
	cursor = open_rows(search);
	while ((more = read_rows(search, cursor)) > 0)
		count += more;
	SPI_cursor_close(cursor);
	error = error_of_rows(search, 0, count);
	if (error)
		search_together(search, 0, count, error);
}

/* ------------------------------------------------------------------------
 * Arguments
 * ------------------------------------------------------------------------
 */

/*
 * Return the columns of a table's primary key, in its order and with commas
 * between, or NULL.
 */
static char *
primary_key(Oid table)
{
	Relation	relation = relation_open(table, AccessShareLock);
	StringInfoData text;

	initStringInfo(&text);
	list_free(RelationGetIndexList(relation));	/* which finds rd_pkindex */
	if (OidIsValid(relation->rd_pkindex))
	{
		Relation	index = index_open(relation->rd_pkindex, AccessShareLock);

		for (int i = 0; i < index->rd_index->indnkeyatts; i++)
			appendStringInfo(&text, "%s%s", i > 0 ? ", " : "",
							 quote_identifier(get_attname(table, index->rd_index->indkey.values[i], false)));
		index_close(index, AccessShareLock);
	}
	relation_close(relation, AccessShareLock);
	return text.len > 0 ? text.data : NULL;
}

/*
 * Whether a text begins as a query does.
 */
static bool
begins_query(const char *text)
{
	static const char *const words[] = {"select", "with", "values", "table"};

	if (*text == '(')
		return true;
	for (int i = 0; i < (int) lengthof(words); i++)
	{
		size_t		length = strlen(words[i]);

		if (pg_strncasecmp(text, words[i], length) == 0
			&& strspn(text +length, " \t\n\r(*") > 0)
			return true;
	}
	return false;
}

/*
 * Take the rows from a table or view by its name, or from a query.
 */
static void
set_source(Search *search, char *source)
{
	size_t		length;
	Oid			relation;

	source += strspn(source, " \t\n\r");
	for (length = strlen(source); length > 0 && strchr(" \t\n\r;", source[length - 1]); length--)
		source[length - 1] = '\0';

	if (begins_query(source))
	{
		search->from = psprintf("(%s\n)", source);
		search->alias = "source";
		return;
	}
	relation = named_relation(source);
	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("source is no table, view or query"),
				 errdetail("It is \"%s\".", source),
				 errhint("Name the table that the expression reads, or write a query: 'SELECT * FROM survey_responses WHERE day >= ''2025-01-01'''.")));
	search->from = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation));
	search->alias = quote_identifier(get_rel_name(relation));
	if (!search->key)
		search->key = primary_key(relation);
}

/*
 * Return an argument that must be there.
 */
static char *
required_text(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", name),
				 errhint("For example: SELECT * FROM find_bad_rows('survey_responses', 'survey_summary(score)', key => 'id').")));
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

static char *
optional_text(FunctionCallInfo fcinfo, int number)
{
	return PG_ARGISNULL(number) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(number));
}

static void
set_arguments(Search *search, FunctionCallInfo fcinfo)
{
	char	   *source = required_text(fcinfo, 0, "source");

	search->expression = required_text(fcinfo, 1, "expression");
	search->key = optional_text(fcinfo, 2);
	search->group_by = optional_text(fcinfo, 3);
	search->max_rows = PG_ARGISNULL(4) ? INT_MAX : PG_GETARG_INT32(4);
	if (search->max_rows < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must be at least 1"),
				 errdetail("It is " INT64_FORMAT ".", search->max_rows),
				 errhint("Leave it out for 10 rows; NULL finds all of them.")));
	set_source(search, source);
}

static void
say_what(void *argument)
{
	const Search *search = argument;

	errcontext("find_bad_rows(), where %s", search->doing);
}

/*
 * find_bad_rows(source, expression, key, group_by, max_rows): the rows of a
 * table, view or query that an expression over them fails with, an aggregate or
 * any other, at most max_rows, in the order of the key, which is the primary key
 * by default: key, error, detail, hint, SQLSTATE, whether it fails alone, the
 * row, and the one that it fails with.  Errors that no row is to blame for, as a
 * column that is not there, are errors.  All runs with the caller's rights.
 */
Datum
find_bad_rows(PG_FUNCTION_ARGS)
{
	Search		search = {0};
	ErrorContextCallback context;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rows_begin(&search.result, fcinfo);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "no connection to the executor");
	search.doing = "the arguments are read";
	context.callback = say_what;
	context.arg = &search;
	context.previous = error_context_stack;
	error_context_stack = &context;

	set_arguments(&search, fcinfo);
	search.memory = AllocSetContextCreate(CurrentMemoryContext, "find_bad_rows", ALLOCSET_DEFAULT_SIZES);
	search_batches(&search);
	if (search.found == 0)
		search_everything(&search);
	tuplestore_end(search.rows.reldata);

	error_context_stack = context.previous;
	SPI_finish();
	if (search.more)
		ereport(NOTICE,
				(errmsg("there are more than " INT64_FORMAT " bad rows", search.max_rows),
				 errhint("max_rows => NULL finds all of them.")));
	rows_end(&search.result);
	return (Datum) 0;
}
