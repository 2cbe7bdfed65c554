# Sessions: seeds, and what must hold for whatever is accepted.
my $events = q{
	SELECT u, timestamp '2025-01-01' + (hashint8(u * 100 + i) & 1023) * interval '97 seconds' AS at
	FROM generate_series(1, 12) u, generate_series(1, 1 + u * 2) i};

(
	session_summary => {
		seeds => "SELECT session_summary(at, '30 minutes') FROM ($events) t GROUP BY u
			UNION ALL SELECT session_summary(at, '60.25 seconds') FROM ($events) t WHERE u = 3
			UNION ALL SELECT session_summary(at, '10 years') FROM ($events) t
			UNION ALL SELECT session_summary(at, '1 hour') FROM (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999')) v(at)
			UNION ALL VALUES (session_summary '{\"version\": 1, \"gap\": 60}')",
		skip => ['rollup'],
		checks => [
			'sessions($1) >= 0 AND events($1) >= sessions($1)',
			'(average_session($1) IS NULL) = (sessions($1) = 0) AND (average_session($1) >= 0) IS NOT FALSE',
			'(average_session($1) <= time_in_app($1)) IS NOT FALSE',
			'(SELECT count(*) = sessions($1) AND coalesce(sum(events), 0) = events($1) AND coalesce(bool_and(ended >= started), true) FROM session_list($1))',
			'(SELECT coalesce(bool_and(started > before), true) FROM (SELECT started, lag(ended) OVER (ORDER BY started) AS before FROM session_list($1)) t)',
			q{(SELECT events($1) > 1000000 OR rollup(s) = $1 FROM (VALUES ($1)) v(s))},
			q{(SELECT events($1) > 100000000000000 OR (sessions(rollup(s)) = sessions($1) AND events(rollup(s)) = 2 * events($1)) FROM (VALUES ($1), ($1)) v(s))},
		],
	},
	event_log => {
		seeds => "SELECT event_log(u, at) FROM ($events) t
			UNION ALL SELECT event_log(u, at) FROM ($events) t WHERE u < 4
			UNION ALL SELECT event_log(u, date '2025-01-01' + i / 3) FROM generate_series(3, 4) u, generate_series(1, 20) i
			UNION ALL SELECT event_log(('00000000-0000-4000-8000-' || lpad(to_hex(u * 7919), 12, '0'))::uuid, at) FROM ($events) t WHERE u < 5
			UNION ALL SELECT event_log('user ' || u % 3 || repeat('\\\\\"', u % 2), at) FROM ($events) t WHERE u < 6
			UNION ALL SELECT event_log(i, at) FROM (VALUES (9223372036854775807), (-9223372036854775808)) u(i), (VALUES (timestamp '4714-11-24 00:00:00 BC'), ('294276-12-31 23:59:59.999999')) v(at)
			UNION ALL VALUES (event_log '{\"version\": 1, \"ids\": \"integer\", \"entries\": []}'),
				('{\"version\": 1, \"ids\": \"integer\", \"entries\": [[1, \"2025-01-31T09:00:00\", 1000000000000000], [2, \"2025-01-31T09:00:00.5\", 5000]]}')",
		checks => [
			q{users($1) BETWEEN 0 AND sessions($1, '30 minutes')},
			q{sessions($1, '30 minutes') <= sessions($1, '1 minute') AND sessions($1, '1 minute') <= events($1)},
			q{sessions($1, '30 minutes', '1 hour') BETWEEN sessions($1, '30 minutes') AND events($1)},
			q{(average_session($1, '30 minutes') IS NULL) = (sessions($1, '30 minutes') = 0)},
			q{(average_session($1, '30 minutes', 'second') BETWEEN 0 AND time_in_app($1, '30 minutes', 'second')) IS NOT FALSE},
			q{(time_in_app($1, '30 minutes', longest => '1 hour') <= time_in_app($1, '30 minutes')) IS NOT FALSE},
			q{(SELECT sum(sessions) <= sessions($1, '30 minutes') AND round(sum(minutes), 6) <= round(coalesce(time_in_app($1, '30 minutes'), 0), 6) AND bool_and(users BETWEEN 0 AND sessions AND minutes >= 0)
				FROM sessions_by_day($1, '30 minutes', '2025-01-01', '2025-02-01'))},
			q{(SELECT coalesce(sum(sessions), 0) = sessions($1, '30 minutes', '2 hours') FROM sessions_by_day($1, '30 minutes', longest => '2 hours'))},
			q{(SELECT bool_and(users <= sessions) FROM sessions_by_day($1, '30 minutes', '2025-01-01', '2025-02-01', zone => 'America/New_York'))},
			'(SELECT users(rollup(l)) BETWEEN greatest(users($1), users($2)) AND users($1) + users($2) AND events(rollup(l)) = events($1) + events($2) FROM (VALUES ($1), ($2)) v(l))',
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))', '($1 + $2) - $2 = $1', '($1 - $2) + $2 = $1', 'events($1 - $1) = 0',
			'(SELECT rollup(l) FROM (VALUES ($1), ($2)) v(l)) = (SELECT rollup(l) FROM (VALUES ($2), ($1)) v(l))',
		],
	},
);
