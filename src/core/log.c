/*-------------------------------------------------------------------------
 *
 * log.c
 *	  Logs: the state of an aggregate.
 *
 * Cost.  A row is appended in constant time.  When the state is full, what came
 * since the last time (the tail) is put in order (log_order.c).  The state then
 * gets room for twice its entries, so that n rows with d distinct keys take
 * O(n log d) time; while the tail is sorted there are 3 d entries in memory.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/elapsed.h"
#include "core/labels.h"
#include "core/log.h"
#include "core/money.h"

/* Room of a new state: a group is often one customer with a few rows. */
#define FIRST_ENTRIES		4

/* A state of more bytes is an expanded object. */
#define MAX_FLAT_BYTES		4096

/*
 * Shapes
 */

static void
from_wide(const LogType *type, IdKind kind, const int64 *words, LogEntry *entry)
{
	int			n = 0;

	entry->id.word[1] = 0;
	for (int i = 0; i < id_words(kind); i++)
		entry->id.word[i] = words[n++];
	entry->time = words[n++];
	for (int i = 0; i < type->payload_words; i++)
		entry->payload[i] = words[n++];
}

/* Read entry i of a state. */
void
log_state_read(const LogState *state, uint32 i, LogEntry *entry)
{
	const int64 *words = state->entries + (Size) i * state->shape.words;

	if (state->is_narrow)
	{
		state->type->from_narrow(words + log_narrow_prefix(state->kind), entry);
		entry->id.word[1] = 0;
		if (state->kind != ID_INTEGER)
			memcpy(&entry->id, words, sizeof(Id));
	}
	else
		from_wide(state->type, state->kind, words, entry);
}

/*
 * Flat states
 */

/* How many words the labels of a flat state take before its entries. */
static Size
flat_label_words(const LogType *type, uint32 bytes)
{
	return type->labels == NULL ? 0 : 1 + (bytes + 7) / sizeof(int64);
}

/* Return the entries of a small state, after its labels. */
static int64 *
flat_entries(const LogType *type, FlatLog *flat, Labels *labels)
{
	const uint32 *sizes = (const uint32 *) flat->entries;

	if (type->labels == NULL)
	{
		labels_init(labels, NULL);
		return flat->entries;
	}
	(void) labels_view(labels, sizes[0], (const char *) (flat->entries + 1), sizes[1]);
	return flat->entries + flat_label_words(type, sizes[1]);
}

/* Look at a small state as at any other. */
static void
flat_open(const LogType *type, FlatLog *flat, LogState *state)
{
	state->type = type;
	state->kind = flat->kind;
	log_set_shape(state, flat->form == LOG_NARROW);
	state->scale = flat->scale;
	state->sorted = flat->sorted;
	state->used = flat->used;
	state->entries = flat_entries(type, flat, &state->labels);
	state->capacity = (uint32) (((char *) flat + VARSIZE(flat) - (char *) state->entries) /
								(state->shape.words * sizeof(int64)));
}

/* Note in a small state what has changed. */
static void
flat_close(FlatLog *flat, const LogState *state)
{
	flat->scale = state->scale;
	flat->sorted = state->sorted;
	flat->used = state->used;
}

static Size
flat_size(const LogState *state, uint32 entries)
{
	return offsetof(FlatLog, entries) + sizeof(int64) *
		(flat_label_words(state->type, state->labels.bytes) +
		 (Size) entries * state->shape.words);
}

/* Write labels where those of a flat state are. */
static void
flat_write_labels(int64 *words, const Labels *labels)
{
	uint32	   *sizes = (uint32 *) words;

	sizes[0] = labels->count;
	sizes[1] = labels->bytes;
	if (labels->bytes > 0)
	{
		words[(labels->bytes + 7) / sizeof(int64)] = 0;
		memcpy(words + 1, labels->names, labels->bytes);
	}
}

