-- title: A million answers inserted in one statement, with a kept summary by day and segment and without
-- data: responses
-- variant: one process | max_parallel_workers_per_gather = 0

-- The answers of the last days, as a nightly load brings them.

-- setup
CREATE TABLE answers_kept (LIKE responses);
CREATE TABLE answers_plain (LIKE responses);
CREATE UNLOGGED TABLE arriving AS SELECT * FROM responses LIMIT ceil(1000000 * :scale);
SELECT keep_summary('answers_daily', 'SELECT answered_on, segment, survey_summary(score) AS scores FROM answers_kept GROUP BY 1, 2');
VACUUM ANALYZE arriving;

-- ours: with a kept summary
INSERT INTO answers_kept SELECT * FROM arriving;

-- theirs plain: without | at most 1.15 x
INSERT INTO answers_plain SELECT * FROM arriving;

-- check plain
INSERT INTO answers_kept SELECT * FROM arriving;
SELECT count(*) > 0 AND bool_and(kept.scores IS NOT DISTINCT FROM anew.scores)
FROM answers_daily AS kept FULL JOIN answers_daily_definition AS anew USING (answered_on, segment);
