-- title: NPS of a column, against what a scan costs at least and against the usual formula
-- data: responses
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2, min_parallel_table_scan_size = 0, parallel_setup_cost = 0 | plan Partial Aggregate

-- ours: nps_agg(score)
SELECT nps_agg(score) FROM responses;

-- theirs count: count(score) | at most 1.05 x
SELECT count(score) FROM responses;

-- theirs avg: avg(score) | at most 1.00 x
SELECT avg(score) FROM responses;

-- theirs usual: 100.0 * (count(*) FILTER ...) / count(score) | 1.3 x faster
SELECT 100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score)
FROM responses;

-- duckdb usual: count(*) FILTER ... by count(score) | none
SELECT 100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score)
FROM responses;

-- check count
SELECT responses(survey_summary(score)) = (:theirs) FROM responses;

-- check avg
SELECT round(mean_score(survey_summary(score)), 10) = round((:theirs), 10)
FROM responses;

-- check usual
SELECT round((:ours), 10) = round((:theirs), 10);
