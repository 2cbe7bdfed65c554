/*-------------------------------------------------------------------------
 *
 * p_adjust.c
 *	  Many tests at once: p values that take into account how many there are.
 *
 * Of 20 channels in which nothing has happened, one changes significantly in two
 * of three weeks.  A window function sees the p values of its partition together.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "windowapi.h"

#include "core/entry_sort.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary.h"
#include "core/summary_json.h"
#include "math/multiple_tests.h"

/* What is known of a partition once its first row has been asked for. */
typedef struct AdjustedRows
{
	bool		ready;
	PAdjustMethod method;
	double		p[FLEXIBLE_ARRAY_MEMBER];	/* by row; NaN for NULL */
} AdjustedRows;

/* A p value with the row that it belongs to, as words to be sorted. */
typedef struct RowOfP
{
	int64		bits;			/* of a double that is not negative: in its
								 * order */
	int64		row;
} RowOfP;

static const EntryShape row_of_p_shape = {.words = 2,.key_words = 2,.payload_bits = 0};

static const char *const method_names[] = {"holm", "bonferroni", "bh"};

static pg_noinline pg_noreturn void
p_value_invalid(const char *shown)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("p_value must be between 0 and 1"),
			 errdetail("p_value is %s.", shown),
			 errhint("Probabilities are from 0 to 1: 5 percent is 0.05. A row without a test has NULL, and does not count.")));
}

static double
read_numeric(Datum value)
{
	double		p = DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
													   value));

	/* written so that NaN is refused as well */
	if (!(p >= 0.0 && p <= 1.0))
		p_value_invalid(numeric_shown(value));
	return p;
}

static double
read_double(Datum value)
{
	double		p = DatumGetFloat8(value);

	if (!(p >= 0.0 && p <= 1.0))
		p_value_invalid(double_shown(p));
	return p;
}

/* Return the option "method" of the current row. */
static PAdjustMethod
method_arg(WindowObject window)
{
	bool		is_null;
	Datum		value = WinGetFuncArgCurrent(window, 1, &is_null);
	text	   *name;
	int			method;

	if (is_null)
		argument_null("method", "Write 'holm', 'bonferroni' or 'bh'.");
	name = DatumGetTextPP(value);
	method = summary_name_lookup(VARDATA_ANY(name),
								 (int) VARSIZE_ANY_EXHDR(name), method_names,
								 lengthof(method_names));
	if (method < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method must be 'holm', 'bonferroni' or 'bh'"),
				 errdetail("method is \"%s\".", text_shown(name)),
				 errhint("'holm' keeps the probability of any false alarm, 'bh' the share of false ones among the alarms.")));
	return (PAdjustMethod) method;
}

static AdjustedRows *
adjusted_rows(WindowObject window)
{
	int64		rows = WinGetPartitionRowCount(window);

	if (rows > (int64) (MaxAllocSize / sizeof(RowOfP)) - 1)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many p values at once"),
				 errdetail("They are " INT64_FORMAT ".", rows),
				 errhint("Adjust the tests that are looked at together: PARTITION BY what divides the others.")));
	return (AdjustedRows *) WinGetPartitionLocalMemory(window,
													   offsetof(AdjustedRows, p) + (Size) rows * sizeof(double));
}

/* Read the p values of a partition and adjust them. */
static void
adjust_partition(WindowObject window, AdjustedRows *adjusted,
				 double (*read) (Datum))
{
	int64		rows = WinGetPartitionRowCount(window);
	RowOfP	   *sorted = palloc((Size) rows * sizeof(RowOfP));
	double	   *p = palloc((Size) rows * sizeof(double));
	uint32		count = 0;

	for (int64 i = 0; i < rows; i++)
	{
		bool		is_null;
		bool		is_out;
		Datum		value = WinGetFuncArgInPartition(window, 0, (int) i,
													 WINDOW_SEEK_HEAD, false,
													 &is_null, &is_out);

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		adjusted->p[i] = NAN;
		if (is_null)
			continue;
		/* + 0.0: minus zero has the bits of a negative number */
		adjusted->p[i] = read(value) + 0.0;
		memcpy(&sorted[count].bits, &adjusted->p[i], sizeof(int64));
		sorted[count++].row = i;
	}
	entries_sort(&row_of_p_shape, (int64 *) sorted, count);
	for (uint32 i = 0; i < count; i++)
		memcpy(&p[i], &sorted[i].bits, sizeof(double));
	p_adjust_sorted(adjusted->method, p, count);
	for (uint32 i = 0; i < count; i++)
		adjusted->p[sorted[i].row] = p[i];
	pfree(sorted);
	pfree(p);
	adjusted->ready = true;
}

static Datum
adjusted_p(FunctionCallInfo fcinfo, double (*read) (Datum))
{
	WindowObject window = PG_WINDOW_OBJECT();
	AdjustedRows *adjusted = adjusted_rows(window);
	PAdjustMethod method = method_arg(window);
	double		p;

	if (!adjusted->ready)
	{
		adjusted->method = method;
		adjust_partition(window, adjusted, read);
	}
	else if (method != adjusted->method)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("method must be the same in all rows"),
				 errdetail("It is '%s' and '%s'.", method_names[adjusted->method],
						   method_names[method]),
				 errhint("Write one of them as a constant: p_adjust(p_value, 'holm') OVER (...).")));
	p = adjusted->p[WinGetCurrentPosition(window)];
	if (isnan(p))
		PG_RETURN_NULL();
	return double_result(p);
}

/*
 * p_adjust(p_value, method) OVER (PARTITION BY ...): the p value of a row, a
 * numeric, adjusted for the number of those in its partition, whatever its order
 * and frame.  Methods are 'holm', 'bonferroni' and 'bh'.  NULL is no test: it
 * does not count, and stays NULL.  Errors: a p value outside 0..1, a method that
 * is unknown, NULL or not the same in all rows of the partition.
 */
PG_FUNCTION_INFO_V1(p_adjust_numeric);
Datum
p_adjust_numeric(PG_FUNCTION_ARGS)
{
	return adjusted_p(fcinfo, read_numeric);
}

/* p_adjust() of a double precision; see p_adjust_numeric(). */
PG_FUNCTION_INFO_V1(p_adjust_double);
Datum
p_adjust_double(PG_FUNCTION_ARGS)
{
	return adjusted_p(fcinfo, read_double);
}
