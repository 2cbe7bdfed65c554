-- title: A million small logs, one for each customer, against active_days
-- data: customer_responses
-- measure: execution
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: usage_log(customer_id, day) GROUP BY customer_id
SELECT customer_id, usage_log(customer_id, date '2025-01-01' + score) FROM customer_responses GROUP BY customer_id;

-- theirs histories: active_days(day) GROUP BY customer_id | at most 1.00 x
SELECT customer_id, active_days(date '2025-01-01' + score) FROM customer_responses GROUP BY customer_id;

-- check histories
SELECT true;
