/*-------------------------------------------------------------------------
 *
 * result.c
 *	  What functions return: numbers without noise, records, the rows of a set,
 *	  and text with characters that the database may lack.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "core/result.h"

/*
 * Return a numeric without trailing zeros: 25, not 25.0000000000000000.
 */
Datum
numeric_result(Datum value)
{
	return DirectFunctionCall1(numeric_trim_scale, value);
}

/*
 * Return numerator / denominator, to the 16 significant digits or more that
 * PostgreSQL's division of numerics keeps.
 */
Datum
ratio_result(int64 numerator, int64 denominator)
{
	return numeric_result(DirectFunctionCall2(numeric_div,
											  NumericGetDatum(int64_to_numeric(numerator)),
											  NumericGetDatum(int64_to_numeric(denominator))));
}

/*
 * Return part of whole in percent points.  Neither is larger than a dozen
 * counts of a summary (SUMMARY_MAX_COUNT), so a hundred times that is an
 * int64.
 */
Datum
percent_result(int64 part, int64 whole)
{
	return ratio_result(part * 100, whole);
}

/*
 * Return a computed number as a numeric, to the 15 digits of a double that are
 * worth printing.  Callers pass finite numbers only: no function returns NaN
 * or infinity.
 */
Datum
double_result(double value)
{
	if (!isfinite(value))
		elog(ERROR, "a result is not a finite number");
	/* no negative zero: in a column of figures it looks like a mistake */
	return numeric_result(DirectFunctionCall1(float8_numeric,
											  Float8GetDatum(value + 0.0)));
}

/*
 * Set the two ends of an interval.  An end is moved where that is needed for
 * the interval to contain its point: some methods move the middle, and a number
 * computed in double precision may miss the point by a rounding.
 */
void
interval_result(double low, double high, Datum point, Datum *values)
{
	values[0] = DirectFunctionCall2(numeric_smaller, double_result(low), point);
	values[1] = DirectFunctionCall2(numeric_larger, double_result(high), point);
}

/*
 * Return the row of a function with OUT parameters.  Its row type is looked up
 * in the first call and kept for the next ones.
 */
Datum
record_result(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	tupdesc = (TupleDesc) fcinfo->flinfo->fn_extra;

	if (tupdesc == NULL)
	{
		MemoryContext old;

		if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		tupdesc = BlessTupleDesc(CreateTupleDescCopy(tupdesc));
		fcinfo->flinfo->fn_extra = tupdesc;
		MemoryContextSwitchTo(old);
	}
	return HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
}

/*
 * Begin the rows of a function that has called InitMaterializedSRF() with
 * MAT_SRF_USE_EXPECTED_DESC: a row type that it looks up itself would leave a
 * kilobyte behind in memory of the query, in every call.  Up to rows_end() the
 * current memory context is one for a single row, emptied by each rows_put(),
 * as a series may be long.
 */
void
rows_begin(ResultRows *rows, FunctionCallInfo fcinfo)
{
	rows->rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->row = AllocSetContextCreate(CurrentMemoryContext, "cx_metrics row",
									  ALLOCSET_SMALL_SIZES);
	rows->before = MemoryContextSwitchTo(rows->row);
}

void
rows_put(ResultRows *rows, Datum *values, bool *nulls)
{
	CHECK_FOR_INTERRUPTS();
	tuplestore_putvalues(rows->rsinfo->setResult, rows->rsinfo->setDesc,
						 values, nulls);
	MemoryContextReset(rows->row);
}

void
rows_end(ResultRows *rows)
{
	MemoryContextSwitchTo(rows->before);
	MemoryContextDelete(rows->row);
}

/*
 * Report whether the database's encoding has all characters of a text.
 */
static bool
server_can_encode(const char *utf8)
{
	int			encoding = GetDatabaseEncoding();
	int			length = (int) strlen(utf8);
	unsigned char *converted;
	Oid			conversion;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
		return true;
	conversion = FindDefaultConversionProc(PG_UTF8, encoding);
	if (!OidIsValid(conversion))
		return false;
	converted = palloc(length * MAX_CONVERSION_GROWTH + 1);
	return pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding,
										 (unsigned char *) unconstify(char *, utf8),
										 length, converted,
										 length * MAX_CONVERSION_GROWTH + 1,
										 true) == length;
}

/*
 * Return a text written in UTF-8 as the database encodes it, or the plain
 * ASCII one where its encoding lacks the characters, as LATIN2 lacks the
 * plus-minus sign.
 */
Datum
utf8_result(const char *utf8, const char *ascii)
{
	if (!server_can_encode(utf8))
		return CStringGetTextDatum(ascii);
	return CStringGetTextDatum(pg_any_to_server(utf8, (int) strlen(utf8),
												PG_UTF8));
}

/*
 * Return a figure, how far its interval reaches and of how many it is made, as
 * text: +32 +/-8 (n=214).
 */
Datum
uncertain_result(const char *figure, const char *reach, int64 count)
{
	return utf8_result(psprintf("%s \302\261%s (n=" INT64_FORMAT ")",
								figure, reach, count),
					   psprintf("%s +/-%s (n=" INT64_FORMAT ")",
								figure, reach, count));
}
