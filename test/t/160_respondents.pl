
# Intervals and arrows as people use them, in simulated worlds: respondents who answer
# several times, changes that are looked at every day, the same people asked twice,
# many channels at once.  A nominal 95 percent interval must cover in 93 to 97 percent
# of worlds, a nominal 5 percent test may find what is not there in 6.  Beside each
# stands what was there before, which must fail: otherwise the worlds would be too
# easy.  Worlds follow from a fixed seed, so that a run repeats; CX_WORLDS=10 makes ten
# times as many, for a closer look.

use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $times = $ENV{CX_WORLDS} // 1;
my $node = PostgreSQL::Test::Cluster->new('respondents');
$node->init(extra => [ '--encoding', 'UTF8', '--no-locale' ]);
$node->append_conf('postgresql.conf', "jit = off\nautovacuum = off\nfsync = off\nwork_mem = '256MB'\n");
$node->start;

sub sql
{
	my ($query) = @_;
	return $node->safe_psql('postgres', $query);
}

sql('CREATE EXTENSION cx_metrics');

# shares(NAME, QUERY, WHAT => [LOW, HIGH], ...): the query gives a row of shares in
# percent, in the order of what they are, and each has to be in its range.
sub shares
{
	my ($name, $query, @wanted) = @_;
	my @shares = split /\|/, sql($query);

	while (my ($what, $range) = splice @wanted, 0, 2)
	{
		my $share = shift @shares;
		ok($share >= $range->[0] && $share <= $range->[1], sprintf('%s, %s: %.1f %%', $name, $what, $share));
	}
	return;
}

my @covers = (93, 97);
my @does_not = (0, 90);
my @level = (0, 6);
my @no_level = (12, 100);

# ---------------------------------------------------------------------------
# Respondents who answer several times
# ---------------------------------------------------------------------------

# Each respondent has a leaning of his own, even between 0 and 1, and answers 9 with
# probability 0.8 times that, 7 with 0.2 and else 3.  So the score of all people is 0.
for my $case ([ 60, 10, 2000 ], [ 50, 8, 1000 ], [ 20, 8, 1500 ], [ 10, 8, 2000 ], [ 200, 1, 1000 ])
{
	my ($people, $answers, $worlds) = @$case;
	$worlds *= $times;
	sql(qq{
DROP TABLE IF EXISTS worlds;
SELECT setseed(0.5) \\g /dev/null
CREATE UNLOGGED TABLE worlds AS
SELECT w, answer_log(i, date '2025-01-01' + j, score) AS l, answer_log(i, date '2025-01-01' + j, CASE score WHEN 9 THEN 5 ELSE 2 END) AS stars, survey_summary(score) AS s
FROM (SELECT w, i, j, CASE WHEN r < 0.8 * leaning THEN 9 WHEN r < 0.8 * leaning + 0.2 THEN 7 ELSE 3 END AS score
	FROM (SELECT w, i, random() AS leaning FROM generate_series(1, $worlds) AS w, generate_series(1, $people) AS i) AS people,
		LATERAL (SELECT j, random() AS r FROM generate_series(1, $answers) AS j WHERE leaning >= 0) AS answers) AS scores
GROUP BY w});
	shares("$people people of $answers answers", q{
SELECT 100.0 * avg((0 BETWEEN n.low AND n.high)::int), 100.0 * avg((40 BETWEEN c.low AND c.high)::int), 100.0 * avg((0 BETWEEN s.low AND s.high)::int)
FROM worlds LEFT JOIN LATERAL nps_interval(l, '2025-01-01', '2026-01-01') AS n ON true LEFT JOIN LATERAL csat_interval(stars, '2025-01-01', '2026-01-01') AS c ON true, nps_interval(s) AS s},
		'the interval of NPS covers' => \@covers, 'the interval of CSAT covers' => \@covers,
		'that of the counts does' => $answers > 1 ? \@does_not : \@covers);
	# the first half of the answers against the second: the same people
	shares("$people people of $answers answers", qq{
SELECT 100.0 * avg(abs(a.direction)), 100.0 * avg(abs(c.direction))
FROM worlds, nps_change(l, '2025-01-01', date '2025-01-02' + $answers / 2, date '2025-01-02' + $answers / 2, '2026-01-01') AS a,
	csat_change(stars, '2025-01-01', date '2025-01-02' + $answers / 2, date '2025-01-02' + $answers / 2, '2026-01-01') AS c},
		'a change of NPS is found' => \@level, 'a change of CSAT is found' => \@level) if $answers > 1;
}

