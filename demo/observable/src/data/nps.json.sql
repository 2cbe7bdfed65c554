-- NPS by month, its interval of 95 %, and where it really rose (1) or fell (-1).
SELECT coalesce(json_agg(m ORDER BY month), '[]')
FROM (SELECT month, answers, round(nps, 1) AS nps, round(low, 1) AS low, round(high, 1) AS high, direction
      FROM cx_report.nps_month) AS m;
