--
-- Recurring revenue: mrr, nrr_agg, grr_agg, mrr_history, mrr_summary, mrr_bridge
--
-- Definitions and most figures are those of docs/revenue.md.  Where a case is
-- named "Trap", it is a mistake found in SQL that people use for this.
--
SET datestyle = 'ISO, MDY';
\pset null '~'

--
-- mrr: the price of a month
--
SELECT mrr(2000, '1 year') AS year, round(mrr(2000, '1 year'), 2) AS rounded,
	mrr(30, '3 months') AS quarter, mrr(99.90, '1 month') AS month,
	mrr(240, '2 years') AS years, mrr(30, '1 year 3 months') AS mixed;
-- 365.25 / 12 / 7 = 4.348214...; some tools take 4
SELECT mrr(1, '1 week') AS week, mrr(1, '7 days') = mrr(1, '1 week') AS same,
	mrr(30, '30 days') AS days, mrr(2, '1 day') AS day;
-- no trailing zeros, and equal prices are equal MRR to the last digit
SELECT mrr(1200.00, '1 year') AS whole, mrr(0, '1 month') AS zero,
	mrr(0.10, '1 month') AS dime,
	mrr(500.000000000000000000000, '1 year')::text = mrr(500, '1 year')::text AS same;
-- columns of any type of number; a double precision is the decimal number it prints
SELECT DISTINCT value FROM (VALUES (240::smallint, 240, 240::bigint, 240.0, 240::real, 240::double precision)) AS v(i2, i4, i8, n, f4, f8),
	unnest(ARRAY[mrr(i2, '1 year'), mrr(i4, '1 year'), mrr(i8, '1 year'), mrr(n, '1 year'), mrr(f4, '1 year'), mrr(f8, '1 year'), mrr('240', '1 year')]) AS value;
SELECT mrr(49.9::double precision, '1 month') AS month, mrr(99.99::double precision, '1 year') = mrr(99.99, '1 year') AS same, mrr(NULL, '1 year') AS nothing;
SELECT failure($$SELECT mrr(-1::double precision, '1 year')$$);
SELECT failure($$SELECT mrr('NaN'::double precision, '1 year')$$);
SELECT mrr(NULL, '1 month') IS NULL AND mrr(1, NULL) IS NULL AS strict;
-- 100 x 100 a month and 50 x 600 a year are 12,500
SELECT sum(mrr(price, every)) AS mrr
FROM (SELECT 100, interval '1 month' FROM generate_series(1, 100)
	UNION ALL SELECT 600, '1 year' FROM generate_series(1, 50)) AS s(price, every);

SELECT failure($$SELECT mrr(10, '0 months')$$);
SELECT failure($$SELECT mrr(10, '-1 month')$$);
SELECT failure($$SELECT mrr(10, '-7 days')$$);
SELECT failure($$SELECT mrr(10, '1 month 3 days')$$);
SELECT failure($$SELECT mrr(10, '36 hours')$$);
SELECT failure($$SELECT mrr(-1, '1 month')$$);
SELECT failure($$SELECT mrr('NaN', '1 month')$$);
SELECT failure($$SELECT mrr('Infinity', '1 month')$$);

--
-- Money is exact: what goes in comes out, at every length and scale, rounded
-- to 18 decimals as round() does
--
CREATE TEMP TABLE numbers AS
SELECT (left(repeat('9081726354', 4), digits) || 'e' || exponent)::numeric AS x
FROM generate_series(1, 38) AS digits, generate_series(-38, 37) AS exponent
WHERE exponent >= 0 AND digits + exponent <= 38
	OR exponent < 0 AND digits <= 38
UNION ALL
SELECT (1 + i)::numeric * ('1e' || k)::numeric
FROM generate_series(0, 20) AS i, generate_series(-37, 36) AS k;

SELECT count(*) AS numbers,
	count(*) FILTER (WHERE y::text IS DISTINCT FROM trim_scale(round(x, 18))::text) AS wrong
FROM numbers,
	LATERAL (SELECT mrr_at(mrr_history(v, '2025-01-01', NULL), '2025-01-01') FROM (VALUES (x)) AS a(v)) AS h(y);
-- also where numeric is stored with zeros to its right
SELECT count(*) FILTER (WHERE y <> round(x, 18) OR y::text <> trim_scale(round(x, 18))::text) AS wrong
FROM (SELECT round(x, 38) AS x FROM numbers) AS n,
	LATERAL (SELECT mrr_at(mrr_history(v, '2025-01-01', NULL), '2025-01-01') FROM (VALUES (x)) AS a(v)) AS h(y);
-- sums of mixed scales, compared with PostgreSQL's sum
SELECT count(*) AS sums,
	count(*) FILTER (WHERE ours IS DISTINCT FROM trim_scale(theirs)
		OR ours::text <> trim_scale(theirs)::text) AS wrong
FROM (SELECT mrr_at(mrr_history(x, '2025-01-01', NULL), '2025-01-01') AS ours,
			sum(round(x, 18)) AS theirs
		FROM numbers, generate_series(0, 27) AS first
		WHERE scale(trim_scale(x)) BETWEEN first AND first + 10
			AND x < ('1e' || 26 - first)::numeric
		GROUP BY first, (x * 1e38) % 7) AS s;
-- half a unit of the eighteenth decimal, and what is next to it, on every digit
-- before it
SELECT count(*) AS numbers,
	count(*) FILTER (WHERE y::text IS DISTINCT FROM trim_scale(round(x, 18))::text) AS wrong
FROM (SELECT n.n + d * 1e-18 + e AS x
		FROM unnest('{0, 9, 99.999, 12345.6789, 0.000000000001, 99999999999999999999, 0.99999999999999999, 0.999999999999999999}'::numeric[]) AS n(n),
			generate_series(0, 19) AS d,
			unnest('{0, 4.9999999e-19, 5e-19, 5.0000001e-19, 9e-19, 4.99e-37, 1e-40, 1e-300}'::numeric[]) AS e(e)) AS v,
	LATERAL (SELECT mrr_at(mrr_history(a, '2025-01-01', NULL), '2025-01-01') FROM (VALUES (x)) AS a(a)) AS h(y);

-- 38 digits are enough for all the money there is, 39 are refused
SELECT mrr_at(mrr_history(x, '2025-01-01', NULL), '2025-01-01')
FROM (VALUES (99999999999999999999999999999999999999),
		(0.99999999999999999999999999999999999999),
		(1234567890123456789012345678.9012345678),
		(12345678901234567890.123456789012345678901)) AS v(x)
