--
-- Logs of usage: usage_log, and what it answers without a GROUP BY of the user
--
-- Where a case is named "Trap", it is a mistake found in SQL that people use
-- for this; the wrong figure stands beside the right one.
--
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
\pset null '~'

--
-- The aggregate
--
-- a row for each event, in any order; who or when is not known is skipped
CREATE TEMP TABLE clicks (user_id integer, day date, channel text);
INSERT INTO clicks VALUES (7, '2025-02-03', 'app'), (2, '2025-01-31', 'app'), (7, '2025-02-03', 'phone'), (7, '2025-01-31', 'phone'),
	(NULL, '2025-01-01', 'app'), (9, NULL, 'app'), (-5, '2025-02-04', 'phone'), (2, '2025-01-31', 'app');
SELECT usage_log(user_id, day) FROM clicks;
SELECT users(l), active_users_summary(l), cohort_summary(l, 'month') FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t;
SELECT usage_log(user_id, day) FROM clicks WHERE false;
SELECT usage_log(NULL::integer, day), usage_log(user_id, NULL), rollup(NULL::usage_log), sum(NULL::usage_log) FROM clicks;
SELECT users(NULL::usage_log), active_users_summary(NULL::usage_log), cohort_summary(NULL::usage_log, 'month');
SELECT (SELECT count(*) FROM active_users(NULL::usage_log)) AS active_users, (SELECT count(*) FROM active_within(NULL::usage_log, 7)) AS active_within,
	(SELECT count(*) FROM cohort_retention(NULL::usage_log, 'month', '2025-01-01')) AS cohort_retention, (SELECT count(*) FROM user_lifecycle(NULL::usage_log, 'month')) AS user_lifecycle,
	(SELECT count(*) FROM days_per_user(NULL::usage_log)) AS days_per_user, (SELECT count(*) FROM cohort_retention(l, 'month', NULL)) AS to_null, (SELECT count(*) FROM active_within(l, NULL)) AS window_null
FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t;
SELECT failure($$SELECT usage_log(1, date 'infinity')$$);
SELECT failure($$SELECT usage_log(user_id, day) FROM (VALUES (1, date '2025-01-01'), (2, '-infinity')) AS v(user_id, day)$$);

-- the kinds of ids: integers of any width are the same number, a uuid and a text are themselves
SELECT usage_log(1::smallint, date '2025-01-01') = usage_log(1, date '2025-01-01') AS smallint, usage_log(1::bigint, date '2025-01-01') = usage_log(1, date '2025-01-01') AS bigint,
	usage_log('1'::text, date '2025-01-01') = usage_log(1, date '2025-01-01') AS text;
SELECT rollup(l) FROM (VALUES (usage_log_in('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1]]}')), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 2], [9223372036854775807, "2025-01-01", 1], [-9223372036854775808, "2025-01-01", 1]]}')) AS v(l);
SELECT usage_log(id, day), users(usage_log(id, day)) FROM (VALUES (uuid '00000000-0000-0000-0000-000000000001', date '2025-01-02'), ('ffffffff-ffff-ffff-ffff-ffffffffffff', '2025-01-01'), ('7fffffff-ffff-ffff-ffff-ffffffffffff', '2025-01-01'), ('00000000-0000-0000-0000-000000000001', '2025-01-02')) AS v(id, day);
SELECT usage_log(id, day), users(usage_log(id, day)) FROM (VALUES ('anna', date '2025-01-02'), ('Anna', '2025-01-01'), ('', '2025-01-01'), ('anna', '2025-01-01')) AS v(id, day);
SELECT usage_log('anna'::varchar(9), date '2025-01-01') = usage_log('anna'::text, date '2025-01-01') AS varchar;
-- a text that is stored compressed, or out of line, is the same text
CREATE TEMP TABLE long_ids AS SELECT repeat(i::text, 30000) || i AS id, date '2025-01-01' + i % 3 AS day FROM generate_series(1, 6) AS i;
SELECT usage_log(id, day) = (SELECT usage_log(repeat(i::text, 30000) || i, date '2025-01-01' + i % 3) FROM generate_series(1, 6) AS i) AS same, users(usage_log(id, day)) FROM long_ids;
-- two texts of which a hash of 64-bit lanes makes one for free: they are two users, and two customers
SELECT count(DISTINCT id), users(usage_log(id, date '2025-01-01')), customers(value_summary(1, id))
FROM (VALUES (convert_from('\x4948424944504145504d504f4e47504e345e1254207631775e292a1f2c726b1f', 'UTF8')), (convert_from('\x464c4a484647454549454b444d4f4d452d0379115659666349424516457a1445', 'UTF8'))) AS v(id);
SELECT failure($$SELECT rollup(l) FROM (VALUES (usage_log_in('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1]]}')), ('{"version": 1, "ids": "uuid", "entries": [["00000000-0000-0000-0000-000000000001", "2025-01-01", 1]]}')) AS v(l)$$);
SELECT failure($$SELECT usage_log(1, date '2025-01-01') + usage_log('1'::text, date '2025-01-01')$$);
SELECT failure($$SELECT usage_log(1, date '2025-01-01') - usage_log('1'::text, date '2025-01-01')$$);
SELECT failure($$SELECT usage_log_accum(usage_log(1, date '2025-01-01'), 'a'::text, date '2025-01-01')$$);
SELECT failure($$SELECT usage_log_accum(usage_log_accum(NULL, 1, date '2025-01-01'), 'a'::text, date '2025-01-01')$$);

