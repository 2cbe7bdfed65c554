# Logs of answers, and pairs of scores: seeds, and what must hold for whatever is accepted.
my $answers = q{
	SELECT u, timestamp '2025-01-01' + (hashint8(u * 100 + i) & 1023) * interval '9 hours' AS at, (hashint8(u * 100 + i + 7000) & 65535) % 11 AS score
	FROM generate_series(1, 14) u, generate_series(1, 1 + u * 2) i};

(
	answer_log => {
		seeds => "SELECT answer_log(u, at, score) FROM ($answers) t
			UNION ALL SELECT answer_log(u % 3, at, score) FROM ($answers) t
			UNION ALL SELECT answer_log(u::text, at, score) FROM ($answers) t WHERE u < 6
			UNION ALL SELECT answer_log(md5(u::text)::uuid, at::date, score) FROM ($answers) t WHERE u < 6
			UNION ALL SELECT answer_log(i, t, 10) FROM (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999')) v(t), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (answer_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": []}')",
		skip => ['rollup', 'sum', 'answer_log_combine', 'answer_log_plus'],
		checks => [
			'responses(survey_summary($1)) = answers($1) AND respondents($1) <= answers($1)',
			q{survey_summary($1, '2025-01-01', '2025-06-01') + survey_summary($1, to_date => '2025-01-01') + survey_summary($1, '2025-06-01') = survey_summary($1)},
			q{(SELECT bool_and(responses(scores) <= respondents($1) AND scores = latest_scores($1, day, 40)) FROM rolling_scores($1, '2025-02-01', '2025-02-20', 40))},
			q{(SELECT low IS NULL OR (low >= -100 AND low <= high AND high <= 100) FROM nps_interval($1, '2025-01-01', '2026-01-01'))},
			q{(SELECT change IS NULL OR (p_value IS NULL AND direction = 0) OR (low <= change AND change <= high AND (direction <> 0) = (p_value < 0.05)) FROM nps_change($1, '2025-01-01', '2025-03-01', '2025-02-01', '2026-01-01'))},
			q{(SELECT respondents(p) + unpaired(p) <= respondents($1) FROM paired_summary($1, '2025-01-01', '2025-03-01', '2025-03-01', '2026-01-01') AS p)},
			q{$1::text::jsonb -> 'ids' <> $2::text::jsonb -> 'ids' OR ($1 + $2 = $2 + $1 AND $1 + $1 = $1 AND respondents($1 + $2) BETWEEN greatest(respondents($1), respondents($2)) AND respondents($1) + respondents($2))},
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))',
		],
	},
	paired_summary => {
		seeds => "SELECT paired_summary(score, (score + u) % 11) FROM ($answers) t GROUP BY u
			UNION ALL SELECT paired_summary(9, 3)
			UNION ALL VALUES (paired_summary '{\"version\": 1}')",
		skip => ['rollup', 'sum', 'paired_combine', 'paired_uncombine', 'paired_summary_plus', 'paired_summary_minus'],
		checks => [
			'(SELECT sum(respondents) = respondents($1) AND (respondents($1) = 0 OR round(sum(share), 9) = 100) FROM score_flows($1))',
			'(SELECT change IS NULL OR (low <= change AND change <= high AND (direction = 0 OR sign(change) = direction)) FROM paired_change($1))',
			'(SELECT (change IS NULL) = (respondents($1) = 0) FROM paired_change($1))',
			'$1 - $1 = paired_summary \'{"version": 1}\'',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
);
