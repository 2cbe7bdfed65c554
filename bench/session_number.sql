-- title: Number the sessions of ten million events, against lag() and a running sum
-- data: clicks
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: session_number(at, '30 minutes') OVER (PARTITION BY user_id ORDER BY at)
SELECT count(*), sum(number)
FROM (SELECT session_number(at, '30 minutes') OVER (PARTITION BY user_id ORDER BY at) AS number
      FROM clicks) AS numbered;

-- theirs windows: sum() over lag() | 1 x faster
SELECT count(*), sum(number)
FROM (SELECT sum(begins) OVER (PARTITION BY user_id ORDER BY at) AS number
      FROM (SELECT user_id, at,
                   CASE WHEN at - lag(at) OVER (PARTITION BY user_id ORDER BY at) <= interval '30 minutes'
                        THEN 0 ELSE 1 END AS begins
            FROM clicks) AS gaps) AS numbered;
