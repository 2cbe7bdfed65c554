--
-- Service: business hours; first response, resolution, attainment and backlog
--
\pset null '(null)'
SET datestyle = ISO;
SET intervalstyle = postgres;

--
-- Worked figures: 2025-06-06 is a Friday
--
SELECT what, started, finished, business_duration(started, finished, '09:00', '17:00')
FROM (VALUES
	(1, 'within a day', timestamp '2025-06-06 10:00', timestamp '2025-06-06 10:45'), (2, 'opened before, closed after hours', '2025-06-06 07:00', '2025-06-06 20:00'),
	(3, 'over the weekend', '2025-06-06 16:30', '2025-06-09 09:15'), (4, 'on a Saturday', '2025-06-07 10:00', '2025-06-07 15:00'), (5, 'from Saturday', '2025-06-07 10:00', '2025-06-09 10:00'),
	(6, 'to Sunday', '2025-06-06 16:00', '2025-06-08 10:00'), (7, 'at night', '2025-06-05 18:00', '2025-06-06 08:00'), (8, 'a week', '2025-06-06 12:00', '2025-06-13 12:00'), (9, 'nothing', '2025-06-06 12:00', '2025-06-06 12:00'),
	(10, 'to the microsecond', '2025-06-06 16:59:59.999998', '2025-06-09 09:00:00.000003'), (11, 'a year', '2025-01-01', '2026-01-01'), (12, 'not finished', '2025-06-06', NULL), (13, 'never', '2025-06-06', 'infinity'), (14, 'not started', NULL, '2025-06-06'),
	(15, 'before 2000', '1999-12-31 16:00', '2000-01-03 10:00'), (16, 'long ago', '0001-01-01', '0001-01-08')) v(i, what, started, finished) ORDER BY i;
SELECT business_duration('2025-06-06 00:00', '2025-06-09 00:00', '00:00', '24:00', '{1,2,3,4,5,6,7}') AS around_the_clock,
	business_duration('2025-06-06 00:00', '2025-06-09 00:00', '10:00', '14:00', days => '{6}') AS saturdays, business_duration('2025-06-06 00:00', '2025-06-09 00:00', '10:00', '14:00', days => '{6,6,7}') AS weekend,
	business_duration('2025-06-06 20:00', '2025-06-07 10:00', '22:00', '24:00') + business_duration('2025-06-06 20:00', '2025-06-07 10:00', '00:00', '06:00', '{2,3,4,5,6}') AS night_shift;
-- holidays: in any order, twice, at the weekend, far away, none
SELECT business_duration('2025-12-22', '2026-01-05', '09:00', '17:00', holidays => holidays) AS hours, business_duration('2025-12-25 10:00', '2025-12-25 12:00', '09:00', '17:00', holidays => holidays) AS on_the_day,
	business_duration('2025-12-24 16:00', '2025-12-26 10:00', '09:00', '17:00', holidays => holidays) AS across, holidays
FROM (VALUES (1, '{}'::date[]), (2, NULL), (3, '{2025-12-25,2025-12-26,2026-01-01}'), (4, '{2026-01-01,2025-12-26,2025-12-25,2025-12-26}'), (5, '{2025-12-27,2025-12-28}'), (6, '{-infinity,2025-12-25,infinity}'), (7, '{2024-12-25,2025-12-25,2026-12-25}')) v(i, holidays) ORDER BY i;
-- the clocks change: a wall's hours, whatever the zone
SELECT business_duration(timestamptz '2025-03-28 16:00Z' AT TIME ZONE 'Europe/Berlin', timestamptz '2025-03-31 08:00Z' AT TIME ZONE 'Europe/Berlin', '09:00', '18:00');
SELECT business_duration(NULL, '2025-06-06', '09:00', '17:00') AS a, business_duration('2025-06-05', '2025-06-06', NULL, '17:00') AS b, business_duration('2025-06-05', '2025-06-06', '09:00', NULL) AS c, business_duration('2025-06-05', '2025-06-06', '09:00', '17:00', NULL) AS d;

