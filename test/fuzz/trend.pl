# Trend: seeds, and what must hold for whatever is accepted.
my $points = q{
	SELECT g, date '1999-12-01' + (hashint8(g * 100 + i) & 127) AS day, (hashint8(g * 100 + i + 5000) & 4095) / 10.0 ^ (g % 4) - 100 AS value
	FROM generate_series(1, 12) g, generate_series(1, g) i};

(
	series_summary => {
		seeds => "SELECT series_summary(value, day) FROM ($points) t GROUP BY g
			UNION ALL SELECT series_summary(i * 2.5 + i % 3, date '2025-01-01' + i) FROM generate_series(1, 20) i
			UNION ALL SELECT series_summary(i % 12 + i % 5, (date '2020-01-31' + i * interval '1 month')::date) FROM generate_series(1, 40) i
			UNION ALL SELECT series_summary(i % 3, date '2025-01-06' + 7 * i) FROM generate_series(1, 15) i
			UNION ALL SELECT series_summary(7, '2025-01-01') FROM generate_series(1, 5)
			UNION ALL SELECT series_summary(v, d) FROM (VALUES (1e19, date '4714-11-24 BC'), (-1e19, '5874897-12-31')) t(v, d)
			UNION ALL VALUES (series_summary '{\"version\": 1, \"values\": {}}')",
		checks => [
			'points($1) >= 0', '(SELECT count(*) FROM series_values($1)) = points($1)',
			'(SELECT series_summary(value, on_date) = $1 FROM series_values($1)) IS NOT FALSE',
			q{trend_direction($1) = 0 OR trend_direction($1) = sign(trend_slope($1, '1 day'))},
			q{points($1) > 11 OR trend_direction($1) = 0}, q{abs(trend_direction($1, 0.999)) <= abs(trend_direction($1))},
			q{(SELECT (direction <> 0) = (low > 0 OR high < 0) AND (direction = 0 OR no_direction_because IS NULL) FROM series_trend($1, '1 week') WHERE low IS NOT NULL) IS NOT FALSE},
			q{(SELECT (low IS NULL) = (p_value IS NULL) AND (low IS NULL) = (no_direction_because ~ 'fewer than 12' IS TRUE) FROM series_trend($1, '1 week')) IS NOT FALSE},
			q{(SELECT bool_and(slope IS NULL OR autocorrelation BETWEEN 0 AND 1 AND effective_points > 0) FROM series_trend($1, '1 week', 3) WHERE autocorrelation IS NOT NULL) IS NOT FALSE},
			'(SELECT low <= mean AND mean <= high FROM series_limits($1)) IS NOT FALSE',
			q{(SELECT bool_and(signal <> 'outside' OR value < low OR value > high) FROM series_anomalies($1)) IS NOT FALSE},
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
	trend_summary => {
		seeds => "SELECT trend_summary(value, day) FROM ($points) t GROUP BY g
			UNION ALL SELECT trend_summary(i * 2.5, date '2025-01-01' + i) FROM generate_series(1, 20) i
			UNION ALL SELECT trend_summary(7, '2025-01-01') FROM generate_series(1, 5)
			UNION ALL SELECT trend_summary(v, d) FROM (VALUES (1e37, date '4714-11-24 BC'), (-1e37, '5874897-12-31')) t(v, d)",
		# the sums of two of them may have too many digits
		skip => ['rollup'],
		checks => [
			'points($1) >= 1',
			q{(trend_slope($1, '1 day') IS NULL) = (trend_slope($1, '1 month') IS NULL)},
			q{trend_direction($1) = 0 OR trend_direction($1) = sign(trend_slope($1, '1 day'))},
			q{points($1) > 2 OR trend_direction($1) = 0},
			q{abs(trend_direction($1, 0.999)) <= abs(trend_direction($1))},
			q{trend_change($1) IS NULL OR sign(trend_change($1)) = sign(trend_slope($1, '1 day'))},
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
);
