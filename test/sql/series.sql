--
-- Series: values by day, in order
--
\pset null '(null)'
SET datestyle = ISO;

CREATE FUNCTION pg_temp.series_of(amounts numeric[], begin date, step interval) RETURNS series_summary LANGUAGE sql AS
$$ SELECT series_summary(a, (begin + (i - 1) * step)::date) FROM unnest(amounts) WITH ORDINALITY u(a, i) $$;

--
-- The trend: R 4.2.2, nlme, gls(value ~ i, correlation = corAR1(form = ~ i), method = "REML")
-- of a series drawn with autocorrelation; its interval here is wider than by R's error
--
CREATE TEMP TABLE drawn AS SELECT pg_temp.series_of(ARRAY[-0.456709648171165, 0.27851608414117, -1.16172649048962, -2.36189039956379, -1.53080060894523, -0.854347205046702, 1.08925791111474, 0.780292201276369, 0.425707290590097, 1.080078875221, 0.982582108591663, 2.52245435614171, 1.82862959689065, 0.0939046719370583, 0.90713646330626, 0.857922760957635, -0.760355473468518, -2.12222153751372, -1.81806852900178, -1.32217798035975, -0.339299660235796, 1.02314754561986, 0.488082277129426, 0.0925296282895861, 0.163038851335684, -0.119222179680512, 0.0275216046920043, 0.207223256828051, -0.309163770808608, -0.536552637851586, 0.312064026157171, 2.24106554004693, 2.19702764613522, 3.23799331687383, 1.69034649921192, 0.674071849057918, -0.116303077334486, -1.41096706524608, 0.171663756621988, 2.10918554491746, 1.95772196174855, 2.3793860497922, 1.50067461353462, 0.879146547752958, 1.36393526882678, 1.08913941223297, 0.424093573335085, 1.77355714272301, 3.12046980245242, 3.02491054264441, 1.030881120186, 1.60871230379342, 1.46654904595002, 0.669352189315816, 2.18774195303871, 1.0283458939228, 0.810278442767537, 2.44050470596594, 3.26407691508503, 2.30759569477425], '2025-01-01', '1 day') AS s;
SELECT points(s), round(slope, 6) AS slope, 0.0432876 AS r_slope, round(autocorrelation, 5) AS rho, 0.63718 AS r_rho, round(effective_points, 2) AS effective, round(p_value, 4) AS p_value, direction, no_direction_because AS because,
	(low + high) / 2 - slope BETWEEN -1e-12 AND 1e-12 AS middle, round((high - low) / 2 / 0.0172623270374, 3) AS errors FROM drawn, series_trend(s, '1 day');
