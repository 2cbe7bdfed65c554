
# CxMetrics::Catalog: all that the system catalogs say of the extension.
#
#   my $upgraded = catalog($node, 'upgraded');
#   my $fresh = catalog($node, 'fresh');
#   is(join("\n", differences($upgraded, $fresh)), '', 'the same');
#
# A catalog is a hash: object -> attribute -> value.  The objects are the
# members of the extension and what belongs to those (array types, entries of
# operator classes); the attributes are all columns of their catalogs, with
# what they refer to by name, and comments, privileges and dependencies.  None
# is listed here: the server knows its catalogs and their references.

package CxMetrics::Catalog;

use strict;
use warnings;
use Exporter qw(import);

our @EXPORT = qw(catalog differences);

# Columns that differ between two databases with the same contents; in
# attoptions a server may keep a stamp of its own.
my %VOLATILE = map { $_ => 1 } qw(oid attoptions relfilenode relpages reltuples
  relallvisible relallfrozen relfrozenxid relminmxid);

# Catalogs of what has no identity of its own.
my %PART_OF = (
	pg_aggregate => [ 'pg_proc', 'aggfnoid' ],
	pg_attribute => [ 'pg_class', 'attrelid' ],
	pg_enum => [ 'pg_type', 'enumtypid' ],
	pg_range => [ 'pg_type', 'rngtypid' ]);

# How to read a tree of nodes, which holds OIDs and positions.
my %TREE = (
	'pg_proc.prosqlbody' => 'pg_get_function_sqlbody(c.oid)',
	'pg_rewrite.ev_action' => 'pg_get_ruledef(c.oid)',
	'pg_attrdef.adbin' => 'pg_get_expr(c.adbin, c.adrelid)',
	'pg_policy.polqual' => 'pg_get_expr(c.polqual, c.polrelid)',
	'pg_policy.polwithcheck' => 'pg_get_expr(c.polwithcheck, c.polrelid)',
	'pg_constraint.conbin' => 'pg_get_constraintdef(c.oid)',
	'pg_index.indexprs' => 'pg_get_indexdef(c.indexrelid)');

my $PREPARE = q{
CREATE FUNCTION pg_temp.name_of(class oid, object oid) RETURNS text LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN object = 0 THEN '-' ELSE
		coalesce((SELECT type || ' ' || identity FROM pg_identify_object(class, object, 0)), 'missing object') END
$$;
CREATE TEMP TABLE part AS
WITH RECURSIVE part AS (
	SELECT 'pg_extension'::regclass::oid AS classid, oid AS objid FROM pg_extension WHERE extname = 'cx_metrics'
	UNION
	SELECT d.classid, d.objid FROM part JOIN pg_depend d ON d.refclassid = part.classid AND d.refobjid = part.objid
		AND d.deptype IN ('e', 'i', 'a'))
SELECT DISTINCT classid, objid FROM part;
ALTER TABLE part ADD name text;
UPDATE part SET name = pg_temp.name_of(classid, objid);
CREATE TEMP TABLE fact (name text, attribute text, value text);
};

# Attributes that stand beside the object's row.
my $BESIDE = q{
INSERT INTO fact SELECT name, 'comment' || CASE WHEN objsubid > 0 THEN ' ' || objsubid ELSE '' END, description
	FROM part JOIN pg_description d ON d.classoid = classid AND d.objoid = objid;
INSERT INTO fact SELECT name, 'security label', label
	FROM part JOIN pg_seclabel l ON l.classoid = classid AND l.objoid = objid;
INSERT INTO fact SELECT name, 'initial privileges', initprivs::text
	FROM part JOIN pg_init_privs i ON i.classoid = classid AND i.objoid = objid;
INSERT INTO fact SELECT name, format('depends (%s) on %s', deptype, (SELECT type || ' ' || identity FROM pg_identify_object(refclassid, refobjid, refobjsubid))), count(*)
	FROM part JOIN pg_depend d USING (classid, objid) GROUP BY 1, 2;
INSERT INTO fact SELECT name, format('depends (shared, %s) on %s', deptype, pg_temp.name_of(refclassid, refobjid)), count(*)
	FROM part JOIN pg_shdepend d USING (classid, objid)
	WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY 1, 2;
};

