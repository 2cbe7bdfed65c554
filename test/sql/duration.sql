--
-- Durations: duration_summary and its Kaplan-Meier accessors
--
SET datestyle = 'ISO, YMD';
SET intervalstyle = 'postgres';

--
-- Published data sets and edge cases (expected figures: R, package survival)
--
CREATE TEMP TABLE trials (name text, times int[], events int[]);
INSERT INTO trials VALUES
	('leukemia_6mp', '{6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35}', '{1,1,1,0,1,0,1,0,0,1,1,0,0,0,1,1,0,0,0,0,0}'),
	('leukemia_placebo', '{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}', '{1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}'),
	('aml_maintained', '{9,13,13,18,23,28,31,34,45,48,161}', '{1,1,0,1,1,0,1,1,0,1,0}'),
	('aml_nonmaintained', '{5,5,8,8,12,16,23,27,30,33,43,45}', '{1,1,1,1,1,0,1,1,1,1,1,1}'),
	('edge_all_censored', '{3,5,7}', '{0,0,0}'),
	('edge_even_all_events', '{1,2,3,4}', '{1,1,1,1}'),
	('edge_single_event', '{5}', '{1}'),
	('edge_tie_event_censor', '{2,2,2,3,3,4}', '{1,0,1,0,1,0}'),
	('edge_time_zero', '{0,0,1,2,3}', '{1,0,1,1,0}');
CREATE TEMP TABLE trial_rows AS
	SELECT name, t AS days, e = 1 AS finished
	FROM trials, unnest(times, events) AS u(t, e);
CREATE TEMP TABLE trial_summaries AS
	SELECT name, duration_summary(date '2025-07-01' - days,
			CASE WHEN finished THEN date '2025-07-01' END,
			date '2025-07-01') AS s
	FROM trial_rows GROUP BY name;

SELECT name, completed(s), still_open(s), duration_quantile(s, 0.25) AS q25,
	median_duration(s), duration_quantile(s, 0.75) AS q75,
	duration_quantile_interval(s, 0.5) AS median_interval
FROM trial_summaries ORDER BY name COLLATE "C";

-- the curve: no row must differ
CREATE TEMP TABLE trial_curves (name text, "time" numeric, at_risk bigint,
	finished bigint, censored bigint, survival numeric, low numeric,
	high numeric);
