/*-------------------------------------------------------------------------
 *
 * contract.h
 *	  How long customers keep a contract that they renew or end at the end of
 *	  each period.
 *
 * A customer ends it with a probability of its own, beta distributed over
 * customers with a and b (the shifted beta-geometric distribution: Fader, Hardie,
 * "How to Project Customer Retention", J. of Interactive Marketing 21, 2007).
 * Whoever is left has a low probability, so retention rises with age though nobody
 * changes.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CONTRACT_H
#define CX_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTRACT_PARAMETERS	2

/* How many customers a period began with, and how many ended with it. */
typedef struct ContractPeriod
{
	double		at_risk;
	double		lost;
	double		period;			/* from 1 up, in order */
} ContractPeriod;

/* What the probabilities to leave are like; the last three are limits. */
typedef enum ContractSpread
{
	CONTRACT_VARIES,			/* a, b */
	CONTRACT_ONE_CHURN,			/* a and b to infinity: churn */
	CONTRACT_SPLIT,				/* a and b to 0: the share churn leaves after
								 * the first period, the others never do */
	CONTRACT_NOBODY_LEAVES		/* churn is 0 */
} ContractSpread;

typedef struct ContractFit
{
	ContractSpread spread;
	int			parameters;
	double		parameter[CONTRACT_PARAMETERS];
	/* of the logarithms of a and b, of the log odds of churn */
	double		covariance[CONTRACT_PARAMETERS][CONTRACT_PARAMETERS];
	double		log_likelihood;
} ContractFit;

extern bool contract_fit(const ContractPeriod *periods, size_t n,
						 void (*check) (void), ContractFit *fit);
extern double contract_survival(const ContractFit *fit, double age);
extern double contract_retention(const ContractFit *fit, double period);
extern bool contract_remaining(const ContractFit *fit, double age,
							   double horizon, double discount,
							   void (*check) (void), double *periods);

#endif							/* CX_CONTRACT_H */
