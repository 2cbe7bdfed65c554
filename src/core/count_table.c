/*-------------------------------------------------------------------------
 *
 * count_table.c
 *	  Counts by two small numbers: a table that grows as they come.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/count_table.h"

/* The most cells, 32 MB. */
#define MAX_CELLS		(UINT64CONST(1) << 22)

/* The least rows and columns of a table that has any. */
#define FIRST_SIDE		UINT64CONST(32)

/* A side that includes the place. */
static uint64
grown(uint64 side, uint64 place)
{
	if (place < side)
		return side;
	return Max(FIRST_SIDE, place + place / 2 + 1);
}

/*
 * Make a table large enough to have a cell; false where it would be too large.
 */
bool
count_table_grow(CountTable *table, uint64 row, uint64 column)
{
	CountTable	larger;

	if (row >= MAX_CELLS || column >= MAX_CELLS)
		return false;
	larger.rows = grown(table->rows, row);
	larger.columns = grown(table->columns, column);
	if (larger.rows * larger.columns > MAX_CELLS)
		return false;
	larger.counts = palloc0(larger.rows * larger.columns * sizeof(int64));
	for (uint64 i = 0; i < table->rows; i++)
		memcpy(larger.counts + i * larger.columns,
			   table->counts + i * table->columns,
			   table->columns * sizeof(int64));
	if (table->counts != NULL)
		pfree(table->counts);
	*table = larger;
	return true;
}
