-- kept summaries that are refused before anything is made, and hints that work
SET client_min_messages = warning;

-- temporary ones, to which other sessions could not write
CREATE TABLE answers (a integer, b integer, score integer);
INSERT INTO answers VALUES (1, 1, 9), (1, 2, 3), (NULL, NULL, 7);
SELECT failure($$SELECT keep_summary('pg_temp.passing', 'SELECT survey_summary(score) AS s FROM answers')$$);
SET search_path = pg_temp, public;
SELECT failure($$SELECT keep_summary('Passing', 'SELECT survey_summary(score) AS s FROM answers')$$);
SELECT keep_summary('public.lasting', 'SELECT survey_summary(score) AS s FROM answers');
RESET search_path;
INSERT INTO answers VALUES (2, 2, 2);
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
