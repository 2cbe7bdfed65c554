--
-- Customer value: purchases of a customer, and models of all customers'
--

@type purchase_history IS
'purchases of one customer by day; read with frequency(), recency(), tenure(), monetary_value(), input of clv_model(), merged with rollup()';

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

@rollup purchase_history (COMBINE = purchase_history_combine, FINAL = purchase_history_final) IS
'purchases of one customer from the histories of parts of them';

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

@type clv_customers IS
'state of clv_model(): customers by frequency, recency and tenure, and by spend';

@type clv_model IS
'model of repeat purchases and spend, fitted; read with model_parameters(), log_likelihood(), applied with p_alive(), expected_purchases(), expected_purchase_value(), predicted_clv()';

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

@type purchase_forecast IS
'state of expected_total(): the model, the horizon, and customers by frequency, recency and tenure';

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

@type value_summary IS
'purchases, revenue and the ids of the customers of a period; read with clv(), average_purchase_value(), purchase_frequency(), customers(), merged with rollup()';

@each ID = integer, bigint, uuid, text; C = int4, int8, uuid, text
CREATE FUNCTION value_summary_accum(value_summary, numeric, @ID@) RETURNS value_summary
AS 'MODULE_PATHNAME', 'value_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION value_summary_accum(value_summary, numeric, @ID@) IS
'transition function of value_summary()';
@end

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

