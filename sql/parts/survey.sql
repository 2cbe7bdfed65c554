--
-- Satisfaction: NPS, CSAT and CES from the scores of a survey
--

@type survey_summary IS
'counts of survey responses by score 0..10, and of those without one; read with nps(), csat(), ces(), nps_interval(), merged with rollup()';

@each SCORE = smallint, integer, double precision; C = int2, int4, float8
CREATE FUNCTION survey_accum(survey_summary, @SCORE@) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_accum(survey_summary, @SCORE@) IS
'transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_remove(survey_summary, @SCORE@) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_remove_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_remove(survey_summary, @SCORE@) IS
'inverse transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';
@end

CREATE FUNCTION survey_combine(survey_summary, survey_summary) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_combine(survey_summary, survey_summary) IS
'combine function of the survey aggregates, transition function of rollup()';

CREATE FUNCTION survey_uncombine(survey_summary, survey_summary) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_uncombine(survey_summary, survey_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION nps(survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_nps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps(survey_summary) IS
'net promoter score, 100 * (promoters - detractors) / responses, -100..100; NULL without responses';

CREATE FUNCTION nps(survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_nps_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps(survey_summary, integer, integer, integer, text) IS
'net promoter score, 100 * (scores promoter_from..scale_max - scores up to detractor_to) / responses, -100..100; NULL without responses; scores off the scale are an error, or with off_scale => ''null'' make it NULL';

CREATE FUNCTION csat(survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_csat'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat(survey_summary) IS
'customer satisfaction on the scale 1..5, 100 * (scores 4, 5) / responses, 0..100; NULL without responses, an error for scores off the scale';

CREATE FUNCTION csat(survey_summary, satisfied_from integer, scale_max integer DEFAULT 5, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_csat_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat(survey_summary, integer, integer, text) IS
'customer satisfaction, 100 * (scores satisfied_from..scale_max) / responses, 0..100; NULL without responses; scores off the scale are an error, or with off_scale => ''null'' make it NULL';

CREATE FUNCTION ces(survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_ces'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces(survey_summary) IS
'customer effort score 2.0 on the scale 1..7, 100 * (scores 5, 6, 7) / responses, 0..100, high is good; NULL without responses, an error for scores off the scale';

CREATE FUNCTION ces(survey_summary, agree_from integer, scale_max integer DEFAULT 7, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_ces_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces(survey_summary, integer, integer, text) IS
'customer effort score, 100 * (scores agree_from..scale_max) / responses, 0..100, high is good; NULL without responses; scores off the scale are an error, or with off_scale => ''null'' make it NULL';

CREATE FUNCTION satisfied(survey_summary) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'survey_satisfied'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION satisfied(survey_summary) IS
'CSAT: scores 4 and 5 of the scale 1..5 and the other responses as a rate_summary, for rate_interval(), rate_change() and rate_text()';

CREATE FUNCTION satisfied(survey_summary, satisfied_from integer, scale_max integer DEFAULT 5, off_scale text DEFAULT 'error') RETURNS rate_summary
AS 'MODULE_PATHNAME', 'survey_satisfied_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION satisfied(survey_summary, integer, integer, text) IS
'CSAT: the satisfied and the other responses as a rate_summary, for rate_interval(), rate_change() and rate_text()';

CREATE FUNCTION agreed(survey_summary) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'survey_agreed'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION agreed(survey_summary) IS
'CES: scores 5, 6 and 7 of the scale 1..7 and the other responses as a rate_summary, for rate_interval(), rate_change() and rate_text()';

CREATE FUNCTION agreed(survey_summary, agree_from integer, scale_max integer DEFAULT 7, off_scale text DEFAULT 'error') RETURNS rate_summary
AS 'MODULE_PATHNAME', 'survey_agreed_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION agreed(survey_summary, integer, integer, text) IS
'CES: those who agree and the other responses as a rate_summary, for rate_interval(), rate_change() and rate_text()';

CREATE FUNCTION mean_score(survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'survey_mean_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_score(survey_summary) IS
'mean of the scores; NULL without responses';

CREATE FUNCTION mean_score_interval(survey_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'survey_mean_score_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_score_interval(survey_summary, double precision, boolean, bigint) IS
'interval of the mean of the scores by Student''s t; NULL with fewer than two responses or where all are equal; always_valid => true: right at every look';

CREATE FUNCTION mean_score_change(before survey_summary, after survey_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'survey_mean_score_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_score_change(survey_summary, survey_summary, double precision, boolean, bigint) IS
'change of the mean of the scores, after - before, by Welch''s t test, with its interval, p value and direction -1, 0, 1, which is 0 unless significant; always_valid => true: right at every look';

CREATE FUNCTION responses(survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_responses'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION responses(survey_summary) IS
'how many responses have a score';

CREATE FUNCTION unanswered(survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_unanswered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unanswered(survey_summary) IS
'how many responses have no score (NULL)';

CREATE FUNCTION off_scale(survey_summary, scale_max integer) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_off_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION off_scale(survey_summary, integer) IS
'how many responses are off the scale 1..scale_max, or 0..10 where scale_max is 10';

CREATE FUNCTION promoters(survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_promoters'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION promoters(survey_summary) IS
'how many scores are 9 or 10';

CREATE FUNCTION passives(survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_passives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION passives(survey_summary) IS
'how many scores are 7 or 8';

CREATE FUNCTION detractors(survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'survey_detractors'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION detractors(survey_summary) IS
'how many scores are 0 to 6';

CREATE FUNCTION score_counts(survey_summary, OUT score integer, OUT responses bigint, OUT share numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'survey_score_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11;

COMMENT ON FUNCTION score_counts(survey_summary) IS
'the distribution: a row for every score 0..10 with its number of responses and their share in percent points';

CREATE FUNCTION nps_interval(survey_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'survey_nps_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_interval(survey_summary, double precision, boolean, bigint) IS
'interval of the net promoter score by the adjusted Wald method, within -100..100 and with the score in it; NULL without responses';

CREATE FUNCTION nps_interval(survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'survey_nps_interval_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_interval(survey_summary, integer, integer, integer, text, double precision, boolean, bigint) IS
'interval of the net promoter score on another scale, see nps()';

CREATE FUNCTION nps_change(before survey_summary, after survey_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'survey_nps_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_change(survey_summary, survey_summary, double precision, boolean, bigint) IS
'change of the net promoter score, after - before, with its interval, the p value of the z test of the adjusted counts (of few answers that of their permutations, if that is larger), and its direction -1, 0, 1, which is 0 unless significant';

CREATE FUNCTION nps_change(before survey_summary, after survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'survey_nps_change_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_change(survey_summary, survey_summary, integer, integer, integer, text, double precision, boolean, bigint) IS
'change of the net promoter score on another scale, see nps()';

CREATE FUNCTION nps_text(survey_summary, confidence double precision DEFAULT 0.95) RETURNS text
AS 'MODULE_PATHNAME', 'survey_nps_text'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_text(survey_summary, double precision) IS
'the net promoter score as text, with the distance to the farther end of its interval after the plus-minus sign, and (n=responses)';

CREATE FUNCTION nps_text(survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95) RETURNS text
AS 'MODULE_PATHNAME', 'survey_nps_text_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_text(survey_summary, integer, integer, integer, text, double precision) IS
'text of the net promoter score on another scale, see nps()';

CREATE FUNCTION survey_score(answer text) RETURNS integer
AS 'MODULE_PATHNAME', 'survey_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_score(text) IS
'the score 0..10 that an answer begins with, such as ''9.0'' or ''10 - extremely likely''; NULL without a digit in it; an error for numbers that are no score, for words that nothing sets off and for digits elsewhere';

@each SCORE = smallint, integer, double precision; C = int2, int4, float8
CREATE FUNCTION nps_category(score @SCORE@) RETURNS text
AS 'MODULE_PATHNAME', 'nps_category_@C@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_category(@SCORE@) IS
'category of one score: promoter (9, 10), passive (7, 8) or detractor (0 to 6)';
@end

@each SCORE = smallint, integer, double precision
CREATE AGGREGATE survey_summary(score @SCORE@) (
	SFUNC = survey_accum,
	STYPE = survey_summary,
	SSPACE = -1,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum,
	MINVFUNC = survey_remove,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE survey_summary(@SCORE@) IS
'counts of survey scores 0..10; NULL scores are counted as unanswered';

CREATE AGGREGATE nps_agg(score @SCORE@) (
	SFUNC = survey_accum,
	STYPE = survey_summary,
	SSPACE = -1,
	FINALFUNC = nps,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum,
	MINVFUNC = survey_remove,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	MFINALFUNC = nps,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE nps_agg(@SCORE@) IS
'net promoter score of scores 0..10, -100..100; NULL scores are left out';

CREATE AGGREGATE csat_agg(score @SCORE@) (
	SFUNC = survey_accum,
	STYPE = survey_summary,
	SSPACE = -1,
	FINALFUNC = csat,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum,
	MINVFUNC = survey_remove,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	MFINALFUNC = csat,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE csat_agg(@SCORE@) IS
'customer satisfaction of scores 1..5 (4 and 5 are satisfied), 0..100; NULL scores are left out; for other scales csat(survey_summary(score), ...)';

CREATE AGGREGATE ces_agg(score @SCORE@) (
	SFUNC = survey_accum,
	STYPE = survey_summary,
	SSPACE = -1,
	FINALFUNC = ces,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_accum,
	MINVFUNC = survey_remove,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	MFINALFUNC = ces,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ces_agg(@SCORE@) IS
'customer effort score of scores 1..7 (5 to 7 agree that it was easy), 0..100; NULL scores are left out; for other scales ces(survey_summary(score), ...)';
@end

@rollup survey_summary (COMBINE = survey_combine, UNCOMBINE = survey_uncombine, MSSPACE = 32, MINUS = survey_uncombine) IS
'merges survey summaries into one, as if all their responses had been counted together; NULL ones are skipped';

--
-- Responses of which some count more than others
--

@type weighted_survey_summary IS
'weights of survey responses by score 0..10, how many they are, and how many have no score; read with nps(), csat(), ces(), their intervals and effective_responses(), merged with rollup()';

@each SCORE = smallint, smallint, integer, integer, double precision, double precision; WEIGHT = numeric, double precision, numeric, double precision, numeric, double precision; C = int2_numeric, int2_float8, int4_numeric, int4_float8, float8_numeric, float8_float8
CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, @SCORE@, @WEIGHT@) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, @SCORE@, @WEIGHT@) IS
'transition function of weighted_survey_summary()';
@end

CREATE FUNCTION weighted_survey_stratum(weighted_survey_summary, survey_summary, numeric) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_stratum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_stratum(weighted_survey_summary, survey_summary, numeric) IS
'transition function of post_stratified_nps(), post_stratified_summary()';

CREATE FUNCTION weighted_survey_combine(weighted_survey_summary, weighted_survey_summary) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_combine(weighted_survey_summary, weighted_survey_summary) IS
'combine function of the aggregates of weighted responses, transition function of rollup()';

CREATE FUNCTION weighted_survey_final(weighted_survey_summary) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_final(weighted_survey_summary) IS
'final function of weighted_survey_summary(), post_stratified_summary() and rollup()';

CREATE FUNCTION post_stratified_nps_final(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_stratified_nps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION post_stratified_nps_final(weighted_survey_summary) IS
'final function of post_stratified_nps()';

@each SCORE = smallint, smallint, integer, integer, double precision, double precision; WEIGHT = numeric, double precision, numeric, double precision, numeric, double precision
CREATE AGGREGATE weighted_survey_summary(score @SCORE@, weight @WEIGHT@) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(@SCORE@, @WEIGHT@) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';
@end

CREATE AGGREGATE post_stratified_summary(summary survey_summary, population numeric) (
	SFUNC = weighted_survey_stratum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE post_stratified_summary(survey_summary, numeric) IS
'one row a segment: its responses, weighted so that they count as much as the people of the segment; an error where a segment has none';

CREATE AGGREGATE post_stratified_nps(summary survey_summary, population numeric) (
	SFUNC = weighted_survey_stratum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = post_stratified_nps_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE post_stratified_nps(survey_summary, numeric) IS
'one row a segment: the net promoter score as if each segment had answered as often as its people are many; an error where a segment has no responses';

@rollup weighted_survey_summary (COMBINE = weighted_survey_combine, FINAL = weighted_survey_final) IS
'merges summaries of different responses';

CREATE FUNCTION responses(weighted_survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'weighted_responses'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION responses(weighted_survey_summary) IS
'how many responses have a score, whatever they weigh';

CREATE FUNCTION unanswered(weighted_survey_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'weighted_unanswered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unanswered(weighted_survey_summary) IS
'how many were asked and have no score (NULL)';

CREATE FUNCTION effective_responses(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_effective_responses'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION effective_responses(weighted_survey_summary) IS
'as many unweighted responses as the weighted ones are worth: (sum of weights)^2 / sum of their squares';

CREATE FUNCTION mean_score(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_mean_score'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_score(weighted_survey_summary) IS
'weighted mean of the scores, 0..10; NULL without weight';

CREATE FUNCTION csat(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_csat'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat(weighted_survey_summary) IS
'weighted customer satisfaction on the scale 1..5, 0..100; NULL without weight, an error for scores off the scale';

CREATE FUNCTION csat(weighted_survey_summary, satisfied_from integer, scale_max integer DEFAULT 5, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_csat_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat(weighted_survey_summary, integer, integer, text) IS
'weighted customer satisfaction on another scale, see csat() of a survey_summary';

CREATE FUNCTION csat_interval(weighted_survey_summary, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_csat_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat_interval(weighted_survey_summary, double precision) IS
'Wilson interval of csat(), of as many responses as effective_responses(); NULL without weight';

CREATE FUNCTION csat_interval(weighted_survey_summary, satisfied_from integer, scale_max integer DEFAULT 5, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_csat_interval_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION csat_interval(weighted_survey_summary, integer, integer, text, double precision) IS
'interval of csat() on another scale';

CREATE FUNCTION ces(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_ces'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces(weighted_survey_summary) IS
'weighted customer effort score on the scale 1..7, 0..100; NULL without weight, an error for scores off the scale';

CREATE FUNCTION ces(weighted_survey_summary, agree_from integer, scale_max integer DEFAULT 7, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_ces_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces(weighted_survey_summary, integer, integer, text) IS
'weighted customer effort score on another scale, see ces() of a survey_summary';

CREATE FUNCTION ces_interval(weighted_survey_summary, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_ces_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces_interval(weighted_survey_summary, double precision) IS
'Wilson interval of ces(), of as many responses as effective_responses(); NULL without weight';

CREATE FUNCTION ces_interval(weighted_survey_summary, agree_from integer, scale_max integer DEFAULT 7, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_ces_interval_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ces_interval(weighted_survey_summary, integer, integer, text, double precision) IS
'interval of ces() on another scale';

CREATE FUNCTION nps(weighted_survey_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_nps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps(weighted_survey_summary) IS
'weighted net promoter score, 100 * (weight of promoters - of detractors) / weight, -100..100; NULL without weight';

CREATE FUNCTION nps(weighted_survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error') RETURNS numeric
AS 'MODULE_PATHNAME', 'weighted_nps_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps(weighted_survey_summary, integer, integer, integer, text) IS
'weighted net promoter score on another scale, see nps() of a survey_summary';

CREATE FUNCTION nps_interval(weighted_survey_summary, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_nps_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_interval(weighted_survey_summary, double precision) IS
'interval of the weighted net promoter score by the adjusted Wald method, of as many responses as effective_responses(); NULL without weight';

CREATE FUNCTION nps_interval(weighted_survey_summary, promoter_from integer, detractor_to integer, scale_max integer DEFAULT 10, off_scale text DEFAULT 'error', confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'weighted_nps_interval_scale'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_interval(weighted_survey_summary, integer, integer, integer, text, double precision) IS
'interval of the weighted net promoter score on another scale';

--
-- answer_log: who answered when, and with which score
--

@type answer_log IS
'who answered when, and with which score; read with latest_scores(), rolling_scores(), nps_interval(), nps_change(), paired_change(), merged with rollup(), where a respondent of several parts is one respondent';

@log answer_log IS
'a log';

@type paired_summary IS
'pairs of scores 0..10 of people who were asked twice, counted; read with paired_change(), score_flows(), merged with rollup()';

@each ID = smallint, smallint, smallint, smallint, smallint, smallint, integer, integer, integer, integer, integer, integer, bigint, bigint, bigint, bigint, bigint, bigint, uuid, uuid, uuid, uuid, uuid, uuid, text, text, text, text, text, text; TIME = date, date, timestamp, timestamp, timestamptz, timestamptz, date, date, timestamp, timestamp, timestamptz, timestamptz, date, date, timestamp, timestamp, timestamptz, timestamptz, date, date, timestamp, timestamp, timestamptz, timestamptz, date, date, timestamp, timestamp, timestamptz, timestamptz; SCORE = integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision, integer, double precision; C = int2_date, int2_date_double, int2, int2_double, int2, int2_double, int4_date, int4_date_double, int4, int4_double, int4, int4_double, int8_date, int8_date_double, int8, int8_double, int8, int8_double, uuid_date, uuid_date_double, uuid, uuid_double, uuid, uuid_double, text_date, text_date_double, text, text_double, text, text_double
CREATE FUNCTION answer_log_accum(answer_log, @ID@, @TIME@, @SCORE@) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, @ID@, @TIME@, @SCORE@) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id @ID@, answered_at @TIME@, score @SCORE@) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(@ID@, @TIME@, @SCORE@) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';
@end

@rollup answer_log (COMBINE = answer_log_combine, FINAL = answer_log_final) IS
'one log of all the parts: an answer that is in several of them is one answer, a respondent of several parts is one respondent';

CREATE FUNCTION respondents(answer_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'answer_log_respondents'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION respondents(answer_log) IS
'how many people answered, each one once';

CREATE FUNCTION answers(answer_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'answer_log_answers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answers(answer_log) IS
'how many answers there are';

CREATE FUNCTION survey_summary(answer_log, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, zone text DEFAULT NULL) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'answer_log_survey'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary(answer_log, timestamp, timestamp, text) IS
'counts by score of all answers, or of those in [from_date, to_date), days in UTC or in the zone';

CREATE FUNCTION latest_scores(answer_log, on_date timestamp, window_days integer, zone text DEFAULT NULL) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'answer_log_latest_scores'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION latest_scores(answer_log, timestamp, integer, text) IS
'counts by score of the latest answer of each respondent in the window_days days up to on_date, days in UTC or in the zone';

CREATE FUNCTION rolling_scores(answer_log, from_date timestamp, to_date timestamp, window_days integer, zone text DEFAULT NULL, OUT day date, OUT scores survey_summary) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'answer_log_rolling_scores'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION rolling_scores(answer_log, timestamp, timestamp, integer, text) IS
'latest_scores() of every day in [from_date, to_date), in time linear in answers and days; NULL is the first or the last answer';

CREATE FUNCTION nps_interval(answer_log, from_date timestamp, to_date timestamp, confidence double precision DEFAULT 0.95, zone text DEFAULT NULL, promoter_from integer DEFAULT 9, detractor_to integer DEFAULT 6, scale_max integer DEFAULT 10, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'answer_log_nps_interval'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION nps_interval(answer_log, timestamp, timestamp, double precision, text, integer, integer, integer) IS
'interval of the net promoter score of all answers in [from_date, to_date), which knows who answered several times; NULL with fewer than ten respondents';

CREATE FUNCTION csat_interval(answer_log, from_date timestamp, to_date timestamp, confidence double precision DEFAULT 0.95, zone text DEFAULT NULL, satisfied_from integer DEFAULT 4, scale_max integer DEFAULT 5, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'answer_log_csat_interval'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION csat_interval(answer_log, timestamp, timestamp, double precision, text, integer, integer) IS
'interval of the customer satisfaction of all answers in [from_date, to_date), which knows who answered several times; NULL with fewer than ten respondents';

CREATE FUNCTION nps_change(answer_log, before_from timestamp, before_to timestamp, after_from timestamp, after_to timestamp, confidence double precision DEFAULT 0.95, zone text DEFAULT NULL, promoter_from integer DEFAULT 9, detractor_to integer DEFAULT 6, scale_max integer DEFAULT 10, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'answer_log_nps_change'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION nps_change(answer_log, timestamp, timestamp, timestamp, timestamp, double precision, text, integer, integer, integer) IS
'change of the net promoter score of all answers between two periods, with interval, p value and direction, which know who answered several times or in both; these are NULL and 0 with fewer than ten respondents in a period';

CREATE FUNCTION csat_change(answer_log, before_from timestamp, before_to timestamp, after_from timestamp, after_to timestamp, confidence double precision DEFAULT 0.95, zone text DEFAULT NULL, satisfied_from integer DEFAULT 4, scale_max integer DEFAULT 5, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'answer_log_csat_change'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION csat_change(answer_log, timestamp, timestamp, timestamp, timestamp, double precision, text, integer, integer) IS
'change of the customer satisfaction of all answers between two periods, with interval, p value and direction, which know who answered several times or in both; these are NULL and 0 with fewer than ten respondents in a period';

--
-- paired_summary: the same people asked twice
--

@each SCORE = integer, double precision; C = int4, float8
CREATE FUNCTION paired_accum(paired_summary, @SCORE@, @SCORE@) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_accum(paired_summary, @SCORE@, @SCORE@) IS
'transition function of paired_summary()';

CREATE FUNCTION paired_remove(paired_summary, @SCORE@, @SCORE@) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_remove_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_remove(paired_summary, @SCORE@, @SCORE@) IS
'inverse transition function of paired_summary()';
@end

CREATE FUNCTION paired_combine(paired_summary, paired_summary) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_combine(paired_summary, paired_summary) IS
'combine function of paired_summary(), transition function of rollup()';

CREATE FUNCTION paired_uncombine(paired_summary, paired_summary) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_uncombine(paired_summary, paired_summary) IS
'inverse transition function of rollup()';

@each SCORE = integer, double precision
CREATE AGGREGATE paired_summary(before @SCORE@, after @SCORE@) (
	SFUNC = paired_accum,
	STYPE = paired_summary,
	SSPACE = -1,
	COMBINEFUNC = paired_combine,
	MSFUNC = paired_accum,
	MINVFUNC = paired_remove,
	MSTYPE = paired_summary,
	MSSPACE = 984,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE paired_summary(@SCORE@, @SCORE@) IS
'pairs of scores 0..10, a row for each person; who lacks one of them is counted as unpaired';
@end

@rollup paired_summary (COMBINE = paired_combine, UNCOMBINE = paired_uncombine, MSSPACE = 984, MINUS = paired_uncombine) IS
'merges summaries of different people';

CREATE FUNCTION respondents(paired_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'paired_summary_respondents'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION respondents(paired_summary) IS
'how many people gave two scores';

CREATE FUNCTION unpaired(paired_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'paired_summary_unpaired'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unpaired(paired_summary) IS
'of how many people a score is missing';

CREATE FUNCTION paired_change(paired_summary, confidence double precision DEFAULT 0.95, promoter_from integer DEFAULT 9, detractor_to integer DEFAULT 6, scale_max integer DEFAULT 10, OUT respondents bigint, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'paired_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_change(paired_summary, double precision, integer, integer, integer) IS
'change of the net promoter score of people who were asked twice, with the adjusted Wald interval of paired data, p value and direction';

CREATE FUNCTION paired_csat_change(paired_summary, confidence double precision DEFAULT 0.95, satisfied_from integer DEFAULT 4, scale_max integer DEFAULT 5, OUT respondents bigint, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'paired_csat_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_csat_change(paired_summary, double precision, integer, integer) IS
'change of the customer satisfaction of people who were asked twice, with the interval of Bonett and Price, p value and direction';

CREATE FUNCTION score_flows(paired_summary, promoter_from integer DEFAULT 9, detractor_to integer DEFAULT 6, scale_max integer DEFAULT 10, OUT before text, OUT after text, OUT respondents bigint, OUT share numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'paired_score_flows'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 9;

COMMENT ON FUNCTION score_flows(paired_summary, integer, integer, integer) IS
'from which category to which: promoter, passive, detractor, nine rows with the number of people and their share in percent points';

CREATE FUNCTION paired_summary(answer_log, before_from timestamp, before_to timestamp, after_from timestamp, after_to timestamp, zone text DEFAULT NULL) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'answer_log_paired'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary(answer_log, timestamp, timestamp, timestamp, timestamp, text) IS
'the latest score of each respondent in two periods, of those who answered in both; who answered in one is unpaired';

CREATE FUNCTION paired_change(answer_log, before_from timestamp, before_to timestamp, after_from timestamp, after_to timestamp, confidence double precision DEFAULT 0.95, zone text DEFAULT NULL, promoter_from integer DEFAULT 9, detractor_to integer DEFAULT 6, scale_max integer DEFAULT 10, OUT respondents bigint, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'answer_log_paired_change'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_change(answer_log, timestamp, timestamp, timestamp, timestamp, double precision, text, integer, integer, integer) IS
'change of the net promoter score of those who answered in both periods, by the latest answer in each';
