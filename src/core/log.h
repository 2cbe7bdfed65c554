/*-------------------------------------------------------------------------
 *
 * log.h
 *	  Logs: values that hold who, when and what, sorted by who and when.
 *
 * A log has an entry for each id and time: the key, and a payload that says
 * what happened.  Equal keys are one entry; the type of the log adds their
 * payloads up.  A log type is a LogType and a few functions; what it need not
 * care about is here:
 *
 *	log.c			the state of an aggregate: append, grow, add another one
 *	log_order.c		its order: sort, unite, merge
 *	log_packed.c	the finished value: entries packed to a few bytes each
 *	log_io.c		the text form (JSON) and the binary form
 *	labels.c		names that payloads refer to by number
 *
 * A finished log, which is what is stored, compared and sent, is packed: ids and
 * times as differences, variable length.  It depends on the entries alone.  A
 * log that is read where it was made, as in customers(purchase_log(...)), is read
 * from the state and never packed: see log_final().
 *
 * The state of an aggregate has entries of whole words, so that they can be
 * sorted fast: narrow ones as long as every entry fits the type's narrow form,
 * wide ones after that.  A small state is a plain varlena.  A larger one is an
 * expanded object (utils/expandeddatum.h): nodeAgg.c leaves it where it is when
 * it grows, where it would copy a varlena, and hands it to others in its flat
 * form.  That of a finished one is the packed form; a worker's state goes to the
 * leader as it is, in order, so that the leader has nothing to do but to merge.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_LOG_H
#define CX_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/expandeddatum.h"

#include "core/aggregate.h"
#include "core/entry_sort.h"
#include "core/identity.h"
#include "core/labels.h"
#include "core/money.h"
#include "core/summary_json.h"

/* The most words of a payload. */
#define LOG_MAX_PAYLOAD		5

/* The most words of an entry: an id, a time and a payload. */
#define LOG_MAX_WORDS		(2 + 1 + LOG_MAX_PAYLOAD)

/* An expanded state has room for so many entries at least. */
#define LOG_EXPANDED_ENTRIES	1024

/*
 * The most entries of a state.  Packed they take about as many bytes as a value
 * may have, and in memory some gigabytes.
 */
#define LOG_MAX_ENTRIES		((uint32) 1 << 28)

/* An entry, as functions that read a log see it. */
typedef struct LogEntry
{
	Id			id;
	int64		time;			/* a DateADT, or a Timestamp */
	int64		payload[LOG_MAX_PAYLOAD];
} LogEntry;

/* What stands in the header of a state or a value, by type. */
typedef enum LogForm
{
	LOG_PACKED,					/* finished */
	LOG_NARROW,					/* a state: see FlatLog */
	LOG_WIDE,
	LOG_OPEN					/* an expanded state to read: see log_arg() */
} LogForm;

typedef struct LogState LogState;
typedef struct LogReader LogReader;

/*
 * What the mechanism has to know about a type of logs.
 *
 * Payload functions get payload words in memory.  A narrow entry is one whose
 * words are fewer; narrow.words is 0 for types that have none.
 */
typedef struct LogType
{
	const SummaryType *summary; /* name and hints */
	bool		time_is_day;	/* else a moment */
	int			payload_words;

	/*
	 * The payload is part of the key: entries of one id and time are one only
	 * if their payloads are equal.
	 */
	bool		payload_is_key;

	/*
	 * What the names of the log are, if it has some; payload word label is
	 * then the number of one.  It is part of the key, and such a log has no
	 * is_empty: every name is that of an entry.
	 */
	const LabelKind *labels;
	int			label;

	/* All entries are of one id, 0, which the text form does not show. */
	bool		is_history;

	/* narrow entries, with an id that is an integer: see log_narrow_shape() */
	EntryShape	narrow;
	int			narrow_id_shift;	/* above it the first word is the id */
	bool		(*to_narrow) (const LogEntry *entry, int64 *words);
	void		(*from_narrow) (const int64 *words, LogEntry *entry);
	/* add up the payloads of equal keys; false where the sum does not fit */
	bool		(*merge_narrow) (int64 *into, const int64 *from);

	/* payloads; merge is NULL where equal keys are one and the same */
	void		(*merge) (int64 *payload, const int64 *more);
	/* take away what was added; false if it was not; NULL: not possible */
	bool		(*subtract) (int64 *payload, const int64 *fewer);
	/* true when the entry is to vanish; NULL: never */
	bool		(*is_empty) (const int64 *payload);
	bool		can_be_empty;	/* by adding up, not only by taking away */
	/* payload words that are the first of two of a sum of money */
	int			money[LOG_MAX_PAYLOAD];
	int			money_count;

	/*
	 * The packed form.  A usual payload takes no room: pack is called for
	 * others only, and unpack fills in the usual one without a reader.  They
	 * are NULL where the payload is nothing but a label.
	 */
	bool		(*is_usual) (const int64 *payload);
	void		(*pack) (StringInfo buf, const int64 *payload);
	void		(*unpack) (LogReader *reader, int64 *payload);

	/* the text form: what follows [id, time, label in an entry */
	int			json_parts;
	const char *json_payload;	/* what they are, for messages */
	void		(*to_json) (StringInfo buf, const int64 *payload, int scale);
	void		(*from_json) (LogState *state, const JsonbValue *parts,
							  const char *place, int64 *payload);

	/* what no rows give; a sentence, or NULL */
	const char *(*problem) (const LogEntry *entry);
} LogType;

