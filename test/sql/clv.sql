--
-- Customer value, the classic formulas: clv, value_summary, ltv
--
\pset null '~'

--
-- A year of orders: 3 customers, 6 purchases of 120 in all.  20 a purchase,
-- twice a year, for 4 years: 160
--
CREATE TEMP TABLE orders (customer_id int, amount numeric, segment text);
INSERT INTO orders VALUES (1, 10, 'a'), (1, 30, 'a'), (1, 20.50, 'b'), (2, 19.50, 'b'), (3, 25, 'a'), (3, 15, 'c');
SELECT clv(amount, customer_id, 4) AS clv, average_purchase_value(s), purchase_frequency(s), customers(s), purchases(s), revenue(s),
	clv(s, 4) AS clv_of_summary, clv(s, 4, gross_margin => 80) AS with_margin
FROM orders, (SELECT value_summary(amount, customer_id) FROM orders) AS v(s) GROUP BY s;
SELECT segment, clv(amount, customer_id, 4) AS clv, customers(value_summary(amount, customer_id)) FROM orders GROUP BY 1 ORDER BY 1;
-- a customer of several segments is one customer
SELECT customers(rollup(s)), sum(customers(s)) AS sum, rollup(s) = (SELECT value_summary(amount, customer_id) FROM orders) AS same
FROM (SELECT value_summary(amount, customer_id) AS s FROM orders GROUP BY segment) AS parts;
-- lifetime as 1 / churn: 25 percent a year
SELECT clv(amount, customer_id, 1 / 0.25) AS clv FROM orders;
-- a third loses nothing on its way
SELECT clv(amount, customer_id, 3) AS exact FROM (VALUES (10, 1), (0, 2), (0, 3)) AS v(amount, customer_id);

-- a margin of 100 percent changes no digit
SELECT count(*) AS lifetimes, count(*) FILTER (WHERE clv::text <> clv(s, lifetime)::text OR clv::text <> clv(s, lifetime, 100.00)::text OR abs(clv(s, lifetime, 40) - 0.4 * clv) > 1e-9) AS wrong
FROM (SELECT lifetime, clv(12345.678 / i, i % 7, lifetime), value_summary(12345.678 / i, i % 7)
	FROM generate_series(1, 30) AS i, (SELECT l / 3.0 FROM generate_series(1, 20) AS l) AS l(lifetime) GROUP BY lifetime) AS v(lifetime, clv, s);

-- Customers are the same by any type of id
SELECT clv(amount, customer_id, 4) AS integer, clv(amount, customer_id::bigint, 4) AS bigint,
	clv(amount, customer_id::text, 4) AS text, clv(amount, ('00000000-0000-0000-0000-00000000000' || customer_id)::uuid, 4) AS uuid
FROM orders;
SELECT value_summary(amount, customer_id) = value_summary(amount, customer_id::bigint) AS integers_same FROM orders;
SELECT value_summary(amount, customer_id) FROM orders;
SELECT value_summary(amount, id) FROM (VALUES (1, 9223372036854775807), (2, -9223372036854775808), (3, 0), (4, 0)) AS v(amount, id);
SELECT value_summary(amount, id) FROM (VALUES (1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid), (1, '00000000-0000-0000-0000-000000000000'), (1, '80000000-0000-4000-8000-000000000001')) AS v(amount, id);
-- the hash of a text is the same everywhere and for ever: summaries keep it
SELECT value_summary(1, id) FROM (VALUES (''), ('a'), ('ACME-0001'), ('12345678'), ('123456789'), (repeat('x', 1000))) AS v(id);
SELECT customers(value_summary(1, id)) = count(DISTINCT id) AS exact, count(DISTINCT id)
FROM (SELECT 'customer ' || i % 70000 FROM generate_series(1, 100000) AS i UNION ALL SELECT md5(i::text) FROM generate_series(1, 50000) AS i
	UNION ALL SELECT repeat('x', i) FROM generate_series(1, 300) AS i UNION ALL SELECT repeat(E'\x01', i) FROM generate_series(1, 300) AS i) AS v(id);
SELECT customers(value_summary(1, (i * 7919 % 12345)::bigint)) AS bigints, customers(value_summary(1, (i * 7919 % 12345 - 6000)::int)) AS integers,
	customers(value_summary(1, md5((i % 5000)::text)::uuid)) AS uuids
FROM generate_series(1, 50000) AS i;

