-- kept summaries: what they show is compared with the same query over all rows
SET client_min_messages = warning;
SET datestyle = 'ISO, YMD';

CREATE TABLE responses (id integer PRIMARY KEY, answered_on date, channel text, score integer);
INSERT INTO responses SELECT i, date '2025-01-01' + i % 3, (ARRAY['app', 'web', NULL])[1 + i % 3], i % 11 FROM generate_series(1, 60) AS i;

SELECT keep_summary('daily', 'SELECT answered_on AS day, channel, survey_summary(score) AS scores FROM responses GROUP BY 1, 2;');
SELECT day, channel, nps(scores), responses(scores), stale FROM daily ORDER BY day;
SELECT kept_differs('daily');

-- every statement that writes
INSERT INTO responses VALUES (101, '2025-01-01', 'app', 10), (102, '2025-02-01', NULL, NULL);
SELECT kept_differs('daily');
UPDATE responses SET score = 10 - score, channel = 'store' WHERE id <= 10;
SELECT kept_differs('daily');
DELETE FROM responses WHERE answered_on = '2025-01-02';
SELECT kept_differs('daily'), count(*) FILTER (WHERE day = '2025-01-02') FROM daily;
COPY responses FROM stdin;
103	2025-01-02	app	9
104	\N	\N	3
\.
SELECT kept_differs('daily');
INSERT INTO responses VALUES (103, '2025-01-05', 'app', 1), (105, '2025-01-05', 'app', 2) ON CONFLICT (id) DO UPDATE SET score = 0;
SELECT kept_differs('daily');
MERGE INTO responses AS r USING (VALUES (103, 7), (104, 8), (106, 9)) AS v (id, score) ON r.id = v.id
	WHEN MATCHED AND v.id = 104 THEN DELETE WHEN MATCHED THEN UPDATE SET score = v.score
	WHEN NOT MATCHED THEN INSERT VALUES (v.id, '2025-01-06', 'app', v.score);
SELECT kept_differs('daily');
WITH gone AS (DELETE FROM responses WHERE id = 106 RETURNING *) INSERT INTO responses SELECT id + 100, answered_on, channel, score FROM gone;
SELECT kept_differs('daily');
DELETE FROM responses WHERE false;
BEGIN;
INSERT INTO responses VALUES (300, '2025-01-05', 'app', 1);
SAVEPOINT a;
DELETE FROM responses WHERE id = 300;
ROLLBACK TO a;
SELECT kept_differs('daily');
ROLLBACK;
SELECT kept_differs('daily');

-- compaction: a row a group, and it changes nothing
SELECT rows_before > rows_after AS fewer, rows_after = (SELECT count(*) FROM daily) AS as_many FROM compact_summary('daily');
SELECT kept_differs('daily'), count(*) = count(DISTINCT (day, channel)) AS once FROM daily_deltas;
SELECT rows_before = rows_after AS nothing_left FROM compact_summary('daily');

-- a bad row does not stop the statement: it is left out, and its group is stale
INSERT INTO responses VALUES (400, '2025-03-01', 'app', 10), (401, '2025-03-01', 'app', 11), (402, '2025-03-01', 'web', 9);
SELECT day, channel, scores, stale FROM daily WHERE day = '2025-03-01' ORDER BY channel;
SELECT operation, kind, source_row, key, sqlstate, message, detail FROM daily_problems;
SELECT * FROM repair_summary('daily');
SELECT day, channel, scores, stale FROM daily WHERE stale;
-- mended, it is no longer stale
UPDATE responses SET score = 9 WHERE id = 401;
SELECT count(*) FILTER (WHERE stale) FROM daily;
SELECT kept_differs('daily');
-- and deleted
INSERT INTO responses VALUES (403, '2025-03-02', 'app', -1);
SELECT day, channel, scores, stale FROM daily WHERE day = '2025-03-02';
SELECT rows_after >= 1 FROM compact_summary('daily');
SELECT day, channel, scores, stale FROM daily WHERE day = '2025-03-02';
DELETE FROM responses WHERE id = 403;
SELECT kept_differs('daily'), count(*) FILTER (WHERE stale) FROM daily;

-- the warning comes once for a statement, also where all of several rows are left out
BEGIN;
INSERT INTO responses SELECT 404 + i, '2025-03-02', 'app', -1 FROM generate_series(1, 5) AS i;
UPDATE responses SET score = 12 WHERE score = -1 AND id > 406;
ROLLBACK;
-- it names the view as it is named now, and the table of deltas where there is no view
BEGIN;
CREATE VIEW looks AS SELECT * FROM daily_deltas, daily_problems;
ALTER VIEW daily RENAME TO by_day;
INSERT INTO responses VALUES (404, '2025-03-02', 'app', -1);
DROP VIEW by_day;
INSERT INTO responses VALUES (405, '2025-03-02', 'app', -1);
INSERT INTO responses SELECT 500 + i, '2025-03-01', 'app', 11 FROM generate_series(1, 30) AS i;
ROLLBACK;
-- nor any other view of the deltas
BEGIN;
DROP VIEW daily;
INSERT INTO responses VALUES (404, '2025-03-02', 'app', -1);
ROLLBACK;

-- too many of them: the groups of the statement are to be repaired
INSERT INTO responses SELECT 500 + i, '2025-03-01', CASE WHEN i % 2 = 0 THEN 'app' END, 11 FROM generate_series(1, 30) AS i;
SELECT day, channel, scores, stale FROM daily WHERE stale ORDER BY channel;
SELECT operation, kind, key, count(*) FROM daily_problems WHERE kind = 'key to repair' GROUP BY 1, 2, 3 ORDER BY key;
SELECT * FROM repair_summary('daily');
UPDATE responses SET score = NULL WHERE score = 11 AND id % 2 = 0;
SELECT * FROM repair_summary('daily');
SELECT day, channel, scores, stale FROM daily WHERE stale ORDER BY channel;
DELETE FROM responses WHERE score = 11;
SELECT * FROM repair_summary('daily');
SELECT kept_differs('daily'), (SELECT count(*) FROM daily_problems WHERE kind = 'key to repair') AS problems, count(*) FILTER (WHERE stale) AS stale FROM daily;
-- all of it anew
UPDATE daily_deltas SET source_rows = source_rows + 1, scores = scores + scores;
SELECT kept_differs('daily') > 0 AS broken;
SELECT keys_repaired AS repaired, keys_stale FROM repair_summary('daily', everything => true) \gset
SELECT count(*) = :repaired AS all_of_it FROM daily;
SELECT kept_differs('daily'), count(*) FROM daily_problems;
INSERT INTO responses VALUES (600, '2025-03-03', 'app', 11);
INSERT INTO daily_deltas (source_rows, repair) VALUES (0, 'everything');
SELECT bool_and(stale), bool_and(scores IS NULL) FROM daily;
SELECT keys_repaired AS repaired, keys_stale AS stale FROM repair_summary('daily') \gset
SELECT count(*) - 1 = :repaired AS all_but_one, :stale FROM daily;
SELECT day, channel, scores FROM daily WHERE stale;
DELETE FROM responses WHERE id = 600;
SELECT * FROM repair_summary('daily');
SELECT kept_differs('daily'), count(*) FROM daily_problems;
-- who mends a row at once leaves nothing to repair, and the next repair forgets it
SELECT keep_summary('overall', 'SELECT survey_summary(score) AS scores FROM responses');
BEGIN; INSERT INTO responses VALUES (601, '2025-03-03', 'app', 11); UPDATE responses SET score = 5 WHERE id = 601; COMMIT;
INSERT INTO responses VALUES (602, '2025-03-04', 'app', 11);
SELECT (SELECT count(*) FROM daily_problems) AS daily, (SELECT count(*) FROM overall_problems) AS overall;
SELECT keys_stale AS daily, (SELECT keys_stale FROM repair_summary('overall')) AS overall FROM repair_summary('daily');
SELECT source_row ->> 'id' AS id, key FROM daily_problems;
DELETE FROM responses WHERE id IN (601, 602);
SELECT keys_stale AS daily, (SELECT keys_stale FROM repair_summary('overall')) AS overall FROM repair_summary('daily');
SELECT (SELECT count(*) FROM daily_problems) AS daily, (SELECT count(*) FROM overall_problems) AS overall;
SELECT drop_summary('overall');

