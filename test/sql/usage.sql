--
-- Usage: active_days, active_users_summary, cohort_summary
--
-- Where a case is named "Trap", it is a mistake found in SQL that people use
-- for this; the wrong figure stands beside the right one.
--
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
\pset null '~'

--
-- active_days: the days of one user
--
SELECT active_days(d::date) FROM (VALUES ('2025-02-03'), ('2025-01-31'), (NULL), ('2025-02-04'), ('2025-02-03')) AS v(d);
SELECT active_days(NULL), rollup(NULL::active_days);
SELECT active_days(d) IS NULL AS no_rows FROM (VALUES (date '2025-01-01')) AS v(d) WHERE false;
SELECT active_days(date '2024-02-29');
SELECT days_active(a), first_active(a), last_active(a)
FROM (VALUES (active_days '{"version": 1, "days": ["2024-02-29"]}'), ('{"version": 1, "days": ["2025-01-31", "2025-02-03/2025-02-07"]}'), (NULL)) AS v(a);
-- of one day, of a window that ends with it; a date minus an interval is fine
SELECT on_date::date, was_active(a, on_date), was_active(a, on_date, 3) AS in_3, was_active(a, on_date, 4) AS in_4, was_active(a, on_date, 2147483647) AS ever
FROM (VALUES (active_days '{"version": 1, "days": ["2025-01-31", "2025-02-03/2025-02-07"]}')) AS u(a),
	(VALUES (date '2025-01-30'), ('2025-01-31'), ('2025-02-02'), ('2025-02-03'), ('2025-02-09'), ('2025-02-10'), ('2025-02-11')) AS v(on_date);
SELECT was_active(a, date '2025-03-03' - interval '27 days 12:00') AS at_noon, was_active(NULL, '2025-01-01') AS of_null, was_active(a, NULL) AS on_null, was_active(a, '2025-02-03', NULL) AS in_null
FROM (VALUES (active_days '{"version": 1, "days": ["2025-02-03"]}')) AS u(a);
SELECT was_active(active_days(d::date), '2025-12-31', w) AS active, w
FROM generate_series(timestamp '2024-01-01', '2025-12-01', '1 day') AS d, (VALUES (30), (31), (366), (10000)) AS v(w) GROUP BY w ORDER BY w;

-- small: 200 of 1,000 days in at most 150 bytes, 3 days in at most 32
SELECT pg_column_size(active_days(d)) AS bytes, pg_column_size(active_days(d)) <= 150 AS small
FROM (SELECT date '2023-01-01' + i * 5 + i % 3 AS d FROM generate_series(0, 199) AS i) AS v;
SELECT pg_column_size(active_days(d)) AS bytes, pg_column_size(active_days(d)) <= 32 AS small
FROM (VALUES (date '2020-01-01'), ('2022-06-01'), ('2024-12-31')) AS v(d);
SELECT pg_column_size(active_days(d)) AS one_day FROM (VALUES (date '2020-01-01')) AS v(d);
-- as far apart as dates can be, and the union at any order
SELECT active_days(d) FROM (VALUES (date '5874897-12-31'), ('4714-11-24 BC'), ('2000-01-01'), ('1999-12-31')) AS v(d);
SELECT days_active(rollup(a)), first_active(rollup(a)), last_active(rollup(a)), rollup(a) = (SELECT active_days(d::date) FROM generate_series(timestamp '2020-01-01', '2029-12-31', '1 day') AS d) AS same
FROM (SELECT active_days(d::date) AS a FROM generate_series(timestamp '2020-01-01', '2029-12-31', '1 day') AS d GROUP BY extract(day FROM d), extract(year FROM d) = 2025) AS v;
-- 2,900 years without a pause come back from their text and their bytes
SELECT days_active(a), a::text, a = a::text::active_days AS same, octet_length(active_days_send(a)) AS bytes
FROM (SELECT active_days(date '0001-01-01' + i) AS a FROM generate_series(0, 1059999) AS i) AS v;

--
-- Text and binary form
--
SELECT text::active_days
FROM (VALUES ('{"version": 1, "days": ["2025-01-01"]}'), ('{"days": ["2025-01-03/2025-01-05", "2025-01-01", "2025-01-02", "2025-01-04"], "version": 1}'),
	('{"version": 1, "days": ["0044-03-15 BC", "0001-01-01"]}'), ('{"version": 1, "days": ["2025-01-01/2025-01-01"]}')) AS v(text);
