--
-- Calendars: opening hours in a time zone, with special days and changes
--
\pset null '(null)'
SET datestyle = ISO;
SET intervalstyle = postgres;
SET timezone = 'Asia/Seoul';

--
-- Worked examples: 2025-06-06 is a Friday
--
CREATE TEMP TABLE cal AS SELECT '{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["09:00-18:00"]}}'::business_calendar AS c,
	'{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["09:00-17:00"]}}'::business_calendar AS c17,
	'{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["09:00-12:00", "13:00-18:00"], "saturday": ["10:00-14:00"]}}'::business_calendar AS noon;
SELECT i, started, finished, business_duration(c17, started, finished) FROM cal, (VALUES
	(1, timestamptz '2025-06-06 10:00', timestamptz '2025-06-06 10:45'), (2, '2025-06-06 07:00', '2025-06-06 20:00'), (3, '2025-06-06 16:30', '2025-06-09 09:15'), (4, '2025-06-07 10:00', '2025-06-07 15:00'),
	(5, '2025-06-06 12:00', '2025-06-13 12:00'), (6, '2025-06-06 12:00', '2025-06-06 12:00'), (7, '2025-06-06 16:59:59.999998', '2025-06-09 09:00:00.000003'), (8, '2025-06-06', NULL), (9, '2025-06-06', 'infinity'), (10, NULL, '2025-06-06'),
	(11, '1999-12-31 16:00', '2000-01-03 10:00'), (12, '2025-01-01', '2026-01-01')) v(i, started, finished) ORDER BY i;
-- an hour from Friday 16:30 with hours from 9 to 17 ends on Monday at 9:30; half an hour ends at closing time
SELECT business_due(c17, '2025-06-06 16:30', '1 hour') AS over_the_weekend, business_due(c17, '2025-06-06 16:30', '30 minutes') AS at_closing, business_due(c, '2025-06-06 16:00', '8 hours') AS eight_hours FROM cal;
-- a day is a working day; after hours the next opening counts
SELECT i, started, target, business_due(noon, started, target) FROM cal, (VALUES (1, timestamptz '2025-06-02 10:00', interval '1 day'), (2, '2025-06-02 09:00', '1 day'), (3, '2025-06-02 12:30', '1 day'), (4, '2025-06-02 13:00', '1 day'), (5, '2025-06-02 18:00', '1 day'),
	(6, '2025-06-06 17:00', '1 day'), (7, '2025-06-07 13:00', '1 day'), (8, '2025-06-08 13:00', '0'), (9, '2025-06-02 11:00', '1 day 2 hours'), (10, '2025-06-02 11:00', '5 days 8 hours'), (11, '2025-06-02 11:00', '0'), (12, '2025-06-02 11:00', '1 hour'), (13, '2025-06-02 18:30', '0')) v(i, started, target) ORDER BY i;
SELECT business_days(noon, '2025-06-01', '2025-07-01') AS june, business_days(noon, '2025-06-07', '2025-06-08') AS a_saturday, business_days(noon, '2025-06-08', '2025-06-09') AS a_sunday, business_days(noon, '2025-06-08', '2025-06-08') AS nothing, business_days(noon, '1999-12-27', '2000-01-03') AS long_ago FROM cal;
SELECT i, at, is_open(noon, at), next_opening(noon, at) FROM cal, (VALUES (1, timestamptz '2025-06-02 09:00'), (2, '2025-06-02 08:59:59.999999'), (3, '2025-06-02 12:00'), (4, '2025-06-02 11:59:59.999999'), (5, '2025-06-02 18:00'), (6, '2025-06-06 18:00'), (7, '2025-06-07 14:00')) v(i, at) ORDER BY i;
-- times without a zone that are UTC, in a session that is: Seoul 09:30 to 11:00
SET timezone = 'UTC';
SELECT business_duration(c, timestamp '2025-06-30 00:30', timestamp '2025-06-30 02:00') FROM cal;
SET timezone = 'Asia/Seoul';
-- half a day before Christmas
SELECT business_duration('{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["09:00-17:00"]}, "days": {"2025-12-24": ["09:00-12:00"], "2025-12-25": [], "2025-12-26": []}}', '2025-12-23 16:00', '2025-12-29 10:00');
-- nights of Monday to Friday; the night of Monday is off as a whole
SELECT business_duration('{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["22:00-06:00"]}, "days": {"2025-06-09": []}}', '2025-06-06 21:00', '2025-06-10 07:00');
-- a working day is no 24 open hours; four open hours, as of the moment at which the clock of one ticket is ahead
SELECT business_within_target(c, '2025-06-02 10:00', '2025-06-04 10:00', '1 day', '2025-06-10') AS a_day, business_within_target(c, '2025-06-02 10:00', '2025-06-03 10:00', '1 day', '2025-06-10') AS just, business_within_target(c, '2025-06-02 10:00', '2025-06-03 10:00:00.000001', '1 day', '2025-06-10') AS just_not,
	business_within_target(c, '2025-06-02 10:00', '2025-06-02 22:00', '8 hours', '2025-06-10') AS due_at_closing, business_within_target(c, '2025-06-10 09:00:05', NULL, '4 hours', '2025-06-10 09:00') AS clock_ahead,
	business_within_target(c, NULL, NULL, '4 hours', '2025-06-10') AS not_started, business_within_target(c, '2025-06-02 10:00', NULL, NULL, '2025-06-10') AS no_target, business_within_target(c, '2025-06-02 10:00', NULL, '1 day', '2025-06-03 10:00') AS undecided, business_within_target(c, '2025-06-02 10:00', NULL, '1 day', '2025-06-03 10:01') AS overdue FROM cal;
