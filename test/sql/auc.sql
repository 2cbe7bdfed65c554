--
-- Does a score predict? The area under the ROC curve
--
\pset null '(null)'

--
-- Worked figures
--

-- Hanley and McNeil 1982, table 1: 0.893
CREATE TEMP TABLE tomograms AS
SELECT rating, abnormal FROM (VALUES (1, 33, 3), (2, 6, 2), (3, 6, 2), (4, 11, 11), (5, 2, 33)) v(rating, n, a), (VALUES (true), (false)) k(abnormal), LATERAL generate_series(1, CASE WHEN abnormal THEN a ELSE n END);
SELECT auc_agg(rating, abnormal), auc(s), positives(s), negatives(s), unknowns(s), round(low, 6) AS low, round(high, 6) AS high
FROM tomograms, (SELECT auc_summary(rating, abnormal) AS s FROM tomograms) t, auc_interval(s) GROUP BY s, low, high;
SELECT confidence, round(low, 4) AS low, round(high, 4) AS high FROM unnest(ARRAY[0.5, 0.8, 0.9, 0.99]) confidence, auc_interval((SELECT auc_summary(rating, abnormal) FROM tomograms), confidence);
-- by hand: four pairs, one tie, one lost
SELECT auc_agg(score, retained), auc_summary(score, retained) FROM (VALUES (80, true), (40, true), (40, false), (60, false)) v(score, retained);

SELECT label, auc_agg, round(low, 4) AS low, round(high, 4) AS high
FROM (SELECT i, label, auc_summary(score, outcome) AS s, auc_agg(score, outcome) FROM (VALUES (1, 'perfect', 1, false), (1, 'perfect', 2, true), (1, 'perfect', 3, true), (2, 'the wrong way', 3, false), (2, 'the wrong way', 2, true), (3, 'ties', 5, true), (3, 'ties', 5, false),
	(4, 'only yes', 5, true), (5, 'only no', 5, false), (6, 'unknown', NULL, true), (6, 'unknown', 5, NULL)) v(i, label, score, outcome) GROUP BY i, label) t(i, label, s, auc_agg), auc_interval(s) ORDER BY i;
SELECT auc_agg(1, true), auc_summary(1, true) WHERE false;
-- rounded, as the hint of too many scores says
SELECT auc_summary(round(score::numeric, 2), outcome) FROM (VALUES (0.123456789::double precision, true), (0.12, false), (0.5, true)) AS v(score, outcome);
SELECT auc_summary(score, outcome), positives(auc_summary(score, outcome)), negatives(auc_summary(score, outcome)), unknowns(auc_summary(score, outcome)) FROM (VALUES (NULL, NULL), (1, NULL), (NULL, false)) v(score, outcome);

-- types that arrive by an implicit cast; 0 and -0 are one score
SELECT auc_agg(s::smallint, o) AS a, auc_agg(s::numeric, o) AS b, auc_agg(s::bigint, o) AS c FROM (VALUES (1, false), (2, true)) v(s, o);
SELECT auc_summary(s, o) FROM (VALUES (0.0::float8, true), ('-0', false), (-1, true), (1e300, false), (-1.5e300, true), (5e-324, false)) v(s, o);

--
-- Against the rank formula in SQL and against all pairs
--
CREATE TEMP TABLE accounts AS
SELECT i, part, CASE WHEN known THEN score END AS score, CASE WHEN pick(i, 6, 30) > 0 THEN pick(i, 7, 100) < greatest(10, least(90, score)) END AS outcome
FROM (SELECT i, pick(i, 1, 7) AS part, pick(i, 2, 20) > 0 AS known,
	CASE i % 3 WHEN 0 THEN pick(i, 3, 101) WHEN 1 THEN pick(i, 4, 1000) / 10.0 ELSE pick(i, 5, 2000000) / 1e4 - 100 END::float8 AS score
	FROM generate_series(1, 6000) i) t;
