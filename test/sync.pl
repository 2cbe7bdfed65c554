#!/usr/bin/env perl
#
# test/sync.pl FROM TO
#
# Makes the directory TO, in which make has built before, hold the files of
# FROM, so that make builds again what has changed and nothing else.  A file is
# written only if its contents differ, whatever the times say, and has then the
# time of now.  What FROM lacks goes away, but for what make has built; and that
# goes too when there are other sources than before, or another Makefile.

use strict;
use warnings;
use File::Basename qw(dirname);
use File::Compare qw(compare);
use File::Copy qw(copy);
use File::Find qw(find);
use File::Path qw(make_path);

@ARGV == 2 or die "usage: test/sync.pl FROM TO\n";
my ($from, $to) = @ARGV;

# The files below a directory, and links, by their names there.
sub files
{
	my ($dir) = @_;
	my @files;

	find({ no_chdir => 1, wanted => sub { push @files, substr $_, 1 + length $dir if -l || !-d } }, $dir)
	  if -d $dir;
	return @files;
}

my %wanted = map { $_ => 1 } files($from);
my %there = map { $_ => 1 } files($to);
my @built = grep { !$wanted{$_} && m{[.](?:o|bc|d|so|dylib)$|^test/math/\w+_test$} } keys %there;
delete @there{@built};

my @changed = grep {
	my ($old, $new) = ("$to/$_", "$from/$_");
	!$there{$_} || -l $old || -l $new || compare($old, $new) != 0 || (-x $old xor -x $new)
} sort keys %wanted;
my @gone = grep { !$wanted{$_} } sort keys %there;
my $anew = grep({ $_ eq 'Makefile' } @changed)
  || grep({ m{^(?:src|test/math)/} } @gone, grep { !$there{$_} } @changed);

for my $file (@gone, @changed, $anew ? @built : ())
{
	next unless -l "$to/$file" || -e _;
	unlink "$to/$file" or die "cannot remove $to/$file: $!\n";
}
for my $file (@changed)
{
	make_path(dirname("$to/$file"));
	if (-l "$from/$file")
	{
		symlink readlink("$from/$file"), "$to/$file" or die "cannot make the link $to/$file: $!\n";
		next;
	}
	copy("$from/$file", "$to/$file") or die "cannot copy to $to/$file: $!\n";
	chmod((stat "$from/$file")[2] & 07777, "$to/$file") or die "cannot change the mode of $to/$file: $!\n";
}

# What tests have left, and folders that are no more.
my @empty;
find({ no_chdir => 1, bydepth => 1, wanted => sub { push @empty, $_ if !-l && -d } }, $to);
rmdir for grep { $_ ne $to } @empty;
