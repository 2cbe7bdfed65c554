# Means and ratios: seeds, and what must hold for whatever is accepted.
my $customers = q{
	SELECT g, (hashint8(g * 100 + i) & 4095) / 10.0 ^ (g % 4) - 100 AS x, (hashint8(g * 100 + i + 5000) & 255) / 8.0 AS y
	FROM generate_series(1, 12) g, generate_series(1, g) i};
my $nothing = '{"version": 1, "customers": 0, "%s": 0, "%s": 0, "%s": 0, "%s": 0, "%s": 0}';
# the error of a sum of too many digits is none of what holds
my $few = q{(SELECT bool_and(length(v) < 20) FROM jsonb_each_text($1::text::jsonb) AS e (k, v))};

(
	mean_summary => {
		seeds => "SELECT mean_summary(x) FROM ($customers) t GROUP BY g
			UNION ALL SELECT mean_summary(i * 2.5) FROM generate_series(1, 20) i
			UNION ALL SELECT mean_summary(7) FROM generate_series(1, 5)
			UNION ALL VALUES (mean_summary '{\"version\": 1, \"customers\": 0, \"sum\": 0, \"squares\": 0}')
			UNION ALL SELECT mean_summary(v) FROM (VALUES (4e37), (-4e37)) t(v)",
		skip => ['rollup', 'sum', 'mean_combine', 'mean_uncombine', 'mean_summary_plus', 'mean_summary_minus'],
		checks => [
			'(mean($1) IS NULL) = (customers($1) = 0)',
			'(SELECT (low IS NULL AND high IS NULL) OR (low <= mean($1) AND mean($1) <= high) FROM mean_interval($1))',
			'(SELECT i.low IS NULL OR i.high - i.low <= a.high - a.low FROM mean_interval($1) i, mean_interval($1, always_valid => true) a)',
			'(SELECT change IS NULL OR change = 0 AND direction = 0 AND (p_value = 1 OR p_value IS NULL) FROM mean_change($1, $1))',
			"NOT $few OR (\$1 + \$1) - \$1 = \$1",
			'customers($1 - $1) = 0',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
	ratio_summary => {
		seeds => "SELECT ratio_summary(x, y) FROM ($customers) t GROUP BY g
			UNION ALL SELECT ratio_summary(i * 2.5, 1) FROM generate_series(1, 20) i
			UNION ALL SELECT ratio_summary(7, 2) FROM generate_series(1, 5)
			UNION ALL VALUES ('" . sprintf($nothing, qw(numerators denominators numerators_squared denominators_squared products)) . "'::ratio_summary)",
		skip => ['rollup', 'sum', 'ratio_combine', 'ratio_uncombine', 'ratio_summary_plus', 'ratio_summary_minus'],
		checks => [
			'(SELECT (low IS NULL AND high IS NULL) OR (low <= ratio($1) AND ratio($1) <= high) FROM ratio_interval($1))',
			'(SELECT change IS NULL OR change = 0 AND direction = 0 AND (p_value = 1 OR p_value IS NULL) FROM ratio_change($1, $1))',
			"NOT $few OR (\$1 + \$1) - \$1 = \$1",
			'customers($1 - $1) = 0',
		],
	},
	adjusted_mean_summary => {
		seeds => "SELECT adjusted_mean_summary(x, y) FROM ($customers) t GROUP BY g
			UNION ALL SELECT adjusted_mean_summary(i * 2.5, i % 7) FROM generate_series(1, 20) i
			UNION ALL SELECT adjusted_mean_summary(7, 2) FROM generate_series(1, 5)
			UNION ALL VALUES ('" . sprintf($nothing, qw(values before values_squared before_squared products)) . "'::adjusted_mean_summary)",
		skip => ['rollup', 'sum', 'adjusted_mean_combine', 'adjusted_mean_uncombine', 'adjusted_mean_summary_plus', 'adjusted_mean_summary_minus'],
		checks => [
			'(mean($1) IS NULL) = (customers($1) = 0)',
			'(SELECT change IS NULL OR change = 0 AND direction = 0 AND (p_value = 1 OR p_value IS NULL) FROM mean_change($1, $1))',
			'variance_reduction($1, $1) IS NULL OR variance_reduction($1, $1) BETWEEN 0 AND 100',
			"NOT $few OR (\$1 + \$1) - \$1 = \$1",
			'customers($1 - $1) = 0',
		],
	},
);
