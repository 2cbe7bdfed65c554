# Surveys and rates: seeds, and what must hold for whatever is accepted.
(
	rate_summary => {
		seeds => q{
			SELECT rate_summary(CASE WHEN i % 5 > 0 THEN i % 3 = 0 END) FROM generate_series(1, 40) i
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "positives": 7}' UNION ALL SELECT '{"version": 1, "unknowns": 3}'
			UNION ALL SELECT '{"version": 1, "positives": 1000000000000000, "negatives": 999999999999999}'},
		checks => [
			'rate($1) BETWEEN 0 AND 100',
			'rate($1) + retention_final($1) BETWEEN 99.999999 AND 100.000001',
			'positives($1) >= 0 AND negatives($1) >= 0 AND unknowns($1) >= 0',
			'(rate($1) IS NULL) = (positives($1) + negatives($1) = 0)',
			'(SELECT low >= 0 AND low <= high AND high <= 100 AND round(rate($1), 9) BETWEEN low - 1e-9 AND high + 1e-9 FROM rate_interval($1))',
			'(SELECT low <= high AND p_value BETWEEN 0 AND 1 AND abs(change) <= 100 AND direction IN (0, sign(change)) FROM rate_change($1, $2))',
			'positives($1 + $2) = positives($1) + positives($2)', '$1 + $2 - $2 = $1',
		],
	},
	weighted_survey_summary => {
		seeds => q{
			SELECT weighted_survey_summary(CASE WHEN i % 12 < 11 THEN i % 12 END, i % 7 / 4.0) FROM generate_series(1, 100) i
			UNION ALL SELECT weighted_survey_summary(1 + i % 5, (i / 3.0)::double precision) FROM generate_series(1, 9) i
			UNION ALL SELECT weighted_survey_summary(1 + i % 7, 0) FROM generate_series(1, 9) i
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT weighted_survey_summary(NULL::integer, 1) UNION ALL SELECT weighted_survey_summary(10, 0.000000000000000001)
			UNION ALL SELECT post_stratified_summary(s, n) FROM (VALUES (survey_summary '{"version": 1, "scores": {"0": 5, "9": 2}}', 1000), ('{"version": 1, "unanswered": 1, "scores": {"8": 3}}', 700)) v(s, n)},
		# the sums of two of them may have too many digits
		skip => ['rollup'],
		checks => [
			'nps($1) BETWEEN -100 AND 100', 'nps($1) >= -100 IS NOT DISTINCT FROM mean_score($1) >= 0',
			'csat($1, 5, 10) BETWEEN 0 AND 100', 'ces($1, 9, 10) BETWEEN 0 AND 100', 'mean_score($1) BETWEEN 0 AND 10',
			'effective_responses($1) BETWEEN 0 AND responses($1) + 1e-6', '(effective_responses($1) = 0) = (nps($1) IS NULL)',
			'unanswered($1) >= 0',
			'(SELECT low BETWEEN -100 AND nps($1) AND nps($1) <= high AND high <= 100 FROM nps_interval($1))',
			'(SELECT low BETWEEN 0 AND csat($1, 9, 10) AND csat($1, 9, 10) <= high AND high <= 100 FROM csat_interval($1, 9, 10))',
			'(SELECT low >= 0 AND high <= 100 FROM ces_interval($1, 9, 10))',
			'post_stratified_nps_final($1) BETWEEN -100 AND 100',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
	survey_summary => {
		seeds => q{
			SELECT survey_summary(CASE WHEN i % 12 < 11 THEN i % 12 END) FROM generate_series(1, 100) i
			UNION ALL SELECT survey_summary(1 + i % 5) FROM generate_series(1, 9) i
			UNION ALL SELECT survey_summary(1 + i % 7) FROM generate_series(1, 9) i
			UNION ALL SELECT '{"version": 1}' UNION ALL SELECT '{"version": 1, "scores": {"10": 1}}' UNION ALL SELECT '{"version": 1, "unanswered": 3}'
			UNION ALL SELECT '{"version": 1, "scores": {"0": 1000000000000000, "9": 1000000000000000}}'},
		checks => [
			'nps($1) BETWEEN -100 AND 100',
			'(nps($1) IS NULL) = (responses($1) = 0)',
			'csat($1) BETWEEN 0 AND 100', 'ces($1) BETWEEN 0 AND 100', 'csat($1, 9, 10) BETWEEN 0 AND 100',
			'mean_score($1) BETWEEN 0 AND 10',
			'unanswered($1) >= 0 AND promoters($1) >= 0 AND passives($1) >= 0 AND detractors($1) >= 0',
			'promoters($1) + passives($1) + detractors($1) = responses($1)',
			'(SELECT count(*) = 11 AND sum(c.responses) = responses($1) AND bool_and(share BETWEEN 0 AND 100) IS NOT FALSE FROM score_counts($1) c)',
			'(SELECT low BETWEEN -100 AND high AND high <= 100 FROM nps_interval($1))',
			'(SELECT low <= high AND p_value BETWEEN 0 AND 1 AND abs(change) <= 200 AND direction IN (0, sign(change)) FROM nps_change($1, $2))',
			'rate(satisfied($1, 8, 10)) = csat($1, 8, 10)',
			'responses($1 + $2) = responses($1) + responses($2)', '$1 + $2 - $2 = $1',
		],
	},
);
