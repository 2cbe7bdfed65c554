--
-- Health that is a probability: health_model, churn_probability, calibration, brier_score, lift
--
\pset null '~'

-- 400 accounts drawn for this purpose; figures of R 4.2.2, glm() to 1e-15 and glmnet 4.1-6
-- (alpha = 0, standardized, thresh = 1e-20)
CREATE TEMP TABLE stayed (usage float8, tickets float8, stayed integer);
\copy stayed FROM 'test/data/health_stayed.csv' WITH (FORMAT csv, HEADER)
CREATE TEMP TABLE accounts AS
SELECT i, stayed = 1 AS stayed, health_summary(signal, score, 1) AS s FROM (SELECT row_number() OVER () AS i, * FROM stayed) AS d, LATERAL (VALUES ('usage', usage), ('tickets', tickets)) AS x(signal, score) GROUP BY i, stayed;
CREATE TEMP TABLE outcome AS SELECT health_outcomes(s, stayed) AS o FROM accounts;
SELECT penalty, parameter, round(estimate, 10) AS estimate, round(standard_error, 8) AS standard_error, round(low, 5) AS low, round(high, 5) AS high, abs(estimate / theirs - 1) < 1e-9 AS same, abs(standard_error / error - 1) < 1e-7 AS same_error
FROM outcome, (VALUES (0, '(intercept)', -2.52686546667958, NULL), (0, 'usage', 0.03669628204463, 0.004465970923914), (0, 'tickets', 0.01888592592879, 0.004139421812541),
	(0.01, '(intercept)', -2.357129153496912, NULL), (0.01, 'usage', 0.034381065985641, NULL), (0.01, 'tickets', 0.017656532259749, NULL),
	(0.1, '(intercept)', -1.541261444787633, NULL), (0.1, 'usage', 0.023164052853029, NULL), (0.1, 'tickets', 0.011907646714182, NULL),
	(1, '(intercept)', -0.2977057811548345, NULL), (1, 'usage', 0.0061990668048856, NULL), (1, 'tickets', 0.0033079549812547, NULL)) AS r(penalty, parameter, theirs, error),
	LATERAL health_model(o, r.penalty) AS m, LATERAL (SELECT * FROM model_parameters(m) AS p WHERE p.parameter = r.parameter) AS p(name, estimate, standard_error, low, high) ORDER BY 1, 2;
SELECT round(log_likelihood(m), 8) AS log_likelihood, round(brier_score(m, o), 9) AS brier_score, round(lift(m, o), 6) AS lift, round(lift(m, o, 25), 6) AS of_a_quarter FROM outcome, health_model(o, 0) AS m;
-- without a penalty, health_weights() has the same coefficients
SELECT bool_and(abs(coefficient / estimate - 1) < 1e-9 AND abs(w.standard_error / p.standard_error - 1) < 1e-9) AS same FROM outcome, health_weights(o) AS w JOIN model_parameters((SELECT health_model(o, 0) FROM outcome)) AS p ON parameter = signal;
-- chosen by the data: the log likelihood of accounts that were left out, by fits of the
-- others, is not lower than that of any other penalty of the grid
SELECT penalty(m) AS penalty, model_note(m) AS note FROM outcome, health_model(o) AS m;
CREATE TEMP TABLE few AS SELECT * FROM accounts WHERE i % 5 = 0;
WITH left_out AS (
	SELECT penalty, sum(ln(CASE WHEN f.stayed THEN 1 - p ELSE p END)) AS likelihood
	FROM (SELECT health_model(health_outcomes(s, stayed)) AS chosen FROM few) AS c, unnest(ARRAY[penalty(chosen)::float8, 0, 0.01 / 80, 0.1 / 80, 1.0 / 80, 10.0 / 80, 100.0 / 80]) WITH ORDINALITY AS g(penalty, n), few AS f,
		LATERAL (SELECT churn_probability(health_model(health_outcomes(o.s, o.stayed), penalty), f.s) FROM few AS o WHERE o.i <> f.i) AS l(p)
	GROUP BY n, penalty
)
SELECT round(penalty::numeric, 6) AS penalty, round(likelihood, 4) AS likelihood FROM left_out ORDER BY likelihood DESC, 1 LIMIT 2;