SELECT active_days_send('{"version": 1, "days": ["1999-12-31/2000-01-02", "2000-01-10"]}');
SELECT text, failure(format('SELECT %L::active_days', text))
FROM (VALUES ('{"version": 1}'), ('{"version": 1, "days": []}'), ('[]'), ('{"version": 1, "days": "2025-01-01"}'), ('{"version": 1, "days": ["2025-01-01", 1]}'), ('{"version": 1, "days": ["2025-02-29"]}'), ('{"version": 1, "days": ["today"]}'),
	('{"version": 1, "days": ["infinity"]}'), ('{"version": 1, "days": ["2025-01-02/2025-01-01"]}'), ('{"version": 1, "days": ["2025-01-01/"]}'), ('{"version": 1, "days": ["01.02.2025"]}'), ('{"version": 1, "days": ["4714-11-23 BC"]}'),
	('{"version": 1, "days": ["5874898-01-01"]}'), ('{"version": 1, "days": ["0001-01-01/2800-01-01"]}'), ('{"version": 1, "days": ["2025-01-01"], "users": 1}'), ('{"days": ["2025-01-01"], "version": 2}'), ('{"version": 1, "days": [["2025-01-01"]]}')) AS v(text);
SELECT failure($$SELECT active_days(date 'infinity')$$);
SELECT failure($$SELECT active_days(date '-infinity')$$);
SELECT failure($$SELECT was_active('{"version": 1, "days": ["2025-01-01"]}', 'infinity')$$);
SELECT failure($$SELECT was_active('{"version": 1, "days": ["2025-01-01"]}', '2025-01-01', 0)$$);
-- DateStyle does not matter, and neither does the form in which a value is kept
SET datestyle = 'SQL, DMY';
SELECT '{"version": 1, "days": ["2025-02-01/2025-02-03"]}'::active_days;
RESET datestyle;
SET datestyle = 'ISO, MDY';
SELECT a, count(*) FROM (VALUES (active_days '{"version": 1, "days": ["2025-01-01", "2025-01-02"]}'), ('{"version": 1, "days": ["2025-01-01/2025-01-02"]}'), ('{"version": 1, "days": ["2025-01-01"]}')) AS v(a) GROUP BY a ORDER BY count(*);

--
-- Random users, against the definitions written out the long way.  Some are
-- there every day, some seldom, some return after more than a year.
--
CREATE TEMP TABLE events AS
SELECT u AS user_id, date '2023-11-20' + n AS day
FROM generate_series(1, 60) AS u, generate_series(0, 899) AS n
WHERE hashint8(u * 1000 + n) & 1023 < CASE u % 6 WHEN 0 THEN 900 WHEN 1 THEN 300 WHEN 2 THEN 60 WHEN 3 THEN 8 WHEN 4 THEN 2 ELSE CASE WHEN n < 200 OR n > 700 THEN 100 ELSE 0 END END
	AND n >= u * 7;
-- anonymous events, several a day, and rows in no order
INSERT INTO events SELECT user_id, day FROM events WHERE hashint8(user_id * 77 + (day - date '2000-01-01')) & 3 = 0;
CREATE INDEX ON events (user_id, day);
CREATE INDEX ON events (day);
ANALYZE events;
CREATE TEMP TABLE shuffled AS SELECT * FROM events ORDER BY hashint8(user_id * 99991 + (day - date '2000-01-01'));
CREATE TEMP TABLE user_activity AS SELECT user_id, active_days(day) AS days FROM shuffled GROUP BY user_id;
SELECT count(*) AS users, sum(days_active(days)) = (SELECT count(DISTINCT (user_id, day)) FROM events) AS all_days FROM user_activity;
SELECT count(*) AS differ
FROM user_activity FULL JOIN (SELECT user_id, count(DISTINCT day) AS n, min(day) AS first, max(day) AS last FROM events GROUP BY 1) AS e USING (user_id)
WHERE (days_active(days), first_active(days), last_active(days)) IS DISTINCT FROM (n, first, last);
SELECT count(*) AS differ
FROM user_activity AS a, generate_series(timestamp '2023-11-01', '2026-06-01', '17 days') AS d, (VALUES (1), (7), (28), (400)) AS v(w)
WHERE was_active(days, d, w) <> EXISTS (SELECT FROM events AS e WHERE e.user_id = a.user_id AND e.day <= d AND e.day > d - w * interval '1 day');
-- text, binary, and the same value of another order or of parts
SELECT count(*) AS differ
FROM user_activity JOIN (SELECT user_id, active_days(day ORDER BY day DESC) AS backwards FROM events GROUP BY user_id) AS b USING (user_id)
	JOIN (SELECT user_id, rollup(part) AS united FROM (SELECT user_id, active_days(day) AS part FROM shuffled GROUP BY user_id, extract(doy FROM day)) AS p GROUP BY user_id) AS u USING (user_id)
