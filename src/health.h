/*-------------------------------------------------------------------------
 *
 * health.h
 *	  health_summary, which health_outcomes reads.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_HEALTH_H
#define CX_HEALTH_H

#include "postgres.h"

#include "compat.h"

/* Scores and weights are whole millionths: six decimals. */
#define HEALTH_DECIMALS		6
#define HEALTH_UNIT			INT64CONST(1000000)
#define HEALTH_MAX_SCORE	((int32) (100 * HEALTH_UNIT))

/* the score of a signal that is not known */
#define HEALTH_UNKNOWN		(-1)

/* in bytes */
#define HEALTH_MAX_NAME		255

/*
 * One signal of an account.  The name is padded with zeros to a multiple of 8
 * bytes; the next signal follows.
 */
typedef struct HealthSignal
{
	int64		weight;
	int32		score;			/* or HEALTH_UNKNOWN */
	uint32		length;			/* of the name, in bytes */
	char		name[FLEXIBLE_ARRAY_MEMBER];
} HealthSignal;

/*
 * The signals of an account, in order of their names' bytes.  A state that
 * grows has spare room at its end, which VARSIZE counts.
 */
typedef struct HealthSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	uint32		count;			/* how many signals */
	uint32		used;			/* how many bytes they take */
} HealthSummary;

extern const HealthSummary *health_summary_get(Datum value);

/* the first signal, if there is one */
static inline HealthSignal *
health_first(const HealthSummary *summary)
{
	return (HealthSignal *) ((char *) summary + sizeof(HealthSummary));
}

static inline Size
health_signal_size(uint32 length)
{
	return TYPEALIGN(8, offsetof(HealthSignal, name) + (Size) length);
}

static inline HealthSignal *
health_next(const HealthSignal *signal)
{
	return (HealthSignal *) ((char *) signal +
							 health_signal_size(signal->length));
}

/* the order of names is that of their bytes, as in the collation "C" */
static inline int
health_name_compare(const char *a, uint32 a_length,
					const char *b, uint32 b_length)
{
	int			order = memcmp(a, b, Min(a_length, b_length));

	if (order == 0 && a_length != b_length)
		order = a_length < b_length ? -1 : 1;
	return order;
}

#endif							/* CX_HEALTH_H */
