# The sample company is the same everywhere, its story is in the rows, and the
# report prints what the plain SQL of the definitions gives on the same rows.

use strict;
use warnings FATAL => 'all';

use Encode qw(decode);
use FindBin;
use JSON::PP qw(decode_json);
use List::Util qw(max min sum0);
use POSIX qw(lgamma);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $demo = "$FindBin::RealBin/../../demo";
my $customers = 6000;

my $node = PostgreSQL::Test::Cluster->new('demo');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->start;

sub run_psql
{
	my ($database, @args) = @_;
	my ($stdout, $stderr) = run_command(
		[ 'psql', '-X', '-q', '-d', $node->connstr($database), @args ]);

	is($stderr, '', "no complaint from psql @args");
	return $stdout;
}

sub load_company
{
	my ($database) = @_;

	$node->safe_psql('postgres', "CREATE DATABASE $database");
	$node->safe_psql($database, 'CREATE EXTENSION cx_metrics SCHEMA public');
	run_psql($database, '-v', "customers=$customers", '-f', "$demo/company.sql");
}

# A row a table: how many rows, and the sum of their hashes.
my @tables = qw(customers trials subscriptions orders tickets
  ticket_states survey_responses events signals);
my $fingerprint = join(' UNION ALL ',
	map { "SELECT '$_', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM demo.$_ AS t" } @tables)
  . ' ORDER BY 1';

sub fingerprint
{
	my ($database) = @_;

	return $node->safe_psql($database,
		"SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'; $fingerprint");
}

# ---------------------------------------------------------------------------
# Every server makes the same rows, whatever its settings
# ---------------------------------------------------------------------------

