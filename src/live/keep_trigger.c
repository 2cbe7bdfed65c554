/*-------------------------------------------------------------------------
 *
 * keep_trigger.c
 *	  The trigger of kept summaries: it writes what a statement adds to the
 *	  summaries, and what it takes out, into the table of deltas.
 *
 * Deltas are only added, so that writers never wait for each other.  What is to
 * be added is computed in a subtransaction that only reads.  If that fails, the
 * rows that cannot be summarized are found by halving, left out and noted, and
 * the statement of the application goes on.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "live/kept.h"

PG_FUNCTION_INFO_V1(keep_summary_trigger);

/* So many rows of a statement are left out before its groups are given up. */
#define MAX_LEFT_OUT	10

/*
 * Rows that fail are searched for in so many at a time, which are copied under a
 * name of their own: each try of a part of them reads these, and not the whole
 * statement's.
 */
#define BLOCK_ROWS		1000
#define BLOCK_NAME		"cx_block_of_rows"

/*
 * The name of the column with the numbers of rows, in queries that leave some
 * out; with underscores behind it where the table has a column of that name.
 */
#define ROW_NUMBER		"cx_row_number"

/* What a trigger needs each time it fires, kept until a catalog changes. */
typedef struct CachedTrigger
{
	Oid			trigger;		/* the key */
	bool		valid;
	int			in_use;
	bool		is_member;		/* the table is the definition's or below it */
	Oid			relation;
	MemoryContext context;
	Kept	   *kept;
	SPIPlanPtr	removed;		/* reads KEPT_OLD_ROWS; or NULL */
	SPIPlanPtr	added;			/* reads KEPT_NEW_ROWS; or NULL */
	SPIPlanPtr	insert;
	ErrorData  *failure;		/* why rows cannot be read at all; or NULL */
	int			results;		/* columns of a query of deltas */
} CachedTrigger;

/* A trigger that fires, and one side of it: rows that go or rows that come. */
typedef struct Firing
{
	TriggerData *data;
	CachedTrigger *cached;
	const Kept *kept;
	bool		removed;
	const char *rows;			/* the name of the transition table */
	const char *operation;
	EphemeralNamedRelation block;	/* of rows that are tried; or NULL */
	KeptNoted  *noted;
} Firing;

/* A query that is tried. */
typedef struct TriedQuery
{
	SPIPlanPtr	plan;
	Datum	   *values;
	const char *text;			/* to be prepared, where there is no plan */
	int			parameters;
	Oid		   *types;
	Snapshot	snapshot;		/* or NULL for the active one */
	SPITupleTable *table;
	uint64		rows;
} TriedQuery;

/* The search for rows that cannot be summarized. */
typedef struct Search
{
	const Firing *firing;
	SPIPlanPtr	plan;			/* reads the block */
	EphemeralNamedRelation block;	/* that of the trigger */
	TupleTableSlot *slot;
	int64		before;			/* rows before the block */
	int			found;
	int64		position[MAX_LEFT_OUT];
	MinimalTuple row[MAX_LEFT_OUT];
	ErrorData  *error[MAX_LEFT_OUT];
	ErrorData  *last;
	SPITupleTable *table;
	uint64		rows;
} Search;

static HTAB *cached_triggers = NULL;

/* ---------------------------------------------------------------------------
 * The cache
 * ---------------------------------------------------------------------------
 */

/* Mark what depends on a relation, or on any with InvalidOid, as old. */
static void
forget_relation(Datum argument pg_attribute_unused(), Oid relation)
{
	HASH_SEQ_STATUS status;
	CachedTrigger *cached;

	hash_seq_init(&status, cached_triggers);
	while ((cached = hash_seq_search(&status)) != NULL)
	{
		const Kept *kept = cached->kept;

		if (!OidIsValid(relation) || kept == NULL || relation == cached->relation ||
			relation == kept->source || relation == kept->links.deltas ||
			relation == kept->links.definition || relation == kept->links.problems)
			cached->valid = false;
	}
}

/* Mark all as old when a function, type, operator or schema changes its name. */
static void
forget_all(Datum argument, int cache pg_attribute_unused(),
		   uint32 hash pg_attribute_unused())
{
	forget_relation(argument, InvalidOid);
}

