/*-------------------------------------------------------------------------
 *
 * business_calendar.h
 *	  business_calendar and special_days as values: what their text and binary
 *	  forms and their aggregates share.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_BUSINESS_CALENDAR_H
#define CX_BUSINESS_CALENDAR_H

#include "core/business_clock.h"
#include "core/run_summary.h"

extern const RunSummary calendar_summary;
extern const RunSummary special_days_summary;

extern const char *calendar_problem(const SortedRun *calendar);
extern const char *special_days_problem(const SortedRun *days);

static inline CalendarHeader *
calendar_header(SortedRun *calendar)
{
	return (CalendarHeader *) sorted_run_header(calendar);
}

static inline const CalendarHeader *
calendar_header_const(const SortedRun *calendar)
{
	return (const CalendarHeader *) sorted_run_header_const(calendar);
}

/* Entry i of either type. */
static inline const CalendarEntry *
calendar_entry(const RunSummary *type, const SortedRun *run, uint32 i)
{
	return (const CalendarEntry *) sorted_run_entry_const(type->run, run, i);
}

#endif							/* CX_BUSINESS_CALENDAR_H */
