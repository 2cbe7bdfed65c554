/*-------------------------------------------------------------------------
 *
 * log_packed.c
 *	  Logs: the finished value, entries packed to a few bytes each.
 *
 * The data of a PackedLog begin, where the type has labels, with their number, the
 * bytes that they take, and the names (labels.h).  Then come the first time of the
 * log and the unit of its times, the largest of a few that divides all
 * differences.  For each id in order there follow
 *
 *		an integer: its difference from the one before, less 1 (the first one as
 *			it is); a uuid or a hash: its sixteen bytes
 *		how many entries it has, less 1
 *		for each entry in order twice the time since the one before (the first:
 *			since the first time of the log) in units, one more if there is a
 *			payload, then the number of the label, and then the payload
 *
 * Numbers have seven bits a byte, the lowest first, and the highest bit of all
 * bytes but the last.  A value is the same on every machine.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "core/log.h"
#include "core/money.h"

/* What times can be multiples of; stored: do not renumber. */
static const int64 time_units[] = {
	1,
	1000,
	USECS_PER_SEC,
	USECS_PER_MINUTE,
	USECS_PER_HOUR,
	USECS_PER_DAY
};

#define LOG_MAX_BYTES	(MaxAllocSize - (Size) 8192)

/* Report a log that no value can hold. */
void
log_too_large(const LogType *type)
{
	const SummaryType *summary = type->summary;

	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("%s is too large", summary->name),
			 errdetail("A value may have 1 GB."),
			 errhint("Split the rows by a bucket of the id, as in GROUP BY abs(hashint8(id)) %% 16, and roll up the compact summaries of the logs: ids of different buckets are different ids.")));
}

/*
 * Writing
 */

/* No number takes more bytes. */
#define MAX_VARINT_BYTES	19

void
log_put_varint(StringInfo buf, uint128 value)
{
	uint8	   *byte;
	uint64		rest;

	if (unlikely(buf->maxlen - buf->len <= MAX_VARINT_BYTES))
		enlargeStringInfo(buf, MAX_VARINT_BYTES);
	byte = (uint8 *) buf->data + buf->len;
	while (unlikely(value >> 64 != 0))
	{
		*byte++ = 0x80 | (uint8) (value & 0x7f);
		value >>= 7;
	}
	rest = (uint64) value;
	while (rest > 0x7f)
	{
		*byte++ = 0x80 | (uint8) (rest & 0x7f);
		rest >>= 7;
	}
	*byte++ = (uint8) rest;
	buf->len = (int) ((char *) byte - buf->data);
}

/* Append to a buffer that a log must fit into. */
static inline void
room_for_entry(const LogType *type, StringInfo buf)
{
	/* a StringInfo ends with an error of its own at the same size */
	if (unlikely((Size) buf->len > LOG_MAX_BYTES - 1024))
		log_too_large(type);
}

/* What has added up to nothing is not packed. */
static bool
is_empty(const LogState *state, const LogEntry *entry)
{
	return state->type->can_be_empty &&
		state->type->is_empty(entry->payload);
}

/*
 * The first time of the entries that are packed, and the unit of their
 * differences.
 */
static void
find_times(const LogState *state, int64 *first_time, int *unit)
{
	LogEntry	entry;
	bool		has_first = false;
	int64		first = 0;

	*unit = 0;
	for (uint32 i = 0; i < state->used; i++)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		log_state_read(state, i, &entry);
		if ((!has_first || entry.time < first) && !is_empty(state, &entry))
		{
			first = entry.time;
			has_first = true;
		}
	}
	*first_time = first;
	if (state->type->time_is_day)
		return;
	*unit = lengthof(time_units) - 1;
	for (uint32 i = 0; i < state->used && *unit > 0; i++)
	{
		log_state_read(state, i, &entry);
		if (is_empty(state, &entry))
			continue;
		while (((uint64) entry.time - (uint64) first) % (uint64) time_units[*unit] != 0)
			(*unit)--;
	}
}