-- holidays are sorted once for rows that have the same, and not for others
SELECT count(*) AS compared, count(*) FILTER (WHERE kept <> sorted) AS different, count(DISTINCT kept) AS results
FROM (SELECT business_duration('2025-02-01', '2025-05-01', '09:00', '17:00', holidays => holidays) AS kept,
		business_duration('2025-02-01', '2025-05-01', '09:00', '17:00', holidays => ARRAY(SELECT DISTINCT d FROM unnest(holidays) d ORDER BY d)) AS sorted
	FROM (SELECT ARRAY(SELECT date '2025-01-01' + pick(i / 3 % 2 * 100 + d, 8, 150)::integer FROM generate_series(1, 5 + i / 6 % 2) d) AS holidays FROM generate_series(1, 60) i) t) u;

--
-- The long way: every minute of the span, and every day of it
--
CREATE TEMP TABLE spans AS
SELECT i, started, started + pick(i, 2, CASE WHEN i % 3 = 0 THEN 2000 ELSE 14000 END) * interval '1 minute' AS finished, o * interval '30 minutes' AS opens, least(1440, (o + 1 + pick(i, 4, 20)) * 30) * interval '1 minute' AS closes,
	ARRAY(SELECT d::int FROM generate_series(1, 7) d WHERE pick(i * 7 + d, 5, 3) > 0 OR d = 1) AS days, ARRAY(SELECT (date '2025-02-20' + pick(i * 11 + d, 6, 30)::int) FROM generate_series(1, pick(i, 7, 6)) d) AS holidays
FROM (SELECT i, timestamp '2025-02-20' + pick(i, 1, 28 * 1440) * interval '1 minute' AS started, pick(i, 3, 46) AS o FROM generate_series(1, 60) i) t;
SELECT count(*), count(*) FILTER (WHERE minutes > 0) AS open, count(*) FILTER (WHERE minutes * interval '1 minute' <> business_duration(started, finished, opens::time, (CASE WHEN closes = '24:00' THEN '24:00' ELSE closes::time::text END)::time, days, holidays)) AS different
FROM (SELECT s.*, (SELECT count(*) FROM generate_series(started, finished - interval '1 minute', '1 minute') m
	WHERE m::time >= opens::time AND (closes = '24:00' OR m::time < closes::time) AND extract(isodow FROM m) = ANY (days) AND m::date <> ALL (holidays)) AS minutes FROM spans s) t;
SELECT count(*), count(*) FILTER (WHERE open > 0 * open) AS open, count(*) FILTER (WHERE open <> business_duration(started, finished, '08:20', '18:15:00.5', days, holidays)) AS different
FROM (SELECT t.*, (SELECT coalesce(sum(greatest(least(finished, d + interval '18:15:00.5') - greatest(started, d + interval '08:20'), '0')), '0') FROM generate_series(date_trunc('day', started), finished, '1 day') d
	WHERE extract(isodow FROM d) = ANY (days) AND d::date <> ALL (holidays)) AS open
	FROM (SELECT i, timestamp '1998-01-01' + pick(i, 1, 100000000000000) * interval '1 microsecond' AS started, timestamp '1998-01-01' + (pick(i, 1, 100000000000000) + pick(i, 2, 60000000000000)) * interval '1 microsecond' AS finished,
		ARRAY(SELECT d::int FROM generate_series(1, 7) d WHERE pick(i * 7 + d, 5, 3) > 0 OR d = 1) AS days, ARRAY(SELECT (date '1998-01-01' + pick(i * 31 + d, 6, 1000)::int) FROM generate_series(1, pick(i, 7, 30)) d) AS holidays
		FROM generate_series(1, 200) i) t) u;
-- it adds up over pieces of the span
SELECT count(*) FILTER (WHERE whole <> a + b) AS different FROM (SELECT business_duration(started, finished, '09:30', '17:15', days, holidays) AS whole, business_duration(started, middle, '09:30', '17:15', days, holidays) AS a, business_duration(middle, finished, '09:30', '17:15', days, holidays) AS b
	FROM (SELECT *, started + (finished - started) * pick(i, 9, 100) / 100.0 AS middle FROM spans) t) u;
