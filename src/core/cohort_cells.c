/*-------------------------------------------------------------------------
 *
 * cohort_cells.c
 *	  Cohorts as a table: how many users of each cohort came back at each age.
 *
 * Of each cohort two lists of counts are kept: for how many users so many ages are
 * over, and how many were active in each column, which is an age or a bracket.  The
 * cells are sums of these.
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

#include "core/aggregate.h"
#include "core/cohort_cells.h"
#include "core/confidence.h"
#include "core/result.h"
#include "core/shown.h"
#include "math/statistics.h"

/* The most rows that a function returns. */
#define MAX_ROWS	10000000

/* The tables have room for so many cohorts before the one that comes first. */
#define COHORTS_BEFORE	128

/* How many users of a cohort have so many ages over, or were active in a column. */
typedef struct CohortCount
{
	int64		cohort;
	int64		is_active;
	int64		column;			/* ages over * 2, one more if another has
								 * begun */
	int64		users;
} CohortCount;

static void
add_users(void *into, const void *from)
{
	((CohortCount *) into)->users += ((const CohortCount *) from)->users;
}

static const SortedRunType count_run = {
	.type_name = "cohorts",
	.header_size = 0,
	.entry_size = sizeof(CohortCount),
	.key_words = 3,
	.merge = add_users
};

/*
 * Options
 */

static const char *const kind_names[] = {
	[COHORT_IN_PERIOD] = "in_period",
	[COHORT_ON_OR_AFTER] = "on_or_after",
	[COHORT_BRACKET] = "bracket"
};

const char *
cohort_kind_name(CohortKind kind)
{
	return kind_names[kind];
}

/* Read the argument kind, n, of a log or of a summary, which has one kind. */
static CohortKind
kind_arg(FunctionCallInfo fcinfo, int n, bool is_log)
{
	const char *choice = is_log ? "Write 'in_period', 'on_or_after' or 'bracket'." :
	"Write 'in_period'; other kinds are read from a log.";
	text	   *name;
	size_t		length;

	if (PG_ARGISNULL(n))
		argument_null("kind", choice);
	name = PG_GETARG_TEXT_PP(n);
	length = VARSIZE_ANY_EXHDR(name);
	for (size_t i = 0; i < lengthof(kind_names); i++)
	{
		if (length == strlen(kind_names[i]) &&
			pg_strncasecmp(VARDATA_ANY(name), kind_names[i], length) == 0)
			return (CohortKind) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown kind of retention"),
			 errdetail("The kind is \"%s\".", text_shown(name)),
			 errhint("%s", choice)));
	return COHORT_IN_PERIOD;	/* keep compiler quiet */
}

#define BRACKETS_HINT \
	"Give the first age of each bracket and the age after the last one: '{0,1,4,8}' is age 0, ages 1 to 3 and ages 4 to 7."

static pg_noinline pg_noreturn void
brackets_wrong(const char *problem, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", problem),
			 detail != NULL ? errdetail("%s", detail) : 0,
			 errhint(BRACKETS_HINT)));
}

/* Read the argument brackets, n. */
static void
brackets_arg(FunctionCallInfo fcinfo, int n, CohortOptions *options)
{
	Datum	   *bounds;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(n))
	{
		if (options->kind == COHORT_BRACKET)
			brackets_wrong("kind => 'bracket' needs brackets", "brackets is NULL.");
		return;
	}
	if (options->kind != COHORT_BRACKET)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("brackets are of kind => 'bracket' only"),
				 errdetail("kind is \"%s\".", cohort_kind_name(options->kind)),
				 errhint("Add kind => 'bracket', or leave brackets out.")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(n), INT4OID, sizeof(int32), true,
					  TYPALIGN_INT, &bounds, &nulls, &count);
	if (count < 2)
		brackets_wrong("brackets must have two ages or more", psprintf("There are %d.", count));
	options->brackets = count - 1;
	options->bounds = palloc(count * sizeof(int32));
	for (int i = 0; i < count; i++)
	{
		options->bounds[i] = nulls[i] ? -1 : DatumGetInt32(bounds[i]);
		if ((i & 0xff) == 0)
			CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			brackets_wrong("brackets must not contain NULL", psprintf("Element %d is NULL.", i + 1));
		if (options->bounds[i] < 0)
			brackets_wrong("brackets must not be negative", psprintf("Element %d is %d.", i + 1, options->bounds[i]));
		if (i > 0 && options->bounds[i] <= options->bounds[i - 1])
			brackets_wrong("brackets must be in ascending order", psprintf("Element %d is %d, after %d.", i + 1, options->bounds[i], options->bounds[i - 1]));
	}
}

