/*-------------------------------------------------------------------------
 *
 * labels.c
 *	  Names that entries refer to by number.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "common/hashfn.h"
#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/memutils.h"

#include "core/labels.h"
#include "core/shown.h"

/* So many names are found faster one by one than by their hash. */
#define FEW_LABELS		8

/*
 * Begin with no names; those that are added live in the context.
 */
void
labels_init(Labels *labels, MemoryContext context)
{
	memset(labels, 0, sizeof(Labels));
	labels->context = context;
}

static inline Label
label_at(const Labels *labels, uint32 place)
{
	Label		label;

	label.length = (uint8) labels->names[place];
	label.name = labels->names + place + 1;
	return label;
}

/* Return the place behind a name. */
static inline uint32
next_place(const Labels *labels, uint32 place)
{
	return place + 1 + (uint8) labels->names[place];
}

/*
 * Look at names that lie in a value, which must stay as it is.  False where the
 * bytes are not as many names as there should be.
 */
bool
labels_view(Labels *labels, uint32 count, const char *names, uint32 bytes)
{
	uint32		place = 0;

	memset(labels, 0, sizeof(Labels));
	labels->count = count;
	labels->bytes = bytes;
	labels->names = unconstify(char *, names);
	if (count > LABELS_MAX)
		return false;
	for (uint32 i = 0; i < count; i++)
	{
		if (place >= bytes || names[place] == 0)
			return false;
		place = next_place(labels, place);
	}
	return place == bytes;
}

static inline bool
is_same(Label one, Label other)
{
	return one.length == other.length &&
		memcmp(one.name, other.name, one.length) == 0;
}

/*
 * Compare two names by their bytes; of two that begin alike the shorter comes
 * first.
 */
int
label_compare(Label one, Label other)
{
	int			order = memcmp(one.name, other.name, Min(one.length, other.length));

	if (order != 0)
		return order;
	return (one.length > other.length) - (one.length < other.length);
}

/*
 * Find the slot of a name, or the empty one that it would get.  The hash is of
 * this process only, no value depends on it.
 */
static uint32
slot_of(const Labels *labels, Label label)
{
	uint32		mask = labels->slot_count - 1;
	uint32		slot = hash_bytes((const unsigned char *) label.name,
								  (int) label.length) & mask;

	while (labels->slots[slot] != 0 &&
		   !is_same(label_at(labels, labels->places[labels->slots[slot] - 1]), label))
		slot = (slot + 1) & mask;
	return slot;
}

/* Return the number of a name, LABEL_NONE if there is none. */
uint32
labels_find(const Labels *labels, Label label)
{
	uint32		place = 0;

	if (labels->slots != NULL)
	{
		uint32		number = labels->slots[slot_of(labels, label)];

		return number == 0 ? LABEL_NONE : number - 1;
	}
	for (uint32 i = 0; i < labels->count; i++)
	{
		if (is_same(label_at(labels, place), label))
			return i;
		place = next_place(labels, place);
	}
	return LABEL_NONE;
}

/* Take spaces off both ends of a name. */
static Label
label_trimmed(Label label)
{
	while (label.length > 0 && label.name[0] == ' ')
	{
		label.name++;
		label.length--;
	}
	while (label.length > 0 && label.name[label.length - 1] == ' ')
		label.length--;
	return label;
}

/* Return a name without the spaces around it, in small letters. */
static char *
label_folded(Label label)
{
	label = label_trimmed(label);
	return str_tolower(label.name, label.length, DEFAULT_COLLATION_OID);
}

/*
 * Return the number of a name that a user has written, LABEL_NONE where there is no
 * such name: a part of the rows may well lack one.  One that is there in other capitals,
 * as the locale of the database has them, or with other spaces around it is an error,
 * since nothing would be found.
 */
uint32
labels_find_named(const Labels *labels, const LabelKind *kind, Label label)
{
	uint32		number = labels_find(labels, label);
	char	   *written = number == LABEL_NONE ? label_folded(label) : NULL;

	for (uint32 i = 0; number == LABEL_NONE && i < labels->count; i++)
	{
		if (strcmp(label_folded(labels_name(labels, i)), written) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is no %s \"%s\"", kind->one,
							text_shown(cstring_to_text_with_len(label.name, (int) label.length))),
					 errdetail("There is \"%s\".", labels_text(labels, i)),
					 errhint("Write its name as the rows have it.")));
	}
	return number;
}

/* Find all names by their hash from now on. */
static void
make_slots(Labels *labels)
{
	if (labels->slots != NULL)
		pfree(labels->slots);
	labels->slots = NULL;
	labels->slot_count = 64;
	while (labels->slot_count < labels->count * 4)
		labels->slot_count *= 2;
	labels->slots = MemoryContextAllocZero(labels->context,
										   labels->slot_count * sizeof(uint16));
	for (uint32 i = 0; i < labels->count; i++)
		labels->slots[slot_of(labels, label_at(labels, labels->places[i]))] = (uint16) (i + 1);
}

/* Make room for names of so many bytes in all. */
static void
make_room(Labels *labels, uint32 bytes, uint32 count)
{
	if (labels->names == NULL || bytes > labels->room)
	{
		uint32		room = Max(bytes, labels->room * 2);

		labels->names = labels->names == NULL ?
			MemoryContextAlloc(labels->context, room) :
			repalloc(labels->names, room);
		labels->room = room;
	}
	if (labels->places == NULL || count > labels->places_room)
	{
		uint32		room = Max(count, labels->places_room * 2);

		labels->places = labels->places == NULL ?
			MemoryContextAlloc(labels->context, room * sizeof(uint32)) :
			repalloc(labels->places, room * sizeof(uint32));
		labels->places_room = room;
	}
}

