-- Five of the ten million orders of a million customers.
CREATE UNLOGGED TABLE orders_half AS
SELECT customer_id, purchased_on, amount::numeric(18, 2) AS amount FROM orders WHERE order_id % 2 = 0;

VACUUM ANALYZE orders_half;
