-- Health of every customer at the end of a quarter, from the seven signals of
-- the account managers: a row a customer and day, read by whoever asks.
CREATE MATERIALIZED VIEW IF NOT EXISTS customer_health AS
SELECT measured_on, customer_id, segment, health_summary(signal, score, weight) AS s
FROM signals JOIN customers USING (customer_id)
GROUP BY measured_on, customer_id, segment;

CREATE UNIQUE INDEX IF NOT EXISTS customer_health_key ON customer_health (measured_on, customer_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY customer_health;

-- A row a customer: the days between which they pay, pauses and all.
CREATE OR REPLACE VIEW customer_span AS
SELECT customer_id, min(starts_on) AS started_on,
       CASE WHEN bool_and(ends_on IS NOT NULL) THEN max(ends_on) END AS ended_on
FROM subscriptions
WHERE ends_on IS NULL OR ends_on > starts_on
GROUP BY customer_id;

-- What a quarter's last day said, and what the next quarter brought.  The
-- signals are of that day or before it, the outcome is of the days after.
CREATE OR REPLACE VIEW health_backtest AS
SELECT measured_on, customer_id, segment, s,
       NOT churned(started_on, ended_on, measured_on + 1, (measured_on + 1 + interval '3 months')::date) AS stayed
FROM customer_health JOIN customer_span USING (customer_id)
WHERE measured_on < date '2025-12-31';

\qecho 'CUSTOMER HEALTH'
\qecho 'Paying customers on 2025-12-31: the mean score of seven signals by their weights, 0 to 100, over'
\qecho 'what is known; coverage is the share of the weight that is. Red is below 40, green from 70.'
\qecho

SELECT coalesce(segment, 'all') AS segment, count(*) AS customers,
       round(avg(health_score(s)), 1) AS health, round(avg(health_coverage(s))) AS coverage,
       percent_text(rate_agg(band = 'red')) AS red, percent_text(rate_agg(band = 'yellow')) AS yellow,
       percent_text(rate_agg(band = 'green')) AS green,
       (SELECT d.signal FROM customer_health AS h, health_drivers(h.s) AS d
        WHERE h.measured_on = '2025-12-31' AND h.segment = coalesce(t.segment, h.segment)
        GROUP BY d.signal ORDER BY sum(d.points_lost) DESC NULLS LAST, d.signal LIMIT 1) AS "costs the most"
FROM customer_health AS t, health_band(health_score(s)) AS band
WHERE measured_on = '2025-12-31'
GROUP BY ROLLUP (segment)
ORDER BY t.segment NULLS LAST;

\qecho 'WHAT COSTS POINTS'
\qecho 'By signal: how many know it, its mean score, and the points that it takes from a customer of'
\qecho 'whom it is known; at the end of 2025 and, before, of 2024. At the top of: whom it costs the most.'
\qecho

SELECT d.signal, percent_text(rate_agg(d.score IS NOT NULL) FILTER (WHERE measured_on = '2025-12-31')) AS known,
       max(d.weight) AS weight,
       round(avg(d.score) FILTER (WHERE measured_on = '2025-12-31'), 1) AS score,
       round(avg(d.score) FILTER (WHERE measured_on = '2024-12-31'), 1) AS before,
       round(avg(d.points_lost) FILTER (WHERE measured_on = '2025-12-31'), 1) AS "points lost",
       round(avg(d.points_lost) FILTER (WHERE measured_on = '2024-12-31'), 1) AS before,
       percent_text(rate_agg(d.signal = top_driver(s)) FILTER (WHERE measured_on = '2025-12-31')) AS "at the top of"
FROM customer_health, health_drivers(s) AS d
WHERE measured_on IN ('2025-12-31', '2024-12-31')
GROUP BY d.signal
ORDER BY avg(d.points_lost) FILTER (WHERE measured_on = '2025-12-31') DESC;

\qecho 'DOES HEALTH PREDICT'
\qecho 'The score of a quarter''s last day against who left in the next quarter. AUC: the probability'
\qecho 'that of two customers the one who stayed had the higher score; 0.5 is chance. Left: by band.'
\qecho

SELECT to_char(measured_on, 'YYYY "Q"Q') AS quarter, positives(a) + negatives(a) AS customers,
       negatives(a) AS left, round(auc(a), 3) AS "AUC", round(low, 3) || ' .. ' || round(high, 3) AS "95 % interval",
       percent_text(red) AS red, percent_text(yellow) AS yellow, percent_text(green) AS green
FROM (SELECT measured_on, auc_summary(health_score(s), stayed) AS a,
             rate_agg(NOT stayed) FILTER (WHERE band = 'red') AS red,
             rate_agg(NOT stayed) FILTER (WHERE band = 'yellow') AS yellow,
             rate_agg(NOT stayed) FILTER (WHERE band = 'green') AS green
      FROM health_backtest, health_band(health_score(s)) AS band
      GROUP BY measured_on) AS t,
     auc_interval(a)
ORDER BY measured_on;

\qecho 'WEIGHTS FROM DATA'
\qecho 'Logistic regression of who stayed on the signals that most customers know, over the first three'
\qecho 'of these quarters. Odds: what ten points more do to the odds of staying, with a 95 % interval;'
\qecho 'a signal that lowers them, the others being the same, has no weight.'
\qecho

WITH first AS (
  SELECT health_outcomes(h.s, stayed) AS o
  FROM health_backtest AS b,
       LATERAL (SELECT health_summary(signal, score, weight) AS s FROM health_drivers(b.s)
                WHERE signal IN ('product usage', 'tickets', 'user growth', 'financial state')) AS h
  WHERE measured_on < '2025-09-30'
)
SELECT signal, round(weight, 1) AS weight,
       round(exp(10 * coefficient), 3) AS odds, round(exp(10 * low), 3) || ' .. ' || round(exp(10 * high), 3) AS "95 % interval",
       CASE WHEN p_value < 0.001 THEN '< 0.001' ELSE round(p_value, 3)::text END AS p
FROM health_weights((SELECT o FROM first));

\qecho 'NEW WEIGHTS AGAINST THE OLD ONES'
\qecho 'On the quarter that they have not seen: health at the end of 2025 Q3 against who left in Q4.'
\qecho 'Customers with the four signals known; AUC and interval.'
\qecho

WITH first AS (
  SELECT health_outcomes(h.s, stayed) AS o
  FROM health_backtest AS b,
       LATERAL (SELECT health_summary(signal, score, weight) AS s FROM health_drivers(b.s)
                WHERE signal IN ('product usage', 'tickets', 'user growth', 'financial state')) AS h
  WHERE measured_on < '2025-09-30'
), weights AS MATERIALIZED (
  SELECT signal, weight FROM health_weights((SELECT o FROM first))
), scored AS (
  SELECT stayed,
         (SELECT health_score(d.score, d.weight) FROM health_drivers(s) AS d JOIN weights USING (signal)) AS old,
         (SELECT health_score(d.score, w.weight) FROM health_drivers(s) AS d JOIN weights AS w USING (signal)) AS new
  FROM health_backtest
  WHERE measured_on = '2025-09-30'
    AND (SELECT count(d.score) FROM health_drivers(s) AS d JOIN weights USING (signal)) = 4
)
SELECT weights, positives(a) + negatives(a) AS customers, round(auc(a), 3) AS "AUC",
       round(low, 3) || ' .. ' || round(high, 3) AS "95 % interval"
FROM (SELECT 1 AS n, 'the account managers''' AS weights, auc_summary(old, stayed) AS a FROM scored
      UNION ALL SELECT 2, 'from data', auc_summary(new, stayed) FROM scored) AS t, auc_interval(a)
ORDER BY n;
