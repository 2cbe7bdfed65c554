/*-------------------------------------------------------------------------
 *
 * summary.c
 *	  What every summary type shares: its header, its text form (JSON), its
 *	  binary form, equality and hashing.
 *
 * The text is taken apart by summary_json.c; the functions here read the values
 * in it.  Whatever comes in as text or binary is checked completely by its
 * family with them: hostile input gives an error, never an impossible summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/hashfn.h"
#include "common/shortest_dec.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/calendar.h"
#include "core/result.h"
#include "core/summary.h"

/*
 * Set the header of a zeroed summary of the given size.
 */
void
summary_init(void *summary, Size size)
{
	SET_VARSIZE(summary, size);
	((Summary *) summary)->version = SUMMARY_VERSION;
}

/*
 * A new, empty summary of a type of fixed size.
 */
void *
summary_new(const SummaryType *type)
{
	void	   *summary = palloc0(type->size);

	summary_init(summary, type->size);
	return summary;
}

static pg_noinline pg_noreturn void
summary_version_unknown(int version, const SummaryType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s of unknown version %d", type->name, version),
			 errdetail("This cx_metrics reads version %d.", SUMMARY_VERSION),
			 errhint("The value was written by a later cx_metrics; install that one.")));
}

/*
 * Is this a summary that this library knows, of the size that the type has?
 * What summary_get() and summary_copy() return has been looked at.
 */
void
summary_check(const Summary *summary, const SummaryType *type)
{
	if (summary->version != SUMMARY_VERSION)
		summary_version_unknown(summary->version, type);
	if (type->size != 0 && VARSIZE(summary) != type->size)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("%s of %zu bytes, expected %zu", type->name,
						(Size) VARSIZE(summary), type->size),
				 errhint("Take the value from a backup or a dump.")));
}

/*
 * A summary to read, in memory with its members aligned.
 */
void *
summary_get(Datum value, const SummaryType *type)
{
	Summary    *summary = (Summary *) PG_DETOAST_DATUM(value);

	summary_check(summary, type);
	return summary;
}

/*
 * A summary to write to, allocated in the current memory context.
 */
void *
summary_copy(Datum value, const SummaryType *type)
{
	Summary    *summary = (Summary *) PG_DETOAST_DATUM_COPY(value);

	summary_check(summary, type);
	return summary;
}

void
summary_count_overflow(const SummaryType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("count of %s out of range", type->name),
			 errdetail("A count goes up to " INT64_FORMAT ".",
					   SUMMARY_MAX_COUNT),
			 errhint("Look for a summary that was rolled up many times over.")));
}

void
summary_count_underflow(const SummaryType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("cannot remove from a %s what is not in it", type->name),
			 errhint("This function serves moving windows; use the aggregate with OVER (...).")));
}

void
argument_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name),
			 errhint("%s", hint)));
}

/* What a value of the type looks like, or else how to come by one. */
static int
type_hint(const SummaryType *type)
{
	if (type->hint != NULL)
		return errhint("%s", type->hint);
	return errhint("A value looks like %s.", type->example);
}

/*
 * What every type says of input that is no value of it; see the macros in
 * summary.h.
 */
void
summary_text_error(const SummaryType *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s", type->name),
			 errdetail_internal("%s", detail),
			 type_hint(type)));
}

void
summary_binary_error(const SummaryType *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary %s", type->name),
			 errdetail_internal("%s", detail),
			 errhint("The bytes must be those that this type is sent as, by COPY in binary format for instance.")));
}

/*
 * And where both forms end in one check: code is the SQLSTATE of the form.
 */
void
summary_value_error(const SummaryType *type, int code, const char *detail)
{
	ereport(ERROR,
			(errcode(code),
			 errmsg("invalid value of type %s", type->name),
			 errdetail_internal("%s", detail),
			 type_hint(type)));
}

/*
 * Text form
 */

/*
 * Where a value stands that is in an element of a list, or is one: what is
 * "a part of ", for instance, or "".  It goes where the functions below take the
 * key of a member.  Made for every element, in case there is an error in it, so
 * it is quicker than printf.
 */
SummaryPlace
summary_json_place(const char *what, int index, const char *list)
{
	SummaryPlace place = {""};
	char	   *end = place.shown;

	Assert(strlen(what) + strlen(list) < sizeof(place.shown) - 30);
	end = stpcpy(end, what);
	end = stpcpy(end, "element ");
	end += pg_ltoa(index + 1, end);
	end = stpcpy(end, " of \"");
	end = stpcpy(end, list);
	(void) stpcpy(end, "\"");
	return place;
}

/*
 * The beginning of a sentence: a key, in quotes, or a place, in which they are.
 */
char *
summary_json_key_shown(const char *key)
{
	char	   *place;

	if (strchr(key, '"') == NULL)
		return psprintf("\"%s\"", key);
	place = pstrdup(key);
	place[0] = (char) pg_toupper((unsigned char) place[0]);
	return place;
}

/*
 * A member that must be a whole number between low and high.
 */
