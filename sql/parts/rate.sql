--
-- Rates: how many of those who could, did
--

@type rate_summary IS
'counts of outcomes: yes, no and not known (yet); read with rate(), rate_interval(), rate_change(), merged with rollup()';

CREATE FUNCTION rate_accum(rate_summary, boolean) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION rate_accum(rate_summary, boolean) IS
'transition function of rate_summary()';

CREATE FUNCTION rate_remove(rate_summary, boolean) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION rate_remove(rate_summary, boolean) IS
'inverse transition function of rate_summary()';

CREATE FUNCTION rate_combine(rate_summary, rate_summary) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_combine(rate_summary, rate_summary) IS
'combine function of the rate aggregates, transition function of rollup()';

CREATE FUNCTION rate_uncombine(rate_summary, rate_summary) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_uncombine(rate_summary, rate_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION rate(rate_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'rate_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate(rate_summary) IS
'share of the known outcomes that are yes, in percent points 0..100; NULL without known outcomes';

CREATE FUNCTION retention_final(rate_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'retention_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION retention_final(rate_summary) IS
'final function of retention_agg(): the share of the known outcomes that are no';

CREATE FUNCTION positives(rate_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'rate_positives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION positives(rate_summary) IS
'how many outcomes are yes';

CREATE FUNCTION negatives(rate_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'rate_negatives'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION negatives(rate_summary) IS
'how many outcomes are no';

CREATE FUNCTION unknowns(rate_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'rate_unknowns'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION unknowns(rate_summary) IS
'how many outcomes are not known (NULL): not yet decided, or not concerned';

CREATE FUNCTION rate_interval(rate_summary, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'rate_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_interval(rate_summary, double precision) IS
'Wilson score interval of the rate, in percent points; NULL without known outcomes';

CREATE FUNCTION rate_change(before rate_summary, after rate_summary, confidence double precision DEFAULT 0.95, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'rate_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_change(rate_summary, rate_summary, double precision) IS
'change of a rate in percent points, after - before, with its interval (Newcombe), the p value of the two-proportion z test, of few outcomes of Fisher''s, and its direction -1, 0, 1, which is 0 unless significant';

CREATE FUNCTION rate_text(rate_summary, confidence double precision DEFAULT 0.95) RETURNS text
AS 'MODULE_PATHNAME', 'rate_text'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_text(rate_summary, double precision) IS
'the rate as text, with the distance to the farther end of its interval after the plus-minus sign, and (n=known outcomes)';

CREATE FUNCTION rescale_rate(rate numeric, from_period interval, to_period interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'rescale_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rescale_rate(numeric, interval, interval) IS
'a rate of loss per one period as the rate per another, compounded: 5 percent a month are 45.96 percent a year';

CREATE AGGREGATE rate_summary(outcome boolean) (
	SFUNC = rate_accum,
	STYPE = rate_summary,
	SSPACE = 32,
	COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum,
	MINVFUNC = rate_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rate_summary(boolean) IS
'counts of true, false and NULL outcomes';

CREATE AGGREGATE rate_agg(outcome boolean) (
	SFUNC = rate_accum,
	STYPE = rate_summary,
	SSPACE = 32,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = rate_accum,
	MINVFUNC = rate_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rate_agg(boolean) IS
'share of true among true and false outcomes, in percent points 0..100; NULL outcomes are left out';

@rollup rate_summary (COMBINE = rate_combine, UNCOMBINE = rate_uncombine, MSSPACE = 32, MINUS = rate_uncombine) IS
'merges rate summaries into one, as if all their outcomes had been counted together; NULL ones are skipped';

CREATE FUNCTION churned(started_on date, ended_on date, period_start timestamp, period_end timestamp) RETURNS boolean
AS 'MODULE_PATHNAME', 'churned'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION churned(date, date, timestamp, timestamp) IS
'did a customer who was there as the period began end within [period_start, period_end)? NULL for one who was not there then; ended_on is the first day without service, NULL while open';

CREATE FUNCTION churn_accum(rate_summary, date, date, timestamp, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'churn_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION churn_accum(rate_summary, date, date, timestamp, timestamp) IS
'transition function of churn_agg()';

CREATE FUNCTION churn_remove(rate_summary, date, date, timestamp, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'churn_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION churn_remove(rate_summary, date, date, timestamp, timestamp) IS
'inverse transition function of churn_agg()';

CREATE AGGREGATE churn_agg(started_on date, ended_on date, period_start timestamp, period_end timestamp) (
	SFUNC = churn_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = churn_accum,
	MINVFUNC = churn_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE churn_agg(date, date, timestamp, timestamp) IS
'customer churn of [period_start, period_end) in percent points: of the customers there as it began, the share that ended within it; one row is one customer';

CREATE AGGREGATE retention_agg(started_on date, ended_on date, period_start timestamp, period_end timestamp) (
	SFUNC = churn_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = retention_final,
	COMBINEFUNC = rate_combine,
	MSFUNC = churn_accum,
	MINVFUNC = churn_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = retention_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE retention_agg(date, date, timestamp, timestamp) IS
'customer retention of [period_start, period_end) in percent points: 100 - churn';

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION trial_converted(trial_ends @TIME@, converted_at @TIME@, as_of @TIME@) RETURNS boolean
AS 'MODULE_PATHNAME', 'trial_converted_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_converted(@TIME@, @TIME@, @TIME@) IS
'did a trial convert by as_of? NULL while it is open; converted_at is NULL if it has not';

CREATE FUNCTION trial_accum(rate_summary, @TIME@, @TIME@, @TIME@) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_accum(rate_summary, @TIME@, @TIME@, @TIME@) IS
'transition function of trial_conversion_agg()';

CREATE FUNCTION trial_remove(rate_summary, @TIME@, @TIME@, @TIME@) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_remove_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_remove(rate_summary, @TIME@, @TIME@, @TIME@) IS
'inverse transition function of trial_conversion_agg()';

CREATE AGGREGATE trial_conversion_agg(trial_ends @TIME@, converted_at @TIME@, as_of @TIME@) (
	SFUNC = trial_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = trial_accum,
	MINVFUNC = trial_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE trial_conversion_agg(@TIME@, @TIME@, @TIME@) IS
'trial conversion as of as_of in percent points: of the trials decided by then, the share that converted';
@end

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION converted_within(trial_started @TIME@, converted_at @TIME@, within interval, as_of @TIME@) RETURNS boolean
AS 'MODULE_PATHNAME', 'converted_within_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION converted_within(@TIME@, @TIME@, interval, @TIME@) IS
'did a trial convert within this time of its start? NULL until as_of is that late, so that cohorts of any age can be compared with rate_agg(); a day is 24 hours, a month 30.4375 days';
@end

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION within_target(started @TIME@, finished @TIME@, target interval, as_of @TIME@) RETURNS boolean
AS 'MODULE_PATHNAME', 'within_target_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION within_target(@TIME@, @TIME@, interval, @TIME@) IS
'was it finished within the target? NULL while it is open and still in time at as_of, or without a target; a day of the target is 24 hours, a month 30.4375 days';

CREATE FUNCTION target_accum(rate_summary, @TIME@, @TIME@, interval, @TIME@) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_accum(rate_summary, @TIME@, @TIME@, interval, @TIME@) IS
'transition function of sla_agg()';

CREATE FUNCTION target_remove(rate_summary, @TIME@, @TIME@, interval, @TIME@) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_remove_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_remove(rate_summary, @TIME@, @TIME@, interval, @TIME@) IS
'inverse transition function of sla_agg()';

CREATE AGGREGATE sla_agg(started @TIME@, finished @TIME@, target interval, as_of @TIME@) (
	SFUNC = target_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = target_accum,
	MINVFUNC = target_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE sla_agg(@TIME@, @TIME@, interval, @TIME@) IS
'SLA attainment as of as_of in percent points: finished within target / (finished + open and overdue)';
@end
