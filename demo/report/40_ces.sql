\qecho 'CES BY MONTH'
\qecho 'Customer effort after a ticket: answers 5 to 7 of 7 to "it was easy", in percent.'
\qecho 'All channels rolled up, each month beside the one before.'
\qecho

SELECT to_char(month, 'YYYY-MM') AS month,
       percent_text(rate(outcome)) AS "CES",
       percent_interval(i.low, i.high) AS "95 % interval",
       change_text(c.change, c.direction) AS change,
       responses(scores) AS answers, unanswered(scores) AS unanswered,
       bar(rate(outcome), 40, 80) AS "40 to 80"
FROM (SELECT month, scores, outcome, lag(outcome) OVER (ORDER BY month) AS before
      FROM (SELECT month, scores, satisfied(scores, satisfied_from => 5, scale_max => 7) AS outcome
            FROM survey_monthly WHERE kind = 'ces' AND channel = 'all') AS m) AS s,
     rate_interval(outcome) AS i, rate_change(before, outcome, always_valid => true) AS c
WHERE s.month >= date '2025-01-01'
ORDER BY s.month;

\qecho 'CES BY CHANNEL'
\qecho 'The last quarter beside the one before, by the channel of the ticket.'
\qecho

SELECT channel,
       percent_text(rate(outcome)) AS "CES",
       percent_interval(i.low, i.high) AS "95 % interval",
       change_text(c.change, c.direction) AS change,
       responses(scores) AS answers, unanswered(scores) AS unanswered,
       round(100.0 * responses(scores) / (responses(scores) + unanswered(scores)), 1) AS "answered %"
FROM (SELECT quarter, channel, scores, outcome, lag(outcome) OVER (PARTITION BY channel ORDER BY quarter) AS before
      FROM (SELECT quarter, channel, scores, satisfied(scores, satisfied_from => 5, scale_max => 7) AS outcome
            FROM survey_quarterly WHERE kind = 'ces') AS q) AS s,
     rate_interval(outcome) AS i, rate_change(before, outcome, always_valid => true) AS c
WHERE quarter = date '2025-10-01'
ORDER BY channel = 'all', channel;

\qecho 'CES BY CHANNEL AND MONTH'
\qecho 'Share, how far the interval reaches, answers, and the change to the month before.'
\qecho

SELECT to_char(month, 'YYYY-MM') AS month, channel,
       mark(c.direction) || ' ' || rate_text(outcome) AS share
FROM (SELECT month, channel, outcome, lag(outcome) OVER (PARTITION BY channel ORDER BY month) AS before
      FROM (SELECT month, channel, satisfied(scores, satisfied_from => 5, scale_max => 7) AS outcome
            FROM survey_monthly WHERE kind = 'ces') AS m) AS s,
     rate_change(before, outcome, always_valid => true) AS c
WHERE s.month >= date '2025-01-01' AND channel <> 'all'
ORDER BY s.month, channel
\crosstabview month channel share
\qecho
