#!/usr/bin/env perl
#
# demo/page/build.pl DIRECTORY OUTPUT
#
# Makes one self-contained page of page.html, of figures.csv and of the plots
# in DIRECTORY, which data.sql and plots.gp have written.  No script, no font
# and no picture is fetched when it is read.
#
# In page.html {{NAME}} is a plot and {{table:NAME}} a table of NAME.csv; below
# them a card gets the figures of its plots and the queries of data.sql that
# made them.

use strict;
use warnings;
use FindBin;
use Time::Local qw(timegm);

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

# What a reader who points at a place of a plot is told: where on the x axis a
# row of the CSV file is, whether it stands for what follows (a step) or for
# what is around it, and what is in it.  Heat is a cell for each row.
my @months = qw(January February March April May June July August September October November December);
my %values = (
	nps => { x => sub { seconds($_[0]{Month}) },
		text => sub { month($_[0]{Month}) . ": NPS $_[0]{NPS}, 95 % interval $_[0]{From} to $_[0]{To}" } },
	bridge => { x => sub { $_[1] },
		text => sub {
			my ($r) = @_;
			"$r->{Month} 2025, thousands of MRR: new $r->{New}, came back $r->{'Came back'}, "
			  . "expansion $r->{Expansion}, contraction $r->{Contraction}, churn $r->{Churn}";
		} },
	survival => { x => sub { $_[0]{Days} / 30.4375 }, step => 1,
		text => sub { "After $_[0]{Days} days still paying: " . shares($_[0], 'Enterprise', 'Mid', 'Small') } },
	cohorts => { x => sub { $_[0]{'Months later'} }, y => sub { $_[0]{row} },
		text => sub { "Began in $_[0]{'Began in'} 2025, $_[0]{'Months later'} months later: $_[0]{'Active %'} % active" } },
	replies => { x => sub { $_[0]{Hours} },
		text => sub { "Answered within $_[0]{Hours} hours: " . shares($_[0], 'Phone', 'Chat', 'App', 'E-mail') } },
	backlog => { x => sub { seconds($_[0]{Day}) }, step => 1,
		text => sub { "$_[0]{Day}: $_[0]{Open} open, $_[0]{'Waiting for the customer'} of them wait for the customer" } },
	health => { x => sub { $_[0]{'Score from'} }, step => 1,
		text => sub {
			my ($r) = @_;
			sprintf('Score %d to %d: red %d, yellow %d, green %d',
				$r->{'Score from'}, $r->{'Score from'} + 5, $r->{Red}, $r->{Yellow}, $r->{Green});
		} },
	holdout => { x => sub { $_[1] },
		text => sub {
			my ($r) = @_;
			"$r->{'Days with a purchase before'} days with a purchase before: bought $r->{Bought} times, expected $r->{Expected}";
		} });

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
	$text =~ s/"/&quot;/g;
	return $text;
}

sub seconds
{
	my ($year, $month, $day) = split /-/, $_[0];
	return timegm(0, 0, 0, $day, $month - 1, $year);
}

sub month
{
	my ($year, $month) = split /-/, $_[0];
	return "$months[$month - 1] $year";
}