/* The state of an aggregate. */
struct LogState
{
	const LogType *type;
	IdKind		kind;
	bool		is_narrow;
	int			scale;			/* of money in payloads */
	EntryShape	shape;
	Labels		labels;
	uint32		sorted;			/* entries in order, of different keys */
	uint32		used;			/* these, and those that came later */
	uint32		capacity;
	int64	   *entries;
};

/* The state of an aggregate that has outgrown a FlatLog: an expanded object. */
typedef struct ExpandedLog
{
	ExpandedObjectHeader hdr;
	LogState	state;
	bool		is_final;		/* to be read only */
	struct varlena *flat;		/* the packed form, if it is known */
} ExpandedLog;

/*
 * A state as a varlena: a small one, or one on its way to another process.  Of a
 * type with labels their number and bytes, a word, and the names come before the
 * entries.
 */
typedef struct FlatLog
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		form;			/* LOG_NARROW or LOG_WIDE */
	uint8		kind;			/* IdKind */
	uint8		scale;
	uint32		sorted;
	uint32		used;
	int64		entries[FLEXIBLE_ARRAY_MEMBER];
} FlatLog;

/* A finished log; of one that is open, the data are the address of its state. */
typedef struct PackedLog
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		form;			/* LOG_PACKED */
	uint8		kind;			/* IdKind */
	uint8		scale;
	uint32		entries;
	uint32		ids;
	uint8		data[FLEXIBLE_ARRAY_MEMBER];
} PackedLog;

/* Reads a finished log from its first entry to the last. */
struct LogReader
{
	const LogType *type;
	IdKind		kind;
	int			scale;
	Labels		labels;
	uint32		ids;			/* that are left */
	uint32		of_id;			/* entries of the current id that are left */
	const uint8 *next;
	const uint8 *end;
	Id			id;				/* the current one */
	int64		first_time;		/* of the log */
	int64		unit;			/* of differences of times */
	int64		time;			/* of the last entry */
	bool		is_first;		/* no id has been read */
	bool		is_input;		/* what is read is not a value yet */
	/* of an open log */
	const LogState *state;
	uint32		place;			/* of the next entry */
};

/* log.c */
extern LogState *log_state_new(const LogType *type, IdKind kind);
extern void log_state_add(LogState *state, const LogEntry *entry);
extern void log_state_read(const LogState *state, uint32 i, LogEntry *entry);
extern void log_state_set_scale(LogState *state, int scale);
extern Datum log_add_slow(FunctionCallInfo fcinfo, const LogType *type,
						  IdKind kind, int scale, const LogEntry *entry,
						  const Label *label);
extern void log_make_room(LogState *state);
extern Datum log_combine(FunctionCallInfo fcinfo, const LogType *type);
extern Datum log_final(FunctionCallInfo fcinfo, const LogType *type);
extern Datum log_difference(FunctionCallInfo fcinfo, const LogType *type);
extern const PackedLog *log_arg(FunctionCallInfo fcinfo, int n,
								const LogType *type);
extern const PackedLog *log_packed_arg(FunctionCallInfo fcinfo, int n,
									   const LogType *type);
extern void log_check_kind(const LogType *type, const PackedLog *log,
						   IdKind kind, const char *function);
pg_noreturn extern void log_kinds_differ(const LogType *type, IdKind one,
										 IdKind other);

/* log_order.c */
extern void log_widen(LogState *state);
extern void log_state_compact(LogState *state);
extern void log_state_finish(LogState *state);
extern bool log_merge_states(LogState *into, const LogState *first,
							 const LogState *second);

/* log_packed.c */
extern PackedLog *log_pack(LogState *state);
extern PackedLog *log_open(const LogState *state);
pg_noreturn extern void log_too_large(const LogType *type);
extern void log_read(LogReader *reader, const PackedLog *log,
					 const LogType *type);
extern void log_read_input(LogReader *reader, const PackedLog *log,
						   const LogType *type, uint32 labels);
