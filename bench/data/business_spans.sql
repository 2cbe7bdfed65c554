-- A million spans of up to two years, and of up to a day; a calendar with two windows
-- a day, in a zone whose clocks change, and 500 special days.
CREATE UNLOGGED TABLE business_spans AS
SELECT started, started + (h2 % 730) * interval '1 day' + (h1 % 86400) * interval '1 second' AS finished,
       started + (h1 % 86400) * interval '1 second' AS same_day
FROM generate_series(0, (1000000 * :scale)::bigint - 1) AS i,
     -- Knuth's multiplicative hash: the same rows on every machine
     LATERAL (SELECT i * 2654435761 & 4294967295, (i * 2246822519 & 4294967295) >> 12) AS hash (h1, h2),
     LATERAL (SELECT timestamptz '2023-01-01 00:00+00' + make_interval(secs => (h2 * 7919 + i) % (365 * 86400))) AS s (started);

CREATE UNLOGGED TABLE business_hours AS
SELECT with_special_days('{"version": 1, "zone": "Europe/Berlin", "hours": {"monday-friday": ["09:00-12:00", "13:00-18:00"]}}',
           (SELECT special_days(date '2022-12-24' + (i * 3.1)::integer, CASE WHEN i % 3 = 0 THEN time '09:00' END, CASE WHEN i % 3 = 0 THEN time '12:30' END)
            FROM generate_series(1, 500) AS i)) AS calendar;

VACUUM ANALYZE business_spans, business_hours;
