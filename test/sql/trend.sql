--
-- Trend: trend_summary, trend_slope, trend_direction, trend_change, sparkline
--
SET datestyle = 'ISO, MDY';
SET intervalstyle = 'postgres';
\pset null '~'

--
-- A published set (F. J. Anscombe, Graphs in Statistical Analysis, 1973): four
-- sets with the same line, slope 0.5001, intercept 3.0001, t 4.24, p 0.0022
--
CREATE TEMP TABLE quartet (x integer, y1 numeric, y2 numeric, y3 numeric, x4 integer, y4 numeric);
INSERT INTO quartet VALUES (10, 8.04, 9.14, 7.46, 8, 6.58), (8, 6.95, 8.14, 6.77, 8, 5.76), (13, 7.58, 8.74, 12.74, 8, 7.71), (9, 8.81, 8.77, 7.11, 8, 8.84),
	(11, 8.33, 9.26, 7.81, 8, 8.47), (14, 9.96, 8.10, 8.84, 8, 7.04), (6, 7.24, 6.13, 6.08, 8, 5.25), (4, 4.26, 3.10, 5.39, 19, 12.50), (12, 10.84, 9.13, 8.15, 8, 5.56),
	(7, 4.82, 7.26, 6.42, 8, 7.91), (5, 5.68, 4.74, 5.73, 8, 6.89);
SELECT name, points(s), round(trend_slope(s, '1 day'), 4) AS slope, trend_direction(s) AS d95, trend_direction(s, 0.99) AS d99, trend_direction(s, confidence => 0.9978) AS p_below, trend_direction(s, confidence => 0.9979) AS p_above, round(trend_change(s), 2) AS change
FROM (SELECT 1, trend_summary(y1, date '2025-01-01' + x) FROM quartet UNION ALL SELECT 2, trend_summary(y2, date '2025-01-01' + x) FROM quartet
	UNION ALL SELECT 3, trend_summary(y3, date '2025-01-01' + x) FROM quartet UNION ALL SELECT 4, trend_summary(y4, date '2025-01-01' + x4) FROM quartet) AS v(name, s) ORDER BY name;
-- the other way round; and nothing but the direction changes
SELECT trend_direction(s), round(trend_slope(s, '1 day'), 4) FROM (SELECT trend_summary(-y1, date '1999-12-28' + x) AS s FROM quartet) AS v;

--
-- What cannot be told
--
SELECT what, trend_slope(s, '1 day') AS slope, trend_direction(s) AS direction, trend_change(s) AS change, points(s)
FROM (SELECT 1, 'a point', trend_summary(5, '2025-01-01') UNION ALL SELECT 2, 'two points', trend_summary(v, d) FROM (VALUES (100, date '2025-01-01'), (110, '2025-01-11')) AS x(v, d)
	UNION ALL SELECT 3, 'one day', trend_summary(v, '2025-01-01') FROM (VALUES (1), (2), (3)) AS x(v)
	UNION ALL SELECT 4, 'a line', trend_summary(i, date '2025-01-01' + i) FROM generate_series(1, 3) AS i UNION ALL SELECT 5, 'a falling line', trend_summary(10.5 - i, date '2025-01-01' + i) FROM generate_series(1, 9) AS i
	UNION ALL SELECT 6, 'no change', trend_summary(7.25, date '2025-01-01' + i) FROM generate_series(1, 9) AS i UNION ALL SELECT 7, 'from nothing', trend_summary(i, date '2025-01-01' + i) FROM generate_series(0, 9) AS i
	UNION ALL SELECT 8, 'from below', trend_summary(i, date '2025-01-01' + i) FROM generate_series(-5, 9) AS i UNION ALL SELECT 9, 'up and down', trend_summary(i % 2, date '2025-01-01' + i) FROM generate_series(1, 9) AS i
	UNION ALL SELECT 10, 'with gaps', trend_summary(v, d) FROM (VALUES (1, date '2025-01-01'), (NULL, '2025-01-05'), (9, NULL), (3, '2025-01-03'), (2, '2025-01-02')) AS x(v, d)
	UNION ALL SELECT 11, 'nothing', NULL) AS v(i, what, s) ORDER BY i;
