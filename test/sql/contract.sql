--
-- Contracts: contract_model, retention_curve, remaining_lifetime
--
SET datestyle = 'ISO, MDY';
\pset null '~'

-- Fader & Hardie 2007, table 1: 1000 customers of two kinds, over seven renewals
CREATE TEMP TABLE segments (segment text, age integer, alive bigint);
INSERT INTO segments SELECT 'regular', i - 1, n FROM unnest('{1000, 631, 468, 382, 326, 289, 262, 241}'::int[]) WITH ORDINALITY AS t(n, i);
INSERT INTO segments SELECT 'high end', i - 1, n FROM unnest('{1000, 869, 743, 653, 593, 551, 517, 491}'::int[]) WITH ORDINALITY AS t(n, i);
CREATE TEMP TABLE contracts AS SELECT segment, contract_model(age, alive) AS m FROM segments GROUP BY 1;
SELECT segment, customers(m), round(log_likelihood(m), 3) AS log_likelihood, string_agg(parameter || ' ' || round(estimate, 4), ', ' ORDER BY parameter) AS parameters FROM contracts, model_parameters(m) GROUP BY segment, m ORDER BY 1;
SELECT segment, parameter, round(estimate, 6) AS estimate, round(standard_error, 6) AS standard_error, round(low, 6) AS low, round(high, 6) AS high FROM contracts, model_parameters(m, 0.9) ORDER BY 1, 2;
-- the likelihood written out (a product of probabilities to leave after t periods, and
-- to be still there), at the parameters and a little beside them
CREATE FUNCTION pg_temp.stays(a float8, b float8, t int) RETURNS float8 IMMUTABLE RETURN (SELECT coalesce(exp(sum(ln((b + i - 1) / (a + b + i - 1)))), 1) FROM generate_series(1, t) AS i);
SELECT segment, abs(max(l) FILTER (WHERE way = 0) - max(log_likelihood)) < 1e-9 AS same, max(l) FILTER (WHERE way > 0) < max(log_likelihood) AS highest
FROM (SELECT segment, way, log_likelihood(m), (SELECT sum((alive - next) * ln(pg_temp.stays(a, b, age) - pg_temp.stays(a, b, age + 1))) + min(next) * ln(pg_temp.stays(a, b, 7))
		FROM (SELECT age, alive, lead(alive) OVER (ORDER BY age) AS next FROM segments AS s WHERE s.segment = p.segment) AS n WHERE next IS NOT NULL) AS l
	FROM (SELECT segment, m, way, max(estimate) FILTER (WHERE parameter = 'a') * (1 + CASE way WHEN 1 THEN 0.001 WHEN 2 THEN -0.001 ELSE 0 END) AS a, max(estimate) FILTER (WHERE parameter = 'b') * (1 + CASE way WHEN 3 THEN 0.001 WHEN 4 THEN -0.001 ELSE 0 END) AS b
		FROM contracts, model_parameters(m), generate_series(0, 4) AS way GROUP BY 1, 2, 3) AS p) AS x GROUP BY 1 ORDER BY 1;

-- the curve, and beyond
SELECT c.period, round(survival, 4) AS survival, round(retention, 2) AS retention, round(observed, 3) AS observed FROM contracts, retention_curve(m, 12) AS c WHERE segment = 'regular';
SELECT bool_and(abs(survival - pg_temp.stays(a, b, period)) < 1e-12 AND abs(retention - 100 * (b + period - 1) / (a + b + period - 1)) < 1e-10) AS same, count(*)
FROM (SELECT m, max(estimate) FILTER (WHERE parameter = 'a') AS a, max(estimate) FILTER (WHERE parameter = 'b') AS b FROM contracts, model_parameters(m) GROUP BY 1) AS p, retention_curve(m, 30);
-- 3.60 of the first eight years were paid for; 1 / churn says 2.71
SELECT segment, (SELECT sum(alive) / 1000.0 FROM segments AS s WHERE s.segment = c.segment) AS seen, round(remaining_lifetime(m, periods => 8), 4) AS of_eight, round(remaining_lifetime(m, periods => 20), 4) AS of_twenty, remaining_lifetime(m) AS for_ever,
	round(ltv(100, 100 * (1 - (SELECT alive FROM segments AS s WHERE s.segment = c.segment AND age = 1) / 1000.0)) / 100, 2) AS by_churn
