--
-- Customer value: purchase_log and its functions, and refunds, which
-- purchases_left() of setup.sql defines
--
SET datestyle = 'ISO, MDY';
\pset null '~'

--
-- Refunds
--
-- A purchase that is sent back a week later: openretailscience PR 537,
-- WooCommerce 21822, lifetimes 172 report what counting it twice does.
CREATE TEMP TABLE returned (customer_id int, purchased_on date, amount numeric);
INSERT INTO returned VALUES (1, '2025-01-01', 100), (1, '2025-01-08', -100), (2, '2025-01-01', 100);
SELECT customer_id, frequency(h), recency(h), monetary_value(h), purchases(h), revenue(h), first_purchase(h), last_purchase(h), h
FROM (SELECT customer_id, purchase_history(amount, purchased_on) AS h FROM returned GROUP BY 1) AS c ORDER BY 1;
-- nobody has bought twice, and one customer has bought once
SELECT customers(l), purchases(l), revenue(l), repeat_rate(l), clv(l, 3), clv(l, 3, 50) AS at_half_margin, l FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM returned) AS t;
-- a value_summary has no days, so a refund only lowers the revenue: two purchases
-- of 50 on average by two customers
SELECT customers(s), purchases(s), revenue(s), average_purchase_value(s), purchase_frequency(s), clv(s, 3) FROM (SELECT value_summary(amount, customer_id) AS s FROM returned) AS t;
SELECT s, average_purchase_value(s), purchase_frequency(s), clv(s, 3), clv(-5, 1, 3) FROM (SELECT value_summary(-5, 1) AS s) AS t GROUP BY s;
SELECT rollup(s), average_purchase_value(rollup(s)) FROM (VALUES (value_summary '{"version": 1, "purchases": 0, "revenue": -5, "ids": "integer", "customers": []}'), ('{"version": 1, "purchases": 2, "revenue": 15, "ids": "integer", "customers": [7]}')) AS v(s);
-- of the log, its refunds applied
SELECT value_summary(l), average_purchase_value(value_summary(l)) FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM returned) AS t;

-- Each case says what is left: an exact refund takes the newest day of that sum,
-- not a newer one of another; another takes from the newest, then the one before;
-- a refund of more than was bought; a refund before the purchase; on the day itself;
-- a free order stays; of two refunds of a day together; an exact one comes first,
-- whatever its place in time; two exact ones take two days.
CREATE TEMP TABLE cases (n int, what text, amounts numeric[], days int[]);
INSERT INTO cases VALUES
	(1, 'exact, the newest of two', '{30, 30, 20, -30}', '{1, 5, 7, 9}'),
	(2, 'another, from the newest on', '{30, 30, 20, -25}', '{1, 5, 7, 9}'),
	(3, 'more than was bought', '{30, -50}', '{1, 5}'),
	(4, 'before the purchase', '{-30, 30}', '{1, 5}'),
	(5, 'on its day', '{30, 12.5, -30, -12.5}', '{1, 1, 1, 1}'),
	(6, 'in part on its day', '{30, -10}', '{1, 1}'),
	(7, 'a free order', '{0, 10, -10}', '{1, 2, 3}'),
	(8, 'two of a day', '{30, 20, -30, -20}', '{1, 2, 3, 3}'),
	(9, 'exact ones first', '{30, 20, -10, -30}', '{1, 2, 3, 4}'),
	(10, 'two exact ones', '{30, 30, 30, -30, -30}', '{1, 2, 3, 4, 5}'),
	(11, 'a second one of what is gone', '{30, 20, -30, -30}', '{1, 2, 3, 4}'),
	(12, 'other digits', '{30.50, -30.5000000000000000004}', '{1, 2}'),
	(13, 'two orders of a day, one sent back', '{30, 20, 5, -20}', '{2, 2, 1, 3}');
SELECT n, what, purchases(h), revenue(h), frequency(h), monetary_value(h), first_purchase(h), last_purchase(h), left_by_definition
FROM cases, LATERAL (SELECT purchase_history(amount, date '2025-01-01' + day) AS h, array_agg(date '2025-01-01' + day) AS dates FROM unnest(amounts, days) AS u(amount, day)) AS c,
	LATERAL (SELECT string_agg(to_char(day, 'DD') || ': ' || spent, ', ') AS left_by_definition FROM purchases_left(amounts, dates)) AS l ORDER BY n;

