/*-------------------------------------------------------------------------
 *
 * answer_change.c
 *	  Intervals and changes of NPS and CSAT that know who answered.
 *
 * A score is a ratio of sums over respondents, R = sum(x) / sum(n): n answers of a
 * respondent, of which x are promoters less detractors, or satisfied.  What a
 * respondent adds to it is u = (x - R n) / sum(n), and the variance of R is m / (m -
 * 1) * sum(u^2) with m respondents (linearization over clusters: W. G. Cochran,
 * Sampling Techniques, 1977, section 11.7).  Of a change between two periods u is
 * the difference of those of the periods, so that people who answer in both are
 * right, too.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include <math.h>

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/certainty.h"
#include "core/log.h"
#include "core/result.h"
#include "survey/answer_log.h"

/*
 * With fewer respondents an interval of 95 percent covers less than 93 percent of
 * worlds, however often each of them answers: see test/t/160_respondents.pl.
 */
#define MIN_RESPONDENTS		10

/* A question: a score counts 1 from up_from on, and -1 up to down_to. */
typedef struct AnswerScale
{
	SurveyScale scale;
	int			up_from;
	int			down_to;		/* -1: none does */
} AnswerScale;

/* A period of a log: all its answers, and its sums over respondents. */
typedef struct AnswerSums
{
	AnswerPeriod period;
	int64		counts[SURVEY_COUNTS];
	int64		respondents;
	int128		sum;			/* of x */
	int128		answers;		/* of n */
	int128		xx;
	int128		xn;
	int128		nn;
} AnswerSums;

/* One respondent in a period. */
typedef struct OneRespondent
{
	int64		x;
	int64		n;
} OneRespondent;

/* Sums of products of respondents in two periods, before and after. */
typedef struct CrossSums
{
	int128		xx;
	int128		xn;
	int128		nx;
	int128		nn;
} CrossSums;

/*
 * Questions
 */

static AnswerScale
nps_scale_args(FunctionCallInfo fcinfo, int n, const char *metric)
{
	AnswerScale scale = {.scale = {.metric = metric,.cuts = &nps_cuts,.counted_from = 1}};

	scale.up_from = PG_GETARG_INT32(n);
	scale.down_to = PG_GETARG_INT32(n + 1);
	scale.scale.max = PG_GETARG_INT32(n + 2);
	survey_scale_check(&scale.scale);
	survey_promoter_check(scale.up_from, scale.down_to, scale.scale.max);
	return scale;
}

static AnswerScale
csat_scale_args(FunctionCallInfo fcinfo, int n, const char *metric)
{
	AnswerScale scale = {.scale = {.metric = metric,.cuts = &csat_cuts},.down_to = -1};

	scale.up_from = PG_GETARG_INT32(n);
	scale.scale.max = PG_GETARG_INT32(n + 1);
	scale.scale.counted_from = scale.up_from;
	survey_scale_check(&scale.scale);
	survey_cut_check(csat_cuts.option, scale.up_from, scale.scale.max);
	return scale;
}

static inline int
answer_counts(const AnswerScale *scale, int score)
{
	return (score >= scale->up_from) - (score <= scale->down_to);
}

/*
 * Sums over respondents
 */

static void
sums_begin(AnswerSums *sums, const AnswerPeriod *period)
{
	memset(sums, 0, sizeof(AnswerSums));
	sums->period = *period;
}

/* Count an answer, if it is of the period. */
static inline void
sums_count(AnswerSums *sums, OneRespondent *one, const AnswerScale *scale,
		   const LogEntry *entry)
{
	int			score = answer_score(entry);

	if (!in_period(&sums->period, entry->time))
		return;
	sums->counts[score]++;
	one->x += answer_counts(scale, score);
	one->n++;
}

static inline void
sums_add(AnswerSums *sums, const OneRespondent *one)
{
	if (one->n == 0)
		return;
	sums->respondents++;
	sums->sum += one->x;
	sums->answers += one->n;
	sums->xx += (int128) one->x * one->x;
	sums->xn += (int128) one->x * one->n;
	sums->nn += (int128) one->n * one->n;
}

/*
 * Read a log into the sums of one period or two; the second may be NULL, and so
 * may cross.
 */
static void
sums_read(const PackedLog *log, const AnswerScale *scale, AnswerSums *before,
		  AnswerSums *after, CrossSums *cross)
{
	LogReader	reader;
	LogEntry	entry;
	OneRespondent one = {0, 0};
	OneRespondent other = {0, 0};
	uint32		steps = 0;

	log_read(&reader, log, &answer_log_type);
	while (log_next(&reader, &entry))
	{
		if ((++steps & INTERRUPT_MASK) == 0)
			CHECK_FOR_INTERRUPTS();
		sums_count(before, &one, scale, &entry);
		if (after != NULL)
			sums_count(after, &other, scale, &entry);
		if (reader.of_id > 0)
			continue;
		sums_add(before, &one);
		if (after != NULL)
		{
			sums_add(after, &other);
			cross->xx += (int128) one.x * other.x;
			cross->xn += (int128) one.x * other.n;
			cross->nx += (int128) one.n * other.x;
			cross->nn += (int128) one.n * other.n;
		}
		memset(&one, 0, sizeof(one));
		memset(&other, 0, sizeof(other));
	}
}