WHERE days <> days::text::active_days OR days <> backwards OR days <> united OR active_days_send(days) <> active_days_send(united);
-- yesterday's value and today's rows
SELECT count(*) AS differ
FROM (SELECT user_id, rollup(a) AS days FROM (SELECT user_id, active_days(day) FROM events WHERE day < '2024-10-01' GROUP BY 1
		UNION ALL SELECT user_id, active_days(day) FROM events WHERE day >= '2024-10-01' GROUP BY 1) AS p(user_id, a) GROUP BY user_id) AS r
	JOIN user_activity AS a USING (user_id) WHERE r.days <> a.days;

--
-- active_users_summary and active_users
--
CREATE TEMP TABLE summaries AS SELECT active_users_summary(days) AS s FROM user_activity;
SELECT users(s), users(s) = (SELECT count(DISTINCT user_id) FROM events) AS same FROM summaries;
CREATE FUNCTION plain_active_users(from_date date, to_date date, w integer)
RETURNS TABLE (day date, dau bigint, wau bigint, mau bigint, stickiness numeric) LANGUAGE sql AS $$
	SELECT d::date, count(DISTINCT user_id) FILTER (WHERE e.day = d), count(DISTINCT user_id) FILTER (WHERE e.day > d - interval '7 days'),
		count(DISTINCT user_id) FILTER (WHERE e.day > d - w * interval '1 day'),
		trim_scale(100.0 * count(DISTINCT user_id) FILTER (WHERE e.day = d) / nullif(count(DISTINCT user_id) FILTER (WHERE e.day > d - w * interval '1 day'), 0))
	FROM generate_series(from_date::timestamp, to_date - interval '1 day', '1 day') AS d
		LEFT JOIN events AS e ON e.day <= d AND e.day > d - greatest(w, 7) * interval '1 day'
	GROUP BY d
$$;
SELECT w, count(*) AS days, count(*) FILTER (WHERE u IS DISTINCT FROM p) AS differ, round(avg(u.mau), 1) AS mean_mau
FROM (VALUES (date '2023-11-01', date '2024-05-01', 28), ('2024-03-01', '2024-04-01', 30), ('2024-03-01', '2024-03-15', 31)) AS v(a, b, w), summaries,
	LATERAL (SELECT * FROM active_users(s, a, b, w)) AS u JOIN LATERAL plain_active_users(a, b, w) AS p USING (day)
GROUP BY w ORDER BY w;
SELECT w, count(*) AS days, count(*) FILTER (WHERE u.users IS DISTINCT FROM p.mau) AS differ, round(avg(u.users), 1) AS mean_users
FROM (VALUES (date '2023-11-01', date '2024-05-01', 1), ('2023-11-01', '2024-05-01', 7), ('2024-03-01', '2024-05-01', 90), ('2025-10-01', '2025-10-15', 365), ('2025-11-01', '2025-11-15', 366)) AS v(a, b, w), summaries,
	LATERAL (SELECT * FROM active_within(s, w, a, b)) AS u JOIN LATERAL plain_active_users(a, b, w) AS p USING (day)
GROUP BY w ORDER BY w;
-- from the first active day to the last, where nothing is said
SELECT min(u.day) = (SELECT min(day) FROM events) AND max(u.day) = (SELECT max(day) FROM events) AS ends, count(*) = max(u.day) - min(u.day) + 1 AS no_gap
FROM summaries, active_users(s) AS u;
SELECT min(day), max(day), count(*) FROM summaries, active_users(s, date '2025-03-31' - interval '1 month', date '2025-03-31');
SELECT count(*) FROM summaries, active_users(s, '2025-01-01', '2025-01-01');
SELECT count(*) FROM summaries, active_users(s, '2030-01-01');
SELECT count(*) FROM summaries, active_users(s, NULL, '2020-01-01');
SELECT count(*) FROM summaries, active_users(s, '2025-01-01', '2025-02-01', NULL);
SELECT count(*) FROM active_users(NULL::active_users_summary);
SELECT min(u.day) = (SELECT min(day) FROM events) AND max(u.day) = (SELECT max(day) FROM events) AS ends, count(*) = max(u.day) - min(u.day) + 1 AS no_gap
FROM summaries, active_within(s, 90) AS u;
SELECT count(*) FROM summaries, active_within(s, NULL);
SELECT count(*) FROM active_within(NULL::active_users_summary, 90);
SELECT count(*) FROM active_within('{"version": 1}'::active_users_summary, 90);
-- before there was anybody: rows of 0, and nothing to divide by
SELECT * FROM active_users('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1]]}'::active_users_summary, '2024-12-31', '2025-01-03');
-- an empty summary
SELECT active_users_summary(NULL);
SELECT users('{"version": 1}'::active_users_summary), (SELECT count(*) FROM active_users('{"version": 1}'::active_users_summary)) AS days;