-- the ends of the calendar and of bigint, in one log
CREATE TEMP TABLE ends AS
SELECT id, day FROM (VALUES (9223372036854775807), (-9223372036854775808), (0), (34359738367), (34359738368), (-34359738368), (-34359738369)) AS i(id),
	(VALUES (date '4714-11-24 BC'), ('5874897-12-31'), ('1820-07-21'), ('1820-07-22'), ('2179-06-11'), ('2179-06-12'), ('2000-01-01')) AS d(day);
SELECT usage_log(id, day)::text::usage_log = usage_log(id, day) AS same, users(usage_log(id, day)) FROM ends;
SELECT usage_log(id, day) FROM ends WHERE id >= 34359738367;
SELECT d.* FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, days_per_user(l) AS d;
SELECT a.* FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, active_users(l, '294276-12-28', '294276-12-31') AS a;
SELECT a.* FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, active_users(l, '4714-11-24 BC', '4714-11-26 BC') AS a;
SELECT failure($$SELECT count(*) FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, active_users(l)$$);
SELECT failure($$SELECT count(*) FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, days_per_user(l, '4714-11-24 BC', '294276-12-31')$$);
SELECT failure($$SELECT count(*) FROM (SELECT usage_log(id, day) AS l FROM ends) AS t, user_lifecycle(l, 'day')$$);
-- each of what a small entry cannot hold: an id of more than 35 bits, a day before 1820 or after 2179, 2,048 events
SELECT what, l = (SELECT rollup(p ORDER BY p) FROM unnest(parts) AS p) AS same, users(l), octet_length(usage_log_send(l)) AS bytes
FROM (SELECT what, usage_log(id, day) AS l, ARRAY[usage_log(id, day) FILTER (WHERE i % 2 = 0), usage_log(id, day) FILTER (WHERE i % 2 = 1)] AS parts
	FROM (SELECT 'ids', (i % 1000) * 68719476736 - 34359738368000, date '2025-01-01' + i % 10, i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'days', i % 100, date '1820-01-01' + i % 400, i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'late days', i % 100, date '2179-01-01' + i % 400, i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'events', i % 3, date '2025-01-01' + i % 2, i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'events in order', i / 10000, date '2025-01-01', i FROM generate_series(1, 20000) AS i
		UNION ALL SELECT 'all small', i % 100, date '2025-01-01' + i % 400, i FROM generate_series(1, 20000) AS i) AS e(what, id, day, i)
	GROUP BY what) AS t ORDER BY what;
SELECT e.events, count(*) FROM (SELECT usage_log(i % 3, date '2025-01-01' + i % 2) AS l FROM generate_series(1, 20000) AS i) AS t,
	LATERAL (SELECT (j ->> 2)::integer AS events FROM jsonb_array_elements(l::text::jsonb -> 'entries') AS j) AS e GROUP BY 1 ORDER BY 1;

--
-- Text and binary form
--
SELECT text::usage_log
FROM (VALUES ('{"version": 1, "ids": "integer", "entries": []}'), ('{"version": 1, "ids": "integer", "entries": [[2, "2025-01-02", 1], [1, "2025-01-02", 1], [1, "2025-01-01", 2], [2, "2025-01-02", 3]]}'),
	('{"entries": [["00000000-0000-0000-0000-000000000001", "0044-03-15 BC", 1]], "version": 1, "ids": "uuid"}'), ('{"version": 1, "ids": "text", "entries": [["00000000000000000000000000000001", "2025-01-01", 1000000000000000]]}')) AS v(text);
SELECT usage_log_send('{"version": 1, "ids": "integer", "entries": [[1, "2000-01-01", 1], [1, "2000-01-03", 5], [300, "2000-01-02", 1]]}');
SELECT text, failure(format('SELECT %L::usage_log', text))
FROM (VALUES ('[]'), ('{"version": 1}'), ('{"version": 1, "ids": "integer"}'), ('{"version": 1, "entries": []}'), ('{"version": 2, "ids": "integer", "entries": []}'), ('{"version": 1, "ids": "bigint", "entries": []}'), ('{"version": 1, "ids": 1, "entries": []}'),
	('{"version": 1, "ids": "integer", "entries": {}}'), ('{"version": 1, "ids": "integer", "entries": [], "users": 1}'), ('{"version": 1, "ids": "integer", "entries": [1]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01"]]}'),
	('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, 1]]}'), ('{"version": 1, "ids": "integer", "entries": [["1", "2025-01-01", 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1.5, "2025-01-01", 1]]}'),
	('{"version": 1, "ids": "integer", "entries": [[9223372036854775808, "2025-01-01", 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-02-29", 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "infinity", 1]]}'),
	('{"version": 1, "ids": "integer", "entries": [[1, 20250101, 1]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 0]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1000000000000001]]}'),
	('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1000000000000000], [1, "2025-01-01", 1]]}'), ('{"version": 1, "ids": "uuid", "entries": [[1, "2025-01-01", 1]]}'), ('{"version": 1, "ids": "uuid", "entries": [["00000000-0000-0000-0000-00000000000", "2025-01-01", 1]]}'), ('{"version": 1, "ids": "uuid", "entries": [["{00000000-0000-0000-0000-000000000001}", "2025-01-01", 1]]}'),
	('{"version": 1, "ids": "text", "entries": [["anna", "2025-01-01", 1]]}'), ('{"version": 1, "ids": "text", "entries": [["0000000000000000000000000000000g", "2025-01-01", 1]]}')) AS v(text);