CREATE TEMP TABLE tickets (o timestamptz, a timestamptz);
INSERT INTO tickets VALUES ('2025-06-06 16:00', '2025-06-09 10:00'), ('2025-06-06 16:00', '2025-06-09 13:00'), ('2025-06-09 16:00', NULL), ('2025-06-06 10:00', NULL);
SELECT round(business_sla_agg(c, o, a, '4 hours', '2025-06-10 09:30'), 1) AS attainment, business_duration_summary(c, o, a, '2025-06-10 09:30') AS summary FROM cal, tickets GROUP BY c;
SELECT median_duration(business_duration_summary(c, o, a, '2025-06-10 09:30'), 'hour'), still_open(business_duration_summary(c, o, a, '2025-06-10 09:30')), not_started(business_duration_summary(c, NULL, a, '2025-06-10 09:30')) FROM cal, tickets GROUP BY c;
SELECT rollup(s) = (SELECT business_duration_summary(c, o, a, '2025-06-10 09:30') FROM cal, tickets) AS rolled_up FROM (SELECT business_duration_summary(c, o, a, '2025-06-10 09:30') AS s FROM cal, tickets GROUP BY o, a) x;

--
-- Clocks change
--
CREATE TEMP TABLE night AS SELECT '{"version": 1, "zone": "Europe/Berlin", "hours": {"sunday": ["02:10-02:40"]}}'::business_calendar AS lost, '{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-sunday": ["00:00-24:00"]}}'::business_calendar AS all_day,
	'{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-sunday": ["22:00-06:00"]}}'::business_calendar AS shift;
SET timezone = 'Europe/Berlin';
-- 2025-03-30 has 23 hours and no 02:10; 2025-10-26 has 25, and 02:10 twice
SELECT day, business_duration(all_day, day, day + interval '1 day') AS all_day, business_duration(shift, day - interval '6 hours', day + interval '12 hours') AS shift, business_duration(lost, day, day + interval '1 day') AS in_the_night
FROM night, (VALUES (timestamptz '2025-03-23'), ('2025-03-30'), ('2025-10-26')) v(day) ORDER BY day;
SELECT next_opening(lost, '2025-03-24') AS a_week_later, business_due(lost, '2025-03-24', '40 minutes') AS two_weeks_later, business_due(lost, '2025-10-20', '40 minutes') AS the_second_time, business_due(lost, '2025-03-17', '1 day') AS the_day_without FROM night;
SELECT business_due(shift, '2025-03-28 22:00', '7 hours') AS usual, business_due(shift, '2025-03-29 22:00', '7 hours') AS short, business_due(shift, '2025-10-25 22:00', '9 hours') AS long, business_due(shift, '2025-03-28 23:00', '1 day 5 hours') AS days_and_hours FROM night;
-- Kwajalein has no Saturday 1993-08-21, and its clocks have not changed since: the day without is over when it would begin
SET timezone = 'UTC';
SELECT business_due(c, '1993-08-14 10:00-12', '1 day') AS the_day_without, business_due(c, '1993-08-14 10:00-12', '2 days') AS a_week_later FROM (SELECT '{"version": 1, "zone": "Pacific/Kwajalein", "hours": {"saturday": ["09:00-17:00"]}}'::business_calendar AS c) k;
SET timezone = 'Asia/Seoul';

