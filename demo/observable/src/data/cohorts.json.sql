-- Of the users who came in each of the last twelve months, how many are there so
-- many months later.  At age 0 it is all of them.
SELECT coalesce(json_agg(c ORDER BY cohort, age), '[]')
FROM (SELECT cohort, age, cohort_size AS size, round(retention, 1) AS retention
      FROM cx_report.user_cohorts
      WHERE age > 0 AND cohort >= (SELECT max(cohort) FROM cx_report.user_cohorts) - interval '12 months') AS c;
