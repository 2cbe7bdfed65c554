#!/usr/bin/env perl
#
# Prints TAP: what must agree between the files of a version, and with those of
# the versions that were released.  With --checksums VERSION it prints the lines
# of that version for sql/released.sha256 instead, and with --waiting what documents
# say that is true only until the release.

use strict;
use warnings;
use Digest::SHA;
use FindBin;
use JSON::PP;
use Test::More;

chdir "$FindBin::RealBin/.." or die "cannot enter the source directory: $!\n";

sub slurp
{
	my ($name) = @_;

	open my $file, '<:raw', $name or return '';
	local $/;
	return <$file> // '';
}

sub sum_of
{
	return -e $_[0] ? Digest::SHA->new(256)->addfile($_[0], 'b')->hexdigest : 'there is no such file';
}

my @scripts = sort glob('sql/cx_metrics--*.sql');
my ($version) = slurp('cx_metrics.control') =~ /^default_version = '(.+)'/m;

# What a version is released with: its scripts and the values it stored.
sub files_of
{
	my ($of) = @_;

	return ((grep { /--\Q$of\E[.]sql$/ } @scripts), "test/data/stored/$of.tsv");
}

if (@ARGV == 2 && $ARGV[0] eq '--checksums')
{
	print sum_of($_), "  $_\n" for files_of($ARGV[1]);
	exit;
}

# What documents say of a version as not released, with file and line.
sub waiting
{
	my @found;

	for my $file ('README.md', 'README.ko.md', 'CHANGELOG.md', 'SECURITY.md', sort glob('docs/*.md'))
	{
		my $line = 0;

		for my $text (split /\n/, slurp($file))
		{
			$line++;
			push @found, "$file:$line: $text"
			  if $text =~ /[0-9] is in development|\buntil (?:it|this version|[0-9.]+[0-9]) is released|\bno version is released|버전 [0-9.]+.* 개발 중/i;
		}
	}
	return @found;
}

if ("@ARGV" eq '--waiting')
{
	print "$_\n" for waiting();
	exit;
}

# ---------------------------------------------------------------------------
# One version everywhere
# ---------------------------------------------------------------------------

my $meta = decode_json(slurp('META.json'));
my ($logged, $state) = slurp('CHANGELOG.md') =~ /^## (\S+) \((.*)\)$/m;
my ($packaged, $distribution) = slurp('debian/changelog') =~ /\Acx-metrics \((\S+)-\d+\) (\S+);/;
my $in_development = $state eq 'in development';

like($version, qr/^\d+\.\d+$/, "cx_metrics.control is of version $version");
is($logged, $version, 'so is the first heading of CHANGELOG.md');
is($meta->{version}, "$version.0", 'and META.json');
is($meta->{provides}{cx_metrics}{version}, "$version.0", 'and what it provides');
is($meta->{'meta-spec'}{version}, '1.0.0', 'the version of the META specification is not ours');
is($packaged, "$version.0", 'and debian/changelog');
is($meta->{provides}{cx_metrics}{file}, "sql/cx_metrics--$version.sql", 'META.json names the install script of this version');
ok(-f $meta->{provides}{cx_metrics}{$_}, "the $_ that META.json names is there") for qw(file docfile);
is($meta->{release_status}, $in_development ? 'unstable' : 'stable', "CHANGELOG.md: $state; so is the release_status of META.json");
is($distribution eq 'UNRELEASED', $in_development, 'and debian/changelog');
like($state, qr/^(in development|\d{4}-\d\d-\d\d)$/, 'which is a date or "in development"');

is(join(' ', slurp($_) =~ /\bcx_metrics-(\d[\w.]*)[.]zip\b/g), "$version.0", "$_ names the archive of this version") for 'README.md', 'README.ko.md';
is($in_development ? '' : join("\n", waiting()), '', 'no document speaks of a version that is released as in development');

# ---------------------------------------------------------------------------
# Upgrade scripts: every install script is of a version with a way to this one
# ---------------------------------------------------------------------------

my (%install, %upgrade);
for (@scripts)
{
	if (/cx_metrics--(.+)--(.+)\.sql$/) { $upgrade{$1}{$2} = 1 }
	elsif (/cx_metrics--(.+)\.sql$/) { $install{$1} = 1 }
}
my %reached = ($version => 1);
for (1 .. @scripts)
{
	for my $from (keys %upgrade)
	{
		$reached{$from} = 1 if grep { $reached{$_} } keys %{ $upgrade{$from} };
	}
}
is(join(' ', grep { !$reached{$_} } sort keys %install), '', "every version in sql/ can be updated to $version");
is(join(' ', grep { !$install{$_} } map { $_, keys %{ $upgrade{$_} } } sort keys %upgrade), '', 'every version of an upgrade script has an install script');

# ---------------------------------------------------------------------------
# Released versions do not change
# ---------------------------------------------------------------------------

my %released = map { /^(\S+)  (\S+)$/ ? ($2 => $1) : ($_ => 'not a checksum') } split /\n/, slurp('sql/released.sha256');

