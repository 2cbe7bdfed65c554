
# CxMetrics::Metamorphic: the same rows give the same bytes, whatever the plan.
#
#   my $cx = CxMetrics::Metamorphic->new;
#   $cx->table('scores', 'SELECT i AS id, i % 7 AS g, ... FROM generate_series(1, 10000) i');
#   $cx->check('scores', 'survey_summary(score)');
#   $cx->check('scores', 'nps_agg(score)',
#   	summary => 'survey_summary(score)', accessor => 'nps');
#   $cx->finish;
#
# A table has a unique integer "id" and a group key "g", and whatever columns
# the aggregates want.  check() runs the aggregate serially, grouped by g and
# over all rows, and then compares the binary form of the results with those of
#
#   - parallel workers, hashed and sorted; the plan must have a partial
#     aggregate and workers must have been launched
#   - partitionwise aggregation, by a key of the groups and by one of the rows
#     (partial aggregates of the partitions, combined)
#   - several orders of the rows: ascending, descending, pseudo-random
#   - forced parallel mode, and JIT compilation
#   - grouping sets, a hash table that spills, and a window over the group
#   - parts of the rows, split at random, and rolled up: where the result is a
#     summary that rollup() takes, or one is given with the option "summary"
#   - where the aggregate has an inverse transition: a moving window with it and
#     one that is computed anew for every row
#
# What is random follows from a seed, always the same unless CX_SEED says
# otherwise: a number, or "random".  It is printed.

package CxMetrics::Metamorphic;

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my %SERIAL = (max_parallel_workers_per_gather => 0);
my %PARALLEL = (
	max_parallel_workers_per_gather => 3,
	parallel_setup_cost => 0,
	parallel_tuple_cost => 0,
	min_parallel_table_scan_size => 0,
	parallel_leader_participation => 'off');

