
# Recurring revenue under every way of executing it: serial, parallel,
# partitionwise, in parts that are rolled up, in any order, stored and sent,
# the bytes are the same; and the bridge is what the definition says, written
# out the long way.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep time);

# What is random follows from a seed, always the same unless CX_SEED says
# otherwise: a number below 1,000,000, or "random".
my $seed = $ENV{CX_SEED} // 1;
$seed = int(rand(1_000_000)) if $seed eq 'random';
srand($seed);
note "CX_SEED=$seed repeats this run";

my $node = PostgreSQL::Test::Cluster->new('mrr');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', <<'CONF');
jit = off
max_parallel_workers = 4
max_worker_processes = 8
CONF
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');

sub value
{
	my ($query, $settings) = @_;
	my $set = join '', map { "SET $_;\n" } @{ $settings // [] };

	return $node->safe_psql('postgres', "$set$query");
}

sub plan_has
{
	my ($query, $settings, $pattern, $name) = @_;

	like(value("EXPLAIN (COSTS OFF) $query", $settings), $pattern, $name);
	return;
}

my @serial = ('max_parallel_workers_per_gather = 0');
my @parallel = (
	'max_parallel_workers_per_gather = 3',
	'parallel_setup_cost = 0',
	'parallel_tuple_cost = 0',
	'min_parallel_table_scan_size = 0');

# ---------------------------------------------------------------------------
# Random subscriptions: gaps, parallel ones, switches on the same day, pauses
# over the end of a month, open ends, free plans, unknown prices, amounts of
# many scales.
# ---------------------------------------------------------------------------
my $setseed = sprintf('SELECT setseed(%.6f);', $seed / 1_000_000);
$node->safe_psql(
	'postgres', qq{
$setseed
CREATE TABLE drawn AS
SELECT customer, kind, n,
	CASE WHEN random() < 0.05 THEN 0
		WHEN random() < 0.05 THEN NULL
		WHEN random() < 0.3 THEN round(mrr((random() * 1000)::int, '1 year'), 18)
		ELSE round((random() * 200)::numeric, (random() * 3)::int) END AS amount,
	date '2022-11-01' + (random() * 700)::int AS first_day,
	1 + (random() * random() * 300)::int AS days,
	random() AS dice
FROM generate_series(1, 1500) AS customer,
	LATERAL (SELECT 1 + (hashint4(customer) & 3) AS plans, hashint4(customer) % 5 AS kind) AS c,
	generate_series(1, plans) AS n;

CREATE TABLE subscriptions (id bigint GENERATED ALWAYS AS IDENTITY, customer int, segment text, amount numeric, starts_on date, ends_on date);
INSERT INTO subscriptions (customer, segment, amount, starts_on, ends_on)
SELECT customer, (ARRAY['small', 'middle', 'large'])[1 + customer % 3], amount, starts_on,
	CASE WHEN NOT (dice < 0.25 AND last) THEN starts_on + days END
FROM (SELECT *, n = max(n) OVER (PARTITION BY customer) AS last,
		-- one after the other with a gap, or none; or side by side
		CASE kind WHEN 0 THEN first_day
			ELSE min(first_day) OVER (PARTITION BY customer)
				+ (sum(days) OVER w - days)::int
				+ CASE kind WHEN 1 THEN 0 WHEN 2 THEN 40 * n::int WHEN 3 THEN n::int - 1 ELSE -10 * n::int END END AS starts_on
	FROM drawn WINDOW w AS (PARTITION BY customer ORDER BY n)) AS d;
-- renewals at the turn of a month, with the pause of a day in it
INSERT INTO subscriptions (customer, segment, amount, starts_on, ends_on)
SELECT customer, segment, amount, d::date, (d + interval '1 month')::date - (random() < 0.3)::int
FROM (SELECT customer, segment, max(amount) AS amount, min(starts_on) AS first FROM subscriptions GROUP BY 1, 2) AS c,
	generate_series(date_trunc('month', first::timestamp), date_trunc('month', first::timestamp) + interval '4 months', '1 month') AS d
WHERE customer % 11 = 0;
ALTER TABLE subscriptions ADD household int;
UPDATE subscriptions SET household = customer % 20;
ANALYZE subscriptions;

CREATE VIEW histories AS
SELECT customer, segment, mrr_history(amount, starts_on, ends_on) AS h
FROM subscriptions GROUP BY customer, segment;
});
cmp_ok(value('SELECT count(*) FROM subscriptions'), '>', 3000, 'there are subscriptions');
cmp_ok(value('SELECT count(*) FROM subscriptions WHERE ends_on IS NULL'), '>', 200, 'some are open');
cmp_ok(
	value('SELECT count(*) FROM subscriptions a JOIN subscriptions b USING (customer) WHERE a.ends_on = b.starts_on'),
	'>', 200, 'some are followed by another on the day they end');

# ---------------------------------------------------------------------------
# The long way
# ---------------------------------------------------------------------------
for my $grain (['month', '1 month'], ['quarter', '3 months'], ['year', '1 year'])
{
	my ($name, $step) = @$grain;
	my $long_way = qq{
WITH spine AS (
	SELECT p::date AS p, (p + interval '$step')::date AS q
	FROM generate_series(timestamp '2022-01-01', '2028-12-31', '$step') AS p
), levels AS (
	SELECT p, customer,
		coalesce(sum(amount) FILTER (WHERE starts_on < p AND (ends_on IS NULL OR ends_on >= p)), 0) AS o,
		coalesce(sum(amount) FILTER (WHERE starts_on < q AND (ends_on IS NULL OR ends_on >= q)), 0) AS c,
		coalesce(bool_or(starts_on < p AND amount > 0), false) AS before
	FROM spine CROSS JOIN subscriptions GROUP BY p, customer
)
SELECT p AS period, sum(o) AS opening_mrr,
	coalesce(sum(c) FILTER (WHERE o = 0 AND NOT before), 0) AS new_mrr,
	coalesce(sum(c) FILTER (WHERE o = 0 AND before), 0) AS reactivation_mrr,
	coalesce(sum(c - o) FILTER (WHERE o > 0 AND c > o), 0) AS expansion_mrr,
	coalesce(sum(o - c) FILTER (WHERE o > c AND c > 0), 0) AS contraction_mrr,
	coalesce(sum(o) FILTER (WHERE c = 0), 0) AS churned_mrr,
	sum(c) AS closing_mrr,
	count(*) FILTER (WHERE o > 0) AS opening_customers,
	count(*) FILTER (WHERE o = 0 AND c > 0 AND NOT before) AS new_customers,
	count(*) FILTER (WHERE o = 0 AND c > 0 AND before) AS reactivated_customers,
	count(*) FILTER (WHERE o > 0 AND c = 0) AS churned_customers,
	count(*) FILTER (WHERE c > 0) AS closing_customers,
	round(100 * sum(c) FILTER (WHERE o > 0) / nullif(sum(o), 0), 8) AS nrr,
	round(100 * sum(least(o, c)) FILTER (WHERE o > 0) / nullif(sum(o), 0), 8) AS grr,
	round(100.0 * count(*) FILTER (WHERE o > 0 AND c = 0) / nullif(count(*) FILTER (WHERE o > 0), 0), 8) AS customer_churn,
	round(sum(c - o) FILTER (WHERE c > o) / nullif(sum(o - c) FILTER (WHERE o > c), 0), 8) AS quick_ratio,
	round(sum(c) / nullif(count(*) FILTER (WHERE c > 0), 0), 8) AS arpa
FROM levels GROUP BY p};
	my $ours = qq{
SELECT period, opening_mrr, new_mrr, reactivation_mrr, expansion_mrr, contraction_mrr, churned_mrr, closing_mrr,
	opening_customers, new_customers, reactivated_customers, churned_customers, closing_customers,
	round(nrr, 8) AS nrr, round(grr, 8) AS grr, round(customer_churn, 8) AS customer_churn,
	round(quick_ratio, 8) AS quick_ratio, round(arpa, 8) AS arpa
FROM mrr_bridge((SELECT mrr_summary(h, '$name') FROM histories), '2022-01-01', '2029-01-01')};

	# quick_ratio: gained without losses is NULL, and nothing gained is 0
	$long_way =~ s/round\(sum\(c - o\) FILTER \(WHERE c > o\)/round(coalesce(sum(c - o) FILTER (WHERE c > o), 0)/;
	is( value(qq{
CREATE TEMP TABLE ours AS $ours;
CREATE TEMP TABLE theirs AS $long_way;
SELECT count(*) FROM ((TABLE ours EXCEPT TABLE theirs) UNION ALL (TABLE theirs EXCEPT TABLE ours)) AS difference}),
		0, "the bridge by $name is the one of the long way");
}
is( value(q{
SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM histories))
WHERE opening_mrr + new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr <> closing_mrr
	OR opening_customers + new_customers + reactivated_customers - churned_customers <> closing_customers}),
	0, 'opening + movements = closing in every row, to the last digit');
for my $movement (qw(new reactivation expansion contraction churned))
{
	cmp_ok(
		value("SELECT count(*) FILTER (WHERE ${movement}_mrr > 0) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM histories))"),
		'>', 5, "the data has $movement MRR");
}

# ---------------------------------------------------------------------------
# Equal bytes, whatever the plan
# ---------------------------------------------------------------------------
my $histories = q{SELECT md5(string_agg(customer || ' ' || mrr_history_send(h)::text, ',' ORDER BY customer))
	FROM (SELECT customer, mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer) AS c};
# a history of many rows, so that the planner finds partial aggregation worth it
my $groups = q{SELECT md5(string_agg(g || ' ' || mrr_history_send(h)::text, ',' ORDER BY g))
	FROM (SELECT household AS g, mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY 1) AS c};
my $summary = q{SELECT md5(mrr_summary_send(mrr_summary(h, 'month'))) FROM stored};
my $nrr = q{SELECT md5(nrr_summary_send(nrr_summary(mrr_at(h, '2023-06-30'), mrr_at(h, '2024-06-30')))) FROM stored};

$node->safe_psql('postgres', q{
CREATE TABLE stored AS SELECT customer, segment, h FROM histories;
ANALYZE stored});
my %serial = map { $_ => value($_, \@serial) } $histories, $groups, $summary, $nrr;

plan_has($groups, \@parallel, qr/Partial HashAggregate/, 'histories are made in parallel');
plan_has($_, \@parallel, qr/Partial Aggregate/, 'summaries are made in parallel') for $summary, $nrr;
is(value($groups, \@parallel), $serial{$groups}, 'parallel: the same histories');
is(value($summary, \@parallel), $serial{$summary}, 'parallel: the same summary');
is(value($nrr, \@parallel), $serial{$nrr}, 'parallel: the same nrr_summary');

my $force = value("SELECT current_setting('server_version_num')::int >= 160000") eq 't'
  ? 'debug_parallel_query' : 'force_parallel_mode';
is(value($_, ["$force = regress"]), $serial{$_}, 'in a worker: the same') for $histories, $groups, $summary, $nrr;
is(value($histories, [ @serial, 'work_mem = 64', 'hash_mem_multiplier = 1', 'enable_sort = off' ]),
	$serial{$histories}, 'spilled: the same histories');
is(value($histories, [ @serial, 'enable_hashagg = off' ]), $serial{$histories}, 'sorted: the same histories');

for my $round (1 .. 5)
{
	my $order = sprintf('DO $$ BEGIN PERFORM setseed(%.6f); END $$;', rand());
	is( value("$order CREATE TEMP TABLE shuffled AS SELECT * FROM subscriptions ORDER BY random();
		SELECT md5(string_agg(customer || ' ' || mrr_history_send(h)::text, ',' ORDER BY customer))
		FROM (SELECT customer, mrr_history(amount, starts_on, ends_on) AS h FROM shuffled GROUP BY customer) AS c"),
		$serial{$histories}, "permutation $round: the same histories");

	my $parts = 1 + int(rand(40));
	is( value("$order SELECT md5(string_agg(customer || ' ' || mrr_history_send(h)::text, ',' ORDER BY customer))
		FROM (SELECT customer, rollup(part) AS h FROM (
			SELECT customer, (random() * $parts)::int, mrr_history(amount, starts_on, ends_on) AS part FROM subscriptions GROUP BY 1, 2) AS p GROUP BY customer) AS c"),
		$serial{$histories}, "subscriptions in $parts parts: rolled up, the same histories");
	is( value("$order SELECT md5(mrr_summary_send(rollup(s))) FROM (
			SELECT (random() * $parts)::int, mrr_summary(h, 'month') AS s FROM stored GROUP BY 1) AS p"),
		$serial{$summary}, "customers in $parts parts: rolled up, the same summary");
	is( value("$order SELECT md5(nrr_summary_send(rollup(s))) FROM (
			SELECT (random() * $parts)::int, nrr_summary(mrr_at(h, '2023-06-30'), mrr_at(h, '2024-06-30')) AS s FROM stored GROUP BY 1) AS p"),
		$serial{$nrr}, "customers in $parts parts: rolled up, the same nrr_summary");
}
is( value("SELECT md5(mrr_summary_send(rollup(s))) FROM (SELECT segment, mrr_summary(h, 'month') AS s FROM stored GROUP BY segment) AS p"),
	$serial{$summary}, 'the segments roll up to the company');
is( value("SELECT count(*) FROM (
		SELECT period, closing_mrr, closing_customers FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM stored), '2023-01-01', '2025-01-01')
		EXCEPT
		SELECT period, sum(closing_mrr), sum(closing_customers) FROM (SELECT segment, mrr_summary(h, 'month') AS s FROM stored GROUP BY segment) AS p,
			mrr_bridge(s, '2023-01-01', '2025-01-01') GROUP BY period) AS difference"),
	0, 'and so do the rows of their bridges');

# partitionwise, level 2 by partitions of customers and level 1 by time
$node->safe_psql('postgres', q{
CREATE TABLE parted (household int, amount numeric, starts_on date, ends_on date) PARTITION BY RANGE (starts_on);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (MINVALUE) TO ('2023-06-01');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM ('2023-06-01') TO ('2024-02-01');
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM ('2024-02-01') TO (MAXVALUE);
INSERT INTO parted SELECT household, amount, starts_on, ends_on FROM subscriptions;
ANALYZE parted;
});
my $partitionwise = $groups =~ s/FROM subscriptions/FROM parted/r;
my @partitionwise = (@serial, 'enable_partitionwise_aggregate = on');
plan_has($partitionwise, \@partitionwise, qr/Partial HashAggregate/, 'partitionwise plan');
is(value($partitionwise, \@partitionwise), $serial{$groups}, 'partitionwise: the same histories');

# ---------------------------------------------------------------------------
# Stored, copied, dumped
# ---------------------------------------------------------------------------
my $dir = PostgreSQL::Test::Utils::tempdir();
$node->safe_psql('postgres', qq{
CREATE TABLE values_out AS
SELECT customer AS id, h, (SELECT mrr_summary(x, 'quarter') FROM (VALUES (h)) AS v(x)) AS s,
	(SELECT nrr_summary(a, b) FROM (VALUES (mrr_at(h, '2023-03-01'), mrr_at(h, '2024-03-01'))) AS v(a, b)) AS n
FROM stored
UNION ALL
SELECT -1, (SELECT rollup(h) FROM stored), (SELECT mrr_summary(h, 'quarter') FROM stored), (SELECT nrr_summary(mrr_at(h, '2023-03-01'), mrr_at(h, '2024-03-01')) FROM stored);
COPY values_out TO '$dir/text';
COPY values_out TO '$dir/binary' (FORMAT binary);
CREATE TABLE from_text (LIKE values_out);
CREATE TABLE from_binary (LIKE values_out);
COPY from_text FROM '$dir/text';
COPY from_binary FROM '$dir/binary' (FORMAT binary);
});
for my $table (qw(from_text from_binary))
{
	is( value("SELECT count(*) FILTER (WHERE a.h <> b.h OR a.s <> b.s OR a.n <> b.n
			OR mrr_history_send(a.h) <> mrr_history_send(b.h) OR mrr_summary_send(a.s) <> mrr_summary_send(b.s) OR nrr_summary_send(a.n) <> nrr_summary_send(b.n))
		|| ' of ' || count(*) FROM values_out AS a JOIN $table AS b USING (id)"),
		'0 of ' . value('SELECT count(*) FROM values_out'), "COPY: $table");
}
# a refresh rewrites no row when nothing changed, although the plan did
$node->safe_psql('postgres', q{
CREATE MATERIALIZED VIEW customer_mrr AS
SELECT customer, mrr_history(amount, starts_on, ends_on) AS h FROM subscriptions GROUP BY customer;
CREATE UNIQUE INDEX ON customer_mrr (customer);
});
my $rows = q{SELECT md5(string_agg(ctid::text || xmin::text, ',' ORDER BY customer)) FROM customer_mrr};
my $before = value($rows);
value('REFRESH MATERIALIZED VIEW CONCURRENTLY customer_mrr', \@parallel);
value('REFRESH MATERIALIZED VIEW CONCURRENTLY customer_mrr', [ @serial, 'enable_hashagg = off' ]);
is(value($rows), $before, 'concurrent refresh rewrites no row');

$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", '-d', $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', "$dir/dump.sql" ], 'restore');
is($node->safe_psql('restored', $summary), $serial{$summary}, 'restored: the same summary');

# ---------------------------------------------------------------------------
# Hostile binary input: an error, or a value that is canonical
# ---------------------------------------------------------------------------
my ($accepted, $refused, $wrong) = (0, 0, 0);
$node->safe_psql('postgres', 'CREATE TABLE mutant (h mrr_history, s mrr_summary, n nrr_summary)');
for my $column (['h', 'mrr_history'], ['s', 'mrr_summary'], ['n', 'nrr_summary'])
{
	my ($name, $type) = @$column;
	my $bytes = value("SELECT encode(${type}_send($name), 'hex') FROM values_out
		WHERE length(${type}_send($name)) BETWEEN 50 AND 600 ORDER BY id DESC LIMIT 1");
	my $script = '';
	my $mutants = 150;

	for my $i (1 .. $mutants)
	{
		my $mutant = pack('H*', $bytes);
		for (0 .. int(rand(3)))
		{
			my $at = int(rand(length $mutant));
			my $how = rand();
			if ($how < 0.6) { substr($mutant, $at, 1) = chr(int(rand(256))); }
			elsif ($how < 0.8) { substr($mutant, $at, 1) = chr((ord(substr($mutant, $at, 1)) ^ (1 << int(rand(8))))); }
			elsif ($how < 0.9) { $mutant = substr($mutant, 0, $at); last if $mutant eq ''; }
			else { substr($mutant, $at, 0) = chr(int(rand(256))); }
		}
		my $file = "$dir/mutant_${name}_$i";
		open my $out, '>:raw', $file or die "$file: $!";
		print $out "PGCOPY\n\377\r\n\0", pack('NN', 0, 0), pack('n', 1), pack('N', length $mutant), $mutant, pack('n', 0xffff);
		close $out;
		$script .= "COPY mutant ($name) FROM '$file' (FORMAT binary);\n";
	}
	my ($result, $stdout, $stderr) = $node->psql('postgres', $script, on_error_stop => 0);
	my $errors = () = $stderr =~ /ERROR:/g;
	$refused += $errors;
	$accepted += value("SELECT count(*) FROM mutant WHERE $name IS NOT NULL");
	$wrong += value("SELECT count(*) FROM mutant WHERE $name IS NOT NULL AND ($name <> $name\::text::$type OR ${type}_send($name) <> ${type}_send($name\::text::$type))");
	is(value("SELECT count(*) FROM mutant WHERE $name IS NOT NULL") + $errors, $mutants, "$type: every mutant was taken or refused");
}
is($wrong, 0, 'what was taken is canonical');
cmp_ok($refused, '>', 100, 'most are refused');
note "mutants: $accepted taken, $refused refused";
is( value("SELECT count(*) FROM mutant, mrr_bridge(s) AS b WHERE opening_mrr < 0 OR closing_mrr < 0 OR nrr < 0 OR grr NOT BETWEEN 0 AND 100 OR customer_churn NOT BETWEEN 0 AND 100"),
	0, 'no impossible summary');
is( value("SELECT count(*) FROM mutant, mrr_changes(h) AS c WHERE c.mrr < 0"), 0, 'no impossible history');

# ---------------------------------------------------------------------------
# What every aggregate must stand: grouping sets, windows, more plans
# ---------------------------------------------------------------------------
my $cx = CxMetrics::Metamorphic->new(name => 'mrr_metamorphic');
$cx->table('rows', q{
SELECT i AS id, i % 13 AS g,
	CASE WHEN i % 10 > 0 THEN (i * 7919 % 5000)::numeric / (ARRAY[1, 10, 8, 12])[1 + i % 4] END AS opening,
	CASE WHEN i % 9 > 0 THEN (i * 104729 % 5000)::numeric / (ARRAY[1, 100, 12])[1 + i % 3] END AS closing,
	date '2020-01-01' + i * 7919 % 1500 AS starts_on,
	CASE WHEN i % 6 > 0 THEN date '2020-01-01' + i * 7919 % 1500 + 1 + i % 400 END AS ends_on,
	mrr_history_in(format('{"version": 1, "mrr": {"%s": %s, "%s": %s}}', date '2020-01-01' + i * 7919 % 1500, i % 100 + 0.25,
		date '2020-01-02' + i * 7919 % 1500 + i % 400, i % 3 * 0.5)::cstring) AS h
FROM generate_series(1, 6000) AS i});
$cx->check('rows', 'nrr_summary(opening, closing)');
$cx->check('rows', 'nrr_agg(opening, closing)', summary => 'nrr_summary(opening, closing)', accessor => 'nrr');
$cx->check('rows', 'grr_agg(opening, closing)', summary => 'nrr_summary(opening, closing)', accessor => 'grr');
$cx->check('rows', 'mrr_history(opening, starts_on, ends_on)');
$cx->check('rows', "mrr_summary(h, 'month')");
$cx->check('rows', "mrr_summary(h, 'year')");

# Logs: customers of several rows and groups, ids of every kind, discounts.
$cx->table('logged', q{
SELECT i AS id, i % 13 AS g, i * 31 % 700 - 40 AS number, md5((i * 31 % 90)::text)::uuid AS device, 'customer ' || i * 31 % 300 AS name,
	CASE WHEN i % 10 > 0 THEN (i * 7919 % 5000)::numeric / (ARRAY[1, 10, -8, 12])[1 + i % 4] END AS amount,
	CASE WHEN i % 17 > 0 THEN date '2020-01-01' + i * 7919 % 1500 END AS starts_on,
	CASE WHEN i % 6 > 0 THEN date '2020-01-01' + i * 7919 % 1500 + 1 + i % 400 END AS ends_on
FROM generate_series(1, 6000) AS i});
$cx->check('logged', 'mrr_log(number, amount, starts_on, ends_on)');
$cx->check('logged', 'mrr_log(device, round(amount), starts_on, ends_on)');
$cx->check('logged', 'mrr_log(name, amount, starts_on, ends_on)');

my $text_and_binary = $cx->sql(qq{
CREATE TABLE log_stored AS SELECT g AS id, mrr_log(number, amount, starts_on, ends_on) AS l, mrr_log(name, amount, starts_on, ends_on) AS m FROM logged GROUP BY g UNION ALL VALUES (-1, NULL::mrr_log, NULL::mrr_log);
COPY log_stored TO '$dir/log_text';
COPY log_stored TO '$dir/log_binary' (FORMAT binary);
CREATE TABLE log_copied (LIKE log_stored);
COPY log_copied FROM '$dir/log_text';
COPY log_copied FROM '$dir/log_binary' (FORMAT binary);
SELECT count(*), count(*) FILTER (WHERE (mrr_log_send(a.l), mrr_log_send(a.m)) IS DISTINCT FROM (mrr_log_send(b.l), mrr_log_send(b.m))) FROM log_stored AS a JOIN log_copied AS b USING (id)});
is($text_and_binary, '28|0', 'COPY of mrr_log: the same bytes');

# ---------------------------------------------------------------------------
# A cancel is obeyed soon, in the middle of a large aggregation and of a long
# series
# ---------------------------------------------------------------------------
for my $query (
	# one customer, endless different days
	q{SELECT mrr_history(i % 100, date '0001-01-01' + i % 3000017, NULL) FROM generate_series(1, 40000000) AS i},
	q{SELECT count(*) FROM mrr_bridge((SELECT mrr_summary(h, 'month') FROM stored), '0001-01-01', '290000-01-01')})
{
	my $start = time;
	my ($result, $stdout, $stderr) = $node->psql('postgres', "SET statement_timeout = '400ms'; $query");
	like($stderr, qr/statement timeout/, 'cancelled: ' . substr($query, 0, 40));
	cmp_ok(time - $start, '<', 10, 'soon');
}

$node->stop;
$cx->finish;
done_testing();
