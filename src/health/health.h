/*-------------------------------------------------------------------------
 *
 * health.h
 *	  Scores, weights and their mean; health_summary, the signals of an
 *	  account.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_HEALTH_H
#define CX_HEALTH_H

#include "postgres.h"

#include "core/compat.h"

#include "core/summary_json.h"

/* Scores and weights are whole millionths: six decimals. */
#define HEALTH_DECIMALS		6
#define HEALTH_UNIT			INT64CONST(1000000)
#define HEALTH_MAX_SCORE	((int32) (100 * HEALTH_UNIT))

/* the largest weight, and the same in millionths */
#define HEALTH_MAX_WEIGHT	1e12
#define HEALTH_MAX_WEIGHT_UNITS (INT64CONST(1000000000000) * HEALTH_UNIT)

/*
 * The largest sum of weights, in millionths: 10^29, so that a hundred million
 * times as much, which is a sum of weighted scores, has 38 digits.
 */
#define HEALTH_MAX_TOTAL \
	((int128) INT64CONST(1000000000000000000) * INT64CONST(100000000000))

/* the score of a signal that is not known */
#define HEALTH_UNKNOWN		(-1)

/* the longest name of a signal, in bytes */
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

/* health.c */
pg_noreturn extern void health_score_invalid(double score);
pg_noreturn extern void health_weight_invalid(double weight);
pg_noreturn extern void health_weight_too_small(double weight);
extern bool health_units_from_json(const JsonbValue *value, int decimals,
								   int128 limit, int128 *units);
extern Datum health_mean(int128 part, int128 whole);

/* health_summary.c */
extern const HealthSummary *health_summary_get(Datum value);
extern void health_name_send(StringInfo message, const char *name,
							 uint32 length);
extern char *health_name_recv(StringInfo message, const SummaryType *type);

/* Return a score as whole millionths, checked. */
static inline int32
health_score_units(double score)
{
	/* written so that NaN is refused as well */
	if (unlikely(!(score >= 0.0 && score <= 100.0)))
		health_score_invalid(score);
	return (int32) (score * (double) HEALTH_UNIT + 0.5);
}

/*
 * Return a weight as whole millionths, checked.  The whole part is taken
 * apart, so that it stays exact when large.
 */
static inline int64
health_weight_units(double weight)
{
	int64		whole;
	int64		units;

	if (unlikely(!(weight >= 0.0 && weight <= HEALTH_MAX_WEIGHT)))
		health_weight_invalid(weight);
	whole = (int64) weight;
	units = whole * HEALTH_UNIT +
		(int64) ((weight - (double) whole) * (double) HEALTH_UNIT + 0.5);
	if (unlikely(units == 0 && weight > 0.0))
		health_weight_too_small(weight);
	return units;
}

/* Return the first signal, if there is one. */
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

/* Compare two names by their bytes, as in the collation "C". */
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