-- whatever is renamed
INSERT INTO responses VALUES (700, '2025-04-01', 'app', 5);
ALTER TABLE responses RENAME COLUMN score TO "Score of; it";
ALTER TABLE responses RENAME TO "the ""answers""";
INSERT INTO "the ""answers""" VALUES (701, '2025-04-01', 'app', 6);
SELECT kept_differs('daily');
ALTER TABLE "the ""answers""" RENAME COLUMN id TO i;
ALTER TABLE "the ""answers""" RENAME COLUMN "Score of; it" TO id;
INSERT INTO "the ""answers""" (i, answered_on, channel, id) VALUES (702, '2025-04-01', 'app', 6);
SELECT kept_differs('daily');
ALTER VIEW daily RENAME TO weekly;
ALTER VIEW daily_definition RENAME TO weekly_definition;
ALTER VIEW weekly RENAME COLUMN day TO on_day;
ALTER VIEW weekly_definition RENAME COLUMN day TO on_day;
ALTER TABLE daily_deltas RENAME TO changes;
ALTER TABLE changes RENAME COLUMN scores TO answers;
CREATE SCHEMA "Kept ones";
ALTER TABLE changes SET SCHEMA "Kept ones";
ALTER TABLE daily_problems SET SCHEMA "Kept ones";
DELETE FROM "the ""answers""" WHERE i IN (700, 3, 4);
INSERT INTO "the ""answers""" (i, answered_on, channel, id) VALUES (703, '2025-04-01', 'app', 12);
UPDATE "the ""answers""" SET id = 2 WHERE i = 703;
SELECT kept_differs('weekly');
SELECT rows_after < rows_before FROM compact_summary('weekly');
SELECT keys_stale FROM repair_summary('weekly', true);
SELECT kept_differs('weekly');
ALTER TABLE "the ""answers""" DROP COLUMN channel;
ALTER TABLE "the ""answers""" ADD COLUMN extra integer DEFAULT 3;
INSERT INTO "the ""answers""" VALUES (704, '2025-04-01', 'app', 12, 4), (705, '2025-04-01', 'app', 1, 4);
DELETE FROM "the ""answers""" WHERE id = 12;
SELECT kept_differs('weekly');
TRUNCATE "the ""answers""";
SELECT kept_differs('weekly'), count(*) FROM weekly;
DROP TABLE "the ""answers""";
CREATE VIEW on_it AS SELECT * FROM weekly;
SELECT drop_summary('weekly');
DROP VIEW on_it;
SELECT drop_summary('weekly');
SELECT count(*) FROM pg_trigger WHERE tgname ~ 'daily|weekly';
SELECT relname FROM pg_class WHERE relnamespace = '"Kept ones"'::regnamespace;

-- partitions: a statement fires the triggers of the table that it names
CREATE TABLE visits (at timestamptz, customer integer, kind text) PARTITION BY RANGE (at);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE visits_2 (kind text, gone integer, customer integer, at timestamptz);
ALTER TABLE visits_2 DROP COLUMN gone;
ALTER TABLE visits ATTACH PARTITION visits_2 FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
SELECT keep_summary('"Kept ones".visited', $$SELECT kind, usage_log(customer, (at AT TIME ZONE 'UTC')::date) AS users, event_log(customer, at) FILTER (WHERE customer > 10) AS events
	FROM visits AS v WHERE customer IS NOT NULL GROUP BY kind$$);
SET search_path = "Kept ones", public;
INSERT INTO visits SELECT timestamptz '2025-01-25 UTC' + i * interval '1 hour', i % 20, 'k' || i % 3 FROM generate_series(1, 300) AS i;
SELECT kept_differs('visited');
INSERT INTO visits_2 VALUES ('k1', 7, '2025-02-20 UTC');
UPDATE visits_1 SET customer = 11 WHERE customer = 7;
UPDATE visits SET at = at + interval '10 days' WHERE customer = 3 AND at < '2025-02-10';
DELETE FROM visits_2 WHERE customer = 4;
SELECT kept_differs('visited');
TRUNCATE visits_1;
SELECT kept_differs('visited'), count(*) FROM visited;
-- one that comes later, and one that goes
CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');
INSERT INTO visits VALUES ('2025-03-02 UTC', 1, 'k1');
SELECT kept_differs('visited');
ALTER TABLE visits DETACH PARTITION visits_2;
INSERT INTO visits_2 VALUES ('k1', 7, '2025-02-20 UTC');
INSERT INTO visits_3 VALUES ('2025-03-02 UTC', 1, 'k1');
SELECT kept_differs('visited') > 0 AS not_known;
SELECT keys_stale FROM repair_summary('visited', everything => true);
SELECT kept_differs('visited');
INSERT INTO visits_3 VALUES ('2025-03-02 UTC', 2, 'k2');
DELETE FROM visits_3 WHERE customer = 1;
SELECT kept_differs('visited');
TRUNCATE visits;
SELECT kept_differs('visited'), count(*) FROM visited;
-- one that comes later is emptied with the others, without a trigger of its own
CREATE TABLE visits_4 PARTITION OF visits FOR VALUES FROM ('2025-04-01') TO ('2025-05-01');
INSERT INTO visits VALUES ('2025-03-02 UTC', 1, 'k1'), ('2025-04-02 UTC', 1, 'k4');
TRUNCATE visits;
SELECT kind, users, stale FROM visited;
SELECT operation, kind, message, hint FROM visited_problems;
SELECT keys_stale FROM repair_summary('visited', everything => true);
SELECT kept_differs('visited'), count(*) FROM visited;
-- a name of 63 bytes leaves none for the names of triggers
ALTER VIEW visited RENAME TO visited_by_customers_who_have_been_here_before_and_come_again_x;
CREATE TABLE visits_5 PARTITION OF visits FOR VALUES FROM ('2025-05-01') TO ('2025-06-01');
SELECT keys_stale FROM repair_summary('visited_by_customers_who_have_been_here_before_and_come_again_x', everything => true);
SELECT tgname FROM pg_trigger WHERE tgrelid = 'visits_5'::regclass ORDER BY 1;
ALTER VIEW visited_by_customers_who_have_been_here_before_and_come_again_x RENAME TO visited;
-- statements on the whole would not fire the triggers of a part
SELECT keep_summary('of_a_part', 'SELECT usage_log(customer, (at AT TIME ZONE ''UTC'')::date) AS users FROM visits_1');
CREATE TABLE parent (score integer);
CREATE TABLE heir () INHERITS (parent);
SELECT keep_summary('of_an_heir', 'SELECT survey_summary(score) AS s FROM heir');
DROP TABLE parent, heir;
SELECT drop_summary('"Kept ones".visited');
SELECT count(*) FROM pg_trigger WHERE tgname ~ 'visited';
SET search_path = public;
DROP TABLE visits, visits_2;

