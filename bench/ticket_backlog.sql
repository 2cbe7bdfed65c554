-- title: Open tickets at the end of every day of a year, 200,000 tickets, from a log of their states
-- data: ticket_changes
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB', timezone = 'UTC'
-- ours: backlog(ticket_log(ticket_id, at, state), '{open}')
SELECT b.day, b.open_at_end
FROM (SELECT ticket_log(ticket_id, at, state) AS l FROM ticket_changes) AS t,
     backlog(l, '{open}', '2024-07-01', '2025-07-01') AS b;

-- theirs join: days joined with the tickets that are open then | 10 x faster | runs 1
SELECT day::date, count(ticket_id)
FROM generate_series(timestamptz '2024-07-01', '2025-06-30', '1 day') AS day
     LEFT JOIN closed_tickets ON opened < day + interval '1 day' AND (closed IS NULL OR closed >= day + interval '1 day')
GROUP BY day;

-- theirs windows: changes by lag(), added up by day | 1 x faster
WITH changes AS (
    SELECT at, state = 'open' AS is_open, lag(state = 'open', 1, false) OVER (PARTITION BY ticket_id ORDER BY at) AS was_open FROM ticket_changes),
days AS (
    SELECT at::date AS day, sum(CASE WHEN is_open THEN 1 ELSE -1 END) AS change FROM changes WHERE is_open <> was_open GROUP BY 1)
SELECT * FROM (
    SELECT d::date, coalesce(sum(change) OVER (ORDER BY d), 0)::bigint
    FROM generate_series(timestamptz '2024-01-01', '2025-06-30', '1 day') AS d LEFT JOIN days ON day = d::date) AS sums
WHERE d >= '2024-07-01';

-- theirs sums: openings and closings of a table that has both, added up by day | none
WITH days AS (
    SELECT day, sum(change) AS change
    FROM (SELECT opened::date AS day, 1 AS change FROM closed_tickets UNION ALL SELECT closed::date, -1 FROM closed_tickets WHERE closed IS NOT NULL) AS c GROUP BY day)
SELECT * FROM (
    SELECT d::date, coalesce(sum(change) OVER (ORDER BY d), 0)::bigint
    FROM generate_series(timestamptz '2024-01-01', '2025-06-30', '1 day') AS d LEFT JOIN days ON day = d::date) AS sums
WHERE d >= '2024-07-01';
