--
-- Weighted responses, and segments that stand for a population
--
\pset null '(null)'

--
-- Figures of R 4.2.2, survey 4.1: svymean() of a design with these weights, and the
-- effective number by hand
--
CREATE TEMP TABLE answers (score int, weight numeric);
INSERT INTO answers VALUES (9, 1.5), (10, 2), (3, 0.25), (8, 3), (6, 1), (10, 0.5);
SELECT round(nps(w), 11) AS nps, 33.33333333333 AS r_nps, round(mean_score(w), 11) AS mean, 8.39393939394 AS r_mean,
	round(effective_responses(w), 11) AS effective, 4.10943396226 AS r_effective
FROM (SELECT weighted_survey_summary(score, weight) AS w FROM answers) t;
-- postStratify() of the schools of apiclus1 by type, with a score from api00: floor((api00 - 200) / 80)
CREATE TEMP TABLE schools (stype text, s survey_summary, population int);
INSERT INTO schools VALUES
	('E', '{"version": 1, "scores": {"2": 1, "3": 21, "4": 29, "5": 31, "6": 39, "7": 21, "8": 2}}', 4421),
	('H', '{"version": 1, "scores": {"3": 3, "4": 3, "5": 2, "6": 6}}', 755),
	('M', '{"version": 1, "scores": {"2": 1, "3": 4, "4": 4, "5": 8, "6": 6, "7": 1, "8": 1}}', 1018);
SELECT round(post_stratified_nps(s, population), 11) AS nps, -87.28492178811 AS r_nps,
	round(mean_score(post_stratified_summary(s, population)), 12) AS mean, 5.012020074470 AS r_mean FROM schools;
-- by hand: 100 answers of private customers, who are nine of ten, and 300 of companies: 0.9 * 20 + 0.1 * -10
SELECT post_stratified_nps(s, share) FROM (VALUES (survey_summary '{"version": 1, "scores": {"9": 40, "8": 40, "5": 20}}', 0.9), ('{"version": 1, "scores": {"10": 90, "7": 90, "0": 120}}', 0.1)) v(s, share);

--
-- Equal weights are no weights
--
SELECT count(*) AS compared, count(*) FILTER (WHERE (nps(w), mean_score(w), responses(w), unanswered(w), effective_responses(w), csat(w, 8, 10), ces(w, 7, 10))
	IS DISTINCT FROM (nps(s), mean_score(s), responses(s), unanswered(s), responses(s)::numeric, csat(s, 8, 10), ces(s, 7, 10))
	OR (SELECT (round(low, 9), round(high, 9)) FROM nps_interval(w, 0.9)) IS DISTINCT FROM (SELECT (round(low, 9), round(high, 9)) FROM nps_interval(s, 0.9))
	OR (SELECT (round(low, 9), round(high, 9)) FROM nps_interval(w, 8, 3, 10, 'error', 0.8)) IS DISTINCT FROM (SELECT (round(low, 9), round(high, 9)) FROM nps_interval(s, 8, 3, 10, 'error', 0.8))
	OR nps(w, 8, 3) IS DISTINCT FROM nps(s, 8, 3)
	OR (SELECT (round(low, 9), round(high, 9)) FROM csat_interval(w, 8, 10, 'error', 0.9)) IS DISTINCT FROM (SELECT (round(low, 9), round(high, 9)) FROM rate_interval(satisfied(s, 8, 10), 0.9))
	OR (SELECT (round(low, 9), round(high, 9)) FROM ces_interval(w, 8, 10, 'error', 0.9)) IS DISTINCT FROM (SELECT (round(low, 9), round(high, 9)) FROM rate_interval(agreed(s, 8, 10), 0.9))) AS different
FROM (SELECT g, weighted_survey_summary(score, 2.5) AS w, survey_summary(score) AS s
	FROM (SELECT pick(i, 1, 60) AS g, CASE WHEN pick(i, 2, 8) > 0 THEN pick(i, 3, 11) END AS score FROM generate_series(1, 1500) i) r GROUP BY g) t;
SELECT csat(w), c.*, ces(e), i.* FROM (SELECT weighted_survey_summary(1 + i % 5, 0.5) AS w, weighted_survey_summary(1 + i % 7, i % 2) AS e FROM generate_series(1, 20) i) t, csat_interval(w) c, ces_interval(e) i;
-- random weights against plain SQL
SELECT count(*) AS compared, count(*) FILTER (WHERE abs(nps(w) - plain) < 1e-12 IS NOT TRUE OR abs(mean_score(w) - mean) < 1e-14 IS NOT TRUE OR abs(effective_responses(w) - effective) < 1e-9 IS NOT TRUE
	OR abs(csat(w, 9, 10) - satisfied) < 1e-12 IS NOT TRUE) AS different