/* Write a state into a small one of a size that it fits. */
static void
flat_write(FlatLog *flat, Size size, const LogState *state)
{
	memset(flat, 0, offsetof(FlatLog, entries));
	SET_VARSIZE(flat, size);
	flat->version = SUMMARY_VERSION;
	flat->form = state->is_narrow ? LOG_NARROW : LOG_WIDE;
	flat->kind = state->kind;
	flat_close(flat, state);
	if (state->type->labels != NULL)
		flat_write_labels(flat->entries, &state->labels);
	memcpy(flat->entries + flat_label_words(state->type, state->labels.bytes),
		   state->entries,
		   (Size) state->used * state->shape.words * sizeof(int64));
}

/* Copy a state into a small one with room for so many entries. */
static FlatLog *
flat_copy(const LogState *state, uint32 room)
{
	Size		size = flat_size(state, room);
	FlatLog    *flat = palloc0(size);

	flat_write(flat, size, state);
	return flat;
}

/*
 * Expanded objects
 */

/*
 * A state on its way to another process is sent as it is up to so many bytes,
 * where a packed one would take more time; a larger one is packed, since there
 * are several copies of it on the way.
 */
#define MAX_SENT_BYTES		((Size) 256 * 1024 * 1024)

/* Return whether the flat form of an expanded state is the packed one. */
static bool
is_packed_flat(const ExpandedLog *log)
{
	return log->is_final ||
		flat_size(&log->state, log->state.used) > MAX_SENT_BYTES;
}

static Size
log_get_flat_size(ExpandedObjectHeader *eohptr)
{
	ExpandedLog *log = (ExpandedLog *) eohptr;
	MemoryContext old = MemoryContextSwitchTo(log->hdr.eoh_context);

	/* with their last numbers labels are the same in all parts, as a rule */
	log_state_finish(&log->state);
	if (log->flat == NULL && is_packed_flat(log))
		log->flat = (struct varlena *) log_pack(&log->state);
	MemoryContextSwitchTo(old);
	return log->flat != NULL ? VARSIZE(log->flat) :
		flat_size(&log->state, log->state.used);
}

static void
log_flatten_into(ExpandedObjectHeader *eohptr, void *result,
				 Size allocated_size)
{
	ExpandedLog *log = (ExpandedLog *) eohptr;

	if (log->flat == NULL)
	{
		flat_write(result, allocated_size, &log->state);
		return;
	}
	Assert(VARSIZE(log->flat) == allocated_size);
	memcpy(result, log->flat, allocated_size);
}

static const ExpandedObjectMethods log_methods = {
	.get_flat_size = log_get_flat_size,
	.flatten_into = log_flatten_into
};

/*
 * Make a state that is an expanded object, in a context of its own below parent.
 */
static ExpandedLog *
expanded_new(const LogType *type, IdKind kind, bool is_narrow,
			 uint32 capacity, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "cx_metrics log",
												  ALLOCSET_START_SMALL_SIZES);
	ExpandedLog *log = MemoryContextAllocZero(context, sizeof(ExpandedLog));
	LogState   *state = &log->state;

	EOH_init_header(&log->hdr, &log_methods, context);
	state->type = type;
	state->kind = kind;
	labels_init(&state->labels, context);
	log_set_shape(state, is_narrow);
	state->capacity = Max(capacity, LOG_EXPANDED_ENTRIES);
	state->entries = MemoryContextAllocHuge(context,
											(Size) state->capacity * state->shape.words * sizeof(int64));
	return log;
}

/* Copy a state into an expanded one with room for more. */
static ExpandedLog *
expanded_copy(const LogState *state, uint32 room, MemoryContext parent)
{
	ExpandedLog *log = expanded_new(state->type, state->kind,
									state->is_narrow, room, parent);

	labels_copy(&log->state.labels, &state->labels);
	log->state.scale = state->scale;
	log->state.sorted = state->sorted;
	log->state.used = state->used;
	memcpy(log->state.entries, state->entries,
		   (Size) state->used * state->shape.words * sizeof(int64));
	return log;
}