-- parts of users, text and binary
SELECT rollup(p) = (SELECT s FROM summaries) AS rolled_up, min(n) AS least, max(n) AS most
FROM (SELECT active_users_summary(days) AS p, count(*) AS n FROM user_activity GROUP BY user_id % 7) AS v;
SELECT rollup(p) = (SELECT s FROM summaries) AS one_each FROM (SELECT active_users_summary(days) AS p FROM user_activity GROUP BY user_id ORDER BY hashint8(user_id)) AS v;
SELECT s = s::text::active_users_summary AS same, pg_column_size(s) > 8000 AS toasted FROM summaries;
SELECT active_users_summary(a) FROM (VALUES (active_days '{"version": 1, "days": ["2025-01-01", "2025-01-03/2025-01-04"]}'), (NULL), ('{"version": 1, "days": ["2025-01-03", "2026-01-04"]}')) AS v(a);
SELECT active_users_summary_send('{"version": 1, "users": 2, "days": [["2000-01-02", 366, 2], ["2000-01-01", 1, 1]]}');
SELECT failure(format('SELECT %L::active_users_summary', text)), text
FROM (VALUES ('[]'), ('{"version": 1, "users": 1}'), ('{"version": 1, "users": -1}'), ('{"version": 1, "days": [["2025-01-01", 366, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 367, 1]]}'),
	('{"version": 1, "users": 1, "days": [["2025-01-01", 0, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 0]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1], {}]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1], ["2025-01-02", 1, "x"]]}'),
	('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1, 1]]}'), ('{"version": 1, "users": 1, "days": [[1, 366, 1]]}'), ('{"version": 1, "users": 1, "days": ["2025-01-01"]}'),
	-- a gap to a day without activity; two at a time of one user; a user without a last day
	('{"version": 1, "users": 1, "days": [["2025-01-01", 3, 1], ["2025-01-05", 366, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1], ["2025-12-31", 366, 1]]}'),
	('{"version": 1, "users": 2, "days": [["2025-01-01", 366, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 3, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 3, 1], ["2025-01-02", 2, 1], ["2025-01-04", 366, 2]]}'),
	('{"version": 1, "users": 1, "weeks": []}'), ('{"users": 1, "days": [["2025-01-01", 366, 1]], "version": 7}')) AS v(text);
