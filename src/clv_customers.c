/*-------------------------------------------------------------------------
 *
 * clv_customers.c
 *	  What the models of customer value are fitted to: the state of the
 *	  aggregate clv_model(), and its text and binary form.
 *
 * A clv_customers counts how many customers have which frequency, recency and
 * tenure, and how many spent which mean on how many days.  Nothing else of a
 * customer matters to the likelihoods, many customers share these figures, and
 * they are in order.  So the same customers give the same model, bit for bit,
 * from any plan.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/date.h"
#include "utils/memutils.h"

#include "aggregate.h"
#include "calendar.h"
#include "clv_customers.h"
#include "run_summary.h"

/* Loops look for a cancel request once in so many rows. */
#define INTERRUPT_MASK		0xffff

static void customers_merge(void *into, const void *from);

const SummaryType clv_customers_type = {
	.name = "clv_customers",
	.example = "{\"version\": 1, \"as_of\": \"2025-01-31\", \"model\": \"bg_nbd\", \"days_left_out\": 0, \"pasts\": [[0, 0, 30, 5], [1, 7, 21, 2]], \"spends\": [[1, 49.5, 2]]}",
	.size = 0
};

const RunType clv_customers_run = {
	.type_name = "clv_customers",
	.too_large_hint = "Fit the model to a sample of the customers.",
	.header_size = sizeof(CustomersHeader),
	.entry_size = sizeof(CustomersEntry),
	.key_words = 2,
	.merge = customers_merge
};

/* How entries are sent. */
static const RunSummary customers_summary = {
	.type = &clv_customers_type,
	.run = &clv_customers_run,
	.list = "entries",
	.sent_size = sizeof(CustomersEntry)
};

const char *const nbd_kind_names[NBD_KINDS] = {
	[NBD_BG] = "bg_nbd",
	[NBD_MBG] = "mbg_nbd",
	[NBD_PARETO] = "pareto_nbd"
};

PG_FUNCTION_INFO_V1(clv_customers_in);
PG_FUNCTION_INFO_V1(clv_customers_out);
PG_FUNCTION_INFO_V1(clv_customers_recv);
PG_FUNCTION_INFO_V1(clv_customers_send);

static void
customers_merge(void *into, const void *from)
{
	((CustomersEntry *) into)->customers +=
		((const CustomersEntry *) from)->customers;
}

/*
 * Input and output
 */

/* What no customers give; the text of it, or NULL.  Fills in the header. */
static const char *
customers_problem(RunState *customers)
{
	int64		repeaters = 0;
	int64		spenders = 0;
	int64		all = 0;

	for (uint32 i = 0; i < customers->used; i++)
	{
		const CustomersEntry *entry = &customers_entries(customers)[i];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		/* the counts are checked before they are added up, see count_add() */
		if (entry->customers < 1 || entry->customers > SUMMARY_MAX_COUNT)
			return "A number of customers is out of range.";
		if (entry_subject(entry) == SUBJECT_PAST)
		{
			int32		frequency = entry_days(entry);
			int32		recency = entry_recency(entry);
			int32		tenure = entry_tenure(entry);

			/* as many different days do not fit into less time */
			if (frequency < 0 || recency < frequency || tenure < recency ||
				(frequency == 0 && recency > 0))
				return "A past is impossible.";
			count_add(&all, entry->customers, &clv_customers_type);
			if (frequency > 0)
				repeaters += entry->customers;
		}
		else if (entry_subject(entry) == SUBJECT_SPEND)
		{
			double		mean = entry_mean(entry);

			if (entry_days(entry) < 1 || !isfinite(mean) || !(mean > 0.0))
				return "A spend is impossible.";
			count_add(&spenders, entry->customers, &clv_customers_type);
		}
		else
			return "An entry is about an unknown subject.";
	}
	if (spenders > repeaters)
		return "More customers spent than bought again.";
	customers_header(customers)->customers = all;
	return NULL;
}

typedef struct CustomersReader
{
	RunState   *customers;
	MemoryContext scratch;		/* for what is read of an element */
	bool		spends;			/* which of the arrays is being read */
	double		numbers[4];
	int			count;
	bool		has_as_of;
	bool		has_model;
} CustomersReader;

