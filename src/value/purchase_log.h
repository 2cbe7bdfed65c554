/*-------------------------------------------------------------------------
 *
 * purchase_log.h
 *	  purchase_log, the purchases of many customers by day, for the files that
 *	  read it.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_PURCHASE_LOG_H
#define CX_PURCHASE_LOG_H

#include "postgres.h"

#include "core/compat.h"

#include "core/log.h"
#include "value/purchase.h"

extern const LogType purchase_log_type;

/* Goes through a log customer by customer. */
typedef struct PurchaseReader
{
	LogReader	log;
	Id			id;				/* the customer */
	/* what the customer bought and gave back, as in a purchase_history */
	PurchaseDay *entry;
	uint32		count;
	uint32		room;
	/* for the days that refunds leave */
	MemoryContext scratch;
	uint32		customers;		/* so far */
} PurchaseReader;

extern void purchase_reader_begin(PurchaseReader *reader, const PackedLog *log);
extern bool purchase_reader_next(PurchaseReader *reader);
extern PurchaseDays purchase_reader_days(PurchaseReader *reader,
										 DateADT as_of);
extern void purchase_reader_end(PurchaseReader *reader);

#endif							/* CX_PURCHASE_LOG_H */
