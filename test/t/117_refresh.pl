
# refresh_views() among others: roles that own views and roles that do not, names
# and search paths that mean harm, sessions that refresh at the same time, a cancel,
# a crash; and a dump by a role that is no superuser.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('refresh');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\ndeadlock_timeout = '50ms'");
$node->start;

# Whoever may create in a database may install a trusted extension; its objects
# then belong to the superuser.
$node->safe_psql('postgres', q{
CREATE ROLE installer LOGIN; CREATE ROLE analyst LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN;
CREATE DATABASE company OWNER installer});

# What a role gets and is told.
sub as
{
	my ($role, $query) = @_;
	my ($status, $out, $err) = $node->psql('company', $query, extra_params => [ '-U', $role ]);
	return "$out$err" =~ s/psql:<stdin>:\d+: //gr;
}

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('company', $query);
}
my $me = sql('SELECT current_user');

as('installer', q{CREATE SCHEMA "it's ""cx"""; CREATE EXTENSION cx_metrics SCHEMA "it's ""cx""";
	GRANT USAGE ON SCHEMA "it's ""cx""" TO PUBLIC; ALTER DATABASE company SET search_path = "it's ""cx""", sales;
	CREATE SCHEMA sales; GRANT USAGE ON SCHEMA sales TO PUBLIC; GRANT CREATE ON SCHEMA sales TO analyst});
is(sql(q{SELECT relowner::regrole FROM pg_class WHERE relname = 'view_refreshes'}), $me, 'the log belongs to the superuser, whoever installs it');

as('analyst', q{
CREATE TABLE sales.answers (id integer, day date, score integer);
INSERT INTO sales.answers SELECT i, date '2026-01-01' + i % 7, i % 11 FROM generate_series(1, 700) AS i;
CREATE MATERIALIZED VIEW sales.daily AS SELECT day, survey_summary(score) AS s FROM answers GROUP BY 1;
CREATE UNIQUE INDEX ON sales.daily (day);
CREATE MATERIALIZED VIEW sales.total AS SELECT rollup(s) AS s FROM daily;
GRANT SELECT ON sales.daily TO reader;});

# ---------------------------------------------------------------------------
# Rights
# ---------------------------------------------------------------------------

is(as('analyst', q{CALL refresh_views(ARRAY['total', 'daily']); SELECT view, refreshed_by, rows FROM view_refreshes ORDER BY finished}),
	"sales.daily|analyst|7\nsales.total|analyst|1", 'an owner refreshes, and is in the log without a right to write it');
like(as('analyst', q{INSERT INTO view_refreshes (relation) VALUES (1)}), qr/permission denied for table view_refreshes/, 'nobody can invent a row');
like(as('analyst', q{DELETE FROM view_refreshes}), qr/permission denied for table view_refreshes/, 'or remove one');
like(as('stranger', q{CALL refresh_views('daily')}), qr/WARNING:  daily was not refreshed: permission denied to refresh the materialized view "daily"\nHINT:  Its owner can: analyst.\nERROR:  1 of 1 materialized views was not refreshed: daily/, 'a stranger is told whom to ask');
is(as('stranger', q{SELECT view, sqlstate FROM view_refreshes}), 'daily|42501', '... and sees this row alone');
is(as('analyst', q{SELECT view, stale FROM freshness ORDER BY 1}), "daily|f\ntotal|f", 'what a stranger tried does not make a view look old');
is(as('reader', q{SELECT count(*) FROM view_refreshes}), 0, 'a reader sees no row of the log');
is(as('reader', q{SELECT view, stale, age < '1 hour', rows FROM freshness}), 'daily|f|t|7', '... and how fresh what he may read is');

as('analyst', q{INSERT INTO answers VALUES (701, '2026-01-03', 11)});
like(as('analyst', q{CALL refresh_views('{daily,total}')}), qr/daily was not refreshed: score out of range/, 'a row that is refused');
is(as('reader', q{SELECT view, stale, failing_since IS NOT NULL, error, detail, hint, sqlstate FROM freshness}), 'daily|t|t||||22003', 'a reader sees that and since when, not the value of a row');
is(as('analyst', q{SELECT view, stale, held_back_by, detail FROM freshness ORDER BY 1}), "daily|t||The score is 11; scores are whole numbers from 0 to 10.\ntotal|t|daily|", 'the owner sees it');

