--
-- Logs of recurring revenue: mrr_log, and what it answers without a GROUP BY of
-- the customer
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
CREATE TEMP TABLE plans (c integer, amount numeric, starts_on date, ends_on date, channel text);
INSERT INTO plans VALUES (1, 49.50, '2025-01-01', NULL, 'web'), (1, 10, '2025-02-10', '2025-03-01', 'app'), (2, 100.0, '2025-01-15', '2025-02-15', 'web'), (2, 80, '2025-02-15', 'infinity', 'app'),
	(3, 0, '2025-01-01', NULL, 'web'), (NULL, 5, '2025-01-01', NULL, 'web'), (4, NULL, '2025-01-01', NULL, 'web'), (4, 5, NULL, NULL, 'web'), (5, 20, '2025-01-01', '2025-02-01', 'app');
SELECT mrr_log(c, amount, starts_on, ends_on) FROM plans;
SELECT mrr_at(l, '2025-01-14'), mrr_at(l, '2025-01-15'), mrr_at(l, '2025-02-14'), mrr_at(l, '2025-02-15'), mrr_at(l, '2024-12-31'), mrr_at(l, '294276-12-31') FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t;
SELECT h.* FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, histories(l) AS h;
SELECT mrr_log(c, amount, starts_on, ends_on) FROM plans WHERE false;
SELECT mrr_log(NULL::integer, amount, starts_on, ends_on), mrr_log(c, NULL, starts_on, ends_on), mrr_log(c, amount, NULL, ends_on), mrr_log(c, 0, starts_on, ends_on), rollup(NULL::mrr_log), sum(NULL::mrr_log) FROM plans;
SELECT mrr_summary(l, 'month'), mrr_at(l, '2025-01-01'), nrr(l, '2025-01-01', '2025-02-01'), grr(l, '2025-01-01', '2025-02-01'), churn(l, '2025-01-01', '2025-02-01'), (SELECT count(*) FROM mrr_bridge(l, 'month')) AS bridge, (SELECT count(*) FROM mrr_cohorts(l, 'month', '2025-02-01')) AS cohorts, (SELECT count(*) FROM histories(l)) AS histories
FROM (VALUES (NULL::mrr_log), ('{"version": 1, "ids": "integer", "entries": []}')) AS v(l);
SELECT mrr_at(l, NULL), nrr(l, NULL, '2025-02-01'), grr(l, '2025-01-01', NULL), churn(l, '2025-01-01', NULL), (SELECT count(*) FROM mrr_cohorts(l, 'month', NULL)) AS cohorts FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t;
SELECT count(*) FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, mrr_cohorts(l, 'month', '4714-11-24 BC');
SELECT failure($$SELECT mrr_log(1, 10, 'infinity', NULL)$$);
SELECT failure($$SELECT mrr_log(1, 10, '2025-01-01', '2025-01-01')$$);
SELECT failure($$SELECT mrr_log(1, 10, '2025-01-01', '-infinity')$$);
SELECT failure($$SELECT mrr_log(1, 'NaN', '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_log(1, '-Infinity', '2025-01-01', NULL)$$);
-- ids of every kind
SELECT mrr_log(c::smallint, amount, starts_on, ends_on) = mrr_log(c, amount, starts_on, ends_on) AS smallint, mrr_log(c::bigint, amount, starts_on, ends_on) = mrr_log(c, amount, starts_on, ends_on) AS bigint, mrr_log(c::text, amount, starts_on, ends_on) = mrr_log(c, amount, starts_on, ends_on) AS text FROM plans;
SELECT h.* FROM (SELECT mrr_log(('00000000-0000-0000-0000-00000000000' || c)::uuid, amount, starts_on, ends_on) AS l FROM plans) AS t, histories_uuid(l) AS h;
SELECT failure($$SELECT histories_uuid(mrr_log(1, 10, '2025-01-01', NULL))$$);
SELECT failure($$SELECT histories(mrr_log(uuid '00000000-0000-0000-0000-000000000001', 10, '2025-01-01', NULL))$$);
SELECT failure($$SELECT histories(mrr_log('anna'::text, 10, '2025-01-01', NULL))$$);
SELECT failure($$SELECT histories_uuid(mrr_log('anna'::text, 10, '2025-01-01', NULL))$$);
SELECT failure($$SELECT mrr_log(1, 10, '2025-01-01', NULL) + mrr_log('1'::text, 10, '2025-01-01', NULL)$$);
-- two texts of which a hash of 64-bit lanes makes one for free
SELECT customers FROM (SELECT mrr_log(id, 10, '2025-01-01', NULL) AS l
FROM (VALUES (convert_from('\x4948424944504145504d504f4e47504e345e1254207631775e292a1f2c726b1f', 'UTF8')), (convert_from('\x464c4a484647454549454b444d4f4d452d0379115659666349424516457a1445', 'UTF8'))) AS v(id)) AS t, mrr_at(l, '2025-01-01');

--
-- Amounts
--
-- money beyond 64 bits in one amount, by a scale, in a sum, and an id and days beyond a small entry
SELECT l, mrr FROM (SELECT mrr_log(id, amount, starts_on, NULL) AS l FROM (VALUES (1, 9223372036854775807, date '2025-01-01'), (1, 1, '2025-01-01')) AS v(id, amount, starts_on)) AS t, mrr_at(l, '2025-01-01');
SELECT l, mrr FROM (SELECT mrr_log(id, amount, starts_on, NULL) AS l FROM (VALUES (1, 9223372036854775807, date '2025-01-01'), (2, 0.01, '2025-01-02')) AS v(id, amount, starts_on)) AS t, mrr_at(l, '2025-01-02');
SELECT l, mrr FROM (SELECT mrr_log(id, amount, starts_on, NULL) AS l FROM (VALUES (1, 0.01, date '2025-01-01'), (2, 9999999999999999999.99, '2025-01-02'), (3, 0.000000000000000001, '2025-01-02')) AS v(id, amount, starts_on)) AS t, mrr_at(l, '2025-01-02');
SELECT l, (SELECT count(*) FROM histories(l)) AS customers FROM (SELECT mrr_log(id, 5, starts_on, NULL) AS l FROM (VALUES (9223372036854775807, date '4714-11-24 BC'), (-9223372036854775808, '5874897-12-31'), (549755813887, '2025-01-01'), (549755813888, '2025-01-01')) AS v(id, starts_on)) AS t;
SELECT failure($$SELECT mrr_log(1, 100000000000000000000000000000000000000, '2025-01-01', NULL)$$);
SELECT failure($$SELECT mrr_log(1, x, '2025-01-01', NULL) FROM (VALUES (99999999999999999999999999999999999999), (1)) AS v(x)$$);
SELECT failure($$SELECT mrr_log(1, x, '2025-01-01', NULL) FROM (VALUES (1e30), (0.000000001)) AS v(x)$$);
SELECT failure($$SELECT mrr_at(mrr_log(i, 6e37, '2025-01-01', NULL), '2025-01-01') FROM (VALUES (1), (2)) AS v(i)$$);
-- rates of exchange are divisions: 32 decimals, of which 18 count, so that 10,000 customers fit as well as ten
CREATE TEMP TABLE converted AS SELECT g AS c, mrr(1200 + g % 7, '1 year') * (1 / 0.9517::numeric) AS a, date '2025-01-01' + g % 300 AS f FROM generate_series(1, 10000) AS g;
SELECT scale(min(a)), round(sum(a), 12) AS sum, (SELECT round(mrr, 12) FROM mrr_at(mrr_log(c, a, f, NULL), '2025-12-31')) AS mrr, (SELECT round(closing_mrr, 12) FROM mrr_bridge(mrr_log(c, a, f, NULL), 'month') ORDER BY period DESC LIMIT 1) AS closing, nrr_agg(a, a) FROM converted;
SELECT mrr_log(1, 0.1234567890123456785, '2025-01-01', NULL) AS half_away_from_zero, mrr_log(1, 1e-19, '2025-01-01', NULL) IS NULL AS nothing,
	mrr_at(mrr_log(1, 3 * mrr(99.99, '1 year') * (1 - 15 / 100.0) * (1 / 0.9517::numeric), '2025-01-01', NULL), '2025-01-01') AS price_in_euro, round(3 * mrr(99.99, '1 year') * (1 - 15 / 100.0) * (1 / 0.9517::numeric), 18) AS rounded;

--
-- Text and binary form
--
SELECT text::mrr_log
FROM (VALUES ('{"version": 1, "ids": "integer", "entries": []}'), ('{"version": 1, "ids": "integer", "entries": [[2, "2025-01-02", 1.50], [1, "2025-01-02", -1], [1, "2025-01-01", 2], [2, "2025-01-02", 3], [3, "2025-01-01", 5], [3, "2025-01-01", -5]]}'),
	('{"version": 1, "ids": "uuid", "entries": [["00000000-0000-0000-0000-000000000001", "0044-03-15 BC", 0.000000000000000001], ["00000000-0000-0000-0000-000000000001", "0044-03-15 BC", 10000000000000000000]]}')) AS v(text);
SELECT mrr_log_send('{"version": 1, "ids": "integer", "entries": [[1, "2000-01-01", 1.5], [1, "2000-01-03", -1.5], [300, "2000-01-02", 100]]}');
SELECT text, failure(format('SELECT %L::mrr_log', text))
FROM (VALUES ('{"version": 1}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01"]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", "5"]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1e39]]}'),
	('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1e-19]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-02-30", 5]]}'), ('{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1e30], [1, "2025-01-01", 1e-18]]}')) AS v(text);
SELECT a = b AS same, a <> b AS different, a < b OR a > b AS ordered, mrr_log_hash(a) = mrr_log_hash(a + b - b) AS same_hash FROM (SELECT mrr_log(1, 5, '2025-01-01', NULL) AS a, mrr_log(1, 5.5, '2025-01-02', NULL) AS b) AS t;

--
-- Discounts
--
-- a discount as a line of its own, with dates of its own: 39 until April, then 49
CREATE TEMP TABLE lines (c integer, what text, amount numeric, starts_on date, ends_on date);
INSERT INTO lines VALUES (1, 'plan', 49, '2025-01-01', NULL), (1, 'coupon, three months', -10, '2025-01-01', '2025-04-01');
SELECT d.on_date, m.mrr, m.customers FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM lines) AS t, (VALUES (date '2024-12-31'), ('2025-01-01'), ('2025-03-31'), ('2025-04-01')) AS d(on_date), mrr_at(l, d.on_date) AS m;
SELECT b.period, b.new_mrr, b.expansion_mrr, b.contraction_mrr, b.closing_mrr FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM lines) AS t, mrr_bridge(l, 'month', '2025-01-01', '2025-05-01') AS b;
-- a discount of all of the price: a customer who pays nothing is none
SELECT b.period, b.new_mrr, b.closing_mrr, b.closing_customers FROM (SELECT mrr_log(1, amount, starts_on, ends_on) AS l FROM (VALUES (49, date '2025-01-01', NULL::date), (-49, '2025-01-01', '2025-03-01')) AS v(amount, starts_on, ends_on)) AS t, mrr_bridge(l, 'month') AS b;
-- a discount that outlasts its plan is an error that says whose and when, wherever levels are read; the log itself rolls up
CREATE TEMP TABLE wrong AS SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM (VALUES (7, 49, date '2025-01-01', date '2025-03-01'), (7, -10, '2025-01-01', '2025-04-01')) AS v(c, amount, starts_on, ends_on);
SELECT q, failure(format('SELECT %s FROM wrong', q)) FROM (VALUES ('mrr_bridge(l, ''month'')'), ('mrr_summary(l, ''month'')'), ('mrr_summary(l, ''month'', ''7 days'')'), ('mrr_at(l, ''2025-01-01'')'), ('nrr(l, ''2025-01-01'', ''2025-02-01'')'), ('mrr_cohorts(l, ''month'', ''2025-02-01'')'), ('histories(l)')) AS v(q);
SELECT mrr FROM wrong, (SELECT mrr_log(7, 10, '2025-03-01', '2025-04-01') AS more) AS m, mrr_at(l + more, '2025-02-28');
SELECT failure($$SELECT mrr_at(mrr_log('anna'::text, -10, '2025-01-01', NULL), '2025-01-01')$$);
-- an hour of weakness within the grace period is one too
SELECT failure($$SELECT mrr_summary(mrr_log(1, amount, starts_on, ends_on), 'month', '7 days') FROM (VALUES (49, date '2025-01-01', date '2025-03-01'), (-10, '2025-03-03', NULL)) AS v(amount, starts_on, ends_on)$$);