-- these could be
SELECT text::active_users_summary
FROM (VALUES ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1], ["2026-01-02", 366, 1]]}'), ('{"version": 1, "users": 2, "days": [["2025-01-01", 366, 1], ["2025-12-31", 366, 1]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-04", 366, 1], ["2025-01-01", 3, 1]]}')) AS v(text);
-- mau is a month: a quarter has a name of its own
SELECT failure($$SELECT * FROM active_users('{"version": 1}'::active_users_summary, window_days => 27)$$);
SELECT failure($$SELECT * FROM active_users('{"version": 1}'::active_users_summary, window_days => 90)$$);
SELECT failure($$SELECT * FROM active_within('{"version": 1}'::active_users_summary, 0)$$);
SELECT failure($$SELECT * FROM active_within('{"version": 1}'::active_users_summary, 367)$$);
SELECT failure($$SELECT * FROM summaries, active_within(s, 90, '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT * FROM summaries, active_users(s, '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT * FROM summaries, active_users(s, '-infinity', '2025-01-01')$$);
SELECT failure($$SELECT * FROM summaries, active_users(s, '0001-01-01', '9999-01-01')$$);
SELECT failure($$SELECT rollup(s) FROM (VALUES (active_users_summary '{"version": 1, "users": 1000000000000000, "days": [["2025-01-01", 366, 1000000000000000]]}'), ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1]]}')) AS v(s)$$);

--
-- cohort_summary, cohort_retention, user_lifecycle
--
-- date_trunc knows weeks from Monday alone: those from Sunday are of the day after
CREATE FUNCTION plain_period(day date, g text) RETURNS date LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN g = 'week_sunday' THEN date_trunc('week', (day + 1)::timestamp)::date - 1 ELSE date_trunc(g, day::timestamp)::date END $$;
CREATE FUNCTION plain_step(g text) RETURNS interval LANGUAGE sql STABLE AS
$$ SELECT ('1 ' || replace(g, '_sunday', ''))::interval $$;
CREATE FUNCTION plain_cohorts(g text, to_date date)
RETURNS TABLE (cohort date, age integer, cohort_size bigint, active bigint, retention numeric) LANGUAGE sql AS $$
	WITH active AS (SELECT DISTINCT user_id, plain_period(day, g) AS period FROM events),
		firsts AS (SELECT user_id, min(period) AS cohort FROM active GROUP BY user_id),
		sizes AS (SELECT cohort, count(*) AS cohort_size FROM firsts GROUP BY cohort),
		cells AS (
			SELECT cohort, cohort_size, (row_number() OVER (PARTITION BY cohort ORDER BY p) - 1)::integer AS age, p::date AS period, p + plain_step(g) <= to_date AS over
			FROM sizes, generate_series(cohort::timestamp, to_date - interval '1 day', plain_step(g)) AS p)
	SELECT c.cohort, c.age, c.cohort_size, CASE WHEN over THEN count(a.user_id) END, CASE WHEN over THEN trim_scale(100.0 * count(a.user_id) / c.cohort_size) END
	FROM cells AS c LEFT JOIN (active JOIN firsts USING (user_id)) AS a ON a.cohort = c.cohort AND a.period = c.period
	GROUP BY c.cohort, c.age, c.cohort_size, over
$$;
CREATE FUNCTION plain_lifecycle(g text)
RETURNS TABLE (period date, active_users bigint, new_users bigint, returning_users bigint, resurrected_users bigint, dormant_users bigint) LANGUAGE sql AS $$
	WITH active AS (SELECT DISTINCT user_id, plain_period(day, g) AS period FROM events),
		firsts AS (SELECT user_id, min(period) AS cohort FROM active GROUP BY user_id),
		gone AS (SELECT user_id, period FROM active EXCEPT SELECT user_id, (period - plain_step(g))::date FROM active),
		spine AS (SELECT p::date AS period, (p - plain_step(g))::date AS before FROM (SELECT min(period)::timestamp, max(period)::timestamp FROM active) AS e(a, b), generate_series(a, b, plain_step(g)) AS p)
	SELECT s.period, count(a.user_id), count(a.user_id) FILTER (WHERE cohort = s.period), count(a.user_id) FILTER (WHERE b.user_id IS NOT NULL),
		count(a.user_id) FILTER (WHERE b.user_id IS NULL AND cohort < s.period), (SELECT count(*) FROM gone AS g WHERE g.period = s.before)
	FROM spine AS s LEFT JOIN active AS a USING (period) LEFT JOIN firsts USING (user_id) LEFT JOIN active AS b ON b.user_id = a.user_id AND b.period = s.before
	GROUP BY s.period, s.before
$$;
CREATE TEMP TABLE grains AS SELECT g, cohort_summary(days, g) AS s FROM user_activity, (VALUES ('day'), ('week'), ('week_sunday'), ('month')) AS v(g) GROUP BY g;
SELECT g, to_date, count(*) AS cells, count(*) FILTER (WHERE c.active IS NULL) AS not_over, count(*) FILTER (WHERE c.active = 0) AS empty,
	count(*) FILTER (WHERE c IS DISTINCT FROM p) AS differ
FROM grains, (VALUES (date '2025-01-01'), ('2025-01-02'), ('2025-12-31'), ('2026-06-01')) AS v(to_date),
	LATERAL (SELECT cohort, age, cohort_size, active, retention FROM cohort_retention(s, to_date)) AS c FULL JOIN LATERAL plain_cohorts(g, to_date) AS p USING (cohort, age)
WHERE g <> 'day' OR to_date = '2025-01-02'
GROUP BY g, to_date ORDER BY g COLLATE "C", to_date;
SELECT g, count(*) AS periods, count(*) FILTER (WHERE l IS DISTINCT FROM p) AS differ, sum(l.resurrected_users) > 0 AS resurrected,
	bool_and(l.active_users = l.new_users + l.returning_users + l.resurrected_users) AS adds_up, bool_and(l.dormant_users = coalesce(l.before, 0) - l.returning_users) AS dormant_adds_up
FROM grains, LATERAL (SELECT *, lag(active_users) OVER (ORDER BY period) AS before FROM user_lifecycle(s)) AS l(period, active_users, new_users, returning_users, resurrected_users, dormant_users, before)
	FULL JOIN LATERAL (SELECT *, lag(active_users) OVER (ORDER BY period) FROM plain_lifecycle(g)) AS p USING (period)
GROUP BY g ORDER BY g COLLATE "C";
SELECT g, s = s::text::cohort_summary AS text, s = (SELECT rollup(p) FROM (SELECT cohort_summary(days, g) AS p FROM user_activity GROUP BY user_id % 5) AS v) AS rolled_up
FROM grains ORDER BY g COLLATE "C";

-- a triangle to read: cells not over are NULL, empty ones 0
CREATE TEMP TABLE few AS SELECT u, active_days(d::date) AS days
FROM (VALUES (1, '2025-01-05'), (1, '2025-02-10'), (1, '2025-04-01'), (2, '2025-01-31'), (2, '2025-02-01'), (3, '2025-03-15'), (4, '2025-03-02'), (4, '2025-04-10')) AS v(u, d) GROUP BY u;
SELECT cohort_summary(days, 'month') FROM few;
SELECT cohort, age, cohort_size, active, round(retention, 1) AS retention FROM cohort_retention((SELECT cohort_summary(days, 'month') FROM few), '2025-05-01');
SELECT cohort, age, active FROM cohort_retention((SELECT cohort_summary(days, 'month') FROM few), '2025-04-30') WHERE active IS NULL;
SELECT count(*) FROM cohort_retention((SELECT cohort_summary(days, 'month') FROM few), '2025-01-01');
SELECT cohort, age, cohort_size, active FROM cohort_retention((SELECT cohort_summary(days, 'month') FROM few), '2025-01-02');
SELECT * FROM user_lifecycle((SELECT cohort_summary(days, 'month') FROM few));
-- weeks begin on Monday: 2024-12-30 begins the first of 2025
SELECT cohort, cohort_size FROM cohort_retention((SELECT cohort_summary(a, 'week') FROM (SELECT active_days(d) AS a FROM (VALUES (date '2024-12-29'), ('2024-12-30'), ('2025-01-05'), ('2025-01-06'), ('1999-12-31'), ('0001-01-01 BC')) AS v(d) GROUP BY d) AS x), '2025-01-13')
WHERE age = 0 ORDER BY cohort;
-- or on Sunday.  1 June 2025 is one: user 2 is active on Saturday and Sunday, in
-- two weeks; counted from Monday all three begin in other weeks.
CREATE TEMP TABLE sundays AS SELECT u, active_days(d::date) AS days
FROM (VALUES (1, '2025-06-01'), (1, '2025-06-09'), (2, '2025-06-07'), (2, '2025-06-08'), (3, '2025-06-02'), (3, '2025-06-15')) AS v(u, d) GROUP BY u;
SELECT g, cohort, extract(dow FROM cohort) AS dow, age, cohort_size, active
FROM unnest('{week, week_sunday}'::text[]) AS g, cohort_retention((SELECT cohort_summary(days, g) FROM sundays), to_date => '2025-06-23')
WHERE age = 1 ORDER BY g, cohort;
SELECT cohort_summary(days, 'week_sunday') FROM sundays;
SELECT cohort_summary(days, 'WEEK_SUNDAY') = cohort_summary(days, 'week_sunday')::text::cohort_summary AS same, cohort_summary_send(cohort_summary(days, 'week_sunday')) FROM sundays;
SELECT failure($$SELECT rollup(s ORDER BY g COLLATE "C") FROM (SELECT g, cohort_summary(days, g) FROM sundays, unnest('{week, week_sunday}'::text[]) AS g GROUP BY g) AS v(g, s)$$);
-- the first week of the calendar has six days before it
SELECT cohort, age, active FROM cohort_retention((SELECT cohort_summary(active_days_in('{"version": 1, "days": ["4714-11-24 BC", "4714-11-30 BC"]}'), 'week_sunday')), '4714-12-08 BC');
-- empty
SELECT cohort_summary(NULL::active_days, 'month') AS of_null, (SELECT cohort_summary(days, 'week') FROM few WHERE false) AS of_nobody;
SELECT count(*) FROM cohort_retention(NULL, '2025-01-01');
SELECT count(*) FROM user_lifecycle(NULL);
SELECT s, (SELECT count(*) FROM cohort_retention(s, '2025-01-01')) AS cells, (SELECT count(*) FROM user_lifecycle(s)) AS periods FROM (VALUES (cohort_summary '{"version": 1, "grain": "week"}')) AS v(s);

SELECT text, failure(format('SELECT %L::cohort_summary', text))
FROM (VALUES ('{"version": 1}'), ('{"version": 1, "grain": "year"}'), ('{"version": 1, "grain": 1}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-02", 0, 0, 1]]}'), ('{"version": 1, "grain": "week", "cohorts": [["2025-01-01", 0, 0, 1]]}'), ('{"version": 1, "grain": "week_sunday", "cohorts": [["2024-12-30", 0, 0, 1]]}'),
	('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 1, 1]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", -1, 0, 1]]}'),
	('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 1, 0, 1]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 1, 1]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 0]]}'),
	('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2], ["2025-01-01", 1, 3, 0]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2], ["2025-01-01", 1, 1, 1]]}'),
	('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2], ["2025-01-01", 2, 1, 0]]}'), ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2], ["2025-01-01", 2147483647, 0, 1]]}')) AS v(text);
