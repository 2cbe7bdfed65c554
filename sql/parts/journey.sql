--
-- journey_log: which user took which step at which moment
--

@type journey_log IS
'which user took which step at which moment; read with funnel(), funnel_times(), journey_cohorts(), steps(), users(), merged with rollup(), where a user of several parts is one user';

@log journey_log IS
'a log';

@each ID = smallint, integer, bigint, uuid, text; C = int2, int4, int8, uuid, text
CREATE FUNCTION journey_log_accum(journey_log, @ID@, timestamptz, text) RETURNS journey_log
AS 'MODULE_PATHNAME', 'journey_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION journey_log_accum(journey_log, @ID@, timestamptz, text) IS
'transition function of journey_log()';

CREATE AGGREGATE journey_log(user_id @ID@, at timestamptz, step text) (
	SFUNC = journey_log_accum,
	STYPE = journey_log,
	SSPACE = -1,
	FINALFUNC = journey_log_final,
	COMBINEFUNC = journey_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE journey_log(@ID@, timestamptz, text) IS
'which user took which step at which moment: a row for each event; rows without user, time or step are skipped';
@end

@rollup journey_log (COMBINE = journey_log_combine, FINAL = journey_log_final) IS
'one log of all the parts: an event that several parts have is one, a user of several parts is one user';

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
