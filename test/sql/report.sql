--
-- Views for people without SQL, made from a mapping
--
SET extra_float_digits = 0;
SET client_min_messages = warning;
CREATE SCHEMA shop;
CREATE TABLE shop.answers AS
SELECT i AS id, pick(i, 1, 40) AS who, date '2025-01-01' + pick(i, 2, 180) AS day, CASE WHEN pick(i, 3, 10) > 0 THEN pick(i, 4, 11) END AS score,
	(ARRAY['app', 'phone', NULL])[1 + pick(i, 5, 3)] AS channel, pick(i, 6, 3) AS region
FROM generate_series(1, 3000) AS i;
CREATE TABLE shop.ratings AS
SELECT date '2025-01-01' + pick(i, 12, 180) AS day, CASE WHEN pick(i, 13, 10) > 0 THEN 1 + pick(i, 14, 5) END AS csat, (1 + pick(i, 15, 7))::numeric AS ces, (ARRAY['app', 'phone'])[1 + pick(i, 16, 2)] AS channel
FROM generate_series(1, 2000) AS i;
CREATE TABLE shop.subscriptions AS
SELECT customer, segment, price, billing, starts, CASE WHEN n % 3 > 0 THEN starts + 20 + pick(n, 23, 200) END AS ends
FROM (SELECT n, 1 + pick(n, 24, 150) AS customer, (ARRAY['small', 'large'])[1 + pick(n, 20, 2)] AS segment, 10 + pick(n, 21, 90)::numeric AS price,
		(ARRAY[interval '1 month', '1 year'])[1 + pick(n, 25, 2)] AS billing, date '2024-06-01' + pick(n, 22, 330) AS starts FROM generate_series(1, 300) AS n) AS s;
CREATE TABLE shop.events AS
SELECT pick(i, 31, 60) AS user_id, timestamptz '2025-01-01 00:30+00' + pick(i, 32, 180 * 24) * interval '1 hour' AS at, (ARRAY['web', 'app'])[1 + pick(i, 33, 2)] AS platform
FROM generate_series(1, 2500) AS i;
CREATE TABLE shop.tickets AS
SELECT opened, CASE WHEN pick(i, 43, 9) > 0 THEN opened + pick(i, 44, 3000) * interval '1 minute' END AS answered,
	CASE WHEN pick(i, 45, 4) > 0 THEN opened + pick(i, 46, 9000) * interval '1 minute' END AS solved, (ARRAY['mail', 'chat'])[1 + pick(i, 47, 2)] AS channel
FROM (SELECT i, timestamptz '2025-01-01 00:30+00' + pick(i, 42, 180 * 24) * interval '1 hour' AS opened FROM generate_series(1, 1500) AS i) AS t;
CREATE TABLE shop.orders AS
SELECT 'c' || pick(i, 51, 70) AS customer, date '2025-01-01' + pick(i, 52, 180) AS day, CASE WHEN pick(i, 53, 12) > 0 THEN 5 + pick(i, 54, 50) ELSE -4 END AS amount, (ARRAY['shoes', 'hats'])[1 + pick(i, 55, 2)] AS kind
FROM generate_series(1, 900) AS i;
CREATE TABLE shop.accounts AS SELECT i AS id, 'Account ' || i AS name, (ARRAY['north', 'south'])[1 + i % 2] AS region FROM generate_series(1, 150) AS i;
CREATE TABLE shop.signals AS
SELECT customer, signal, measured, pick(customer * 7 + length(signal), 61, 101) AS score, weight
FROM generate_series(1, 150) AS customer, (VALUES ('use', 3), ('tickets', 2), ('mood', 1)) AS v (signal, weight), (VALUES (date '2025-03-31'), ('2025-06-30')) AS d (measured);
CREATE TABLE shop.trials AS
SELECT date '2025-01-01' + pick(i, 71, 200) AS ends, CASE WHEN pick(i, 72, 3) = 0 THEN date '2025-01-01' + pick(i, 71, 200) - pick(i, 73, 7) END AS bought, (ARRAY['ads', 'search'])[1 + pick(i, 74, 2)] AS origin
FROM generate_series(1, 900) AS i;
CREATE TABLE shop.steps AS
SELECT i AS user_id, timestamptz '2025-01-02 10:00+00' + (i % 150) * interval '1 day' + k * interval '30 hours' AS at, step, (ARRAY['ads', 'search'])[1 + i % 2] AS origin
FROM generate_series(1, 400) AS i, (VALUES (0, 'visit', 1), (1, 'trial', 2), (2, 'paid', 6)) AS v (k, step, every) WHERE i % every = 0;

CREATE FUNCTION the_mapping() RETURNS jsonb LANGUAGE sql IMMUTABLE RETURN '{
	"zone": "UTC", "as_of": "2025-06-29",
	"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "respondent": "who", "dimensions": ["channel", "region"]},
	"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat", "dimensions": ["channel"]},
	"ces_responses": {"table": "shop.ratings", "day": "day", "score": "ces"},
	"subscriptions": {"table": "shop.subscriptions", "customer": "customer", "amount": "price", "billing_interval": "billing", "starts_on": "starts", "ends_on": "ends", "dimensions": ["segment"]},
	"events": {"table": "shop.events", "user": "user_id", "day": "at", "dimensions": ["platform"]},
	"tickets": {"table": "shop.tickets", "opened": "opened", "first_response": "answered", "resolved": "solved", "response_target": "interval ''1 day''", "resolution_target": "CASE channel WHEN ''chat'' THEN interval ''2 days'' ELSE interval ''4 days'' END", "dimensions": ["channel"]},
	"orders": {"table": "shop.orders", "customer": "customer", "day": "day", "amount": "amount", "dimensions": ["kind"]},
	"accounts": {"table": "shop.accounts", "customer": "id", "name": "name", "dimensions": ["region"]},
	"signals": {"table": "shop.signals", "customer": "customer", "signal": "signal", "score": "score", "weight": "weight", "day": "measured"},
	"trials": {"table": "shop.trials", "trial_ends": "ends", "converted_on": "bought", "dimensions": ["origin"]},
	"journeys": {"table": "shop.steps", "user": "user_id", "at": "at", "step": "step", "steps": ["visit", "trial", "paid"], "within": "14 days", "dimensions": ["origin"]}
}'::jsonb;

