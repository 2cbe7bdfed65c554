--
-- Which signals should weigh how much: health and what came of it
--
\pset null '(null)'

--
-- Worked figures
--

-- hours of study and an examination: 1.5046 an hour with an error of 0.6287
CREATE TEMP TABLE students AS
SELECT i, health_summary('hours', 10 * hours, 1) AS s, passed = 1 AS passed
FROM ROWS FROM (unnest(ARRAY[0.50, 0.75, 1.00, 1.25, 1.50, 1.75, 1.75, 2.00, 2.25, 2.50, 2.75, 3.00, 3.25, 3.50, 4.00, 4.25, 4.50, 4.75, 5.00, 5.50]),
	unnest(ARRAY[0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1])) WITH ORDINALITY v(hours, passed, i) GROUP BY i, passed;
SELECT signal, weight, round(10 * coefficient, 4) AS coefficient, round(10 * standard_error, 4) AS standard_error, round(10 * low, 4) AS low, round(10 * high, 4) AS high, round(p_value, 4) AS p_value
FROM health_weights((SELECT health_outcomes(s, passed) FROM students));
SELECT round(10 * low, 4) AS low, round(10 * high, 4) AS high FROM health_weights((SELECT health_outcomes(s, passed) FROM students), confidence => 0.5);
-- 32 cars, transmission by horsepower and weight: R's 0.03626 (0.01773) and -8.08348 (3.06868)
SELECT signal, weight, round(coefficient * CASE signal WHEN 'hp' THEN 0.25 ELSE 10 END, 5) AS coefficient, round(standard_error * CASE signal WHEN 'hp' THEN 0.25 ELSE 10 END, 5) AS standard_error
FROM health_weights((SELECT health_outcomes(s, am) FROM (SELECT i, am, health_summary(signal, score, 1) AS s FROM (VALUES
	(1, 110, 2.620, true), (2, 110, 2.875, true), (3, 93, 2.320, true), (4, 110, 3.215, false), (5, 175, 3.440, false), (6, 105, 3.460, false), (7, 245, 3.570, false), (8, 62, 3.190, false), (9, 95, 3.150, false), (10, 123, 3.440, false), (11, 123, 3.440, false), (12, 180, 4.070, false),
	(13, 180, 3.730, false), (14, 180, 3.780, false), (15, 205, 5.250, false), (16, 215, 5.424, false), (17, 230, 5.345, false), (18, 66, 2.200, true), (19, 52, 1.615, true), (20, 65, 1.835, true), (21, 97, 2.465, false), (22, 150, 3.520, false), (23, 150, 3.435, false), (24, 245, 3.840, false),
	(25, 175, 3.845, false), (26, 66, 1.935, true), (27, 91, 2.140, true), (28, 113, 1.513, true), (29, 264, 3.170, true), (30, 175, 2.770, true), (31, 335, 3.570, true), (32, 109, 2.780, true)) c(i, hp, wt, am), LATERAL (VALUES ('hp', hp / 4.0), ('wt', wt * 10)) x(signal, score) GROUP BY i, am) t));

--
-- Accounts with three signals, some of them not known
--
CREATE TEMP TABLE accounts AS
SELECT i, pick(i, 9, 5) AS region, health_summary(signal, score, 1) AS s, CASE WHEN pick(i, 8, 40) > 0 THEN pick(i, 7, 1000) < 1000 / (1 + exp(3 - 0.05 * usage - 0.02 * nps)) END AS retained
FROM (SELECT i, pick(i, 1, 101) AS usage, pick(i, 2, 11) * 10 AS nps, pick(i, 3, 1001) / 10.0 AS hiring FROM generate_series(1, 4000) i) t,
	LATERAL (VALUES ('usage', usage::numeric), ('nps', CASE WHEN pick(i, 4, 8) > 0 THEN nps END), ('hiring', hiring)) x(signal, score)