INSERT INTO trial_curves VALUES
	('leukemia_6mp', 6, 21, 3, 1, 0.8571428571428571, 0.6197179552659839, 0.9515517476469970),
	('leukemia_6mp', 7, 17, 1, 0, 0.8067226890756302, 0.5631465646222333, 0.9228090192028804),
	('leukemia_6mp', 9, 16, 0, 1, 0.8067226890756302, 0.5631465646222333, 0.9228090192028804),
	('leukemia_6mp', 10, 15, 1, 1, 0.7529411764705881, 0.5031995107999565, 0.8893618351692654),
	('leukemia_6mp', 11, 13, 0, 1, 0.7529411764705881, 0.5031995107999565, 0.8893618351692654),
	('leukemia_6mp', 13, 12, 1, 0, 0.6901960784313724, 0.4316102224861841, 0.8490659633494506),
	('leukemia_6mp', 16, 11, 1, 0, 0.6274509803921567, 0.3675108559875020, 0.8049121894718412),
	('leukemia_6mp', 17, 10, 0, 1, 0.6274509803921567, 0.3675108559875020, 0.8049121894718412),
	('leukemia_6mp', 19, 9, 0, 1, 0.6274509803921567, 0.3675108559875020, 0.8049121894718412),
	('leukemia_6mp', 20, 8, 0, 1, 0.6274509803921567, 0.3675108559875020, 0.8049121894718412),
	('leukemia_6mp', 22, 7, 1, 0, 0.5378151260504200, 0.2677789367671350, 0.7467907176353944),
	('leukemia_6mp', 23, 6, 1, 0, 0.4481792717086834, 0.1880520059592324, 0.6801426284952413),
	('leukemia_6mp', 25, 5, 0, 1, 0.4481792717086834, 0.1880520059592324, 0.6801426284952413),
	('leukemia_6mp', 32, 4, 0, 2, 0.4481792717086834, 0.1880520059592324, 0.6801426284952413),
	('leukemia_6mp', 34, 2, 0, 1, 0.4481792717086834, 0.1880520059592324, 0.6801426284952413),
	('leukemia_6mp', 35, 1, 0, 1, 0.4481792717086834, 0.1880520059592324, 0.6801426284952413),
	('leukemia_placebo', 1, 21, 2, 0, 0.90476190476190477, 0.670045882235033585, 0.9752941490381125),
	('leukemia_placebo', 2, 19, 2, 0, 0.80952380952380953, 0.568905059924172618, 0.9238888285592948),
	('leukemia_placebo', 3, 17, 1, 0, 0.76190476190476186, 0.519391415328428807, 0.8932571097824872),
	('leukemia_placebo', 4, 16, 2, 0, 0.66666666666666663, 0.425350435565247209, 0.8250440087973401),
	('leukemia_placebo', 5, 14, 2, 0, 0.57142857142857140, 0.337976953859493112, 0.7492407099432165),
	('leukemia_placebo', 8, 12, 4, 0, 0.38095238095238093, 0.183066548820394387, 0.5777886777458309),
	('leukemia_placebo', 11, 8, 2, 0, 0.28571428571428570, 0.116561326436764659, 0.4818196480090255),
	('leukemia_placebo', 12, 6, 2, 0, 0.19047619047619047, 0.059481701361175261, 0.3774348905851500),
	('leukemia_placebo', 15, 4, 1, 0, 0.14285714285714285, 0.035657355190666713, 0.3211615746808691),
	('leukemia_placebo', 17, 3, 1, 0, 0.09523809523809523, 0.016259260212247020, 0.2612499819686869),
	('leukemia_placebo', 22, 2, 1, 0, 0.04761904761904762, 0.003324463042531181, 0.1970449056989460),
	('leukemia_placebo', 23, 1, 1, 0, 0.00000000000000000, NULL, NULL),
	('aml_maintained', 9, 11, 1, 0, 0.9090909090909091, 0.50808020576992974, 0.9866738226678231),
	('aml_maintained', 13, 10, 1, 1, 0.8181818181818181, 0.44742861468218142, 0.9511622285824917),
	('aml_maintained', 18, 8, 1, 0, 0.7159090909090908, 0.35019038590793838, 0.8990239741910534),
	('aml_maintained', 23, 7, 1, 0, 0.6136363636363635, 0.26575204000128611, 0.8352992432502214),
	('aml_maintained', 28, 6, 0, 1, 0.6136363636363635, 0.26575204000128611, 0.8352992432502214),
	('aml_maintained', 31, 5, 1, 0, 0.4909090909090909, 0.16733090977685081, 0.7533997903708113),
	('aml_maintained', 34, 4, 1, 0, 0.3681818181818182, 0.09282957493698518, 0.6570408323981638),
	('aml_maintained', 45, 3, 0, 1, 0.3681818181818182, 0.09282957493698518, 0.6570408323981638),
	('aml_maintained', 48, 2, 1, 0, 0.1840909090909091, 0.01173848012318960, 0.5250148427266415),
	('aml_maintained', 161, 1, 0, 1, 0.1840909090909091, 0.01173848012318960, 0.5250148427266415),
	('aml_nonmaintained', 5, 12, 2, 0, 0.83333333333333337, 0.481714942195378859, 0.9555093657280649),
	('aml_nonmaintained', 8, 10, 2, 0, 0.66666666666666674, 0.337018932541401972, 0.8597117990844398),
	('aml_nonmaintained', 12, 8, 1, 0, 0.58333333333333337, 0.270138924085497334, 0.8009401923333869),
	('aml_nonmaintained', 16, 7, 0, 1, 0.58333333333333337, 0.270138924085497334, 0.8009401923333869),
	('aml_nonmaintained', 23, 6, 1, 0, 0.48611111111111116, 0.191876619618728289, 0.7296715697794854),
	('aml_nonmaintained', 27, 5, 1, 0, 0.38888888888888895, 0.126272012195393663, 0.6498174082893151),
	('aml_nonmaintained', 30, 4, 1, 0, 0.29166666666666674, 0.072401608907771836, 0.5608860526714092),
	('aml_nonmaintained', 33, 3, 1, 0, 0.19444444444444448, 0.031198642931211940, 0.4614294762381139),
	('aml_nonmaintained', 43, 2, 1, 0, 0.09722222222222224, 0.005746305695863835, 0.3489038611107497),
	('aml_nonmaintained', 45, 1, 1, 0, 0.00000000000000000, NULL, NULL),
	('edge_all_censored', 3, 3, 0, 1, 1, NULL, NULL),
	('edge_all_censored', 5, 2, 0, 1, 1, NULL, NULL),
	('edge_all_censored', 7, 1, 0, 1, 1, NULL, NULL),
	('edge_even_all_events', 1, 4, 1, 0, 0.75, 0.127946917595145870, 0.9605486422850784),
	('edge_even_all_events', 2, 3, 1, 0, 0.50, 0.057847082995144627, 0.8448612811903740),
	('edge_even_all_events', 3, 2, 1, 0, 0.25, 0.008947824416603172, 0.6653253427888653),
	('edge_even_all_events', 4, 1, 1, 0, 0.00, NULL, NULL),
	('edge_single_event', 5, 1, 1, 0, 0, NULL, NULL),
	('edge_tie_event_censor', 2, 6, 2, 1, 0.6666666666666666, 0.19461663680623500, 0.9044341643225163),
	('edge_tie_event_censor', 3, 3, 1, 1, 0.4444444444444444, 0.06618675314641249, 0.7849083671479584),
	('edge_tie_event_censor', 4, 1, 0, 1, 0.4444444444444444, 0.06618675314641249, 0.7849083671479584),
	('edge_time_zero', 0, 5, 1, 1, 0.8000000000000000, 0.203809263267639262, 0.9691797888667426),
	('edge_time_zero', 1, 3, 1, 0, 0.5333333333333333, 0.068332087847202877, 0.8630711827387925),
	('edge_time_zero', 2, 2, 1, 0, 0.2666666666666667, 0.009677000578881358, 0.6861362791570119),
	('edge_time_zero', 3, 1, 0, 1, 0.2666666666666667, 0.009677000578881358, 0.6861362791570119);
