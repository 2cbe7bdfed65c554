-- title: BG/NBD fitted to a million customers who are alike, where the likelihood has no maximum
-- data: histories histories_alike
-- runs: 3
-- variant: one process | max_parallel_workers_per_gather = 0

-- ours: clv_model() of customers with one rate
SELECT clv_model(h, '2024-12-31', 'bg_nbd') FROM histories_alike;

-- theirs full: clv_model() of as many customers whose rates differ | at most 1 x
SELECT clv_model(h, '2024-12-31', 'bg_nbd') FROM histories;

-- check full
SELECT (:ours)::text LIKE '%"rates": "one"%' AND model_problem((:theirs)) IS NULL AND (:theirs)::text NOT LIKE '%"rates"%';
