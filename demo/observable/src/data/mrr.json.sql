-- MRR at the end of each of the last twelve months, and what moved it.
SELECT coalesce(json_agg(m ORDER BY month), '[]')
FROM (SELECT month, round(new_mrr) AS new, round(reactivation_mrr) AS reactivation, round(expansion_mrr) AS expansion,
             round(contraction_mrr) AS contraction, round(churned_mrr) AS churned, round(closing_mrr) AS closing
      FROM cx_report.mrr_month
      ORDER BY month DESC LIMIT 12) AS m;
