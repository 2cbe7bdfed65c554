
# ALTER EXTENSION UPDATE: from every version that there is, the catalogs are
# those of a fresh install, and whatever stands on the oldest version goes on
# standing and reads the same.
#
# The versions are those of sql/.  While there is only one, and afterwards too,
# two that exist here alone show that this works.  One is older than all, and lacks
# a type and a function that they have.  One is newer: its scripts, which are made
# from the newest ones, change something of every kind; and upgrade scripts that
# each forget one of the changes show that what is forgotten is found.
#
# It works in a copy of PostgreSQL, where it may install scripts.

use strict;
use warnings;
use File::Basename qw(basename);
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Catalog;
use CxMetrics::Everything;
use CxMetrics::Stored;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $copy = PostgreSQL::Test::Utils::tempdir;
my $library = "$FindBin::RealBin/../../script/lib.sh";
$ENV{PG_CONFIG} //= 'pg_config';
my $bindir = qx(bash -c '. "\$0" && cx_set_pg && cx_private_pg "\$1" && "\$PG_CONFIG" --bindir' '$library' '$copy');
chomp $bindir;
die 'PostgreSQL cannot be copied' unless $bindir =~ m{^\Q$copy\E/.*/bin$};
chomp(my $sharedir = qx('$bindir/pg_config' --sharedir));
my $scripts = "$sharedir/extension";

my $node = PostgreSQL::Test::Cluster->new('upgrade', install_path => $bindir =~ s{/bin$}{}r);
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nautovacuum = off\ntimezone = 'UTC'");
$node->start;

sub sql
{
	return $node->safe_psql(@_);
}

sub write_file
{
	my ($name, $text) = @_;

	unlink $name;
	append_to_file($name, $text);
	return;
}

# same(IS, SHOULD, NAME): two catalogs.
sub same
{
	my ($is, $should, $name) = @_;
	my @differences = differences($is, $should);

	is(scalar(@differences), 0, $name) or diag(join("\n", @differences));
	return;
}

# ---------------------------------------------------------------------------
# The versions that there are
# ---------------------------------------------------------------------------

my ($newest) = slurp_file("$scripts/cx_metrics.control") =~ /^default_version = '(.+)'/m;
my @versions = sort { version_order($a) cmp version_order($b) }
  map { m{/cx_metrics--([^/]+?)\.sql$} } grep { !/--.+--/ } glob("$scripts/cx_metrics--*.sql");

# A version before the first one, without what came later: a type with all of its
# functions and operators, and a function.
my $first = $versions[0];
my $oldest = "0.$first";
my $came_later = qr/\btrend_summary\b|\bpassives\(survey_summary\)/;
my @statements = split /(?<=;\n)(?=\n)/, slurp_file("$scripts/cx_metrics--$first.sql");
write_file("$scripts/cx_metrics--$oldest.sql", join('', grep { !/$came_later/ } @statements));
write_file("$scripts/cx_metrics--$oldest--$first.sql", join('', grep { /$came_later/ } @statements));
unshift @versions, $oldest;

sub version_order
{
	return join '.', map { sprintf '%06d', $_ } $_[0] =~ /(\d+)/g;
}

is($versions[-1], $newest, "the newest version, $newest, has an install script of its own");
note("versions: @versions");
sql('postgres', "CREATE DATABASE newest; CREATE DATABASE scratch");
sql('newest', 'CREATE EXTENSION cx_metrics');
my $fresh = catalog($node, 'newest');
cmp_ok(scalar(grep { /^function / } keys %$fresh), '>', 100, 'the catalogs have functions');
for my $version (grep { $_ ne $newest } @versions)
{
	same(catalog($node, 'scratch', "CREATE EXTENSION cx_metrics VERSION '$version'; ALTER EXTENSION cx_metrics UPDATE"),
		$fresh, "$version updates to $newest: the catalogs are those of a fresh install");
}

# ---------------------------------------------------------------------------
# A version that exists here alone
# ---------------------------------------------------------------------------

my $next = "$newest.1";
my $script = slurp_file("$scripts/cx_metrics--$newest.sql");

