--
-- Logs of events: event_log, sessions and time in the app of many users
--
-- Where a case is named "Trap", it is a mistake found in SQL that people use
-- for this; the wrong figure stands beside the right one.
--
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
\pset null '~'

--
-- The aggregate
--
CREATE TEMP TABLE clicks (u integer, at timestamp, channel text);
INSERT INTO clicks VALUES (1, '2025-01-01 09:00', 'app'), (1, '2025-01-01 09:30', 'web'), (1, '2025-01-01 10:00:00.000001', 'app'), (1, NULL, 'app'), (1, '2025-01-01 10:10', 'web'),
	(1, '2025-01-01 10:10', 'app'), (1, '2025-01-02 10:10', 'app'), (2, '2025-01-01 09:15', 'web'), (2, NULL, 'web'), (NULL, '2025-01-01 09:15', 'web'), (3, NULL, 'web');
SELECT event_log(u, at) FROM clicks;
SELECT users(l), events(l), sessions(l, '30 minutes'), average_session(l, '30 minutes'), time_in_app(l, '30 minutes'), round(average_session(l, '30 minutes', 'second'), 4) AS seconds, time_in_app(l, '30 minutes', unit => 'hour') AS hours
FROM (SELECT event_log(u, at) AS l FROM clicks) AS t;
-- the same sessions as those of each user
SELECT sum(sessions(s)) AS sessions, sum(events(s)) AS events, sum(time_in_app(s)) AS minutes FROM (SELECT session_summary(at, '30 minutes') AS s FROM clicks WHERE u IS NOT NULL GROUP BY u) AS t;
SELECT event_log(u, at) FROM clicks WHERE false;
SELECT event_log(NULL::integer, at), event_log(u, NULL::timestamp), rollup(NULL::event_log), sum(NULL::event_log) FROM clicks;
SELECT users(l), events(l), sessions(l, '1 hour'), average_session(l, '1 hour'), time_in_app(l, '1 hour'), (SELECT count(*) FROM sessions_by_day(l, '1 hour')) AS days FROM (VALUES (NULL::event_log), ('{"version": 1, "ids": "integer", "entries": []}')) AS v(l);
SELECT average_session(l, '1 hour', unit => NULL) AS average, time_in_app(l, '1 hour', unit => NULL) AS total, sessions(l, '30 minutes', NULL) AS no_limit FROM (SELECT event_log(u, at) AS l FROM clicks) AS t;
-- dates and times of both kinds; ids of three kinds
SELECT event_log(1, date '2025-01-01') = event_log(1, timestamp '2025-01-01') AS date, event_log(1, timestamptz '2025-01-01 00:00+00') = event_log(1, timestamp '2025-01-01') AS timestamptz,
	event_log(1::smallint, date '2025-01-01') = event_log(1::bigint, timestamptz '2025-01-01 00:00+00') AS smallint, event_log('1'::text, date '2025-01-01') = event_log(1, date '2025-01-01') AS text;
