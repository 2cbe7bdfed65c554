-- A row a customer: from the first subscription to the end of the last one.
-- Who paused or came back was never lost for good.
CREATE OR REPLACE VIEW customer_life AS
SELECT customer_id, segment, min(starts_on) AS started_on,
       CASE WHEN bool_and(ends_on IS NOT NULL) THEN max(ends_on) END AS ended_on
FROM subscriptions JOIN customers USING (customer_id)
WHERE ends_on IS NULL OR ends_on > starts_on
GROUP BY customer_id, segment;

-- Rolled up by segment, by the year in which they came, or for all of them.
CREATE MATERIALIZED VIEW IF NOT EXISTS lifetimes AS
SELECT extract(year FROM started_on)::integer AS came_in, segment,
       duration_summary(started_on, ended_on, '2026-01-01') AS s
FROM customer_life
GROUP BY came_in, segment;

CREATE UNIQUE INDEX IF NOT EXISTS lifetimes_key ON lifetimes (came_in, segment);
REFRESH MATERIALIZED VIEW CONCURRENTLY lifetimes;

-- A share and its interval: 74.6%  74.0 .. 75.3
CREATE OR REPLACE FUNCTION stayed(s duration_summary, after interval) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN percent_text(100 * survival(s, after)) || '  '
  || (SELECT ltrim(percent_interval(100 * low, 100 * high)) FROM survival_interval(s, after));

\qecho 'LIFETIMES'
\qecho 'How long customers stay, by Kaplan-Meier: those still here count for the time they have been.'
\qecho 'Median and mean in months, the mean of the first 24. Shares who stay have 95 % intervals.'
\qecho

SELECT coalesce(segment, 'all') AS segment, completed(s) AS left, still_open(s) AS here,
       round(median_duration(s, 'month'), 1) AS median,
       round(mean_duration(s, '24 months', 'month'), 1) AS mean,
       stayed(s, '6 months') AS "6 months", stayed(s, '12 months') AS "12 months",
       stayed(s, '24 months') AS "24 months"
FROM (SELECT segment, rollup(s) AS s FROM lifetimes GROUP BY ROLLUP (segment)) AS t
ORDER BY t.segment NULLS LAST;

\qecho 'LIFETIMES BY THE YEAR THEY CAME'
\qecho 'What no one has been here long enough to tell is not known.'
\qecho

SELECT came_in, completed(s) AS left, still_open(s) AS here,
       stayed(s, '3 months') AS "3 months", stayed(s, '6 months') AS "6 months",
       stayed(s, '12 months') AS "12 months"
FROM (SELECT came_in, rollup(s) AS s FROM lifetimes GROUP BY came_in) AS t
ORDER BY came_in;

\qecho 'TIME TO REPLY AND TO RESOLVE'
\qecho 'Tickets of 2025 by priority, those still open included. Hours to the first reply, days to the'
\qecho 'solution: half and nine in ten take no longer. Kept: replies within the target promised.'
\qecho

SELECT coalesce(priority, 'all') AS priority, completed(replied) + still_open(replied) AS tickets,
       still_open(replied) AS "no reply",
       round(median_duration(replied, 'hour'), 1) AS "half, hours",
       round(duration_quantile(replied, 0.9, 'hour'), 1) AS "nine in ten",
       percent_text(kept) AS kept, still_open(resolved) AS unsolved,
       round(median_duration(resolved), 1) AS "half, days",
       round(duration_quantile(resolved, 0.9), 1) AS "nine in ten"
FROM (SELECT priority,
             duration_summary(opened_at, first_response_at, '2026-01-01 00:00+00') AS replied,
             sla_agg(opened_at, first_response_at, response_target, '2026-01-01 00:00+00') AS kept,
             duration_summary(opened_at, resolved_at, '2026-01-01 00:00+00') AS resolved
      FROM tickets
      WHERE opened_at >= '2025-01-01 00:00+00'
      GROUP BY ROLLUP (priority)) AS t
ORDER BY array_position(ARRAY['urgent', 'high', 'normal', 'low'], t.priority);
