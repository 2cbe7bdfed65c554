
# CxMetrics::Everything: a database with something standing on every object of
# the extension, and what can be read from it.
#
#   my $seeds = seeds(sub { $node->safe_psql('newest', @_) });   # values of every type
#   stand($node, 'company', $seeds);            # tables, views, ...
#   my $before = contents($node, 'company');
#   ... upgrade, dump, restore ...
#   is(join("\n", changes($before, contents($node, 'company'))), '', 'the same');
#
# What there is to stand on comes from the catalog: a view on every function
# and aggregate, called with samples of its arguments' types; for every summary
# type a table with the values of test/fuzz/*.pl, their generated columns,
# default, check and indexes, a table that is hash-partitioned by it, a
# materialized view, functions in SQL and PL/pgSQL.  Every aggregate that can be
# called with these samples has a materialized view too, and every one that
# keep_summary() takes a kept summary.

package CxMetrics::Everything;

use strict;
use warnings;
use Exporter qw(import);
use File::Basename qw(dirname);
use File::Spec;

our @EXPORT = qw(seeds stand contents changes kept_goes_on alone);

my $SOURCE = File::Spec->rel2abs(dirname(__FILE__) . '/../../fuzz');

# The members of the extension, and the functions among them that can be
# called: not those that want something internal, and not those that write, which have
# tests of their own.
my $MEMBERS = q{
CREATE SCHEMA stand;
CREATE VIEW stand.member AS
	SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics');
CREATE VIEW stand.summary_type AS
	SELECT t.oid, t.typname::text AS name FROM pg_type t JOIN stand.member ON classid = 'pg_type'::regclass AND objid = t.oid
	WHERE typtype = 'b' AND typcategory <> 'A';
CREATE VIEW stand.callable AS
	SELECT p.*, p.oid::regprocedure::text AS name FROM pg_proc p JOIN stand.member ON classid = 'pg_proc'::regclass AND objid = p.oid
	WHERE NOT 'internal'::regtype = ANY (proargtypes::oid[]) AND provolatile <> 'v' AND ONLY_FUNCTIONS;
CREATE TABLE stand.seed (type text, id int, value text, PRIMARY KEY (type, id));

-- the result of a query, or its error
CREATE FUNCTION stand.try(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	detail text;
BEGIN
	EXECUTE format('SELECT string_agg(t::text, E''\n'') FROM (%s) AS t', query) INTO result;
	RETURN coalesce(result, 'nothing');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN format('ERROR %s: %s %s', SQLSTATE, SQLERRM, detail);
END
$$;
};

# Six groups of sixteen rows.  A type's column has the name of the type and
# which argument of that type it is for: the second one differs from the first,
# and so on.  What a group has in common is for arguments that must not vary.
# A summary type has its first values in some groups and its last ones, which are
# the extremes, in the sixth.  A type that is not listed has NULL.
my $SAMPLES = q{
CREATE TABLE stand.expression (type text PRIMARY KEY, varying text, constant text);
INSERT INTO stand.expression VALUES
	('boolean', 'CASE WHEN (id + k) % 7 > 0 THEN (id * 7 + k) % 3 > 0 END', 'true'),
	('smallint', '1 + (id + k) % 5', '4 + k'),
	('integer', 'CASE WHEN (id + k) % 11 > 0 THEN 1 + (id + k) % 5 END', '3 + k'),
	('bigint', 'CASE WHEN (id + k) % 11 > 0 THEN 1 + (id + k) % 5 END', '10000000000 + k'),
	('numeric', 'CASE WHEN (id + k) % 13 > 0 THEN (id % 17 + k) * 10.25 END', '2.5 * k'),
	('double precision', 'CASE WHEN g % 2 = 0 THEN 1 + (id + k) % 5 ELSE (id * 7 + k) % 20 / 20.0 END', 'CASE WHEN g % 2 = 0 THEN 4 + k ELSE 0.9 - k / 10.0 END'),
	('double precision[]', 'CASE WHEN k = 1 THEN ARRAY[1, 2.5, 4] ELSE ARRAY[10, 20, 50, 60] END', 'CASE WHEN k = 1 THEN ARRAY[1, 2, 4] ELSE ARRAY[10, 20, 50] END'),
	('integer[]', 'ARRAY[1, 2, 3, 3 + k]', 'ARRAY[1, 2, 3, 4, 5]'),
	('text', $$CASE WHEN id % 3 > 0 THEN 'name ' || id % 5 END$$, $$(ARRAY['month', 'day', 'hour', 'bg_nbd', 'quarter', 'week'])[g]$$),
	('uuid', 'md5((id % 5)::text)::uuid', 'md5(g::text)::uuid'),
	('date', $$CASE WHEN k <> 2 OR id % 4 > 0 THEN date '2025-01-01' + id % 50 * (1 + id % 2) + 10 * (k - 1) END$$, $$CASE WHEN k = 1 THEN date '2025-12-01' ELSE date '2025-03-01' + 40 * (k - 3) END$$),
	('date[]', $$ARRAY[date '2025-01-01' + id % 60]$$, $$ARRAY[date '2025-01-01', '2025-05-01']$$),
	('time without time zone', $$time '08:00' + k * interval '5 hours'$$, $$time '08:00' + k * interval '5 hours'$$),
	('interval', $$(id % 5 + k) * interval '1 day'$$, $$k * (ARRAY['1 month', '30 days', '1 hour', '1 year', '90 days', '30 minutes'])[g]::interval$$),
	('timestamp without time zone', $$CASE WHEN k <> 2 OR id % 4 > 0 THEN timestamp '2025-01-01 09:30' + id % 50 * interval '7 hours' + (k - 1) * interval '9 hours 10 minutes' END$$,
		$$timestamp '2025-06-01' + (k - 3) * interval '40 days'$$),
	('timestamp with time zone', $$CASE WHEN k <> 2 OR id % 4 > 0 THEN timestamptz '2025-01-01 09:30+9' + id % 50 * interval '7 hours' + (k - 1) * interval '9 hours 10 minutes' END$$,
		$$timestamptz '2025-06-01 00:00+9' + (k - 3) * interval '960 hours'$$);
INSERT INTO stand.expression
SELECT name,
	format('CASE WHEN n %% 8 <> 6 THEN (SELECT value FROM stand.seed WHERE type = %L AND id = 1 + CASE WHEN g < 4 THEN (n + k) %% least(4, %s) WHEN g < 6 THEN (n + k - 1 + 16 * (g - 4)) %% %2$s ELSE greatest(%2$s - n - k, 0) END) END::%s', name, n, name::regtype),
	format('(SELECT value FROM stand.seed WHERE type = %L AND id = 1 + (g + k) %% %s)::%s', name, n, name::regtype)
FROM stand.summary_type, LATERAL (SELECT count(*) AS n FROM stand.seed WHERE type = name) c
WHERE n > 0;

-- the arguments of all calls: cstring is the text of a type's own input
CREATE TABLE stand.argument AS
SELECT c.oid AS proc, i, type, row_number() OVER (PARTITION BY c.oid, type ORDER BY i) AS k, c.pronargs, c.prokind,
	format('%s_%s', regexp_replace(type, '\W+', '_', 'g'), row_number() OVER (PARTITION BY c.oid, type ORDER BY i)) AS name,
	CASE WHEN c.proargtypes[i - 1] = 'cstring'::regtype THEN '%I::text::cstring'
		WHEN c.provariadic <> 0 AND i = c.pronargs THEN 'VARIADIC %I' ELSE '%I' END AS format
FROM stand.callable c, generate_series(1, pronargs) i,
	LATERAL (SELECT CASE WHEN proargtypes[i - 1] = 'cstring'::regtype THEN prorettype ELSE proargtypes[i - 1] END) t(oid),
	LATERAL (SELECT format_type(t.oid, NULL)) f(type);
DO $$
DECLARE
	columns text;
	query text;
BEGIN
	SELECT string_agg(format(', CAST(%s AS %s) AS %I, CAST(%s AS %s) AS %I',
				coalesce(regexp_replace(varying, '\mk\M', k::text, 'g'), 'NULL'), type, name,
				coalesce(regexp_replace(constant, '\mk\M', k::text, 'g'), 'NULL'), type, 'constant_' || name), '' ORDER BY name)
		INTO columns
		FROM (SELECT DISTINCT type, k, name FROM stand.argument) a LEFT JOIN stand.expression USING (type);
	EXECUTE 'CREATE TABLE stand.sample AS SELECT id, g' || columns
		|| ' FROM (SELECT id, 1 + id % 6 AS g, (id - 1) / 6 AS n FROM generate_series(1, 96) id) s ORDER BY id';

	-- all of them in the group whose text names a model
	EXECUTE format('CREATE TABLE stand.sample_of_one AS SELECT s.id, %s FROM stand.sample s JOIN stand.sample c ON c.id = 3 WHERE s.g < 6 ORDER BY 1',
		(SELECT string_agg(CASE WHEN attname ~ '^constant_' THEN 'c.' ELSE 's.' END || attname, ', ') FROM pg_attribute
			WHERE attrelid = 'stand.sample'::regclass AND attnum > 0 AND attname <> 'id'));
END
$$;
ALTER TABLE stand.sample ADD PRIMARY KEY (id);
};

# One view a call.  A function is called with all arguments and with those that
# have no default; an aggregate over groups, over all rows and over a window,
# and with constants where it may want them; its rows come in an order, for one
# that depends on it.
my $CALLS = q{
CREATE TABLE stand.call (name text, variant text, view name PRIMARY KEY, rows int[], UNIQUE (name, variant));
DO $$
DECLARE
	f record;
	c record;
	n int := 0;
BEGIN
	FOR f IN SELECT oid, name, proname, pronamespace::regnamespace AS schema, prokind, pronargs, pronargdefaults,
			CASE prorettype WHEN 'cstring'::regtype THEN '(SELECT %s.%I(%s)::text AS r)' ELSE '%s.%I(%s)' END AS format
			FROM stand.callable ORDER BY name
	LOOP
		FOR c IN
			SELECT variant, rows, replace(replace(query, 'CALL', format(f.format, f.schema, f.proname, coalesce(arguments, ''))),
				'FIRST', coalesce(first, 'id')) AS query
			FROM (VALUES
				('f', 'all arguments', 0, 99, 'SELECT id, r.* FROM stand.sample, LATERAL CALL AS r WHERE id % 3 = 0', ARRAY(SELECT generate_series(3, 96, 3))),
				('f', 'the first argument varies', 1, 99, 'SELECT id, r.* FROM stand.sample, LATERAL CALL AS r WHERE id % 3 = 1', ARRAY(SELECT generate_series(1, 96, 3))),
				('f', 'defaults', 0, f.pronargs - f.pronargdefaults, 'SELECT id, r.* FROM stand.sample, LATERAL CALL AS r WHERE id % 3 = 2', ARRAY(SELECT generate_series(2, 96, 3))),
				('a', 'groups', 0, 99, 'SELECT g AS id, CALL AS r FROM (SELECT * FROM stand.sample ORDER BY g, id) s GROUP BY g', ARRAY[1, 2, 3, 4, 5, 6]),
				('a', 'groups, the first argument varies', 1, 99, 'SELECT g AS id, CALL AS r FROM (SELECT * FROM stand.sample ORDER BY g, id) s GROUP BY g', ARRAY[1, 2, 3, 4, 5, 6]),
				('a', 'groups, two arguments vary', 2, 99, 'SELECT g AS id, CALL AS r FROM (SELECT * FROM stand.sample ORDER BY g, id) s GROUP BY g', ARRAY[1, 2, 3, 4, 5, 6]),
				('a', 'single rows', 0, 99, 'SELECT id, CALL AS r FROM stand.sample GROUP BY id', ARRAY(SELECT generate_series(1, 96))),
				('a', 'all rows', 2, 99, 'SELECT 1 AS id, CALL AS r FROM (SELECT * FROM stand.sample_of_one ORDER BY id) s', NULL),
				('a', 'a window', 2, 99, 'SELECT id, CALL OVER (PARTITION BY g ORDER BY id ROWS 2 PRECEDING) AS r FROM stand.sample WHERE g < 3', NULL),
				('w', 'a window', 1, 99, 'SELECT id, CALL OVER (PARTITION BY g ORDER BY FIRST) AS r FROM stand.sample WHERE g > 2', NULL)
				) v(kind, variant, varying, at_most, query, rows),
				LATERAL (SELECT string_agg(format(format,
						CASE WHEN v.varying > 0 AND i > v.varying THEN 'constant_' ELSE '' END || name), ', ' ORDER BY i), min(name) FILTER (WHERE i = 1)
					FROM stand.argument a WHERE proc = f.oid AND i <= v.at_most) a(arguments, first)
			WHERE kind = f.prokind AND (variant <> 'defaults' OR f.pronargdefaults > 0)
				AND (varying = 0 OR f.pronargs > varying OR variant IN ('all rows', 'a window'))
		LOOP
			n := n + 1;
			EXECUTE format('CREATE VIEW stand.%I AS %s', 'call_' || n, c.query);
			INSERT INTO stand.call VALUES (f.name, c.variant, 'call_' || n, c.rows);
		END LOOP;
	END LOOP;
END
$$;
-- operators in the order of arguments that they want
DO $$
DECLARE
	o record;
	n int := 0;
BEGIN
	FOR o IN SELECT p.oid::regoperator::text AS name, oprname, oprnamespace::regnamespace AS schema, format_type(oprleft, NULL) AS l, format_type(oprright, NULL) AS r
		FROM pg_operator p JOIN stand.member ON classid = 'pg_operator'::regclass AND objid = p.oid WHERE ONLY_OPERATORS ORDER BY 1
	LOOP
		n := n + 1;
		EXECUTE format('CREATE VIEW stand.%I AS SELECT a.id, (%s) OPERATOR(%s.%s) (%s) AS r FROM stand.sample a JOIN stand.sample b ON b.id = a.id %% 5 + 1',
			'operator_' || n,
			CASE WHEN o.l = '-' THEN '' ELSE format('a.%I', regexp_replace(o.l, '\W+', '_', 'g') || '_1') END, o.schema, o.oprname,
			format('b.%I', regexp_replace(o.r, '\W+', '_', 'g') || '_1'));
		INSERT INTO stand.call VALUES ('operator ' || o.name, 'operands', 'operator_' || n, NULL);
	END LOOP;
END
$$;
};

# A materialized view of every aggregate that gives no error for groups or for all rows.
my $MATERIALIZED = q{
DO $$
DECLARE
	c record;
BEGIN
	FOR c IN SELECT view FROM stand.call WHERE variant LIKE 'groups%' OR variant = 'all rows' ORDER BY length(view), view LOOP
		BEGIN
			EXECUTE format('CREATE MATERIALIZED VIEW stand.%I AS SELECT * FROM stand.%I', 'materialized_' || c.view, c.view);
		EXCEPTION WHEN OTHERS THEN
			NULL;
		END;
	END LOOP;
END
$$;
};

# A kept summary of every aggregate that keep_summary() takes; of the others, why it
# does not.  The arguments are the first ones that give something for all groups, or
# for one: all of them vary, or the first two, or the first, and the others are what a
# group of the samples has in common, as are those that keep_summary() wants to be
# constants.  The rows come in six statements and some go, so that there is more than
# one delta of a group.
my $KEPT = q{
CREATE TABLE stand.kept (name text PRIMARY KEY, view name, definition text, message text);
CREATE TABLE stand.kept_sample (LIKE stand.sample INCLUDING INDEXES);
CREATE FUNCTION stand.kept_arguments(of oid, names text[], varying int, like_group int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	a record;
	value text;
	result text[] := '{}';
BEGIN
	FOR a IN SELECT * FROM stand.argument WHERE proc = of ORDER BY i LOOP
		IF a.i <= varying AND coalesce(names[a.i], '') NOT IN ('as_of', 'grain', 'gap') THEN
			value := format(a.format, a.name);
		ELSE
			EXECUTE format('SELECT quote_literal(min(%I::text)) FROM stand.sample WHERE g = %s', 'constant_' || a.name, like_group) INTO value;
			value := replace(a.format, '%I', format('%s::%s', coalesce(value, 'NULL'), a.type));
		END IF;
		result := result || value;
	END LOOP;
	RETURN array_to_string(result, ', ');
END
$$;
CREATE FUNCTION stand.kept_call(of oid, function text, names text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	v record;
	call text;
	tried text[] := '{}';
BEGIN
	FOR v IN SELECT * FROM (VALUES (1, 'true'), (2, 'g = %s')) AS w (rank, groups), (VALUES (99), (2), (1)) AS a (varying), generate_series(1, 6) AS g
		ORDER BY rank, varying DESC, g
	LOOP
		call := format('%s(%s)', function, stand.kept_arguments(of, names, v.varying, v.g));
		IF NOT call || v.groups = ANY (tried) THEN
			tried := tried || (call || CASE v.groups WHEN 'true' THEN 'true' END);
			IF stand.try(format('SELECT %s FROM stand.sample WHERE %s GROUP BY g', call, format(v.groups, v.g))) NOT SIMILAR TO 'ERROR%|[(),[:space:]]*|nothing' THEN
				RETURN call;
			END IF;
		END IF;
	END LOOP;
	RETURN call;
END
$$;
CREATE FUNCTION stand.keep(view name, definition text, insert_only boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('SELECT %s.keep_summary(%L, %L, %L)', (SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'cx_metrics'),
		'stand.' || view, definition, insert_only);
	RETURN NULL;
EXCEPTION WHEN feature_not_supported OR invalid_object_definition THEN
	RETURN SQLERRM;
END
$$;
DO $$
DECLARE
	f record;
	chosen text;
	said text;
	n int := 0;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_proc JOIN stand.member ON classid = 'pg_proc'::regclass AND objid = oid WHERE proname = 'keep_summary') THEN
		RETURN;
	END IF;
	FOR f IN SELECT oid, name, format('%s.%I', pronamespace::regnamespace, proname) AS function, proargnames
		FROM stand.callable WHERE prokind = 'a' ORDER BY name
	LOOP
		n := n + 1;
		chosen := stand.kept_call(f.oid, f.function, f.proargnames);
		chosen := format('SELECT g, %s AS s FROM stand.kept_sample GROUP BY g', chosen);
		said := stand.keep('kept_' || n, chosen, false);
		IF said ~ 'when rows are updated or deleted' THEN
			said := stand.keep('kept_' || n, chosen, true);
		END IF;
		INSERT INTO stand.kept VALUES (f.name, CASE WHEN said IS NULL THEN 'kept_' || n END, chosen, said);
	END LOOP;
	FOR i IN 1 .. 6 LOOP
		INSERT INTO stand.kept_sample SELECT * FROM stand.sample WHERE g = i;
	END LOOP;
	DELETE FROM stand.kept_sample WHERE g < 4 AND id % 7 = 0;
END
$$;
-- the kept summaries of which a group that is not stale is not what the query of all rows gives
CREATE FUNCTION stand.kept_differing(OUT differing text, OUT compared bigint) LANGUAGE plpgsql AS $$
DECLARE
	k record;
	c record;
BEGIN
	differing := '';
	compared := 0;
	FOR k IN SELECT * FROM stand.kept WHERE view IS NOT NULL ORDER BY name LOOP
		EXECUTE format('SELECT count(*), count(*) FILTER (WHERE s IS DISTINCT FROM (SELECT d.s FROM stand.%I AS d WHERE d.g = k.g)) AS differ FROM stand.%I AS k WHERE NOT stale',
			k.view || '_definition', k.view) INTO c;
		compared := compared + c.count;
		differing := differing || CASE WHEN c.differ > 0 THEN k.name || ' ' ELSE '' END;
	END LOOP;
END
$$;
};

# For each type: values stored in every way there is.
my $STORED = q{
DO $$
DECLARE
	t record;
	f record;
	generated text;
	send text;
	accessor text;
BEGIN
	FOR t IN SELECT s.oid, name, typsend::regproc AS send, s.oid::regtype AS type, (SELECT value FROM stand.seed WHERE type = name AND id = 1) AS one
		FROM stand.summary_type s JOIN pg_type USING (oid) ORDER BY 2
	LOOP
		IF t.one IS NULL THEN
			CONTINUE;
		END IF;
		EXECUTE format('CREATE TABLE stand.%I (id int PRIMARY KEY, s %s NOT NULL DEFAULT %L::%2$s, CHECK (s = s))', 'stored_' || t.name, t.type, t.one);
		EXECUTE format('INSERT INTO stand.%I (id, s) SELECT id, value::%s FROM stand.seed WHERE type = %L ORDER BY id', 'stored_' || t.name, t.type, t.name);
		EXECUTE format('INSERT INTO stand.%I (id) VALUES (0)', 'stored_' || t.name);

		-- a generated column of every number or text that a value gives by itself
		accessor := NULL;
		FOR f IN SELECT proname, pronamespace::regnamespace AS schema, format_type(prorettype, NULL) AS type,
				prorettype IN (SELECT oid FROM stand.summary_type) AS is_summary FROM stand.callable
			WHERE prokind = 'f' AND NOT proretset AND pronargs - pronargdefaults = 1 AND proargtypes[0] = t.oid
				AND prorettype NOT IN ('record'::regtype, 'cstring'::regtype) ORDER BY 1
		LOOP
			IF stand.try(format('SELECT count(%s.%I(s)) FROM stand.%I', f.schema, f.proname, 'stored_' || t.name)) NOT LIKE 'ERROR%' THEN
				EXECUTE format('ALTER TABLE stand.%I ADD %I %s GENERATED ALWAYS AS (%s.%I(s)) STORED',
					'stored_' || t.name, f.proname, f.type, f.schema, f.proname);
				IF NOT f.is_summary THEN
					accessor := coalesce(accessor, format('%s.%I(s)', f.schema, f.proname));
				END IF;
			END IF;
		END LOOP;
		EXECUTE format('CREATE INDEX %I ON stand.%I USING hash (s)', 'hashed_' || t.name, 'stored_' || t.name);
		-- a btree takes no more than a third of a page
		EXECUTE format('CREATE INDEX %I ON stand.%I (s) WHERE octet_length(%s(s)) < 600', 'ordered_' || t.name, 'stored_' || t.name, t.send);
		EXECUTE format('CREATE INDEX %I ON stand.%I ((%s)) WHERE s <> %L::%s', 'indexed_' || t.name, 'stored_' || t.name, coalesce(accessor, 's::text'), t.one, t.type);

		EXECUTE format('CREATE DOMAIN stand.%I AS %s DEFAULT %L CHECK (VALUE = VALUE)', 'domain_' || t.name, t.type, t.one);
		EXECUTE format('CREATE TABLE stand.%I (id int, s %s, a %2$s[], c stand.%I, d stand.%I) PARTITION BY HASH (s)', 'wide_' || t.name, t.type, 'stored_' || t.name, 'domain_' || t.name);
		EXECUTE format('CREATE TABLE stand.%I PARTITION OF stand.%I FOR VALUES WITH (MODULUS 2, REMAINDER 0)', 'wide_' || t.name || '_0', 'wide_' || t.name);
		EXECUTE format('CREATE TABLE stand.%I PARTITION OF stand.%I FOR VALUES WITH (MODULUS 2, REMAINDER 1)', 'wide_' || t.name || '_1', 'wide_' || t.name);
		EXECUTE format('INSERT INTO stand.%I SELECT id, s, ARRAY[s, NULL, %L, s], t, s FROM stand.%I t ORDER BY id', 'wide_' || t.name, t.one, 'stored_' || t.name);

		EXECUTE format('CREATE MATERIALIZED VIEW stand.%I AS SELECT id, %s AS s, count(s) AS n FROM stand.%I GROUP BY id',
			'refreshed_' || t.name,
			CASE WHEN EXISTS (SELECT FROM stand.callable WHERE proname = 'rollup' AND proargtypes[0] = t.oid) THEN
				(SELECT pronamespace::regnamespace || '.rollup(s)' FROM stand.callable WHERE proname = 'rollup' AND proargtypes[0] = t.oid)
				ELSE '(array_agg(s))[1]' END, 'stored_' || t.name);
		EXECUTE format('CREATE UNIQUE INDEX %I ON stand.%I (id)', 'refreshed_id_' || t.name, 'refreshed_' || t.name);
		EXECUTE format('CREATE VIEW stand.%I AS SELECT DISTINCT s FROM stand.%I UNION SELECT %L::%s', 'distinct_' || t.name, 'stored_' || t.name, t.one, t.type);
		EXECUTE format('CREATE FUNCTION stand.%I(s %s) RETURNS text LANGUAGE sql IMMUTABLE RETURN %s::text', 'of_sql_' || t.name, t.type, coalesce(accessor, 's'));
		EXECUTE format('CREATE FUNCTION stand.%I(s %s) RETURNS text LANGUAGE plpgsql IMMUTABLE AS %L', 'of_plpgsql_' || t.name, t.type,
			format('DECLARE same %s := s; BEGIN RETURN %s::text; END', t.type, coalesce(replace(accessor, '(s)', '(same)'), 'same')));
	END LOOP;
END
$$;
ANALYZE;
};

# All that can be read: the stored values as text and as bytes, through tables,
# indexes and views, and the results of all calls.  A call that fails is made
# row by row.
my $CONTENTS = q{
CREATE FUNCTION stand.contents() RETURNS TABLE (what text, value text) LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO' SET enable_seqscan = off SET jit = off AS $$
DECLARE
	c record;
	t record;
BEGIN
	FOR c IN SELECT * FROM stand.call ORDER BY name, variant LOOP
		what := format('%s, %s', c.name, c.variant);
		value := stand.try(format('SELECT * FROM stand.%I ORDER BY id', c.view));
		IF value NOT LIKE 'ERROR%' OR c.rows IS NULL THEN
			RETURN NEXT;
			CONTINUE;
		END IF;
		FOR i IN 1 .. cardinality(c.rows) LOOP
			what := format('%s, %s, row %s', c.name, c.variant, c.rows[i]);
			value := stand.try(format('SELECT * FROM stand.%I WHERE id = %s', c.view, c.rows[i]));
			RETURN NEXT;
		END LOOP;
	END LOOP;
	FOR c IN SELECT relname AS view FROM pg_class WHERE relnamespace = 'stand'::regnamespace AND relkind = 'm' AND relname ~ '^materialized' ORDER BY 1 LOOP
		what := c.view;
		value := stand.try(format('SELECT count(*), md5(string_agg(t::text, E''\n'' ORDER BY id)) FROM stand.%I AS t', c.view));
		RETURN NEXT;
	END LOOP;
	FOR c IN SELECT * FROM stand.kept ORDER BY name LOOP
		what := format('kept summary of %s', c.name);
		value := CASE WHEN c.view IS NULL THEN c.message ELSE stand.try(format('SELECT g, md5(s::text), stale FROM stand.%I ORDER BY g', c.view))
			|| E'\n' || stand.try(format('SELECT operation, kind, source_row ->> ''id'' AS id, key, sqlstate, message, detail FROM stand.%I ORDER BY 1, 2, 3, 4', c.view || '_problems')) END;
		RETURN NEXT;
	END LOOP;
	-- not of a type that an update brought
	FOR t IN SELECT name, typsend::regproc AS send, s.oid::regtype AS type FROM stand.summary_type s JOIN pg_type USING (oid)
		WHERE to_regclass('stand.stored_' || name) IS NOT NULL ORDER BY 1
	LOOP
		FOREACH what IN ARRAY ARRAY['stored_', 'wide_', 'refreshed_'] LOOP
			what := what || t.name;
			-- a hash of the rows as text, which may be long, and of the bytes
			FOR what, value IN EXECUTE format('SELECT format(''%%s, row %%s'', %L, id), left(t::text, 300) || '' '' || md5(t::text) || '' '' || md5(%s(s)) FROM stand.%I t ORDER BY id', what, t.send, what)
			LOOP
				RETURN NEXT;
			END LOOP;
		END LOOP;
		what := 'distinct_' || t.name;
		value := stand.try(format('SELECT md5(string_agg(s::text, '';'' ORDER BY s::text)) FROM stand.%I', what));
		RETURN NEXT;
		what := 'index ' || 'hashed_' || t.name;
		value := stand.try(format('SELECT bool_and((SELECT count(*) FROM stand.%I b WHERE b.s = a.s) = (SELECT count(*) FROM stand.%1$I b WHERE b.s::text = a.s::text)) FROM stand.%1$I a', 'stored_' || t.name));
		RETURN NEXT;
		what := 'index ' || 'ordered_' || t.name;
		value := stand.try(format('SELECT bool_and((SELECT count(*) FROM stand.%I b WHERE b.s < a.s AND octet_length(%s(b.s)) < 600) = rank - 1), count(*) FROM (SELECT s, rank() OVER (ORDER BY ROW(s) USING *<) AS rank FROM stand.%1$I WHERE octet_length(%2$s(s)) < 600) a', 'stored_' || t.name, t.send));
		RETURN NEXT;
		what := 'partitions of wide_' || t.name;
		value := stand.try(format('SELECT bool_and(satisfies_hash_partition(%L::regclass, 2, right(tableoid::regclass::text, 1)::int, s)) FROM stand.%I', 'stand.wide_' || t.name, 'wide_' || t.name));
		RETURN NEXT;
		what := 'functions of ' || t.name;
		value := stand.try(format('SELECT md5(string_agg(stand.%1$I(s), '';'' ORDER BY id)) = md5(string_agg(stand.%2$I(s), '';'' ORDER BY id)), md5(string_agg(stand.%1$I(s), '';'' ORDER BY id)) FROM stand.%3$I',
			'of_sql_' || t.name, 'of_plpgsql_' || t.name, 'stored_' || t.name));
		RETURN NEXT;
	END LOOP;
END
$$;
};

# What has nothing standing on it that is not the extension's own.
my $ALONE = q{
WITH member AS (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
	AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'cx_metrics'))
SELECT pg_describe_object(classid, objid, 0) FROM member m
WHERE classid IN ('pg_proc'::regclass, 'pg_type'::regclass, 'pg_operator'::regclass, 'pg_opclass'::regclass)
AND NOT EXISTS (SELECT FROM pg_depend d WHERE refclassid = m.classid AND refobjid = m.objid
	AND NOT EXISTS (SELECT FROM member o WHERE o.classid = d.classid AND o.objid = d.objid)
	AND deptype = 'n')
AND NOT (classid = 'pg_proc'::regclass AND objid IN (SELECT oid FROM pg_proc WHERE 'internal'::regtype = ANY (proargtypes::oid[]) OR provolatile = 'v'))
-- array and row types are members of the extension in some versions of PostgreSQL only
AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT t.oid FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
	WHERE t.typcategory = 'A' OR c.relkind <> 'c'))
ORDER BY 1};

