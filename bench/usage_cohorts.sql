-- title: Monthly cohort triangle of two million events, against the self-join
-- data: usage
-- variant: one process | max_parallel_workers_per_gather = 0
-- variant: parallel | max_parallel_workers_per_gather = 2 | plan Gather
-- ours: cohort_retention(cohort_summary(active_days(day), 'month'))
SELECT cohort, age, cohort_size, active
FROM cohort_retention((SELECT cohort_summary(days, 'month')
                       FROM (SELECT active_days(day) AS days
                             FROM usage_events GROUP BY user_id) AS users),
                      '2026-01-01');

-- theirs selfjoin: first month of a user joined to all events, count(DISTINCT user_id) | 5 x faster
WITH cohorts AS (
    SELECT user_id, date_trunc('month', min(day))::date AS cohort
    FROM usage_events GROUP BY user_id),
sizes AS (
    SELECT cohort, count(*) AS cohort_size FROM cohorts GROUP BY cohort)
SELECT cohort,
       (extract(year FROM day) * 12 + extract(month FROM day)
        - extract(year FROM cohort) * 12 - extract(month FROM cohort))::integer AS age,
       cohort_size, count(DISTINCT user_id) AS active
FROM usage_events JOIN cohorts USING (user_id) JOIN sizes USING (cohort)
GROUP BY cohort, 2, cohort_size;

-- theirs months: months since the first by age(), grouped by user first | 5 x faster
WITH cohorts AS (
    SELECT user_id, date_trunc('month', min(day))::date AS cohort
    FROM usage_events GROUP BY user_id),
sizes AS (
    SELECT cohort, count(*) AS cohort_size FROM cohorts GROUP BY cohort),
activities AS (
    SELECT user_id,
           (extract(year FROM age(date_trunc('month', day), cohort)) * 12
            + extract(month FROM age(date_trunc('month', day), cohort)))::integer AS age
    FROM usage_events JOIN cohorts USING (user_id)
    GROUP BY user_id, 2)
SELECT cohort, age, cohort_size, count(*) AS active
FROM activities JOIN cohorts USING (user_id) JOIN sizes USING (cohort)
GROUP BY cohort, age, cohort_size;