static void
create_cache(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid),.entrysize = sizeof(CachedTrigger)};

	cached_triggers = hash_create("triggers of kept summaries", 16, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(forget_relation, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(OPEROID, forget_all, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, forget_all, (Datum) 0);
}

static SPIPlanPtr
lasting_plan(const char *query, int parameters, Oid *types)
{
	SPIPlanPtr	plan = kept_prepared(query, parameters, types);

	SPI_keepplan(plan);
	return plan;
}

/*
 * Prepare the INSERT of a delta.  Its parameters are what a query of deltas gives,
 * and then removed, left_out and repair.
 */
static SPIPlanPtr
insert_plan(const Kept *kept, int *results)
{
	Oid		   *types = palloc_array(Oid, 2 * kept->columns + 4);
	StringInfoData text;
	int			count = 0;

	initStringInfo(&text);
	appendStringInfo(&text, "INSERT INTO %s (", kept->deltas);
	for (int i = 0; i < kept->columns; i++)
	{
		types[count++] = kept->column[i].type;
		appendStringInfo(&text, "%s, ", kept->column[i].name);
	}
	types[count++] = INT8OID;
	appendStringInfoString(&text, "source_rows, ");
	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].counts == NULL)
			continue;
		types[count++] = INT8OID;
		appendStringInfo(&text, "%s, ", kept->column[i].counted);
	}
	*results = count;
	types[count++] = BOOLOID;
	types[count++] = INT8OID;
	types[count++] = TEXTOID;
	appendStringInfoString(&text, "removed, left_out, repair) VALUES (");
	for (int i = 1; i <= count; i++)
		appendStringInfo(&text, "%s$%d", i > 1 ? ", " : "", i);
	appendStringInfoChar(&text, ')');
	return lasting_plan(text.data, count, types);
}

static void
drop_plans(CachedTrigger *cached)
{
	if (cached->in_use == 0)
	{
		if (cached->removed != NULL)
			SPI_freeplan(cached->removed);
		if (cached->added != NULL)
			SPI_freeplan(cached->added);
		if (cached->insert != NULL)
			SPI_freeplan(cached->insert);
		if (cached->context != NULL)
			MemoryContextDelete(cached->context);
	}
	cached->removed = cached->added = cached->insert = NULL;
	cached->context = NULL;
	cached->kept = NULL;
	cached->failure = NULL;
}

/* An entry that is being filled. */
typedef struct Filling
{
	CachedTrigger *cached;
	const TriggerData *data;
} Filling;

/* Prepare the queries that read rows; an action that may fail. */
static void
prepare_reads(void *argument)
{
	Filling    *filling = argument;
	CachedTrigger *cached = filling->cached;

	kept_check_meaning(cached->kept);
	if (filling->data->tg_oldtable != NULL)
		cached->removed = lasting_plan(kept_delta_query(cached->kept, KEPT_OLD_ROWS), 0, NULL);
	if (filling->data->tg_newtable != NULL)
		cached->added = lasting_plan(kept_delta_query(cached->kept, KEPT_NEW_ROWS), 0, NULL);
}

static void
fill_entry(CachedTrigger *cached, const TriggerData *data, const KeptLinks *links)
{
	Filling		filling = {cached, data};
	MemoryContext before;
	List	   *members;

	drop_plans(cached);
	cached->relation = RelationGetRelid(data->tg_relation);
	cached->context = AllocSetContextCreate(CacheMemoryContext, "kept summary", ALLOCSET_SMALL_SIZES);
	/* what changes from here on makes it old */
	cached->valid = true;
	before = MemoryContextSwitchTo(cached->context);
	cached->kept = kept_load(links);
	MemoryContextSwitchTo(before);
	members = find_all_inheritors(cached->kept->source, NoLock, NULL);
	cached->is_member = list_member_oid(members, cached->relation);
	if (!cached->is_member)
		return;
	cached->insert = insert_plan(cached->kept, &cached->results);
	before = MemoryContextSwitchTo(cached->context);
	cached->failure = kept_attempt(prepare_reads, &filling);
	MemoryContextSwitchTo(before);
}

pg_noreturn static void
refuse_call(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
			 errmsg("keep_summary_trigger() is the function of the triggers that keep_summary() makes"),
			 errhint("Call keep_summary(); it creates the triggers.")));
}

/*
 * Report whether PostgreSQL would read the text of a plan again, which it does under
 * the settings of the session.
 */
static bool
is_outdated(SPIPlanPtr plan)
{
	return plan != NULL && !SPI_plan_is_valid(plan);
}

