/*-------------------------------------------------------------------------
 *
 * mapping.c
 *	  Reads a mapping, and says where it does not fit.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "core/settings.h"
#include "core/zone.h"
#include "report/report.h"

/* The member of an object, or NULL. */
static JsonbValue *
member(JsonbContainer *object, const char *name)
{
	return getKeyJsonValueFromContainer(object, name, (int) strlen(name), NULL);
}

static char *
string_of(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}

static JsonbContainer *
object_of(const JsonbValue *value)
{
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		return NULL;
	return value->val.binary.data;
}

/* The names of an object's members. */
static List *
members(JsonbContainer *object)
{
	JsonbIterator *it = JsonbIteratorInit(object);
	JsonbIteratorToken token;
	JsonbValue	value;
	List	   *names = NIL;

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		if (token == WJB_KEY)
			names = lappend(names, string_of(&value));
	return names;
}

/* The texts of an array; NIL where it is none, or empty, or has anything else. */
static List *
texts_of(const JsonbValue *array)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;
	List	   *texts = NIL;

	if (array->type != jbvBinary || !JsonContainerIsArray(array->val.binary.data))
		return NIL;
	it = JsonbIteratorInit(array->val.binary.data);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		if (token == WJB_ELEM && value.type == jbvString)
			texts = lappend(texts, string_of(&value));
		else if (token == WJB_ELEM)
			return NIL;
	return texts;
}

/*
 * Return the text that a key must have.
 */
static char *
text_value(const Source *source, const char *key, const JsonbValue *value)
{
	if (value->type != jbvString)
		mapping_does_not_fit(source, key, ERRCODE_INVALID_PARAMETER_VALUE,
							 "The value is no text.",
							 source == NULL ? "Write a text, in double quotes, or leave the key out." :
							 "The value of a key is a text: the name of a column, or an SQL expression.");
	return string_of(value);
}

/* ----------------------------------------------------------------
 * What the mapping says of all sources
 * ----------------------------------------------------------------
 */
static pg_noinline pg_noreturn void
source_unknown(const char *name)
{
	StringInfoData known;

	initStringInfo(&known);
	for (int i = 0; i < source_count(); i++)
		appendStringInfo(&known, "%s\"%s\" (%s)", i > 0 ? ", " : "",
						 source_rules[i].name, source_rules[i].what);
	mapping_does_not_fit(NULL, name, ERRCODE_INVALID_PARAMETER_VALUE,
						 psprintf("There is no kind of source \"%s\".", name),
						 psprintf("The kinds of sources are %s; beside them stand \"zone\" and \"as_of\".",
								  known.data));
}

/* Return the zone as an SQL constant; what local_day() does not take is an error. */
static char *
read_zone(const char *name)
{
	(void) zone_named(cstring_to_text(name));
	return quote_literal_cstr(name);
}

