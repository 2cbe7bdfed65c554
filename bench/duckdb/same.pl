#!/usr/bin/perl
#
# bench/duckdb/same.pl OURS THEIRS
#
# Ends with 0 if two files have the same rows, in any order: columns separated by
# tabs, numbers equal to 12 digits, all else the same text.

use strict;
use warnings;

my $number = qr/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

sub rows
{
	open my $in, '<', $_[0] or die "$_[0]: $!\n";
	chomp(my @rows = <$in>);
	return sort map { join "\t", map { /$number/ ? sprintf('%.12g', $_) : $_ } split /\t/, $_, -1 } @rows;
}

my @ours = rows($ARGV[0]);
my @theirs = rows($ARGV[1]);
exit 0 if @ours && "@ours" eq "@theirs";
print STDERR scalar(@ours), ' and ', scalar(@theirs), " rows; the first that differ:\n";
for my $i (0 .. ($#ours > $#theirs ? $#ours : $#theirs))
{
	my ($a, $b) = ($ours[$i] // '(none)', $theirs[$i] // '(none)');
	next if $a eq $b;
	print STDERR "  ours $a\n  theirs $b\n";
	last;
}
exit 1;
