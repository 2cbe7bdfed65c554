/*-------------------------------------------------------------------------
 *
 * certainty.h
 *	  The options of intervals and changes that may be looked at again and
 *	  again, and the rows that functions of a change return.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CERTAINTY_H
#define CX_CERTAINTY_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

/* How sure an interval or an arrow has to be, and when. */
typedef struct Certainty
{
	double		confidence;
	bool		always_valid;	/* at every look, and not at one */
	double		tightest_at;	/* observations, of such an interval */
} Certainty;

/* What is known of a number that was estimated. */
typedef struct Finding
{
	double		value;
	double		error;			/* its standard error; 0: not known */
	double		freedom;		/* degrees of it; INFINITY: that is exact */
	double		observations;	/* of which it is made */
} Finding;

/* The columns change, low, high, p_value and direction. */
#define CHANGE_COLUMNS	5

extern Certainty certainty_once(double confidence);
extern Certainty certainty_options(double confidence, bool always_valid,
								   int64 tightest_at);
extern Certainty certainty_args(FunctionCallInfo fcinfo, int n);
extern double certainty_reach(const Certainty *certainty,
							  const Finding *finding);
extern bool finding_interval(const Certainty *certainty,
							 const Finding *finding, double scale,
							 double limit, Datum point, Datum *values);
extern void finding_change(const Certainty *certainty, const Finding *finding,
						   double scale, double limit, Datum change,
						   Datum *values, bool *nulls);

#endif							/* CX_CERTAINTY_H */
