# Service: seeds, and what must hold for whatever is accepted.
my $calendar = q{'{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-12:00", "13:00-18:00:00.5"], "saturday": ["22:00-06:00"]}, "days": {"2025-12-24": ["09:00-12:00"], "2025-12-25": []}, "changes": {"2025-07-01": {"monday-sunday": ["00:00-24:00"]}}}'};

(
	business_calendar => {
		seeds => qq{
			SELECT $calendar\::business_calendar
			UNION ALL SELECT '{"version": 1, "zone": "Asia/Seoul", "hours": {"monday-friday": ["09:00-18:00"]}}'
			UNION ALL SELECT '{"version": 1, "zone": "UTC", "hours": {"sunday": ["23:59:59.999999-00:00"]}}'
			UNION ALL SELECT with_special_days('{"version": 1, "zone": "America/New_York", "hours": {"monday-sunday": ["20:00-04:00"]}}', special_days(date '2025-01-01' + i * 9, CASE WHEN i % 2 = 0 THEN time '05:00' END, CASE WHEN i % 2 = 0 THEN time '13:30' END)) FROM generate_series(1, 20) i},
		checks => [
			q{business_duration($1, '2025-01-01 00:00+00', '2026-01-01 00:00+00') BETWEEN interval '0' AND '8760 hours'},
			q{business_days($1, '2025-01-01', '2026-01-01') BETWEEN 0 AND 365},
			q{is_open($1, next_opening($1, '2025-03-05 04:00+00'))},
			q{is_open($1, '2025-03-05 04:00+00') = (next_opening($1, '2025-03-05 04:00+00') = '2025-03-05 04:00+00')},
			q{business_due($1, '2025-03-05 04:00+00', '2 days 30 minutes') >= timestamptz '2025-03-05 04:00+00'},
			q{business_duration($1, '2025-03-05 04:00+00', business_due($1, '2025-03-05 04:00+00', '01:00')) = '01:00'},
			q{business_within_target($1, '2025-03-05 04:00+00', business_due($1, '2025-03-05 04:00+00', '1 day'), '1 day', '9999-01-01')},
			q{with_special_days($1, NULL) = $1},
			q{with_special_days($1, '{"version": 1, "days": {}}') = $1},
			q{business_days(with_special_days($1, '{"version": 1, "days": {"2025-03-05": []}}'), '2025-03-05', '2025-03-06') = 0},
			q{(SELECT completed(business_duration_summary($1, '2025-03-05 04:00+00', '2025-03-06 04:00+00', '2025-04-01'))) = 1},
		],
	},
	special_days => {
		seeds => q{
			SELECT special_days(date '2025-12-20' + i, CASE WHEN i % 3 > 0 THEN time '09:00' + i * interval '1 minute' END, CASE WHEN i % 3 > 0 THEN time '12:00' END) FROM generate_series(1, 12) i
			UNION ALL SELECT special_days(date '2025-12-24', o::time, c::time) FROM (VALUES ('09:00', '12:00'), ('13:00:00.000001', '13:00:00.000002'), ('22:00', '05:30')) v(o, c)
			UNION ALL SELECT '{"version": 1, "days": {}}'
			UNION ALL SELECT '{"version": 1, "days": {"4714-11-24 BC": [], "5874897-12-31": ["00:00-24:00"]}}'},
		# two of them may overlap
		skip => ['rollup'],
		checks => [
			'$1::text::special_days = $1',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))',
		],
	},
	backlog_summary => {
		seeds => q{
			SELECT backlog_summary(date '2025-01-01' + i, CASE WHEN i % 3 > 0 THEN date '2025-01-01' + i + i * i % 9 END) FROM generate_series(1, 30) i
			UNION ALL SELECT backlog_summary(timestamp '2025-01-01 12:00', NULL)
			UNION ALL SELECT '{"version": 1, "days": []}'},
		checks => [
			'(SELECT coalesce(bool_and(opened >= 0 AND closed >= 0 AND open_at_end >= 0), true) FROM backlog($1, \'2025-01-01\', \'2025-03-01\'))',
			'(SELECT coalesce(bool_and(before + opened - closed = open_at_end), true) FROM (SELECT *, lag(open_at_end) OVER (ORDER BY day) AS before FROM backlog($1, \'2025-01-01\', \'2025-03-01\')) b WHERE before IS NOT NULL)',
			'(SELECT rollup(s) FROM (VALUES ($1), ($2)) v(s)) = (SELECT rollup(s) FROM (VALUES ($2), ($1)) v(s))',
			'(SELECT rollup(s) = $1 FROM (VALUES ($1)) v(s))', '$1 + $2 - $2 = $1', '($1 - $2) + $2 = $1',
		],
	},
	ticket_log => {
		seeds => q{
			SELECT ticket_log(i % 12, timestamptz '2025-01-01 00:00+00' + (hashint8(i) & 1023) * interval '97 minutes', (ARRAY['open', 'waiting', 'closed', 'new'])[1 + (hashint8(i * 7) & 3)]) FROM generate_series(1, 60) i
			UNION ALL SELECT ticket_log((i % 3)::text, timestamptz '2025-01-01 00:00+00' + i * interval '1 hour', 'state ' || i % 5) FROM generate_series(1, 20) i
			UNION ALL SELECT ticket_log(md5((i % 3)::text)::uuid, timestamptz '2025-01-01 00:00+00' + i * interval '1 second', 'open') FROM generate_series(1, 5) i
			UNION ALL SELECT ticket_log(i, t, s) FROM (VALUES (timestamptz '4714-11-24 00:00:00+00 BC', 'a'), ('294276-12-31 23:59:59.999999+00', repeat('z', 200))) v(t, s), (VALUES (-9223372036854775808), (9223372036854775807)) w(i)
			UNION ALL VALUES (ticket_log '{"version": 1, "ids": "integer", "entries": []}')},
		# ids of two kinds do not fit each other
		skip => ['rollup', 'sum', 'ticket_log_combine', 'ticket_log_plus'],
		checks => [
			q{tickets($1) >= 0},
			q{(SELECT coalesce(bool_and(t.tickets BETWEEN 1 AND tickets($1) AND total >= 0 AND completed(stays) + still_open(stays) >= t.tickets), true) FROM time_in_state($1, '2025-02-01 00:00+00') t)},
			q{(SELECT coalesce(sum(still_open(stays)), 0) <= tickets($1) FROM time_in_state($1, '2025-02-01 00:00+00'))},
			q{(SELECT completed(s) + still_open(s) + not_started(s) <= tickets($1) FROM resolution_summary($1, '{closed}', '2025-02-01 00:00+00', '{waiting}') s)},
			q{(SELECT completed(s) + still_open(s) + not_started(s) <= tickets($1) FROM first_response_summary($1, '{new}', '{open}', '2025-02-01 00:00+00') s)},
			q{(SELECT positives(s) + negatives(s) + unknowns(s) <= tickets($1) FROM sla_summary($1, '{closed}', '10 hours', '2025-02-01 00:00+00', '{waiting}') s)},
			q{(SELECT positives(s) + negatives(s) + unknowns(s) <= tickets($1) FROM reopened($1, '{closed}') s)},
			q{(SELECT coalesce(bool_and(opened >= 0 AND closed >= 0 AND open_at_end BETWEEN 0 AND tickets($1)), true) FROM backlog($1, '{open,new}', '2025-01-01', '2025-03-01', 'Europe/Berlin'))},
			q{$1::text::jsonb -> 'ids' IS DISTINCT FROM $2::text::jsonb -> 'ids' OR ($1 + $2 = $2 + $1 AND $1 + $1 = $1 AND tickets($1 + $2) BETWEEN greatest(tickets($1), tickets($2)) AND tickets($1) + tickets($2))},
			'(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))',
		],
	},
	state_history => {
		seeds => q{
			SELECT state_history(timestamptz '2025-01-01 00:00+00' + (hashint8(i) & 1023) * interval '97 minutes', (ARRAY['open', 'waiting', 'closed', 'new'])[1 + (hashint8(i * 7) & 3)]) FROM generate_series(1, 20) i
			UNION ALL SELECT state_history(timestamptz '4714-11-24 00:00:00+00 BC', 'open')
			UNION ALL VALUES (state_history '{"version": 1, "entries": []}')},
		checks => [
			q{(time_in($1, '{open}', '2025-02-01 00:00+00') <= time_in($1, '{open,waiting}', '2025-02-01 00:00+00'))},
			q{state_at($1, 'infinity') IS NULL OR times_entered($1, state_at($1, 'infinity')) > 0},
			q{(first_entered($1, 'open') IS NULL) = (times_entered($1, 'open') = 0)},
			q{state_at($1, first_entered($1, 'open')) = 'open'},
			'$1 + $2 = $2 + $1', '$1 + $1 = $1', '(SELECT rollup(l) = $1 FROM (VALUES ($1)) v(l))',
		],
	},
);
