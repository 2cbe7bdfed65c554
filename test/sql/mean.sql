--
-- Means and ratios over customers
--
SET extra_float_digits = 0;

CREATE TABLE spending (i integer, g integer, x numeric, y numeric, b numeric);
INSERT INTO spending
SELECT i, i % 4, CASE WHEN i % 13 > 0 THEN pick(i, 1, 10000) / 100.0 - 20 END, 1 + pick(i, 2, 9), pick(i, 1, 10000) / 150.0 + pick(i, 3, 3000) / 100.0
FROM generate_series(1, 400) AS i;

-- the sums, of numbers of any scale
SELECT mean_summary(x), customers(mean_summary(x)) FROM (VALUES (1.50), (2.25), (NULL), (-3)) AS v (x);
SELECT ratio_summary(x, y), customers(ratio_summary(x, y)) FROM (VALUES (1.5, 2), (2.25, NULL), (NULL, 1), (-3, 0.125)) AS v (x, y);
SELECT adjusted_mean_summary(x, y), customers(adjusted_mean_summary(x, y)) FROM (VALUES (1.5, 2), (2.25, NULL), (NULL, 1), (-3, 0.125)) AS v (x, y);
SELECT mean_summary(NULL::numeric) AS nothing, mean_summary(x) = mean_summary(x::float8) AS double, mean_summary(x::integer) FROM (VALUES (10), (20)) AS v (x);

-- double precision is the decimal that it stands for, of which 18 decimals count
SELECT g, mean_summary(x::float8) = mean_summary(x) AS mean, ratio_summary(x::float8, y::float8) = ratio_summary(x, y) AS ratio,
	adjusted_mean_summary(x::float8, b::float8) = adjusted_mean_summary(x, round(b::float8::numeric, 18)) AS adjusted
FROM spending GROUP BY g ORDER BY g;
SELECT count(*) AS wrong FROM (
	SELECT mean_summary(d) AS a, mean_summary(round(d::numeric, 18)) AS b
	FROM (SELECT i, (pick(i, 5, 2000001) - 1000000) / 10.0::float8 ^ pick(i, 6, 12) * CASE WHEN i % 5 = 0 THEN 1 / 3.0::float8 ELSE 1 END AS d FROM generate_series(1, 3000) AS i) AS t
	GROUP BY i) AS u WHERE a IS DISTINCT FROM b;
SELECT mean_summary(d) FROM (VALUES ('0.1'::float8), ('0.2'), ('-0.0'), ('1e-7'), ('123456789012345'), ('1234567.1234567')) AS v (d);

-- exact, where sums in double precision lose everything
SELECT mean(s), s FROM (SELECT mean_summary(x) AS s FROM (VALUES (1e19 + 1), (1e19), (-2e19), (0.000000000000000001)) AS v (x)) AS t;
SELECT round(low, 6) AS low, round(high, 6) AS high FROM (SELECT mean_summary(x) AS s FROM (VALUES (100000000000000001), (100000000000000002.5), (99999999999999997)) AS v (x)) AS t, mean_interval(s);

-- mean and interval: R, t.test(c(1.5, 2.25, -3))
SELECT mean(s), round(low, 6) AS low, round(high, 6) AS high
FROM (SELECT mean_summary(x) AS s FROM (VALUES (1.5), (2.25), (-3)) AS v (x)) AS t, mean_interval(s);

-- the definitions, with PostgreSQL's own aggregates
SELECT g, round(mean(s), 14) = round(m, 14) AS mean, abs((low + high) / 2 - m) < 1e-10 AS middle, round(high - m, 10) = round((q * sd / sqrt(n))::numeric, 10) AS reach
FROM (SELECT g, mean_summary(x) AS s, avg(x) AS m, stddev_samp(x)::float8 AS sd, count(x) AS n FROM spending GROUP BY g) AS t
	-- R, qt(0.975, c(92, 91, 91, 92))
	JOIN (VALUES (0, 1.986086316951130), (1, 1.986377154418618), (2, 1.986377154418618), (3, 1.986086316951130)) AS v (k, q) ON k = g,
	mean_interval(s)
