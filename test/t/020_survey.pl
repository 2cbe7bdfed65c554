
# Surveys and rates: the same rows give the same bytes, whatever the plan.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::RealBin/../perl";
use CxMetrics::Metamorphic;
use Test::More;

my $cx = CxMetrics::Metamorphic->new;

$cx->table('scores', q{
SELECT i AS id, floor(sqrt((hashint8extended(i, 1) & 65535)::float8) / 29)::integer AS g,
	CASE WHEN r % 7 > 0 THEN r % 11 END AS score,
	CASE WHEN r % 11 > 0 THEN 1 + r % 5 END AS stars,
	CASE WHEN r % 13 > 0 THEN 1 + r % 7 END AS effort,
	(r % 500)::numeric / (ARRAY[1, 10, 8, 3])[1 + r % 4] AS weight
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 2) & 65535)::integer) h(r)});

for my $type ('smallint', 'integer', 'double precision')
{
	$cx->check('scores', "survey_summary(score::$type)");
	$cx->check('scores', "weighted_survey_summary(score::$type, weight)");
	$cx->check('scores', "weighted_survey_summary(score::$type, weight::double precision)");
}
$cx->check('scores', 'nps_agg(score)', summary => 'survey_summary(score)', accessor => 'nps');
$cx->check('scores', 'csat_agg(stars)', summary => 'survey_summary(stars)', accessor => 'csat');
$cx->check('scores', 'ces_agg(effort)', summary => 'survey_summary(effort)', accessor => 'ces');

# A row is a segment of a population.
$cx->table('segments', q{
SELECT id, g, survey_summary(score) AS s, 1 + 1000 * weight AS people FROM scores, generate_series(1, 3) WHERE score IS NOT NULL GROUP BY id, g, weight});
$cx->check('segments', 'post_stratified_summary(s, people)');
$cx->check('segments', 'post_stratified_nps(s, people)', summary => 'post_stratified_summary(s, people)', accessor => 'post_stratified_nps_final');

$cx->table('customers', q{
SELECT i AS id, (r % 1000) % 5 AS g, CASE WHEN r % 7 > 1 THEN r % 3 = 1 END AS outcome,
	CASE WHEN r % 17 > 0 THEN date '2024-06-01' + r % 400 END AS a,
	CASE WHEN r % 2 > 0 THEN date '2024-06-01' + r % 400 + r % 291 END AS b
FROM generate_series(1, 6000) i, LATERAL (SELECT (hashint8extended(i, 3) & 65535)::integer) h(r)});

$cx->check('customers', 'rate_summary(outcome)');
$cx->check('customers', 'rate_agg(outcome)', summary => 'rate_summary(outcome)', accessor => 'rate');
$cx->check('customers', "churn_agg(a, b, '2025-01-01', '2025-04-01')", accessor => 'rate',
	summary => "rate_summary(churned(a, b, '2025-01-01', '2025-04-01'))");
$cx->check('customers', "retention_agg(a, b, '2025-01-01', '2025-04-01')", accessor => 'retention_final',
	summary => "rate_summary(churned(a, b, '2025-01-01', '2025-04-01'))");
for my $type ('date', 'timestamp', 'timestamptz')
{
	$cx->check('customers', "trial_conversion_agg(a::$type, b, '2025-03-01')", accessor => 'rate',
		summary => "rate_summary(trial_converted(a::$type, b, '2025-03-01'))");
	$cx->check('customers', "sla_agg(a::$type, b, '100 days', '2025-03-01')", accessor => 'rate',
		summary => "rate_summary(within_target(a::$type, b, '100 days', '2025-03-01'))");
}

$cx->finish;
done_testing();
