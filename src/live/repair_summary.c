/*-------------------------------------------------------------------------
 *
 * repair_summary.c
 *	  Compute the stale groups of a kept summary anew, and merge its deltas.
 *
 * Both delete deltas that they see and insert others in one statement, which has
 * one snapshot: what other sessions commit meanwhile stays as it is.  They hold
 * SHARE UPDATE EXCLUSIVE on the deltas, which writers do not wait for, so that
 * there is one of them at a time.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "core/result.h"
#include "core/settings.h"
#include "live/keep_summary.h"

PG_FUNCTION_INFO_V1(repair_summary);
PG_FUNCTION_INFO_V1(compact_summary);

/* A repair, and the group at hand. */
typedef struct Repair
{
	Kept	   *kept;
	char	   *from_rows;		/* the query of deltas from all rows */
	bool		everything;
	bool		writers_wait;	/* until the end of the transaction */
	Oid		   *types;			/* of the keys, and of their JSON behind them */
	Datum	   *values;
	char	   *nulls;
	char	   *of_fresh;		/* the condition that chooses the group, of f */
	char	   *of_deltas;		/* and of d */
	int64		repaired;
	int64		stale;
} Repair;

/*
 * Run a statement; its parameters, if any, are the keys of the group at hand and their
 * JSON.  Where writers wait, the snapshot is new also if the transaction has an older
 * one: rows of a partition that had no triggers are read whenever they were committed.
 */
static void
run(const Repair *repair, const char *statement, int parameters, int expected)
{
	SPIPlanPtr	plan = kept_prepared(statement, parameters, repair->types);
	Snapshot	snapshot = InvalidSnapshot;
	int			result;

	if (repair->writers_wait)
	{
		CommandCounterIncrement();
		snapshot = GetLatestSnapshot();
	}
	result = SPI_execute_snapshot(plan, repair->values, repair->nulls, snapshot, InvalidSnapshot, false, true, 0);
	if (result != expected)
		elog(ERROR, "SPI_execute_snapshot returned %s for %s", SPI_result_code_string(result), statement);
	SPI_freeplan(plan);
}

/* Run a statement for the group at hand. */
static void
run_for_group(const Repair *repair, const char *statement, int expected)
{
	run(repair, statement, repair->kept->keys + 1, expected);
}

/*
 * Replace the deltas of all groups, and forget all notes; an action that may fail.  A
 * writer commits deltas and notes together, so one statement sees both or neither.
 */
static void
replace_everything(void *argument)
{
	Repair	   *repair = argument;

	run(repair, psprintf("WITH gone AS (DELETE FROM %s), told AS (DELETE FROM %s) %s", repair->kept->deltas, repair->kept->problems,
						 kept_insert_select(repair->kept, repair->from_rows, "")), 0, SPI_OK_INSERT);
	repair->repaired = (int64) SPI_processed;
}

/* Replace the deltas of the group at hand, as replace_everything() does. */
static void
replace_group(void *argument)
{
	Repair	   *repair = argument;

	run_for_group(repair, psprintf("WITH gone AS (DELETE FROM %s AS d WHERE %s AND d.repair IS DISTINCT FROM 'everything'), "
								   "told AS (DELETE FROM %s WHERE key = $%d) %s",
								   repair->kept->deltas, repair->of_deltas, repair->kept->problems, repair->kept->keys + 1,
								   kept_insert_select(repair->kept, repair->from_rows, psprintf(" WHERE %s", repair->of_fresh))),
				  SPI_OK_INSERT);
}

/* Choose the group of a row of keys; NULL is compared by IS NULL. */
static void
choose_group(Repair *repair, HeapTuple row, TupleDesc desc)
{
	const Kept *kept = repair->kept;
	StringInfoData of_fresh;
	StringInfoData of_deltas;
	int			key = 0;
	bool		is_null;

	initStringInfo(&of_fresh);
	initStringInfo(&of_deltas);
	appendStringInfoString(&of_fresh, "true");
	appendStringInfoString(&of_deltas, "true");
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];
		char	   *test;

		if (!column->is_key)
			continue;
		repair->values[key] = SPI_getbinval(row, desc, key + 1, &is_null);
		repair->nulls[key] = is_null ? 'n' : ' ';
		key++;
		test = is_null ? pstrdup("IS NULL") : psprintf("%s $%d", column->equals, key);
		appendStringInfo(&of_fresh, " AND f.%s %s", column->defined, test);
		appendStringInfo(&of_deltas, " AND d.%s %s", column->name, test);
	}
	repair->values[key] = kept_json_of_key(kept, repair->types, repair->values, repair->nulls);
	repair->nulls[key] = ' ';
	repair->of_fresh = of_fresh.data;
	repair->of_deltas = of_deltas.data;
}

