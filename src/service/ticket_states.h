/*-------------------------------------------------------------------------
 *
 * ticket_states.h
 *	  Tickets of a log, one after the other, as changes from state to state.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_TICKET_STATES_H
#define CX_TICKET_STATES_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/timestamp.h"

#include "core/business_clock.h"
#include "core/elapsed.h"
#include "core/log.h"

/* A ticket is in a state from then on. */
typedef struct StateChange
{
	uint32		state;			/* its number in the log */
	TimestampTz at;
} StateChange;

/* A ticket: a change or more, in order, each to another state. */
typedef struct Ticket
{
	uint32		count;
	StateChange *changes;
} Ticket;

/* Goes through the tickets of a log. */
typedef struct TicketReader
{
	LogReader	reader;
	TimestampTz as_of;			/* what is later is not known yet */
	Ticket		ticket;
	uint32		room;
	uint32		steps;
} TicketReader;

extern void tickets_begin(TicketReader *tickets, const PackedLog *log,
						  const LogType *type, TimestampTz as_of);
extern bool tickets_next(TicketReader *tickets);

extern bool *states_arg(FunctionCallInfo fcinfo, int n, const char *name,
						const Labels *labels);
extern void states_apart(const bool *one, const char *one_name,
						 const bool *other, const char *other_name,
						 const Labels *labels);
extern BusinessClock *clock_arg_or_null(FunctionCallInfo fcinfo, int n);
extern int64 time_between(BusinessClock *clock, TimestampTz from,
						  TimestampTz to);

/* Return when the stay that begins with a change ends. */
static inline TimestampTz
stay_end(const TicketReader *tickets, uint32 i)
{
	return i + 1 < tickets->ticket.count ?
		tickets->ticket.changes[i + 1].at : tickets->as_of;
}

/*
 * See that the time of a ticket fits, and thereby every sum of its stays, which
 * follow each other.
 */
static inline void
check_span(const TicketReader *tickets)
{
	(void) elapsed_between(tickets->ticket.changes[0].at, tickets->as_of);
}

#endif							/* CX_TICKET_STATES_H */
