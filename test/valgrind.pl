#!/usr/bin/env perl
#
# test/valgrind.pl SOURCE LOGS
#
# Prints the errors in valgrind's logs that have a line of this extension in
# their stack, and fails if there are any.  PostgreSQL itself is not built for
# valgrind here, so its own reports (padding written to files, and such) say
# nothing, also where we called it.

use strict;
use warnings;
use File::Basename qw(basename);

my ($source, $logs) = @ARGV;
my @ours = map { quotemeta basename($_) } glob("$source/src/*/*.c");
my $ours = join '|', @ours, 'cx_metrics\.so';
# the padding of records when a procedure of ours commits; the cache of regular
# expressions, whose entries make room for a new one
my $not_ours = 'XLogFlush|RE_compile_and_cache';
my ($processes, $errors, $reported) = (0, 0, 0);

for my $log (glob "$logs/*.log")
{
	open my $in, '<', $log or die "cannot read $log: $!\n";
	local $/;
	my $text = <$in> // '';
	close $in;
	$processes++;
	while ($text =~ /VALGRIND-BEGIN(.*?)VALGRIND-END/gs)
	{
		my $error = $1;
		$errors++;
		next unless $error =~ /^(.*?)\((?:in \S*)?(?:$ours)(?::\d+)?\)/s;
		next if $1 =~ /\b(?:$not_ours)\b/;
		$reported++;
		print "$error\n";
	}
}
print "$processes processes, $errors errors, $reported of them with a line of this extension\n";
# Without a single log valgrind did not run.
exit($reported || !$processes ? 1 : 0);
