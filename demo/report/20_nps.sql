\qecho 'NPS BY MONTH'
\qecho 'All channels rolled up, each month beside the one before.'
\qecho

SELECT to_char(month, 'YYYY-MM') AS month,
       signed_text(nps(scores)) AS "NPS",
       signed_interval(i.low, i.high) AS "95 % interval",
       change_text(c.change, c.direction) AS change,
       responses(scores) AS answers, unanswered(scores) AS unanswered,
       bar(nps(scores), 0, 50) AS "0 to 50"
FROM (SELECT month, scores, lag(scores) OVER (ORDER BY month) AS before
      FROM survey_monthly WHERE kind = 'nps' AND channel = 'all') AS s,
     nps_interval(scores) AS i, nps_change(before, scores, always_valid => true) AS c
WHERE s.month >= date '2025-01-01'
ORDER BY s.month;

\qecho 'NPS BY CHANNEL'
\qecho 'The last quarter beside the one before, by the channel that the question went through.'
\qecho

SELECT channel,
       signed_text(nps(scores)) AS "NPS",
       signed_interval(i.low, i.high) AS "95 % interval",
       change_text(c.change, c.direction) AS change,
       responses(scores) AS answers, unanswered(scores) AS unanswered,
       round(100.0 * responses(scores) / (responses(scores) + unanswered(scores)), 1) AS "answered %"
FROM (SELECT quarter, channel, scores, lag(scores) OVER (PARTITION BY channel ORDER BY quarter) AS before
      FROM survey_quarterly WHERE kind = 'nps') AS s,
     nps_interval(scores) AS i, nps_change(before, scores, always_valid => true) AS c
WHERE quarter = date '2025-10-01'
ORDER BY channel = 'all', channel;

\qecho 'NPS BY CHANNEL AND MONTH'
\qecho 'Score, how far the interval reaches, answers, and the change to the month before.'
\qecho

SELECT to_char(month, 'YYYY-MM') AS month, channel,
       mark(c.direction) || ' ' || nps_text(scores) AS score
FROM (SELECT month, channel, scores, lag(scores) OVER (PARTITION BY channel ORDER BY month) AS before
      FROM survey_monthly WHERE kind = 'nps') AS s,
     nps_change(before, scores, always_valid => true) AS c
WHERE s.month >= date '2025-01-01' AND channel <> 'all'
ORDER BY s.month, channel
\crosstabview month channel score
\qecho
