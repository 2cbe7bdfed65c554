/*-------------------------------------------------------------------------
 *
 * nrr.c
 *	  The MRR of a price, and net and gross revenue retention.
 *
 * Histories of customers are in mrr_history.c, summaries over customers and
 * the bridge in mrr_summary.c.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"

#include "core/aggregate.h"
#include "core/decimal.h"
#include "core/money.h"
#include "core/result.h"
#include "core/shown.h"
#include "core/summary_json.h"

/* The sums of an nrr_summary, over customers with revenue at the start. */
typedef enum NrrSum
{
	NRR_OPENING,
	NRR_CLOSING,
	NRR_KEPT,					/* the smaller one of opening and closing */
	NRR_SUMS
} NrrSum;

typedef struct NrrSummary
{
	int32		vl_len_;		/* varlena header, do not touch directly */
	uint8		version;
	uint8		reserved[3];
	int32		scale;
	int32		reserved2;		/* zero */
	int64		customers;
	MoneySum	sums[NRR_SUMS];
} NrrSummary;

static const SummaryType nrr_type = {
	.name = "nrr_summary",
	.example = "{\"version\": 1, \"customers\": 3, \"opening_mrr\": 100, \"closing_mrr\": 103, \"kept_mrr\": 85}",
	.size = sizeof(NrrSummary)
};

static const char *const nrr_keys[NRR_SUMS] = {
	[NRR_OPENING] = "opening_mrr",
	[NRR_CLOSING] = "closing_mrr",
	[NRR_KEPT] = "kept_mrr"
};

/*
 * The MRR of a price
 */

static pg_noinline pg_noreturn void
billing_interval_wrong(const Interval *interval, const char *problem,
					   const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s", problem),
			 errdetail("billing_interval is %s.",
					   DatumGetCString(DirectFunctionCall1(interval_out,
														   IntervalPGetDatum(interval)))),
			 errhint("%s", hint)));
}

/*
 * Return what a price is worth a month, to the 16 digits or more of a division
 * of numerics.
 *
 * An interval of months (or years) divides by its months; one of days (or
 * weeks) divides by its days and multiplies by the mean month of 365.25 / 12 =
 * 30.4375 days.  An interval that mixes them, has hours or is not above zero,
 * and a price that is negative or not finite, are errors.
 */
static Datum
price_a_month(Datum price, const Interval *interval)
{
	Numeric		value = DatumGetNumeric(price);
	Datum		divisor;

	if (INTERVAL_NOT_FINITE(interval))
		billing_interval_wrong(interval, "billing_interval must be finite",
							   "Leave out what is paid once; it is no recurring revenue.");
	if (interval->time != 0 || (interval->month != 0 && interval->day != 0))
		billing_interval_wrong(interval,
							   "billing_interval must be whole months or whole days",
							   "Write an interval of years and months, or one of weeks and days, such as '1 year', '3 months', '4 weeks' or '30 days'.");
	if (interval->month <= 0 && interval->day <= 0)
		billing_interval_wrong(interval, "billing_interval must be positive",
							   "Write the time that the price pays for, such as '1 month' or '1 year'; what is paid once is no recurring revenue.");
	if (numeric_is_nan(value) || numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("price must be a finite number"),
				 errdetail("price is %s.",
						   numeric_shown(NumericGetDatum(value))),
				 errhint("Leave such rows out with WHERE price NOT IN ('NaN', 'Infinity', '-Infinity').")));

	/*
	 * The digits of a quotient depend on the trailing zeros of the dividend:
	 * without them, equal prices give equal MRR.
	 */
	price = numeric_result(NumericGetDatum(value));
	if (DatumGetBool(DirectFunctionCall2(numeric_lt, price,
										 NumericGetDatum(int64_to_numeric(0)))))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("price must not be negative"),
				 errdetail("price is %s.", numeric_shown(price)),
				 errhint("MRR counts what subscriptions cost; leave refunds and credits out with WHERE price >= 0.")));

	if (interval->month > 0)
		divisor = NumericGetDatum(int64_to_numeric(interval->month));
	else
	{
		/* 30.4375 = 487 / 16 */
		price = DirectFunctionCall2(numeric_mul, price,
									NumericGetDatum(int64_to_numeric(487)));
		divisor = NumericGetDatum(int64_to_numeric((int64) interval->day * 16));
	}
	return numeric_result(DirectFunctionCall2(numeric_div, price, divisor));
}

/*
 * mrr(price, billing_interval) of a numeric: return what a price is worth a
 * month.  Errors: a price that is negative or not finite, an interval that is not whole
 * months or whole days above zero.
 */
PG_FUNCTION_INFO_V1(mrr_of_price);
Datum
mrr_of_price(PG_FUNCTION_ARGS)
{
	return price_a_month(PG_GETARG_DATUM(0), PG_GETARG_INTERVAL_P(1));
}

