-- 20 million answers to a CSAT question on a scale from 1 to 5.
CREATE UNLOGGED TABLE csat_responses (score smallint);

INSERT INTO csat_responses
SELECT CASE WHEN h % 50 = 0 THEN NULL
            ELSE (ARRAY[1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 5])[1 + h / 50 % 12]
       END
FROM generate_series(0, (20000000 * :scale)::bigint - 1) AS i,
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 12) AS hash (h);

VACUUM ANALYZE csat_responses;