-- the probability of an account, and the parts, by the definitions
SELECT bool_and(abs(churn_probability(m, s) - 1 / (1 + exp((SELECT max(estimate) FILTER (WHERE parameter = '(intercept)') + sum(estimate * score) FROM model_parameters(m) LEFT JOIN health_drivers(s) ON signal = parameter)))) < 1e-12) AS same FROM outcome, health_model(o) AS m, accounts WHERE i < 50;
WITH predicted AS (SELECT m, stayed, churn_probability(m, s) AS p FROM outcome, health_model(o) AS m, accounts)
SELECT abs(avg((p - CASE WHEN stayed THEN 0 ELSE 1 END) ^ 2) - (SELECT brier_score(m, o) FROM outcome, health_model(o) AS m)) < 1e-12 AS brier_score,
	abs((SELECT avg((NOT stayed)::int) FROM (SELECT * FROM predicted ORDER BY p DESC LIMIT 80) AS first) / avg((NOT stayed)::int) - (SELECT lift(m, o, 20) FROM outcome, health_model(o) AS m)) < 1e-12 AS lift FROM predicted;
SELECT bin, accounts, round(expected, 4) AS expected, round(observed, 4) AS observed, round(low, 4) AS low, round(high, 4) AS high FROM outcome, health_model(o) AS m, calibration(m, o, 5);
WITH predicted AS (SELECT ntile(5) OVER (ORDER BY churn_probability(m, s) DESC) AS bin, churn_probability(m, s) AS p, stayed FROM outcome, health_model(o) AS m, accounts)
SELECT bin, count(*), round(100 * avg(p), 4) AS expected, round(100.0 * count(*) FILTER (WHERE NOT stayed) / count(*), 4) AS observed FROM predicted GROUP BY 1 ORDER BY 1;
-- accounts of equal probability are in the order of their rows: here of "a", which the model does not ask
WITH alike AS (SELECT i, health_summary(signal, score, 1) AS s, i % 3 > 0 AS stayed FROM generate_series(1, 40) AS i, LATERAL (VALUES ('a', i), ('b', i * 7 % 4 * 25)) AS x(signal, score) GROUP BY i)
SELECT bin, c.accounts, observed, by_hand FROM (SELECT health_outcomes(s, stayed) FROM alike) AS t(o), calibration('{"version": 1, "positives": 2, "negatives": 1, "signals": {"a": [0, 1], "b": [0.02, 1]}}', o, 8) AS c
	JOIN (SELECT bin, round(100.0 * count(*) FILTER (WHERE NOT stayed) / count(*)) AS by_hand FROM (SELECT ntile(8) OVER (ORDER BY i * 7 % 4, i) AS bin, stayed FROM alike) AS u GROUP BY bin) AS h USING (bin) ORDER BY bin;
-- a model holds what it says of other accounts than its own: of 10 parts of 4,000, which
-- churn as the world is made, 8 or more intervals hold the share
CREATE TEMP TABLE world AS
SELECT i, health_summary(signal, score, weight) AS s, pick(i, 7, 1000) < 1000 / (1 + exp(3 - 0.05 * usage - 0.02 * nps)) AS stayed
FROM (SELECT i, pick(i, 1, 101) AS usage, pick(i, 2, 11) * 10 AS nps, pick(i, 3, 1001) / 10.0 AS hiring FROM generate_series(1, 6000) AS i) AS t, LATERAL (VALUES ('usage', usage::numeric, 3), ('nps', nps, 2), ('hiring', hiring, 0)) AS x(signal, score, weight) GROUP BY i, usage, nps;
SELECT count(*) AS parts, count(*) FILTER (WHERE expected BETWEEN low AND high) >= 8 AS hold, sum(accounts) AS accounts, round(min(expected)) AS least, round(max(expected)) AS most
FROM (SELECT health_model(health_outcomes(s, stayed)) FROM world WHERE i <= 2000) AS f(m), (SELECT health_outcomes(s, stayed) FROM world WHERE i > 2000) AS later(o), calibration(m, o);

-- A signal that is not known takes the health score, as the score does; nobody is dropped
CREATE TEMP TABLE gaps AS SELECT i, stayed, (SELECT health_summary(signal, CASE WHEN signal = 'nps' AND pick(i, 4, 6) = 0 THEN NULL ELSE score END, weight) FROM health_drivers(s) AS d(signal, score, weight)) AS s FROM (SELECT * FROM world WHERE i <= 1000) AS w;
SELECT positives(o) + negatives(o) AS complete, incomplete(o), model_note(m) AS note,
	(SELECT bool_and(abs(p.estimate - f.estimate) < 1e-9) FROM model_parameters(m) AS p JOIN model_parameters((SELECT health_model(health_outcomes(filled, stayed)) FROM (SELECT stayed, (SELECT health_summary(signal, coalesce(score, round(health_score(s), 6)), weight) FROM health_drivers(s)) AS filled FROM gaps) AS t)) AS f USING (parameter)) AS as_if_filled
