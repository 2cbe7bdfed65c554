-- Histories of a million customers who are alike: all buy every 60 days or so, so
-- regularly that nothing hints at different rates.  After each purchase a customer
-- leaves with a probability that is Beta(1, 4).  They came over two years.
CREATE UNLOGGED TABLE histories_alike AS
WITH customers AS MATERIALIZED (
    SELECT i AS customer_id,
           date '2023-01-01' + (700 * u.came)::integer AS first_on,
           60.0::double precision AS gap,
           1 + floor(ln(u.stay) / (ln(u.leave) / 4)) AS repeats,
           20 + 60 * u.spend AS mean_spend
    FROM generate_series(1, (1000000 * :scale)::integer) AS i,
         LATERAL (SELECT uniform(i, 1) AS came, uniform(i, 3) AS stay,
                         uniform(i, 4) AS leave, uniform(i, 5) AS spend) AS u),
purchases AS (
    SELECT customer_id, first_on, mean_spend,
           sum(CASE WHEN n = 0 THEN 0 ELSE gap * (0.5 + uniform(customer_id, 10 + n)) END)
               OVER (PARTITION BY customer_id ORDER BY n) AS after,
           (mean_spend * -ln(uniform(customer_id, 500 + n)))::numeric(10, 2) + 1 AS amount
    FROM customers, LATERAL generate_series(0, least(repeats, 60)::integer) AS n)
SELECT purchase_history(amount, first_on + after::integer) AS h
FROM purchases
WHERE first_on + least(after, 10000)::integer <= date '2024-12-31'
GROUP BY customer_id;

VACUUM ANALYZE histories_alike;