--
-- The bridge
--
SELECT b.* FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, mrr_bridge(l, 'month') AS b;
SELECT b.period, b.opening_mrr, b.closing_mrr FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, (VALUES ('quarter'), ('year')) AS g(grain), mrr_bridge(l, grain) AS b;
SELECT b.period, b.opening_mrr, b.closing_mrr FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, mrr_bridge(l, 'month', '2024-12-15', '2025-01-16') AS b;
SELECT failure($$SELECT mrr_bridge(mrr_log(1, 5, '2025-01-01', NULL), 'fortnight')$$);
SELECT failure($$SELECT mrr_bridge(mrr_log(1, 5, '2025-01-01', NULL), NULL)$$);
SELECT failure($$SELECT mrr_bridge(mrr_log(1, 5, '2025-01-01', NULL), 'month', 'infinity')$$);
SELECT failure($$SELECT mrr_summary(mrr_log(1, 5, '2025-01-01', NULL), 'week_monday')$$);
-- a renewal three days late over the end of a month: churned and back, or not, within a grace period
CREATE TEMP TABLE late (c integer, a numeric, f date, t date);
INSERT INTO late VALUES (1, 10, '2025-01-01', '2025-01-30'), (1, 10, '2025-02-02', NULL);
SELECT g.grace, b.period, b.new_mrr, b.reactivation_mrr, b.churned_mrr, b.closing_mrr FROM (SELECT mrr_log(c, a, f, t) AS l FROM late) AS t, (VALUES (NULL::interval), ('2 days'), ('3 days'), ('7 days')) AS g(grace), mrr_bridge(l, 'month', '2025-01-01', '2025-03-01', grace => g.grace) AS b ORDER BY grace, period;
-- as plain SQL that extends each end that is followed by a start within seven days
SELECT mrr_summary(l, 'month', '7 days') = (SELECT mrr_summary(h, 'month') FROM (SELECT mrr_history(a, f, CASE WHEN nx - t BETWEEN 0 AND 7 THEN nx ELSE t END) AS h FROM (SELECT *, lead(f) OVER (PARTITION BY c ORDER BY f) AS nx FROM late) AS z GROUP BY c) AS q) AS same FROM (SELECT mrr_log(c, a, f, t) AS l FROM late) AS t;
-- back with less, back twice, back too late
SELECT b.period, b.opening_mrr, b.reactivation_mrr, b.expansion_mrr, b.contraction_mrr, b.churned_mrr, b.closing_mrr
FROM (SELECT mrr_log(1, a, f, t) AS l FROM (VALUES (10, date '2025-01-01', date '2025-01-30'), (8, '2025-02-02', '2025-02-27'), (12, '2025-03-01', '2025-03-20'), (5, '2025-04-20', NULL)) AS v(a, f, t)) AS t, mrr_bridge(l, 'month', '2025-01-01', '2025-06-01', '7 days') AS b;
SELECT failure($$SELECT mrr_bridge(mrr_log(1, 5, '2025-01-01', NULL), 'month', grace => '-1 day')$$);

