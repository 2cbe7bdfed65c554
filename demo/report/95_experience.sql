-- Service and success together: a row for every paying customer, and a row for
-- every month and channel.  All columns are numbers, dates and text, as a BI
-- tool wants them; the summaries behind them stay in their own views.

CREATE MATERIALIZED VIEW IF NOT EXISTS customer_360 AS
WITH model AS (
  SELECT m FROM purchase_models WHERE as_of = '2025-12-31'
), health AS (
  SELECT customer_id, s
  FROM customer_health
  WHERE measured_on = '2025-12-31'
), last_answer AS (
  SELECT DISTINCT ON (customer_id) customer_id, score, day
  FROM answers
  WHERE kind = 'nps' AND score IS NOT NULL
  ORDER BY customer_id, responded_at DESC
), active AS (
  -- Who does not share its usage is seen when it orders, asks or answers.
  SELECT customer_id, last_active(active_days(day)) AS last_active
  FROM (SELECT customer_id, joined_on AS day FROM customers
        UNION ALL
        SELECT customer_id, local_day(at, 'UTC') FROM events
        UNION ALL
        SELECT customer_id, purchased_on FROM orders WHERE kind = 'order'
        UNION ALL
        SELECT customer_id, local_day(opened_at, 'UTC') FROM tickets
        UNION ALL
        SELECT customer_id, local_day(responded_at, 'UTC') FROM answers WHERE score IS NOT NULL) AS d
  GROUP BY customer_id
)
SELECT customer_id, c.name, c.segment, c.contact_channel AS channel,
       round(health_score(health.s), 1) AS health, health_band(health_score(health.s)) AS band,
       top_driver(health.s) AS worst_driver, round(health_coverage(health.s)) AS coverage,
       a.score AS nps_score, a.day AS nps_day,
       round(mrr_at(r.h, date '2025-12-31'), 2) AS mrr,
       round(p_alive(model.m, p.h), 3) AS p_alive,
       round(predicted_clv(model.m, p.h, interval '12 months'), 2) AS predicted_clv,
       active.last_active
FROM model, customer_mrr AS r
     JOIN customers AS c USING (customer_id)
     LEFT JOIN health USING (customer_id)
     LEFT JOIN last_answer AS a USING (customer_id)
     LEFT JOIN customer_purchases AS p USING (customer_id)
     JOIN active USING (customer_id)
WHERE mrr_at(r.h, date '2025-12-31') > 0;

CREATE UNIQUE INDEX IF NOT EXISTS customer_360_key ON customer_360 (customer_id);
REFRESH MATERIALIZED VIEW CONCURRENTLY customer_360;

-- Channel 'all' rolls the others up: customers belong to the channel that they
-- usually use, so nobody counts twice.
CREATE MATERIALIZED VIEW IF NOT EXISTS company_month AS
WITH revenue AS (
  SELECT contact_channel AS channel, mrr_summary(h, 'month') AS s
  FROM customer_mrr JOIN customers USING (customer_id)
  GROUP BY contact_channel
), bridge AS (
  SELECT r.channel, b.*
  FROM (SELECT coalesce(channel, 'all') AS channel, rollup(s) AS s
        FROM revenue GROUP BY ROLLUP (channel)) AS r,
       mrr_bridge(r.s, '2025-01-01', '2026-01-01') AS b
), service AS (
  SELECT month, coalesce(channel, 'all') AS channel,
         rollup(response_kept) AS kept, rollup(response) AS replies, rollup(resolution) AS solutions
  FROM service_monthly
  GROUP BY GROUPING SETS ((month, channel), (month))
)
SELECT service.month, service.channel,
       round(nps(n.scores), 1) AS nps, round(csat(c.scores), 1) AS csat, round(ces(e.scores), 1) AS ces,
       completed(service.replies) + still_open(service.replies) AS tickets,
       round(rate(service.kept), 1) AS replies_in_time,
       round(median_duration(service.replies, 'hour'), 1) AS reply_hours,
       round(median_duration(service.solutions, 'day'), 2) AS solution_days,
       bridge.closing_customers AS customers, round(bridge.closing_mrr, 2) AS mrr,
       round(bridge.nrr, 1) AS nrr, round(bridge.customer_churn, 2) AS churn
FROM service
     JOIN bridge ON bridge.period = service.month AND bridge.channel = service.channel
     LEFT JOIN survey_monthly AS n ON n.month = service.month AND n.channel = service.channel AND n.kind = 'nps'
     LEFT JOIN survey_monthly AS c ON c.month = service.month AND c.channel = service.channel AND c.kind = 'csat'
     LEFT JOIN survey_monthly AS e ON e.month = service.month AND e.channel = service.channel AND e.kind = 'ces';

CREATE UNIQUE INDEX IF NOT EXISTS company_month_key ON company_month (month, channel);
REFRESH MATERIALIZED VIEW CONCURRENTLY company_month;

\qecho 'THE WHOLE EXPERIENCE BY CHANNEL'
\qecho 'December 2025: what customers say, how they were served, and what they pay. Half of the replies'
\qecho 'took no longer than reply, in hours; half of the solutions no longer than solved, in days.'
\qecho

SELECT channel, nps AS "NPS", csat AS "CSAT", ces AS "CES", tickets, replies_in_time AS "in time",
       reply_hours AS reply, solution_days AS solved, customers, thousands(mrr) AS "MRR", nrr AS "NRR", churn
FROM company_month
WHERE month = '2025-12-01'
ORDER BY channel = 'all', channel;

\qecho 'THE CUSTOMERS BY HEALTH'
\qecho 'Paying customers at the end of 2025 by band of the health score: MRR in thousands, chance that'
\qecho 'they will buy again, what they are expected to buy in the next year, and what pulls them down.'
\qecho

SELECT band, count(*) AS customers, thousands(sum(mrr)) AS "MRR",
       round(nps_agg(nps_score), 1) AS "NPS", round(avg(p_alive), 2) AS "buys again",
       round(avg(predicted_clv), 0) AS "next year",
       mode() WITHIN GROUP (ORDER BY worst_driver COLLATE "C") AS "worst driver"
FROM customer_360
GROUP BY band
ORDER BY min(health);
