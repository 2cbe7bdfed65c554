#!/usr/bin/env perl
#
# test/docs.pl [--update] [FILE...]
#
# Runs the examples of the documentation and compares what they print.  With
# no file: the documents of the top directory, of docs/ and its folders, of
# demo/ and of bench/.  Wants a server in PGHOST, PGPORT and PGUSER; `script/test
# docs` starts one.  Prints TAP.
#
# Every ```sql block is run, in the order of the document, in one psql session
# and in a database of its own.
#
#   * A ```text block directly after it must be what `psql -X -q` prints for
#     it, but for blanks at the ends of lines.
#   * A ```text block with ERROR: in it expects that error; any other error
#     fails.  It may end before the message does, where PostgreSQL's own words
#     differ between versions.
#   * <!-- sql ... --> is run and not shown: tables that the reader has already.
#   * <!-- not run: REASON --> directly before a block leaves it out.
#   * <!-- parameters ... -->, with a line `name = value` for each, gives the
#     {{name}} of later blocks a value; [[a clause]] without one is left out.
#   * <!-- not for a chart: REASON --> directly before a block allows columns of
#     a query that BI tools cannot show: intervals, arrays, composite values.
#
# Links to other files of the project, and to their headings, must lead there.
# Without a file three more things are looked at: docs/reference.md has one row for
# every function that one calls, every document that a comment, a script or a test
# names is there, and README.ko.md has the examples and links of README.md.
#
# The extension is created first, unless a block of the document does so.
# --update writes the real output into the ```text blocks, and still fails
# where an example has an error that its text block does not show.

use strict;
use warnings;
use Encode qw(decode);
use File::Basename qw(dirname);
use File::Find qw(find);
use File::Temp qw(tempdir);
use FindBin;
use lib "$FindBin::Bin/perl";

use CxMetrics::Document qw(parse_document fill_in);

chdir "$FindBin::Bin/.." or die "cannot enter the source directory: $!\n";

my $update = 0;
my @files;
for my $arg (@ARGV)
{
	if ($arg eq '--update') { $update = 1; }
	elsif ($arg =~ /^-/) { die "usage: test/docs.pl [--update] [FILE...]\n"; }
	else { push @files, $arg; }
}
my $all = !@files;
@files = map { sort(glob) } '*.md', 'docs/*.md', 'docs/*/*.md', 'demo/*.md', 'bench/*.md'
  if $all;
die "no document found\n" unless @files;

my $psql = $ENV{PSQL} || 'psql';
my $dir = tempdir(CLEANUP => 1);
my $mark = "cx-docs-$$-end-of-block";
my ($count, $failed) = (0, 0);

$ENV{PGOPTIONS} = '-c statement_timeout=60s -c client_min_messages=notice';
$ENV{PGAPPNAME} = 'docs';
delete @ENV{qw(PGDATABASE PSQLRC PGDATESTYLE PGTZ PGCLIENTENCODING)};

for my $file (@files)
{
	check_document($file);
	check_links($file);
}
if ($all)
{
	check_reference('docs/reference.md');
	check_mentions();
	check_translation($_) for sort(glob 'README.*.md');
}
print "1..$count\n";
exit($failed ? 1 : 0);

sub report
{
	my ($ok, $name, @notes) = @_;

	$count++;
	$failed++ unless $ok;
	printf "%s %d - %s\n", $ok ? 'ok' : 'not ok', $count, $name;
	print map { "# $_\n" } map { split /\n/ } @notes;
	return;
}

