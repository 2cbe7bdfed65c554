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

-- a model of September scores histories that go on to the next June: as of its own
-- day, with a word of warning, once in a query ...
SELECT round(sum(expected_purchases(m, h, '39 weeks')), 6) AS sum FROM models, histories WHERE model = 'bg_nbd';
SELECT failure($$SELECT p_alive(m, h, as_of => 'infinity') FROM models, histories$$);
-- ... without one where the day is said, as it would do histories that end there
SELECT model, count(*) AS customers, bool_and((p_alive(m, h, '1997-09-30'), expected_purchases(m, h, '39 weeks', '1997-09-30'), expected_purchase_value(m, h, '1997-09-30'), predicted_clv(m, h, '1 year', as_of => '1997-09-30'))
	= (p_alive(m, cut), expected_purchases(m, cut, '39 weeks'), expected_purchase_value(m, cut), predicted_clv(m, cut, '1 year'))) AS same
FROM models, (SELECT customer_id, h, cut FROM histories JOIN (SELECT customer_id, purchase_history(amount, purchased_on) AS cut FROM orders WHERE purchased_on <= '1997-09-30' GROUP BY 1) AS c USING (customer_id) WHERE customer_id % 7 = 0) AS x
GROUP BY 1 ORDER BY 1;
-- ... and as of any other day as a model of these parameters would that is as of it
SELECT model, count(*) AS customers, bool_and((p_alive(m, h, '1998-03-31'), expected_purchases(m, h, '39 weeks', '1998-03-31'), expected_purchase_value(m, h, '1998-03-31 23:59'), predicted_clv(m, h, '1 year', as_of => '1998-03-31'))
	= (p_alive(later, h, '1998-03-31'), expected_purchases(later, h, '39 weeks', '1998-03-31'), expected_purchase_value(later, h, '1998-03-31'), predicted_clv(later, h, '1 year', as_of => '1998-03-31'))) AS same,
	bool_and(p_alive(m, h, '1998-03-31') <> p_alive(m, h, '1997-09-30')) FILTER (WHERE frequency(h, '1997-09-30') > 0) AS another
FROM models, LATERAL (SELECT replace(m::text, '1997-09-30', '1998-03-31')::clv_model) AS l(later), histories WHERE customer_id % 7 = 0 GROUP BY 1 ORDER BY 1;
-- a customer who came after the model's day
SELECT model, round(p_alive(m, h, '1998-05-31'), 6) AS p_alive, round(expected_purchases(m, h, '30 days', '1998-05-31'), 6) AS expected, p_alive(m, h, '1998-04-30') AS too_early
FROM models, (SELECT purchase_history(10, '1998-05-01')) AS late(h) ORDER BY 1;
SELECT expected_purchases(m, NULL, '1 day', '1998-01-01'), expected_purchases(NULL, h, '1 day', '1998-01-01'), expected_purchases(m, h, NULL, '1998-01-01'), predicted_clv(m, h, '1 day', NULL, as_of => '1998-01-01'), predicted_clv(m, h, '1 day', gross_margin => NULL, as_of => '1998-01-01')
FROM models, histories WHERE model = 'bg_nbd' AND customer_id = 1;
-- from here on the day is the model's, and known
SET client_min_messages = error;

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
SELECT failure(format('SELECT clv_model_combine(%L, %L)', s, replace(s::text, kind, CASE kind WHEN 'bg_nbd' THEN 'mbg_nbd' ELSE 'bg_nbd' END))) FROM state, LATERAL (SELECT s::text::jsonb ->> 'model') AS k(kind);

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
\set VERBOSITY terse
SELECT clv_model(NULL, '1997-09-30', 'bg_nbd');
\set VERBOSITY default
SELECT clv_model(h, '1996-12-31', 'bg_nbd') FROM histories;
-- nothing to learn from: a model that says why, whose accessors give NULL, in a
-- query that goes on
CREATE TEMP TABLE little AS
SELECT 'nobody again' AS segment, clv_model(h, '1997-09-30', 'bg_nbd') AS m FROM histories WHERE frequency(h, '1997-09-30') = 0
UNION ALL SELECT 'one customer', clv_model(h, '1997-09-30', 'mbg_nbd') FROM histories WHERE customer_id = 1
UNION ALL SELECT 'one, once', clv_model(h, '1997-09-30', 'pareto_nbd') FROM histories WHERE customer_id = 3
UNION ALL SELECT 'two customers', clv_model(h, '1997-09-30', 'pareto_nbd') FROM histories WHERE customer_id IN (1, 3);
SELECT segment, model_problem(m), spend_problem(m), customers(m), repeat_customers(m), log_likelihood(m) IS NULL AS no_likelihood, spend_log_likelihood(m) IS NULL AS no_spend_likelihood,
	(SELECT count(*) FROM model_parameters(m)) AS parameters, round(p_alive(m, h), 6) AS p_alive, round(expected_purchases(m, h, '1 year'), 6) AS expected,
	round(expected_purchase_value(m, h), 6) AS value, round(predicted_clv(m, h, '1 year'), 6) AS clv