-- the whole of time
SELECT business_duration('4713-01-01 BC', '294276-12-31 23:59:59.999999', '09:00', '17:00');

--
-- Tickets: what the recipes of docs/service.md say, against the long way
--
CREATE TEMP TABLE tickets AS
SELECT i, (ARRAY['chat', 'email', 'phone'])[1 + pick(i, 20, 3)::int] AS channel, opened, CASE WHEN opened + wait < '2025-07-01' AND pick(i, 21, 25) > 0 THEN opened + wait END AS answered,
	CASE WHEN opened + wait + work < '2025-07-01' AND pick(i, 21, 25) > 1 THEN opened + wait + work END AS resolved, 1 + pick(i, 22, 3) AS contacts, (pick(i, 23, 9) = 0)::int AS reopened
FROM (SELECT i, timestamp '2025-05-01' + pick(i, 24, 61 * 86400) * interval '1 second' AS opened, pick(i, 25, 200000) * interval '1 second' AS wait, pick(i, 26, 900000) * interval '1 second' AS work FROM generate_series(1, 1500) i) t;
-- half are answered within the median, the open ones included: without a tie the curve passes 0.5 there
WITH s AS (SELECT channel, duration_summary(opened, answered, '2025-07-01') AS s FROM tickets GROUP BY ROLLUP (channel)),
curve AS (SELECT channel, t, exp(sum(ln(1 - d / n)) OVER (PARTITION BY channel ORDER BY t)) AS survival FROM (SELECT c.channel, extract(epoch FROM coalesce(answered, '2025-07-01') - opened) AS t, count(answered)::float8 AS d,
		sum(count(*)) OVER (PARTITION BY c.channel ORDER BY extract(epoch FROM coalesce(answered, '2025-07-01') - opened) DESC)::float8 AS n FROM tickets, LATERAL (VALUES (tickets.channel), (NULL)) c(channel) GROUP BY 1, 2) r)
SELECT s.channel, completed(s) AS answered, still_open(s) AS unanswered, median_duration(s, 'second') = (SELECT min(t) FROM curve c WHERE c.channel IS NOT DISTINCT FROM s.channel AND survival <= 0.5) AS median,
	duration_quantile(s, 0.9, 'second') = (SELECT min(t) FROM curve c WHERE c.channel IS NOT DISTINCT FROM s.channel AND survival <= 0.1 + 1e-12) AS p90
FROM s ORDER BY s.channel;
-- channels rolled up are all channels
SELECT rollup(response) = (SELECT duration_summary(opened, answered, '2025-07-01') FROM tickets) AS response, rollup(kept) = (SELECT rate_summary(within_target(opened, answered, '4 hours', '2025-07-01')) FROM tickets) AS kept,
	rollup(once) = (SELECT rate_summary(CASE WHEN resolved IS NOT NULL THEN contacts = 1 AND reopened = 0 END) FROM tickets) AS once
FROM (SELECT channel, duration_summary(opened, answered, '2025-07-01') AS response, rate_summary(within_target(opened, answered, '4 hours', '2025-07-01')) AS kept, rate_summary(CASE WHEN resolved IS NOT NULL THEN contacts = 1 AND reopened = 0 END) AS once FROM tickets GROUP BY channel) t;
SELECT channel, positives(once) = n AS first_contact, positives(again) = r AS reopened, unknowns(once) = open AS open FROM (SELECT channel, rate_summary(CASE WHEN resolved IS NOT NULL THEN contacts = 1 AND reopened = 0 END) AS once, rate_summary(CASE WHEN resolved IS NOT NULL THEN reopened > 0 END) AS again,
	count(*) FILTER (WHERE resolved IS NOT NULL AND contacts = 1 AND reopened = 0) AS n, count(*) FILTER (WHERE resolved IS NOT NULL AND reopened = 1) AS r, count(*) FILTER (WHERE resolved IS NULL) AS open FROM tickets GROUP BY channel) t ORDER BY channel;