@each ID = integer, bigint, uuid
CREATE AGGREGATE value_summary(amount numeric, customer_id @ID@) (
	SFUNC = value_summary_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = value_summary_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE value_summary(numeric, @ID@) IS
'purchases, revenue and customers from a row a purchase; a negative amount is a refund, which lowers the revenue and is no purchase; rows without amount are skipped';
@end

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

@rollup value_summary (COMBINE = value_summary_combine, FINAL = value_summary_final) IS
'merges value summaries; a customer of several is counted once';

@each ID = integer, bigint, uuid, text; C = int4, int8, uuid, text
CREATE FUNCTION clv_accum(value_summary, numeric, @ID@, numeric) RETURNS value_summary
AS 'MODULE_PATHNAME', 'clv_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION clv_accum(value_summary, numeric, @ID@, numeric) IS
'transition function of clv()';
@end

CREATE FUNCTION clv_final(value_summary) RETURNS numeric
AS 'MODULE_PATHNAME', 'clv_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION clv_final(value_summary) IS
'final function of clv()';

@each ID = integer, bigint, uuid, text
CREATE AGGREGATE clv(amount numeric, customer_id @ID@, lifetime numeric) (
	SFUNC = clv_accum,
	STYPE = value_summary,
	SSPACE = -1,
	FINALFUNC = clv_final,
	COMBINEFUNC = value_summary_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE clv(numeric, @ID@, numeric) IS
'customer lifetime value: average purchase value x purchase frequency x lifetime, which is in periods as long as the one the rows are of';
@end

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

@type purchase_log IS
'the purchases of many customers by day; read with clv(), customers(), purchases(), revenue(), repeat_rate(), rfm(), input of clv_model(), merged with rollup(), where the purchases of a customer add up';

@log purchase_log IS
'a log';

@each ID = smallint, integer, bigint, uuid, text; C = int2, int4, int8, uuid, text
CREATE FUNCTION purchase_log_accum(purchase_log, @ID@, numeric, date) RETURNS purchase_log
AS 'MODULE_PATHNAME', 'purchase_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION purchase_log_accum(purchase_log, @ID@, numeric, date) IS
'transition function of purchase_log()';

CREATE AGGREGATE purchase_log(customer_id @ID@, amount numeric, purchased_on date) (
	SFUNC = purchase_log_accum,
	STYPE = purchase_log,
	SSPACE = -1,
	FINALFUNC = purchase_log_final,
	COMBINEFUNC = purchase_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE purchase_log(@ID@, numeric, date) IS
'the purchases of many customers from a row a purchase; a negative amount is a refund, which takes back earlier purchases and is none itself; rows with NULL are skipped';
@end

@rollup purchase_log (COMBINE = purchase_log_combine, FINAL = purchase_log_final, SSPACE = 128, MINUS = purchase_log_difference) IS
'one log of all the parts: what a customer bought in several of them adds up';

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

@each NAME = rfm, rfm_uuid; ID = bigint, uuid
CREATE FUNCTION @NAME@(purchase_log, as_of timestamp, OUT customer_id @ID@, OUT days_since_last integer, OUT purchases bigint, OUT revenue numeric, OUT recency_score integer, OUT frequency_score integer, OUT monetary_score integer) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_@NAME@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@(purchase_log, timestamp) IS
'a row for each customer who had bought something by as_of: days since the last purchase, purchases, revenue, and for each a score from 1 to 5 (5: the most recent, the most, the highest), fifths of the customers, where equal figures have the same score; ids are of type @ID@';
@end

@each NAME = histories, histories_uuid; ID = bigint, uuid
CREATE FUNCTION @NAME@(purchase_log, OUT customer_id @ID@, OUT history purchase_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'purchase_log_@NAME@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@(purchase_log) IS
'a row for each customer, with the purchase_history of the customer''s purchases; ids are of type @ID@';
@end

--
-- contract_model: who renews a contract
--

@type contract_model IS
'how many customers of a contract began each of its periods and ended with it; read with model_parameters(), retention_curve(), remaining_lifetime(), merged with rollup()';

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

@rollup contract_model (COMBINE = contract_model_combine, FINAL = contract_model_final) IS
'merges models of different customers';

CREATE FUNCTION contract_model_from_counts(at_risk bigint[], lost bigint[]) RETURNS contract_model
AS 'MODULE_PATHNAME', 'contract_model_of_counts'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION contract_model_from_counts(bigint[], bigint[]) IS
'the model of how many customers began each period, the first first, and how many of these ended their contract with it';

-- A lifetime that ended is a number of periods to the nearest one, since contracts end
-- with them; one still open is known to have completed those that are over, with a
-- tenth of one for months of different lengths.
CREATE FUNCTION contract_model(durations duration_summary, unit text) RETURNS contract_model
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
	WITH curve AS (
		SELECT greatest(1, round("time"))::integer AS ended, floor("time" + 0.1)::integer AS completed, finished, censored
		FROM survival_curve(durations, unit)
	), counts AS (
		SELECT period, sum(CASE WHEN ended >= period THEN finished ELSE 0 END + CASE WHEN completed >= period THEN censored ELSE 0 END)::bigint AS at_risk,
			sum(CASE WHEN ended = period THEN finished ELSE 0 END)::bigint AS lost
		FROM generate_series(1, (SELECT max(CASE WHEN finished > 0 THEN greatest(ended, completed) ELSE completed END) FROM curve)) AS period, curve
		GROUP BY period
	)
	SELECT contract_model_from_counts(coalesce(array_agg(at_risk ORDER BY period), '{}'), coalesce(array_agg(lost ORDER BY period), '{}')) FROM counts);

COMMENT ON FUNCTION contract_model(duration_summary, text) IS
'the model of lifetimes, in periods of the unit, of which some are still open';

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

@each NUMBER = numeric, double precision; C = ltv, ltv_double
CREATE FUNCTION ltv(arpa @NUMBER@, churn_rate @NUMBER@, gross_margin @NUMBER@ DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(@NUMBER@, @NUMBER@, @NUMBER@) IS
'lifetime value of a subscriber: ARPA x gross margin / churn rate a period, both in percent; NULL at zero churn';
@end

@each NUMBER = numeric, double precision; C = ltv_summary, ltv_summary_double
CREATE FUNCTION ltv(arpa @NUMBER@, churn rate_summary, gross_margin @NUMBER@ DEFAULT 100) RETURNS numeric
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION ltv(@NUMBER@, rate_summary, @NUMBER@) IS
'lifetime value of a subscriber, with the churn of a rate_summary of churned(): ARPA x gross margin in percent / churn a period; NULL where nobody left';
@end
