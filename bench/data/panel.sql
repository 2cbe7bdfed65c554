-- 1,000,000 answers of 100,000 respondents over three years, as they came in: some
-- people answer often.
CREATE UNLOGGED TABLE panel
(
	respondent_id integer NOT NULL,
	answered_at timestamp NOT NULL,
	score integer NOT NULL
);

INSERT INTO panel
SELECT CASE WHEN h % 2 = 0 THEN h / 2 % people ELSE h / 2 % (people / 5) END,
       timestamp '2023-01-01' + i * interval '1096 days' / answers,
       (ARRAY[0, 2, 3, 5, 6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10])[1 + h / 64 % 16]
FROM (SELECT (1000000 * :scale)::bigint AS answers, (100000 * :scale)::bigint AS people) AS size,
     generate_series(0, answers - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 4) AS hash (h);

VACUUM ANALYZE panel;
