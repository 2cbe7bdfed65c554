# Health: seeds, and what must hold for whatever is accepted.
(
	health_total => {
		seeds => q{
			SELECT format('{"version": 1, "points": %s, "known_weight": %s, "unknown_weight": %s}', i * 37.5, i, i % 3)::health_total FROM generate_series(1, 12) i
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "unknown_weight": 7}' UNION ALL SELECT '{"version": 1, "points": 0.000000000001, "known_weight": 0.000001}'
			UNION ALL SELECT '{"version": 1, "points": 10000000000000000000000000, "known_weight": 100000000000000000000000, "unknown_weight": 0.5}'},
		checks => [
			'health_score($1) BETWEEN 0 AND 100',
			'health_score(health_accum($1, 100, 1)) >= health_score($1)',
			'health_remove(health_accum($1, 50, 2), 50, 2) = $1',
			'health_combine($1, $2) = health_combine($2, $1)',
		],
	},
	health_summary => {
		seeds => q{
			SELECT health_summary('signal ' || i || '/' || a % 3, CASE WHEN (i * a) % 5 > 0 THEN (i * a * 7919) % 10001 / 100.0 END, i * a % 13 / 4.0) FROM generate_series(1, 9) i, generate_series(1, 12) a WHERE i < a GROUP BY a
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "signals": {"a": [null, 0]}}' UNION ALL SELECT '{"version": 1, "signals": {"a": [100, 1000000000000], "b": [0, 0.000001]}}'
			UNION ALL SELECT '{"version": 1, "signals": {"a \\"b\\"\\\\c": [12.345678, 0.5]}}'},
		checks => [
			'health_score($1) BETWEEN 0 AND 100', 'health_coverage($1) BETWEEN 0 AND 100',
			q{(SELECT count(*) = count(DISTINCT signal) AND bool_and(signal <> '' AND weight >= 0 AND (score BETWEEN 0 AND 100) IS NOT FALSE AND (points_lost BETWEEN 0 AND 100) IS NOT FALSE)
				AND (abs(sum(points_lost) - (100 - health_score($1))) < 0.000001) IS NOT FALSE FROM health_drivers($1))},
			# which may round to 0, at 1 of 10^18 of the weight
			q{(SELECT points_lost = (SELECT max(points_lost) FROM health_drivers($1)) FROM health_drivers($1) WHERE signal = top_driver($1))},
			q{(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))},
			# a double has no six decimals beyond the billions
			q{(SELECT health_summary(signal, score, weight) = $1 OR bool_or(weight > 1e9 AND weight % 1 <> 0) FROM health_drivers($1))},
		],
	},
	auc_summary => {
		seeds => q{
			SELECT auc_summary((i * 7919 % 101 - 50) / 8.0, CASE WHEN i % 9 > 0 THEN i % 4 = 1 END) FROM generate_series(1, 60) i GROUP BY i % 5
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "unknowns": 3}' UNION ALL SELECT '{"version": 1, "scores": [[1, 5, 0], [2, 0, 4]]}'
			UNION ALL SELECT '{"version": 1, "scores": [[-1e300, 999999999999999, 1], [0, 0, 3], [1e-300, 1, 999999999999990]]}'},
		checks => [
			'auc($1) BETWEEN 0 AND 1', '(auc($1) IS NULL) = (positives($1) = 0 OR negatives($1) = 0)',
			'(SELECT low <= auc($1) + 1e-12 AND high >= auc($1) - 1e-12 AND low >= 0 AND high <= 1 FROM auc_interval($1))',
			'positives($1) >= 0 AND negatives($1) >= 0 AND unknowns($1) >= 0',
			q{(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))},
			q{(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))}, '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
		],
	},
	health_model => {
		seeds => q{
			SELECT health_model(health_outcomes(s, a * 7919 % 5 > 1), penalty) FROM (SELECT a, health_summary('signal ' || i, CASE WHEN (i * a) % 11 > 0 THEN a * 31 * (i + 1) % 101 END, 1) AS s FROM generate_series(1, 60) AS a, generate_series(0, 2) AS i GROUP BY a) AS t, unnest(ARRAY[NULL, 0.01, 2]::float8[]) AS penalty GROUP BY penalty
			UNION ALL SELECT '{"version": 1, "positives": 3, "negatives": 1, "separated": 1, "intercept": 1.5}'::health_model},
		checks => [
			q{churn_probability($1, '{"version": 1, "signals": {"signal 1": [80, 1], "x": [20, 3]}}') BETWEEN 0 AND 1},
			q{brier_score($1, '{"version": 1, "incomplete": 2, "signals": ["signal 0", "x"], "known": [3, 4], "rows": [[10, 20, 15, 1, 0], [10, null, 10, 0, 1], [5, 20, 9, 0, 1], [null, 7, 7, 1, 0]]}') BETWEEN 0 AND 1},
			q{lift($1, '{"version": 1, "signals": ["signal 0"], "known": [3], "rows": [[10, 10, 1, 0], [20, 20, 1, 1]]}', 50) >= 0},
			q{(SELECT sum(accounts) = 3 AND bool_and(expected BETWEEN 0 AND 100) FROM calibration($1, '{"version": 1, "signals": ["signal 0"], "known": [3], "rows": [[10, 10, 1, 0], [20, 20, 1, 1]]}', 2))},
			'(SELECT bool_and((low <= estimate AND estimate <= high) IS NOT FALSE) FROM model_parameters($1))', 'penalty($1) >= 0',
		],
	},
	health_outcomes => {
		seeds => q{
			SELECT health_outcomes(s, CASE WHEN a % 9 > 0 THEN a * 7919 % 5 > 1 END) FROM (SELECT a, health_summary('signal ' || i, CASE WHEN (i * a) % 11 > 0 THEN (i * a * 7919) % 10001 / 100.0 END, i) AS s
				FROM generate_series(1, 3) i, generate_series(1, 60) a WHERE i % 3 < a % 5 GROUP BY a) t GROUP BY a % 4
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "unknowns": 3}' UNION ALL SELECT '{"version": 1, "signals": ["a"], "known": [0], "incomplete": 2}'
			UNION ALL SELECT '{"version": 1, "signals": ["b", "a"], "known": [36, 37], "incomplete": 2, "rows": [[10, 20.5, 10, 7, 5], [10, 5, 10, 1, 6], [60, 5, 60, 6, 1], [60, 70.123456, 60, 8, 2]]}'},
		checks => [
			'positives($1) >= 0 AND negatives($1) >= 0 AND unknowns($1) >= 0 AND incomplete($1) >= 0',
			q{(SELECT bool_and(standard_error > 0 AND low <= coefficient AND coefficient <= high AND p_value BETWEEN 0 AND 1 AND (weight BETWEEN 0 AND 100) IS NOT FALSE)
				AND (abs(sum(weight) - 100) < 0.000001) IS NOT FALSE FROM health_weights($1))},
			q{(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))},
			q{(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))},
		],
	},
)
