
# CxMetrics::Documents: the SQL of the documentation, for tests that need more
# than the one server of test/docs.pl.
#
#   my @blocks = sql_blocks('docs/scaling.md', 'Shards with postgres_fdw');
#
# gives the ```sql blocks below that heading, up to the next heading of its own
# or a higher level, in order.  A heading that is not there, or has no SQL, is
# an error: a test that runs nothing would pass.

package CxMetrics::Documents;

use strict;
use warnings;
use Exporter 'import';
use FindBin;

our @EXPORT_OK = qw(sql_blocks);

sub sql_blocks
{
	my ($file, $heading) = @_;
	my ($level, $in_block, @blocks);

	open my $in, '<', "$FindBin::RealBin/../../$file" or die "cannot read $file: $!\n";
	while (my $line = <$in>)
	{
		if ($in_block)
		{
			if ($line =~ /^```/) { $in_block = 0; }
			elsif ($in_block eq 'sql') { $blocks[-1] .= $line; }
		}
		elsif ($line =~ /^```(\w*)/)
		{
			$in_block = $1 || 'text';
			$in_block = 'other' unless $level;
			push @blocks, '' if $in_block eq 'sql';
		}
		elsif ($line =~ /^(#+) +(.*?) *$/)
		{
			if ($2 eq $heading) { $level = length $1; }
			elsif ($level && length $1 <= $level) { last; }
		}
	}
	close $in;
	die "$file has no SQL under \"$heading\"\n" unless @blocks;
	return @blocks;
}

1;