# A view whose owner lost a right is not the caller's fault, and does not stop.
is(sql(q{SET SESSION AUTHORIZATION analyst; BEGIN; CALL refresh_views(ARRAY['total', 'pg_class']); ROLLBACK; SELECT count(*) FROM view_refreshes}), 4, 'a rollback takes the log with it');

# ---------------------------------------------------------------------------
# Names and paths that mean harm
# ---------------------------------------------------------------------------

as('analyst', q{UPDATE answers SET score = 1 WHERE id = 701});
sql(q{CREATE SCHEMA trap; GRANT ALL ON SCHEMA trap TO stranger});
as('stranger', q{
CREATE TABLE trap.sprung (by text);
GRANT ALL ON trap.sprung TO PUBLIC; GRANT USAGE ON SCHEMA trap TO PUBLIC;
CREATE FUNCTION trap.spring() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO trap.sprung VALUES (current_user); RETURN true; END $$;
CREATE FUNCTION trap.format(text, name, name) RETURNS text LANGUAGE sql AS $$ SELECT spring()::text $$;
CREATE FUNCTION trap.lower(name) RETURNS text LANGUAGE sql AS $$ SELECT trap.spring()::text $$;
CREATE FUNCTION trap.eq(oid, oid) RETURNS boolean LANGUAGE sql AS $$ SELECT trap.spring() $$;
CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.eq);
CREATE OPERATOR trap.<> (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.eq);
CREATE TABLE trap.view_refreshes (relation oid); CREATE TABLE trap.pg_class (oid oid); CREATE TABLE trap.pg_depend (oid oid); CREATE TABLE trap.pg_rewrite (oid oid);});
is(sql(q{SET search_path = trap, pg_catalog, "it's ""cx""", sales; CALL refresh_views(ARRAY['total', 'daily']); SELECT count(*) FROM freshness WHERE stale; SELECT count(*) FROM trap.sprung}),
	"0\n0", 'nothing of the search path is run in the name of who refreshes');
like(as('installer', q{SET search_path = trap, pg_catalog, "it's ""cx"""; CALL refresh_views(ARRAY['nowhere'])}), qr/materialized view "nowhere" does not exist/, '... nor for a hint');
is(sql('SELECT count(*) FROM trap.sprung'), 0, '... really');

