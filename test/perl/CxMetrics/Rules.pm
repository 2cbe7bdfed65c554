
# CxMetrics::Rules: a rule is kept by all objects but those that may break it.
#
#   keeps('every function has a comment', { 'f(integer)' => 'write COMMENT ON ...' },
#       'g(integer)' => 'why it may lack one');
#
# The hash has the objects that break the rule, each with what to do about it or
# ''.  An exception that no longer applies fails too.

package CxMetrics::Rules;

use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT_OK = qw(keeps);

sub keeps
{
	my ($name, $broken, %exceptions) = @_;
	my @unexpected = grep { !exists $exceptions{$_} } sort keys %$broken;
	my @obsolete = grep { !exists $broken->{$_} } sort keys %exceptions;
	local $Test::Builder::Level = $Test::Builder::Level + 1;

	ok(!@unexpected && !@obsolete, $name);
	diag("not so: $_" . ($broken->{$_} ne '' ? "\n    $broken->{$_}" : '')) for @unexpected;
	diag("no longer an exception: $_") for @obsolete;
	return;
}

1;