/* The number of so many digits; 0 where there are others. */
static int
digits(const char *text, int count)
{
	int			number = 0;

	for (int i = 0; i < count; i++)
	{
		if (!isdigit((unsigned char) text[i]))
			return 0;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

/*
 * Return the last day that is known as an SQL constant.  The text is read as
 * ISO 8601 has it, whatever the DateStyle.
 */
static char *
read_as_of(const char *text)
{
	int			y = strlen(text) == 10 ? digits(text, 4) : 0;
	int			m = strlen(text) == 10 ? digits(text +5, 2) : 0;
	int			d = strlen(text) == 10 ? digits(text +8, 2) : 0;

	if (y < 1 || m < 1 || m > 12 || d < 1 || d > day_tab[isleap(y)][m - 1] ||
		text[4] != '-' || text[7] != '-')
		mapping_does_not_fit(NULL, "as_of", ERRCODE_INVALID_DATETIME_FORMAT,
							 psprintf("\"%s\" is no date.", text),
							 "Write the last day that is known as in \"2025-12-31\", or leave it out for today.");
	return psprintf("date '%04d-%02d-%02d'", y, m, d);
}

/* ----------------------------------------------------------------
 * A source
 * ----------------------------------------------------------------
 */

/*
 * Report a key that a kind of source does not have.
 */
static pg_noinline pg_noreturn void
key_unknown(const Source *source, const char *name)
{
	StringInfoData known;

	initStringInfo(&known);
	appendStringInfoString(&known, "\"table\"");
	for (const KeyRule *key = source->rule->keys; key->name != NULL; key++)
		appendStringInfo(&known, ", \"%s\"%s", key->name,
						 key->required ? "" : " (may be left out)");
	mapping_does_not_fit(source, name, ERRCODE_INVALID_PARAMETER_VALUE,
						 psprintf("A source \"%s\" has no such key.", source->rule->name),
						 psprintf("Its keys are %s; \"where\", a condition on its rows; and \"dimensions\", what to group and filter by: [\"channel\"], or names with expressions, {\"region\": \"upper(country)\"}.",
								  known.data));
}

static void
check_keys(const Source *source)
{
	ListCell   *lc;

	foreach(lc, members(source->json))
	{
		const char *name = lfirst(lc);

		if (key_named(source->rule, name) < 0 && strcmp(name, "table") != 0 &&
			strcmp(name, "where") != 0 && strcmp(name, "dimensions") != 0)
			key_unknown(source, name);
	}
}

/*
 * Report what is no table to read from.
 */
static void
check_table(const Source *source, const char *written)
{
	char		kind = get_rel_relkind(source->table);

	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE &&
		kind != RELKIND_VIEW && kind != RELKIND_MATVIEW &&
		kind != RELKIND_FOREIGN_TABLE)
		mapping_does_not_fit(source, "table", ERRCODE_WRONG_OBJECT_TYPE,
							 psprintf("%s is no table and no view.", written), NULL);
	if (get_rel_persistence(source->table) == RELPERSISTENCE_TEMP)
		mapping_does_not_fit(source, "table", ERRCODE_WRONG_OBJECT_TYPE,
							 psprintf("%s is temporary: the views would go with it.", written),
							 "Name a table that stays.");
}

/*
 * Report that there is no table of a name, with or without a schema.
 */
static pg_noinline pg_noreturn void
table_unknown(const Source *source, const char *written, bool has_schema)
{
	const char *hint;

	if (has_schema)
		hint = "Double quotes around a name keep its capitals: \\\"Orders\\\" inside of JSON.";
	else if (OidIsValid(RelnameGetRelid(written)))
		hint = psprintf("Double quotes around a name keep its capitals: {\"table\": %s}.", json_text(quote_identifier(written)));
	else
		hint = "Write its schema with it, as in \"sales.orders\", where it is not on the search_path.";
	mapping_does_not_fit(source, "table", ERRCODE_UNDEFINED_TABLE,
						 psprintf("There is no table or view %s.", written), hint);
}

/*
 * Find the table of a source, as the caller's search_path does.
 */
static void
find_table(Source *source)
{
	JsonbValue *value = member(source->json, "table");
	char	   *written;
	List	   *names;

	if (value == NULL)
		mapping_does_not_fit(source, "table", ERRCODE_INVALID_PARAMETER_VALUE,
							 "The key is missing.",
							 "\"table\" is the name of the table or view that has the rows.");
	written = text_value(source, "table", value);
	if (!SplitIdentifierString(pstrdup(written), '.', &names) || names == NIL ||
		list_length(names) > 2)
		mapping_does_not_fit(source, "table", ERRCODE_INVALID_NAME,
							 psprintf("\"%s\" is no name of a table.", written),
							 "Write schema.table, with double quotes around a name that has blanks or capitals. For a query make a view, and name the view.");
	source->table = RangeVarGetRelid(list_length(names) == 1
									 ? makeRangeVar(NULL, linitial(names), -1)
									 : makeRangeVar(linitial(names), lsecond(names), -1),
									 NoLock, true);
	if (!OidIsValid(source->table))
		table_unknown(source, written, list_length(names) == 2);
	check_table(source, written);
	source->table_name = psprintf("%s.%s",
								  quote_identifier(get_namespace_name(get_rel_namespace(source->table))),
								  quote_identifier(get_rel_name(source->table)));
}

/*
 * Return a setting, which is read as the caller would read it, as an SQL constant
 * for fixed_meaning().
 */
static char *
read_setting(const Source *source, const KeyRule *key, const JsonbValue *value)
{
	StringInfoData list;
	ListCell   *lc;

	if (key->type == SETTING_INTEGER && value->type == jbvNumeric)
		return psprintf("%d", DatumGetInt32(DirectFunctionCall1(numeric_int4, NumericGetDatum(value->val.numeric))));
	if (key->type == SETTING_INTERVAL && value->type == jbvString)
	{
		Datum		interval = DirectFunctionCall3(interval_in, CStringGetDatum(string_of(value)),
												   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));

		int			level = fixed_settings();
		char	   *text = DatumGetCString(DirectFunctionCall1(interval_out, interval));

		AtEOXact_GUC(true, level);
		return psprintf("interval %s", quote_literal_cstr(text));
	}
	if (key->type != SETTING_NAMES || texts_of(value) == NIL)
		mapping_does_not_fit(source, key->name, ERRCODE_INVALID_PARAMETER_VALUE,
							 psprintf("The value is no %s.",
									  key->type == SETTING_INTEGER ? "number"
									  : key->type == SETTING_INTERVAL ? "length of time" : "list of names"),
							 psprintf("This key is %s.", key->what));
	initStringInfo(&list);
	foreach(lc, texts_of(value))
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 quote_literal_cstr(lfirst(lc)));
	return psprintf("ARRAY[%s]", list.data);
}

