/*-------------------------------------------------------------------------
 *
 * refresh_log.c
 *	  The table view_refreshes: what refresh_views() did, and what came of it.
 *
 * Rows are written here and not by INSERT: so nobody needs a right to write
 * them, nobody can invent any, and no search_path, trigger or setting of a
 * session has a part in it.  The table is found in the schema of the function
 * that asks, so the extension stays relocatable.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "live/refresh_log.h"

#define LOG_TABLE	"view_refreshes"
#define LOG_INDEX	"view_refreshes_of_a_view"

/* Rows that are kept of a view: four days of every hour. */
#define LOG_KEPT	100

/* The columns of the table, in their order. */
enum
{
	LOG_RELATION = 1,
	LOG_VIEW,
	LOG_REFRESHED_BY,
	LOG_STARTED,
	LOG_FINISHED,
	LOG_AS_OF,
	LOG_CONCURRENT,
	LOG_ROWS,
	LOG_ERROR,
	LOG_DETAIL,
	LOG_HINT,
	LOG_SQLSTATE,
	LOG_COLUMNS = LOG_SQLSTATE
};

/* A row that is there already. */
typedef struct LoggedRefresh
{
	ItemPointerData tid;
	TimestampTz finished;
	bool		failed;
	bool		has_as_of;
	TimestampTz as_of;
} LoggedRefresh;

/*
 * Open the table that belongs to a function.  A schema is its owner's, so what
 * has the name there counts only as a member of the extension.
 */
Relation
refresh_log_open(Oid function)
{
	Oid			log = get_relname_relid(LOG_TABLE, get_func_namespace(function));
	Oid			extension = getExtensionOfObject(ProcedureRelationId, function);

	if (!OidIsValid(log) || !OidIsValid(extension)
		|| getExtensionOfObject(RelationRelationId, log) != extension)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table \"%s\" of cx_metrics is missing", LOG_TABLE),
				 errhint("Restore it by DROP EXTENSION cx_metrics and CREATE EXTENSION cx_metrics.")));
	return table_open(log, RowExclusiveLock);
}

/*
 * Close the table, and keep its lock until the transaction ends.
 */
void
refresh_log_close(Relation log)
{
	table_close(log, NoLock);
}

static LoggedRefresh
logged_refresh(Relation log, HeapTuple row)
{
	Datum		values[LOG_COLUMNS];
	bool		nulls[LOG_COLUMNS];
	LoggedRefresh logged;

	heap_deform_tuple(row, RelationGetDescr(log), values, nulls);
	logged.tid = row->t_self;
	logged.finished = DatumGetTimestampTz(values[LOG_FINISHED - 1]);
	logged.failed = !nulls[LOG_SQLSTATE - 1];
	logged.has_as_of = !nulls[LOG_AS_OF - 1];
	logged.as_of = logged.has_as_of ? DatumGetTimestampTz(values[LOG_AS_OF - 1]) : 0;
	return logged;
}

static int
compare_newest_first(const void *a, const void *b)
{
	TimestampTz left = ((const LoggedRefresh *) a)->finished;
	TimestampTz right = ((const LoggedRefresh *) b)->finished;

	return left > right ? -1 : left < right ? 1 : 0;
}

/*
 * Set *rows to what is there of a view, the newest first, and return how many
 * they are.
 */
static int
logged_of_view(Relation log, Oid view, LoggedRefresh **rows)
{
	Oid			index = get_relname_relid(LOG_INDEX, RelationGetNamespace(log));
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	row;
	int			count = 0;
	int			allocated = LOG_KEPT + 8;

	*rows = palloc_array(LoggedRefresh, allocated);
	ScanKeyInit(&key, LOG_RELATION, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(view));
	scan = systable_beginscan(log, index, true, NULL, 1, &key);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		CHECK_FOR_INTERRUPTS();
		if (count == allocated)
		{
			allocated *= 2;
			*rows = repalloc(*rows, sizeof(LoggedRefresh) * (Size) allocated);
		}
		(*rows)[count++] = logged_refresh(log, row);
	}
	systable_endscan(scan);
	qsort(*rows, (size_t) count, sizeof(LoggedRefresh), compare_newest_first);
	return count;
}