-- first only what would be made
SELECT view, comment FROM create_report('cx_report', the_mapping(), dry_run => true);
SELECT count(*) AS schemas FROM pg_namespace WHERE nspname = 'cx_report';
\pset format unaligned
SELECT statement FROM create_report('small', '{"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat", "where": "channel = ''app''"}}', dry_run => true);
\pset format aligned
SELECT count(*) AS views, count(DISTINCT view) AS names, bool_and(comment <> '') AS comments FROM create_report('cx_report', the_mapping()) WHERE view IS NOT NULL;
-- twice is once
SELECT count(*) AS again FROM create_report('cx_report', the_mapping());

-- every view and every column has a comment, every column is of a type that tools know
SELECT relname, attname, format_type(atttypid, NULL) FROM pg_class AS c LEFT JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0
WHERE relnamespace = 'cx_report'::regnamespace AND (coalesce(obj_description(c.oid, 'pg_class'), '') = '' OR coalesce(col_description(c.oid, attnum), '') = ''
	OR format_type(atttypid, NULL) NOT IN ('numeric', 'bigint', 'date', 'text'));
SELECT obj_description('cx_report'::regnamespace, 'pg_namespace');
SELECT attname, format_type(atttypid, NULL), col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'cx_report.nps_counts'::regclass AND attnum > 0;

-- every view can be read, and has rows
CREATE FUNCTION rows_of(report text) RETURNS TABLE (view text, rows bigint, not_numbers bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR view IN SELECT relname FROM pg_class WHERE relnamespace = report::regnamespace AND relkind = 'v' ORDER BY relname COLLATE "C" LOOP
		EXECUTE format('SELECT count(*), count(*) FILTER (WHERE v::text ~* ''nan|infinity'') FROM %I.%I AS v', report, view) INTO rows, not_numbers;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT * FROM rows_of('cx_report');

-- ------------------------------------------------------------------
-- What they say, against plain SQL

-- sums of counts give NPS and CSAT at any grouping
SELECT (SELECT sum(answers) FROM cx_report.nps_counts) = (SELECT count(score) FROM shop.answers) AS all_answers,
	(SELECT 100.0 * (sum(promoters) - sum(detractors)) / sum(answers) FROM cx_report.nps_counts) = (SELECT nps_agg(score::integer) FROM shop.answers) AS nps;
SELECT count(*) AS groups, count(*) FILTER (WHERE v.nps IS DISTINCT FROM p.nps OR unanswered <> missing) AS wrong
FROM (SELECT date_trunc('month', day) AS month, channel, region, 100.0 * (sum(promoters) - sum(detractors)) / sum(answers) AS nps, sum(unanswered) AS unanswered FROM cx_report.nps_counts GROUP BY 1, 2, 3) AS v
	FULL JOIN (SELECT date_trunc('month', day) AS month, channel, region, 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score) AS nps, count(*) - count(score) AS missing FROM shop.answers GROUP BY 1, 2, 3) AS p
	ON (v.month, v.region) = (p.month, p.region) AND v.channel IS NOT DISTINCT FROM p.channel;
SELECT count(*) AS months, count(*) FILTER (WHERE m.nps <> nps_agg OR m.answers <> n OR low > nps OR high < nps) AS wrong, min(direction) >= -1 AS directions
FROM cx_report.nps_month AS m JOIN (SELECT date_trunc('month', day)::date AS month, nps_agg(score::integer), count(score) AS n FROM shop.answers GROUP BY 1) AS p USING (month);
SELECT count(*) AS groups, count(*) FILTER (WHERE 100.0 * v.satisfied / rated <> p.csat OR v.satisfied + not_satisfied <> rated) AS wrong
FROM (SELECT channel, sum(satisfied) AS satisfied, sum(not_satisfied) AS not_satisfied, sum(rated) AS rated FROM cx_report.csat_counts GROUP BY 1) AS v JOIN (SELECT channel, csat_agg(csat::integer) AS csat FROM shop.ratings GROUP BY 1) AS p USING (channel);
SELECT count(*) AS months, count(*) FILTER (WHERE m.ces <> p.ces OR low > m.ces OR high < m.ces) AS wrong
FROM cx_report.ces_month AS m JOIN (SELECT date_trunc('month', day)::date AS month, ces_agg(ces::integer) AS ces FROM shop.ratings GROUP BY 1) AS p USING (month);

-- drivers: the effects add up to the change from April to May, the last complete months
SELECT count(*) AS parts, min(month_before) AS before, min(month) AS after,
	round(sum(total_effect), 9) = (SELECT round(nps_agg(score::integer) FILTER (WHERE day >= '2025-05-01') - nps_agg(score::integer) FILTER (WHERE day < '2025-05-01'), 9) FROM shop.answers WHERE day >= '2025-04-01' AND day < '2025-06-01') AS the_change
