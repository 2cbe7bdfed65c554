/*-------------------------------------------------------------------------
 *
 * summary_json.c
 *	  Reads the text form of a summary, of any size, and the values in it.
 *
 * PostgreSQL parses a JSON text to jsonb, of which no array or object may have
 * more than 256 MB, nor more than about 16 million elements; and it does not see
 * a cancel request while it does so.  A summary can have more, and what a dump
 * has written must be read back.  So PostgreSQL's parser runs over the text, and
 * the functions that it calls here note where each member of the outermost
 * object begins and ends.  The objects and arrays in it are gone through in the
 * same way, one after the other as they are read.  What is JSON and what is not,
 * the parser alone says, before anything is read.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/hashfn.h"
#include "common/jsonapi.h"
#include "common/shortest_dec.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonfuncs.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "core/calendar.h"
#include "core/shown.h"
#include "core/summary_json.h"

/*
 * The most members that the outermost object may have; no type has more than a
 * dozen.
 *
 * An inner object may have as many members as a history has days.  A text of
 * nothing but short members takes about a dozen times its own size in memory
 * there, as it would in jsonb.
 */
#define MAX_MEMBERS		1000

/* The member that the outermost object of every type has. */
#define VERSION_KEY		"version"

/*
 * The type of an object or an array that has not been read, in a JsonbValue's
 * val.string; no value that is read has this type.
 */
#define PIECE_OF_TEXT	jbvArray

/* A member of an object: its key, and where its value is in the text. */
typedef struct SummaryPair
{
	char	   *key;
	const char *begin;			/* of the value */
	const char *end;
} SummaryPair;

/*
 * The number of members with which a new key is compared one by one.  For more
 * members there is a hash table.
 */
#define MEMBERS_COMPARED	16

/* An object or an array whose text has not been read. */
struct SummaryJson
{
	const SummaryType *type;
	const char *begin;
	const char *end;
	bool		is_outermost;
	/* the members of an object, after find_members() */
	SummaryPair *pairs;
	int			count;
};

/* State of the parser's calls while an object is read. */
typedef struct ObjectParse
{
	JsonLexContext *lex;
	SummaryJson *json;
	MemoryContext context;		/* for what outlives the parser */
	bool		is_object;
	int			room;			/* how many pairs there is memory for */
	/* hash table of the pairs: their numbers plus one, 0 in an empty slot */
	uint32	   *slots;
	uint32		slot_mask;
} ObjectParse;

/* State of the parser's calls while an array is read. */
typedef struct ArrayParse
{
	JsonLexContext *lex;
	MemoryContext scratch;		/* memory of the elements */
	bool		keep;			/* keep the elements after the call? */
	int			room;			/* elements beyond it are counted only */
	SummaryElement element;
	void	   *arg;
	int			index;
	const char *begin;			/* of the element at hand */
} ArrayParse;

static SummaryJson *
json_new(const SummaryType *type, const char *begin, const char *end)
{
	SummaryJson *json = palloc0(sizeof(SummaryJson));

	json->type = type;
	json->begin = begin;
	json->end = end;
	return json;
}

/*
 * Read a piece of the text, which the parser has found right, as a value.  The
 * usual kinds are read without the way through jsonb; a string is then not
 * copied.
 */