SELECT event_log(id, d) AS of_date, event_log(id, d::timestamp) = event_log(id, d::timestamptz) AS same, event_log(id::text, d) = event_log(id::text, d::timestamp) AS text, event_log(id::text, d::timestamptz) = event_log(id::text, d) AS text_timestamptz
FROM (VALUES (uuid '00000000-0000-0000-0000-00000000000a', date '2025-01-01'), ('00000000-0000-0000-0000-00000000000a', '2025-01-02')) AS v(id, d);
SELECT event_log(id::smallint, d::timestamp) = event_log(id, d) AS smallint, event_log(id::smallint, d::timestamptz) = event_log(id, d::timestamp) AS timestamptz, event_log(id::bigint, d) = event_log(id, d::timestamptz) AS bigint, event_log(id::bigint, d::timestamp) = event_log(id::smallint, d) AS timestamp FROM (VALUES (1, date '2025-01-01'), (2, '2025-01-02')) AS v(id, d);
SET timezone = 'Asia/Seoul';
SELECT event_log(1, timestamptz '2025-01-01 09:00+09');
SET timezone = 'UTC';
SELECT failure($$SELECT event_log(1, timestamp 'infinity')$$);
SELECT failure($$SELECT event_log(1, timestamptz '-infinity')$$);
SELECT failure($$SELECT event_log(1, date 'infinity')$$);
SELECT failure($$SELECT event_log(1, date '294277-01-01')$$);
SELECT failure($$SELECT event_log(1, date '2025-01-01') + event_log(uuid '00000000-0000-0000-0000-00000000000a', date '2025-01-01')$$);
-- two texts of which a hash of 64-bit lanes makes one for free
SELECT users(event_log(id, date '2025-01-01'))
FROM (VALUES (convert_from('\x4948424944504145504d504f4e47504e345e1254207631775e292a1f2c726b1f', 'UTF8')), (convert_from('\x464c4a484647454549454b444d4f4d452d0379115659666349424516457a1445', 'UTF8'))) AS v(id);
-- the ends of time and of bigint; what a small entry cannot hold: a moment before 1928 or after 2071, 4,096 events of one
CREATE TEMP TABLE ends AS
SELECT id, at FROM (VALUES (9223372036854775807), (-9223372036854775808), (0)) AS i(id),
	(VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999'), ('1928-08-23 09:56:37.786751'), ('1928-08-23 09:56:37.786752'), ('2071-05-11 14:03:22.213247'), ('2071-05-11 14:03:22.213248'), ('2000-01-01')) AS t(at);
SELECT l::text::event_log = l AS same, users(l), events(l), sessions(l, '1 minute'), sessions(l, '200000 years'), sessions(l, '200000 years', '1000 years'), round(time_in_app(l, '290000 years', 'year')) AS years FROM (SELECT event_log(id, at) AS l FROM ends) AS t;
SELECT event_log(id, at) FROM ends WHERE id = 0;
SELECT d.day, d.users, d.sessions FROM (SELECT event_log(id, at) AS l FROM ends) AS t, sessions_by_day(l, '1 minute', '4714-11-24 BC', '4714-11-26 BC') AS d;
SELECT d.day, d.users, d.sessions FROM (SELECT event_log(id, at) AS l FROM ends) AS t, sessions_by_day(l, '1 minute', '294276-12-30', '294276-12-31') AS d;
SELECT failure($$SELECT count(*) FROM (SELECT event_log(id, at) AS l FROM ends) AS t, sessions_by_day(l, '1 minute')$$);
SELECT failure($$SELECT count(*) FROM (SELECT event_log(id, at) AS l FROM ends) AS t, sessions_by_day(l, '1 minute', '2025-01-01', '2025-01-02', zone => 'Asia/Seoul')$$);
SELECT what, l = (SELECT rollup(p ORDER BY p) FROM unnest(parts) AS p) AS same, users(l), events(l), octet_length(event_log_send(l)) AS bytes
FROM (SELECT what, event_log(id, at) AS l, ARRAY[event_log(id, at) FILTER (WHERE i % 2 = 0), event_log(id, at) FILTER (WHERE i % 2 = 1)] AS parts
	FROM (SELECT 'early', i % 100, timestamp '1928-08-23' + i % 700 * interval '3 minutes', i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'late', i % 100, timestamp '2071-05-11' + i % 700 * interval '3 minutes', i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'many events', i % 3, timestamp '2025-01-01' + i % 2 * interval '1 hour', i FROM generate_series(1, 30000) AS i
		UNION ALL SELECT 'microseconds', i % 100, timestamp '2025-01-01' + i * interval '1.000001 seconds', i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'seconds', i % 100, timestamp '2025-01-01' + i * interval '1 second', i FROM generate_series(1, 20000) AS i) AS e(what, id, at, i)
	GROUP BY what) AS t ORDER BY what;

--
-- Text and binary form
--
SELECT text::event_log
FROM (VALUES ('{"version": 1, "ids": "integer", "entries": [[2, "2025-01-02T00:00:00", 1], [1, "2025-01-02T09:30:00.5", 1], [1, "2025-01-01T23:59:59.999999", 2], [2, "2025-01-02T00:00:00", 3]]}'), ('{"version": 1, "ids": "uuid", "entries": [["00000000-0000-0000-0000-000000000001", "0044-03-15T00:00:00 BC", 1]]}')) AS v(text);
SELECT event_log_send('{"version": 1, "ids": "integer", "entries": [[1, "2000-01-01T00:00:00", 1], [1, "2000-01-01T00:02:00", 5], [300, "2000-01-01T00:01:00", 1]]}');
SELECT text, failure(format('SELECT %L::event_log', text))
FROM (VALUES ('{"version": 1}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01T00:00:00"]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "infinity", 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, 5, 1]]}'),
	('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01T00:00:00", 0]]}'), ('{"version": 1, "ids": "integer", "entries": [[true, "2025-01-01T00:00:00", 1]]}')) AS v(text);
SELECT a = b AS same, a <> b AS different, a < b OR a > b AS ordered, event_log_hash(a) = event_log_hash(a + b - b) AS same_hash FROM (SELECT event_log(1, date '2025-01-01') AS a, event_log(1, date '2025-01-02') AS b) AS t;

--
-- Sessions
--
-- Trap: split at exactly the gap; at midnight; per channel.  One session, of two channels, over midnight
SELECT sessions(l, '30 minutes') AS sessions, d.* FROM (SELECT event_log(u, at) AS l FROM (VALUES (1, timestamp '2025-01-01 23:50', 'app'), (1, '2025-01-02 00:10', 'web'), (1, '2025-01-02 00:40', 'app')) AS v(u, at, channel)) AS t, sessions_by_day(l, '30 minutes') AS d;
SELECT sum(sessions(l, '30 minutes')) AS wrong FROM (SELECT event_log(u, at) AS l FROM (VALUES (1, timestamp '2025-01-01 23:50', 'app'), (1, '2025-01-02 00:10', 'web'), (1, '2025-01-02 00:40', 'app')) AS v(u, at, channel) GROUP BY channel, at::date) AS t;
-- parts that are months apart are two sessions
SELECT sessions(rollup(l), '30 minutes'), users(rollup(l)) FROM (SELECT event_log(u, at) AS l FROM (VALUES (1, timestamptz '2025-01-01 23:50+00'), (1, '2025-01-02 00:10+00'), (1, '2025-06-01 15:00+00')) AS v(u, at) GROUP BY at::date) AS q;
-- a robot: an event each 10 minutes for three days is one session of 72 hours; cut at 24 hours it is three, of 24, 24 and 23 2/3 hours
SELECT sessions(l, '30 minutes') AS uncut, average_session(l, '30 minutes', 'hour') AS hours, sessions(l, '30 minutes', longest => '24 hours') AS cut, round(average_session(l, '30 minutes', 'hour', '24 hours'), 4) AS cut_hours, round(time_in_app(l, '30 minutes', 'hour', '24 hours'), 4) AS all_hours
FROM (SELECT event_log(1, at) AS l FROM generate_series(timestamp '2025-01-01', '2025-01-04', '10 minutes') AS at) AS t;
SELECT d.* FROM (SELECT event_log(1, at) AS l FROM generate_series(timestamp '2025-01-01', '2025-01-04', '10 minutes') AS at) AS t, sessions_by_day(l, '30 minutes', longest => '24 hours') AS d;
-- a gap of nothing: only events of one instant are together
SELECT sessions(l, '0'), time_in_app(l, '0') FROM (SELECT event_log(u, at) AS l FROM clicks) AS t;
-- a day without anybody is a row; the range is half-open; a session that began before it is not in it
SELECT d.* FROM (SELECT event_log(u, at) AS l FROM clicks) AS t, sessions_by_day(l, '30 minutes', '2024-12-31', '2025-01-04') AS d;
SELECT d.* FROM (SELECT event_log(u, at) AS l FROM clicks) AS t, sessions_by_day(l, '30 minutes', to_date => '2025-01-02') AS d;
SELECT d.* FROM (SELECT event_log(u, at) AS l FROM clicks) AS t, sessions_by_day(l, '30 minutes', from_date => '2025-01-02') AS d;
SELECT d.* FROM (SELECT event_log(1, at) AS l FROM (VALUES (timestamp '2025-01-01 23:50'), ('2025-01-02 00:10'), ('2025-01-02 12:00')) AS v(at)) AS t, sessions_by_day(l, '30 minutes', '2025-01-02', '2025-01-03') AS d;
-- the day of Seoul of moments that are kept in UTC
SELECT zone, d.* FROM (SELECT event_log(1, at) AS l FROM (VALUES (timestamptz '2025-01-01 14:50+00'), ('2025-01-01 15:10+00'), ('2025-01-01 16:10+00')) AS v(at)) AS t, (VALUES ('UTC'), ('Asia/Seoul')) AS z(zone), sessions_by_day(l, '30 minutes', zone => zone) AS d ORDER BY zone, day;
SELECT failure($$SELECT sessions(event_log(1, date '2025-01-01'), NULL)$$);
SELECT failure($$SELECT sessions(event_log(1, date '2025-01-01'), '-1 minute')$$);
SELECT failure($$SELECT sessions(event_log(1, date '2025-01-01'), '30 minutes', longest => '0')$$);
SELECT failure($$SELECT sessions(event_log(1, date '2025-01-01'), '30 minutes', longest => '-1 hour')$$);
SELECT failure($$SELECT average_session(event_log(1, date '2025-01-01'), '30 minutes', 'fortnight')$$);
SELECT failure($$SELECT time_in_app(event_log(1, date '2025-01-01'), '30 minutes', 'fortnight')$$);
SELECT failure($$SELECT sessions_by_day(event_log(1, date '2025-01-01'), '30 minutes', zone => 'Asia/Soul')$$);
SELECT failure($$SELECT sessions_by_day(event_log(1, date '2025-01-01'), '30 minutes', '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT sessions_by_day(event_log(1, date '2025-01-01'), NULL)$$);

--
-- Rolled up, added and taken out
--
SELECT sessions(rollup(l), '30 minutes') AS sessions, sum(sessions(l, '30 minutes')) AS wrong, users(rollup(l)), sum(users(l)) AS wrong_users FROM (SELECT event_log(u, at) AS l FROM clicks GROUP BY channel) AS t;
SELECT a + b = (SELECT event_log(u, at) FROM clicks) AS sum, a + b - b = a AS rest, events(a - a), a - a + b = b AS and_back
FROM (SELECT event_log(u, at) FILTER (WHERE channel = 'app') AS a, event_log(u, at) FILTER (WHERE channel = 'web') AS b FROM clicks) AS t;
SELECT failure($$SELECT event_log(7, timestamp '2025-02-03 10:00') - event_log(7, timestamp '2025-02-03 10:01')$$);
SELECT failure($$SELECT event_log(7, date '2025-02-03') - (event_log(7, date '2025-02-03') + event_log(7, date '2025-02-03'))$$);
SELECT failure($$SELECT event_log_in('{"version": 1, "ids": "integer", "entries": [[7, "2025-02-03T00:00:00", 1000000000000000]]}') + event_log(7, date '2025-02-03')$$);
SELECT failure($$SELECT events('{"version": 1, "ids": "integer", "entries": [[7, "2025-02-03T00:00:00", 1000000000000000], [8, "2025-02-03T00:00:00", 1]]}'::event_log)$$);

--
-- Random events: from the log, in two steps, and in plain SQL with lag() and a running sum
--
CREATE TEMP TABLE events AS
SELECT i, CASE WHEN pick(i, 1, 60) > 0 THEN pick(i, 2, 40) - 7 END AS u, (ARRAY['app', 'web'])[1 + pick(i, 3, 2)] AS channel,
	CASE WHEN pick(i, 4, 60) > 0 THEN timestamp '2025-01-01' + (pick(i, 5, 400) * 3600 * (1 + pick(i, 2, 40)) + pick(i, 6, 16) * 300) * interval '1 second' END AS at
FROM generate_series(1, 8000) AS i;
INSERT INTO events SELECT * FROM events WHERE i % 9 = 0;
CREATE TEMP TABLE plain AS
SELECT u, min(at) AS started, max(at) AS ended, count(*) AS events
FROM (SELECT u, at, count(*) FILTER (WHERE begins) OVER (PARTITION BY u ORDER BY at, i ROWS UNBOUNDED PRECEDING) AS number
	FROM (SELECT u, at, i, (at - lag(at) OVER (PARTITION BY u ORDER BY at, i) <= interval '30 minutes') IS NOT TRUE AS begins FROM (SELECT u, at, row_number() OVER () AS i FROM events WHERE u IS NOT NULL AND at IS NOT NULL) AS e) AS b) AS n
GROUP BY u, number;
CREATE TEMP VIEW logs AS SELECT event_log(u, at) AS l FROM events;
SELECT sessions(l, '30 minutes') = count(*) AS sessions, events(l) = sum(p.events) AS events, users(l) = count(DISTINCT u) AS users, round(time_in_app(l, '30 minutes'), 9) = round(sum(extract(epoch FROM ended - started)) / 60, 9) AS minutes,
	round(average_session(l, '30 minutes'), 9) = round(avg(extract(epoch FROM ended - started)) / 60, 9) AS average, count(*) FROM logs, plain AS p GROUP BY l;
SELECT sum(sessions(s)) = sessions(l, '30 minutes') AS sessions, round(sum(time_in_app(s)), 9) = round(time_in_app(l, '30 minutes'), 9) AS minutes FROM logs, (SELECT session_summary(at, '30 minutes') AS s FROM events WHERE u IS NOT NULL GROUP BY u) AS u GROUP BY l;
SELECT count(*) AS days, count(*) FILTER (WHERE (d.users, d.sessions, round(d.minutes, 9)) IS DISTINCT FROM (p.users, p.sessions, round(p.minutes, 9))) AS wrong
FROM logs, sessions_by_day(l, '30 minutes', '2024-12-30', '2025-03-01') AS d,
	LATERAL (SELECT count(DISTINCT u) AS users, count(*) AS sessions, coalesce(sum(extract(epoch FROM ended - started)) / 60, 0) AS minutes FROM plain WHERE started::date = d.day) AS p;
-- in a time zone whose clock changes
SELECT count(*) AS days, count(*) FILTER (WHERE (d.users, d.sessions) IS DISTINCT FROM (p.users, p.sessions)) AS wrong
FROM logs, sessions_by_day(l, '30 minutes', '2025-03-20', '2025-04-10', zone => 'America/New_York') AS d,
	LATERAL (SELECT count(DISTINCT u) AS users, count(*) AS sessions FROM plain WHERE (started AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::date = d.day) AS p;
-- cut at an hour: an event more than an hour after the first of its session begins another, as plain SQL counts step by step
WITH RECURSIVE ordered AS (SELECT u, at, row_number() OVER (PARTITION BY u ORDER BY at) AS n FROM events WHERE u IS NOT NULL AND at IS NOT NULL),
	steps AS (SELECT u, n, at, at AS first, true AS begins FROM ordered WHERE n = 1
		UNION ALL SELECT o.u, o.n, o.at, CASE WHEN b THEN o.at ELSE s.first END, b FROM steps AS s JOIN ordered AS o ON o.u = s.u AND o.n = s.n + 1, LATERAL (SELECT o.at - s.at > interval '30 minutes' OR o.at - s.first > interval '1 hour') AS c(b))
SELECT sessions(l, '30 minutes', '1 hour') = count(*) FILTER (WHERE begins) AS same, count(*) FILTER (WHERE begins) > sessions(l, '30 minutes') AS more FROM logs, steps GROUP BY l;
SELECT parts, every, bool_and(event_log_send(rolled) = event_log_send(whole)) AS same_bytes
FROM (VALUES (2), (3), (50), (8000)) AS p(parts), (VALUES (1), (2), (3)) AS e(every), LATERAL (SELECT CASE every WHEN 1 THEN (SELECT rollup(l) FROM (SELECT event_log(u, at) AS l FROM events GROUP BY pick(i, 8, parts)) AS s)
		WHEN 2 THEN (SELECT rollup(l) FROM (SELECT event_log(md5(u::text)::uuid, at) AS l FROM events GROUP BY pick(i, 8, parts)) AS s)
		ELSE (SELECT sum(l) FROM (SELECT event_log(u::text, at) AS l FROM events GROUP BY pick(i, 8, parts)) AS s) END AS rolled,
	CASE every WHEN 1 THEN (SELECT event_log(u::bigint, at) FROM events) WHEN 2 THEN (SELECT event_log(md5(u::text)::uuid, at) FROM events) ELSE (SELECT event_log(u::text, at) FROM events) END AS whole) AS r
GROUP BY parts, every ORDER BY parts, every;
SELECT a + b = l AND l - a = b AND l - b = a AS exact FROM logs, (SELECT event_log(u, at) FILTER (WHERE channel = 'app') AS a, event_log(u, at) FILTER (WHERE channel = 'web') AS b FROM events) AS p;
SELECT sessions(a, '30 minutes') = sessions(b, '30 minutes') AND sessions(a, '30 minutes') = sessions(c, '30 minutes') AS ids_do_not_matter FROM (SELECT event_log(u, at) AS a, event_log(u::text, at) AS b, event_log(md5(u::text)::uuid, at) AS c FROM events) AS t;

--
-- As the state of an aggregate
--
SELECT event_log_accum(NULL, 1, timestamp '2025-01-01'), event_log_accum(NULL, 1, NULL::date), event_log_final(event_log_combine(event_log_accum(NULL, 2, date '2025-01-01'), event_log_accum(NULL, 1, timestamp '2025-01-01 10:00')));

-- Clocks that were put back over midnight: a user is one of a day
SELECT s.* FROM (SELECT event_log(1, at) AS l FROM (VALUES (timestamptz '2010-11-07 01:30:30+00'), ('2010-11-07 02:30:30+00'), ('2010-11-07 02:45+00'), ('2010-11-08 01:00+00')) AS v (at)) AS t, sessions_by_day(l, '1 minute', zone => 'America/St_Johns') AS s;
SELECT s.* FROM (SELECT event_log(1, at) AS l FROM (VALUES (timestamptz '2010-11-07 02:30:30+00'), ('2010-11-07 02:45+00')) AS v (at)) AS t, sessions_by_day(l, '1 minute', zone => 'America/St_Johns') AS s;
-- a log from which everything was taken away still has the days that are asked for
SELECT s.* FROM (SELECT event_log(1, timestamptz '2025-01-01')) AS t (l), sessions_by_day(l - l, '1 minute', '2025-01-01', '2025-01-03') AS s;
SELECT count(*) AS no_end FROM (SELECT event_log(1, timestamptz '2025-01-01')) AS t (l), sessions_by_day(l - l, '1 minute', '2025-01-01');
