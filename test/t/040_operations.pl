
# What happens to a database with cx_metrics in it: dump and restore, views and
# materialized views, roles without rights, a schema of its own, cancelling.

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('operations');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nautovacuum = off\ntimezone = 'UTC'");
$node->start;

# sql(DATABASE, QUERY, ROLE)
sub sql
{
	my ($database, $query, $role) = @_;
	my @role = defined $role ? (extra_params => [ '-U', $role ]) : ();

	return $node->safe_psql($database, $query, @role);
}

# The error of a query that must fail.
sub error_of
{
	my ($database, $query, $role) = @_;
	my @role = defined $role ? (extra_params => [ '-U', $role ]) : ();
	my ($status, $output, $error) = $node->psql($database, $query, @role);

	isnt($status, 0, "fails: " . substr($query, -60));
	return $error;
}

# ---------------------------------------------------------------------------
# A database owner who is no superuser installs, someone with SELECT reads; the
# extension is in a schema that is on no search_path.
# ---------------------------------------------------------------------------

sql('postgres', q{
CREATE ROLE owner LOGIN;
CREATE ROLE analyst LOGIN;
CREATE DATABASE company OWNER owner;
});
sql('company', q{REVOKE ALL ON SCHEMA public FROM PUBLIC}) ;
sql('company', q{
CREATE SCHEMA metrics;
CREATE EXTENSION cx_metrics SCHEMA metrics;
CREATE SCHEMA app;
CREATE TABLE app.responses AS
	SELECT i AS id, date '2025-01-01' + i % 90 AS day, i % 4 AS channel,
		CASE WHEN i % 10 > 0 THEN (i * i + i / 7) % 11 END AS score
	FROM generate_series(1, 9000) i;
CREATE TABLE app.customers AS
	SELECT i AS id, date '2024-06-01' + i % 300 AS started_on,
		CASE WHEN i % 3 = 0 THEN date '2024-06-01' + i % 300 + i % 200 END AS ended_on
	FROM generate_series(1, 3000) i;
GRANT USAGE ON SCHEMA app, metrics TO analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA app TO analyst;
}, 'owner');
is(sql('company', q{SELECT extowner::regrole || ' ' || extnamespace::regnamespace FROM pg_extension WHERE extname = 'cx_metrics'}),
	'owner metrics', 'a database owner installs the extension, into a schema of its own');

my @aggregates = (
	'metrics.nps_agg(score)', 'metrics.csat_agg(1 + score % 5)', 'metrics.ces_agg(1 + score % 7)',
	'metrics.survey_summary(score)', 'metrics.rate_agg(score > 8)', 'metrics.rate_summary(score > 8)',
	'metrics.nps_text(metrics.survey_summary(score))', 'metrics.nps_interval(metrics.survey_summary(score))',
	'metrics.rate_change(metrics.rate_summary(score > 8), metrics.rate_summary(score > 7))',
	'(SELECT sum(responses) FROM metrics.score_counts(metrics.survey_summary(score)))');
my $list = join ', ', @aggregates;
my $with_path = sql('company', "SET search_path = metrics, app; SELECT $list FROM responses", 'analyst');
isnt($with_path, '', 'a role with no more than SELECT uses it');
is(sql('company', "SELECT $list FROM app.responses", 'analyst'), $with_path,
	'functions called by their qualified names');
is(sql('company', "SET search_path = ''; SELECT $list FROM app.responses", 'analyst'), $with_path,
	'with an empty search_path');
