--
-- Health: scores of signals and accounts, coverage, drivers, bands
--
\pset null '(null)'
SET intervalstyle = postgres;

--
-- Worked figures
--
SELECT health_score(score, weight), round(health_score(score, weight), 2) AS rounded
FROM (VALUES (83, 7), (71, 5), (78, 8), (54, 3)) v(score, weight);
SELECT health_score(score, weight), round(health_score(score, weight), 2) AS rounded
FROM (VALUES (10, 1), (10, 1), (0, 1)) v(score, weight);
SELECT health_score(s), health_coverage(s), top_driver(s), s
FROM (SELECT health_summary(signal, score, weight) AS s
	FROM (VALUES ('adoption', 83, 7), ('support', 71, 5), ('relationship', 78, 8), ('nps', 54, 3)) v(signal, score, weight)) t;
SELECT d.*, sum(points_lost) OVER () AS lost_in_all
FROM health_drivers('{"version": 1, "signals": {"adoption": [83, 7], "support": [71, 5], "relationship": [78, 8], "nps": [54, 3]}}') d;

-- The trap: LEAST(NULL, 100) is 100, so what is unknown scores as perfect.
SELECT account, avg(least(score, 100)) AS trap, health_score(score, 1) AS health_score
FROM (VALUES ('known', 20), ('known', 40), ('half known', 20), ('half known', NULL), ('unknown', NULL), ('unknown', NULL)) v(account, score)
GROUP BY account ORDER BY account;

-- types that arrive by an implicit cast
SELECT health_score(83::smallint, 7::bigint) AS a, health_score(83::numeric, 7::real) AS b, health_score(83, 0.5) AS c, health_score('83', '7') AS d,
	health_summary('x'::varchar, 83::smallint, 7::numeric) AS e;

--
-- What is not known, and what has no weight
--
SELECT health_score(score, weight) FROM (VALUES (1, 1)) v(score, weight) WHERE false;
SELECT health_summary('a', score, weight) FROM (VALUES (1, 1)) v(score, weight) WHERE false;
SELECT label, health_score(score, weight)
FROM (VALUES (1, 'all unknown', NULL::float8, 1::float8), (1, 'all unknown', NULL, 2), (2, 'no weight', 50, 0), (2, 'no weight', 60, 0),
	(3, 'NULL weight', 50, NULL), (4, 'one of two unknown', 50, 3), (4, 'one of two unknown', NULL, 5), (5, 'one of two without weight', 50, 3),
	(5, 'one of two without weight', 90, NULL), (6, 'nothing', NULL, NULL), (7, 'perfect', 100, 0.1), (8, 'worst', 0, 1e12)) v(i, label, score, weight)
GROUP BY i, label ORDER BY i;
SELECT s, health_score(s), health_coverage(s), top_driver(s)
FROM (VALUES (1, '{"version": 1}'::health_summary), (2, '{"version": 1, "signals": {"a": [null, 2]}}'), (3, '{"version": 1, "signals": {"a": [50, 0], "b": [null, 0]}}'), (4, '{"version": 1, "signals": {"a": [100, 1], "b": [100, 2]}}'),
	(5, '{"version": 1, "signals": {"a": [50, 0], "b": [100, 2]}}'), (6, '{"version": 1, "signals": {"a": [null, 3], "b": [80, 1]}}'), (7, NULL)) v(i, s) ORDER BY i;
SELECT i, d.* FROM (VALUES (1, '{"version": 1}'::health_summary), (2, '{"version": 1, "signals": {"a": [null, 2]}}'), (3, '{"version": 1, "signals": {"a": [50, 0], "b": [null, 0]}}')) v(i, s), health_drivers(s) d ORDER BY i, d;
SELECT count(*) AS rows_of_null FROM health_drivers(NULL);
-- a row without signal and score is what an outer join makes
SELECT account, health_summary(signal, score, weight)
FROM (VALUES (1), (2)) a(account) LEFT JOIN (VALUES (1, 'nps', 60, 2)) s(account, signal, score, weight) USING (account)
GROUP BY account ORDER BY account;
SELECT health_summary(signal, score, weight) FROM (VALUES ('a', 10, 1), (NULL, NULL, 5), ('b', NULL, NULL)) v(signal, score, weight);

