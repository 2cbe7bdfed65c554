/*-------------------------------------------------------------------------
 *
 * rate.h
 *	  rate_summary, the one summary that other families may return.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_RATE_H
#define CX_RATE_H

#include "core/summary.h"

/* How many outcomes were yes, no and not known (yet). */
typedef struct RateSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int64		positives;
	int64		negatives;
	int64		unknowns;
} RateSummary;

extern RateSummary *rate_summary_make(int64 positives, int64 negatives,
									  int64 unknowns);
extern const RateSummary *rate_summary_get(Datum summary);

#endif							/* CX_RATE_H */
