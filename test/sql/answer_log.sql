--
-- Logs of answers: the latest ones, intervals that know who answered, the same people
--
SET datestyle = 'ISO, MDY';
SET timezone = 'UTC';
SET extra_float_digits = 0;

-- Answers of 300 people over two years, some of them on one day or at one moment, rows
-- that are there twice, NULLs.
CREATE TABLE answers AS
SELECT i, CASE WHEN i % 41 > 0 THEN pick(i, 1, 300) END AS who,
	CASE WHEN i % 37 > 0 THEN timestamp '2024-01-01' + pick(i % 3500, 2, 700) * interval '1 day' + pick(i, 3, 4) * interval '7 hours 59 minutes 59.5 seconds' END AS at,
	CASE WHEN i % 29 > 0 THEN pick(i % 3700, 4, 11) END AS score
FROM generate_series(1, 4000) AS i;
INSERT INTO answers SELECT * FROM answers WHERE i % 17 = 0;
CREATE TABLE logs AS SELECT answer_log(who, at, score) AS l FROM answers;

-- one answer for each respondent, moment and score
SELECT respondents(l) = (SELECT count(DISTINCT who) FROM answers WHERE at IS NOT NULL AND score IS NOT NULL) AS respondents,
	answers(l) = (SELECT count(*) FROM (SELECT DISTINCT who, at, score FROM answers WHERE who IS NOT NULL AND at IS NOT NULL AND score IS NOT NULL) AS t) AS answers FROM logs;
SELECT answer_log(who, at, score), respondents(answer_log(who, at, score)), answers(answer_log(who, at, score))
FROM (VALUES (7, timestamp '2025-01-31 10:00', 9), (7, '2025-01-31 10:00', 4), (7, '2025-01-31 10:00', 9), (-2, '2025-01-01', 10), (NULL, '2025-01-01', 3), (5, NULL, 3), (5, '2025-01-01', NULL)) AS v (who, at, score);
SELECT answer_log(NULL::integer, now(), 3) IS NULL AS nothing;

-- ids of all types, days and moments, scores of all types
SELECT answer_log(1::smallint, timestamp '2025-01-31', 9) = answer_log(1, timestamp '2025-01-31', 9) AS int2, answer_log(1::bigint, timestamp '2025-01-31', 9) = answer_log(1, timestamp '2025-01-31', 9) AS int8,
	answer_log(1, date '2025-01-31', 9) = answer_log(1, timestamp '2025-01-31', 9) AS date, answer_log(1, timestamptz '2025-01-31 09:00+09', 9) = answer_log(1, timestamp '2025-01-31', 9) AS timestamptz,
	answer_log(1, timestamp '2025-01-31', 9::numeric) = answer_log(1, timestamp '2025-01-31', 9) AS score;
SELECT answer_log(x, t, s), answer_log(x, t::date, s) = answer_log(x, t, s) AS date, answer_log(x, t, s::float8) = answer_log(x, t, s) AS double, answer_log(x, t::date, s::float8) = answer_log(x, t, s) AS both,
	answer_log(x, t::timestamptz, s) = answer_log(x, t, s) AS tz, answer_log(x, t::timestamptz, s::float8) = answer_log(x, t, s) AS tz_double
FROM (VALUES ('an id', timestamp '2025-01-31', 9)) AS v (x, t, s);
SELECT answer_log(x, t, s), answer_log(x, t::date, s) = answer_log(x, t, s) AS date, answer_log(x, t, s::float8) = answer_log(x, t, s) AS double, answer_log(x, t::date, s::float8) = answer_log(x, t, s) AS both,
	answer_log(x, t::timestamptz, s) = answer_log(x, t, s) AS tz, answer_log(x, t::timestamptz, s::float8) = answer_log(x, t, s) AS tz_double
