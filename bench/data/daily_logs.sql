-- A usage_log a day for a year, each of 20,000 of a million users.  Which users
-- come on which day is a hash: regular gaps between ids would pack to nothing.
CREATE UNLOGGED TABLE daily_logs
(
	day date NOT NULL,
	l usage_log NOT NULL
);

INSERT INTO daily_logs
SELECT date '2025-01-01' + d, usage_log((hashint8extended(d * 1000000::bigint + i, 0) & 1099511627775) % (1000000 * :scale)::bigint, date '2025-01-01' + d)
FROM generate_series(0, 364) AS d, generate_series(1, (20000 * :scale)::bigint) AS i
GROUP BY d;

VACUUM ANALYZE daily_logs;