/* The smallest scale of the money of a state; the entries keep theirs. */
static int
smallest_scale(const LogState *state)
{
	const LogType *type = state->type;
	int			spare = state->scale;

	for (uint32 i = 0; i < state->used && spare > 0; i++)
	{
		LogEntry	entry;

		log_state_read(state, i, &entry);
		for (int m = 0; m < type->money_count && spare > 0; m++)
			spare = money_sums_spare((MoneySum *) (entry.payload + type->money[m]),
									 1, spare);
	}
	return state->scale - spare;
}

static void
put_id(StringInfo buf, IdKind kind, const Id *id, const Id *before)
{
	if (kind == ID_INTEGER && before != NULL)
		log_put_varint(buf, (uint64) id->word[0] - (uint64) before->word[0] - 1);
	else if (kind == ID_INTEGER)
		log_put_varint(buf, log_zigzag(id->word[0]));
	else
	{
		uint64		words[2];

		words[0] = pg_hton64((uint64) id->word[0]);
		words[1] = pg_hton64((uint64) id->word[1]);
		appendBinaryStringInfo(buf, (char *) words, sizeof(words));
	}
}

static void
put_labels(StringInfo buf, const Labels *labels)
{
	log_put_varint(buf, labels->count);
	log_put_varint(buf, labels->bytes);
	if (labels->bytes > 0)
		appendBinaryStringInfo(buf, labels->names, (int) labels->bytes);
}

/* What is packed, entry by entry. */
typedef struct LogWriter
{
	const LogState *state;
	StringInfoData buf;
	int64		unit;
	int64		time;			/* of the last entry, or the first of the log */
	int			digits;			/* of money, that are spare */
	uint32		entries;
} LogWriter;

static void
put_entry(LogWriter *writer, LogEntry *entry)
{
	const LogType *type = writer->state->type;
	uint128		distance = ((uint64) entry->time - (uint64) writer->time) /
	(uint64) writer->unit;
	bool		is_usual;

	for (int m = 0; m < type->money_count && writer->digits > 0; m++)
		money_sums_scale_down((MoneySum *) (entry->payload + type->money[m]),
							  1, writer->digits);
	is_usual = type->is_usual == NULL || type->is_usual(entry->payload);
	room_for_entry(type, &writer->buf);
	log_put_varint(&writer->buf, distance << 1 | (is_usual ? 0 : 1));
	if (type->labels != NULL)
		log_put_varint(&writer->buf, (uint64) entry->payload[type->label]);
	if (!is_usual)
		type->pack(&writer->buf, entry->payload);
	writer->time = entry->time;
	writer->entries++;
}

/* Report whether two entries of a state have the same id. */
static inline bool
same_id(const LogState *state, uint32 i, uint32 j)
{
	const int64 *a = state->entries + (Size) i * state->shape.words;
	const int64 *b = state->entries + (Size) j * state->shape.words;

	if (state->is_narrow && state->kind == ID_INTEGER)
		return (uint64) (a[0] ^ b[0]) >> state->type->narrow_id_shift == 0;
	return a[0] == b[0] && (id_words(state->kind) == 1 || a[1] == b[1]);
}

/*
 * How many entries from i on have the id of entry i and are not empty; *end is the
 * first of the next id.
 */
static uint32
count_of_id(const LogState *state, uint32 i, uint32 *end)
{
	uint32		first = i;
	uint32		count = 0;

	while (++i < state->used && same_id(state, first, i))
		;
	*end = i;
	if (!state->type->can_be_empty)
		return i - first;
	for (i = first; i < *end; i++)
	{
		LogEntry	entry;

		log_state_read(state, i, &entry);
		count += !is_empty(state, &entry);
	}
	return count;
}

/*
 * Pack the entries of a state.  It is put in order first.
 */
