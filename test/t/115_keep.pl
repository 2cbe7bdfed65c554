
# Kept summaries under writers at random: what they show is the query over all
# rows, to the byte, while four clients write, roll back and use savepoints and
# deltas are compacted and groups repaired; after the server is killed; after dump
# and restore; on a logical replica; in every isolation level.
#
# CX_KEEP_SECONDS is how long the writers write, CX_KEEP_KILLS how often the server
# is killed meanwhile.

use strict;
use warnings;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $seconds = $ENV{CX_KEEP_SECONDS} || 10;
my $kills = $ENV{CX_KEEP_KILLS} || 1;
my $node = PostgreSQL::Test::Cluster->new('keep');
$node->init(allows_streaming => 'logical', extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nmax_prepared_transactions = 2\n");
$node->start;

sub sql
{
	my ($query, $database, $on) = @_;
	return ($on // $node)->safe_psql($database // 'postgres', $query);
}

my $kept = q{
SELECT keep_summary('daily', 'SELECT day, channel, survey_summary(score) AS scores, survey_summary(score) FILTER (WHERE amount > 50) AS of_payers FROM answers GROUP BY 1, 2');
SELECT keep_summary('users', 'SELECT channel, usage_log(customer, day) AS log, purchase_log(customer, amount::numeric, day) AS bought FROM answers WHERE score > 2 GROUP BY 1');
SELECT keep_summary('amounts', 'SELECT day, mean_summary(amount) AS amounts, ratio_summary(amount, score::double precision) AS ratios FROM answers GROUP BY 1');
SELECT keep_summary('whole', 'SELECT mean_summary(amount) AS amounts, rate_summary(score > 8) AS happy FROM answers')};
my @kept = qw(daily users amounts whole);
my $tables = q{
CREATE EXTENSION cx_metrics;
CREATE SEQUENCE id;
CREATE TABLE answers (id bigint DEFAULT nextval('id'), day date, channel text, score integer, customer integer, amount double precision);
CREATE INDEX ON answers (id)};

sql($tables);
sql(q{INSERT INTO answers SELECT nextval('id'), date '2025-01-01' + i % 40, (ARRAY['app', 'web', NULL])[1 + i % 3], i % 11, i % 97, i * 0.37 FROM generate_series(1, 3000) AS i});
sql($kept);

# What differs between a kept summary and its definition, in bytes.
sub differing
{
	my ($name, $database, $on) = @_;
	my $columns = sql(qq{SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '${name}_definition'::regclass AND attnum > 0}, $database, $on);
	my ($all, $shown) = map { "SELECT encode(record_send(t), 'hex') AS b FROM (SELECT $columns FROM $_) AS t" } "${name}_definition", $name;
	return sql("SELECT count(*) FROM (($all EXCEPT ALL $shown) UNION ALL ($shown EXCEPT ALL $all)) AS d", $database, $on);
}

sub all_are_right
{
	my ($when, $database, $on) = @_;

	is(differing($_, $database, $on), 0, "$when: $_ is the query of all rows") for @kept;
	is(sql(join(' UNION ALL ', map { "SELECT count(*) FILTER (WHERE stale) FROM $_" } @kept), $database, $on), "0\n0\n0\n0", "$when: nothing is stale");
	return;
}

all_are_right('at first');

# so that it means something that nothing differs
sql('BEGIN; ALTER TABLE answers DISABLE TRIGGER USER; INSERT INTO answers VALUES (0, date \'2025-01-01\', \'app\', 5, 1, 1); ALTER TABLE answers ENABLE TRIGGER USER; COMMIT');
is(differing('whole'), 2, 'a row past the triggers is seen');
sql('BEGIN; ALTER TABLE answers DISABLE TRIGGER USER; DELETE FROM answers WHERE id = 0; ALTER TABLE answers ENABLE TRIGGER USER; COMMIT');

# ---------------------------------------------------------------------------
# Writers at random
# ---------------------------------------------------------------------------

my $writer = $node->basedir . '/writer.sql';
append_to_file($writer, q{
\set what random(1, 9)
\set some random(1, 3000)
\set n random(1, 30)
BEGIN;
\if :what <= 4
INSERT INTO answers SELECT nextval('id'), date '2025-01-01' + (random() * 40)::integer, (ARRAY['app', 'web', NULL])[1 + (random() * 2)::integer], CASE WHEN random() < 0.9 THEN (random() * 10)::integer END, (random() * 90)::integer, random() * 100 FROM generate_series(1, :n);
\elif :what <= 5
DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE id BETWEEN :some AND :some + :n FOR UPDATE SKIP LOCKED);
\elif :what <= 6
UPDATE answers SET score = (score + 3) % 11, day = day + 1, amount = amount / 3 WHERE id IN (SELECT id FROM answers WHERE id BETWEEN :some AND :some + :n FOR UPDATE SKIP LOCKED);
\elif :what <= 7
SAVEPOINT a;
INSERT INTO answers SELECT nextval('id'), date '2025-01-01', 'app', 3, :n, :n FROM generate_series(1, :n);
ROLLBACK TO a;
INSERT INTO answers VALUES (nextval('id'), date '2025-01-02', 'app', 4, :n, :n);
\elif :what <= 8
INSERT INTO answers VALUES (nextval('id'), date '2025-01-02', 'store', 10, :n, NULL);
SAVEPOINT b;
DELETE FROM answers WHERE id = (SELECT id FROM answers WHERE id > :some ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
RELEASE b;
\else
INSERT INTO answers SELECT nextval('id'), date '2025-01-03', 'app', 11, :n, :n FROM generate_series(1, 1 + :n % 12);
UPDATE answers SET score = 5 WHERE score = 11 AND day = '2025-01-03' AND customer = :n;
\endif
\if :n <= 4
ROLLBACK;
\else
COMMIT;
\endif
});

sub begin_writers
{
	my ($output) = @_;
	return IPC::Run::start([ 'pgbench', '-n', '-h', $node->host, '-p', $node->port, '-c', 4, '-T', $seconds, '-f', $writer, 'postgres' ],
		'<', \undef, '>', $output, '2>', $output);
}

# Compaction and repair beside the writers; the number of rounds, and the errors.
sub look_after
{
	my ($until) = @_;
	my ($rounds, @errors) = (0);

	while (time < $until)
	{
		for my $name (@kept)
		{
			my ($status, undef, $error) = $node->psql('postgres', "SELECT compact_summary('$name'); SELECT repair_summary('$name'" . ($rounds % 5 == 4 ? ', true' : '') . ')');
			push @errors, $error if $status && $error !~ /terminating|server closed|could not connect|starting up|shutting down|recovery/;
		}
		$rounds++;
		sleep 0.2;
	}
	return ($rounds, @errors);
}

my $output = $node->basedir . '/writers.out';
my $writers = begin_writers($output);
my ($rounds, @errors) = look_after(time + $seconds - 1);
$writers->finish;
my $said = slurp_file($output);
cmp_ok($rounds, '>', 1, 'compacted and repaired meanwhile');
is("@errors", '', 'without an error');
unlike($said, qr/ERROR|aborted/, 'no writer had an error') or diag($said);
like($said, qr/number of transactions actually processed: [1-9]/, 'the writers have written');
sql("SELECT repair_summary('$_')") for @kept;
all_are_right('after random writers');
is(sql('SELECT count(*) FROM daily_problems'), 0, 'and what was noted is repaired');
sql("SELECT compact_summary('$_')") for @kept;
all_are_right('after compaction');
is(sql('SELECT count(*) = count(DISTINCT (day, channel)) FROM daily_deltas'), 't', 'compaction leaves one row a group');

# ---------------------------------------------------------------------------
# Killed in the middle
# ---------------------------------------------------------------------------

for my $kill (1 .. $kills)
{
	my $before = sql('SELECT last_value FROM id');
	my $doomed = begin_writers($output);
	look_after(time + 2);
	$node->stop('immediate');
	$doomed->finish;
	$node->start;
	cmp_ok(sql('SELECT last_value FROM id'), '>', $before, "kill $kill: in the middle of writing");
	sql("SELECT repair_summary('$_')") for @kept;
	all_are_right("kill $kill");
}
sql(q{CREATE UNLOGGED TABLE scratch (score integer); SELECT keep_summary('of_scratch', 'SELECT rate_summary(score > 3) AS s FROM scratch'); INSERT INTO scratch VALUES (1), (5)});
$node->stop('immediate');
$node->start;
is(differing('of_scratch') . sql('SELECT count(*) FROM of_scratch_deltas'), '00', 'an unlogged table and its summary are emptied together');

# ---------------------------------------------------------------------------
# Isolation levels and subtransactions
# ---------------------------------------------------------------------------

# A statement of another session, in the middle of a script of psql.
sub meanwhile
{
	my ($query) = @_;
	return sprintf qq{\n\\! psql -X -q -h '%s' -p %s -d postgres -c "%s"\n}, $node->host, $node->port, $query;
}

my $other = "INSERT INTO answers VALUES (-7, date '2025-01-02', 'app', 9, 8, 7)";
for my $level ('REPEATABLE READ', 'SERIALIZABLE')
{
	sql(qq{BEGIN ISOLATION LEVEL $level; INSERT INTO answers VALUES (nextval('id'), date '2025-01-02', 'app', 3, 1, 1); DELETE FROM answers WHERE id % 97 = 3; SELECT compact_summary('daily'); SELECT repair_summary('users', true); COMMIT});
	all_are_right($level);
	sql("BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM answers;" . meanwhile($other) . "SELECT repair_summary('daily', true), compact_summary('whole'); DELETE FROM answers WHERE id = 11; COMMIT;");
	all_are_right("$level, and a row that its snapshot does not see");
	sql("BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM answers;" . meanwhile($other) . "SELECT keep_summary('later', 'SELECT survey_summary(score) AS s FROM answers'); COMMIT;");
	is(differing('later'), 0, "$level, made after such a row");
	sql("SELECT drop_summary('later')");
}
sql(q{CREATE TABLE parts (part integer, score integer) PARTITION BY LIST (part); CREATE TABLE part_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE part_2 PARTITION OF parts FOR VALUES IN (2);
	SELECT keep_summary('of_parts', 'SELECT rate_summary(score > 3) AS s FROM parts'); INSERT INTO parts VALUES (1, 1), (2, 2)});
sql('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM parts;' . meanwhile('INSERT INTO parts VALUES (1, 5)') . 'TRUNCATE part_1; COMMIT;');
is(differing('of_parts'), 0, 'TRUNCATE of a partition with a row that its snapshot does not see');
sql('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM part_2;' . meanwhile('INSERT INTO parts VALUES (2, 5)') . 'TRUNCATE parts; COMMIT;');
is(differing('of_parts'), 0, 'TRUNCATE of all partitions');
sql(q{DO $$ BEGIN FOR i IN 1 .. 200 LOOP INSERT INTO answers VALUES (-1, date '2026-01-01', 'app', 3, 1, 1); END LOOP; END $$});
is(sql(q{SELECT count(*), count(DISTINCT xmin::text) FROM daily_deltas WHERE day = '2026-01-01'}), '200|1', 'many small statements are one transaction without subtransactions');
sql(q{BEGIN; INSERT INTO answers VALUES (-2, date '2026-01-02', 'app', 3, 1, 1); PREPARE TRANSACTION 'two'});
sql(q{COMMIT PREPARED 'two'});
all_are_right('two-phase commit');

# keys that no index entry could hold
sql(q{SELECT keep_summary('by_text', 'SELECT channel AS c, survey_summary(score) AS s FROM answers GROUP BY 1')});
sql(q{INSERT INTO answers SELECT -3, date '2026-01-03', string_agg(md5(i::text), ''), 3, 1, 1 FROM generate_series(1, 500) AS i});
is(differing('by_text'), 0, 'a key of 16 kB');
like(sql(q{SET enable_seqscan = off; EXPLAIN SELECT * FROM daily WHERE day = '2025-01-02'}), qr/Index Cond: \(d?\.?day = /, 'a condition on a key is looked up in the deltas');
sql(q{SELECT drop_summary('by_text')});

# who drops waits for who writes, and not both for each other
sql(q{SELECT keep_summary('to_drop', 'SELECT channel, survey_summary(score) AS s FROM answers GROUP BY 1')});
my $drop = q{psql -X -q -d postgres -c "SELECT drop_summary('to_drop')" > /dev/null 2>&1 &};
local $ENV{PGHOST} = $node->host;
local $ENV{PGPORT} = $node->port;
my ($status, undef, $error) = $node->psql('postgres', qq{BEGIN;
UPDATE answers SET score = 3 WHERE false;
\\! $drop
DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.02); END LOOP; END \$\$;
INSERT INTO answers VALUES (-8, date '2026-01-08', 'app', 3, 1, 1);
COMMIT});
sql(q{DO $$ BEGIN FOR i IN 1 .. 100 LOOP EXIT WHEN to_regclass('to_drop') IS NULL; PERFORM pg_sleep(0.1); END LOOP; END $$});
is($error, '', 'no deadlock of a writer and drop_summary()');
is(sql(q{SELECT count(*) FROM answers WHERE id = -8}), 1, 'what was written is there');
is(sql(q{SELECT to_regclass('to_drop') IS NULL AND to_regclass('to_drop_deltas') IS NULL}), 't', 'what was dropped is not');

# a part that changes its owner while its summary is to be dropped
sql(q{CREATE ROLE keeper; CREATE ROLE successor; GRANT CREATE ON SCHEMA public TO keeper, successor; GRANT SELECT, TRIGGER ON answers TO keeper;
	SET ROLE keeper; SELECT keep_summary('to_drop', 'SELECT channel, survey_summary(score) AS s FROM answers GROUP BY 1')});
my $dropped = $node->basedir . '/drop.out';
$drop = qq{PGAPPNAME=dropper psql -X -q -d postgres -c "SET ROLE keeper" -c "SELECT drop_summary('to_drop')" > $dropped 2>&1 &};
sql(qq{BEGIN;
UPDATE answers SET score = 3 WHERE false;
\\! $drop
DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM pg_locks WHERE NOT granted) LOOP PERFORM pg_sleep(0.02); END LOOP; END \$\$;
ALTER TABLE to_drop_deltas OWNER TO successor;
COMMIT});
$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'dropper'}) or die 'drop_summary() does not end';
like(slurp_file($dropped), qr/ERROR:  must be owner of table to_drop_deltas/, 'drop_summary() leaves what has another owner now');
is(sql(q{SELECT count(*) FROM pg_class WHERE relname IN ('to_drop', 'to_drop_definition', 'to_drop_deltas', 'to_drop_problems')}), 4, 'and all the rest');
sql(q{ALTER TABLE to_drop_deltas OWNER TO keeper; SELECT drop_summary('to_drop'); DROP OWNED BY keeper, successor; DROP ROLE keeper, successor});

