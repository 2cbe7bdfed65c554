--
-- Tickets and their states: time in states, pauses, reopened, backlog
--
\pset null '(null)'
SET datestyle = ISO;
SET intervalstyle = postgres;
SET timezone = 'UTC';

--
-- Worked examples
--
CREATE TEMP TABLE worked (ticket integer, at timestamptz, state text);
INSERT INTO worked VALUES
	(1, '2025-06-02 09:00', 'open'), (1, '2025-06-02 10:00', 'waiting'), (1, '2025-06-02 15:00', 'open'), (1, '2025-06-02 16:00', 'closed'),
	(2, '2025-06-02 10:00', 'open'), (2, '2025-06-02 11:00', 'waiting'),
	(3, '2025-06-02 09:00', 'open'), (3, '2025-06-02 15:00', 'closed');
-- the clock stops while the customer has to answer: one target of 4 hours kept, one missed, one undecided
SELECT sla_summary(l, '{closed}', '4 hours', '2025-06-02 20:00', '{waiting}') AS paused, sla_summary(l, '{closed}', '4 hours', '2025-06-02 20:00') AS never_paused, rate(sla_summary(l, '{closed}', '4 hours', '2025-06-02 20:00', '{waiting}')),
	resolution_summary(l, '{closed}', '2025-06-02 20:00', '{waiting}') AS resolution, resolution_summary(l, '{closed}', '2025-06-02 20:00') AS never_paused
FROM (SELECT ticket_log(ticket, at, state) AS l FROM worked) t \gx
SELECT s.* FROM (SELECT ticket_log(ticket, at, state) AS l FROM worked) t, time_in_state(l, '2025-06-02 20:00') s;
SELECT s.state, s.tickets, s.total FROM (SELECT ticket_log(ticket, at, state) AS l FROM worked) t, time_in_state(l, '2025-06-02 14:30', unit => 'minute') s;
SELECT s.* FROM (SELECT ticket_log(ticket, at, state) AS l FROM worked) t, backlog(l, '{open,waiting}') s;
-- waits are open hours too: 17:00 to 18:00 and 9:00 to 11:30 less 17:30 to 18:00 and 9:00 to 10:30
SELECT time_in(h, '{open}', '2025-06-03 12:00', cal) AS open, time_in(h, '{waiting}', '2025-06-03 12:00', cal) AS waiting, time_in(h, '{open,waiting}', '2025-06-03 12:00', cal) AS both, time_in(h, '{open}', '2025-06-03 12:00') AS elapsed
FROM (SELECT state_history(at, state) AS h, '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-18:00"]}}'::business_calendar AS cal
	FROM (VALUES (timestamptz '2025-06-02 17:00', 'open'), ('2025-06-02 17:30', 'waiting'), ('2025-06-03 10:30', 'open'), ('2025-06-03 11:30', 'closed')) v(at, state)) t;
-- a robot answered; the ticket was reopened days later and answered in ten minutes
CREATE TEMP TABLE robot (conversation integer, at timestamptz, kind text);
INSERT INTO robot VALUES (1, '2025-07-21 09:00', 'created'), (1, '2025-07-21 09:05', 'bot_resolved'), (1, '2025-07-25 14:00', 'reopened'), (1, '2025-07-25 14:10', 'agent_reply');
SELECT median_duration(first_response_summary(l, '{created,reopened}', '{agent_reply}', '2025-07-26'), 'minute') AS minutes,
	median_duration(first_response_summary(l, '{created}', '{agent_reply}', '2025-07-26'), 'minute') AS since_created, reopened(l, '{bot_resolved}'), reopened(l, '{bot_resolved}', '2025-07-25') AS by_then
