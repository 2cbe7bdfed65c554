/*-------------------------------------------------------------------------
 *
 * percent.h
 *	  Arguments of the family "customer value" that are in percent.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_PERCENT_H
#define CX_PERCENT_H

#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"

extern Datum gross_margin_share(Datum margin);
extern double gross_margin_arg(FunctionCallInfo fcinfo, int n);
extern Datum churn_rate_share(Datum churn);
extern double annual_discount_rate_arg(FunctionCallInfo fcinfo, int n);

#endif							/* CX_PERCENT_H */
