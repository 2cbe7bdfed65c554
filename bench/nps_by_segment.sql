-- title: NPS by month and segment, against DuckDB
-- data: responses
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: nps_agg(score) GROUP BY month, segment
SELECT date_trunc('month', answered_on)::date AS month, segment, nps_agg(score) AS nps
FROM responses GROUP BY 1, 2;

-- theirs usual: 100.0 * (count(*) FILTER ...) / count(score) | none
SELECT date_trunc('month', answered_on)::date AS month, segment,
       100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score) AS nps
FROM responses GROUP BY 1, 2;

-- check usual
SELECT bool_and(abs(o.nps - t.nps) < 1e-12)
FROM (:ours) AS o JOIN (:theirs) AS t USING (month, segment);

-- duckdb usual: count(*) FILTER ... by count(score) | none
SELECT date_trunc('month', answered_on)::date AS month, segment,
       100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score) AS nps
FROM responses GROUP BY 1, 2;
