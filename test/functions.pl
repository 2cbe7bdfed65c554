#!/usr/bin/env perl
#
# Prints TAP: every function that people call is defined in docs/, called by a
# regression test, has a comment, and, if it is an aggregate, is checked in every
# plan by CxMetrics::Metamorphic.  It reads texts and needs no build, so that who
# adds a function soon knows what is missing, and where to write it.
#
# An exception is listed here with its reason; one that no longer applies fails.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/perl";
use CxMetrics::Mentions qw(read_files definitions calls checks undefined_functions types_to_name uncalled_functions unchecked_aggregates);
use CxMetrics::Rules qw(keeps);
use CxMetrics::Script qw(install_script public_functions);
use Test::More;

chdir "$FindBin::RealBin/.." or die "cannot enter the source directory: $!\n";

my ($functions, $own) = public_functions(install_script('./cx_metrics.control'));
cmp_ok(scalar(@$functions), '>', 0, scalar(@$functions) . ' functions are for people to call');

# Would it be seen?
sub would_see
{
	my ($finder, $kind, $text, @functions) = @_;
	my @all = map {
		my ($call, $result) = split / -> /;
		my ($name, @types) = split /[(), ]+/, $call;
		my @options = map { s/^(\w+)=// ? $1 : () } @types;
		{ signature => $call, name => $name, kind => 'a', types => \@types, options => \@options,
			result => $result // 'numeric', own => { s => 1, t => 1 } };
	} @functions;

	return join ' ', map { $_->{signature} } $finder->(\@all, [ $kind->({ name => 'x', text => $text }) ]);
}
my @two = ('f(s)', 'f(t)', 'g(s,n=int)', 'h(date)', 'h(int)');
is(would_see(\&undefined_functions, \&definitions,
	"## A\n| of a `s` | |\n| `f(x)` and `f(t)` | x |\n| `g(s, n => 1)` | x |\n| `h(a)` | over `date` |\n\nOr `int`.\n", @two), '', 'defined: all of them');
is(would_see(\&undefined_functions, \&definitions,
	"## A\n| of a `s` | |\n| `f(x)` | x |\n| `g(s)` | `int` |\n| `h(a)` | over `date` |\n## B\n| of a `t` | |\n| what `f(t)` is |\n`f(t)`\n", @two),
	'f(t) g(s,n=int) h(int)', 'defined: one of each, no option, and not in a table');
is(would_see(\&uncalled_functions, \&calls, "SELECT f(a::s), f(b::t), g(a, '(,'), h(1 ORDER BY f(x), y);", @two), '', 'called: all of them');
is(would_see(\&uncalled_functions, \&calls, "SELECT f(a::s), g(s, 1, 2) -- h(1)\n, h(1, 2), H(1), th(1);", @two),
	'f(t) g(s,n=int) h(date) h(int)', 'called: another type, too many arguments, a comment');
is(would_see(\&unchecked_aggregates, \&checks, qq{\$cx->check('t', "f(x, 'a')"); \$cx->check('t', 'k(v)', summary => 'm(v)');},
	'f(int,text) -> s', 'f(int) -> s', 'k(int)', 'm(int) -> t', 'rollup(s) -> s', 'rollup(t) -> t', 'rollup(u) -> u'),
	'f(int) rollup(u)', 'checked: what stands in a line, and what it rolls up');

# The file that has most to do with a function, going by the types of its own; of
# types that no file has yet, another answer.
sub nearest_file
{
	my ($function, $otherwise, @files) = @_;
	my ($nearest, $most) = ($otherwise, 0);
	my @types = grep { $own->{$_} } @{ $function->{types} }, $function->{result}, $function->{state} // ();

	for my $file (@files)
	{
		my $n = 0;
		$n += () = $file->{text} =~ /\b$_\b/g for @types;
		($nearest, $most) = ($file->{name}, $n) if $n > $most;
	}
	return $nearest;
}

# rollup() and sum() are made for each type, and have no rows of their own to be
# checked over.
sub is_merge
{
	my ($function) = @_;
	return $function->{name} =~ /^(?:rollup|sum)$/;
}

# The arguments as a row of the reference has them: a short name, options with
# their defaults.
sub as_documented
{
	my ($function) = @_;
	my @defaults = @{ $function->{defaults} };
	my $at = 0;
	my $first_option = @{ $function->{types} } - @{ $function->{options} };

	return "$function->{name}(" . join(', ', map {
		my $type = $function->{types}[$_];
		my $name = $function->{names}[$_] || ($own->{$type} ? is_merge($function) ? $type : 's' : $type);
		$_ < $first_option ? $name : "$name => " . $defaults[ $at++ ];
	} 0 .. $#{ $function->{types} }) . ')';
}

# What lacks something, as keeps() wants it: functions that one row of the reference
# would define together, and what to do about them.
sub together
{
	my ($what_to_do, @functions) = @_;
	my %alike;

	push @{ $alike{ as_documented($_) } }, $_ for @functions;
	return { map { join(', ', map { $_->{signature} } @$_) => $what_to_do->(@$_) } values %alike };
}

# A row `f(a, b => 1)` defines all functions f of two arguments whose second one is
# the option b; types that tell them apart stand as code in the row, in the first
# row of its table (accessor of a `survey_summary`) or in the text of the section.
my @documents = read_files(sort glob 'docs/*.md');
keeps('every function is defined by a row of a table in docs/*.md', together(sub {
		my ($function) = @_;
		my %types = map { $_ => 1 } map { types_to_name($_, $functions) } @_;
		my $types = join '`, `', sort keys %types;

		return "name `$types`, as code, in the text of \"Merging summaries\" in docs/reference.md" if $function->{name} eq 'sum';
		return 'not in a row that begins with a function; write into docs/reference.md, in the section of its family:'
		  . "\n    | `" . as_documented($function) . "` | $function->{result} | $function->{comment} |"
		  . ($types ne '' ? "\n    and there, at the head of the table or in the section's text its types, as code: `$types`" : '');
	}, undefined_functions($functions, [ map { definitions($_) } @documents ])));

my @scripts = read_files(grep { !m{/setup[.]sql$} } sort glob 'test/sql/*.sql');
keeps('every function is called by a regression test', together(sub {
		my ($function) = @_;
		my $file = nearest_file($function, 'test/sql/FAMILY.sql', @scripts);

		return "no file of test/sql calls it with these arguments; write into $file"
		  . "\n    SELECT " . as_documented($function) . ' ..., where the figure comes from, and into '
		  . $file =~ s{test/sql/(\w+).sql}{expected/$1.out}r . ' what it must print';
	}, uncalled_functions($functions, [ map { calls($_) } @scripts ])));

my @metamorphic = grep { $_->{text} =~ /^use CxMetrics::Metamorphic/m } read_files(sort glob 'test/t/*.pl');
keeps('every aggregate has a line of CxMetrics::Metamorphic', together(sub {
		my ($function) = @_;
		my $of_state = !$own->{ $function->{result} } && $own->{ $function->{state} // '' };

		return 'nothing checks that every plan gives the same bytes; write into '
		  . nearest_file($function, 'the test/t/NNN_NAME.pl of its family', @metamorphic) . ":\n    "
		  . (is_merge($function) ? "a line for an aggregate that returns $function->{result}, whose parts are then rolled up"
			: "\$cx->check('TABLE', '" . as_documented($function) . "'"
			  . ($of_state ? ", summary => '$function->{state}(...)', accessor => '...'" : '') . ');');
	}, unchecked_aggregates($functions, [ map { checks($_) } @metamorphic ])),
	(map { $_ => 'test/sql/contract.sql merges models of groups' } 'rollup(contract_model)', 'sum(contract_model)'),
	'contract_model(integer,bigint)' => 'test/t/100_value.pl compares its plans by hand: ages cannot be split and rolled up',
	'expected_total(clv_model,purchase_history,interval)' => 'test/t/100_value.pl checks its state',
	'clv_model(purchase_history,date,text)' => 'test/t/100_value.pl checks its state and fits the parts of the plans by hand',
	'sparkline(double precision)' => 'the order of the rows is its point');

keeps('every function has a comment', { map {
		$_->{signature} => 'write below it: COMMENT ON ' . ($_->{kind} eq 'a' ? 'AGGREGATE' : 'FUNCTION') . " $_->{signature} IS '...';"
	} grep { $_->{comment} eq '' } @$functions });

done_testing();
