--
-- Lifetimes: seen late, by cause, as lengths, and two of them compared
--
\pset null '(null)'

--
-- Seen late: R's figures of 200 rows are in test/math/survival_test.c
--
-- ten customers of an old system, of whom only those who were still there came into the new one on 2024-01-01
CREATE TEMP TABLE customers (started date, ended date);
INSERT INTO customers VALUES ('2023-01-01', '2024-03-01'), ('2023-03-01', '2024-07-01'), ('2023-06-01', NULL), ('2023-09-01', NULL), ('2023-11-01', '2024-02-01'), ('2024-02-01', '2024-04-01'), ('2024-03-01', '2024-05-15'), ('2024-04-01', NULL), ('2024-06-01', '2024-08-01'), ('2024-08-01', NULL);
-- six months: at risk are those who had been seen before, so 5 of them until then, not 10
SELECT round(survival(duration_summary(started, ended, '2025-01-01'), '180 days'), 4) AS as_if_always_seen, round(survival(observed_duration_summary(started, ended, '2024-01-01', '2025-01-01'), '180 days'), 4) AS seen_late FROM customers;
SELECT observed_duration_summary(started, ended, '2024-01-01', '2025-01-01') AS s FROM customers;
SELECT c.* FROM (SELECT observed_duration_summary(started, ended, '2024-01-01', '2025-01-01') AS s FROM customers) x, survival_curve(s) c;
-- seen from the start, or not known to be late: the bytes of duration_summary()
SELECT s = observed_duration_summary(started, ended, NULL, '2025-01-01') AS null, s = observed_duration_summary(started, ended, started, '2025-01-01') AS start, s = observed_duration_summary(started, ended, '-infinity', '2025-01-01') AS always, s = observed_duration_summary(started, ended, started - 10, '2025-01-01') AS before
FROM customers, (SELECT duration_summary(started, ended, '2025-01-01') AS s FROM customers) x GROUP BY s;
-- seen for no time at all: counted apart
SELECT i, observed_duration_summary(started, ended, seen, '2025-01-01') AS s FROM (VALUES (1, date '2024-01-01', date '2024-06-01', date '2024-06-01'), (2, '2024-01-01', NULL, '2025-01-01'), (3, '2025-01-01', NULL, '2025-01-01'), (4, NULL, '2024-06-01', '2024-02-01'), (5, '2024-01-01', '2025-06-01', '2024-12-31')) v(i, started, ended, seen) GROUP BY i ORDER BY i;
-- the long way: of random data, n(t) counts those with entry < t <= exit
CREATE TEMP TABLE many AS
SELECT i, started, CASE WHEN pick(i, 1, 3) > 0 THEN started + life END AS ended, CASE WHEN pick(i, 2, 3) > 0 THEN started + pick(i, 3, 200)::int END AS seen
FROM (SELECT i, date '2024-01-01' + pick(i, 4, 500)::int AS started, 1 + pick(i, 5, 400)::int AS life FROM generate_series(1, 3000) i) t;
DELETE FROM many WHERE started >= '2025-01-01' OR seen >= least(ended, '2025-01-01');
CREATE TEMP TABLE rows AS SELECT least(coalesce(ended, 'infinity'), '2025-01-01') - started AS t, coalesce(ended <= '2025-01-01', false) AS event, coalesce(seen - started, -1) AS entry FROM many;
WITH g AS (SELECT t, count(*) FILTER (WHERE event) AS d, count(*) FILTER (WHERE NOT event) AS c FROM rows GROUP BY t),
n AS (SELECT t, d, c, (SELECT count(*) FROM rows r WHERE (r.entry < g.t OR r.entry <= 0) AND g.t <= r.t) AS n FROM g),
l AS (SELECT t, n, d, c, exp(sum(ln(1 - d / n::float8)) OVER (ORDER BY t)) AS survival FROM n)
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE (l.n, l.d, l.c) IS DISTINCT FROM (k.at_risk, k.finished, k.censored)) AS counts_different, count(*) FILTER (WHERE abs(l.survival - k.survival) < 1e-12 IS NOT TRUE) AS different
FROM l FULL JOIN (SELECT c.* FROM (SELECT observed_duration_summary(started, ended, seen, '2025-01-01') AS s FROM many) x, survival_curve(s) c) k ON k."time" = l.t;
-- parts, orders, types, both forms
CREATE TEMP TABLE late AS SELECT observed_duration_summary(started, ended, seen, '2025-01-01') AS s FROM many;
SELECT s = (SELECT rollup(p) FROM (SELECT observed_duration_summary(started, ended, seen, '2025-01-01') AS p FROM many GROUP BY i % 17) x) AS rolled_up, s = (SELECT observed_duration_summary(started, ended, seen, '2025-01-01' ORDER BY pick(i, 9, 100000)) FROM many) AS shuffled,
	s = (SELECT observed_duration_summary(started::timestamp, ended::timestamp, seen::timestamp, '2025-01-01') FROM many) AS timestamps, s = s::text::duration_summary AS same_text FROM late;
