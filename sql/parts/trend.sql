--
-- Trend: the least squares line through values over days, and sparklines
--

@type trend_summary IS
'the sums of a least squares line through values over days; read with trend_slope(), trend_direction() and trend_change(), merged with rollup()';

@each NUMBER = numeric, double precision; C = trend_accum, trend_accum_double
CREATE FUNCTION trend_accum(trend_summary, @NUMBER@, date) RETURNS trend_summary
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION trend_accum(trend_summary, @NUMBER@, date) IS
'transition function of trend_summary()';
@end

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

@each NUMBER = numeric, double precision
CREATE AGGREGATE trend_summary(value @NUMBER@, on_date date) (
	SFUNC = trend_accum,
	STYPE = trend_summary,
	SSPACE = -1,
	FINALFUNC = trend_final,
	COMBINEFUNC = trend_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE trend_summary(@NUMBER@, date) IS
'the sums of a line through the values over the days; rows with a NULL are skipped';
@end

@rollup trend_summary (COMBINE = trend_combine, FINAL = trend_final) IS
'merges summaries of different points';

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