FROM (SELECT ticket_log(conversation, at, kind) AS l FROM robot) t;
-- a wait moves a target on by its open time, also one of days; what is due at closing time may be answered in the night
CREATE TEMP TABLE due (n integer, at timestamptz, state text);
INSERT INTO due VALUES
	(1, '2025-06-02 10:00', 'open'), (1, '2025-06-03 10:00', 'closed'), (2, '2025-06-02 10:00', 'open'), (2, '2025-06-03 10:00:00.000001', 'closed'),
	(3, '2025-06-02 10:00', 'open'), (3, '2025-06-02 17:00', 'waiting'), (3, '2025-06-03 10:00', 'open'), (3, '2025-06-03 12:00', 'closed'),
	(4, '2025-06-02 10:00', 'open'), (4, '2025-06-02 17:00', 'waiting'), (4, '2025-06-03 10:00', 'open'), (4, '2025-06-03 12:00:01', 'closed'),
	(5, '2025-06-02 10:00', 'open'), (5, '2025-06-03 10:00', 'waiting'), (5, '2025-06-05 10:00', 'closed'), (6, '2025-06-02 10:00', 'open'), (6, '2025-06-03 10:01', 'waiting'),
	(7, '2025-06-02 10:00', 'open'), (7, '2025-06-02 11:00', 'waiting'), (8, '2025-06-02 10:00', 'open'), (9, '2025-06-02 10:00', 'closed');
SELECT n, sla_summary(ticket_log(n, at, state), '{closed}', '1 day', '2025-06-10', '{waiting}', cal) AS a_day, sla_summary(ticket_log(n, at, state), '{closed}', '8 hours', '2025-06-10', '{waiting}', cal) AS hours,
	sla_summary(ticket_log(n, at, state), '{closed}', '1 day', '2025-06-10', '{waiting}') AS elapsed
FROM due, (VALUES ('{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-18:00"]}}'::business_calendar)) c(cal) GROUP BY n, cal ORDER BY n;

--
-- What a row says
--
-- ids of every type; a row that is there twice, in any order and part, is one
SELECT ticket_log(t::smallint, at, s) = ticket_log(t, at, s) AS int2, ticket_log(t::bigint, at, s) = ticket_log(t, at, s) AS int8, tickets(ticket_log(t::text, at, s)) AS of_text, tickets(ticket_log(md5(t::text)::uuid, at, s)) AS of_uuid, ticket_log(t, at, s), state_history(at, s) FILTER (WHERE t = 2)
FROM (VALUES (2, timestamptz '2025-01-02', 'open'), (1, '2025-01-03', 'new'), (2, '2025-01-01', 'new'), (2, '2025-01-02', 'open'), (NULL, '2025-01-04', 'new'), (3, NULL, 'new'), (4, '2025-01-01', NULL)) v(t, at, s) \gx
SELECT rollup(l) = (SELECT ticket_log(ticket, at, state) FROM worked) AS rolled_up, sum(l) = rollup(l) AS same, tickets(rollup(l)) FROM (SELECT ticket_log(ticket, at, state) AS l FROM worked GROUP BY at > '2025-06-02 10:30', state UNION ALL SELECT ticket_log(ticket, at, state) FROM worked WHERE ticket = 2) t;
SELECT rollup(h) = (SELECT state_history(at, state) FROM worked WHERE ticket = 1) AS rolled_up, sum(h) = rollup(h) AS same FROM (SELECT state_history(at, state) AS h FROM worked WHERE ticket = 1 GROUP BY state) t;
SELECT (SELECT ticket_log(ticket, at, state) FROM worked WHERE ticket < 3) + (SELECT ticket_log(ticket, at, state) FROM worked WHERE ticket > 1) = (SELECT ticket_log(ticket, at, state) FROM worked) AS plus;
-- a state that repeats is no change; an unknown state says nothing
SELECT times_entered(h, 'open') AS open, times_entered(h, 'new') AS new, times_entered(h, 'opened') AS unknown, first_entered(h, 'open') AS first, first_entered(h, 'nowhere') AS never, state_at(h, '2024-12-31') AS before, state_at(h, '2025-01-02') AS at_that_moment, state_at(h, 'infinity') AS now,
	time_in(h, '{open}', '2025-01-08') AS in_open, time_in(h, '{open,opened,open}', '2025-01-08') AS again, time_in(h, '{opened}', '2025-01-08') AS in_unknown, time_in(h, '{}', '2025-01-08') AS in_none, time_in(h, '{open}', '2024-12-01') AS early, time_in(h, NULL, '2025-01-08') AS of_null, time_in(NULL::state_history, '{open}', '2025-01-08') AS no_history
