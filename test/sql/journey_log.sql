--
-- Journeys: steps that users take, funnels, time between steps
--
\pset null '(null)'
SET datestyle = ISO;
SET intervalstyle = postgres;
SET timezone = 'UTC';

--
-- Worked examples
--
-- five visitors, 14 days: 1 pays in time, 2 begins the trial too late, 3 and 4 may still go on, 5 has paid before the trial
CREATE TEMP TABLE worked (u integer, at timestamptz, step text);
INSERT INTO worked VALUES
	(1, '2025-06-01', 'visit'), (1, '2025-06-02', 'trial'), (1, '2025-06-03', 'help'), (1, '2025-06-05', 'paid'),
	(2, '2025-06-01', 'visit'), (2, '2025-06-15 00:00:00.000001', 'trial'), (2, '2025-06-16', 'paid'),
	(3, '2025-06-25', 'visit'),
	(4, '2025-06-25', 'visit'), (4, '2025-06-26', 'trial'),
	(5, '2025-06-02', 'visit'), (5, '2025-06-03', 'paid'), (5, '2025-06-04', 'trial');
SELECT step, users, undecided, round(conversion, 2) AS conversion, round(from_previous, 2) AS from_previous, round(median_time, 2) AS median_time, round(low, 2) AS low, round(high, 2) AS high
FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, funnel(l, '{visit,trial,paid}', '14 days', '2025-06-30', unit => 'day');
-- of 4 decided ones 2 began a trial, of 3 one paid: Wilson's intervals of these counts
SELECT round(low, 2) AS low, round(high, 2) AS high FROM (VALUES (2, 4), (1, 3)) v(k, n), rate_interval(format('{"version": 1, "positives": %s, "negatives": %s}', k, n - k)::rate_summary);
SELECT f.* FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, funnel_times(l, '{visit,trial,paid}', '14 days', '2025-06-30') f;
SELECT step, median_duration(times, 'day') AS days, completed(times), still_open(times) FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, funnel_times(l, '{visit,trial,paid}', '14 days', '2025-06-30');
SELECT s.* FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, steps(l) s;
-- on June 15 nothing is open any more of those of June 1; a moment before it is
SELECT as_of, step, users, undecided, round(conversion, 1) AS conversion FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, unnest('{2025-06-14 23:59:59.999999,2025-06-15}'::timestamptz[]) as_of, funnel(l, '{visit,trial}', '14 days', as_of, to_date => '2025-06-02');
-- days of entries are those of the zone: user 5 came on June 1 in New York
SELECT zone, f.users FROM (SELECT journey_log(u, at, step) AS l FROM worked) t, unnest('{UTC,America/New_York}'::text[]) zone, funnel(l, '{visit}', '0 days', '2025-06-30', '2025-06-01', '2025-06-02', zone) f;

--
-- The rules
--
-- the entry that reaches furthest counts, of equals the earliest: the second visit leads to the trial, the third adds nothing
CREATE FUNCTION of_text(events text) RETURNS journey_log LANGUAGE sql IMMUTABLE AS
$$ SELECT journey_log(1, timestamptz '2025-01-01' + left(e, -1)::integer * interval '1 day', right(e, 1)) FROM unnest(string_to_array(events, ' ')) e $$;
SELECT events, steps, string_agg(f.users || coalesce(' after ' || round(f.median_time), ''), ', ' ORDER BY n) AS users
FROM (VALUES
	('0A 9A 12B', 'AB'), ('0A 1A 3B', 'AB'), ('0A 3B 4A 5B', 'AB'), ('0A 9A 10A 12B 13C', 'ABC'), ('0A 4B 9A 13B 14C', 'ABC'), ('0A 2X 3B', 'AB'),
	-- equal times: in the order of the steps, whatever their names
	('0B 0A', 'AB'), ('0A 0B', 'BA'), ('0C 0B 0A', 'ABC'), ('0A 1C 1B', 'ABC'), ('0A 1C 2B', 'ABC'),
	-- a name that is there twice needs an event for each
	('0A', 'AA'), ('0A 1A', 'AA'), ('0A 1A 2A', 'AAA'), ('0A 0B', 'ABA'), ('0A 0B 1A', 'ABA'), ('0A 0B 0C 1A', 'ABCA'), ('0A 0B 1A 1B', 'ABAB'), ('0A 0B 1A 2B', 'ABAB'), ('0B 1A 1B', 'BABA'), ('0B 1A 1B 2A', 'BABA'),
	-- the end of the window counts; a step that nobody took
	('0A 7B', 'AB'), ('0A 8B', 'AB'), ('0A 1B', 'AXB'), ('0A 1B', 'X'), ('0A 1B', 'B')) v(events, steps),
	LATERAL funnel(of_text(events), string_to_array(steps, NULL), '7 days', '2025-12-31', unit => 'day') WITH ORDINALITY f(step, users, undecided, conversion, from_previous, median_time, low, high, n)