/*
 * Remove the old rows of a view.  Its last success stays, and the first failure
 * after it: they say since when a view is old, however long that is.  Two
 * sessions that remove the same rows would wait for each other, so one that
 * comes second leaves them to the next run.
 */
static void
forget_old(Relation log, Oid view)
{
	LoggedRefresh *rows;
	int			count = logged_of_view(log, view, &rows);
	int			success = 0;

	if (count > LOG_KEPT
		&& ConditionalLockRelation(log, ShareUpdateExclusiveLock))
	{
		/* the session that had the lock may have removed some of them */
		count = logged_of_view(log, view, &rows);
		while (success < count && rows[success].failed)
			success++;
		for (int i = LOG_KEPT; i < count; i++)
			if (i != success && i != success - 1)
				simple_heap_delete(log, &rows[i].tid);
	}
}

/*
 * Remove the rows of views that are no more.
 */
void
refresh_log_forget_dropped(Relation log)
{
	SysScanDesc scan;
	HeapTuple	row;

	if (!ConditionalLockRelation(log, ShareUpdateExclusiveLock))
		return;
	scan = systable_beginscan(log, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool		null;
		Oid			view = DatumGetObjectId(heap_getattr(row, LOG_RELATION, RelationGetDescr(log), &null));

		CHECK_FOR_INTERRUPTS();
		if (OidIsValid(view)
			&& !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(view)))
			simple_heap_delete(log, &row->t_self);
	}
	systable_endscan(scan);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column - 1] = text == NULL;

	if (text)
		values[column - 1] = CStringGetTextDatum(text);
}

/*
 * Write a row, which has finished now, and remove the oldest of its view.
 */
void
refresh_log_add(Relation log, const Refresh *refresh)
{
	const ErrorData *error = refresh->error;
	Datum		values[LOG_COLUMNS] = {0};
	bool		nulls[LOG_COLUMNS] = {0};

	PushActiveSnapshot(GetTransactionSnapshot());
	values[LOG_RELATION - 1] = ObjectIdGetDatum(refresh->view);
	values[LOG_STARTED - 1] = TimestampTzGetDatum(refresh->started);
	values[LOG_FINISHED - 1] = TimestampTzGetDatum(GetCurrentTimestamp());
	values[LOG_AS_OF - 1] = TimestampTzGetDatum(refresh->as_of);
	nulls[LOG_AS_OF - 1] = refresh->as_of == 0 || error;
	values[LOG_CONCURRENT - 1] = BoolGetDatum(refresh->concurrent);
	values[LOG_ROWS - 1] = Int64GetDatum((int64) refresh->rows);
	nulls[LOG_ROWS - 1] = error != NULL;
	put_text(values, nulls, LOG_VIEW, refresh->shown);
	put_text(values, nulls, LOG_REFRESHED_BY, GetUserNameFromId(GetUserId(), false));
	put_text(values, nulls, LOG_ERROR, error ? error->message : NULL);
	put_text(values, nulls, LOG_DETAIL, error ? error->detail : NULL);
	put_text(values, nulls, LOG_HINT, error ? error->hint : NULL);
	put_text(values, nulls, LOG_SQLSTATE, error ? unpack_sql_state(error->sqlerrcode) : NULL);

	CatalogTupleInsert(log, heap_form_tuple(RelationGetDescr(log), values, nulls));
	CommandCounterIncrement();
	forget_old(log, refresh->view);
	CommandCounterIncrement();
	PopActiveSnapshot();
}

/*
 * Set *as_of to the time of which a view shows the rows, and return whether
 * that is known: it is once refresh_views() has refreshed the view.
 */
bool
refresh_log_as_of(Relation log, Oid view, TimestampTz *as_of)
{
	LoggedRefresh *rows;
	int			count = logged_of_view(log, view, &rows);

	for (int i = 0; i < count; i++)
		if (!rows[i].failed)
		{
			*as_of = rows[i].as_of;
			return rows[i].has_as_of;
		}
	return false;
}
