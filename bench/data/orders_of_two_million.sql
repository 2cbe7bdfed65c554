-- The 10,000,000 orders again, of 2,000,000 customers: every customer is two.
CREATE UNLOGGED TABLE customer_orders AS
SELECT order_id, customer_id * 2 + (order_id % 2)::integer AS customer_id, purchased_on, amount
FROM orders;

VACUUM ANALYZE customer_orders;
