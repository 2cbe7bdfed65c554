#!/usr/bin/perl
#
# bench/table.pl DOCUMENT MACHINE ROWS
#
# Writes the rows that bench/run measured into the table of docs/performance.md
# that stands between "<!-- bench -->" and "<!-- end of bench -->": those of the
# benchmarks that were run take the place of their old ones, the others stay.
# Rows are in the order of the benchmarks' names.
#
# Copyright (c) 2026, the cx_metrics developers

use strict;
use warnings;

my ($document, $machine, $rows) = @ARGV;

sub slurp
{
	my ($file) = @_;
	open my $fh, '<', $file or die "$file: $!\n";
	local $/;
	return scalar <$fh>;
}

# The benchmark of a row, by its link; undef for the head of the table.
sub benchmark_of
{
	return $_[0] =~ m{^\| \[(\w+)\]\(\.\./bench/} ? $1 : undef;
}

my $text = slurp($document);
my ($old) = $text =~ /<!-- bench -->\n(.*?)<!-- end of bench -->/s
  or die "$document has no <!-- bench --> ... <!-- end of bench -->\n";
my %rows_of;

push @{ $rows_of{ benchmark_of($_) } }, $_
  for grep { defined benchmark_of($_) } split /\n/, $old;
my %new;
push @{ $new{ benchmark_of($_) } }, $_
  for grep { defined benchmark_of($_) } split /\n/, slurp($rows);
%rows_of = (%rows_of, %new);

my $table = join '', map { "- $_\n" } split /\n/, slurp($machine);
$table .= "\n| benchmark | data | ours | theirs | our median | their median | ratio | goal | |\n";
$table .= "|---|---|---|---|--:|--:|--:|---|---|\n";
$table .= "$_\n" for map { @{ $rows_of{$_} } } sort keys %rows_of;
$text =~ s/(<!-- bench -->\n).*?(<!-- end of bench -->)/$1\n$table\n$2/s;
open my $fh, '>', $document or die "$document: $!\n";
print {$fh} $text;
close $fh or die "$document: $!\n";
