-- title: Slope of ten million points over days, from exact sums, against regr_slope()
-- data: points
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2, min_parallel_table_scan_size = 0, parallel_setup_cost = 0 | plan Partial Aggregate

-- ours: trend_slope(trend_summary(value, day), '1 day')
SELECT trend_slope(trend_summary(value, day), '1 day') FROM points;

-- theirs usual: regr_slope(value, day - a day), in double precision | none
SELECT regr_slope(value, day - date '2023-01-01') FROM points;

-- duckdb usual: regr_slope(value, day - a day), in double precision | none
SELECT regr_slope(value, day - date '2023-01-01') FROM points;

-- check usual
SELECT round((:ours), 9) = round((:theirs)::numeric, 9);
