/*-------------------------------------------------------------------------
 *
 * sources.c
 *	  The kinds of sources that a mapping can have, and their keys.
 *
 * A view finds the columns of a source under the names of the keys, also those
 * that are not mapped, as NULL.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "report/report.h"

#define NO_KEY	{NULL, KEY_TEXT, false, NULL, NULL}

/* Every kind of source also has the keys "table", "where" and "dimensions". */
const SourceRule source_rules[] = {
	{"survey_responses", "answers to \"would you recommend us\", 0 to 10",
		{
			{"day", KEY_DAY, true, "the day of the answer", NULL},
			{"score", KEY_SCORE, true, "the score from 0 to 10, NULL where nobody answered", NULL},
			{"respondent", KEY_ID, false, "who answered", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"csat_responses", "answers to \"how satisfied are you\"",
		{
			{"day", KEY_DAY, true, "the day of the answer", NULL},
			{"score", KEY_SCORE, true, "the score from 1, NULL where nobody answered", NULL},
			{"satisfied_from", SETTING_INTEGER, false, "the lowest score of the satisfied", "4"},
			{"scale_max", SETTING_INTEGER, false, "the highest score", "5"},
	NO_KEY}, "csat", "CSAT", "satisfied", "not_satisfied", "satisfied_from"},
	{"ces_responses", "answers to \"it was easy\"",
		{
			{"day", KEY_DAY, true, "the day of the answer", NULL},
			{"score", KEY_SCORE, true, "the score from 1, NULL where nobody answered", NULL},
			{"agree_from", SETTING_INTEGER, false, "the lowest score of those who agree", "5"},
			{"scale_max", SETTING_INTEGER, false, "the highest score", "7"},
	NO_KEY}, "ces", "CES", "agreed", "not_agreed", "agree_from"},
	{"subscriptions", "what customers pay, from when to when",
		{
			{"customer", KEY_ID, true, "who pays", NULL},
			{"amount", KEY_AMOUNT, true, "the price, of a month where there is no \"billing_interval\"", NULL},
			{"billing_interval", KEY_LENGTH, false, "what the price is for, such as 1 year", NULL},
			{"starts_on", KEY_DAY, true, "the first day", NULL},
			{"ends_on", KEY_DAY, false, "the first day that is not paid for, NULL where it goes on", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"events", "who used the product when",
		{
			{"user", KEY_ID, true, "who; rows without one are left out", NULL},
			{"day", KEY_DAY, true, "the day of use", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"tickets", "requests for help",
		{
			{"opened", KEY_MOMENT, true, "when it was opened", NULL},
			{"first_response", KEY_MOMENT, false, "when it was answered, NULL where it was not yet", NULL},
			{"resolved", KEY_MOMENT, false, "when it was resolved, NULL where it was not yet", NULL},
			{"response_target", KEY_LENGTH, false, "how long the answer may take", NULL},
			{"resolution_target", KEY_LENGTH, false, "how long the resolution may take", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"orders", "what customers bought, and gave back",
		{
			{"customer", KEY_SHOWN_ID, true, "who bought", NULL},
			{"day", KEY_DAY, true, "the day of the order", NULL},
			{"amount", KEY_AMOUNT, true, "the amount, negative for a refund", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"accounts", "names and properties of customers, for the views of \"signals\"",
		{
			{"customer", KEY_SHOWN_ID, true, "the customer's number, as in \"signals\"", NULL},
			{"name", KEY_TEXT, false, "the customer's name", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"signals", "signals of the health of customers",
		{
			{"customer", KEY_SHOWN_ID, true, "whose signal it is", NULL},
			{"signal", KEY_TEXT, true, "the name of the signal", NULL},
			{"score", KEY_NUMBER, true, "how good it is, 0 to 100, NULL where that is not known", NULL},
			{"weight", KEY_NUMBER, false, "how much it counts, 1 where there is none", NULL},
			{"day", KEY_DAY, false, "the day of the signal; the last day of a customer counts", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"trials", "trials, and which of them became customers",
		{
			{"trial_ends", KEY_DAY, true, "the last day of the trial", NULL},
			{"converted_on", KEY_DAY, true, "the day of the purchase, NULL where there is none", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
	{"journeys", "who took which step when",
		{
			{"user", KEY_ID, true, "who", NULL},
			{"at", KEY_MOMENT, true, "when", NULL},
			{"step", KEY_TEXT, true, "the name of the step", NULL},
			{"steps", SETTING_NAMES, true, "the steps of the funnel, in their order", NULL},
			{"within", SETTING_INTERVAL, true, "the time that a user has for all of them, as in \"30 days\"", NULL},
	NO_KEY}, NULL, NULL, NULL, NULL, NULL},
};

int
source_count(void)
{
	return lengthof(source_rules);
}

Source *
source_named(const Mapping *mapping, const char *name)
{
	for (int i = 0; i < source_count(); i++)
		if (strcmp(source_rules[i].name, name) == 0)
			return &mapping->sources[i];
	return NULL;
}

/*
 * Return which key of a kind of source has a name, or -1.
 */
int
key_named(const SourceRule *rule, const char *name)
{
	for (int i = 0; rule->keys[i].name != NULL; i++)
		if (strcmp(rule->keys[i].name, name) == 0)
			return i;
	return -1;
}

/*
 * Return the source of a name that a view uses.
 */
static const Source *
source_of_view(const Mapping *mapping, const char *name)
{
	const Source *source = source_named(mapping, name);

	if (source != NULL)
		return source;
	view_is_wrong("needs", name);
}

/*
 * Report whether a source has a key, or the mapping a source, by this name:
 * "resolved", "accounts" or, of another source, "accounts.name".
 */
static bool
is_mapped(const Mapping *mapping, const Source *source, const char *name)
{
	const char *dot = strchr(name, '.');
	int			key;

	if (dot != NULL)
	{
		const Source *other = source_of_view(mapping, pnstrdup(name, dot - name));

		return other->query != NULL && is_mapped(mapping, other, dot + 1);
	}
	key = key_named(source->rule, name);
	if (key >= 0)
		return source->expressions[key] != NULL;
	return source_of_view(mapping, name)->query != NULL;
}

/*
 * Report whether all keys of a list with commas are mapped.
 */
bool
keys_are_mapped(const Mapping *mapping, const Source *source,
				const char *keys)
{
	char	   *list = pstrdup(keys == NULL ? "" : keys);
	char	   *rest;

	for (char *key = strtok_r(list, ",", &rest); key != NULL; key = strtok_r(NULL, ",", &rest))
		if (!is_mapped(mapping, source, key))
			return false;
	return true;
}
