-- 10.2 million subscriptions of 3.4 million customers, as they were sold: those
-- of the benchmark of the bridge 17 times over, and 3 million of them (5 times).
CREATE UNLOGGED TABLE subscriptions_many AS
SELECT customer_id + copy * (200000 * :scale)::integer AS customer_id,
       amount, starts_on, ends_on
FROM subscriptions, generate_series(0, 16) AS copy
ORDER BY subscription_id, copy;

CREATE UNLOGGED TABLE subscriptions_fewer AS
SELECT customer_id + copy * (200000 * :scale)::integer AS customer_id,
       amount, starts_on, ends_on
FROM subscriptions, generate_series(0, 4) AS copy
ORDER BY subscription_id, copy;

VACUUM ANALYZE subscriptions_many;
VACUUM ANALYZE subscriptions_fewer;
