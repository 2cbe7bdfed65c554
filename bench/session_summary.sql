-- title: Sessions and their mean length of ten million events, against lag() and a running sum
-- data: clicks
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: session_summary(at, '30 minutes')
SELECT sum(sessions(s)) AS sessions, round(sum(time_in_app(s)) / sum(sessions(s)), 6) AS minutes
FROM (SELECT session_summary(at, '30 minutes') AS s FROM clicks GROUP BY user_id) AS users;

-- theirs windows: sum() over lag(), GROUP BY its number | 2 x faster
SELECT count(*) AS sessions, round(avg(extract(epoch FROM length)) / 60, 6) AS minutes
FROM (SELECT max(at) - min(at) AS length
      FROM (SELECT user_id, at,
                   sum(begins) OVER (PARTITION BY user_id ORDER BY at) AS number
            FROM (SELECT user_id, at,
                         CASE WHEN at - lag(at) OVER (PARTITION BY user_id ORDER BY at) <= interval '30 minutes'
                              THEN 0 ELSE 1 END AS begins
                  FROM clicks) AS gaps) AS numbered
      GROUP BY user_id, number) AS lengths;
