-- title: NPS of the last 90 days, the latest answer of each respondent, for every day of three years
-- data: panel
-- variant: one process | max_parallel_workers_per_gather = 0, work_mem = '64MB'
-- ours: rolling_scores(answer_log(respondent_id, answered_at, score), from, to, 90)
SELECT count(*), round(sum(nps(scores)), 6) AS nps, sum(responses(scores)) AS responses
FROM (SELECT answer_log(respondent_id, answered_at, score) AS l FROM panel) AS t,
     rolling_scores(l, '2023-01-01', '2026-01-01', 90);

-- theirs log: the log alone, respondents(answer_log(...)) | at most 1.5 x
SELECT respondents(answer_log(respondent_id, answered_at, score)) FROM panel;

-- theirs ends: plain SQL: the days on which an answer is the latest, by lead(), added up | 2 x faster
WITH latest AS MATERIALIZED (
    SELECT answered_at::date AS day, score, lead(answered_at::date, 1, 'infinity') OVER (PARTITION BY respondent_id ORDER BY answered_at, score DESC) AS next_day
    FROM panel)
SELECT count(*), round(sum(100.0 * (promoters - detractors) / nullif(responses, 0)), 6) AS nps, sum(responses)::bigint AS responses
FROM (SELECT day, sum(sum(n)) OVER days AS responses, sum(sum(n) FILTER (WHERE score >= 9)) OVER days AS promoters,
             coalesce(sum(sum(n) FILTER (WHERE score <= 6)) OVER days, 0) AS detractors
      FROM (SELECT day, score, 1 AS n FROM latest
            UNION ALL SELECT least(next_day, day + 90), score, -1 FROM latest
            UNION ALL SELECT d::date, NULL, 0 FROM generate_series('2023-01-01', timestamp '2025-12-31', '1 day') AS d) AS changes
      GROUP BY day WINDOW days AS (ORDER BY day)) AS by_day
WHERE day >= '2023-01-01' AND day < '2026-01-01';

-- check log
SELECT (:theirs) = (SELECT count(DISTINCT respondent_id) FROM panel) AND EXISTS (:ours);

-- check ends
SELECT (SELECT o FROM (:ours) AS o)::text = (SELECT t FROM (:theirs) AS t)::text;
