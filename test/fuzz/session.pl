# Sessions: seeds, and what must hold for whatever is accepted.
my $events = q{
	SELECT u, timestamp '2025-01-01' + (hashint8(u * 100 + i) & 1023) * interval '97 seconds' AS at
	FROM generate_series(1, 12) u, generate_series(1, 1 + u * 2) i};

(
	session_summary => {
		seeds => "SELECT session_summary(at, '30 minutes') FROM ($events) t GROUP BY u
			UNION ALL SELECT session_summary(at, '0.25 seconds') FROM ($events) t WHERE u = 3
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
);
