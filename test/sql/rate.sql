--
-- Rates: outcomes, churn, retention, trial conversion, SLA attainment
--
\pset null '(null)'
SET datestyle = ISO;

CREATE FUNCTION pg_temp.rate_of(positives bigint, total bigint) RETURNS rate_summary
LANGUAGE sql IMMUTABLE AS
$$ SELECT format('{"version": 1, "positives": %s, "negatives": %s, "unknowns": 0}',
				 positives, total - positives)::rate_summary $$;

--
-- Worked figures
--

-- reference/wilson_proportion.csv
CREATE TEMP TABLE wilson (positive int, n int, conf float8, p numeric, lo numeric, hi numeric);
COPY wilson FROM stdin (DELIMITER ',');
81,263,0.95,0.307985,0.255289,0.36621
15,148,0.95,0.101351,0.062386,0.160487
0,20,0.95,0.0,0.0,0.161125
1,29,0.95,0.034483,0.006113,0.171755
10,10,0.95,1.0,0.722467,1.0
0,1,0.95,0.0,0.0,0.793451
1,1,0.95,1.0,0.206549,1.0
600,1000,0.95,0.6,0.569309,0.629925
2,2,0.95,1.0,0.34238,1.0
100,101,0.95,0.990099,0.946033,0.99825
\.

-- mismatches: none
SELECT w.*, rate(s), i.*
FROM wilson w, pg_temp.rate_of(positive, n) s, rate_interval(s, conf) i
WHERE round(rate(s) / 100, 6) IS DISTINCT FROM p
	OR round(low / 100, 6) IS DISTINCT FROM lo OR round(high / 100, 6) IS DISTINCT FROM hi;
SELECT count(*) AS compared FROM wilson;

-- rows instead of counts give the same intervals
SELECT w.*
FROM wilson w,
	LATERAL (SELECT rate_agg(i <= positive) AS rate, rate_summary(i <= positive) AS s
			 FROM generate_series(1, n) i) r
WHERE round(rate / 100, 6) IS DISTINCT FROM p
	OR (SELECT (round(low / 100, 6), round(high / 100, 6)) FROM rate_interval(s, conf))
		IS DISTINCT FROM (lo, hi);

-- 81 of 263: 25.53..36.62; 0 of 20: 0..16.11
SELECT round(low, 2) AS low, round(high, 2) AS high
FROM (VALUES (pg_temp.rate_of(81, 263)), (pg_temp.rate_of(0, 20))) v(s), rate_interval(s);

-- 0 and 100 are exact ends
SELECT (rate_interval(pg_temp.rate_of(0, n))).low AS low, (rate_interval(pg_temp.rate_of(n, n))).high AS high
FROM (VALUES (1), (3), (7), (1000003), (999999999999999)) v(n);

-- 100 at the start, 12 churn events, of which 1 was reactivated and 1 had
-- joined inside the period: 10 %.  A customer is from its first start to its
-- last end.
CREATE TEMP TABLE subscriptions (customer int, started_on date, ended_on date);
INSERT INTO subscriptions
SELECT i, date '2024-03-01', CASE WHEN i <= 11 THEN date '2025-01-01' + i END FROM generate_series(1, 100) i
UNION ALL SELECT 11, '2025-01-20', NULL			-- reactivated
UNION ALL SELECT 101, '2025-01-05', '2025-01-25';	-- joined inside
SELECT churn_agg(started_on, ended_on, '2025-01-01', '2025-02-01') AS churn,
	retention_agg(started_on, ended_on, '2025-01-01', '2025-02-01') AS retention,
	count(churned(started_on, ended_on, '2025-01-01', '2025-02-01')) AS at_start
FROM (SELECT customer, min(started_on) AS started_on,
		nullif(max(coalesce(ended_on, 'infinity')), 'infinity') AS ended_on
	  FROM subscriptions GROUP BY customer) c;

-- 10 trials started in May, 5 became paying
SELECT trial_conversion_agg(date '2025-05-14' + i, CASE WHEN i % 2 = 0 THEN date '2025-06-01' + i END, '2025-07-01')
FROM generate_series(1, 10) i;

-- 5 % a month are 45.96 % a year, and back
SELECT round(rescale_rate(5, '1 month', '1 year'), 6) AS a_year,
	round(rescale_rate(rescale_rate(5, '1 month', '1 year'), '1 year', '1 month'), 10) AS a_month,
	rescale_rate(5, '1 month', '1 month') AS same;
-- next to 100 the digits are those of what is left, in any number of decimals
SELECT round(rescale_rate(99.9999999999999, '1 year', '1 month'), 10) AS nearly_all, round(rescale_rate(100 - 1e-30, '1 year', '1 month'), 10) AS nearer, rescale_rate(100, '1 year', '1 month') AS all_of_them, round(rescale_rate(50.1, '1 month', '1 month'), 10) AS same;

--
-- Empty, all NULL, one row
--
CREATE TEMP TABLE matrix (kind text COLLATE "C", outcome boolean);
INSERT INTO matrix VALUES ('all NULL', NULL), ('all NULL', NULL), ('one false', false), ('one true', true),
	('true and NULL', true), ('true and NULL', NULL), ('true and false', true), ('true and false', false);
SELECT kind, rate_agg(outcome) AS rate, rate_summary(outcome) FROM matrix GROUP BY kind
UNION ALL SELECT 'empty', rate_agg(outcome), rate_summary(outcome) FROM matrix WHERE false
UNION ALL SELECT 'filtered', rate_agg(outcome) FILTER (WHERE false), rate_summary(outcome) FILTER (WHERE false) FROM matrix
ORDER BY 1;

SELECT kind, churn_agg(a, b, c, d) AS churn, retention_agg(a, b, c, d) AS retention,
	trial_conversion_agg(b, NULL, c) AS conversion, trial_conversion_agg(b::timestamp, NULL, c) AS conversion_ts,
	trial_conversion_agg(b::timestamptz, NULL, c) AS conversion_tz,
	sla_agg(a, b, '10 days', c) AS sla, sla_agg(a::timestamp, b, '10 days', c) AS sla_ts,
	sla_agg(a::timestamptz, b, '10 days', c) AS sla_tz
FROM (VALUES ('all NULL', NULL::date, NULL::date, date '2025-01-01', date '2025-02-01'),
	('all NULL', NULL, NULL, '2025-01-01', '2025-02-01'),
	('one open', '2024-12-30', NULL, '2025-01-01', '2025-02-01'),
	('one ended', '2024-12-20', '2025-01-15', '2025-01-16', '2025-02-01'),
	('one ended within', '2024-12-20', '2025-01-15', '2025-01-01', '2025-02-01'),
	('one with NULL', NULL, NULL, '2025-01-01', '2025-02-01'),
	('one with NULL', '2024-12-01', NULL, '2025-01-01', '2025-02-01')) v(kind, a, b, c, d)