GROUP BY x ORDER BY x;
SELECT failure($$SELECT mrr_history(100000000000000000000000000000000000000, '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_history(123456789012345678901.1234567890123456789, '2025-01-01', NULL)$$);
SELECT mrr_history(9999999999999999999999.9999999999999999995, '2025-01-01', NULL);
-- less than half a unit of the eighteenth decimal is no money
SELECT mrr_history(1e-39, '2025-01-01', NULL), mrr_history(-4.9e-19, '2025-01-01', NULL);
-- prices in a currency, by a division: with all their decimals, 32, ten thousand
-- customers would need 39 digits
SELECT max(scale(amount)) AS decimals, count(*) AS customers, mrr_at(mrr_history(amount, starts_on, NULL), '2025-12-31') = sum(trim_scale(round(amount, 18))) AS exact,
	nrr_agg(amount, amount), mrr_at(mrr_log(c, amount, starts_on, NULL), '2025-12-31') = (sum(round(amount, 18)), count(*)) AS exact_log,
	revenue(value_summary(amount, c)) = sum(round(amount, 18)) AS exact_revenue,
	revenue(purchase_history(amount, starts_on)) = sum(round(amount, 18)) AS exact_purchases
FROM (SELECT c, mrr(1200 + c % 7, '1 year') * (1 / 0.9517::numeric) AS amount, date '2025-01-01' + c % 300 AS starts_on FROM generate_series(1, 10000) AS c) AS s;
SELECT sum(new_mrr) = (SELECT sum(round(a, 18)) FROM (SELECT mrr(1200 + c % 7, '1 year') * (1 / 0.9517::numeric) FROM generate_series(1, 10000) AS c) AS t(a)) AS exact, max(closing_customers) AS customers
FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(mrr(1200 + c % 7, '1 year') * (1 / 0.9517::numeric), date '2025-01-01' + c % 300, NULL) AS h FROM generate_series(1, 10000) AS c GROUP BY c) AS q));
SELECT failure($$SELECT mrr_history(x, '2025-01-01', NULL) FROM (VALUES (99999999999999999999999999999999999999), (1)) AS v(x)$$);
SELECT failure($$SELECT mrr_history(x, '2025-01-01', NULL) FROM (VALUES (1e30), (0.000000001)) AS v(x)$$);
SELECT failure($$SELECT mrr_history(x, '2025-01-01', NULL) FROM (VALUES (0.000000001), (1e30)) AS v(x)$$);
-- not in one change but in the level: an error now, not when the value is read
SELECT failure($$SELECT mrr_history(6e37, d, NULL) IS NULL FROM (VALUES (date '2025-01-01'), ('2025-02-01')) AS v(d)$$);
SELECT failure($$SELECT mrr_summary(h, 'month') IS NULL FROM (SELECT mrr_history(6e37, date '2025-01-01' + 31 * i, NULL) AS h FROM generate_series(0, 1) AS i GROUP BY i) AS c$$);

--
-- Net and gross revenue retention
--
-- opening 100; expansion 18, contraction 6, churn 9: 103 and 85.  Who was not
-- there at the start is outside both.
CREATE TEMP TABLE book (opening numeric, closing numeric);
INSERT INTO book VALUES (40, 58), (20, 14), (9, NULL), (31, 31), (0, 500), (NULL, 12.5), (NULL, NULL);
SELECT nrr_agg(opening, closing), grr_agg(opening, closing) FROM book;
SELECT nrr_summary(opening, closing) FROM book;
SELECT nrr(s), grr(s) FROM (SELECT nrr_summary(opening, closing) FROM book) AS b(s);

-- GRR is never above 100
SELECT nrr_agg(o, c), grr_agg(o, c) FROM (VALUES (10, 30), (20, 25.5)) AS v(o, c);
-- nothing at the start is NULL, not 0
SELECT nrr_agg(o, c), grr_agg(o, c) FROM (VALUES (0, 30), (NULL, 10)) AS v(o, c);
SELECT nrr_agg(1, 1), grr_agg(1, 1), nrr_summary(1, 1) FROM book WHERE false;
SELECT nrr_agg(NULL, NULL), grr_agg(NULL, NULL), nrr_summary(NULL, NULL) FROM book;
-- everything lost is 0, not NULL
SELECT nrr_agg(opening, 0), grr_agg(opening, NULL) FROM book;

-- one transition for all three in a query is PostgreSQL's doing; the results
-- are those of each alone
SELECT nrr_agg(opening, closing) = 103 AND grr_agg(opening, closing) = 85
	AND nrr(nrr_summary(opening, closing)) = 103 AS same FROM book;

-- a roll-up adds up money; the mean of the parts' rates is 86.8
SELECT part, nrr(s) FROM (SELECT opening > 30 AS part, nrr_summary(opening, closing) AS s
	FROM book GROUP BY 1) AS p ORDER BY 1;
SELECT nrr(rollup(s)), rollup(s) = (SELECT nrr_summary(opening, closing) FROM book) AS same
FROM (SELECT opening > 30 AS part, nrr_summary(opening, closing) AS s
	FROM book GROUP BY 1) AS p;

SELECT failure($$SELECT nrr_agg(-1, 1)$$);
SELECT failure($$SELECT grr_agg(1, -0.01)$$);
SELECT failure($$SELECT nrr_agg('NaN', 1)$$);
SELECT failure($$SELECT nrr_agg(1, 'Infinity')$$);
SELECT failure($$SELECT nrr_agg(1e38, 1)$$);
SELECT failure($$SELECT nrr_agg(1e37, 0.0001)$$);
SELECT failure($$SELECT nrr_summary(x, x) FROM (VALUES (6e37), (6e37)) AS v(x)$$);

-- moving windows: taking away is the same as never having added, although
-- scales come and go
SELECT setseed(0.25);
CREATE TEMP TABLE moving AS
SELECT i,
	CASE WHEN random() < 0.8 THEN round((random() * 100)::numeric, (random() * 10)::int) END AS opening,
	CASE WHEN random() < 0.8 THEN round((random() * 100)::numeric, (random() * 10)::int) END AS closing
FROM generate_series(1, 600) AS i;
SELECT count(*) AS windows,
	count(*) FILTER (WHERE nrr IS DISTINCT FROM nrr2 OR nrr::text <> nrr2::text) AS wrong_nrr,
	count(*) FILTER (WHERE grr IS DISTINCT FROM grr2 OR grr::text <> grr2::text) AS wrong_grr,
	count(*) FILTER (WHERE s IS DISTINCT FROM s2 OR nrr_summary_send(s) <> nrr_summary_send(s2)) AS wrong_summary
FROM (SELECT i, nrr_agg(opening, closing) OVER w AS nrr, grr_agg(opening, closing) OVER w AS grr,
			nrr_summary(opening, closing) OVER w AS s
		FROM moving WINDOW w AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 3 PRECEDING)) AS a,
	LATERAL (SELECT nrr_agg(opening, closing) AS nrr2, grr_agg(opening, closing) AS grr2,
			nrr_summary(opening, closing) AS s2
		FROM moving AS m WHERE m.i BETWEEN a.i - 5 AND a.i - 3) AS b;