FROM little, (SELECT purchase_history(10, day::date) FROM generate_series(date '1997-01-01', '1997-09-01', '30 days') AS day) AS x(h) ORDER BY 1;
SELECT segment, m, m::text::clv_model = m AND clv_model_send(m::text::clv_model) = clv_model_send(m) AS same FROM little ORDER BY 1;
SELECT failure(format('SELECT clv_model_or_error(%L)', m)) FROM little WHERE segment IN ('nobody again', 'one customer') ORDER BY segment;
SELECT bool_and(clv_model_or_error(m) = m) AS same FROM models;
SELECT model_problem(NULL), spend_problem(NULL), clv_model_or_error(NULL);

-- Where a likelihood has no maximum, the limit that it rises to.  Everybody buys
-- up to the end: nobody is seen leaving
CREATE TEMP TABLE loyal AS
SELECT c, purchase_history(10 + c + k % 7, date '2025-12-31' - k * (5 + c)) AS h
FROM generate_series(0, 40) AS c, generate_series(0, 300 / (5 + c)) AS k GROUP BY 1;
-- everybody buys at the same rate
CREATE TEMP TABLE alike AS
SELECT c, purchase_history(10, date '2025-12-31' - 100 + k * 9) AS h
FROM generate_series(0, 40) AS c, generate_series(0, 4 + c % 3) AS k GROUP BY 1;
-- everybody leaves after the first purchase that follows, as BG/NBD can say and the others cannot
CREATE TEMP TABLE once_more AS
SELECT c, purchase_history(10, date '2025-01-01' + c % 50 + n * ceil(-ln(pick(c, 1, 997) / 997.0::float8 + 0.0005) / (0.02 * 16 ^ (pick(c, 2, 997) / 997.0::float8)))::integer) AS h
FROM generate_series(1, 1000) AS c, generate_series(0, 1) AS n GROUP BY c;
-- a dozen customers, who leave with one probability as far as one can see
CREATE TEMP TABLE dozen AS
SELECT g AS c, purchase_history(10, date '2025-01-01' + d) AS h
FROM generate_series(1, 12) AS g, LATERAL (SELECT 0 UNION SELECT (k * (3 + g))::int FROM generate_series(1, 1 + g % 5) AS k) AS x(d) GROUP BY 1;
-- half of them never come back, the others come and come
CREATE TEMP TABLE halves AS
SELECT c, purchase_history(10, date '2025-01-01' + (k * (9 + c % 11) + c * k % 7)::int) AS h
FROM generate_series(1, 60) AS c, generate_series(0, CASE WHEN c % 2 = 0 THEN 0 ELSE 350 / (9 + c % 11) END) AS k GROUP BY 1;
CREATE TEMP TABLE limits AS
SELECT data, model, clv_model(h, as_of, model) AS m
FROM (SELECT 'loyal', date '2025-12-31', h FROM loyal UNION ALL SELECT 'alike', '2025-12-31', h FROM alike UNION ALL SELECT 'once_more', '2025-04-10', h FROM once_more
	UNION ALL SELECT 'dozen', '2025-06-30', h FROM dozen UNION ALL SELECT 'halves', '2025-12-31', h FROM halves) AS t(data, as_of, h), unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model GROUP BY 1, 2, as_of;
SELECT data, model, string_agg(parameter || ' ' || round(estimate, 5) || coalesce(' (' || round(standard_error, 5) || ')', ''), ', ') AS parameters, round(log_likelihood(m), 6) AS log_likelihood
FROM limits, model_parameters(m) WHERE parameter NOT IN ('p', 'q', 'v', 'mean') GROUP BY 1, 2, m ORDER BY 1, 2;
SELECT bool_and(m::text::clv_model = m AND clv_model_send(m::text::clv_model) = clv_model_send(m)) AS text_same FROM limits;

-- their likelihoods written out (a rate l, or r and alpha; a probability p to leave
-- after a purchase), at the parameters and a little beside them: none is higher
CREATE FUNCTION pg_temp.log_gamma(double precision) RETURNS double precision IMMUTABLE
RETURN ($1 - 0.5) * ln($1) - $1 + 0.918938533204672742 + 1 / (12 * $1) - 1 / (360 * $1 ^ 3) + 1 / (1260 * $1 ^ 5) - 1 / (1680 * $1 ^ 7);
CREATE FUNCTION pg_temp.purchases(l double precision, r double precision, alpha double precision, x double precision, t double precision) RETURNS double precision IMMUTABLE
RETURN CASE WHEN l IS NOT NULL THEN l ^ x * exp(-l * t)
	ELSE exp(pg_temp.log_gamma(r + x + 20) - pg_temp.log_gamma(r + 20) + (SELECT coalesce(sum(ln((r + i) / (r + x + i))), 0) FROM generate_series(0, 19) AS i)
		+ r * ln(alpha) - (r + x) * ln(alpha + t)) END;
