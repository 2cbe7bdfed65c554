-- 600,000 subscriptions of 200,000 customers over three years, as they were
-- sold.  Each customer has three, one after the other: most follow without a
-- gap (a change of plan), some after a pause, some run beside the one before;
-- of the last ones half are open.  Prices are by the month, or by the year
-- and then a twelfth.
CREATE UNLOGGED TABLE subscriptions
(
	subscription_id bigint NOT NULL,
	customer_id integer NOT NULL,
	amount numeric NOT NULL,
	starts_on date NOT NULL,
	ends_on date
);

INSERT INTO subscriptions
SELECT row_number() OVER (ORDER BY starts_on, customer_id, n),
       customer_id,
       CASE WHEN (h + n) % 3 = 0 THEN round(price * 10 / 12, 2) ELSE price END,
       starts_on,
       CASE WHEN n < 2 OR h % 2 = 0 THEN starts_on + days END
FROM (SELECT customer_id, n, h, days, price,
             date '2023-01-01' + first
             + (sum(days + gap) OVER (PARTITION BY customer_id ORDER BY n)
                - days - gap)::integer AS starts_on
      FROM generate_series(1, (200000 * :scale)::integer) AS customer_id,
           generate_series(0, 2) AS n,
           -- Knuth's multiplicative hash: the same rows on every machine
           LATERAL (SELECT (customer_id::bigint * 2654435761 & 4294967295) >> 8,
                           ((customer_id::bigint * 3 + n) * 2654435761 & 4294967295) >> 8) AS hash (h, k),
           LATERAL (SELECT (h / 2 % 700)::integer,
                           35 + (k % 300)::integer,
                           (ARRAY[0, 0, 0, 0, 0, 0, 20, 75, -30, -15])[1 + k / 300 % 10],
                           (ARRAY[9, 19, 29, 49, 99, 249]::numeric[])[1 + k / 3000 % 6]) AS s (first, days, gap, price)) AS rows;

VACUUM ANALYZE subscriptions;
