--
-- Service: time that counts business hours only
--

CREATE FUNCTION business_duration(started timestamp, finished timestamp, opens time, closes time, days integer[] DEFAULT '{1,2,3,4,5}', holidays date[] DEFAULT '{}') RETURNS interval
AS 'MODULE_PATHNAME', 'business_duration'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_duration(timestamp, timestamp, time, time, integer[], date[]) IS
'how much of the time from started to finished is within opening hours, on the given days of the week (1 is Monday) that are no holidays';

@type business_calendar IS
'when a service is open: a time zone, windows by day of the week, days with other hours or none, changes of hours; read with business_duration(), business_due(), is_open()';

@type special_days IS
'days with other hours, or closed, for with_special_days()';

CREATE FUNCTION business_calendar_accum(business_calendar, text, integer, time, time) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_accum(business_calendar, text, integer, time, time) IS
'transition function of business_calendar()';

CREATE FUNCTION business_calendar_combine(business_calendar, business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_combine(business_calendar, business_calendar) IS
'combine function of business_calendar()';

CREATE FUNCTION business_calendar_final(business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'business_calendar_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_calendar_final(business_calendar) IS
'final function of business_calendar()';

CREATE AGGREGATE business_calendar(zone text, day_of_week integer, opens time, closes time) (
	SFUNC = business_calendar_accum,
	STYPE = business_calendar,
	SSPACE = -1,
	FINALFUNC = business_calendar_final,
	COMBINEFUNC = business_calendar_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_calendar(text, integer, time, time) IS
'a calendar from a table of hours: a row a window, day_of_week 1 is Monday and 7 is Sunday; one that closes before it opens does so on the next day; NULL for both times is closed';

CREATE FUNCTION special_days_accum(special_days, date, time, time) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION special_days_accum(special_days, date, time, time) IS
'transition function of special_days()';

CREATE FUNCTION special_days_combine(special_days, special_days) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_combine(special_days, special_days) IS
'combine function of special_days(), transition function of rollup()';

CREATE FUNCTION special_days_final(special_days) RETURNS special_days
AS 'MODULE_PATHNAME', 'special_days_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION special_days_final(special_days) IS
'final function of special_days() and rollup()';

CREATE AGGREGATE special_days(day date, opens time, closes time) (
	SFUNC = special_days_accum,
	STYPE = special_days,
	SSPACE = -1,
	FINALFUNC = special_days_final,
	COMBINEFUNC = special_days_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE special_days(date, time, time) IS
'days with other hours, a row a window; NULL for both times is closed';

@rollup special_days (COMBINE = special_days_combine, FINAL = special_days_final) IS
'puts special days of several tables together; windows must not overlap';

CREATE FUNCTION with_special_days(calendar business_calendar, days special_days) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'with_special_days'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION with_special_days(business_calendar, special_days) IS
'the calendar with these days instead of what it had for them; the calendar itself when days are NULL';

CREATE FUNCTION with_hours_from(calendar business_calendar, from_date date, hours business_calendar) RETURNS business_calendar
AS 'MODULE_PATHNAME', 'with_hours_from'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION with_hours_from(business_calendar, date, business_calendar) IS
'the calendar with the hours of another one from a date on; its special days stay';

CREATE FUNCTION business_duration(calendar business_calendar, started timestamptz, finished timestamptz) RETURNS interval
AS 'MODULE_PATHNAME', 'calendar_duration'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_duration(business_calendar, timestamptz, timestamptz) IS
'how much of the time from started to finished is open by the calendar; NULL while it is not finished';

CREATE FUNCTION business_due(calendar business_calendar, started timestamptz, target interval) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'calendar_due'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_due(business_calendar, timestamptz, interval) IS
'when a target runs out: its days are working days, its hours are open hours; one that ends at closing time is due then';

CREATE FUNCTION business_days(calendar business_calendar, from_date date, to_date date) RETURNS integer
AS 'MODULE_PATHNAME', 'calendar_days'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION business_days(business_calendar, date, date) IS
'how many days of [from_date, to_date) have hours';

CREATE FUNCTION is_open(calendar business_calendar, at timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'calendar_is_open'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION is_open(business_calendar, timestamptz) IS
'is it open at that moment?';

CREATE FUNCTION next_opening(calendar business_calendar, at timestamptz) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'calendar_next_opening'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION next_opening(business_calendar, timestamptz) IS
'the moment itself where it is open then, otherwise the next one at which it opens';

CREATE FUNCTION business_within_target(calendar business_calendar, started timestamptz, finished timestamptz, target interval, as_of timestamptz) RETURNS boolean
AS 'MODULE_PATHNAME', 'business_within_target'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_within_target(business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'was it finished within the target on the clock of the calendar? days of the target are working days; NULL while it is open and still in time at as_of, or without a target';

CREATE FUNCTION business_target_accum(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'business_target_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_target_accum(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'transition function of business_sla_agg()';

CREATE FUNCTION business_target_remove(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'business_target_remove'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_target_remove(rate_summary, business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'inverse transition function of business_sla_agg()';

CREATE AGGREGATE business_sla_agg(calendar business_calendar, started timestamptz, finished timestamptz, target interval, as_of timestamptz) (
	SFUNC = business_target_accum,
	STYPE = rate_summary,
	SSPACE = -1,
	FINALFUNC = rate,
	COMBINEFUNC = rate_combine,
	MSFUNC = business_target_accum,
	MINVFUNC = business_target_remove,
	MSTYPE = rate_summary,
	MSSPACE = 32,
	MFINALFUNC = rate,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_sla_agg(business_calendar, timestamptz, timestamptz, interval, timestamptz) IS
'SLA attainment on the clock of a calendar, as of as_of, in percent points: finished within target / (finished + open and overdue)';

CREATE FUNCTION business_duration_accum(duration_summary, business_calendar, timestamptz, timestamptz, timestamptz) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'business_duration_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION business_duration_accum(duration_summary, business_calendar, timestamptz, timestamptz, timestamptz) IS
'transition function of business_duration_summary()';

CREATE AGGREGATE business_duration_summary(calendar business_calendar, started timestamptz, finished timestamptz, as_of timestamptz) (
	SFUNC = business_duration_accum,
	STYPE = duration_summary,
	SSPACE = -1,
	FINALFUNC = duration_final,
	COMBINEFUNC = duration_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE business_duration_summary(business_calendar, timestamptz, timestamptz, timestamptz) IS
'open time from started to finished by the calendar; what has not finished by as_of is still open; rows without a start are counted apart';

@type backlog_summary IS
'how many were opened and closed on each day; read with backlog(), merged with rollup()';

CREATE FUNCTION backlog_accum(backlog_summary, timestamp, timestamp) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION backlog_accum(backlog_summary, timestamp, timestamp) IS
'transition function of backlog_summary()';

CREATE FUNCTION backlog_combine(backlog_summary, backlog_summary) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_combine'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_combine(backlog_summary, backlog_summary) IS
'combine function of backlog_summary(), transition function of rollup()';

CREATE FUNCTION backlog_final(backlog_summary) RETURNS backlog_summary
AS 'MODULE_PATHNAME', 'backlog_final'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION backlog_final(backlog_summary) IS
'final function of backlog_summary() and rollup()';

CREATE AGGREGATE backlog_summary(opened timestamp, closed timestamp) (
	SFUNC = backlog_accum,
	STYPE = backlog_summary,
	SSPACE = -1,
	FINALFUNC = backlog_final,
	COMBINEFUNC = backlog_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE backlog_summary(timestamp, timestamp) IS
'how many were opened and closed on each day; closed is NULL for what is open still; dates do as well';

@rollup backlog_summary (COMBINE = backlog_combine, FINAL = backlog_final, MINUS = backlog_minus) IS
'adds up backlog summaries, of several queues for instance';

CREATE FUNCTION backlog(backlog_summary, from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, OUT day date, OUT opened bigint, OUT closed bigint, OUT open_at_end bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'backlog_series'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION backlog(backlog_summary, timestamp, timestamp) IS
'how many were opened and closed on every day of [from_date, to_date), and how many are open at its end; from the first to the last day with a movement by default';

--
-- ticket_log: which ticket was in which state from when on
--

@type ticket_log IS
'which ticket was in which state from when on; read with time_in_state(), resolution_summary(), sla_summary(), first_response_summary(), reopened(), backlog(), merged with rollup()';

@log ticket_log IS
'a log';

@each ID = smallint, integer, bigint, uuid, text; C = int2, int4, int8, uuid, text
CREATE FUNCTION ticket_log_accum(ticket_log, @ID@, timestamptz, text) RETURNS ticket_log
AS 'MODULE_PATHNAME', 'ticket_log_accum_@C@'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION ticket_log_accum(ticket_log, @ID@, timestamptz, text) IS
'transition function of ticket_log()';

CREATE AGGREGATE ticket_log(ticket_id @ID@, at timestamptz, state text) (
	SFUNC = ticket_log_accum,
	STYPE = ticket_log,
	SSPACE = -1,
	FINALFUNC = ticket_log_final,
	COMBINEFUNC = ticket_log_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE ticket_log(@ID@, timestamptz, text) IS
'which ticket was in which state from when on: a row for each change of state; rows without ticket, time or state are skipped';
@end

@rollup ticket_log (COMBINE = ticket_log_combine, FINAL = ticket_log_final) IS
'one log of all the parts: a change that several parts have is one, a ticket of several parts is one ticket';

CREATE FUNCTION tickets(ticket_log) RETURNS bigint
AS 'MODULE_PATHNAME', 'ticket_log_tickets'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION tickets(ticket_log) IS
'how many tickets there are, each one once';

CREATE FUNCTION time_in_state(ticket_log, as_of timestamptz, calendar business_calendar DEFAULT NULL, unit text DEFAULT 'hour', OUT state text, OUT tickets bigint, OUT total numeric, OUT stays duration_summary) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_time_in_state'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10;

COMMENT ON FUNCTION time_in_state(ticket_log, timestamptz, business_calendar, text) IS
'for each state in which tickets have been by as_of how many, how much time together, by the calendar open time, and a duration_summary of their stays';

CREATE FUNCTION resolution_summary(ticket_log, closed_states text[], as_of timestamptz, paused_states text[] DEFAULT '{}', calendar business_calendar DEFAULT NULL) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'ticket_log_resolution'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION resolution_summary(ticket_log, text[], timestamptz, text[], business_calendar) IS
'how long tickets took to be closed, on a clock that stands still in paused states, in closed ones until they are reopened, and outside the hours of the calendar';

CREATE FUNCTION sla_summary(ticket_log, closed_states text[], target interval, as_of timestamptz, paused_states text[] DEFAULT '{}', calendar business_calendar DEFAULT NULL) RETURNS rate_summary
AS 'MODULE_PATHNAME', 'ticket_log_sla'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION sla_summary(ticket_log, text[], interval, timestamptz, text[], business_calendar) IS
'of how many tickets the target was kept, on the clock of resolution_summary(); read with rate(): closed within target / (closed + open and overdue)';

CREATE FUNCTION first_response_summary(ticket_log, opened_states text[], answered_states text[], as_of timestamptz, calendar business_calendar DEFAULT NULL) RETURNS duration_summary
AS 'MODULE_PATHNAME', 'ticket_log_first_response'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION first_response_summary(ticket_log, text[], text[], timestamptz, business_calendar) IS
'how long tickets waited for the first answer after they were opened or, the last time, reopened';

CREATE FUNCTION reopened(ticket_log, closed_states text[], as_of timestamptz DEFAULT 'infinity') RETURNS rate_summary
AS 'MODULE_PATHNAME', 'ticket_log_reopened'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION reopened(ticket_log, text[], timestamptz) IS
'of the tickets that have been closed, how many were reopened by as_of; read with rate()';

CREATE FUNCTION backlog(ticket_log, open_states text[], from_date timestamp DEFAULT NULL, to_date timestamp DEFAULT NULL, zone text DEFAULT 'UTC', OUT day date, OUT opened bigint, OUT closed bigint, OUT open_at_end bigint) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_backlog'
LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 365;

COMMENT ON FUNCTION backlog(ticket_log, text[], timestamp, timestamp, text) IS
'how many tickets came into one of the open states on every day of [from_date, to_date) in the time zone, how many left them, and how many are in one at its end; from the first to the last day with an entry by default';

--
-- state_history: the states of one ticket
--

@type state_history IS
'in which state a ticket was from when on; read with time_in(), state_at(), first_entered(), times_entered()';

@log state_history IS
'a history';

CREATE FUNCTION state_history_accum(state_history, timestamptz, text) RETURNS state_history
AS 'MODULE_PATHNAME', 'state_history_accum'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION state_history_accum(state_history, timestamptz, text) IS
'transition function of state_history()';

CREATE AGGREGATE state_history(at timestamptz, state text) (
	SFUNC = state_history_accum,
	STYPE = state_history,
	SSPACE = -1,
	FINALFUNC = state_history_final,
	COMBINEFUNC = state_history_combine,
	PARALLEL = SAFE
);

COMMENT ON AGGREGATE state_history(timestamptz, text) IS
'in which state a ticket was from when on, GROUP BY ticket: a row for each change of state; rows without time or state are skipped';

@rollup state_history (COMBINE = state_history_combine, FINAL = state_history_final) IS
'one history of all the parts of a ticket; a change that several parts have is one';

CREATE FUNCTION time_in(state_history, states text[], as_of timestamptz, calendar business_calendar DEFAULT NULL) RETURNS interval
AS 'MODULE_PATHNAME', 'state_history_time_in'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION time_in(state_history, text[], timestamptz, business_calendar) IS
'how long the ticket has been in these states by as_of; by the calendar, how much of that was open';

CREATE FUNCTION state_at(state_history, at timestamptz) RETURNS text
AS 'MODULE_PATHNAME', 'state_history_state_at'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION state_at(state_history, timestamptz) IS
'the state in which the ticket is at a moment; NULL before the first one';

CREATE FUNCTION first_entered(state_history, state text) RETURNS timestamptz
AS 'MODULE_PATHNAME', 'state_history_first_entered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION first_entered(state_history, text) IS
'when the ticket came into a state for the first time; NULL if it never did';

CREATE FUNCTION times_entered(state_history, state text) RETURNS bigint
AS 'MODULE_PATHNAME', 'state_history_times_entered'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION times_entered(state_history, text) IS
'how often the ticket came into a state';

@each NAME = histories, histories_uuid; ID = bigint, uuid
CREATE FUNCTION @NAME@(ticket_log, OUT ticket_id @ID@, OUT history state_history) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'ticket_log_@NAME@'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

COMMENT ON FUNCTION @NAME@(ticket_log) IS
'a row for each ticket, with the state_history of the ticket; ids are of type @ID@';
@end