/*
 * Room
 */

/*
 * Give the entries of an expanded state room for so many.  Near the upper limit
 * every few rows would have to sort all of it, so that is too large already.
 */
static void
resize(LogState *state, uint64 capacity)
{
	if (capacity > LOG_MAX_ENTRIES)
	{
		if (state->used > LOG_MAX_ENTRIES - LOG_MAX_ENTRIES / 64)
			log_too_large(state->type);
		capacity = LOG_MAX_ENTRIES;
	}
	state->capacity = (uint32) capacity;
	state->entries = repalloc_huge(state->entries,
								   (Size) capacity * state->shape.words * sizeof(int64));
}

/*
 * Make room for more entries in a full state that is an expanded object or lies
 * in memory of its own.
 */
void
log_make_room(LogState *state)
{
	log_state_compact(state);
	if (state->used > state->capacity / 2)
		resize(state, (uint64) state->used * 2 + LOG_EXPANDED_ENTRIES);
}

/* Make room for so many entries more. */
static void
reserve(LogState *state, uint32 more)
{
	if (state->capacity - state->used < more)
		resize(state, (uint64) state->used + more + LOG_EXPANDED_ENTRIES);
}

/*
 * Append an entry to a state that has room; false where its narrow entries have
 * none for this one.
 */
static bool
append(LogState *state, const LogEntry *entry)
{
	int64		words[LOG_MAX_WORDS] = {0};

	if (state->is_narrow)
		return log_to_narrow(state->type, state->kind, entry, words) &&
			log_append_narrow(state->type, state->kind, state, words);
	log_append_wide(state->type, state->kind, state, entry);
	return true;
}

/*
 * Add an entry to a state in memory of its own, which grows as it must.
 */
void
log_state_add(LogState *state, const LogEntry *entry)
{
	if (unlikely(state->used == state->capacity))
		log_make_room(state);
	if (unlikely(!append(state, entry)))
	{
		log_widen(state);
		(void) append(state, entry);
	}
}

/* Return an empty state in memory of its own, of the current context. */
LogState *
log_state_new(const LogType *type, IdKind kind)
{
	LogState   *state = palloc0(sizeof(LogState));

	state->type = type;
	state->kind = kind;
	labels_init(&state->labels, CurrentMemoryContext);
	log_set_shape(state, log_has_narrow(type, kind));
	state->capacity = LOG_EXPANDED_ENTRIES;
	state->entries = palloc((Size) state->capacity * state->shape.words * sizeof(int64));
	return state;
}

/*
 * Money
 */

/* Bring the money of an entry to a scale that is so many digits larger. */
static void
scale_up_entry(const LogType *type, LogEntry *entry, int digits)
{
	for (int i = 0; i < type->money_count; i++)
	{
		MoneySum   *sum = (MoneySum *) (entry->payload + type->money[i]);

		money_set(sum, money_rescale(money_get(sum), digits));
	}
}

/*
 * Bring the money of all entries to a larger scale.  Narrow entries that then
 * have no room make the state wide.
 */
void
log_state_set_scale(LogState *state, int scale)
{
	int			digits = scale - state->scale;
	LogState	scaled = *state;

	if (digits <= 0)
		return;
	if (state->used == 0)
	{
		state->scale = scale;
		return;
	}
	/* an error on the way must not leave entries of two scales */
	scaled.entries = MemoryContextAllocHuge(GetMemoryChunkContext(state->entries),
											(Size) state->capacity * state->shape.words * sizeof(int64));
	for (uint32 i = 0; i < state->used; i++)
	{
		LogEntry	entry;
		int64	   *words = scaled.entries + (Size) i * state->shape.words;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_read(state, i, &entry);
		scale_up_entry(state->type, &entry, digits);
		if (!state->is_narrow)
			log_to_wide(state->type, state->kind, &entry, words);
		else if (!log_to_narrow(state->type, state->kind, &entry, words))
		{
			pfree(scaled.entries);
			log_widen(state);
			log_state_set_scale(state, scale);
			return;
		}
	}
	pfree(state->entries);
	state->entries = scaled.entries;
	state->scale = scale;
}

