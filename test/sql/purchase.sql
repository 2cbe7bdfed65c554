--
-- Customer value: purchase_history, clv_model, p_alive, expected_purchases,
-- expected_purchase_value, predicted_clv
--
SET datestyle = 'ISO, MDY';
\pset null '~'

--
-- One customer's purchases
--
-- Cases that trip queries of this kind: two orders on a day, a refund on the day
-- after, a day that is free, an order after midnight, orders after
-- as_of, a leap day.
CREATE TEMP TABLE cases (customer_id int, ts timestamp, amount numeric);
INSERT INTO cases VALUES
	(1, '2024-01-01 09:00', 10), (1, '2024-01-01 17:00', 5),
	(1, '2024-01-08 10:00', 20), (1, '2024-01-08 23:59', 30),
	(1, '2024-02-01 00:00', 7),
	(2, '2024-01-03 12:00', 50),
	(3, '2024-01-01 00:00', 10), (3, '2024-01-02 00:00', 10),
	(3, '2024-01-03 00:00', 10), (3, '2024-03-31 23:00', 10),
	(4, '2024-01-05 08:00', 40), (4, '2024-01-06 08:00', -40),
	(4, '2024-01-20 08:00', 15),
	(5, '2024-03-31 10:00', 9), (5, '2024-03-31 11:00', 9),
	(6, '2024-02-28 01:00', 3), (6, '2024-02-29 01:00', 0),
	(6, '2024-03-01 01:00', 6),
	(7, '2024-01-07 23:30', 5), (7, '2024-01-08 00:30', 5),
	(8, '2024-03-30 00:00', 5), (8, '2024-04-02 00:00', 100);
CREATE TEMP TABLE case_histories AS
SELECT customer_id, purchase_history(amount, ts::date) AS h FROM cases GROUP BY 1;

SELECT customer_id, frequency(h), recency(h), tenure(h, '2024-03-31'),
	monetary_value(h), first_purchase(h), last_purchase(h), purchases(h), revenue(h)
FROM case_histories ORDER BY 1;
-- as of a past day, a history is what it was on that day
SELECT customer_id, frequency(h, '2024-03-31') AS frequency, recency(h, '2024-03-31') AS recency,
	monetary_value(h, '2024-03-31') AS monetary_value
FROM case_histories ORDER BY 1;
SELECT as_of, frequency(h, as_of), recency(h, as_of), tenure(h, as_of), monetary_value(h, as_of)
FROM case_histories, unnest('{2023-12-31, 2024-01-01, 2024-01-07, 2024-01-08, 2024-02-01}'::date[]) AS as_of
WHERE customer_id = 1;
-- recency is that of the models; how long ago the last purchase is, is another figure
SELECT as_of, recency(h, as_of), days_since_last_purchase(h, as_of), as_of - (SELECT max(ts::date) FROM cases WHERE customer_id = 1 AND ts::date <= as_of) AS plain
FROM case_histories, unnest('{2023-12-31, 2024-01-01, 2024-01-07, 2024-01-08, 2024-01-31, 2024-02-01, 2025-02-01}'::date[]) AS as_of
WHERE customer_id = 1;
SELECT days_since_last_purchase(NULL, '2025-01-01'), days_since_last_purchase(h, NULL), days_since_last_purchase(h, '2024-03-31 23:59') AS with_time FROM case_histories WHERE customer_id = 1;
SELECT failure($$SELECT days_since_last_purchase(h, 'infinity') FROM case_histories$$);
-- against the long way
SELECT count(*) AS customers, count(*) FILTER (WHERE frequency(h) <> days - 1 OR recency(h) <> last - first
	OR monetary_value(h) IS DISTINCT FROM trim_scale(mean) OR revenue(h) <> total OR purchases(h) <> orders) AS wrong
FROM case_histories JOIN (
	SELECT customer_id, count(*) AS days, min(day) AS first, max(day) AS last, total, sum(purchases) AS orders,
		avg(spent) FILTER (WHERE n > 1) AS mean
	FROM (SELECT customer_id, total, day, spent, purchases, row_number() OVER (PARTITION BY customer_id ORDER BY day) AS n
		FROM (SELECT customer_id, array_agg(amount) AS amounts, array_agg(ts::date) AS days, sum(amount) AS total FROM cases GROUP BY 1) AS c, purchases_left(amounts, days)) AS d
	GROUP BY customer_id, total) AS theirs USING (customer_id);