SELECT trend_slope(s, '1 day') = slope AS slope, trend_slope(s, '1 week') / 7 - slope BETWEEN -1e-12 AND 1e-12 AS week, trend_direction(s) = direction AS direction, trend_change(s) IS NOT DISTINCT FROM change AS change FROM drawn, series_trend(s, '1 day');
-- without autocorrelation the line is that of trend_summary(), as far as days are equally long
SELECT round(trend_slope(s, '1 week'), 10) = round(trend_slope(t, '1 week'), 10) AS slope, round(trend_change(s), 10) = round(trend_change(t), 10) AS change, trend_direction(s) = trend_direction(t) AS direction, autocorrelation
FROM (SELECT series_summary(v, d) AS s, trend_summary(v, d) AS t FROM (SELECT date '2024-01-01' + 7 * i AS d, 100 + i * 0.5 + i * 37 % 11 AS v FROM generate_series(0, 51) i) w) x, series_trend(s, '1 week');
-- a season is no trend, and does not hide one: 1 a month beside a saw of a year, months counted and not days
SELECT n, period, round(slope, 6) AS slope, direction, round(change, 4) AS change, round(autocorrelation, 4) AS rho, round(effective_points, 3) AS effective, no_direction_because
FROM (SELECT n, series_summary(100 + i + i % 12 * 5, (date '2023-02-01' + i * interval '1 month')::date - 1) AS s FROM generate_series(0, 47) i, (VALUES (24), (47)) v(n) WHERE i <= n GROUP BY n) m, (VALUES (1), (12)) p(period), series_trend(s, '1 month', period) ORDER BY 1, 2;
SELECT trend_direction(s), trend_direction(s, period => 12), trend_slope(s, '1 month', 12) AS slope, round(trend_change(s, 12), 4) AS change, trend_direction(s, 0.999999, 12) AS sure
FROM (SELECT series_summary(100 + i + i % 12 * 5, (date '2023-02-01' + i * interval '1 month')::date - 1) AS s FROM generate_series(0, 47) i) m;
-- nothing, one point, two, few, a constant, a line, one season each
SELECT kind, points(s), round(trend_slope(s, '1 day'), 6) AS trend_slope, trend_direction(s), round(trend_change(s), 4) AS trend_change, round(slope, 6) AS slope, round(low, 6) AS low, round(high, 6) AS high, round(p_value, 6) AS p_value, direction, round(change, 4) AS change, round(autocorrelation, 4) AS rho, round(effective_points, 3) AS effective, no_direction_because
FROM (VALUES (1, 'none', series_summary '{"version": 1, "values": {}}'), (2, 'one', pg_temp.series_of('{5}', '2025-01-01', '1 day')), (3, 'two', pg_temp.series_of('{5,7}', '2025-01-01', '1 day')), (4, 'three', pg_temp.series_of('{5,7,8}', '2025-01-01', '1 day')),
	(5, 'constant', pg_temp.series_of(array_fill(3::numeric, ARRAY[20]), '2025-01-01', '1 day')), (6, 'line', pg_temp.series_of((SELECT array_agg(i) FROM generate_series(1, 20) i), '2025-01-01', '1 day')), (7, 'below 0', pg_temp.series_of((SELECT array_agg(-i) FROM generate_series(1, 20) i), '2025-01-01', '1 day'))) v(i, kind, s) LEFT JOIN LATERAL series_trend(s, '1 day') t ON true ORDER BY i
\gx
SELECT trend_slope(pg_temp.series_of('{5,7,8}', '2025-01-01', '1 day'), '1 day', 7) AS a_season_each, trend_direction(NULL::series_summary);

--
-- Limits: the values, rounded, and the limits of a test of NHSRplotthedots: R 4.2.2, set.seed(123), rnorm(20)
--
CREATE TEMP TABLE nhs AS SELECT pg_temp.series_of(ARRAY[-0.560, -0.230, 1.559, 0.071, 0.129, 1.715, 0.461, -1.265, -0.687, -0.446, 1.224, 0.360, 0.401, 0.111, -0.556, 1.787, 0.498, -1.967, 0.701, -0.473], '2020-01-02', '1 day') AS s;
SELECT round(mean, 3) AS mean, 0.142 AS nhs_mean, round(low, 2) AS low, -3.01 AS nhs_low, round(high, 2) AS high, 3.29 AS nhs_high FROM nhs, series_limits(s);
SELECT count(*) FROM nhs, series_anomalies(s);
-- two points near limits of both sides are no signal, of one side they are, as there
SELECT i, a.on_date, a.value, a.signal FROM (VALUES (1, 5.5, -5.5), (2, 5.5, 5.5)) v(i, a, b), LATERAL (SELECT pg_temp.series_of(ARRAY[1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, v.a, v.b]::numeric[], '2020-01-02', '1 day') AS s) x, series_anomalies(s) a ORDER BY i, on_date;
-- by hand: a run of seven below the mean, seven that only rise, one outside
SELECT name, length, a.on_date, a.value, round(a.mean, 3) AS mean, round(a.low, 3) AS low, round(a.high, 3) AS high, a.signal
FROM (VALUES (1, 'run', ARRAY[5, 9, 4, 8, 1, 2, 1, 2, 1, 2, 1, 9, 5, 8, 6]), (2, 'trend', ARRAY[5, 1, 9, 4, 1, 2, 3, 4, 5, 6, 7, 3, 8, 2, 9]), (3, 'outside', ARRAY[5, 6, 5, 6, 5, 6, 20, 6, 5, 6, 5, 6])) v(i, name, amounts), (VALUES (7), (8)) l(length),
	LATERAL (SELECT pg_temp.series_of(amounts::numeric[], '2025-01-01', '1 day') AS s) x, series_anomalies(s, length) a ORDER BY i, length, on_date;
SELECT series_limits(pg_temp.series_of('{5}', '2025-01-01', '1 day')), series_limits(pg_temp.series_of('{5,5,5}', '2025-01-01', '1 day')), (SELECT count(*) FROM series_anomalies(pg_temp.series_of('{5,5,5,5,5,5,5,5}', '2025-01-01', '1 day')));

