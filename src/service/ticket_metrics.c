/*-------------------------------------------------------------------------
 *
 * ticket_metrics.c
 *	  What is read from a ticket_log: time in states, resolution with pauses,
 *	  first responses, reopened tickets.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/durations.h"
#include "core/elapsed.h"
#include "core/money.h"
#include "core/result.h"
#include "rate/rate.h"
#include "service/ticket_log.h"
#include "service/ticket_states.h"

/* Read the log in argument 0, up to as_of. */
static void
log_tickets(FunctionCallInfo fcinfo, TimestampTz as_of, TicketReader *tickets)
{
	tickets_begin(tickets, log_arg(fcinfo, 0, &ticket_log_type),
				  &ticket_log_type, as_of);
}

/*
 * Time in state
 */

/* What is known of a state. */
typedef struct StateTime
{
	int64		tickets;
	uint64		last_ticket;	/* that was counted, from 1 on */
	int128		usecs;
	SortedRun  *stays;
} StateTime;

/* Add up the stays of a ticket. */
static void
add_stays(StateTime *states, const TicketReader *tickets, uint64 ticket,
		  BusinessClock *clock)
{
	for (uint32 i = 0; i < tickets->ticket.count; i++)
	{
		const StateChange *change = &tickets->ticket.changes[i];
		StateTime  *state = &states[change->state];
		int64		time = time_between(clock, change->at, stay_end(tickets, i));

		if (state->stays == NULL)
			state->stays = duration_new_by(tickets->as_of, clock != NULL);
		state->tickets += state->last_ticket != ticket;
		state->last_ticket = ticket;
		state->usecs += time;
		state->stays = duration_append(state->stays, time, i + 1 < tickets->ticket.count);
	}
}

/*
 * time_in_state(log, as_of, calendar, unit) -> (state, tickets, total, stays): a row for
 * each state in which a ticket has been by as_of, in the order of their names: how
 * many tickets, how much time together in units, and how long they stayed each
 * time, of which the stay that goes on as of as_of is still open.  Errors: as_of
 * is NULL or infinite, an unknown unit, two states of a ticket at one moment.
 */
PG_FUNCTION_INFO_V1(ticket_log_time_in_state);
Datum
ticket_log_time_in_state(PG_FUNCTION_ARGS)
{
	TicketReader tickets;
	TimestampTz as_of;
	BusinessClock *clock;
	int64		unit;
	StateTime  *states;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(3))
		return (Datum) 0;
	as_of = outcome_required_arg(fcinfo, 1, "as_of");
	clock = clock_arg_or_null(fcinfo, 2);
	unit = elapsed_unit_arg(fcinfo, 3);
	log_tickets(fcinfo, as_of, &tickets);
	states = palloc0(Max(tickets.reader.labels.count, 1) * sizeof(StateTime));
	for (uint64 ticket = 1; tickets_next(&tickets); ticket++)
		add_stays(states, &tickets, ticket, clock);

	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < tickets.reader.labels.count; i++)
	{
		Datum		values[4];
		bool		nulls[4] = {false};

		if (states[i].stays == NULL)
			continue;
		values[0] = CStringGetTextDatum(labels_text(&tickets.reader.labels, i));
		values[1] = Int64GetDatum(states[i].tickets);
		values[2] = numeric_result(DirectFunctionCall2(numeric_div,
													   money_to_numeric(states[i].usecs, 0),
													   NumericGetDatum(int64_to_numeric(unit))));
		values[3] = PointerGetDatum(duration_finish(states[i].stays));
		rows_put(&rows, values, nulls);
	}
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * Resolution
 */

/* Which states end a ticket, and in which its clock stands still. */
typedef struct Resolution
{
	const bool *is_closed;
	const bool *is_paused;
	BusinessClock *clock;
} Resolution;

/* Read the arguments closed_states, n, and paused_states and calendar, m and m + 1. */
static void
resolution_args(FunctionCallInfo fcinfo, int n, int m, const Labels *labels,
				Resolution *resolution)
{
	resolution->is_closed = states_arg(fcinfo, n, "closed_states", labels);
	resolution->is_paused = states_arg(fcinfo, m, "paused_states", labels);
	states_apart(resolution->is_closed, "closed_states",
				 resolution->is_paused, "paused_states", labels);
	resolution->clock = clock_arg_or_null(fcinfo, m + 1);
}

/* Does the clock of a ticket stand still in a state? */
static inline bool
stands_still(const Resolution *resolution, uint32 state)
{
	return resolution->is_closed[state] || resolution->is_paused[state];
}

/* Return the first change to a state that is not closed, count if there is none. */
static uint32
first_open(const Ticket *ticket, const bool *is_closed)
{
	uint32		i = 0;

	while (i < ticket->count && is_closed[ticket->changes[i].state])
		i++;
	return i;
}

