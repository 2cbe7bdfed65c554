# Trend: seeds, and what must hold for whatever is accepted.
my $points = q{
	SELECT g, date '1999-12-01' + (hashint8(g * 100 + i) & 127) AS day, (hashint8(g * 100 + i + 5000) & 4095) / 10.0 ^ (g % 4) - 100 AS value
	FROM generate_series(1, 12) g, generate_series(1, g) i};

(
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