is(sql('company', "SET search_path = pg_catalog, pg_temp; SET max_parallel_workers_per_gather = 2;
		SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; SELECT $list FROM app.responses", 'analyst'),
	$with_path, 'in workers, with a restricted search_path');
is(sql('company', q{SELECT count(*) FROM app.responses a JOIN app.responses b
		ON a.id = b.id GROUP BY metrics.survey_summary_hash('{"version": 1}') HAVING count(*) > 0}, 'analyst'),
	'9000', 'plain functions too');
is(sql('company', q{SET search_path = ''; SELECT count(*) FROM (SELECT DISTINCT s FROM
		(SELECT metrics.survey_summary(score) AS s FROM app.responses GROUP BY day) t) d}, 'analyst'),
	sql('company', q{SELECT count(DISTINCT s::text) FROM
		(SELECT metrics.survey_summary(score) AS s FROM app.responses GROUP BY day) t}, 'analyst'),
	'equality and hashing are found without a search_path');
like(error_of('company', 'SELECT nps_agg(score) FROM app.responses', 'analyst'),
	qr/function nps_agg\(integer\) does not exist/, 'the schema is on no search_path indeed');
like(error_of('company', 'DROP EXTENSION cx_metrics', 'analyst'),
	qr/must be owner of extension/, 'a reader cannot drop it');
# The objects of a trusted extension are the superuser's.
sql('company', 'CREATE SCHEMA elsewhere; GRANT USAGE ON SCHEMA elsewhere TO analyst;
	ALTER EXTENSION cx_metrics SET SCHEMA elsewhere');
(my $elsewhere = $list) =~ s/metrics\./elsewhere./g;
is(sql('company', "SELECT $elsewhere FROM app.responses", 'analyst'), $with_path,
	'it can be moved to another schema');
sql('company', 'ALTER EXTENSION cx_metrics SET SCHEMA metrics');

# ---------------------------------------------------------------------------
# Materialized views: a concurrent refresh rewrites no row that did not change
# ---------------------------------------------------------------------------

sql('company', q{
CREATE MATERIALIZED VIEW app.daily AS
	SELECT day, channel, metrics.survey_summary(score) AS s, metrics.rate_summary(score > 8) AS r,
		metrics.nps_agg(score) AS nps, metrics.rollup(metrics.survey_summary(score)) OVER (PARTITION BY channel ORDER BY day
			RANGE BETWEEN '6 days' PRECEDING AND CURRENT ROW) AS week
	FROM app.responses GROUP BY day, channel;
CREATE UNIQUE INDEX ON app.daily (day, channel);
CREATE VIEW app.monthly AS
	SELECT date_trunc('month', day) AS month, metrics.nps(metrics.rollup(s)) AS nps, metrics.rate(metrics.rollup(r)) AS rate
	FROM app.daily GROUP BY 1;
}, 'owner');
my $versions = q{SELECT md5(string_agg(format('%s %s %s %s', day, channel, ctid, xmin), ';' ORDER BY day, channel)) FROM app.daily};
my $before = sql('company', $versions);
for my $settings ('', 'SET max_parallel_workers_per_gather = 3; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;',
	'SET enable_hashagg = off;', "SET work_mem = '64kB';")
{
	sql('company', "$settings REFRESH MATERIALIZED VIEW CONCURRENTLY app.daily", 'owner');
	is(sql('company', $versions), $before,
		'REFRESH MATERIALIZED VIEW CONCURRENTLY rewrites no row' . ($settings ? ": $settings" : ''));
}
# the rows in another order
sql('company', q{CREATE TABLE app.shuffled AS SELECT * FROM app.responses ORDER BY md5(id::text);
	TRUNCATE app.responses; INSERT INTO app.responses SELECT * FROM app.shuffled}, 'owner');
sql('company', 'REFRESH MATERIALIZED VIEW CONCURRENTLY app.daily', 'owner');
is(sql('company', $versions), $before, '... nor with the rows in another order');
sql('company', q{UPDATE app.responses SET score = 10 - coalesce(score, 3) WHERE id = 4711}, 'owner');
sql('company', 'REFRESH MATERIALIZED VIEW CONCURRENTLY app.daily', 'owner');
isnt(sql('company', $versions), $before, '... but what changed is rewritten');
is(sql('company', q{SELECT count(*) BETWEEN 1 AND 7 FROM app.daily WHERE xmin = (SELECT max(xmin::text::bigint)::text::xid FROM app.daily)}),
	't', '... that alone');
sql('company', 'REFRESH MATERIALIZED VIEW app.daily', 'owner');
is(sql('company', q{SELECT (SELECT metrics.rollup(s) FROM app.daily) OPERATOR(metrics.=) (SELECT metrics.survey_summary(score) FROM app.responses)}),
	't', 'a full refresh has the same sums as the rows');

# ---------------------------------------------------------------------------
# Dump and restore
# ---------------------------------------------------------------------------

sql('company', q{
CREATE TABLE app.stored (id int PRIMARY KEY, s metrics.survey_summary NOT NULL DEFAULT '{"version": 1, "unanswered": 1}', r metrics.rate_summary,
	many metrics.survey_summary[], CHECK (metrics.responses(s) >= 0));
INSERT INTO app.stored SELECT channel, metrics.survey_summary(score), metrics.rate_summary(score > 8),
	(SELECT array_agg(s ORDER BY day) FROM app.daily d WHERE d.channel = r.channel) FROM app.responses r GROUP BY channel;
INSERT INTO app.stored VALUES (99, DEFAULT, NULL, '{}');
CREATE INDEX ON app.stored USING hash (s);
CREATE INDEX ON app.stored (metrics.nps(s));
}, 'owner');
my $contents = q{SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM (
	SELECT id::text, metrics.survey_summary_send(s)::text, metrics.rate_summary_send(r)::text, many::text FROM app.stored
	UNION ALL SELECT day::text || channel, metrics.survey_summary_send(s)::text, metrics.rate_summary_send(r)::text, metrics.survey_summary_send(week)::text || nps FROM app.daily
	UNION ALL SELECT month::text, nps::text, rate::text, NULL FROM app.monthly) t};
my $expected = sql('company', $contents);
my $dump = $node->basedir . '/dump';
my $url = 'dbname=company host=' . $node->host . ' port=' . $node->port;
for my $format ('plain', 'custom', 'directory')
{
	my $restored = "restored_$format";
	my $file = "$dump.$format";

	$node->command_ok([ 'pg_dump', '-F', $format, '-f', $file, 'company' ], "pg_dump, $format");
	sql('postgres', "CREATE DATABASE $restored OWNER owner");
	if ($format eq 'plain')
	{
		$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $restored, '-f', $file ], "psql restores it");
	}
	else
	{
		$node->command_ok([ 'pg_restore', '--exit-on-error', '-d', $restored, $file ], "pg_restore restores it, $format");
	}
	is(sql($restored, $contents), $expected, "restored from $format: the same bytes");
	is(sql($restored, "SELECT $list FROM app.responses", 'analyst'),
		sql('company', "SELECT $list FROM app.responses", 'analyst'), "restored from $format: the same results");
	is(sql($restored, q{SET enable_seqscan = off; SELECT count(*) FROM app.stored WHERE s OPERATOR(metrics.=) '{"version": 1, "unanswered": 1}'}),
		'1', "restored from $format: the hash index finds");
}
like(slurp_file("$dump.plain"), qr/CREATE EXTENSION IF NOT EXISTS cx_metrics WITH SCHEMA metrics/,
	'the dump creates the extension');
