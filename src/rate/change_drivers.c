/*-------------------------------------------------------------------------
 *
 * change_drivers.c
 *	  What of the change of a whole comes from its segments, and what from their
 *	  shares of it.
 *
 * NPS can fall while every segment rises, if a segment that was always low has
 * grown.  A change of the whole is the sum over segments, with shares p and values v
 * before and after, of
 *
 *	rate effect		(p1 + p2) / 2 * (v2 - v1)
 *	mix effect		(p2 - p1) * ((v1 + v2) / 2 - (V1 + V2) / 2)
 *
 * where V is the value of the whole (E. M. Kitagawa, Components of a Difference
 * Between Two Rates, JASA 1955; P. Das Gupta, Standardization and Decomposition of
 * Rates, 1993).  A segment that is on one side only has no rate effect; its value
 * stands for both in the mix effect.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/arithmetic.h"
#include "core/confidence.h"
#include "core/result.h"
#include "rate/drivers.h"

/*
 * Decimals of a share or a value while effects are computed, and of the effects: what
 * rounding takes away is then far below what is shown.
 */
#define WORKING_DECIMALS	50
#define SHOWN_DECIMALS		16

/* The effects of a segment. */
typedef struct Effect
{
	const DriverSegment *segment;
	Datum		share[2];		/* of 1; 0 where there is none */
	bool		has_share[2];	/* false where amounts add up to 0 */
	Datum		value[2];		/* of part / whole; that of the other side
								 * where there is none */
	Datum		mix;
	Datum		rate;
	Datum		total;
	double		size;			/* of the total, to sort by */
} Effect;

/* All of them. */
typedef struct Effects
{
	DriverKind	kind;
	uint32		count;
	Effect	   *effects;
	Datum		mix;
	Datum		rate;
} Effects;

static inline Datum
rounded(Datum value, int decimals)
{
	return DirectFunctionCall2(numeric_round, value, Int32GetDatum(decimals));
}

/* numeric_div() keeps as many decimals as the larger scale of the two has. */
static inline Datum
divided_finely(Datum a, Datum b)
{
	return DirectFunctionCall2(numeric_div, rounded(a, WORKING_DECIMALS), b);
}

static inline Datum
half(Datum value)
{
	return times(value, NumericGetDatum(int64_div_fast_to_numeric(5, 1)));
}

static Datum
part_of(const DriverValue *value)
{
	return money_to_numeric(money_get(&value->part), value->scale);
}

/* How much a segment counts on a side. */
static Datum
weight_of(DriverKind kind, const DriverValue *value)
{
	if (kind == DRIVER_AMOUNT)
		return part_of(value);
	return money_to_numeric(money_get(&value->whole), value->scale);
}

/* The sum over all segments of a side's parts, or of their weights. */
static Datum
sum_of(const DriverSummary *summary, int side, bool of_parts)
{
	const DriverSegment *segment = driver_first(summary);
	Datum		sum = number(0);

	for (uint32 i = 0; i < summary->count; i++, segment = driver_next(segment))
	{
		const DriverValue *value = &segment->value[side];

		sum = plus(sum, of_parts ? part_of(value) : weight_of(summary->kind, value));
	}
	return sum;
}

static inline bool
is_zero(Datum value)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, value, number(0))) == 0;
}

/*
 * Amounts have no mix: a segment that is on both sides has changed, one that is on one
 * side has come or gone.
 */
static void
amount_effect(Effect *effect)
{
	const DriverValue *value = effect->segment->value;
	Datum		change = minus(part_of(&value[AFTER]), part_of(&value[BEFORE]));
	bool		stays = value[BEFORE].is_known && value[AFTER].is_known;

	effect->value[BEFORE] = part_of(&value[BEFORE]);
	effect->value[AFTER] = part_of(&value[AFTER]);
	effect->rate = stays ? change : number(0);
	effect->mix = stays ? number(0) : change;
}

