--
-- The first query that somebody in a hurry writes, by what people have asked in
-- public: it gives the right number, or an error whose hint gives it.  What can be
-- neither is told beside the example in the documentation; here stand both numbers.
--
\pset null '(null)'

--
-- Days: a timestamp that holds UTC, as most web frameworks store it.  The two
-- answers are of July 1 at 05:00 and of June 30 at 12:00 in Seoul.
--
CREATE TEMP TABLE utc_answers (answered_at timestamp, score int);
INSERT INTO utc_answers VALUES ('2025-06-30 20:00', 10), ('2025-06-30 03:00', 2);

-- right: -100 in June, 100 in July
SELECT date_trunc('month', local_day(answered_at, 'Asia/Seoul'))::date AS month, nps_agg(score)
FROM utc_answers GROUP BY 1 ORDER BY 1;

-- right: 01:30, from 09:30 to 11:00 in Seoul
CREATE TEMP TABLE utc_tickets (opened timestamp, answered timestamp);
INSERT INTO utc_tickets VALUES ('2025-06-30 00:30', '2025-06-30 02:00');
SELECT business_duration(local_timestamp(opened, 'Asia/Seoul'), local_timestamp(answered, 'Asia/Seoul'), '09:00', '18:00')
FROM utc_tickets;
-- told: the times are taken as those of a clock on the wall
SELECT business_duration(opened, answered, '09:00', '18:00') AS as_local_times FROM utc_tickets;

--
-- Scores that are text
--

-- right: 40, and 23.1 to one decimal
SELECT nps_agg(survey_score(score))
FROM (VALUES ('10.0', 4), ('9.0', 3), ('3', 3), ('', 2)) v(score, n), generate_series(1, n);
SELECT round(nps_agg(survey_score(score)), 1)
FROM (VALUES ('10 - Extremely likely', 4), ('9', 3), ('8', 2), ('6', 3), ('0 - Not at all likely', 1)) v(score, n), generate_series(1, n);

