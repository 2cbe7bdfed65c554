--
-- Drivers of a change
--
SET extra_float_digits = 0;

-- NPS falls from 29 to 28 while both segments rise: the phone, always low, has grown
CREATE TABLE answers (month text, channel text, score integer);
INSERT INTO answers
SELECT m, c, CASE WHEN i <= promoters THEN 10 WHEN i <= promoters + passives THEN 8 ELSE 3 END
FROM (VALUES ('may', 'app', 180, 75, 300), ('may', 'phone', 30, 21, 100), ('june', 'app', 140, 50, 220), ('june', 'phone', 66, 50, 180)) AS v (m, c, promoters, passives, n),
	generate_series(1, n) AS i;
SELECT month, nps_agg(score), nps_agg(score) FILTER (WHERE channel = 'app') AS app, nps_agg(score) FILTER (WHERE channel = 'phone') AS phone FROM answers GROUP BY 1 ORDER BY 1 DESC;
CREATE TABLE by_channel AS
SELECT channel, survey_summary(score) FILTER (WHERE month = 'may') AS before, survey_summary(score) FILTER (WHERE month = 'june') AS after
FROM answers GROUP BY channel;
SELECT segment, round(share_before, 4) AS share_before, round(share_after, 4) AS share_after, round(value_before, 4) AS value_before, round(value_after, 4) AS value_after,
	round(mix_effect, 4) AS mix_effect, round(rate_effect, 4) AS rate_effect, round(total_effect, 4) AS total_effect, round(low, 3) AS low, round(high, 3) AS high
FROM (SELECT driver_summary(channel, before, after) AS d FROM by_channel) AS t, change_drivers(d);
SELECT mix_effect(d) < 0 AS mix, rate_effect(d) > 0 AS rate, sum(total_effect) = mix_effect(d) + rate_effect(d) AS adds_up,
	round(sum(total_effect), 12) = round((SELECT nps(rollup(after)) - nps(rollup(before)) FROM by_channel), 12) AS is_the_change
FROM (SELECT driver_summary(channel, before, after) AS d FROM by_channel) AS t, change_drivers(d) GROUP BY d;

-- the shares .6 and .3 with the values .5 and .45 (Kitagawa's first component without
-- a middle of the whole, which is 0 here): -.1425 and -.0225
SELECT segment, mix_effect, rate_effect
FROM (SELECT driver_summary(segment, before, after) AS d
	FROM (VALUES ('one', ratio_summary '{"version": 1, "customers": 1, "numerators": 30, "denominators": 60, "numerators_squared": 900, "denominators_squared": 3600, "products": 1800}',
			ratio_summary '{"version": 1, "customers": 1, "numerators": 13.5, "denominators": 30, "numerators_squared": 182.25, "denominators_squared": 900, "products": 405}'),
		('two', '{"version": 1, "customers": 1, "numerators": -30, "denominators": 40, "numerators_squared": 900, "denominators_squared": 1600, "products": -1200}',
			'{"version": 1, "customers": 1, "numerators": -13.5, "denominators": 70, "numerators_squared": 182.25, "denominators_squared": 4900, "products": -945}')) AS v (segment, before, after)) AS t,
	change_drivers(d) ORDER BY segment;

-- the definition in plain SQL, of rates of 40 segments, some of which come or go
CREATE TABLE rates AS
SELECT 'segment ' || i AS segment, CASE WHEN i % 7 > 0 THEN rate_summary(j % (2 + i % 5) = 0) END AS before,
	CASE WHEN i % 11 > 0 THEN rate_summary(j % (2 + i % 3) = 0) FILTER (WHERE j <= 20 + i * 5) END AS after
