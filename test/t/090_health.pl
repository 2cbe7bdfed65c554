
# Health: the same rows give the same bytes, whatever the plan; names of signals
# in any encoding; views that live.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Utils;
use Test::More;

my $cx = CxMetrics::Metamorphic->new;

# A group has every signal once, so that a summary of any part of it can be.
$cx->table('signals', q{
SELECT i AS id, i / 40 AS g, 'signal ' || i % 40 AS signal, CASE WHEN r % 5 > 0 THEN r % 10001 / 100.0 END AS score,
	CASE WHEN r % 11 > 0 THEN r % 9 + r % 7 / 8.0 END AS weight
FROM generate_series(0, 5999) i, LATERAL (SELECT (hashint8extended(i, 2) & 65535)::integer) h(r)});

$cx->check('signals', 'health_score(score, weight)');

# Every row is another signal: a summary takes no signal twice.
$cx->table('distinct_signals', q{
SELECT id, id % 25 AS g, 'signal ' || id AS signal, score, weight FROM signals WHERE id < 1000});
$cx->check('distinct_signals', 'health_summary(signal, score, weight)');
$cx->check('distinct_signals', 'health_score(score, weight)', accessor => 'health_score',
	summary => 'health_summary(signal, score, weight)');

$cx->table('accounts', q{
SELECT i AS id, (r % 1000) % 7 AS g, CASE WHEN r % 13 > 0 THEN CASE i % 2 WHEN 0 THEN r % 101 ELSE (r * 7.0 - 200000) / 64 END END AS score,
	CASE WHEN r % 17 > 0 THEN r % 101 > i % 97 END AS outcome
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 3) & 65535)::integer) h(r)});
$cx->check('accounts', 'auc_summary(score, outcome)');
$cx->check('accounts', 'auc_agg(score, outcome)', summary => 'auc_summary(score, outcome)', accessor => 'auc');

# Some accounts lack a signal, and some groups know none that has it.
$cx->table('measured', q{
SELECT id, id % 7 AS g, health_summary(signal, score, 1) AS s, CASE WHEN id % 17 > 0 THEN hashint8(id) % 3 > 0 END AS outcome
FROM generate_series(1, 3000) id, LATERAL (VALUES ('a', (id * 7919 % 1001) / 10.0), ('b', CASE WHEN id % 13 > 0 THEN id * 104729 % 21 * 5 END), ('c', id % 11 * 9)) v(signal, score)
WHERE signal <> 'c' OR id % 7 > 2 GROUP BY id});
$cx->check('measured', 'health_outcomes(s, outcome)');

# Nothing changed, nothing is rewritten.
$cx->sql(q{
CREATE MATERIALIZED VIEW account_health AS
	SELECT g, health_summary(signal, score, weight) AS s, health_score(score, weight) AS score FROM signals GROUP BY g;
CREATE UNIQUE INDEX ON account_health (g)});
my $rows = 'SELECT string_agg(g || xmin::text || ctid::text, $$,$$ ORDER BY g) FROM account_health';
my $before = $cx->sql($rows);
$cx->sql('SET enable_hashagg = off; REFRESH MATERIALIZED VIEW CONCURRENTLY account_health');
$cx->sql('SET max_parallel_workers_per_gather = 0; REFRESH MATERIALIZED VIEW CONCURRENTLY account_health');
is($cx->sql($rows), $before, 'REFRESH CONCURRENTLY rewrites no row');

# Names that do not sort by their bytes alike in UTF-8 and in LATIN1, carried as
# text and in binary from one to the other and back.
my $node = $cx->node;
$cx->sql(q{CREATE DATABASE other ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;
CREATE DATABASE this ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0});
for my $database ('this', 'other')
{
	$node->safe_psql($database, q{SET client_encoding = 'UTF8'; CREATE EXTENSION cx_metrics;
CREATE TABLE t AS SELECT health_summary(signal, 50, 2) AS s FROM unnest(ARRAY['} . "gr\xc3\xb6\xc3\x9fe', 'z', '\xc2\xa0', '\xc3\xa9" . q{']) signal});
}
is($node->safe_psql('other', 'SHOW server_encoding'), 'LATIN1', 'a database in LATIN1');
my $drivers = q{SET client_encoding = 'UTF8'; SELECT string_agg(signal, ',' ORDER BY signal COLLATE "C") FROM t, health_drivers(s)};
my %names = map { $_ => join(',', sort split /,/, $node->safe_psql($_, $drivers)) } 'this', 'other';
is($names{other}, $names{this}, 'names in LATIN1 and in UTF-8');
for my $way ([ 'this', 'other' ], [ 'other', 'this' ])
{
	my ($from, $to) = @$way;
	my $file = $node->basedir . "/$from.copy";

	$node->safe_psql($from, "COPY t TO '$file' (FORMAT binary)");
	is($node->safe_psql($to, "CREATE TABLE from_$from (LIKE t); COPY from_$from FROM '$file' (FORMAT binary);
			SELECT count(*) FROM t JOIN from_$from USING (s)"), '1', "binary from $from to $to");
	$node->safe_psql($from, "COPY t TO '$file' (ENCODING 'UTF8')");
	is($node->safe_psql($to, "COPY from_$from FROM '$file' (ENCODING 'UTF8'); SELECT count(*) FROM t JOIN from_$from USING (s)"),
		'2', "text from $from to $to");
}
my $euro = $node->basedir . '/euro.copy';
$node->safe_psql('this', "SET client_encoding = 'UTF8'; COPY (SELECT health_summary('\xe2\x82\xac', 1, 2)) TO '$euro' (FORMAT binary)");
my ($status, $stdout, $stderr) = $node->psql('other', "COPY t FROM '$euro' (FORMAT binary)");
like($stderr, qr/character with byte sequence 0xe2 0x82 0xac in encoding "UTF8" has no equivalent in encoding "LATIN1"/, 'a name that the database cannot hold');

$cx->finish;
done_testing();
