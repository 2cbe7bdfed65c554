# Journeys: seeds, and what must hold for whatever is accepted.
(
	journey_log => {
		seeds => q{
			SELECT journey_log(i % 12, timestamptz '2025-01-01 00:00+00' + (hashint8(i) & 1023) * interval '97 minutes', (ARRAY['visit', 'trial', 'paid', 'help'])[1 + (hashint8(i * 7) & 3)]) FROM generate_series(1, 60) i
			UNION ALL SELECT journey_log((i % 3)::text, timestamptz '2025-01-01 00:00+00' + i / 3 * interval '1 hour', (ARRAY['visit', 'trial', 'paid'])[1 + i % 3]) FROM generate_series(1, 20) i
			UNION ALL SELECT journey_log(md5((i % 3)::text)::uuid, timestamptz '2025-01-01 00:00+00' + i * interval '1 second', 'visit') FROM generate_series(1, 5) i
			UNION ALL SELECT journey_log(i, t, s) FROM (VALUES (timestamptz '4714-11-24 00:00:00+00 BC', 'visit'), ('294276-12-31 23:59:59.999999+00', repeat('z', 200))) v(t, s), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (journey_log '{"version": 1, "ids": "integer", "entries": []}')},
		# ids of two kinds do not fit each other
		skip => ['rollup', 'sum', 'journey_log_combine', 'journey_log_plus'],
		checks => [
			q{users($1) >= 0},
			q{(SELECT coalesce(bool_and(s.users BETWEEN 1 AND users($1) AND events >= s.users), true) FROM steps($1) s)},
			# nobody is lost between the steps: who reached one has reached the next, may do so, or has not in time
			q{(SELECT bool_and(users >= 0 AND undecided >= 0 AND before >= users + undecided) FROM (SELECT *, lag(f.users, 1, users($1)) OVER () AS before FROM funnel($1, '{visit,trial,paid,visit}', '3 days', '2025-01-30 00:00+00') f) t)},
			q{(SELECT bool_and(conversion BETWEEN 0 AND 100 AND (low IS NULL OR low <= conversion AND conversion <= high) AND (from_previous IS NULL OR from_previous BETWEEN 0 AND 100) AND (median_time IS NULL OR median_time BETWEEN 0 AND 72)) IS NOT FALSE FROM funnel($1, '{visit,trial,paid,visit}', '3 days', '2025-01-30 00:00+00') f)},
			q{(SELECT count(*) = 0 FROM (SELECT completed(times), completed(times) + still_open(times) FROM funnel_times($1, '{visit,trial,paid}', '3 days', '2025-01-30 00:00+00') WHERE times IS NOT NULL EXCEPT SELECT users, before FROM (SELECT *, lag(f.users) OVER () AS before FROM funnel($1, '{visit,trial,paid}', '3 days', '2025-01-30 00:00+00') f) t) u)},
			# a longer window takes nobody away
			q{(SELECT bool_and(f.users <= g.users) FROM funnel($1, '{visit,trial,paid}', '3 days', '2025-01-30 00:00+00') WITH ORDINALITY f(step, users, undecided, conversion, from_previous, median_time, low, high, n) JOIN funnel($1, '{visit,trial,paid}', '9 days', '2025-01-30 00:00+00') WITH ORDINALITY g(step, users, undecided, conversion, from_previous, median_time, low, high, n) USING (n))},
			q{(SELECT coalesce(bool_and(observed BETWEEN 0 AND cohort_size AND (active IS NULL) = (observed = 0) AND (active IS NULL OR active BETWEEN 0 AND observed AND retention BETWEEN low AND high)), true) FROM journey_cohorts($1, 'visit', 'paid', 'week', '2025-02-01', '2024-12-30', 'on_or_after', NULL, true, 0.9, 'Asia/Seoul'))},
			q{(SELECT coalesce(bool_and(observed BETWEEN 0 AND cohort_size AND (active IS NULL) = (observed = 0) AND (active IS NULL OR active BETWEEN 0 AND observed AND retention BETWEEN low AND high)), true) FROM journey_cohorts($1, 'visit', 'paid', unit => '30 hours', to_date => '2025-02-01', from_date => '2024-12-30', kind => 'bracket', brackets => '{0,1,5}', with_total => true))},
			q{$1::text::jsonb -> 'ids' IS DISTINCT FROM $2::text::jsonb -> 'ids' OR ($1 + $2 = $2 + $1 AND $1 + $1 = $1 AND users($1 + $2) BETWEEN greatest(users($1), users($2)) AND users($1) + users($2))},
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))',
		],
	},
);