FROM generate_series(1, 40) AS i, generate_series(1, 300) AS j WHERE j <= 10 + i * 6 GROUP BY i;
WITH sides AS (
	SELECT segment, positives(before)::numeric AS x1, positives(before) + negatives(before) AS n1, positives(after)::numeric AS x2, positives(after) + negatives(after) AS n2 FROM rates
), wholes AS (
	SELECT sum(x1) / sum(n1) AS v1, sum(x2) / sum(n2) AS v2, sum(n1) AS n1, sum(n2) AS n2 FROM sides
), plain AS (
	SELECT segment, coalesce(s.n1 / w.n1, 0) AS p1, coalesce(s.n2 / w.n2, 0) AS p2, coalesce(s.x1 / s.n1, s.x2 / s.n2) AS v1, coalesce(s.x2 / s.n2, s.x1 / s.n1) AS v2, (w.v1 + w.v2) / 2 AS middle
	FROM sides AS s, wholes AS w
)
SELECT count(*) AS segments, count(*) FILTER (WHERE abs(d.rate_effect - 100 * (p1 + p2) / 2 * (v2 - v1)) > 1e-13 OR abs(d.mix_effect - 100 * (p2 - p1) * ((v1 + v2) / 2 - middle)) > 1e-13
		OR d.total_effect <> d.mix_effect + d.rate_effect OR (share_before = 0 OR share_after = 0) AND (d.rate_effect <> 0 OR low IS NOT NULL)) AS wrong,
	round(sum(total_effect), 13) = (SELECT round(rate(rollup(after)) - rate(rollup(before)), 13) FROM rates) AS adds_up,
	count(low) AS intervals, bool_and(low <= rate_effect AND rate_effect <= high) AS around
FROM (SELECT driver_summary(segment, before, after) AS s FROM rates) AS t, change_drivers(s) AS d JOIN plain USING (segment);

-- money: what stays has changed, what is on one side has come or gone
SELECT segment, round(share_before, 4) AS share_before, round(share_after, 4) AS share_after, value_before, value_after, mix_effect, rate_effect, total_effect, low
FROM (SELECT money_driver_summary(plan, before, after) AS d FROM (VALUES ('basic', 100.10, 90), ('old', 5, NULL), ('new', NULL, 7), ('none', NULL, NULL)) AS v (plan, before, after)) AS t, change_drivers(d);
-- effects of one size are in the order of names
SELECT array_agg(segment) = array_agg(segment ORDER BY abs(total_effect) DESC, segment COLLATE "C") AS in_order, count(DISTINCT abs(total_effect)) AS sizes, count(*)
FROM (SELECT money_driver_summary('segment ' || i, 10, 10 + i * 7 % 3 - 1) AS d FROM generate_series(1, 40) AS i) AS t, change_drivers(d);
-- means are no money
SELECT failure FROM failure($$SELECT driver_summary('app', 54.0, 61.0)$$) WHERE failure LIKE '42883%';

-- rolled up, of any parts; the order of rows does not matter
SELECT rollup(d) = (SELECT driver_summary(segment, before, after) FROM rates) AS same, sum(d) = rollup(d) AS sum
FROM (SELECT driver_summary(segment, before, after ORDER BY segment DESC) AS d FROM rates GROUP BY length(segment)) AS t;
SELECT d, d + driver_summary '{"version": 1, "of": "rate", "segments": {"b": [null, [1, 4, null]]}}' AS two FROM (SELECT driver_summary('a', r, NULL) AS d FROM (SELECT rate_summary(i % 2 = 0) AS r FROM generate_series(1, 10) AS i) AS s) AS t;
SELECT failure($$SELECT rollup(d) FROM (VALUES (driver_summary '{"version": 1, "of": "rate", "segments": {"a": [[1, 4, null], null]}}'), ('{"version": 1, "of": "nps", "segments": {"b": [[1, 4, null], null]}}')) AS v (d)$$);
SELECT failure($$SELECT rollup(d) FROM (VALUES (driver_summary '{"version": 1, "of": "rate", "segments": {"a": [[1, 4, null], null]}}'), ('{"version": 1, "of": "rate", "segments": {"a": [null, [1, 4, null]]}}')) AS v (d)$$);

-- and taken out again
SELECT (SELECT driver_summary(segment, before, after) FROM rates) - d = (SELECT driver_summary(segment, before, after) FROM rates WHERE segment NOT LIKE '%1') AS rest FROM (SELECT driver_summary(segment, before, after) AS d FROM rates WHERE segment LIKE '%1') AS t;
SELECT failure($$SELECT driver_summary '{"version": 1, "of": "rate", "segments": {"a": [[1, 4, null], null]}}' - '{"version": 1, "of": "rate", "segments": {"a": [[1, 5, null], null]}}'$$);

