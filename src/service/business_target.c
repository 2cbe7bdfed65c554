/*-------------------------------------------------------------------------
 *
 * business_target.c
 *	  Was a target kept, on the clock of a business_calendar?
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "core/business_clock.h"
#include "core/elapsed.h"
#include "rate/rate.h"

/*
 * Return the outcome of a target: yes where it was finished and no open time had passed
 * by then since it ran out, no where some had, finished or not.  What is open and
 * still in time as of as_of is not known yet, nor is what started after it;
 * without a target (NULL) nothing was promised.
 *
 * Open time since the target ran out, and not the moment itself, because a clock
 * that stands still at night cannot run out then: what is due at closing time may
 * be answered until the next opening.
 */
static Outcome
business_outcome(FunctionCallInfo fcinfo, int first)
{
	TimestampTz as_of = outcome_required_arg(fcinfo, first + 4, "as_of");
	TimestampTz started;
	TimestampTz finished;
	TimestampTz due;
	TimestampTz until;
	BusinessClock *clock;
	int32		days;
	int64		open_time;
	bool		is_late;

	if (PG_ARGISNULL(first))
		argument_null("calendar", "Leave such rows out with WHERE or FILTER (WHERE calendar IS NOT NULL).");
	if (PG_ARGISNULL(first + 1) || PG_ARGISNULL(first + 3))
		return OUTCOME_UNKNOWN;
	started = PG_GETARG_TIMESTAMPTZ(first + 1);
	if (unlikely(TIMESTAMP_NOT_FINITE(started)))
		elapsed_arg_infinite("started", TIMESTAMP_IS_NOEND(started));
	finished = outcome_event_arg(fcinfo, first + 2, "finished");
	business_target_arg(fcinfo, first + 3, &days, &open_time);
	if (unlikely(finished < started))
		elapsed_order_wrong("started", elapsed_arg_text(fcinfo, first + 1, started),
							"finished", elapsed_arg_text(fcinfo, first + 2, finished));

	if (started > as_of)
		return OUTCOME_UNKNOWN;
	clock = business_clock_arg(fcinfo, first);
	due = business_clock_due(clock, started, days, open_time);
	until = Min(finished, as_of);
	is_late = until > due && business_clock_between(clock, due, until) > 0;
	if (is_late)
		return OUTCOME_NO;
	return finished <= as_of ? OUTCOME_YES : OUTCOME_UNKNOWN;
}

/*
 * business_within_target(calendar, started, finished, target, as_of) -> true, false,
 * or NULL while it is not known, and where started or target are NULL.  Errors: a
 * calendar or as_of that is NULL, as_of infinite, a start that is infinite, an
 * end before it, a target with months or a negative one.
 */
PG_FUNCTION_INFO_V1(business_within_target);
Datum
business_within_target(PG_FUNCTION_ARGS)
{
	return outcome_result(fcinfo, business_outcome(fcinfo, 0));
}

/* business_sla_agg(): count what business_within_target() says. */
PG_FUNCTION_INFO_V1(business_target_accum);
Datum
business_target_accum(PG_FUNCTION_ARGS)
{
	return outcome_count(fcinfo, business_outcome(fcinfo, 1));
}

/* business_sla_agg(): take a row back that leaves a moving window. */
PG_FUNCTION_INFO_V1(business_target_remove);
Datum
business_target_remove(PG_FUNCTION_ARGS)
{
	return outcome_uncount(fcinfo, business_outcome(fcinfo, 1));
}
