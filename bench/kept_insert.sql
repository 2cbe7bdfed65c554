-- title: A million answers inserted in one statement, with a kept summary by day and channel and without
-- variant: one process | max_parallel_workers_per_gather = 0

-- A table as applications have it, with a primary key, and what a nightly load brings.

-- setup
CREATE UNLOGGED TABLE arriving AS
SELECT i AS response_id, (i::bigint * 7919 % 50000)::integer AS respondent_id, timestamptz '2025-01-01 00:00+00' + i * interval '8 seconds' AS answered_at,
       (timestamp '2025-01-01' + i * interval '8 seconds')::date AS answered_on,
       (ARRAY['app', 'email', 'web', 'phone'])[1 + i % 4] AS channel, (i::bigint * 2654435761 % 11)::smallint AS score
FROM generate_series(1, (1000000 * :scale)::integer) AS i;
CREATE TABLE answers_kept (LIKE arriving, sent_at timestamptz DEFAULT now());
ALTER TABLE answers_kept ADD COLUMN answer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
CREATE TABLE answers_plain (LIKE answers_kept INCLUDING ALL);
SELECT keep_summary('answers_daily', 'SELECT answered_on, channel, survey_summary(score) AS scores FROM answers_kept GROUP BY 1, 2');
VACUUM ANALYZE arriving;

-- ours: with a kept summary
INSERT INTO answers_kept SELECT * FROM arriving;

-- theirs plain: without | at most 1.15 x
INSERT INTO answers_plain SELECT * FROM arriving;

-- check plain
INSERT INTO answers_kept SELECT * FROM arriving;
SELECT count(*) > 0 AND bool_and(kept.scores IS NOT DISTINCT FROM anew.scores)
FROM answers_daily AS kept FULL JOIN answers_daily_definition AS anew USING (answered_on, channel);