/*
 * Rows
 */

/* Bring an entry and a state to one scale, the larger one. */
static void
unite_scales(LogState *state, int scale, LogEntry *entry)
{
	if (scale > state->scale)
		log_state_set_scale(state, scale);
	else if (scale < state->scale)
		scale_up_entry(state->type, entry, state->scale - scale);
}

/* Forget the packed form of a state that is to be changed. */
static inline void
forget_flat(ExpandedLog *log)
{
	if (unlikely(log->flat != NULL))
	{
		pfree(log->flat);
		log->flat = NULL;
	}
}

/* The context in which a state has to be. */
static MemoryContext
state_context(FunctionCallInfo fcinfo)
{
	MemoryContext context = CurrentMemoryContext;

	(void) AggCheckCallContext(fcinfo, &context);
	return context;
}

/*
 * Return the state in argument 0, to be changed, as an expanded object: itself
 * if it is one, else a new one with its entries.
 */
static ExpandedLog *
expanded_arg(FunctionCallInfo fcinfo, const LogType *type)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(0);
	MemoryContext context;
	ExpandedLog *log;
	LogReader	reader;
	LogEntry	entry;

	if (VARATT_IS_EXTERNAL_EXPANDED_RW(value))
	{
		log = (ExpandedLog *) DatumGetEOHP(PointerGetDatum(value));
		forget_flat(log);
		return log;
	}
	context = state_context(fcinfo);
	value = summary_get(PointerGetDatum(value), type->summary);
	if (((PackedLog *) value)->form != LOG_PACKED)
	{
		LogState	state;

		flat_open(type, (FlatLog *) value, &state);
		return expanded_copy(&state, state.used * 2, context);
	}

	log_read(&reader, (PackedLog *) value, type);
	log = expanded_new(type, reader.kind,
					   log_has_narrow(type, reader.kind),
					   ((PackedLog *) value)->entries, context);
	log->state.scale = reader.scale;
	labels_copy(&log->state.labels, &reader.labels);
	for (uint32 i = 0; log_next(&reader, &entry); i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_add(&log->state, &entry);
	}
	return log;
}

/* Return a new state with one entry. */
static Datum
first_row(const LogType *type, IdKind kind, int scale, LogEntry *entry,
		  const Label *label)
{
	LogState	state;
	int64		words[LOG_MAX_WORDS];
	FlatLog    *flat;

	memset(&state, 0, sizeof(state));
	state.type = type;
	state.kind = kind;
	state.scale = scale;
	labels_init(&state.labels, CurrentMemoryContext);
	if (label != NULL)
		entry->payload[type->label] = labels_add(&state.labels, type->labels, *label);
	state.entries = words;
	state.used = state.sorted = 1;
	log_set_shape(&state, log_has_narrow(type, kind));
	if (state.is_narrow && !log_to_narrow(type, kind, entry, words))
		log_set_shape(&state, false);
	if (!state.is_narrow)
		log_to_wide(type, kind, entry, words);
	flat = flat_copy(&state, FIRST_ENTRIES);
	return PointerGetDatum(flat);
}

/*
 * Return the number of a label of a small state; with a new one that becomes a
 * larger one.
 */
static uint32
flat_label(const LogType *type, FlatLog **flat, const Label *label)
{
	LogState	state;
	uint32		number;
	Labels		labels;

	flat_open(type, *flat, &state);
	number = labels_find(&state.labels, *label);
	if (number != LABEL_NONE)
		return number;
	labels_init(&labels, CurrentMemoryContext);
	labels_copy(&labels, &state.labels);
	number = labels_add(&labels, type->labels, *label);
	state.labels = labels;
	*flat = flat_copy(&state, state.capacity);
	return number;
}