unlike(slurp_file("$dump.plain"), qr/CREATE (FUNCTION|AGGREGATE|TYPE|OPERATOR)/, '... and nothing of it by itself');

# ---------------------------------------------------------------------------
# Every type there is: stored, copied, compared, refreshed
# ---------------------------------------------------------------------------

sql('postgres', 'CREATE DATABASE everything');
sql('everything', 'CREATE EXTENSION cx_metrics');
my %types;
for my $file (sort glob("$FindBin::RealBin/../fuzz/*.pl"))
{
	my %more = do $file or die "$file: " . ($@ || $!);
	%types = (%types, %more);
}
my @names = split /\n/, sql('everything', q{SELECT typname FROM pg_type t JOIN pg_depend d
	ON classid = 'pg_type'::regclass AND objid = t.oid AND refclassid = 'pg_extension'::regclass AND deptype = 'e'
	WHERE typtype = 'b' AND typcategory <> 'A' ORDER BY 1});
cmp_ok(scalar(@names), '>', 1, scalar(@names) . ' types');
my $copy = $node->basedir . '/copy';
for my $name (@names)
{
	sql('everything', qq{
CREATE TABLE all_$name AS SELECT row_number() OVER () AS id, s FROM ($types{$name}{seeds}) t(s) WHERE s IS NOT NULL;
CREATE TABLE copied (LIKE all_$name);
COPY all_$name TO '$copy'; COPY copied FROM '$copy';
COPY all_$name TO '$copy' (FORMAT csv); COPY copied FROM '$copy' (FORMAT csv);
COPY all_$name TO '$copy' (FORMAT binary); COPY copied FROM '$copy' (FORMAT binary);
});
	is(sql('everything', qq{SELECT count(*) > 1, count(*) = (SELECT count(*) FROM all_$name), bool_and(n = 3)
			FROM (SELECT id, ${name}_send(s), count(*) AS n FROM copied GROUP BY 1, 2) t}),
		't|t|t', "$name: COPY as text, csv and binary gives the same bytes");
	is(sql('everything', qq{SELECT (SELECT count(*) FROM (SELECT DISTINCT s FROM copied) t) = n,
			(SELECT count(*) FROM (SELECT s FROM copied UNION SELECT s FROM all_$name) t) = n,
			(SELECT count(*) FROM copied a JOIN all_$name b ON a.s = b.s) = (SELECT count(*) FROM copied a JOIN all_$name b ON a.s::text = b.s::text),
			(SELECT count(*) FROM copied a JOIN all_$name b ON a.s <> b.s) = (SELECT count(*) FROM copied a JOIN all_$name b ON a.s::text <> b.s::text)
			FROM (SELECT count(DISTINCT s::text) AS n FROM copied) t}),
		't|t|t|t', "$name: DISTINCT, UNION, = and <> agree with the text");

	# In a row, *< and the like compare the bytes of any type.
	is(sql('everything', qq{SELECT bool_and((a.s < b.s) = (ROW(a.s)::record *< ROW(b.s)::record)), bool_and((a.s <= b.s) = (ROW(a.s)::record *<= ROW(b.s)::record)),
			bool_and((a.s >= b.s) = (ROW(a.s)::record *>= ROW(b.s)::record)), bool_and((a.s > b.s) = (ROW(a.s)::record *> ROW(b.s)::record)),
			bool_and(${name}_cmp(a.s, b.s) = btrecordimagecmp(ROW(a.s), ROW(b.s)))
			FROM copied a, all_$name b}),
		't|t|t|t|t', "$name: <, <=, >= and > are those of the bytes");
	is(sql('everything', qq{SET enable_hashjoin = off; SET enable_hashagg = off; SET enable_nestloop = off;
			SELECT (SELECT count(*) FROM copied a JOIN all_$name b ON a.s = b.s) = (SELECT count(*) FROM copied a JOIN all_$name b ON a.s::text = b.s::text),
			(SELECT count(DISTINCT s) FROM copied) = n, (SELECT count(*) FROM (SELECT s FROM copied GROUP BY s) t) = n
			FROM (SELECT count(DISTINCT s::text) AS n FROM copied) t}),
		't|t|t', "$name: a merge join, count(DISTINCT) and sorted groups agree with the text");
	is(sql('everything', qq{
CREATE TABLE indexed AS SELECT DISTINCT s FROM copied WHERE octet_length(${name}_send(s)) < 1200;
CREATE UNIQUE INDEX ON indexed (s);
CREATE TABLE repeated AS SELECT s FROM indexed, generate_series(1, 50);
CREATE INDEX ON repeated (s);
ANALYZE indexed; ANALYZE repeated;
SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
SELECT count(*) > 0, bool_and((SELECT count(*) FROM indexed i WHERE i.s = o.s) = 1), bool_and((SELECT count(*) FROM indexed i WHERE i.s <= o.s) = rank),
	bool_and((SELECT count(*) FROM repeated r WHERE r.s = o.s) = 50) FROM (SELECT s, row_number() OVER (ORDER BY ROW(s) USING OPERATOR(pg_catalog.*<)) AS rank FROM indexed) o}),
		't|t|t|t', "$name: btree indexes find what is there once and many times");

	# An array of many, out of line; the summary in a composite type.
	is(sql('everything', qq{
CREATE TABLE wide (c all_$name, a ${name}[]);
ALTER TABLE wide ALTER a SET STORAGE external, ALTER c SET STORAGE external;
INSERT INTO wide SELECT t, (SELECT array_agg(s ORDER BY id, i) FROM all_$name, generate_series(1, 200) i) FROM all_$name t;
SELECT bool_and(s = (c).s AND cardinality(a) = 200 * n AND a[200 * id] = s AND a::text::${name}\[\] = a)
FROM wide, (SELECT count(*) AS n FROM all_$name) t, all_$name b WHERE b.id = (wide.c).id;
}), 't', "$name: in large arrays and in rows");
	sql('everything', qq{
DROP TABLE wide, copied, indexed, repeated;
CREATE INDEX ON all_$name USING hash (s);
CREATE MATERIALIZED VIEW refreshed_$name AS SELECT id, s FROM all_$name;
CREATE UNIQUE INDEX ON refreshed_$name (id)});
	my $unchanged = qq{SELECT string_agg(ctid || ' ' || xmin, ';' ORDER BY id) FROM refreshed_$name};
	my $was = sql('everything', $unchanged);
	sql('everything', "REFRESH MATERIALIZED VIEW CONCURRENTLY refreshed_$name");
	is(sql('everything', $unchanged), $was, "$name: REFRESH MATERIALIZED VIEW CONCURRENTLY rewrites no row");
}