PackedLog *
log_pack(LogState *state)
{
	PackedLog  *log;
	LogWriter	writer;
	LogEntry	entry;
	Id			before = {{0, 0}};
	int64		first_time;
	int			unit;
	uint32		ids = 0;
	uint32		end;

	log_state_finish(state);
	find_times(state, &first_time, &unit);
	memset(&writer, 0, sizeof(writer));
	writer.state = state;
	writer.unit = time_units[unit];
	writer.digits = state->scale - smallest_scale(state);
	initStringInfo(&writer.buf);
	enlargeStringInfo(&writer.buf, (int) Min((Size) state->used * 2 + 64,
											 LOG_MAX_BYTES / 2));
	appendStringInfoSpaces(&writer.buf, offsetof(PackedLog, data));
	if (state->type->labels != NULL)
		put_labels(&writer.buf, &state->labels);
	log_put_varint(&writer.buf, log_zigzag(first_time));
	log_put_varint(&writer.buf, unit);
	for (uint32 i = 0; i < state->used; i = end)
	{
		uint32		count;

		log_state_read(state, i, &entry);
		count = count_of_id(state, i, &end);
		if (count == 0)
			continue;
		put_id(&writer.buf, state->kind, &entry.id, ids > 0 ? &before : NULL);
		before = entry.id;
		log_put_varint(&writer.buf, count - 1);
		writer.time = first_time;
		while (i < end)
		{
			if ((i & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			if (!is_empty(state, &entry))
				put_entry(&writer, &entry);
			if (++i < end)
				log_state_read(state, i, &entry);
		}
		ids++;
	}

	log = (PackedLog *) writer.buf.data;
	memset(log, 0, offsetof(PackedLog, data));
	SET_VARSIZE(log, writer.buf.len);
	log->version = SUMMARY_VERSION;
	log->form = LOG_PACKED;
	log->kind = (uint8) state->kind;
	log->scale = (uint8) (state->scale - writer.digits);
	log->entries = writer.entries;
	log->ids = ids;
	return log;
}

/*
 * Reading
 */

/* Report data that log_pack() has not written. */
static pg_noinline pg_noreturn void
corrupted(const LogReader *reader)
{
	if (reader->is_input)
		summary_binary_error(reader->type->summary,
							 "Its entries end before they should, or have numbers out of range.");
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("the bytes of %s are damaged",
					reader->type->summary->name),
			 errhint("Take the value from a backup or a dump.")));
}