ORDER BY g;

-- Change: the test that GrowthBook publishes, 0.29 (0.04538, 0.53462), p 0.02016
SELECT change, round(low, 5) AS low, round(high, 5) AS high, round(p_value, 5) AS p_value, direction
FROM mean_change(mean_summary '{"version": 1, "customers": 3407, "sum": 1396.87, "squares": 52377.9767}',
	'{"version": 1, "customers": 3461, "sum": 2422.7, "squares": 134698.29}');
-- in percent of before: that of the same test, 0.70732 (-0.03526, 1.44989), p 0.06191, to its digits
SELECT round(change, 2) AS change, round(low, 2) AS low, round(high, 2) AS high, round(p_value, 4) AS p_value, direction
FROM mean_change(mean_summary '{"version": 1, "customers": 3407, "sum": 1396.87, "squares": 52377.9767}',
	'{"version": 1, "customers": 3461, "sum": 2422.7, "squares": 134698.29}', relative => true);
-- R, t.test(c(3, 5, 4, 8, 7, 1), c(9, 12, 6)), and the other way round
SELECT change, round(low, 6) AS low, round(high, 6) AS high, round(p_value, 7) AS p_value, direction
FROM (SELECT mean_summary(x) FILTER (WHERE g) AS a, mean_summary(x) FILTER (WHERE NOT g) AS b FROM (VALUES (true, 3), (true, 5), (true, 4), (true, 8), (true, 7), (true, 1), (false, 9), (false, 12), (false, 6)) AS v (g, x)) AS t,
	LATERAL (SELECT * FROM mean_change(a, b) UNION ALL SELECT * FROM mean_change(b, a) UNION ALL SELECT * FROM mean_change(a, b, 0.9)) AS c;

-- nothing varies, one customer, none
SELECT a, b, change, round(low, 9) AS low, round(high, 9) AS high, round(p_value, 9) AS p_value, direction
FROM (VALUES (1, '{1}'::numeric[], '{2}'::numeric[]), (2, '{1,1}', '{2,2}'), (3, '{1,1}', '{2,3}'), (4, '{1}', '{2,3}'), (5, '{-1,0}', '{0,1}'), (6, '{1,2}', '{1,2}')) AS v (i, a, b),
	LATERAL (SELECT mean_summary(x) AS s FROM unnest(a) AS x) AS t, LATERAL (SELECT mean_summary(x) AS r FROM unnest(b) AS x) AS u, mean_change(s, r) AS c ORDER BY i;
SELECT mean(e), mean_interval(e), mean_change(e, s), mean_change(s, e), mean_interval(one), mean_interval(equal), mean_change(zero, s, relative => true)
FROM (SELECT mean_summary '{"version": 1, "customers": 0, "sum": 0, "squares": 0}' AS e, mean_summary '{"version": 1, "customers": 2, "sum": 3, "squares": 5}' AS s,
	mean_summary '{"version": 1, "customers": 1, "sum": 3, "squares": 9}' AS one, mean_summary '{"version": 1, "customers": 2, "sum": 6, "squares": 18}' AS equal,
	mean_summary '{"version": 1, "customers": 2, "sum": 0, "squares": 2}' AS zero) AS t;

-- Ratios: by the definition, the mean square of what customers add to the sum
SELECT g, round(ratio(s), 14) = round(r, 14) AS ratio, round(high - r, 10) = round((q * se)::numeric, 10) AS reach, round(r - low, 10) = round(high - r, 10) AS symmetric
FROM (SELECT g, ratio_summary(x, y) AS s, r, sqrt(count(*) / (count(*) - 1.0) * sum((x - r * y) ^ 2)) / sum(y) AS se
	FROM (SELECT *, sum(x) OVER (PARTITION BY g) / sum(y) OVER (PARTITION BY g) AS r FROM spending WHERE x IS NOT NULL) AS t GROUP BY g, r) AS t
	JOIN (VALUES (0, 1.986086316951130), (1, 1.986377154418618), (2, 1.986377154418618), (3, 1.986086316951130)) AS v (k, q) ON k = g,
	ratio_interval(s)