# Who changes the company on purpose changes the figures of demo/README.md too.
load_company('plain');
is(fingerprint('plain'), <<'ROWS' =~ s/\n\z//r, 'the rows are those that they always were');
customers|6000|-205077908442996418944
events|143714|1766360463576163630839
orders|11122|470101865358587258841
signals|81039|1685002950909640629031
subscriptions|7280|-136502014116652132694
survey_responses|29967|434552823557125816736
ticket_states|59894|664191525718809551555
tickets|13465|-723554981016661732342
trials|4267|412895562943900929957
ROWS

{
	local $ENV{PGOPTIONS} = join(' ', map { "-c $_" }
		  'TimeZone=Asia/Seoul', 'DateStyle=German', 'IntervalStyle=iso_8601',
		  'extra_float_digits=-5', 'enable_hashjoin=off', 'enable_hashagg=off',
		  'jit_above_cost=0', 'search_path=pg_catalog');

	load_company('odd');
}
is(fingerprint('odd'), fingerprint('plain'),
	'time zone, styles and plans change no row');
isnt($node->psql('plain', "\\set customers 10\n\\i $demo/company.sql"), 0,
	'a schema that is there is not overwritten');
is($node->safe_psql('plain', 'SELECT count(*) FROM demo.customers'),
	$customers, 'the company is untouched');

# ---------------------------------------------------------------------------
# The story and the dirt
# ---------------------------------------------------------------------------

sub holds
{
	my ($name, $condition) = @_;

	is($node->safe_psql('plain', "SET search_path = demo; SET TimeZone = 'UTC'; SELECT $condition"),
		't', $name);
}

my $nps = '100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score)';
my $asked = "SELECT DISTINCT * FROM survey_responses WHERE kind = 'nps' AND day >=";

# value(quarter) of an expression over a table
sub quarter
{
	my ($expression, $table, $day, $quarter) = @_;

	return "(SELECT $expression FROM $table WHERE $day >= date '$quarter' AND $day < date '$quarter' + interval '3 months')";
}

my $answers = '(SELECT DISTINCT * FROM survey_responses WHERE kind = \'nps\') AS a';
my ($before, $rise, $after) = ('2025-01-01', '2025-04-01', '2025-10-01');

holds('the price rise costs 20 points of NPS',
	quarter($nps, $answers, 'day', $rise) . ' < ' . quarter($nps, $answers, 'day', $before) . ' - 20');
holds('which come back',
	quarter($nps, $answers, 'day', $after) . ' > ' . quarter($nps, $answers, 'day', $before) . ' - 5');

my $cancelled = q{(SELECT * FROM subscriptions WHERE end_reason = 'cancelled') AS c};
my $downgraded = q{(SELECT * FROM subscriptions WHERE end_reason = 'downgrade') AS d};

foreach my $case (
	[ 'cancellations', $cancelled, 'ends_on' ],
	[ 'downgrades', $downgraded, 'ends_on' ],
	[ 'tickets', 'tickets', 'opened_at' ])
{
	my ($name, $table, $day) = @$case;
	my @count = map { quarter('count(*)', $table, $day, $_) } $before, $rise, $after;

	holds("$name rise by 40 % in the quarter of the price rise and fall again",
		"$count[1] > 1.4 * $count[0] AND $count[2] < 0.9 * $count[1]");
}
holds('the phone hears more praise than e-mail',
	"(SELECT $nps FROM $answers WHERE channel = 'phone') > (SELECT $nps FROM $answers WHERE channel = 'email') + 10");
holds('use falls in August and rises in September, every year',
	q{(SELECT bool_and(august < 0.9 * september) FROM (SELECT date_trunc('year', at),
	   count(*) FILTER (WHERE extract(month FROM at) = 8) AS august,
	   count(*) FILTER (WHERE extract(month FROM at) = 9) AS september FROM events GROUP BY 1) AS y)});
holds('weekends are quiet',
	'(SELECT count(*) FILTER (WHERE extract(isodow FROM at) > 5) < 0.2 * count(*) FROM events)');
holds('detractors leave more often than promoters', q{
	(SELECT avg(gone) FILTER (WHERE score <= 6) > 1.4 * avg(gone) FILTER (WHERE score >= 9)
	 FROM (SELECT score, EXISTS (SELECT FROM subscriptions AS s WHERE s.customer_id = a.customer_id
	                             AND end_reason = 'cancelled' AND ends_on > day AND ends_on < day + 180)::int AS gone
	       FROM survey_responses AS a WHERE kind = 'nps' AND score IS NOT NULL AND day < '2025-07-01') AS s)});
holds('small customers leave more often than large ones', q{
	(SELECT avg(gone) FILTER (WHERE segment = 'small') > 1.5 * avg(gone) FILTER (WHERE segment = 'enterprise')
	 FROM (SELECT segment, max((end_reason IS NOT DISTINCT FROM 'cancelled')::int) AS gone
	       FROM subscriptions JOIN customers USING (customer_id)
	       WHERE product IN ('Starter', 'Team', 'Business') GROUP BY customer_id, segment) AS c)});

foreach my $case (
	[ 'invitations without an answer', 10000, 'survey_responses WHERE score IS NULL AND responded_at IS NULL' ],
	[ 'answers that came weeks later', 100, "survey_responses WHERE responded_at > sent_at + interval '20 days'" ],
	[ 'answers that came in twice, alike to the last column', 20,
		'(SELECT survey_responses::text, count(*) FROM survey_responses GROUP BY 1 HAVING count(*) = 2) AS d' ],
	[ 'customers who came back', 50,
		q{(SELECT customer_id FROM subscriptions WHERE ends_on > starts_on AND EXISTS (SELECT FROM subscriptions AS n WHERE n.customer_id = subscriptions.customer_id AND n.starts_on > subscriptions.ends_on)
		   AND end_reason = 'cancelled' AND product IN ('Starter', 'Team', 'Business') GROUP BY 1) AS r} ],
	[ 'pauses', 50, "subscriptions WHERE end_reason = 'paused'" ],
	[ 'subscriptions beside another one', 100, "subscriptions WHERE product IN ('Support Plus', 'Data Feed', 'Archive')" ],
	[ 'subscriptions billed by the week', 50, "subscriptions WHERE billing_interval = interval '7 days'" ],
	[ 'subscriptions billed by the quarter', 50, "subscriptions WHERE billing_interval = interval '3 months'" ],
	[ 'wrong plans put right on the same day', 3, 'subscriptions WHERE ends_on = starts_on' ],
	[ 'trials still open', 20, "trials WHERE converted_at IS NULL AND trial_ends > '2025-12-31'" ],
	[ 'trials that converted late', 50, 'trials WHERE converted_at > trial_ends' ],
	[ 'tickets without a response', 50, 'tickets WHERE first_response_at IS NULL' ],
	[ 'tickets answered but not resolved', 100, 'tickets WHERE first_response_at IS NOT NULL AND resolved_at IS NULL' ],
	[ 'tickets opened again', 500, 'tickets WHERE reopened > 0' ],
	[ 'refunds', 100, "orders WHERE kind = 'refund' AND amount < 0 AND refund_of IS NOT NULL" ],
	[ 'second orders on a day', 100,
		q{(SELECT FROM orders WHERE kind = 'order' GROUP BY customer_id, purchased_on HAVING count(*) > 1) AS d} ],
	[ 'one-time buyers', 500,
		q{(SELECT FROM orders WHERE kind = 'order' GROUP BY customer_id HAVING count(DISTINCT purchased_on) = 1) AS o} ],
	[ 'events without a user', 500, 'events WHERE user_id IS NULL' ],
	[ 'signals not known', 5000, 'signals WHERE score IS NULL AND value IS NULL' ])
{
	my ($name, $least, $from) = @$case;

	holds("there are $name", "(SELECT count(*) >= $least FROM $from)");
}
holds('and half-hour gaps to the second in the usage',
	q{(SELECT count(*) > 20 FROM (SELECT at - lag(at) OVER (PARTITION BY user_id ORDER BY at) AS gap
	   FROM events WHERE user_id IS NOT NULL) AS g WHERE gap = interval '30 minutes')});

foreach my $case (
	[ 'a subscription that ends before it starts', 'subscriptions WHERE ends_on < starts_on' ],
	[ 'two plans of a customer at a time', q{
		(SELECT starts_on < lag(coalesce(ends_on, 'infinity')) OVER (PARTITION BY customer_id ORDER BY starts_on, ends_on) AS clash
		 FROM subscriptions WHERE product IN ('Starter', 'Team', 'Business')) AS o WHERE clash} ],
	[ 'a ticket whose first or last state is not what its times say', q{
		(SELECT t.* FROM tickets AS t, LATERAL (SELECT min(at) AS first, max(at) AS last, max(at) FILTER (WHERE state = 'solved') AS solved, min(at) FILTER (WHERE state = 'open') AS answered,
			count(*) FILTER (WHERE state = 'reopened') AS reopened FROM ticket_states AS s WHERE s.ticket_id = t.ticket_id) AS s
		 WHERE opened_at <> first OR first_response_at IS DISTINCT FROM answered OR resolved_at <> last OR resolved_at <> solved OR (resolved_at IS NOT NULL AND t.reopened <> s.reopened)) AS w} ],
	[ 'an order of times that cannot be', 'tickets WHERE first_response_at < opened_at OR resolved_at < first_response_at' ],
	[ 'an answer before the question', 'survey_responses WHERE responded_at < sent_at' ],
	[ 'a score without an answer, an answer without a score', 'survey_responses WHERE (score IS NULL) <> (responded_at IS NULL)' ],
	[ 'a score off its scale', q{survey_responses WHERE score NOT BETWEEN CASE kind WHEN 'nps' THEN 0 ELSE 1 END
		AND CASE kind WHEN 'nps' THEN 10 WHEN 'csat' THEN 5 ELSE 7 END} ],
	[ 'a signal off 0..100', 'signals WHERE score NOT BETWEEN 0 AND 100' ],
	[ 'a score for an unknown signal', 'signals WHERE (score IS NULL) <> (value IS NULL)' ],
	[ 'something from after 2025', join(' UNION ALL ', map { "SELECT FROM $_->[0] WHERE $_->[1] >= timestamptz '2026-01-01 00:00+00'" }
		[ 'survey_responses', 'greatest(sent_at, responded_at)' ], [ 'tickets', 'greatest(opened_at, first_response_at, resolved_at)' ], [ 'ticket_states', 'at' ],
		[ 'orders', 'ordered_at' ], [ 'events', 'at' ], [ 'subscriptions', 'greatest(starts_on, ends_on)' ],
		[ 'trials', 'greatest(started_on, converted_at)' ], [ 'customers', 'joined_on' ]) ],
	[ 'usage of a customer that does not share it', 'events JOIN customers USING (customer_id) WHERE NOT shares_usage' ])
{
	my ($name, $from) = @$case;

	$from = "($from) AS u" if $from =~ /UNION/;
	holds("there is not $name", "(SELECT count(*) = 0 FROM $from)");
}

# ---------------------------------------------------------------------------
# The report
# ---------------------------------------------------------------------------

# In CSV every section is its heading, a line of column names, and rows.
my $csv = run_psql('plain', '--csv', '-f', "$demo/report.sql");
is(run_psql('plain', '--csv', '-f', "$demo/report.sql"), $csv,
	'a second run refreshes and prints the same');

my %section;
my $heading = '';
foreach my $line (split /\n/, $csv)
{
	$heading = $line if $line =~ /^[A-Z][A-Z ]+$/ || $line =~ /^Three years/;
	push @{ $section{$heading} }, $line if $line =~ /,.*,.*,.*[^.]$/;
}

# The rows counted the long way: every question, channel (and all of them) and
# period, straight from the responses.
my %counts;
foreach my $unit (qw(month quarter))
{
	my $rows = $node->safe_psql('plain', <<"SQL");
SELECT kind, channel, period, n, unanswered, yes, no,
       round(CASE WHEN n > 0 THEN 100.0 * (CASE kind WHEN 'nps' THEN yes - no ELSE yes END) / n END, 1),
       round(CASE WHEN n > 0 THEN 100.0 * n / (n + unanswered) END, 1)
FROM (SELECT kind, coalesce(channel, 'all') AS channel,
             to_char(date_trunc('$unit', day::timestamp), 'YYYY-MM') AS period,
             count(score) AS n, count(*) - count(score) AS unanswered,
             sum(CASE kind WHEN 'nps' THEN score >= 9 WHEN 'csat' THEN score IN (4, 5) ELSE score IN (5, 6, 7) END::int) AS yes,
             sum(CASE kind WHEN 'nps' THEN score <= 6 WHEN 'csat' THEN score < 4 ELSE score < 5 END::int) AS no
      FROM (SELECT DISTINCT ON (response_id) * FROM demo.survey_responses ORDER BY response_id) AS once
      GROUP BY GROUPING SETS ((kind, channel, 3), (kind, 3))) AS s
SQL
	foreach my $row (split /\n/, $rows)
	{
		my ($kind, $channel, $period, @rest) = split /\|/, $row;
		@{ $counts{$unit}{$kind}{$channel}{$period} }{qw(n unanswered yes no score answered)} = @rest;
	}
}

my $z = 1.959963984540054;

# (value, standard error) of the adjusted counts, as shares
sub nps_estimate
{
	my ($c) = @_;
	my $total = $c->{n} + 3;
	my ($p, $d) = (($c->{yes} + 0.75) / $total, ($c->{no} + 0.75) / $total);

	return ($p - $d, sqrt(($p + $d - ($p - $d)**2) / $total));
}

sub bounds
{
	my ($kind, $c) = @_;

	if ($kind eq 'nps')
	{
		my ($value, $error) = nps_estimate($c);
		return (max(-100, 100 * ($value - $z * $error)), -max(-100, -100 * ($value + $z * $error)));
	}

	# Wilson
	my $p = $c->{yes} / $c->{n};
	my $middle = ($p + $z**2 / (2 * $c->{n})) / (1 + $z**2 / $c->{n});
	my $half = $z / (1 + $z**2 / $c->{n}) * sqrt($p * (1 - $p) / $c->{n} + $z**2 / (4 * $c->{n}**2));
	return (100 * ($middle - $half), 100 * ($middle + $half));
}

# (value, standard error) of a score, or of a share with an imagined yes and no
sub finding
{
	my ($kind, $c) = @_;
	my $p = ($c->{yes} + 1) / ($c->{n} + 2);

	return $kind eq 'nps' ? nps_estimate($c) : ($c->{yes} / $c->{n}, sqrt($p * (1 - $p) / $c->{n}));
}

# A report is looked at again and again: an asymptotic confidence sequence that is
# tightest at 5,000 observations.
sub mark
{
	my ($kind, $old, $new) = @_;
	my ($v0, $e0) = finding($kind, $old);
	my ($v1, $e1) = finding($kind, $new);
	my $alpha = 0.05;
	my $weight = ($old->{n} + $new->{n}) * (-2 * log($alpha) + log(1 - 2 * log($alpha))) / 5000;
	my $reach = sqrt(2 * ($weight + 1) / $weight * log(sqrt($weight + 1) / $alpha));
	my $statistic = ($v1 - $v0) / sqrt($e0**2 + $e1**2);

	return $statistic > $reach ? '▲' : $statistic < -$reach ? '▼' : '·';
}

# half away from zero, as numeric rounds
sub tenth
{
	my ($x, $sign) = @_;
	my $text = sprintf('%.1f', abs($x) + 1e-9);

	return ($x < 0 && $text ne '0.0' ? '-' : $sign) . $text;
}

sub raw
{
	my ($kind, $c) = @_;
	return 100 * ($kind eq 'nps' ? $c->{yes} - $c->{no} : $c->{yes}) / $c->{n};
}

# The columns that all tables share: value, interval, change
sub columns
{
	my ($kind, $old, $new) = @_;
	my ($low, $high) = bounds($kind, $new);
	my $sign = $kind eq 'nps' ? '+' : '';

	return (($kind eq 'nps' ? tenth($new->{score}, '+') : "$new->{score}%"),
		tenth($low, $sign) . ' .. ' . tenth($high, $sign),
		tenth(raw($kind, $new) - raw($kind, $old), '+') . ' ' . mark($kind, $old, $new));
}

# +32 ±8 (n=214), 71.4% ±3.1 (n=812)
sub text
{
	my ($kind, $c) = @_;
	my $value = raw($kind, $c);
	my ($low, $high) = bounds($kind, $c);
	my $reach = max($value - $low, $high - $value);

	return sprintf('%.1f%% ±%.1f (n=%d)', $value, $reach, $c->{n}) if $kind ne 'nps';
	$value = int($value + ($value < 0 ? -0.5 : 0.5));
	return sprintf('%s%d ±%d (n=%d)', $value > 0 ? '+' : '', $value, int($reach + 0.5), $c->{n});
}

# What the report printed, without its column names, padding and bars
sub printed
{
	my ($heading) = @_;
	my @lines = @{ $section{$heading} // [] };

	shift @lines;
	return [ map { s/(^|,) +/$1/gr =~ s/,?(?:█)*$//r } @lines ];
}

my @months = map { sprintf '2025-%02d', $_ } 1 .. 12;
my %month_before = map { $months[$_] => $_ ? $months[ $_ - 1 ] : '2024-12' } 0 .. 11;
my @channels = qw(app chat email phone);

foreach my $kind (qw(nps csat ces))
{
	my $name = uc $kind;
	my $monthly = $counts{month}{$kind};
	my $quarterly = $counts{quarter}{$kind};

	is_deeply(printed("$name BY MONTH"),
		[ map {
			my $c = $monthly->{all}{$_};
			join(',', $_, columns($kind, $monthly->{all}{ $month_before{$_} }, $c), $c->{n}, $c->{unanswered});
		} @months ],
		"$name by month is what the rows say");
	is_deeply(printed("$name BY CHANNEL"),
		[ map {
			my $c = $quarterly->{$_}{'2025-10'};
			join(',', $_, columns($kind, $quarterly->{$_}{'2025-07'}, $c), $c->{n}, $c->{unanswered}, $c->{answered});
		} @channels, 'all' ],
		"$name by channel is what the rows say");
	is_deeply(printed("$name BY CHANNEL AND MONTH"),
		[ map {
			my $month = $_;
			join(',', $month, map {
				my ($old, $new) = @{ $monthly->{$_} }{ $month_before{$month}, $month };
				mark($kind, $old, $new) . ' ' . text($kind, $new);
			} @channels);
		} @months ],
		"$name by channel and month is what the rows say");
}

my @quarters = map { my $y = $_; map { sprintf '%d-%02d', $y, $_ } 1, 4, 7, 10 } 2023 .. 2025;
my @by_quarter;
foreach my $i (0 .. $#quarters)
{
	my ($year, $month) = split /-/, $quarters[$i];

	push @by_quarter, join(',', "$year Q" . int(($month + 2) / 3), map {
		my ($kind, $all) = ($_, $counts{quarter}{$_}{all});
		($i ? mark($kind, $all->{ $quarters[ $i - 1 ] }, $all->{ $quarters[$i] }) . ' ' : '')
		  . text($kind, $all->{ $quarters[$i] });
	} qw(nps csat ces));
}
is_deeply(printed('Three years by quarter, all channels, each beside the quarter before'),
	\@by_quarter, 'the quarters are what the rows say');

is_deeply([ map { s/^[^,]*,//r } @{ printed('THE OVERALL PICTURE') } ],
	[ map {
		my ($kind, $all) = ($_, $counts{quarter}{$_}{all});
		my ($now, $year_ago) = @{$all}{ '2025-10', '2024-10' };
		join(',', columns($kind, $all->{'2025-07'}, $now),
			tenth(raw($kind, $now) - raw($kind, $year_ago), '+') . ' ' . mark($kind, $year_ago, $now),
			$now->{n}, $now->{unanswered});
	} qw(nps csat ces) ],
	'the overall picture is what the rows say');

# The MRR of every customer on the days before and at the end of a period, the
# long way; the wrong plans that were put right on the same day never count.
sub revenue
{
	my ($columns, $period, $group, $order) = @_;

	return [ split /\n/, $node->safe_psql('plain', <<"SQL") ];
SET search_path = demo;
WITH plans AS (
	SELECT customer_id, segment, starts_on, ends_on,
	       CASE billing_interval WHEN interval '1 month' THEN price WHEN interval '3 months' THEN price / 3
	            WHEN interval '1 year' THEN price / 12 WHEN interval '7 days' THEN price * 30.4375 / 7 END AS amount
	FROM subscriptions JOIN customers USING (customer_id)
	WHERE ends_on IS DISTINCT FROM starts_on
), levels AS (
	SELECT p::date AS p, customer_id, segment,
	       coalesce(sum(amount) FILTER (WHERE starts_on < p AND coalesce(ends_on, 'infinity') >= p), 0) AS o,
	       coalesce(sum(amount) FILTER (WHERE starts_on < p + '$period' AND coalesce(ends_on, 'infinity') >= p + '$period'), 0) AS c,
	       bool_or(starts_on < p) AS before
	FROM plans, generate_series(timestamp '2025-01-01', '2025-12-31', '$period') AS p
	GROUP BY 1, 2, 3
)
SELECT concat_ws(',', $columns) FROM levels GROUP BY $group ORDER BY $order
SQL
}

sub in_thousands
{
	my ($sum) = @_;

	return "replace(to_char(coalesce($sum, 0) / 1000, 'FM999,990.0'), ',', '')";
}

is_deeply([ map { s/"([^"]*)"/my $n = $1; $n =~ tr{ ,}{}d; $n/ger } @{ printed('RECURRING REVENUE') } ],
	revenue(join(', ', q{to_char(p, 'YYYY-MM')},
		map({ in_thousands($_) } 'sum(o)', 'sum(c) FILTER (WHERE o = 0 AND NOT before)',
			'sum(c) FILTER (WHERE o = 0 AND before)', 'sum(c - o) FILTER (WHERE o > 0 AND c > o)',
			'sum(o - c) FILTER (WHERE c > 0 AND c < o)', 'sum(o) FILTER (WHERE c = 0)', 'sum(c)'),
		map({ "to_char(round(100 * $_ / sum(o), 1), 'FM990.0') || '%'" } 'sum(c) FILTER (WHERE o > 0)', 'sum(least(o, c))'),
		'round(sum(c - o) FILTER (WHERE c > o) / sum(o - c) FILTER (WHERE c < o), 1)'), '1 month', 'p', 'p'),
	'the bridge is what the rows say');
is_deeply([ map { /(\d+\.\d)% ±[0-9.]+ \(n=(\d+)\)/g } @{ printed('CHURN BY QUARTER AND SEGMENT') } ],
	[ map { split /,/ } @{ revenue('round(100.0 * count(*) FILTER (WHERE o > 0 AND c = 0) / count(*) FILTER (WHERE o > 0), 1), count(*) FILTER (WHERE o > 0)', '3 months', 'p, segment', 'p, segment') } ],
	'and so is churn by quarter and segment');
is_deeply([ map { [ (split /,(?=(?:[^"]*"[^"]*")*[^"]*$)/)[0, 4, 6, 8] ] } @{ printed('THE YEAR BY SEGMENT') } ],
	[ map { [ split /,/ ] } @{ revenue("coalesce(segment, 'all'), "
		. join(', ', map { "to_char(round($_, 1), 'FM990.0') || '%'" } '100 * sum(c) FILTER (WHERE o > 0) / sum(o)',
			'100 * sum(least(o, c)) / sum(o)', '100.0 * count(*) FILTER (WHERE o > 0 AND c = 0) / count(*) FILTER (WHERE o > 0)'),
		'1 year', 'ROLLUP (segment)', 'grouping(segment), segment') } ],
	'and NRR, GRR and churn of the year');

# Kaplan-Meier the long way: from a customer's first subscription to the end of
# the last one.
is_deeply([ map { join(',', (split /,/)[0 .. 3], /"? *([0-9.]+%|-) /g) } @{ printed('LIFETIMES') } ],
	[ split /\n/, $node->safe_psql('plain', <<'SQL') ], 'lifetimes are what the rows say');
SET search_path = demo;
WITH life AS (
	SELECT segment, min(starts_on) AS began, CASE WHEN count(ends_on) = count(*) THEN max(ends_on) END AS ended
	FROM subscriptions JOIN customers USING (customer_id)
	WHERE ends_on IS DISTINCT FROM starts_on GROUP BY customer_id, segment
), durations AS (
	SELECT name, least(ended, '2026-01-01') - began AS t, coalesce(ended <= '2026-01-01', false) AS event
	FROM life, LATERAL (VALUES (segment), ('all')) AS v (name)
), at_risk AS (
	SELECT name, t, count(*) FILTER (WHERE event) AS d, count(*) FILTER (WHERE NOT event) AS c,
	       sum(count(*)) OVER (PARTITION BY name ORDER BY t DESC)::float8 AS n
	FROM durations GROUP BY name, t
), curve AS (
	SELECT *, exp(sum(ln(1 - d / n)) OVER (PARTITION BY name ORDER BY t)) AS s FROM at_risk
)
SELECT concat_ws(',', name, sum(d), sum(c),
                 coalesce(round(min(t) FILTER (WHERE s <= 0.5) / 30.4375, 1)::text, '-'),
                 to_char(100 * min(s) FILTER (WHERE t <= 6 * 30.4375), 'FM990.0') || '%',
                 to_char(100 * min(s) FILTER (WHERE t <= 12 * 30.4375), 'FM990.0') || '%',
                 to_char(100 * min(s) FILTER (WHERE t <= 24 * 30.4375), 'FM990.0') || '%')
FROM curve GROUP BY name ORDER BY name = 'all', name
SQL

# The classic formula the long way: money of 2025's orders less what went back
# of them, over customers, times the area below Kaplan-Meier's curve.
is_deeply([ map { s/"([^"]*)"/my $n = $1; $n =~ tr{ ,}{}d; $n/ger } @{ printed('CUSTOMER VALUE') } ],
	[ split /\n/, $node->safe_psql('plain', <<'SQL') ], 'customer value is what the orders say');
SET search_path = demo;
WITH life AS (
	SELECT segment, min(starts_on) AS began, CASE WHEN count(ends_on) = count(*) THEN max(ends_on) END AS ended
	FROM subscriptions JOIN customers USING (customer_id)
	WHERE ends_on IS DISTINCT FROM starts_on GROUP BY customer_id, segment
), durations AS (
	SELECT name, least(ended, '2026-01-01') - began AS t, coalesce(ended <= '2026-01-01', false) AS event
	FROM life, LATERAL (VALUES (segment), ('all')) AS v (name)
), at_risk AS (
	SELECT name, t, count(*) FILTER (WHERE event) AS d,
	       sum(count(*)) OVER (PARTITION BY name ORDER BY t DESC)::float8 AS n
	FROM durations GROUP BY name, t
), curve AS (
	SELECT name, t, exp(sum(ln(1 - d / n)) OVER (PARTITION BY name ORDER BY t)) AS s FROM at_risk WHERE t < 24 * 30.4375
	UNION ALL SELECT DISTINCT name, 24 * 30.4375, 0 FROM at_risk
), lifetime AS (
	SELECT name, (sum(s_before * (t - t_before)) / 365.25)::numeric AS years
	FROM (SELECT name, t, coalesce(lag(t) OVER w, 0) AS t_before, coalesce(lag(s) OVER w, 1) AS s_before
	      FROM curve WINDOW w AS (PARTITION BY name ORDER BY t)) AS steps GROUP BY name
), sold AS (
	SELECT v.name, count(DISTINCT customer_id) AS customers, count(*) AS orders,
	       sum(amount + coalesce((SELECT sum(amount) FROM orders AS r WHERE r.refund_of = o.order_id), 0)) AS revenue
	FROM orders AS o JOIN customers USING (customer_id), LATERAL (VALUES (segment), ('all')) AS v (name)
	WHERE kind = 'order' AND purchased_on >= '2025-01-01' GROUP BY v.name
)
SELECT concat_ws(',', name, customers, orders, replace(to_char(revenue / 1000, 'FM999,990.0'), ',', ''),
	round(revenue / orders, 2), round(orders::numeric / customers, 2), round(years, 2), round(revenue / customers * years))
FROM sold JOIN lifetime USING (name) ORDER BY name = 'all', name
SQL

# The models the long way: the published formulas, on the days with a purchase.
# Name => value of the parameters of a model, in days.
sub parameters
{
	my ($as_of, $model) = @_;

	return map { split /\|/ } split /\n/, $node->safe_psql('plain',
		"SELECT parameter, estimate FROM demo.purchase_models, model_parameters(m) WHERE as_of = '$as_of' AND model = '$model'");
}

# x repeat days, the last of them t_x days after the first and T before as_of;
# their mean sum; and the days until the end of 2025 that come after as_of.
sub buyers
{
	my ($as_of) = @_;
	my @columns = qw(id name segment last x t_x T mean later);

	return map { my %b; @b{@columns} = split /\|/; \%b } split /\n/, $node->safe_psql('plain', <<"SQL");
SET search_path = demo;
WITH days AS (
	SELECT customer_id, purchased_on AS day, sum(amount) AS amount,
	       min(purchased_on) OVER (PARTITION BY customer_id) AS first
	FROM orders WHERE kind = 'order' GROUP BY customer_id, purchased_on
)
SELECT customer_id, name, segment, max(day) FILTER (WHERE day <= '$as_of'), count(*) FILTER (WHERE day > first AND day <= '$as_of'),
       max(day) FILTER (WHERE day <= '$as_of') - first, date '$as_of' - first,
       coalesce(avg(amount) FILTER (WHERE day > first AND day <= '$as_of'), 0), count(*) FILTER (WHERE day > '$as_of')
FROM days JOIN customers USING (customer_id) WHERE first <= '$as_of' GROUP BY customer_id, name, segment, first ORDER BY customer_id
SQL
}

sub hypergeometric
{
	my ($a, $b, $c, $z) = @_;
	my ($sum, $term) = (1, 1);

	for (my $n = 0; $term > 1e-16 * $sum; $n++)
	{
		$term *= ($a + $n) * ($b + $n) / (($c + $n) * ($n + 1)) * $z;
		$sum += $term;
	}
	return $sum;
}

# Batislam, Denizel and Filiztekin 2007; Fader, Hardie and Lee 2005; and for
# Pareto/NBD the integral that their closed form stands for, by Simpson's rule.
sub p_alive
{
	my ($model, $p, $b) = @_;
	my ($n, $alpha, $x, $t_x, $T) = ($p->{r} + $b->{x}, $p->{alpha}, @{$b}{qw(x t_x T)});
	my $quiet = (($alpha + $T) / ($alpha + $t_x))**$n;

	return 1 / (1 + $p->{a} / ($p->{b} + $x) * $quiet) if $model eq 'mbg_nbd';
	return $x ? 1 / (1 + $p->{a} / ($p->{b} + $x - 1) * $quiet) : 1 if $model eq 'bg_nbd';

	my ($beta, $s, $steps, $area) = ($p->{beta}, $p->{s}, 400, 0);
	for my $i (0 .. $steps)
	{
		my $y = $t_x + ($T - $t_x) * $i / $steps;
		$area += ($i == 0 || $i == $steps ? 1 : $i % 2 ? 4 : 2)
		  * (($alpha + $T) / ($alpha + $y))**$n * (($beta + $T) / ($beta + $y))**$s / ($beta + $y);
	}
	return 1 / (1 + $s * $area * ($T - $t_x) / (3 * $steps));
}

sub expected
{
	my ($model, $p, $b, $t) = @_;
	my ($n, $now) = ($p->{r} + $b->{x}, $p->{alpha} + $b->{T});

	if ($model eq 'pareto_nbd')
	{
		my ($later, $s) = ($p->{beta} + $b->{T}, $p->{s});
		return p_alive($model, $p, $b) * $n * $later / ($now * ($s - 1)) * (1 - ($later / ($later + $t))**($s - 1));
	}
	# the first purchase can be the last in one, and not in the other
	my $c = $p->{b} + $b->{x} + ($model eq 'mbg_nbd' ? 1 : 0);
	return p_alive($model, $p, $b) * ($p->{a} + $c - 1) / ($p->{a} - 1)
	  * (1 - ($now / ($now + $t))**$n * hypergeometric($n, $c, $p->{a} + $c - 1, $t / ($now + $t)));
}

sub purchase_likelihood
{
	my ($p, $buyers) = @_;
	my ($r, $alpha, $a, $b) = @{$p}{qw(r alpha a b)};
	my $sum = 0;

	for (@$buyers)
	{
		my ($x, $t_x, $T) = @{$_}{qw(x t_x T)};
		$sum += lgamma($r + $x) - lgamma($r) + $r * log($alpha) - lgamma($b) + lgamma($a + $b)
		  + lgamma($b + $x + 1) - lgamma($a + $b + $x + 1) - ($r + $x) * log($alpha + $T)
		  - log(p_alive('mbg_nbd', $p, $_));
	}
	return $sum;
}

# Fader and Hardie 2013
sub spend_likelihood
{
	my ($parameters, $buyers) = @_;
	my ($p, $q, $v) = @{$parameters}{qw(p q v)};
	my $sum = 0;

	for (grep { $_->{x} } @$buyers)
	{
		my ($x, $mean) = @{$_}{qw(x mean)};
		$sum += lgamma($p * $x + $q) - lgamma($p * $x) - lgamma($q) + $q * log($v) + ($p * $x - 1) * log($mean)
		  + $p * $x * log($x) - ($p * $x + $q) * log($v + $mean * $x);
	}
	return $sum;
}

my @now = buyers('2025-12-31');
my %now = parameters('2025-12-31', 'mbg_nbd');
my %error = map { split /\|/ } split /\n/, $node->safe_psql('plain',
	q{SELECT parameter, standard_error / estimate FROM demo.purchase_models, model_parameters(m) WHERE as_of = '2025-12-31'});

foreach my $case ([ \&purchase_likelihood, 'r', 'alpha', 'a', 'b' ], [ \&spend_likelihood, 'p', 'q', 'v' ])
{
	my ($likelihood, @names) = @$case;

	for my $name (@names)
	{
		my ($less, $more) = map { $likelihood->({ %now, $name => $now{$name} * exp($_) }, \@now) } -1e-4, 1e-4;

		# the step towards the top is the slope times the variance
		cmp_ok(abs($more - $less) / 2e-4 * $error{$name}, '<', 1e-3, "no other $name makes the orders likelier");
	}
}
is_deeply([ map { join ',', (split /,/)[0, 1] } @{ printed('A MODEL OF PURCHASES') }[0 .. 6] ],
	[ map { sprintf '%s,%.3f', $_, $now{$_} } qw(r alpha a b p q v) ], 'these are the parameters in the report');

# What demo/company.sql drew them from: rates with shape 1 and an order in 80
# days, beta (1, 4) for leaving, and for the spend shape 4.
my %drawn = (r => 1, alpha => 80, a => 1, b => 4, p => 4);
foreach my $name (sort keys %drawn)
{
	cmp_ok(abs(log($now{$name} / $drawn{$name})), '<', 3.29 * $error{$name}, "and of the company: $name");
}

# the value of a purchase, and of a year of them
sub spend
{
	my ($p, $b) = @_;

	return $p->{p} * ($p->{v} + $b->{x} * $b->{mean}) / ($p->{p} * $b->{x} + $p->{q} - 1);
}

sub year_value
{
	my ($p, $b) = @_;
	my @upto = map { $_ ? expected('mbg_nbd', $p, $b, 30.4375 * $_) : 0 } 0 .. 12;

	return spend($p, $b) * sum0(map { ($upto[$_] - $upto[ $_ - 1 ]) / 1.1**($_ / 12) } 1 .. 12);
}

my $sums = (map { [ split /,/ ] } map { s/"([^"]*)"/my $n = $1; $n =~ tr{ ,}{}d; $n/ger } @{ printed('A MODEL OF PURCHASES') }[8])[0];
is_deeply($sums, [ scalar @now, scalar(grep { $_->{x} } @now), sprintf('%.1f', $now{alpha} / $now{r}),
	sprintf('%.1f%%', 100 * $now{a} / ($now{a} + $now{b})), sprintf('%.2f', $now{p} * $now{v} / ($now{q} - 1)),
	sprintf('%.0f', sum0(map { p_alive('mbg_nbd', \%now, $_) } @now)),
	sprintf('%.1f', sum0(map { year_value(\%now, $_) } @now) / 1000) ],
	'so many customers are still there and buy for so much');

my %quarter_before = parameters('2025-09-30', 'mbg_nbd');
my %before = map { $_->{id} => p_alive('mbg_nbd', \%quarter_before, $_) } buyers('2025-09-30');
my @risky;
for my $b (@now)
{
	my $p = p_alive('mbg_nbd', \%now, $b);

	next unless $b->{x} >= 2 && $p >= 0.2 && $p <= 0.7 && exists $before{ $b->{id} } && $p < $before{ $b->{id} };
	my $value = year_value(\%now, $b);
	push @risky, [ $value * (1 / $p - 1), join(',', @{$b}{qw(name segment last)}, $b->{x} + 1,
		sprintf('%.2f,%.2f,%.0f,%.0f', $before{ $b->{id} }, $p, $value, $value * (1 / $p - 1))) ];
}
is_deeply(printed('VALUE AT RISK'), [ map { $_->[1] } (sort { $b->[0] <=> $a->[0] } @risky)[0 .. 9] ],
	'so is the value at risk');

# A half year that the models have not seen.
my @half = buyers('2025-06-30');
my (@totals, %class);
for my $model (qw(bg_nbd mbg_nbd pareto_nbd))
{
	my %p = parameters('2025-06-30', $model);
	my ($bought, $expected, $squares, $products) = (sum0(map { $_->{later} } @half), 0, 0, 0);

	for my $b (@half)
	{
		my $e = expected($model, \%p, $b, 184);
		my $c = $class{ $b->{x} < 7 ? $b->{x} : 7 } //= {};

		$expected += $e;
		$squares += $e**2;
		$products += $e * $b->{later};
		$c->{$model} += $e;
		$c->{bought} += $b->{later} if $model eq 'bg_nbd';
		$c->{n}++ if $model eq 'bg_nbd';
	}
	my $n = @half;
	my $correlation = ($n * $products - $bought * $expected)
	  / sqrt(($n * sum0(map { $_->{later}**2 } @half) - $bought**2) * ($n * $squares - $expected**2));
	push @totals, join(',', $model, $n, $bought, sprintf('%.0f,%s%%,%.3f', $expected, tenth(100 * ($expected / $bought - 1), '+'), $correlation));

	cmp_ok(abs($expected / $bought - 1), '<', 0.15, "$model: the total is right to 15 %");
}
is_deeply(printed('PREDICTED AND BOUGHT'), \@totals, 'what was predicted is what the formulas say, and bought what the orders say');
my @ranges = map { [ split /,/ ] } @{ printed('BETWEEN WHICH NUMBERS') };
is_deeply([ map { [ @{$_}[ 0, 1, 4 ] ] } @ranges ], [ map { [ (split /,/)[ 0, 3, 2 ] ] } @totals ], 'the totals with an interval are these');
is(scalar(grep { $_->[2] <= $_->[4] && $_->[4] <= $_->[3] } @ranges), 3, 'which holds what was bought');
is_deeply(printed('BY HOW OFTEN THEY HAD BOUGHT'),
	[ map { my $c = $class{$_}; join ',', $_, $c->{n}, map { sprintf '%.2f', $c->{$_} / $c->{n} + 1e-9 } qw(bought bg_nbd mbg_nbd pareto_nbd) } 0 .. 7 ],
	'and so by class');

# Users the long way: distinct ids over days and months, sessions by lag() and a
# running sum.
sub usage
{
	my ($query) = @_;
	my $rows = $node->safe_psql('plain', <<"SQL");
SET search_path = demo; SET timezone = 'UTC';
CREATE TEMP TABLE months AS
SELECT user_id, date_trunc('month', at)::date AS month, min(date_trunc('month', min(at))::date) OVER (PARTITION BY user_id) AS cohort
FROM events WHERE user_id IS NOT NULL GROUP BY 1, 2;
$query
SQL
	return [ map { s/,?$//r } split /\n/, $rows ];
}

is_deeply([ map { join ',', (split /,/)[0 .. 5] } @{ printed('ACTIVE USERS') }[1, 2] ],
	usage(<<'SQL'), 'active users are what the rows say');
SELECT n || ' days' || ',' || (SELECT string_agg(round(users, 1)::text, ',' ORDER BY d) FROM (SELECT d, count(DISTINCT user_id)::numeric AS users
  FROM (VALUES (date '2024-12-31'), ('2025-03-31'), ('2025-06-30'), ('2025-09-30'), ('2025-12-31')) AS v (d) JOIN events ON at::date <= d AND at::date > d - n GROUP BY d) AS x)
FROM (VALUES (7), (28)) AS v (n) ORDER BY n
SQL
is_deeply([ map { join ',', (split /,/)[0 .. 5] } @{ printed('LIFECYCLE OF USERS') } ],
	usage(<<'SQL'), 'and so are new, returning, returned and dormant users');
WITH spine AS (SELECT m::date AS m, (m - interval '1 month')::date AS before FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') AS m)
SELECT to_char(m, 'YYYY-MM') || ',' || count(*) || ',' || count(*) FILTER (WHERE now.cohort = m)
       || ',' || count(b.user_id) || ',' || count(*) FILTER (WHERE now.cohort < m AND b.user_id IS NULL)
       || ',' || (SELECT count(*) FROM months AS x WHERE x.month = before) - count(b.user_id)
FROM spine JOIN months AS now ON now.month = m LEFT JOIN months AS b ON b.user_id = now.user_id AND b.month = before
GROUP BY m, before ORDER BY m
SQL
is_deeply(printed('WHO COMES BACK'), usage(<<'SQL'), 'and the cohort triangle');
SELECT to_char(c, 'YYYY-MM') || lpad((SELECT count(DISTINCT user_id) FROM months WHERE cohort = c)::text, 7)
       || string_agg(',' || coalesce(round(100.0 * n / (SELECT count(DISTINCT user_id) FROM months WHERE cohort = c))::text, ''), '' ORDER BY age)
FROM generate_series(timestamp '2025-01-01', '2025-12-01', '1 month') AS c, generate_series(0, 11) AS age,
     LATERAL (SELECT nullif(count(*), 0) AS n FROM months WHERE cohort = c AND month = c + age * interval '1 month') AS cell
GROUP BY c ORDER BY c
SQL
is_deeply(printed('SESSIONS'), usage(<<'SQL'), 'and sessions');
SELECT to_char(quarter, 'YYYY "Q"Q') || ',' || count(*) || ',' || round(count(*)::numeric / count(DISTINCT user_id), 1)
  || ',' || round(avg(length) / 60, 1) || ',' || round(avg(events), 1)
FROM (SELECT user_id, quarter, extract(epoch FROM max(at) - min(at)) AS length, count(*) AS events
      FROM (SELECT user_id, quarter, at, count(*) FILTER (WHERE begins) OVER (PARTITION BY user_id, quarter ORDER BY at) AS number
            FROM (SELECT user_id, date_trunc('quarter', at) AS quarter, at,
                         at - lag(at) OVER (PARTITION BY user_id, date_trunc('quarter', at) ORDER BY at) <= interval '30 minutes' IS NOT TRUE AS begins
                  FROM events WHERE user_id IS NOT NULL AND at >= '2025-01-01') AS e) AS n
      GROUP BY user_id, quarter, number) AS sessions
GROUP BY quarter ORDER BY quarter
SQL

# Journeys the long way: everyone joins once, so there is one entry.
my $way = q{
SET search_path = demo;
CREATE TEMP TABLE way AS
	SELECT customer_id, acquired_by, joined_on, trial, paid, expanded, paid_at_all, days
	FROM customers AS c, (VALUES (180), (90)) AS w (days),
	     LATERAL (SELECT min(starts_on) AS paid_at_all FROM subscriptions AS s WHERE s.customer_id = c.customer_id) AS p,
	     LATERAL (SELECT min(started_on) AS trial FROM trials AS t WHERE t.customer_id = c.customer_id AND started_on BETWEEN joined_on AND joined_on + days) AS t,
	     LATERAL (SELECT paid_at_all AS paid WHERE paid_at_all BETWEEN trial AND joined_on + days UNION ALL SELECT NULL LIMIT 1) AS b,
	     LATERAL (SELECT min(ends_on) AS expanded FROM subscriptions AS s WHERE s.customer_id = c.customer_id AND end_reason = 'upgrade' AND ends_on BETWEEN paid AND joined_on + days) AS e
	WHERE joined_on >= '2025-01-01' AND joined_on < '2026-01-01';
};
is_deeply([ map { join(',', (split /,/)[0 .. 3, 5 .. 6]) } @{ printed('FROM JOINING TO A LARGER PLAN') }[1 .. 3] ],
	[ split /\n/, $node->safe_psql('plain', $way . q{
WITH undecided AS (
	SELECT count(*) FILTER (WHERE trial IS NULL) AS trial, count(*) FILTER (WHERE trial IS NOT NULL AND paid IS NULL) AS paid, count(*) FILTER (WHERE paid IS NOT NULL AND expanded IS NULL) AS expanded
	FROM way WHERE days = 180 AND joined_on + 180 > '2026-01-01')
SELECT concat_ws(',', step, n, u, to_char(100.0 * n / (entered - before), 'FM990.0') || '%', to_char(100.0 * n / (last - u), 'FM990.0') || '%', median)
FROM undecided, LATERAL (SELECT count(*) AS entered, count(trial) AS t, count(paid) AS p, count(expanded) AS e, percentile_disc(0.5) WITHIN GROUP (ORDER BY trial - joined_on) AS mt,
		percentile_disc(0.5) WITHIN GROUP (ORDER BY paid - trial) AS mp, percentile_disc(0.5) WITHIN GROUP (ORDER BY expanded - paid) AS me FROM way WHERE days = 180) AS c,
	LATERAL (VALUES ('trial', t, trial, trial, entered, mt), ('paid', p, paid, trial + paid, t, mp), ('expanded', e, expanded, trial + paid + expanded, p, me)) AS v (step, n, u, before, last, median)}) ],
	'the way of customers who joined in 2025');
is_deeply([ map { join(',', (split /,/)[0 .. 4]) } @{ printed('FROM JOINING TO PAYING BY ORIGIN') } ],
	[ split /\n/, $node->safe_psql('plain', $way . q{
SELECT concat_ws(',', coalesce(acquired_by, 'all'), joined, paid, undecided, to_char(100.0 * paid / (joined - undecided), 'FM990.0') || '%')
FROM (SELECT acquired_by, count(*) AS joined, count(*) FILTER (WHERE in_time) AS paid, count(*) FILTER (WHERE NOT in_time AND joined_on + 90 > '2026-01-01') AS undecided
	FROM (SELECT *, coalesce(paid_at_all <= joined_on + 90, false) AS in_time FROM way WHERE days = 90) AS w GROUP BY ROLLUP (acquired_by)) AS c
ORDER BY acquired_by NULLS LAST}) ],
	'... and by origin');

# Health the long way: from the signals, without a state of any kind.
my $health = q{
SET search_path = demo;
CREATE TEMP VIEW h AS
	SELECT measured_on AS day, customer_id, segment, sum(score * weight) / sum(weight) FILTER (WHERE score IS NOT NULL) AS score,
	       100.0 * sum(weight) FILTER (WHERE score IS NOT NULL) / sum(weight) AS coverage
	FROM signals JOIN customers USING (customer_id) GROUP BY 1, 2, 3;
CREATE TEMP VIEW b AS
	SELECT day, score, CASE WHEN starts_on <= day AND coalesce(ends_on, 'infinity') > day THEN coalesce(ends_on, 'infinity') >= day + 1 + interval '3 months' END AS stayed
	FROM h JOIN (SELECT customer_id, min(starts_on) AS starts_on, max(coalesce(ends_on, 'infinity')) AS ends_on
	             FROM subscriptions WHERE ends_on IS DISTINCT FROM starts_on GROUP BY 1) AS s USING (customer_id)
	WHERE day < '2025-12-31';
};
is_deeply([ map { join(',', (split /,/)[0 .. 6]) } @{ printed('CUSTOMER HEALTH') } ],
	[ split /\n/, $node->safe_psql('plain', $health . q{
SELECT concat_ws(',', coalesce(segment, 'all'), count(*), round(avg(score), 1), round(avg(coverage)),
	to_char(100.0 * count(*) FILTER (WHERE score < 40) / count(score), 'FM990.0') || '%',
	to_char(100.0 * count(*) FILTER (WHERE score >= 40 AND score < 70) / count(score), 'FM990.0') || '%',
	to_char(100.0 * count(*) FILTER (WHERE score >= 70) / count(score), 'FM990.0') || '%')
FROM h WHERE day = '2025-12-31' GROUP BY ROLLUP (segment) ORDER BY segment NULLS LAST}) ],
	'health is what the signals say');
is_deeply([ map { join(',', (split /,/)[0 .. 3, 5 .. 7]) } @{ printed('DOES HEALTH PREDICT') } ],
	[ split /\n/, $node->safe_psql('plain', $health . q{
WITH ranked AS (SELECT *, rank() OVER w + (count(*) OVER (PARTITION BY day, score) - 1) / 2.0 AS r
	FROM b WHERE score IS NOT NULL AND stayed IS NOT NULL WINDOW w AS (PARTITION BY day ORDER BY score)),
counts AS (SELECT day, count(*) FILTER (WHERE stayed) AS p, count(*) FILTER (WHERE NOT stayed) AS n, sum(r) FILTER (WHERE stayed) AS r,
	100.0 * count(*) FILTER (WHERE score < 40 AND NOT stayed) / nullif(count(*) FILTER (WHERE score < 40), 0) AS red,
	100.0 * count(*) FILTER (WHERE score >= 40 AND score < 70 AND NOT stayed) / nullif(count(*) FILTER (WHERE score >= 40 AND score < 70), 0) AS yellow,
	100.0 * count(*) FILTER (WHERE score >= 70 AND NOT stayed) / nullif(count(*) FILTER (WHERE score >= 70), 0) AS green FROM ranked GROUP BY day)
SELECT concat_ws(',', to_char(day, 'YYYY "Q"Q'), p + n, n, round((r - p * (p + 1) / 2.0) / (p * n), 3),
	coalesce(to_char(red, 'FM990.0') || '%', '-'), coalesce(to_char(yellow, 'FM990.0') || '%', '-'), coalesce(to_char(green, 'FM990.0') || '%', '-'))
FROM counts ORDER BY day}) ], 'and so is what it predicts');

# Service the long way: who is answered within target, and solved at once.
is_deeply([ map { join(',', (split /,/)[0, 1, 3, 7, 8]) } @{ printed('SERVICE BY MONTH') } ],
	[ split /\n/, $node->safe_psql('plain', q{
SET search_path = demo; SET TimeZone = 'UTC';
SELECT concat_ws(',', to_char(opened_at, 'YYYY-MM'), count(*),
	to_char(100.0 * count(*) FILTER (WHERE first_response_at <= opened_at + response_target)
		/ count(*) FILTER (WHERE first_response_at IS NOT NULL OR opened_at + response_target < '2026-01-01'), 'FM990.0') || '%',
	to_char(100.0 * count(*) FILTER (WHERE resolved_at IS NOT NULL AND contacts = 1 AND reopened = 0) / count(resolved_at), 'FM990.0') || '%',
	to_char(100.0 * count(*) FILTER (WHERE resolved_at IS NOT NULL AND reopened > 0) / count(resolved_at), 'FM990.0') || '%')
FROM tickets WHERE opened_at >= '2025-01-01' GROUP BY to_char(opened_at, 'YYYY-MM') ORDER BY to_char(opened_at, 'YYYY-MM')}) ],
	'service is what the tickets say');

# States the long way: stays from change to change, up to the end of the year.
my $stays = q{
SET search_path = demo; SET TimeZone = 'UTC';
CREATE TEMP TABLE stays AS SELECT ticket_id, state, at, coalesce(lead(at) OVER (PARTITION BY ticket_id ORDER BY at), '2026-01-01') - at AS stay,
	lead(at) OVER (PARTITION BY ticket_id ORDER BY at) IS NULL AS now, opened_at >= '2025-10-01' AS recent, priority, resolution_target
FROM ticket_states JOIN tickets USING (ticket_id);
};
is_deeply([ map { join(',', (split /,/)[0, 1, 2, 5]) } @{ printed('TIME IN STATE') } ],
	[ split /\n/, $node->safe_psql('plain', $stays . q{
SELECT concat_ws(',', state, count(DISTINCT ticket_id), round(sum(extract(epoch FROM stay)) / 86400), count(*) FILTER (WHERE now))
FROM stays WHERE recent AND state <> 'solved' GROUP BY state ORDER BY sum(stay) DESC}) ], 'time in state is what passes from change to change');
is_deeply([ map { join(',', (split /,/)[0, 2, 3, 5, 6]) } @{ printed('TARGETS AND PAUSES') } ],
	[ split /\n/, $node->safe_psql('plain', $stays . q{
SELECT concat_ws(',', priority, to_char(100.0 * count(*) FILTER (WHERE solved AND always <= resolution_target) / count(*) FILTER (WHERE solved OR always > resolution_target), 'FM990.0') || '%',
	to_char(100.0 * count(*) FILTER (WHERE solved AND paused <= resolution_target) / count(*) FILTER (WHERE solved OR paused > resolution_target), 'FM990.0') || '%',
	count(*) FILTER (WHERE NOT solved AND paused <= resolution_target), to_char(100.0 * count(*) FILTER (WHERE reopened) / count(*) FILTER (WHERE reopened IS NOT NULL), 'FM990.0') || '%')
FROM (SELECT priority, resolution_target, bool_or(now AND state = 'solved') AS solved, coalesce(sum(stay) FILTER (WHERE state <> 'solved'), '0') AS always, coalesce(sum(stay) FILTER (WHERE state NOT IN ('solved', 'waiting for the customer')), '0') AS paused,
		CASE WHEN bool_or(state = 'solved') THEN bool_or(state = 'reopened') END AS reopened FROM stays WHERE recent GROUP BY ticket_id, priority, resolution_target) t
GROUP BY priority, resolution_target ORDER BY resolution_target}) ], 'targets stand still while the customer has to answer');
is_deeply([ map { join(',', (split /,/)[0 .. 4]) } @{ printed('BACKLOG BY DAY') } ],
	[ split /\n/, $node->safe_psql('plain', $stays . q{
SELECT concat_ws(',', to_char(d, 'YYYY-MM-DD Dy'), count(*) FILTER (WHERE state IN ('new', 'reopened') AND at >= d AND at < d + interval '1 day'), count(*) FILTER (WHERE state = 'solved' AND at >= d AND at < d + interval '1 day'),
	count(*) FILTER (WHERE state <> 'solved' AND at < d + interval '1 day' AND at + stay >= d + interval '1 day'), count(*) FILTER (WHERE state = 'waiting for the customer' AND at < d + interval '1 day' AND at + stay >= d + interval '1 day'))
FROM stays, generate_series(timestamptz '2025-12-20', '2025-12-31', '1 day') d GROUP BY d ORDER BY d}) ], 'and so is the backlog');

# A customer was last active when it last used, ordered, asked or answered something.
is(run_psql('plain', '-A', '-t', '-c', q{
SET search_path = demo; SET TimeZone = 'UTC';
SELECT count(*) > 1000, count(*) FILTER (WHERE last_active IS DISTINCT FROM greatest(joined_on, used, ordered, asked, answered))
FROM customer_360 JOIN customers USING (customer_id)
	LEFT JOIN (SELECT customer_id, max(at)::date AS used FROM events GROUP BY 1) AS e USING (customer_id)
	LEFT JOIN (SELECT customer_id, max(purchased_on) AS ordered FROM orders WHERE kind = 'order' GROUP BY 1) AS o USING (customer_id)
	LEFT JOIN (SELECT customer_id, max(opened_at)::date AS asked FROM tickets GROUP BY 1) AS t USING (customer_id)
	LEFT JOIN (SELECT customer_id, max(responded_at)::date AS answered FROM survey_responses WHERE score IS NOT NULL GROUP BY 1) AS s USING (customer_id)}), 't|0', 'everyone was active some day, and last on the one that is told');

# On paper, that is in a terminal of 100 columns
my $wide = max(map { length(decode('UTF-8', $_)) }
	  split /\n/, run_psql('plain', '-f', "$demo/report.sql"));
cmp_ok($wide, '<=', 100, 'the report fits 100 columns');

# ---------------------------------------------------------------------------
# The page: the same figures with plots, in one file, in a real browser
# ---------------------------------------------------------------------------

sub program
{
	my ($name) = @_;

	return grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

sub unescape
{
	my ($text) = @_;
	my %character = (lt => '<', gt => '>', quot => '"', amp => '&');

	return $text =~ s/&(lt|gt|quot|amp);/$character{$1}/gr;
}

# What a plot tells where it is pointed at: the values, at their places.
sub page_has_values
{
	my ($html, $dir) = @_;
	my %plots;

	while ($html =~ /<svg class="(\w+)" role="img" aria-label="([^"]+)"(.*?)<\/svg>/gs)
	{
		push @{ $plots{$1} }, [ $2, $3 ];
	}
	my @titles = map { /<title>(.*?)<\/title>/gs } map { $_->[1] } map { @$_ } values %plots;
	is(scalar(grep { /gnuplot|csv|\bskip\b|\busing\b|[\${}\\_^]/ } @titles), 0, 'no title is code of gnuplot');
	is(scalar(grep { /gnuplot|\.csv|\{\// } map { /<text[^>]*>(.*?)<\/text>/gs } map { $_->[1] } map { @$_ } values %plots),
		0, 'nor is a text of a plot');
	for my $shape (sort keys %plots)
	{
		my %told = map { $_->[0] => $_->[1] } @{ $plots{$shape} };
		my ($cells) = map { $told{$_} } grep { /^Percent of users active/ } keys %told;
		my ($bars) = map { $told{$_} } grep { /^New, returned/ } keys %told;
		my $place = qr/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"><title>(.*?)<\/title>/;
		my @empty = grep { (() = $told{$_} =~ /$place/g) == 0 } keys %told;

		is_deeply(\@empty, [], "$shape: every plot tells its values");

		# The number that gnuplot wrote is where its value is told.
		my @numbers;
		push @numbers, [ $1, $2, $3 ]
		  while $cells =~ /translate\(([\d.]+),([\d.]+)\)[^>]*>\s*<text[^>]*>(?:<tspan[^>]*>)?\s*(\d+)\s*</g;
		my ($right, $wrong) = (0, 0);
		while ($cells =~ /$place/g)
		{
			my ($x, $y, $width, $height, $text) = ($1, $2, $3, $4, $5);
			my ($value) = $text =~ /later: ([\d.]+) % active/;
			my @inside = grep { $_->[0] > $x && $_->[0] < $x + $width && $_->[1] > $y && $_->[1] < $y + $height } @numbers;

			@inside == 1 && abs($inside[0][2] - $value) <= 0.5 ? $right++ : $wrong++;
		}
		is("$right $wrong", "78 0", "$shape: 78 cells of the cohorts tell what is written in them");
		($right, $wrong) = (0, 0);
		my %name;
		$name{$2}{$1} = 1 while $bars =~ /translate\(([\d.]+),[\d.]+\)[^>]*>\s*<text[^>]*>(?:<tspan[^>]*>)?\s*([A-Z][a-z]{0,2})\s*</g;
		while ($bars =~ /$place/g)
		{
			my ($x, $width, $text) = ($1, $3, $5);
			my ($month) = $text =~ /^(\w+) 2025/;
			my @at = keys %{ $name{$month} // $name{ substr $month, 0, 1 } // {} };

			(grep { $_ > $x && $_ < $x + $width } @at) ? $right++ : $wrong++;
		}
		is("$right $wrong", "12 0", "$shape: and so do the months of MRR");
	}
	my ($value, $low, $high) = slurp_file("$dir/nps.csv") =~ /^2025-04-01,(.*),(.*),(.*)$/m;
	ok($html =~ /<title>April 2025: NPS \Q$value\E, 95 % interval \Q$low\E to \Q$high\E<\/title>/,
		'the month of the price rise tells its NPS');
}

# The queries that a card shows are those that made it: they make it again.
sub page_has_sql
{
	my ($html, $dir) = @_;
	my $template = slurp_file("$demo/page/page.html");
	my @wanted = ([ 'figures' ], map { [ /\{\{(?:table:)?(\w+)\}\}/g ] } $template =~ /<section.*?<\/section>/gs);
	my @cards = ($html =~ /(<dl class="figures".*?)<div class="plots">/s, $html =~ /<section.*?<\/section>/gs);

	is(scalar @cards, scalar @wanted, 'as many cards as were asked for');
	for my $i (0 .. $#wanted)
	{
		my ($sql) = $cards[$i] =~ /<details class="sql">.*?<pre><code>(.*?)<\/code>/s;
		my $made = join('', map { slurp_file("$dir/$_.csv") } @{ $wanted[$i] });
		my $again = '';

		if (defined $sql)
		{
			append_to_file("$dir/card$i.sql", Encode::encode('UTF-8', "SET search_path = demo, public;\n" . unescape($sql)));
			$again = run_psql('plain', '--csv', '-P', 'null=', '-f', "$dir/card$i.sql");
		}
		is($again, $made =~ s/\n\z//r, "the card of @{ $wanted[$i] } shows the SQL that made it");
		if ($i > 0 && $template =~ /\{\{$wanted[$i][0]\}\}/)
		{
			ok($cards[$i] =~ /<details><summary>Figures<\/summary>.*<table>/s, '... and its figures');
		}
	}
}

# The contrast of two colours by WCAG 2.2, "relative luminance" and "contrast
# ratio".
sub luminance
{
	my @linear = map { my $c = $_ / 255; $c <= 0.04045 ? $c / 12.92 : (($c + 0.055) / 1.055)**2.4 } @_;

	return 0.2126 * $linear[0] + 0.7152 * $linear[1] + 0.0722 * $linear[2];
}

sub contrast
{
	my ($high, $low) = sort { $b <=> $a } map { luminance(@$_) } @_;

	return ($high + 0.05) / ($low + 0.05);
}

sub page_is_readable
{
	my ($html) = @_;

	cmp_ok(abs(contrast([ 0, 0, 0 ], [ 255, 255, 255 ]) - 21), '<', 1e-9, 'black on white is 21 to 1');
	cmp_ok(abs(contrast([ 119, 119, 119 ], [ 255, 255, 255 ]) - 4.48), '<', 0.005, 'and #777777 on white 4.48 to 1');

	my ($light, $dark) = $html =~ /:root \{(.*?)\}.*?prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}/s;
	my %colours;
	for my $scheme ([ 'light', $light ], [ 'dark', $dark ])
	{
		my ($name, $css) = @$scheme;
		my %c = $css =~ /--(\w+): #([0-9a-f]{6});/g;
		my ($full) = $css =~ /--full: ([\d.]+);/;
		my %rgb = map { $_ => [ map { hex } $c{$_} =~ /../g ] } keys %c;
		my @pale = grep { contrast($rgb{ $_->[0] }, $rgb{ $_->[1] }) < 4.5 }
		  map { ([ $_, 'paper' ], [ $_, 'card' ]) } qw(ink faint);
		my @faint = grep { contrast($rgb{$_}, $rgb{card}) < 3 } qw(c1 c2 c3 good middling bad);
		my %cells = map { $_ => 1 } $html =~ /fill:var\(--c1\);fill-opacity:calc\(var\(--full\) \* ([\d.]+)\)/g;
		my %ratio = map {
			my $share = $full * $_;
			$_ => contrast($rgb{ink}, [ map { $share * $rgb{c1}[$_] + (1 - $share) * $rgb{card}[$_] } 0 .. 2 ]);
		} keys %cells;

		is_deeply([ map { "@$_" } @pale ], [], "$name: text has a contrast of 4.5 to what is behind it");
		is_deeply(\@faint, [], "$name: lines and bars one of 3");
		cmp_ok(scalar keys %cells, '>', 10, "$name: cells of many shades");
		is($cells{1}, 1, "$name: one of them is full");
		cmp_ok(min(values %ratio), '>=', 4.5, "$name: their numbers have a contrast of 4.5");
	}
	is(() = $html =~ /<div class="scroll"/g, () = $html =~ /<(?:table|pre)>/g, 'every table and query can be scrolled by itself');
	is(() = $html =~ /<div class="scroll" role="region" tabindex="0" aria-label="[^"]+"/g, () = $html =~ /<div class="scroll"/g,
		'... by the keyboard, and says what it is');
}

SKIP:
{
	skip 'gnuplot is not installed', 1 unless program('gnuplot');

	my $dir = PostgreSQL::Test::Utils::tempdir();
	my $page = "$dir/page.html";

	run_psql('plain', '-v', "dir=$dir", '-c', 'SET search_path = demo, public', '-f', "$demo/page/data.sql");
	command_ok([ 'gnuplot', '-e', "dir='$dir'", "$demo/page/plots.gp" ], 'gnuplot draws the plots');
	# in a checkout whose path is not a word of the shell
	my $place = "$dir/a check[out]";
	system('mkdir', $place) == 0 && system('cp', '-R', $demo, "$place/demo") == 0 or die "cannot copy the demo\n";
	command_ok([ $^X, "$place/demo/page/build.pl", $dir, $page ], 'they become a page');

	my $html = decode('UTF-8', slurp_file($page));
	unlike($html, qr/(?:src|href)=|\@import|url\(|<script/, 'it fetches nothing when it is read');
	unlike($html, qr/\{\{/, 'no place is left empty');
	unlike($html, qr/rgb\(/, 'every colour follows the page');
	for my $shape (qw(broad slim))
	{
		is(() = $html =~ /<svg class="$shape" role="img" aria-label="[^"]+"/g, 8, "eight $shape plots, each told in words");
	}
	my $nps = $node->safe_psql('plain', q{SET search_path = demo;
SELECT to_char(round(100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / count(score), 1), 'FMSG990.0')
FROM (SELECT DISTINCT * FROM survey_responses) AS a WHERE kind = 'nps' AND day >= '2025-10-01'});
	like($html, qr/<dt>NPS<\/dt><dd class="number">\Q$nps\E</, 'the NPS of the last quarter stands first');
	my ($riskiest) = map { (split /,/, $_->[1])[0] } sort { $b->[0] <=> $a->[0] } @risky;
	like($html, qr/Orders at risk.*?<tbody><tr><th scope="row" class="text">\Q$riskiest\E</s, 'so does the customer with the most at risk');
	my $row = sprintf('<th scope="row" class="text">alpha</th><td>%.2f</td>', $now{alpha});
	like($html, qr/\Q$row\E/, 'and the model is there');

	page_has_values($html, $dir);
	page_has_sql($html, $dir);
	page_is_readable($html);

	my @active = $html =~ /Customers who need attention.*?<tbody>(.*?)<\/tbody>/s ? $1 =~ /<td[^>]*>([^<]*)<\/td><\/tr>/g : ();
	is(scalar(grep { /^\d{4}-\d\d-\d\d$/ } @active), 10, 'ten customers who need attention, each with its last day');

	skip 'chromium is not installed', 1 unless program('chromium');

	# A copy that tells what a reader would see: what is wider than its place,
	# how large text is, and how high the plots are.
	my $probe = $html =~ s{</body>}{<script>
const shown = [...document.querySelectorAll('svg')].filter(s => s.getBoundingClientRect().height > 0);
const size = t => parseFloat(getComputedStyle(t).fontSize);
const cut = [...document.querySelectorAll('.scroll')].filter(s => !s.closest('details:not([open])') && s.scrollWidth > s.clientWidth);
const pointed = svg => {
	const place = svg.querySelector('.values rect:nth-child(3)'), text = place.querySelector('title').textContent;
	place.scrollIntoView({ block: 'center' });
	const box = place.getBoundingClientRect(), at = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
	return box.width > 0 && at !== null && at.querySelector('title')?.textContent === text;
};
const cards = [...document.querySelectorAll('section, .figure')];
document.title = JSON.stringify({
	width: innerWidth,
	over: document.documentElement.scrollWidth - innerWidth,
	told: shown.filter(pointed).length,
	plots: shown.filter(s => s.getBoundingClientRect().height > 100).length,
	outside: shown.filter(s => [...s.querySelectorAll('text')].some(t => { const a = t.getBoundingClientRect(), b = s.getBoundingClientRect();
		return a.left < b.left - 1 || a.right > b.right + 1; })).length,
	text: Math.min(...shown.flatMap(s => [...s.querySelectorAll('text')].map(t => size(t) * s.getBoundingClientRect().width / s.viewBox.baseVal.width)),
		...[...document.querySelectorAll('h2, p, dt, dd, th, td, summary, footer, pre')].map(size)),
	cut: cut.length,
	mute: cut.filter(s => s.tabIndex !== 0).length,
	high: Math.max(...cards.map(c => c.getBoundingClientRect().height)),
	torn: cards.filter(c => getComputedStyle(c).breakInside !== 'avoid').length,
	last: [...document.querySelectorAll('h2')].filter(h => h.getBoundingClientRect().height > 0).pop().innerText,
	paper: getComputedStyle(document.body).backgroundColor });
</script></body>}r;
	# What is for paper only, on a screen as wide as the paper between its margins
	my $paper = $probe =~ s/\@media print/\@media all/gr =~ s/\@media screen/\@media speech/gr;
	my %seen;
	for my $reader ([ 'desktop', $probe, 1280, 1, 11, 8 ], [ 'phone in the dark', $probe, 420, 0, 11, 8 ],
		[ 'paper', $paper, 703, 0, 10.6, 0 ])
	{
		my ($name, $text, $width, $scheme, $smallest, $pointed) = @$reader;
		my $inside = $text =~ s/&/&amp;/gr =~ s/"/&quot;/gr;
		my $file = "$dir/" . $name =~ s/ /_/gr . '.html';

		# Chromium's own window cannot be as narrow as a telephone; a frame can.
		append_to_file($file, Encode::encode('UTF-8', qq{<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<iframe style="width: ${width}px; height: 900px; border: 0" onload="document.title = this.contentDocument.title" srcdoc="$inside"></iframe></body></html>}));
		my ($dom) = run_command([ 'chromium', '--headless', '--no-sandbox', '--disable-gpu',
			'--disable-quic', '--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--disable-sync', '--hide-scrollbars', "--user-data-dir=$dir/profile",
			"--blink-settings=preferredColorScheme=$scheme", '--window-size=1400,1000', '--dump-dom', "file://$file" ]);
		my %told = %{ decode_json(($dom =~ m{<title>(.*?)</title>}s)[0] // '{}') };

		$seen{$name} = \%told;
		is($told{width}, $width, "$name: so wide is it");
		cmp_ok($told{over}, '<=', 0, "$name: nothing is wider than the screen");
		is($told{plots}, 8, "$name: eight plots are to be seen");
		is($told{told}, $pointed, "$name: so many of them tell what they are pointed at");
		is($told{outside}, 0, "$name: no text of theirs is cut");
		cmp_ok($told{text}, '>=', $smallest, "$name: the smallest text is readable");
		is($told{mute}, 0, "$name: the keyboard reaches what is wider than its place");
		is($told{last}, 'Customers who need attention', "$name: the last card is there");
	}
	cmp_ok($seen{'phone in the dark'}{cut}, '>', 0, 'on a phone tables are wider than their place');
	is($seen{desktop}{cut}, 0, '... on a desktop none is');
	is($seen{paper}{cut}, 0, 'on paper no table is cut');
	is($seen{paper}{torn}, 0, 'no card is to be in two pieces');
	cmp_ok($seen{paper}{high}, '<', 1032, 'and none is higher than a page');
	isnt($seen{desktop}{paper}, $seen{'phone in the dark'}{paper}, 'light and dark');
	is($seen{paper}{paper}, $seen{desktop}{paper}, 'paper is light');
}

$node->stop;
done_testing();