FROM (SELECT health_outcomes(s, stayed) FROM gaps) AS t(o), health_model(o) AS m;
SELECT count(*) FILTER (WHERE churn_probability(m, s) IS NULL) AS without, max(abs(churn_probability(m, s) - churn_probability(m, (SELECT health_summary(signal, coalesce(score, round(health_score(s), 6)), weight) FROM health_drivers(s))))) < 1e-12 AS as_if_filled
FROM (SELECT health_model(health_outcomes(s, stayed)) FROM gaps) AS t(m), gaps;
-- nothing known, no weight: no probability; signals that the model does not know, and none of its own
SELECT churn_probability(m, '{"version": 1}') AS nothing, churn_probability(m, '{"version": 1, "signals": {"usage": [null, 1]}}') AS unknown, churn_probability(m, '{"version": 1, "signals": {"usage": [50, 0]}}') AS no_weight,
	round(churn_probability(m, '{"version": 1, "signals": {"other": [50, 1]}}'), 6) AS other, round(churn_probability(m, '{"version": 1, "signals": {"usage": [50, 1], "tickets": [50, 1]}}'), 6) AS same, churn_probability(m, NULL), churn_probability(NULL, s) FROM outcome, health_model(o) AS m, accounts WHERE i = 1;

-- outcomes of an account whose one signal the model does not know and has no weight: nothing is predicted for it
SELECT brier_score(m, o) AS nobody, brier_score(m, o + health_outcomes '{"version": 1, "signals": ["b", "c"], "known": [1, 1], "rows": [[50, 50, 50, 1, 0]]}') AS one
FROM (VALUES (health_model '{"version": 1, "positives": 2, "negatives": 1, "signals": {"b": [1, 1], "c": [-1, 1]}}', health_outcomes '{"version": 1, "signals": ["a"], "known": [1], "rows": [[50, null, 1, 0]]}')) AS v(m, o);

-- Signals that tell the outcomes apart: a penalised answer and a note
CREATE TEMP TABLE apart AS SELECT i, health_summary(signal, score, 1) AS s FROM generate_series(1, 100) AS i, LATERAL (VALUES ('a', i), ('constant', 50)) AS x(signal, score) GROUP BY i;
SELECT model_note(m) AS note, round(penalty(m), 4) AS penalty, parameter, round(estimate, 3) AS estimate, round(standard_error, 3) AS standard_error, round(churn_probability(m, (SELECT s FROM apart WHERE i = 45)), 3) AS below, round(churn_probability(m, (SELECT s FROM apart WHERE i = 55)), 3) AS above
FROM (SELECT health_model(health_outcomes(s, i > 50)) FROM apart) AS t(m), model_parameters(m);
SELECT penalty(m) AS asked_for_none, model_note(m) IS NOT NULL AS noted FROM (SELECT health_model(health_outcomes(s, i > 50), 0) FROM apart) AS t(m);
-- and gaps as well
SELECT model_note('{"version": 1, "positives": 2, "negatives": 1, "incomplete": 1, "separated": 1}');
-- a signal that follows from another, or does not vary
SELECT parameter, round(estimate, 4) AS estimate FROM (SELECT health_model(health_outcomes((SELECT health_summary(signal, score, 1) FROM (SELECT signal, score FROM health_drivers(s) UNION ALL SELECT 'twice', score FROM health_drivers(s) WHERE signal = 'usage') AS d), stayed)) FROM accounts) AS t(m), model_parameters(m);
SELECT parameter, round(estimate, 4) AS estimate FROM (SELECT health_model(health_outcomes((SELECT health_summary(signal, score, 1) FROM (SELECT signal, score FROM health_drivers(s) UNION ALL SELECT n, score FROM health_drivers(s), unnest('{again,and again}'::text[]) AS n WHERE signal = 'usage' UNION ALL SELECT 'all alike', 50) AS d), stayed)) FROM accounts) AS t(m), model_parameters(m);
-- one outcome only, nobody: no model
SELECT health_model(health_outcomes(s, true)), health_model(health_outcomes(s, false)), health_model(health_outcomes(s, NULL)), health_model(NULL) FROM accounts;
SELECT brier_score(m, nobody), lift(m, nobody), lift(m, stayers), (SELECT count(*) FROM calibration(m, nobody)) AS rows FROM outcome, health_model(o) AS m, (SELECT health_outcomes(s, NULL), health_outcomes(s, true) FROM accounts) AS n(nobody, stayers);
-- accounts without a single signal
SELECT health_model(health_outcomes('{"version": 1}', i > 3)) FROM generate_series(1, 9) AS i;
SELECT round(churn_probability('{"version": 1, "positives": 3, "negatives": 1, "intercept": 1.0986122886681098}', '{"version": 1}'), 6) AS all_alike;
-- so few bad outcomes among a hundred trillion that their odds are beyond where the search goes
SELECT failure($$SELECT health_model('{"version": 1, "unknowns": 0, "incomplete": 0, "signals": ["usage"], "known": [100000000000010], "rows": [[50, 50, 100000000000000, 3], [40, 40, 6, 1]]}'::health_outcomes)$$);
SELECT brier_score(NULL, o), lift(NULL, o), lift(m, o, NULL), penalty(NULL), model_note(NULL), log_likelihood(NULL::health_model) FROM outcome, health_model(o) AS m;
SELECT failure($$SELECT health_model(o, -1) FROM outcome$$);
SELECT failure($$SELECT health_model(o, 'NaN') FROM outcome$$);
SELECT failure($$SELECT lift(health_model(o), o, 0.1) FROM outcome$$);
SELECT failure($$SELECT lift(health_model(o), o, 101) FROM outcome$$);
SELECT failure($$SELECT calibration(health_model(o), o, 0) FROM outcome$$);
SELECT failure($$SELECT calibration(health_model(o), o, 1001) FROM outcome$$);
SELECT failure($$SELECT calibration(health_model(o), o, confidence => 95) FROM outcome$$);
SELECT failure($$SELECT model_parameters(health_model(o), 0) FROM outcome$$);

