-- title: AUC of 10,000,000 rows with as many scores, against the rank formula
-- data: outcomes
-- runs: 3
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '1GB'
-- variant: parallel | max_parallel_workers_per_gather = 2, work_mem = '1GB', parallel_setup_cost = 0, parallel_tuple_cost = 0, min_parallel_table_scan_size = 0 | plan Partial Aggregate

-- ours: auc_agg(score, stayed)
SELECT auc_agg(score, stayed) FROM outcomes;

-- theirs rank: the sum of mean ranks, with rank() and count(*) over one window | 2 x faster
SELECT (sum(mean_rank) FILTER (WHERE stayed)
        - count(*) FILTER (WHERE stayed) * (count(*) FILTER (WHERE stayed) + 1) / 2.0)
       / (count(*) FILTER (WHERE stayed) * count(*) FILTER (WHERE NOT stayed))
FROM (SELECT stayed, (rank() OVER w + count(*) OVER w) / 2.0 AS mean_rank
      FROM outcomes WINDOW w AS (ORDER BY score)) AS ranked;

-- check rank
SELECT round((:ours), 12) = round((:theirs), 12);