uint128
log_get_long_varint(LogReader *reader)
{
	uint128		value = 0;
	uint64		low = 0;

	/* what fits a word, where the bytes are there */
	if (likely(reader->end - reader->next >= MAX_VARINT_BYTES))
	{
		const uint8 *next = reader->next;

		for (int shift = 0; shift < 63; shift += 7)
		{
			low |= (uint64) (*next & 0x7f) << shift;
			if ((*next++ & 0x80) == 0)
			{
				reader->next = next;
				return low;
			}
		}
	}
	for (int shift = 0; shift < 128; shift += 7)
	{
		uint8		byte;

		if (reader->next >= reader->end)
			corrupted(reader);
		byte = *reader->next++;
		value |= (uint128) (byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return value;
	}
	corrupted(reader);
}

/* Most numbers are of a byte or two. */
static inline uint128
get_varint(LogReader *reader)
{
	const uint8 *next = reader->next;

	if (likely(reader->end - next >= 2))
	{
		if (likely(next[0] < 0x80))
		{
			reader->next++;
			return next[0];
		}
		if (likely(next[1] < 0x80))
		{
			reader->next += 2;
			return (uint32) (next[0] & 0x7f) | (uint32) next[1] << 7;
		}
	}
	return log_get_long_varint(reader);
}

uint64
log_get_varint(LogReader *reader)
{
	return (uint64) get_varint(reader);
}

/* Begin to read the data of a log; the labels come first. */
static void
begin_reading(LogReader *reader, const PackedLog *log, const LogType *type)
{
	memset(reader, 0, sizeof(LogReader));
	reader->type = type;
	reader->kind = log->kind;
	reader->scale = log->scale;
	reader->ids = log->ids;
	reader->next = log->data;
	reader->end = (const uint8 *) log + VARSIZE(log);
}

/* Look at the labels where they are. */
static void
read_labels(LogReader *reader)
{
	uint64		count;
	uint64		bytes;

	if (reader->type->labels == NULL)
		return;
	count = (uint64) get_varint(reader);
	bytes = (uint64) get_varint(reader);
	if (count > LABELS_MAX || bytes > (uint64) (reader->end - reader->next) ||
		!labels_view(&reader->labels, (uint32) count, (const char *) reader->next, (uint32) bytes))
		corrupted(reader);
	reader->next += bytes;
}

/* Read what comes before the entries. */
static void
read_times(LogReader *reader)
{
	uint64		unit;

	reader->first_time = (int64) log_unzigzag(get_varint(reader));
	unit = (uint64) get_varint(reader);
	if (unit >= lengthof(time_units) || reader->kind < ID_INTEGER ||
		reader->kind > ID_TEXT)
		corrupted(reader);
	reader->unit = time_units[unit];
	reader->is_first = true;
}

/*
 * Open logs
 */

/* How many ids narrow entries of integers have, none of them empty. */
static uint32
count_narrow_ids(const LogState *state)
{
	const int64 *entry = state->entries;
	const int	words = state->shape.words;
	const int	shift = state->type->narrow_id_shift;
	uint32		ids = state->used > 0;

	for (uint32 i = 1; i < state->used; i++, entry += words)
	{
		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		ids += (uint64) (entry[0] ^ entry[words]) >> shift != 0;
	}
	return ids;
}

/*
 * Return a log that is read from a state, in order, which has to stay as it is
 * until then.
 */
PackedLog *
log_open(const LogState *state)
{
	Size		size = offsetof(PackedLog, data) + sizeof(void *);
	PackedLog  *log = palloc0(size);
	uint32		end;

	SET_VARSIZE(log, size);
	log->form = LOG_OPEN;
	log->kind = (uint8) state->kind;
	log->scale = (uint8) state->scale;
	memcpy(log->data, &state, sizeof(void *));
	if (state->is_narrow && state->kind == ID_INTEGER && !state->type->can_be_empty)
	{
		log->entries = state->used;
		log->ids = count_narrow_ids(state);
		return log;
	}
	for (uint32 i = 0; i < state->used; i = end)
	{
		uint32		count = count_of_id(state, i, &end);

		CHECK_FOR_INTERRUPTS();
		log->entries += count;
		log->ids += count > 0;
	}
	return log;
}

/* Go to the next id of an open log that has entries. */
static bool
next_id_of_state(LogReader *reader)
{
	const LogState *state = reader->state;
	LogEntry	entry;
	uint32		end;

	while (reader->place < state->used)
	{
		log_state_read(state, reader->place, &entry);
		reader->of_id = count_of_id(state, reader->place, &end);
		if (reader->of_id > 0)
		{
			reader->id = entry.id;
			return true;
		}
		reader->place = end;
	}
	return false;
}

/* Read the next entry of an open log; the current id has one. */
static void
next_of_state(LogReader *reader, LogEntry *entry)
{
	do
	{
		log_state_read(reader->state, reader->place++, entry);
	} while (is_empty(reader->state, entry));
	reader->time = entry->time;
}

/* Begin to read a log. */
void
log_read(LogReader *reader, const PackedLog *log, const LogType *type)
{
	if (log->form == LOG_OPEN)
	{
		memset(reader, 0, sizeof(LogReader));
		reader->type = type;
		reader->kind = log->kind;
		reader->scale = log->scale;
		memcpy(&reader->state, log->data, sizeof(void *));
		reader->labels = reader->state->labels;
		return;
	}
	begin_reading(reader, log, type);
	read_labels(reader);
	read_times(reader);
}

/*
 * Return the entries of a log that is open, where they are narrow ones of integers,
 * and the end of them; else NULL.  What reads millions of entries and does not have
 * to know how many an id has can read these words itself.
 */
const int64 *
log_narrow_entries(const LogReader *reader, const int64 **end)
{
	const LogState *state = reader->state;

	*end = NULL;
	if (state == NULL || !state->is_narrow || state->kind != ID_INTEGER ||
		state->type->can_be_empty)
		return NULL;
	*end = state->entries + (Size) state->used * state->shape.words;
	return state->entries;
}

/*
 * Begin to read what a client has sent as a log, without the labels, of which there
 * are so many.
 */
void
log_read_input(LogReader *reader, const PackedLog *log, const LogType *type,
			   uint32 labels)
{
	begin_reading(reader, log, type);
	reader->is_input = true;
	reader->labels.count = labels;
	read_times(reader);
}

/* Return how many bytes of the data of a log are labels. */
Size
log_labels_size(const PackedLog *log, const LogType *type)
{
	LogReader	reader;

	begin_reading(&reader, log, type);
	read_labels(&reader);
	return (Size) (reader.next - log->data);
}

/*
 * Go to the next id, and say whether there is one.  What has not been read of
 * the entries of the one before must be read first.
 */
bool
log_next_id(LogReader *reader)
{
	if (reader->state != NULL)
		return next_id_of_state(reader);
	if (reader->ids == 0)
		return false;
	reader->ids--;
	if (reader->kind != ID_INTEGER)
	{
		uint64		words[2];

		if (reader->end - reader->next < (ptrdiff_t) sizeof(words))
			corrupted(reader);
		memcpy(words, reader->next, sizeof(words));
		reader->next += sizeof(words);
		reader->id.word[0] = (int64) pg_ntoh64(words[0]);
		reader->id.word[1] = (int64) pg_ntoh64(words[1]);
	}
	else if (reader->is_first)
		reader->id.word[0] = (int64) log_unzigzag(get_varint(reader));
	else
		reader->id.word[0] = (int64) ((uint64) reader->id.word[0] +
									  (uint64) get_varint(reader) + 1);
	reader->is_first = false;
	reader->of_id = (uint32) get_varint(reader) + 1;
	reader->time = reader->first_time;
	return true;
}

/* Read the next entry of a packed log, of the id that log_next_id() has found. */
static pg_attribute_always_inline void
next_packed(LogReader *reader, LogEntry *entry)
{
	const LogType *type = reader->type;
	uint128		number = get_varint(reader);

	reader->of_id--;
	reader->time = (int64) ((uint64) reader->time +
							(uint64) (number >> 1) * (uint64) reader->unit);
	entry->id = reader->id;
	entry->time = reader->time;
	if (type->labels != NULL)
	{
		uint64		label = (uint64) get_varint(reader);

		if (unlikely(label >= reader->labels.count))
			corrupted(reader);
		entry->payload[type->label] = (int64) label;
	}
	if (type->unpack != NULL)
		type->unpack((number & 1) != 0 ? reader : NULL, entry->payload);
}

/*
 * Read the next entry; false after the last.
 */
bool
log_next(LogReader *reader, LogEntry *entry)
{
	if (reader->of_id == 0 && !log_next_id(reader))
		return false;
	if (reader->state == NULL)
		next_packed(reader, entry);
	else
	{
		reader->of_id--;
		next_of_state(reader, entry);
	}
	return true;
}

/*
 * Append what is left of a packed log to a state of narrow entries that has the
 * same labels and scale.  False after the last entry; else *entry is the next one,
 * for which there is no room, or no narrow form.
 */
bool
log_append_packed(LogState *state, LogReader *reader, LogEntry *entry)
{
	int64		words[LOG_MAX_WORDS];
	uint32		count = 0;

	Assert(reader->state == NULL && state->is_narrow);
	while (reader->of_id > 0 || log_next_id(reader))
	{
		if ((++count & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		next_packed(reader, entry);
		if (unlikely(state->used == state->capacity ||
					 !log_to_narrow(state->type, state->kind, entry, words) ||
					 !log_append_narrow(state->type, state->kind, state, words)))
			return true;
	}
	return false;
}
