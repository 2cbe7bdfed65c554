/*-------------------------------------------------------------------------
 *
 * survival_test.c
 *	  Lifetimes seen late, ends by cause and two curves against R, and against
 *	  worked examples.
 *
 * The figures are of R 4.2.2 with survival 3.5-3: late_entry_curve.csv by
 * survfit(Surv(entry, time, event)) with conf.type = "log-log"; causes.csv is the
 * data set mgus2, progression (1) before death (2), causes_incidence.csv its
 * survfit(); two_curves.csv has restricted means, their difference and the
 * log-rank test (survdiff) of veteran by treatment and ovarian by rx.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/math/aalen_johansen.h"
#include "../../src/math/kaplan_meier.h"
#include "csv.h"
#include "tap.h"

/* z of 95 percent */
#define Z				1.959963984540054

#define MAX_ROWS		2000
#define MAX_TIME		2000

/* Rows by time, and how many of each kind there are at it. */
typedef struct Data
{
	KmTime		times[MAX_TIME];
	int64_t		causes[MAX_TIME][3];	/* of events, 1 and 2; 0 is censored */
	size_t		count;
	KmTime		late[MAX_TIME];
	size_t		late_count;
} Data;

/* Counts by time, before they are in a row. */
static int64_t at_time[MAX_TIME][3];
static int64_t at_entry[MAX_TIME];

static void
begin_data(void)
{
	memset(at_time, 0, sizeof(at_time));
	memset(at_entry, 0, sizeof(at_entry));
}

static KmSample
end_data(Data *data)
{
	KmSample	sample;

	data->count = data->late_count = 0;
	for (int64_t time = 0; time < MAX_TIME; time++)
	{
		KmTime	   *next = &data->times[data->count];

		if (at_time[time][0] + at_time[time][1] + at_time[time][2] == 0)
			continue;
		next->time = time;
		next->censored = at_time[time][0];
		next->events = at_time[time][1] + at_time[time][2];
		memcpy(data->causes[data->count], at_time[time], sizeof(at_time[time]));
		data->count++;
	}
	for (int64_t time = MAX_TIME - 1; time > 0; time--)
	{
		KmTime	   *next = &data->late[data->late_count];

		if (at_entry[time] == 0)
			continue;
		next->time = -time;
		next->events = at_entry[time];
		next->censored = 0;
		data->late_count++;
	}
	sample.times = data->times;
	sample.count = data->count;
	sample.late = data->late;
	sample.late_count = data->late_count;
	return sample;
}

/*
 * Late entry
 */
static void
test_late_entry(void)
{
	static Data data;
	KmSample	sample;
	KmCurve		curve;
	Csv			csv;
	size_t		points = 0;
	bool		counts = true;
	double		survival = 0.0;
	double		error = 0.0;
	double		low = 0.0;
	double		high = 0.0;

	begin_data();
	csv_open(&csv, "late_entry.csv");
	while (csv_next(&csv))
	{
		at_entry[(int) csv_number(&csv, 0)]++;
		at_time[(int) csv_number(&csv, 1)][(int) csv_number(&csv, 2)]++;
	}
	fclose(csv.file);
	sample = end_data(&data);

	km_begin(&curve, &sample);
	csv_open(&csv, "late_entry_curve.csv");
	for (; csv_next(&csv) && points < sample.count; points++)
	{
		Bounds		bounds;

		km_take(&curve, &sample.times[points]);
		counts = counts && sample.times[points].time == (int64_t) csv_number(&csv, 0) &&
			curve.at_risk == (int64_t) csv_number(&csv, 1) &&
			sample.times[points].events == (int64_t) csv_number(&csv, 2) &&
			sample.times[points].censored == (int64_t) csv_number(&csv, 3);
		survival = fmax(survival, fabs(curve.survival - csv_number(&csv, 4)));
		error = fmax(error, fabs(km_survival_error(&curve) - csv_number(&csv, 5)));
		if (km_survival_interval(&curve, Z, &bounds))
		{
			low = fmax(low, fabs(bounds.low - csv_number(&csv, 6)));
			high = fmax(high, fabs(bounds.high - csv_number(&csv, 7)));
		}
	}
	fclose(csv.file);
	ok(points == 112 && sample.count == 112, "late entry: as many times as R has");
	ok(counts, "late entry: at risk, events and censored");
	ok(survival < 1e-12, "late entry: survival is within %g", survival);
	ok(error < 1e-12, "late entry: its error is within %g", error);
	ok(low < 1e-12 && high < 1e-12, "late entry: its interval is within %g and %g", low, high);
}