/*
 * Read the arguments from n on: from_date, kind, brackets if there are some,
 * with_total and confidence.  False where one of the last two is NULL: there are no
 * rows then.
 */
bool
cohort_options_args(FunctionCallInfo fcinfo, int n, bool has_brackets, Grain grain,
					DateADT to_date, CohortOptions *options)
{
	int			rest = has_brackets ? n + 3 : n + 2;

	if (PG_ARGISNULL(rest) || PG_ARGISNULL(rest + 1))
		return false;
	memset(options, 0, sizeof(CohortOptions));
	options->grain = grain;
	options->coarser = "a coarser grain";
	options->to_date = to_date;
	options->from_cohort = PG_INT64_MIN;
	if (!PG_ARGISNULL(n))
	{
		DateADT		from_date = calendar_day_arg(PG_GETARG_TIMESTAMP(n), "from_date");
		int32		period = calendar_period(from_date, grain);

		calendar_range_check(from_date, to_date);
		options->from_cohort = calendar_period_start(period, grain) < from_date ?
			(int64) period + 1 : period;
	}
	options->kind = kind_arg(fcinfo, n + 1, has_brackets);
	if (has_brackets)
		brackets_arg(fcinfo, n + 2, options);
	options->with_total = PG_GETARG_BOOL(rest);
	options->z = confidence_quantile(PG_GETARG_FLOAT8(rest + 1));
	return true;
}

/*
 * Counting
 */

/* Begin; counts are of a type, which messages name. */
void
cohort_cells_begin(CohortCells *cells, const CohortOptions *options,
				   const SummaryType *type)
{
	memset(cells, 0, sizeof(CohortCells));
	cells->options = *options;
	cells->type = type;
	cells->counts = sorted_run_new(&count_run);
}

static void
append_count(CohortCells *cells, int64 cohort, bool is_active, int64 column,
			 int64 users)
{
	CohortCount count;

	count.cohort = cohort;
	count.is_active = is_active;
	count.column = column;
	count.users = users;
	cells->counts = sorted_run_append(&count_run, cells->counts, &count);
}

/* Count a user in a table, or where that ends in the run. */
static inline void
count_user(CohortCells *cells, CountTable *table, int64 column)
{
	if (!count_table_add(table, (uint64) (cells->cohort - cells->first), (uint64) column))
		append_count(cells, cells->cohort, table == &cells->active, column, 1);
}

/* Say for how many users of a cohort so many ages are over, and have begun. */
void
cohort_cells_add_known(CohortCells *cells, int64 cohort, int64 over, int64 begun,
					   int64 users)
{
	if (cohort >= cells->options.from_cohort)
		append_count(cells, cohort, false, over * 2 + (begun > over ? 1 : 0), users);
}

/* Count users of a cohort who were active at an age that is over for them. */
void
cohort_cells_add_active(CohortCells *cells, int64 cohort, int64 age, int64 users)
{
	if (cohort >= cells->options.from_cohort)
		append_count(cells, cohort, true, age, users);
}

/* Begin with a user, for whom so many ages are over, and at least one has begun. */
void
cohort_cells_user(CohortCells *cells, int64 cohort, int64 over, int64 begun)
{
	cells->is_shown = cohort >= cells->options.from_cohort;
	if (!cells->is_shown)
		return;
	if (!cells->has_first)
		cells->first = cohort - COHORTS_BEFORE;
	cells->has_first = true;
	cells->cohort = cohort;
	cells->over = over;
	cells->last = -1;
	count_user(cells, &cells->known, over * 2 + (begun > over ? 1 : 0));
}

/* Find the bracket that an age is in; false if there is none. */
static bool
find_bracket(const CohortOptions *options, int64 age, int *bracket)
{
	int			low = 0;
	int			high = options->brackets;

	if (age < options->bounds[0] || age >= options->bounds[high])
		return false;
	while (high - low > 1)
	{
		int			middle = (low + high) / 2;

		if (age < options->bounds[middle])
			high = middle;
		else
			low = middle;
	}
	*bracket = low;
	return true;
}