for (sort keys %released)
{
	is(sum_of($_), $released{$_}, "$_ is as it was released")
	  or diag("A released file does not change: people have installed it, and stored what it made.\n"
		  . 'git checkout v' . (/([\d.]+)[.]\w+$/)[0] . " -- $_ brings it back;\n"
		  . 'CONTRIBUTING.md, "Versions and releases", says where changes go.');
}
for my $of (sort keys %install)
{
	my @files = files_of($of);
	my @missing = grep { !exists $released{$_} } @files;

	if ($of eq $version && $in_development)
	{
		is(scalar(@missing), scalar(@files), "$of is in development: sql/released.sha256 has nothing of it");
	}
	else
	{
		is("@missing", '', "$of is released: sql/released.sha256 has all of it");
	}
}

# ---------------------------------------------------------------------------
# The Dockerfile, which no test can run: it builds as the README says, another
# version and with one process, from files that are there and that .dockerignore
# lets through
# ---------------------------------------------------------------------------

my $docker = slurp('Dockerfile') =~ s/\\\n\s*//gr;
my %let_through = map { $_ => 1 } slurp('.dockerignore') =~ /^!(.+)$/mg;
my ($major) = $docker =~ /^ARG PG_MAJOR=(\d+)$/m;
my ($packages) = $docker =~ /apt-get install -y --no-install-recommends (.*)$/m;
my ($by_hand) = slurp('README.md') =~ /^sudo apt-get install git (.*make)$/m;
my ($commands) = slurp('README.md') =~ /^((?:(?:sudo )?make.*\n)+)```/m;

is(join(' ', $docker =~ /^FROM (\S+)/mg), '${POSTGRES_IMAGE} ${POSTGRES_IMAGE}', 'Dockerfile: both stages are of one image');
like($docker, qr/^ARG POSTGRES_IMAGE=postgres:\$\{PG_MAJOR\}$/m, 'Dockerfile: the official one, unless another is named');
for my $what (map { my @words = split ' '; @words[ 0 .. $#words - 1 ] } $docker =~ /^COPY (?!--from)(.*)$/mg)
{
	ok(-e $what && $let_through{$what}, "Dockerfile: $what is there and not ignored");
	delete $let_through{$what};
}
is(join(' ', sort keys %let_through), '', 'Dockerfile: nothing else is let through');
for my $built (qw(o bc d))
{
	like(slurp('.dockerignore'), qr{^\*\*/\*[.]$built$}m, "Dockerfile: nor is a file .$built, which a build leaves in src");
}
is("postgresql-$major " . $packages =~ s/\$\{PG_MAJOR\}/$major/gr, $by_hand =~ s/-\d+\b/-$major/gr, 'Dockerfile: the packages are those of the README');
is(join("\n", $docker =~ /^RUN (make.*)$/mg) =~ s/ && /\n/gr =~ s/ DESTDIR=\S+//gr . "\n",
	$commands =~ s/^sudo //mgr =~ s/ -j\S+//gr, 'Dockerfile: the commands are those of the README');
my ($installed) = $docker =~ /DESTDIR=(\S+)/;
like($docker, qr/^COPY --from=build \Q$installed\E \/$/m, 'Dockerfile: what was installed is copied');

my $workflow = slurp('.github/workflows/test.yml');
for my $command (slurp('README.md') =~ /`(docker [^`]+)`/g)
{
	my ($verb) = $command =~ /^(docker \w+)/;

	ok(index(slurp('Dockerfile'), "#   $command\n") >= 0, "$verb of the README: the Dockerfile says the same");
	ok($workflow =~ s/^( *run: | +)\Q$command\E$//m, '... and the workflow runs it');
}

# ---------------------------------------------------------------------------
# The versions of PostgreSQL that are supported, and those that are tested
# ---------------------------------------------------------------------------

my ($oldest, $newest) = map { slurp('script/lib.sh') =~ /^CX_${_}_MAJOR=(\d+)$/m } qw(MIN MAX);
my @majors = map { split /, / } $workflow =~ /^ +postgresql: \[(.*)\]$/m;
push @majors, $workflow =~ /^ +- postgresql: (\d+)$/mg;
is("@majors", join(' ', $oldest .. $newest), "the workflow tests PostgreSQL $oldest to $newest, as script/lib.sh has them");
like(slurp('src/core/compat.h'), qr/Supported are PostgreSQL $oldest to $newest[.]\n.*^#if PG_VERSION_NUM < ${oldest}0000\n/ms, 'so does src/core/compat.h');
like(slurp('CONTRIBUTING.md'), qr/PostgreSQL $oldest to $newest are supported/, 'and CONTRIBUTING.md');
is(slurp('debian/pgversions'), "$oldest+\n", 'debian/pgversions begins there');
is($meta->{prereqs}{$_}{requires}{PostgreSQL}, "$oldest.0.0", "so does META.json ($_)") for qw(build runtime);
ok($oldest <= $major && $major <= $newest, "the Dockerfile's own version is one of them");

done_testing();
