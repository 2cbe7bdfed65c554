# Usage: seeds, and what must hold for whatever is accepted.
my $days = q{
	SELECT u, active_days(date '2025-01-01' + (u * 7 + i * i * (1 + u % 3)) % 200) AS a
	FROM generate_series(1, 15) u, generate_series(1, 1 + u % 9) i GROUP BY u};
my $visits = q{
	SELECT u, date '2025-01-01' + (u * 7 + i * i * (1 + u % 3)) % 200 AS day
	FROM generate_series(1, 15) u, generate_series(1, 1 + u % 9) i};

(
	active_days => {
		seeds => "SELECT a FROM ($days) t
			UNION ALL SELECT active_days(date '2024-12-30' + i) FROM generate_series(1, 100) i
			UNION ALL SELECT active_days(NULL::date) UNION ALL SELECT active_days(date '2000-01-01')
			UNION ALL SELECT active_days(d) FROM (VALUES (date '4713-01-01 BC'), ('5874897-12-31')) v(d)",
		checks => [
			'days_active($1) >= 0',
			'(first_active($1) IS NULL) = (days_active($1) = 0) AND (last_active($1) IS NULL) = (days_active($1) = 0)',
			'first_active($1) <= last_active($1)',
			'last_active($1) - first_active($1) + 1 >= days_active($1)',
			q{was_active($1, first_active($1)) AND was_active($1, last_active($1))},
			q{was_active($1, '2025-03-01') <= was_active($1, '2025-03-01', 7)},
			'(SELECT days_active(rollup(a)) BETWEEN greatest(days_active($1), days_active($2)) AND days_active($1) + days_active($2) FROM (VALUES ($1), ($2)) v(a))',
			'(SELECT rollup(a) = $1 FROM (VALUES ($1), ($1)) v(a))',
			'(SELECT rollup(a) FROM (VALUES ($1), ($2)) v(a)) = (SELECT rollup(a) FROM (VALUES ($2), ($1)) v(a))',
		],
	},
	active_users_summary => {
		seeds => "SELECT active_users_summary(a) FROM ($days) t
			UNION ALL SELECT active_users_summary(a) FROM ($days) t WHERE u < 3
			UNION ALL SELECT active_users_summary(NULL::active_days)",
		skip => ['active_users', 'active_within'],
		checks => [
			'users($1) >= 0',
			q{(SELECT bool_and(0 <= dau AND dau <= wau AND wau <= mau AND mau <= users($1) AND (stickiness BETWEEN 0 AND 100) IS NOT FALSE)
				FROM active_users($1, '2025-01-01', '2025-03-01'))},
			q{(SELECT bool_and(m.users = u.mau AND q.users BETWEEN m.users AND users($1)) FROM active_users($1, '2025-01-01', '2025-03-01') AS u
				JOIN active_within($1, 28, '2025-01-01', '2025-03-01') AS m USING (day) JOIN active_within($1, 90, '2025-01-01', '2025-03-01') AS q USING (day))},
			'(SELECT users(rollup(s)) = users($1) + users($2) FROM (VALUES ($1), ($2)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
		],
	},
	cohort_summary => {
		seeds => "SELECT cohort_summary(a, 'month') FROM ($days) t
			UNION ALL SELECT cohort_summary(a, 'week') FROM ($days) t WHERE u < 9
			UNION ALL SELECT cohort_summary(a, 'week_sunday') FROM ($days) t WHERE u < 9
			UNION ALL SELECT cohort_summary(a, 'day') FROM ($days) t WHERE u < 4
			UNION ALL SELECT cohort_summary(NULL::active_days, 'month')",
		skip => ['user_lifecycle'],
		checks => [
			q{(SELECT bool_and(0 <= active AND active <= cohort_size AND (retention BETWEEN 0 AND 100) IS NOT FALSE AND age >= 0)
				FROM cohort_retention($1, '2025-04-01'))},
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
		],
	},
	usage_log => {
		seeds => "SELECT usage_log(u, day) FROM ($visits) t
			UNION ALL SELECT usage_log(u, day) FROM ($visits) t WHERE u < 3
			UNION ALL SELECT usage_log(u, date '2025-01-01' + i / 3) FROM generate_series(7, 8) u, generate_series(1, 40) i
			UNION ALL SELECT usage_log(('00000000-0000-4000-8000-' || lpad(to_hex(u * 7919), 12, '0'))::uuid, day) FROM ($visits) t WHERE u < 5
			UNION ALL SELECT usage_log('user ' || u % 4 || repeat('\\\\\"', u % 3), day) FROM ($visits) t WHERE u < 7
			UNION ALL SELECT usage_log(i, d) FROM (VALUES (9223372036854775807), (-9223372036854775808)) u(i), (VALUES (date '4713-01-01 BC'), ('5874897-12-31')) v(d)
			UNION ALL VALUES (usage_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": []}'),
				('{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31\", 1000000000000000], [2, \"2025-01-31\", 70000]]}')",
		# without dates a row for every day from 4713 BC on, in mutants
		skip => ['active_users'],
		checks => [
			'users($1) >= 0 AND users($1) = users(active_users_summary($1))',
			q{(SELECT coalesce(sum(users), 0) = users($1) AND bool_and(days > 0) IS NOT FALSE FROM days_per_user($1))},
			q{(SELECT coalesce(sum(users), 0) <= users($1) AND bool_and(days BETWEEN 1 AND 59) IS NOT FALSE FROM days_per_user($1, '2025-01-01', '2025-03-01'))},
			q{(SELECT bool_and(0 <= dau AND dau <= wau AND wau <= mau AND mau <= users($1) AND (stickiness BETWEEN 0 AND 100) IS NOT FALSE)
				FROM active_users($1, '2025-01-01', '2025-03-01'))},
			q{(SELECT count(*) = 0 FROM (SELECT * FROM active_users($1, '2025-01-01', '2025-03-01') EXCEPT SELECT * FROM active_users(active_users_summary($1), '2025-01-01', '2025-03-01')) t)},
			q{(SELECT bool_and(m.users = u.mau AND q.users BETWEEN m.users AND users($1)) FROM active_users($1, '2025-01-01', '2025-03-01') AS u
				JOIN active_within($1, 28, '2025-01-01', '2025-03-01') AS m USING (day) JOIN active_within($1, 90, '2025-01-01', '2025-03-01') AS q USING (day))},
			q{(SELECT bool_and(0 <= active AND active <= cohort_size AND (retention BETWEEN 0 AND 100) IS NOT FALSE AND age >= 0)
				FROM cohort_retention($1, 'month', '2025-04-01'))},
			q{(SELECT coalesce(bool_and(b.active IS NOT DISTINCT FROM a.active OR b.active BETWEEN a.active AND a.cohort_size), true) FROM cohort_retention($1, 'month', '2025-04-01', '2025-02-01', with_total => true) a JOIN cohort_retention($1, 'month', '2025-04-01', '2025-02-01', 'on_or_after', with_total => true) b ON (a.cohort, a.age) IS NOT DISTINCT FROM (b.cohort, b.age))},
			q{(SELECT coalesce(bool_and(b.active IS NOT DISTINCT FROM a.active OR a.active <= b.active), true) FROM cohort_retention($1, 'month', '2025-04-01', kind => 'bracket', brackets => '{0,1,3}') a JOIN cohort_retention($1, 'month', '2025-04-01', kind => 'on_or_after') b USING (cohort, age))},
			q{(SELECT count(*) = 0 FROM (SELECT * FROM cohort_retention($1, 'month', '2025-04-01') EXCEPT SELECT * FROM cohort_retention(cohort_summary($1, 'month'), '2025-04-01')) t)},
			q{(users($1) = 0) = (cohort_summary($1, 'day') IS NULL) AND (users($1) = 0) = (cohort_summary($1, 'week') IS NULL) AND (users($1) = 0) = (cohort_summary($1, 'week_sunday') IS NULL)},
			'(SELECT users(rollup(l)) BETWEEN greatest(users($1), users($2)) AND users($1) + users($2) FROM (VALUES ($1), ($2)) v(l))',
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', '($1 + $2) - $2 = $1', '($1 - $2) + $2 = $1', 'users($1 - $1) = 0',
			'(SELECT rollup(l) FROM (VALUES ($1), ($2)) v(l)) = (SELECT rollup(l) FROM (VALUES ($2), ($1)) v(l))',
		],
	},
);
