# The dashboard in demo/observable: Observable Framework builds it without a network
# from the views of the sample company, and a browser shows the figures that plain SQL
# counts from the rows.
#
#   npm install --prefix DIR demo/observable && NODE_PATH=DIR/node_modules ... script/test tap 156
#
# Without it there is nothing to build; script/test nightly-observable installs it.

use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run ();
use JSON::PP qw(decode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
my $demo = "$root/demo";
my ($modules) = grep { -x "$_/.bin/observable" } split(/:/, $ENV{NODE_PATH} // ''), "$demo/observable/node_modules";

plan skip_all => 'Node.js has no module @observablehq/framework' unless $modules;

my $node = PostgreSQL::Test::Cluster->new('observable');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\ntimezone = 'UTC'");
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE company');
$node->safe_psql('company', 'CREATE EXTENSION cx_metrics');
run_command([ 'psql', '-X', '-q', '-d', $node->connstr('company'), '-v', 'customers=4000', '-f', "$demo/company.sql", '-f', "$demo/mapping.sql" ]);

# A copy, so that nothing is left in the source.
my $copy = $node->basedir . '/dashboard';
mkdir $copy or die "$copy: $!\n";
system('cp', '-R', (map { "$demo/observable/$_" } qw(package.json fresh.js observablehq.config.js src)), $copy) == 0 or die "cannot copy the dashboard\n";
symlink $modules, "$copy/node_modules" or die "$copy/node_modules: $!\n";

# npm run offline over a database: whether it went well, and what it said.
sub build
{
	my ($database) = @_;
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $database, HOME => $node->basedir,
		NODE_OPTIONS => qq{--require "$root/test/observable/offline.cjs"}, npm_config_update_notifier => 'false');
	delete $ENV{NODE_PATH};
	my $said = '';
	my $well = IPC::Run::run([ 'npm', 'run', 'offline' ], '<', \undef, '>&', \$said, init => sub { chdir $copy or die "$copy: $!\n" });

	return ($well, $said);
}

my ($well, $said) = build('company');
ok($well, 'the dashboard is built without a network') or diag($said);
unlike($said, qr/a connection was wanted/, '... and wants none');

my $html = slurp_file("$copy/dist/index.html");
is(join(' ', $html =~ /(?:src|href)="(https?:[^"]*)/g), '', 'the page loads nothing from elsewhere');

# ---------------------------------------------------------------------------
# Figures of the last month, from the rows
# ---------------------------------------------------------------------------

sub figure
{
	my ($query) = @_;

	return $node->safe_psql('company', "SET search_path = demo; $query");
}

my %expected = (
	nps => figure(q{SELECT round(100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score), 1)
		FROM (SELECT DISTINCT * FROM survey_responses WHERE kind = 'nps' AND day >= '2025-12-01') AS a}),
	# A month has 365.25 / 12 days.
	mrr => figure(q{SELECT round(sum(price * CASE billing_interval WHEN '7 days' THEN 365.25 / 12 / 7 ELSE
			1.0 / (12 * extract(year FROM billing_interval) + extract(month FROM billing_interval)) END) / 1e6, 2)::float8 || 'M'
		FROM subscriptions WHERE starts_on <= '2025-12-31' AND (ends_on IS NULL OR ends_on > '2025-12-31')}),
	users => figure(q{SELECT to_char(count(DISTINCT user_id), 'FM9,999,999') FROM events WHERE at >= '2025-12-01'}),
	service => figure(q{SELECT round(100.0 * count(*) FILTER (WHERE first_response_at <= opened_at + response_target)
		/ count(*) FILTER (WHERE first_response_at IS NOT NULL OR opened_at + response_target < '2026-01-01'), 1) || ' %'
		FROM tickets WHERE opened_at >= '2025-12-01'}));

sub arrows
{
	my ($condition) = @_;

	return $node->safe_psql('company', "SELECT count(*) FROM cx_report.$condition");
}

my @arrows = (arrows('nps_month WHERE direction <> 0'), 0, arrows('active_users_month WHERE direction <> 0'),
	arrows('service_month WHERE response_direction <> 0') + arrows('service_month WHERE resolution_direction <> 0'), 0);

# ---------------------------------------------------------------------------
# What a reader sees
# ---------------------------------------------------------------------------

SKIP:
{
	skip 'chromium is not installed', 1 unless grep { -x "$_/chromium" } split /:/, $ENV{PATH};

	my @charts = ('NPS by month', 'What moved MRR, by month', 'Active users by month', 'Tickets within their targets, by month',
		'Users who are still there, in percent, by cohort and age');
	my @tips = (qr/NPS -?\d+[.]\d, -?\d+[.]\d to -?\d+[.]\d/, qr/ new [\d,]+.* churned -?[\d,]+/, qr/ returning [\d,]+.* dormant -?[\d,]+/,
		qr/answered in time \d+[.]\d %.*resolved in time/, qr/ [\d,]+ users \d+ months? later \d+[.]\d %/);
	my %paper;

	for my $reader ([ 1280, 'light' ], [ 420, 'dark' ])
	{
		my ($width, $scheme) = @$reader;
		my $name = "$width pixels, $scheme";
		local $ENV{HOME} = $node->basedir;
		my ($out, $err);

		ok(IPC::Run::run([ 'node', "$root/test/observable/look.js", "$copy/dist", $width, $scheme ], '<', \undef, '>', \$out, '2>', \$err), "$name: the page is shown")
		  or do { diag($err); next };
		my $told = decode_json($out);

		is_deeply($told->{numbers}, \%expected, "$name: the figures are those of the rows");
		is_deeply([ grep { !/^December 2025/ } values %{ $told->{below} } ], [], "$name: ... of the last month");
		is_deeply($told->{charts}, \@charts, "$name: all charts are drawn");
		is_deeply($told->{arrows}, \@arrows, "$name: an arrow for each change that is more than chance");
		is($told->{cells}[4], 78, "$name: twelve cohorts, the youngest with one month");
		like($told->{tips}[$_], $tips[$_], "$name: $charts[$_]: it tells what it is pointed at") for 0 .. $#charts;
		is_deeply($told->{errors}, [], "$name: no cell of the page failed");
		# A browser's note that a size changed while it was measured; the next frame has it.
		is_deeply([ grep { !/ResizeObserver loop completed/ } @{ $told->{console} } ], [], "$name: nothing on the console");
		is_deeply($told->{missing}, [], "$name: no file is missing");
		cmp_ok($told->{over}, '<=', 0, "$name: nothing is wider than the screen");
		is_deeply($told->{cut}, [], "$name: no text is cut");
		cmp_ok($told->{smallest}, '>=', 12, "$name: the smallest text is readable");
		$paper{$scheme} = $told->{paper};
	}
	isnt($paper{light}, $paper{dark}, 'light and dark');
}

# ---------------------------------------------------------------------------
# Another database
# ---------------------------------------------------------------------------

($well, $said) = build('postgres');
ok(!$well, 'without the views nothing is built, whatever was built before');
like($said, qr/relation "cx_report[.]\w+" does not exist/, '... and it says which one there is not');

$node->stop;
done_testing();
