/*-------------------------------------------------------------------------
 *
 * value_summary.h
 *	  What was bought in a period and who bought it, for the files of the
 *	  family "customer value".
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_VALUE_SUMMARY_H
#define CX_VALUE_SUMMARY_H

#include "postgres.h"

#include "compat.h"

#include "fmgr.h"
#include "port/pg_bswap.h"
#include "utils/uuid.h"

#include "money.h"
#include "run.h"
#include "summary.h"

/* What the ids are; stored: do not renumber. */
typedef enum IdKind
{
	ID_INTEGER = 1,				/* int4 and int8, the same number is one */
	ID_UUID = 2,
	ID_TEXT = 3					/* hashed */
} IdKind;

#define ID_KINDS			(ID_TEXT + 1)

/* The family's header of the run. */
typedef struct ValueHeader
{
	int32		kind;			/* an IdKind */
	int32		scale;			/* of the revenue */
	int64		purchases;
	MoneySum	revenue;
	/* of clv(amount, customer_id, lifetime), whose state this is as well */
	MoneySum	lifetime;
	int32		lifetime_scale; /* -1: no lifetime */
	int32		reserved;		/* zero */
} ValueHeader;

/* An entry: an id, of which integers take the first word only. */
typedef struct ValueId
{
	int64		word[2];
} ValueId;

extern const SummaryType value_type;

/* the names of the kinds, by IdKind */
extern const char *const id_kind_names[ID_KINDS];

extern RunState *value_new(int kind, uint32 ids);
extern RunState *value_finish(const RunState *state);
extern const RunState *value_get(FunctionCallInfo fcinfo, int n);

#define VALUE_TOO_LARGE_HINT \
	"Group the rows, for example by segment or by month."

/* The two runs; here, so that run_append() knows their sizes. */
static const RunType one_word_run = {
	.type_name = "value_summary",
	.too_large_hint = VALUE_TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = sizeof(int64),
	.key_words = 1
};

static const RunType two_words_run = {
	.type_name = "value_summary",
	.too_large_hint = VALUE_TOO_LARGE_HINT,
	.header_size = sizeof(ValueHeader),
	.entry_size = 2 * sizeof(int64),
	.key_words = 2
};

static inline const RunType *
value_run(int kind)
{
	return kind == ID_INTEGER ? &one_word_run : &two_words_run;
}

static inline ValueHeader *
value_header(RunState *summary)
{
	return (ValueHeader *) run_header(summary);
}

static inline const ValueHeader *
value_header_of(const RunState *summary)
{
	return (const ValueHeader *) run_header_const(summary);
}

/* With the sign bits turned over, ids are in the order of uuids. */
#define ID_SIGN_BIT		UINT64CONST(0x8000000000000000)

static inline void
uuid_to_id(const pg_uuid_t *uuid, ValueId *id)
{
	uint64		word[2];

	memcpy(word, uuid->data, sizeof(word));
	id->word[0] = (int64) (pg_ntoh64(word[0]) ^ ID_SIGN_BIT);
	id->word[1] = (int64) (pg_ntoh64(word[1]) ^ ID_SIGN_BIT);
}

#endif							/* CX_VALUE_SUMMARY_H */
