--
-- Uncertainty: many tests at once
--

@each NUMBER = numeric, double precision; C = p_adjust_numeric, p_adjust_double
CREATE FUNCTION p_adjust(p_value @NUMBER@, method text DEFAULT 'holm') RETURNS numeric
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION p_adjust(@NUMBER@, text) IS
'p value of a row adjusted for the number of tests in its partition, by ''holm'', ''bonferroni'' or ''bh''; NULL is no test';
@end