FROM cx_report.nps_drivers_by_channel;
SELECT round(sum(mix_effect + rate_effect), 9) = (SELECT round(csat_agg(csat::integer) FILTER (WHERE day >= '2025-05-01') - csat_agg(csat::integer) FILTER (WHERE day < '2025-05-01'), 9) FROM shop.ratings WHERE day >= '2025-04-01' AND day < '2025-06-01') AS the_change
FROM cx_report.csat_drivers_by_channel;
-- the latest answers of 90 days
SELECT l.nps = p.nps AS latest, respondents = n AS respondents
FROM cx_report.nps_latest AS l, (SELECT nps_agg(score::integer) AS nps, count(*) AS n FROM (SELECT DISTINCT ON (who) who, score FROM shop.answers WHERE score IS NOT NULL AND day > date '2025-06-29' - 90 AND day <= '2025-06-29' ORDER BY who, day DESC, score) AS a) AS p
WHERE l.day = '2025-06-29';

-- MRR on the last day of months by plain SQL, the month that is not over with what is
-- booked for its other days; a customer of two segments is one
SELECT count(*) AS months, count(*) FILTER (WHERE round(closing_mrr, 6) <> p.mrr OR customers <> p.n OR opening_mrr + new_mrr + reactivation_mrr + expansion_mrr + contraction_mrr + churned_mrr <> closing_mrr) AS wrong
FROM cx_report.mrr_month AS m, LATERAL (SELECT coalesce(round(sum(mrr(price, billing)), 6), 0) AS mrr, count(DISTINCT customer) AS n FROM shop.subscriptions WHERE starts < m.month + interval '1 month' AND (ends IS NULL OR ends >= m.month + interval '1 month') AND ends IS DISTINCT FROM starts) AS p;
SELECT (SELECT sum(customers) FROM cx_report.mrr_month_by_segment WHERE month = '2025-06-01') > (SELECT customers FROM cx_report.mrr_month WHERE month = '2025-06-01') AS in_both,
	(SELECT round(sum(closing_mrr), 6) FROM cx_report.mrr_month_by_segment WHERE month = '2025-06-01') = (SELECT round(closing_mrr, 6) FROM cx_report.mrr_month WHERE month = '2025-06-01') AS mrr;
SELECT count(*) AS months, count(*) FILTER (WHERE c.customers <> p.n OR c.lost <> p.lost) AS wrong
FROM cx_report.churn_month AS c, LATERAL (SELECT count(*) AS n, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM shop.subscriptions AS t WHERE t.customer = s.customer AND starts < c.month + interval '1 month' AND (ends IS NULL OR ends >= c.month + interval '1 month') AND ends IS DISTINCT FROM starts)) AS lost
	FROM (SELECT DISTINCT customer FROM shop.subscriptions WHERE starts < c.month AND (ends IS NULL OR ends >= c.month) AND ends IS DISTINCT FROM starts) AS s) AS p;
SELECT count(*) FILTER (WHERE age = 0) AS cohorts, bool_and(remaining <= customers) AS fewer FROM cx_report.mrr_cohorts;

-- users
SELECT count(*) AS months, count(*) FILTER (WHERE active_users <> n) AS wrong, max(direction) FILTER (WHERE month = '2025-06-01') AS not_over
FROM cx_report.active_users_month JOIN (SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, count(DISTINCT user_id) AS n FROM shop.events WHERE at < '2025-06-30 UTC' GROUP BY 1) AS p USING (month);
SELECT count(*) AS months, count(*) FILTER (WHERE active_users <> n) AS wrong
FROM cx_report.active_users_month_by_platform JOIN (SELECT date_trunc('month', at AT TIME ZONE 'UTC')::date AS month, platform, count(DISTINCT user_id) AS n FROM shop.events WHERE at < '2025-06-30 UTC' GROUP BY 1, 2) AS p USING (month, platform);
SELECT count(*) AS days, count(*) FILTER (WHERE mau <> p.n) AS wrong FROM cx_report.active_users_day AS a, LATERAL (SELECT count(DISTINCT user_id) AS n FROM shop.events WHERE (at AT TIME ZONE 'UTC')::date BETWEEN a.day - 27 AND a.day) AS p;
SELECT sum(cohort_size) FILTER (WHERE age = 0) = (SELECT count(DISTINCT user_id) FROM shop.events WHERE at < '2025-06-30 UTC') AS users FROM cx_report.user_cohorts;

-- tickets
SELECT count(*) AS days, count(*) FILTER (WHERE (v.tickets, v.kept, v.missed) IS DISTINCT FROM (p.tickets, p.kept, p.missed)) AS wrong
FROM (SELECT day, sum(tickets) AS tickets, sum(response_kept) AS kept, sum(response_missed) AS missed FROM cx_report.service_counts GROUP BY day) AS v
	FULL JOIN (SELECT (opened AT TIME ZONE 'UTC')::date AS day, count(*)::numeric AS tickets, count(*) FILTER (WHERE answered <= opened + interval '1 day' AND answered <= '2025-06-30 UTC')::numeric AS kept,
		count(*) FILTER (WHERE coalesce(answered, 'infinity') > opened + interval '1 day' AND opened + interval '1 day' < '2025-06-30 UTC')::numeric AS missed FROM shop.tickets WHERE opened <= '2025-06-30 UTC' GROUP BY 1) AS p USING (day);
SELECT count(*) AS months, count(*) FILTER (WHERE response_hours <> median OR response_kept <> kept) AS wrong, max(tickets) > 0 AS tickets
FROM cx_report.service_month JOIN (SELECT date_trunc('month', opened AT TIME ZONE 'UTC')::date AS month, median_duration(duration_summary(opened, answered, '2025-06-30 UTC'), 'hour') AS median, sla_agg(opened, answered, '1 day', '2025-06-30 UTC') AS kept
	FROM shop.tickets WHERE opened <= '2025-06-30 UTC' GROUP BY 1) AS p USING (month);
