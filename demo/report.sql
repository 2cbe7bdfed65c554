-- The customer-experience report of the sample company (demo/company.sql):
--
--   psql -X -q -f demo/report.sql
--
-- A section is a file of demo/report/ and a line below; psql prints what its
-- queries give.  00_setup.sql makes the materialized views that they share.

\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
SET client_min_messages = warning;
\pset pager off
\pset border 0
\pset footer off
\pset linestyle ascii
\pset null '-'
\pset title

-- Before the path is set: the extension does not belong into the schema demo.
CREATE EXTENSION IF NOT EXISTS cx_metrics;
SELECT set_config('search_path', 'demo, ' || current_setting('search_path'), false) AS path \gset

\ir report/00_setup.sql
\ir report/10_overview.sql
\ir report/20_nps.sql
\ir report/30_csat.sql
\ir report/40_ces.sql
\ir report/50_revenue.sql
\ir report/60_lifetimes.sql
\ir report/65_value.sql
\ir report/70_usage.sql
\ir report/75_journeys.sql
\ir report/80_health.sql
\ir report/90_service.sql
\ir report/95_experience.sql
