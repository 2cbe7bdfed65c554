-- title: What the ratings and the mix of 3,000 segments add to the change of the NPS, against the formula
-- variant: one process | max_parallel_workers_per_gather = 0

-- setup
CREATE UNLOGGED TABLE segment_scores AS
SELECT segment::text, survey_summary(score) FILTER (WHERE NOT later) AS before, survey_summary(score) FILTER (WHERE later) AS after
FROM (SELECT h % (3000 * :scale)::integer AS segment, ((h >> 4) % 11)::integer AS score, (h >> 9) % 7 < 3 AS later
      FROM generate_series(0, (300000 * :scale)::bigint - 1) AS i,
           LATERAL (SELECT (i * 2654435761 & 4294967295) >> 4) AS hash (h)) AS answers
GROUP BY segment
HAVING count(*) FILTER (WHERE later) BETWEEN 1 AND count(*) - 1;
VACUUM ANALYZE segment_scores;

-- ours: rate_effect(driver_summary(segment, before, after))
SELECT round(rate_effect(driver_summary(segment, before, after)), 9) FROM segment_scores;

-- theirs formula: sum of the mean share by the difference, with window functions | none
SELECT round(sum((before / sum_before + after / sum_after) / 2 * (nps_after - nps_before)), 9)
FROM (SELECT responses(before)::numeric AS before, sum(responses(before)) OVER () AS sum_before, nps(before) AS nps_before,
             responses(after)::numeric AS after, sum(responses(after)) OVER () AS sum_after, nps(after) AS nps_after
      FROM segment_scores) AS t;