SELECT sum(tickets) = (SELECT sum(tickets) FROM cx_report.service_month) AS by_channel, count(response_hours) > 0 AS medians FROM cx_report.service_month_by_channel;

-- orders, accounts, trials, journeys
SELECT sum(revenue) = (SELECT sum(amount) FROM shop.orders) AS revenue, sum(orders) = (SELECT count(*) FILTER (WHERE amount > 0) FROM shop.orders) AS orders FROM cx_report.order_counts;
SELECT count(*) AS months, count(*) FILTER (WHERE m.customers <> p.customers OR m.revenue <> p.revenue) AS wrong
FROM cx_report.order_month AS m JOIN (SELECT date_trunc('month', day)::date AS month, count(DISTINCT customer) FILTER (WHERE amount > 0) AS customers, sum(amount) AS revenue FROM shop.orders WHERE day <= '2025-06-29' GROUP BY 1) AS p USING (month);
SELECT count(*) AS customers, bool_and(first_purchase <= last_purchase AND days_since_last = date '2025-06-29' - last_purchase) AS days FROM cx_report.customer_purchases;
SELECT count(*) AS accounts, count(name) AS names, count(region) AS regions, min(measured_on) AS latest, count(*) FILTER (WHERE mrr > 0) > 0 AS pay FROM cx_report.account_health;
SELECT count(*) = (SELECT count(*) FROM (SELECT health_score(score, weight) AS h FROM shop.signals WHERE measured = '2025-03-31' GROUP BY customer) AS s WHERE h < 70) AS at_risk, count(*) FILTER (WHERE band = 'green') AS green FROM cx_report.accounts_at_risk;
SELECT 100.0 * sum(converted) / sum(trials) = (SELECT trial_conversion_agg(ends, bought, '2025-06-29') FROM shop.trials WHERE ends <= '2025-06-29') AS conversion FROM cx_report.trial_counts;
SELECT sum(converted) = (SELECT sum(converted) FROM cx_report.trial_counts) AS months FROM cx_report.trial_month;
SELECT place, step, users, undecided, round(conversion, 2) AS conversion, round(median_days, 2) AS median_days FROM cx_report.funnel ORDER BY place;
SELECT sum(users) AS began, count(DISTINCT month) AS months, sum(users) = (SELECT sum(users) FROM cx_report.funnel_by_origin WHERE place = 1) AS by_origin FROM cx_report.funnel_month WHERE place = 1;