-- refunds lower the revenue and are no purchases; rows without amount are skipped
SELECT revenue(s), purchases(s), customers(s) FROM (SELECT value_summary(amount, id) FROM (VALUES (10, 1), (-4, 1), (NULL, 1), (NULL, 2)) AS v(amount, id)) AS t(s);
-- nothing known is NULL
SELECT clv(amount, customer_id, 4), value_summary(amount, customer_id) FROM orders WHERE false;
SELECT clv(NULL, customer_id, 4), value_summary(NULL, customer_id), clv(NULL::value_summary, 4), clv(value_summary(amount, customer_id), NULL) FROM orders;
-- text of a state of clv() has the lifetime, that of a summary does not
SELECT clv_accum(NULL, 5, 7, 2.50);
SELECT clv_final('{"version": 1, "purchases": 3, "revenue": 60, "lifetime": 2.50, "ids": "integer", "customers": [9, 7]}');

SELECT failure($$SELECT clv(amount, NULL::int, 4) FROM orders$$);
SELECT failure($$SELECT value_summary(1, NULL::text)$$);
-- a row without amount is skipped whatever else it has, so the order of rows does not matter
SELECT value_summary(amount, customer_id) FROM (VALUES (NULL::numeric, NULL::int)) v(amount, customer_id);
SELECT clv(amount, customer_id, lifetime ORDER BY i), clv(amount, customer_id, lifetime ORDER BY i DESC) FROM (VALUES (1, NULL::numeric, 1, 3), (2, 10, 1, 5), (3, NULL, NULL, NULL)) v(i, amount, customer_id, lifetime);
SELECT failure($$SELECT clv(amount, customer_id, NULL) FROM orders$$);
SELECT failure($$SELECT clv(amount, customer_id, customer_id) FROM orders$$);
SELECT failure($$SELECT clv(amount, customer_id, -1) FROM orders$$);
SELECT failure($$SELECT clv(amount, customer_id, 'NaN') FROM orders$$);
SELECT failure($$SELECT clv('NaN', customer_id, 1) FROM orders$$);
SELECT failure($$SELECT clv(s, 'Infinity') FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
-- a fraction is one percent or less, which no margin is: the error says it in percent
SELECT failure($$SELECT clv(s, 4, gross_margin => 0.8) FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
SELECT failure($$SELECT clv(s, 4, gross_margin => 1) FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
-- 0.4 percent, the way out that the hint names
SELECT clv(s, 4, 0) AS nothing, clv(s, 4) * 0.004 AS little, clv(s, 4, 1.01) AS more, clv(s, 4, 100) = clv(s, 4) AS whole FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s);
SELECT failure($$SELECT clv(s, 4, gross_margin => 101) FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
SELECT failure($$SELECT clv(s, 4, gross_margin => 'NaN') FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
SELECT failure($$SELECT value_summary(x, 1) FROM (VALUES (6e37), (6e37)) AS v(x)$$);
SELECT failure($$SELECT rollup(s) FROM (VALUES ((SELECT value_summary(1, 1))), ((SELECT value_summary(1, '1'::text)))) AS v(s)$$);
-- a function of an aggregate, called by itself
SELECT failure($$SELECT value_summary_accum((SELECT value_summary(1, 1)), 1, '1'::text)$$);
SELECT failure($$SELECT value_summary_accum((SELECT value_summary(1, '1'::text)), 1, '00000000-0000-0000-0000-000000000001'::uuid)$$);

-- text and binary forms
SELECT count(*) FILTER (WHERE s::text::value_summary <> s OR value_summary_send(s::text::value_summary) <> value_summary_send(s)) AS wrong
FROM (SELECT value_summary(amount, customer_id) FROM orders UNION ALL SELECT value_summary(amount, customer_id::text) FROM orders
	UNION ALL SELECT value_summary(-amount / 8, md5(customer_id::text)::uuid) FROM orders) AS v(s);
SELECT '{"version": 1, "customers": [3, 1, 2, 1], "ids": "integer", "revenue": 1.50, "purchases": 4}'::value_summary;
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "integer", "customers": []}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "integer", "customers": [1, 2]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "integer", "customers": [1.5]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "text", "customers": ["joe"]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "uuid", "customers": ["joe"]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "ids": "name", "customers": [1]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "customers": [1]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": "5", "ids": "integer", "customers": [1]}'::value_summary$$);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "revenue": 5, "lifetime": -2, "ids": "integer", "customers": [1]}'::value_summary$$);

--
-- Lifetime value of a subscriber: 100 a month at 5 percent churn
--
SELECT ltv(100, 5), ltv(100, 5, 80) AS with_margin, ltv(100, 0) AS nobody_leaves, ltv(0, 5) AS nothing_paid, ltv(100, 100) AS one_period, ltv(100, 5, 0) AS no_margin;
SELECT ltv(arpa => 49.50, churn_rate => 2.5, gross_margin => 75);
SELECT ltv(10, 3) AS third, ltv(10.00, 3.000)::text = ltv(10, 3)::text AS same_digits;
SELECT ltv(NULL, 5), ltv(100, NULL::numeric), ltv(100, 5, NULL), ltv(100, NULL::rate_summary);
SELECT failure($$SELECT ltv(100, -5)$$);
SELECT failure($$SELECT ltv(100, 105)$$);
SELECT failure($$SELECT ltv(100.0, 'NaN')$$);
SELECT failure($$SELECT ltv('Infinity', 5)$$);
SELECT failure($$SELECT ltv(100, 5, 101)$$);
SELECT failure($$SELECT ltv(100, 5, 'NaN')$$);
SELECT failure($$SELECT ltv(100, 5, -0.1)$$);
SELECT failure($$SELECT ltv('NaN', 5)$$);
-- a fraction
SELECT failure($$SELECT ltv(100, 0.05)$$);
SELECT failure($$SELECT ltv(100, 0.05::double precision)$$);
SELECT failure($$SELECT ltv(100, 5, 0.8)$$);
SELECT failure($$SELECT ltv(100, 5, gross_margin => 1)$$);
-- below 1 percent no number would do: the result times the share, and the counts
SELECT failure(format('SELECT ltv(100, %s, %s)', churn_rate, gross_margin)) FROM (VALUES (5, 0.01), (5, 0.004), (5, 0.015), (0.005, 80), (0.01, 80)) AS v(churn_rate, gross_margin);
SELECT failure($$SELECT clv(s, 4, gross_margin => 0.01) FROM (SELECT value_summary(amount, customer_id) FROM orders) AS v(s)$$);
SELECT ltv(100, 5, 1.5) AS as_said, ltv(100, 5) * 0.01 AS of_one_percent, ltv(100, 1, 80) AS churn_of_one, ltv(100, rate_summary(i = 1)) AS churn_of_half FROM generate_series(1, 200) AS i;
-- 1 percent is a churn rate, and less is one of a summary: 2 of 400, half a
-- percent, is 200 periods
SELECT ltv(100, 1), ltv(100, s), ltv(100, s, gross_margin => 80) AS with_margin, ltv(99.5, s) AS "numeric", ltv(99.5::double precision, s, 80) AS "double",
	failure(format('SELECT ltv(100, %s)', rate(s)))
FROM (SELECT rate_summary(i <= 2) FROM generate_series(1, 400) AS i) AS v(s);
-- exactly: a third of them
SELECT ltv(10, '{"version": 1, "positives": 1, "negatives": 2, "unknowns": 5}'::rate_summary) AS third, ltv(10, '{"version": 1, "positives": 0, "negatives": 2, "unknowns": 0}'::rate_summary) AS nobody_leaves,
	ltv(10, '{"version": 1, "positives": 0, "negatives": 0, "unknowns": 3}'::rate_summary) AS nobody;
SELECT failure($$SELECT ltv('Infinity'::numeric, rate_summary(true))$$);
SELECT failure($$SELECT ltv(100, rate_summary(true), 0.8)$$);
-- columns of any type of number, in any combination
CREATE TEMP TABLE numbers AS SELECT 100::smallint AS i2, 100::integer AS i4, 100::bigint AS i8, 100::numeric AS n, 100::real AS f4, 100::double precision AS f8, 5::integer AS c4, 5::bigint AS c8, 5.0::numeric AS cn, 5::double precision AS cf;
SELECT DISTINCT value FROM numbers, unnest(ARRAY[ltv(i2, c4), ltv(i4, c4), ltv(i4, c8), ltv(i4, cn), ltv(i4, cf), ltv(i8, c4), ltv(i8, cn), ltv(i8, cf), ltv(n, c4), ltv(n, c8), ltv(n, cn), ltv(n::double precision, cf),
	ltv(f4, c4), ltv(f4, cf), ltv(f8, c4), ltv(f8, c8), ltv(f8, cf), ltv(f8, 5.0), ltv(100.0, c4), ltv(f8, 5), ltv(100, cf)]) AS value;
-- a double precision is the decimal number that is printed
SELECT ltv(49.9::double precision, 2.5::double precision, 80.1::double precision) = ltv(49.9, 2.5, 80.1) AS same, ltv(0.1::double precision, 3) = ltv(0.1, 3) AS same;
DROP TABLE numbers;

--
-- Called by hand, states without what the aggregates give them; lifetimes that
-- are stored and that are computed; sums with too many digits
--
SELECT failure($$SELECT clv_final(value_summary(100, 1))$$);
SELECT failure($$SELECT clv(100, 1, lifetime) FROM (VALUES (3), (0.3)) AS v(lifetime)$$);
SELECT failure($$SELECT value_summary(amount, 1) FROM (VALUES (1e37), (0.01)) AS v(amount)$$);
CREATE TEMP TABLE kept AS SELECT 12.5 AS lifetime, i AS id FROM generate_series(1, 3) AS i;
SELECT clv(10, id, CASE WHEN id % 2 = 1 THEN lifetime + 0 ELSE lifetime END) FROM kept;
DROP TABLE kept;