-- six decimals
SELECT health_score(score, 1) AS rounded_up, health_score(score, weight) AS weights
FROM (VALUES (33.33333349, 0.3333333), (33.3333335, 0.3333333)) v(score, weight);
SELECT health_score(score, weight) = 50 AS a_third_each FROM (VALUES (0, 1 / 3.0), (50, 1 / 3.0), (100, 1 / 3.0)) v(score, weight);
-- the largest weights keep every digit
SELECT health_score(score, weight), pg_typeof(health_score(score, weight))
FROM (VALUES (100, 1e12), (0, 0.000001)) v(score, weight);

-- worst first; ties by name as the collation "C" has it, unknown ones at the end
SELECT * FROM health_drivers('{"version": 1, "signals": {"b": [50, 2], "a": [75, 4], "Z": [0, 1], "perfect": [100, 5], "weightless": [0, 0], "y": [null, 9], "x": [null, 1]}}');
SELECT top_driver('{"version": 1, "signals": {"b": [50, 2], "a": [75, 4], "Z": [0, 1]}}');

SELECT score, health_band(score), health_band(score, red_below => 50), health_band(score, green_from => 90), health_band(score, 50, 50) AS two
FROM unnest(ARRAY[0, 39.999999, 40, 50, 69.999999, 70, 100, NULL]) score;

--
-- Signals
--
SELECT value, score_between(value, 0, 10) AS more_is_better, score_between(value, 10, 0) AS less_is_better, score_between(value, -10, 0.1) AS other
FROM unnest(ARRAY[-1, 0, 0.1, 2.5, 10, 11, NULL]) value;
SELECT score_between(1e308, -1.7e308, 1.7e308), score_between(5e-324, 0, 1e-323), score_between(-1.7e308, 0, 1.7e308), score_between(1.7e308, -1.7e308, -1e308), score_between(83, 0, 100), pg_typeof(score_between(1, 0, 2));
SELECT value, score_steps(value, ARRAY[1, 5, 10], ARRAY[0, 30, 60, 100]) AS steps, score_steps(value, ARRAY[1.5], ARRAY[100, 0]) AS down,
	score_steps(value, '{}', '{50}') AS no_cut
FROM unnest(ARRAY[-1, 0.999, 1, 1.5, 4, 5, 9.9, 10, 1e9, NULL]) value;
SELECT count(*) FILTER (WHERE score_steps(value, cuts, ARRAY[0, 25, 50, 75, 100]) <> 25 * width_bucket(value, cuts)) AS differ, count(*)
FROM (SELECT i / 7.0 AS value FROM generate_series(-20, 100) i) t, (VALUES (ARRAY[0, 1.0 / 7, 2, 9.5])) v(cuts);
SELECT age, round(score_decay(age, '30 days'), 4) AS score
FROM unnest(ARRAY[interval '0', '15 days', '30 days', '60 days', '1 month', '720:00', '90 days', NULL]) age;
SELECT score_decay('100 years', '1 hour') AS long_ago;
SELECT before, after, growth_rate(before, after)
FROM (VALUES (1, 100, 118), (2, 3, 4), (3, 50, 0), (4, 0, 5), (5, 0, 0), (6, -10, 5), (7, 10, -5), (8, NULL, 5), (9, 5, NULL), (10, 0.1, 0.3)) v(i, before, after) ORDER BY i;
SELECT growth_rate(12345678901234567890123456789.01, 12345678901234567890123456790.01) > 0 AS exact;
-- columns of any type of number
SELECT DISTINCT value FROM (VALUES (40::smallint, 40, 40::bigint, 40.0, 40::real, 40::double precision)) AS v(i2, i4, i8, n, f4, f8),
	unnest(ARRAY[growth_rate(i2, 46), growth_rate(i4, 46), growth_rate(i8, 46), growth_rate(n, 46), growth_rate(f4, 46), growth_rate(f8, 46), growth_rate(i4, 46.0), growth_rate(f8, 46.0), growth_rate(40, f8 + 6), growth_rate(40.0, i8 + 6)]) AS value;