-- what people compare and sort
SELECT a = b AS same, a <> b AS different, a < b OR a > b AS ordered, hashint4(usage_log_hash(a)) = hashint4(usage_log_hash(a + b - b)) AS same_hash
FROM (SELECT usage_log(1, date '2025-01-01') AS a, usage_log(1, date '2025-01-02') AS b) AS t;

--
-- Rolled up, added and taken out
--
SELECT channel, usage_log(user_id, day) FROM clicks GROUP BY channel ORDER BY channel;
-- Trap: users of two channels are not the sum of the users of each; 7 is one
SELECT sum(users(l)) AS wrong, users(rollup(l)) AS users, rollup(l) = (SELECT usage_log(user_id, day) FROM clicks) AS same FROM (SELECT usage_log(user_id, day) AS l FROM clicks GROUP BY channel) AS t;
SELECT a + b = (SELECT usage_log(user_id, day) FROM clicks) AS sum, a + b - b = a AS rest, a + NULL IS NULL AS of_null, a - a AS nothing, users(a - a), active_users_summary(a - a), cohort_summary(a - a, 'month'), a - a + b = b AS and_back
FROM (SELECT usage_log(user_id, day) FILTER (WHERE channel = 'app') AS a, usage_log(user_id, day) FILTER (WHERE channel = 'phone') AS b FROM clicks) AS t;
SELECT (SELECT count(*) FROM active_users(l)) AS active_users, (SELECT count(*) FROM active_within(l, 3, '2025-01-01', '2025-02-01')) AS active_within, (SELECT count(*) FROM cohort_retention(l, 'month', '2025-01-01')) AS cohort_retention,
	(SELECT count(*) FROM user_lifecycle(l, 'month')) AS user_lifecycle, (SELECT count(*) FROM days_per_user(l)) AS days_per_user, (SELECT count(*) FROM days_per_user(l, '2025-01-01', '2025-01-08')) AS of_a_week
FROM (VALUES (usage_log_in('{"version": 1, "ids": "integer", "entries": []}'))) AS v(l);
-- more events than there are, a day that is not there, a user who is not there
SELECT failure($$SELECT usage_log(7, date '2025-02-03') - '{"version": 1, "ids": "integer", "entries": [[7, "2025-02-03", 2]]}'$$);
SELECT failure($$SELECT usage_log(7, date '2025-02-03') - usage_log(7, date '2025-02-04')$$);
SELECT failure($$SELECT usage_log(7, date '2025-02-03') - usage_log(8, date '2025-02-03')$$);
SELECT failure($$SELECT usage_log('anna'::text, date '2025-02-03') - usage_log('bob'::text, date '2025-02-03')$$);
SELECT failure($$SELECT usage_log_in('{"version": 1, "ids": "integer", "entries": [[7, "2025-02-03", 1000000000000000]]}') + usage_log(7, date '2025-02-03')$$);

--
-- Active users
--
SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l) AS a;
SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l, '2025-02-27', '2025-03-04') AS a;
SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l, '2025-02-28', '2025-03-02', window_days => 31) AS a;
SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_within(l, 3, to_date => '2025-02-04') AS a;
SELECT failure($$SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l, window_days => 90) AS a$$);
SELECT failure($$SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_within(l, 367) AS a$$);
SELECT failure($$SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l, '2025-02-01', '2025-01-01') AS a$$);
SELECT failure($$SELECT a.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, active_users(l, 'infinity') AS a$$);

--
-- Power users
--
SELECT d.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, days_per_user(l) AS d;
SELECT d.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, days_per_user(l, '2025-01-29', '2025-02-04') AS d;
SELECT d.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, days_per_user(l, from_date => '2025-02-01') AS d;
SELECT d.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, days_per_user(l, to_date => '2025-02-01') AS d;
-- L28, the days of the last 28 on which a user was active, of 40 users: as was_active() counts them day by day
CREATE TEMP TABLE l28 AS SELECT g AS u, date '2025-01-01' + k * (1 + g % 5) AS day FROM generate_series(1, 40) AS g, generate_series(0, 59) AS k;
SELECT d.* FROM (SELECT usage_log(u, day) AS l FROM l28) AS t, days_per_user(l, '2025-01-01', '2025-01-29') AS d WHERE d.users > 0;
SELECT days, count(*) FROM (SELECT u, (SELECT count(*) FILTER (WHERE was_active(a, d)) FROM generate_series(timestamp '2025-01-01', '2025-01-28', '1 day') AS d) AS days
	FROM (SELECT u, active_days(day) AS a FROM l28 GROUP BY u) AS q) AS c GROUP BY 1 ORDER BY 1;
