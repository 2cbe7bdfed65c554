
# Usage, sessions and trend: the same rows give the same bytes, whatever the
# plan; stored values come back; a cancel is obeyed.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $cx = CxMetrics::Metamorphic->new(name => 'usage');
my $node = $cx->node;

# Rows of users: days of very different density, NULLs, duplicates.
$cx->table('events', q{
SELECT i AS id, floor(sqrt((hashint8extended(i, 1) & 65535)::float8) / 29)::integer AS g,
	CASE WHEN r % 17 > 0 THEN date '2023-01-01' + r % (5 + r % 1000) END AS day,
	CASE WHEN r % 19 > 0 THEN timestamp '2025-01-01' + (r % 3000) * interval '7 minutes 0.5 seconds' END AS at,
	CASE WHEN r % 13 > 0 THEN (r % 100000) / 10.0 ^ (r % 5) - 500 END AS value
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 2) & 1048575)::integer) h(r)});

$cx->check('events', 'active_days(day)');
$cx->check('events', "session_summary(at, '30 minutes')");
$cx->check('events', "session_summary(at::timestamptz, '1 minute')");
$cx->check('events', 'series_summary(value, day)');
$cx->check('events', 'series_summary(value::double precision, day)');
$cx->check('events', 'trend_summary(value, day)');
$cx->check('events', 'trend_summary(value::double precision, day)');

# Logs: few users of many rows, and ids of every kind; a user is in several groups.
$cx->table('visits', q{
SELECT i AS id, floor(sqrt((hashint8extended(i, 1) & 65535)::float8) / 29)::integer AS g,
	CASE WHEN r % 23 > 0 THEN CASE r % 3 WHEN 0 THEN r % 7 WHEN 1 THEN r % 500 ELSE (r % 40 - 20)::bigint * 400000000000000000 END END AS number,
	CASE WHEN r % 23 > 0 THEN md5((r % 90)::text)::uuid END AS device,
	CASE WHEN r % 23 > 0 THEN repeat('a', r % 30) || r % 60 END AS name,
	CASE WHEN r % 17 > 0 THEN date '2023-01-01' + (r / 7) % (5 + r % 1000) END AS day,
	CASE WHEN r % 19 > 0 THEN CASE WHEN r % 400 = 1 THEN timestamp '1900-01-01' ELSE timestamp '2025-01-01' END + (r / 3 % 3000) * interval '7 minutes 0.5 seconds' END AS at
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 4) & 1048575)::integer) h(r)});

$cx->check('visits', 'usage_log(number, day)');
$cx->check('visits', 'usage_log(device, day)');
$cx->check('visits', 'usage_log(name, day)');
$cx->check('visits', 'event_log((number % 30000)::smallint, at)');
$cx->check('visits', 'event_log(device, at::timestamptz)');
$cx->check('visits', 'event_log(name, day)');

# Users, one a row.
$cx->table('users', q{
SELECT u AS id, u % 5 AS g, days
FROM generate_series(1, 1200) u,
	LATERAL (SELECT active_days(CASE WHEN u % 31 > 0 THEN date '2023-01-01' + (hashint8extended(u * 1000 + i, 3) & (CASE u % 3 WHEN 0 THEN 63 WHEN 1 THEN 511 ELSE 2047 END))::integer END) AS days
		FROM generate_series(1, 1 + u % 40) i) a});

$cx->check('users', 'active_users_summary(days)');
$cx->check('users', "cohort_summary(days, '$_')") for 'day', 'week', 'week_sunday', 'month';

