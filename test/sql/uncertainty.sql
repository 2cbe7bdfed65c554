--
-- Uncertainty: many tests at once
--
SET extra_float_digits = 0;

-- The p values of Y. Benjamini and Y. Hochberg (1995), section 3.2, and what R's
-- p.adjust() makes of them, to ten digits.
CREATE TABLE tests (i integer, p numeric, holm numeric, bonferroni numeric, bh numeric);
INSERT INTO tests VALUES
	(1, 0.0001, 0.0015, 0.0015, 0.0015), (2, 0.0004, 0.0056, 0.006, 0.003),
	(3, 0.0019, 0.0247, 0.0285, 0.0095), (4, 0.0095, 0.114, 0.1425, 0.035625),
	(5, 0.0201, 0.2211, 0.3015, 0.0603), (6, 0.0278, 0.278, 0.417, 0.0638571428571429),
	(7, 0.0298, 0.278, 0.447, 0.0638571428571429), (8, 0.0344, 0.278, 0.516, 0.0645),
	(9, 0.0459, 0.3213, 0.6885, 0.0765), (10, 0.324, 1, 1, 0.486),
	(11, 0.4262, 1, 1, 0.581181818181818), (12, 0.5719, 1, 1, 0.714875),
	(13, 0.6528, 1, 1, 0.753230769230769), (14, 0.759, 1, 1, 0.813214285714286),
	(15, 1, 1, 1, 1);

-- in the order of the rows and in others, numeric and double precision: no row
SELECT *
FROM (SELECT *, p_adjust(p, 'holm') OVER () AS a, p_adjust(p, 'bonferroni') OVER (ORDER BY i) AS b,
		p_adjust(p, 'bh') OVER (ORDER BY hashint4(i) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS c,
		p_adjust(p::float8) OVER (ORDER BY p DESC) AS d, p_adjust(p::float8, 'BH') OVER () AS e
	FROM tests) t
WHERE (round(a, 13), round(b, 13), round(c, 13), round(d, 13), round(e, 13))
	IS DISTINCT FROM (round(holm, 13), round(bonferroni, 13), round(bh, 13), round(holm, 13), round(bh, 13));

-- a partition is a set of tests of its own; NULL is no test
SELECT g, p, p_adjust(p, 'holm') OVER w AS holm, p_adjust(p, 'bonferroni') OVER w AS bonferroni, p_adjust(p, 'bh') OVER w AS bh
FROM (VALUES ('a', 0.02), ('a', 0.01), ('a', NULL), ('a', 0.02), ('b', 0.04), ('c', NULL), ('d', 0), ('d', 1)) AS v (g, p)
WINDOW w AS (PARTITION BY g) ORDER BY g, p;

-- rows in any number and order, with ties: the definitions as plain SQL
CREATE TABLE many AS SELECT i, i % 7 AS g, CASE WHEN i % 19 > 0 THEN pick(i, 3, 400) / 400.0 END AS p FROM generate_series(1, 3000) AS i;
SELECT count(*) FILTER (WHERE round(a, 12) IS DISTINCT FROM round(holm, 12)) AS holm, count(*) FILTER (WHERE round(b, 12) IS DISTINCT FROM round(CASE WHEN p IS NOT NULL THEN least(1, n * p) END, 12)) AS bonferroni,
	count(*) FILTER (WHERE round(c, 12) IS DISTINCT FROM round(bh, 12)) AS bh
FROM (SELECT *, max(CASE WHEN p IS NOT NULL THEN least(1, (n - r + 1) * p) END) OVER (PARTITION BY g, p IS NULL ORDER BY r) AS holm,
		min(CASE WHEN p IS NOT NULL THEN least(1, n / r * p) END) OVER (PARTITION BY g, p IS NULL ORDER BY r DESC) AS bh
	FROM (SELECT *, count(p) OVER (PARTITION BY g)::numeric AS n, row_number() OVER (PARTITION BY g, p IS NULL ORDER BY p) AS r,
			p_adjust(p, 'holm') OVER w AS a, p_adjust(p, 'bonferroni') OVER w AS b, p_adjust(p, 'bh') OVER w AS c
		FROM many WINDOW w AS (PARTITION BY g)) AS t) AS u;

-- no rows
SELECT p_adjust(p, 'holm') OVER () FROM tests WHERE i > 99;

-- Errors
SELECT failure('SELECT p_adjust(5.0) OVER ()');
SELECT failure($$SELECT p_adjust('NaN'::numeric) OVER ()$$);
SELECT failure('SELECT p_adjust(-0.5::float8) OVER ()');
SELECT failure('SELECT p_adjust(1.5::float8) OVER ()');
SELECT failure($$SELECT p_adjust(0.5, 'hochberg') OVER ()$$);
SELECT failure('SELECT p_adjust(0.5, NULL) OVER ()');
SELECT failure($$SELECT p_adjust(p, m) OVER () FROM (VALUES (0.1, 'holm'), (0.2, 'bh')) AS v (p, m)$$);

DROP TABLE tests, many;
