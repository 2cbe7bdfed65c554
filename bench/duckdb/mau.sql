-- title: Active users of 28 days on each day of a year, 5 million events of 200,000 users
-- goal: 2
-- tables: duck_events
-- setup
CREATE TABLE IF NOT EXISTS duck_events AS
SELECT ((i * 2654435761) % 4294967296 >> 8)::integer % (200000 * :scale)::integer AS user_id,
       date '2025-01-01' + ((i * 2246822519) % 4294967296 >> 9)::integer % 365 AS day
FROM generate_series(1, (5000000 * :scale)::bigint) AS i
ORDER BY hashint8(i);
VACUUM ANALYZE duck_events;
-- ours
SELECT u.day, u.mau
FROM (SELECT usage_log(user_id, day) AS l FROM duck_events) AS t,
     active_users(l, '2025-01-01', '2026-01-01') AS u;
-- duckdb
WITH days AS (SELECT DISTINCT user_id, day FROM duck_events),
spans AS (
    SELECT day, least(lead(day) OVER (PARTITION BY user_id ORDER BY day), day + 28) AS until FROM days),
steps AS (
    SELECT day, count(*) AS users FROM spans GROUP BY day
    UNION ALL SELECT until, -count(*) FROM spans GROUP BY until),
sums AS (
    SELECT day, sum(sum(users)) OVER (ORDER BY day) AS mau FROM steps GROUP BY day)
SELECT day, mau::BIGINT FROM sums WHERE day < DATE '2026-01-01' ORDER BY day;