/* Up to so many answers the sums of fourth order below fit 128 bits. */
#define EXACT_ANSWERS	INT64CONST(2000000000)

/*
 * Return sum(u^2) of a period, times the square of the number of answers: sum((x -
 * R n)^2).  It is exact where that is possible: of respondents who all agree
 * nothing must be left.
 */
static double
spread(const AnswerSums *sums)
{
	double		ratio;

	if (sums->answers <= EXACT_ANSWERS)
		return (double) (sums->xx * sums->answers * sums->answers -
						 2 * sums->sum * sums->answers * sums->xn +
						 sums->sum * sums->sum * sums->nn) /
			(double) (sums->answers * sums->answers);
	ratio = (double) sums->sum / (double) sums->answers;
	return fmax(0.0, (double) sums->xx - 2.0 * ratio * (double) sums->xn +
				ratio * ratio * (double) sums->nn);
}

/* Return the root of m / (m - 1). */
static double
small_sample(const AnswerSums *sums)
{
	double		m = (double) sums->respondents;

	return sqrt(m / (m - 1.0));
}

/* Return the finding of a period; its error is not known of few respondents. */
static Finding
sums_finding(const AnswerSums *sums)
{
	double		answers = (double) sums->answers;
	Finding		finding = {0.0, 0.0, 0.0, 0.0};

	finding.value = (double) sums->sum / answers;
	finding.observations = finding.freedom = (double) sums->respondents;
	finding.freedom -= 1.0;
	if (sums->respondents >= MIN_RESPONDENTS)
		finding.error = small_sample(sums) * sqrt(spread(sums)) / answers;
	return finding;
}

/* Return 100 * sum / answers, as it is shown. */
static Datum
sums_score(const AnswerSums *sums)
{
	return percent_result((int64) sums->sum, (int64) sums->answers);
}

/*
 * Intervals
 */

static Datum
log_interval(FunctionCallInfo fcinfo, const AnswerScale *scale)
{
	Certainty	certainty = certainty_once(PG_GETARG_FLOAT8(3));
	AnswerPeriod period;
	AnswerSums	sums;
	Finding		finding;
	Datum		score;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (!answer_period_args(fcinfo, 1, answer_zone_arg(fcinfo, 4), "from_date",
							"to_date", &period))
		PG_RETURN_NULL();
	sums_begin(&sums, &period);
	sums_read(log_arg(fcinfo, 0, &answer_log_type), scale, &sums, NULL, NULL);
	survey_scale_require(sums.counts, &scale->scale);
	if (sums.answers == 0)
		PG_RETURN_NULL();
	finding = sums_finding(&sums);
	score = sums_score(&sums);
	if (!finding_interval(&certainty, &finding, 100.0, 100.0, score, values))
		PG_RETURN_NULL();
	/* a share is not below 0, a net score may be */
	if (scale->down_to < 0)
		values[0] = DirectFunctionCall2(numeric_larger, values[0],
										NumericGetDatum(int64_to_numeric(0)));
	return record_result(fcinfo, values, nulls);
}

/* Report whether an argument other than zone is NULL: the result is then. */
static bool
has_null(FunctionCallInfo fcinfo, int zone)
{
	for (int i = 0; i < PG_NARGS(); i++)
	{
		if (i != zone && PG_ARGISNULL(i))
			return true;
	}
	return false;
}

/*
 * nps_interval(log, from_date, to_date, confidence, zone, promoter_from,
 * detractor_to, scale_max) -> (low, high): the interval of the score of all answers
 * in [from_date, to_date), by linearization over respondents and Student's t.  NULL
 * with fewer than ten respondents, where all agree, and where an argument other than
 * zone is NULL.  Errors: days out of order, a scale or a score off it, as of nps().
 */
PG_FUNCTION_INFO_V1(answer_log_nps_interval);
Datum
answer_log_nps_interval(PG_FUNCTION_ARGS)
{
	AnswerScale scale;

	if (has_null(fcinfo, 4))
		PG_RETURN_NULL();
	scale = nps_scale_args(fcinfo, 5, "nps_interval");
	return log_interval(fcinfo, &scale);
}

/*
 * csat_interval(log, from_date, to_date, confidence, zone, satisfied_from,
 * scale_max) -> (low, high): as nps_interval(), of the share of the satisfied.
 */
PG_FUNCTION_INFO_V1(answer_log_csat_interval);
Datum
answer_log_csat_interval(PG_FUNCTION_ARGS)
{
	AnswerScale scale;

	if (has_null(fcinfo, 4))
		PG_RETURN_NULL();
	scale = csat_scale_args(fcinfo, 5, "csat_interval");
	return log_interval(fcinfo, &scale);
}