GROUP BY kind
UNION ALL
SELECT 'empty', churn_agg(a, a, a, a), retention_agg(a, a, a, a), trial_conversion_agg(a, a, a),
	trial_conversion_agg(a::timestamp, a, a), trial_conversion_agg(a::timestamptz, a, a), sla_agg(a, a, '1 day', a),
	sla_agg(a::timestamp, a, '1 day', a), sla_agg(a::timestamptz, a, '1 day', a)
FROM (SELECT date '2025-01-01' AS a WHERE false) t
ORDER BY 1;

CREATE TEMP TABLE summaries (kind text COLLATE "C", s rate_summary);
INSERT INTO summaries VALUES ('NULL', NULL), ('NULL', NULL), ('one', pg_temp.rate_of(1, 3)),
	('empty', '{"version": 1}'), ('NULL and one', NULL), ('NULL and one', pg_temp.rate_of(1, 3)),
	('one and NULL', pg_temp.rate_of(1, 3)), ('one and NULL', NULL),
	('two', pg_temp.rate_of(1, 3)), ('two', '{"version": 1, "positives": 10, "negatives": 20, "unknowns": 30}');
SELECT kind, rollup(s) FROM summaries GROUP BY kind
UNION ALL SELECT 'none', rollup(s) FROM summaries WHERE false
ORDER BY 1;

-- every accessor
SELECT kind, rate(s), retention_final(s), positives(s), negatives(s), unknowns(s), rate_interval(s),
	rate_change(s, pg_temp.rate_of(1, 3)) AS change_from, rate_change(pg_temp.rate_of(1, 3), s) AS change_to,
	ascii_of(rate_text(s)) AS text
FROM (VALUES (1, 'empty', '{"version": 1}'::rate_summary), (2, 'unknown', '{"version": 1, "unknowns": 3}'),
	(3, 'NULL', NULL), (4, 'one of 3', pg_temp.rate_of(1, 3))) v(i, kind, s) ORDER BY i
\gx
SELECT rate_interval('{"version": 1, "positives": 1}', NULL), rate_change('{"version": 1, "positives": 1}', '{"version": 1, "positives": 1}', NULL),
	rate_text('{"version": 1, "positives": 1}', NULL), rescale_rate(NULL, '1 day', '1 day'), rescale_rate(1, NULL, '1 day'), rescale_rate(1, '1 day', NULL);

SELECT pos, n, ascii_of(rate_text(pg_temp.rate_of(pos, n))) AS text,
	ascii_of(rate_text(pg_temp.rate_of(pos, n), 0.5)) AS at_50
FROM (VALUES (580, 812), (0, 1), (1, 1), (0, 20), (10, 10), (1, 3), (1, 8), (1, 16), (49, 400), (999, 1000), (9999, 10000), (1, 10000),
	(1000000000000000, 2000000000000000)) v(pos, n);

--
-- Change of a rate
--
SELECT b, n0, a, n1, round(c.change, 4) AS change, round(c.low, 4) AS low, round(c.high, 4) AS high,
	round(c.p_value, 6) AS p_value, direction
FROM (VALUES (56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (0, 10, 0, 10), (10, 10, 10, 10), (0, 1, 1, 1),
	(500, 1000, 540, 1000), (500, 1000, 550, 1000)) v(b, n0, a, n1),
	rate_change(pg_temp.rate_of(b, n0), pg_temp.rate_of(a, n1)) c;
-- few answers: R 4.2.2, fisher.test(); without a direction the interval contains 0
SELECT b, n0, a, n1, round(c.change, 4) AS change, round(c.low, 4) AS low, round(c.high, 4) AS high, round(c.p_value, 14) AS p_value, fisher, direction
FROM (VALUES (10, 1000, 1, 1, 0.010989010989011), (300, 10000, 1, 5, 0.141668588898902), (0, 2, 2, 2, 0.333333333333333), (3, 20, 9, 20, 0.082358777019511), (9, 10, 3, 10, 0.0197666110978804)) v(b, n0, a, n1, fisher),
	rate_change(pg_temp.rate_of(b, n0), pg_temp.rate_of(a, n1)) c;
SELECT count(*) AS compared, count(*) FILTER (WHERE direction <> 0) > 300 AS directions, count(*) FILTER (WHERE change NOT BETWEEN low AND high
	OR direction <> 0 AND (direction <> sign(change) OR low <= 0 AND high >= 0 OR p_value >= 0.05)
	OR direction = 0 AND NOT (low <= 0 AND high >= 0)) AS contradictions
FROM generate_series(1, 2000) i, rate_change(pg_temp.rate_of(pick(i, 1, 60), 400), pg_temp.rate_of(pick(i, 2, 12), 12)) c;
SELECT direction, p_value = 0 AS none, low > 0 AS above FROM rate_change(pg_temp.rate_of(0, 999999999999999), pg_temp.rate_of(40, 40));
-- the change backwards is the same with other signs; ends within -100..100;
-- the change lies between them
SELECT count(*) AS compared, count(*) FILTER (WHERE
	(f.change, f.low, f.high, f.p_value, f.direction) IS DISTINCT FROM (-b.change, -b.high, -b.low, b.p_value, -b.direction)) AS asymmetric,
	count(*) FILTER (WHERE NOT (f.low >= -100 AND f.high <= 100 AND f.change BETWEEN f.low AND f.high
		AND f.p_value BETWEEN 0 AND 1 AND f.direction IN (0, sign(f.change)))) AS impossible
FROM generate_series(1, 500) i, LATERAL (SELECT 1 + pick(i, 1, 40) AS n0, 1 + pick(i, 2, 40) AS n1) n,
	LATERAL (SELECT pg_temp.rate_of(pick(i, 3, n0 + 1), n0) AS s0, pg_temp.rate_of(pick(i, 4, n1 + 1), n1) AS s1) s,
	rate_change(s0, s1, 0.9) f, rate_change(s1, s0, 0.9) b;
-- so does a rate within its interval, which is within 0..100 and wider the
-- more confident
SELECT count(*) AS compared, count(*) FILTER (WHERE NOT (a.low >= 0 AND a.high <= 100 AND rate(s) BETWEEN a.low AND a.high
	AND b.low < a.low + 1e-12 AND b.high > a.high - 1e-12)) AS impossible
FROM generate_series(1, 500) i, LATERAL (SELECT 1 + pick(i, 2, 40) AS n) n,
	LATERAL (SELECT pg_temp.rate_of(pick(i, 3, n + 1), n) AS s) s,
	rate_interval(s, 0.5) a, rate_interval(s, 0.999) b;

--
-- Rescaling
--
SELECT rate, f, t, CASE WHEN rescaled > 1e-9 OR rescaled = 0 THEN round(rescaled, 9)::text ELSE to_char(rescaled::float8, '9.99999999EEEE') END AS rescaled
FROM (VALUES (1, '0', '1 month', '1 year'), (2, '100', '1 month', '1 year'), (3, '100', '1 year', '1 day'),
	(4, '50', '1 year', '2 years'), (5, '75', '2 years', '1 year'), (6, '5', '30.4375 days', '1 month'), (7, '1e-15', '1 month', '1 year'),
	(8, '99.999999999', '1 day', '1 year'), (9, '99.999999999', '200000 years', '1 hour'), (10, '0.1', '1 hour', '1 day'),
	(11, '5', '1 week', '1 year'), (12, '5', '1 hour', '200000 years')) v(i, rate, f, t),
	rescale_rate(rate::numeric, f::interval, t::interval) rescaled ORDER BY i;

--
-- Churned: every order of the dates.  Letters are in time: A is before the
-- period, S its start, M within it, E its end (which is outside), Z after.
--
CREATE TEMP TABLE moments (name text COLLATE "C", day date);
INSERT INTO moments VALUES ('A', '2024-12-31'), ('S', '2025-01-01'), ('M', '2025-01-15'), ('N', '2025-01-31'),
	('E', '2025-02-01'), ('Z', '2025-03-01');
SELECT s.name AS started, string_agg(coalesce(e.name, '-') || '=' ||
		coalesce(churned(s.day, e.day, '2025-01-01', '2025-02-01')::text, 'null'), ' ' ORDER BY e.day) AS churned
FROM moments s, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) e
WHERE coalesce(e.day, 'infinity') >= s.day
GROUP BY s.name, s.day ORDER BY s.day;
-- the definition the long way: there as the period began, and not as it ended
SELECT count(*) AS compared, count(*) FILTER (WHERE churned(s.day, e.day, p.day, q.day) IS DISTINCT FROM
	CASE WHEN s.day < p.day AND coalesce(e.day >= p.day, true) THEN coalesce(e.day < q.day, false) END) AS different