SELECT growth_rate(0.1::double precision, 0.3::double precision) = growth_rate(0.1, 0.3) AS decimal, growth_rate(0::double precision, 5) AS from_nothing, growth_rate('3', '4') = growth_rate(3, 4) AS of_text;

--
-- Against the definition in SQL, on data with gaps, ties and decimals
--
CREATE TEMP TABLE signals AS
SELECT i, account, 'signal ' || pick(i, 9, 3) || '/' || j AS signal, j,
	CASE WHEN pick(i, 1, 5) > 0 THEN CASE pick(i, 2, 4) WHEN 0 THEN 100 WHEN 1 THEN 10 * pick(i, 3, 11) ELSE pick(i, 4, 100000001) / 1e6 END END::numeric AS score,
	CASE WHEN pick(i, 5, 20) > 0 THEN CASE pick(i, 6, 3) WHEN 0 THEN 0 WHEN 1 THEN pick(i, 7, 9) ELSE pick(i, 8, 1000000000) / 1e6 END END::numeric AS weight
FROM (SELECT j + 9 * account AS i, account, j FROM generate_series(1, 400) account, generate_series(1, 8) j) t
WHERE pick(i, 10, 6) > 0;
CREATE TEMP TABLE expected AS
SELECT account, round(sum(score * weight) FILTER (WHERE score IS NOT NULL)::numeric(60, 30) / nullif(sum(weight) FILTER (WHERE score IS NOT NULL), 0), 16) AS score,
	round(100 * coalesce(sum(weight) FILTER (WHERE score IS NOT NULL), 0)::numeric(60, 30) / nullif(sum(weight), 0), 16) AS coverage
FROM signals GROUP BY account;
CREATE TEMP TABLE health AS
SELECT account, health_summary(signal, score, weight) AS s, health_score(score, weight) AS score FROM signals GROUP BY account;
-- differences: none
SELECT count(*), count(h.score) AS scored, count(*) FILTER (WHERE h.score IS DISTINCT FROM e.score) AS score,
	count(*) FILTER (WHERE health_score(s) IS DISTINCT FROM e.score) AS score_of_summary,
	count(*) FILTER (WHERE health_coverage(s) IS DISTINCT FROM e.coverage) AS coverage
FROM health h JOIN expected e USING (account);
WITH drivers AS (SELECT account, d.* FROM health, LATERAL ROWS FROM (health_drivers(s)) WITH ORDINALITY d(signal, score, weight, points_lost, n)),
long_way AS (
	SELECT account, signal, score, coalesce(weight, 0) AS weight,
		round(weight_0 * (100 - score)::numeric(60, 30) / nullif(sum(weight_0) FILTER (WHERE score IS NOT NULL) OVER (PARTITION BY account), 0), 16) AS points_lost,
		row_number() OVER (PARTITION BY account ORDER BY score IS NULL, weight_0 * (100 - score) DESC, signal COLLATE "C") AS n
	FROM (SELECT *, coalesce(weight, 0) AS weight_0 FROM signals) t)
SELECT count(*), count(*) FILTER (WHERE (a.signal, a.score, a.weight, a.points_lost) IS DISTINCT FROM (b.signal, b.score, b.weight, b.points_lost)) AS different
FROM drivers a FULL JOIN long_way b USING (account, n);
SELECT count(*) FILTER (WHERE top_driver(s) IS DISTINCT FROM (SELECT signal FROM health_drivers(s) WHERE points_lost > 0 LIMIT 1)) AS top, count(top_driver(s)) AS tops,
	count(*) FILTER (WHERE abs((SELECT sum(points_lost) FROM health_drivers(s)) - (100 - score)) > 1e-14) AS lost_in_all
FROM health;

-- any order, parts, and the text of the parts give the same bytes
SELECT count(*) FILTER (WHERE health_summary_send(h.s) <> health_summary_send(o.a)) AS ascending, count(*) FILTER (WHERE health_summary_send(h.s) <> health_summary_send(o.b)) AS descending,
	count(*) FILTER (WHERE health_summary_send(h.s) <> health_summary_send(p.s)) AS parts