/* Mark the group at hand to be repaired, once; all were before. */
static void
mark_group(const Repair *repair)
{
	const Kept *kept = repair->kept;
	StringInfoData parameters;

	initStringInfo(&parameters);
	for (int i = 1; i <= kept->keys; i++)
		appendStringInfo(&parameters, "$%d, ", i);
	run_for_group(repair, psprintf("INSERT INTO %s (%s%ssource_rows, repair) SELECT %s0, 'key' "
								   "WHERE NOT EXISTS (SELECT FROM %s AS d WHERE %s AND d.repair = 'key')",
								   kept->deltas, kept_keys(kept, ""), kept->keys > 0 ? ", " : "",
								   parameters.data, kept->deltas, repair->of_deltas), SPI_OK_INSERT);
}

/* Note why the group at hand is still stale, once. */
static void
note_failure(const Repair *repair, const ErrorData *error)
{
	const char *message = quote_literal_cstr(error->message);
	int			json = repair->kept->keys + 1;

	if (repair->everything)
		mark_group(repair);
	run_for_group(repair, psprintf("INSERT INTO %s (operation, kind, key, sqlstate, message, detail, hint) "
								   "SELECT 'repair_summary', 'key to repair', $%d, %s, %s, %s, %s "
								   "WHERE NOT EXISTS (SELECT FROM %s AS p WHERE p.key = $%d AND p.message = %s)",
								   repair->kept->problems, json,
								   quote_literal_cstr(unpack_sql_state(error->sqlerrcode)), message,
								   error->detail != NULL ? quote_literal_cstr(error->detail) : "NULL",
								   error->hint != NULL ? quote_literal_cstr(error->hint) : "NULL",
								   repair->kept->problems, json, message), SPI_OK_INSERT);
}

static void
repair_group(Repair *repair)
{
	ErrorData  *error = kept_attempt(replace_group, repair);

	if (error == NULL)
	{
		repair->repaired++;
		return;
	}
	repair->stale++;
	note_failure(repair, error);
}

/*
 * Return a query of the keys of the groups to be repaired.  All groups are those that
 * there are and those that have deltas.  The only group of a summary without keys is
 * stale by any mark.
 */
static char *
groups_query(const Repair *repair)
{
	const Kept *kept = repair->kept;
	char	   *keys = kept_keys(kept, "d.");
	StringInfoData names;

	if (kept->keys == 0)
		return psprintf("SELECT FROM %s AS d HAVING %s OR pg_catalog.sum(d.left_out) > 0 OR pg_catalog.count(d.repair) > 0",
						kept->deltas, repair->everything ? "true" : "false");
	if (!repair->everything)
		return psprintf("SELECT %s FROM %s AS d GROUP BY %s HAVING pg_catalog.sum(d.left_out) > 0 OR pg_catalog.bool_or(d.repair = 'key')",
						keys, kept->deltas, keys);
	initStringInfo(&names);
	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].is_key)
			appendStringInfo(&names, "%sf.%s", names.len > 0 ? ", " : "", kept->column[i].defined);
	}
	return psprintf("SELECT %s FROM %s AS d WHERE d.repair IS DISTINCT FROM 'everything' UNION SELECT %s FROM (%s) AS f",
					keys, kept->deltas, names.data, repair->from_rows);
}

static void
repair_groups(Repair *repair)
{
	SPITupleTable *groups;
	uint64		count;

	run(repair, groups_query(repair), 0, SPI_OK_SELECT);
	groups = SPI_tuptable;
	count = SPI_processed;
	for (uint64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		choose_group(repair, groups->vals[i], groups->tupdesc);
		repair_group(repair);
	}
}

/*
 * Forget the notes of groups that are not stale: a row that was left out has been
 * corrected or deleted since.  A note and its delta come with one transaction, so
 * one statement sees both or neither.
 */
static void
forget_settled(const Repair *repair)
{
	const Kept *kept = repair->kept;
	Repair		stale = *repair;
	char	   *of_group = "";
	int			nest_level;

	stale.everything = false;
	if (kept->keys > 0)
		of_group = psprintf("WHERE %s = p.key", kept_key_json(kept, "s."));
	nest_level = fixed_settings();

	/*
	 * a note without a key is of a group that cannot be told, or of the only
	 * one
	 */
	run(repair, psprintf("DELETE FROM %s AS p WHERE %s NOT EXISTS (SELECT FROM (%s) AS s %s)",
						 kept->problems, kept->keys > 0 ? "p.key IS NOT NULL AND" : "",
						 groups_query(&stale), of_group), 0, SPI_OK_DELETE);
	AtEOXact_GUC(false, nest_level);
}