-- with what has to be mapped and no more, days instead of moments, texts and uuids
SELECT count(*) FROM create_report('least', '{
	"survey_responses": {"table": "shop.answers", "day": "day", "score": "score::numeric"},
	"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat", "satisfied_from": 5},
	"ces_responses": {"table": "shop.ratings", "day": "day", "score": "ces::real", "scale_max": 7},
	"subscriptions": {"table": "shop.subscriptions", "customer": "customer::text", "amount": "price::float8", "starts_on": "starts"},
	"events": {"table": "shop.events", "user": "md5(user_id::text)::uuid", "day": "(at AT TIME ZONE ''UTC'')::date"},
	"tickets": {"table": "shop.tickets", "opened": "(opened AT TIME ZONE ''UTC'')::date"},
	"orders": {"table": "shop.orders", "customer": "md5(customer)::uuid", "day": "day", "amount": "amount"},
	"accounts": {"table": "shop.accounts", "customer": "id"},
	"signals": {"table": "shop.signals", "where": "measured = ''2025-03-31''", "customer": "customer::smallint", "signal": "signal", "score": "score"},
	"trials": {"table": "shop.trials", "trial_ends": "ends", "converted_on": "bought"},
	"journeys": {"table": "shop.steps", "user": "user_id", "at": "(at AT TIME ZONE ''UTC'')::date", "step": "step::varchar(9)", "steps": ["visit", "paid"], "within": "14 days"}
}');
SELECT * FROM rows_of('least') WHERE rows = 0 OR not_numbers > 0;
SELECT relname, attname, format_type(atttypid, NULL) FROM pg_class AS c JOIN pg_attribute AS a ON attrelid = c.oid AND attnum > 0
WHERE relnamespace = 'least'::regnamespace AND format_type(atttypid, NULL) NOT IN ('numeric', 'bigint', 'date', 'text');
SELECT string_agg(attname, ', ' ORDER BY attnum) AS service FROM pg_attribute WHERE attrelid = 'least.service_month'::regclass AND attnum > 0;
SELECT sum(satisfied) = (SELECT count(*) FROM shop.ratings WHERE csat = 5) AS satisfied FROM least.csat_counts;
SELECT count(*) AS days, count(*) FILTER (WHERE v.tickets <> n) AS wrong FROM least.service_counts AS v JOIN (SELECT (opened AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM shop.tickets GROUP BY 1) AS p USING (day);
DROP SCHEMA least CASCADE;
-- the day is that of the zone, also of a timestamp that is UTC
CREATE VIEW shop.local_events AS SELECT user_id, at, at AT TIME ZONE 'UTC' AS utc FROM shop.events;
SELECT count(*) FROM create_report('seoul', '{"zone": "Asia/Seoul", "as_of": "2025-06-29", "events": {"table": "shop.local_events", "user": "user_id", "day": "utc"},
	"tickets": {"table": "shop.tickets", "opened": "opened", "resolved": "solved"}}');
SELECT count(*) AS days, count(*) FILTER (WHERE dau <> n) AS wrong FROM seoul.active_users_day JOIN (SELECT (at AT TIME ZONE 'Asia/Seoul')::date AS day, count(DISTINCT user_id) AS n FROM shop.events GROUP BY 1) AS p USING (day);
SELECT count(*) AS days, count(*) FILTER (WHERE tickets <> n OR solved <> s) AS wrong, max(day) AS last FROM seoul.service_counts
	JOIN (SELECT (opened AT TIME ZONE 'Asia/Seoul')::date AS day, count(*) AS n, count(*) FILTER (WHERE solved <= timestamp '2025-06-30' AT TIME ZONE 'Asia/Seoul') AS s FROM shop.tickets WHERE opened <= timestamp '2025-06-30' AT TIME ZONE 'Asia/Seoul' GROUP BY 1) AS p USING (day);
DROP SCHEMA seoul CASCADE;
-- keys, dimensions and tables of every type that fits
CREATE TABLE shop.mixed (gone text, id bigint, short smallint, code char(4), "größe" integer, price numeric(10,2), small real, bought date, at timestamp, kind varchar(9), pays boolean) PARTITION BY LIST (kind);
CREATE TABLE shop.mixed_all PARTITION OF shop.mixed DEFAULT;
ALTER TABLE shop.mixed DROP COLUMN gone;
INSERT INTO shop.mixed VALUES (1, 9, 'ab', 10, 4.50, 0.5, '2025-01-01', '2025-01-01 10:00', 'one', true), (2, 3, 'cd', 10, 5.25, 2, '2025-01-02', '2025-01-02 23:30', 'two', false);
CREATE MATERIALIZED VIEW shop.kept AS SELECT * FROM shop.mixed;
SELECT count(*) FROM create_report('types', '{
	"zone": "Asia/Seoul", "as_of": "2024-02-29",
	"survey_responses": {"table": "shop.mixed", "day": "bought", "score": "short", "respondent": "code", "dimensions": ["short", "id", "größe", "price", "bought", "pays"]},
	"csat_responses": {"table": "shop.kept", "day": "bought", "score": "id"},
	"tickets": {"table": "shop.mixed_all", "opened": "at", "dimensions": ["kind"]},
	"orders": {"table": "shop.mixed", "customer": "short", "day": "at", "amount": "small"},
	"subscriptions": {"table": "shop.mixed", "customer": "id", "amount": "id", "starts_on": "bought"},
	"events": {"table": "shop.mixed", "user": "kind", "day": "bought"}
}');
SELECT ascii_of(attname) AS attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'types.nps_counts'::regclass AND attnum > 0 ORDER BY attnum;
SELECT day, short, id, price, bought, pays, promoters, detractors FROM types.nps_counts ORDER BY day;
SELECT ascii_of(relname) AS relname FROM pg_class WHERE relnamespace = 'types'::regnamespace AND relname LIKE 'nps\_drivers%' ORDER BY relname COLLATE "C";
SELECT rated FROM types.csat_counts ORDER BY day;
-- half past eleven in the evening is the next day in Seoul
SELECT * FROM types.order_counts ORDER BY day;
-- a timestamp without a zone is UTC: both tickets are of 2025, after as_of
SELECT count(*) FROM types.service_counts;
SELECT count(*) FROM create_report('types', '{"zone": "UTC", "as_of": "2025-12-31", "tickets": {"table": "shop.mixed_all", "opened": "at", "dimensions": ["kind"]}}');
SELECT * FROM types.service_counts ORDER BY day;
DROP SCHEMA types CASCADE;
CREATE FOREIGN DATA WRAPPER none;
CREATE SERVER nowhere FOREIGN DATA WRAPPER none;
CREATE FOREIGN TABLE shop.far (day date, score integer) SERVER nowhere;
SELECT count(*) FROM create_report('types', '{"survey_responses": {"table": "shop.far", "day": "day", "score": "score"}}', dry_run => true);
DROP FOREIGN DATA WRAPPER none CASCADE;

-- ------------------------------------------------------------------
-- A score that is off the scale does not take the view away

INSERT INTO shop.answers VALUES (-1, 1, '2025-06-01', 11, 'app', 1), (-2, 1, '2025-06-01', -1, 'app', 1);
SELECT sum(off_scale) AS off_scale, sum(answers) = (SELECT count(score) - 2 FROM shop.answers) AS others FROM cx_report.nps_counts;
SELECT month, off_scale, nps IS NOT NULL AS nps FROM cx_report.nps_month WHERE off_scale > 0;
DELETE FROM shop.answers WHERE id < 0;

-- ------------------------------------------------------------------
-- Made again after a change

CREATE ROLE regress_report_reader;
GRANT SELECT ON cx_report.nps_counts, cx_report.csat_counts TO regress_report_reader;
-- a column more in the middle, so the view gives way; its reader stays
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{survey_responses,dimensions}', '{"channel": "channel", "place": "region", "initial": "left(channel, 1)"}'));
SELECT relname, has_table_privilege('regress_report_reader', oid, 'SELECT') AS reads FROM pg_class WHERE oid IN ('cx_report.nps_counts'::regclass, 'cx_report.csat_counts'::regclass) ORDER BY relname COLLATE "C";
SELECT initial, sum(answers) > 0 AS answers FROM cx_report.nps_counts GROUP BY 1 ORDER BY 1;
-- readers of single columns stay where these do, and so do options; also where the view need not give way
REVOKE SELECT ON cx_report.nps_counts FROM regress_report_reader;
GRANT SELECT (day, answers, initial, "place"), UPDATE (day) ON cx_report.nps_counts TO regress_report_reader;
GRANT SELECT (channel) ON cx_report.nps_counts TO PUBLIC;
GRANT SELECT (promoters) ON cx_report.nps_counts TO regress_report_reader WITH GRANT OPTION;
ALTER VIEW cx_report.nps_counts SET (security_barrier, security_invoker = on);
ALTER VIEW cx_report.csat_counts SET (security_invoker = true);
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{survey_responses,dimensions}', '{"channel": "channel", "place": "region::text", "start": "left(channel, 1)"}'));
SELECT a.attname, p.privilege_type, CASE p.grantee WHEN 0 THEN 'public' ELSE p.grantee::regrole::text END AS grantee, p.is_grantable FROM pg_attribute AS a, aclexplode(a.attacl) AS p WHERE a.attrelid = 'cx_report.nps_counts'::regclass ORDER BY a.attname COLLATE "C", 2;
SELECT relname, reloptions FROM pg_class WHERE oid IN ('cx_report.nps_counts'::regclass, 'cx_report.csat_counts'::regclass) ORDER BY relname COLLATE "C";
-- what is dropped and made anew again has a column of this name and none of the privileges on it
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{survey_responses,dimensions}', '{"channel": "channel", "place": "region", "initial": "left(channel, 1)"}'));
SELECT has_column_privilege('regress_report_reader', 'cx_report.nps_counts', 'initial', 'SELECT') AS reads_initial, has_column_privilege('regress_report_reader', 'cx_report.nps_counts', 'day', 'SELECT') AS reads_day;
GRANT SELECT ON cx_report.nps_counts TO regress_report_reader;
-- none of them can have a check_option
SELECT count(*) AS updatable FROM information_schema.views WHERE table_schema = 'cx_report' AND is_updatable = 'YES';
-- what depends on it stops that
CREATE VIEW mine AS SELECT initial FROM cx_report.nps_counts;
SELECT code, message FROM error_of($$SELECT create_report('cx_report', the_mapping())$$);
DROP VIEW mine;
-- a column of another type or precision: the view gives way as well, and has no readers
REVOKE SELECT ON cx_report.csat_counts FROM regress_report_reader;
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{csat_responses,dimensions}', '{"part": "channel"}'));
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{csat_responses,dimensions}', '{"part": "length(channel)"}'));
SELECT format_type(atttypid, atttypmod), part, sum(rated) > 0 AS rated FROM cx_report.csat_counts, pg_attribute WHERE attrelid = 'cx_report.csat_counts'::regclass AND attname = 'part' GROUP BY 1, 2 ORDER BY 2;
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{csat_responses,dimensions}', '{"part": "length(channel)::numeric(9,2)"}'));
SELECT count(*) FROM create_report('cx_report', jsonb_set(the_mapping(), '{csat_responses,dimensions}', '{"part": "length(channel)::numeric(9,3)"}'));
SELECT format_type(atttypid, atttypmod), part, sum(rated) > 0 AS rated FROM cx_report.csat_counts, pg_attribute WHERE attrelid = 'cx_report.csat_counts'::regclass AND attname = 'part' GROUP BY 1, 2 ORDER BY 2;
-- and what is somebody else's is left alone
CREATE VIEW shop.csat_counts AS SELECT 1 AS one;
SELECT failure($$SELECT create_report('shop', '{"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat"}}')$$);
COMMENT ON VIEW shop.csat_counts IS 'one, and no view of anybody''s report';
SELECT failure($$SELECT create_report('shop', '{"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat"}}')$$);
DROP VIEW shop.csat_counts;
CREATE TABLE shop.csat_counts AS SELECT 1 AS one;
COMMENT ON TABLE shop.csat_counts IS 'a table (made by create_report)';
SELECT failure($$SELECT create_report('shop', '{"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat"}}')$$);
DROP TABLE shop.csat_counts;
COMMENT ON VIEW cx_report.csat_counts IS 'mine now';
SELECT failure($$SELECT create_report('cx_report', the_mapping())$$);
DROP SCHEMA cx_report CASCADE;
DROP ROLE regress_report_reader;

-- ------------------------------------------------------------------
-- Names that would like to be more

CREATE SCHEMA "a""b; DROP TABLE x --";
CREATE TABLE "a""b; DROP TABLE x --"."T 1" ("the day" date, "s'core" integer, "co""l; --" text, "{cx}" text, "[[a?b|c]]" text);
INSERT INTO "a""b; DROP TABLE x --"."T 1" VALUES ('2025-01-01', 9, 'x', 'y', 'z');
SELECT count(*) FROM create_report('re"port; --', jsonb_build_object('survey_responses', jsonb_build_object('table', '"a""b; DROP TABLE x --"."T 1"', 'day', 'the day', 'score', 's''core',
	'dimensions', jsonb_build_array('co"l; --', '{cx}', '[[a?b|c]]'))));
SELECT * FROM "re""port; --".nps_counts;
SELECT relname FROM pg_class WHERE relnamespace = '"re""port; --"'::regnamespace ORDER BY relname COLLATE "C";
DROP SCHEMA "re""port; --" CASCADE;
DROP SCHEMA "a""b; DROP TABLE x --" CASCADE;

-- an expression stays one
SELECT failure(format($$SELECT create_report('r', '{"survey_responses": {"table": "shop.answers", "day": "day", "score": %s}}')$$, to_json(e)))
FROM (VALUES ('score) FROM shop.answers; DROP TABLE shop.answers; SELECT (1'), ('score FROM shop.answers -- '), ('score, 1'), ('count(*)'), ('sum(score) OVER ()'), ('generate_series(1, 3)'), ('1) UNION SELECT (2'), ('$1'), ('')) AS v (e);
SELECT count(*) FROM create_report('r', '{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score + 0 -- the score"}}');
DROP SCHEMA r CASCADE;

-- the search_path of whoever makes or reads them does not matter
CREATE SCHEMA trap;
CREATE FUNCTION trap.date_trunc(text, timestamp) RETURNS timestamp LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE FUNCTION trap.coalesced(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN coalesce($1, 0);
CREATE FUNCTION trap.not_equal(date, date) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'trapped'; END $$;
CREATE OPERATOR trap.<> (FUNCTION = trap.not_equal, LEFTARG = date, RIGHTARG = date);
SET search_path = trap, shop, pg_catalog;
SELECT count(*) FROM public.create_report('r', '{"as_of": "2025-06-29", "survey_responses": {"table": "answers", "day": "day", "score": "coalesced(score::integer)"},
	"subscriptions": {"table": "subscriptions", "customer": "customer", "amount": "price", "starts_on": "starts", "ends_on": "ends"}}');
SELECT sum(answers) FROM r.nps_counts;
SELECT count(*) FROM r.mrr_month;
RESET search_path;
SELECT count(*) FROM r.nps_month;
DROP SCHEMA r CASCADE;
DROP SCHEMA trap CASCADE;

-- ------------------------------------------------------------------
-- Settings of the session, which the mapping is read under and the views are not

CREATE TABLE shop.moments (id integer, "the Day" timestamptz, score integer, step text);
INSERT INTO shop.moments VALUES (1, '2025-01-01 18:59:59+00', 1, 'visit'), (1, '2025-01-01 19:00:00+00', 2, 'paid'), (2, '2025-01-01 23:00:00+00', 3, 'visit'), (2, '2025-01-02 00:00:00+00', 4, 'paid');
SET timezone = 'Asia/Kolkata';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'sql_standard';
CREATE TEMPORARY TABLE made AS SELECT view, statement FROM create_report('settings', '{"zone": "UTC",
	"survey_responses": {"table": "shop.moments", "day": "the Day", "score": "score", "where": "\"the Day\" >= ''2025-01-02 00:00+05:00''", "dimensions": {"late": "\"the Day\" >= ''02/01/2025 05:30''"}},
	"journeys": {"table": "shop.moments", "user": "id", "at": "the Day", "step": "step", "steps": ["visit", "paid"], "within": "1 2:00:00", "where": "\"the Day\" < ''03/01/2025''"}}');
RESET timezone;
RESET datestyle;
RESET intervalstyle;
SELECT late, sum(answers) AS answers FROM settings.nps_counts GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE statement LIKE '%''2025-01-01 19:00:00+00''%') > 0 AS since, count(*) FILTER (WHERE statement LIKE '%''2025-01-02 18:30:00+00''%') > 0 AS until,
	count(*) FILTER (WHERE statement LIKE '%''1 day 02:00:00''%') > 0 AS within, count(*) FILTER (WHERE statement ~ 'IST') AS abbreviated FROM made;
DROP SCHEMA settings CASCADE;
DROP TABLE shop.moments, made;

-- ------------------------------------------------------------------
-- What does not fit

CREATE FUNCTION misfit(mapping jsonb) RETURNS SETOF text LANGUAGE sql AS $$ SELECT failure(format('SELECT create_report(''r'', %L)', mapping)) $$;
SELECT misfit('{}');
SELECT misfit('[]');
SELECT misfit('{"nps": {}}');
SELECT misfit('{"survey_responses": "shop.answers"}');
SELECT misfit('{"survey_responses": {}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "scroe"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "points"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "channel": "channel"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "score", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "channel"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": 9}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "respondent": "day"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "where": "region"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "where": "regio = 1"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": "channel"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": ["chanel"]}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": ["score"]}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": {"region": "region", "answers": "channel"}}}');
SELECT count(view) > 0 AS fits FROM create_report('r', '{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": {"another name": "channel"}}}', dry_run => true);
SELECT misfit(jsonb_build_object('survey_responses', '{"table": "shop.answers", "day": "day", "score": "score"}'::jsonb || jsonb_build_object('dimensions', jsonb_build_object(repeat('x', 60), 'channel'))));
SELECT misfit(jsonb_build_object('survey_responses', '{"table": "shop.answers", "day": "day", "score": "score"}'::jsonb || jsonb_build_object('dimensions', jsonb_build_object(repeat('x', 64), 'channel'))));
SELECT misfit('{"survey_responses": {"table": "shop.answer", "day": "day", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "nowhere", "day": "day", "score": "score"}}');
-- capitals, which a name without double quotes loses
SET search_path = shop, public;
CREATE TABLE "Answers2025" AS SELECT day, channel AS "Antwort Text", score AS "my ""score""" FROM answers;
SELECT misfit('{"survey_responses": {"table": "Answers2025", "day": "day", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "\"Answers2025\"", "day": "day", "score": "Antwort Text"}}');
SELECT misfit('{"survey_responses": {"table": "\"Answers2025\"", "day": "day", "score": "my \"score\"", "respondent": "\"Antwort Text\" = ''x''"}}');
SELECT misfit('{"survey_responses": {"table": "\"Answers2025\"", "day": "day", "score": "my \"score\"", "dimensions": {"respondent": "\"Antwort Text\" || ''x''"}}}');
SELECT count(view) > 0 AS fits FROM create_report('r', '{"survey_responses": {"table": "\"Answers2025\"", "day": "day", "score": "survey_score(\"Antwort Text\")", "respondent": "(\"Antwort Text\" = ''x'')::text", "dimensions": {"respondent of something": "\"Antwort Text\" || ''x''"}}}', dry_run => true);
RESET search_path;
SELECT misfit('{"survey_responses": {"table": "(SELECT 1)", "day": "day", "score": "score"}}');
SELECT misfit('{"events": {"table": "shop.events", "user": "user_id", "day": "at"}}');
SELECT misfit('{"zone": "Mars/Base", "events": {"table": "shop.events", "user": "user_id", "day": "at"}}');
SELECT misfit('{"zone": "+9", "events": {"table": "shop.events", "user": "user_id", "day": "at"}}');
SELECT misfit('{"zone": "localtime", "events": {"table": "shop.events", "user": "user_id", "day": "at"}}');
SELECT misfit('{"as_of": "31.12.2025"}');
SELECT misfit('{"as_of": "2025-02-30"}');
SELECT misfit('{"csat_responses": {"table": "shop.ratings", "day": "day", "score": "csat", "satisfied_from": "4"}}');
SELECT misfit('{"journeys": {"table": "shop.steps", "user": "user_id", "at": "at", "step": "step", "steps": "visit", "within": "14 days"}, "zone": "UTC"}');
SELECT misfit('{"journeys": {"table": "shop.steps", "user": "user_id", "at": "at", "step": "step", "steps": ["visit"], "within": 14}, "zone": "UTC"}');
SELECT misfit('{"tickets": {"table": "shop.tickets", "opened": "opened", "first_response": "answered", "response_target": "24"}, "zone": "UTC"}');
SELECT misfit('{"accounts": {"table": "shop.accounts", "customer": "id"}}');
-- a table of many columns, a name that none can have, and an expression that is longer
DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE shop.wide (' || string_agg('c' || i || ' integer', ', ') || ')' FROM generate_series(1, 62) AS i); END $$;
ALTER TABLE shop.wide DROP COLUMN c1;
SELECT misfit('{"events": {"table": "shop.wide", "user": "c63", "day": "c2"}}');
SELECT misfit(jsonb_build_object('events', jsonb_build_object('table', 'shop.accounts', 'user', repeat('id', 32), 'day', 'id')));
SELECT ascii_of(misfit('{"events": {"table": "shop.accounts", "user": "größe", "day": "id"}}'));
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "channel", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "channel::varchar", "score": "score"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "channel::varchar"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "day"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score), (1"}}');
SELECT misfit('{"zone": "UTC", "tickets": {"table": "shop.tickets", "opened": "channel"}}');
SELECT misfit('{"orders": {"table": "shop.orders", "customer": "customer", "day": "day", "amount": "kind"}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": {"": "channel"}}}');
SELECT misfit('{"survey_responses": {"table": "shop.answers", "day": "day", "score": "score", "dimensions": ["channel", 1]}}');
SELECT misfit(jsonb_build_object('survey_responses', jsonb_build_object('table', t, 'day', 'day', 'score', 'score'))) FROM unnest(ARRAY['', 'shop..answers', 'a.shop.answers']) AS t;
SELECT message, count(*) FROM unnest(ARRAY['', '2025', '2025-1-1', '2025-12-311', '2025-00-01', '2025-13-01', '2025-01-00', '2025-01-32', '2025-02-29', '1900-02-29', '0000-01-01', '2025x01-01', '2025-01x01', 'y025-01-01', '2025-0m-01', '2025-01-d1']) AS d,
	error_of(format('SELECT create_report(''r'', %L)', jsonb_build_object('as_of', d))) GROUP BY message;
-- days of leap years, and of the first and the last year with four digits
SELECT message, count(*) FROM unnest(ARRAY['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31']) AS d, error_of(format('SELECT create_report(''r'', %L)', jsonb_build_object('as_of', d))) GROUP BY message;
SELECT misfit('{"journeys": {"table": "shop.steps", "user": "user_id", "at": "at", "step": "step", "steps": {"visit": 1}, "within": "14 days"}, "zone": "UTC"}');
CREATE TEMPORARY TABLE passing AS SELECT * FROM shop.answers;
SELECT misfit('{"survey_responses": {"table": "passing", "day": "day", "score": "score"}}');
CREATE SEQUENCE shop.numbers;
SELECT misfit('{"survey_responses": {"table": "shop.numbers", "day": "day", "score": "score"}}');
SELECT failure($$SELECT create_report('', '{}')$$);
SELECT failure($$SELECT create_report(NULL, '{}')$$);
SELECT count(*) AS schemas FROM pg_namespace WHERE nspname = 'r';
DROP SCHEMA shop CASCADE;

-- as_of is the last day that is known: what is at midnight after it, as the dates of the next day are, is not
CREATE TABLE midnights AS SELECT * FROM (VALUES (date '2025-03-19', NULL::date), ('2025-03-18', '2025-03-20'), ('2025-03-19', '2025-03-21'), ('2025-03-20', '2025-03-21'), ('2025-03-21', '2025-03-21')) AS v (opened, answered);
CREATE TABLE walks AS SELECT * FROM (VALUES (1, date '2025-03-14', 'a'), (2, '2025-03-10', 'a'), (2, '2025-03-21', 'b')) AS v (who, day, step);
SELECT count(*) AS views FROM create_report('at_midnight', '{"as_of": "2025-03-20", "zone": "America/New_York", "tickets": {"table": "midnights", "opened": "opened", "first_response": "answered", "response_target": "interval ''1 day''"}, "journeys": {"table": "walks", "user": "who", "at": "day", "step": "step", "steps": ["a", "b"], "within": "11 days"}}');
SELECT * FROM at_midnight.service_counts ORDER BY day;
SELECT month, tickets FROM at_midnight.service_month;
SELECT * FROM at_midnight.funnel ORDER BY 1;
SELECT failure($$SELECT create_report('at_midnight', '{"as_of": null, "tickets": {"table": "midnights", "opened": "opened"}}')$$);
SELECT failure($$SELECT create_report('at_midnight', '{"tickets": {"table": "midnights", "opened": "opened", "dimensions": {"opened": "answered"}}}')$$);
DROP SCHEMA at_midnight CASCADE;
DROP TABLE midnights, walks;