FROM (SELECT state_history(at, s) AS h FROM (VALUES (timestamptz '2025-01-02', 'open'), ('2025-01-01', 'new'), ('2025-01-03', 'open'), ('2025-01-05', 'closed'), ('2025-01-06', 'open')) v(at, s)) t \gx
-- from after the last entry, to before the first, and a range without days; a day after the last entry
SELECT name, b.day, b.opened, b.closed, b.open_at_end
FROM (VALUES (1, 'after', timestamp '2025-03-01', NULL), (2, 'before', NULL, timestamp '2025-01-02'), (3, 'none', '2025-03-01', '2025-03-01'), (4, 'a day', '2025-03-01', '2025-03-02')) v(i, name, from_date, to_date)
	CROSS JOIN (SELECT ticket_log(1, timestamptz '2025-01-02', 'open') AS l) t LEFT JOIN LATERAL backlog(l, '{open}', from_date, to_date) b ON true ORDER BY i;
-- nothing, and NULL
SELECT ticket_log(NULL::integer, now(), 'x') AS log, state_history(NULL, 'x') AS history, tickets(NULL::ticket_log), state_at(NULL, now()), times_entered(NULL, 'x'), first_entered(NULL, 'x'), reopened(NULL, '{x}'), sla_summary(NULL, '{x}', '1 h', now()), resolution_summary(NULL, '{x}', now()), first_response_summary(NULL, '{x}', '{y}', now());
SELECT tickets(l), reopened(l, '{x}'), reopened(l, NULL) AS of_null, sla_summary(l, '{x}', '1 h', now()), sla_summary(l, '{x}', NULL, now()) AS no_target, resolution_summary(l, '{x}', now()), first_response_summary(l, '{x}', '{y}', now()), (SELECT count(*) FROM time_in_state(l, now())) AS states, (SELECT count(*) FROM backlog(l, '{x}')) AS days, (SELECT count(*) FROM backlog(NULL::ticket_log, '{x}')) AS no_log
FROM (SELECT '{"version": 1, "ids": "integer", "entries": []}'::ticket_log AS l) t;
SELECT state_at(h, now()), time_in(h, '{x}', now()), times_entered(h, 'x'), first_entered(h, 'x') FROM (SELECT '{"version": 1, "entries": []}'::state_history AS h) t;

--
-- Random tickets against plain SQL
--
CREATE TEMP TABLE cal AS SELECT '{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-12:00", "13:00-18:00"], "saturday": ["22:00-06:00"]}, "days": {"2025-03-05": [], "2025-03-07": ["09:00-11:30"]}}'::business_calendar AS c;
CREATE TEMP TABLE events AS
SELECT DISTINCT ON (t, at) pick(i, 1, 300)::integer AS t, timestamptz '2025-02-25' + (pick(i, 1, 300) * 97 + pick(i, 2, 9000)) * interval '1 minute' AS at, (ARRAY['open', 'open', 'waiting', 'closed', 'new', 'on hold'])[1 + pick(i, 3, 6)] AS st
FROM generate_series(1, 1800) i ORDER BY t, at, i;
CREATE INDEX ON events (t, at);
ANALYZE events;
CREATE TEMP VIEW as_of AS SELECT timestamptz '2025-03-20 12:00' AS z;
CREATE TEMP TABLE stays AS
SELECT t, st, at, lead(at) OVER (PARTITION BY t ORDER BY at) AS left_at, z, row_number() OVER (PARTITION BY t ORDER BY at) AS n, lag(st) OVER (PARTITION BY t ORDER BY at) AS before
FROM (SELECT *, lag(st) OVER (PARTITION BY t ORDER BY at) AS before FROM events, as_of WHERE at <= z) x WHERE st IS DISTINCT FROM before;
CREATE TEMP TABLE logs AS SELECT ticket_log(t, at, st) AS l FROM events;
SELECT count(*), count(*) FILTER (WHERE s.left_at IS NULL) AS still, (SELECT count(*) FROM events, as_of WHERE at <= z) AS rows, (SELECT count(*) FROM events, as_of WHERE at > z) AS later FROM stays s;
-- time in state, elapsed and by a calendar: the summaries have the same bytes
SELECT state, f.tickets = e.tickets AS tickets, round(f.total, 10) = round(e.total, 10) AS total, f.stays = e.stays AS stays, round(g.total, 10) = round(e.open, 10) AS open, g.stays = e.open_stays AS open_stays, g.tickets = e.tickets AS same
FROM logs, as_of, cal, time_in_state(l, z) f FULL JOIN (SELECT st AS state, count(DISTINCT t) AS tickets, sum(extract(epoch FROM coalesce(left_at, s.z) - at)) / 3600 AS total, duration_summary(at, left_at, s.z) AS stays,
		sum(extract(epoch FROM business_duration(c, at, coalesce(left_at, s.z)))) / 3600 AS open, business_duration_summary(c, at, left_at, s.z) AS open_stays FROM stays s, cal GROUP BY st) e USING (state)
	FULL JOIN (SELECT g.* FROM logs, as_of, cal, time_in_state(l, z, c) g) g USING (state) ORDER BY state;