-- a user of every day for 300 years
SELECT days, users FROM (SELECT usage_log(1, date '1800-01-01' + i) AS l FROM generate_series(0, 109999) AS i) AS t, days_per_user(l) WHERE users > 0;
SELECT failure($$SELECT days_per_user(usage_log(1, date '2025-01-01'), '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT days_per_user(usage_log(1, date '2025-01-01'), 'infinity')$$);

--
-- Cohorts and lifecycle
--
SELECT cohort, age, cohort_size, active, retention, round(low, 2) AS low, round(high, 2) AS high FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, cohort_retention(l, 'month', '2025-03-01') AS c;
SELECT c.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, user_lifecycle(l, 'week') AS c;
-- Trap: a filter of dates makes old users a cohort of the first day that is left; filter the rows that come out
CREATE TEMP TABLE old_users AS SELECT g AS u, date '2024-01-10' + 30 * k AS day FROM generate_series(1, 10) AS g, generate_series(0, 15) AS k;
SELECT 'wrong' AS way, cohort, max(cohort_size) FROM (SELECT usage_log(u, day) AS l FROM old_users WHERE day >= '2025-01-01') AS t, cohort_retention(l, 'month', '2025-05-01') GROUP BY cohort
UNION ALL SELECT 'right', cohort, max(cohort_size) FROM (SELECT usage_log(u, day) AS l FROM old_users) AS t, cohort_retention(l, 'month', '2025-05-01') WHERE cohort >= '2025-01-01' GROUP BY cohort;
SELECT 'from_date' AS way, cohort, max(cohort_size) FROM (SELECT usage_log(u, day) AS l FROM old_users) AS t, cohort_retention(l, 'month', '2025-05-01', '2025-01-01') GROUP BY cohort;
-- from_date in the middle of a month: the cohorts that begin after it
SELECT f, string_agg(DISTINCT cohort::text, ' ') AS of_log, (SELECT string_agg(DISTINCT cohort::text, ' ') FROM cohort_retention(cohort_summary(l, 'month'), '2025-04-01', f)) AS of_summary
FROM (SELECT usage_log(i, date '2025-01-15' + 31 * i) AS l FROM generate_series(0, 2) i) t, unnest('{2025-01-01,2025-01-02,2025-02-01,2025-03-31}'::timestamp[]) f, cohort_retention(l, 'month', '2025-04-01', f) GROUP BY f, l ORDER BY f;
-- Who came on or after an age: of 3 in January 2 came in February or later, 1 in March or later
CREATE TEMP TABLE returned (u integer, d date);
INSERT INTO returned VALUES (1, '2025-01-05'), (1, '2025-03-05'), (2, '2025-01-07'), (2, '2025-02-01'), (3, '2025-01-09'), (4, '2025-02-03'), (4, '2025-04-02');
CREATE TEMP VIEW returned_log AS SELECT usage_log(u, d) AS l FROM returned;
SELECT cohort, age, cohort_size, active, round(retention, 1) AS retention FROM returned_log, cohort_retention(l, 'month', '2025-04-01', kind => 'on_or_after');
-- as far as is known: what was before to_date, in a month that is not over as well; a day later is not known
SELECT to_date, cohort, age, cohort_size, active FROM returned_log, unnest('{2025-04-02,2025-04-03}'::timestamp[]) to_date, cohort_retention(l, 'month', to_date, '2025-02-01', kind => 'ON_OR_AFTER');
-- brackets: month 0, months 1 and 2, months 3 and 4; NULL where the last month of one is not over
SELECT cohort, age, cohort_size, active, round(retention, 1) AS retention, round(low, 1) AS low, round(high, 1) AS high FROM returned_log, cohort_retention(l, 'month', '2025-05-01', kind => 'bracket', brackets => '{0,1,3,5}');
-- all cohorts together: at each age those of which it is over, weighted by their users; both ways give the same rows
SELECT cohort, age, cohort_size, active, round(retention, 1) AS retention, round(low, 1) AS low, round(high, 1) AS high FROM returned_log, cohort_retention(l, 'month', '2025-04-01', with_total => true, confidence => 0.9);
SELECT count(*) AS rows, count(*) FILTER (WHERE a IS DISTINCT FROM b) AS different FROM returned_log, cohort_retention(l, 'month', '2025-04-01', with_total => true) WITH ORDINALITY a FULL JOIN (SELECT b.* FROM returned_log, cohort_retention(cohort_summary(l, 'month'), '2025-04-01', with_total => true) WITH ORDINALITY b) b USING (ordinality);
SELECT (SELECT count(*) FROM cohort_retention(l, 'month', '2025-04-01', with_total => NULL)) AS total, (SELECT count(*) FROM cohort_retention(l, 'month', '2025-04-01', confidence => NULL)) AS confidence, (SELECT count(*) FROM cohort_retention(l, 'month', '2025-01-01', kind => 'on_or_after', with_total => true)) AS early,
	(SELECT count(*) FROM cohort_retention(l, 'month', '2025-05-01', kind => 'bracket', brackets => '{7,9}')) AS no_bracket, (SELECT count(*) FROM cohort_retention(cohort_summary(l, 'month'), NULL)) AS to_null, (SELECT count(*) FROM cohort_retention(l, 'day', '4714-11-24 BC', kind => 'on_or_after')) AS first_day FROM returned_log;
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'unbounded') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => NULL) FROM returned_log$$);
SELECT failure(format('SELECT cohort_retention(cohort_summary(l, ''week''), ''2025-04-01'', kind => %L) FROM returned_log', kind)) FROM unnest('{unbounded,NULL,on_or_after}'::text[]) AS kind;
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'bracket') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', brackets => '{0,1,4}') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'bracket', brackets => '{3}') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'bracket', brackets => '{0,NULL}') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'bracket', brackets => '{-1,2}') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', kind => 'bracket', brackets => '{0,4,4}') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', '2025-05-01') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(l, 'month', '2025-04-01', confidence => 95) FROM returned_log$$);
-- a summary has no users: who came later it cannot know, and says where to ask
SELECT failure($$SELECT cohort_retention(cohort_summary(l, 'month'), '2025-04-01', kind => 'on_or_after') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(cohort_summary(l, 'month'), '2025-04-01', kind => 'bracket') FROM returned_log$$);
SELECT failure($$SELECT cohort_retention(usage_log(1, date '0001-01-01'), 'day', '290000-01-01', kind => 'on_or_after')$$);
-- Power users, days active of the last 28: who comes every day has 28, every second day 14, every fifth day 6
SELECT days, users FROM (SELECT usage_log(g, date '2025-01-01' + k * (1 + g % 5)) AS l FROM generate_series(1, 40) g, generate_series(0, 59) k) t, days_per_user(l, '2025-01-01', '2025-01-29') WHERE users > 0;
SELECT failure($$SELECT cohort_summary(usage_log(1, date '2025-01-01'), 'quarter')$$);
SELECT failure($$SELECT cohort_summary(usage_log(1, date '2025-01-01'), NULL)$$);
SELECT failure($$SELECT cohort_retention(usage_log(1, date '2025-01-01'), 'month', 'infinity')$$);
SELECT failure($$SELECT user_lifecycle(usage_log(1, date '2025-01-01'), 'hour')$$);

