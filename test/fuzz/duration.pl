# Durations: seeds, and what must hold for whatever is accepted.
(
	duration_summary => {
		seeds => q{
			SELECT duration_summary(date '2025-01-01' + i, CASE WHEN i % 3 > 0 THEN date '2025-01-01' + i + i * i % 40 END, '2025-03-01')
			FROM generate_series(1, 30) i
			UNION ALL SELECT duration_summary(timestamp '2025-01-01' + i * interval '1:23:45.678901', CASE WHEN i % 4 > 0 THEN timestamp '2025-01-05' + i * interval '3:00' END, '2025-01-09')
			FROM generate_series(1, 12) i
			UNION ALL SELECT duration_summary(NULL::date, NULL, '2025-01-01')
			UNION ALL SELECT duration_summary(date '2025-01-01', NULL, '2025-01-01')
			UNION ALL SELECT duration_summary(date '2025-01-01', '2025-01-08', '2025-02-01')
			UNION ALL SELECT observed_duration_summary(date '2025-01-01' + i, CASE WHEN i % 3 > 0 THEN date '2025-01-15' + i + i * i % 30 END, date '2025-01-01' + i + i % 14, '2025-03-01') FROM generate_series(1, 30) i
			UNION ALL SELECT business_duration_summary('{"version": 1, "zone": "UTC", "hours": {"monday-sunday": ["08:00-20:00"]}}', timestamptz '2025-01-01 00:00Z' + i * interval '3:00', CASE WHEN i % 3 > 0 THEN timestamptz '2025-01-03 12:00Z' + i * interval '1:23:45' END, '2025-01-20 00:00Z') FROM generate_series(1, 12) i
			UNION ALL SELECT length_summary(i * interval '1 day 00:00:01', i % 4 > 0) FROM generate_series(1, 9) i},
		checks => [
			'completed($1) >= 0 AND still_open($1) >= 0 AND not_started($1) >= 0',
			'median_duration($1) >= 0', 'median_duration($1, \'hour\') >= 0',
			'(SELECT duration_quantile($1, 0.1) <= duration_quantile($1, 0.9))',
			'(SELECT low <= high FROM duration_quantile_interval($1, 0.5))',
			'mean_duration($1, \'30 days\') BETWEEN 0 AND 30',
			'mean_duration_standard_error($1, \'30 days\') >= 0',
			'survival($1, \'10 days\') BETWEEN 0 AND 1', 'completed_within($1, \'10 days\') BETWEEN 0 AND 100',
			'(SELECT bool_and("time" >= 0 AND at_risk >= finished + censored AND finished >= 0 AND censored >= 0 AND survival BETWEEN 0 AND 1
				AND (low BETWEEN 0 AND 1) IS NOT FALSE AND (high BETWEEN 0 AND 1) IS NOT FALSE AND (low <= high) IS NOT FALSE)
				AND sum(finished) = completed($1) AND sum(censored) = still_open($1) FROM survival_curve($1))',
			'(SELECT bool_and(survival <= before) FROM (SELECT survival, lag(survival) OVER (ORDER BY "time") AS before FROM survival_curve($1)) c)',
			'(SELECT completed(rollup(s)) = completed($1) + completed($2) FROM (VALUES ($1), ($2)) v(s))',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1',
			'still_open($1 - $2) BETWEEN 0 AND still_open($1)', '($1 - $2) + $2 = $1',
		],
	},
	cause_duration_summary => {
		seeds => q{
			SELECT cause_duration_summary(date '2025-01-01' + i, CASE WHEN i % 3 > 0 THEN date '2025-01-01' + i + i * i % 40 END, (ARRAY['own will', 'payment failed', U&'\00e9 \0009 "'])[1 + i % 3], '2025-03-01') FROM generate_series(1, 30) i
			UNION ALL SELECT cause_duration_summary(timestamp '2025-01-01' + i * interval '1:23:45.678901', CASE WHEN i % 4 > 0 THEN timestamp '2025-01-05' + i * interval '3:00' END, 'x', '2025-01-09') FROM generate_series(1, 12) i
			UNION ALL SELECT cause_duration_summary(NULL::date, NULL, NULL, '2025-01-01')
			UNION ALL SELECT cause_duration_summary(date '2025-01-01', NULL, NULL, '2025-03-01')},
		checks => [
			'completed($1) >= 0 AND still_open($1) >= 0 AND not_started($1) >= 0',
			'completed(all_causes($1)) = completed($1) AND still_open(all_causes($1)) = still_open($1)',
			'(SELECT coalesce(bool_and(probability BETWEEN 0 AND 1 AND (low <= high) IS NOT FALSE AND (low BETWEEN 0 AND 1) IS NOT FALSE AND (high BETWEEN 0 AND 1) IS NOT FALSE AND at_risk >= finished), true)
				AND coalesce(sum(finished), 0) = completed($1) FROM cumulative_incidence_curve($1))',
			'(SELECT coalesce(sum(probability), 0) <= 1 + 1e-12 FROM cumulative_incidence($1, \'10 days\'))',
			'(SELECT coalesce(bool_and(abs(total + survival(all_causes($1), t * interval \'1 day\') - 1) < 1e-9), true) FROM (SELECT "time" AS t, sum(probability) AS total FROM cumulative_incidence_curve($1) WHERE "time" = trunc("time") AND "time" < 1000000 GROUP BY 1) c)',
			'(SELECT completed(rollup(s)) = completed($1) + completed($2) FROM (VALUES ($1), ($2)) v(s))',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1',
			'still_open($1 - $2) BETWEEN 0 AND still_open($1)', '($1 - $2) + $2 = $1',
		],
	},
);