CREATE TEMP TABLE kept (s duration_summary);
\copy late TO 'results/late.binary' WITH (FORMAT binary)
\copy kept FROM 'results/late.binary' WITH (FORMAT binary)
SELECT k.s = l.s AS same FROM kept k, late l;
-- a part taken out again, and one that is not in it
SELECT s - part + part = s AS back, s - part = (SELECT observed_duration_summary(started, ended, seen, '2025-01-01') FROM many WHERE i % 3 > 0) AS rest FROM late, (SELECT observed_duration_summary(started, ended, seen, '2025-01-01') AS part FROM many WHERE i % 3 = 0) x;
SELECT failure($$SELECT '{"version": 1, "as_of": null, "durations": [[10, 1, 0], [20, 1, 0]], "seen_after": [[15, 1]]}'::duration_summary - '{"version": 1, "as_of": null, "durations": [[20, 1, 0]]}'$$);
-- what cannot be
SELECT failure(format('SELECT %L::duration_summary', format('{"version": 1, "as_of": "2025-01-01T00:00:00", "durations": [[10, 1, 0], [20, 0, 2]], "seen_after": %s}', seen))) FROM unnest(ARRAY['[[20, 1]]', '[[10, 3]]', '[[9, 4]]', '[[5, 1], [15, 3]]', '[[0, 1]]', '[[5, 0]]', '[[-5, 1]]', '[[5]]', '7']) seen;
SELECT format('{"version": 1, "as_of": "2025-01-01T00:00:00", "durations": [[10, 1, 0], [20, 0, 2]], "seen_after": %s}', seen)::duration_summary FROM unnest(ARRAY['[[10, 2]]', '[[9, 1], [15, 2]]', '[[9, 1], [9, 1], [0.5, 1]]', '[]']) seen;
SELECT failure(format('SELECT observed_duration_summary(started, ended, seen, as_of) FROM (VALUES (%s)) v(started, ended, seen, as_of)', row)) FROM unnest(ARRAY[$$date '2024-01-01', date '2024-06-01', date '2024-06-02', date '2025-01-01'$$, $$date '2024-01-01', NULL::date, date '2025-01-02', date '2025-01-01'$$, $$date '2024-01-01', NULL::date, date 'infinity', date '2025-01-01'$$,
	$$date '2024-01-01', NULL::date, date '2024-06-02', NULL::date$$, $$date '2025-01-02', NULL::date, NULL::date, date '2025-01-01'$$, $$timestamp '2024-01-01', timestamp '2023-12-31', NULL::timestamp, timestamp '2025-01-01'$$]) row;
-- a risk set that is empty for a while
SELECT c.* FROM survival_curve('{"version": 1, "as_of": "2025-01-01T00:00:00", "durations": [[86400, 2, 0], [864000, 1, 1]], "seen_after": [[172800, 2]]}') c;

--
-- Lengths
--
-- months of ten people, all of them gone; six of ten are left after ten months, by hand
CREATE TEMP TABLE att AS SELECT unnest(ARRAY[0.5, 1, 10, 10, 11, 13.5, 14, 19, 19.5, 30]) AS months;
SELECT survival(s, '10 months'), median_duration(s, 'month'), mean_duration(s, '30 months', 'month') = avg(months) AS mean, survival(length_summary(months * interval '1 month', true), '10 months') AS calendar_months FROM att, (SELECT length_summary(months * interval '30.4375 days', true) AS s FROM att) x GROUP BY s;
SELECT length_summary(length, completed) FROM (VALUES (interval '1 day', true), ('24 hours', true), ('2 days', false), ('0', false), (NULL, NULL), (NULL, true)) v(length, completed);
SELECT '{"version": 1, "as_of": null, "durations": [[9223372036854.775807, 1, 0]]}'::duration_summary;
SELECT rollup(s) FROM (SELECT length_summary('1 day', true) UNION ALL SELECT length_summary('1 day', false)) v(s);
SELECT failure($$SELECT length_summary('-1 day', true)$$);
SELECT failure($$SELECT length_summary('1 day', NULL)$$);
SELECT failure($$SELECT rollup(s ORDER BY n) FROM (SELECT 1, length_summary('1 day', true) UNION ALL SELECT 2, duration_summary(date '2024-02-01', NULL, '2025-01-02')) x(n, s)$$);

