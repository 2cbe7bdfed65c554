-- title: AUC of 10,000,000 rows with scores of one decimal, against the rank formula and against counts by score
-- data: outcomes
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '1GB'

-- setup
CREATE UNLOGGED TABLE rounded AS SELECT round(score::numeric, 1)::double precision AS score, stayed FROM outcomes;
VACUUM ANALYZE rounded;

-- ours: auc_agg(score, stayed)
SELECT auc_agg(score, stayed) FROM rounded;

-- theirs rank: the sum of mean ranks, with rank() and count(*) over one window | 2 x faster | runs 3
SELECT (sum(mean_rank) FILTER (WHERE stayed)
        - count(*) FILTER (WHERE stayed) * (count(*) FILTER (WHERE stayed) + 1) / 2.0)
       / (count(*) FILTER (WHERE stayed) * count(*) FILTER (WHERE NOT stayed))
FROM (SELECT stayed, (rank() OVER w + count(*) OVER w) / 2.0 AS mean_rank
      FROM rounded WINDOW w AS (ORDER BY score)) AS ranked;

-- theirs counts: GROUP BY score, then running sums | none
SELECT sum(yes * (below + no / 2.0)) / (sum(yes) * sum(no))
FROM (SELECT yes, no, sum(no) OVER (ORDER BY score) - no AS below
      FROM (SELECT score, count(*) FILTER (WHERE stayed) AS yes, count(*) FILTER (WHERE NOT stayed) AS no
            FROM rounded GROUP BY score) AS counts) AS sums;

-- check rank
SELECT round((:ours), 12) = round((:theirs), 12);

-- check counts
SELECT round((:ours), 12) = round((:theirs), 12);
