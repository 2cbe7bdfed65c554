-- Tickets answered and resolved within their targets, in percent, by month.
SELECT coalesce(json_agg(m ORDER BY month), '[]')
FROM (SELECT month, tickets, round(response_kept, 1) AS answered, response_direction AS answered_direction,
             round(resolution_kept, 1) AS resolved, resolution_direction AS resolved_direction
      FROM cx_report.service_month) AS m;
