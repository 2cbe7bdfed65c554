/*-------------------------------------------------------------------------
 *
 * expressions.c
 *	  The columns and expressions of a mapping, as SQL that means the same
 *	  wherever it stands.
 *
 * They are read as the caller of create_report() would read them, and written
 * down with the schema of every name and with constants that all read alike: the
 * views do not depend on the search_path, time zone or date style of whoever makes
 * or reads them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/varlena.h"

#include "core/settings.h"
#include "report/report.h"

/* The most columns that a message names. */
#define COLUMNS_SHOWN	60

/* A name that differs in more letters is not what was meant. */
#define LETTERS_WRONG	3

/*
 * Report what of the mapping does not fit: a key of a source, or the source
 * where key is NULL, or the mapping where there is no source.
 */
void
mapping_does_not_fit(const Source *source, const char *key, int code,
					 const char *detail, const char *hint)
{
	const char *where;

	if (source == NULL)
		where = key == NULL ? "" : psprintf(": \"%s\"", key);
	else if (key == NULL)
		where = psprintf(": \"%s\"", source->rule->name);
	else
		where = psprintf(": \"%s\" of \"%s\"", key, source->rule->name);
	ereport(ERROR,
			(errcode(code),
			 errmsg("the mapping does not fit%s", where),
			 errdetail_internal("%s", detail),
			 hint != NULL ? errhint("%s", hint) : 0));
}

/*
 * Return a text as it stands in JSON, with its quotes.
 */
char *
json_text(const char *text)
{
	StringInfoData json;

	initStringInfo(&json);
	escape_json(&json, text);
	return json.data;
}

/*
 * Return the names of a table's columns as a list for a message, with the
 * column that was probably meant in *meant.
 */
static char *
columns_shown(Oid table, const char *asked, char **meant)
{
	Relation	rel = relation_open(table, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	StringInfoData list;
	int			best = LETTERS_WRONG + 1;
	int			shown = 0;

	initStringInfo(&list);
	*meant = NULL;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		char	   *name = NameStr(att->attname);
		int			distance;

		if (att->attisdropped)
			continue;
		if (shown++ < COLUMNS_SHOWN)
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "", name);
		if (strlen(asked) >= NAMEDATALEN)
			continue;
		distance = varstr_levenshtein_less_equal(asked, (int) strlen(asked),
												 name, (int) strlen(name),
												 1, 1, 1, best, true);
		if (distance < best && distance < (int) strlen(asked))
		{
			best = distance;
			*meant = pstrdup(name);
		}
	}
	if (shown > COLUMNS_SHOWN)
		appendStringInfo(&list, ", and %d more", shown - COLUMNS_SHOWN);
	relation_close(rel, AccessShareLock);
	return list.data;
}

static bool
looks_like_a_name(const char *value)
{
	for (const char *c = value; *c != '\0'; c++)
		if (!isalnum((unsigned char) *c) && *c != '_' && !IS_HIGHBIT_SET(*c))
			return false;
	return *value != '\0' && !isdigit((unsigned char) *value);
}

/*
 * Return what a key says as SQL: the name of a column in quotes, anything else as
 * it is, an expression.  What looks like a name must be one.
 */
char *
column_expression(const Source *source, const char *key, const char *value)
{
	char	   *columns;
	char	   *meant;

	if (get_attnum(source->table, value) > 0)
		return pstrdup(quote_identifier(value));
	if (!looks_like_a_name(value))
		return pstrdup(value);
	columns = columns_shown(source->table, value, &meant);
	mapping_does_not_fit(source, key, ERRCODE_UNDEFINED_COLUMN,
						 psprintf("There is no column \"%s\" in %s. Its columns are %s.",
								  value, source->table_name, columns),
						 meant != NULL
						 ? psprintf("Did you mean \"%s\"?", meant)
						 : "The value of a key is the name of a column, or an SQL expression over the columns of a row.");
}

/*
 * Analyze a query, which must be a single SELECT, or raise PostgreSQL's error.
 */
Query *
analyzed(const char *sql)
{
	List	   *statements = raw_parser(sql, RAW_PARSE_DEFAULT);

	if (list_length(statements) != 1 ||
		!IsA(linitial_node(RawStmt, statements)->stmt, SelectStmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("an expression is wanted, and this is more than one")));
	return parse_analyze_fixedparams(linitial_node(RawStmt, statements), sql,
									 NULL, 0, NULL);
}

