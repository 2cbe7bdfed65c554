/*-------------------------------------------------------------------------
 *
 * names.c
 *	  Relations by names that people write.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "catalog/namespace.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/varlena.h"

#include "live/names.h"

/*
 * Return the relation that a name means as SQL would read it, or else the one
 * that has exactly these characters for a name, with its capitals and blanks.
 */
Oid
named_relation(const char *name)
{
	List	   *parts;
	RangeVar   *relation = NULL;
	Oid			found = InvalidOid;

	if (SplitIdentifierString(pstrdup(name), '.', &parts)
		&& parts != NIL && list_length(parts) <= 3)
	{
		relation = makeRangeVar(NULL, llast(parts), -1);
		if (list_length(parts) > 1)
			relation->schemaname = list_nth(parts, list_length(parts) - 2);
		if (list_length(parts) > 2)
			relation->catalogname = linitial(parts);
		found = RangeVarGetRelid(relation, NoLock, true);
	}
	return OidIsValid(found) ? found : RelnameGetRelid(name);
}