/*
 * Add an entry to a small state and return it, or what has taken its place: a
 * larger one, or an expanded object.
 */
static Datum
add_to_flat(FunctionCallInfo fcinfo, const LogType *type, FlatLog *flat,
			int scale, const LogEntry *entry)
{
	LogState	state;
	LogEntry	scaled = *entry;
	ExpandedLog *log;

	flat_open(type, flat, &state);
	/* what cannot be done in place is done in an expanded object */
	if (scale <= state.scale && state.used < state.capacity)
	{
		unite_scales(&state, scale, &scaled);
		if (append(&state, &scaled))
		{
			flat_close(flat, &state);
			return PointerGetDatum(flat);
		}
	}
	else if (scale <= state.scale &&
			 flat_size(&state, state.used * 2) <= MAX_FLAT_BYTES)
	{
		/* the larger one has room */
		flat = flat_copy(&state, state.used * 2);
		return add_to_flat(fcinfo, type, flat, scale, entry);
	}
	log = expanded_copy(&state, state.used * 2, state_context(fcinfo));
	scaled = *entry;
	unite_scales(&log->state, scale, &scaled);
	log_state_add(&log->state, &scaled);
	return EOHPGetRWDatum(&log->hdr);
}

/*
 * Add a row that log_add_row() does not: one that is not of the usual kind, or
 * one of a label whose number the row does not have yet.
 */
Datum
log_add_slow(FunctionCallInfo fcinfo, const LogType *type, IdKind kind,
			 int scale, const LogEntry *row, const Label *label)
{
	struct varlena *value;
	LogEntry	entry = *row;
	FlatLog    *flat;
	ExpandedLog *log;

	if (PG_ARGISNULL(0))
		return first_row(type, kind, scale, &entry, label);
	value = (struct varlena *) PG_GETARG_POINTER(0);
	if (!VARATT_IS_EXTENDED(value) && called_by_aggregate(fcinfo) &&
		((FlatLog *) value)->version == SUMMARY_VERSION &&
		((FlatLog *) value)->form != LOG_PACKED)
	{
		if (((FlatLog *) value)->kind != kind)
			log_kinds_differ(type, ((FlatLog *) value)->kind, kind);
		flat = (FlatLog *) value;
		if (label != NULL)
			entry.payload[type->label] = flat_label(type, &flat, label);
		return add_to_flat(fcinfo, type, flat, scale, &entry);
	}
	log = expanded_arg(fcinfo, type);
	if (log->state.kind != kind)
		log_kinds_differ(type, log->state.kind, kind);
	if (label != NULL)
		entry.payload[type->label] = labels_add(&log->state.labels, type->labels, *label);
	if (log->state.scale != scale)
		unite_scales(&log->state, scale, &entry);
	log_state_add(&log->state, &entry);
	return EOHPGetRWDatum(&log->hdr);
}

/*
 * Logs
 */

/* Report ids of two kinds that should be in one log, whichever came first. */
void
log_kinds_differ(const LogType *type, IdKind one, IdKind other)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("%s cannot have ids of different types",
					type->summary->name),
			 errdetail("Some ids are of type %s, others of type %s.",
					   id_kind_name(Min(one, other)), id_kind_name(Max(one, other))),
			 errhint("Cast the id to the same type in all logs.")));
}

/*
 * Report a log whose ids are of another kind than a function can return; the
 * function for uuids has _uuid behind its name.
 */
void
log_check_kind(const LogType *type, const PackedLog *log, IdKind kind,
			   const char *function)
{
	if (log->kind == (uint8) kind)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DATATYPE_MISMATCH),
			 errmsg("%s%s() returns ids of type %s", function,
					kind == ID_UUID ? "_uuid" : "",
					kind == ID_UUID ? "uuid" : "bigint"),
			 errdetail("The ids of this %s are of type %s.",
					   type->summary->name, id_kind_name(log->kind)),
			 log->kind == ID_TEXT ?
			 errhint("A log keeps hashes of ids that are texts; group the rows by the id instead.") :
			 errhint("Call %s%s, with the same arguments.", function,
					 log->kind == ID_UUID ? "_uuid" : "")));
}

