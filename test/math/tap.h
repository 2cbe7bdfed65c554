/*-------------------------------------------------------------------------
 *
 * tap.h
 *	  What a unit test of src/math needs: it prints TAP, and ends with
 *
 *		return tap_done();
 *
 * Include it in one C file per program.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_TAP_H
#define CX_TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

static int	tap_tests = 0;
static int	tap_failures = 0;

#ifdef __GNUC__
__attribute__((format(printf, 2, 3)))
#endif
static bool
ok(bool passed, const char *name,...)
{
	va_list		args;

	printf("%sok %d - ", passed ? "" : "not ", ++tap_tests);
	va_start(args, name);
	vprintf(name, args);
	va_end(args);
	printf("\n");
	tap_failures += !passed;
	return passed;
}

/*
 * A number within a relative tolerance of what is expected; absolute where that
 * is 0.  NaN is never it.
 */
static inline bool
is_near(double got, double expected, double tolerance, const char *name)
{
	double		limit = tolerance * (expected == 0.0 ? 1.0 : fabs(expected));

	if (ok(got == expected || fabs(got - expected) <= limit, "%s", name))
		return true;
	printf("#   got %.17g, expected %.17g\n", got, expected);
	return false;
}

static inline int
tap_done(void)
{
	printf("1..%d\n", tap_tests);
	return tap_failures > 0 ? 1 : 0;
}

#endif							/* CX_TAP_H */