extern Size log_labels_size(const PackedLog *log, const LogType *type);
extern const int64 *log_narrow_entries(const LogReader *reader, const int64 **end);
extern bool log_next_id(LogReader *reader);
extern bool log_next(LogReader *reader, LogEntry *entry);
extern bool log_append_packed(LogState *state, LogReader *reader,
							  LogEntry *entry);
extern void log_put_varint(StringInfo buf, uint128 value);
extern uint64 log_get_varint(LogReader *reader);
extern uint128 log_get_long_varint(LogReader *reader);

/* log_io.c */
extern Datum log_in(FunctionCallInfo fcinfo, const LogType *type);
extern Datum log_out(FunctionCallInfo fcinfo, const LogType *type);
extern Datum log_recv(FunctionCallInfo fcinfo, const LogType *type);
extern Datum log_send(FunctionCallInfo fcinfo, const LogType *type);

/* Numbers of either sign, small ones of both as small unsigned ones. */
static inline uint128
log_zigzag(int128 value)
{
	return ((uint128) value << 1) ^ (uint128) (value >> 127);
}

static inline int128
log_unzigzag(uint128 value)
{
	return (int128) (value >> 1) ^ -(int128) (value & 1);
}

/* How wide entries lie in memory. */
static inline EntryShape
log_wide_shape(const LogType *type, IdKind kind)
{
	EntryShape	shape;

	shape.key_words = id_words(kind) + 1;
	shape.words = shape.key_words + type->payload_words;
	if (type->payload_is_key)
		shape.key_words = shape.words;
	shape.payload_bits = 0;
	return shape;
}

/* How many words of a narrow entry go before those of its type. */
static inline int
log_narrow_prefix(IdKind kind)
{
	return kind == ID_INTEGER ? 0 : id_words(kind);
}

/*
 * How narrow entries lie in memory: an id of two words goes before the words that
 * the type makes of an entry of the integer 0.
 */
static inline EntryShape
log_narrow_shape(const LogType *type, IdKind kind)
{
	EntryShape	shape = type->narrow;

	shape.words += log_narrow_prefix(kind);
	shape.key_words += log_narrow_prefix(kind);
	return shape;
}

/* Report whether there are narrow entries, and they are narrower than others. */
static inline bool
log_has_narrow(const LogType *type, IdKind kind)
{
	return type->narrow.words > 0 &&
		log_narrow_shape(type, kind).words < log_wide_shape(type, kind).words;
}

/* Give a state the narrow entries of its type, or the wide ones. */
static inline void
log_set_shape(LogState *state, bool is_narrow)
{
	state->is_narrow = is_narrow;
	state->shape = is_narrow ? log_narrow_shape(state->type, state->kind) :
		log_wide_shape(state->type, state->kind);
}

/* Write an entry in the narrow form; false where it has no room. */
static pg_attribute_always_inline bool
log_to_narrow(const LogType *type, IdKind kind, const LogEntry *entry,
			  int64 *words)
{
	LogEntry	without_id;

	if (kind == ID_INTEGER)
		return type->to_narrow(entry, words);
	words[0] = entry->id.word[0];
	words[1] = entry->id.word[1];
	without_id = *entry;
	without_id.id.word[0] = 0;
	return type->to_narrow(&without_id, words + 2);
}

/*
 * Add an entry in the narrow form to a state of narrow entries that has room.
 * Rows that come in the order of their keys extend the sorted part, and a key
 * equal to the last one is added up on the spot.
 */
static pg_attribute_always_inline bool
log_append_narrow(const LogType *type, IdKind kind, LogState *state,
				  const int64 *words)
{
	const EntryShape shape = log_narrow_shape(type, kind);
	const int	prefix = log_narrow_prefix(kind);
	int64	   *place = state->entries + (Size) state->used * shape.words;

	if (state->sorted == state->used)
	{
		int			order = -1;

		if (likely(state->used > 0))
			order = entry_compare(&shape, place - shape.words, words);
		if (order == 0)
			return type->merge_narrow == NULL ||
				type->merge_narrow(place - shape.words + prefix, words + prefix);
		if (order < 0)
			state->sorted++;
	}
	entry_copy(&shape, place, words);
	state->used++;
	return true;
}

static inline void
log_to_wide(const LogType *type, IdKind kind, const LogEntry *entry,
			int64 *words)
{
	int			n = 0;

	for (int i = 0; i < id_words(kind); i++)
		words[n++] = entry->id.word[i];
	words[n++] = entry->time;
	for (int i = 0; i < type->payload_words; i++)
		words[n++] = entry->payload[i];
}