-- without groups, and for rows that are only added
CREATE TABLE purchases (customer integer, amount numeric, bought_on date);
SELECT keep_summary('bought', 'SELECT mean_summary(amount) AS amounts, purchase_log(customer, amount, bought_on) AS log FROM purchases');
SELECT kept_differs('bought');
INSERT INTO purchases VALUES (1, 10, '2025-01-01'), (NULL, NULL, NULL);
SELECT kept_differs('bought');
DELETE FROM purchases WHERE customer = 1;
SELECT kept_differs('bought');
INSERT INTO purchases VALUES (3, 'infinity', '2025-01-01'), (4, 5, '2025-01-02');
SELECT amounts, stale FROM bought;
DELETE FROM purchases WHERE customer = 3;
SELECT kept_differs('bought'), stale FROM bought;
SELECT rows_after FROM compact_summary('bought');
SELECT keys_stale FROM repair_summary('bought', true);
DELETE FROM purchases;
SELECT kept_differs('bought'), rows_after FROM compact_summary('bought');
SELECT drop_summary('bought');
SELECT keep_summary('values_by_day', 'SELECT bought_on, value_summary(amount, customer) AS v FROM purchases GROUP BY 1', insert_only => true);
INSERT INTO purchases VALUES (1, 10, '2025-01-01'), (2, 10, '2025-01-01'), (1, 4, '2025-01-02');
INSERT INTO purchases VALUES (1, 10, '2025-01-01');
SELECT kept_differs('values_by_day'), count(*) FROM values_by_day;
DELETE FROM purchases WHERE bought_on = '2025-01-02';
UPDATE purchases SET amount = 3, bought_on = bought_on + 4 WHERE customer = 2;
SELECT bought_on, v IS NULL AS unknown, stale FROM values_by_day ORDER BY bought_on;
SELECT * FROM repair_summary('values_by_day');
SELECT kept_differs('values_by_day'), rows_after FROM compact_summary('values_by_day');
-- each change writes a mark, and the first a note; compaction leaves the marks as they are
SELECT keep_summary('values_at_all', 'SELECT value_summary(amount, customer) AS v FROM purchases', insert_only => true);
UPDATE purchases SET amount = 4;
UPDATE purchases SET amount = 5;
SELECT source_rows, repair FROM values_at_all_deltas ORDER BY repair;
SELECT kind, message FROM values_at_all_problems;
SELECT * FROM compact_summary('values_at_all');
INSERT INTO values_by_day_deltas (source_rows, repair) VALUES (0, 'everything'), (0, 'everything');
SELECT bought_on, source_rows, repair FROM values_by_day_deltas ORDER BY 1, 3;
SELECT * FROM compact_summary('values_by_day');
SELECT bought_on, source_rows, repair FROM values_by_day_deltas ORDER BY 1, 3;
SELECT keys_stale FROM repair_summary('values_at_all');
SELECT keys_stale FROM repair_summary('values_by_day');
SELECT kept_differs('values_at_all') AS at_all, kept_differs('values_by_day') AS by_day, count(*) FROM values_at_all_problems;
SELECT drop_summary('values_at_all');
TRUNCATE purchases;
SELECT count(*) FROM values_by_day;
SELECT drop_summary('values_by_day');

-- columns that have the names which the trigger uses; a type that can be grouped, but not sorted
CREATE TABLE scratch (r xid, cx_row_number integer, score integer);
SELECT keep_summary('of_scratch', 'SELECT r, survey_summary(score) AS s FROM scratch GROUP BY 1');
INSERT INTO scratch VALUES ('7', 1, 3), ('7', 2, 11), (NULL, 3, 4);
INSERT INTO scratch VALUES ('7', 4, 3), (NULL, 5, 4);
SELECT source_row, key FROM of_scratch_problems;
SELECT rows_before, rows_after FROM compact_summary('of_scratch');
UPDATE scratch SET score = 5 WHERE score = 11;
SELECT kept_differs('of_scratch'), count(*) FILTER (WHERE stale) FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;

-- a key of a domain that is NOT NULL, and a statement of which not even the keys can be computed
CREATE DOMAIN channel_name AS varchar(5) COLLATE "C" NOT NULL;
CREATE TABLE scratch (id integer, channel channel_name, score integer);
SELECT keep_summary('of_scratch', 'SELECT channel, survey_summary(score) AS s FROM scratch WHERE 12 / (id - 5) > -9 GROUP BY 1');
SELECT attname, atttypid::regtype, atttypmod, attcollation::regcollation FROM pg_attribute WHERE attrelid = 'of_scratch'::regclass AND attname = 'channel';
INSERT INTO scratch VALUES (1, 'app', 3), (2, 'web', 4);
INSERT INTO scratch SELECT 5, 'app', i FROM generate_series(0, 10) AS i;
SELECT channel, s, stale FROM of_scratch ORDER BY 1;
UPDATE scratch SET id = 6 WHERE id = 5;
SELECT keys_stale FROM repair_summary('of_scratch');
DELETE FROM scratch WHERE score = 3;
SELECT kept_differs('of_scratch');
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP DOMAIN channel_name;

-- a note has its key as every session writes it; the definition has the settings of the session
CREATE TABLE scratch (at timestamptz, took interval, size double precision, bytes bytea, during daterange, score integer);
SELECT keep_summary('of_scratch', $$SELECT date_bin('1 hour', at, timestamptz '2025-01-01 00:00 UTC') AS hour, took, size, bytes, during, survey_summary(score) AS s
	FROM scratch GROUP BY 1, 2, 3, 4, 5$$);
SELECT keep_summary('by_text', 'SELECT size::text AS size, bytes::text AS bytes, survey_summary(score) AS s FROM scratch WHERE score <= 10 GROUP BY 1, 2');
SET timezone = 'UTC';
INSERT INTO scratch SELECT '2025-01-01 10:20 UTC', '1 day 02:03', 0.1::double precision + 0.2, '\x00ff', '[2025-01-02,2025-02-03)', unnest(ARRAY[10, 11]);
SELECT kind, key, source_row ->> 'score' AS score FROM of_scratch_problems;
SET timezone = 'Asia/Seoul';
SET intervalstyle = 'iso_8601';
SET datestyle = 'German';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
SELECT * FROM repair_summary('of_scratch');
SELECT kind, key, source_row ->> 'score' AS score FROM of_scratch_problems ORDER BY 1 DESC;
INSERT INTO scratch SELECT at, took, size, bytes, during, 12 FROM scratch WHERE score = 11;
INSERT INTO of_scratch_deltas (source_rows, repair) VALUES (0, 'everything');
SELECT * FROM repair_summary('of_scratch');
SELECT kind, count(DISTINCT key), count(*) FROM of_scratch_problems GROUP BY 1 ORDER BY 1 DESC;
SELECT keys_stale FROM repair_summary('by_text', everything => true);
INSERT INTO scratch SELECT at, took, size, bytes, during, 3 FROM scratch WHERE score = 11;
SELECT kept_differs('by_text') AS differs, size, bytes FROM by_text;
DELETE FROM scratch WHERE score > 10;
SELECT keys_stale, current_setting('timezone') AS zone, current_setting('bytea_output') AS bytes FROM repair_summary('of_scratch');
RESET timezone;
RESET intervalstyle;
RESET extra_float_digits;
RESET bytea_output;
SET datestyle = 'ISO, YMD';
SELECT count(*) FROM of_scratch_problems;
SELECT drop_summary('of_scratch'), drop_summary('by_text');
DROP TABLE scratch;

