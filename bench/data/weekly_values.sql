-- 104 weekly values of each of 10,000 accounts, which wander; every third rises.
CREATE UNLOGGED TABLE weekly_values
(
	account integer NOT NULL,
	week date NOT NULL,
	value double precision NOT NULL
);

INSERT INTO weekly_values
SELECT account, date '2023-01-02' + 7 * i,
       200 + CASE WHEN account % 3 = 0 THEN i ELSE 0 END
       + sum((account * 7919 + i * 104729) % 2003 % 41 - 20) OVER (PARTITION BY account ORDER BY i ROWS 3 PRECEDING)
FROM generate_series(1, (10000 * :scale)::integer) AS account, generate_series(0, 103) AS i;

VACUUM ANALYZE weekly_values;