SELECT cohort_summary_send('{"version": 1, "grain": "month", "cohorts": [["2000-01-01", 0, 0, 2], ["2000-01-01", 1, 1, 0]]}');
SELECT failure($$SELECT cohort_summary(days, 'quarter') FROM few$$);
SELECT failure($$SELECT cohort_summary(days, NULL) FROM few$$);
SELECT failure($$SELECT cohort_summary(days, CASE u WHEN 1 THEN 'week' ELSE 'month' END) FROM few$$);
SELECT failure($$SELECT rollup(s ORDER BY g COLLATE "C" DESC) FROM grains$$);
SELECT failure($$SELECT * FROM cohort_retention((SELECT s FROM grains WHERE g = 'day'), 'infinity')$$);
SELECT failure($$SELECT * FROM cohort_retention((SELECT s FROM grains WHERE g = 'day'), '294000-01-01')$$);
SELECT failure($$SELECT * FROM user_lifecycle('{"version": 1, "grain": "day", "cohorts": [["0001-01-01", 0, 0, 1], ["294000-01-01", 0, 0, 1]]}'::cohort_summary)$$);

--
-- Traps
--
-- Trap: RANGE 30 PRECEDING is 31 days.  A user active on 1 January only is in
-- the 30-day figure until the 30th.
SELECT u.day, u.mau, (SELECT count(DISTINCT user_id) FROM (VALUES (1, date '2025-01-01')) AS e(user_id, day) WHERE e.day BETWEEN u.day - 30 AND u.day) AS trap
FROM active_users((SELECT active_users_summary(a) FROM (SELECT active_days(date '2025-01-01')) AS v(a)), '2025-01-29', '2025-02-02', 30) AS u;
-- Trap: the index of a cohort by EXTRACT(MONTH FROM age()) wraps at 12.  Month
-- 12 is age 12, also for who came on the 31st.
SELECT c.age, c.active, extract(month FROM age(c.cohort + c.age * interval '1 month', c.cohort)) AS trap
FROM cohort_retention((SELECT cohort_summary(a, 'month') FROM (SELECT active_days(d) FROM (VALUES (date '2024-01-31'), ('2025-01-01')) AS v(d)) AS x(a)), '2025-02-01') AS c WHERE c.active > 0;
-- Trap: epoch / 2592000 takes months for 30 days.  A user active on the first
-- of every month is active at every age, and at none twice.
SELECT count(*) AS ages, bool_and(active = 1) AS at_every_age, max(age) AS last_age, max(epoch_age) AS trap, count(*) FILTER (WHERE epoch_age <> age) AS trapped
FROM (SELECT active_days(d::date) AS a FROM generate_series(timestamp '2015-01-01', '2025-12-01', '1 month') AS d) AS u,
	cohort_retention((SELECT cohort_summary(a, 'month') FROM (VALUES (u.a)) AS x(a)), '2026-01-01') AS c,
	LATERAL (SELECT floor(extract(epoch FROM cohort + age * interval '1 month' - cohort) / 2592000)) AS e(epoch_age);
