-- title: A model of customer value straight from five million orders of a million customers
-- data: orders orders_five_million
-- runs: 3
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- setup
DROP TABLE IF EXISTS customers_to_fit;
CREATE AGGREGATE to_fit(purchase_history, date, text) (
    SFUNC = clv_model_accum, STYPE = clv_customers, COMBINEFUNC = clv_model_combine);
CREATE TABLE customers_to_fit AS
SELECT to_fit(history, '2025-01-01', 'mbg_nbd') AS customers
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM orders_half) AS t, histories(l);
DROP AGGREGATE to_fit(purchase_history, date, text);

-- ours: clv_model(purchase_log(customer_id, amount, purchased_on), '2025-01-01', 'mbg_nbd')
SELECT m::text
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM orders_half) AS t,
     clv_model(l, '2025-01-01', 'mbg_nbd') AS m;

-- theirs parts: the log alone, and the fit of what was counted before | at most 1.5 x
SELECT m::text
FROM (SELECT purchases(purchase_log(customer_id, amount, purchased_on)) AS n FROM orders_half OFFSET 0) AS t,
     customers_to_fit, clv_model_final(customers) AS m
WHERE n > 0;
