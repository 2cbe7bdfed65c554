-- title: BG/NBD and Gamma-Gamma fitted to the histories of a million customers
-- data: histories
-- runs: 3
-- variant: one process | max_parallel_workers_per_gather = 0

-- ours: clv_model(h, as_of, 'bg_nbd')
SELECT clv_model(h, '2024-12-31', 'bg_nbd') FROM histories;

-- limit: lifetimes 0.11.3, the same model of as many customers: 13.5 s | at most 1350 ms