# ten bad rows that lie far apart do not hold up who writes: a search that reads all rows of the statement in each try
# took a hundred times as long as the statement without them
my $many = q{INSERT INTO answers SELECT -7, date '2026-01-07', 'app', CASE WHEN i %% 12000 = 7777 THEN %d ELSE i %% 11 END, i %% 97, i %% 50 FROM generate_series(1, 120000) AS i};
my $began = time;
sql(sprintf($many, 10));
my $allowed = int(1000 * (5 + 15 * (time - $began)));
sql("SET statement_timeout = $allowed;" . sprintf($many, 11));
is(sql(q{SELECT count(*), count(DISTINCT source_row ->> 'customer') FROM daily_problems WHERE source_row ->> 'day' = '2026-01-07'}), '10|10', 'ten bad rows of 120,000 are found in time');
sql(q{DELETE FROM answers WHERE id = -7});
is(sql(q{SELECT count(*) FROM daily WHERE stale}), 0, 'they are gone');
sql(q{SELECT repair_summary('users'), repair_summary('daily')});
all_are_right('after ten bad rows');

# ---------------------------------------------------------------------------
# Repairs beside writers
# ---------------------------------------------------------------------------

# a repair that is not committed, and one that the writer's snapshot does not see
sql(q{CREATE TABLE scores (id integer, score integer); INSERT INTO scores SELECT i, 5 FROM generate_series(1, 9) AS i;
	SELECT keep_summary('total', 'SELECT survey_summary(score) AS s FROM scores', insert_only => true); DELETE FROM scores WHERE id = 1});