static void
read_piece(const char *begin, const char *end, JsonbValue *value)
{
	int			length = (int) (end - begin);
	char	   *piece;
	Jsonb	   *document;

	if (*begin == '"' && memchr(begin, '\\', length) == NULL)
	{
		value->type = jbvString;
		value->val.string.val = unconstify(char *, begin + 1);
		value->val.string.len = length - 2;
		return;
	}
	if (*begin == '{' || *begin == '[')
	{
		value->type = PIECE_OF_TEXT;
		value->val.string.val = unconstify(char *, begin);
		value->val.string.len = length;
		return;
	}
	piece = pnstrdup(begin, length);
	if (*begin == '-' || (*begin >= '0' && *begin <= '9'))
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

static inline uint32
key_hash(const char *key)
{
	return DatumGetUInt32(hash_any((const unsigned char *) key,
								   (int) strlen(key)));
}

/* Return the slot of a key, or the empty one where the key belongs. */
static uint32 *
key_slot(const ObjectParse *parse, const char *key)
{
	uint32		slot = key_hash(key) & parse->slot_mask;

	while (parse->slots[slot] != 0 &&
		   strcmp(parse->json->pairs[parse->slots[slot] - 1].key, key) != 0)
		slot = (slot + 1) & parse->slot_mask;
	return &parse->slots[slot];
}

/* Make the hash table, or a larger one, of twice as many slots as pairs. */
static void
make_slots(ObjectParse *parse)
{
	uint32		count = (uint32) parse->room * 2;

	if (parse->slots != NULL)
		pfree(parse->slots);
	parse->slots = MemoryContextAllocExtended(parse->context,
											  count * sizeof(uint32),
											  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	parse->slot_mask = count - 1;
	for (int i = 0; i < parse->json->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		*key_slot(parse, parse->json->pairs[i].key) = (uint32) i + 1;
	}
}

/*
 * Check that a key is new.  A key that occurs twice is an error, although jsonb
 * keeps the last one: a text put together by hand must not lose a part.  It is
 * found as soon as it occurs again, so that a text of nothing but one key does
 * not take its size in memory many times over.
 */
static void
check_new_key(const ObjectParse *parse, const char *key)
{
	const SummaryJson *json = parse->json;
	bool		found = false;

	if (parse->slots != NULL)
		found = *key_slot(parse, key) != 0;
	else
	{
		for (int i = 0; i < json->count && !found; i++)
			found = strcmp(json->pairs[i].key, key) == 0;
	}
	if (found)
		summary_text_invalid(json->type, "\"%s\" occurs more than once.",
							 text_shown(cstring_to_text(key)));
}

/*
 * Note the beginning of a member, of the object itself or of one in it; the
 * parser is at the member's value.
 */
static JSON_ACTION_RESULT
member_start(void *state, char *key, bool is_null)
{
	ObjectParse *parse = (ObjectParse *) state;
	SummaryJson *json = parse->json;
	SummaryPair *pair;

	(void) is_null;
	CHECK_FOR_INTERRUPTS();
	if (parse->lex->lex_level != 1)
		return JSON_ACTION_DONE;
	if (json->is_outermost && json->count == MAX_MEMBERS)
		summary_text_invalid(json->type, "The object has more than %d members.",
							 MAX_MEMBERS);
	check_new_key(parse, key);
	if (json->count == parse->room)
	{
		parse->room *= 2;
		json->pairs = repalloc_huge(json->pairs,
									parse->room * sizeof(SummaryPair));
		make_slots(parse);
	}
	pair = &json->pairs[json->count];
	pair->key = MemoryContextStrdup(parse->context, key);
	json->count++;
	if (parse->slots != NULL)
		*key_slot(parse, key) = (uint32) json->count;
	pair->begin = parse->lex->token_start;
	pair->end = NULL;
	return JSON_ACTION_DONE;
}

/* Note the end of a member; the parser is at what comes behind it. */
static JSON_ACTION_RESULT
member_end(void *state, char *key, bool is_null)
{
	ObjectParse *parse = (ObjectParse *) state;

	(void) is_null;
	if (parse->lex->lex_level == 1)
		parse->json->pairs[parse->json->count - 1].end =
			parse->lex->prev_token_terminator;

	/*
	 * the parser leaves the key to these functions, those of inner objects
	 * too
	 */
	pfree(key);
	return JSON_ACTION_DONE;
}

static JSON_ACTION_RESULT
object_start(void *state)
{
	ObjectParse *parse = (ObjectParse *) state;

	if (parse->lex->lex_level == 0)
		parse->is_object = true;
	return JSON_ACTION_DONE;
}

/*
 * Check for a cancel request at each element that is skipped, of which there
 * may be many.
 */
static JSON_ACTION_RESULT
check_element(void *state, bool is_null)
{
	(void) state;
	(void) is_null;
	CHECK_FOR_INTERRUPTS();
	return JSON_ACTION_DONE;
}

static JSON_ACTION_RESULT
check_member(void *state, char *key, bool is_null)
{
	(void) state;
	(void) key;
	(void) is_null;
	CHECK_FOR_INTERRUPTS();
	return JSON_ACTION_DONE;
}

/*
 * Note where the members of an object are; false if it is no object.  The
 * parser's own memory is taken from scratch.
 */
static bool
find_members(SummaryJson *json, MemoryContext scratch)
{
	MemoryContext old;
	JsonSemAction actions;
	ObjectParse parse;

	parse.json = json;
	parse.context = CurrentMemoryContext;
	parse.is_object = false;
	parse.slots = NULL;
	parse.slot_mask = 0;
	parse.room = MEMBERS_COMPARED;
	json->pairs = palloc(parse.room * sizeof(SummaryPair));
	json->count = 0;

	old = MemoryContextSwitchTo(scratch);

	/*
	 * escapes must be read, as jsonb reads them: some are well-formed but not
	 * right
	 */
	parse.lex = JSON_LEX_CONTEXT(json->begin, json->end - json->begin, true);
	memset(&actions, 0, sizeof(actions));
	actions.semstate = &parse;
	actions.object_start = object_start;
	actions.object_field_start = member_start;
	actions.object_field_end = member_end;
	actions.array_element_start = check_element;
	pg_parse_json_or_ereport(parse.lex, &actions);
	MemoryContextSwitchTo(old);
	MemoryContextReset(scratch);
	if (parse.slots != NULL)
		pfree(parse.slots);
	return parse.is_object;
}

/*
 * Check the version of a text.  It must be there: without it, no later version
 * could be told from this one.  It is read before all else, so that a text of
 * another version is called that, whatever its members are.
 */
static void
check_version(SummaryJson *json)
{
	const SummaryPair *version = NULL;
	JsonbValue	value;

	for (int i = 0; i < json->count && version == NULL; i++)
	{
		if (strcmp(json->pairs[i].key, VERSION_KEY) == 0)
			version = &json->pairs[i];
	}
	if (version == NULL)
		summary_text_invalid(json->type, "\"%s\" is missing.", VERSION_KEY);
	read_piece(version->begin, version->end, &value);
	summary_json_version(&value, json->type);
}

/*
 * Parse a summary's text and return its object, which has this version.
 */
SummaryJson *
summary_json_parse(char *str, const SummaryType *type)
{
	SummaryJson *json = json_new(type, str, strchr(str, '\0'));
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "JSON text",
												  ALLOCSET_DEFAULT_SIZES);

	/* the JSON parser would say that type json is wrong, where none was named */
	if (str[strspn(str, " \t\r\n")] != '{')
		summary_text_invalid(type, "The value is \"%s\", not a JSON object. A single text is read as a stored %s.",
							 text_shown(cstring_to_text(str)), type->name);
	json->is_outermost = true;
	if (!find_members(json, scratch))
		summary_text_invalid(type, "The value is not a JSON object.");
	MemoryContextDelete(scratch);
	check_version(json);
	return json;
}

/*
 * Return a member that must be an object, or an array.
 */
SummaryJson *
summary_json_container(const JsonbValue *value, bool array, const char *key,
					   const SummaryType *type)
{
	const char *begin;

	if (value->type != PIECE_OF_TEXT ||
		*value->val.string.val != (array ? '[' : '{'))
		summary_text_invalid(type, "\"%s\" is %s, not a JSON %s.",
							 text_shown(cstring_to_text(key)),
							 summary_json_shown(value),
							 array ? "array" : "object");
	begin = value->val.string.val;
	return json_new(type, begin, begin + value->val.string.len);
}

/* Report whether a value is an array, which summary_json_parts() can read. */
bool
summary_json_is_array(const JsonbValue *value)
{
	return value->type == PIECE_OF_TEXT && *value->val.string.val == '[';
}

/*
 * Return a value as text for a message that says what it should be.
 */
char *
summary_json_shown(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNumeric:
			return numeric_shown(NumericGetDatum(value->val.numeric));
		case jbvString:
			return psprintf("\"%s\"",
							text_shown(cstring_to_text_with_len(value->val.string.val,
																value->val.string.len)));
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		case PIECE_OF_TEXT:
			return *value->val.string.val == '[' ? "an array" : "an object";
		default:
			return "null";
	}
}