/* Add a name that is new. */
static uint32
append(Labels *labels, Label label)
{
	make_room(labels, labels->bytes + 1 + label.length, labels->count + 1);
	labels->places[labels->count] = labels->bytes;
	labels->names[labels->bytes] = (char) label.length;
	memcpy(labels->names + labels->bytes + 1, label.name, label.length);
	labels->bytes += 1 + label.length;
	labels->count++;
	if (labels->slots == NULL ? labels->count > FEW_LABELS :
		labels->count * 2 > labels->slot_count)
		make_slots(labels);
	else if (labels->slots != NULL)
		labels->slots[slot_of(labels, label)] = (uint16) labels->count;
	return labels->count - 1;
}

static pg_noinline pg_noreturn void
name_wrong(const LabelKind *kind, uint32 length)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the name of a %s must have from 1 to %d bytes", kind->one, LABEL_MAX_BYTES),
			 errdetail("One has %u.", length),
			 errhint("Shorten it, for example left(%s, 50); for what is not known write coalesce(nullif(%s, ''), 'unknown').",
					 kind->one, kind->one)));
}

static pg_noinline pg_noreturn void
too_many(const LabelKind *kind)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("too many %s", kind->many),
			 errdetail("There are more than %d.", LABELS_MAX),
			 errhint("Put rare ones together, for example CASE WHEN %s IN (...) THEN %s ELSE 'other' END.",
					 kind->one, kind->one)));
}

/*
 * Return the number of a name, which gets one when it is new.  A name that is
 * empty or too long, and too many of them, are errors.
 */
uint32
labels_add(Labels *labels, const LabelKind *kind, Label label)
{
	uint32		number = labels_find(labels, label);

	if (likely(number != LABEL_NONE))
		return number;
	if (label.length == 0 || label.length > LABEL_MAX_BYTES)
		name_wrong(kind, label.length);
	if (labels->count == LABELS_MAX)
		too_many(kind);
	return append(labels, label);
}

/* Copy names to where there are none yet. */
void
labels_copy(Labels *labels, const Labels *from)
{
	uint32		place = 0;

	for (uint32 i = 0; i < from->count; i++)
	{
		(void) append(labels, label_at(from, place));
		place = next_place(from, place);
	}
}

/*
 * Add the names of others, and return which number each of theirs has here; *same
 * says whether all of them are as they were.
 */
uint32 *
labels_join(Labels *labels, const LabelKind *kind, const Labels *more,
			bool *same)
{
	uint32	   *numbers = palloc(Max(more->count, 1) * sizeof(uint32));
	uint32		place = 0;

	*same = true;
	for (uint32 i = 0; i < more->count; i++)
	{
		numbers[i] = labels_add(labels, kind, label_at(more, place));
		*same = *same && numbers[i] == i;
		place = next_place(more, place);
	}
	return numbers;
}

/* Return the name that has a number. */
Label
labels_name(const Labels *labels, uint32 number)
{
	uint32		place = 0;

	if (labels->places != NULL)
		return label_at(labels, labels->places[number]);
	for (uint32 i = 0; i < number; i++)
		place = next_place(labels, place);
	return label_at(labels, place);
}

/* Return a copy of the name that has a number, ended by a zero byte. */
char *
labels_text(const Labels *labels, uint32 number)
{
	Label		label = labels_name(labels, number);

	return pnstrdup(label.name, label.length);
}

static bool
is_sorted(const Labels *labels)
{
	uint32		place = 0;

	for (uint32 i = 1; i < labels->count; i++)
	{
		uint32		next = next_place(labels, place);

		if (label_compare(label_at(labels, place), label_at(labels, next)) >= 0)
			return false;
		place = next;
	}
	return true;
}

/* A name and its number before names are put in order. */
typedef struct NumberedLabel
{
	Label		label;
	uint32		number;
} NumberedLabel;

static int
compare_numbered(const void *a, const void *b)
{
	return label_compare(((const NumberedLabel *) a)->label,
						 ((const NumberedLabel *) b)->label);
}

/*
 * Put the names in order, and return which number each of them has now; NULL
 * where nothing had to be done.  Names that lie in a value are copied.
 */
uint32 *
labels_sort(Labels *labels)
{
	Labels		sorted;
	NumberedLabel *order;
	uint32	   *numbers;

	if (is_sorted(labels))
		return NULL;
	order = palloc(labels->count * sizeof(NumberedLabel));
	numbers = palloc(labels->count * sizeof(uint32));
	for (uint32 i = 0; i < labels->count; i++)
	{
		order[i].label = labels_name(labels, i);
		order[i].number = i;
	}
	qsort(order, labels->count, sizeof(NumberedLabel), compare_numbered);
	labels_init(&sorted, labels->context != NULL ? labels->context : CurrentMemoryContext);
	for (uint32 i = 0; i < labels->count; i++)
		numbers[order[i].number] = append(&sorted, order[i].label);
	pfree(order);
	if (labels->context != NULL)
	{
		pfree(labels->names);
		pfree(labels->places);
		if (labels->slots != NULL)
			pfree(labels->slots);
	}
	*labels = sorted;
	return numbers;
}