FROM (VALUES ('12345678-1234-1234-1234-123456789abc'::uuid, timestamp '2025-01-31', 9)) AS v (x, t, s);
SELECT answer_log(x::smallint, t::date, s) = b AS a, answer_log(x::smallint, t, s::float8) = b AS b, answer_log(x::smallint, t::date, s::float8) = b AS c, answer_log(x::smallint, t::timestamptz, s) = b AS d, answer_log(x::smallint, t::timestamptz, s::float8) = b AS e,
	answer_log(x, t::date, s::float8) = b AS f, answer_log(x, t::timestamptz, s::float8) = b AS g, answer_log(x::bigint, t::date, s) = b AS h, answer_log(x::bigint, t, s::float8) = b AS i, answer_log(x::bigint, t::date, s::float8) = b AS j,
	answer_log(x::bigint, t::timestamptz, s) = b AS k, answer_log(x::bigint, t::timestamptz, s::float8) = b AS l
FROM (VALUES (3, timestamp '2025-01-31', 9)) AS v (x, t, s), (VALUES (answer_log '{"version": 1, "ids": "integer", "entries": [[3, "2025-01-31T00:00:00", 9]]}')) AS w (b) GROUP BY b;
-- far away, where an entry takes more room
SELECT answer_log(1, t, 0) FROM (VALUES (timestamp '4714-11-24 BC'), ('294276-12-31 23:59:59.999999'), ('2025-01-01')) AS v (t);

-- Parts: by month and channel, in any order
SELECT rollup(l) = (SELECT l FROM logs) AS rollup, sum(l) = rollup(l) AS sum
FROM (SELECT answer_log(who, at, score) AS l FROM answers GROUP BY date_trunc('month', at), i % 3) AS t;
SELECT a + b = (SELECT l FROM logs) AS plus, a + a = a AS twice FROM (SELECT answer_log(who, at, score) FILTER (WHERE i % 2 = 0) AS a, answer_log(who, at, score) FILTER (WHERE i % 3 > 0 OR i % 2 = 1) AS b FROM answers) AS t;
SELECT l::text::answer_log = l AS text FROM logs;

