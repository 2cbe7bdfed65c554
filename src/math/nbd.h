/*-------------------------------------------------------------------------
 *
 * nbd.h
 *	  Models of repeat purchases ("buy till you die"): BG/NBD, MBG/NBD and
 *	  Pareto/NBD.
 *
 * A customer buys at a rate of its own, gamma distributed over customers with
 * shape r and rate alpha, until it drops out unseen.
 *
 * BG/NBD		it drops out after a purchase with a probability of its own,
 *				beta distributed with a and b
 *				(Fader, Hardie, Lee, Marketing Science 24, 2005)
 * MBG/NBD		as BG/NBD, but it can drop out after the first
 *				purchase too
 *				(Batislam, Denizel, Filiztekin, Int. J. of Research in
 *				Marketing 24, 2007)
 * Pareto/NBD	it drops out at a time of its own, with a rate that is gamma
 *				distributed with shape s and rate beta
 *				(Schmittlein, Morrison, Colombo, Management Science 33, 1987)
 *
 * Of a customer's past three figures matter: x, the repeat purchases; t_x, when
 * the last of them was; T, how long the customer was watched; both times since
 * the first purchase.  Any unit of time will do, the same everywhere.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_NBD_H
#define CX_NBD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "newton.h"
#include "statistics.h"

#define NBD_PARAMETERS	4

typedef enum NbdKind
{
	NBD_BG,						/* r, alpha, a, b */
	NBD_MBG,					/* r, alpha, a, b */
	NBD_PARETO					/* r, alpha, s, beta */
} NbdKind;

/* Customers with the same past. */
typedef struct NbdRow
{
	double		t_x;
	double		T;
	int64_t		count;
	int32_t		x;
} NbdRow;

/*
 * How purchase rates, and dropout, differ between customers.  The likelihood of
 * few customers, or of customers who are alike, often has no maximum: it rises
 * as two parameters grow together, or vanish.  What it rises to is the
 * likelihood of a model with fewer parameters, which has a maximum.
 */
typedef enum NbdRates
{
	NBD_RATES_VARY,				/* gamma distributed: r, alpha */
	NBD_ONE_RATE				/* r to infinity, r / alpha fixed: rate */
} NbdRates;

typedef enum NbdDropout
{
	NBD_DROPOUT_VARIES,			/* beta distributed: a, b; Pareto/NBD: gamma
								 * distributed: s, beta */
	NBD_ONE_DROPOUT,			/* a and b to infinity, a / (a+b) fixed: the
								 * probability "dropout"; Pareto/NBD: s and
								 * beta to infinity, s / beta fixed:
								 * "dropout_rate" */
	NBD_DROPOUT_SPLIT,			/* a and b to 0: "dropout" is the share of
								 * customers who leave at the first chance,
								 * the others never leave; Pareto/NBD: s and
								 * beta to 0, the share who leave right after
								 * the first purchase */
	NBD_WITHOUT_DROPOUT,		/* a / (a+b) to 0; s / beta to 0 */
	NBD_DROPOUT_AT_ONCE			/* a / (a+b) to 1, of BG/NBD only: who can,
								 * has left after the first repeat purchase */
} NbdDropout;

typedef struct NbdModel
{
	NbdKind		kind;
	NbdRates	rates;
	NbdDropout	dropout;
	int			estimates;		/* how many parameters were estimated ... */
	double		estimate[NBD_PARAMETERS];	/* ... in the order of their names */

	/*
	 * Their covariance: of logarithms, and of the log odds of a probability
	 * "dropout".
	 */
	double		covariance[NBD_PARAMETERS][NBD_PARAMETERS];
	/* what predictions are made with; see nbd_expand() */
	double		parameter[NBD_PARAMETERS];
	double		log_likelihood;
	double		purchases;		/* sum of x, to change the unit of the
								 * likelihood */
	int			steps;
} NbdModel;

typedef enum NbdVerdict
{
	NBD_FITTED,
	NBD_NO_REPEATS,				/* nobody bought again */
	NBD_FAILED					/* the search ended without an answer */
} NbdVerdict;

/* What the fit needs from its caller. */
typedef struct NbdHost
{
	/*
	 * Called at least every few milliseconds; need not return, as nothing is
	 * held that would have to be released.  May be NULL.
	 */
	void		(*check) (void *arg);
	void	   *arg;
	/* nbd_workspace_size() bytes, aligned as by malloc() */
	void	   *workspace;
} NbdHost;

