-- title: What a million groups spill to temporary files at the default work_mem
-- data: customer_responses
-- measure: spill
-- runs: 1
-- variant: one process | max_parallel_workers_per_gather = 0

-- ours: nps_agg(score) GROUP BY customer_id
SELECT customer_id, nps_agg(score)
FROM customer_responses
GROUP BY customer_id;

-- theirs count: count(*) | none
SELECT customer_id, count(*)
FROM customer_responses
GROUP BY customer_id;

-- theirs count_score: count(score) | at most 1.05 x
SELECT customer_id, count(score)
FROM customer_responses
GROUP BY customer_id;

-- theirs avg: avg(score) | none
SELECT customer_id, avg(score)
FROM customer_responses
GROUP BY customer_id;

-- theirs usual: 100.0 * (count(*) FILTER ...) / count(score) | none
SELECT customer_id,
       100.0 * (count(*) FILTER (WHERE score >= 9)
                - count(*) FILTER (WHERE score <= 6)) / count(score) AS nps
FROM customer_responses
GROUP BY customer_id;

-- check count
SELECT count(*) = (SELECT count(*) FROM (:theirs) AS theirs)
FROM (:ours) AS ours;

-- check count_score
SELECT count(*) = (SELECT count(*) FROM (:theirs) AS theirs)
FROM (:ours) AS ours;

-- check avg
SELECT count(*) = (SELECT count(*) FROM (:theirs) AS theirs)
FROM (:ours) AS ours;

-- check usual
SELECT count(*) > 0 AND count(*) = count(*) FILTER (WHERE round(nps_agg, 10) = round(nps, 10))
FROM (:ours) AS ours
FULL JOIN (:theirs) AS theirs USING (customer_id);
