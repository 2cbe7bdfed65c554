--
-- Durations: time until something is finished, where some is not yet
--

@type duration_summary IS
'durations, finished and still open as of one time, with their counts; read with median_duration(), survival(), completed_within(), merged with rollup()';

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION duration_accum(duration_summary, @TIME@, @TIME@, @TIME@) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'duration_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION duration_accum(duration_summary, @TIME@, @TIME@, @TIME@) IS
'transition function of duration_summary()';
@end

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

@each TIME = date, timestamp, timestamptz; COUNTED = dates count whole days, elapsed time, elapsed time
CREATE AGGREGATE duration_summary(started @TIME@, finished @TIME@, as_of @TIME@) (
	SFUNC = duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE duration_summary(@TIME@, @TIME@, @TIME@) IS
'time from started to finished, @COUNTED@; what has not finished by as_of is still open; rows without a start are counted apart';
@end

@rollup duration_summary (COMBINE = duration_combine, FINAL = duration_final, MINUS = duration_minus) IS
'merges duration summaries of one as_of';

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