-- the history of each ticket, minute by minute
SELECT count(*), count(*) FILTER (WHERE minutes > 0) AS some, count(*) FILTER (WHERE minutes * interval '1 minute' <> time_in(h, '{open,on hold}', until)) AS different, count(*) FILTER (WHERE open_minutes * interval '1 minute' <> time_in(h, '{open,on hold}', until, c)) AS different_by_calendar, count(*) FILTER (WHERE now IS DISTINCT FROM state_at(h, until)) AS different_now
FROM cal, (SELECT state_history(at, st) AS h, min(at) + interval '3 days' AS until, t FROM events WHERE t <= 15 GROUP BY t) x,
	LATERAL (SELECT count(*) FILTER (WHERE s IN ('open', 'on hold')) AS minutes, count(*) FILTER (WHERE s IN ('open', 'on hold') AND is_open(c, m)) AS open_minutes, (SELECT st FROM events e WHERE e.t = x.t AND e.at <= until ORDER BY at DESC LIMIT 1) AS now
		FROM generate_series(until - interval '3 days', until - interval '1 minute', '1 minute') m, LATERAL (SELECT st AS s FROM events e WHERE e.t = x.t AND e.at <= m ORDER BY at DESC LIMIT 1) y) z;
SELECT count(*), count(*) FILTER (WHERE n <> times_entered(h, s) OR f IS DISTINCT FROM first_entered(h, s)) AS different
FROM (SELECT t, state_history(at, st) AS h FROM events, as_of WHERE at <= z GROUP BY t) x, unnest(ARRAY['open', 'new', 'never']) s, LATERAL (SELECT count(*) AS n, min(at) AS f FROM stays y WHERE y.t = x.t AND st = s) z;
SELECT (SELECT array_agg(h ORDER BY ticket_id) FROM logs, histories(l) AS f(ticket_id, h)) = (SELECT array_agg(h ORDER BY t) FROM (SELECT t, state_history(at, st) AS h FROM events GROUP BY t) x) AS same_histories,
	(SELECT array_agg(h ORDER BY ticket_id) FROM (SELECT ticket_log(md5(t::text)::uuid, at, st) AS l FROM events) u, histories_uuid(l) AS f(ticket_id, h)) = (SELECT array_agg(h ORDER BY md5(t::text)::uuid) FROM (SELECT t, state_history(at, st) AS h FROM events GROUP BY t) x) AS of_uuids;
-- resolution with pauses: the time of a ticket between its first open state and its end, less what is closed or paused
CREATE TEMP TABLE resolved AS
SELECT t, bool_or(st <> 'closed') AS started, (array_agg(st ORDER BY n DESC))[1] = 'closed' AS closed, coalesce(sum(coalesce(left_at, z) - at) FILTER (WHERE st NOT IN ('closed', 'waiting', 'on hold')), '0') AS running, coalesce(sum(business_duration(c, at, coalesce(left_at, z))) FILTER (WHERE st NOT IN ('closed', 'waiting', 'on hold')), '0') AS running_open, max(at) AS last_change, min(at) FILTER (WHERE st <> 'closed') AS first_open
FROM stays, cal GROUP BY t;
SELECT count(*) AS compared, count(*) FILTER (WHERE r IS DISTINCT FROM e) AS different, min(completed) AS completed, min(still_open) AS still_open, min(not_started) AS not_started, min(n) AS never_open FROM (
	SELECT c.*::text AS r, d.*::text AS e, completed(s), still_open(s), not_started(s), (SELECT count(*) FROM resolved WHERE NOT started) AS n
	FROM logs, as_of, resolution_summary(l, '{closed}', z, '{waiting,on hold}') s, (SELECT length_summary(running, closed) FILTER (WHERE started) AS e FROM resolved) x, survival_curve(s, unit => 'minute') c FULL JOIN (SELECT d.* FROM (SELECT length_summary(running, closed) FILTER (WHERE started) AS e FROM resolved) x, survival_curve(e, unit => 'minute') d) d ON d.time = c.time) y;