-- what is exactly the mean is on no side of it, and what is exactly a limit, or two thirds of the way, is not beyond
SELECT a.on_date, a.value, a.mean, a.signal FROM (SELECT pg_temp.series_of('{4.0,4.1,4.1,4.1,4.1,4.1,4.1,4.1,4.2}', '2025-01-01', '1 day') AS s) x, series_anomalies(s) a;
SELECT name, bound, l.mean, round(l.low, 6) AS low, round(l.high, 6) AS high, (SELECT array_agg(DISTINCT a.value || ' ' || a.signal) FROM series_anomalies(s) a) AS signals
FROM (VALUES (1, 'high', 27.1, ARRAY[24.9, 24.8, 24.5, 25.2, 23.6, 24.5, 25.3, 24.8, 25.1, 25.1, 24.5, 24.9, 25.1, 24.1, 26.4, 24.8, 25.5, 24.8, 25.0, 27.1]), (2, 'low', 10.2, ARRAY[11.4, 12.5, 12.4, 12.6, 12.3, 12.6, 13.2, 11.8, 12.5, 14.4, 12.5, 12.2, 10.2, 10.9, 12.5, 12.6, 12.3, 12.1, 12.8, 12.2]),
	(3, 'high, two thirds', 14.4, ARRAY[11.4, 10.9, 13.2, 12.1, 10.9, 12.1, 11.8, 12.1, 12.5, 12.6, 14.4, 14.4, 13.7, 10.9, 12.3, 14.4, 12.2, 10.9, 12.3, 10.9]), (4, 'low, two thirds', -1.4, ARRAY[0.5, 1.0, -1.4, 2.8, 0.8, 2.1, 0.6, 0.8, 1.2, 0.2, -1.4, -1.4, 0.6, 0.7, 0.2, 0.8, 0.9, 2.8, 1.6, 0.6])) v(i, name, bound, amounts),
	LATERAL (SELECT pg_temp.series_of(amounts, '2025-01-01', '1 day') AS s) x, series_limits(s) l ORDER BY i;
-- digits that double precision has not: a run, a trend, a value as it is; limits of more digits than a value can have
SELECT a.on_date - date '2025-01-01' AS day, a.value, a.signal FROM (SELECT pg_temp.series_of((SELECT array_agg(1e30 + i) FROM generate_series(1, 8) i), '2025-01-01', '1 day') AS s) x, series_anomalies(s) a;
SELECT round(l.low, -36) AS low, round(l.high, -36) AS high, (SELECT count(*) FROM series_anomalies(s)) AS signals FROM (SELECT pg_temp.series_of(ARRAY[-9e37, 9e37, -9e37, 9e37], '2025-01-01', '1 day') AS s) x, series_limits(s) l;

-- 300 series of one decimal, half of them with a stretch on the mean, by definition in numeric
CREATE TEMP TABLE courses AS
SELECT k, i, date '2025-01-01' + i AS d, count(*) OVER w AS n, CASE WHEN k % 2 = 0 THEN pick(k, 51, 100) + CASE WHEN i BETWEEN 4 AND 5 + 2 * (k % 6) THEN 0 ELSE (i % 2 * 2 - 1) * pick(100 * k + i / 2, 52, 1 + k % 9) END
	ELSE pick(100 * k + i, 53, 1 + k % 20) + i % 9 * (k % 3) END / 10.0 AS v