--
-- Retention between two days
--
-- 100 at the beginning, 18 more by expansion, 6 less by contraction, 9 lost: NRR 103, GRR 85; a customer who is new counts in neither
SELECT nrr(l, '2025-02-01', '2025-03-01'), grr(l, '2025-02-01', '2025-03-01'), churn(l, '2025-02-01', '2025-03-01'), round(rate(churn(l, '2025-02-01', '2025-03-01')), 2) AS churn_rate, nrr(l, '2024-01-01', '2024-02-01') AS nobody, churn(l, '2024-01-01', '2024-02-01') AS of_nobody, nrr(l, '2025-02-01', '2025-02-01') AS of_no_time
FROM (SELECT mrr_log(c, a, f, t) AS l FROM (VALUES (1, 50, date '2025-01-01', NULL::date), (1, 18, '2025-02-10', NULL), (2, 41, '2025-01-01', '2025-02-20'), (2, 35, '2025-02-20', NULL), (3, 9, '2025-01-01', '2025-02-28'), (4, 500, '2025-02-02', NULL)) AS v(c, a, f, t)) AS t;
SELECT failure($$SELECT nrr(mrr_log(1, 5, '2025-01-01', NULL), '2025-02-01', '2025-01-01')$$);
SELECT failure($$SELECT grr(mrr_log(1, 5, '2025-01-01', NULL), '-infinity', '2025-01-01')$$);
SELECT failure($$SELECT churn(mrr_log(1, 5, '2025-01-01', NULL), '2025-01-01', 'infinity')$$);
SELECT failure($$SELECT mrr_at(mrr_log(1, 5, '2025-01-01', NULL), 'infinity')$$);

