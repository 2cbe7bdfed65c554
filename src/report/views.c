/*-------------------------------------------------------------------------
 *
 * views.c
 *	  The views of a report, in the template language of template.c.
 *
 * Two kinds of views: counts, which a query builder may add up over whatever it
 * groups by, and totals, a row of which stands for itself.  Percentages are never
 * in the first kind.  Names without a schema are PostgreSQL's own, as the views
 * are made with nothing else on the search_path.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "report/report.h"

/* The month of a day, as date_trunc() has it. */
#define MONTH(day)	"date_trunc('month', " day "::timestamp)::date"

/* The last two complete months. */
#define MONTH_1		"({month} - interval '1 month')::date"
#define MONTH_2		"({month} - interval '2 months')::date"
#define TWO_MONTHS(day)	day " >= " MONTH_2 " AND " day " < {month}"

#define DAY			{"day", "day", "the day", NULL}
#define DIMENSIONS	{"*", NULL, "from the table, to group and to filter by", NULL}
#define CHANGE(of)	\
	{"change", "c.change", of ", less that of the row before", NULL}, \
	{"direction", "c.direction::bigint", "1 up, -1 down, 0 no significant change from the row before, however often one looks; empty where there is nothing to compare with", NULL}
#define BOUNDS(of)	\
	{"low", "i.low", "lower end of the 95 % interval of " of, NULL}, \
	{"high", "i.high", "upper end of the 95 % interval of " of, NULL}

/* ----------------------------------------------------------------
 * Surveys
 * ----------------------------------------------------------------
 */
#define ON_NPS_SCALE	"score IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)"