GROUP BY events, steps ORDER BY min(length(steps)), steps COLLATE "C", events COLLATE "C";

--
-- What a row says
--
-- ids of every type; a row that is there twice, in any order and part, is one
SELECT journey_log(t::smallint, at, s) = journey_log(t, at, s) AS int2, journey_log(t::bigint, at, s) = journey_log(t, at, s) AS int8, users(journey_log(t::text, at, s)) AS of_text, users(journey_log(md5(t::text)::uuid, at, s)) AS of_uuid, journey_log(t, at, s)
FROM (VALUES (2, timestamptz '2025-01-02', 'trial'), (1, '2025-01-03', 'visit'), (2, '2025-01-01', 'visit'), (2, '2025-01-02', 'trial'), (2, '2025-01-02', 'paid'), (NULL, '2025-01-04', 'visit'), (3, NULL, 'visit'), (4, '2025-01-01', NULL)) v(t, at, s) \gx
SELECT rollup(l) = (SELECT journey_log(u, at, step) FROM worked) AS rolled_up, sum(l) = rollup(l) AS same, users(rollup(l)) FROM (SELECT journey_log(u, at, step) AS l FROM worked GROUP BY at > '2025-06-04', step UNION ALL SELECT journey_log(u, at, step) FROM worked WHERE u = 2) t;
SELECT (SELECT journey_log(u, at, step) FROM worked WHERE u < 3) + (SELECT journey_log(u, at, step) FROM worked WHERE u > 1) = (SELECT journey_log(u, at, step) FROM worked) AS plus;
-- nothing, and NULL
SELECT journey_log(NULL::integer, now(), 'x') AS log, users(NULL::journey_log), (SELECT count(*) FROM steps(NULL)) AS steps, (SELECT count(*) FROM funnel(NULL, '{x}', '1 day', now())) AS funnel, (SELECT count(*) FROM funnel_times(NULL, '{x}', '1 day', now())) AS funnel_times;
SELECT (SELECT count(*) FROM funnel(l, NULL, '1 day', now())) AS steps, (SELECT count(*) FROM funnel(l, '{x}', NULL, now())) AS within, (SELECT count(*) FROM funnel(l, '{x}', '1 day', now(), unit => NULL)) AS unit, (SELECT count(*) FROM funnel(l, '{x}', '1 day', now(), confidence => NULL)) AS confidence, (SELECT count(*) FROM funnel_times(l, NULL, '1 day', now())) AS times
FROM (SELECT journey_log(u, at, step) AS l FROM worked) t;
SELECT users(l), (SELECT count(*) FROM steps(l)) AS steps, f.* FROM (SELECT '{"version": 1, "ids": "integer", "entries": []}'::journey_log AS l) t, funnel(l, '{x,y}', '1 day', now()) f;
SELECT f.* FROM (SELECT '{"version": 1, "ids": "integer", "entries": []}'::journey_log AS l) t, funnel_times(l, '{x,y,z}', '1 day', now()) f;
-- users from the first moment to the last
SELECT step, users, undecided FROM (SELECT journey_log(1, at, step) AS l FROM (VALUES (timestamptz '4714-11-24 00:00:00+00 BC', 'a'), ('294276-12-31 23:59:59.999999+00', 'b')) v(at, step)) t, funnel(l, '{a,b}', '290000 years', '294276-12-31 23:59:59.999999');

--
-- Random users against plain SQL: the definition word by word, each entry of each user by itself
--
CREATE TEMP TABLE ev AS
SELECT DISTINCT pick(i, 1, 120)::integer AS u, timestamptz '2025-03-01' + pick(i, 2, 240) * interval '6 hours' AS at, (ARRAY['a', 'a', 'b', 'b', 'c', 'd', 'e'])[1 + pick(i, 3, 7)] AS step FROM generate_series(1, 3000) i;
CREATE INDEX ON ev (u, step, at);
ANALYZE ev;
CREATE FUNCTION plain_entries(steps text[], within interval, z timestamptz, from_date date, to_date date, zone text) RETURNS TABLE (u integer, reached integer, times timestamptz[])
LANGUAGE sql AS $$
	WITH RECURSIVE way AS (
		SELECT u, at AS entry, ARRAY[at] AS times FROM ev WHERE step = steps[1] AND at <= z AND (at AT TIME ZONE zone)::date >= coalesce(from_date, '-infinity') AND (at AT TIME ZONE zone)::date < coalesce(to_date, 'infinity')
		UNION ALL
		SELECT u, entry, times || next FROM way, LATERAL (
			-- the first event of the next step at or after the last one that is no step yet
			SELECT min(e.at) AS next FROM ev e WHERE e.u = way.u AND e.step = steps[cardinality(times) + 1] AND e.at >= times[cardinality(times)] AND e.at <= entry + within AND e.at <= z
				AND NOT EXISTS (SELECT FROM unnest(times) WITH ORDINALITY t(used, i) WHERE used = e.at AND steps[i] = e.step)) n
		WHERE cardinality(times) < cardinality(steps) AND next IS NOT NULL)
	SELECT DISTINCT ON (u) u, cardinality(times), times FROM way ORDER BY u, cardinality(times) DESC, entry