FROM health h
JOIN (SELECT account, health_summary(signal, score, weight ORDER BY score, i) AS a, health_summary(signal, score, weight ORDER BY signal DESC) AS b FROM signals GROUP BY 1) o USING (account)
JOIN (SELECT account, rollup(s ORDER BY part) AS s FROM (SELECT account, pick(i, 11, 3) AS part, health_summary(signal, score, weight) AS s FROM signals GROUP BY 1, 2) t GROUP BY 1) p USING (account);
SELECT rollup(s) FROM (VALUES (NULL::health_summary), ('{"version": 1, "signals": {"b": [1, 1]}}'), (NULL), ('{"version": 1}'), ('{"version": 1, "signals": {"a": [2, 1]}}')) v(s);
SELECT rollup(s) FROM (VALUES (NULL::health_summary)) v(s);

-- a window that moves adds and takes away rows
SELECT count(*), count(moving) AS scored, count(*) FILTER (WHERE moving IS DISTINCT FROM
		(SELECT health_score(b.score, b.weight) FROM signals b WHERE b.i BETWEEN a.i - 25 AND a.i)) AS different
FROM (SELECT i, health_score(score, weight) OVER (ORDER BY i RANGE BETWEEN 25 PRECEDING AND CURRENT ROW) AS moving FROM signals) a;
SELECT i, health_score(score, 1) OVER (ORDER BY i ROWS 1 PRECEDING) FROM (VALUES (1, NULL::int), (2, NULL), (3, 40), (4, NULL), (5, NULL)) v(i, score);
SELECT count(*) FILTER (WHERE health_summary_send(moving) IS DISTINCT FROM
		(SELECT health_summary_send(health_summary(b.signal, b.score, b.weight)) FROM signals b WHERE b.account = a.account AND b.j BETWEEN a.j - 3 AND a.j)) AS different, count(*)
FROM (SELECT account, j, health_summary(signal, score, weight) OVER (PARTITION BY account ORDER BY j RANGE BETWEEN 3 PRECEDING AND CURRENT ROW) AS moving FROM signals) a;

-- one pass for aggregates that share their state
CREATE TEMP SEQUENCE evaluated;
SELECT nextval('evaluated') AS from_1;
CREATE FUNCTION pg_temp.counted(score float8) RETURNS float8 LANGUAGE sql VOLATILE AS $$ SELECT score + 0 * nextval('evaluated') $$;
WITH t AS MATERIALIZED (SELECT health_score(pg_temp.counted(score), weight) IS NOT NULL AS a FROM signals) SELECT a, currval('evaluated') = (SELECT count(*) + 1 FROM signals) AS once FROM t;

--
-- Text and binary form, storage, equality
--
SELECT DISTINCT s = s::text::health_summary AS same, health_summary_send(s) = health_summary_send(s::text::health_summary) AS same_bytes, s::text = s::text::health_summary::text AS same_text FROM health;
SELECT text, text::health_summary FROM (VALUES (1, '{"version": 1}'), (2, '{"signals": {}, "version": 1}'), (3, '{"version": 1, "signals": {"bb": [1e2, 0.500], "a": [12.345678, 1000000000000], "B": [null, 0]}}'),
	(4, '{"version": 1, "signals": {"a \"quoted\"\nname": [1, 2], "B\\b": [3, 4]}}')) v(i, text) ORDER BY i;