# The catalogs and how to print each of their columns, by the server's own
# knowledge of what refers to what.
my %statements;

sub _statements
{
	my ($node, $database) = @_;
	my (%columns, %has_oid, @sql);

	return $statements{$node} if exists $statements{$node};
	for (split /\n/, $node->safe_psql($database, q{
SELECT c.relname, attname, atttypid::regtype, k.pktable, k.is_array
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
LEFT JOIN (SELECT DISTINCT ON (fktable, fkcols[1]) fktable, fkcols[1] AS fkcol, pktable, is_array
	FROM pg_get_catalog_foreign_keys() WHERE cardinality(fkcols) = 1 AND pkcols = '{oid}') k
	ON k.fktable = c.oid AND k.fkcol = attname
WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
ORDER BY 1, attnum}))
	{
		my ($catalog, $column, $type, $refers, $is_array) = split /\|/;
		my $value = "c.$column";

		$has_oid{$catalog} = 1 if $column eq 'oid';
		next if $VOLATILE{$column};
		if ($refers ne '' && $is_array eq 't')
		{
			$value = "(SELECT string_agg(pg_temp.name_of('$refers'::regclass, e), ', ' ORDER BY i)"
			  . " FROM unnest(c.$column\:\:oid[]) WITH ORDINALITY AS u(e, i))";
		}
		elsif ($refers ne '')
		{
			$value = "pg_temp.name_of('$refers'::regclass, c.$column\:\:oid)";
		}
		elsif ($type eq 'pg_node_tree')
		{
			$value = $TREE{"$catalog.$column"} // "pg_get_expr(c.$column, 0)";
		}
		push @{ $columns{$catalog} }, "('$column', ($value)\:\:text)";
	}
	for my $catalog (grep { $has_oid{$_} || $PART_OF{$_} } sort keys %columns)
	{
		my ($class, $key) = @{ $PART_OF{$catalog} // [ $catalog, 'oid' ] };
		my $suffix = $catalog eq 'pg_attribute' ? "c.attnum || ' '" :
		  $catalog eq 'pg_enum' ? "c.enumsortorder || ' '" : "''";

		push @sql, "INSERT INTO fact SELECT name, '$catalog.' || $suffix || a.attribute, a.value "
			. "FROM part JOIN $catalog c ON c.$key = objid, LATERAL (VALUES "
			. join(', ', @{ $columns{$catalog} })
			. ") AS a(attribute, value) WHERE part.classid = '$class'::regclass;\n";
	}
	return $statements{$node} = \@sql;
}

# catalog(NODE, DATABASE [, SQL]): the SQL before it, if any, in one
# transaction with it, which is rolled back.
sub catalog
{
	my ($node, $database, $before) = @_;
	my $statements = _statements($node, $database);
	my $sql = "SET client_min_messages = warning;\nBEGIN;\n";
	my %catalog;

	$sql .= "$before;\n" if defined $before;
	$sql .= $PREPARE . $BESIDE;

	$sql .= join('', @$statements);
	$sql .= q{SELECT name, attribute, coalesce(replace(value, E'\n', '\n'), 'NULL') FROM fact;
ROLLBACK;};
	for (split /\n/, $node->safe_psql($database, $sql, extra_params => [ '-F', "\t" ]))
	{
		# the name of a toast table has the OID of its table
		my ($name, $attribute, $value) = split /\t/, s/\bpg_toast_\d+/pg_toast_N/gr, 3;

		$catalog{$name}{$attribute} = $value;
	}
	return \%catalog;
}

# differences(IS, SHOULD): one line for each, with the object's name.
sub differences
{
	my ($is, $should) = @_;
	my @lines;

	for my $name (sort { $a cmp $b } keys %{ +{ %$is, %$should } })
	{
		if (!$is->{$name} || !$should->{$name})
		{
			push @lines, "$name: " . ($is->{$name} ? 'too many' : 'missing');
			next;
		}
		for my $attribute (sort { $a cmp $b } keys %{ +{ %{ $is->{$name} }, %{ $should->{$name} } } })
		{
			my ($one, $other) = map { $_->{$name}{$attribute} // 'none' } $is, $should;

			push @lines, "$name: $attribute is $one, should be $other" if $one ne $other;
		}
	}
	return @lines;
}

1;
