#!/usr/bin/env perl
#
# Prints TAP: the install script of this version is what its parts in sql/parts give.
# A failure names the line of the script and the part's.

use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $source = "$FindBin::RealBin/..";
require "$source/script/assemble";

# In a directory of its own: would it be seen?
my $tmp = tempdir(CLEANUP => 1);

sub write_file
{
	my ($name, $text) = @_;

	open my $out, '>', $name or die "$name: $!\n";
	print $out $text;
	close $out or die "$name: $!\n";
	return;
}

# The script of a frame and of one part, or the error.
sub script
{
	my ($part, $frame) = @_;

	write_file('sql/parts/a.sql', $part);
	write_file('sql/cx_metrics.sql.in', $frame // "\@part a\n");
	my ($name, @lines) = eval { CxMetrics::Assemble::assembled() };
	return $@ ne '' ? $@ : join '', map { "$_->[0]\n" } @lines;
}

chdir $tmp or die "$tmp: $!\n";
mkdir $_ or die "$_: $!\n" for 'sql', 'sql/parts';
write_file('cx_metrics.control', "default_version = '1.7'\n");
write_file('sql/parts/thing.sql.in', "\@-- a remark of \@TYPE\@ and \@NOTHING\@\nTYPE \@TYPE\@;\n\@if SIZE\nSIZE \@SIZE\@;\n\@if FLAG\nFLAG;\n\@end\n\@end\nIS \@COMMENT\@;\n");

is(script("SELECT 1;\n", "-- \@VERSION\@\n\n\@part a\n"), "-- 1.7\n\nSELECT 1;\n", 'a part stands where it is named');
is(script("\@thing x IS\n'it''s; ''y''';\n"), "TYPE x;\nIS 'it''s; ''y''';\n", 'a template');
is(script("\@thing x (SIZE = 3 + 4) IS 'y';\n"), "TYPE x;\nSIZE 3 + 4;\nIS 'y';\n", 'one with an option');
is(script("\@thing x (\n\tSIZE = 3, FLAG\n) IS 'y';\n"), "TYPE x;\nSIZE 3;\nFLAG;\nIS 'y';\n", 'and with a flag');
is(script("\@each A = x, double y; B = v, w\nA \@A\@ \@B\@;\n\@end\n"), "A x v;\n\nA double y w;\n", '@each');
is(script("\@each A = x, y\n\@thing \@A\@ IS\n'of \@A\@';\n\@end\n"), "TYPE x;\nIS 'of x';\n\nTYPE y;\nIS 'of y';\n", 'a template in it');

for my $try (
	[ "\n\@each A = x, y; B = v\n\@end\n", qr/^sql\/parts\/a[.]sql:2: B has 1 values, the one before it 2$/ ],
	[ "\@each A = x, y\nA;\n", qr/^sql\/parts\/a[.]sql:1: its \@end is missing$/ ],
	[ "A \@A\@;\n", qr/^sql\/parts\/a[.]sql:1: \@A\@ has no value$/ ],
	[ "\@other x IS 'y';\n", qr/^sql\/parts\/a[.]sql:1: \@other x IS 'y'; is nothing that script\/assemble knows$/ ],
	[ "\@end\n", qr/^sql\/parts\/a[.]sql:1: \@end is nothing that/ ],
	[ "\@thing x\n'y';\n", qr/^sql\/parts\/a[.]sql:1: this wants: NAME IS 'comment';/ ],
	[ "\@thing x IS\n'y'\n", qr/^sql\/parts\/a[.]sql:1: its ; is missing$/ ],
	[ "\@thing x (size = 3) IS 'y';\n", qr/^sql\/parts\/a[.]sql:1: "size = 3" is no option$/ ],
	[ "\@thing x (SIZE = 3, SIZE = 4) IS 'y';\n", qr/^sql\/parts\/a[.]sql:1: SIZE is there twice$/ ],
	[ "\@part b\n", qr/^sql\/parts\/b[.]sql: / ])
{
	my ($part, $error) = @$try;

	like(script($part), $error, 'an error: ' . $part =~ s/\n/ /gr);
}

script("A;\n\@thing x IS 'y';\nB;\n");
write_file('sql/parts/b.sql', '');
is(join('', CxMetrics::Assemble::misplaced()), "sql/parts/b.sql stands 0 times in sql/cx_metrics.sql.in\n", 'a part that is not named is found');
my ($name, @parts) = CxMetrics::Assemble::assembled();
is($name, 'sql/cx_metrics--1.7.sql', 'the script is that of the version in development');
for my $try (
	[ "A;\nTYPE x;\nIS 'y';\nB;\n", qr/^$/ ],
	[ "A;\nTYPE z;\nIS 'y';\nB;\n", qr/^sql\/cx_metrics--1[.]7[.]sql:2: TYPE z;\nsql\/parts\/thing[.]sql[.]in:2 for sql\/parts\/a[.]sql:2: TYPE x;\n/ ],
	[ "A;\nTYPE x;\nIS 'y';\nC;\nB;\n", qr/^sql\/cx_metrics--1[.]7[.]sql:4: C;\nsql\/parts\/a[.]sql:3: B;\n/ ],
	[ "A;\nTYPE x;\nIS 'y';\n", qr/^sql\/cx_metrics--1[.]7[.]sql:4: the script ends here\nsql\/parts\/a[.]sql:3: B;\n/ ],
	[ "A;\nTYPE x;\nIS 'y';\nB;\n\n", qr/^sql\/cx_metrics--1[.]7[.]sql:5: \nsql\/cx_metrics[.]sql[.]in: the parts end here\n/ ])
{
	my ($script, $difference) = @$try;

	write_file($name, $script);
	like(CxMetrics::Assemble::difference($name, [ CxMetrics::Assemble::read_lines($name) ], \@parts),
		$difference, 'a script is compared: ' . $script =~ s/\n/ /gr);
}

chdir $source or die "cannot enter the source directory: $!\n";
is(qx(script/assemble --check 2>&1), '', 'script/assemble --check: the script is what its parts give');
is($?, 0, 'and its exit status says so');
done_testing();
