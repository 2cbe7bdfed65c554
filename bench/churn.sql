-- title: Churn of a month of ten million customers, against the usual formula
-- data: customer_spans
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2, min_parallel_table_scan_size = 0, parallel_setup_cost = 0 | plan Partial Aggregate

-- ours: churn_agg(started_on, ended_on, from, to)
SELECT churn_agg(started_on, ended_on, '2024-06-01', '2024-07-01') FROM customer_spans;

-- theirs usual: who was there and has left, by who was there, with FILTER | none
SELECT 100.0 * count(*) FILTER (WHERE started_on < '2024-06-01' AND ended_on >= '2024-06-01' AND ended_on < '2024-07-01')
       / count(*) FILTER (WHERE started_on < '2024-06-01' AND (ended_on IS NULL OR ended_on >= '2024-06-01'))
FROM customer_spans;

-- duckdb usual: the same with FILTER | none
SELECT 100.0 * count(*) FILTER (WHERE started_on < '2024-06-01' AND ended_on >= '2024-06-01' AND ended_on < '2024-07-01')
       / count(*) FILTER (WHERE started_on < '2024-06-01' AND (ended_on IS NULL OR ended_on >= '2024-06-01'))
FROM customer_spans;

-- check usual
SELECT round((:ours), 10) = round((:theirs), 10);
