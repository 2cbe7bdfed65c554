-- title: classic CLV with ids that are texts, against count(DISTINCT customer_id)
-- data: orders
-- variant: one process | max_parallel_workers_per_gather = 0
-- setup
CREATE UNLOGGED TABLE text_orders AS SELECT 'C-' || customer_id AS customer_id, amount FROM orders;
VACUUM ANALYZE text_orders;

-- ours: clv(amount, customer_id, 3)
SELECT round(clv(amount, customer_id, 3), 6) AS clv FROM text_orders;

-- theirs distinct: the formula with count(DISTINCT customer_id) | 2 x faster | runs 3
SELECT round(sum(amount) / count(*) * (count(*)::numeric / count(DISTINCT customer_id)) * 3, 6) AS clv FROM text_orders;
