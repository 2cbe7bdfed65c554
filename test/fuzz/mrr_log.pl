# Logs of recurring revenue: seeds, and what must hold for whatever is accepted.
# A mutant may have a customer of negative MRR, which is an error wherever levels
# are read, so those checks ask first.
my $plans = q{
	SELECT c, (5 + c * 7 % 40 + k % 5)::numeric / (1 + c % 3) AS amount, date '2025-01-01' + c * 5 + k * (3 + c % 17) AS starts_on,
		CASE WHEN c % 4 > 0 THEN date '2025-01-01' + c * 5 + k * (3 + c % 17) + 1 + (c * 31 + k * 7) % 90 END AS ends_on
	FROM generate_series(1, 12) c, generate_series(0, c % 4) k};
my $negative = q{(SELECT coalesce(bool_or(level < 0), false) FROM (SELECT sum((j ->> 2)::numeric) OVER (PARTITION BY j ->> 0 ORDER BY n) AS level FROM jsonb_array_elements($1::text::jsonb -> 'entries') WITH ORDINALITY AS e(j, n)) l)};
# 38 digits, of which a scale that both have may take 18
my $small = q{(SELECT coalesce(max(abs((j ->> 2)::numeric)), 0) < 1e12 FROM (SELECT * FROM jsonb_array_elements($1::text::jsonb -> 'entries') UNION ALL SELECT * FROM jsonb_array_elements($2::text::jsonb -> 'entries')) e(j))};

(
	mrr_log => {
		seeds => "SELECT mrr_log(c, amount, starts_on, ends_on) FROM ($plans) t
			UNION ALL SELECT mrr_log(c % 3, round(amount, 2), starts_on, ends_on) FROM ($plans) t
			UNION ALL SELECT mrr_log(c::text, round(amount, 1), starts_on, ends_on) FROM ($plans) t WHERE c < 6
			UNION ALL SELECT mrr_log(md5(c::text)::uuid, round(amount), starts_on, ends_on) FROM ($plans) t WHERE c < 6
			UNION ALL SELECT mrr_log(i, 1e19, d, NULL) FROM (VALUES (date '4713-01-01 BC'), ('5874897-12-31')) v(d), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (mrr_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-01\", 0.000000000000000001]]}')",
		skip => ['rollup', 'sum', 'histories', 'histories_uuid', 'mrr_log_combine', 'mrr_log_plus', 'mrr_log_minus'],
		checks => [
			"$negative OR NOT $small OR (SELECT mrr >= 0 AND customers >= 0 AND (mrr > 0) = (customers > 0) FROM mrr_at(\$1, '2025-03-01'))",
			"$negative OR NOT $small OR ((nrr(\$1, '2025-02-01', '2025-03-01') IS NULL) = (rate(churn(\$1, '2025-02-01', '2025-03-01')) IS NULL) AND (grr(\$1, '2025-02-01', '2025-03-01') BETWEEN 0 AND 100) IS NOT FALSE AND (grr(\$1, '2025-02-01', '2025-03-01') <= nrr(\$1, '2025-02-01', '2025-03-01')) IS NOT FALSE)",
			"$negative OR NOT $small OR (SELECT coalesce(bool_and(opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr = closing_mrr), true) FROM mrr_bridge(\$1, 'month', '2025-01-01', '2025-07-01'))",
			"$negative OR NOT $small OR (SELECT coalesce(bool_and((grr BETWEEN 0 AND 100) IS NOT FALSE AND (remaining <= customers) IS NOT FALSE), true) FROM mrr_cohorts(\$1, 'month', CASE WHEN (SELECT bool_and(j ->> 1 ~ '^202[0-9]-..-..\$') FROM jsonb_array_elements(\$1::text::jsonb -> 'entries') j) THEN timestamp '2025-07-01' END))",
			"$negative OR NOT $small OR mrr_summary(\$1, 'month') = mrr_summary(\$1, 'month', '0')",
			"$negative OR \$1::text::jsonb ->> 'ids' <> 'integer' OR NOT $small OR (SELECT count(*) = (SELECT count(DISTINCT j ->> 0) FROM jsonb_array_elements(\$1::text::jsonb -> 'entries') j) FROM histories(\$1))",
			"NOT (SELECT \$1::text::jsonb -> 'ids' = \$2::text::jsonb -> 'ids') OR NOT $small OR (\$1 + \$2 = \$2 + \$1 AND (\$1 + \$2) - \$2 = \$1 AND (\$1 - \$2) + \$2 = \$1)",
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', q{$1 - $1 + $1 = $1},
		],
	},
);
