-- What the sections share: views that are made once and refreshed later.
--
-- rows -> survey_daily (a summary a day, channel and kind, stored)
--      -> survey_monthly, survey_quarterly (rolled up when read)

-- The views answers, paid_subscriptions and customer_steps, and those for people
-- without SQL, in the schema cx_report.
\ir ../mapping.sql

CREATE MATERIALIZED VIEW IF NOT EXISTS survey_daily AS
SELECT day, kind, channel, survey_summary(score) AS scores
FROM answers
GROUP BY day, kind, channel;

CREATE UNIQUE INDEX IF NOT EXISTS survey_daily_key
  ON survey_daily (day, kind, channel);
REFRESH MATERIALIZED VIEW CONCURRENTLY survey_daily;

-- channel 'all' is the roll-up of the channels: it adds their counts and
-- never averages their scores.
CREATE OR REPLACE VIEW survey_monthly AS
SELECT date_trunc('month', day::timestamp)::date AS month, kind,
       coalesce(channel, 'all') AS channel, rollup(scores) AS scores
FROM survey_daily
GROUP BY GROUPING SETS ((1, kind, channel), (1, kind));

CREATE OR REPLACE VIEW survey_quarterly AS
SELECT date_trunc('quarter', day::timestamp)::date AS quarter, kind,
       coalesce(channel, 'all') AS channel, rollup(scores) AS scores
FROM survey_daily
GROUP BY GROUPING SETS ((1, kind, channel), (1, kind));

-- The sign of a change: an arrow only where it is significant, however often one looks.
CREATE OR REPLACE FUNCTION mark(direction integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE direction WHEN 1 THEN '▲' WHEN 0 THEN '·' WHEN -1 THEN '▼' END;

-- Numbers to read: +4.7, +44.0 .. +47.7, 71.6%, 70.2 .. 73.0, +4.7 ▲
CREATE OR REPLACE FUNCTION signed_text(points numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lpad(to_char(round(points, 1), 'FMSG990.0'), 6);

CREATE OR REPLACE FUNCTION percent_text(points numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lpad(to_char(round(points, 1), 'FM990.0') || '%', 6);

CREATE OR REPLACE FUNCTION signed_interval(low numeric, high numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN signed_text(low) || ' .. ' || ltrim(signed_text(high));

CREATE OR REPLACE FUNCTION percent_interval(low numeric, high numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lpad(to_char(round(low, 1), 'FM990.0'), 6) || ' .. ' || to_char(round(high, 1), 'FM990.0');

CREATE OR REPLACE FUNCTION change_text(change numeric, direction integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN signed_text(change) || ' ' || mark(direction);

-- A bar of up to 25 characters between two ends.
CREATE OR REPLACE FUNCTION bar(value numeric, low numeric, high numeric) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN repeat('█', greatest(0, least(25, round(25 * (value - low) / (high - low))))::int);