ORDER BY g;
-- a ratio of one is a mean
SELECT g, ratio(r) = mean(m) AS mean, (SELECT i FROM ratio_interval(r) AS i)::text = (SELECT i FROM mean_interval(m) AS i)::text AS interval
FROM (SELECT g, ratio_summary(x, 1) AS r, mean_summary(x) AS m FROM spending GROUP BY g) AS t ORDER BY g;
SELECT ratio_change(a.r, b.r)::text = mean_change(a.m, b.m)::text AS change, ratio_change(a.r, b.r, relative => true)::text = mean_change(a.m, b.m, relative => true)::text AS relative
FROM (SELECT ratio_summary(x, 1) AS r, mean_summary(x) AS m FROM spending WHERE g = 1) AS a, (SELECT ratio_summary(x, 1) AS r, mean_summary(x) AS m FROM spending WHERE g = 2) AS b;
SELECT round(c.change, 9) AS change, round(c.low, 9) AS low, round(c.high, 9) AS high, round(c.p_value, 9) AS p_value, c.direction FROM (SELECT ratio_summary(x, y) AS r FROM spending WHERE g = 1) AS a, (SELECT ratio_summary(x, y) AS r FROM spending WHERE g = 2) AS b, ratio_change(a.r, b.r) AS c;
SELECT ratio(s), ratio_interval(s), ratio_change(s, s)
FROM (VALUES (ratio_summary '{"version": 1, "customers": 0, "numerators": 0, "denominators": 0, "numerators_squared": 0, "denominators_squared": 0, "products": 0}'),
	('{"version": 1, "customers": 1, "numerators": 3, "denominators": 0, "numerators_squared": 9, "denominators_squared": 0, "products": 0}'),
	('{"version": 1, "customers": 1, "numerators": 3, "denominators": 2, "numerators_squared": 9, "denominators_squared": 4, "products": 6}'),
	('{"version": 1, "customers": 2, "numerators": 3, "denominators": 6, "numerators_squared": 5, "denominators_squared": 20, "products": 10}')) AS v (s);

-- a change of a billion errors, whose p value is below the smallest number
SELECT change, low < 1e9 AS below, high > 1e9 AS above, p_value < 1e-100 AS surely, direction FROM (SELECT mean_summary(i % 2) AS a, mean_summary(1e9 + i % 2) AS b FROM generate_series(1, 1000) AS i) AS t, mean_change(a, b, always_valid => true);

-- Adjusted: R's t.test() of what is left with theta of both groups, and what is left of the variance
SELECT round(change, 9) AS change, round(low, 9) AS low, round(high, 9) AS high, round(p_value, 11) AS p_value, direction
FROM (SELECT adjusted_mean_summary(x, b) AS a FROM spending WHERE g = 1) AS t, (SELECT adjusted_mean_summary(x, b) AS b FROM spending WHERE g = 2) AS u, mean_change(a, b);
WITH theta AS (SELECT sum(c) / sum(v) AS theta FROM (SELECT covar_samp(x::float8, b::float8) AS c, var_samp(b::float8) AS v FROM spending WHERE x IS NOT NULL AND g IN (1, 2) GROUP BY g) AS t),
left_over AS (SELECT g, count(*) AS n, var_samp(x::float8 - theta * b::float8) AS v, var_samp(x::float8) AS whole FROM spending, theta WHERE x IS NOT NULL GROUP BY g)
SELECT round(r, 9) = round((100 * (1 - (one.v / one.n + two.v / two.n) / (one.whole / one.n + two.whole / two.n)))::numeric, 9) AS reduction, round(r, 1) AS percent
FROM left_over AS one, left_over AS two, (SELECT adjusted_mean_summary(x, b) AS a FROM spending WHERE g = 1) AS t, (SELECT adjusted_mean_summary(x, b) AS b FROM spending WHERE g = 2) AS u,
	variance_reduction(a, b) AS r