# Other people before than after: a customer is in one of two groups, and nothing differs.
{
	my $worlds = 1000 * $times;
	sql(qq{
DROP TABLE worlds;
SELECT setseed(0.5) \\g /dev/null
CREATE UNLOGGED TABLE worlds AS
SELECT w, answer_log(i, timestamp '2025-01-01' + i % 2 * interval '1 day' + j * interval '1 hour', score) AS l,
	survey_summary(score) FILTER (WHERE i % 2 = 0) AS a, survey_summary(score) FILTER (WHERE i % 2 = 1) AS b
FROM (SELECT w, i, j, CASE WHEN r < leaning THEN 9 ELSE 3 END AS score
	FROM (SELECT w, i, random() AS leaning FROM generate_series(1, $worlds) AS w, generate_series(1, 80) AS i) AS people,
		LATERAL (SELECT j, random() AS r FROM generate_series(1, 5) AS j WHERE leaning >= 0) AS answers) AS scores
GROUP BY w});
	shares('40 people before and 40 others after, five answers each', q{
SELECT 100.0 * avg(abs(n.direction)), 100.0 * avg(abs(s.direction))
FROM worlds, nps_change(l, '2025-01-01', '2025-01-02', '2025-01-02', '2025-01-03') AS n, nps_change(a, b) AS s},
		'a change is found' => \@level, 'by the counts it is' => \@no_level);
}

# ---------------------------------------------------------------------------
# Looked at every day
# ---------------------------------------------------------------------------

# Two groups that do not differ, 20 answers a day each; whoever looks on 30 days acts on
# the first arrow.
{
	my $worlds = 500 * $times;
	sql(qq{
DROP TABLE worlds;
SELECT setseed(0.5) \\g /dev/null
CREATE UNLOGGED TABLE worlds AS
SELECT w, rollup(a) OVER days AS a, rollup(b) OVER days AS b, rollup(c) OVER days AS c, rollup(d) OVER days AS d, rollup(e) OVER days AS e, rollup(f) OVER days AS f
FROM (SELECT w, day, survey_summary(score) FILTER (WHERE i % 2 = 0) AS a, survey_summary(score) FILTER (WHERE i % 2 = 1) AS b,
		rate_summary(score >= 9) FILTER (WHERE i % 2 = 0) AS c, rate_summary(score >= 9) FILTER (WHERE i % 2 = 1) AS d,
		mean_summary(spent) FILTER (WHERE i % 2 = 0) AS e, mean_summary(spent) FILTER (WHERE i % 2 = 1) AS f
	FROM (SELECT w, day, i, floor(11 * sqrt(random()))::integer AS score, (CASE WHEN random() < 0.5 THEN 0 ELSE -20 * ln(1 - random()) END)::numeric(8, 2) AS spent
		FROM generate_series(1, $worlds) AS w, generate_series(1, 30) AS day, generate_series(1, 40) AS i) AS answers GROUP BY w, day) AS by_day
WINDOW days AS (PARTITION BY w ORDER BY day)});
	for my $case ([ 'rate_change', 'c', 'd' ], [ 'nps_change', 'a', 'b' ], [ 'mean_score_change', 'a', 'b' ], [ 'mean_change', 'e', 'f' ])
	{
		my ($function, $before, $after) = @$case;
		shares("$function on 30 days", qq{
SELECT 100.0 * avg(always), 100.0 * avg(once)
FROM (SELECT w, max(abs(x.direction)) AS always, max(abs(y.direction)) AS once
	FROM worlds, $function($before, $after, always_valid => true) AS x, $function($before, $after) AS y GROUP BY w) AS t},
			'always_valid: there is an arrow on one of them' => \@level, 'else there is' => \@no_level);
	}
	# the score of all people: 100 * (P(score >= 9) - P(score <= 6)); the share of 9 and 10
	my ($detractors, $promoters) = (49 / 121, 1 - 81 / 121);
	my $nps = 100 * ($promoters - $detractors);
	my $share = 100 * $promoters;
	for my $case ([ 'rate_interval', 'c', $share ], [ 'nps_interval', 'a', $nps ], [ 'mean_interval', 'e', 10 ])
	{
		my ($function, $summary, $truth) = @$case;
		shares("$function on 30 days", qq{
SELECT 100.0 * avg(always), 100.0 * avg(once)
FROM (SELECT w, max((x.low > $truth OR x.high < $truth)::int) AS always, max((y.low > $truth OR y.high < $truth)::int) AS once
	FROM worlds, $function($summary, always_valid => true) AS x, $function($summary) AS y GROUP BY w) AS t},
			'always_valid: it is wrong on one of them' => \@level, 'else it is' => \@no_level);
	}
	# it is no comfort that never says anything: half as many promoters again
	shares('rate_change with always_valid, a rise from 33 to 40 %', q{
SELECT 100.0 * avg(found) FROM (SELECT i, max(direction) AS found FROM generate_series(1, 30) AS i,
	rate_change(format('{"version": 1, "positives": %s, "negatives": %s}', 33 * i, 67 * i)::rate_summary, format('{"version": 1, "positives": %s, "negatives": %s}', 40 * i, 60 * i)::rate_summary, always_valid => true) GROUP BY i) AS t},
		'found in part of 30 days of 100' => [20, 80]);
}

# ---------------------------------------------------------------------------
# The same people, asked twice
# ---------------------------------------------------------------------------