-- triggers of the table with the names that its kept summary would take, and one on the deltas, which goes with them;
-- semicolons and line ends behind the definition
CREATE TABLE scratch (id integer, flags bit varying, score integer);
INSERT INTO scratch VALUES (1, B'101', 3), (2, NULL, 4);
CREATE TRIGGER of_scratch_insert BEFORE INSERT ON scratch FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE scratch DISABLE TRIGGER of_scratch_insert;
CREATE TRIGGER of_scratch_insert_2 BEFORE UPDATE ON scratch FOR EACH ROW WHEN (OLD.score = 3) EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT keep_summary('of_scratch', E'SELECT flags, survey_summary(score) AS s FROM scratch GROUP BY 1; ;\n\t ');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'scratch'::regclass ORDER BY 1;
-- a key of which PostgreSQL has no hash, and which has no limit of length, is in no index
SELECT count(*) AS indexes, count(*) FILTER (WHERE pg_get_indexdef(indexrelid) ~ 'flags') AS of_the_key FROM pg_index WHERE indrelid = 'of_scratch_deltas'::regclass;
INSERT INTO scratch VALUES (3, B'101', 5), (4, B'1010', 6), (5, NULL, 7);
DELETE FROM scratch WHERE id = 1;
SELECT kept_differs('of_scratch'), count(*), sum(responses(s)) FROM of_scratch;
CREATE TRIGGER on_the_deltas BEFORE UPDATE ON of_scratch_deltas FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT drop_summary('of_scratch');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'scratch'::regclass ORDER BY 1;
DROP TABLE scratch;