WHERE signal <> 'hiring' OR pick(i, 5, 50) > 0
GROUP BY i, usage, nps;
CREATE TEMP TABLE outcome AS SELECT health_outcomes(s, retained) AS o FROM accounts;
SELECT positives(o) AS positives, negatives(o) AS negatives, incomplete(o) AS incomplete, unknowns(o) AS unknowns, positives(o) + negatives(o) + incomplete(o) + unknowns(o) AS accounts FROM outcome;
SELECT count(*) FILTER (WHERE retained AND complete) AS positives, count(*) FILTER (WHERE NOT retained AND complete) AS negatives, count(*) FILTER (WHERE retained IS NOT NULL AND NOT complete) AS incomplete
FROM (SELECT retained, (SELECT count(score) = 3 FROM health_drivers(s)) AS complete FROM accounts) t;
-- what the data was made of: 0.05, 0.02 and nothing
SELECT signal, round(weight, 2) AS weight, round(coefficient, 4) AS coefficient, round(standard_error, 4) AS standard_error, round(low, 4) AS low, round(high, 4) AS high, round(p_value, 3) AS p_value, sum(weight) OVER () AS weights
FROM health_weights((TABLE outcome));

-- the long way: reweighted least squares, with the inverse of the information by elimination
CREATE FUNCTION pg_temp.logistic(x float8[], y float8[], k int, OUT coefficient float8[], OUT error float8[]) LANGUAGE plpgsql AS $$
DECLARE
	m float8[]; g float8[]; odds float8; p float8; t float8; n int := array_length(y, 1); r float8[];
BEGIN
	coefficient := array_fill(0::float8, ARRAY[k + 1]);
	FOR step IN 1..12 LOOP
		m := array_fill(0::float8, ARRAY[k + 1, 2 * k + 2]);
		g := array_fill(0::float8, ARRAY[k + 1]);
		FOR i IN 1..n LOOP
			r := ARRAY[1::float8];
			odds := coefficient[1];
			FOR j IN 1..k LOOP
				r := r || x[i][j];
				odds := odds + coefficient[j + 1] * x[i][j];
			END LOOP;
			p := 1 / (1 + exp(-odds));
			FOR a IN 1..k + 1 LOOP
				g[a] := g[a] + (y[i] - p) * r[a];
				FOR b IN 1..k + 1 LOOP
					m[a][b] := m[a][b] + p * (1 - p) * r[a] * r[b];
				END LOOP;
			END LOOP;
		END LOOP;
		FOR a IN 1..k + 1 LOOP
			m[a][k + 1 + a] := 1;
		END LOOP;
		FOR a IN 1..k + 1 LOOP
			t := m[a][a];
			FOR b IN 1..2 * k + 2 LOOP
				m[a][b] := m[a][b] / t;
			END LOOP;
			FOR c IN 1..k + 1 LOOP
				IF c <> a THEN
					t := m[c][a];
					FOR b IN 1..2 * k + 2 LOOP
						m[c][b] := m[c][b] - t * m[a][b];
					END LOOP;
				END IF;
			END LOOP;
		END LOOP;
		FOR a IN 1..k + 1 LOOP
			FOR b IN 1..k + 1 LOOP
				coefficient[a] := coefficient[a] + m[a][k + 1 + b] * g[b];
			END LOOP;
		END LOOP;
	END LOOP;
	error := ARRAY(SELECT sqrt(m[a][k + 1 + a]) FROM generate_series(1, k + 1) a);
END
$$;
WITH first AS (SELECT i, retained, s FROM accounts WHERE i <= 500 AND retained IS NOT NULL AND (SELECT count(score) = 3 FROM health_drivers(s))),
long_way AS (SELECT l.* FROM (SELECT array_agg(scores ORDER BY i) AS x, array_agg(retained::int::float8 ORDER BY i) AS y
	FROM (SELECT i, retained, array_agg(score::float8 ORDER BY signal COLLATE "C") AS scores FROM first, health_drivers(s) GROUP BY i, retained) t) t, pg_temp.logistic(x, y, 3) l)
SELECT w.signal, abs(w.coefficient - l.coefficient[n + 1]) < 1e-9 AS coefficient, abs(w.standard_error - l.error[n + 1]) < 1e-9 AS standard_error
FROM long_way l, (SELECT *, row_number() OVER (ORDER BY signal COLLATE "C") AS n FROM health_weights((SELECT health_outcomes(s, retained) FROM first))) w ORDER BY signal;

