-- Ten million values of different customers over two years of days of sign-up;
-- they rise by 0.01 a day.
CREATE UNLOGGED TABLE points
(
	day date NOT NULL,
	value double precision NOT NULL
);

INSERT INTO points
SELECT date '2023-01-01' + (h % 731)::integer, 50 + h % 731 / 100.0 + (i * 7919 % 2001 - 1000) / 100.0
FROM generate_series(0, (10000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 8) AS hash (h);

VACUUM ANALYZE points;