/*
 * Report whether all groups are marked, and lock the marks.  Nobody waits for that;
 * who writes sees by it that they are about to go, and notes why the own one stays.
 */
static bool
lock_everything_marks(const Kept *kept)
{
	kept_run(psprintf("SELECT FROM %s WHERE repair = 'everything' FOR UPDATE", kept->deltas), SPI_OK_SELECT);
	return SPI_processed > 0;
}

/*
 * Delete the marks of all groups, and in the same statement the notes of them: a
 * writer may commit both between two.  Of a summary without keys a note of a row that
 * was left out has no key either, and stays.
 */
static void
forget_marks(const Repair *repair)
{
	const Kept *kept = repair->kept;

	run(repair, psprintf("WITH gone AS (DELETE FROM %s WHERE repair = 'everything') DELETE FROM %s WHERE key IS NULL%s",
						 kept->deltas, kept->problems, kept->keys > 0 ? "" : " AND kind = 'everything to repair'"), 0, SPI_OK_DELETE);
}

/*
 * Compute all groups anew: at once, or each by itself where one of them fails.  Then
 * the marks go first.  Each statement sees what was committed before it, so all that
 * come later see the rows of every mark that is deleted here; the mark of a
 * writer who commits later stays.
 */
static void
repair_all(Repair *repair)
{
	if (kept_attempt(replace_everything, repair) == NULL)
		return;
	repair->repaired = 0;
	forget_marks(repair);
	repair_groups(repair);
}

static void
begin_repair(Repair *repair, Kept *kept)
{
	int			key = 0;

	kept_check_meaning(kept);
	repair->kept = kept;
	repair->from_rows = kept_delta_query(kept, kept_qualified(kept->source));
	repair->types = palloc_array(Oid, kept->keys + 1);
	repair->values = palloc_array(Datum, kept->keys + 1);
	repair->nulls = palloc_array(char, kept->keys + 1);
	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].is_key)
			repair->types[key++] = kept->column[i].type;
	}
	repair->types[key] = JSONBOID;
}

/*
 * Create the triggers on partitions that came later.  Writers wait meanwhile, so
 * that none of them writes past a trigger that is not yet there.
 */
static void
add_members(Oid view, const Kept *kept, const char *extension)
{
	List	   *members;

	LockRelationOid(kept->source, ShareRowExclusiveLock);
	members = find_all_inheritors(kept->source, ShareRowExclusiveLock, NULL);
	kept_create_triggers(get_rel_name(view), &kept->links, members, extension);
}

static char *
schema_of_function(FunctionCallInfo fcinfo)
{
	return pstrdup(quote_identifier(get_namespace_name(get_func_namespace(fcinfo->flinfo->fn_oid))));
}

static void
check_arguments(FunctionCallInfo fcinfo)
{
	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the arguments of this function must not be NULL"),
					 errhint("Give the name of a kept summary, such as 'survey_daily'.")));
	}
}

static void
check_owner(const Kept *kept)
{
	if (!kept_owner_may_read(kept))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the owner of the kept summary may not read all rows of \"%s\"", get_rel_name(kept->source)),
				 errdetail("The repair reads them with the rights of the owner, \"%s\".", GetUserNameFromId(kept->owner, false)),
				 errhint("GRANT SELECT to the owner, or BYPASSRLS where row level security is enabled.")));
}

/*
 * repair_summary(name text, everything boolean DEFAULT false,
 *				  OUT keys_repaired bigint, OUT keys_stale bigint)
 *
 * Compute the stale groups of a kept summary, or all, from the rows; return how
 * many are right now, and how many still cannot be computed.  Runs with the
 * rights of the owner.  Errors: NULL, no kept summary of the caller, rows whose
 * groups cannot be computed.
 */