$$;
CREATE FUNCTION plain_funnel(steps text[], within interval, z timestamptz, from_date date, to_date date, zone text) RETURNS TABLE (n bigint, step text, users bigint, undecided bigint, conversion numeric, from_previous numeric, median_time numeric, times duration_summary)
LANGUAGE sql AS $$
	SELECT j, steps[j], users, undecided, 100.0 * users / nullif(entered - sum(undecided) OVER (ORDER BY j), 0), CASE WHEN j > 1 THEN 100.0 * users / nullif(lag(users) OVER (ORDER BY j) - undecided, 0) END, median_time, times
	FROM (SELECT j, count(*) FILTER (WHERE reached >= j) AS users, count(*) FILTER (WHERE reached = j - 1 AND times[1] + within > z) AS undecided, count(u) AS entered,
			(extract(epoch FROM percentile_disc(0.5) WITHIN GROUP (ORDER BY CASE WHEN reached >= j THEN times[j] - times[j - 1] END)) / 3600) AS median_time,
			duration_summary(times[j - 1], CASE WHEN reached >= j THEN times[j] END, z) FILTER (WHERE reached >= j - 1 AND j > 1) AS times
		FROM generate_series(1::bigint, cardinality(steps)) j LEFT JOIN plain_entries(steps, within, z, from_date, to_date, zone) ON true GROUP BY j) x
$$;
CREATE TEMP TABLE logs AS SELECT journey_log(u, at, step) AS l FROM ev;
CREATE TEMP TABLE tried AS
SELECT steps, within, z, from_date, to_date, zone, n, f.step, f.users, f.undecided, f.conversion, f.from_previous, f.median_time, p.users AS p_users, p.undecided AS p_undecided, p.conversion AS p_conversion, p.from_previous AS p_from_previous, p.median_time AS p_median_time
FROM logs, (VALUES ('{a,b}'::text[]), ('{a,b,c}'), ('{c,b,a}'), ('{a,b,a}'), ('{a,a,a}'), ('{b,a,b,a}'), ('{a,b,c,a,b,c}'), ('{d,d,a}'), ('{e,a,never,b}'), ('{a,b,c,d,e}')) s(steps), (VALUES (interval '0'), ('6 hours'), ('5 days'), ('30 days')) w(within),
	(VALUES (timestamptz '2025-03-20 12:00', date '2025-03-05', date '2025-03-25', 'UTC'), ('2025-04-30', NULL, NULL, 'UTC'), ('2025-04-15', '2025-04-01', NULL, 'Asia/Seoul')) o(z, from_date, to_date, zone),
	LATERAL plain_funnel(steps, within, z, from_date, to_date, zone) p LEFT JOIN LATERAL funnel(l, steps, within, z, from_date, to_date, zone) WITH ORDINALITY f(step, users, undecided, conversion, from_previous, median_time, low, high, n) USING (n);
SELECT count(*) AS compared, count(*) FILTER (WHERE users > 0) AS some, count(*) FILTER (WHERE undecided > 0) AS open, count(*) FILTER (WHERE users IS DISTINCT FROM p_users OR undecided IS DISTINCT FROM p_undecided) AS other_users,
	count(*) FILTER (WHERE round(conversion, 10) IS DISTINCT FROM round(p_conversion, 10) OR round(from_previous, 10) IS DISTINCT FROM round(p_from_previous, 10)) AS other_rates, count(*) FILTER (WHERE round(median_time, 10) IS DISTINCT FROM round(p_median_time, 10) AND n > 1) AS other_times FROM tried;