--
-- Cohorts of revenue
--
SELECT k.cohort, k.age, k.customers, k.remaining, k.mrr, round(k.nrr, 1) AS nrr, round(k.grr, 1) AS grr FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, mrr_cohorts(l, 'month', '2025-04-15') AS k;
-- who pays for a part of a month alone is of its cohort, though nothing is left at its end
SELECT k.* FROM (SELECT mrr_log(1, 10, '2025-01-05', '2025-01-20') AS l) AS t, mrr_cohorts(l, 'month', '2025-03-01') AS k;
SELECT k.cohort, k.age, k.customers, k.mrr FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans) AS t, mrr_cohorts(l, 'year', '2027-01-01') AS k;
SELECT count(*) FROM (SELECT mrr_log(1, 10, '2025-01-05', NULL) AS l) AS t, mrr_cohorts(l, 'month', '2025-01-01');
SELECT failure($$SELECT mrr_cohorts(mrr_log(1, 5, '2025-01-01', NULL), 'day', '2025-02-01')$$);
SELECT failure($$SELECT mrr_cohorts(mrr_log(1, 5, '2025-01-01', NULL), 'month', 'infinity')$$);
SELECT failure($$SELECT mrr_cohorts(mrr_log(i, 5, date '0001-01-01' + 31 * i, NULL), 'month', '5000-01-01') FROM generate_series(1, 300) AS i$$);

