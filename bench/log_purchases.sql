-- title: Frequency, recency and monetary value of a million customers from five million orders, from a log, against DuckDB
-- data: orders orders_five_million
-- runs: 5
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: histories(purchase_log(customer_id, amount, purchased_on))
SELECT count(*) AS customers, sum(frequency(history)) AS frequency, sum(recency(history)) AS recency,
       round(sum(monetary_value(history)), 4) AS monetary_value
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM orders_half) AS t, histories(l);

-- theirs histories: purchase_history(amount, purchased_on) GROUP BY customer_id | none
SELECT count(*) AS customers, sum(frequency(h)) AS frequency, sum(recency(h)) AS recency,
       round(sum(monetary_value(h)), 4) AS monetary_value
FROM (SELECT purchase_history(amount, purchased_on) AS h FROM orders_half GROUP BY customer_id) AS c;

-- duckdb days: a row a customer and day, then a row a customer | 1.2 x faster
WITH days AS (
    SELECT customer_id, purchased_on AS day, sum(amount) AS amount FROM orders_half GROUP BY ALL),
customers AS (
    SELECT count(*) - 1 AS frequency, max(day) - min(day) AS recency,
           (sum(amount) - arg_min(amount, day))::DOUBLE / nullif(count(*) - 1, 0) AS monetary_value
    FROM days GROUP BY customer_id)
SELECT count(*) AS customers, sum(frequency) AS frequency, sum(recency) AS recency,
       round(sum(monetary_value), 4) AS monetary_value
FROM customers;