WITH ranked AS (SELECT part, outcome, rank() OVER w + (count(*) OVER (PARTITION BY part, score) - 1) / 2.0 AS r FROM accounts WHERE score IS NOT NULL AND outcome IS NOT NULL WINDOW w AS (PARTITION BY part ORDER BY score)),
long_way AS (SELECT part, (sum(r) FILTER (WHERE outcome) - count(*) FILTER (WHERE outcome) * (count(*) FILTER (WHERE outcome) + 1) / 2.0) / (count(*) FILTER (WHERE outcome) * count(*) FILTER (WHERE NOT outcome)) AS auc FROM ranked GROUP BY part)
SELECT count(*), count(*) FILTER (WHERE round(l.auc, 15) IS DISTINCT FROM round(a.auc, 15)) AS different, min(round(a.auc, 3)) AS least, max(round(a.auc, 3)) AS most
FROM long_way l FULL JOIN (SELECT part, auc_agg(score, outcome) AS auc FROM accounts GROUP BY part) a USING (part);
SELECT auc_agg(score, outcome) = (SELECT avg(CASE WHEN a.score > b.score THEN 1 WHEN a.score = b.score THEN 0.5 ELSE 0 END) FROM accounts a, accounts b WHERE a.i <= 800 AND b.i <= 800 AND a.outcome AND NOT b.outcome AND a.score IS NOT NULL AND b.score IS NOT NULL) AS all_pairs
FROM accounts WHERE i <= 800;
-- counts, and the other side
SELECT positives(s) = count(*) FILTER (WHERE outcome AND score IS NOT NULL) AS positives, negatives(s) = count(*) FILTER (WHERE NOT outcome AND score IS NOT NULL) AS negatives, unknowns(s) = count(*) FILTER (WHERE outcome IS NULL OR score IS NULL) AS unknowns,
	auc(s) + auc_agg(score, NOT outcome) = 1 AS other_side, auc(s) = 1 - auc_agg(-score, outcome) AS reversed
FROM accounts, (SELECT auc_summary(score, outcome) AS s FROM accounts) t GROUP BY s;

-- any order, and parts, give the same bytes
CREATE TEMP TABLE whole AS SELECT auc_summary(score, outcome) AS s FROM accounts;
CREATE TEMP TABLE parts AS SELECT part, i % 4 AS sub, auc_summary(score, outcome) AS s FROM accounts GROUP BY 1, 2;
SELECT (SELECT auc_summary(score, outcome ORDER BY score DESC) FROM accounts) = s AS descending, (SELECT auc_summary(score, outcome ORDER BY pick(i, 99, 100000)) FROM accounts) = s AS shuffled,
	(SELECT rollup(p.s) FROM parts p) = s AS parts, (SELECT rollup(r ORDER BY part DESC) FROM (SELECT part, rollup(p.s) AS r FROM parts p GROUP BY part) x) = s AS two_steps FROM whole;
SELECT rollup(s) FROM (VALUES (NULL::auc_summary), ('{"version": 1, "scores": [[1, 2, 0]]}'), ('{"version": 1, "unknowns": 3}'), ('{"version": 1, "scores": [[1, 0, 5], [0.5, 1, 1]]}')) v(s);
SELECT count(*) FILTER (WHERE moving IS DISTINCT FROM (SELECT auc_agg(b.score, b.outcome) FROM accounts b WHERE b.i BETWEEN a.i - 20 AND a.i)) AS different, count(*)
FROM (SELECT i, auc_agg(score, outcome) OVER (ORDER BY i ROWS 20 PRECEDING) AS moving FROM accounts WHERE i <= 500) a;

