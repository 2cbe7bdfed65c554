
# Logs: the same rows give the same bytes, whatever the plan, the kind of ids and
# the split; stored values come back, damaged ones are refused; a cancel is obeyed.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $cx = CxMetrics::Metamorphic->new(name => 'logs');
my $node = $cx->node;

# Events of users of several groups, NULLs, rows that are there twice; amounts of
# several scales, some beyond 64 bits, and discounts.  A group is a channel, a
# user may be in all of them.
$cx->table('events', q{
SELECT i AS id, floor(sqrt((hashint8extended(i, 1) & 65535)::float8) / 29)::integer AS g,
	CASE WHEN r % 23 > 0 THEN r % (7 + r % 900) - 200 END AS u, CASE WHEN r % 17 > 0 THEN date '2023-01-01' + r % (5 + r % 1000) END AS day,
	CASE WHEN r % 19 > 0 THEN timestamp '2025-01-01' + (r % 3000) * interval '7 minutes 0.5 seconds' END AS at,
	CASE WHEN r % 13 > 0 THEN (r % 100000) / 10.0 ^ (r % 5) - 500 + CASE WHEN r % 499 = 0 THEN 1e19 ELSE 0 END END AS amount, CASE WHEN r % 3 > 0 THEN date '2023-01-01' + r % (5 + r % 1000) + 1 + r % 400 END AS until
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 2) & 1048575)::integer) h(r)});

# ids of all types in all columns are too many lines: each type with one time
$cx->check('events', 'usage_log(u, day)');
$cx->check('events', 'usage_log(u::smallint, day)');
$cx->check('events', 'usage_log(u::bigint * 1000000007, day)');
$cx->check('events', 'usage_log(md5(u::text)::uuid, day)');
$cx->check('events', 'usage_log(u::text, day)');
$cx->check('events', 'event_log(u, at)');
$cx->check('events', 'event_log(u::smallint, at::date)');
$cx->check('events', 'event_log(u::bigint * 1000000007, at::timestamptz)');
$cx->check('events', 'event_log(md5(u::text)::uuid, at)');
$cx->check('events', 'event_log(u::text, at::date)');
my $step = "((day - date '2023-01-01') % 7)::text";
$cx->check('events', "journey_log(u, at::timestamptz, $step)");
$cx->check('events', "journey_log(u::smallint, at::timestamptz, $step)");
$cx->check('events', "journey_log(u::bigint * 1000000007, at::timestamptz, $step)");
$cx->check('events', "journey_log(md5(u::text)::uuid, at::timestamptz, $step)");
$cx->check('events', "journey_log(u::text, at::timestamptz, $step)");
$cx->check('events', 'mrr_log(u, amount, day, until)');
$cx->check('events', 'mrr_log(u::smallint, amount, day, until)');
$cx->check('events', 'mrr_log(u::bigint * 1000000007, amount, day, until)');
$cx->check('events', 'mrr_log(md5(u::text)::uuid, amount, day, until)');
$cx->check('events', 'mrr_log(u::text, amount, day, until)');
$cx->run;

