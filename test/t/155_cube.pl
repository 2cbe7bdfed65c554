
# The Cube model of docs/cube.md, compiled by Cube's own schema compiler: what it
# sends to PostgreSQL gives the figures of plain SQL over the rows.
#
#   npm install --prefix DIR test/cube && NODE_PATH=DIR/node_modules ... script/test tap 155
#
# Without it there is nothing to compare; script/test nightly-cube installs it.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Documents qw(sql_blocks);
use IPC::Run ();
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $has_compiler = eval { IPC::Run::run([ 'node', '-e', 'require.resolve("@cubejs-backend/schema-compiler")' ], '<', \undef, '>', \my $out, '2>', \my $err) };
plan skip_all => 'Node.js has no module @cubejs-backend/schema-compiler' unless $has_compiler;

chdir $root or die "cannot enter $root: $!\n";
my $node = PostgreSQL::Test::Cluster->new('cube');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\ntimezone = 'UTC'");
$node->start;

# All that the document has before its model.
my $document = slurp_file('docs/cube.md');
my ($hidden) = $document =~ /^<!-- sql\n(.*?)^-->/ms or die 'docs/cube.md has no tables';
$node->safe_psql('postgres', join "\n", 'CREATE EXTENSION cx_metrics;', $hidden, sql_blocks('docs/cube.md', 'The data'));
my ($model) = $document =~ /^```js\n(.*?)^```/ms or die 'docs/cube.md has no model';
my $file = $node->basedir . '/model.js';
open my $to, '>', $file or die "$file: $!\n";
print $to $model;
close $to or die "$file: $!\n";

# A question to Cube, and its answer in plain SQL.
my $nps = '100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score)';
my $month = q{date_trunc('month', answered_on::timestamp)};
my @by_month = (timeDimensions => [ { dimension => 'survey.day', granularity => 'month', dateRange => [ '2025-01-01', '2025-03-31' ] } ]);
my @questions = (
	[ 'all of it', { measures => [ 'survey.nps', 'survey.answers' ] }, "SELECT round($nps, 9), count(score) FROM survey_answers" ],
	[ 'by channel', { measures => ['survey.nps'], dimensions => ['survey.channel'] }, "SELECT channel, round($nps, 9) FROM survey_answers GROUP BY 1" ],
	[ 'by month and channel', { measures => ['survey.nps'], dimensions => ['survey.channel'], @by_month }, "SELECT channel, $month, round($nps, 9) FROM survey_answers GROUP BY 1, 2" ],
	[ 'by month', { measures => [ 'survey.answers', 'survey.nps' ], @by_month }, "SELECT $month, count(score), round($nps, 9) FROM survey_answers GROUP BY 1" ],
	[ 'a filter', { measures => ['survey.nps'], filters => [ { member => 'survey.channel', operator => 'equals', values => [ 'app', 'store' ] } ] },
		"SELECT round($nps, 9) FROM survey_answers WHERE channel IN ('app', 'store')" ],
	[ 'a condition on the metric', { measures => ['survey.nps'], dimensions => ['survey.channel'], filters => [ { member => 'survey.answers', operator => 'gt', values => ['1107'] } ] },
		"SELECT channel, round($nps, 9) FROM survey_answers GROUP BY 1 HAVING count(score) > 1107" ],
	[ 'a filtered measure', { measures => [ 'survey.nps_app', 'survey.nps' ], @by_month },
		"SELECT $month, round(" . ($nps =~ s/WHERE /WHERE channel = 'app' AND /gr =~ s/count\(score\)$/count(score) FILTER (WHERE channel = 'app')/r) . ", 9), round($nps, 9) FROM survey_answers GROUP BY 1" ],
	[ 'an interval', { measures => [ 'survey.nps_low', 'survey.nps_high' ], dimensions => ['survey.channel'] },
		'SELECT channel, round(low, 9), round(high, 9) FROM (SELECT channel, survey_summary(score) AS s FROM survey_answers GROUP BY 1) AS c, nps_interval(s)' ],
	[ 'a rate', { measures => ['service.sla'], dimensions => ['service.channel'] }, 'SELECT channel, round(100.0 * count(*) FILTER (WHERE minutes <= 60) / count(minutes), 9) FROM tickets GROUP BY 1' ]);

my ($compiled, $errors);
ok(IPC::Run::run([ 'node', 'test/cube/compile.js', $file ], '<', \encode_json([ map { $_->[1] } @questions ]), '>', \$compiled, '2>', \$errors), 'the model of the document compiles') or diag($errors);
my $sent = decode_json($compiled);

# The rows of a query in an order of their own, numbers to nine decimals.
sub rows
{
	my ($query) = @_;
	my @rows = split /\n/, $node->safe_psql('postgres', $query);

	s/(-?\d+\.\d+)/sprintf('%.9f', $1) =~ s{[.]?0+$}{}r/ge for @rows;
	return join "\n", sort @rows;
}

for my $i (0 .. $#questions)
{
	my ($name, undef, $plain) = @{ $questions[$i] };
	my ($sql, $parameters) = @{ $sent->[$i] };

	# from the last on, so that $1 is not the begin of $10
	$sql =~ s/\$$_\b/"'" . ($parameters->[ $_ - 1 ] =~ s{'}{''}gr) . "'"/ge for reverse 1 .. @$parameters;
	is(rows($sql), rows($plain), "$name: what Cube sends gives what the rows give");
}

# What the document shows is what is sent.
my ($shown) = sql_blocks('docs/cube.md', 'What Cube sends');
my ($sql, $parameters) = @{ $sent->[2] };
$sql =~ s/\$$_\b/'$parameters->[ $_ - 1 ]'/g for reverse 1 .. @$parameters;
is($sql =~ s/\s+/ /gr =~ s/^ | $//gr, $shown =~ s/\s+/ /gr =~ s/ ORDER BY 2, 1;.*//sr, 'the SQL of the document is what Cube sends');

$node->stop;
done_testing();
