
# Summaries on a schedule, with a real pg_cron: materialized views that are
# refreshed while writers write and readers read, and tables to which only what
# changed is added.  Both end with the bytes of a computation from all rows,
# also when the server is killed in the middle of them.
#
# The statements are those of docs/scaling.md.  pg_cron starts jobs by the
# minute, so this takes up to a minute; without pg_cron the same statements are
# run by hand.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Documents qw(sql_blocks);
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $node = PostgreSQL::Test::Cluster->new('schedule');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nmax_worker_processes = 20\n");
$node->start;

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('postgres', $query);
}

my $has_cron = sql(q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'});
SKIP:
{
	skip('pg_cron is not installed, and what it would start is run by hand', 1)
	  if !$has_cron && ($ENV{CI} // '') ne 'true';
	ok($has_cron, 'pg_cron is installed');
}

# The server's end, a command that is given to a program and not waited for.
sub begin
{
	my ($name, $program, @arguments) = @_;
	my ($out, $err) = map { $node->basedir . "/$name.$_" } 'out', 'err';
	my $run = IPC::Run::start([ $program, '-h', $node->host, '-p', $node->port, @arguments ], '<', \undef, '>', $out, '2>', $err);

	return { name => $name, run => $run, out => $out, err => $err };
}

sub write_file
{
	my ($path, $text) = @_;

	open my $file, '>', $path or die "cannot write $path: $!\n";
	print $file $text;
	close $file or die "cannot write $path: $!\n";
	return;
}

# ---------------------------------------------------------------------------
# Tables, views and procedures, as documented
# ---------------------------------------------------------------------------

my ($views, $schedule_views) = sql_blocks('docs/scaling.md', 'Views on a schedule');
my ($changed_days, $schedule_changed_days, $that_differ) = sql_blocks('docs/scaling.md', 'Only the days that changed');
my ($arrivals) = sql_blocks('docs/scaling.md', 'Rows that are not kept');
my ($schedule_all) = sql_blocks('docs/schedules.md', 'With pg_cron');
my ($schedule_catch_up) = sql_blocks('docs/scaling.md', 'After a crash');

sql(join "\n", 'CREATE EXTENSION cx_metrics;', sql_blocks('docs/scaling.md', 'Partitions'), $views, $changed_days, $arrivals);
is(sql("SELECT count(*) > 500, count(DISTINCT s::text) > 100 FROM survey_by_day"), 't|t', 'the summaries of the documentation');

# Customers, and two views of them: one row a customer, and of these one a
# segment.
sql(q{
CREATE SEQUENCE customer;
CREATE TABLE subscriptions (customer integer, amount numeric, starts_on date, ends_on date);
CREATE TABLE purchases (customer integer, amount numeric, bought_on date);
CREATE TABLE page_views (customer integer, viewed_at timestamp);

CREATE MATERIALIZED VIEW customers AS
SELECT customer, h, lifetime, n, health, bought, value, trend, auc, days, sessions
FROM (SELECT customer, mrr_history(amount, starts_on, ends_on) AS h, duration_summary(starts_on, ends_on, '2026-06-01') AS lifetime,
		nrr_summary(amount, amount + customer % 3) AS n, health_summary('plan of ' || amount, 40 + customer % 60, 2) AS health
	FROM subscriptions GROUP BY customer) AS s
JOIN (SELECT customer, purchase_history(amount, bought_on) AS bought, value_summary(amount, customer) AS value,
		trend_summary(amount, bought_on) AS trend, auc_summary(amount::double precision, customer % 2 = 0) AS auc
	FROM purchases GROUP BY customer) AS p USING (customer)
JOIN (SELECT customer, active_days(viewed_at::date) AS days, session_summary(viewed_at, '30 minutes') AS sessions
	FROM page_views GROUP BY customer) AS v USING (customer);
CREATE UNIQUE INDEX ON customers (customer);

CREATE MATERIALIZED VIEW company AS
SELECT customer % 3 AS segment, count(*) AS customers, mrr_summary(h, 'month') AS mrr, rollup(lifetime) AS lifetimes, rollup(n) AS n,
	health_outcomes(health, customer % 2 = 0) AS outcomes, rollup(value) AS value, rollup(trend) AS trend, rollup(auc) AS auc,
	active_users_summary(days) AS users, cohort_summary(days, 'month') AS retention, rate_summary(sessions(sessions) > 1) AS returned
FROM customers GROUP BY 1;
CREATE UNIQUE INDEX ON company (segment);
});

# The bytes of all columns of all rows.
sub bytes
{
	my ($from) = @_;
	return "(SELECT md5(string_agg(b, ';' ORDER BY b)) FROM (SELECT encode(record_send(t), 'hex') AS b FROM $from AS t) AS rows)";
}
my @views = ('survey_daily', 'survey_monthly', 'customers', 'company');
my $answers = "(SELECT answered_on, channel, survey_summary(score) AS s FROM survey_answers GROUP BY 1, 2)";

# A view, its definition from the views below and the rows, and the two tables.
sub all_is_as_from_the_rows
{
	my ($when) = @_;

	for my $view (@views)
	{
		my $definition = sql("SELECT rtrim(pg_get_viewdef('$view'), ';')");
		my ($stored, $anew) = split /\|/, sql("SELECT " . bytes($view) . ', ' . bytes("($definition)"));
		ok($stored eq $anew && $stored ne '', "$view, $when: the bytes of a computation from all rows");
	}
	my ($stored, $anew) = split /\|/, sql('SELECT ' . bytes('survey_by_day') . ', ' . bytes($answers));
	ok($stored eq $anew && $stored ne '', "survey_by_day, $when: the bytes of a computation from all rows");
	($stored, $anew) = split /\|/, sql('SELECT ' . bytes("(SELECT * FROM survey_totals WHERE channel ~ 'test')") . ', ' . bytes("(SELECT * FROM $answers AS a WHERE channel ~ 'test')"));
	ok($stored eq $anew && $stored ne '', "survey_totals, $when: the bytes of a computation from all rows");
	return;
}

# ---------------------------------------------------------------------------
# History is not read again: it cannot even be
# ---------------------------------------------------------------------------

my ($path, $before) = split /\|/, sql(q{SELECT pg_relation_filepath('survey_answers_2025_01'), count(*) FROM survey_answers_2025_01});
my $history = $node->data_dir . "/$path";
sql('CHECKPOINT');
$node->stop;
my $pages = slurp_file($history);
write_file($history, "\xab" x length $pages);
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'\ncron.database_name = 'postgres'\ncron.use_background_workers = on\ncron.max_running_jobs = 10\n")
  if $has_cron;
$node->start;
my ($status, undef, $error) = $node->psql('postgres', 'REFRESH MATERIALIZED VIEW survey_daily');
like($error, qr/invalid page in block 0/, 'history cannot be read, and a refresh of the view reads it');
sql(q{
INSERT INTO survey_answers VALUES ('2025-06-30', 'app', 9101, 10), ('2025-02-03', 'email', 9102, 0);
UPDATE survey_answers SET score = 0 WHERE answered_on = '2025-04-04' AND channel = 'app';
DELETE FROM survey_answers WHERE answered_on = '2025-05-05' AND channel = 'store';
CALL summarize_changed_days();
INSERT INTO arrivals VALUES ('2025-01-03', 'test 1', 10), ('2025-06-30', 'test 1', 3), ('2025-06-30', 'test 1', NULL);
CALL add_arrivals();
});
is(sql(q{SELECT (SELECT nps(s) FROM survey_by_day WHERE answered_on = '2025-04-04' AND channel = 'app'),
	(SELECT count(*) FROM survey_by_day WHERE answered_on = '2025-05-05' AND channel = 'store'),
	(SELECT string_agg(s::text, ' ' ORDER BY answered_on) FROM survey_totals WHERE channel = 'test 1')}),
	'-100|0|{"version": 1, "unanswered": 0, "scores": {"10": 1}} {"version": 1, "unanswered": 1, "scores": {"3": 1}}',
	'what changed is added without it');
$node->stop;
write_file($history, $pages);
$node->start;
is(sql('SELECT count(*) FROM survey_answers_2025_01'), $before, 'history is back');
# what arrived for the test channels is kept here, to compare
sql(q{INSERT INTO survey_answers VALUES ('2025-01-03', 'test 1', 1, 10), ('2025-06-30', 'test 1', 1, 3), ('2025-06-30', 'test 1', 1, NULL)});

# ---------------------------------------------------------------------------
# Writers and readers
# ---------------------------------------------------------------------------

# A transaction adds ten answers to a day, always the same, and a customer with
# all there is of one.  So in every state of the database that was ever
# committed, a day of a test channel has NPS 30 of a multiple of ten answers,
# and every customer has a monthly 10, 60 spent and five visits in two sessions.
my ($writer, $reader, $writing) = map { $node->basedir . "/$_.sql" } 'writer', 'reader', 'acknowledged';
write_file($writer, q{
\set day random(0, 180)
\set channel random(1, 2)
SELECT nextval('customer') AS customer \gset
BEGIN;
WITH answers AS (SELECT date '2025-01-01' + :day AS day, 'test ' || 1 + :channel AS channel, score FROM unnest(ARRAY[10, 0, 9, 7, 9, 3, 10, 8, 9, 7]) AS score),
	kept AS (INSERT INTO survey_answers SELECT day, channel, :customer, score FROM answers)
INSERT INTO arrivals SELECT day, channel, score FROM answers;
INSERT INTO subscriptions VALUES (:customer, 7, date '2025-01-01' + :day, NULL), (:customer, 3, date '2025-01-01' + :day, NULL);
INSERT INTO purchases SELECT :customer, amount, date '2025-01-01' + :day + amount::integer FROM unnest(ARRAY[10.5, 20, 29.50]) AS amount;
INSERT INTO page_views SELECT :customer, timestamp '2025-01-01' + :day * interval '1 day' + minutes * interval '1 minute' FROM unnest(ARRAY[0, 10, 20, 1500, 1505]) AS minutes;
COMMIT;
});
# An impossible number is a division by zero, which ends pgbench.
write_file($reader, q{
SELECT coalesce(sum(responses(s)), 0) AS answers, 1 / (coalesce(sum(responses(s)), 0) >= :answers
	AND coalesce(bool_and(nps(s) = 30 AND responses(s) % 10 = 0 AND unanswered(s) = 0), true))::integer AS ok
FROM survey_daily WHERE channel IN ('test 2', 'test 3') \gset
SELECT 1 / bool_and(d.s = m.s)::integer AS ok FROM survey_monthly AS m
	FULL JOIN (SELECT date_trunc('month', answered_on::timestamp)::date AS month, channel, rollup(s) AS s FROM survey_daily GROUP BY 1, 2) AS d USING (month, channel) \gset
SELECT 1 / coalesce(bool_and(nps(s) = 30 AND responses(s) % 10 = 0), true)::integer AS ok FROM survey_by_day WHERE channel IN ('test 2', 'test 3') \gset
SELECT 1 / coalesce(bool_and(nps(s) = 30 AND responses(s) % 10 = 0), true)::integer AS ok FROM survey_totals WHERE channel IN ('test 2', 'test 3') \gset
SELECT coalesce(sum(f.customers), 0) AS customers, 1 / (coalesce(sum(f.customers), 0) >= :customers AND coalesce(bool_and(
	f.customers = c.n AND users(f.users) = c.n AND customers(f.value) = c.n AND purchases(f.value) = 3 * c.n AND revenue(f.value) = 60 * c.n
	AND still_open(f.lifetimes) = 2 * c.n AND positives(f.returned) = c.n AND points(f.trend) = 3 * c.n
	AND (SELECT closing_mrr = 10 * c.n AND closing_customers = c.n FROM mrr_bridge(f.mrr, '2026-01-01', '2026-02-01'))), true))::integer AS ok
FROM company AS f FULL JOIN (SELECT customer % 3 AS segment, count(*) AS n FROM customers GROUP BY 1) AS c USING (segment) \gset
});

# What holds in every snapshot while rows come and runs are under way: a day
# without a note is right, and what is counted and what waits make up all.
my $every_snapshot = "SELECT
	(SELECT count(*) FROM $answers AS a FULL JOIN survey_by_day AS d USING (answered_on, channel)
		WHERE a.s IS DISTINCT FROM d.s AND answered_on NOT IN (SELECT answered_on FROM changed_days)),
	(SELECT count(*) FROM (SELECT * FROM $answers AS a WHERE channel ~ 'test') AS a
		FULL JOIN (SELECT answered_on, channel, rollup(s) AS s FROM (TABLE survey_totals UNION ALL
			SELECT answered_on, channel, survey_summary(score) FROM arrivals GROUP BY 1, 2) AS parts WHERE channel ~ 'test' GROUP BY 1, 2) AS t USING (answered_on, channel)
		WHERE a.s IS DISTINCT FROM t.s)";

my @pgbench = ('pgbench', '-n', '-R', 20, '-T', 600, '-P', 1, '-c', 2);
my @clients = (
	begin('writers', @pgbench, '-f', $writer, 'postgres'),
	begin('readers', @pgbench, '-f', $reader, '-D', 'answers=0', '-D', 'customers=0', 'postgres'));

# so that it means something that the readers find nothing
$node->command_fails_like([ 'pgbench', '-n', '-t', 1, '-f', $reader, '-D', 'answers=0', '-D', 'customers=1000000', 'postgres' ],
	qr/division by zero/, 'a reader sees it when customers are lost');

# Late answers, corrections and deletions, and runs by hand, until the minute is
# nearly over.
my $rounds = 0;
my $wrong = 0;
do
{
	sql(qq{
INSERT INTO survey_answers SELECT date '2025-01-01' + (i * 7919 + $rounds * 31) % 181, 'app', 10000 + $rounds, i % 11 FROM generate_series(1, 5) i;
UPDATE survey_answers SET score = (score + 3) % 11, answered_on = answered_on + ($rounds % 2) WHERE answer_id % 997 = $rounds AND answered_on < '2025-06-30' AND channel !~ 'test';
DELETE FROM survey_answers WHERE answer_id % 991 = $rounds AND channel !~ 'test';
CALL summarize_changed_days()});
	sql('CALL add_arrivals()') if $rounds % 2;
	# as the jobs of pg_cron are, a transaction; without it the readers see two times
	sql('BEGIN;' . join(';', map { "REFRESH MATERIALIZED VIEW CONCURRENTLY $_" } @views) . '; COMMIT') if $rounds % 4 == 3;
	$wrong++ unless sql($every_snapshot) eq '0|0';
	$rounds++;
	sleep 0.5;
} while ($rounds < 5 || ($has_cron && time % 60 < 56));
is($wrong, 0, "$rounds times: what needs no run is right, and what is counted and what waits is all");

# ---------------------------------------------------------------------------
# The minute begins
# ---------------------------------------------------------------------------

# pg_cron 1.4 says of a job that it has succeeded when its first statement has.
sub job_succeeds
{
	my ($job) = @_;

	ok($node->poll_query_until('postgres', qq{SELECT EXISTS (SELECT FROM cron.job_run_details JOIN cron.job USING (jobid)
			WHERE jobname = '$job' AND status = 'succeeded')
		AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'pg_cron')}), "pg_cron: $job");
	return;
}

my $refresh = join '; ', map { "REFRESH MATERIALIZED VIEW CONCURRENTLY $_" } 'customers', 'company';
my $counts = 'SELECT (SELECT sum(responses(s)) FROM survey_daily), (SELECT sum(responses(s)) FROM survey_monthly), (SELECT sum(responses(s)) FROM survey_by_day), (SELECT sum(customers) FROM company)';
my @was = split /\|/, sql($counts);
if ($has_cron)
{
	# The recipe for many views, over these.  A bad row of a third is in the way of
	# no other, and makes the run one that failed.
	sql(q{
CREATE MATERIALIZED VIEW answers_by_channel AS SELECT channel, count(*) AS answers FROM survey_answers GROUP BY channel;
CREATE TABLE bad_answers (score integer);
CREATE MATERIALIZED VIEW bad AS SELECT survey_summary(score) AS s FROM bad_answers;
INSERT INTO bad_answers VALUES (11)});
	$schedule_all =~ s/'survey_daily', 'survey_monthly', //;
	for my $block ($schedule_views, $schedule_changed_days, $schedule_all)
	{
		is(my $n = () = $block =~ /'\d+ [\d*]+ \* \* \*'/g, 1, 'a schedule of the documentation');
		sql($block =~ s/'\d+ [\d*]+ \* \* \*'/'* * * * *'/r);
	}
	sql("SELECT cron.schedule('with a bad row', '* * * * *', \$\$ CALL refresh_views(ARRAY['bad', 'answers_by_channel']) \$\$)");
	sql("SELECT cron.schedule('refresh customers', '* * * * *', '$refresh')");
	job_succeeds($_) for 'refresh views', 'changed days', 'refresh customers', 'refresh all views';
	ok($node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM cron.job_run_details JOIN cron.job USING (jobid) WHERE jobname = 'with a bad row' AND status = 'failed')}), 'a run with a failure is one that failed');
	like(sql(q{SELECT return_message FROM cron.job_run_details JOIN cron.job USING (jobid) WHERE jobname = 'with a bad row' AND status = 'failed'}),
		qr/1 of 2 materialized views was not refreshed: public.bad/, '... and says which');
	is(sql(q{SELECT string_agg(view || ' ' || coalesce(sqlstate, 'well'), ', ' ORDER BY view) FROM (SELECT DISTINCT view, sqlstate FROM view_refreshes) AS t}),
		'public.answers_by_channel well, public.bad 22003, public.survey_daily well, public.survey_monthly well', '... and no other view is kept by it');
	sql(q{DELETE FROM cron.job_run_details WHERE return_message ~ 'public[.]bad'});
	sql('SELECT cron.unschedule(jobid) FROM cron.job');
	is(sql(q{SELECT string_agg(DISTINCT status || ', ' || return_message, '; ') FROM cron.job_run_details WHERE status <> 'succeeded'}), '', 'no job has failed');
}
else
{
	sql("BEGIN; $_; COMMIT") for $schedule_views =~ /\$\$(.*)\$\$/s, 'CALL summarize_changed_days()', $refresh;
}
my @now = split /\|/, sql($counts);
cmp_ok($now[$_], '>', $was[$_], (qw(survey_daily survey_monthly survey_by_day company))[$_] . ' has more than before') for 0 .. 3;
sleep 2;    # the readers go on with that
for my $client (@clients)
{
	my $running = $client->{run}->pumpable;
	my $said = slurp_file($client->{err});

	ok($running && $said !~ /error|abort|fatal/i, "$client->{name} saw no error and no impossible number") or diag($said);
	cmp_ok(scalar(() = $said =~ /^progress: .* [1-9][0-9.]* tps/mg), '>', 2, "... in its transactions");
}
sub finish
{
	my ($client) = @_;

	$client->{run}->signal('TERM');
	# it may be gone, or end with an error
	eval { $client->{run}->finish };
	return;
}
finish($_) for @clients;

