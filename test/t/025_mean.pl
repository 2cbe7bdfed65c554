
# Means and ratios: the same rows give the same bytes, whatever the plan.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use Test::More;

my $cx = CxMetrics::Metamorphic->new;

# Numbers of several scales and signs, some beyond 64 bits, NULLs.
$cx->table('customers', q{
SELECT i AS id, floor(sqrt((hashint8extended(i, 1) & 65535)::float8) / 29)::integer AS g,
	CASE WHEN r % 7 > 0 THEN (r % 100000) / 10.0 ^ (r % 5) - 500 + CASE WHEN r % 499 = 0 THEN 1e19 ELSE 0 END END AS x,
	CASE WHEN r % 11 > 0 THEN (r % 1000) / 4.0 END AS y
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 2) & 1048575)::integer) h(r)});

for my $type ('numeric', 'double precision')
{
	$cx->check('customers', "mean_summary(x::$type)");
	$cx->check('customers', "ratio_summary(x::$type, y::$type)");
	$cx->check('customers', "adjusted_mean_summary(x::$type, y::$type)");
}

$cx->finish;
done_testing();