-- a clock that runs in business hours only: the same waits, the same attainment
CREATE TEMP TABLE clocks AS
SELECT i, opened, answered, business_duration(opened, answered, '09:00', '18:00') AS waited, business_duration(opened, '2025-07-01', '09:00', '18:00') AS age, timestamp '2025-07-01' - business_duration(opened, '2025-07-01', '09:00', '18:00') AS started FROM tickets;
SELECT count(*) FILTER (WHERE (started + waited <= '2025-07-01') IS FALSE) AS after_as_of, sla_agg(started, started + waited, '2 hours', '2025-07-01') = 100.0 * count(*) FILTER (WHERE waited <= '2 hours') / count(*) FILTER (WHERE waited IS NOT NULL OR age > '2 hours') AS attainment,
	completed(duration_summary(started, started + waited, '2025-07-01')) = count(answered) AS answered, still_open(duration_summary(started, started + waited, '2025-07-01')) = count(*) - count(answered) AS unanswered FROM clocks;
SELECT count(*) FILTER (WHERE l.n IS DISTINCT FROM c.finished OR l.open IS DISTINCT FROM c.censored) AS different, count(*) > 500 AS many FROM survival_curve((SELECT duration_summary(started, started + waited, '2025-07-01') FROM clocks), unit => 'second') c
FULL JOIN (SELECT extract(epoch FROM coalesce(waited, age)) AS t, count(waited) AS n, count(*) - count(waited) AS open FROM clocks GROUP BY 1) l ON l.t = c."time";
-- backlog: every open ticket is in one step of age
SELECT array_agg(n ORDER BY step) AS by_age, sum(n) = (SELECT count(*) FROM tickets WHERE resolved IS NULL) AS all_open FROM (SELECT width_bucket(timestamp '2025-07-01' - opened, ARRAY[interval '1 day', '3 days', '7 days', '30 days']) AS step, count(*) AS n FROM tickets WHERE resolved IS NULL GROUP BY 1) t;
-- backlog of every day: one pass, and the join of days with tickets
CREATE TEMP TABLE backlogs AS SELECT channel, backlog_summary(opened, resolved) AS s FROM tickets GROUP BY channel;
SELECT count(*), min(day), max(day), count(*) FILTER (WHERE b.opened <> (SELECT count(*) FROM tickets t WHERE t.opened::date = day) OR b.closed <> (SELECT count(*) FROM tickets t WHERE t.resolved::date = day)
	OR open_at_end <> (SELECT count(*) FROM tickets t WHERE t.opened < day + 1 AND (resolved IS NULL OR resolved >= day + 1))) AS different FROM (SELECT rollup(s) AS s FROM backlogs) x, backlog(s) b;
