/*-------------------------------------------------------------------------
 *
 * health_drivers.c
 *	  The metrics of a health_summary: its score, how much of it is known, and
 *	  which signals cost the most points.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "core/money.h"
#include "health/health.h"

/* The sums over a summary's signals; 1,000 of them overflow nothing. */
typedef struct HealthSums
{
	int128		points;
	int128		known;
	int128		unknown;
} HealthSums;

static HealthSums
health_sums(const HealthSummary *summary)
{
	const HealthSignal *signal = health_first(summary);
	HealthSums	sums = {0, 0, 0};

	for (uint32 i = 0; i < summary->count; i++)
	{
		if (signal->score == HEALTH_UNKNOWN)
			sums.unknown += signal->weight;
		else
		{
			sums.known += signal->weight;
			sums.points += (int128) signal->weight * signal->score;
		}
		signal = health_next(signal);
	}
	return sums;
}

/*
 * health_score(s): return the mean of the known scores by their weights,
 * 0..100; NULL where nothing known has a weight.
 */
PG_FUNCTION_INFO_V1(health_score);
Datum
health_score(PG_FUNCTION_ARGS)
{
	HealthSums	sums = health_sums(health_summary_get(PG_GETARG_DATUM(0)));

	if (sums.known == 0)
		PG_RETURN_NULL();
	return health_mean(sums.points, sums.known);
}

/*
 * health_coverage(s): return 100 * known weight / all weight, in percent
 * points; NULL where nothing has a weight.
 */
PG_FUNCTION_INFO_V1(health_coverage);
Datum
health_coverage(PG_FUNCTION_ARGS)
{
	HealthSums	sums = health_sums(health_summary_get(PG_GETARG_DATUM(0)));

	if (sums.known + sums.unknown == 0)
		PG_RETURN_NULL();
	return health_mean(sums.known * HEALTH_MAX_SCORE,
					   sums.known + sums.unknown);
}

/* A signal, and what it costs: its weight times what it lacks to 100. */
typedef struct HealthDriver
{
	const HealthSignal *signal;
	int128		lost;			/* -1 if the signal is not known */
} HealthDriver;

/*
 * Compare two signals: the more expensive one comes first; those of equal cost
 * stay in order of their names.
 */
static int
driver_compare(const void *a, const void *b)
{
	const HealthDriver *left = (const HealthDriver *) a;
	const HealthDriver *right = (const HealthDriver *) b;

	if (left->lost != right->lost)
		return left->lost > right->lost ? -1 : 1;
	return health_name_compare(left->signal->name, left->signal->length,
							   right->signal->name, right->signal->length);
}

static int128
driver_lost(const HealthSignal *signal)
{
	if (signal->score == HEALTH_UNKNOWN)
		return -1;
	return (int128) signal->weight * (HEALTH_MAX_SCORE - signal->score);
}

/*
 * health_drivers(s) -> (signal, score, weight, points_lost): return a row a
 * signal, worst first. points_lost is the signal's share of the known weight
 * times what its score lacks to 100, so that all together add up to what the
 * health score lacks to 100.  It is NULL for a signal that is not known; these
 * signals come last.
 */
PG_FUNCTION_INFO_V1(health_drivers);
Datum
health_drivers(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const HealthSummary *summary;
	const HealthSignal *signal;
	HealthSums	sums;
	HealthDriver *drivers;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	summary = health_summary_get(PG_GETARG_DATUM(0));
	sums = health_sums(summary);
	drivers = palloc(sizeof(HealthDriver) * Max(summary->count, 1));
	signal = health_first(summary);
	for (uint32 i = 0; i < summary->count; i++)
	{
		drivers[i].signal = signal;
		drivers[i].lost = driver_lost(signal);
		signal = health_next(signal);
	}
	qsort(drivers, summary->count, sizeof(HealthDriver), driver_compare);

	for (uint32 i = 0; i < summary->count; i++)
	{
		Datum		values[4] = {0, 0, 0, 0};
		bool		nulls[4] = {false, false, false, false};

		signal = drivers[i].signal;
		values[0] = PointerGetDatum(cstring_to_text_with_len(signal->name,
															 (int) signal->length));
		values[2] = money_to_numeric(signal->weight, HEALTH_DECIMALS);
		nulls[1] = signal->score == HEALTH_UNKNOWN;
		nulls[3] = nulls[1] || sums.known == 0;
		if (!nulls[1])
			values[1] = money_to_numeric(signal->score, HEALTH_DECIMALS);
		if (!nulls[3])
			values[3] = health_mean(drivers[i].lost, sums.known);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}

/*
 * top_driver(s): return the name of the signal that costs the most points;
 * NULL where none costs any.
 */
PG_FUNCTION_INFO_V1(top_driver);
Datum
top_driver(PG_FUNCTION_ARGS)
{
	const HealthSummary *summary = health_summary_get(PG_GETARG_DATUM(0));
	const HealthSignal *signal = health_first(summary);
	const HealthSignal *worst = NULL;
	int128		most = 0;

	for (uint32 i = 0; i < summary->count; i++)
	{
		int128		lost = driver_lost(signal);

		if (lost > most)
		{
			most = lost;
			worst = signal;
		}
		signal = health_next(signal);
	}
	if (worst == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(worst->name,
											  (int) worst->length));
}