/*
 * Return argument n, which is not expanded, as a finished log.
 */
static const PackedLog *
finished_arg(FunctionCallInfo fcinfo, int n, const LogType *type)
{
	struct varlena *value = summary_get(PG_GETARG_DATUM(n), type->summary);
	LogState	state;
	Size		bytes;

	if (((PackedLog *) value)->form == LOG_PACKED)
		return (PackedLog *) value;

	/* the state of an aggregate, as another server may send it */
	flat_open(type, (FlatLog *) value, &state);
	bytes = (Size) state.used * state.shape.words * sizeof(int64);
	state.entries = memcpy(palloc(bytes), state.entries, bytes);
	state.capacity = state.used;
	return log_pack(&state);
}

/*
 * Return argument n, to be read with log_read().  An expanded one is put in order
 * and read as it is.
 */
const PackedLog *
log_arg(FunctionCallInfo fcinfo, int n, const LogType *type)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(n);
	ExpandedLog *log;

	if (!VARATT_IS_EXTERNAL_EXPANDED(value))
		return finished_arg(fcinfo, n, type);
	log = (ExpandedLog *) DatumGetEOHP(PointerGetDatum(value));
	log_state_finish(&log->state);
	return log_open(&log->state);
}

/* Return argument n in its packed form. */
const PackedLog *
log_packed_arg(FunctionCallInfo fcinfo, int n, const LogType *type)
{
	return finished_arg(fcinfo, n, type);
}

/* Read the next entry, its money at the given scale; false after the last. */
static bool
log_next_scaled(LogReader *reader, int scale, LogEntry *entry)
{
	if (!log_next(reader, entry))
		return false;
	if (reader->scale < scale)
		scale_up_entry(reader->type, entry, scale - reader->scale);
	return true;
}

/*
 * Set *state to argument n where that is a state, in order; false where it is
 * packed.
 */
static bool
state_arg(FunctionCallInfo fcinfo, int n, const LogType *type, LogState *state)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(n);

	if (VARATT_IS_EXTERNAL_EXPANDED(value))
	{
		ExpandedLog *log = (ExpandedLog *) DatumGetEOHP(PointerGetDatum(value));

		log_state_compact(&log->state);
		*state = log->state;
		return true;
	}
	value = summary_get(PointerGetDatum(value), type->summary);
	if (((PackedLog *) value)->form == LOG_PACKED)
		return false;
	flat_open(type, (FlatLog *) value, state);
	return state->sorted == state->used;
}

/*
 * Give a state the labels of a log that is to be added, and return the numbers
 * that they have in it; *same says whether these are the ones they had.
 */
static uint32 *
join_labels(LogState *state, const Labels *more, bool *same)
{
	if (state->type->labels == NULL)
		return NULL;
	return labels_join(&state->labels, state->type->labels, more, same);
}

/* Add the entries of a state, which are in order, to another one by one. */
static void
add_entries(LogState *state, const LogState *other, const uint32 *numbers)
{
	int			label = state->type->label;

	for (uint32 i = 0; i < other->used; i++)
	{
		LogEntry	entry;

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_read(other, i, &entry);
		scale_up_entry(state->type, &entry, state->scale - other->scale);
		if (numbers != NULL)
			entry.payload[label] = numbers[entry.payload[label]];
		log_state_add(state, &entry);
	}
}

/* Do these have entries of one form? */
static bool
are_alike(const LogState *one, const LogState *other)
{
	return one->scale == other->scale && one->is_narrow == other->is_narrow;
}

/*
 * Add the entries of a state, which are in order, to another.  Many are merged; a
 * few wait in the tail until it is full.
 */
