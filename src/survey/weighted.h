/*-------------------------------------------------------------------------
 *
 * weighted.h
 *	  weighted_survey_summary: scores of which some count more than others.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_WEIGHTED_H
#define CX_WEIGHTED_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

#include "core/int256.h"
#include "core/money.h"
#include "survey/survey.h"

#define WEIGHTED_SCORES	(SURVEY_MAX_SCORE + 1)

/*
 * Decimals of a weight.  The share of a segment among a million responses still has
 * 17 digits, and a population 14 before the point; squares fit 256 bits.
 */
#define WEIGHT_MAX_DECIMALS		24

/* The weights of the responses with a score, at the scale of the summary. */
typedef struct ScoreWeights
{
	int64		responses;
	MoneySum	weight;
	Int256		squares;		/* at twice the scale */
} ScoreWeights;

typedef struct WeightedSurvey
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];	/* zero */
	int64		scale;
	int64		unanswered;
	ScoreWeights scores[WEIGHTED_SCORES];
} WeightedSurvey;

extern const SummaryType weighted_survey_type;

#define PG_GETARG_WEIGHTED(n) \
	((const WeightedSurvey *) PG_GETARG_SUMMARY(n, &weighted_survey_type))

#endif							/* CX_WEIGHTED_H */