-- times between steps where every window is open still: what duration_summary() makes of them
SELECT count(*) AS compared, count(p.times) AS some, count(*) FILTER (WHERE f.times IS DISTINCT FROM p.times) AS different
FROM logs, (VALUES ('{a,b,c}'::text[]), ('{b,a,b,a}'), ('{e,a,never,b}')) s(steps), LATERAL plain_funnel(steps, '100 days', '2025-04-15', NULL, NULL, 'UTC') p JOIN LATERAL funnel_times(l, steps, '100 days', '2025-04-15') WITH ORDINALITY f(from_step, step, times, n) ON p.n = f.n + 1;
-- where windows are over, those who did not come were seen until then
SELECT f.step, completed(f.times) = e.completed AS completed, still_open(f.times) = e.still_open AS still_open, f.times = e.times AS same
FROM logs, funnel_times(l, '{a,b,c}', '5 days', '2025-03-20') WITH ORDINALITY f(from_step, step, times, i),
	LATERAL (SELECT count(*) FILTER (WHERE reached > i) AS completed, count(*) FILTER (WHERE reached = i) AS still_open, length_summary(CASE WHEN reached > i THEN times[i + 1] ELSE least(times[1] + interval '5 days', '2025-03-20') END - times[i], reached > i) AS lengths,
		duration_summary('2025-03-20'::timestamptz - (CASE WHEN reached > i THEN times[i + 1] ELSE least(times[1] + interval '5 days', '2025-03-20') END - times[i]), CASE WHEN reached > i THEN '2025-03-20'::timestamptz END, '2025-03-20') AS times FROM plain_entries('{a,b,c}', '5 days', '2025-03-20', NULL, NULL, 'UTC') WHERE reached >= i) e;
SELECT count(*), count(*) FILTER (WHERE s.users <> e.users OR s.events <> e.events) AS different FROM logs, steps(l) s FULL JOIN (SELECT step, count(DISTINCT u) AS users, count(*) AS events FROM ev GROUP BY step) e USING (step);

--
-- ClickHouse 26.7: windowFunnel(window) of the same rows, whose users at each level
-- these are; and with 'strict_order', for which nothing may lie between the steps, of
-- users who have nothing else
--
CREATE TEMP TABLE walks AS
SELECT user_id, timestamp '2025-01-01' + make_interval(secs => h1 % 864000 * 12 + k) AS at,
       (ARRAY['visit', 'trial', 'paid', 'expanded', 'other'])[1 + h2 % 5] AS step
FROM generate_series(1, 1500) AS user_id, generate_series(0, 11) AS k,
     LATERAL (SELECT md5(user_id || ' ' || k)) AS m (text),
     LATERAL (SELECT ('x' || left(text, 7))::bit(28)::int, ('x' || right(text, 7))::bit(28)::int) AS h (h1, h2);
CREATE TEMP TABLE chains AS
SELECT user_id, timestamp '2025-01-01' + make_interval(secs => user_id * 1000 + sum(h1 % 400000) OVER (PARTITION BY user_id ORDER BY k)) AS at,
       (ARRAY['visit', 'trial', 'paid', 'expanded'])[k] AS step
FROM generate_series(1, 1500) AS user_id, generate_series(1, 4) AS k,
     LATERAL (SELECT md5(user_id || ' ' || k)) AS m (text),
     LATERAL (SELECT ('x' || left(text, 7))::bit(28)::int, ('x' || right(text, 7))::bit(28)::int) AS h (h1, h2)
WHERE k <= 1 + user_id % 4;
SELECT steps, within, users, theirs, users = theirs AS agree
FROM (SELECT journey_log(user_id, at, step) AS l FROM walks) AS t,
     (VALUES ('{visit,trial,paid,expanded}'::text[], interval '6 hours', '{1401,17,0,0}'::bigint[]),
             ('{visit,trial,paid,expanded}', '1 day', '{1401,53,0,0}'), ('{visit,trial,paid,expanded}', '7 days', '{1401,359,17,1}'),
             ('{visit,trial,paid,expanded}', '30 days', '{1401,892,280,29}'), ('{visit,trial,paid,expanded}', '200 days', '{1401,1078,658,293}'),
             ('{visit,paid,visit}', '6 hours', '{1401,18,0}'), ('{visit,paid,visit}', '1 day', '{1401,63,0}'),
             ('{visit,paid,visit}', '7 days', '{1401,355,27}'), ('{visit,paid,visit}', '30 days', '{1401,859,244}'),
             ('{visit,paid,visit}', '200 days', '{1401,1073,658}')) AS clickhouse (steps, within, theirs),
     LATERAL (SELECT array_agg(f.users ORDER BY f.n)
              FROM ROWS FROM (funnel(l, steps, within, '2026-01-01')) WITH ORDINALITY
                   AS f (step, users, undecided, conversion, from_previous, median_time, low, high, n)) AS ours (users)
