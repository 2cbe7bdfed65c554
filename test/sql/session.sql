--
-- Sessions: session_number, session_summary
--
-- Where a case is named "Trap", it is a mistake found in SQL that people use
-- for this.
--
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
\pset null '~'

--
-- session_number
--
-- Trap: split at exactly the gap.  30 minutes apart is the same session, a
-- microsecond more is a new one.  A NULL time has none and does not break one.
CREATE TEMP TABLE clicks (u integer, at timestamp);
INSERT INTO clicks VALUES (1, '2025-01-01 09:00'), (1, '2025-01-01 09:30'), (1, '2025-01-01 10:00:00.000001'), (1, NULL), (1, '2025-01-01 10:10'),
	(1, '2025-01-01 10:10'), (1, '2025-01-02 10:10'), (2, '2025-01-01 09:15'), (2, NULL), (3, NULL);
SELECT u, at, session_number(at, '30 minutes') OVER (PARTITION BY u ORDER BY at) FROM clicks ORDER BY u, at;
-- NULLs first, in the middle of the order of another column, at the end
SELECT u, at, session_number(at, '30 minutes') OVER (PARTITION BY u ORDER BY at NULLS FIRST) FROM clicks WHERE u = 1 ORDER BY at NULLS FIRST;
SELECT i, at, session_number(at, '30 minutes') OVER (ORDER BY i)
FROM (VALUES (1, timestamp '2025-01-01 09:00'), (2, NULL), (3, '2025-01-01 09:30'), (4, NULL), (5, '2025-01-01 10:30')) AS v(i, at);
-- a gap of nothing: only events of one instant are together
SELECT at, session_number(at, '0') OVER (ORDER BY at) FROM clicks WHERE u = 1 ORDER BY at;
-- an interval is elapsed time: a day has 24 hours, also where the clock changes
SET timezone = 'Europe/Berlin';
SELECT at, session_number(at, '1 day') OVER (ORDER BY at) AS by_day, session_number(at, '23 hours') OVER (ORDER BY at) AS by_23_hours
FROM (VALUES (timestamptz '2025-03-29 12:00'), ('2025-03-30 12:00'), ('2025-03-31 12:00'), ('2025-03-31 12:00')) AS v(at);
RESET timezone;
SET timezone = 'UTC';
-- as far apart as can be
SELECT at, session_number(at, '1 year') OVER (ORDER BY at) FROM (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999')) AS v(at);
SELECT failure($$SELECT session_number(at, '30 minutes') OVER (PARTITION BY u ORDER BY at DESC NULLS LAST) FROM clicks$$);
SELECT failure($$SELECT session_number(at, '30 minutes') OVER () FROM (VALUES (timestamptz '2025-01-01'), ('2024-01-01')) AS v(at)$$);
SELECT failure($$SELECT session_number(at, NULL) OVER (ORDER BY at) FROM clicks$$);
SELECT failure($$SELECT session_number(at, '-1 minute') OVER (ORDER BY at) FROM clicks$$);
SELECT failure($$SELECT session_number(at, u * interval '1 minute') OVER (ORDER BY at) FROM clicks$$);
SELECT failure($$SELECT session_number(at, '178000000 years') OVER (ORDER BY at) FROM clicks$$);
SELECT failure($$SELECT session_number(at, '30 minutes') OVER (ORDER BY at) FROM (VALUES (timestamp 'infinity')) AS v(at)$$);
SELECT failure($$SELECT session_number(at, '30 minutes') FROM clicks$$);
-- a gap may be written in different words
SELECT max(n) FROM (SELECT session_number(at, CASE u WHEN 1 THEN interval '1 hour' ELSE '60 minutes' END) OVER (ORDER BY at) AS n FROM clicks) AS s;

--
-- session_summary
--
SELECT u, session_summary(at, '30 minutes') FROM clicks GROUP BY u ORDER BY u;
SELECT u, sessions(s), events(s), average_session(s), round(average_session(s, 'second'), 2) AS seconds, time_in_app(s, unit => 'hour')
FROM (SELECT u, session_summary(at, '30 minutes') AS s FROM clicks GROUP BY u) AS v ORDER BY u;
SELECT l.* FROM (SELECT session_summary(at, '30 minutes') AS s FROM clicks WHERE u = 1) AS v, session_list(s) AS l;
-- empty, of NULLs alone, of one event
SELECT session_summary(at, '30 minutes') FROM clicks WHERE false;
SELECT s, sessions(s), events(s), average_session(s), time_in_app(s) FROM (VALUES (session_summary '{"version": 1, "gap": 60}'), (NULL)) AS v(s);
SELECT s, sessions(s), events(s), average_session(s), time_in_app(s) FROM (SELECT session_summary(timestamp '2025-01-01', '1 hour') AS s) AS v;
SELECT count(*) FROM session_list(NULL);
-- a session across midnight is one, when the days are rolled up
SELECT rollup(s), sessions(rollup(s)), sum(sessions(s)) AS before
FROM (SELECT session_summary(at, '30 minutes') AS s FROM (VALUES (timestamp '2025-01-01 23:50'), ('2025-01-02 00:10'), ('2025-01-02 12:00')) AS v(at) GROUP BY at::date) AS d;
-- gaps to the side of what is there already, and parts within each other
SELECT rollup(s) FROM (VALUES (session_summary '{"version": 1, "gap": 60, "sessions": [["2025-01-01T09:00:00", "2025-01-01T09:03:00", 9], ["2025-01-01T09:10:00", "2025-01-01T09:10:00", 1]]}'),
	('{"version": 1, "gap": 60, "sessions": [["2025-01-01T09:01:00", "2025-01-01T09:01:30", 2], ["2025-01-01T09:04:00", "2025-01-01T09:04:00", 1]]}'), (NULL)) AS v(s);
-- timestamptz is in UTC
SET timezone = 'Asia/Seoul';
SELECT session_summary(timestamptz '2025-01-01 09:00+09', '30 minutes') AS s;
SET timezone = 'UTC';

--
-- Random events against the SQL that people write, with lag() and a running sum
--
CREATE TEMP TABLE events AS
SELECT u, timestamp '2025-01-01' + t * interval '1 second' AS at
FROM (SELECT i % 40 AS u, CASE WHEN hashint8(i) & 63 > 0 THEN ((hashint8(i + 500000) & 255) * 3600 * (1 + i % 40) + (hashint8(i + 1000000) & 15) * 300) END AS t
	FROM generate_series(1, 12000) AS i) AS e
ORDER BY hashint8(u * 7919 + coalesce(t, 0));
CREATE TEMP TABLE plain AS
SELECT u, at, CASE WHEN at IS NOT NULL THEN sum(begins) OVER (PARTITION BY u ORDER BY at, i ROWS UNBOUNDED PRECEDING) END AS number
FROM (SELECT u, at, i, CASE WHEN at IS NOT NULL AND at - lag(at) OVER (PARTITION BY u ORDER BY at, i) <= interval '30 minutes' THEN 0 ELSE 1 END AS begins
	FROM (SELECT *, row_number() OVER () AS i FROM events) AS e) AS b;
SELECT count(*) AS rows, count(DISTINCT (u, number)) FILTER (WHERE at IS NOT NULL) AS sessions FROM plain;
SELECT count(*) AS differ
FROM ((SELECT u, at, session_number(at, '30 minutes') OVER (PARTITION BY u ORDER BY at) FROM events EXCEPT ALL SELECT u, at, number FROM plain)
	UNION ALL (SELECT u, at, number FROM plain EXCEPT ALL SELECT u, at, session_number(at, '30 minutes') OVER (PARTITION BY u ORDER BY at) FROM events)) AS d;
CREATE TEMP TABLE summaries AS SELECT u, session_summary(at, '30 minutes') AS s FROM events GROUP BY u;
SELECT count(*) AS differ
FROM (SELECT u, l.* FROM summaries, session_list(s) AS l) AS o
	FULL JOIN (SELECT u, min(at) AS started, max(at) AS ended, count(at) AS events FROM plain WHERE at IS NOT NULL GROUP BY u, number) AS p USING (u, started)
WHERE (o.ended, o.events) IS DISTINCT FROM (p.ended, p.events);
SELECT count(*) AS differ
FROM summaries JOIN (SELECT u, count(*) AS n, sum(t) / 60 AS minutes, avg(t) / 60 AS mean FROM (SELECT u, extract(epoch FROM max(at) - min(at)) AS t FROM plain WHERE at IS NOT NULL GROUP BY u, number) AS x GROUP BY u) AS p USING (u)
WHERE sessions(s) <> n OR time_in_app(s) <> minutes OR abs(average_session(s) - mean) > 1e-12;
-- any order, parts, text: the same to the byte
SELECT count(*) AS differ
FROM summaries AS a JOIN (SELECT u, session_summary(at, '30 minutes' ORDER BY at) AS up, session_summary(at, '30 minutes' ORDER BY at DESC) AS down FROM events GROUP BY u) AS o USING (u)
	JOIN (SELECT u, rollup(p) AS parts FROM (SELECT u, session_summary(at, '30 minutes') AS p FROM events GROUP BY u, extract(hour FROM at)) AS x GROUP BY u) AS r USING (u)
	JOIN (SELECT u, rollup(p ORDER BY hashint8(d - date '2025-01-01')) AS days FROM (SELECT u, at::date AS d, session_summary(at, '30 minutes') AS p FROM events GROUP BY u, at::date) AS x GROUP BY u) AS y USING (u)
WHERE s <> up OR s <> down OR s <> parts OR s <> days OR s <> s::text::session_summary;
SELECT sessions(session_summary(at, '30 minutes') OVER (ORDER BY at ROWS 2 PRECEDING)), at FROM clicks WHERE u = 1 ORDER BY at LIMIT 5;

--
-- Text and binary form
--
SELECT session_summary_send('{"version": 1, "gap": 1800, "sessions": [["2000-01-01T00:00:00", "2000-01-01T00:00:01", 2]]}');
SET datestyle = 'SQL, DMY';
SELECT '{"version": 1, "gap": 0.25, "sessions": [["2025-02-03T00:00:00.5", "2025-02-03T00:00:00.75", 2], ["0044-03-15T12:00:00 BC", "0044-03-15T12:00:00 BC", 3]]}'::session_summary;
SET datestyle = 'ISO, MDY';
SELECT text, failure(format('SELECT %L::session_summary', text))
FROM (VALUES ('{"version": 1}'), ('[]'), ('{"version": 1, "gap": -1}'), ('{"version": 1, "gap": "30 minutes"}'), ('{"version": 1, "gap": 0.0000001}'), ('{"version": 1, "gap": 1e30}'), ('{"version": 1, "gap": 60, "sessions": {}}'), ('{"version": 1, "gap": 60, "sessions": [1]}'), ('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", 1], ["2025-01-01T00:00:00", 5, 1]]}'), ('{"version": 1, "gap": 60, "sessions": [["now", "now", 1]]}'),
	('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00"]]}'), ('{"version": 1, "gap": 60, "sessions": [["2025-01-01", "2025-01-01", 1]]}'), ('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", 0]]}'),
	('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:10", "2025-01-01T00:00:00", 3]]}'), ('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:02:00", 2]]}'), ('{"version": 1, "gap": 60, "sessions": [["infinity", "infinity", 2]]}'),
	('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", 1], ["2025-01-01T00:01:00", "2025-01-01T00:01:00", 1]]}'), ('{"version": 1, "gap": 60, "users": 1}')) AS v(text);
SELECT failure($$SELECT session_summary(at, NULL) FROM clicks$$);
SELECT failure($$SELECT session_summary(at, '-1 day') FROM clicks$$);
SELECT failure($$SELECT session_summary(at, u * interval '1 minute') FROM clicks$$);
SELECT failure($$SELECT session_summary(timestamp '-infinity', '30 minutes')$$);
SELECT failure($$SELECT average_session(session_summary(at, '30 minutes'), 'fortnight') FROM clicks$$);
SELECT failure($$SELECT rollup(s) FROM (VALUES (session_summary '{"version": 1, "gap": 60}'), ('{"version": 1, "gap": 60.5}')) AS v(s)$$);
SELECT failure($$SELECT rollup(s) FROM (VALUES (session_summary '{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", 1000000000000000]]}'), ('{"version": 1, "gap": 60, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", 1]]}')) AS v(s)$$);
-- from the first timestamp to the last are more microseconds than a bigint holds
SELECT average_session(s, 'year') > 298000 AS longer, time_in_app(s, 'second') = extract(epoch FROM ended) - extract(epoch FROM started) AS same
FROM (SELECT session_summary(at, '200000 years') AS s FROM (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('150000-01-01'), ('294276-12-31 23:59:59.999999')) AS v(at)) AS x, session_list(s);

-- Dates are days wherever the session is: they do not become a timestamptz.
SET timezone = 'America/New_York';
SELECT session_summary(d, '1 day'), sessions(session_summary(d, '1 day')) FROM (VALUES (date '2025-11-02'), ('2025-11-03'), ('2025-11-05')) v(d);
SELECT d, session_number(d, '1 day') OVER (ORDER BY d) FROM (VALUES (date '2025-11-02'), ('2025-11-03'), ('2025-11-05'), (NULL)) v(d);
SELECT failure($$SELECT session_summary(date 'infinity', '1 day')$$);
RESET timezone;

-- more sessions than one look for a cancel request covers
SELECT sessions(s), s = s::text::session_summary AS same
FROM (SELECT session_summary(timestamp '2025-01-01' + i * interval '1 hour', '30 minutes') AS s FROM generate_series(0, 70000) AS i) AS v;
-- A state that another server sends as a value may have sessions in any order, and some that belong together.
SELECT sessions(a), events(a), sessions(session_combine(s, t)) AS combined, sessions(s) + sessions(t) AS apart
FROM (SELECT session_accum(session_accum(session_accum(NULL, timestamp '2025-01-01 12:00', '30 minutes'), timestamp '2025-01-01 10:00', '30 minutes'), timestamp '2025-01-01 10:10', '30 minutes') AS a) AS v,
	(SELECT session_summary(timestamp '2025-01-01' + i * interval '1 hour', '10 minutes') FILTER (WHERE i <= 16) AS s,
		session_summary(timestamp '2025-01-01' + i * interval '1 hour' - CASE i WHEN 17 THEN interval '55 minutes' ELSE '0' END, '10 minutes') FILTER (WHERE i > 16) AS t FROM generate_series(1, 32) AS i) AS w;
-- gaps that are written otherwise and are the same
SELECT at, session_number(at, gap) OVER (ORDER BY at)
FROM (VALUES (timestamp '2025-01-01', interval '1 month'), ('2025-01-31', '30 days 10:30'), ('2025-03-03', '29 days 34:30')) AS v(at, gap);
SELECT failure($$SELECT session_number(timestamp '-infinity', '1 day') OVER ()$$);
