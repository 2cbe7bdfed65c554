# Logs of events: seeds, and what must hold for whatever is accepted.
my $events = q{
	SELECT u, timestamp '2025-01-01' + (hashint8(u * 100 + i) & 1023) * interval '97 seconds' AS at
	FROM generate_series(1, 12) u, generate_series(1, 1 + u * 2) i};

(
	event_log => {
		seeds => "SELECT event_log(u, at) FROM ($events) t
			UNION ALL SELECT event_log(u % 3, at) FROM ($events) t
			UNION ALL SELECT event_log(u::text, at) FROM ($events) t WHERE u < 6
			UNION ALL SELECT event_log(md5(u::text)::uuid, at::date) FROM ($events) t WHERE u < 6
			UNION ALL SELECT event_log(i, t) FROM (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999')) v(t), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (event_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": []}')",
		skip => ['rollup', 'sum', 'events', 'event_log_combine', 'event_log_plus', 'event_log_minus'],
		checks => [
			q{sessions($1, '0') >= sessions($1, '30 minutes') AND sessions($1, '30 minutes') >= users($1)},
			q{sessions($1, '30 minutes', '1 hour') >= sessions($1, '30 minutes')},
			q{(average_session($1, '30 minutes') IS NULL) = (sessions($1, '30 minutes') = 0) AND (average_session($1, '30 minutes') >= 0) IS NOT FALSE},
			q{(average_session($1, '30 minutes') <= time_in_app($1, '30 minutes')) IS NOT FALSE},
			q{(SELECT coalesce(sum(sessions), 0) <= sessions($1, '30 minutes') AND coalesce(bool_and(minutes >= 0 AND users <= sessions), true) FROM sessions_by_day($1, '30 minutes', '2024-12-01', '2025-03-01'))},
			q{(SELECT coalesce(sum((j ->> 2)::numeric), 0) > 1000000000000000 FROM jsonb_array_elements($1::text::jsonb -> 'entries') j) OR events($1) >= sessions($1, '30 minutes')},
			q{NOT (SELECT $1::text::jsonb -> 'ids' = $2::text::jsonb -> 'ids' AND coalesce((SELECT max((j ->> 2)::numeric) FROM jsonb_array_elements($1::text::jsonb -> 'entries') j), 0) < 400000000000000
				AND coalesce((SELECT max((j ->> 2)::numeric) FROM jsonb_array_elements($2::text::jsonb -> 'entries') j), 0) < 400000000000000)
				OR ($1 + $2 = $2 + $1 AND ($1 + $2) - $2 = $1 AND users($1 + $2) BETWEEN greatest(users($1), users($2)) AND users($1) + users($2))},
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', 'users($1 - $1) = 0',
		],
	},
);
