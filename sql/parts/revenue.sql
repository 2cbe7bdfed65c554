--
-- Recurring revenue: MRR, its movements, net and gross retention
--

@each NUMBER = numeric, double precision; C = mrr_of_price, mrr_of_price_double
CREATE FUNCTION mrr(price @NUMBER@, billing_interval interval) RETURNS numeric
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION mrr(@NUMBER@, interval) IS
'what a price is worth a month: divided by the months of its billing interval, or by its days and multiplied by 30.4375';
@end

@type nrr_summary IS
'opening and closing MRR of customers with MRR at the start; read with nrr(), grr(), merged with rollup()';

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

@rollup nrr_summary (COMBINE = nrr_combine, UNCOMBINE = nrr_uncombine, FINAL = nrr_final, MSSPACE = 72, MINUS = nrr_minus) IS
'opening and closing MRR of all the customers of several nrr_summary';

@type mrr_history IS
'MRR of one customer over time, all subscriptions added up; read with mrr_at(), mrr_movement(), mrr_changes(), merged with rollup()';

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

@rollup mrr_history (COMBINE = mrr_history_combine, FINAL = mrr_history_final) IS
'MRR of one customer from the histories of parts of its subscriptions';

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

@type mrr_summary IS
'movements of MRR by month, quarter or year over customers; read with mrr_bridge(), merged with rollup()';

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

@rollup mrr_summary (COMBINE = mrr_summary_combine, FINAL = mrr_summary_final, MINUS = mrr_summary_minus) IS
'movements of MRR of disjoint sets of customers together';

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

@type mrr_log IS
'the recurring revenue of many customers by day; read with mrr_bridge(), mrr_at(), nrr(), grr(), churn(), mrr_cohorts(), merged with rollup(), where the subscriptions of a customer add up';

@log mrr_log IS
'a log';

@each ID = smallint, integer, bigint, uuid, text; C = int2, int4, int8, uuid, text
CREATE FUNCTION mrr_log_accum(mrr_log, @ID@, numeric, date, date) RETURNS mrr_log
AS 'MODULE_PATHNAME', 'mrr_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION mrr_log_accum(mrr_log, @ID@, numeric, date, date) IS
'transition function of mrr_log()';

CREATE AGGREGATE mrr_log(customer_id @ID@, amount numeric, starts_on date, ends_on date) (
	SFUNC = mrr_log_accum,
	STYPE = mrr_log,
	SSPACE = -1,
	FINALFUNC = mrr_log_final,
	COMBINEFUNC = mrr_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE mrr_log(@ID@, numeric, date, date) IS
'the recurring revenue of many customers: amount a month from starts_on up to and not including ends_on, NULL while it goes on; a negative amount is a discount with dates of its own';
@end

@rollup mrr_log (COMBINE = mrr_log_combine, FINAL = mrr_log_final, MINUS = mrr_log_difference) IS
'one log of all the parts: what a customer pays in several of them adds up';

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

@each NAME = histories, histories_uuid; ID = bigint, uuid
CREATE FUNCTION @NAME@(mrr_log, OUT customer_id @ID@, OUT history mrr_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'mrr_log_@NAME@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@(mrr_log) IS
'a row for each customer, with the mrr_history of the customer''s subscriptions; ids are of type @ID@';
@end
