--
-- Schedules: materialized views that are refreshed one by one, what came of it,
-- and the rows that keep one from being refreshed
--

CREATE TABLE view_refreshes (
    relation oid NOT NULL,
    view text NOT NULL,
    refreshed_by text NOT NULL,
    started timestamptz NOT NULL,
    finished timestamptz NOT NULL,
    as_of timestamptz,
    concurrent boolean NOT NULL,
    rows bigint,
    error text,
    detail text,
    hint text,
    sqlstate text
);

COMMENT ON TABLE view_refreshes IS
'what refresh_views() did and what came of it, a row a view and run: the last 100 of each view; you see those of views that you own, and what you called';
COMMENT ON COLUMN view_refreshes.relation IS 'OID of the materialized view; 0: there was none that could be refreshed';
COMMENT ON COLUMN view_refreshes.view IS 'its name at that time, with its schema; or what the caller wrote, if there was none';
COMMENT ON COLUMN view_refreshes.refreshed_by IS 'the role that called refresh_views()';
COMMENT ON COLUMN view_refreshes.as_of IS 'the time whose rows the view shows since then: when it was read, or the as_of of the oldest materialized view that it reads; NULL: not refreshed, or not known of one that it reads';
COMMENT ON COLUMN view_refreshes.concurrent IS 'whether it could be read meanwhile (REFRESH MATERIALIZED VIEW CONCURRENTLY)';
COMMENT ON COLUMN view_refreshes.rows IS 'its rows since then; NULL: not refreshed';
COMMENT ON COLUMN view_refreshes.error IS 'why it was not refreshed; NULL: it was';

CREATE INDEX view_refreshes_of_a_view ON view_refreshes (relation);

-- Rows are written by refresh_views() itself, so nobody needs a right to.
-- An error may show a value of a row that only the owner of a view may read.
ALTER TABLE view_refreshes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON view_refreshes FOR SELECT USING (
    refreshed_by OPERATOR(pg_catalog.=) CURRENT_USER::text
    OR EXISTS (SELECT FROM pg_catalog.pg_class AS c
               WHERE c.oid OPERATOR(pg_catalog.=) relation AND pg_catalog.pg_has_role(c.relowner, 'USAGE')));
GRANT SELECT ON view_refreshes TO PUBLIC;

CREATE PROCEDURE refresh_views(views text[], together boolean DEFAULT false)
AS 'MODULE_PATHNAME', 'refresh_views'
LANGUAGE C;

COMMENT ON PROCEDURE refresh_views(text[], boolean) IS
'refreshes materialized views in the order in which they read each other, each on its own, so that one that fails leaves the others, and commits each, or all of them together; view_refreshes and freshness say what came of it';

CREATE PROCEDURE refresh_views(view text, together boolean DEFAULT false)
AS 'MODULE_PATHNAME', 'refresh_view'
LANGUAGE C;

COMMENT ON PROCEDURE refresh_views(text, boolean) IS
'refreshes one materialized view, and says in view_refreshes and freshness what came of it';

