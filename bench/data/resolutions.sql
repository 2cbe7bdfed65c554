-- Five million tickets over 300 days.  One in five never closes; the others do
-- after times that are exponential with a mean of eight days, to the second:
-- more than two million distinct durations.
CREATE UNLOGGED TABLE resolutions
(
	opened timestamp NOT NULL,
	closed timestamp
);

INSERT INTO resolutions
SELECT opened,
       CASE WHEN h2 % 5 > 0
            THEN opened + make_interval(secs => ceil(-ln((h1 + 0.5) / 4294967296.0) * 8 * 86400)) END
FROM generate_series(0, (5000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT i * 2654435761 & 4294967295, (i * 2246822519 & 4294967295) >> 12) AS hash (h1, h2),
     LATERAL (SELECT timestamp '2025-01-01' + make_interval(secs => (h2 * 7919 + i) % (300 * 86400))) AS o (opened);

VACUUM ANALYZE resolutions;
