--
-- Drivers: why the whole has changed
--

@type driver_summary IS
'a metric of every segment before and after; read with change_drivers(), mix_effect(), rate_effect(), merged with rollup()';

@each BASE = survey_summary, rate_summary, ratio_summary, numeric; ACCUM = driver_accum_nps, driver_accum_rate, driver_accum_ratio, driver_accum_amount
CREATE FUNCTION @ACCUM@(driver_summary, text, @BASE@, @BASE@) RETURNS driver_summary
AS 'MODULE_PATHNAME', '@ACCUM@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION @ACCUM@(driver_summary, text, @BASE@, @BASE@) IS
'transition function of driver_summary()';
@end

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

@each BASE = survey_summary, rate_summary, ratio_summary, numeric; ACCUM = driver_accum_nps, driver_accum_rate, driver_accum_ratio, driver_accum_amount; WHAT = the NPS, a rate, a ratio, an amount; AGG = driver_summary, driver_summary, driver_summary, money_driver_summary
CREATE AGGREGATE @AGG@(segment text, before @BASE@, after @BASE@) (
	SFUNC = @ACCUM@,
	STYPE = driver_summary,
	SSPACE = -1,
	FINALFUNC = driver_final,
	COMBINEFUNC = driver_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE @AGG@(text, @BASE@, @BASE@) IS
'@WHAT@ of every segment before and after, a row for each segment; NULL is a segment that was not there';
@end

@rollup driver_summary (COMBINE = driver_combine, FINAL = driver_final, MINUS = driver_difference) IS
'joins the drivers of segments that are different; a segment that is in two of them is an error';

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
