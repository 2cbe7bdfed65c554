--
-- find_bad_rows(): the rows that an expression fails with
--
\pset null '~'
CREATE SCHEMA bad;
SET search_path = bad, public;
CREATE TABLE answers (answer_id integer PRIMARY KEY, respondent integer, day date, score integer);
INSERT INTO answers SELECT i, pick(i, 1, 200), date '2026-01-01' + pick(i, 2, 90), CASE WHEN pick(i, 3, 500) = 0 THEN 11 + pick(i, 4, 90) WHEN pick(i, 3, 500) = 1 THEN -1 ELSE pick(i, 5, 11) END FROM generate_series(1, 5000) AS i;

--
-- Against the definition in plain SQL: off the scale 0..10.  Rows that fail alone are
-- all found, whatever the key and wherever they are
--
SELECT count(*) AS bad FROM answers WHERE score NOT BETWEEN 0 AND 10;
SELECT count(*) AS differences FROM find_bad_rows('answers', 'survey_summary(score)', max_rows => NULL) AS f
	FULL JOIN (SELECT answer_id::text AS row_key, to_jsonb(a) AS bad_row, score FROM answers AS a WHERE score NOT BETWEEN 0 AND 10) AS p USING (row_key)
	WHERE f.bad_row IS DISTINCT FROM p.bad_row OR f.error <> 'score out of range' OR f.fails <> 'alone' OR f.sqlstate <> '22003' OR f.other_row IS NOT NULL OR strpos(f.detail, 'The score is ' || p.score || ';') <> 1;
-- a log of several columns, a key that repeats, the order
SELECT string_agg(row_key, ' ') AS found FROM find_bad_rows('answers', 'answer_log(respondent, day, score)', key => 'day, respondent', max_rows => 6);
SELECT string_agg(day || ', ' || respondent, ' ') AS plain FROM (SELECT day, respondent FROM answers WHERE score NOT BETWEEN 0 AND 10 ORDER BY 1, 2 LIMIT 6) AS t;
-- a query, with a semicolon as people paste it, in which a row has the name of the query
SELECT row_key, bad_row FROM find_bad_rows(' select * FROM answers WHERE answer_id < 1000; ', 'survey_summary(source.score)', 'answer_id');
SELECT row_key, bad_row FROM find_bad_rows('(VALUES (1, 2), (NULL, 11))', 'nps_agg(column2)', key => 'column1');
SELECT row_key, bad_row FROM find_bad_rows('WITH a AS (SELECT 7 AS n) TABLE a', 'survey_summary(n), sum(1 / (n - 7))', key => 'n + 1');
-- a view, a name with capitals, an expression that is no aggregate, one comment, two expressions
CREATE VIEW "The Answers" AS SELECT answer_id AS "Id", score FROM answers;
SELECT row_key, error, bad_row FROM find_bad_rows('The Answers', '1 / ("Id" - 4711) -- the reciprocal', key => '"Id"');
SELECT row_key, error FROM find_bad_rows('bad."The Answers"', '1 / ("The Answers"."Id" - 4711), 2', key => '"Id"');
-- no key, a key of several columns
SELECT row_key, error, bad_row FROM find_bad_rows('bad."The Answers"', '1 / ("Id" - 4711)');
CREATE TABLE paid ("Day" date, respondent integer, amount numeric, PRIMARY KEY (respondent, "Day"));
INSERT INTO paid VALUES ('2026-01-02', 7, 0), ('2026-01-01', 9, 5), ('2026-01-03', 1, 0);
SELECT row_key, error, bad_row -> 'respondent' AS respondent FROM find_bad_rows('paid', '1 / amount');
-- nothing is wrong; no row at all
SELECT count(*) FROM find_bad_rows('SELECT * FROM answers WHERE score BETWEEN 0 AND 10', 'survey_summary(score)');
SELECT count(*) FROM find_bad_rows('SELECT * FROM answers WHERE false', 'survey_summary(score)');
-- what is left out by a filter is not bad
SELECT count(*) FROM find_bad_rows('answers', 'survey_summary(score) FILTER (WHERE score BETWEEN 0 AND 10)');

