-- title: A usage_log of texts as ids, against one of integers
-- data: app_days app_days_text
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: users(usage_log(user_id, day)), text
SELECT users(usage_log(user_id, day)) FROM app_days_text;

-- theirs integers: users(usage_log(user_id, day)), integer | at most 2 x
SELECT users(usage_log(user_id, day)) FROM app_days;
