-- Fifty million events of a million users in 365 days, made as those of
-- usage.sql.
CREATE UNLOGGED TABLE usage_events_large
(
	user_id integer NOT NULL,
	day date NOT NULL
);

INSERT INTO usage_events_large
SELECT user_id, date '2025-01-01' + (signed_up + left_days * (h2 % 4096) / 4096)::integer
FROM (SELECT (i * 2654435761 & 4294967295) >> 8 AS h1,
			 (i * 2246822519 & 4294967295) >> 10 AS h2
	  FROM generate_series(0, (50000000 * :scale)::bigint - 1) AS i) AS rows,
	 LATERAL (SELECT floor(1000000 * :scale * (h1 / 16777216.0::float8) ^ 2)::integer) AS users (user_id),
	 LATERAL (SELECT (user_id::bigint * 40503 & 65535) * 300 / 65536) AS joins (signed_up),
	 LATERAL (SELECT 365 - signed_up) AS lives (left_days);

VACUUM ANALYZE usage_events_large;
