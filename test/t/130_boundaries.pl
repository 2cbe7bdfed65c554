
# Every function and aggregate of the extension, called with the ends of what its
# argument types can hold: amounts of 100,000 digits, dates at both ends of the
# calendar, infinity, NaN, counts of 10^15, empty text, NULL.  Each call gives a
# result, NULL or an error that a user can do something about; never a crash,
# an internal error, or a NaN or infinite figure; and a summary that it gives
# can be read back.
#
# The functions are those of the catalog, so a new one is called without being
# listed, and a new argument type without values fails.  Each value stands once
# at each place of each function; the places beside it, and further calls, are
# drawn.  CX_BOUNDARY_CALLS is the number of those further calls for each
# function, CX_SEED what they follow from: a number, or "random".

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $further = $ENV{CX_BOUNDARY_CALLS} // 20;
my $seed = $ENV{CX_SEED} // 1;
$seed = int(rand(1_000_000_000)) if $seed eq 'random';
note("CX_BOUNDARY_CALLS=$further CX_SEED=$seed repeats this run");

# Random numbers that are the same with any Perl: Park and Miller's generator.
my $state = $seed % 2147483646 + 1;
sub pick
{
	my ($n) = @_;

	$state = $state * 16807 % 2147483647;
	return $state % $n;
}

my $node = PostgreSQL::Test::Cluster->new('boundaries');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nautovacuum = off\ntimezone = 'UTC'");
$node->start;
$node->safe_psql('postgres', q{
CREATE EXTENSION cx_metrics;
CREATE VIEW member AS
	SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics');

-- Run a call; where it gives a summary, read that back from its text.
CREATE FUNCTION attempt(call text, summary regtype, OUT state text, OUT result text, OUT message text, OUT detail text, OUT hint text, OUT seconds float8)
LANGUAGE plpgsql AS $$
DECLARE
	again text;
	start timestamptz = clock_timestamp();
BEGIN
	BEGIN
		EXECUTE call INTO result;
		state := '00000';
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
			detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	END;
	seconds := extract(epoch FROM clock_timestamp() - start);
	IF summary IS NOT NULL AND result IS NOT NULL THEN
		BEGIN
			EXECUTE format('SELECT (%L::%s)::text', result, summary) INTO again;
			IF again IS DISTINCT FROM result THEN
				state := 'again';
				message := 'another value when read back: ' || again;
			END IF;
		EXCEPTION WHEN OTHERS THEN
			state := 'again';
			message := 'cannot be read back: ' || SQLERRM;
		END;
	END IF;
END$$;
CREATE TABLE calls (id serial, function text, call text, summary regtype, state text, result text, message text, detail text, hint text, seconds float8);
});
my ($major) = $node->safe_psql('postgres', 'SHOW server_version_num') =~ /^(\d+)\d{4}$/;