/*
 * The user was active at an age.  Ages come in order, and may come again; where the
 * clocks were put back over midnight, the day after the one that comes again.
 */
void
cohort_cells_active(CohortCells *cells, int64 age)
{
	const CohortOptions *options = &cells->options;
	int			bracket;

	if (!cells->is_shown)
		return;
	switch (options->kind)
	{
		case COHORT_IN_PERIOD:
			if (age <= cells->last || age >= cells->over)
				return;
			cells->last = age;
			count_user(cells, &cells->active, age);
			break;
		case COHORT_ON_OR_AFTER:
			cells->last = Max(cells->last, age);
			break;
		case COHORT_BRACKET:
			if (!find_bracket(options, age, &bracket) || bracket <= cells->last ||
				options->bounds[bracket + 1] > cells->over)
				return;
			cells->last = bracket;
			count_user(cells, &cells->active, bracket);
			break;
	}
}

/* The ages of the user have come to their end. */
void
cohort_cells_user_end(CohortCells *cells)
{
	int64		age = Min(cells->last, cells->over - 1);

	/* who was active at an age was so on or after every age before it */
	if (cells->is_shown && cells->options.kind == COHORT_ON_OR_AFTER && age >= 0)
		count_user(cells, &cells->active, age);
}

/*
 * Rows
 */

/*
 * Report a result of too many rows, for the periods from first to last; there are fewer
 * with what is coarser, "a coarser grain".
 */
void
cohort_check_rows(int64 rows, int64 first, int64 last, Grain grain,
				  const char *coarser)
{
	if (rows > MAX_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the result has too many rows"),
				 errdetail("It would have more than %d rows, for the periods from %s to %s.",
						   MAX_ROWS,
						   calendar_day_text(calendar_period_start((int32) first, grain)),
						   calendar_day_text(calendar_period_start((int32) last, grain))),
				 errhint("Look for an impossible date in the data, or use %s.", coarser)));
}

/* Put the counts of a table with the others. */
static void
append_table(CohortCells *cells, const CountTable *table, bool is_active)
{
	for (uint64 row = 0; row < table->rows; row++)
	{
		const int64 *counts = table->counts + row * table->columns;

		for (uint64 column = 0; column < table->columns; column++)
		{
			if (counts[column] > 0)
				append_count(cells, cells->first + (int64) row, is_active,
							 (int64) column, counts[column]);
		}
	}
}

/* A cell. */
typedef struct Cell
{
	int64		observed;		/* users for whom the age is over */
	int64		active;
} Cell;

/* The table on its way out. */
typedef struct CellWriter
{
	const CohortOptions *options;
	const SummaryType *type;
	ResultRows	rows;
	int64		count;			/* of rows */
	int64		first_cohort;
	Cell	   *totals;			/* by row of a cohort */
	int64		total_rows;
	int64		total_room;
	int64		total_size;
} CellWriter;

static void
put_cell(CellWriter *writer, const int64 *cohort, int64 row, int64 size, Cell cell)
{
	const CohortOptions *options = writer->options;
	Datum		values[8] = {0};
	bool		nulls[8] = {cohort == NULL};
	int			n = 0;

	if (cohort != NULL)
		values[0] = DateADTGetDatum(calendar_period_start((int32) *cohort, options->grain));
	values[1] = Int32GetDatum(options->kind == COHORT_BRACKET ? options->bounds[row] : (int32) row);
	values[2] = Int64GetDatum(size);
	n = 3;
	if (options->with_observed)
		values[n++] = Int64GetDatum(cell.observed);
	if (cell.observed == 0)
		nulls[n] = nulls[n + 1] = nulls[n + 2] = nulls[n + 3] = true;
	else
	{
		Bounds		bounds = wilson_interval((double) cell.active, (double) cell.observed,
											 options->z);

		values[n] = Int64GetDatum(cell.active);
		values[n + 1] = percent_result(cell.active, cell.observed);
		interval_result(100.0 * bounds.low, 100.0 * bounds.high, values[n + 1], &values[n + 2]);
	}
	rows_put(&writer->rows, values, nulls);
}