/* Return the entry of a trigger, which may be new or old. */
static CachedTrigger *
entry_of(Oid trigger)
{
	CachedTrigger *cached;
	bool		found;

	if (cached_triggers == NULL)
		create_cache();
	cached = hash_search(cached_triggers, &trigger, HASH_ENTER, &found);
	if (!found)
		memset((char *) cached + sizeof(Oid), 0, sizeof(*cached) - sizeof(Oid));
	if (is_outdated(cached->removed) || is_outdated(cached->added))
		cached->valid = false;
	return cached;
}

/* Fill an entry that is new or old, with the rights of the owner. */
static void
renew_entry(CachedTrigger *cached, const TriggerData *data, const KeptLinks *links)
{
	PG_TRY();
	{
		fill_entry(cached, data, links);
	}
	PG_CATCH();
	{
		cached->valid = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/* ---------------------------------------------------------------------------
 * Writing
 * ---------------------------------------------------------------------------
 */

/*
 * A delta: the columns, how many rows they are of, and the counts of single
 * summaries; what it marks.
 */
typedef struct DeltaRow
{
	Datum	   *values;			/* of as many as the query of deltas has */
	bool	   *nulls;
	bool		removed;
	int64		left_out;
	const char *repair;
} DeltaRow;

/* Return a delta of no rows and no key. */
static DeltaRow
empty_delta(const Firing *firing)
{
	int			results = firing->cached->results;
	DeltaRow	row = {.removed = firing->removed};

	row.values = palloc0(sizeof(Datum) * results);
	row.nulls = palloc_array(bool, results);
	for (int i = 0; i < results; i++)
		row.nulls[i] = i < firing->kept->columns;
	return row;
}

static void
insert_delta(const Firing *firing, const DeltaRow *row)
{
	int			columns = firing->kept->columns;
	int			results = firing->cached->results;
	Datum	   *values = palloc_array(Datum, results + 3);
	char	   *nulls = palloc_array(char, results + 3);

	for (int i = 0; i < results; i++)
	{
		values[i] = row->values[i];
		if (i >= columns && row->removed)
			values[i] = Int64GetDatum(-DatumGetInt64(values[i]));
		nulls[i] = row->nulls[i] ? 'n' : ' ';
	}
	values[results] = BoolGetDatum(row->removed);
	values[results + 1] = Int64GetDatum(row->removed ? -row->left_out : row->left_out);
	values[results + 2] = row->repair != NULL ? CStringGetTextDatum(row->repair) : (Datum) 0;
	nulls[results] = ' ';
	nulls[results + 1] = row->left_out != 0 ? ' ' : 'n';
	nulls[results + 2] = row->repair != NULL ? ' ' : 'n';
	if (SPI_execute_plan(firing->cached->insert, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "a delta of a kept summary could not be inserted");
	pfree(values);
	pfree(nulls);
}

/* Insert what a query of deltas gave. */
static void
insert_deltas(const Firing *firing, const SPITupleTable *table, uint64 rows)
{
	DeltaRow	row = empty_delta(firing);

	for (uint64 i = 0; i < rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		heap_deform_tuple(table->vals[i], table->tupdesc, row.values, row.nulls);
		if (DatumGetInt64(row.values[firing->kept->columns]) > 0)
			insert_delta(firing, &row);
	}
}

static void
run_query(void *argument)
{
	TriedQuery *query = argument;
	SPIPlanPtr	plan = query->plan;

	if (plan == NULL)
		plan = kept_prepared(query->text, query->parameters, query->types);
	if (SPI_execute_snapshot(plan, query->values, NULL, query->snapshot, InvalidSnapshot, true, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "a query of a kept summary failed");
	query->table = SPI_tuptable;
	query->rows = SPI_processed;
}

/* Note a problem; all texts but operation and kind may be missing. */
static void
insert_problem(const Firing *firing, const char *kind, Datum *row, Datum *key, const ErrorData *error)
{
	Oid			types[] = {TEXTOID, TEXTOID, JSONBOID, JSONBOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID};
	const char *texts[] = {firing->operation, kind, NULL, NULL,
		error != NULL ? unpack_sql_state(error->sqlerrcode) : NULL,
		error != NULL ? error->message : NULL,
		error != NULL ? error->detail : NULL,
	error != NULL ? error->hint : NULL};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types)];

	for (int i = 0; i < (int) lengthof(types); i++)
	{
		nulls[i] = texts[i] != NULL ? ' ' : 'n';
		values[i] = texts[i] != NULL ? CStringGetTextDatum(texts[i]) : (Datum) 0;
	}
	if (row != NULL)
		values[2] = *row;
	if (key != NULL)
		values[3] = *key;
	nulls[2] = row != NULL ? ' ' : 'n';
	nulls[3] = key != NULL ? ' ' : 'n';
	if (SPI_execute_with_args(psprintf("INSERT INTO %s (operation, kind, source_row, key, sqlstate, message, detail, hint) "
									   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", firing->kept->problems),
							  lengthof(types), types, values, nulls, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "a problem of a kept summary could not be inserted");
}

/*
 * Report whether all groups are marked already.  A mark that a repair has locked or
 * deleted does not count, also where this transaction's snapshot still has it: its
 * note goes with it.
 */
static bool
everything_is_marked(const Kept *kept)
{
	kept_run(psprintf("SELECT FROM %s WHERE repair = 'everything' AND xmax = 0 LIMIT 1", kept->deltas), SPI_OK_SELECT);
	return SPI_processed > 0;
}

/*
 * Mark all groups to be repaired, and note why if they were not.  The mark is written
 * in any case: a repair deletes those whose rows it sees, and who relied on the
 * mark of another would change rows that the repair does not see.
 */
static void
mark_everything(const Firing *firing, const ErrorData *error)
{
	const Kept *kept = firing->kept;

	if (!everything_is_marked(kept))
	{
		insert_problem(firing, "everything to repair", NULL, NULL, error);
		firing->noted->groups = true;
	}
	kept_run(psprintf("INSERT INTO %s (source_rows, repair) VALUES (0, 'everything')", kept->deltas), SPI_OK_INSERT);
}

/* Return the key of a delta as JSON. */
static Datum *
key_json(const Firing *firing, const DeltaRow *delta)
{
	const Kept *kept = firing->kept;
	Oid		   *types = palloc_array(Oid, kept->columns);
	Datum	   *parameters = palloc_array(Datum, kept->columns);
	char	   *parameter_nulls = palloc_array(char, kept->columns);
	Datum	   *json = palloc(sizeof(Datum));
	int			count = 0;

	for (int i = 0; i < kept->columns; i++)
	{
		if (!kept->column[i].is_key)
			continue;
		types[count] = kept->column[i].type;
		parameters[count] = delta->values[i];
		parameter_nulls[count++] = delta->nulls[i] ? 'n' : ' ';
	}
	*json = kept_json_of_key(kept, types, parameters, parameter_nulls);
	return json;
}

/* ---------------------------------------------------------------------------
 * Rows that cannot be summarized
 * ---------------------------------------------------------------------------
 */

/* Return a name for the numbers of rows that no column of the table has. */
static const char *
row_number(const Firing *firing)
{
	TupleDesc	desc = RelationGetDescr(firing->data->tg_relation);
	const char *name = ROW_NUMBER;

	for (int i = 0; i < desc->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(desc, i)->attname), name) != 0)
			continue;
		name = psprintf("%s_", name);
		i = -1;
	}
	return name;
}

/* The rows of a transition table or a block, numbered. */
static char *
numbered_rows(const Firing *firing, const char *rows)
{
	return psprintf("(SELECT *, pg_catalog.row_number() OVER () AS %s FROM %s) AS r", row_number(firing), rows);
}

/* Return the FROM of rows $1 + 1 to $2, without those in $3. */
static char *
chosen_rows(const Firing *firing, const char *rows)
{
	TupleDesc	desc = RelationGetDescr(firing->data->tg_relation);
	StringInfoData text;
	const char *comma = "";
	const char *number = row_number(firing);

	initStringInfo(&text);
	appendStringInfoString(&text, "(SELECT ");
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		appendStringInfo(&text, "%sr.%s", comma, quote_identifier(NameStr(TupleDescAttr(desc, i)->attname)));
		comma = ", ";
	}
	appendStringInfo(&text, " FROM %s WHERE r.%s > $1 AND r.%s <= $2 AND r.%s <> ALL ($3))",
					 numbered_rows(firing, rows), number, number, number);
	return text.data;
}

