-- title: The sums of a ratio with its error, numeric, against two averages
-- data: customer_numbers
-- variant: one process | max_parallel_workers_per_gather = 0
-- ours: ratio_summary(revenue, orders)
SELECT customers(ratio_summary(revenue, orders)) FROM customer_numbers;

-- theirs averages: avg(revenue), avg(orders), without an error | at most 1.10 x
SELECT avg(revenue), avg(orders) FROM customer_numbers;

-- check averages
SELECT (:ours) = (SELECT count(*) FROM customer_numbers) AND (SELECT n > 0 FROM (:theirs) AS t (n));