my $hostile = q{"a""b'; DROP TABLE sales.answers; --"};
is(as('analyst', qq{CREATE MATERIALIZED VIEW sales.$hostile AS SELECT 1 AS one; CALL refresh_views(ARRAY[\$n\$sales.$hostile\$n\$, \$n\$a"b'; DROP TABLE sales.answers; --\$n\$]); SELECT view FROM view_refreshes ORDER BY finished DESC LIMIT 1; DROP MATERIALIZED VIEW sales.$hostile}),
	qq{sales.${hostile}NOTICE:  sales.$hostile is named twice, and refreshed once}, 'a name is a name, however it is written');
is(sql('SELECT count(*) FROM sales.answers'), 701, '... and nothing else');

# Who owns the schema can put nothing in the log's place.
is(as($me, q{ALTER EXTENSION cx_metrics SET SCHEMA sales}), '', 'the extension moves to another schema');
is(as('analyst', q{CALL refresh_views('daily'); SELECT view, stale, age < '1 minute' FROM freshness WHERE view::text = 'daily'}), 'daily|f|t', '... and its log with it');
as($me, q{ALTER EXTENSION cx_metrics SET SCHEMA "it's ""cx"""});

# Roles with row security on their rows, in a repeatable transaction.
is(as('analyst', q{BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT pg_sleep(0.1); CALL refresh_views('daily'); SELECT as_of = now() FROM freshness WHERE view = 'daily'::regclass; COMMIT}), "\nt", 'a transaction that sees one state shows that of its begin');

# ---------------------------------------------------------------------------
# Together with others
# ---------------------------------------------------------------------------

# A cancel stops all, and leaves what was done.
sql(q{
CREATE TABLE sales.pace (seconds double precision);
INSERT INTO sales.pace VALUES (0);
CREATE MATERIALIZED VIEW sales.slow AS SELECT seconds, pg_sleep(seconds) IS NULL AS woke FROM sales.pace;
UPDATE sales.pace SET seconds = 600});
my $begun = sql('SELECT clock_timestamp()');
my $said = as($me, q{SET statement_timeout = '1s'; CALL refresh_views(ARRAY['daily', 'slow', 'total']); });
like($said, qr/canceling statement due to statement timeout/, 'a timeout stops the call');
unlike($said, qr/slow was not refreshed/, '... and is no failure of a view');
is(sql(qq{SELECT string_agg(view, ' ' ORDER BY finished) FROM view_refreshes WHERE finished > '$begun'}), 'sales.daily', '... what was done before is committed');

# Each view is free as soon as it is done.
sql('UPDATE sales.pace SET seconds = 5');
my ($in, $out, $err) = ('', '', '');
my $run = IPC::Run::start([ 'psql', '-X', '-h', $node->host, '-p', $node->port, '-d', 'company', '-c', q{CALL refresh_views(ARRAY['total', 'slow'])} ], '<', \$in, '>', \$out, '2>', \$err);
ok($node->poll_query_until('company', q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')}), 'a call is in its second view');
is(sql(q{SET lock_timeout = '2s'; SELECT count(*) FROM total}), 1, 'the first can be read, though it could not be refreshed concurrently');
is(sql(q{SELECT count(*) FROM pg_locks WHERE relation IN ('total'::regclass, 'daily'::regclass)}), 0, '... and is not locked at all');
# together, all of them change at once
like(as($me, q{CALL refresh_views(ARRAY['daily', 'total'], together => true); SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM view_refreshes ORDER BY finished DESC LIMIT 2) AS t}), qr/^1$/, 'together is one transaction');
like(as($me, q{CALL refresh_views(ARRAY['daily', 'total']); SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM view_refreshes ORDER BY finished DESC LIMIT 2) AS t}), qr/^2$/, '... and otherwise each is one');
# a view that is locked is a failure of this view
$said = as($me, q{SET lock_timeout = '100ms'; CALL refresh_views(ARRAY['slow', 'daily'])});
like($said, qr/slow was not refreshed: canceling statement due to lock timeout/, 'a view that another session refreshes');
like($said, qr/1 of 2 materialized views was not refreshed: sales.slow/, '... and the other is refreshed');
$run->finish;
is($err, '', 'the call ends well');
sql('UPDATE sales.pace SET seconds = 0');

# Four sessions that refresh the same views in different orders, and none waits
# for one that waits for it.
my @sessions;
for my $order (q{'daily', 'slow', 'total'}, q{'slow', 'total', 'daily'}, q{'total', 'slow'}, q{'slow', 'daily'})
{
	my %session = (in => join("\n", (qq{CALL refresh_views(ARRAY[$order]);}) x 20), err => '', out => '');
	$session{run} = IPC::Run::start([ 'psql', '-X', '-q', '-h', $node->host, '-p', $node->port, '-d', 'company', '-f', '-' ], '<', \$session{in}, '>', \$session{out}, '2>', \$session{err});
	push @sessions, \%session;
}
$_->{run}->finish for @sessions;
is(join('', map { $_->{err} } @sessions), '', 'four sessions at the same time');
cmp_ok(sql(q{SELECT max(n) FROM (SELECT count(*) AS n FROM view_refreshes GROUP BY relation) AS t}), '<=', 103, 'the log stays small');
is(sql(q{SELECT string_agg(view::text, ' ') FROM freshness WHERE stale}), '', 'all views are fresh');

# ---------------------------------------------------------------------------
# Dump, restore, crash
# ---------------------------------------------------------------------------

sql('DROP TABLE sales.pace CASCADE; DROP SCHEMA trap CASCADE');
$node->command_ok([ 'pg_dump', '-U', 'analyst', '-f', $node->basedir . '/analyst.sql', 'company' ], 'who is no superuser can dump');
$node->command_ok([ 'pg_dump', '-f', $node->basedir . '/dump.sql', 'company' ], 'a dump');
unlike(slurp_file($node->basedir . '/dump.sql'), qr/view_refreshes|freshness/, '... has no log: it is of this database, and no configuration');

sql(q{CALL refresh_views(ARRAY['daily', 'total'])});
$node->stop('immediate');
$node->start;
is(sql(q{SELECT count(*) FROM freshness WHERE NOT stale AND age < '1 hour'}), 2, 'after a crash the log is there');

$node->stop;
done_testing();
