/*-------------------------------------------------------------------------
 *
 * csv.h
 *	  Reads files of numbers, for unit tests of src/math.
 *
 * Include it in one C file per program, which is run from the top directory.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CSV_H
#define CX_CSV_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS		32

static const char *csv_directory = "test/math/data";

typedef struct Csv
{
	FILE	   *file;
	char		line[1024];
	char	   *field[MAX_FIELDS];
	int			fields;
} Csv;

static bool
csv_next(Csv *csv)
{
	char	   *place = csv->line;

	if (fgets(csv->line, sizeof(csv->line), csv->file) == NULL)
		return false;
	csv->line[strcspn(csv->line, "\r\n")] = '\0';
	for (csv->fields = 0; csv->fields < MAX_FIELDS; csv->fields++)
	{
		csv->field[csv->fields] = place;
		place = strchr(place, ',');
		if (place == NULL)
		{
			csv->fields++;
			break;
		}
		*place++ = '\0';
	}
	return true;
}

/* Open a file and pass over its header. */
static void
csv_open(Csv *csv, const char *name)
{
	char		path[1024];

	snprintf(path, sizeof(path), "%s/%s", csv_directory, name);
	csv->file = fopen(path, "r");
	if (csv->file == NULL || !csv_next(csv))
	{
		printf("Bail out! cannot read %s\n", path);
		exit(1);
	}
}

static double
csv_number(const Csv *csv, int i)
{
	return i < csv->fields ? strtod(csv->field[i], NULL) : NAN;
}

#endif							/* CX_CSV_H */