SELECT count(*) AS windows, count(*) FILTER (WHERE s IS DISTINCT FROM s2) AS wrong
FROM (SELECT i, rollup(s) OVER w AS s
		FROM (SELECT i, nrr_summary(opening, closing) FILTER (WHERE i % 7 <> 0) AS s FROM moving GROUP BY i) AS d
		WINDOW w AS (ORDER BY i ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)) AS a,
	LATERAL (SELECT nrr_summary(opening, closing) FILTER (WHERE m.i % 7 <> 0) AS s2
		FROM moving AS m WHERE m.i BETWEEN a.i - 6 AND a.i) AS b
WHERE i % 7 <> 6;
-- 18 decimals leave the window before 30 digits enter it
SELECT i, nrr_agg(x, x) OVER (ORDER BY i ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM (VALUES (1, 0.000000000000000001), (2, 1), (3, 1e30), (4, 2e30)) AS v(i, x);
-- a window that begins with NULL
SELECT i, rollup(s) OVER (ORDER BY i ROWS 1 PRECEDING) FROM (VALUES (1, NULL), (2, nrr_summary '{"version": 1}'), (3, NULL), (4, NULL)) AS v(i, s);
SELECT failure($$SELECT nrr_remove('{"version": 1, "customers": 1, "opening_mrr": 5, "closing_mrr": 5, "kept_mrr": 5}', 6, 5)$$);
SELECT failure($$SELECT nrr_uncombine('{"version": 1}', '{"version": 1, "customers": 1, "opening_mrr": 5, "closing_mrr": 5, "kept_mrr": 5}')$$);

--
-- One customer's history
--
-- The example of ChartMogul's help: four yearly plans of 500, for a month two
-- monthly ones of 30 beside them, all cancelled after the year that was paid,
-- back with three of 50.
CREATE TEMP TABLE example AS
SELECT mrr(500, '1 year') AS amount, date '2024-01-10' AS starts_on, date '2025-01-10' AS ends_on
FROM generate_series(1, 4)
UNION ALL SELECT 30, '2024-02-05', '2024-03-05' FROM generate_series(1, 2)
UNION ALL SELECT 50, '2025-03-05', NULL FROM generate_series(1, 3);

SELECT c.on_date, round(c.mrr, 2) AS mrr
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e, mrr_changes(h) AS c;
SELECT d, round(mrr_at(h, d), 2) AS mrr_at
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e,
	unnest('{2023-12-31, 2024-01-09, 2024-01-10, 2024-02-05, 2025-01-09, 2025-01-10, 2025-06-30}'::date[]) AS d;
SELECT f AS from_date, t AS to_date, mrr_movement(h, f, t)
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e,
	(VALUES (date '2023-12-01', date '2024-01-01'), ('2024-01-01', '2024-02-01'),
		('2024-02-01', '2024-03-01'), ('2024-03-01', '2024-04-01'),
		('2024-04-01', '2024-05-01'), ('2025-01-01', '2025-02-01'),
		('2025-02-01', '2025-03-01'), ('2025-03-01', '2025-04-01'),
		-- over two years, the customer is new
		('2023-06-01', '2025-06-01')) AS p(f, t);

-- a time of day is ignored, and date - interval works as it is
SELECT mrr_at(h, timestamp '2024-02-04 23:59:59') < mrr_at(h, timestamp '2024-02-05 00:00:01') AS at,
	mrr_at(h, date '2025-02-05' - interval '1 year') = mrr_at(h, '2024-02-05') AS back,
	mrr_at(h, timestamp '1995-01-01 12:00') AS long_ago
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e;

-- equal revenue is the same history, whatever rows it is made of: in parts,
-- renewed every month, switched on one day, in another scale, in any order
SELECT mrr_history(10, '2025-01-01', '2025-07-01') AS h;
SELECT bool_and(mrr_history_send(h) = mrr_history_send(k)) AS same
FROM (SELECT mrr_history(10, '2025-01-01', '2025-07-01') AS h) AS a,
	(SELECT mrr_history(a, s, e) AS k FROM (VALUES (4, date '2025-01-01', date '2025-07-01'), (6, '2025-01-01', '2025-07-01')) AS v(a, s, e)
	UNION ALL
	SELECT mrr_history(10.00, d::date, (d + interval '1 month')::date) FROM generate_series(timestamp '2025-01-01', '2025-06-01', '1 month') AS d
	UNION ALL
	SELECT mrr_history(a, s, e) FROM (VALUES (10, date '2025-03-10', date '2025-07-01'), (10, '2025-01-01', '2025-03-10')) AS v(a, s, e)
	UNION ALL
	-- a plan of many decimals that begins and ends with another at the same price
	SELECT mrr_history(a, s, e) FROM (VALUES (9.875, date '2025-01-01', date '2025-07-01'), (0.0625, '2025-01-01', '2025-05-05'),
		(0.125, '2025-05-05', '2025-07-01'), (0.0625, '2025-01-01', '2025-05-05')) AS v(a, s, e)
	UNION ALL
	SELECT mrr_history(a, s, e) FROM (VALUES (10, date '2025-01-01', NULL::date), (0, '2024-01-01', NULL), (NULL, '2024-01-01', NULL), (5, NULL, '2020-01-01')) AS v(a, s, e)
	HAVING false) AS b;

-- nothing in it: free plans and unknown ones; no rows at all are NULL
SELECT mrr_history(0, '2025-01-01', NULL) AS free, mrr_history(NULL, '2025-01-01', NULL) AS no_amount,
	mrr_history(9, NULL, NULL) AS no_start, mrr_history(NULL, NULL, NULL) AS nothing;
SELECT mrr_history(1, '2025-01-01', NULL) IS NULL AS no_rows FROM example WHERE false;
SELECT mrr_at(h, '2025-01-01') AS at, mrr_movement(h, '2025-01-01', '2026-01-01') AS movement,
	(SELECT count(*) FROM mrr_changes(h)) AS changes
FROM (SELECT mrr_history(NULL, NULL, NULL)) AS e(h);
SELECT mrr_at(NULL::mrr_history, '2025-01-01') AS at, mrr_movement(NULL, '2025-01-01', '2026-01-01') AS movement,
	(SELECT count(*) FROM mrr_changes(NULL)) AS changes, rollup(NULL::mrr_history) IS NULL AS rollup;

-- infinity is open, like NULL
SELECT mrr_history(5, '2025-01-01', 'infinity') = mrr_history(5, '2025-01-01', NULL) AS open;
-- one day, and days that only few have
SELECT mrr_history(5, '2025-01-01', '2025-01-02') AS one_day;
SELECT mrr_history(5, '4714-11-24 BC', '5874897-12-31') AS all_days;
SELECT mrr_history(5, '0001-12-31 BC', '0001-01-01') AS first_night;

-- A discount that is a line of its own, with its own dates: 39 until it ends, then
-- 49.  The rows may come in any order, and the log says what the histories do.
CREATE TEMP TABLE lines (customer_id int, amount numeric, starts_on date, ends_on date);
INSERT INTO lines VALUES (1, 49, '2025-01-01', NULL), (1, -10, '2025-01-01', '2025-04-01'),
	(2, -5.5, '2025-02-01', '2025-03-01'), (2, 20, '2025-01-15', '2025-06-01'), (3, 7, '2025-01-01', '2025-02-01'), (3, -7, '2025-01-01', '2025-02-01');
SELECT customer_id, on_date, mrr
FROM (SELECT customer_id, mrr_history(amount, starts_on, ends_on) AS h FROM lines GROUP BY 1) AS c, mrr_changes(h) ORDER BY 1, 2;
SELECT mrr_history_send(mrr_history(amount, starts_on, ends_on ORDER BY amount)) = mrr_history_send(mrr_history(amount, starts_on, ends_on ORDER BY amount DESC)) AS same
FROM lines WHERE customer_id < 3 GROUP BY customer_id;
SELECT on_date, (mrr_at(l, on_date)).*, (SELECT sum(amount) FROM lines WHERE starts_on <= on_date AND coalesce(ends_on > on_date, true)) AS plain
FROM (SELECT mrr_log(customer_id, amount, starts_on, ends_on) AS l FROM lines) AS t,
	unnest('{2025-01-01, 2025-02-15, 2025-03-31, 2025-04-01, 2025-06-01}'::date[]) AS on_date;
SELECT h.customer_id, h.history = c.h AS same
FROM histories((SELECT mrr_log(customer_id, amount, starts_on, ends_on) FROM lines)) AS h
	JOIN (SELECT customer_id, mrr_history(amount, starts_on, ends_on) AS h FROM lines WHERE customer_id < 3 GROUP BY 1) AS c USING (customer_id) ORDER BY 1;
-- A day on which more is taken off than there is: an error when the rows are all
-- there, with the day
SELECT failure($$SELECT mrr_history(-5, '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_history(amount, starts_on, NULL) FROM (VALUES (5, date '2025-01-01'), (-4, '2025-02-01'), (-2.5, '2025-03-01')) AS v(amount, starts_on)$$);
SELECT failure($$SELECT mrr_at(mrr_log(customer_id, amount, starts_on, ends_on), '2025-12-31') FROM (VALUES (8, 5, date '2025-01-01', date '2025-02-01'), (9, 5, date '2025-01-01', '2025-02-01'), (9, -4, '2025-01-01', NULL)) AS v(customer_id, amount, starts_on, ends_on)$$);
SELECT failure($$SELECT mrr_history_accum(NULL, -5, '2025-01-01', NULL)::text$$);
SELECT failure($$SELECT mrr_summary(mrr_history_accum(NULL, -5, '2025-01-01', NULL), 'month')$$);
SELECT failure($$SELECT mrr_history('NaN', '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_history('-Infinity', '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_history(5, '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT mrr_history(5, '2025-02-01', '2025-02-01')$$);
SELECT failure($$SELECT mrr_history(0, '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT mrr_history(5, '2025-02-01', '-infinity')$$);
SELECT failure($$SELECT mrr_history(5, 'infinity', NULL)$$);
SELECT failure($$SELECT mrr_history(5, '-infinity', NULL)$$);
SELECT failure($$SELECT mrr_at(mrr_history(5, '2025-01-01', NULL), 'infinity')$$);
SELECT failure($$SELECT mrr_movement(mrr_history(5, '2025-01-01', NULL), '2025-01-01', '2024-01-01')$$);
SELECT failure($$SELECT mrr_movement(mrr_history(5, '2025-01-01', NULL), '-infinity', '2024-01-01')$$);
-- the hint is one that works
SELECT mrr_history(a, s, e) FILTER (WHERE (e > s) IS NOT FALSE)
FROM (VALUES (5, date '2025-02-01', date '2025-01-01'), (7, '2025-02-01', NULL)) AS v(a, s, e);

-- parts of one customer's subscriptions roll up to the whole
SELECT rollup(h) = (SELECT mrr_history(amount, starts_on, ends_on) FROM example) AS same
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example GROUP BY amount, ctid::text) AS p;

-- many changes, out of order
SELECT count(*) AS changes, min(c.mrr), max(c.mrr), sum(c.mrr)
FROM (SELECT mrr_history(1 + i % 10, date '2000-01-01' + i * 7919 % 5003, date '2000-01-01' + i * 7919 % 5003 + 1 + i % 400) AS h
		FROM generate_series(1, 5000) AS i) AS e, mrr_changes(h) AS c;
SELECT bool_and(mrr_at(h, d) = (SELECT coalesce(sum(1 + i % 10), 0) FROM generate_series(1, 5000) AS i
		WHERE d - date '2000-01-01' >= i * 7919 % 5003 AND d - date '2000-01-01' < i * 7919 % 5003 + 1 + i % 400)) AS same
FROM (SELECT mrr_history(1 + i % 10, date '2000-01-01' + i * 7919 % 5003, date '2000-01-01' + i * 7919 % 5003 + 1 + i % 400) AS h
		FROM generate_series(1, 5000) AS i) AS e,
	(SELECT date '1999-12-30' + k * 97 FROM generate_series(0, 60) AS k) AS days(d);

--
-- The bridge
--
CREATE FUNCTION bridge(s mrr_summary, from_date date DEFAULT NULL, to_date date DEFAULT NULL,
	OUT period date, OUT opening numeric, OUT new numeric, OUT reactivation numeric, OUT expansion numeric,
	OUT contraction numeric, OUT churned numeric, OUT closing numeric, OUT customers text,
	OUT nrr numeric, OUT grr numeric, OUT churn numeric, OUT quick numeric, OUT arpa numeric)
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT period, round(opening_mrr, 2), round(new_mrr, 2), round(reactivation_mrr, 2), round(expansion_mrr, 2),
		round(contraction_mrr, 2), round(churned_mrr, 2), round(closing_mrr, 2),
		format('%s+%s+%s-%s=%s', opening_customers, new_customers, reactivated_customers, churned_customers, closing_customers),
		round(nrr, 2), round(grr, 2), round(customer_churn, 2), round(quick_ratio, 2), round(arpa, 2)
	FROM mrr_bridge(s, from_date, to_date)
$$;

-- new 166.67, expansion 60, contraction 60, churn 166.67, reactivation 150
SELECT * FROM bridge((SELECT mrr_summary(h, 'month')
	FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e));
SELECT period, opening, new, contraction, closing, customers FROM bridge((SELECT mrr_summary(h, 'quarter')
	FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e));
SELECT period, opening, new, contraction, closing, customers FROM bridge((SELECT mrr_summary(h, 'year')
	FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM example) AS e));

-- opening 100; expansion 18, contraction 6, churn 9: NRR 103, GRR 85
CREATE TEMP TABLE customers AS
SELECT id, mrr_history(amount, starts_on, ends_on) AS h
FROM (VALUES (1, 40, date '2025-01-01', NULL::date), (1, 18, '2025-02-10', NULL),
		(2, 20, '2025-01-15', '2025-02-20'), (2, 14, '2025-02-20', NULL),
		(3, 9, '2025-01-31', '2025-02-28'), (4, 31, '2025-01-02', NULL),
		-- is not in January's closing MRR, and so not in these
		(5, 500, '2025-02-01', NULL)) AS s(id, amount, starts_on, ends_on)
GROUP BY id;
SELECT * FROM bridge((SELECT mrr_summary(h, 'month') FROM customers));
-- NRR and GRR from two dates agree with the bridge
SELECT nrr_agg(mrr_at(h, '2025-01-31'), mrr_at(h, '2025-02-28')), grr_agg(mrr_at(h, '2025-01-31'), mrr_at(h, '2025-02-28')) FROM customers;

-- Trap: reactivation counted as new.  Who paid before is not new, be it that
-- they came and went within one period.
SELECT id, period, new_customers AS new, reactivated_customers AS back, churned_customers AS gone
FROM (SELECT id, mrr_history(7, s, e) AS h
		FROM (VALUES (1, date '2025-01-10', date '2025-03-10'), (1, '2025-05-10', NULL),
			(2, '2025-01-10', '2025-01-20'), (2, '2025-05-10', NULL)) AS v(id, s, e) GROUP BY id) AS c,
	mrr_bridge((SELECT mrr_summary(x, 'month') FROM (VALUES (h)) AS a(x)), '2025-01-01', '2025-06-01')
WHERE new_customers + reactivated_customers + churned_customers > 0
ORDER BY id, period;

-- Trap: a customer who pays only within a month is in no month's closing MRR.
-- That is the definition, and it is the same at every grain.
SELECT mrr_summary(h, 'month') AS within FROM (SELECT mrr_history(7, '2025-01-10', '2025-01-20') AS h) AS c;

-- Trap: customers older than the date spine vanish
SELECT * FROM bridge((SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(100, '2012-05-01', NULL) AS h) AS c), '2025-01-01', '2025-03-01');

-- Trap: open-ended subscriptions are dropped (NULL > date is not true)
SELECT period, closing, customers FROM bridge((SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(100, '2025-01-15', NULL) AS h) AS c), NULL, '2025-04-01');

-- Trap: "churned" unreachable behind CASE WHEN current < previous.  A customer
-- who goes to 0 has churned, and is not contraction.
SELECT period, contraction, churned, customers, nrr, grr, churn FROM bridge((SELECT mrr_summary(h, 'month')
	FROM (VALUES (mrr_history_in('{"version": 1, "mrr": {"2025-01-01": 80, "2025-02-01": 0}}')),
		(mrr_history_in('{"version": 1, "mrr": {"2025-01-01": 20}}'))) AS v(h)));

-- Trap: months without churn are missing
SELECT period, opening, churned, closing, nrr, quick FROM bridge((SELECT mrr_summary(h, 'month')
	FROM (VALUES ('{"version": 1, "mrr": {"2025-01-01": 80, "2025-04-01": 0}}'::mrr_history)) AS v(h)), NULL, '2025-06-01');

-- Trap: a plan change counted as churn.  One subscription ends and the next
-- begins on that day: an expansion.  A day without between them, within the
-- month, changes nothing either; over the end of the month it is churn.
SELECT kind, period, opening, new, reactivation AS back, expansion, contraction, churned, closing
FROM (SELECT kind, mrr_history(a, s, e) AS h
		FROM (VALUES ('change', 50, date '2025-01-01', date '2025-02-14'), ('change', 80, '2025-02-14', NULL),
			('gap', 50, '2025-01-01', '2025-02-14'), ('gap', 80, '2025-02-16', NULL),
			('pause', 50, '2025-01-01', '2025-01-31'), ('pause', 80, '2025-02-01', NULL),
			('pause over the end', 50, '2025-01-01', '2025-02-28'), ('pause over the end', 80, '2025-03-01', NULL)) AS v(kind, a, s, e)
		GROUP BY kind) AS c,
	bridge((SELECT mrr_summary(x, 'month') FROM (VALUES (h)) AS a(x)), NULL, '2025-04-01')
ORDER BY kind, period;

-- An upgrade and a downgrade in one period net out
SELECT mrr_summary(h, 'month')
FROM (SELECT mrr_history(a, s, e) AS h
		FROM (VALUES (50, date '2025-01-01', date '2025-02-03'), (90, '2025-02-03', '2025-02-20'), (50, '2025-02-20', NULL)) AS v(a, s, e)) AS c;
-- A second subscription is expansion, cancelling one of two is contraction
SELECT mrr_summary(h, 'month')
FROM (SELECT mrr_history(a, s, e) AS h
		FROM (VALUES (50, date '2025-01-01', NULL::date), (30, '2025-02-03', '2025-03-20')) AS v(a, s, e)) AS c;

-- Trap: everything churns in the month after the data ends.  Here nothing
-- happens without an ends_on; to_date says how far the data goes.
SELECT period, opening, churned, closing FROM bridge((SELECT mrr_summary(h, 'month') FROM customers), NULL, '2025-04-01');
-- A period is shown whole when one of its days is in [from_date, to_date)
SELECT period FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), '2025-01-31', '2025-03-02');
SELECT period FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), '2025-01-31', '2025-03-01');
SELECT period FROM mrr_bridge((SELECT mrr_summary(h, 'quarter') FROM customers), '2024-12-31', '2025-03-02');
SELECT period FROM mrr_bridge((SELECT mrr_summary(h, 'year') FROM customers), date '2025-06-30' - interval '1 year', date '2025-06-30');