ORDER BY steps, within;
SELECT within, users, theirs, users = theirs AS agree
FROM (SELECT journey_log(user_id, at, step) AS l FROM chains) AS t,
     (VALUES (interval '6 hours', '{1500,64,2,0}'::bigint[]), ('1 day', '{1500,255,17,0}'),
             ('7 days', '{1500,1125,660,177}'), ('30 days', '{1500,1125,750,375}')) AS clickhouse (within, theirs),
     LATERAL (SELECT array_agg(f.users ORDER BY f.n)
              FROM ROWS FROM (funnel(l, '{visit,trial,paid,expanded}', within, '2026-01-01')) WITH ORDINALITY
                   AS f (step, users, undecided, conversion, from_previous, median_time, low, high, n)) AS ours (users)
ORDER BY within;

--
-- Who comes back: cohorts by one step, retention by another
--
-- 24 hours from each user's own start: user 1 came back after 16 minutes, user 2 after a day and two hours
CREATE TEMP TABLE evs (u integer, at timestamptz);
INSERT INTO evs VALUES (1, '2025-03-01 23:45'), (1, '2025-03-02 00:01'), (2, '2025-03-01 10:00'), (2, '2025-03-02 12:00');
SELECT 'day' AS ages, age, cohort_size, observed, active FROM (SELECT journey_log(u, at, 'event') AS l FROM evs) t, journey_cohorts(l, 'event', 'event', 'day', to_date => '2025-03-10') WHERE age < 2
UNION ALL SELECT '24 hours', age, cohort_size, observed, active FROM (SELECT journey_log(u, at, 'event') AS l FROM evs) t, journey_cohorts(l, 'event', 'event', unit => '24 hours', to_date => '2025-03-10') WHERE age < 2 ORDER BY 1 DESC, 2;
-- on March 3 a second window is over for one of them, on March 2 none is
SELECT to_date, age, cohort_size, observed, active FROM (SELECT journey_log(u, at, 'event') AS l FROM evs) t, unnest('{2025-03-02,2025-03-03,2025-03-04}'::timestamp[]) to_date, journey_cohorts(l, 'event', 'event', unit => '24 hours', to_date => to_date);
-- cohorts by sign-up, retention by reports, one on the day of the sign-up: of 3 in April 1 in month 0, 1 in month 1, 1 in month 2
CREATE TEMP TABLE su (u integer, d date);
CREATE TEMP TABLE rep (u integer, d date);
INSERT INTO su VALUES (1, '2025-04-20'), (2, '2025-04-22'), (3, '2025-04-25');
INSERT INTO rep VALUES (1, '2025-05-10'), (1, '2025-06-02'), (3, '2025-04-25'), (2, '2025-04-21');
CREATE TEMP VIEW signed_up AS SELECT journey_log(u, d::timestamp AT TIME ZONE 'UTC', step) AS l FROM (SELECT u, d, 'sign-up' AS step FROM su UNION ALL SELECT u, d, 'report' FROM rep) x;
SELECT cohort, age, cohort_size, observed, active, round(retention, 1) AS retention, round(low, 1) AS low, round(high, 1) AS high FROM signed_up, journey_cohorts(l, 'sign-up', 'report', 'month', to_date => '2025-07-01');
-- whatever the names: a report that is named before the sign-up in the order of names, and after it
SELECT name, age, active FROM unnest('{a,z}'::text[]) name, LATERAL (SELECT journey_log(1, timestamptz '2025-04-25', step) AS l FROM unnest(ARRAY['sign-up', name]) step) t, journey_cohorts(l, 'sign-up', name, 'month', to_date => '2025-05-01');
SELECT kind, cohort, age, observed, active FROM signed_up, (VALUES ('on_or_after', NULL::integer[]), ('bracket', '{0,1,3,4}')) k(kind, brackets), journey_cohorts(l, 'sign-up', 'report', 'month', '2025-07-01', kind => kind, brackets => brackets);
-- a day of sign-up in Seoul is another one, and a month too
SELECT zone, cohort, age, active FROM unnest('{UTC,Asia/Seoul}'::text[]) zone, (SELECT journey_log(1, at, 'x') AS l FROM unnest('{2025-04-30 16:00+00,2025-05-31 16:00+00}'::timestamptz[]) at) t, journey_cohorts(l, 'x', 'x', 'month', '2025-07-01', zone => zone);
SELECT zone, age, observed FROM unnest('{UTC,Asia/Seoul,America/New_York}'::text[]) zone, (SELECT journey_log(1, timestamptz '2025-03-08 00:00+00', 'x') AS l) t, journey_cohorts(l, 'x', 'x', unit => '1 hour', to_date => '2025-03-10', zone => zone, with_total => true) WHERE cohort IS NULL AND age = (SELECT max(age) FROM journey_cohorts(l, 'x', 'x', unit => '1 hour', to_date => '2025-03-10', zone => zone));
-- steps that nobody took, and NULLs
SELECT (SELECT count(*) FROM journey_cohorts(l, 'sign-ups', 'report', 'month', '2025-07-01')) AS no_start, (SELECT sum(active) FROM journey_cohorts(l, 'sign-up', 'reports', 'month', '2025-07-01')) AS no_return, (SELECT count(*) FROM journey_cohorts(NULL, 'sign-up', 'report', 'month', '2025-07-01')) AS log, (SELECT count(*) FROM journey_cohorts(l, NULL, 'report', 'month', '2025-07-01')) AS start,
	(SELECT count(*) FROM journey_cohorts(l, 'sign-up', NULL, 'month', '2025-07-01')) AS back, (SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', NULL::interval, '2025-07-01')) AS unit, (SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', 'month', NULL)) AS to_date, (SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', 'month', '2025-07-01', with_total => NULL)) AS total,
	(SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', 'month', '2025-04-01')) AS early, (SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', 'day', '4714-11-24 BC')) AS first_day,
	(SELECT count(*) FROM journey_cohorts(l, 'sign-up', 'report', unit => '1 day', to_date => '2025-07-01', with_total => NULL)) AS total_of_windows FROM signed_up;
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', '24 hours', '2025-07-01') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', 'quarter', '2025-07-01') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', unit => '24', to_date => '2025-07-01') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', unit => '0', to_date => '2025-07-01') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', unit => '1 day', to_date => '2025-07-01', grain => NULL) FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', 'month', 'infinity') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', 'month', '2025-07-01', '2025-08-01') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', 'month', '2025-07-01', zone => 'Berlin') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', 'month', '2025-07-01', kind => 'bracket') FROM signed_up$$);
SELECT failure($$SELECT journey_cohorts(l, 'sign-up', 'report', unit => '1 minute', to_date => '2075-07-01') FROM signed_up$$);
-- random users: every cell by its definition, in plain SQL; a unit in hours, or NULL for days of the calendar of the zone
CREATE FUNCTION plain_age(start timestamptz, at timestamptz, hours integer, zone text) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN hours IS NULL THEN (at AT TIME ZONE zone)::date - (start AT TIME ZONE zone)::date ELSE floor(extract(epoch FROM at - start) / 3600 / hours)::integer END $$;
SELECT coalesce(hours::text, 'days') AS unit, kind, count(*) AS cells, count(active) AS over, count(*) FILTER (WHERE size <> cohort_size OR seen <> observed OR CASE WHEN seen > 0 THEN n END IS DISTINCT FROM active OR round(retention, 10) IS DISTINCT FROM round(100.0 * n / nullif(seen, 0), 10)) AS wrong
FROM logs, (VALUES ('a', 'b', 'UTC', date '2025-03-20'), ('c', 'c', 'Asia/Seoul', '2025-03-20'), ('e', 'a', 'America/New_York', '2025-05-10')) s(start_step, return_step, zone, z), (VALUES (NULL::integer), (24), (100)) h(hours), (VALUES ('in_period', NULL::integer[]), ('on_or_after', NULL), ('bracket', '{0,1,4,9}')) k(kind, brackets),
	LATERAL (SELECT c.* FROM journey_cohorts(l, start_step, return_step, 'day', z, '2025-03-03', kind, brackets, zone => zone) c WHERE hours IS NULL UNION ALL SELECT c.* FROM journey_cohorts(l, start_step, return_step, make_interval(hours => hours), z, '2025-03-03', kind, brackets, zone => zone, grain => 'day') c WHERE hours IS NOT NULL) c,
	LATERAL (SELECT CASE kind WHEN 'bracket' THEN (SELECT min(b) FROM unnest(brackets) b WHERE b > age) ELSE age + 1 END AS until, z::timestamp AT TIME ZONE zone AS t) n,
	LATERAL (SELECT count(*) AS size, count(*) FILTER (WHERE plain_age(start, t, hours, zone) >= until) AS seen, count(*) FILTER (WHERE plain_age(start, t, hours, zone) >= until AND EXISTS (SELECT FROM ev WHERE ev.u = f.u AND step = return_step AND at >= start AND at < t AND plain_age(start, at, hours, zone) >= age AND (kind = 'on_or_after' OR plain_age(start, at, hours, zone) < until))) AS n
		FROM (SELECT u, min(at) AS start FROM ev WHERE step = start_step GROUP BY u) f WHERE start < t AND (start AT TIME ZONE zone)::date = cohort) p