/* By hand: who comes late is not at risk before, nor at that very time. */
static void
test_entry_at_start(void)
{
	static const KmTime times[] = {{0, 1, 0}, {3, 2, 1}, {5, 1, 1}, {9, 0, 2}};
	static const KmTime late[] = {{-4, 1, 0}, {-3, 2, 0}};
	KmSample	all = {times, 4, NULL, 0};
	KmSample	some = {times, 4, late, 2};
	KmCurve		curve;

	(void) km_curve_at(&all, 5, &curve);
	is_near(curve.survival, 7.0 / 8.0 * 5.0 / 7.0 * 3.0 / 4.0, 1e-15, "everyone from the beginning: S(5)");
	/* at 0 five; at 3 four, since who came then is not at risk yet; at 5 four */
	(void) km_curve_at(&some, 5, &curve);
	is_near(curve.survival, 4.0 / 5.0 * 2.0 / 4.0 * 3.0 / 4.0, 1e-15, "three of them late: S(5)");
	ok(curve.at_risk == 4, "three of them late: at risk");
}

/*
 * Causes
 */

/* Follow the curves of both causes up to a time. */
static void
follow(const Data *data, const KmSample *sample, int64_t until, AjRisk *risk, AjCurve curves[2])
{
	aj_begin(risk, sample);
	aj_begin_cause(&curves[0]);
	aj_begin_cause(&curves[1]);
	for (size_t i = 0; i < sample->count && sample->times[i].time <= until; i++)
	{
		aj_take(risk, &sample->times[i]);
		aj_take_cause(&curves[0], risk, data->causes[i][1]);
		aj_take_cause(&curves[1], risk, data->causes[i][2]);
	}
}

static void
test_causes(void)
{
	static Data data;
	KmSample	sample;
	AjRisk		risk;
	AjCurve		curves[2];
	Csv			csv;
	int			rows = 0;
	double		sum = 0.0;

	begin_data();
	csv_open(&csv, "causes.csv");
	while (csv_next(&csv))
		at_time[(int) csv_number(&csv, 0)][(int) csv_number(&csv, 1)]++;
	fclose(csv.file);
	sample = end_data(&data);

	csv_open(&csv, "causes_incidence.csv");
	for (; csv_next(&csv); rows++)
	{
		char		name[80];

		follow(&data, &sample, (int64_t) csv_number(&csv, 0), &risk, curves);
		for (int cause = 0; cause < 2; cause++)
		{
			snprintf(name, sizeof(name), "mgus2, cause %d by %g: incidence", cause + 1, csv_number(&csv, 0));
			is_near(curves[cause].incidence, csv_number(&csv, 1 + 2 * cause), 1e-12, name);
			snprintf(name, sizeof(name), "mgus2, cause %d by %g: error", cause + 1, csv_number(&csv, 0));
			is_near(aj_error(&curves[cause], &risk), csv_number(&csv, 2 + 2 * cause), 1e-9, name);
		}
	}
	fclose(csv.file);
	ok(rows == 5, "mgus2: five times");

	for (int64_t time = 0; time < 450; time++)
	{
		follow(&data, &sample, time, &risk, curves);
		sum = fmax(sum, fabs(curves[0].incidence + curves[1].incidence + risk.all.survival - 1.0));
	}
	ok(sum < 1e-13, "mgus2: incidences and survival add up to 1, within %g", sum);
}

/*
 * The example of SAS's LIFETEST: times 1 to 6, causes 0, 1, 1, 2, 2, 0; incidence
 * of cause 2 and its variance.
 */
static void
test_worked_example(void)
{
	static const int cause_of[] = {0, 1, 1, 2, 2, 0};
	static const double incidence[] = {0.0, 0.0, 0.0, 0.2, 0.4, 0.4};
	static const double variance[] = {0.0, 0.0, 0.0, 0.032, 0.048, 0.048};
	static Data data;
	KmSample	sample;
	AjRisk		risk;
	AjCurve		curves[2];

	begin_data();
	for (int i = 0; i < 6; i++)
		at_time[i + 1][cause_of[i]]++;
	sample = end_data(&data);
	for (int i = 0; i < 6; i++)
	{
		double		error;
		char		name[80];

		follow(&data, &sample, i + 1, &risk, curves);
		error = aj_error(&curves[1], &risk);
		snprintf(name, sizeof(name), "six times: incidence at %d", i + 1);
		is_near(curves[1].incidence, incidence[i], 1e-14, name);
		snprintf(name, sizeof(name), "six times: variance at %d", i + 1);
		is_near(error * error, variance[i], 1e-13, name);
	}
}