/* Add an entry to a state of wide entries that has room. */
static inline void
log_append_wide(const LogType *type, IdKind kind, LogState *state,
				const LogEntry *entry)
{
	const EntryShape shape = log_wide_shape(type, kind);
	int64	   *place = state->entries + (Size) state->used * shape.words;
	int64		words[LOG_MAX_WORDS] = {0};

	log_to_wide(type, kind, entry, words);
	if (state->sorted == state->used)
	{
		int			order = -1;

		if (likely(state->used > 0))
			order = entry_compare(&shape, place - shape.words, words);
		if (order == 0)
		{
			if (!type->payload_is_key && type->merge != NULL)
				type->merge(place - shape.words + shape.key_words,
							words + shape.key_words);
			return;
		}
		if (order < 0)
			state->sorted++;
	}
	entry_copy(&shape, place, words);
	state->used++;
}

/*
 * Bring the money of a row from its scale to the larger one of a state; false
 * where that takes more than a multiplication.
 */
static pg_attribute_always_inline bool
log_scale_up_row(const LogType *type, LogEntry *entry, int digits)
{
	if (digits < 0)
		return false;
	for (int i = 0; i < type->money_count; i++)
	{
		if (!money_scale_up_word((MoneySum *) (entry->payload + type->money[i]),
								 digits))
			return false;
	}
	return true;
}

/*
 * The body of a transition function: add an entry to the state, argument 0, and
 * return it.  Inline, so that the type, a static constant, and the kind of ids
 * are known to the compiler.  scale is that of the money in the payload; amounts
 * like 10, 10.5 and 10.99, of all scales up to the state's, stay on this path.
 */
static pg_attribute_always_inline Datum
log_add_row(FunctionCallInfo fcinfo, const LogType *type, IdKind kind,
			int scale, const LogEntry *entry)
{
	int64		words[LOG_MAX_WORDS];

	if (likely(!PG_ARGISNULL(0)) &&
		likely(VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0))))
	{
		ExpandedLog *log = (ExpandedLog *) DatumGetEOHP(PG_GETARG_DATUM(0));
		LogState   *state = &log->state;
		LogEntry	scaled = *entry;

		if (likely(state->used < state->capacity) &&
			likely(state->kind == kind) && likely(log->flat == NULL) &&
			likely(state->scale == scale ||
				   log_scale_up_row(type, &scaled, state->scale - scale)))
		{
			if (unlikely(!state->is_narrow))
			{
				log_append_wide(type, kind, state, &scaled);
				return PG_GETARG_DATUM(0);
			}
			if (likely(log_to_narrow(type, kind, &scaled, words)) &&
				likely(log_append_narrow(type, kind, state, words)))
				return PG_GETARG_DATUM(0);
		}
	}
	return log_add_slow(fcinfo, type, kind, scale, entry, NULL);
}

/*
 * The body of a transition function of a type with labels, as log_add_row() is of
 * others: the row has a name instead of its number.
 */
static pg_attribute_always_inline Datum
log_add_labelled_row(FunctionCallInfo fcinfo, const LogType *type,
					 IdKind kind, LogEntry *entry, const text *name)
{
	Label		label;

	label.name = VARDATA_ANY(name);
	label.length = (uint32) VARSIZE_ANY_EXHDR(name);
	if (likely(!PG_ARGISNULL(0)) &&
		likely(VARATT_IS_EXTERNAL_EXPANDED_RW(PG_GETARG_POINTER(0))))
	{
		ExpandedLog *log = (ExpandedLog *) DatumGetEOHP(PG_GETARG_DATUM(0));

		entry->payload[type->label] = labels_add(&log->state.labels,
												 type->labels, label);
		return log_add_row(fcinfo, type, kind, 0, entry);
	}
	return log_add_slow(fcinfo, type, kind, 0, entry, &label);
}

/*
 * Narrow entries of a log whose payload is a label: the id, and the moment (within
 * 71 years of 2000) with the number of the label in the lowest bits.
 */
#define LABEL_TIME_LIMIT	(INT64CONST(1) << (63 - LABEL_BITS))

#define LABEL_NARROW_SHAPE	{.words = 2,.key_words = 2,.payload_bits = 0}

static inline bool
log_label_to_narrow(const LogEntry *entry, int64 *words)
{
	if (unlikely(entry->time < -LABEL_TIME_LIMIT ||
				 entry->time >= LABEL_TIME_LIMIT))
		return false;
	words[0] = entry->id.word[0];
	words[1] = (int64) ((uint64) entry->time << LABEL_BITS |
						(uint64) entry->payload[0]);
	return true;
}

static inline void
log_label_from_narrow(const int64 *words, LogEntry *entry)
{
	entry->id.word[0] = words[0];
	entry->time = words[1] >> LABEL_BITS;
	entry->payload[0] = words[1] & (LABELS_MAX - 1);
}

#endif							/* CX_LOG_H */