SELECT trend_summary(NULL, '2025-01-01') AS of_null, (SELECT trend_summary(1, '2025-01-01') WHERE false) AS no_rows;
SELECT trend_slope(s, NULL), trend_direction(s, NULL) FROM (SELECT trend_summary(5, '2025-01-01')) AS v(s);

-- an interval is elapsed time: a month is 30.4375 days
SELECT trend_slope(s, '1 day') AS day, trend_slope(s, '1 week') AS week, trend_slope(s, '1 month') AS month, trend_slope(s, '1 year') AS year, trend_slope(s, '1 hour') AS hour
FROM (SELECT trend_summary(i * 2.4, date '2025-01-01' + i) FROM generate_series(1, 30) AS i) AS v(s);

--
-- Random points against PostgreSQL's regr_ functions, and the t test written
-- out by its definition
--
CREATE TEMP TABLE points AS
SELECT g, date '1995-01-01' + (hashint8(g * 1000 + i) & 8191) AS day, (hashint8(g * 1000 + i + 500000) & 65535) / 100.0 * (g % 3) + (hashint8(g * 1000 + i) & 8191) * (g % 5 - 2) * 0.017 AS value
FROM generate_series(1, 60) AS g, LATERAL (SELECT i FROM generate_series(1, 3 + g * 2) AS i) AS n;
CREATE TEMP TABLE fits AS
SELECT g, s, n, sxx, syy, sxy, slope, intercept, mn, mx, CASE WHEN syy * sxx > sxy * sxy THEN sxy * sqrt(n - 2) / sqrt(sxx * syy - sxy * sxy) END AS t
FROM (SELECT g, trend_summary(value, day) AS s, count(*) AS n, regr_sxx(value, day - date '2000-01-01') AS sxx, regr_syy(value, day - date '2000-01-01') AS syy, regr_sxy(value, day - date '2000-01-01') AS sxy,
	regr_slope(value, day - date '2000-01-01') AS slope, regr_intercept(value, day - date '2000-01-01') AS intercept, min(day - date '2000-01-01') AS mn, max(day - date '2000-01-01') AS mx FROM points GROUP BY g) AS f;
SELECT count(*) AS fits, count(*) FILTER (WHERE n <> points(s)) AS n_differs, count(*) FILTER (WHERE abs(trend_slope(s, '1 day') - slope) > 1e-11 * greatest(abs(slope), 1e-3)) AS slope_differs,
	count(*) FILTER (WHERE (trend_change(s) IS NULL) <> (intercept + slope * mn <= 0) OR abs(trend_change(s) - 100 * slope * (mx - mn) / nullif(intercept + slope * mn, 0)) > 1e-9 * abs(trend_change(s))) AS change_differs
FROM fits WHERE g % 3 > 0;
-- |t| beyond the quantile of 1 - 0.05 / 2 with n - 2 degrees of freedom, from
-- the table of NIST/SEMATECH's e-Handbook, 1.3.6.7.2
SELECT count(*) AS fits, count(*) FILTER (WHERE trend_direction(s) <> CASE WHEN abs(t) > q THEN sign(t) ELSE 0 END) AS differ, count(*) FILTER (WHERE abs(t) > q) AS significant
FROM fits LEFT JOIN (VALUES (3, 3.182), (5, 2.571), (7, 2.365), (9, 2.262), (11, 2.201), (13, 2.160), (15, 2.131), (17, 2.110), (19, 2.093), (21, 2.080), (23, 2.069), (25, 2.060), (29, 2.045), (41, 2.020), (61, 2.000), (81, 1.990), (101, 1.984)) AS q(df, q) ON df = n - 2 WHERE g % 3 > 0 AND q IS NOT NULL;
-- every third of them is a line, and its t is infinite
SELECT count(*) AS lines, count(*) FILTER (WHERE trend_direction(s, 0.999999) <> sign(g % 5 - 2) OR trend_slope(s, '1 day') <> (g % 5 - 2) * 0.017) AS differ FROM fits WHERE g % 3 = 0;

-- exact: any order, any split, any scale of the digits, to the byte
SELECT count(*) AS differ
FROM fits JOIN (SELECT g, trend_summary(value, day ORDER BY day DESC) AS sorted, trend_summary(value::numeric(30, 12), day) AS zeros FROM points GROUP BY g) AS o USING (g)
	JOIN (SELECT g, rollup(p) AS parts FROM (SELECT g, trend_summary(value, day) AS p FROM points GROUP BY g, extract(dow FROM day)) AS x GROUP BY g) AS r USING (g)
