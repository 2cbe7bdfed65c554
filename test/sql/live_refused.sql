-- kept summaries that are refused before anything is made, and hints that work
SET client_min_messages = warning;

-- temporary ones, to which other sessions could not write
CREATE TABLE refused (a integer, b integer, score integer);
INSERT INTO refused VALUES (1, 1, 9), (1, 2, 3), (NULL, NULL, 7);
SELECT failure($$SELECT keep_summary('pg_temp.passing', 'SELECT survey_summary(score) AS s FROM refused')$$);
SET search_path = pg_temp, public;
SELECT failure($$SELECT keep_summary('Passing', 'SELECT survey_summary(score) AS s FROM refused')$$);
SELECT keep_summary('public.lasting', 'SELECT survey_summary(score) AS s FROM refused');
RESET search_path;
INSERT INTO refused VALUES (2, 2, 2);
SELECT s FROM lasting;
SELECT drop_summary('lasting');

-- as many grouping columns as an index can have, and one more
CREATE FUNCTION wide_definition(columns integer, rest text DEFAULT '') RETURNS text LANGUAGE sql AS
$$ SELECT format('SELECT %s%s, survey_summary(score) AS s FROM wide GROUP BY %s%2$s', string_agg('c' || i, ', '), rest, string_agg('c' || i, ', ')) FROM generate_series(1, columns) AS i $$;
DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE wide (' || string_agg('c' || i || CASE WHEN i % 2 = 0 THEN ' integer' ELSE ' date' END, ', ') || ', score integer)' FROM generate_series(1, 60) AS i); END $$;
SELECT failure(format('SELECT keep_summary(''of_wide'', %L)', wide_definition(33)));
SELECT failure(format('SELECT keep_summary(''of_wide'', %L)', wide_definition(60)));
SELECT keep_summary('of_wide', wide_definition(31, ', ARRAY[c32, c34]'));
INSERT INTO wide (c1, c34, score) VALUES ('2025-01-01', 5, 9), ('2025-01-01', 5, 11);
SELECT c1, "array", s, stale FROM of_wide;
SELECT (SELECT count(*) FROM jsonb_object_keys(key)) AS keys FROM of_wide_problems;
UPDATE wide SET score = 10 WHERE score = 11;
SELECT * FROM repair_summary('of_wide');
SELECT s, stale FROM of_wide;
SELECT drop_summary('of_wide');
DROP TABLE wide;
DROP FUNCTION wide_definition;

-- a grouping column that is there twice, whichever way GROUP BY names it
SELECT keep_summary('twice', 'SELECT a, a AS a2, a + b AS b, survey_summary(score) AS s FROM refused GROUP BY a + b, a');
SELECT keep_summary('twice_by_number', 'SELECT a, a AS a2, a + b AS b, survey_summary(score) AS s FROM refused GROUP BY 1, 2, 3');
INSERT INTO refused VALUES (1, 1, 5), (NULL, NULL, 2), (NULL, 3, 4), (3, NULL, 8);
SELECT a, a2, b, s, stale FROM twice ORDER BY 1, 3;
SELECT kept_differs('twice'), kept_differs('twice_by_number');
-- rows that are left out, and groups that are given up
INSERT INTO refused VALUES (NULL, 1, 11), (4, 4, 11), (4, 4, 10);
SELECT a, a2, b, s, stale FROM twice WHERE stale ORDER BY 1;
SELECT key FROM twice_problems ORDER BY 1;
INSERT INTO refused SELECT nullif(i % 2, 0), NULL, 11 FROM generate_series(1, 30) AS i;
SELECT a, a2, b, s, stale FROM twice WHERE stale ORDER BY 1;
UPDATE refused SET score = 1 WHERE score > 10;
SELECT keys_stale FROM repair_summary('twice');
SELECT keys_stale FROM repair_summary('twice_by_number', everything => true);
SELECT kept_differs('twice'), kept_differs('twice_by_number');
SELECT count(*) FILTER (WHERE stale) AS stale, (SELECT count(*) FROM twice_problems) AS problems FROM twice;
SELECT rows_after FROM compact_summary('twice');
DELETE FROM refused WHERE a IS NULL OR score = 1;
SELECT kept_differs('twice'), kept_differs('twice_by_number'), count(*) FROM twice;
SELECT drop_summary('twice'), drop_summary('twice_by_number');
-- what only follows from a grouping column is none
SELECT failure($$SELECT keep_summary('twice', 'SELECT a, a + 1 AS a2, survey_summary(score) AS s FROM refused GROUP BY a')$$);

-- names that are taken: each hint frees them
CREATE FUNCTION taken() RETURNS SETOF text LANGUAGE sql AS $$ SELECT failure('SELECT keep_summary(''Kz'', ''SELECT survey_summary(score) AS s FROM refused'')') $$;
CREATE FUNCTION follow_hint() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	way_out text := (SELECT substring(t, '^hint: [^:]*: (.*)$') FROM taken() AS t WHERE t LIKE 'hint:%');
BEGIN
	EXECUTE way_out;
	PERFORM keep_summary('kz', 'SELECT survey_summary(score) AS s FROM refused');
	RETURN 'made';