CREATE FUNCTION pg_temp.likelihood(model text, l double precision, r double precision, alpha double precision, p double precision, x double precision, t_x double precision, t double precision) RETURNS double precision IMMUTABLE
RETURN ln(CASE WHEN model = 'mbg_nbd' THEN (1 - p) ^ (x + 1) * pg_temp.purchases(l, r, alpha, x, t) + p * (1 - p) ^ x * pg_temp.purchases(l, r, alpha, x, t_x)
	WHEN model = 'bg_nbd' OR p = 0 THEN (1 - p) ^ x * pg_temp.purchases(l, r, alpha, x, t) + CASE WHEN x > 0 THEN p * (1 - p) ^ (x - 1) * pg_temp.purchases(l, r, alpha, x, t_x) ELSE 0 END
	-- Pareto/NBD of one rate l, and p the rate of leaving
	ELSE l ^ x / (l + p) * (p * exp(-(l + p) * t_x) + l * exp(-(l + p) * t)) END);
WITH fitted AS (
	SELECT data, model, m, max(estimate) FILTER (WHERE parameter = 'rate') AS l, max(estimate) FILTER (WHERE parameter = 'r') AS r,
		max(estimate) FILTER (WHERE parameter = 'alpha') AS alpha, max(estimate) FILTER (WHERE parameter LIKE 'dropout%') AS p
	FROM limits, model_parameters(m) GROUP BY 1, 2, m
), past AS (
	SELECT 'dozen' AS data, frequency(h) AS x, recency(h) AS t_x, tenure(h, '2025-06-30') AS t FROM dozen
	UNION ALL SELECT 'alike', frequency(h), recency(h), tenure(h, '2025-12-31') FROM alike
	UNION ALL SELECT 'loyal', frequency(h), recency(h), tenure(h, '2025-12-31') FROM loyal
), beside AS (
	SELECT data, model, way, sum(pg_temp.likelihood(model, l * (1 + CASE way WHEN 1 THEN 0.01 WHEN 2 THEN -0.01 ELSE 0 END), r * (1 + CASE way WHEN 3 THEN 0.01 WHEN 4 THEN -0.01 ELSE 0 END),
		alpha * (1 + CASE way WHEN 5 THEN 0.01 WHEN 6 THEN -0.01 ELSE 0 END), p * (1 + CASE way WHEN 7 THEN 0.01 WHEN 8 THEN -0.01 ELSE 0 END), x, t_x, t)) AS likelihood
	FROM fitted JOIN past USING (data), generate_series(0, 8) AS way
	WHERE p < 1 AND (model <> 'pareto_nbd' OR l IS NOT NULL OR p = 0) GROUP BY 1, 2, 3
)
SELECT data, model, bool_and(abs(likelihood - log_likelihood(m)) < 1e-7) FILTER (WHERE way = 0) AS same, bool_and(likelihood < log_likelihood(m) + 1e-7) AS highest
FROM beside JOIN fitted USING (data, model) GROUP BY 1, 2 ORDER BY 1, 2;

-- their predictions: of one rate l and one probability p, (1 - exp(-l p t)) / p for who is alive
SELECT model, max(abs(p_alive(m, h) - alive)) < 1e-12 AS p_alive, max(abs(expected_purchases(m, h, '90 days') - alive * (1 - exp(-l * p * 90)) / p)) < 1e-12 AS expected
FROM (SELECT model, m, (SELECT estimate FROM model_parameters(m) WHERE parameter = 'rate')::float8 AS l, (SELECT estimate FROM model_parameters(m) WHERE parameter = 'dropout')::float8 AS p
	FROM limits WHERE data = 'dozen' AND model <> 'pareto_nbd') AS f, dozen,
	LATERAL (SELECT 1 / (1 + p / (1 - p) * exp(l * (tenure(h, '2025-06-30') - recency(h))))) AS a(alive)
