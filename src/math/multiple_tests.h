/*-------------------------------------------------------------------------
 *
 * multiple_tests.h
 *	  p values of several tests at once.
 *
 * Pure C: no PostgreSQL header, no allocation, no global state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_MULTIPLE_TESTS_H
#define CX_MULTIPLE_TESTS_H

#include <stddef.h>

typedef enum PAdjustMethod
{
	P_ADJUST_HOLM,
	P_ADJUST_BONFERRONI,
	P_ADJUST_BH
} PAdjustMethod;

/* Replace p values, in ascending order, by the adjusted ones. */
extern void p_adjust_sorted(PAdjustMethod method, double *p, size_t count);

#endif							/* CX_MULTIPLE_TESTS_H */
