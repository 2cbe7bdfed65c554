-- kept summaries mean the same whatever the settings of the session that writes, fills or repairs
SET client_min_messages = warning;

-- a moment: CST is China's in one place and Chicago's in another
CREATE TABLE moments (at timestamptz, score integer);
SET timezone = 'UTC';
SELECT keep_summary('since', $$SELECT survey_summary(score) AS s FROM moments WHERE at >= timestamptz '2025-01-01 00:00+00'$$);
SET timezone = 'Asia/Shanghai';
SET datestyle = 'SQL, MDY';
INSERT INTO moments VALUES ('2025-01-01 00:00+00', 9), ('2025-01-01 13:00+00', 8), ('2025-01-01 14:00+00', 10);
SELECT s, stale, kept_differs('since') FROM since;
-- with the queries that were prepared, and where they have to be made anew
DISCARD PLANS;
INSERT INTO moments VALUES ('2025-01-01 01:00+00', 7);
SELECT s, stale, kept_differs('since') FROM since;
UPDATE moments SET score = 6 WHERE score = 7;
DELETE FROM moments WHERE score = 8;
SELECT s, stale, kept_differs('since') FROM since;
-- a row that fails is searched for by other queries
INSERT INTO moments VALUES ('2025-01-01 02:00+00', 5), ('2025-01-01 02:00+00', 11);
SELECT s, stale FROM since;
DELETE FROM moments WHERE score = 11;
SELECT s, stale, kept_differs('since') FROM since;
SELECT * FROM repair_summary('since', everything => true);
SELECT s, stale, kept_differs('since') FROM since;
-- it is filled here, and what is typed is read as it is typed: 3 February
SELECT keep_summary('since_filled', $$SELECT survey_summary(score) AS s FROM moments WHERE at >= '02/03/2025 20:00-06'$$);
SET datestyle = 'SQL, DMY';
INSERT INTO moments VALUES ('2025-02-03 00:00+00', 1), ('2025-02-04 01:59:59+00', 2), ('2025-02-04 02:00+00', 3), ('2025-03-02 12:00+00', 4);
SELECT s, stale, kept_differs('since_filled'), kept_differs('since') FROM since_filled;
SELECT drop_summary('since'), drop_summary('since_filled');
RESET timezone;
RESET datestyle;

-- lengths of time
CREATE TABLE lengths (took interval, score integer);
SET intervalstyle = 'sql_standard';
SELECT keep_summary('quick', $$SELECT survey_summary(score) AS s FROM lengths WHERE took < '-1 days +02:00'::interval$$);
INSERT INTO lengths VALUES ('-1 days +01:00', 1), ('-1 days +03:00', 2), ('-1 days -01:00', 3), ('-1 days -03:00', 4);
SELECT s, stale, kept_differs('quick') FROM quick;
SET intervalstyle = 'postgres_verbose';
DISCARD PLANS;
INSERT INTO lengths VALUES ('-1 days +01:00', 5);
SELECT s, stale, kept_differs('quick') FROM quick;
RESET intervalstyle;
SELECT drop_summary('quick');

-- numbers, with fewer digits than they have
CREATE TABLE measures (x float8, score integer);
INSERT INTO measures VALUES (0.3, 1);
SET extra_float_digits = 0;
SELECT keep_summary('small', $$SELECT survey_summary(score) FILTER (WHERE x < '0.30000000000000004'::float8) AS s FROM measures$$);
SELECT s, stale, kept_differs('small') FROM small;
INSERT INTO measures VALUES (0.3, 2), (0.30000000000000004, 3);
SELECT s, stale, kept_differs('small') FROM small;
SELECT * FROM repair_summary('small', everything => true);
SELECT s, stale, kept_differs('small') FROM small;
RESET extra_float_digits;
SELECT drop_summary('small');

-- arrays
CREATE TABLE tags (tags text[], score integer);
SELECT keep_summary('without', $$SELECT survey_summary(score) AS s FROM tags WHERE tags = ARRAY['a', NULL]::text[]$$);
SELECT keep_summary('with_const', $$SELECT survey_summary(score) AS s FROM tags WHERE tags = '{a,NULL}'$$);
SET array_nulls = off;
INSERT INTO tags VALUES (ARRAY['a', NULL], 9), (ARRAY['a', 'NULL'], 8);
SELECT s, stale, kept_differs('with_const'), kept_differs('without') FROM with_const;
DISCARD PLANS;
INSERT INTO tags VALUES (ARRAY['a', NULL], 7);
SELECT s, stale, kept_differs('with_const'), kept_differs('without') FROM with_const;
RESET array_nulls;

-- what the definition computes is not under these settings: a function that is believed to be immutable
CREATE FUNCTION day_of(timestamptz) RETURNS date IMMUTABLE LANGUAGE sql AS 'SELECT $1::date';
SET timezone = 'Asia/Seoul';
SET datestyle = 'SQL, DMY';
SELECT keep_summary('by_day', $$SELECT day_of(at) AS day, survey_summary(score) AS s FROM moments GROUP BY 1$$);
INSERT INTO moments VALUES ('2025-05-01 16:00+00', 10), ('2025-05-01 14:00+00', 9);
SELECT day, s FROM by_day WHERE day > '2025-04-30' ORDER BY 1;
SELECT kept_differs('by_day');
SELECT keys_stale FROM repair_summary('by_day', everything => true);
SELECT kept_differs('by_day');
SELECT current_setting('timezone') AS zone, current_setting('datestyle') AS style;
RESET timezone;
RESET datestyle;

DROP TABLE moments, lengths, measures, tags CASCADE;
DROP TABLE by_day_deltas, by_day_problems, without_deltas, without_problems, with_const_deltas, with_const_problems;
DROP FUNCTION day_of;