sql(q{BEGIN; SELECT repair_summary('total');} . meanwhile('DELETE FROM scores WHERE id = 2') . 'COMMIT');
is(sql('SELECT stale, (SELECT count(*) FROM total_problems) FROM total'), 't|1', 'what is deleted beside a repair makes the summary stale, and is noted');
sql('DELETE FROM scores WHERE id = 4');
sql(q{BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM scores;} . meanwhile(q{SELECT repair_summary('total')}) . 'DELETE FROM scores WHERE id = 3; COMMIT');
is(sql('SELECT stale, (SELECT count(*) FROM total_problems) FROM total'), 't|1', 'and behind one that the writer does not see');
sql(q{SELECT repair_summary('total')});
is(differing('total') . sql('SELECT stale, (SELECT count(*) FROM total_problems) FROM total'), '0f|0', 'the next repair has both');

# rows of a partition that came later, which its snapshot does not see, also where a bad row makes it go group by group
sql(q{SELECT keep_summary('by_part', 'SELECT part, survey_summary(score) AS s FROM parts GROUP BY 1'); INSERT INTO parts VALUES (1, 11), (2, 3);
	CREATE TABLE part_3 PARTITION OF parts FOR VALUES IN (3)});
sql('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM parts;' . meanwhile('INSERT INTO part_3 VALUES (3, 5)')
	. q{SELECT repair_summary('of_parts', everything => true), repair_summary('by_part', everything => true); COMMIT});
