--
-- Reports: views for people without SQL
--

CREATE FUNCTION create_report(schema text, mapping jsonb, dry_run boolean DEFAULT false, OUT view text, OUT comment text, OUT statement text) RETURNS SETOF record
AS 'MODULE_PATHNAME', 'report_create'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION create_report(text, jsonb, boolean) IS
'makes, in a schema, the views that a BI tool''s query builder needs, from a mapping of the user''s tables and columns; with dry_run => true gives their SQL and makes nothing';