static Datum
found_array(const Search *search)
{
	Datum		positions[MAX_LEFT_OUT];

	for (int i = 0; i < search->found; i++)
		positions[i] = Int64GetDatum(search->position[i]);
	return PointerGetDatum(construct_array(positions, search->found, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE));
}

/* The types of the parameters of chosen rows. */
static Oid	chosen_types[] = {INT8OID, INT8OID, INT8ARRAYOID};

static Tuplestorestate *
rows_of(const Firing *firing)
{
	return firing->removed ? firing->data->tg_oldtable : firing->data->tg_newtable;
}

/* Report whether chosen rows can be summarized together. */
static bool
succeeds(Search *search, TriedQuery *query)
{
	ErrorData  *error;

	CHECK_FOR_INTERRUPTS();
	error = kept_attempt(run_query, query);
	if (error != NULL)
	{
		search->last = error;
		return false;
	}
	search->table = query->table;
	search->rows = query->rows;
	return true;
}

/* Report whether rows of the block can be summarized together. */
static bool
can_summarize(Search *search, int64 after, int64 to)
{
	Datum		values[] = {Int64GetDatum(after), Int64GetDatum(to), PointerGetDatum(construct_empty_array(INT8OID))};
	TriedQuery	query = {.plan = search->plan,.values = values};

	return succeeds(search, &query);
}

