-- title: NPS, CSAT and the summary of one column in one query, against one of them
-- data: scores_1_to_5
-- variant: one process | max_parallel_workers_per_gather = 0

-- ours: nps_agg(score), csat_agg(score), survey_summary(score)
SELECT nps_agg(score), csat_agg(score), survey_summary(score)
FROM csat_responses;

-- theirs nps: nps_agg(score) | at most 1.10 x
SELECT nps_agg(score) FROM csat_responses;

-- theirs csat: csat_agg(score) | at most 1.10 x
SELECT csat_agg(score) FROM csat_responses;

-- theirs summary: survey_summary(score) | at most 1.10 x
SELECT survey_summary(score) FROM csat_responses;

-- check nps
SELECT (:theirs) = nps(survey_summary) FROM (:ours) AS ours;

-- check csat
SELECT (:theirs) = csat_agg FROM (:ours) AS ours;

-- check summary
SELECT (:theirs) = survey_summary FROM (:ours) AS ours;