-- a definition that somebody has replaced by one of no table, or of several, does not keep the summary from being dropped
CREATE TABLE scratch (score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(score) AS s FROM scratch');
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT survey_summary(score) AS s FROM (SELECT score FROM scratch OFFSET 0) AS t;
BEGIN; SELECT drop_summary('of_scratch'); ROLLBACK;
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT survey_summary(a.score) AS s FROM scratch AS a JOIN scratch AS b ON true;
BEGIN; SELECT drop_summary('of_scratch'); ROLLBACK;
SELECT repair_summary('of_scratch');
-- a definition that is no view
CREATE VIEW of_tables AS SELECT 1 AS s WHERE kept_summary('scratch', 'scratch', 'scratch', false);
SELECT repair_summary('of_tables');
DROP VIEW of_tables;
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT survey_summary(3) AS s;
SELECT drop_summary('of_scratch');
SELECT count(*) FROM pg_class WHERE relname ~ 'of_scratch';
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'scratch'::regclass;
-- nor does one that is no view: what somebody has made of tables of his own
CREATE VIEW of_scratch AS SELECT 1 AS s WHERE kept_summary('scratch', 'scratch', 'scratch', false);
SELECT drop_summary('of_scratch');
SELECT to_regclass('of_scratch') IS NULL AND to_regclass('scratch') IS NULL AS dropped;

-- a schema that has the name of TimescaleDB's, without its catalog
CREATE SCHEMA _timescaledb_catalog;
CREATE TABLE scratch (score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(score) AS s FROM scratch');
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP SCHEMA _timescaledb_catalog;

-- an unlogged table has unlogged deltas
CREATE UNLOGGED TABLE scratch (score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(score) AS s FROM scratch');
SELECT relname, relpersistence FROM pg_class WHERE relname IN ('of_scratch_deltas', 'of_scratch_problems') ORDER BY 1;
SELECT drop_summary('of_scratch');

-- what cannot be kept, and what to write
CREATE VIEW a_view AS SELECT * FROM purchases;
CREATE TEMP TABLE a_temporary (score integer);
CREATE TABLE stamped (at timestamptz, score integer, day date, stay text, health health_summary, weight numeric);
SELECT keep_summary(NULL, 'SELECT 1');
SELECT keep_summary('x', NULL);
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped', NULL);
SELECT keep_summary('x', 'SELEC');
-- the name of a table, the arguments in another order, a query that ends too soon
SELECT keep_summary('x', 'stamped');
SELECT keep_summary('SELECT survey_summary(score) AS s FROM stamped', 'x');
SELECT keep_summary('', 'SELECT survey_summary(score) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT survey_summary(score AS s FROM stamped');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM');
-- what is no error of the grammar has its own hint, or none
SELECT keep_summary('x', '');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stampd');
SELECT keep_summary('x', 'SELECT survey_summary(nothing) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT survey_summary(score::float(0)) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT 1; SELECT 2');
SELECT keep_summary('x', 'DELETE FROM stamped');
SELECT keep_summary('x', 'SELECT survey_summary(3) AS s');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped UNION SELECT survey_summary(score) FROM stamped');
SELECT keep_summary('x', 'WITH a AS (SELECT 1) SELECT survey_summary(score) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT DISTINCT survey_summary(score) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY DISTINCT 1');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY 1 HAVING count(*) > 3');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY 1 ORDER BY 1');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY 1 LIMIT 3');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY 1 OFFSET 3');
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s FROM stamped GROUP BY CUBE (1)');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped JOIN purchases ON true');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped, purchases');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM (SELECT score FROM stamped) AS t');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped TABLESAMPLE system (10)');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM generate_series(1, 3) AS score');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM ONLY stamped');
SELECT keep_summary('x', 'SELECT survey_summary(b) AS s FROM stamped AS t (a, b)');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped WHERE day IN (SELECT bought_on FROM purchases)');
SELECT keep_summary('x', 'SELECT usage_log(customer, bought_on) AS s FROM a_view');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM a_temporary');
SELECT keep_summary('x', 'SELECT survey_summary(relnatts) AS s FROM pg_class');
CREATE MATERIALIZED VIEW materialized AS SELECT 3 AS score;
CREATE SEQUENCE a_sequence;
CREATE FOREIGN DATA WRAPPER regress_nothing;
CREATE SERVER regress_nowhere FOREIGN DATA WRAPPER regress_nothing;
CREATE FOREIGN TABLE far_away (score integer) SERVER regress_nowhere;
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM materialized');
SELECT keep_summary('x', 'SELECT survey_summary(last_value::integer) AS s FROM a_sequence');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM far_away');
CREATE TABLE parent (score integer) PARTITION BY LIST (score);
CREATE FOREIGN TABLE parent_1 PARTITION OF parent FOR VALUES IN (1) SERVER regress_nowhere;
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM parent');
DROP FOREIGN TABLE parent_1;
CREATE UNLOGGED TABLE parent_2 PARTITION OF parent FOR VALUES IN (2);
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM parent');
ALTER TABLE parent_2 SET LOGGED;
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM parent');
SELECT drop_summary('x');
-- a partitioned table that is UNLOGGED, which PostgreSQL 18 does not make any more
UPDATE pg_class SET relpersistence = 'u' WHERE oid = 'parent'::regclass;
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM parent');
CREATE TABLE anew (LIKE parent) PARTITION BY LIST (score);
ALTER TABLE parent DETACH PARTITION parent_2;
ALTER TABLE anew ATTACH PARTITION parent_2 FOR VALUES IN (2);
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM anew');
SELECT drop_summary('x');
DROP TABLE anew;
DROP TABLE parent;
DROP MATERIALIZED VIEW materialized;
DROP SEQUENCE a_sequence;
DROP FOREIGN DATA WRAPPER regress_nothing CASCADE;
SELECT keep_summary('x', 'SELECT day, nps_agg(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT day, nps(survey_summary(score)) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT day, count(*) AS n FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT 1 AS one, survey_summary(score) AS s FROM stamped');
-- a rollup() of somebody else, which makes something else of such values
SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'cx_metrics' \gset
CREATE FUNCTION :schema.rollup(numeric) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1::text';
SELECT keep_summary('x', 'SELECT day, nps_agg(score) AS s FROM stamped GROUP BY 1');
DROP FUNCTION :schema.rollup(numeric);
SELECT keep_summary('x', 'SELECT day, survey_summary(score) AS s, row_number() OVER () AS n FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT day, generate_series(1, 2) AS n, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT FROM stamped');
SELECT keep_summary('x', 'SELECT day FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped GROUP BY day');
SELECT keep_summary('x', 'SELECT day + 1, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT day AS stale, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT day AS source_rows_of_day, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT survey_summary(DISTINCT score) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT survey_summary(score ORDER BY day) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT at::date AS day, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped WHERE at > now()');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped WHERE day > CURRENT_DATE');
SELECT keep_summary('x', 'SELECT tableoid AS t, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT stamped AS t, survey_summary(score) AS s FROM stamped GROUP BY 1');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped WHERE ctid > ''(0,3)''');
SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped WHERE stamped IS NOT NULL');
SELECT keep_summary('x', 'SELECT value_summary(weight, score) AS s FROM stamped');
SELECT keep_summary('x', 'SELECT health_summary(stay, score, weight) AS s FROM stamped', true);
SELECT keep_summary('x', 'SELECT duration_summary(day, day, day) AS s FROM stamped');
SELECT keep_summary('a_view', 'SELECT survey_summary(score) AS s FROM stamped');
SELECT keep_summary('no_schema.x', 'SELECT survey_summary(score) AS s FROM stamped');
SELECT keep_summary('a_name_of_fifty_five_bytes_which_is_more_than_there_is', 'SELECT survey_summary(score) AS s FROM stamped');
INSERT INTO stamped (score) VALUES (11);
SELECT * FROM failure($$SELECT keep_summary('x', 'SELECT survey_summary(score) AS s FROM stamped')$$);
SELECT drop_summary('nothing');
SELECT drop_summary('a_view');
SELECT repair_summary(NULL);
SELECT compact_summary('stamped');
CREATE TRIGGER by_hand AFTER INSERT ON stamped FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO stamped (score) VALUES (3);
SELECT kept_summary('stamped', 'stamped', 'stamped', true);
DROP TABLE stamped;

-- rights: who writes needs none on the kept summary, and gains none
CREATE ROLE regress_keeper;
CREATE ROLE regress_writer;
CREATE ROLE regress_attacker;
CREATE SCHEMA keeping AUTHORIZATION regress_keeper;
CREATE SCHEMA attacking AUTHORIZATION regress_attacker;
GRANT USAGE ON SCHEMA keeping TO regress_writer, regress_attacker;
SET ROLE regress_keeper;
CREATE TABLE keeping.answers (score integer, "a""b; DROP TABLE x --" text);
GRANT SELECT, INSERT, UPDATE, DELETE ON keeping.answers TO regress_writer;
SELECT keep_summary('keeping."k""; DROP TABLE y --"', 'SELECT "a""b; DROP TABLE x --" AS "c""; --", survey_summary(score) AS "s''""" FROM keeping.answers GROUP BY 1');
SET ROLE regress_writer;
INSERT INTO keeping.answers VALUES (3, 'x'), (11, 'y');
UPDATE keeping.answers SET score = 4;
SELECT * FROM keeping."k""; DROP TABLE y --";
SELECT keep_summary('keeping.other', 'SELECT survey_summary(score) AS s FROM keeping.answers');
SELECT repair_summary('keeping."k""; DROP TABLE y --"');
SELECT drop_summary('keeping."k""; DROP TABLE y --"');
SET ROLE regress_attacker;
SELECT keep_summary('attacking.other', 'SELECT survey_summary(score) AS s FROM keeping.answers');
-- names that mean something else on the search_path of who writes
RESET ROLE;
CREATE FUNCTION attacking.survey_summary(integer) RETURNS survey_summary LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
CREATE FUNCTION attacking.pays(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
CREATE OPERATOR attacking.> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = attacking.pays);
GRANT USAGE ON SCHEMA attacking TO regress_writer;
SET ROLE regress_writer;
SET search_path = attacking, pg_catalog, public;
INSERT INTO keeping.answers VALUES (5, 'z');
SET search_path = public;
-- a trigger of one's own to what others keep
SET ROLE regress_attacker;
CREATE TABLE attacking.answers (score integer, "a""b; DROP TABLE x --" text);
CREATE VIEW attacking.definition AS SELECT "a""b; DROP TABLE x --" AS c, survey_summary(score) AS s FROM attacking.answers GROUP BY 1;
CREATE TRIGGER one AFTER INSERT ON attacking.answers REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT
	WHEN (kept_summary('keeping."k""; DROP TABLE y --_deltas"', 'keeping."k""; DROP TABLE y --_definition"', 'keeping."k""; DROP TABLE y --_problems"', false))
	EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO attacking.answers VALUES (9, 'attack');
DROP TRIGGER one ON attacking.answers;
CREATE TRIGGER two AFTER INSERT ON attacking.answers REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT
	WHEN (kept_summary('keeping."k""; DROP TABLE y --_deltas"', 'attacking.definition', 'keeping."k""; DROP TABLE y --_problems"', false))
	EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO attacking.answers VALUES (9, 'attack');
RESET ROLE;
SELECT "c""; --", "s'""", stale FROM keeping."k""; DROP TABLE y --" ORDER BY 1;
-- what comes into the schema of a function that a definition calls, and fits better
CREATE FUNCTION keeping.same(anyelement) RETURNS anyelement IMMUTABLE LANGUAGE sql AS 'SELECT $1';
CREATE TABLE keeping.rates (at timestamp, score integer);
ALTER TABLE keeping.rates OWNER TO regress_keeper;
SET ROLE regress_keeper;
SELECT keep_summary('keeping.rated', $$SELECT local_day(at, 'Asia/Seoul') AS day, survey_summary(keeping.same(score)) AS s FROM keeping.rates GROUP BY 1$$);
INSERT INTO keeping.rates VALUES ('2025-01-01', 3);
RESET ROLE;
SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'cx_metrics' \gset
CREATE FUNCTION :schema.local_day(timestamp, text) RETURNS date IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
INSERT INTO keeping.rates VALUES ('2025-01-01', 4);
SELECT day, s, stale FROM keeping.rated;
-- what PostgreSQL 19 says in the detail stands in the hint up to 18
SELECT kind, message, concat_ws(' ', detail, hint) AS detail_and_hint FROM keeping.rated_problems;
DROP FUNCTION :schema.local_day(timestamp, text);
SELECT keys_stale FROM repair_summary('keeping.rated');
CREATE FUNCTION keeping.same(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'as %', current_user; END $$;
INSERT INTO keeping.rates VALUES ('2025-01-01', 4);
INSERT INTO keeping.rates VALUES ('2025-01-02', 5);
SELECT day, s, stale FROM keeping.rated;
SELECT kind, message, detail, hint FROM keeping.rated_problems;
SELECT repair_summary('keeping.rated');
DROP FUNCTION keeping.same(integer);
INSERT INTO keeping.rates VALUES ('2025-01-02', 6);
SELECT keys_stale FROM repair_summary('keeping.rated');
SELECT kept_differs('keeping.rated'), sum(responses(s)) FROM keeping.rated;
-- a view that names the tables of others, and a trigger that does
CREATE TABLE keeping.precious (x integer);
INSERT INTO keeping.precious VALUES (1);
ALTER TABLE keeping.precious OWNER TO regress_keeper;
CREATE VIEW attacking.trap AS SELECT 1 AS x WHERE kept_summary('keeping.precious', 'keeping.rated_definition', 'keeping.rated_problems', false);
ALTER VIEW attacking.trap OWNER TO regress_attacker;
SELECT drop_summary('attacking.trap');
SELECT repair_summary('attacking.trap');
DROP VIEW attacking.trap;
GRANT TRIGGER, TRUNCATE ON keeping.rates TO regress_attacker;
SET ROLE regress_attacker;
CREATE TRIGGER a_trap BEFORE TRUNCATE ON keeping.rates FOR EACH STATEMENT
	WHEN (kept_summary('keeping.rated_deltas', 'keeping.rated_definition', 'keeping.precious', false))
	EXECUTE FUNCTION keep_summary_trigger();
TRUNCATE keeping.rates;
RESET ROLE;
SELECT count(*) FROM keeping.precious;
DROP TRIGGER a_trap ON keeping.rates;
SELECT drop_summary('keeping.rated');
DROP TABLE keeping.rates, keeping.precious;
-- the owner may no longer read the table
ALTER TABLE keeping.answers OWNER TO regress_writer;
SET ROLE regress_writer;
INSERT INTO keeping.answers VALUES (5, 'z');
INSERT INTO keeping.answers VALUES (6, 'z');
RESET ROLE;
SELECT "c""; --", "s'""", stale FROM keeping."k""; DROP TABLE y --" ORDER BY 1;
SELECT operation, kind, message, hint FROM keeping."k""; DROP TABLE y --_problems" WHERE kind = 'everything to repair';
GRANT SELECT ON keeping.answers TO regress_keeper;
SET ROLE regress_keeper;
SELECT * FROM repair_summary('keeping."k""; DROP TABLE y --"');
-- row level security: it is refused, said, and heeded
SET ROLE regress_writer;
GRANT SELECT, TRIGGER ON keeping.answers TO regress_keeper;
ALTER TABLE keeping.answers ENABLE ROW LEVEL SECURITY;
INSERT INTO keeping.answers VALUES (6, 'z');
SET ROLE regress_keeper;
SELECT count(*) FILTER (WHERE stale) AS stale, count(*) FROM keeping."k""; DROP TABLE y --";
SELECT keep_summary('keeping.other', 'SELECT survey_summary(score) AS s FROM keeping.answers');
RESET ROLE;
GRANT CREATE ON SCHEMA keeping TO regress_writer;
ALTER TABLE keeping.answers FORCE ROW LEVEL SECURITY;
SET ROLE regress_writer;
SELECT keep_summary('keeping.forced', 'SELECT survey_summary(score) AS s FROM keeping.answers');
ALTER TABLE keeping.answers NO FORCE ROW LEVEL SECURITY;
SELECT keep_summary('keeping.forced', 'SELECT survey_summary(score) AS s FROM keeping.answers');
SELECT drop_summary('keeping.forced');
RESET ROLE;
SET client_min_messages = notice;
SELECT keep_summary('keeping.other', 'SELECT survey_summary(score) AS s FROM keeping.answers');
SET client_min_messages = warning;
SELECT keys_stale FROM repair_summary('keeping."k""; DROP TABLE y --"');
ALTER TABLE keeping.answers DISABLE ROW LEVEL SECURITY;
SELECT keys_stale FROM repair_summary('keeping."k""; DROP TABLE y --"');
SELECT kept_differs('keeping.other');
SELECT drop_summary('keeping.other');
SELECT drop_summary('keeping."k""; DROP TABLE y --"');
DROP SCHEMA keeping, attacking CASCADE;
DROP ROLE regress_keeper, regress_writer, regress_attacker;
DROP SCHEMA "Kept ones";
DROP TABLE purchases CASCADE;
DROP TABLE scratch;

-- the trigger's function does nothing but for triggers as keep_summary() makes them
CREATE TABLE scratch (score integer);
SELECT keep_summary_trigger();
SELECT probin FROM pg_proc WHERE proname = 'keep_summary_trigger' AND prorettype = 'trigger'::regtype \gset
CREATE FUNCTION called(integer, integer) RETURNS integer LANGUAGE c AS :'probin', 'keep_summary_trigger';
CREATE AGGREGATE call_it(integer) (SFUNC = called, STYPE = integer);
SELECT call_it(1);
DROP AGGREGATE call_it(integer);
DROP FUNCTION called;
CREATE TRIGGER wrong AFTER INSERT ON scratch FOR EACH ROW EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
CREATE OR REPLACE TRIGGER wrong BEFORE INSERT ON scratch FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
CREATE OR REPLACE TRIGGER wrong AFTER INSERT ON scratch FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
CREATE OR REPLACE TRIGGER wrong AFTER UPDATE ON scratch REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
UPDATE scratch SET score = 2;
CREATE OR REPLACE TRIGGER wrong AFTER UPDATE ON scratch REFERENCING OLD TABLE AS cx_old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
UPDATE scratch SET score = 2;
CREATE OR REPLACE TRIGGER wrong AFTER TRUNCATE ON scratch FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
TRUNCATE scratch;
-- nor without the condition that says what belongs to what, or with another one
CREATE OR REPLACE TRIGGER wrong AFTER INSERT ON scratch REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
CREATE OR REPLACE TRIGGER wrong AFTER INSERT ON scratch REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT WHEN (true) EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
-- what it names is no view, or no relation at all
CREATE OR REPLACE TRIGGER wrong AFTER INSERT ON scratch REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT
	WHEN (kept_summary('scratch', 'scratch', 'scratch', false)) EXECUTE FUNCTION keep_summary_trigger();
SELECT left(f, 5) AS code FROM failure('INSERT INTO scratch VALUES (1)') AS f LIMIT 1;
CREATE OR REPLACE TRIGGER wrong AFTER INSERT ON scratch REFERENCING NEW TABLE AS cx_new_rows FOR EACH STATEMENT
	WHEN (kept_summary('99', '99', '99', false)) EXECUTE FUNCTION keep_summary_trigger();
INSERT INTO scratch VALUES (1);
DROP TRIGGER wrong ON scratch;
SELECT count(*) FROM scratch;

-- views that look like a kept summary
CREATE SCHEMA looking;
CREATE FUNCTION looking.kept_summary(regclass, regclass, regclass) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE FUNCTION looking.kept_summary(regclass, regclass, regclass, integer) RETURNS boolean LANGUAGE sql AS 'SELECT true';
CREATE VIEW looking.a AS SELECT score FROM scratch WHERE score > 3;
CREATE VIEW looking.b AS SELECT score FROM scratch WHERE starts_with('ab', 'a');
CREATE VIEW looking.c AS SELECT score FROM scratch WHERE looking.kept_summary('scratch', 'scratch', 'scratch');
CREATE VIEW looking.d AS SELECT score FROM scratch WHERE looking.kept_summary('scratch', 'scratch', 'scratch', 3);
CREATE VIEW looking.e AS SELECT score FROM scratch WHERE kept_summary('scratch', scratch.tableoid::regclass, 'scratch', true);
CREATE VIEW looking.f AS SELECT score FROM scratch WHERE kept_summary('scratch', 'scratch', 'scratch', NULL);
CREATE VIEW looking.g AS SELECT score FROM scratch WHERE kept_summary('99', 'scratch', 'scratch', true);
SELECT v, f.failure FROM unnest(ARRAY['a', 'b', 'c', 'd', 'e', 'f']) AS v, failure(format('SELECT drop_summary(%L)', 'looking.' || v)) WITH ORDINALITY AS f (failure, line)
	WHERE line = 1 ORDER BY 1;
SELECT left(f, 5) AS code FROM failure($$SELECT drop_summary('looking.g')$$) AS f LIMIT 1;
DROP SCHEMA looking CASCADE;
DROP TABLE scratch;

-- a definition that was replaced: it is refused, and the table has not changed
CREATE TABLE scratch (channel text, score integer);
SELECT keep_summary('of_scratch', 'SELECT channel, survey_summary(score) AS s FROM scratch GROUP BY 1');
INSERT INTO scratch VALUES ('app', 3);
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT NULL::text AS channel, NULL::survey_summary AS s;
INSERT INTO scratch VALUES ('app', 4);
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT channel, NULL::survey_summary AS s FROM scratch GROUP BY 1;
INSERT INTO scratch VALUES ('app', 4);
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT channel, survey_summary(score) AS s FROM scratch GROUP BY 1, score;
INSERT INTO scratch VALUES ('app', 4);
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT channel, survey_summary(score) AS s FROM scratch TABLESAMPLE system (100) GROUP BY 1;
SELECT repair_summary('of_scratch');
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT channel, survey_summary(score) AS s, count(*) AS n FROM scratch GROUP BY 1;
INSERT INTO scratch VALUES ('app', 4);
CREATE OR REPLACE VIEW of_scratch_definition AS SELECT channel, survey_summary(score) AS s, count(*) AS n, survey_summary(1) AS t, survey_summary(2) AS u,
	survey_summary(3) AS v, survey_summary(4) AS w, survey_summary(5) AS x, survey_summary(6) AS y, survey_summary(7) AS z FROM scratch GROUP BY 1;
INSERT INTO scratch VALUES ('app', 4);
SELECT channel, s, stale FROM of_scratch;
SELECT count(*) FROM scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;

-- rows that are left out: of a table that had another column, of a row that is no JSON, with a key that cannot be computed
CREATE TABLE scratch (gone integer, k integer, note json, score integer);
ALTER TABLE scratch DROP COLUMN gone;
SELECT keep_summary('of_scratch', 'SELECT 12 / k AS g, survey_summary(score) AS s FROM scratch GROUP BY 1');
INSERT INTO scratch VALUES (1, '"a"', 3), (2, '"\u0000"', 11), (0, '"b"', 4), (3, '"c"', 12), (3, '"d"', 5);
SELECT g, s, stale FROM of_scratch ORDER BY 1;
SELECT kind, source_row, key, sqlstate FROM of_scratch_problems ORDER BY key, sqlstate;
DELETE FROM scratch WHERE k = 0 OR score > 10;
SELECT kept_differs('of_scratch'), count(*) FILTER (WHERE stale) AS stale FROM of_scratch;
-- of more than ten groups all are to be repaired, and ten are noted
INSERT INTO scratch (k, score) SELECT k * sign, 11 FROM unnest(ARRAY[1, 2, 3, 4, 6, 12]) AS k, unnest(ARRAY[1, -1]) AS sign;
SELECT count(*) FILTER (WHERE stale) AS stale, count(*), (SELECT count(*) FROM of_scratch_problems WHERE kind = 'key to repair') AS noted FROM of_scratch;
DELETE FROM scratch WHERE score > 10;
SELECT keys_stale FROM repair_summary('of_scratch');
SELECT kept_differs('of_scratch'), count(*) FILTER (WHERE stale) AS stale FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;

-- a repair of the only group, which fails: with and without what an error says besides its message
CREATE TABLE scratch (k integer, score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(score / k) AS s FROM scratch');
INSERT INTO scratch VALUES (1, 3), (0, 5);
SELECT s, stale FROM of_scratch;
SELECT * FROM repair_summary('of_scratch');
SELECT * FROM repair_summary('of_scratch', everything => true);
SELECT * FROM repair_summary('of_scratch', everything => true);
SELECT source_rows, left_out, repair FROM of_scratch_deltas ORDER BY 3, 2, 1;
SELECT operation, kind, key, source_row, message, detail, hint FROM of_scratch_problems ORDER BY kind;
SELECT s, stale FROM of_scratch;
DELETE FROM scratch WHERE k = 0;
SELECT * FROM repair_summary('of_scratch');
SELECT kept_differs('of_scratch'), stale, (SELECT count(*) FROM of_scratch_problems) AS problems FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;

-- a query that fails as a whole: its WHERE still says which rows are in no group
CREATE ROLE regress_keeper;
CREATE FUNCTION doubled(integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 2 * $1; END $$;
CREATE TABLE scratch (k integer, score integer);
ALTER TABLE scratch OWNER TO regress_keeper;
GRANT CREATE ON SCHEMA public TO regress_keeper;
SET ROLE regress_keeper;
SELECT keep_summary('of_scratch', 'SELECT k, survey_summary(doubled(score)) AS s FROM scratch WHERE score < 6 GROUP BY 1');
RESET ROLE;
INSERT INTO scratch VALUES (1, 3);
REVOKE EXECUTE ON FUNCTION doubled(integer) FROM PUBLIC;
INSERT INTO scratch VALUES (1, 6), (2, 7);
SELECT k, s, stale FROM of_scratch;
SELECT count(*) FROM of_scratch_problems;
INSERT INTO scratch VALUES (1, 6), (2, 5);
SELECT k, s, stale FROM of_scratch ORDER BY 1;
SELECT kind, key, source_row, sqlstate, message FROM of_scratch_problems;
GRANT EXECUTE ON FUNCTION doubled(integer) TO PUBLIC;
SELECT * FROM repair_summary('of_scratch');
SELECT kept_differs('of_scratch'), count(*) FILTER (WHERE stale) AS stale, count(*) FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP FUNCTION doubled;

-- parts of a kept summary that belong to another role, in a view and in a trigger
CREATE TABLE scratch (score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(score) AS s FROM scratch');
ALTER VIEW of_scratch_definition OWNER TO regress_keeper;
SELECT repair_summary('of_scratch');
INSERT INTO scratch VALUES (1);
ALTER VIEW of_scratch_definition OWNER TO CURRENT_USER;
ALTER TABLE of_scratch_problems OWNER TO regress_keeper;
SELECT repair_summary('of_scratch');
INSERT INTO scratch VALUES (1);
ALTER TABLE of_scratch_problems OWNER TO CURRENT_USER;
INSERT INTO scratch VALUES (2);
SELECT kept_differs('of_scratch'), responses(s) FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;

-- errors that are no row's fault end the statement, and all others leave the row out
CREATE FUNCTION raising(code text) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
	IF code <> '' THEN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = 'raised'; END IF;
	RETURN 7;
END $$;
CREATE TABLE scratch (code text);
SELECT keep_summary('of_scratch', 'SELECT code, survey_summary(raising(code)) AS s FROM scratch GROUP BY 1');
CREATE FUNCTION try_insert(code text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
	INSERT INTO scratch VALUES (''), (code);
	RETURN 'left out';
EXCEPTION WHEN query_canceled OR OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM; END $$;
SET client_min_messages = error;
SELECT code, try_insert(code) FROM unnest(ARRAY['22003', '55000', 'XX000', '40001', '40P01', '53100', '53200', '55P03', '57014', '57P01', '58030', 'XX001', 'XX002']) AS code ORDER BY 1;
SET client_min_messages = warning;
SELECT code, s, stale FROM of_scratch ORDER BY 1;
SELECT source_row ->> 'code' AS code, sqlstate FROM of_scratch_problems ORDER BY 1;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP FUNCTION try_insert;
DROP FUNCTION raising;

-- and so does a cancel in the middle of the search for rows that fail: the first fails, the second cancels
CREATE FUNCTION cancelling(score integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
	IF score = 10 THEN PERFORM pg_cancel_backend(pg_backend_pid()); END IF;
	RETURN score;
END $$;
CREATE TABLE scratch (score integer);
SELECT keep_summary('of_scratch', 'SELECT survey_summary(cancelling(score)) AS s FROM scratch');
\set VERBOSITY terse
INSERT INTO scratch VALUES (11), (10);
\set VERBOSITY default
SELECT count(*), (SELECT count(*) FROM of_scratch_problems) AS problems FROM scratch;
INSERT INTO scratch VALUES (11), (9);
SELECT s, stale FROM of_scratch;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP FUNCTION cancelling;

-- an error of what the deltas have of their own is the statement's; then all is as it was
CREATE TABLE scratch (k integer, score integer);
SELECT keep_summary('of_scratch', 'SELECT k, survey_summary(score) AS s FROM scratch GROUP BY 1');
ALTER TABLE of_scratch_deltas ADD CONSTRAINT small CHECK (k < 100);
INSERT INTO scratch VALUES (1, 3), (100, 4);
INSERT INTO scratch VALUES (1, 5);
-- a trigger of theirs that writes into the table, when what was prepared for it is no longer valid
CREATE FUNCTION follow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF NEW.k < 3 AND NOT NEW.removed THEN
		EXECUTE format('CREATE FUNCTION public.something_new_%s() RETURNS integer LANGUAGE sql AS ''SELECT 1''', NEW.k);
		INSERT INTO public.scratch VALUES (NEW.k + 1, 6), (NEW.k + 1, 6);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER follow AFTER INSERT ON of_scratch_deltas FOR EACH ROW EXECUTE FUNCTION follow();