static void
customers_number(void *arg, int index, const JsonbValue *value)
{
	CustomersReader *reader = (CustomersReader *) arg;
	const char *key = reader->spends ? "spends" : "pasts";
	int			last = reader->spends ? 2 : 3;

	if (index > last)
		summary_text_invalid(&clv_customers_type, "An element of \"%s\" is too long.", key);
	if (reader->spends && index == 1)
		reader->numbers[index] = summary_json_double(value, key, &clv_customers_type);
	else if (index == last)
		/* beyond 2^53 a count has no business */
		reader->numbers[index] =
			(double) summary_json_count(value, key, &clv_customers_type);
	else
		reader->numbers[index] =
			(double) summary_json_int64(value, 0, PG_INT32_MAX, key,
										&clv_customers_type);
	reader->count = index + 1;
}

static void
customers_element(void *arg, int index, const JsonbValue *value)
{
	CustomersReader *reader = (CustomersReader *) arg;
	MemoryContext old = MemoryContextSwitchTo(reader->scratch);
	const char *key = reader->spends ? "spends" : "pasts";
	const double *n = reader->numbers;
	CustomersEntry entry;

	reader->count = 0;
	summary_json_elements(summary_json_container(value, true, key,
												 &clv_customers_type),
						  customers_number, reader);
	if (reader->count != (reader->spends ? 3 : 4))
		summary_text_invalid(&clv_customers_type, "Element %d of \"%s\" is too short.", index + 1,
							 key);
	MemoryContextSwitchTo(old);
	MemoryContextReset(reader->scratch);
	if (reader->spends)
		entry = spend_entry((int32) n[0], n[1], (int64) n[2]);
	else
		entry = past_entry((int32) n[0], (int32) n[1], (int32) n[2],
						   (int64) n[3]);
	if (entry.customers < 1)
		summary_text_invalid(&clv_customers_type, "A number of customers is out of range.");
	reader->customers = run_append(&clv_customers_run, reader->customers, &entry);
}

static void
customers_member(void *arg, const char *key, const JsonbValue *value)
{
	CustomersReader *reader = (CustomersReader *) arg;
	CustomersHeader *head = customers_header(reader->customers);

	if (strcmp(key, "as_of") == 0)
	{
		head->as_of = summary_json_day(value, key, &clv_customers_type);
		reader->has_as_of = true;
	}
	else if (strcmp(key, "model") == 0)
	{
		head->kind = summary_json_name(value, key, nbd_kind_names, NBD_KINDS,
									   &clv_customers_type);
		reader->has_model = true;
	}
	else if (strcmp(key, "days_left_out") == 0)
		head->days_left_out = summary_json_count(value, key, &clv_customers_type);
	else if (strcmp(key, "pasts") == 0 || strcmp(key, "spends") == 0)
	{
		reader->spends = strcmp(key, "spends") == 0;
		summary_json_elements(summary_json_container(value, true, key,
													 &clv_customers_type),
							  customers_element, reader);
	}
	else
		summary_json_unexpected(key, &clv_customers_type);
}

/*
 * Text: a JSON object of "as_of", "model", "days_left_out", "pasts", an array of
 * [frequency, recency, tenure, customers], and "spends", one of [days, mean,
 * customers].  customers_problem() checks it.
 */
Datum
clv_customers_in(PG_FUNCTION_ARGS)
{
	CustomersReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.customers = run_new(&clv_customers_run);
	reader.scratch = AllocSetContextCreate(CurrentMemoryContext,
										   "clv_customers input",
										   ALLOCSET_SMALL_SIZES);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&clv_customers_type),
						 customers_member, &reader);
	MemoryContextDelete(reader.scratch);
	if (!reader.has_as_of || !reader.has_model)
		summary_text_invalid(&clv_customers_type, "\"%s\" is missing.",
							 reader.has_as_of ? "model" : "as_of");
	reader.customers = run_finish(&clv_customers_run, reader.customers);
	summary_text_check(&clv_customers_type, customers_problem(reader.customers));
	PG_RETURN_POINTER(reader.customers);
}

