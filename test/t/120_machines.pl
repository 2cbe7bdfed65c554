
# More than one machine: aggregates and summaries over shards of postgres_fdw,
# states that travel as those of Citus do, logical replication and a standby.
# Everywhere the bytes are those of one machine.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Documents qw(sql_blocks);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The coordinator has the rows of all machines in tables of its own as well:
# their results are what is expected.
my $coordinator = PostgreSQL::Test::Cluster->new('coordinator');
my %shard = map { $_ => PostgreSQL::Test::Cluster->new($_) } 'north', 'south';

$coordinator->init(allows_streaming => 'logical', extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$coordinator->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nmax_logical_replication_workers = 8\n");
$coordinator->start;
plan skip_all => 'this PostgreSQL comes without postgres_fdw'
  if ($ENV{CI} // '') ne 'true'
  && !$coordinator->safe_psql('postgres', q{SELECT 1 FROM pg_available_extensions WHERE name = 'postgres_fdw'});
$coordinator->safe_psql('postgres', 'CREATE DATABASE company');
$coordinator->safe_psql('company', q{
CREATE EXTENSION cx_metrics;
CREATE FUNCTION clv_of_30_months(value_summary) RETURNS numeric IMMUTABLE PARALLEL SAFE RETURN clv($1, 2.5)});
# copies of the empty one are quicker than servers of their own
$coordinator->backup('empty');
for my $node (values %shard)
{
	$node->init_from_backup($coordinator, 'empty');
	$node->start;
}

sub sql
{
	my ($node, $query) = @_;
	return $node->safe_psql('company', $query);
}

# The outputs of several queries that run in one session.
sub batch
{
	my ($node, $before, @queries) = @_;
	my $mark = '=== cx_metrics ===';
	my $output = sql($node, join "\n", $before, map { "$_;\n\\echo '$mark'" } @queries);
	my @output = map { s/\n\z//r } split /^\Q$mark\E\n?/m, $output, -1;

	return @output[ 0 .. $#queries ];
}

# ---------------------------------------------------------------------------
# Every aggregate there is, and what it is called with
# ---------------------------------------------------------------------------

# from       a table: events (a customer's rows are on both machines),
#            customers (one row each, on one machine) or stored (summaries)
# by         what it is grouped by, besides the region, which is the partition
# call       the aggregate's call over its rows
# accessor, summary
#            the same number from summaries that are rolled up; neither, where
#            the aggregate makes a summary
# alone      why there is no such way
# here       why it is computed at the coordinator, even for one machine
my %aggregates;

sub events
{
	my ($signature, $call, $accessor, $summary) = @_;

	$aggregates{$signature} = { from => 'events', by => ['g'], call => $call,
		accessor => $accessor, summary => $summary };
	return;
}

events('rate_summary(boolean)', 'rate_summary(outcome)');
events('rate_agg(boolean)', 'rate_agg(outcome)', 'rate', 'rate_summary(outcome)');
my $churn = q{started, ended, '2025-02-01', '2025-03-01'};
events('churn_agg(date,date,timestamp without time zone,timestamp without time zone)', "churn_agg($churn)", 'rate', "rate_summary(churned($churn))");
events('retention_agg(date,date,timestamp without time zone,timestamp without time zone)', "retention_agg($churn)", 'retention_final', "rate_summary(churned($churn))");

my @kinds = (
	[ 'date', 'started', 'ended', 'seen' ],
	[ 'timestamp without time zone', 'started::timestamp', 'ended::timestamp', 'seen::timestamp' ],
	[ 'timestamp with time zone', 'started_tz', 'ended_tz', 'seen_tz' ]);
for my $kind (@kinds)
{
	my ($type, $from, $to, $seen) = @$kind;
	my $as_of = "'2025-05-01'::$type";
	my $target = "$from, $to, '20 days'::interval, $as_of";

	events("trial_conversion_agg($type,$type,$type)", "trial_conversion_agg($from, $to, $as_of)",
		'rate', "rate_summary(trial_converted($from, $to, $as_of))");
	events("sla_agg($type,$type,interval,$type)", "sla_agg($target)", 'rate', "rate_summary(within_target($target))");
	events("duration_summary($type,$type,$type)", "duration_summary($from, $to, $as_of)");
	events("observed_duration_summary($type,$type,$type,$type)", "observed_duration_summary($from, $to, $seen, $as_of)");
	events("cause_duration_summary($type,$type,text,$type)", "cause_duration_summary($from, $to, cause, $as_of)");
	events("session_summary($type,interval)", "session_summary($from, '30 minutes')");
}
events('length_summary(interval,boolean)', q{length_summary(weight * interval '1 day', ended IS NOT NULL)});
events('backlog_summary(timestamp without time zone,timestamp without time zone)', 'backlog_summary(started::timestamp, ended::timestamp)');

# Opening hours: a calendar is made of rows of both machines, and one is a
# constant for all rows.
my $calendar = q{'{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-17:00"]}}'::business_calendar};
my $times = 'time without time zone,time without time zone';
my $instants = 'timestamp with time zone,timestamp with time zone';
my $in_hours = "$calendar, started_tz, ended_tz, '40 hours'::interval, '2025-05-01'::timestamptz";
$aggregates{"business_calendar(text,integer,$times)"} = { from => 'events', by => ['g'], call => 'business_calendar(zone, weekday, opens, closes)',
	alone => 'calendars do not roll up' };
events("special_days(date,$times)", 'special_days(started, opens, closes)');
events("business_sla_agg(business_calendar,$instants,interval,timestamp with time zone)", "business_sla_agg($in_hours)",
	'rate', "rate_summary(business_within_target($in_hours))");
events("business_duration_summary(business_calendar,$instants,timestamp with time zone)",
	"business_duration_summary($calendar, started_tz, ended_tz, '2025-05-01'::timestamptz)");

for my $type ('smallint', 'integer', 'double precision')
{
	events("survey_summary($type)", "survey_summary(score::$type)");
	events("nps_agg($type)", "nps_agg(score::$type)", 'nps', "survey_summary(score::$type)");
	events("csat_agg($type)", "csat_agg(stars::$type)", 'csat', "survey_summary(stars::$type)");
	events("ces_agg($type)", "ces_agg(stars::$type)", 'ces', "survey_summary(stars::$type)");
	events("weighted_survey_summary($type,numeric)", "weighted_survey_summary(score::$type, weight::numeric)");
	events("weighted_survey_summary($type,double precision)", "weighted_survey_summary(score::$type, weight)");
}
events('nrr_summary(numeric,numeric)', 'nrr_summary(opening, closing)');
events('nrr_agg(numeric,numeric)', 'nrr_agg(opening, closing)', 'nrr', 'nrr_summary(opening, closing)');
events('grr_agg(numeric,numeric)', 'grr_agg(opening, closing)', 'grr', 'nrr_summary(opening, closing)');
events('mrr_history(numeric,date,date)', 'mrr_history(opening, started, ended)');
events('active_days(date)', 'active_days(started)');
events('health_score(double precision,double precision)', 'health_score(health, weight)', 'health_score', 'health_summary(signal, health, weight)');
events('health_summary(text,double precision,double precision)', 'health_summary(signal, health, weight)');
events('auc_summary(double precision,boolean)', 'auc_summary(health, outcome)');
events('auc_agg(double precision,boolean)', 'auc_agg(health, outcome)', 'auc', 'auc_summary(health, outcome)');
events('series_summary(numeric,date)', 'series_summary(closing, started)');
events('series_summary(double precision,date)', 'series_summary(closing::double precision, started)');
events('trend_summary(numeric,date)', 'trend_summary(closing, started)');
events('trend_summary(double precision,date)', 'trend_summary(closing::double precision, started)');
for my $type ('numeric', 'double precision')
{
	events("mean_summary($type)", "mean_summary(closing::$type)");
	events("ratio_summary($type,$type)", "ratio_summary(closing::$type, opening::$type)");
	events("adjusted_mean_summary($type,$type)", "adjusted_mean_summary(closing::$type, opening::$type)");
}
events('purchase_history(numeric,date)', 'purchase_history(amount, started)');
events('state_history(timestamp with time zone,text)', 'state_history(started_tz, cause)');
# Logs say who: their customers have rows on both machines, and are one customer
# when the logs of the machines are rolled up.
for my $id ([ 'smallint', 'customer::smallint' ], [ 'integer', 'customer' ], [ 'bigint', 'customer::bigint' ], [ 'uuid', 'customer_uuid' ],
	[ 'text', 'customer_name' ])
{
	my ($type, $column) = @$id;

	events("mrr_log($type,numeric,date,date)", "mrr_log($column, opening, started, ended)");
	events("purchase_log($type,numeric,date)", "purchase_log($column, amount, started)");
	events("usage_log($type,date)", "usage_log($column, started)");
	events("event_log($type,$_->[0])", "event_log($column, $_->[1])") for @kinds;
	events("ticket_log($type,timestamp with time zone,text)", "ticket_log($column, started_tz, cause)");
	events("journey_log($type,timestamp with time zone,text)", "journey_log($column, started_tz, cause)");
}
# a row of the table is a segment
events('driver_summary(text,survey_summary,survey_summary)', 'driver_summary(signal, scores_before, scores_after)');
events('driver_summary(text,rate_summary,rate_summary)', 'driver_summary(signal, rate_before, rate_after)');
events('driver_summary(text,ratio_summary,ratio_summary)', 'driver_summary(signal, ratio_before, ratio_after)');
events('money_driver_summary(text,numeric,numeric)', 'money_driver_summary(signal, opening, closing)');
for my $id ([ 'integer', 'customer' ], [ 'bigint', 'customer::bigint' ], [ 'uuid', 'customer_uuid' ], [ 'text', 'customer_name' ])
{
	my ($type, $column) = @$id;

	events("value_summary(numeric,$type)", "value_summary(amount, $column)");
	events("clv(numeric,$type,numeric)", "clv(amount, $column, 2.5)", 'clv_of_30_months', "value_summary(amount, $column)");
}
$aggregates{'sparkline(double precision)'} = { from => 'events', by => ['g'], call => 'sparkline(health ORDER BY id)',
	alone => 'the order of the rows is its point' };

# postgres_fdw does not send a call with a text constant: it cannot tell which
# collation that would have there.
my $text = 'a text constant';
my $stratified = 'post_stratified_summary(survey_summary_s, 100.5) FILTER (WHERE responses(survey_summary_s) > 0)';
$aggregates{'post_stratified_summary(survey_summary,numeric)'} = { from => 'stored', by => ['g'], call => $stratified };
$aggregates{'post_stratified_nps(survey_summary,numeric)'} = { from => 'stored', by => ['g'], call => $stratified =~ s/_summary/_nps/r,
	accessor => 'post_stratified_nps_final', summary => $stratified };
$aggregates{'active_users_summary(active_days)'} = { from => 'customers', by => ['g'], call => 'active_users_summary(days)' };
$aggregates{'health_outcomes(health_summary,boolean)'} = { from => 'customers', by => ['g'], call => 'health_outcomes(health, outcome)' };
$aggregates{'mrr_summary(mrr_history,text)'} = { from => 'customers', by => ['g'], call => q{mrr_summary(subscriptions, 'month')}, here => $text };
$aggregates{'cohort_summary(active_days,text)'} = { from => 'customers', by => ['g'], call => q{cohort_summary(days, 'month')}, here => $text };
$aggregates{'contract_model(integer,bigint)'} = { from => 'customers', by => ['g'], call => q{contract_model((customer / 4)::integer, (1000 - customer)::bigint)},
	alone => 'each age has one row' };
$aggregates{'expected_total(clv_model,purchase_history,interval)'} = { from => 'customers', by => ['g'], call => q{expected_total('{"version": 1, "as_of": "2025-01-01", "model": "pareto_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.0794, 0.0272], "covariance": [0.0358, 0.0072, 0.0906], "log_likelihood": -140, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}'::clv_model, purchases, '90 days')}, alone => 'intervals of totals do not add up' };
$aggregates{'clv_model(purchase_history,date,text)'} = { from => 'customers', by => [], call => q{clv_model(purchases, '2025-01-01', 'mbg_nbd')},
	here => $text, alone => 'a model is fitted to all customers at once' };

# rollup() of every type that has it, over a table of stored summaries.
my %stored;
for my $type (split /\n/, sql($coordinator, q{
	SELECT proargtypes[0]::regtype FROM pg_proc WHERE proname = 'rollup' AND prokind = 'a' ORDER BY 1}))
{
	my ($maker) = sort grep { $_ =~ /^\Q$type\E\(/ } keys %aggregates;

	# not an end of all tests: the list below says what else lacks
	unless (defined $maker)
	{
		fail("rollup($type): no aggregate in this file's list makes a $type");
		next;
	}
	$stored{$type} = $maker;
	$aggregates{"rollup($type)"} = { from => 'stored', by => ['g'], call => "rollup(${type}_s)" };
}

my %catalog = map { my ($signature, @rest) = split /\|/; ($signature => \@rest) } split /\n/, sql($coordinator, q{
	SELECT p.oid::regprocedure, typsend::regproc, proname, prorettype::regtype, aggtransfn::regproc, aggtranstype::regtype,
		aggcombinefn::oid::regproc, CASE WHEN aggfinalfn <> 0 THEN aggfinalfn::oid::regproc::text END, pg_get_function_arguments(p.oid)
	FROM pg_proc p JOIN pg_aggregate a ON aggfnoid = p.oid JOIN pg_type t ON t.oid = prorettype
		JOIN pg_depend d ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
		JOIN pg_extension e ON e.oid = refobjid AND extname = 'cx_metrics'
	-- sum() has the functions of rollup(): test/t/010_catalog.pl
	WHERE proname <> 'sum'});
is_deeply([ sort keys %aggregates ], [ sort keys %catalog ], 'every aggregate of the extension is tried: ' . keys(%catalog));

# ---------------------------------------------------------------------------
# One machine
# ---------------------------------------------------------------------------

# Rows of 71 customers in five groups; each customer and each group has rows on
# both machines, but group 5, which is on one and knows nothing but NULLs.
sql($coordinator, q{
CREATE TABLE one_events AS
SELECT CASE WHEN r % 8 < 5 OR g = 5 THEN 'north' ELSE 'south' END AS region, g, i AS id,
	CASE WHEN g < 5 AND r % 7 > 0 THEN r % 11 END AS score,
	CASE WHEN g < 5 AND r % 7 > 1 THEN 1 + r % 5 END AS stars,
	CASE WHEN g < 5 AND r % 9 > 0 THEN r % 3 = 1 END AS outcome,
	started, CASE WHEN r % 3 > 0 THEN started + 1 + r % 60 END AS ended,
	started + time '10:00' + r % 600 * interval '1 minute' AS started_tz,
	CASE WHEN r % 3 > 0 THEN started + 1 + r % 60 + time '12:00' END AS ended_tz,
	started + r % 2 AS seen, started + r % 2 + time '11:00' AS seen_tz,
	CASE WHEN g < 5 AND r % 13 > 0 THEN (r % 4000)::numeric / (ARRAY[1, 10, 8])[1 + r % 3] END AS opening,
	CASE WHEN g < 5 AND r % 17 > 0 THEN (r % 3000)::numeric / (ARRAY[1, 100, 4])[1 + r % 3] END AS closing,
	CASE WHEN g < 5 AND r % 19 > 0 THEN (r % 5000 - 300)::numeric / (ARRAY[1, 10, 8, 12])[1 + r % 4] END AS amount,
	'signal ' || i AS signal, CASE WHEN g < 5 AND r % 5 > 0 THEN (r % 401) / 4.0::double precision END AS health,
	(r % 9 + r % 7 / 8.0)::double precision AS weight,
	format('{"version": 1, "scores": {"10": %s, "3": %s}}', r % 50, r % 7)::survey_summary AS scores_before, format('{"version": 1, "scores": {"9": %s, "8": %s}}', r % 60, r % 9)::survey_summary AS scores_after,
	format('{"version": 1, "positives": %s, "negatives": %s}', r % 50, r % 7)::rate_summary AS rate_before, format('{"version": 1, "positives": %s, "negatives": %s}', r % 60, r % 9)::rate_summary AS rate_after,
	format('{"version": 1, "customers": 1, "numerators": %s, "denominators": 2, "numerators_squared": %s, "denominators_squared": 4, "products": %s}', r % 90, (r % 90)::bigint * (r % 90), r % 90 * 2)::ratio_summary AS ratio_before, NULL::ratio_summary AS ratio_after,
	r % 71 AS customer, md5((r % 71)::text)::uuid AS customer_uuid, 'customer ' || r % 71 AS customer_name,
	CASE WHEN r % 3 > 0 THEN 'cause ' || r % 4 END AS cause,
	-- windows that do not overlap in a group, each of one row
	'Europe/Berlin' AS zone, 1 + r % 7 AS weekday,
	CASE WHEN g < 5 THEN time '00:00' + row_number() OVER (PARTITION BY g ORDER BY i) * interval '7 minutes' END AS opens,
	CASE WHEN g < 5 THEN time '00:05' + row_number() OVER (PARTITION BY g ORDER BY i) * interval '7 minutes' END AS closes
FROM generate_series(1, 620) AS i, LATERAL (SELECT (hashint8extended(i, 1) & 1048575)::integer) AS h(r),
	LATERAL (SELECT CASE WHEN i > 600 THEN 5 ELSE r % 1000 % 5 END) AS n(g),
	LATERAL (SELECT CASE WHEN g < 5 AND r % 23 > 0 THEN date '2025-01-01' + r % 97 END) AS s(started);
ALTER TABLE one_events ALTER started_tz TYPE timestamptz USING started_tz AT TIME ZONE 'UTC',
	ALTER ended_tz TYPE timestamptz USING ended_tz AT TIME ZONE 'UTC',
	ALTER seen_tz TYPE timestamptz USING seen_tz AT TIME ZONE 'UTC';

-- Customers buy at rates of their own, and leave after a purchase with a
-- probability of their own, so that a model has a maximum.
CREATE FUNCTION draw(c integer, k integer) RETURNS double precision IMMUTABLE PARALLEL SAFE
	RETURN ((hashint8extended(c * 1000 + k, 7) & 1048575) + 0.5) / 1048576;
CREATE TABLE one_customers AS
SELECT CASE WHEN draw(c, 998) < 0.6 THEN 'north' ELSE 'south' END AS region, c % 4 AS g, c AS customer,
	(SELECT mrr_history((5 + c % 7 * 5)::numeric / (1 + c % 4), date '2024-01-01' + c % 300 + s * 97,
			CASE WHEN (c + s) % 3 > 0 THEN date '2024-01-01' + c % 300 + s * 97 + 60 + s * 30 END)
		FROM generate_series(0, c % 3) AS s) AS subscriptions,
	(SELECT purchase_history((10 + c % 30 + k % 5)::numeric / (1 + c % 3), day)
		FROM (SELECT k, date '2024-01-01' + c % 90 + floor(sum(-ln(draw(c, k)) / (0.002 - 0.02 * ln(draw(c, 999)))) OVER (ORDER BY k) - gap)::integer AS day
			FROM generate_series(0, 40) AS k, LATERAL (SELECT -ln(draw(c, 0)) / (0.002 - 0.02 * ln(draw(c, 999)))) AS first(gap)
			WHERE k <= ln(draw(c, 997)) / ln(0.6 + 0.35 * draw(c, 996))) AS bought
		WHERE day < '2025-01-01') AS purchases,
	(SELECT active_days(date '2024-06-01' + (c * 7 + k * k * (1 + c % 3)) % 200) FROM generate_series(0, 1 + c % 9) AS k) AS days,
	(SELECT health_summary(signal, score, 1) FROM (VALUES ('usage', 100 * draw(c, 991)), ('support', 100 * draw(c, 992)), ('nps', 100 * draw(c, 993))) AS s(signal, score)) AS health,
	draw(c, 994) < 0.5 AS outcome
FROM generate_series(1, 400) AS c;
});

cmp_ok(sql($coordinator, 'SELECT count(*) FROM (SELECT g FROM one_events GROUP BY g, customer HAVING count(DISTINCT region) = 2) AS c'), '>', 100,
	'customers have rows of one group on both machines');
my $columns = join ', ', map { "$aggregates{$stored{$_}}{call} AS ${_}_s" } grep { $aggregates{ $stored{$_} }{from} eq 'events' } sort keys %stored;
my $of_customers = join ', ', map { "$aggregates{$stored{$_}}{call} AS ${_}_s" } grep { $aggregates{ $stored{$_} }{from} eq 'customers' } sort keys %stored;
sql($coordinator, qq{
CREATE TABLE one_stored AS
SELECT * FROM (SELECT region, g, id % 4 AS part, $columns FROM one_events GROUP BY region, g, part) AS e
	FULL JOIN (SELECT region, g, customer % 3 AS part, $of_customers FROM one_customers GROUP BY region, g, part) AS c USING (region, g, part);
});

# ---------------------------------------------------------------------------
# The shards, made with the statements of the documentation
# ---------------------------------------------------------------------------

my ($on_each, $at_coordinator) = sql_blocks('docs/scaling.md', 'Servers');
for my $name (sort keys %shard)
{
	my $address = sprintf "host '%s', port '%d'", $shard{$name}->host, $shard{$name}->port;

	is($at_coordinator =~ s/host '$name\.example'/$address/, 1, "server $name of the documentation");
	sql($shard{$name}, $on_each =~ s/CREATE EXTENSION cx_metrics;//r);
}
sql($coordinator, $at_coordinator);
sql($coordinator, q{
CREATE TABLE one_responses AS
SELECT CASE WHEN i % 7 < 3 THEN 'north' ELSE 'south' END AS region, (ARRAY['app', 'email', 'store'])[1 + i % 3] AS channel,
	date '2025-01-01' + i % 90 AS answered_on, CASE WHEN i % 9 > 0 THEN i * i % 11 END AS score
FROM generate_series(1, 500) AS i;
INSERT INTO responses TABLE one_responses});

for my $table ('events', 'customers', 'stored')
{
	my $list = sql($coordinator, qq{
		SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = 'one_$table'::regclass AND attnum > 0});

	sql($shard{$_}, "CREATE TABLE $table ($list, CHECK (region = '$_'))") for keys %shard;
	sql($coordinator, "CREATE TABLE $table ($list) PARTITION BY LIST (region);"
		. join '', map { "CREATE FOREIGN TABLE ${table}_$_ PARTITION OF $table FOR VALUES IN ('$_') SERVER $_ OPTIONS (table_name '$table');" } sort keys %shard);
	# rows reach their shard through the coordinator
	sql($coordinator, "INSERT INTO $table SELECT * FROM one_$table; ANALYZE $table; ANALYZE one_$table");
	is(sql($coordinator, "SELECT count(*) FROM (TABLE $table EXCEPT ALL TABLE one_$table) t"), '0', "$table: the shards have the rows");
	cmp_ok(sql($shard{$_}, "SELECT count(*) FROM $table"), '>', 5, "... and $_ has some") for sort keys %shard;
}

# ---------------------------------------------------------------------------
# Aggregates are pushed down, and give the same bytes
# ---------------------------------------------------------------------------

my $partitionwise = 'SET enable_partitionwise_aggregate = on;';
my $local_aggregate = qr/^\s*(?:->\s+)?(?:Partial |Finalize )?(?:Hash|Group|Mixed)?Aggregate\b/m;

# The queries of an aggregate: as it is, for each region; by way of summaries
# that are rolled up, over all of them.  "one_" goes before the tables' names.
sub queries
{
	my ($signature) = @_;
	my $a = $aggregates{$signature};
	my ($send, $name) = @{ $catalog{$signature} };
	my $groups = join ', ', 'region', @{ $a->{by} };
	my $outside = @{ $a->{by} } ? 'GROUP BY ' . join(', ', @{ $a->{by} }) : '';
	my $select = join ', ', @{ $a->{by} }, '';
	my $order = sub { join ', ', 1 .. $_[0] + @{ $a->{by} } };
	my $wrap = sub { my ($keys, $query) = @_; "SELECT $keys encode($send(v), 'hex') FROM ($query) AS t ORDER BY 1" . (@{ $a->{by} } ? ', 2' : '') };
	my %q;

	$q{pushed} = sub { "SELECT $groups, $a->{call} AS v FROM $_[0]$a->{from} GROUP BY $groups" };
	$q{pushed_bytes} = sub { $wrap->("$groups,", $q{pushed}->($_[0])) };
	$q{all} = sub { "SELECT ${select}$a->{call} AS v FROM $_[0]$a->{from} $outside" };
	$q{all_bytes} = sub { $wrap->($select, $q{all}->($_[0])) };
	unless ($a->{alone})
	{
		my $summary = $a->{summary} // $a->{call};
		my $result = defined $a->{accessor} ? "$a->{accessor}(rollup(s))" : 'rollup(s)';

		$q{rolled} = sub { "SELECT ${select}$result AS v FROM (SELECT $groups, $summary AS s FROM $_[0]$a->{from} GROUP BY $groups) AS by_region $outside" };
		$q{rolled_bytes} = sub { $wrap->($select, $q{rolled}->($_[0])) };
	}
	return %q;
}

my (@queries, %at);
for my $signature (sort keys %aggregates)
{
	my %q = queries($signature);

	for my $table ('', 'one_')
	{
		$at{$signature}{$table . $_} = push @queries, $q{$_}->($table) for grep { $_ ne 'rolled_bytes' || $table eq '' } grep { /bytes/ } keys %q;
	}
	$at{$signature}{"${_}_plan"} = push @queries, 'EXPLAIN (VERBOSE, COSTS OFF) ' . $q{$_}->('') for grep { !/bytes|all/ } keys %q;
}
my @results = batch($coordinator, $partitionwise, @queries);

for my $signature (sort keys %aggregates)
{
	my $a = $aggregates{$signature};
	my %got = map { $_ => $results[ $at{$signature}{$_} - 1 ] } keys %{ $at{$signature} };
	my ($plan, $expected) = @got{qw(pushed_plan one_all_bytes)};

	if ($a->{here})
	{
		ok($plan =~ $local_aggregate, "$signature: stays here, for $a->{here}") or diag($plan);
	}
	else
	{
		ok(is_pushed_down($plan, $catalog{$signature}[1], 0), "$signature: pushed down to both machines") or diag($plan);
	}
	cmp_ok($got{one_pushed_bytes} =~ tr/\n//, '>=', 1 + @{ $a->{by} }, "$signature: has groups of both");
	is($got{pushed_bytes}, $got{one_pushed_bytes}, "$signature: for each machine, the same bytes");
	like($expected, qr/(?:^|\|)[0-9a-f]{2}/m, "$signature: has results");
	is($got{all_bytes}, $expected, "$signature: over all machines, from their rows, the same bytes");
	next if $a->{alone};

	my ($inner) = ($a->{summary} // $a->{call}) =~ /^(\w+)\(/;
	ok($a->{here} || is_pushed_down($got{rolled_plan}, $inner, 1),
		"$signature: summaries are made by both machines, and rolled up here") or diag($got{rolled_plan});
	is($got{rolled_bytes}, $expected, "$signature: rolled up, the same bytes");
}

# Both machines group, and so many aggregates are left for the coordinator.
sub is_pushed_down
{
	my ($plan, $name, $left) = @_;
	my @remote = $plan =~ /Remote SQL: (.*)/g;
	my @local = $plan =~ /$local_aggregate/g;

	return @remote == 2 && @local == $left && 2 == grep { /\b\Q$name\E\(.* GROUP BY 1/ } @remote;
}

# What stays here because of a constant can be a view over there.
my $view = q{SELECT region, g, mrr_summary(subscriptions, 'month') AS m, cohort_summary(days, 'month') AS r FROM customers GROUP BY region, g};
sql($coordinator, 'CREATE TABLE by_month (region text, g integer, m mrr_summary, r cohort_summary) PARTITION BY LIST (region)');
for my $name (sort keys %shard)
{
	sql($shard{$name}, "CREATE VIEW by_month AS $view");
	sql($coordinator, "CREATE FOREIGN TABLE by_month_$name PARTITION OF by_month FOR VALUES IN ('$name') SERVER $name OPTIONS (table_name 'by_month')");
}
my ($rolled, $expected, $plan) = batch($coordinator, $partitionwise,
	q{SELECT encode(mrr_summary_send(rollup(m)), 'hex'), encode(cohort_summary_send(rollup(r)), 'hex') FROM by_month},
	q{SELECT encode(mrr_summary_send(mrr_summary(subscriptions, 'month')), 'hex'), encode(cohort_summary_send(cohort_summary(days, 'month')), 'hex') FROM one_customers},
	'EXPLAIN (VERBOSE, COSTS OFF) SELECT region, rollup(m), rollup(r) FROM by_month GROUP BY region');
is($rolled, $expected, 'views on the machines, rolled up here, the same bytes');
ok(is_pushed_down($plan, 'rollup', 0), '... also over there') or diag($plan);

# What is said of it in the documentation.
sub plan_of
{
	my ($before, $query) = @_;
	return (batch($coordinator, $before, "EXPLAIN (VERBOSE, COSTS OFF) $query"))[0];
}
$plan = plan_of($partitionwise, 'SELECT region, nps_agg(score) FROM events GROUP BY region');
is(() = $plan =~ /Async Foreign Scan/g, 2, 'the machines work side by side') or diag($plan);
$plan = plan_of($partitionwise, 'SELECT g, nps_agg(score), sum(score) FROM events GROUP BY g');
ok($plan =~ $local_aggregate && $plan !~ /Remote SQL: .*(?:nps_agg|sum)\(/, 'without the partition key the rows are fetched, for sum() too') or diag($plan);
$plan = plan_of('', 'SELECT g, nps_agg(score), sum(score) FROM events_north GROUP BY g');
ok($plan !~ $local_aggregate && $plan =~ /Remote SQL: .*nps_agg\(.*GROUP BY/, 'but from the table of one machine they are pushed down') or diag($plan);
$plan = plan_of('', 'SELECT region, nps_agg(score) FROM events GROUP BY region');
ok($plan =~ $local_aggregate, 'nor are they with enable_partitionwise_aggregate = off') or diag($plan);
$plan = plan_of('ALTER SERVER north OPTIONS (DROP extensions);', 'SELECT g, nps_agg(score) FROM events_north GROUP BY g');
ok($plan =~ $local_aggregate, q{nor without extensions 'cx_metrics'}) or diag($plan);
sql($coordinator, q{ALTER SERVER north OPTIONS (ADD extensions 'cx_metrics')});
$plan = plan_of('', q{SELECT id FROM events WHERE churned(started, ended, '2025-02-01', '2025-03-01')});
is(() = $plan =~ /Remote SQL: .*churned\(/g, 2, 'a condition is sent as well') or diag($plan);

# The queries of the documentation itself.
for my $heading ('Grouped by the partition key', 'Rolled up here')
{
	my ($query) = sql_blocks('docs/scaling.md', $heading);
	(my $one = $query) =~ s/\bFROM responses\b/FROM one_responses/;
	my ($plan, $got, $expected) = batch($coordinator, '', $query =~ s/;\s*SELECT/; EXPLAIN (VERBOSE, COSTS OFF) SELECT/r, $query, $one);

	is(() = $plan =~ /Remote SQL: .*_(?:agg|summary)\(.*GROUP BY/g, 2, "the query under \"$heading\" is pushed down") or diag($plan);
	ok($expected =~ tr/\n// >= 2 && $got eq $expected, '... and gives the same over two machines') or diag("$got\n$expected");
}

# ---------------------------------------------------------------------------
# Citus, by hand: it stops an aggregate on each shard before the final function,
# sends the state, as text or in binary, and combines the states.  An aggregate
# without its final function gives the state.
# ---------------------------------------------------------------------------

my $number = 0;
my (%partial, @on_shards, @here);
for my $signature (sort keys %aggregates)
{
	my (undef, undef, undef, $transition, $state, $combine, $final, $arguments) = @{ $catalog{$signature} };
	my $a = $aggregates{$signature};

	next if $combine eq '-';
	(my $call = $a->{call}) =~ s/^\w+\(/partial_$number(/;
	push @on_shards, "CREATE AGGREGATE partial_$number ($arguments) (SFUNC = $transition, STYPE = $state)";
	push @here, "CREATE AGGREGATE combined_$number ($state) (SFUNC = $combine, STYPE = $state" . ($final ne '' ? ", FINALFUNC = $final)" : ')');
	push @{ $partial{ $a->{from} } }, { signature => $signature, number => $number, call => $call, state => $state };
	$number++;
}
cmp_ok($number, '>', 50, "$number aggregates have states to send");
my $carried = $coordinator->basedir . '/states';
for my $table (sort keys %partial)
{
	my $list = join ', ', map { "$_->{call} AS s$_->{number}" } @{ $partial{$table} };
	my $types = join ', ', 'g integer', map { "s$_->{number} $_->{state}" } @{ $partial{$table} };

	push @on_shards, "CREATE VIEW partial_$table AS SELECT g, $list FROM $table GROUP BY g",
		"COPY (TABLE partial_$table) TO '$carried.SHARD.$table' (FORMAT binary)";
	push @here, "CREATE TABLE binary_$table ($types)", "CREATE TABLE text_$table ($types)",
		map { ("COPY binary_$table FROM '$carried.$_.$table' (FORMAT binary)",
			"IMPORT FOREIGN SCHEMA public LIMIT TO (partial_$table) FROM SERVER $_ INTO public",
			"INSERT INTO text_$table TABLE partial_$table", "DROP FOREIGN TABLE partial_$table") } sort keys %shard;
}
sql($shard{$_}, join(";\n", @on_shards) =~ s/SHARD/$_/gr) for sort keys %shard;
sql($coordinator, join ";\n", @here);
my @combined = map { my $table = $_; map { [ $table, $_ ] } @{ $partial{$table} } } sort keys %partial;
@results = batch($coordinator, '', map {
	my ($table, $p) = @$_;
	my $a = $aggregates{ $p->{signature} };
	my ($send) = @{ $catalog{ $p->{signature} } };
	map {
		my ($call, $from) = @$_;
		@{ $a->{by} } ? "SELECT g, encode($send($call), 'hex') FROM $from GROUP BY g ORDER BY g" : "SELECT encode($send($call), 'hex') FROM $from";
	} [ $a->{call}, "one_$table" ], map { [ "combined_$p->{number}(s$p->{number})", "${_}_$table" ] } 'text', 'binary';
} @combined);
for my $i (0 .. $#combined)
{
	my $signature = $combined[$i][1]{signature};
	my ($expected, $as_text, $in_binary) = @results[ 3 * $i .. 3 * $i + 2 ];

	like($expected, qr/(?:^|\|)[0-9a-f]{2}/m, "$signature: has results");
	is($as_text, $expected, "$signature: states sent as text and combined, the same bytes");
	is($in_binary, $expected, "$signature: states sent in binary and combined, the same bytes");
}

# ---------------------------------------------------------------------------
# Logical replication, as text and in binary, and a standby
# ---------------------------------------------------------------------------

# Every type, with the values that the fuzzer starts from.
my %types;
for my $file (sort glob("$FindBin::RealBin/../fuzz/*.pl"))
{
	my %more = do $file or die "$file: " . ($@ || $!);
	%types = (%types, %more);
}
my @types = split /\n/, sql($coordinator, q{SELECT typname FROM pg_type t JOIN pg_depend d
	ON classid = 'pg_type'::regclass AND objid = t.oid AND refclassid = 'pg_extension'::regclass AND deptype = 'e'
	WHERE typtype = 'b' AND typcategory <> 'A' ORDER BY 1});
is_deeply([ sort keys %types ], \@types, 'values of every type: ' . join ', ', @types);
my $kept = 'kept (id integer PRIMARY KEY, ' . join(', ', map { "$_ $_" } @types) . ')';
my $replica = $shard{north};

sql($coordinator, "CREATE TABLE $kept");
sql($coordinator, qq{
INSERT INTO kept (id, $_) SELECT row_number() OVER (), s FROM ($types{$_}{seeds}) AS t(s) WHERE s IS NOT NULL
	ON CONFLICT (id) DO UPDATE SET $_ = excluded.$_}) for @types;
# without a key, the row that changes is found by comparing its columns
sql($coordinator, q{
ALTER TABLE one_stored REPLICA IDENTITY FULL;
CREATE PUBLICATION summaries FOR TABLE kept, one_stored});

my $stored_columns = sql($coordinator, q{SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
	FROM pg_attribute WHERE attrelid = 'one_stored'::regclass AND attnum > 0});
for my $binary ('false', 'true')
{
	$replica->safe_psql('postgres', "CREATE DATABASE binary_$binary");
	$replica->safe_psql("binary_$binary", "CREATE EXTENSION cx_metrics; CREATE TABLE $kept; CREATE TABLE one_stored ($stored_columns); ALTER TABLE one_stored REPLICA IDENTITY FULL");
	$replica->safe_psql("binary_$binary", "CREATE SUBSCRIPTION binary_$binary CONNECTION 'host=" . $coordinator->host . ' port=' . $coordinator->port . " dbname=company'
		PUBLICATION summaries WITH (binary = $binary)");
}
for my $binary ('false', 'true')
{
	ok($replica->poll_query_until("binary_$binary", q{SELECT bool_and(srsubstate IN ('r', 's')) FROM pg_subscription_rel}), "binary = $binary: the tables are copied");
}

my $digest = 'SELECT md5(string_agg(t, $$;$$ ORDER BY t COLLATE "C")) FROM ('
	. join(' UNION ALL ', map { "SELECT format('$_ %s %s', id, encode(${_}_send($_), 'hex')) AS t FROM kept WHERE $_ IS NOT NULL" } @types)
	. ' UNION ALL SELECT one_stored::text FROM one_stored) AS all_of_it';
my $numbers = q{SELECT g, nps_text(rollup(survey_summary_s)), round(nrr(rollup(nrr_summary_s)), 3), round(median_duration(rollup(duration_summary_s)), 3),
	round(auc(rollup(auc_summary_s)), 6), users(rollup(active_users_summary_s)), health_score(rollup(health_summary_s)), customers(rollup(value_summary_s))
	FROM one_stored GROUP BY g ORDER BY g};
my $copied = sql($coordinator, $digest);
is($replica->safe_psql("binary_$_", $digest), $copied, "binary = $_: the copy has the same bytes") for 'false', 'true';

# The standby begins here, and takes what follows from the log.
$coordinator->backup('standby');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($coordinator, 'standby', has_streaming => 1);
$standby->start;
is($standby->safe_psql('company', $digest), $copied, 'standby: the same bytes');

# Rows that are added, changed and deleted.
my @summaries = map { /^(\w+_s) / } split /, /, $stored_columns;
is(scalar(@summaries), scalar(keys %stored), 'the columns of stored summaries');
sql($coordinator, 'CREATE TABLE more AS TABLE kept; UPDATE more SET id = id + 1000; INSERT INTO kept TABLE more;
	DELETE FROM kept WHERE id % 3 = 0;
	UPDATE kept k SET ' . join(', ', map { "$_ = n.$_" } @types) . ' FROM kept n WHERE n.id = k.id + 1000 - 1;
	INSERT INTO one_stored SELECT region, g + 10, part, ' . join(', ', @summaries) . ' FROM one_stored;
	DELETE FROM one_stored WHERE part = 1;
	UPDATE one_stored SET survey_summary_s = (SELECT survey_summary(i % 11) FROM generate_series(1, g + 50) i), health_outcomes_s = NULL WHERE part = 2;');
my ($changed, $figures) = batch($coordinator, '', $digest, $numbers);
isnt($changed, $copied, 'the rows have changed');
for my $binary ('false', 'true')
{
	$coordinator->wait_for_catchup("binary_$binary");
	is($replica->safe_psql("binary_$binary", $digest), $changed, "binary = $binary: changes arrive, the same bytes");
	is($replica->safe_psql("binary_$binary", $numbers), $figures, "binary = $binary: the same figures");
}
$coordinator->wait_for_catchup($standby, 'replay', $coordinator->lsn('insert'));
is($standby->safe_psql('company', $digest), $changed, 'standby: changes arrive, the same bytes');
is($standby->safe_psql('company', $numbers), $figures, 'standby: the same figures');
is($standby->safe_psql('company', "SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; $numbers"),
	$figures, 'standby: the same figures from workers');
is($standby->safe_psql('company', 'SELECT pg_is_in_recovery()'), 't', 'it is a standby');

for my $node ($coordinator, values %shard, $standby)
{
	unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, $node->name . ': no crash in the log');
	$node->stop('fast') unless $node == $coordinator;
}
$coordinator->stop('fast');
done_testing();