--
-- The long way: every minute of random calendars, in zones whose clocks change
--
CREATE TEMP TABLE zones AS SELECT * FROM (VALUES
	(1, 'Europe/Berlin', timestamptz '2025-03-24 00:00Z'), (2, 'Europe/Berlin', '2025-10-20 00:00Z'), (3, 'America/New_York', '2025-03-03 00:00Z'), (4, 'America/New_York', '2025-10-27 00:00Z'), (5, 'Australia/Lord_Howe', '2025-03-31 00:00Z'),
	(6, 'Australia/Lord_Howe', '2024-09-30 00:00Z'), (7, 'Pacific/Apia', '2011-12-24 00:00Z'), (8, 'Asia/Kathmandu', '1999-12-26 00:00Z'), (9, 'UTC', '1969-12-26 00:00Z'), (10, 'America/St_Johns', '2006-10-23 00:00Z'), (11, 'Asia/Seoul', '1988-05-02 00:00Z')) v(id, zone, begins);
-- up to three windows a day, in their own third of it; the last one may end after midnight.  Version 2 holds from the 7th day on.
CREATE TEMP TABLE hours AS
SELECT id, version, dow, part, CASE part WHEN 1 THEN 180 + pick(r, 1, 300) WHEN 2 THEN 720 + pick(r, 1, 200) ELSE 1200 + pick(r, 1, 200) END AS opens, CASE part WHEN 1 THEN 500 + pick(r, 2, 220) WHEN 2 THEN 921 + pick(r, 2, 279) ELSE 1401 + pick(r, 2, 219) END AS closes
FROM (SELECT z.id, version, dow, part, id * 1000 + version * 100 + dow * 10 + part AS r FROM zones z, generate_series(1, 2) version, generate_series(1, 7) dow, generate_series(1, 3) part) t
WHERE pick(r, 3, 3) > 0 OR (dow = 3 AND part = 2);
CREATE TEMP TABLE specials AS
SELECT id, begins::date + n AS day, CASE WHEN pick(id * 100 + n, 4, 3) = 0 THEN 100 + pick(id * 100 + n, 5, 500) END AS opens, CASE WHEN pick(id * 100 + n, 4, 3) = 0 THEN 700 + pick(id * 100 + n, 6, 1300) END AS closes
FROM zones, generate_series(1, 16) n WHERE pick(id * 100 + n, 7, 5) = 0;
-- what opens too early for the night before it
DELETE FROM specials s USING zones z WHERE s.id = z.id AND s.opens < 180;
UPDATE specials SET closes = least(closes, 1440 + 180) WHERE closes IS NOT NULL;
CREATE FUNCTION time_of(minute int) RETURNS time LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN minute = 1440 THEN time '24:00' ELSE time '00:00' + minute % 1440 * interval '1 minute' END $$;
CREATE TEMP TABLE calendars AS
SELECT id, zone, begins, with_special_days(with_hours_from(one, begins::date + 7, two), days) AS c
FROM (SELECT id, zone, begins, (SELECT business_calendar(zone, dow, time_of(opens), time_of(closes)) FROM hours h WHERE h.id = z.id AND version = 1) AS one, (SELECT business_calendar(zone, dow, time_of(opens), time_of(closes)) FROM hours h WHERE h.id = z.id AND version = 2) AS two,
	(SELECT special_days(day, time_of(opens), time_of(closes)) FROM specials s WHERE s.id = z.id) AS days FROM zones z) t;
-- the windows of every day, and the minutes in them
CREATE TEMP TABLE windows AS
SELECT z.id, d::date AS day, w.opens, w.closes FROM zones z, LATERAL generate_series(z.begins - interval '3 days', z.begins + interval '20 days', '1 day') AS g(d),
	LATERAL (SELECT s.opens, s.closes FROM specials s WHERE s.id = z.id AND s.day = d::date AND s.opens IS NOT NULL
		UNION ALL SELECT h.opens, h.closes FROM hours h WHERE h.id = z.id AND h.version = CASE WHEN d::date < z.begins::date + 7 THEN 1 ELSE 2 END AND h.dow = extract(isodow FROM d::date)
			AND NOT EXISTS (SELECT FROM specials s WHERE s.id = z.id AND s.day = d::date)) w;