# ---------------------------------------------------------------------------
# Stored, copied, dumped, refreshed
# ---------------------------------------------------------------------------
my $dir = PostgreSQL::Test::Utils::tempdir();
$cx->sql(qq{
CREATE TABLE stored AS
SELECT g, active_days(day) AS a, session_summary(at, '30 minutes') AS s, trend_summary(value, day) AS t,
	(SELECT usage_log(number, day) FROM visits v WHERE v.g = e.g) AS l, (SELECT event_log(name, at) FROM visits v WHERE v.g = e.g) AS m,
	(SELECT active_users_summary(days) FROM users u WHERE u.g = e.g) AS u,
	(SELECT cohort_summary(days, 'week') FROM users u WHERE u.g = e.g) AS r
FROM events e GROUP BY g UNION ALL SELECT -1, NULL, NULL, NULL, NULL, NULL, NULL, NULL;
COPY stored TO '$dir/text';
COPY stored TO '$dir/binary' (FORMAT binary);
CREATE TABLE from_text (LIKE stored);
CREATE TABLE from_binary (LIKE stored);
COPY from_text FROM '$dir/text';
COPY from_binary FROM '$dir/binary' (FORMAT binary);
});
my $count = $cx->sql('SELECT count(*) FROM stored');
for my $table (qw(from_text from_binary))
{
	is($cx->sql("SELECT count(*) FROM (SELECT DISTINCT * FROM (TABLE stored UNION ALL TABLE $table) x) y"),
		$count, "COPY: $table");
	is( $cx->sql("SELECT count(*) FROM stored a JOIN $table b USING (g)
		WHERE (active_days_send(a.a), session_summary_send(a.s), trend_summary_send(a.t), active_users_summary_send(a.u), cohort_summary_send(a.r), usage_log_send(a.l), event_log_send(a.m))
			IS DISTINCT FROM (active_days_send(b.a), session_summary_send(b.s), trend_summary_send(b.t), active_users_summary_send(b.u), cohort_summary_send(b.r), usage_log_send(b.l), event_log_send(b.m))"),
		0, "COPY: $table, the same bytes");
}
$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", '-d', $node->connstr('postgres') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', "$dir/dump.sql" ], 'restore');
my $digest = 'SELECT md5(string_agg(stored::text, E\'\n\' ORDER BY g)) FROM stored';
is($node->safe_psql('restored', $digest), $cx->sql($digest), 'restored: the same values');

$cx->sql(q{
CREATE MATERIALIZED VIEW user_activity AS SELECT g, active_days(day) AS a, session_summary(at, '30 minutes') AS s FROM events GROUP BY g;
CREATE UNIQUE INDEX ON user_activity (g)});
my $rows = q{SELECT md5(string_agg(ctid::text || xmin::text, ',' ORDER BY g)) FROM user_activity};
my $before = $cx->sql($rows);
$cx->sql('SET max_parallel_workers_per_gather = 0; SET enable_hashagg = off; REFRESH MATERIALIZED VIEW CONCURRENTLY user_activity');
$cx->sql('SET parallel_setup_cost = 0; SET min_parallel_table_scan_size = 0; REFRESH MATERIALIZED VIEW CONCURRENTLY user_activity');
is($cx->sql($rows), $before, 'concurrent refresh rewrites no row');

# ---------------------------------------------------------------------------
# session_number: the sessions of the summary, in every plan of a window
# ---------------------------------------------------------------------------
for my $settings ({}, { enable_sort => 'off' }, { work_mem => '64kB' },
	{ enable_seqscan => 'off', enable_incremental_sort => 'off' })
{
	my $set = join '', map { "SET $_ = '$settings->{$_}'; " } sort keys %$settings;

	is( $cx->sql("${set}SELECT count(*) FROM (
			SELECT g, started, ended, events FROM (SELECT g, session_summary(at, '20 minutes') AS s FROM events GROUP BY g) v, session_list(s)
			EXCEPT ALL
			SELECT g, min(at), max(at), count(*) FROM (SELECT g, at, session_number(at, '20 minutes') OVER (PARTITION BY g ORDER BY at) AS n FROM events) w
			WHERE n IS NOT NULL GROUP BY g, n) x"),
		0, "session_number = session_summary: $set");
}

# ---------------------------------------------------------------------------
# Binary values that no function sends
# ---------------------------------------------------------------------------
sub received { return $cx->received(@_) }

# a header, and of each entry a smaller one, a larger one
for my $case (
	[ 'active_users_summary', 'days', pack('q>', 1), pack('l>nq>', 10, 5, 1), pack('l>nq>', 15, 366, 1) ],
	[ 'cohort_summary', 'cohorts', pack('C', 4), pack('l>l>q>q>', 7, 7, 0, 1), pack('l>l>q>q>', 7, 8, 1, 0) ],
	[ 'session_summary', 'sessions', pack('q>', 10), pack('q>q>q>', 0, 5, 2), pack('q>q>q>', 100, 100, 1) ],
	[ 'duration_summary', 'durations', pack('q>q>q>', 0, 0, 0), pack('q>q>q>', 5, 1, 0), pack('q>q>q>', 6, 0, 1) ],
	[ 'auc_summary', 'scores', pack('q>', 0), pack('q>q>q>', 0, 1, 0), pack('q>q>q>', 4607182418800017408, 0, 1) ])
{
	my ($type, $list, $header, $low, $high) = @$case;
	my $begin = pack('C', 1) . $header;

	is(received($type, $begin . pack('N', 2) . $low . $high), 'accepted', "$type: two entries");
	is(received($type, $begin . pack('N', 2) . $high . $low), '22P03 Entry 2 is out of order.', "$type: in descending order");
	is(received($type, $begin . pack('N', 2) . $low . $low), '22P03 Entry 2 is out of order.', "$type: equal ones");
	is(received($type, $begin . pack('N', 3) . $low . $high),
		"22P03 It is too short for 3 $list.", "$type: more entries than bytes");
	is(received($type, $begin . pack('N', 4294967295)),
		"22P03 It is too short for 4294967295 $list.", "$type: very many entries");
	like(received($type, $begin . pack('N', 2) . $low . $high . "\0"), qr/incorrect binary data format/, "$type: more bytes than entries");
}
for my $case ([ 9, 8 ], [ 0, 1_000_000 ], [ -2_147_483_648, 0 ])
{
	is(received('active_days', pack('Cl>l>', 1, @$case)),
		"22P03 Stretch 1, from day $case->[0] to day $case->[1] after 2000-01-01, is out of range or out of order.", "active_days: from $case->[0] to $case->[1]");
}
is(received('active_days', pack('Cl>l>l>l>', 1, 5, 9, 9, 12)),
	'22P03 Stretch 2, from day 9 to day 12 after 2000-01-01, is out of range or out of order.', 'active_days: stretches that overlap');
is(received('cohort_summary', pack('CCN', 1, 3, 0)), '22P03 The grain is 3, not that of days, weeks or months.', 'cohort_summary: by year');
is(received('auc_summary', pack('Cq>Nq>q>q>', 1, 0, 1, 0, 0, 0)), '22P03 Entry 1 has no rows, or a score that is not finite.', 'auc_summary: no counts');
is(received('auc_summary', pack('Cq>Nq>q>q>', 1, 0, 1, 9218868437227405312, 1, 0)), '22P03 Entry 1 has no rows, or a score that is not finite.', 'auc_summary: infinity');
is(received('duration_summary', pack('Cq>q>q>Nq>q>q>', 1, 0, 0, 0, 1, 5, 0, 0)), '22P03 Entry 1 is a duration without counts.', 'duration_summary: no counts');
is(received('cause_duration_summary', pack('Cq>q>NN/a*N/a*N', 1, 0, 0, 2, 'price', 'price', 0)), '22P03 A cause is there twice.', 'cause_duration_summary: a cause that is there twice');
is(received('cause_duration_summary', pack('Cq>q>NN/a*Nq>3', 1, 0, 0, 1, 'price', 1, 5, 1, 0)), '22P03 A duration counts nothing.', 'cause_duration_summary: no counts');
is(received('business_calendar', pack('Ca64N(q>3)3', 1, 'UTC', 3, 8 * -2_147_483_648 + 1, 9 * 3_600_000_000, 17 * 3_600_000_000, 8 * 9132, -1, -1, 8 * 9132, 9 * 3_600_000_000, 17 * 3_600_000_000)),
	'22P03 2025-01-01 is closed and has hours.', 'business_calendar: a day that is closed and has hours');
is(received('trend_summary', pack('Cq>l>l>Cq>', 1, 1, 0, 0, 0, 9_223_372_036_854_775_807) . "\0" x 104), '22P03 A sum has more than 38 digits.', 'trend_summary: a sum that is too large');
for my $case ([ -2_147_483_648, 0, 0 ], [ 0, 2_147_483_647, 0 ], [ 0, 0, 39 ])
{
	is(received('trend_summary', pack('Cq>l>l>C', 1, 1, @$case) . "\0" x 112), '22P03 A day or the scale is out of range.', "trend_summary: from $case->[0] to $case->[1], scale $case->[2]");
}

# ---------------------------------------------------------------------------
# A sparkline where the encoding has no such characters
# ---------------------------------------------------------------------------
$cx->sql(q{CREATE DATABASE latin ENCODING 'LATIN2' LOCALE 'C' TEMPLATE template0});
$node->safe_psql('latin', 'CREATE EXTENSION cx_metrics');
is($node->safe_psql('latin', 'SELECT sparkline(CASE WHEN i <> 4 THEN i END ORDER BY i) FROM generate_series(1, 8) i'),
	'_.- =+*#', 'sparkline in LATIN2 is ASCII');

# ---------------------------------------------------------------------------
# A cancel is obeyed soon
# ---------------------------------------------------------------------------
for my $query (
	'SELECT days_active(active_days(date \'2000-01-01\' + (i % 2000000))) FROM generate_series(1, 100000000) i',
	'SELECT count(*) FROM active_users(\'{"version": 1, "users": 1, "days": [["0001-01-01", 366, 1]]}\'::active_users_summary, \'0001-01-01\', \'2738-01-01\'), generate_series(1, 100)',
	'SELECT count(*) FROM cohort_retention((SELECT cohort_summary(a, \'day\') FROM (SELECT active_days(date \'2000-01-01\' + i) AS a FROM generate_series(1, 4000) i GROUP BY i) x), \'2011-01-01\')',
	'SELECT sessions(session_summary(timestamp \'2000-01-01\' + (i::bigint * 7919 % 10000019) * interval \'1 hour\', \'1 minute\')) FROM generate_series(1, 100000000) i')
{
	my $begin = time;
	my (undef, undef, $error) = $node->psql('postgres', "SET statement_timeout = '300ms'; $query");

	like($error, qr/canceling statement due to statement timeout/, 'cancelled: ' . substr($query, 0, 60));
	cmp_ok(time - $begin, '<', 30, '... and soon');
}

$cx->finish;
done_testing();
