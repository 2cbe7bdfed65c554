
# CxMetrics::Aggregates: every aggregate of the extension, what it is called with,
# and rows that it is called over, for tests that compare its results on several
# machines with those on one.
#
#   my ($aggregates, $makers, $catalog) = every_aggregate(\&query);
#   make_rows(\&query, $aggregates, $makers);
#
# where query("SELECT ...") runs SQL in a database with the extension, and returns
# its output as psql prints it, unaligned.  every_aggregate() is a test, too: it
# fails for an aggregate that is not in the list below.
#
#   $aggregates  signature -> how it is called, see below
#   $makers      summary type -> the signature of an aggregate that makes it
#   $catalog     signature -> [ send function, name, type, transition function,
#                state, combine function, final function, arguments ]
#
# make_rows() makes the tables one_events, one_customers and one_stored; those of
# a test that are spread over machines have the names without "one_".
#
#   my @outputs = outputs_of(\&query, 'SET ...;', 'SELECT 1', 'SELECT 2');
#
# runs the queries in one session, after the statements before them, and returns
# the output of each.

package CxMetrics::Aggregates;

use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT_OK = qw(every_aggregate make_rows outputs_of);

# from       a table: events (a customer's rows are on both machines),
#            customers (one row each, on one machine) or stored (summaries)
# by         what it is grouped by, besides the region, which is the partition
# call       the aggregate's call over its rows
# accessor, summary
#            the same number from summaries that are rolled up; neither, where
#            the aggregate makes a summary
# alone      why there is no such way
# here       why it is computed at the coordinator, even for one machine
my %aggregates;

sub events
{
	my ($signature, $call, $accessor, $summary) = @_;

	$aggregates{$signature} = { from => 'events', by => ['g'], call => $call,
		accessor => $accessor, summary => $summary };
	return;
}

events('rate_summary(boolean)', 'rate_summary(outcome)');
events('rate_agg(boolean)', 'rate_agg(outcome)', 'rate', 'rate_summary(outcome)');
my $churn = q{started, ended, '2025-02-01', '2025-03-01'};
events('churn_agg(date,date,timestamp without time zone,timestamp without time zone)', "churn_agg($churn)", 'rate', "rate_summary(churned($churn))");
events('retention_agg(date,date,timestamp without time zone,timestamp without time zone)', "retention_agg($churn)", 'retention_final', "rate_summary(churned($churn))");

my @kinds = (
	[ 'date', 'started', 'ended', 'seen' ],
	[ 'timestamp without time zone', 'started::timestamp', 'ended::timestamp', 'seen::timestamp' ],
	[ 'timestamp with time zone', 'started_tz', 'ended_tz', 'seen_tz' ]);
for my $kind (@kinds)
{
	my ($type, $from, $to, $seen) = @$kind;
	my $as_of = "'2025-05-01'::$type";
	my $target = "$from, $to, '20 days'::interval, $as_of";

	events("trial_conversion_agg($type,$type,$type)", "trial_conversion_agg($from, $to, $as_of)",
		'rate', "rate_summary(trial_converted($from, $to, $as_of))");
	events("sla_agg($type,$type,interval,$type)", "sla_agg($target)", 'rate', "rate_summary(within_target($target))");
	events("duration_summary($type,$type,$type)", "duration_summary($from, $to, $as_of)");
	events("observed_duration_summary($type,$type,$type,$type)", "observed_duration_summary($from, $to, $seen, $as_of)");
	events("cause_duration_summary($type,$type,text,$type)", "cause_duration_summary($from, $to, cause, $as_of)");
	events("session_summary($type,interval)", "session_summary($from, '30 minutes')");
}
events('length_summary(interval,boolean)', q{length_summary(weight * interval '1 day', ended IS NOT NULL)});
events('backlog_summary(timestamp without time zone,timestamp without time zone)', 'backlog_summary(started::timestamp, ended::timestamp)');

# Opening hours: a calendar is made of rows of both machines, and one is a
# constant for all rows.
my $calendar = q{'{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-17:00"]}}'::business_calendar};
my $times = 'time without time zone,time without time zone';
my $instants = 'timestamp with time zone,timestamp with time zone';
my $in_hours = "$calendar, started_tz, ended_tz, '40 hours'::interval, '2025-05-01'::timestamptz";
$aggregates{"business_calendar(text,integer,$times)"} = { from => 'events', by => ['g'], call => 'business_calendar(zone, weekday, opens, closes)',
	alone => 'calendars do not roll up' };