--
-- Rolled up, added and taken out
--
-- what a customer pays in two channels adds up; 1 and 2 are customers of both
SELECT (SELECT customers FROM mrr_at(rollup(l), '2025-02-20')) AS customers, sum((SELECT customers FROM mrr_at(l, '2025-02-20'))) AS wrong, rollup(l) = (SELECT mrr_log(c, amount, starts_on, ends_on) FROM plans) AS same FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM plans GROUP BY channel) AS t;
SELECT a + b = (SELECT mrr_log(c, amount, starts_on, ends_on) FROM plans) AS sum, a + b - b = a AS rest, a - a AS nothing, a - a + b = b AS and_back
FROM (SELECT mrr_log(c, amount, starts_on, ends_on) FILTER (WHERE channel = 'web') AS a, mrr_log(c, amount, starts_on, ends_on) FILTER (WHERE channel = 'app') AS b FROM plans) AS t;
-- changes of both signs can be taken out of any others
SELECT mrr_log(1, 10, '2025-01-01', NULL) - mrr_log(2, 5.5, '2025-02-01', NULL) AS rest;
-- what adds up to nothing leaves no trace, also where it comes first
SELECT mrr_log_send(mrr_log(c, amount, starts_on, NULL)) = mrr_log_send(mrr_log(c, amount, starts_on, NULL) FILTER (WHERE c = 2)) AS same_bytes FROM (VALUES (1, 10, date '2024-01-01'), (1, -10, '2024-01-01'), (2, 5, '2025-01-01')) AS v(c, amount, starts_on);
SELECT a - b + b = a AS same FROM (SELECT '{"version": 1, "ids": "integer", "entries": []}'::mrr_log, mrr_log(1, 7.5, '2024-01-01', '2024-02-01')) AS v(a, b);
SELECT failure($$SELECT mrr_log(1, 10, '2025-01-01', NULL) - mrr_log('1'::text, 10, '2025-01-01', NULL)$$);

