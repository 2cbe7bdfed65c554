-- title: Sessions with a gap of 30 minutes, 5 million events of 200,000 users
-- goal: 1
-- tables: duck_moments
-- setup
CREATE TABLE IF NOT EXISTS duck_moments AS
SELECT ((i / 5 * 2654435761) % 4294967296 >> 8)::integer % (200000 * :scale)::integer AS user_id,
       timestamp '2025-01-01' + i / 5 * (interval '365 days' / (1000000 * :scale)::bigint)
       + i % 5 * interval '7 minutes' + i % 997 * interval '1 second' AS happened_at
FROM generate_series(1, (5000000 * :scale)::bigint) AS i;
VACUUM ANALYZE duck_moments;
-- ours
SELECT sessions(l, '30 minutes'), time_in_app(l, '30 minutes', 'second')::bigint
FROM (SELECT event_log(user_id, happened_at) AS l FROM duck_moments) AS t;
-- duckdb
SELECT count(*) FILTER (WHERE gap IS NULL OR gap > 1800000000),
       (sum(gap) FILTER (WHERE gap <= 1800000000) // 1000000)::BIGINT
FROM (SELECT epoch_us(happened_at) - lag(epoch_us(happened_at)) OVER (PARTITION BY user_id ORDER BY happened_at) AS gap FROM duck_moments) AS t;
