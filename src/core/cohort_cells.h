/*-------------------------------------------------------------------------
 *
 * cohort_cells.h
 *	  Cohorts as a table: how many users of each cohort came back at each age.
 *
 * A cohort is the users who began in one period of the calendar.  An age is a
 * number of periods, or of windows of any length from each user's own start; how
 * ages are counted is up to the family.  A cell counts only users whose whole age
 * is over; a cell of nobody is NULL.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COHORT_CELLS_H
#define CX_COHORT_CELLS_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "utils/date.h"

#include "core/calendar.h"
#include "core/count_table.h"
#include "core/sorted_run.h"
#include "core/summary.h"

/* What it means to have come back. */
typedef enum CohortKind
{
	COHORT_IN_PERIOD,			/* at the age */
	COHORT_ON_OR_AFTER,			/* at the age or later, as far as is known */
	COHORT_BRACKET				/* at one age of a range */
} CohortKind;

typedef struct CohortOptions
{
	Grain		grain;			/* of cohorts */
	DateADT		to_date;		/* the first day that is not known */
	int64		from_cohort;	/* the first one that is shown */
	CohortKind	kind;
	int			brackets;		/* how many */
	int32	   *bounds;			/* from each one's first age to the next one's */
	bool		with_total;		/* a row for all cohorts together */
	bool		with_observed;	/* users differ in which ages are over */
	const char *coarser;		/* what makes fewer ages */
	double		z;
} CohortOptions;

typedef struct CohortCells
{
	CohortOptions options;
	const SummaryType *type;	/* of counts, for messages */
	/* counts of few cohorts and ages, and all others */
	CountTable	known;
	CountTable	active;
	SortedRun  *counts;
	bool		has_first;
	int64		first;			/* cohort of the tables' first row */
	/* the user at hand */
	bool		is_shown;
	int64		cohort;
	int64		over;			/* ages that are */
	int64		last;			/* column that was counted, or age, -1: none */
} CohortCells;

extern bool cohort_options_args(FunctionCallInfo fcinfo, int n, bool has_brackets,
								Grain grain, DateADT to_date, CohortOptions *options);
extern const char *cohort_kind_name(CohortKind kind);
extern void cohort_check_rows(int64 rows, int64 first, int64 last, Grain grain,
							  const char *coarser);

extern void cohort_cells_begin(CohortCells *cells, const CohortOptions *options,
							   const SummaryType *type);
extern void cohort_cells_add_known(CohortCells *cells, int64 cohort, int64 over,
								   int64 begun, int64 users);
extern void cohort_cells_add_active(CohortCells *cells, int64 cohort, int64 age,
									int64 users);
extern void cohort_cells_user(CohortCells *cells, int64 cohort, int64 over,
							  int64 begun);
extern void cohort_cells_active(CohortCells *cells, int64 age);
extern void cohort_cells_user_end(CohortCells *cells);
extern void cohort_cells_put(CohortCells *cells, FunctionCallInfo fcinfo);

#endif							/* CX_COHORT_CELLS_H */
