/*-------------------------------------------------------------------------
 *
 * clv_customers.c
 *	  What the models of customer value are fitted to: the state of the
 *	  aggregate clv_model(), and its text and binary form.
 *
 * A clv_customers counts how many customers have which frequency, recency and
 * tenure, and how many spent which mean on how many days.  Nothing else of a
 * customer matters to the likelihoods, and many customers share these figures.
 * Entries are in order, so the same customers give the same model, bit for
 * bit, from any plan.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/date.h"

#include "core/aggregate.h"
#include "core/calendar.h"
#include "core/run_summary.h"
#include "core/shown.h"
#include "core/summary_json.h"
#include "value/clv_customers.h"

const SummaryType clv_customers_type = {
	.name = "clv_customers",
	.example = "{\"version\": 1, \"as_of\": \"2025-01-31\", \"model\": \"bg_nbd\", \"days_left_out\": 0, \"pasts\": [[0, 0, 30, 5], [1, 7, 21, 2]], \"spends\": [[1, 49.5, 2]]}",
	.size = 0
};

static void
customers_merge(void *into, const void *from)
{
	count_add(&((CustomersEntry *) into)->customers,
			  ((const CustomersEntry *) from)->customers, &clv_customers_type);
}

const SortedRunType clv_customers_run = {
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

/*
 * Input and output
 */

/*
 * Return why no customers could have produced this, or NULL.  Fills in the
 * header's number of customers.
 */
static const char *
customers_problem(SortedRun *customers)
{
	int64		repeaters = 0;
	int64		spenders = 0;
	int64		all = 0;

	for (uint32 i = 0; i < customers->used; i++)
	{
		const CustomersEntry *entry = &customers_entries(customers)[i];

		if ((i & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();

		/*
		 * Counts are checked before they are added up: those of the binary
		 * form here, those of the text form as they are read and merged.
		 */
		if (entry->customers < 1 || entry->customers > SUMMARY_MAX_COUNT)
			return psprintf("A number of customers is " INT64_FORMAT ", not from 1 to " INT64_FORMAT ".",
							entry->customers, SUMMARY_MAX_COUNT);
		if (entry_subject(entry) == SUBJECT_PAST)
		{
			int32		frequency = entry_days(entry);
			int32		recency = entry_recency(entry);
			int32		tenure = entry_tenure(entry);

			/*
			 * A first purchase lies in the calendar.  Frequencies are no
			 * longer than tenures, and so one more than any of them is still
			 * an int32, which the likelihoods count with.
			 */
			if (tenure > (int64) customers_header(customers)->as_of -
				CALENDAR_FIRST_DAY)
				return "A tenure is longer than the calendar.";

			/*
			 * So many different days do not fit into less time.  A number of
			 * days is never negative, whatever its bits came from.
			 */
			if (recency < frequency || tenure < recency ||
				(frequency == 0 && recency > 0))
				return psprintf("No customer has frequency %d, recency %d and tenure %d.",
								frequency, recency, tenure);
			count_add(&all, entry->customers, &clv_customers_type);
			if (frequency > 0)
				repeaters += entry->customers;
		}
		else if (entry_subject(entry) == SUBJECT_SPEND)
		{
			double		mean = entry_mean(entry);

			if (entry_days(entry) < 1 || !isfinite(mean) || !(mean > 0.0))
				return psprintf("A spend has %d days and a mean of %s; both must be above 0.",
								entry_days(entry), double_shown(mean));
			count_add(&spenders, entry->customers, &clv_customers_type);
		}
		else
			return psprintf("Entry %u has an unknown subject.", i + 1);
	}
	if (spenders > repeaters)
		return "More customers have spends than bought again.";
	customers_header(customers)->customers = all;
	return NULL;
}

/* Read an element of "pasts": [frequency, recency, tenure, customers]. */
static bool
past_read_entry(SortedRun *customers, const JsonbValue *parts,
				const char *place, void *entry)
{
	int32		days[3];

	(void) customers;
	for (int i = 0; i < 3; i++)
		days[i] = (int32) summary_json_int64(&parts[i], 0, PG_INT32_MAX,
											 summary_json_part(i + 1, place).shown,
											 &clv_customers_type);
	*(CustomersEntry *) entry =
		past_entry(days[0], days[1], days[2],
				   summary_json_int64(&parts[3], 1, SUMMARY_MAX_COUNT,
									  summary_json_part(4, place).shown,
									  &clv_customers_type));
	return true;
}

/* Read an element of "spends": [days, mean, customers]. */
static bool
spend_read_entry(SortedRun *customers, const JsonbValue *parts,
				 const char *place, void *entry)
{
	(void) customers;
	*(CustomersEntry *) entry =
		spend_entry((int32) summary_json_int64(&parts[0], 0, PG_INT32_MAX,
											   summary_json_part(1, place).shown,
											   &clv_customers_type),
					summary_json_double(&parts[1], summary_json_part(2, place).shown,
										&clv_customers_type),
					summary_json_int64(&parts[2], 1, SUMMARY_MAX_COUNT,
									   summary_json_part(3, place).shown,
									   &clv_customers_type));
	return true;
}

/* In the text form the entries are two lists, by what they are about. */
static const RunSummary pasts_list = {
	.type = &clv_customers_type,
	.run = &clv_customers_run,
	.list = "pasts",
	.element = "a frequency, a recency, a tenure and a number of customers",
	.parts = 4,
	.read_entry = past_read_entry
};

static const RunSummary spends_list = {
	.type = &clv_customers_type,
	.run = &clv_customers_run,
	.list = "spends",
	.element = "a number of days, a mean and a number of customers",
	.parts = 3,
	.read_entry = spend_read_entry
};

typedef struct CustomersReader
{
	SortedRun  *customers;
	bool		has_as_of;
	bool		has_model;
} CustomersReader;

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
	else if (strcmp(key, pasts_list.list) == 0)
		run_summary_read_list(&pasts_list, &reader->customers, value);
	else if (strcmp(key, spends_list.list) == 0)
		run_summary_read_list(&spends_list, &reader->customers, value);
	else
		summary_json_unexpected(key, &clv_customers_type);
}

/*
 * clv_customers_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "as_of", "model", "days_left_out", "pasts", an
 * array of [frequency, recency, tenure, customers], and "spends", an array of
 * [days, mean, customers].  customers_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(clv_customers_in);
Datum
clv_customers_in(PG_FUNCTION_ARGS)
{
	CustomersReader reader;

	memset(&reader, 0, sizeof(reader));
	reader.customers = sorted_run_new(&clv_customers_run);
	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0),
											&clv_customers_type),
						 customers_member, &reader);
	if (!reader.has_as_of || !reader.has_model)
		summary_text_invalid(&clv_customers_type, "\"%s\" is missing.",
							 reader.has_as_of ? "model" : "as_of");
	reader.customers = sorted_run_finish(&clv_customers_run, reader.customers);
	summary_text_check(&clv_customers_type, customers_problem(reader.customers));
	PG_RETURN_POINTER(reader.customers);
}

/* Return customers to read, in order. */
const SortedRun *
clv_customers_get(Datum value)
{
	return sorted_run_read(&clv_customers_run,
						   (const SortedRun *) summary_get(value, &clv_customers_type));
}

/* clv_customers_out: the text form, JSON; the elements are in order */
PG_FUNCTION_INFO_V1(clv_customers_out);
Datum
clv_customers_out(PG_FUNCTION_ARGS)
{
	const SortedRun *customers = clv_customers_get(PG_GETARG_DATUM(0));
	CustomersSubject subject = SUBJECT_PAST;
	const char *comma = "";
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"as_of\": \"%s\", \"model\": \"%s\", \"days_left_out\": " INT64_FORMAT ", \"pasts\": [",
					 calendar_day_text(customers_header_const(customers)->as_of),
					 nbd_kind_names[customers_header_const(customers)->kind],
					 customers_header_const(customers)->days_left_out);
	for (uint32 i = 0; i < customers->used; i++)
	{
		const CustomersEntry *entry = &customers_entries(customers)[i];

		CHECK_FOR_INTERRUPTS();
		if (entry_subject(entry) != subject)
		{
			subject = entry_subject(entry);
			appendStringInfoString(&buf, "], \"spends\": [");
			comma = "";
		}
		appendStringInfo(&buf, "%s[%d, ", comma, entry_days(entry));
		if (subject == SUBJECT_PAST)
			appendStringInfo(&buf, "%d, %d", entry_recency(entry),
							 entry_tenure(entry));
		else
			summary_append_double(&buf, entry_mean(entry));
		appendStringInfo(&buf, ", " INT64_FORMAT "]", entry->customers);
		comma = ", ";
	}
	if (subject == SUBJECT_PAST)
		appendStringInfoString(&buf, "], \"spends\": [");
	appendStringInfoString(&buf, "]}");
	PG_RETURN_CSTRING(buf.data);
}

