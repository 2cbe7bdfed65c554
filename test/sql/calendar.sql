--
-- Days and times in a time zone
--
\pset null '(null)'

-- Seoul is nine hours ahead all year, New York four or five behind.
SELECT at, local_day(at, 'Asia/Seoul') AS seoul, local_day(at, 'America/New_York') AS new_york,
	local_timestamp(at, 'America/New_York') AS clock
FROM (VALUES (timestamp '2025-06-30 14:59:59.999999'), ('2025-06-30 15:00'), ('2025-06-30 03:59'), ('2025-06-30 04:00'),
	('2025-01-01 04:59'), ('2025-01-01 05:00'), ('infinity'), ('-infinity'), (NULL)) v(at);

-- the type of the column says what it means: one moment, three columns
SET timezone = 'America/New_York';
SELECT local_day(moment, 'Asia/Seoul') AS moment, local_day(utc, 'Asia/Seoul') AS utc,
	local_day(berlin, 'Asia/Seoul', stored_in => 'Europe/Berlin') AS berlin,
	local_day(seoul, 'Asia/Seoul', 'Asia/Seoul') AS seoul
FROM (VALUES (timestamptz '2025-06-30 20:00Z', timestamp '2025-06-30 20:00', timestamp '2025-06-30 22:00', timestamp '2025-07-01 05:00')) v(moment, utc, berlin, seoul);
RESET timezone;

-- The definition in plain SQL, at random times from 1900 to 2050, many of them at
-- the changes of the clocks; mismatches: none.
CREATE TEMP TABLE moments AS
SELECT at, z, s FROM (
	SELECT timestamp '1900-01-01' + make_interval(mins => pick(i, 1, 150 * 365 * 24 * 60)) AS at, i FROM generate_series(1, 4000) i
	UNION ALL
	SELECT timestamp '2025-03-09 00:00' + make_interval(mins => i * 7), i FROM generate_series(1, 300) i
	UNION ALL
	SELECT timestamp '2025-11-02 00:00' + make_interval(mins => i * 7), i FROM generate_series(1, 300) i
	UNION ALL
	SELECT timestamp '2025-03-30 00:00' + make_interval(mins => i * 7), i FROM generate_series(1, 300) i) t,
	LATERAL (SELECT (ARRAY['UTC', 'Asia/Seoul', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Apia', 'Etc/GMT-9', 'EST5EDT'])[1 + pick(i, 2, 8)] AS z,
		(ARRAY['UTC', 'Asia/Seoul', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'])[1 + pick(i, 3, 6)] AS s) zones;
SELECT count(*) AS compared,
	count(*) FILTER (WHERE local_day(at, z, s) IS DISTINCT FROM (at AT TIME ZONE s AT TIME ZONE z)::date) AS clock,
	count(*) FILTER (WHERE local_day(at, z) IS DISTINCT FROM (at AT TIME ZONE 'UTC' AT TIME ZONE z)::date) AS utc,
	count(*) FILTER (WHERE local_day(at AT TIME ZONE s, z) IS DISTINCT FROM (at AT TIME ZONE s AT TIME ZONE z)::date) AS moment,
	count(*) FILTER (WHERE local_timestamp(at, z, s) IS DISTINCT FROM at AT TIME ZONE s AT TIME ZONE z) AS clock_time,
	count(*) FILTER (WHERE local_timestamp(at AT TIME ZONE s, z) IS DISTINCT FROM at AT TIME ZONE s AT TIME ZONE z) AS moment_time
FROM moments;

-- nothing of it depends on a setting, so an index can hold the day
CREATE TEMP TABLE visits (at timestamp, at_tz timestamptz);
CREATE INDEX ON visits (local_day(at, 'Asia/Seoul'), local_day(at_tz, 'Asia/Seoul'), local_timestamp(at, 'Asia/Seoul'));
SET timezone_abbreviations = 'Australia';
SELECT message FROM error_of($$SELECT local_day(timestamptz '2025-06-30 20:00Z', 'ACST')$$);
-- EST is five hours behind UTC, not Australian; a system may lack it, as Debian 13 without tzdata-legacy does
SELECT count(*) FILTER (WHERE local_day(timestamptz '2025-06-30 20:00Z', name) <> '2025-06-30') AS wrong
FROM pg_timezone_names WHERE name = 'EST';
RESET timezone_abbreviations;

-- case of a name does not matter; blanks and offsets are no names
SELECT zone, e.*
FROM unnest(ARRAY['asia/seoul', 'GMT0', 'GMT+0', 'Etc/GMT+5', 'posix/Etc/GMT-14', 'pst8pdt', 'posix/EST5EDT',
	'Asia/Soul', '', ' UTC', 'KST', 'KST9', 'Etc/GMT+1:00:30', 'Etc/GMT+13', 'Etc/GMT-15', 'Etc/GMT9', 'Nowhere/GMT-9', 'Seoul0', 'localtime', 'Posixrules', '+9', '-09:00', '+09', '9', 'UTC+9', 'GMT-9', '<+09>-9', 'EST5', 'EST5EDT4', 'EST5EDT,M3.2.0,M11.1.0', 'Asia/Seoul9', 'now', repeat('long', 30)])
	WITH ORDINALITY z(zone, i),
	error_of(format('SELECT local_day(timestamp %L, %L)', '2025-01-01', zone)) e ORDER BY i;
SELECT failure($$SELECT local_day(timestamp '2025-01-01', 'UTC', 'UTC-9')$$);
SELECT failure($$SELECT local_timestamp(timestamp '2025-01-01', 'Mars/Olympus', 'UTC')$$);

-- a date has no time; without the error it would be midnight in the session's zone
SELECT failure($$SELECT local_day(date '2025-06-30', 'Asia/Seoul')$$);
SELECT failure($$SELECT local_timestamp(date '2025-06-30', 'Asia/Seoul')$$);
SELECT local_day(NULL::date, 'Asia/Seoul');

-- a text without a type is a timestamptz to PostgreSQL, and so in the session's zone
SET timezone = 'Asia/Seoul';
SELECT pg_typeof(local_day('2025-06-30 20:00', 'Asia/Seoul')), local_day('2025-06-30 20:00', 'Asia/Seoul'), local_day('2025-06-30 20:00+00', 'Asia/Seoul');
RESET timezone;

-- the ends of the calendar
SELECT local_day(timestamp '294276-12-31 23:59:59', 'UTC'), local_day(timestamp '4714-11-24 00:00 BC', 'UTC'),
	local_day(timestamp '294276-12-31 23:59:59', 'Asia/Seoul') > date '294276-12-31' AS next_year;
SELECT failure($$SELECT local_day(timestamp '4714-11-24 00:00 BC', 'America/New_York')$$);
SELECT failure($$SELECT local_day(timestamp '4714-11-24 00:00 BC', 'UTC', 'Asia/Seoul')$$);
SELECT failure($$SELECT local_timestamp(timestamp '294276-12-31 23:59:59', 'Asia/Seoul')$$);
SELECT failure($$SELECT local_timestamp(timestamp '294276-12-31 23:59:59', 'UTC', 'America/New_York')$$);
-- nor one with the zone that it is stored in
SELECT failure($$SELECT local_day(date '2025-06-30', 'America/New_York', stored_in => 'UTC')$$);
SELECT failure($$SELECT local_timestamp(date '2025-06-30', 'America/New_York', 'UTC')$$);
