--
-- Health: scores of signals and accounts, whether they predict, and weights from data
--

@type health_total IS
'sums of weights and weighted scores; the transition state of health_score()';

CREATE FUNCTION health_accum(health_total, double precision, double precision) RETURNS health_total
AS 'MODULE_PATHNAME', 'health_total_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION health_accum(health_total, double precision, double precision) IS
'transition function of health_score()';

CREATE FUNCTION health_remove(health_total, double precision, double precision) RETURNS health_total
AS 'MODULE_PATHNAME', 'health_total_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION health_remove(health_total, double precision, double precision) IS
'inverse transition function of health_score()';

CREATE FUNCTION health_combine(health_total, health_total) RETURNS health_total
AS 'MODULE_PATHNAME', 'health_total_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_combine(health_total, health_total) IS
'combine function of health_score()';

CREATE FUNCTION health_score(health_total) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_total_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_score(health_total) IS
'final function of health_score()';

CREATE AGGREGATE health_score(score double precision, weight double precision) (
	SFUNC = health_accum,
	STYPE = health_total,
	SSPACE = -1,
	FINALFUNC = health_score,
	COMBINEFUNC = health_combine,
	MSFUNC = health_accum,
	MINVFUNC = health_remove,
	MSTYPE = health_total,
	MSSPACE = 56,
	MFINALFUNC = health_score,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE health_score(double precision, double precision) IS
'weighted mean of the known scores, 0..100; scores and weights are kept to six decimals; NULL scores are left out, and a NULL weight counts as 0';

@type health_summary IS
'the signals of one account by name, each with its score and weight; read with health_score(), health_coverage(), health_drivers(), merged with rollup()';

CREATE FUNCTION health_accum(health_summary, text, double precision, double precision) RETURNS health_summary
AS 'MODULE_PATHNAME', 'health_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION health_accum(health_summary, text, double precision, double precision) IS
'transition function of health_summary()';

CREATE FUNCTION health_combine(health_summary, health_summary) RETURNS health_summary
AS 'MODULE_PATHNAME', 'health_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_combine(health_summary, health_summary) IS
'combine function of health_summary(), transition function of rollup()';

CREATE FUNCTION health_final(health_summary) RETURNS health_summary
AS 'MODULE_PATHNAME', 'health_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_final(health_summary) IS
'final function of health_summary() and rollup()';

CREATE AGGREGATE health_summary(signal text, score double precision, weight double precision) (
	SFUNC = health_accum,
	STYPE = health_summary,
	SSPACE = -1,
	FINALFUNC = health_final,
	COMBINEFUNC = health_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE health_summary(text, double precision, double precision) IS
'the signals of one account, one row each; a NULL score is a signal that is not known';

@rollup health_summary (COMBINE = health_combine, FINAL = health_final) IS
'merges summaries of different signals of one account';

CREATE FUNCTION health_score(health_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_score(health_summary) IS
'weighted mean of the known scores, 0..100; NULL without any';

CREATE FUNCTION health_coverage(health_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_coverage'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_coverage(health_summary) IS
'weight of the known signals in percent points of all weight';

CREATE FUNCTION health_drivers(health_summary, OUT signal text, OUT score numeric, OUT weight numeric, OUT points_lost numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'health_drivers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION health_drivers(health_summary) IS
'the signals and how many points of the health score each of them costs, worst first; what is not known comes last';

CREATE FUNCTION top_driver(health_summary) RETURNS text
AS 'MODULE_PATHNAME', 'top_driver'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION top_driver(health_summary) IS
'the signal that costs the most points of the health score; NULL if none costs any';

CREATE FUNCTION health_band(score double precision, red_below double precision DEFAULT 40, green_from double precision DEFAULT 70) RETURNS text
AS 'MODULE_PATHNAME', 'health_band'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_band(double precision, double precision, double precision) IS
'red below red_below, green from green_from on, yellow between them';

CREATE FUNCTION score_between(value double precision, worst double precision, best double precision) RETURNS numeric
AS 'MODULE_PATHNAME', 'score_between'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION score_between(double precision, double precision, double precision) IS
'0 at worst, 100 at best, in proportion between them and no farther beyond; worst is the larger one where less is better';

CREATE FUNCTION score_steps(value double precision, cuts double precision[], points double precision[]) RETURNS numeric
AS 'MODULE_PATHNAME', 'score_steps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION score_steps(double precision, double precision[], double precision[]) IS
'the first of points for a value below the first of cuts, the second from that cut on, and so forth';

CREATE FUNCTION score_decay(age interval, half_life interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'score_decay'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION score_decay(interval, interval) IS
'100 * 0.5 ^ (age / half_life)';

@each NUMBER = numeric, double precision; C = growth_rate, growth_rate_double
CREATE FUNCTION growth_rate(before @NUMBER@, after @NUMBER@) RETURNS numeric
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION growth_rate(@NUMBER@, @NUMBER@) IS
'100 * (after - before) / before; NULL where before is not above 0';
@end

@type auc_summary IS
'scores with how many rows of each had the outcome; read with auc(), auc_interval(), merged with rollup()';

CREATE FUNCTION auc_accum(auc_summary, double precision, boolean) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION auc_accum(auc_summary, double precision, boolean) IS
'transition function of auc_summary()';

CREATE FUNCTION auc_combine(auc_summary, auc_summary) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_combine(auc_summary, auc_summary) IS
'combine function of auc_summary(), transition function of rollup()';

CREATE FUNCTION auc_final(auc_summary) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_final(auc_summary) IS
'final function of auc_summary() and rollup()';

CREATE FUNCTION auc(auc_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'auc_auc'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc(auc_summary) IS
'the probability that a row with the outcome has a higher score than one without, 0..1, ties count half; NULL without such a pair';

CREATE AGGREGATE auc_summary(score double precision, outcome boolean) (
	SFUNC = auc_accum,
	STYPE = auc_summary,
	SSPACE = -1,
	FINALFUNC = auc_final,
	COMBINEFUNC = auc_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE auc_summary(double precision, boolean) IS
'scores and outcomes; rows with a NULL are counted apart';

CREATE AGGREGATE auc_agg(score double precision, outcome boolean) (
	SFUNC = auc_accum,
	STYPE = auc_summary,
	SSPACE = -1,
	FINALFUNC = auc,
	COMBINEFUNC = auc_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE auc_agg(double precision, boolean) IS
'the probability that a row with the outcome has a higher score than one without, 0..1, ties count half';

@rollup auc_summary (COMBINE = auc_combine, FINAL = auc_final, MINUS = auc_minus) IS
'scores and outcomes of all the summaries';

CREATE FUNCTION auc_interval(auc_summary, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'auc_confidence_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_interval(auc_summary, double precision) IS
'confidence interval of the AUC, by Newcombe''s method 5 on the variance of Hanley and McNeil';

CREATE FUNCTION positives(auc_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'auc_positives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION positives(auc_summary) IS
'how many rows had the outcome';

CREATE FUNCTION negatives(auc_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'auc_negatives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION negatives(auc_summary) IS
'how many rows did not have the outcome';

CREATE FUNCTION unknowns(auc_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'auc_unknowns'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unknowns(auc_summary) IS
'how many rows had no score or no known outcome';

@type health_outcomes IS
'health of accounts beside what came of it; read with health_weights(), merged with rollup()';

CREATE FUNCTION outcomes_accum(health_outcomes, health_summary, boolean) RETURNS health_outcomes
AS 'MODULE_PATHNAME', 'outcomes_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION outcomes_accum(health_outcomes, health_summary, boolean) IS
'transition function of health_outcomes()';

CREATE FUNCTION outcomes_combine(health_outcomes, health_outcomes) RETURNS health_outcomes
AS 'MODULE_PATHNAME', 'outcomes_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION outcomes_combine(health_outcomes, health_outcomes) IS
'combine function of health_outcomes(), transition function of rollup()';

CREATE FUNCTION outcomes_final(health_outcomes) RETURNS health_outcomes
AS 'MODULE_PATHNAME', 'outcomes_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION outcomes_final(health_outcomes) IS
'final function of health_outcomes() and rollup()';

CREATE AGGREGATE health_outcomes(health health_summary, stayed boolean) (
	SFUNC = outcomes_accum,
	STYPE = health_outcomes,
	SSPACE = -1,
	FINALFUNC = outcomes_final,
	COMBINEFUNC = outcomes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE health_outcomes(health_summary, boolean) IS
'scores of the signals of accounts and whether each stayed, not whether it churned; accounts without a known outcome, and those that lack a score, are counted apart';

@rollup health_outcomes (COMBINE = outcomes_combine, FINAL = outcomes_final) IS
'merges summaries of different accounts';

CREATE FUNCTION health_weights(health_outcomes, confidence double precision DEFAULT 0.95, OUT signal text, OUT weight numeric, OUT coefficient numeric, OUT standard_error numeric, OUT low numeric, OUT high numeric, OUT p_value numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'health_weights'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION health_weights(health_outcomes, double precision) IS
'which signals weigh how much, by logistic regression of the outcome on the scores: weights that add up to 100, and the change of the log odds by a point of each score with its interval';

CREATE FUNCTION positives(health_outcomes) RETURNS bigint
AS 'MODULE_PATHNAME', 'outcomes_positives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION positives(health_outcomes) IS
'how many accounts that know all signals had the outcome';

CREATE FUNCTION negatives(health_outcomes) RETURNS bigint
AS 'MODULE_PATHNAME', 'outcomes_negatives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION negatives(health_outcomes) IS
'how many accounts that know all signals did not have the outcome';

CREATE FUNCTION incomplete(health_outcomes) RETURNS bigint
AS 'MODULE_PATHNAME', 'outcomes_incomplete'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION incomplete(health_outcomes) IS
'how many accounts lack the score of a signal and take no part';

CREATE FUNCTION unknowns(health_outcomes) RETURNS bigint
AS 'MODULE_PATHNAME', 'outcomes_unknowns'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unknowns(health_outcomes) IS
'how many accounts had no health or no known outcome';

@type health_model IS
'logistic model of who stays, fitted to health and what came of it; read with model_parameters(), applied with churn_probability(), judged with calibration(), brier_score(), lift()';

CREATE FUNCTION health_model(outcomes health_outcomes, penalty double precision DEFAULT NULL) RETURNS health_model
AS 'MODULE_PATHNAME', 'health_model_fit'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION health_model(health_outcomes, double precision) IS
'logistic model of accounts, of which the outcome is that they stayed, with a ridge penalty, chosen by the data where none is given; a signal that an account lacks takes its health score; NULL where all have one outcome';

CREATE FUNCTION model_parameters(health_model, confidence double precision DEFAULT 0.95, OUT parameter text, OUT estimate numeric, OUT standard_error numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'health_model_parameters'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 6;

COMMENT ON FUNCTION model_parameters(health_model, double precision) IS
'intercept and coefficients: the change of the log odds to stay for a point of a signal''s score';

CREATE FUNCTION log_likelihood(health_model) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_model_log_likelihood'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION log_likelihood(health_model) IS
'log-likelihood of the model, without its penalty';

CREATE FUNCTION penalty(health_model) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_model_penalty'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION penalty(health_model) IS
'the ridge penalty of the model';

CREATE FUNCTION model_note(health_model) RETURNS text
AS 'MODULE_PATHNAME', 'health_model_note'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION model_note(health_model) IS
'what is to be known of the model, in words: signals that tell the outcomes apart, accounts that lack a signal; NULL if nothing';

CREATE FUNCTION churn_probability(model health_model, health health_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_churn_probability'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION churn_probability(health_model, health_summary) IS
'probability, 0 to 1, that an account of this health churns, by outcomes that say who stayed; a signal that it lacks takes its health score; NULL where it has none';

CREATE FUNCTION calibration(model health_model, outcomes health_outcomes, bins integer DEFAULT 10, confidence double precision DEFAULT 0.95, OUT bin integer, OUT accounts bigint, OUT expected numeric, OUT observed numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'health_calibration'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION calibration(health_model, health_outcomes, integer, double precision) IS
'accounts in parts of equal size, the highest probability to churn first: the share that churns by the model and the observed one with Wilson''s interval, in percent';

CREATE FUNCTION brier_score(model health_model, outcomes health_outcomes) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_brier_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION brier_score(health_model, health_outcomes) IS
'mean square of probability less outcome, 0 to 1, the lower the better; NULL without accounts';

CREATE FUNCTION lift(model health_model, outcomes health_outcomes, share double precision DEFAULT 10) RETURNS numeric
AS 'MODULE_PATHNAME', 'health_lift'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION lift(health_model, health_outcomes, double precision) IS
'how many times as many of the accounts with the highest probability churned, a share of all in percent, as of all; NULL where nobody churned';
