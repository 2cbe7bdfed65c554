-- title: The arrow of each of 10,000 accounts over 104 weeks, with neighbours that correlate, against a slope that takes no heed of them
-- data: weekly_values
-- variant: one process | max_parallel_workers_per_gather = 0

-- ours: trend_direction(series_summary(value, week)) GROUP BY account
SELECT count(*), count(direction)
FROM (SELECT trend_direction(series_summary(value, week)) AS direction FROM weekly_values GROUP BY account) AS t;

-- theirs slope: regr_slope(value, week - a day) GROUP BY account, without a test | none
SELECT count(*), count(slope)
FROM (SELECT regr_slope(value, week - date '2023-01-02') AS slope FROM weekly_values GROUP BY account) AS t;

-- duckdb slope: regr_slope(value, week - a day) GROUP BY account, without a test | none
SELECT count(*), count(slope)
FROM (SELECT regr_slope(value, week - date '2023-01-02') AS slope FROM weekly_values GROUP BY account) AS t;
