#!/usr/bin/env perl
#
# test/coverage.pl [--lines FILE] SOURCE
#
# Adds up what gcov counted below SOURCE and prints lines and branches of src/
# by file; the lines that were not run go to FILE.  Fails below 95 percent.
#
# Of branches, those that macros of PostgreSQL make are left out: ereport()
# tests whether the message is wanted, CHECK_FOR_INTERRUPTS() whether there is a
# signal, PG_FREE_IF_COPY() and PG_GETARG_...() whether there is a copy.

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Find qw(find);
use JSON::PP qw(decode_json);

my $LEAST = 95;
my $list;
if (@ARGV && $ARGV[0] eq '--lines')
{
	(undef, $list) = splice @ARGV, 0, 2;
}
my $source = abs_path($ARGV[0] // '.');
my @data;
find(sub { push @data, $File::Find::name if /\.gcda$/ }, $source);
die "no gcov data below $source\n" unless @data;

my (%lines, %branches);
for my $data (@data)
{
	open my $gcov, '-|', 'gcov', '--json-format', '--branch-probabilities', '--stdout', $data or die "gcov: $!\n";
	my @documents = <$gcov>;
	close $gcov;
	for my $document (@documents)
	{
		for my $file (@{ decode_json($document)->{files} })
		{
			my $name = $file->{file};

			$name =~ s{^\Q$source\E/}{};
			next unless $name =~ m{^src/.*\.[ch]$};
			for my $line (@{ $file->{lines} })
			{
				my $at = $line->{line_number};
				my $n = 0;

				$lines{$name}{$at} += $line->{count};
				# a function that is compiled several times counts several times
				$branches{$name}{$at}{ $n++ } += $_->{count} for @{ $line->{branches} };
			}
		}
	}
}

my $macro = qr/\b(ereport|elog|CHECK_FOR_INTERRUPTS|PG_FREE_IF_COPY|Assert|PG_GETARG_\w+)\b/;
my (@total, @missed);
printf "%-28s %12s %8s %14s %8s\n", 'file', 'lines run', 'percent', 'branches taken', 'percent';
for my $name (sort keys %lines)
{
	my ($run, $all, $taken, $ways) = (0, 0, 0, 0);
	my @text;

	open my $in, '<', "$source/$name" or die "$name: $!\n";
	@text = ('', <$in>);
	close $in;
	for my $at (sort { $a <=> $b } keys %{ $lines{$name} })
	{
		$all++;
		if ($lines{$name}{$at} > 0)
		{
			$run++;
		}
		else
		{
			push @missed, sprintf('%s:%d: %s', $name, $at, $text[$at] // "\n");
		}
		next if ($text[$at] // '') =~ $macro;
		for my $count (values %{ $branches{$name}{$at} // {} })
		{
			$ways++;
			$taken++ if $count > 0;
		}
	}
	printf "%-28s %5d / %5d %7.1f%% %6d / %5d %7.1f%%\n", $name, $run, $all, 100 * $run / $all,
		$taken, $ways, $ways ? 100 * $taken / $ways : 100;
	my @these = ($run, $all, $taken, $ways);
	$total[$_] += $these[$_] for 0 .. 3;
}
printf "%-28s %5d / %5d %7.1f%% %6d / %5d %7.1f%%\n", 'all', @total[0, 1], 100 * $total[0] / $total[1],
	@total[2, 3], 100 * $total[2] / $total[3];
if (defined $list)
{
	open my $out, '>', $list or die "$list: $!\n";
	print $out @missed;
	close $out;
}
if (100 * $total[0] / $total[1] < $LEAST)
{
	print "fewer than $LEAST percent of the lines were run\n";
	exit 1;
}
