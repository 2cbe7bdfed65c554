-- title: Rolling 90-day NPS at every response's time, 20,000 rows: both sides
-- data: rolling
-- measure: execution
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'

-- Every row has a frame of its own.  The other side is quadratic, hours at a
-- million rows, so both are measured on a fiftieth of them; rolling_linear
-- measures ours on all.

-- ours: nps_agg(score) OVER (ORDER BY answered_at RANGE BETWEEN '90 days' ...)
SELECT answered_at, nps_agg(score)
                    OVER (ORDER BY answered_at
                          RANGE BETWEEN '90 days' PRECEDING AND CURRENT ROW)
FROM rolling_fiftieth;

-- theirs volatile: the same FILTER (WHERE random() >= 0) | 50 x faster | runs 1
SELECT answered_at, nps_agg(score) FILTER (WHERE random() >= 0)
                    OVER (ORDER BY answered_at
                          RANGE BETWEEN '90 days' PRECEDING AND CURRENT ROW)
FROM rolling_fiftieth;