INSERT INTO scratch VALUES (1, 8), (5, 9);
SELECT k, s, stale FROM of_scratch ORDER BY 1;
SELECT kept_differs('of_scratch'), count(*) FROM scratch;
DROP TRIGGER follow ON of_scratch_deltas;
INSERT INTO scratch VALUES (1, 2);
SELECT kept_differs('of_scratch');
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP FUNCTION follow, something_new_1, something_new_2;

-- an UPDATE that takes rows out and brings none: a trigger of the partition that they would move to leaves them away
CREATE TABLE visits (day date, score integer) PARTITION BY RANGE (day);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
SELECT keep_summary('of_visits', 'SELECT day, survey_summary(score) AS s FROM visits GROUP BY 1');
INSERT INTO visits VALUES ('2025-01-05', 3), ('2025-01-06', 4), ('2025-01-06', 5), ('2025-02-07', 6);
CREATE FUNCTION leave_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER leave_away BEFORE INSERT ON visits_2 FOR EACH ROW EXECUTE FUNCTION leave_away();
UPDATE visits SET day = '2025-02-06' WHERE day = '2025-01-06';
SELECT day, s, stale FROM of_visits ORDER BY 1;
SELECT kept_differs('of_visits'), count(*) FROM visits;
DROP FUNCTION leave_away CASCADE;
-- a partition is emptied that has a row which was left out
INSERT INTO visits VALUES ('2025-01-07', 11);
TRUNCATE visits_1;
SELECT day, s, stale FROM of_visits ORDER BY 1;
SELECT operation, kind, message FROM of_visits_problems ORDER BY 1;
SELECT keys_stale FROM repair_summary('of_visits');
SELECT kept_differs('of_visits'), count(*) FILTER (WHERE stale) AS stale, (SELECT count(*) FROM of_visits_problems) AS problems FROM of_visits;
SELECT drop_summary('of_visits');
-- a partition of rows that are only added, and one of which the owner may not read all rows
SELECT keep_summary('of_visits', 'SELECT day, survey_summary(score) AS s FROM visits GROUP BY 1', insert_only => true);
INSERT INTO visits VALUES ('2025-01-05', 3);
TRUNCATE visits_1;
SELECT day, s, stale FROM of_visits ORDER BY 1;
SELECT operation, kind, message FROM of_visits_problems;
SELECT keys_stale FROM repair_summary('of_visits');
SELECT kept_differs('of_visits'), count(*) FROM of_visits;
SELECT drop_summary('of_visits');
ALTER TABLE visits OWNER TO regress_keeper;
ALTER TABLE visits_1 OWNER TO regress_keeper;
ALTER TABLE visits_2 OWNER TO regress_keeper;
SET ROLE regress_keeper;
SELECT keep_summary('of_visits', 'SELECT day, survey_summary(score) AS s FROM visits GROUP BY 1');
INSERT INTO visits VALUES ('2025-01-05', 3);
ALTER TABLE visits_1 ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
TRUNCATE visits_1;
SELECT day, s, stale FROM of_visits ORDER BY 1;
SELECT operation, kind, message FROM of_visits_problems;
SELECT keys_stale FROM repair_summary('of_visits');
SELECT kept_differs('of_visits'), count(*) FROM of_visits;
SELECT drop_summary('of_visits');
RESET ROLE;
DROP TABLE visits;
REVOKE CREATE ON SCHEMA public FROM regress_keeper;
DROP ROLE regress_keeper;

