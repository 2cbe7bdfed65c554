-- The figures of the page, each query's result as a CSV file in the directory
-- that psql's variable "dir" names.  They are those of the printed report.
-- demo/page/build.pl shows each query beside what it made.
\pset format csv
\pset null ''

\o :dir/figures.csv
WITH last AS (
  SELECT n.scores AS nps, c.scores AS csat, e.scores AS ces,
         np.scores AS nps_before, cp.scores AS csat_before, ep.scores AS ces_before
  FROM survey_quarterly n, survey_quarterly c, survey_quarterly e,
       survey_quarterly np, survey_quarterly cp, survey_quarterly ep
  WHERE n.quarter = '2025-10-01' AND n.kind = 'nps' AND n.channel = 'all'
    AND c.quarter = '2025-10-01' AND c.kind = 'csat' AND c.channel = 'all'
    AND e.quarter = '2025-10-01' AND e.kind = 'ces' AND e.channel = 'all'
    AND np.quarter = '2025-07-01' AND np.kind = 'nps' AND np.channel = 'all'
    AND cp.quarter = '2025-07-01' AND cp.kind = 'csat' AND cp.channel = 'all'
    AND ep.quarter = '2025-07-01' AND ep.kind = 'ces' AND ep.channel = 'all'
), year AS (
  SELECT sum(mrr_at(h, date '2025-12-31')) AS mrr,
         count(*) FILTER (WHERE mrr_at(h, date '2025-12-31') > 0) AS customers,
         nrr_summary(mrr_at(h, date '2024-12-31'), mrr_at(h, date '2025-12-31')) AS nrr
  FROM customer_mrr
), replies AS (
  SELECT rollup(response_kept) AS kept FROM service_monthly WHERE month >= '2025-10-01'
)
SELECT name, figure, detail
FROM last, year, replies, nps_change(nps_before, nps, always_valid => true) AS n,
     rate_change(satisfied(csat_before), satisfied(csat), always_valid => true) AS c,
     rate_change(satisfied(ces_before, 5, 7), satisfied(ces, 5, 7), always_valid => true) AS e,
     rate_interval(kept) AS k,
  LATERAL (VALUES
    (1, 'NPS', ltrim(signed_text(nps(nps))), ltrim(change_text(n.change, n.direction)) || ' to the quarter before'),
    (2, 'CSAT', ltrim(percent_text(csat(csat))), ltrim(change_text(c.change, c.direction)) || ' points'),
    (3, 'CES', ltrim(percent_text(ces(ces))), ltrim(change_text(e.change, e.direction)) || ' points'),
    (4, 'Replies within the target', ltrim(percent_text(rate(kept))), ltrim(percent_interval(k.low, k.high))),
    (5, 'MRR', to_char(mrr / 1000, 'FM999,990') || ' k', to_char(customers, 'FM999,990') || ' customers'),
    (6, 'Net revenue retention', ltrim(percent_text(nrr(year.nrr))), 'over the year; gross ' || ltrim(percent_text(grr(year.nrr))))
  ) AS f (place, name, figure, detail)
ORDER BY place;

\o :dir/nps.csv
SELECT month AS "Month", round(nps(scores), 1) AS "NPS", round(i.low, 1) AS "From", round(i.high, 1) AS "To"
FROM survey_monthly, nps_interval(scores) AS i
WHERE kind = 'nps' AND channel = 'all'
ORDER BY month;

\o :dir/bridge.csv
SELECT to_char(period, 'Mon') AS "Month", round(new_mrr / 1000, 1) AS "New", round(reactivation_mrr / 1000, 1) AS "Came back",
       round(expansion_mrr / 1000, 1) AS "Expansion", round(-contraction_mrr / 1000, 1) AS "Contraction",
       round(-churned_mrr / 1000, 1) AS "Churn"
FROM (SELECT rollup(l) AS l FROM segment_mrr) AS t, mrr_bridge(l, 'month', '2025-01-01', '2026-01-01');

\o :dir/cohorts.csv
SELECT to_char(cohort, 'Mon') AS "Began in", age AS "Months later", round(retention, 1) AS "Active %",
       extract(month FROM cohort) - 1 AS row
FROM app_usage, cohort_retention(l, 'month', '2026-01-01')
WHERE cohort >= '2025-01-01'
ORDER BY cohort, age;

\o :dir/survival.csv
WITH segments AS (
  SELECT segment, rollup(s) AS s FROM lifetimes GROUP BY segment
)
SELECT days AS "Days", i.*
FROM generate_series(0, 1080, 6) AS days,
  LATERAL (SELECT round(max(100 * survival(s, make_interval(days => days))) FILTER (WHERE segment = 'enterprise'), 1) AS "Enterprise %",
                  round(max(100 * survival(s, make_interval(days => days))) FILTER (WHERE segment = 'mid'), 1) AS "Mid %",
                  round(max(100 * survival(s, make_interval(days => days))) FILTER (WHERE segment = 'small'), 1) AS "Small %"
           FROM segments) AS i
ORDER BY days;