WHERE age < 9 GROUP BY hours, kind ORDER BY hours NULLS FIRST, kind COLLATE "C";
-- all together, a cohort by month, and a usage_log of the same events by the same calendar
SELECT count(*) AS rows, count(*) FILTER (WHERE j.cohort_size <> u.cohort_size OR j.active IS DISTINCT FROM u.active OR j.low IS DISTINCT FROM u.low) AS different FROM logs, journey_cohorts(l, 'a', 'a', 'week', '2025-04-20') j FULL JOIN (SELECT u.* FROM (SELECT usage_log(u, at::date) AS l FROM ev WHERE step = 'a') x, cohort_retention(l, 'week', '2025-04-20') u) u USING (cohort, age);
SELECT count(*) AS ages, count(*) FILTER (WHERE t.cohort_size <> (SELECT count(DISTINCT u) FROM ev WHERE step = 'a' AND at < '2025-03-15') OR (t.observed, t.active) IS DISTINCT FROM (s.observed, s.active)) AS different FROM logs, journey_cohorts(l, 'a', 'b', unit => '50 hours', to_date => '2025-03-15', grain => 'week', with_total => true) t, LATERAL (SELECT sum(observed)::bigint AS observed, sum(active)::bigint AS active FROM journey_cohorts(l, 'a', 'b', unit => '50 hours', to_date => '2025-03-15', grain => 'week') c WHERE c.age = t.age) s WHERE t.cohort IS NULL;

