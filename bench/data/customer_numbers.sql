-- 10,000,000 customers with a sum of money and a number of orders, as numeric and as
-- double precision; a quarter of the sums are in whole euros.
CREATE UNLOGGED TABLE customer_numbers
(
	revenue numeric NOT NULL,
	orders numeric NOT NULL,
	revenue_double double precision NOT NULL,
	orders_double double precision NOT NULL
);

INSERT INTO customer_numbers
SELECT revenue, orders, revenue, orders
FROM generate_series(1, (10000000 * :scale)::bigint) AS i,
     LATERAL (SELECT CASE WHEN i % 4 = 0 THEN 5 + i * 7919 % 200 ELSE (500 + i * 7919 % 20000) / 100.0 END AS revenue,
                     1 + i * 104729 % 9 AS orders) AS numbers;

VACUUM ANALYZE customer_numbers;