# seeds(RUN): the values of test/fuzz as JSON, from a database that has the
# newest version.  RUN runs SQL there and returns what psql prints with -At.
sub seeds
{
	my ($run) = @_;
	my %types;

	for my $file (sort glob("$SOURCE/*.pl"))
	{
		my %more = do $file or die "$file: " . ($@ || $!);
		%types = (%types, %more);
	}
	return $run->('SELECT json_agg(s) FROM ('
		. join(' UNION ALL ', map { "SELECT '$_' AS type, row_number() OVER () AS id, s::text AS value FROM ($types{$_}{seeds}) AS t(s) WHERE s IS NOT NULL" }
			  sort keys %types) . ') AS s');
}

# stand(NODE, DATABASE, SEEDS [, DATABASE]): builds it; the extension is in
# public.  With another database: on what there is in that one.
sub stand
{
	my ($node, $database, $seeds, $like) = @_;
	my ($functions, $operators) = ('true', 'true');

	if (defined $like)
	{
		my $names = $node->safe_psql($like, "SELECT string_agg(DISTINCT quote_literal(name), ', ') FROM stand.call");

		$functions = "p.oid::regprocedure::text IN ($names)";
		$operators = "'operator ' || p.oid::regoperator::text IN ($names)";
	}
	my $members = $MEMBERS =~ s/\bONLY_FUNCTIONS\b/$functions/r;
	my $calls = $CALLS =~ s/\bONLY_OPERATORS\b/$operators/r;
	my ($status, $output, $error) = $node->psql($database, "SET client_min_messages = error; SET timezone = 'UTC'; $members
INSERT INTO stand.seed SELECT type, id, value FROM json_to_recordset(\$json\$$seeds\$json\$) AS r(type text, id int, value text)
	WHERE type IN (SELECT name FROM stand.summary_type);
$SAMPLES $calls $MATERIALIZED $KEPT $STORED $CONTENTS");

	# not with the whole statement in the message
	die "nothing can be built on the extension: $error" if $status != 0;
	return;
}

# contents(NODE, DATABASE): what can be read -> how it reads.
sub contents
{
	my ($node, $database) = @_;

	return { map { split /\t/, $_, 2 } split /\n/,
		$node->safe_psql($database, q{SELECT what, replace(value, E'\n', '\n') FROM stand.contents()},
			extra_params => [ '-F', "\t" ]) };
}

# changes(BEFORE, AFTER): one line for each.
sub changes
{
	my ($before, $after) = @_;

	return map { "$_: was " . ($before->{$_} // 'not there') . ', is ' . ($after->{$_} // 'not there') }
	  grep { ($before->{$_} // '') ne ($after->{$_} // '') } sort keys %{ +{ %$before, %$after } };
}

# kept_goes_on(NODE, DATABASE): writes to the table of the kept summaries, repairs
# them, and returns the names of those that are not what the query of all rows gives,
# and how many groups were compared.
sub kept_goes_on
{
	my ($node, $database) = @_;
	my $schema = $node->safe_psql($database, "SELECT extnamespace::regnamespace FROM pg_extension WHERE extname = 'cx_metrics'");

	return split /\|/, $node->safe_psql($database, "SET client_min_messages = error; SET timezone = 'UTC';
BEGIN;
DELETE FROM stand.kept_sample WHERE id % 5 = 0;
INSERT INTO stand.kept_sample SELECT * FROM stand.sample WHERE id % 5 = 0 OR g < 4 AND id % 7 = 0;
DO \$\$
DECLARE k record;
BEGIN
	FOR k IN SELECT view FROM stand.kept WHERE view IS NOT NULL ORDER BY name LOOP
		PERFORM $schema.repair_summary('stand.' || k.view);
		PERFORM $schema.compact_summary('stand.' || k.view);
	END LOOP;
END
\$\$;
COMMIT;
SELECT * FROM stand.kept_differing()");
}

# alone(NODE, DATABASE): the objects of the extension with nothing on them.
sub alone
{
	my ($node, $database) = @_;

	return split /\n/, $node->safe_psql($database, $ALONE);
}

1;