CREATE INDEX ON windows (id, day);
-- A window has minutes on its day and on the next one.
CREATE TEMP TABLE minutes AS
SELECT l.id, m, day, count(day) OVER (PARTITION BY l.id ORDER BY m ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS open_before
FROM (SELECT id, m, m AT TIME ZONE zone AS wall FROM zones, generate_series(begins, begins + interval '13 days', '1 minute') m) l
LEFT JOIN (SELECT id, day, day + after AS seen_on, day + opens * interval '1 minute' AS opens, day + closes * interval '1 minute' AS closes FROM windows, (VALUES (0), (1)) v(after)) w
	ON w.id = l.id AND seen_on = wall::date AND wall >= opens AND wall < closes;
-- it fails where a minute is in two windows
CREATE UNIQUE INDEX ON minutes (id, m);
CREATE INDEX ON minutes (id, day, m);
CREATE UNIQUE INDEX ON minutes (id, open_before) WHERE day IS NOT NULL;
ANALYZE minutes;
SELECT count(*) AS minutes, count(day) BETWEEN 60000 AND 150000 AS many_open, count(*) FILTER (WHERE is_open(c, m) <> (day IS NOT NULL)) AS different FROM minutes JOIN calendars USING (id);
-- spans between random minutes
CREATE TEMP TABLE spans AS
SELECT id, i, begins + least(a, b) * interval '1 minute' AS started, begins + greatest(a, b) * interval '1 minute' AS finished, open_before
FROM calendars, generate_series(1, 40) i, LATERAL (VALUES (pick(id * 100 + i, 8, 18720), pick(id * 100 + i, 9, 18720))) v(a, b), LATERAL (SELECT open_before FROM minutes m WHERE m.id = calendars.id AND m = begins + least(a, b) * interval '1 minute') m;
SELECT count(*), count(*) FILTER (WHERE business_duration(c, started, finished) <> (f.open_before - s.open_before) * interval '1 minute') AS different FROM spans s JOIN calendars USING (id) JOIN minutes f ON f.id = s.id AND f.m = finished;
-- the next open minute
SELECT count(*), count(*) FILTER (WHERE next_opening(c, started) <> (SELECT min(m) FROM minutes m WHERE m.id = s.id AND m >= started AND day IS NOT NULL)) AS different FROM spans s JOIN calendars USING (id) WHERE started < begins + interval '10 days';
-- open hours: the end of the n-th open minute
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE business_due(c, started, n * interval '1 minute') <> due) AS different
FROM (SELECT s.*, c, n, (SELECT m + interval '1 minute' FROM minutes m WHERE m.id = s.id AND m.open_before = s.open_before + n - 1 AND day IS NOT NULL) AS due FROM spans s JOIN calendars USING (id), LATERAL (VALUES (1 + pick(id * 100 + i, 10, 3000))) v(n)) t WHERE due IS NOT NULL;
-- working days: so many of the day's own open minutes before the start, and so many of the n-th day with windows after it; where it is shorter, its end
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE due IS DISTINCT FROM business_due(c, started, n * interval '1 day')) AS different
FROM (SELECT t.*, coalesce((SELECT m FROM minutes m WHERE m.id = t.id AND m.day = last_day ORDER BY m OFFSET passed LIMIT 1), (SELECT max(m) + interval '1 minute' FROM minutes m WHERE m.id = t.id AND m.day = last_day)) AS due
	FROM (SELECT t.*, (SELECT count(*) FROM minutes m WHERE m.id = t.id AND m.day = first_day AND m < opening) AS passed, (SELECT w.day FROM windows w WHERE w.id = t.id AND w.day > first_day GROUP BY w.day ORDER BY w.day OFFSET n - 1 LIMIT 1) AS last_day
		FROM (SELECT s.*, c, n, m.m AS opening, m.day AS first_day, begins FROM spans s JOIN calendars USING (id), LATERAL (VALUES (1 + pick(id * 100 + i, 11, 4)::int)) v(n), LATERAL (SELECT m, day FROM minutes m WHERE m.id = s.id AND m >= started AND day IS NOT NULL ORDER BY m LIMIT 1) m) t) t
	WHERE opening > begins + interval '3 days') t
WHERE last_day < (SELECT begins::date + 11 FROM zones z WHERE z.id = t.id) AND EXISTS (SELECT FROM minutes m WHERE m.id = t.id AND m.day = last_day);
-- days with windows
SELECT count(*), count(*) FILTER (WHERE business_days(c, a, b) <> (SELECT count(DISTINCT day) FROM windows w WHERE w.id = t.id AND w.day >= a AND w.day < b)) AS different FROM (SELECT id, c, started::date AS a, finished::date AS b FROM spans JOIN calendars USING (id)) t;
-- it adds up, to the microsecond, and due is when it has passed
SELECT count(*), count(*) FILTER (WHERE business_duration(c, a, d) <> business_duration(c, a, b) + business_duration(c, b, d)) AS different, count(*) FILTER (WHERE business_duration(c, a, business_due(c, a, business_duration(c, a, d))) <> business_duration(c, a, d)) AS due_different,
	count(*) FILTER (WHERE business_due(c, a, business_duration(c, a, d)) > d AND business_duration(c, a, d) > '0') AS due_later
