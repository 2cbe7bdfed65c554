-- Ten signals of each of a million accounts, as they come in: a measurement of
-- all accounts after the other.
CREATE UNLOGGED TABLE signals
(
	account integer NOT NULL,
	score double precision NOT NULL,
	weight double precision NOT NULL
);

INSERT INTO signals
SELECT i % (1000000 * :scale)::bigint,
       h % 1001 / 10.0,
       5 * (1 + i / (1000000 * :scale)::bigint % 6)
FROM generate_series(0, (10000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 8) AS hash (h);

VACUUM ANALYZE signals;
