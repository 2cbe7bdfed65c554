/* cx_metrics--1.0.sql: customer-experience metrics inside PostgreSQL */

-- written by make sql from the parts in sql/parts; changes go there

-- complain if script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION cx_metrics" to load this file. \quit

--
-- Days: which day and what time it was in a time zone
--

CREATE FUNCTION local_day(at timestamptz, zone text) RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_moment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(timestamptz, text) IS
'the date of a moment in a time zone, which is a name such as Asia/Seoul';

CREATE FUNCTION local_day(at timestamp, zone text, stored_in text DEFAULT 'UTC') RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_clock'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(timestamp, text, text) IS
'the date in a time zone of a time that a clock in stored_in showed, UTC unless it is given';

CREATE FUNCTION local_day(at date, zone text, stored_in text DEFAULT 'UTC') RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_date'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(date, text, text) IS
'an error: a date has no time of day, so it cannot be taken to another time zone';

CREATE FUNCTION local_timestamp(at timestamptz, zone text) RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_timestamp_of_moment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(timestamptz, text) IS
'what a clock in a time zone shows at a moment; the zone is a name such as Asia/Seoul';

CREATE FUNCTION local_timestamp(at timestamp, zone text, stored_in text DEFAULT 'UTC') RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_timestamp_of_clock'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(timestamp, text, text) IS
'what a clock in a time zone showed when one in stored_in showed this, UTC unless it is given';

CREATE FUNCTION local_timestamp(at date, zone text, stored_in text DEFAULT 'UTC') RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_day_of_date'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(date, text, text) IS
'an error: a date has no time of day, so it cannot be taken to another time zone';

--
-- Rates: how many of those who could, did
--

CREATE TYPE rate_summary;

CREATE FUNCTION rate_summary_in(cstring) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_in(cstring) IS
'input of rate_summary: JSON';

