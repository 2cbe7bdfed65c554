SELECT to_char(count(*), 'FM999,999') AS customers FROM customers \gset
SELECT to_char(count(DISTINCT customer_id), 'FM999,999') AS paying FROM subscriptions
WHERE starts_on < date '2026-01-01' AND coalesce(ends_on, 'infinity') > date '2025-12-31' \gset
SELECT to_char(count(DISTINCT response_id), 'FM999,999') AS asked,
       to_char(count(DISTINCT response_id) FILTER (WHERE score IS NOT NULL), 'FM999,999') AS answered,
       to_char(count(*) - count(DISTINCT response_id), 'FM999,999') AS twice
FROM survey_responses \gset

\qecho '=============================================================================================='
\qecho '  Customer experience of the sample company, as of 2026-01-01'
\qecho '=============================================================================================='
\qecho
\qecho :customers 'customers since 2023-01-01, of them' :paying 'paying on the last day;'
\qecho :asked 'invitations to surveys, of them' :answered 'answered;' :twice 'came in twice and count once.'
\qecho
\qecho 'THE OVERALL PICTURE'
\qecho 'The last quarter (October to December 2025) beside the one before and a year ago.'
\qecho 'NPS is -100..100; CSAT and CES are percent of the answers. Intervals are 95 %.'
\qecho 'An arrow marks a significant change, a dot none. Prices rose on 2025-04-01.'
\qecho

WITH nps AS (
  SELECT quarter, scores, lag(scores) OVER w AS before, lag(scores, 4) OVER w AS year_ago
  FROM survey_quarterly WHERE kind = 'nps' AND channel = 'all'
  WINDOW w AS (ORDER BY quarter)
), rates AS (
  SELECT quarter, kind, scores, satisfied, lag(satisfied) OVER w AS before, lag(satisfied, 4) OVER w AS year_ago
  FROM (SELECT quarter, kind, scores,
               CASE kind WHEN 'csat' THEN satisfied(scores)
                         WHEN 'ces' THEN satisfied(scores, satisfied_from => 5, scale_max => 7) END AS satisfied
        FROM survey_quarterly WHERE kind IN ('csat', 'ces') AND channel = 'all') AS s
  WINDOW w AS (PARTITION BY kind ORDER BY quarter)
)
SELECT 'NPS   would recommend' AS measure,
       signed_text(nps(scores)) AS "2025 Q4",
       signed_interval(i.low, i.high) AS interval,
       change_text(q.change, q.direction) AS "to Q3",
       change_text(y.change, y.direction) AS "to 2024 Q4",
       responses(scores) AS answers, unanswered(scores) AS unanswered
FROM nps, nps_interval(scores) AS i, nps_change(before, scores, always_valid => true) AS q, nps_change(year_ago, scores, always_valid => true) AS y
WHERE quarter = date '2025-10-01'
UNION ALL
SELECT CASE kind WHEN 'csat' THEN 'CSAT  satisfied (4-5 of 5)' ELSE 'CES   it was easy (5-7 of 7)' END,
       percent_text(rate(satisfied)),
       percent_interval(i.low, i.high),
       change_text(q.change, q.direction), change_text(y.change, y.direction),
       responses(scores), unanswered(scores)
FROM rates, rate_interval(satisfied) AS i, rate_change(before, satisfied, always_valid => true) AS q, rate_change(year_ago, satisfied, always_valid => true) AS y
WHERE quarter = date '2025-10-01'
ORDER BY measure DESC;

\qecho 'Three years by quarter, all channels, each beside the quarter before'
\qecho

WITH q AS (
  SELECT quarter, kind, scores, lag(scores) OVER (PARTITION BY kind ORDER BY quarter) AS before
  FROM survey_quarterly WHERE channel = 'all'
), read AS (
  SELECT quarter, kind,
         CASE kind
           WHEN 'nps' THEN coalesce(mark((nps_change(before, scores, always_valid => true)).direction), ' ') || ' ' || nps_text(scores)
           WHEN 'csat' THEN coalesce(mark((rate_change(satisfied(before), satisfied(scores), always_valid => true)).direction), ' ')
             || ' ' || rate_text(satisfied(scores))
           WHEN 'ces' THEN coalesce(mark((rate_change(satisfied(before, 5, 7), satisfied(scores, 5, 7), always_valid => true)).direction), ' ')
             || ' ' || rate_text(satisfied(scores, 5, 7))
         END AS cell,
         CASE kind WHEN 'nps' THEN nps(scores) END AS score
  FROM q
)
SELECT to_char(quarter, 'YYYY "Q"Q') AS quarter,
       max(cell) FILTER (WHERE kind = 'nps') AS "NPS",
       max(cell) FILTER (WHERE kind = 'csat') AS "CSAT",
       max(cell) FILTER (WHERE kind = 'ces') AS "CES",
       bar(max(score), 0, 50) AS "NPS, 0 to 50"
FROM read
GROUP BY read.quarter
ORDER BY read.quarter;
