-- title: What a row of usage_log costs, against two of PostgreSQL's own aggregates
-- data: app_days
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: users(usage_log(user_id, day))
SELECT users(usage_log(user_id, day)) FROM app_days;

-- theirs plain: count(day), max(user_id) | at most 2.2 x
SELECT count(day), max(user_id) FROM app_days;

-- check plain
SELECT (:ours) = (SELECT count(DISTINCT user_id) FROM app_days);