# What changes, by kind: the object, what of it is found when it is forgotten,
# the statement of the upgrade script, and what makes of the newest install
# script the next one.  The objects are the first of their kind in the script.
my ($function) = $script =~ /^(CREATE FUNCTION rate\(.*?;\n)/ms;
my ($operator) = $script =~ /^(COMMENT ON OPERATOR = .*?;\n)/ms;
my ($aggregate) = $script =~ /^(CREATE AGGREGATE rate_agg\(.*?\n\);\n)/ms;
my ($space) = $aggregate =~ /^\tSSPACE = (\d+),\n/m;
my ($commented) = $operator =~ /^COMMENT ON (.*?) IS /;
my %changes = (
	'a function is replaced' => {
		find => 'function public.rate(public.rate_summary): pg_proc.procost is 1, should be 7',
		upgrade => $function =~ s/^CREATE/CREATE OR REPLACE/r =~ s/PARALLEL SAFE/PARALLEL SAFE COST 7/r,
		install => sub { s/^\Q$function\E/$function =~ s{PARALLEL SAFE}{PARALLEL SAFE COST 7}r/me },
	},
	'an aggregate is replaced' => {
		find => "aggregate public.rate_agg(boolean): pg_aggregate.aggtransspace is $space, should be 96",
		upgrade => $aggregate =~ s/^CREATE/CREATE OR REPLACE/r =~ s/\tSSPACE = \d+/\tSSPACE = 96/r,
		install => sub { s/^\Q$aggregate\E/$aggregate =~ s{\tSSPACE = \d+}{\tSSPACE = 96}r/me },
	},
	'a comment' => {
		find => qr/^operator public.=\(.*\): comment is equal, should be the same$/m,
		upgrade => "COMMENT ON $commented IS 'the same';\n",
		install => sub { s/^COMMENT ON \Q$commented\E IS '.*?'/COMMENT ON $commented IS 'the same'/m },
	},
	'privileges' => {
		find => 'function public.negatives(public.rate_summary): initial privileges is none, should be ',
		upgrade => "REVOKE ALL ON FUNCTION negatives(rate_summary) FROM PUBLIC;\n",
		install => sub { $_ .= "REVOKE ALL ON FUNCTION negatives(rate_summary) FROM PUBLIC;\n" },
	},
	'a new function' => {
		find => 'function public.next_rate(public.rate_summary,numeric): missing',
		upgrade => "CREATE FUNCTION next_rate(s rate_summary, times numeric DEFAULT 2) RETURNS numeric\nLANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN rate(s) * times;\n",
		install => sub { $_ .= "CREATE FUNCTION next_rate(s rate_summary, times numeric DEFAULT 2) RETURNS numeric\nLANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE\nRETURN rate(s) * times;\n" },
	},
	'a new aggregate' => {
		find => 'aggregate public.next_agg(boolean): missing',
		upgrade => $aggregate =~ s/rate_agg/next_agg/r,
		install => sub { s/^\Q$aggregate\E/$aggregate . ($aggregate =~ s{rate_agg}{next_agg}r)/me },
	},
	'a new cast' => {
		find => 'cast (public.rate_summary AS numeric): missing',
		upgrade => "CREATE CAST (rate_summary AS numeric) WITH FUNCTION rate(rate_summary);\n",
		install => sub { $_ .= "CREATE CAST (rate_summary AS numeric) WITH FUNCTION rate(rate_summary);\n" },
	},
	'an attribute of an operator' => {
		find => qr/^operator public.<>\(.*\): pg_operator.oprrest is function pg_catalog.neqsel.*should be -$/m,
		upgrade => "ALTER OPERATOR <> (rate_summary, rate_summary) SET (RESTRICT = NONE);\n",
		install => sub { s/^(CREATE OPERATOR <> \(\n\tLEFTARG = rate_summary,.*?)RESTRICT = neqsel, /$1/ms },
	},
	'a view of the extension' => {
		find => qr/^view public.next_view: missing$/m,
		upgrade => "CREATE VIEW next_view AS SELECT rate_agg(b) AS r FROM (VALUES (true)) AS v(b);\n",
		install => sub { $_ .= "CREATE VIEW next_view AS SELECT rate_agg(b) AS r FROM (VALUES (true)) AS v(b);\n" },
	},
	'a new type' => {
		find => 'type public.next_level[]: missing',
		upgrade => "CREATE TYPE next_level AS ENUM ('low', 'high');\n",
		install => sub { $_ .= "CREATE TYPE next_level AS ENUM ('low', 'high');\n" },
	},
);

my $install = $script;
for my $kind (sort keys %changes)
{
	local $_ = $install;

	$changes{$kind}{install}->();
	ok($_ ne $install, "the install script changes: $kind");
	$install = $_;
}
write_file("$scripts/cx_metrics--$next.sql", $install);
write_file("$scripts/cx_metrics--$newest--$next.sql", join('', map { $changes{$_}{upgrade} } sort keys %changes));

sql('postgres', "CREATE DATABASE next");
sql('next', "CREATE EXTENSION cx_metrics VERSION '$next'");
my $fresh_next = catalog($node, 'next');
cmp_ok(scalar(differences($fresh_next, $fresh)), '>=', keys %changes, "the catalogs of $next differ from those of $newest");

# ---------------------------------------------------------------------------
# The oldest version with everything standing on it
# ---------------------------------------------------------------------------

my $seeds = seeds(sub { sql('newest', @_) });
sql('postgres', "CREATE DATABASE company");
sql('company', "CREATE EXTENSION cx_metrics VERSION '$oldest'");
my $before_standing = catalog($node, 'company');
my %had = map { $_ => 1 } alone($node, 'company');
stand($node, 'company', $seeds);
is(join("\n", alone($node, 'company')), '', 'something stands on every function, type, operator and operator class');
same(catalog($node, 'company'), $before_standing, 'what stands on the extension is not of it');

# Most calls must give something, or that they go on doing so says little.
my $before = contents($node, 'company');
my %gives = map { s/, (?:all|the|defaults|groups|single|a window|operands).*//r => 1 }
  grep { $before->{$_} !~ /^(nothing$|ERROR)/ && $before->{$_} !~ /^\(\d+,\)(\\n\(\d+,\))*$/ } keys %$before;
my @called = split /\n/, sql('company', 'SELECT DISTINCT name FROM stand.call ORDER BY 1');
my @without = grep { !$gives{$_} } @called;
note(scalar(@called) . ' called; never with a result: ' . join('; ', @without));
cmp_ok(scalar(@without), '<', 0.05 * @called, 'functions, aggregates and operators give results');

# Every aggregate is kept or refused, and most of what is kept has groups to compare.
my $kept_or_not = sql('company', q{SELECT count(*) FILTER (WHERE view IS NOT NULL), count(*) FILTER (WHERE view IS NULL),
	count(*) = (SELECT count(*) FROM stand.callable WHERE prokind = 'a'),
	string_agg(name || ': ' || message, E'\n' ORDER BY name) FILTER (WHERE message !~ 'is neither a grouping column nor a summary$') FROM stand.kept});
my ($kept, $not_kept, $all_tried, $refused) = split /\|/, $kept_or_not, 4;
note("kept summaries of $kept aggregates, not of $not_kept that give no summary; refused: $refused");
is($all_tried, 't', 'keep_summary() was called for every aggregate');
cmp_ok($kept, '>', 50, 'most aggregates of summaries are kept');
my ($differing, $compared) = split /\|/, sql('company', 'SELECT * FROM stand.kept_differing()');
is($differing, '', 'each kept summary is the query of all rows');
cmp_ok($compared, '>', 3 * $kept, "... in $compared groups");

my $versions_of_rows = "SELECT string_agg(format('%s %s', ctid, xmin), ';' ORDER BY id) FROM stand.refreshed_";
my @types = split /\n/, sql('company', 'SELECT name FROM stand.summary_type ORDER BY 1');
my %rows = map { $_ => sql('company', $versions_of_rows . $_) } @types;

sql('company', "ALTER EXTENSION cx_metrics UPDATE TO '$next'");
same(catalog($node, 'company'), $fresh_next, "updated from $oldest to $next: the catalogs are those of a fresh install");
my @changes = changes($before, contents($node, 'company'));
is(scalar(@changes), 0, 'all that was stored and all views read the same: ' . keys(%$before) . ' values')
  or diag(join "\n", @changes[ 0 .. ($#changes < 20 ? $#changes : 20) ]);
is(sql('company', 'SELECT round(next_rate(rate_summary(b))), round(next_agg(b)) FROM (VALUES (true), (false)) v(b)'),
	'100|50', "what is new in $next works");
my @new = grep { !$had{$_} } alone($node, 'next');
for my $object ('function next_agg(boolean)', 'function next_rate(rate_summary,numeric)', 'type next_level',
	'function passives(survey_summary)', 'type trend_summary', 'operator +(trend_summary,trend_summary)')
{
	ok((grep { $_ eq $object } @new), "$object came after $oldest");
}
is(join("\n", alone($node, 'company')), join("\n", @new),
	'nothing stands on what came after it yet, and something on all else');
for my $type (@types)
{
	sql('company', "REFRESH MATERIALIZED VIEW CONCURRENTLY stand.refreshed_$type");
}
is(join(' ', grep { sql('company', $versions_of_rows . $_) ne $rows{$_} } @types), '',
	'REFRESH MATERIALIZED VIEW CONCURRENTLY rewrites no row of any type');
sql('company', join '', map { "REFRESH MATERIALIZED VIEW stand.$_;" } split /\n/,
	sql('company', q{SELECT relname FROM pg_class WHERE relnamespace = 'stand'::regnamespace AND relname ~ '^materialized_call' ORDER BY 1}));
@changes = changes($before, contents($node, 'company'));
is(scalar(@changes), 0, 'refreshed after the update, the materialized views of all aggregates read the same')
  or diag(join "\n", @changes[ 0 .. ($#changes < 20 ? $#changes : 20) ]);
($differing, my $compared_after) = kept_goes_on($node, 'company');
is($differing, '', 'each kept summary goes on being the query of all rows');
cmp_ok($compared_after, '>=', $compared, "... in $compared_after groups");

# Calls and values on a fresh install are the same.
stand($node, 'next', $seeds, 'company');
my $after_fresh = contents($node, 'next');
@changes = changes($before, { map { $_ => $after_fresh->{$_} } grep { exists $before->{$_} } keys %$after_fresh });
is(scalar(@changes), 0, 'and it is what a fresh install gives')
  or diag(join "\n", @changes[ 0 .. ($#changes < 20 ? $#changes : 20) ]);

# ---------------------------------------------------------------------------
# What an upgrade script forgets is found, by name
# ---------------------------------------------------------------------------

for my $kind (sort keys %changes)
{
	my $version = "$next-without-" . ($kind =~ tr/ /_/r);

	write_file("$scripts/cx_metrics--$newest--$version.sql",
		join('', map { $changes{$_}{upgrade} } grep { $_ ne $kind } sort keys %changes));
	my $is = catalog($node, 'scratch', "CREATE EXTENSION cx_metrics VERSION '$newest'; ALTER EXTENSION cx_metrics UPDATE TO '$version'");
	delete $_->{'extension cx_metrics'}{'pg_extension.extversion'} for $is, $fresh_next;
	my @differences = differences($is, $fresh_next);
	my $find = $changes{$kind}{find};

	ok((ref $find ? join("\n", @differences) =~ $find : grep { index($_, $find) == 0 } @differences),
		"forgotten: $kind: $find")
	  or diag(join "\n", @differences);
	cmp_ok(scalar(@differences), '<=', 4, '... and little else is reported: ' . @differences);
}

write_file("$scripts/cx_metrics--$newest--$next-loses.sql",
	join('', map { $changes{$_}{upgrade} } sort keys %changes) . "ALTER EXTENSION cx_metrics DROP FUNCTION negatives(rate_summary);\n");
is(join("\n", grep { !/extversion/ } differences(catalog($node, 'scratch',
				"CREATE EXTENSION cx_metrics VERSION '$newest'; ALTER EXTENSION cx_metrics UPDATE TO '$next-loses'"), $fresh_next)),
	'function public.negatives(public.rate_summary): missing', 'a function that is no member any more is found');

# A stored value that reads otherwise, too.
sql('next', "UPDATE stand.stored_rate_summary SET s = '{\"version\": 1, \"positives\": 12345}' WHERE id = 3");
@changes = changes($after_fresh, contents($node, 'next'));
ok((grep { /^stored_rate_summary, row 3: was .* is .*12345/ } @changes), 'a changed value is found');
cmp_ok(scalar(@changes), '<=', 4, '... it and its index, views and functions: ' . @changes);

# ---------------------------------------------------------------------------
# What released versions have stored
# ---------------------------------------------------------------------------

sql('postgres', 'CREATE DATABASE stored');
sql('stored', 'CREATE EXTENSION cx_metrics');
my $in_stored = sub { sql('stored', $_[0]) };
my $values = stored_values($in_stored, $seeds);
my $file = $node->basedir . '/binary';
my @released = sort glob("$FindBin::RealBin/../data/stored/*.tsv");

is(join("\n", unread($in_stored, slurp_file($_), $file)), '', 'this version reads ' . basename($_)) for @released;
is(join("\n", unread($in_stored, $values, $file)), '', 'and ' . split(/\n/, $values) . ' values of its own');

# Another value in one of the three would be seen.
for my $column (2, 3, 4)
{
	my @line = split /\t/, (grep { /^rate_summary\t1\t/ } split /\n/, $values)[0];

	$line[$column] =~ s/11/12/ or $line[$column] =~ s/0b/0c/;
	is(scalar(my @unread = unread($in_stored, join("\t", @line), $file)), 1, "a value that differs in one of its forms is found, $column");
}

# A script that would take away what something stands on fails as a whole.
write_file("$scripts/cx_metrics--$next--$next-drops.sql", "DROP FUNCTION rate(rate_summary);\n");
my ($status, $output, $error) = $node->psql('company', "ALTER EXTENSION cx_metrics UPDATE TO '$next-drops'");
isnt($status, 0, 'a script that drops a function that a view uses fails');
like($error, qr/cannot drop function rate\(rate_summary\) because other objects depend on it/, '... with the reason');
is(sql('company', "SELECT extversion FROM pg_extension WHERE extname = 'cx_metrics'"), $next, '... and changes nothing');

# There is no way back, and docs/upgrading.md quotes what PostgreSQL says to that.
($status, $output, $error) = $node->psql('company', "ALTER EXTENSION cx_metrics UPDATE TO '$newest'");
isnt($status, 0, "$next is not updated to $newest");
like($error, qr/extension "cx_metrics" has no update path from version "\Q$next\E" to version "\Q$newest\E"/, '... with the reason');

unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
$node->stop;
done_testing();