/* Customers to read, in order. */
const RunState *
clv_customers_get(Datum value)
{
	return run_read(&clv_customers_run,
					(const RunState *) summary_get(value, &clv_customers_type));
}

/* Text, as clv_customers_in() reads it; the elements in order. */
Datum
clv_customers_out(PG_FUNCTION_ARGS)
{
	const RunState *customers = clv_customers_get(PG_GETARG_DATUM(0));
	CustomersSubject subject = SUBJECT_PAST;
	const char *comma = "";
	StringInfoData text;

	summary_json_begin(&text);
	appendStringInfo(&text, ", \"as_of\": \"%s\", \"model\": \"%s\", \"days_left_out\": " INT64_FORMAT ", \"pasts\": [",
					 calendar_day_text(customers_header_of(customers)->as_of),
					 nbd_kind_names[customers_header_of(customers)->kind],
					 customers_header_of(customers)->days_left_out);
	for (uint32 i = 0; i < customers->used; i++)
	{
		const CustomersEntry *entry = &customers_entries(customers)[i];

		CHECK_FOR_INTERRUPTS();
		if (entry_subject(entry) != subject)
		{
			subject = entry_subject(entry);
			appendStringInfoString(&text, "], \"spends\": [");
			comma = "";
		}
		appendStringInfo(&text, "%s[%d, ", comma, entry_days(entry));
		if (subject == SUBJECT_PAST)
			appendStringInfo(&text, "%d, %d", entry_recency(entry),
							 entry_tenure(entry));
		else
			summary_append_double(&text, entry_mean(entry));
		appendStringInfo(&text, ", " INT64_FORMAT "]", entry->customers);
		comma = ", ";
	}
	if (subject == SUBJECT_PAST)
		appendStringInfoString(&text, "], \"spends\": [");
	appendStringInfoString(&text, "]}");
	PG_RETURN_CSTRING(text.data);
}

/*
 * Binary: after the version byte as_of (4 bytes), the kind of the model (1),
 * days_left_out (8), the number of entries (4) and the entries as they are, three
 * numbers of 8 bytes.  run_check() and customers_problem() check it.
 */
Datum
clv_customers_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	RunState   *customers;
	CustomersHeader head;
	CustomersEntry *entry;

	summary_recv_begin(message, &clv_customers_type);
	head.as_of = (int32) pq_getmsgint(message, 4);
	head.kind = pq_getmsgbyte(message);
	head.customers = 0;
	head.days_left_out = summary_recv_count(message, "days_left_out",
											&clv_customers_type);
	if (!IS_VALID_DATE(head.as_of))
		summary_binary_invalid(&clv_customers_type, "Its date is out of range.");
	if (head.kind >= NBD_KINDS)
		summary_binary_invalid(&clv_customers_type, "Its model is unknown.");

	customers = run_summary_recv(&customers_summary, message);
	*customers_header(customers) = head;
	while ((entry = run_summary_recv_entry(&customers_summary,
										   customers)) != NULL)
	{
		entry->key[0] = pq_getmsgint64(message);
		entry->key[1] = pq_getmsgint64(message);
		entry->customers = pq_getmsgint64(message);
		/* bits that are not part of a figure */
		if ((entry->key[0] & INT64CONST(0x80000000)) != 0 ||
			(entry_subject(entry) == SUBJECT_PAST &&
			 (entry->key[1] & INT64CONST(0x80000000)) != 0))
			summary_binary_invalid(&clv_customers_type, "A past is impossible.");
	}
	run_check(&clv_customers_run, customers);
	summary_binary_check(&clv_customers_type, customers_problem(customers));
	PG_RETURN_POINTER(customers);
}

/* Binary, as clv_customers_recv() reads it. */
Datum
clv_customers_send(PG_FUNCTION_ARGS)
{
	const RunState *customers = clv_customers_get(PG_GETARG_DATUM(0));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint32(&message, (uint32) customers_header_of(customers)->as_of);
	pq_sendint8(&message, customers_header_of(customers)->kind);
	pq_sendint64(&message, customers_header_of(customers)->days_left_out);
	run_summary_send(&customers_summary, &message, customers);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
