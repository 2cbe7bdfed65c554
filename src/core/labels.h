/*-------------------------------------------------------------------------
 *
 * labels.h
 *	  Names that entries refer to by number: states of tickets, steps of
 *	  journeys.
 *
 * A log has a name once, however many entries it is in.  While rows come, names
 * have numbers in the order in which they came; in a finished log they are in
 * the order of their bytes, so that the same rows give the same numbers.
 *
 * The names lie one after the other, each with its length before it in one byte,
 * so that they can be copied into a value and read where they are.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_LABELS_H
#define CX_LABELS_H

#include "postgres.h"

#include "core/compat.h"

/* The most bytes of a name, and the most names; numbers have 12 bits. */
#define LABEL_MAX_BYTES		200
#define LABEL_BITS			12
#define LABELS_MAX			(1 << LABEL_BITS)

/* No name has this number. */
#define LABEL_NONE			LABELS_MAX

/* What the names are, for messages. */
typedef struct LabelKind
{
	const char *one;			/* "state" */
	const char *many;			/* "states" */
} LabelKind;

/* A name, not ended by a zero byte. */
typedef struct Label
{
	const char *name;
	uint32		length;
} Label;

typedef struct Labels
{
	uint32		count;
	uint32		bytes;			/* that the names take */
	char	   *names;
	/* of names that can become more */
	MemoryContext context;		/* NULL: they lie in a value */
	uint32		room;			/* bytes */
	uint32	   *places;			/* of each name */
	uint32		places_room;
	uint16	   *slots;			/* numbers + 1 by hash, where there are many */
	uint32		slot_count;		/* a power of 2 */
} Labels;

extern void labels_init(Labels *labels, MemoryContext context);
extern bool labels_view(Labels *labels, uint32 count, const char *names,
						uint32 bytes);
extern void labels_copy(Labels *labels, const Labels *from);
extern uint32 labels_find(const Labels *labels, Label label);
extern uint32 labels_find_named(const Labels *labels, const LabelKind *kind,
								Label label);
extern uint32 labels_add(Labels *labels, const LabelKind *kind, Label label);
extern uint32 *labels_join(Labels *labels, const LabelKind *kind,
						   const Labels *more, bool *same);
extern Label labels_name(const Labels *labels, uint32 number);
extern char *labels_text(const Labels *labels, uint32 number);
extern int	label_compare(Label one, Label other);
extern uint32 *labels_sort(Labels *labels);

#endif							/* CX_LABELS_H */
