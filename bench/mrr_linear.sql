-- title: MRR bridge of 10.2 million subscriptions of 3.4 million customers, against 3 million, work_mem 64 MB
-- data: subscriptions subscriptions_many
-- memory: none
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'

-- ours: 10,200,000 subscriptions
SELECT period, new_mrr, closing_mrr, closing_customers
FROM mrr_bridge((SELECT mrr_summary(h, 'month')
                 FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h
                       FROM subscriptions_many GROUP BY customer_id) AS c),
                '2023-01-01', '2026-01-01');

-- theirs fewer: 3,000,000 subscriptions | at most 4.0 x | runs 3
SELECT period, new_mrr, closing_mrr, closing_customers
FROM mrr_bridge((SELECT mrr_summary(h, 'month')
                 FROM (SELECT mrr_history(amount, starts_on, ends_on) AS h
                       FROM subscriptions_fewer GROUP BY customer_id) AS c),
                '2023-01-01', '2026-01-01');

-- theirs sums: sum, min and max of the same customers | none | runs 1
SELECT count(*), sum(amount), min(starts_on), max(ends_on)
FROM (SELECT customer_id, sum(amount) AS amount, min(starts_on) AS starts_on,
             max(ends_on) AS ends_on
      FROM subscriptions_many GROUP BY customer_id) AS c;

-- check fewer
SELECT count(*) = 36 AND bool_and(5 * ours.new_mrr = 17 * fewer.new_mrr
                                  AND 5 * ours.closing_mrr = 17 * fewer.closing_mrr
                                  AND 5 * ours.closing_customers = 17 * fewer.closing_customers)
FROM (:ours) AS ours JOIN (:theirs) AS fewer USING (period);

-- check sums
SELECT count = (SELECT count(DISTINCT customer_id) FROM subscriptions_many) FROM (:theirs) AS sums;