/* Compare keys in the order of jsonb. */
static int
pair_compare(const void *a, const void *b)
{
	const SummaryPair *left = (const SummaryPair *) a;
	const SummaryPair *right = (const SummaryPair *) b;
	size_t		left_length = strlen(left->key);
	size_t		right_length = strlen(right->key);

	CHECK_FOR_INTERRUPTS();
	if (left_length != right_length)
		return left_length < right_length ? -1 : 1;
	return memcmp(left->key, right->key, left_length);
}

/*
 * Call member() for every member of an object, in the order of jsonb.
 *
 * The object is used up.  What member() is called with lasts no longer than
 * the call, except for members of the outermost object, of which the version
 * is left out.
 */
void
summary_json_members(SummaryJson *object, SummaryMember member, void *arg)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext,
												  "JSON member",
												  ALLOCSET_DEFAULT_SIZES);
	SummaryPair *pairs;

	if (!object->is_outermost)
		(void) find_members(object, scratch);
	pairs = object->pairs;
	qsort(pairs, object->count, sizeof(SummaryPair), pair_compare);
	for (int i = 0; i < object->count; i++)
	{
		JsonbValue	value;
		MemoryContext old = CurrentMemoryContext;

		CHECK_FOR_INTERRUPTS();
		if (object->is_outermost && strcmp(pairs[i].key, VERSION_KEY) == 0)
			continue;			/* the version has been read */
		if (!object->is_outermost)
			MemoryContextSwitchTo(scratch);
		read_piece(pairs[i].begin, pairs[i].end, &value);
		MemoryContextSwitchTo(old);
		member(arg, pairs[i].key, &value);
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
	for (int i = 0; i < object->count; i++)
		pfree(pairs[i].key);
	pfree(pairs);
	pfree(object);
}

