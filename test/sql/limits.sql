--
-- Where code has a way for each size, and states that come in an order that
-- others do not
--
SET datestyle = 'ISO, YMD';
SET extra_float_digits = 1;

-- Outcomes of 1 to 15 signals: the entries are as long as that.  Equal rows are
-- one, whatever the order and the parts; sums as of the rows themselves.
CREATE TEMP TABLE accounts AS
SELECT n, a, health_summary('signal ' || chr(64 + s), (a * s) % 3 * 10, 1) AS h, a % 4 > 0 AS outcome
FROM generate_series(1, 15) n, generate_series(1, 60) a, generate_series(1, n) s GROUP BY n, a;
CREATE TEMP TABLE outcomes AS
SELECT n, health_outcomes(h, outcome ORDER BY a) AS up, health_outcomes(h, outcome ORDER BY a DESC) AS down,
	health_outcomes(h, outcome ORDER BY hashint4(a)) AS mixed, count(DISTINCT h::text) AS different
FROM accounts GROUP BY n;
SELECT n, positives(up), negatives(up), different = jsonb_array_length(up::text::jsonb -> 'rows') AS rows_that_differ,
	up = down AND up = mixed AND up = parts AND up = up::text::health_outcomes AS same
FROM outcomes JOIN (SELECT n, rollup(o ORDER BY g DESC) AS parts FROM (SELECT n, a % 7 AS g, health_outcomes(h, outcome) AS o FROM accounts GROUP BY 1, 2) p GROUP BY n) r USING (n)
ORDER BY n;

-- Months of a summary that come in any order, more than are sorted by quicksort
CREATE TEMP TABLE months AS
SELECT i, mrr_summary(h, 'month') AS s
FROM (SELECT i, mrr_history(1 + i % 5, (date '1900-01-01' + i * interval '1 month')::date, NULL) AS h FROM generate_series(1, 1500) i GROUP BY i) AS c GROUP BY i;
SELECT count(*) AS months, sum(new_mrr) AS mrr, (SELECT sum(1 + i % 5) FROM generate_series(1, 1500) i) AS expected
FROM (SELECT rollup(s ORDER BY hashint4(i)) AS s FROM months) r, mrr_bridge(s);
SELECT (SELECT rollup(s ORDER BY i) FROM months) = (SELECT rollup(s ORDER BY i DESC) FROM months) AS down,
	(SELECT rollup(s ORDER BY i) FROM months) = (SELECT rollup(s ORDER BY hashint4(i)) FROM months) AS mixed;

-- Arguments that are kept out of line
CREATE TEMP TABLE long (id text, amount numeric);
ALTER TABLE long ALTER id SET STORAGE external, ALTER amount SET STORAGE external;
INSERT INTO long SELECT repeat(md5((i % 3)::text), 200), 2.5 FROM generate_series(1, 9) i;
SELECT customers(value_summary(amount, id)), value_summary(amount, id) = value_summary(amount, id || '') AS same FROM long;
UPDATE long SET amount = repeat('7', 9000)::numeric;
SELECT f FROM failure('SELECT value_summary(amount, id) FROM long') WITH ORDINALITY AS e(f, n) WHERE n <> 2;

-- The first day there is: nothing is known before it.
SELECT count(*) FROM cohort_retention('{"version": 1, "grain": "day", "cohorts": [["4714-11-24 BC", 0, 0, 1]]}', '4714-11-24 BC');
SELECT * FROM cohort_retention('{"version": 1, "grain": "day", "cohorts": [["4714-11-24 BC", 0, 0, 1]]}', '4714-11-25 BC');

-- Customers who buy again and spend nothing: a model of purchases without one of
-- spend
SELECT m::text::jsonb -> 'spend' ->> 'state' AS spend, repeat_customers(m), e.*
FROM (SELECT clv_model(h, '2025-12-31', 'mbg_nbd') AS m
	FROM (SELECT c, purchase_history(0, date '2025-01-01' + c % 30 + k * (4 + c * 7 % 40)) AS h
		FROM generate_series(1, 300) c, generate_series(0, CASE c % 4 WHEN 0 THEN 0 WHEN 1 THEN 1 + c % 3 ELSE 330 / (4 + c * 7 % 40) END) k GROUP BY c) AS customers) AS x,
	LATERAL (SELECT spend_problem(m), predicted_clv(m, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5}}'), '1 year')) AS e;