static void
add_total(CellWriter *writer, int64 row, Cell cell)
{
	if (row >= writer->total_room)
	{
		int64		room = Max(64, writer->total_room * 2);

		/* not in the memory of a row, which ends with the next one */
		writer->totals = writer->totals == NULL ?
			MemoryContextAlloc(writer->rows.before, room * sizeof(Cell)) :
			repalloc_huge(writer->totals, (Size) room * sizeof(Cell));
		writer->total_room = room;
	}
	while (writer->total_rows <= row)
		memset(&writer->totals[writer->total_rows++], 0, sizeof(Cell));
	count_add(&writer->totals[row].observed, cell.observed, writer->type);
	count_add(&writer->totals[row].active, cell.active, writer->type);
}

/* How many rows a cohort has of which so many ages have begun. */
static int64
rows_of(const CohortOptions *options, int64 begun)
{
	int64		rows = 0;

	if (options->kind != COHORT_BRACKET)
		return begun;
	while (rows < options->brackets && options->bounds[rows] < begun)
		rows++;
	return rows;
}

/* Put the cells of a cohort: the counts from first to before end. */
static void
put_cohort(CellWriter *writer, const CohortCount *first, const CohortCount *end)
{
	const CohortOptions *options = writer->options;
	const CohortCount *known = first;
	const CohortCount *active = first;
	int64		size = 0;
	int64		begun = 0;
	int64		left = 0;		/* that have been active in this row or later */
	int64		observed;
	int64		rows;

	for (; active < end && !active->is_active; active++)
	{
		count_add(&size, active->users, writer->type);
		begun = Max(begun, (active->column + 1) / 2);
	}
	for (const CohortCount *count = active; count < end; count++)
		count_add(&left, count->users, writer->type);
	count_add(&writer->total_size, size, writer->type);
	rows = rows_of(options, begun);
	writer->count += rows;
	cohort_check_rows(writer->count, writer->first_cohort,
					  calendar_period(options->to_date - 1, options->grain), options->grain,
					  options->coarser);

	observed = size;
	for (int64 row = 0; row < rows; row++)
	{
		int64		ages = options->kind == COHORT_BRACKET ? options->bounds[row + 1] : row + 1;
		Cell		cell = {0, 0};

		CHECK_FOR_INTERRUPTS();
		for (; known < end && !known->is_active && known->column / 2 < ages; known++)
			observed -= known->users;
		cell.observed = observed;
		if (options->kind == COHORT_ON_OR_AFTER)
			cell.active = left;
		for (; active < end && active->column == row; active++)
		{
			if (options->kind != COHORT_ON_OR_AFTER)
				cell.active = active->users;
			left -= active->users;
		}
		put_cell(writer, &first->cohort, row, size, cell);
		if (options->with_total)
			add_total(writer, row, cell);
	}
}

/*
 * Return the rows (cohort, age, cohort_size, active, retention, low, high), with
 * options->with_observed one more column, observed, before active: of each cohort and
 * age or bracket, of which age is the first, how many users the cohort has, for how
 * many the age is over, how many of them were active, 100 * active / observed, and
 * Wilson's interval.  Where the age is over for nobody, the last four are NULL.  The
 * rows for all cohorts together come last, their cohort is NULL, and without the
 * column observed cohort_size is that.
 */
void
cohort_cells_put(CohortCells *cells, FunctionCallInfo fcinfo)
{
	CellWriter	writer = {0};
	const SortedRun *counts;
	const CohortCount *first;
	const CohortCount *end;

	append_table(cells, &cells->known, false);
	append_table(cells, &cells->active, true);
	counts = sorted_run_read(&count_run, cells->counts);
	writer.options = &cells->options;
	writer.type = cells->type;
	rows_begin(&writer.rows, fcinfo);
	first = (const CohortCount *) sorted_run_entry_const(&count_run, counts, 0);
	end = first + counts->used;
	writer.first_cohort = first < end ? first->cohort : 0;
	while (first < end)
	{
		const CohortCount *next = first;

		while (next < end && next->cohort == first->cohort)
			next++;
		put_cohort(&writer, first, next);
		first = next;
	}
	for (int64 row = 0; row < writer.total_rows; row++)
		put_cell(&writer, NULL, row, cells->options.with_observed ? writer.total_size :
				 writer.totals[row].observed, writer.totals[row]);
	rows_end(&writer.rows);
}
