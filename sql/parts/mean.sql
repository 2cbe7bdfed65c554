--
-- Means and ratios over customers
--

@type mean_summary IS
'exact sums of a number of each customer and of its square; read with mean(), mean_interval(), mean_change(), merged with rollup()';

@type ratio_summary IS
'exact sums of two numbers of each customer, of their squares and products; read with ratio(), ratio_interval(), ratio_change(), merged with rollup()';

@type adjusted_mean_summary IS
'exact sums of a number of each customer now and before, of their squares and products; read with mean_change(), variance_reduction(), merged with rollup()';

@each NUMBER = numeric, double precision; ACCUM = mean_accum, mean_accum_double; REMOVE = mean_remove, mean_remove_double
CREATE FUNCTION mean_accum(mean_summary, @NUMBER@) RETURNS mean_summary
AS 'MODULE_PATHNAME', '@ACCUM@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_accum(mean_summary, @NUMBER@) IS
'transition function of mean_summary()';

CREATE FUNCTION mean_remove(mean_summary, @NUMBER@) RETURNS mean_summary
AS 'MODULE_PATHNAME', '@REMOVE@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mean_remove(mean_summary, @NUMBER@) IS
'inverse transition function of mean_summary()';
@end

@each NAME = ratio, adjusted_mean
@each NUMBER = numeric, double precision; ACCUM = accum, accum_double; REMOVE = remove, remove_double
CREATE FUNCTION @NAME@_accum(@NAME@_summary, @NUMBER@, @NUMBER@) RETURNS @NAME@_summary
AS 'MODULE_PATHNAME', '@NAME@_@ACCUM@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@_accum(@NAME@_summary, @NUMBER@, @NUMBER@) IS
'transition function of @NAME@_summary()';

CREATE FUNCTION @NAME@_remove(@NAME@_summary, @NUMBER@, @NUMBER@) RETURNS @NAME@_summary
AS 'MODULE_PATHNAME', '@NAME@_@REMOVE@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@_remove(@NAME@_summary, @NUMBER@, @NUMBER@) IS
'inverse transition function of @NAME@_summary()';
@end
@end

@each NAME = mean, ratio, adjusted_mean
CREATE FUNCTION @NAME@_combine(@NAME@_summary, @NAME@_summary) RETURNS @NAME@_summary
AS 'MODULE_PATHNAME', '@NAME@_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@_combine(@NAME@_summary, @NAME@_summary) IS
'combine function of @NAME@_summary(), transition function of rollup()';

CREATE FUNCTION @NAME@_uncombine(@NAME@_summary, @NAME@_summary) RETURNS @NAME@_summary
AS 'MODULE_PATHNAME', '@NAME@_uncombine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@_uncombine(@NAME@_summary, @NAME@_summary) IS
'inverse transition function of rollup()';

CREATE FUNCTION @NAME@_final(@NAME@_summary) RETURNS @NAME@_summary
AS 'MODULE_PATHNAME', '@NAME@_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@_final(@NAME@_summary) IS
'final function of @NAME@_summary() and rollup()';
@end

@each NUMBER = numeric, double precision
CREATE AGGREGATE mean_summary(value @NUMBER@) (
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

COMMENT ON AGGREGATE mean_summary(@NUMBER@) IS
'exact sums of a number of each customer, a row each; NULL is skipped';
@end

@rollup mean_summary (COMBINE = mean_combine, FINAL = mean_final, UNCOMBINE = mean_uncombine, MSSPACE = 72, MINUS = mean_difference) IS
'merges summaries of different customers';

@each NUMBER = numeric, double precision
CREATE AGGREGATE ratio_summary(numerator @NUMBER@, denominator @NUMBER@) (
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

COMMENT ON AGGREGATE ratio_summary(@NUMBER@, @NUMBER@) IS
'exact sums of two numbers of each customer, a row each; rows with a NULL are skipped';
@end

@rollup ratio_summary (COMBINE = ratio_combine, FINAL = ratio_final, UNCOMBINE = ratio_uncombine, MSSPACE = 152, MINUS = ratio_difference) IS
'merges summaries of different customers';

@each NUMBER = numeric, double precision
CREATE AGGREGATE adjusted_mean_summary(value @NUMBER@, before @NUMBER@) (
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

COMMENT ON AGGREGATE adjusted_mean_summary(@NUMBER@, @NUMBER@) IS
'exact sums of a number of each customer, a row each, and of what it was before; rows with a NULL are skipped';
@end

@rollup adjusted_mean_summary (COMBINE = adjusted_mean_combine, FINAL = adjusted_mean_final, UNCOMBINE = adjusted_mean_uncombine, MSSPACE = 152, MINUS = adjusted_mean_difference) IS
'merges summaries of different customers';

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