FROM (SELECT c, begins + x * interval '1 second' AS a, begins + (x + y) * interval '1.000001 seconds' AS b, begins + (x + y + z) * interval '1.000003 seconds' AS d FROM calendars, generate_series(1, 50) i, LATERAL (VALUES (pick(i, 20 + id, 3000000), pick(i, 40 + id, 200000000), pick(i, 60 + id, 200000000))) v(x, y, z)) t;
-- centuries away, where PostgreSQL repeats a zone's rules
SELECT zone, count(*) > 500 AS many, count(*) FILTER (WHERE is_open(format('{"version": 1, "zone": "%s", "hours": {"monday-sunday": ["09:00-17:00"]}}', zone)::business_calendar, t) <> ((t AT TIME ZONE zone)::time >= '09:00' AND (t AT TIME ZONE zone)::time < '17:00')) AS different
FROM unnest('{Europe/Berlin,America/New_York,Australia/Sydney}'::text[]) AS z(zone), generate_series(timestamptz '1800-01-01', '5000-01-01', '1111 days 01:00') t GROUP BY zone ORDER BY zone;
-- the cost does not grow with the length
SELECT business_duration(c, '4713-01-01 BC', '294276-12-31') AS the_whole_of_time, business_due(c, '2025-06-02 09:00', '100000000 hours') AS in_thousands_of_years, business_due(c, '2025-06-02 09:00', '10000000 days') AS and_days, business_days(c, '4713-01-01 BC', '294276-12-31') FROM cal;

--
-- Calendars take turns: what is kept of one is not taken for another
--
SELECT count(*) FILTER (WHERE d <> CASE n % 20 WHEN 19 THEN interval '24 hours' ELSE (n % 20 + 1) * interval '1 hour' END) AS different, count(*) FROM (
	SELECT n, business_duration(c, '2025-06-02', '2025-06-03') AS d FROM generate_series(0, 999) n JOIN
	(SELECT h, format('{"version": 1, "zone": "Asia/Seoul", "hours": {"monday": ["00:00-%s:00"]}}', CASE h WHEN 19 THEN 24 ELSE lpad((h + 1)::text, 2, '0')::int END)::text AS t FROM generate_series(0, 19) h) AS x ON x.h = n % 20,
	LATERAL (SELECT regexp_replace(t, '-(\d):', '-0\1:')::business_calendar AS c) y) z;
-- and neither in an operator, whose expression is no call of a function
CREATE OPERATOR === (FUNCTION = is_open, LEFTARG = business_calendar, RIGHTARG = timestamptz);
SELECT i, c === '2025-06-02 10:00Z' AS is_open FROM (VALUES (1, '{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}}'::business_calendar), (2, '{"version": 1, "zone": "UTC", "hours": {"tuesday": ["09:00-17:00"]}}'), (3, '{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}}')) v(i, c) ORDER BY i;
DROP OPERATOR === (business_calendar, timestamptz);
-- in a loop of PL/pgSQL the expression stays and the calendar changes
DO $$
DECLARE
	c business_calendar;
	d interval[] = '{}';
BEGIN
	FOR h IN 1..3 LOOP
		c := format('{"version": 1, "zone": "UTC", "hours": {"monday-sunday": ["00:00-0%s:00"]}}', h);
		d := d || business_duration(c, '2025-06-02 00:00Z', '2025-06-03 00:00Z');
	END LOOP;
	RAISE NOTICE '%', d;
END $$;
-- a long one, stored out of line
CREATE TEMP TABLE long AS SELECT with_special_days('{"version": 1, "zone": "UTC", "hours": {"monday-sunday": ["00:00-24:00"]}}', special_days(date '2000-01-01' + n, time_of(pick(n, 1, 600)), time_of(700 + pick(n, 2, 700)))) AS c, sum(700 + pick(n, 2, 700) - pick(n, 1, 600)) AS open FROM generate_series(0, 9999) n;
SELECT pg_column_size(c) > 8000 AS out_of_line, business_duration(c, '2000-01-01 00:00Z', timestamptz '2000-01-01 00:00Z' + interval '10000 days') = open * interval '1 minute' AS same, count(DISTINCT business_duration(c, '2000-01-01 00:00Z', timestamptz '2000-01-01 00:00Z' + n * interval '1 day')) FROM long, generate_series(1, 50) n GROUP BY c, open;

