--
-- rollup() and its other names: sum(), which semantic layers know, + and -
--
SET datestyle = 'ISO, MDY';
\pset null '~'

-- what each type has; test/t/010_catalog.pl says why some have no -
SELECT type::regtype, aggregates FROM (SELECT proargtypes[0] AS type, string_agg(proname, ' ' ORDER BY proname) AS aggregates FROM pg_proc JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = pg_proc.oid AND d.deptype = 'e'
	WHERE prokind = 'a' AND proname IN ('rollup', 'sum') GROUP BY 1) AS t
WHERE aggregates <> 'rollup sum' OR NOT EXISTS (SELECT FROM pg_operator WHERE oprname = '+' AND oprleft = type AND oprright = type);

--
-- Daily summaries: of every type one a day and channel
--
CREATE TEMP TABLE rows AS SELECT i, date '2025-01-01' + i % 9 AS day, i % 5 < 2 AS web, i % 11 AS score, i % 3 = 0 AS yes, (i % 7 * 10.25)::numeric AS amount FROM generate_series(0, 199) AS i;
CREATE TEMP TABLE daily AS SELECT day, web, survey_summary(score) AS survey, rate_summary(yes) AS rate, nrr_summary(amount, amount * 1.5 - score) FILTER (WHERE amount * 1.5 >= score) AS nrr,
	duration_summary(day, CASE WHEN yes THEN day + score END, '2025-01-20') AS duration, auc_summary(score, yes) AS auc, trend_summary(amount, day) AS trend, value_summary(amount, i % 20) AS value
FROM rows GROUP BY day, web;
SELECT rollup(survey) = sum(survey) AS survey, rollup(rate) = sum(rate) AS rate, rollup(nrr) = sum(nrr) AS nrr, rollup(duration) = sum(duration) AS duration, rollup(auc) = sum(auc) AS auc,
	rollup(trend) = sum(trend) AS trend, rollup(value) = sum(value) AS value FROM daily;
-- + is the roll-up of two
SELECT count(*) AS days, bool_and(w.survey + p.survey = v.survey AND w.rate + p.rate = v.rate AND w.nrr + p.nrr = v.nrr AND w.duration + p.duration = v.duration AND w.auc + p.auc = v.auc AND w.trend + p.trend = v.trend AND w.value + p.value = v.value) AS same
FROM daily AS w JOIN daily AS p USING (day) JOIN (SELECT day, rollup(survey) AS survey, rollup(rate) AS rate, rollup(nrr) AS nrr, rollup(duration) AS duration, rollup(auc) AS auc, rollup(trend) AS trend, rollup(value) AS value FROM daily GROUP BY day) AS v USING (day)
WHERE w.web AND NOT p.web;
-- - undoes it: all channels without the web are the others, to the last byte
SELECT count(*) AS days, bool_and(v.survey - w.survey = p.survey AND v.rate - w.rate = p.rate AND v.nrr - w.nrr = p.nrr AND v.duration - w.duration = p.duration AND v.auc - w.auc = p.auc) AS same
FROM daily AS w JOIN daily AS p USING (day) JOIN (SELECT day, rollup(survey) AS survey, rollup(rate) AS rate, rollup(nrr) AS nrr, rollup(duration) AS duration, rollup(auc) AS auc FROM daily GROUP BY day) AS v USING (day)
WHERE w.web AND NOT p.web;
SELECT round(nps(sum(survey)), 3) AS nps, round(nps(sum(survey) - sum(survey) FILTER (WHERE web)), 3) AS without_web, (SELECT round(nps_agg(score), 3) FROM rows WHERE NOT web) AS plain FROM daily;
-- users and customers
CREATE TEMP TABLE users AS SELECT u, active_days(date '2025-01-01' + (u * d * d) % 97) AS days, mrr_history((u % 7 * 10.25 / (1 + u % 4))::numeric, date '2025-01-01' + u * d, date '2025-02-01' + u * d) AS mrr
FROM generate_series(1, 30) AS u, generate_series(1, 9) AS d GROUP BY u;
SELECT whole.a - part.a = rest.a AS active, whole.c - part.c = rest.c AS cohorts, whole.m - part.m = rest.m AS mrr, part.a + rest.a = whole.a AND part.c + rest.c = whole.c AND part.m + rest.m = whole.m AS plus
FROM (SELECT active_users_summary(days), cohort_summary(days, 'month'), mrr_summary(mrr, 'month') FROM users) AS whole(a, c, m),
	(SELECT active_users_summary(days), cohort_summary(days, 'month'), mrr_summary(mrr, 'month') FROM users WHERE u % 3 = 0) AS part(a, c, m),
	(SELECT active_users_summary(days), cohort_summary(days, 'month'), mrr_summary(mrr, 'month') FROM users WHERE u % 3 > 0) AS rest(a, c, m);

-- nothing is left: a summary of nothing, whose metrics are NULL, and which changes nothing
SELECT survey - survey AS survey, nps(survey - survey), (survey - survey) + survey = survey AS back FROM daily LIMIT 1;
SELECT auc - auc AS auc, duration - duration AS duration, rate - rate AS rate, nrr - nrr AS nrr FROM daily WHERE day = '2025-01-01' AND web;
SELECT a - a AS active, c - c AS cohorts, m - m AS mrr FROM (SELECT active_users_summary(days), cohort_summary(days, 'month'), mrr_summary(mrr, 'month') FROM users) AS v(a, c, m);
-- operators give NULL for NULL, aggregates skip it
SELECT survey + NULL AS plus, NULL - survey AS minus, (SELECT sum(s) = survey FROM (VALUES (survey), (NULL)) AS v(s)) AS sum FROM daily LIMIT 1;
SELECT sum(survey) FROM daily WHERE false;

