--
-- Kept summaries: right in the transaction that changes the rows
--

CREATE FUNCTION kept_summary(deltas regclass, definition regclass, problems regclass, insert_only boolean) RETURNS boolean
AS 'MODULE_PATHNAME', 'kept_summary'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION kept_summary(regclass, regclass, regclass, boolean) IS
'true; in the view and the triggers of a kept summary it says what belongs together';

CREATE FUNCTION keep_summary_trigger() RETURNS trigger
AS 'MODULE_PATHNAME', 'keep_summary_trigger'
LANGUAGE C;

COMMENT ON FUNCTION keep_summary_trigger() IS
'function of the triggers that keep_summary() makes';

CREATE FUNCTION keep_summary(name text, definition text, insert_only boolean DEFAULT false) RETURNS void
AS 'MODULE_PATHNAME', 'keep_summary'
LANGUAGE C;

COMMENT ON FUNCTION keep_summary(text, text, boolean) IS
'makes a view of summaries of a table that is right in the transaction that changes the table';

CREATE FUNCTION drop_summary(name text) RETURNS void
AS 'MODULE_PATHNAME', 'drop_summary'
LANGUAGE C STRICT;

COMMENT ON FUNCTION drop_summary(text) IS
'drops the views, tables and triggers that keep_summary() made';

CREATE FUNCTION repair_summary(name text, everything boolean DEFAULT false, OUT keys_repaired bigint, OUT keys_stale bigint) RETURNS record
AS 'MODULE_PATHNAME', 'repair_summary'
LANGUAGE C;

COMMENT ON FUNCTION repair_summary(text, boolean) IS
'computes the stale groups of a kept summary, or all of them, from the rows of its table';

CREATE FUNCTION compact_summary(name text, OUT rows_before bigint, OUT rows_after bigint) RETURNS record
AS 'MODULE_PATHNAME', 'compact_summary'
LANGUAGE C;

COMMENT ON FUNCTION compact_summary(text) IS
'merges what was written into a kept summary since the last time into one row a group';
