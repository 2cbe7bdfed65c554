
# CxMetrics::Mentions: where the documents define a function, the regression
# tests call it, and CxMetrics::Metamorphic checks it, found in their texts.
#
#   my @rows = definitions({ name => 'docs/reference.md', text => ... });
#   my @calls = calls({ name => 'test/sql/nps.sql', text => ... });
#   my @lines = checks({ name => 'test/t/020_survey.pl', text => ... });
#
# Each gives hashes with the name of a function, its arguments as they are
# written, and the file; a definition also has, as code, all `code` of the row, of
# the first row of its table and of the text of its section.  What these say of the functions of an extension:
#
#   undefined_functions(\@functions, \@rows)
#   uncalled_functions(\@functions, \@calls)
#   unchecked_aggregates(\@functions, \@lines)
#
# give of the functions those that lack it, and types_to_name($function,
# \@functions) the types that its definition has to name.  CxMetrics::Script says
# what a function is.

package CxMetrics::Mentions;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT_OK = qw(arguments read_files definitions calls checks undefined_functions types_to_name uncalled_functions unchecked_aggregates);

sub read_files
{
	return map {
		my $name = $_;
		open my $in, '<', $name or die "cannot read $name: $!\n";
		{ name => $name, text => do { local $/; <$in> } };
	} @_;
}

