
# Mutants of the text and binary form of every summary type: each is refused
# with a proper error, or is a possible value, the same after every round trip.
#
# test/fuzz/*.pl has the seeds and the checks of each type; see survey.pl.  The
# types are those of the catalog, so one without seeds fails.  Every function of
# the extension whose other arguments have defaults, or are of the type too, and
# every aggregate over the type alone, is called for every accepted mutant
# without being listed ("skip" names those that should not be).
#
# CX_FUZZ_MUTANTS is the number of mutants in all.  CX_FUZZ_SEED is what they
# follow from, always the same unless given: a number, or "random".

use strict;
use warnings;
use File::Basename qw(basename);
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $mutants = $ENV{CX_FUZZ_MUTANTS} // 200_000;
my $seed = $ENV{CX_FUZZ_SEED} // 1;
$seed = int(rand(1_000_000_000)) if $seed eq 'random';
my $source = "$FindBin::RealBin/../fuzz";
my $pg_config = $ENV{PG_CONFIG} // 'pg_config';

note("CX_FUZZ_MUTANTS=$mutants CX_FUZZ_SEED=$seed repeats this run");

# The module is built where it is thrown away.
my $build = PostgreSQL::Test::Utils::tempdir;
for my $file ("$source/Makefile", "$source/cx_fuzz.c", "$source/../../src/core/compat.h")
{
	append_to_file("$build/" . basename($file), slurp_file($file));
}
command_ok([ $ENV{MAKE} // 'make', '-s', '-C', $build, "PG_CONFIG=$pg_config", 'with_llvm=no' ],
	'cx_fuzz builds');
my ($library) = grep { -e } map { "$build/cx_fuzz.$_" } 'so', 'dylib', 'dll';
die 'cx_fuzz does not build' unless defined $library;

my %types;
for my $file (sort glob("$source/*.pl"))
{
	my %more = do $file or die "$file: " . ($@ || $!);
	%types = (%types, %more);
}

my $node = PostgreSQL::Test::Cluster->new('fuzz');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nautovacuum = off");
$node->start;
$node->safe_psql('postgres', qq{
CREATE EXTENSION cx_metrics;
CREATE FUNCTION cx_fuzz(type regtype, seeds text[], checks text[], mutants integer, seed bigint,
	OUT accepted integer, OUT errors text, OUT failures text[])
AS '$library' LANGUAGE C STRICT;
CREATE VIEW member AS
	SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics');
-- the types, and those functions of a type that can be called with nothing else
CREATE VIEW summary_type AS
	SELECT t.oid, t.typname FROM pg_type t JOIN member ON classid = 'pg_type'::regclass AND objid = t.oid
	WHERE typtype = 'b' AND typcategory <> 'A';
CREATE VIEW plain_call AS
	SELECT t.typname, p.proname, CASE WHEN p.prokind = 'a' AND p.prorettype = t.oid
			-- what is rolled up must be read back, too
			THEN format('(SELECT r::text::%I = r FROM (SELECT %I(x) AS r FROM (VALUES (\$1), (\$2)) v(x)) a)', t.typname, p.proname)
		WHEN p.prokind = 'a'
			THEN format('(SELECT %I(x) IS NULL OR true FROM (VALUES (\$1), (\$2)) v(x))', p.proname)
			WHEN p.proretset THEN format('(SELECT count(*) >= 0 FROM %I(%s))', p.proname, args)
			ELSE format('(%I(%s) IS NULL OR true)', p.proname, args) END AS call
	FROM summary_type t JOIN pg_proc p ON p.proargtypes[0] = t.oid
		JOIN member ON classid = 'pg_proc'::regclass AND objid = p.oid,
		LATERAL (SELECT string_agg(CASE WHEN i = 0 THEN '\$1' ELSE '\$2' END, ', ' ORDER BY i) AS args
				 FROM generate_series(0, p.pronargs - p.pronargdefaults - 1) i) a
	WHERE (SELECT bool_and(p.proargtypes[i] = t.oid) FROM generate_series(0, p.pronargs - p.pronargdefaults - 1) i)
		AND p.proname NOT LIKE '%\\_out' AND p.proname NOT LIKE '%\\_send' AND p.prokind IN ('f', 'a')
		AND (p.prokind = 'f' OR p.pronargs = 1);
});

my @names = split /\n/, $node->safe_psql('postgres', 'SELECT typname FROM summary_type ORDER BY 1');
is(join(' ', grep { !$types{$_} } @names), '', 'every type has seeds in test/fuzz');
is(join(' ', grep { my $type = $_; !grep { $_ eq $type } @names } sort keys %types), '',
	'all seeds are of types that there are');
@names = grep { $types{$_} } @names;

# Each type gets its share in slices, so that a crash can be told from its seed.
my $total = 0;
my $slices = 4;
my $size = int($mutants / @names / $slices) + 1;
for my $name (@names)
{
	my ($type, $accepted, $tried, %errors) = ($types{$name}, 0, 0);
	my @checks = (@{ $type->{checks} }, split /\n/, $node->safe_psql('postgres',
			"SELECT call FROM plain_call WHERE typname = '$name'
			AND NOT proname = ANY ('{" . join(',', @{ $type->{skip} // [] }) . "}') ORDER BY 1"));
	my $checks = join ', ', map { "\$check\$$_\$check\$" } @checks;
	my $failed = 0;

	# Seeds are fine themselves, or the checks are wrong.
	my $bad = $node->safe_psql('postgres', qq{
		SELECT failures FROM cx_fuzz('$name', ARRAY(SELECT s::text FROM ($type->{seeds}) t(s) WHERE s IS NOT NULL), ARRAY[$checks], 0, 0)});
	is($bad, '{}', "$name: seeds");

	for my $slice (1 .. $slices)
	{
		my $slice_seed = ($seed + $slice) * 1000 + length($name);
		my ($status, $output, $error) = $node->psql('postgres', qq{
			SET statement_timeout = '300s';
			SELECT accepted, errors, array_to_string(failures, E'\\n')
			FROM cx_fuzz('$name', ARRAY(SELECT s::text FROM ($type->{seeds}) t(s) WHERE s IS NOT NULL), ARRAY[$checks], $size, $slice_seed)});

		if ($status != 0)
		{
			$failed = 1;
			diag("$name, slice $slice, seed $slice_seed: $error");
			last;
		}
		my ($ok, $codes, $failures) = split /\|/, $output, 3;
		$accepted += $ok;
		$tried += $size;
		$errors{$1} += $2 while $codes =~ /(\w+): (\d+)/g;
		if ($failures ne '')
		{
			$failed = 1;
			diag("$name, slice $slice, seed $slice_seed:\n$failures");
		}
	}
	ok(!$failed, "$name: $tried mutants, $accepted accepted; "
			. join(', ', map { "$_ $errors{$_}" } sort keys %errors));

	# Mutators that are all refused, or all accepted, test little.
	ok($failed || ($accepted > $tried / 100 && $accepted < $tried * 0.95),
		"$name: some mutants are accepted, and some are not");
	cmp_ok(scalar(@checks), '>', scalar(@{ $type->{checks} }), "$name: functions are called that no one listed");
	$total += $tried;
}
cmp_ok($total, '>=', $mutants, "$total mutants");

unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
$node->stop;
done_testing();