/*
 * mrr(price, billing_interval) of a double precision: return what the decimal
 * number that it stands for is worth a month; errors as mrr_of_price().
 */
PG_FUNCTION_INFO_V1(mrr_of_price_double);
Datum
mrr_of_price_double(PG_FUNCTION_ARGS)
{
	return price_a_month(decimal_from_double(PG_GETARG_FLOAT8(0)),
						 PG_GETARG_INTERVAL_P(1));
}

/*
 * Input and output
 */

/* Bring a summary to the smallest scale that holds its sums. */
static void
nrr_reduce(NrrSummary *nrr)
{
	nrr->scale = money_sums_reduce(nrr->sums, NRR_SUMS, nrr->scale);
}

/* Return a copy at the smallest scale. */
static NrrSummary *
nrr_finish(const NrrSummary *state)
{
	NrrSummary *nrr = summary_new(&nrr_type);

	*nrr = *state;
	nrr_reduce(nrr);
	return nrr;
}

/* Return why no rows could have produced this summary, or NULL. */
static const char *
nrr_problem(const NrrSummary *nrr)
{
	int128		opening = money_get(&nrr->sums[NRR_OPENING]);
	int128		closing = money_get(&nrr->sums[NRR_CLOSING]);
	int128		kept = money_get(&nrr->sums[NRR_KEPT]);

	if (opening < 0 || closing < 0 || kept < 0)
		return "opening_mrr, closing_mrr and kept_mrr must not be negative.";
	if (kept > opening || kept > closing)
		return "kept_mrr is more than opening_mrr or closing_mrr.";
	if ((nrr->customers == 0) != (opening == 0))
		return "customers and opening_mrr do not match: both must be 0, or neither.";
	if (nrr->customers == 0 && closing != 0)
		return "closing_mrr must be 0 where customers is 0.";
	if (nrr->customers == 1 && kept != Min(opening, closing))
		return "kept_mrr of one customer must be the smaller one of opening_mrr and closing_mrr.";
	return NULL;
}

static void
nrr_member(void *arg, const char *key, const JsonbValue *value)
{
	NrrSummary *nrr = (NrrSummary *) arg;

	if (strcmp(key, "customers") == 0)
	{
		nrr->customers = summary_json_count(value, key, &nrr_type);
		return;
	}
	for (int i = 0; i < NRR_SUMS; i++)
	{
		if (strcmp(key, nrr_keys[i]) == 0)
		{
			MoneyAmount amount = money_from_json(value, key, &nrr_type);

			if (amount.scale > nrr->scale)
			{
				if (!money_sums_scale_up(nrr->sums, NRR_SUMS,
										 amount.scale - nrr->scale))
					money_overflow();
				nrr->scale = amount.scale;
			}
			money_set(&nrr->sums[i],
					  money_rescale(amount.value,
									nrr->scale - amount.scale));
			return;
		}
	}
	summary_json_unexpected(key, &nrr_type);
}

/*
 * nrr_summary_in(cstring): read the text form, JSON; an error names what is
 * wrong in it.
 *
 * The members are "version", "customers", which counts those with revenue at
 * the start, and the sums, with the keys of nrr_keys.  nrr_problem() checks
 * the whole.
 */
PG_FUNCTION_INFO_V1(nrr_summary_in);
Datum
nrr_summary_in(PG_FUNCTION_ARGS)
{
	NrrSummary *nrr = summary_new(&nrr_type);

	summary_json_members(summary_json_parse(PG_GETARG_CSTRING(0), &nrr_type),
						 nrr_member, nrr);
	summary_text_check(&nrr_type, nrr_problem(nrr));
	nrr_reduce(nrr);
	PG_RETURN_POINTER(nrr);
}

/* nrr_summary_out: the text form, JSON; money has no trailing zeros */
PG_FUNCTION_INFO_V1(nrr_summary_out);
Datum
nrr_summary_out(PG_FUNCTION_ARGS)
{
	NrrSummary *nrr = PG_GETARG_SUMMARY(0, &nrr_type);
	StringInfoData buf;

	summary_json_begin(&buf);
	appendStringInfo(&buf, ", \"customers\": " INT64_FORMAT, nrr->customers);
	for (int i = 0; i < NRR_SUMS; i++)
	{
		appendStringInfo(&buf, ", \"%s\": ", nrr_keys[i]);
		money_append_text(&buf, money_get(&nrr->sums[i]), nrr->scale);
	}
	appendStringInfoChar(&buf, '}');
	PG_RETURN_CSTRING(buf.data);
}