END $$;
SELECT keep_summary('kz', 'SELECT survey_summary(score) AS s FROM refused');
-- a kept summary, also where its view has another name
SELECT taken();
SELECT follow_hint();
ALTER VIEW kz RENAME TO "Other";
SELECT taken();
SELECT follow_hint();
-- its table is gone, or parts of it
DROP TABLE refused CASCADE;
CREATE TABLE refused (a integer, score integer);
SELECT taken();
SELECT follow_hint();
DROP VIEW kz;
SELECT taken();
SELECT follow_hint();
INSERT INTO refused VALUES (1, 11);
DELETE FROM refused;
DROP VIEW kz_definition CASCADE;
SELECT taken();
SELECT follow_hint();
DROP TABLE kz_deltas CASCADE;
SELECT taken();
SELECT follow_hint();
DROP TABLE kz_problems CASCADE;
DROP VIEW kz_definition;
SELECT taken();
SELECT follow_hint();
DROP TABLE kz_problems, kz_deltas CASCADE;
SELECT taken();
SELECT follow_hint();
SELECT count(*) AS triggers FROM pg_trigger WHERE tgrelid = 'refused'::regclass;
-- parts that have another name, and one that has not
ALTER VIEW kz RENAME TO "Other";
ALTER VIEW kz_definition RENAME TO "Other_definition";
SELECT taken();
ALTER TABLE kz_deltas RENAME TO "Other_deltas";
SELECT taken();
SELECT follow_hint();
-- what is left of one, beside parts of another and what is nobody's
DROP TABLE kz_deltas, kz_problems CASCADE;
SELECT keep_summary('km', 'SELECT survey_summary(score) AS s FROM refused');
ALTER TABLE km_deltas RENAME TO kz_deltas;
SELECT taken();
DROP VIEW kz_definition;
SELECT taken();
SELECT drop_summary('km');
SELECT keep_summary('kz', 'SELECT survey_summary(score) AS s FROM refused');
DROP VIEW kz, kz_definition CASCADE;
CREATE VIEW kz_definition AS SELECT 1 AS one;
SELECT taken();
DROP VIEW kz_definition;
DROP TABLE kz_deltas CASCADE;
CREATE TABLE kz_deltas (a integer);
SELECT taken();
DROP TABLE kz_deltas, kz_problems CASCADE;
-- what was never kept
CREATE TABLE kz_problems (a integer);
COMMENT ON TABLE kz_problems IS 'what and why';
SELECT taken();
COMMENT ON TABLE kz_problems IS 'why';
SELECT taken();
DROP TABLE kz_problems;
CREATE VIEW kz AS SELECT 1 AS one;
SELECT taken();
DROP VIEW kz;
DROP FUNCTION taken, follow_hint;
DROP TABLE refused;

-- what is not immutable, and what is in its place
CREATE TABLE moments (answered_on date, answered_at timestamp, opened_at timestamptz, channel text, score integer);
INSERT INTO moments SELECT date '2025-01-31' + i, timestamp '2025-01-31' + i * interval '1 hour', timestamptz '2025-01-31 00:00+00' + i * interval '1 hour', 'c' || i % 2, i % 3 FROM generate_series(1, 40) AS i;
CREATE FUNCTION hint_of(expression text) RETURNS SETOF text LANGUAGE sql AS
$$ SELECT failure(format('SELECT keep_summary(''of_moments'', %L)', format('SELECT %s AS key, survey_summary(score) AS s FROM moments GROUP BY 1', expression))) $$;
CREATE FUNCTION is_kept(expression text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM keep_summary('of_moments', format('SELECT %s AS key, survey_summary(score) AS s FROM moments GROUP BY 1', expression));
	RETURN kept_differs('of_moments') = 0 AND drop_summary('of_moments') IS NOT NULL;
END $$;
SELECT hint_of($$to_char(opened_at, 'YYYY-MM')$$);
SELECT is_kept($$(opened_at AT TIME ZONE 'Asia/Seoul')::date$$);
SELECT hint_of($$date_trunc('month', answered_on)$$);
SELECT is_kept($$date_trunc('month', answered_on::timestamp)::date$$);
SELECT hint_of('answered_on::text');
SELECT is_kept('answered_on');
SELECT hint_of($$to_char(answered_at, 'YYYY-MM')$$);
SELECT is_kept($$date_trunc('month', answered_at::timestamp)::date$$);
SELECT hint_of($$concat(lower(channel), score::numeric(4, 1))$$);
SELECT is_kept('channel'), is_kept($$lower(channel) || score::text$$);
SELECT hint_of('random()');
SELECT is_kept('0.5');
DROP FUNCTION hint_of, is_kept;
-- DISTINCT is for the query that reads
SELECT failure($$SELECT keep_summary('of_moments', 'SELECT channel, survey_summary(DISTINCT score) AS s FROM moments GROUP BY 1')$$);
SELECT keep_summary('of_moments', 'SELECT channel, score, survey_summary(score) AS s FROM moments GROUP BY 1, 2');
SELECT channel, survey_summary(DISTINCT score) FROM of_moments GROUP BY 1
EXCEPT SELECT channel, survey_summary(DISTINCT score) FROM moments GROUP BY 1;
SELECT drop_summary('of_moments');
DROP TABLE moments;