static void
add_state(LogState *state, const LogState *other)
{
	bool		is_large = other->used > state->used / 2;
	bool		same_labels = true;
	uint32	   *numbers = join_labels(state, &other->labels, &same_labels);

	if (other->scale > state->scale)
		log_state_set_scale(state, other->scale);
	if (is_large)
	{
		log_state_compact(state);
		if (same_labels && are_alike(state, other) &&
			log_merge_states(state, state, other))
			return;
		reserve(state, other->used);
	}
	add_entries(state, other, same_labels ? NULL : numbers);
	if (is_large)
		log_state_compact(state);
}

/*
 * Return the first two states of a group, as parallel workers send them, as one;
 * NULL where they are not alike.  So neither has to be copied before it is merged.
 */
static ExpandedLog *
merge_first(FunctionCallInfo fcinfo, const LogType *type, const LogState *other)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(0);
	bool		same_labels = true;
	LogState	state;
	ExpandedLog *log;

	if (VARATT_IS_EXTERNAL_EXPANDED(value) ||
		!state_arg(fcinfo, 0, type, &state) || state.kind != other->kind ||
		!are_alike(&state, other))
		return NULL;
	log = expanded_new(type, state.kind, state.is_narrow, 0, state_context(fcinfo));
	log->state.scale = state.scale;
	labels_copy(&log->state.labels, &state.labels);
	(void) join_labels(&log->state, &other->labels, &same_labels);
	if (same_labels && log_merge_states(&log->state, &state, other))
		return log;
	MemoryContextDelete(log->hdr.eoh_context);
	return NULL;
}

/* Add a packed log to a state, as add_state() does. */
static void
add_packed(LogState *state, const PackedLog *other)
{
	LogReader	reader;
	LogEntry	entry;
	uint32		count = 0;
	bool		is_large = other->entries > state->used / 2;
	bool		same_labels = true;
	uint32	   *labels;

	log_read(&reader, other, state->type);
	labels = join_labels(state, &reader.labels, &same_labels);
	if (reader.scale > state->scale)
		log_state_set_scale(state, reader.scale);
	if (is_large)
	{
		log_state_compact(state);
		reserve(state, other->entries);
	}
	while (same_labels && state->is_narrow && reader.scale == state->scale &&
		   log_append_packed(state, &reader, &entry))
		log_state_add(state, &entry);
	while (log_next_scaled(&reader, state->scale, &entry))
	{
		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (!same_labels)
			entry.payload[state->type->label] = labels[entry.payload[state->type->label]];
		log_state_add(state, &entry);
	}
	if (is_large)
		log_state_compact(state);
}

/*
 * The body of a combine function: add the log in argument 1 to the state.
 */
Datum
log_combine(FunctionCallInfo fcinfo, const LogType *type)
{
	ExpandedLog *log;
	const PackedLog *packed = NULL;
	LogState	other;
	IdKind		kind;

	if (state_arg(fcinfo, 1, type, &other))
	{
		log = merge_first(fcinfo, type, &other);
		if (log != NULL)
			return EOHPGetRWDatum(&log->hdr);
		kind = other.kind;
	}
	else
	{
		packed = log_arg(fcinfo, 1, type);
		kind = packed->kind;
	}
	log = expanded_arg(fcinfo, type);
	if (log->state.kind != kind)
		log_kinds_differ(type, log->state.kind, kind);
	if (packed == NULL)
		add_state(&log->state, &other);
	else
		add_packed(&log->state, packed);
	return EOHPGetRWDatum(&log->hdr);
}

/*
 * The body of a final function: the value of the state in argument 0.  The
 * entries of the state are put in order, which changes nothing that it says.
 *
 * The value of an expanded state is the state itself, to be read only.  Whatever
 * stores, sends or compares it gets the packed form, from log_get_flat_size();
 * a function that reads it needs none.  The state is there for as long as the
 * values of its group are.  A window goes on with its state, and so gets a
 * packed value.
 */