-- NULL rows are skipped; nothing known is NULL
SELECT purchase_history(amount, day) FROM (VALUES (5, date '2025-01-01'), (NULL, '2025-01-02'), (7, NULL), (8.50, '2025-01-03')) AS v(amount, day);
SELECT purchase_history(NULL, '2025-01-01'), purchase_history(1, NULL) FROM generate_series(1, 3);
SELECT purchase_history(1, '2025-01-01') FROM cases WHERE false;
SELECT frequency(NULL::purchase_history), tenure(NULL::purchase_history, '2025-01-01'), frequency(NULL::purchase_history, '2025-01-01'), monetary_value(NULL::purchase_history);

-- rollup: the parts of one customer's purchases
SELECT rollup(h) = (SELECT purchase_history(amount, ts::date) FROM cases) AS same,
	purchase_history_send(rollup(h)) = (SELECT purchase_history_send(purchase_history(amount, ts::date)) FROM cases) AS same_bytes
FROM case_histories;
SELECT rollup(h) FROM (VALUES (NULL::purchase_history)) AS v(h);
-- the scale is that of the days' sums: what adds up to a whole number has no decimals
SELECT purchase_history(x, '2025-01-01') FROM (VALUES (0.25), (0.75)) AS v(x);

-- text and binary forms
SELECT h FROM case_histories ORDER BY customer_id;
SELECT count(*) FILTER (WHERE h::text::purchase_history <> h
	OR purchase_history_send(h::text::purchase_history) <> purchase_history_send(h)) AS wrong FROM case_histories;
SELECT '{"days": {"2025-02-01": 1.50, "2025-01-01": -2}, "version": 1}'::purchase_history;
SELECT failure($$SELECT '{"version": 1, "days": {}}'::purchase_history$$);
-- a day is an amount, or a list of how many purchases, what they cost, and refunds
SELECT h, purchases(h), revenue(h) FROM (VALUES (purchase_history '{"version": 1, "days": {"2025-01-02": [1, 5, 0], "2025-01-01": [0, 0, 2.50], "2025-01-03": [3, 7, 1], "2025-01-04": [2, 0, 0]}}')) AS v(h);
SELECT failure($$SELECT '{"version": 1, "purchases": 1, "days": {"2025-01-01": 1}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [0, 5, 1]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [1, -5, 0]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [1, 5, -1]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [1, 5]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [0.5, 5, 0]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [1, "5", 0]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": [0, 0, 0]}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"1 May": 1}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": {"2025-01-01": "much"}}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "days": 7}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 2}'::purchase_history$$);
SELECT failure($$SELECT '{"version": 1, "orders": 2}'::purchase_history$$);
SELECT failure($$SELECT '[]'::purchase_history$$);
-- equal histories are one in DISTINCT
SELECT count(*) AS histories, count(DISTINCT h::text) AS different,
	(SELECT count(*) FROM (SELECT DISTINCT h FROM (TABLE case_histories UNION ALL TABLE case_histories) AS u) AS d) AS by_hash
FROM case_histories;

SELECT failure($$SELECT purchase_history('NaN', '2025-01-01')$$);
SELECT failure($$SELECT purchase_history(1, 'infinity')$$);
SELECT failure($$SELECT purchase_history(1e37, '2025-01-01'), purchase_history(1e38, '2025-01-01')$$);
SELECT failure($$SELECT tenure(h, 'infinity') FROM case_histories$$);

--
-- Models, fitted to the orders of the CDNOW sample: 2,357 customers of early
-- 1997, followed to the end of June 1998
--
CREATE TEMP TABLE orders (customer_id int, purchased_on date, amount numeric);
\copy orders FROM 'test/data/cdnow_orders.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE histories AS
SELECT customer_id, purchase_history(amount, purchased_on) AS h FROM orders GROUP BY 1;
SELECT count(*) AS customers, sum(purchases(h)) AS orders, sum(frequency(h, '1997-09-30')) AS repeat_days,
	sum(revenue(h)) = (SELECT sum(amount) FROM orders) AS revenue_same
