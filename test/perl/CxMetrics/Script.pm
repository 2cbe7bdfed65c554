
# CxMetrics::Script: the functions of the install script that people call, read
# from its text, so that what they lack can be said before anything is built.
#
#   my ($functions, $own) = public_functions($text);
#
# Not those that make an aggregate, an operator or a type; a final function may be
# one that people call, and otherwise has a comment that says what it is.  Each
# is a hash: signature (as regprocedure has it), name, kind ('a' of an aggregate, 'p' of a procedure),
# types (of its arguments, as format_type() has them), names (of its arguments or
# ''), options (the names of those with a default), defaults (of these), result
# (its type), state (that of an aggregate), comment (or '') and own (a hash with
# the types that the script makes).
#
# test/t/010_catalog.pl compares them with the catalogs.

package CxMetrics::Script;

use strict;
use warnings;
use CxMetrics::Mentions qw(arguments);
use Exporter 'import';

our @EXPORT_OK = qw(install_script public_functions);

# The text of the script that CREATE EXTENSION runs, of the newest version.
sub install_script
{
	my ($control) = @_;
	my ($version) = read_file($control) =~ /^default_version\s*=\s*'(.*?)'/m or die "$control has no default_version\n";

	return read_file($control =~ s{([^/]*)[.]control$}{sql/$1--$version.sql}r);
}

sub read_file
{
	my ($name) = @_;

	open my $in, '<', $name or die "cannot read $name: $!\n";
	local $/;
	return scalar <$in>;
}

my %LONG = (timestamp => 'timestamp without time zone', timestamptz => 'timestamp with time zone',
	time => 'time without time zone', int => 'integer', float8 => 'double precision');
my $TYPE = qr/double precision|\w+/;

sub long_type
{
	my ($type) = @_;

	return $type =~ s/^(\w+)/$LONG{$1} \/\/ $1/er;
}

# An argument, with or without a name and a default: what it is.
sub argument
{
	my ($text) = @_;
	my ($declared, $default) = split /\s+DEFAULT\s+|\s*=\s*/, $text, 2;
	my ($name, $type) = $declared =~ /^(?:(\w+)\s+)??($TYPE(?:\[\])?)$/ or die "cannot read the argument $text\n";

	return { name => $name // '', type => long_type($type), default => $default };
}

sub declared
{
	my ($text, $from) = @_;

	return map { argument($_) } grep { !/^OUT\b/ } @{ arguments($text, $from) };
}

sub public_functions
{
	my ($text) = @_;
	my (%own, %support, %final, %comments, @functions);

	$text =~ s/^--.*$//gm;
	$own{$1} = 1 while $text =~ /^CREATE TYPE (\w+)/gm;
	$support{$1} = 1 while $text =~ /\b(?:INPUT|OUTPUT|RECEIVE|SEND|SFUNC|MSFUNC|MINVFUNC|COMBINEFUNC|FUNCTION) = (\w+)/g;
	$support{$1} = 1 while $text =~ /^\s+FUNCTION \d+ (\w+)\(/gm;
	$final{$1} = 1 while $text =~ /\bFINALFUNC = (\w+)/g;
	while ($text =~ /^COMMENT ON (?:FUNCTION|AGGREGATE|PROCEDURE) (\w+)\(/gm)
	{
		my ($name, $at) = ($1, pos $text);
		my $signature = "$name(" . join(',', map { $_->{type} } declared(\$text, $at)) . ')';

		pos($text) = $at;
		$comments{$signature} = $1 =~ s/''/'/gr if $text =~ /\G[^)]*\) IS\s*'((?:[^']|'')*)'/gc;
	}

	while ($text =~ /^CREATE (?:OR REPLACE )?(FUNCTION|AGGREGATE|PROCEDURE) (\w+)\(/gm)
	{
		my ($kind, $name, $at) = ($1, $2, pos $text);
		my @arguments = declared(\$text, $at);
		my @types = map { $_->{type} } @arguments;
		my @options = grep { defined $_->{default} } @arguments;
		my ($declaration) = substr($text, $at) =~ /\A(.*?;)$/ms;
		my $signature = "$name(" . join(',', @types) . ')';
		my ($result) = $declaration =~ /\)\s+RETURNS (?:SETOF )?($TYPE)/;
		my ($state) = $declaration =~ /\bSTYPE = ($TYPE)/;
		my ($final) = $declaration =~ /\bFINALFUNC = (\w+)/;

		pos($text) = $at;
		push @functions, { signature => $signature, name => $name, kind => { AGGREGATE => 'a', PROCEDURE => 'p' }->{$kind} // 'f',
			types => \@types, names => [ map { $_->{name} } @arguments ],
			options => [ map { $_->{name} } @options ], defaults => [ map { $_->{default} } @options ],
			result => $kind eq 'PROCEDURE' ? 'void' : $result && long_type($result), state => $state && long_type($state), final => $final,
			comment => $comments{$signature} // '', own => \%own };
	}

	# An aggregate returns what its final function does, or else its state.
	for my $aggregate (grep { $_->{kind} eq 'a' } @functions)
	{
		my ($final) = grep { $_->{name} eq ($aggregate->{final} // '') && $_->{types}[0] eq $aggregate->{state} } @functions;
		$aggregate->{result} = $final ? $final->{result} : $aggregate->{state};
	}
	return ([ grep { $_->{kind} eq 'a' || !$support{ $_->{name} } && !($final{ $_->{name} } && $_->{comment} =~ /^final function of/) } @functions ],
		\%own);
}

1;