/* Report whether all rows but those that were found can be. */
static bool
can_summarize_others(Search *search)
{
	const Firing *firing = search->firing;
	Datum		values[] = {Int64GetDatum(0), Int64GetDatum(tuplestore_tuple_count(rows_of(firing))), found_array(search)};
	TriedQuery	query = {.values = values,.parameters = lengthof(chosen_types),.types = chosen_types};

	query.text = kept_delta_query(firing->kept, chosen_rows(firing, firing->rows));
	return succeeds(search, &query);
}

/* Note a row of the block that fails by itself; false if there are too many. */
static bool
note_failing(Search *search, int64 position)
{
	Tuplestorestate *block = search->block->reldata;

	if (search->found == MAX_LEFT_OUT)
		return false;
	tuplestore_select_read_pointer(block, tuplestore_alloc_read_pointer(block, EXEC_FLAG_REWIND));
	tuplestore_rescan(block);
	if (!tuplestore_skiptuples(block, position - 1, true) || !tuplestore_gettupleslot(block, true, false, search->slot))
		elog(ERROR, "a row of a block was not found");
	search->row[search->found] = ExecCopySlotMinimalTuple(search->slot);
	search->error[search->found] = search->last;
	search->position[search->found++] = search->before + position;
	return true;
}

/*
 * Find the rows that fail by themselves, of a range of the block that fails.
 * Return false where there are too many of them, or where rows fail only together.
 */
static bool
find_failing(Search *search, int64 after, int64 to)
{
	int64		middle = after + (to - after) / 2;
	bool		failed = false;

	check_stack_depth();
	if (to - after == 1)
		return note_failing(search, to);
	if (!can_summarize(search, after, middle))
	{
		if (!find_failing(search, after, middle))
			return false;
		failed = true;
	}
	if (!can_summarize(search, middle, to))
	{
		if (!find_failing(search, middle, to))
			return false;
		failed = true;
	}
	return failed;
}

/* Empty the block.  A new store has no positions of those who read the last one. */
static void
empty_block(Search *search)
{
	if (search->block->reldata != NULL)
		tuplestore_end(search->block->reldata);
	search->block->reldata = tuplestore_begin_heap(false, false, work_mem);
}

/* Fill the block with the next rows of a store; return how many. */
static int64
fill_block(Search *search, Tuplestorestate *rows, int pointer)
{
	int64		count = 0;

	empty_block(search);
	tuplestore_select_read_pointer(rows, pointer);
	while (count < BLOCK_ROWS && tuplestore_gettupleslot(rows, true, false, search->slot))
	{
		tuplestore_puttupleslot(search->block->reldata, search->slot);
		count++;
	}
	return count;
}

/* Find all rows of the statement that fail by themselves, as find_failing() does. */
static bool
find_all_failing(Search *search)
{
	Tuplestorestate *rows = rows_of(search->firing);
	int			pointer = tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND);
	int64		count;

	tuplestore_select_read_pointer(rows, pointer);
	tuplestore_rescan(rows);
	while ((count = fill_block(search, rows, pointer)) > 0)
	{
		if (!can_summarize(search, 0, count) && !find_failing(search, 0, count))
			return false;
		search->before += count;
	}
	return search->found > 0;
}

/*
 * Name the block for queries, once for both sides.  It keeps its name until the
 * trigger ends: SPI_unregister_relation() compares what is named as if it were
 * nodes, and so fails where addresses begin with their high bytes.
 */
