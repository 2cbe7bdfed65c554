/*-------------------------------------------------------------------------
 *
 * special.h
 *	  Log gamma with its derivatives, rising factorials, the beta function,
 *	  and the nodes of Gauss-Legendre quadrature.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SPECIAL_H
#define CX_SPECIAL_H

/* A function of one variable with its first two derivatives. */
typedef struct Jet
{
	double		value;
	double		first;
	double		second;
} Jet;

/* A node of a quadrature on -1..1: its place, its weight. */
typedef struct QuadratureNode
{
	double		place;
	double		weight;
} QuadratureNode;

/*
 * The positive half of the nodes of Gauss-Legendre quadrature; the other half
 * mirrors it.
 */
extern const QuadratureNode gauss_legendre_8[4];
extern const QuadratureNode gauss_legendre_16[8];
extern const QuadratureNode gauss_legendre_24[12];

/* Arguments of these functions must be above 0; derivatives of others are NaN. */
extern double trigamma(double x);
extern Jet	log_gamma_jet(double x);
extern double log_beta(double a, double b);

/*
 * Turn the jet of log Gamma(r + from) - log Gamma(r) into that of
 * log Gamma(r + to) - log Gamma(r), for to >= from.
 */
extern void log_rising_advance(Jet *jet, double r, int from, int to);

#endif							/* CX_SPECIAL_H */
