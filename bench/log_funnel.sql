-- title: A funnel of five steps over five million events of 200,000 users, against DuckDB
-- data: journey_steps
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- variant: two processes | max_parallel_workers_per_gather = 1, work_mem = '64MB', min_parallel_table_scan_size = 0, parallel_setup_cost = 0, parallel_tuple_cost = 0 | plan Gather
-- ours: funnel(journey_log(user_id, at, step), steps, '14 days', as_of)
SELECT f.step, f.users, f.undecided, round(f.median_time, 6) AS hours
FROM (SELECT journey_log(user_id, at, step) AS l FROM journey_steps) AS t,
     funnel(l, '{visit,sign-up,trial,paid,expanded}', '14 days', '2025-03-01 00:00+00') AS f;

-- duckdb asof: an ASOF join a step, from each visit on; of a user's visits the one that reaches furthest | 2 x faster
WITH events AS (SELECT user_id, epoch_us("at") AS t, step FROM journey_steps WHERE epoch_us("at") <= epoch_us(TIMESTAMP '2025-03-01')),
     two AS (SELECT a.user_id, a.t AS t1, CASE WHEN b.t <= a.t + 1209600000000 THEN b.t END AS t2
             FROM (SELECT user_id, t FROM events WHERE step = 'visit') AS a
             ASOF LEFT JOIN (SELECT user_id, t FROM events WHERE step = 'sign-up') AS b ON a.user_id = b.user_id AND a.t <= b.t),
     three AS (SELECT a.*, CASE WHEN b.t <= a.t1 + 1209600000000 THEN b.t END AS t3
               FROM two AS a ASOF LEFT JOIN (SELECT user_id, t FROM events WHERE step = 'trial') AS b ON a.user_id = b.user_id AND coalesce(a.t2, 9000000000000000000) <= b.t),
     four AS (SELECT a.*, CASE WHEN b.t <= a.t1 + 1209600000000 THEN b.t END AS t4
              FROM three AS a ASOF LEFT JOIN (SELECT user_id, t FROM events WHERE step = 'paid') AS b ON a.user_id = b.user_id AND coalesce(a.t3, 9000000000000000000) <= b.t),
     five AS (SELECT a.*, CASE WHEN b.t <= a.t1 + 1209600000000 THEN b.t END AS t5
              FROM four AS a ASOF LEFT JOIN (SELECT user_id, t FROM events WHERE step = 'expanded') AS b ON a.user_id = b.user_id AND coalesce(a.t4, 9000000000000000000) <= b.t),
     best AS (SELECT unnest(arg_min(struct_pack(t1, t2, t3, t4, t5),
                                    t1 - 10000000000000000 * (CASE WHEN t5 IS NOT NULL THEN 5 WHEN t4 IS NOT NULL THEN 4 WHEN t3 IS NOT NULL THEN 3 WHEN t2 IS NOT NULL THEN 2 ELSE 1 END)))
              FROM five GROUP BY user_id),
     ends AS (SELECT *, t1 + 1209600000000 > epoch_us(TIMESTAMP '2025-03-01') AS is_open FROM best)
SELECT 'visit' AS step, count(*) AS users, 0 AS undecided, NULL::decimal(18, 6) AS hours FROM ends
UNION ALL SELECT 'sign-up', count(t2), count(*) FILTER (WHERE t2 IS NULL AND is_open), round((quantile_disc(t2 - t1, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'trial', count(t3), count(*) FILTER (WHERE t2 IS NOT NULL AND t3 IS NULL AND is_open), round((quantile_disc(t3 - t2, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'paid', count(t4), count(*) FILTER (WHERE t3 IS NOT NULL AND t4 IS NULL AND is_open), round((quantile_disc(t4 - t3, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'expanded', count(t5), count(*) FILTER (WHERE t4 IS NOT NULL AND t5 IS NULL AND is_open), round((quantile_disc(t5 - t4, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends;

-- duckdb lists: a list a user and step; of each visit the first element of the next list | 2 x faster
WITH events AS (SELECT user_id, epoch_us("at") AS t, step FROM journey_steps WHERE epoch_us("at") <= epoch_us(TIMESTAMP '2025-03-01')),
     users AS (SELECT user_id, list(t) FILTER (step = 'visit') AS a, coalesce(list(t) FILTER (step = 'sign-up'), []) AS b, coalesce(list(t) FILTER (step = 'trial'), []) AS c, coalesce(list(t) FILTER (step = 'paid'), []) AS d, coalesce(list(t) FILTER (step = 'expanded'), []) AS e FROM events GROUP BY user_id),
     two AS (SELECT user_id, c, d, e, list_transform(a, lambda v: struct_pack(t1 := v, t2 := list_min(list_filter(b, lambda x: x >= v AND x <= v + 1209600000000)))) AS s FROM users WHERE a IS NOT NULL),
     three AS (SELECT user_id, d, e, list_transform(s, lambda v: struct_pack(t1 := v.t1, t2 := v.t2, t3 := list_min(list_filter(c, lambda x: x >= v.t2 AND x <= v.t1 + 1209600000000)))) AS s FROM two),
     four AS (SELECT user_id, e, list_transform(s, lambda v: struct_pack(t1 := v.t1, t2 := v.t2, t3 := v.t3, t4 := list_min(list_filter(d, lambda x: x >= v.t3 AND x <= v.t1 + 1209600000000)))) AS s FROM three),
     five AS (SELECT user_id, list_transform(s, lambda v: struct_pack(reach := CASE WHEN v.t4 IS NOT NULL AND len(list_filter(e, lambda x: x >= v.t4 AND x <= v.t1 + 1209600000000)) > 0 THEN -5 WHEN v.t4 IS NOT NULL THEN -4 WHEN v.t3 IS NOT NULL THEN -3 WHEN v.t2 IS NOT NULL THEN -2 ELSE -1 END, t1 := v.t1, t2 := v.t2, t3 := v.t3, t4 := v.t4, t5 := list_min(list_filter(e, lambda x: x >= v.t4 AND x <= v.t1 + 1209600000000)))) AS s FROM four),
     best AS (SELECT unnest(list_min(s)) FROM five),
     ends AS (SELECT *, t1 + 1209600000000 > epoch_us(TIMESTAMP '2025-03-01') AS is_open FROM best)
SELECT 'visit' AS step, count(*) AS users, 0 AS undecided, NULL::decimal(18, 6) AS hours FROM ends
UNION ALL SELECT 'sign-up', count(t2), count(*) FILTER (WHERE t2 IS NULL AND is_open), round((quantile_disc(t2 - t1, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'trial', count(t3), count(*) FILTER (WHERE t2 IS NOT NULL AND t3 IS NULL AND is_open), round((quantile_disc(t3 - t2, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'paid', count(t4), count(*) FILTER (WHERE t3 IS NOT NULL AND t4 IS NULL AND is_open), round((quantile_disc(t4 - t3, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends
UNION ALL SELECT 'expanded', count(t5), count(*) FILTER (WHERE t4 IS NOT NULL AND t5 IS NULL AND is_open), round((quantile_disc(t5 - t4, 0.5) / 3600000000)::decimal(18, 6), 6) FROM ends;
