-- title: health scores of 1,000,000 accounts from 10,000,000 signals, against the formula in double precision
-- data: signals
-- measure: execution
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '1GB'

-- ours: health_score(score, weight)
SELECT account, health_score(score, weight) FROM signals GROUP BY account;

-- theirs usual: sum(score * weight) / sum(weight) | at most 1.00 x
SELECT account, sum(score * weight) / sum(weight) FROM signals GROUP BY account;

-- check usual
SELECT bool_and(abs(a.s - b.s) < 1e-9) AND count(*) = (SELECT count(DISTINCT account) FROM signals)
FROM (:ours) AS a (account, s) JOIN (:theirs) AS b (account, s) USING (account);
