-- Ten million accounts with a score, hardly one like another, and whether they
-- stayed: the higher the score, the more of them.
CREATE UNLOGGED TABLE outcomes
(
	score double precision NOT NULL,
	stayed boolean NOT NULL
);

INSERT INTO outcomes
SELECT h / 42949672.96, (h * 48271 & 65535) < 20000 + h / 107374
FROM generate_series(0, (10000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT i * 2654435761 & 4294967295) AS hash (h);

VACUUM ANALYZE outcomes;