sub check_document
{
	my ($file) = @_;
	my $text = read_file($file);
	my @lines = split /\n/, $text, -1;
	my @blocks = parse_document(@lines);
	my $database = "docs_$$";
	my $creates = grep { ($_->{sql} // '') =~ /\bcreate\s+extension\b.*\bcx_metrics\b/is } @blocks;
	my %values;

	return unless grep { $_->{kind} ne 'hidden' } @blocks;
	run_psql('postgres', "DROP DATABASE IF EXISTS $database;\nCREATE DATABASE $database;\n");

	my $script = $creates ? '' : "CREATE EXTENSION cx_metrics;\n";
	$script .= "\\echo $mark\n";
	for my $block (@blocks)
	{
		next if $block->{kind} eq 'left out';
		if ($block->{kind} eq 'parameters')
		{
			%values = (%values, %{ $block->{values} });
			next;
		}
		$block->{sql} = eval { fill_in($block->{sql}, \%values, sub { $values{ $_[0] } }) };
		$block->{no_value} = $@ if $@;
		$block->{sql} //= ';';
		# A block that is not complete would swallow the next one.
		$block->{open} = 1 unless is_complete($block->{sql});
		$script .= $block->{open} ? '' : "$block->{sql}\n";
		$script .= "\\echo $mark\n";
		if ($block->{kind} eq 'sql' && !$block->{open} && !$block->{no_chart})
		{
			$script .= "$_ \\gdesc\n" for queries($block->{sql});
		}
		$script .= "\\echo $mark\n";
	}
	my @outputs = split /^\Q$mark\E\n/m, run_psql($database, $script), -1;
	run_psql('postgres', "DROP DATABASE $database;\n");

	my $preparation = shift @outputs;
	if ($preparation =~ /\S/)
	{
		report(0, "$file: CREATE EXTENSION cx_metrics", $preparation);
		return;
	}

	my @edits;
	for my $block (@blocks)
	{
		my $name = sprintf '%s:%d', $file, $block->{line} + 1;

		if ($block->{kind} eq 'left out')
		{
			if ($block->{why} eq '') { report(0, "$name is left out without a reason"); }
			else { report(1, "$name # SKIP $block->{why}"); }
			next;
		}
		next if $block->{kind} eq 'parameters';
		my $output = shift @outputs;
		my $columns = shift @outputs;
		if ($block->{no_value})
		{
			report(0, $name, $block->{no_value});
			next;
		}
		if (!defined $output)
		{
			report(0, $name, 'psql ended before this block');
			next;
		}
		if ($block->{open})
		{
			report(0, $name, 'the block does not end with a semicolon');
			next;
		}
		my @odd = grep { /\|\s*(?:interval|record|\S.*\[\])\s*$/ } split /\n/, $columns // '';
		if (@odd)
		{
			report(0, "$name has columns that BI tools cannot show", @odd);
			next;
		}
		my $got = tidy($output);
		my $wanted = defined $block->{text} ? tidy($block->{text}) : undef;
		my $expects_error = defined $wanted && $wanted =~ /^ERROR:/m;
		my $error = $got =~ /^(?:ERROR|FATAL|PANIC):|^(?:invalid command|server closed)/m;

		if ($error && !$expects_error)
		{
			report(0, "$name fails", $got);
		}
		elsif ($block->{kind} eq 'hidden')
		{
			# not a test of its own
		}
		elsif (!defined $wanted || $got eq $wanted
			|| ($expects_error && $error && $got =~ /^\Q$wanted\E/))
		{
			report(1, $name);
		}
		elsif ($update && ($error || 0) == ($expects_error || 0))
		{
			push @edits, [ $block, $got ];
			report(1, "$name updated");
		}
		else
		{
			report(0, "$name prints something else", difference($wanted, $got));
		}
	}

	if (@edits)
	{
		for my $edit (reverse @edits)
		{
			my ($block, $got) = @$edit;
			splice @lines, $block->{text_from}, $block->{text_to} - $block->{text_from} + 1,
			  map { $_ eq '' ? '' : "$block->{margin}$_" } split /\n/, $got;
		}
		write_file($file, join("\n", @lines));
	}
	return;
}

# Links that lead nowhere: [text](path#heading), relative to the document.
sub check_links
{
	my ($file) = @_;
	my @broken;

	for my $link (read_file($file) =~ /\]\(([^()\s]+)\)/g)
	{
		next if $link =~ /^[a-z]+:/;
		my ($path, $heading) = split /#/, $link, 2;
		my $target = $path eq '' ? $file : dirname($file) . "/$path";

		if (!-e $target) { push @broken, "$link: there is no $target"; }
		elsif (defined $heading && !grep { $_ eq decode('UTF-8', $heading) } headings($target))
		{
			push @broken, "$link: $target has no such heading";
		}
	}
	report(!@broken, "$file: links", @broken);
	return;
}

# Each function has a row of its own in a table of the reference, which begins
# with its call: | `nps_agg(score)` |.  Functions that share a name and take the
# same summary, or are aggregates over rows of several types, are one; so is sum(),
# the other name of rollup().
sub check_reference
{
	my ($file) = @_;
	my (%rows, @odd);

	run_psql('postgres', "DROP DATABASE IF EXISTS docs_$$;\nCREATE DATABASE docs_$$;\n");
	my $listed = run_psql("docs_$$", <<'SQL');
CREATE EXTENSION cx_metrics;
\pset tuples_only on
\pset format unaligned
SELECT proname || ' ' || count(*) FROM (
	SELECT DISTINCT proname, prokind, pronargs,
		CASE WHEN t.typtype = 'b' AND t.typnamespace <> 'pg_catalog'::regnamespace AND proname <> 'sum' THEN t.oid END
	FROM pg_depend JOIN pg_proc AS p ON p.oid = objid JOIN pg_type AS t ON t.oid = proargtypes[0]
	WHERE classid = 'pg_proc'::regclass AND refclassid = 'pg_extension'::regclass
		AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics')
		AND obj_description(p.oid, 'pg_proc') !~ 'function of|^output of'
		AND NOT EXISTS (SELECT FROM pg_type WHERE p.oid IN (typinput, typoutput, typreceive, typsend))
		AND NOT EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid)
		AND NOT EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid)) AS callable