/*
 * nrr_summary_recv: read the binary form, in network order, checked
 * completely.
 *
 * After the version byte come the scale (1 byte), customers (8) and the sums
 * of opening, closing and kept MRR (16 each).  nrr_problem() checks the whole.
 */
PG_FUNCTION_INFO_V1(nrr_summary_recv);
Datum
nrr_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	NrrSummary *nrr = summary_new(&nrr_type);
	const char *problem;
	bool		all_valid = true;

	summary_recv_begin(message, &nrr_type);
	nrr->scale = pq_getmsgbyte(message);
	nrr->customers = summary_recv_count(message, "customers", &nrr_type);
	for (int i = 0; i < NRR_SUMS; i++)
	{
		bool		valid;

		money_set(&nrr->sums[i], money_recv(message, &valid));
		all_valid = all_valid && valid;
	}
	if (nrr->scale > MONEY_MAX_DIGITS || !all_valid)
		problem = "opening_mrr, closing_mrr or kept_mrr has too many digits.";
	else
		problem = nrr_problem(nrr);
	summary_binary_check(&nrr_type, problem);
	nrr_reduce(nrr);
	PG_RETURN_POINTER(nrr);
}

/* nrr_summary_send: the binary form, in network order */
PG_FUNCTION_INFO_V1(nrr_summary_send);
Datum
nrr_summary_send(PG_FUNCTION_ARGS)
{
	NrrSummary *nrr = nrr_finish(PG_GETARG_SUMMARY(0, &nrr_type));
	StringInfoData message;

	summary_send_begin(&message);
	pq_sendint8(&message, nrr->scale);
	pq_sendint64(&message, nrr->customers);
	for (int i = 0; i < NRR_SUMS; i++)
		money_send(&message, &nrr->sums[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}

/*
 * Aggregation
 */

/*
 * Add sums of a scale to the state, or with minus subtract them; the state
 * takes over the larger scale.  Return false if 38 digits do not hold the
 * result.
 */
static inline bool
nrr_try_sums(NrrSummary *nrr, int128 *sums, int scale, bool minus)
{
	int128		totals[NRR_SUMS];

	if (scale > nrr->scale)
	{
		if (!money_sums_scale_up(nrr->sums, NRR_SUMS, scale - nrr->scale))
			return false;
		nrr->scale = scale;
	}
	for (int i = 0; i < NRR_SUMS; i++)
	{
		int128		value = sums[i];

		if (scale < nrr->scale &&
			!money_scale_up(&value, nrr->scale - scale))
			return false;
		if (!money_try_add(money_get(&nrr->sums[i]), minus ? -value : value,
						   &totals[i]))
			return false;
	}
	for (int i = 0; i < NRR_SUMS; i++)
	{
		/* what leaves a moving window must have entered it */
		if (unlikely(totals[i] < 0))
			summary_count_underflow(&nrr_type);
		money_set(&nrr->sums[i], totals[i]);
	}
	return true;
}

/*
 * Add sums as nrr_try_sums() does, with an error where 38 digits do not hold
 * the result.  What has left a moving window may have needed decimals that
 * nothing in it needs any more: leave those out before giving up, so that a
 * window's frame fails exactly if its rows alone would.
 */
static inline void
nrr_add_sums(NrrSummary *nrr, int128 *sums, int scale, bool minus)
{
	if (likely(nrr_try_sums(nrr, sums, scale, minus)))
		return;
	nrr_reduce(nrr);
	if (!nrr_try_sums(nrr, sums, scale, minus))
		money_overflow();
}

static inline MoneyAmount
nrr_arg(FunctionCallInfo fcinfo, int n, const char *name)
{
	MoneyAmount amount = {0, 0};

	if (PG_ARGISNULL(n))
		return amount;
	amount = money_arg(PG_GETARG_DATUM(n), name,
					   "(opening NOT IN ('NaN', 'Infinity', '-Infinity') AND closing NOT IN ('NaN', 'Infinity', '-Infinity')) IS NOT FALSE");
	if (unlikely(amount.value < 0))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s must not be negative", name),
				 errdetail("%s is %s.", name,
						   numeric_shown(PG_GETARG_DATUM(n))),
				 errhint("A customer without subscription has an MRR of 0; leave such rows out with FILTER (WHERE (%s >= 0) IS NOT FALSE).",
						 name)));
	return amount;
}

/*
 * Count a row in, or out of a moving window.  NULL is 0: who is not there has
 * no revenue.  Customers without revenue at the start are outside both
 * metrics.  A negative or infinite amount is an error.
 */