GROUP BY 1 ORDER BY 1;
-- without dropout: (r + x) / (alpha + T) a day; and nobody has left
SELECT model, max(abs(expected_purchases(m, h, '90 days') - 90 * (r + frequency(h)) / (alpha + tenure(h, '2025-12-31')))) < 1e-12 AS expected, min(p_alive(m, h)) AS p_alive
FROM (SELECT model, m, (SELECT estimate FROM model_parameters(m) WHERE parameter = 'r') AS r, (SELECT estimate FROM model_parameters(m) WHERE parameter = 'alpha') AS alpha FROM limits WHERE data = 'loyal') AS f, loyal
GROUP BY 1 ORDER BY 1;
-- who may leave at the first chance has a second one or never leaves
SELECT model, frequency(h) AS x, min(p_alive(m, h)) AS least, max(p_alive(m, h)) AS most FROM limits, once_more WHERE data = 'once_more' AND model = 'bg_nbd' GROUP BY 1, 2 ORDER BY 1, 2;

-- 80 samples of CDNOW's customers, a fifth of them without a maximum: every one has
-- a model, and how far it misses the holdout
CREATE TEMP TABLE samples AS
SELECT sample, size, h FROM (SELECT sample, size, h, row_number() OVER (PARTITION BY sample, size ORDER BY hashint8extended(customer_id, sample)) AS n
	FROM histories, generate_series(1, 40) AS sample, unnest('{100, 200}'::int[]) AS size) AS s WHERE n <= size;
CREATE TEMP TABLE sample_models AS SELECT sample, size, model, clv_model(h, '1997-09-30', model) AS m FROM samples, unnest('{bg_nbd, mbg_nbd}'::text[]) AS model GROUP BY 1, 2, 3;
SELECT size, model, is_limit, count(*) AS models, count(model_problem(m)) AS problems, round(avg(abs(expected - bought) / bought), 2) AS missed_by
FROM (SELECT size, model, sample, m, (SELECT count(*) < 4 FROM model_parameters(m) WHERE parameter NOT IN ('p', 'q', 'v', 'mean')) AS is_limit,
		sum(frequency(h) - frequency(h, '1997-09-30')) AS bought, sum(expected_purchases(m, h, '39 weeks')) AS expected
	FROM samples JOIN sample_models USING (sample, size) GROUP BY 1, 2, 3, 4) AS t
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- The spend has limits as well.  Everybody spends 10 on everything
CREATE TEMP TABLE flat AS
SELECT clv_model(h, '1997-09-30', 'mbg_nbd') AS m
FROM (SELECT customer_id, purchase_history(10, purchased_on) AS h FROM (SELECT DISTINCT customer_id, purchased_on FROM orders) AS d GROUP BY 1) AS f;
SELECT spend_log_likelihood(m), spend_problem(m), parameter, estimate, standard_error, low, high FROM flat, model_parameters(m) WHERE parameter = 'mean';
SELECT round(p_alive(f.m, h), 9) = round(p_alive(o.m, h), 9) AS same FROM flat AS f, models AS o, histories WHERE model = 'mbg_nbd' AND customer_id = 1;
SELECT m::text::clv_model = m AS text_same, m::text LIKE '%"spend": {"state": "one_value", "customers": 946, "days_left_out": 0, "parameters": [10]}}' AS told FROM flat;
SELECT max(abs(predicted_clv(m, h, '1 year', 0) - 10 * expected_purchases(m, h, '1 year'))) < 1e-12 AS ten FROM flat, histories;
-- Three price points, of which each customer has one: each spends its own
CREATE TEMP TABLE own_price AS
SELECT customer_id, purchase_history((ARRAY[10, 20, 50])[1 + customer_id % 3], purchased_on) AS h FROM (SELECT DISTINCT customer_id, purchased_on FROM orders) AS d GROUP BY 1;
SELECT string_agg(parameter, ', ') FILTER (WHERE parameter IN ('p', 'q', 'v', 'mean')) AS parameters, round(spend_log_likelihood(m), 6) AS log_likelihood,
	(SELECT bool_and(expected_purchase_value(m, h) = monetary_value(h, '1997-09-30')) FROM own_price WHERE frequency(h, '1997-09-30') > 0) AS own
FROM (SELECT clv_model(h, '1997-09-30', 'mbg_nbd') AS m FROM own_price) AS f, model_parameters(m) GROUP BY m;
-- of which each purchase has one: all have the mean of all, or nearly
CREATE TEMP TABLE any_price AS
SELECT customer_id, purchase_history((ARRAY[10, 20, 50])[1 + pick(customer_id, purchased_on - date '1997-01-01', 997) % 3], purchased_on) AS h FROM (SELECT DISTINCT customer_id, purchased_on FROM orders) AS d GROUP BY 1;
SELECT string_agg(parameter || ' ' || round(estimate, 6), ', ') FILTER (WHERE parameter IN ('p', 'q', 'v', 'mean')) AS parameters,
	(SELECT count(DISTINCT round(expected_purchase_value(m, h), 9)) FROM any_price) AS values,
	(SELECT round(sum(monetary_value(h, '1997-09-30') * frequency(h, '1997-09-30')) / sum(frequency(h, '1997-09-30')), 6) FROM any_price) AS mean
