#!/usr/bin/env perl
#
# test/coverage.pl [--lines FILE] [--part] SOURCE
#
# Adds up what gcov counted below SOURCE and prints lines and branches of src/
# by file; what was not run goes to FILE, with the function it stands in.
#
# Fails when fewer than 95 percent of the lines were run, when a line was not run
# or a branch not taken in a function that test/coverage.md does not name, and
# when it names a function that is not there any more; --part: only a part of the
# tests was run, so all that is left out.

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Find qw(find);
use Getopt::Long qw(GetOptions);
use JSON::PP qw(decode_json);

my $LEAST = 95;

# Macros of PostgreSQL and C that branch where no test can steer them: why, in
# test/coverage.md.
my @MACROS = qw(ereport elog CHECK_FOR_INTERRUPTS PG_FREE_IF_COPY PG_END_TRY
  VARSIZE_ANY_EXHDR VARDATA_ANY VARSIZE_ANY ARR_DATA_PTR Assert);
my $macro = join '|', @MACROS;

# How often a loop asks for signals: see there, too.
my $EVERY = qr/\b(?:INTERRUPT_MASK|CHECK_EVERY)\b/;

my ($list, $part);
GetOptions('lines=s' => \$list, 'part' => \$part) or exit 2;
my $source = abs_path($ARGV[0] // '.');
my @data;
find(sub { push @data, $File::Find::name if /\.gcda$/ }, $source);
die "no gcov data below $source\n" unless @data;

my (%lines, %branches, %function);
for my $data (@data)
{
	open my $gcov, '-|', 'gcov', '--json-format', '--branch-probabilities', '--stdout', $data or die "gcov: $!\n";
	my @documents = <$gcov>;
	close $gcov;
	for my $document (@documents)
	{
		for my $file (@{ decode_json($document)->{files} })
		{
			my $name = $file->{file};

			$name =~ s{^\Q$source\E/}{};
			next unless $name =~ m{^src/.*\.[ch]$};
			for my $line (@{ $file->{lines} })
			{
				my $at = $line->{line_number};
				my $n = 0;

				$lines{$name}{$at} += $line->{count};
				$function{$name}{$at} //= $line->{function_name};
				# a function that is compiled several times counts several times
				$branches{$name}{$at}{ $n++ } += $_->{count} for @{ $line->{branches} };
			}
		}
	}
}

# The functions that test/coverage.md explains, under "## Functions" in rows
# "| `file`: `function`, ...; `file`: ... | why |", and how often each was needed.
sub explained
{
	my ($file) = @_;
	my %explained;

	open my $in, '<', $file or die "$file: $!\n";
	while (<$in>)
	{
		next unless /^## Functions/ .. /^## (?!Functions)/;
		my ($where) = /^[|] (`[^|]*) [|]/ or next;
		for my $of_a_file (split /; /, $where)
		{
			my ($name, @functions) = $of_a_file =~ /`([^`]+)`/g;

			die "$file: no function in \"$of_a_file\"\n" unless @functions;
			$explained{"src/$name: $_"} = 0 for @functions;
		}
	}
	close $in;
	return \%explained;
}

# A line that decides nothing but what such a macro does.
sub only_macros
{
	my ($text) = @_;

	return 1 if $text =~ /^\s*if \(.*$EVERY\) == 0\)$/;
	return $text =~ /\b(?:$macro)\b/ && $text !~ /\b(?:if|while|for|switch|case)\b|[?]|&&|[|][|]/;
}

# The lines of what cannot happen, elog(ERROR), with those of the condition before
# it, and of a loop's asking for signals.
sub left_out
{
	my ($text) = @_;
	my %left_out;

	for my $at (1 .. $#$text)
	{
		my $first = $at;

		if ($text->[$at] =~ /^\t+CHECK_FOR_INTERRUPTS\(\);$/ && $text->[ $at - 1 ] =~ $EVERY)
		{
			$left_out{$at} = 1;
		}
		next unless $text->[$at] =~ /^\t+elog\(ERROR,/;
		# a condition is written over a few lines at most
		$first-- while $at - $first < 5 && $text->[$first] !~ /^\t+(?:if|else if) \(/;
		$first = $at if $text->[$first] !~ /^\t+(?:if|else if) \(/;
		@left_out{ $first .. $at } = (1) x ($at - $first + 1);
		$left_out{ ++$at } = 1 while $text->[$at] !~ /;$/;
	}
	return \%left_out;
}

my $explained = explained("$source/test/coverage.md");
my (@total, @missed, %is_there, %unexplained);
printf "%-28s %12s %8s %14s %8s\n", 'file', 'lines run', 'percent', 'branches taken', 'percent';
for my $name (sort keys %lines)
{
	my ($run, $all, $taken, $ways) = (0, 0, 0, 0);
	my @text;

	open my $in, '<', "$source/$name" or die "$name: $!\n";
	@text = ('', <$in>);
	close $in;
	my $left_out = left_out(\@text);
	for my $at (sort { $a <=> $b } keys %{ $lines{$name} })
	{
		my $text = $text[$at] // "\n";
		my $where = "$name: $function{$name}{$at}";
		my $of = $branches{$name}{$at} // {};
		my @counts = map { $of->{$_} } sort { $a <=> $b } keys %$of;
		my $missed;

		$is_there{$where} = 1;
		next if $left_out->{$at};
		$all++;
		@counts = () if only_macros($text);
		$ways += @counts;
		$taken += grep { $_ > 0 } @counts;
		if ($lines{$name}{$at} > 0)
		{
			$run++;
			$missed = 'branch ' . join(' ', map { $_ > 0 ? '+' : '-' } @counts) if grep { $_ == 0 } @counts;
		}
		else
		{
			$missed = 'line';
		}
		next unless defined $missed;
		push @missed, "$name:$at: $function{$name}{$at}: $missed: $text";
		if (exists $explained->{$where})
		{
			$explained->{$where}++;
		}
		else
		{
			push @{ $unexplained{$where} }, $missed[-1];
		}
	}
	printf "%-28s %5d / %5d %7.1f%% %6d / %5d %7.1f%%\n", $name, $run, $all, 100 * $run / $all,
		$taken, $ways, $ways ? 100 * $taken / $ways : 100;
	my @these = ($run, $all, $taken, $ways);
	$total[$_] += $these[$_] for 0 .. 3;
}
printf "%-28s %5d / %5d %7.1f%% %6d / %5d %7.1f%%\n", 'all', @total[0, 1], 100 * $total[0] / $total[1],
	@total[2, 3], 100 * $total[2] / $total[3];
if (defined $list)
{
	open my $out, '>', $list or die "$list: $!\n";
	print $out @missed;
	close $out;
}
exit 0 if $part;

my $bad = 0;
if (100 * $total[0] / $total[1] < $LEAST)
{
	print "fewer than $LEAST percent of the lines were run\n";
	$bad = 1;
}
for my $where (sort keys %unexplained)
{
	print "not run, and test/coverage.md does not say why:\n" unless $bad & 2;
	print map { "  $_" } @{ $unexplained{$where} };
	$bad |= 2;
}
for my $where (sort keys %$explained)
{
	if (!$is_there{$where})
	{
		print "test/coverage.md names a function that is not there: $where\n";
		$bad |= 4;
	}
	elsif ($explained->{$where} == 0)
	{
		# Tests that wait for the clock do not run the same each time.
		print "test/coverage.md names a function all of which was run: $where\n";
	}
}
exit($bad ? 1 : 0);
