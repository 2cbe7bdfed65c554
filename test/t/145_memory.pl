
# Too little memory is an error of the query, and the server lives: every state
# that grows, under a low limit of the server's address space.  And a state that
# no limit of memory stops, but that of a value, 1 GB, says so itself; that takes
# minutes and some gigabytes, and is run with CX_HUGE=1 (script/test --nightly).

use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $node = PostgreSQL::Test::Cluster->new('memory');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nfsync = off\nfull_page_writes = off\nautovacuum = off\nmax_wal_size = 8GB\nshared_buffers = 16MB\n"
		. "max_connections = 10\nmax_parallel_workers_per_gather = 0\ntimezone = 'UTC'\nlog_min_error_statement = panic");

# pg_ctl starts the server; this one sets the limit first.
my $limit;
my $bin = PostgreSQL::Test::Utils::tempdir;
my ($pg_ctl) = grep { -x } map { "$_/pg_ctl" } split /:/, $ENV{PATH};
append_to_file("$bin/pg_ctl", qq{#!/bin/sh
test -z "\$CX_LIMIT" || ulimit -v "\$CX_LIMIT" || exit 1
exec "$pg_ctl" "\$@"
});
chmod 0755, "$bin/pg_ctl";

sub start
{
	local $ENV{PATH} = "$bin:$ENV{PATH}";
	local $ENV{CX_LIMIT} = $_[0] // '';
	$node->start;
}

# Numbers from 0 on as column i; not one series, all of which PostgreSQL would
# keep before the first row.
sub numbers
{
	my ($count) = @_;

	return '(SELECT a * 10000 + b AS i FROM generate_series(0, ' . ($count / 10000 - 1) . ') a, generate_series(0, 9999) b) r';
}

# What a query ends in.
sub outcome
{
	my ($query) = @_;
	my ($status, $output, $error) = $node->psql('postgres', "\\set VERBOSITY verbose\n$query");

	return $status == 0 && $error eq '' ? "no error: $output" : $error;
}