# ---------------------------------------------------------------------------
# The values, the usual one first
# ---------------------------------------------------------------------------
my $nines = '9' x 38;
my $decimals = '9' x 18;
my %values = (
	'boolean' => [qw(true false)],
	'regclass' => [q{'pg_class'}, q{'pg_proc'}],
	'smallint' => [qw(9 0 1 5 10 11 -1 32767 -32768)],
	'integer' => [qw(7 0 1 5 10 11 366 -1 2147483647 -2147483648)],
	'bigint' => [qw(7 0 1 -1 2147483648 1000000000000000 1000000000000001 9223372036854775807), '-9223372036854775808'],
	'double precision' => [qw(0.95 0 -0.0 1 5 50 99.9999999 100 -1 5e-324 0.9999999999999999 1e12 1e308 -1e308), q{'NaN'}, q{'Infinity'}, q{'-Infinity'}],
	'numeric' => [qw(10 0 0.5 -1 5 100 1e-38 1e-39 1e37 1e38 1e131071), $nines, "-$nines", "0.$nines",
		q{'NaN'}, q{'Infinity'}, q{'-Infinity'}, q{repeat('9', 100000)}, q{('-' || repeat('7', 100000))}, q{('0.' || repeat('3', 16000))}],
	'date' => [map { "'$_'" } '2025-01-15', '2025-03-01', '2000-01-01', '-infinity', 'infinity', '4714-11-24 BC', '0001-01-01', '5874897-12-31', '294276-12-31', '294277-01-01'],
	'timestamp without time zone' => [map { "'$_'" } '2025-01-15 12:00', '2025-03-01', '2000-01-01', '-infinity', 'infinity', '4714-11-24 00:00:00 BC', '294276-12-31 23:59:59.999999'],
	'timestamp with time zone' => [map { "'$_'" } '2025-01-15 12:00+00', '2025-03-01 00:00+00', '-infinity', 'infinity', '4714-11-24 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00'],
	'time without time zone' => [map { "'$_'" } qw(09:00 17:00 00:00 24:00 23:59:59.999999)],
	'interval' => [map { "'$_'" } '30 days', '0', '00:00:00.000001', '-1 day', '1 mon', '1 year', '200000 years', '178956970 years 7 mons', '-178956970 years -8 mons', '2147483647 days', '2562047788:00:54.775807', '-2562047788:00:54.775807',
		'178956970 years 7 mons 2147483647 days 2562047788:00:54.775807', $major >= 17 ? ('infinity', '-infinity') : ()],
	'text' => [q{'day'}, q{''}, q{'month'}, q{'mbg_nbd'}, q{'nan'}, q{E'\\n"\\\\'}, q{repeat('x', 100000)}, q{repeat('é', 120)}],
	'jsonb' => [map { "'$_'" } '{}', '[]', 'null', '"text"', '{"as_of": "2025-01-01"}', '{"zone": "UTC", "survey_responses": 1}',
		'{"survey_responses": {"table": "pg_catalog.pg_class", "day": "(current_date)", "score": "reltuples", "dimensions": ["relname"]}}'],
	'uuid' => [q{'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'}, q{'00000000-0000-0000-0000-000000000000'}, q{'ffffffff-ffff-ffff-ffff-ffffffffffff'}],
	'bytea' => [q{'\\x'}, q{'\\x00'}, q{decode(repeat('ff', 200), 'hex')}],
	'cstring' => [q{'{"version": 1}'}, q{''}, q{'['}, q{'{"version": 2}'}, q{'null'}, q{'{"version": 1, "a": 1e131071}'}],
	'integer[]' => [map { "'$_'" } '{1,2,3,4,5}', '{}', '{8}', '{-2147483648}', '{NULL}', '{{1,2},{3,4}}', '[0:1]={6,7}'],
	'double precision[]' => [map { "'$_'" } '{1,5}', '{0,50,100}', '{}', '{100}', '{NULL}', '{NaN}', '{Infinity}', '{{1,2},{3,4}}', '{5,1}', '[-5:-4]={1,2}'],
	'text[]' => [map { "'$_'" } '{open}', '{}', '{closed,waiting}', '{NULL}', '{{open,closed},{new,x}}', '[0:1]={open,""}'],
	'bigint[]' => [map { "'$_'" } '{10,5}', '{5,4,0}', '{}', '{NULL}', '{-1}', '{9223372036854775807}', '{{1,2},{3,4}}'],
	'date[]' => [map { "'$_'" } '{2025-01-20}', '{}', '{NULL}', '{infinity,-infinity}', '{5874897-12-31,4714-11-24 BC}', '{{2025-01-01},{2025-01-02}}'],
);

