--
-- The growing state (src/core/sorted_run.c), through the summaries that are made of it
--
SET datestyle = 'ISO, YMD';

-- Keys before and after 2000, which are negative and positive days; enough of
-- them to be sorted by radix, in pieces of all sizes, in any order.
CREATE TEMP TABLE payments AS
	SELECT i, (i * 7919 % 9001)::numeric AS shuffled,
		date '1988-01-01' + (i * 7919 % 9001) AS starts_on, 1 + i % 7 AS amount
	FROM generate_series(1, 9000) i;
CREATE TEMP TABLE expected AS
	SELECT mrr_history(amount, starts_on, starts_on + 1 + i % 5 ORDER BY starts_on) AS h FROM payments;
SELECT min(on_date), max(on_date), count(*),
	count(*) FILTER (WHERE on_date < '2000-01-01') > 4000 AS before_2000
FROM expected, mrr_changes(h);
SELECT sizes.n, count(*) AS orders, count(*) FILTER (WHERE mrr_history_send(h) = (
	SELECT mrr_history_send(mrr_history(amount, starts_on, starts_on + 1 + i % 5 ORDER BY starts_on)) FROM payments WHERE i <= n)) AS same
FROM unnest(ARRAY[1, 2, 3, 4, 5, 7, 8, 9, 500, 1023, 1024, 1025, 3000, 9000]) AS sizes(n),
	LATERAL (
		SELECT mrr_history(amount, starts_on, starts_on + 1 + i % 5 ORDER BY i) FROM payments WHERE i <= n
		UNION ALL SELECT mrr_history(amount, starts_on, starts_on + 1 + i % 5 ORDER BY starts_on DESC) FROM payments WHERE i <= n
		UNION ALL SELECT mrr_history(amount, starts_on, starts_on + 1 + i % 5 ORDER BY hashint4(i)) FROM payments WHERE i <= n
		UNION ALL SELECT rollup(p ORDER BY g DESC) FROM (
			SELECT i % 10 AS g, mrr_history(amount, starts_on, starts_on + 1 + i % 5) AS p FROM payments WHERE i <= n GROUP BY 1) x
		UNION ALL SELECT rollup(p ORDER BY g) FROM (
			SELECT i / 2000 AS g, mrr_history(amount, starts_on, starts_on + 1 + i % 5) AS p FROM payments WHERE i <= n GROUP BY 1) x
	) AS made(h)
GROUP BY n ORDER BY n;

-- One entry for equal keys, however many rows there are: 48 bytes of headers
-- and 24 for each duration.
SELECT durations, pg_column_size(duration_summary(date '2025-01-01' - i % durations, NULL, '2025-01-01')) AS bytes
FROM generate_series(1, 20000) i, unnest(ARRAY[1, 4, 5, 100]) durations
GROUP BY durations ORDER BY durations;