WHERE one.g = 1 AND two.g = 2;
-- without a before that varies it is the change of the means
SELECT m.change = a.change AS change, round(m.low, 12) = round(a.low, 12) AS low, round(m.p_value, 12) = round(a.p_value, 12) AS p_value, variance_reduction(a1, a2), mean(a1) = mean(m1) AS mean
FROM (SELECT adjusted_mean_summary(x, 7) FILTER (WHERE g = 1) AS a1, adjusted_mean_summary(x, 7) FILTER (WHERE g = 2) AS a2, mean_summary(x) FILTER (WHERE g = 1) AS m1, mean_summary(x) FILTER (WHERE g = 2) AS m2 FROM spending) AS t,
	mean_change(m1, m2) AS m, mean_change(a1, a2) AS a;
-- what follows before is taken away whole, however much of value it is
SELECT factor, round(a.change - b.change, 9) AS change, round(a.low - b.low, 9) AS low, round(a.high - b.high, 9) AS high, round(a.p_value - b.p_value, 9) AS p_value
FROM unnest('{-3, 1000000}'::numeric[]) AS factor,
	LATERAL (SELECT adjusted_mean_summary(x, b) FILTER (WHERE g = 1) AS one, adjusted_mean_summary(x, b) FILTER (WHERE g = 2) AS two, adjusted_mean_summary(x + factor * b, b) FILTER (WHERE g = 1) AS one_more, adjusted_mean_summary(x + factor * b, b) FILTER (WHERE g = 2) AS two_more FROM spending WHERE x IS NOT NULL) AS t,
	mean_change(one_more, two_more) AS a, mean_change(one, two) AS b;
SELECT round(c.change, 12) AS change, c.low, c.high, c.p_value, c.direction, variance_reduction(one, two)
FROM (SELECT adjusted_mean_summary(b, 3 * b) FILTER (WHERE g = 1) AS one, adjusted_mean_summary(b, 3 * b) FILTER (WHERE g = 2) AS two FROM spending WHERE b IS NOT NULL) AS t, mean_change(one, two) AS c;
SELECT mean(e), mean_change(e, s), mean_change(s, e), variance_reduction(s, s), variance_reduction(t, t), mean_change(t, t)
FROM (SELECT adjusted_mean_summary '{"version": 1, "customers": 0, "values": 0, "before": 0, "values_squared": 0, "before_squared": 0, "products": 0}' AS e,
	adjusted_mean_summary '{"version": 1, "customers": 1, "values": 3, "before": 2, "values_squared": 9, "before_squared": 4, "products": 6}' AS s,
	adjusted_mean_summary '{"version": 1, "customers": 2, "values": 2, "before": 3, "values_squared": 2, "before_squared": 5, "products": 3}' AS t) AS v;

-- Merged, taken out again, over moving windows: the same bytes
SELECT rollup(s) = (SELECT mean_summary(x) FROM spending) AS rollup, sum(s) = rollup(s) AS sum FROM (SELECT mean_summary(x) AS s FROM spending GROUP BY g) AS t;
SELECT rollup(s) = (SELECT ratio_summary(x, y) FROM spending) AS rollup, rollup(a) = (SELECT adjusted_mean_summary(x, b) FROM spending) AS adjusted
FROM (SELECT ratio_summary(x, y) AS s, adjusted_mean_summary(x, b) AS a FROM spending GROUP BY g) AS t;
SELECT (one + two) - two = one AS minus, one + two = two + one AS plus, one - one AS nothing
FROM (SELECT mean_summary(x) FILTER (WHERE g < 2) AS one, mean_summary(x / 7) FILTER (WHERE g = 2) AS two FROM spending) AS t;
SELECT (one + two) - two = one AS minus, (a + b) - b = a AS adjusted
FROM (SELECT ratio_summary(x, y) FILTER (WHERE g < 2) AS one, ratio_summary(x / 7, y) FILTER (WHERE g = 2) AS two,
	adjusted_mean_summary(x, b) FILTER (WHERE g < 2) AS a, adjusted_mean_summary(x, b / 7) FILTER (WHERE g = 2) AS b FROM spending) AS t;