FROM (SELECT clv_model(h, '1997-09-30', 'mbg_nbd') AS m FROM any_price) AS f, model_parameters(m) GROUP BY m;
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
-- What a text cannot say of a model that is a limit, or has a problem
SELECT failure(format('SELECT %L::clv_model', replace(m::text, 'one_value', 'means_alike'))) FROM flat;
SELECT failure(format('SELECT %L::clv_model', replace(m::text, 'one_value', 'none'))) FROM flat;
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"dropout": "none"', '"dropout": "one"'))) FROM limits WHERE data = 'loyal' AND model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"dropout": "none"', '"dropout": "at_once"'))) FROM limits WHERE data = 'loyal' AND model = 'mbg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"dropout": "none", ', ''))) FROM limits WHERE data = 'loyal' AND model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"parameters": [0.24', '"problem": "failed", "parameters": [0.24'))) FROM models WHERE model = 'bg_nbd';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"problem": "no_repeats"', '"problem": "one_customer"'))) FROM little WHERE segment = 'nobody again';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"problem"', '"log_likelihood": -5, "problem"'))) FROM little WHERE segment = 'nobody again';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"problem"', '"parameters": [1, 2, 3, 4, 5], "problem"'))) FROM little WHERE segment = 'nobody again';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"problem"', '"rates": "one", "problem"'))) FROM little WHERE segment = 'nobody again';
SELECT failure(format('SELECT %L::clv_model', replace(m::text, '"problem"', '"dropout": "one", "problem"'))) FROM little WHERE segment = 'nobody again';
SELECT m::text::clv_model IS NOT NULL AS failed_is_a_value, model_problem(m) FROM (SELECT '{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "customers": 20, "repeat_customers": 5, "repeat_purchases": 9, "problem": "failed", "spend": {"state": "none", "customers": 5, "days_left_out": 0}}'::clv_model) AS t(m);
-- spend beside purchases without a model; one customer's, which is not tried; a price beyond any money
SELECT failure(format('SELECT %L::clv_model', said)) FROM (VALUES (1, '{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "customers": 20, "repeat_customers": 5, "repeat_purchases": 9, "problem": "failed", "spend": {"state": "one_value", "customers": 5, "days_left_out": 0, "parameters": [10]}}'),
	(2, '{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "customers": 1, "repeat_customers": 1, "repeat_purchases": 9, "problem": "failed", "spend": {"state": "none", "customers": 1, "days_left_out": 0}}'),
	(3, '{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "customers": 20, "repeat_customers": 5, "repeat_purchases": 9, "rates": "one", "dropout": "none", "parameters": [0.1], "covariance": [1], "log_likelihood": -5, "spend": {"state": "one_value", "customers": 5, "days_left_out": 0, "parameters": [1e47]}}')) AS v(n, said) ORDER BY n;

--
-- How many purchases, and whether a customer is still there later
--
-- A new customer of BG/NBD: the probabilities of Fader, Hardie, Lee 2005, eq. (8),
-- as CLVTools' pmf() has them
WITH parameters AS (
	SELECT m, max(estimate) FILTER (WHERE parameter = 'r')::float8 AS r, max(estimate) FILTER (WHERE parameter = 'alpha')::float8 AS alpha, max(estimate) FILTER (WHERE parameter = 'a')::float8 AS a, max(estimate) FILTER (WHERE parameter = 'b')::float8 AS b
	FROM models, model_parameters(m) WHERE model = 'bg_nbd' GROUP BY m
), nb AS (
	SELECT x, (SELECT exp(coalesce(sum(ln((r + i) / (i + 1))), 0)) FROM generate_series(0, x - 1) AS i) * (alpha / (alpha + 273)) ^ r * (273 / (alpha + 273)) ^ x AS nb,
		(SELECT exp(coalesce(sum(ln((b + i) / (a + b + i))), 0)) FROM generate_series(0, x - 1) AS i) AS stays,
		(SELECT a / (b + x - 1) * exp(coalesce(sum(ln((b + i) / (a + b + i))), 0)) FROM generate_series(0, x - 1) AS i) AS leaves
	FROM parameters, generate_series(0, 20) AS x
), pmf AS (
	SELECT x, stays * nb + CASE WHEN x > 0 THEN leaves * (1 - (sum(nb) OVER (ORDER BY x) - nb)) ELSE 0 END AS theirs FROM nb
), ours AS (
	SELECT x, p_purchases(m, h, '39 weeks', x) - p_purchases(m, h, '39 weeks', x + 1) AS ours
	FROM parameters, generate_series(0, 20) AS x, (SELECT purchase_history(10, '1997-09-30')) AS new(h)
)
SELECT max(abs(ours - theirs)) < 1e-12 AS same, string_agg(round(ours, 6)::text, ' ' ORDER BY x) FILTER (WHERE x < 6) AS probabilities FROM pmf JOIN ours USING (x);
-- the chances of k purchases or more add up to the purchases to expect
SELECT model, max(abs(expected_purchases(m, h, '39 weeks') / (SELECT sum(p_purchases(m, h, '39 weeks', k)) FROM generate_series(1, 150) AS k) - 1)) < 1e-9 AS same
FROM models, histories WHERE customer_id % 40 = 1 GROUP BY 1 ORDER BY 1;
SELECT model, customer_id, round(p_alive(m, h), 6) AS p_alive, round(p_alive(m, h, at => '1997-12-31'), 6) AS in_three_months, round(p_purchases(m, h, '3 months'), 6) AS any, round(p_purchases(m, h, '3 months', 5), 6) AS five,
	purchases_quantile(m, h, '39 weeks') AS median, purchases_quantile(m, h, '39 weeks', 0.9) AS ninth_decile
