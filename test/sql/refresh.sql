--
-- Materialized views that are refreshed one by one: refresh_views(), its log
-- view_refreshes and the view freshness.  What needs sessions, roles and time is
-- in test/t/117_refresh.pl.
--
\pset null '~'
CREATE SCHEMA refreshes;
SET search_path = refreshes, public;
CREATE TABLE answers (answer_id integer, day date, channel text, score integer);
INSERT INTO answers SELECT i, date '2026-01-01' + i % 10, CASE i % 3 WHEN 0 THEN 'app' WHEN 1 THEN 'mail' END, i % 11 FROM generate_series(1, 440) AS i;
CREATE MATERIALIZED VIEW daily AS SELECT day, channel, survey_summary(score) AS s FROM answers GROUP BY 1, 2;
CREATE UNIQUE INDEX ON daily (day, channel);
CREATE VIEW between_them AS SELECT date_trunc('month', day)::date AS month, rollup(s) AS s FROM daily GROUP BY 1;
CREATE MATERIALIZED VIEW "Per month" AS SELECT month, s FROM between_them;
CREATE MATERIALIZED VIEW headline AS SELECT nps(rollup(s)) AS nps FROM "Per month" WITH NO DATA;
CREATE MATERIALIZED VIEW other AS SELECT count(*) AS answers FROM answers;
CREATE FUNCTION log_since(n bigint) RETURNS TABLE (view text, concurrent boolean, rows bigint, error text) LANGUAGE sql AS
$$ SELECT view, concurrent, rows, error FROM view_refreshes WHERE relation = 0 OR view ~ '^refreshes' ORDER BY finished OFFSET n $$;

--
-- The order: other reads none of them and keeps its place, headline reads the view
-- that reads a view that reads daily
--
CALL refresh_views(ARRAY['headline', 'Per month', 'other', 'refreshes.daily']);
SELECT * FROM log_since(0);
SELECT view, rows, stale, age < interval '1 hour' AS fresh, age = now() - as_of AS age, held_back_by, error FROM freshness WHERE view::text !~ '[.]' ORDER BY view::text COLLATE "C";
-- what is shown is as old as the oldest that is read
SELECT count(*) AS views, count(DISTINCT as_of) AS times FROM freshness WHERE view IN ('daily'::regclass, '"Per month"'::regclass, 'headline'::regclass);

--
-- A score of 11: one view is old, all others are refreshed, and the log says so
--
INSERT INTO answers VALUES (441, '2026-01-04', 'app', 11);
CALL refresh_views(ARRAY['daily', 'Per month', 'headline', 'other']);
SELECT * FROM log_since(4);
SELECT answers FROM other;
SELECT view, stale, held_back_by, failing_since = last_failure AS first_failure, as_of < (SELECT max(as_of) FROM freshness) AS older, error, detail, sqlstate FROM freshness WHERE view::text !~ '[.]' ORDER BY view::text COLLATE "C";
-- in a transaction block nothing is committed between, and failures are warnings
BEGIN;
CALL refresh_views('daily');
CALL refresh_views('other');
SELECT count(*) FROM log_since(8);
ROLLBACK;
SELECT count(*) FROM log_since(8);
-- outside, what is committed together is committed before the error
CALL refresh_views(ARRAY['daily', 'other'], together => true);
SELECT * FROM log_since(8);
UPDATE answers SET score = 10 WHERE answer_id = 441;
CALL refresh_views('{daily, "Per month", headline}');
SELECT * FROM log_since(10);
SELECT view, stale, failing_since, held_back_by, error FROM freshness WHERE view::text !~ '[.]' ORDER BY view::text COLLATE "C";
SELECT round((SELECT nps FROM headline), 6) = round((SELECT nps_agg(score) FROM answers), 6) AS as_from_the_rows;