events("special_days(date,$times)", 'special_days(started, opens, closes)');
events("business_sla_agg(business_calendar,$instants,interval,timestamp with time zone)", "business_sla_agg($in_hours)",
	'rate', "rate_summary(business_within_target($in_hours))");
events("business_duration_summary(business_calendar,$instants,timestamp with time zone)",
	"business_duration_summary($calendar, started_tz, ended_tz, '2025-05-01'::timestamptz)");

for my $type ('smallint', 'integer', 'double precision')
{
	events("survey_summary($type)", "survey_summary(score::$type)");
	events("nps_agg($type)", "nps_agg(score::$type)", 'nps', "survey_summary(score::$type)");
	events("csat_agg($type)", "csat_agg(stars::$type)", 'csat', "survey_summary(stars::$type)");
	events("ces_agg($type)", "ces_agg(stars::$type)", 'ces', "survey_summary(stars::$type)");
	events("weighted_survey_summary($type,numeric)", "weighted_survey_summary(score::$type, weight::numeric)");
	events("weighted_survey_summary($type,double precision)", "weighted_survey_summary(score::$type, weight)");
}
events('nrr_summary(numeric,numeric)', 'nrr_summary(opening, closing)');
events('nrr_agg(numeric,numeric)', 'nrr_agg(opening, closing)', 'nrr', 'nrr_summary(opening, closing)');
events('grr_agg(numeric,numeric)', 'grr_agg(opening, closing)', 'grr', 'nrr_summary(opening, closing)');
events('mrr_history(numeric,date,date)', 'mrr_history(opening, started, ended)');
events('active_days(date)', 'active_days(started)');
events('health_score(double precision,double precision)', 'health_score(health, weight)', 'health_score', 'health_summary(signal, health, weight)');
events('health_summary(text,double precision,double precision)', 'health_summary(signal, health, weight)');
events('auc_summary(double precision,boolean)', 'auc_summary(health, outcome)');
events('auc_agg(double precision,boolean)', 'auc_agg(health, outcome)', 'auc', 'auc_summary(health, outcome)');
events('series_summary(numeric,date)', 'series_summary(closing, started)');
events('series_summary(double precision,date)', 'series_summary(closing::double precision, started)');
events('trend_summary(numeric,date)', 'trend_summary(closing, started)');
events('trend_summary(double precision,date)', 'trend_summary(closing::double precision, started)');
events("paired_summary($_,$_)", "paired_summary(score::$_, stars::$_)") for 'integer', 'double precision';
for my $type ('numeric', 'double precision')
{
	events("mean_summary($type)", "mean_summary(closing::$type)");
	events("ratio_summary($type,$type)", "ratio_summary(closing::$type, opening::$type)");
	events("adjusted_mean_summary($type,$type)", "adjusted_mean_summary(closing::$type, opening::$type)");
}
events('purchase_history(numeric,date)', 'purchase_history(amount, started)');
events('state_history(timestamp with time zone,text)', 'state_history(started_tz, cause)');
# Logs say who: their customers have rows on both machines, and are one customer
# when the logs of the machines are rolled up.
for my $id ([ 'smallint', 'customer::smallint' ], [ 'integer', 'customer' ], [ 'bigint', 'customer::bigint' ], [ 'uuid', 'customer_uuid' ],
	[ 'text', 'customer_name' ])
{
	my ($type, $column) = @$id;

	events("mrr_log($type,numeric,date,date)", "mrr_log($column, opening, started, ended)");
	events("purchase_log($type,numeric,date)", "purchase_log($column, amount, started)");
	events("usage_log($type,date)", "usage_log($column, started)");
	events("event_log($type,$_->[0])", "event_log($column, $_->[1])") for @kinds;
	events("ticket_log($type,timestamp with time zone,text)", "ticket_log($column, started_tz, cause)");
	events("journey_log($type,timestamp with time zone,text)", "journey_log($column, started_tz, cause)");
	for my $kind (@kinds)
	{
		events("answer_log($type,$kind->[0],$_)", "answer_log($column, $kind->[1], score::$_)") for 'integer', 'double precision';
	}
}
# a row of the table is a segment
events('driver_summary(text,survey_summary,survey_summary)', 'driver_summary(signal, scores_before, scores_after)');
events('driver_summary(text,rate_summary,rate_summary)', 'driver_summary(signal, rate_before, rate_after)');
events('driver_summary(text,ratio_summary,ratio_summary)', 'driver_summary(signal, ratio_before, ratio_after)');
events('money_driver_summary(text,numeric,numeric)', 'money_driver_summary(signal, opening, closing)');
for my $id ([ 'integer', 'customer' ], [ 'bigint', 'customer::bigint' ], [ 'uuid', 'customer_uuid' ], [ 'text', 'customer_name' ])
{
	my ($type, $column) = @$id;

	events("value_summary(numeric,$type)", "value_summary(amount, $column)");
	events("clv(numeric,$type,numeric)", "clv(amount, $column, 2.5)", 'clv_of_30_months', "value_summary(amount, $column)");
}
$aggregates{'sparkline(double precision)'} = { from => 'events', by => ['g'], call => 'sparkline(health ORDER BY id)',
	alone => 'the order of the rows is its point' };

