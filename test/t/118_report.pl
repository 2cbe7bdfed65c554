# The views of create_report() as people without SQL use them: what a query builder
# makes of them is what the functions give, for every month of the sample company;
# roles, another schema of the extension, dump and restore.

use strict;
use warnings FATAL => 'all';

use FindBin;
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $demo = "$FindBin::RealBin/../../demo";
my $node = PostgreSQL::Test::Cluster->new('report');

$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', 'max_prepared_transactions = 1');
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE company');
$node->safe_psql('company', 'CREATE SCHEMA cx; CREATE EXTENSION cx_metrics SCHEMA cx');

sub run_file
{
	my ($file, @options) = @_;
	local $ENV{PGOPTIONS} = '-c search_path=public,cx -c client_min_messages=warning';
	my ($stdout, $stderr) = run_command([ 'psql', '-X', '-q', '-d', $node->connstr('company'), @options, '-f', "$demo/$file" ]);

	is($stderr, '', "no complaint from $file");
	return $stdout;
}

run_file('company.sql', '-v', 'customers=3000');
is(run_file('mapping.sql'), '', 'the views are made, without a word');

sub rows { return $node->safe_psql('company', "SET search_path = public, cx; $_[0]"); }

# ---------------------------------------------------------------------------
# The builder's own sums, in the SQL that Metabase writes for the formulas of the
# comments, beside the functions over the rows
# ---------------------------------------------------------------------------

# formula(VIEW, NUMERATOR, DENOMINATOR, GROUP): names are written as Metabase does.
sub by_builder
{
	my ($view, $above, $below, $grain) = @_;
	my $table = qq{"cx_report"."$view"};
	my $sum = sub { $_[0] =~ s/\[(\w+)\]/SUM($table."$1")/gr };

	return sprintf 'SELECT CAST(DATE_TRUNC(\'%s\', %s."day") AS date) AS "day", CAST(100 * (%s) AS double precision) / NULLIF(CAST(%s AS double precision), 0.0) AS "value" FROM %s GROUP BY CAST(DATE_TRUNC(\'%s\', %s."day") AS date)',
	  $grain, $table, $sum->($above), $sum->($below), $table, $grain, $table;
}

foreach my $case (
	[ 'NPS', 'nps_counts', '[promoters] - [detractors]', '[answers]', q{nps(survey_summary(score)) FROM demo.answers WHERE kind = 'nps'}, 'day' ],
	[ 'CSAT', 'csat_counts', '[satisfied]', '[rated]', q{csat(survey_summary(score) FILTER (WHERE score <= 5)) FROM demo.answers WHERE kind = 'csat'}, 'day' ],
	[ 'CES', 'ces_counts', '[agreed]', '[rated]', q{ces(survey_summary(score) FILTER (WHERE score <= 7)) FROM demo.answers WHERE kind = 'ces'}, 'day' ],
	[ 'tickets answered in time', 'service_counts', '[response_kept]', '[response_kept] + [response_missed]',
		q{sla_agg(opened_at, first_response_at, response_target, '2026-01-01 UTC') FROM demo.tickets WHERE opened_at <= '2026-01-01 UTC'}, q{local_day(opened_at, 'UTC')} ],
	[ 'conversion', 'trial_counts', '[converted]', '[trials]', q{trial_conversion_agg(trial_ends, converted_at, '2025-12-31') FROM demo.trials WHERE trial_ends <= '2025-12-31'}, 'trial_ends' ])
{
	my ($name, $view, $above, $below, $function, $day) = @$case;

	foreach my $grain (qw(month quarter year))
	{
		my ($groups, $wrong) = split /\|/, rows(sprintf q{SELECT count(*), count(*) FILTER (WHERE (b.value IS NULL) <> (f.value IS NULL) OR abs(b.value - f.value::double precision) > 1e-9)
			FROM (%s) AS b FULL JOIN (SELECT date_trunc('%s', %s::timestamp)::date AS day, %s GROUP BY 1) AS f USING (day)},
			by_builder($view, $above, $below, $grain), $grain, $day, $function =~ s/ FROM/ AS value FROM/r);

		cmp_ok($groups, '>=', { month => 34, quarter => 12, year => 3 }->{$grain}, "$name: $groups groups by $grain");
		is($wrong, 0, "$name by $grain: the builder's sums give what the functions do");
	}
}

# What the report of the sample company shows is in the views of months.
is(rows(q{SELECT count(*) FROM cx_report.mrr_month AS m JOIN mrr_bridge((SELECT mrr_log(customer_id, mrr(price, billing_interval), starts_on, ends_on) FROM demo.paid_subscriptions), 'month', to_date => '2026-01-01') AS b ON b.period = m.month
	WHERE (m.opening_mrr, m.new_mrr, m.closing_mrr, m.customers, m.nrr) IS DISTINCT FROM (b.opening_mrr, b.new_mrr, b.closing_mrr, b.closing_customers, b.nrr)}), 0, 'MRR by month');
is(rows(q{SELECT count(*) > 100 AND bool_and(band <> 'green' AND mrr > 0 AND name <> '' AND measured_on = '2025-12-31') FROM cx_report.accounts_at_risk WHERE mrr > 0}), 't', 'accounts at risk');
is(rows(q{SELECT count(*) = count(*) FILTER (WHERE round(total, 9) = round(change, 9)) FROM (SELECT sum(total_effect) AS total FROM cx_report.nps_drivers_by_channel) AS d,
	(SELECT n.nps - b.nps AS change FROM cx_report.nps_month AS n, cx_report.nps_month AS b WHERE n.month = '2025-12-01' AND b.month = '2025-11-01') AS c}), 't', 'drivers add up to the change of the month');