/* With one cause it is what Kaplan and Meier have, its error and its interval. */
static void
test_one_cause(void)
{
	static Data data;
	KmSample	sample;
	AjRisk		risk;
	AjCurve		curves[2];
	double		worst = 0.0;
	Bounds		none;

	begin_data();
	for (int i = 0; i < 300; i++)
		at_time[i * 7919 % 101][i * 31 % 3 > 0 ? 1 : 0]++;
	sample = end_data(&data);
	for (int64_t time = 1; time < 100; time++)
	{
		Bounds		one;
		Bounds		other;

		follow(&data, &sample, time, &risk, curves);
		worst = fmax(worst, fabs(1.0 - curves[0].incidence - risk.all.survival));
		worst = fmax(worst, fabs(aj_error(&curves[0], &risk) - km_survival_error(&risk.all)));
		if (km_survival_interval(&risk.all, Z, &one) &&
			aj_interval(curves[0].incidence, aj_error(&curves[0], &risk), Z, &other))
			worst = fmax(worst, fmax(fabs(1.0 - one.low - other.high), fabs(1.0 - one.high - other.low)));
	}
	ok(worst < 1e-12, "one cause: as Kaplan and Meier, within %g", worst);
	ok(!aj_interval(0.0, 0.0, Z, &none), "no interval at 0");
	ok(!aj_interval(1.0, 0.0, Z, &none), "no interval at 1");
}

/*
 * Two curves
 */
static void
read_group(const char *file, int group)
{
	Csv			csv;

	begin_data();
	csv_open(&csv, file);
	while (csv_next(&csv))
	{
		if ((int) csv_number(&csv, 2) == group)
			at_time[(int) csv_number(&csv, 0)][(int) csv_number(&csv, 1)]++;
	}
	fclose(csv.file);
}

static void
test_two_curves(void)
{
	static Data data[2];
	Csv			csv;
	int			rows = 0;

	csv_open(&csv, "two_curves.csv");
	for (; csv_next(&csv); rows++)
	{
		KmSample	sample[2];
		Estimate	mean[2] = {{NAN, NAN}, {NAN, NAN}};
		double		chi_squared = NAN;
		char		file[80];
		char		name[80];

		/* the name is in quotes */
		int			length = (int) strlen(csv.field[0]) - 2;

		snprintf(file, sizeof(file), "two_curves_%.*s.csv", length, csv.field[0] + 1);
		for (int group = 0; group < 2; group++)
		{
			read_group(file, group + 1);
			sample[group] = end_data(&data[group]);
			(void) km_restricted_mean(&sample[group], (int64_t) csv_number(&csv, 1), &mean[group]);
			snprintf(name, sizeof(name), "%s: mean %d", file, group + 1);
			is_near(mean[group].value, csv_number(&csv, 2 + 2 * group), 1e-12, name);
			snprintf(name, sizeof(name), "%s: its error", file);
			is_near(mean[group].error, csv_number(&csv, 3 + 2 * group), 1e-9, name);
		}
		snprintf(name, sizeof(name), "%s: log-rank", file);
		ok(km_log_rank(&sample[0], &sample[1], &chi_squared), "%s: curves can be compared", file);
		is_near(chi_squared, csv_number(&csv, 9), 1e-9, name);
		(void) km_log_rank(&sample[1], &sample[0], &chi_squared);
		is_near(chi_squared, csv_number(&csv, 9), 1e-9, name);
	}
	fclose(csv.file);
	ok(rows == 2, "two pairs of curves");
}

static void
test_nothing_to_compare(void)
{
	static const KmTime open[] = {{5, 0, 9}};
	static const KmTime one[] = {{5, 1, 0}};
	KmSample	nothing = {NULL, 0, NULL, 0};
	KmSample	all_open = {open, 1, NULL, 0};
	KmSample	single = {one, 1, NULL, 0};
	double		chi_squared;

	ok(!km_log_rank(&nothing, &nothing, &chi_squared), "log-rank of nothing");
	ok(!km_log_rank(&all_open, &all_open, &chi_squared), "log-rank without events");
	ok(!km_log_rank(&single, &nothing, &chi_squared), "log-rank of one and nothing");
	ok(km_log_rank(&single, &all_open, &chi_squared), "log-rank of one and nine");
	/* one event of ten at risk: (1 - 1/10)^2 / (1/10 * 9/10) */
	is_near(chi_squared, 9.0, 1e-14, "log-rank of one and nine: chi-squared");
}

int
main(void)
{
	test_late_entry();
	test_entry_at_start();
	test_causes();
	test_worked_example();
	test_one_cause();
	test_two_curves();
	test_nothing_to_compare();
	return tap_done();
}
