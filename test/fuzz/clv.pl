# Customer value: seeds, and what must hold for whatever is accepted.
my $histories = q{
	SELECT c, purchase_history((5 + c * 7 % 40 + k % 5)::numeric / (1 + c % 3), date '2025-01-01' + c + k * (3 + c % 17)) AS h
	FROM generate_series(1, 60) c, generate_series(0, c % 6 + c % 5 * (c % 2)) k GROUP BY c};
# fitted to the CDNOW sample, the last one to customers who all spend 10
my @models = (
	q{{"version": 1, "as_of": "1997-09-30", "model": "bg_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.24259452243015922, 30.89521413309489, 0.7929220172256016, 2.4259067768263525], "covariance": [0.002679390161807993, 0.0034616286617921393, -0.0004566837982482381, 0.00011153055792092213, 0.007343649910600002, -0.0008188491167358613, 0.0009828424019868724, 0.054868240561975576, 0.06405731750031199, 0.08455518688565031], "log_likelihood": -14363.530442902837, "spend": {"state": "fitted", "customers": 946, "days_left_out": 0, "parameters": [6.249572271324319, 3.7442246671319386, 15.443520962587357], "covariance": [0.03626049450723878, -0.00991298480562781, -0.04976353238644605, 0.006004414327334437, 0.017154999342673075, 0.07253932036793648], "log_likelihood": -4055.9176948018726}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "mbg_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.5248431591062311, 43.281596957028995, 0.8913593907322919, 1.6140022401707208], "covariance": [0.02517093453529203, 0.014938578405764456, -0.016048101818437445, -0.044352463710410316, 0.01265710693706222, -0.009654219623440288, -0.02365926073793532, 0.03015641468245601, 0.05130044554784741, 0.11090222640281644], "log_likelihood": -14363.236951782656, "spend": {"state": "fitted", "customers": 946, "days_left_out": 0, "parameters": [6.249572271324319, 3.7442246671319386, 15.443520962587357], "covariance": [0.03626049450723878, -0.00991298480562781, -0.04976353238644605, 0.006004414327334437, 0.017154999342673075, 0.07253932036793648], "log_likelihood": -4055.9176948018726}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "pareto_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.5532770468531792, 74.04378424311618, 0.6062399891278218, 81.68114702198413], "covariance": [0.007410338264215673, 0.005635845838306207, -0.009402420826235961, -0.0217913785500368, 0.006347286188271026, -0.0041989240636040055, -0.009770564558915004, 0.09543328351690578, 0.15976074189560252, 0.28332922136474253], "log_likelihood": -14376.077415168449, "spend": {"state": "fitted", "customers": 946, "days_left_out": 0, "parameters": [6.249572271324319, 3.7442246671319386, 15.443520962587357], "covariance": [0.03626049450723878, -0.00991298480562781, -0.04976353238644605, 0.006004414327334437, 0.017154999342673075, 0.07253932036793648], "log_likelihood": -4055.9176948018726}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "mbg_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.5248431591062311, 43.281596957028995, 0.8913593907322919, 1.6140022401707208], "covariance": [0.02517093453529203, 0.014938578405764456, -0.016048101818437445, -0.044352463710410316, 0.01265710693706222, -0.009654219623440288, -0.02365926073793532, 0.03015641468245601, 0.05130044554784741, 0.11090222640281644], "log_likelihood": -14363.236951782656, "spend": {"state": "none", "customers": 946, "days_left_out": 0}}},
	# limits, and nothing to fit
	q{{"version": 1, "as_of": "1997-09-30", "model": "bg_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.10670697091775967, 0.3428569049038109], "covariance": [0.028572702479854755, 4.113906032497718e-07, 0.1268117702308569], "log_likelihood": -135.82022120142557, "spend": {"state": "one_value", "customers": 12, "days_left_out": 0, "parameters": [10]}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "pareto_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.07946253219233596, 0.027244258111987215], "covariance": [0.035867917925980417, 0.007297011638288159, 0.09063110364353148], "log_likelihood": -140.0191567986289, "spend": {"state": "means_alike", "customers": 12, "days_left_out": 3, "parameters": [2.5, 26.4], "covariance": [0.01, 0, 0.02], "log_likelihood": -40}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "mbg_nbd", "customers": 60, "repeat_customers": 30, "repeat_purchases": 700, "dropout": "split", "parameters": [51.45, 707.6, 0.5], "covariance": [0.57, 0.57, 0, 0.57, 0, 0.0667], "log_likelihood": -2915.35, "spend": {"state": "constant", "customers": 30, "days_left_out": 0, "parameters": [2.5, 26.4], "covariance": [0.01, 0, 0.02], "log_likelihood": -40}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "bg_nbd", "customers": 1000, "repeat_customers": 955, "repeat_purchases": 955, "dropout": "at_once", "parameters": [2.878, 36.4], "covariance": [0.02, 0.01, 0.03], "log_likelihood": -3662.4, "spend": {"state": "one_value", "customers": 955, "days_left_out": 0, "parameters": [10]}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "pareto_nbd", "customers": 41, "repeat_customers": 41, "repeat_purchases": 700, "dropout": "none", "parameters": [3.07, 54.3], "covariance": [0.06, 0.05, 0.07], "log_likelihood": -2527.2, "spend": {"state": "none", "customers": 0, "days_left_out": 700}}},
	q{{"version": 1, "as_of": "1997-09-30", "model": "bg_nbd", "customers": 1411, "repeat_customers": 0, "repeat_purchases": 0, "problem": "no_repeats", "spend": {"state": "none", "customers": 0, "days_left_out": 0}}},
);
# Between rows a state has a tail in the order of arrival; as a value, read
# from its text, it is canonical.
my $customers = q{
	WITH RECURSIVE c(i, s) AS (
		SELECT 0, NULL::clv_customers
		UNION ALL SELECT i + 1, clv_model_accum(s, purchase_history_in(format('{"version": 1, "days": {"2025-01-01": %s, "%s": %s, "%s": 8.25}}',
			i, date '2025-01-02' + i, i + 0.5, date '2025-03-01' + i)::cstring), date '2025-01-20' + m * 20, (ARRAY['bg_nbd', 'mbg_nbd', 'pareto_nbd'])[m])
		FROM c WHERE i < 4 + m)
	-- by its text, for only that of a state is canonical
	SELECT s::text::clv_customers FROM c ORDER BY i DESC LIMIT 1};