# ---------------------------------------------------------------------------
# Stored, copied, dumped
# ---------------------------------------------------------------------------
my $dir = PostgreSQL::Test::Utils::tempdir();
$cx->sql(qq{
CREATE TABLE stored AS
SELECT g, usage_log(u, day) AS a, usage_log(md5(u::text)::uuid, day) AS b, event_log(u::text, at) AS c, event_log(u, at) AS d, mrr_log(u, amount, day, until) AS e
FROM events e GROUP BY g UNION ALL SELECT -1, NULL, NULL, NULL, NULL, NULL;
COPY stored TO '$dir/text';
COPY stored TO '$dir/binary' (FORMAT binary);
CREATE TABLE from_text (LIKE stored);
CREATE TABLE from_binary (LIKE stored);
COPY from_text FROM '$dir/text';
COPY from_binary FROM '$dir/binary' (FORMAT binary);
});
for my $table ('from_text', 'from_binary')
{
	is( $cx->sql("SELECT count(*) FROM stored a JOIN $table b USING (g)
		WHERE (usage_log_send(a.a), usage_log_send(a.b), event_log_send(a.c), event_log_send(a.d), mrr_log_send(a.e))
			IS DISTINCT FROM (usage_log_send(b.a), usage_log_send(b.b), event_log_send(b.c), event_log_send(b.d), mrr_log_send(b.e))"),
		0, "COPY: $table, the same bytes");
}
$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", '-d', $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', "$dir/dump.sql" ], 'restore');
my $digest = 'SELECT md5(string_agg(stored::text, E\'\n\' ORDER BY g)) FROM stored';
is($node->safe_psql('restored', $digest), $cx->sql($digest), 'restored: the same values');

# ---------------------------------------------------------------------------
# Binary values that no function sends
# ---------------------------------------------------------------------------
sub received { return $cx->received(@_) }

# the kind of ids, the scale, the number of entries and of ids; then the data: the first
# time and the unit; an id, its entries less one, twice the time since the first
my $good = pack('CCCNN', 1, 1, 0, 2, 2) . pack('C*', 0, 0, 2, 0, 0, 4, 0, 2);
is(received('usage_log', $good), 'accepted', 'usage_log: two entries');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 0, 0) . pack('C*', 0, 0)), 'accepted', 'usage_log: none');
my $ends = 'Its entries end before they should, or have numbers out of range.';
is(received('usage_log', pack('CCCNN', 1, 9, 0, 2, 2) . substr $good, 11), '22P03 Its ids are of an unknown kind, 9.', 'usage_log: unknown ids');
is(received('usage_log', pack('CCCNN', 1, 1, 2, 2, 2) . substr $good, 11), '22P03 Its amounts have 2 decimals.', 'usage_log: decimals');
is(received('mrr_log', pack('CCCNN', 1, 1, 19, 0, 0) . pack('C*', 0, 0)), '22P03 Its amounts have 19 decimals.', 'mrr_log: too many decimals');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 3, 2) . substr $good, 11), '22P03 It has more or fewer entries than it says, 3.', 'usage_log: fewer entries');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 2, 3) . substr $good, 11), "22P03 $ends", 'usage_log: fewer ids');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 2, 4294967295) . substr $good, 11), "22P03 $ends", 'usage_log: very many ids');
is(received('usage_log', $good . "\0"), '22P03 It has more or fewer entries than it says, 2.', 'usage_log: more bytes');
is(received('usage_log', substr $good, 0, -1), "22P03 $ends", 'usage_log: fewer bytes');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 9, 2, 0, 0)), "22P03 $ends", 'usage_log: unknown unit');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 0, 2, 0, 1, 0)), '22P03 Entry 1 is not possible: A number of events is out of range.', 'usage_log: no events');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', (0xff) x 9, 0x01, 0, 2, 0, 0)), '22P03 Entry 1 is not possible: A time is out of range.', 'usage_log: no day');
is(received('usage_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 0, (0xff) x 30)), "22P03 $ends", 'usage_log: a number without end');
is(received('usage_log', pack('CCCNN', 1, 2, 0, 1, 1) . pack('C*', 0, 0, 1, 2, 3)), "22P03 $ends", 'usage_log: half a uuid');
is(received('event_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 5, 2, 0, (0xfe) x 8, 0x7f)), '22P03 Entry 1 is not possible: A time is out of range.', 'event_log: no time');
# what purchases cost, twice and one more, their number and the refunds
is(received('purchase_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 0, 2, 0, 1, 11, 1, 3)), 'accepted', 'purchase_log: a purchase and a refund');
is(received('purchase_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 0, 2, 0, 1, (0xff) x 18, 3, 1, 3)), '22P03 Entry 1 is not possible: An amount has too many digits.', 'purchase_log: purchases of 39 digits');
is(received('purchase_log', pack('CCCNN', 1, 1, 0, 1, 1) . pack('C*', 0, 0, 2, 0, 1, 11, 1, (0xff) x 18, 1)), '22P03 Entry 1 is not possible: An amount has too many digits.', 'purchase_log: refunds of 39 digits');
# ids out of order, and entries that are there twice, are put in order and added up
$cx->sql(q{CREATE TABLE twice (l usage_log)});
PostgreSQL::Test::Utils::append_to_file("$dir/twice", "PGCOPY\n\377\r\n\0" . pack('NNnN', 0, 0, 1, 17) . pack('CCCNN', 1, 1, 0, 2, 1) . pack('C*', 0, 0, 2, 1, 0, 0) . pack('n', 65535));
chmod 0644, "$dir/twice";
$cx->sql("COPY twice FROM '$dir/twice' (FORMAT binary)");
is($cx->sql('SELECT l FROM twice'), '{"version": 1, "ids": "integer", "entries": [[1, "2000-01-01", 2]]}', 'usage_log: a day twice');

# ---------------------------------------------------------------------------
# A damaged page: bytes that no log has, from a type that keeps any bytes.  A
# superuser can do that.
# ---------------------------------------------------------------------------
$cx->sql(q{
CREATE TYPE raw_log;
CREATE FUNCTION raw_log_in(cstring) RETURNS raw_log AS 'byteain' LANGUAGE internal IMMUTABLE STRICT;
CREATE FUNCTION raw_log_out(raw_log) RETURNS cstring AS 'byteaout' LANGUAGE internal IMMUTABLE STRICT;
CREATE TYPE raw_log (INPUT = raw_log_in, OUTPUT = raw_log_out, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (raw_log AS usage_log) WITHOUT FUNCTION;
CREATE CAST (raw_log AS journey_log) WITHOUT FUNCTION;
});

# What a function says of a log: the kind of ids, how many entries and ids it says
# it has, and its data, as they follow in the binary form too.
sub damaged
{
	my ($type, $function, $kind, $entries, $ids, @data) = @_;
	my $bytes = unpack 'H*', pack('CCCC', 1, 0, $kind, 0) . pack('LL', $entries, $ids) . pack('C*', @data);
	my ($status, $output, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT $function('\\x$bytes'::raw_log::$type)");

	return $error =~ /ERROR: +(\w+: .*)/ ? $1 : $output;
}

my $of_users = 'XX001: the bytes of usage_log are damaged';
is(damaged('usage_log', 'days_per_user', 1, 2, 2, 0, 0, 2, 0, 0, 4, 0, 2), "(1,2)", 'stored usage_log: two entries');
is(damaged('usage_log', 'days_per_user', 1, 2, 3, 0, 0, 2, 0, 0, 4, 0, 2), $of_users, 'stored usage_log: fewer ids');
is(damaged('usage_log', 'days_per_user', 1, 2, 2, 0, 6, 2, 0, 0, 4, 0, 2), $of_users, 'stored usage_log: an unknown unit');
is(damaged('usage_log', 'days_per_user', $_, 2, 2, 0, 0, 2, 0, 0, 4, 0, 2), $of_users, "stored usage_log: ids of the kind $_") for 0, 4;
is(damaged('usage_log', 'rollup', $_, 2, 2, 0, 0, 2, 0, 0, 4, 0, 2), $of_users, "stored usage_log: written with ids of the kind $_") for 0, 4, 200;
is(damaged('usage_log', "usage_log(1, '2025-01-01') -", $_, 2, 2, 0, 0, 2, 0, 0, 4, 0, 2), '42804: usage_log cannot have ids of different types', "... and taken out of another") for 0, 4, 200;
is(damaged('usage_log', 'days_per_user', 2, 1, 1, 0, 0, 1, 2, 3), $of_users, 'stored usage_log: half a uuid');
is(damaged('usage_log', 'days_per_user', 1, 1, 1, 0, 0, (0xff) x 30), $of_users, 'stored usage_log: a number without end');

# the names of the steps are their number, their bytes, and each after its length
my $of_steps = 'XX001: the bytes of journey_log are damaged';
my @entry = (0, 0, 2, 0, 0, 1);
is(damaged('journey_log', 'steps', 1, 1, 1, 2, 4, 1, 97, 1, 98, @entry), "(a,0,0)\n(b,1,1)", 'stored journey_log: one entry, two steps');
is(damaged('journey_log', 'steps', 1, 1, 1, 0x81, 0x20, 4, 1, 97, 1, 98, @entry), $of_steps, 'stored journey_log: too many steps');
is(damaged('journey_log', 'steps', 1, 1, 1, 2, 100, 1, 97, 1, 98, @entry), $of_steps, 'stored journey_log: names that do not end');
is(damaged('journey_log', 'steps', 1, 1, 1, 3, 4, 1, 97, 1, 98, @entry), $of_steps, 'stored journey_log: fewer names');
is(damaged('journey_log', 'steps', 1, 1, 1, 1, 4, 1, 97, 1, 98, @entry), $of_steps, 'stored journey_log: more names');
is(damaged('journey_log', 'steps', 1, 1, 1, 2, 3, 0, 1, 98, @entry), $of_steps, 'stored journey_log: a name without letters');
is(damaged('journey_log', 'steps', 1, 1, 1, 1, 2, 1, 97, @entry), $of_steps, 'stored journey_log: a step without a name');

# ---------------------------------------------------------------------------
# A cancel is obeyed soon
# ---------------------------------------------------------------------------
$cx->sql(q{CREATE TABLE large AS SELECT usage_log(i % 300000, date '2000-01-01' + i % 7000) AS l, event_log(i % 300000, timestamp '2000-01-01' + i * interval '1 minute') AS e, mrr_log(i % 300000, 1 + i % 90, date '2000-01-01' + i % 7000, NULL) AS m FROM generate_series(1, 1500000) i});
for my $query (
	'SELECT users(usage_log(i % 20000000, date \'2000-01-01\' + i % 7000)) FROM generate_series(1, 200000000) i',
	'SELECT users(usage_log(i::text, date \'2000-01-01\')) FROM generate_series(1, 200000000) i',
	'SELECT (SELECT count(*) FROM active_users(l, window_days => 28)) FROM large, generate_series(1, 1000)',
	'SELECT count(*) FROM large, generate_series(1, 1000) i, cohort_retention(l, \'month\', date \'2020-01-01\' + i)',
	'SELECT count(l::text) FROM large, generate_series(1, 1000)',
	'SELECT count(usage_log_send(l)) FROM large, generate_series(1, 100000)',
	'SELECT users(rollup(l)) FROM large, generate_series(1, 1000)',
	'SELECT users(l - l) FROM large, generate_series(1, 1000)',
	'SELECT sessions(e, make_interval(mins => i)) FROM large, generate_series(1, 1000) i',
	'SELECT events(e) FROM large, generate_series(1, 1000) i',
	'SELECT mrr_at(m, date \'2000-01-01\' + i) FROM large, generate_series(1, 10000) i',
	'SELECT count(*) FROM large, generate_series(1, 1000) i, mrr_bridge(m, \'month\', date \'2000-01-01\' + i) b')
{
	my $begin = time;
	my (undef, undef, $error) = $node->psql('postgres', "SET statement_timeout = '500ms'; $query");

	like($error, qr/canceling statement due to statement timeout/, 'cancelled: ' . substr($query, 0, 60));
	cmp_ok(time - $begin, '<', 30, '... and soon');
}

$cx->finish;
done_testing();
