
# Customer value under every way of executing it: serial, parallel,
# partitionwise, in parts that are rolled up, in any order, stored and sent, the
# bytes are the same.  A model is the same to the last bit from any plan.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $cx = CxMetrics::Metamorphic->new(name => 'value');

# ---------------------------------------------------------------------------
# Level 1: purchases, with refunds, free orders, several on a day, unknown
# amounts and days, amounts of many scales.
# ---------------------------------------------------------------------------
$cx->table('orders', q{
SELECT i AS id, i % 13 AS g,
	CASE WHEN i % 17 > 0 THEN (i * 7919 % 5000 - 400)::numeric / (ARRAY[1, 10, 8, 12])[1 + i % 4] END AS amount,
	CASE WHEN i % 23 > 0 THEN date '2024-01-01' + i * 7919 % 500 END AS purchased_on
FROM generate_series(1, 6000) AS i});
$cx->check('orders', 'purchase_history(amount, purchased_on)');
# without refunds, the plain way; refunds are compared with their definition in
# test/sql/purchase_log.sql
for my $accessor (qw(frequency recency monetary_value first_purchase last_purchase purchases revenue))
{
	is( $cx->sql("SELECT count(*) FROM (SELECT g, $accessor(purchase_history(amount, purchased_on)) AS ours FROM orders WHERE amount >= 0 GROUP BY g) AS a
		JOIN (SELECT g, count(*) - 1 AS frequency, max(day) - min(day) AS recency,
				trim_scale(avg(amount) FILTER (WHERE n > 1)) AS monetary_value, min(day) AS first_purchase,
				max(day) AS last_purchase, sum(rows) AS purchases, sum(amount) AS revenue
			FROM (SELECT g, purchased_on AS day, sum(amount) AS amount, count(*) AS rows,
					row_number() OVER (PARTITION BY g ORDER BY purchased_on) AS n
				FROM orders WHERE amount >= 0 AND purchased_on IS NOT NULL GROUP BY 1, 2) AS d
			GROUP BY g) AS b USING (g)
		WHERE round(ours::numeric - $accessor, 9) <> 0" =~ s/round\(ours::numeric - (\w+_purchase), 9\) <> 0/ours <> $1/r),
		0, "$accessor is the one of the long way");
}

# ---------------------------------------------------------------------------
# Logs of many customers, by every type of id
# ---------------------------------------------------------------------------
$cx->table('shop', q{
SELECT i AS id, i % 13 AS g,
	CASE WHEN i % 17 > 0 THEN (i * 7919 % 5000 - 700)::numeric / (ARRAY[1, 10, 8, 100])[1 + i % 4] END AS amount,
	CASE WHEN i % 23 > 0 THEN date '2024-01-01' + i * 7919 % 300 END AS purchased_on,
	(i * 7919 % 191)::smallint AS small, i * 7919 % 191 AS number, i::bigint * 7919 % 191 * 10000000019 AS big,
	md5((i * 7919 % 191)::text)::uuid AS uuid, 'customer ' || i * 7919 % 191 AS name
FROM generate_series(1, 6000) AS i});
$cx->check('shop', "purchase_log($_, amount, purchased_on)") for qw(small number big uuid name);
is( $cx->sql(q{SELECT count(*) FROM (SELECT g, number, purchase_history(amount, purchased_on) AS h FROM shop GROUP BY 1, 2) AS a
	FULL JOIN (SELECT g, customer_id AS number, history FROM (SELECT g, purchase_log(number, amount, purchased_on) AS l FROM shop GROUP BY g) AS t, histories(l)) AS b USING (g, number)
	WHERE h IS DISTINCT FROM history}), 0, 'histories of logs are those of the rows');

# ---------------------------------------------------------------------------
# The classic formula, by every type of id
# ---------------------------------------------------------------------------
$cx->table('sales', q{
SELECT i AS id, i % 13 AS g,
	-- amounts of 18 decimals, as they count
	CASE WHEN i % 17 > 0 THEN round((i * 7919 % 5000 - 400)::numeric / (ARRAY[1, 10, 8, 12])[1 + i % 4], 18) END AS amount,
	i * 7919 % 991 AS number, i::bigint * 7919 % 991 * 10000000019 AS big,
	md5((i * 7919 % 991)::text)::uuid AS uuid, 'customer ' || i * 7919 % 991 AS name
FROM generate_series(1, 6000) AS i});
for my $column (qw(number big uuid name))
{
	$cx->check('sales', "value_summary(amount, $column)");
	is( $cx->sql("SELECT count(*) FROM (SELECT g, clv(amount, $column, 2.5) AS ours, value_summary(amount, $column) AS s,
				sum(amount) / count(DISTINCT $column) FILTER (WHERE amount >= 0) * 2.5 AS clv,
				count(DISTINCT $column) FILTER (WHERE amount >= 0) AS customers, count(*) FILTER (WHERE amount >= 0) AS purchases, sum(amount) AS revenue
			FROM sales GROUP BY g) AS t
		WHERE abs(ours - clv) > 1e-9 OR ours <> clv(s, 2.5) OR customers(s) <> customers OR purchases(s) <> purchases OR revenue(s) <> revenue"),
		0, "$column: clv is the one of the long way");
}
$cx->check('sales', 'clv(amount, number, 2.5)', summary => 'value_summary(amount, number)', accessor => 'cx_clv')
	if $cx->sql('CREATE FUNCTION cx_clv(value_summary) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN clv($1, 2.5)') eq '';

# ---------------------------------------------------------------------------
# Contracts: each age of each group has one row
# ---------------------------------------------------------------------------
$cx->table('cohorts', q{
SELECT i AS id, i % 40 AS g, (i / 40)::integer AS age, (1000 * (1 + i % 40) / (1 + i / 40))::bigint AS alive FROM generate_series(0, 799) AS i});
$cx->sql(q{CREATE AGGREGATE contract_ages(integer, bigint)
	(SFUNC = contract_model_accum, STYPE = contract_model, COMBINEFUNC = contract_model_combine, PARALLEL = SAFE)});
$cx->check('cohorts', 'contract_ages(age, alive)', window => 0);

# ---------------------------------------------------------------------------
# Level 2: models, over customers of whom many have the same past
# ---------------------------------------------------------------------------
# Each has a rate, exponentially distributed, and a probability to leave after a
# purchase, beta distributed: both vary, so every model has a maximum.
$cx->sql(q{
CREATE FUNCTION draw(i bigint, k bigint, salt bigint) RETURNS double precision IMMUTABLE PARALLEL SAFE
RETURN ((hashint8extended(i * 1000 + k, salt) & 16777215) + 0.5) / 16777216});
$cx->table('customers', q{
WITH rows AS (
	SELECT i, k, floor(sum(CASE WHEN k = 0 THEN 0 ELSE 25 * ln(draw(i, k, 2)) / ln(draw(i, 0, 1)) END) OVER w)::int AS t,
		bool_or(k > 0 AND draw(i, k, 3) < draw(i, 0, 4) ^ 1.5) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS gone
	FROM generate_series(1, 3000) AS i, generate_series(0, 60) AS k WINDOW w AS (PARTITION BY i ORDER BY k)
), days AS (
	SELECT i, t, round(sum(10 * exp(draw(i, 0, 5) + draw(i, k, 6)))::numeric, 2) AS amount
	FROM rows WHERE t < 300 - i % 100 AND gone IS NOT TRUE GROUP BY 1, 2
)
SELECT i AS id, i % 13 AS g,
	purchase_history_in(format('{"version": 1, "days": {%s}}', string_agg(format('"%s": %s', date '2024-03-06' + i % 100 + t, amount), ', '))::cstring) AS h
FROM days GROUP BY i});

# The state of the aggregate, also of groups too small for a model.
$cx->sql(q{CREATE AGGREGATE clv_customers(purchase_history, date, text)
	(SFUNC = clv_model_accum, STYPE = clv_customers, COMBINEFUNC = clv_model_combine, PARALLEL = SAFE)});
$cx->check('customers', "clv_customers(h, '2024-12-31', 'bg_nbd')", window => 0);

# The state of expected_total(), whose values are records
$cx->sql(q{CREATE TABLE one_model AS SELECT clv_model(h, '2024-12-31', 'bg_nbd') AS m FROM customers;
CREATE FUNCTION the_model() RETURNS clv_model IMMUTABLE PARALLEL SAFE RETURN '{"version": 1, "as_of": "2024-12-31", "model": "pareto_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.0794, 0.0272], "covariance": [0.0358, 0.0072, 0.0906], "log_likelihood": -140, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}'::clv_model;
CREATE AGGREGATE purchase_forecast(clv_model, purchase_history, interval)
	(SFUNC = expected_total_accum, STYPE = purchase_forecast, COMBINEFUNC = expected_total_combine, PARALLEL = SAFE)});
$cx->check('customers', "purchase_forecast(the_model(), h, '90 days')", window => 0);

# The models of the groups
my @workers = map { "SET $_;" } 'max_parallel_workers_per_gather = 3', 'parallel_setup_cost = 0',
	'parallel_tuple_cost = 0', 'min_parallel_table_scan_size = 0';
for my $model (qw(bg_nbd mbg_nbd pareto_nbd))
{
	my $fit = sub { "SELECT g % 3, encode(clv_model_send(clv_model(h, '2024-12-31', '$model')), 'hex') FROM $_[0] GROUP BY 1 ORDER BY 1" };
	my $serial = $cx->sql($fit->('customers'));

	like($serial, qr/^0\|\w+\n1\|\w+\n2\|\w+$/, "$model: there is a model for each group");
	like($cx->sql("@workers EXPLAIN (COSTS OFF) " . $fit->('customers')), qr/Partial .*Aggregate/, "$model: workers aggregate partially");
	is($cx->sql("@workers " . $fit->('customers')), $serial, "$model: the same from workers");
	is($cx->sql("SET enable_partitionwise_aggregate = on; " . $fit->('customers_by_row')), $serial, "$model: the same from partitions");
	is($cx->sql($fit->("(SELECT * FROM customers ORDER BY hashint8(id), h::text) AS o")), $serial, "$model: the same in another order");
}
$cx->sql(q{CREATE TABLE models AS SELECT clv_model(h, '2024-12-31', model) AS m FROM customers, unnest('{bg_nbd, mbg_nbd, pareto_nbd}'::text[]) AS model GROUP BY model});
is( $cx->sql(q{SELECT count(*) FROM models, customers
	WHERE NOT (p_alive(m, h) BETWEEN 0 AND 1 AND expected_purchases(m, h, '1 year') >= 0
		AND expected_purchases(m, h, '2 years') >= expected_purchases(m, h, '1 year')
		AND predicted_clv(m, h, '1 year') <= expected_purchases(m, h, '1 year') * expected_purchase_value(m, h)
		AND predicted_clv(m, h, '1 year', 20) <= predicted_clv(m, h, '1 year', 10))}),
	0, 'predictions are in range, grow with the horizon and shrink with the discount');

# Predictions in parallel
my $scores = q{SELECT md5(string_agg(p_alive(m, h)::text || expected_purchases(m, h, '90 days') || predicted_clv(m, h, '1 year'), ',' ORDER BY id, m::text)) FROM models, customers};
is( $cx->sql("SET max_parallel_workers_per_gather = 3; SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_tuple_cost = 0; $scores"),
	$cx->sql("SET max_parallel_workers_per_gather = 0; $scores"), 'the same predictions from workers');

# ---------------------------------------------------------------------------
# Stored, dumped, restored, refreshed
# ---------------------------------------------------------------------------
my $node = $cx->node;
my $dir = PostgreSQL::Test::Utils::tempdir;
$cx->sql(qq{
CREATE TABLE stored AS SELECT row_number() OVER () AS id, h, m FROM customers LEFT JOIN models ON true WHERE customers.id < 40;
COPY stored TO '$dir/text';
COPY stored TO '$dir/binary' (FORMAT binary);
CREATE TABLE from_text (LIKE stored);
CREATE TABLE from_binary (LIKE stored);
COPY from_text FROM '$dir/text';
COPY from_binary FROM '$dir/binary' (FORMAT binary);
CREATE MATERIALIZED VIEW model AS SELECT g % 3 AS g, clv_model(h, '2024-12-31', 'mbg_nbd') AS m FROM customers GROUP BY 1;
CREATE UNIQUE INDEX ON model (g);
});
for my $table (qw(from_text from_binary))
{
	is( $cx->sql("SELECT count(*) FROM stored AS a JOIN $table AS b USING (id)
		WHERE a.h = b.h AND a.m = b.m AND purchase_history_send(a.h) = purchase_history_send(b.h) AND clv_model_send(a.m) = clv_model_send(b.m)"),
		$cx->sql('SELECT count(*) FROM stored'), "COPY: $table");
}
my $rows = q{SELECT md5(string_agg(ctid::text || xmin::text, ',' ORDER BY g)) FROM model};
my $before = $cx->sql($rows);
$cx->sql('SET max_parallel_workers_per_gather = 3; SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; REFRESH MATERIALIZED VIEW CONCURRENTLY model');
$cx->sql('SET enable_hashagg = off; REFRESH MATERIALIZED VIEW CONCURRENTLY model');
is($cx->sql($rows), $before, 'a concurrent refresh rewrites no model');

$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", '-d', $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', "$dir/dump.sql" ], 'restore');
is($node->safe_psql('restored', $scores), $cx->sql($scores), 'restored: the same predictions');

# ---------------------------------------------------------------------------
# Binary values that no function sends
# ---------------------------------------------------------------------------
sub customers
{
	my ($as_of, @entries) = @_;
	return pack('Cl>Cq>N', 1, $as_of, 0, 0, scalar @entries) . join('', map { pack('l>l>l>l>q>', @$_) } @entries);
}
is($cx->received('clv_customers', customers(9000, [ 0, 2, 10, 30, 1 ])), 'accepted', 'clv_customers: a past');
for my $case (
	[ 'a negative number of days', -2, 10, 30, 1 ],
	[ 'less time than days', 12, 10, 30, 1 ],
	[ 'a last purchase before the first', 0, -10, 30, 1 ],
	[ 'a negative time', 2, 10, -30, 1 ],
	[ 'a last purchase later than today', 2, 10, 9, 1 ],
	[ 'a time without a second day', 0, 10, 30, 1 ])
{
	my ($what, @past) = @$case;
	my $problem = $past[0] < 0 || $past[2] < 0 ? 'Entry 1 has a negative number of days.'
	  : "No customer has frequency $past[0], recency $past[1] and tenure $past[2].";
	is($cx->received('clv_customers', customers(9000, [ 0, @past ])), "22P03 $problem", "clv_customers: $what");
}
for my $days (-2_451_546, 2_147_483_493, -2_147_483_648, 2_147_483_647)
{
	is($cx->received('clv_customers', customers($days)), '22P03 as_of is out of range.', "clv_customers: day $days");
	is( $cx->received('clv_model', pack('Cl>', 1, $days) . substr(pack('H*', $cx->sql("SELECT encode(clv_model_send(m), 'hex') FROM models LIMIT 1")), 5)),
		'22P03 as_of is out of range.', "clv_model: day $days");
}

# ---------------------------------------------------------------------------
# A cancel is obeyed soon: in a large history, in a fit that would take minutes,
# in a long horizon
# ---------------------------------------------------------------------------
$cx->sql(q{
CREATE TABLE many AS
SELECT purchase_history_in(format('{"version": 1, "days": {"%s": 5, "%s": 7, "%s": 9}}', date '1950-01-01' + i, date '1950-01-02' + i + i * 7 % 977, date '1952-10-01' + i + i * 31 % 7919)::cstring) AS h
FROM generate_series(1, 20000) AS i});
for my $query (
	q{SELECT purchase_history(i % 100, date '0001-01-01' + i % 3000017) FROM generate_series(1, 40000000) AS i},
	q{SELECT clv_model(h, date '2040-01-01' - k, 'pareto_nbd') FROM many, generate_series(0, 0) AS k, generate_series(1, 10) GROUP BY k},
	q{SELECT value_summary(1, i) FROM generate_series(1, 40000000) AS i},
	q{SELECT predicted_clv(m, h, '290000 years') FROM stored})
{
	my $start = time;
	my ($result, $stdout, $stderr) = $node->psql('postgres', "SET statement_timeout = '150ms'; $query");
	like($stderr, qr/statement timeout/, 'cancelled: ' . substr($query, 0, 60));
	cmp_ok(time - $start, '<', 5, 'soon');
}

$cx->finish;
done_testing();