static void
name_block(Firing *firing)
{
	EphemeralNamedRelation block = palloc0(sizeof(EphemeralNamedRelationData));

	block->md.name = pstrdup(BLOCK_NAME);
	block->md.reliddesc = RelationGetRelid(firing->data->tg_relation);
	block->md.enrtype = ENR_NAMED_TUPLESTORE;
	block->md.enrtuples = BLOCK_ROWS;
	if (SPI_register_relation(block) != SPI_OK_REL_REGISTER)
		elog(ERROR, "the rows of a statement could not be named");
	firing->block = block;
}

static void
prepare_block_query(void *argument)
{
	Search	   *search = argument;
	const Firing *firing = search->firing;

	search->plan = kept_prepared(kept_delta_query(firing->kept, chosen_rows(firing, BLOCK_NAME)), lengthof(chosen_types), chosen_types);
}

/*
 * Make an empty block, and the query of the definition over rows of it.  Return
 * false where the definition cannot be read any more: not each catalog that it
 * rests on says so before.
 */
static bool
begin_search(Search *search)
{
	const Firing *firing = search->firing;
	ErrorData  *error;

	search->block = firing->block;
	empty_block(search);
	error = kept_attempt(prepare_block_query, search);
	if (error != NULL)
		search->last = error;
	search->slot = MakeSingleTupleTableSlot(RelationGetDescr(firing->data->tg_relation), &TTSOpsMinimalTuple);
	return error == NULL;
}

static void
end_search(Search *search)
{
	tuplestore_end(search->block->reldata);
	search->block->reldata = NULL;
	ExecDropSingleTupleTableSlot(search->slot);
}

/*
 * Read the keys of chosen rows.  The summaries are not computed: a subquery's
 * columns that nobody reads are not.
 */
static ErrorData *
read_keys(const Firing *firing, const char *rows, TriedQuery *query, Datum *values)
{
	const Kept *kept = firing->kept;
	StringInfoData text;
	const char *comma = "";

	initStringInfo(&text);
	appendStringInfoString(&text, "SELECT ");
	for (int i = 0; i < kept->columns; i++)
	{
		if (!kept->column[i].is_key)
			continue;
		appendStringInfo(&text, "%sf.%s", comma, kept->column[i].defined);
		comma = ", ";
	}
	appendStringInfo(&text, " FROM (%s) AS f", kept_delta_query(kept, chosen_rows(firing, rows)));
	query->text = text.data;

	query->parameters = lengthof(chosen_types);
	query->types = chosen_types;
	query->values = values;
	return kept_attempt(run_query, query);
}

/* Give a delta the key of a row of keys. */
static void
spread_key(const Kept *kept, const SPITupleTable *table, uint64 row, DeltaRow *delta)
{
	int			key = 0;

	for (int i = 0; i < kept->columns; i++)
	{
		if (kept->column[i].is_key)
			delta->values[i] = SPI_getbinval(table->vals[row], table->tupdesc, ++key, &delta->nulls[i]);
	}
}

/* Mark the groups of all rows of this side to be repaired. */
static void
mark_keys(const Firing *firing, const ErrorData *error)
{
	const Kept *kept = firing->kept;
	Datum		range[] = {Int64GetDatum(0), Int64GetDatum(tuplestore_tuple_count(rows_of(firing))), PointerGetDatum(construct_empty_array(INT8OID))};
	DeltaRow	mark = empty_delta(firing);
	TriedQuery	query = {0};

	mark.removed = false;
	mark.repair = "key";
	if (kept->keys == 0 || read_keys(firing, firing->rows, &query, range) != NULL)
	{
		mark_everything(firing, error);
		return;
	}
	firing->noted->groups |= error != NULL && query.rows > 0;
	for (uint64 i = 0; i < query.rows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		spread_key(kept, query.table, i, &mark);
		insert_delta(firing, &mark);
		if (error != NULL && i < MAX_LEFT_OUT)
			insert_problem(firing, "key to repair", NULL, key_json(firing, &mark), error);
	}
}

/* Return the one row of the block as JSON, or NULL where it has none. */
static Datum *
row_json(void)
{
	TriedQuery	query = {.text = "SELECT pg_catalog.to_jsonb(r.*) FROM " BLOCK_NAME " AS r"};
	Datum	   *json = palloc(sizeof(Datum));
	bool		is_null;

	if (kept_attempt(run_query, &query) != NULL || query.rows != 1)
		return NULL;
	*json = SPI_getbinval(query.table->vals[0], query.table->tupdesc, 1, &is_null);
	return json;
}

