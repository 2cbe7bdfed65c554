/*-------------------------------------------------------------------------
 *
 * state_history.c
 *	  What is read from the states of one ticket.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "rate/rate.h"
#include "service/ticket_log.h"
#include "service/ticket_states.h"

/* Read the history in argument 0, up to as_of; false where there is nothing. */
static bool
history_arg(FunctionCallInfo fcinfo, TimestampTz as_of, TicketReader *tickets)
{
	tickets_begin(tickets, log_arg(fcinfo, 0, &state_history_type),
				  &state_history_type, as_of);
	return tickets_next(tickets);
}

/*
 * time_in(history, states, as_of, calendar) -> how long the ticket has been in these
 * states by as_of, an interval without days; by a calendar, how much of that was
 * open.  NULL without a history or states.  Errors: as_of is NULL or infinite, a
 * NULL among the states, two states at one moment.
 */
PG_FUNCTION_INFO_V1(state_history_time_in);
Datum
state_history_time_in(PG_FUNCTION_ARGS)
{
	TimestampTz as_of = outcome_required_arg(fcinfo, 2, "as_of");
	BusinessClock *clock = clock_arg_or_null(fcinfo, 3);
	TicketReader tickets;
	bool	   *is_named;
	Interval   *result;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	result = (Interval *) palloc0(sizeof(Interval));
	if (!history_arg(fcinfo, as_of, &tickets))
		PG_RETURN_INTERVAL_P(result);
	check_span(&tickets);
	is_named = states_arg(fcinfo, 1, "states", &tickets.reader.labels);
	for (uint32 i = 0; i < tickets.ticket.count; i++)
	{
		const StateChange *change = &tickets.ticket.changes[i];

		if (is_named[change->state])
			result->time += time_between(clock, change->at, stay_end(&tickets, i));
	}
	PG_RETURN_INTERVAL_P(result);
}

/*
 * state_at(history, at) -> the state in which the ticket is at a moment; NULL before the
 * first one.  Two states at one moment are an error.
 */
PG_FUNCTION_INFO_V1(state_history_state_at);
Datum
state_history_state_at(PG_FUNCTION_ARGS)
{
	TicketReader tickets;
	const Ticket *ticket = &tickets.ticket;

	if (!history_arg(fcinfo, PG_GETARG_TIMESTAMPTZ(1), &tickets))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(labels_text(&tickets.reader.labels,
												 ticket->changes[ticket->count - 1].state)));
}

/*
 * Find the number of the state in argument 1, LABEL_NONE if there is none; one that is
 * there in other capitals is an error.
 */
static uint32
state_arg(FunctionCallInfo fcinfo, const Labels *labels)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	Label		label;

	label.name = VARDATA_ANY(name);
	label.length = (uint32) VARSIZE_ANY_EXHDR(name);
	return labels_find_named(labels, &ticket_state, label);
}

/*
 * first_entered(history, state) -> the moment at which the ticket came into a state for
 * the first time; NULL if it never did.  Errors: two states at one moment, a state in
 * other capitals than it has.
 */
PG_FUNCTION_INFO_V1(state_history_first_entered);
Datum
state_history_first_entered(PG_FUNCTION_ARGS)
{
	TicketReader tickets;
	uint32		state;

	if (!history_arg(fcinfo, DT_NOEND, &tickets))
		PG_RETURN_NULL();
	state = state_arg(fcinfo, &tickets.reader.labels);
	for (uint32 i = 0; i < tickets.ticket.count; i++)
	{
		if (tickets.ticket.changes[i].state == state)
			PG_RETURN_TIMESTAMPTZ(tickets.ticket.changes[i].at);
	}
	PG_RETURN_NULL();
}

/*
 * times_entered(history, state) -> how often the ticket came into a state; one that
 * repeats is entered once.  Errors: two states at one moment, a state in other
 * capitals than it has.
 */
PG_FUNCTION_INFO_V1(state_history_times_entered);
Datum
state_history_times_entered(PG_FUNCTION_ARGS)
{
	TicketReader tickets;
	uint32		state;
	int64		count = 0;

	if (!history_arg(fcinfo, DT_NOEND, &tickets))
		PG_RETURN_INT64(0);
	state = state_arg(fcinfo, &tickets.reader.labels);
	for (uint32 i = 0; i < tickets.ticket.count; i++)
		count += tickets.ticket.changes[i].state == state;
	PG_RETURN_INT64(count);
}
