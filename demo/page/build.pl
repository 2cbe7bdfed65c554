#!/usr/bin/env perl
#
# demo/page/build.pl DIRECTORY OUTPUT
#
# Makes one self-contained page of page.html, of figures.csv and of the plots
# in DIRECTORY, which data.sql and plots.gp have written.  No script, no font
# and no picture is fetched when it is read.

use strict;
use warnings;
use FindBin;

my ($dir, $output) = @ARGV;
die "usage: $0 DIRECTORY OUTPUT\n" unless defined $output;

# What the colours of plots.gp stand for.
my @colours = qw(? c1 c2 c3 good middling bad band ink line grid ? ink);

my %alternatives = (
	nps => 'NPS by month from 2023 to 2025 with its interval: a rise, a fall in April 2025, and a recovery',
	bridge => 'New, returned, expanded, contracted and churned MRR of each month of 2025',
	survival => 'Share of customers still paying by months since the first day, for three segments',
	cohorts => 'Percent of users active by months since the first, a row for each cohort',
	replies => 'Percent of tickets answered within so many hours, for four channels',
	backlog => 'Open tickets at the end of each day of the last quarter, and those of them that wait for the customer',
	health => 'Number of customers by health score in red, yellow and green',
	holdout => 'Purchases in the second half of 2025, those expected beside those made, by how often customers had bought');

sub read_file
{
	my ($name) = @_;
	open(my $file, '<:encoding(UTF-8)', $name) or die "cannot read $name: $!\n";
	local $/;
	return scalar <$file>;
}

sub escape_html
{
	my ($text) = @_;
	$text =~ s/&/&amp;/g;
	$text =~ s/</&lt;/g;
	$text =~ s/>/&gt;/g;
	return $text;
}

# A line of psql's CSV: a field with a comma is in quotes.
sub fields
{
	my ($line) = @_;
	my @fields;
	while ($line =~ /\G(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/g)
	{
		my ($quoted, $plain, $end) = ($1, $2, $3);
		my $field = defined $quoted ? $quoted =~ s/""/"/gr : $plain;
		push @fields, $field;
		last if $end eq '';
	}
	return @fields;
}

sub figures
{
	my (undef, @lines) = split /\n/, read_file("$dir/figures.csv");
	my @cards;
	for my $line (@lines)
	{
		my ($name, $figure, $detail) = map { escape_html($_) } fields($line);
		push @cards, "<div class=\"figure\"><dt>$name</dt><dd class=\"number\">$figure</dd>"
		  . "<dd class=\"detail\">$detail</dd></div>";
	}
	die "figures.csv has no figure\n" unless @cards;
	return join "\n", @cards;
}

# A CSV file as a table; a column is text when a field of it is no number.
sub table
{
	my ($name) = @_;
	my @rows = map { [ map { escape_html($_) } fields($_) ] }
	  split /\n/, read_file("$dir/$name.csv");
	my $head = shift @rows;
	die "$name.csv has no row\n" unless @rows;
	my @class = map {
		my $column = $_;
		(grep { $_->[$column] !~ /^[-+]?[\d.,]*$/ } @rows) ? ' class="text"' : '';
	} 0 .. $#$head;
	my $html = '<table><thead><tr>'
	  . join('', map { "<th$class[$_]>$head->[$_]</th>" } 0 .. $#$head) . "</tr></thead>\n<tbody>";
	for my $row (@rows)
	{
		$html .= '<tr>' . join('', map { "<td$class[$_]>$row->[$_]</td>" } 0 .. $#$head) . "</tr>\n";
	}
	return $html . '</tbody></table>';
}

# gnuplot's colour, as an attribute, as one that follows the page's.
sub colour
{
	my ($attribute, $r, $g, $b) = @_;
	return "style=\"$attribute:var(--c1);$attribute-opacity:" . $g / 100 . '"'
	  if $r == 0 && $b == 11;
	return "style=\"$attribute:currentColor\"" if $r == 0 && $g == 0 && $b == 0;
	die "colour rgb($r, $g, $b) is not one of plots.gp\n"
	  unless $r == $g && $g == $b && $r < @colours && $colours[$r] ne '?';
	return "style=\"$attribute:var(--$colours[$r])\"";
}

sub plot
{
	my ($name) = @_;
	my $svg = read_file("$dir/$name.svg");

	$svg =~ s/^.*?(?=<svg)//s;
	$svg =~ s/<title>.*?<\/title>//s;
	$svg =~ s/<desc>.*?<\/desc>//s;
	# the marks that gnuplot defines in every plot and these do not use
	$svg =~ s/<defs>.*?<\/defs>//s;
	$svg =~ s/<!--.*?-->//gs;
	$svg =~ s/ (?:id|class|desc)="[^"]*"//g;
	$svg =~ s/ color="[^"]*"//g;
	$svg =~ s/(fill|stroke) *= *["']rgb\( *(\d+), *(\d+), *(\d+)\)["']/colour($1, $2, $3, $4)/ge;
	$svg =~ s/(fill|stroke) *= *["'](?:black|currentColor)["']/colour($1, 0, 0, 0)/ge;
	$svg =~ s/^<svg\s+width="\d+" height="\d+"\s*/<svg role="img" aria-label="$alternatives{$name}" /;
	$svg =~ s/\n\s*\n+/\n/g;
	return $svg;
}

my $page = read_file("$FindBin::Bin/page.html");
$page =~ s/\{\{figures\}\}/figures()/e;
$page =~ s/\{\{table:(\w+)\}\}/table($1)/ge;
$page =~ s/\{\{(\w+)\}\}/plot($1)/ge;

open(my $file, '>:encoding(UTF-8)', $output) or die "cannot write $output: $!\n";
print $file $page;
close($file) or die "cannot write $output: $!\n";
