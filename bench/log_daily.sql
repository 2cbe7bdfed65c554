-- title: A year of daily logs of 20,000 users rolled up into the active users of every day
-- data: daily_logs
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- figure: bytes that are stored, a user and day | at most 4 bytes | SELECT round(sum(pg_column_size(l))::numeric / sum(users(l)), 2) FROM daily_logs
-- ours: active_users(rollup(l))
SELECT a.day, a.mau
FROM (SELECT rollup(l) AS l FROM daily_logs) AS t,
     active_users(l, '2025-01-01', '2026-01-01') AS a;

-- limit: a second | at most 1000 ms