-- before there was anything: zeros and NULLs, no error
SELECT * FROM bridge((SELECT mrr_summary(h, 'month') FROM customers), '2024-11-01', '2025-02-01');
-- after the last movement: the level stays
SELECT period, opening, closing, customers, nrr, arpa FROM bridge((SELECT mrr_summary(h, 'month') FROM customers), '2025-06-01', '2025-08-01');
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), '2025-06-01');
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), NULL, '2024-06-01');
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), '2025-01-01', '2025-01-01');
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM customers), '0001-01-01 BC', '0099-12-31');

-- years before the first are periods like others
SELECT period, opening, new, churned FROM bridge((SELECT mrr_summary(h, 'quarter')
	FROM (VALUES ('{"version": 1, "mrr": {"0002-11-30 BC": 5, "0001-02-01": 0}}'::mrr_history)) AS v(h)));
SELECT period, opening, new, churned FROM bridge((SELECT mrr_summary(h, 'year')
	FROM (VALUES ('{"version": 1, "mrr": {"4714-11-24 BC": 5, "4713-01-01 BC": 0}}'::mrr_history)) AS v(h)));

-- empty: no customers, nobody pays, no histories
SELECT mrr_summary(NULL::mrr_history, 'month'), mrr_summary(mrr_history_in('{"version": 1}'), 'month') AS nobody_pays;
SELECT mrr_summary(h, 'month') IS NULL AS no_rows FROM customers WHERE false;
SELECT count(*) FROM mrr_bridge(NULL);
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(NULL::mrr_history, 'month')));
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(NULL::mrr_history, 'month')), '2025-01-01');
SELECT * FROM mrr_bridge((SELECT mrr_summary(NULL::mrr_history, 'month')), '2025-01-01', '2025-02-01');

