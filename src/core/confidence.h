/*-------------------------------------------------------------------------
 *
 * confidence.h
 *	  The option "confidence" of intervals and comparisons.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CONFIDENCE_H
#define CX_CONFIDENCE_H

#include "postgres.h"

extern double confidence_arg(double confidence);
extern double confidence_quantile(double confidence);

#endif							/* CX_CONFIDENCE_H */
