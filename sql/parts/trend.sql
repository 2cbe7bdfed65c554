--
-- Trend: the least squares line through values over days, series, and sparklines
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

--
-- Series: values by day, in order
--

@type series_summary IS
'values by day, in order; read with trend_direction(), series_trend(), series_limits(), series_anomalies(), series_forecast(), merged with rollup()';

@each NUMBER = numeric, double precision; C = series_accum, series_accum_double
CREATE FUNCTION series_accum(series_summary, @NUMBER@, date) RETURNS series_summary
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION series_accum(series_summary, @NUMBER@, date) IS
'transition function of series_summary()';
@end

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

@each NUMBER = numeric, double precision
CREATE AGGREGATE series_summary(value @NUMBER@, on_date date) (
	SFUNC = series_accum,
	STYPE = series_summary,
	SSPACE = -1,
	FINALFUNC = series_final,
	COMBINEFUNC = series_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE series_summary(@NUMBER@, date) IS
'the values by day, in order; those of one day are added; rows with a NULL are skipped';
@end

@rollup series_summary (COMBINE = series_combine, FINAL = series_final) IS
'merges series: values of one day are added';

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