\o :dir/replies.csv
WITH channels AS (
  SELECT channel, rollup(response) AS s FROM service_monthly WHERE month >= '2025-10-01' GROUP BY channel
)
SELECT hours AS "Hours",
       round(max(completed_within(s, make_interval(hours => hours))) FILTER (WHERE channel = 'phone'), 1) AS "Phone %",
       round(max(completed_within(s, make_interval(hours => hours))) FILTER (WHERE channel = 'chat'), 1) AS "Chat %",
       round(max(completed_within(s, make_interval(hours => hours))) FILTER (WHERE channel = 'app'), 1) AS "App %",
       round(max(completed_within(s, make_interval(hours => hours))) FILTER (WHERE channel = 'email'), 1) AS "E-mail %"
FROM channels, generate_series(0, 48) AS hours
GROUP BY hours
ORDER BY hours;

\o :dir/health.csv
SELECT least(floor(health / 5), 19) * 5 AS "Score from",
       count(*) FILTER (WHERE band = 'red') AS "Red",
       count(*) FILTER (WHERE band = 'yellow') AS "Yellow",
       count(*) FILTER (WHERE band = 'green') AS "Green"
FROM customer_360
WHERE health IS NOT NULL
GROUP BY 1
ORDER BY 1;

\o :dir/holdout.csv
SELECT CASE WHEN had_bought < 7 THEN had_bought::text ELSE '7 or more' END AS "Days with a purchase before",
       round(avg(bought), 2) AS "Bought", round(avg(expected), 2) AS "Expected"
FROM purchases_backtest
WHERE model = 'mbg_nbd'
GROUP BY 1
ORDER BY 1;

\o :dir/value.csv
SELECT segment AS "Segment", to_char(customers(s), 'FM999,990') AS "Customers",
       round(average_purchase_value(s)) AS "An order", round(purchase_frequency(s), 1) AS "A year",
       round(years, 2) AS "Years", to_char(clv(s, years), 'FM999,990') AS "CLV"
FROM segment_value
ORDER BY segment = 'all', segment;

\o :dir/model.csv
SELECT parameter AS "Parameter", round(estimate, 2) AS "Estimate", round(low, 2) AS "From", round(high, 2) AS "To"
FROM purchase_models, model_parameters(m)
WHERE as_of = '2025-12-31';

\o :dir/risk.csv
SELECT name AS "Customer", segment AS "Segment", last_order AS "Last order", days AS "Days with an order",
       round(p_before, 2) AS "P(alive) a quarter before", round(p_now, 2) AS "P(alive)",
       to_char(clv, 'FM999,990') AS "Expected in a year", to_char(at_risk, 'FM999,990') AS "At risk"
FROM value_at_risk
ORDER BY at_risk DESC, customer_id
LIMIT 10;

\o :dir/states.csv
SELECT state AS "State", to_char(s.tickets, 'FM999,990') AS "Tickets", to_char(total, 'FM999,990') AS "Days together",
       round(median_duration(stays, 'hour'), 1) AS "Half left after, hours", round(duration_quantile(stays, 0.9, 'hour'), 1) AS "Nine in ten, hours", still_open(stays) AS "In it now"
FROM (SELECT rollup(changes) AS l FROM ticket_logs WHERE recent) AS t, time_in_state(l, '2026-01-01 00:00+00', unit => 'day') AS s
WHERE state <> 'solved'
ORDER BY s.total DESC;

\o :dir/targets.csv
SELECT priority AS "Priority", round(extract(epoch FROM resolution_target) / 3600) AS "Target, hours",
       round(rate(sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00')), 1) AS "Clock always runs %",
       round(rate(sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00', '{waiting for the customer}')), 1) AS "Less waiting %",
       round(rate(sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00', '{waiting for the customer}',
           '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-18:00"]},
             "days": {"2025-12-24": ["09:00-13:00"], "2025-12-25": [], "2025-12-26": []}}')), 1) AS "In business hours %"
FROM ticket_logs
WHERE recent
ORDER BY resolution_target;

\o :dir/backlog.csv
SELECT b.day AS "Day", b.open_at_end AS "Open", w.open_at_end AS "Waiting for the customer"
FROM (SELECT rollup(changes) AS l FROM ticket_logs) AS t,
     backlog(l, '{new,open,waiting for the customer,reopened}', '2025-10-01', '2026-01-01') AS b,
     backlog(l, '{waiting for the customer}', '2025-10-01', '2026-01-01') AS w
WHERE w.day = b.day
ORDER BY b.day;

\o :dir/channels.csv
SELECT channel AS "Channel", nps AS "NPS", csat AS "CSAT %", ces AS "CES %", replies_in_time AS "Replies in time %",
       reply_hours AS "Reply, hours", solution_days AS "Solution, days", to_char(customers, 'FM999,990') AS "Customers",
       to_char(mrr / 1000, 'FM999,990') AS "MRR, k", churn AS "Churn %"
FROM company_month
WHERE month = '2025-12-01'
ORDER BY channel = 'all', channel;

\o :dir/attention.csv
SELECT name AS "Customer", segment AS "Segment", health AS "Health", band AS "Band", worst_driver AS "Pulled down by",
       nps_score AS "Last answer", to_char(mrr, 'FM999,990') AS "MRR", p_alive AS "P(buys again)",
       to_char(predicted_clv, 'FM999,990') AS "Orders expected in a year", last_active AS "Last active"
FROM customer_360
WHERE band = 'red'
ORDER BY mrr DESC, customer_id
LIMIT 10;
\o