static inline Datum
nrr_row(FunctionCallInfo fcinfo, bool leaves)
{
	NrrSummary *nrr = aggregate_state_or_new(fcinfo, &nrr_type);
	MoneyAmount opening = nrr_arg(fcinfo, 1, "opening");
	MoneyAmount closing = nrr_arg(fcinfo, 2, "closing");
	int			scale = Max(opening.scale, closing.scale);
	int128		sums[NRR_SUMS];

	if (opening.value == 0)
		PG_RETURN_POINTER(nrr);

	opening.value = money_rescale(opening.value, scale - opening.scale);
	closing.value = money_rescale(closing.value, scale - closing.scale);
	sums[NRR_OPENING] = opening.value;
	sums[NRR_CLOSING] = closing.value;
	sums[NRR_KEPT] = Min(opening.value, closing.value);
	if (leaves)
		count_subtract(&nrr->customers, 1, &nrr_type);
	else
		count_add(&nrr->customers, 1, &nrr_type);
	nrr_add_sums(nrr, sums, scale, leaves);
	PG_RETURN_POINTER(nrr);
}

/* Count a row (opening, closing) of a customer; see nrr_row(). */
PG_FUNCTION_INFO_V1(nrr_accum);
Datum
nrr_accum(PG_FUNCTION_ARGS)
{
	return nrr_row(fcinfo, false);
}

/*
 * Take a row that leaves a moving window out of the state.  It is an error if
 * the row never entered it: a count or a sum would fall below 0.
 */
PG_FUNCTION_INFO_V1(nrr_remove);
Datum
nrr_remove(PG_FUNCTION_ARGS)
{
	return nrr_row(fcinfo, true);
}

/* Add a summary to the state, or take it out of a moving window. */
static Datum
nrr_summary_row(FunctionCallInfo fcinfo, bool leaves)
{
	NrrSummary *nrr = aggregate_combine_state(fcinfo, &nrr_type);
	NrrSummary *other = PG_GETARG_SUMMARY(1, &nrr_type);
	int128		sums[NRR_SUMS];

	for (int i = 0; i < NRR_SUMS; i++)
		sums[i] = money_get(&other->sums[i]);
	if (leaves)
		count_subtract(&nrr->customers, other->customers, &nrr_type);
	else
		count_add(&nrr->customers, other->customers, &nrr_type);
	nrr_add_sums(nrr, sums, other->scale, leaves);
	PG_FREE_IF_COPY(other, 1);
	PG_RETURN_POINTER(nrr);
}

/*
 * Add a summary of other customers: for rollup(), and for what parallel
 * workers counted.
 */
PG_FUNCTION_INFO_V1(nrr_combine);
Datum
nrr_combine(PG_FUNCTION_ARGS)
{
	return nrr_summary_row(fcinfo, false);
}

/* Take a summary that leaves a moving window of rollup() out of the state. */
PG_FUNCTION_INFO_V1(nrr_uncombine);
Datum
nrr_uncombine(PG_FUNCTION_ARGS)
{
	return nrr_summary_row(fcinfo, true);
}

/*
 * a - b: return the summary of the customers that are in a and not in b.  A b
 * with customers that cannot be in a is an error.
 */
PG_FUNCTION_INFO_V1(nrr_minus);
Datum
nrr_minus(PG_FUNCTION_ARGS)
{
	Datum		rest = nrr_summary_row(fcinfo, true);
	NrrSummary *nrr = nrr_finish((NrrSummary *) DatumGetPointer(rest));

	if (nrr_problem(nrr) != NULL)
		summary_count_underflow(&nrr_type);
	PG_RETURN_POINTER(nrr);
}

/* Return the summary to store: at the smallest scale, whatever has left it. */
PG_FUNCTION_INFO_V1(nrr_final);
Datum
nrr_final(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(nrr_finish(PG_GETARG_SUMMARY(0, &nrr_type)));
}

/*
 * Accessors
 */

static Datum
nrr_percent(FunctionCallInfo fcinfo, NrrSum part)
{
	NrrSummary *nrr = PG_GETARG_SUMMARY(0, &nrr_type);

	if (nrr->customers == 0)
		PG_RETURN_NULL();
	return money_percent(money_get(&nrr->sums[part]),
						 money_get(&nrr->sums[NRR_OPENING]), nrr->scale);
}

/*
 * nrr(s): return 100 * closing MRR / opening MRR, in percent points; NULL
 * where nobody had revenue at the start.
 */
PG_FUNCTION_INFO_V1(nrr_nrr);
Datum
nrr_nrr(PG_FUNCTION_ARGS)
{
	return nrr_percent(fcinfo, NRR_CLOSING);
}

/*
 * grr(s): return 100 * sum of the smaller one of opening and closing MRR /
 * opening MRR, in percent points, at most 100; NULL where nobody had revenue
 * at the start.
 */
PG_FUNCTION_INFO_V1(nrr_grr);
Datum
nrr_grr(PG_FUNCTION_ARGS)
{
	return nrr_percent(fcinfo, NRR_KEPT);
}