# 200 people of three kinds, 0.3 detractors, 0.3 passives and 0.4 promoters.  The second
# time one in eight answers as another would, and each step up that there is room for is
# taken with a probability that makes the score rise by 10, or by nothing.
for my $case ([ 'nothing changes', 0 ], [ 'NPS rises by 10', 10 ])
{
	my ($name, $rise) = @$case;
	my $worlds = 2000 * $times;
	my $up = $rise / 60;
	my $query = qq{
SELECT 100.0 * avg((p.direction = CASE $rise WHEN 0 THEN p.direction ELSE 1 END AND p.direction <> 0)::int),
	100.0 * avg((n.direction = CASE $rise WHEN 0 THEN n.direction ELSE 1 END AND n.direction <> 0)::int), 100.0 * avg(($rise BETWEEN p.low AND p.high)::int), avg(p.change)
FROM (SELECT w, paired_summary(before, after) AS p, survey_summary(before) AS a, survey_summary(after) AS b
	FROM (SELECT w, before, CASE WHEN again = 9 OR random() >= $up THEN again WHEN again = 7 THEN 9 ELSE 7 END AS after
		FROM (SELECT w, before, CASE WHEN random() < 0.125 THEN other ELSE before END AS again
			FROM (SELECT w, CASE WHEN r < 0.3 THEN 3 WHEN r < 0.6 THEN 7 ELSE 9 END AS before, CASE WHEN s < 0.3 THEN 3 WHEN s < 0.6 THEN 7 ELSE 9 END AS other
				FROM (SELECT w, random() AS r, random() AS s FROM generate_series(1, $worlds) AS w, generate_series(1, 200) AS i) AS people) AS scores) AS twice) AS pairs
	GROUP BY w) AS worlds, paired_change(p) AS p, nps_change(a, b) AS n};
	shares("200 people asked twice, $name", "SELECT setseed(0.5) \\g /dev/null\n$query",
		'found by the paired test' => $rise ? [80, 100] : \@level, 'found by two independent groups' => $rise ? [0, 20] : [0, 1],
		'the paired interval covers' => \@covers);
}
# of a share: Bonett and Price, of 15 and of 100 people
for my $people (15, 100)
{
	my $worlds = 2000 * $times;
	shares("$people people asked twice, CSAT", qq{
SELECT setseed(0.5) \\g /dev/null
SELECT 100.0 * avg(abs(direction)), 100.0 * avg((0 BETWEEN low AND high)::int)
FROM (SELECT w, paired_summary(CASE WHEN r < 0.7 THEN 5 ELSE 2 END, CASE WHEN (CASE WHEN s < 0.3 THEN t ELSE r END) < 0.7 THEN 5 ELSE 2 END) AS p
	FROM (SELECT w, random() AS r, random() AS s, random() AS t FROM generate_series(1, $worlds) AS w, generate_series(1, $people) AS i) AS people GROUP BY w) AS worlds, paired_csat_change(p)},
		'a change is found' => \@level, 'the interval covers' => [93, 100]);
}

# ---------------------------------------------------------------------------
# Many at once
# ---------------------------------------------------------------------------

# 20 channels, nothing happens; 256 outcomes each before and after, of which the yes are
# the ones among the bits of four hashes.
{
	my $reports = 2000 * $times;
	my $yes = join ' + ', map { "bit_count(int8send(hashint8extended(r * 1000 + c, $_ + SIDE)))" } 1 .. 4;
	my $summary = sub { return "format('{\"version\": 1, \"positives\": %s, \"negatives\": %s}', $_[0], 256 - $_[0])::rate_summary" };
	my ($before, $after) = map { $yes =~ s/SIDE/$_/gr } 0, 100;
	shares('20 channels, nothing happens', qq{
SELECT 100.0 * avg(least(1, plain)), 100.0 * avg(least(1, holm)), 100.0 * avg(least(1, bonferroni)), 100.0 * avg(least(1, bh))
FROM (SELECT r, count(*) FILTER (WHERE p < 0.05) AS plain, count(*) FILTER (WHERE holm < 0.05) AS holm, count(*) FILTER (WHERE bonferroni < 0.05) AS bonferroni, count(*) FILTER (WHERE bh < 0.05) AS bh
	FROM (SELECT r, p_value AS p, p_adjust(p_value, 'holm') OVER w AS holm, p_adjust(p_value, 'bonferroni') OVER w AS bonferroni, p_adjust(p_value, 'bh') OVER w AS bh
		FROM (SELECT r, c, $before AS a, $after AS b FROM generate_series(1, $reports) AS r, generate_series(1, 20) AS c) AS t, rate_change(} . $summary->('a') . ', ' . $summary->('b') . q{)
		WINDOW w AS (PARTITION BY r)) AS u GROUP BY r) AS v},
		'arrows in a report' => \@no_level, 'by Holm' => \@level, 'by Bonferroni' => \@level, 'by Benjamini and Hochberg' => \@level);
}

$node->stop;
done_testing();
