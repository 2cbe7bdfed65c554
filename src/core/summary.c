/*-------------------------------------------------------------------------
 *
 * summary.c
 *	  What every summary type shares: its header, its binary form, equality
 *	  and hashing, and the errors of its input.
 *
 * Whatever comes in as text (summary_json.c) or binary is checked completely by
 * its family: hostile input gives an error, never an impossible summary.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

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
 * Return a new, empty summary of a type of fixed size.
 */
void *
summary_new(const SummaryType *type)
{
	void	   *summary = palloc0(type->size);

	summary_init(summary, type->size);
	return summary;
}

/*
 * Report a summary of a version that this library does not know.
 */
void
summary_version_unknown(int version, const SummaryType *type)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("%s of unknown version %d", type->name, version),
			 errdetail("This cx_metrics reads version %d.", SUMMARY_VERSION),
			 errhint("The value was written by a later cx_metrics; install that one.")));
}

/*
 * Refuse a summary of an unknown version or of a size that the type does not
 * have.  summary_get() and summary_copy() call this themselves.
 */
void
summary_check(const Summary *summary, const SummaryType *type)
{
	if (summary->version != SUMMARY_VERSION)
		summary_version_unknown(summary->version, type);
	if (type->size != 0 && VARSIZE(summary) != type->size)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("%s has the wrong size", type->name),
				 errdetail("It has %zu bytes, not %zu.",
						   (Size) VARSIZE(summary), type->size),
				 errhint("Take the value from a backup or a dump.")));
}

/*
 * Return a summary to read, in memory with its members aligned.
 */
void *
summary_get(Datum value, const SummaryType *type)
{
	Summary    *summary = (Summary *) PG_DETOAST_DATUM(value);

	summary_check(summary, type);
	return summary;
}

/*
 * Return a summary to write to, allocated in the current memory context.
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
			 errhint("Take out a summary of rows that the other one was made of, or rolled up from.")));
}

void
argument_null(const char *name, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("%s must not be NULL", name),
			 errhint("%s", hint)));
}

/*
 * Add the hint of a type's errors: what a value looks like, or how to come by
 * one.
 */
static int
type_hint(const SummaryType *type)
{
	if (type->hint != NULL)
		return errhint("%s", type->hint);
	return errhint("A value looks like %s.", type->example);
}

/*
 * Report a text that is no value of the type; see the macros in summary.h.
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
 * Report a value that the family's check refuses, in either form: code is the
 * SQLSTATE of the form.
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

/*
 * Return a member as the beginning of a sentence: a name as it is, words (such
 * as "a count") with a capital letter.
 */
static char *
member_shown(const char *member)
{
	char	   *shown = pstrdup(member);

	if (strchr(member, ' ') != NULL)
		shown[0] = (char) pg_toupper((unsigned char) shown[0]);
	return shown;
}

/* Read a number of 64 bits that must be from low to high. */
int64
summary_recv_int64(StringInfo message, int64 low, int64 high,
				   const char *member, const SummaryType *type)
{
	int64		value = pq_getmsgint64(message);

	if (value < low || value > high)
		summary_binary_invalid(type, "%s is " INT64_FORMAT "; it must be from " INT64_FORMAT " to " INT64_FORMAT ".",
							   member_shown(member), value, low, high);
	return value;
}

int64
summary_recv_count(StringInfo message, const char *member,
				   const SummaryType *type)
{
	return summary_recv_int64(message, 0, SUMMARY_MAX_COUNT, member, type);
}

/*
 * Return how many entries of so many bytes follow.  Memory is taken for them,
 * so the number must not be larger than the bytes that are left allow.
 */
uint32
summary_recv_entries(StringInfo message, Size size, const char *entries,
					 const SummaryType *type)
{
	uint32		count = pq_getmsgint(message, 4);

	if (count > (message->len - message->cursor) / size)
		summary_binary_invalid(type, "It is too short for %u %s.",
							   count, entries);
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

/*
 * a = b, of any summary type: the bytes are equal; NULL when either is NULL
 * (strict)
 */
PG_FUNCTION_INFO_V1(summary_eq);
Datum
summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_same(fcinfo));
}

/*
 * a <> b, of any summary type: the bytes differ; NULL when either is NULL
 * (strict)
 */
PG_FUNCTION_INFO_V1(summary_ne);
Datum
summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!summary_same(fcinfo));
}

/*
 * Return the hash of a summary of any type, for hash joins and GROUP BY.  The
 * bytes are hashed, so equal summaries have equal hashes.
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

/*
 * Return a 64-bit hash of a summary of any type, with a seed, for partitioning
 * by hash.
 */
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

/*
 * Order, by the canonical bytes.  It means nothing, and machines of another byte
 * order have another, but sorts, merge joins and unique indexes work with any.
 */

/*
 * Return -1, 0 or 1 where the first argument comes before the second, is equal
 * (as summary_same() says) or comes after it.  Of two whose bytes begin alike,
 * the shorter comes first.
 */
static int
summary_order(FunctionCallInfo fcinfo)
{
	struct varlena *a = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(0));
	struct varlena *b = PG_DETOAST_DATUM_PACKED(PG_GETARG_DATUM(1));
	Size		size = VARSIZE_ANY_EXHDR(a);
	Size		other = VARSIZE_ANY_EXHDR(b);
	int			order;

	order = memcmp(VARDATA_ANY(a), VARDATA_ANY(b), Min(size, other));
	if (order == 0 && size != other)
		order = size < other ? -1 : 1;
	PG_FREE_IF_COPY(a, 0);
	PG_FREE_IF_COPY(b, 1);
	return (order > 0) - (order < 0);
}

/* a < b, of any summary type, by their bytes; NULL when either is NULL (strict) */
PG_FUNCTION_INFO_V1(summary_lt);
Datum
summary_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_order(fcinfo) < 0);
}

/* a <= b, of any summary type, by their bytes; NULL when either is NULL (strict) */
PG_FUNCTION_INFO_V1(summary_le);
Datum
summary_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_order(fcinfo) <= 0);
}

/* a >= b, of any summary type, by their bytes; NULL when either is NULL (strict) */
PG_FUNCTION_INFO_V1(summary_ge);
Datum
summary_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_order(fcinfo) >= 0);
}

/* a > b, of any summary type, by their bytes; NULL when either is NULL (strict) */
PG_FUNCTION_INFO_V1(summary_gt);
Datum
summary_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(summary_order(fcinfo) > 0);
}

/*
 * Return -1, 0 or 1 where a < b, a = b or a > b, of any summary type, by their
 * bytes, for btree indexes and sorts; NULL when either is NULL (strict).
 */
PG_FUNCTION_INFO_V1(summary_cmp);
Datum
summary_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(summary_order(fcinfo));
}
