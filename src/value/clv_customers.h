/*-------------------------------------------------------------------------
 *
 * clv_customers.h
 *	  What the models of customer value are fitted to.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_CLV_CUSTOMERS_H
#define CX_CLV_CUSTOMERS_H

#include "postgres.h"

#include "core/compat.h"

#include "core/sorted_run.h"
#include "core/summary.h"
#include "math/nbd.h"

/* What an entry of clv_customers is about; stored: do not renumber. */
typedef enum CustomersSubject
{
	SUBJECT_PAST = 0,
	SUBJECT_SPEND = 1
} CustomersSubject;

/*
 * Customers with the same figures.  The first word of the key is the subject
 * and a number of days: the frequency, or the days of spend.  The second is
 * recency and tenure, or the bits of the mean spend (positive doubles are in
 * order as integers).
 */
typedef struct CustomersEntry
{
	int64		key[2];
	int64		customers;
} CustomersEntry;

/* The header of a clv_customers' sorted run. */
typedef struct CustomersHeader
{
	int32		as_of;			/* a DateADT */
	int32		kind;			/* an NbdKind */
	int64		customers;
	int64		days_left_out;	/* repeat days without a positive sum */
} CustomersHeader;

extern const SummaryType clv_customers_type;
extern const SortedRunType clv_customers_run;

/* The names of the models, by NbdKind. */
#define NBD_KINDS			(NBD_PARETO + 1)
extern const char *const nbd_kind_names[NBD_KINDS];

extern const SortedRun *clv_customers_get(Datum value);

static inline CustomersHeader *
customers_header(SortedRun *customers)
{
	return (CustomersHeader *) sorted_run_header(customers);
}

static inline const CustomersHeader *
customers_header_const(const SortedRun *customers)
{
	return (const CustomersHeader *) sorted_run_header_const(customers);
}

static inline const CustomersEntry *
customers_entries(const SortedRun *customers)
{
	return (const CustomersEntry *) sorted_run_entry_const(&clv_customers_run, customers,
														   0);
}

static inline CustomersEntry
past_entry(int32 frequency, int32 recency, int32 tenure, int64 customers)
{
	CustomersEntry entry;

	entry.key[0] = (int64) SUBJECT_PAST << 32 | frequency;
	entry.key[1] = (int64) recency << 32 | tenure;
	entry.customers = customers;
	return entry;
}

static inline CustomersEntry
spend_entry(int32 days, double mean, int64 customers)
{
	CustomersEntry entry;

	entry.key[0] = (int64) SUBJECT_SPEND << 32 | days;
	memcpy(&entry.key[1], &mean, sizeof(mean));
	entry.customers = customers;
	return entry;
}

static inline CustomersSubject
entry_subject(const CustomersEntry *entry)
{
	return (CustomersSubject) (entry->key[0] >> 32);
}

/* Return the frequency, or the days of spend. */
static inline int32
entry_days(const CustomersEntry *entry)
{
	return (int32) (entry->key[0] & 0x7fffffff);
}

static inline int32
entry_recency(const CustomersEntry *entry)
{
	return (int32) (entry->key[1] >> 32);
}

static inline int32
entry_tenure(const CustomersEntry *entry)
{
	return (int32) (entry->key[1] & 0x7fffffff);
}

static inline double
entry_mean(const CustomersEntry *entry)
{
	double		mean;

	memcpy(&mean, &entry->key[1], sizeof(mean));
	return mean;
}

#endif							/* CX_CLV_CUSTOMERS_H */
