#!/usr/bin/env perl
#
# Prints TAP: a release, and the begin of the next version, as CONTRIBUTING.md says
# it, in a copy of the source.  What is forgotten is named, and so is what changes
# of a version that is released.
#
# No server is needed: the values that script/release keeps are stand-ins here, and
# test/t/130_upgrade.pl has the real ones.

use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $tmp = tempdir(CLEANUP => 1);
my $source = "$tmp/source";
mkdir $source or die "$source: $!\n";
system("cd '$FindBin::RealBin/..' && tar -cf - --exclude=.git --exclude=log --exclude=tmp_check --exclude=node_modules --exclude='*.o' --exclude='*.bc' --exclude='*.so' --exclude='*.d' . | tar -xf - -C '$source'") == 0
  or die "the source cannot be copied\n";
chdir $source or die "$source: $!\n";
$SIG{$_} = sub { exit 1 } for 'HUP', 'INT', 'TERM';

sub slurp
{
	my ($name) = @_;

	open my $file, '<:raw', $name or return '';
	local $/;
	return <$file> // '';
}

sub write_file
{
	my ($name, $text) = @_;

	open my $out, '>:raw', $name or die "$name: $!\n";
	print $out $text;
	close $out or die "$name: $!\n";
	return;
}

# edit(FILE, CODE): CODE changes $_; it has to.
sub edit
{
	my ($file, $code) = @_;
	local $_ = slurp($file);
	my $before = $_;

	$code->();
	die "$file: nothing has changed\n" if $_ eq $before;
	write_file($file, $_);
	return;
}

# run(COMMAND): what it prints; $? is its status.
sub run
{
	my ($command) = @_;

	return scalar qx($command 2>&1);
}

# The tests of test/release.pl that fail, without their numbers.
sub disagree
{
	return join "\n", map { /^not ok \d+ - (.*)/ ? $1 : () } split /\n/, run('perl test/release.pl');
}

# How all files are, as one text.
sub state_of_all
{
	return run(q{find . -type f | LC_ALL=C sort | xargs cksum});
}

sub version
{
	return (slurp('cx_metrics.control') =~ /^default_version = '(.+)'/m)[0];
}