FROM histories;
CREATE TEMP TABLE models AS
SELECT model, clv_model(h, '1997-09-30', model) AS m
FROM histories, unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model GROUP BY 1;
ANALYZE histories;

-- the true maxima, computed with 30 digits and more, in weeks
CREATE TEMP TABLE maxima (model text, parameter text, estimate numeric, error_of_log numeric);
INSERT INTO maxima VALUES
	('bg_nbd', 'r', 0.242594522430157081, 0.05176282606122209), ('bg_nbd', 'alpha', 4.41360201901350364, 0.08569509850599503),
	('bg_nbd', 'a', 0.792922017225597555, 0.23423970749070727), ('bg_nbd', 'b', 2.42590677682633191, 0.2907837459232368),
	('mbg_nbd', 'r', 0.524843159106297592, 0.15865350464234268), ('mbg_nbd', 'alpha', 6.18308527957600488, 0.112503808544722),
	('mbg_nbd', 'a', 0.891359390732215838, 0.1736560240314345), ('mbg_nbd', 'b', 1.61400224017034379, 0.33301985887127594),
	('pareto_nbd', 'r', 0.553277046853179608, 0.08608332163798593), ('pareto_nbd', 'alpha', 10.577683463302315, 0.0796698574636541),
	('pareto_nbd', 's', 0.606239989127826237, 0.3089227792089963), ('pareto_nbd', 'beta', 11.6687352888550085, 0.5322867848816815);
INSERT INTO maxima
SELECT model, parameter, estimate, error FROM unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model,
	(VALUES ('p', 6.24957227132375623, 0.190421885519573), ('q', 3.7442246671320245, 0.07748815604316624),
		('v', 15.4435209625892387, 0.26933124648300855)) AS g(parameter, estimate, error);
SELECT count(*) AS parameters,
	count(*) FILTER (WHERE abs(p.estimate / x.estimate - 1) > 1e-9) AS wrong_estimates,
	count(*) FILTER (WHERE abs(p.standard_error / (p.estimate * x.error_of_log) - 1) > 1e-7) AS wrong_errors,
	count(*) FILTER (WHERE abs(ln(p.high / p.estimate) / (1.959963984540054 * x.error_of_log) - 1) > 1e-7
		OR abs(p.low * p.high / p.estimate ^ 2 - 1) > 1e-12) AS wrong_intervals
FROM models CROSS JOIN model_parameters(m, 'week') AS p JOIN maxima AS x USING (model, parameter);
SELECT model, round(log_likelihood(m, 'week'), 6) AS log_likelihood, round(spend_log_likelihood(m), 6) AS spend_log_likelihood,
	customers(m), repeat_customers(m), days_left_out(m)
FROM models ORDER BY 1;
SELECT model, p.parameter, round(p.estimate, 4) AS estimate, round(p.standard_error, 4) AS standard_error,
	round(p.low, 4) AS low, round(p.high, 4) AS high
FROM models, model_parameters(m, unit => 'week') AS p WHERE model = 'bg_nbd';
-- in days alpha is 7 times that; more confidence, wider intervals
SELECT p.parameter, round(p.estimate, 4) AS estimate, round(p.low, 4) AS low, round(p.high, 4) AS high
FROM models, model_parameters(m, confidence => 0.99) AS p WHERE model = 'pareto_nbd';
-- P(X = x) does not depend on the unit, a density of times does
SELECT round(log_likelihood(m) - log_likelihood(m, 'week') + 2457 * ln(7.0), 9) AS difference FROM models;

-- customers of every kind: regular, gone, seen once
SELECT model, customer_id, frequency(h, '1997-09-30') AS x, recency(h, '1997-09-30') AS t_x, round(p_alive(m, h), 9) AS p_alive,
	round(expected_purchases(m, h, '39 weeks'), 9) AS expected, round(expected_purchase_value(m, h), 6) AS value,
	round(predicted_clv(m, h, '12 months'), 6) AS clv