--
-- Rows that fail only together: within 500 rows, across all of them, by a total
--
CREATE TABLE trials (customer integer, began date, paid date, seen_on date);
INSERT INTO trials SELECT i, '2026-01-01', CASE WHEN i % 3 = 0 THEN date '2026-01-20' END, '2026-06-30' FROM generate_series(1, 3000) AS i;
UPDATE trials SET seen_on = '2026-06-29' WHERE customer = 1234;
SELECT row_key, error, fails, bad_row -> 'seen_on' AS seen_on, other_row -> 'customer' AS other, other_row -> 'seen_on' AS other_seen_on FROM find_bad_rows('trials', 'duration_summary(began, paid, seen_on)', 'customer');
UPDATE trials SET seen_on = CASE WHEN customer > 1500 THEN date '2026-06-29' ELSE '2026-06-30' END;
SELECT row_key, error, fails, bad_row -> 'seen_on' AS seen_on, other_row -> 'customer' AS other, other_row -> 'seen_on' AS other_seen_on FROM find_bad_rows('trials', 'duration_summary(began, paid, seen_on)', 'customer');
SELECT count(*) FROM find_bad_rows('trials', 'duration_summary(began, paid, seen_on)', 'customer', group_by => 'seen_on');
SELECT row_key, error, fails, other_row FROM find_bad_rows('SELECT i FROM generate_series(1, 1300) AS i', 'sum(i)::numeric(5)', 'i');
SELECT min(i) AS plain FROM (SELECT i, sum(i) OVER (ORDER BY i) AS total FROM generate_series(1, 1300) AS i) AS t WHERE total >= 100000;
-- an expression that fails with the type of the table alone, and with none of its rows
SELECT count(*) FROM find_bad_rows('trials', 'count(*) / min((pg_typeof(trials) = ''record''::regtype)::integer)');
SELECT failure($$SELECT count(*) / min((pg_typeof(trials) = 'record'::regtype)::integer) FROM trials$$);

--
-- What no row is to blame for
--
SELECT failure($$SELECT * FROM find_bad_rows('answers', 'survey_summary(scor)')$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', 'survey_summary(score)', key => 'idd')$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', 'survey_summary(score)', key => 'generate_series(1, 2)')$$);
SELECT failure($$SELECT * FROM find_bad_rows('answer', 'survey_summary(score)')$$);
SELECT failure($$SELECT * FROM find_bad_rows('selected', 'survey_summary(score)')$$);
SELECT failure($$SELECT * FROM find_bad_rows('', '1')$$);
SELECT failure($$SELECT * FROM find_bad_rows('DELETE FROM answers', '1')$$);
SELECT failure($$SELECT * FROM find_bad_rows('WITH d AS (DELETE FROM answers RETURNING *) TABLE d', '1')$$);
SELECT failure($$SELECT * FROM find_bad_rows('SELECT 1 / 0 AS x', 'sum(x)')$$);
SELECT failure($$SELECT * FROM find_bad_rows(NULL, '1')$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', NULL)$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', '1', max_rows => 0)$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', ' -- nothing')$$);
SELECT failure($$SELECT * FROM find_bad_rows('answers', '1; SELECT 2')$$);
SELECT count(*) FROM answers;
-- nobody gains a right
CREATE ROLE regress_bad_rows;
GRANT USAGE ON SCHEMA bad TO regress_bad_rows;
SET ROLE regress_bad_rows;
SELECT failure($$SELECT * FROM find_bad_rows('answers', 'survey_summary(score)')$$);
SELECT failure($$SELECT * FROM find_bad_rows('SELECT 1 AS score', '(SELECT count(*) FROM answers)')$$);
RESET ROLE;

\set VERBOSITY terse
DROP SCHEMA bad CASCADE;
DROP ROLE regress_bad_rows;