FROM generate_series(1, 300) k, generate_series(0, 39) i WHERE i < 16 + 2 * (k % 12) WINDOW w AS (PARTITION BY k);
WITH steps AS (SELECT *, v - lag(v) OVER w AS step FROM courses WINDOW w AS (PARTITION BY k ORDER BY i)),
points AS (SELECT k, i, d, v, sign(step) AS rises, (n - 1) * (n * v - sum(v) OVER w) AS above, n * sum(abs(step)) OVER w AS reach FROM steps WINDOW w AS (PARTITION BY k)),
sides AS (SELECT *, sign(above) AS side, 50 * abs(above) > 133 * reach AS outside, CASE WHEN 75 * abs(above) > 133 * reach THEN sign(above) END AS outer_side FROM points),
streaks AS (SELECT *, i - row_number() OVER (PARTITION BY k, side ORDER BY i) AS stretch, i - row_number() OVER (PARTITION BY k, rises ORDER BY i) AS climb, outer_side IN (lag(outer_side) OVER w, lag(outer_side, 2) OVER w, lead(outer_side) OVER w, lead(outer_side, 2) OVER w) AS near FROM sides WINDOW w AS (PARTITION BY k ORDER BY i)),
lengths AS (SELECT *, side <> 0 AND count(*) OVER (PARTITION BY k, side, stretch) >= 7 AS run, rises <> 0 AND count(*) OVER (PARTITION BY k, rises, climb) >= 6 AS climbs FROM streaks),
defined AS (SELECT k, d, v, CASE WHEN outside THEN 'outside' WHEN near THEN 'near a limit' WHEN run THEN 'run' WHEN climbs OR lead(climbs) OVER (PARTITION BY k ORDER BY i) THEN 'trend' END AS signal, side = 0 AS on_the_mean FROM lengths),
found AS (SELECT k, a.* FROM (SELECT k, series_summary(v, d) AS s FROM courses GROUP BY k) x, series_anomalies(s) a)
SELECT coalesce(p.signal, 'none') AS signal, count(*) > 20 AS many, count(*) FILTER (WHERE on_the_mean) > 50 AS many_on_the_mean, count(*) FILTER (WHERE p.signal IS DISTINCT FROM f.signal OR f.value <> p.v) AS mismatches FROM defined p LEFT JOIN found f ON f.k = p.k AND f.on_date = p.d GROUP BY 1 ORDER BY 1;

--
-- Forecasts: airline passengers (Box and Jenkins) without the last year, which the intervals contain; test/math/series_test.c has R's figures
--
CREATE TEMP TABLE passengers AS SELECT pg_temp.series_of(ARRAY[112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432], '1949-01-01', '1 month') AS s;
SELECT f.on_date, round(f.forecast) AS forecast, round(low) AS low, round(high) AS high, v.value, v.value BETWEEN low AND high AS contained
FROM (SELECT series_summary(value, on_date) AS s FROM passengers, series_values(s) WHERE on_date < '1960-01-01') p, series_forecast(p.s, 12, 12) f, passengers q, series_values(q.s) v WHERE v.on_date = f.on_date ORDER BY 1;
-- days of a week, the ends of months, a leap day, wider for a higher confidence, the end of the calendar
SELECT f.* FROM (SELECT series_summary(10 + i % 7, date '2025-01-06' + i) AS s FROM generate_series(0, 27) i) x, series_forecast(s, 8, 7) f;
SELECT array_agg(on_date) FROM (SELECT series_summary(i, (date '2023-02-01' + i * interval '1 month')::date - 1) AS s FROM generate_series(0, 11) i) x, series_forecast(s, 4) f;
SELECT array_agg(on_date) FROM (SELECT series_summary(i, (date '2023-01-31' + i * interval '1 year')::date) AS s FROM generate_series(0, 11) i) x, series_forecast(s, 3) f;
SELECT array_agg(on_date) FROM (SELECT series_summary(i, (date '2023-01-15' + i * interval '3 months')::date) AS s FROM (SELECT i FROM generate_series(0, 11) i) i) x, series_forecast(s, 3) f;
-- the 30th of each month, but for February; the first day of years, of which the last one is that of the calendar
SELECT array_agg(on_date) FROM (SELECT series_summary(i, (date '2024-03-30' + i * interval '1 month')::date) AS s FROM generate_series(0, 10) i) x, series_forecast(s, 3) f;
SELECT count(*) FROM (SELECT series_summary(i % 3, make_date(5874886 + i, 1, 1)) AS s FROM generate_series(0, 11) i) x, series_forecast(s, 3) f;
SELECT count(*), max(on_date) FROM (SELECT series_summary(i % 3, make_date(5874880 + i, 12, 31)) AS s FROM generate_series(0, 11) i) x, series_forecast(s, 10) f;
SELECT bool_and(b.low < a.low AND b.high > a.high AND a.forecast = b.forecast) AS wider FROM passengers, series_forecast(s, 5, 12) a JOIN LATERAL series_forecast(s, 5, 12, 0.99) b USING (on_date);
SELECT count(*), max(on_date) FROM (SELECT series_summary(i % 3, date '5874897-12-01' + i) AS s FROM generate_series(0, 28) i) x, series_forecast(s, 10) f;
SELECT count(*), max(on_date) FROM (SELECT series_summary(i % 3, (date '294275-01-31' + i * interval '1 month' * 12)::date) AS s FROM generate_series(-20, 0) i) x, series_forecast(s, 10) f;
SELECT (SELECT count(*) FROM series_forecast(pg_temp.series_of('{1,2,3,4,5,6,7,8,9}', '2025-01-01', '1 day'), 3)) AS nine_points, (SELECT count(*) FROM series_forecast(pg_temp.series_of('{1,2,3,4,5,6,7,8,9,9,9,9,9,9,9,9,9,9}', '2025-01-01', '1 day'), 3, 7)) AS fewer_than_two_periods_and_five;
SELECT f.* FROM series_forecast(pg_temp.series_of(array_fill(3::numeric, ARRAY[12]), '2025-01-01', '1 day'), 2) f;

