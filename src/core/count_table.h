/*-------------------------------------------------------------------------
 *
 * count_table.h
 *	  Counts by two small numbers, such as a day and a gap: a table that grows
 *	  as they come, up to a limit.
 *
 * Adding to a cell of a table costs a fraction of appending to a sorted run, if
 * the same few cells are added to again and again.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_COUNT_TABLE_H
#define CX_COUNT_TABLE_H

#include "postgres.h"

typedef struct CountTable
{
	uint64		rows;
	uint64		columns;
	int64	   *counts;			/* row by row */
} CountTable;

extern bool count_table_grow(CountTable *table, uint64 row, uint64 column);

/*
 * Add one to a cell; false where the table cannot be so large.
 */
static inline bool
count_table_add(CountTable *table, uint64 row, uint64 column)
{
	if (unlikely(row >= table->rows || column >= table->columns) &&
		!count_table_grow(table, row, column))
		return false;
	table->counts[row * table->columns + column]++;
	return true;
}

#endif							/* CX_COUNT_TABLE_H */