WHERE s <> sorted OR s <> zeros OR s <> parts OR s <> s::text::trend_summary OR trend_summary_send(s) <> trend_summary_send(parts);
-- 0.1 + 0.2 is 0.3, and large values do not swallow small ones
SELECT trend_summary(v, d) FROM (VALUES (0.1, date '2000-01-01'), (0.2, '2000-01-01'), (1e15, '2000-01-02'), (-1e15, '1999-12-31')) AS x(v, d);
SELECT trend_slope(s, '1 day'), trend_change(s), trend_direction(s) FROM (SELECT trend_summary(1e30 + i, date '2025-01-01' + i) AS s FROM generate_series(1, 5) AS i) AS v;
-- results of other metrics have many decimals
SELECT trend_direction(s), round(trend_slope(s, '1 month'), 3) AS slope FROM (SELECT trend_summary(100.0 * i / 7, date '2025-01-01' + i * 30) AS s FROM generate_series(1, 12) AS i) AS v;
-- 38 digits go in, and so do their squares; more is an error
SELECT trend_summary(repeat('9', 38)::numeric, '5874897-12-31');
SELECT failure($$SELECT trend_summary(repeat('9', 39)::numeric, '2025-01-01')$$);
SELECT failure($$SELECT trend_summary(v, '2025-01-01') FROM (VALUES (repeat('9', 38)::numeric), (1)) AS x(v)$$);
SELECT failure($$SELECT trend_summary(v, '2025-01-01') FROM (VALUES (repeat('9', 38)::numeric), (0.1)) AS x(v)$$);
SELECT failure($$SELECT trend_summary(v, '2025-01-01') FROM (VALUES (0.1), (repeat('9', 38)::numeric)) AS x(v)$$);
SELECT failure($$SELECT trend_summary(CASE WHEN i % 2 = 0 THEN 9e37 ELSE -9e37 END, '2025-01-01') FROM generate_series(1, 20) AS i$$);
SELECT failure($$SELECT trend_summary('NaN', '2025-01-01')$$);
SELECT failure($$SELECT trend_summary('-Infinity', '2025-01-01')$$);
SELECT failure($$SELECT trend_summary(1, 'infinity')$$);
SELECT failure($$SELECT trend_slope(trend_summary(1, '2025-01-01'), '0')$$);
SELECT failure($$SELECT trend_slope(trend_summary(1, '2025-01-01'), '-1 day')$$);
SELECT failure($$SELECT trend_direction(trend_summary(1, '2025-01-01'), 95)$$);
SELECT failure($$SELECT rollup(s) FROM (SELECT trend_summary(repeat('9', 38)::numeric, '2025-01-01')) AS a(s), generate_series(1, 2)$$);
-- over a window
-- columns of any type of number: the same bytes
SELECT count(DISTINCT one) AS different FROM (SELECT ARRAY[trend_summary(v::smallint, d), trend_summary(v::integer, d), trend_summary(v::bigint, d), trend_summary(v::real, d), trend_summary(v::double precision, d), trend_summary(v::numeric, d)] AS s
	FROM (SELECT i * 7919 % 1000 - 500 AS v, date '2025-01-01' + i AS d FROM generate_series(1, 100) AS i) AS p) AS a, unnest(s) AS one;
-- a double precision is its 15 digits, to 18 decimals: what 0.1 + 0.2 - 0.3 leaves
-- does not take the room of large values
SELECT trend_summary(v, d) = trend_summary(round(v::numeric, 18), d) AS same FROM (SELECT sin(i) * 10 ^ (i % 30 - 15) AS v, date '2025-01-01' + i AS d FROM generate_series(1, 100) AS i) AS p;
SELECT trend_summary(v, '2000-01-01') FROM (VALUES (0.1::double precision + 0.2 - 0.3), (1e18)) AS x(v);
SELECT trend_summary(v, d) FROM (VALUES (1::double precision, NULL::date), (NULL, '2025-01-01')) AS x(v, d);
SELECT failure($$SELECT trend_summary('NaN'::double precision, '2025-01-01')$$);
SELECT failure($$SELECT trend_summary('Infinity'::double precision, '2025-01-01')$$);
SELECT failure($$SELECT trend_summary(1e38::double precision, '2025-01-01')$$);
SELECT d, v, trend_slope(trend_summary(v, d) OVER w, '1 day') AS slope, sparkline(v) OVER w FROM (VALUES (date '2025-01-01', 1), ('2025-01-02', 2), ('2025-01-03', 5), ('2025-01-04', 3)) AS x(d, v) WINDOW w AS (ORDER BY d ROWS 2 PRECEDING);

