-- title: Rolling 90-day NPS by day, from daily summaries against a million rows
-- data: rolling
-- measure: execution
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'

-- setup
CREATE UNLOGGED TABLE rolling_daily AS
SELECT day, survey_summary(score) AS scores
FROM rolling_responses
GROUP BY day
ORDER BY day;

VACUUM ANALYZE rolling_daily;

-- ours: nps(rollup(scores) OVER (ORDER BY day RANGE BETWEEN '89 days' ...))
SELECT day, nps(rollup(scores)
                OVER (ORDER BY day
                      RANGE BETWEEN '89 days' PRECEDING AND CURRENT ROW))
FROM rolling_daily;

-- theirs rows: DISTINCT day, nps_agg(score) OVER (the same), from the rows | none
SELECT DISTINCT day, nps_agg(score)
                     OVER (ORDER BY day
                           RANGE BETWEEN '89 days' PRECEDING AND CURRENT ROW)
FROM rolling_responses;