FROM moments s, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date)) e, moments p, moments q
WHERE coalesce(e.day >= s.day, true) AND p.day < q.day;
-- a month's end is a timestamp where it comes from the month; of a time the day counts
SELECT m, count(*) FILTER (WHERE churned(s, e, m, m + interval '1 month')) AS churned, churn_agg(s, e, m, m + interval '1 month'),
	churn_agg(s, e, m::date, (m + interval '1 month')::date) AS by_dates, churn_agg(s, e, m + interval '9 hours', m + interval '1 month 23 hours') AS by_times
FROM generate_series(timestamp '2025-01-01', '2025-03-01', '1 month') m, (VALUES (date '2024-05-01', date '2025-01-15'), ('2024-06-01', '2025-02-01'), ('2025-01-20', NULL), ('2024-07-01', '2025-02-28')) v(s, e) GROUP BY m ORDER BY m;
SELECT churned(NULL, NULL, '2025-01-01', '2025-02-01'), churned(NULL, '2025-01-15', '2025-01-01', '2025-02-01'),
	churned('4713-01-01 BC', '5874897-12-31', '2025-01-01', '2025-02-01'),
	churned('2024-01-01', '2025-01-01', '2025-01-01', '294276-12-31');
-- consecutive periods: who churns does so in one of them
SELECT count(*) AS customers, bool_and(n = 1) AS once
FROM (SELECT i, count(*) FILTER (WHERE churned('2024-01-01', date '2025-01-01' + i, m::date, (m + '1 month')::date)) AS n
	  FROM generate_series(0, 364) i, generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') m GROUP BY i) t;

--
-- Trial conversion: every order
--
SELECT ends.name AS ends, string_agg(conv.name || '=' ||
		coalesce(trial_converted(ends.day, conv.day, '2025-01-15')::text, 'null'), ' ' ORDER BY conv.day) AS converted
FROM (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) ends,
	(SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) conv
GROUP BY ends.name, ends.day ORDER BY ends.day, ends.name;
SELECT count(*) AS compared,
	count(*) FILTER (WHERE trial_converted(e.day, c.day, a.day) IS DISTINCT FROM wanted) AS date,
	count(*) FILTER (WHERE trial_converted(e.day::timestamp, c.day, a.day) IS DISTINCT FROM wanted) AS timestamp,
	count(*) FILTER (WHERE trial_converted(e.day::timestamptz, c.day, a.day) IS DISTINCT FROM wanted) AS timestamptz
FROM moments a, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) e,
	(SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) c,
	LATERAL (SELECT CASE WHEN coalesce(c.day <= a.day, false) THEN true WHEN coalesce(e.day <= a.day, false) THEN false END) w(wanted);
-- to the microsecond
SELECT trial_converted('2025-01-10', '2025-01-15 12:00:00.000001'::timestamp, '2025-01-15 12:00') AS later,
	trial_converted('2025-01-10', '2025-01-15 12:00'::timestamp, '2025-01-15 12:00') AS at,
	trial_converted('2025-01-15 12:00:00.000001'::timestamp, NULL, '2025-01-15 12:00') AS open,
	trial_converted('2025-01-15 12:00'::timestamp, NULL, '2025-01-15 12:00') AS ended;

--
-- Within target: every order; the target is 14 days
--
SELECT s.name AS started, string_agg(f.name || '=' ||
		coalesce(within_target(s.day, f.day, '14 days', '2025-01-31')::text, 'null'), ' ' ORDER BY f.day) AS within_target
FROM moments s, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) f
WHERE coalesce(f.day >= s.day, true) GROUP BY s.name, s.day ORDER BY s.day;
SELECT count(*) AS compared,
	count(*) FILTER (WHERE within_target(s.day, f.day, t, a.day) IS DISTINCT FROM wanted) AS date,
	count(*) FILTER (WHERE within_target(s.day::timestamp, f.day, t, a.day) IS DISTINCT FROM wanted) AS timestamp,
	count(*) FILTER (WHERE within_target(s.day::timestamp AT TIME ZONE 'UTC', f.day::timestamp AT TIME ZONE 'UTC', t, a.day::timestamp AT TIME ZONE 'UTC') IS DISTINCT FROM wanted) AS timestamptz
