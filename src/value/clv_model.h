/*-------------------------------------------------------------------------
 *
 * clv_model.h
 *	  A fitted model of repeat purchases and spend, for the files of the family
 *	  "customer value".
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CLV_MODEL_H
#define CX_CLV_MODEL_H

#include "postgres.h"

#include "core/compat.h"

#include "lib/stringinfo.h"

#include "core/summary.h"
#include "core/summary_json.h"
#include "math/gamma_gamma.h"
#include "math/nbd.h"
#include "value/purchase.h"

/* Why a model has no parameters; stored: do not renumber. */
typedef enum ModelProblem
{
	MODEL_FITTED = 0,
	MODEL_NO_REPEATS = 1,
	MODEL_ONE_CUSTOMER = 2,
	MODEL_FAILED = 3,
	MODEL_PROBLEMS
} ModelProblem;

/*
 * What model of spend there is, of which spread, or why there is none; stored: do
 * not renumber.
 */
typedef enum SpendState
{
	SPEND_FITTED = GAMMA_GAMMA_VARIES,
	SPEND_MEANS_ALIKE = GAMMA_GAMMA_MEANS_ALIKE,
	SPEND_CONSTANT = GAMMA_GAMMA_CONSTANT,
	SPEND_ONE_VALUE = GAMMA_GAMMA_ONE_VALUE,
	SPEND_NONE = 4,				/* nobody spent anything on a repeat purchase */
	SPEND_STATES
} SpendState;

#define NBD_RATES			(NBD_ONE_RATE + 1)
#define NBD_DROPOUTS		(NBD_DROPOUT_AT_ONCE + 1)
#define NBD_COVARIANCES		(NBD_PARAMETERS * (NBD_PARAMETERS + 1) / 2)
#define SPEND_COVARIANCES \
	(GAMMA_GAMMA_PARAMETERS * (GAMMA_GAMMA_PARAMETERS + 1) / 2)

/*
 * A fitted model.  Times are in days.  Covariances are those of the logarithms
 * of the parameters, of a probability that of its log odds, the upper triangle by
 * rows.  What a model, or a model of spend, does not have is 0.
 */
typedef struct ClvModel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		problem;		/* a ModelProblem */
	uint8		rates;			/* an NbdRates */
	uint8		dropout;		/* an NbdDropout */
	int32		as_of;			/* a DateADT */
	uint8		kind;			/* an NbdKind */
	uint8		spend_state;
	uint8		as_of_chosen;	/* 1: by model_as_of(), not by the data */
	uint8		reserved2;
	int64		customers;
	int64		repeaters;
	int64		purchases;		/* repeat purchases of all customers */
	int64		spenders;
	int64		days_left_out;
	double		parameter[NBD_PARAMETERS];
	double		covariance[NBD_COVARIANCES];
	double		log_likelihood;
	double		spend_parameter[GAMMA_GAMMA_PARAMETERS];
	double		spend_covariance[SPEND_COVARIANCES];
	double		spend_log_likelihood;
} ClvModel;

extern const SummaryType clv_model_type;

extern void clv_check_interrupts(void *arg);
extern const char *clv_model_impossible(const ClvModel *model);
extern const char *clv_model_problem_text(const ClvModel *model);
extern void clv_model_read(ClvModel *model, SummaryJson *object);
extern void clv_model_append(StringInfo buf, const ClvModel *model);
extern const char *clv_model_receive(StringInfo message, ClvModel *model);
extern void clv_model_put(StringInfo message, const ClvModel *model);
extern int	clv_estimates(const ClvModel *model);
extern bool clv_prediction_past(FunctionCallInfo fcinfo, int first, int n,
								const ClvModel **model, PurchasePast *past);
extern int64 clv_horizon_arg(FunctionCallInfo fcinfo, int n);
extern void clv_nbd_model(const ClvModel *model, NbdModel *nbd);

/*
 * Return the place of row i, column j of a symmetric matrix of size n, i <= j.
 */
static inline int
triangle(int n, int i, int j)
{
	return i * n - i * (i - 1) / 2 + (j - i);
}

#endif							/* CX_CLV_MODEL_H */
