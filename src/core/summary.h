/*-------------------------------------------------------------------------
 *
 * summary.h
 *	  What every summary type shares: its header, its text form (JSON), its
 *	  binary form, equality and hashing.
 *
 * A summary is a varlena with a version byte and three reserved zero bytes
 * after the length word, then the family's own members.  Its bytes are
 * canonical: equal summaries have equal bytes, so that equality, hashing and
 * REFRESH MATERIALIZED VIEW CONCURRENTLY need no more than the bytes.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SUMMARY_H
#define CX_SUMMARY_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"

#define SUMMARY_VERSION		1

/*
 * The largest count of a summary.  Sums of a dozen counts, and a hundred times
 * such a sum, are then int64 without another check.
 */
#define SUMMARY_MAX_COUNT	INT64CONST(1000000000000000)

/*
 * Loops of a few instructions check for a cancel request once in so many
 * rounds.
 */
#define INTERRUPT_MASK		0xffff

/* The start of every summary. */
typedef struct Summary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];	/* zero */
} Summary;

/* What the shared functions must know about a summary type. */
typedef struct SummaryType
{
	const char *name;			/* SQL name of the type */
	const char *example;		/* a value as text, for hints */
	const char *hint;			/* shown instead of an example that is no help */
	Size		size;			/* size in memory; 0 if it varies */
} SummaryType;

/* summaries in memory */
extern void *summary_new(const SummaryType *type);
extern void *summary_copy(Datum value, const SummaryType *type);
extern void *summary_get(Datum value, const SummaryType *type);
extern void summary_init(void *summary, Size size);
extern void summary_check(const Summary *summary, const SummaryType *type);
pg_noreturn extern void summary_version_unknown(int version,
												const SummaryType *type);
pg_noreturn extern void summary_count_overflow(const SummaryType *type);
pg_noreturn extern void summary_count_underflow(const SummaryType *type);

/* Report an argument that must not be NULL; hint is the way out. */
pg_noreturn extern void argument_null(const char *name, const char *hint);

/*
 * Report a text, or bytes, that are no value of the type: a sentence,
 * formatted as by printf, says what is wrong with them.
 */
#define summary_text_invalid(type, ...) \
	summary_text_error(type, psprintf(__VA_ARGS__))
#define summary_binary_invalid(type, ...) \
	summary_binary_error(type, psprintf(__VA_ARGS__))

pg_noreturn extern void summary_text_error(const SummaryType *type,
										   const char *detail);
pg_noreturn extern void summary_binary_error(const SummaryType *type,
											 const char *detail);
pg_noreturn extern void summary_value_error(const SummaryType *type, int code,
											const char *detail);

/*
 * Report the problem that a family's check found in a text, or in bytes, if
 * any; NULL is none.
 */
static inline void
summary_text_check(const SummaryType *type, const char *problem)
{
	if (problem != NULL)
		summary_text_error(type, problem);
}

static inline void
summary_binary_check(const SummaryType *type, const char *problem)
{
	if (problem != NULL)
		summary_binary_error(type, problem);
}

/* the binary form, in network order */
extern void summary_send_begin(StringInfo message);
extern void summary_recv_begin(StringInfo message, const SummaryType *type);
extern int64 summary_recv_int64(StringInfo message, int64 low, int64 high,
								const char *member, const SummaryType *type);
extern int64 summary_recv_count(StringInfo message, const char *member,
								const SummaryType *type);
extern uint32 summary_recv_entries(StringInfo message, Size size,
								   const char *entries,
								   const SummaryType *type);

#define PG_GETARG_SUMMARY(n, type)	summary_get(PG_GETARG_DATUM(n), type)

#endif							/* CX_SUMMARY_H */