--
-- Names that are none
--
CREATE INDEX an_index ON answers (day);
CREATE SEQUENCE a_sequence;
CREATE TYPE a_type AS (a integer);
CREATE FOREIGN DATA WRAPPER regress_nothing;
CREATE SERVER regress_nowhere FOREIGN DATA WRAPPER regress_nothing;
CREATE FOREIGN TABLE far_away (a integer) SERVER regress_nowhere;
CREATE SCHEMA elsewhere;
CREATE MATERIALIZED VIEW elsewhere.weekly AS SELECT 1 AS one;
CALL refresh_views(ARRAY['nowhere', 'Weekly', 'answers', 'between_them', 'an_index', 'a_sequence', 'a_type', 'far_away', 'no.such.place.of', '', 'no_database.refreshes.daily', 'other', 'OTHER', '"other"']);
SELECT error, detail, hint, sqlstate FROM (SELECT * FROM view_refreshes ORDER BY finished DESC LIMIT 12) AS t ORDER BY finished;
-- several in one text, and a name with a comma
CREATE MATERIALIZED VIEW elsewhere."Monthly, all" AS SELECT 1 AS one;
CALL refresh_views('other, elsewhere.weekly');
CALL refresh_views(ARRAY['other', 'elsewhere.weekly']);
CALL refresh_views('monthly, all');
CALL refresh_views('elsewhere."Monthly, all"');
SELECT failure('CALL refresh_views(NULL::text[])');
SELECT failure('CALL refresh_views(NULL::text)');
SELECT failure($$CALL refresh_views(ARRAY['other', NULL])$$);
SELECT failure($$CALL refresh_views('{other')$$);
CALL refresh_views('{}');
BEGIN READ ONLY;
CALL refresh_views('other');
ROLLBACK;
-- a view is refreshed plainly without an index of all its rows
CREATE MATERIALIZED VIEW indexed AS SELECT i AS a, i AS b FROM generate_series(1, 5) AS i;
CREATE UNIQUE INDEX partly ON indexed (a) WHERE a > 2;
CREATE UNIQUE INDEX computed ON indexed ((a + 1));
CREATE INDEX not_unique ON indexed (a);
CALL refresh_views('indexed');
CREATE UNIQUE INDEX ON indexed (b);
CALL refresh_views('indexed');
SELECT view, concurrent, rows FROM view_refreshes WHERE relation = 'indexed'::regclass ORDER BY finished;

--
-- NULL in a key is equal to no NULL, so such rows are removed and written at each
-- refresh; coalesce() makes them rows that stay, and NULLS NOT DISTINCT does not
--
CREATE MATERIALIZED VIEW by_channel AS SELECT channel, survey_summary(score) AS s FROM answers GROUP BY 1;
CREATE UNIQUE INDEX ON by_channel (channel);
CREATE MATERIALIZED VIEW by_known_channel AS SELECT coalesce(channel, 'unknown') AS channel, survey_summary(score) AS s FROM answers GROUP BY 1;
CREATE UNIQUE INDEX ON by_known_channel (channel);
CREATE MATERIALIZED VIEW not_distinct AS TABLE by_channel;
CREATE UNIQUE INDEX ON not_distinct (channel) NULLS NOT DISTINCT;
CREATE TEMP TABLE was AS SELECT 'not_distinct' AS view, channel, ctid AS at FROM not_distinct UNION ALL SELECT 'by_channel' AS view, channel, ctid AS at FROM by_channel UNION ALL SELECT 'by_known_channel', channel, ctid FROM by_known_channel;
CALL refresh_views(ARRAY['by_channel', 'by_known_channel', 'not_distinct']);
SELECT view, count(*) AS rows_written FROM (
	SELECT 'by_channel' AS view, channel, ctid AS at FROM by_channel UNION ALL SELECT 'not_distinct', channel, ctid FROM not_distinct UNION ALL SELECT 'by_known_channel', channel, ctid FROM by_known_channel EXCEPT TABLE was) AS t GROUP BY 1 ORDER BY 1;

-- the time of which a view shows the rows is not known while it reads one that refresh_views() has never refreshed
CREATE MATERIALIZED VIEW by_day AS SELECT day, survey_summary(score) AS s FROM answers GROUP BY 1;
CREATE MATERIALIZED VIEW of_days AS SELECT rollup(s) AS s FROM by_day;
CALL refresh_views('of_days', together => NULL);
SELECT view, as_of IS NULL AS not_known, rows, error FROM view_refreshes WHERE relation = 'of_days'::regclass;
CALL refresh_views('by_day');
CALL refresh_views('of_days');
SELECT view, as_of = (SELECT as_of FROM view_refreshes WHERE relation = 'by_day'::regclass) AS of_by_day, rows, error FROM view_refreshes WHERE relation = 'of_days'::regclass ORDER BY finished DESC LIMIT 1;

-- of a view that is dropped nothing is kept
SELECT 'indexed'::regclass::oid AS indexed \gset
DROP MATERIALIZED VIEW indexed;
CALL refresh_views('other');
SELECT count(*) FROM view_refreshes WHERE relation = :indexed;
-- the last 100 of a view, and since when it fails
INSERT INTO answers VALUES (442, '2026-01-04', 'app', 12);
SET client_min_messages = error;
DO $$ BEGIN FOR i IN 1..103 LOOP
	BEGIN CALL refresh_views('by_channel'); EXCEPTION WHEN OTHERS THEN NULL; END;
END LOOP; END $$;
RESET client_min_messages;
SELECT count(*) AS kept, count(*) FILTER (WHERE error IS NULL) AS successes, min(finished) FILTER (WHERE error IS NOT NULL) = (SELECT failing_since FROM freshness WHERE view = 'by_channel'::regclass) AS since FROM view_refreshes WHERE relation = 'by_channel'::regclass;

\set VERBOSITY terse
DROP SCHEMA refreshes, elsewhere CASCADE;
DROP FOREIGN DATA WRAPPER regress_nothing CASCADE;
