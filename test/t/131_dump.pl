
# Dump and restore, and pg_upgrade, of a database with something standing on
# every object of the extension and values of every type: everything that can be
# read is the same afterwards, the catalogs too.
#
# pg_upgrade goes from this version of PostgreSQL to itself.  To another one, in
# which the extension is installed: CX_UPGRADE_TO=/path/to/bin/pg_config

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Catalog;
use CxMetrics::Everything;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $settings = "jit = off\nfsync = off\nautovacuum = off\ntimezone = 'UTC'";
my $node = PostgreSQL::Test::Cluster->new('old');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', $settings);
$node->start;

$node->safe_psql('postgres', 'CREATE DATABASE company');
$node->safe_psql('company', 'CREATE EXTENSION cx_metrics');
my $fresh = catalog($node, 'company');
stand($node, 'company', seeds(sub { $node->safe_psql('company', @_) }));
my $before = contents($node, 'company');
my @types = split /\n/, $node->safe_psql('company', 'SELECT name FROM stand.summary_type ORDER BY 1');
is(join(' ', grep { !exists $before->{"stored_$_, row 1"} } @types), '', 'values of all ' . @types . ' types are stored');

# unchanged(NODE, DATABASE, HOW [, CATALOG]): all of it.
sub unchanged
{
	my ($server, $database, $how, $like) = @_;
	my @changes = changes($before, contents($server, $database));
	my @differences = differences(catalog($server, $database), $like // $fresh);

	is(scalar(@changes), 0, "$how: all " . keys(%$before) . ' values read the same')
	  or diag(join "\n", map { substr $_, 0, 500 } @changes[ 0 .. ($#changes < 10 ? $#changes : 10) ]);
	is(scalar(@differences), 0, "$how: the catalogs are those of a fresh install")
	  or diag(join "\n", @differences[ 0 .. ($#differences < 10 ? $#differences : 10) ]);
	return;
}

my $dump = $node->basedir . '/dump';
my %restore = (
	plain => [ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'plain', '-f' ],
	custom => [ 'pg_restore', '--exit-on-error', '-d', 'custom' ]);
for my $format ('plain', 'custom')
{
	# rows as COPY, and as INSERT
	my @rows = $format eq 'custom' ? ('--rows-per-insert=100') : ();

	$node->command_ok([ 'pg_dump', '-F', $format, @rows, '-f', "$dump.$format", 'company' ], "pg_dump, $format");
	$node->safe_psql('postgres', "CREATE DATABASE $format");
	$node->command_ok([ @{ $restore{$format} }, "$dump.$format" ], "restored, $format");
	unchanged($node, $format, $format);
	is((kept_goes_on($node, $format))[0], '', "$format: the kept summaries go on");
	$node->safe_psql('postgres', "DROP DATABASE $format");
}

# The binary form: the schema alone, and every table through COPY.
$node->command_ok([ 'pg_dump', '--schema-only', '-f', "$dump.schema", 'company' ], 'pg_dump of the schema');
$node->safe_psql('postgres', 'CREATE DATABASE from_binary');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dump.schema", 'from_binary' ], 'the schema is restored');
my @tables = split /\n/, $node->safe_psql('company',
	q{SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'stand'::regnamespace ORDER BY 1});
$node->safe_psql('company', join '', map { "COPY $_ TO '$dump.$_' (FORMAT binary);" } @tables);
# without the triggers of the kept summaries, whose deltas come by themselves
$node->safe_psql('from_binary', join '', 'SET session_replication_role = replica;', map { "COPY $_ FROM '$dump.$_' (FORMAT binary);" } @tables);
$node->safe_psql('from_binary', join '', map { "REFRESH MATERIALIZED VIEW $_;" } split /\n/,
	$node->safe_psql('company', q{SELECT oid::regclass FROM pg_class WHERE relkind = 'm' AND relnamespace = 'stand'::regnamespace}));
unchanged($node, 'from_binary', 'COPY, binary');
$node->safe_psql('postgres', 'DROP DATABASE from_binary');

# pg_upgrade takes the files as they are and makes the catalogs anew, each
# object of the extension by itself.
my $bindir = $node->config_data('--bindir');
my $new_bindir = $bindir;
my @install;
if (defined $ENV{CX_UPGRADE_TO})
{
	chomp($new_bindir = qx("$ENV{CX_UPGRADE_TO}" --bindir));
	@install = (install_path => $new_bindir =~ s{/bin$}{}r);
}
my $new = PostgreSQL::Test::Cluster->new('new', @install);
my @checksums = $new->pg_version->major >= 18 && $node->pg_version->major < 18 ? '--no-data-checksums' : ();

$new->init(extra => [ '--encoding', 'UTF8', '--no-locale', @checksums ]);
$new->append_conf('postgresql.conf', $settings);
$new->start;
$new->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');
my $new_fresh = catalog($new, 'postgres');
$new->safe_psql('postgres', 'DROP EXTENSION cx_metrics');
$new->stop;
$node->stop;
chdir ${PostgreSQL::Test::Utils::tmp_check};
command_ok([ "$new_bindir/pg_upgrade", '--link', '-d', $node->data_dir, '-D', $new->data_dir, '-b', $bindir, '-B', $new_bindir,
		'-s', $new->host, '-p', $node->port, '-P', $new->port ], 'pg_upgrade from ' . $node->pg_version . ' to ' . $new->pg_version);
$new->start;
unchanged($new, 'company', 'pg_upgrade', $new_fresh);
for my $type (@types)
{
	$new->safe_psql('company', "REFRESH MATERIALIZED VIEW CONCURRENTLY stand.refreshed_$type");
}
is(scalar(changes($before, contents($new, 'company'))), 0, 'pg_upgrade: the materialized views can be refreshed');
is((kept_goes_on($new, 'company'))[0], '', 'pg_upgrade: the kept summaries go on');
$new->safe_psql('postgres', 'CREATE DATABASE fresh');
$new->safe_psql('fresh', 'CREATE EXTENSION cx_metrics');
is($new->safe_psql('fresh', 'SELECT nps_agg(9)'), '100', 'pg_upgrade: the extension can be created anew');

unlike(slurp_file($_->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log of ' . $_->name) for $node, $new;
$new->stop;
done_testing();
