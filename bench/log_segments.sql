-- title: Active users by segment, 100 groups, from logs, against active_days
-- data: app_days
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: active_users_summary(usage_log(user_id, day)) GROUP BY segment
SELECT segment, active_users_summary(l) AS s
FROM (SELECT user_id % 100 AS segment, usage_log(user_id, day) AS l FROM app_days GROUP BY 1) AS t;

-- theirs histories: active_users_summary(active_days(day)) | at most 1.00 x
SELECT segment, active_users_summary(days) AS s
FROM (SELECT user_id % 100 AS segment, active_days(day) AS days FROM app_days GROUP BY user_id) AS t GROUP BY segment;