# ---------------------------------------------------------------------------
# Little memory: what a server needs to run, and 60 MB
# ---------------------------------------------------------------------------
start();
$node->safe_psql('postgres', 'CREATE EXTENSION cx_metrics');
SKIP:
{
	my $needs;

	skip 'the address space of a process is not known here', 1 unless -r "/proc/$$/statm";
	# the size of a backend that has done something, in pages
	my $status = $node->safe_psql('postgres', q{LOAD '$libdir/cx_metrics'; SELECT pg_read_file('/proc/self/statm')});
	($needs) = $status =~ /^(\d+)/;
	$limit = int($needs * 4 + 60 * 1024);
	$node->stop;
	start($limit);
	my $started = $node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()');
	note("a limit of $limit kB");

	my $rows = numbers(100_000_000);
	my %growing = (
		duration_summary => "SELECT duration_summary(timestamp '2025-01-01' - i * interval '1 second', NULL, '2025-01-01') FROM $rows",
		auc_summary => "SELECT auc_summary(i, true) FROM $rows",
		mrr_history => "SELECT mrr_history(1, date '2000-01-01' + i, NULL) FROM $rows",
		mrr_summary => "SELECT mrr_summary(mrr_history_in(format('{\"version\": 1, \"mrr\": {\"%s-01-01\": 1}}', i)::cstring), 'month') FROM $rows WHERE i >= 1000",
		purchase_history => "SELECT purchase_history(1, date '2000-01-01' + i) FROM $rows",
		session_summary => "SELECT session_summary(timestamp '2000-01-01' + i * interval '1 hour', '1 minute') FROM $rows",
		value_summary => "SELECT value_summary(1, i) FROM $rows",
		'value_summary of texts' => "SELECT value_summary(1, i::text) FROM $rows",
		active_days => "SELECT active_days(date '2000-01-01' + i * 300) FROM $rows WHERE i < 7000000",
		usage_log => "SELECT usage_log(i, date '2000-01-01') FROM $rows",
		'usage_log of uuids' => "SELECT usage_log(md5(i::text)::uuid, date '2000-01-01') FROM $rows",
		answer_log => "SELECT answer_log(i, timestamp '2000-01-01' + i * interval '1 hour', 9) FROM $rows",
		event_log => "SELECT event_log(i, timestamp '2000-01-01' + i * interval '1 hour') FROM $rows",
		ticket_log => "SELECT ticket_log(i, timestamptz '2000-01-01' + i * interval '1 hour', 'state ' || i % 9) FROM $rows",
		journey_log => "SELECT journey_log(i, timestamptz '2000-01-01' + i * interval '1 hour', 'step ' || i % 9) FROM $rows",
		mrr_log => "SELECT mrr_log(i, 1, '2000-01-01', NULL) FROM $rows",
		purchase_log => "SELECT purchase_log(i, 1, '2000-01-01') FROM $rows",
		active_users_summary => "SELECT active_users_summary(active_days_in(format('{\"version\": 1, \"days\": [\"%s\"]}', date '2000-01-01' + i)::cstring)) FROM $rows",
		cohort_summary => "SELECT cohort_summary(active_days_in(format('{\"version\": 1, \"days\": [\"%s\"]}', date '2000-01-01' + i)::cstring), 'day') FROM $rows",
		clv_customers => "SELECT clv_model(purchase_history_in(format('{\"version\": 1, \"days\": {\"2000-01-01\": %s, \"%s\": %s}}', i, date '2000-01-02' + i, i + 0.5)::cstring), '5874897-12-31', 'bg_nbd') FROM $rows",
		health_outcomes => "SELECT health_outcomes(health_summary_in(format('{\"version\": 1, \"signals\": {\"a\": [%s, 1], ' || (SELECT string_agg(format('\"s%s\": [1, 1]', j), ', ') FROM generate_series(1, 14) j) || '}}', i / 1000000.0)::cstring), true) FROM $rows",
		usage_log => "SELECT users(usage_log(i, date '2000-01-01')) FROM $rows",
		'usage_log of texts' => "SELECT users(usage_log(i::text, date '2000-01-01')) FROM $rows",
		event_log => "SELECT users(event_log(i % 1000, timestamp '2000-01-01' + i * interval '1 minute')) FROM $rows",
		mrr_log => "SELECT mrr_log(i, 1, date '2000-01-01', NULL) IS NULL FROM $rows",
		sparkline => "SELECT length(sparkline(i)) FROM $rows",
		'a text that is read' => "SELECT count(s::text::value_summary) FROM (SELECT value_summary(1, i) AS s FROM generate_series(1, 3000000) i) t",
		'many groups' => "SET enable_sort = off; SET work_mem = '10GB'; SELECT count(*) FROM (SELECT survey_summary(i % 11) FROM $rows GROUP BY i) t",
	);
	for my $what (sort keys %growing)
	{
		my $begin = time;
		my $error = outcome($growing{$what});

		like($error, qr/ERROR:  53200: out of memory/, sprintf('%s: out of memory, after %.1f s', $what, time - $begin));
	}
	is($node->safe_psql('postgres', 'SELECT pg_postmaster_start_time()'), $started, 'the server lives');
	is($node->safe_psql('postgres', 'SELECT nps_agg(i % 11) < 0, value_summary(1, i) IS NOT NULL FROM generate_series(1, 1000) i'), 't|t', '... and works');
	unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
}