--
-- Any order and parts, small and large; a user of two channels is one user
--
CREATE TEMP TABLE many AS SELECT i, pick(i, 1, 700) AS t, timestamptz '2025-01-01' + pick(i, 2, 100000) * interval '1 minute' AS at, 'step ' || pick(i, 3, 30) AS st FROM generate_series(1, 20000) i;
SELECT bool_and(a = b) AS other_order, bool_and(a = c) AS parts, bool_and(a::text::journey_log = a) AS text FROM (SELECT journey_log(t, at, st ORDER BY i) AS a, journey_log(t, at, st ORDER BY st DESC, i) AS b FROM many) x, (SELECT rollup(l) AS c FROM (SELECT journey_log(t, at, st) AS l FROM many GROUP BY i % 50) p) y;
SELECT count(*) AS rows, bool_and(f IS NOT DISTINCT FROM g) AS stored_or_not, bool_and((f).users = (h).users AND (f).undecided = (h).undecided) AS of_text
FROM (SELECT funnel(journey_log(t, at, st), '{step 1,step 2,step 3}', '20 days', '2025-03-01') AS f, funnel(journey_log(t, at, st)::text::journey_log, '{step 1,step 2,step 3}', '20 days', '2025-03-01') AS g, funnel(journey_log(t::text, at, st), '{step 1,step 2,step 3}', '20 days', '2025-03-01') AS h FROM many) x(f, g, h);
SELECT channel, f.users FROM (SELECT channel, journey_log(u, at, step) AS l FROM (VALUES (1, timestamptz '2025-01-01', 'visit', 'web'), (1, '2025-01-02', 'paid', 'app')) v(u, at, step, channel) GROUP BY ROLLUP (channel)) t, funnel(l, '{visit,paid}', '7 days', '2025-02-01') f WHERE f.step = 'paid' ORDER BY channel;
-- 64 steps, the most; one event of each, and all at one moment
SELECT last.users FROM (VALUES (0), (1)) v(days), LATERAL (SELECT journey_log(1, timestamptz '2025-01-01' + i * days * interval '1 day', i::text) AS l, array_agg(i::text ORDER BY i) AS steps FROM generate_series(1, 64) i) x, LATERAL (SELECT users FROM funnel(l, steps, '64 days', '2025-12-31') WHERE step = '64') last;

