/*-------------------------------------------------------------------------
 *
 * multiple_tests.c
 *	  p values of several tests at once.
 *
 * Bonferroni's bound holds for any tests; that of S. Holm (A Simple Sequentially
 * Rejective Multiple Test Procedure, Scandinavian Journal of Statistics 1979)
 * as well, and is never larger.  Both keep the probability of a single false
 * alarm.  Y. Benjamini and Y. Hochberg (Controlling the False Discovery Rate,
 * JRSS B 1995) keep the share of false ones among the alarms.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>

#include "multiple_tests.h"

void
p_adjust_sorted(PAdjustMethod method, double *p, size_t count)
{
	double		bound = method == P_ADJUST_BH ? 1.0 : 0.0;

	switch (method)
	{
		case P_ADJUST_BONFERRONI:
			for (size_t i = 0; i < count; i++)
				p[i] = fmin(1.0, (double) count * p[i]);
			break;
		case P_ADJUST_HOLM:
			/* no smaller than that of a smaller p */
			for (size_t i = 0; i < count; i++)
			{
				bound = fmax(bound, fmin(1.0, (double) (count - i) * p[i]));
				p[i] = bound;
			}
			break;
		case P_ADJUST_BH:
			/* no larger than that of a larger p */
			for (size_t i = count; i > 0; i--)
			{
				bound = fmin(bound, (double) count / (double) i * p[i - 1]);
				p[i - 1] = bound;
			}
			break;
	}
}