Datum
log_final(FunctionCallInfo fcinfo, const LogType *type)
{
	struct varlena *value = (struct varlena *) PG_GETARG_POINTER(0);
	ExpandedLog *log;
	char	   *pointer;

	if (!VARATT_IS_EXTERNAL_EXPANDED(value))
		return PointerGetDatum(finished_arg(fcinfo, 0, type));
	log = (ExpandedLog *) DatumGetEOHP(PointerGetDatum(value));
	if (AggCheckCallContext(fcinfo, NULL) != AGG_CONTEXT_AGGREGATE)
		return PointerGetDatum(log_pack(&log->state));
	log_state_finish(&log->state);
	log->is_final = true;

	/*
	 * PostgreSQL 15 copies, and thereby packs, what is not in the current
	 * context; so the address is in it, as of any other value
	 */
	pointer = palloc(EXPANDED_POINTER_SIZE);
	memcpy(pointer, DatumGetPointer(EOHPGetRODatum(&log->hdr)),
		   EXPANDED_POINTER_SIZE);
	return PointerGetDatum(pointer);
}

/* Report that a log lacks what is to be taken out of it. */
static void
not_in_log(const LogType *type, IdKind kind, const LogEntry *entry)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot take out of %s what is not in it",
					type->summary->name),
			 errdetail("The first such entry is of id %s, %s.",
					   id_shown(kind, &entry->id), type->time_is_day ?
					   calendar_day_text((DateADT) entry->time) :
					   elapsed_time_text(entry->time)),
			 errhint("a - b is defined where b is a part of a, as in a = b + c.")));
}

/* Compare two entries by id and time. */
static int
compare_keys(const LogEntry *a, const LogEntry *b)
{
	for (int i = 0; i < 2; i++)
	{
		if (a->id.word[i] != b->id.word[i])
			return a->id.word[i] < b->id.word[i] ? -1 : 1;
	}
	return a->time < b->time ? -1 : (a->time > b->time);
}

/*
 * Put into a new state what is left of an entry when the payload of another one
 * is taken away.
 */
static void
add_rest(LogState *state, LogEntry *entry, const LogEntry *fewer)
{
	const LogType *type = state->type;

	if (!type->subtract(entry->payload, fewer->payload))
		not_in_log(type, state->kind, fewer);
	if (type->is_empty == NULL || !type->is_empty(entry->payload))
		log_state_add(state, entry);
}

/*
 * The body of a - b, where b is a part of a: what was added in b is taken away.
 */
Datum
log_difference(FunctionCallInfo fcinfo, const LogType *type)
{
	const PackedLog *from = log_arg(fcinfo, 0, type);
	const PackedLog *other = log_arg(fcinfo, 1, type);
	LogState   *state;
	LogReader	readers[2];
	LogEntry	entries[2];
	bool		left[2];
	uint32		count = 0;

	Assert(type->labels == NULL);
	if (from->kind != other->kind)
		log_kinds_differ(type, from->kind, other->kind);
	state = log_state_new(type, from->kind);
	state->scale = Max(from->scale, other->scale);
	log_read(&readers[0], from, type);
	log_read(&readers[1], other, type);
	for (int i = 0; i < 2; i++)
		left[i] = log_next_scaled(&readers[i], state->scale, &entries[i]);
	while (left[0] || left[1])
	{
		int			order = !left[0] ? 1 : !left[1] ? -1 :
		compare_keys(&entries[0], &entries[1]);

		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		if (order < 0)
			log_state_add(state, &entries[0]);
		else
		{
			LogEntry	rest = entries[1];

			/* what a does not have is nothing, less what b has */
			memset(rest.payload, 0, sizeof(rest.payload));
			if (order == 0)
				rest = entries[0];
			add_rest(state, &rest, &entries[1]);
		}
		if (order <= 0)
			left[0] = log_next_scaled(&readers[0], state->scale, &entries[0]);
		if (order >= 0)
			left[1] = log_next_scaled(&readers[1], state->scale, &entries[1]);
	}
	return PointerGetDatum(log_pack(state));
}
