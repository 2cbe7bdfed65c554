/*-------------------------------------------------------------------------
 *
 * drivers.h
 *	  driver_summary: a metric of every segment, before and after.
 *
 * drivers.c has the type, change_drivers.c says what of the change of the whole comes from
 * where.  Families whose summaries can be compared so make a DriverValue of
 * them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_DRIVERS_H
#define CX_DRIVERS_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/money.h"
#include "core/summary.h"

/* What the values are. */
typedef enum DriverKind
{
	DRIVER_NPS,					/* 100 * part / whole, from -100 to 100 */
	DRIVER_RATE,				/* 100 * part / whole, from 0 to 100 */
	DRIVER_RATIO,				/* part / whole */
	DRIVER_AMOUNT				/* part; there is no whole */
} DriverKind;

#define DRIVER_KINDS	(DRIVER_AMOUNT + 1)

/* The variance of a value of too few answers for an interval. */
#define DRIVER_VARIANCE_UNKNOWN		(-1.0)

/* So many answers a side make an interval of a change keep its level. */
#define DRIVER_MIN_ANSWERS	30

/*
 * A segment's value in one of the two periods, part / whole.  Both are whole
 * numbers, times 10^scale.
 */
typedef struct DriverValue
{
	MoneySum	part;
	MoneySum	whole;
	double		variance;		/* of part / whole, DRIVER_VARIANCE_UNKNOWN */
	int16		scale;			/* the smallest that holds them */
	bool		is_known;		/* else all is 0: the segment was not there */
	char		pad[5];
} DriverValue;

/* The two sides of a change. */
#define BEFORE	0
#define AFTER	1

typedef struct DriverSegment
{
	DriverValue value[2];
	uint32		length;
	char		name[FLEXIBLE_ARRAY_MEMBER];	/* padded to 8 bytes */
} DriverSegment;

/* In order of the bytes of the segments' names. */
typedef struct DriverSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		kind;			/* DriverKind */
	uint8		reserved[2];	/* zero */
	uint32		count;
	uint32		used;			/* bytes of segments; a state has room for
								 * more */
} DriverSummary;

static inline DriverSegment *
driver_first(const DriverSummary *summary)
{
	return (DriverSegment *) ((char *) unconstify(DriverSummary *, summary) + sizeof(DriverSummary));
}

static inline Size
driver_segment_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(DriverSegment, name) + (Size) length);
}

static inline DriverSegment *
driver_next(const DriverSegment *segment)
{
	return (DriverSegment *) ((char *) unconstify(DriverSegment *, segment) +
							  driver_segment_size(segment->length));
}

extern const DriverSummary *driver_summary_arg(FunctionCallInfo fcinfo, int n);

extern DriverValue driver_counts(int64 part, int64 whole, double variance);
extern DriverValue driver_sums(int128 part, int128 whole, int scale,
							   double variance);

/*
 * The body of a transition function of driver_summary(segment, before, after): add
 * the segment in argument 1 to the state, argument 0.
 */
extern Datum driver_count(FunctionCallInfo fcinfo, DriverKind kind,
						  const DriverValue *before,
						  const DriverValue *after);

#endif							/* CX_DRIVERS_H */