--
-- Errors
--
SELECT failure($$SELECT journey_log(1, 'infinity', 'visit')$$);
SELECT failure($$SELECT journey_log(1, now(), '')$$);
SELECT failure($$SELECT journey_log(1, now(), repeat('x', 201))$$);
SELECT failure($$SELECT journey_log(1, now(), i::text) FROM generate_series(1, 5000) i$$);
SELECT failure($$SELECT rollup(l) FROM (SELECT journey_log(1, now(), 'a') AS l UNION ALL SELECT journey_log('1', now(), 'a')) t$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{}', '1 day', now())$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a,NULL}', '1 day', now())$$);
SELECT count(*) FROM (SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), array_remove('{a,NULL}', NULL), '1 day', now())) t;
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), (SELECT array_agg(i::text) FROM generate_series(1, 65) i), '1 day', now())$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '-1 day', now())$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '14', now())$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', NULL)$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', 'infinity')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', 'infinity')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', zone => 'Seoul')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', zone => NULL)$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', unit => 'fortnight')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', '2025-02-01', confidence => 95)$$);
SELECT failure($$SELECT funnel_times(journey_log(1, timestamptz '2025-01-01', 'a'), '{a}', '1 day', NULL)$$);
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-31T09:00:00"]]}'::journey_log$$);
SELECT failure($$SELECT '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-31T09:00:00", ""]]}'::journey_log$$);

-- a step in other capitals is none of no user, but a slip
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01 12:00+00', 'Trial'), ARRAY['visit', 'trial '], '7 days', '2025-02-01')$$);
-- and so is one with other spaces around it
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01 12:00+00', 'trial'), ARRAY['visit', '  trial'], '7 days', '2025-02-01')$$);
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01 12:00+00', '   '), ARRAY['visit', ' '], '7 days', '2025-02-01')$$);

-- a user with more moments, and more of them that begin, than there is room for at first
SELECT f.* FROM (SELECT journey_log(1, timestamptz '2025-01-01 00:00+00' + i * interval '1 hour', CASE WHEN i > 200 THEN 'b' ELSE 'a' END) AS l FROM generate_series(1, 300) AS i) t, funnel_times(l, '{a,b}', '20 days', '2026-01-01 00:00+00') f;

-- Where clocks repeat midnight, the first one begins the day that is not known; where they are put back over midnight,
-- what comes after counts at the start
SELECT cohort_size, observed, active FROM (SELECT journey_log(u, at, 'a') AS l FROM (VALUES (1, timestamptz '2025-11-01 12:00+00'), (2, '2025-11-02 04:30+00'), (3, '2025-11-02 05:30+00')) AS v (u, at)) AS t, journey_cohorts(l, 'a', 'a', 'month', '2025-11-02', zone => 'America/Havana');
SELECT observed FROM (SELECT journey_log(1, timestamptz '2025-11-01 04:30+00', 'a') AS l) AS t, journey_cohorts(l, 'a', 'a', unit => '24 hours', to_date => '2025-11-02', zone => 'America/Havana');
-- the day after clocks were put back begins at its own midnight
SELECT cohort_size, observed, active FROM (SELECT journey_log(u, at, 'a') AS l FROM (VALUES (1, timestamptz '2025-10-26 22:59:59+00'), (2, '2025-10-26 23:00+00')) AS v (u, at)) AS t, journey_cohorts(l, 'a', 'a', 'month', '2025-10-27', zone => 'Europe/Berlin');
SELECT kind, cohort_size, active FROM (SELECT journey_log(u, at, step) AS l FROM (VALUES (1, timestamptz '2010-11-07 02:30:30+00', 'a'), (1, '2010-11-07 02:45+00', 'b'), (2, '2010-11-07 15:00+00', 'a'), (2, '2010-11-07 15:00+00', 'b')) AS v (u, at, step)) AS t, (VALUES ('in_period', NULL::int[]), ('on_or_after', NULL), ('bracket', '{0,1}')) AS k (kind, brackets), journey_cohorts(l, 'a', 'b', 'day', '2010-11-08', kind => kind, brackets => brackets, zone => 'America/St_Johns');
-- a step in other capitals
SELECT failure($$SELECT journey_cohorts(journey_log(1, timestamptz '2025-01-01', 'visit'), 'Visit', 'paid', 'month', '2025-02-01')$$);
SELECT failure($$SELECT journey_cohorts(journey_log(1, timestamptz '2025-01-01', 'visit'), 'visit', 'VISIT ', 'month', '2025-02-01')$$);
-- capitals beyond ASCII, where the locale of the database knows them; a grain that is NULL
SELECT failure($$SELECT funnel(journey_log(1, timestamptz '2025-01-01', 'Visit'), '{ visit}', '1 day', '2025-02-01')$$);
SELECT failure($$SELECT journey_cohorts(journey_log(1, timestamptz '2025-01-01', 'a'), 'a', 'a', grain => NULL, to_date => '2025-03-01')$$);
SELECT count(*) AS unit_null FROM journey_cohorts((SELECT journey_log(1, timestamptz '2025-01-01', 'a')), 'a', 'a', unit => NULL, to_date => '2025-03-01');
