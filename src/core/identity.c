/*-------------------------------------------------------------------------
 *
 * identity.c
 *	  Who: the id of a customer, a user or a ticket, as summaries and logs
 *	  keep it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <ctype.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

#include "core/identity.h"
#include "core/summary_json.h"
#include "math/siphash.h"

/*
 * The key of the hash, "cx_metrics ids 1" in ASCII.  Stored values depend on it.
 */
#define HASH_KEY_ONE	UINT64CONST(0x697274656d5f7863)
#define HASH_KEY_TWO	UINT64CONST(0x3120736469207363)

static const char *const id_kind_names[ID_KINDS] = {
	[ID_INTEGER] = "integer",
	[ID_UUID] = "uuid",
	[ID_TEXT] = "text"
};

/* The name of a kind of ids, in messages and in the text form. */
const char *
id_kind_name(IdKind kind)
{
	/* a stored value that was damaged may have another */
	return kind >= ID_INTEGER && kind < ID_KINDS ? id_kind_names[kind] : "unknown";
}

/* Read the name of a kind of ids. */
IdKind
id_kind_from_json(const JsonbValue *value, const char *key,
				  const SummaryType *type)
{
	return (IdKind) summary_json_name(value, key, id_kind_names,
									  lengthof(id_kind_names), type);
}

/*
 * Hash the bytes of a text.
 *
 * Values are stored and sent, so the hash must be the same on every machine and
 * with every version, which PostgreSQL's own hash functions do not promise: they
 * read words in the machine's byte order.  And who chooses ids must not be able
 * to make two that are taken for one, which asks for more than a fast hash; the
 * cryptographic ones of PostgreSQL take ten times as long.  By chance, two of a
 * billion different texts have the same hash with a probability of 1 in 10^21.
 */
static void
hash_text(const char *bytes, int length, Id *id)
{
	SipHash		hash = siphash_128(bytes, (size_t) length, HASH_KEY_ONE,
								   HASH_KEY_TWO);

	id->word[0] = (int64) hash.word[0];
	id->word[1] = (int64) hash.word[1];
}

static bool
is_ascii(const char *bytes, int length)
{
	for (int i = 0; i < length; i++)
	{
		if (IS_HIGHBIT_SET(bytes[i]))
			return false;
	}
	return true;
}

/*
 * Make the id of a text: the hash of it in UTF-8, so that databases of different
 * encodings agree about who is who.  The bytes of SQL_ASCII may be anything and
 * are taken as they are.  A byte without an equivalent in UTF-8, such as 0x81 in
 * WIN1252, is an error.
 *
 * The functions that call this are IMMUTABLE, although convert_to() is STABLE: the
 * conversions that PostgreSQL brings do not change.  Where a user has defined
 * another default conversion, new ids follow that one.
 */
static void
text_to_id(const char *bytes, int length, Id *id)
{
	int			encoding = GetDatabaseEncoding();
	char	   *utf8;

	if (likely(encoding == PG_UTF8) || encoding == PG_SQL_ASCII ||
		is_ascii(bytes, length))
	{
		hash_text(bytes, length, id);
		return;
	}
	utf8 = pg_server_to_any(bytes, length, PG_UTF8);
	hash_text(utf8, (int) strlen(utf8), id);
	if (utf8 != bytes)
		pfree(utf8);
}

/* Read an id that is a text. */
void
id_read_text(Datum value, Id *id)
{
	text	   *string = DatumGetTextPP(value);

	text_to_id(VARDATA_ANY(string), (int) VARSIZE_ANY_EXHDR(string), id);
	if ((Pointer) string != DatumGetPointer(value))
		pfree(string);
}

/* Return an id of kind ID_UUID as a uuid. */
Datum
id_to_uuid(const Id *id)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	uint64		word[2];

	word[0] = pg_hton64((uint64) id->word[0] ^ ID_SIGN_BIT);
	word[1] = pg_hton64((uint64) id->word[1] ^ ID_SIGN_BIT);
	memcpy(uuid->data, word, sizeof(word));
	return UUIDPGetDatum(uuid);
}

/* Return an id as a bigint or a uuid; the hash of a text can be neither. */
Datum
id_result(IdKind kind, const Id *id)
{
	return kind == ID_UUID ? id_to_uuid(id) : Int64GetDatum(id->word[0]);
}

/* Append the text form of an id, which is JSON: 1, "a uuid" or "a hash". */
void
id_append_text(StringInfo buf, IdKind kind, const Id *id)
{
	if (kind == ID_INTEGER)
		appendStringInfo(buf, INT64_FORMAT, id->word[0]);
	else if (kind == ID_TEXT)
		appendStringInfo(buf, "\"%016llx%016llx\"",
						 (unsigned long long) id->word[0] ^ ID_SIGN_BIT,
						 (unsigned long long) id->word[1] ^ ID_SIGN_BIT);
	else
	{
		Datum		uuid = id_to_uuid(id);
		char	   *shown = DatumGetCString(DirectFunctionCall1(uuid_out, uuid));

		appendStringInfo(buf, "\"%s\"", shown);
		pfree(shown);
		pfree(DatumGetPointer(uuid));
	}
}

/* Return an id for a message: of a text there is only the hash. */
char *
id_shown(IdKind kind, const Id *id)
{
	StringInfoData buf;

	initStringInfo(&buf);
	id_append_text(&buf, kind, id);
	if (kind == ID_TEXT)
		appendStringInfoString(&buf, " (the hash of a text)");
	return buf.data;
}

/* Is a string a uuid as uuid_out() writes it, or a hash, its digits alone? */
static bool
is_id_text(const char *str, IdKind kind)
{
	static const char uuid_form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	const char *form = kind == ID_UUID ? uuid_form : "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

	for (; *form != '\0'; form++, str++)
	{
		if (*form == '-' ? *str != '-' : !isxdigit((unsigned char) *str))
			return false;
	}
	return *str == '\0';
}

/*
 * Read an id of the text form; place says where it stands, for messages.
 */
void
id_from_json(const JsonbValue *value, IdKind kind, const char *place,
			 const SummaryType *type, Id *id)
{
	char	   *str;

	if (kind == ID_INTEGER)
	{
		id->word[0] = summary_json_int64(value, PG_INT64_MIN, PG_INT64_MAX,
										 place, type);
		return;
	}
	if (value->type != jbvString)
		summary_text_invalid(type, "%s is %s, not a string.",
							 summary_json_key_shown(place),
							 summary_json_shown(value));
	str = pnstrdup(value->val.string.val, value->val.string.len);
	if (!is_id_text(str, kind))
		summary_text_invalid(type, "%s is %s, not %s.",
							 summary_json_key_shown(place),
							 summary_json_shown(value),
							 kind == ID_UUID ? "a uuid" :
							 "a hash of 32 hexadecimal digits");
	/* a hash has as many digits as a uuid, and is read as one */
	id_read_uuid(DirectFunctionCall1(uuid_in, CStringGetDatum(str)), id);
	pfree(str);
}

/* Read the binary form of an id: eight bytes of an integer, sixteen else. */
void
id_recv(StringInfo message, IdKind kind, Id *id)
{
	for (int i = 0; i < id_words(kind); i++)
		id->word[i] = pq_getmsgint64(message);
}