CREATE VIEW freshness WITH (security_barrier) AS
WITH RECURSIVE reads AS MATERIALIZED (
    SELECT DISTINCT r.ev_class AS view, d.refobjid AS source
    FROM pg_catalog.pg_rewrite AS r
    JOIN pg_catalog.pg_depend AS d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
), run AS MATERIALIZED (
    SELECT relation, finished, as_of, rows, error, detail, hint, sqlstate,
           pg_catalog.row_number() OVER (PARTITION BY relation ORDER BY finished DESC) AS n,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NULL) OVER (PARTITION BY relation) AS success
    FROM view_refreshes WHERE relation <> 0
), latest AS MATERIALIZED (
    SELECT relation,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NULL) AS last_success,
           pg_catalog.max(as_of) FILTER (WHERE finished = success) AS as_of,
           pg_catalog.max(rows) FILTER (WHERE finished = success) AS rows,
           pg_catalog.max(finished) FILTER (WHERE sqlstate IS NOT NULL) AS last_failure,
           pg_catalog.min(finished) FILTER (WHERE sqlstate IS NOT NULL AND (success IS NULL OR finished > success)) AS failing_since,
           pg_catalog.max(error) FILTER (WHERE n = 1) AS error,
           pg_catalog.max(detail) FILTER (WHERE n = 1) AS detail,
           pg_catalog.max(hint) FILTER (WHERE n = 1) AS hint,
           pg_catalog.max(sqlstate) FILTER (WHERE n = 1) AS sqlstate
    FROM run GROUP BY relation
), below AS (
    SELECT view, source FROM reads JOIN pg_catalog.pg_class AS c ON c.oid = view AND c.relkind = 'm'
    UNION
    SELECT below.view, reads.source FROM below JOIN reads ON reads.view = below.source
), held_back AS (
    SELECT below.view, pg_catalog.string_agg(source::regclass::text, ', ' ORDER BY latest.failing_since) AS by
    FROM below JOIN latest ON latest.relation = source
    WHERE latest.failing_since IS NOT NULL GROUP BY below.view
)
SELECT c.oid::regclass AS view,
       l.last_success,
       l.as_of,
       pg_catalog.now() - l.as_of AS age,
       l.rows,
       l.failing_since IS NOT NULL OR h.view IS NOT NULL AS stale,
       l.failing_since,
       h.by AS held_back_by,
       l.last_failure,
       CASE WHEN own THEN l.error END AS error,
       CASE WHEN own THEN l.detail END AS detail,
       CASE WHEN own THEN l.hint END AS hint,
       l.sqlstate
FROM pg_catalog.pg_class AS c
LEFT JOIN latest AS l ON l.relation = c.oid
LEFT JOIN held_back AS h ON h.view = c.oid
CROSS JOIN LATERAL pg_catalog.pg_has_role(c.relowner, 'USAGE') AS own
WHERE c.relkind = 'm' AND (own OR pg_catalog.has_table_privilege(c.oid, 'SELECT'));

COMMENT ON VIEW freshness IS
'materialized views that you may read: of which time their rows are, and which are stale, since when and why, going by the runs of refresh_views()';
COMMENT ON COLUMN freshness.last_success IS 'when refresh_views() refreshed it last; NULL: never';
COMMENT ON COLUMN freshness.as_of IS 'the time whose rows it shows, at the latest; NULL: not known';
COMMENT ON COLUMN freshness.age IS 'now less as_of';
COMMENT ON COLUMN freshness.rows IS 'its rows since then';
COMMENT ON COLUMN freshness.stale IS 'whether the last try to refresh it failed, or that of a materialized view that it reads';
COMMENT ON COLUMN freshness.failing_since IS 'the first failure since its last success; NULL: the last try did not fail';
COMMENT ON COLUMN freshness.held_back_by IS 'the materialized views that it reads and whose last try failed';
COMMENT ON COLUMN freshness.last_failure IS 'when a try failed last; NULL: none is known';
COMMENT ON COLUMN freshness.error IS 'why the last try failed; NULL: it did not, or the view is not yours';
COMMENT ON COLUMN freshness.sqlstate IS 'the code of that error';

GRANT SELECT ON freshness TO PUBLIC;

CREATE FUNCTION find_bad_rows(source text, expression text, key text DEFAULT NULL, group_by text DEFAULT NULL, max_rows integer DEFAULT 10,
    OUT row_key text, OUT error text, OUT detail text, OUT hint text, OUT sqlstate text, OUT fails text, OUT bad_row jsonb, OUT other_row jsonb)
RETURNS SETOF record
AS 'MODULE_PATHNAME', 'find_bad_rows'
LANGUAGE C VOLATILE PARALLEL UNSAFE;

COMMENT ON FUNCTION find_bad_rows(text, text, text, text, integer) IS
'the rows of a table or query that an expression such as survey_summary(score) fails with, and what is wrong with each';