static inline bool
ends_closed(const Ticket *ticket, const bool *is_closed)
{
	return is_closed[ticket->changes[ticket->count - 1].state];
}

/*
 * resolution_summary(log, closed_states, as_of, paused_states, calendar) -> how long
 * tickets took to be closed, on a clock that stands still in paused states, and in
 * closed ones until they are reopened.  A ticket that is not closed as of as_of is still open;
 * one that has been in closed states only has not started.  NULL without
 * tickets.  Errors: as_of is NULL or infinite, a state that is closed and paused,
 * two states of a ticket at one moment.
 */
PG_FUNCTION_INFO_V1(ticket_log_resolution);
Datum
ticket_log_resolution(PG_FUNCTION_ARGS)
{
	TimestampTz as_of = outcome_required_arg(fcinfo, 2, "as_of");
	TicketReader tickets;
	Resolution	resolution;
	SortedRun  *summary;
	bool		any = false;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	log_tickets(fcinfo, as_of, &tickets);
	resolution_args(fcinfo, 1, 3, &tickets.reader.labels, &resolution);
	summary = duration_new_by(as_of, resolution.clock != NULL);
	for (; tickets_next(&tickets); any = true)
	{
		const Ticket *ticket = &tickets.ticket;
		uint32		i = first_open(ticket, resolution.is_closed);
		int64		time = 0;

		if (i == ticket->count)
		{
			count_add(&duration_header(summary)->not_started, 1, &duration_type);
			continue;
		}
		check_span(&tickets);
		for (; i < ticket->count; i++)
		{
			if (!stands_still(&resolution, ticket->changes[i].state))
				time += time_between(resolution.clock, ticket->changes[i].at, stay_end(&tickets, i));
		}
		summary = duration_append(summary, time, ends_closed(ticket, resolution.is_closed));
	}
	if (!any)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(duration_finish(summary));
}

/* A target for the resolution of tickets. */
typedef struct ResolutionTarget
{
	int32		days;			/* working days, without a clock none */
	int64		time;
} ResolutionTarget;

/* Read the argument target, n. */
static ResolutionTarget
target_arg(FunctionCallInfo fcinfo, int n, const BusinessClock *clock)
{
	ResolutionTarget target = {0, 0};

	if (clock == NULL)
		target.time = elapsed_span_arg(fcinfo, n, "target");
	else
		business_target_arg(fcinfo, n, &target.days, &target.time);
	return target;
}

/* Has more time passed than there should, by elapsed time? */
static bool
is_late(const TicketReader *tickets, uint32 first, const Resolution *resolution,
		ResolutionTarget target)
{
	const Ticket *ticket = &tickets->ticket;
	int64		left = target.time;

	for (uint32 i = first; i < ticket->count && left >= 0; i++)
	{
		if (!stands_still(resolution, ticket->changes[i].state))
			left -= elapsed_between(ticket->changes[i].at, stay_end(tickets, i));
	}
	return left < 0;
}

/*
 * Has open time passed since the target ran out?  What is open while the ticket's
 * clock stands still moves the target on by so much.
 */
static bool
is_late_by_calendar(const TicketReader *tickets, uint32 first,
					const Resolution *resolution, ResolutionTarget target)
{
	const Ticket *ticket = &tickets->ticket;
	BusinessClock *clock = resolution->clock;
	TimestampTz due = business_clock_due(clock, ticket->changes[first].at,
										 target.days, target.time);

	for (uint32 i = first; i < ticket->count; i++)
	{
		TimestampTz from = ticket->changes[i].at;
		TimestampTz to = stay_end(tickets, i);

		if (stands_still(resolution, ticket->changes[i].state))
			due = business_clock_due(clock, due, 0, business_clock_between(clock, from, to));
		else if (to > due && business_clock_between(clock, due, to) > 0)
			return true;
	}
	return false;
}

/*
 * sla_summary(log, closed_states, target, as_of, paused_states, calendar) -> of how many
 * tickets the target was kept, on the clock of resolution_summary().  A ticket that
 * is closed is decided, and so is an open one whose target has run out; any other is
 * not known yet.  By a calendar, days of the target are working days.  NULL
 * without a log, states or target.  Errors are those of resolution_summary(), and
 * those of a target.
 */