SELECT count(*) FILTER (WHERE m IS DISTINCT FROM (SELECT mean_summary(x) FROM spending AS t WHERE t.i BETWEEN s.i - 5 AND s.i)) AS mean,
	count(*) FILTER (WHERE d IS DISTINCT FROM (SELECT mean_summary(x) FROM spending AS t WHERE t.i BETWEEN s.i - 5 AND s.i)) AS double,
	count(*) FILTER (WHERE r IS DISTINCT FROM (SELECT ratio_summary(x, y) FROM spending AS t WHERE t.i BETWEEN s.i - 5 AND s.i)) AS ratio,
	count(*) FILTER (WHERE rd IS DISTINCT FROM (SELECT ratio_summary(x, y) FROM spending AS t WHERE t.i BETWEEN s.i - 5 AND s.i)) AS ratio_double,
	count(*) FILTER (WHERE a IS DISTINCT FROM (SELECT adjusted_mean_summary(x, b) FROM spending AS t WHERE t.i BETWEEN s.i - 5 AND s.i)) AS adjusted
FROM (SELECT i, mean_summary(x) OVER w AS m, mean_summary(x::float8) OVER w AS d, ratio_summary(x, y) OVER w AS r, ratio_summary(x::float8, y::float8) OVER w AS rd, adjusted_mean_summary(x, b) OVER w AS a
	FROM spending WINDOW w AS (ORDER BY i ROWS 5 PRECEDING)) AS s;
SELECT count(*) FILTER (WHERE m IS DISTINCT FROM (SELECT rollup(u.m) FROM (SELECT i, mean_summary(x / 3) AS m FROM spending GROUP BY i) AS u WHERE u.i BETWEEN s.i - 3 AND s.i)) AS wrong
FROM (SELECT i, rollup(m) OVER (ORDER BY i ROWS 3 PRECEDING) AS m FROM (SELECT i, mean_summary(x / 3) AS m FROM spending GROUP BY i) AS t) AS s;

-- a frame of NULLs has no customers, whatever was in the one before
SELECT i, mean_summary(x) OVER w, customers(mean_summary(x::float8) OVER w) AS double, customers(ratio_summary(1, x) OVER w) AS ratio,
	rollup(CASE WHEN x IS NOT NULL THEN mean_summary '{"version": 1, "customers": 1, "sum": 2, "squares": 4}' END) OVER w AS rollup
FROM (VALUES (1, 5), (2, NULL), (3, NULL), (4, 7)) AS v (i, x) WINDOW w AS (ORDER BY i ROWS 1 PRECEDING) ORDER BY i;

