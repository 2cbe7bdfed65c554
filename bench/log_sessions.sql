-- title: Sessions and their mean length of five million events, from a log, against DuckDB
-- data: app_clicks
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: sessions(event_log(user_id, at), '30 minutes')
SELECT sessions(l, '30 minutes'), round(average_session(l, '30 minutes'), 6) AS minutes
FROM (SELECT event_log(user_id, at) AS l FROM app_clicks) AS t;

-- theirs histories: session_summary(at, '30 minutes') | none
SELECT sum(sessions(s))::bigint, round(sum(time_in_app(s)) / sum(sessions(s)), 6)
FROM (SELECT session_summary(at, '30 minutes') AS s FROM app_clicks GROUP BY user_id) AS users;

-- duckdb gaps: lag(), gaps that are not longer added up | at most 1.00 x
SELECT count(*) - count(*) FILTER (WHERE gap <= 1800000000) AS sessions,
       round((coalesce(sum(gap) FILTER (WHERE gap <= 1800000000), 0) / 60000000.0 /
              (count(*) - count(*) FILTER (WHERE gap <= 1800000000)))::decimal(18, 6), 6) AS minutes
FROM (SELECT epoch_us("at") - epoch_us(lag("at") OVER (PARTITION BY user_id ORDER BY "at")) AS gap FROM app_clicks) AS gaps;
