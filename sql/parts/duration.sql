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

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION observed_duration_accum(duration_summary, @TIME@, @TIME@, @TIME@, @TIME@) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'observed_duration_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION observed_duration_accum(duration_summary, @TIME@, @TIME@, @TIME@, @TIME@) IS
'transition function of observed_duration_summary()';

CREATE AGGREGATE observed_duration_summary(started @TIME@, finished @TIME@, seen_from @TIME@, as_of @TIME@) (
	SFUNC = observed_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE observed_duration_summary(@TIME@, @TIME@, @TIME@, @TIME@) IS
'time from started to finished of those who are in the data from seen_from on only, since an end before it would not be there; otherwise as duration_summary()';
@end

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

@type cause_duration_summary IS
'durations whose ends have causes, finished and still open as of one time; read with cumulative_incidence(), merged with rollup()';

@each TIME = date, timestamp, timestamptz; C = date, timestamp, timestamp
CREATE FUNCTION causes_accum(cause_duration_summary, @TIME@, @TIME@, text, @TIME@) RETURNS cause_duration_summary
AS 'MODULE_PATHNAME', 'causes_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION causes_accum(cause_duration_summary, @TIME@, @TIME@, text, @TIME@) IS
'transition function of cause_duration_summary()';
@end

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

@each TIME = date, timestamp, timestamptz; COUNTED = dates count whole days, elapsed time, elapsed time
CREATE AGGREGATE cause_duration_summary(started @TIME@, finished @TIME@, cause text, as_of @TIME@) (
	SFUNC = causes_accum,
	STYPE = cause_duration_summary,
	SSPACE = -1,
	FINALFUNC = causes_final,
	COMBINEFUNC = causes_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cause_duration_summary(@TIME@, @TIME@, text, @TIME@) IS
'time from started to finished, @COUNTED@, and why it ended; what has not finished by as_of is still open; rows without a start are counted apart';
@end

@rollup cause_duration_summary (COMBINE = causes_combine, FINAL = causes_final, MINUS = causes_minus) IS
'merges cause duration summaries of one as_of';

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