sub shares
{
	my ($row, @names) = @_;
	return join(', ', map { lc($_) . ' ' . ($row->{"$_ %"} eq '' ? 'nobody' : $row->{"$_ %"} . ' %') } @names);
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

# The names of a CSV file's columns, and its rows.
sub csv
{
	my ($name) = @_;
	my ($head, @rows) = map { [ fields($_) ] } split /\n/, read_file("$dir/$name.csv");
	die "$name.csv has no row\n" unless @rows;
	return ($head, @rows);
}

sub figures
{
	my (undef, @rows) = csv('figures');
	return join "\n", map {
		my ($name, $figure, $detail) = map { escape_html($_) } @$_;
		"<div class=\"figure\"><dt>$name</dt><dd class=\"number\">$figure</dd><dd class=\"detail\">$detail</dd></div>";
	} @rows;
}

# What may be wider or higher than its place is reached by the keyboard, too.
sub scrolled
{
	my ($label, $html) = @_;
	return '<div class="scroll" role="region" tabindex="0" aria-label="' . escape_html($label) . "\">$html</div>";
}

# A CSV file as a table; a column is text when a field of it is no number.
# The column "row" is for the drawing only, and a dash for what is not known.
sub table
{
	my ($name, $label) = @_;
	my ($head, @rows) = csv($name);
	my @shown = grep { $head->[$_] ne 'row' } 0 .. $#$head;
	my @class = map {
		my $column = $_;
		my @text = grep { !/^[-+]?[\d.,]*$/ } map { $_->[$column] } @rows;
		!@text ? '' : (grep { !/^\d{4}-\d\d-\d\d$/ } @text) ? ' class="text"' : ' class="text date"';
	} 0 .. $#$head;
	my $html = '<table><thead><tr>'
	  . join('', map { "<th scope=\"col\"$class[$_]>" . escape_html($head->[$_]) . '</th>' } @shown) . "</tr></thead>\n<tbody>";
	for my $row (@rows)
	{
		my ($first, @others) = @shown;
		$html .= "<tr><th scope=\"row\"$class[$first]>" . escape_html($row->[$first]) . '</th>'
		  . join('', map { "<td$class[$_]>" . ($row->[$_] eq '' ? '&ndash;' : escape_html($row->[$_])) . '</td>' } @others) . "</tr>\n";
	}
	return scrolled($label, "$html</tbody></table>");
}

# gnuplot's colour, as an attribute, as one that follows the page's.  A full
# cell is paler than the colour is, so that its number can be read.
sub colour
{
	my ($attribute, $r, $g, $b) = @_;
	return "style=\"$attribute:var(--c1);$attribute-opacity:calc(var(--full) * " . $g / 100 . ')"'
	  if $r == 0 && $b == 11;
	return "style=\"$attribute:currentColor\"" if $r == 0 && $g == 0 && $b == 0;
	die "colour rgb($r, $g, $b) is not one of plots.gp\n"
	  unless $r == $g && $g == $b && $r < @colours && $colours[$r] ne '?';
	return "style=\"$attribute:var(--$colours[$r])\"";
}

# Where plots.gp has drawn: {nps}{broad} has the ends of the axes.
sub axes
{
	my ($head, @rows) = csv('axes');
	my %axes;
	for my $row (@rows)
	{
		my %of;
		@of{@$head} = @$row;
		$axes{ $of{name} }{ $of{shape} } = \%of;
	}
	return \%axes;
}

# A value as a place on the picture.
sub across
{
	my ($axis, $x) = @_;
	my $place = ($x - $axis->{'x min'}) / ($axis->{'x max'} - $axis->{'x min'});
	$place = $place < 0 ? 0 : $place > 1 ? 1 : $place;
	return $axis->{left} + $place * ($axis->{right} - $axis->{left});
}

sub down
{
	my ($axis, $y) = @_;
	my $place = ($y - $axis->{'y min'}) / ($axis->{'y max'} - $axis->{'y min'});
	return $axis->{height} - $axis->{bottom} - $place * ($axis->{top} - $axis->{bottom});
}

sub place
{
	my ($axis, $x1, $x2, $y1, $y2, $text) = @_;
	my ($left, $right) = (across($axis, $x1), across($axis, $x2));
	my ($top, $bottom) = sort { $a <=> $b } down($axis, $y1), down($axis, $y2);
	return '' if $right - $left < 0.05;
	return sprintf('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>' . "\n",
		$left, $top, $right - $left, $bottom - $top, escape_html($text));
}

# Over each value of a plot lies a place that nobody sees, which tells it to who
# points there.
sub pointed
{
	my ($name, $axis) = @_;
	my $what = $values{$name} or die "nothing is told of $name\n";
	my ($head, @fields) = csv($name);
	my @rows = map { my %row; @row{@$head} = @$_; \%row } @fields;
	my @x = map { $what->{x}->($rows[$_], $_) } 0 .. $#rows;
	my $html = '';
	for my $i (0 .. $#rows)
	{
		my @place;
		if ($what->{y})
		{
			my $y = $what->{y}->($rows[$i]);
			@place = ($x[$i] - 0.5, $x[$i] + 0.5, $y - 0.5, $y + 0.5);
		}
		else
		{
			my $before = $i > 0 ? $x[$i] - $x[$i - 1] : $x[1] - $x[0];
			my $after = $i < $#rows ? $x[$i + 1] - $x[$i] : $before;
			@place = ($what->{step} ? ($x[$i], $x[$i] + $after) : ($x[$i] - $before / 2, $x[$i] + $after / 2),
				@$axis{'y min', 'y max'});
		}
		$html .= place($axis, @place, $what->{text}->($rows[$i]));
	}
	return "<g class=\"values\">\n$html</g>\n";
}

my $axes = axes();

sub drawing
{
	my ($name, $shape) = @_;
	my $svg = read_file("$dir/$name-$shape.svg");

	$svg =~ s/^.*?(?=<svg)//s;
	# gnuplot's titles are its commands and the names of files
	$svg =~ s/<title>.*?<\/title>//gs;
	$svg =~ s/<desc>.*?<\/desc>//gs;
	# the marks that gnuplot defines in every plot and these do not use
	$svg =~ s/<defs>.*?<\/defs>//s;
	$svg =~ s/<!--.*?-->//gs;
	$svg =~ s/ (?:id|class|desc)="[^"]*"//g;
	$svg =~ s/ color="[^"]*"//g;
	$svg =~ s/(fill|stroke) *= *["']rgb\( *(\d+), *(\d+), *(\d+)\)["']/colour($1, $2, $3, $4)/ge;
	$svg =~ s/(fill|stroke) *= *["'](?:black|currentColor)["']/colour($1, 0, 0, 0)/ge;
	$svg =~ s/^<svg\s+width="\d+" height="\d+"\s*/<svg class="$shape" role="img" aria-label="$alternatives{$name}" /;
	$svg =~ s/(?=<\/svg>)/pointed($name, $axes->{$name}{$shape})/e;
	$svg =~ s/\n\s*\n+/\n/g;
	return $svg;
}

sub plot
{
	my ($name) = @_;
	return drawing($name, 'broad') . drawing($name, 'slim');
}

# The queries of data.sql by the file that they write.
sub queries
{
	my $text = read_file("$FindBin::Bin/data.sql");
	my %sql;
	while ($text =~ /^\\o :dir\/(\w+)\.csv\n(.*?)\s*(?=^\\o)/gms)
	{
		$sql{$1} = $2;
	}
	return \%sql;
}

# The files of the report that make what the queries read.
sub origins
{
	my %origin;
	my $report = "$FindBin::Bin/../report";

	# glob would split a path at its blanks
	opendir(my $files, $report) or die "cannot read $report: $!\n";
	for my $path ("$FindBin::Bin/../company.sql", map { "$report/$_" } sort grep { /[.]sql$/ } readdir $files)
	{
		my $text = read_file($path);
		my $file = $path =~ s/^.*\.\.\//demo\//r;
		$origin{$1} //= $file
		  while $text =~ /^CREATE (?:OR REPLACE )?(?:MATERIALIZED VIEW|VIEW|TABLE) (?:IF NOT EXISTS )?(\w+)/gm;
	}
	return \%origin;
}

my $sql = queries();
my $origin = origins();

sub query
{
	my ($label, @names) = @_;
	my $text = join "\n\n", map { $sql->{$_} // die "data.sql does not write $_.csv\n" } @names;
	my %read;
	$read{$1}++ while $text =~ /(?<=FROM|JOIN|...,)\s+(\w+)(?=[\s,;)])/g;
	my @from = map { "<code>$_</code> of <code>$origin->{$_}</code>" } grep { $origin->{$_} } sort keys %read;
	return '<details class="sql"><summary>SQL</summary>' . "\n"
	  . scrolled("SQL: $label", '<pre><code>' . escape_html($text) . '</code></pre>')
	  . (@from ? "\n<p>It reads " . join(', ', @from) . '.</p>' : '') . '</details>';
}

sub card
{
	my ($attributes, $body, $number) = @_;
	my ($heading) = $body =~ /<h2>(.*?)<\/h2>/;
	my (@drawn, @names);
	while ($body =~ /\{\{(table:)?(\w+)\}\}/g)
	{
		push @names, $2;
		push @drawn, $2 unless $1;
	}
	die "a card of page.html shows nothing\n" unless @names && defined $heading;
	$body =~ s/<h2>/<h2 id="card$number">/;
	$body =~ s/\{\{table:(\w+)\}\}/table($1, $heading)/ge;
	$body =~ s/\{\{(\w+)\}\}/plot($1)/ge;
	my $more = join "\n", (map { '<details><summary>Figures</summary>' . table($_, "Figures: $heading") . '</details>' } @drawn),
	  query($heading, @names);
	return "<section$attributes aria-labelledby=\"card$number\">$body<div class=\"more\">\n$more</div>\n</section>";
}

my $page = read_file("$FindBin::Bin/page.html");
my $number = 0;
$page =~ s/\{\{figures\}\}/figures()/e;
$page =~ s/\{\{sql:(\w+)\}\}/query('the figures above', $1)/ge;
$page =~ s/<section([^>]*)>(.*?)<\/section>/card($1, $2, ++$number)/gse;

open(my $file, '>:encoding(UTF-8)', $output) or die "cannot write $output: $!\n";
print $file $page;
close($file) or die "cannot write $output: $!\n";
