-- title: MRR bridge of 36 months, 200,000 customers, 600,000 subscriptions, from a log, against DuckDB
-- data: subscriptions
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: mrr_bridge(mrr_log(customer_id, amount, starts_on, ends_on), 'month')
SELECT b.period, b.opening_mrr, b.new_mrr, b.reactivation_mrr, b.expansion_mrr,
       b.contraction_mrr, b.churned_mrr, b.closing_mrr, b.new_customers,
       b.reactivated_customers, b.churned_customers, b.closing_customers
FROM (SELECT mrr_log(customer_id, amount, starts_on, ends_on) AS l FROM subscriptions) AS t,
     mrr_bridge(l, 'month', '2023-01-01', '2026-01-01') AS b;

-- theirs histories: mrr_bridge(mrr_summary(mrr_history(...), 'month')) | none
SELECT b.period, b.opening_mrr, b.new_mrr, b.reactivation_mrr, b.expansion_mrr,
       b.contraction_mrr, b.churned_mrr, b.closing_mrr, b.new_customers,
       b.reactivated_customers, b.churned_customers, b.closing_customers
FROM mrr_bridge((SELECT mrr_summary(h, 'month')
                 FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h
                       FROM subscriptions GROUP BY customer_id) AS c),
                '2023-01-01', '2026-01-01') AS b;

-- duckdb deltas: changes by customer and month, running sums | 1.5 x faster
WITH changes AS (
    SELECT customer_id, date_trunc('month', starts_on)::date AS month, amount AS delta
    FROM subscriptions
    UNION ALL
    SELECT customer_id, date_trunc('month', ends_on)::date, -amount
    FROM subscriptions WHERE ends_on IS NOT NULL
), customer_months AS (
    SELECT customer_id, month, sum(delta) AS delta
    FROM changes GROUP BY customer_id, month
), levels AS (
    SELECT month, delta,
           sum(delta) OVER w AS mrr,
           row_number() OVER w AS n
    FROM customer_months
    WINDOW w AS (PARTITION BY customer_id ORDER BY month)
), sums AS (
    -- everybody's first change is their beginning: no subscription here is
    -- shorter than a month
    SELECT month,
           coalesce(sum(mrr) FILTER (WHERE n = 1), 0) AS new_mrr,
           coalesce(sum(mrr) FILTER (WHERE n > 1 AND mrr = delta), 0) AS reactivation_mrr,
           coalesce(sum(delta) FILTER (WHERE delta > 0 AND mrr > delta), 0) AS expansion_mrr,
           coalesce(sum(-delta) FILTER (WHERE delta < 0 AND mrr > 0), 0) AS contraction_mrr,
           coalesce(sum(-delta) FILTER (WHERE delta < 0 AND mrr = 0), 0) AS churned_mrr,
           sum(delta) AS change,
           count(*) FILTER (WHERE n = 1) AS new_customers,
           count(*) FILTER (WHERE n > 1 AND mrr = delta AND delta > 0) AS reactivated_customers,
           count(*) FILTER (WHERE delta < 0 AND mrr = 0) AS churned_customers
    FROM levels GROUP BY month
), bridge AS (
    SELECT month AS period,
           sum(change) OVER w - change AS opening_mrr,
           new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr, churned_mrr,
           sum(change) OVER w AS closing_mrr,
           new_customers, reactivated_customers, churned_customers,
           sum(new_customers + reactivated_customers - churned_customers) OVER w AS closing_customers
    FROM sums
    WINDOW w AS (ORDER BY month)
)
SELECT * FROM bridge
WHERE period >= '2023-01-01' AND period < '2026-01-01'
ORDER BY period;
