-- Active users by month, where they came from, and where twelve months are a trend.
SELECT coalesce(json_agg(m ORDER BY month), '[]')
FROM (SELECT month, active_users AS active, new_users AS new, returning_users AS returning, resurrected_users AS resurrected,
             -dormant_users AS dormant, direction
      FROM cx_report.active_users_month) AS m;