FROM (SELECT g, weighted_survey_summary(score, weight) AS w, 100 * sum(weight * CASE WHEN score >= 9 THEN 1 WHEN score < 7 THEN -1 ELSE 0 END) / sum(weight) AS plain,
		sum(weight * score) / sum(weight) AS mean, sum(weight) ^ 2 / sum(weight ^ 2) AS effective, 100 * sum(weight) FILTER (WHERE score >= 9) / sum(weight) AS satisfied
	FROM (SELECT pick(i, 1, 60) AS g, pick(i, 3, 11) AS score, pick(i, 4, 1000) / (ARRAY[1, 7, 10, 1000])[1 + pick(i, 5, 4)]::numeric AS weight FROM generate_series(1, 1500) i) r GROUP BY g) t;
-- types of scores and weights
SELECT weighted_survey_summary(score::smallint, weight) = w AS smallint, weighted_survey_summary(score::float8, weight) = w AS float8, weighted_survey_summary(score, weight::float8) = w AS double_weights,
	weighted_survey_summary(score::smallint, weight::float8) = w AS both, weighted_survey_summary(score::numeric, weight) = w AS numeric, weighted_survey_summary(score::bigint, weight::float8) = w AS bigint,
	weighted_survey_summary(score, weight ORDER BY weight DESC) = w AS order
FROM answers, (SELECT weighted_survey_summary(score, weight) AS w FROM answers) x GROUP BY w;
SELECT weighted_survey_summary(9, w) FROM unnest(ARRAY[1, 2]) w;

--
-- Parts, NULL, nothing
--
SELECT rollup(w) = sum(w) AS sum, rollup(w) = (SELECT weighted_survey_summary(score, weight) FROM answers) AS rolled_up FROM (SELECT weighted_survey_summary(score, weight) AS w FROM answers GROUP BY score % 3) t;
SELECT a + b = b + a AS plus, rollup(s) FROM (VALUES (weighted_survey_summary '{"version": 1, "scale": 1, "scores": {"9": {"responses": 1, "weight": 0.5, "weight_squared": 0.25}}}', weighted_survey_summary '{"version": 1, "scale": 0, "unanswered": 2, "scores": {"9": {"responses": 1, "weight": 2, "weight_squared": 4}}}')) v(a, b), unnest(ARRAY[a, b, NULL]) s GROUP BY a, b;
SELECT kind, w, nps(w), nps_interval(w), csat(w), csat_interval(w), ces(w), ces_interval(w), mean_score(w), responses(w), unanswered(w), effective_responses(w), post_stratified_nps_final(w)
FROM (SELECT 1, 'empty', weighted_survey_summary(1, 1) FILTER (WHERE false) UNION ALL SELECT 2, 'unanswered', weighted_survey_summary(NULL::integer, NULL::numeric)
	UNION ALL SELECT 3, 'no weight', weighted_survey_summary(5, 0) UNION ALL SELECT 4, 'one', weighted_survey_summary(5, 0.1)) t(i, kind, w) ORDER BY i
\gx
SELECT post_stratified_nps(s, 1) AS nps, post_stratified_summary(s, 1) AS summary FROM (VALUES (survey_summary '{"version": 1, "scores": {"9": 1}}')) v(s) WHERE false;
SELECT post_stratified_nps(s, 0) AS nps, post_stratified_summary(s, 0) AS summary FROM (SELECT survey_summary(9) AS s) t;
SELECT post_stratified_summary(s, 100) FROM (VALUES (survey_summary '{"version": 1, "unanswered": 3, "scores": {"9": 4}}'), ('{"version": 1, "unanswered": 1, "scores": {"0": 8}}')) v(s);