SELECT '{"version": 1, "signals": {"a": [1, 2], "b": [5, 6], "a": [3, 4]}}'::health_summary;
SELECT health_summary_send('{"version": 1, "signals": {"nps": [54, 3], "usage": [null, 7.5]}}');
CREATE TEMP TABLE toasted (storage text COLLATE "C", s health_summary);
INSERT INTO toasted SELECT 'extended', health_summary('signal number ' || i, pick(i, 1, 101), pick(i, 2, 1000)) FROM generate_series(1, 1000) i;
ALTER TABLE toasted ALTER s SET STORAGE external;
INSERT INTO toasted SELECT 'external', health_summary('signal number ' || i, pick(i, 1, 101), pick(i, 2, 1000)) FROM generate_series(1000, 1, -1) i;
SELECT storage, octet_length(health_summary_send(s)) > 20000 AS large, s = s::text::health_summary AS same_text, round(health_score(s), 6) AS score, (SELECT count(*) FROM health_drivers(s)) AS drivers FROM toasted ORDER BY storage;
SELECT count(*) AS distinct_ FROM (SELECT DISTINCT s FROM toasted) t;
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
CREATE TEMP TABLE copied (LIKE health);
\copy health TO 'results/health.copy'
\copy copied FROM 'results/health.copy'
\copy health TO 'results/health.copy' (FORMAT csv)
\copy copied FROM 'results/health.copy' (FORMAT csv)
\copy health TO 'results/health.copy' (FORMAT binary)
\copy copied FROM 'results/health.copy' (FORMAT binary)
SELECT count(*) = (SELECT count(*) FROM health) AS accounts, bool_and(n = 3) AS each_three_times FROM (SELECT account, s, count(*) AS n FROM copied GROUP BY 1, 2) g;
SELECT a = b AS eq, a <> b AS ne, health_summary_hash(a) = health_summary_hash(b) AS hash, health_summary_hash_extended(a, 7) = health_summary_hash_extended(b, 7) AS hash_extended
FROM (VALUES (1, '{"version": 1}'::health_summary, '{"version": 1, "signals": {}}'::health_summary), (2, '{"version": 1, "signals": {"a": [1, 2]}}', '{"version": 1, "signals": {"a": [1, 3]}}'), (3, '{"version": 1, "signals": {"a": [1, 2], "b": [3, 4]}}', '{"version": 1, "signals": {"b": [3, 4], "a": [1.0, 2.0]}}'),
	(4, '{"version": 1, "signals": {"a": [null, 2]}}', '{"version": 1, "signals": {"a": [0, 2]}}'), (5, NULL, '{"version": 1}')) v(i, a, b) ORDER BY i;

-- the sums behind health_score(), as another server may send them
SELECT text, text::health_total, health_score(text::health_total) FROM (VALUES (1, '{"version": 1}'), (2, '{"version": 1, "points": 1722, "known_weight": 23}'), (3, '{"version": 1, "points": 0.000000000001, "known_weight": 0.000001, "unknown_weight": 2}'),
	(4, '{"version": 1, "points": 10000000000000000000000000, "known_weight": 100000000000000000000000}'), (5, '{"version": 1, "points": 3333333333333333333333333, "known_weight": 99999999999999999999999.999999}')) v(i, text) ORDER BY i;
SELECT health_total_send('{"version": 1, "points": 1722, "known_weight": 23, "unknown_weight": 1}');
CREATE TEMP TABLE totals AS SELECT i, format('{"version": 1, "points": %s, "known_weight": %s, "unknown_weight": %s}', i * 10, i, i % 3)::health_total AS t FROM generate_series(1, 5) i;
\copy totals TO 'results/health.copy' (FORMAT binary)
CREATE TEMP TABLE totals_copy (LIKE totals);
\copy totals_copy FROM 'results/health.copy' (FORMAT binary)
SELECT count(*), bool_and(a.t = b.t AND NOT a.t <> b.t AND health_total_hash(a.t) = health_total_hash(b.t)) AS same, bool_and(a.t = a.t::text::health_total) AS same_text FROM totals a JOIN totals_copy b USING (i);
SELECT t AS before, health_accum(t, 50, 2) AS plus, health_accum(t, NULL, 2) AS plus_unknown, health_remove(t, 100, 1) AS minus, health_combine(t, t) AS twice, t AS after
FROM (SELECT '{"version": 1, "points": 1722, "known_weight": 23, "unknown_weight": 1}'::health_total AS t OFFSET 0) x
\gx
SELECT s AS before, health_accum(s, 'b', 50, 2) AS plus, health_combine(s, '{"version": 1, "signals": {"c": [1, 1]}}') AS combined, s AS after
FROM (SELECT '{"version": 1, "signals": {"a": [1, 2]}}'::health_summary AS s OFFSET 0) x
\gx

