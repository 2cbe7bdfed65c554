-- A million responses over three years, each at a time of its own; a tenth of
-- them, and a fiftieth, as thin over the same three years.
CREATE UNLOGGED TABLE rolling_responses
(
	answered_at timestamptz NOT NULL,
	day date NOT NULL,
	score smallint
);

INSERT INTO rolling_responses
SELECT at, (at AT TIME ZONE 'UTC')::date,
       (ARRAY[0, 3, 5, 6, 7, 7, 8, 8, 9, 9, 10, 10])[1 + h / 50 % 12]
FROM generate_series(0, (1000000 * :scale)::bigint - 1) AS i,
     LATERAL (SELECT (i * 2654435761 & 4294967295) >> 8) AS hash (h),
     LATERAL (SELECT timestamptz '2023-01-01 00:00+00'
                     + i * (interval '1096 days' / (1000000 * :scale))) AS t (at);

CREATE UNLOGGED TABLE rolling_tenth AS
SELECT answered_at, day, score
FROM (SELECT *, row_number() OVER (ORDER BY answered_at) FROM rolling_responses) AS r
WHERE row_number % 10 = 0;

CREATE UNLOGGED TABLE rolling_fiftieth AS
SELECT answered_at, day, score
FROM (SELECT *, row_number() OVER (ORDER BY answered_at) FROM rolling_responses) AS r
WHERE row_number % 50 = 0;

VACUUM ANALYZE rolling_responses;
VACUUM ANALYZE rolling_tenth;
VACUUM ANALYZE rolling_fiftieth;