FROM models, histories WHERE customer_id IN (1, 2, 3, 157, 1901) ORDER BY 1, 2;

-- The published likelihood of one-time buyers has no dropout in it: to BG/NBD
-- they are alive for ever
SELECT model, min(p_alive(m, h)) FILTER (WHERE frequency(h, '1997-09-30') = 0) = 1 AS one_time_buyers_alive FROM models, histories GROUP BY 1 ORDER BY 1;

-- discounting by month: the sum written out
SELECT model, max(abs(theirs / ours - 1)) < 1e-11 AS same
FROM models, histories,
	LATERAL (SELECT predicted_clv(m, h, '12 months', 15)) AS o(ours),
	LATERAL (SELECT sum(expected_purchase_value(m, h) * (expected_purchases(m, h, i * interval '1 month') - expected_purchases(m, h, (i - 1) * interval '1 month')) / 1.15 ^ (i / 12.0))
		FROM generate_series(1, 12) AS i) AS t(theirs)
WHERE customer_id < 20 GROUP BY 1 ORDER BY 1;
SELECT model, bool_and(abs(predicted_clv(m, h, '3 months 10 days', 0) / (expected_purchase_value(m, h) * expected_purchases(m, h, '3 months 10 days')) - 1) < 1e-13) AS undiscounted
FROM models, histories WHERE customer_id < 20 GROUP BY 1 ORDER BY 1;
SELECT expected_purchases(m, h, '0 days') AS purchases, predicted_clv(m, h, '0 days') AS clv FROM models, histories WHERE customer_id = 1;

-- holdout: 39 weeks predicted from the 39 weeks before
SELECT model, sum(frequency(h) - frequency(h, '1997-09-30')) AS bought, round(sum(expected_purchases(m, h, '39 weeks')), 1) AS expected
FROM models, histories GROUP BY 1 ORDER BY 1;
-- a model as of an earlier day ignores what came later
SELECT clv_model(h, '1997-06-30', 'mbg_nbd') = (SELECT clv_model(h, '1997-06-30', 'mbg_nbd')
	FROM (SELECT customer_id, purchase_history(amount, purchased_on) AS h FROM orders WHERE purchased_on <= '1997-06-30' GROUP BY 1) AS early) AS same
FROM histories;
-- a customer who had bought nothing by then is NULL
SELECT p_alive(m, h), expected_purchases(m, h, '1 year'), expected_purchase_value(m, h), predicted_clv(m, h, '1 year')
FROM models, (SELECT purchase_history(10, '1997-10-01')) AS late(h) WHERE model = 'bg_nbd';
SELECT p_alive(m, h) IS NULL AND predicted_clv(m, NULL, '1 year') IS NULL AND predicted_clv(m, h, NULL) IS NULL AS strict
FROM models, (SELECT NULL::purchase_history) AS n(h);

-- text and binary forms of a model and of the state
SELECT bool_and(m::text::clv_model = m) AS text_same,
	bool_and(clv_model_send(m::text::clv_model) = clv_model_send(m)) AS binary_same,
	count(DISTINCT m::text) AS different
FROM models;
CREATE TEMP TABLE small AS
SELECT customer_id, purchase_history(10 + k * customer_id, date '2025-01-01' + customer_id * k) AS h
FROM generate_series(1, 4) AS customer_id, generate_series(0, customer_id) AS k GROUP BY 1;
CREATE TEMP TABLE state (s clv_customers);
DO $$
DECLARE
	state clv_customers;
	r record;
BEGIN
	FOR r IN SELECT h FROM small ORDER BY customer_id LOOP
		state := clv_model_accum(state, r.h, '2025-06-30', 'bg_nbd');
	END LOOP;
	INSERT INTO state VALUES (state);
END $$;
SELECT s FROM state;
SELECT s::text::clv_customers::text = s::text AS text_same FROM state;
SELECT clv_model_combine(s, s) FROM state;

SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[2, 1, 30, 5]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[2, 10, 9, 5]]}'::clv_customers$$);
-- a tenure that reaches back before the calendar; one day less would do.  Such a
-- value ran for half a minute, past any timeout.
SET statement_timeout = '2s';
SELECT failure($$SELECT clv_model_final('{"version": 1, "as_of": "2025-01-01", "model": "mbg_nbd", "pasts": [[0, 0, 9, 9], [2147483647, 2147483647, 2147483647, 12]], "spends": []}')$$);
SELECT failure(format($$SELECT '{"version": 1, "as_of": "2025-01-01", "model": "mbg_nbd", "pasts": [[0, 0, %s, 9]], "spends": []}'::clv_customers IS NULL$$, days))
FROM (VALUES (date '2025-01-01' - '4714-11-24 BC'), (date '2025-01-01' - '4714-11-24 BC' + 1)) AS v(days);
SELECT model, failure(format($$SELECT clv_model_final('{"version": 1, "as_of": "5874897-12-31", "model": "%s", "pasts": [[0, 0, 9, 9], [2147483493, 2147483493, 2147483493, 12]], "spends": [[2147483493, 1e300, 6], [2147483493, 1e-300, 6]]}')$$, model))
FROM unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model;
RESET statement_timeout;
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[0, 0, 9, 0]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[0, 0, 9]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[0, 0, 9, 1], [1, 7, 21, 1.5]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[0, 0, 9, 1]], "spends": [[1, true, 1]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[0, 0, 9, 1]], "spends": [[1, 5, 1]]}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [[1, 5, 9, 1]], "spends": [[1, -5, 1]]}'::clv_customers$$);
-- elements of one past, whose sum of customers would come out as a small number
SELECT failure($$SELECT ('{"version": 1, "as_of": "2025-01-31", "model": "bg_nbd", "pasts": [' || repeat('[1, 7, 21, 1000000000000000], ', 18446) || '[1, 7, 21, 1000000000000000]]}')::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "pasts": []}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-01-31", "model": "nbd"}'::clv_customers$$);
SELECT failure($$SELECT '{"version": 1}'::clv_model$$);
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"parameters": [0.24', '"parameters": [-0.24'))) FROM models WHERE model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"repeat_customers": 946', '"repeat_customers": 9460'))) FROM models WHERE model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"fitted"', '"failed"'))) FROM models WHERE model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', regexp_replace(m::text, '"parameters": \[[^,]*,', '"parameters": ['))) FROM models WHERE model = 'bg_nbd';

-- constants are constant
SELECT failure($$SELECT clv_model(h, NULL, 'bg_nbd') FROM histories$$);
SELECT failure($$SELECT clv_model(h, '1997-09-30', NULL) FROM histories$$);
SELECT failure($$SELECT clv_model(h, 'infinity', 'bg_nbd') FROM histories$$);
SELECT failure($$SELECT clv_model(h, '1997-09-30', 'sbg') FROM histories$$);
SELECT failure($$SELECT clv_model(h, CASE WHEN customer_id = 7 THEN date '1997-09-29' ELSE '1997-09-30' END, 'bg_nbd') FROM histories$$);
SELECT failure($$SELECT clv_model(h, '1997-09-30', CASE WHEN customer_id = 7 THEN 'bg_nbd' ELSE 'mbg_nbd' END) FROM (SELECT * FROM histories ORDER BY customer_id) AS o$$);
SELECT failure($$SELECT expected_purchases(m, h, '-1 day') FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', 101) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', -0.1) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', 'NaN') FROM models, histories$$);
-- fractions
SELECT failure($$SELECT predicted_clv(m, h, '1 year', annual_discount_rate => 0.1) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', gross_margin => 0.8) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', gross_margin => 1) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', gross_margin => 101) FROM models, histories$$);
SELECT failure($$SELECT predicted_clv(m, h, '1 year', gross_margin => 'NaN') FROM models, histories$$);
-- the margin is a factor, 10 percent a year the discount where none is said
SELECT model, count(*) FILTER (WHERE abs(predicted_clv(m, h, '1 year', gross_margin => 40) - 0.4 * predicted_clv(m, h, '1 year', 10)) > 1e-9 * predicted_clv(m, h, '1 year')) AS wrong,
	max(predicted_clv(m, h, '1 year', gross_margin => 0)) AS no_margin