--
-- From tables, and the text
--
SELECT business_calendar(zone, day, opens, closes) FROM (VALUES ('asia/seoul', 1, time '09:00', time '18:00'), ('Asia/Seoul', 2, '22:00', '06:00'), ('Asia/Seoul', 3, '22:00', '00:00'), ('Asia/Seoul', 5, '00:00', '24:00'), ('Asia/Seoul', 4, '13:00:00.25', '18:00:01'), ('Asia/Seoul', 4, '08:30', '12:00'), ('Asia/Seoul', 7, NULL, NULL)) v(zone, day, opens, closes);
CREATE TEMP TABLE closures (day date, opens time, closes time);
INSERT INTO closures VALUES ('2025-12-25', NULL, NULL), ('2025-12-25', NULL, NULL), ('2025-12-24', '09:00', '12:00'), ('2025-12-24', '13:00', '14:00'), (NULL, NULL, NULL);
SELECT special_days(day, opens, closes), special_days(day, opens, closes) = (SELECT rollup(s) FROM (SELECT special_days(day, opens, closes) AS s FROM closures GROUP BY day, opens) x) AS rolled_up FROM closures;
SELECT business_calendar('UTC', 1, NULL, NULL) AS nothing, special_days(NULL, NULL, NULL) AS no_days;
SELECT with_special_days(c, NULL) = c AS no_special_days, with_special_days(NULL, NULL) AS no_calendar FROM cal;
SELECT with_special_days('{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}, "days": {"2025-06-02": [], "2025-06-09": ["10:00-11:00"]}}', '{"version": 1, "days": {"2025-06-02": ["09:00-10:00"], "2025-06-16": []}}') AS replaced;
SELECT with_hours_from('{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}, "days": {"2025-06-02": [], "2025-08-04": []}, "changes": {"2025-03-01": {"tuesday": ["09:00-17:00"]}, "2025-09-01": {"friday": ["09:00-17:00"]}}}', '2025-07-01',
	'{"version": 1, "zone": "UTC", "hours": {"monday": ["10:00-17:00"]}, "days": {"2025-06-09": [], "2025-08-04": ["10:00-11:00"], "2025-08-11": []}, "changes": {"2025-05-01": {"wednesday": ["10:00-17:00"]}, "2025-10-01": {"thursday": ["10:00-17:00"]}}}') AS changed;
-- a special day that the other calendar does not have stays, also after the date
SELECT with_hours_from('{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}, "days": {"2025-06-02": [], "2025-08-04": [], "2025-08-11": ["10:00-11:00"]}}', '2025-07-01',
	'{"version": 1, "zone": "UTC", "hours": {"tuesday": ["09:00-17:00"]}, "days": {"2025-06-02": ["09:00-10:00"], "2025-08-04": ["12:00-13:00"]}}') AS kept_day;
SELECT c::text::business_calendar = c AS same_text, c = '{"hours": {"wednesday-friday": ["09:00-18:00"], "Tuesday": ["09:00:00-18:00:00.000000"], "monday": ["09:00-18:00"]}, "zone": "ASIA/SEOUL", "days": {}, "changes": {}, "version": 1}' AS written_otherwise FROM cal;
CREATE TEMP TABLE kept (id int, c business_calendar, s special_days);
\copy (SELECT id, c, (SELECT special_days(day, time_of(opens), time_of(closes)) FROM specials s WHERE s.id = z.id) FROM calendars z) TO 'results/business_calendar.binary' WITH (FORMAT binary)
\copy kept FROM 'results/business_calendar.binary' WITH (FORMAT binary)
SELECT count(*), count(*) FILTER (WHERE k.c = z.c AND z.c::text::business_calendar = z.c AND k.s = k.s::text::special_days) AS same FROM kept k JOIN calendars z USING (id);
-- from 00:00:00.000001 to that of the next day is no window, as text: bytes that are sent
CREATE TEMP TABLE whole_days (s special_days);
\copy (SELECT decode(replace('01 00000001 00000003fed4b860 0000000000000001 000000141dd76001', ' ', ''), 'hex')) TO 'results/special_days.binary' WITH (FORMAT binary)
\copy whole_days FROM 'results/special_days.binary' WITH (FORMAT binary)
\copy (SELECT decode(replace('01 00000001 00000003fed4b860 0000000000000000 000000141dd76000', ' ', ''), 'hex')) TO 'results/special_days.binary' WITH (FORMAT binary)
\copy whole_days FROM 'results/special_days.binary' WITH (FORMAT binary)
SELECT s, s::text::special_days = s AS same FROM whole_days;

