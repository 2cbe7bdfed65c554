
# Durations: the same rows give the same bytes, whatever the plan, the order
# and the split, and the same figures as the definition written out in SQL.
#
# SEED=n repeats the random data of a run.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{SEED} // int(rand(1_000_000));
note("SEED=$seed");

my $node = PostgreSQL::Test::Cluster->new('duration');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', q{
max_parallel_workers_per_gather = 4
max_parallel_workers = 8
parallel_setup_cost = 0
parallel_tuple_cost = 0
min_parallel_table_scan_size = 0
jit = off
});
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('postgres', $query);
}

# The bytes of a summary, in short.
sub bytes
{
	my ($expression, $from, $settings) = @_;
	return sql(($settings // '')
		  . "SELECT coalesce(md5(duration_summary_send($expression)), 'NULL') FROM $from");
}

# Kinds of data: how the durations spread, and how many are open.  "span" is
# what the durations are drawn from, in the unit given.
my @kinds = (
	{ name => 'seconds, many distinct', rows => 60_000, span => 5_000_000, unit => 'second', type => 'timestamp' },
	{ name => 'hours, many ties', rows => 60_000, span => 300, unit => 'hour', type => 'timestamptz' },
	{ name => 'days', rows => 20_000, span => 400, unit => 'day', type => 'date' },
	{ name => 'microseconds', rows => 20_000, span => 1_000_000_000, unit => 'microsecond', type => 'timestamp' },
	{ name => 'a handful', rows => 9, span => 5, unit => 'day', type => 'date' },
	{ name => 'one row', rows => 1, span => 5, unit => 'day', type => 'date' },
);

for my $i (0 .. $#kinds)
{
	my $kind = $kinds[$i];
	my ($name, $rows, $span, $unit, $type) = @$kind{qw(name rows span unit type)};
	my $as_of = "$type '2025-01-01'";
	my $summary = "duration_summary(started, finished, $as_of)";
	my $longest = $unit eq 'microsecond' ? "interval '1 second' / 1000000.0" : "interval '1 $unit'";

	# A start up to twice the span ago; three in five finish, some at once,
	# some after as_of; some never started.
	sql(qq{
SELECT setseed(($seed + $i) % 1000 / 1000.0);
CREATE TABLE t$i AS
	SELECT id, (random() * 6)::int AS part, random() AS shuffle,
		CASE WHEN random() < 0.97 THEN started::$type END AS started,
		CASE WHEN random() < 0.6 THEN (started + floor(power(random(), 2) * 1.2 * $span) * $longest)::$type END AS finished
	FROM (SELECT id, timestamptz '2025-01-01' - floor(random() * 2 * $span) * $longest AS started
		FROM generate_series(1, $rows) id OFFSET 0) x;
ANALYZE t$i});

	my $serial = bytes($summary, "t$i", 'SET max_parallel_workers_per_gather = 0;');
	like($serial, qr/^[0-9a-f]{32}$/, "$name: a summary");

	# a table of one page is not worth a worker
	my $plan = sql("EXPLAIN (COSTS OFF) SELECT $summary FROM t$i");
	like($plan, qr/Partial Aggregate.*Parallel Seq Scan/s, "$name: planned in parallel") if $rows > 1000;
	is(bytes($summary, "t$i"), $serial, "$name: parallel = serial") for 1 .. 3;

	for my $order ('id DESC', 'shuffle', 'started NULLS FIRST, id', 'finished, id',
		'finished - started', 'finished - started DESC')
	{
		is(bytes("duration_summary(started, finished, $as_of ORDER BY $order)", "t$i"),
			$serial, "$name: ordered by $order");
	}

	# Split at random, rolled up in random order, in one step and in two.
	for my $groups (2, 17, 1 + int($rows / 3))
	{
		is( bytes('rollup(s ORDER BY random())', "(SELECT duration_summary(started, finished, $as_of) AS s FROM t$i GROUP BY floor(shuffle * $groups)) x"),
			$serial, "$name: rolled up from $groups parts");
	}
	is( bytes('rollup(r)', "(SELECT rollup(s) AS r FROM (SELECT part, $summary AS s FROM t$i GROUP BY part, id % 5) x GROUP BY part) y"),
		$serial, "$name: rolled up in two steps");

	# Stored, so that values come with short and compressed headers.
	sql("CREATE TABLE s$i AS SELECT id % 11 AS g, $summary AS s FROM t$i GROUP BY 1");
	is(bytes('rollup(s)', "s$i"), $serial, "$name: rolled up from a table");

	sql(qq{
CREATE TABLE p$i (LIKE t$i) PARTITION BY HASH (part);
CREATE TABLE p${i}_0 PARTITION OF p$i FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE p${i}_1 PARTITION OF p$i FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE p${i}_2 PARTITION OF p$i FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO p$i SELECT * FROM t$i;
ANALYZE p$i});
	is(bytes($summary, "p$i", 'SET enable_partitionwise_aggregate = on;'),
		$serial, "$name: partitionwise");

	# The long way.  As dates, timestamps and timestamptz alike are counted
	# in microseconds here, the definition needs only numbers.
	is( sql(qq{
WITH d AS (
	SELECT extract(epoch FROM least(coalesce(finished, 'infinity')::timestamptz, timestamptz '2025-01-01') - started::timestamptz) AS t,
		coalesce(finished <= $as_of, false) AS event
	FROM t$i WHERE started IS NOT NULL),
g AS (
	SELECT t, count(*) FILTER (WHERE event) AS d,
		count(*) FILTER (WHERE NOT event) AS c,
		sum(count(*)) OVER (ORDER BY t DESC) AS n
	FROM d GROUP BY t),
l AS (
	SELECT t, n, d, c,
		CASE WHEN bool_or(d = n) OVER w THEN 0 ELSE exp(sum(ln(1 - CASE WHEN d = n THEN 0 ELSE d::float8 / n::float8 END)) OVER w) END AS survival
	FROM g WINDOW w AS (ORDER BY t)),
x AS MATERIALIZED (SELECT $summary AS s FROM t$i),
k AS (SELECT c.* FROM x, survival_curve(s, unit => 'second') c)
SELECT count(*) FILTER (WHERE (l.n, l.d, l.c) IS DISTINCT FROM (k.at_risk, k.finished, k.censored)),
	count(*) FILTER (WHERE abs(l.survival - k.survival::float8) < 1e-9 IS NOT TRUE),
	(SELECT (completed(s), still_open(s)) = (SELECT count(*) FILTER (WHERE event), count(*) FILTER (WHERE NOT event) FROM d) FROM x),
	(SELECT not_started(s) FROM x) = (SELECT count(*) FROM t$i WHERE started IS NULL),
	(SELECT median_duration(s, 'second') FROM x) IS NOT DISTINCT FROM (SELECT min(t) FROM l WHERE survival <= 0.5 + 1e-12),
	(SELECT duration_quantile(s, 0.1, 'second') FROM x) IS NOT DISTINCT FROM (SELECT min(t) FROM l WHERE survival <= 0.9 + 1e-12)
FROM l FULL JOIN k ON k."time" = l.t}),
		'0|0|t|t|t|t', "$name: the long way");
}

# A state that is combined before it is finished: grouped, in workers.
is( sql(q{
SELECT count(*), count(*) FILTER (WHERE a.s = b.s) FROM
	(SELECT id % 500 AS g, duration_summary(started, finished, timestamp '2025-01-01') AS s FROM t0 GROUP BY 1) a
	JOIN
	(SELECT id % 500 AS g, duration_summary(started, finished, timestamp '2025-01-01' ORDER BY shuffle) AS s FROM t0 GROUP BY 1) b
	USING (g)}), '500|500', 'groups: parallel = ordered');

# Nothing changed, nothing is rewritten.
sql(q{
CREATE MATERIALIZED VIEW by_part AS
	SELECT part, duration_summary(started, finished, timestamp '2025-01-01') AS s FROM t0 GROUP BY part;
CREATE UNIQUE INDEX ON by_part (part)});
my $rows = 'SELECT string_agg(part || xmin::text || ctid::text, $$,$$ ORDER BY part) FROM by_part';
my $before = sql($rows);
sql('REFRESH MATERIALIZED VIEW CONCURRENTLY by_part');
sql('SET max_parallel_workers_per_gather = 0; REFRESH MATERIALIZED VIEW CONCURRENTLY by_part');
is(sql($rows), $before, 'REFRESH CONCURRENTLY rewrites no row');

# Dumped as text and restored; copied as binary.
my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, '-t', 's0', $node->connstr('postgres') ], 'dump');
sql('ALTER TABLE s0 RENAME TO kept; CREATE TABLE s0_binary (LIKE kept)');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('postgres') ], 'restore');
is(sql('SELECT count(*), count(*) FILTER (WHERE a.s = b.s) FROM kept a JOIN s0 b USING (g)'),
	'11|11', 'dumped and restored');