--
-- A row for each user
--
SELECT h.* FROM (SELECT usage_log(user_id, day) AS l FROM clicks) AS t, histories(l) AS h;
SELECT h.* FROM (SELECT usage_log(('00000000-0000-0000-0000-00000000000' || user_id)::uuid, day) AS l FROM clicks WHERE user_id > 0) AS t, histories_uuid(l) AS h;
SELECT count(*) FROM histories(NULL::usage_log);
SELECT failure($$SELECT histories(usage_log('anna'::text, date '2025-01-01'))$$);
SELECT failure($$SELECT histories(usage_log(uuid '00000000-0000-0000-0000-000000000001', date '2025-01-01'))$$);
SELECT failure($$SELECT histories_uuid(usage_log(1, date '2025-01-01'))$$);

--
-- Random rows: from the log, in two steps, and in plain SQL
--
-- 3,000 rows of 200 users in three channels, with NULLs and rows that are there twice
CREATE TEMP TABLE rows_of AS
SELECT i, CASE WHEN pick(i, 1, 40) > 0 THEN (pick(i, 2, 200) * pick(i, 3, 3)) - 100 END AS u, (ARRAY['app', 'phone', 'web'])[1 + pick(i, 4, 3)] AS channel,
	CASE WHEN pick(i, 5, 40) > 0 THEN date '2024-11-20' + pick(i, 6, 1 + pick(i, 7, 200)) END AS day
FROM generate_series(1, 3000) AS i;
INSERT INTO rows_of SELECT * FROM rows_of WHERE i % 7 = 0;
CREATE TEMP TABLE of_user AS SELECT u, active_days(day) AS days FROM rows_of WHERE u IS NOT NULL GROUP BY u;
CREATE TEMP VIEW logs AS SELECT usage_log(u, day) AS l FROM rows_of;
SELECT active_users_summary(l) = (SELECT active_users_summary(days) FROM of_user) AS active_users,
	(SELECT bool_and(cohort_summary(l, grain) = (SELECT cohort_summary(days, grain) FROM of_user)) FROM unnest('{day,week,week_sunday,month}'::text[]) AS grain) AS cohorts,
	users(l) = (SELECT count(DISTINCT u) FROM rows_of WHERE day IS NOT NULL) AS users, users(l)
FROM logs;
SELECT count(*) AS users, count(*) FILTER (WHERE h.days IS DISTINCT FROM o.days) AS wrong FROM logs, LATERAL histories(l) AS h FULL JOIN (SELECT * FROM of_user WHERE days IS NOT NULL) AS o ON o.u = h.user_id;
-- the text is that of the distinct users and days, in their order
SELECT l::text = (SELECT '{"version": 1, "ids": "integer", "entries": [' || string_agg(format('[%s, "%s", %s]', u, day, n), ', ' ORDER BY u, day) || ']}' FROM (SELECT u, day, count(*) AS n FROM rows_of WHERE u IS NOT NULL AND day IS NOT NULL GROUP BY u, day) AS d) AS same FROM logs;
-- windows, from their definition
SELECT count(*) AS days, count(*) FILTER (WHERE (a.dau, a.wau, a.mau) IS DISTINCT FROM (p.dau, p.wau, p.mau) OR w.users <> p.w90) AS wrong
FROM logs, active_users(l, '2024-11-15', '2025-07-01', 30) AS a JOIN active_within(l, 90, '2024-11-15', '2025-07-01') AS w USING (day),
	LATERAL (SELECT count(DISTINCT u) FILTER (WHERE r.day = a.day) AS dau, count(DISTINCT u) FILTER (WHERE r.day > a.day - 7) AS wau, count(DISTINCT u) FILTER (WHERE r.day > a.day - 30) AS mau, count(DISTINCT u) AS w90
		FROM rows_of AS r WHERE r.day BETWEEN a.day - 89 AND a.day) AS p;
