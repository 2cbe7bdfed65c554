-- Orders beside the subscriptions: a row a customer, with the purchases of
-- every day.  Refunds are no purchases: the models ask who comes back.
CREATE MATERIALIZED VIEW IF NOT EXISTS customer_purchases AS
SELECT customer_id, purchase_history(amount, purchased_on) AS h
FROM orders
WHERE kind = 'order'
GROUP BY customer_id;

CREATE UNIQUE INDEX IF NOT EXISTS customer_purchases_key ON customer_purchases (customer_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY customer_purchases;

-- The models that the sections below ask: as of the last day, of a quarter
-- before, and all three of them as of the middle of the year.
CREATE MATERIALIZED VIEW IF NOT EXISTS purchase_models AS
SELECT as_of, model, clv_model(h, as_of, model) AS m
FROM customer_purchases,
     (VALUES (date '2025-12-31', 'mbg_nbd'), ('2025-09-30', 'mbg_nbd'),
             ('2025-06-30', 'bg_nbd'), ('2025-06-30', 'mbg_nbd'), ('2025-06-30', 'pareto_nbd')) AS v (as_of, model)
GROUP BY as_of, model;

CREATE UNIQUE INDEX IF NOT EXISTS purchase_models_key ON purchase_models (as_of, model);
REFRESH MATERIALIZED VIEW CONCURRENTLY purchase_models;

-- The classic formula, of a year's orders less what went back of them.  An
-- order and its refunds are one row; the lifetime is that of subscriptions.
CREATE OR REPLACE VIEW segment_value AS
SELECT segment, s, years
FROM (SELECT coalesce(segment, 'all') AS segment, value_summary(amount, customer_id) AS s
      FROM (SELECT segment, c.customer_id, sum(o.amount) AS amount
            FROM orders AS o
                 JOIN orders AS bought ON bought.order_id = coalesce(o.refund_of, o.order_id)
                 JOIN customers AS c ON c.customer_id = o.customer_id
            WHERE bought.purchased_on >= date '2025-01-01'
            GROUP BY segment, c.customer_id, bought.order_id) AS net
      GROUP BY ROLLUP (segment)) AS sold
     JOIN (SELECT coalesce(segment, 'all') AS segment, mean_duration(rollup(s), '24 months', 'month') / 12 AS years
           FROM lifetimes GROUP BY ROLLUP (segment)) AS life USING (segment);

-- Whose silence would cost most: what is missing of the value of a customer
-- who is there for certain.  Quiet for longer than is their way, not yet gone.
CREATE OR REPLACE VIEW value_at_risk AS
SELECT customer_id, name, segment, last_purchase(h) AS last_order, frequency(h) + 1 AS days, p_before, p_now, clv,
       clv * (1 / p_now - 1) AS at_risk
FROM (SELECT customer_id, h, p_alive(before.m, h, before.as_of) AS p_before, p_alive(now.m, h, now.as_of) AS p_now,
             predicted_clv(now.m, h, '12 months', as_of => now.as_of) AS clv
      FROM customer_purchases, purchase_models AS before, purchase_models AS now
      WHERE before.as_of = '2025-09-30' AND now.as_of = '2025-12-31') AS s
     JOIN customers USING (customer_id)
WHERE frequency(h) >= 2 AND p_now BETWEEN 0.2 AND 0.7 AND p_now < p_before;

-- What the models of the middle of the year expected of its second half, and
-- what happened.
CREATE OR REPLACE VIEW purchases_backtest AS
SELECT model, customer_id, frequency(h, as_of) AS had_bought, frequency(h) - frequency(h, as_of) AS bought,
       expected_purchases(m, h, '184 days', as_of) AS expected
FROM customer_purchases, purchase_models
WHERE as_of = '2025-06-30' AND first_purchase(h) <= as_of;

-- All together, and between which numbers that lies.
CREATE OR REPLACE VIEW purchases_total AS
SELECT model, expected_total(model_as_of(m, as_of), h, '184 days') AS total,
       sum(frequency(h) - frequency(h, as_of)) AS bought
FROM customer_purchases, purchase_models
WHERE as_of = '2025-06-30'
GROUP BY model;

\qecho 'CUSTOMER VALUE'
\qecho 'The classic formula: value of an order x orders a customer and year x years. Orders of 2025 and'
\qecho 'customers who bought; refunded money is taken off. Years: mean lifetime, of the first two.'
\qecho

SELECT segment, customers(s) AS customers, purchases(s) AS orders, thousands(revenue(s)) AS revenue,
       round(average_purchase_value(s), 2) AS "an order", round(purchase_frequency(s), 2) AS "a year",
       round(years, 2) AS years, round(clv(s, years)) AS "CLV"
FROM segment_value
ORDER BY segment = 'all', segment;

\qecho 'A MODEL OF PURCHASES'
\qecho 'MBG/NBD and Gamma-Gamma, fitted to the days with a purchase of every customer. Rates of purchase'
\qecho 'differ (r and alpha, in days), as does the chance to leave after a purchase (a and b) and what is'
\qecho 'spent (p, q and v). 95 % intervals.'
\qecho

WITH model AS (
  SELECT m FROM purchase_models WHERE as_of = '2025-12-31'
)
SELECT parameter, round(estimate, 3) AS estimate, round(standard_error, 3) AS error,
       round(low, 3) || ' .. ' || round(high, 3) AS interval
FROM model, model_parameters(m);

WITH model AS (
  SELECT m FROM purchase_models WHERE as_of = '2025-12-31'
), p AS (
  SELECT max(estimate) FILTER (WHERE parameter = 'r') AS r, max(estimate) FILTER (WHERE parameter = 'alpha') AS alpha,
         max(estimate) FILTER (WHERE parameter = 'a') AS a, max(estimate) FILTER (WHERE parameter = 'b') AS b,
         max(estimate) FILTER (WHERE parameter = 'p') AS p, max(estimate) FILTER (WHERE parameter = 'q') AS q,
         max(estimate) FILTER (WHERE parameter = 'v') AS v
  FROM model, model_parameters(m)
)
SELECT customers(m) AS customers, repeat_customers(m) AS "bought again",
       round(alpha / r, 1) AS "days to the next", percent_text(100 * a / (a + b)) AS "leave after one",
       round(p * v / (q - 1), 2) AS "spent on a day", round(sum(p_alive(m, h))) AS "still there",
       thousands(sum(predicted_clv(m, h, '12 months'))) AS "next year"
FROM model, p, customer_purchases
GROUP BY m, r, alpha, a, b, p, q, v;

\qecho 'VALUE AT RISK'
\qecho 'Once good customers who have been quiet for longer than is their way. Probability that they are'
\qecho 'still there, at the end of 2025 and a quarter before; what they are expected to buy in a year,'
\qecho 'discounted at 10 %; and what is missing for not being certain that they are there.'
\qecho

SELECT name, segment, last_order AS "last order", days, round(p_before, 2) AS before, round(p_now, 2) AS now,
       round(clv) AS "a year", round(at_risk) AS "at risk"
FROM value_at_risk
ORDER BY at_risk DESC, customer_id
LIMIT 10;

\qecho 'PREDICTED AND BOUGHT'
\qecho 'Fitted to the orders up to 2025-06-30 and compared with the half year after it: days with a'
\qecho 'purchase in total, and correlation over the customers.'
\qecho

SELECT model, count(*) AS customers, sum(bought) AS bought, round(sum(expected)) AS expected,
       signed_text(100 * (sum(expected) / sum(bought) - 1)) || '%' AS error,
       round(corr(bought, expected)::numeric, 3) AS correlation
FROM purchases_backtest
GROUP BY model
ORDER BY model;

\qecho 'BETWEEN WHICH NUMBERS'
\qecho 'What all of them together would buy lies between low and high with a probability of 95 %, which'
\qecho 'counts chance and the errors of the parameters.'
\qecho

SELECT model, round((total).expected) AS expected, (total).low, (total).high, bought
FROM purchases_total
ORDER BY model;

\qecho 'BY HOW OFTEN THEY HAD BOUGHT'
\qecho 'The same by days with a purchase after the first; 7 is 7 and more. A mean customer bought so many'
\qecho 'times in the half year, and was expected to by each of the models.'
\qecho

SELECT least(had_bought, 7) AS "had bought", count(DISTINCT customer_id) AS customers,
       round(avg(bought), 2) AS bought, round(avg(expected) FILTER (WHERE model = 'bg_nbd'), 2) AS "BG/NBD",
       round(avg(expected) FILTER (WHERE model = 'mbg_nbd'), 2) AS "MBG/NBD",
       round(avg(expected) FILTER (WHERE model = 'pareto_nbd'), 2) AS "Pareto/NBD"
FROM purchases_backtest
GROUP BY 1
ORDER BY 1;
