
# Arrows and intervals in simulated worlds: how often a change is found where there
# is none, and how often an interval covers what is true.  A nominal 5 percent test
# may find one in 6 percent of worlds, a nominal 95 percent interval must cover in 93
# to 97 percent.  Worlds follow from a fixed seed, so that a run repeats; CX_WORLDS=10 makes ten times as many, for a closer look.
#
# Rates and scores of few answers are in test/math/few_test.c, which counts samples
# instead of drawing them.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $times = $ENV{CX_WORLDS} // 1;
my $node = PostgreSQL::Test::Cluster->new('simulations');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\n");
$node->start;

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('postgres', $query);
}

sql('CREATE EXTENSION cx_metrics');

# A share of worlds, in percent, and what it may be.
sub holds
{
	my ($name, $low, $high, $query) = @_;
	my $share = sql("SELECT setseed(0.25) \\g /dev/null\n$query");
	ok($share >= $low && $share <= $high, sprintf('%s: %.1f %%', $name, $share));
	return;
}

# Two curves that are one: Weibull lifetimes, of which a tenth to a third are cut off,
# up to a horizon that people are followed to.  Fewer than 20 ends on a side: no
# arrow at all.
my $worlds = 2000 * $times;
for my $case ([ 40, 1, 2.5 ], [ 40, 0.7, 5 ], [ 30, 1.5, 10 ], [ 200, 1, 2.5 ])
{
	my ($people, $shape, $cut) = @$case;
	my $changes = qq{
SELECT c.direction, ends
FROM (SELECT w, length_summary(least(life, cut) * interval '1 hour', life <= cut) FILTER (WHERE i % 2 = 0) AS before,
			length_summary(least(life, cut) * interval '1 hour', life <= cut) FILTER (WHERE i % 2 = 1) AS after,
			least(count(*) FILTER (WHERE i % 2 = 0 AND life <= least(cut, 200)), count(*) FILTER (WHERE i % 2 = 1 AND life <= least(cut, 200))) AS ends
		FROM (SELECT w, i, 100 * power(-ln((1 - random())), 1.0 / $shape) AS life, 100 * $cut * (1 - random()) AS cut
			FROM generate_series(1, $worlds) w, generate_series(1, 2 * $people) i) people
		GROUP BY w) samples, duration_change(before, after, '200 hours') c};

	holds("duration_change, $people people a side, shape $shape: false alarms", 0, 6,
		"SELECT 100.0 * avg(abs(direction)) FROM ($changes) c");
	is(sql("SELECT setseed(0.25) \\g /dev/null\nSELECT count(*) FROM ($changes) c WHERE direction <> 0 AND ends < 20"), 0, 'no arrow where fewer than 20 end');
}

# An arrow is no comfort that is never shown: two lifetimes of which one is twice the other.
holds('duration_change, 60 people a side, one lives twice as long: found', 60, 100, qq{
SELECT 100.0 * avg((c.direction = 1)::int)
FROM (SELECT w, length_summary(least(life, cut) * interval '1 hour', life <= cut) FILTER (WHERE i % 2 = 0) AS before,
			length_summary(least(life, cut) * interval '1 hour', life <= cut) FILTER (WHERE i % 2 = 1) AS after
		FROM (SELECT w, i, -100 * (1 + i % 2) * ln((1 - random())) AS life, 400 * (1 - random()) AS cut
			FROM generate_series(1, $worlds) w, generate_series(1, 120) i) people
		GROUP BY w) samples, duration_change(before, after, '200 hours') c});

# Weights.  A share of the people, "b", is of a group that weighs and answers otherwise;
# the truth is the weighted mean of the two groups.
for my $case (
	[ 'weights from 0 to 2', 100, '2 * random()', 0.2, 0.5, 0.2, 0.5, 0.2, 1, 1 ],
	[ 'weights from 0 to 2', 30, '2 * random()', 0.2, 0.5, 0.2, 0.5, 0.2, 1, 1 ],
	[ 'a fifth weighs three times as much', 100, '1', 0.2, 0.5, 0.2, 0.5, 0.2, 1, 3 ],
	[ 'three in ten weigh 2.4 times as much and answer otherwise', 100, '1', 0.3, 0.6, 0.15, 0.35, 0.3, 0.7, 1.7 ])
{
	my ($name, $responses, $spread, $b, $promoters, $detractors, $b_promoters, $b_detractors, $weight, $b_weight) = @$case;
	my $share = $b * $b_weight / ($b * $b_weight + (1 - $b) * $weight);
	my $nps = 100 * ($share * ($b_promoters - $b_detractors) + (1 - $share) * ($promoters - $detractors));
	my $top = 100 * ($share * $b_promoters + (1 - $share) * $promoters);
	my $summaries = qq{
SELECT weighted_survey_summary(CASE WHEN u < CASE WHEN other THEN $b_promoters ELSE $promoters END THEN 9
	WHEN u < CASE WHEN other THEN $b_promoters + $b_detractors ELSE $promoters + $detractors END THEN 3 ELSE 8 END,
	(CASE WHEN other THEN $b_weight ELSE $weight END * spread)::double precision) AS s
FROM (SELECT w, random() < $b AS other, random() AS u, $spread AS spread FROM generate_series(1, $worlds) w, generate_series(1, $responses)) people GROUP BY w};

	holds("nps_interval, $responses responses, $name: covers", 93, 97,
		"SELECT 100.0 * avg(($nps BETWEEN low AND high)::int) FROM ($summaries) t, nps_interval(s)");
	holds("csat_interval, $responses responses, $name: covers", 93, 97,
		"SELECT 100.0 * avg(($top BETWEEN low AND high)::int) FROM ($summaries) t, csat_interval(s, 9, 10)");
}

done_testing();