/* Note the beginning of an element, of the array itself or of one in it. */
static JSON_ACTION_RESULT
element_start(void *state, bool is_null)
{
	ArrayParse *parse = (ArrayParse *) state;

	(void) is_null;
	CHECK_FOR_INTERRUPTS();
	if (parse->lex->lex_level == 1)
		parse->begin = parse->lex->token_start;
	return JSON_ACTION_DONE;
}

/* Read the element that has ended, and pass it on. */
static JSON_ACTION_RESULT
element_end(void *state, bool is_null)
{
	ArrayParse *parse = (ArrayParse *) state;
	MemoryContext old;
	JsonbValue	value;

	(void) is_null;
	if (parse->lex->lex_level != 1 || parse->index++ >= parse->room)
		return JSON_ACTION_DONE;
	old = MemoryContextSwitchTo(parse->scratch);
	read_piece(parse->begin, parse->lex->prev_token_terminator, &value);
	MemoryContextSwitchTo(old);
	parse->element(parse->arg, parse->index - 1, &value);
	if (!parse->keep)
		MemoryContextReset(parse->scratch);
	return JSON_ACTION_DONE;
}

/* Go through the elements of an array, which is used up. */
static void
read_elements(SummaryJson *array, ArrayParse *parse)
{
	JsonSemAction actions;

	parse->index = 0;
	parse->begin = NULL;

	/*
	 * do not read escapes, which have been found right: nothing is allocated
	 */
	parse->lex = JSON_LEX_CONTEXT(array->begin, array->end - array->begin, false);
	memset(&actions, 0, sizeof(actions));
	actions.semstate = parse;
	actions.object_field_start = check_member;
	actions.array_element_start = element_start;
	actions.array_element_end = element_end;
	pg_parse_json_or_ereport(parse->lex, &actions);
	pfree(parse->lex);
	pfree(array);
}

/*
 * Call element() for every element of an array.  The array is used up, and what
 * element() is called with lasts no longer than the call.
 */
void
summary_json_elements(SummaryJson *array, SummaryElement element, void *arg)
{
	ArrayParse	parse;

	parse.scratch = AllocSetContextCreate(CurrentMemoryContext,
										  "JSON element",
										  ALLOCSET_SMALL_SIZES);
	parse.keep = false;
	parse.room = PG_INT32_MAX;
	parse.element = element;
	parse.arg = arg;
	read_elements(array, &parse);
	MemoryContextDelete(parse.scratch);
}