# postgres_fdw does not send a call with a text constant: it cannot tell which
# collation that would have there.
my $text = 'a text constant';
my $stratified = 'post_stratified_summary(survey_summary_s, 100.5) FILTER (WHERE responses(survey_summary_s) > 0)';
$aggregates{'post_stratified_summary(survey_summary,numeric)'} = { from => 'stored', by => ['g'], call => $stratified };
$aggregates{'post_stratified_nps(survey_summary,numeric)'} = { from => 'stored', by => ['g'], call => $stratified =~ s/_summary/_nps/r,
	accessor => 'post_stratified_nps_final', summary => $stratified };
$aggregates{'active_users_summary(active_days)'} = { from => 'customers', by => ['g'], call => 'active_users_summary(days)' };
$aggregates{'health_outcomes(health_summary,boolean)'} = { from => 'customers', by => ['g'], call => 'health_outcomes(health, outcome)' };
$aggregates{'mrr_summary(mrr_history,text)'} = { from => 'customers', by => ['g'], call => q{mrr_summary(subscriptions, 'month')}, here => $text };
$aggregates{'cohort_summary(active_days,text)'} = { from => 'customers', by => ['g'], call => q{cohort_summary(days, 'month')}, here => $text };
# any rows of age 0 are a group of customers, of whom nothing later is known
$aggregates{'contract_model(integer,bigint)'} = { from => 'customers', by => ['g'], call => 'contract_model(0, customer::bigint)' };
$aggregates{'expected_total(clv_model,purchase_history,interval)'} = { from => 'customers', by => ['g'], call => q{expected_total('{"version": 1, "as_of": "2025-01-01", "model": "pareto_nbd", "customers": 12, "repeat_customers": 12, "repeat_purchases": 35, "rates": "one", "dropout": "one", "parameters": [0.0794, 0.0272], "covariance": [0.0358, 0.0072, 0.0906], "log_likelihood": -140, "spend": {"state": "none", "customers": 0, "days_left_out": 0}}'::clv_model, purchases, '90 days')}, alone => 'intervals of totals do not add up' };
$aggregates{'clv_model(purchase_history,date,text)'} = { from => 'customers', by => [], call => q{clv_model(purchases, '2025-01-01', 'mbg_nbd')},
	here => $text, alone => 'a model is fitted to all customers at once' };

