--
-- Usage: active days, active users, cohort retention and the lifecycle of users
--

@type active_days IS
'the days on which one user was active; read with days_active(), was_active(), merged with rollup(), counted over users with active_users_summary() and cohort_summary()';

CREATE FUNCTION active_days_accum(active_days, date) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_days_accum(active_days, date) IS
'transition function of active_days()';

CREATE FUNCTION active_days_combine(active_days, active_days) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_combine(active_days, active_days) IS
'combine function of active_days(), transition function of rollup()';

CREATE FUNCTION active_days_final(active_days) RETURNS active_days
AS 'MODULE_PATHNAME', 'active_days_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_days_final(active_days) IS
'final function of active_days() and rollup()';

CREATE AGGREGATE active_days(day date) (
	SFUNC = active_days_accum,
	STYPE = active_days,
	SSPACE = -1,
	FINALFUNC = active_days_final,
	COMBINEFUNC = active_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE active_days(date) IS
'the days on which one user was active; NULL days are skipped';

@rollup active_days (COMBINE = active_days_combine, FINAL = active_days_final) IS
'the days of all the values: their union';

CREATE FUNCTION days_active(active_days) RETURNS bigint
AS 'MODULE_PATHNAME', 'active_days_count'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION days_active(active_days) IS
'on how many days the user was active';

CREATE FUNCTION first_active(active_days) RETURNS date
AS 'MODULE_PATHNAME', 'active_days_first'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION first_active(active_days) IS
'the first active day';

CREATE FUNCTION last_active(active_days) RETURNS date
AS 'MODULE_PATHNAME', 'active_days_last'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION last_active(active_days) IS
'the last active day';

CREATE FUNCTION was_active(active_days, on_date timestamp, window_days integer DEFAULT 1) RETURNS boolean
AS 'MODULE_PATHNAME', 'active_days_was_active'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION was_active(active_days, timestamp, integer) IS
'whether the user was active on one of the window_days days up to and including on_date';

@type active_users_summary IS
'active users by day, for windows of up to 366 days; read with active_users(), merged with rollup() where the users are not the same';

CREATE FUNCTION active_users_accum(active_users_summary, active_days) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_users_accum(active_users_summary, active_days) IS
'transition function of active_users_summary()';

CREATE FUNCTION active_users_combine(active_users_summary, active_users_summary) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_combine(active_users_summary, active_users_summary) IS
'combine function of active_users_summary(), transition function of rollup()';

CREATE FUNCTION active_users_final(active_users_summary) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_final(active_users_summary) IS
'final function of active_users_summary() and rollup()';

CREATE AGGREGATE active_users_summary(active_days) (
	SFUNC = active_users_accum,
	STYPE = active_users_summary,
	SSPACE = -1,
	FINALFUNC = active_users_final,
	COMBINEFUNC = active_users_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE active_users_summary(active_days) IS
'active users by day, over users';

@rollup active_users_summary (COMBINE = active_users_combine, FINAL = active_users_final, MINUS = active_users_minus) IS
'merges summaries of different users';

CREATE FUNCTION users(active_users_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'active_users_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(active_users_summary) IS
'how many users there are';

CREATE FUNCTION active_users(active_users_summary, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, window_days integer DEFAULT 28, OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT stickiness numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION active_users(active_users_summary, timestamp, timestamp, integer) IS
'active users of every day of [from_date, to_date): of the day, of 7 days and of a month, which is window_days from 28 to 31, up to and with it, and stickiness = 100 * dau / mau; from the first to the last active day by default';

CREATE FUNCTION active_within(active_users_summary, window_days integer, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_within'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION active_within(active_users_summary, integer, timestamp, timestamp) IS
'users active on one of the window_days days, from 1 to 366, up to and with every day of [from_date, to_date); from the first to the last active day by default';

@type cohort_summary IS
'users by cohort and period; read with cohort_retention() and user_lifecycle(), merged with rollup() where the users are not the same';

CREATE FUNCTION cohort_accum(cohort_summary, active_days, text) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION cohort_accum(cohort_summary, active_days, text) IS
'transition function of cohort_summary()';

CREATE FUNCTION cohort_combine(cohort_summary, cohort_summary) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_combine(cohort_summary, cohort_summary) IS
'combine function of cohort_summary(), transition function of rollup()';

CREATE FUNCTION cohort_final(cohort_summary) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION cohort_final(cohort_summary) IS
'final function of cohort_summary() and rollup()';

CREATE AGGREGATE cohort_summary(active_days, grain text) (
	SFUNC = cohort_accum,
	STYPE = cohort_summary,
	SSPACE = -1,
	FINALFUNC = cohort_final,
	COMBINEFUNC = cohort_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE cohort_summary(active_days, text) IS
'users by cohort and period, over users; grain is ''day'', ''week'' (from Monday on), ''week_sunday'' or ''month''';

@rollup cohort_summary (COMBINE = cohort_combine, FINAL = cohort_final, MINUS = cohort_minus) IS
'merges summaries of different users';

CREATE FUNCTION cohort_retention(cohort_summary, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_retention'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION cohort_retention(cohort_summary, timestamp, timestamp, text, boolean, double precision) IS
'the cohort triangle, a row for every cohort from from_date on and age: the users of the cohort active then, and their share in percent points with its interval; up to the day before to_date; NULL for a period not over by then';

CREATE FUNCTION user_lifecycle(cohort_summary, OUT period date, OUT active_users bigint, OUT new_users bigint, OUT returning_users bigint, OUT resurrected_users bigint, OUT dormant_users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_lifecycle'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 36;

COMMENT ON FUNCTION user_lifecycle(cohort_summary) IS
'users of every period: new (first activity ever), returning (active in the period before as well), resurrected (active, but not in the period before), dormant (active in the period before, not in this one)';

@each TIME = date, timestamp, timestamptz; C = session_number_date, session_number, session_number
CREATE FUNCTION session_number(at @TIME@, gap interval) RETURNS bigint
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE WINDOW;

COMMENT ON FUNCTION session_number(@TIME@, interval) IS
'number of the session of a row, OVER (PARTITION BY user ORDER BY at): a gap that is strictly longer starts a new one; NULL for a NULL time';
@end

@type session_summary IS
'the sessions of one user: start, end and number of events of each; read with sessions(), average_session() and time_in_app(), merged with rollup()';

@each TIME = date, timestamp, timestamptz; C = session_accum_date, session_accum, session_accum
CREATE FUNCTION session_accum(session_summary, @TIME@, interval) RETURNS session_summary
AS 'MODULE_PATHNAME', '@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION session_accum(session_summary, @TIME@, interval) IS
'transition function of session_summary()';
@end

CREATE FUNCTION session_combine(session_summary, session_summary) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_combine(session_summary, session_summary) IS
'combine function of session_summary(), transition function of rollup()';

CREATE FUNCTION session_final(session_summary) RETURNS session_summary
AS 'MODULE_PATHNAME', 'session_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION session_final(session_summary) IS
'final function of session_summary() and rollup()';

@each TIME = date, timestamp, timestamptz
CREATE AGGREGATE session_summary(at @TIME@, gap interval) (
	SFUNC = session_accum,
	STYPE = session_summary,
	SSPACE = -1,
	FINALFUNC = session_final,
	COMBINEFUNC = session_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE session_summary(@TIME@, interval) IS
'the sessions of one user, whatever the order of the rows; events at most gap apart are in one session, NULL times are skipped';
@end

@rollup session_summary (COMBINE = session_combine, FINAL = session_final) IS
'the sessions of all events together, of the same user: one across midnight is one again';

CREATE FUNCTION sessions(session_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_count'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION sessions(session_summary) IS
'how many sessions there are';

CREATE FUNCTION events(session_summary) RETURNS bigint
AS 'MODULE_PATHNAME', 'session_events'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION events(session_summary) IS
'how many events are in the sessions';

CREATE FUNCTION average_session(session_summary, unit text DEFAULT 'minute') RETURNS numeric
AS 'MODULE_PATHNAME', 'session_average'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION average_session(session_summary, text) IS
'mean length of a session, from its first event to its last; one event alone lasts 0';

CREATE FUNCTION time_in_app(session_summary, unit text DEFAULT 'minute') RETURNS numeric
AS 'MODULE_PATHNAME', 'session_time'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION time_in_app(session_summary, text) IS
'length of all sessions together';

CREATE FUNCTION session_list(session_summary, OUT started timestamp, OUT ended timestamp, OUT events bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'session_list'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;

COMMENT ON FUNCTION session_list(session_summary) IS
'a row for every session; of a timestamptz, times are in UTC';

--
-- usage_log: who was active on which days
--

@type usage_log IS
'who was active on which days, with the number of events; read with active_users(), cohort_retention(), user_lifecycle(), users(), merged with rollup(), where a user of several parts is one user';

@log usage_log IS
'a log';

@each ID = smallint, integer, bigint, uuid, text; C = int2, int4, int8, uuid, text
CREATE FUNCTION usage_log_accum(usage_log, @ID@, date) RETURNS usage_log
AS 'MODULE_PATHNAME', 'usage_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION usage_log_accum(usage_log, @ID@, date) IS
'transition function of usage_log()';

CREATE AGGREGATE usage_log(user_id @ID@, day date) (
	SFUNC = usage_log_accum,
	STYPE = usage_log,
	SSPACE = -1,
	FINALFUNC = usage_log_final,
	COMBINEFUNC = usage_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE usage_log(@ID@, date) IS
'who was active on which days: a row for each event; rows without user or day are skipped';
@end

@rollup usage_log (COMBINE = usage_log_combine, FINAL = usage_log_final, MINUS = usage_log_difference) IS
'one log of all the parts: events of a user on a day add up, a user of several parts is one user';

CREATE FUNCTION users(usage_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'usage_log_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(usage_log) IS
'how many users there are, each one once';

CREATE FUNCTION active_users_summary(usage_log) RETURNS active_users_summary
AS 'MODULE_PATHNAME', 'active_users_of_log'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION active_users_summary(usage_log) IS
'the compact summary of the users of a log, without their ids; what active_users_summary(active_days) makes of the days of each user';

CREATE FUNCTION active_users(usage_log, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, window_days integer DEFAULT 28, OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT stickiness numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_log_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_users(usage_log, timestamp, timestamp, integer) IS
'active users of every day in [from_date, to_date): of the day (dau), of 7 days (wau) and of window_days, 28 to 31 (mau), and stickiness 100 * dau / mau; by default from the first active day to the last';

CREATE FUNCTION active_within(usage_log, window_days integer, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'active_users_log_within'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION active_within(usage_log, integer, timestamp, timestamp) IS
'users of the window_days days, 1 to 366, up to and with every day in [from_date, to_date)';

CREATE FUNCTION cohort_summary(usage_log, grain text) RETURNS cohort_summary
AS 'MODULE_PATHNAME', 'cohort_of_log'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION cohort_summary(usage_log, text) IS
'the compact summary of the cohorts of a log, without the ids of users; grain is day, week, week_sunday or month';

CREATE FUNCTION cohort_retention(usage_log, grain text, to_date timestamp, from_date timestamp DEFAULT NULL, kind text DEFAULT 'in_period', brackets integer[] DEFAULT NULL, with_total boolean DEFAULT false, confidence double precision DEFAULT 0.95, OUT cohort date, OUT age integer, OUT cohort_size bigint, OUT active bigint, OUT retention numeric, OUT low numeric, OUT high numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_log_retention'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 300;

COMMENT ON FUNCTION cohort_retention(usage_log, text, timestamp, timestamp, text, integer[], boolean, double precision) IS
'retention of the cohorts of a log from from_date on by age, as known before to_date: users of the first period, those active in the period of the age, or on or after it, or in a bracket of ages, 100 * active / cohort_size and its interval; NULL where the period is not over';

CREATE FUNCTION user_lifecycle(usage_log, grain text, OUT period date, OUT active_users bigint, OUT new_users bigint, OUT returning_users bigint, OUT resurrected_users bigint, OUT dormant_users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'cohort_log_lifecycle'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION user_lifecycle(usage_log, text) IS
'users of every period: new, returning, resurrected, and dormant: those of the period before who are not in this one';

CREATE FUNCTION days_per_user(usage_log, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT days integer, OUT users bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'usage_log_days_per_user'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION days_per_user(usage_log, timestamp, timestamp) IS
'power users: how many users were active on so many days of [from_date, to_date)';

@each NAME = histories, histories_uuid; ID = bigint, uuid
CREATE FUNCTION @NAME@(usage_log, OUT user_id @ID@, OUT days active_days) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'usage_log_@NAME@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@(usage_log) IS
'a row for each user, with the active_days of the user; ids are of type @ID@';
@end

--
-- event_log: who did something at which moments
--

@type event_log IS
'who did something at which moments, with the number of events; read with sessions(), average_session(), time_in_app(), sessions_by_day(), merged with rollup(), where a user of several parts is one user';

@log event_log IS
'a log';

@each ID = smallint, smallint, smallint, integer, integer, integer, bigint, bigint, bigint, uuid, uuid, uuid, text, text, text; TIME = date, timestamp, timestamptz, date, timestamp, timestamptz, date, timestamp, timestamptz, date, timestamp, timestamptz, date, timestamp, timestamptz; C = int2_date, int2, int2, int4_date, int4, int4, int8_date, int8, int8, uuid_date, uuid, uuid, text_date, text, text
CREATE FUNCTION event_log_accum(event_log, @ID@, @TIME@) RETURNS event_log
AS 'MODULE_PATHNAME', 'event_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION event_log_accum(event_log, @ID@, @TIME@) IS
'transition function of event_log()';

CREATE AGGREGATE event_log(user_id @ID@, at @TIME@) (
	SFUNC = event_log_accum,
	STYPE = event_log,
	SSPACE = -1,
	FINALFUNC = event_log_final,
	COMBINEFUNC = event_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE event_log(@ID@, @TIME@) IS
'who did something at which moments: a row for each event; rows without user or time are skipped';
@end

@rollup event_log (COMBINE = event_log_combine, FINAL = event_log_final, MINUS = event_log_difference) IS
'one log of all the parts: events of a user and moment add up, a user of several parts is one user';

CREATE FUNCTION users(event_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_users'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION users(event_log) IS
'how many users there are, each one once';

CREATE FUNCTION events(event_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_events'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION events(event_log) IS
'how many events there are';

CREATE FUNCTION sessions(event_log, gap interval, longest interval DEFAULT NULL) RETURNS bigint
AS 'MODULE_PATHNAME', 'event_log_sessions'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sessions(event_log, interval, interval) IS
'how many sessions the users have: events at most gap apart are in one session, which lasts at most longest';

CREATE FUNCTION average_session(event_log, gap interval, unit text DEFAULT 'minute', longest interval DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'event_log_average_session'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION average_session(event_log, interval, text, interval) IS
'mean length of a session, from its first event to its last; one event alone lasts 0; NULL without sessions';

CREATE FUNCTION time_in_app(event_log, gap interval, unit text DEFAULT 'minute', longest interval DEFAULT NULL) RETURNS numeric
AS 'MODULE_PATHNAME', 'event_log_time_in_app'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION time_in_app(event_log, interval, text, interval) IS
'length of all sessions of all users together';

CREATE FUNCTION sessions_by_day(event_log, gap interval, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, longest interval DEFAULT NULL, zone text DEFAULT NULL, OUT day date, OUT users bigint, OUT sessions bigint, OUT minutes numeric) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'event_log_sessions_by_day'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sessions_by_day(event_log, interval, timestamp, timestamp, interval, text) IS
'users, sessions and minutes of every day in [from_date, to_date); a session belongs to the day on which it begins, of a log of timestamptz in the time zone that is given, else in UTC';
