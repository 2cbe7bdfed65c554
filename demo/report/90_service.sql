-- Service by month and channel, as of the last day; rolled up to all channels.
CREATE MATERIALIZED VIEW IF NOT EXISTS service_monthly AS
SELECT date_trunc('month', local_day(opened_at, 'UTC'))::date AS month, channel,
       duration_summary(opened_at, first_response_at, '2026-01-01 00:00+00') AS response,
       duration_summary(opened_at, resolved_at, '2026-01-01 00:00+00') AS resolution,
       rate_summary(within_target(opened_at, first_response_at, response_target, '2026-01-01 00:00+00')) AS response_kept,
       rate_summary(within_target(opened_at, resolved_at, resolution_target, '2026-01-01 00:00+00')) AS resolution_kept,
       rate_summary(CASE WHEN resolved_at IS NOT NULL THEN contacts = 1 AND reopened = 0 END) AS first_contact,
       rate_summary(CASE WHEN resolved_at IS NOT NULL THEN reopened > 0 END) AS reopened
FROM tickets
GROUP BY 1, 2;

CREATE UNIQUE INDEX IF NOT EXISTS service_monthly_key ON service_monthly (month, channel);
REFRESH MATERIALIZED VIEW CONCURRENTLY service_monthly;

\qecho 'SERVICE BY MONTH'
\qecho 'Tickets by the month in which they were opened. Half are answered and solved within so many'
\qecho 'hours, open ones included. Kept: within target. Once: solved at the first contact. In percent.'
\qecho

SELECT to_char(month, 'YYYY-MM') AS month, completed(response) + still_open(response) AS tickets,
       round(median_duration(response, 'hour'), 1) AS "reply, h", percent_text(rate(kept)) AS kept,
       change_text(c.change, c.direction) AS change,
       round(median_duration(resolution, 'hour'), 1) AS "solved, h", percent_text(rate(resolution_kept)) AS kept,
       percent_text(rate(first_contact)) AS once, percent_text(rate(reopened)) AS reopened
FROM (SELECT month, rollup(response) AS response, rollup(resolution) AS resolution, rollup(response_kept) AS kept,
             rollup(resolution_kept) AS resolution_kept, rollup(first_contact) AS first_contact, rollup(reopened) AS reopened,
             lag(rollup(response_kept)) OVER (ORDER BY month) AS before
      FROM service_monthly GROUP BY month) AS s, rate_change(before, kept) AS c
WHERE s.month >= date '2025-01-01'
ORDER BY s.month;

\qecho 'SERVICE BY CHANNEL'
\qecho 'Tickets of the last quarter: half and nine in ten answered within so many hours, and so forth.'
\qecho

SELECT coalesce(channel, 'all') AS channel, completed(response) + still_open(response) AS tickets,
       round(median_duration(response, 'hour'), 1) AS "reply, h", round(duration_quantile(response, 0.9, 'hour'), 1) AS "9 in 10",
       percent_text(rate(kept)) AS kept,
       round(median_duration(resolution, 'hour'), 1) AS "solved, h", round(duration_quantile(resolution, 0.9, 'hour'), 1) AS "9 in 10",
       percent_text(rate(resolution_kept)) AS kept,
       percent_text(rate(first_contact)) AS once, percent_text(rate(reopened)) AS reopened
FROM (SELECT channel, rollup(response) AS response, rollup(resolution) AS resolution, rollup(response_kept) AS kept,
             rollup(resolution_kept) AS resolution_kept, rollup(first_contact) AS first_contact, rollup(reopened) AS reopened
      FROM service_monthly WHERE month >= date '2025-10-01' GROUP BY ROLLUP (channel)) AS s
ORDER BY s.channel NULLS LAST;

\qecho 'IN BUSINESS HOURS'
\qecho 'The same tickets on a clock that runs from 9 to 18 (UTC) on working days that are no holidays:'
\qecho 'hours to the first reply, and the share answered within four of them.'
\qecho

WITH clock AS (
  SELECT channel, timestamp '2026-01-01' - business_duration(opened, '2026-01-01', '09:00', '18:00', holidays => holidays) AS started,
         business_duration(opened, answered, '09:00', '18:00', holidays => holidays) AS waited
  FROM (SELECT channel, local_timestamp(opened_at, 'UTC') AS opened, local_timestamp(first_response_at, 'UTC') AS answered,
               '{2025-12-25,2025-12-26}'::date[] AS holidays
        FROM tickets
        WHERE opened_at >= '2025-10-01 00:00+00') AS t
)
SELECT coalesce(channel, 'all') AS channel, completed(s) AS answered, still_open(s) AS "no reply",
       round(median_duration(s, 'hour'), 1) AS "half, hours", round(duration_quantile(s, 0.9, 'hour'), 1) AS "nine in ten",
       percent_text(kept) AS "within four"
FROM (SELECT channel, duration_summary(started, started + waited, '2026-01-01') AS s,
             sla_agg(started, started + waited, '4 hours', '2026-01-01') AS kept
      FROM clock GROUP BY ROLLUP (channel)) AS c
ORDER BY c.channel NULLS LAST;

\qecho 'BACKLOG BY AGE'
\qecho 'Tickets not solved at the end of the year, by how long they have been open.'
\qecho

SELECT (ARRAY['under a day', '1 to 3 days', '3 to 7 days', '7 to 30 days', 'over 30 days'])[1 + step] AS age,
       count(*) AS open, count(*) FILTER (WHERE first_response_at IS NULL) AS "no reply",
       count(*) FILTER (WHERE priority IN ('urgent', 'high')) AS "urgent, high",
       to_char(local_day(min(opened_at), 'UTC'), 'YYYY-MM-DD') AS oldest,
       bar(count(*), 0, sum(count(*)) OVER ()) AS "share of all"
FROM tickets, LATERAL (VALUES (width_bucket(timestamptz '2026-01-01 00:00+00' - opened_at,
                                            ARRAY[interval '1 day', '3 days', '7 days', '30 days']))) AS a (step)
WHERE resolved_at IS NULL
GROUP BY step
ORDER BY step;
\qecho