SELECT failure($$SELECT mrr_summary(h, 'week') FROM customers$$);
SELECT failure($$SELECT mrr_summary(h, NULL) FROM customers$$);
SELECT failure($$SELECT mrr_summary(h, CASE id WHEN 3 THEN 'month' ELSE 'year' END) FROM customers$$);
SELECT failure($$SELECT rollup(s) FROM (SELECT mrr_summary(h, 'month') FROM customers UNION ALL SELECT mrr_summary(h, 'year') FROM customers) AS v(s)$$);
SELECT failure($$SELECT mrr_bridge(mrr_summary(h, 'month'), '2025-02-01', '2025-01-01') FROM customers$$);
SELECT failure($$SELECT mrr_bridge(mrr_summary(h, 'month'), '-infinity', '2025-01-01') FROM customers$$);
SELECT failure($$SELECT mrr_bridge(mrr_summary(h, 'month'), NULL, 'infinity') FROM customers$$);
SELECT failure($$SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(6e37, '2025-01-01', NULL) AS h FROM generate_series(1, 2) AS i GROUP BY i) AS c$$);

--
-- Random histories, against the definition written out the long way: a spine
-- of periods joined to the subscriptions
--
CREATE TEMP TABLE subscriptions AS
SELECT customer, amount, starts_on,
	CASE WHEN random() < 0.8 THEN starts_on + 1 + (random() * random() * 500)::int END AS ends_on