--
-- Random subscriptions: from the log, in two steps, and in plain SQL
--
-- of 300 customers, some in two channels, with NULLs, free plans, rows that are there twice, discounts that end with what they are taken from
CREATE TEMP TABLE subs AS
SELECT i, CASE WHEN pick(i, 1, 50) > 0 THEN pick(i, 2, 300) - 40 END AS c, (ARRAY['app', 'web'])[1 + pick(i, 3, 2)] AS channel,
	CASE pick(i, 4, 25) WHEN 0 THEN NULL WHEN 1 THEN 0 WHEN 2 THEN 100 / 7.0 ELSE round(pick(i, 5, 9000) / 100.0 + 0.5, pick(i, 6, 3)) END AS amount,
	CASE WHEN pick(i, 7, 60) > 0 THEN date '2023-11-20' + pick(i, 8, 500) END AS starts_on, CASE WHEN pick(i, 9, 4) > 0 THEN date '2023-11-20' + pick(i, 8, 500) + 1 + pick(i, 10, 200) * pick(i, 11, 3) END AS ends_on
FROM generate_series(1, 1200) AS i;
INSERT INTO subs SELECT * FROM subs WHERE i % 11 = 0;
INSERT INTO subs SELECT i, c, channel, round(-amount / 3, 2), starts_on, CASE WHEN i % 2 = 0 THEN ends_on ELSE least(ends_on, starts_on + 30) END FROM subs WHERE i % 5 = 0 AND amount > 1;
CREATE TEMP VIEW logs AS SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM subs;
-- amounts of 18 decimals, as they count
CREATE TEMP TABLE known AS SELECT c, round(amount, 18) AS amount, starts_on, coalesce(ends_on, 'infinity') AS ends_on FROM subs WHERE c IS NOT NULL AND amount IS NOT NULL AND starts_on IS NOT NULL;
CREATE TEMP TABLE levels AS SELECT c, d::date AS d, coalesce(sum(amount) FILTER (WHERE starts_on <= d AND ends_on > d), 0) AS level FROM known, generate_series(timestamp '2023-10-31', '2026-06-30', '1 day') AS d GROUP BY c, d;
CREATE UNIQUE INDEX ON levels (d, c);
CREATE TEMP TABLE firsts AS SELECT c, min(d) AS first FROM levels WHERE level > 0 GROUP BY c;
ANALYZE levels, firsts;
SELECT count(*) FILTER (WHERE level < 0) AS negative, count(DISTINCT c) AS customers FROM levels;
SELECT count(*) AS days, count(*) FILTER (WHERE m.mrr <> p.mrr OR m.customers <> p.customers) AS wrong FROM logs, (SELECT d, sum(level) AS mrr, count(*) FILTER (WHERE level > 0) AS customers FROM levels WHERE extract(day FROM d) IN (1, 17) GROUP BY d) AS p, mrr_at(l, p.d) AS m;
SELECT grain, count(*) AS periods, count(*) FILTER (WHERE (b.opening_mrr, b.new_mrr, b.reactivation_mrr, b.expansion_mrr, b.contraction_mrr, b.churned_mrr, b.closing_mrr, b.opening_customers, b.new_customers, b.reactivated_customers, b.churned_customers, b.closing_customers)
		IS DISTINCT FROM (p.opening, p.new, p.reactivation, p.expansion, p.contraction, p.churned, p.closing, p.opening_c, p.new_c, p.reactivated_c, p.churned_c, p.closing_c)) AS wrong
