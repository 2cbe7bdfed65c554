-- Four million responses of a million customers, in no order.
CREATE UNLOGGED TABLE customer_responses
(
	customer_id integer NOT NULL,
	score smallint
);

INSERT INTO customer_responses
SELECT h % (1000000 * :scale)::integer,
       (ARRAY[0, 3, 5, 6, 7, 7, 8, 8, 9, 9, 10, 10])[1 + h / 50 % 12]
FROM generate_series(0, (4000000 * :scale)::bigint - 1) AS i,
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 8) AS hash (h);

VACUUM ANALYZE customer_responses;