-- Trap: stickiness over a running month begins anew on the first.  Ten users,
-- each active on two days, five days apart: 2 of 10 a day, at any day of March.
CREATE TEMP TABLE regular AS SELECT u, active_days((date '2025-01-01' + n * 5 + u % 5)) AS a FROM generate_series(0, 9) AS u, generate_series(0, 30) AS n GROUP BY u;
SELECT u.day, u.dau, u.mau, u.stickiness, round(100.0 * u.dau / (SELECT count(*) FROM regular WHERE was_active(a, u.day, u.day - date '2025-03-01' + 1)), 1) AS trap
FROM active_users((SELECT active_users_summary(a) FROM regular), '2025-03-01', '2025-03-04') AS u;
-- Trap: the average of daily ratios is not the ratio of the averages.  1 of 1
-- user, 9 of 10 and 1 of 10 in three days
SELECT round(avg(stickiness), 2) AS trap, round(100 * avg(dau) / avg(mau), 2) AS stickiness
FROM active_users('{"version": 1, "users": 10, "days": [["2025-01-01", 2, 1], ["2025-01-02", 366, 9], ["2025-01-03", 366, 1]]}'::active_users_summary);
-- Trap: distinct users summed over segments.  One user, on the web and on the
-- phone: count users by their days anywhere, and let segments overlap.
WITH web AS (SELECT active_days '{"version": 1, "days": ["2025-01-01"]}' AS a), phone AS (SELECT active_days '{"version": 1, "days": ["2025-01-01", "2025-01-03"]}' AS a)
SELECT (SELECT sum(dau) FROM active_users((SELECT rollup(s) FROM (SELECT active_users_summary(a) FROM web UNION ALL SELECT active_users_summary(a) FROM phone) AS v(s))) WHERE day = '2025-01-01') AS trap,
	(SELECT dau FROM active_users((SELECT active_users_summary(u) FROM (SELECT rollup(a) FROM (TABLE web UNION ALL TABLE phone) AS v(a)) AS x(u))) WHERE day = '2025-01-01') AS dau;