SELECT rollup(s) = (SELECT backlog_summary(opened, resolved) FROM tickets) AS rolled_up, rollup(s) = rollup(s)::text::backlog_summary AS same_text, (SELECT backlog_summary(opened::date, resolved::date) FROM tickets) = rollup(s) AS dates FROM backlogs;
SELECT sum(s) - (SELECT s FROM backlogs WHERE channel = 'phone') = (SELECT backlog_summary(opened, resolved) FROM tickets WHERE channel <> 'phone') AS without_phone, failure($$SELECT '{"version": 1, "days": [["2025-01-02", 2, 1]]}'::backlog_summary - '{"version": 1, "days": [["2025-01-02", 2, 0]]}'$$) FROM backlogs;
SELECT b.* FROM backlog('{"version": 1, "days": [["2025-01-05", 0, 2], ["2025-01-02", 3, 1], ["2025-01-02", 1, 0]]}'::backlog_summary) b;
SELECT b.* FROM backlog('{"version": 1, "days": [["2025-01-05", 0, 2], ["2025-01-02", 3, 1]]}'::backlog_summary, '2025-01-04', '2025-01-08') b;
SELECT count(*) AS before, (SELECT count(*) FROM backlog('{"version": 1, "days": []}'::backlog_summary)) AS empty, (SELECT count(*) FROM backlog(NULL::backlog_summary)) AS null FROM backlog('{"version": 1, "days": [["2025-01-02", 3, 1]]}'::backlog_summary, '2025-01-01', '2025-01-01') b;
SELECT backlog_summary(opened, closed) FROM (VALUES (timestamp '2025-01-01 10:00', timestamp '2025-01-01 10:00'), ('2025-01-01', 'infinity'), ('2025-01-03', NULL), (NULL, '2025-01-03')) v(opened, closed);
SELECT failure(call) FROM unnest(ARRAY[$$SELECT backlog_summary(timestamp '2025-01-02', '2025-01-01')$$, $$SELECT backlog_summary(timestamp '-infinity', '2025-01-01')$$, $$SELECT backlog_summary(timestamp '2025-01-02', '-infinity')$$, $$SELECT '{"version": 1, "days": [["2025-01-01", 1, 2]]}'::backlog_summary$$, $$SELECT '{"version": 1, "days": [["2025-01-01", 0, 0]]}'::backlog_summary$$, $$SELECT '{"version": 1}'::backlog_summary$$,
	$$SELECT '{"version": 1, "days": [], "x": 1}'::backlog_summary$$, $$SELECT backlog('{"version": 1, "days": [["2025-01-01", 1, 0]]}'::backlog_summary, '2025-01-01', '2024-01-01')$$, $$SELECT backlog('{"version": 1, "days": [["0001-01-01", 1, 0], ["5000-01-01", 1, 0]]}'::backlog_summary)$$, $$SELECT backlog('{"version": 1, "days": [["2025-01-01", 1, 0]]}'::backlog_summary, '-infinity')$$]) call;

--
-- Errors
--
\pset format unaligned
\x on
SELECT query, e.* FROM (VALUES
	(1, 'SELECT business_duration(''2025-06-06'', ''2025-06-05'', ''09:00'', ''17:00'')'), (2, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''17:00'', ''09:00'')'), (3, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''09:00'')'),
	(4, 'SELECT business_duration(''-infinity'', ''2025-06-07'', ''09:00'', ''17:00'')'), (5, 'SELECT business_duration(''infinity'', ''infinity'', ''09:00'', ''17:00'')'), (6, 'SELECT business_duration(''2025-06-06'', ''-infinity'', ''09:00'', ''17:00'')'),
	(7, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', ''{0,1}'')'), (8, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', ''{8}'')'), (9, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', ''{}'')'),
	(10, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', ''{1,NULL}'')'), (11, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', ''{{1,2}}'')'), (12, 'SELECT business_duration(''2025-06-06'', ''2025-06-07'', ''09:00'', ''17:00'', holidays => ARRAY[NULL::date])'),
	(13, 'SELECT business_duration(''4713-01-01 BC'', ''294276-12-31'', ''00:00'', ''24:00'', ''{1,2,3,4,5,6,7}'')')
	) v(i, query), LATERAL error_of(query) e ORDER BY i;
\x off
\pset format aligned
-- a timestamptz needs a time zone
SELECT (error_of('SELECT business_duration(timestamptz ''2025-06-06 00:00Z'', ''2025-06-07 00:00Z'', ''09:00'', ''17:00'')')).code;
-- whole days fit into an interval, and what is left of the first and the last one does not
SELECT (error_of(format('SELECT business_duration(%L, %L, ''00:00'', ''24:00'', ''{1,2,3,4,5,6,7}'')', at, at + interval '106751992 days 12 hours'))).message FROM (VALUES (timestamp '4713-01-01 BC')) AS v(at);
-- an array that had a NULL in it, and has none any more, is as good as any
CREATE TEMP TABLE plans (days integer[], holidays date[]);
INSERT INTO plans VALUES (ARRAY[NULL, 2, 3, 4, 5], ARRAY[NULL, date '2025-01-06']);
UPDATE plans SET days[1] = 1, holidays[1] = '2025-01-01';
SELECT business_duration('2025-01-01', '2025-01-08', '09:00', '17:00', days, holidays) FROM plans;
DROP TABLE plans;
