/*-------------------------------------------------------------------------
 *
 * moments.h
 *	  Exact sums of one or two numbers of each customer, of their squares and of
 *	  their products: mean_summary, ratio_summary and adjusted_mean_summary.
 *
 * moments.c has the types and their aggregates; mean.c reads them.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MOMENTS_H
#define CX_MOMENTS_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/int256.h"
#include "core/money.h"
#include "core/summary.h"

/* The two numbers of a customer, of types that have two. */
#define FIRST	0
#define SECOND	1

/* The products of numbers, as they lie after the sums. */
#define FIRST_SQUARED	0
#define SECOND_SQUARED	1
#define PRODUCT			2

#define MAX_COLUMNS		2
#define MAX_PRODUCTS	3

/*
 * Sums are whole numbers, times 10^scale, and those of products times
 * 10^(2 * scale).  The products follow the sums.  In a finished value the scale
 * is the smallest that holds them all.
 */
typedef struct Moments
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];	/* zero */
	int64		customers;
	int64		scale;
	MoneySum	sums[FLEXIBLE_ARRAY_MEMBER];
} Moments;

/* A type of such sums. */
typedef struct MomentsType
{
	SummaryType summary;
	int			columns;
	const char *keys[MAX_COLUMNS + MAX_PRODUCTS];	/* in the text form */
	const char *names[MAX_COLUMNS]; /* of the arguments */
	const char *conditions[MAX_COLUMNS];	/* of which rows to leave out */
} MomentsType;

/* One product of one column, three of two. */
#define MOMENT_PRODUCTS(columns)	((columns) == 1 ? 1 : MAX_PRODUCTS)

#define MOMENTS_SIZE(columns) \
	(offsetof(Moments, sums) + (columns) * sizeof(MoneySum) + \
	 MOMENT_PRODUCTS(columns) * sizeof(Int256))

extern const MomentsType mean_type;
extern const MomentsType ratio_type;
extern const MomentsType adjusted_mean_type;

extern const Moments *moments_arg(FunctionCallInfo fcinfo, int n,
								  const MomentsType *type);
extern Datum moment_sum(const Moments *moments, int column);
extern Datum moment_deviations(const Moments *moments, int columns, int a, int b);

static inline Int256 *
moment_products(Moments *moments, int columns)
{
	return (Int256 *) (moments->sums + columns);
}

#endif							/* CX_MOMENTS_H */
