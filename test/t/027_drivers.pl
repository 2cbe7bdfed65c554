
# Drivers of a change: the same rows give the same bytes, whatever the plan.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use Test::More;

my $cx = CxMetrics::Metamorphic->new;

# A row for each segment, some of which are on one side only.
$cx->table('segments', q{
SELECT i AS id, i % 25 AS g, 'segment ' || i AS segment,
	CASE WHEN r % 7 > 0 THEN format('{"version": 1, "scores": {"10": %s, "8": %s, "2": %s}}', r % 100, r % 37, r % 11)::survey_summary END AS s1,
	CASE WHEN r % 5 > 0 THEN format('{"version": 1, "scores": {"9": %s, "0": %s}}', r % 90, r % 61)::survey_summary END AS s2,
	CASE WHEN r % 7 > 0 THEN format('{"version": 1, "positives": %s, "negatives": %s}', r % 100, r % 37)::rate_summary END AS r1,
	CASE WHEN r % 5 > 0 THEN format('{"version": 1, "positives": %s, "negatives": %s}', r % 90, r % 61)::rate_summary END AS r2,
	CASE WHEN r % 7 > 0 THEN (r % 1000) / 8.0 END AS x, CASE WHEN r % 5 > 0 THEN 1 + (r % 100) / 10.0 END AS y
FROM generate_series(1, 1500) i, LATERAL (SELECT (hashint8extended(i, 2) & 1048575)::integer) h(r)});

$cx->check('segments', 'driver_summary(segment, s1, s2)');
$cx->check('segments', 'driver_summary(segment, r1, r2)');
$cx->check('segments', 'money_driver_summary(segment, x, y)');
# a ratio of a segment is that of its customers
$cx->table('ratios', q{
SELECT i AS id, i % 25 AS g, 'segment ' || i AS segment,
	(SELECT ratio_summary(j * i % 7, 1 + j % 3) FROM generate_series(1, 5 + i % 40) AS j) AS before,
	(SELECT ratio_summary(j * i % 11, 1.5) FROM generate_series(1, i % 50) AS j) AS after
FROM generate_series(1, 1500) i});
$cx->check('ratios', 'driver_summary(segment, before, after)');

$cx->finish;
done_testing();
