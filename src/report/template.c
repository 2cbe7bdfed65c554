/*-------------------------------------------------------------------------
 *
 * template.c
 *	  Fills in the texts of views.c.
 *
 *	{cx}			the schema of the extension
 *	{source}		the source of the view, as a subquery
 *	{accounts}		another source, by its name
 *	{today}, {tomorrow}, {month}, {now}
 *					the last day that is known, the one after it, the first day
 *					of that one's month, and its first moment
 *	{zone}			the time zone, a constant
 *	{,dims}			the dimensions, each with a comma before it
 *	{dim}			the dimension of the view, and {dim_text} its name in words
 *	{metric} ...	a word of the kind of source
 *	{steps} ...		a setting
 *	{{				a brace
 *	[[key?a|b]]		a where the key or source is mapped, b where it is not
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "utils/builtins.h"

#include "report/report.h"

/*
 * Report a mistake in views.c.
 */
void
view_is_wrong(const char *what, const char *text)
{
	elog(ERROR, "a view of a report %s: %s", what, text);
	pg_unreachable();
}

static char *
day_word(const Mapping *mapping, const char *name)
{
	const char *zone = mapping->zone != NULL ? mapping->zone : "'UTC'";
	char	   *today = mapping->as_of != NULL ? mapping->as_of
	: psprintf("%s.local_day(now(), %s)", mapping->cx, zone);

	if (strcmp(name, "today") == 0)
		return today;
	if (strcmp(name, "tomorrow") == 0)
		return psprintf("(%s + 1)", today);
	if (strcmp(name, "month") == 0)
		return psprintf("date_trunc('month', (%s + 1)::timestamp)::date", today);
	if (strcmp(name, "now") != 0)
		return NULL;
	return mapping->as_of == NULL ? pstrdup("now()")
	/* the last moment of the day: what is at midnight is of the next one */
		: psprintf("((%s + 1)::timestamp AT TIME ZONE %s - interval '1 microsecond')", today, zone);
}

static char *
dimension_list(const Source *source)
{
	StringInfoData list;
	ListCell   *lc;

	initStringInfo(&list);
	foreach(lc, source->dimensions)
		appendStringInfo(&list, ", %s", quote_identifier(lfirst(lc)));
	return list.data;
}

static const char *
word_of_source(const Filling *filling, const char *name)
{
	const SourceRule *rule = filling->source->rule;
	int			key = key_named(rule, name);

	if (key >= 0)
		return filling->source->settings[key];
	return strcmp(name, "metric") == 0 ? rule->metric
		: strcmp(name, "title") == 0 ? rule->title
		: strcmp(name, "positive") == 0 ? rule->positive
		: strcmp(name, "Positive") == 0 ? psprintf("%c%s", pg_toupper((unsigned char) *rule->positive), rule->positive + 1)
		: strcmp(name, "negative") == 0 ? rule->negative
		: strcmp(name, "least") == 0 ? filling->source->settings[key_named(rule, rule->least)]
		: NULL;
}

static const char *
word(const Filling *filling, const char *name)
{
	const Source *other = source_named(filling->mapping, name);
	const char *text;

	if (strcmp(name, "source") == 0)
		return psprintf("(%s)", filling->source->query);
	if (other != NULL)
		return psprintf("(%s)", other->query);
	if (strcmp(name, "cx") == 0)
		return filling->mapping->cx;
	if (strcmp(name, "zone") == 0)
		return filling->mapping->zone != NULL ? filling->mapping->zone : "'UTC'";
	if (strcmp(name, ",dims") == 0)
		return dimension_list(filling->source);
	if (strcmp(name, "dim") == 0)
		return quote_identifier(filling->dimension);
	if (strcmp(name, "dim_text") == 0)
		return filling->dimension;
	text = day_word(filling->mapping, name);

	if (text == NULL)
		text = word_of_source(filling, name);

	if (text == NULL)
		view_is_wrong("does not know", name);
	return text;
}

/*
 * Append a [[key?a|b]], of which text is what follows the brackets, and return
 * what follows it.
 */
static const char *
append_choice(StringInfo out, const char *text, const Filling *filling)
{
	const char *question = strchr(text, '?');
	const char *bar = question == NULL ? NULL : strchr(question, '|');
	const char *end = bar == NULL ? NULL : strstr(bar, "]]");
	const char *key;

	if (end == NULL)
		view_is_wrong("does not end", text);
	key = pnstrdup(text, question - text);

	appendStringInfoString(out, keys_are_mapped(filling->mapping, filling->source, key)
						   ? filled_in(pnstrdup(question + 1, bar - question - 1), filling)
						   : filled_in(pnstrdup(bar + 1, end - bar - 1), filling));
	return end + 2;
}

/*
 * Return a template with everything in braces and brackets filled in.
 */
char *
filled_in(const char *text, const Filling *filling)
{
	StringInfoData out;

	initStringInfo(&out);
	while (*text !='\0')
	{
		if (text[0] == '[' && text[1] == '[')
			text = append_choice(&out, text +2, filling);

		else if (text[0] == '{' && text[1] == '{')
		{
			appendStringInfoChar(&out, '{');
			text	  +=2;
		}
		else if (*text == '{')
		{
			const char *end = strchr(text, '}');

			if (end == NULL)
				view_is_wrong("does not end", text);
			appendStringInfoString(&out, word(filling, pnstrdup(text +1, end - text -1)));
			text = end + 1;
		}
		else
			appendStringInfoChar(&out, *text ++);
	}
	return out.data;
}