static void
keep_part(void *arg, int index, const JsonbValue *value)
{
	((JsonbValue *) arg)[index] = *value;
}

/*
 * Read an array of a few elements at once, and return how many it has, or -1
 * when the value is no array.  Elements for which there is no room are not
 * read.  The elements last as long as the current memory context.
 */
int
summary_json_parts(const JsonbValue *value, JsonbValue *parts, int room,
				   const SummaryType *type)
{
	const char *begin = value->val.string.val;
	ArrayParse	parse;

	if (!summary_json_is_array(value))
		return -1;
	parse.scratch = CurrentMemoryContext;
	parse.keep = true;
	parse.room = room;
	parse.element = keep_part;
	parse.arg = parts;
	read_elements(json_new(type, begin, begin + value->val.string.len), &parse);
	return parse.index;
}

/*
 * Values
 */

/* The most bytes that a place shows of the name of a list, which may be a user's. */
#define PLACE_NAME_BYTES	32

/* Append to a place as much as it has room for. */
static char *
place_append(SummaryPlace *place, char *end, const char *str, int most)
{
	int			room = (int) (place->shown + sizeof(place->shown) - 1 - end);
	int			length = (int) strlen(str);

	room = Min(room, most);
	if (unlikely(length > room))
		length = pg_mbcliplen(str, length, room);
	memcpy(end, str, length);
	end[length] = '\0';
	return end + length;
}

/*
 * Return the place of a value that is an element of a list, or is in one, in
 * words: what is "", or "a count of ", for instance.  The functions below take
 * it as the key of a member.  It is made for every element, in case there is
 * an error in it, so it is quicker than printf.
 */
SummaryPlace
summary_json_place(const char *what, int index, const char *list)
{
	SummaryPlace place = {""};
	char	   *end = place.shown;

	end = place_append(&place, end, what, PLACE_NAME_BYTES);
	end = place_append(&place, end, "element ", PLACE_NAME_BYTES);
	end += pg_ltoa(index + 1, end);
	end = place_append(&place, end, " of \"", PLACE_NAME_BYTES);
	end = place_append(&place, end, list, PLACE_NAME_BYTES);
	(void) place_append(&place, end, strlen(list) > PLACE_NAME_BYTES ? "...\"" : "\"", PLACE_NAME_BYTES);
	return place;
}

/*
 * Return the place of a part, counted from 1, of the element at a place: "part 2
 * of element 1 ...".
 */
SummaryPlace
summary_json_part(int part, const char *place)
{
	SummaryPlace result = {""};
	char	   *end = result.shown;

	end = place_append(&result, end, "part ", PLACE_NAME_BYTES);
	end += pg_ltoa(part, end);
	end = place_append(&result, end, " of ", PLACE_NAME_BYTES);
	(void) place_append(&result, end, place, sizeof(result.shown));
	return result;
}

/*
 * Return the beginning of a sentence about a member: a key, in quotes, or a
 * place, which has its own.
 */
char *
summary_json_key_shown(const char *key)
{
	char	   *place;

	if (strchr(key, '"') == NULL)
		return psprintf("\"%s\"", text_shown(cstring_to_text(key)));
	place = text_shown(cstring_to_text(key));
	place[0] = (char) pg_toupper((unsigned char) place[0]);
	return place;
}

/*
 * Convert a numeric; false when it is not a whole number from low to high.
 */
bool
summary_json_whole(Datum number, int64 low, int64 high, int64 *result)
{
	Datum		bound;
	bool		in_range;
	bool		whole;

	/*
	 * Compare as numeric before converting: the conversion rounds, and its
	 * error message would speak of bigint.  A summary may have millions of
	 * numbers, so nothing is left behind in memory.
	 */
	bound = NumericGetDatum(int64_to_numeric(low));
	in_range = DatumGetBool(DirectFunctionCall2(numeric_ge, number, bound));
	pfree(DatumGetPointer(bound));
	bound = NumericGetDatum(int64_to_numeric(high));
	in_range = in_range &&
		DatumGetBool(DirectFunctionCall2(numeric_le, number, bound));
	pfree(DatumGetPointer(bound));
	if (!in_range)
		return false;
	*result = DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
	bound = NumericGetDatum(int64_to_numeric(*result));
	whole = DatumGetBool(DirectFunctionCall2(numeric_eq, number, bound));
	pfree(DatumGetPointer(bound));
	return whole;
}