/*
 * Note a row that is left out.  One that comes makes its group stale and is noted
 * with its error; when it goes, the group is no longer stale because of it.
 */
static void
leave_out(Search *search, int at)
{
	const Firing *firing = search->firing;
	const Kept *kept = firing->kept;
	Datum		range[] = {Int64GetDatum(0), Int64GetDatum(1), PointerGetDatum(construct_empty_array(INT8OID))};
	DeltaRow	mark = empty_delta(firing);
	TriedQuery	query = {0};
	Datum	   *key = NULL;

	empty_block(search);
	ExecStoreMinimalTuple(search->row[at], search->slot, false);
	tuplestore_puttupleslot(search->block->reldata, search->slot);
	mark.left_out = 1;
	if (kept->keys == 0)
		insert_delta(firing, &mark);
	else if (read_keys(firing, BLOCK_NAME, &query, range) == NULL && query.rows == 1)
	{
		spread_key(kept, query.table, 0, &mark);
		insert_delta(firing, &mark);
		key = key_json(firing, &mark);
	}
	if (!firing->removed)
	{
		insert_problem(firing, "row left out", row_json(), key, search->error[at]);
		firing->noted->rows++;
	}
}

/* Write what a side adds or takes out, without the rows that fail. */
static void
write_carefully(Firing *firing, ErrorData *error)
{
	Search		search = {.firing = firing,.last = error};

	if (firing->block == NULL)
		name_block(firing);
	if (!begin_search(&search) || !find_all_failing(&search) || !can_summarize_others(&search))
		mark_keys(firing, search.last);
	else
	{
		insert_deltas(firing, search.table, search.rows);
		for (int i = 0; i < search.found; i++)
			leave_out(&search, i);
	}
	end_search(&search);
}

/* Write what one side of a statement adds or takes out. */
static void
write_side(Firing *firing, bool removed)
{
	TriedQuery	query = {0};
	ErrorData  *error;

	firing->removed = removed;
	firing->rows = removed ? KEPT_OLD_ROWS : KEPT_NEW_ROWS;
	if (tuplestore_tuple_count(rows_of(firing)) == 0)
		return;
	if (removed && firing->kept->links.insert_only)
	{
		mark_keys(firing, NULL);
		return;
	}
	query.plan = removed ? firing->cached->removed : firing->cached->added;
	error = kept_attempt(run_query, &query);
	if (error == NULL)
		insert_deltas(firing, query.table, query.rows);
	else
		write_carefully(firing, error);
}

/* ---------------------------------------------------------------------------
 * TRUNCATE
 * ---------------------------------------------------------------------------
 */

/* Take out the rows of one partition or child that is about to be emptied. */
static void
remove_member(Firing *firing)
{
	Oid			member = RelationGetRelid(firing->data->tg_relation);
	TriedQuery	query = {0};
	ErrorData  *error;

	firing->removed = true;
	if (firing->kept->links.insert_only || check_enable_rls(member, firing->kept->owner, true) == RLS_ENABLED)
	{
		mark_everything(firing, NULL);
		return;
	}

	/*
	 * TRUNCATE sees all rows, also those that this transaction's snapshot
	 * does not
	 */
	CommandCounterIncrement();
	query.snapshot = GetLatestSnapshot();
	query.text = kept_delta_query(firing->kept, psprintf("ONLY %s", kept_qualified(member)));
	error = kept_attempt(run_query, &query);
	if (error == NULL)
		insert_deltas(firing, query.table, query.rows);
	else
		mark_everything(firing, error);
}

/* Report whether all partitions or children of a table have the triggers. */
static bool
are_followed(Oid relation, const KeptLinks *links)
{
	ListCell   *cell;

	foreach(cell, find_all_inheritors(relation, AccessShareLock, NULL))
	{
		if (!kept_has_triggers(lfirst_oid(cell), links))
			return false;
	}
	return true;
}

/*
 * Follow a TRUNCATE, before it is done.  It fires the triggers of each table that
 * it empties.  A partition that came later has none, and its rows may be in the
 * summaries.
 */