/* middle is the mean of the values of the whole before and after. */
static void
segment_effect(Effect *effect, Datum middle)
{
	const DriverValue *value = effect->segment->value;

	for (int side = BEFORE; side <= AFTER; side++)
	{
		int			from = value[side].is_known ? side : 1 - side;

		effect->value[side] = divided_finely(part_of(&value[from]), weight_of(DRIVER_RATIO, &value[from]));
	}
	effect->rate = times(half(plus(effect->share[BEFORE], effect->share[AFTER])),
						 minus(effect->value[AFTER], effect->value[BEFORE]));
	effect->mix = times(minus(effect->share[AFTER], effect->share[BEFORE]),
						minus(half(plus(effect->value[BEFORE], effect->value[AFTER])), middle));
}

/* Sort by the size of the effect, the largest first, and by name. */
static int
compare_effects(const void *a, const void *b)
{
	const Effect *one = a;
	const Effect *other = b;

	if (one->size != other->size)
		return one->size > other->size ? -1 : 1;
	return one->segment < other->segment ? -1 : 1;
}

/* Return how many decimals values and effects have: of money all there are. */
static int
shown_decimals(DriverKind kind)
{
	return kind == DRIVER_AMOUNT ? MONEY_MAX_DECIMALS : SHOWN_DECIMALS;
}

/*
 * Bring the effects to their unit and round them.  What rounding makes of the sum
 * goes to the mix effect of the largest, so that they add up to the change of the
 * whole, which is rounded too.
 */
static void
round_effects(Effects *all, Datum change)
{
	Datum		unit = number(all->kind == DRIVER_NPS || all->kind == DRIVER_RATE ? 100 : 1);
	int			decimals = shown_decimals(all->kind);
	Datum		left = rounded(times(change, unit), decimals);

	all->mix = all->rate = number(0);
	for (uint32 i = 0; i < all->count; i++)
	{
		Effect	   *effect = &all->effects[i];

		CHECK_FOR_INTERRUPTS();
		effect->mix = rounded(times(effect->mix, unit), decimals);
		effect->rate = rounded(times(effect->rate, unit), decimals);
		all->mix = plus(all->mix, effect->mix);
		all->rate = plus(all->rate, effect->rate);
		effect->size = fabs(as_double(plus(effect->mix, effect->rate)));
	}
	qsort(all->effects, all->count, sizeof(Effect), compare_effects);
	left = minus(left, plus(all->mix, all->rate));
	all->effects[0].mix = plus(all->effects[0].mix, left);
	all->mix = plus(all->mix, left);
	for (uint32 i = 0; i < all->count; i++)
		all->effects[i].total = plus(all->effects[i].mix, all->effects[i].rate);
}

/*
 * Compute the effects of argument 0; false where one of the sides has nothing, and so
 * there is no change.
 */
static bool
effects_arg(FunctionCallInfo fcinfo, Effects *all)
{
	const DriverSummary *summary = driver_summary_arg(fcinfo, 0);
	const DriverSegment *segment = driver_first(summary);
	Datum		sums[2];
	Datum		totals[2];
	Datum		change;

	all->kind = summary->kind;
	all->count = summary->count;
	all->effects = palloc0(Max(all->count, 1) * sizeof(Effect));
	for (int side = BEFORE; side <= AFTER; side++)
	{
		bool		is_there = false;

		for (uint32 i = 0; i < summary->count; i++, segment = driver_next(segment))
			is_there = is_there || segment->value[side].is_known;
		if (!is_there)
			return false;
		segment = driver_first(summary);
		sums[side] = sum_of(summary, side, false);
		totals[side] = all->kind == DRIVER_AMOUNT ? sums[side] :
			divided_finely(sum_of(summary, side, true), sums[side]);
	}
	change = minus(totals[AFTER], totals[BEFORE]);
	for (uint32 i = 0; i < all->count; i++, segment = driver_next(segment))
	{
		Effect	   *effect = &all->effects[i];

		CHECK_FOR_INTERRUPTS();
		effect->segment = segment;
		for (int side = BEFORE; side <= AFTER; side++)
		{
			effect->has_share[side] = !is_zero(sums[side]);
			effect->share[side] = effect->has_share[side] ?
				divided_finely(weight_of(all->kind, &segment->value[side]), sums[side]) :
				number(0);
		}
		if (all->kind == DRIVER_AMOUNT)
			amount_effect(effect);
		else
			segment_effect(effect, half(plus(totals[BEFORE], totals[AFTER])));
	}
	round_effects(all, change);
	return true;
}

