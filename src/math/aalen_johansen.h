/*-------------------------------------------------------------------------
 *
 * aalen_johansen.h
 *	  Time until an event that can have one of several causes.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_AALEN_JOHANSEN_H
#define CX_AALEN_JOHANSEN_H

#include <stdbool.h>
#include <stdint.h>

#include "kaplan_meier.h"
#include "statistics.h"

/* The curve of all events, and what the curves of the causes share. */
typedef struct AjRisk
{
	KmCurve		all;
	double		before;			/* its survival just before the time last
								 * taken */
	double		at_risk;		/* just before that time */
	double		variance;		/* of the log of survival, Greenwood's sum */
	double		step;			/* what the time added to it */
} AjRisk;

/* The curve of one cause: its incidence, and the sums that its variance needs. */
typedef struct AjCurve
{
	double		incidence;
	double		linear;			/* incidence times steps of the variance */
	double		square;			/* its square times these steps */
	double		own;			/* of the events of the cause themselves */
	double		shared;			/* and with those before them */
	double		shared_linear;
} AjCurve;

extern void aj_begin(AjRisk *risk, const KmSample *sample);
extern void aj_begin_cause(AjCurve *curve);
extern void aj_take(AjRisk *risk, const KmTime *time);
extern void aj_take_cause(AjCurve *curve, const AjRisk *risk, int64_t events);
extern double aj_error(const AjCurve *curve, const AjRisk *risk);
extern bool aj_interval(double incidence, double error, double z,
						Bounds *bounds);

#endif							/* CX_AALEN_JOHANSEN_H */
