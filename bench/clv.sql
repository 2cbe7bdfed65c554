-- title: classic CLV of ten million orders of a million customers, against count(DISTINCT customer_id)
-- data: orders
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2 | plan Partial Aggregate

-- ours: clv(amount, customer_id, 3)
SELECT round(clv(amount, customer_id, 3), 6) AS clv FROM orders;

-- theirs distinct: the formula with count(DISTINCT customer_id) | 3 x faster
SELECT round(sum(amount) / count(*) * (count(*)::numeric / count(DISTINCT customer_id)) * 3, 6) AS clv FROM orders;