int64
summary_json_int64(const JsonbValue *value, int64 low, int64 high,
				   const char *key, const SummaryType *type)
{
	Datum		number;
	Datum		bound;
	bool		in_range;

	if (value->type != jbvNumeric)
		summary_text_invalid(type, "%s is %s, not a number.",
							 summary_json_key_shown(key),
							 summary_json_shown(value));

	/*
	 * Compare as numeric before converting: the conversion rounds, and its
	 * error message would speak of bigint.  A summary may have millions of
	 * numbers, so nothing is left behind in memory.
	 */
	number = NumericGetDatum(value->val.numeric);
	bound = NumericGetDatum(int64_to_numeric(low));
	in_range = DatumGetBool(DirectFunctionCall2(numeric_ge, number, bound));
	pfree(DatumGetPointer(bound));
	bound = NumericGetDatum(int64_to_numeric(high));
	in_range = in_range &&
		DatumGetBool(DirectFunctionCall2(numeric_le, number, bound));
	pfree(DatumGetPointer(bound));
	if (in_range)
	{
		int64		result;
		bool		whole;

		result = DatumGetInt64(DirectFunctionCall1(numeric_int8, number));
		bound = NumericGetDatum(int64_to_numeric(result));
		whole = DatumGetBool(DirectFunctionCall2(numeric_eq, number, bound));
		pfree(DatumGetPointer(bound));
		if (whole)
			return result;
	}
	summary_text_invalid(type, "%s is %s, not a whole number from " INT64_FORMAT " to " INT64_FORMAT ".",
						 summary_json_key_shown(key), summary_json_shown(value),
						 low, high);
}

int64
summary_json_count(const JsonbValue *value, const char *key,
				   const SummaryType *type)
{
	return summary_json_int64(value, 0, SUMMARY_MAX_COUNT, key, type);
}

/* A number as a double. */
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

/* A date, written as "2025-01-31". */
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
 * The place of a name in a list that may have gaps (NULL), or -1; case does not
 * matter, as in arguments of functions.
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

/* One of the names of a list: its place there. */
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
	summary_text_invalid(type, "%s is %s, none of %s.",
						 summary_json_key_shown(key), summary_json_shown(value),
						 list.data);
}

/*
 * The version of a text, which this cx_metrics must know.
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

/* All digits that a double needs to be read back as it is. */
void
summary_append_double(StringInfo buf, double value)
{
	char		digits[DOUBLE_SHORTEST_DECIMAL_LEN];

	double_to_shortest_decimal_buf(value, digits);
	appendStringInfoString(buf, digits);
}

/*
 * Begin the text of a summary; the family adds ", "key": value" and the brace.
 */
void
summary_json_begin(StringInfo buf)
{
	initStringInfo(buf);
	appendStringInfo(buf, "{\"version\": %d", SUMMARY_VERSION);
}

/*
 * Binary form
 */

void
summary_send_begin(StringInfo message)
{
	pq_begintypsend(message);
	pq_sendint8(message, SUMMARY_VERSION);
}

void
summary_recv_begin(StringInfo message, const SummaryType *type)
{
	int			version = pq_getmsgbyte(message);

	if (version != SUMMARY_VERSION)
		summary_binary_invalid(type, "Its version is %d; this cx_metrics reads version %d.",
							   version, SUMMARY_VERSION);
}

int64
summary_recv_int64(StringInfo message, int64 low, int64 high,
				   const char *member, const SummaryType *type)
{
	int64		value = pq_getmsgint64(message);

	if (value < low || value > high)
		summary_binary_invalid(type, "Where %s stands is " INT64_FORMAT ", not a number from " INT64_FORMAT " to " INT64_FORMAT ".",
							   member, value, low, high);
	return value;
}

int64
summary_recv_count(StringInfo message, const char *member,
				   const SummaryType *type)
{
	return summary_recv_int64(message, 0, SUMMARY_MAX_COUNT, member, type);
}

/*
 * How many entries of so many bytes follow: memory is taken for them, so the
 * number is believed only as far as there are bytes.
 */
uint32
summary_recv_entries(StringInfo message, Size size, const char *entries,
					 const SummaryType *type)
{
	uint32		count = pq_getmsgint(message, 4);

	if (count > (message->len - message->cursor) / size)
		summary_binary_invalid(type, "It is shorter than its number of %s needs.",
							   entries);
	return count;
}

/*
 * Equality and hashing, by the canonical bytes
 */

static bool
summary_same(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *b = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	Size		size = VARSIZE_ANY_EXHDR(a);
	Size		other = VARSIZE_ANY_EXHDR(b);
	bool		same;

	same = size == other && memcmp(VARDATA_ANY(a), VARDATA_ANY(b), size) == 0;
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return same;
}

/* a = b, of any summary type: the bytes are equal; NULL of NULL (strict) */
PG_FUNCTION_INFO_V1(summary_eq);
Datum
summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_same(fcinfo));
}

/* a <> b, the negation */
PG_FUNCTION_INFO_V1(summary_ne);
Datum
summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!summary_same(fcinfo));
}

/*
 * The hash of any summary type, for hash joins and GROUP BY: that of the bytes,
 * so equal summaries have equal ones.
 */
PG_FUNCTION_INFO_V1(summary_hash);
Datum
summary_hash(PG_FUNCTION_ARGS)
{
	struct varlena *summary = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	int			size = (int) VARSIZE_ANY_EXHDR(summary);
	uint32		hash;

	hash = hash_bytes((unsigned char *) VARDATA_ANY(summary), size);
	PG_FREE_IF_COPY(summary, 0);
	PG_RETURN_INT32((int32) hash);
}

/* Likewise, in 64 bits, with a seed: for partitioning by hash. */
PG_FUNCTION_INFO_V1(summary_hash_extended);
Datum
summary_hash_extended(PG_FUNCTION_ARGS)
{
	struct varlena *summary = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	int			size = (int) VARSIZE_ANY_EXHDR(summary);
	uint64		hash;

	hash = hash_bytes_extended((unsigned char *) VARDATA_ANY(summary), size,
							   (uint64) PG_GETARG_INT64(1));
	PG_FREE_IF_COPY(summary, 0);
	PG_RETURN_INT64((int64) hash);
}