SELECT count(*) AS points,
	count(*) FILTER (WHERE c.name IS NULL OR k."time" IS NULL) AS not_in_both,
	count(*) FILTER (WHERE (c.at_risk, c.finished, c.censored)
		IS DISTINCT FROM (k.at_risk, k.finished, k.censored)) AS counts_differ,
	count(*) FILTER (WHERE abs(c.survival - k.survival) > 1e-12) AS survival_differs,
	count(*) FILTER (WHERE (c.low IS NULL) <> (k.low IS NULL)
		OR (c.high IS NULL) <> (k.high IS NULL)
		OR abs(c.low - k.low) > 1e-12
		OR abs(c.high - k.high) > 1e-12) AS interval_differs
FROM trial_curves c
FULL JOIN (SELECT name, x.* FROM trial_summaries, survival_curve(s) x) k
	ON k.name = c.name AND k."time" = c."time";

-- one of them as it is printed; the last digit is that of the machine's logarithm
SELECT "time", at_risk, finished, censored, round(survival, 12) AS survival, round(low, 12) AS low, round(high, 12) AS high
FROM trial_summaries, survival_curve(s) WHERE name = 'edge_tie_event_censor';
SELECT "time", at_risk, finished, censored, round(survival, 12) AS survival, round(low, 12) AS low, round(high, 12) AS high
FROM trial_summaries, survival_curve(s, confidence => 0.8, unit => 'week') WHERE name = 'edge_tie_event_censor';

-- the interval at a time is that of the curve at it
SELECT count(*) AS points, count(*) FILTER (WHERE (i.low, i.high)
	IS DISTINCT FROM (c.low, c.high)) AS differ
FROM trial_summaries, survival_curve(s) c,
	survival_interval(s, make_interval(days => c."time"::int)) i;