# ---------------------------------------------------------------------------
# The server is killed in the middle of a run, of a refresh and of writing
# ---------------------------------------------------------------------------

# A refresh that takes half an hour, so that on a slow machine too the server is
# killed before its end, and no time once it is asked not to.  In pg_cron 1.4 the
# jobs wait for the longest, so it has a start of its own.
sql(q{
CREATE TABLE pace (seconds double precision);
INSERT INTO pace VALUES (0);
CREATE MATERIALIZED VIEW paced AS
	SELECT * FROM (SELECT answered_on, channel, survey_summary(score) AS s FROM survey_answers GROUP BY 1, 2) AS days
	WHERE pg_sleep((SELECT seconds FROM pace)) IS NOT NULL;
CREATE UNIQUE INDEX ON paced (answered_on, channel);
UPDATE pace SET seconds = 1800.0 / (SELECT count(*) FROM paced)});
my $paced_was = sql(q{SELECT md5(string_agg(format('%s %s %s', ctid, xmin, s), ';' ORDER BY ctid)) FROM paced});
my $refresh_paced = 'REFRESH MATERIALIZED VIEW CONCURRENTLY paced';
my @runs;
if ($has_cron)
{
	sql("SELECT cron.schedule('paced', '\@reboot', '$refresh_paced')");
	$node->restart;
	ok($node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM cron.job_run_details WHERE status = 'running')}), 'pg_cron: a refresh that takes its time');
	sql($schedule_catch_up);
}
else
{
	push @runs, begin('paced', 'psql', '-X', '-d', 'postgres', '-c', $refresh_paced);
}