/*
 * Set the interval of a rate effect, the shares taken as they are; false where a side
 * has too few answers.
 */
static bool
rate_bounds(const Effects *all, const Effect *effect, double z, Datum *bounds)
{
	const DriverValue *value = effect->segment->value;
	double		unit = all->kind == DRIVER_RATIO ? 1.0 : 100.0;
	double		reach;
	double		middle;

	if (all->kind == DRIVER_AMOUNT ||
		!value[BEFORE].is_known || value[BEFORE].variance == DRIVER_VARIANCE_UNKNOWN ||
		!value[AFTER].is_known || value[AFTER].variance == DRIVER_VARIANCE_UNKNOWN)
		return false;
	middle = as_double(effect->rate);
	reach = z * unit * sqrt(value[BEFORE].variance + value[AFTER].variance) *
		as_double(half(plus(effect->share[BEFORE], effect->share[AFTER])));
	if (!isfinite(middle - reach) || !isfinite(middle + reach))
		return false;
	interval_result(middle - reach, middle + reach, numeric_result(effect->rate), bounds);
	return true;
}

#define DRIVER_COLUMNS	10

static void
put_effect(ResultRows *rows, const Effects *all, const Effect *effect, double z)
{
	const DriverSegment *segment = effect->segment;
	Datum		unit = number(all->kind == DRIVER_NPS || all->kind == DRIVER_RATE ? 100 : 1);
	Datum		values[DRIVER_COLUMNS];
	bool		nulls[DRIVER_COLUMNS] = {false};

	values[0] = PointerGetDatum(cstring_to_text_with_len(segment->name, (int) segment->length));
	for (int side = BEFORE; side <= AFTER; side++)
	{
		values[1 + side] = numeric_result(rounded(times(effect->share[side], number(100)), SHOWN_DECIMALS));
		values[3 + side] = numeric_result(rounded(times(effect->value[side], unit), shown_decimals(all->kind)));
		nulls[1 + side] = !effect->has_share[side];
		nulls[3 + side] = !segment->value[side].is_known;
	}
	values[5] = numeric_result(effect->mix);
	values[6] = numeric_result(effect->rate);
	values[7] = numeric_result(effect->total);
	nulls[8] = nulls[9] = !rate_bounds(all, effect, z, &values[8]);
	rows_put(rows, values, nulls);
}

/*
 * change_drivers(d, confidence) -> (segment, share_before, share_after, value_before,
 * value_after, mix_effect, rate_effect, total_effect, low, high): a row for each
 * segment, that of the largest effect first.  Shares are in percent, NULL of amounts
 * that add up to 0; values and effects
 * in the unit of the metric, percent points of NPS and rates.  The effects add up to
 * the change of the whole.  low and high are the interval of the rate effect, NULL
 * where a side has less than 30 answers, or nearly all of a kind.  No rows where nothing was
 * known before, or after.
 */
PG_FUNCTION_INFO_V1(driver_change);
Datum
driver_change(PG_FUNCTION_ARGS)
{
	double		z;
	Effects		all;
	ResultRows	rows;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	z = confidence_quantile(PG_GETARG_FLOAT8(1));
	if (!effects_arg(fcinfo, &all))
		return (Datum) 0;
	rows_begin(&rows, fcinfo);
	for (uint32 i = 0; i < all.count; i++)
		put_effect(&rows, &all, &all.effects[i], z);
	rows_end(&rows);
	return (Datum) 0;
}

/*
 * mix_effect(d) -> what of the change of the whole comes from segments that count for
 * more or less than before; NULL where there is no change.
 */
PG_FUNCTION_INFO_V1(driver_mix_effect);
Datum
driver_mix_effect(PG_FUNCTION_ARGS)
{
	Effects		all;

	if (!effects_arg(fcinfo, &all))
		PG_RETURN_NULL();
	return numeric_result(all.mix);
}

/* rate_effect(d) -> what of it comes from the values of the segments. */
PG_FUNCTION_INFO_V1(driver_rate_effect);
Datum
driver_rate_effect(PG_FUNCTION_ARGS)
{
	Effects		all;

	if (!effects_arg(fcinfo, &all))
		PG_RETURN_NULL();
	return numeric_result(all.rate);
}