SELECT name, i.what, round(i.low, 12) AS low, round(i.high, 12) AS high
FROM trial_summaries, LATERAL (
	SELECT 1, 'at 10 days', (survival_interval(s, '10 days')).*
	UNION ALL SELECT 2, 'at 10 days, 80 %', (survival_interval(s, '10 days', 0.8)).*
	UNION ALL SELECT 3, 'where it is 1', (survival_interval(s, '1 hour')).*
	UNION ALL SELECT 4, 'at 30 days', (survival_interval(s, '30 days')).*
	UNION ALL SELECT 5, 'beyond the longest', (survival_interval(s, '36 days')).*) AS i(n, what, low, high)
WHERE name LIKE 'leukemia%' ORDER BY name, n;

-- the restricted mean and its error: no row must differ
CREATE TEMP TABLE trial_means (name text, horizon float8, mean numeric,
	error numeric);
INSERT INTO trial_means VALUES
	('leukemia_6mp', 20.0, 16.116526610644257, 1.2515601960050471),
	('leukemia_6mp', 35.0, 23.287394957983192, 2.8274676233714389),
	('leukemia_placebo', 20.0, 8.428571428571429, 1.2680826825039220),
	('leukemia_placebo', 35.0, 8.666666666666666, 1.3773900412645483),
	('aml_maintained', 80.5, 37.826136363636358, 8.1269417565383701),
	('aml_maintained', 161.0, 52.645454545454541, 19.8286027955625848),
	('aml_nonmaintained', 22.5, 16.291666666666668, 2.1742322506185099),
	('aml_nonmaintained', 45.0, 22.708333333333336, 4.1809419810331541),
	('edge_even_all_events', 2.0, 1.750000000000000, 0.2165063509461096),
	('edge_even_all_events', 4.0, 2.500000000000000, 0.5590169943749475),
	('edge_all_censored', 3.5, 3.500000000000000, 0.0000000000000000),
	('edge_all_censored', 7.0, 7.000000000000000, 0.0000000000000000),
	('edge_single_event', 5.0, 5.000000000000000, 0.0000000000000000),
	('edge_tie_event_censor', 2.0, 2.000000000000000, 0.0000000000000000),
	('edge_tie_event_censor', 4.0, 3.111111111111111, 0.3685138655950444),
	('edge_time_zero', 1.5, 1.066666666666667, 0.2621845547333800),
	('edge_time_zero', 3.0, 1.600000000000000, 0.5198290317231448);
SELECT count(*) AS means,
	count(*) FILTER (WHERE m.mean IS NULL
		OR abs(m.mean - expected.mean) > 1e-12) AS mean_differs,
	count(*) FILTER (WHERE m.error IS NULL
		OR abs(m.error - expected.error) > 1e-12) AS error_differs
FROM trial_means expected
JOIN trial_summaries USING (name),
	LATERAL (SELECT mean_duration(s, make_interval(secs => horizon * 86400)) AS mean,
		mean_duration_standard_error(s, make_interval(secs => horizon * 86400)) AS error) m;
SELECT name, round(mean_duration(s, '35 days'), 12) AS mean, round(mean_duration_standard_error(s, '35 days'), 12) AS error
FROM trial_summaries WHERE name LIKE 'leukemia%' ORDER BY 1;

--
-- What is not known is NULL
--
-- nothing at all
SELECT duration_summary(started, finished, '2025-01-01')
FROM (VALUES (date '2024-01-01', date '2024-02-01')) v(started, finished)
WHERE false;
-- rows without a start
SELECT s, completed(s), still_open(s), not_started(s), median_duration(s),
	duration_quantile_interval(s, 0.5), mean_duration(s, '1 day'),
	survival(s, '1 day'), completed_within(s, '1 day')
FROM (SELECT duration_summary(started, NULL, '2025-01-01') AS s
	FROM (VALUES (NULL::date), (NULL)) v(started)) x;
-- nor is a horizon below an hour refused, as there are no days beside it
SELECT mean_duration(duration_summary(NULL::date, NULL, '2025-01-01'), '30 minutes') AS unknown;
SELECT c.* FROM (SELECT duration_summary(NULL::date, NULL, '2025-01-01') AS s) x,
	survival_curve(s) c;