-- All answers of a period
SELECT survey_summary(l) = (SELECT survey_summary(score) FROM (SELECT DISTINCT who, at, score FROM answers WHERE who IS NOT NULL AND at IS NOT NULL AND score IS NOT NULL) AS t) AS all,
	survey_summary(l, '2024-05-01', '2025-02-01') = (SELECT survey_summary(score) FROM (SELECT DISTINCT who, at, score FROM answers WHERE who IS NOT NULL AND at >= '2024-05-01' AND at < '2025-02-01' AND score IS NOT NULL) AS t) AS period,
	survey_summary(l, from_date => '2025-02-01') + survey_summary(l, to_date => '2025-02-01') = survey_summary(l) AS both,
	survey_summary(l, '2024-05-01', '2024-05-02', 'America/New_York') = (SELECT survey_summary(score) FROM (SELECT DISTINCT who, at, score FROM answers WHERE who IS NOT NULL AND (at AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')::date = '2024-05-01' AND score IS NOT NULL) AS t) AS zone
FROM logs;

-- The latest answer of each in a moving window: DISTINCT ON for each day
CREATE FUNCTION latest(on_date date, days integer, zone text) RETURNS survey_summary LANGUAGE sql AS $$
	SELECT coalesce(survey_summary(score), '{"version": 1}')
	FROM (SELECT DISTINCT ON (who) score FROM answers, LATERAL (SELECT (at AT TIME ZONE 'UTC' AT TIME ZONE zone)::date AS day) AS d
		WHERE who IS NOT NULL AND score IS NOT NULL AND day <= on_date AND day > on_date - days ORDER BY who, at DESC, score) AS t
$$;
SELECT days, zone, count(*), count(*) FILTER (WHERE scores IS DISTINCT FROM latest(day, days, zone)) AS wrong, count(*) FILTER (WHERE latest_scores(l, day, days, zone) IS DISTINCT FROM scores) AS otherwise
FROM logs, (VALUES (1, 'UTC'), (30, 'UTC'), (90, 'America/New_York'), (500, 'Asia/Seoul')) AS v (days, zone), rolling_scores(l, '2023-12-25', '2026-02-01', days, zone)
WHERE (day - date '2023-12-25') % 17 = 0 GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*), count(*) FILTER (WHERE a.scores IS DISTINCT FROM b.scores) AS wrong FROM logs, rolling_scores(l, '2024-06-01', '2024-07-01', 28) AS a JOIN LATERAL rolling_scores(l, '2024-06-01', '2024-07-01', 28, 'UTC') AS b USING (day);
-- from the first answer to the last
SELECT count(*), min(day) = min(first) AND max(day) = max(last) AS ends
FROM logs, (SELECT min(at)::date AS first, max(at)::date AS last FROM answers WHERE who IS NOT NULL AND score IS NOT NULL) AS t, rolling_scores(l, NULL, NULL, 90);
SELECT zone, min(day), max(day) FROM (SELECT answer_log(1, t, 5) AS l FROM (VALUES (timestamp '2025-01-01 20:00'), ('2025-01-03 02:00')) AS v (t)) AS t, (VALUES ('Asia/Seoul'), ('America/New_York')) AS z (zone), rolling_scores(l, NULL, NULL, 9, zone) GROUP BY 1 ORDER BY 1;
-- where the last answer is on the day after, in the zone
SELECT day, scores FROM (SELECT answer_log(1, timestamp '2025-01-01 20:00', 9) AS l) AS t, rolling_scores(l, NULL, NULL, 9, 'Asia/Seoul');
-- the first day of all, which begins in Seoul before there are timestamps
SELECT latest_scores(l, '4714-11-24 BC', 1, 'Asia/Seoul'), latest_scores(l, '4714-11-25 BC', 1, 'Asia/Seoul') AS the_day_after, (SELECT min(day) FROM rolling_scores(l, NULL, NULL, 1, 'Asia/Seoul')) AS day FROM (SELECT answer_log(1, timestamp '4714-11-24 BC', 9) AS l) AS t;
-- one who changes his mind, and one who does not
SELECT day, scores FROM (SELECT answer_log(who, at, score) AS l FROM (VALUES (1, timestamp '2025-01-01 10:00', 9), (1, '2025-01-03 08:00', 10), (1, '2025-01-03 09:00', 2), (2, '2025-01-02', 8)) AS v (who, at, score)) AS t, rolling_scores(l, '2025-01-01', '2025-01-08', 3);
-- clocks that are put back over midnight (Havana), and forward over it (Sao Paulo)
SELECT zone, at, (SELECT day FROM (SELECT answer_log(1, a, 5) AS l FROM (VALUES (at)) AS w (a)) AS t, rolling_scores(l, NULL, NULL, 1, zone)) AS day, (at AT TIME ZONE 'UTC' AT TIME ZONE zone)::date AS right
FROM (VALUES ('America/Havana', timestamp '2024-11-03 03:59:59'), ('America/Havana', '2024-11-03 04:00'), ('America/Havana', '2024-11-03 04:59:59'), ('America/Havana', '2024-11-03 05:00'), ('America/Havana', '2024-11-04 04:59:59'), ('America/Havana', '2024-11-04 05:00'),
	('America/Sao_Paulo', '2018-11-04 02:59:59'), ('America/Sao_Paulo', '2018-11-04 03:00'), ('America/Sao_Paulo', '2018-11-05 01:59:59'), ('America/Sao_Paulo', '2018-11-05 02:00')) AS v (zone, at);
SELECT (SELECT count(*) FROM rolling_scores(l, '2025-01-01', '2025-01-01', 9)) AS no_days, (SELECT count(*) FROM rolling_scores(NULL, '2025-01-01', '2025-01-02', 9)) AS no_log, latest_scores(l, NULL, 9), latest_scores(NULL, '2025-01-01', 9), survey_summary(NULL::answer_log) FROM logs;
SELECT * FROM (VALUES (answer_log '{"version": 1, "ids": "integer", "entries": []}')) AS v (l), rolling_scores(l, NULL, NULL, 9);

-- Intervals: the definition, over respondents; R: qt(0.975, c(299, 296)) is 1.967930 1.968011
CREATE VIEW influences AS
SELECT who, p, count(*) AS n, sum((score >= 9)::int - (score <= 6)::int) AS x
FROM (SELECT DISTINCT who, at, score, CASE WHEN at < '2025-01-01' THEN 1 ELSE 2 END AS p FROM answers WHERE who IS NOT NULL AND at IS NOT NULL AND score IS NOT NULL) AS t
GROUP BY 1, 2;
CREATE VIEW periods AS
SELECT p, r, m, m / (m - 1.0) * (SELECT sum((x - r * n) ^ 2) FROM influences AS i WHERE i.p = t.p) / a ^ 2 AS variance, a
FROM (SELECT p, sum(x) / sum(n) AS r, count(*) AS m, sum(n) AS a FROM influences GROUP BY p) AS t;
SELECT p, m, round((low + high) / 2, 8) = round(100 * r, 8) AS middle, round((high - low) / 2 / sqrt(variance), 4) AS "100 * t"
FROM logs, periods, nps_interval(l, CASE p WHEN 1 THEN date '2024-01-01' ELSE '2025-01-01' END, CASE p WHEN 1 THEN date '2025-01-01' ELSE '2026-01-01' END) ORDER BY p;
SELECT change = trim_scale(round(100 * (b.r - a.r), 20)) OR abs(change - 100 * (b.r - a.r)) < 1e-12 AS change, round((low + high) / 2, 8) = round(change, 8) AS middle,
	round((high - low) / 2 / sqrt(a.variance + b.variance - 2 * cross_variance), 4) AS "100 * t", direction
FROM logs, periods AS a, periods AS b, nps_change(l, '2024-01-01', '2025-01-01', '2025-01-01', '2026-01-01'),
	LATERAL (SELECT sqrt(a.m / (a.m - 1.0)) * sqrt(b.m / (b.m - 1.0)) * sum((i.x - a.r * i.n) * (j.x - b.r * j.n)) / a.a / b.a AS cross_variance FROM influences AS i JOIN influences AS j USING (who) WHERE i.p = 1 AND j.p = 2) AS c
WHERE a.p = 1 AND b.p = 2;
-- one answer each, many of them: what nps_interval() of the counts gives, within rounding
SELECT round(a.low - b.low, 1) AS low, round(a.high - b.high, 1) AS high, round(c.low - d.low, 1) AS csat_low, round(c.high - d.high, 1) AS csat_high
FROM (SELECT answer_log(i, date '2025-01-01' + i % 300, pick(i, 1, 11)) AS l, survey_summary(pick(i, 1, 11)) AS s, answer_log(i, date '2025-01-01' + i % 300, 1 + pick(i, 1, 5)) AS k, survey_summary(1 + pick(i, 1, 5)) AS z FROM generate_series(1, 20000) AS i) AS t,
	nps_interval(l, '2025-01-01', '2026-01-01') AS a, nps_interval(s) AS b, csat_interval(k, '2025-01-01', '2026-01-01') AS c, rate_interval(satisfied(z)) AS d;
-- two groups that share nobody, in R with the degrees of freedom of the smaller one: 91.2061, p 0.438206; one group twice:
-- t.test(paired = TRUE): -40.0328 to 106.6995, p 0.338801
SELECT change, round((high - low) / 2, 4) AS reach, round(p_value, 6) AS p_value, direction
FROM (SELECT answer_log(i, CASE WHEN i <= 12 THEN date '2025-01-01' ELSE '2025-02-01' END, CASE WHEN i % (2 + i / 13) = 0 THEN 3 ELSE 9 END) AS l FROM generate_series(1, 24) AS i) AS t, nps_change(l, '2025-01-01', '2025-02-01', '2025-02-01', '2025-03-01');
SELECT change, round(low, 4) AS low, round(high, 4) AS high, round(p_value, 6) AS p_value, direction
FROM (SELECT answer_log(i % 12, date '2025-01-01' + i / 12 * 31, CASE WHEN i IN (0, 2, 4, 6, 8, 10, 14, 16, 20, 23) THEN 3 ELSE 9 END) AS l FROM generate_series(0, 23) AS i) AS t, nps_change(l, '2025-01-01', '2025-02-01', '2025-02-01', '2025-03-01');
-- of one mind before, which has no error: R with 11 degrees of freedom has -129.2335 to -4.0998, p 0.038814; of few after, nothing is sure
SELECT change, round(low, 4) AS low, round(high, 4) AS high, round(p_value, 6) AS p_value, direction
FROM (SELECT answer_log(i, date '2025-01-01' + 31 * p, CASE WHEN p = 0 THEN 10 WHEN i % 3 = 0 THEN 3 ELSE 9 END) AS l FROM generate_series(1, 12) AS i, generate_series(0, 1) AS p) AS t, nps_change(l, '2025-01-01', '2025-02-01', '2025-02-01', '2025-03-01');
SELECT nps_interval(l, '2025-01-01', '2025-02-01') IS NULL AS no_interval, c.*
FROM (SELECT answer_log(i, CASE WHEN i <= 12 THEN date '2025-01-15' ELSE '2025-02-15' END, CASE WHEN i % 3 = 0 THEN 3 ELSE 9 END) AS l FROM generate_series(1, 21) AS i) AS t, nps_change(l, '2025-01-01', '2025-02-01', '2025-02-01', '2025-03-01') AS c;
-- CSAT, another scale
SELECT round(low, 4) AS low, round(high, 4) AS high FROM (SELECT answer_log(i % 40, date '2025-01-01' + i, 1 + pick(i, 1, 5)) AS l FROM generate_series(1, 300) AS i) AS t, csat_interval(l, '2025-01-01', '2026-01-01');
SELECT round(low, 4) AS low, round(high, 4) AS high FROM (SELECT answer_log(i % 40, date '2025-01-01' + i, CASE WHEN 1 + pick(i, 1, 5) >= 4 THEN 10 ELSE 7 END) AS l FROM generate_series(1, 300) AS i) AS t, nps_interval(l, '2025-01-01', '2026-01-01');
SELECT round(change, 4) AS change, round(low, 4) AS low, round(high, 4) AS high, direction FROM (SELECT answer_log(i % 40, date '2025-01-01' + i, 1 + pick(i, 1, 5 - i / 200)) AS l FROM generate_series(1, 300) AS i) AS t, csat_change(l, '2025-01-01', '2025-06-01', '2025-06-01', '2026-01-01');
-- of an interval below 0 percent nothing is left
SELECT low, round(high, 2) AS high FROM (SELECT answer_log(i, date '2025-01-01', CASE WHEN i = 1 THEN 5 ELSE 1 END) AS l FROM generate_series(1, 20) AS i) AS t, csat_interval(l, '2025-01-01', '2026-01-01');
-- few respondents, all of one mind, none, and NULL
SELECT m, nps_interval(l, '2025-01-01', '2026-01-01') IS NULL AS no_interval, (nps_change(l, '2025-01-01', '2025-01-02', '2025-01-02', '2025-01-03')).p_value IS NULL AS no_p, csat_interval(k, '2025-01-01', '2026-01-01') IS NULL AS no_csat, nps_interval(u, '2025-01-01', '2026-01-01') AS one_mind, nps_change(u, '2025-01-01', '2025-01-02', '2025-01-02', '2025-01-03')
FROM generate_series(9, 10) AS m, LATERAL (SELECT answer_log(i % m, date '2025-01-01' + i / m, CASE WHEN i % 3 = 0 THEN 3 ELSE 9 END) AS l, answer_log(i % m, date '2025-01-01' + i / m, 1 + i % 5) AS k, answer_log(i % m, date '2025-01-01' + i / m, 10 - i / m * 4) AS u FROM generate_series(0, 2 * m - 1) AS i) AS t;
SELECT nps_interval(l, '2030-01-01', '2031-01-01'), nps_interval(l, NULL, '2031-01-01'), nps_interval(NULL::answer_log, '2030-01-01', '2031-01-01'), nps_change(l, '2024-01-01', '2025-01-01', '2030-01-01', '2031-01-01'), csat_change(l, '2024-01-01', NULL, '2024-01-01', '2025-01-01', scale_max => 5), csat_interval(l, '2030-01-01', NULL), nps_change(NULL::answer_log, '2024-01-01', '2025-01-01', '2030-01-01', '2031-01-01') FROM logs;

-- The same people: the latest answer of each in both periods
SELECT p = (SELECT paired_summary(b.score, a.score)
	FROM (SELECT DISTINCT ON (who) who, score FROM answers WHERE who IS NOT NULL AND score IS NOT NULL AND at >= '2024-01-01' AND at < '2025-01-01' ORDER BY who, at DESC, score) AS b
	FULL JOIN (SELECT DISTINCT ON (who) who, score FROM answers WHERE who IS NOT NULL AND score IS NOT NULL AND at >= '2025-01-01' AND at < '2025-05-01' ORDER BY who, at DESC, score) AS a USING (who)) AS pairs, respondents(p), unpaired(p),
	(SELECT c FROM paired_change(l, '2024-01-01', '2025-01-01', '2025-01-01', '2025-05-01') AS c)::text = paired_change(p)::text AS change
FROM logs, paired_summary(l, '2024-01-01', '2025-01-01', '2025-01-01', '2025-05-01') AS p;
-- without an end there are no pairs
SELECT paired_summary(l, NULL, '2025-01-01', '2025-01-01', '2025-05-01'), paired_summary(l, '2024-01-01', NULL, '2025-01-01', '2025-05-01'), paired_summary(l, '2024-01-01', '2025-01-01', NULL, '2025-05-01'), paired_summary(l, '2024-01-01', '2025-01-01', '2025-01-01', NULL) FROM logs;
-- Bonett and Price (2012) give 12, 4, 26 and 6 the middle .44, the error .09448809 and the interval .2548 to .6252
SELECT respondents, change, round((low + high) / 2, 6) AS middle, round((high - low) / 2 / 1.959963984540054, 6) AS error, round(low, 2) AS low, round(high, 2) AS high, direction
FROM paired_csat_change('{"version": 1, "pairs": [[1, 1, 12], [5, 2, 4], [3, 5, 26], [4, 4, 6]]}');
-- a net score in which nobody is passive before or after counts each step twice
SELECT respondents, change, round((low + high) / 2, 6) AS middle, round(p_value, 6) AS p_value, direction FROM paired_change('{"version": 1, "pairs": [[1, 1, 12], [10, 2, 4], [3, 9, 9], [9, 9, 6]]}');
SELECT * FROM score_flows('{"version": 1, "unpaired": 3, "pairs": [[1, 1, 12], [10, 2, 4], [3, 9, 9], [8, 8, 6]]}');
SELECT before, after, respondents FROM score_flows('{"version": 1, "pairs": [[1, 1, 12], [5, 2, 4], [3, 5, 9], [4, 4, 6]]}', promoter_from => 5, detractor_to => 3, scale_max => 5) WHERE respondents > 0;
SELECT p, paired_change(p), paired_csat_change(p), respondents(p), (SELECT count(*) FILTER (WHERE share IS NULL) FROM score_flows(p)) AS rows FROM (VALUES (paired_summary '{"version": 1}')) AS v (p);
SELECT respondents, change, round(low, 4) AS low, round(high, 4) AS high, round(p_value, 6) AS p_value, direction
FROM (VALUES (paired_summary '{"version": 1, "pairs": [[1, 10, 1]]}'), ('{"version": 1, "pairs": [[9, 10, 100]]}'), ('{"version": 1, "pairs": [[1, 10, 100]]}')) AS v (s), paired_change(s);
SELECT paired_summary(b, a), paired_summary(b::float8, a::float8) = paired_summary(b, a) AS double FROM (VALUES (6, 9), (6, 9), (10, 0), (NULL, 3), (3, NULL)) AS v (b, a);
-- merged, taken out, over moving windows
SELECT rollup(p) = (SELECT paired_summary(score, who % 11) FROM answers) AS rollup, sum(p) = rollup(p) AS sum FROM (SELECT paired_summary(score, who % 11) AS p FROM answers GROUP BY i % 5) AS t;
SELECT (a + b) - b = a AS minus, a - a FROM (SELECT paired_summary(score, who % 11) FILTER (WHERE i % 2 = 0) AS a, paired_summary(score, 3) FILTER (WHERE i % 2 = 1) AS b FROM answers) AS t;
SELECT count(*) FILTER (WHERE p IS DISTINCT FROM (SELECT paired_summary(score, who % 11) FROM answers AS b WHERE b.i BETWEEN t.i - 3 AND t.i)) AS wrong, count(*) FILTER (WHERE d IS DISTINCT FROM p) AS double
FROM (SELECT i, paired_summary(score, who % 11) OVER w AS p, paired_summary(score::float8, who % 11) OVER w AS d FROM answers WHERE i < 100 WINDOW w AS (ORDER BY i RANGE 3 PRECEDING)) AS t;

-- Errors
SELECT failure($$SELECT answer_log(1, timestamp 'infinity', 9)$$);
SELECT failure($$SELECT answer_log(1, date '-infinity', 9)$$);
SELECT failure($$SELECT answer_log(1, timestamp '2025-01-01', 11)$$);
SELECT failure($$SELECT answer_log(1, timestamp '2025-01-01', 8.5)$$);
SELECT failure($$SELECT rollup(l) FROM (SELECT answer_log(1, timestamp '2025-01-01', 1) AS l UNION ALL SELECT answer_log('a'::text, timestamp '2025-01-01', 1)) AS t$$);
SELECT failure($$SELECT answer_log '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01T00:00:00", 11]]}'$$);
SELECT failure($$SELECT answer_log '{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01T00:00:00"]]}'$$);
SELECT failure($$SELECT latest_scores(l, 'infinity', 9) FROM logs$$);
SELECT failure($$SELECT latest_scores(l, '2025-01-01', 0) FROM logs$$);
SELECT failure($$SELECT latest_scores(l, '2025-01-01', NULL) FROM logs$$);
SELECT failure($$SELECT latest_scores(l, '2025-01-01', 9, '+9') FROM logs$$);
SELECT failure($$SELECT rolling_scores(l, '2025-01-01', '2024-01-01', 9) FROM logs$$);
SELECT failure($$SELECT rolling_scores(l, '0001-01-01', '9999-01-01', 9) FROM logs$$);
SELECT failure($$SELECT nps_interval(l, '2025-01-01', '2024-01-01') FROM logs$$);
SELECT failure($$SELECT nps_change(l, '2025-01-01', '2025-02-01', '2025-01-01', '2024-01-01') FROM logs$$);
SELECT failure($$SELECT csat_interval(l, '2024-01-01', '2026-01-01') FROM logs$$);
SELECT failure($$SELECT csat_interval(answer_log(1, date '2025-01-01', 0), '2025-01-01', '2025-02-01')$$);
SELECT failure($$SELECT nps_interval(l, '2024-01-01', '2026-01-01', promoter_from => 11) FROM logs$$);
SELECT failure($$SELECT nps_interval(l, '2024-01-01', '2026-01-01', detractor_to => 9) FROM logs$$);
SELECT failure($$SELECT csat_change(l, '2024-01-01', '2025-01-01', '2025-01-01', '2026-01-01', satisfied_from => 6) FROM logs$$);
SELECT failure($$SELECT nps_change(l, '2024-01-01', '2025-01-01', '2025-01-01', '2026-01-01', confidence => 95) FROM logs$$);
SELECT failure($$SELECT paired_summary(3, 11)$$);
SELECT failure($$SELECT paired_summary '{"version": 1, "pairs": [[1, 11, 1]]}'$$);
SELECT failure($$SELECT paired_summary '{"version": 1, "pairs": [[1, 2]]}'$$);
SELECT failure($$SELECT paired_summary '{"version": 1, "pears": []}'$$);
SELECT failure($$SELECT paired_csat_change('{"version": 1, "pairs": [[1, 7, 1]]}')$$);
SELECT failure($$SELECT paired_summary '{"version": 1}' - paired_summary '{"version": 1, "pairs": [[1, 7, 1]]}'$$);

DROP VIEW periods, influences;
DROP FUNCTION latest;
DROP TABLE answers, logs;