/* rows and the fit (nbd_fit.c) */
extern int	nbd_row_compare(const void *a, const void *b);
extern size_t nbd_collapse(NbdRow *rows, size_t n);
extern size_t nbd_workspace_size(void);
extern NbdVerdict nbd_fit(NbdKind kind, const NbdRow *rows, size_t n,
						  const NbdHost *host, NbdModel *model);
extern double nbd_log_likelihood(NbdKind kind, const double *parameter,
								 const NbdRow *rows, size_t n,
								 const NbdHost *host);
extern const char *nbd_verdict_text(NbdVerdict verdict);

/* the parameters of a model (nbd.c) */
extern int	nbd_estimates(NbdRates rates, NbdDropout dropout);
extern const char *nbd_estimate_name(const NbdModel *model, int i);
extern bool nbd_is_probability(const NbdModel *model, int i);
extern int	nbd_time_power(const NbdModel *model, int i);
extern void nbd_expand(NbdModel *model);

/* predictions (nbd.c) */
extern double nbd_p_alive(const NbdModel *model, double x, double t_x,
						  double T);
extern double nbd_expected_purchases(const NbdModel *model, double x,
									 double t_x, double T, double horizon);
extern double nbd_discounted_purchases(const NbdModel *model, double x,
									   double t_x, double T, double horizon,
									   double period, double rate,
									   const NbdHost *host);

/*
 * How many purchases a customer makes, and whether it is still there
 * (nbd_counts.c).
 */
extern double nbd_p_alive_later(const NbdModel *model, double x, double t_x,
								double T, double later);
extern double nbd_p_purchases(const NbdModel *model, double x, double t_x,
							  double T, double horizon, double at_least);
extern double nbd_purchases_quantile(const NbdModel *model, double x,
									 double t_x, double T, double horizon,
									 double quantile);
extern Bounds nbd_total_bounds(double mean, double variance,
							   double confidence);
extern double nbd_purchases_variance(const NbdModel *model, double x,
									 double t_x, double T, double horizon);

/*
 * Of a rate that is the same for all customers, and of a rate of dropout: the
 * gamma distribution with this "alpha" is so narrow that no digit tells it from
 * one rate, in any unit of time.
 */
#define NBD_NARROW		1e18

/*
 * For the models' own files: value of the log-likelihood, its gradient and
 * Hessian in the logarithms of the parameters, times divided by scale.
 */
extern void bg_nbd_evaluate(const double *parameter, bool modified,
							const NbdRow *rows, size_t n, double scale,
							const NbdHost *host, NewtonPoint *point);
extern void pareto_nbd_evaluate(const double *parameter,
								const NbdRow *rows, size_t n, double scale,
								const NbdHost *host, NewtonPoint *point);
extern size_t pareto_nbd_workspace_size(void);
extern double bg_nbd_log_odds_dropped(const double *parameter, bool modified,
									  double x, double t_x, double T);
extern double pareto_nbd_log_odds_dropped(const double *parameter,
										  double x, double t_x, double T);

/*
 * Purchases that a customer of BG/NBD who is alive will make up to some times
 * from now: its rate gamma distributed with shape n, its probability to drop
 * out beta distributed with a and b.  Times are given as w, in units of the
 * rate of that gamma distribution; none may be larger than w_most.
 */
#define BG_SERIES_TERMS		128
#define BG_SERIES_MOST_U	0.7
#define BG_PANELS			40

typedef struct BgFuture
{
	double		n;
	double		a;
	double		b;
	double		w_most;
	int			terms;			/* terms of the series worked out so far */
	int			nodes;			/* nodes of the quadrature; 0: not worked out */
	double		norm;			/* norm of the beta distribution */
	double		left;			/* the quadrature begins here and ends at
								 * right, */
	double		right;			/* both as logits */
	double		p_low;			/* a power series in p is used below it */
	double		q_high;			/* a power series in 1 - p is used below it */
	bool		ends_low;		/* are these power series needed? */
	bool		ends_high;
	double		y[3];			/* last terms of the series: see
								 * bg_future_next_term() */
	double		quotient[3];
	double		series[BG_SERIES_TERMS];
	double		place[BG_PANELS * 16];
	double		weight[BG_PANELS * 16];
} BgFuture;

extern void bg_future_init(BgFuture *future, double n, double a, double b,
						   double w_most);
extern double bg_future_purchases(BgFuture *future, double w);

#endif							/* CX_NBD_H */