sub every_aggregate
{
	my ($query) = @_;

	# rollup() of every type that has it, over a table of stored summaries
	my %stored;
	for my $type (split /\n/, $query->(q{
		SELECT proargtypes[0]::regtype FROM pg_proc WHERE proname = 'rollup' AND prokind = 'a' ORDER BY 1}))
	{
		my ($maker) = sort grep { $_ =~ /^\Q$type\E\(/ } keys %aggregates;

		# not an end of all tests: the list below says what else lacks
		unless (defined $maker)
		{
			fail("rollup($type): no aggregate in this file's list makes a $type");
			next;
		}
		$stored{$type} = $maker;
		$aggregates{"rollup($type)"} = { from => 'stored', by => ['g'], call => "rollup(${type}_s)" };
	}

	my %catalog = map { my ($signature, @rest) = split /\|/; ($signature => \@rest) } split /\n/, $query->(q{
		SELECT p.oid::regprocedure, typsend::regproc, proname, prorettype::regtype, aggtransfn::regproc, aggtranstype::regtype,
			aggcombinefn::oid::regproc, CASE WHEN aggfinalfn <> 0 THEN aggfinalfn::oid::regproc::text END, pg_get_function_arguments(p.oid)
		FROM pg_proc p JOIN pg_aggregate a ON aggfnoid = p.oid JOIN pg_type t ON t.oid = prorettype
			JOIN pg_depend d ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e'
			JOIN pg_extension e ON e.oid = refobjid AND extname = 'cx_metrics'
		-- sum() has the functions of rollup(): test/t/010_catalog.pl
		WHERE proname <> 'sum'});
	is(join("\n", grep { !$aggregates{$_} } sort keys %catalog), '', 'every aggregate of the extension is in the list of this file: ' . keys(%catalog));
	is(join("\n", grep { !$catalog{$_} } sort keys %aggregates), '', 'the list has no others');
	return (\%aggregates, \%stored, \%catalog);
}

sub make_rows
{
	my ($query, $aggregates, $makers) = @_;
	my %call = map { $_ => "$aggregates->{ $makers->{$_} }{call} AS ${_}_s" } keys %$makers;
	my $columns_of = sub {
		my ($table) = @_;
		return join ', ', @call{ grep { $aggregates->{ $makers->{$_} }{from} eq $table } sort keys %call };
	};

	# Rows of 71 customers in five groups; each customer and each group has rows on
	# both machines, but group 5, which is on one and knows nothing but NULLs.
	$query->(q{
	CREATE TABLE one_events AS
	SELECT CASE WHEN r % 8 < 5 OR g = 5 THEN 'north' ELSE 'south' END AS region, g, i AS id,
		CASE WHEN g < 5 AND r % 7 > 0 THEN r % 11 END AS score,
		CASE WHEN g < 5 AND r % 7 > 1 THEN 1 + r % 5 END AS stars,
		CASE WHEN g < 5 AND r % 9 > 0 THEN r % 3 = 1 END AS outcome,
		started, CASE WHEN r % 3 > 0 THEN started + 1 + r % 60 END AS ended,
		started + time '10:00' + r % 600 * interval '1 minute' AS started_tz,
		CASE WHEN r % 3 > 0 THEN started + 1 + r % 60 + time '12:00' END AS ended_tz,
		started + r % 2 AS seen, started + r % 2 + time '11:00' AS seen_tz,
		CASE WHEN g < 5 AND r % 13 > 0 THEN (r % 4000)::numeric / (ARRAY[1, 10, 8])[1 + r % 3] END AS opening,
		CASE WHEN g < 5 AND r % 17 > 0 THEN (r % 3000)::numeric / (ARRAY[1, 100, 4])[1 + r % 3] END AS closing,
		CASE WHEN g < 5 AND r % 19 > 0 THEN (r % 5000 - 300)::numeric / (ARRAY[1, 10, 8, 12])[1 + r % 4] END AS amount,
		'signal ' || i AS signal, CASE WHEN g < 5 AND r % 5 > 0 THEN (r % 401) / 4.0::double precision END AS health,
		(r % 9 + r % 7 / 8.0)::double precision AS weight,
		format('{"version": 1, "scores": {"10": %s, "3": %s}}', r % 50, r % 7)::survey_summary AS scores_before, format('{"version": 1, "scores": {"9": %s, "8": %s}}', r % 60, r % 9)::survey_summary AS scores_after,
		format('{"version": 1, "positives": %s, "negatives": %s}', r % 50, r % 7)::rate_summary AS rate_before, format('{"version": 1, "positives": %s, "negatives": %s}', r % 60, r % 9)::rate_summary AS rate_after,
		format('{"version": 1, "customers": 1, "numerators": %s, "denominators": 2, "numerators_squared": %s, "denominators_squared": 4, "products": %s}', r % 90, (r % 90)::bigint * (r % 90), r % 90 * 2)::ratio_summary AS ratio_before, NULL::ratio_summary AS ratio_after,
		r % 71 AS customer, md5((r % 71)::text)::uuid AS customer_uuid, 'customer ' || r % 71 AS customer_name,
		CASE WHEN r % 3 > 0 THEN 'cause ' || r % 4 END AS cause,
		-- windows that do not overlap in a group, each of one row
		'Europe/Berlin' AS zone, 1 + r % 7 AS weekday,
		CASE WHEN g < 5 THEN time '00:00' + row_number() OVER (PARTITION BY g ORDER BY i) * interval '7 minutes' END AS opens,
		CASE WHEN g < 5 THEN time '00:05' + row_number() OVER (PARTITION BY g ORDER BY i) * interval '7 minutes' END AS closes
	FROM generate_series(1, 620) AS i, LATERAL (SELECT (hashint8extended(i, 1) & 1048575)::integer) AS h(r),
		LATERAL (SELECT CASE WHEN i > 600 THEN 5 ELSE r % 1000 % 5 END) AS n(g),
		LATERAL (SELECT CASE WHEN g < 5 AND r % 23 > 0 THEN date '2025-01-01' + r % 97 END) AS s(started);
	ALTER TABLE one_events ALTER started_tz TYPE timestamptz USING started_tz AT TIME ZONE 'UTC',
		ALTER ended_tz TYPE timestamptz USING ended_tz AT TIME ZONE 'UTC',
		ALTER seen_tz TYPE timestamptz USING seen_tz AT TIME ZONE 'UTC';

	-- Customers buy at rates of their own, and leave after a purchase with a
	-- probability of their own, so that a model has a maximum.
	CREATE FUNCTION draw(c integer, k integer) RETURNS double precision IMMUTABLE PARALLEL SAFE
		RETURN ((hashint8extended(c * 1000 + k, 7) & 1048575) + 0.5) / 1048576;
	CREATE TABLE one_customers AS
	SELECT CASE WHEN draw(c, 998) < 0.6 THEN 'north' ELSE 'south' END AS region, c % 4 AS g, c AS customer,
		(SELECT mrr_history((5 + c % 7 * 5)::numeric / (1 + c % 4), date '2024-01-01' + c % 300 + s * 97,
				CASE WHEN (c + s) % 3 > 0 THEN date '2024-01-01' + c % 300 + s * 97 + 60 + s * 30 END)
			FROM generate_series(0, c % 3) AS s) AS subscriptions,
		(SELECT purchase_history((10 + c % 30 + k % 5)::numeric / (1 + c % 3), day)
			FROM (SELECT k, date '2024-01-01' + c % 90 + floor(sum(-ln(draw(c, k)) / (0.002 - 0.02 * ln(draw(c, 999)))) OVER (ORDER BY k) - gap)::integer AS day
				FROM generate_series(0, 40) AS k, LATERAL (SELECT -ln(draw(c, 0)) / (0.002 - 0.02 * ln(draw(c, 999)))) AS first(gap)
				WHERE k <= ln(draw(c, 997)) / ln(0.6 + 0.35 * draw(c, 996))) AS bought
			WHERE day < '2025-01-01') AS purchases,
		(SELECT active_days(date '2024-06-01' + (c * 7 + k * k * (1 + c % 3)) % 200) FROM generate_series(0, 1 + c % 9) AS k) AS days,
		(SELECT health_summary(signal, score, 1) FROM (VALUES ('usage', 100 * draw(c, 991)), ('support', 100 * draw(c, 992)), ('nps', 100 * draw(c, 993))) AS s(signal, score)) AS health,
		draw(c, 994) < 0.5 AS outcome
	FROM generate_series(1, 400) AS c;
	});

	my ($of_events, $of_customers) = map { $columns_of->($_) } 'events', 'customers';
	$query->(qq{
	CREATE TABLE one_stored AS
	SELECT * FROM (SELECT region, g, id % 4 AS part, $of_events FROM one_events GROUP BY region, g, part) AS e
		FULL JOIN (SELECT region, g, customer % 3 AS part, $of_customers FROM one_customers GROUP BY region, g, part) AS c USING (region, g, part);
	});
	return;
}

sub outputs_of
{
	my ($query, $before, @queries) = @_;
	my $mark = '=== cx_metrics ===';
	my $output = $query->(join "\n", $before, map { "$_;\n\\echo '$mark'" } @queries);
	my @output = map { s/\n\z//r } split /^\Q$mark\E\n?/m, $output, -1;

	return @output[ 0 .. $#queries ];
}

1;
