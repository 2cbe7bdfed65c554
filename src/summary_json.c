/*-------------------------------------------------------------------------
 *
 * summary_json.c
 *	  Reads the text form of a summary, of any size.
 *
 * PostgreSQL parses a JSON text to jsonb, of which no array or object may have
 * more than 256 MB, nor more than about 16 million elements; and it does not see
 * a cancel request while it does so.  A summary can have more, and what a dump has
 * written must be read back.  So objects and arrays are divided into their
 * members and elements here, one after the other as they are read.  Numbers and
 * strings are parsed by PostgreSQL; here are only the brackets, colons and commas
 * between them.  A text that is not right in those is handed over as a whole, for
 * the error message.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "summary.h"

static pg_noinline pg_noreturn void
json_text_error(const char *text, const SummaryType *type)
{
	(void) DirectFunctionCall1(json_in, CStringGetDatum(text));
	/* not reached, or this file and the parser do not agree */
	summary_text_invalid(type, "The text is no JSON.");
}

static inline const char *
skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;
	return p;
}

/* The end of a string that begins here; NULL where it has none. */
static const char *
skip_string(const char *p)
{
	for (p++; *p != '"'; p++)
	{
		if (*p == '\\')
			p++;
		if (*p == '\0')
			return NULL;
	}
	return p + 1;
}

/* The end of a value, of which the brackets are counted and no more. */
static const char *
skip_value(const char *p)
{
	int64		depth = 0;
	uint32		steps = 0;

	do
	{
		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (*p == '\0')
			return NULL;
		if (*p == '"')
		{
			p = skip_string(p);
			if (p == NULL)
				return NULL;
		}
		else if (*p == '{' || *p == '[')
		{
			depth++;
			p++;
		}
		else if (*p == '}' || *p == ']')
		{
			/* the end of what the value is in, and no value */
			if (depth == 0)
				return NULL;
			depth--;
			p++;
		}
		else if (depth > 0)
			p++;
		else
		{
			size_t		length = strcspn(p, " \t\n\r,:\"{}[]");

			return length == 0 ? NULL : p + length;
		}
	} while (depth > 0);
	return p;
}

/* Is it a number as JSON writes it?  numeric_in() takes others, too. */
static bool
is_json_number(const char *p, const char *end)
{
	if (p < end && *p == '-')
		p++;
	if (p == end || *p < '0' || *p > '9')
		return false;
	if (*p == '0')
		p++;
	else
		while (p < end && *p >= '0' && *p <= '9')
			p++;
	if (p < end && *p == '.')
	{
		if (++p == end || *p < '0' || *p > '9')
			return false;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
	{
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		if (p == end || *p < '0' || *p > '9')
			return false;
		while (p < end && *p >= '0' && *p <= '9')
			p++;
	}
	return p == end;
}

/*
 * The type of an object or an array that has not been read, in a JsonbValue's
 * val.string: one that is never the type of a value.
 */
#define PIECE_OF_TEXT	jbvArray

/*
 * A piece as a value.  The usual ones without the way through jsonb; a string is
 * then not copied.
 */
static void
read_piece(const char *begin, const char *end, JsonbValue *value)
{
	int			length = (int) (end - begin);
	char	   *piece;
	Jsonb	   *document;

	if (*begin == '"')
	{
		const char *p = begin + 1;

		while (p < end - 1 && *p != '\\' && (unsigned char) *p >= ' ')
			p++;
		if (p == end - 1)
		{
			value->type = jbvString;
			value->val.string.val = unconstify(char *, begin + 1);
			value->val.string.len = length - 2;
			return;
		}
	}
	if (*begin == '{' || *begin == '[')
	{
		value->type = PIECE_OF_TEXT;
		value->val.string.val = unconstify(char *, begin);
		value->val.string.len = length;
		return;
	}
	piece = pnstrdup(begin, length);
	if (is_json_number(begin, end))
	{
		value->type = jbvNumeric;
		value->val.numeric =
			DatumGetNumeric(DirectFunctionCall3(numeric_in,
												CStringGetDatum(piece),
												ObjectIdGetDatum(InvalidOid),
												Int32GetDatum(-1)));
		pfree(piece);
		return;
	}
	document = DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
												  CStringGetDatum(piece)));
	pfree(piece);
	(void) JsonbExtractScalar(&document->root, value);
}

/* A member of an object, in pieces. */
typedef struct SummaryPair
{
	char	   *key;
	int			place;			/* of those in the text */
	const char *begin;			/* of the value */
	const char *end;
} SummaryPair;

/* Keys in the order of jsonb; of equal ones the last in the text comes first. */
static int
pair_compare(const void *a, const void *b)
{
	const SummaryPair *left = (const SummaryPair *) a;
	const SummaryPair *right = (const SummaryPair *) b;
	size_t		left_length = strlen(left->key);
	size_t		right_length = strlen(right->key);
	int			order;

	if (left_length != right_length)
		return left_length < right_length ? -1 : 1;
	order = memcmp(left->key, right->key, left_length);
	return order != 0 ? order : right->place - left->place;
}

/* An object or an array, of which the text has not been read. */
struct SummaryJson
{
	const SummaryType *type;
	const char *text;			/* from its bracket on */
	bool		is_outermost;	/* nothing follows it */
};