--
-- Both forms
--
CREATE TEMP TABLE kept AS SELECT weighted_survey_summary(score, weight / 7) AS w FROM answers GROUP BY score % 2 UNION ALL SELECT post_stratified_summary(s, population) FROM schools;
CREATE TEMP TABLE again (w weighted_survey_summary);
\copy kept TO 'results/weighted.binary' WITH (FORMAT binary)
\copy again FROM 'results/weighted.binary' WITH (FORMAT binary)
SELECT count(*) AS rows, bool_and(w::text::weighted_survey_summary = w) AS text FROM again JOIN kept USING (w);
SELECT failure(format('SELECT %L::weighted_survey_summary', format('{"version": 1, "scale": 1, "unanswered": 0, "scores": %s}', scores)))
FROM unnest(ARRAY['7', '{"11": {"responses": 1, "weight": 1, "weight_squared": 1}}', '{"9": 5}', '{"9": {"responses": 1}}', '{"9": {"responses": 1, "weight": 1}}', '{"9": {"responses": 1, "weight_squared": 1}}', '{"9": {"responses": 0, "weight": 1, "weight_squared": 1}}',
	'{"9": {"responses": 1, "weight": -1, "weight_squared": 1}}', '{"9": {"responses": 1, "weight": 2, "weight_squared": 3}}', '{"9": {"responses": 2, "weight": 2, "weight_squared": 5}}', '{"9": {"responses": 2, "weight": 2, "weight_squared": 1}}',
	'{"9": {"responses": 1, "weight": 0.25, "weight_squared": 0.0625}}', '{"9": {"responses": 1, "weight": "x", "weight_squared": 1}}', '{"9": {"responses": 1, "weight": 1e38, "weight_squared": 1}}', '{"9": {"responses": 1, "weight": 1, "weight_squared": 1, "x": 1}}']) scores;
-- a weight of 39 digits that 128 bits hold
SELECT failure($$SELECT weighted_survey_summary '{"version": 1, "scale": 1, "scores": {"9": {"responses": 1, "weight": 1e37, "weight_squared": 1e74}}}'$$);
SELECT failure(format('SELECT %L::weighted_survey_summary', s)) FROM unnest(ARRAY['{"version": 1, "scale": 25}', '{"version": 2}', '{"version": 1, "x": 1}', '']) s;

--
-- Errors
--
SELECT failure('SELECT weighted_survey_summary(score, weight) FROM (VALUES (' || row || ')) v(score, weight)')
FROM unnest(ARRAY['9, NULL::numeric', '9, -1.5', '9, -0.5::float8', $$9, 'NaN'::numeric$$, $$9, 'Infinity'::float8$$, '11, 1', '8.5, 1', '-1, 1', '9, 1e38', '9, 1e30::float8']) row;
SELECT failure('SELECT weighted_survey_summary(9, w) FROM (VALUES (1e19), (1e-18)) v(w), generate_series(1, 20)');
SELECT failure('SELECT weighted_survey_summary(9, w) FROM (VALUES (1e37::numeric), (0.01)) v(w)');
SELECT failure('SELECT weighted_survey_summary(9, w) FROM (VALUES (9e37::numeric), (9e37)) v(w)');
SELECT failure(format('SELECT post_stratified_nps(s, p) FROM (VALUES (survey_summary %L, %s)) v(s, p)', s, p))
FROM (VALUES ('{"version": 1}', '1'), ('{"version": 1, "unanswered": 3}', '1'), ('{"version": 1, "scores": {"9": 1}}', 'NULL::numeric'), ('{"version": 1, "scores": {"9": 1}}', '-1'), ('{"version": 1, "scores": {"9": 1}}', $$'NaN'::numeric$$), ('{"version": 1, "scores": {"9": 1}}', '1e20'), ('{"version": 1, "scores": {"9": 3}}', '99999999999999')) v(s, p);
SELECT failure('SELECT post_stratified_nps(s, 1) FROM (VALUES (NULL::survey_summary)) v(s)');
-- at the 18 decimals of another segment: 38 digits, 39 in 128 bits, more
SELECT p, e.code, e.message FROM unnest(ARRAY['99999999999999999990', '150000000000000000000', '900000000000000000000']) p,
	error_of(format('SELECT post_stratified_nps(s, p) FROM (VALUES (survey_summary ''{"version": 1, "scores": {"9": 10}}'', 0.00000000000000001), (''{"version": 1, "scores": {"8": 10}}'', %s)) v(s, p)', p)) e;
SELECT failure(format('SELECT %s FROM (SELECT weighted_survey_summary(score, weight) AS w FROM answers) t', f)) FROM unnest(ARRAY['csat(w)', 'csat_interval(w)', 'ces(w)', 'csat(w, 4, 8)', 'nps(w, 5, 3, 5)', 'nps_interval(w, 5, 3, 5)', 'nps(w, 11, 3)', 'csat(w, 0, 10)', 'nps_interval(w, 1.5)', $$csat(w, 4, 5, 'x')$$, 'ces_interval(w, 9, 11)']) f;
SELECT csat(w, 4, 5, 'null'), csat_interval(w, 4, 5, 'null'), nps(w, 5, 3, 5, 'null'), nps_interval(w, 5, 3, 5, 'null'), ces(w, 5, 7, 'null'), ces_interval(w, 5, 7, 'null') FROM (SELECT weighted_survey_summary(score, weight) AS w FROM answers) t;