static const ViewColumn nps_counts[] = {
	DAY,
	DIMENSIONS,
	{"promoters", "count(*) FILTER (WHERE score IN (9, 10))", "answers of 9 and 10", NULL},
	{"passives", "count(*) FILTER (WHERE score IN (7, 8))", "answers of 7 and 8", NULL},
	{"detractors", "count(*) FILTER (WHERE score IN (0, 1, 2, 3, 4, 5, 6))", "answers of 0 to 6", NULL},
	{"answers", "count(*) FILTER (WHERE " ON_NPS_SCALE ")", "answers of 0 to 10", NULL},
	{"unanswered", "count(*) FILTER (WHERE score IS NULL)", "rows without a score", NULL},
	{"off_scale", "count(*) FILTER (WHERE score NOT IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10))", "rows with a score that is not 0 to 10, which count nowhere else; should be 0", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn nps_month[] = {
	{"month", "month", "the first day of the month; months without answers have no row", NULL},
	{"answers", "coalesce({cx}.responses(scores), 0)", "answers of 0 to 10", NULL},
	{"nps", "{cx}.nps(scores)", "Net Promoter Score, -100 to 100", NULL},
	BOUNDS("the NPS"),
	CHANGE("NPS"),
	{"off_scale", "off_scale", "scores that are not 0 to 10 and left out; should be 0", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn drivers[] = {
	{"{dim_text}", "segment", "the part of the whole", NULL},
	{"month_before", MONTH_2, "first day of the last complete month but one", NULL},
	{"month", MONTH_1, "first day of the last complete month", NULL},
	{"share_before", "share_before", "the part's share of the answers then, in percent", NULL},
	{"share_after", "share_after", "its share now", NULL},
	{"value_before", "value_before", "the part's own figure then; empty where it had no answers", NULL},
	{"value_after", "value_after", "its own figure now", NULL},
	{"mix_effect", "mix_effect", "points that its larger or smaller share adds to the change of the whole", NULL},
	{"rate_effect", "rate_effect", "points that its own change adds", NULL},
	{"total_effect", "total_effect", "both together; the sum over all rows is the change of the whole", NULL},
	{"low", "low", "lower end of the 95 % interval of rate_effect; empty for few answers", NULL},
	{"high", "high", "upper end of that interval", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn nps_latest[] = {
	{"day", "r.day", "the day", NULL},
	{"respondents", "coalesce({cx}.responses(r.scores), 0)", "people who answered within the 90 days up to the day", NULL},
	{"nps", "{cx}.nps(r.scores)", "Net Promoter Score of the latest answer of each of them", NULL},
	BOUNDS("the NPS"),
	{NULL, NULL, NULL, NULL}
};

/* CSAT and CES: the share of good answers. */
#define ON_SCALE	"score BETWEEN 1 AND {scale_max} AND score = trunc(score)"
#define GOOD		"score BETWEEN {least} AND {scale_max} AND score = trunc(score)"
#define NOT_GOOD	"score BETWEEN 1 AND {scale_max} AND score < {least} AND score = trunc(score)"

static const ViewColumn share_counts[] = {
	DAY,
	DIMENSIONS,
	{"{positive}", "count(*) FILTER (WHERE " GOOD ")", "answers from {least} to {scale_max}", NULL},
	{"{negative}", "count(*) FILTER (WHERE " NOT_GOOD ")", "answers below {least}", NULL},
	{"rated", "count(*) FILTER (WHERE " ON_SCALE ")", "answers from 1 to {scale_max}", NULL},
	{"unanswered", "count(*) FILTER (WHERE score IS NULL)", "rows without a score", NULL},
	{"off_scale", "count(*) FILTER (WHERE NOT (" ON_SCALE "))", "rows with a score that is not 1 to {scale_max}, which count nowhere else; should be 0", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn share_month[] = {
	{"month", "month", "the first day of the month; months without answers have no row", NULL},
	{"rated", "{cx}.positives(s) + {cx}.negatives(s)", "answers from 1 to {scale_max}", NULL},
	{"{metric}", "{cx}.rate(s)", "{title}: the share of answers from {least} to {scale_max}, in percent", NULL},
	BOUNDS("{title}"),
	CHANGE("{title}"),
	{"off_scale", "off_scale", "scores that are not 1 to {scale_max} and left out; should be 0", NULL},
	{NULL, NULL, NULL, NULL}
};

/* ----------------------------------------------------------------
 * Revenue
 * ----------------------------------------------------------------
 */
/* amount is a month's: see append_keys() in mapping.c */
#define MRR_LOG	"{cx}.mrr_log(customer, amount, starts_on, ends_on)"
#define PAYS	"ends_on IS NULL OR ends_on <> starts_on"

#define MOVEMENTS	\
	{"opening_mrr", "b.opening_mrr", "MRR as the month began", NULL}, \
	{"new_mrr", "b.new_mrr", "MRR of customers who never paid before", NULL}, \
	{"reactivation_mrr", "b.reactivation_mrr", "MRR of customers who came back", NULL}, \
	{"expansion_mrr", "b.expansion_mrr", "what customers pay more", NULL}, \
	{"contraction_mrr", "-b.contraction_mrr", "what customers pay less, negative", NULL}, \
	{"churned_mrr", "-b.churned_mrr", "MRR of customers who left, negative", NULL}, \
	{"closing_mrr", "b.closing_mrr", "MRR at the end of the month: the opening one and all movements", NULL}, \
	{"customers", "b.closing_customers", "customers who pay at the end of the month", NULL}, \
	{"nrr", "b.nrr", "net revenue retention of the month, in percent", NULL}, \
	{"grr", "b.grr", "gross revenue retention of the month, in percent", NULL}

static const ViewColumn mrr_month[] = {
	{"month", "b.period", "the first day of the month; the last one may not be over, and has what is booked for its other days", NULL},
	MOVEMENTS,
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn mrr_month_by[] = {
	{"month", "b.period", "the first day of the month; the last one may not be over, and has what is booked for its other days", NULL},
	{"{dim_text}", "{dim}", "the part of the customers", NULL},
	MOVEMENTS,
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn mrr_cohorts[] = {
	{"cohort", "c.cohort", "the first day of the month in which the customers began to pay", NULL},
	{"age", "c.age::bigint", "months since then", NULL},
	{"customers", "c.customers", "how many began", NULL},
	{"remaining", "c.remaining", "how many of them pay at this age", NULL},
	{"mrr", "c.mrr", "what these pay", NULL},
	{"nrr", "c.nrr", "their MRR in percent of the first month's", NULL},
	{"grr", "c.grr", "the same without what anybody pays more than at first", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn churn_month[] = {
	{"month", "month", "the first day of a complete month", NULL},
	{"customers", "{cx}.positives(s) + {cx}.negatives(s)", "customers who paid as the month began", NULL},
	{"lost", "{cx}.positives(s)", "how many of them did not pay at its end", NULL},
	{"churn", "{cx}.rate(s)", "customer churn in percent", NULL},
	BOUNDS("the churn"),
	CHANGE("churn"),
	{NULL, NULL, NULL, NULL}
};

/* ----------------------------------------------------------------
 * Use
 * ----------------------------------------------------------------
 */
static const ViewColumn active_users_day[] = {
	DAY,
	{"dau", "dau", "users of the day", NULL},
	{"wau", "wau", "users of the 7 days up to it", NULL},
	{"mau", "mau", "users of the 28 days up to it", NULL},
	{"stickiness", "stickiness", "dau in percent of mau", NULL},
	{NULL, NULL, NULL, NULL}
};

#define LIFECYCLE	\
	{"active_users", "active_users", "users of the month", NULL}, \
	{"new_users", "new_users", "users who were never seen before", NULL}, \
	{"returning_users", "returning_users", "users who were there in the month before", NULL}, \
	{"resurrected_users", "resurrected_users", "users who came back after a month or more without", NULL}, \
	{"dormant_users", "dormant_users", "users of the month before who were not there", NULL}

static const ViewColumn active_users_month[] = {
	{"month", "period", "the first day of the month; the last one may not be over", NULL},
	LIFECYCLE,
	{"direction", "CASE WHEN period < {month} THEN {cx}.trend_direction({cx}.series_summary(active_users, period) OVER (ORDER BY period ROWS 11 PRECEDING)) END::bigint",
	"1 up, -1 down, 0 no significant trend of the twelve months up to this one; empty where there are too few and for a month that is not over", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn active_users_month_by[] = {
	{"month", "period", "the first day of the month; the last one may not be over", NULL},
	{"{dim_text}", "{dim}", "the part of the events; who has events in two of them is in both rows", NULL},
	LIFECYCLE,
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn user_cohorts[] = {
	{"cohort", "c.cohort", "the first day of the month in which the users came", NULL},
	{"age", "c.age::bigint", "months since then", NULL},
	{"cohort_size", "c.cohort_size", "how many came", NULL},
	{"active", "c.active", "how many of them were there at this age", NULL},
	{"retention", "c.retention", "that in percent", NULL},
	{"low", "c.low", "lower end of the 95 % interval of the retention", NULL},
	{"high", "c.high", "upper end of that interval", NULL},
	{NULL, NULL, NULL, NULL}
};

/* ----------------------------------------------------------------
 * Service
 * ----------------------------------------------------------------
 */
#define RESPONSE_IN_TIME	"{cx}.within_target(opened, first_response, response_target, {now})"
#define RESOLUTION_IN_TIME	"{cx}.within_target(opened, resolved, resolution_target, {now})"
#define OPENED	"opened <= {now}"
#define OPENED_ON	"{cx}.local_day(opened, {zone})"

static const ViewColumn service_counts[] = {
	{"day", OPENED_ON, "the day on which the tickets were opened", NULL},
	DIMENSIONS,
	{"tickets", "count(*)", "tickets", NULL},
	{"answered", "count(*) FILTER (WHERE first_response <= {now})", "tickets with a first response", "first_response"},
	{"response_kept", "coalesce({cx}.positives({cx}.rate_summary(" RESPONSE_IN_TIME ")), 0)", "tickets answered within the target", "first_response,response_target"},
	{"response_missed", "coalesce({cx}.negatives({cx}.rate_summary(" RESPONSE_IN_TIME ")), 0)", "tickets not answered within the target; those whose time is not over are in neither column", "first_response,response_target"},
	{"solved", "count(*) FILTER (WHERE resolved <= {now})", "tickets that are resolved", "resolved"},
	{"resolution_kept", "coalesce({cx}.positives({cx}.rate_summary(" RESOLUTION_IN_TIME ")), 0)", "tickets resolved within the target", "resolved,resolution_target"},
	{"resolution_missed", "coalesce({cx}.negatives({cx}.rate_summary(" RESOLUTION_IN_TIME ")), 0)", "tickets not resolved within the target; those whose time is not over are in neither column", "resolved,resolution_target"},
	{NULL, NULL, NULL, NULL}
};

#define SERVICE(response, response_kept, resolution, resolution_kept)	\
	{"tickets", "tickets", "tickets opened in the month", NULL}, \
	{"response_hours", "{cx}.median_duration(" response ", 'hour')", "half of the tickets are answered within so many hours, open ones included; empty where fewer than half are", "first_response"}, \
	{"response_hours_9_in_10", "{cx}.duration_quantile(" response ", 0.9, 'hour')", "nine in ten are", "first_response"}, \
	{"response_kept", "{cx}.rate(" response_kept ")", "answered within the target, in percent of those that are decided", "first_response,response_target"}, \
	{"resolution_hours", "{cx}.median_duration(" resolution ", 'hour')", "half of the tickets are resolved within so many hours, open ones included; empty where fewer than half are", "resolved"}, \
	{"resolution_hours_9_in_10", "{cx}.duration_quantile(" resolution ", 0.9, 'hour')", "nine in ten are", "resolved"}, \
	{"resolution_kept", "{cx}.rate(" resolution_kept ")", "resolved within the target, in percent of those that are decided", "resolved,resolution_target"}

#define SERVICE_SUMMARIES	\
	"count(*) AS tickets," \
	" {cx}.duration_summary(opened, first_response, {now}) AS response," \
	" {cx}.rate_summary(" RESPONSE_IN_TIME ") AS response_kept," \
	" {cx}.duration_summary(opened, resolved, {now}) AS resolution," \
	" {cx}.rate_summary(" RESOLUTION_IN_TIME ") AS resolution_kept"

static const ViewColumn service_month[] = {
	{"month", "month", "the first day of the month in which the tickets were opened", NULL},
	SERVICE("response", "response_kept", "resolution", "resolution_kept"),
	{"response_change", "a.change", "response_kept, less that of the row before", "first_response,response_target"},
	{"response_direction", "a.direction::bigint", "1 up, -1 down, 0 no significant change from the row before, however often one looks", "first_response,response_target"},
	{"resolution_change", "b.change", "resolution_kept, less that of the row before", "resolved,resolution_target"},
	{"resolution_direction", "b.direction::bigint", "1 up, -1 down, 0 no significant change from the row before, however often one looks", "resolved,resolution_target"},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn service_month_by[] = {
	{"month", "month", "the first day of the month in which the tickets were opened", NULL},
	{"{dim_text}", "{dim}", "the part of the tickets", NULL},
	SERVICE("response", "response_kept", "resolution", "resolution_kept"),
	{NULL, NULL, NULL, NULL}
};

/* ----------------------------------------------------------------
 * Orders, health, trials, journeys
 * ----------------------------------------------------------------
 */
static const ViewColumn order_counts[] = {
	DAY,
	DIMENSIONS,
	{"orders", "count(*) FILTER (WHERE amount > 0)", "orders", NULL},
	{"refunds", "count(*) FILTER (WHERE amount < 0)", "refunds", NULL},
	{"revenue", "sum(amount)", "what was bought, less refunds", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn order_month[] = {
	{"month", "month", "the first day of the month; the last one may not be over", NULL},
	{"orders", "orders", "orders", NULL},
	{"customers", "customers", "customers who ordered; who did so in two months is in both rows", NULL},
	{"revenue", "revenue", "what was bought, less refunds", NULL},
	{"revenue_per_order", "revenue / nullif(orders, 0)", "revenue for each order", NULL},
	{"revenue_per_customer", "revenue / nullif(customers, 0)", "revenue for each customer who ordered", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn customer_purchases[] = {
	{"customer", "customer", "the customer", NULL},
	{"first_purchase", "{cx}.first_purchase(p)", "day of the first purchase", NULL},
	{"last_purchase", "{cx}.last_purchase(p)", "day of the last purchase", NULL},
	{"purchases", "{cx}.purchases(p)", "days with a purchase", NULL},
	{"revenue", "{cx}.revenue(p)", "what was bought, less refunds", NULL},
	{"days_since_last", "{cx}.days_since_last_purchase(p, {today})::bigint", "days since the last purchase", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn account_health[] = {
	{"customer", "h.customer", "the customer", NULL},
	{"name", "a.name", "the customer's name", "accounts,accounts.name"},
	{"**accounts", "a.", "from the table of accounts, to group and to filter by", NULL},
	{"mrr", "coalesce(m.mrr, 0)", "what the customer pays a month", "subscriptions"},
	{"health", "{cx}.health_score(h.s)", "mean of the signals that are known, by weight, 0 to 100", NULL},
	{"band", "{cx}.health_band({cx}.health_score(h.s))", "red below 40, green from 70, yellow between", NULL},
	{"coverage", "{cx}.health_coverage(h.s)", "how much of the weight is known, in percent", NULL},
	{"worst_signal", "{cx}.top_driver(h.s)", "the signal that costs the most points", NULL},
	{"measured_on", "h.day", "the day of the signals", "day"},
	{NULL, NULL, NULL, NULL}
};

#define HEALTH	\
	"(SELECT customer, max(day) AS day, {cx}.health_summary(signal, score, coalesce(weight, 1)) AS s\n" \
	"      FROM {source} AS signals\n" \
	"      [[day?WHERE (customer, day) IN (SELECT customer, max(day) FROM {source} AS days WHERE day <= {today} GROUP BY customer)\n" \
	"      |]]GROUP BY customer) AS h" \
	"[[accounts?\n" \
	"     LEFT JOIN {accounts} AS a ON a.customer::text = h.customer::text|]]" \
	"[[subscriptions?\n" \
	"     LEFT JOIN (SELECT customer, sum(amount) AS mrr FROM {subscriptions} AS paying\n" \
	"                WHERE starts_on <= {today} AND (ends_on IS NULL OR ends_on > {today}) GROUP BY customer) AS m ON m.customer::text = h.customer::text|]]"

static const ViewColumn trial_counts[] = {
	{"day", "trial_ends", "the day on which the trials ended", NULL},
	DIMENSIONS,
	{"trials", "count(*)", "trials", NULL},
	{"converted", "count(*) FILTER (WHERE outcome)", "trials that became customers", NULL},
	{"not_converted", "count(*) FILTER (WHERE NOT outcome)", "trials that did not", NULL},
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn trial_month[] = {
	{"month", "month", "the first day of the month in which the trials ended", NULL},
	{"trials", "{cx}.positives(s) + {cx}.negatives(s)", "trials", NULL},
	{"converted", "{cx}.positives(s)", "trials that became customers", NULL},
	{"conversion", "{cx}.rate(s)", "that in percent", NULL},
	BOUNDS("the conversion"),
	CHANGE("conversion"),
	{NULL, NULL, NULL, NULL}
};

#define STEPS	\
	{"place", "f.place", "the number of the step", NULL}, \
	{"step", "f.step", "the step", NULL}, \
	{"users", "f.users", "users who reached it in time", NULL}, \
	{"undecided", "f.undecided", "users who may still reach it; the percentages leave them out", NULL}, \
	{"conversion", "f.conversion", "in percent of those who began", NULL}, \
	{"from_previous", "f.from_previous", "in percent of those who reached the step before", NULL}, \
	{"median_days", "f.median_time", "half of those who reached it took no more days from the step before", NULL}, \
	{"low", "f.low", "lower end of the 95 % interval of the conversion", NULL}, \
	{"high", "f.high", "upper end of that interval", NULL}

static const ViewColumn funnel[] = {
	STEPS,
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn funnel_by[] = {
	{"{dim_text}", "{dim}", "the part of the events; a user whose steps are in two of them has a part of a journey in each", NULL},
	STEPS,
	{NULL, NULL, NULL, NULL}
};

static const ViewColumn funnel_month[] = {
	{"month", "month::date", "the first day of the month in which the users began", NULL},
	STEPS,
	{NULL, NULL, NULL, NULL}
};

#define FUNNEL(dates)	\
	"{cx}.funnel(l, {steps}, {within}, {now}" dates ", zone => {zone}, unit => 'day')\n" \
	"       WITH ORDINALITY AS f (step, users, undecided, conversion, from_previous, median_time, low, high, place)"

/* ----------------------------------------------------------------
 * All of them
 * ----------------------------------------------------------------
 */
#define ADD_UP	"Counts by day, which can be added up over anything. "
#define NO_SUM	" A row stands for itself: no sum and no average of the percentages is right."

const ViewRule view_rules[] = {
	{"nps_counts", "survey_responses", NULL, false, nps_counts,
		"{source} AS answers\nGROUP BY day{,dims}",
	ADD_UP "NPS as a metric: 100 * (Sum([Promoters]) - Sum([Detractors])) / Sum([Answers])"},

	{"nps_month", "survey_responses", NULL, false, nps_month,
		"(SELECT *, lag(scores) OVER (ORDER BY month) AS before\n"
		"      FROM (SELECT " MONTH("day") " AS month, {cx}.survey_summary(score) FILTER (WHERE " ON_NPS_SCALE ") AS scores,\n"
		"                   count(*) FILTER (WHERE score NOT IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)) AS off_scale\n"
		"            FROM {source} AS answers WHERE day IS NOT NULL GROUP BY 1) AS months) AS months,\n"
		"     {cx}.nps_interval(scores) AS i, {cx}.nps_change(before, scores, always_valid => true) AS c",
	"NPS by month, of all answers together, with its interval and the change." NO_SUM " For parts of the whole take nps_counts. Alert: rows with Direction = -1"},

	{"nps_drivers_by_{dim_text}", "survey_responses", NULL, true, drivers,
		"(SELECT {cx}.driver_summary(segment, before, after) AS d\n"
		"      FROM (SELECT coalesce({dim}::text, 'not known') AS segment,\n"
		"                   {cx}.survey_summary(score) FILTER (WHERE day < " MONTH_1 ") AS before,\n"
		"                   {cx}.survey_summary(score) FILTER (WHERE day >= " MONTH_1 ") AS after\n"
		"            FROM {source} AS answers\n"
		"            WHERE " TWO_MONTHS("day") " AND " ON_NPS_SCALE "\n"
		"            GROUP BY 1) AS segments) AS t, {cx}.change_drivers(d)",
	"Why the NPS changed between the last two complete months, by {dim_text}: Sum([Mix Effect]) and Sum([Rate Effect]) add up to the change"},

	{"nps_latest", "survey_responses", "respondent", false, nps_latest,
		"(SELECT {cx}.answer_log(respondent, day, score) AS l, min(day) AS first\n"
		"      FROM {source} AS answers WHERE " ON_NPS_SCALE " AND day <= {today}) AS t,\n"
		"     {cx}.rolling_scores(l, first, {tomorrow}, 90) AS r, {cx}.nps_interval(r.scores) AS i",
	"NPS by day of the latest answer of each respondent in 90 days: who answers often counts once." NO_SUM},

	{"{metric}_counts", "csat_responses,ces_responses", NULL, false, share_counts,
		"{source} AS answers\nGROUP BY day{,dims}",
	ADD_UP "{title} as a metric: 100 * Sum([{Positive}]) / Sum([Rated])"},

	{"{metric}_month", "csat_responses,ces_responses", NULL, false, share_month,
		"(SELECT *, lag(s) OVER (ORDER BY month) AS before\n"
		"      FROM (SELECT " MONTH("day") " AS month, {cx}.rate_summary(score >= {least}) FILTER (WHERE " ON_SCALE ") AS s,\n"
		"                   count(*) FILTER (WHERE NOT (" ON_SCALE ")) AS off_scale\n"
		"            FROM {source} AS answers WHERE day IS NOT NULL GROUP BY 1) AS months) AS months,\n"
		"     {cx}.rate_interval(s) AS i, {cx}.rate_change(before, s, always_valid => true) AS c",
	"{title} by month, of all answers together, with its interval and the change." NO_SUM " For parts of the whole take {metric}_counts. Alert: rows with Direction = -1"},

	{"{metric}_drivers_by_{dim_text}", "csat_responses,ces_responses", NULL, true, drivers,
		"(SELECT {cx}.driver_summary(segment, before, after) AS d\n"
		"      FROM (SELECT coalesce({dim}::text, 'not known') AS segment,\n"
		"                   {cx}.rate_summary(score >= {least}) FILTER (WHERE day < " MONTH_1 ") AS before,\n"
		"                   {cx}.rate_summary(score >= {least}) FILTER (WHERE day >= " MONTH_1 ") AS after\n"
		"            FROM {source} AS answers\n"
		"            WHERE " TWO_MONTHS("day") " AND " ON_SCALE "\n"
		"            GROUP BY 1) AS segments) AS t, {cx}.change_drivers(d)",
	"Why {title} changed between the last two complete months, by {dim_text}: Sum([Mix Effect]) and Sum([Rate Effect]) add up to the change"},

	{"mrr_month", "subscriptions", NULL, false, mrr_month,
		"(SELECT " MRR_LOG " AS l FROM {source} AS subscriptions WHERE " PAYS ") AS t,\n"
		"     {cx}.mrr_bridge(l, 'month', to_date => {tomorrow}) AS b",
	"MRR by month of all customers, and what moved it. Movements can be added up over months; MRR, customers and percentages cannot"},

	{"mrr_month_by_{dim_text}", "subscriptions", NULL, true, mrr_month_by,
		"(SELECT {dim}, " MRR_LOG " AS l FROM {source} AS subscriptions WHERE " PAYS " GROUP BY {dim}) AS t,\n"
		"     {cx}.mrr_bridge(l, 'month', to_date => {tomorrow}) AS b",
	"MRR by month and {dim_text}, and what moved it. A customer with subscriptions in two of them is a customer of both: for all together take mrr_month"},

	{"mrr_cohorts", "subscriptions", NULL, false, mrr_cohorts,
		"(SELECT " MRR_LOG " AS l FROM {source} AS subscriptions WHERE " PAYS ") AS t,\n"
		"     {cx}.mrr_cohorts(l, 'month', {tomorrow}) AS c",
	"Customers by the month in which they began to pay, and what is left of them 0, 1, 2, ... months later. In a pivot table take Max([Nrr]), Max([Remaining])"},

	{"churn_month", "subscriptions", NULL, false, churn_month,
		"(SELECT *, lag(s) OVER (ORDER BY month) AS before\n"
		"      FROM (SELECT b.period AS month,\n"
		"                   format('{{\"version\": 1, \"positives\": %s, \"negatives\": %s}', b.churned_customers, b.opening_customers - b.churned_customers)::{cx}.rate_summary AS s\n"
		"            FROM (SELECT " MRR_LOG " AS l FROM {source} AS subscriptions WHERE " PAYS ") AS t,\n"
		"                 {cx}.mrr_bridge(l, 'month', to_date => {tomorrow}) AS b\n"
		"            WHERE b.period < {month} AND b.opening_customers > 0) AS months) AS months,\n"
		"     {cx}.rate_interval(s) AS i, {cx}.rate_change(before, s, always_valid => true) AS c",
	"Customer churn by complete month, with its interval and the change." NO_SUM " Over months: 100 * Sum([Lost]) / Sum([Customers]) is the mean monthly churn. Alert: rows with Direction = 1"},

	{"active_users_day", "events", NULL, false, active_users_day,
		"(SELECT {cx}.usage_log(\"user\", day) AS l FROM {source} AS events WHERE day <= {today}) AS t,\n"
		"     {cx}.active_users(l, to_date => {tomorrow})",
	"Active users of each day, of 7 and of 28 days." NO_SUM " Nor of the users: who came twice would be two"},

	{"active_users_month", "events", NULL, false, active_users_month,
		"(SELECT {cx}.usage_log(\"user\", day) AS l FROM {source} AS events WHERE day <= {today}) AS t,\n"
		"     {cx}.user_lifecycle(l, 'month')",
	"Active users by month: new, returning and resurrected ones, and those who stayed away. Active users of months cannot be added up. Alert: rows with Direction = -1"},

	{"active_users_month_by_{dim_text}", "events", NULL, true, active_users_month_by,
		"(SELECT {dim}, {cx}.usage_log(\"user\", day) AS l FROM {source} AS events WHERE day <= {today} GROUP BY {dim}) AS t,\n"
		"     {cx}.user_lifecycle(l, 'month')",
	"Active users by month and {dim_text}. A user of two of them is a user of both: for all together take active_users_month"},

	{"user_cohorts", "events", NULL, false, user_cohorts,
		"(SELECT {cx}.usage_log(\"user\", day) AS l FROM {source} AS events WHERE day <= {today}) AS t,\n"
		"     {cx}.cohort_retention(l, 'month', {tomorrow}) AS c",
	"Users by the month in which they came, and how many were there 0, 1, 2, ... months later. In a pivot table take Max([Retention]); over cohorts: 100 * Sum([Active]) / Sum([Cohort Size])"},

	{"service_counts", "tickets", NULL, false, service_counts,
		"{source} AS tickets\nWHERE " OPENED "\nGROUP BY 1{,dims}",
	ADD_UP "Answered in time as a metric: 100 * Sum([Response Kept]) / (Sum([Response Kept]) + Sum([Response Missed]))"},

	{"service_month", "tickets", NULL, false, service_month,
		"(SELECT *, lag(response_kept) OVER w AS response_before, lag(resolution_kept) OVER w AS resolution_before\n"
		"      FROM (SELECT " MONTH(OPENED_ON) " AS month, " SERVICE_SUMMARIES "\n"
		"            FROM {source} AS tickets WHERE " OPENED " GROUP BY 1) AS months\n"
		"      WINDOW w AS (ORDER BY month)) AS months,\n"
		"     {cx}.rate_change(response_before, response_kept, always_valid => true) AS a,\n"
		"     {cx}.rate_change(resolution_before, resolution_kept, always_valid => true) AS b",
	"Service by month in which tickets were opened, all together: times and shares within target." NO_SUM " For shares of parts take service_counts"},

	{"service_month_by_{dim_text}", "tickets", NULL, true, service_month_by,
		"(SELECT " MONTH(OPENED_ON) " AS month, {dim}, " SERVICE_SUMMARIES "\n"
		"      FROM {source} AS tickets WHERE " OPENED " GROUP BY 1, 2) AS months",
	"Service by month and {dim_text}: times and shares within target." NO_SUM},

	{"order_counts", "orders", NULL, false, order_counts,
		"{source} AS orders\nGROUP BY day{,dims}",
	ADD_UP "Average order value as a metric: Sum([Revenue]) / Sum([Orders])"},

	{"order_month", "orders", NULL, false, order_month,
		"(SELECT " MONTH("day") " AS month, count(*) FILTER (WHERE amount > 0) AS orders,\n"
		"             count(DISTINCT customer) FILTER (WHERE amount > 0) AS customers, sum(amount) AS revenue\n"
		"      FROM {source} AS orders WHERE day <= {today} GROUP BY 1) AS months",
	"Orders, customers and revenue by month, all together. Customers of months cannot be added up"},

	{"customer_purchases", "orders", NULL, false, customer_purchases,
		"(SELECT customer, {cx}.purchase_history(amount, day) AS p\n"
		"      FROM {source} AS orders WHERE customer IS NOT NULL AND day <= {today} GROUP BY customer) AS customers",
	"A row for each customer: when they bought first and last, how often and for how much"},

	{"account_health", "signals", NULL, false, account_health, HEALTH,
	"A row for each customer: health and what pulls it down"},

	{"accounts_at_risk", "signals", NULL, false, account_health,
		HEALTH "\nWHERE {cx}.health_band({cx}.health_score(h.s)) <> 'green'",
	"The customers whose health is red or yellow; sort by Mrr to see what is at stake"},

	{"trial_counts", "trials", NULL, false, trial_counts,
		"(SELECT *, {cx}.trial_converted(trial_ends, converted_on, {today}) AS outcome\n"
		"      FROM {source} AS trials WHERE trial_ends <= {today}) AS trials\n"
		"WHERE outcome IS NOT NULL\nGROUP BY trial_ends{,dims}",
	ADD_UP "Conversion as a metric: 100 * Sum([Converted]) / Sum([Trials])"},

	{"trial_month", "trials", NULL, false, trial_month,
		"(SELECT *, lag(s) OVER (ORDER BY month) AS before\n"
		"      FROM (SELECT " MONTH("trial_ends") " AS month,\n"
		"                   {cx}.rate_summary({cx}.trial_converted(trial_ends, converted_on, {today})) AS s\n"
		"            FROM {source} AS trials WHERE trial_ends <= {today} GROUP BY 1) AS months) AS months,\n"
		"     {cx}.rate_interval(s) AS i, {cx}.rate_change(before, s, always_valid => true) AS c",
	"Conversion of trials by the month in which they ended, with its interval and the change." NO_SUM " For parts of the whole take trial_counts"},

	{"funnel", "journeys", NULL, false, funnel,
		"(SELECT {cx}.journey_log(\"user\", at, step) AS l FROM {source} AS journeys) AS t,\n"
		"     " FUNNEL(""),
	"How many of all users came as far as each step. Sort by Place"},

	{"funnel_by_{dim_text}", "journeys", NULL, true, funnel_by,
		"(SELECT {dim}, {cx}.journey_log(\"user\", at, step) AS l FROM {source} AS journeys GROUP BY {dim}) AS t,\n"
		"     " FUNNEL(""),
	"How many users came as far as each step, by {dim_text}. Sort by Place; for all together take funnel"},

	{"funnel_month", "journeys", NULL, false, funnel_month,
		"(SELECT {cx}.journey_log(\"user\", at, step) AS l, min({cx}.local_day(at, {zone})) AS first FROM {source} AS journeys) AS t,\n"
		"     generate_series(date_trunc('month', first::timestamp), {today}::timestamp, interval '1 month') AS month,\n"
		"     " FUNNEL(", month, month + interval '1 month'"),
	"How many of those who began in a month came as far as each step. In a line chart take Max([Conversion]) by Month and Step"},

	{NULL, NULL, NULL, false, NULL, NULL, NULL}
};