-- Random customers, few amounts and days, so that all kinds of refunds meet: each
-- figure is that of the definition, as of any day, from histories and from a log,
-- in any order and any split of the rows.
CREATE TEMP TABLE shop AS
SELECT i, pick(i, 1, 400) AS customer_id, date '2025-01-01' + pick(i, 2, 40) AS day,
	(CASE WHEN pick(i, 3, 10) < 4 THEN -1 ELSE 1 END * (pick(i, 4, 5) * (ARRAY[10, 12.5, 10.99])[1 + pick(i, 5, 3)]))::numeric AS amount
FROM generate_series(1, 3000) AS i;
CREATE TEMP TABLE truth AS
SELECT customer_id, as_of, count(p.day) AS days, min(p.day) AS first, max(p.day) AS last, coalesce(sum(purchases), 0) AS purchases,
	sum(spent) AS spent, avg(spent) FILTER (WHERE n > 1) AS value, count(*) FILTER (WHERE n > 1 AND spent > 0) AS spend_days, revenue
FROM (SELECT customer_id, as_of, array_agg(amount) AS amounts, array_agg(day) AS days, sum(amount) FILTER (WHERE day <= as_of) AS revenue
		FROM shop, unnest('{2025-01-10, 2025-01-25, 2025-03-01}'::date[]) AS as_of GROUP BY 1, 2) AS c
	LEFT JOIN LATERAL (SELECT *, row_number() OVER (ORDER BY day) AS n FROM purchases_left(amounts, c.days, as_of)) AS p ON true
GROUP BY customer_id, as_of, revenue;
SELECT count(*) AS customers, count(*) FILTER (WHERE days = 0) AS all_returned, count(*) FILTER (WHERE revenue < 0) AS negative, count(*) FILTER (WHERE spent > revenue) AS left_over FROM truth;
CREATE TEMP TABLE shop_histories AS SELECT customer_id, purchase_history(amount, day) AS h FROM shop GROUP BY 1;
SELECT count(*) AS figures, count(*) FILTER (WHERE (frequency(h, as_of), recency(h, as_of), days_since_last_purchase(h, as_of), tenure(h, as_of), monetary_value(h, as_of))
	IS DISTINCT FROM (CASE WHEN days > 0 THEN days - 1 END, last - first, as_of - last, as_of - first, trim_scale(value))) AS wrong
FROM shop_histories JOIN truth USING (customer_id);
SELECT count(*) AS customers, count(*) FILTER (WHERE (purchases(h), revenue(h), first_purchase(h), last_purchase(h)) IS DISTINCT FROM (purchases, trim_scale(revenue), first, last)) AS wrong
FROM shop_histories JOIN truth USING (customer_id) WHERE as_of = '2025-03-01';
CREATE TEMP TABLE shop_log AS SELECT purchase_log(customer_id, amount, day) AS l FROM shop;
SELECT customers(l) = count(*) FILTER (WHERE days > 0) AS customers, purchases(l) = sum(purchases) AS purchases, revenue(l) = sum(revenue) AS revenue,
	repeat_rate(l) = trim_scale(100.0 * count(*) FILTER (WHERE days > 1) / count(*) FILTER (WHERE days > 0)) AS repeat_rate,
	abs(clv(l, 2.5, 80) - sum(revenue) / count(*) FILTER (WHERE days > 0) * 2.5 * 0.8) < 1e-12 AS clv,
	(customers(value_summary(l)), purchases(value_summary(l)), revenue(value_summary(l))) = (customers(l), purchases(l), revenue(l)) AS value_summary
