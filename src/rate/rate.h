/*-------------------------------------------------------------------------
 *
 * rate.h
 *	  rate_summary, the one summary that other families may return, and the
 *	  outcomes that it counts.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_RATE_H
#define CX_RATE_H

#include "fmgr.h"

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

typedef enum Outcome
{
	OUTCOME_NO,
	OUTCOME_YES,
	OUTCOME_UNKNOWN
} Outcome;

/* an outcome as SQL sees it, and counted in, or taken out of, argument 0 */
extern Datum outcome_result(FunctionCallInfo fcinfo, Outcome outcome);
extern Datum outcome_count(FunctionCallInfo fcinfo, Outcome outcome);
extern Datum outcome_uncount(FunctionCallInfo fcinfo, Outcome outcome);
extern Timestamp outcome_event_arg(FunctionCallInfo fcinfo, int n, const char *name);
extern Timestamp outcome_required_arg(FunctionCallInfo fcinfo, int n, const char *name);

extern RateSummary *rate_summary_make(int64 positives, int64 negatives,
									  int64 unknowns);
extern const RateSummary *rate_summary_get(Datum summary);

#endif							/* CX_RATE_H */