SELECT count(*) AS compared, count(*) FILTER (WHERE r IS DISTINCT FROM e) AS different FROM (
	SELECT c.*::text AS r, d.*::text AS e FROM logs, as_of, cal, resolution_summary(l, '{closed}', z, '{waiting,on hold}', cal.c) s, survival_curve(s, unit => 'minute') c FULL JOIN (SELECT d.* FROM (SELECT length_summary(running_open, closed) FILTER (WHERE started) AS e FROM resolved) x, survival_curve(e, unit => 'minute') d) d ON d.time = c.time) y;
-- targets of hours by the same clock; by days, without pauses and for tickets that were closed once
SELECT hours, sla_summary(l, '{closed}', hours * interval '1 hour', z, '{waiting,on hold}') = (SELECT rate_summary(CASE WHEN NOT started THEN NULL WHEN running > hours * interval '1 hour' THEN false WHEN closed THEN true END) FROM resolved) AS elapsed,
	sla_summary(l, '{closed}', hours * interval '1 hour', z, '{waiting,on hold}', c) = (SELECT rate_summary(CASE WHEN NOT started THEN NULL WHEN running_open > hours * interval '1 hour' THEN false WHEN closed THEN true END) FROM resolved) AS open, rate(sla_summary(l, '{closed}', hours * interval '1 hour', z, '{waiting,on hold}', c)) > 0 AS some
FROM logs, as_of, cal, unnest(ARRAY[0, 3, 8, 20, 40]) hours;
SELECT days, sla_summary((SELECT ticket_log(t, at, st) FROM events WHERE t IN (SELECT t FROM stays GROUP BY t HAVING count(*) FILTER (WHERE st = 'closed') < 2 AND count(*) > count(*) FILTER (WHERE st = 'closed')) AND NOT EXISTS (SELECT FROM stays s WHERE s.t = events.t AND s.st = 'closed' AND s.left_at IS NOT NULL)), '{closed}', days * interval '1 day', z, calendar => c)
	= (SELECT rate_summary(business_within_target(c, first_open, CASE WHEN closed THEN last_change END, days * interval '1 day', z)) FROM resolved WHERE started AND t NOT IN (SELECT t FROM stays WHERE st = 'closed' AND left_at IS NOT NULL)) AS same
FROM as_of, cal, unnest(ARRAY[0, 1, 2, 5]) days;
-- reopened
SELECT reopened(l, '{closed}', z) = e AS same, reopened(l, '{closed}', z) AS reopened FROM logs, as_of, (SELECT rate_summary(CASE WHEN f IS NOT NULL THEN EXISTS (SELECT FROM stays s WHERE s.t = x.t AND s.at > f AND s.st <> 'closed') END) AS e FROM (SELECT t, min(at) FILTER (WHERE st = 'closed') AS f FROM stays GROUP BY t) x) y;
-- the first answer after the last time that a ticket came into a state of the first list from another
SELECT bool_and(CASE WHEN cal THEN f ELSE g END = e) AS same, min(not_started(g)) AS not_started, min(n) AS never_opened FROM logs, as_of, (VALUES (true), (false)) v(cal), LATERAL (SELECT first_response_summary(l, '{new,on hold}', '{waiting,closed}', z, c) AS f, first_response_summary(l, '{new,on hold}', '{waiting,closed}', z) AS g FROM cal) w,
	LATERAL (SELECT CASE WHEN cal THEN business_duration_summary(c, o, a, z) ELSE duration_summary(o, a, z) END AS e, count(*) FILTER (WHERE o IS NULL) AS n FROM cal, (SELECT o, (SELECT min(at) FROM stays s WHERE s.t = x.t AND s.at > o AND st IN ('waiting', 'closed')) AS a
		FROM (SELECT t, max(at) FILTER (WHERE st IN ('new', 'on hold') AND (before IS NULL OR before NOT IN ('new', 'on hold'))) AS o FROM stays GROUP BY t) x) y) u;
