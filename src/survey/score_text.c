/*-------------------------------------------------------------------------
 *
 * score_text.c
 *	  Scores that are text: the number that an answer begins with.
 *
 * Forms and imports deliver 9, 9.0, "10 - extremely likely" and "n/a" in one
 * column.  What has no digit at all has no score.  What has digits that are not
 * plainly a score is an error, since an answer that is left out without a word
 * changes the metric.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "core/compat.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "core/shown.h"
#include "survey/survey.h"

/* Numbers are read up to here; larger ones are not told apart. */
#define MANY	1000000

/* Returned for a character that is no digit. */
#define NOT_A_DIGIT		(-1)

/* An answer, and how far it has been read. */
typedef struct Answer
{
	const text *whole;			/* for messages */
	const char *at;
	const char *end;
} Answer;

/* The zeros of the decimal digits (Unicode category Nd) of scripts in use. */
static const pg_wchar zeros[] = {
	'0', 0x0660, 0x06f0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66,
	0x0ce6, 0x0d66, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810, 0xff10
};

static pg_noinline pg_noreturn void
answer_unclear(const Answer *answer)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("answer is not clearly a score"),
			 errdetail("The answer is \"%s\"; the score must be the only number and stand at the start, and a word must be set off from it, as in \"9\" or \"10 - extremely likely\".",
					   text_shown(answer->whole)),
			 errhint("Take away what is not the score, for example survey_score(replace(answer, 'Score: ', '')), or make an answer without one NULL with nullif(). For a score of another scale, such as \"4 of 5\", say scale_max to the metric as well.")));
}

static pg_noinline pg_noreturn void
answer_of_other_scale(const Answer *answer)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("answer is a score of another scale"),
			 errdetail("The answer is \"%s\"; scores are read as they are out of 10.",
					   text_shown(answer->whole)),
			 errhint("Take the number before the slash, survey_score(split_part(answer, '/', 1)), and say the scale to the metric: of five, nps(survey_summary(score), promoter_from => 5, detractor_to => 3, scale_max => 5), or csat(survey_summary(score), satisfied_from => 4, scale_max => 5).")));
}

/*
 * Return the character that comes next, 0 at the end.  Outside of UTF-8 a byte is
 * taken for a character: in the encodings of a database no byte of a longer one
 * is an ASCII character.
 */
static pg_wchar
next_char(const Answer *answer, int *length)
{
	const unsigned char *at = (const unsigned char *) answer->at;

	*length = 1;
	if (answer->at == answer->end)
		return 0;
	if (*at < 0x80 || GetDatabaseEncoding() != PG_UTF8)
		return *at;
	*length = pg_utf_mblen(at);
	return utf8_to_unicode(at);
}

/* Return the value of the digit that comes next, of any script. */
static int
next_digit(const Answer *answer)
{
	int			length;
	pg_wchar	c = next_char(answer, &length);

	for (size_t i = 0; i < lengthof(zeros); i++)
	{
		if (c >= zeros[i] && c <= zeros[i] + 9)
			return (int) (c - zeros[i]);
		if (length == 1)
			break;				/* ASCII, or a byte */
	}
	return NOT_A_DIGIT;
}

static void
advance(Answer *answer)
{
	int			length;

	(void) next_char(answer, &length);
	answer->at += length;
}

/* Read a character if it is the one that comes next. */
static bool
skip_char(Answer *answer, char c)
{
	if (answer->at == answer->end || *answer->at != c)
		return false;
	answer->at++;
	return true;
}

/*
 * Report whether a character is a blank: of ASCII, the spaces of Unicode, such as
 * that without break or of ideographs, or the marks without width that forms and
 * spreadsheets leave, such as that of the byte order.
 */
static bool
is_blank(pg_wchar c, int length)
{
	if (length == 1)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return c == 0x00a0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200d) ||
		c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f ||
		c == 0x2060 || c == 0x3000 || c == 0xfeff;
}

static void
skip_blanks(Answer *answer)
{
	for (;;)
	{
		int			length;
		pg_wchar	c = next_char(answer, &length);

		if (!is_blank(c, length))
			return;
		answer->at += length;
	}
}