is(differing('of_parts'), 0, 'repair of all with a new partition');
is(sql('SELECT part, responses(s), stale FROM by_part ORDER BY part'), "1||t\n2|1|f\n3|1|f", 'repair of its groups');

# A repair that waits where it reads a row of the score 7 or 11 for the nth time; then what others write; then the rest of
# the repair.  It goes through the groups in their order.
sub repair_around
{
	my ($name, $nth, $writes) = @_;
	my $repair = sprintf q{PGAPPNAME=repairer PGOPTIONS='-c enable_hashagg=off' psql -X -q -h '%s' -p %s -d postgres -c "SELECT repair_summary('%s')" > /dev/null 2>&1 &},
		$node->host, $node->port, $name;
	sql(qq{SELECT setval('stage', 1, false); SELECT pg_advisory_lock($nth);
\\! $repair
DO \$\$ BEGIN FOR i IN 1 .. 5000 LOOP EXIT WHEN EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted); PERFORM pg_sleep(0.02); END LOOP; END \$\$;
$writes;
SELECT pg_advisory_unlock($nth)});
	$node->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'repairer'}) or die 'the repair does not end';
	return;
}

sql(q{CREATE SEQUENCE stage;
	CREATE FUNCTION looked_at(score integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
		IF score IN (7, 11) AND current_setting('application_name') = 'repairer' THEN PERFORM pg_advisory_xact_lock_shared(nextval('public.stage')); END IF;
		RETURN score;
	END $$;
	CREATE TABLE scored (k integer, score integer);
	SELECT keep_summary('by_group', 'SELECT 12 / k AS g, survey_summary(looked_at(score)) AS s FROM scored GROUP BY 1');
	INSERT INTO scored VALUES (12, 7), (6, 3);
	INSERT INTO by_group_deltas (g, source_rows, repair) VALUES (1, 0, 'key')});
repair_around('by_group', 1, 'INSERT INTO scored VALUES (12, 12)');
is(sql('SELECT g, stale FROM by_group ORDER BY 1'), "1|t\n2|f", 'a bad row comes while its group is repaired');
is(sql(q{SELECT kind, source_row ->> 'score' FROM by_group_problems}), 'row left out|12', 'and is noted');
sql(q{DELETE FROM scored WHERE score = 12; SELECT repair_summary('by_group'); INSERT INTO by_group_deltas (source_rows, repair) VALUES (0, 'everything')});
repair_around('by_group', 1, 'INSERT INTO scored VALUES (12, 13)');
is(sql('SELECT g, stale FROM by_group ORDER BY 1'), "1|t\n2|f", 'a bad row comes while all groups are repaired');
is(sql(q{SELECT kind, source_row ->> 'score' FROM by_group_problems}), 'row left out|13', 'and is noted');

# a mark beside a repair of a summary without groups
sql(q{SELECT keep_summary('overall', 'SELECT survey_summary(looked_at(score)) AS s FROM scored WHERE score <= 10', insert_only => true);
	INSERT INTO scored VALUES (6, 4), (6, 5); DELETE FROM scored WHERE score = 4});
repair_around('overall', 1, 'DELETE FROM scored WHERE score = 5');
is(sql('SELECT stale, (SELECT count(*) FROM overall_problems) FROM overall'), 't|1', 'rows go while the only group is repaired, which is noted');
sql(q{SELECT repair_summary('overall')});
is(differing('overall') . sql('SELECT count(*) FROM overall_problems'), '00', 'the next repair has this too');
sql(q{SELECT drop_summary('overall')});

# all groups are marked when a repair, which goes group by group for a bad row of group 2, is through with group 1
sql(q{DELETE FROM scored WHERE score IN (7, 13); SELECT repair_summary('by_group'); INSERT INTO scored VALUES (12, 2), (6, 11);
	INSERT INTO by_group_deltas (source_rows, repair) VALUES (0, 'everything')});
repair_around('by_group', 2, 'INSERT INTO scored SELECT 0, i FROM generate_series(0, 10) AS i UNION ALL SELECT 12, 3; DELETE FROM scored WHERE k = 0');
is(sql('SELECT g, stale FROM by_group ORDER BY 1'), "1|t\n2|t", 'all groups are marked meanwhile');
is(sql(q{SELECT count(*) FROM by_group_problems WHERE kind = 'everything to repair' AND key IS NULL}), 1, 'and this is noted');
sql(q{DELETE FROM scored WHERE score = 11; SELECT repair_summary('by_group')});
is(differing('by_group') . sql('SELECT count(*) FROM by_group_problems'), '00', 'the next repair has all of it');

# ---------------------------------------------------------------------------
# Spread tables
# ---------------------------------------------------------------------------

sql(q{CREATE TABLE spread (score integer); CREATE SCHEMA _timescaledb_catalog; CREATE TABLE _timescaledb_catalog.hypertable (schema_name name, table_name name); INSERT INTO _timescaledb_catalog.hypertable VALUES ('public', 'spread')});
($status, undef, $error) = $node->psql('postgres', q{SELECT keep_summary('of_spread', 'SELECT survey_summary(score) AS s FROM spread')});
like($error, qr/hypertable of TimescaleDB.*HINT:  Make a continuous aggregate/s, 'a hypertable is refused');
sql(q{SELECT keep_summary('of_local', 'SELECT survey_summary(score) AS s FROM scores'); SELECT drop_summary('of_local')});
sql(q{DROP SCHEMA _timescaledb_catalog CASCADE});
sql(q{SET allow_system_table_mods = on; CREATE TABLE pg_catalog.pg_dist_partition (logicalrelid regclass); INSERT INTO pg_catalog.pg_dist_partition VALUES ('spread')});
($status, undef, $error) = $node->psql('postgres', q{SELECT keep_summary('of_spread', 'SELECT survey_summary(score) AS s FROM spread')});
like($error, qr/distributed table of Citus.*HINT:  Make a table that is distributed by the same column/s, 'a distributed table is refused');
sql(q{SELECT keep_summary('of_local', 'SELECT survey_summary(score) AS s FROM scores')});
is(differing('of_local'), 0, 'a table beside spread ones is not');
sql(q{SELECT drop_summary('of_local')});
sql(q{SET allow_system_table_mods = on; DROP TABLE pg_catalog.pg_dist_partition});

# ---------------------------------------------------------------------------
# Dump, restore, logical replication
# ---------------------------------------------------------------------------

my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-f', $dump, 'postgres' ], 'dumped');
sql('CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-d', 'restored', '-f', $dump ], 'restored');
all_are_right('restored', 'restored');
sql(q{INSERT INTO answers VALUES (-5, date '2026-01-05', 'app', 9, 1, 1); DELETE FROM answers WHERE id % 5 = 0; SELECT compact_summary('daily'); SELECT repair_summary('whole', true)}, 'restored');
all_are_right('written after the restore', 'restored');