/*
 * Analyze an expression over the rows of a source alone, and name its key where
 * it fails.
 */
static Query *
expression_query(const Source *source, const char *key,
				 const char *expression)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *sql = psprintf("SELECT (%s\n) FROM %s", expression,
							   source->table_name);
	Query	   *volatile query = NULL;

	PG_TRY();
	{
		query = analyzed(sql);
	}
	PG_CATCH();
	{
		ErrorData  *error;
		char	   *meant;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		/* a cancel, a shutdown or too little memory says nothing about it */
		if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_OPERATOR_INTERVENTION ||
			ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INSUFFICIENT_RESOURCES)
			PG_RE_THROW();
		FlushErrorState();
		mapping_does_not_fit(source, key, error->sqlerrcode,
							 psprintf("\"%s\" is neither a column nor an expression: %s.",
									  expression, error->message),
							 psprintf("The columns of %s are %s.",
									  source->table_name,
									  columns_shown(source->table, expression, &meant)));
	}
	PG_END_TRY();

	if (list_length(query->targetList) != 1 || query->setOperations != NULL ||
		query->hasAggs || query->hasWindowFuncs || query->hasTargetSRFs)
		mapping_does_not_fit(source, key, ERRCODE_FEATURE_NOT_SUPPORTED,
							 psprintf("\"%s\" is not an expression over a single row.", expression),
							 "Make a view that computes it, and give the view as \"table\".");
	return query;
}

static Oid
expression_type(const Source *source, const char *key, const char *expression)
{
	Query	   *query = expression_query(source, key, expression);

	return getBaseType(exprType((Node *) linitial_node(TargetEntry, query->targetList)->expr));
}

/*
 * Report that the type of a key's value is none that it can be made of.
 */
static pg_noinline pg_noreturn void
wrong_type(const Source *source, const char *key, const char *expression,
		   Oid type, const char *wanted, const char *hint)
{
	mapping_does_not_fit(source, key, ERRCODE_DATATYPE_MISMATCH,
						 psprintf("\"%s\" of %s is of type %s; %s is wanted.",
								  expression, source->table_name,
								  format_type_be(type), wanted),
						 hint);
}

/*
 * Which day a moment is on depends on the zone.
 */
static char *
zone_of(const Mapping *mapping, const Source *source, const char *key,
		const char *expression, Oid type)
{
	if (mapping->zone == NULL)
		mapping_does_not_fit(source, key, ERRCODE_INVALID_PARAMETER_VALUE,
							 psprintf("\"%s\" of %s is a %s: which day that is depends on the time zone, and the mapping has none.",
									  expression, source->table_name, format_type_be(type)),
							 "Add it to the mapping, beside the sources, as in {\"zone\": \"Europe/Berlin\", ...}. A timestamp without time zone is taken as UTC.");
	return mapping->zone;
}

static char *
day_expression(const Mapping *mapping, const Source *source,
			   const char *key, const char *expression, Oid type)
{
	if (type == DATEOID)
		return psprintf("(%s\n)", expression);
	if (type == TIMESTAMPOID || type == TIMESTAMPTZOID)
		return psprintf("%s.local_day((%s\n), %s)", mapping->cx, expression,
						zone_of(mapping, source, key, expression, type));
	wrong_type(source, key, expression, type, "a date or a timestamp",
			   type == TEXTOID || type == VARCHAROID
			   ? "An expression may turn the text into a date: \"to_date(column, 'YYYY-MM-DD')\"."
			   : NULL);
}

/*
 * Days are the midnights that they begin with, and a timestamp without time zone
 * is UTC.
 */
static char *
moment_expression(const Mapping *mapping, const Source *source,
				  const char *key, const char *expression, Oid type)
{
	if (type == DATEOID)
		return psprintf("(%s\n)::pg_catalog.timestamp AT TIME ZONE %s",
						expression,
						mapping->zone != NULL ? mapping->zone : "'UTC'");
	if (type == TIMESTAMPOID || type == TIMESTAMPTZOID)
	{
		zone_of(mapping, source, key, expression, type);
		return psprintf(type == TIMESTAMPOID
						? "(%s\n) AT TIME ZONE 'UTC'" : "(%s\n)", expression);
	}
	wrong_type(source, key, expression, type, "a timestamp or a date", NULL);
}

static bool
is_number(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID ||
		type == NUMERICOID || type == FLOAT4OID || type == FLOAT8OID;
}