PG_FUNCTION_INFO_V1(ticket_log_sla);
Datum
ticket_log_sla(PG_FUNCTION_ARGS)
{
	TimestampTz as_of = outcome_required_arg(fcinfo, 3, "as_of");
	TicketReader tickets;
	Resolution	resolution;
	ResolutionTarget target;
	int64		outcomes[3] = {0};

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	log_tickets(fcinfo, as_of, &tickets);
	resolution_args(fcinfo, 1, 4, &tickets.reader.labels, &resolution);
	target = target_arg(fcinfo, 2, resolution.clock);
	while (tickets_next(&tickets))
	{
		const Ticket *ticket = &tickets.ticket;
		uint32		first = first_open(ticket, resolution.is_closed);

		if (first == ticket->count)
			outcomes[OUTCOME_UNKNOWN]++;
		else if (resolution.clock == NULL ? is_late(&tickets, first, &resolution, target) :
				 is_late_by_calendar(&tickets, first, &resolution, target))
			outcomes[OUTCOME_NO]++;
		else
			outcomes[ends_closed(ticket, resolution.is_closed) ? OUTCOME_YES : OUTCOME_UNKNOWN]++;
	}
	PG_RETURN_POINTER(rate_summary_make(outcomes[OUTCOME_YES], outcomes[OUTCOME_NO],
										outcomes[OUTCOME_UNKNOWN]));
}

/*
 * Reopened, and answered
 */

/*
 * reopened(log, closed_states, as_of) -> of the tickets that have been closed, how many
 * were reopened: came into another state after that, by as_of.  Tickets that have never been
 * closed are not known.  NULL without a log or states.  Errors: as_of is NULL, two
 * states of a ticket at one moment.
 */
PG_FUNCTION_INFO_V1(ticket_log_reopened);
Datum
ticket_log_reopened(PG_FUNCTION_ARGS)
{
	TicketReader tickets;
	bool	   *is_closed;
	int64		outcomes[3] = {0};

	if (PG_ARGISNULL(2))
		argument_null("as_of", "Give the time up to which the data is complete, or 'infinity' for all that the log has.");
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	log_tickets(fcinfo, PG_GETARG_TIMESTAMPTZ(2), &tickets);
	is_closed = states_arg(fcinfo, 1, "closed_states", &tickets.reader.labels);
	while (tickets_next(&tickets))
	{
		const Ticket *ticket = &tickets.ticket;
		Outcome		outcome = OUTCOME_UNKNOWN;

		for (uint32 i = 0; i < ticket->count && outcome != OUTCOME_YES; i++)
		{
			if (is_closed[ticket->changes[i].state])
				outcome = OUTCOME_NO;
			else if (outcome == OUTCOME_NO)
				outcome = OUTCOME_YES;
		}
		outcomes[outcome]++;
	}
	PG_RETURN_POINTER(rate_summary_make(outcomes[OUTCOME_YES], outcomes[OUTCOME_NO],
										outcomes[OUTCOME_UNKNOWN]));
}

/*
 * Find when a ticket was opened, or reopened, the last time: the last change to such a
 * state from one that is not.  False if it never was.
 */
static bool
last_opened(const Ticket *ticket, const bool *is_opened, uint32 *change)
{
	for (uint32 i = ticket->count; i-- > 0;)
	{
		if (is_opened[ticket->changes[i].state] &&
			(i == 0 || !is_opened[ticket->changes[i - 1].state]))
		{
			*change = i;
			return true;
		}
	}
	return false;
}

/*
 * first_response_summary(log, opened_states, answered_states, as_of, calendar) -> how long
 * tickets waited for the first answer after they were opened or, the last time,
 * reopened.  What is not answered by as_of is still open; what was never opened has
 * not started.  NULL without tickets, a log or states.  Errors: as_of is NULL or infinite, a state
 * that is named in both, two states of a ticket at one moment.
 */
PG_FUNCTION_INFO_V1(ticket_log_first_response);
Datum
ticket_log_first_response(PG_FUNCTION_ARGS)
{
	TimestampTz as_of = outcome_required_arg(fcinfo, 3, "as_of");
	BusinessClock *clock = clock_arg_or_null(fcinfo, 4);
	TicketReader tickets;
	bool	   *is_opened;
	bool	   *is_answered;
	SortedRun  *summary = duration_new_by(as_of, clock != NULL);
	bool		any = false;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	log_tickets(fcinfo, as_of, &tickets);
	is_opened = states_arg(fcinfo, 1, "opened_states", &tickets.reader.labels);
	is_answered = states_arg(fcinfo, 2, "answered_states", &tickets.reader.labels);
	states_apart(is_opened, "opened_states", is_answered, "answered_states",
				 &tickets.reader.labels);
	for (; tickets_next(&tickets); any = true)
	{
		const Ticket *ticket = &tickets.ticket;
		uint32		opened;
		uint32		answered;

		if (!last_opened(ticket, is_opened, &opened))
		{
			count_add(&duration_header(summary)->not_started, 1, &duration_type);
			continue;
		}
		answered = opened;
		while (answered < ticket->count && !is_answered[ticket->changes[answered].state])
			answered++;
		summary = duration_append(summary,
								  time_between(clock, ticket->changes[opened].at,
											   answered < ticket->count ? ticket->changes[answered].at : as_of),
								  answered < ticket->count);
	}
	if (!any)
		PG_RETURN_NULL();
	PG_RETURN_POINTER(duration_finish(summary));
}