FROM models, histories WHERE customer_id < 100 GROUP BY 1 ORDER BY 1;
SELECT failure($$SELECT * FROM models, model_parameters(m, 'fortnight')$$);
SELECT failure($$SELECT * FROM models, model_parameters(m, confidence => 95)$$);
SELECT failure($$SELECT log_likelihood(m, 'moon') FROM models$$);

-- no rows, no histories, no customers yet: NULL
SELECT clv_model(h, '1997-09-30', 'bg_nbd') FROM histories WHERE false;
SELECT clv_model(NULL, '1997-09-30', 'bg_nbd');
SELECT clv_model(h, '1996-12-31', 'bg_nbd') FROM histories;
-- data without a maximum give an error that says why, not numbers
SELECT failure($$SELECT clv_model(h, '1997-09-30', 'bg_nbd') FROM histories WHERE frequency(h, '1997-09-30') = 0$$);
SELECT failure($$SELECT clv_model(h, '1997-09-30', 'bg_nbd') FROM histories WHERE customer_id < 30 AND customer_id NOT IN (1, 2, 5, 6)$$);
-- everybody buys up to the end: nobody is seen leaving
CREATE TEMP TABLE loyal AS
SELECT c, purchase_history(10 + c + k % 7, date '2025-12-31' - k * (5 + c)) AS h
FROM generate_series(0, 40) AS c, generate_series(0, 300 / (5 + c)) AS k GROUP BY 1;
SELECT failure(format('SELECT clv_model(h, %L, %L) FROM loyal', '2025-12-31', model)) FROM unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model;
-- everybody buys at the same rate
CREATE TEMP TABLE alike AS
SELECT c, purchase_history(10, date '2025-12-31' - 100 + k * 9) AS h
FROM generate_series(0, 40) AS c, generate_series(0, 4 + c % 3) AS k GROUP BY 1;
SELECT failure(format('SELECT clv_model(h, %L, %L) FROM alike', '2025-12-31', 'bg_nbd'));
-- everybody leaves after the first purchase that follows, as BG/NBD can say and the others cannot
CREATE TEMP TABLE once_more AS
SELECT c, purchase_history(10, date '2025-01-01' + c % 50 + n * ceil(-ln(pick(c, 1, 997) / 997.0::float8 + 0.0005) / (0.02 * 16 ^ (pick(c, 2, 997) / 997.0::float8)))::integer) AS h
FROM generate_series(1, 1000) AS c, generate_series(0, 1) AS n GROUP BY c;
SELECT failure(format('SELECT clv_model(h, %L, %L) FROM once_more', '2025-04-10', model)) FROM unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model;

-- Without a model of spend, that of purchases stands: here everybody spends 10
CREATE TEMP TABLE flat AS
SELECT clv_model(h, '1997-09-30', 'mbg_nbd') AS m
FROM (SELECT customer_id, purchase_history(10, purchased_on) AS h FROM (SELECT DISTINCT customer_id, purchased_on FROM orders) AS d GROUP BY 1) AS f;
SELECT spend_log_likelihood(m), count(*) AS parameters FROM flat, model_parameters(m) GROUP BY 1;
SELECT round(p_alive(f.m, h), 9) = round(p_alive(o.m, h), 9) AS same FROM flat AS f, models AS o, histories WHERE model = 'mbg_nbd' AND customer_id = 1;
SELECT m::text::clv_model = m AS text_same, m::text LIKE '%"spend": {"state": "%", "customers": 946, "days_left_out": 0}}' AS told FROM flat;
SELECT failure($$SELECT predicted_clv(m, h, '1 year') FROM flat, histories$$);
-- free days are purchases but no spend
SELECT days_left_out(clv_model(h, '1997-09-30', 'mbg_nbd')) AS left_out,
	repeat_customers(clv_model(h, '1997-09-30', 'mbg_nbd')) AS repeat_customers
