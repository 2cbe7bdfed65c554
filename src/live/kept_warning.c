/*-------------------------------------------------------------------------
 *
 * kept_warning.c
 *	  Tell who writes that a kept summary does not have all of it.
 *
 * A row that cannot be summarized does not stop the statement that writes it, and
 * nobody looks at a column named stale that was always false.  So the statement
 * says it, once, however many rows it is about.  It names no value: who may write
 * a column need not be allowed to read it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_rewrite.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "live/kept.h"

/* Return the view or table that a rule is of. */
static Oid
relation_of_rule(Oid rule)
{
	Relation	rewrite = table_open(RewriteRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			relation = InvalidOid;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(rewrite, RewriteOidIndexId, true, NULL, 1, &key);
	if (HeapTupleIsValid(tuple = systable_getnext(scan)))
		relation = ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_class;
	systable_endscan(scan);
	table_close(rewrite, AccessShareLock);
	return relation;
}

/* Return the rules that depend on a relation. */
static List *
rules_on(Oid relation)
{
	Relation	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData key[2];
	SysScanDesc scan;
	HeapTuple	tuple;
	List	   *rules = NIL;

	ScanKeyInit(&key[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&key[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relation));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend entry = (Form_pg_depend) GETSTRUCT(tuple);

		if (entry->classid == RewriteRelationId)
			rules = list_append_unique_oid(rules, entry->objid);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return rules;
}

/*
 * Return the name of the view that people read, or NULL where there is none.  It is
 * the one that names both the deltas and the definition, in its call of
 * kept_summary().  No view is opened for it: a lock that somebody has on one must
 * not hold up who writes.
 */
static const char *
view_of(const Kept *kept)
{
	List	   *of_definition = rules_on(kept->links.definition);
	ListCell   *cell;

	foreach(cell, rules_on(kept->links.deltas))
	{
		Oid			view = InvalidOid;

		if (list_member_oid(of_definition, lfirst_oid(cell)))
			view = relation_of_rule(lfirst_oid(cell));
		if (OidIsValid(view))
			return kept_qualified(view);
	}
	return NULL;
}

/*
 * Warn of what a statement has noted, if it has.  Without the view, which somebody has
 * dropped, the deltas have the name, and nothing that repair_summary() could be told.
 */
void
kept_warn(const Kept *kept, const KeptNoted *noted)
{
	const char *view = noted->groups || noted->rows > 0 ? view_of(kept) : NULL;
	const char *name = view != NULL ? view : kept->deltas;

	if (noted->groups)
		ereport(WARNING,
				(errmsg("groups of the kept summary %s are stale after this change of \"%s\"",
						name, get_rel_name(kept->source)),
				 view != NULL ?
				 errhint("%s says why. When that is mended: SELECT * FROM repair_summary(%s).",
						 kept->problems, quote_literal_cstr(view)) :
				 errhint("%s says why.", kept->problems)));
	else if (noted->rows > 0)
		ereport(WARNING,
				(errmsg_plural("%d row of \"%s\" is not in the kept summary %s",
							   "%d rows of \"%s\" are not in the kept summary %s",
							   noted->rows, noted->rows, get_rel_name(kept->source), name),
				 errhint("%s says which and why; the group of such a row is stale until the row is mended or deleted.",
						 kept->problems)));
}