FROM (SELECT (random() * 150)::int AS customer,
			CASE WHEN random() < 0.1 THEN 0 ELSE round((random() * 100)::numeric, (random() * 4)::int) END AS amount,
			date '2023-01-15' + (random() * 900)::int AS starts_on
		FROM generate_series(1, 700)) AS s;
-- renewals and switches on the very day, and on the first of a month
INSERT INTO subscriptions
SELECT customer, CASE WHEN random() < 0.5 THEN amount ELSE amount + 3.14 END, ends_on, CASE WHEN random() < 0.5 THEN ends_on + 200 END
FROM subscriptions WHERE ends_on IS NOT NULL AND random() < 0.3;
INSERT INTO subscriptions
SELECT customer, round(amount / 12, 18), date_trunc('month', starts_on)::date, date_trunc('month', ends_on + 31)::date
FROM subscriptions WHERE random() < 0.2;

CREATE FUNCTION long_way(from_date date, to_date date, step interval) RETURNS SETOF text LANGUAGE sql AS $$
	WITH spine AS (
		SELECT p::date AS p, (p + step)::date AS q FROM generate_series(from_date, to_date - interval '1 day', step) AS p
	), levels AS (
		SELECT p, customer,
			coalesce(sum(amount) FILTER (WHERE starts_on <= p - 1 AND coalesce(ends_on > p - 1, true)), 0) AS o,
			coalesce(sum(amount) FILTER (WHERE starts_on <= q - 1 AND coalesce(ends_on > q - 1, true)), 0) AS c,
			bool_or(starts_on < p AND amount > 0) AS paid_before
		FROM spine CROSS JOIN subscriptions GROUP BY p, customer
	), sums AS (
		SELECT p, sum(o) AS opening,
			coalesce(sum(c) FILTER (WHERE o = 0 AND NOT paid_before), 0) AS new,
			coalesce(sum(c) FILTER (WHERE o = 0 AND paid_before), 0) AS back,
			coalesce(sum(c - o) FILTER (WHERE o > 0 AND c > o), 0) AS up,
			coalesce(sum(o - c) FILTER (WHERE c > 0 AND c < o), 0) AS down,
			coalesce(sum(o) FILTER (WHERE c = 0), 0) AS gone,
			sum(c) AS closing,
			count(*) FILTER (WHERE o > 0) AS opening_customers,
			count(*) FILTER (WHERE o = 0 AND c > 0 AND NOT paid_before) AS new_customers,
			count(*) FILTER (WHERE o = 0 AND c > 0 AND paid_before) AS back_customers,
			count(*) FILTER (WHERE o > 0 AND c = 0) AS gone_customers,
			count(*) FILTER (WHERE c > 0) AS closing_customers,
			sum(c) FILTER (WHERE o > 0) AS closing_of_opening,
			sum(least(o, c)) FILTER (WHERE o > 0) AS kept
		FROM levels GROUP BY p
	)
	SELECT concat_ws('|', p, trim_scale(opening), trim_scale(new), trim_scale(back), trim_scale(up), trim_scale(down), trim_scale(gone), trim_scale(closing),
		opening_customers, new_customers, back_customers, gone_customers, closing_customers,
		coalesce(round(100 * closing_of_opening / nullif(opening, 0), 9)::text, '~'), coalesce(round(100 * kept / nullif(opening, 0), 9)::text, '~'),
		coalesce(round(100.0 * gone_customers / nullif(opening_customers, 0), 9)::text, '~'),
		coalesce(round((new + back + up) / nullif(down + gone, 0), 9)::text, '~'), coalesce(round(closing / nullif(closing_customers, 0), 9)::text, '~'))
	FROM sums
$$;
CREATE FUNCTION our_way(from_date date, to_date date, grain text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws('|', period, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr, churned_mrr, closing_mrr,
		opening_customers, new_customers, reactivated_customers, churned_customers, closing_customers,
		coalesce(round(nrr, 9)::text, '~'), coalesce(round(grr, 9)::text, '~'),
		coalesce(round(customer_churn, 9)::text, '~'),
		coalesce(round(quick_ratio, 9)::text, '~'), coalesce(round(arpa, 9)::text, '~'))
	FROM mrr_bridge((SELECT mrr_summary(h, grain) FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c), from_date, to_date)
$$;
SELECT grain, count(*) AS periods, count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS wrong
FROM (VALUES ('month', interval '1 month', date '2022-10-01', date '2027-01-01'),
		('quarter', interval '3 months', '2022-01-01', '2027-01-01'),
		('year', interval '1 year', '2020-01-01', '2028-01-01'),
		-- inside the data
		('month', interval '1 month', '2024-03-01', '2024-09-01')) AS g(grain, step, from_date, to_date),
	LATERAL (SELECT * FROM our_way(from_date, to_date, grain) WITH ORDINALITY AS o(ours, n)
		FULL JOIN (SELECT t, row_number() OVER (ORDER BY t) AS n FROM long_way(from_date, to_date, step) AS t) AS l(theirs, n) USING (n)) AS j
GROUP BY grain, from_date ORDER BY grain, from_date;

-- the identity holds in every row, to the last digit, and rows join up
SELECT count(*) > 40 AS periods,
	count(*) FILTER (WHERE opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr <> closing_mrr) AS broken,
	count(*) FILTER (WHERE opening_customers + new_customers + reactivated_customers - churned_customers <> closing_customers) AS broken_customers,
	count(*) FILTER (WHERE closing_mrr <> next) AS gaps
FROM (SELECT *, lead(opening_mrr) OVER (ORDER BY period) AS next
		FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c))) AS b;