-- a single row: finished, then open
SELECT s, completed(s), still_open(s), not_started(s), median_duration(s),
	mean_duration(s, '31 days'), survival(s, '31 days'), survival(s, '30 days'),
	completed_within(s, '31 days')
FROM (SELECT duration_summary(date '2024-01-01', '2024-02-01', '2025-01-01') AS s) x;
SELECT s, completed(s), still_open(s), not_started(s), median_duration(s),
	mean_duration(s, '31 days'), survival(s, '31 days'), survival(s, '30 days'),
	completed_within(s, '31 days')
FROM (SELECT duration_summary(date '2024-12-01', NULL, '2025-01-01') AS s) x;
-- beyond the longest duration nothing is known, unless all have finished
SELECT name, round(survival(s, '35 days'), 12) AS at_35_days, survival(s, '36 days'),
	completed_within(s, '36 days'), round(mean_duration(s, '36 days'), 12) AS mean
FROM trial_summaries WHERE name LIKE 'leukemia%' ORDER BY 1;
-- NULL in, NULL out
SELECT survival_interval(s, NULL) IS NULL AS no_interval, median_duration(NULL::duration_summary), survival(s, NULL),
	mean_duration(s, NULL), duration_quantile(s, NULL)
FROM trial_summaries WHERE name = 'leukemia_6mp';

--
-- Who is open as of when
--
CREATE TEMP TABLE tickets (opened timestamp, closed timestamp);
INSERT INTO tickets VALUES
	('2025-03-01 09:00', '2025-03-01 10:30'),
	('2025-03-01 09:00', '2025-03-02 09:00'),
	('2025-03-01 10:00', '2025-03-05 10:00'),
	('2025-03-01 12:00', 'infinity'),
	('2025-03-02 00:00', NULL),
	(NULL, NULL);
-- closed at as_of is closed; closed later or never is open; at once lasts 0
SELECT duration_summary(opened, closed, '2025-03-05 10:00') FROM tickets;
SELECT duration_summary(opened, closed, '2025-03-05 09:59:59.999999') FROM tickets;
SELECT duration_summary(opened, closed, '2025-03-02') FROM tickets;
SELECT duration_summary(opened, opened, '2025-03-05') FROM tickets;
-- units
SELECT unit, median_duration(s, unit), round(mean_duration(s, '4 days', unit => unit), 12) AS mean
FROM (SELECT duration_summary(opened, closed, '2025-03-06 12:00') AS s FROM tickets) x,
	unnest(ARRAY['second', 'minute', 'hour', 'day', 'week', 'month', 'year']) unit;
-- exactly at a duration it has happened
SELECT survival(s, '1 hour 30 minutes'), survival(s, '1 hour 29 minutes 59.999999 seconds'),
	survival(s, '0'), completed_within(s, '90 minutes'),
	completed_within(s, '24 hours') = completed_within(s, '1 day') AS a_day_is_24_hours
FROM (SELECT duration_summary(opened, closed, '2025-03-06 12:00') AS s FROM tickets) x;
-- dates, timestamps and timestamptz share the type; the time zone does not matter
SET TIME ZONE 'America/New_York';
SELECT duration_summary(d::date, NULL, '2025-03-31') = duration_summary(d::timestamp, NULL, '2025-03-31') AS dates_are_midnights,
	duration_summary(d AT TIME ZONE 'UTC', NULL, timestamptz '2025-03-31 00:00+00')
		= duration_summary(d::timestamp, NULL, '2025-03-31') AS timestamptz_is_utc
FROM generate_series(timestamp '2025-03-01', '2025-03-20', '1 day') d;
-- a day with a change of the clock has 23 hours for timestamptz
SELECT median_duration(duration_summary(timestamptz '2025-03-09', '2025-03-10', '2025-04-01'), 'hour') AS timestamptz,
	median_duration(duration_summary(timestamp '2025-03-09', '2025-03-10', '2025-04-01'), 'hour') AS "timestamp",
	median_duration(duration_summary(date '2025-03-09', '2025-03-10', '2025-04-01'), 'hour') AS date;
RESET TIME ZONE;