FROM shop_log, truth WHERE as_of = '2025-03-01' GROUP BY l;
SELECT count(*) AS histories, count(*) FILTER (WHERE purchase_history_send(history) IS DISTINCT FROM purchase_history_send(h)) AS wrong
FROM shop_log, histories(l) FULL JOIN shop_histories USING (customer_id);
-- the same bytes in any order, any parts, by any integer type
SELECT count(DISTINCT l) AS logs, count(DISTINCT purchase_log_send(l)) AS sent, bool_and(l = l::text::purchase_log) AS text_same
FROM (SELECT l FROM shop_log
	UNION ALL SELECT purchase_log(customer_id, amount, day ORDER BY i DESC) FROM shop
	UNION ALL SELECT purchase_log(customer_id::int, amount, day ORDER BY day, amount) FROM shop
	UNION ALL SELECT purchase_log(customer_id::smallint, amount, day ORDER BY customer_id, amount) FROM shop
	UNION ALL SELECT rollup(l) FROM (SELECT purchase_log(customer_id, amount, day) AS l FROM shop GROUP BY i % 7) AS p
	UNION ALL SELECT sum(l) FROM (SELECT purchase_log(customer_id, amount, day) AS l FROM shop GROUP BY pick(i, 9, 1000)) AS p
	UNION ALL SELECT a.l + b.l FROM (SELECT purchase_log(customer_id, amount, day) AS l FROM shop WHERE i % 3 = 0) AS a, (SELECT purchase_log(customer_id, amount, day) AS l FROM shop WHERE i % 3 > 0) AS b
	UNION ALL SELECT a.l - b.l FROM (SELECT rollup(l) AS l FROM (SELECT purchase_log(customer_id, amount, day) AS l FROM shop UNION ALL SELECT purchase_log(customer_id, amount, day) FROM shop WHERE i < 500) AS u) AS a,
		(SELECT purchase_log(customer_id, amount, day) AS l FROM shop WHERE i < 500) AS b) AS u;
SELECT bool_and(purchase_history_send(p.h) = purchase_history_send(s.h)) AS same FROM shop_histories AS s
JOIN (SELECT customer_id, rollup(h) AS h FROM (SELECT customer_id, purchase_history(amount, day ORDER BY amount) AS h FROM shop GROUP BY 1, i % 3) AS x GROUP BY 1) AS p USING (customer_id);
-- uuids and texts say the same, without integers to return
SELECT u.customers = t.customers AND u.purchases = t.purchases AND u.revenue = t.revenue AND u.repeat_rate = t.repeat_rate AS same
FROM (SELECT customers(l), purchases(l), revenue(l), repeat_rate(l) FROM (SELECT purchase_log(md5(customer_id::text)::uuid, amount, day) AS l FROM shop) AS x) AS u,
	(SELECT customers(l), purchases(l), revenue(l), repeat_rate(l) FROM (SELECT purchase_log('customer ' || customer_id, amount, day) AS l FROM shop) AS x) AS t;
SELECT count(*) AS histories, count(*) FILTER (WHERE history IS DISTINCT FROM h) AS wrong
FROM (SELECT purchase_log(md5(customer_id::text)::uuid, amount, day) AS l FROM shop) AS x, histories_uuid(l) AS u
	FULL JOIN (SELECT md5(customer_id::text)::uuid AS customer_id, h FROM shop_histories) AS s USING (customer_id);

--
-- RFM
--
-- Figures as of any day are those of the histories; the scores those of the window
-- functions that docs/value.md gives.
CREATE TEMP TABLE scores AS
SELECT as_of, r.* FROM unnest('{2025-01-10, 2025-01-25, 2025-03-01}'::date[]) AS as_of, shop_log, rfm(l, as_of) AS r;
SELECT as_of, count(*) AS customers, count(*) FILTER (WHERE (r.days_since_last, r.purchases, r.revenue) IS DISTINCT FROM (as_of - last, t.purchases, trim_scale(t.revenue))) AS wrong_figures,
	count(*) FILTER (WHERE (recency_score, frequency_score, monetary_score) IS DISTINCT FROM (recency, frequency, monetary)) AS wrong_scores,
	count(DISTINCT recency_score) AS recency_scores, count(DISTINCT frequency_score) AS frequency_scores, count(DISTINCT monetary_score) AS monetary_scores
FROM scores AS r
	FULL JOIN (SELECT *, 1 + 5 * (rank() OVER (PARTITION BY as_of ORDER BY last) - 1) / count(*) OVER (PARTITION BY as_of) AS recency,
			1 + 5 * (rank() OVER (PARTITION BY as_of ORDER BY purchases) - 1) / count(*) OVER (PARTITION BY as_of) AS frequency,
			1 + 5 * (rank() OVER (PARTITION BY as_of ORDER BY revenue) - 1) / count(*) OVER (PARTITION BY as_of) AS monetary
		FROM truth WHERE days > 0) AS t USING (customer_id, as_of)
