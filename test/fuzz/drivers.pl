# Drivers of a change: seeds, and what must hold for whatever is accepted.
my $segments = q{
	SELECT g, 'segment ' || i AS segment, (hashint8(g * 100 + i) & 255) AS x, (hashint8(g * 100 + i + 5000) & 255) AS n
	FROM generate_series(1, 8) g, generate_series(1, g) i};

(
	driver_summary => {
		seeds => "SELECT driver_summary(segment, CASE WHEN n % 5 > 0 THEN format('{\"version\": 1, \"positives\": %s, \"negatives\": %s}', x, n)::rate_summary END, CASE WHEN x % 5 > 0 THEN format('{\"version\": 1, \"positives\": %s, \"negatives\": %s}', n, x)::rate_summary END) FROM ($segments) t GROUP BY g
			UNION ALL SELECT driver_summary(segment, format('{\"version\": 1, \"scores\": {\"10\": %s, \"7\": 40, \"3\": %s}}', x, n)::survey_summary, format('{\"version\": 1, \"scores\": {\"9\": %s, \"0\": %s}}', n, x)::survey_summary) FROM ($segments) t GROUP BY g
			UNION ALL SELECT money_driver_summary(segment, x / 8.0 - 5, n * 1e15) FROM ($segments) t GROUP BY g
			UNION ALL VALUES (driver_summary '{\"version\": 1, \"of\": \"ratio\", \"segments\": {\"a\": [[1.25, 3, 0.5], [-7, 0.001, null]], \"b\": [null, [0, 1, 0]]}}'),
				('{\"version\": 1, \"of\": \"amount\", \"segments\": {}}'),
				(format('{\"version\": 1, \"of\": \"rate\", \"segments\": {\"%s\": [[1, 4, 0.1], [2, 3, null]]}}', repeat('n', 200))::driver_summary)",
		skip => ['rollup', 'sum', 'driver_combine', 'driver_summary_plus', 'driver_summary_minus'],
		checks => [
			q{(SELECT coalesce(sum(total_effect), 0) = coalesce(mix_effect($1) + rate_effect($1), 0) AND coalesce(bool_and(total_effect = mix_effect + rate_effect), true) AND count(*) = count(DISTINCT segment) FROM change_drivers($1))},
			q{(SELECT coalesce(bool_and((low <= rate_effect AND rate_effect <= high) IS NOT FALSE), true) FROM change_drivers($1))},
			q{(SELECT coalesce(bool_and(rate_effect = 0), true) FROM change_drivers($1) WHERE value_before IS NULL OR value_after IS NULL)},
			"(SELECT count(*) = 0 FROM change_drivers(\$1 - \$1))",
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
);
