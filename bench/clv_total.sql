-- title: purchases of a million customers together, with an interval
-- data: histories
-- runs: 3
-- variant: one process | max_parallel_workers_per_gather = 0

-- setup
CREATE TABLE total_model AS SELECT clv_model(h, '2024-12-31', 'bg_nbd') AS m FROM histories;
ANALYZE total_model;

-- ours: expected_total(m, h, '90 days')
SELECT expected_total(m, h, '90 days') FROM total_model, histories;

-- theirs sum: sum(expected_purchases(m, h, '90 days')), without an interval | at most 2 x
SELECT sum(expected_purchases(m, h, '90 days')) FROM total_model, histories;

-- check sum
SELECT abs(((:ours)).expected / (:theirs) - 1) < 1e-9;