-- backlog: the state at the end of each day, and every change, in a zone whose clocks change on March 9
SELECT count(*) AS days, count(*) FILTER (WHERE open_at_end > 0) AS some, count(*) FILTER (WHERE open_at_end <> at_end) AS different_at_end, count(*) FILTER (WHERE opened <> n_opened OR closed <> n_closed) AS different
FROM logs, backlog(l, '{open,new,on hold}', '2025-02-28', '2025-04-10', 'America/New_York') b,
	LATERAL (SELECT count(*) AS at_end FROM (SELECT DISTINCT ON (t) st FROM events WHERE at < (day + 1)::timestamp AT TIME ZONE 'America/New_York' ORDER BY t, at DESC) x WHERE st IN ('open', 'new', 'on hold')) y,
	LATERAL (SELECT count(*) FILTER (WHERE o AND NOT coalesce(was, false)) AS n_opened, count(*) FILTER (WHERE NOT o AND was) AS n_closed
		FROM (SELECT at, st IN ('open', 'new', 'on hold') AS o, lag(st IN ('open', 'new', 'on hold')) OVER (PARTITION BY t ORDER BY at) AS was FROM events) e WHERE (at AT TIME ZONE 'America/New_York')::date = day) z;
SELECT min(day), max(day), (SELECT min(at)::date FROM events) AS first, (SELECT max(at)::date FROM events) AS last, sum(opened) - sum(closed) = (array_agg(open_at_end ORDER BY day DESC))[1] AS adds_up FROM logs, backlog(l, '{open}');
-- the same as of tables of tickets, each of which is opened and closed once
SELECT count(*) AS days, count(*) FILTER (WHERE a IS DISTINCT FROM b) AS different FROM (SELECT ticket_log(t, at, s) AS l FROM (SELECT i AS t, timestamptz '2025-01-01' + pick(i, 1, 500) * interval '1 hour' AS o FROM generate_series(1, 200) i) x, LATERAL (VALUES (o, 'open'), (o + (1 + pick(t, 2, 90)) * interval '1 hour', 'closed')) v(at, s)) y, LATERAL backlog(l, '{open}') a
	FULL JOIN (SELECT b.* FROM (SELECT backlog_summary(o, o + (1 + pick(i, 2, 90)) * interval '1 hour') AS s FROM generate_series(1, 200) i, LATERAL (VALUES (timestamp '2025-01-01' + pick(i, 1, 500) * interval '1 hour')) v(o)) z, backlog(s) b) b USING (day);

--
-- Any order and parts, small and large, few names and many
--
CREATE TEMP TABLE many AS SELECT i, pick(i, 1, 700) AS t, timestamptz '2025-01-01' + pick(i, 2, 100000) * interval '1 minute' AS at, 'state ' || pick(i, 3, 300) AS st FROM generate_series(1, 20000) i;
SELECT bool_and(a = b) AS other_order, bool_and(a = c) AS parts, bool_and(a::text::ticket_log = a) AS text FROM (SELECT ticket_log(t, at, st ORDER BY i) AS a, ticket_log(t, at, st ORDER BY st DESC, i) AS b FROM many) x, (SELECT rollup(l) AS c FROM (SELECT ticket_log(t, at, st) AS l FROM many GROUP BY i % 50) p) y;
SELECT bool_and(a = b) AS other_order, bool_and(a = c) AS parts FROM (SELECT ticket_log(t::text, at, st ORDER BY i) AS a, ticket_log(t::text, at, st ORDER BY st DESC, i) AS b FROM many) x, (SELECT rollup(l ORDER BY g DESC) AS c FROM (SELECT i % 50 AS g, ticket_log(t::text, at, st) AS l FROM many GROUP BY i % 50) p) y;
SELECT count(*), bool_and(a = b) AS other_order, bool_and(a::text::state_history = a) AS text FROM (SELECT state_history(at, st ORDER BY i) AS a, state_history(at, st ORDER BY st, i DESC) AS b FROM many GROUP BY t) x;
-- times beyond those that fit with a number into one word; names by their bytes
SELECT l, tickets(l), l::text::ticket_log = l AS same FROM (SELECT ticket_log(i, at, s) AS l FROM (VALUES (1, timestamptz '0001-01-01', 'b'), (1, '2025-01-01', 'a'), (9, '9999-12-31', 'ab'), (2, '2025-01-01', 'A'), (2, '2025-01-02', E'tab\t"quoted"')) v(i, at, s)) t;
SELECT count(*), count(DISTINCT s) FROM (SELECT jsonb_array_elements(ticket_log(i, now(), 'state ' || i % 4096)::text::jsonb -> 'entries') ->> 2 AS s FROM generate_series(1, 5000) i) t;