Datum
repair_summary(PG_FUNCTION_ARGS)
{
	Repair		repair = {0};
	KeptLinks	links;
	KeptRights	before;
	Kept	   *kept;
	Oid			view;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	check_arguments(fcinfo);
	view = kept_by_name(PG_GETARG_TEXT_PP(0), &links);
	kept = kept_load(&links);
	check_owner(kept);
	kept_become(kept->owner, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (PG_GETARG_BOOL(1))
		add_members(view, kept, schema_of_function(fcinfo));
	LockRelationOid(kept->source, AccessShareLock);
	LockRelationOid(links.deltas, ShareUpdateExclusiveLock);
	/* names may have changed before the locks were there */
	begin_repair(&repair, kept_load(&links));
	repair.writers_wait = PG_GETARG_BOOL(1);
	repair.everything = repair.writers_wait || lock_everything_marks(repair.kept);
	if (repair.everything)
		repair_all(&repair);
	else
		repair_groups(&repair);
	forget_settled(&repair);
	SPI_finish();
	kept_return(&before);
	values[0] = Int64GetDatum(repair.repaired);
	values[1] = Int64GetDatum(repair.stale);
	return record_result(fcinfo, values, nulls);
}

/* ---------------------------------------------------------------------------
 * Compaction
 * ---------------------------------------------------------------------------
 */

/* Return the statement that merges the deltas of each group that has several. */
static char *
compact_statement(const Kept *kept, const char *extension)
{
	char	   *keys = kept_keys(kept, "d.");
	StringInfoData into;
	StringInfoData from;

	initStringInfo(&into);
	initStringInfo(&from);
	for (int i = 0; i < kept->columns; i++)
	{
		const KeptColumn *column = &kept->column[i];

		appendStringInfo(&into, "%s, ", column->name);
		if (column->is_key)
			appendStringInfo(&from, "d.%s, ", column->name);
		else
		{
			appendStringInfoString(&from, "CASE WHEN pg_catalog.sum(d.source_rows) > 0 THEN ");
			kept_merged(&from, kept, i, extension);
			appendStringInfoString(&from, " END, ");
		}
	}
	return psprintf("WITH gone AS (DELETE FROM %s WHERE ctid = ANY (ARRAY("
					"SELECT pg_catalog.unnest(pg_catalog.array_agg(d.ctid)) FROM %s AS d %s%s "
					"HAVING pg_catalog.count(*) > 1 AND pg_catalog.bool_and(d.repair IS NULL))) RETURNING *), "
					"merged AS (INSERT INTO %s (%ssource_rows, left_out%s) "
					"SELECT %spg_catalog.sum(d.source_rows)::pg_catalog.int8, nullif(pg_catalog.sum(d.left_out), 0)::pg_catalog.int8%s FROM gone AS d%s%s "
					"HAVING pg_catalog.sum(d.source_rows) <> 0 OR pg_catalog.sum(d.left_out) <> 0%s RETURNING 1) "
					"SELECT (SELECT pg_catalog.count(*) FROM %s), (SELECT pg_catalog.count(*) FROM gone), (SELECT pg_catalog.count(*) FROM merged)",
					kept->deltas, kept->deltas, kept->keys > 0 ? "GROUP BY " : "", keys,
					kept->deltas, into.data, kept_counts(kept, ", %s"),
					from.data, kept_counts(kept, ", pg_catalog.sum(d.%s)::pg_catalog.int8"), kept->keys > 0 ? " GROUP BY " : "", keys,
					kept_order(kept, "d."), kept->deltas);
}

/*
 * compact_summary(name text, OUT rows_before bigint, OUT rows_after bigint)
 *
 * Merge the deltas of each group of a kept summary into one row; return how many
 * rows there were and are.  Groups without rows go; those that are to be
 * repaired stay as they are.  Runs with the rights of the owner.  Errors: NULL,
 * no kept summary of the caller.
 */
Datum
compact_summary(PG_FUNCTION_ARGS)
{
	KeptLinks	links;
	KeptRights	before;
	Kept	   *kept;
	int64		count[3];
	Datum		values[2];
	bool		nulls[2] = {false, false};

	check_arguments(fcinfo);
	(void) kept_by_name(PG_GETARG_TEXT_PP(0), &links);
	LockRelationOid(links.deltas, ShareUpdateExclusiveLock);
	kept = kept_load(&links);
	kept_become(kept->owner, &before);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	kept_run(compact_statement(kept, schema_of_function(fcinfo)), SPI_OK_SELECT);
	for (int i = 0; i < 3; i++)
	{
		bool		is_null;

		count[i] = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &is_null));
	}
	SPI_finish();
	kept_return(&before);
	values[0] = Int64GetDatum(count[0]);
	values[1] = Int64GetDatum(count[0] - count[1] + count[2]);
	return record_result(fcinfo, values, nulls);
}
