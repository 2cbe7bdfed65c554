-- title: Active users of 28 days for every day of a year, five million events, from a log, against DuckDB
-- data: app_days
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: active_users(usage_log(user_id, day))
SELECT a.day, a.mau
FROM (SELECT usage_log(user_id, day) AS l FROM app_days) AS t,
     active_users(l, '2025-01-01', '2026-01-01') AS a;

-- theirs histories: active_users(active_users_summary(active_days(day))) | none
SELECT a.day, a.mau
FROM active_users((SELECT active_users_summary(days)
                   FROM (SELECT active_days(day) AS days FROM app_days GROUP BY user_id) AS users),
                  '2025-01-01', '2026-01-01') AS a;

-- duckdb spans: days as spans by lead(), their ends added up | 2 x faster
WITH days AS (
    SELECT user_id, day FROM app_days GROUP BY user_id, day),
spans AS (
    SELECT day, least(coalesce(lead(day) OVER (PARTITION BY user_id ORDER BY day), date '9999-12-31'), day + 28) AS until
    FROM days),
steps AS (
    SELECT day, count(*) AS users FROM spans GROUP BY day
    UNION ALL SELECT until, -count(*) FROM spans GROUP BY until)
SELECT day, mau
FROM (SELECT day, (sum(sum(users)) OVER (ORDER BY day))::bigint AS mau
      FROM steps GROUP BY day) AS sums
WHERE day < '2026-01-01';