FROM models, histories WHERE customer_id IN (1, 3, 157) ORDER BY 1, 2;
-- who is there on a day has not left before; now is the day that is known
SELECT model, bool_and(p_alive(m, h, at => '1998-09-30') <= p_alive(m, h, at => '1998-01-31') AND p_alive(m, h, at => '1998-01-31') <= p_alive(m, h)) AS falls, bool_and(p_alive(m, h, at => '1997-09-30') = p_alive(m, h)) AS now,
	bool_and(p_alive(m, h, '1998-01-31', '1998-03-31') <= p_alive(m, h, '1998-01-31')) AS of_another_day, bool_and(p_purchases(m, h, '1 year', 0) = 1 AND p_purchases(m, h, '0 days') = 0) AS sure
FROM models, histories WHERE customer_id % 40 = 1 GROUP BY 1 ORDER BY 1;
-- a quantile is reached, and no number below it
SELECT model, q, bool_and(1 - p_purchases(m, h, '39 weeks', k + 1) >= q) AS enough, bool_and(1 - p_purchases(m, h, '39 weeks', k) < q) FILTER (WHERE k > 0) AS least
FROM models, histories, unnest('{0.1, 0.5, 0.99}'::float8[]) AS q, LATERAL (SELECT purchases_quantile(m, h, '39 weeks', q)::int) AS k(k) WHERE customer_id % 40 = 1 GROUP BY 1, 2 ORDER BY 1, 2;
-- ten quadrillion purchases: more are not told apart from as many as these
SELECT expected_purchases(m, h, '10000 days') AS expected, purchases_quantile(m, h, '10000 days') >= 1000000000000000 AS very_many
FROM (SELECT '{"version": 1, "as_of": "2025-06-30", "model": "bg_nbd", "customers": 20, "repeat_customers": 5, "repeat_purchases": 9, "dropout": "none", "parameters": [1000000, 1e-6], "covariance": [1, 0, 1], "log_likelihood": -5, "spend": {"state": "none", "customers": 5, "days_left_out": 0}}'::clv_model AS m, purchase_history(1, '2025-06-30') AS h) AS t;
SELECT p_purchases(m, h, NULL), p_purchases(m, h, '1 day', NULL), p_purchases(m, NULL, '1 day'), purchases_quantile(m, h, '1 day', NULL), purchases_quantile(NULL, h, '1 day'), purchases_quantile(m, h, NULL), p_alive(m, NULL, at => '1998-01-01')
FROM models, histories WHERE model = 'bg_nbd' AND customer_id = 1;
SELECT failure($$SELECT p_purchases(m, h, '1 year', -1) FROM models, histories$$);
SELECT failure($$SELECT p_purchases(m, h, '-1 year') FROM models, histories$$);
SELECT failure($$SELECT purchases_quantile(m, h, '1 year', 1) FROM models, histories$$);
SELECT failure($$SELECT purchases_quantile(m, h, '1 year', 'NaN') FROM models, histories$$);
SELECT failure($$SELECT p_alive(m, h, at => '1997-09-29') FROM models, histories$$);
SELECT failure($$SELECT p_alive(m, h, at => 'infinity') FROM models, histories$$);
-- a model as of another day
SELECT bool_and(p_alive(model_as_of(m, '1998-03-31'), h) = p_alive(m, h, '1998-03-31')) AS same FROM models, histories WHERE customer_id < 50;
SELECT failure($$SELECT model_as_of(m, 'infinity') FROM models$$);
-- whose day was chosen: without a warning
SET client_min_messages = warning;
SELECT a::text::clv_model = a AND clv_model_send(a::text::clv_model) = clv_model_send(a) AS same, position('"as_of": "1997-06-30"' IN a::text) > 0 AS then, p_alive(a, h) IS NOT NULL AS predicted
FROM (SELECT model_as_of(m, '1997-06-30') FROM models WHERE model = 'bg_nbd') AS t(a), histories WHERE customer_id = 157;
SET client_min_messages = error;