static char *
score_expression(const Source *source, const char *key,
				 const char *expression, Oid type)
{
	if (type == INT2OID || type == INT4OID)
		return psprintf("(%s\n)::pg_catalog.int4", expression);
	if (is_number(type))
		return psprintf("(%s\n)::pg_catalog.float8", expression);
	wrong_type(source, key, expression, type, "a number",
			   type == TEXTOID || type == VARCHAROID
			   ? psprintf("survey_score() reads texts such as \"9 - very likely\": %s.", json_text(psprintf("survey_score(%s)", expression)))
			   : NULL);
}

static char *
id_expression(const Source *source, const char *key, const char *expression,
			  Oid type, bool shown)
{
	if (type == INT2OID || type == INT4OID || type == INT8OID)
		return psprintf("(%s\n)::pg_catalog.int8", expression);
	if (type == UUIDOID && !shown)
		return psprintf("(%s\n)", expression);
	if (type == UUIDOID || type == TEXTOID || type == VARCHAROID || type == BPCHAROID)
		return psprintf("(%s\n)::pg_catalog.text", expression);
	wrong_type(source, key, expression, type,
			   "an integer, a uuid or a text",
			   psprintf("An expression may turn it into a text: %s.", json_text(psprintf("(%s)::text", expression))));
}

static char *
cast_expression(const Source *source, const char *key, const char *expression,
				Oid type, bool fits, const char *wanted, const char *as)
{
	if (!fits)
		wrong_type(source, key, expression, type, wanted,
				   strcmp(as, "interval") == 0
				   ? "A length that is the same for all rows is an expression: \"interval '24 hours'\". A number of hours is one too: \"hours * interval '1 hour'\"."
				   : NULL);
	return psprintf("(%s\n)::pg_catalog.%s", expression, as);
}

/*
 * Return an expression of the type that the views expect of a key.
 */
char *
typed_expression(const Mapping *mapping, const Source *source,
				 const KeyRule *key, const char *expression)
{
	Oid			type = expression_type(source, key->name, expression);

	switch (key->type)
	{
		case KEY_DAY:
			return day_expression(mapping, source, key->name, expression, type);
		case KEY_MOMENT:
			return moment_expression(mapping, source, key->name, expression, type);
		case KEY_ID:
		case KEY_SHOWN_ID:
			return id_expression(source, key->name, expression, type,
								 key->type == KEY_SHOWN_ID);
		case KEY_SCORE:
			return score_expression(source, key->name, expression, type);
		case KEY_AMOUNT:
			return cast_expression(source, key->name, expression, type,
								   is_number(type), "a number", "numeric");
		case KEY_NUMBER:
			return cast_expression(source, key->name, expression, type,
								   is_number(type), "a number", "float8");
		case KEY_LENGTH:
			return cast_expression(source, key->name, expression, type,
								   type == INTERVALOID, "an interval", "interval");
		default:
			return cast_expression(source, key->name, expression, type,
								   true, "", "text");
	}
}

/*
 * Return what to group and filter by as one of the types that tools know.
 */
char *
dimension_expression(const Source *source, const char *key,
					 const char *expression)
{
	Oid			type = expression_type(source, key, expression);

	if (type == DATEOID || type == NUMERICOID)
		return psprintf("(%s\n)", expression);
	return psprintf("(%s\n)::pg_catalog.%s", expression,
					type == INT2OID || type == INT4OID || type == INT8OID
					? "int8" : "text");
}

/*
 * Return the condition on the rows of a source.
 */
char *
condition_expression(const Source *source, const char *key,
					 const char *expression)
{
	Oid			type = expression_type(source, key, expression);

	if (type != BOOLOID)
		wrong_type(source, key, expression, type, "a condition (a boolean)",
				   "\"kind = 'nps'\" is one.");
	return psprintf("(%s\n)", expression);
}

/*
 * From here to AtEOXact_GUC() of the number that this returns, SQL means the same
 * whoever calls: names without a schema are PostgreSQL's own, and constants are
 * written and read alike.
 */
int
fixed_meaning(void)
{
	int			level = fixed_settings();

	set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET,
					  PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/*
 * Return a query, which is read as the caller would read it, with the schema of every
 * name in it, for fixed_meaning().
 */
char *
fully_qualified(const char *sql)
{
	Query	   *query = analyzed(sql);
	int			level = fixed_meaning();
	char	   *qualified = pg_get_querydef(query, true);

	AtEOXact_GUC(true, level);
	return qualified;
}