SELECT count(*) AS cells, count(*) FILTER (WHERE c.active IS DISTINCT FROM p.active OR c.cohort_size <> p.size) AS wrong
FROM logs, cohort_retention(l, 'month', '2025-07-01') AS c,
	LATERAL (SELECT count(*) AS size, count(*) FILTER (WHERE EXISTS (SELECT FROM rows_of AS r WHERE r.u = f.u AND date_trunc('month', r.day::timestamp) = c.cohort + c.age * interval '1 month')) AS active
		FROM (SELECT u, min(day) AS first FROM rows_of WHERE u IS NOT NULL AND day IS NOT NULL GROUP BY u) AS f WHERE date_trunc('month', first::timestamp) = c.cohort) AS p;
-- every kind, of rows that say which ages they take; ages are whole periods
CREATE FUNCTION period_number(d date, g text) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE g WHEN 'month' THEN extract(year FROM d)::integer * 12 + extract(month FROM d)::integer WHEN 'week' THEN (d - date '2000-01-03') / 7 ELSE d - date '2000-01-01' END $$;
SELECT grain, kind, count(*) AS cells, count(c.active) AS over, count(*) FILTER (WHERE c.active IS DISTINCT FROM p.active OR c.cohort_size IS DISTINCT FROM p.size OR round(c.retention, 10) IS DISTINCT FROM round(100.0 * p.active / p.size, 10)) AS wrong
FROM logs, (VALUES ('month', date '2025-06-17'), ('month', '2025-07-01'), ('week', '2025-04-01'), ('day', '2025-01-10')) g(grain, z), (VALUES ('in_period', NULL::integer[]), ('on_or_after', NULL), ('bracket', '{0,1,3,4,100}'), ('bracket', '{2,5}')) k(kind, brackets),
	LATERAL cohort_retention(l, grain, z, '2024-12-01', kind, brackets) c, LATERAL (SELECT period_number(cohort, grain) AS cohort_n, CASE kind WHEN 'bracket' THEN (SELECT min(b) FROM unnest(brackets) b WHERE b > age) ELSE age + 1 END AS until) n,
	LATERAL (SELECT count(*) AS size, CASE WHEN cohort_n + until <= period_number(z, grain) THEN count(*) FILTER (WHERE EXISTS (SELECT FROM rows_of r WHERE r.u = f.u AND r.day < z AND period_number(r.day, grain) - cohort_n >= age AND (kind = 'on_or_after' OR period_number(r.day, grain) - cohort_n < until))) END AS active
		FROM (SELECT u, min(day) AS first FROM rows_of WHERE u IS NOT NULL AND day IS NOT NULL GROUP BY u) AS f WHERE period_number(first, grain) = cohort_n AND first < z) p
GROUP BY grain, kind ORDER BY grain COLLATE "C", kind COLLATE "C";
-- a cohort a year before that of the first user; and all cohorts together at a hundred ages
SELECT cohort, age, cohort_size, active FROM (SELECT usage_log(u, d) AS l FROM (VALUES (1, date '2025-01-01'), (2, '2024-01-01'), (3, '2024-01-01'), (3, '2024-01-02'), (4, '2024-01-01'), (4, '2024-01-02'), (5, '2024-01-01'), (5, '2024-01-03')) AS v(u, d)) AS t,
	cohort_retention(l, 'day', '2025-01-02', kind => 'on_or_after') WHERE age < 4;
SELECT count(*) AS ages, sum(active) FILTER (WHERE age IN (0, 40, 99)) AS active, sum(active) AS in_all, count(*) FILTER (WHERE cohort_size <> CASE WHEN age < 90 THEN 2 ELSE 1 END) AS wrong
FROM (SELECT usage_log(u, d) AS l FROM (VALUES (1, date '2025-01-01'), (1, '2025-02-10'), (1, '2025-04-10'), (2, '2025-01-11'), (2, '2025-02-20')) AS v(u, d)) AS t, cohort_retention(l, 'day', '2025-04-11', with_total => true) WHERE cohort IS NULL;
-- all cohorts together are their sum, at each age
SELECT kind, count(*) AS ages, count(*) FILTER (WHERE t.cohort_size <> s.size OR t.active IS DISTINCT FROM s.active) AS wrong
FROM logs, (VALUES ('in_period', NULL::integer[]), ('on_or_after', NULL), ('bracket', '{0,1,3}')) k(kind, brackets), LATERAL cohort_retention(l, 'month', '2025-06-17', NULL, kind, brackets, true) t,
	LATERAL (SELECT coalesce(sum(cohort_size) FILTER (WHERE active IS NOT NULL), 0) AS size, sum(active) AS active FROM cohort_retention(l, 'month', '2025-06-17', NULL, kind, brackets) c WHERE c.age = t.age) s