FROM moments s, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date)) f, moments a,
	(VALUES (interval '0'), ('14 days'), ('15 days'), ('1 month'), (NULL)) g(t),
	LATERAL (SELECT CASE WHEN t IS NULL OR s.day > a.day THEN NULL
		WHEN f.day <= a.day THEN extract(epoch FROM f.day::timestamp - s.day::timestamp) <= extract(epoch FROM t) - CASE WHEN t = '1 month' THEN -0.4375 * 86400 ELSE 0 END
		WHEN extract(epoch FROM a.day::timestamp - s.day::timestamp) > extract(epoch FROM t) - CASE WHEN t = '1 month' THEN -0.4375 * 86400 ELSE 0 END THEN false END) w(wanted)
WHERE coalesce(f.day >= s.day, true);
-- to the microsecond: at the target is within it
SELECT within_target(s, s + '4:00:00', '4 hours', '2025-02-01') AS at, within_target(s, s + '4:00:00.000001', '4 hours', '2025-02-01') AS late,
	within_target(s, NULL, '4 hours', s + '4:00:00') AS still_in_time, within_target(s, NULL, '4 hours', s + '4:00:00.000001') AS overdue,
	within_target(s, s, '0', s) AS at_once, within_target(s, 'infinity', '4 hours', '2025-02-01') AS never,
	within_target(s, s + '1 hour', '4 hours', s + '59 minutes') AS not_yet
FROM (VALUES (timestamp '2025-01-01 09:00')) v(s);
-- a day of the target is 24 hours, a month 30.4375 days
SELECT within_target(timestamp '2025-01-01', timestamp '2025-01-31 10:30', '1 month', '2026-01-01') AS month,
	within_target(timestamp '2025-01-01', timestamp '2025-01-31 10:30:00.000001', '1 month', '2026-01-01') AS longer;

--
-- Converted within a time of the trial's start: every order, by the definition.  A
-- trial counts from the moment on that the whole time is over.
--
SELECT count(*) AS compared, count(DISTINCT wanted) AS results,
	count(*) FILTER (WHERE converted_within(s.day, f.day, t, a.day) IS DISTINCT FROM wanted) AS date,
	count(*) FILTER (WHERE converted_within(s.day::timestamp, f.day, t, a.day) IS DISTINCT FROM wanted) AS timestamp,
	count(*) FILTER (WHERE converted_within(s.day::timestamp AT TIME ZONE 'UTC', f.day::timestamp AT TIME ZONE 'UTC', t, a.day::timestamp AT TIME ZONE 'UTC') IS DISTINCT FROM wanted) AS timestamptz
FROM moments s, (SELECT * FROM moments UNION ALL VALUES ('-', NULL::date), ('oo', 'infinity')) f, moments a,
	(VALUES (interval '0', interval '0'), ('14 days', '14 days'), ('15 days', '15 days'), ('1 month', '730.5 hours'), (NULL, NULL)) g(t, hours),
	LATERAL (SELECT CASE WHEN s.day + hours <= a.day THEN coalesce(f.day <= s.day + hours, false) END) w(wanted)
WHERE coalesce(f.day >= s.day, true);
-- to the microsecond
SELECT converted_within(s, s + '4:00:00', '4 hours', '2025-02-01') AS at, converted_within(s, s + '4:00:00.000001', '4 hours', '2025-02-01') AS late,
	converted_within(s, NULL, '4 hours', s + '3:59:59.999999') AS open, converted_within(s, NULL, '4 hours', s + '4:00:00') AS over,
	converted_within(s, s + '1 hour', '4 hours', s + '2 hours') AS converted_and_open, converted_within(NULL, s, '4 hours', s) AS no_trial
FROM (VALUES (timestamp '2025-01-01 09:00')) v(s);
SELECT failure($$SELECT converted_within(date '2025-01-02', date '2025-01-01', '14 days', '2025-02-01')$$);
SELECT failure($$SELECT converted_within(date '2025-01-02', NULL, '-1 days', '2025-02-01')$$);
SELECT failure($$SELECT converted_within(date '2025-01-02', NULL, '14 days', NULL)$$);
SELECT failure($$SELECT converted_within(timestamptz 'infinity', NULL, '14 days', '2025-02-01')$$);
SELECT failure($$SELECT converted_within(timestamp '2025-01-01', '-infinity', '14 days', '2025-02-01')$$);

-- Nothing depends on the time zone of the session: clocks go back on
-- 2025-11-02 in New York, the day has 25 hours.
CREATE TEMP TABLE zones (zone text COLLATE "C", result text);
SET timezone = 'America/New_York';
INSERT INTO zones SELECT 'America/New_York',
	(within_target(s, s + interval '24:00:00', '1 day', as_of), within_target(s, s + interval '24:00:01', '1 day', as_of),
	 within_target(s, NULL, '1 day', s + interval '24:00:00'), within_target(s, NULL, '1 day', s + interval '24:00:01'),
	 trial_converted(s, s + interval '1 second', s), sla_agg(s, s + interval '24:00:00', '1 day', as_of),
	 trial_conversion_agg(s, NULL, s))::text
FROM (VALUES (timestamptz '2025-11-02 00:00-04', timestamptz '2025-12-01 00:00Z')) v(s, as_of) GROUP BY s, as_of;
SET timezone = 'Asia/Seoul';
INSERT INTO zones SELECT 'Asia/Seoul',
	(within_target(s, s + interval '24:00:00', '1 day', as_of), within_target(s, s + interval '24:00:01', '1 day', as_of),
	 within_target(s, NULL, '1 day', s + interval '24:00:00'), within_target(s, NULL, '1 day', s + interval '24:00:01'),
	 trial_converted(s, s + interval '1 second', s), sla_agg(s, s + interval '24:00:00', '1 day', as_of),
	 trial_conversion_agg(s, NULL, s))::text
FROM (VALUES (timestamptz '2025-11-02 00:00-04', timestamptz '2025-12-01 00:00Z')) v(s, as_of) GROUP BY s, as_of;
SELECT zone, result FROM zones ORDER BY zone;
-- nor does what an error says
SET timezone = 'America/New_York';
SELECT detail FROM error_of('SELECT within_target(timestamptz ''2025-01-02 00:00Z'', ''2025-01-01 00:00Z'', ''1 day'', ''2025-02-01 00:00Z'')');
SET timezone = 'UTC';

--
-- Differential, rolling up, moving windows, on random customers
--
CREATE TEMP TABLE customers AS
SELECT i, pick(i, 1, 4) AS segment, started_on,
	CASE WHEN pick(i, 4, 2) = 0 THEN started_on + pick(i, 3, 300) END AS ended_on,
	CASE WHEN pick(i, 5, 3) > 0 THEN pick(i, 6, 2) = 1 END AS outcome