--
-- Errors
--
\pset format unaligned
\pset tuples_only on
CREATE FUNCTION parse(hours text, more text DEFAULT '') RETURNS SETOF text LANGUAGE sql AS $$ SELECT failure(format('SELECT %L::business_calendar', format('{"version": 1, "zone": "UTC", "hours": {%s}%s}', hours, more))) $$;
SELECT parse('"monday": ["09:00-17:00", "16:59-18:00"]');
SELECT parse('"monday": ["09:00-17:00", "09:00-12:00"]');
SELECT parse('"monday": ["22:00-06:00"], "tuesday": ["05:59-10:00"]');
SELECT parse('"sunday": ["22:00-06:00"], "monday": ["00:00-10:00"]');
SELECT parse('"monday-friday": ["22:00-06:00"]', ', "days": {"2025-06-03": ["05:00-07:00"]}');
SELECT parse('"monday-friday": ["09:00-17:00"]', ', "days": {"2025-06-03": ["20:00-12:00"]}');
SELECT parse('"monday-friday": ["09:00-17:00"]', ', "days": {"2025-06-03": ["08:00-12:00", "11:00-13:00"]}');
SELECT parse('"monday-sunday": ["22:00-06:00"]', ', "changes": {"2025-06-03": {"monday-friday": ["04:00-05:00"]}}');
SELECT parse('"monday-friday": ["09:00-17:00"]', ', "changes": {"2025-06-03": {"monday": []}}');
SELECT parse('"monday-friday": ["09:00-17:00"]', ', "changes": {"2025-06-03": {}}');
SELECT parse('');
SELECT parse('"monday": []');
SELECT parse('"mon": ["09:00-17:00"]');
SELECT parse('"friday-monday": ["09:00-17:00"]');
SELECT parse('"monday-": ["09:00-17:00"]');
SELECT parse('"monday": "09:00-17:00"');
SELECT parse('"monday": ["9:00-17:00"]');
SELECT parse('"monday": ["09:00-09:00"]');
SELECT parse('"monday": ["24:00-09:00"]');
SELECT parse('"monday": ["09:60-10:00"]');
SELECT parse('"monday": ["09:00-24:01"]');
SELECT parse('"monday": ["09:00:00.1234567-10:00"]');
SELECT parse('"monday": ["09:00:60-10:00"]');
SELECT parse('"monday": ["09:00"]');
SELECT parse('"monday": [9]');
SELECT parse('"monday": ["09:00-17:00"], "monday": []');
SELECT parse('"monday": ["09:00-17:00"]', ', "days": {"tomorrow": []}');
SELECT parse('"monday": ["09:00-17:00"]', ', "days": ["2025-12-25"]');
SELECT parse('"monday": ["09:00-17:00"]', ', "changes": {"2025": {}}');
SELECT parse('"monday": ["09:00-17:00"]', ', "holidays": []');
SELECT failure($$SELECT '{"version": 1, "zone": "Asia/Seoul"}'::business_calendar$$);
SELECT failure($$SELECT '{"version": 1, "hours": {"monday": ["09:00-17:00"]}}'::business_calendar$$);
SELECT failure(format('SELECT %L::business_calendar', format('{"version": 1, "zone": %s, "hours": {"monday": ["09:00-17:00"]}}', to_json(zone)))) FROM unnest('{Asia/Soul,UTC+9,+09:00,localtime,posixrules,right/UTC,Etc/GMT+15,Etc/GMT+100,Etc/GMT+9x,Etc/GMT9:30,"",../UTC,KST9}'::text[] || repeat('long', 16)) zone;
SELECT count(format('{"version": 1, "zone": "%s", "hours": {"monday": ["09:00-17:00"]}}', zone)::business_calendar) FROM unnest('{UTC,Etc/GMT-14,Etc/GMT0,EST5EDT,GMT+0,America/North_Dakota/New_Salem}'::text[]) zone;
SELECT failure($$SELECT '{"version": 1, "days": {"2025-12-25": ["09:00-12:00", "10:00-13:00"]}}'::special_days$$);
SELECT failure($$SELECT '{"version": 1, "zone": "UTC", "days": {}}'::special_days$$);
SELECT failure($$SELECT '{"version": 1}'::special_days$$);
SELECT '{"version": 1, "days": {}}'::special_days;
-- rows
SELECT failure(format('SELECT business_calendar(zone, day, opens, closes) FROM (VALUES (%s)) v(zone, day, opens, closes)', row)) FROM unnest(ARRAY[$$NULL, 1, time '09:00', time '17:00'$$, $$'Asia/Soul', 1, time '09:00', time '17:00'$$, $$'UTC', NULL::int, time '09:00', time '17:00'$$, $$'UTC', 0, time '09:00', time '17:00'$$, $$'UTC', 8, time '09:00', time '17:00'$$,
	$$'UTC', 1, time '09:00', NULL::time$$, $$'UTC', 1, NULL::time, time '17:00'$$, $$'UTC', 1, time '09:00', time '09:00'$$, $$'UTC', 1, time '24:00', time '09:00'$$, $$'UTC', 1, time '09:00', time '17:00'), ('Asia/Seoul', 2, time '09:00', time '17:00'$$, $$'UTC', 1, time '09:00', time '17:00'), ('UTC', 1, time '16:00', time '18:00'$$, $$'UTC', 1, time '09:00', time '17:00'), ('UTC', 1, time '09:00', time '17:00'$$]) row;