# ---------------------------------------------------------------------------
# Drop
# ---------------------------------------------------------------------------

like(error_of('company', 'DROP EXTENSION cx_metrics', 'owner'),
	qr/cannot drop extension cx_metrics because other objects depend on it/,
	'it is not dropped while views stand on it');
sql('postgres', 'CREATE DATABASE empty OWNER owner');
sql('empty', 'CREATE EXTENSION cx_metrics; DROP EXTENSION cx_metrics', 'owner');
is(sql('empty', q{SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
		WHERE nspname NOT IN ('pg_catalog', 'information_schema')}), '0', 'dropped, it leaves nothing');
sql('empty', 'CREATE EXTENSION cx_metrics', 'owner');
is(sql('empty', 'SELECT nps_agg(9)'), '100', 'and it can be created again');

# A database that is not in UTF-8, and one whose encoding lacks the sign.
for my $encoding ('LATIN1', 'SQL_ASCII')
{
	sql('postgres', "CREATE DATABASE encoding_\L$encoding\E TEMPLATE template0 ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	sql("encoding_\L$encoding\E", 'CREATE EXTENSION cx_metrics');
	is(sql("encoding_\L$encoding\E", q{SELECT encode(convert_to(nps_text(survey_summary(9)), 'UTF8'), 'escape')}),
		'+100 \302\261148 (n=1)', "a text in $encoding");
	is(sql("encoding_\L$encoding\E", q{SELECT survey_summary(9)}), '{"version": 1, "unanswered": 0, "scores": {"9": 1}}',
		"a summary in $encoding");
	is(sql("encoding_\L$encoding\E", q{SELECT survey_score(E'8 \351')}), '8', "a score in $encoding, where a byte beyond ASCII is no letter");
}
my $customers = q{value_summary(10, c) FROM unnest(ARRAY['plain', U&'na\00efve', U&'\00e9\00e8\00ea\00eb\00fc\00f1\00df']) AS c};
is(sql('encoding_latin1', "SELECT $customers"), sql('company', "SELECT metrics.$customers"),
	'a customer has the same id in every encoding');
my $bytes = q{value_summary(10, c) FROM unnest(ARRAY['plain', E'na\\303\\257ve']) AS c};
is(sql('encoding_sql_ascii', "SELECT $bytes"), sql('company', "SELECT metrics.$bytes"), 'in SQL_ASCII the bytes are the id');

# ---------------------------------------------------------------------------
# Cancelling: the query ends, the server lives
# ---------------------------------------------------------------------------

my $pid = sql('company', 'SELECT pg_postmaster_start_time()');
for my $query (
	'SELECT metrics.nps_agg(i % 11) FROM generate_series(1, 100000000) i',
	'SELECT count(*) FROM (SELECT metrics.survey_summary(i % 11) FROM generate_series(1, 100000000) i GROUP BY i) t',
	q{SELECT count(*) FROM (SELECT metrics.nps_agg(i % 11) OVER (ORDER BY i ROWS 1000 PRECEDING) FROM generate_series(1, 100000000) i) t},
	q{SELECT metrics.churn_agg(date '2024-01-01' + i % 100, NULL, '2024-02-01', '2024-03-01') FROM generate_series(1, 100000000) i},
	q{SELECT metrics.rollup(s) FROM generate_series(1, 100000000) i, (SELECT '{"version": 1, "scores": {"9": 1}}'::metrics.survey_summary AS s OFFSET 0) t})
{
	like(error_of('company', "SET statement_timeout = '300ms'; $query"),
		qr/canceling statement due to statement timeout/, 'and is cancelled');
}
is(sql('company', 'SELECT pg_postmaster_start_time()'), $pid, 'no backend crashed');
is(sql('company', "SELECT $list FROM app.responses", 'analyst'),
	sql('restored_plain', "SELECT $list FROM app.responses", 'analyst'), 'the next queries are right');

# An error in the middle of an aggregate is an error of the statement alone.
is(sql('company', q{
BEGIN;
SAVEPOINT a;
\set ON_ERROR_STOP off
SELECT metrics.nps_agg(CASE WHEN i = 5000 THEN 11 ELSE i % 11 END) FROM generate_series(1, 10000) i;
\set ON_ERROR_STOP on
ROLLBACK TO a;
SELECT metrics.nps_agg(i % 10) FROM generate_series(0, 9999) i;
COMMIT}), '-60', 'a transaction goes on after an error');

# ---------------------------------------------------------------------------
# A million groups: what is spilled are rows, the group and the score, so as
# much as count(score) spills and a few percent for the larger state; in as many
# passes, so that nothing is spilled twice
# ---------------------------------------------------------------------------

sql('company', q{CREATE TABLE app.many AS SELECT i * 7 % 1000000 AS g, (i % 11)::smallint AS score FROM generate_series(1, 2000000) i; ANALYZE app.many}, 'owner');
my %spill;
for my $aggregate ('count(score)', 'metrics.nps_agg(score)', 'metrics.survey_summary(score)', 'metrics.rate_agg(score > 8)')
{
	my $plan = sql('company', "SET max_parallel_workers_per_gather = 0; SET enable_sort = off;
		EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) SELECT g, $aggregate FROM app.many GROUP BY g");

	note("$aggregate\n$plan");
	like($plan, qr/HashAggregate/, "$aggregate: a million groups are hashed");
	# the first line is of the top node: blocks that were spilled and read again
	my ($blocks) = $plan =~ /temp read=(\d+)/;
	my ($memory) = $plan =~ /Memory Usage: (\d+)kB/;
	$spill{$aggregate} = { blocks => $blocks, memory => $memory };
}
# Nothing is spilled twice: rows of groups that have no place in the hash table are
# spilled once, and count() itself has place for about a tenth of the groups.  Its
# state is a number in the table; ours is allocated, so that somewhat fewer groups fit.
# In a server with assertions an allocation has 8 bytes more before it and a mark
# after it, which doubles that of a state whose size is a power of two: fewer still.
my $margin = sql('company', 'SHOW debug_assertions') eq 'on' ? 1.1 : 1.05;
for my $aggregate (grep { $_ ne 'count(score)' } sort keys %spill)
{
	my ($ours, $count) = ($spill{$aggregate}, $spill{'count(score)'});

	cmp_ok($ours->{blocks}, '<=', $count->{blocks} * $margin,
		"$aggregate: $ours->{blocks} blocks spilled, $count->{blocks} of count(score)");
	cmp_ok($ours->{memory}, '<=', $count->{memory} * 1.1 + 1024,
		"$aggregate: $ours->{memory} kB of memory, $count->{memory} kB for count(score)");
}

# ---------------------------------------------------------------------------
# A damaged page, or one that a later version wrote: here the bytes of a path,
# whose number of points is where the version is: 257 is 1 there.  A superuser
# can do that.
# ---------------------------------------------------------------------------

for my $case ([ 'trend_summary', 'points' ], [ 'survey_summary', 'responses' ])
{
	my ($type, $function) = @$case;

	sql('company', "CREATE CAST (path AS metrics.$type) WITHOUT FUNCTION");
	# in another byte order the version is 0
	like(error_of('company', "SELECT metrics.$function(path '[(1,1),(2,2)]'::metrics.$type)"),
		qr/$type of unknown version [20]\n/, "$type: an unknown version");
	like(error_of('company', "SELECT metrics.$function(path(format('[%s]', substr(repeat(',(1,1)', 257), 2)))::metrics.$type)"),
		unpack('C', pack('L', 1)) == 1 ? qr{$type has the wrong size\n.*It has 4128 bytes, not \d+}s : qr/$type of unknown version 0\n/,
		"$type: a wrong size");
}

# A value of an unknown version as the first of a roll-up, where PostgreSQL makes
# it the state of itself.  The other one is the value that the type's own messages
# show.  Nothing but the combine function sees them: no final function, and no
# output.
sql('company', q{SELECT format('CREATE AGGREGATE app.combined(%s) (SFUNC = %s, STYPE = %1$s)', a.aggtranstype::regtype, a.aggcombinefn)
	FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
	WHERE p.proname = 'rollup' AND p.pronamespace = 'metrics'::regnamespace
	\gexec});
my @types = split /\n/, sql('company', q{SELECT t.typname FROM pg_proc p JOIN pg_type t ON t.oid = p.proargtypes[0]
	WHERE p.proname = 'rollup' AND p.pronamespace = 'metrics'::regnamespace ORDER BY 1});
cmp_ok(scalar @types, '>', 12, 'types that are rolled up: ' . @types);
for my $type (@types)
{
	my ($good) = error_of('company', "SELECT '[]'::metrics.$type") =~ /A value looks like (.*)[.]$/m;

	ok($good, "$type: a value to go with it");
	sql('company', "CREATE CAST (path AS metrics.$type) WITHOUT FUNCTION") if $type !~ /^(trend|survey)_summary$/;
	like(error_of('company', "SELECT app.combined(s) IS NULL FROM (SELECT path(format('[%s]', substr(repeat(',(1,1)', 12), 2)))::metrics.$type AS s UNION ALL SELECT '$good') AS t"),
		qr/$type of unknown version (?:12|0)\n/, "$type: the first of a roll-up is of an unknown version");
}

unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
$node->stop;
done_testing();