-- weights put accounts in the order of the model: no health score separates them better
SELECT bool_and(auc_of_weights >= auc_of_others - 0.001) AS best
FROM (SELECT auc_agg(health_score, retained) AS auc_of_weights FROM (SELECT retained, (SELECT health_score(d.score, w.weight) FROM health_drivers(s) d JOIN health_weights((TABLE outcome)) w USING (signal)) AS health_score FROM accounts WHERE (SELECT count(score) = 3 FROM health_drivers(s))) t) a,
	(SELECT auc_agg(health_score(s), retained) AS auc_of_others FROM accounts WHERE (SELECT count(score) = 3 FROM health_drivers(s))) b;

-- a signal whose score goes the wrong way has no weight; with none that goes the right way there are none
SELECT signal, round(weight, 1) AS weight, sign(coefficient) AS sign FROM health_weights((SELECT health_outcomes((SELECT health_summary(signal, CASE signal WHEN 'nps' THEN 100 - score ELSE score END, weight) FROM health_drivers(s) WHERE signal <> 'hiring'), retained) FROM accounts));
SELECT signal, weight, sign(coefficient) AS sign FROM health_weights((SELECT health_outcomes((SELECT health_summary(signal, score, weight) FROM health_drivers(s) WHERE signal <> 'hiring'), NOT retained) FROM accounts)) ORDER BY signal;

--
-- Any order and parts give the same; a new signal makes all rows so far incomplete
--
SELECT (SELECT health_outcomes(s, retained ORDER BY i DESC) FROM accounts) = o AS descending, (SELECT health_outcomes(s, retained ORDER BY pick(i, 77, 100000)) FROM accounts) = o AS shuffled,
	(SELECT rollup(p) FROM (SELECT health_outcomes(s, retained) AS p FROM accounts GROUP BY region, i % 3) t) = o AS parts, (SELECT rollup(p ORDER BY p::text) FROM (SELECT health_outcomes(s, retained) AS p FROM accounts GROUP BY i % 700) t) = o AS small_parts FROM outcome;
SELECT (SELECT string_agg(w::text, ';') FROM health_weights((SELECT health_outcomes(s, retained ORDER BY i DESC) FROM accounts)) w) = (SELECT string_agg(w::text, ';') FROM health_weights((TABLE outcome)) w) AS same_weights;
CREATE TEMP TABLE steps AS SELECT * FROM (VALUES (1, '{"version": 1, "signals": {"b": [10, 1]}}'::health_summary, true), (2, '{"version": 1, "signals": {"b": [20, 1]}}', false), (3, '{"version": 1, "signals": {"a": [5, 1], "b": [30, 1]}}', true), (4, '{"version": 1, "signals": {"b": [30, 2], "a": [5, 7]}}', false),
	(5, '{"version": 1, "signals": {"a": [5, 1], "b": [null, 1]}}', true), (6, '{"version": 1}', true), (7, NULL, true), (8, '{"version": 1, "signals": {"z": [1, 1]}}', NULL), (9, '{"version": 1, "signals": {"a": [6, 1]}}', true)) v(i, s, o);
SELECT i, health_outcomes(s, o) OVER (ORDER BY i) FROM steps;
SELECT i, health_outcomes(s, o) OVER (ORDER BY i DESC) FROM steps;
SELECT count(DISTINCT x::text) AS different FROM (SELECT (SELECT rollup(p ORDER BY p::text COLLATE "C" DESC) FROM (SELECT health_outcomes(s, o) AS p FROM steps GROUP BY pick(i, seed, 4)) t) AS x FROM generate_series(1, 50) seed) t;
-- a row that no weight gives a health score says nothing any more once it lacks a signal, in any order
SELECT health_outcomes(s, true ORDER BY i), health_outcomes(s, true ORDER BY i)::text = health_outcomes(s, true ORDER BY i DESC)::text AS backwards
FROM (VALUES (1, health_summary '{"version": 1, "signals": {"a": [50, 0]}}'), (2, '{"version": 1, "signals": {"b": [70, 1]}}')) AS v(i, s);
SELECT health_outcomes(s, o) FROM steps WHERE false;
SELECT health_outcomes(s, o) FROM steps WHERE i = 7;
SELECT count(*) AS rows_of_nothing FROM health_weights((SELECT health_outcomes(s, o) FROM steps WHERE i = 7));
SELECT rollup(o) FROM (VALUES (NULL::health_outcomes), ('{"version": 1}'), ('{"version": 1, "unknowns": 3}')) v(o);