GROUP BY 1 ORDER BY 1;
-- ten customers, of whom six have bought once: they share a score, and the next one
-- is better than 60 percent
SELECT * FROM rfm((SELECT purchase_log(c, 10 * c, date '2025-01-01' + c + k) FROM generate_series(1, 10) AS c, generate_series(1, greatest(1, c - 5)) AS k), '2025-02-01') ORDER BY 1;
-- revenue too large, and too far apart, for one word beside the place
SELECT customer_id, revenue, monetary_score FROM rfm((SELECT purchase_log(c, a, '2025-01-01') FROM (VALUES (1, 9e37), (2, 5), (3, 1e19), (4, 10), (5, 1e30)) AS v(c, a)), '2025-01-01') ORDER BY 1;
SELECT customer_id, revenue, monetary_score FROM rfm((SELECT purchase_log(c, a, d) FROM (VALUES (1, 9e37, date '2025-01-02'), (1, -9e37, '2025-01-01'), (2, 5, '2025-01-01'), (3, 1, '2025-01-02'), (3, -9e37, '2025-01-01')) AS v(c, a, d)), '2025-01-02') ORDER BY 1;
SELECT customer_id = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11' AS id, days_since_last, purchases, revenue, recency_score, frequency_score, monetary_score
FROM rfm_uuid((SELECT purchase_log('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 10, '2025-01-01')), '2025-01-31');
SELECT count(*) AS rows FROM rfm((SELECT l FROM shop_log), '2024-12-31');
SELECT failure($$SELECT rfm(l, '2025-03-01') FROM (SELECT purchase_log('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid, 10, '2025-01-01') AS l) AS t$$);
SELECT failure($$SELECT rfm_uuid(l, '2025-03-01') FROM shop_log$$);
SELECT failure($$SELECT rfm(purchase_log('A', 10, '2025-01-01'), '2025-03-01')$$);
SELECT failure($$SELECT histories(purchase_log('A', 10, '2025-01-01'))$$);
SELECT failure($$SELECT rfm(l, 'infinity') FROM shop_log$$);
SELECT count(*) AS rows FROM rfm(NULL, '2025-01-01');

--
-- Models: the same bytes as from the histories
--
CREATE TEMP TABLE cdnow (customer_id int, purchased_on date, amount numeric);
\copy cdnow FROM 'test/data/cdnow_orders.csv' WITH (FORMAT csv, HEADER)
SELECT model, clv_model_send(clv_model(l, '1997-09-30', model)) = clv_model_send((SELECT clv_model(h, '1997-09-30', model) FROM (SELECT purchase_history(amount, purchased_on) AS h FROM cdnow GROUP BY customer_id) AS c)) AS same_bytes
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM cdnow) AS t, unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model;
SELECT clv_model(NULL::purchase_log, '1997-09-30', 'bg_nbd'), clv_model(l, '1996-01-01', 'bg_nbd') FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS l FROM cdnow) AS t;
SELECT failure($$SELECT clv_model(l, NULL, 'bg_nbd') FROM shop_log$$);
SELECT failure($$SELECT clv_model(l, '2025-03-01', 'best') FROM shop_log$$);
SELECT failure($$SELECT clv_model(l, '2025-03-01', NULL) FROM shop_log$$);
SELECT failure($$SELECT clv_model(l, 'infinity', 'bg_nbd') FROM shop_log$$);
-- Every fifth order is sent back ten days later.  Of days that hold one order, that
-- gives what the orders without these give: those of other days, and of customers
-- who have no such day, are left out on both sides.
CREATE TEMP TABLE numbered AS SELECT *, row_number() OVER (ORDER BY purchased_on, customer_id, amount) AS n, count(*) OVER (PARTITION BY customer_id, purchased_on) AS of_day FROM cdnow WHERE amount > 0;
CREATE TEMP TABLE with_refunds AS
SELECT customer_id, purchased_on, amount FROM numbered WHERE of_day = 1
UNION ALL SELECT customer_id, purchased_on + 10, -amount FROM numbered WHERE of_day = 1 AND n % 5 = 0;
CREATE TEMP TABLE without AS SELECT customer_id, purchased_on, amount FROM numbered WHERE of_day = 1 AND n % 5 <> 0;
SELECT (SELECT count(*) FROM cdnow) AS orders, (SELECT count(*) FROM with_refunds WHERE amount < 0) AS refunds, (SELECT count(*) FROM numbered WHERE of_day > 1) AS left_out;
SELECT customers(a) = customers(b) AS customers, purchases(a) = purchases(b) AS purchases, revenue(a) = revenue(b) AS revenue, repeat_rate(a) = repeat_rate(b) AS repeat_rate, clv(a, 2) = clv(b, 2) AS clv, customers(a), round(repeat_rate(a), 4) AS repeat_rate
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS a FROM with_refunds) AS w, (SELECT purchase_log(customer_id, amount, purchased_on) AS b FROM without) AS o;
-- A customer who buys the same again between an order and its refund has the newer day
-- cancelled: for the model, which looks at days, that is another customer.  All
-- others are the same.
SELECT count(*) AS customers, count(*) FILTER (WHERE (frequency(a.h), recency(a.h), monetary_value(a.h), first_purchase(a.h)) IS DISTINCT FROM (frequency(b.h), recency(b.h), monetary_value(b.h), first_purchase(b.h))) AS differ,
	count(*) FILTER (WHERE (frequency(a.h), purchases(a.h), revenue(a.h)) IS DISTINCT FROM (frequency(b.h), purchases(b.h), revenue(b.h))) AS differ_in_number
FROM (SELECT customer_id, purchase_history(amount, purchased_on) AS h FROM with_refunds GROUP BY 1) AS a
	JOIN (SELECT customer_id, purchase_history(amount, purchased_on) AS h FROM without GROUP BY 1) AS b USING (customer_id);
CREATE TEMP TABLE ambiguous AS
SELECT DISTINCT customer_id FROM numbered AS a JOIN numbered AS b USING (customer_id, amount)
WHERE a.n % 5 = 0 AND a.of_day = 1 AND b.of_day = 1 AND b.purchased_on > a.purchased_on AND b.purchased_on <= a.purchased_on + 10;
SELECT (SELECT count(*) FROM ambiguous) AS ambiguous, model, clv_model_send(clv_model(a, '1998-07-31', model)) = clv_model_send(clv_model(b, '1998-07-31', model)) AS same_model, repeat_customers(clv_model(a, '1998-07-31', model)) AS repeat_customers
FROM (SELECT purchase_log(customer_id, amount, purchased_on) AS a FROM with_refunds WHERE customer_id NOT IN (TABLE ambiguous)) AS w,
	(SELECT purchase_log(customer_id, amount, purchased_on) AS b FROM without WHERE customer_id NOT IN (TABLE ambiguous)) AS o, unnest('{bg_nbd, mbg_nbd}'::text[]) AS model;

--
-- Entries of all sizes: ids, amounts, numbers, days and scales that do not fit two
-- words, alone and among others, one way and the other
--
CREATE TEMP TABLE odd (i int, customer_id bigint, amount numeric, day date);
INSERT INTO odd VALUES
	(1, 1, 10, '2025-01-01'), (2, 1, 10.5, '2025-01-01'), (3, 1, 10.99, '2025-01-02'), (4, 1, -3, '2025-01-02'),
	(5, 9223372036854775807, 1, '2025-01-01'), (6, '-9223372036854775808', 1, '2025-01-01'), (7, 549755813887, 2, '2025-01-01'), (8, 549755813888, 2, '2025-01-01'), (9, '-549755813889', 2, '2025-01-01'),
	(10, 2, 1, '4713-01-01 BC'), (11, 2, 1, '5874897-12-31'), (12, 2, 1, '22968-01-01'), (13, 2, 1, '24968-01-01'),
	(14, 3, 281474976710655, '2025-01-01'), (15, 3, 1, '2025-01-01'), (16, 3, 281474976710656, '2025-01-02'), (17, 3, 99999999999999999999, '2025-01-03'),
	(18, 4, -4611686018427387903, '2025-01-01'), (19, 4, -1, '2025-01-01'), (20, 4, -99999999999999999999, '2025-01-02'),
	(21, 5, 1073741823, '2025-01-01'), (22, 5, -1, '2025-01-01'), (23, 5, 1, '2025-01-01'), (24, 6, 1, '2025-01-01'), (25, 6, -16777216, '2025-01-01'), (26, 6, -67108864, '2025-01-01'),
	(27, 7, 0.000000000000000001, '2025-01-01'), (28, 7, 12345678901234567890.123456789012345678, '2025-01-01'), (29, 8, 0, '2025-01-01'), (30, 8, 1e18, '2025-01-05');
-- one by one, each pair, all
SELECT count(*) AS logs, count(*) FILTER (WHERE wrong > 0) AS wrong, count(*) FILTER (WHERE l <> l::text::purchase_log OR purchase_log_send(l) <> purchase_log_send(l::text::purchase_log)) AS not_read_back
FROM (SELECT a.i, b.i AS j, purchase_log(o.customer_id, o.amount, o.day) AS l, array_agg(o.customer_id) AS ids FROM odd AS a, odd AS b, odd AS o WHERE o.i IN (a.i, b.i) GROUP BY 1, 2) AS t,
	LATERAL (SELECT count(*) FILTER (WHERE history IS DISTINCT FROM h) AS wrong FROM histories(l) FULL JOIN (SELECT customer_id, purchase_history(amount, day) AS h FROM odd WHERE odd.i IN (t.i, t.j) GROUP BY 1) AS g USING (customer_id)) AS w;
SELECT count(*) FILTER (WHERE history IS DISTINCT FROM h) AS wrong, count(*) AS customers
FROM histories((SELECT purchase_log(customer_id, amount, day) FROM odd)) FULL JOIN (SELECT customer_id, purchase_history(amount, day) AS h FROM odd GROUP BY 1) AS g USING (customer_id);
-- among many, where the state is an object of its own, and on the way from narrow to wide
SELECT odd.i, revenue(l) = (SELECT sum(amount) FROM shop) + odd.amount AS revenue
FROM odd, LATERAL (SELECT purchase_log(customer_id, amount, day) AS l FROM (SELECT customer_id, amount, day FROM shop WHERE i < 2500 UNION ALL SELECT odd.customer_id, odd.amount, odd.day UNION ALL SELECT customer_id, amount, day FROM shop WHERE i >= 2500) AS u) AS t
WHERE revenue(l) IS DISTINCT FROM (SELECT sum(amount) FROM shop) + odd.amount;
-- many purchases, and refunds, of a customer on a day
SELECT l, purchases(l), revenue(l) FROM (SELECT purchase_log(1, 1, '2025-01-01') AS l FROM generate_series(1, 20000)) AS t;
SELECT l, purchases(l), revenue(l) FROM (SELECT purchase_log(1, CASE WHEN i % 2 = 0 THEN 1 ELSE -0.25 END, '2025-01-01') AS l FROM generate_series(1, 600) AS i) AS t;
-- scales in turn, as of amounts in a shop, small and in an object of its own
SELECT n, revenue(purchase_log(i % m, (ARRAY[10, 10.5, 10.99, 0, -1.125])[1 + i % 5], date '2025-01-01' + i % 97)) = sum((ARRAY[10, 10.5, 10.99, 0, -1.125])[1 + i % 5]) AS revenue
FROM (VALUES (40, 3), (5000, 997)) AS v(n, m), generate_series(1, n) AS i GROUP BY n, m ORDER BY n;
SELECT revenue(purchase_log(i, x, '2025-01-01')) FROM (SELECT i, 1e15 + i AS x FROM generate_series(1, 2000) AS i UNION ALL SELECT 1, 0.000000000000000001) AS v;
SELECT failure($$SELECT purchase_log(i, x, '2025-01-01') FROM (VALUES (1, 1e30), (2, 0.000000000000000001)) AS v(i, x)$$);
SELECT failure($$SELECT purchase_log(1, 9e37, '2025-01-01') FROM generate_series(1, 2)$$);
SELECT failure($$SELECT revenue(purchase_log(i, 9e37, '2025-01-01')) FROM generate_series(1, 2) AS i$$);

--
-- Rows, text and binary form, errors
--
SELECT purchase_log(c, a, d) FROM (VALUES (1, 5.50, date '2025-01-01'), (NULL, 5, '2025-01-01'), (1, NULL, '2025-01-01'), (1, 5, NULL), (2, -1, '2025-01-02')) AS v(c, a, d);
SELECT purchase_log(NULL::int, 1, '2025-01-01'), rollup(NULL::purchase_log), customers(NULL::purchase_log), purchases(NULL::purchase_log), revenue(NULL::purchase_log), repeat_rate(NULL::purchase_log), clv(NULL::purchase_log, 1), value_summary(NULL::purchase_log) FROM generate_series(1, 2);
SELECT purchase_log(1, 1, '2025-01-01') FROM shop WHERE false;
SELECT l, customers(l), purchases(l), revenue(l), repeat_rate(l), clv(l, 3), value_summary(l) FROM (SELECT purchase_log '{"version": 1, "ids": "uuid", "entries": []}' UNION ALL SELECT purchase_log(1, -5, '2025-01-01') + purchase_log(2, -1, '2025-01-01')) AS v(l);
SELECT l - l AS nothing, l - purchase_log '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, 2, 0]]}' AS rest FROM (SELECT purchase_log(1, 2, '2025-01-01') + purchase_log(1, 3.5, '2025-01-01') + purchase_log(1, -1, '2025-01-01')) AS v(l);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') - purchase_log(1, 3, '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') - purchase_log(1, -1, '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') - purchase_log(1, 0, '2025-01-01') - purchase_log(1, 0, '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') - (SELECT purchase_log(1, 1, '2025-01-01') FROM generate_series(1, 2))$$);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') - purchase_log(2, 2, '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 2, '2025-01-01') + purchase_log('1'::text, 2, '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 'NaN', '2025-01-01')$$);
SELECT failure($$SELECT purchase_log(1, 1, '-infinity')$$);
SELECT failure($$SELECT clv(l, -1) FROM shop_log$$);
SELECT failure($$SELECT clv(l, 1, 101) FROM shop_log$$);
SELECT '{"entries": [[2, "2025-02-01", 1, 5.00, 0], [1, "2025-01-01", 2, 10.25, 3], [2, "2025-02-01", 0, 0, 1.5]], "ids": "integer", "version": 1}'::purchase_log;
SELECT input, line FROM (VALUES (1, '{"version": 1}'), (2, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, 5]]}'), (3, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, -5, 0]]}'),
	(4, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, 5, -1]]}'), (5, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 0, 5, 1]]}'), (6, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 0, 0, 0]]}'),
	(7, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1.5, 0, 0]]}'), (8, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, "5", 0]]}'), (9, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", -1, 5, 0]]}'),
	(10, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1000000000000000, 5, 0], [1, "2025-01-01", 1, 5, 0]]}')) AS v(n, input), failure(format('SELECT %L::purchase_log', input)) AS line WHERE line NOT LIKE 'hint%' ORDER BY n, line;