--
-- Text and binary form
--
SELECT s, trend_summary_send(s) FROM (SELECT trend_summary(v, d) FROM (VALUES (-1.5, date '2000-01-02'), (2, '2000-01-04')) AS x(v, d)) AS v(s);
SELECT text::trend_summary = trend_summary(v, d) AS same
FROM (VALUES (-1.5, date '2000-01-02'), (2, '2000-01-04')) AS x(v, d), (VALUES ('{"version": 1, "last": "2000-01-04", "first": "2000-01-02", "points": 2, "days": 4, "days_squared": 10, "values": 5e-1, "products": 4.50, "values_squared": 6.25, "scale": 1}')) AS t(text) GROUP BY text;
SELECT failure(format('SELECT %L::trend_summary', format('{"version": 1, "points": %s, "first": "%s", "last": "%s", "scale": %s, "days": %s, "days_squared": %s, "values": %s, "products": %s, "values_squared": %s}', n, f, l, sc, x, xx, y, xy, yy)))
FROM (VALUES ('2', '2000-01-02', '2000-01-04', '1', '4', '10', '0.5', '4.5', '6.25'), ('0', '2000-01-02', '2000-01-02', '1', '4', '10', '0.5', '4.5', '6.25'), ('2', '2000-01-04', '2000-01-02', '1', '4', '10', '0.5', '4.5', '6.25'),
	('2', '2000-01-32', '2000-01-04', '1', '4', '10', '0.5', '4.5', '6.25'), ('2', '2000-01-02', '2000-01-04', '0', '4', '10', '0.5', '4.5', '6.25'), ('2', '2000-01-02', '2000-01-04', '39', '4', '10', '0.5', '4.5', '6.25'),
	('2', '2000-01-02', '2000-01-04', '1', '5', '10', '0.5', '4.5', '6.25'), ('2', '2000-01-02', '2000-01-04', '1', '4', '8', '0.5', '4.5', '6.25'), ('2', '2000-01-02', '2000-01-04', '1', '4', '11', '0.5', '4.5', '6.25'),
	('2', '2000-01-02', '2000-01-04', '1', '4', '10', '0.5', '4.4', '6.25'), ('2', '2000-01-02', '2000-01-04', '1', '4', '10', '0.5', '4.5', '0.1'), ('2', '2000-01-02', '2000-01-04', '1', '4', '10', '1e38', '4.5', '6.25'),
	('2', '2000-01-02', '2000-01-04', '1', '4', '10', '0.5', '1e80', '6.25'), ('2', '2000-01-02', '2000-01-04', '1', '4', '10', '"x"', '4.5', '6.25'), ('1', '2000-01-02', '2000-01-04', '1', '4', '10', '0.5', '4.5', '6.25'),
	('3', '2000-01-02', '2000-01-02', '0', '3', '3', '6', '6', '11'), ('3', '2000-01-02', '2000-01-02', '0', '3', '3', '6', '6', '13')) AS v(n, f, l, sc, x, xx, y, xy, yy);
-- one point has one value, of which the square is known
SELECT text, failure(format('SELECT %L::trend_summary', text)) FROM (VALUES ('{"version": 1, "points": 1, "first": "2000-01-03", "last": "2000-01-03", "scale": 0, "days": 2, "days_squared": 4, "values": 3, "products": 6, "values_squared": 9}'),
	('{"version": 1, "points": 1, "first": "2000-01-03", "last": "2000-01-03", "scale": 0, "days": 2, "days_squared": 4, "values": 3, "products": 6, "values_squared": 10}')) v(text);
SELECT text, failure(format('SELECT %L::trend_summary', text)) FROM (VALUES ('{"version": 1}'), ('[]'), ('{"version": 1, "points": 1, "first": "2000-01-01", "last": "2000-01-01"}'), ('{"version": 1, "slope": 1}')) AS v(text);