static void
follow_truncate(Firing *firing)
{
	Relation	relation = firing->data->tg_relation;

	if (has_subclass(RelationGetRelid(relation)) &&
		!are_followed(RelationGetRelid(relation), &firing->kept->links))
	{
		ErrorData	error = {.sqlerrcode = ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE,
			.message = "a partition that was truncated has no trigger of the kept summary",
		.hint = "repair_summary(..., everything => true) computes it anew, and creates the triggers."};

		mark_everything(firing, &error);
	}
	if (relation->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return;
	if (RelationGetRelid(relation) == firing->kept->source && !has_subclass(firing->kept->source))
		kept_run(psprintf("TRUNCATE %s, %s", firing->kept->deltas, firing->kept->problems), SPI_OK_UTILITY);
	else
		remove_member(firing);
}

/* ---------------------------------------------------------------------------
 * The trigger
 * ---------------------------------------------------------------------------
 */

/* Refuse to be called by anything but a trigger as keep_summary() makes them. */
static void
check_called(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_FOR_STATEMENT(data->tg_event) &&
		(TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) ?
		 TRIGGER_FIRED_BEFORE(data->tg_event) :
		 TRIGGER_FIRED_AFTER(data->tg_event) &&
		 (data->tg_oldtable != NULL) == !TRIGGER_FIRED_BY_INSERT(data->tg_event) &&
		 (data->tg_newtable != NULL) == !TRIGGER_FIRED_BY_DELETE(data->tg_event)))
		return;
	refuse_call();
}

static const char *
operation_name(TriggerEvent event)
{
	if (TRIGGER_FIRED_BY_INSERT(event))
		return "INSERT";
	if (TRIGGER_FIRED_BY_DELETE(event))
		return "DELETE";
	return TRIGGER_FIRED_BY_UPDATE(event) ? "UPDATE" : "TRUNCATE";
}

static void
fire(Firing *firing)
{
	if (!kept_owner_may_read(firing->kept))
	{
		ErrorData	error = {.sqlerrcode = ERRCODE_INSUFFICIENT_PRIVILEGE,
			.message = "the owner of the kept summary may not read all rows of its table",
		.hint = "GRANT SELECT to the owner, or BYPASSRLS, and call repair_summary()."};

		mark_everything(firing, &error);
		return;
	}
	if (firing->cached->failure != NULL)
	{
		mark_everything(firing, firing->cached->failure);
		return;
	}
	if (TRIGGER_FIRED_BY_TRUNCATE(firing->data->tg_event))
	{
		follow_truncate(firing);
		return;
	}
	if (firing->data->tg_oldtable != NULL)
		write_side(firing, true);
	if (firing->data->tg_newtable != NULL)
		write_side(firing, false);
}

/* Report whether a statement has changed no row. */
static bool
nothing_changed(const TriggerData *data)
{
	return !TRIGGER_FIRED_BY_TRUNCATE(data->tg_event) &&
		(data->tg_oldtable == NULL || tuplestore_tuple_count(data->tg_oldtable) == 0) &&
		(data->tg_newtable == NULL || tuplestore_tuple_count(data->tg_newtable) == 0);
}

static Oid
owner_of(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("a relation of a kept summary was dropped")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * keep_summary_trigger() -> trigger
 *
 * Write what a statement changes in a kept summary into its deltas, with the
 * rights of their owner.  A table that is not the definition's or below it, such
 * as a partition that was detached, changes nothing.
 */
Datum
keep_summary_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	CachedTrigger *cached;
	KeptLinks	links;
	KeptRights	before;
	KeptNoted	noted = {0};
	Firing		firing = {.data = data,.noted = &noted};

	check_called(fcinfo);
	if (nothing_changed(data))
		PG_RETURN_POINTER(NULL);
	cached = entry_of(data->tg_trigger->tgoid);
	if (!cached->valid && !kept_links_of_qual(data->tg_trigger->tgqual, &links))
		refuse_call();
	kept_become(cached->valid ? cached->kept->owner : owner_of(links.deltas), &before);
	if (SPI_connect() != SPI_OK_CONNECT || SPI_register_trigger_data(data) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_connect failed");
	if (!cached->valid)
		renew_entry(cached, data, &links);
	firing.cached = cached;
	firing.kept = cached->kept;
	firing.operation = operation_name(data->tg_event);
	cached->in_use++;
	PG_TRY();
	{
		if (cached->is_member)
		{
			fire(&firing);
			kept_warn(cached->kept, &noted);
		}
	}
	PG_FINALLY();
	{
		cached->in_use--;
	}
	PG_END_TRY();
	SPI_finish();
	kept_return(&before);
	PG_RETURN_POINTER(NULL);
}
