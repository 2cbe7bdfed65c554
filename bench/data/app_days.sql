-- Five million events of 200,000 users in 365 days, as they came in: a few users are
-- very active and most of them come seldom, from the day on which they signed up.
CREATE UNLOGGED TABLE app_days
(
	user_id integer NOT NULL,
	day date NOT NULL
);

INSERT INTO app_days
SELECT user_id, date '2025-01-01' + (signed_up + left_days * (h2 % 4096) / 4096)::integer AS day
FROM (SELECT
			 -- Knuth's multiplicative hash: the same rows on every machine
			 (i * 2654435761 & 4294967295) >> 10 AS h1,
			 (i * 2246822519 & 4294967295) >> 10 AS h2
	  FROM generate_series(0, (5000000 * :scale)::bigint - 1) AS i) AS rows,
	 -- the square makes a few users very active
	 LATERAL (SELECT floor(200000 * :scale * (h1 / 4194304.0::float8) ^ 2)::integer) AS users (user_id),
	 LATERAL (SELECT (user_id::bigint * 40503 & 65535) * 300 / 65536) AS joins (signed_up),
	 LATERAL (SELECT 365 - signed_up) AS lives (left_days)
ORDER BY day;

VACUUM ANALYZE app_days;
