# Recurring revenue: seeds, and what must hold for whatever is accepted.
my $history = q{
	SELECT c, mrr_history((10 + c % 7 * 5)::numeric / (1 + c % 4 * 3), date '2024-01-01' + c * 17 + s * 97,
		CASE WHEN (c + s) % 3 > 0 THEN date '2024-01-01' + c * 17 + s * 97 + 60 + s * 30 END) AS h
	FROM generate_series(1, 12) c, generate_series(0, c % 4) s GROUP BY c};
my $subscriptions = q{
	SELECT c, (10 + c % 7 * 5)::numeric / (1 + c % 4 * 3) AS amount, date '2024-01-01' + c * 17 + s * 97 AS starts_on,
		CASE WHEN (c + s) % 3 > 0 THEN date '2024-01-01' + c * 17 + s * 97 + 60 + s * 30 END AS ends_on
	FROM generate_series(1, 12) c, generate_series(0, c % 4) s};

(
	nrr_summary => {
		seeds => q{
			SELECT nrr_summary(100, 118.5)
			UNION ALL SELECT nrr_summary(i % 5 * 10.25, i % 7 * 9) FROM generate_series(1, 20) i
			UNION ALL SELECT nrr_summary(NULL, NULL) UNION ALL SELECT nrr_summary(0, 5)
			UNION ALL SELECT nrr_summary(99999999999999999999999999999999.999999, 0.000001)},
		checks => [
			'nrr($1) >= 0', 'grr($1) BETWEEN 0 AND 100', '(nrr($1) IS NULL) = (grr($1) IS NULL)',
			'grr($1) <= nrr($1)',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
		],
	},
	mrr_history => {
		seeds => "SELECT h FROM ($history) t
			UNION ALL SELECT mrr_history(0, '2024-01-01', NULL)
			UNION ALL SELECT mrr_history(99999999999999999999.999999, '2024-01-01', '2024-01-02')",
		checks => [
			q{mrr_at($1, '2024-06-01') >= 0}, q{mrr_at($1, '2030-01-01') >= 0}, q{mrr_at($1, '4713-01-01 BC') >= 0},
			q{mrr_movement($1, '2024-03-01', '2024-06-01') <> ''},
			q{(SELECT bool_and(mrr >= 0 AND mrr IS DISTINCT FROM before) FROM (SELECT mrr, lag(mrr) OVER (ORDER BY on_date) AS before FROM mrr_changes($1)) c)},
			q{(SELECT mrr_at(rollup(h), '2024-06-01') = mrr_at($1, '2024-06-01') + mrr_at($2, '2024-06-01') FROM (VALUES ($1), ($2)) v(h))},
			q{(SELECT rollup(h) FROM (VALUES ($1), ($2)) v(h)) = (SELECT rollup(h) FROM (VALUES ($2), ($1)) v(h))},
			q{(SELECT rollup(h) = $1 FROM (VALUES ($1)) v(h))},
			q{(SELECT mrr_summary(h, 'quarter') IS NOT NULL FROM (VALUES ($1), ($2)) v(h))},
		],
	},
	mrr_summary => {
		seeds => "SELECT mrr_summary(h, 'month') FROM ($history) t
			UNION ALL SELECT mrr_summary(h, 'quarter') FROM ($history) t WHERE c < 5
			UNION ALL SELECT mrr_summary(h, 'year') FROM ($history) t
			UNION ALL SELECT mrr_summary(NULL::mrr_history, 'month')",
		# without dates a row for every period from 4713 BC on, in mutants
		skip => ['mrr_bridge'],
		checks => [
			q{(SELECT bool_and(opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr = closing_mrr
				AND opening_customers + new_customers + reactivated_customers - churned_customers = closing_customers)
				FROM mrr_bridge($1, '2024-01-01', '2025-06-01'))},
			q{(SELECT bool_and(opening_mrr >= 0 AND new_mrr >= 0 AND reactivation_mrr >= 0 AND expansion_mrr >= 0 AND contraction_mrr >= 0
				AND churned_mrr >= 0 AND (grr BETWEEN 0 AND 100) IS NOT FALSE AND (grr <= nrr) IS NOT FALSE
				AND (customer_churn BETWEEN 0 AND 100) IS NOT FALSE AND (arpa >= 0) IS NOT FALSE)
				FROM mrr_bridge($1, '2024-01-01', '2025-06-01'))},
			q{(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))},
			q{(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))}, '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
		],
	},
	mrr_log => {
		seeds => "SELECT mrr_log(c, amount, starts_on, ends_on) FROM ($subscriptions) t
			UNION ALL SELECT mrr_log(c, amount, starts_on, ends_on) FROM ($subscriptions) t WHERE c < 4
			UNION ALL SELECT mrr_log(c / 4, round(amount), starts_on, ends_on) FROM ($subscriptions) t
			UNION ALL SELECT mrr_log(('00000000-0000-4000-8000-' || lpad(to_hex(c * 7919), 12, '0'))::uuid, round(amount, 2), starts_on, ends_on) FROM ($subscriptions) t WHERE c < 5
			UNION ALL SELECT mrr_log('customer ' || c || repeat('\\\\\"', c % 2), round(amount, 1), starts_on, ends_on) FROM ($subscriptions) t WHERE c < 6
			UNION ALL SELECT mrr_log(1, a, '2024-01-01', t) FROM (VALUES (10.5, date '2024-05-17'), (-3, '2024-03-01')) v(a, t)
			UNION ALL SELECT mrr_log(i, 99999999999999999999.999999, f, '5874897-12-31') FROM (VALUES (9223372036854775807), (-9223372036854775808)) u(i), (VALUES (date '4713-01-01 BC'), ('2024-02-29')) v(f)
			UNION ALL VALUES (mrr_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": []}'),
				('{\"version\": 1, \"ids\": \"text\", \"entries\": [[\"ffffffffffffffffffffffffffffffff\", \"2024-01-31\", 0.000000000000000001]]}')",
		checks => [
			q{(SELECT mrr >= 0 AND customers >= 0 AND (mrr > 0) = (customers > 0) FROM mrr_at($1, '2024-06-01'))},
			q{(SELECT mrr >= 0 FROM mrr_at($1, '4713-01-01 BC'))},
			q{nrr($1, '2024-03-01', '2024-06-01') >= 0 AND grr($1, '2024-03-01', '2024-06-01') BETWEEN 0 AND 100},
			q{grr($1, '2024-03-01', '2024-06-01') <= nrr($1, '2024-03-01', '2024-06-01')},
			q{(SELECT positives(r) + negatives(r) = customers FROM churn($1, '2024-03-01', '2024-06-01') r, mrr_at($1, '2024-02-29'))},
			q{(SELECT bool_and(opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr = closing_mrr
				AND opening_customers + new_customers + reactivated_customers - churned_customers = closing_customers)
				FROM mrr_bridge($1, 'month', '2024-01-01', '2025-06-01'))},
			q{(SELECT count(*) = 0 FROM (SELECT * FROM mrr_bridge($1, 'month', '2024-01-01', '2025-06-01') EXCEPT SELECT * FROM mrr_bridge(mrr_summary($1, 'month'), '2024-01-01', '2025-06-01')) t)},
			q{(SELECT bool_and(opening_mrr >= 0 AND closing_mrr >= 0 AND (grr BETWEEN 0 AND 100) IS NOT FALSE) FROM mrr_bridge($1, 'quarter', '2024-01-01', '2025-06-01', '10 days'))},
			q{(SELECT coalesce(mrr_summary(history, 'year'), mrr_summary(NULL::mrr_history, 'year')) = mrr_summary($1, 'year') FROM histories($1))},
			q{(SELECT bool_and(mrr_at(history, '2024-06-01') >= 0) FROM histories_uuid($1))},
			q{(SELECT bool_and(customers >= remaining AND remaining >= 0 AND mrr >= 0 AND (grr BETWEEN 0 AND 100) IS NOT FALSE AND (grr <= nrr) IS NOT FALSE) FROM mrr_cohorts($1, 'quarter', '2025-01-01'))},
			q{(SELECT (mrr_at(rollup(l), '2024-06-01')).mrr = (mrr_at($1, '2024-06-01')).mrr + (mrr_at($2, '2024-06-01')).mrr FROM (VALUES ($1), ($2)) v(l))},
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', '($1 + $2) - $2 = $1', '($1 - $2) + $2 = $1',
			'(SELECT rollup(l) FROM (VALUES ($1), ($2)) v(l)) = (SELECT rollup(l) FROM (VALUES ($2), ($1)) v(l))',
		],
	},
);