# ---------------------------------------------------------------------------
# What is printed is what is run
# ---------------------------------------------------------------------------

my $mapping = q({"csat_responses": {"table": "demo.answers", "where": "kind = 'csat'", "day": "day", "score": "score", "dimensions": ["channel"]}});
rows(qq{SELECT create_report('made', \$\$$mapping\$\$)});
my $dry = "SELECT statement FROM cx.create_report('printed', \$\$$mapping\$\$, dry_run => true)";
{
	local $ENV{PGOPTIONS} = '-c search_path=pg_catalog';
	my ($out, $err);

	IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('company') ], '<', \"$dry \\gexec\n", '>', \$out, '2>', \$err);
	is($err, '', 'no complaint from the statements of dry_run');
}
sub texts
{
	my ($schema) = @_;
	return rows(qq{SELECT string_agg(concat_ws(E'\\n', relname, pg_get_viewdef(c.oid), obj_description(c.oid), (SELECT string_agg(col_description(c.oid, attnum), E'\\n' ORDER BY attnum) FROM pg_attribute WHERE attrelid = c.oid)), E'\\n' ORDER BY relname)
		FROM pg_class AS c WHERE relnamespace = to_regnamespace('$schema')});
}
isnt(texts('made'), '', 'a small report');
is(texts('printed'), texts('made'), 'the statements of dry_run, run by psql, make the same');

# ---------------------------------------------------------------------------
# Roles
# ---------------------------------------------------------------------------

rows(q{CREATE ROLE analyst LOGIN; CREATE ROLE reader LOGIN; CREATE ROLE stranger LOGIN;
	GRANT USAGE ON SCHEMA cx TO analyst, stranger; GRANT USAGE ON SCHEMA demo TO analyst; GRANT SELECT ON demo.answers TO analyst;
	GRANT CREATE ON DATABASE company TO analyst;});

sub as_role
{
	my ($role, $sql) = @_;
	my ($status, $stdout, $stderr) = $node->psql('company', $sql, extra_params => [ '-U', $role ]);

	return $status ? $stderr =~ /ERROR:\s+(.*)/ ? $1 : $stderr : $stdout;
}

is(as_role('analyst', "SELECT count(*) > 2 FROM cx.create_report('mine', \$\$$mapping\$\$)"), 't', 'a role makes a report of what it may read');
is(as_role('reader', 'SELECT count(*) FROM mine.csat_counts'), 'permission denied for schema mine', 'nobody else reads it unasked');
as_role('analyst', 'GRANT USAGE ON SCHEMA mine TO reader; GRANT SELECT ON mine.csat_counts TO reader');
is(as_role('reader', 'SELECT count(*) > 100 FROM mine.csat_counts'), 't', 'who may read a view needs nothing else');
is(as_role('reader', 'SELECT count(*) FROM demo.answers'), 'permission denied for schema demo', '... and gains nothing else');
is(as_role('stranger', "SELECT cx.create_report('theirs', \$\$$mapping\$\$)") =~ /permission denied for (?:schema|database)/, 1, 'a role without rights makes none');
like(as_role('analyst', "SELECT cx.create_report('made', \$\$$mapping\$\$)"), qr/must be owner of view|permission denied for schema/, 'a report is not replaced by anybody else');
is(rows(q{SELECT count(*) FROM pg_namespace WHERE nspname = 'theirs'}), 0, 'nothing is left of it');

# ---------------------------------------------------------------------------
# A cancel while an expression is looked at says nothing about the mapping
# ---------------------------------------------------------------------------

rows(q{BEGIN; LOCK TABLE demo.answers; PREPARE TRANSACTION 'the lock'});
like(as_role('analyst', "SET statement_timeout = '100ms'; SELECT cx.create_report('mine', \$\$$mapping\$\$)"), qr/^canceling statement due to statement timeout/, 'a table that is locked is waited for, and the wait can be cancelled');
rows(q{ROLLBACK PREPARED 'the lock'});

# ---------------------------------------------------------------------------
# The extension moves, and the database is dumped
# ---------------------------------------------------------------------------

$node->safe_psql('company', 'CREATE SCHEMA "elsewhere; --"; ALTER EXTENSION cx_metrics SET SCHEMA "elsewhere; --"');
is($node->safe_psql('company', 'SELECT count(*) > 10 FROM cx_report.nps_month'), 't', 'the views go on where the extension is moved');
is($node->safe_psql('company', qq{SELECT count(*) > 2 FROM "elsewhere; --".create_report('made', \$\$$mapping\$\$)}), 't', '... and are made again from there');

my $dump = "$PostgreSQL::Test::Utils::tmp_check/report.sql";
$node->safe_psql('postgres', 'CREATE DATABASE restored');
command_ok([ 'pg_dump', '-d', $node->connstr('company'), '-f', $dump ], 'dumped');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $node->connstr('restored'), '-f', $dump ], 'restored');
my $sums = 'SELECT sum(promoters), sum(detractors), sum(answers) FROM cx_report.nps_counts';
is($node->safe_psql('restored', $sums), $node->safe_psql('company', $sums), 'with the same figures');
is($node->safe_psql('restored', qq{SELECT count(*) > 2 FROM "elsewhere; --".create_report('made', \$\$$mapping\$\$)}), 't', 'the views are known again by their comments');

$node->stop;
done_testing();