-- what is not in it cannot be taken out
SELECT failure($$SELECT survey_summary(9) - survey_summary(8)$$);
SELECT failure($$SELECT rate_summary(true) - rate_summary(false)$$);
SELECT failure($$SELECT nrr_summary(100, 90) - nrr_summary(100, 91)$$);
SELECT failure($$SELECT duration_summary(date '2025-01-01', '2025-01-05', '2025-02-01') - duration_summary(date '2025-01-01', '2025-01-06', '2025-02-01')$$);
SELECT failure($$SELECT duration_summary(date '2025-01-01', '2025-01-05', '2025-02-01') - duration_summary(date '2025-01-01', NULL, '2025-01-05')$$);
SELECT failure($$SELECT auc_summary(1, true) - auc_summary(1, false)$$);
SELECT failure($$SELECT auc_summary(NULL, true) - auc_summary(1, true)$$);
SELECT failure($$SELECT m - mrr_summary(h, 'quarter') FROM (SELECT h, mrr_summary(h, 'month') FROM (SELECT mrr_history(5, '2025-01-01', NULL)) AS v(h) GROUP BY h) AS w(h, m) GROUP BY m$$);
SELECT failure($$SELECT a - b FROM (VALUES ('{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": 1}}}'::mrr_summary, '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5.5, "new_customers": 1}}}'::mrr_summary)) AS v(a, b)$$);
-- each of its counts is there, yet no users are: those that would be left were never new,
-- or are there after their last day
SELECT failure($$SELECT a - b FROM (VALUES ('{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2], ["2025-01-01", 1, 2, 0]]}'::cohort_summary, '{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, 2]]}'::cohort_summary)) AS v(a, b)$$);
SELECT failure($$SELECT a - b FROM (VALUES ('{"version": 1, "users": 1, "days": [["2025-01-01", 3, 1], ["2025-01-04", 366, 1]]}'::active_users_summary, '{"version": 1, "users": 1, "days": [["2025-01-04", 366, 1]]}'::active_users_summary)) AS v(a, b)$$);
SELECT failure($$SELECT a - b FROM (VALUES ('{"version": 1, "users": 1, "days": [["2025-01-01", 366, 1]]}'::active_users_summary, '{"version": 1, "users": 1, "days": [["2024-01-01", 366, 1]]}'::active_users_summary)) AS v(a, b)$$);
SELECT failure($$SELECT a - b FROM (VALUES ('{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": 1}, "2025-03-01": {"churned_mrr": 5, "churned_customers": 1}}}'::mrr_summary, '{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 5, "new_customers": 1}}}'::mrr_summary)) AS v(a, b)$$);
SELECT failure($$SELECT nrr_summary(100, 90) + nrr_summary(50, 50) - nrr_summary(100, 50)$$);
-- what is added must be of one kind, as in rollup()
SELECT failure($$SELECT cohort_summary(days, 'month') + cohort_summary(days, 'week') FROM users$$);
SELECT failure($$SELECT cohort_summary(days, 'month') - cohort_summary(days, 'week') FROM users$$);

--
-- What BI tools and semantic layers send.  Neither Metabase nor Cube asks for the
-- least or the greatest value of a column that is no number, date or text, so there is
-- no max() of summaries; they do sort, group and count what they do not understand.
--
-- a table, sorted by any column; the values of a column, for a filter; X-ray's counts
SELECT day, web FROM daily ORDER BY survey, day, web LIMIT 3;
SELECT count(*) AS values FROM (SELECT survey FROM daily GROUP BY survey ORDER BY survey ASC LIMIT 1000) AS source;
SELECT count(DISTINCT survey) AS survey, count(DISTINCT rate) AS rate, count(DISTINCT duration) AS duration FROM daily;
-- Cube: a measure of type "sum" inside a calculated one; a pre-aggregation, summed again
SELECT to_char(day, 'YYYY-MM') AS month, round(nps(sum(survey)), 1) AS nps FROM daily GROUP BY 1 ORDER BY 1 ASC;
SELECT round(nps(sum(pre.survey)), 1) AS nps FROM (SELECT web, sum(daily.survey) AS survey FROM daily GROUP BY 1) AS pre;
-- MetricFlow: sums of two measures in subqueries, joined
SELECT coalesce(a.day, b.day) AS day, a.survey + b.survey = (SELECT sum(survey) FROM daily AS d WHERE d.day = a.day) AS same
FROM (SELECT day, sum(survey) AS survey FROM daily WHERE web GROUP BY day) AS a FULL JOIN (SELECT day, sum(survey) AS survey FROM daily WHERE NOT web GROUP BY day) AS b ON a.day = b.day ORDER BY 1 LIMIT 2;
-- a running total
SELECT day, round(nps(sum(survey) OVER (ORDER BY day)), 1) AS nps FROM daily WHERE web ORDER BY day LIMIT 3;
-- sum of numbers is the sum of numbers
SELECT sum(score) AS integers, sum(amount) AS numerics, sum(score::double precision) AS doubles FROM rows;
