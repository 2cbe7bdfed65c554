/*-------------------------------------------------------------------------
 *
 * confidence.c
 *	  The option "confidence" of intervals and comparisons.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "core/confidence.h"
#include "math/statistics.h"

/*
 * Return the option "confidence", which must be between 0 and 1.
 */
double
confidence_arg(double confidence)
{
	/* written so that NaN is refused as well */
	if (!(confidence > 0.0 && confidence < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence must be between 0 and 1"),
				 errdetail("confidence is %g.", confidence),
				 errhint("Write 0.95 for an interval of 95 percent.")));
	return confidence;
}

/*
 * Return how many standard errors an interval of a confidence reaches to
 * either side.
 */
double
confidence_quantile(double confidence)
{
	return normal_quantile_upper((1.0 - confidence_arg(confidence)) / 2.0);
}