-- Looked at again and again: wider, and right at every look
SELECT round(low, 4) AS low, round(high, 4) AS high FROM (SELECT mean_summary(x) AS s FROM spending) AS t, mean_interval(s, always_valid => true);
SELECT round(low, 4) AS low, round(high, 4) AS high FROM (SELECT mean_summary(x) AS s FROM spending) AS t, mean_interval(s, always_valid => true, tightest_at => 370);
-- two customers, far from tightest_at, tell nothing: half of the width is 0.5 * tan(pi / 2 - pi q), where 2 q = erfc(30 / sqrt(2)) = 9.81e-198
SELECT round(log(high), 1) AS log_high, round(log(-low), 1) AS log_low, round(log(0.5 / (pi()::numeric * 4.906714e-198)), 1) AS by_definition FROM mean_interval('{"version": 1, "customers": 2, "sum": 3, "squares": 5}', always_valid => true);
SELECT round(low, 4) AS low, round(high, 4) AS high FROM (SELECT ratio_summary(x, y) AS s FROM spending) AS t, ratio_interval(s, always_valid => true);
-- 1396 of 3000 against 2422 of 3461: GrowthBook's published test is a lift of 0.50386 (0.40098, 0.60675), for shares that vary by p (1 - p)
SELECT round(change, 3) AS change, round(low, 1) AS low, round(high, 1) AS high, direction
FROM mean_change(mean_summary '{"version": 1, "customers": 3000, "sum": 1396, "squares": 1396}', '{"version": 1, "customers": 3461, "sum": 2422, "squares": 2422}', relative => true, always_valid => true);
-- the interval leaves out 0 where p is below 0.05
SELECT count(*) FILTER (WHERE (p_value < 0.05) IS DISTINCT FROM (low > 0 OR high < 0)) AS wrong, count(*) FILTER (WHERE direction <> 0) AS arrows, count(*)
FROM generate_series(1, 300) AS n (i), generate_series(0, 1) AS j, LATERAL (SELECT mean_summary(x) FILTER (WHERE b < n.i / 6) AS a, mean_summary(x) FILTER (WHERE b >= n.i / 6) AS b FROM spending AS t WHERE t.i <= n.i) AS u,
	mean_change(a - mean_summary '{"version": 1, "customers": 0, "sum": 0, "squares": 0}', b, always_valid => j = 1);

-- text and binary
SELECT mean_summary '{"squares": 16.3125, "version": 1, "sum": 0.750, "customers": 3}';
CREATE TABLE stored AS SELECT mean_summary(x) AS m, ratio_summary(x, y) AS r, adjusted_mean_summary(x, b) AS a FROM spending GROUP BY g;
SELECT count(*) FROM stored WHERE m::text::mean_summary <> m OR r::text::ratio_summary <> r OR a::text::adjusted_mean_summary <> a;

-- Errors
SELECT failure($$SELECT mean_summary(x) FROM (VALUES ('NaN'::numeric)) AS v (x)$$);
SELECT failure($$SELECT mean_summary('Infinity'::float8)$$);
SELECT failure($$SELECT ratio_summary(1, x) FROM (VALUES ('-Infinity'::numeric)) AS v (x)$$);
SELECT failure('SELECT mean_summary(1e38)');
SELECT failure($$SELECT mean_summary(x) FROM (VALUES (9e37), (9e37)) AS v (x)$$);
SELECT failure($$SELECT mean_summary(x) FROM (VALUES (1e25), (0.000000000000000001)) AS v (x)$$);
-- squares up to 2^255 - 1: there is room for 163581514 more, not for another 3870219580 squared
CREATE TABLE wide AS SELECT * FROM (VALUES (1, 99000000000000000000000000000000000000), (2, -99000000000000000000000000000000000000), (3, 99000000000000000000000000000000000000), (4, -99000000000000000000000000000000000000),
	(5, 99000000000000000000000000000000000000), (6, -94292335948676643821568942861516637793), (7, 10592237157935722198), (8, 3870219580), (9, -3870219580)) AS v (i, x);
