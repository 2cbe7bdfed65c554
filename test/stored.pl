#!/usr/bin/env perl
#
# Prints values of every summary type as the extension stores and sends them:
# what script/release keeps as test/data/stored/VERSION.tsv.  PSQL is the psql to
# call, which finds its server, as a superuser, by the usual PG* variables.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/perl";
use CxMetrics::Everything;
use CxMetrics::Stored;
use File::Temp qw(tempfile);

my $psql = $ENV{PSQL} // 'psql';

sub run
{
	my ($sql) = @_;
	my ($file, $name) = tempfile(UNLINK => 1);

	print $file $sql;
	close $file or die "$name: $!";
	my $output = qx("$psql" -X -q -At -v ON_ERROR_STOP=1 -f "$name" postgres);
	die "psql failed\n" if $? != 0;
	chomp $output;
	return $output;
}

run('CREATE EXTENSION cx_metrics');
print stored_values(\&run, seeds(\&run)), "\n";