-- a table that others inherit from is emptied without them, and with them
CREATE TABLE parent (score integer);
CREATE TABLE heir () INHERITS (parent);
SELECT keep_summary('of_parent', 'SELECT survey_summary(score) AS s FROM parent');
INSERT INTO parent VALUES (1), (2);
INSERT INTO heir VALUES (3);
TRUNCATE ONLY parent;
SELECT kept_differs('of_parent'), s, stale FROM of_parent;
INSERT INTO parent VALUES (4);
TRUNCATE parent;
SELECT kept_differs('of_parent'), responses(s), stale FROM of_parent;
SELECT drop_summary('of_parent');
DROP TABLE parent, heir;

-- a key of a type that can no longer be grouped
CREATE TYPE seat;
CREATE FUNCTION seat_in(cstring) RETURNS seat IMMUTABLE STRICT LANGUAGE internal AS 'int4in';
CREATE FUNCTION seat_out(seat) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'int4out';
CREATE TYPE seat (INPUT = seat_in, OUTPUT = seat_out, LIKE = integer);
CREATE FUNCTION same_seat(seat, seat) RETURNS boolean IMMUTABLE STRICT LANGUAGE internal AS 'int4eq';
CREATE FUNCTION hash_seat(seat) RETURNS integer IMMUTABLE STRICT LANGUAGE internal AS 'hashint4';
CREATE OPERATOR = (LEFTARG = seat, RIGHTARG = seat, FUNCTION = same_seat, COMMUTATOR = =, HASHES);
CREATE OPERATOR CLASS seats DEFAULT FOR TYPE seat USING hash AS OPERATOR 1 =, FUNCTION 1 hash_seat(seat);
CREATE TABLE scratch (k seat, score integer);
SELECT keep_summary('of_scratch', 'SELECT k, survey_summary(score) AS s FROM scratch GROUP BY 1');
INSERT INTO scratch VALUES ('1', 3);
SELECT k, s, stale FROM of_scratch;
DROP INDEX of_scratch_deltas_k_idx;
INSERT INTO scratch VALUES ('1', 5);
DROP OPERATOR FAMILY seats USING hash;
-- with queries that were prepared before, and anew
INSERT INTO scratch VALUES ('1', 4);
ALTER TABLE of_scratch_deltas SET (fillfactor = 90);
INSERT INTO scratch VALUES ('1', 6);
SELECT failure($$SELECT repair_summary('of_scratch')$$);
SELECT source_rows, repair FROM of_scratch_deltas ORDER BY 2;
SELECT operation, kind, message FROM of_scratch_problems;
SELECT drop_summary('of_scratch');
DROP TABLE scratch;
DROP TYPE seat CASCADE;

