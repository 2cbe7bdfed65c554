#!/usr/bin/env perl
#
# Prints TAP: in src/ every function that SQL calls has a comment directly above
# it, which says what it gives, reads or guarantees; one that a macro makes has
# it above the macro.  No comment begins as if another one stood before it: a
# reader who opens the file at that line understands it.

use strict;
use warnings;
use FindBin;
use Test::More;

chdir "$FindBin::RealBin/.." or die "cannot enter the source directory: $!\n";

# The names of those without one, in a source; how many functions there are.
sub bare
{
	my @lines = split /\n/, $_[0];
	my ($functions, @bare) = (0);

	for my $at (1 .. $#lines)
	{
		next unless $lines[ $at - 1 ] =~ /^(?:static )?Datum *\\?$/ && $lines[$at] =~ /^([\w#]+)\(PG_FUNCTION_ARGS\)/;
		my $name = $1;
		my $first = $at - 1;

		$first-- if $lines[ $first - 1 ] eq "PG_FUNCTION_INFO_V1($name);";
		$first-- while $first > 0 && $lines[ $first - 1 ] =~ /\\$/;
		$functions++;
		push @bare, $name unless $first > 0 && $lines[ $first - 1 ] =~ m{\*/$};
	}
	return ($functions, @bare);
}

# The comments of a source that begin with a word that points elsewhere, each as
# its line and this word.
sub leaning
{
	my ($source) = @_;
	my @leaning;

	while ($source =~ m{/\*[-*\s]*(And|Or|The same|Such|Likewise)\b}g)
	{
		my ($from, $word) = ($-[0], $1);

		push @leaning, 1 + (substr($source, 0, $from) =~ tr/\n//) . ": $word";
	}
	return @leaning;
}

# Would it be seen?
my $function = "Datum\nname(PG_FUNCTION_ARGS)\n{\n}\n";
my $macro = "#define MAKE(x) \\\nDatum \\\nfirst_##x(PG_FUNCTION_ARGS) \\\n{ \\\n} \\\n\\\nDatum \\\nsecond_##x(PG_FUNCTION_ARGS) \\\n{ \\\n}\n";
is(join(' ', bare("/* It. */\n$function")), '1', 'a function with a comment');
is(join(' ', bare("/* It. */\nPG_FUNCTION_INFO_V1(name);\n$function")), '1', 'and above its PG_FUNCTION_INFO_V1');
is(join(' ', bare("/* A section. */\n\n$function")), '1 name', 'one below the comment of a section');
is(join(' ', bare("/* It. */\n$function\n$function")), '2 name', 'and one after another');
is(join(' ', bare("/* Both. */\n$macro")), '2', 'a macro with a comment');
is(join(' ', bare("\n$macro")), '2 first_##x second_##x', 'and one without');

is(join(', ', leaning("/* And it. */\nint a; /* Such ones */\n")), '1: And, 2: Such', 'comments that begin with And and Such');
is(join(', ', leaning("int a;\n\n/*\n * The same for b.\n */\n\t/* Or b */\n\t/*-----\n\t * Likewise */\n")),
	'3: The same, 6: Or, 7: Likewise', 'and with The same, Or, Likewise, in more lines');
is(join(', ', leaning("/* Orders, And, */\n/*\n * It.  Such a one.\n * And more.\n */\n")), '', 'not one that has such a word later');

my $all = 0;
for my $file (sort glob 'src/*/*.c')
{
	open my $in, '<', $file or die "cannot read $file: $!\n";
	my ($functions, @bare) = bare(do { local $/; <$in> });
	next unless $functions;
	$all += $functions;
	is("@bare", '', "$file: every function of SQL has a comment ($functions)");
}
cmp_ok($all, '>', 0, 'there are such functions');

for my $file (sort glob 'src/*/*.[ch]')
{
	open my $in, '<', $file or die "cannot read $file: $!\n";
	is(join(', ', map { "$file:$_" } leaning(do { local $/; <$in> })), '', "$file: no comment leans on another");
}
done_testing();