my $file = $node->basedir . '/summaries.binary';
sql("COPY kept TO '$file' (FORMAT binary); COPY s0_binary FROM '$file' (FORMAT binary)");
is(sql('SELECT count(*), count(*) FILTER (WHERE a.s = b.s) FROM kept a JOIN s0_binary b USING (g)'),
	'11|11', 'copied in binary');

# Cancelled while it sorts and merges.
my ($status, $stdout, $stderr) = $node->psql('postgres', q{
SET max_parallel_workers_per_gather = 0;
SET statement_timeout = '300ms';
SELECT completed(duration_summary(timestamp '2025-01-01' - i * 7919 % 100000007 * interval '1 second', NULL, '2025-01-01'))
FROM generate_series(1, 100000000) i});
like($stderr, qr/canceling statement due to statement timeout/, 'can be cancelled');

$node->stop;

# ---------------------------------------------------------------------------
# What every aggregate must stand: grouping sets, windows, more plans
# ---------------------------------------------------------------------------
my $cx = CxMetrics::Metamorphic->new(name => 'duration_metamorphic');
$cx->table('tickets', q{
SELECT i AS id, i % 13 AS g,
	CASE WHEN i % 17 > 0 THEN timestamp '2024-01-01' + i * 7919 % 500 * interval '1 hour' END AS started,
	CASE WHEN i % 3 > 0 THEN timestamp '2024-01-01' + (i * 7919 % 500 + i * 104729 % 300) * interval '1 hour' END AS finished
FROM generate_series(1, 6000) AS i});
$cx->check('tickets', "duration_summary(started::$_, finished::$_, '2024-02-01')") for 'date', 'timestamp', 'timestamptz';
$cx->finish;
done_testing();
