-- A survey of 20 million responses over three years, stored as they came in.
-- The rows are narrow, so that reading them hides as little as possible of
-- what the aggregates cost.  One in fifty has no score.
CREATE UNLOGGED TABLE responses
(
	answered_on date NOT NULL,
	score smallint,
	segment text NOT NULL
);

INSERT INTO responses
SELECT date '2023-01-01' + (i * 1096 / (20000000 * :scale))::integer,
       CASE WHEN h % 50 = 0 THEN NULL
            ELSE (ARRAY[0, 1, 3, 4, 5, 6, 6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 9, 9,
                        10, 10, 10, 10, 10, 10])[1 + h / 50 % 24]
       END,
       (ARRAY['starter', 'business', 'enterprise', 'partner'])[1 + h / 1200 % 4]
FROM generate_series(0, (20000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 12) AS hash (h);

VACUUM ANALYZE responses;
