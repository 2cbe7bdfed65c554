-- title: Active users of 28 days for every day of a year, from two million events, against a calendar join and against interval SQL
-- data: usage
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2 | plan Gather
-- ours: active_users(active_users_summary(active_days(day)))
SELECT u.day, u.mau
FROM active_users((SELECT active_users_summary(days)
                   FROM (SELECT active_days(day) AS days
                         FROM usage_events GROUP BY user_id) AS users),
                  '2025-01-01', '2026-01-01') AS u;

-- theirs calendar: calendar joined to the last 28 days, count(DISTINCT user_id) | 100 x faster | runs 1
SELECT c.day::date AS day, count(DISTINCT e.user_id) AS mau
FROM generate_series(timestamp '2025-01-01', '2025-12-31', interval '1 day') AS c (day)
     LEFT JOIN usage_events AS e ON e.day > c.day - interval '28 days' AND e.day <= c.day
GROUP BY c.day;

-- theirs spans: days as spans by lead(), their ends added up | 5 x faster
WITH days AS (
    SELECT user_id, day FROM usage_events GROUP BY user_id, day),
spans AS (
    SELECT day, least(lead(day) OVER (PARTITION BY user_id ORDER BY day), day + 28) AS until
    FROM days),
steps AS (
    SELECT day, count(*) AS users FROM spans GROUP BY day
    UNION ALL SELECT until, -count(*) FROM spans GROUP BY until)
SELECT day, mau
FROM (SELECT day, (sum(sum(users)) OVER (ORDER BY day))::bigint AS mau
      FROM steps GROUP BY day) AS sums
WHERE day < '2026-01-01';

-- check calendar
SELECT NOT EXISTS ((SELECT * FROM (:theirs) AS t WHERE day < '2025-01-20')
                   EXCEPT ALL (SELECT * FROM (:ours) AS o WHERE day < '2025-01-20'))
   AND (SELECT count(*) = 19 FROM (:ours) AS o WHERE day < '2025-01-20');