# What CONTRIBUTING.md asks for to begin a version, each by itself.
sub begin
{
	my ($old, $new) = @_;

	return (
		'cx_metrics.control' => sub { edit('cx_metrics.control', sub { s/'\Q$old\E'/'$new'/ }) },
		'META.json' => sub { edit('META.json', sub { s/(version": "|--)\Q$old\E\b/$1$new/g; s/("meta-spec": \{\s*"version": ")[^"]*/${1}1.0.0/; s/"stable"/"unstable"/ }) },
		'debian/changelog' => sub { edit('debian/changelog', sub { $_ = "cx-metrics ($new.0-1) UNRELEASED; urgency=medium\n\n  * Version $new; see CHANGELOG.md.\n\n -- The cx_metrics developers <maintainers\@cx-metrics.invalid>  Mon, 30 Nov 2026 00:00:00 +0000\n\n$_" }) },
		'CHANGELOG.md' => sub { edit('CHANGELOG.md', sub { s/^## /## $new (in development)\n\n- New.\n\n## /m }) },
		'README.md' => sub { edit('README.md', sub { s/cx_metrics-\Q$old\E/cx_metrics-$new/ }) },
		'README.ko.md' => sub { edit('README.ko.md', sub { s/cx_metrics-\Q$old\E/cx_metrics-$new/ }) },
		'make sql' => sub { run('perl script/assemble') eq '' && $? == 0 or die "script/assemble failed\n" },
		'the upgrade script' => sub { write_file("sql/cx_metrics--$old--$new.sql", "\\echo Use \"ALTER EXTENSION cx_metrics UPDATE\" to load this file. \\quit\n") });
}

sub begin_all
{
	my %steps = begin(@_);

	# make sql writes the script of the version that the control file names
	$steps{$_}->() for sort { ($a eq 'make sql') <=> ($b eq 'make sql') } keys %steps;
	return;
}

# Keep all files as they are, do something, and bring them back.
sub undone
{
	my ($code) = @_;

	run("rm -rf '$tmp/kept' && cp -Rp '$source' '$tmp/kept'");
	$code->();
	chdir $tmp or die "$tmp: $!\n";
	run("rm -rf '$source' && mv '$tmp/kept' '$source'");
	chdir $source or die "$source: $!\n";
	return;
}

sub next_after
{
	return $_[0] =~ s/(\d+)$/$1 + 1/er;
}

# ---------------------------------------------------------------------------
# The release
# ---------------------------------------------------------------------------

my $version = version();
if (slurp('CHANGELOG.md') !~ /^## \Q$version\E \(in development\)$/m)
{
	begin_all($version, next_after($version));
	$version = version();
}
my $earlier = slurp('sql/released.sha256');
write_file("$tmp/values", "rate_summary\t1\tstand-in\n");
is(disagree(), '', "$version is in development, and all files agree");

# a sentence that ends with the release, whether or not there is one now
edit('docs/README.md', sub { $_ .= "\nVersion $version is in development.\n" });
my $lines = slurp('docs/README.md') =~ tr/\n//;
my $before = state_of_all();
like(run("script/release $version '$tmp/values'"), qr/^error: documents speak of \Q$version\E as not released\n(?:  .*\n)*?  docs\/README.md:$lines: Version \Q$version\E is in development[.]$/m,
	'script/release says which sentences end with the release');
isnt($?, 0, '... and does not go on');
is(state_of_all(), $before, '... and has changed nothing');
for (split /\n/, run('perl test/release.pl --waiting'))
{
	my ($file, undef, $text) = split /:/, $_, 3;

	edit($file, sub { s/^\Q@{[ $text =~ s,^ ,,r ]}\E$//m });
}
for my $try (
	[ 'another version', 'cx_metrics.control is not of version', sub { return next_after($version) } ],
	[ 'files that do not agree', 'the files do not agree with each other', sub { edit('META.json', sub { s/"unstable"/"testing"/ }); return $version } ],
	[ 'a part that is not in the script', 'the install script is not what sql/parts gives', sub { edit('sql/parts/rate.sql', sub { s/\z/-- more\n/ }); return $version } ])
{
	my ($what, $message, $do) = @$try;

	undone(sub {
			my $of = $do->();
			my $state = state_of_all();
			my $said = run("script/release $of '$tmp/values'");

			isnt($?, 0, "script/release refuses $what");
			like($said, qr/^error: \Q$message\E/m, '... and says so');
			is(state_of_all(), $state, '... and has changed nothing');
	});
}

my $said = run("script/release $version '$tmp/values'");
is($?, 0, "script/release $version") or diag($said);
is(disagree(), '', 'all files agree with a release');
like(slurp('CHANGELOG.md'), qr/^## \Q$version\E \(\d{4}-\d\d-\d\d\)$/m, 'CHANGELOG.md has its date');
like(slurp('META.json'), qr/"release_status": "stable"/, 'META.json says stable');
like(slurp('debian/changelog'), qr/\Acx-metrics \(\Q$version\E[.]0-1\) unstable;/, 'debian/changelog is of a release');
is(slurp("test/data/stored/$version.tsv"), slurp("$tmp/values"), 'the values are kept');
is(index(slurp('sql/released.sha256'), $earlier), 0, 'the checksums of earlier versions stay');
like($said, qr/git tag v\Q$version\E\b/, 'and it says what is left to do');

$before = state_of_all();
like(run("script/release $version '$tmp/values'"), qr/^error: CHANGELOG.md does not say that \Q$version\E is in development$/m, 'once more is refused');
is(state_of_all(), $before, '... and changes nothing');

# ---------------------------------------------------------------------------
# What is released does not change
# ---------------------------------------------------------------------------

sub frozen
{
	my ($when) = @_;

	for my $file ("sql/cx_metrics--$version.sql", "test/data/stored/$version.tsv")
	{
		undone(sub {
				edit($file, sub { s/\n/ \n/ });
				is(disagree(), "$file is as it was released", "$when: a change of $file is found");
				like(run('perl test/release.pl'), qr/git checkout v\Q$version\E -- \Q$file\E brings it back/, '... and what to do about it');
		});
		undone(sub {
				unlink $file;
				like(disagree(), qr/^\Q$file is as it was released\E$/m, "$when: that $file is gone is found");
		});
	}
	undone(sub {
			edit('sql/released.sha256', sub { s/^.*stored\/\Q$version\E[.]tsv\n//m });
			is(disagree(), "$version is released: sql/released.sha256 has all of it", "$when: a checksum that is gone is found");
	});
	return;
}

frozen('after the release');

# ---------------------------------------------------------------------------
# The next version
# ---------------------------------------------------------------------------

my $next = next_after($version);
my %steps = begin($version, $next);
for my $forgotten (sort keys %steps)
{
	undone(sub {
			$steps{$_}->() for grep { $_ ne $forgotten } sort { ($a eq 'make sql') <=> ($b eq 'make sql') } keys %steps;
			isnt(disagree(), '', "$next without $forgotten is found");
			like(run('perl test/release.pl'), qr/^not ok .*\Q$forgotten\E/m, '... by its name') if $forgotten =~ /[.]/ && $forgotten ne 'cx_metrics.control';
	});
}
begin_all($version, $next);
is(disagree(), '', "$next is in development, and all files agree");
is(run('perl script/assemble --check'), '', 'its install script is made of the parts');
frozen("while $next is in development");
is(run("script/release $next '$tmp/values' >/dev/null && echo released"), "released\n", "$next can be released");
is(disagree(), '', '... and all files agree');
is(scalar(() = slurp('sql/released.sha256') =~ /^\S+  \S+\Q$next\E[.](?:sql|tsv)$/mg), 3, '... with the checksums of its install script, its upgrade script and its values');

# The directory goes, and nobody may stand in it.
chdir '/' or die "/: $!\n";
done_testing();