CREATE FUNCTION rate_summary_out(rate_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'rate_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_out(rate_summary) IS
'output of rate_summary: JSON';

CREATE FUNCTION rate_summary_recv(internal) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_recv(internal) IS
'binary input of rate_summary';

CREATE FUNCTION rate_summary_send(rate_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'rate_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_send(rate_summary) IS
'binary output of rate_summary';

CREATE TYPE rate_summary (
	INPUT = rate_summary_in,
	OUTPUT = rate_summary_out,
	RECEIVE = rate_summary_recv,
	SEND = rate_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE rate_summary IS
'counts of outcomes: yes, no and not known (yet); read with rate(), rate_interval(), rate_change(), merged with rollup()';

CREATE FUNCTION rate_summary_eq(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_eq(rate_summary, rate_summary) IS
'implementation of = operator';

CREATE FUNCTION rate_summary_ne(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_ne(rate_summary, rate_summary) IS
'implementation of <> operator';

CREATE FUNCTION rate_summary_lt(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_lt(rate_summary, rate_summary) IS
'implementation of < operator';

CREATE FUNCTION rate_summary_le(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_le(rate_summary, rate_summary) IS
'implementation of <= operator';

CREATE FUNCTION rate_summary_ge(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_ge(rate_summary, rate_summary) IS
'implementation of >= operator';

CREATE FUNCTION rate_summary_gt(rate_summary, rate_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_gt(rate_summary, rate_summary) IS
'implementation of > operator';

CREATE FUNCTION rate_summary_cmp(rate_summary, rate_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_cmp(rate_summary, rate_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION rate_summary_hash(rate_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_hash(rate_summary) IS
'hash';

CREATE FUNCTION rate_summary_hash_extended(rate_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_hash_extended(rate_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (rate_summary, rate_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (rate_summary, rate_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (rate_summary, rate_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (rate_summary, rate_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (rate_summary, rate_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (rate_summary, rate_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS rate_summary_ops
	DEFAULT FOR TYPE rate_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 rate_summary_cmp(rate_summary, rate_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS rate_summary_ops USING btree IS 'order of rate_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY rate_summary_ops USING btree IS 'order of rate_summary';

CREATE OPERATOR CLASS rate_summary_ops
	DEFAULT FOR TYPE rate_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 rate_summary_hash(rate_summary),
	FUNCTION 2 rate_summary_hash_extended(rate_summary, bigint);

COMMENT ON OPERATOR CLASS rate_summary_ops USING hash IS 'hashing of rate_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY rate_summary_ops USING hash IS 'hashing of rate_summary';

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

CREATE FUNCTION rate_interval(rate_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'rate_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_interval(rate_summary, double precision, boolean, bigint) IS
'Wilson score interval of the rate, in percent points; NULL without known outcomes';

CREATE FUNCTION rate_change(before rate_summary, after rate_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'rate_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_change(rate_summary, rate_summary, double precision, boolean, bigint) IS
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

CREATE AGGREGATE rollup(rate_summary) (
	SFUNC = rate_combine,
	STYPE = rate_summary,
	SSPACE = -1,
	COMBINEFUNC = rate_combine,
	MSFUNC = rate_combine,
	MINVFUNC = rate_uncombine,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(rate_summary) (
	SFUNC = rate_combine,
	STYPE = rate_summary,
	SSPACE = -1,
	COMBINEFUNC = rate_combine,
	MSFUNC = rate_combine,
	MINVFUNC = rate_uncombine,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(rate_summary) IS
'merges rate summaries into one, as if all their outcomes had been counted together; NULL ones are skipped';

COMMENT ON AGGREGATE sum(rate_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION rate_summary_plus(rate_summary, rate_summary) RETURNS rate_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	rate_combine($1, $2)
;

COMMENT ON FUNCTION rate_summary_plus(rate_summary, rate_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (rate_summary, rate_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION rate_summary_minus(rate_summary, rate_summary) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'rate_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_summary_minus(rate_summary, rate_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = rate_summary, RIGHTARG = rate_summary, FUNCTION = rate_summary_minus
);

COMMENT ON OPERATOR - (rate_summary, rate_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

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

CREATE FUNCTION trial_converted(trial_ends date, converted_at date, as_of date) RETURNS boolean
AS 'MODULE_PATHNAME', 'trial_converted_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_converted(date, date, date) IS
'did a trial convert by as_of? NULL while it is open; converted_at is NULL if it has not';

CREATE FUNCTION trial_accum(rate_summary, date, date, date) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_accum(rate_summary, date, date, date) IS
'transition function of trial_conversion_agg()';

CREATE FUNCTION trial_remove(rate_summary, date, date, date) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_remove_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_remove(rate_summary, date, date, date) IS
'inverse transition function of trial_conversion_agg()';

CREATE AGGREGATE trial_conversion_agg(trial_ends date, converted_at date, as_of date) (
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

COMMENT ON AGGREGATE trial_conversion_agg(date, date, date) IS
'trial conversion as of as_of in percent points: of the trials decided by then, the share that converted';

CREATE FUNCTION trial_converted(trial_ends timestamp, converted_at timestamp, as_of timestamp) RETURNS boolean
AS 'MODULE_PATHNAME', 'trial_converted_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_converted(timestamp, timestamp, timestamp) IS
'did a trial convert by as_of? NULL while it is open; converted_at is NULL if it has not';

CREATE FUNCTION trial_accum(rate_summary, timestamp, timestamp, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_accum(rate_summary, timestamp, timestamp, timestamp) IS
'transition function of trial_conversion_agg()';

CREATE FUNCTION trial_remove(rate_summary, timestamp, timestamp, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_remove_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_remove(rate_summary, timestamp, timestamp, timestamp) IS
'inverse transition function of trial_conversion_agg()';

CREATE AGGREGATE trial_conversion_agg(trial_ends timestamp, converted_at timestamp, as_of timestamp) (
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

COMMENT ON AGGREGATE trial_conversion_agg(timestamp, timestamp, timestamp) IS
'trial conversion as of as_of in percent points: of the trials decided by then, the share that converted';

CREATE FUNCTION trial_converted(trial_ends timestamptz, converted_at timestamptz, as_of timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'trial_converted_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_converted(timestamptz, timestamptz, timestamptz) IS
'did a trial convert by as_of? NULL while it is open; converted_at is NULL if it has not';

CREATE FUNCTION trial_accum(rate_summary, timestamptz, timestamptz, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_accum(rate_summary, timestamptz, timestamptz, timestamptz) IS
'transition function of trial_conversion_agg()';

CREATE FUNCTION trial_remove(rate_summary, timestamptz, timestamptz, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'trial_remove_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trial_remove(rate_summary, timestamptz, timestamptz, timestamptz) IS
'inverse transition function of trial_conversion_agg()';

CREATE AGGREGATE trial_conversion_agg(trial_ends timestamptz, converted_at timestamptz, as_of timestamptz) (
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

COMMENT ON AGGREGATE trial_conversion_agg(timestamptz, timestamptz, timestamptz) IS
'trial conversion as of as_of in percent points: of the trials decided by then, the share that converted';

CREATE FUNCTION converted_within(trial_started date, converted_at date, within interval, as_of date) RETURNS boolean
AS 'MODULE_PATHNAME', 'converted_within_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION converted_within(date, date, interval, date) IS
'did a trial convert within this time of its start? NULL until as_of is that late, so that cohorts of any age can be compared with rate_agg(); a day is 24 hours, a month 30.4375 days';

CREATE FUNCTION converted_within(trial_started timestamp, converted_at timestamp, within interval, as_of timestamp) RETURNS boolean
AS 'MODULE_PATHNAME', 'converted_within_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION converted_within(timestamp, timestamp, interval, timestamp) IS
'did a trial convert within this time of its start? NULL until as_of is that late, so that cohorts of any age can be compared with rate_agg(); a day is 24 hours, a month 30.4375 days';

CREATE FUNCTION converted_within(trial_started timestamptz, converted_at timestamptz, within interval, as_of timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'converted_within_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION converted_within(timestamptz, timestamptz, interval, timestamptz) IS
'did a trial convert within this time of its start? NULL until as_of is that late, so that cohorts of any age can be compared with rate_agg(); a day is 24 hours, a month 30.4375 days';

CREATE FUNCTION within_target(started date, finished date, target interval, as_of date) RETURNS boolean
AS 'MODULE_PATHNAME', 'within_target_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION within_target(date, date, interval, date) IS
'was it finished within the target? NULL while it is open and still in time at as_of, or without a target; a day of the target is 24 hours, a month 30.4375 days';

CREATE FUNCTION target_accum(rate_summary, date, date, interval, date) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_accum(rate_summary, date, date, interval, date) IS
'transition function of sla_agg()';

CREATE FUNCTION target_remove(rate_summary, date, date, interval, date) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_remove_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_remove(rate_summary, date, date, interval, date) IS
'inverse transition function of sla_agg()';

CREATE AGGREGATE sla_agg(started date, finished date, target interval, as_of date) (
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

COMMENT ON AGGREGATE sla_agg(date, date, interval, date) IS
'SLA attainment as of as_of in percent points: finished within target / (finished + open and overdue)';

CREATE FUNCTION within_target(started timestamp, finished timestamp, target interval, as_of timestamp) RETURNS boolean
AS 'MODULE_PATHNAME', 'within_target_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION within_target(timestamp, timestamp, interval, timestamp) IS
'was it finished within the target? NULL while it is open and still in time at as_of, or without a target; a day of the target is 24 hours, a month 30.4375 days';

CREATE FUNCTION target_accum(rate_summary, timestamp, timestamp, interval, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_accum(rate_summary, timestamp, timestamp, interval, timestamp) IS
'transition function of sla_agg()';

CREATE FUNCTION target_remove(rate_summary, timestamp, timestamp, interval, timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_remove_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_remove(rate_summary, timestamp, timestamp, interval, timestamp) IS
'inverse transition function of sla_agg()';

CREATE AGGREGATE sla_agg(started timestamp, finished timestamp, target interval, as_of timestamp) (
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

COMMENT ON AGGREGATE sla_agg(timestamp, timestamp, interval, timestamp) IS
'SLA attainment as of as_of in percent points: finished within target / (finished + open and overdue)';

CREATE FUNCTION within_target(started timestamptz, finished timestamptz, target interval, as_of timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'within_target_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION within_target(timestamptz, timestamptz, interval, timestamptz) IS
'was it finished within the target? NULL while it is open and still in time at as_of, or without a target; a day of the target is 24 hours, a month 30.4375 days';

CREATE FUNCTION target_accum(rate_summary, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_accum(rate_summary, timestamptz, timestamptz, interval, timestamptz) IS
'transition function of sla_agg()';

CREATE FUNCTION target_remove(rate_summary, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'target_remove_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION target_remove(rate_summary, timestamptz, timestamptz, interval, timestamptz) IS
'inverse transition function of sla_agg()';

CREATE AGGREGATE sla_agg(started timestamptz, finished timestamptz, target interval, as_of timestamptz) (
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

COMMENT ON AGGREGATE sla_agg(timestamptz, timestamptz, interval, timestamptz) IS
'SLA attainment as of as_of in percent points: finished within target / (finished + open and overdue)';

--
-- Satisfaction: NPS, CSAT and CES from the scores of a survey
--

CREATE TYPE survey_summary;

CREATE FUNCTION survey_summary_in(cstring) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_in(cstring) IS
'input of survey_summary: JSON';

CREATE FUNCTION survey_summary_out(survey_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'survey_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_out(survey_summary) IS
'output of survey_summary: JSON';

CREATE FUNCTION survey_summary_recv(internal) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_recv(internal) IS
'binary input of survey_summary';

CREATE FUNCTION survey_summary_send(survey_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'survey_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_send(survey_summary) IS
'binary output of survey_summary';

CREATE TYPE survey_summary (
	INPUT = survey_summary_in,
	OUTPUT = survey_summary_out,
	RECEIVE = survey_summary_recv,
	SEND = survey_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE survey_summary IS
'counts of survey responses by score 0..10, and of those without one; read with nps(), csat(), ces(), nps_interval(), merged with rollup()';

CREATE FUNCTION survey_summary_eq(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_eq(survey_summary, survey_summary) IS
'implementation of = operator';

CREATE FUNCTION survey_summary_ne(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_ne(survey_summary, survey_summary) IS
'implementation of <> operator';

CREATE FUNCTION survey_summary_lt(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_lt(survey_summary, survey_summary) IS
'implementation of < operator';

CREATE FUNCTION survey_summary_le(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_le(survey_summary, survey_summary) IS
'implementation of <= operator';

CREATE FUNCTION survey_summary_ge(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_ge(survey_summary, survey_summary) IS
'implementation of >= operator';

CREATE FUNCTION survey_summary_gt(survey_summary, survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_gt(survey_summary, survey_summary) IS
'implementation of > operator';

CREATE FUNCTION survey_summary_cmp(survey_summary, survey_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_cmp(survey_summary, survey_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION survey_summary_hash(survey_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_hash(survey_summary) IS
'hash';

CREATE FUNCTION survey_summary_hash_extended(survey_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_hash_extended(survey_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (survey_summary, survey_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (survey_summary, survey_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (survey_summary, survey_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (survey_summary, survey_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (survey_summary, survey_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (survey_summary, survey_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS survey_summary_ops
	DEFAULT FOR TYPE survey_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 survey_summary_cmp(survey_summary, survey_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS survey_summary_ops USING btree IS 'order of survey_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY survey_summary_ops USING btree IS 'order of survey_summary';

CREATE OPERATOR CLASS survey_summary_ops
	DEFAULT FOR TYPE survey_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 survey_summary_hash(survey_summary),
	FUNCTION 2 survey_summary_hash_extended(survey_summary, bigint);

COMMENT ON OPERATOR CLASS survey_summary_ops USING hash IS 'hashing of survey_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY survey_summary_ops USING hash IS 'hashing of survey_summary';

CREATE FUNCTION survey_accum(survey_summary, smallint) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_accum(survey_summary, smallint) IS
'transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_remove(survey_summary, smallint) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_remove_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_remove(survey_summary, smallint) IS
'inverse transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_accum(survey_summary, integer) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_accum(survey_summary, integer) IS
'transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_remove(survey_summary, integer) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_remove_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_remove(survey_summary, integer) IS
'inverse transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_accum(survey_summary, double precision) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_accum_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_accum(survey_summary, double precision) IS
'transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

CREATE FUNCTION survey_remove(survey_summary, double precision) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_remove_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION survey_remove(survey_summary, double precision) IS
'inverse transition function of survey_summary(), nps_agg(), csat_agg(), ces_agg()';

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

CREATE FUNCTION nps_category(score smallint) RETURNS text
AS 'MODULE_PATHNAME', 'nps_category_int2'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_category(smallint) IS
'category of one score: promoter (9, 10), passive (7, 8) or detractor (0 to 6)';

CREATE FUNCTION nps_category(score integer) RETURNS text
AS 'MODULE_PATHNAME', 'nps_category_int4'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_category(integer) IS
'category of one score: promoter (9, 10), passive (7, 8) or detractor (0 to 6)';

CREATE FUNCTION nps_category(score double precision) RETURNS text
AS 'MODULE_PATHNAME', 'nps_category_float8'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nps_category(double precision) IS
'category of one score: promoter (9, 10), passive (7, 8) or detractor (0 to 6)';

CREATE AGGREGATE survey_summary(score smallint) (
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

COMMENT ON AGGREGATE survey_summary(smallint) IS
'counts of survey scores 0..10; NULL scores are counted as unanswered';

CREATE AGGREGATE nps_agg(score smallint) (
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

COMMENT ON AGGREGATE nps_agg(smallint) IS
'net promoter score of scores 0..10, -100..100; NULL scores are left out';

CREATE AGGREGATE csat_agg(score smallint) (
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

COMMENT ON AGGREGATE csat_agg(smallint) IS
'customer satisfaction of scores 1..5 (4 and 5 are satisfied), 0..100; NULL scores are left out; for other scales csat(survey_summary(score), ...)';

CREATE AGGREGATE ces_agg(score smallint) (
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

COMMENT ON AGGREGATE ces_agg(smallint) IS
'customer effort score of scores 1..7 (5 to 7 agree that it was easy), 0..100; NULL scores are left out; for other scales ces(survey_summary(score), ...)';

CREATE AGGREGATE survey_summary(score integer) (
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

COMMENT ON AGGREGATE survey_summary(integer) IS
'counts of survey scores 0..10; NULL scores are counted as unanswered';

CREATE AGGREGATE nps_agg(score integer) (
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

COMMENT ON AGGREGATE nps_agg(integer) IS
'net promoter score of scores 0..10, -100..100; NULL scores are left out';

CREATE AGGREGATE csat_agg(score integer) (
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

COMMENT ON AGGREGATE csat_agg(integer) IS
'customer satisfaction of scores 1..5 (4 and 5 are satisfied), 0..100; NULL scores are left out; for other scales csat(survey_summary(score), ...)';

CREATE AGGREGATE ces_agg(score integer) (
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

COMMENT ON AGGREGATE ces_agg(integer) IS
'customer effort score of scores 1..7 (5 to 7 agree that it was easy), 0..100; NULL scores are left out; for other scales ces(survey_summary(score), ...)';

CREATE AGGREGATE survey_summary(score double precision) (
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

COMMENT ON AGGREGATE survey_summary(double precision) IS
'counts of survey scores 0..10; NULL scores are counted as unanswered';

CREATE AGGREGATE nps_agg(score double precision) (
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

COMMENT ON AGGREGATE nps_agg(double precision) IS
'net promoter score of scores 0..10, -100..100; NULL scores are left out';

CREATE AGGREGATE csat_agg(score double precision) (
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

COMMENT ON AGGREGATE csat_agg(double precision) IS
'customer satisfaction of scores 1..5 (4 and 5 are satisfied), 0..100; NULL scores are left out; for other scales csat(survey_summary(score), ...)';

CREATE AGGREGATE ces_agg(score double precision) (
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

COMMENT ON AGGREGATE ces_agg(double precision) IS
'customer effort score of scores 1..7 (5 to 7 agree that it was easy), 0..100; NULL scores are left out; for other scales ces(survey_summary(score), ...)';

CREATE AGGREGATE rollup(survey_summary) (
	SFUNC = survey_combine,
	STYPE = survey_summary,
	SSPACE = -1,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_combine,
	MINVFUNC = survey_uncombine,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(survey_summary) (
	SFUNC = survey_combine,
	STYPE = survey_summary,
	SSPACE = -1,
	COMBINEFUNC = survey_combine,
	MSFUNC = survey_combine,
	MINVFUNC = survey_uncombine,
	MSTYPE = survey_summary,
	MSSPACE = 32,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(survey_summary) IS
'merges survey summaries into one, as if all their responses had been counted together; NULL ones are skipped';

COMMENT ON AGGREGATE sum(survey_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION survey_summary_plus(survey_summary, survey_summary) RETURNS survey_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	survey_combine($1, $2)
;

COMMENT ON FUNCTION survey_summary_plus(survey_summary, survey_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (survey_summary, survey_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION survey_summary_minus(survey_summary, survey_summary) RETURNS survey_summary
AS 'MODULE_PATHNAME', 'survey_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survey_summary_minus(survey_summary, survey_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_minus
);

COMMENT ON OPERATOR - (survey_summary, survey_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

--
-- Responses of which some count more than others
--

CREATE TYPE weighted_survey_summary;

CREATE FUNCTION weighted_survey_summary_in(cstring) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_survey_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_in(cstring) IS
'input of weighted_survey_summary: JSON';

CREATE FUNCTION weighted_survey_summary_out(weighted_survey_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'weighted_survey_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_out(weighted_survey_summary) IS
'output of weighted_survey_summary: JSON';

CREATE FUNCTION weighted_survey_summary_recv(internal) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_survey_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_recv(internal) IS
'binary input of weighted_survey_summary';

CREATE FUNCTION weighted_survey_summary_send(weighted_survey_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'weighted_survey_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_send(weighted_survey_summary) IS
'binary output of weighted_survey_summary';

CREATE TYPE weighted_survey_summary (
	INPUT = weighted_survey_summary_in,
	OUTPUT = weighted_survey_summary_out,
	RECEIVE = weighted_survey_summary_recv,
	SEND = weighted_survey_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE weighted_survey_summary IS
'weights of survey responses by score 0..10, how many they are, and how many have no score; read with nps(), csat(), ces(), their intervals and effective_responses(), merged with rollup()';

CREATE FUNCTION weighted_survey_summary_eq(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_eq(weighted_survey_summary, weighted_survey_summary) IS
'implementation of = operator';

CREATE FUNCTION weighted_survey_summary_ne(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_ne(weighted_survey_summary, weighted_survey_summary) IS
'implementation of <> operator';

CREATE FUNCTION weighted_survey_summary_lt(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_lt(weighted_survey_summary, weighted_survey_summary) IS
'implementation of < operator';

CREATE FUNCTION weighted_survey_summary_le(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_le(weighted_survey_summary, weighted_survey_summary) IS
'implementation of <= operator';

CREATE FUNCTION weighted_survey_summary_ge(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_ge(weighted_survey_summary, weighted_survey_summary) IS
'implementation of >= operator';

CREATE FUNCTION weighted_survey_summary_gt(weighted_survey_summary, weighted_survey_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_gt(weighted_survey_summary, weighted_survey_summary) IS
'implementation of > operator';

CREATE FUNCTION weighted_survey_summary_cmp(weighted_survey_summary, weighted_survey_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_cmp(weighted_survey_summary, weighted_survey_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION weighted_survey_summary_hash(weighted_survey_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_hash(weighted_survey_summary) IS
'hash';

CREATE FUNCTION weighted_survey_summary_hash_extended(weighted_survey_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_summary_hash_extended(weighted_survey_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (weighted_survey_summary, weighted_survey_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (weighted_survey_summary, weighted_survey_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (weighted_survey_summary, weighted_survey_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (weighted_survey_summary, weighted_survey_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (weighted_survey_summary, weighted_survey_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (weighted_survey_summary, weighted_survey_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS weighted_survey_summary_ops
	DEFAULT FOR TYPE weighted_survey_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 weighted_survey_summary_cmp(weighted_survey_summary, weighted_survey_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS weighted_survey_summary_ops USING btree IS 'order of weighted_survey_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY weighted_survey_summary_ops USING btree IS 'order of weighted_survey_summary';

CREATE OPERATOR CLASS weighted_survey_summary_ops
	DEFAULT FOR TYPE weighted_survey_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 weighted_survey_summary_hash(weighted_survey_summary),
	FUNCTION 2 weighted_survey_summary_hash_extended(weighted_survey_summary, bigint);

COMMENT ON OPERATOR CLASS weighted_survey_summary_ops USING hash IS 'hashing of weighted_survey_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY weighted_survey_summary_ops USING hash IS 'hashing of weighted_survey_summary';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, smallint, numeric) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_int2_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, smallint, numeric) IS
'transition function of weighted_survey_summary()';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, smallint, double precision) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_int2_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, smallint, double precision) IS
'transition function of weighted_survey_summary()';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, integer, numeric) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_int4_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, integer, numeric) IS
'transition function of weighted_survey_summary()';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, integer, double precision) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_int4_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, integer, double precision) IS
'transition function of weighted_survey_summary()';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, double precision, numeric) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_float8_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, double precision, numeric) IS
'transition function of weighted_survey_summary()';

CREATE FUNCTION weighted_survey_accum(weighted_survey_summary, double precision, double precision) RETURNS weighted_survey_summary
AS 'MODULE_PATHNAME', 'weighted_accum_float8_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION weighted_survey_accum(weighted_survey_summary, double precision, double precision) IS
'transition function of weighted_survey_summary()';

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

CREATE AGGREGATE weighted_survey_summary(score smallint, weight numeric) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(smallint, numeric) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

CREATE AGGREGATE weighted_survey_summary(score smallint, weight double precision) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(smallint, double precision) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

CREATE AGGREGATE weighted_survey_summary(score integer, weight numeric) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(integer, numeric) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

CREATE AGGREGATE weighted_survey_summary(score integer, weight double precision) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(integer, double precision) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

CREATE AGGREGATE weighted_survey_summary(score double precision, weight numeric) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(double precision, numeric) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

CREATE AGGREGATE weighted_survey_summary(score double precision, weight double precision) (
	SFUNC = weighted_survey_accum,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE weighted_survey_summary(double precision, double precision) IS
'weights of responses by score 0..10; NULL scores count as unanswered; beside a score a weight that is NULL or negative is an error';

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

CREATE AGGREGATE rollup(weighted_survey_summary) (
	SFUNC = weighted_survey_combine,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(weighted_survey_summary) (
	SFUNC = weighted_survey_combine,
	STYPE = weighted_survey_summary,
	SSPACE = -1,
	FINALFUNC = weighted_survey_final,
	COMBINEFUNC = weighted_survey_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(weighted_survey_summary) IS
'merges summaries of different responses';

COMMENT ON AGGREGATE sum(weighted_survey_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION weighted_survey_summary_plus(weighted_survey_summary, weighted_survey_summary) RETURNS weighted_survey_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	weighted_survey_final(
	weighted_survey_combine($1, $2)
	)
;

COMMENT ON FUNCTION weighted_survey_summary_plus(weighted_survey_summary, weighted_survey_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = weighted_survey_summary, RIGHTARG = weighted_survey_summary, FUNCTION = weighted_survey_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (weighted_survey_summary, weighted_survey_summary) IS 'rollup() of two; NULL where one is NULL';

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

CREATE TYPE answer_log;

CREATE FUNCTION answer_log_in(cstring) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_in(cstring) IS
'input of answer_log: JSON';

CREATE FUNCTION answer_log_out(answer_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'answer_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_out(answer_log) IS
'output of answer_log: JSON';

CREATE FUNCTION answer_log_recv(internal) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_recv(internal) IS
'binary input of answer_log';

CREATE FUNCTION answer_log_send(answer_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'answer_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_send(answer_log) IS
'binary output of answer_log';

CREATE TYPE answer_log (
	INPUT = answer_log_in,
	OUTPUT = answer_log_out,
	RECEIVE = answer_log_recv,
	SEND = answer_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE answer_log IS
'who answered when, and with which score; read with latest_scores(), rolling_scores(), nps_interval(), nps_change(), paired_change(), merged with rollup(), where a respondent of several parts is one respondent';

CREATE FUNCTION answer_log_eq(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_eq(answer_log, answer_log) IS
'implementation of = operator';

CREATE FUNCTION answer_log_ne(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_ne(answer_log, answer_log) IS
'implementation of <> operator';

CREATE FUNCTION answer_log_lt(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_lt(answer_log, answer_log) IS
'implementation of < operator';

CREATE FUNCTION answer_log_le(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_le(answer_log, answer_log) IS
'implementation of <= operator';

CREATE FUNCTION answer_log_ge(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_ge(answer_log, answer_log) IS
'implementation of >= operator';

CREATE FUNCTION answer_log_gt(answer_log, answer_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_gt(answer_log, answer_log) IS
'implementation of > operator';

CREATE FUNCTION answer_log_cmp(answer_log, answer_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_cmp(answer_log, answer_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION answer_log_hash(answer_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_hash(answer_log) IS
'hash';

CREATE FUNCTION answer_log_hash_extended(answer_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_hash_extended(answer_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (answer_log, answer_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (answer_log, answer_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (answer_log, answer_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (answer_log, answer_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (answer_log, answer_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (answer_log, answer_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS answer_log_ops
	DEFAULT FOR TYPE answer_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 answer_log_cmp(answer_log, answer_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS answer_log_ops USING btree IS 'order of answer_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY answer_log_ops USING btree IS 'order of answer_log';

CREATE OPERATOR CLASS answer_log_ops
	DEFAULT FOR TYPE answer_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 answer_log_hash(answer_log),
	FUNCTION 2 answer_log_hash_extended(answer_log, bigint);

COMMENT ON OPERATOR CLASS answer_log_ops USING hash IS 'hashing of answer_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY answer_log_ops USING hash IS 'hashing of answer_log';

CREATE FUNCTION answer_log_combine(answer_log, answer_log) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_combine(answer_log, answer_log) IS
'combine function of answer_log(), transition function of rollup()';

CREATE FUNCTION answer_log_final(answer_log) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_final(answer_log) IS
'final function of answer_log() and rollup()';

CREATE TYPE paired_summary;

CREATE FUNCTION paired_summary_in(cstring) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_in(cstring) IS
'input of paired_summary: JSON';

CREATE FUNCTION paired_summary_out(paired_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'paired_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_out(paired_summary) IS
'output of paired_summary: JSON';

CREATE FUNCTION paired_summary_recv(internal) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_recv(internal) IS
'binary input of paired_summary';

CREATE FUNCTION paired_summary_send(paired_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'paired_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_send(paired_summary) IS
'binary output of paired_summary';

CREATE TYPE paired_summary (
	INPUT = paired_summary_in,
	OUTPUT = paired_summary_out,
	RECEIVE = paired_summary_recv,
	SEND = paired_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE paired_summary IS
'pairs of scores 0..10 of people who were asked twice, counted; read with paired_change(), score_flows(), merged with rollup()';

CREATE FUNCTION paired_summary_eq(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_eq(paired_summary, paired_summary) IS
'implementation of = operator';

CREATE FUNCTION paired_summary_ne(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_ne(paired_summary, paired_summary) IS
'implementation of <> operator';

CREATE FUNCTION paired_summary_lt(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_lt(paired_summary, paired_summary) IS
'implementation of < operator';

CREATE FUNCTION paired_summary_le(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_le(paired_summary, paired_summary) IS
'implementation of <= operator';

CREATE FUNCTION paired_summary_ge(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_ge(paired_summary, paired_summary) IS
'implementation of >= operator';

CREATE FUNCTION paired_summary_gt(paired_summary, paired_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_gt(paired_summary, paired_summary) IS
'implementation of > operator';

CREATE FUNCTION paired_summary_cmp(paired_summary, paired_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_cmp(paired_summary, paired_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION paired_summary_hash(paired_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_hash(paired_summary) IS
'hash';

CREATE FUNCTION paired_summary_hash_extended(paired_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_hash_extended(paired_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (paired_summary, paired_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (paired_summary, paired_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (paired_summary, paired_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (paired_summary, paired_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (paired_summary, paired_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (paired_summary, paired_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS paired_summary_ops
	DEFAULT FOR TYPE paired_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 paired_summary_cmp(paired_summary, paired_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS paired_summary_ops USING btree IS 'order of paired_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY paired_summary_ops USING btree IS 'order of paired_summary';

CREATE OPERATOR CLASS paired_summary_ops
	DEFAULT FOR TYPE paired_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 paired_summary_hash(paired_summary),
	FUNCTION 2 paired_summary_hash_extended(paired_summary, bigint);

COMMENT ON OPERATOR CLASS paired_summary_ops USING hash IS 'hashing of paired_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY paired_summary_ops USING hash IS 'hashing of paired_summary';

CREATE FUNCTION answer_log_accum(answer_log, smallint, date, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, date, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at date, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, date, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, smallint, date, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2_date_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, date, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at date, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, date, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, smallint, timestamp, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, timestamp, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at timestamp, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, timestamp, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, smallint, timestamp, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, timestamp, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at timestamp, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, timestamp, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, smallint, timestamptz, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, timestamptz, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at timestamptz, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, timestamptz, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, smallint, timestamptz, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int2_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, smallint, timestamptz, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id smallint, answered_at timestamptz, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(smallint, timestamptz, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, date, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, date, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at date, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, date, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, date, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4_date_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, date, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at date, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, date, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, timestamp, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, timestamp, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at timestamp, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, timestamp, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, timestamp, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, timestamp, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at timestamp, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, timestamp, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, timestamptz, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, timestamptz, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at timestamptz, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, timestamptz, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, integer, timestamptz, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int4_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, integer, timestamptz, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id integer, answered_at timestamptz, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(integer, timestamptz, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, date, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, date, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at date, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, date, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, date, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8_date_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, date, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at date, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, date, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, timestamp, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, timestamp, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at timestamp, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, timestamp, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, timestamp, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, timestamp, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at timestamp, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, timestamp, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, timestamptz, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, timestamptz, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at timestamptz, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, timestamptz, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, bigint, timestamptz, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_int8_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, bigint, timestamptz, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id bigint, answered_at timestamptz, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(bigint, timestamptz, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, date, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, date, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at date, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, date, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, date, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid_date_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, date, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at date, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, date, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, timestamp, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, timestamp, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at timestamp, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, timestamp, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, timestamp, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, timestamp, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at timestamp, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, timestamp, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, timestamptz, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, timestamptz, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at timestamptz, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, timestamptz, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, uuid, timestamptz, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_uuid_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, uuid, timestamptz, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id uuid, answered_at timestamptz, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(uuid, timestamptz, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, date, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, date, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at date, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, date, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, date, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text_date_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, date, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at date, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, date, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, timestamp, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, timestamp, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at timestamp, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, timestamp, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, timestamp, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, timestamp, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at timestamp, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, timestamp, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, timestamptz, integer) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, timestamptz, integer) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at timestamptz, score integer) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, timestamptz, integer) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE FUNCTION answer_log_accum(answer_log, text, timestamptz, double precision) RETURNS answer_log
AS 'MODULE_PATHNAME', 'answer_log_accum_text_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION answer_log_accum(answer_log, text, timestamptz, double precision) IS
'transition function of answer_log()';

CREATE AGGREGATE answer_log(respondent_id text, answered_at timestamptz, score double precision) (
	SFUNC = answer_log_accum,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE answer_log(text, timestamptz, double precision) IS
'who answered when, and with which score 0..10: a row for each answer; rows without respondent, time or score are skipped';

CREATE AGGREGATE rollup(answer_log) (
	SFUNC = answer_log_combine,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(answer_log) (
	SFUNC = answer_log_combine,
	STYPE = answer_log,
	SSPACE = -1,
	FINALFUNC = answer_log_final,
	COMBINEFUNC = answer_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(answer_log) IS
'one log of all the parts: an answer that is in several of them is one answer, a respondent of several parts is one respondent';

COMMENT ON AGGREGATE sum(answer_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION answer_log_plus(answer_log, answer_log) RETURNS answer_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	answer_log_final(
	answer_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION answer_log_plus(answer_log, answer_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = answer_log, RIGHTARG = answer_log, FUNCTION = answer_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (answer_log, answer_log) IS 'rollup() of two; NULL where one is NULL';

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

CREATE FUNCTION paired_accum(paired_summary, integer, integer) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_accum(paired_summary, integer, integer) IS
'transition function of paired_summary()';

CREATE FUNCTION paired_remove(paired_summary, integer, integer) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_remove_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_remove(paired_summary, integer, integer) IS
'inverse transition function of paired_summary()';

CREATE FUNCTION paired_accum(paired_summary, double precision, double precision) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_accum_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_accum(paired_summary, double precision, double precision) IS
'transition function of paired_summary()';

CREATE FUNCTION paired_remove(paired_summary, double precision, double precision) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_remove_float8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION paired_remove(paired_summary, double precision, double precision) IS
'inverse transition function of paired_summary()';

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

CREATE AGGREGATE paired_summary(before integer, after integer) (
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

COMMENT ON AGGREGATE paired_summary(integer, integer) IS
'pairs of scores 0..10, a row for each person; who lacks one of them is counted as unpaired';

CREATE AGGREGATE paired_summary(before double precision, after double precision) (
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

COMMENT ON AGGREGATE paired_summary(double precision, double precision) IS
'pairs of scores 0..10, a row for each person; who lacks one of them is counted as unpaired';

CREATE AGGREGATE rollup(paired_summary) (
	SFUNC = paired_combine,
	STYPE = paired_summary,
	SSPACE = -1,
	COMBINEFUNC = paired_combine,
	MSFUNC = paired_combine,
	MINVFUNC = paired_uncombine,
	MSTYPE = paired_summary,
	MSSPACE = 984,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(paired_summary) (
	SFUNC = paired_combine,
	STYPE = paired_summary,
	SSPACE = -1,
	COMBINEFUNC = paired_combine,
	MSFUNC = paired_combine,
	MINVFUNC = paired_uncombine,
	MSTYPE = paired_summary,
	MSSPACE = 984,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(paired_summary) IS
'merges summaries of different people';

COMMENT ON AGGREGATE sum(paired_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION paired_summary_plus(paired_summary, paired_summary) RETURNS paired_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	paired_combine($1, $2)
;

COMMENT ON FUNCTION paired_summary_plus(paired_summary, paired_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (paired_summary, paired_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION paired_summary_minus(paired_summary, paired_summary) RETURNS paired_summary
AS 'MODULE_PATHNAME', 'paired_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION paired_summary_minus(paired_summary, paired_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = paired_summary, RIGHTARG = paired_summary, FUNCTION = paired_summary_minus
);

COMMENT ON OPERATOR - (paired_summary, paired_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

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

--
-- Recurring revenue: MRR, its movements, net and gross retention
--

CREATE FUNCTION mrr(price numeric, billing_interval interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'mrr_of_price'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr(numeric, interval) IS
'what a price is worth a month: divided by the months of its billing interval, or by its days and multiplied by 30.4375';

CREATE FUNCTION mrr(price double precision, billing_interval interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'mrr_of_price_double'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr(double precision, interval) IS
'what a price is worth a month: divided by the months of its billing interval, or by its days and multiplied by 30.4375';

CREATE TYPE nrr_summary;

CREATE FUNCTION nrr_summary_in(cstring) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_in(cstring) IS
'input of nrr_summary: JSON';

CREATE FUNCTION nrr_summary_out(nrr_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'nrr_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_out(nrr_summary) IS
'output of nrr_summary: JSON';

CREATE FUNCTION nrr_summary_recv(internal) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_recv(internal) IS
'binary input of nrr_summary';

CREATE FUNCTION nrr_summary_send(nrr_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'nrr_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_send(nrr_summary) IS
'binary output of nrr_summary';

CREATE TYPE nrr_summary (
	INPUT = nrr_summary_in,
	OUTPUT = nrr_summary_out,
	RECEIVE = nrr_summary_recv,
	SEND = nrr_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE nrr_summary IS
'opening and closing MRR of customers with MRR at the start; read with nrr(), grr(), merged with rollup()';

CREATE FUNCTION nrr_summary_eq(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_eq(nrr_summary, nrr_summary) IS
'implementation of = operator';

CREATE FUNCTION nrr_summary_ne(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_ne(nrr_summary, nrr_summary) IS
'implementation of <> operator';

CREATE FUNCTION nrr_summary_lt(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_lt(nrr_summary, nrr_summary) IS
'implementation of < operator';

CREATE FUNCTION nrr_summary_le(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_le(nrr_summary, nrr_summary) IS
'implementation of <= operator';

CREATE FUNCTION nrr_summary_ge(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_ge(nrr_summary, nrr_summary) IS
'implementation of >= operator';

CREATE FUNCTION nrr_summary_gt(nrr_summary, nrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_gt(nrr_summary, nrr_summary) IS
'implementation of > operator';

CREATE FUNCTION nrr_summary_cmp(nrr_summary, nrr_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_cmp(nrr_summary, nrr_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION nrr_summary_hash(nrr_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_hash(nrr_summary) IS
'hash';

CREATE FUNCTION nrr_summary_hash_extended(nrr_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_hash_extended(nrr_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (nrr_summary, nrr_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (nrr_summary, nrr_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (nrr_summary, nrr_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (nrr_summary, nrr_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (nrr_summary, nrr_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (nrr_summary, nrr_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS nrr_summary_ops
	DEFAULT FOR TYPE nrr_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 nrr_summary_cmp(nrr_summary, nrr_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS nrr_summary_ops USING btree IS 'order of nrr_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY nrr_summary_ops USING btree IS 'order of nrr_summary';

CREATE OPERATOR CLASS nrr_summary_ops
	DEFAULT FOR TYPE nrr_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 nrr_summary_hash(nrr_summary),
	FUNCTION 2 nrr_summary_hash_extended(nrr_summary, bigint);

COMMENT ON OPERATOR CLASS nrr_summary_ops USING hash IS 'hashing of nrr_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY nrr_summary_ops USING hash IS 'hashing of nrr_summary';

CREATE FUNCTION nrr_accum(nrr_summary, numeric, numeric) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION nrr_accum(nrr_summary, numeric, numeric) IS
'transition function of nrr_summary(), nrr_agg(), grr_agg()';

CREATE FUNCTION nrr_remove(nrr_summary, numeric, numeric) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION nrr_remove(nrr_summary, numeric, numeric) IS
'inverse transition function of nrr_summary(), nrr_agg(), grr_agg()';

CREATE FUNCTION nrr_combine(nrr_summary, nrr_summary) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_combine(nrr_summary, nrr_summary) IS
'combine function of nrr_summary(), nrr_agg(), grr_agg(), transition function of rollup()';

CREATE FUNCTION nrr_uncombine(nrr_summary, nrr_summary) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_uncombine(nrr_summary, nrr_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION nrr_final(nrr_summary) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_final(nrr_summary) IS
'final function of nrr_summary() and rollup()';

CREATE FUNCTION nrr(nrr_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'nrr_nrr'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr(nrr_summary) IS
'net revenue retention in percent points: 100 * closing / opening MRR of customers with opening MRR; NULL without any';

CREATE FUNCTION grr(nrr_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'nrr_grr'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION grr(nrr_summary) IS
'gross revenue retention in percent points: 100 * least(opening, closing) / opening MRR of customers with opening MRR; NULL without any';

CREATE AGGREGATE nrr_summary(opening numeric, closing numeric) (
	SFUNC = nrr_accum,
	STYPE = nrr_summary,
	SSPACE = -1,
	FINALFUNC = nrr_final,
	COMBINEFUNC = nrr_combine,
	MSFUNC = nrr_accum,
	MINVFUNC = nrr_remove,
	MSTYPE = nrr_summary,
	MSSPACE = 72,
	MFINALFUNC = nrr_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE nrr_summary(numeric, numeric) IS
'opening and closing MRR of the customers with opening MRR, a row a customer; NULL is 0';

CREATE AGGREGATE nrr_agg(opening numeric, closing numeric) (
	SFUNC = nrr_accum,
	STYPE = nrr_summary,
	SSPACE = -1,
	FINALFUNC = nrr,
	COMBINEFUNC = nrr_combine,
	MSFUNC = nrr_accum,
	MINVFUNC = nrr_remove,
	MSTYPE = nrr_summary,
	MSSPACE = 72,
	MFINALFUNC = nrr,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE nrr_agg(numeric, numeric) IS
'net revenue retention in percent points, a row a customer: 100 * closing / opening MRR of customers with opening MRR; NULL is 0';

CREATE AGGREGATE grr_agg(opening numeric, closing numeric) (
	SFUNC = nrr_accum,
	STYPE = nrr_summary,
	SSPACE = -1,
	FINALFUNC = grr,
	COMBINEFUNC = nrr_combine,
	MSFUNC = nrr_accum,
	MINVFUNC = nrr_remove,
	MSTYPE = nrr_summary,
	MSSPACE = 72,
	MFINALFUNC = grr,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE grr_agg(numeric, numeric) IS
'gross revenue retention in percent points, a row a customer: 100 * least(opening, closing) / opening MRR; NULL is 0';

CREATE AGGREGATE rollup(nrr_summary) (
	SFUNC = nrr_combine,
	STYPE = nrr_summary,
	SSPACE = -1,
	FINALFUNC = nrr_final,
	COMBINEFUNC = nrr_combine,
	MSFUNC = nrr_combine,
	MINVFUNC = nrr_uncombine,
	MSTYPE = nrr_summary,
	MSSPACE = 72,
	MFINALFUNC = nrr_final,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(nrr_summary) (
	SFUNC = nrr_combine,
	STYPE = nrr_summary,
	SSPACE = -1,
	FINALFUNC = nrr_final,
	COMBINEFUNC = nrr_combine,
	MSFUNC = nrr_combine,
	MINVFUNC = nrr_uncombine,
	MSTYPE = nrr_summary,
	MSSPACE = 72,
	MFINALFUNC = nrr_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(nrr_summary) IS
'opening and closing MRR of all the customers of several nrr_summary';

COMMENT ON AGGREGATE sum(nrr_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION nrr_summary_plus(nrr_summary, nrr_summary) RETURNS nrr_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	nrr_final(
	nrr_combine($1, $2)
	)
;

COMMENT ON FUNCTION nrr_summary_plus(nrr_summary, nrr_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (nrr_summary, nrr_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION nrr_summary_minus(nrr_summary, nrr_summary) RETURNS nrr_summary
AS 'MODULE_PATHNAME', 'nrr_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr_summary_minus(nrr_summary, nrr_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = nrr_summary, RIGHTARG = nrr_summary, FUNCTION = nrr_summary_minus
);

COMMENT ON OPERATOR - (nrr_summary, nrr_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE TYPE mrr_history;

CREATE FUNCTION mrr_history_in(cstring) RETURNS mrr_history
AS 'MODULE_PATHNAME', 'mrr_history_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_in(cstring) IS
'input of mrr_history: JSON';

CREATE FUNCTION mrr_history_out(mrr_history) RETURNS cstring
AS 'MODULE_PATHNAME', 'mrr_history_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_out(mrr_history) IS
'output of mrr_history: JSON';

CREATE FUNCTION mrr_history_recv(internal) RETURNS mrr_history
AS 'MODULE_PATHNAME', 'mrr_history_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_recv(internal) IS
'binary input of mrr_history';

CREATE FUNCTION mrr_history_send(mrr_history) RETURNS bytea
AS 'MODULE_PATHNAME', 'mrr_history_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_send(mrr_history) IS
'binary output of mrr_history';

CREATE TYPE mrr_history (
	INPUT = mrr_history_in,
	OUTPUT = mrr_history_out,
	RECEIVE = mrr_history_recv,
	SEND = mrr_history_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE mrr_history IS
'MRR of one customer over time, all subscriptions added up; read with mrr_at(), mrr_movement(), mrr_changes(), merged with rollup()';

CREATE FUNCTION mrr_history_eq(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_eq(mrr_history, mrr_history) IS
'implementation of = operator';

CREATE FUNCTION mrr_history_ne(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_ne(mrr_history, mrr_history) IS
'implementation of <> operator';

CREATE FUNCTION mrr_history_lt(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_lt(mrr_history, mrr_history) IS
'implementation of < operator';

CREATE FUNCTION mrr_history_le(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_le(mrr_history, mrr_history) IS
'implementation of <= operator';

CREATE FUNCTION mrr_history_ge(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_ge(mrr_history, mrr_history) IS
'implementation of >= operator';

CREATE FUNCTION mrr_history_gt(mrr_history, mrr_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_gt(mrr_history, mrr_history) IS
'implementation of > operator';

CREATE FUNCTION mrr_history_cmp(mrr_history, mrr_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_cmp(mrr_history, mrr_history) IS
'less-equal-greater, by bytes';

CREATE FUNCTION mrr_history_hash(mrr_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_hash(mrr_history) IS
'hash';

CREATE FUNCTION mrr_history_hash_extended(mrr_history, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_hash_extended(mrr_history, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (mrr_history, mrr_history) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (mrr_history, mrr_history) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (mrr_history, mrr_history) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (mrr_history, mrr_history) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (mrr_history, mrr_history) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (mrr_history, mrr_history) IS 'greater than, by bytes';

CREATE OPERATOR CLASS mrr_history_ops
	DEFAULT FOR TYPE mrr_history USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 mrr_history_cmp(mrr_history, mrr_history),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS mrr_history_ops USING btree IS 'order of mrr_history by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY mrr_history_ops USING btree IS 'order of mrr_history';

CREATE OPERATOR CLASS mrr_history_ops
	DEFAULT FOR TYPE mrr_history USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mrr_history_hash(mrr_history),
	FUNCTION 2 mrr_history_hash_extended(mrr_history, bigint);

COMMENT ON OPERATOR CLASS mrr_history_ops USING hash IS 'hashing of mrr_history, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY mrr_history_ops USING hash IS 'hashing of mrr_history';

CREATE FUNCTION mrr_history_accum(mrr_history, numeric, date, date) RETURNS mrr_history
AS 'MODULE_PATHNAME', 'mrr_history_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_accum(mrr_history, numeric, date, date) IS
'transition function of mrr_history()';

CREATE FUNCTION mrr_history_combine(mrr_history, mrr_history) RETURNS mrr_history
AS 'MODULE_PATHNAME', 'mrr_history_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_combine(mrr_history, mrr_history) IS
'combine function of mrr_history(), transition function of rollup()';

CREATE FUNCTION mrr_history_final(mrr_history) RETURNS mrr_history
AS 'MODULE_PATHNAME', 'mrr_history_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_history_final(mrr_history) IS
'final function of mrr_history() and rollup()';

CREATE AGGREGATE mrr_history(amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_history_accum,
	STYPE = mrr_history,
	SSPACE = -1,
	FINALFUNC = mrr_history_final,
	COMBINEFUNC = mrr_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_history(numeric, date, date) IS
'MRR of one customer over time from a row a subscription: amount a month from starts_on up to, and not including, ends_on; NULL ends_on is open; a negative amount is a discount with dates of its own';

CREATE AGGREGATE rollup(mrr_history) (
	SFUNC = mrr_history_combine,
	STYPE = mrr_history,
	SSPACE = -1,
	FINALFUNC = mrr_history_final,
	COMBINEFUNC = mrr_history_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(mrr_history) (
	SFUNC = mrr_history_combine,
	STYPE = mrr_history,
	SSPACE = -1,
	FINALFUNC = mrr_history_final,
	COMBINEFUNC = mrr_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(mrr_history) IS
'MRR of one customer from the histories of parts of its subscriptions';

COMMENT ON AGGREGATE sum(mrr_history) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION mrr_history_plus(mrr_history, mrr_history) RETURNS mrr_history
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	mrr_history_final(
	mrr_history_combine($1, $2)
	)
;

COMMENT ON FUNCTION mrr_history_plus(mrr_history, mrr_history) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = mrr_history, RIGHTARG = mrr_history, FUNCTION = mrr_history_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (mrr_history, mrr_history) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION mrr_at(mrr_history, on_date timestamp) RETURNS numeric
AS 'MODULE_PATHNAME', 'mrr_at'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_at(mrr_history, timestamp) IS
'the customer''s MRR on a day; 0 before the first subscription';

CREATE FUNCTION mrr_movement(mrr_history, from_date timestamp, to_date timestamp) RETURNS text
AS 'MODULE_PATHNAME', 'mrr_movement'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_movement(mrr_history, timestamp, timestamp) IS
'what the customer does in the period [from_date, to_date): new, reactivation, expansion, contraction, churn or unchanged; NULL for no revenue at either end';

CREATE FUNCTION mrr_changes(mrr_history, OUT on_date date, OUT mrr numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_changes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION mrr_changes(mrr_history) IS
'the days on which the customer''s MRR changes, and the MRR from then on';

CREATE TYPE mrr_summary;

CREATE FUNCTION mrr_summary_in(cstring) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_in(cstring) IS
'input of mrr_summary: JSON';

CREATE FUNCTION mrr_summary_out(mrr_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'mrr_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_out(mrr_summary) IS
'output of mrr_summary: JSON';

CREATE FUNCTION mrr_summary_recv(internal) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_recv(internal) IS
'binary input of mrr_summary';

CREATE FUNCTION mrr_summary_send(mrr_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'mrr_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_send(mrr_summary) IS
'binary output of mrr_summary';

CREATE TYPE mrr_summary (
	INPUT = mrr_summary_in,
	OUTPUT = mrr_summary_out,
	RECEIVE = mrr_summary_recv,
	SEND = mrr_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE mrr_summary IS
'movements of MRR by month, quarter or year over customers; read with mrr_bridge(), merged with rollup()';

CREATE FUNCTION mrr_summary_eq(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_eq(mrr_summary, mrr_summary) IS
'implementation of = operator';

CREATE FUNCTION mrr_summary_ne(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_ne(mrr_summary, mrr_summary) IS
'implementation of <> operator';

CREATE FUNCTION mrr_summary_lt(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_lt(mrr_summary, mrr_summary) IS
'implementation of < operator';

CREATE FUNCTION mrr_summary_le(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_le(mrr_summary, mrr_summary) IS
'implementation of <= operator';

CREATE FUNCTION mrr_summary_ge(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_ge(mrr_summary, mrr_summary) IS
'implementation of >= operator';

CREATE FUNCTION mrr_summary_gt(mrr_summary, mrr_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_gt(mrr_summary, mrr_summary) IS
'implementation of > operator';

CREATE FUNCTION mrr_summary_cmp(mrr_summary, mrr_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_cmp(mrr_summary, mrr_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION mrr_summary_hash(mrr_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_hash(mrr_summary) IS
'hash';

CREATE FUNCTION mrr_summary_hash_extended(mrr_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_hash_extended(mrr_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (mrr_summary, mrr_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (mrr_summary, mrr_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (mrr_summary, mrr_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (mrr_summary, mrr_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (mrr_summary, mrr_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (mrr_summary, mrr_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS mrr_summary_ops
	DEFAULT FOR TYPE mrr_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 mrr_summary_cmp(mrr_summary, mrr_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS mrr_summary_ops USING btree IS 'order of mrr_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY mrr_summary_ops USING btree IS 'order of mrr_summary';

CREATE OPERATOR CLASS mrr_summary_ops
	DEFAULT FOR TYPE mrr_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mrr_summary_hash(mrr_summary),
	FUNCTION 2 mrr_summary_hash_extended(mrr_summary, bigint);

COMMENT ON OPERATOR CLASS mrr_summary_ops USING hash IS 'hashing of mrr_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY mrr_summary_ops USING hash IS 'hashing of mrr_summary';

CREATE FUNCTION mrr_summary_accum(mrr_summary, mrr_history, text) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_accum(mrr_summary, mrr_history, text) IS
'transition function of mrr_summary()';

CREATE FUNCTION mrr_summary_combine(mrr_summary, mrr_summary) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_combine(mrr_summary, mrr_summary) IS
'combine function of mrr_summary(), transition function of rollup()';

CREATE FUNCTION mrr_summary_final(mrr_summary) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_final(mrr_summary) IS
'final function of mrr_summary() and rollup()';

CREATE AGGREGATE mrr_summary(history mrr_history, grain text) (
	SFUNC = mrr_summary_accum,
	STYPE = mrr_summary,
	SSPACE = -1,
	FINALFUNC = mrr_summary_final,
	COMBINEFUNC = mrr_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_summary(mrr_history, text) IS
'movements of MRR over customers, a row a customer, by a grain of ''month'', ''quarter'' or ''year''';

CREATE AGGREGATE rollup(mrr_summary) (
	SFUNC = mrr_summary_combine,
	STYPE = mrr_summary,
	SSPACE = -1,
	FINALFUNC = mrr_summary_final,
	COMBINEFUNC = mrr_summary_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(mrr_summary) (
	SFUNC = mrr_summary_combine,
	STYPE = mrr_summary,
	SSPACE = -1,
	FINALFUNC = mrr_summary_final,
	COMBINEFUNC = mrr_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(mrr_summary) IS
'movements of MRR of disjoint sets of customers together';

COMMENT ON AGGREGATE sum(mrr_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION mrr_summary_plus(mrr_summary, mrr_summary) RETURNS mrr_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	mrr_summary_final(
	mrr_summary_combine($1, $2)
	)
;

COMMENT ON FUNCTION mrr_summary_plus(mrr_summary, mrr_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (mrr_summary, mrr_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION mrr_summary_minus(mrr_summary, mrr_summary) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary_minus(mrr_summary, mrr_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = mrr_summary, RIGHTARG = mrr_summary, FUNCTION = mrr_summary_minus
);

COMMENT ON OPERATOR - (mrr_summary, mrr_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION mrr_bridge(mrr_summary, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL,
	OUT period date,
	OUT opening_mrr numeric,
	OUT new_mrr numeric,
	OUT reactivation_mrr numeric,
	OUT expansion_mrr numeric,
	OUT contraction_mrr numeric,
	OUT churned_mrr numeric,
	OUT closing_mrr numeric,
	OUT opening_customers bigint,
	OUT new_customers bigint,
	OUT reactivated_customers bigint,
	OUT churned_customers bigint,
	OUT closing_customers bigint,
	OUT nrr numeric,
	OUT grr numeric,
	OUT customer_churn numeric,
	OUT quick_ratio numeric,
	OUT arpa numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_bridge'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 36;

COMMENT ON FUNCTION mrr_bridge(mrr_summary, timestamp, timestamp) IS
'MRR from opening to closing, a row for every period that has a day in [from_date, to_date), quiet ones included; NULL is the first, or the last, period with a movement';

--
-- mrr_log: the recurring revenue of many customers by day
--

CREATE TYPE mrr_log;

CREATE FUNCTION mrr_log_in(cstring) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_in(cstring) IS
'input of mrr_log: JSON';

CREATE FUNCTION mrr_log_out(mrr_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'mrr_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_out(mrr_log) IS
'output of mrr_log: JSON';

CREATE FUNCTION mrr_log_recv(internal) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_recv(internal) IS
'binary input of mrr_log';

CREATE FUNCTION mrr_log_send(mrr_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'mrr_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_send(mrr_log) IS
'binary output of mrr_log';

CREATE TYPE mrr_log (
	INPUT = mrr_log_in,
	OUTPUT = mrr_log_out,
	RECEIVE = mrr_log_recv,
	SEND = mrr_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE mrr_log IS
'the recurring revenue of many customers by day; read with mrr_bridge(), mrr_at(), nrr(), grr(), churn(), mrr_cohorts(), merged with rollup(), where the subscriptions of a customer add up';

CREATE FUNCTION mrr_log_eq(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_eq(mrr_log, mrr_log) IS
'implementation of = operator';

CREATE FUNCTION mrr_log_ne(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_ne(mrr_log, mrr_log) IS
'implementation of <> operator';

CREATE FUNCTION mrr_log_lt(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_lt(mrr_log, mrr_log) IS
'implementation of < operator';

CREATE FUNCTION mrr_log_le(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_le(mrr_log, mrr_log) IS
'implementation of <= operator';

CREATE FUNCTION mrr_log_ge(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_ge(mrr_log, mrr_log) IS
'implementation of >= operator';

CREATE FUNCTION mrr_log_gt(mrr_log, mrr_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_gt(mrr_log, mrr_log) IS
'implementation of > operator';

CREATE FUNCTION mrr_log_cmp(mrr_log, mrr_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_cmp(mrr_log, mrr_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION mrr_log_hash(mrr_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_hash(mrr_log) IS
'hash';

CREATE FUNCTION mrr_log_hash_extended(mrr_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_hash_extended(mrr_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (mrr_log, mrr_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (mrr_log, mrr_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (mrr_log, mrr_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (mrr_log, mrr_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (mrr_log, mrr_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (mrr_log, mrr_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS mrr_log_ops
	DEFAULT FOR TYPE mrr_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 mrr_log_cmp(mrr_log, mrr_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS mrr_log_ops USING btree IS 'order of mrr_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY mrr_log_ops USING btree IS 'order of mrr_log';

CREATE OPERATOR CLASS mrr_log_ops
	DEFAULT FOR TYPE mrr_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mrr_log_hash(mrr_log),
	FUNCTION 2 mrr_log_hash_extended(mrr_log, bigint);

COMMENT ON OPERATOR CLASS mrr_log_ops USING hash IS 'hashing of mrr_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY mrr_log_ops USING hash IS 'hashing of mrr_log';

CREATE FUNCTION mrr_log_combine(mrr_log, mrr_log) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_combine(mrr_log, mrr_log) IS
'combine function of mrr_log(), transition function of rollup()';

CREATE FUNCTION mrr_log_final(mrr_log) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_final(mrr_log) IS
'final function of mrr_log() and rollup()';

CREATE FUNCTION mrr_log_accum(mrr_log, smallint, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, smallint, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id smallint, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(smallint, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';

CREATE FUNCTION mrr_log_accum(mrr_log, integer, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, integer, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id integer, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(integer, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';

CREATE FUNCTION mrr_log_accum(mrr_log, bigint, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, bigint, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id bigint, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(bigint, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';

CREATE FUNCTION mrr_log_accum(mrr_log, uuid, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, uuid, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id uuid, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(uuid, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';

CREATE FUNCTION mrr_log_accum(mrr_log, text, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, text, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id text, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(text, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';

CREATE AGGREGATE rollup(mrr_log) (
	SFUNC = mrr_log_combine,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(mrr_log) (
	SFUNC = mrr_log_combine,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(mrr_log) IS
'one log of all the parts: what a customer pays in several of them adds up';

COMMENT ON AGGREGATE sum(mrr_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION mrr_log_plus(mrr_log, mrr_log) RETURNS mrr_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	mrr_log_final(
	mrr_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION mrr_log_plus(mrr_log, mrr_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (mrr_log, mrr_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION mrr_log_minus(mrr_log, mrr_log) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_minus(mrr_log, mrr_log) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = mrr_log, RIGHTARG = mrr_log, FUNCTION = mrr_log_minus
);

COMMENT ON OPERATOR - (mrr_log, mrr_log) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION mrr_summary(mrr_log, grain text, grace interval DEFAULT NULL) RETURNS mrr_summary
AS 'MODULE_PATHNAME', 'mrr_summary_of_log'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_summary(mrr_log, text, interval) IS
'the compact summary of the customers of a log, without their ids; who comes back within grace has not churned';

CREATE FUNCTION mrr_bridge(mrr_log, grain text, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, grace interval DEFAULT NULL, OUT period date,
	OUT opening_mrr numeric,
	OUT new_mrr numeric,
	OUT reactivation_mrr numeric,
	OUT expansion_mrr numeric,
	OUT contraction_mrr numeric,
	OUT churned_mrr numeric,
	OUT closing_mrr numeric,
	OUT opening_customers bigint,
	OUT new_customers bigint,
	OUT reactivated_customers bigint,
	OUT churned_customers bigint,
	OUT closing_customers bigint,
	OUT nrr numeric,
	OUT grr numeric,
	OUT customer_churn numeric,
	OUT quick_ratio numeric,
	OUT arpa numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_log_bridge'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_bridge(mrr_log, text, timestamp, timestamp, interval) IS
'the bridge of recurring revenue by grain (month, quarter, year): opening, new, reactivation, expansion, contraction, churned and closing MRR, customers, rates in percent points; who comes back within grace has not churned';

CREATE FUNCTION mrr_at(mrr_log, on_date timestamp, OUT mrr numeric, OUT customers bigint) RETURNS record
AS 'MODULE_PATHNAME', 'mrr_log_at'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr_at(mrr_log, timestamp) IS
'MRR of all customers at the end of a day, and how many pay';

CREATE FUNCTION nrr(mrr_log, from_date timestamp, to_date timestamp) RETURNS numeric
AS 'MODULE_PATHNAME', 'mrr_log_nrr'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION nrr(mrr_log, timestamp, timestamp) IS
'net revenue retention of [from_date, to_date) in percent points: what the customers who paid as it began pay at its end; NULL where nobody did';

CREATE FUNCTION grr(mrr_log, from_date timestamp, to_date timestamp) RETURNS numeric
AS 'MODULE_PATHNAME', 'mrr_log_grr'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION grr(mrr_log, timestamp, timestamp) IS
'gross revenue retention of [from_date, to_date) in percent points, never above 100; NULL where nobody paid as it began';

CREATE FUNCTION churn(mrr_log, from_date timestamp, to_date timestamp) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'mrr_log_churn'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION churn(mrr_log, timestamp, timestamp) IS
'of the customers who paid as [from_date, to_date) began, those who no longer do at its end; a rate_summary, to be read with rate(), rate_interval(), rate_change()';

CREATE FUNCTION mrr_cohorts(mrr_log, grain text, to_date timestamp, OUT cohort date, OUT age integer, OUT customers bigint, OUT remaining bigint, OUT mrr numeric, OUT nrr numeric, OUT grr numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_log_cohorts'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_cohorts(mrr_log, text, timestamp) IS
'cohorts of revenue, as known before to_date: of the customers who first paid in a period those who pay at the end of the period of the age, what they pay, and that compared with the end of the first period, in percent points; NULL where the period is not over';

CREATE FUNCTION histories(mrr_log, OUT customer_id bigint, OUT history mrr_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_log_histories'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories(mrr_log) IS
'a row for each customer, with the mrr_history of the customer''s subscriptions; ids are of type bigint';

CREATE FUNCTION histories_uuid(mrr_log, OUT customer_id uuid, OUT history mrr_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_log_histories_uuid'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories_uuid(mrr_log) IS
'a row for each customer, with the mrr_history of the customer''s subscriptions; ids are of type uuid';

--
-- Durations: time until something is finished, where some is not yet
--

CREATE TYPE duration_summary;

CREATE FUNCTION duration_summary_in(cstring) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_in(cstring) IS
'input of duration_summary: JSON';

CREATE FUNCTION duration_summary_out(duration_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'duration_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_out(duration_summary) IS
'output of duration_summary: JSON';

CREATE FUNCTION duration_summary_recv(internal) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_recv(internal) IS
'binary input of duration_summary';

CREATE FUNCTION duration_summary_send(duration_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'duration_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_send(duration_summary) IS
'binary output of duration_summary';

CREATE TYPE duration_summary (
	INPUT = duration_summary_in,
	OUTPUT = duration_summary_out,
	RECEIVE = duration_summary_recv,
	SEND = duration_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE duration_summary IS
'durations, finished and still open as of one time, with their counts; read with median_duration(), survival(), completed_within(), merged with rollup()';

CREATE FUNCTION duration_summary_eq(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_eq(duration_summary, duration_summary) IS
'implementation of = operator';

CREATE FUNCTION duration_summary_ne(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_ne(duration_summary, duration_summary) IS
'implementation of <> operator';

CREATE FUNCTION duration_summary_lt(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_lt(duration_summary, duration_summary) IS
'implementation of < operator';

CREATE FUNCTION duration_summary_le(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_le(duration_summary, duration_summary) IS
'implementation of <= operator';

CREATE FUNCTION duration_summary_ge(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_ge(duration_summary, duration_summary) IS
'implementation of >= operator';

CREATE FUNCTION duration_summary_gt(duration_summary, duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_gt(duration_summary, duration_summary) IS
'implementation of > operator';

CREATE FUNCTION duration_summary_cmp(duration_summary, duration_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_cmp(duration_summary, duration_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION duration_summary_hash(duration_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_hash(duration_summary) IS
'hash';

CREATE FUNCTION duration_summary_hash_extended(duration_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_hash_extended(duration_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (duration_summary, duration_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (duration_summary, duration_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (duration_summary, duration_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (duration_summary, duration_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (duration_summary, duration_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (duration_summary, duration_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS duration_summary_ops
	DEFAULT FOR TYPE duration_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 duration_summary_cmp(duration_summary, duration_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS duration_summary_ops USING btree IS 'order of duration_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY duration_summary_ops USING btree IS 'order of duration_summary';

CREATE OPERATOR CLASS duration_summary_ops
	DEFAULT FOR TYPE duration_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 duration_summary_hash(duration_summary),
	FUNCTION 2 duration_summary_hash_extended(duration_summary, bigint);

COMMENT ON OPERATOR CLASS duration_summary_ops USING hash IS 'hashing of duration_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY duration_summary_ops USING hash IS 'hashing of duration_summary';

CREATE FUNCTION duration_accum(duration_summary, date, date, date) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION duration_accum(duration_summary, date, date, date) IS
'transition function of duration_summary()';

CREATE FUNCTION duration_accum(duration_summary, timestamp, timestamp, timestamp) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION duration_accum(duration_summary, timestamp, timestamp, timestamp) IS
'transition function of duration_summary()';

CREATE FUNCTION duration_accum(duration_summary, timestamptz, timestamptz, timestamptz) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION duration_accum(duration_summary, timestamptz, timestamptz, timestamptz) IS
'transition function of duration_summary()';

CREATE FUNCTION duration_combine(duration_summary, duration_summary) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_combine(duration_summary, duration_summary) IS
'combine function of duration_summary(), transition function of rollup()';

CREATE FUNCTION duration_final(duration_summary) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_final(duration_summary) IS
'final function of duration_summary() and rollup()';

CREATE AGGREGATE duration_summary(started date, finished date, as_of date) (
	SFUNC = duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE duration_summary(date, date, date) IS
'time from started to finished, dates count whole days; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE AGGREGATE duration_summary(started timestamp, finished timestamp, as_of timestamp) (
	SFUNC = duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE duration_summary(timestamp, timestamp, timestamp) IS
'time from started to finished, elapsed time; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE AGGREGATE duration_summary(started timestamptz, finished timestamptz, as_of timestamptz) (
	SFUNC = duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE duration_summary(timestamptz, timestamptz, timestamptz) IS
'time from started to finished, elapsed time; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE FUNCTION observed_duration_accum(duration_summary, date, date, date, date) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'observed_duration_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION observed_duration_accum(duration_summary, date, date, date, date) IS
'transition function of observed_duration_summary()';

CREATE AGGREGATE observed_duration_summary(started date, finished date, seen_from date, as_of date) (
	SFUNC = observed_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE observed_duration_summary(date, date, date, date) IS
'time from started to finished of those who are in the data from seen_from on only, since an end before it would not be there; otherwise as duration_summary()';

CREATE FUNCTION observed_duration_accum(duration_summary, timestamp, timestamp, timestamp, timestamp) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'observed_duration_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION observed_duration_accum(duration_summary, timestamp, timestamp, timestamp, timestamp) IS
'transition function of observed_duration_summary()';

CREATE AGGREGATE observed_duration_summary(started timestamp, finished timestamp, seen_from timestamp, as_of timestamp) (
	SFUNC = observed_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE observed_duration_summary(timestamp, timestamp, timestamp, timestamp) IS
'time from started to finished of those who are in the data from seen_from on only, since an end before it would not be there; otherwise as duration_summary()';

CREATE FUNCTION observed_duration_accum(duration_summary, timestamptz, timestamptz, timestamptz, timestamptz) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'observed_duration_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION observed_duration_accum(duration_summary, timestamptz, timestamptz, timestamptz, timestamptz) IS
'transition function of observed_duration_summary()';

CREATE AGGREGATE observed_duration_summary(started timestamptz, finished timestamptz, seen_from timestamptz, as_of timestamptz) (
	SFUNC = observed_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE observed_duration_summary(timestamptz, timestamptz, timestamptz, timestamptz) IS
'time from started to finished of those who are in the data from seen_from on only, since an end before it would not be there; otherwise as duration_summary()';

CREATE FUNCTION length_accum(duration_summary, interval, boolean) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'length_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION length_accum(duration_summary, interval, boolean) IS
'transition function of length_summary()';

CREATE AGGREGATE length_summary(length interval, completed boolean) (
	SFUNC = length_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE length_summary(interval, boolean) IS
'durations that have been measured already, with a flag for those that are over; without an as_of';

CREATE AGGREGATE rollup(duration_summary) (
	SFUNC = duration_combine,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(duration_summary) (
	SFUNC = duration_combine,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(duration_summary) IS
'merges duration summaries of one as_of';

COMMENT ON AGGREGATE sum(duration_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION duration_summary_plus(duration_summary, duration_summary) RETURNS duration_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	duration_final(
	duration_combine($1, $2)
	)
;

COMMENT ON FUNCTION duration_summary_plus(duration_summary, duration_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (duration_summary, duration_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION duration_summary_minus(duration_summary, duration_summary) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_summary_minus(duration_summary, duration_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = duration_summary, RIGHTARG = duration_summary, FUNCTION = duration_summary_minus
);

COMMENT ON OPERATOR - (duration_summary, duration_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION completed(duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'duration_completed'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION completed(duration_summary) IS
'how many finished by as_of';

CREATE FUNCTION still_open(duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'duration_still_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION still_open(duration_summary) IS
'how many had started and not finished by as_of';

CREATE FUNCTION not_started(duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'duration_not_started'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION not_started(duration_summary) IS
'how many rows had no start (NULL)';

CREATE FUNCTION median_duration(duration_summary, unit text DEFAULT 'day') RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_median'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION median_duration(duration_summary, text) IS
'time by which half have finished (Kaplan-Meier); NULL when half never do';

CREATE FUNCTION duration_quantile(duration_summary, q double precision, unit text DEFAULT 'day') RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_quantile'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_quantile(duration_summary, double precision, text) IS
'time by which the share q, 0..1, has finished (Kaplan-Meier); NULL when it never does';

CREATE FUNCTION duration_quantile_interval(duration_summary, q double precision, unit text DEFAULT 'day', confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'duration_quantile_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_quantile_interval(duration_summary, double precision, text, double precision) IS
'interval of duration_quantile() by the log-log limits of the curve; an end that is never reached is NULL';

CREATE FUNCTION mean_duration(duration_summary, horizon interval, unit text DEFAULT 'day') RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_mean'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_duration(duration_summary, interval, text) IS
'mean time to finish within the horizon (restricted mean); NULL when the data does not reach that far';

CREATE FUNCTION mean_duration_standard_error(duration_summary, horizon interval, unit text DEFAULT 'day') RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_mean_standard_error'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_duration_standard_error(duration_summary, interval, text) IS
'standard error of mean_duration()';

CREATE FUNCTION survival(duration_summary, after interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_survival'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survival(duration_summary, interval) IS
'probability 0..1 not to have finished by then (Kaplan-Meier); NULL when the data does not reach that far';

CREATE FUNCTION survival_interval(duration_summary, after interval, confidence double precision DEFAULT 0.95, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'duration_survival_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION survival_interval(duration_summary, interval, double precision) IS
'log-log interval of survival(); NULL where that is not known, and where it is 1 or 0';

CREATE FUNCTION completed_within(duration_summary, target interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'duration_completed_within'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION completed_within(duration_summary, interval) IS
'share that finishes within the target, in percent points 0..100 (Kaplan-Meier); NULL when the data does not reach that far';

CREATE FUNCTION survival_curve(duration_summary, unit text DEFAULT 'day', confidence double precision DEFAULT 0.95, OUT "time" numeric, OUT at_risk bigint, OUT finished bigint, OUT censored bigint, OUT survival numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'duration_survival_curve'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION survival_curve(duration_summary, text, double precision) IS
'Kaplan-Meier curve: a row for every duration, with the number at risk just before it and the log-log interval of the survival';

CREATE TYPE cause_duration_summary;

CREATE FUNCTION cause_duration_summary_in(cstring) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'cause_duration_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_in(cstring) IS
'input of cause_duration_summary: JSON';

CREATE FUNCTION cause_duration_summary_out(cause_duration_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'cause_duration_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_out(cause_duration_summary) IS
'output of cause_duration_summary: JSON';

CREATE FUNCTION cause_duration_summary_recv(internal) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'cause_duration_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_recv(internal) IS
'binary input of cause_duration_summary';

CREATE FUNCTION cause_duration_summary_send(cause_duration_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'cause_duration_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_send(cause_duration_summary) IS
'binary output of cause_duration_summary';

CREATE TYPE cause_duration_summary (
	INPUT = cause_duration_summary_in,
	OUTPUT = cause_duration_summary_out,
	RECEIVE = cause_duration_summary_recv,
	SEND = cause_duration_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE cause_duration_summary IS
'durations whose ends have causes, finished and still open as of one time; read with cumulative_incidence(), merged with rollup()';

CREATE FUNCTION cause_duration_summary_eq(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_eq(cause_duration_summary, cause_duration_summary) IS
'implementation of = operator';

CREATE FUNCTION cause_duration_summary_ne(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_ne(cause_duration_summary, cause_duration_summary) IS
'implementation of <> operator';

CREATE FUNCTION cause_duration_summary_lt(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_lt(cause_duration_summary, cause_duration_summary) IS
'implementation of < operator';

CREATE FUNCTION cause_duration_summary_le(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_le(cause_duration_summary, cause_duration_summary) IS
'implementation of <= operator';

CREATE FUNCTION cause_duration_summary_ge(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_ge(cause_duration_summary, cause_duration_summary) IS
'implementation of >= operator';

CREATE FUNCTION cause_duration_summary_gt(cause_duration_summary, cause_duration_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_gt(cause_duration_summary, cause_duration_summary) IS
'implementation of > operator';

CREATE FUNCTION cause_duration_summary_cmp(cause_duration_summary, cause_duration_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_cmp(cause_duration_summary, cause_duration_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION cause_duration_summary_hash(cause_duration_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_hash(cause_duration_summary) IS
'hash';

CREATE FUNCTION cause_duration_summary_hash_extended(cause_duration_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_hash_extended(cause_duration_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (cause_duration_summary, cause_duration_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (cause_duration_summary, cause_duration_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (cause_duration_summary, cause_duration_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (cause_duration_summary, cause_duration_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (cause_duration_summary, cause_duration_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (cause_duration_summary, cause_duration_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS cause_duration_summary_ops
	DEFAULT FOR TYPE cause_duration_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 cause_duration_summary_cmp(cause_duration_summary, cause_duration_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS cause_duration_summary_ops USING btree IS 'order of cause_duration_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY cause_duration_summary_ops USING btree IS 'order of cause_duration_summary';

CREATE OPERATOR CLASS cause_duration_summary_ops
	DEFAULT FOR TYPE cause_duration_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cause_duration_summary_hash(cause_duration_summary),
	FUNCTION 2 cause_duration_summary_hash_extended(cause_duration_summary, bigint);

COMMENT ON OPERATOR CLASS cause_duration_summary_ops USING hash IS 'hashing of cause_duration_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY cause_duration_summary_ops USING hash IS 'hashing of cause_duration_summary';

CREATE FUNCTION causes_accum(cause_duration_summary, date, date, text, date) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION causes_accum(cause_duration_summary, date, date, text, date) IS
'transition function of cause_duration_summary()';

CREATE FUNCTION causes_accum(cause_duration_summary, timestamp, timestamp, text, timestamp) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION causes_accum(cause_duration_summary, timestamp, timestamp, text, timestamp) IS
'transition function of cause_duration_summary()';

CREATE FUNCTION causes_accum(cause_duration_summary, timestamptz, timestamptz, text, timestamptz) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_accum_timestamp'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION causes_accum(cause_duration_summary, timestamptz, timestamptz, text, timestamptz) IS
'transition function of cause_duration_summary()';

CREATE FUNCTION causes_combine(cause_duration_summary, cause_duration_summary) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION causes_combine(cause_duration_summary, cause_duration_summary) IS
'combine function of cause_duration_summary(), transition function of rollup()';

CREATE FUNCTION causes_final(cause_duration_summary) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION causes_final(cause_duration_summary) IS
'final function of cause_duration_summary() and rollup()';

CREATE AGGREGATE cause_duration_summary(started date, finished date, cause text, as_of date) (
	SFUNC = causes_accum,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cause_duration_summary(date, date, text, date) IS
'time from started to finished, dates count whole days, and why it ended; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE AGGREGATE cause_duration_summary(started timestamp, finished timestamp, cause text, as_of timestamp) (
	SFUNC = causes_accum,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cause_duration_summary(timestamp, timestamp, text, timestamp) IS
'time from started to finished, elapsed time, and why it ended; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE AGGREGATE cause_duration_summary(started timestamptz, finished timestamptz, cause text, as_of timestamptz) (
	SFUNC = causes_accum,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cause_duration_summary(timestamptz, timestamptz, text, timestamptz) IS
'time from started to finished, elapsed time, and why it ended; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE AGGREGATE rollup(cause_duration_summary) (
	SFUNC = causes_combine,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(cause_duration_summary) (
	SFUNC = causes_combine,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(cause_duration_summary) IS
'merges cause duration summaries of one as_of';

COMMENT ON AGGREGATE sum(cause_duration_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION cause_duration_summary_plus(cause_duration_summary, cause_duration_summary) RETURNS cause_duration_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	causes_final(
	causes_combine($1, $2)
	)
;

COMMENT ON FUNCTION cause_duration_summary_plus(cause_duration_summary, cause_duration_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (cause_duration_summary, cause_duration_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION cause_duration_summary_minus(cause_duration_summary, cause_duration_summary) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cause_duration_summary_minus(cause_duration_summary, cause_duration_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = cause_duration_summary, RIGHTARG = cause_duration_summary, FUNCTION = cause_duration_summary_minus
);

COMMENT ON OPERATOR - (cause_duration_summary, cause_duration_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION completed(cause_duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'causes_completed'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION completed(cause_duration_summary) IS
'how many finished by as_of, by whatever cause';

CREATE FUNCTION still_open(cause_duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'causes_still_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION still_open(cause_duration_summary) IS
'how many had started and not finished by as_of';

CREATE FUNCTION not_started(cause_duration_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'causes_not_started'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION not_started(cause_duration_summary) IS
'how many rows had no start (NULL)';

CREATE FUNCTION all_causes(cause_duration_summary) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'causes_all'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION all_causes(cause_duration_summary) IS
'the duration_summary of ends by any cause';

CREATE FUNCTION cumulative_incidence(cause_duration_summary, after interval, confidence double precision DEFAULT 0.95, OUT cause text, OUT probability numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'causes_cumulative_incidence'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 5;

COMMENT ON FUNCTION cumulative_incidence(cause_duration_summary, interval, double precision) IS
'probability 0..1 to have finished by then by each cause (Aalen-Johansen), with its log-log interval; NULL when the data does not reach that far';

CREATE FUNCTION cumulative_incidence_curve(cause_duration_summary, unit text DEFAULT 'day', confidence double precision DEFAULT 0.95, OUT "time" numeric, OUT cause text, OUT at_risk bigint, OUT finished bigint, OUT probability numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'causes_incidence_curve'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 500;

COMMENT ON FUNCTION cumulative_incidence_curve(cause_duration_summary, text, double precision) IS
'Aalen-Johansen curves: a row for every cause and every duration after which somebody finished';

CREATE FUNCTION duration_change(before duration_summary, after duration_summary, horizon interval, unit text DEFAULT 'day', confidence double precision DEFAULT 0.95, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'duration_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION duration_change(duration_summary, duration_summary, interval, text, double precision) IS
'change of mean_duration() up to the horizon, with its interval, p value, and direction 1, -1, or 0 where it may be chance or one has fewer than 20 ends; NULL when the data of one does not reach that far';

CREATE FUNCTION log_rank(before duration_summary, after duration_summary, OUT chi_squared numeric, OUT p_value numeric) RETURNS record
AS 'MODULE_PATHNAME', 'duration_log_rank'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION log_rank(duration_summary, duration_summary) IS
'log-rank test of whether two survival curves are one; NULL without an end';

--
-- Service: time that counts business hours only
--

CREATE FUNCTION business_duration(started timestamp, finished timestamp, opens time, closes time, days integer[] DEFAULT '{1,2,3,4,5}', holidays date[] DEFAULT '{}') RETURNS interval
AS 'MODULE_PATHNAME', 'business_duration'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_duration(timestamp, timestamp, time, time, integer[], date[]) IS
'how much of the time from started to finished is within opening hours, on the given days of the week (1 is Monday) that are no holidays';

CREATE TYPE business_calendar;

CREATE FUNCTION business_calendar_in(cstring) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_in(cstring) IS
'input of business_calendar: JSON';

CREATE FUNCTION business_calendar_out(business_calendar) RETURNS cstring
AS 'MODULE_PATHNAME', 'business_calendar_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_out(business_calendar) IS
'output of business_calendar: JSON';

CREATE FUNCTION business_calendar_recv(internal) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_recv(internal) IS
'binary input of business_calendar';

CREATE FUNCTION business_calendar_send(business_calendar) RETURNS bytea
AS 'MODULE_PATHNAME', 'business_calendar_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_send(business_calendar) IS
'binary output of business_calendar';

CREATE TYPE business_calendar (
	INPUT = business_calendar_in,
	OUTPUT = business_calendar_out,
	RECEIVE = business_calendar_recv,
	SEND = business_calendar_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE business_calendar IS
'when a service is open: a time zone, windows by day of the week, days with other hours or none, changes of hours; read with business_duration(), business_due(), is_open()';

CREATE FUNCTION business_calendar_eq(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_eq(business_calendar, business_calendar) IS
'implementation of = operator';

CREATE FUNCTION business_calendar_ne(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_ne(business_calendar, business_calendar) IS
'implementation of <> operator';

CREATE FUNCTION business_calendar_lt(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_lt(business_calendar, business_calendar) IS
'implementation of < operator';

CREATE FUNCTION business_calendar_le(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_le(business_calendar, business_calendar) IS
'implementation of <= operator';

CREATE FUNCTION business_calendar_ge(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_ge(business_calendar, business_calendar) IS
'implementation of >= operator';

CREATE FUNCTION business_calendar_gt(business_calendar, business_calendar) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_gt(business_calendar, business_calendar) IS
'implementation of > operator';

CREATE FUNCTION business_calendar_cmp(business_calendar, business_calendar) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_cmp(business_calendar, business_calendar) IS
'less-equal-greater, by bytes';

CREATE FUNCTION business_calendar_hash(business_calendar) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_hash(business_calendar) IS
'hash';

CREATE FUNCTION business_calendar_hash_extended(business_calendar, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_hash_extended(business_calendar, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (business_calendar, business_calendar) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (business_calendar, business_calendar) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (business_calendar, business_calendar) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (business_calendar, business_calendar) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (business_calendar, business_calendar) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = business_calendar, RIGHTARG = business_calendar, FUNCTION = business_calendar_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (business_calendar, business_calendar) IS 'greater than, by bytes';

CREATE OPERATOR CLASS business_calendar_ops
	DEFAULT FOR TYPE business_calendar USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 business_calendar_cmp(business_calendar, business_calendar),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS business_calendar_ops USING btree IS 'order of business_calendar by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY business_calendar_ops USING btree IS 'order of business_calendar';

CREATE OPERATOR CLASS business_calendar_ops
	DEFAULT FOR TYPE business_calendar USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 business_calendar_hash(business_calendar),
	FUNCTION 2 business_calendar_hash_extended(business_calendar, bigint);

COMMENT ON OPERATOR CLASS business_calendar_ops USING hash IS 'hashing of business_calendar, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY business_calendar_ops USING hash IS 'hashing of business_calendar';

CREATE TYPE special_days;

CREATE FUNCTION special_days_in(cstring) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_in(cstring) IS
'input of special_days: JSON';

CREATE FUNCTION special_days_out(special_days) RETURNS cstring
AS 'MODULE_PATHNAME', 'special_days_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_out(special_days) IS
'output of special_days: JSON';

CREATE FUNCTION special_days_recv(internal) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_recv(internal) IS
'binary input of special_days';

CREATE FUNCTION special_days_send(special_days) RETURNS bytea
AS 'MODULE_PATHNAME', 'special_days_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_send(special_days) IS
'binary output of special_days';

CREATE TYPE special_days (
	INPUT = special_days_in,
	OUTPUT = special_days_out,
	RECEIVE = special_days_recv,
	SEND = special_days_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE special_days IS
'days with other hours, or closed, for with_special_days()';

CREATE FUNCTION special_days_eq(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_eq(special_days, special_days) IS
'implementation of = operator';

CREATE FUNCTION special_days_ne(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_ne(special_days, special_days) IS
'implementation of <> operator';

CREATE FUNCTION special_days_lt(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_lt(special_days, special_days) IS
'implementation of < operator';

CREATE FUNCTION special_days_le(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_le(special_days, special_days) IS
'implementation of <= operator';

CREATE FUNCTION special_days_ge(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_ge(special_days, special_days) IS
'implementation of >= operator';

CREATE FUNCTION special_days_gt(special_days, special_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_gt(special_days, special_days) IS
'implementation of > operator';

CREATE FUNCTION special_days_cmp(special_days, special_days) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_cmp(special_days, special_days) IS
'less-equal-greater, by bytes';

CREATE FUNCTION special_days_hash(special_days) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_hash(special_days) IS
'hash';

CREATE FUNCTION special_days_hash_extended(special_days, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_hash_extended(special_days, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (special_days, special_days) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (special_days, special_days) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (special_days, special_days) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (special_days, special_days) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (special_days, special_days) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (special_days, special_days) IS 'greater than, by bytes';

CREATE OPERATOR CLASS special_days_ops
	DEFAULT FOR TYPE special_days USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 special_days_cmp(special_days, special_days),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS special_days_ops USING btree IS 'order of special_days by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY special_days_ops USING btree IS 'order of special_days';

CREATE OPERATOR CLASS special_days_ops
	DEFAULT FOR TYPE special_days USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 special_days_hash(special_days),
	FUNCTION 2 special_days_hash_extended(special_days, bigint);

COMMENT ON OPERATOR CLASS special_days_ops USING hash IS 'hashing of special_days, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY special_days_ops USING hash IS 'hashing of special_days';

CREATE FUNCTION business_calendar_accum(business_calendar, text, integer, time, time) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_accum(business_calendar, text, integer, time, time) IS
'transition function of business_calendar()';

CREATE FUNCTION business_calendar_combine(business_calendar, business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_combine(business_calendar, business_calendar) IS
'combine function of business_calendar()';

CREATE FUNCTION business_calendar_final(business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_final(business_calendar) IS
'final function of business_calendar()';

CREATE AGGREGATE business_calendar(zone text, day_of_week integer, opens time, closes time) (
	SFUNC = business_calendar_accum,
	STYPE = business_calendar,
	SSPACE = -1,
	FINALFUNC = business_calendar_final,
	COMBINEFUNC = business_calendar_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_calendar(text, integer, time, time) IS
'a calendar from a table of hours: a row a window, day_of_week 1 is Monday and 7 is Sunday; one that closes before it opens does so on the next day; NULL for both times is closed';

CREATE FUNCTION special_days_accum(special_days, date, time, time) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION special_days_accum(special_days, date, time, time) IS
'transition function of special_days()';

CREATE FUNCTION special_days_combine(special_days, special_days) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_combine(special_days, special_days) IS
'combine function of special_days(), transition function of rollup()';

CREATE FUNCTION special_days_final(special_days) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_final(special_days) IS
'final function of special_days() and rollup()';

CREATE AGGREGATE special_days(day date, opens time, closes time) (
	SFUNC = special_days_accum,
	STYPE = special_days,
	SSPACE = -1,
	FINALFUNC = special_days_final,
	COMBINEFUNC = special_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE special_days(date, time, time) IS
'days with other hours, a row a window; NULL for both times is closed';

CREATE AGGREGATE rollup(special_days) (
	SFUNC = special_days_combine,
	STYPE = special_days,
	SSPACE = -1,
	FINALFUNC = special_days_final,
	COMBINEFUNC = special_days_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(special_days) (
	SFUNC = special_days_combine,
	STYPE = special_days,
	SSPACE = -1,
	FINALFUNC = special_days_final,
	COMBINEFUNC = special_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(special_days) IS
'puts special days of several tables together; windows must not overlap';

COMMENT ON AGGREGATE sum(special_days) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION special_days_plus(special_days, special_days) RETURNS special_days
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	special_days_final(
	special_days_combine($1, $2)
	)
;

COMMENT ON FUNCTION special_days_plus(special_days, special_days) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = special_days, RIGHTARG = special_days, FUNCTION = special_days_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (special_days, special_days) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION with_special_days(calendar business_calendar, days special_days) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'with_special_days'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION with_special_days(business_calendar, special_days) IS
'the calendar with these days instead of what it had for them; the calendar itself when days are NULL';

CREATE FUNCTION with_hours_from(calendar business_calendar, from_date date, hours business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'with_hours_from'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION with_hours_from(business_calendar, date, business_calendar) IS
'the calendar with the hours of another one from a date on; its special days stay';

CREATE FUNCTION business_duration(calendar business_calendar, started timestamptz, finished timestamptz) RETURNS interval
AS 'MODULE_PATHNAME', 'calendar_duration'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_duration(business_calendar, timestamptz, timestamptz) IS
'how much of the time from started to finished is open by the calendar; NULL while it is not finished';

CREATE FUNCTION business_due(calendar business_calendar, started timestamptz, target interval) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'calendar_due'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_due(business_calendar, timestamptz, interval) IS
'when a target runs out: its days are working days, its hours are open hours; one that ends at closing time is due then';

CREATE FUNCTION business_days(calendar business_calendar, from_date date, to_date date) RETURNS integer
AS 'MODULE_PATHNAME', 'calendar_days'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_days(business_calendar, date, date) IS
'how many days of [from_date, to_date) have hours';

CREATE FUNCTION is_open(calendar business_calendar, at timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'calendar_is_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION is_open(business_calendar, timestamptz) IS
'is it open at that moment?';

CREATE FUNCTION next_opening(calendar business_calendar, at timestamptz) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'calendar_next_opening'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION next_opening(business_calendar, timestamptz) IS
'the moment itself where it is open then, otherwise the next one at which it opens';

CREATE FUNCTION business_within_target(calendar business_calendar, started timestamptz, finished timestamptz, target interval, as_of timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'business_within_target'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_within_target(business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'was it finished within the target on the clock of the calendar? days of the target are working days; NULL while it is open and still in time at as_of, or without a target';

CREATE FUNCTION business_target_accum(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'business_target_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_target_accum(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'transition function of business_sla_agg()';

CREATE FUNCTION business_target_remove(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'business_target_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_target_remove(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'inverse transition function of business_sla_agg()';

CREATE AGGREGATE business_sla_agg(calendar business_calendar, started timestamptz, finished timestamptz, target interval, as_of timestamptz) (
	SFUNC = business_target_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = business_target_accum,
	MINVFUNC = business_target_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_sla_agg(business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'SLA attainment on the clock of a calendar, as of as_of, in percent points: finished within target / (finished + open and overdue)';

CREATE FUNCTION business_duration_accum(duration_summary, business_calendar, timestamptz, timestamptz, timestamptz) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'business_duration_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_duration_accum(duration_summary, business_calendar, timestamptz, timestamptz, timestamptz) IS
'transition function of business_duration_summary()';

CREATE AGGREGATE business_duration_summary(calendar business_calendar, started timestamptz, finished timestamptz, as_of timestamptz) (
	SFUNC = business_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_duration_summary(business_calendar, timestamptz, timestamptz, timestamptz) IS
'open time from started to finished by the calendar; what has not finished by as_of is still open; rows without a start are counted apart';

CREATE TYPE backlog_summary;

CREATE FUNCTION backlog_summary_in(cstring) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_in(cstring) IS
'input of backlog_summary: JSON';

CREATE FUNCTION backlog_summary_out(backlog_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'backlog_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_out(backlog_summary) IS
'output of backlog_summary: JSON';

CREATE FUNCTION backlog_summary_recv(internal) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_recv(internal) IS
'binary input of backlog_summary';

CREATE FUNCTION backlog_summary_send(backlog_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'backlog_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_send(backlog_summary) IS
'binary output of backlog_summary';

CREATE TYPE backlog_summary (
	INPUT = backlog_summary_in,
	OUTPUT = backlog_summary_out,
	RECEIVE = backlog_summary_recv,
	SEND = backlog_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE backlog_summary IS
'how many were opened and closed on each day; read with backlog(), merged with rollup()';

CREATE FUNCTION backlog_summary_eq(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_eq(backlog_summary, backlog_summary) IS
'implementation of = operator';

CREATE FUNCTION backlog_summary_ne(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_ne(backlog_summary, backlog_summary) IS
'implementation of <> operator';

CREATE FUNCTION backlog_summary_lt(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_lt(backlog_summary, backlog_summary) IS
'implementation of < operator';

CREATE FUNCTION backlog_summary_le(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_le(backlog_summary, backlog_summary) IS
'implementation of <= operator';

CREATE FUNCTION backlog_summary_ge(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_ge(backlog_summary, backlog_summary) IS
'implementation of >= operator';

CREATE FUNCTION backlog_summary_gt(backlog_summary, backlog_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_gt(backlog_summary, backlog_summary) IS
'implementation of > operator';

CREATE FUNCTION backlog_summary_cmp(backlog_summary, backlog_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_cmp(backlog_summary, backlog_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION backlog_summary_hash(backlog_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_hash(backlog_summary) IS
'hash';

CREATE FUNCTION backlog_summary_hash_extended(backlog_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_hash_extended(backlog_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (backlog_summary, backlog_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (backlog_summary, backlog_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (backlog_summary, backlog_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (backlog_summary, backlog_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (backlog_summary, backlog_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (backlog_summary, backlog_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS backlog_summary_ops
	DEFAULT FOR TYPE backlog_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 backlog_summary_cmp(backlog_summary, backlog_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS backlog_summary_ops USING btree IS 'order of backlog_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY backlog_summary_ops USING btree IS 'order of backlog_summary';

CREATE OPERATOR CLASS backlog_summary_ops
	DEFAULT FOR TYPE backlog_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 backlog_summary_hash(backlog_summary),
	FUNCTION 2 backlog_summary_hash_extended(backlog_summary, bigint);

COMMENT ON OPERATOR CLASS backlog_summary_ops USING hash IS 'hashing of backlog_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY backlog_summary_ops USING hash IS 'hashing of backlog_summary';

CREATE FUNCTION backlog_accum(backlog_summary, timestamp, timestamp) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION backlog_accum(backlog_summary, timestamp, timestamp) IS
'transition function of backlog_summary()';

CREATE FUNCTION backlog_combine(backlog_summary, backlog_summary) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_combine(backlog_summary, backlog_summary) IS
'combine function of backlog_summary(), transition function of rollup()';

CREATE FUNCTION backlog_final(backlog_summary) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_final(backlog_summary) IS
'final function of backlog_summary() and rollup()';

CREATE AGGREGATE backlog_summary(opened timestamp, closed timestamp) (
	SFUNC = backlog_accum,
	STYPE = backlog_summary,
	SSPACE = -1,
	FINALFUNC = backlog_final,
	COMBINEFUNC = backlog_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE backlog_summary(timestamp, timestamp) IS
'how many were opened and closed on each day; closed is NULL for what is open still; dates do as well';

CREATE AGGREGATE rollup(backlog_summary) (
	SFUNC = backlog_combine,
	STYPE = backlog_summary,
	SSPACE = -1,
	FINALFUNC = backlog_final,
	COMBINEFUNC = backlog_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(backlog_summary) (
	SFUNC = backlog_combine,
	STYPE = backlog_summary,
	SSPACE = -1,
	FINALFUNC = backlog_final,
	COMBINEFUNC = backlog_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(backlog_summary) IS
'adds up backlog summaries, of several queues for instance';

COMMENT ON AGGREGATE sum(backlog_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION backlog_summary_plus(backlog_summary, backlog_summary) RETURNS backlog_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	backlog_final(
	backlog_combine($1, $2)
	)
;

COMMENT ON FUNCTION backlog_summary_plus(backlog_summary, backlog_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (backlog_summary, backlog_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION backlog_summary_minus(backlog_summary, backlog_summary) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_summary_minus(backlog_summary, backlog_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = backlog_summary, RIGHTARG = backlog_summary, FUNCTION = backlog_summary_minus
);

COMMENT ON OPERATOR - (backlog_summary, backlog_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION backlog(backlog_summary, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT opened bigint, OUT closed bigint, OUT open_at_end bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'backlog_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION backlog(backlog_summary, timestamp, timestamp) IS
'how many were opened and closed on every day of [from_date, to_date), and how many are open at its end; from the first to the last day with a movement by default';

--
-- ticket_log: which ticket was in which state from when on
--

CREATE TYPE ticket_log;

CREATE FUNCTION ticket_log_in(cstring) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_in(cstring) IS
'input of ticket_log: JSON';

CREATE FUNCTION ticket_log_out(ticket_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'ticket_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_out(ticket_log) IS
'output of ticket_log: JSON';

CREATE FUNCTION ticket_log_recv(internal) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_recv(internal) IS
'binary input of ticket_log';

CREATE FUNCTION ticket_log_send(ticket_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'ticket_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_send(ticket_log) IS
'binary output of ticket_log';

CREATE TYPE ticket_log (
	INPUT = ticket_log_in,
	OUTPUT = ticket_log_out,
	RECEIVE = ticket_log_recv,
	SEND = ticket_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE ticket_log IS
'which ticket was in which state from when on; read with time_in_state(), resolution_summary(), sla_summary(), first_response_summary(), reopened(), backlog(), merged with rollup()';

CREATE FUNCTION ticket_log_eq(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_eq(ticket_log, ticket_log) IS
'implementation of = operator';

CREATE FUNCTION ticket_log_ne(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_ne(ticket_log, ticket_log) IS
'implementation of <> operator';

CREATE FUNCTION ticket_log_lt(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_lt(ticket_log, ticket_log) IS
'implementation of < operator';

CREATE FUNCTION ticket_log_le(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_le(ticket_log, ticket_log) IS
'implementation of <= operator';

CREATE FUNCTION ticket_log_ge(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_ge(ticket_log, ticket_log) IS
'implementation of >= operator';

CREATE FUNCTION ticket_log_gt(ticket_log, ticket_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_gt(ticket_log, ticket_log) IS
'implementation of > operator';

CREATE FUNCTION ticket_log_cmp(ticket_log, ticket_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_cmp(ticket_log, ticket_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION ticket_log_hash(ticket_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_hash(ticket_log) IS
'hash';

CREATE FUNCTION ticket_log_hash_extended(ticket_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_hash_extended(ticket_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (ticket_log, ticket_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (ticket_log, ticket_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (ticket_log, ticket_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (ticket_log, ticket_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (ticket_log, ticket_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (ticket_log, ticket_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS ticket_log_ops
	DEFAULT FOR TYPE ticket_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 ticket_log_cmp(ticket_log, ticket_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS ticket_log_ops USING btree IS 'order of ticket_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY ticket_log_ops USING btree IS 'order of ticket_log';

CREATE OPERATOR CLASS ticket_log_ops
	DEFAULT FOR TYPE ticket_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 ticket_log_hash(ticket_log),
	FUNCTION 2 ticket_log_hash_extended(ticket_log, bigint);

COMMENT ON OPERATOR CLASS ticket_log_ops USING hash IS 'hashing of ticket_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY ticket_log_ops USING hash IS 'hashing of ticket_log';

CREATE FUNCTION ticket_log_combine(ticket_log, ticket_log) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_combine(ticket_log, ticket_log) IS
'combine function of ticket_log(), transition function of rollup()';

CREATE FUNCTION ticket_log_final(ticket_log) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_final(ticket_log) IS
'final function of ticket_log() and rollup()';

CREATE FUNCTION ticket_log_accum(ticket_log, smallint, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, smallint, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id smallint, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(smallint, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';

CREATE FUNCTION ticket_log_accum(ticket_log, integer, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, integer, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id integer, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(integer, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';

CREATE FUNCTION ticket_log_accum(ticket_log, bigint, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, bigint, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id bigint, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(bigint, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';

CREATE FUNCTION ticket_log_accum(ticket_log, uuid, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, uuid, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id uuid, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(uuid, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';

CREATE FUNCTION ticket_log_accum(ticket_log, text, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, text, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id text, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(text, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';

CREATE AGGREGATE rollup(ticket_log) (
	SFUNC = ticket_log_combine,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(ticket_log) (
	SFUNC = ticket_log_combine,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(ticket_log) IS
'one log of all the parts: a change that several parts have is one, a ticket of several parts is one ticket';

COMMENT ON AGGREGATE sum(ticket_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION ticket_log_plus(ticket_log, ticket_log) RETURNS ticket_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	ticket_log_final(
	ticket_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION ticket_log_plus(ticket_log, ticket_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = ticket_log, RIGHTARG = ticket_log, FUNCTION = ticket_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (ticket_log, ticket_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION tickets(ticket_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'ticket_log_tickets'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION tickets(ticket_log) IS
'how many tickets there are, each one once';

CREATE FUNCTION time_in_state(ticket_log, as_of timestamptz, calendar business_calendar DEFAULT NULL, unit text DEFAULT 'hour', OUT state text, OUT tickets bigint, OUT total numeric, OUT stays duration_summary) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_time_in_state'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION time_in_state(ticket_log, timestamptz, business_calendar, text) IS
'for each state in which tickets have been by as_of how many, how much time together, by the calendar open time, and a duration_summary of their stays';

CREATE FUNCTION resolution_summary(ticket_log, closed_states text[], as_of timestamptz, paused_states text[] DEFAULT '{}', calendar business_calendar DEFAULT NULL) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'ticket_log_resolution'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION resolution_summary(ticket_log, text[], timestamptz, text[], business_calendar) IS
'how long tickets took to be closed, on a clock that stands still in paused states, in closed ones until they are reopened, and outside the hours of the calendar';

CREATE FUNCTION sla_summary(ticket_log, closed_states text[], target interval, as_of timestamptz, paused_states text[] DEFAULT '{}', calendar business_calendar DEFAULT NULL) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'ticket_log_sla'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sla_summary(ticket_log, text[], interval, timestamptz, text[], business_calendar) IS
'of how many tickets the target was kept, on the clock of resolution_summary(); read with rate(): closed within target / (closed + open and overdue)';

CREATE FUNCTION first_response_summary(ticket_log, opened_states text[], answered_states text[], as_of timestamptz, calendar business_calendar DEFAULT NULL) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'ticket_log_first_response'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION first_response_summary(ticket_log, text[], text[], timestamptz, business_calendar) IS
'how long tickets waited for the first answer after they were opened or, the last time, reopened';

CREATE FUNCTION reopened(ticket_log, closed_states text[], as_of timestamptz DEFAULT 'infinity') RETURNS rate_summary
AS 'MODULE_PATHNAME', 'ticket_log_reopened'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION reopened(ticket_log, text[], timestamptz) IS
'of the tickets that have been closed, how many were reopened by as_of; read with rate()';

CREATE FUNCTION backlog(ticket_log, open_states text[], from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, zone text DEFAULT 'UTC', OUT day date, OUT opened bigint, OUT closed bigint, OUT open_at_end bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_backlog'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION backlog(ticket_log, text[], timestamp, timestamp, text) IS
'how many tickets came into one of the open states on every day of [from_date, to_date) in the time zone, how many left them, and how many are in one at its end; from the first to the last day with an entry by default';

--
-- state_history: the states of one ticket
--

CREATE TYPE state_history;

CREATE FUNCTION state_history_in(cstring) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_in(cstring) IS
'input of state_history: JSON';

CREATE FUNCTION state_history_out(state_history) RETURNS cstring
AS 'MODULE_PATHNAME', 'state_history_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_out(state_history) IS
'output of state_history: JSON';

CREATE FUNCTION state_history_recv(internal) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_recv(internal) IS
'binary input of state_history';

CREATE FUNCTION state_history_send(state_history) RETURNS bytea
AS 'MODULE_PATHNAME', 'state_history_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_send(state_history) IS
'binary output of state_history';

CREATE TYPE state_history (
	INPUT = state_history_in,
	OUTPUT = state_history_out,
	RECEIVE = state_history_recv,
	SEND = state_history_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE state_history IS
'in which state a ticket was from when on; read with time_in(), state_at(), first_entered(), times_entered()';

CREATE FUNCTION state_history_eq(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_eq(state_history, state_history) IS
'implementation of = operator';

CREATE FUNCTION state_history_ne(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_ne(state_history, state_history) IS
'implementation of <> operator';

CREATE FUNCTION state_history_lt(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_lt(state_history, state_history) IS
'implementation of < operator';

CREATE FUNCTION state_history_le(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_le(state_history, state_history) IS
'implementation of <= operator';

CREATE FUNCTION state_history_ge(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_ge(state_history, state_history) IS
'implementation of >= operator';

CREATE FUNCTION state_history_gt(state_history, state_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_gt(state_history, state_history) IS
'implementation of > operator';

CREATE FUNCTION state_history_cmp(state_history, state_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_cmp(state_history, state_history) IS
'less-equal-greater, by bytes';

CREATE FUNCTION state_history_hash(state_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_hash(state_history) IS
'hash';

CREATE FUNCTION state_history_hash_extended(state_history, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_hash_extended(state_history, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (state_history, state_history) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (state_history, state_history) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (state_history, state_history) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (state_history, state_history) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (state_history, state_history) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (state_history, state_history) IS 'greater than, by bytes';

CREATE OPERATOR CLASS state_history_ops
	DEFAULT FOR TYPE state_history USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 state_history_cmp(state_history, state_history),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS state_history_ops USING btree IS 'order of state_history by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY state_history_ops USING btree IS 'order of state_history';

CREATE OPERATOR CLASS state_history_ops
	DEFAULT FOR TYPE state_history USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 state_history_hash(state_history),
	FUNCTION 2 state_history_hash_extended(state_history, bigint);

COMMENT ON OPERATOR CLASS state_history_ops USING hash IS 'hashing of state_history, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY state_history_ops USING hash IS 'hashing of state_history';

CREATE FUNCTION state_history_combine(state_history, state_history) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_combine(state_history, state_history) IS
'combine function of state_history(), transition function of rollup()';

CREATE FUNCTION state_history_final(state_history) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_history_final(state_history) IS
'final function of state_history() and rollup()';

CREATE FUNCTION state_history_accum(state_history, timestamptz, text) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION state_history_accum(state_history, timestamptz, text) IS
'transition function of state_history()';

CREATE AGGREGATE state_history(at timestamptz, state text) (
	SFUNC = state_history_accum,
	STYPE = state_history,
	SSPACE = -1,
	FINALFUNC = state_history_final,
	COMBINEFUNC = state_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE state_history(timestamptz, text) IS
'in which state a ticket was from when on, GROUP BY ticket: a row for each change of state; rows without time or state are skipped';

CREATE AGGREGATE rollup(state_history) (
	SFUNC = state_history_combine,
	STYPE = state_history,
	SSPACE = -1,
	FINALFUNC = state_history_final,
	COMBINEFUNC = state_history_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(state_history) (
	SFUNC = state_history_combine,
	STYPE = state_history,
	SSPACE = -1,
	FINALFUNC = state_history_final,
	COMBINEFUNC = state_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(state_history) IS
'one history of all the parts of a ticket; a change that several parts have is one';

COMMENT ON AGGREGATE sum(state_history) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION state_history_plus(state_history, state_history) RETURNS state_history
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	state_history_final(
	state_history_combine($1, $2)
	)
;

COMMENT ON FUNCTION state_history_plus(state_history, state_history) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = state_history, RIGHTARG = state_history, FUNCTION = state_history_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (state_history, state_history) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION time_in(state_history, states text[], as_of timestamptz, calendar business_calendar DEFAULT NULL) RETURNS interval
AS 'MODULE_PATHNAME', 'state_history_time_in'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION time_in(state_history, text[], timestamptz, business_calendar) IS
'how long the ticket has been in these states by as_of; by the calendar, how much of that was open';

CREATE FUNCTION state_at(state_history, at timestamptz) RETURNS text
AS 'MODULE_PATHNAME', 'state_history_state_at'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_at(state_history, timestamptz) IS
'the state in which the ticket is at a moment; NULL before the first one';

CREATE FUNCTION first_entered(state_history, state text) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'state_history_first_entered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION first_entered(state_history, text) IS
'when the ticket came into a state for the first time; NULL if it never did';

CREATE FUNCTION times_entered(state_history, state text) RETURNS bigint
AS 'MODULE_PATHNAME', 'state_history_times_entered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION times_entered(state_history, text) IS
'how often the ticket came into a state';

CREATE FUNCTION histories(ticket_log, OUT ticket_id bigint, OUT history state_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_histories'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories(ticket_log) IS
'a row for each ticket, with the state_history of the ticket; ids are of type bigint';

CREATE FUNCTION histories_uuid(ticket_log, OUT ticket_id uuid, OUT history state_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_histories_uuid'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories_uuid(ticket_log) IS
'a row for each ticket, with the state_history of the ticket; ids are of type uuid';

--
-- Usage: active days, active users, cohort retention and the lifecycle of users
--

CREATE TYPE active_days;

CREATE FUNCTION active_days_in(cstring) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_in(cstring) IS
'input of active_days: JSON';

CREATE FUNCTION active_days_out(active_days) RETURNS cstring
AS 'MODULE_PATHNAME', 'active_days_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_out(active_days) IS
'output of active_days: JSON';

CREATE FUNCTION active_days_recv(internal) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_recv(internal) IS
'binary input of active_days';

CREATE FUNCTION active_days_send(active_days) RETURNS bytea
AS 'MODULE_PATHNAME', 'active_days_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_send(active_days) IS
'binary output of active_days';

CREATE TYPE active_days (
	INPUT = active_days_in,
	OUTPUT = active_days_out,
	RECEIVE = active_days_recv,
	SEND = active_days_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE active_days IS
'the days on which one user was active; read with days_active(), was_active(), merged with rollup(), counted over users with active_users_summary() and cohort_summary()';

CREATE FUNCTION active_days_eq(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_eq(active_days, active_days) IS
'implementation of = operator';

CREATE FUNCTION active_days_ne(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_ne(active_days, active_days) IS
'implementation of <> operator';

CREATE FUNCTION active_days_lt(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_lt(active_days, active_days) IS
'implementation of < operator';

CREATE FUNCTION active_days_le(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_le(active_days, active_days) IS
'implementation of <= operator';

CREATE FUNCTION active_days_ge(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_ge(active_days, active_days) IS
'implementation of >= operator';

CREATE FUNCTION active_days_gt(active_days, active_days) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_gt(active_days, active_days) IS
'implementation of > operator';

CREATE FUNCTION active_days_cmp(active_days, active_days) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_cmp(active_days, active_days) IS
'less-equal-greater, by bytes';

CREATE FUNCTION active_days_hash(active_days) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_hash(active_days) IS
'hash';

CREATE FUNCTION active_days_hash_extended(active_days, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_hash_extended(active_days, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (active_days, active_days) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (active_days, active_days) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (active_days, active_days) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (active_days, active_days) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (active_days, active_days) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (active_days, active_days) IS 'greater than, by bytes';

CREATE OPERATOR CLASS active_days_ops
	DEFAULT FOR TYPE active_days USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 active_days_cmp(active_days, active_days),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS active_days_ops USING btree IS 'order of active_days by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY active_days_ops USING btree IS 'order of active_days';

CREATE OPERATOR CLASS active_days_ops
	DEFAULT FOR TYPE active_days USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 active_days_hash(active_days),
	FUNCTION 2 active_days_hash_extended(active_days, bigint);

COMMENT ON OPERATOR CLASS active_days_ops USING hash IS 'hashing of active_days, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY active_days_ops USING hash IS 'hashing of active_days';

CREATE FUNCTION active_days_accum(active_days, date) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_days_accum(active_days, date) IS
'transition function of active_days()';

CREATE FUNCTION active_days_combine(active_days, active_days) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_combine(active_days, active_days) IS
'combine function of active_days(), transition function of rollup()';

CREATE FUNCTION active_days_final(active_days) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_final(active_days) IS
'final function of active_days() and rollup()';

CREATE AGGREGATE active_days(day date) (
	SFUNC = active_days_accum,
	STYPE = active_days,
	SSPACE = -1,
	FINALFUNC = active_days_final,
	COMBINEFUNC = active_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE active_days(date) IS
'the days on which one user was active; NULL days are skipped';

CREATE AGGREGATE rollup(active_days) (
	SFUNC = active_days_combine,
	STYPE = active_days,
	SSPACE = -1,
	FINALFUNC = active_days_final,
	COMBINEFUNC = active_days_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(active_days) (
	SFUNC = active_days_combine,
	STYPE = active_days,
	SSPACE = -1,
	FINALFUNC = active_days_final,
	COMBINEFUNC = active_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(active_days) IS
'the days of all the values: their union';

COMMENT ON AGGREGATE sum(active_days) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION active_days_plus(active_days, active_days) RETURNS active_days
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	active_days_final(
	active_days_combine($1, $2)
	)
;

COMMENT ON FUNCTION active_days_plus(active_days, active_days) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = active_days, RIGHTARG = active_days, FUNCTION = active_days_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (active_days, active_days) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION days_active(active_days) RETURNS bigint
AS 'MODULE_PATHNAME', 'active_days_count'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION days_active(active_days) IS
'on how many days the user was active';

CREATE FUNCTION first_active(active_days) RETURNS date
AS 'MODULE_PATHNAME', 'active_days_first'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION first_active(active_days) IS
'the first active day';

CREATE FUNCTION last_active(active_days) RETURNS date
AS 'MODULE_PATHNAME', 'active_days_last'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION last_active(active_days) IS
'the last active day';

CREATE FUNCTION was_active(active_days, on_date timestamp, window_days integer DEFAULT 1) RETURNS boolean
AS 'MODULE_PATHNAME', 'active_days_was_active'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION was_active(active_days, timestamp, integer) IS
'whether the user was active on one of the window_days days up to and including on_date';

CREATE TYPE active_users_summary;

CREATE FUNCTION active_users_summary_in(cstring) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_in(cstring) IS
'input of active_users_summary: JSON';

CREATE FUNCTION active_users_summary_out(active_users_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'active_users_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_out(active_users_summary) IS
'output of active_users_summary: JSON';

CREATE FUNCTION active_users_summary_recv(internal) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_recv(internal) IS
'binary input of active_users_summary';

CREATE FUNCTION active_users_summary_send(active_users_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'active_users_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_send(active_users_summary) IS
'binary output of active_users_summary';

CREATE TYPE active_users_summary (
	INPUT = active_users_summary_in,
	OUTPUT = active_users_summary_out,
	RECEIVE = active_users_summary_recv,
	SEND = active_users_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE active_users_summary IS
'active users by day, for windows of up to 366 days; read with active_users(), merged with rollup() where the users are not the same';

CREATE FUNCTION active_users_summary_eq(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_eq(active_users_summary, active_users_summary) IS
'implementation of = operator';

CREATE FUNCTION active_users_summary_ne(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_ne(active_users_summary, active_users_summary) IS
'implementation of <> operator';

CREATE FUNCTION active_users_summary_lt(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_lt(active_users_summary, active_users_summary) IS
'implementation of < operator';

CREATE FUNCTION active_users_summary_le(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_le(active_users_summary, active_users_summary) IS
'implementation of <= operator';

CREATE FUNCTION active_users_summary_ge(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_ge(active_users_summary, active_users_summary) IS
'implementation of >= operator';

CREATE FUNCTION active_users_summary_gt(active_users_summary, active_users_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_gt(active_users_summary, active_users_summary) IS
'implementation of > operator';

CREATE FUNCTION active_users_summary_cmp(active_users_summary, active_users_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_cmp(active_users_summary, active_users_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION active_users_summary_hash(active_users_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_hash(active_users_summary) IS
'hash';

CREATE FUNCTION active_users_summary_hash_extended(active_users_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_hash_extended(active_users_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (active_users_summary, active_users_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (active_users_summary, active_users_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (active_users_summary, active_users_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (active_users_summary, active_users_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (active_users_summary, active_users_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (active_users_summary, active_users_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS active_users_summary_ops
	DEFAULT FOR TYPE active_users_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 active_users_summary_cmp(active_users_summary, active_users_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS active_users_summary_ops USING btree IS 'order of active_users_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY active_users_summary_ops USING btree IS 'order of active_users_summary';

CREATE OPERATOR CLASS active_users_summary_ops
	DEFAULT FOR TYPE active_users_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 active_users_summary_hash(active_users_summary),
	FUNCTION 2 active_users_summary_hash_extended(active_users_summary, bigint);

COMMENT ON OPERATOR CLASS active_users_summary_ops USING hash IS 'hashing of active_users_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY active_users_summary_ops USING hash IS 'hashing of active_users_summary';

CREATE FUNCTION active_users_accum(active_users_summary, active_days) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_users_accum(active_users_summary, active_days) IS
'transition function of active_users_summary()';

CREATE FUNCTION active_users_combine(active_users_summary, active_users_summary) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_combine(active_users_summary, active_users_summary) IS
'combine function of active_users_summary(), transition function of rollup()';

CREATE FUNCTION active_users_final(active_users_summary) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_final(active_users_summary) IS
'final function of active_users_summary() and rollup()';

CREATE AGGREGATE active_users_summary(active_days) (
	SFUNC = active_users_accum,
	STYPE = active_users_summary,
	SSPACE = -1,
	FINALFUNC = active_users_final,
	COMBINEFUNC = active_users_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE active_users_summary(active_days) IS
'active users by day, over users';

CREATE AGGREGATE rollup(active_users_summary) (
	SFUNC = active_users_combine,
	STYPE = active_users_summary,
	SSPACE = -1,
	FINALFUNC = active_users_final,
	COMBINEFUNC = active_users_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(active_users_summary) (
	SFUNC = active_users_combine,
	STYPE = active_users_summary,
	SSPACE = -1,
	FINALFUNC = active_users_final,
	COMBINEFUNC = active_users_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(active_users_summary) IS
'merges summaries of different users';

COMMENT ON AGGREGATE sum(active_users_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION active_users_summary_plus(active_users_summary, active_users_summary) RETURNS active_users_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	active_users_final(
	active_users_combine($1, $2)
	)
;

COMMENT ON FUNCTION active_users_summary_plus(active_users_summary, active_users_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (active_users_summary, active_users_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION active_users_summary_minus(active_users_summary, active_users_summary) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary_minus(active_users_summary, active_users_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = active_users_summary, RIGHTARG = active_users_summary, FUNCTION = active_users_summary_minus
);

COMMENT ON OPERATOR - (active_users_summary, active_users_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION users(active_users_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'active_users_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(active_users_summary) IS
'how many users there are';

CREATE FUNCTION active_users(active_users_summary, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, window_days integer DEFAULT 28, OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT stickiness numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION active_users(active_users_summary, timestamp, timestamp, integer) IS
'active users of every day of [from_date, to_date): of the day, of 7 days and of a month, which is window_days from 28 to 31, up to and with it, and stickiness = 100 * dau / mau; from the first to the last active day by default';

CREATE FUNCTION active_within(active_users_summary, window_days integer, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_within'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION active_within(active_users_summary, integer, timestamp, timestamp) IS
'users active on one of the window_days days, from 1 to 366, up to and with every day of [from_date, to_date); from the first to the last active day by default';

CREATE TYPE cohort_summary;

CREATE FUNCTION cohort_summary_in(cstring) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_in(cstring) IS
'input of cohort_summary: JSON';

CREATE FUNCTION cohort_summary_out(cohort_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'cohort_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_out(cohort_summary) IS
'output of cohort_summary: JSON';

CREATE FUNCTION cohort_summary_recv(internal) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_recv(internal) IS
'binary input of cohort_summary';

CREATE FUNCTION cohort_summary_send(cohort_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'cohort_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_send(cohort_summary) IS
'binary output of cohort_summary';

CREATE TYPE cohort_summary (
	INPUT = cohort_summary_in,
	OUTPUT = cohort_summary_out,
	RECEIVE = cohort_summary_recv,
	SEND = cohort_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE cohort_summary IS
'users by cohort and period; read with cohort_retention() and user_lifecycle(), merged with rollup() where the users are not the same';

CREATE FUNCTION cohort_summary_eq(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_eq(cohort_summary, cohort_summary) IS
'implementation of = operator';

CREATE FUNCTION cohort_summary_ne(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_ne(cohort_summary, cohort_summary) IS
'implementation of <> operator';

CREATE FUNCTION cohort_summary_lt(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_lt(cohort_summary, cohort_summary) IS
'implementation of < operator';

CREATE FUNCTION cohort_summary_le(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_le(cohort_summary, cohort_summary) IS
'implementation of <= operator';

CREATE FUNCTION cohort_summary_ge(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_ge(cohort_summary, cohort_summary) IS
'implementation of >= operator';

CREATE FUNCTION cohort_summary_gt(cohort_summary, cohort_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_gt(cohort_summary, cohort_summary) IS
'implementation of > operator';

CREATE FUNCTION cohort_summary_cmp(cohort_summary, cohort_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_cmp(cohort_summary, cohort_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION cohort_summary_hash(cohort_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_hash(cohort_summary) IS
'hash';

CREATE FUNCTION cohort_summary_hash_extended(cohort_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_hash_extended(cohort_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (cohort_summary, cohort_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (cohort_summary, cohort_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (cohort_summary, cohort_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (cohort_summary, cohort_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (cohort_summary, cohort_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (cohort_summary, cohort_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS cohort_summary_ops
	DEFAULT FOR TYPE cohort_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 cohort_summary_cmp(cohort_summary, cohort_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS cohort_summary_ops USING btree IS 'order of cohort_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY cohort_summary_ops USING btree IS 'order of cohort_summary';

CREATE OPERATOR CLASS cohort_summary_ops
	DEFAULT FOR TYPE cohort_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 cohort_summary_hash(cohort_summary),
	FUNCTION 2 cohort_summary_hash_extended(cohort_summary, bigint);

COMMENT ON OPERATOR CLASS cohort_summary_ops USING hash IS 'hashing of cohort_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY cohort_summary_ops USING hash IS 'hashing of cohort_summary';

CREATE FUNCTION cohort_accum(cohort_summary, active_days, text) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION cohort_accum(cohort_summary, active_days, text) IS
'transition function of cohort_summary()';

CREATE FUNCTION cohort_combine(cohort_summary, cohort_summary) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_combine(cohort_summary, cohort_summary) IS
'combine function of cohort_summary(), transition function of rollup()';

CREATE FUNCTION cohort_final(cohort_summary) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_final(cohort_summary) IS
'final function of cohort_summary() and rollup()';

CREATE AGGREGATE cohort_summary(active_days, grain text) (
	SFUNC = cohort_accum,
	STYPE = cohort_summary,
	SSPACE = -1,
	FINALFUNC = cohort_final,
	COMBINEFUNC = cohort_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cohort_summary(active_days, text) IS
'users by cohort and period, over users; grain is ''day'', ''week'' (from Monday on), ''week_sunday'' or ''month''';

CREATE AGGREGATE rollup(cohort_summary) (
	SFUNC = cohort_combine,
	STYPE = cohort_summary,
	SSPACE = -1,
	FINALFUNC = cohort_final,
	COMBINEFUNC = cohort_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(cohort_summary) (
	SFUNC = cohort_combine,
	STYPE = cohort_summary,
	SSPACE = -1,
	FINALFUNC = cohort_final,
	COMBINEFUNC = cohort_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(cohort_summary) IS
'merges summaries of different users';

COMMENT ON AGGREGATE sum(cohort_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION cohort_summary_plus(cohort_summary, cohort_summary) RETURNS cohort_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	cohort_final(
	cohort_combine($1, $2)
	)
;

COMMENT ON FUNCTION cohort_summary_plus(cohort_summary, cohort_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (cohort_summary, cohort_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION cohort_summary_minus(cohort_summary, cohort_summary) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary_minus(cohort_summary, cohort_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = cohort_summary, RIGHTARG = cohort_summary, FUNCTION = cohort_summary_minus
);

COMMENT ON OPERATOR - (cohort_summary, cohort_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION cohort_retention(cohort_summary, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_retention'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION cohort_retention(cohort_summary, timestamp, timestamp, text, boolean, double precision) IS
'the cohort triangle, a row for every cohort from from_date on and age: the users of the cohort active then, and their share in percent points with its interval; up to the day before to_date; NULL for a period not over by then';

CREATE FUNCTION user_lifecycle(cohort_summary, OUT period date, OUT active_users bigint, OUT new_users bigint, OUT returning_users bigint, OUT resurrected_users bigint, OUT dormant_users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_lifecycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 36;

COMMENT ON FUNCTION user_lifecycle(cohort_summary) IS
'users of every period: new (first activity ever), returning (active in the period before as well), resurrected (active, but not in the period before), dormant (active in the period before, not in this one)';

CREATE FUNCTION session_number(at date, gap interval) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_number_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION session_number(date, interval) IS
'number of the session of a row, OVER (PARTITION BY user ORDER BY at): a gap that is strictly longer starts a new one; NULL for a NULL time';

CREATE FUNCTION session_number(at timestamp, gap interval) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_number'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION session_number(timestamp, interval) IS
'number of the session of a row, OVER (PARTITION BY user ORDER BY at): a gap that is strictly longer starts a new one; NULL for a NULL time';

CREATE FUNCTION session_number(at timestamptz, gap interval) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_number'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION session_number(timestamptz, interval) IS
'number of the session of a row, OVER (PARTITION BY user ORDER BY at): a gap that is strictly longer starts a new one; NULL for a NULL time';

CREATE TYPE session_summary;

CREATE FUNCTION session_summary_in(cstring) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_in(cstring) IS
'input of session_summary: JSON';

CREATE FUNCTION session_summary_out(session_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'session_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_out(session_summary) IS
'output of session_summary: JSON';

CREATE FUNCTION session_summary_recv(internal) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_recv(internal) IS
'binary input of session_summary';

CREATE FUNCTION session_summary_send(session_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'session_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_send(session_summary) IS
'binary output of session_summary';

CREATE TYPE session_summary (
	INPUT = session_summary_in,
	OUTPUT = session_summary_out,
	RECEIVE = session_summary_recv,
	SEND = session_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE session_summary IS
'the sessions of one user: start, end and number of events of each; read with sessions(), average_session() and time_in_app(), merged with rollup()';

CREATE FUNCTION session_summary_eq(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_eq(session_summary, session_summary) IS
'implementation of = operator';

CREATE FUNCTION session_summary_ne(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_ne(session_summary, session_summary) IS
'implementation of <> operator';

CREATE FUNCTION session_summary_lt(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_lt(session_summary, session_summary) IS
'implementation of < operator';

CREATE FUNCTION session_summary_le(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_le(session_summary, session_summary) IS
'implementation of <= operator';

CREATE FUNCTION session_summary_ge(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_ge(session_summary, session_summary) IS
'implementation of >= operator';

CREATE FUNCTION session_summary_gt(session_summary, session_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_gt(session_summary, session_summary) IS
'implementation of > operator';

CREATE FUNCTION session_summary_cmp(session_summary, session_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_cmp(session_summary, session_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION session_summary_hash(session_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_hash(session_summary) IS
'hash';

CREATE FUNCTION session_summary_hash_extended(session_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_summary_hash_extended(session_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (session_summary, session_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (session_summary, session_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (session_summary, session_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (session_summary, session_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (session_summary, session_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (session_summary, session_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS session_summary_ops
	DEFAULT FOR TYPE session_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 session_summary_cmp(session_summary, session_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS session_summary_ops USING btree IS 'order of session_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY session_summary_ops USING btree IS 'order of session_summary';

CREATE OPERATOR CLASS session_summary_ops
	DEFAULT FOR TYPE session_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 session_summary_hash(session_summary),
	FUNCTION 2 session_summary_hash_extended(session_summary, bigint);

COMMENT ON OPERATOR CLASS session_summary_ops USING hash IS 'hashing of session_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY session_summary_ops USING hash IS 'hashing of session_summary';

CREATE FUNCTION session_accum(session_summary, date, interval) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_accum_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION session_accum(session_summary, date, interval) IS
'transition function of session_summary()';

CREATE FUNCTION session_accum(session_summary, timestamp, interval) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION session_accum(session_summary, timestamp, interval) IS
'transition function of session_summary()';

CREATE FUNCTION session_accum(session_summary, timestamptz, interval) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION session_accum(session_summary, timestamptz, interval) IS
'transition function of session_summary()';

CREATE FUNCTION session_combine(session_summary, session_summary) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_combine(session_summary, session_summary) IS
'combine function of session_summary(), transition function of rollup()';

CREATE FUNCTION session_final(session_summary) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_final(session_summary) IS
'final function of session_summary() and rollup()';

CREATE AGGREGATE session_summary(at date, gap interval) (
	SFUNC = session_accum,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE session_summary(date, interval) IS
'the sessions of one user, whatever the order of the rows; events at most gap apart are in one session, NULL times are skipped';

CREATE AGGREGATE session_summary(at timestamp, gap interval) (
	SFUNC = session_accum,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE session_summary(timestamp, interval) IS
'the sessions of one user, whatever the order of the rows; events at most gap apart are in one session, NULL times are skipped';

CREATE AGGREGATE session_summary(at timestamptz, gap interval) (
	SFUNC = session_accum,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE session_summary(timestamptz, interval) IS
'the sessions of one user, whatever the order of the rows; events at most gap apart are in one session, NULL times are skipped';

CREATE AGGREGATE rollup(session_summary) (
	SFUNC = session_combine,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(session_summary) (
	SFUNC = session_combine,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(session_summary) IS
'the sessions of all events together, of the same user: one across midnight is one again';

COMMENT ON AGGREGATE sum(session_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION session_summary_plus(session_summary, session_summary) RETURNS session_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	session_final(
	session_combine($1, $2)
	)
;

COMMENT ON FUNCTION session_summary_plus(session_summary, session_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = session_summary, RIGHTARG = session_summary, FUNCTION = session_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (session_summary, session_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION sessions(session_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_count'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sessions(session_summary) IS
'how many sessions there are';

CREATE FUNCTION events(session_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_events'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION events(session_summary) IS
'how many events are in the sessions';

CREATE FUNCTION average_session(session_summary, unit text DEFAULT 'minute') RETURNS numeric
AS 'MODULE_PATHNAME', 'session_average'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION average_session(session_summary, text) IS
'mean length of a session, from its first event to its last; one event alone lasts 0';

CREATE FUNCTION time_in_app(session_summary, unit text DEFAULT 'minute') RETURNS numeric
AS 'MODULE_PATHNAME', 'session_time'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION time_in_app(session_summary, text) IS
'length of all sessions together';

CREATE FUNCTION session_list(session_summary, OUT started timestamp, OUT ended timestamp, OUT events bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'session_list'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION session_list(session_summary) IS
'a row for every session; of a timestamptz, times are in UTC';

--
-- usage_log: who was active on which days
--

CREATE TYPE usage_log;

CREATE FUNCTION usage_log_in(cstring) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_in(cstring) IS
'input of usage_log: JSON';

CREATE FUNCTION usage_log_out(usage_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'usage_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_out(usage_log) IS
'output of usage_log: JSON';

CREATE FUNCTION usage_log_recv(internal) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_recv(internal) IS
'binary input of usage_log';

CREATE FUNCTION usage_log_send(usage_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'usage_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_send(usage_log) IS
'binary output of usage_log';

CREATE TYPE usage_log (
	INPUT = usage_log_in,
	OUTPUT = usage_log_out,
	RECEIVE = usage_log_recv,
	SEND = usage_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE usage_log IS
'who was active on which days, with the number of events; read with active_users(), cohort_retention(), user_lifecycle(), users(), merged with rollup(), where a user of several parts is one user';

CREATE FUNCTION usage_log_eq(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_eq(usage_log, usage_log) IS
'implementation of = operator';

CREATE FUNCTION usage_log_ne(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_ne(usage_log, usage_log) IS
'implementation of <> operator';

CREATE FUNCTION usage_log_lt(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_lt(usage_log, usage_log) IS
'implementation of < operator';

CREATE FUNCTION usage_log_le(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_le(usage_log, usage_log) IS
'implementation of <= operator';

CREATE FUNCTION usage_log_ge(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_ge(usage_log, usage_log) IS
'implementation of >= operator';

CREATE FUNCTION usage_log_gt(usage_log, usage_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_gt(usage_log, usage_log) IS
'implementation of > operator';

CREATE FUNCTION usage_log_cmp(usage_log, usage_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_cmp(usage_log, usage_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION usage_log_hash(usage_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_hash(usage_log) IS
'hash';

CREATE FUNCTION usage_log_hash_extended(usage_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_hash_extended(usage_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (usage_log, usage_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (usage_log, usage_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (usage_log, usage_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (usage_log, usage_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (usage_log, usage_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (usage_log, usage_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS usage_log_ops
	DEFAULT FOR TYPE usage_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 usage_log_cmp(usage_log, usage_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS usage_log_ops USING btree IS 'order of usage_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY usage_log_ops USING btree IS 'order of usage_log';

CREATE OPERATOR CLASS usage_log_ops
	DEFAULT FOR TYPE usage_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 usage_log_hash(usage_log),
	FUNCTION 2 usage_log_hash_extended(usage_log, bigint);

COMMENT ON OPERATOR CLASS usage_log_ops USING hash IS 'hashing of usage_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY usage_log_ops USING hash IS 'hashing of usage_log';

CREATE FUNCTION usage_log_combine(usage_log, usage_log) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_combine(usage_log, usage_log) IS
'combine function of usage_log(), transition function of rollup()';

CREATE FUNCTION usage_log_final(usage_log) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_final(usage_log) IS
'final function of usage_log() and rollup()';

CREATE FUNCTION usage_log_accum(usage_log, smallint, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, smallint, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id smallint, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(smallint, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';

CREATE FUNCTION usage_log_accum(usage_log, integer, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, integer, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id integer, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(integer, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';

CREATE FUNCTION usage_log_accum(usage_log, bigint, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, bigint, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id bigint, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(bigint, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';

CREATE FUNCTION usage_log_accum(usage_log, uuid, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, uuid, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id uuid, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(uuid, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';

CREATE FUNCTION usage_log_accum(usage_log, text, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, text, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id text, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(text, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';

CREATE AGGREGATE rollup(usage_log) (
	SFUNC = usage_log_combine,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(usage_log) (
	SFUNC = usage_log_combine,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(usage_log) IS
'one log of all the parts: events of a user on a day add up, a user of several parts is one user';

COMMENT ON AGGREGATE sum(usage_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION usage_log_plus(usage_log, usage_log) RETURNS usage_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	usage_log_final(
	usage_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION usage_log_plus(usage_log, usage_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (usage_log, usage_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION usage_log_minus(usage_log, usage_log) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_minus(usage_log, usage_log) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = usage_log, RIGHTARG = usage_log, FUNCTION = usage_log_minus
);

COMMENT ON OPERATOR - (usage_log, usage_log) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION users(usage_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'usage_log_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(usage_log) IS
'how many users there are, each one once';

CREATE FUNCTION active_users_summary(usage_log) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_of_log'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary(usage_log) IS
'the compact summary of the users of a log, without their ids; what active_users_summary(active_days) makes of the days of each user';

CREATE FUNCTION active_users(usage_log, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, window_days integer DEFAULT 28, OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT stickiness numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_log_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_users(usage_log, timestamp, timestamp, integer) IS
'active users of every day in [from_date, to_date): of the day (dau), of 7 days (wau) and of window_days, 28 to 31 (mau), and stickiness 100 * dau / mau; by default from the first active day to the last';

CREATE FUNCTION active_within(usage_log, window_days integer, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_log_within'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_within(usage_log, integer, timestamp, timestamp) IS
'users of the window_days days, 1 to 366, up to and with every day in [from_date, to_date)';

CREATE FUNCTION cohort_summary(usage_log, grain text) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_of_log'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary(usage_log, text) IS
'the compact summary of the cohorts of a log, without the ids of users; grain is day, week, week_sunday or month';

CREATE FUNCTION cohort_retention(usage_log, grain text, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', brackets integer[] DEFAULT NULL, with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_log_retention'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION cohort_retention(usage_log, text, timestamp, timestamp, text, integer[], boolean, double precision) IS
'retention of the cohorts of a log from from_date on by age, as known before to_date: users of the first period, those active in the period of the age, or on or after it, or in a bracket of ages, 100 * active / cohort_size and its interval; NULL where the period is not over';

CREATE FUNCTION user_lifecycle(usage_log, grain text, OUT period date, OUT active_users bigint, OUT new_users bigint, OUT returning_users bigint, OUT resurrected_users bigint, OUT dormant_users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_log_lifecycle'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION user_lifecycle(usage_log, text) IS
'users of every period: new, returning, resurrected, and dormant: those of the period before who are not in this one';

CREATE FUNCTION days_per_user(usage_log, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT days integer, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'usage_log_days_per_user'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION days_per_user(usage_log, timestamp, timestamp) IS
'power users: how many users were active on so many days of [from_date, to_date)';

CREATE FUNCTION histories(usage_log, OUT user_id bigint, OUT days active_days) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'usage_log_histories'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories(usage_log) IS
'a row for each user, with the active_days of the user; ids are of type bigint';

CREATE FUNCTION histories_uuid(usage_log, OUT user_id uuid, OUT days active_days) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'usage_log_histories_uuid'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories_uuid(usage_log) IS
'a row for each user, with the active_days of the user; ids are of type uuid';

--
-- event_log: who did something at which moments
--

CREATE TYPE event_log;

CREATE FUNCTION event_log_in(cstring) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_in(cstring) IS
'input of event_log: JSON';

CREATE FUNCTION event_log_out(event_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'event_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_out(event_log) IS
'output of event_log: JSON';

CREATE FUNCTION event_log_recv(internal) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_recv(internal) IS
'binary input of event_log';

CREATE FUNCTION event_log_send(event_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'event_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_send(event_log) IS
'binary output of event_log';

CREATE TYPE event_log (
	INPUT = event_log_in,
	OUTPUT = event_log_out,
	RECEIVE = event_log_recv,
	SEND = event_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE event_log IS
'who did something at which moments, with the number of events; read with sessions(), average_session(), time_in_app(), sessions_by_day(), merged with rollup(), where a user of several parts is one user';

CREATE FUNCTION event_log_eq(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_eq(event_log, event_log) IS
'implementation of = operator';

CREATE FUNCTION event_log_ne(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_ne(event_log, event_log) IS
'implementation of <> operator';

CREATE FUNCTION event_log_lt(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_lt(event_log, event_log) IS
'implementation of < operator';

CREATE FUNCTION event_log_le(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_le(event_log, event_log) IS
'implementation of <= operator';

CREATE FUNCTION event_log_ge(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_ge(event_log, event_log) IS
'implementation of >= operator';

CREATE FUNCTION event_log_gt(event_log, event_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_gt(event_log, event_log) IS
'implementation of > operator';

CREATE FUNCTION event_log_cmp(event_log, event_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_cmp(event_log, event_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION event_log_hash(event_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_hash(event_log) IS
'hash';

CREATE FUNCTION event_log_hash_extended(event_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_hash_extended(event_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (event_log, event_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (event_log, event_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (event_log, event_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (event_log, event_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (event_log, event_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (event_log, event_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS event_log_ops
	DEFAULT FOR TYPE event_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 event_log_cmp(event_log, event_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS event_log_ops USING btree IS 'order of event_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY event_log_ops USING btree IS 'order of event_log';

CREATE OPERATOR CLASS event_log_ops
	DEFAULT FOR TYPE event_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 event_log_hash(event_log),
	FUNCTION 2 event_log_hash_extended(event_log, bigint);

COMMENT ON OPERATOR CLASS event_log_ops USING hash IS 'hashing of event_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY event_log_ops USING hash IS 'hashing of event_log';

CREATE FUNCTION event_log_combine(event_log, event_log) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_combine(event_log, event_log) IS
'combine function of event_log(), transition function of rollup()';

CREATE FUNCTION event_log_final(event_log) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_final(event_log) IS
'final function of event_log() and rollup()';

CREATE FUNCTION event_log_accum(event_log, smallint, date) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int2_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, smallint, date) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id smallint, at date) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(smallint, date) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, smallint, timestamp) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, smallint, timestamp) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id smallint, at timestamp) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(smallint, timestamp) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, smallint, timestamptz) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, smallint, timestamptz) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id smallint, at timestamptz) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(smallint, timestamptz) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, integer, date) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int4_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, integer, date) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id integer, at date) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(integer, date) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, integer, timestamp) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, integer, timestamp) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id integer, at timestamp) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(integer, timestamp) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, integer, timestamptz) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, integer, timestamptz) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id integer, at timestamptz) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(integer, timestamptz) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, bigint, date) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int8_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, bigint, date) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id bigint, at date) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(bigint, date) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, bigint, timestamp) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, bigint, timestamp) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id bigint, at timestamp) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(bigint, timestamp) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, bigint, timestamptz) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, bigint, timestamptz) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id bigint, at timestamptz) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(bigint, timestamptz) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, uuid, date) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_uuid_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, uuid, date) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id uuid, at date) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(uuid, date) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, uuid, timestamp) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, uuid, timestamp) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id uuid, at timestamp) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(uuid, timestamp) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, uuid, timestamptz) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, uuid, timestamptz) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id uuid, at timestamptz) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(uuid, timestamptz) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, text, date) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_text_date'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, text, date) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id text, at date) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(text, date) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, text, timestamp) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, text, timestamp) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id text, at timestamp) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(text, timestamp) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE FUNCTION event_log_accum(event_log, text, timestamptz) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, text, timestamptz) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id text, at timestamptz) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(text, timestamptz) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';

CREATE AGGREGATE rollup(event_log) (
	SFUNC = event_log_combine,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(event_log) (
	SFUNC = event_log_combine,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(event_log) IS
'one log of all the parts: events of a user and moment add up, a user of several parts is one user';

COMMENT ON AGGREGATE sum(event_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION event_log_plus(event_log, event_log) RETURNS event_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	event_log_final(
	event_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION event_log_plus(event_log, event_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (event_log, event_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION event_log_minus(event_log, event_log) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION event_log_minus(event_log, event_log) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = event_log, RIGHTARG = event_log, FUNCTION = event_log_minus
);

COMMENT ON OPERATOR - (event_log, event_log) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION users(event_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(event_log) IS
'how many users there are, each one once';

CREATE FUNCTION events(event_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_events'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION events(event_log) IS
'how many events there are';

CREATE FUNCTION sessions(event_log, gap interval, longest interval DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_sessions'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sessions(event_log, interval, interval) IS
'how many sessions the users have: events at most gap apart are in one session, which lasts at most longest';

CREATE FUNCTION average_session(event_log, gap interval, unit text DEFAULT 'minute', longest interval DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'event_log_average_session'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION average_session(event_log, interval, text, interval) IS
'mean length of a session, from its first event to its last; one event alone lasts 0; NULL without sessions';

CREATE FUNCTION time_in_app(event_log, gap interval, unit text DEFAULT 'minute', longest interval DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'event_log_time_in_app'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION time_in_app(event_log, interval, text, interval) IS
'length of all sessions of all users together';

CREATE FUNCTION sessions_by_day(event_log, gap interval, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, longest interval DEFAULT NULL, zone text DEFAULT NULL, OUT day date, OUT users bigint, OUT sessions bigint, OUT minutes numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'event_log_sessions_by_day'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sessions_by_day(event_log, interval, timestamp, timestamp, interval, text) IS
'users, sessions and minutes of every day in [from_date, to_date); a session belongs to the day on which it begins, of a log of timestamptz in the time zone that is given, else in UTC';

--
-- journey_log: which user took which step at which moment
--

CREATE TYPE journey_log;

CREATE FUNCTION journey_log_in(cstring) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_in(cstring) IS
'input of journey_log: JSON';

CREATE FUNCTION journey_log_out(journey_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'journey_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_out(journey_log) IS
'output of journey_log: JSON';

CREATE FUNCTION journey_log_recv(internal) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_recv(internal) IS
'binary input of journey_log';

CREATE FUNCTION journey_log_send(journey_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'journey_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_send(journey_log) IS
'binary output of journey_log';

CREATE TYPE journey_log (
	INPUT = journey_log_in,
	OUTPUT = journey_log_out,
	RECEIVE = journey_log_recv,
	SEND = journey_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE journey_log IS
'which user took which step at which moment; read with funnel(), funnel_times(), journey_cohorts(), steps(), users(), merged with rollup(), where a user of several parts is one user';

CREATE FUNCTION journey_log_eq(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_eq(journey_log, journey_log) IS
'implementation of = operator';

CREATE FUNCTION journey_log_ne(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_ne(journey_log, journey_log) IS
'implementation of <> operator';

CREATE FUNCTION journey_log_lt(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_lt(journey_log, journey_log) IS
'implementation of < operator';

CREATE FUNCTION journey_log_le(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_le(journey_log, journey_log) IS
'implementation of <= operator';

CREATE FUNCTION journey_log_ge(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_ge(journey_log, journey_log) IS
'implementation of >= operator';

CREATE FUNCTION journey_log_gt(journey_log, journey_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_gt(journey_log, journey_log) IS
'implementation of > operator';

CREATE FUNCTION journey_log_cmp(journey_log, journey_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_cmp(journey_log, journey_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION journey_log_hash(journey_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_hash(journey_log) IS
'hash';

CREATE FUNCTION journey_log_hash_extended(journey_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_hash_extended(journey_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (journey_log, journey_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (journey_log, journey_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (journey_log, journey_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (journey_log, journey_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (journey_log, journey_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (journey_log, journey_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS journey_log_ops
	DEFAULT FOR TYPE journey_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 journey_log_cmp(journey_log, journey_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS journey_log_ops USING btree IS 'order of journey_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY journey_log_ops USING btree IS 'order of journey_log';

CREATE OPERATOR CLASS journey_log_ops
	DEFAULT FOR TYPE journey_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 journey_log_hash(journey_log),
	FUNCTION 2 journey_log_hash_extended(journey_log, bigint);

COMMENT ON OPERATOR CLASS journey_log_ops USING hash IS 'hashing of journey_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY journey_log_ops USING hash IS 'hashing of journey_log';

CREATE FUNCTION journey_log_combine(journey_log, journey_log) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_combine(journey_log, journey_log) IS
'combine function of journey_log(), transition function of rollup()';

CREATE FUNCTION journey_log_final(journey_log) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_final(journey_log) IS
'final function of journey_log() and rollup()';

CREATE FUNCTION journey_log_accum(journey_log, smallint, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, smallint, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id smallint, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(smallint, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';

CREATE FUNCTION journey_log_accum(journey_log, integer, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, integer, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id integer, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(integer, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';

CREATE FUNCTION journey_log_accum(journey_log, bigint, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, bigint, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id bigint, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(bigint, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';

CREATE FUNCTION journey_log_accum(journey_log, uuid, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, uuid, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id uuid, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(uuid, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';

CREATE FUNCTION journey_log_accum(journey_log, text, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, text, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id text, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(text, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';

CREATE AGGREGATE rollup(journey_log) (
	SFUNC = journey_log_combine,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(journey_log) (
	SFUNC = journey_log_combine,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(journey_log) IS
'one log of all the parts: an event that several parts have is one, a user of several parts is one user';

COMMENT ON AGGREGATE sum(journey_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION journey_log_plus(journey_log, journey_log) RETURNS journey_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	journey_log_final(
	journey_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION journey_log_plus(journey_log, journey_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = journey_log, RIGHTARG = journey_log, FUNCTION = journey_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (journey_log, journey_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION users(journey_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'journey_log_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(journey_log) IS
'how many users there are, each one once';

CREATE FUNCTION steps(journey_log, OUT step text, OUT users bigint, OUT events bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'journey_log_steps'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION steps(journey_log) IS
'the steps that a log has, how many users took each of them, and how often';

CREATE FUNCTION funnel(journey_log, steps text[], within interval, as_of timestamptz, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, zone text DEFAULT 'UTC', unit text DEFAULT 'hour', confidence double precision DEFAULT 0.95, OUT step text, OUT users bigint, OUT undecided bigint, OUT conversion numeric, OUT from_previous numeric, OUT median_time numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'journey_funnel'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;

COMMENT ON FUNCTION funnel(journey_log, text[], interval, timestamptz, timestamp, timestamp, text, text, double precision) IS
'users who entered on a day of [from_date, to_date) in the zone and took the steps in this order, all within the interval of their entry; those who may still do so as of as_of are undecided and not in the rates';

CREATE FUNCTION funnel_times(journey_log, steps text[], within interval, as_of timestamptz, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, zone text DEFAULT 'UTC', OUT from_step text, OUT step text, OUT times duration_summary) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'journey_funnel_times'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;

COMMENT ON FUNCTION funnel_times(journey_log, text[], interval, timestamptz, timestamp, timestamp, text) IS
'how long the users of a funnel took from each step to the next; who has not taken the next one is still open, seen until the end of the window or as_of';

CREATE FUNCTION journey_cohorts(journey_log, start_step text, return_step text, grain text, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', brackets integer[] DEFAULT NULL, with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, zone text DEFAULT 'UTC', OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT observed bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'journey_cohorts'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION journey_cohorts(journey_log, text, text, text, timestamp, timestamp, text, integer[], boolean, double precision, text) IS
'who began with one step and came back with another: users by the period of their first start_step and the age in periods, those whose age is over by to_date, those who had a return_step then, 100 * active / observed and its interval';

CREATE FUNCTION journey_cohorts(journey_log, start_step text, return_step text, unit interval, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', brackets integer[] DEFAULT NULL, with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, zone text DEFAULT 'UTC', grain text DEFAULT 'month', OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT observed bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'journey_window_cohorts'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION journey_cohorts(journey_log, text, text, interval, timestamp, timestamp, text, integer[], boolean, double precision, text, text) IS
'who began with one step and came back with another, by windows of a length from each user''s own start; cohorts are by grain';

--
-- Health: scores of signals and accounts, whether they predict, and weights from data
--

CREATE TYPE health_total;

CREATE FUNCTION health_total_in(cstring) RETURNS health_total
AS 'MODULE_PATHNAME', 'health_total_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_in(cstring) IS
'input of health_total: JSON';

CREATE FUNCTION health_total_out(health_total) RETURNS cstring
AS 'MODULE_PATHNAME', 'health_total_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_out(health_total) IS
'output of health_total: JSON';

CREATE FUNCTION health_total_recv(internal) RETURNS health_total
AS 'MODULE_PATHNAME', 'health_total_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_recv(internal) IS
'binary input of health_total';

CREATE FUNCTION health_total_send(health_total) RETURNS bytea
AS 'MODULE_PATHNAME', 'health_total_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_send(health_total) IS
'binary output of health_total';

CREATE TYPE health_total (
	INPUT = health_total_in,
	OUTPUT = health_total_out,
	RECEIVE = health_total_recv,
	SEND = health_total_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE health_total IS
'sums of weights and weighted scores; the transition state of health_score()';

CREATE FUNCTION health_total_eq(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_eq(health_total, health_total) IS
'implementation of = operator';

CREATE FUNCTION health_total_ne(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_ne(health_total, health_total) IS
'implementation of <> operator';

CREATE FUNCTION health_total_lt(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_lt(health_total, health_total) IS
'implementation of < operator';

CREATE FUNCTION health_total_le(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_le(health_total, health_total) IS
'implementation of <= operator';

CREATE FUNCTION health_total_ge(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_ge(health_total, health_total) IS
'implementation of >= operator';

CREATE FUNCTION health_total_gt(health_total, health_total) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_gt(health_total, health_total) IS
'implementation of > operator';

CREATE FUNCTION health_total_cmp(health_total, health_total) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_cmp(health_total, health_total) IS
'less-equal-greater, by bytes';

CREATE FUNCTION health_total_hash(health_total) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_hash(health_total) IS
'hash';

CREATE FUNCTION health_total_hash_extended(health_total, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_total_hash_extended(health_total, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (health_total, health_total) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (health_total, health_total) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (health_total, health_total) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (health_total, health_total) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (health_total, health_total) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = health_total, RIGHTARG = health_total, FUNCTION = health_total_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (health_total, health_total) IS 'greater than, by bytes';

CREATE OPERATOR CLASS health_total_ops
	DEFAULT FOR TYPE health_total USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 health_total_cmp(health_total, health_total),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS health_total_ops USING btree IS 'order of health_total by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY health_total_ops USING btree IS 'order of health_total';

CREATE OPERATOR CLASS health_total_ops
	DEFAULT FOR TYPE health_total USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 health_total_hash(health_total),
	FUNCTION 2 health_total_hash_extended(health_total, bigint);

COMMENT ON OPERATOR CLASS health_total_ops USING hash IS 'hashing of health_total, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY health_total_ops USING hash IS 'hashing of health_total';

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

CREATE TYPE health_summary;

CREATE FUNCTION health_summary_in(cstring) RETURNS health_summary
AS 'MODULE_PATHNAME', 'health_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_in(cstring) IS
'input of health_summary: JSON';

CREATE FUNCTION health_summary_out(health_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'health_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_out(health_summary) IS
'output of health_summary: JSON';

CREATE FUNCTION health_summary_recv(internal) RETURNS health_summary
AS 'MODULE_PATHNAME', 'health_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_recv(internal) IS
'binary input of health_summary';

CREATE FUNCTION health_summary_send(health_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'health_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_send(health_summary) IS
'binary output of health_summary';

CREATE TYPE health_summary (
	INPUT = health_summary_in,
	OUTPUT = health_summary_out,
	RECEIVE = health_summary_recv,
	SEND = health_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE health_summary IS
'the signals of one account by name, each with its score and weight; read with health_score(), health_coverage(), health_drivers(), merged with rollup()';

CREATE FUNCTION health_summary_eq(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_eq(health_summary, health_summary) IS
'implementation of = operator';

CREATE FUNCTION health_summary_ne(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_ne(health_summary, health_summary) IS
'implementation of <> operator';

CREATE FUNCTION health_summary_lt(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_lt(health_summary, health_summary) IS
'implementation of < operator';

CREATE FUNCTION health_summary_le(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_le(health_summary, health_summary) IS
'implementation of <= operator';

CREATE FUNCTION health_summary_ge(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_ge(health_summary, health_summary) IS
'implementation of >= operator';

CREATE FUNCTION health_summary_gt(health_summary, health_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_gt(health_summary, health_summary) IS
'implementation of > operator';

CREATE FUNCTION health_summary_cmp(health_summary, health_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_cmp(health_summary, health_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION health_summary_hash(health_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_hash(health_summary) IS
'hash';

CREATE FUNCTION health_summary_hash_extended(health_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_summary_hash_extended(health_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (health_summary, health_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (health_summary, health_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (health_summary, health_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (health_summary, health_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (health_summary, health_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (health_summary, health_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS health_summary_ops
	DEFAULT FOR TYPE health_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 health_summary_cmp(health_summary, health_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS health_summary_ops USING btree IS 'order of health_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY health_summary_ops USING btree IS 'order of health_summary';

CREATE OPERATOR CLASS health_summary_ops
	DEFAULT FOR TYPE health_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 health_summary_hash(health_summary),
	FUNCTION 2 health_summary_hash_extended(health_summary, bigint);

COMMENT ON OPERATOR CLASS health_summary_ops USING hash IS 'hashing of health_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY health_summary_ops USING hash IS 'hashing of health_summary';

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

CREATE AGGREGATE rollup(health_summary) (
	SFUNC = health_combine,
	STYPE = health_summary,
	SSPACE = -1,
	FINALFUNC = health_final,
	COMBINEFUNC = health_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(health_summary) (
	SFUNC = health_combine,
	STYPE = health_summary,
	SSPACE = -1,
	FINALFUNC = health_final,
	COMBINEFUNC = health_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(health_summary) IS
'merges summaries of different signals of one account';

COMMENT ON AGGREGATE sum(health_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION health_summary_plus(health_summary, health_summary) RETURNS health_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	health_final(
	health_combine($1, $2)
	)
;

COMMENT ON FUNCTION health_summary_plus(health_summary, health_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = health_summary, RIGHTARG = health_summary, FUNCTION = health_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (health_summary, health_summary) IS 'rollup() of two; NULL where one is NULL';

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

CREATE FUNCTION growth_rate(before numeric, after numeric) RETURNS numeric
AS 'MODULE_PATHNAME', 'growth_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION growth_rate(numeric, numeric) IS
'100 * (after - before) / before; NULL where before is not above 0';

CREATE FUNCTION growth_rate(before double precision, after double precision) RETURNS numeric
AS 'MODULE_PATHNAME', 'growth_rate_double'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION growth_rate(double precision, double precision) IS
'100 * (after - before) / before; NULL where before is not above 0';

CREATE TYPE auc_summary;

CREATE FUNCTION auc_summary_in(cstring) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_in(cstring) IS
'input of auc_summary: JSON';

CREATE FUNCTION auc_summary_out(auc_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'auc_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_out(auc_summary) IS
'output of auc_summary: JSON';

CREATE FUNCTION auc_summary_recv(internal) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_recv(internal) IS
'binary input of auc_summary';

CREATE FUNCTION auc_summary_send(auc_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'auc_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_send(auc_summary) IS
'binary output of auc_summary';

CREATE TYPE auc_summary (
	INPUT = auc_summary_in,
	OUTPUT = auc_summary_out,
	RECEIVE = auc_summary_recv,
	SEND = auc_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE auc_summary IS
'scores with how many rows of each had the outcome; read with auc(), auc_interval(), merged with rollup()';

CREATE FUNCTION auc_summary_eq(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_eq(auc_summary, auc_summary) IS
'implementation of = operator';

CREATE FUNCTION auc_summary_ne(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_ne(auc_summary, auc_summary) IS
'implementation of <> operator';

CREATE FUNCTION auc_summary_lt(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_lt(auc_summary, auc_summary) IS
'implementation of < operator';

CREATE FUNCTION auc_summary_le(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_le(auc_summary, auc_summary) IS
'implementation of <= operator';

CREATE FUNCTION auc_summary_ge(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_ge(auc_summary, auc_summary) IS
'implementation of >= operator';

CREATE FUNCTION auc_summary_gt(auc_summary, auc_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_gt(auc_summary, auc_summary) IS
'implementation of > operator';

CREATE FUNCTION auc_summary_cmp(auc_summary, auc_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_cmp(auc_summary, auc_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION auc_summary_hash(auc_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_hash(auc_summary) IS
'hash';

CREATE FUNCTION auc_summary_hash_extended(auc_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_hash_extended(auc_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (auc_summary, auc_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (auc_summary, auc_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (auc_summary, auc_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (auc_summary, auc_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (auc_summary, auc_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (auc_summary, auc_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS auc_summary_ops
	DEFAULT FOR TYPE auc_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 auc_summary_cmp(auc_summary, auc_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS auc_summary_ops USING btree IS 'order of auc_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY auc_summary_ops USING btree IS 'order of auc_summary';

CREATE OPERATOR CLASS auc_summary_ops
	DEFAULT FOR TYPE auc_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 auc_summary_hash(auc_summary),
	FUNCTION 2 auc_summary_hash_extended(auc_summary, bigint);

COMMENT ON OPERATOR CLASS auc_summary_ops USING hash IS 'hashing of auc_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY auc_summary_ops USING hash IS 'hashing of auc_summary';

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

CREATE AGGREGATE rollup(auc_summary) (
	SFUNC = auc_combine,
	STYPE = auc_summary,
	SSPACE = -1,
	FINALFUNC = auc_final,
	COMBINEFUNC = auc_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(auc_summary) (
	SFUNC = auc_combine,
	STYPE = auc_summary,
	SSPACE = -1,
	FINALFUNC = auc_final,
	COMBINEFUNC = auc_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(auc_summary) IS
'scores and outcomes of all the summaries';

COMMENT ON AGGREGATE sum(auc_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION auc_summary_plus(auc_summary, auc_summary) RETURNS auc_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	auc_final(
	auc_combine($1, $2)
	)
;

COMMENT ON FUNCTION auc_summary_plus(auc_summary, auc_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (auc_summary, auc_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION auc_summary_minus(auc_summary, auc_summary) RETURNS auc_summary
AS 'MODULE_PATHNAME', 'auc_minus'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION auc_summary_minus(auc_summary, auc_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = auc_summary, RIGHTARG = auc_summary, FUNCTION = auc_summary_minus
);

COMMENT ON OPERATOR - (auc_summary, auc_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

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

CREATE TYPE health_outcomes;

CREATE FUNCTION health_outcomes_in(cstring) RETURNS health_outcomes
AS 'MODULE_PATHNAME', 'health_outcomes_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_in(cstring) IS
'input of health_outcomes: JSON';

CREATE FUNCTION health_outcomes_out(health_outcomes) RETURNS cstring
AS 'MODULE_PATHNAME', 'health_outcomes_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_out(health_outcomes) IS
'output of health_outcomes: JSON';

CREATE FUNCTION health_outcomes_recv(internal) RETURNS health_outcomes
AS 'MODULE_PATHNAME', 'health_outcomes_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_recv(internal) IS
'binary input of health_outcomes';

CREATE FUNCTION health_outcomes_send(health_outcomes) RETURNS bytea
AS 'MODULE_PATHNAME', 'health_outcomes_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_send(health_outcomes) IS
'binary output of health_outcomes';

CREATE TYPE health_outcomes (
	INPUT = health_outcomes_in,
	OUTPUT = health_outcomes_out,
	RECEIVE = health_outcomes_recv,
	SEND = health_outcomes_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE health_outcomes IS
'health of accounts beside what came of it; read with health_weights(), merged with rollup()';

CREATE FUNCTION health_outcomes_eq(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_eq(health_outcomes, health_outcomes) IS
'implementation of = operator';

CREATE FUNCTION health_outcomes_ne(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_ne(health_outcomes, health_outcomes) IS
'implementation of <> operator';

CREATE FUNCTION health_outcomes_lt(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_lt(health_outcomes, health_outcomes) IS
'implementation of < operator';

CREATE FUNCTION health_outcomes_le(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_le(health_outcomes, health_outcomes) IS
'implementation of <= operator';

CREATE FUNCTION health_outcomes_ge(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_ge(health_outcomes, health_outcomes) IS
'implementation of >= operator';

CREATE FUNCTION health_outcomes_gt(health_outcomes, health_outcomes) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_gt(health_outcomes, health_outcomes) IS
'implementation of > operator';

CREATE FUNCTION health_outcomes_cmp(health_outcomes, health_outcomes) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_cmp(health_outcomes, health_outcomes) IS
'less-equal-greater, by bytes';

CREATE FUNCTION health_outcomes_hash(health_outcomes) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_hash(health_outcomes) IS
'hash';

CREATE FUNCTION health_outcomes_hash_extended(health_outcomes, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_outcomes_hash_extended(health_outcomes, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (health_outcomes, health_outcomes) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (health_outcomes, health_outcomes) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (health_outcomes, health_outcomes) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (health_outcomes, health_outcomes) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (health_outcomes, health_outcomes) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (health_outcomes, health_outcomes) IS 'greater than, by bytes';

CREATE OPERATOR CLASS health_outcomes_ops
	DEFAULT FOR TYPE health_outcomes USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 health_outcomes_cmp(health_outcomes, health_outcomes),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS health_outcomes_ops USING btree IS 'order of health_outcomes by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY health_outcomes_ops USING btree IS 'order of health_outcomes';

CREATE OPERATOR CLASS health_outcomes_ops
	DEFAULT FOR TYPE health_outcomes USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 health_outcomes_hash(health_outcomes),
	FUNCTION 2 health_outcomes_hash_extended(health_outcomes, bigint);

COMMENT ON OPERATOR CLASS health_outcomes_ops USING hash IS 'hashing of health_outcomes, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY health_outcomes_ops USING hash IS 'hashing of health_outcomes';

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

CREATE AGGREGATE rollup(health_outcomes) (
	SFUNC = outcomes_combine,
	STYPE = health_outcomes,
	SSPACE = -1,
	FINALFUNC = outcomes_final,
	COMBINEFUNC = outcomes_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(health_outcomes) (
	SFUNC = outcomes_combine,
	STYPE = health_outcomes,
	SSPACE = -1,
	FINALFUNC = outcomes_final,
	COMBINEFUNC = outcomes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(health_outcomes) IS
'merges summaries of different accounts';

COMMENT ON AGGREGATE sum(health_outcomes) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION health_outcomes_plus(health_outcomes, health_outcomes) RETURNS health_outcomes
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	outcomes_final(
	outcomes_combine($1, $2)
	)
;

COMMENT ON FUNCTION health_outcomes_plus(health_outcomes, health_outcomes) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = health_outcomes, RIGHTARG = health_outcomes, FUNCTION = health_outcomes_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (health_outcomes, health_outcomes) IS 'rollup() of two; NULL where one is NULL';

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

CREATE TYPE health_model;

CREATE FUNCTION health_model_in(cstring) RETURNS health_model
AS 'MODULE_PATHNAME', 'health_model_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_in(cstring) IS
'input of health_model: JSON';

CREATE FUNCTION health_model_out(health_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'health_model_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_out(health_model) IS
'output of health_model: JSON';

CREATE FUNCTION health_model_recv(internal) RETURNS health_model
AS 'MODULE_PATHNAME', 'health_model_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_recv(internal) IS
'binary input of health_model';

CREATE FUNCTION health_model_send(health_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'health_model_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_send(health_model) IS
'binary output of health_model';

CREATE TYPE health_model (
	INPUT = health_model_in,
	OUTPUT = health_model_out,
	RECEIVE = health_model_recv,
	SEND = health_model_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE health_model IS
'logistic model of who stays, fitted to health and what came of it; read with model_parameters(), applied with churn_probability(), judged with calibration(), brier_score(), lift()';

CREATE FUNCTION health_model_eq(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_eq(health_model, health_model) IS
'implementation of = operator';

CREATE FUNCTION health_model_ne(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_ne(health_model, health_model) IS
'implementation of <> operator';

CREATE FUNCTION health_model_lt(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_lt(health_model, health_model) IS
'implementation of < operator';

CREATE FUNCTION health_model_le(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_le(health_model, health_model) IS
'implementation of <= operator';

CREATE FUNCTION health_model_ge(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_ge(health_model, health_model) IS
'implementation of >= operator';

CREATE FUNCTION health_model_gt(health_model, health_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_gt(health_model, health_model) IS
'implementation of > operator';

CREATE FUNCTION health_model_cmp(health_model, health_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_cmp(health_model, health_model) IS
'less-equal-greater, by bytes';

CREATE FUNCTION health_model_hash(health_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_hash(health_model) IS
'hash';

CREATE FUNCTION health_model_hash_extended(health_model, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION health_model_hash_extended(health_model, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (health_model, health_model) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (health_model, health_model) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (health_model, health_model) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (health_model, health_model) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (health_model, health_model) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = health_model, RIGHTARG = health_model, FUNCTION = health_model_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (health_model, health_model) IS 'greater than, by bytes';

CREATE OPERATOR CLASS health_model_ops
	DEFAULT FOR TYPE health_model USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 health_model_cmp(health_model, health_model),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS health_model_ops USING btree IS 'order of health_model by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY health_model_ops USING btree IS 'order of health_model';

CREATE OPERATOR CLASS health_model_ops
	DEFAULT FOR TYPE health_model USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 health_model_hash(health_model),
	FUNCTION 2 health_model_hash_extended(health_model, bigint);

COMMENT ON OPERATOR CLASS health_model_ops USING hash IS 'hashing of health_model, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY health_model_ops USING hash IS 'hashing of health_model';

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

--
-- Trend: the least squares line through values over days, series, and sparklines
--

CREATE TYPE trend_summary;

CREATE FUNCTION trend_summary_in(cstring) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_in(cstring) IS
'input of trend_summary: JSON';

CREATE FUNCTION trend_summary_out(trend_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'trend_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_out(trend_summary) IS
'output of trend_summary: JSON';

CREATE FUNCTION trend_summary_recv(internal) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_recv(internal) IS
'binary input of trend_summary';

CREATE FUNCTION trend_summary_send(trend_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'trend_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_send(trend_summary) IS
'binary output of trend_summary';

CREATE TYPE trend_summary (
	INPUT = trend_summary_in,
	OUTPUT = trend_summary_out,
	RECEIVE = trend_summary_recv,
	SEND = trend_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE trend_summary IS
'the sums of a least squares line through values over days; read with trend_slope(), trend_direction() and trend_change(), merged with rollup()';

CREATE FUNCTION trend_summary_eq(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_eq(trend_summary, trend_summary) IS
'implementation of = operator';

CREATE FUNCTION trend_summary_ne(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_ne(trend_summary, trend_summary) IS
'implementation of <> operator';

CREATE FUNCTION trend_summary_lt(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_lt(trend_summary, trend_summary) IS
'implementation of < operator';

CREATE FUNCTION trend_summary_le(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_le(trend_summary, trend_summary) IS
'implementation of <= operator';

CREATE FUNCTION trend_summary_ge(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_ge(trend_summary, trend_summary) IS
'implementation of >= operator';

CREATE FUNCTION trend_summary_gt(trend_summary, trend_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_gt(trend_summary, trend_summary) IS
'implementation of > operator';

CREATE FUNCTION trend_summary_cmp(trend_summary, trend_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_cmp(trend_summary, trend_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION trend_summary_hash(trend_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_hash(trend_summary) IS
'hash';

CREATE FUNCTION trend_summary_hash_extended(trend_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_summary_hash_extended(trend_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (trend_summary, trend_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (trend_summary, trend_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (trend_summary, trend_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (trend_summary, trend_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (trend_summary, trend_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (trend_summary, trend_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS trend_summary_ops
	DEFAULT FOR TYPE trend_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 trend_summary_cmp(trend_summary, trend_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS trend_summary_ops USING btree IS 'order of trend_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY trend_summary_ops USING btree IS 'order of trend_summary';

CREATE OPERATOR CLASS trend_summary_ops
	DEFAULT FOR TYPE trend_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 trend_summary_hash(trend_summary),
	FUNCTION 2 trend_summary_hash_extended(trend_summary, bigint);

COMMENT ON OPERATOR CLASS trend_summary_ops USING hash IS 'hashing of trend_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY trend_summary_ops USING hash IS 'hashing of trend_summary';

CREATE FUNCTION trend_accum(trend_summary, numeric, date) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trend_accum(trend_summary, numeric, date) IS
'transition function of trend_summary()';

CREATE FUNCTION trend_accum(trend_summary, double precision, date) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_accum_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trend_accum(trend_summary, double precision, date) IS
'transition function of trend_summary()';

CREATE FUNCTION trend_combine(trend_summary, trend_summary) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_combine(trend_summary, trend_summary) IS
'combine function of trend_summary(), transition function of rollup()';

CREATE FUNCTION trend_final(trend_summary) RETURNS trend_summary
AS 'MODULE_PATHNAME', 'trend_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_final(trend_summary) IS
'final function of trend_summary() and rollup()';

CREATE AGGREGATE trend_summary(value numeric, on_date date) (
	SFUNC = trend_accum,
	STYPE = trend_summary,
	SSPACE = -1,
	FINALFUNC = trend_final,
	COMBINEFUNC = trend_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE trend_summary(numeric, date) IS
'the sums of a line through the values over the days; rows with a NULL are skipped';

CREATE AGGREGATE trend_summary(value double precision, on_date date) (
	SFUNC = trend_accum,
	STYPE = trend_summary,
	SSPACE = -1,
	FINALFUNC = trend_final,
	COMBINEFUNC = trend_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE trend_summary(double precision, date) IS
'the sums of a line through the values over the days; rows with a NULL are skipped';

CREATE AGGREGATE rollup(trend_summary) (
	SFUNC = trend_combine,
	STYPE = trend_summary,
	SSPACE = -1,
	FINALFUNC = trend_final,
	COMBINEFUNC = trend_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(trend_summary) (
	SFUNC = trend_combine,
	STYPE = trend_summary,
	SSPACE = -1,
	FINALFUNC = trend_final,
	COMBINEFUNC = trend_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(trend_summary) IS
'merges summaries of different points';

COMMENT ON AGGREGATE sum(trend_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION trend_summary_plus(trend_summary, trend_summary) RETURNS trend_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	trend_final(
	trend_combine($1, $2)
	)
;

COMMENT ON FUNCTION trend_summary_plus(trend_summary, trend_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = trend_summary, RIGHTARG = trend_summary, FUNCTION = trend_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (trend_summary, trend_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION points(trend_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'trend_points'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION points(trend_summary) IS
'how many points there are';

CREATE FUNCTION trend_slope(trend_summary, per interval) RETURNS numeric
AS 'MODULE_PATHNAME', 'trend_slope'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_slope(trend_summary, interval) IS
'slope of the least squares line: how much more in so much time; NULL for a single day';

CREATE FUNCTION trend_direction(trend_summary, confidence double precision DEFAULT 0.95) RETURNS integer
AS 'MODULE_PATHNAME', 'trend_direction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_direction(trend_summary, double precision) IS
'-1, 0 or 1: the sign of the slope, 0 unless it is significant by the t test';

CREATE FUNCTION trend_change(trend_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'trend_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_change(trend_summary) IS
'change of the line from the first day to the last, in percent points of where it begins; NULL where that is not positive';

--
-- Series: values by day, in order
--

CREATE TYPE series_summary;

CREATE FUNCTION series_summary_in(cstring) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_in(cstring) IS
'input of series_summary: JSON';

CREATE FUNCTION series_summary_out(series_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'series_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_out(series_summary) IS
'output of series_summary: JSON';

CREATE FUNCTION series_summary_recv(internal) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_recv(internal) IS
'binary input of series_summary';

CREATE FUNCTION series_summary_send(series_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'series_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_send(series_summary) IS
'binary output of series_summary';

CREATE TYPE series_summary (
	INPUT = series_summary_in,
	OUTPUT = series_summary_out,
	RECEIVE = series_summary_recv,
	SEND = series_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE series_summary IS
'values by day, in order; read with trend_direction(), series_trend(), series_limits(), series_anomalies(), series_forecast(), merged with rollup()';

CREATE FUNCTION series_summary_eq(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_eq(series_summary, series_summary) IS
'implementation of = operator';

CREATE FUNCTION series_summary_ne(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_ne(series_summary, series_summary) IS
'implementation of <> operator';

CREATE FUNCTION series_summary_lt(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_lt(series_summary, series_summary) IS
'implementation of < operator';

CREATE FUNCTION series_summary_le(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_le(series_summary, series_summary) IS
'implementation of <= operator';

CREATE FUNCTION series_summary_ge(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_ge(series_summary, series_summary) IS
'implementation of >= operator';

CREATE FUNCTION series_summary_gt(series_summary, series_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_gt(series_summary, series_summary) IS
'implementation of > operator';

CREATE FUNCTION series_summary_cmp(series_summary, series_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_cmp(series_summary, series_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION series_summary_hash(series_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_hash(series_summary) IS
'hash';

CREATE FUNCTION series_summary_hash_extended(series_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_summary_hash_extended(series_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (series_summary, series_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (series_summary, series_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (series_summary, series_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (series_summary, series_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (series_summary, series_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (series_summary, series_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS series_summary_ops
	DEFAULT FOR TYPE series_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 series_summary_cmp(series_summary, series_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS series_summary_ops USING btree IS 'order of series_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY series_summary_ops USING btree IS 'order of series_summary';

CREATE OPERATOR CLASS series_summary_ops
	DEFAULT FOR TYPE series_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 series_summary_hash(series_summary),
	FUNCTION 2 series_summary_hash_extended(series_summary, bigint);

COMMENT ON OPERATOR CLASS series_summary_ops USING hash IS 'hashing of series_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY series_summary_ops USING hash IS 'hashing of series_summary';

CREATE FUNCTION series_accum(series_summary, numeric, date) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION series_accum(series_summary, numeric, date) IS
'transition function of series_summary()';

CREATE FUNCTION series_accum(series_summary, double precision, date) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_accum_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION series_accum(series_summary, double precision, date) IS
'transition function of series_summary()';

CREATE FUNCTION series_combine(series_summary, series_summary) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_combine(series_summary, series_summary) IS
'combine function of series_summary(), transition function of rollup()';

CREATE FUNCTION series_final(series_summary) RETURNS series_summary
AS 'MODULE_PATHNAME', 'series_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_final(series_summary) IS
'final function of series_summary() and rollup()';

CREATE AGGREGATE series_summary(value numeric, on_date date) (
	SFUNC = series_accum,
	STYPE = series_summary,
	SSPACE = -1,
	FINALFUNC = series_final,
	COMBINEFUNC = series_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE series_summary(numeric, date) IS
'the values by day, in order; those of one day are added; rows with a NULL are skipped';

CREATE AGGREGATE series_summary(value double precision, on_date date) (
	SFUNC = series_accum,
	STYPE = series_summary,
	SSPACE = -1,
	FINALFUNC = series_final,
	COMBINEFUNC = series_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE series_summary(double precision, date) IS
'the values by day, in order; those of one day are added; rows with a NULL are skipped';

CREATE AGGREGATE rollup(series_summary) (
	SFUNC = series_combine,
	STYPE = series_summary,
	SSPACE = -1,
	FINALFUNC = series_final,
	COMBINEFUNC = series_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(series_summary) (
	SFUNC = series_combine,
	STYPE = series_summary,
	SSPACE = -1,
	FINALFUNC = series_final,
	COMBINEFUNC = series_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(series_summary) IS
'merges series: values of one day are added';

COMMENT ON AGGREGATE sum(series_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION series_summary_plus(series_summary, series_summary) RETURNS series_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	series_final(
	series_combine($1, $2)
	)
;

COMMENT ON FUNCTION series_summary_plus(series_summary, series_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = series_summary, RIGHTARG = series_summary, FUNCTION = series_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (series_summary, series_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION points(series_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'series_points'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION points(series_summary) IS
'how many days have a value';

CREATE FUNCTION series_values(series_summary, OUT on_date date, OUT value numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'series_values'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_values(series_summary) IS
'the points of a series, in order';

CREATE FUNCTION trend_slope(series_summary, per interval, period integer DEFAULT 1) RETURNS numeric
AS 'MODULE_PATHNAME', 'series_trend_slope'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_slope(series_summary, interval, integer) IS
'slope of the line through a series whose points depend on each other: how much more in so much time; NULL without a line';

CREATE FUNCTION trend_direction(series_summary, confidence double precision DEFAULT 0.95, period integer DEFAULT 1) RETURNS integer
AS 'MODULE_PATHNAME', 'series_trend_direction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_direction(series_summary, double precision, integer) IS
'-1, 0 or 1: the sign of the slope, 0 unless it is significant by a test that knows that points depend on each other';

CREATE FUNCTION trend_change(series_summary, period integer DEFAULT 1) RETURNS numeric
AS 'MODULE_PATHNAME', 'series_trend_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION trend_change(series_summary, integer) IS
'change of the line from the first day to the last, in percent points of where it begins; NULL where that is not positive';

CREATE FUNCTION series_trend(series_summary, per interval, period integer DEFAULT 1, confidence double precision DEFAULT 0.95, OUT slope numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer, OUT change numeric, OUT autocorrelation numeric, OUT effective_points numeric, OUT no_direction_because text) RETURNS record
AS 'MODULE_PATHNAME', 'series_trend'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_trend(series_summary, interval, integer, double precision) IS
'the slope of a series with its interval, p value and direction, how much a point depends on the one before, and why there is no direction where there are too few points';

CREATE FUNCTION series_limits(series_summary, OUT mean numeric, OUT low numeric, OUT high numeric, OUT moving_range numeric) RETURNS record
AS 'MODULE_PATHNAME', 'series_limits'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_limits(series_summary) IS
'mean of a series and the limits of what the process behind it does by itself, 2.66 moving ranges to either side (XmR); NULL with fewer than two points';

CREATE FUNCTION series_anomalies(series_summary, run_length integer DEFAULT 7, OUT on_date date, OUT value numeric, OUT mean numeric, OUT low numeric, OUT high numeric, OUT signal text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'series_anomalies'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_anomalies(series_summary, integer) IS
'points that the process behind a series would not make by itself: outside its limits, near a limit, a run on one side of the mean, a trend';

CREATE FUNCTION series_forecast(series_summary, periods integer, period integer DEFAULT 1, confidence double precision DEFAULT 0.95, OUT on_date date, OUT forecast numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'series_forecast'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION series_forecast(series_summary, integer, integer, double precision) IS
'the next values of a series with their intervals, by exponential smoothing with a damped trend and additive seasons (Holt-Winters); no rows where there are too few points';

CREATE FUNCTION sparkline_accum(bytea, double precision) RETURNS bytea
AS 'MODULE_PATHNAME', 'sparkline_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sparkline_accum(bytea, double precision) IS
'transition function of sparkline()';

CREATE FUNCTION sparkline_final(bytea) RETURNS text
AS 'MODULE_PATHNAME', 'sparkline_final'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sparkline_final(bytea) IS
'final function of sparkline()';

CREATE AGGREGATE sparkline(value double precision) (
	SFUNC = sparkline_accum,
	STYPE = bytea,
	SSPACE = -1,
	FINALFUNC = sparkline_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE sparkline(double precision) IS
'the values in the order of the rows as a line of eight block characters, a space for NULL: sparkline(value ORDER BY day)';

--
-- Means and ratios over customers
--

CREATE TYPE mean_summary;

CREATE FUNCTION mean_summary_in(cstring) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_in(cstring) IS
'input of mean_summary: JSON';

CREATE FUNCTION mean_summary_out(mean_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'mean_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_out(mean_summary) IS
'output of mean_summary: JSON';

CREATE FUNCTION mean_summary_recv(internal) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_recv(internal) IS
'binary input of mean_summary';

CREATE FUNCTION mean_summary_send(mean_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'mean_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_send(mean_summary) IS
'binary output of mean_summary';

CREATE TYPE mean_summary (
	INPUT = mean_summary_in,
	OUTPUT = mean_summary_out,
	RECEIVE = mean_summary_recv,
	SEND = mean_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE mean_summary IS
'exact sums of a number of each customer and of its square; read with mean(), mean_interval(), mean_change(), merged with rollup()';

CREATE FUNCTION mean_summary_eq(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_eq(mean_summary, mean_summary) IS
'implementation of = operator';

CREATE FUNCTION mean_summary_ne(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_ne(mean_summary, mean_summary) IS
'implementation of <> operator';

CREATE FUNCTION mean_summary_lt(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_lt(mean_summary, mean_summary) IS
'implementation of < operator';

CREATE FUNCTION mean_summary_le(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_le(mean_summary, mean_summary) IS
'implementation of <= operator';

CREATE FUNCTION mean_summary_ge(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_ge(mean_summary, mean_summary) IS
'implementation of >= operator';

CREATE FUNCTION mean_summary_gt(mean_summary, mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_gt(mean_summary, mean_summary) IS
'implementation of > operator';

CREATE FUNCTION mean_summary_cmp(mean_summary, mean_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_cmp(mean_summary, mean_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION mean_summary_hash(mean_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_hash(mean_summary) IS
'hash';

CREATE FUNCTION mean_summary_hash_extended(mean_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_hash_extended(mean_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (mean_summary, mean_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (mean_summary, mean_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (mean_summary, mean_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (mean_summary, mean_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (mean_summary, mean_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (mean_summary, mean_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS mean_summary_ops
	DEFAULT FOR TYPE mean_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 mean_summary_cmp(mean_summary, mean_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS mean_summary_ops USING btree IS 'order of mean_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY mean_summary_ops USING btree IS 'order of mean_summary';

CREATE OPERATOR CLASS mean_summary_ops
	DEFAULT FOR TYPE mean_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 mean_summary_hash(mean_summary),
	FUNCTION 2 mean_summary_hash_extended(mean_summary, bigint);

COMMENT ON OPERATOR CLASS mean_summary_ops USING hash IS 'hashing of mean_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY mean_summary_ops USING hash IS 'hashing of mean_summary';

CREATE TYPE ratio_summary;

CREATE FUNCTION ratio_summary_in(cstring) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_in(cstring) IS
'input of ratio_summary: JSON';

CREATE FUNCTION ratio_summary_out(ratio_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'ratio_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_out(ratio_summary) IS
'output of ratio_summary: JSON';

CREATE FUNCTION ratio_summary_recv(internal) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_recv(internal) IS
'binary input of ratio_summary';

CREATE FUNCTION ratio_summary_send(ratio_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'ratio_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_send(ratio_summary) IS
'binary output of ratio_summary';

CREATE TYPE ratio_summary (
	INPUT = ratio_summary_in,
	OUTPUT = ratio_summary_out,
	RECEIVE = ratio_summary_recv,
	SEND = ratio_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE ratio_summary IS
'exact sums of two numbers of each customer, of their squares and products; read with ratio(), ratio_interval(), ratio_change(), merged with rollup()';

CREATE FUNCTION ratio_summary_eq(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_eq(ratio_summary, ratio_summary) IS
'implementation of = operator';

CREATE FUNCTION ratio_summary_ne(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_ne(ratio_summary, ratio_summary) IS
'implementation of <> operator';

CREATE FUNCTION ratio_summary_lt(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_lt(ratio_summary, ratio_summary) IS
'implementation of < operator';

CREATE FUNCTION ratio_summary_le(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_le(ratio_summary, ratio_summary) IS
'implementation of <= operator';

CREATE FUNCTION ratio_summary_ge(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_ge(ratio_summary, ratio_summary) IS
'implementation of >= operator';

CREATE FUNCTION ratio_summary_gt(ratio_summary, ratio_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_gt(ratio_summary, ratio_summary) IS
'implementation of > operator';

CREATE FUNCTION ratio_summary_cmp(ratio_summary, ratio_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_cmp(ratio_summary, ratio_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION ratio_summary_hash(ratio_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_hash(ratio_summary) IS
'hash';

CREATE FUNCTION ratio_summary_hash_extended(ratio_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_hash_extended(ratio_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (ratio_summary, ratio_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (ratio_summary, ratio_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (ratio_summary, ratio_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (ratio_summary, ratio_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (ratio_summary, ratio_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (ratio_summary, ratio_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS ratio_summary_ops
	DEFAULT FOR TYPE ratio_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 ratio_summary_cmp(ratio_summary, ratio_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS ratio_summary_ops USING btree IS 'order of ratio_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY ratio_summary_ops USING btree IS 'order of ratio_summary';

CREATE OPERATOR CLASS ratio_summary_ops
	DEFAULT FOR TYPE ratio_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 ratio_summary_hash(ratio_summary),
	FUNCTION 2 ratio_summary_hash_extended(ratio_summary, bigint);

COMMENT ON OPERATOR CLASS ratio_summary_ops USING hash IS 'hashing of ratio_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY ratio_summary_ops USING hash IS 'hashing of ratio_summary';

CREATE TYPE adjusted_mean_summary;

CREATE FUNCTION adjusted_mean_summary_in(cstring) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_in(cstring) IS
'input of adjusted_mean_summary: JSON';

CREATE FUNCTION adjusted_mean_summary_out(adjusted_mean_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'adjusted_mean_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_out(adjusted_mean_summary) IS
'output of adjusted_mean_summary: JSON';

CREATE FUNCTION adjusted_mean_summary_recv(internal) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_recv(internal) IS
'binary input of adjusted_mean_summary';

CREATE FUNCTION adjusted_mean_summary_send(adjusted_mean_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'adjusted_mean_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_send(adjusted_mean_summary) IS
'binary output of adjusted_mean_summary';

CREATE TYPE adjusted_mean_summary (
	INPUT = adjusted_mean_summary_in,
	OUTPUT = adjusted_mean_summary_out,
	RECEIVE = adjusted_mean_summary_recv,
	SEND = adjusted_mean_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE adjusted_mean_summary IS
'exact sums of a number of each customer now and before, of their squares and products; read with mean_change(), variance_reduction(), merged with rollup()';

CREATE FUNCTION adjusted_mean_summary_eq(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_eq(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of = operator';

CREATE FUNCTION adjusted_mean_summary_ne(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_ne(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of <> operator';

CREATE FUNCTION adjusted_mean_summary_lt(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_lt(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of < operator';

CREATE FUNCTION adjusted_mean_summary_le(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_le(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of <= operator';

CREATE FUNCTION adjusted_mean_summary_ge(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_ge(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of >= operator';

CREATE FUNCTION adjusted_mean_summary_gt(adjusted_mean_summary, adjusted_mean_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_gt(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of > operator';

CREATE FUNCTION adjusted_mean_summary_cmp(adjusted_mean_summary, adjusted_mean_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_cmp(adjusted_mean_summary, adjusted_mean_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION adjusted_mean_summary_hash(adjusted_mean_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_hash(adjusted_mean_summary) IS
'hash';

CREATE FUNCTION adjusted_mean_summary_hash_extended(adjusted_mean_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_hash_extended(adjusted_mean_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (adjusted_mean_summary, adjusted_mean_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (adjusted_mean_summary, adjusted_mean_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (adjusted_mean_summary, adjusted_mean_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (adjusted_mean_summary, adjusted_mean_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (adjusted_mean_summary, adjusted_mean_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (adjusted_mean_summary, adjusted_mean_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS adjusted_mean_summary_ops
	DEFAULT FOR TYPE adjusted_mean_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 adjusted_mean_summary_cmp(adjusted_mean_summary, adjusted_mean_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS adjusted_mean_summary_ops USING btree IS 'order of adjusted_mean_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY adjusted_mean_summary_ops USING btree IS 'order of adjusted_mean_summary';

CREATE OPERATOR CLASS adjusted_mean_summary_ops
	DEFAULT FOR TYPE adjusted_mean_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 adjusted_mean_summary_hash(adjusted_mean_summary),
	FUNCTION 2 adjusted_mean_summary_hash_extended(adjusted_mean_summary, bigint);

COMMENT ON OPERATOR CLASS adjusted_mean_summary_ops USING hash IS 'hashing of adjusted_mean_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY adjusted_mean_summary_ops USING hash IS 'hashing of adjusted_mean_summary';

CREATE FUNCTION mean_accum(mean_summary, numeric) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_accum(mean_summary, numeric) IS
'transition function of mean_summary()';

CREATE FUNCTION mean_remove(mean_summary, numeric) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_remove(mean_summary, numeric) IS
'inverse transition function of mean_summary()';

CREATE FUNCTION mean_accum(mean_summary, double precision) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_accum_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_accum(mean_summary, double precision) IS
'transition function of mean_summary()';

CREATE FUNCTION mean_remove(mean_summary, double precision) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_remove_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_remove(mean_summary, double precision) IS
'inverse transition function of mean_summary()';

CREATE FUNCTION ratio_accum(ratio_summary, numeric, numeric) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ratio_accum(ratio_summary, numeric, numeric) IS
'transition function of ratio_summary()';

CREATE FUNCTION ratio_remove(ratio_summary, numeric, numeric) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ratio_remove(ratio_summary, numeric, numeric) IS
'inverse transition function of ratio_summary()';

CREATE FUNCTION ratio_accum(ratio_summary, double precision, double precision) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_accum_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ratio_accum(ratio_summary, double precision, double precision) IS
'transition function of ratio_summary()';

CREATE FUNCTION ratio_remove(ratio_summary, double precision, double precision) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_remove_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ratio_remove(ratio_summary, double precision, double precision) IS
'inverse transition function of ratio_summary()';

CREATE FUNCTION adjusted_mean_accum(adjusted_mean_summary, numeric, numeric) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_accum(adjusted_mean_summary, numeric, numeric) IS
'transition function of adjusted_mean_summary()';

CREATE FUNCTION adjusted_mean_remove(adjusted_mean_summary, numeric, numeric) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_remove(adjusted_mean_summary, numeric, numeric) IS
'inverse transition function of adjusted_mean_summary()';

CREATE FUNCTION adjusted_mean_accum(adjusted_mean_summary, double precision, double precision) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_accum_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_accum(adjusted_mean_summary, double precision, double precision) IS
'transition function of adjusted_mean_summary()';

CREATE FUNCTION adjusted_mean_remove(adjusted_mean_summary, double precision, double precision) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_remove_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_remove(adjusted_mean_summary, double precision, double precision) IS
'inverse transition function of adjusted_mean_summary()';

CREATE FUNCTION mean_combine(mean_summary, mean_summary) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_combine(mean_summary, mean_summary) IS
'combine function of mean_summary(), transition function of rollup()';

CREATE FUNCTION mean_uncombine(mean_summary, mean_summary) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_uncombine(mean_summary, mean_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION mean_final(mean_summary) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_final(mean_summary) IS
'final function of mean_summary() and rollup()';

CREATE FUNCTION ratio_combine(ratio_summary, ratio_summary) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_combine(ratio_summary, ratio_summary) IS
'combine function of ratio_summary(), transition function of rollup()';

CREATE FUNCTION ratio_uncombine(ratio_summary, ratio_summary) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_uncombine(ratio_summary, ratio_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION ratio_final(ratio_summary) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_final(ratio_summary) IS
'final function of ratio_summary() and rollup()';

CREATE FUNCTION adjusted_mean_combine(adjusted_mean_summary, adjusted_mean_summary) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_combine(adjusted_mean_summary, adjusted_mean_summary) IS
'combine function of adjusted_mean_summary(), transition function of rollup()';

CREATE FUNCTION adjusted_mean_uncombine(adjusted_mean_summary, adjusted_mean_summary) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_uncombine(adjusted_mean_summary, adjusted_mean_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION adjusted_mean_final(adjusted_mean_summary) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_final(adjusted_mean_summary) IS
'final function of adjusted_mean_summary() and rollup()';

CREATE AGGREGATE mean_summary(value numeric) (
	SFUNC = mean_accum,
	STYPE = mean_summary,
	SSPACE = -1,
	FINALFUNC = mean_final,
	COMBINEFUNC = mean_combine,
	MSFUNC = mean_accum,
	MINVFUNC = mean_remove,
	MSTYPE = mean_summary,
	MSSPACE = 72,
	MFINALFUNC = mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mean_summary(numeric) IS
'exact sums of a number of each customer, a row each; NULL is skipped';

CREATE AGGREGATE mean_summary(value double precision) (
	SFUNC = mean_accum,
	STYPE = mean_summary,
	SSPACE = -1,
	FINALFUNC = mean_final,
	COMBINEFUNC = mean_combine,
	MSFUNC = mean_accum,
	MINVFUNC = mean_remove,
	MSTYPE = mean_summary,
	MSSPACE = 72,
	MFINALFUNC = mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mean_summary(double precision) IS
'exact sums of a number of each customer, a row each; NULL is skipped';

CREATE AGGREGATE rollup(mean_summary) (
	SFUNC = mean_combine,
	STYPE = mean_summary,
	SSPACE = -1,
	FINALFUNC = mean_final,
	COMBINEFUNC = mean_combine,
	MSFUNC = mean_combine,
	MINVFUNC = mean_uncombine,
	MSTYPE = mean_summary,
	MSSPACE = 72,
	MFINALFUNC = mean_final,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(mean_summary) (
	SFUNC = mean_combine,
	STYPE = mean_summary,
	SSPACE = -1,
	FINALFUNC = mean_final,
	COMBINEFUNC = mean_combine,
	MSFUNC = mean_combine,
	MINVFUNC = mean_uncombine,
	MSTYPE = mean_summary,
	MSSPACE = 72,
	MFINALFUNC = mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(mean_summary) IS
'merges summaries of different customers';

COMMENT ON AGGREGATE sum(mean_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION mean_summary_plus(mean_summary, mean_summary) RETURNS mean_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	mean_final(
	mean_combine($1, $2)
	)
;

COMMENT ON FUNCTION mean_summary_plus(mean_summary, mean_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (mean_summary, mean_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION mean_summary_minus(mean_summary, mean_summary) RETURNS mean_summary
AS 'MODULE_PATHNAME', 'mean_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_summary_minus(mean_summary, mean_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = mean_summary, RIGHTARG = mean_summary, FUNCTION = mean_summary_minus
);

COMMENT ON OPERATOR - (mean_summary, mean_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE AGGREGATE ratio_summary(numerator numeric, denominator numeric) (
	SFUNC = ratio_accum,
	STYPE = ratio_summary,
	SSPACE = -1,
	FINALFUNC = ratio_final,
	COMBINEFUNC = ratio_combine,
	MSFUNC = ratio_accum,
	MINVFUNC = ratio_remove,
	MSTYPE = ratio_summary,
	MSSPACE = 152,
	MFINALFUNC = ratio_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ratio_summary(numeric, numeric) IS
'exact sums of two numbers of each customer, a row each; rows with a NULL are skipped';

CREATE AGGREGATE ratio_summary(numerator double precision, denominator double precision) (
	SFUNC = ratio_accum,
	STYPE = ratio_summary,
	SSPACE = -1,
	FINALFUNC = ratio_final,
	COMBINEFUNC = ratio_combine,
	MSFUNC = ratio_accum,
	MINVFUNC = ratio_remove,
	MSTYPE = ratio_summary,
	MSSPACE = 152,
	MFINALFUNC = ratio_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ratio_summary(double precision, double precision) IS
'exact sums of two numbers of each customer, a row each; rows with a NULL are skipped';

CREATE AGGREGATE rollup(ratio_summary) (
	SFUNC = ratio_combine,
	STYPE = ratio_summary,
	SSPACE = -1,
	FINALFUNC = ratio_final,
	COMBINEFUNC = ratio_combine,
	MSFUNC = ratio_combine,
	MINVFUNC = ratio_uncombine,
	MSTYPE = ratio_summary,
	MSSPACE = 152,
	MFINALFUNC = ratio_final,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(ratio_summary) (
	SFUNC = ratio_combine,
	STYPE = ratio_summary,
	SSPACE = -1,
	FINALFUNC = ratio_final,
	COMBINEFUNC = ratio_combine,
	MSFUNC = ratio_combine,
	MINVFUNC = ratio_uncombine,
	MSTYPE = ratio_summary,
	MSSPACE = 152,
	MFINALFUNC = ratio_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(ratio_summary) IS
'merges summaries of different customers';

COMMENT ON AGGREGATE sum(ratio_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION ratio_summary_plus(ratio_summary, ratio_summary) RETURNS ratio_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	ratio_final(
	ratio_combine($1, $2)
	)
;

COMMENT ON FUNCTION ratio_summary_plus(ratio_summary, ratio_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (ratio_summary, ratio_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION ratio_summary_minus(ratio_summary, ratio_summary) RETURNS ratio_summary
AS 'MODULE_PATHNAME', 'ratio_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_summary_minus(ratio_summary, ratio_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = ratio_summary, RIGHTARG = ratio_summary, FUNCTION = ratio_summary_minus
);

COMMENT ON OPERATOR - (ratio_summary, ratio_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE AGGREGATE adjusted_mean_summary(value numeric, before numeric) (
	SFUNC = adjusted_mean_accum,
	STYPE = adjusted_mean_summary,
	SSPACE = -1,
	FINALFUNC = adjusted_mean_final,
	COMBINEFUNC = adjusted_mean_combine,
	MSFUNC = adjusted_mean_accum,
	MINVFUNC = adjusted_mean_remove,
	MSTYPE = adjusted_mean_summary,
	MSSPACE = 152,
	MFINALFUNC = adjusted_mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE adjusted_mean_summary(numeric, numeric) IS
'exact sums of a number of each customer, a row each, and of what it was before; rows with a NULL are skipped';

CREATE AGGREGATE adjusted_mean_summary(value double precision, before double precision) (
	SFUNC = adjusted_mean_accum,
	STYPE = adjusted_mean_summary,
	SSPACE = -1,
	FINALFUNC = adjusted_mean_final,
	COMBINEFUNC = adjusted_mean_combine,
	MSFUNC = adjusted_mean_accum,
	MINVFUNC = adjusted_mean_remove,
	MSTYPE = adjusted_mean_summary,
	MSSPACE = 152,
	MFINALFUNC = adjusted_mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE adjusted_mean_summary(double precision, double precision) IS
'exact sums of a number of each customer, a row each, and of what it was before; rows with a NULL are skipped';

CREATE AGGREGATE rollup(adjusted_mean_summary) (
	SFUNC = adjusted_mean_combine,
	STYPE = adjusted_mean_summary,
	SSPACE = -1,
	FINALFUNC = adjusted_mean_final,
	COMBINEFUNC = adjusted_mean_combine,
	MSFUNC = adjusted_mean_combine,
	MINVFUNC = adjusted_mean_uncombine,
	MSTYPE = adjusted_mean_summary,
	MSSPACE = 152,
	MFINALFUNC = adjusted_mean_final,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(adjusted_mean_summary) (
	SFUNC = adjusted_mean_combine,
	STYPE = adjusted_mean_summary,
	SSPACE = -1,
	FINALFUNC = adjusted_mean_final,
	COMBINEFUNC = adjusted_mean_combine,
	MSFUNC = adjusted_mean_combine,
	MINVFUNC = adjusted_mean_uncombine,
	MSTYPE = adjusted_mean_summary,
	MSSPACE = 152,
	MFINALFUNC = adjusted_mean_final,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(adjusted_mean_summary) IS
'merges summaries of different customers';

COMMENT ON AGGREGATE sum(adjusted_mean_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION adjusted_mean_summary_plus(adjusted_mean_summary, adjusted_mean_summary) RETURNS adjusted_mean_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	adjusted_mean_final(
	adjusted_mean_combine($1, $2)
	)
;

COMMENT ON FUNCTION adjusted_mean_summary_plus(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (adjusted_mean_summary, adjusted_mean_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION adjusted_mean_summary_minus(adjusted_mean_summary, adjusted_mean_summary) RETURNS adjusted_mean_summary
AS 'MODULE_PATHNAME', 'adjusted_mean_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION adjusted_mean_summary_minus(adjusted_mean_summary, adjusted_mean_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = adjusted_mean_summary, RIGHTARG = adjusted_mean_summary, FUNCTION = adjusted_mean_summary_minus
);

COMMENT ON OPERATOR - (adjusted_mean_summary, adjusted_mean_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION customers(mean_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'mean_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(mean_summary) IS
'how many customers there are';

CREATE FUNCTION customers(ratio_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'ratio_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(ratio_summary) IS
'how many customers there are';

CREATE FUNCTION customers(adjusted_mean_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'adjusted_mean_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(adjusted_mean_summary) IS
'how many customers there are';

CREATE FUNCTION mean(mean_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'mean_mean'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean(mean_summary) IS
'mean over the customers; NULL without any';

CREATE FUNCTION mean_interval(mean_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'mean_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_interval(mean_summary, double precision, boolean, bigint) IS
'interval of the mean by Student''s t; NULL with fewer than two customers or where all are equal; always_valid => true: right at every look';

CREATE FUNCTION mean_change(before mean_summary, after mean_summary, confidence double precision DEFAULT 0.95, relative boolean DEFAULT false, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'mean_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_change(mean_summary, mean_summary, double precision, boolean, boolean, bigint) IS
'change of the mean, after - before, by Welch''s t test, with its interval, p value and direction -1, 0, 1, which is 0 unless significant; relative => true: in percent of the first; always_valid => true: right at every look';

CREATE FUNCTION ratio(ratio_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'ratio_ratio'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio(ratio_summary) IS
'sum of the numerators by that of the denominators; NULL where that is 0';

CREATE FUNCTION ratio_interval(ratio_summary, confidence double precision DEFAULT 0.95, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT low numeric, OUT high numeric) RETURNS record
AS 'MODULE_PATHNAME', 'ratio_interval'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_interval(ratio_summary, double precision, boolean, bigint) IS
'interval of the ratio by the delta method over customers; NULL with fewer than two or where all have one ratio; always_valid => true: right at every look';

CREATE FUNCTION ratio_change(before ratio_summary, after ratio_summary, confidence double precision DEFAULT 0.95, relative boolean DEFAULT false, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'ratio_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ratio_change(ratio_summary, ratio_summary, double precision, boolean, boolean, bigint) IS
'change of the ratio, after - before, by the delta method over customers, with its interval, p value and direction -1, 0, 1, which is 0 unless significant; relative => true: in percent of the first; always_valid => true: right at every look';

CREATE FUNCTION mean(adjusted_mean_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'adjusted_mean_mean'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean(adjusted_mean_summary) IS
'mean of the values over the customers, not adjusted; NULL without any';

CREATE FUNCTION mean_change(control adjusted_mean_summary, treatment adjusted_mean_summary, confidence double precision DEFAULT 0.95, relative boolean DEFAULT false, always_valid boolean DEFAULT false, tightest_at bigint DEFAULT 5000, OUT change numeric, OUT low numeric, OUT high numeric, OUT p_value numeric, OUT direction integer) RETURNS record
AS 'MODULE_PATHNAME', 'adjusted_mean_change'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mean_change(adjusted_mean_summary, adjusted_mean_summary, double precision, boolean, boolean, bigint) IS
'difference of the means, treatment - control, adjusted by what the customers did before, with its interval, p value and direction -1, 0, 1, which is 0 unless significant; relative => true: in percent of the first; always_valid => true: right at every look';

CREATE FUNCTION variance_reduction(control adjusted_mean_summary, treatment adjusted_mean_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'adjusted_mean_reduction'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION variance_reduction(adjusted_mean_summary, adjusted_mean_summary) IS
'percentage of the variance of the difference that the adjustment takes away';

--
-- Drivers: why the whole has changed
--

CREATE TYPE driver_summary;

CREATE FUNCTION driver_summary_in(cstring) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_in(cstring) IS
'input of driver_summary: JSON';

CREATE FUNCTION driver_summary_out(driver_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'driver_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_out(driver_summary) IS
'output of driver_summary: JSON';

CREATE FUNCTION driver_summary_recv(internal) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_recv(internal) IS
'binary input of driver_summary';

CREATE FUNCTION driver_summary_send(driver_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'driver_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_send(driver_summary) IS
'binary output of driver_summary';

CREATE TYPE driver_summary (
	INPUT = driver_summary_in,
	OUTPUT = driver_summary_out,
	RECEIVE = driver_summary_recv,
	SEND = driver_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE driver_summary IS
'a metric of every segment before and after; read with change_drivers(), mix_effect(), rate_effect(), merged with rollup()';

CREATE FUNCTION driver_summary_eq(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_eq(driver_summary, driver_summary) IS
'implementation of = operator';

CREATE FUNCTION driver_summary_ne(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_ne(driver_summary, driver_summary) IS
'implementation of <> operator';

CREATE FUNCTION driver_summary_lt(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_lt(driver_summary, driver_summary) IS
'implementation of < operator';

CREATE FUNCTION driver_summary_le(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_le(driver_summary, driver_summary) IS
'implementation of <= operator';

CREATE FUNCTION driver_summary_ge(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_ge(driver_summary, driver_summary) IS
'implementation of >= operator';

CREATE FUNCTION driver_summary_gt(driver_summary, driver_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_gt(driver_summary, driver_summary) IS
'implementation of > operator';

CREATE FUNCTION driver_summary_cmp(driver_summary, driver_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_cmp(driver_summary, driver_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION driver_summary_hash(driver_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_hash(driver_summary) IS
'hash';

CREATE FUNCTION driver_summary_hash_extended(driver_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_hash_extended(driver_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (driver_summary, driver_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (driver_summary, driver_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (driver_summary, driver_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (driver_summary, driver_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (driver_summary, driver_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (driver_summary, driver_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS driver_summary_ops
	DEFAULT FOR TYPE driver_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 driver_summary_cmp(driver_summary, driver_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS driver_summary_ops USING btree IS 'order of driver_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY driver_summary_ops USING btree IS 'order of driver_summary';

CREATE OPERATOR CLASS driver_summary_ops
	DEFAULT FOR TYPE driver_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 driver_summary_hash(driver_summary),
	FUNCTION 2 driver_summary_hash_extended(driver_summary, bigint);

COMMENT ON OPERATOR CLASS driver_summary_ops USING hash IS 'hashing of driver_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY driver_summary_ops USING hash IS 'hashing of driver_summary';

CREATE FUNCTION driver_accum_nps(driver_summary, text, survey_summary, survey_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_accum_nps'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION driver_accum_nps(driver_summary, text, survey_summary, survey_summary) IS
'transition function of driver_summary()';

CREATE FUNCTION driver_accum_rate(driver_summary, text, rate_summary, rate_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_accum_rate'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION driver_accum_rate(driver_summary, text, rate_summary, rate_summary) IS
'transition function of driver_summary()';

CREATE FUNCTION driver_accum_ratio(driver_summary, text, ratio_summary, ratio_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_accum_ratio'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION driver_accum_ratio(driver_summary, text, ratio_summary, ratio_summary) IS
'transition function of driver_summary()';

CREATE FUNCTION driver_accum_amount(driver_summary, text, numeric, numeric) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_accum_amount'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION driver_accum_amount(driver_summary, text, numeric, numeric) IS
'transition function of driver_summary()';

CREATE FUNCTION driver_combine(driver_summary, driver_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_combine(driver_summary, driver_summary) IS
'combine function of driver_summary(), transition function of rollup()';

CREATE FUNCTION driver_final(driver_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_final(driver_summary) IS
'final function of driver_summary() and rollup()';

CREATE AGGREGATE driver_summary(segment text, before survey_summary, after survey_summary) (
	SFUNC = driver_accum_nps,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE driver_summary(text, survey_summary, survey_summary) IS
'the NPS of every segment before and after, a row for each segment; NULL is a segment that was not there';

CREATE AGGREGATE driver_summary(segment text, before rate_summary, after rate_summary) (
	SFUNC = driver_accum_rate,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE driver_summary(text, rate_summary, rate_summary) IS
'a rate of every segment before and after, a row for each segment; NULL is a segment that was not there';

CREATE AGGREGATE driver_summary(segment text, before ratio_summary, after ratio_summary) (
	SFUNC = driver_accum_ratio,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE driver_summary(text, ratio_summary, ratio_summary) IS
'a ratio of every segment before and after, a row for each segment; NULL is a segment that was not there';

CREATE AGGREGATE money_driver_summary(segment text, before numeric, after numeric) (
	SFUNC = driver_accum_amount,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE money_driver_summary(text, numeric, numeric) IS
'an amount of every segment before and after, a row for each segment; NULL is a segment that was not there';

CREATE AGGREGATE rollup(driver_summary) (
	SFUNC = driver_combine,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(driver_summary) (
	SFUNC = driver_combine,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(driver_summary) IS
'joins the drivers of segments that are different; a segment that is in two of them is an error';

COMMENT ON AGGREGATE sum(driver_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION driver_summary_plus(driver_summary, driver_summary) RETURNS driver_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	driver_final(
	driver_combine($1, $2)
	)
;

COMMENT ON FUNCTION driver_summary_plus(driver_summary, driver_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (driver_summary, driver_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION driver_summary_minus(driver_summary, driver_summary) RETURNS driver_summary
AS 'MODULE_PATHNAME', 'driver_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION driver_summary_minus(driver_summary, driver_summary) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = driver_summary, RIGHTARG = driver_summary, FUNCTION = driver_summary_minus
);

COMMENT ON OPERATOR - (driver_summary, driver_summary) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION change_drivers(driver_summary, confidence double precision DEFAULT 0.95, OUT segment text, OUT share_before numeric, OUT share_after numeric, OUT value_before numeric, OUT value_after numeric, OUT mix_effect numeric, OUT rate_effect numeric, OUT total_effect numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'driver_change'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION change_drivers(driver_summary, double precision) IS
'where a change comes from, the largest effect first: what each segment''s share of the whole (mix_effect, percent points or the metric''s unit) and its own value (rate_effect, with low and high) add to the change of the whole, to which they add up';

CREATE FUNCTION mix_effect(driver_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'driver_mix_effect'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mix_effect(driver_summary) IS
'what of the change of the whole comes from the shares of the segments; NULL where nothing was known before, or after';

CREATE FUNCTION rate_effect(driver_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'driver_rate_effect'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rate_effect(driver_summary) IS
'what of the change of the whole comes from the values of the segments; NULL where nothing was known before, or after';

--
-- Uncertainty: many tests at once
--

CREATE FUNCTION p_adjust(p_value numeric, method text DEFAULT 'holm') RETURNS numeric
AS 'MODULE_PATHNAME', 'p_adjust_numeric'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION p_adjust(numeric, text) IS
'p value of a row adjusted for the number of tests in its partition, by ''holm'', ''bonferroni'' or ''bh''; NULL is no test';

CREATE FUNCTION p_adjust(p_value double precision, method text DEFAULT 'holm') RETURNS numeric
AS 'MODULE_PATHNAME', 'p_adjust_double'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION p_adjust(double precision, text) IS
'p value of a row adjusted for the number of tests in its partition, by ''holm'', ''bonferroni'' or ''bh''; NULL is no test';

--
-- Customer value: purchases of a customer, and models of all customers'
--

CREATE TYPE purchase_history;

CREATE FUNCTION purchase_history_in(cstring) RETURNS purchase_history
AS 'MODULE_PATHNAME', 'purchase_history_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_in(cstring) IS
'input of purchase_history: JSON';

CREATE FUNCTION purchase_history_out(purchase_history) RETURNS cstring
AS 'MODULE_PATHNAME', 'purchase_history_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_out(purchase_history) IS
'output of purchase_history: JSON';

CREATE FUNCTION purchase_history_recv(internal) RETURNS purchase_history
AS 'MODULE_PATHNAME', 'purchase_history_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_recv(internal) IS
'binary input of purchase_history';

CREATE FUNCTION purchase_history_send(purchase_history) RETURNS bytea
AS 'MODULE_PATHNAME', 'purchase_history_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_send(purchase_history) IS
'binary output of purchase_history';

CREATE TYPE purchase_history (
	INPUT = purchase_history_in,
	OUTPUT = purchase_history_out,
	RECEIVE = purchase_history_recv,
	SEND = purchase_history_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE purchase_history IS
'purchases of one customer by day; read with frequency(), recency(), tenure(), monetary_value(), input of clv_model(), merged with rollup()';

CREATE FUNCTION purchase_history_eq(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_eq(purchase_history, purchase_history) IS
'implementation of = operator';

CREATE FUNCTION purchase_history_ne(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_ne(purchase_history, purchase_history) IS
'implementation of <> operator';

CREATE FUNCTION purchase_history_lt(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_lt(purchase_history, purchase_history) IS
'implementation of < operator';

CREATE FUNCTION purchase_history_le(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_le(purchase_history, purchase_history) IS
'implementation of <= operator';

CREATE FUNCTION purchase_history_ge(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_ge(purchase_history, purchase_history) IS
'implementation of >= operator';

CREATE FUNCTION purchase_history_gt(purchase_history, purchase_history) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_gt(purchase_history, purchase_history) IS
'implementation of > operator';

CREATE FUNCTION purchase_history_cmp(purchase_history, purchase_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_cmp(purchase_history, purchase_history) IS
'less-equal-greater, by bytes';

CREATE FUNCTION purchase_history_hash(purchase_history) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_hash(purchase_history) IS
'hash';

CREATE FUNCTION purchase_history_hash_extended(purchase_history, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_hash_extended(purchase_history, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (purchase_history, purchase_history) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (purchase_history, purchase_history) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (purchase_history, purchase_history) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (purchase_history, purchase_history) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (purchase_history, purchase_history) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (purchase_history, purchase_history) IS 'greater than, by bytes';

CREATE OPERATOR CLASS purchase_history_ops
	DEFAULT FOR TYPE purchase_history USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 purchase_history_cmp(purchase_history, purchase_history),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS purchase_history_ops USING btree IS 'order of purchase_history by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY purchase_history_ops USING btree IS 'order of purchase_history';

CREATE OPERATOR CLASS purchase_history_ops
	DEFAULT FOR TYPE purchase_history USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 purchase_history_hash(purchase_history),
	FUNCTION 2 purchase_history_hash_extended(purchase_history, bigint);

COMMENT ON OPERATOR CLASS purchase_history_ops USING hash IS 'hashing of purchase_history, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY purchase_history_ops USING hash IS 'hashing of purchase_history';

CREATE FUNCTION purchase_history_accum(purchase_history, numeric, date) RETURNS purchase_history
AS 'MODULE_PATHNAME', 'purchase_history_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_accum(purchase_history, numeric, date) IS
'transition function of purchase_history()';

CREATE FUNCTION purchase_history_combine(purchase_history, purchase_history) RETURNS purchase_history
AS 'MODULE_PATHNAME', 'purchase_history_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_combine(purchase_history, purchase_history) IS
'combine function of purchase_history(), transition function of rollup()';

CREATE FUNCTION purchase_history_final(purchase_history) RETURNS purchase_history
AS 'MODULE_PATHNAME', 'purchase_history_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_history_final(purchase_history) IS
'final function of purchase_history() and rollup()';

CREATE AGGREGATE purchase_history(amount numeric, purchased_on date) (
	SFUNC = purchase_history_accum,
	STYPE = purchase_history,
	SSPACE = -1,
	FINALFUNC = purchase_history_final,
	COMBINEFUNC = purchase_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_history(numeric, date) IS
'purchases of one customer from a row a purchase; those of a day are one purchase day; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE AGGREGATE rollup(purchase_history) (
	SFUNC = purchase_history_combine,
	STYPE = purchase_history,
	SSPACE = -1,
	FINALFUNC = purchase_history_final,
	COMBINEFUNC = purchase_history_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(purchase_history) (
	SFUNC = purchase_history_combine,
	STYPE = purchase_history,
	SSPACE = -1,
	FINALFUNC = purchase_history_final,
	COMBINEFUNC = purchase_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(purchase_history) IS
'purchases of one customer from the histories of parts of them';

COMMENT ON AGGREGATE sum(purchase_history) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION purchase_history_plus(purchase_history, purchase_history) RETURNS purchase_history
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	purchase_history_final(
	purchase_history_combine($1, $2)
	)
;

COMMENT ON FUNCTION purchase_history_plus(purchase_history, purchase_history) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (purchase_history, purchase_history) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION frequency(purchase_history, as_of timestamp DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'purchase_frequency'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION frequency(purchase_history, timestamp) IS
'days with a purchase after the first one, up to and including as_of (NULL: all), refunds applied; NULL before the first purchase';

CREATE FUNCTION recency(purchase_history, as_of timestamp DEFAULT NULL) RETURNS integer
AS 'MODULE_PATHNAME', 'purchase_recency'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION recency(purchase_history, timestamp) IS
'days from the first purchase to the last one up to and including as_of (NULL: of all), the recency of the models and not that of RFM, which is days_since_last_purchase(); NULL before the first purchase';

CREATE FUNCTION days_since_last_purchase(purchase_history, as_of timestamp) RETURNS integer
AS 'MODULE_PATHNAME', 'purchase_days_since_last'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION days_since_last_purchase(purchase_history, timestamp) IS
'days from the last purchase up to and including as_of to as_of, the recency of RFM; NULL before the first purchase';

CREATE FUNCTION tenure(purchase_history, as_of timestamp) RETURNS integer
AS 'MODULE_PATHNAME', 'purchase_tenure'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION tenure(purchase_history, timestamp) IS
'days from the first purchase to as_of; NULL before the first purchase';

CREATE FUNCTION monetary_value(purchase_history, as_of timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'purchase_monetary_value'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION monetary_value(purchase_history, timestamp) IS
'mean of the sums, less refunds, of the days with a purchase after the first one, up to and including as_of (NULL: all); NULL without such a day';

CREATE FUNCTION first_purchase(purchase_history) RETURNS date
AS 'MODULE_PATHNAME', 'purchase_first'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION first_purchase(purchase_history) IS
'day of the first purchase; NULL where all were given back';

CREATE FUNCTION last_purchase(purchase_history) RETURNS date
AS 'MODULE_PATHNAME', 'purchase_last'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION last_purchase(purchase_history) IS
'day of the last purchase; NULL where all were given back';

CREATE FUNCTION purchases(purchase_history) RETURNS bigint
AS 'MODULE_PATHNAME', 'purchase_purchases'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchases(purchase_history) IS
'purchases, also several of one day, without the days that refunds have cancelled';

CREATE FUNCTION revenue(purchase_history) RETURNS numeric
AS 'MODULE_PATHNAME', 'purchase_revenue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION revenue(purchase_history) IS
'sum of all amounts, refunds taken off';

CREATE TYPE clv_customers;

CREATE FUNCTION clv_customers_in(cstring) RETURNS clv_customers
AS 'MODULE_PATHNAME', 'clv_customers_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_in(cstring) IS
'input of clv_customers: JSON';

CREATE FUNCTION clv_customers_out(clv_customers) RETURNS cstring
AS 'MODULE_PATHNAME', 'clv_customers_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_out(clv_customers) IS
'output of clv_customers: JSON';

CREATE FUNCTION clv_customers_recv(internal) RETURNS clv_customers
AS 'MODULE_PATHNAME', 'clv_customers_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_recv(internal) IS
'binary input of clv_customers';

CREATE FUNCTION clv_customers_send(clv_customers) RETURNS bytea
AS 'MODULE_PATHNAME', 'clv_customers_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_send(clv_customers) IS
'binary output of clv_customers';

CREATE TYPE clv_customers (
	INPUT = clv_customers_in,
	OUTPUT = clv_customers_out,
	RECEIVE = clv_customers_recv,
	SEND = clv_customers_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE clv_customers IS
'state of clv_model(): customers by frequency, recency and tenure, and by spend';

CREATE FUNCTION clv_customers_eq(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_eq(clv_customers, clv_customers) IS
'implementation of = operator';

CREATE FUNCTION clv_customers_ne(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_ne(clv_customers, clv_customers) IS
'implementation of <> operator';

CREATE FUNCTION clv_customers_lt(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_lt(clv_customers, clv_customers) IS
'implementation of < operator';

CREATE FUNCTION clv_customers_le(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_le(clv_customers, clv_customers) IS
'implementation of <= operator';

CREATE FUNCTION clv_customers_ge(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_ge(clv_customers, clv_customers) IS
'implementation of >= operator';

CREATE FUNCTION clv_customers_gt(clv_customers, clv_customers) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_gt(clv_customers, clv_customers) IS
'implementation of > operator';

CREATE FUNCTION clv_customers_cmp(clv_customers, clv_customers) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_cmp(clv_customers, clv_customers) IS
'less-equal-greater, by bytes';

CREATE FUNCTION clv_customers_hash(clv_customers) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_hash(clv_customers) IS
'hash';

CREATE FUNCTION clv_customers_hash_extended(clv_customers, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_customers_hash_extended(clv_customers, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (clv_customers, clv_customers) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (clv_customers, clv_customers) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (clv_customers, clv_customers) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (clv_customers, clv_customers) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (clv_customers, clv_customers) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = clv_customers, RIGHTARG = clv_customers, FUNCTION = clv_customers_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (clv_customers, clv_customers) IS 'greater than, by bytes';

CREATE OPERATOR CLASS clv_customers_ops
	DEFAULT FOR TYPE clv_customers USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 clv_customers_cmp(clv_customers, clv_customers),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS clv_customers_ops USING btree IS 'order of clv_customers by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY clv_customers_ops USING btree IS 'order of clv_customers';

CREATE OPERATOR CLASS clv_customers_ops
	DEFAULT FOR TYPE clv_customers USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 clv_customers_hash(clv_customers),
	FUNCTION 2 clv_customers_hash_extended(clv_customers, bigint);

COMMENT ON OPERATOR CLASS clv_customers_ops USING hash IS 'hashing of clv_customers, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY clv_customers_ops USING hash IS 'hashing of clv_customers';

CREATE TYPE clv_model;

CREATE FUNCTION clv_model_in(cstring) RETURNS clv_model
AS 'MODULE_PATHNAME', 'clv_model_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_in(cstring) IS
'input of clv_model: JSON';

CREATE FUNCTION clv_model_out(clv_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'clv_model_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_out(clv_model) IS
'output of clv_model: JSON';

CREATE FUNCTION clv_model_recv(internal) RETURNS clv_model
AS 'MODULE_PATHNAME', 'clv_model_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_recv(internal) IS
'binary input of clv_model';

CREATE FUNCTION clv_model_send(clv_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'clv_model_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_send(clv_model) IS
'binary output of clv_model';

CREATE TYPE clv_model (
	INPUT = clv_model_in,
	OUTPUT = clv_model_out,
	RECEIVE = clv_model_recv,
	SEND = clv_model_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE clv_model IS
'model of repeat purchases and spend, fitted; read with model_parameters(), log_likelihood(), applied with p_alive(), expected_purchases(), expected_purchase_value(), predicted_clv()';

CREATE FUNCTION clv_model_eq(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_eq(clv_model, clv_model) IS
'implementation of = operator';

CREATE FUNCTION clv_model_ne(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_ne(clv_model, clv_model) IS
'implementation of <> operator';

CREATE FUNCTION clv_model_lt(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_lt(clv_model, clv_model) IS
'implementation of < operator';

CREATE FUNCTION clv_model_le(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_le(clv_model, clv_model) IS
'implementation of <= operator';

CREATE FUNCTION clv_model_ge(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_ge(clv_model, clv_model) IS
'implementation of >= operator';

CREATE FUNCTION clv_model_gt(clv_model, clv_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_gt(clv_model, clv_model) IS
'implementation of > operator';

CREATE FUNCTION clv_model_cmp(clv_model, clv_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_cmp(clv_model, clv_model) IS
'less-equal-greater, by bytes';

CREATE FUNCTION clv_model_hash(clv_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_hash(clv_model) IS
'hash';

CREATE FUNCTION clv_model_hash_extended(clv_model, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_hash_extended(clv_model, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (clv_model, clv_model) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (clv_model, clv_model) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (clv_model, clv_model) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (clv_model, clv_model) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (clv_model, clv_model) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = clv_model, RIGHTARG = clv_model, FUNCTION = clv_model_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (clv_model, clv_model) IS 'greater than, by bytes';

CREATE OPERATOR CLASS clv_model_ops
	DEFAULT FOR TYPE clv_model USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 clv_model_cmp(clv_model, clv_model),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS clv_model_ops USING btree IS 'order of clv_model by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY clv_model_ops USING btree IS 'order of clv_model';

CREATE OPERATOR CLASS clv_model_ops
	DEFAULT FOR TYPE clv_model USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 clv_model_hash(clv_model),
	FUNCTION 2 clv_model_hash_extended(clv_model, bigint);

COMMENT ON OPERATOR CLASS clv_model_ops USING hash IS 'hashing of clv_model, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY clv_model_ops USING hash IS 'hashing of clv_model';

CREATE FUNCTION clv_model_accum(clv_customers, purchase_history, date, text) RETURNS clv_customers
AS 'MODULE_PATHNAME', 'clv_model_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_accum(clv_customers, purchase_history, date, text) IS
'transition function of clv_model()';

CREATE FUNCTION clv_model_combine(clv_customers, clv_customers) RETURNS clv_customers
AS 'MODULE_PATHNAME', 'clv_model_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_combine(clv_customers, clv_customers) IS
'combine function of clv_model()';

CREATE FUNCTION clv_model_final(clv_customers) RETURNS clv_model
AS 'MODULE_PATHNAME', 'clv_model_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_final(clv_customers) IS
'final function of clv_model(): the fit';

CREATE AGGREGATE clv_model(history purchase_history, as_of date, model text) (
	SFUNC = clv_model_accum,
	STYPE = clv_customers,
	SSPACE = -1,
	FINALFUNC = clv_model_final,
	COMBINEFUNC = clv_model_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv_model(purchase_history, date, text) IS
'fits a model, bg_nbd, mbg_nbd or pareto_nbd, to the histories of customers, a row a customer, and Gamma-Gamma to their spend, or the limits of these where there is no maximum; purchases after as_of are ignored';

CREATE FUNCTION model_parameters(clv_model, unit text DEFAULT 'day', confidence double precision DEFAULT 0.95, OUT parameter text, OUT estimate numeric, OUT standard_error numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'clv_model_parameters'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7;

COMMENT ON FUNCTION model_parameters(clv_model, text, double precision) IS
'parameters of the model, or of the limit that it is, times and rates in the unit of time, with standard errors and intervals; no rows where model_problem() says why';

CREATE FUNCTION log_likelihood(clv_model, unit text DEFAULT 'day') RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_model_log_likelihood'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION log_likelihood(clv_model, text) IS
'log-likelihood of the purchases, with times in the unit';

CREATE FUNCTION spend_log_likelihood(clv_model) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_model_spend_log_likelihood'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION spend_log_likelihood(clv_model) IS
'log-likelihood of the spend; NULL without a model of spend, and where all purchases cost the same';

CREATE FUNCTION model_problem(clv_model) RETURNS text
AS 'MODULE_PATHNAME', 'clv_model_problem'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION model_problem(clv_model) IS
'why the model has no parameters and predicts nothing, in words: nobody bought again, or there is one customer; NULL where it has';

CREATE FUNCTION spend_problem(clv_model) RETURNS text
AS 'MODULE_PATHNAME', 'clv_spend_problem'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION spend_problem(clv_model) IS
'why there is no model of spend, in words; NULL where there is one';

CREATE FUNCTION clv_model_or_error(clv_model) RETURNS clv_model
AS 'MODULE_PATHNAME', 'clv_model_or_error'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_model_or_error(clv_model) IS
'the model itself; an error where it has a problem';

CREATE FUNCTION model_as_of(model clv_model, as_of timestamp) RETURNS clv_model
AS 'MODULE_PATHNAME', 'clv_model_as_of'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION model_as_of(clv_model, timestamp) IS
'the model, to be applied as of another day than that of its data';

CREATE FUNCTION customers(clv_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'clv_model_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(clv_model) IS
'customers that the model was fitted to';

CREATE FUNCTION repeat_customers(clv_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'clv_model_repeat_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION repeat_customers(clv_model) IS
'customers with repeat purchases that the model was fitted to';

CREATE FUNCTION days_left_out(clv_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'clv_model_days_left_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION days_left_out(clv_model) IS
'days with a repeat purchase but no positive sum, which the model of spend leaves out';

CREATE FUNCTION p_alive(model clv_model, history purchase_history, as_of timestamp DEFAULT NULL, at timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_p_alive'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION p_alive(clv_model, purchase_history, timestamp, timestamp) IS
'probability, 0 to 1, that the customer has not left for good as of a day, the model''s where none is given, or is still there at a later one; NULL before the first purchase';

CREATE FUNCTION p_purchases(model clv_model, history purchase_history, horizon interval, at_least integer DEFAULT 1, as_of timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_p_purchases'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION p_purchases(clv_model, purchase_history, interval, integer, timestamp) IS
'probability, 0 to 1, of so many days with a purchase or more within the horizon; NULL before the first purchase';

CREATE FUNCTION purchases_quantile(model clv_model, history purchase_history, horizon interval, q double precision DEFAULT 0.5, as_of timestamp DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'clv_purchases_quantile'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION purchases_quantile(clv_model, purchase_history, interval, double precision, timestamp) IS
'how many days with a purchase within the horizon are not passed with probability q, 0 to 1; NULL before the first purchase';

CREATE FUNCTION expected_purchases(model clv_model, history purchase_history, horizon interval, as_of timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_expected_purchases'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION expected_purchases(clv_model, purchase_history, interval, timestamp) IS
'how many days with a purchase to expect within the horizon, from as_of on, the model''s day where none is given (days, not orders: two orders of a day are one); NULL before the first purchase';

CREATE TYPE purchase_forecast;

CREATE FUNCTION purchase_forecast_in(cstring) RETURNS purchase_forecast
AS 'MODULE_PATHNAME', 'purchase_forecast_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_in(cstring) IS
'input of purchase_forecast: JSON';

CREATE FUNCTION purchase_forecast_out(purchase_forecast) RETURNS cstring
AS 'MODULE_PATHNAME', 'purchase_forecast_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_out(purchase_forecast) IS
'output of purchase_forecast: JSON';

CREATE FUNCTION purchase_forecast_recv(internal) RETURNS purchase_forecast
AS 'MODULE_PATHNAME', 'purchase_forecast_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_recv(internal) IS
'binary input of purchase_forecast';

CREATE FUNCTION purchase_forecast_send(purchase_forecast) RETURNS bytea
AS 'MODULE_PATHNAME', 'purchase_forecast_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_send(purchase_forecast) IS
'binary output of purchase_forecast';

CREATE TYPE purchase_forecast (
	INPUT = purchase_forecast_in,
	OUTPUT = purchase_forecast_out,
	RECEIVE = purchase_forecast_recv,
	SEND = purchase_forecast_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE purchase_forecast IS
'state of expected_total(): the model, the horizon, and customers by frequency, recency and tenure';

CREATE FUNCTION purchase_forecast_eq(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_eq(purchase_forecast, purchase_forecast) IS
'implementation of = operator';

CREATE FUNCTION purchase_forecast_ne(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_ne(purchase_forecast, purchase_forecast) IS
'implementation of <> operator';

CREATE FUNCTION purchase_forecast_lt(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_lt(purchase_forecast, purchase_forecast) IS
'implementation of < operator';

CREATE FUNCTION purchase_forecast_le(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_le(purchase_forecast, purchase_forecast) IS
'implementation of <= operator';

CREATE FUNCTION purchase_forecast_ge(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_ge(purchase_forecast, purchase_forecast) IS
'implementation of >= operator';

CREATE FUNCTION purchase_forecast_gt(purchase_forecast, purchase_forecast) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_gt(purchase_forecast, purchase_forecast) IS
'implementation of > operator';

CREATE FUNCTION purchase_forecast_cmp(purchase_forecast, purchase_forecast) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_cmp(purchase_forecast, purchase_forecast) IS
'less-equal-greater, by bytes';

CREATE FUNCTION purchase_forecast_hash(purchase_forecast) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_hash(purchase_forecast) IS
'hash';

CREATE FUNCTION purchase_forecast_hash_extended(purchase_forecast, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_forecast_hash_extended(purchase_forecast, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (purchase_forecast, purchase_forecast) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (purchase_forecast, purchase_forecast) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (purchase_forecast, purchase_forecast) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (purchase_forecast, purchase_forecast) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (purchase_forecast, purchase_forecast) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = purchase_forecast, RIGHTARG = purchase_forecast, FUNCTION = purchase_forecast_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (purchase_forecast, purchase_forecast) IS 'greater than, by bytes';

CREATE OPERATOR CLASS purchase_forecast_ops
	DEFAULT FOR TYPE purchase_forecast USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 purchase_forecast_cmp(purchase_forecast, purchase_forecast),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS purchase_forecast_ops USING btree IS 'order of purchase_forecast by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY purchase_forecast_ops USING btree IS 'order of purchase_forecast';

CREATE OPERATOR CLASS purchase_forecast_ops
	DEFAULT FOR TYPE purchase_forecast USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 purchase_forecast_hash(purchase_forecast),
	FUNCTION 2 purchase_forecast_hash_extended(purchase_forecast, bigint);

COMMENT ON OPERATOR CLASS purchase_forecast_ops USING hash IS 'hashing of purchase_forecast, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY purchase_forecast_ops USING hash IS 'hashing of purchase_forecast';

CREATE TYPE expected_range AS (
	expected numeric,
	low numeric,
	high numeric
);

COMMENT ON TYPE expected_range IS
'what is expected, and the numbers between which it will lie with a probability of 95 percent';

CREATE FUNCTION expected_total_accum(purchase_forecast, clv_model, purchase_history, interval) RETURNS purchase_forecast
AS 'MODULE_PATHNAME', 'expected_total_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION expected_total_accum(purchase_forecast, clv_model, purchase_history, interval) IS
'transition function of expected_total()';

CREATE FUNCTION expected_total_combine(purchase_forecast, purchase_forecast) RETURNS purchase_forecast
AS 'MODULE_PATHNAME', 'expected_total_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION expected_total_combine(purchase_forecast, purchase_forecast) IS
'combine function of expected_total()';

CREATE FUNCTION expected_total_final(purchase_forecast) RETURNS expected_range
AS 'MODULE_PATHNAME', 'expected_total_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION expected_total_final(purchase_forecast) IS
'final function of expected_total()';

CREATE AGGREGATE expected_total(model clv_model, history purchase_history, horizon interval) (
	SFUNC = expected_total_accum,
	STYPE = purchase_forecast,
	SSPACE = -1,
	FINALFUNC = expected_total_final,
	COMBINEFUNC = expected_total_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE expected_total(clv_model, purchase_history, interval) IS
'how many days with a purchase to expect of all customers together, from the model''s day on, with an interval of 95 percent that knows of chance and of the errors of the parameters; NULL without customers';

CREATE FUNCTION expected_purchase_value(model clv_model, history purchase_history, as_of timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_expected_purchase_value'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION expected_purchase_value(clv_model, purchase_history, timestamp) IS
'expected sum of a day with a purchase; NULL where the customer has too few days of spend to say and customers differ too much to have a mean (p * days + q <= 1)';

CREATE FUNCTION predicted_clv(model clv_model, history purchase_history, horizon interval, annual_discount_rate double precision DEFAULT 10, gross_margin double precision DEFAULT 100, as_of timestamp DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_predicted_clv'
LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;

COMMENT ON FUNCTION predicted_clv(clv_model, purchase_history, interval, double precision, double precision, timestamp) IS
'expected revenue within the horizon, from as_of on, the model''s day where none is given, discounted by month; with a gross margin, profit; both options in percent';

CREATE TYPE value_summary;

CREATE FUNCTION value_summary_in(cstring) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_summary_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_in(cstring) IS
'input of value_summary: JSON';

CREATE FUNCTION value_summary_out(value_summary) RETURNS cstring
AS 'MODULE_PATHNAME', 'value_summary_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_out(value_summary) IS
'output of value_summary: JSON';

CREATE FUNCTION value_summary_recv(internal) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_summary_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_recv(internal) IS
'binary input of value_summary';

CREATE FUNCTION value_summary_send(value_summary) RETURNS bytea
AS 'MODULE_PATHNAME', 'value_summary_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_send(value_summary) IS
'binary output of value_summary';

CREATE TYPE value_summary (
	INPUT = value_summary_in,
	OUTPUT = value_summary_out,
	RECEIVE = value_summary_recv,
	SEND = value_summary_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE value_summary IS
'purchases, revenue and the ids of the customers of a period; read with clv(), average_purchase_value(), purchase_frequency(), customers(), merged with rollup()';

CREATE FUNCTION value_summary_eq(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_eq(value_summary, value_summary) IS
'implementation of = operator';

CREATE FUNCTION value_summary_ne(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_ne(value_summary, value_summary) IS
'implementation of <> operator';

CREATE FUNCTION value_summary_lt(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_lt(value_summary, value_summary) IS
'implementation of < operator';

CREATE FUNCTION value_summary_le(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_le(value_summary, value_summary) IS
'implementation of <= operator';

CREATE FUNCTION value_summary_ge(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_ge(value_summary, value_summary) IS
'implementation of >= operator';

CREATE FUNCTION value_summary_gt(value_summary, value_summary) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_gt(value_summary, value_summary) IS
'implementation of > operator';

CREATE FUNCTION value_summary_cmp(value_summary, value_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_cmp(value_summary, value_summary) IS
'less-equal-greater, by bytes';

CREATE FUNCTION value_summary_hash(value_summary) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_hash(value_summary) IS
'hash';

CREATE FUNCTION value_summary_hash_extended(value_summary, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_hash_extended(value_summary, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (value_summary, value_summary) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (value_summary, value_summary) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (value_summary, value_summary) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (value_summary, value_summary) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (value_summary, value_summary) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (value_summary, value_summary) IS 'greater than, by bytes';

CREATE OPERATOR CLASS value_summary_ops
	DEFAULT FOR TYPE value_summary USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 value_summary_cmp(value_summary, value_summary),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS value_summary_ops USING btree IS 'order of value_summary by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY value_summary_ops USING btree IS 'order of value_summary';

CREATE OPERATOR CLASS value_summary_ops
	DEFAULT FOR TYPE value_summary USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 value_summary_hash(value_summary),
	FUNCTION 2 value_summary_hash_extended(value_summary, bigint);

COMMENT ON OPERATOR CLASS value_summary_ops USING hash IS 'hashing of value_summary, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY value_summary_ops USING hash IS 'hashing of value_summary';

CREATE FUNCTION value_summary_accum(value_summary, numeric, integer) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_accum(value_summary, numeric, integer) IS
'transition function of value_summary()';

CREATE FUNCTION value_summary_accum(value_summary, numeric, bigint) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_accum(value_summary, numeric, bigint) IS
'transition function of value_summary()';

CREATE FUNCTION value_summary_accum(value_summary, numeric, uuid) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_accum(value_summary, numeric, uuid) IS
'transition function of value_summary()';

CREATE FUNCTION value_summary_accum(value_summary, numeric, text) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_accum(value_summary, numeric, text) IS
'transition function of value_summary()';

CREATE FUNCTION value_summary_combine(value_summary, value_summary) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_combine(value_summary, value_summary) IS
'combine function of value_summary() and clv(), transition function of rollup()';

CREATE FUNCTION value_summary_final(value_summary) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_final(value_summary) IS
'final function of value_summary() and rollup()';

CREATE AGGREGATE value_summary(amount numeric, customer_id integer) (
	SFUNC = value_summary_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE value_summary(numeric, integer) IS
'purchases, revenue and customers from a row a purchase; a negative amount is a refund, which lowers the revenue and is no purchase; rows without amount are skipped';

CREATE AGGREGATE value_summary(amount numeric, customer_id bigint) (
	SFUNC = value_summary_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE value_summary(numeric, bigint) IS
'purchases, revenue and customers from a row a purchase; a negative amount is a refund, which lowers the revenue and is no purchase; rows without amount are skipped';

CREATE AGGREGATE value_summary(amount numeric, customer_id uuid) (
	SFUNC = value_summary_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE value_summary(numeric, uuid) IS
'purchases, revenue and customers from a row a purchase; a negative amount is a refund, which lowers the revenue and is no purchase; rows without amount are skipped';

CREATE AGGREGATE value_summary(amount numeric, customer_id text) (
	SFUNC = value_summary_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE value_summary(numeric, text) IS
'purchases, revenue and customers from a row a purchase; a negative amount is a refund, which lowers the revenue and is no purchase; rows without amount are skipped; ids are told apart by a hash of 128 bits';

CREATE AGGREGATE rollup(value_summary) (
	SFUNC = value_summary_combine,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(value_summary) (
	SFUNC = value_summary_combine,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(value_summary) IS
'merges value summaries; a customer of several is counted once';

COMMENT ON AGGREGATE sum(value_summary) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION value_summary_plus(value_summary, value_summary) RETURNS value_summary
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	value_summary_final(
	value_summary_combine($1, $2)
	)
;

COMMENT ON FUNCTION value_summary_plus(value_summary, value_summary) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = value_summary, RIGHTARG = value_summary, FUNCTION = value_summary_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (value_summary, value_summary) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION clv_accum(value_summary, numeric, integer, numeric) RETURNS value_summary
AS 'MODULE_PATHNAME', 'clv_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_accum(value_summary, numeric, integer, numeric) IS
'transition function of clv()';

CREATE FUNCTION clv_accum(value_summary, numeric, bigint, numeric) RETURNS value_summary
AS 'MODULE_PATHNAME', 'clv_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_accum(value_summary, numeric, bigint, numeric) IS
'transition function of clv()';

CREATE FUNCTION clv_accum(value_summary, numeric, uuid, numeric) RETURNS value_summary
AS 'MODULE_PATHNAME', 'clv_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_accum(value_summary, numeric, uuid, numeric) IS
'transition function of clv()';

CREATE FUNCTION clv_accum(value_summary, numeric, text, numeric) RETURNS value_summary
AS 'MODULE_PATHNAME', 'clv_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_accum(value_summary, numeric, text, numeric) IS
'transition function of clv()';

CREATE FUNCTION clv_final(value_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_final(value_summary) IS
'final function of clv()';

CREATE AGGREGATE clv(amount numeric, customer_id integer, lifetime numeric) (
	SFUNC = clv_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = clv_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv(numeric, integer, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime, which is in periods as long as the one the rows are of';

CREATE AGGREGATE clv(amount numeric, customer_id bigint, lifetime numeric) (
	SFUNC = clv_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = clv_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv(numeric, bigint, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime, which is in periods as long as the one the rows are of';

CREATE AGGREGATE clv(amount numeric, customer_id uuid, lifetime numeric) (
	SFUNC = clv_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = clv_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv(numeric, uuid, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime, which is in periods as long as the one the rows are of';

CREATE AGGREGATE clv(amount numeric, customer_id text, lifetime numeric) (
	SFUNC = clv_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = clv_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv(numeric, text, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime, which is in periods as long as the one the rows are of';

CREATE FUNCTION clv(value_summary, lifetime numeric, gross_margin numeric DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'value_clv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv(value_summary, numeric, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime x gross margin in percent';

CREATE FUNCTION average_purchase_value(value_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'value_average_purchase_value'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION average_purchase_value(value_summary) IS
'revenue / purchases; NULL without purchases';

CREATE FUNCTION purchase_frequency(value_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'value_purchase_frequency'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_frequency(value_summary) IS
'purchases / customers; NULL without purchases';

CREATE FUNCTION customers(value_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'value_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(value_summary) IS
'different customers who bought something';

CREATE FUNCTION purchases(value_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'value_purchases'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchases(value_summary) IS
'purchases';

CREATE FUNCTION revenue(value_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'value_revenue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION revenue(value_summary) IS
'sum of all amounts, refunds taken off';

--
-- purchase_log: the purchases of many customers by day
--

CREATE TYPE purchase_log;

CREATE FUNCTION purchase_log_in(cstring) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_in(cstring) IS
'input of purchase_log: JSON';

CREATE FUNCTION purchase_log_out(purchase_log) RETURNS cstring
AS 'MODULE_PATHNAME', 'purchase_log_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_out(purchase_log) IS
'output of purchase_log: JSON';

CREATE FUNCTION purchase_log_recv(internal) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_recv(internal) IS
'binary input of purchase_log';

CREATE FUNCTION purchase_log_send(purchase_log) RETURNS bytea
AS 'MODULE_PATHNAME', 'purchase_log_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_send(purchase_log) IS
'binary output of purchase_log';

CREATE TYPE purchase_log (
	INPUT = purchase_log_in,
	OUTPUT = purchase_log_out,
	RECEIVE = purchase_log_recv,
	SEND = purchase_log_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE purchase_log IS
'the purchases of many customers by day; read with clv(), customers(), purchases(), revenue(), repeat_rate(), rfm(), input of clv_model(), merged with rollup(), where the purchases of a customer add up';

CREATE FUNCTION purchase_log_eq(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_eq(purchase_log, purchase_log) IS
'implementation of = operator';

CREATE FUNCTION purchase_log_ne(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_ne(purchase_log, purchase_log) IS
'implementation of <> operator';

CREATE FUNCTION purchase_log_lt(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_lt(purchase_log, purchase_log) IS
'implementation of < operator';

CREATE FUNCTION purchase_log_le(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_le(purchase_log, purchase_log) IS
'implementation of <= operator';

CREATE FUNCTION purchase_log_ge(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_ge(purchase_log, purchase_log) IS
'implementation of >= operator';

CREATE FUNCTION purchase_log_gt(purchase_log, purchase_log) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_gt(purchase_log, purchase_log) IS
'implementation of > operator';

CREATE FUNCTION purchase_log_cmp(purchase_log, purchase_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_cmp(purchase_log, purchase_log) IS
'less-equal-greater, by bytes';

CREATE FUNCTION purchase_log_hash(purchase_log) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_hash(purchase_log) IS
'hash';

CREATE FUNCTION purchase_log_hash_extended(purchase_log, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_hash_extended(purchase_log, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (purchase_log, purchase_log) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (purchase_log, purchase_log) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (purchase_log, purchase_log) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (purchase_log, purchase_log) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (purchase_log, purchase_log) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (purchase_log, purchase_log) IS 'greater than, by bytes';

CREATE OPERATOR CLASS purchase_log_ops
	DEFAULT FOR TYPE purchase_log USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 purchase_log_cmp(purchase_log, purchase_log),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS purchase_log_ops USING btree IS 'order of purchase_log by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY purchase_log_ops USING btree IS 'order of purchase_log';

CREATE OPERATOR CLASS purchase_log_ops
	DEFAULT FOR TYPE purchase_log USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 purchase_log_hash(purchase_log),
	FUNCTION 2 purchase_log_hash_extended(purchase_log, bigint);

COMMENT ON OPERATOR CLASS purchase_log_ops USING hash IS 'hashing of purchase_log, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY purchase_log_ops USING hash IS 'hashing of purchase_log';

CREATE FUNCTION purchase_log_combine(purchase_log, purchase_log) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_combine(purchase_log, purchase_log) IS
'combine function of purchase_log(), transition function of rollup()';

CREATE FUNCTION purchase_log_final(purchase_log) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_final(purchase_log) IS
'final function of purchase_log() and rollup()';

CREATE FUNCTION purchase_log_accum(purchase_log, smallint, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_int2'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, smallint, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id smallint, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(smallint, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE FUNCTION purchase_log_accum(purchase_log, integer, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_int4'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, integer, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id integer, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(integer, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE FUNCTION purchase_log_accum(purchase_log, bigint, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_int8'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, bigint, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id bigint, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(bigint, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE FUNCTION purchase_log_accum(purchase_log, uuid, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_uuid'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, uuid, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id uuid, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(uuid, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE FUNCTION purchase_log_accum(purchase_log, text, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_text'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, text, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id text, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(text, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';

CREATE AGGREGATE rollup(purchase_log) (
	SFUNC = purchase_log_combine,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(purchase_log) (
	SFUNC = purchase_log_combine,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(purchase_log) IS
'one log of all the parts: what a customer bought in several of them adds up';

COMMENT ON AGGREGATE sum(purchase_log) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION purchase_log_plus(purchase_log, purchase_log) RETURNS purchase_log
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	purchase_log_final(
	purchase_log_combine($1, $2)
	)
;

COMMENT ON FUNCTION purchase_log_plus(purchase_log, purchase_log) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (purchase_log, purchase_log) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION purchase_log_minus(purchase_log, purchase_log) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_difference'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_minus(purchase_log, purchase_log) IS
'implementation of - operator';

CREATE OPERATOR - (
	LEFTARG = purchase_log, RIGHTARG = purchase_log, FUNCTION = purchase_log_minus
);

COMMENT ON OPERATOR - (purchase_log, purchase_log) IS 'the first without the second, of which it was rolled up; an error where it was not';

CREATE FUNCTION clv(purchase_log, lifetime numeric, gross_margin numeric DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'purchase_log_clv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv(purchase_log, numeric, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime x gross margin in percent; lifetime is in periods as long as the one the log is of; NULL where nobody has bought anything';

CREATE FUNCTION customers(purchase_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'purchase_log_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(purchase_log) IS
'customers with a purchase that was not given back';

CREATE FUNCTION purchases(purchase_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'purchase_log_purchases'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION purchases(purchase_log) IS
'purchases, also several of a customer on a day, without the days that refunds have cancelled';

CREATE FUNCTION revenue(purchase_log) RETURNS numeric
AS 'MODULE_PATHNAME', 'purchase_log_revenue'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION revenue(purchase_log) IS
'sum of all amounts, refunds taken off';

CREATE FUNCTION repeat_rate(purchase_log) RETURNS numeric
AS 'MODULE_PATHNAME', 'purchase_log_repeat_rate'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION repeat_rate(purchase_log) IS
'customers with purchases on two days or more, of all customers, in percent points; NULL without customers';

CREATE FUNCTION value_summary(purchase_log) RETURNS value_summary
AS 'MODULE_PATHNAME', 'purchase_log_value_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION value_summary(purchase_log) IS
'the purchases, the revenue and the customers of a log, refunds applied, without days; read with average_purchase_value(), purchase_frequency()';

CREATE FUNCTION clv_model(purchase_log, as_of timestamp, model text) RETURNS clv_model
AS 'MODULE_PATHNAME', 'purchase_log_clv_model'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_model(purchase_log, timestamp, text) IS
'fits a model, bg_nbd, mbg_nbd or pareto_nbd, to the customers of a log, and Gamma-Gamma to their spend; what comes after as_of is ignored; NULL where nobody had bought anything by then';

CREATE FUNCTION rfm(purchase_log, as_of timestamp, OUT customer_id bigint, OUT days_since_last integer, OUT purchases bigint, OUT revenue numeric, OUT recency_score integer, OUT frequency_score integer, OUT monetary_score integer) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_rfm'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rfm(purchase_log, timestamp) IS
'a row for each customer who had bought something by as_of: days since the last purchase, purchases, revenue, and for each a score from 1 to 5 (5: the most recent, the most, the highest), fifths of the customers, where equal figures have the same score; ids are of type bigint';

CREATE FUNCTION rfm_uuid(purchase_log, as_of timestamp, OUT customer_id uuid, OUT days_since_last integer, OUT purchases bigint, OUT revenue numeric, OUT recency_score integer, OUT frequency_score integer, OUT monetary_score integer) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_rfm_uuid'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION rfm_uuid(purchase_log, timestamp) IS
'a row for each customer who had bought something by as_of: days since the last purchase, purchases, revenue, and for each a score from 1 to 5 (5: the most recent, the most, the highest), fifths of the customers, where equal figures have the same score; ids are of type uuid';

CREATE FUNCTION histories(purchase_log, OUT customer_id bigint, OUT history purchase_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_histories'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories(purchase_log) IS
'a row for each customer, with the purchase_history of the customer''s purchases; ids are of type bigint';

CREATE FUNCTION histories_uuid(purchase_log, OUT customer_id uuid, OUT history purchase_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_histories_uuid'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION histories_uuid(purchase_log) IS
'a row for each customer, with the purchase_history of the customer''s purchases; ids are of type uuid';

--
-- contract_model: who renews a contract
--

CREATE TYPE contract_model;

CREATE FUNCTION contract_model_in(cstring) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_in'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_in(cstring) IS
'input of contract_model: JSON';

CREATE FUNCTION contract_model_out(contract_model) RETURNS cstring
AS 'MODULE_PATHNAME', 'contract_model_out'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_out(contract_model) IS
'output of contract_model: JSON';

CREATE FUNCTION contract_model_recv(internal) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_recv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_recv(internal) IS
'binary input of contract_model';

CREATE FUNCTION contract_model_send(contract_model) RETURNS bytea
AS 'MODULE_PATHNAME', 'contract_model_send'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_send(contract_model) IS
'binary output of contract_model';

CREATE TYPE contract_model (
	INPUT = contract_model_in,
	OUTPUT = contract_model_out,
	RECEIVE = contract_model_recv,
	SEND = contract_model_send,
	INTERNALLENGTH = VARIABLE,
	ALIGNMENT = double,
	STORAGE = extended
);

COMMENT ON TYPE contract_model IS
'how many customers of a contract began each of its periods and ended with it; read with model_parameters(), retention_curve(), remaining_lifetime(), merged with rollup()';

CREATE FUNCTION contract_model_eq(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_eq'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_eq(contract_model, contract_model) IS
'implementation of = operator';

CREATE FUNCTION contract_model_ne(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ne'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_ne(contract_model, contract_model) IS
'implementation of <> operator';

CREATE FUNCTION contract_model_lt(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_lt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_lt(contract_model, contract_model) IS
'implementation of < operator';

CREATE FUNCTION contract_model_le(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_le'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_le(contract_model, contract_model) IS
'implementation of <= operator';

CREATE FUNCTION contract_model_ge(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_ge'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_ge(contract_model, contract_model) IS
'implementation of >= operator';

CREATE FUNCTION contract_model_gt(contract_model, contract_model) RETURNS boolean
AS 'MODULE_PATHNAME', 'summary_gt'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_gt(contract_model, contract_model) IS
'implementation of > operator';

CREATE FUNCTION contract_model_cmp(contract_model, contract_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_cmp'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_cmp(contract_model, contract_model) IS
'less-equal-greater, by bytes';

CREATE FUNCTION contract_model_hash(contract_model) RETURNS integer
AS 'MODULE_PATHNAME', 'summary_hash'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_hash(contract_model) IS
'hash';

CREATE FUNCTION contract_model_hash_extended(contract_model, bigint) RETURNS bigint
AS 'MODULE_PATHNAME', 'summary_hash_extended'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_hash_extended(contract_model, bigint) IS
'hash with a seed';

CREATE OPERATOR = (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_eq,
	COMMUTATOR = =, NEGATOR = <>,
	RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);

COMMENT ON OPERATOR = (contract_model, contract_model) IS 'equal';

CREATE OPERATOR <> (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_ne,
	COMMUTATOR = <>, NEGATOR = =,
	RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (contract_model, contract_model) IS 'not equal';

CREATE OPERATOR < (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_lt,
	COMMUTATOR = >, NEGATOR = >=,
	RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);

COMMENT ON OPERATOR < (contract_model, contract_model) IS 'less than, by bytes';

CREATE OPERATOR <= (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_le,
	COMMUTATOR = >=, NEGATOR = >,
	RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);

COMMENT ON OPERATOR <= (contract_model, contract_model) IS 'less than or equal, by bytes';

CREATE OPERATOR >= (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_ge,
	COMMUTATOR = <=, NEGATOR = <,
	RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR >= (contract_model, contract_model) IS 'greater than or equal, by bytes';

CREATE OPERATOR > (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_gt,
	COMMUTATOR = <, NEGATOR = <=,
	RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);

COMMENT ON OPERATOR > (contract_model, contract_model) IS 'greater than, by bytes';

CREATE OPERATOR CLASS contract_model_ops
	DEFAULT FOR TYPE contract_model USING btree AS
	OPERATOR 1 <,
	OPERATOR 2 <=,
	OPERATOR 3 =,
	OPERATOR 4 >=,
	OPERATOR 5 >,
	FUNCTION 1 contract_model_cmp(contract_model, contract_model),
	FUNCTION 4 btequalimage(oid);

COMMENT ON OPERATOR CLASS contract_model_ops USING btree IS 'order of contract_model by bytes, which means nothing, for ORDER BY, count(DISTINCT) and unique indexes';

COMMENT ON OPERATOR FAMILY contract_model_ops USING btree IS 'order of contract_model';

CREATE OPERATOR CLASS contract_model_ops
	DEFAULT FOR TYPE contract_model USING hash AS
	OPERATOR 1 =,
	FUNCTION 1 contract_model_hash(contract_model),
	FUNCTION 2 contract_model_hash_extended(contract_model, bigint);

COMMENT ON OPERATOR CLASS contract_model_ops USING hash IS 'hashing of contract_model, for DISTINCT, UNION and GROUP BY';

COMMENT ON OPERATOR FAMILY contract_model_ops USING hash IS 'hashing of contract_model';

CREATE FUNCTION contract_model_accum(contract_model, integer, bigint) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_accum(contract_model, integer, bigint) IS
'transition function of contract_model()';

CREATE FUNCTION contract_model_combine(contract_model, contract_model) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_combine(contract_model, contract_model) IS
'combine function of contract_model(), transition function of rollup()';

CREATE FUNCTION contract_model_final(contract_model) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_final(contract_model) IS
'final function of contract_model() and rollup()';

CREATE AGGREGATE contract_model(age integer, alive bigint) (
	SFUNC = contract_model_accum,
	STYPE = contract_model,
	SSPACE = -1,
	FINALFUNC = contract_model_final,
	COMBINEFUNC = contract_model_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE contract_model(integer, bigint) IS
'shifted beta-geometric model of a group of customers, from a row for each age in periods, 0 for the start, with how many are alive at it';

CREATE AGGREGATE rollup(contract_model) (
	SFUNC = contract_model_combine,
	STYPE = contract_model,
	SSPACE = -1,
	FINALFUNC = contract_model_final,
	COMBINEFUNC = contract_model_combine,
	PARALLEL = SAFE
);

CREATE AGGREGATE sum(contract_model) (
	SFUNC = contract_model_combine,
	STYPE = contract_model,
	SSPACE = -1,
	FINALFUNC = contract_model_final,
	COMBINEFUNC = contract_model_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(contract_model) IS
'merges models of different customers';

COMMENT ON AGGREGATE sum(contract_model) IS
'rollup() under the name that semantic layers know';

CREATE FUNCTION contract_model_plus(contract_model, contract_model) RETURNS contract_model
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN
	contract_model_final(
	contract_model_combine($1, $2)
	)
;

COMMENT ON FUNCTION contract_model_plus(contract_model, contract_model) IS
'implementation of + operator';

CREATE OPERATOR + (
	LEFTARG = contract_model, RIGHTARG = contract_model, FUNCTION = contract_model_plus,
	COMMUTATOR = +
);

COMMENT ON OPERATOR + (contract_model, contract_model) IS 'rollup() of two; NULL where one is NULL';

CREATE FUNCTION contract_model_from_counts(at_risk bigint[], lost bigint[]) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_from_counts(bigint[], bigint[]) IS
'the model of how many customers began each period, the first first, and how many of these ended their contract with it';

-- A lifetime that ended is a number of periods to the nearest one, since contracts end
-- with them; one still open is known to have completed those that are over, with a
-- tenth of one for months of different lengths.  No contract has a thousand periods: the
-- rest of them is not counted.
CREATE FUNCTION contract_model(durations duration_summary, unit text) RETURNS contract_model
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	WITH curve AS (
		SELECT greatest(1, least(2000, round("time")))::integer AS ended, least(2000, floor("time" + 0.1))::integer AS completed, finished, censored
		FROM survival_curve(durations, unit)
	), counts AS (
		SELECT period, sum(CASE WHEN ended >= period THEN finished ELSE 0 END + CASE WHEN completed >= period THEN censored ELSE 0 END)::bigint AS at_risk,
			sum(CASE WHEN ended = period THEN finished ELSE 0 END)::bigint AS lost
		FROM generate_series(1, (SELECT least(1000, max(CASE WHEN finished > 0 THEN greatest(ended, completed) ELSE completed END)) FROM curve)) AS period, curve
		GROUP BY period
	)
	SELECT contract_model_from_counts(coalesce(array_agg(at_risk ORDER BY period), '{}'), coalesce(array_agg(lost ORDER BY period), '{}')) FROM counts);

COMMENT ON FUNCTION contract_model(duration_summary, text) IS
'the model of lifetimes, in periods of the unit, of which some are still open; of the first 1000 periods';

CREATE FUNCTION model_parameters(contract_model, confidence double precision DEFAULT 0.95, OUT parameter text, OUT estimate numeric, OUT standard_error numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'contract_model_parameters'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;

COMMENT ON FUNCTION model_parameters(contract_model, double precision) IS
'parameters of the model, a and b, or churn where that does not differ between customers, with standard errors and intervals';

CREATE FUNCTION log_likelihood(contract_model) RETURNS numeric
AS 'MODULE_PATHNAME', 'contract_model_log_likelihood'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION log_likelihood(contract_model) IS
'log-likelihood of the model; NULL without a period';

CREATE FUNCTION customers(contract_model) RETURNS bigint
AS 'MODULE_PATHNAME', 'contract_model_customers'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION customers(contract_model) IS
'customers who began the first period';

CREATE FUNCTION retention_curve(contract_model, periods integer, OUT period integer, OUT survival numeric, OUT retention numeric, OUT observed numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'contract_model_curve'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 24;

COMMENT ON FUNCTION retention_curve(contract_model, integer) IS
'a row for each period: the probability, 0 to 1, to keep the contract to its end, the share of those who begin it that stay, in percent, and what was observed';

CREATE FUNCTION remaining_lifetime(model contract_model, age integer DEFAULT 0, periods integer DEFAULT NULL, annual_discount_rate double precision DEFAULT 0, periods_per_year integer DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'contract_model_remaining'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION remaining_lifetime(contract_model, integer, integer, double precision, integer) IS
'how many periods a customer of an age is expected to pay for from now on, the one that begins now included, within a number of periods and discounted if asked; NULL where there is no end to them';

CREATE FUNCTION ltv(arpa numeric, churn_rate numeric, gross_margin numeric DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(numeric, numeric, numeric) IS
'lifetime value of a subscriber: ARPA x gross margin / churn rate a period, both in percent; NULL at zero churn';

CREATE FUNCTION ltv(arpa double precision, churn_rate double precision, gross_margin double precision DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv_double'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(double precision, double precision, double precision) IS
'lifetime value of a subscriber: ARPA x gross margin / churn rate a period, both in percent; NULL at zero churn';

CREATE FUNCTION ltv(arpa numeric, churn rate_summary, gross_margin numeric DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv_summary'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(numeric, rate_summary, numeric) IS
'lifetime value of a subscriber, with the churn of a rate_summary of churned(): ARPA x gross margin in percent / churn a period; NULL where nobody left';

CREATE FUNCTION ltv(arpa double precision, churn rate_summary, gross_margin double precision DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', 'ltv_summary_double'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(double precision, rate_summary, double precision) IS
'lifetime value of a subscriber, with the churn of a rate_summary of churned(): ARPA x gross margin in percent / churn a period; NULL where nobody left';

--
-- Kept summaries: right in the transaction that changes the rows
--

CREATE FUNCTION kept_summary(deltas regclass, definition regclass, problems regclass, insert_only boolean) RETURNS boolean
AS 'MODULE_PATHNAME', 'kept_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION kept_summary(regclass, regclass, regclass, boolean) IS
'true; in the view and the triggers of a kept summary it says what belongs together';

CREATE FUNCTION keep_summary_trigger() RETURNS trigger
AS 'MODULE_PATHNAME', 'keep_summary_trigger'
LANGUAGE C;

COMMENT ON FUNCTION keep_summary_trigger() IS
'function of the triggers that keep_summary() makes';

CREATE FUNCTION keep_summary(name text, definition text, insert_only boolean DEFAULT false) RETURNS void
AS 'MODULE_PATHNAME', 'keep_summary'
LANGUAGE C;

COMMENT ON FUNCTION keep_summary(text, text, boolean) IS
'makes a view of summaries of a table that is right in the transaction that changes the table';

CREATE FUNCTION drop_summary(name text) RETURNS void
AS 'MODULE_PATHNAME', 'drop_summary'
LANGUAGE C STRICT;

COMMENT ON FUNCTION drop_summary(text) IS
'drops the views, tables and triggers that keep_summary() made';

CREATE FUNCTION repair_summary(name text, everything boolean DEFAULT false, OUT keys_repaired bigint, OUT keys_stale bigint) RETURNS record
AS 'MODULE_PATHNAME', 'repair_summary'
LANGUAGE C;

COMMENT ON FUNCTION repair_summary(text, boolean) IS
'computes the stale groups of a kept summary, or all of them, from the rows of its table';

CREATE FUNCTION compact_summary(name text, OUT rows_before bigint, OUT rows_after bigint) RETURNS record
AS 'MODULE_PATHNAME', 'compact_summary'
LANGUAGE C;

COMMENT ON FUNCTION compact_summary(text) IS
'merges what was written into a kept summary since the last time into one row a group';

--
-- Reports: views for people without SQL
--

CREATE FUNCTION create_report(schema text, mapping jsonb, dry_run boolean DEFAULT false, OUT view text, OUT comment text, OUT statement text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'report_create'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION create_report(text, jsonb, boolean) IS
'makes, in a schema, the views that a BI tool''s query builder needs, from a mapping of the user''s tables and columns; with dry_run => true gives their SQL and makes nothing';

--
-- Schedules: materialized views that are refreshed one by one, what came of it,
-- and the rows that keep one from being refreshed
--

CREATE TABLE view_refreshes (
    relation oid NOT NULL,
    view text NOT NULL,
    refreshed_by text NOT NULL,
    started timestamptz NOT NULL,
    finished timestamptz NOT NULL,
    as_of timestamptz,
    concurrent boolean NOT NULL,
    rows bigint,
    error text,
    detail text,
    hint text,
    sqlstate text
);

COMMENT ON TABLE view_refreshes IS
'what refresh_views() did and what came of it, a row a view and run: the last 100 of each view; you see those of views that you own, and what you called';
COMMENT ON COLUMN view_refreshes.relation IS 'OID of the materialized view; 0: there was none that could be refreshed';
COMMENT ON COLUMN view_refreshes.view IS 'its name at that time, with its schema; or what the caller wrote, if there was none';
COMMENT ON COLUMN view_refreshes.refreshed_by IS 'the role that called refresh_views()';
COMMENT ON COLUMN view_refreshes.as_of IS 'the time whose rows the view shows since then: when it was read, or the as_of of the oldest materialized view that it reads; NULL: not refreshed, or not known of one that it reads';
COMMENT ON COLUMN view_refreshes.concurrent IS 'whether it could be read meanwhile (REFRESH MATERIALIZED VIEW CONCURRENTLY)';
COMMENT ON COLUMN view_refreshes.rows IS 'its rows since then; NULL: not refreshed';
COMMENT ON COLUMN view_refreshes.error IS 'why it was not refreshed; NULL: it was';

CREATE INDEX view_refreshes_of_a_view ON view_refreshes (relation);

-- Rows are written by refresh_views() itself, so nobody needs a right to.
-- An error may show a value of a row that only the owner of a view may read.
ALTER TABLE view_refreshes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON view_refreshes FOR SELECT USING (
    refreshed_by OPERATOR(pg_catalog.=) CURRENT_USER::text
    OR EXISTS (SELECT FROM pg_catalog.pg_class AS c
               WHERE c.oid OPERATOR(pg_catalog.=) relation AND pg_catalog.pg_has_role(c.relowner, 'USAGE')));
GRANT SELECT ON view_refreshes TO PUBLIC;

CREATE PROCEDURE refresh_views(views text[], together boolean DEFAULT false)
AS 'MODULE_PATHNAME', 'refresh_views'
LANGUAGE C;

COMMENT ON PROCEDURE refresh_views(text[], boolean) IS
'refreshes materialized views in the order in which they read each other, each on its own, so that one that fails leaves the others, and commits each, or all of them together; view_refreshes and freshness say what came of it';

CREATE PROCEDURE refresh_views(view text, together boolean DEFAULT false)
AS 'MODULE_PATHNAME', 'refresh_view'
LANGUAGE C;

COMMENT ON PROCEDURE refresh_views(text, boolean) IS
'refreshes one materialized view, and says in view_refreshes and freshness what came of it';

CREATE VIEW freshness WITH (security_barrier) AS
WITH RECURSIVE reads AS MATERIALIZED (
    SELECT DISTINCT r.ev_class AS view, d.refobjid AS source
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
), run AS MATERIALIZED (
    SELECT relation, finished, as_of, rows, error, detail, hint, sqlstate,
           pg_catalog.row_number() OVER (PARTITION BY relation ORDER BY finished DESC) AS n,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NULL) OVER (PARTITION BY relation) AS success
    FROM view_refreshes WHERE relation <> 0
), latest AS MATERIALIZED (
    SELECT relation,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NULL) AS last_success,
           pg_catalog.max(as_of) FILTER (WHERE finished = success) AS as_of,
           pg_catalog.max(rows) FILTER (WHERE finished = success) AS rows,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NOT NULL) AS last_failure,
           pg_catalog.min(finished) FILTER (WHERE sqlstate IS NOT NULL AND (success IS NULL OR finished > success)) AS failing_since,
           pg_catalog.max(error) FILTER (WHERE n = 1) AS error,
           pg_catalog.max(detail) FILTER (WHERE n = 1) AS detail,
           pg_catalog.max(hint) FILTER (WHERE n = 1) AS hint,
           pg_catalog.max(sqlstate) FILTER (WHERE n = 1) AS sqlstate
    FROM run GROUP BY relation
), below AS (
    SELECT view, source FROM reads JOIN pg_catalog.pg_class AS c ON c.oid = view AND c.relkind = 'm'
    UNION
    SELECT below.view, reads.source FROM below JOIN reads ON reads.view = below.source
), held_back AS (
    SELECT below.view, pg_catalog.string_agg(source::regclass::text, ', ' ORDER BY latest.failing_since) AS by
    FROM below JOIN latest ON latest.relation = source
    WHERE latest.failing_since IS NOT NULL GROUP BY below.view
)
SELECT c.oid::regclass AS view,
       l.last_success,
       l.as_of,
       pg_catalog.now() - l.as_of AS age,
       l.rows,
       l.failing_since IS NOT NULL OR h.view IS NOT NULL AS stale,
       l.failing_since,
       h.by AS held_back_by,
       l.last_failure,
       CASE WHEN own THEN l.error END AS error,
       CASE WHEN own THEN l.detail END AS detail,
       CASE WHEN own THEN l.hint END AS hint,
       l.sqlstate
FROM pg_catalog.pg_class AS c
LEFT JOIN latest AS l ON l.relation = c.oid
LEFT JOIN held_back AS h ON h.view = c.oid
CROSS JOIN LATERAL pg_catalog.pg_has_role(c.relowner, 'USAGE') AS own
WHERE c.relkind = 'm' AND (own OR pg_catalog.has_table_privilege(c.oid, 'SELECT'));

COMMENT ON VIEW freshness IS
'materialized views that you may read: of which time their rows are, and which are stale, since when and why, going by the runs of refresh_views()';
COMMENT ON COLUMN freshness.last_success IS 'when refresh_views() refreshed it last; NULL: never';
COMMENT ON COLUMN freshness.as_of IS 'the time whose rows it shows, at the latest; NULL: not known';
COMMENT ON COLUMN freshness.age IS 'now less as_of';
COMMENT ON COLUMN freshness.rows IS 'its rows since then';
COMMENT ON COLUMN freshness.stale IS 'whether the last try to refresh it failed, or that of a materialized view that it reads';
COMMENT ON COLUMN freshness.failing_since IS 'the first failure since its last success; NULL: the last try did not fail';
COMMENT ON COLUMN freshness.held_back_by IS 'the materialized views that it reads and whose last try failed';
COMMENT ON COLUMN freshness.last_failure IS 'when a try failed last; NULL: none is known';
COMMENT ON COLUMN freshness.error IS 'why the last try failed; NULL: it did not, or the view is not yours';
COMMENT ON COLUMN freshness.sqlstate IS 'the code of that error';

GRANT SELECT ON freshness TO PUBLIC;

CREATE FUNCTION find_bad_rows(source text, expression text, key text DEFAULT NULL, group_by text DEFAULT NULL, max_rows integer DEFAULT 10,
    OUT row_key text, OUT error text, OUT detail text, OUT hint text, OUT sqlstate text, OUT fails text, OUT bad_row jsonb, OUT other_row jsonb)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'find_bad_rows'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION find_bad_rows(text, text, text, text, integer) IS
'the rows of a table or query that an expression such as survey_summary(score) fails with, and what is wrong with each';