--
-- Errors
--
SELECT duration_summary(started, NULL, NULL::date) FROM (VALUES (date '2025-01-01')) v(started);
SELECT duration_summary(started, NULL, as_of)
FROM (VALUES (date '2025-01-01', date '2025-02-01'), ('2025-01-01', '2025-03-01')) v(started, as_of);
SELECT duration_summary(started, NULL, as_of)
FROM (VALUES (date '2025-01-01', date '2025-02-01'), ('2025-01-01', NULL)) v(started, as_of);
SELECT duration_summary(date '2025-01-01', NULL, 'infinity');
SELECT duration_summary(date '-infinity', NULL, '2025-01-01');
SELECT duration_summary(timestamp 'infinity', NULL, '2025-01-01');
SELECT duration_summary(date '2024-01-01', '-infinity', '2025-01-01');
SELECT duration_summary(date '2024-02-01', '2024-01-31', '2025-01-01');
SELECT duration_summary(timestamp '2024-02-01 12:00', '2024-02-01 11:59', '2025-01-01');
SELECT duration_summary(date '2025-02-01', NULL, '2025-01-01');
SELECT duration_summary(timestamptz '2025-01-01 12:00+00', NULL, '2025-01-01 00:00+00');
SELECT duration_summary(date '5000000-01-01', NULL, '2025-01-01');
SELECT duration_summary(timestamp '4700-01-01 BC', NULL, '294276-12-31');
SELECT rollup(s ORDER BY n) FROM (
	SELECT 1, duration_summary(date '2024-02-01', NULL, '2025-01-01')
	UNION ALL SELECT 2, duration_summary(date '2024-02-01', NULL, '2025-01-02')) x(n, s);
CREATE TEMP TABLE one AS
	SELECT duration_summary(date '2024-01-01', '2024-02-01', '2025-01-01') AS s;
SELECT median_duration(s, 'fortnight') FROM one;
SELECT duration_quantile(s, 0) FROM one;
SELECT duration_quantile(s, 90) FROM one;
SELECT duration_quantile(s, 'NaN') FROM one;
SELECT duration_quantile_interval(s, 0.5, confidence => 95) FROM one;
SELECT survival(s, '-1 day') FROM one;
SELECT completed_within(s, '-1 day') FROM one;
SELECT mean_duration(s, '0') FROM one;
SELECT mean_duration(s, '-1 month') FROM one;
SELECT survival(s, '178000000 years') FROM one;
SELECT survival_curve(s, confidence => 1) FROM one;
SELECT survival_interval(s, '-1 day') FROM one;
SELECT survival_interval(s, '1 day', 95) FROM one;

-- errors by their SQLSTATE
\set VERBOSITY sqlstate
SELECT duration_summary(started, NULL, NULL::date) FROM (VALUES (date '2025-01-01')) v(started);
SELECT duration_summary(started, NULL, as_of)
FROM (VALUES (date '2025-01-01', date '2025-02-01'), ('2025-01-01', '2025-03-01')) v(started, as_of);
SELECT duration_summary(date '2025-01-01', NULL, 'infinity');
SELECT duration_summary(date '-infinity', NULL, '2025-01-01');
SELECT duration_summary(date '2024-02-01', '2024-01-31', '2025-01-01');
SELECT duration_summary(date '2025-02-01', NULL, '2025-01-01');
SELECT duration_summary(timestamp '4700-01-01 BC', NULL, '294276-12-31');
SELECT rollup(s) FROM (
	SELECT duration_summary(date '2024-02-01', NULL, '2025-01-01')
	UNION ALL SELECT duration_summary(date '2024-02-01', NULL, '2025-01-02')) x(s);
SELECT median_duration(s, 'fortnight') FROM one;
SELECT duration_quantile(s, 90) FROM one;
SELECT survival(s, '-1 day') FROM one;
SELECT mean_duration(s, '0') FROM one;
\set VERBOSITY default

--
-- Text and binary form
--
SELECT s::text::duration_summary::text = s::text AS same_text,
	duration_summary_send(s::text::duration_summary) = duration_summary_send(s) AS same_bytes