static bool
has_digit(Answer answer)
{
	for (; answer.at < answer.end; advance(&answer))
	{
		CHECK_FOR_INTERRUPTS();
		if (next_digit(&answer) != NOT_A_DIGIT)
			return true;
	}
	return false;
}

/* Report whether there is a digit that is not one of ASCII, read already or not. */
static bool
has_other_digit(Answer answer)
{
	answer.at = VARDATA_ANY(answer.whole);
	for (; answer.at < answer.end; advance(&answer))
	{
		CHECK_FOR_INTERRUPTS();
		if ((unsigned char) *answer.at >= 0x80 && next_digit(&answer) != NOT_A_DIGIT)
			return true;
	}
	return false;
}

/*
 * Return what to do with an answer of a scale from 0 to 100.  Patterns and casts
 * of PostgreSQL know no digits but those of ASCII, and would make others NULL.
 */
static const char *
of_hundred_hint(const Answer *answer)
{
	if (has_other_digit(*answer))
		return "Of a scale from 0 to 100 write the digits as 0 to 9 first, with translate().";
	return "Of a scale from 0 to 100 take width_bucket(replace(substring(answer FROM '-?\\d+[.,]?\\d*'), ',', '.')::numeric, ARRAY[0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 100.01]) - 1, where 70 is the first passive and 90 the first promoter.";
}

static pg_noinline pg_noreturn void
answer_is_percentage(const Answer *answer)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("answer is a percentage"),
			 errdetail("The answer is \"%s\"; scores are whole numbers from 0 to 10.",
					   text_shown(answer->whole)),
			 errhint("%s", of_hundred_hint(answer))));
}

static pg_noinline pg_noreturn void
answer_out_of_range(const Answer *answer)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score out of range"),
			 errdetail("The answer is \"%s\"; scores are whole numbers from 0 to 10.",
					   text_shown(answer->whole)),
			 errhint("If the answer means \"no answer\", make it NULL with nullif(). %s",
					 of_hundred_hint(answer))));
}

static bool
has_percent(Answer answer)
{
	return memchr(answer.at, '%', answer.end - answer.at) != NULL;
}

/* Read digits as a number; false if there is none. */
static bool
read_number(Answer *answer, int *number)
{
	int			digit = next_digit(answer);

	*number = 0;
	if (digit == NOT_A_DIGIT)
		return false;
	for (; digit != NOT_A_DIGIT; digit = next_digit(answer))
	{
		CHECK_FOR_INTERRUPTS();
		*number = Min(*number * 10 + digit, MANY);
		advance(answer);
	}
	return true;
}

/* Report whether a character comes next that is a fraction, such as a half. */
static bool
has_fraction(Answer answer)
{
	int			length;
	pg_wchar	c;

	skip_blanks(&answer);
	c = next_char(&answer, &length);
	return length > 1 && ((c >= 0x00bc && c <= 0x00be) || (c >= 0x2150 && c <= 0x215e));
}

static pg_noinline pg_noreturn void
answer_not_whole(const Answer *answer)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("score is not a whole number"),
			 errdetail("The answer is \"%s\"; scores are whole numbers from 0 to 10.",
					   text_shown(answer->whole)),
			 errhint("Write survey_score(%s), which is floor() of the score: below 7 is a detractor, and below 9 no promoter.",
					 has_fraction(*answer) ? "regexp_replace(answer, '[.,\\u00bc-\\u00be\\u2150-\\u215e].*', '')" :
					 "split_part(translate(answer, ',', '.'), '.', 1)")));
}

/* Read decimals, if there are any; false if they are not all 0. */
static bool
read_decimals(Answer *answer)
{
	Answer		look = *answer;
	int			decimals;

	if (has_fraction(*answer))
		return false;
	if ((!skip_char(&look, '.') && !skip_char(&look, ',')) ||
		!read_number(&look, &decimals))
		return true;
	*answer = look;
	return decimals == 0;
}

/*
 * Skip "/10" after the number.  "/5" is the scale of another score, "/10/25" the
 * rest of a date.
 */