# A run that cannot end: in the middle it has to wait for another session.
my $gate = begin('gate', 'psql', '-X', '-d', 'postgres', '-c', 'BEGIN; SELECT count(*) FROM (SELECT FROM survey_totals FOR UPDATE) t; SELECT pg_sleep(600)');
$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query ~ '^BEGIN.*FOR UPDATE' AND wait_event = 'PgSleep')}) or die 'the gate is open';
sql(q{INSERT INTO survey_answers VALUES ('2025-05-04', 'test 1', 0, 9); INSERT INTO arrivals VALUES ('2025-05-04', 'test 1', 9);});
push @runs, begin('arrivals', 'psql', '-X', '-d', 'postgres', '-c', 'CALL add_arrivals()');

# Every row is acknowledged by its number; there are more than will be written.
sql('CREATE TABLE acknowledged (n integer)');
write_file($writing, join '', map { "WITH kept AS (INSERT INTO survey_answers VALUES ('2025-05-05', 'test 1', 0, 9)), waiting AS (INSERT INTO arrivals VALUES ('2025-05-05', 'test 1', 9))
	INSERT INTO acknowledged VALUES ($_) RETURNING n;\nSELECT FROM pg_sleep(0.02);\n" } 1 .. 20_000);
my $last = begin('acknowledged', 'psql', '-X', '-q', '-A', '-t', '-d', 'postgres', '-f', $writing);

ok($node->poll_query_until('postgres', q{SELECT (SELECT count(*) FROM acknowledged) > 100
	AND EXISTS (SELECT FROM pg_stat_activity WHERE query ~ 'add_arrivals' AND pid <> pg_backend_pid() AND wait_event_type = 'Lock')
	AND EXISTS (SELECT FROM pg_stat_activity WHERE query ~ '^REFRESH.*paced' AND wait_event = 'PgSleep')}),
	'a run and a refresh are in the middle of it, and rows are written');
sql('UPDATE pace SET seconds = 0');
my @pids = split /\n/, sql('SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
my ($postmaster) = slurp_file($node->data_dir . '/postmaster.pid') =~ /^(\d+)/;
$node->kill9;
kill 'KILL', @pids;
for my $tries (1 .. 100)
{
	last unless grep { kill 0, $_ } $postmaster, @pids;
	sleep 0.1;
}
eval { $_->{run}->finish } for $last, $gate, @runs;
my @acknowledged = grep { /^\d+$/ } split /\n/, slurp_file($last->{out});
like(slurp_file($last->{err}), qr/server closed the connection|connection to server was lost|could not/, 'the server is gone');
cmp_ok(scalar(@acknowledged), '>', 100, scalar(@acknowledged) . ' rows were acknowledged');

# Without pg_cron, which would begin the refresh again: only now is it taken from
# the schedule, since pg_cron 1.6 ends what is running when its job is removed.
$node->adjust_conf('postgresql.conf', 'shared_preload_libraries', undef) if $has_cron;
$node->start;
is(sql("SELECT count(*) FROM acknowledged WHERE n <= $acknowledged[-1]"), $acknowledged[-1], 'all of them are there');
is(sql(q{SELECT md5(string_agg(format('%s %s %s', ctid, xmin, s), ';' ORDER BY ctid)) FROM paced}), $paced_was, 'of the refresh nothing is there');
if ($has_cron)
{
	sql(q{SET session_replication_role = replica; DELETE FROM cron.job WHERE jobname = 'paced'});
	$node->append_conf('postgresql.conf', "shared_preload_libraries = 'pg_cron'");
	$node->restart;
	job_succeeds('catch up');
	is(sql(q{SELECT command || ': ' || status || ', ' || return_message FROM cron.job_run_details WHERE status <> 'succeeded'}),
		"$refresh_paced: failed, server restarted", '... and has noted what was interrupted');
}
else
{
	my ($statements) = $schedule_catch_up =~ /\$\$(.*)\$\$/s;
	sql($statements);
}
is(sql($every_snapshot), '0|0', 'what is counted and what waits is all');
is(sql('SELECT (SELECT count(*) FROM arrivals), (SELECT count(*) FROM changed_days)'), '0|0', 'the next run has done what there was to do');

# The views of customers are no part of that job.
sql("$refresh; $refresh_paced");
all_is_as_from_the_rows('after the crash');
is(sql('SELECT ' . bytes('paced') . ' = ' . bytes('survey_daily')), 't', 'the refresh that was interrupted, done again');
is(sql('SELECT ' . bytes('survey_by_day') . ' = ' . bytes('survey_daily')), 't', 'the table and the view have the same bytes');
is(sql($that_differ =~ s/REFRESH MATERIALIZED VIEW \w+;//r), '0', 'and the query of the documentation says so');

unlike(slurp_file($node->logfile), qr/terminated by signal 11|TRAP:|PANIC/, 'no crash of its own in the log');
$node->stop;
done_testing();
