/*-------------------------------------------------------------------------
 *
 * result.h
 *	  What functions return: numbers without noise, records, the rows of a set,
 *	  and text with characters that the database may lack.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_RESULT_H
#define CX_RESULT_H

#include "postgres.h"

#include "fmgr.h"
#include "nodes/execnodes.h"
#include "utils/numeric.h"

/* The rows of a function that returns a set. */
typedef struct ResultRows
{
	ReturnSetInfo *rsinfo;
	MemoryContext row;			/* memory of the row at hand */
	MemoryContext before;
} ResultRows;

extern Datum ratio_result(int64 numerator, int64 denominator);
extern Datum percent_result(int64 part, int64 whole);
extern Datum double_result(double value);
extern Datum numeric_result(Datum value);
extern void interval_result(double low, double high, Datum point,
							Datum *values);
extern Datum record_result(FunctionCallInfo fcinfo, Datum *values,
						   bool *nulls);
extern void rows_begin(ResultRows *rows, FunctionCallInfo fcinfo);
extern void rows_put(ResultRows *rows, Datum *values, bool *nulls);
extern void rows_end(ResultRows *rows);
extern Datum utf8_result(const char *utf8, const char *ascii);
extern Datum uncertain_result(const char *figure, const char *reach,
							  int64 count);

#endif							/* CX_RESULT_H */