-- the three movements of one customer tell the same as the bridge
SELECT count(*) > 40 AS periods, count(*) FILTER (WHERE tells <> (new_customers, reactivated_customers, churned_customers)::text) AS wrong
FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c)),
	LATERAL (SELECT (count(*) FILTER (WHERE m = 'new'), count(*) FILTER (WHERE m = 'reactivation'), count(*) FILTER (WHERE m = 'churn'))::text
		FROM (SELECT mrr_movement(mrr_history(amount, starts_on, ends_on), period, period + interval '1 month') AS m FROM subscriptions GROUP BY customer) AS c) AS t(tells);

-- segments of disjoint customers roll up to the company, byte for byte
SELECT mrr_summary_send(rollup(s)) = (SELECT mrr_summary_send(mrr_summary(h, 'month'))
	FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c) AS same
FROM (SELECT customer % 7, mrr_summary(h, 'month') AS s
		FROM (SELECT customer, mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c GROUP BY 1) AS segments;

-- scales that differ, and decimals that sums do not need any more
SELECT x.n, mrr_summary_send(rollup(s)) = (SELECT mrr_summary_send(mrr_summary(h, 'month')) FROM (
		SELECT mrr_history(a, '2025-01-01', NULL) AS h FROM unnest('{0.25, 1.5, 100, 0.25}'::numeric[]) WITH ORDINALITY AS u(a, n) GROUP BY n) AS c) AS same
FROM (VALUES (1, '{100, 1.5, 0.25, 0.25}'::numeric[]), (2, '{0.25, 0.25, 1.5, 100}'), (3, '{101, 0.5, 0.25, 0.25}')) AS x(n, amounts),
	LATERAL (SELECT mrr_summary(h, 'month') AS s FROM (SELECT m, mrr_history(a, '2025-01-01', NULL) AS h FROM unnest(amounts) WITH ORDINALITY AS u(a, m) GROUP BY m) AS c GROUP BY m) AS parts
GROUP BY x.n ORDER BY x.n;
SELECT count(DISTINCT mrr_summary_send(s)) AS one, min(s::text) AS s
FROM (SELECT mrr_summary(h, 'year') AS s FROM (SELECT n, i, mrr_history(a, '2025-01-01', NULL) AS h
		FROM (VALUES (1, 1, 0.5), (1, 2, 0.5), (2, 1, 0.25), (2, 2, 0.75), (3, 1, 0.999), (3, 2, 0.001)) AS v(n, i, a) GROUP BY n, i) AS c GROUP BY n) AS t;

-- trailing twelve months at any date, from the customers' histories
SELECT d, round(nrr_agg(mrr_at(h, d - interval '1 year'), mrr_at(h, d)), 4) = round(
		(SELECT 100 * sum(c) / sum(o) FROM (SELECT
			coalesce(sum(amount) FILTER (WHERE starts_on <= d - interval '1 year' AND coalesce(ends_on > d - interval '1 year', true)), 0) AS o,
			coalesce(sum(amount) FILTER (WHERE starts_on <= d AND coalesce(ends_on > d, true)), 0) AS c
			FROM subscriptions GROUP BY customer) AS l WHERE o > 0), 4) AS same
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c,
	unnest('{2024-06-30, 2024-12-31, 2025-02-28}'::date[]) AS d
GROUP BY d ORDER BY d;

--
-- Text and equality
--
SELECT count(*) > 100 AS customers, bool_and(mrr_history_send(h) = mrr_history_send(h::text::mrr_history)) AS same,
	bool_and(h = h::text::mrr_history AND NOT h <> h) AS equal
FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c;
SELECT count(*) FROM (SELECT DISTINCT mrr_history(a, '2025-01-01', NULL) FROM (VALUES (1, 5), (2, 5.0), (3, 6)) AS v(id, a) GROUP BY id) AS d;
SELECT bool_and(mrr_summary_send(s) = mrr_summary_send(s::text::mrr_summary)) AS same
FROM (SELECT mrr_summary(h, g) AS s
		FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c, unnest('{month,quarter,year}'::text[]) AS g GROUP BY g) AS v;
SELECT bool_and(nrr_summary_send(s) = nrr_summary_send(s::text::nrr_summary)) AS same
FROM (SELECT nrr_summary(opening, closing) AS s FROM moving GROUP BY i % 50) AS v;
-- the text does not depend on the session
SET datestyle = 'German';
SET extra_float_digits = 0;
SELECT mrr_history(1.5, '31.1.2025', '1.3.2025') AS h, mrr_history(1.5, '31.1.2025', '1.3.2025')::text::mrr_history = mrr_history(1.5, '31.1.2025', '1.3.2025') AS same;
RESET datestyle;
RESET extra_float_digits;
SET datestyle = 'ISO, MDY';

-- what people write is made canonical
SELECT h::mrr_history FROM (VALUES ('{"mrr": {"2025-03-01": 0, "2025-01-01": 5.500, "2025-02-01": 55e-1, "2024-12-01": 0}, "version": 1}'),
	('{"version": 1}'), ('{"version": 1, "mrr": {}}')) AS v(h);
SELECT '{"version": 1, "periods": {"2025-01-01": {"new_mrr": 5.00, "new_customers": 1, "churned_mrr": 0}}, "grain": "MONTH"}'::mrr_summary;
SELECT '{"version": 1, "kept_mrr": 1, "closing_mrr": 1.50, "opening_mrr": 2.5, "customers": 2}'::nrr_summary;

-- what cannot be is refused
SELECT input, f FROM unnest(ARRAY['', '[]', '5', '{"version": 2}', '{"version": 1, "mrr": 5}', '{"version": 1, "mrr": []}', '{"version": 1, "mmr": {}}', '{"version": 1, "mrr": {"today": 5}}',
	'{"version": 1, "mrr": {"2025-02-30": 5}}', '{"version": 1, "mrr": {"2025-1-01": 5}}', '{"version": 1, "mrr": {"2025-01-01 BC ": 5}}', '{"version": 1, "mrr": {"02025-01-01": 5}}', '{"version": 1, "mrr": {"0000-01-01": 5}}', '{"version": 1, "mrr": {"5874898-01-01": 5}}',
	'{"version": 1, "mrr": {"infinity": 5}}', '{"version": 1, "mrr": {"2025-01-01": -5}}', '{"version": 1, "mrr": {"2025-01-01": "5"}}', '{"version": 1, "mrr": {"2025-01-01": null}}', '{"version": 1, "mrr": {"2025-01-01": 1e38}}']) AS input,
	LATERAL failure(format('SELECT %L::mrr_history', input)) WITH ORDINALITY AS e(f, n) WHERE n <= 2;
SELECT input, f FROM unnest(ARRAY['{"version": 1}', '{"version": 1, "grain": "week"}', '{"version": 1, "grain": 1}', '{"version": 1, "grain": "month", "periods": []}', '{"version": 1, "grain": "month", "periods": {"2025-01-02": {}}}', '{"version": 1, "grain": "quarter", "periods": {"2025-02-01": {}}}',
	'{"version": 1, "grain": "month", "periods": {"2025-01-01": {}}}', '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5}}}', '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_customers": 5}}}',
	'{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": -5, "new_customers": 1}}}', '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": -1}}}',
	'{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": 1.5}}}', '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"churned_mrr": 5, "churned_customers": 1}}}',
	'{"version": 1, "grain": "month", "periods": {"2025-01-01": {"expansion_mrr": 5}}}', '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"old_mrr": 5}}}',
	'{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": 2}, "2025-02-01": {"churned_mrr": 5, "churned_customers": 1}}}']) AS input,
	LATERAL failure(format('SELECT %L::mrr_summary', input)) WITH ORDINALITY AS e(f, n) WHERE n <= 2;
SELECT input, f FROM unnest(ARRAY['{"version": 1, "customers": 1}', '{"version": 1, "opening_mrr": 5}', '{"version": 1, "customers": 1, "opening_mrr": 5, "kept_mrr": 6, "closing_mrr": 6}', '{"version": 1, "customers": 1, "opening_mrr": 5, "kept_mrr": 5, "closing_mrr": 4}', '{"version": 1, "closing_mrr": 5}', '{"version": 1, "customers": 1, "opening_mrr": 5, "closing_mrr": 4, "kept_mrr": 3}',
	'{"version": 1, "customers": 1, "opening_mrr": -5}', '{"version": 1, "customers": 1, "opening_mrr": "5"}', '{"version": 1, "customers": 1, "opening_mrr": 1e40}', '{"version": 1, "customers": 1, "opening_mrr": 1e30, "closing_mrr": 1e-30}']) AS input,
	LATERAL failure(format('SELECT %L::nrr_summary', input)) WITH ORDINALITY AS e(f, n) WHERE n <= 2;

-- stored: small ones with short headers, large ones compressed or apart
CREATE TEMP TABLE stored AS
SELECT customer, mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer;
INSERT INTO stored
SELECT -1, mrr_history(i % 97 + 0.25, date '2000-01-01' + i * 7919 % 9001, date '2000-01-01' + i * 7919 % 9001 + 1 + i % 400) FROM generate_series(1, 9000) AS i;
SELECT pg_column_size(mrr_history_send(h)) > 100000 AS large FROM stored WHERE customer = -1;
SELECT mrr_summary_send(mrr_summary(h, 'month')) = mrr_summary_send((SELECT mrr_summary(h, 'month') FROM (
	SELECT mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer
	UNION ALL
	SELECT mrr_history(i % 97 + 0.25, date '2000-01-01' + i * 7919 % 9001, date '2000-01-01' + i * 7919 % 9001 + 1 + i % 400) FROM generate_series(1, 9000) AS i) AS c)) AS same
FROM stored;

-- more customers than a count holds, in two periods: an error, not a value that
-- its own input function refuses
SELECT failure($$SELECT rollup(s) FROM (VALUES
	(mrr_summary '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 1, "new_customers": 1000000000000000}}}'),
	('{"version": 1, "grain": "month", "periods": {"2025-02-01": {"new_mrr": 1, "new_customers": 1}}}')) AS v(s)$$);
-- a message shows the first digits of a number, not all of them
SELECT failure($$SELECT nrr_agg(1e38, 1)$$);
SELECT failure($$SELECT nrr_agg(1e99999, 1)$$);
SELECT failure($$SELECT mrr_summary(NULL::mrr_history, repeat('é', 1000))$$);

-- The condition of a hint keeps the rows that are not known: here a customer who left, which counts as 0.
SELECT nrr_agg(o, c) FILTER (WHERE (c >= 0 AND c <> 'NaN') IS NOT FALSE) AS nrr, nrr_agg(o, c) FILTER (WHERE (o NOT IN ('NaN', 'Infinity', '-Infinity') AND c NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE AND c IS DISTINCT FROM -5) AS nan_left_out
FROM (VALUES (100::numeric, 100::numeric), (100, NULL), (100, -5), (100, 'NaN')) v(o, c) WHERE c IS DISTINCT FROM 'NaN' OR o = 100;

-- A state that is no value of the aggregate yet can be read.
SELECT mrr_at(mrr_history_accum(mrr_history_accum(NULL, 10, '2025-02-01', '2025-03-01'), 5, '2025-01-01', NULL), '2025-02-10');
-- It is shown and sent as the value that it becomes: without days on which nothing changes, in order, with the decimals that its sums need.
SELECT n, h, mrr_history_send(h) = mrr_history_send(mrr_history_final(h)) AS sent_same, (SELECT array_agg(c) FROM mrr_changes(h) AS c) AS changes
FROM (VALUES (1, mrr_history_accum(mrr_history_accum(NULL, 10.5, '2025-01-01', '2025-02-01'), 10.5, '2025-02-01', NULL)),
	(2, mrr_history_accum(mrr_history_accum(NULL, 10.5, '2025-02-01', NULL), 5, '2025-01-01', NULL)),
	(3, mrr_history_accum(mrr_history_accum(NULL, 10.5, '2025-02-01', NULL), 0.5, '2025-02-01', NULL))) AS v(n, h) ORDER BY n;
SELECT s, mrr_summary_send(s) = mrr_summary_send(mrr_summary_final(s)) AS sent_same
FROM (SELECT mrr_summary_accum(mrr_summary_accum(NULL, '{"version": 1, "mrr": {"2025-01-01": 1.5}}', 'month'), '{"version": 1, "mrr": {"2025-01-01": 2.5}}', 'month') AS s) AS v;
-- sums of a text that have too many digits between them
SELECT failure($$SELECT '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 1e37, "expansion_mrr": 0.01, "new_customers": 1}}}'::mrr_summary$$);
-- More periods than are sorted one by one, in three stretches, the first one last: the sums are those of the long way.
CREATE TEMP TABLE long_ago AS
SELECT customer, date '2000-01-01' + since + i * interval '1 month' AS since, 1 + (i + customer) % 2 AS amount
FROM (VALUES (1, interval '300 years', 1), (2, '100 years', 1500), (3, '0 years', 1000)) AS c(customer, since, months), generate_series(1, months) AS i;
SELECT count(*) AS periods, sum(expansion) AS expansion,
	(SELECT sum(greatest(amount - before, 0)) FROM (SELECT amount, lag(amount) OVER (PARTITION BY customer ORDER BY since) AS before FROM long_ago) AS l) AS the_long_way
FROM (SELECT mrr_summary(h, 'month' ORDER BY customer) AS s
	FROM (SELECT customer, mrr_history(amount, since::date, (since + interval '1 month')::date) AS h FROM long_ago GROUP BY 1) AS h) AS v,
	LATERAL (SELECT expansion_mrr FROM mrr_bridge(s)) AS b(expansion);
DROP TABLE long_ago;