my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init(allows_streaming => 'logical', extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$replica->start;
sql("$tables; $kept", 'postgres', $replica);
my @published = map { ("${_}_deltas", "${_}_problems") } @kept;
sql("ALTER TABLE $_ REPLICA IDENTITY FULL") for @published;
sql('CREATE PUBLICATION kept FOR TABLE ' . join ', ', @published);
# the one row of a summary without groups is made on both sides
sql("TRUNCATE $_", 'postgres', $replica) for @published;
my $from = $node->connstr('postgres') =~ s/'/''/gr;
sql("CREATE SUBSCRIPTION kept CONNECTION '$from' PUBLICATION kept", 'postgres', $replica);
$replica->wait_for_subscription_sync if $replica->can('wait_for_subscription_sync');
$replica->poll_query_until('postgres', q{SELECT count(*) = 0 FROM pg_subscription_rel WHERE srsubstate NOT IN ('r', 's')});
sql(q{INSERT INTO answers VALUES (-6, date '2026-01-06', 'app', 9, 1, 1), (-6, date '2026-01-06', 'app', 12, 1, 1); DELETE FROM answers WHERE id % 7 = 0});
sql("SELECT compact_summary('$_')") for @kept;
$node->wait_for_catchup('kept');
for my $name (@kept)
{
	my $bytes = "SELECT string_agg(b, ',' ORDER BY b) FROM (SELECT md5(record_send(t)) AS b FROM $name AS t) AS r";
	is(sql($bytes, 'postgres', $replica), sql($bytes), "$name is the same on a logical replica");
}
is(sql('SELECT day, stale FROM daily WHERE stale', 'postgres', $replica), '2026-01-06|t', 'with what is stale');

done_testing();