-- All together: the sum, and between which numbers it will lie.  In the second 39
-- weeks CDNOW's customers bought 1882 times, more than before
SELECT model, round((t).expected, 6) AS expected, (t).low, (t).high, bought, abs((t).expected / sum - 1) < 1e-12 AS is_sum
FROM (SELECT model, expected_total(m, h, '39 weeks') AS t, sum(frequency(h) - frequency(h, '1997-09-30')) AS bought, sum(expected_purchases(m, h, '39 weeks')) AS sum FROM models, histories GROUP BY 1) AS x ORDER BY 1;
-- the parts of the variance, by the definitions: that of each customer's purchases,
-- and the slopes by a parameter a little larger, in a text of the model
WITH moved AS (
	SELECT m, i, replace(m::text, 'parameters": [' || (p ->> 0) || ', ' || (p ->> 1) || ', ' || (p ->> 2) || ', ' || (p ->> 3),
		'parameters": [' || (SELECT string_agg(((p ->> k)::float8 * CASE WHEN k = i THEN exp(0.001) ELSE 1 END)::text, ', ' ORDER BY k) FROM generate_series(0, 3) AS k))::clv_model AS up
	FROM models, LATERAL (SELECT m::text::jsonb -> 'parameters') AS t(p), generate_series(0, 3) AS i WHERE model = 'mbg_nbd'
), slopes AS (
	SELECT i, sum(expected_purchases(up, h, '39 weeks') - expected_purchases(m, h, '39 weeks'))::float8 / 0.001 AS g FROM moved, histories GROUP BY i
), uncertain AS (
	SELECT sum(a.g * b.g * (c ->> (least(a.i, b.i) * 4 - least(a.i, b.i) * (least(a.i, b.i) - 1) / 2 + abs(a.i - b.i)))::float8) AS variance
	FROM slopes AS a, slopes AS b, (SELECT m::text::jsonb -> 'covariance' FROM models WHERE model = 'mbg_nbd') AS t(c)
), chance AS (
	SELECT sum((SELECT sum((2 * k - 1) * p_purchases(m, h, '39 weeks', k)) FROM generate_series(1, 150) AS k) - expected_purchases(m, h, '39 weeks') ^ 2)::float8 AS variance FROM models, histories WHERE model = 'mbg_nbd'
)
SELECT round(sqrt(chance.variance)::numeric, 2) AS chance, round(sqrt(uncertain.variance)::numeric, 1) AS of_parameters, abs((t).high - (t).low - 2 * 1.96 * sqrt(chance.variance + uncertain.variance)) < 6 AS as_wide
FROM chance, uncertain, (SELECT expected_total(m, h, '39 weeks') AS t FROM models, histories WHERE model = 'mbg_nbd') AS x;
-- a few customers: the numbers are whole, and 0 is one of them
SELECT round((t).expected::numeric, 12) AS expected, (t).low, (t).high
FROM (SELECT expected_total(m, h, '90 days') AS t FROM models, histories WHERE model = 'mbg_nbd' AND customer_id IN (1, 2, 3)) AS x;
SELECT expected_total(m, h, '0 days') FROM models, histories WHERE model = 'mbg_nbd';
-- without customers, models, histories, or with a model that has a problem: NULL
SELECT expected_total(m, h, '90 days') FROM models, histories WHERE false;
SELECT expected_total(m, NULL, '90 days'), expected_total(NULL, h, '90 days'), expected_total(m, h, NULL) FROM models, histories WHERE model = 'mbg_nbd';
SELECT expected_total(m, h, '90 days') FROM little, histories WHERE segment = 'nobody again';
SELECT expected_total(m, h, '90 days') FROM models, (SELECT purchase_history(10, '1997-10-01')) AS late(h) WHERE model = 'bg_nbd';
SELECT failure($$SELECT expected_total(m, h, '90') FROM models, histories WHERE model = 'bg_nbd'$$);
SELECT failure($$SELECT expected_total(m, h, '90 days') FROM models, histories$$);
SELECT failure($$SELECT expected_total(m, h, customer_id * interval '1 day') FROM models, histories WHERE model = 'bg_nbd'$$);
SELECT failure($$SELECT expected_total(m, h, '-90 days') FROM models, histories WHERE model = 'bg_nbd'$$);
-- the state: its text, what it cannot be, and two of them
CREATE TEMP TABLE forecasts (f purchase_forecast);
INSERT INTO forecasts SELECT expected_total_accum(expected_total_accum(NULL, m, (SELECT h FROM histories WHERE customer_id = 1), '90 days'), m, (SELECT h FROM histories WHERE customer_id = 3), '90 days') FROM models WHERE model = 'bg_nbd';
-- the last digits of a fit are those of the machine's exp() and log()
SELECT regexp_replace(f::text, '(\d\.\d{1,9})\d*', '\1', 'g') AS f FROM forecasts;
\copy forecasts TO 'results/forecasts.copy' (FORMAT binary)
CREATE TEMP TABLE forecasts_again (f purchase_forecast);
\copy forecasts_again FROM 'results/forecasts.copy' (FORMAT binary)
SELECT f::text = (SELECT f::text FROM forecasts) AS binary_same FROM forecasts_again;
SELECT f::text::purchase_forecast::text = f::text AS text_same, expected_total_combine(f, f)::text::jsonb -> 'pasts' AS twice, expected_total_final(f) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', replace(f::text, '[[0, 0', '[[0, 5'))) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', regexp_replace(f::text, '"pasts": .*', format('"pasts": [%s]}', past)))) FROM forecasts, unnest('{"[1, 10, 9, 1]", "[11, 10, 20, 1]", "[1, 10, 2147483647, 1]"}'::text[]) AS past;
SELECT failure(format('SELECT %L::purchase_forecast', replace(f::text, '"horizon"', '"horizons"'))) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', regexp_replace(f::text, '"horizon": \d+, ', ''))) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', regexp_replace(f::text, '"horizon": \d+', '"horizon": -1'))) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', regexp_replace(f::text, '"model": \{.*\}\}, ', ''))) FROM forecasts;
SELECT failure(format('SELECT %L::purchase_forecast', regexp_replace(f::text, '"model": \{.*\}\}, ', format('"model": %s, ', replace(m::text, '"version": 1, ', ''))))) FROM forecasts, little WHERE segment = 'nobody again';
SELECT failure(format('SELECT expected_total_combine(%L, %L)', f, replace(f::text, '0.2425', '0.2426'))) FROM forecasts;

