
# Service, lifetimes seen late and ends by cause: the same rows give the same
# bytes, whatever the plan; binary values that are none are refused.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use Test::More;

my $cx = CxMetrics::Metamorphic->new;

# A window for each row, none of which overlap: so many a day of the week, or a
# date of its own.
$cx->table('hours', q{
SELECT i AS id, i % 5 AS g, 'Asia/Seoul' AS zone, 1 + i / 5 % 7 AS day_of_week, date '2025-01-01' + i / 5 % 300 AS day,
	CASE WHEN i / 5 % 3 > 0 THEN time '06:00' + i * interval '13 seconds' END AS opens, CASE WHEN i / 5 % 3 > 0 THEN time '06:00' + (i * 13 + 1 + i % 11) * interval '1 second' END AS closes
FROM generate_series(1, 3000) i});
$cx->check('hours', 'business_calendar(zone, day_of_week, opens, closes)');
$cx->check('hours', 'special_days(day, opens, closes)');

$cx->sql(q{CREATE FUNCTION calendar() RETURNS business_calendar LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN '{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-12:00", "13:00-18:00"], "saturday": ["22:00-06:00"]}, "days": {"2025-03-05": []}}'::business_calendar});
$cx->table('tickets', q{
SELECT i AS id, r % 7 AS g, CASE WHEN r % 19 > 0 THEN opened END AS opened, CASE WHEN r % 3 > 0 THEN opened + r % 997 * interval '11 minutes' END AS closed, opened + r % 500 * interval '10 minutes' AS seen,
	(ARRAY['own will', 'payment failed', 'closed', 'moved'])[1 + r % 4] AS cause, (ARRAY[interval '4 hours', '1 day', '2 days 30 minutes'])[1 + r % 3] AS target
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 3) & 65535)::integer) h(r), LATERAL (SELECT timestamptz '2025-03-01' + r % 4001 * interval '13 minutes') o(opened)});

$cx->check('tickets', "business_duration_summary(calendar(), opened, closed, '2025-06-01')");
$cx->check('tickets', "business_sla_agg(calendar(), opened, closed, target, '2025-04-01')", accessor => 'rate',
	summary => "rate_summary(business_within_target(calendar(), opened, closed, target, '2025-04-01'))");
$cx->check('tickets', "length_summary(closed - opened, closed < '2025-04-01')");
$cx->check('tickets', "backlog_summary(opened AT TIME ZONE 'UTC', closed AT TIME ZONE 'UTC')");
# Tickets change between states; some changes are there twice, in other groups.
$cx->table('changes', q{
SELECT i AS id, r % 7 AS g, CASE WHEN r % 29 > 0 THEN r % (5 + r % 900) - 100 END AS ticket, CASE WHEN r % 23 > 0 THEN timestamptz '2025-03-01' + r % 4001 * interval '13 minutes 0.5 seconds' END AS at,
	CASE WHEN r % 19 > 0 THEN (ARRAY['open', 'waiting', 'closed', 'on hold', 'new'])[1 + r % 5] || CASE WHEN r % 11 = 0 THEN ' ' || r % 40 ELSE '' END END AS state
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i / 2, 3) & 65535)::integer) h(r)});
$cx->check('changes', 'ticket_log(ticket, at, state)');
$cx->check('changes', 'ticket_log(ticket::smallint, at, state)');
$cx->check('changes', 'ticket_log(ticket::bigint * 1000000007, at, state)');
$cx->check('changes', 'ticket_log(md5(ticket::text)::uuid, at, state)');
$cx->check('changes', 'ticket_log(ticket::text, at, state)');
$cx->check('changes', 'state_history(at, state)');
for my $type ('date', 'timestamp', 'timestamptz')
{
	$cx->check('tickets', "observed_duration_summary(opened::$type, closed::$type, least(seen, closed)::$type, '2025-06-01')");
	$cx->check('tickets', "cause_duration_summary(opened::$type, closed::$type, cause, '2025-04-15')");
}

# ---------------------------------------------------------------------------
# Binary values that no function sends: of an entry eight times its date plus the
# day of the week, from when to when it is open
# ---------------------------------------------------------------------------
my $hour = 3600 * 1000000;

# Say what comes of entries of special days, or of a calendar of UTC.
sub days { return $cx->received('special_days', pack('CN', 1, @_ / 3) . pack('q>*', @_)) }
sub calendar { return $cx->received('business_calendar', pack('Ca64N', 1, 'UTC', @_ / 3) . pack('q>*', @_)) }

my ($first, $last) = (-2147483648 * 8, 2147483647 * 8);
my $opening = '22P03 A window does not open between 00:00 and 24:00.';
my $closing = '22P03 A window does not close within a day after it opens.';
is(days(0, 9 * $hour, 17 * $hour), 'accepted', 'special_days: a day');
is(days(0, -1, -1), 'accepted', 'special_days: a day that is closed');
is(days($_, -1, -1), '22P03 A date is infinite.', "special_days: the date $_") for $first, $last;
is(days($_, -1, -1), '22P03 A date is out of range.', "special_days: the date $_") for $first + 8, $last - 8;
is(days(1, 9 * $hour, 17 * $hour), '22P03 A day of the week stands where a date should.', 'special_days: Mondays');
is(days(0, -1, 17 * $hour), $opening, 'special_days: closed until five');
is(days(0, 24 * $hour, 25 * $hour), $opening, 'special_days: from the next midnight on');
is(days(0, 9 * $hour, 9 * $hour), $closing, 'special_days: from nine to nine');
is(days(0, 9 * $hour, 33 * $hour), $closing, 'special_days: a whole day from nine on');
is(days(0, 0, 24 * $hour), 'accepted', 'special_days: a whole day');
is(days(0, 0, 24 * $hour + 1), $closing, 'special_days: more than a day');
is(calendar($first + 1, 9 * $hour, 17 * $hour), 'accepted', 'business_calendar: Mondays');
is(calendar($first + 1, -1, -1), $opening, 'business_calendar: closed on Mondays');
is(calendar($last + 1, 9 * $hour, 17 * $hour), '22P03 A date is infinite.', 'business_calendar: Mondays that never come');
is(calendar(1, 9 * $hour, 17 * $hour), '22P03 No day of the week has hours.', 'business_calendar: Mondays from 2000 on');
is(calendar(), '22P03 No day of the week has hours.', 'business_calendar: no hours');

$cx->finish;
done_testing();