-- a side of which nothing is known has no change
SELECT mix_effect(d), rate_effect(d), (SELECT count(*) FROM change_drivers(d)) AS rows FROM (SELECT driver_summary(channel, before, NULL) AS d FROM by_channel) AS t;
SELECT driver_summary('a', NULL::survey_summary, NULL) AS nothing, driver_summary(NULL, s, NULL) AS no_responses FROM (SELECT survey_summary(NULL::integer) AS s) AS t;

-- errors
SELECT failure($$SELECT driver_summary('app', before, after) FROM by_channel$$);
SELECT failure($$SELECT driver_summary(NULL, before, after) FROM by_channel$$);
SELECT failure($$SELECT driver_summary('', before, after) FROM by_channel$$);
SELECT failure($$SELECT driver_summary(repeat('x', 201), before, after) FROM by_channel LIMIT 1$$);
-- a message shows the beginning of a long name, whole letters of it
SELECT failure(format('SELECT driver_summary %L', format('{"version": 1, "of": "rate", "segments": {"%s": [null, [1, "x", null]]}}', name)))
FROM (VALUES ('app'), (repeat('x', 200)), (repeat('앱', 60)), (repeat('x', 100000))) AS v (name);
SELECT failure($$SELECT driver_summary('a', r, NULL) FROM (SELECT ratio_summary(1, 0) AS r) AS t$$);
SELECT failure($$SELECT driver_summary('a', r, NULL) FROM (SELECT ratio_summary(1, 0) AS r FROM generate_series(1, 40)) AS t$$);
SELECT failure($$SELECT money_driver_summary('a', 'Infinity', 1)$$);
SELECT count(*) FROM (VALUES ('-Infinity'::numeric, 1::numeric), (1, 'NaN'), (NULL, 1), (1, 2)) AS v (before, after) WHERE (before NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE AND (after NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE;
SELECT failure($$SELECT money_driver_summary(i::text, 1, 2) FROM generate_series(1, 10001) AS i$$);
SELECT failure($$SELECT change_drivers(d, 95) FROM (SELECT driver_summary(channel, before, after) AS d FROM by_channel) AS t$$);
SELECT failure('SELECT ' || quote_literal(value) || '::driver_summary') FROM (VALUES
	('{"version": 1, "segments": {}}'), ('{"version": 1, "of": "mean"}'), ('{"version": 1, "of": "nps", "segments": {"a": [[1, 2, 0.1]]}}'),
	('{"version": 1, "of": "nps", "segments": {"a": [[3, 2, 0.1], null]}}'), ('{"version": 1, "of": "rate", "segments": {"a": [[-1, 2, 0.1], null]}}'),
	('{"version": 1, "of": "rate", "segments": {"a": [[1, 2], null]}}'), ('{"version": 1, "of": "ratio", "segments": {"a": [[1, 0, 0], null]}}'),
	('{"version": 1, "of": "rate", "segments": {"a": [[0.5, 2, null], null]}}'), ('{"version": 1, "of": "ratio", "segments": {"a": [[1, 2, -3], null]}}'),
	('{"version": 1, "of": "amount", "segments": {"a": [[1, 2, 3], null]}}'), ('{"version": 1, "of": "rate", "segments": {"a": [null, null]}}')) AS v (value);

-- binary
CREATE TABLE sent AS SELECT driver_summary(segment, before, after) AS d FROM rates UNION ALL SELECT driver_summary(channel, before, after) FROM by_channel UNION ALL SELECT money_driver_summary('a', 1.50, 2);
SELECT count(*) AS read_back FROM sent WHERE d::text::driver_summary = d;
-- the last 64 bytes are a side that is known, and one that is not
\getenv outdir PG_ABS_BUILDDIR
\if :{?outdir}
\cd :outdir
\endif
CREATE TABLE one_side AS SELECT driver_summary_send('{"version": 1, "of": "rate", "segments": {"a": [[1, 4, null], null]}}') AS b;
CREATE TABLE received (d driver_summary);
\copy one_side TO 'results/drivers.copy' (FORMAT binary)
\copy received FROM 'results/drivers.copy' (FORMAT binary)
SELECT d FROM received;
\copy (SELECT substr(b, 1, length(b) - 64) || int8send(0) || int8send(0) FROM one_side) TO 'results/drivers.copy' (FORMAT binary)
\copy received FROM 'results/drivers.copy' (FORMAT binary)

-- the interval of a rate effect covers it in 95 of 100 worlds: 2,000 with 35 to 80 answers
-- of a segment and rates of .3 and .5, and as many with NPS of 20 and 0
CREATE TABLE worlds AS
SELECT w, before.*, after.* FROM generate_series(1, 2000) AS w,
	LATERAL (SELECT rate_summary(pick(w * 1000 + i, 1, 1000) < 300) AS r1, survey_summary(CASE WHEN pick(w * 1000 + i, 3, 1000) < 500 THEN 10 WHEN pick(w * 1000 + i, 3, 1000) < 700 THEN 7 ELSE 2 END) AS s1 FROM generate_series(1, 35 + w % 20) AS i) AS before,
	LATERAL (SELECT rate_summary(pick(w * 1000 + i, 2, 1000) < 500) AS r2, survey_summary(CASE WHEN pick(w * 1000 + i, 4, 1000) < 400 THEN 10 WHEN pick(w * 1000 + i, 4, 1000) < 600 THEN 7 ELSE 2 END) AS s2 FROM generate_series(1, 40 + w % 41) AS i) AS after;
SELECT metric, count(*) AS intervals, round(100.0 * count(*) FILTER (WHERE truth BETWEEN low AND high) / count(*), 1) BETWEEN 93 AND 97 AS covers
FROM (SELECT 'rate' AS metric, 20 AS truth, low, high FROM (SELECT driver_summary('a', r1, r2) AS d FROM worlds GROUP BY w) AS t, change_drivers(d)
	UNION ALL SELECT 'nps', -20, low, high FROM (SELECT driver_summary('a', s1, s2) AS d FROM worlds GROUP BY w) AS t, change_drivers(d)) AS u
WHERE low IS NOT NULL GROUP BY metric ORDER BY metric;

-- Amounts: a segment that comes twice, those that add up to nothing have no shares, and all decimals are kept
SELECT failure($$SELECT money_driver_summary('a', 1, 2) FROM generate_series(1, 2)$$);
SELECT segment, share_before, round(share_after, 2) AS share_after, value_before, value_after, total_effect FROM change_drivers((SELECT money_driver_summary(s, b, a) FROM (VALUES ('x', 100, 50), ('y', -100, 20)) AS v (s, b, a)));
SELECT segment, value_before, value_after, mix_effect, rate_effect, total_effect FROM change_drivers((SELECT money_driver_summary(s, b, a) FROM (VALUES ('x', 0.333333333333333333, 1), ('y', 0.000000000000000007, 20), ('z', 1, 1.00000000000000004)) AS v (s, b, a)));
-- nearly all answers of one kind, and one ratio of all, say nothing of how far the next ones may be
SELECT name, low IS NULL AS unknown
FROM (SELECT name, driver_summary('x', format('{"version": 1, "scores": %s}', before)::survey_summary, format('{"version": 1, "scores": %s}', after)::survey_summary) AS d
	  FROM (VALUES ('all turn', '{"10": 40}', '{"0": 40}'), ('all alike', '{"8": 40}', '{"8": 40}'), ('four others', '{"8": 4, "10": 36}', '{"8": 4, "10": 36}'), ('two kinds', '{"8": 10, "10": 30}', '{"8": 20, "10": 20}'), ('one side', '{"8": 10, "10": 30}', '{"10": 30}')) AS v (name, before, after) GROUP BY name) AS t, change_drivers(d) ORDER BY name;
SELECT rate_effect, low, high FROM change_drivers((SELECT driver_summary('x', (SELECT ratio_summary(2 * i, i) FROM generate_series(1, 40) AS i), (SELECT ratio_summary(3 * i, i) FROM generate_series(1, 40) AS i))));