FROM contracts AS c ORDER BY 1;
-- by age: who has renewed often stays long
SELECT age, round(remaining_lifetime(m, age, 10), 3) AS of_ten, round(remaining_lifetime(m, age, annual_discount_rate => 10, periods_per_year => 1), 3) AS discounted FROM contracts, unnest('{0, 1, 4, 7}'::int[]) AS age WHERE segment = 'regular';
-- the sum written out
SELECT segment, max(abs(remaining_lifetime(m, age, 25) - plain)) < 1e-9 AS plain, max(abs(remaining_lifetime(m, age, 25, 15, 12) - discounted)) < 1e-9 AS discounted,
	max(abs(remaining_lifetime(m, age, NULL, 15, 1) - for_ever)) < 1e-9 AS for_ever
FROM (SELECT segment, m, age, sum(s / s0) FILTER (WHERE k < 25) AS plain, sum(s / s0 / 1.15 ^ (k / 12.0::float8)) FILTER (WHERE k < 25) AS discounted, sum(s / s0 / 1.15::float8 ^ k) AS for_ever
	FROM (SELECT segment, m, max(estimate) FILTER (WHERE parameter = 'a')::float8 AS a, max(estimate) FILTER (WHERE parameter = 'b')::float8 AS b FROM contracts, model_parameters(m) GROUP BY 1, 2) AS p, unnest('{0, 5}'::int[]) AS age, generate_series(0, 250) AS k,
		LATERAL (SELECT pg_temp.stays(a, b, age + k), pg_temp.stays(a, b, age)) AS s(s, s0) GROUP BY 1, 2, 3) AS t GROUP BY 1 ORDER BY 1;
