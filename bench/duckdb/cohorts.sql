-- title: Monthly cohorts, 5 million events of 200,000 users
-- goal: 1.5
-- tables: duck_events
-- setup
CREATE TABLE IF NOT EXISTS duck_events AS
SELECT ((i * 2654435761) % 4294967296 >> 8)::integer % (200000 * :scale)::integer AS user_id,
       date '2025-01-01' + ((i * 2246822519) % 4294967296 >> 9)::integer % 365 AS day
FROM generate_series(1, (5000000 * :scale)::bigint) AS i
ORDER BY hashint8(i);
VACUUM ANALYZE duck_events;
-- ours
SELECT c.cohort, c.age, c.active
FROM (SELECT usage_log(user_id, day) AS l FROM duck_events) AS t,
     cohort_retention(l, 'month', '2026-01-01') AS c
WHERE c.active > 0 ORDER BY 1, 2;
-- duckdb
WITH months AS (
    SELECT user_id, (year(day) * 12 + month(day)) AS month FROM duck_events GROUP BY ALL),
cohorts AS (
    SELECT month, min(month) OVER (PARTITION BY user_id) AS cohort FROM months)
SELECT make_date(((cohort - 1) // 12)::INTEGER, ((cohort - 1) % 12 + 1)::INTEGER, 1), month - cohort, count(*)
FROM cohorts GROUP BY ALL ORDER BY 1, 2;