--
-- The type
--
SELECT series_summary(v, d), series_summary(v::float8, d) = series_summary(v, d) AS double, series_summary(v, d ORDER BY d DESC) = series_summary(v, d) AS order FROM (VALUES (1.50, date '2025-01-08'), (2, '2025-01-01'), (0, '2025-01-15'), (0.25, '2025-01-01'), (NULL, '2025-01-02'), (7, NULL)) t(v, d);
SELECT series_summary(1.5, NULL) AS nothing, rollup(s) FROM (VALUES (series_summary '{"version": 1, "values": {"2025-01-01": 1, "2025-01-02": 0}}'), ('{"version": 1, "values": {"2025-01-02": 0.5}}'), (NULL)) v(s);
SELECT sum(s) = rollup(s) AS sum, rollup(s) = (SELECT series_summary(v, d) FROM (SELECT pick(i, 1, 1000) / 8.0 AS v, date '2025-01-01' + pick(i, 2, 90)::int AS d, i FROM generate_series(1, 500) i) r) AS parts
FROM (SELECT series_summary(v, d) AS s FROM (SELECT pick(i, 1, 1000) / 8.0 AS v, date '2025-01-01' + pick(i, 2, 90)::int AS d, i FROM generate_series(1, 500) i) r GROUP BY i % 7) t;
SELECT a + b = b + a AS plus, a + b FROM (VALUES (series_summary '{"version": 1, "values": {"2025-01-01": 1}}', series_summary '{"version": 1, "values": {"2025-01-01": -1}}')) v(a, b);
SELECT v.* FROM series_values('{"version": 1, "values": {"2025-01-02": 0.50, "2025-01-01": 10}}') v;
CREATE TEMP TABLE again (s series_summary);
\copy passengers TO 'results/series.binary' WITH (FORMAT binary)
\copy again FROM 'results/series.binary' WITH (FORMAT binary)
SELECT a.s = p.s AS binary, a.s::text::series_summary = p.s AS text FROM again a, passengers p;

--
-- Errors
--
SELECT failure('SELECT series_summary(v, d) FROM (VALUES (' || row || ')) t(v, d)') FROM unnest(ARRAY[$$'NaN'::numeric, date '2025-01-01'$$, $$'Infinity'::float8, date '2025-01-01'$$, $$1, date 'infinity'$$, $$1e38::numeric, date '2025-01-01'$$]) row;
SELECT failure(format('SELECT %L::series_summary', s)) FROM unnest(ARRAY['', '{"version": 1, "values": 5}', '{"version": 1, "values": {"x": 5}}', '{"version": 1, "values": {"2025-01-01": "a"}}', '{"version": 1, "x": 1}', '{"version": 2}']) s;
-- more decimals than rows have, of all types that are read alike
SELECT failure(format('SELECT %L::%s', text, type)) FROM (VALUES ('series_summary', '{"version": 1, "values": {"2025-01-01": 0.1234567890123456789}}'), ('mrr_history', '{"version": 1, "mrr": {"2025-01-01": 0.1234567890123456789}}'),
	('purchase_history', '{"version": 1, "days": {"2025-01-01": 0.1234567890123456789}}'), ('series_summary', '{"version": 1, "values": {"2025-01-01": 0.1234567890123456780}}')) v(type, text);
