/*-------------------------------------------------------------------------
 *
 * kaplan_meier.h
 *	  Time until an event, where some have not had theirs yet.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_KAPLAN_MEIER_H
#define CX_KAPLAN_MEIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "statistics.h"

/*
 * What happened after one duration: how many had their event then, and how
 * many were observed that long without it.  The functions below take an array
 * of these in strictly ascending order of time, of any unit.
 */
typedef struct KmTime
{
	int64_t		time;
	int64_t		events;
	int64_t		censored;
} KmTime;

/* The curve while it is followed from one time to the next. */
typedef struct KmCurve
{
	int64_t		at_risk;		/* just before the time last taken */
	int64_t		remaining;		/* just after it */
	double		survival;
	double		variance;		/* Greenwood's sum, the variance of
								 * log(survival) */
	/* at the last time with a censoring before it */
	double		base_survival;
	double		base_at_risk;
} KmCurve;

/* The interval of a quantile, as far as the curve has been followed. */
typedef struct KmQuantileInterval
{
	KmCurve		curve;
	double		share_left;		/* S at the quantile */
	double		z;
	const KmTime *low;			/* NULL until the limit is reached */
	const KmTime *high;
} KmQuantileInterval;

extern void km_begin(KmCurve *curve, int64_t total);
extern void km_take(KmCurve *curve, const KmTime *time);
extern double km_survival_error(const KmCurve *curve);
extern bool km_survival_interval(const KmCurve *curve, double z,
								 Bounds *bounds);

extern int64_t km_total(const KmTime *times, size_t count);
extern bool km_curve_at(const KmTime *times, size_t count, int64_t at,
						KmCurve *curve);
extern bool km_quantile(const KmTime *times, size_t count, double q,
						int64_t *time);
extern void km_quantile_interval_begin(KmQuantileInterval *interval,
									   int64_t total, double q, double z);
extern bool km_quantile_interval_take(KmQuantileInterval *interval,
									  const KmTime *time);
extern bool km_restricted_mean(const KmTime *times, size_t count,
							   int64_t horizon, Estimate *mean);

#endif							/* CX_KAPLAN_MEIER_H */
