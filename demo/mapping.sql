-- The views that people without SQL look at, in the schema cx_report, made from a
-- mapping of the sample company's tables.  docs/report.md explains mappings,
-- docs/metabase.md what to do with the views.

-- What the tables do not have in one place.  Answers that came in twice are alike
-- down to the response_id.
CREATE OR REPLACE VIEW demo.answers AS
SELECT DISTINCT * FROM demo.survey_responses;

-- A row whose wrong plan was put right on the same day is no subscription.
CREATE OR REPLACE VIEW demo.paid_subscriptions AS
SELECT subscriptions.*, segment, acquired_by
FROM demo.subscriptions JOIN demo.customers USING (customer_id)
WHERE ends_on IS NULL OR ends_on > starts_on;

CREATE OR REPLACE VIEW demo.customer_steps AS
SELECT customer_id, day, step, segment, acquired_by
FROM (SELECT customer_id, joined_on, 'joined' FROM demo.customers
      UNION ALL SELECT customer_id, started_on, 'trial' FROM demo.trials
      UNION ALL SELECT customer_id, min(starts_on), 'paid' FROM demo.subscriptions GROUP BY customer_id
      UNION ALL SELECT customer_id, ends_on, 'expanded' FROM demo.subscriptions WHERE end_reason = 'upgrade') AS steps (customer_id, day, step)
     JOIN demo.customers USING (customer_id);

SELECT count(*) AS report_views FROM create_report('cx_report', '{
  "zone": "UTC", "as_of": "2025-12-31",
  "survey_responses": {"table": "demo.answers", "where": "kind = ''nps''", "day": "day", "score": "score",
                       "respondent": "customer_id", "dimensions": ["channel"]},
  "csat_responses": {"table": "demo.answers", "where": "kind = ''csat''", "day": "day", "score": "score",
                     "dimensions": ["channel"]},
  "ces_responses": {"table": "demo.answers", "where": "kind = ''ces''", "day": "day", "score": "score",
                    "dimensions": ["channel"]},
  "subscriptions": {"table": "demo.paid_subscriptions", "customer": "customer_id", "amount": "price",
                    "billing_interval": "billing_interval", "starts_on": "starts_on", "ends_on": "ends_on",
                    "dimensions": ["segment"]},
  "events": {"table": "demo.events", "user": "user_id", "day": "at", "dimensions": {"what": "kind"}},
  "tickets": {"table": "demo.tickets", "opened": "opened_at", "first_response": "first_response_at",
              "resolved": "resolved_at", "response_target": "response_target",
              "resolution_target": "resolution_target", "dimensions": ["channel", "priority"]},
  "orders": {"table": "demo.orders", "customer": "customer_id", "day": "purchased_on", "amount": "amount"},
  "accounts": {"table": "demo.customers", "customer": "customer_id", "name": "name",
               "dimensions": {"segment": "segment", "channel": "contact_channel"}},
  "signals": {"table": "demo.signals", "customer": "customer_id", "signal": "signal", "score": "score",
              "weight": "weight", "day": "measured_on"},
  "trials": {"table": "demo.trials", "trial_ends": "trial_ends", "converted_on": "converted_at"},
  "journeys": {"table": "demo.customer_steps", "user": "customer_id", "at": "day", "step": "step",
               "steps": ["joined", "trial", "paid", "expanded"], "within": "180 days",
               "dimensions": ["acquired_by"]}
}') \gset
