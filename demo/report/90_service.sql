-- Service by month and channel, as of the last day; rolled up to all channels.
CREATE MATERIALIZED VIEW IF NOT EXISTS service_monthly AS
SELECT date_trunc('month', opened_at AT TIME ZONE 'UTC')::date AS month, channel,
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
      FROM service_monthly GROUP BY month) AS s, rate_change(before, kept, always_valid => true) AS c
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
\qecho 'The same tickets on the clock of a calendar: 9 to 18 (UTC) on working days, half a day on the'
\qecho '24th of December. Hours to the first reply, and the share answered within four of them, and'
\qecho 'within a working day.'
\qecho

WITH calendar AS (
  SELECT '{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-18:00"]},
           "days": {"2025-12-24": ["09:00-13:00"], "2025-12-25": [], "2025-12-26": []}}'::business_calendar AS hours
)
SELECT coalesce(channel, 'all') AS channel, completed(s) AS answered, still_open(s) AS "no reply",
       round(median_duration(s, 'hour'), 1) AS "half, hours", round(duration_quantile(s, 0.9, 'hour'), 1) AS "nine in ten",
       percent_text(four_hours) AS "within four", percent_text(a_day) AS "within a day"
FROM (SELECT channel, business_duration_summary(hours, opened_at, first_response_at, '2026-01-01 00:00+00') AS s,
             business_sla_agg(hours, opened_at, first_response_at, '4 hours', '2026-01-01 00:00+00') AS four_hours,
             business_sla_agg(hours, opened_at, first_response_at, '1 day', '2026-01-01 00:00+00') AS a_day
      FROM tickets, calendar
      WHERE opened_at >= '2025-10-01 00:00+00'
      GROUP BY ROLLUP (channel)) AS c
ORDER BY c.channel NULLS LAST;

-- The changes of state, a log for each priority, of the last quarter and of what was
-- opened before.
CREATE MATERIALIZED VIEW IF NOT EXISTS ticket_logs AS
SELECT opened_at >= '2025-10-01 00:00+00' AS recent, priority, resolution_target, ticket_log(ticket_id, at, state) AS changes
FROM ticket_states JOIN tickets USING (ticket_id)
GROUP BY 1, 2, 3;

CREATE UNIQUE INDEX IF NOT EXISTS ticket_logs_key ON ticket_logs (recent, priority);
REFRESH MATERIALIZED VIEW CONCURRENTLY ticket_logs;

\qecho 'TIME IN STATE'
\qecho 'Tickets opened in the last quarter. Days of all of them together in a state up to the end of the'
\qecho 'year; half, and nine in ten, of their stays had ended after so many hours.'
\qecho

SELECT state, s.tickets, round(total) AS days, round(median_duration(stays, 'hour'), 1) AS "half, hours",
       round(duration_quantile(stays, 0.9, 'hour'), 1) AS "9 in 10", still_open(stays) AS "in it now",
       bar(total, 0, max(total) OVER ()) AS "days together"
FROM (SELECT rollup(changes) AS l FROM ticket_logs WHERE recent) AS t, time_in_state(l, '2026-01-01 00:00+00', unit => 'day') AS s
WHERE state <> 'solved'
ORDER BY s.total DESC;

\qecho 'TARGETS AND PAUSES'
\qecho 'Percent of the same tickets that were solved within their targets: on a clock that always runs, on'
\qecho 'one that stands still while the customer has to answer, and on that one in business hours.'
\qecho

SELECT priority, round(extract(epoch FROM resolution_target) / 3600) AS "target, hours", percent_text(rate(always)) AS always,
       percent_text(rate(paused)) AS paused, percent_text(rate(in_hours)) AS "in business hours",
       unknowns(paused) AS "not decided", percent_text(rate(reopened(changes, '{solved}', '2026-01-01 00:00+00'))) AS reopened
FROM ticket_logs,
     LATERAL (VALUES ('{"version": 1, "zone": "UTC", "hours": {"monday-friday": ["09:00-18:00"]},
                        "days": {"2025-12-24": ["09:00-13:00"], "2025-12-25": [], "2025-12-26": []}}'::business_calendar)) AS c (hours),
     LATERAL (VALUES (sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00'),
                      sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00', '{waiting for the customer}'),
                      sla_summary(changes, '{solved}', resolution_target, '2026-01-01 00:00+00', '{waiting for the customer}', hours))) AS s (always, paused, in_hours)
WHERE recent
ORDER BY resolution_target;

\qecho 'BACKLOG BY DAY'
\qecho 'Opened (or opened again) and solved on each of the last days of the year; open at its end and of'
\qecho 'these with the customer.'
\qecho

SELECT to_char(b.day, 'YYYY-MM-DD Dy') AS day, b.opened, b.closed AS solved, b.open_at_end AS open, w.open_at_end AS waiting,
       bar(b.open_at_end, 0, max(b.open_at_end) OVER ()) AS "open at the end"
FROM (SELECT rollup(changes) AS l FROM ticket_logs) AS t,
     backlog(l, '{new,open,waiting for the customer,reopened}', '2025-12-20', '2026-01-01') AS b,
     backlog(l, '{waiting for the customer}', '2025-12-20', '2026-01-01') AS w
WHERE w.day = b.day
ORDER BY b.day;

\qecho 'BACKLOG BY AGE'
\qecho 'Tickets not solved at the end of the year, by how long they have been open.'
\qecho

SELECT (ARRAY['under a day', '1 to 3 days', '3 to 7 days', '7 to 30 days', 'over 30 days'])[1 + step] AS age,
       count(*) AS open, count(*) FILTER (WHERE first_response_at IS NULL) AS "no reply",
       count(*) FILTER (WHERE priority IN ('urgent', 'high')) AS "urgent, high",
       to_char(min(opened_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS oldest,
       bar(count(*), 0, sum(count(*)) OVER ()) AS "share of all"
FROM tickets, LATERAL (VALUES (width_bucket(timestamptz '2026-01-01 00:00+00' - opened_at,
                                            ARRAY[interval '1 day', '3 days', '7 days', '30 days']))) AS a (step)
WHERE resolved_at IS NULL
GROUP BY step
ORDER BY step;
\qecho