# Of summaries the seeds of test/fuzz, and those that hold as much as they can.
my $million = 1000000000000000;
my $zeros = '0' x 76;
my %extremes = (
	survey_summary => [qq{{"version": 1, "unanswered": $million, "scores": {"0": $million, "6": $million, "9": $million, "10": $million}}}],
	weighted_survey_summary => [qq{{"version": 1, "scale": 24, "unanswered": $million, "scores": {"0": {"responses": 1, "weight": 1e-24, "weight_squared": 1e-48}, "10": {"responses": 2, "weight": 1e-24, "weight_squared": 1e-48}}}},
		qq{{"version": 1, "scale": 0, "scores": {"0": {"responses": $million, "weight": $nines, "weight_squared": 1e75}, "9": {"responses": $million, "weight": $nines, "weight_squared": 1e62}}}}],
	rate_summary => [qq{{"version": 1, "positives": $million, "negatives": $million, "unknowns": $million}}, qq{{"version": 1, "negatives": $million}}],
	duration_summary => [
		qq{{"version": 1, "as_of": "294276-12-31T23:59:59.999999", "not_started": $million, "durations": [[0, 1, 0], [9223371331200, 499999999999999, $million], [9223372036854.775807, 500000000000000, 0]]}}],
	cause_duration_summary => [qq{{"version": 1, "as_of": "294276-12-31T23:59:59.999999", "not_started": $million, "still_open": [[9223371331200, $million]], "ends": {"a": [[0, 1], [9223372036854.775807, 499999999999999]], "b": [[9223372036854.775807, 500000000000000]]}}}],
	business_calendar => ['{"version": 1, "zone": "America/New_York", "hours": {"sunday": ["23:59:59.999999-00:00"]}, "days": {"4714-11-24 BC": [], "5874897-12-31": ["00:00-24:00"]}, "changes": {"4714-11-24 BC": {"monday": ["00:00-24:00"]}, "5874897-12-31": {"monday-sunday": ["22:00-06:00"]}}}'],
	special_days => ['{"version": 1, "days": {"4714-11-24 BC": ["00:00-24:00"], "5874897-12-31": ["23:59:59.999999-23:59:59.999998"]}}'],
	backlog_summary => [qq{{"version": 1, "days": [["4714-11-24 BC", $million, 0], ["5874897-12-31", 0, $million]]}}],
	nrr_summary => [qq{{"version": 1, "customers": $million, "opening_mrr": $nines, "closing_mrr": $nines, "kept_mrr": $nines}}, qq{{"version": 1, "customers": 1, "opening_mrr": 0.$nines, "closing_mrr": 0.$nines, "kept_mrr": 0.$nines}}],
	mrr_history => [qq{{"version": 1, "mrr": {"4714-11-24 BC": $nines, "2025-01-01": 0, "5874897-12-31": $nines}}}, qq{{"version": 1, "mrr": {"2025-01-01": 0.$decimals}}}, '{"version": 1, "mrr": {}}'],
	mrr_summary => [qq{{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": 1, "new_customers": $million}}}}, qq{{"version": 1, "grain": "month", "periods": {"2025-01-01": {"new_mrr": $nines, "new_customers": $million}, "2025-02-01": {"churned_mrr": 1, "churned_customers": 1}}}},
		qq{{"version": 1, "grain": "month", "periods": {"2025-04-01": {"new_mrr": 0.$decimals, "new_customers": $million}}}}, '{"version": 1, "grain": "month", "periods": {"2025-05-01": {"new_mrr": 1, "new_customers": 1}}}',
		'{"version": 1, "grain": "year", "periods": {"5874897-01-01": {"new_mrr": 1, "new_customers": 1}}}'],
	value_summary => [qq{{"version": 1, "purchases": $million, "revenue": $nines, "ids": "integer", "customers": [-9223372036854775808, 9223372036854775807]}},
		qq{{"version": 1, "purchases": 1, "revenue": -$nines, "lifetime": 0.$nines, "ids": "text", "customers": ["ffffffffffffffffffffffffffffffff"]}}],
	purchase_history => [qq{{"version": 1, "days": {"4714-11-24 BC": [0, 0, $nines], "2025-01-01": $nines, "5874897-12-31": [$million, $nines, $nines]}}}],
	clv_customers => [qq{{"version": 1, "as_of": "5874897-12-31", "model": "pareto_nbd", "days_left_out": $million, "pasts": [[0, 0, 2147483493, 500000000000000], [1, 2147483493, 2147483493, 500000000000000]], "spends": [[2147483647, 1e308, 500000000000000]]}},
		qq{{"version": 1, "as_of": "2025-01-01", "model": "mbg_nbd", "pasts": [[1, 1, 1, 5], [1, 5, 9, 5], [2, 2, 30, 5], [3, 7, 365, 20], [0, 0, 365, 200]], "spends": [[1, 5e-324, 10], [2, 1e308, 10]]}}],
	contract_model => [qq{{"version": 1, "periods": [[1, $million, 0], [2, $million, $million]]}}, '{"version": 1, "periods": []}', '{"version": 1, "ages": [[0, 10, 1], [2147483647, 0, 1]]}', '{"version": 1, "periods": [[1, 1, 1]]}'],
	purchase_forecast => [qq{{"version": 1, "horizon": 9223372036854775807, "model": {"as_of": "5874897-12-31", "model": "bg_nbd", "customers": $million, "repeat_customers": $million, "repeat_purchases": $million, "parameters": [1e-12, 1e21, 1e-12, 1e12], "covariance": [1e30, 0, 0, 0, 1e-30, 0, 0, 1e-30, 0, 1e-30], "log_likelihood": -1e30, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}, "pasts": [[0, 0, 2147483493, 500000000000000], [2147483493, 2147483493, 2147483493, 500000000000000]]}},
		qq{{"version": 1, "horizon": 1, "model": {"as_of": "2025-06-01", "model": "pareto_nbd", "customers": 10, "repeat_customers": 10, "repeat_purchases": 10, "rates": "one", "dropout": "one", "parameters": [1e12, 1e12], "covariance": [1e30, 0, 1e-30], "log_likelihood": 0, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}, "pasts": [[1, 1, 1, $million]]}}],
	clv_model => [qq{{"version": 1, "as_of": "5874897-12-31", "model": "bg_nbd", "customers": $million, "repeat_customers": $million, "repeat_purchases": $million, "parameters": [1e-12, 1e21, 1e-12, 1e12], "covariance": [1e30, 0, 0, 0, 1e-30, 0, 0, 1e-30, 0, 1e-30], "log_likelihood": -1e30, "spend": {"state": "fitted", "customers": 10, "parameters": [1e12, 1e-12, 1e46], "covariance": [1e30, 0, 0, 1e30, 0, 1e30], "log_likelihood": 1e30}}},
		qq{{"version": 1, "as_of": "2025-06-01", "model": "pareto_nbd", "customers": 10, "repeat_customers": 10, "repeat_purchases": 10, "parameters": [1e12, 1e-12, 1e12, 1e-12], "covariance": [1e-30, 0, 0, 0, 1e-30, 0, 0, 1e-30, 0, 1e30], "log_likelihood": 0, "spend": {"state": "none", "customers": 0}}},
		qq{{"version": 1, "as_of": "2025-06-01", "model": "mbg_nbd", "customers": 10, "repeat_customers": 10, "repeat_purchases": 10, "rates": "one", "dropout": "one", "parameters": [1e12, 1e-15], "covariance": [1e-30, 0, 1e30], "log_likelihood": 0, "spend": {"state": "one_value", "customers": 1, "parameters": [1e46]}}},
		qq{{"version": 1, "as_of": "2025-06-01", "model": "pareto_nbd", "customers": 10, "repeat_customers": 10, "repeat_purchases": 10, "rates": "one", "dropout": "one", "parameters": [1e-21, 1e12], "covariance": [1e30, 0, 1e-30], "log_likelihood": 0, "spend": {"state": "constant", "customers": 1, "parameters": [1e12, 1e46], "covariance": [1, 0, 1e30], "log_likelihood": 0}}},
		qq{{"version": 1, "as_of": "2025-06-01", "model": "bg_nbd", "customers": 1, "repeat_customers": 0, "repeat_purchases": 0, "problem": "no_repeats", "spend": {"state": "none", "customers": 0}}}],
	active_days => ['{"version": 1, "days": ["4714-11-24 BC"]}', '{"version": 1, "days": ["4714-11-24 BC", "5874897-12-31"]}', '{"version": 1, "days": ["1900-01-01/2000-01-01"]}'],
	active_users_summary => [qq{{"version": 1, "users": $million, "days": [["4714-11-24 BC", 366, $million]]}}, qq{{"version": 1, "users": $million, "days": [["5874897-12-31", 366, $million]]}}],
	cohort_summary => [qq{{"version": 1, "grain": "day", "cohorts": [["5874897-12-31", 0, 0, $million]]}}, qq{{"version": 1, "grain": "day", "cohorts": [["4714-11-24 BC", 0, 0, $million]]}}, qq{{"version": 1, "grain": "month", "cohorts": [["2025-01-01", 0, 0, $million], ["2025-01-01", 1, $million, 0]]}}],
	session_summary => [qq{{"version": 1, "gap": 9223372036854, "sessions": [["4714-11-24T00:00:00 BC", "294276-12-31T23:59:59.999999", $million]]}}, qq{{"version": 1, "gap": 0, "sessions": [["2025-01-01T00:00:00", "2025-01-01T00:00:00", $million]]}}],
	usage_log => [qq{{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24 BC", $million], [9223372036854775807, "5874897-12-31", $million]]}}, qq{{"version": 1, "ids": "text", "entries": [["ffffffffffffffffffffffffffffffff", "2025-01-01", $million]]}},
		qq{{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", $million]]}}],
	answer_log => [qq{{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24T00:00:00 BC", 0], [9223372036854775807, "294276-12-31T23:59:59.999999", 10]]}}, qq{{"version": 1, "ids": "uuid", "entries": [["ffffffff-ffff-ffff-ffff-ffffffffffff", "2025-01-01T00:00:00", 5]]}}, '{"version": 1, "ids": "text", "entries": []}'],
	paired_summary => [qq{{"version": 1, "unpaired": $million, "pairs": [[0, 0, $million], [0, 10, $million], [10, 10, $million], [5, 7, $million]]}}],
	event_log => [qq{{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24T00:00:00 BC", $million], [9223372036854775807, "294276-12-31T23:59:59.999999", $million]]}}, qq{{"version": 1, "ids": "uuid", "entries": [["ffffffff-ffff-ffff-ffff-ffffffffffff", "2025-01-01T00:00:00", $million]]}}],
	ticket_log => ['{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24T00:00:00 BC", "open"], [9223372036854775807, "294276-12-31T23:59:59.999999", "' . ('x' x 200) . '"]]}',
		'{"version": 1, "ids": "integer", "entries": [[1, "4714-11-24T00:00:00 BC", "open"], [1, "294276-12-31T23:59:59.999999", "closed"]]}', '{"version": 1, "ids": "uuid", "entries": []}'],
	journey_log => ['{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24T00:00:00 BC", "day"], [9223372036854775807, "294276-12-31T23:59:59.999999", "' . ('x' x 200) . '"]]}',
		'{"version": 1, "ids": "integer", "entries": [[1, "4714-11-24T00:00:00 BC", "day"], [1, "4714-11-24T00:00:00 BC", "month"], [1, "294276-12-31T23:59:59.999999", "day"]]}', '{"version": 1, "ids": "uuid", "entries": []}'],
	state_history => ['{"version": 1, "entries": [["4714-11-24T00:00:00 BC", "open"], ["294276-12-31T23:59:59.999999", "closed"]]}', '{"version": 1, "entries": [["2025-01-01T00:00:00", "open"]]}', '{"version": 1, "entries": []}'],
	mrr_log => [qq{{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24 BC", $nines], [9223372036854775807, "5874897-12-31", $nines]]}}, qq{{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 0.000000000000000001], [1, "2025-01-02", -0.000000000000000001]]}},
		qq{{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", -$nines]]}}, '{"version": 1, "ids": "text", "entries": []}'],
	purchase_log => [qq{{"version": 1, "ids": "integer", "entries": [[-9223372036854775808, "4714-11-24 BC", $million, $nines, 0], [9223372036854775807, "5874897-12-31", 0, 0, $nines]]}}, qq{{"version": 1, "ids": "uuid", "entries": [["ffffffff-ffff-ffff-ffff-ffffffffffff", "2025-01-01", $million, 0.000000000000000001, 0.000000000000000001]]}},
		qq{{"version": 1, "ids": "integer", "entries": [[1, "2025-01-01", 1, $nines, 0], [2, "2025-01-01", 1, $nines, 0]]}}, '{"version": 1, "ids": "text", "entries": []}'],
	series_summary => [qq{{"version": 1, "values": {"4714-11-24 BC": -$nines, "2025-01-01": $nines, "5874897-12-31": $nines}}}, qq{{"version": 1, "values": {"2025-01-31": 0.$decimals, "2025-02-28": 0}}}, '{"version": 1, "values": {}}',
		'{"version": 1, "values": {' . join(', ', map { sprintf '"58748%02d-12-31": %d', $_, $_ * $_ % 7 } 60 .. 97) . '}}'],
	trend_summary => [qq{{"version": 1, "points": 1, "first": "4714-11-24 BC", "last": "4714-11-24 BC", "scale": 0, "days": -2451545, "days_squared": 6010072887025, "values": 0, "products": 0, "values_squared": 0}},
		qq{{"version": 1, "points": $million, "first": "2000-01-01", "last": "2000-01-01", "scale": 0, "days": 0, "days_squared": 0, "values": ${million}0000000, "products": 0, "values_squared": ${million}00000000000000}}],
	mean_summary => [qq{{"version": 1, "customers": $million, "sum": $nines, "squares": 5$zeros}}, qq{{"version": 1, "customers": 2, "sum": 0, "squares": 0.000000000000000002}}],
	ratio_summary => [qq{{"version": 1, "customers": $million, "numerators": $nines, "denominators": $nines, "numerators_squared": 5$zeros, "denominators_squared": 5$zeros, "products": 5$zeros}},
		'{"version": 1, "customers": 2, "numerators": 0, "denominators": 0.000000000000000001, "numerators_squared": 0, "denominators_squared": 0.000000000000000000000000000000000001, "products": 0}'],
	adjusted_mean_summary => [qq{{"version": 1, "customers": $million, "values": $nines, "before": -$nines, "values_squared": 5$zeros, "before_squared": 5$zeros, "products": -5$zeros}}],
	health_summary => ['{"version": 1, "signals": {"a": [100, 1000000000000], "nan": [0, 1000000000000], "' . ('n' x 200) . '": [null, 1000000000000]}}'],
	health_total => ['{"version": 1, "points": 10000000000000000000000000, "known_weight": 100000000000000000000000, "unknown_weight": 100000000000000000000000}'],
	health_model => [qq{{"version": 1, "positives": $million, "negatives": 1, "incomplete": $million, "penalty": 1e12, "intercept": -1e12, "log_likelihood": -1e30, "signals": {"a": [1e12, 1e12], "b": [-1e12, 0]}}},
		'{"version": 1, "positives": 1, "negatives": 1, "separated": 1}', '{"version": 1, "positives": 1, "negatives": 1, "intercept": 1e12, "signals": {"a": [1e12, 0]}}'],
	health_outcomes => [qq{{"version": 1, "unknowns": $million, "signals": ["a"], "known": [$million], "rows": [[0, 0, 500000000000000, 0], [100, 100, 0, 500000000000000]]}}, qq{{"version": 1, "incomplete": $million, "signals": ["b"], "known": [$million]}},
		qq{{"version": 1, "signals": ["a"], "known": [2000000000], "rows": [[0, 0, 999999999, 1], [100, 100, 1, 999999999]]}}],
	driver_summary => [qq{{"version": 1, "of": "nps", "segments": {"a": [[-$million, $million, 1], [$million, $million, null]]}}}, qq{{"version": 1, "of": "ratio", "segments": {"a": [[-$nines, 1, 1e308], [$nines, 1, 1e308]], "b": [[1, $nines, 0], null]}}}, qq{{"version": 1, "of": "amount", "segments": {"a": [[-$nines], [$nines]]}}}],
	auc_summary => [qq{{"version": 1, "unknowns": $million, "scores": [[-1.7976931348623157e308, $million, 0], [1.7976931348623157e308, 0, $million]]}}],
);
my %fuzz;
for my $file (sort glob("$FindBin::RealBin/../fuzz/*.pl"))
{
	my %more = do $file or die "$file: " . ($@ || $!);
	%fuzz = (%fuzz, %more);
}
my @types = split /\n/, $node->safe_psql('postgres', q{SELECT typname FROM pg_type t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid
	WHERE typtype = 'b' AND typcategory <> 'A' ORDER BY 1});
is(join(' ', grep { !$extremes{$_} } @types), '', 'every summary type has a value that is as large as can be, in %extremes of this file');
my %is_type = map { $_ => 1 } @types;
is(join(' ', grep { !$is_type{$_} } sort keys %extremes), '', 'these are values of types that there are');
for my $type (@types)
{
	my @seeds = split /\n/, $node->safe_psql('postgres', "SELECT s::text FROM ($fuzz{$type}{seeds}) t(s) WHERE s IS NOT NULL AND length(s::text) < 5000");
	my ($status, $output, $error);

	# a few of them: the first, the last, two between
	@seeds = @seeds[sort { $a <=> $b } keys %{ { map { $_ => 1 } 0, $#seeds, int($#seeds / 3), int($#seeds * 2 / 3) } }];
	$values{$type} = [map { "\$s\$$_\$s\$" } @seeds, @{ $extremes{$type} // [] }];
	($status, $output, $error) = $node->psql('postgres', join ';', map { "SELECT ($_)::$type" } @{ $values{$type} });
	is($status, 0, "$type: the values are possible") or diag($error);
}

# ---------------------------------------------------------------------------
# The calls
# ---------------------------------------------------------------------------

# A function that an aggregate gives a state can be called by hand with a state
# that no rows gave, and then gives one that is not finished.  What makes a kept
# summary takes names and statements, and test/sql/live.sql has the wrong ones.
my @functions = map { [split /\|/, $_, -1] } split /\n/, $node->safe_psql('postgres', q{
SELECT p.oid::regprocedure, p.proname, p.prokind, p.proretset,
	(SELECT coalesce(string_agg(format_type(t, NULL), ',' ORDER BY i), '') FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY a(t, i)),
	CASE WHEN EXISTS (SELECT FROM member m JOIN pg_type ON typtype = 'b' AND pg_type.oid = m.objid WHERE m.classid = 'pg_type'::regclass AND m.objid = p.prorettype)
		AND NOT EXISTS (SELECT FROM pg_aggregate WHERE p.oid IN (aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn)) THEN p.prorettype::regtype::text END,
	EXISTS (SELECT FROM pg_aggregate WHERE aggfnoid = p.oid AND aggmtransfn <> 0)
FROM pg_proc p JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid WHERE proname !~ '^(keep|repair|compact|drop)_summary' ORDER BY 1});
cmp_ok(scalar(@functions), '>', 300, scalar(@functions) . ' functions and aggregates');

# Series over the whole calendar take long, and test/t/140_limits.pl cancels
# them.
sub is_endless
{
	my ($name, @arguments) = @_;

	return 1 if $name =~ /^(mrr_bridge|cohort_retention|journey_cohorts)$/ && (grep { /4714|0001|294276|5874897/ } @arguments) > 0;
	return 1 if $name eq 'predicted_clv' && $arguments[2] =~ /0000 years|562047788|178956970|2147483647/;
	return 0;
}

my (%missing, @script, $made);
for my $function (@functions)
{
	my ($signature, $name, $kind, $is_set, $types, $summary, $moves) = @$function;
	my @types = split /,/, $types;
	my @rows;

	# a procedure that refreshes views, and a function of SQL texts: what is no
	# name and no SQL is in test/sql/refresh.sql and bad_rows.sql
	next if $kind eq 'p' || $name eq 'find_bad_rows';
	# what "internal" is cannot be written in SQL; the fuzzer calls these
	next if grep { $_ eq 'internal' } @types;
	for my $type (@types)
	{
		$missing{$type} = $signature unless $values{$type};
	}
	next if grep { !$values{$_} } @types;

	# typed, so that an overloaded function is called and no other
	my $literal = sub {
		my ($type, $i) = @_;
		my $list = $values{$type};
		return "NULL::$type" if $i == @$list;
		return "($list->[$i])::$type";
	};
	my $any = sub { my ($type) = @_; return $literal->($type, pick(@{ $values{$type} } + 1)) };
	my @usual = map { $literal->($_, 0) } @types;

	push @rows, [@usual];
	for my $place (0 .. $#types)
	{
		for my $i (1 .. @{ $values{ $types[$place] } })
		{
			push @rows, [map { $_ == $place ? $literal->($types[$_], $i) : pick(2) ? $usual[$_] : $any->($types[$_]) } 0 .. $#types];
		}
	}
	push @rows, [map { $any->($_) } @types] for 1 .. $further * (@types > 0);

	for my $n (0 .. $#rows)
	{
		my @row = @{ $rows[$n] };
		my $call;

		next if is_endless($name, @row);
		if ($kind eq 'f')
		{
			my $list = join(', ', @row);
			$call = $is_set eq 't' ? "SELECT string_agg(t::text, ';') FROM (SELECT * FROM $name($list) LIMIT 3) t" : "SELECT ($name($list))::text";
		}
		else
		{
			# one row, two or three, sometimes a window
			my @columns = map { "c$_" } 0 .. $#types;
			my $list = join(', ', @columns);
			my @more = map { $rows[pick(scalar @rows)] } 1 .. $n % 3;
			my $from = '(VALUES ' . join(', ', map { '(' . join(', ', @$_) . ')' } [@row], @more) . ") v($list)";

			if ($kind eq 'w' || ($moves eq 't' && pick(3) == 0))
			{
				$call = "SELECT string_agg(x::text, ';') FROM (SELECT $name($list) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS x FROM $from) t";
				push @script, [$signature, $call, ''];
				next;
			}
			$call = "SELECT $name($list)::text FROM $from";
		}
		push @script, [$signature, $call, $summary];
	}
}
is(join(', ', map { "$_ of $missing{$_}" } sort keys %missing), '', 'there are values of every argument type');

# One statement a function: what comes last before a crash did not cause it.
my ($input, $before) = ('', '');
for my $call (@script)
{
	my ($signature, $text, $summary) = @$call;

	$input .= "COPY calls (function, call, summary) FROM STDIN;\n" if $input eq '';
	$text =~ s/\\/\\\\/g;
	$input .= "$signature\t$text\t" . ($summary eq '' ? '\\N' : $summary) . "\n";
}
$node->safe_psql('postgres', "$input\\.\n");
my %seen;
my $run = join '', map { "SELECT '$_';\nUPDATE calls SET (state, result, message, detail, hint, seconds) = (SELECT a.state, left(a.result, 10000), left(a.message, 1000), a.detail, a.hint, a.seconds FROM attempt(call, summary) a) WHERE function = '$_';\n" }
	grep { !$seen{$_}++ } map { $_->[0] } @script;
my ($status, $output, $error) = $node->psql('postgres', "SET statement_timeout = '300s';\nCREATE INDEX ON calls (function);\n$run");
is($status, 0, 'no call ends the session')
	or diag('in ' . (split /\n/, $output)[-1] . ": $error");

# ---------------------------------------------------------------------------
# What came of them
# ---------------------------------------------------------------------------
my $bad = sub {
	my ($what, $condition) = @_;
	my $found = $node->safe_psql('postgres', "SELECT left(call, 400) || E'\\n    ' || concat_ws(E'\\n    ', state, left(result, 200), left(message, 300), 'detail: ' || left(detail, 200), 'hint: ' || hint)
		FROM (SELECT *, row_number() OVER (PARTITION BY function, state, left(message, 40) ORDER BY length(call)) AS n FROM calls WHERE $condition) c WHERE n = 1 ORDER BY id LIMIT 20");

	is($found, '', $what);
};
# PostgreSQL's own errors, which have nothing to add to their message
my $core = q{('value overflows numeric format', 'date out of range for timestamp', 'timestamp out of range', 'interval out of range',
	'value out of range: overflow', 'value out of range: underflow', 'smallint out of range', 'integer out of range', 'bigint out of range')};

$bad->('no internal error', "state LIKE 'XX%' OR state LIKE '53%' OR state LIKE '57%'");
# 42P20: session_number() without the order that it needs; 42804: logs of ids of
# different types
$bad->('no call that cannot be', "state LIKE '42%' AND state <> '42P20' AND NOT (state = '42804' AND message LIKE '%ids of%type%')");
$bad->('every summary can be read back', "state = 'again'");
# the text 'nan' is an argument, and the name of a signal
$bad->('no figure is NaN or infinite', "state = '00000' AND replace(result, '\"nan\"', '') ~* '(^|[^a-z_])(nan|-?inf(inity)?)([^a-z_]|\$)' AND call NOT LIKE '%''nan''%' AND function NOT LIKE 'top\\_driver%' AND function NOT LIKE 'health\\_drivers%'");
$bad->('every error has a hint', "state NOT IN ('00000', 'again') AND hint = '' AND message NOT IN $core
	AND message NOT LIKE '% is out of range for type %' AND message NOT LIKE 'invalid input syntax for type json%'");
$bad->('no error message is as long as its argument', "state NOT IN ('00000', 'again') AND length(concat(message, detail, hint)) > 1500");

my $counts = $node->safe_psql('postgres', q{SELECT count(*), count(DISTINCT function), count(*) FILTER (WHERE state = '00000' AND result IS NOT NULL), count(*) FILTER (WHERE state = '00000' AND result IS NULL), count(*) FILTER (WHERE state <> '00000'), count(*) FILTER (WHERE state IS NULL) FROM calls});
my ($all, $called, $results, $nulls, $errors, $left) = split /\|/, $counts;
is($left, 0, 'all of them were called');
cmp_ok($results, '>', $all / 10, "$all calls of $called functions: $results results, $nulls NULL, $errors errors");
cmp_ok($errors, '>', $all / 10, 'some are refused');
unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
$node->stop;
done_testing();