GROUP BY proname ORDER BY proname;
SQL
	run_psql('postgres', "DROP DATABASE docs_$$;\n");

	$rows{$_}++ for read_file($file) =~ /^\| `(\w+)\([^`|]*\)[^`|]*` \|/gm;
	my %wanted = $listed =~ /^(\w+) (\d+)$/gm;
	@odd = ("the functions cannot be listed: $listed") unless %wanted;
	for my $name (sort keys %{ { %rows, %wanted } })
	{
		my ($want, $have) = ($wanted{$name} // 0, $rows{$name} // 0);
		push @odd, "$name has $have row(s) and is $want function(s)" if $want != $have;
	}
	report(!@odd, "$file: a row for every function", @odd);
	return;
}

# Documents that other files name, in a comment, a script or a test.
sub check_mentions
{
	my @broken;
	my @places = grep { -e } qw(src sql test script bench demo debian Makefile Dockerfile META.json
	  CONTRIBUTING.md CHANGELOG.md .github);

	find({ no_chdir => 1, wanted => sub {
		my $name = $File::Find::name;

		if (-d $name && $name =~ m{/(?:node_modules|tmp_check|results)$}) { $File::Find::prune = 1; return; }
		return unless -f $name && $name =~ m{(?:[.](?:c|h|sql|pl|pm|md|sh|yml|json|py|js|java)|/[^./]+|^[^./]+)$};
		my $text = read_file($name);
		for my $document ($text =~ m{\b(docs/[a-z][\w./-]*?\.md)\b}g)
		{
			push @broken, "$name names $document" unless -e $document;
		}
	} }, @places);
	report(!@broken, 'documents that other files name', @broken);
	return;
}

# The headings of a document as their anchors: lower case, blanks as hyphens,
# no punctuation; letters of any script stay.
sub headings
{
	my ($file) = @_;
	my $text = decode('UTF-8', read_file($file));

	$text =~ s/^```.*?^```//gms;
	return map { s/[^\w\- ]//gr =~ tr/A-Z /a-z-/r } $text =~ /^#+ +(.*?) *$/gm;
}

# The last thing of a block is a semicolon or a psql command.
sub is_complete
{
	my ($sql) = @_;

	$sql =~ s/--.*$//gm;
	$sql =~ s{/\*.*?\*/}{}gs;
	$sql =~ s/\s+$//;
	return 1 if $sql eq '' || $sql =~ /;$/;
	return $sql =~ /(?:^|\n)\s*\\[^\n]*$/ || $sql =~ /\\(?:gx?|gset|gexec|crosstabview)\b[^\n]*$/;
}

# The queries of a block, without their semicolons.
sub queries
{
	my ($sql) = @_;

	return grep { /\A(?:\s|--.*\n)*(?:SELECT|WITH)\b/ && !/\\/ } split /;[ \t]*(?:--.*)?$/m, $sql;
}

sub tidy
{
	my ($text) = @_;

	$text =~ s/[ \t]+$//gm;
	$text =~ s/\A\n+//;
	$text =~ s/\n*\z/\n/;
	return $text eq "\n" ? '' : $text;
}

# A translation has the examples, the commands and the links of README.md; its own
# are the comments in them and the address to clone from.
sub check_translation
{
	my ($file) = @_;
	my $original = substance('README.md');
	my $here = substance($file);

	report($original eq $here, "$file: the examples, commands and links of README.md",
		difference($original, $here));
	return;
}

sub substance
{
	my ($file) = @_;
	my $text = read_file($file);
	my %links = map { $_ => 1 } grep { !/^README/ } $text =~ /\]\(([^)#]+)/g;
	my $substance = '';

	while ($text =~ /^```(\w+)\n(.*?)^```$/gms)
	{
		my ($language, $block) = ($1, $2);
		$block =~ s/ *(?:--|#) .*//g unless $language eq 'text';
		$block =~ s/(git clone) \S+/$1/;
		$substance .= "$language\n$block";
	}
	return join '', $substance, map { "$_\n" } sort keys %links;
}

sub difference
{
	my ($wanted, $got) = @_;

	write_file("$dir/documented", $wanted);
	write_file("$dir/printed", $got);
	my $diff = `diff -u --label documented --label printed $dir/documented $dir/printed`;
	return $diff;
}

sub run_psql
{
	my ($database, $script) = @_;

	write_file("$dir/script.sql", $script);
	# read from standard input, so that errors carry no file name
	my $output = `$psql -X -q -d $database <$dir/script.sql 2>&1`;
	return $output;
}

sub read_file
{
	my ($name) = @_;
	open my $in, '<', $name or die "cannot read $name: $!\n";
	local $/;
	my $text = <$in>;
	close $in;
	return defined $text ? $text : '';
}

sub write_file
{
	my ($name, $text) = @_;
	open my $out, '>', $name or die "cannot write $name: $!\n";
	print $out $text;
	close $out or die "cannot write $name: $!\n";
	return;
}