SELECT failure(format('SELECT %s FROM passengers', f)) FROM unnest(ARRAY[$$trend_slope(s, '0')$$, $$trend_slope(s, '7')$$, $$trend_slope(s, '1 day', 0)$$, 'trend_direction(s, 2)', 'trend_direction(s, period => 1001)', 'trend_change(s, -1)', $$series_trend(s, '-1 day')$$, $$series_trend(s, per => '30')$$, $$series_trend(s, '1 day', 12, 0)$$, 'series_anomalies(s, 2)', 'series_anomalies(s, 101)', 'series_forecast(s, 0)', 'series_forecast(s, 1001)', 'series_forecast(s, 3, 0)', 'series_forecast(s, 3, 12, 1)']) f;
SELECT failure($$SELECT series_forecast(series_summary(i, date '2025-01-01' + i), 3) FROM generate_series(1, 30) i WHERE i <> 17$$);
SELECT failure($$SELECT series_forecast(series_summary(i, (date '2025-01-01' + i * interval '1 month')::date), 3) FROM generate_series(1, 30) i WHERE i <> 17$$);

-- points that seasons took do not count, and it says so
SELECT points(s), (series_trend(s, '1 day', 7)).no_direction_because AS with_seasons, (series_trend(s, '1 day')).no_direction_because AS without FROM (SELECT series_summary(i * i % 5, date '2025-01-01' + i) AS s FROM generate_series(1, 17) AS i) AS t;

-- months on the 29th, 30th or last day: the last day of February is the day of its month
SELECT day_of_month, array_agg(to_char(f.on_date, 'MM-DD') ORDER BY f.on_date) AS next
FROM unnest('{29,30,31}'::int[]) AS day_of_month, LATERAL (SELECT series_summary(i % 3, (make_date(2024, 3, day_of_month) + i * interval '1 month')::date) AS s FROM generate_series(0, 14) AS i) AS t, series_forecast(s, 10) AS f GROUP BY 1 ORDER BY 1;
SELECT failure($$SELECT series_forecast(series_summary(i % 3, (date '2024-03-30' + i * interval '1 month')::date), 3) FROM generate_series(0, 14) AS i WHERE i <> 11$$);
SELECT count(*) AS values_by_the_hint, bool_and(on_date IN (SELECT (date '2000-01-30' + n * interval '1 month')::date FROM generate_series(0, 400) AS n)) AS on_its_days
FROM (SELECT series_summary(coalesce(v, 0), day) AS s FROM (SELECT (date '2024-03-30' + n * interval '1 month')::date AS day FROM generate_series(0, 14) AS n) AS days LEFT JOIN (SELECT i % 3 AS v, (date '2024-03-30' + i * interval '1 month')::date AS day FROM generate_series(0, 14) AS i WHERE i <> 11) AS t USING (day) WHERE day BETWEEN '2024-03-30' AND '2025-05-30') AS t, series_forecast(s, 3);
-- of quarters, the first of which ends on the 30th, and of weeks
SELECT failure($$SELECT series_forecast(series_summary(200 + i % 3, (date '2015-03-31' + i * interval '3 months')::date), 3) FROM generate_series(1, 40) AS i WHERE i <> 20$$);
SELECT on_date, round(forecast::numeric) AS forecast FROM (SELECT series_summary(coalesce(v, 200), day) AS s
	FROM (SELECT (date '2015-12-31' + n * interval '3 months')::date AS day FROM generate_series(-2, 37) AS n) AS days LEFT JOIN (SELECT 200 + i % 3 AS v, (date '2015-03-31' + i * interval '3 months')::date AS day FROM generate_series(1, 40) AS i WHERE i <> 20) AS t USING (day)) AS t, series_forecast(s, 3);
SELECT failure($$SELECT series_forecast(series_summary(200 + i % 3, date '2025-01-06' + 7 * i), 3) FROM generate_series(0, 39) AS i WHERE i <> 20$$);
SELECT on_date, round(forecast::numeric) AS forecast FROM (SELECT series_summary(coalesce(v, 200), day::date) AS s
	FROM generate_series(date '2025-01-06', date '2025-10-06', interval '7 days') AS day LEFT JOIN (SELECT 200 + i % 3 AS v, date '2025-01-06' + 7 * i AS day FROM generate_series(0, 39) AS i WHERE i <> 20) AS t USING (day)) AS t, series_forecast(s, 3);