/*
 * clv_customers_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come as_of (4 bytes), the kind of the model (1),
 * days_left_out (8), the number of entries (4) and the entries as they are,
 * three numbers each (8 each).  sorted_run_check() and customers_problem()
 * check the whole.
 */
PG_FUNCTION_INFO_V1(clv_customers_recv);
Datum
clv_customers_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	SortedRun  *customers;
	CustomersHeader head;
	CustomersEntry *entry;

	summary_recv_begin(message, &clv_customers_type);
	head.as_of = (int32) pq_getmsgint(message, 4);
	head.kind = pq_getmsgbyte(message);
	head.customers = 0;
	head.days_left_out = summary_recv_count(message, "days_left_out",
											&clv_customers_type);
	if (!IS_VALID_DATE(head.as_of))
		summary_binary_invalid(&clv_customers_type, "as_of is out of range.");
	if (head.kind >= NBD_KINDS)
		summary_binary_invalid(&clv_customers_type, "The kind of the model, %d, is unknown.",
							   head.kind);

	customers = run_summary_recv(&customers_summary, message);
	*customers_header(customers) = head;
	while ((entry = run_summary_recv_entry(&customers_summary,
										   customers)) != NULL)
	{
		entry->key[0] = pq_getmsgint64(message);
		entry->key[1] = pq_getmsgint64(message);
		entry->customers = pq_getmsgint64(message);
		/* the sign of a number of days is not part of a figure */
		if ((entry->key[0] & INT64CONST(0x80000000)) != 0 ||
			(entry_subject(entry) == SUBJECT_PAST &&
			 (entry->key[1] & INT64CONST(0x80000000)) != 0))
			summary_binary_invalid(&clv_customers_type, "Entry %u has a negative number of days.",
								   customers->used);
	}
	sorted_run_check(&clv_customers_run, customers);
	summary_binary_check(&clv_customers_type, customers_problem(customers));
	PG_RETURN_POINTER(customers);
}

/* clv_customers_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(clv_customers_send);
Datum
clv_customers_send(PG_FUNCTION_ARGS)
{
	const SortedRun *customers = clv_customers_get(PG_GETARG_DATUM(0));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint32(&message, (uint32) customers_header_const(customers)->as_of);
	pq_sendint8(&message, customers_header_const(customers)->kind);
	pq_sendint64(&message, customers_header_const(customers)->days_left_out);
	run_summary_send(&customers_summary, &message, customers);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