SELECT customers(m), 57896044618658097711785492504343953926634992332820282019728792003956564819967 - (m::text::json ->> 'squares')::numeric AS room, (m::text::json ->> 'squares')::numeric = (SELECT sum(x * x) FROM wide WHERE i < 9) AS squares, m::text::mean_summary = m AS text
FROM (SELECT mean_summary(x ORDER BY i) AS m FROM wide WHERE i < 9) AS t;
SELECT failure('SELECT mean_summary(x ORDER BY i) FROM wide');
SELECT failure('SELECT rollup(m) FROM (SELECT mean_summary(x ORDER BY i) AS m FROM wide GROUP BY i < 7) AS t');
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1e38, "squares": 1e76}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1, "squares": 2}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 2, "sum": 3, "squares": 4}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 0, "sum": 3, "squares": 9}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 0, "sum": 0, "squares": 9}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": "1", "squares": 1}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 0.0000000000000000001, "squares": 1}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1e40, "squares": 1e60}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1, "squares": 1e90}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 1, "sum": 1, "squares": 1, "cubes": 1}'$$);
-- the largest sum of squares, 2 ^ 255 - 1, has room for a customer of nothing and for no other
SELECT mean_accum('{"version": 1, "customers": 2, "sum": 0, "squares": 57896044618658097711785492504343953926634992332820282019728792003956564819967}', 0::numeric);
SELECT failure($$SELECT mean_accum('{"version": 1, "customers": 2, "sum": 0, "squares": 57896044618658097711785492504343953926634992332820282019728792003956564819967}', 1::numeric)$$);
SELECT failure($$SELECT ratio_summary '{"version": 1, "customers": 2, "numerators": 3, "denominators": 3, "numerators_squared": 5, "denominators_squared": 5, "products": 6}'$$);
SELECT failure($$SELECT ratio_summary '{"version": 1, "customers": 3, "numerators": 3, "denominators": 3, "numerators_squared": 5, "denominators_squared": 5, "products": 6}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 2, "sum": 3, "squares": 5}' - mean_summary '{"version": 1, "customers": 1, "sum": 3, "squares": 9}'$$);
SELECT failure($$SELECT mean_summary '{"version": 1, "customers": 2, "sum": 3, "squares": 5}' - mean_summary '{"version": 1, "customers": 3, "sum": 3, "squares": 9}'$$);
SELECT failure($$SELECT mean_interval(m, 1) FROM stored$$);
SELECT failure($$SELECT mean_interval(m, tightest_at => 0) FROM stored$$);
SELECT failure($$SELECT mean_change(m, m, always_valid => true, tightest_at => -5) FROM stored$$);

DROP TABLE spending, stored, wide;

-- a level that is large against the change does not matter, but that errors are of 15 digits
SELECT level, round(change, 4) AS change, round(low, 4) AS low, round(high, 4) AS high, round(p_value, 6) AS p_value, direction
FROM unnest('{0,1e15,1e16,1e20}'::numeric[]) AS level, LATERAL (SELECT mean_summary(level + i % 2) AS before, mean_summary(level + i % 2 + 0.3) AS after FROM generate_series(1, 100) AS i) AS s, mean_change(before, after) ORDER BY level;
SELECT level, round(change, 4) AS change, round(low, 4) AS low, round(high, 4) AS high, direction
FROM unnest('{0,1e16}'::numeric[]) AS level, LATERAL (SELECT ratio_summary(level + i % 2, 1) AS before, ratio_summary(level + i % 2 + 0.3, 1) AS after FROM generate_series(1, 100) AS i) AS s, ratio_change(before, after) ORDER BY level;
-- next to no confidence the interval is one error wide where it is looked at every day
SELECT round(low, 3) AS low, round(high, 3) AS high FROM unnest('{1e-17,1e-15}'::float8[]) AS confidence, mean_interval((SELECT mean_summary(i) FROM generate_series(1, 10) AS i), confidence, always_valid => true);

-- of two columns, either may be what is too long
SELECT failure($$SELECT adjusted_mean_summary(1.0, before) FROM (VALUES (1e37::numeric), (0.001)) AS v (before)$$);
SELECT mean(adjusted_mean_summary(round(1.0::numeric, 2), round(before::numeric, 2))) FROM (VALUES (1e37::numeric), (0.001)) AS v (before);
SELECT failure($$SELECT ratio_summary(1.0, denominator) FROM (VALUES (1e37::numeric), (0.001)) AS v (denominator)$$);