FROM generate_series(1, 600) i, LATERAL (SELECT date '2024-06-01' + pick(i, 2, 400)) s(started_on);
UPDATE customers SET started_on = NULL WHERE i % 37 = 0;
ANALYZE customers;

SELECT count(*) AS compared,
	count(*) FILTER (WHERE rate IS DISTINCT FROM trim_scale(100.0 * yes / nullif(yes + no, 0))
		OR s::text IS DISTINCT FROM format('{"version": 1, "positives": %s, "negatives": %s, "unknowns": %s}', yes, no, n - yes - no)
		OR rate IS DISTINCT FROM rate(s) OR retention_final(s) IS DISTINCT FROM trim_scale(100.0 * no / nullif(yes + no, 0))) AS rate,
	count(*) FILTER (WHERE churn IS DISTINCT FROM trim_scale(100.0 * lost / nullif(there, 0))
		OR retention IS DISTINCT FROM trim_scale(100.0 * (there - lost) / nullif(there, 0))) AS churn,
	count(*) FILTER (WHERE conversion IS DISTINCT FROM trim_scale(100.0 * converted / nullif(decided, 0))
		OR conversion <> conversion_ts OR conversion <> conversion_tz) AS trial,
	count(*) FILTER (WHERE sla IS DISTINCT FROM trim_scale(100.0 * in_time / nullif(in_time + late, 0)) OR sla <> sla_ts OR sla <> sla_tz) AS sla
FROM (SELECT started_on, segment, rate_agg(outcome) AS rate, rate_summary(outcome) AS s,
		churn_agg(started_on, ended_on, '2025-01-01', '2025-04-01') AS churn,
		retention_agg(started_on, ended_on, '2025-01-01', '2025-04-01') AS retention,
		trial_conversion_agg(started_on, ended_on, '2025-03-01') AS conversion,
		trial_conversion_agg(started_on::timestamp, ended_on, '2025-03-01') AS conversion_ts,
		trial_conversion_agg(started_on::timestamptz, ended_on, '2025-03-01') AS conversion_tz,
		sla_agg(started_on, ended_on, '100 days', '2025-03-01') AS sla,
		sla_agg(started_on::timestamp, ended_on, '100 days', '2025-03-01') AS sla_ts,
		sla_agg(started_on::timestamptz, ended_on, '100 days', '2025-03-01') AS sla_tz,
		count(*) AS n, count(*) FILTER (WHERE outcome) AS yes, count(*) FILTER (WHERE NOT outcome) AS no,
		count(*) FILTER (WHERE started_on < '2025-01-01' AND coalesce(ended_on, 'infinity') >= '2025-01-01') AS there,
		count(*) FILTER (WHERE started_on < '2025-01-01' AND ended_on >= '2025-01-01' AND ended_on < '2025-04-01') AS lost,
		count(*) FILTER (WHERE ended_on <= '2025-03-01') AS converted,
		count(*) FILTER (WHERE ended_on <= '2025-03-01' OR started_on <= '2025-03-01') AS decided,
		count(*) FILTER (WHERE started_on IS NOT NULL AND ended_on <= '2025-03-01' AND ended_on - started_on <= 100) AS in_time,
		count(*) FILTER (WHERE started_on <= '2025-03-01' AND least(ended_on, '2025-03-01') - started_on > 100) AS late
	  FROM customers GROUP BY GROUPING SETS ((started_on), (segment), (started_on, segment), ())) t;

CREATE TEMP TABLE daily AS
SELECT started_on AS day, segment, rate_summary(outcome) AS s FROM customers GROUP BY 1, 2;
SELECT count(*) AS compared, count(*) FILTER (WHERE rate_summary_send(a.s) <> rate_summary_send(b.s) OR rate(a.s) IS DISTINCT FROM b.rate) AS different
FROM (SELECT segment, to_char(day, 'YYYY-MM') AS month, GROUPING(segment, to_char(day, 'YYYY-MM')) AS level, rollup(s) AS s
	  FROM daily GROUP BY CUBE (1, 2)) a
JOIN (SELECT segment, to_char(started_on, 'YYYY-MM') AS month, GROUPING(segment, to_char(started_on, 'YYYY-MM')) AS level,
		rate_summary(outcome) AS s, rate_agg(outcome) AS rate
	  FROM customers GROUP BY CUBE (1, 2)) b ON (a.month, a.segment, a.level) IS NOT DISTINCT FROM (b.month, b.segment, b.level);
-- the outcome's summary is the way to the interval of a churn, conversion, SLA
SELECT rate_summary(churned(started_on, ended_on, '2025-01-01', '2025-04-01')),
	rate(rate_summary(churned(started_on, ended_on, '2025-01-01', '2025-04-01'))) = churn_agg(started_on, ended_on, '2025-01-01', '2025-04-01') AS churn,
	rate(rate_summary(trial_converted(started_on, ended_on, '2025-03-01'))) = trial_conversion_agg(started_on, ended_on, '2025-03-01') AS trial,
	rate(rate_summary(within_target(started_on, ended_on, '100 days', '2025-03-01'))) = sla_agg(started_on, ended_on, '100 days', '2025-03-01') AS sla
FROM customers;

-- What the inverse transition leaves is what a fresh count gives.  NULL starts
-- are peers at the end.
SELECT count(*) AS compared,
	count(*) FILTER (WHERE a.rate IS DISTINCT FROM r.rate) AS rate, count(*) FILTER (WHERE rate_summary_send(a.s) IS DISTINCT FROM rate_summary_send(r.s)) AS summary,
	count(*) FILTER (WHERE a.churn IS DISTINCT FROM r.churn OR a.retention IS DISTINCT FROM 100 - r.churn AND round(a.retention, 10) <> round(100 - r.churn, 10)) AS churn,
	count(*) FILTER (WHERE trial_d IS DISTINCT FROM r.trial OR trial_ts IS DISTINCT FROM r.trial OR trial_tz IS DISTINCT FROM r.trial) AS trial,
	count(*) FILTER (WHERE sla_d IS DISTINCT FROM r.sla OR sla_ts IS DISTINCT FROM r.sla OR sla_tz IS DISTINCT FROM r.sla) AS sla