WHERE t.cohort IS NULL GROUP BY kind ORDER BY kind COLLATE "C";
SELECT count(*) AS numbers, count(*) FILTER (WHERE d.users <> p.n) AS wrong
FROM logs, days_per_user(l, '2025-01-01', '2025-04-01') AS d, LATERAL (SELECT count(*) AS n FROM (SELECT count(DISTINCT day) AS days FROM rows_of WHERE u IS NOT NULL AND day >= '2025-01-01' AND day < '2025-04-01' GROUP BY u) AS c WHERE c.days = d.days) AS p;
-- any split rolled up, ids of every kind
SELECT parts, every, bool_and(rolled = whole) AS same, bool_and(usage_log_send(rolled) = usage_log_send(whole)) AS same_bytes
FROM (VALUES (2), (3), (50), (3000)) AS p(parts), (VALUES (1), (2), (3)) AS e(every), LATERAL (SELECT CASE every WHEN 1 THEN (SELECT rollup(l) FROM (SELECT usage_log(u, day) AS l FROM rows_of GROUP BY pick(i, 8, parts)) AS s)
		WHEN 2 THEN (SELECT rollup(l) FROM (SELECT usage_log(md5(u::text)::uuid, day) AS l FROM rows_of GROUP BY pick(i, 8, parts)) AS s)
		ELSE (SELECT sum(l) FROM (SELECT usage_log(u::text, day) AS l FROM rows_of GROUP BY pick(i, 8, parts)) AS s) END AS rolled,
	CASE every WHEN 1 THEN (SELECT usage_log(u::bigint, day) FROM rows_of) WHEN 2 THEN (SELECT usage_log(md5(u::text)::uuid, day) FROM rows_of) ELSE (SELECT usage_log(u::text, day) FROM rows_of) END AS whole) AS r
GROUP BY parts, every ORDER BY parts, every;
-- the figures do not depend on what the ids are
SELECT a = b AND a = c AS same_users FROM (SELECT active_users_summary(usage_log(u, day)) AS a, active_users_summary(usage_log(u::text, day)) AS b, active_users_summary(usage_log(md5(u::text)::uuid, day)) AS c FROM rows_of) AS t;
-- what is taken out of all was never there
SELECT bool_and(a + b = l AND l - a = b AND l - b = a) AS exact
FROM logs, (SELECT channel, (SELECT usage_log(u, day) FROM rows_of AS r WHERE r.channel = c.channel) AS a, (SELECT usage_log(u, day) FROM rows_of AS r WHERE r.channel <> c.channel) AS b FROM (SELECT DISTINCT channel FROM rows_of) AS c) AS p;
-- large: the state outgrows its first room again and again, in order and out of order
SELECT usage_log(u, day) = usage_log(u, day ORDER BY u, day) AS ascending, usage_log(u, day) = usage_log(u, day ORDER BY u DESC, day DESC) AS descending, users(usage_log(u, day)),
	active_users_summary(usage_log(u, day)) = (SELECT active_users_summary(days) FROM (SELECT u, active_days(day) AS days FROM (SELECT pick(i, 11, 9000) AS u, date '2020-01-01' + pick(i, 12, 900) AS day FROM generate_series(1, 60000) AS i) AS r GROUP BY u) AS q) AS two_steps
FROM (SELECT pick(i, 11, 9000) AS u, date '2020-01-01' + pick(i, 12, 900) AS day FROM generate_series(1, 60000) AS i) AS r;
-- a log grows as a window does, and is read at every row
SELECT bool_and(users(l) = n) AS same, max(n) FROM (SELECT usage_log(u, day) OVER w AS l, (SELECT count(DISTINCT u) FROM rows_of AS r WHERE r.i <= o.i AND r.u IS NOT NULL AND r.day IS NOT NULL) AS n FROM (SELECT DISTINCT * FROM rows_of WHERE i <= 600 AND u IS NOT NULL AND day IS NOT NULL) AS o WINDOW w AS (ORDER BY i)) AS t;
-- the events of a user and day are more than a small entry has: in two parts, in what waits to be put in order, and in the last of many rows in order
CREATE TEMP TABLE parts AS SELECT part, u, date '2025-01-01' AS day FROM generate_series(1, 2) AS part, generate_series(1, 100) AS u, generate_series(1, 1100);
SELECT users(l) AS users, l = (SELECT usage_log(u, day) FROM parts) AS same, l = (SELECT sum(format('{"version": 1, "ids": "integer", "entries": [[%s, "2025-01-01", 2200]]}', u)::usage_log) FROM generate_series(1, 100) AS u) AS of_text
FROM (SELECT rollup(p) AS l FROM (SELECT usage_log(u, day) AS p FROM parts GROUP BY part) AS q) AS t;
SELECT users(l), e.entry FROM (SELECT rollup(p ORDER BY i) AS l FROM (SELECT 0 AS i, usage_log(u, date '2025-01-01') AS p FROM generate_series(1, 9000) AS u
		UNION ALL SELECT i, '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1500], [2, "2025-01-01", 1], [3, "2024-12-31", 2]]}' FROM generate_series(1, 2) AS i) AS q) AS t,
	LATERAL jsonb_array_elements(l::text::jsonb -> 'entries') WITH ORDINALITY AS e(entry, n) WHERE n <= 5 ORDER BY n;
