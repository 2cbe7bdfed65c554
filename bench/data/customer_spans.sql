-- Ten million customers who came on a day of four years, of whom two in five
-- have left, after up to three years.
CREATE UNLOGGED TABLE customer_spans
(
	started_on date NOT NULL,
	ended_on date
);

INSERT INTO customer_spans
SELECT started_on, CASE WHEN h2 % 5 < 2 THEN started_on + 1 + h2 % 1095 END
FROM generate_series(0, (10000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT ((i * 2654435761 & 4294967295) >> 8)::integer, ((i * 2246822519 & 4294967295) >> 12)::integer) AS hash (h1, h2),
     LATERAL (SELECT date '2021-01-01' + h1 % 1461) AS s (started_on);

VACUUM ANALYZE customer_spans;
