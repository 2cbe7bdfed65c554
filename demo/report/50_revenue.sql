-- A row a customer, with the history of what they pay.
CREATE MATERIALIZED VIEW IF NOT EXISTS customer_mrr AS
SELECT customer_id, segment, mrr_history(mrr(price, billing_interval), starts_on, ends_on) AS h
FROM paid_subscriptions
GROUP BY customer_id, segment;

CREATE UNIQUE INDEX IF NOT EXISTS customer_mrr_key ON customer_mrr (customer_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY customer_mrr;

-- What all customers of a segment pay.
CREATE MATERIALIZED VIEW IF NOT EXISTS segment_mrr AS
SELECT segment, mrr_log(customer_id, mrr(price, billing_interval), starts_on, ends_on) AS l
FROM paid_subscriptions
GROUP BY segment;

CREATE UNIQUE INDEX IF NOT EXISTS segment_mrr_key ON segment_mrr (segment);
REFRESH MATERIALIZED VIEW CONCURRENTLY segment_mrr;

-- in thousands
CREATE OR REPLACE FUNCTION thousands(amount numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lpad(to_char(amount / 1000, 'FM999,990.0'), 8);

\qecho 'RECURRING REVENUE'
\qecho 'MRR of 2025 by month, in thousands. Closing MRR is the opening one with what is new, back (from'
\qecho 'customers who had left) and expansion, less contraction and churn. NRR and GRR are percent of'
\qecho 'the opening MRR. Quick ratio: what was gained for each one lost.'
\qecho

SELECT to_char(period, 'YYYY-MM') AS month,
       thousands(opening_mrr) AS opening, thousands(new_mrr) AS new, thousands(reactivation_mrr) AS back,
       thousands(expansion_mrr) AS expansion, thousands(contraction_mrr) AS contraction,
       thousands(churned_mrr) AS churned, thousands(closing_mrr) AS closing,
       percent_text(nrr) AS "NRR", percent_text(grr) AS "GRR", round(quick_ratio, 1) AS quick
FROM (SELECT rollup(l) AS l FROM segment_mrr) AS t, mrr_bridge(l, 'month', '2025-01-01', '2026-01-01');

\qecho 'THE YEAR BY SEGMENT'
\qecho 'NRR and GRR compare the last day of 2025 with that of 2024, a year ago; before is the same'
\qecho 'for 2024. Churn: of the customers paying a year ago, those who pay no more.'
\qecho

WITH years AS (
  SELECT segment, l, churn(l, '2025-01-01', '2026-01-01') AS churn, churn(l, '2024-01-01', '2025-01-01') AS churn_before
  FROM (SELECT coalesce(segment, 'all') AS segment, rollup(l) AS l
        FROM segment_mrr GROUP BY ROLLUP (segment)) AS segments
)
SELECT segment, customers, thousands(mrr) AS "MRR", round(mrr / customers) AS "ARPA",
       percent_text(nrr(l, '2025-01-01', '2026-01-01')) AS "NRR", percent_text(nrr(l, '2024-01-01', '2025-01-01')) AS before,
       percent_text(grr(l, '2025-01-01', '2026-01-01')) AS "GRR", percent_text(grr(l, '2024-01-01', '2025-01-01')) AS before,
       percent_text(rate(churn)) AS churn, percent_interval(i.low, i.high) AS "95 % interval",
       change_text(c.change, c.direction) AS change
FROM years, mrr_at(l, '2025-12-31'), rate_interval(churn) AS i, rate_change(churn_before, churn, always_valid => true) AS c
ORDER BY segment = 'all', segment;

\qecho 'CHURN BY QUARTER AND SEGMENT'
\qecho 'Of the customers paying as the quarter began, those who did not on its last day, with the'
\qecho 'number there were, and the change to the quarter before.'
\qecho

WITH quarters AS (
  SELECT d::date AS quarter, segment, churn(l, d, d + interval '3 months') AS churn
  FROM segment_mrr, generate_series(timestamp '2024-10-01', '2025-10-01', '3 months') AS d
)
SELECT to_char(quarter, 'YYYY "Q"Q') AS quarter, segment,
       mark(c.direction) || ' ' || rate_text(churn) AS cell
FROM (SELECT quarter, segment, churn, lag(churn) OVER (PARTITION BY segment ORDER BY quarter) AS before
      FROM quarters) AS q,
     rate_change(before, churn, always_valid => true) AS c
WHERE q.quarter >= date '2025-01-01'
ORDER BY q.quarter, segment
\crosstabview quarter segment cell
\qecho
