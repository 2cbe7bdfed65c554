
# From PostgreSQL 19 on a table may be aggregated before a join that removes rows of
# it (enable_eager_aggregate, on by default).  A value that is an error must not stop
# a query whose result does not have its row, so no aggregate that can raise an error
# is computed there.  Below 19 this is skipped.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Aggregates qw(every_aggregate make_rows outputs_of);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('eager');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nmax_parallel_workers_per_gather = 0\n");
$node->start;

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('postgres', $query);
}

if (sql(q{SELECT count(*) FROM pg_settings WHERE name = 'enable_eager_aggregate'}) eq '0')
{
	$node->stop('fast');
	plan skip_all => 'this PostgreSQL does not aggregate below joins';
}
is(sql('SHOW enable_eager_aggregate'), 'on', 'PostgreSQL aggregates below joins unless told otherwise');
sql('CREATE EXTENSION cx_metrics');

# An aggregate that is computed before the join: its node is below that of the join.
my $eager = qr/(?:Join|Nested Loop).*Partial (?:Hash|Group)?Aggregate/s;

# ---------------------------------------------------------------------------
# Scores of two scales in one table: the percents are those of surveys that the
# join removes
# ---------------------------------------------------------------------------

sql(q{
CREATE TABLE surveys AS SELECT i AS id, CASE i % 2 WHEN 0 THEN 'nps' ELSE 'percent' END AS kind, 'survey ' || i AS name FROM generate_series(1, 20) i;
CREATE TABLE answers AS SELECT 1 + i % 20 AS id, CASE i % 2 WHEN 1 THEN i % 11 ELSE i % 101 END AS score FROM generate_series(1, 10000) i;
ALTER TABLE surveys ADD PRIMARY KEY (id);
ANALYZE surveys, answers;
-- what nps_agg() would be without SSPACE = -1
CREATE AGGREGATE nps_of_a_size(integer) (SFUNC = survey_accum, STYPE = survey_summary, SSPACE = 32,
	FINALFUNC = nps, COMBINEFUNC = survey_combine, PARALLEL = SAFE)});

sub by_survey
{
	my ($call) = @_;
	return "SELECT name, $call FROM answers JOIN surveys USING (id) WHERE kind = 'nps' GROUP BY name ORDER BY name";
}
my $definition = by_survey('trim_scale(100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(*))');
my $nps = by_survey('trim_scale(round(nps_agg(score), 16))');
my $plan = sql('EXPLAIN (COSTS OFF) ' . by_survey('nps_agg(score)'));

is(sql($nps =~ s/round\((.*?), 16\)/round($1, 9)/r), sql($definition =~ s/trim_scale\((.*)\) FROM/trim_scale(round($1, 9)) FROM/r),
	'scores off the scale that the join removes do not stop the query');
unlike($plan, $eager, '... since they are not aggregated') or diag($plan);
like($plan, qr/(?:Hash|Group)?Aggregate/, '... before the join');

# Without these two the test would pass where PostgreSQL would not want to anyway.
$plan = sql('EXPLAIN (COSTS OFF) ' . by_survey('count(score)'));
like($plan, $eager, 'count() is computed before that join') or diag($plan);
my (undef, undef, $error) = $node->psql('postgres', by_survey('nps_of_a_size(score)'));
like($error, qr/ERROR: .*(?:score|scale)/, 'with SSPACE = 32 the same query ends in an error');

# ---------------------------------------------------------------------------
# Every aggregate
# ---------------------------------------------------------------------------

my ($aggregates, $makers, $catalog) = every_aggregate(\&sql);
make_rows(\&sql, $aggregates, $makers);
# booleans cannot be wrong
my %before = map { $_ => 1 } 'rate_summary(boolean)', 'rate_agg(boolean)';
sql(q{
CREATE TABLE regions AS SELECT g, 'region ' || g % 3 AS region_name FROM generate_series(0, 5) AS g;
ALTER TABLE regions ADD PRIMARY KEY (g);
ANALYZE regions});
for my $table ('events', 'customers', 'stored')
{
	# copies, so that grouping first is worth while
	sql("CREATE TABLE $table AS SELECT o.* FROM one_$table o, generate_series(1, 20000 / (SELECT count(*)::integer FROM one_$table)); ANALYZE $table");
	like(sql("EXPLAIN (COSTS OFF) SELECT region_name, count(*) FROM $table JOIN regions USING (g) GROUP BY region_name"), $eager,
		"$table: count() is computed before the join");
}
is(sql('SELECT region_name, round(rate_agg(outcome), 9) FROM events JOIN regions USING (g) GROUP BY region_name ORDER BY region_name'),
	sql('SELECT region_name, round(100.0 * count(*) FILTER (WHERE outcome) / count(outcome), 9) FROM events JOIN regions USING (g) GROUP BY region_name ORDER BY region_name'),
	'rate_agg(), which is computed before the join, is right');
my @signatures = sort grep { @{ $aggregates->{$_}{by} } } keys %$aggregates;
my @plans = outputs_of(\&sql, '', map {
	my $a = $aggregates->{$_};
	"EXPLAIN (COSTS OFF) SELECT region_name, $a->{call} FROM $a->{from} JOIN regions USING (g) GROUP BY region_name"
} @signatures);
for my $i (0 .. $#signatures)
{
	my $eagerly = $plans[$i] =~ $eager ? 1 : 0;

	is($eagerly, $before{ $signatures[$i] } // 0, "$signatures[$i]: " . ($eagerly ? 'before' : 'after') . ' the join') or diag($plans[$i]);
}

# Hash tables of many groups are what they would be for count().
sql('CREATE TABLE many AS SELECT i % 100000 AS g, i % 11 AS score FROM generate_series(1, 200000) i; ANALYZE many');
like(sql("EXPLAIN (COSTS OFF) SELECT g, $_ FROM many GROUP BY g"), qr/HashAggregate/, "$_: 100,000 groups are hashed")
  for 'nps_agg(score)', 'survey_summary(score)', 'rate_agg(score > 8)';

$node->stop('fast');
done_testing();
