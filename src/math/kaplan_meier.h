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
 * many were observed that long without it.
 */
typedef struct KmTime
{
	int64_t		time;
	int64_t		events;
	int64_t		censored;
} KmTime;

/*
 * What the functions below take: the durations, in strictly ascending order of
 * time, of any unit; and those who were not observed from the beginning but
 * came under observation after some time.  Of these, events is how many, time is
 * minus the time after which, in strictly ascending order too, so that who came
 * first is the last one; they are among the durations as well, with a longer one.
 */
typedef struct KmSample
{
	const KmTime *times;
	size_t		count;
	const KmTime *late;
	size_t		late_count;
} KmSample;

/* The curve while it is followed from one time to the next. */
typedef struct KmCurve
{
	int64_t		at_risk;		/* just before the time last taken */
	int64_t		remaining;		/* just after it */
	double		survival;
	double		variance;		/* Greenwood's sum, the variance of
								 * log(survival) */
	/* at the last time with a censoring, or somebody coming, before it */
	double		base_survival;
	double		base_at_risk;
	/* those who have not come yet */
	const KmTime *late;
	size_t		late_count;
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

extern void km_begin(KmCurve *curve, const KmSample *sample);
extern void km_take(KmCurve *curve, const KmTime *time);
extern double km_survival_error(const KmCurve *curve);
extern bool km_survival_interval(const KmCurve *curve, double z,
								 Bounds *bounds);

extern bool km_curve_at(const KmSample *sample, int64_t at,
						KmCurve *curve);
extern bool km_quantile(const KmSample *sample, double q,
						int64_t *time);
extern void km_quantile_interval_begin(KmQuantileInterval *interval,
									   const KmSample *sample, double q, double z);
extern bool km_quantile_interval_take(KmQuantileInterval *interval,
									  const KmTime *time);
extern bool km_restricted_mean(const KmSample *sample,
							   int64_t horizon, Estimate *mean);
extern bool km_log_rank(const KmSample *a, const KmSample *b,
						double *chi_squared);

#endif							/* CX_KAPLAN_MEIER_H */
