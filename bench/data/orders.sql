-- 10,000,000 orders of 1,000,000 customers over two years, as they came in.  One
-- customer in five has half of all orders; a quarter of them are in whole euros.
CREATE UNLOGGED TABLE orders
(
	order_id bigint NOT NULL,
	customer_id integer NOT NULL,
	purchased_on date NOT NULL,
	amount numeric NOT NULL
);

INSERT INTO orders
SELECT i,
       CASE WHEN h % 2 = 0 THEN 1 + h / 2 % customers ELSE 1 + h / 2 % (customers / 5) END,
       date '2023-01-01' + (i * 730 / orders)::integer,
       CASE WHEN i % 4 = 0 THEN 5 + i * 7919 % 200 ELSE (500 + i * 7919 % 20000) / 100.0 END
FROM (SELECT (10000000 * :scale)::bigint AS orders, (1000000 * :scale)::bigint AS customers) AS size,
     generate_series(1, orders) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 4) AS hash (h);

VACUUM ANALYZE orders;