FROM (SELECT customer_id, purchase_history(CASE WHEN customer_id % 10 = 0 THEN 0 ELSE amount END, purchased_on) AS h FROM orders GROUP BY 1) AS r;
SELECT count(*) FROM (SELECT customer_id, purchased_on FROM orders WHERE customer_id % 10 = 0 AND purchased_on <= '1997-09-30' GROUP BY 1, 2
	HAVING purchased_on > (SELECT min(purchased_on) FROM orders AS o WHERE o.customer_id = orders.customer_id)) AS repeats;

-- q <= 1: the mean over customers is infinite, and who bought once has none
WITH heavy AS (
	SELECT regexp_replace(m::text, '("state".*"parameters": \[[^,]*), [^,]*,', '\1, 0.9,')::clv_model AS m FROM models WHERE model = 'bg_nbd'
)
SELECT customer_id, round(expected_purchase_value(m, h), 6) AS value, predicted_clv(m, h, '1 year') IS NULL AS clv_is_null
FROM heavy, histories WHERE customer_id IN (1, 3) ORDER BY 1;


--
-- What is not a day; states that are no values of an aggregate
--
SELECT failure($$SELECT purchase_history(1, '-infinity')$$);
SELECT failure($$SELECT clv_model(purchase_history_accum(NULL, 1, '2025-01-01'), '-infinity', 'bg_nbd')$$);
SELECT revenue(h), first_purchase(h) FROM (SELECT purchase_history_accum(purchase_history_accum(NULL, 5, '2025-02-02'), 7, '2025-01-01') AS h) AS v;
-- they are shown and sent as the value that they become: with the decimals that the sums need
SELECT h, purchase_history_send(h) = purchase_history_send(purchase_history_final(h)) AS sent_same
FROM (SELECT purchase_history_accum(purchase_history_accum(NULL, 1.5, '2025-01-01'), 2.5, '2025-01-01') AS h) AS v;
-- a tail that lies behind what is in order, of states that are combined by hand
WITH RECURSIVE
	one AS (SELECT 1 AS i, purchase_history_accum(NULL, 1, '2025-01-02') AS h UNION ALL SELECT i + 1, purchase_history_accum(h, 1, date '2025-01-02' + i) FROM one WHERE i < 6),
	other AS (SELECT 1 AS i, purchase_history_accum(NULL, 1, '2025-04-01') AS h UNION ALL SELECT i + 1, purchase_history_accum(h, 1, ('{2025-01-03, 2025-05-01, 2025-06-01}'::date[])[i]) FROM other WHERE i < 4),
	both_of_them AS (SELECT 1 AS i, purchase_history_combine(one.h, other.h) AS h FROM one, other WHERE one.i = 6 AND other.i = 4 UNION ALL SELECT i + 1, purchase_history_accum(h, 1, date '2025-08-01' + i) FROM both_of_them WHERE i < 20)
SELECT purchases(h), h FROM both_of_them WHERE i = 20;
-- more purchases of one customer, in a text, than can be added up
SELECT failure($$SELECT clv_model_final('{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "days_left_out": 0, "pasts": [[5, 10, 20, 1000000000000000]], "spends": []}')$$);
-- Why there is no model of spend: here the means of customers differ as much as chance makes them differ; and what a text can say.
CREATE TEMP TABLE even AS
SELECT clv_model(purchase_history, '1997-09-30', 'mbg_nbd') AS m
FROM (SELECT customer_id, purchase_history(20 + round((CASE WHEN customer_id % 2 = 0 THEN 4 ELSE -4 END / sqrt(greatest(frequency, 1)::float8))::numeric, 6), purchased_on)
	FROM (SELECT DISTINCT customer_id, purchased_on FROM orders) AS d, LATERAL (SELECT frequency(h, '1997-09-30') FROM histories WHERE histories.customer_id = d.customer_id) AS f GROUP BY 1) AS e;
SELECT failure($$SELECT predicted_clv(m, h, '1 year') FROM even, histories$$);
SELECT failure($$SELECT predicted_clv(regexp_replace(m::text, '"state": "[^"]*"', '"state": "failed"')::clv_model, h, '1 year') FROM flat, histories$$);
