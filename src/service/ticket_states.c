/*-------------------------------------------------------------------------
 *
 * ticket_states.c
 *	  Tickets of a log, one after the other, as changes from state to state.
 *
 * A state that repeats is no change: the ticket has been in it since it came into
 * it.  Two states of a ticket at one moment are an error, since how long it was in
 * the one that came last depends on which that was.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/elapsed.h"
#include "core/shown.h"
#include "service/ticket_log.h"
#include "service/ticket_states.h"

/* Begin with a log; changes after as_of are not known yet. */
void
tickets_begin(TicketReader *tickets, const PackedLog *log, const LogType *type,
			  TimestampTz as_of)
{
	memset(tickets, 0, sizeof(TicketReader));
	log_read(&tickets->reader, log, type);
	tickets->as_of = as_of;
	tickets->room = 16;
	tickets->ticket.changes = palloc(tickets->room * sizeof(StateChange));
}

static char *
state_shown(const Labels *labels, uint32 state)
{
	return text_shown(cstring_to_text(labels_text(labels, state)));
}

/* Report two states at one moment; they come in the order of their names. */
static pg_noinline pg_noreturn void
two_at_once(const TicketReader *tickets, const LogEntry *entry, uint32 before)
{
	const LogReader *reader = &tickets->reader;
	const char *ticket = reader->type->is_history ? "It" :
	psprintf("Ticket %s", id_shown(reader->kind, &entry->id));

	ereport(ERROR,
			(errcode(ERRCODE_DATA_EXCEPTION),
			 errmsg("a ticket comes into two states at one moment"),
			 errdetail("%s comes into \"%s\" and \"%s\" at %s UTC.", ticket,
					   state_shown(&reader->labels, before),
					   state_shown(&reader->labels, (uint32) entry->payload[0]),
					   elapsed_time_text(entry->time)),
			 errhint("Leave one of them out, or give the one that came last a later time, such as at + interval '1 microsecond'.")));
}

/* Take the next entry of a ticket; last is the one before it, if there is one. */
static void
take_entry(TicketReader *tickets, const LogEntry *entry, const LogEntry *last)
{
	Ticket	   *ticket = &tickets->ticket;
	uint32		state = (uint32) entry->payload[0];

	if (entry->time > tickets->as_of)
		return;
	if (last != NULL && last->time == entry->time)
		two_at_once(tickets, entry, (uint32) last->payload[0]);
	if (ticket->count > 0 && ticket->changes[ticket->count - 1].state == state)
		return;
	if (ticket->count == tickets->room)
	{
		tickets->room *= 2;
		ticket->changes = repalloc_huge(ticket->changes,
										(Size) tickets->room * sizeof(StateChange));
	}
	ticket->changes[ticket->count].state = state;
	ticket->changes[ticket->count++].at = entry->time;
}

/*
 * Go to the next ticket that has been in a state by as_of; false after the last.
 */
bool
tickets_next(TicketReader *tickets)
{
	LogReader  *reader = &tickets->reader;

	tickets->ticket.count = 0;
	while (tickets->ticket.count == 0)
	{
		LogEntry	entries[2];
		int			n = 0;

		if (!log_next(reader, &entries[0]))
			return false;
		take_entry(tickets, &entries[0], NULL);
		while (reader->of_id > 0)
		{
			if ((++tickets->steps & INTERRUPT_MASK) == 0)
				CHECK_FOR_INTERRUPTS();
			n = 1 - n;
			(void) log_next(reader, &entries[n]);
			take_entry(tickets, &entries[n], &entries[1 - n]);
		}
		if ((++tickets->steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/*
 * Read argument n, names of states, and return for each state of a log whether it
 * is one of them.  A name that no ticket has been in says nothing; a NULL among them
 * is an error, and so is a name that is there in other capitals.
 */
bool *
states_arg(FunctionCallInfo fcinfo, int n, const char *name, const Labels *labels)
{
	bool	   *is_named = palloc0(Max(labels->count, 1) * sizeof(bool));
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(n))
		return is_named;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), TEXTOID, -1, false, TYPALIGN_INT,
					  &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		text	   *element;
		Label		label;
		uint32		state;

		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("%s must not contain NULL", name),
					 errdetail("Element %d is NULL.", i + 1),
					 errhint("Write array_remove(%s, NULL).", name)));
		element = DatumGetTextPP(elements[i]);
		label.name = VARDATA_ANY(element);
		label.length = (uint32) VARSIZE_ANY_EXHDR(element);
		state = labels_find_named(labels, &ticket_state, label);
		if (state != LABEL_NONE)
			is_named[state] = true;
	}
	return is_named;
}

/* Report a state that is named twice, for things that it cannot be both. */
void
states_apart(const bool *one, const char *one_name, const bool *other,
			 const char *other_name, const Labels *labels)
{
	for (uint32 i = 0; i < labels->count; i++)
	{
		if (one[i] && other[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a state is both in %s and in %s", one_name, other_name),
					 errdetail("It is \"%s\".", state_shown(labels, i)),
					 errhint("Name it in one of them.")));
	}
}

/* Return the clock of argument n, NULL where there is no calendar. */
BusinessClock *
clock_arg_or_null(FunctionCallInfo fcinfo, int n)
{
	return PG_ARGISNULL(n) ? NULL : business_clock_arg(fcinfo, n);
}

/* Return how much time passes on a clock, or elapses where it is NULL. */
int64
time_between(BusinessClock *clock, TimestampTz from, TimestampTz to)
{
	return clock == NULL ? elapsed_between(from, to) :
		business_clock_between(clock, from, to);
}