--
-- Ends by cause
--
-- SAS, procedure LIFETEST: times 1 to 6, causes 0, 1, 1, 2, 2, 0; incidence of cause 2 is .2, .4, .4
CREATE TEMP TABLE six AS SELECT cause_duration_summary(date '2025-01-01' - t, CASE WHEN c > 0 THEN date '2025-01-01' END, CASE c WHEN 1 THEN 'one' WHEN 2 THEN 'two' END, '2025-01-01') AS s FROM unnest('{1,2,3,4,5,6}'::int[], '{0,1,1,2,2,0}'::int[]) u(t, c);
SELECT s FROM six;
SELECT t, i.cause, round(probability, 10) AS probability, round(low, 6) AS low, round(high, 6) AS high FROM six, unnest(ARRAY[0, 1, 3, 4, 5, 6, 7]) t, cumulative_incidence(s, t * interval '1 day') i ORDER BY t, cause;
SELECT c."time", cause, at_risk, finished, round(probability, 10) AS probability FROM six, cumulative_incidence_curve(s) c;
SELECT completed(s), still_open(s), not_started(s), all_causes(s) FROM six;
-- leaving by own will or by a payment that failed: random data, the long way
CREATE TEMP TABLE leavers AS
SELECT i, started, CASE WHEN pick(i, 1, 4) > 0 THEN started + pick(i, 5, 300)::int END AS ended, (ARRAY['own will', 'payment failed', 'closed'])[1 + (pick(i, 6, 6) + pick(i, 5, 300) / 100)::int % 3] AS cause, pick(i, 7, 5)::int AS g FROM (SELECT i, date '2024-01-01' + pick(i, 4, 300)::int AS started FROM generate_series(1, 2000) i) t;
CREATE TEMP TABLE causes AS SELECT cause_duration_summary(started, ended, cause, '2025-01-01') AS s FROM leavers;
WITH r AS (SELECT least(coalesce(ended, 'infinity'), '2025-01-01') - started AS t, CASE WHEN ended <= '2025-01-01' THEN cause END AS cause FROM leavers),
g AS (SELECT t, count(cause) AS d, sum(count(*)) OVER (ORDER BY t DESC) AS n FROM r GROUP BY t),
k AS (SELECT t, n, d, coalesce(exp(sum(ln(1 - d / n::float8)) OVER (ORDER BY t ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)), 1) AS before FROM g WHERE d < n OR t > 0),
l AS (SELECT k.t, c.cause, n, (SELECT count(*) FROM r WHERE r.t = k.t AND r.cause = c.cause) AS d, sum(before * (SELECT count(*) FROM r WHERE r.t = k.t AND r.cause = c.cause) / n) OVER (PARTITION BY c.cause ORDER BY k.t) AS incidence FROM k, (SELECT DISTINCT cause FROM leavers) c WHERE k.d > 0)
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE (l.n, l.d) IS DISTINCT FROM (c.at_risk, c.finished)) AS counts_different, count(*) FILTER (WHERE abs(l.incidence - c.probability) < 1e-12 IS NOT TRUE) AS different
FROM l FULL JOIN (SELECT c.* FROM causes, cumulative_incidence_curve(s) c) c ON c."time" = l.t AND c.cause = l.cause;
-- they and the survival of all add up to 1 at every time
SELECT count(*) > 200 AS times, count(*) FILTER (WHERE abs(total + survival(all_causes(s), t * interval '1 day') - 1) > 1e-13) AS different FROM causes, LATERAL (SELECT "time" AS t, sum(probability) AS total FROM cumulative_incidence_curve(s) GROUP BY 1) x;
SELECT all_causes(s) = (SELECT duration_summary(started, ended, '2025-01-01') FROM leavers) AS all, completed(s) = completed(all_causes(s)) AS completed, still_open(s) = still_open(all_causes(s)) AS still_open FROM causes;
-- one cause: what Kaplan and Meier say, its interval too
SELECT count(*) > 200 AS times, count(*) FILTER (WHERE abs(i.probability + k.survival - 1) < 1e-14 AND abs(i.low + k.high - 1) < 1e-12 AND abs(i.high + k.low - 1) < 1e-12) = count(*) AS same
FROM (SELECT cause_duration_summary(started, ended, 'any', '2025-01-01') AS s FROM leavers) x, cumulative_incidence_curve(s) i JOIN LATERAL survival_curve(all_causes(s)) k ON k."time" = i."time" WHERE survival > 0 AND survival < 1;
-- left out of the others, as FILTER does it, a cause looks more frequent than it is
SELECT cause, round(probability, 3) AS probability, round(1 - survival((SELECT duration_summary(started, ended, '2025-01-01') FILTER (WHERE l.cause = i.cause OR ended IS NULL) FROM leavers l), '200 days'), 3) AS of_the_others_filtered FROM causes, cumulative_incidence(s, '200 days') i;
-- orders, parts, types, both forms
SELECT s = (SELECT rollup(p ORDER BY pick(g, 1, 100)) FROM (SELECT g, cause_duration_summary(started, ended, cause, '2025-01-01' ORDER BY pick(i, 8, 1000)) AS p FROM leavers GROUP BY g) x) AS rolled_up, s = (SELECT cause_duration_summary(started::timestamp, ended::timestamp, cause, '2025-01-01' ORDER BY i DESC) FROM leavers) AS backwards, s = s::text::cause_duration_summary AS same_text FROM causes;
SELECT s - part + part = s AS back, s - part = (SELECT cause_duration_summary(started, ended, cause, '2025-01-01') FROM leavers WHERE cause <> 'closed' AND g <> 2) AS rest FROM causes, (SELECT cause_duration_summary(started, ended, cause, '2025-01-01') AS part FROM leavers WHERE cause = 'closed' OR g = 2) x;
SELECT failure(format('SELECT %L::cause_duration_summary - %L', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[1, 2]]}}', format('{"version": 1, "as_of": "%s-01-01T00:00:00", "ends": {%s}}', y, e))) FROM (VALUES (2025, '"b": [[1, 1]]'), (2025, '"a": [[1, 3]]'), (2025, '"a": [[2, 1]]'), (2024, '')) v(y, e);
CREATE TEMP TABLE kept_causes (s cause_duration_summary);
\copy causes TO 'results/causes.binary' WITH (FORMAT binary)
\copy kept_causes FROM 'results/causes.binary' WITH (FORMAT binary)
SELECT k.s = l.s AS same FROM kept_causes k, causes l;
SELECT '{"ends": {"b": [[5, 1], [5, 2]], "a\"\n": [[1.5, 1]]}, "as_of": "2025-01-01T00:00:00", "version": 1}'::cause_duration_summary;
SELECT i, cause_duration_summary(started, ended, cause, as_of) FROM (VALUES (1, date '2024-01-01', date '2024-02-01', 'a', date '2025-01-01'), (2, '2024-01-01', '2025-02-01', 'later', '2025-01-01'), (3, '2024-01-01', NULL, 'planned', '2025-01-01'), (4, NULL, NULL, NULL, '2025-01-01')) v(i, started, ended, cause, as_of) GROUP BY i ORDER BY i;
SELECT count(*) FROM cumulative_incidence('{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {}}', '1 day');
-- less than an hour is refused beside whole days; not where nobody has started, all left at once, or hours are known
SELECT count(*) FROM cumulative_incidence('{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {}}', '30 seconds');
SELECT name, i.cause, i.probability FROM (SELECT name, cause_duration_summary(timestamp '2025-01-01', timestamp '2025-01-01' + n * gap, 'price', '2025-02-01') AS s FROM (VALUES ('at once', interval '0'), ('hours', '90 minutes')) v(name, gap), generate_series(0, 3) n GROUP BY name) t, cumulative_incidence(s, '30 minutes') i ORDER BY name;
SELECT count(*) FROM cumulative_incidence_curve('{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {}, "still_open": [[5, 1]]}');
SELECT failure(format('SELECT %L::cause_duration_summary', text)) FROM unnest(ARRAY['{"version": 1, "ends": {}}', '{"version": 1, "as_of": "2025-01-01T00:00:00"}', '{"version": 1, "as_of": null, "ends": {}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": []}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"": [[1, 1]]}}',
	'{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[1, 0]]}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[1]]}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[-1, 1]]}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[9e11, 1]]}}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": 5}}',
	'{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": [], "x": 1}', '{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"a": [[1, 1000000000000000]], "b": [[1, 1]]}}', format('{"version": 1, "as_of": "2025-01-01T00:00:00", "ends": {"%s": [[1, 1]]}}', repeat('x', 201))]) text;