-- any type of user id works, since level 1 groups by it
SELECT users(active_users_summary(a)) FROM (SELECT active_days(day) AS a FROM events GROUP BY md5(user_id::text)::uuid) AS v;
-- NULL is a group like any other: leave anonymous users out with WHERE
SELECT users(active_users_summary(a)) AS with_null, users(active_users_summary(a) FILTER (WHERE u IS NOT NULL)) AS users
FROM (SELECT u, active_days(d) AS a FROM (VALUES (NULL, date '2025-01-01'), (NULL, '2025-01-02'), (1, '2025-01-02')) AS v(u, d) GROUP BY u) AS x;

-- as window functions
SELECT d, days_active(active_days(d) OVER w) AS days, users(active_users_summary(a) OVER w) AS users
FROM (SELECT date '2025-01-01' + i % 3, active_days(date '2025-01-01' + i % 3) FROM generate_series(1, 5) AS i GROUP BY i) AS v(d, a)
WINDOW w AS (ORDER BY d ROWS 1 PRECEDING) ORDER BY d;

-- more days than one look for a cancel request covers: a visit a year for two hundred years, and every day
SELECT users(s), s = s::text::active_users_summary AS same
FROM (SELECT active_users_summary(a) AS s FROM (SELECT active_days(date '1800-01-01' + i * 365) AS a FROM generate_series(0, 200) AS i) AS u) AS v;
SELECT users(active_users_summary(a)), cohort_summary(a, 'day') = rollup(cohort_summary(a, 'day')) OVER () AS same
FROM (SELECT active_days(date '1800-01-01' + i) AS a FROM generate_series(0, 70000) AS i) AS u GROUP BY a;
-- called by hand, a transition function leaves a stored value alone
CREATE TEMP TABLE kept AS SELECT active_days(date '2025-01-01' + i * 2) AS a FROM generate_series(0, 2) AS i;
SELECT active_days_accum(a, '2025-02-01'), a FROM kept;
DROP TABLE kept;
-- days at the ends of the calendar, and beyond them
SELECT text, message, detail
FROM (VALUES (1, '0000-01-01 BC'), (2, '4715-12-31 BC'), (3, '4714-10-31 BC'), (4, '4714-11-24 BC'), (5, '5874897-12-31'), (6, '5874898-05-31'), (7, '5874898-06-01'), (8, '5874899-01-01'), (9, '2025-04-31'), (10, '2025-01-99')) AS v(i, text),
	LATERAL error_of(format('SELECT %L::active_days', format('{"version": 1, "days": ["%s"]}', text))) ORDER BY i;
-- order: of two values whose bytes begin alike, here a bitmap of one byte and one of two, the shorter comes first on every machine
SELECT a < b AS lt, a <= b AS le, a >= b AS ge, a > b AS gt, active_days_cmp(a, b) AS cmp, active_days_cmp(b, a) AS back,
	pg_column_size(b) - pg_column_size(a) AS longer
FROM (SELECT active_days(date '2025-01-01' + i) FILTER (WHERE i < 8) AS a, active_days(date '2025-01-01' + i) AS b FROM generate_series(0, 8) AS i) AS v;
