# Logs of usage: seeds, and what must hold for whatever is accepted.
my $rows = q{
	SELECT u, date '2025-01-01' + (u * 7 + i * i * (1 + u % 3)) % 200 AS day
	FROM generate_series(1, 15) u, generate_series(1, 1 + u % 9) i};
# events beyond what there can be in one log of two
my $sums = 'coalesce((SELECT sum((j ->> 2)::numeric) FROM jsonb_array_elements($1::text::jsonb -> \'entries\') j), 0) < 400000000000000
	AND coalesce((SELECT sum((j ->> 2)::numeric) FROM jsonb_array_elements($2::text::jsonb -> \'entries\') j), 0) < 400000000000000';

(
	usage_log => {
		seeds => "SELECT usage_log(u, day) FROM ($rows) t
			UNION ALL SELECT usage_log(u % 4, day) FROM ($rows) t
			UNION ALL SELECT usage_log(u::bigint * 100000000000, day) FROM ($rows) t WHERE u < 6
			UNION ALL SELECT usage_log(u::text, day) FROM ($rows) t WHERE u < 6
			UNION ALL SELECT usage_log(md5(u::text)::uuid, day) FROM ($rows) t WHERE u < 6
			UNION ALL SELECT usage_log(i, d) FROM (VALUES (date '4713-01-01 BC'), ('5874897-12-31')) v(d), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (usage_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-01\", 1000000000000000]]}')",
		skip => ['rollup', 'sum', 'active_users', 'histories', 'histories_uuid', 'usage_log_combine', 'usage_log_plus', 'usage_log_minus'],
		checks => [
			'users($1) >= 0', '(users($1) = 0) = (active_users_summary($1) IS NULL)',
			'users(active_users_summary($1)) IS NOT DISTINCT FROM nullif(users($1), 0)',
			'(SELECT coalesce(sum(users), 0) = users($1) FROM days_per_user($1))',
			q{(SELECT coalesce(bool_and(users >= 0), true) FROM days_per_user($1, '2025-01-01', '2025-01-29'))},
			q{(SELECT coalesce(bool_and(0 <= dau AND dau <= wau AND wau <= mau AND mau <= users($1)), true) FROM active_users($1, '2025-01-01', '2025-03-01'))},
			q{cohort_summary($1, 'month') IS NULL OR (SELECT sum((c ->> 2)::bigint + (c ->> 3)::bigint) >= users($1) FROM jsonb_array_elements(cohort_summary($1, 'month')::text::jsonb -> 'cohorts') c)},
			# what is in two logs is in both, in any order; what is taken out was never there
			'NOT (SELECT $1::text::jsonb -> \'ids\' = $2::text::jsonb -> \'ids\' AND ' . $sums . ') OR ($1 + $2 = $2 + $1 AND ($1 + $2) - $2 = $1 AND users($1 + $2) BETWEEN greatest(users($1), users($2)) AND users($1) + users($2))',
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', 'users($1 - $1) = 0',
		],
	},
);