/* The type of a key that is not mapped, as a column of NULLs. */
static const char *
null_of(KeyType type)
{
	switch (type)
	{
		case KEY_DAY:
			return "date";
		case KEY_MOMENT:
			return "timestamptz";
		case KEY_ID:
		case KEY_SHOWN_ID:
			return "int8";
		case KEY_LENGTH:
			return "interval";
		case KEY_NUMBER:
			return "float8";
		case KEY_AMOUNT:
			return "numeric";
		default:
			return "text";
	}
}

/*
 * Return the amount of a month of a price that is for another time, and anything
 * else as it is.
 */
static char *
monthly(const Mapping *mapping, const Source *source, const KeyRule *key,
		char *expression)
{
	int			of = key_named(source->rule, "billing_interval");
	JsonbValue *value;

	if (key->type != KEY_AMOUNT || of < 0 ||
		(value = member(source->json, "billing_interval")) == NULL)
		return expression;
	key = &source->rule->keys[of];
	return psprintf("%s.mrr(%s, %s)", mapping->cx, expression,
					typed_expression(mapping, source, key,
									 column_expression(source, key->name, text_value(source, key->name, value))));
}

/*
 * Append the columns that the keys are named after.
 */
static void
append_keys(StringInfo sql, const Mapping *mapping, Source *source)
{
	for (int i = 0; source->rule->keys[i].name != NULL; i++)
	{
		const KeyRule *key = &source->rule->keys[i];
		JsonbValue *value = member(source->json, key->name);

		if (value == NULL && key->required)
			mapping_does_not_fit(source, key->name, ERRCODE_INVALID_PARAMETER_VALUE,
								 "The key is missing.",
								 psprintf("\"%s\" is %s.", key->name, key->what));
		if (key->type >= SETTING_INTEGER)
		{
			source->settings[i] = value == NULL ? pstrdup(key->preset)
				: read_setting(source, key, value);
			continue;
		}
		if (value != NULL)
			source->expressions[i] = column_expression(source, key->name, text_value(source, key->name, value));
		appendStringInfo(sql, "%s%s AS %s", sql->len > 0 ? ", " : "",
						 value == NULL ? psprintf("NULL::pg_catalog.%s", null_of(key->type))
						 : monthly(mapping, source, key, typed_expression(mapping, source, key, source->expressions[i])),
						 quote_identifier(key->name));
	}
}

/*
 * Add a dimension to the columns, under its own name.
 */