FROM logs, (VALUES ('month', interval '1 month'), ('quarter', '3 months'), ('year', '1 year')) AS g(grain, step), mrr_bridge(l, grain, '2024-01-01', '2025-12-01') AS b,
	LATERAL (SELECT sum(o) AS opening, sum(CASE WHEN o = 0 AND NOT before THEN c ELSE 0 END) AS new, sum(CASE WHEN o = 0 AND before THEN c ELSE 0 END) AS reactivation, sum(CASE WHEN o > 0 AND c > o THEN c - o ELSE 0 END) AS expansion,
		sum(CASE WHEN c > 0 AND c < o THEN o - c ELSE 0 END) AS contraction, sum(CASE WHEN c = 0 THEN o ELSE 0 END) AS churned, sum(c) AS closing, count(*) FILTER (WHERE o > 0) AS opening_c, count(*) FILTER (WHERE o = 0 AND c > 0 AND NOT before) AS new_c,
		count(*) FILTER (WHERE o = 0 AND c > 0 AND before) AS reactivated_c, count(*) FILTER (WHERE o > 0 AND c = 0) AS churned_c, count(*) FILTER (WHERE c > 0) AS closing_c
		FROM (SELECT o.level AS o, n.level AS c, coalesce(first < b.period, false) AS before FROM levels AS o JOIN levels AS n ON n.c = o.c LEFT JOIN firsts AS f ON f.c = o.c
			WHERE o.d = b.period - 1 AND n.d = (b.period + step)::date - 1) AS x) AS p
GROUP BY grain ORDER BY grain;
SELECT count(*) AS ranges, count(*) FILTER (WHERE round(nrr(l, f, t), 9) <> p.nrr OR round(grr(l, f, t), 9) <> p.grr OR positives(churn(l, f, t)) <> p.gone OR negatives(churn(l, f, t)) <> p.stayed) AS wrong
FROM logs, (VALUES (date '2024-02-01', date '2024-03-01'), ('2024-02-01', '2025-02-01'), ('2024-06-17', '2024-06-18'), ('2024-03-01', '2026-01-01')) AS r(f, t),
	LATERAL (SELECT round(100 * sum(c) / sum(o), 9) AS nrr, round(100 * sum(least(o, c)) / sum(o), 9) AS grr, count(*) FILTER (WHERE c = 0) AS gone, count(*) FILTER (WHERE c > 0) AS stayed
		FROM (SELECT o.level AS o, n.level AS c FROM levels AS o JOIN levels AS n ON n.c = o.c WHERE o.d = f - 1 AND n.d = t - 1) AS x WHERE o > 0) AS p;
SELECT count(*) AS cells, count(*) FILTER (WHERE k.customers <> p.customers OR k.remaining <> p.remaining OR k.mrr <> p.mrr OR round(k.nrr, 9) IS DISTINCT FROM p.nrr OR round(k.grr, 9) IS DISTINCT FROM p.grr) AS wrong
FROM logs, mrr_cohorts(l, 'month', '2025-12-01') AS k,
	LATERAL (SELECT count(*) AS customers, count(*) FILTER (WHERE c > 0) AS remaining, sum(c) AS mrr, round(100 * sum(c) / nullif(sum(o), 0), 9) AS nrr, round(100 * sum(least(o, c)) / nullif(sum(o), 0), 9) AS grr
		FROM (SELECT o.level AS o, n.level AS c FROM firsts AS f JOIN levels AS o ON o.c = f.c JOIN levels AS n ON n.c = f.c
			WHERE date_trunc('month', first::timestamp) = k.cohort AND o.d = (k.cohort + interval '1 month')::date - 1 AND n.d = (k.cohort + (k.age + 1) * interval '1 month')::date - 1) AS x) AS p;
-- two steps, where amounts are not negative, as mrr_history() asks
CREATE TEMP VIEW full_price AS SELECT c, amount, starts_on, ends_on, i FROM subs WHERE (amount < 0) IS NOT TRUE;
SELECT grain, mrr_summary(l, grain) = mrr_summary(h, grain) AS same FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM full_price) AS t, (SELECT mrr_history(amount, starts_on, ends_on) AS h FROM full_price WHERE c IS NOT NULL GROUP BY c) AS q, (VALUES ('month'), ('quarter'), ('year')) AS g(grain) GROUP BY grain, l ORDER BY grain;
SELECT count(*) AS customers, count(*) FILTER (WHERE h.history IS DISTINCT FROM q.h) AS wrong FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM full_price) AS t, LATERAL histories(l) AS h
	FULL JOIN (SELECT c, mrr_history(amount, starts_on, ends_on) AS h FROM full_price WHERE c IS NOT NULL GROUP BY c HAVING max(amount) FILTER (WHERE starts_on IS NOT NULL) > 0) AS q ON q.c = h.customer_id;
