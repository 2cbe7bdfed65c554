-- title: MRR bridge of 36 months, 600,000 subscriptions of 200,000 customers
-- goal: 1.5
-- tables: duck_subscriptions
-- setup
CREATE TABLE IF NOT EXISTS duck_subscriptions AS
SELECT ((i * 2654435761) % 4294967296 >> 8)::integer % (200000 * :scale)::integer AS customer_id,
       (10 + ((i * 40503) % 65536 >> 4) % 500 / 2.0)::numeric(18, 2) AS amount,
       date '2023-01-01' + ((i * 2246822519) % 4294967296 >> 9)::integer % 900 AS starts_on,
       CASE WHEN i % 3 > 0 THEN date '2023-01-01' + ((i * 2246822519) % 4294967296 >> 9)::integer % 900
            + 40 + (i % 700)::integer END AS ends_on
FROM generate_series(1, (600000 * :scale)::bigint) AS i
ORDER BY hashint8(i);
VACUUM ANALYZE duck_subscriptions;
-- ours
SELECT b.period, (new_mrr * 100)::bigint, (reactivation_mrr * 100)::bigint, (expansion_mrr * 100)::bigint,
       (contraction_mrr * 100)::bigint, (churned_mrr * 100)::bigint, new_customers, churned_customers
FROM (SELECT mrr_log(customer_id, amount, starts_on, ends_on) AS l FROM duck_subscriptions) AS t,
     mrr_bridge(l, 'month', '2023-01-01', '2026-01-01') AS b;
-- duckdb
WITH changes AS (
    SELECT customer_id, year(starts_on) * 12 + month(starts_on) - 1 AS month, amount AS delta
    FROM duck_subscriptions
    UNION ALL
    SELECT customer_id, year(ends_on) * 12 + month(ends_on) - 1, -amount
    FROM duck_subscriptions WHERE ends_on IS NOT NULL),
months AS (
    SELECT customer_id, month, sum(delta) AS delta FROM changes GROUP BY ALL),
levels AS (
    SELECT month, delta, sum(delta) OVER w AS mrr, row_number() OVER w AS n FROM months
    WINDOW w AS (PARTITION BY customer_id ORDER BY month)),
sums AS (
    -- everybody's first change is the beginning: no subscription is shorter than a month
    SELECT month,
           coalesce(sum(mrr) FILTER (WHERE n = 1), 0) AS new_mrr,
           coalesce(sum(mrr) FILTER (WHERE n > 1 AND mrr = delta), 0) AS reactivation_mrr,
           coalesce(sum(delta) FILTER (WHERE delta > 0 AND mrr > delta), 0) AS expansion_mrr,
           coalesce(sum(-delta) FILTER (WHERE delta < 0 AND mrr > 0), 0) AS contraction_mrr,
           coalesce(sum(-delta) FILTER (WHERE delta < 0 AND mrr = 0), 0) AS churned_mrr,
           count(*) FILTER (WHERE n = 1) AS new_customers,
           count(*) FILTER (WHERE delta < 0 AND mrr = 0) AS churned_customers
    FROM levels GROUP BY month)
SELECT make_date((month // 12)::INTEGER, (month % 12 + 1)::INTEGER, 1) AS period, (new_mrr * 100)::BIGINT,
       (reactivation_mrr * 100)::BIGINT, (expansion_mrr * 100)::BIGINT, (contraction_mrr * 100)::BIGINT,
       (churned_mrr * 100)::BIGINT, new_customers, churned_customers
FROM sums WHERE month < 2026 * 12 ORDER BY month;