--
-- Errors
--
SELECT failure($$SELECT ticket_log(1, 'infinity', 'open')$$);
SELECT failure($$SELECT state_history('-infinity', 'open')$$);
SELECT failure($$SELECT ticket_log(1, now(), '')$$);
SELECT failure($$SELECT ticket_log(1, now(), repeat('x', 201))$$);
SELECT failure($$SELECT tickets(ticket_log(i, now(), 'state ' || i)) FROM generate_series(1, 4097) i$$);
SELECT failure($$SELECT tickets(rollup(l)) FROM (SELECT ticket_log(i, now(), 'state ' || i) AS l FROM generate_series(1, 5000) i GROUP BY i % 3) t$$);
SELECT failure($$SELECT rollup(l) FROM (SELECT ticket_log(1, now(), 'x') AS l UNION ALL SELECT ticket_log('1'::text, now(), 'x')) t$$);
-- two states at one moment, in any order; a third that comes later does not help
SELECT failure($$SELECT backlog(ticket_log(17, at, s), '{open}') FROM (VALUES (timestamptz '2025-01-01 10:00', 'open'), ('2025-01-01 10:00', 'closed'), ('2025-01-01 10:00:01', 'open')) v(at, s)$$);
SELECT failure($$SELECT backlog(ticket_log(17, at, s ORDER BY s), '{open}') FROM (VALUES (timestamptz '2025-01-01 10:00', 'open'), ('2025-01-01 10:00', 'closed')) v(at, s)$$);
SELECT failure($$SELECT reopened(ticket_log('A-17'::text, timestamptz '2025-01-01 10:00', s), '{open}') FROM (VALUES ('open'), ('closed')) v(s)$$);
SELECT failure($$SELECT time_in(state_history(timestamptz '2025-01-01 10:00', s), '{open}', '2025-02-01') FROM (VALUES ('open'), ('closed')) v(s)$$);
SELECT tickets(ticket_log(17, timestamptz '2025-01-01 10:00', s)), time_in(state_history(timestamptz '2025-01-01 10:00', s), '{open}', '2024-12-31') AS before FROM (VALUES ('open'), ('closed')) v(s);
-- the way out
SELECT time_in(state_history(at + n * interval '1 microsecond', s), '{open}', '2025-01-01 11:00') FROM (VALUES (1, timestamptz '2025-01-01 10:00', 'closed'), (2, '2025-01-01 10:00', 'open')) v(n, at, s);
SELECT failure($$SELECT time_in(state_history(now(), 'open'), '{open}', NULL)$$);
SELECT failure($$SELECT time_in(state_history(now(), 'open'), '{open}', 'infinity')$$);
SELECT failure($$SELECT time_in(state_history(now(), 'open'), '{open,NULL}', now())$$);
SELECT time_in(state_history(timestamptz '2025-01-01 10:00', 'open'), array_remove('{open,NULL}', NULL), '2025-01-01 11:00');
SELECT failure($$SELECT FROM (SELECT ticket_log(1, now(), 'open') AS l) t, time_in_state(l, NULL)$$);
SELECT failure($$SELECT FROM (SELECT ticket_log(1, timestamptz '2025-01-01', 'open') AS l) t, time_in_state(l, '2025-01-02', unit => 'fortnight')$$);
SELECT failure($$SELECT resolution_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{closed}', NULL)$$);
SELECT failure($$SELECT resolution_summary(ticket_log(1, timestamptz '2025-01-01', 'waiting'), '{closed,waiting}', '2025-02-01', '{waiting}')$$);
SELECT failure($$SELECT resolution_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{NULL}', '2025-02-01')$$);
SELECT failure($$SELECT sla_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{closed}', '-1 hour', '2025-02-01')$$);
SELECT failure($$SELECT sla_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{closed}', '1 month', '2025-02-01', calendar => c) FROM cal GROUP BY c$$);
SELECT failure($$SELECT sla_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{closed}', '1 hour', NULL)$$);
SELECT failure($$SELECT first_response_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', '{open}', '2025-02-01')$$);
SELECT failure($$SELECT first_response_summary(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', '{answered}', 'infinity')$$);
SELECT failure($$SELECT reopened(ticket_log(1, timestamptz '2025-01-01', 'open'), '{closed}', NULL)$$);
SELECT failure($$SELECT backlog(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', zone => NULL)$$);
SELECT failure($$SELECT backlog(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', zone => 'Seoul')$$);
SELECT failure($$SELECT backlog(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT backlog(ticket_log(1, timestamptz '2025-01-01', 'open'), '{open}', '4000-01-01 BC')$$);
SELECT failure($$SELECT FROM (SELECT ticket_log('1'::text, now(), 'x') AS l) t, histories(l)$$);
SELECT failure($$SELECT FROM (SELECT ticket_log(1, now(), 'x') AS l) t, histories_uuid(l)$$);
-- more time than can be counted
SELECT failure($$SELECT time_in(state_history(at, s), '{a,b}', '294276-12-31') FROM (VALUES (timestamptz '4714-11-24 BC', 'a'), ('2000-01-01', 'b')) v(at, s)$$);
SELECT failure($$SELECT resolution_summary(ticket_log(1, at, s), '{c}', '294276-12-31') FROM (VALUES (timestamptz '4714-11-24 BC', 'a'), ('2000-01-01', 'b')) v(at, s)$$);
SELECT s.state, s.tickets, round(s.total) AS years FROM (SELECT ticket_log(1, at, s) AS l FROM (VALUES (timestamptz '4714-11-24 BC', 'a'), ('2000-01-01', 'b')) v(at, s)) t, time_in_state(l, '294276-12-31', unit => 'year') s;
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-31T09:00:00"]]}'::ticket_log$$);
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-31T09:00:00", 5]]}'::ticket_log$$);
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-31T09:00:00", ""]]}'::ticket_log$$);
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [["2025-01-31T09:00:00", "open"]]}'::state_history$$);
SELECT failure($$SELECT '{"version": 1, "entries": [[1, "2025-01-31T09:00:00", "open"]]}'::state_history$$);
SELECT failure($$SELECT '{"version": 1, "entries": [["today", "open"]]}'::state_history$$);

-- a state in other capitals is not one that no ticket has been in, but a slip
SELECT failure($$SELECT resolution_summary(ticket_log(1, timestamptz '2025-01-01 12:00+00', 'Solved'), ARRAY['solved'], '2025-02-01')$$);
SELECT failure($$SELECT times_entered(state_history(now(), 'open'), 'Open')$$);
SELECT failure($$SELECT first_entered(state_history(now(), 'on hold'), 'on hold ')$$);

-- Clocks that were put back over midnight: nothing is closed before it was opened
SELECT b.* FROM (SELECT ticket_log(i, at, s) AS l FROM (VALUES (2, timestamptz '2009-10-30 12:00+00', 'open'), (1, '2009-11-01 02:30:30+00', 'open'), (1, '2009-11-01 02:45+00', 'closed'), (2, '2009-11-02 12:00+00', 'closed')) AS v (i, at, s)) AS t, backlog(l, '{open}', zone => 'America/St_Johns') AS b;
SELECT b.* FROM (SELECT ticket_log(1, at, s) AS l FROM (VALUES (timestamptz '2009-11-01 02:30:30+00', 'open'), ('2009-11-01 02:45+00', 'closed')) AS v (at, s)) AS t, backlog(l, '{open}', zone => 'America/St_Johns') AS b;
-- a summary from which everything was taken away still has the days that are asked for
SELECT b.* FROM (SELECT backlog_summary(date '2025-01-01', NULL) AS s) AS t, backlog(s - s, '2025-01-01', '2025-01-03') AS b;
SELECT count(*) AS no_end FROM (SELECT backlog_summary(date '2025-01-01', NULL) AS s) AS t, backlog(s - s, '2025-01-01') AS b;