-- right: 6.5 is below 7 and 8.5 below 9, so -50, of any type
SELECT failure($$SELECT nps_agg(s) FROM (VALUES (6.5), (8.5)) v(s)$$);
SELECT nps_agg(floor(s)) AS of_numeric, nps_agg(floor(s::float8)) AS of_double FROM (VALUES (6.5), (8.5)) v(s);
SELECT failure($$SELECT survey_score('8.5')$$);
SELECT substring('8.5' FROM '\d+')::integer AS as_the_hint_says;
-- numbers that are no scores are errors: days, a score of five, a percentage
SELECT answer, code, message FROM unnest(ARRAY['7 days ago', '4/5', '85%']) answer, error_of(format('SELECT survey_score(%L)', answer));
-- right, as the hint says: 45, by definition of the cuts of five
SELECT nps(survey_summary(split_part(s || '/5', '/', 1)::integer), promoter_from => 5, detractor_to => 3, scale_max => 5) FROM (VALUES (5, 60), (4, 25), (2, 15)) v(s, n), generate_series(1, n);
-- a slider divided by ten: an error, and floor() of it has the cuts of the buckets
SELECT message, hint FROM error_of('SELECT nps_agg(s / 10.0) FROM (VALUES (95), (80)) v(s)');
SELECT count(*) FILTER (WHERE nps_category(floor(s / 10.0)::integer) <> nps_category(width_bucket(s, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1)) AS mismatches FROM generate_series(0, 100) s;

--
-- Other scales
--
CREATE TEMP TABLE stars AS SELECT s FROM (VALUES (5, 60), (4, 25), (2, 15)) v(s, n), generate_series(1, n);
-- told: a column of 1 to 5 is one of 0 to 10 as well; right: 45
SELECT nps_agg(s) AS as_of_ten, nps(survey_summary(s), promoter_from => 5, detractor_to => 3, scale_max => 5)
FROM stars;

-- a scale from 0 to 100: 3 promoters and 4 detractors of 10, 5 satisfied of 10
CREATE TEMP TABLE sliders AS SELECT unnest(ARRAY[95, 92, 80, 71, 100, 40, 10, 0, 88, 5]) AS score;
SELECT failure('SELECT nps_agg(score) FROM sliders');
SELECT nps_agg(width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1),
	csat(survey_summary(width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1), satisfied_from => 8, scale_max => 10),
	100.0 * (count(*) FILTER (WHERE score >= 90) - count(*) FILTER (WHERE score < 70)) / count(*) AS nps_by_definition,
	rate_agg(score >= 80) AS csat_by_definition
FROM sliders;

-- the hint's cuts, at each of 0 to 100 in halves, and beyond: by definition of
-- the categories, and errors outside of the scale
SELECT count(*) AS compared, count(*) FILTER (WHERE nps_category(bucket) IS DISTINCT FROM
	CASE WHEN score < 70 THEN 'detractor' WHEN score < 90 THEN 'passive' ELSE 'promoter' END) AS mismatches
FROM (SELECT i / 2.0 AS score FROM generate_series(0, 200) i) s,
	LATERAL (SELECT width_bucket(score, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1 AS bucket) b;
SELECT score, message FROM unnest(ARRAY[-1, -99, 101, 999]) score,
	error_of(format('SELECT nps_agg(width_bucket(%s, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1)', score));

-- three faces, a CES of five: told, since no row shows that the scale is shorter;
-- right: 40 and 75
SELECT csat_agg(s) AS first_guess, csat(survey_summary(s), satisfied_from => 3, scale_max => 3)
FROM (VALUES (3, 40), (2, 34), (1, 26)) v(s, n), generate_series(1, n);
SELECT ces_agg(s) AS first_guess, ces(survey_summary(s), agree_from => 4, scale_max => 5)
FROM (VALUES (4), (4), (5), (2)) v(s);

-- a scale of ten of which a group has no answer above 5: told, since no row shows it; right: 0
SELECT csat_agg(s) AS first_guess, csat(survey_summary(s), satisfied_from => 9, scale_max => 10) FROM (VALUES (5), (4), (2), (5)) v(s);

-- one row off the scale, of one channel: the others are there
CREATE TEMP TABLE channels AS
SELECT * FROM (VALUES ('chat', 5), ('chat', 3), ('mail', 4), ('mail', 7), ('phone', 1), ('phone', NULL), ('shop', NULL)) v(channel, score);
SELECT failure('SELECT channel, csat_agg(score) FROM channels GROUP BY channel');
SELECT channel, csat(s, 4, off_scale => 'null'), off_scale(s, 5), responses(s), satisfied(s, 4, off_scale => 'null'), nps(s, 5, 3, 5, 'null')
FROM (SELECT channel, survey_summary(score) AS s FROM channels GROUP BY channel) t ORDER BY channel;

--
-- Rates over dates: who is not there yet has NULL, and so no part in a rate
--
CREATE TEMP TABLE subs AS
SELECT date '2024-06-01' AS started_on, CASE WHEN i <= 10 THEN date '2025-01-15' END AS ended_on FROM generate_series(1, 100) i;
-- told; right: 10
SELECT rate_agg(ended_on < '2025-02-01') AS first_guess, churn_agg(started_on, ended_on, '2025-01-01', '2025-02-01') FROM subs;
-- told; right: 50
SELECT rate_agg(c <= e) AS first_guess, trial_conversion_agg(e, c, '2025-06-30')
FROM (VALUES (date '2025-06-05', date '2025-06-04'), ('2025-06-08', NULL), ('2025-06-12', '2025-06-12'), ('2025-06-10', NULL)) v(e, c);
-- told; right: 33.3
SELECT round(rate_agg(a - o <= interval '24 hours'), 1) AS first_guess, round(sla_agg(o, a, '24 hours', '2025-01-10'), 1) AS sla
FROM (VALUES (timestamp '2025-01-01', timestamp '2025-01-01 10:00'), ('2025-01-01', '2025-01-03'), ('2025-01-02', NULL)) v(o, a);

-- Two cohorts that convert alike, one in eight within 14 days and one in eight
-- after it: the older one is not ahead.  The youngest, of three days, is not decided,
-- though its quick ones have converted.
CREATE TEMP TABLE trials AS
SELECT cohort, cohort AS started, CASE WHEN i % 8 = 0 AND cohort + 2 <= date '2025-06-30' THEN cohort + 2 WHEN i % 8 = 1 AND cohort + 60 <= date '2025-06-30' THEN cohort + 60 END AS converted
FROM (VALUES (date '2025-01-01'), ('2025-06-01'), ('2025-06-27')) v(cohort), generate_series(1, 80) i;
SELECT cohort, trial_conversion_agg(started + 14, converted, '2025-06-30') AS to_date,
	rate_agg(converted_within(started, converted, '14 days', '2025-06-30')) AS within_14_days
FROM trials GROUP BY cohort ORDER BY cohort;

--
-- A length without its unit: PostgreSQL reads '14' as 14 seconds.  An error where
-- nobody means seconds: days of trials, of horizons, of grace; gaps between
-- sessions; any length beside dates.
--
SELECT regexp_substr(call, '\w+\(') AS call, code, message, detail, hint FROM (VALUES
	($$converted_within('2025-06-01', '2025-06-03', '14', '2025-06-30')$$),
	($$converted_within(timestamp '2025-06-01', '2025-06-03', '14', '2025-06-30')$$),
	($$sla_agg(date '2025-06-01', date '2025-06-03', '4', date '2025-06-30')$$),
	($$within_target('2025-06-01', '2025-06-03', '4', '2025-06-30'::date)$$),
	($$survival(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '365')$$),
	($$survival_interval(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '30')$$),
	($$completed_within(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '30')$$),
	($$mean_duration(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '1')$$),
	($$mean_duration_standard_error(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '1')$$),
	($$duration_change(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), duration_summary(date '2025-06-01', date '2025-06-04', '2025-06-30'), '30')$$),
	($$duration_change(duration_summary(date '2025-06-01', date '2025-06-01', '2025-06-30'), duration_summary(date '2025-06-01', date '2025-06-04', '2025-06-30'), '30')$$),
	($$cumulative_incidence(cause_duration_summary(date '2025-06-01', date '2025-06-03', 'price', '2025-06-30'), '30')$$),
	($$sessions(event_log(1, timestamp '2025-06-01'), '30')$$),
	($$average_session(event_log(1, timestamp '2025-06-01'), '30')$$),
	($$time_in_app(event_log(1, timestamp '2025-06-01'), '30')$$),
	($$sessions(event_log(1, timestamp '2025-06-01'), '30 minutes', '24')$$),
	($$* FROM sessions_by_day((SELECT event_log(1, timestamp '2025-06-01')), '30')$$),
	($$session_summary(timestamp '2025-06-01', '30')$$),
	($$session_summary(date '2025-06-01', '1')$$),
	($$session_number(date '2025-06-01', '1') OVER ()$$),
	($$trend_slope(trend_summary(1.0, '2025-06-01'), '7')$$),
	($$trend_slope(trend_summary(1.0, '2025-06-01'), per => '0.5')$$),
	($$trend_slope(series_summary(1.0, '2025-06-01'), '7')$$),
	($$* FROM series_trend((SELECT series_summary(1.0, '2025-06-01')), per => '7')$$),
	($$* FROM mrr_bridge((SELECT mrr_log(1, 10, '2025-06-01', NULL)), 'month', grace => '7')$$),
	($$mrr_summary(mrr_log(1, 10, '2025-06-01', NULL), 'month', '7')$$),
	($$expected_purchases('{"version": 1, "as_of": "1997-09-30", "model": "bg_nbd", "customers": 2357, "repeat_customers": 946, "repeat_purchases": 2457, "parameters": [0.24259452243015922, 30.89521413309489, 0.7929220172256016, 2.4259067768263525], "covariance": [0.002679390161807993, 0.0034616286617921393, -0.0004566837982482381, 0.00011153055792092213, 0.007343649910600002, -0.0008188491167358613, 0.0009828424019868724, 0.054868240561975576, 0.06405731750031199, 0.08455518688565031], "log_likelihood": -14363.530442902837, "spend": {"state": "fitted", "customers": 946, "days_left_out": 0, "parameters": [6.249572271324319, 3.7442246671319386, 15.443520962587357], "covariance": [0.03626049450723878, -0.00991298480562781, -0.04976353238644605, 0.006004414327334437, 0.017154999342673075, 0.07253932036793648], "log_likelihood": -4055.9176948018726}}', purchase_history(10, '1997-06-01'), '90')$$),
	($$score_decay('3 days', '14')$$),
	($$rescale_rate(5, '1 month', '12')$$),
	($$rescale_rate(5, '30', '1 year')$$)) v(call), error_of(format('SELECT %s', call));
-- right: two numbers without units are a ratio, and 45.96 it is
SELECT round(rescale_rate(5, '1', '12'), 2) AS per_year;
-- with their units
SELECT converted_within('2025-06-01', '2025-06-03', '14 days', '2025-06-30'), within_target('2025-06-01', '2025-06-03', '4 days', '2025-06-30'::date), within_target('2025-06-01', '2025-06-01', '0', '2025-06-30'::date) AS on_the_day,
	completed_within(duration_summary(date '2025-06-01', date '2025-06-03', '2025-06-30'), '30 days'), completed_within(duration_summary(date '2025-06-01', date '2025-06-01', '2025-06-30'), '0') AS on_the_day, session_number(timestamp '2025-06-01', '2 seconds') OVER () AS clicks_in_a_row
FROM (VALUES (1)) v GROUP BY ();
-- told: of moments seconds may be meant, as those until a call is answered; right: met
SELECT within_target(timestamp '2025-06-30 09:00', '2025-06-30 11:00', '4', '2025-06-30 16:00') AS of_4_seconds, within_target(timestamp '2025-06-30 09:00', '2025-06-30 11:00', '4 hours', '2025-06-30 16:00') AS of_4_hours;
SELECT business_due(c, '2025-06-30 09:00Z', '4') AT TIME ZONE 'UTC' AS of_4_seconds, business_due(c, '2025-06-30 09:00Z', '4 hours') AT TIME ZONE 'UTC' AS of_4_hours FROM (VALUES (business_calendar '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-17:00"]}}')) v(c);
SELECT completed_within(s, '30') AS in_30_seconds, completed_within(s, '30 minutes') AS in_30_minutes FROM (SELECT duration_summary(timestamp '2025-06-30 09:00', '2025-06-30 09:12:34', '2025-06-30 16:00') AS s) t;

--
-- Waiting times in business hours and in hours: an error, since the median of both
-- together, or their difference, is of nothing
--
CREATE TEMP TABLE waits AS
SELECT duration_summary(opened, answered, '2025-07-01 00:00Z') AS elapsed, business_duration_summary(c, opened, answered, '2025-07-01 00:00Z') AS business
FROM (VALUES (timestamptz '2025-06-30 14:00Z', timestamptz '2025-06-30 16:30Z')) v(opened, answered), (VALUES (business_calendar '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-17:00"]}}')) k(c);
SELECT failure('SELECT rollup(s) FROM (SELECT elapsed FROM waits UNION ALL SELECT business FROM waits) t(s)');
SELECT call, message FROM (VALUES ('elapsed + business'), ('business - elapsed'), ($$duration_change(elapsed, business, '1 day')$$), ('log_rank(business, elapsed)'), ('business + business'), ('elapsed + elapsed')) v(call), error_of(format('SELECT %s FROM waits', call));
SELECT business, rollup(business) = business AND business::text::duration_summary = business AS same, business + business - business = business AS same_again, median_duration(business, 'hour') AS hours FROM waits GROUP BY business;
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-07-01T00:00:00", "clock": "elapsed", "durations": []}'::duration_summary$$);
SELECT failure($$SELECT '{"version": 1, "as_of": "2025-07-01T00:00:00", "clock": "busyness", "durations": []}'::duration_summary$$);

-- a text where a summary is meant, or one column too few: what was given is named
-- (the detail of 42725 is PostgreSQL's own, from 19 on)
CREATE TEMP TABLE texts AS SELECT '9'::text AS score, date '2025-06-30' AS day;
SELECT call, code, message, CASE code WHEN '42725' THEN '' ELSE detail END AS detail FROM (VALUES ('survey_summary(score)'), ('rate_summary(score)'), ($$nps('9')$$), ($$is_open('Asia/Seoul', '2025-06-30')$$), ($$median_duration('2025-06-30')$$), ($$active_days('2025-06-30')$$)) v(call), error_of(format('SELECT %s FROM texts', call));

--
-- Rows that are not customers, periods that are not over, signals on another scale: told,
-- since no row shows it
--
-- a change of plan is no churn; right: 0
CREATE TEMP TABLE plan_changes AS
SELECT * FROM (VALUES (1, 20, date '2024-06-01', date '2025-01-10'), (1, 30, '2025-01-10', NULL), (2, 20, '2024-06-01', NULL)) v(c, amount, started_on, ended_on);
SELECT churn_agg(started_on, ended_on, '2025-01-01', '2025-02-01') AS first_guess, rate(churn(mrr_log(c, amount, started_on, ended_on), '2025-01-01', '2025-02-01')) AS churn FROM plan_changes;
-- nobody has an end in a month to come; right: not known
SELECT churn_agg(started_on, ended_on, '2099-01-01', '2099-02-01') AS first_guess FROM plan_changes;
-- a to_date within a month shows it whole; right: 60, as of the 15th
SELECT period, closing_mrr, (mrr_at(l, '2025-03-15')).mrr AS on_the_15th FROM (SELECT mrr_log(c, a, f, t) AS l FROM (VALUES (1, 40, date '2025-01-01', NULL::date), (2, 20, '2025-01-15', '2025-03-20')) v(c, a, f, t)) x, mrr_bridge(l, 'month', to_date => '2025-03-15');
-- last month, of the type that churn_agg takes; and an error of the one that it does not
SELECT churn_agg(date '2024-06-01', current_date, date_trunc('month', localtimestamp), date_trunc('month', localtimestamp) + interval '1 month') AS churn_of_this_month;
SELECT message FROM error_of($$SELECT churn_agg(started_on, ended_on, date_trunc('month', current_date) - interval '1 month', date_trunc('month', current_date)) FROM plan_changes$$);
-- revenue by everybody who bought, and by those who kept something; right: 205 / 3 from the log
SELECT round(clv(amount, c, 1), 2) AS of_rows, round(clv(purchase_log(c, amount, day), 1), 2) AS of_log
FROM (VALUES (1, 100, date '2025-01-01'), (1, -100, '2025-01-08'), (2, 100, '2025-01-01'), (3, 50, '2025-01-01'), (4, 55, '2025-01-01')) v(c, amount, day);
-- signals from 0 to 1; right: 83
SELECT health_score(score, weight) AS first_guess, health_score(100 * score, weight) AS health FROM (VALUES (0.85, 30), (0.8, 20)) v(score, weight);
-- hours the wrong way round are a night; right: 09:00
SELECT business_duration(business_calendar('UTC', 1, '18:00', '09:00'), '2025-06-02 00:00Z', '2025-06-03 00:00Z') AS first_guess, business_duration(business_calendar('UTC', 1, '09:00', '18:00'), '2025-06-02 00:00Z', '2025-06-03 00:00Z') AS by_day;
-- the same moment as timestamp and as timestamptz is two sessions: told; right: 1
SELECT sessions(event_log(1, timestamp '2025-06-30 09:00') + event_log(1, timestamptz '2025-06-30 00:00Z'), '30 minutes') AS first_guess, sessions(event_log(1, timestamp '2025-06-30 09:00' AT TIME ZONE 'Asia/Seoul') + event_log(1, timestamptz '2025-06-30 00:00Z'), '30 minutes') AS of_one_type;
-- a day of business hours has 24 of them: told; right: 0, as 9 open hours are more than a working day
SELECT completed_within(business_duration_summary(c, f, t, '2025-07-01 00:00Z'), '1 day') AS first_guess, business_sla_agg(c, f, t, '1 day', '2025-07-01 00:00Z')
FROM (VALUES (business_calendar '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-17:00"]}}', timestamptz '2025-06-26 09:00Z', timestamptz '2025-06-27 10:00Z')) v(c, f, t);
-- days of timestamptz are those of UTC, or of the zone; right: July 1
SELECT (SELECT day FROM sessions_by_day(l, '30 minutes')) AS first_guess, (SELECT day FROM sessions_by_day(l, '30 minutes', zone => 'Asia/Seoul')) AS in_seoul FROM (SELECT event_log(1, timestamptz '2025-06-30 20:00Z') AS l) t;

--
-- Intervals contain the number that they are of
--
SELECT nps(s), round(low, 1) AS low, round(high, 1) AS high, nps_text(s)
FROM (SELECT survey_summary '{"version":1,"unanswered":0,"scores":{"9":1}}') v(s), nps_interval(s);
SELECT count(*) AS compared, count(*) FILTER (WHERE NOT coalesce(nps(s) BETWEEN low AND high, false)) AS without_their_point
FROM generate_series(0, 6) p, generate_series(0, 6) n, generate_series(0, 6) d, (VALUES (0.5), (0.8), (0.95), (0.999)) c(confidence),
	LATERAL (SELECT format('{"version":1,"unanswered":0,"scores":{"9":%s,"8":%s,"1":%s}}', p, n, d)::survey_summary) v(s),
	nps_interval(s, confidence) WHERE p + n + d > 0;
SELECT count(*) AS compared, count(*) FILTER (WHERE NOT coalesce(rate(s) BETWEEN low AND high, false)) AS without_their_point
FROM generate_series(0, 40) p, generate_series(0, 40) n, (VALUES (0.5), (0.8), (0.95), (0.999)) c(confidence),
	LATERAL (SELECT format('{"version":1,"positives":%s,"negatives":%s,"unknowns":0}', p, n)::rate_summary) v(s),
	rate_interval(s, confidence) WHERE p + n > 0;
-- of changes too
SELECT count(*) AS compared, count(*) FILTER (WHERE NOT coalesce(change BETWEEN low AND high, false)) AS without_their_point
FROM generate_series(0, 3) p, generate_series(0, 3) n, generate_series(0, 3) q, generate_series(0, 3) m,
	nps_change(format('{"version":1,"scores":{"9":%s,"1":%s}}', p, n)::survey_summary, format('{"version":1,"scores":{"9":%s,"8":%s}}', q, m)::survey_summary, 0.6)
WHERE p + n > 0 AND q + m > 0;
SELECT count(*) AS compared, count(*) FILTER (WHERE NOT coalesce(change BETWEEN low AND high, false)) AS without_their_point
FROM generate_series(0, 5) p, generate_series(0, 5) n, generate_series(0, 5) q, generate_series(0, 5) m,
	rate_change(format('{"version":1,"positives":%s,"negatives":%s}', p, n)::rate_summary, format('{"version":1,"positives":%s,"negatives":%s}', q, m)::rate_summary, 0.6)
WHERE p + n > 0 AND q + m > 0;

--
-- One answer against many is no arrow for an NPS; of a rate the chance is that of drawing
-- a yes among 1001, of which 11 are: 0.010989
--
SELECT round(change) AS change, direction FROM nps_change('{"version": 1, "scores": {"6": 6500, "8": 3500}}', '{"version": 1, "scores": {"8": 1}}');
SELECT round(p_value, 6) AS p_value, round(11.0 / 1001, 6) AS by_definition FROM rate_change('{"version": 1, "positives": 10, "negatives": 990}', '{"version": 1, "positives": 1, "negatives": 0}');

--
-- Rows that a join removes do not stop a query, whatever the plan
--
CREATE TEMP TABLE surveys AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'nps' ELSE 'percent' END AS kind, 'survey ' || i AS name FROM generate_series(1, 20) i;
CREATE TEMP TABLE answers AS SELECT 1 + i % 20 AS id, CASE i % 2 WHEN 1 THEN i % 11 ELSE i % 101 END AS score FROM generate_series(1, 10000) i;
ALTER TABLE surveys ADD PRIMARY KEY (id);
ANALYZE surveys, answers;
SELECT name, nps_agg(score), 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(*) AS by_definition
FROM answers JOIN surveys USING (id) WHERE kind = 'nps' GROUP BY name ORDER BY name LIMIT 2;

--
-- Functions that return rows leave nothing behind in memory: at the end of the
-- query the session has at most a few megabytes more than before it.  Looking up
-- the row type in each of 20,000 calls takes 15 MB and more.
--
CREATE TEMP TABLE summaries AS
SELECT (SELECT survey_summary(i) FROM generate_series(0, 10) i) AS survey,
	(SELECT duration_summary(date '2025-01-01', date '2025-01-01' + i, date '2025-12-31') FROM generate_series(1, 3) i) AS duration,
	(SELECT mrr_history(10, '2025-01-01', '2025-03-01')) AS history,
	(SELECT mrr_summary(mrr_history, 'month') FROM (SELECT mrr_history(10, '2025-01-01', '2025-03-01')) h) AS mrr,
	(SELECT active_days(date '2025-01-01' + i) FROM generate_series(1, 3) i) AS days,
	(SELECT active_users_summary(active_days) FROM (SELECT active_days(date '2025-01-01' + i) FROM generate_series(1, 3) i) d) AS users,
	(SELECT cohort_summary(active_days, 'month') FROM (SELECT active_days(date '2025-01-01' + i) FROM generate_series(1, 3) i) d) AS cohorts,
	(SELECT session_summary(timestamp '2025-01-01' + i * interval '1 hour', '30 minutes') FROM generate_series(1, 3) i) AS sessions,
	(SELECT health_summary('signal ' || i, 50, 1) FROM generate_series(1, 3) i) AS health;
CREATE FUNCTION pg_temp.megabytes_left(call text, argument text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	used numeric;
BEGIN
	-- an argument that depends on g, or PostgreSQL would keep the rows of the first call
	EXECUTE format('SELECT (SELECT sum(total_bytes) FROM pg_backend_memory_contexts) / 1048576.0 '
		'FROM (SELECT count(f) AS n FROM summaries, generate_series(1, 20000) g, LATERAL %s f OFFSET 0) t '
		'WHERE n > 0', format(call, format('(CASE WHEN g > 0 THEN %I END)', argument))) INTO used;
	RETURN used - (SELECT sum(total_bytes) / 1048576.0 FROM pg_backend_memory_contexts);
END
$$;
SELECT call, megabytes_left < 6 AS flat, CASE WHEN megabytes_left >= 6 THEN round(megabytes_left, 1) END AS megabytes
FROM (VALUES ('score_counts(%s)', 'survey'), ('survival_curve(%s)', 'duration'), ('mrr_changes(%s)', 'history'),
	('mrr_bridge(%s)', 'mrr'), ('active_users(%s)', 'users'), ('active_within(%s, 30)', 'users'), ('cohort_retention(%s, date ''2025-03-01'')', 'cohorts'),
	('user_lifecycle(%s)', 'cohorts'), ('session_list(%s)', 'sessions'), ('health_drivers(%s)', 'health')) v(call, argument),
	LATERAL (SELECT pg_temp.megabytes_left(call, argument)) t;

--
-- Counts add up, scores do not: of months, and of channels one of which is not known
--
CREATE TEMP TABLE months AS
SELECT month, channel, survey_summary(score) AS s
FROM (SELECT i % 3 AS month, (ARRAY['chat', 'mail', NULL])[1 + i % 7 % 3] AS channel, i * i % 11 AS score FROM generate_series(1, 500) i) t
GROUP BY month, channel;
SELECT round(nps(rollup(s)), 10) = round(100.0 * (sum(promoters(s)) - sum(detractors(s))) / sum(responses(s)), 10) AS of_sums,
	round(nps(rollup(s)), 1) AS nps, round(avg(nps(s)), 1) AS mean_of_rows
FROM months;
-- told: a subtotal is told from an unknown channel by grouping(), not by coalesce()
SELECT count(*) FILTER (WHERE coalesce(channel, 'all') = 'all') AS all_by_coalesce, count(*) FILTER (WHERE subtotal = 1) AS all_by_grouping
FROM (SELECT channel, grouping(channel) AS subtotal FROM months GROUP BY GROUPING SETS ((channel), ())) t;