-- and of so many periods that nobody would add them one by one: 150,000 of them, written out by what stays from one to the next
WITH p AS (SELECT segment, m, max(estimate) FILTER (WHERE parameter = 'a')::float8 AS a, max(estimate) FILTER (WHERE parameter = 'b')::float8 AS b FROM contracts, model_parameters(m) GROUP BY 1, 2),
	kept AS (SELECT segment, m, rate, k, exp(coalesce(sum(ln((b + 5 + k) / (a + b + 5 + k)) - ln(1 + rate / 100.0) / 366) OVER (PARTITION BY segment, rate ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)) AS due FROM p, unnest('{0, 1}'::float8[]) AS rate, generate_series(0, 149999) AS k)
SELECT segment, rate, abs(remaining_lifetime(m, 5, 150000, rate, 366) / sum(due) - 1) < 1e-9 AS same FROM kept GROUP BY segment, m, rate ORDER BY 1, 2;
SELECT segment, round(remaining_lifetime(m, 5, 2147483647), 6) AS very_long, round(remaining_lifetime(m, 5, 2147483647, 1, 2147483647), 6) AS discounted, round(remaining_lifetime(m, 5, NULL, 1, 2147483647), 6) AS for_ever FROM contracts ORDER BY 1;
-- one of very many leaves: 1 less a share that small has lost most of its digits
SELECT lost, remaining_lifetime(m) AS for_ever, remaining_lifetime(m, periods => 1000) AS of_1000 FROM (SELECT lost, contract_model_from_counts('{1000000000000000}'::bigint[], ARRAY[lost]) AS m FROM unnest('{0, 1, 3, 1000}'::bigint[]) AS lost) AS t;

-- Limits: one churn, all at the first renewal, nobody, everybody; one period
SELECT what, m, (SELECT string_agg(concat_ws(' ', parameter, round(estimate, 6), round(standard_error, 6)), ', ') FROM model_parameters(m)) AS parameters, round(log_likelihood(m), 6) AS log_likelihood,
	round(remaining_lifetime(m), 4) AS for_ever, round(remaining_lifetime(m, 3, 10), 4) AS of_ten, (SELECT string_agg(round(retention, 1)::text, ' ') FROM retention_curve(m, 3)) AS retention
FROM (VALUES ('less and less stay', contract_model_from_counts('{1000, 900, 700}'::bigint[], '{100, 200, 300}')), ('first renewal', contract_model_from_counts('{1000, 400, 400}'::bigint[], '{600, 0, 0}')), ('nobody leaves', contract_model_from_counts('{1000, 1000}'::bigint[], '{0, 0}')),
	('everybody leaves', contract_model_from_counts('{1000, 0}'::bigint[], '{1000, 0}')), ('one period', contract_model_from_counts('{1000}'::bigint[], '{250}')), ('no period', contract_model_from_counts('{}'::bigint[], '{}'))) AS v(what, m);
-- everybody leaves, of two groups of which one is watched later; ages after the last customer has left
SELECT m, (SELECT string_agg(concat_ws(' ', parameter, estimate, standard_error, low, high), ', ') FROM model_parameters(m)) AS parameters, log_likelihood(m), remaining_lifetime(m) AS for_ever, (SELECT string_agg(survival || ' of ' || observed, ', ') FROM retention_curve(m, 2)) AS survival FROM contract_model_from_counts('{5, 3}'::bigint[], '{5, 3}') AS m;
SELECT contract_model(age, alive) FROM unnest('{0, 1, 2, 3}'::int[], '{10, 4, 0, 0}'::bigint[]) AS t(age, alive);
-- very nearly one churn, of a million: two periods determine a + b = churn2 / (churn1 - churn2), to which they set no bound
SELECT parameter, round(estimate / exact, 3) AS of_exact, low, high FROM model_parameters(contract_model_from_counts('{1000000, 900000}'::bigint[], '{100000, 89999}'), 0.99) AS p, LATERAL (SELECT 89999 / 900000.0 / (0.1 - 89999 / 900000.0) * CASE parameter WHEN 'a' THEN 0.1 ELSE 0.9 END) AS e(exact) ORDER BY 1;

-- Groups are merged; where all are watched as long that is what they are together
SELECT rollup(m) = (SELECT contract_model(age, alive) FROM (SELECT age, sum(alive)::bigint AS alive FROM segments GROUP BY 1) AS s) AS same, contract_model_send(rollup(m)) = (SELECT contract_model_send(contract_model(age, alive)) FROM segments) AS same_bytes FROM contracts;
-- a cohort that is younger; added up by age it would look as if it had left
SELECT customers(m), m FROM (SELECT rollup(m) FROM (SELECT contract_model(age, alive) FROM segments WHERE segment = 'regular' UNION ALL SELECT contract_model(age, alive) FROM segments WHERE segment = 'high end' AND age <= 3) AS c(m)) AS r(m);
SELECT failure($$SELECT contract_model(age, alive) FROM segments WHERE segment = 'regular' OR age <= 3$$);
SELECT failure($$SELECT contract_model(age, alive) FROM segments WHERE age <> 2$$);
SELECT failure($$SELECT contract_model(age, 1000 - alive) FROM segments$$);
SELECT failure($$SELECT contract_model(-1, 5)$$);
SELECT failure($$SELECT contract_model(0, -5)$$);
SELECT contract_model(age, alive) FROM segments WHERE false;
SELECT contract_model(NULL, 5), contract_model(0, NULL);

-- From durations, of which some are still open: counted plainly
CREATE TEMP TABLE subscriptions AS
SELECT i, started, CASE WHEN started + months * interval '1 month' <= date '2025-06-30' THEN (started + months * interval '1 month')::date END AS ended
FROM generate_series(1, 3000) AS i, LATERAL (SELECT date '2022-01-01' + pick(i, 1, 997), ceil(ln((pick(i, 2, 997) + 0.5) / 998.0::float8) / ln(1 - (1 - ((pick(i, 3, 997) + 0.5) / 998.0::float8) ^ 0.5)))::int) AS l(started, months);
SELECT contract_model(duration_summary(started, ended, '2025-06-30'), 'month') = (
	SELECT contract_model_from_counts(array_agg(at_risk ORDER BY period), array_agg(lost ORDER BY period)) FROM (
		SELECT period, count(*) FILTER (WHERE CASE WHEN ended IS NOT NULL THEN greatest(1, round((ended - started) / 30.4375)) ELSE floor((date '2025-06-30' - started) / 30.4375 + 0.1) END >= period) AS at_risk, count(*) FILTER (WHERE ended IS NOT NULL AND greatest(1, round((ended - started) / 30.4375)) = period) AS lost
		FROM subscriptions, generate_series(1, 42) AS period GROUP BY 1) AS c WHERE at_risk > 0) AS same, count(*) AS customers, count(ended) AS ended FROM subscriptions;
-- each leaves with a probability that is Beta(1, 2): the intervals hold that
SELECT parameter, round(estimate, 3) AS estimate, CASE parameter WHEN 'a' THEN 1 ELSE 2 END BETWEEN low AND high AS holds
FROM (SELECT contract_model(duration_summary(started, ended, '2025-06-30'), 'month') FROM subscriptions) AS c(m), model_parameters(m);
SELECT contract_model(duration_summary(started, ended, '2025-06-30'), 'month') FROM subscriptions WHERE started > '2024-09-20';
SELECT contract_model(NULL::duration_summary, 'month'), contract_model_from_counts(NULL::bigint[], '{}');

-- options
SELECT remaining_lifetime(NULL), remaining_lifetime(m, NULL), remaining_lifetime(m, annual_discount_rate => NULL), remaining_lifetime(m, periods => 0) FROM contracts WHERE segment = 'regular';
SELECT failure($$SELECT remaining_lifetime(m, -1) FROM contracts$$);
SELECT failure($$SELECT remaining_lifetime(m, periods => -1) FROM contracts$$);
SELECT failure($$SELECT remaining_lifetime(m, annual_discount_rate => 10) FROM contracts$$);
SELECT failure($$SELECT remaining_lifetime(m, annual_discount_rate => 0.1, periods_per_year => 12) FROM contracts$$);
SELECT failure($$SELECT remaining_lifetime(m, annual_discount_rate => 0.001, periods_per_year => 12) FROM contracts$$);
SELECT failure($$SELECT remaining_lifetime(m, annual_discount_rate => 10, periods_per_year => 0) FROM contracts$$);
SELECT failure($$SELECT retention_curve(m, -1) FROM contracts$$);
SELECT failure($$SELECT model_parameters(m, 95) FROM contracts$$);
SELECT failure($$SELECT contract_model_from_counts('{1, 2}'::bigint[], '{1}')$$);
SELECT failure($$SELECT contract_model_from_counts('{1, NULL}'::bigint[], '{1, 1}')$$);
SELECT failure($$SELECT contract_model_from_counts('{{1, 2}}'::bigint[], '{{1, 2}}')$$);
SELECT failure($$SELECT contract_model_from_counts('{5, 4}'::bigint[], '{1, 5}')$$);
SELECT failure($$SELECT contract_model_from_counts('{5}'::bigint[], '{-1}')$$);

-- text and binary forms
SELECT bool_and(m::text::contract_model = m AND contract_model_send(m::text::contract_model) = contract_model_send(m)) AS same FROM contracts;
\copy contracts TO 'results/contract.copy' (FORMAT binary)
CREATE TEMP TABLE again (LIKE contracts);
\copy again FROM 'results/contract.copy' (FORMAT binary)
SELECT count(*) AS same FROM contracts JOIN again USING (segment, m);
CREATE TEMP TABLE contract_states AS SELECT contract_model_accum(contract_model_accum(NULL, 1, 9), 0, 10) AS s;
SELECT s, s::text::contract_model::text = s::text AS same, customers(s), contract_model_combine(s, s) AS twice FROM contract_states;
SELECT round(sum(survival), 6) AS of_a_state FROM contract_states, retention_curve(s, 30);
SELECT failure($$SELECT contract_model_combine(s, m) FROM contract_states, contracts$$);
SELECT failure($$SELECT '{"version": 1, "periods": [[2, 10, 1]]}'::contract_model$$);
SELECT failure($$SELECT '{"version": 1, "periods": [[1, 10, 11]]}'::contract_model$$);
SELECT failure($$SELECT '{"version": 1, "periods": [[1, 0, 0]]}'::contract_model$$);
SELECT failure($$SELECT '{"version": 1, "ages": [[0, 10, 0]]}'::contract_model$$);
SELECT failure($$SELECT '{"version": 1, "months": []}'::contract_model$$);
SELECT failure($$SELECT '{"version": 1, "periods": [[1, 10]]}'::contract_model$$);
