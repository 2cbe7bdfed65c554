-- title: A quarter's NPS by segment, from a table of daily summaries against 20 million rows
-- data: responses
-- repeat: 4
-- variant: one process | max_parallel_workers_per_gather = 0

-- The rows have an index that finds the quarter too.

-- setup
CREATE INDEX ON responses USING brin (answered_on);

CREATE UNLOGGED TABLE responses_daily AS
SELECT answered_on, segment, survey_summary(score) AS scores
FROM responses
GROUP BY answered_on, segment
ORDER BY answered_on;

CREATE INDEX ON responses_daily (answered_on);

VACUUM ANALYZE responses_daily;

-- ours: nps(rollup(scores)) from the daily summaries
SELECT segment, nps(rollup(scores))
FROM responses_daily
WHERE answered_on >= '2025-04-01' AND answered_on < '2025-07-01'
GROUP BY segment;

-- theirs rows: the usual formula from the rows | 500 x faster
SELECT segment,
       100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score) AS nps
FROM responses
WHERE answered_on >= '2025-04-01' AND answered_on < '2025-07-01'
GROUP BY segment;

-- check rows
SELECT count(*) = 4 AND bool_and(round(ours.nps, 10) = round(theirs.nps, 10))
FROM (:ours) AS ours
FULL JOIN (:theirs) AS theirs USING (segment);