-- stored, compared, one in DISTINCT; what is read where it is made is what is stored
CREATE TEMP TABLE stored AS SELECT customer_id % 5 AS part, purchase_log(customer_id, amount, day) AS l FROM shop GROUP BY 1 UNION ALL SELECT 5, l FROM shop_log;
SELECT count(DISTINCT l) AS logs, sum(customers(l)) AS customers, bool_and(l = purchase_log_in(purchase_log_out(l))) AS same, bool_and(l >= l) AS ordered FROM stored;
SELECT bool_and(a.customers = b.customers AND a.revenue = b.revenue) AS same
FROM (SELECT part, customers(l), revenue(l) FROM stored) AS a JOIN (SELECT customer_id % 5 AS part, customers(purchase_log(customer_id, amount, day)), revenue(purchase_log(customer_id, amount, day)) FROM shop GROUP BY 1) AS b USING (part);
SELECT count(*) AS rows, count(*) FILTER (WHERE l IS DISTINCT FROM (SELECT purchase_log(customer_id, amount, day) FROM shop AS s WHERE s.i <= w.i)) AS wrong
FROM (SELECT i, purchase_log(customer_id, amount, day) OVER (ORDER BY i) AS l FROM shop WHERE i <= 700) AS w;
SELECT l.rows = 3000 AS counted FROM (SELECT count(*) AS rows, purchase_log(customer_id, amount, day) AS l FROM shop) AS l JOIN stored ON stored.l = l.l;
