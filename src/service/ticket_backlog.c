/*-------------------------------------------------------------------------
 *
 * ticket_backlog.c
 *	  How many tickets of a log were opened and closed on a day, and how many are
 *	  open at its end.
 *
 * A ticket is open while it is in one of the states that are.  One pass over the log
 * counts by day when tickets come into such a state and when they leave it; what is
 * open at the end of a day is what adds up.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "core/calendar.h"
#include "core/result.h"
#include "core/zone_days.h"
#include "service/backlog.h"
#include "service/ticket_log.h"
#include "service/ticket_states.h"

/* Find the first and the last day with an entry; leave them if there is none. */
static void
days_of_log(const PackedLog *log, ZoneDays *zone, DateADT *first_day, DateADT *last_day)
{
	LogReader	reader;
	LogEntry	entry;
	TimestampTz first = DT_NOEND;
	TimestampTz last = DT_NOBEGIN;
	uint32		steps = 0;

	log_read(&reader, log, &ticket_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		first = Min(first, entry.time);
		last = Max(last, entry.time);
	}
	if (first > last)
		return;
	*first_day = zone_day(zone, first);
	*last_day = Max(*first_day, zone_day(zone, last));
}

/* The days of a series, and what was open before it. */
typedef struct BacklogSeries
{
	BacklogRange range;
	int64		open_before;
	BacklogDay *days;
} BacklogSeries;

/* Count the changes of a ticket. */
static void
count_ticket(BacklogSeries *series, const Ticket *ticket, const bool *is_open,
			 ZoneDays *zone)
{
	bool		was_open = false;
	DateADT		day = PG_INT32_MIN;

	for (uint32 i = 0; i < ticket->count; i++)
	{
		const StateChange *change = &ticket->changes[i];
		bool		now_open = is_open[change->state];

		if (now_open == was_open)
			continue;
		was_open = now_open;
		/* clocks that are put back over midnight lead into the day before */
		day = Max(day, zone_day(zone, change->at));
		if (day < series->range.from_date)
			series->open_before += now_open ? 1 : -1;
		else if (day >= series->range.to_date)
			return;
		else if (now_open)
			series->days[day - series->range.from_date].opened++;
		else
			series->days[day - series->range.from_date].closed++;
	}
}

/*
 * backlog(log, open_states, from_date, to_date, zone) -> (day, opened, closed,
 * open_at_end): a row for every day of [from_date, to_date) in a time zone, by default
 * from the first day with an entry to the last; how many tickets came into one of
 * the open states, how many left them, how many are in one at its end.  No rows
 * for NULL.  Errors: a zone that is NULL or unknown, a range that ends before it
 * begins, more than a million days, two states of a ticket at one moment.
 */
PG_FUNCTION_INFO_V1(ticket_log_backlog);
Datum
ticket_log_backlog(PG_FUNCTION_ARGS)
{
	const PackedLog *log;
	TicketReader tickets;
	ZoneDays	zone;
	BacklogSeries series = {0};
	bool	   *is_open;
	DateADT		first_day = BACKLOG_NO_DAY;
	DateADT		last_day = BACKLOG_NO_DAY;
	int			count;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	zone_days_arg(fcinfo, 4, &zone);
	log = log_arg(fcinfo, 0, &ticket_log_type);
	days_of_log(log, &zone, &first_day, &last_day);
	if (!backlog_range_args(fcinfo, 2, first_day, last_day, &series.range))
		return (Datum) 0;
	count = series.range.to_date - series.range.from_date;
	series.days = palloc0(count * sizeof(BacklogDay));
	for (int i = 0; i < count; i++)
		series.days[i].day = series.range.from_date + i;
	tickets_begin(&tickets, log, &ticket_log_type, DT_NOEND);
	is_open = states_arg(fcinfo, 1, "open_states", &tickets.reader.labels);
	while (tickets_next(&tickets))
		count_ticket(&series, &tickets.ticket, is_open, &zone);
	backlog_rows(fcinfo, &series.range, series.days, (uint32) count, series.open_before);
	return (Datum) 0;
}
