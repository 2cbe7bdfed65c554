--
-- Service: time that counts business hours only
--

CREATE FUNCTION business_duration(started timestamp, finished timestamp, opens time, closes time, days integer[] DEFAULT '{1,2,3,4,5}', holidays date[] DEFAULT '{}') RETURNS interval
AS 'MODULE_PATHNAME', 'business_duration'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_duration(timestamp, timestamp, time, time, integer[], date[]) IS
'how much of the time from started to finished is within opening hours, on the given days of the week (1 is Monday) that are no holidays';