--
-- sparkline
--
SELECT sparkline(i ORDER BY i) AS up, sparkline(i ORDER BY i DESC) AS down, sparkline(i * i ORDER BY i) AS squares, sparkline(-i ORDER BY i) AS negative FROM generate_series(1, 16) AS i;
SELECT '[' || sparkline(v ORDER BY i) || ']' AS gaps, sparkline(5) OVER () AS flat FROM (VALUES (1, NULL), (2, 1), (3, NULL), (4, 2.5), (5, NULL)) AS x(i, v) GROUP BY ();
SELECT sparkline(7.5), sparkline(NULL), (SELECT sparkline(1) WHERE false) AS no_rows;
SELECT sparkline(v ORDER BY v) AS extremes FROM (VALUES (-1.7e308), (0), (1.7e308)) AS x(v);
SELECT sparkline(v) AS denormal FROM (VALUES (0::float8), (4.9406564584124654e-324)) AS x(v);
SELECT length(sparkline(i ORDER BY i)), octet_length(sparkline(i ORDER BY i)) FROM generate_series(1, 10000) AS i;
-- any number type, and groups
SELECT g, sparkline(v::smallint ORDER BY v), sparkline(v::bigint ORDER BY v), sparkline(v::numeric ORDER BY v), sparkline(v::real ORDER BY v) FROM (SELECT i % 3, i FROM generate_series(1, 30) AS i) AS x(g, v) GROUP BY g ORDER BY g;
SELECT failure($$SELECT sparkline('NaN')$$);
SELECT failure($$SELECT sparkline('-Infinity'::numeric)$$);
SELECT failure($$SELECT sparkline_final('x')$$);
SELECT failure($$SELECT sparkline_accum('x', 1)$$);
SELECT failure($$SELECT sparkline_accum(NULL, 1)$$);
-- Whoever makes an aggregate of the support functions can begin it with any
-- bytes; they must be refused, not followed out of memory.
CREATE AGGREGATE pg_temp.line_from_nothing(double precision) (SFUNC = sparkline_accum, STYPE = bytea, FINALFUNC = sparkline_final, INITCOND = '');
CREATE AGGREGATE pg_temp.line_from_too_many(double precision) (SFUNC = sparkline_accum, STYPE = bytea, FINALFUNC = sparkline_final, INITCOND = '\xffffffff00000000000000000000000000000000');
CREATE AGGREGATE pg_temp.line_from_infinity(double precision) (SFUNC = sparkline_accum, STYPE = bytea, FINALFUNC = sparkline_final, INITCOND = '\x01000000000000000000f07f0000000000000000');
SELECT failure($$SELECT pg_temp.line_from_nothing(1)$$);
SELECT failure($$SELECT pg_temp.line_from_too_many(1)$$);
SELECT failure($$SELECT pg_temp.line_from_infinity(1)$$) ~ '^22' AS refused LIMIT 1;

-- sums of products that have too many digits where those of values cancel out
SELECT failure($$SELECT trend_summary(value, on_date) FROM (VALUES (1e37, date '2030-01-01'), (-1e37, '2020-01-02'), (1e-37, '2000-01-01')) AS v(value, on_date)$$);
-- Rolled up with one of another scale, a value that is stored compressed is left as it is.
CREATE TEMP TABLE kept (s trend_summary, rest text);
ALTER TABLE kept ALTER rest SET STORAGE PLAIN;
INSERT INTO kept SELECT trend_summary(value, on_date), repeat('x', 3000) FROM (VALUES (1.5, date '2025-01-01', 1), (2.25, '2025-01-02', 1), (3, '2025-01-03', 2), (4, '2025-01-05', 2)) AS v(value, on_date, part) GROUP BY part;
SELECT bool_and(pg_column_size(s) < 100) AS compressed, trend_change(rollup(s)) AS change, trend_change(rollup(s ORDER BY points(s), s::text DESC)) AS the_other_way,
	(SELECT trend_change(trend_summary(value, on_date)) FROM (VALUES (1.5, date '2025-01-01'), (2.25, '2025-01-02'), (3, '2025-01-03'), (4, '2025-01-05')) AS v(value, on_date)) AS at_once
FROM kept;
SELECT s FROM kept ORDER BY s::text;
DROP TABLE kept;