static SummaryJson *
json_new(const SummaryType *type, const char *text, bool is_outermost)
{
	SummaryJson *json = palloc(sizeof(SummaryJson));

	json->type = type;
	json->text = text;

	json->is_outermost = is_outermost;
	return json;
}

/*
 * Parse a summary's text; the result is an object.
 */
SummaryJson *
summary_json_parse(char *text, const SummaryType *type)
{
	const char *begin = skip_space(text);

	if (*begin != '{')
	{
		(void) DirectFunctionCall1(json_in, CStringGetDatum(text));
		summary_text_invalid(type, "The value is not a JSON object.");
	}
	return json_new(type, begin, true);
}

/*
 * A member that must be an object, or an array.
 */
SummaryJson *
summary_json_container(const JsonbValue *value, bool array, const char *key,
					   const SummaryType *type)
{
	if (value->type != PIECE_OF_TEXT ||
		*value->val.string.val != (array ? '[' : '{'))
		summary_text_invalid(type, "\"%s\" is not a JSON %s.", key,
							 array ? "array" : "object");
	return json_new(type, value->val.string.val, false);
}

/* The members of an object, from its text; how many is *count. */
static SummaryPair *
read_members(const SummaryJson *object, int *count)
{
	const char *text = object->text;
	const SummaryType *type = object->type;
	const char *p = skip_space(text +1);
	int			room = 16;
	SummaryPair *pairs = palloc(room * sizeof(SummaryPair));

	*count = 0;
	while (*p != '}' || *count > 0)
	{
		SummaryPair *pair;
		JsonbValue	key;
		const char *begin = p;

		CHECK_FOR_INTERRUPTS();
		if (*count == room)
		{
			room *= 2;
			pairs = repalloc_huge(pairs, room * sizeof(SummaryPair));
		}
		pair = &pairs[*count];
		if (*begin != '"' || (p = skip_string(begin)) == NULL)
			json_text_error(text, type);
		read_piece(begin, p, &key);
		pair->key = pnstrdup(key.val.string.val, key.val.string.len);
		pair->place = (*count)++;
		p = skip_space(p);
		if (*p != ':')
			json_text_error(text, type);
		pair->begin = skip_space(p + 1);
		pair->end = skip_value(pair->begin);
		if (pair->end == NULL)
			json_text_error(text, type);
		p = skip_space(pair->end);
		if (*p == '}')
			break;
		if (*p != ',')
			json_text_error(text, type);
		p = skip_space(p + 1);
	}
	if (object->is_outermost && *skip_space(p + 1) != '\0')
		json_text_error(text, type);
	return pairs;
}

/*
 * Call member() for every member of an object, in the order of jsonb.  The
 * object is used up.  What member() is called with lasts no longer than the call,
 * but for members of the outermost object.
 */
void
summary_json_members(SummaryJson *object, SummaryMember member, void *arg)
{
	int			count;
	SummaryPair *pairs = read_members(object, &count);
	MemoryContext scratch = NULL;

	if (!object->is_outermost)
		scratch = AllocSetContextCreate(CurrentMemoryContext, "JSON member",
										ALLOCSET_SMALL_SIZES);
	qsort(pairs, count, sizeof(SummaryPair), pair_compare);
	for (int i = 0; i < count; i++)
	{
		JsonbValue	value;
		MemoryContext old = CurrentMemoryContext;

		CHECK_FOR_INTERRUPTS();
		/* as in jsonb, the last one counts; but all of them must be right */
		if (i > 0 && strcmp(pairs[i].key, pairs[i - 1].key) == 0)
		{
			(void) DirectFunctionCall1(jsonb_in,
									   CStringGetDatum(pnstrdup(pairs[i].begin,
																pairs[i].end - pairs[i].begin)));
			continue;
		}
		if (scratch != NULL)
			MemoryContextSwitchTo(scratch);
		read_piece(pairs[i].begin, pairs[i].end, &value);
		MemoryContextSwitchTo(old);
		member(arg, pairs[i].key, &value);
		if (scratch != NULL)
			MemoryContextReset(scratch);
	}
	if (scratch != NULL)
		MemoryContextDelete(scratch);
	for (int i = 0; i < count; i++)
		pfree(pairs[i].key);
	pfree(pairs);
	pfree(object);
}

/*
 * Call element() for every element of an array.  The array is used up, and what
 * element() is called with lasts no longer than the call.
 */
void
summary_json_elements(SummaryJson *array, SummaryElement element, void *arg)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "JSON element",
												  ALLOCSET_SMALL_SIZES);
	const char *p = skip_space(array->text +1);
	int			index = 0;

	while (*p != ']' || index > 0)
	{
		const char *begin = p;
		const char *end = skip_value(begin);
		MemoryContext old;
		JsonbValue	value;

		CHECK_FOR_INTERRUPTS();
		if (end == NULL)
			json_text_error(array->text, array->type);
		old = MemoryContextSwitchTo(scratch);
		read_piece(begin, end, &value);
		MemoryContextSwitchTo(old);
		element(arg, index++, &value);
		MemoryContextReset(scratch);

		p = skip_space(end);
		if (*p == ']')
			break;
		if (*p != ',')
			json_text_error(array->text, array->type);
		p = skip_space(p + 1);
	}
	MemoryContextDelete(scratch);
	pfree(array);
}
