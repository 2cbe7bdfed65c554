/*-------------------------------------------------------------------------
 *
 * certainty.c
 *	  The options of intervals and changes that may be looked at again and
 *	  again, and the rows that functions of a change return.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/certainty.h"
#include "core/confidence.h"
#include "core/result.h"
#include "math/means.h"
#include "math/statistics.h"

/* Of a function that has the option "confidence" alone. */
Certainty
certainty_once(double confidence)
{
	Certainty	certainty;

	certainty.confidence = confidence_arg(confidence);
	certainty.always_valid = false;
	certainty.tightest_at = 0.0;
	return certainty;
}

/* Return the options "confidence", "always_valid" and "tightest_at", checked. */
Certainty
certainty_options(double confidence, bool always_valid, int64 tightest_at)
{
	Certainty	certainty = certainty_once(confidence);

	if (tightest_at < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tightest_at must be at least 1"),
				 errdetail("tightest_at is " INT64_FORMAT ".", tightest_at),
				 errhint("It is the number of observations at which an interval with always_valid => true is to be tightest, for example 5000.")));
	certainty.always_valid = always_valid;
	certainty.tightest_at = (double) tightest_at;
	return certainty;
}

/* Return these options of a function, arguments from n on. */
Certainty
certainty_args(FunctionCallInfo fcinfo, int n)
{
	return certainty_options(PG_GETARG_FLOAT8(n), PG_GETARG_BOOL(n + 1),
							 PG_GETARG_INT64(n + 2));
}

/*
 * Return how many standard errors an interval reaches to either side.  That of a
 * sequence is for an error that is known well; where it has few degrees of freedom
 * the reach is the t that is as far out in the tail.
 */
double
certainty_reach(const Certainty *certainty, const Finding *finding)
{
	double		alpha = 1.0 - certainty->confidence;
	double		z;

	if (!certainty->always_valid)
		return isinf(finding->freedom) ? normal_quantile_upper(alpha / 2.0) :
			student_quantile_upper(alpha / 2.0, finding->freedom);
	z = sequence_reach(alpha, finding->observations, certainty->tightest_at);
	if (isinf(finding->freedom))
		return z;
	/* beyond 30 the tail has no digits left, and neither does it matter */
	return student_quantile_upper(normal_two_sided_p(fmin(z, 30.0)) / 2.0,
								  finding->freedom);
}

/* Return the two-sided p value of an estimate, whose error is known. */
static double
finding_p(const Certainty *certainty, const Finding *finding)
{
	double		t = fabs(finding->value / finding->error);
	double		p = isinf(finding->freedom) ? normal_two_sided_p(t) :
	student_two_sided_p(t, finding->freedom);

	if (!certainty->always_valid)
		return p;
	if (!isinf(finding->freedom))
		t = p > 0.0 ? normal_quantile_upper(p / 2.0) : 40.0;
	return sequence_p(t, 1.0 - certainty->confidence, finding->observations,
					  certainty->tightest_at);
}

/* Set the two ends of an interval of -limit..limit, in units of 1 / scale. */
static void
set_interval(const Certainty *certainty, const Finding *finding, double scale,
			 double limit, Datum point, Datum *values)
{
	double		reach = certainty_reach(certainty, finding) * finding->error;

	interval_result(fmax(-limit, scale * (finding->value - reach)),
					fmin(limit, scale * (finding->value + reach)), point,
					values);
}

/*
 * Set the columns low and high of an interval; false where the error is not
 * known, and so the interval is not either.  point is the estimate as it is
 * shown, in the units of the result: scale * value, or close to it.
 */
bool
finding_interval(const Certainty *certainty, const Finding *finding,
				 double scale, double limit, Datum point, Datum *values)
{
	if (!(finding->error > 0.0))
		return false;
	set_interval(certainty, finding, scale, limit, point, values);
	return true;
}

/*
 * Set the columns change, low, high, p_value and direction.  The direction is 0
 * until the change is significant, and where the estimate and the change that is
 * shown have different signs.  Where the error is not known, so are interval and
 * p value, and there is no direction.
 */
void
finding_change(const Certainty *certainty, const Finding *finding,
			   double scale, double limit, Datum change, Datum *values,
			   bool *nulls)
{
	double		p;
	int			direction = sign_of(change);

	values[0] = change;
	values[4] = Int32GetDatum(0);
	nulls[0] = nulls[4] = false;
	nulls[1] = nulls[2] = nulls[3] = !(finding->error > 0.0);
	if (nulls[1])
		return;
	set_interval(certainty, finding, scale, limit, change, &values[1]);
	p = finding_p(certainty, finding);
	values[3] = double_result(p);
	if (p < 1.0 - certainty->confidence && direction * finding->value > 0.0)
		values[4] = Int32GetDatum(direction);
}