SELECT users(l), l::text LIKE '%, [3000, "2025-01-01", 1], [3001, "2025-01-01", 2500]]}' AS last
FROM (SELECT usage_log(u, date '2025-01-01' ORDER BY u) AS l FROM (SELECT generate_series(1, 3000) UNION ALL SELECT 3001 FROM generate_series(1, 2500)) AS r(u)) AS t;
SELECT usage_log_in('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 2047]]}') + '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1], [2, "2025-01-01", 1]]}';
-- in the partitions of a table, each by itself
CREATE TABLE partitioned (part integer, u integer, day date) PARTITION BY LIST (part);
CREATE TABLE partitioned_1 PARTITION OF partitioned FOR VALUES IN (1);
CREATE TABLE partitioned_2 PARTITION OF partitioned FOR VALUES IN (2);
INSERT INTO partitioned SELECT part, 1, '2025-01-01' FROM (VALUES (1), (2)) AS p(part), generate_series(1, 1500);
ANALYZE partitioned;
SET enable_partitionwise_aggregate = on;
SELECT usage_log(u, day) FROM partitioned;
RESET enable_partitionwise_aggregate;
DROP TABLE partitioned;
-- a log that is stored out of line, and one that is in memory
CREATE TEMP TABLE out_of_line (l usage_log);
ALTER TABLE out_of_line ALTER l SET STORAGE EXTERNAL;
INSERT INTO out_of_line SELECT usage_log(u, date '2025-01-01') FROM generate_series(1, 5000) AS u;
SELECT users(o.l + s.l), o.l + s.l = (SELECT usage_log(u, date '2025-01-01') FROM (SELECT generate_series(1, 5000) UNION ALL SELECT generate_series(1001, 6000)) AS r(u)) AS same FROM out_of_line AS o, (SELECT usage_log(u, date '2025-01-01') AS l FROM generate_series(1001, 6000) AS u) AS s;
-- small: a daily log of 2,000 of 100,000 users in at most 4 bytes a user
SELECT octet_length(usage_log_send(l)) / users(l) AS bytes_a_user, pg_column_size(l) <= 4 * users(l) AS small FROM (SELECT usage_log(pick(i, 21, 100000), date '2025-01-01') AS l FROM generate_series(1, 2000) AS i) AS t;

--
-- As the state of an aggregate: what is there without one
--
SELECT usage_log_accum(NULL, 1, date '2025-01-01'), usage_log_accum(NULL, NULL::text, date '2025-01-01'), usage_log_combine(usage_log_accum(NULL, 1, date '2025-01-01'), usage_log_accum(usage_log_accum(NULL, 1, date '2025-01-01'), 2, date '2025-01-02')),
	usage_log_final(usage_log_accum(usage_log_accum(NULL, 2, date '2025-01-01'), 1, date '2025-01-01')) = usage_log_in('{"version": 1, "ids": "integer", "entries": [[2, "2025-01-01", 1], [1, "2025-01-01", 1]]}') AS same;
SELECT usage_log_accum(l, 3, date '2025-01-01'), l AS before FROM (SELECT usage_log(1, date '2025-01-01') AS l) AS t;
SELECT failure($$SELECT usage_log_combine(usage_log_accum(NULL, 1, date '2025-01-01'), usage_log_accum(NULL, 'a'::text, date '2025-01-01'))$$);
-- an aggregate of one's own that begins with a value
CREATE AGGREGATE usage_log_from(bigint, date) (SFUNC = usage_log_accum, STYPE = usage_log, FINALFUNC = usage_log_final, INITCOND = '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 2]]}');
SELECT usage_log_from(u, date '2025-01-01') FROM (VALUES (1::bigint), (2), (1)) AS v(u);
DROP AGGREGATE usage_log_from(bigint, date);

-- to_date is the first day that is not known, in the middle of a month as well: of every kind the cohorts are those
-- of the log that ends there
CREATE TEMP TABLE known AS SELECT (i * i * 7919 % 61)::integer AS u, date '2025-01-01' + (i * 7907 % 180)::integer AS d FROM generate_series(1::bigint, 400) AS i;
SELECT kind, count(*) AS days, bool_and(open.rows = cut.rows) AS same
FROM (VALUES ('in_period', NULL::int[]), ('on_or_after', NULL), ('bracket', '{0,1,3}')) AS k (kind, brackets),
	generate_series(timestamp '2025-02-20', '2025-04-10', '1 day') AS day,
	LATERAL (SELECT array_agg(c ORDER BY c) AS rows FROM (SELECT usage_log(u, d) AS l FROM known) AS t, cohort_retention(l, 'month', day, kind => kind, brackets => brackets) AS c) AS open,
	LATERAL (SELECT array_agg(c ORDER BY c) AS rows FROM (SELECT usage_log(u, d) AS l FROM known WHERE d < day) AS t, cohort_retention(l, 'month', day, kind => kind, brackets => brackets) AS c) AS cut
GROUP BY kind ORDER BY kind;
SELECT kind, cohort, cohort_size FROM (SELECT usage_log(u, d) AS l FROM (VALUES (1, date '2025-06-03'), (2, '2025-06-20')) AS v (u, d)) AS t, (VALUES ('in_period'), ('on_or_after')) AS k (kind), cohort_retention(l, 'month', '2025-06-15', kind => kind);
SELECT failure($$SELECT cohort_retention(cohort_summary(usage_log(1, date '2025-01-31'), 'month'), '2025-03-01', kind => 'bracket')$$);
-- a log from which everything was taken away still has the days that are asked for
SELECT day, dau, mau, stickiness FROM (SELECT usage_log(1, date '2025-01-01')) AS t (l), active_users(l - l, '2025-01-01', '2025-01-03');
SELECT count(*) AS within FROM (SELECT usage_log(1, date '2025-01-01')) AS t (l), active_within(l - l, 7, '2025-01-01', '2025-01-03');
SELECT count(*) AS no_end FROM (SELECT usage_log(1, date '2025-01-01')) AS t (l), active_users(l - l, '2025-01-01');