--
-- Text and binary form, storage, equality
--
SELECT o = o::text::health_outcomes AS same, health_outcomes_send(o) = health_outcomes_send(o::text::health_outcomes) AS same_bytes, NOT o <> o::text::health_outcomes AS not_other, health_outcomes_hash(o) = health_outcomes_hash(o::text::health_outcomes) AS hash FROM outcome;
SELECT text, text::health_outcomes FROM (VALUES (1, '{"version": 1}'), (2, '{"version": 1, "signals": ["b", "a"], "known": [3, 4], "incomplete": 2, "rows": [[10, 20.5, 10, 1, 0], [10, 5, 10, 0, 1], [10, 20.5, 10, 0, 1]]}'), (3, '{"version": 1, "signals": ["a"], "known": [0], "incomplete": 2}'),
	(4, '{"version": 1, "signals": ["c", "a", "b"], "known": [7, 7, 7], "rows": [[3, 1, 2.000001, 3, 7e0, 0]]}')) v(i, text) ORDER BY i;
SELECT '{"version": 1, "signals": ["a"], "known": [1], "rows": [[3, 3, 1, 0]], "known": [1]}'::health_outcomes;
SELECT health_outcomes_send('{"version": 1, "signals": ["b", "a"], "known": [1, 1], "rows": [[10, 20.5, 10, 1, 0]]}');
CREATE TEMP TABLE toasted (storage text COLLATE "C", o health_outcomes);
INSERT INTO toasted SELECT 'extended', o FROM outcome;
ALTER TABLE toasted ALTER o SET STORAGE external;
INSERT INTO toasted SELECT 'external', o FROM outcome;
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
\copy toasted TO 'results/outcomes.copy'
\copy toasted FROM 'results/outcomes.copy'
\copy toasted TO 'results/outcomes.copy' (FORMAT binary)
\copy toasted FROM 'results/outcomes.copy' (FORMAT binary)
SELECT octet_length(health_outcomes_send(o)) > 50000 AS large, count(*) FROM toasted GROUP BY o;
SELECT o AS before, outcomes_accum(o, '{"version": 1, "signals": {"a": [1, 1]}}', false) AS plus, outcomes_combine(o, '{"version": 1, "signals": ["b"], "known": [1], "rows": [[5, 5, 1, 0]]}') AS combined, o AS after
FROM (SELECT '{"version": 1, "signals": ["a"], "known": [2], "rows": [[5, 5, 2, 0]]}'::health_outcomes AS o OFFSET 0) x
\gx

