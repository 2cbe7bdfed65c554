#!/usr/bin/env perl
#
# Prints TAP: the files of src/ include only what stands below them.
#
#   math/      plain C: standard headers and its own
#   core/      PostgreSQL's headers, core/ and math/
#   a family   the same, its own folder, and rate/: others return its summary of
#              outcomes, and are compared by its summary of drivers
#
# A failure names the file, the line and the rule.

use strict;
use warnings;
use FindBin;
use Test::More;

chdir "$FindBin::RealBin/.." or die "cannot enter the source directory: $!\n";

my @folders = sort map { m{^src/(\w+)/$} ? $1 : () } glob 'src/*/';
my $folders = join '|', @folders;

# What is wrong with an include of a file, or undef.
sub broken_rule
{
	my ($file, $line) = @_;
	my ($folder) = $file =~ m{^src/(\w+)/};
	my ($quoted, $name) = $line =~ /^\s*#\s*include\s*([<"])([^>"]+)/ or return undef;
	my ($of) = $name =~ m{^($folders)/};

	if ($folder eq 'math')
	{
		return 'math/ is plain C: it includes standard headers and those of math/, by name alone'
		  if $quoted eq '"' && !-f "src/math/$name";
		return undef;
	}
	return 'our headers are included by folder, as in "core/summary.h"'
	  if $quoted eq '"' && !$of && glob "src/*/$name";
	return undef unless $of;
	return undef if $of eq 'core' || $of eq 'math' || $of eq $folder;
	return 'core/ includes core/ and math/, no family' if $folder eq 'core';
	return undef if $of eq 'rate';
	return 'a family includes core/, math/, its own folder and rate/, no other family';
}

sub broken_rules
{
	my ($file, @lines) = @_;
	my @broken;

	for my $at (0 .. $#lines)
	{
		my $rule = broken_rule($file, $lines[$at]) // next;
		push @broken, sprintf '%s:%d: %s: %s', $file, $at + 1, $lines[$at] =~ s/\s+$//r, $rule;
	}
	return @broken;
}

# Would it be seen?
for my $try (
	[ 'src/math/auc.c', '#include "core/summary.h"', qr/plain C/ ],
	[ 'src/math/auc.c', '#include "postgres.h"', qr/plain C/ ],
	[ 'src/math/auc.c', '#include "statistics.h"' ],
	[ 'src/core/summary.c', '#include "rate/rate.h"', qr/no family/ ],
	[ 'src/core/summary.c', '#include "math/statistics.h"' ],
	[ 'src/usage/session.c', '#include "survey/survey.h"', qr/no other family/ ],
	[ 'src/usage/session.c', '#include "summary.h"', qr/by folder/ ],
	[ 'src/usage/session.c', '#include "utils/date.h"' ],
	[ 'src/survey/satisfaction.c', '#include "rate/rate.h"' ])
{
	my ($file, $line, $rule) = @$try;
	my ($broken) = broken_rules($file, $line);

	if ($rule) { like($broken // '', $rule, "$line in $file is refused"); }
	else { is($broken, undef, "$line in $file is allowed"); }
}

for my $folder (@folders)
{
	my @broken;

	for my $file (sort glob "src/$folder/*.[ch]")
	{
		open my $in, '<', $file or die "cannot read $file: $!\n";
		push @broken, broken_rules($file, <$in>);
	}
	is(join("\n", @broken), '', "src/$folder includes what it may");
}
done_testing();