-- text and binary forms
CREATE TEMP TABLE kept AS SELECT health_model(o, penalty) AS m FROM outcome, unnest(ARRAY[NULL, 0, 0.5]::float8[]) AS penalty UNION ALL SELECT health_model(health_outcomes(s, stayed)) FROM gaps;
SELECT bool_and(m::text::health_model = m AND health_model_send(m::text::health_model) = health_model_send(m)) AS same, count(DISTINCT m) AS different FROM kept;
\copy kept TO 'results/health_model.copy' (FORMAT binary)
CREATE TEMP TABLE again (m health_model);
\copy again FROM 'results/health_model.copy' (FORMAT binary)
SELECT count(*) FILTER (WHERE kept.m = again.m) AS same FROM kept JOIN again ON kept.m::text = again.m::text;
-- the second signal named as the first
CREATE TEMP TABLE twice AS SELECT overlay(b PLACING 'other'::bytea FROM position('usage'::bytea IN b)) AS b FROM (SELECT health_model_send('{"version": 1, "positives": 2, "negatives": 1, "signals": {"other": [1, 1], "usage": [2, 1]}}')) AS t(b);
\copy twice TO 'results/health_model.copy' (FORMAT binary)
\copy again FROM 'results/health_model.copy' (FORMAT binary)
SELECT '{"version": 1, "signals": {"b": [1, 0.5], "a": [-0.25, 0]}, "positives": 2, "negatives": 1}'::health_model;
SELECT failure($$SELECT '{"version": 1, "positives": 2}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "incomplete": 4}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "penalty": -1}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "separated": 2}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "signals": {"a": [1]}}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "signals": {"a": [1, -1]}}'::health_model$$);
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "signals": {"": [1, 1]}}'::health_model$$);
SELECT failure(format($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "signals": {%s}}'::health_model$$, (SELECT string_agg(format('"s%s": [1, 1]', i), ', ') FROM generate_series(1, 16) AS i)));
SELECT failure($$SELECT '{"version": 1, "positives": 2, "negatives": 1, "colour": 1}'::health_model$$);

-- A signal that does not vary changes nothing, neither the fit nor what is said of signals that tell the outcomes apart;
-- nor does one that follows from another change whether they do
CREATE TEMP TABLE worlds AS
SELECT 'mixed' AS world, i, (i * 37 % 101)::float8 AS a, (i * 37 % 101 > 50) <> (i % 4 = 0) AS stayed FROM generate_series(1, 100) AS i
UNION ALL SELECT 'apart', row_number() OVER (), a, a > 50 FROM (VALUES (50, 1), (51, 100), (0, 100), (100, 10)) AS v (a, n), generate_series(1, n);
SELECT world, coalesce(penalty::text, 'chosen') AS penalty_asked, signals, round(penalty(m), 6) AS penalty, round(estimate, 6) AS estimate, round(standard_error, 6) AS error, model_note(m) IS NOT NULL AS noted
FROM (SELECT world, signals, health_outcomes(s, stayed) AS o FROM (SELECT world, signals, i, stayed, health_summary(signal, score, 1) AS s FROM worlds, (VALUES ('a', '{a}'::text[]), ('a and one that does not vary', '{a,b}'), ('a and its mirror', '{a,c}')) AS v (signals, names), LATERAL (VALUES ('a', a), ('b', 50), ('c', 100 - a)) AS x (signal, score) WHERE signal = ANY (names) GROUP BY 1, 2, 3, 4) AS accounts GROUP BY 1, 2) AS t,
	unnest(ARRAY[NULL, 0, 0.001]::float8[]) AS penalty, health_model(o, penalty) AS m, model_parameters(m) WHERE parameter = 'a' ORDER BY world, 2, signals;