SELECT failure($$SELECT cause_duration_summary(date '2024-01-01', '2024-02-01', NULL, '2025-01-01')$$);
SELECT failure($$SELECT cause_duration_summary(date '2024-01-01', '2024-02-01', '', '2025-01-01')$$);
SELECT failure($$SELECT cause_duration_summary(date '2024-01-01', '2024-02-01', i::text, '2025-01-01') FROM generate_series(1, 101) i$$);
SELECT length(cause_duration_summary(date '2024-01-01', '2024-02-01', i::text, '2025-01-01')::text) FROM generate_series(1, 100) i;
SELECT failure($$SELECT rollup(s ORDER BY n) FROM (SELECT 1, cause_duration_summary(date '2024-02-01', NULL, 'x', '2025-01-01') UNION ALL SELECT 2, cause_duration_summary(date '2024-02-01', NULL, 'x', '2025-01-02')) x(n, s)$$);
SELECT failure($$SELECT cumulative_incidence(s, '-1 day') FROM six$$);
SELECT failure($$SELECT cumulative_incidence(s, '1 day', 95) FROM six$$);
SELECT failure($$SELECT cumulative_incidence_curve(s, 'fortnight') FROM six$$);

--
-- Two curves: R's figures of veteran and ovarian are in test/math/survival_test.c.  The remissions of Freireich et al. 1963: R's survdiff() says 16.79 on one degree of freedom
--
CREATE TEMP TABLE remissions AS
SELECT length_summary(w * interval '7 days', r = 1) FILTER (WHERE arm = '6-MP') AS mp, length_summary(w * interval '7 days', r = 1) FILTER (WHERE arm = 'placebo') AS placebo
FROM (VALUES ('6-MP', '{6,6,6,6,7,9,10,10,11,13,16,17,19,20,22,23,25,32,32,34,35}'::int[], '{1,1,1,0,1,0,1,0,0,1,1,0,0,0,1,1,0,0,0,0,0}'::int[]), ('placebo', '{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}', '{1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1}')) v(arm, ws, rs), unnest(ws, rs) u(w, r);
SELECT round(chi_squared, 2) AS chi_squared, p_value < 0.0001 AS significant FROM remissions, log_rank(placebo, mp);
SELECT round(change, 6) AS change, round(low, 4) AS low, round(high, 4) AS high, p_value < 0.001 AS significant, direction FROM remissions, duration_change(placebo, mp, '23 weeks', 'week');
-- below 20 ends a side there is no direction: 9 and 21 here, 36 and 84 when there are four of each
SELECT n, direction, p_value < 0.001 AS significant FROM (SELECT g.n, rollup(mp) AS mp, rollup(placebo) AS placebo FROM remissions, unnest(ARRAY[1, 4]) AS g(n), generate_series(1, n) GROUP BY n) r, duration_change(placebo, mp, '23 weeks', 'week') ORDER BY n;
-- it is the difference of the means, and its error that of both
SELECT abs(change - (mean_duration(mp, '23 weeks', 'week') - mean_duration(placebo, '23 weeks', 'week'))) < 1e-12 AS difference, abs((high - low) / 2 / 1.959963984540054 - sqrt(mean_duration_standard_error(mp, '23 weeks', 'week') ^ 2 + mean_duration_standard_error(placebo, '23 weeks', 'week') ^ 2)) < 1e-12 AS error FROM remissions, duration_change(placebo, mp, '23 weeks', 'week');
SELECT (duration_change(mp, mp, '23 weeks')).*, (log_rank(mp, mp)).* FROM remissions;
SELECT duration_change(placebo, mp, '40 weeks') AS not_reached, duration_change(placebo, placebo, '40 weeks') AS all_gone, log_rank(length_summary('1 day', false), length_summary('1 day', false)) AS nothing, duration_change(length_summary('9 days', false), length_summary('9 days', false), '5 days') AS no_event FROM remissions GROUP BY mp, placebo;
SELECT failure($$SELECT duration_change(mp, mp, '0') FROM remissions$$);
SELECT failure($$SELECT duration_change(mp, mp, '5 weeks', 'x') FROM remissions$$);
SELECT failure($$SELECT duration_change(mp, mp, '5 weeks', 'day', 95) FROM remissions$$);