FROM (SELECT started_on AS day, rate_agg(outcome) OVER w AS rate, rate_summary(outcome) OVER w AS s,
		churn_agg(started_on, ended_on, '2025-01-01', '2025-04-01') OVER w AS churn,
		retention_agg(started_on, ended_on, '2025-01-01', '2025-04-01') OVER w AS retention,
		trial_conversion_agg(started_on, ended_on, '2025-03-01') OVER w AS trial_d,
		trial_conversion_agg(started_on::timestamp, ended_on, '2025-03-01') OVER w AS trial_ts,
		trial_conversion_agg(started_on::timestamptz, ended_on, '2025-03-01') OVER w AS trial_tz,
		sla_agg(started_on, ended_on, '100 days', '2025-03-01') OVER w AS sla_d,
		sla_agg(started_on::timestamp, ended_on, '100 days', '2025-03-01') OVER w AS sla_ts,
		sla_agg(started_on::timestamptz, ended_on, '100 days', '2025-03-01') OVER w AS sla_tz
	  FROM customers WINDOW w AS (ORDER BY started_on RANGE BETWEEN '29 days' PRECEDING AND CURRENT ROW)) a,
	LATERAL (SELECT rate_agg(outcome) AS rate, rate_summary(outcome) AS s,
		churn_agg(started_on, ended_on, '2025-01-01', '2025-04-01') AS churn,
		trial_conversion_agg(started_on, ended_on, '2025-03-01') AS trial,
		sla_agg(started_on, ended_on, '100 days', '2025-03-01') AS sla
	  FROM customers b WHERE CASE WHEN a.day IS NULL THEN b.started_on IS NULL ELSE b.started_on BETWEEN a.day - 29 AND a.day END) r;
-- empty frames and FILTER
SELECT count(*) AS compared, count(moving) AS filled, count(*) FILTER (WHERE moving IS DISTINCT FROM
	(SELECT rate_agg(outcome) FROM customers b WHERE b.i BETWEEN a.i - 9 AND a.i - 3 AND b.i % 3 > 0)) AS different
FROM (SELECT i, rate_agg(outcome) FILTER (WHERE i % 3 > 0) OVER (ORDER BY i ROWS BETWEEN 9 PRECEDING AND 3 PRECEDING) AS moving FROM customers) a;
-- rollup, with NULLs at the start and inside
CREATE TEMP TABLE gappy AS
SELECT i, CASE WHEN i > 12 AND pick(i, 9, 3) > 0 THEN
	(SELECT rate_summary(outcome) FROM customers s WHERE s.i % 100 = g.i) END AS s
FROM generate_series(1, 100) g(i);
SELECT count(*) AS compared, count(*) FILTER (WHERE moving IS NULL) AS nulls,
	count(*) FILTER (WHERE rate_summary_send(moving) IS DISTINCT FROM
		(SELECT rate_summary_send(rollup(b.s)) FROM gappy b WHERE b.i BETWEEN a.i - 2 AND a.i)) AS different
FROM (SELECT i, rollup(s) OVER (ORDER BY i ROWS 2 PRECEDING) AS moving FROM gappy) a;

