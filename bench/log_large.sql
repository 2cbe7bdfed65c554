-- title: Active users of 28 days for every day of a year, fifty million events of a million users, from a log
-- data: usage_large
-- memory: at most 24 bytes an entry and 64 MB
-- entries: SELECT count(*) FROM (SELECT DISTINCT user_id, day FROM usage_events_large) AS e
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: active_users(usage_log(user_id, day))
SELECT a.day, a.mau
FROM (SELECT usage_log(user_id, day) AS l FROM usage_events_large) AS t,
     active_users(l, '2025-01-01', '2026-01-01') AS a;

-- limit: ten seconds | at most 10000 ms
