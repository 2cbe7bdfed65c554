--
-- Days: which day and what time it was in a time zone
--

CREATE FUNCTION local_day(at timestamptz, zone text) RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_moment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(timestamptz, text) IS
'the date of a moment in a time zone, which is a name such as Asia/Seoul';

CREATE FUNCTION local_day(at timestamp, zone text, stored_in text DEFAULT 'UTC') RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_clock'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(timestamp, text, text) IS
'the date in a time zone of a time that a clock in stored_in showed, UTC unless it is given';

CREATE FUNCTION local_day(at date, zone text, stored_in text DEFAULT 'UTC') RETURNS date
AS 'MODULE_PATHNAME', 'local_day_of_date'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_day(date, text, text) IS
'an error: a date has no time of day, so it cannot be taken to another time zone';

CREATE FUNCTION local_timestamp(at timestamptz, zone text) RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_timestamp_of_moment'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(timestamptz, text) IS
'what a clock in a time zone shows at a moment; the zone is a name such as Asia/Seoul';

CREATE FUNCTION local_timestamp(at timestamp, zone text, stored_in text DEFAULT 'UTC') RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_timestamp_of_clock'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(timestamp, text, text) IS
'what a clock in a time zone showed when one in stored_in showed this, UTC unless it is given';

CREATE FUNCTION local_timestamp(at date, zone text, stored_in text DEFAULT 'UTC') RETURNS timestamp
AS 'MODULE_PATHNAME', 'local_day_of_date'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION local_timestamp(date, text, text) IS
'an error: a date has no time of day, so it cannot be taken to another time zone';