FROM trial_summaries GROUP BY 1, 2;
-- seconds have as many decimals as they need; lines in any order
SELECT '{"durations": [[86400, 0, 2], [0.000001, 1, 0], [1.5, 3, 4]], "as_of": "2025-01-01T00:00:00", "version": 1}'::duration_summary;
SELECT '{"version": 1, "durations": [[5, 0, 2], [5.0, 1, 0]], "as_of": "0044-03-15T12:30:00.25 BC"}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": "2025-01-01T00:00:00", "not_started": 7}'::duration_summary;
SELECT '{"version": 1, "durations": []}'::duration_summary;
SELECT '{"version": 1, "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": "now"}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": "infinity"}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": "2025-01-02"}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": 7}'::duration_summary;
SELECT '{"version": 1, "durations": 7, "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [7], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 1, 0], {}], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 1, 0], ["x", 0, 1]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 1, 0, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 0, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[-7, 1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[0.0000001, 1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, -1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 1.5, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [["7", 1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[7, 1000000000000000, 0], [8, 1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"version": 1, "durations": [[9e11, 1, 0]], "as_of": "2025-01-01T00:00:00"}'::duration_summary;
SELECT '{"durations": [], "as_of": "2025-01-01T00:00:00", "version": 2}'::duration_summary;
SELECT '{"version": 1, "durations": [], "as_of": "2025-01-01T00:00:00", "more": 2}'::duration_summary;
SELECT '[]'::duration_summary;

CREATE TEMP TABLE kept (name text, s duration_summary);
\copy (SELECT name, s FROM trial_summaries) TO 'results/duration.binary' WITH (FORMAT binary)
\copy kept FROM 'results/duration.binary' WITH (FORMAT binary)
SELECT count(*) AS kept, count(*) FILTER (WHERE k.s = t.s) AS same
FROM kept k JOIN trial_summaries t USING (name);

--
-- Equality and hashing
--
SELECT count(*) FROM (SELECT DISTINCT s FROM (SELECT s FROM trial_summaries UNION ALL SELECT s FROM kept) x) y;
SELECT count(*) FROM (SELECT s FROM trial_summaries UNION SELECT s FROM kept) x;
SELECT a.s <> b.s AS different
FROM trial_summaries a, trial_summaries b
WHERE a.name = 'leukemia_6mp' AND b.name = 'leukemia_placebo';

--
-- Order, partition and roll-up do not matter
--
CREATE TEMP TABLE many AS
	SELECT i AS id, i % 7 AS part,
		CASE WHEN i % 50 <> 0 THEN timestamp '2025-01-01' + make_interval(secs => i * 7919 % 86400) END AS started,
		CASE WHEN i % 3 <> 0 THEN timestamp '2025-01-02' + make_interval(secs => i * 104729 % 500000) END AS finished
	FROM generate_series(1, 20000) i;
CREATE TEMP TABLE many_summary AS
	SELECT duration_summary(started, finished, '2025-01-08') AS s FROM many;
SELECT completed(s), still_open(s), not_started(s), median_duration(s, 'hour'),
	(SELECT count(*) FROM survival_curve(s)) AS distinct_durations
FROM many_summary;
SELECT duration_summary(started, finished, '2025-01-08' ORDER BY id DESC) = (SELECT s FROM many_summary) AS backwards FROM many;
SELECT duration_summary(started, finished, '2025-01-08' ORDER BY finished - started) = (SELECT s FROM many_summary) AS ascending FROM many;
SELECT duration_summary(started, finished, '2025-01-08' ORDER BY finished - started DESC, started) = (SELECT s FROM many_summary) AS descending FROM many;
SELECT duration_summary(started, finished, '2025-01-08' ORDER BY hashint4(id)) = (SELECT s FROM many_summary) AS shuffled FROM many;
CREATE TEMP TABLE many_parts AS
	SELECT part, id % 100 AS sub, duration_summary(started, finished, '2025-01-08') AS p
	FROM many GROUP BY 1, 2;
