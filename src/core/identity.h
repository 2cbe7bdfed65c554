/*-------------------------------------------------------------------------
 *
 * identity.h
 *	  Who: the id of a customer, a user or a ticket, as summaries and logs
 *	  keep it.
 *
 * Integers of any width are the same number, uuids are kept as they are, and
 * texts by a hash of 128 bits (identity.c).  Ids of different kinds are never
 * the same, and a value has ids of one kind.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_IDENTITY_H
#define CX_IDENTITY_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "port/pg_bswap.h"
#include "utils/uuid.h"

#include "core/summary_json.h"

/* What the ids are; stored: do not renumber. */
typedef enum IdKind
{
	ID_INTEGER = 1,				/* smallint, integer and bigint */
	ID_UUID = 2,
	ID_TEXT = 3					/* hashed */
} IdKind;

#define ID_KINDS			(ID_TEXT + 1)

/*
 * An id, of which integers take the first word only.  Ids are in the order of
 * their words as signed numbers, which for uuids is the order of uuids.
 */
typedef struct Id
{
	int64		word[2];
} Id;

/* Read an id from an argument. */
typedef void (*IdRead) (Datum value, Id *id);

extern void id_read_text(Datum value, Id *id);

static inline void
id_read_int2(Datum value, Id *id)
{
	id->word[0] = DatumGetInt16(value);
}

static inline void
id_read_int4(Datum value, Id *id)
{
	id->word[0] = DatumGetInt32(value);
}

static inline void
id_read_int8(Datum value, Id *id)
{
	id->word[0] = DatumGetInt64(value);
}

/* With the sign bits turned over, signed words are in the order of uuids. */
#define ID_SIGN_BIT		UINT64CONST(0x8000000000000000)

static inline void
id_read_uuid(Datum value, Id *id)
{
	uint64		word[2];

	memcpy(word, DatumGetUUIDP(value)->data, sizeof(word));
	id->word[0] = (int64) (pg_ntoh64(word[0]) ^ ID_SIGN_BIT);
	id->word[1] = (int64) (pg_ntoh64(word[1]) ^ ID_SIGN_BIT);
}

/* How many words an id has. */
static inline int
id_words(IdKind kind)
{
	return kind == ID_INTEGER ? 1 : 2;
}

extern const char *id_kind_name(IdKind kind);
extern IdKind id_kind_from_json(const JsonbValue *value, const char *key,
								const SummaryType *type);
extern Datum id_to_uuid(const Id *id);
extern Datum id_result(IdKind kind, const Id *id);
extern void id_append_text(StringInfo buf, IdKind kind, const Id *id);
extern char *id_shown(IdKind kind, const Id *id);
extern void id_from_json(const JsonbValue *value, IdKind kind,
						 const char *place, const SummaryType *type, Id *id);
extern void id_recv(StringInfo message, IdKind kind, Id *id);

#endif							/* CX_IDENTITY_H */