(
	value_summary => {
		seeds => q{
			SELECT value_summary(i % 7 * 1.25, i % 9) FROM generate_series(1, 20) AS i
			UNION ALL SELECT value_summary(i % 7 - 9, (i % 11)::bigint * 1000000007) FROM generate_series(1, 20) AS i
			UNION ALL SELECT value_summary(-i, i) FROM generate_series(1, 3) AS i
			UNION ALL SELECT value_summary(i, md5((i % 5)::text)) FROM generate_series(1, 20) AS i
			UNION ALL SELECT value_summary(i * 0.001, md5((i % 5)::text)::uuid) FROM generate_series(1, 20) AS i
			UNION ALL SELECT clv_accum(NULL, 99999999999999999999.999999, 1, 2.50)::text::value_summary},
		checks => [
			'customers($1) <= purchases($1)', '(customers($1) = 0) = (purchases($1) = 0)', 'purchase_frequency($1) >= 1',
			'abs(average_purchase_value($1) * purchases($1) - revenue($1)) <= 1e-9 * (1 + abs(revenue($1)))',
			'(clv($1, 2) IS NULL) = (customers($1) = 0)', 'clv($1, 2.5, 80) <= abs(clv($1, 2.5))',
			q{(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))},
			q{(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))},
			q{(SELECT purchases(rollup(s)) = purchases($1) + purchases($2) AND customers(rollup(s)) <= customers($1) + customers($2)
				AND revenue(rollup(s)) = revenue($1) + revenue($2) FROM (VALUES ($1), ($2)) v(s))},
		],
	},
	purchase_history => {
		seeds => "SELECT purchase_history(d * 8.5, date '1997-01-01' + d * 31) FROM generate_series(1, 4) AS d
			UNION ALL SELECT h FROM ($histories) t
			UNION ALL SELECT purchase_history(-5, '2025-01-01')
			UNION ALL SELECT purchase_history((ARRAY[10, 25, 10.5, -10, -7.25, 0])[1 + i * 7 % 6], date '2025-01-01' + i * 11 % 23) FROM generate_series(1, 40) AS i GROUP BY i % 4
			UNION ALL SELECT purchase_history(0.000000001, '4713-01-01 BC')
			UNION ALL SELECT purchase_history(99999999999999999999.999999, '5874897-12-31')",
		checks => [
			'frequency($1) >= 0', 'recency($1) >= frequency($1)', 'last_purchase($1) - first_purchase($1) = recency($1)',
			'purchases($1) > frequency($1)', '(frequency($1) = 0) = (monetary_value($1) IS NULL)', 'monetary_value($1) >= 0',
			'(purchases($1) = 0) = (first_purchase($1) IS NULL)', '(purchases($1) = 0) = (frequency($1) IS NULL)',
			q{tenure($1, '2025-03-01') = recency($1, '2025-03-01') + days_since_last_purchase($1, '2025-03-01')},
			q{(tenure($1, '2025-03-01') IS NULL) = (frequency($1, '2025-03-01') IS NULL)},
			q{(SELECT rollup(h) FROM (VALUES ($1), ($2)) v(h)) = (SELECT rollup(h) FROM (VALUES ($2), ($1)) v(h))},
			q{(SELECT rollup(h) = $1 FROM (VALUES ($1)) v(h))},
			q{(SELECT revenue(rollup(h)) = revenue($1) + revenue($2) FROM (VALUES ($1), ($2)) v(h))},
			q{(SELECT clv_model_send(m::text::clv_model) = clv_model_send(m) FROM (SELECT clv_model(h, '2025-06-30', 'bg_nbd') FROM (VALUES ($1), ($2)) v(h)) AS t(m))},
		],
	},
	purchase_log => {
		seeds => q{
			SELECT purchase_log(i % 5, (ARRAY[10, 25, 10.5, -10, -7.25, 0, 10.99])[1 + i * 7 % 7], date '2025-01-01' + i * 11 % 23) FROM generate_series(1, 40) AS i
			UNION ALL SELECT purchase_log(i::bigint * 1000000007 % 97, i * 0.01, date '2025-01-01' + i * 31 % 400) FROM generate_series(1, 30) AS i
			UNION ALL SELECT purchase_log(md5((i % 5)::text)::uuid, i - 4, date '2025-01-01' + i) FROM generate_series(1, 12) AS i
			UNION ALL SELECT purchase_log('c' || i % 4, i * 1e17, date '2025-01-01' + i % 3) FROM generate_series(1, 12) AS i
			UNION ALL SELECT purchase_log(1, -5, '2025-01-01')
			UNION ALL SELECT purchase_log('-9223372036854775808'::bigint, 0.000000000000000001, '4713-01-01 BC')
			UNION ALL SELECT purchase_log(9223372036854775807, 99999999999999999999, '5874897-12-31')
			UNION ALL SELECT '{"version": 1, "ids": "integer", "entries": []}'},
		checks => [
			'customers($1) BETWEEN 0 AND purchases($1)', '(customers($1) = 0) = (repeat_rate($1) IS NULL)', 'repeat_rate($1) BETWEEN 0 AND 100',
			'(customers($1) = 0) = (clv($1, 2) IS NULL)', 'purchases(value_summary($1)) = purchases($1)', 'revenue(value_summary($1)) = revenue($1)',
			'customers(value_summary($1)) = customers($1)', 'clv(value_summary($1), 2) = clv($1, 2)',
			q{(SELECT count(*) FILTER (WHERE purchases(history) > 0) = customers($1) AND coalesce(sum(purchases(history)), 0) = purchases($1) AND coalesce(sum(revenue(history)), 0) = revenue($1) FROM histories($1))},
			q{(SELECT coalesce(bool_and(least(recency_score, frequency_score, monetary_score) >= 1 AND greatest(recency_score, frequency_score, monetary_score) <= 5 AND days_since_last >= 0 AND purchases >= 1), true) FROM rfm($1, '2025-06-30'))},
			'$1 + $2 = $2 + $1', '$1 + $2 - $2 = $1', 'revenue($1 + $2) = revenue($1) + revenue($2)',
			q{(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))},
		],
	},
	clv_customers => {
		seeds => join(' UNION ALL ', map { (my $query = $customers) =~ s/\bm\b/$_/g; "($query)" } 1 .. 3),
		checks => [
			'clv_model_combine($1, $2)::text = clv_model_combine($2, $1)::text',
			'clv_model_combine($1, NULL) = $1',
		],
	},
	contract_model => {
		seeds => q{
			SELECT contract_model(i, (1000 / (1 + i))::bigint) FROM generate_series(0, 7) AS i
			UNION ALL SELECT contract_model_from_counts('{1000, 400}', '{600, 0}')
			UNION ALL SELECT contract_model_from_counts('{}', '{}')
			UNION ALL SELECT contract_model_accum(contract_model_accum(NULL, 1, 9), 0, 10)::text::contract_model},
		checks => [
			'customers($1) >= 0', '(log_likelihood($1) IS NULL) = (customers($1) = 0)', 'remaining_lifetime($1, 2, 10) BETWEEN 1 AND 10',
			'(SELECT bool_and(survival BETWEEN 0 AND 1 AND retention BETWEEN 0 AND 100 AND (observed BETWEEN 0 AND 1) IS NOT FALSE) FROM retention_curve($1, 12))',
			'remaining_lifetime($1, 0, NULL, 10, 1) <= 11.0000001', 'contract_model_combine($1, $1)::text = contract_model_combine($1, $1)::text',
		],
	},
	purchase_forecast => {
		seeds => q{
			SELECT '{"version": 1, "horizon": 7776000000000, "model": {"as_of": "1997-09-30", "model": "bg_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.24259452243015922, 30.89521413309489, 0.7929220172256016, 2.4259067768263525], "covariance": [0.002679390161807993, 0.0034616286617921393, -0.0004566837982482381, 0.00011153055792092213, 0.007343649910600002, -0.0008188491167358613, 0.0009828424019868724, 0.054868240561975576, 0.06405731750031199, 0.08455518688565031], "log_likelihood": -14363.530442902837, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}, "pasts": [[0, 0, 272, 1], [2, 213, 272, 1], [3, 13, 27, 50]]}'::purchase_forecast
			UNION ALL SELECT '{"version": 1, "horizon": 0, "model": {"as_of": "1997-09-30", "model": "pareto_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.0794, 0.0272], "covariance": [0.0358, 0.0072, 0.0906], "log_likelihood": -140, "spend": {"state": "one_value", "customers": 12, "days_left_out": 0, "parameters": [10]}}, "pasts": []}'
			UNION ALL SELECT '{"version": 1, "horizon": 31557600000000, "model": {"as_of": "1997-09-30", "model": "mbg_nbd", "customers": 60, "repeat_customers": 30, "repeat_purchases": 700, "dropout": "split", "parameters": [51.45, 707.6, 0.5], "covariance": [0.57, 0.57, 0, 0.57, 0, 0.0667], "log_likelihood": -2915.35, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}, "pasts": [[0, 0, 0, 3], [1, 5, 9, 1]]}'},
		checks => [
			'expected_total_combine($1, $1)::text = expected_total_combine($1, $1)::text',
			'(expected_total_final($1)).expected >= 0 AND (expected_total_final($1)).low >= 0 AND (expected_total_final($1)).high >= (expected_total_final($1)).low',
		],
	},
	clv_model => {
		seeds => join(' UNION ALL ', map { "SELECT '$_'::clv_model" } @models),
		checks => [
			'repeat_customers($1) BETWEEN 0 AND customers($1)', '(model_problem($1) IS NULL) = (log_likelihood($1) IS NOT NULL)', '(model_problem($1) IS NOT NULL) <= (spend_problem($1) IS NOT NULL)', 'days_left_out($1) >= 0',
			q{(SELECT coalesce(bool_and(estimate >= 0 AND (standard_error > 0) IS NOT FALSE AND (low >= 0 AND low <= estimate) IS NOT FALSE AND (high >= estimate) IS NOT FALSE), true) FROM model_parameters($1, 'week'))},
			q{p_alive($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}')) BETWEEN 0 AND 1},
			q{p_purchases($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}'), '90 days', 3, '2025-04-01') BETWEEN 0 AND 1},
			q{purchases_quantile($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}'), '90 days', 0.5, '2025-04-01') >= 0},
			q{p_alive($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}'), '2025-04-01', '2025-07-01') BETWEEN 0 AND 1},
			q{expected_purchases($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}'), '1 year') >= 0},
			q{predicted_clv($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5, "2025-02-01": 5, "2025-03-05": 9}}'), '1 year') >= 0},
			q{predicted_clv($1, purchase_history_in('{"version": 1, "days": {"2025-01-01": 5}}'), '20 years', 0) >= 0},
		],
	},
);
