-- title: Monthly cohorts of five million events, from a log, against DuckDB
-- data: app_days
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: cohort_retention(usage_log(user_id, day), 'month')
SELECT c.cohort, c.age, c.cohort_size, c.active
FROM (SELECT usage_log(user_id, day) AS l FROM app_days) AS t,
     cohort_retention(l, 'month', '2026-01-01') AS c
WHERE c.active > 0;

-- theirs histories: cohort_retention(cohort_summary(active_days(day), 'month')) | none
SELECT c.cohort, c.age, c.cohort_size, c.active
FROM cohort_retention((SELECT cohort_summary(days, 'month')
                       FROM (SELECT active_days(day) AS days FROM app_days GROUP BY user_id) AS users),
                      '2026-01-01') AS c
WHERE c.active > 0;

-- duckdb months: months of a user, of which the first is the cohort | 1.5 x faster
WITH months AS (
    SELECT user_id, year(day) * 12 + month(day) - 1 AS m FROM app_days GROUP BY ALL),
cells AS (
    SELECT min(m) OVER (PARTITION BY user_id) AS cohort, m FROM months),
counts AS (
    SELECT cohort, (m - cohort)::integer AS age, count(*) AS active FROM cells GROUP BY ALL)
SELECT make_date(cohort // 12, cohort % 12 + 1, 1) AS cohort, age,
       first_value(active) OVER (PARTITION BY cohort ORDER BY age) AS cohort_size, active
FROM counts;
