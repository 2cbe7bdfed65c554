-- title: A quarter's NPS by segment, from a kept summary and from a table of daily summaries
-- data: responses
-- repeat: 4
-- variant: one process | max_parallel_workers_per_gather = 0

-- setup
CREATE TABLE kept_source (LIKE responses);
INSERT INTO kept_source SELECT * FROM responses;
SELECT keep_summary('kept_daily', 'SELECT answered_on, segment, survey_summary(score) AS scores FROM kept_source GROUP BY 1, 2');
INSERT INTO kept_source SELECT * FROM responses LIMIT 1000;
DELETE FROM kept_source WHERE ctid IN (SELECT ctid FROM kept_source LIMIT 1000);
SELECT * FROM compact_summary('kept_daily');
CREATE TABLE table_daily AS
SELECT answered_on, segment, scores FROM kept_daily ORDER BY answered_on;
CREATE INDEX ON table_daily (answered_on);
VACUUM ANALYZE table_daily;
VACUUM ANALYZE kept_daily_deltas;

-- ours: rollup(scores), kept
SELECT segment, nps(rollup(scores)) AS nps
FROM kept_daily
WHERE answered_on >= '2025-01-01' AND answered_on < '2025-04-01'
GROUP BY segment;

-- theirs table: of a table | at most 2 x
SELECT segment, nps(rollup(scores)) AS nps
FROM table_daily
WHERE answered_on >= '2025-01-01' AND answered_on < '2025-04-01'
GROUP BY segment;
