
# Citus: every aggregate over a distributed table gives the bytes of a local one,
# and is computed in part on the shards.  A coordinator and two workers; what
# docs/scaling.md says of Citus is run here.
#
# Citus is no package of Debian, so this is skipped without it.  With CX_CITUS=true,
# as in the workflow's job with the image of Citus, its absence is a failure.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Aggregates qw(every_aggregate make_rows outputs_of);
use CxMetrics::Documents qw(sql_blocks);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

chomp(my $shared = qx{"$ENV{PG_CONFIG}" --sharedir});
plan skip_all => 'Citus is not installed'
  if ($ENV{CX_CITUS} // '') ne 'true' && !-e "$shared/extension/citus.control";

my $coordinator = PostgreSQL::Test::Cluster->new('coordinator');
my @workers = map { PostgreSQL::Test::Cluster->new($_) } 'worker_1', 'worker_2';

# No TLS between servers of one machine, and all of them in Seoul: a worker does
# not learn the session's time zone.
for my $node ($coordinator, @workers)
{
	$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
	$node->append_conf('postgresql.conf', q{
shared_preload_libraries = 'citus'
citus.node_conninfo = 'sslmode=prefer'
citus.enable_statistics_collection = off
citus.shard_count = 6
wal_level = logical
max_connections = 100
autovacuum = off
jit = off});
	$node->start;
}

sub sql
{
	my ($node, $query) = @_;
	return $node->safe_psql('postgres', $query);
}

sub here
{
	return sql($coordinator, @_);
}

here('CREATE EXTENSION citus');
sql($_, 'CREATE EXTENSION citus') for @workers;
here(sprintf q{SELECT citus_set_coordinator_host('%s', %d)}, $coordinator->host, $coordinator->port);
here(sprintf q{SELECT citus_add_node('%s', %d)}, $_->host, $_->port) for @workers;
note(here('SELECT citus_version()') . ', ' . here('SELECT version()'));

# ---------------------------------------------------------------------------
# The statements of the documentation
# ---------------------------------------------------------------------------

my ($first, $same_time, $kept) = sql_blocks('docs/scaling.md', 'Citus');

here(q{
CREATE TABLE responses (customer_id bigint, channel text, score integer);
CREATE TABLE subscriptions (customer_id bigint, amount numeric, starts_on date, ends_on date);
CREATE TABLE tickets (id bigint, opened_at timestamptz, answered_at timestamptz);
SELECT create_distributed_table('subscriptions', 'customer_id');
SELECT create_distributed_table('tickets', 'id');
CREATE TABLE one_responses AS SELECT i % 40 AS customer_id, (ARRAY['app', 'email', 'store'])[1 + i % 3] AS channel,
	CASE WHEN i % 9 > 0 THEN i * i % 11 END AS score FROM generate_series(1, 500) AS i;
CREATE TABLE one_subscriptions AS SELECT i % 40 AS customer_id, 10.0 * (1 + i % 5) AS amount, date '2025-01-01' + i % 100 AS starts_on,
	CASE WHEN i % 3 > 0 THEN date '2025-06-01' + i % 90 END AS ends_on FROM generate_series(1, 200) AS i;
INSERT INTO responses TABLE one_responses;
INSERT INTO subscriptions TABLE one_subscriptions;
INSERT INTO tickets SELECT i, now() - i * interval '10 minutes', CASE WHEN i % 3 > 0 THEN now() - i * interval '9 minutes' END
	FROM generate_series(1, 100) AS i});
my ($extension, $distribute, $by_channel, $bridge) = split /;[^\n]*\n(?:\s*--[^\n]*\n)*\s*/, $first =~ s/^\s+--.*\n//mgr;
like($extension, qr/CREATE EXTENSION cx_metrics$/, 'the extension is created at the coordinator');
here($extension);
is(sql($_, q{SELECT count(*) FROM pg_extension WHERE extname = 'cx_metrics'}), '1', '... and Citus creates it on ' . $_->name) for @workers;
here($distribute);
for my $query ($by_channel, $bridge)
{
	my $one = $query =~ s/\bFROM (responses|subscriptions)\b/FROM one_$1/r;
	my @rows = map { join "\n", sort split /\n/ } here($query), here($one);

	isnt($one, $query, 'a query of the documentation');
	ok($rows[1] =~ tr/\n// >= 2 && $rows[0] eq $rows[1], '... gives the same over the distributed table') or diag("$rows[0]\n$rows[1]");
}

is(here($same_time), here($same_time), 'one now() for all workers');
my (undef, $other_times, $error) = $coordinator->psql('postgres', 'SELECT duration_summary(opened_at, answered_at, now()) FROM tickets');
like($error, qr/ERROR:/, 'with a now() of its own for each worker, summaries have several ends');
like(here('SELECT duration_summary(opened_at, answered_at, (SELECT now())) FROM tickets'), qr/^\{/, '... and with one they have one');

my ($create, $distribute_kept, $keep) = split /;\s*/, $kept;
here($_) for $create, $distribute_kept, $keep;
my $scores = q{SELECT string_agg(customer_id || ' ' || s::text, ';' ORDER BY customer_id) FROM customer_scores};
my $expected = q{SELECT string_agg(customer_id || ' ' || s::text, ';' ORDER BY customer_id)
	FROM (SELECT customer_id, survey_summary(score) AS s FROM one_responses GROUP BY customer_id) AS t};
is(here($scores), here($expected), 'summaries by customer');
here("INSERT INTO $_ VALUES (7, 'app', 10)") for 'responses', 'one_responses';
is(here("BEGIN; $keep; COMMIT; $scores"), here($expected), '... after another response');
is(here("$keep RETURNING customer_id"), '', '... and what has not changed is not written');

# Kept summaries need triggers that see all rows of a statement.
(undef, undef, $error) = $coordinator->psql('postgres',
	q{SELECT keep_summary('kept_scores', 'SELECT channel, survey_summary(score) AS s FROM responses GROUP BY channel')});
like($error, qr/ERROR: .*distributed table of Citus.*HINT: .*ON CONFLICT/s, 'a kept summary of a distributed table is refused, with the way out');

is(here("SET TimeZone = 'Asia/Seoul'; SELECT count(DISTINCT (local_day(opened_at, 'Asia/Seoul'))) FROM tickets"),
	here("CREATE TABLE one_tickets AS SELECT * FROM tickets; SET TimeZone = 'UTC'; SELECT count(DISTINCT (local_day(opened_at, 'Asia/Seoul'))) FROM one_tickets"),
	'local_day() is the same day on the workers');

# ---------------------------------------------------------------------------
# Every aggregate
# ---------------------------------------------------------------------------

my ($aggregates, $makers, $catalog) = every_aggregate(\&here);
make_rows(\&here, $aggregates, $makers);
# groups have rows on many shards
my %distribution = (events => 'id', customers => 'customer', stored => 'part');
for my $table (sort keys %distribution)
{
	here("CREATE TABLE $table (LIKE one_$table); SELECT create_distributed_table('$table', '$distribution{$table}'); INSERT INTO $table TABLE one_$table");
	is(here("SELECT count(*) FROM $table"), here("SELECT count(*) FROM one_$table"), "$table: the shards have the rows");
}
cmp_ok(here(q{SELECT count(DISTINCT nodeport) FROM citus_shards WHERE table_name::text = 'events'}), '==', 2, 'both workers have shards');

# What the page names as computed from rows that the coordinator fetches.
my %fetched = ('sparkline(double precision)' => 1);
my @signatures = sort keys %$aggregates;
my @queries = map {
	my $a = $aggregates->{$_};
	my ($send) = @{ $catalog->{$_} };
	my ($select, $rest) = @{ $a->{by} } ? ('g, ', 'GROUP BY g ORDER BY g') : ('', '');
	my $bytes = sub { "SELECT $select encode($send($a->{call}), 'hex') FROM $_[0]$a->{from} $rest" };

	($bytes->(''), $bytes->('one_'), 'EXPLAIN (VERBOSE, COSTS OFF) ' . $bytes->(''));
} @signatures;
my @outputs = outputs_of(\&here, '', @queries);
my ($partial, $same) = (0, 0);
for my $i (0 .. $#signatures)
{
	my ($signature, $name) = ($signatures[$i], $catalog->{ $signatures[$i] }[1]);
	my ($got, $local, $plan) = @outputs[ 3 * $i .. 3 * $i + 2 ];
	my $in_part = $plan =~ /worker_(?:binary_)?partial_agg\('[^']*\b\Q$name\E\(/;

	like($local, qr/(?:^|\|)[0-9a-f]{2}/m, "$signature: has results");
	$same++ if is($got, $local, "$signature: the same bytes");
	$partial++ if $in_part;
	ok(($fetched{$signature} ? !$in_part : $in_part),
		"$signature: " . ($fetched{$signature} ? 'from rows that are fetched' : 'computed in part on the shards')) or diag($plan);
}
note(@signatures . " aggregates, $same with the same bytes, $partial in part on the shards");

# sum(), which semantic layers write for rollup(), has a name that Citus knows.
my @sums = map { my $type = $_; map { "SELECT g, encode(${type}_send(sum(${type}_s)), 'hex') FROM ${_}stored GROUP BY g ORDER BY g" } '', 'one_' } sort keys %$makers;
my @summed = outputs_of(\&here, '', @sums);
is($summed[ 2 * $_ ], $summed[ 2 * $_ + 1 ], (sort keys %$makers)[$_] . ': sum() has the same bytes') for 0 .. keys(%$makers) - 1;

# Grouped by the distribution column, also what depends on the order of rows.
my $whole = here('EXPLAIN (VERBOSE, COSTS OFF) SELECT id, sparkline(health ORDER BY id), nps_agg(score) FROM events GROUP BY id');
ok($whole =~ /Query: SELECT .*sparkline\(/ && $whole !~ /worker_\w*partial_agg/, 'by the distribution column any aggregate is computed on the shards') or diag($whole);

# A worker has the metadata, and is as good a place to ask.
is(sql($workers[0], 'SELECT g, survey_summary(score) FROM events GROUP BY g ORDER BY g'),
	here('SELECT g, survey_summary(score) FROM one_events GROUP BY g ORDER BY g'), 'asked at a worker, the same');

# What a query may have around its aggregates.
for my $query (
	'SELECT g, nps_agg(score) FILTER (WHERE stars > 2), nps_agg(score) FROM events GROUP BY g HAVING count(score) > 5 ORDER BY g',
	'WITH t AS (SELECT g, part, rollup(survey_summary_s) AS s FROM stored GROUP BY g, part) SELECT g, nps(rollup(s)) FROM t GROUP BY g ORDER BY g',
	'SELECT nps(survey_summary(score)), nps_agg(NULL::integer) FROM (SELECT score FROM events WHERE id % 3 = 1) AS t')
{
	is(here($query), here($query =~ s/\b(events|stored)\b/one_$1/gr), 'the same: ' . substr($query, 0, 60));
}
(undef, undef, $error) = $coordinator->psql('postgres', 'SELECT g, nps_agg(score) FROM events GROUP BY ROLLUP (g)');
like($error, qr/could not run distributed query with GROUPING SETS/, 'but no GROUPING SETS');

for my $node ($coordinator, @workers)
{
	unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, $node->name . ': no crash in the log');
	$node->stop('fast');
}
done_testing();