SELECT failure($$SELECT special_days('infinity', NULL, NULL)$$);
SELECT failure($$SELECT special_days(d, o, c) FROM (VALUES (date '2025-12-25', NULL::time, NULL::time), ('2025-12-25', '09:00', '10:00')) v(d, o, c)$$);
SELECT failure($$SELECT special_days(d, o, c) FROM (VALUES (date '2025-12-25', time '08:00', time '09:30'), ('2025-12-25', '09:00', '10:00')) v(d, o, c)$$);
SELECT failure($$SELECT with_special_days('{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["22:00-06:00"]}}', '{"version": 1, "days": {"2025-06-03": ["05:00-07:00"]}}')$$);
SELECT failure($$SELECT with_hours_from(c, 'infinity', c) FROM cal$$);
SELECT failure($$SELECT with_hours_from(c, '2025-01-01', '{"version": 1, "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}}') FROM cal$$);
-- questions
SELECT failure(format('SELECT %s FROM cal', call)) FROM unnest(ARRAY[$$business_duration(c, '2025-06-06', '2025-06-05')$$, $$business_duration(c, 'infinity', 'infinity')$$, $$business_duration(c, '-infinity', '2025-06-05')$$, $$business_duration('{"version": 1, "zone": "UTC", "hours": {"monday-sunday": ["00:00-24:00"]}}', '4713-01-01 BC', '294276-12-31')$$,
	$$business_due(c, '2025-06-06', '1 month')$$, $$business_due(c, '2025-06-06', '-1 hour')$$, $$business_due(c, '2025-06-06', '1 day -1 hour')$$, $$business_due(c, 'infinity', '1 hour')$$, $$business_due(c, '2025-06-06', '2000000000 days')$$, $$business_due(c, '2025-06-06', '2562047788 hours')$$, $$next_opening(c, '294276-12-31 23:59')$$,
	$$business_days(c, '2025-06-06', '2025-06-05')$$, $$business_days(c, '-infinity', '2025-06-05')$$, $$is_open(c, 'infinity')$$, $$next_opening(c, '-infinity')$$, $$business_within_target(NULL, '2025-06-06', NULL, '1 hour', '2025-06-07')$$, $$business_within_target(c, '2025-06-06', NULL, '1 hour', NULL)$$, $$business_within_target(c, '2025-06-06', '2025-06-05', '1 hour', '2025-06-07')$$,
	$$business_within_target(c, '2025-06-06', NULL, '1 year', '2025-06-07')$$, $$business_within_target(c, '-infinity', NULL, '1 hour', '2025-06-07')$$, $$business_duration_summary(c, '2025-06-08', NULL, '2025-06-07')$$, $$business_duration_summary(NULL, '2025-06-06', NULL, '2025-06-07')$$, $$business_duration_summary(c, '2025-06-06', NULL, NULL)$$, $$business_duration_summary(c, '2025-06-06', '2025-06-05', '2025-06-07')$$]) call;
-- the evening of the last day is after the last timestamp where clocks are behind UTC
SELECT failure($$SELECT business_due('{"version": 1, "zone": "America/New_York", "hours": {"monday-sunday": ["20:00-23:00"]}}', '294276-12-29 22:00-05', '2 days')$$);
\pset tuples_only off
\pset format aligned
DROP FUNCTION parse, time_of;

-- local times of a shift past midnight are told the zone, whatever the session's is
SELECT failure($$SELECT business_duration(timestamp '2025-06-02 22:00', '2025-06-03 06:00', '22:00', '06:00')$$);
SELECT business_duration('{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["22:00-06:00"]}}', started AT TIME ZONE 'Asia/Seoul', finished AT TIME ZONE 'Asia/Seoul')
FROM (VALUES (timestamp '2025-06-02 22:00', timestamp '2025-06-03 06:00')) AS v (started, finished);