static void
skip_of_ten(Answer *answer)
{
	Answer		look = *answer;
	int			best;

	skip_blanks(&look);
	if (!skip_char(&look, '/'))
		return;
	skip_blanks(&look);
	if (!read_number(&look, &best))
		return;
	if (best == SURVEY_MAX_SCORE)
		*answer = look;
	else if (best >= 2 && best < SURVEY_MAX_SCORE && !has_digit(look) && !has_percent(look))
		answer_of_other_scale(answer);
}

/* Report whether nothing but a percent sign follows. */
static bool
is_percentage(Answer answer)
{
	skip_blanks(&answer);
	if (!skip_char(&answer, '%'))
		return false;
	skip_blanks(&answer);
	return answer.at == answer.end;
}

/*
 * Report whether a character is a letter, in any script.  What is no letter in
 * Unicode beyond ASCII are blocks of punctuation, signs and emoji; the functions
 * of the C library would depend on the locale.  Outside of UTF-8 only ASCII is
 * known.
 */
static bool
is_letter(const Answer *answer)
{
	int			length;
	pg_wchar	c = next_char(answer, &length);

	if (length == 1)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	return c >= 0x00c0 && c != 0x00d7 && c != 0x00f7 &&
		!(c >= 0x2000 && c <= 0x2bff) && !(c >= 0x3000 && c <= 0x303f) &&
		!(c >= 0xfe00 && c <= 0xfe6f) && !(c >= 0xff00 && c <= 0xff20) &&
		!(c >= 0x1f000 && c <= 0x1ffff) && c < 0xe0000;
}

/*
 * Skip the word for points or stars after the number, in English or Korean: of
 * "9 points" and of "9\uc810".
 */
static void
skip_points(Answer *answer)
{
	static const char *const words[] = {"points", "point", "stars", "star", "\xec\xa0\x90"};
	Answer		look = *answer;

	skip_blanks(&look);
	for (size_t i = 0; i < lengthof(words); i++)
	{
		Size		length = strlen(words[i]);

		if ((Size) (look.end - look.at) >= length &&
			pg_strncasecmp(look.at, words[i], length) == 0)
		{
			look.at += length;
			*answer = look;
			return;
		}
	}
}

/* Report whether a word follows that nothing sets off: "7 days ago" is no score. */
static bool
has_bare_word(Answer answer)
{
	skip_points(&answer);
	skip_blanks(&answer);
	return is_letter(&answer);
}

/*
 * survey_score(answer) -> the score that a text begins with, 0 to 10, as an
 * integer; NULL where there is no digit in it: '', 'n/a', 'don''t know'.
 *
 * Before it may stand blanks and a plus sign, behind it decimals that are 0,
 * '/10', 'points', and a label without digits that a sign sets off, as in '10 -
 * extremely likely'.  Digits may be those of any script in a database in UTF8.
 * Errors: a number beyond 10 or below 0, one that is not whole, a percentage, a
 * score of another scale ('4/5'), a bare word ('7 days ago'), and digits in any
 * other place.
 */
PG_FUNCTION_INFO_V1(survey_score);
Datum
survey_score(PG_FUNCTION_ARGS)
{
	text	   *whole = PG_GETARG_TEXT_PP(0);
	Answer		answer;
	bool		is_negative;
	bool		is_whole;
	int			score;

	answer.whole = whole;
	answer.at = VARDATA_ANY(whole);
	answer.end = answer.at + VARSIZE_ANY_EXHDR(whole);
	if (!has_digit(answer))
		PG_RETURN_NULL();

	skip_blanks(&answer);
	is_negative = skip_char(&answer, '-');
	if (!is_negative)
		(void) skip_char(&answer, '+');
	if (!read_number(&answer, &score))
		answer_unclear(&answer);
	is_whole = read_decimals(&answer);
	if (is_percentage(answer))
		answer_is_percentage(&answer);
	skip_of_ten(&answer);
	if (has_digit(answer) || has_percent(answer) || has_bare_word(answer))
		answer_unclear(&answer);
	if (score > SURVEY_MAX_SCORE || (score == SURVEY_MAX_SCORE && !is_whole) ||
		(is_negative && (score > 0 || !is_whole)))
		answer_out_of_range(&answer);
	if (!is_whole)
		answer_not_whole(&answer);
	PG_RETURN_INT32(score);
}
