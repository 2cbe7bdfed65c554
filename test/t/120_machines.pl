
# More than one machine: aggregates and summaries over shards of postgres_fdw,
# states that travel as those of Citus do, logical replication and a standby.
# Everywhere the bytes are those of one machine.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Aggregates qw(every_aggregate make_rows outputs_of);
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
	my ($node, @arguments) = @_;
	return outputs_of(sub { sql($node, @_) }, @arguments);
}

# Every aggregate there is, and rows on one machine.
my ($aggregates, $makers, $catalog) = every_aggregate(sub { sql($coordinator, @_) });
my %aggregates = %$aggregates;
my %catalog = %$catalog;
make_rows(sub { sql($coordinator, @_) }, $aggregates, $makers);
cmp_ok(sql($coordinator, 'SELECT count(*) FROM (SELECT g FROM one_events GROUP BY g, customer HAVING count(DISTINCT region) = 2) AS c'), '>', 100,
	'customers have rows of one group on both machines');

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
is(scalar(@summaries), scalar(keys %$makers), 'the columns of stored summaries');
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