-- Of 200 worlds like the model, 120 customers each, the interval holds what they buy
-- in the second half of 400 days in 95 %, between 93 and 97 % (of 1,000 worlds in
-- 94 %)
CREATE FUNCTION pg_temp.u(w bigint, c bigint, k bigint, salt bigint) RETURNS double precision IMMUTABLE
RETURN ((hashint8extended(w * 100000000 + c * 10000 + k, salt) & 16777215) + 0.5) / 16777216;
CREATE TEMP TABLE worlds AS
WITH bought AS (
	SELECT w, c, k, floor(sum(CASE WHEN k = 0 THEN 0 ELSE -ln(pg_temp.u(w, c, k, 1)) / rate END) OVER of_customer)::int AS day,
		coalesce(bool_or(k > 0 AND pg_temp.u(w, c, k, 2) < leaves) OVER (of_customer ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), false) AS gone
	FROM generate_series(1, 200) AS w, generate_series(1, 120) AS c,
		LATERAL (SELECT -0.006 * ln(pg_temp.u(w, c, 0, 3) * pg_temp.u(w, c, 0, 4)), 1 - pg_temp.u(w, c, 0, 5) ^ (1 / 3.0::float8)) AS of(rate, leaves), generate_series(0, 15) AS k
	WINDOW of_customer AS (PARTITION BY w, c ORDER BY k)
)
SELECT w, c, purchase_history(10, date '2025-01-01' + day) AS h FROM bought WHERE NOT gone AND day <= 400 GROUP BY 1, 2;
SELECT count(*) AS worlds, count(*) FILTER (WHERE bought BETWEEN (t).low AND (t).high) BETWEEN 186 AND 194 AS covered,
	abs(sum((t).expected) / sum(bought) - 1) < 0.06 AS unbiased
FROM (SELECT w, expected_total(m, h, '200 days') AS t, sum(frequency(h) - frequency(h, '2025-07-20')) AS bought
	FROM (SELECT w, clv_model(h, '2025-07-20', 'bg_nbd') AS m FROM worlds GROUP BY 1) AS fitted JOIN worlds USING (w) GROUP BY 1) AS x;
-- one customer of each: the chance to buy at all is what it says
SELECT round(avg(p_purchases(m, h, '200 days')), 2) AS said, round(avg((frequency(h) > frequency(h, '2025-07-20'))::int), 2) AS happened, round(avg(p_purchases(m, h, '200 days', 4)), 2) AS said_four, round(avg((frequency(h) >= frequency(h, '2025-07-20') + 4)::int), 2) AS happened_four
FROM (SELECT w, clv_model(h, '2025-07-20', 'bg_nbd') AS m FROM worlds WHERE w < 60 GROUP BY 1) AS fitted JOIN worlds USING (w);