/* Return a member that must be a whole number from low to high. */
int64
summary_json_int64(const JsonbValue *value, int64 low, int64 high,
				   const char *key, const SummaryType *type)
{
	int64		result = 0;

	if (value->type != jbvNumeric)
		summary_text_invalid(type, "%s is %s, not a number.",
							 summary_json_key_shown(key),
							 summary_json_shown(value));
	if (!summary_json_whole(NumericGetDatum(value->val.numeric), low, high,
							&result))
		summary_text_invalid(type, "%s is %s, not a whole number from " INT64_FORMAT " to " INT64_FORMAT ".",
							 summary_json_key_shown(key), summary_json_shown(value),
							 low, high);
	return result;
}

int64
summary_json_count(const JsonbValue *value, const char *key,
				   const SummaryType *type)
{
	return summary_json_int64(value, 0, SUMMARY_MAX_COUNT, key, type);
}

/* Return a member that must be a number, as a double. */
double
summary_json_double(const JsonbValue *value, const char *key, const SummaryType *type)
{
	if (value->type != jbvNumeric)
		summary_text_invalid(type, "%s is %s, not a number.",
							 summary_json_key_shown(key),
							 summary_json_shown(value));
	return DatumGetFloat8(DirectFunctionCall1(numeric_float8,
											  NumericGetDatum(value->val.numeric)));
}

/* Return a member that must be a date, written as "2025-01-31". */
DateADT
summary_json_day(const JsonbValue *value, const char *key, const SummaryType *type)
{
	DateADT		day;

	if (value->type != jbvString ||
		!calendar_day_from_text(value->val.string.val, value->val.string.len,
								&day))
		summary_text_invalid(type, "%s is %s, not a date like \"2025-01-31\".",
							 summary_json_key_shown(key),
							 summary_json_shown(value));
	return day;
}

/*
 * Return the place of a name in a list that may have gaps (NULL), or -1.  Case
 * does not matter, as in arguments of functions.
 */
int
summary_name_lookup(const char *name, int length, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (names[i] != NULL && length == (int) strlen(names[i]) &&
			pg_strncasecmp(name, names[i], length) == 0)
			return i;
	}
	return -1;
}

/* Return the place in a list of names of a member that must be one of them. */
int
summary_json_name(const JsonbValue *value, const char *key,
				  const char *const *names, int count,
				  const SummaryType *type)
{
	StringInfoData list;

	if (value->type == jbvString)
	{
		int			found = summary_name_lookup(value->val.string.val,
												value->val.string.len,
												names, count);

		if (found >= 0)
			return found;
	}

	initStringInfo(&list);
	for (int i = 0; i < count; i++)
	{
		if (names[i] != NULL)
			appendStringInfo(&list, "%s\"%s\"", list.len > 0 ? ", " : "",
							 names[i]);
	}
	summary_text_invalid(type, "%s is %s, not one of %s.",
						 summary_json_key_shown(key), summary_json_shown(value),
						 list.data);
}

/*
 * Check the version of a text, which this cx_metrics must know.
 */
void
summary_json_version(const JsonbValue *value, const SummaryType *type)
{
	int64		version = summary_json_int64(value, 1, PG_UINT8_MAX, "version",
											 type);

	if (version != SUMMARY_VERSION)
		summary_version_unknown((int) version, type);
}

void
summary_json_unexpected(const char *key, const SummaryType *type)
{
	summary_text_invalid(type, "\"%s\" is unknown here.",
						 text_shown(cstring_to_text(key)));
}

/* Append a double with all digits that it needs to be read back as it is. */
void
summary_append_double(StringInfo buf, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, digits);
	appendStringInfoString(buf, digits);
}

/*
 * Begin the text of a summary; the family appends ", "key": value" for each
 * member and the closing brace.
 */
void
summary_json_begin(StringInfo buf)
{
	initStringInfo(buf);
	appendStringInfo(buf, "{\"version\": %d", SUMMARY_VERSION);
}