static void
append_dimension(StringInfo sql, Source *source, char *name, const char *value)
{
	char	   *expression = column_expression(source, "dimensions", value);

	if (*name == '\0' || strlen(name) >= NAMEDATALEN)
		mapping_does_not_fit(source, "dimensions", ERRCODE_INVALID_NAME,
							 psprintf("\"%s\" is no name of a column: it has %zu bytes.", name, strlen(name)),
							 psprintf("A dimension can have another name than its column, of up to %d bytes: {\"region\": \"column\"}.", NAMEDATALEN - 1));
	if (key_named(source->rule, name) >= 0)
		mapping_does_not_fit(source, "dimensions", ERRCODE_DUPLICATE_COLUMN,
							 psprintf("\"%s\" is the name of a key already.", name),
							 psprintf("Give the dimension another name: {\"%s of something\": %s}.", name, json_text(value)));
	appendStringInfo(sql, ", %s AS %s",
					 dimension_expression(source, "dimensions", expression),
					 quote_identifier(name));
	source->dimensions = lappend(source->dimensions, name);
	source->values = lappend(source->values, pstrdup(value));
}

static void
append_dimensions(StringInfo sql, Source *source)
{
	JsonbValue *value = member(source->json, "dimensions");
	JsonbContainer *object = value == NULL ? NULL : object_of(value);
	List	   *names = value == NULL ? NIL
	: object != NULL ? members(object) : texts_of(value);
	ListCell   *lc;

	if (value != NULL && names == NIL)
		mapping_does_not_fit(source, "dimensions", ERRCODE_INVALID_PARAMETER_VALUE,
							 "The value is no list of columns.",
							 "Write [\"channel\", \"segment\"], or names with expressions, {\"region\": \"upper(country)\"}.");
	foreach(lc, names)
		append_dimension(sql, source, lfirst(lc),
						 object == NULL ? lfirst(lc)
						 : text_value(source, "dimensions", member(object, lfirst(lc))));
}

static void
read_source(const Mapping *mapping, Source *source)
{
	JsonbValue *where = member(source->json, "where");
	StringInfoData sql;

	check_keys(source);
	find_table(source);
	initStringInfo(&sql);
	append_keys(&sql, mapping, source);
	append_dimensions(&sql, source);
	source->query = psprintf("SELECT %s FROM %s%s", sql.data, source->table_name,
							 where == NULL ? "" :
							 psprintf(" WHERE (%s\n)", condition_expression(source, "where", text_value(source, "where", where))));
	source->query = fully_qualified(source->query);
}

/*
 * Read the whole mapping.  cx is the schema of the extension, quoted.
 */
Mapping *
read_mapping(Jsonb *json, char *cx)
{
	Mapping    *mapping = palloc0(sizeof(Mapping));
	ListCell   *lc;
	JsonbValue *value;

	if (!JsonContainerIsObject(&json->root))
		mapping_does_not_fit(NULL, NULL, ERRCODE_INVALID_PARAMETER_VALUE,
							 "The mapping is no JSON object.",
							 "Write {\"survey_responses\": {\"table\": \"...\", \"day\": \"...\", \"score\": \"...\"}}, with the names of your table and columns.");
	mapping->cx = cx;
	mapping->sources = palloc0(sizeof(Source) * source_count());
	if ((value = member(&json->root, "zone")) != NULL)
		mapping->zone = read_zone(text_value(NULL, "zone", value));
	if ((value = member(&json->root, "as_of")) != NULL)
		mapping->as_of = read_as_of(text_value(NULL, "as_of", value));
	for (int i = 0; i < source_count(); i++)
		mapping->sources[i].rule = &source_rules[i];

	foreach(lc, members(&json->root))
	{
		const char *name = lfirst(lc);
		Source	   *source = source_named(mapping, name);

		if (strcmp(name, "zone") == 0 || strcmp(name, "as_of") == 0)
			continue;
		if (source == NULL)
			source_unknown(name);
		source->json = object_of(member(&json->root, name));
		if (source->json == NULL)
			mapping_does_not_fit(source, NULL, ERRCODE_INVALID_PARAMETER_VALUE,
								 "The value is no JSON object.",
								 psprintf("Write {\"%s\": {\"table\": \"...\", ...}}.", name));
		read_source(mapping, source);
	}
	return mapping;
}