# ---------------------------------------------------------------------------
# More than 1 GB: each state says that it is too large, and what to do
# ---------------------------------------------------------------------------
SKIP:
{
	skip 'states of 1 GB take minutes: CX_HUGE=1', 1 unless $ENV{CX_HUGE};
	$node->stop if defined $limit;
	start() if defined $limit;

	my $file = $node->basedir . '/value';
	# Two values, each of more than half of the limit, of which the binary form
	# is made by SQL and read by COPY: a, the first of two, and b.
	my $halves = sub {
		my ($type, $template) = @_;
		my $query = "CREATE UNLOGGED TABLE half_$type (s $type); ALTER TABLE half_$type ALTER s SET STORAGE external;";

		for my $half (0, 1)
		{
			(my $made = $template) =~ s/HALF/$half/g;
			$query .= " COPY ($made) TO '$file' (FORMAT binary); COPY half_$type FROM '$file' (FORMAT binary);";
		}
		return "$query SELECT rollup(s) IS NULL FROM half_$type; DROP TABLE half_$type";
	};
	my %huge = (
		duration_summary => "SELECT duration_summary(timestamp '2025-01-01' - i * interval '0.000001 second', NULL, '2025-01-01') FROM " . numbers(60000000),
		auc_summary => 'SELECT auc_summary(i, true) FROM ' . numbers(60000000),
		mrr_history => "SELECT mrr_history(1, date '2000-01-01' + i, NULL) FROM " . numbers(60000000),
		purchase_history => "SELECT purchase_history(1, date '2000-01-01' + i) FROM " . numbers(60000000),
		session_summary => "SELECT session_summary(timestamp '2000-01-01' + i * interval '2 minutes', '1 minute') FROM " . numbers(60000000),
		value_summary => 'SELECT value_summary(1, i) FROM ' . numbers(140000000),
		'value_summary of uuids' => "SELECT value_summary(1, md5(i::text)::uuid) FROM " . numbers(70000000),
		active_users_summary => $halves->('active_users_summary', "SELECT '\\x01'::bytea || int8send(36000000) || int4send(36000000) || string_agg(int4send(i * 2 + HALF) || '\\x016e'::bytea || int8send(1), ''::bytea) FROM generate_series(1, 36000000) i"),
		cohort_summary => $halves->('cohort_summary', "SELECT '\\x0104'::bytea || int4send(18000000) || string_agg(int4send(i * 2 + HALF) || int4send(i * 2 + HALF) || int8send(0) || int8send(1), ''::bytea) FROM generate_series(1, 18000000) i"),
		mrr_summary => $halves->('mrr_summary', "SELECT '\\x010100'::bytea || int4send(5000000) || string_agg(int4send(i * 2 + HALF) || int8send(1) || int8send(0) || int8send(0) || int8send(0) || int8send(1) || decode(repeat('00', 64), 'hex'), ''::bytea) FROM generate_series(1, 5000000) i"),
		health_outcomes => $halves->('health_outcomes', "SELECT '\\x01'::bytea || int8send(0) || int8send(0) || int4send(15) || (SELECT string_agg(int4send(2) || convert_to('s' || chr(64 + j), 'UTF8') || int8send(7000000), ''::bytea) FROM generate_series(1, 15) j) || int4send(7000000)
			|| string_agg(int4send(i * 2 + HALF) || decode(repeat('00', 60), 'hex') || int8send(1) || int8send(0), ''::bytea) FROM generate_series(1, 7000000) i"),
		'usage_log of uuids' => "SELECT pg_column_size(usage_log(md5(i::text)::uuid, date '2000-01-01')) FROM " . numbers(65000000),
		event_log => "SELECT pg_column_size(event_log(i % 3, timestamp '2000-01-01' + i::float8 * i * interval '1 microsecond')) FROM " . numbers(240000000),
		mrr_log => "SELECT pg_column_size(mrr_log(i, 1234567.89 + i % 1000, date '2000-01-01' + i % 3000, NULL)) FROM " . numbers(150000000),
		sparkline => 'SELECT length(sparkline(i)) FROM ' . numbers(140000000),
	);
	for my $what (sort keys %huge)
	{
		my $begin = time;
		my $error = outcome($huge{$what});
		my $type = (split / /, $what)[0];

		like($error, qr/ERROR:  54000: $type is too (large|long)\n.*\nHINT:/, sprintf('%s: too large, after %.0f s', $what, time - $begin));
	}
	# what a dump writes is read back, beyond what jsonb holds
	is($node->safe_psql('postgres', "SELECT count(*) FILTER (WHERE s::text::duration_summary = s) FROM (SELECT duration_summary(timestamp '2025-01-01' - i * interval '1.000001 second', NULL, '2025-01-01') AS s FROM " . numbers(7000000) . ') d'), '1',
		'the text of 7 million durations');
	is($node->safe_psql('postgres', 'SELECT count(*) FILTER (WHERE s::text::value_summary = s) FROM (SELECT value_summary(1, i) AS s FROM ' . numbers(20000000) . ') d'), '1',
		'the text of 20 million customers');
	# of days there are no more than fit
	is($node->safe_psql('postgres', "SELECT days_active(active_days(date '4714-11-24 BC' + (i * 256)::integer)) FROM generate_series(0, 8388600::bigint) i"), '8388601',
		'active_days: a day in every stretch of the calendar');
	unlike(slurp_file($node->logfile), qr/terminated by signal|TRAP:|PANIC/, 'no crash in the log');
}
$node->stop;
done_testing();
