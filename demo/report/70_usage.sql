-- Who was active on which days.  Who did not log in is not known, and is skipped.
CREATE MATERIALIZED VIEW IF NOT EXISTS app_usage AS
SELECT 1 AS one, usage_log(user_id, local_day(at, 'UTC')) AS l FROM events;

CREATE UNIQUE INDEX IF NOT EXISTS app_usage_key ON app_usage (one);
REFRESH MATERIALIZED VIEW CONCURRENTLY app_usage;

-- At which moments, a log a month.
CREATE MATERIALIZED VIEW IF NOT EXISTS app_events AS
SELECT date_trunc('month', local_day(at, 'UTC'))::date AS month, event_log(user_id, at) AS l
FROM events
WHERE at >= '2025-01-01 UTC'
GROUP BY 1;

CREATE UNIQUE INDEX IF NOT EXISTS app_events_key ON app_events (month);
REFRESH MATERIALIZED VIEW CONCURRENTLY app_events;

\qecho 'ACTIVE USERS'
\qecho 'Users of a day (mean of 28), of 7 and of 28 days up to the last day of each quarter. The line is'
\qecho '2025, a value every four weeks; an arrow where its trend is significant, and by how much the'
\qecho 'trend changed them over the year. Stickiness: users of a day in percent of those of 28.'
\qecho

WITH days AS (
  SELECT day, users, label, value
  FROM (SELECT day, wau, mau, avg(dau) OVER (ORDER BY day ROWS 27 PRECEDING) AS dau
        FROM app_usage, active_users(l, '2024-01-01', '2026-01-01')) AS a,
       LATERAL (VALUES (1, 'a day', dau), (2, '7 days', wau), (3, '28 days', mau),
                       (4, 'stickiness', 100 * dau / mau)) AS v (users, label, value)
)
SELECT label AS users,
       max(round(value, 1)) FILTER (WHERE day = date '2024-12-31') AS "2024 Q4",
       max(round(value, 1)) FILTER (WHERE day = date '2025-03-31') AS "2025 Q1",
       max(round(value, 1)) FILTER (WHERE day = date '2025-06-30') AS "2025 Q2",
       max(round(value, 1)) FILTER (WHERE day = date '2025-09-30') AS "2025 Q3",
       max(round(value, 1)) FILTER (WHERE day = date '2025-12-31') AS "2025 Q4",
       sparkline(value ORDER BY day) FILTER (WHERE every_4_weeks) AS line,
       change_text(trend_change(series_summary(value, day) FILTER (WHERE every_4_weeks)),
                   trend_direction(series_summary(value, day) FILTER (WHERE every_4_weeks))) AS "trend, %"
FROM (SELECT *, day > date '2025-01-01' AND (date '2025-12-31' - day) % 28 = 0 AS every_4_weeks FROM days) AS d
GROUP BY users, label
ORDER BY d.users;

\qecho 'LIFECYCLE OF USERS'
\qecho 'Active users of a month are new, returning (there in the month before as well) or back from a'
\qecho 'month or more without them. Dormant are those of the month before who did not come again.'
\qecho

SELECT to_char(period, 'YYYY-MM') AS month, active_users AS active, new_users AS new,
       returning_users AS returning, resurrected_users AS back, dormant_users AS dormant,
       percent_text(100.0 * returning_users / (returning_users + dormant_users)) AS "came again"
FROM app_usage, user_lifecycle(l, 'month')
WHERE period >= date '2025-01-01'
ORDER BY period;

\qecho 'WHO COMES BACK'
\qecho 'Of the users first seen in a month, the percentage active so many months later.'
\qecho

SELECT to_char(cohort, 'YYYY-MM') || lpad(cohort_size::text, 7) AS "first seen", age, round(retention) AS retention
FROM app_usage, cohort_retention(l, 'month', '2026-01-01')
WHERE cohort >= date '2025-01-01'
ORDER BY cohort, age
\crosstabview 1 age retention
\qecho
\qecho 'SESSIONS'
\qecho 'A session ends after 30 minutes without an event. Minutes from its first event to its last.'
\qecho

SELECT quarter, sessions(l, '30 minutes'), round(sessions(l, '30 minutes')::numeric / users(l), 1) AS "a user",
       round(average_session(l, '30 minutes'), 1) AS minutes,
       round(events(l)::numeric / sessions(l, '30 minutes'), 1) AS events
FROM (SELECT to_char(date_trunc('quarter', month::timestamp), 'YYYY "Q"Q') AS quarter, rollup(l) AS l
      FROM app_events GROUP BY 1) AS quarters
ORDER BY quarter;

\qecho 'TRIALS'
\qecho 'Trials by the quarter in which they began, as of 2026-01-01. One that is open is not counted yet.'
\qecho

SELECT quarter, positives(t) AS converted, negatives(t) AS lost, unknowns(t) AS open,
       percent_text(rate(t)) AS conversion, percent_interval(i.low, i.high) AS interval,
       change_text(c.change, c.direction) AS change
FROM (SELECT to_char(started_on, 'YYYY "Q"Q') AS quarter, t,
             lag(t) OVER (ORDER BY to_char(started_on, 'YYYY "Q"Q')) AS before
      FROM (SELECT date_trunc('quarter', started_on::timestamp) AS started_on,
                   rate_summary(trial_converted(trial_ends, converted_at, '2026-01-01')) AS t
            FROM trials GROUP BY 1) AS q) AS quarters,
     rate_interval(t) AS i, rate_change(before, t) AS c
WHERE quarter >= '2025'
ORDER BY quarter;