--
-- Text and binary form, storage, equality
--
SELECT DISTINCT s = s::text::auc_summary AS same, auc_summary_send(s) = auc_summary_send(s::text::auc_summary) AS same_bytes, NOT s <> s::text::auc_summary AS not_other, auc_summary_hash(s) = auc_summary_hash(s::text::auc_summary) AS hash FROM (TABLE whole UNION ALL SELECT s FROM parts) t;
SELECT text, text::auc_summary FROM (VALUES (1, '{"version": 1}'), (2, '{"version": 1, "scores": [[2, 1, 0], [1, 0, 1], [2.0, 0, 3]], "unknowns": 4}'), (3, '{"version": 1, "scores": [[-1e-5, 999999999999999, 0], [0.1, 0, 7], [1e22, 1, 1]]}'), (4, '{"version": 1, "scores": [[-0.0, 1, 0], [0, 0, 1]]}')) v(i, text) ORDER BY i;
SELECT auc_summary_send('{"version": 1, "unknowns": 258, "scores": [[-1, 1, 2], [0, 3, 4], [1.5, 5, 6]]}');
CREATE TEMP TABLE toasted (storage text COLLATE "C", s auc_summary);
INSERT INTO toasted SELECT 'extended', s FROM whole;
ALTER TABLE toasted ALTER s SET STORAGE external;
INSERT INTO toasted SELECT 'external', s FROM whole;
SELECT storage, octet_length(auc_summary_send(s)) > 50000 AS large, round(auc(s), 6) AS auc FROM toasted ORDER BY storage;
SELECT count(*) FROM (SELECT DISTINCT s FROM toasted) t;
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
CREATE TEMP TABLE copied (LIKE parts);
\copy parts TO 'results/auc.copy'
\copy copied FROM 'results/auc.copy'
\copy parts TO 'results/auc.copy' (FORMAT binary)
\copy copied FROM 'results/auc.copy' (FORMAT binary)
SELECT count(*) = (SELECT count(*) FROM parts) AS parts, bool_and(n = 2) AS twice FROM (SELECT part, sub, s, count(*) AS n FROM copied GROUP BY 1, 2, 3) g;
SELECT s AS before, auc_accum(s, 2, true) AS plus, auc_accum(s, NULL, true) AS plus_unknown, auc_combine(s, s) AS twice, s AS after
FROM (SELECT '{"version": 1, "unknowns": 1, "scores": [[1, 2, 0]]}'::auc_summary AS s OFFSET 0) x
\gx

--
-- Errors
--
\pset format unaligned
\x on
SELECT query, e.* FROM (VALUES
	(1, 'SELECT auc_agg(''NaN'', true)'), (2, 'SELECT auc_summary(''-Infinity'', false)'), (3, 'SELECT auc_interval(''{"version": 1, "scores": [[1, 1, 1]]}'', 1)'), (4, 'SELECT auc_interval(''{"version": 1}'', 0)'),
	(5, 'SELECT rollup(s) FROM (VALUES (''{"version": 1, "scores": [[1, 1000000000000000, 0]]}''::auc_summary), (''{"version": 1, "scores": [[2, 1, 0]]}'')) v(s)'), (6, 'SELECT ''{"version": 1, "scores": [[1, 1000000000000000, 0], [2, 1, 0]]}''::auc_summary')
	) v(i, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned
SELECT text, e.code, e.message, e.detail
FROM (VALUES (1, '[]'), (2, '{"version": 2}'), (3, '{"version": 1, "scores": {}}'), (4, '{"version": 1, "scores": [1]}'), (5, '{"version": 1, "scores": [[1, 2]]}'), (6, '{"version": 1, "scores": [[1, 2, 3, 4]]}'), (7, '{"version": 1, "scores": [[1, 0, 0]]}'), (8, '{"version": 1, "scores": [[1, -1, 2]]}'), (9, '{"version": 1, "scores": [["1", 1, 2]]}'),
	(10, '{"version": 1, "scores": [[1, 1.5, 2]]}'), (11, '{"version": 1, "unknowns": -1}'), (12, '{"version": 1, "positives": 1}'), (13, '{"version": 1, "scores": [[]]}')) v(i, text), LATERAL error_of(format('SELECT %L::auc_summary', text)) e ORDER BY i;
SELECT (error_of('SELECT ''[]''::auc_summary')).hint;