sub new
{
	my ($class, %args) = @_;
	my $self = bless { tables => {}, queue => [] }, $class;

	$self->{seed} = $ENV{CX_SEED} // 1;
	$self->{seed} = int(rand(1_000_000_000)) if $self->{seed} eq 'random';
	note("CX_SEED=$self->{seed} repeats this run");
	$self->{node} = PostgreSQL::Test::Cluster->new($args{name} // 'metamorphic');
	$self->{node}->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
	$self->{node}->append_conf('postgresql.conf',
		join("\n", 'max_parallel_workers = 8', 'max_worker_processes = 8',
			'jit = off', 'fsync = off', 'autovacuum = off', "timezone = 'UTC'", ''));
	$self->{node}->start;
	$self->{node}->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');
	my ($major) = $self->{node}->safe_psql('postgres',
		'SHOW server_version_num') =~ /^(\d+)\d{4}$/;
	$self->{force} = $major >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
	return $self;
}

sub node { return $_[0]->{node} }

sub sql
{
	my ($self, $query) = @_;
	my $output = eval { $self->{node}->safe_psql('postgres', $query) };

	# what ends the test goes into PostgreSQL's log of it, and nowhere else
	if (my $error = $@)
	{
		diag($error =~ s/\nwhile running '.*//sr);
		die $error;
	}
	return $output;
}

# What becomes of bytes as a value of a type, whose receive function reads them:
# "accepted", or the SQLSTATE and the detail of the error.
sub received
{
	my ($self, $type, $bytes) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir . '/received';

	open my $out, '>:raw', $file or die "cannot write $file: $!\n";
	print $out "PGCOPY\n\377\r\n\0", pack('NNnN', 0, 0, 1, length $bytes), $bytes, pack('n', 65535);
	close $out or die "cannot write $file: $!\n";
	chmod 0644, $file;
	my ($status, undef, $error) = $self->{node}->psql('postgres',
		"\\set VERBOSITY verbose\nCREATE TEMP TABLE v (v $type); COPY v FROM '$file' (FORMAT binary)");
	return 'accepted' if $status == 0;
	return $error =~ /ERROR: +(\w+): .*?\n.*?DETAIL: +(.*)/ ? "$1 $2" : $error;
}

sub set
{
	my ($settings) = @_;

	return join '', map { "SET $_ = '$settings->{$_}';\n" } sort keys %$settings;
}

# Queries are collected and then run in one session, one after the other; each
# has settings of its own, and a function that is called with its output.
sub later
{
	my ($self, $settings, $query, $then) = @_;

	push @{ $self->{queue} }, [ "RESET ALL;\n" . set($settings) . "$query;\n", $then ];
	return;
}

sub run
{
	my ($self) = @_;
	my @queue = @{ $self->{queue} };
	my $mark = '=== cx_metrics ===';
	my $output = $self->sql(join '', map { "$_->[0]\\echo '$mark'\n" } @queue);
	my @output = split /^\Q$mark\E\n?/m, $output;

	$self->{queue} = [];
	for my $i (0 .. $#queue)
	{
		(my $text = $output[$i] // '') =~ s/\n\z//;
		$queue[$i][1]->($text) if $queue[$i][1];
	}
	return;
}

# The rows of a query are what is expected; \$expected because it may be known
# only when the queries before it have run.
sub same_rows
{
	my ($self, $settings, $query, $expected, $what) = @_;

	$self->later($settings, $query, sub { $self->same($_[0], $$expected, $what) });
	return;
}

# The plan of a query, run, has what the pattern says; a parallel one has two
# workers at least that found rows, so that there was something to combine.
sub plan_like
{
	my ($self, $settings, $query, $pattern, $what) = @_;
	my $explain = "EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, TIMING OFF, SUMMARY OFF) $query";
	my $parallel = $settings->{max_parallel_workers_per_gather};
	my $is_good = sub {
		return 0 unless $_[0] =~ $pattern;
		return 1 unless $parallel;
		my ($scan) = $_[0] =~ /(Parallel Seq Scan.*)/s;
		return 1 < grep { $_ > 0 } ($scan // '') =~ /Worker \d+:\s+actual rows=(\d+)/g;
	};

	$self->later($settings, $explain, sub {
		my ($plan) = @_;

		# Workers that start late on a busy machine may find nothing left.
		for my $again (1 .. 10)
		{
			last if !$parallel || $is_good->($plan);
			$plan = $self->sql(set($settings) . $explain);
		}
		ok($is_good->($plan), $what) or diag($plan);
	});
	return;
}

# The rows of a table, slowly: so that several workers get some.
sub slowly
{
	my ($self, $table, $every) = @_;

	return "(SELECT * FROM $table WHERE CASE WHEN id % $every = 0
		THEN pg_sleep(0.003) IS NOT NULL ELSE true END) slowly";
}

# A pseudo-random number 0..n-1 from the row's id, as SQL.
sub pick
{
	my ($self, $n, $salt) = @_;
	my $seed = $self->{seed} * 1000 + $salt;

	return "((hashint8extended(id, $seed) & 9223372036854775807) % $n)";
}

# Create a table, and the same rows in partitions: by row and by group.
sub table
{
	my ($self, $name, $query) = @_;

	$self->sql(qq{
CREATE TABLE $name AS $query;
ALTER TABLE $name ALTER id TYPE bigint;
ALTER TABLE $name SET (parallel_workers = 3);
CREATE TABLE ${name}_by_row (LIKE $name) PARTITION BY HASH (id);
CREATE TABLE ${name}_by_group (LIKE $name) PARTITION BY HASH (g);
}
		. join('', map {
			my $kind = $_;
			map { "CREATE TABLE ${name}_by_${kind}_$_ PARTITION OF ${name}_by_$kind FOR VALUES WITH (MODULUS 3, REMAINDER $_);\n" } 0 .. 2
		} 'row', 'group')
		. qq{
INSERT INTO ${name}_by_row SELECT * FROM $name;
INSERT INTO ${name}_by_group SELECT * FROM $name;
ANALYZE $name; ANALYZE ${name}_by_row; ANALYZE ${name}_by_group;
});
	my $rows = $self->sql("SELECT count(*), count(DISTINCT id), count(DISTINCT g) FROM $name");
	my ($n, $ids, $groups) = split /\|/, $rows;
	ok($n >= 1000 && $n == $ids && $groups >= 2,
		"table $name: $n rows, id is unique, $groups groups");
	$self->{tables}{$name} = 1;
	return;
}

sub same
{
	my ($self, $got, $expected, $what) = @_;

	return pass($what) if $got eq $expected && $got ne '';
	fail($what);
	diag('no rows') if $got eq '';
	my @got = split /\n/, $got;
	my @expected = split /\n/, $expected;
	for my $i (0 .. ($#got > $#expected ? $#got : $#expected))
	{
		my ($g, $e) = ($got[$i] // '(none)', $expected[$i] // '(none)');
		next if $g eq $e;
		diag('row ' . ($i + 1) . ":\n  got:      " . substr($g, 0, 1000)
				. "\n  expected: " . substr($e, 0, 1000));
		last;
	}
	return 0;
}

# The binary form of an expression, and its type.
sub binary
{
	my ($self, $from, $expression) = @_;
	my ($send, $type) = split /\|/, $self->sql(
		"SELECT typsend::regproc, typname FROM pg_type
		WHERE oid = (SELECT pg_typeof(x) FROM (SELECT $expression AS x FROM $from LIMIT 1) t)");

	return ("encode($send($expression), 'hex')", $type);
}

# check(TABLE, AGGREGATE, OPTIONS)
#
#   summary, accessor  AGGREGATE is also accessor(rollup(summary)), the way
#                      that stored summaries go
#   parallel => 0      it cannot be split: it has ORDER BY or DISTINCT inside
sub check
{
	my ($self, $table, $aggregate, %option) = @_;
	my $name = "$table: $aggregate";
	my ($value, $type) = $self->binary($table, $aggregate);
	my $force = $self->{force};

	die "no table $table" unless $self->{tables}{$table};

	my $grouped = sub { "SELECT g, $value FROM $_[0] GROUP BY g ORDER BY g" };
	my $all = sub { "SELECT $value FROM $_[0]" };
	my ($serial, $serial_all);

	$self->later(\%SERIAL, $grouped->($table), sub {
		$serial = $_[0];
		isnt(scalar(grep { /\|./ } split /\n/, $serial), 0, "$name: has results");
	});
	$self->later(\%SERIAL, $all->($table), sub { $serial_all = $_[0] });

	if ($option{parallel} // 1)
	{
		# The plain aggregate, then groups hashed and sorted.
		for my $way ([ 'all rows', $all, \$serial_all, {} ],
			[ 'hashed', $grouped, \$serial, { enable_sort => 'off' } ],
			[ 'sorted', $grouped, \$serial, { enable_hashagg => 'off' } ])
		{
			my ($what, $query, $expected, $settings) = @$way;
			my %settings = (%PARALLEL, %$settings);
			my $from = $self->slowly($table, 200);

			$self->plan_like(\%settings, $query->($from), qr/Partial (Hash|Group)?Aggregate/,
				"$name: $what, workers aggregate partially");
			$self->same_rows(\%settings, $query->($from), $expected,
				"$name: $what, parallel = serial");
		}

		my %settings = (%SERIAL, enable_partitionwise_aggregate => 'on', enable_sort => 'off');
		$self->plan_like(\%settings, $grouped->("${table}_by_row"),
			qr/Append.*Partial HashAggregate/s, "$name: partitions aggregate partially");
		$self->same_rows(\%settings, $grouped->("${table}_by_row"),
			\$serial, "$name: partitioned by row = serial");
		$self->plan_like(\%settings, $grouped->("${table}_by_group"),
			qr/Append.*HashAggregate.*HashAggregate/s,
			"$name: partitions aggregate their groups");
		$self->same_rows(\%settings, $grouped->("${table}_by_group"),
			\$serial, "$name: partitioned by group = serial");
		$self->same_rows({ %PARALLEL, enable_partitionwise_aggregate => 'on' },
			$grouped->("${table}_by_row"), \$serial,
			"$name: partitions and workers = serial");
	}

	my @orders = ('id', 'id DESC', map { "hashint8extended(id, $self->{seed} + $_)" } 1 .. 3);
	for my $order (@orders)
	{
		$self->same_rows(\%SERIAL,
			$grouped->("(SELECT * FROM $table ORDER BY $order OFFSET 0) ordered"),
			\$serial, "$name: in the order of $order");
	}

	$self->same_rows({ $force => 'regress' }, $grouped->($table),
		\$serial, "$name: $force = regress");
	$self->same_rows({ %PARALLEL, $force => 'on' }, $grouped->($table),
		\$serial, "$name: $force = on, with cheap workers");

	# With the transition function inlined, where the server has LLVM.
	$self->same_rows({ %SERIAL, jit => 'on', jit_above_cost => 0, jit_inline_above_cost => 0,
			jit_optimize_above_cost => 0 }, $grouped->($table), \$serial, "$name: jit");

	$self->same_rows({}, "SELECT v FROM (SELECT g, GROUPING(g) AS all_rows, $value AS v
			FROM $table GROUP BY CUBE (g)) t WHERE all_rows = 1",
		\$serial_all, "$name: all rows in grouping sets");
	$self->same_rows({ work_mem => '64kB' },
		"SELECT g, v FROM (SELECT g, GROUPING(g) AS all_rows, $value AS v
			FROM $table GROUP BY ROLLUP (g)) t WHERE all_rows = 0 ORDER BY g",
		\$serial, "$name: groups in grouping sets");

	# As many groups as spill.
	my $many = "SELECT md5(string_agg(t::text, ';' ORDER BY t.k)) FROM
		(SELECT id / 2, $value FROM $table GROUP BY id / 2) t(k, v)";
	my $many_sorted;
	$self->later({ %SERIAL, enable_hashagg => 'off' }, $many, sub { $many_sorted = $_[0] });
	$self->same_rows({ %SERIAL, enable_sort => 'off', work_mem => '64kB', hash_mem_multiplier => 1 },
		$many, \$many_sorted, "$name: many groups, hashed in little memory = sorted");

	# An aggregate as a window function; calls with ORDER BY cannot be one.
	if ($option{window} // ($option{parallel} // 1))
	{
		(my $over = $value) =~ s/\Q$aggregate\E/$aggregate OVER (PARTITION BY g)/;
		$self->same_rows({}, "SELECT DISTINCT g, $over FROM $table ORDER BY 1",
			\$serial, "$name: over a window of the group");
		$self->moving($name, $table, $aggregate, $value);
	}
	$self->run;

	# Parts and rollup.
	my ($summary, $accessor) = ($option{summary}, $option{accessor});
	$summary //= $aggregate if $self->rolls_up($type);
	$self->rollup($name, $table, $summary, $accessor, $serial, $serial_all)
		if defined $summary;
	return;
}

sub rolls_up
{
	my ($self, $type) = @_;

	return $self->sql("SELECT count(*) FROM pg_proc p JOIN pg_depend d
		ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		WHERE prokind = 'a' AND proname = 'rollup' AND proargtypes[0]::regtype = '$type'::regtype");
}

sub has_inverse
{
	my ($self, $condition) = @_;

	return $self->sql("SELECT coalesce(bool_or(aggminvtransfn <> 0), false) FROM pg_aggregate a
		JOIN pg_proc p ON p.oid = a.aggfnoid WHERE $condition") eq 't';
}

# A moving window with the inverse transition, and one that cannot use it.
sub moving
{
	my ($self, $name, $table, $aggregate, $value) = @_;
	my ($function) = $aggregate =~ /^(\w+)\(/;

	return unless $self->has_inverse("proname = '$function'");
	for my $frame ('ROWS 30 PRECEDING', 'ROWS BETWEEN 12 PRECEDING AND 4 PRECEDING',
		'ROWS BETWEEN 3 FOLLOWING AND 9 FOLLOWING')
	{
		my $window = "OVER (PARTITION BY g ORDER BY id $frame)";
		my $anew;

		for my $filter ('FILTER (WHERE random() >= 0)', '')
		{
			(my $over = $value) =~ s/\Q$aggregate\E/$aggregate $filter $window/;
			my $query = "SELECT id, $over FROM (SELECT * FROM $table ORDER BY id LIMIT 1000) t ORDER BY id";

			if ($filter)
			{
				$self->later({}, $query, sub { $anew = $_[0] });
			}
			else
			{
				$self->same_rows({}, $query, \$anew, "$name: moving window, $frame");
			}
		}
	}
	return;
}

# Split at random, aggregate the parts, roll them up in one step and in two.
sub rollup
{
	my ($self, $name, $table, $summary, $accessor, $serial, $serial_all) = @_;
	my ($result) = $self->binary("(SELECT $summary AS s FROM $table) parts",
		defined $accessor ? "$accessor(rollup(s))" : 'rollup(s)');

	my (undef, $type) = $self->binary($table, $summary);
	my $send = $self->sql("SELECT typsend::regproc FROM pg_type WHERE oid = '$type'::regtype");
	my $inverse = $self->has_inverse("proname = 'rollup' AND proargtypes[0] = '$type'::regtype");

	for my $try (1 .. 3)
	{
		# Parts of very different sizes, single rows among them.
		my $part = "CASE WHEN " . $self->pick(3, $try) . " = 0 THEN id % 50 ELSE "
			. $self->pick(4 ** $try, 10 + $try) . " END";

		$self->later({}, "DROP TABLE IF EXISTS parts, halves;
			CREATE TABLE parts AS SELECT *, row_number() OVER () AS id FROM (
				SELECT g, p, $summary AS s FROM (SELECT *, $part AS p FROM $table) t GROUP BY g, p
				UNION ALL SELECT g, NULL, NULL FROM $table GROUP BY g) t;
			ALTER TABLE parts SET (parallel_workers = 3); ANALYZE parts");

		my $rolled_up = "SELECT g, $result FROM parts GROUP BY g ORDER BY g";
		$self->same_rows(\%SERIAL, $rolled_up, \$serial, "$name: split $try, rolled up = serial");
		$self->same_rows(\%SERIAL, "SELECT $result FROM parts", \$serial_all,
			"$name: split $try, all rolled up = serial");
		$self->other_names($name, $send, $type) if $try == 1;

		# Over a moving window that begins with NULLs, where that has an inverse.
		if ($try == 1 && $inverse)
		{
			my $anew;
			my $moving = sub { "SELECT id, encode($send(rollup(s) $_[0] OVER (ORDER BY s IS NOT NULL, id ROWS 3 PRECEDING)), 'hex') FROM parts ORDER BY id" };

			$self->later({}, $moving->('FILTER (WHERE random() >= 0)'), sub { $anew = $_[0] });
			$self->same_rows({}, $moving->(''), \$anew, "$name: parts rolled up over a moving window");
		}


		my %settings = (%PARALLEL, enable_sort => 'off', cpu_operator_cost => 1);
		my $rolled_up_slowly = "SELECT g, $result FROM " . $self->slowly('parts', 20) . ' GROUP BY g ORDER BY g';
		$self->plan_like(\%settings, $rolled_up_slowly, qr/Partial HashAggregate.*Parallel Seq Scan/s,
			"$name: split $try, workers roll up partially");
		$self->same_rows(\%settings, $rolled_up_slowly, \$serial,
			"$name: split $try, rolled up in parallel = serial");

		my $half = $self->pick(2 + $try, 20 + $try);
		$self->later({}, "CREATE TABLE halves AS SELECT g, $half AS half, rollup(s) AS s FROM
			(SELECT * FROM parts ORDER BY hashint8extended(id, $self->{seed} + $try) OFFSET 0) t GROUP BY 1, 2");
		$self->same_rows(\%SERIAL, "SELECT g, $result FROM halves GROUP BY g ORDER BY g",
			\$serial, "$name: split $try, rolled up in two steps = serial");
	}
	$self->run;
	return;
}

# What sum(), + and - make of the parts that rollup() takes.
sub other_names
{
	my ($self, $name, $send, $type) = @_;
	my $minus = $self->sql("SELECT count(*) FROM pg_operator WHERE oprname = '-' AND oprleft = '$type'::regtype AND oprright = '$type'::regtype");
	my $pairs = 'parts a JOIN parts b ON b.id = a.id + 1 AND b.g = a.g WHERE a.s IS NOT NULL AND b.s IS NOT NULL';
	my $some_and_none = \'t|0';

	$self->same_rows(\%SERIAL, "SELECT count(*) > 0, count(*) FILTER (WHERE $send(r) <> $send(s)) FROM (SELECT rollup(s), sum(s) FROM parts GROUP BY g) t(r, s)",
		$some_and_none, "$name: sum = rollup");
	$self->same_rows({}, "SELECT count(*) > 0, count(*) FILTER (WHERE $send(a.s + b.s) <> (SELECT $send(rollup(s)) FROM (VALUES (a.s), (b.s)) v(s)) OR $send(a.s + b.s) <> $send(b.s + a.s)) FROM $pairs",
		$some_and_none, "$name: + = rollup of two");
	$self->same_rows({}, "SELECT count(*) > 0, count(*) FILTER (WHERE $send(a.s + b.s - b.s) <> $send(a.s)) FROM $pairs", $some_and_none, "$name: - undoes +")
		if $minus;
	return;
}

sub finish
{
	my ($self) = @_;

	# No backend crashed on the way.
	unlike(slurp_file($self->{node}->logfile), qr/terminated by signal|TRAP:|PANIC/,
		'no crash in the log');
	$self->{node}->stop;
	return;
}

1;