--
-- Errors
--
\pset format unaligned
\x on
SELECT query, e.* FROM (VALUES
	(1, 'SELECT health_score(101, 1)'), (2, 'SELECT health_score(-0.5, 1)'), (3, 'SELECT health_score(''NaN'', 1)'), (4, 'SELECT health_score(''Infinity'', 1)'),
	(5, 'SELECT health_score(50, -1)'), (6, 'SELECT health_score(50, ''NaN'')'), (7, 'SELECT health_score(NULL, ''Infinity'')'), (8, 'SELECT health_score(50, 1.1e12)'), (9, 'SELECT health_score(50, 1e-7)'),
	(10, 'SELECT health_score(101, NULL)'),
	(20, 'SELECT health_summary(''a'', 101, 1)'), (21, 'SELECT health_summary(''a'', 1, -1)'), (22, 'SELECT health_summary('''', 1, 1)'), (23, 'SELECT health_summary(repeat(''a'', 256), 1, 1)'),
	(24, 'SELECT health_summary(''nps'', s, 1) FROM (VALUES (1), (2)) v(s)'), (25, 'SELECT health_summary(''nps'', 5, 1) FROM generate_series(1, 2)'), (26, 'SELECT health_summary(NULL, 5, 1)'),
	(27, 'SELECT health_summary(i::text, 5, 1) FROM generate_series(1, 1001) i'),
	(28, 'SELECT rollup(s) FROM (VALUES (''{"version": 1, "signals": {"a": [1, 1], "b": [2, 2]}}''::health_summary), (''{"version": 1, "signals": {"b": [2, 2]}}'')) v(s)'),
	(30, 'SELECT health_band(101)'), (31, 'SELECT health_band(''NaN'')'), (32, 'SELECT health_band(50, 80)'), (33, 'SELECT health_band(50, -1)'), (34, 'SELECT health_band(50, green_from => 101)'),
	(40, 'SELECT score_between(1, 2, 2)'), (41, 'SELECT score_between(''NaN'', 0, 2)'), (42, 'SELECT score_between(1, ''-Infinity'', 2)'),
	(43, 'SELECT score_steps(1, ARRAY[1, 2], ARRAY[0, 50])'), (44, 'SELECT score_steps(1, ARRAY[2, 1], ARRAY[0, 50, 100])'), (45, 'SELECT score_steps(1, ARRAY[1, 1], ARRAY[0, 50, 100])'),
	(46, 'SELECT score_steps(1, ARRAY[1], ARRAY[0, 101])'), (47, 'SELECT score_steps(1, ARRAY[1, NULL], ARRAY[0, 50, 100])'), (48, 'SELECT score_steps(1, ARRAY[1], ARRAY[NULL, 100])'),
	(49, 'SELECT score_steps(1, ''{}'', ''{}'')'), (50, 'SELECT score_steps(1, ARRAY[[1, 2]], ARRAY[0, 50, 100])'), (51, 'SELECT score_steps(1, ARRAY[''NaN''::float8], ARRAY[0, 50])'),
	(52, 'SELECT score_steps(''Infinity'', ARRAY[1], ARRAY[0, 50])'),
	(60, 'SELECT score_decay(''-1 day'', ''30 days'')'), (61, 'SELECT score_decay(''1 day'', ''0'')'), (62, 'SELECT score_decay(''1 day'', ''-1 day'')'), (63, 'SELECT score_decay(''178000000 years'', ''1 day'')'),
	(64, 'SELECT growth_rate(''NaN'', 1)'), (65, 'SELECT growth_rate(1, ''Infinity'')'),
	(70, 'SELECT health_remove(''{"version": 1, "points": 100, "known_weight": 2}''::health_total, 50, 3)'), (71, 'SELECT health_remove(''{"version": 1, "points": 50, "known_weight": 2}''::health_total, 100, 1)'),
	(72, 'SELECT health_remove(NULL::health_total, NULL, 1)'),
	(73, 'SELECT health_accum(''{"version": 1, "known_weight": 100000000000000000000000}''::health_total, 0, 1)'), (74, 'SELECT health_combine(''{"version": 1, "unknown_weight": 100000000000000000000000}''::health_total, ''{"version": 1, "unknown_weight": 0.000001}'')')
	) v(i, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned

SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '[]'), (2, '{"version": 2}'), (3, '{"version": 1, "signals": []}'), (4, '{"version": 1, "signals": {"a": 5}}'), (5, '{"version": 1, "signals": {"a": [5]}}'), (6, '{"version": 1, "signals": {"a": [5, 1, 2]}}'), (7, '{"version": 1, "signals": {"a": [101, 1]}}'),
	(8, '{"version": 1, "signals": {"a": [-1, 1]}}'), (9, '{"version": 1, "signals": {"a": [1.0000001, 1]}}'), (10, '{"version": 1, "signals": {"a": ["1", 1]}}'), (11, '{"version": 1, "signals": {"a": [1, null]}}'), (12, '{"version": 1, "signals": {"a": [1, -1]}}'),
	(13, '{"version": 1, "signals": {"a": [1, 1e13]}}'), (14, '{"version": 1, "signals": {"": [1, 1]}}'), (15, '{"version": 1, "signals": {"a": {"b": 1}}}'), (16, '{"version": 1, "scores": {}}'), (17, '{"version": 1, "signals": {"a": []}}')) v(i, text),
	LATERAL error_of(format('SELECT %L::health_summary', text)) e ORDER BY i;
-- a name of any length is told in part
SELECT e.detail FROM (VALUES ('5'), ('[5]'), ('[101, 1]')) v(signal), LATERAL error_of(format('SELECT %L::health_summary', format('{"version": 1, "signals": {"%s": %s}}', repeat('long', 100), signal))) e;
SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '7'), (2, '{"version": 0}'), (3, '{"version": 1, "points": 101, "known_weight": 1}'), (4, '{"version": 1, "points": -1}'), (5, '{"version": 1, "known_weight": 1e30}'), (6, '{"version": 1, "known_weight": 0.0000001}'), (7, '{"version": 1, "points": null}'), (8, '{"version": 1, "weight": 1}')) v(i, text),
	LATERAL error_of(format('SELECT %L::health_total', text)) e ORDER BY i;
SELECT (error_of('SELECT ''[]''::health_summary')).hint AS health_summary, (error_of('SELECT ''[]''::health_total')).hint AS health_total;

-- Equal arguments give equal digits; a state carries nothing but what it was given.
SELECT growth_rate(3, 4) = growth_rate(3.00000000000000000000000000, 4) AS same, growth_rate(3, 4), growth_rate(7.0, 9.10) = growth_rate(7, 9.1) AS same;
SELECT encode(substr(health_summary_send(health_accum(NULL, 'a', 1, 1)), 1, 12), 'hex') = encode(substr(health_summary_send(health_accum(NULL, 'a', 1, 1)), 1, 12), 'hex') AS same, health_accum(NULL, 'a', 1, 1) = health_accum(NULL, 'a', 1, 1) AS equal;

-- An array that had a NULL in it, and has none any more, is as good as any.
CREATE TEMP TABLE steps (cuts double precision[], points double precision[]);
INSERT INTO steps VALUES (ARRAY[NULL, 5], ARRAY[NULL, 50, 100]);
UPDATE steps SET cuts[1] = 1, points[1] = 0;
SELECT score_steps(3, cuts, points) FROM steps;
DROP TABLE steps;
-- as the hints say
SELECT score_steps(5, ARRAY[1, 5], ARRAY[0, 50, 100]) AS numbered, score_steps(1, ARRAY[1], ARRAY[0, 100]) AS without_the_equal_cut;
SELECT health_score(score, weight * 1e13) AS of_tiny_weights FROM (VALUES (100, 1e-13), (50, 3e-13)) AS v(score, weight);
SELECT failure($$SELECT health_score(50, 1e-13)$$);
SELECT failure($$SELECT score_steps(1, '{}', '{-1}')$$);
SELECT failure($$SELECT growth_rate('NaN', 1)$$);
SELECT failure($$SELECT growth_rate(1, '-Infinity')$$);
-- spans of time that are longer than any: in months, in days, in both together, with the time of day
SELECT age, code, message FROM unnest('{178956970 years, 2147483647 days, 280000 years 20000000 days, 290000 years 106751991 hours}'::interval[]) AS age, LATERAL error_of(format('SELECT score_decay(%L, %L)', age, '1 day'));