-- any split rolled up, ids of every kind
SELECT parts, every, bool_and(mrr_log_send(rolled) = mrr_log_send(whole)) AS same_bytes
FROM (VALUES (2), (3), (50), (1200)) AS p(parts), (VALUES (1), (2), (3)) AS e(every), LATERAL (SELECT CASE every WHEN 1 THEN (SELECT rollup(l) FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS l FROM subs GROUP BY pick(i, 8, parts)) AS s)
		WHEN 2 THEN (SELECT rollup(l) FROM (SELECT mrr_log(md5(c::text)::uuid, amount, starts_on, ends_on) AS l FROM subs GROUP BY pick(i, 8, parts)) AS s)
		ELSE (SELECT sum(l) FROM (SELECT mrr_log(c::text, amount, starts_on, ends_on) AS l FROM subs GROUP BY pick(i, 8, parts)) AS s) END AS rolled,
	CASE every WHEN 1 THEN (SELECT mrr_log(c::bigint, amount, starts_on, ends_on) FROM subs) WHEN 2 THEN (SELECT mrr_log(md5(c::text)::uuid, amount, starts_on, ends_on) FROM subs) ELSE (SELECT mrr_log(c::text, amount, starts_on, ends_on) FROM subs) END AS whole) AS r
GROUP BY parts, every ORDER BY parts, every;
SELECT a + b = l AND l - a = b AND l - b = a AS exact FROM logs, (SELECT mrr_log(c, amount, starts_on, ends_on) FILTER (WHERE channel = 'app') AS a, mrr_log(c, amount, starts_on, ends_on) FILTER (WHERE channel = 'web') AS b FROM subs) AS p;
SELECT mrr_summary(a, 'month') = mrr_summary(b, 'month') AND mrr_summary(a, 'month') = mrr_summary(c, 'month') AS ids_do_not_matter FROM (SELECT mrr_log(c, amount, starts_on, ends_on) AS a, mrr_log(c::text, amount, starts_on, ends_on) AS b, mrr_log(md5(c::text)::uuid, amount, starts_on, ends_on) AS c FROM subs) AS t;
-- grace of random renewals: as if the pause had been paid for
SELECT mrr_summary(l, 'month', '10 days') = mrr_summary(h, 'month') AS same
FROM (SELECT mrr_log(c, a, f, t) AS l FROM (SELECT i / 4 AS c, 5 + pick(i, 31, 9) AS a, date '2024-01-01' + i % 4 * 60 + pick(i, 32, 15) AS f, date '2024-01-01' + i % 4 * 60 + 46 + pick(i, 33, 14) AS t FROM generate_series(1, 800) AS i) AS s) AS t,
	(SELECT mrr_history(a, f, CASE WHEN nx - t <= 10 THEN nx ELSE t END) AS h FROM (SELECT *, lead(f) OVER (PARTITION BY c ORDER BY f) AS nx FROM (SELECT i / 4 AS c, 5 + pick(i, 31, 9) AS a, date '2024-01-01' + i % 4 * 60 + pick(i, 32, 15) AS f, date '2024-01-01' + i % 4 * 60 + 46 + pick(i, 33, 14) AS t FROM generate_series(1, 800) AS i) AS s) AS n GROUP BY c) AS q GROUP BY l;

--
-- As the state of an aggregate
--
SELECT mrr_log_accum(NULL, 1, 5, '2025-01-01', NULL), mrr_log_accum(NULL, 1, 0, '2025-01-01', NULL), mrr_log_final(mrr_log_combine(mrr_log_accum(NULL, 2, 5.5, '2025-01-01', NULL), mrr_log_accum(NULL, 1, 7, '2025-01-01', '2025-02-01')));
