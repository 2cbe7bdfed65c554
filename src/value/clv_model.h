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

#include "core/summary.h"
#include "math/gamma_gamma.h"
#include "math/nbd.h"

/* Fewer customers with repeat purchases than this say nothing about others. */
#define CLV_MIN_REPEATERS	10

/* Whether there is a model of spend, or why not; stored: do not renumber. */
typedef enum SpendState
{
	SPEND_FITTED = 0,
	SPEND_FEW = 1,				/* fewer than CLV_MIN_REPEATERS customers */
	SPEND_MEANS_ALIKE = 2,
	SPEND_CONSTANT = 3,
	SPEND_FAILED = 4,
	SPEND_STATES
} SpendState;

#define NBD_COVARIANCES		(NBD_PARAMETERS * (NBD_PARAMETERS + 1) / 2)
#define SPEND_COVARIANCES \
	(GAMMA_GAMMA_PARAMETERS * (GAMMA_GAMMA_PARAMETERS + 1) / 2)

/*
 * A fitted model.  Times are in days.  Covariances are those of the logarithms
 * of the parameters, the upper triangle by rows.  Without a model of spend its
 * numbers are 0.
 */
typedef struct ClvModel
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int32		as_of;			/* a DateADT */
	uint8		kind;			/* an NbdKind */
	uint8		spend_state;
	uint8		reserved2[2];
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

/*
 * Return the place of row i, column j of a symmetric matrix of size n, i <= j.
 */
static inline int
triangle(int n, int i, int j)
{
	return i * n - i * (i - 1) / 2 + (j - i);
}

#endif							/* CX_CLV_MODEL_H */