/*
 * Changes
 */

/*
 * Return the covariance of the influences of respondents in two periods, times the
 * numbers of answers: sum((x - R n)(x' - R' n')).
 */
static double
shared_spread(const AnswerSums *before, const AnswerSums *after,
			  const CrossSums *cross)
{
	double		old = (double) before->sum / (double) before->answers;
	double		new = (double) after->sum / (double) after->answers;

	return (double) cross->xx - new * (double) cross->xn -
		old * (double) cross->nx + old * new * (double) cross->nn;
}

/*
 * Return the finding of a change.  The variance is that of the difference of the
 * influences, where each period has its m / (m - 1); so it is Welch's of different
 * respondents, and that of a paired test of the same ones.  The degrees of freedom
 * are those of the smaller period.
 */
static Finding
change_finding(const AnswerSums *before, const AnswerSums *after,
			   const CrossSums *cross)
{
	Finding		old = sums_finding(before);
	Finding		new = sums_finding(after);
	Finding		finding;
	double		variance;

	finding.value = new.value - old.value;
	finding.observations = old.observations + new.observations;
	finding.freedom = fmin(old.freedom, new.freedom);
	finding.error = 0.0;
	if (!(old.error > 0.0 || new.error > 0.0) ||
		Min(before->respondents, after->respondents) < MIN_RESPONDENTS)
		return finding;
	variance = old.error * old.error + new.error * new.error -
		2.0 * small_sample(before) * small_sample(after) *
		shared_spread(before, after, cross) /
		((double) before->answers * (double) after->answers);

	/*
	 * of people who all change by the same nothing is left but the rounding
	 */
	if (variance > 1e-12 * (old.error * old.error + new.error * new.error))
		finding.error = sqrt(variance);
	return finding;
}

static Datum
log_change(FunctionCallInfo fcinfo, const AnswerScale *scale)
{
	Certainty	certainty = certainty_once(PG_GETARG_FLOAT8(5));
	pg_tz	   *zone = answer_zone_arg(fcinfo, 6);
	double		limit = scale->down_to < 0 ? 100.0 : 200.0;
	AnswerPeriod periods[2];
	AnswerSums	before;
	AnswerSums	after;
	CrossSums	cross = {0, 0, 0, 0};
	Finding		finding;
	Datum		change;
	Datum		values[CHANGE_COLUMNS];
	bool		nulls[CHANGE_COLUMNS];

	if (!answer_period_args(fcinfo, 1, zone, "before_from", "before_to", &periods[0]) ||
		!answer_period_args(fcinfo, 3, zone, "after_from", "after_to", &periods[1]))
		PG_RETURN_NULL();
	sums_begin(&before, &periods[0]);
	sums_begin(&after, &periods[1]);
	sums_read(log_arg(fcinfo, 0, &answer_log_type), scale, &before, &after, &cross);
	survey_scale_require(before.counts, &scale->scale);
	survey_scale_require(after.counts, &scale->scale);
	if (before.answers == 0 || after.answers == 0)
		PG_RETURN_NULL();
	finding = change_finding(&before, &after, &cross);
	change = numeric_result(DirectFunctionCall2(numeric_sub, sums_score(&after),
												sums_score(&before)));
	finding_change(&certainty, &finding, 100.0, limit, change, values, nulls);
	return record_result(fcinfo, values, nulls);
}

/*
 * nps_change(log, before_from, before_to, after_from, after_to, confidence, zone,
 * promoter_from, detractor_to, scale_max) -> (change, low, high, p_value,
 * direction): of the scores of all answers in two periods, by linearization over
 * respondents.  NULL where a period has no answers, or an argument other than zone
 * is NULL.  With fewer than ten respondents in a period, or where nothing varies,
 * low, high and p_value are NULL and the direction is 0.  Errors: as of
 * nps_interval().
 */
PG_FUNCTION_INFO_V1(answer_log_nps_change);
Datum
answer_log_nps_change(PG_FUNCTION_ARGS)
{
	AnswerScale scale;

	if (has_null(fcinfo, 6))
		PG_RETURN_NULL();
	scale = nps_scale_args(fcinfo, 7, "nps_change");
	return log_change(fcinfo, &scale);
}

/*
 * csat_change(log, before_from, before_to, after_from, after_to, confidence, zone,
 * satisfied_from, scale_max): as nps_change(), of the share of the satisfied.
 */
PG_FUNCTION_INFO_V1(answer_log_csat_change);
Datum
answer_log_csat_change(PG_FUNCTION_ARGS)
{
	AnswerScale scale;

	if (has_null(fcinfo, 6))
		PG_RETURN_NULL();
	scale = csat_scale_args(fcinfo, 7, "csat_change");
	return log_change(fcinfo, &scale);
}