-- The inverse transition is what runs, and transitions are shared (see the
-- tests of surveys).
CREATE TEMP SEQUENCE calls;
CREATE FUNCTION pg_temp.counted(anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS
$$ BEGIN PERFORM nextval('calls'); RETURN $1; END $$;
CREATE FUNCTION pg_temp.evaluations(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	before bigint := nextval('calls');
BEGIN
	EXECUTE 'SELECT count(q) FROM (' || query || ' OFFSET 0) q';
	RETURN nextval('calls') - before - 1;
END
$$;
SELECT call, pg_temp.evaluations('SELECT ' || call || ' OVER (ORDER BY i ROWS 49 PRECEDING)
	FROM (SELECT i, started_on AS a, ended_on AS b, outcome, rate_summary(outcome) OVER (PARTITION BY i) AS s FROM customers) t') AS evaluations
FROM (VALUES ('count(pg_temp.counted(outcome))'), ('rate_agg(pg_temp.counted(outcome))'), ('rate_summary(pg_temp.counted(outcome))'), ('rollup(pg_temp.counted(s))'),
	('churn_agg(pg_temp.counted(a), b, ''2025-01-01'', ''2025-04-01'')'), ('retention_agg(pg_temp.counted(a), b, ''2025-01-01'', ''2025-04-01'')'),
	('trial_conversion_agg(pg_temp.counted(a), b, ''2025-01-01'')'), ('trial_conversion_agg(pg_temp.counted(a::timestamp), b, ''2025-01-01'')'),
	('trial_conversion_agg(pg_temp.counted(a::timestamptz), b, ''2025-01-01'')'), ('sla_agg(pg_temp.counted(a), b, ''1 day'', ''2025-01-01'')'),
	('sla_agg(pg_temp.counted(a::timestamp), b, ''1 day'', ''2025-01-01'')'), ('sla_agg(pg_temp.counted(a::timestamptz), b, ''1 day'', ''2025-01-01'')')) v(call);
SELECT pg_temp.evaluations('SELECT rate_agg(pg_temp.counted(outcome)), rate_summary(pg_temp.counted(outcome)) FROM customers') AS rate,
	pg_temp.evaluations('SELECT churn_agg(pg_temp.counted(started_on), ended_on, ''2025-01-01'', ''2025-04-01''),
		retention_agg(pg_temp.counted(started_on), ended_on, ''2025-01-01'', ''2025-04-01'') FROM customers') AS churn;

--
-- Text and binary form, storage, equality
--
SELECT DISTINCT s = s::text::rate_summary AS same, rate_summary_send(s) = rate_summary_send(s::text::rate_summary) AS same_bytes
FROM (SELECT s FROM daily UNION ALL SELECT '{"version": 1}') t(s);
SELECT text, text::rate_summary FROM (VALUES (1, '{"version": 1}'), (2, '{"version": 1, "unknowns":1,"positives":2,"negatives":3}'), (3, '{"version": 1, "positives": 1e15}')) v(i, text) ORDER BY i;
SELECT rate_summary_send('{"version": 1, "positives": 1, "negatives": 258, "unknowns": 1000000000000000}');
CREATE TEMP TABLE sizes AS SELECT s FROM daily;
SELECT DISTINCT pg_column_size(s) AS stored FROM sizes;
CREATE TEMP TABLE toasted (storage text COLLATE "C", a rate_summary[]);
INSERT INTO toasted SELECT 'extended', array_agg(s ORDER BY day, segment) FROM daily;
ALTER TABLE toasted ALTER a SET STORAGE external;
INSERT INTO toasted SELECT 'external', array_agg(s ORDER BY day, segment) FROM daily;
SELECT storage, octet_length(array_send(a)) > 10000 AS large, (SELECT rollup(s) FROM unnest(a) s) = (SELECT rate_summary(outcome) FROM customers) AS same,
	a = a::text::rate_summary[] AS same_text FROM toasted ORDER BY storage;
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
CREATE TEMP TABLE copied (LIKE daily);
\copy daily TO 'results/rate.copy'
\copy copied FROM 'results/rate.copy'
\copy daily TO 'results/rate.copy' (FORMAT csv)
\copy copied FROM 'results/rate.copy' (FORMAT csv)
\copy daily TO 'results/rate.copy' (FORMAT binary)
\copy copied FROM 'results/rate.copy' (FORMAT binary)
SELECT count(*) = (SELECT count(*) FROM daily) AS groups, bool_and(n = 3) AS each_three_times
FROM (SELECT day, segment, s, count(*) AS n FROM copied GROUP BY 1, 2, 3) g;
CREATE TEMP TABLE toasted_copy (LIKE toasted);
\copy toasted TO 'results/rate.copy' (FORMAT binary)
\copy toasted_copy FROM 'results/rate.copy' (FORMAT binary)
SELECT count(*) FROM toasted a JOIN toasted_copy b USING (storage) WHERE array_send(a.a) = array_send(b.a);

SELECT a = b AS eq, a <> b AS ne, rate_summary_hash(a) = rate_summary_hash(b) AS hash, rate_summary_hash_extended(a, 7) = rate_summary_hash_extended(b, 7) AS hash_extended
FROM (VALUES (1, '{"version": 1}'::rate_summary, '{"version": 1, "unknowns": 0}'::rate_summary), (2, '{"version": 1, "positives": 1}', '{"version": 1, "negatives": 1}'), (3, '{"version": 1, "unknowns": 7}', '{"version": 1, "unknowns": 7}'), (4, NULL, '{"version": 1}')) v(i, a, b) ORDER BY i;
SELECT count(*) FROM daily WHERE rate_summary_hash(s) <> (rate_summary_hash_extended(s, 0) << 32 >> 32)::integer;
SELECT (SELECT count(*) FROM (SELECT DISTINCT s FROM daily) t) = n AS distinct_, (SELECT count(*) FROM (SELECT s FROM daily UNION SELECT s FROM daily) t) = n AS union_,
	(SELECT count(*) FROM (SELECT s FROM daily GROUP BY s) t) = n AS group_by
FROM (SELECT count(DISTINCT s::text) AS n FROM daily) t;
SET enable_nestloop = off;
SELECT count(*) = (SELECT count(*) FROM daily a JOIN daily b ON a.s::text = b.s::text) AS hash_join FROM daily a JOIN daily b ON a.s = b.s;
RESET enable_nestloop;

-- called by hand
SELECT s AS before, rate_accum(s, true) AS plus_true, rate_accum(s, NULL) AS plus_null, rate_remove(s, false) AS minus_false,
	rate_combine(s, s) AS twice, rate_uncombine(s, s) AS nothing, s AS after
FROM (SELECT pg_temp.rate_of(1, 3) AS s OFFSET 0) t
\gx

--
-- Errors
--
\pset format unaligned
\x on
SELECT query, e.* FROM (VALUES
	(1, 'SELECT churned(''2025-01-01'', ''2024-12-31'', ''2025-01-01'', ''2025-02-01'')'),
	(2, 'SELECT churned(''2024-01-01'', NULL, NULL, ''2025-02-01'')'), (3, 'SELECT churned(''2024-01-01'', NULL, ''2025-01-01'', NULL)'),
	(4, 'SELECT churned(NULL, NULL, NULL, NULL)'),
	(5, 'SELECT churned(''2024-01-01'', NULL, ''2025-02-01'', ''2025-02-01'')'), (6, 'SELECT churned(NULL, NULL, ''2025-02-01'', ''2025-01-01'')'),
	(7, 'SELECT churned(''infinity'', NULL, ''2025-01-01'', ''2025-02-01'')'), (8, 'SELECT churned(''-infinity'', NULL, ''2025-01-01'', ''2025-02-01'')'),
	(9, 'SELECT churned(''2024-01-01'', ''-infinity'', ''2025-01-01'', ''2025-02-01'')'),
	(10, 'SELECT churned(''2024-01-01'', NULL, ''-infinity'', ''2025-02-01'')'), (11, 'SELECT churned(''2024-01-01'', NULL, ''2025-01-01'', ''infinity'')'),
	(12, 'SELECT churn_agg(a, b, ''2025-01-01'', ''2025-02-01'') FROM (VALUES (date ''2025-01-05'', date ''2025-01-01'')) v(a, b)'),
	(13, 'SELECT retention_agg(''2024-01-01'', NULL, NULL, ''2025-02-01'')'),
	(20, 'SELECT trial_converted(date ''2025-01-01'', NULL, NULL)'), (21, 'SELECT trial_converted(timestamp ''2025-01-01'', NULL, ''infinity'')'),
	(22, 'SELECT trial_converted(''-infinity'', NULL, date ''2025-01-01'')'), (23, 'SELECT trial_converted(''2025-01-01'', ''-infinity'', timestamptz ''2025-01-01'')'),
	(24, 'SELECT trial_conversion_agg(NULL::timestamp, NULL, NULL)'), (25, 'SELECT trial_converted(date ''5874897-12-31'', NULL, ''2025-01-01'')'),
	(30, 'SELECT within_target(date ''2025-01-02'', ''2025-01-01'', ''1 day'', ''2025-02-01'')'),
	(31, 'SELECT within_target(date ''2025-01-01'', NULL, ''1 day'', NULL)'), (32, 'SELECT within_target(''infinity'', NULL, ''1 day'', date ''2025-01-01'')'),
	(33, 'SELECT within_target(''-infinity'', NULL, ''1 day'', timestamp ''2025-01-01'')'), (34, 'SELECT within_target(''2025-01-01'', ''-infinity'', ''1 day'', timestamp ''2025-01-01'')'),
	(35, 'SELECT within_target(timestamp ''2025-01-01'', NULL, ''-1 day'', ''2025-01-01'')'), (36, 'SELECT within_target(timestamp ''2025-01-01'', NULL, ''178000000 years'', ''2025-01-01'')'),
	(37, 'SELECT within_target(timestamp ''2025-01-01'', NULL, ''1 day'', ''-infinity'')'),
	(38, 'SELECT within_target(timestamp ''4713-01-01 BC'', NULL, ''1 day'', ''294276-12-31'')'),
	(39, 'SELECT sla_agg(timestamptz ''2025-01-02 00:00Z'', ''2025-01-01 00:00Z'', ''1 day'', ''2025-02-01 00:00Z'')'),
	(50, 'SELECT rescale_rate(-1, ''1 month'', ''1 year'')'), (51, 'SELECT rescale_rate(100.5, ''1 month'', ''1 year'')'), (52, 'SELECT rescale_rate(''NaN'', ''1 month'', ''1 year'')'),
	(53, 'SELECT rescale_rate(''Infinity'', ''1 month'', ''1 year'')'), (54, 'SELECT rescale_rate(5, ''0'', ''1 year'')'), (55, 'SELECT rescale_rate(5, ''1 month'', ''-1 year'')'),
	(56, 'SELECT rescale_rate(5, ''1 month'', ''178000000 years'')'), (57, 'SELECT rescale_rate(5, ''178000000 years'', ''1 month'')'),
	(60, 'SELECT rate_interval(''{"version": 1}'', 0)'), (61, 'SELECT rate_change(''{"version": 1}'', ''{"version": 1}'', 1)'), (62, 'SELECT rate_text(''{"version": 1}'', ''NaN'')'),
	(70, 'SELECT rollup(s) FROM (VALUES (''{"version": 1, "unknowns": 1000000000000000}''::rate_summary), (''{"version": 1, "unknowns": 1}'')) v(s)'),
	(71, 'SELECT rate_accum(''{"version": 1, "positives": 1000000000000000}'', true)'), (72, 'SELECT rate_remove(''{"version": 1, "positives": 1}'', false)'), (73, 'SELECT rate_remove(NULL, NULL)'),
	(74, 'SELECT rate_uncombine(''{"version": 1}'', ''{"version": 1, "unknowns": 1}'')'), (75, 'SELECT churn_remove(''{"version": 1}'', ''2024-01-01'', NULL, ''2025-01-01'', ''2025-02-01'')'),
	(76, 'SELECT satisfied(''{"version": 1, "scores": {"4": 1000000000000000, "5": 1}}'')')
	) v(i, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned
-- the ways out that the hints show leave the open ones in
SELECT churn_agg(a, b, '2025-01-01', '2025-02-01') FILTER (WHERE b IS NULL OR b >= a) AS churn,
	sla_agg(a, b, '1 day', '2025-01-10') FILTER (WHERE b IS NULL OR b >= a) AS sla
FROM (VALUES (date '2024-12-05', date '2024-12-01'), ('2024-12-05', '2025-01-03'), ('2024-12-05', NULL)) v(a, b);
SELECT churn_agg(nullif(a, 'infinity'), nullif(b, '-infinity'), '2025-01-01', '2025-02-01')
FROM (VALUES (date '2024-12-05', date '-infinity'), ('infinity', NULL), (NULL, NULL), ('2024-12-05', '2025-01-03'), ('2024-12-05', NULL)) v(a, b);
-- a date that only a date can hold is fine where it is compared as a date
SELECT churned('2024-01-01', '5874897-12-31', '2025-01-01', '294276-12-31');

SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '[]'), (2, '{"version": 2}'), (3, '{"version": 1, "positives": -1}'), (4, '{"version": 1, "negatives": 1.5}'), (5, '{"version": 1, "unknowns": 1000000000000001}'),
	(6, '{"version": 1, "positive": 1}'), (7, '{"version": 1, "positives": "1"}'), (8, '{"version": 1, "positives": null}'), (9, '{"version": 1, "positives": {}}'), (10, '{"version": 1, "scores": {}}')) v(i, text),
	LATERAL error_of(format('SELECT %L::rate_summary', text)) e ORDER BY i;
SELECT (error_of('SELECT ''[]''::rate_summary')).hint;

-- Looked at again and again: 1396 of 3000 against 2422 of 3461, by the formula of test/math/means_test.c with an imagined yes and no
SELECT round(change, 4) AS change, round(low, 4) AS low, round(high, 4) AS high, direction, round((high - low) / 2 / (100 * sqrt(1397.0 / 3002 * 1605 / 3002 / 3000 + 2423.0 / 3463 * 1040 / 3463 / 3461)), 5) AS reach
FROM rate_change('{"version": 1, "positives": 1396, "negatives": 1604}', '{"version": 1, "positives": 2422, "negatives": 1039}', always_valid => true);
SELECT kind, round(low, 3) AS low, round(high, 3) AS high
FROM (VALUES (1, 'none of 3', rate_summary '{"version": 1, "negatives": 3}'), (2, 'all of 3000', '{"version": 1, "positives": 3000}'), (3, 'half of 5000', '{"version": 1, "positives": 2500, "negatives": 2500}'), (4, 'nothing known', '{"version": 1, "unknowns": 3}')) AS v (i, kind, s)
	LEFT JOIN LATERAL rate_interval(s, always_valid => true) ON true ORDER BY i;
-- tightest where it is asked to be; wider than at one look; p below 0.05 where the interval leaves out 0
SELECT (a.high - a.low) < (b.high - b.low) AS tighter, (w.high - w.low) < (a.high - a.low) AS wider
FROM (VALUES (rate_summary '{"version": 1, "positives": 40, "negatives": 60}')) AS v (s), rate_interval(s, always_valid => true, tightest_at => 100) AS a, rate_interval(s, always_valid => true) AS b, rate_interval(s) AS w;
SELECT count(*) FILTER (WHERE (p_value < 0.1) IS DISTINCT FROM (low > 0 OR high < 0) OR (direction <> 0) IS DISTINCT FROM (p_value < 0.1)) AS wrong, count(*) FILTER (WHERE direction <> 0) AS arrows
FROM generate_series(1, 60) AS i, rate_change(format('{"version": 1, "positives": %s, "negatives": %s}', 10 * i, 15 * i)::rate_summary, format('{"version": 1, "positives": %s, "negatives": %s}', 13 * i, 12 * i)::rate_summary, 0.9, true, 300);
SELECT failure($$SELECT rate_interval('{"version": 1}', tightest_at => 0)$$);

-- what is not known of an end is left out: NULL would be one that has not come
SELECT failure($$SELECT churn_agg('2024-01-01'::date, '-infinity', '2025-01-01', '2025-02-01')$$);
SELECT count(*), churn_agg(started_on, ended_on, '2025-01-01', '2025-02-01') FILTER (WHERE (ended_on = '-infinity') IS NOT TRUE) AS churn
FROM (VALUES (date '2024-01-01', date '-infinity'), ('2024-01-01', '2025-01-10'), ('2024-01-01', NULL), ('2024-01-01', '2025-03-10')) AS v (started_on, ended_on);
-- an interval of seconds that was meant, and one whose unit was left out
SELECT failure(format('SELECT rescale_rate(1, ''1 day'', %L)', t)) FROM unnest('{30 minutes,12}'::text[]) AS t;