SELECT rollup(p ORDER BY hashint4(sub)) = (SELECT s FROM many_summary) AS rolled_up FROM many_parts;
SELECT rollup(r) = s AS rolled_up_twice
FROM (SELECT part, rollup(p) AS r FROM many_parts GROUP BY part) x, many_summary GROUP BY s;
SELECT rollup(p) = s AS with_nulls
FROM (SELECT p FROM many_parts UNION ALL SELECT NULL) x(p), many_summary GROUP BY s;
SELECT rollup(p) IS NULL AS nothing FROM (SELECT NULL::duration_summary) x(p);
-- stored out of line, and short enough for a short header
SELECT pg_column_size(s) > 8000 AS toasted, s::text::duration_summary = s AS same FROM many_summary;
CREATE TEMP TABLE small AS
	SELECT i, duration_summary(date '2025-01-01', '2025-01-01'::date + i, '2025-02-01') AS s
	FROM generate_series(1, 20) i GROUP BY i;
SELECT max(pg_column_size(s)) < 127 AS short_header, completed(rollup(s)), median_duration(rollup(s)) FROM small;

--
-- Over a window: every frame is what its rows give
--
WITH w AS (
	SELECT id, duration_summary(started, finished, '2025-01-08')
		OVER (ORDER BY id ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS s
	FROM many WHERE id <= 300)
SELECT count(*) AS frames, count(*) FILTER (WHERE s = (
	SELECT duration_summary(started, finished, '2025-01-08')
	FROM many m WHERE m.id BETWEEN w.id - 9 AND w.id)) AS same
FROM w;
WITH w AS (
	SELECT id, duration_summary(started, finished, '2025-01-08') OVER (ORDER BY id) AS s
	FROM many WHERE id <= 300)
SELECT count(*) AS frames, count(*) FILTER (WHERE s = (
	SELECT duration_summary(started, finished, '2025-01-08')
	FROM many m WHERE m.id <= w.id)) AS same
FROM w;

--
-- The long way: the definition in SQL
--
WITH d AS (
	SELECT extract(epoch FROM least(coalesce(finished, 'infinity'), '2025-01-08') - started)::int AS t,
		coalesce(finished <= '2025-01-08', false) AS event
	FROM many WHERE started IS NOT NULL),
g AS (
	SELECT t, count(*) FILTER (WHERE event) AS d,
		sum(count(*)) OVER (ORDER BY t DESC) AS n
	FROM d GROUP BY t),
c AS (
	SELECT t, n, d, exp(sum(ln(CASE WHEN d = n THEN 1e-300 ELSE 1 - d / n END)) OVER (ORDER BY t)) AS survival
	FROM g)
SELECT count(*) AS points,
	count(*) FILTER (WHERE c.n = k.at_risk AND c.d = k.finished
		AND abs(c.survival - k.survival) < 1e-9) AS same
FROM c FULL JOIN (SELECT x.* FROM many_summary, survival_curve(s, unit => 'second') x) k
	ON k."time" = c.t;

-- Times in errors are those of their arguments, in the session's time zone where they have one; units have a plural.
SET timezone = 'Asia/Seoul';
SELECT failure($$SELECT duration_summary(timestamptz '2025-02-02 00:00+09', timestamptz '2025-02-01 00:00+09', timestamptz '2025-03-01 00:00+09')$$);
SELECT failure($$SELECT duration_summary(timestamp '2025-02-02 00:00', timestamp '2025-02-01 00:00', timestamp '2025-03-01 00:00')$$);
SELECT failure($$SELECT duration_summary(date '2025-02-02', NULL, date '2025-02-01')$$);
SELECT failure($$SELECT within_target(timestamptz '2025-02-02 00:00+09', timestamptz '2025-02-01 00:00+09', '1 hour', timestamptz '2025-03-01 00:00+09')$$);
RESET timezone;
SELECT median_duration(s, 'weeks') = median_duration(s, 'week') AS same, median_duration(s, 'DAYS') AS days
FROM (SELECT duration_summary(date '2025-02-02', date '2025-02-16', date '2025-03-01') AS s) v;
SELECT failure($$SELECT median_duration(duration_summary(date '2025-02-02', NULL, date '2025-03-01'), 's')$$);
SELECT failure($$SELECT duration_summary(date '2025-02-02', NULL, date '-infinity')$$);
SELECT failure($$SELECT duration_summary(timestamp '2025-02-02', NULL, timestamp 'infinity')$$);
SELECT failure($$SELECT duration_summary(timestamptz '2025-02-02', NULL, timestamptz 'infinity')$$);