# arguments(\$text, $from): the arguments of a call in a text, from after its parenthesis on: as they are
# written, without ORDER BY; nothing (undef) if the call does not end.
sub arguments
{
	my ($text, $from) = @_;
	my ($depth, @arguments) = (0, '');

	pos($$text) = $from;
	while ($$text =~ /\G('[^']*'|"[^"]*"|[^'"()\[\]{},]+|.)/gcs)
	{
		my $token = $1;

		if ($depth == 0 && $token eq ')')
		{
			s/\bORDER\s+BY\b.*//s, s/^\s+|\s+$//g for @arguments;
			@arguments = grep { $_ ne '' } @arguments;
			return \@arguments;
		}
		if ($depth == 0 && $token eq ',')
		{
			# the commas of an ORDER BY are not between arguments
			push @arguments, '' unless $arguments[-1] =~ /\bORDER\s+BY\b/;
			next;
		}
		$depth++ if $token =~ /^[(\[{]$/;
		$depth-- if $token =~ /^[)\]}]$/;
		$arguments[-1] .= $token;
	}
	return undef;
}

# What a document defines: the calls in `code` in the rows of its tables that
# begin with one, and in its headings.
sub definitions
{
	my ($file) = @_;
	my (@definitions, $section, $table, $in_block);

	for my $line (split /\n/, $file->{text})
	{
		$in_block = !$in_block if $line =~ /^\s*```/;
		next if $in_block;
		my $is_heading = $line =~ /^#/;
		my $is_row = $line =~ /^\|/;
		my @code = $line =~ /`([^`]+)`/g;
		my $code = join '', map { "$_\n" } @code;

		$section = \(my $new = '') if $is_heading || !$section;
		$$section .= $code unless $is_row;
		$table = $is_row ? $table // $code : undef;
		next unless $is_heading || $line =~ /^\|\s*`\w+\(/;
		for my $call (@code)
		{
			next unless $call =~ /^(\w+)\(/g;
			my ($name, $arguments) = ($1, arguments(\$call, pos $call));
			push @definitions, { name => $name, arguments => $arguments, file => $file->{name},
				code => [ $section, map { \(my $copy = $_) } $code, $table // '' ] }
			  if $arguments;
		}
	}
	return @definitions;
}

# The calls of functions in a script, comments aside.  The names of what SQL has
# in capitals, such as ROLLUP (...), are not among them.
sub calls
{
	my ($file) = @_;
	my $text = $file->{text} =~ s/--.*$//gmr;
	my @calls;
	my $at = 0;

	while (pos($text) = $at, $text =~ /\b([a-z]\w*)\(/gc)
	{
		my $name = $1;
		$at = pos $text;
		my $arguments = arguments(\$text, $at);
		push @calls, { name => $name, arguments => $arguments, file => $file->{name}, text => \$file->{text} }
		  if $arguments;
	}
	return @calls;
}

# The aggregates that a test gives to CxMetrics::Metamorphic, as such or as the
# summary behind them.
sub checks
{
	my ($file) = @_;
	my $text = $file->{text} =~ s/^\s*#.*$//gmr;
	my @checks;
	my $at = 0;

	while (pos($text) = $at, $text =~ /->check\(/gc)
	{
		$at = pos $text;
		my (undef, $aggregate, @options) = @{ arguments(\$text, $at) // [] };

		for ($aggregate // (), map { /^summary\s*=>\s*(.*)/s } @options)
		{
			my ($call) = /^["'](.*)["']$/s or next;
			push @checks, (calls({ name => $file->{name}, text => $call }))[0];
		}
	}
	return grep { defined } @checks;
}

# ---------------------------------------------------------------------------
# What is missing
# ---------------------------------------------------------------------------

# The other functions of this name that as many arguments can mean.
sub overloads
{
	my ($function, $functions) = @_;

	return grep {
		$_ != $function && $_->{name} eq $function->{name}
		  && least($_) <= @{ $function->{types} } && least($function) <= @{ $_->{types} }
	} @$functions;
}

sub least
{
	my ($function) = @_;

	return @{ $function->{types} } - @{ $function->{options} };
}

# The types that tell a function from those.
sub distinct_types
{
	my ($function, @others) = @_;
	my %types;

	for my $at (0 .. $#{ $function->{types} })
	{
		my $type = $function->{types}[$at];
		$types{$type} = 1 if grep { ($_->{types}[$at] // $type) ne $type } @others;
	}
	return sort keys %types;
}

# As people write it.
sub short_type
{
	my ($type) = @_;

	return { 'timestamp without time zone' => 'timestamp', 'timestamp with time zone' => 'timestamptz' }->{$type} // $type;
}

# It is defined by a row that has all its arguments, options as name => value.
# Of overloads with as many, the types in which they differ stand as code in the
# row, the first row of the table or the text of the section; an argument that is
# written as a type is of that type.
sub undefined_functions
{
	my ($functions, $definitions) = @_;
	my %types = map { $_ => 1 } map { my $own = $_->{own}; grep { $own->{$_} } @{ $_->{types} } } @$functions;

	return grep {
		my $function = $_;
		my @named = types_to_name($function, $functions);

		!grep { defines($_, $function, \%types) && names($_, @named) } @$definitions;
	} @$functions;
}

# What tells it from the overloads whose rows look alike.
sub types_to_name
{
	my ($function, $functions) = @_;

	return map { short_type($_) } distinct_types($function,
		grep { @{ $_->{types} } == @{ $function->{types} } && "@{ $_->{options} }" eq "@{ $function->{options} }" }
		  overloads($function, $functions));
}

sub defines
{
	my ($row, $function, $types) = @_;
	my @arguments = @{ $row->{arguments} };
	my @options = map { /^(\w+)\s*=>/ } @arguments;

	return 0 if $row->{name} ne $function->{name} || @arguments != @{ $function->{types} };
	return 0 if "@options" ne "@{ $function->{options} }";
	return !grep {
		my ($type) = $arguments[$_] =~ /(\w+)$/;
		$types->{ $type // '' } && $type ne $function->{types}[$_];
	} 0 .. $#arguments;
}

sub names
{
	my ($row, @types) = @_;

	return !grep { my $type = $_; !grep { $$_ =~ /\b\Q$type\E(?!\w)/ } @{ $row->{code} } } @types;
}

# It is called with as many arguments as it takes; where another function of
# that name is of another type of the extension, in a file that names its type.
# What differs in PostgreSQL's own types need not be called for each of these:
# test/t/130_boundaries.pl does.
sub uncalled_functions
{
	my ($functions, $calls) = @_;

	return grep {
		my $function = $_;
		my @types = grep { $function->{own}{$_} } distinct_types($function, overloads($function, $functions));

		!grep {
			my $call = $_;
			my $n = @{ $call->{arguments} };
			$call->{name} eq $function->{name} && $n >= least($function) && $n <= @{ $function->{types} }
			  && !grep { ${ $call->{text} } !~ /\b$_\b/ } @types;
		} @$calls;
	} @$functions;
}

# It stands in a line of checks with as many arguments, of whatever types of
# PostgreSQL; a rollup, also by its other name sum, where an aggregate that returns
# its type does as well, since parts of that are rolled up.
sub unchecked_aggregates
{
	my ($functions, $checks) = @_;
	my @aggregates = grep { $_->{kind} eq 'a' } @$functions;
	my $is_checked = sub {
		my ($aggregate) = @_;
		return grep { $_->{name} eq $aggregate->{name} && @{ $_->{arguments} } == @{ $aggregate->{types} } } @$checks;
	};
	my %rolled_up = map { $_->{result} => 1 } grep { $_->{name} !~ /^(?:rollup|sum)$/ && $is_checked->($_) } @aggregates;

	return grep { $_->{name} =~ /^(?:rollup|sum)$/ ? !$rolled_up{ $_->{types}[0] } : !$is_checked->($_) } @aggregates;
}

1;
