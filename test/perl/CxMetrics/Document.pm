# Reads the examples of a document: its blocks of SQL, what they print, and
# the values of the {{parameters}} that a BI tool would ask its reader for.

package CxMetrics::Document;

use strict;
use warnings;

use Exporter 'import';
our @EXPORT_OK = qw(parse_document fill_in);

# The blocks of a document: kind 'sql' (with the text block that belongs to
# it, if any), 'hidden', 'left out' or 'parameters'.  Line numbers start at 0.
sub parse_document
{
	my @lines = @_;
	my @blocks;
	my $i = 0;
	my ($not_run, $no_chart);

	while ($i < @lines)
	{
		if ($lines[$i] =~ /^<!--\s*not run:\s*(.*?)\s*(?:-->)?\s*$/)
		{
			$not_run = $1;
			$i++ while $i < @lines && $lines[$i] !~ /-->/;
		}
		elsif ($lines[$i] =~ /^<!--\s*not for a chart:\s*\S/)
		{
			$no_chart = 1;
			$i++ while $i < @lines && $lines[$i] !~ /-->/;
		}
		elsif ($lines[$i] =~ /^<!--\s*(sql|parameters)\s*$/)
		{
			my $kind = $1;
			my $from = ++$i;
			$i++ while $i < @lines && $lines[$i] !~ /^-->/;
			my @body = @lines[ $from .. $i - 1 ];

			push @blocks, $kind eq 'sql'
			  ? { kind => 'hidden', line => $from, sql => join("\n", @body) }
			  : { kind => 'parameters', line => $from, values => { map { /^\s*(\w+)\s*=\s*(.*?)\s*$/ ? ($1, $2) : () } @body } };
		}
		elsif ($lines[$i] =~ /^(\s*)```(\w*)/)
		{
			my ($margin, $language) = ($1, $2);
			my $from = ++$i;
			$i++ while $i < @lines && $lines[$i] !~ /^\s*```\s*$/;
			my @body = @lines[ $from .. $i - 1 ];
			s/^\Q$margin\E// for @body;

			if ($language eq 'sql' && defined $not_run)
			{
				push @blocks, { kind => 'left out', line => $from, why => $not_run };
			}
			elsif ($language eq 'sql')
			{
				push @blocks, { kind => 'sql', line => $from, sql => join("\n", @body), no_chart => $no_chart };
			}
			elsif ($language eq 'text' && @blocks
				&& $blocks[-1]{kind} eq 'sql'
				&& !defined $blocks[-1]{text}
				&& $blocks[-1]{after} == $from - 1)
			{
				@{ $blocks[-1] }{qw(text text_from text_to margin)} =
				  (join("\n", @body), $from, $i - 1, $margin);
			}
			# blank lines may stand between a block and its output
			if (@blocks && $language eq 'sql')
			{
				my $next = $i + 1;
				$next++ while $next < @lines && $lines[$next] =~ /^\s*$/;
				$blocks[-1]{after} = $next;
			}
			($not_run, $no_chart) = ();
		}
		elsif ($lines[$i] !~ /^\s*$/)
		{
			($not_run, $no_chart) = ();
		}
		$i++;
	}
	return @blocks;
}

# Does with a query what Metabase does: {{name}} becomes what $value_of says
# for it, and [[a clause]] whose parameters are not all given goes away.
sub fill_in
{
	my ($sql, $values, $value_of) = @_;
	my $given = sub { defined $values->{ $_[0] } && $values->{ $_[0] } ne '' };
	my $optional = sub {
		my ($clause) = @_;
		return (grep { !$given->($_) } $clause =~ /\{\{\s*(\w+)\s*\}\}/g) ? '' : $clause;
	};

	$sql =~ s/\[\[((?:(?!\]\]).)*\{\{(?:(?!\]\]).)*)\]\]/$optional->($1)/ges;
	$sql =~ s/\{\{\s*(\w+)\s*\}\}/$given->($1) ? $value_of->($1) : die "no value for {{$1}}\n"/ge;
	return $sql;
}

1;
