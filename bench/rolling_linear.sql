-- title: Rolling 90-day NPS at every response's time: a million rows against 100,000 of them
-- data: rolling
-- measure: execution
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'

-- Ten times the rows: the sort alone takes 10 * log(10^6) / log(10^5) = 12 times
-- as long, and the larger frame leaves the caches.  Quadratic would be 100.

-- ours: 1,000,000 rows
SELECT answered_at, nps_agg(score)
                    OVER (ORDER BY answered_at
                          RANGE BETWEEN '90 days' PRECEDING AND CURRENT ROW)
FROM rolling_responses;

-- theirs tenth: 100,000 rows | at most 20 x
SELECT answered_at, nps_agg(score)
                    OVER (ORDER BY answered_at
                          RANGE BETWEEN '90 days' PRECEDING AND CURRENT ROW)
FROM rolling_tenth;

-- check tenth
SELECT (SELECT count(*) FROM rolling_responses)
       BETWEEN (SELECT 10 * count(*) FROM rolling_tenth)
           AND (SELECT 10 * count(*) + 9 FROM rolling_tenth)
   AND (SELECT count(*) = 100
        FROM (SELECT * FROM (:ours) AS w ORDER BY md5(answered_at::text) LIMIT 100) AS w
        WHERE nps_agg = (SELECT nps_agg(score)
                         FROM rolling_responses AS r
                         WHERE r.answered_at BETWEEN w.answered_at - interval '90 days'
                                                 AND w.answered_at));