--
-- Errors
--
CREATE TEMP TABLE shapes AS
SELECT i, pick(i, 1, 101) AS a, pick(i, 2, 101) AS b, pick(i, 3, 2) = 1 AS chance FROM generate_series(1, 300) i;
CREATE FUNCTION pg_temp.weights(signals text, outcome text, condition text DEFAULT 'true') RETURNS text LANGUAGE sql AS
$$ SELECT format('SELECT health_weights(health_outcomes(s, o)) FROM (SELECT health_summary(signal, score, 1) AS s, %s AS o FROM shapes, LATERAL (VALUES %s) v(signal, score) WHERE %s GROUP BY i, a, b, chance) t', outcome, signals, condition) $$;
\pset format unaligned
\x on
SELECT what, e.* FROM (VALUES
	(1, 'few rows', pg_temp.weights('(''a'', a), (''b'', b)', 'chance', 'i <= 15')), (2, 'one outcome', pg_temp.weights('(''a'', a)', 'true')), (3, 'a signal that few know', pg_temp.weights('(''a'', a), (''usage'', CASE WHEN i % 40 = 0 THEN b END)', 'chance')),
	(4, 'never known', pg_temp.weights('(''a'', a), (''b'', NULL)', 'chance')), (5, 'constant', pg_temp.weights('(''a'', a), (''fixed'', 42)', 'chance')), (6, 'twice the same', pg_temp.weights('(''a'', a), (''b'', a)', 'chance')),
	(7, 'sum of others', pg_temp.weights('(''a'', a), (''b'', b), (''c'', (2 * a + b) / 3.0)', 'chance')), (8, 'separated', pg_temp.weights('(''a'', a), (''b'', b)', 'a > 50')), (9, 'separated by two', pg_temp.weights('(''a'', a), (''b'', b)', 'a + b > 100')),
	(10, 'separated but for ties', pg_temp.weights('(''a'', a), (''b'', b)', 'CASE WHEN a = 50 THEN chance ELSE a > 50 END')), (11, 'confidence', 'SELECT health_weights(''{"version": 1, "signals": ["a"], "known": [100], "rows": [[1, 1, 50, 40], [2, 2, 5, 5]]}'', 1)'),
	(12, 'many signals', 'SELECT health_outcomes((SELECT health_summary(i::text, 50, 1) FROM generate_series(1, 16) i), true)'), (13, 'many signals in all', 'SELECT health_outcomes(health_summary, true) FROM (SELECT health_summary(i::text, 50, 1) FROM generate_series(1, 16) i GROUP BY i) t')
	) v(i, what, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned
-- fifteen signals are possible
SELECT count(*) FROM health_weights((SELECT health_outcomes(s, pick(i, 50, 2) = 1) FROM (SELECT i, health_summary('signal ' || j, pick(i, 60 + j, 101), 1) AS s FROM generate_series(1, 400) i, generate_series(1, 15) j GROUP BY i) t));
SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '[]'), (2, '{"version": 2}'), (3, '{"version": 1, "signals": ["a"]}'), (4, '{"version": 1, "known": [1]}'), (5, '{"version": 1, "signals": ["a", "a"], "known": [1, 1], "incomplete": 1}'), (6, '{"version": 1, "signals": [1], "known": [1]}'), (7, '{"version": 1, "signals": [""], "known": [1]}'),
	(8, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[1, 1]]}'), (9, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[1, 1, 0, 0, 0]]}'), (10, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[1, 1, 0, 0]]}'), (11, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[101, 101, 1, 0]]}'),
	(12, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[null, 5, 1, 0]]}'), (13, '{"version": 1, "signals": ["a"], "known": [1], "rows": [[1, 1, 2, 0]]}'), (14, '{"version": 1, "signals": ["a"], "known": [4], "incomplete": 1, "rows": [[1, 1, 2, 0]]}'), (15, '{"version": 1, "signals": ["a"], "known": [0]}'),
	(16, '{"version": 1, "rows": [[1, 2, 3]]}'), (17, '{"version": 1, "rows": 5}'), (18, '{"version": 1, "signals": ["a"], "known": [1.5]}'), (19, '{"version": 1, "rates": []}'),
	(20, '{"version": 1, "signals": ["a"], "known": [2], "rows": [[1, 1, 1, 0], 5]}'), (21, '{"version": 1, "signals": ["a"], "known": [2], "rows": [[1, 1, 1, 0], [2, 2, 0, "x"]]}'), (22, '{"version": 1, "signals": ["a"], "known": [2], "rows": [[1, 1, 1, 0], [-2, -2, 0, 1]]}'),
	(23, '{"version": 1, "signals": ["a", null], "known": [1, 1]}')) v(i, text), LATERAL error_of(format('SELECT %L::health_outcomes', text)) e ORDER BY i;
SELECT (error_of('SELECT ''[]''::health_outcomes')).hint;
-- a name of 255 bytes, and one of 256
SELECT (format('{"version": 1, "signals": ["%s"], "known": [1], "rows": [[1, 1, 1, 0]]}', repeat('x', 255))::health_outcomes)::text ~ 'x{255}' AS longest;
SELECT failure(format('SELECT %L::health_outcomes', format('{"version": 1, "signals": ["%s"], "known": [1], "rows": [[1, 1, 1, 0]]}', repeat('x', 256))));
-- more counts than a model has signals
SELECT failure(format('SELECT %L::health_outcomes', format('{"version": 1, "signals": ["a"], "known": %s}', (SELECT json_agg(1) FROM generate_series(1, 100)))));
SELECT failure(format('SELECT %L::health_outcomes', format('{"version": 1, "signals": %s}', (SELECT json_agg('s' || i) FROM generate_series(1, 16) AS i))));
-- Two signals that say nothing of the outcome have no weight; their order is that of their names.
SELECT signal, weight, coefficient
FROM (SELECT health_outcomes(h, outcome) AS o
	FROM (SELECT i, i / 4 % 2 = 0 AS outcome, health_summary(signal, CASE signal WHEN 'a' THEN i % 2 ELSE i / 2 % 2 END * 100, 1) AS h
		FROM generate_series(0, 79) AS i, unnest('{b, a}'::text[]) AS signal GROUP BY i) AS accounts) AS v, LATERAL health_weights(o);
