-- Who took which step when, a log for each origin; days are midnights in UTC.
CREATE MATERIALIZED VIEW IF NOT EXISTS journeys AS
SELECT acquired_by, journey_log(customer_id, day::timestamp AT TIME ZONE 'UTC', step) AS l
FROM customer_steps
GROUP BY acquired_by;

CREATE UNIQUE INDEX IF NOT EXISTS journeys_key ON journeys (acquired_by);
REFRESH MATERIALIZED VIEW CONCURRENTLY journeys;

\qecho 'FROM JOINING TO A LARGER PLAN'
\qecho 'Customers who joined in 2025, and the steps they took within 180 days, in this order. Those whose'
\qecho 'days are not over are undecided and not in the percentages. Median days since the step before.'
\qecho

SELECT step, users AS customers, undecided, percent_text(conversion) AS "of all",
       percent_interval(low, high) AS interval, percent_text(from_previous) AS "of the last", round(median_time) AS days
FROM (SELECT rollup(l) AS l FROM journeys) AS t,
     funnel(l, '{joined,trial,paid,expanded}', '180 days', '2026-01-01 00:00+00', '2025-01-01', '2026-01-01', unit => 'day');

\qecho 'FROM JOINING TO PAYING BY ORIGIN'
\qecho 'Of those who joined in 2025 by way of each: who paid within 90 days, with or without a trial.'
\qecho

SELECT coalesce(acquired_by, 'all') AS origin, joined.users AS joined, paid.users AS paid, paid.undecided,
       percent_text(paid.conversion) AS conversion, percent_interval(paid.low, paid.high) AS interval
FROM (SELECT acquired_by, rollup(l) AS l FROM journeys GROUP BY ROLLUP (acquired_by)) AS t,
     funnel(l, '{joined,paid}', '90 days', '2026-01-01 00:00+00', '2025-01-01', '2026-01-01') AS paid,
     funnel(l, '{joined}', '90 days', '2026-01-01 00:00+00', '2025-01-01', '2026-01-01') AS joined
WHERE paid.step = 'paid'
ORDER BY t.acquired_by NULLS LAST;
