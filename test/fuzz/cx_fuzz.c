/*-------------------------------------------------------------------------
 *
 * cx_fuzz.c
 *	  Mutates the text and the binary form of values of a type and sees what
 *	  its input functions make of it.
 *
 *	CREATE FUNCTION cx_fuzz(type regtype, seeds text[], checks text[],
 *							mutants integer, seed bigint,
 *							OUT accepted integer, OUT errors text,
 *							OUT failures text[])
 *	AS '.../cx_fuzz' LANGUAGE C;
 *
 * Seeds are values of the type as text; they are tried first as they are.  Half
 * of the mutants are of their text,
 * half of their binary form.  A mutant may be refused with an error that a user
 * can be shown.  One that is accepted
 *
 *	- must come back the same from its own text and its own binary form, and
 *	  have the same bytes in memory then, and
 *	- must pass every check: an SQL expression of $1, the value, and $2, another
 *	  one, which may be true or NULL, or be refused with a proper error.
 *
 * Everything follows from "seed", so that a failure can be repeated.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(cx_fuzz);

#define MAX_FAILURES	5
#define MAX_ERRORS		64

/*
 * SplitMix64 (Steele, Lea and Flood 2014): small, and the same on every
 * version of PostgreSQL.
 */
static uint64 random_state;

static uint64
random_bits(void)
{
	uint64		z = (random_state += UINT64CONST(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* 0 .. n - 1 */
static int
pick(int n)
{
	return n <= 1 ? 0 : (int) (random_bits() % n);
}

/*
 * A string of bytes that is edited.
 */

static void
cut(StringInfo s, int at, int length)
{
	memmove(s->data + at, s->data + at + length, s->len - at - length);
	s->len -= length;
	s->data[s->len] = '\0';
}

static void
paste(StringInfo s, int at, const char *bytes, int length)
{
	/* bytes may be part of s, which is about to move */
	char	   *copy = palloc(length + 1);

	memcpy(copy, bytes, length);
	enlargeStringInfo(s, length);
	memmove(s->data + at + length, s->data + at, s->len - at);
	memcpy(s->data + at, copy, length);
	s->len += length;
	s->data[s->len] = '\0';
	pfree(copy);
}

/* A random stretch, short ones more often. */
static void
stretch(StringInfo s, int *at, int *length)
{
	*at = pick(s->len);
	*length = 1 + pick(pick(4) == 0 ? s->len - *at : Min(s->len - *at, 12));
	if (*at + *length > s->len)
		*length = s->len - *at;
}

/*
 * Text
 */

static const char *const words[] = {
	"0", "1", "-1", "-0", "2", "10", "11", "255", "256", "65536",
	"2147483647", "2147483648", "-2147483649", "4294967296",
	"1000000000000000", "1000000000000001", "999999999999999",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"18446744073709551616", "99999999999999999999999999999999999999",
	"170141183460469231731687303715884105728", "1e15", "1e16", "1e38", "1e39",
	"1e400", "1e-400", "1e131071", "0.5", "0.1", "1.5", "1e0", "1E+2", "0.0",
	"-0.0", "00", "01", "1.", ".5", "+1", "NaN", "Infinity", "-Infinity",
	"null", "true", "false", "{}", "[]", "[[]]", "\"\"", "\"0\"", "\"1\"",
	"\"x\"", "\"\\u0000\"", "\"\\u0039\"", "\"\\ud800\"", ",", ":", "{", "}",
	"[", "]", "\"", "\\", " ", "\n", "\t", "\303\244",
	"{\"a\": 1}", "[1, 2]", "[0, 0]", "[null]",
	"\"version\": 1", "\"version\": 2", ", \"version\": 1", ", \"x\": 1",
	"\"infinity\"", "\"-infinity\"", "\"2025-01-01\"", "\"2025-02-30\"",
	"\"0001-01-01 BC\"", "\"5874897-12-31\"", "\"4713-01-01 BC\"",
	"\"294276-12-31\"", "\"2025-1-1\"", "\"20250101\"", "\"today\"",
	"\"month\"", "\"day\"", "\"1 day\"", "\"12.50\"", "\"-5\"", "\"1e10\""
};

static bool
in_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '.' || c == 'e' ||
		c == 'E' || c == '+';
}

/* A random number in the text; false if there is none. */
static bool
find_number(StringInfo s, int *at, int *length)
{
	int			from = pick(s->len);

	for (int i = 0; i < s->len; i++)
	{
		int			start = (from + i) % s->len;
		int			end = start;

		if (s->data[start] < '0' || s->data[start] > '9')
			continue;
		while (start > 0 && in_number(s->data[start - 1]))
			start--;
		while (end < s->len && in_number(s->data[end]))
			end++;
		*at = start;
		*length = end - start;
		return true;
	}
	return false;
}

/*
 * A random member or element: from a comma or an opening bracket to the next
 * comma or closing one at the same depth.  False if there is none.
 */
static bool
find_member(StringInfo s, int *at, int *length)
{
	int			from = pick(s->len);

	for (int i = 0; i < s->len; i++)
	{
		int			start = (from + i) % s->len;
		int			depth = 0;
		int			end;

		if (strchr("{[,", s->data[start]) == NULL || s->data[start] == '\0')
			continue;
		start++;
		for (end = start; end < s->len; end++)
		{
			char		c = s->data[end];

			if (c == '{' || c == '[')
				depth++;
			else if ((c == '}' || c == ']') && depth-- == 0)
				break;
			else if (c == ',' && depth == 0)
				break;
		}
		if (end == start)
			continue;
		*at = start;
		*length = end - start;
		return true;
	}
	return false;
}

static void
mutate_text(StringInfo s, const char *other)
{
	const char *word = words[pick(lengthof(words))];
	int			at;
	int			length;
	char		digits[32];

	if (s->len == 0)
		appendStringInfoChar(s, '{');

	switch (pick(16))
	{
		case 0:					/* another number, from the list */
		case 1:
			if (find_number(s, &at, &length))
			{
				cut(s, at, length);
				paste(s, at, word, strlen(word));
			}
			break;
		case 2:					/* one more or less, or any */
		case 3:
			if (find_number(s, &at, &length))
			{
				int64		number = strtoll(s->data + at, NULL, 10);

				switch (pick(4))
				{
					case 0:
						number = (int64) ((uint64) number + 1);
						break;
					case 1:
						number = (int64) ((uint64) number - 1);
						break;
					case 2:
						number = (int64) (random_bits() >> pick(64));
						break;
					default:
						number = pick(100);
				}
				snprintf(digits, sizeof(digits), INT64_FORMAT, number);
				cut(s, at, length);
				paste(s, at, digits, strlen(digits));
			}
			break;
		case 4:					/* swap or change digits */
			if (find_number(s, &at, &length))
			{
				int			a = at + pick(length);
				int			b = at + pick(length);
				char		c = s->data[a];

				s->data[a] = s->data[b];
				s->data[b] = c;
				if (pick(2) == 0)
					s->data[a] = '0' + pick(10);
			}
			break;
		case 5:					/* delete a member */
			if (find_member(s, &at, &length))
			{
				if (at + length < s->len && s->data[at + length] == ',')
					length++;
				else if (s->data[at - 1] == ',')
				{
					at--;
					length++;
				}
				cut(s, at, length);
			}
			break;
		case 6:					/* have it twice */
			if (find_member(s, &at, &length))
			{
				paste(s, at + length, s->data + at, length);
				paste(s, at + length, ",", 1);
			}
			break;
		case 7:					/* move a member's value elsewhere */
			if (find_member(s, &at, &length))
			{
				char	   *member = pnstrdup(s->data + at, length);

				if (find_member(s, &at, &length))
				{
					cut(s, at, length);
					paste(s, at, member, strlen(member));
				}
			}
			break;
		case 8:					/* a word in place of a member or its value */
			if (find_member(s, &at, &length))
			{
				char	   *colon = memchr(s->data + at, ':', length);

				if (colon != NULL && pick(4) > 0)
				{
					length -= colon + 1 - (s->data + at);
					at = colon + 1 - s->data;
				}
				cut(s, at, length);
				paste(s, at, word, strlen(word));
			}
			break;
		case 9:					/* a word anywhere */
			paste(s, pick(s->len + 1), word, strlen(word));
			break;
		case 10:				/* a byte */
			s->data[pick(s->len)] = (char) (1 + pick(127));
			break;
		case 11:				/* cut a stretch */
			stretch(s, &at, &length);
			cut(s, at, length);
			break;
		case 12:				/* repeat a stretch, sometimes often */
			stretch(s, &at, &length);
			for (int i = pick(8) == 0 ? pick(2000) : 1; i > 0 && s->len < 100000; i--)
				paste(s, at, s->data + at, length);
			break;
		case 13:				/* truncate */
			at = pick(s->len);
			cut(s, at, s->len - at);
			break;
		case 14:				/* the end of another one */
			at = pick(s->len);
			length = strlen(other);
			cut(s, at, s->len - at);
			at = pick(length);
			appendBinaryStringInfo(s, other + at, length - at);
			break;
		default:				/* a bit */
			s->data[pick(s->len)] ^= 1 << pick(7);
	}

	/*
	 * The server checks the encoding of whatever comes in, long before an
	 * input function sees it.
	 */
	for (int i = 0; i < s->len; i++)
	{
		if (s->data[i] == '\0')
			s->data[i] = ' ';
	}
	if (!pg_verify_mbstr(GetDatabaseEncoding(), s->data, s->len, true))
	{
		for (int i = 0; i < s->len; i++)
		{
			if (IS_HIGHBIT_SET(s->data[i]))
				s->data[i] = '?';
		}
	}
}

/*
 * Binary
 */

static int64
interesting_number(int64 old)
{
	static const int64 numbers[] = {
		0, 1, -1, 2, 10, 11, 100, 127, 128, 255, 256, 32767, 65536,
		PG_INT32_MAX, PG_INT32_MIN, (int64) PG_INT32_MAX + 1,
		PG_INT64_MAX, PG_INT64_MIN, PG_INT64_MAX - 1,
		INT64CONST(1000000000000000), INT64CONST(1000000000000001),
		INT64CONST(999999999999999), INT64CONST(1) << 52, INT64CONST(1) << 62
	};

	switch (pick(6))
	{
		case 0:
			return (int64) ((uint64) old + 1);
		case 1:
			return (int64) ((uint64) old - 1);
		case 2:
			return (int64) (~(uint64) old + 1);
		case 3:
			return (int64) (random_bits() >> pick(64));
		case 4:
			return (int64) ((uint64) old ^ (UINT64CONST(1) << pick(64)));
		default:
			return numbers[pick(lengthof(numbers))];
	}
}

/* Overwrite a number of some bytes in network order. */
static void
mutate_number(StringInfo s, int bytes)
{
	int			at;
	uint64		number = 0;

	if (s->len < bytes)
		return;

	/* after the version byte numbers of the same size are in a row */
	at = pick(s->len - bytes + 1);
	if (pick(3) > 0 && s->len > bytes)
		at = 1 + pick((s->len - 1) / bytes) * bytes;
	for (int i = 0; i < bytes; i++)
		number = number << 8 | (uint8) s->data[at + i];
	if (bytes == 4)
		number = (uint64) (int64) (int32) number;
	number = (uint64) interesting_number((int64) number);
	for (int i = bytes - 1; i >= 0; i--)
	{
		s->data[at + i] = (char) (number & 0xff);
		number >>= 8;
	}
}

static void
mutate_binary(StringInfo s, StringInfo other)
{
	int			at;
	int			length;

	if (s->len == 0)
		appendStringInfoChar(s, 1);

	switch (pick(14))
	{
		case 0:
		case 1:
		case 2:
		case 3:
			mutate_number(s, 8);
			break;
		case 4:
		case 5:
			mutate_number(s, 4);
			break;
		case 6:
			mutate_number(s, 1 + pick(2));
			break;
		case 7:					/* a bit */
			s->data[pick(s->len)] ^= 1 << pick(8);
			break;
		case 8:					/* a byte, or a few */
			stretch(s, &at, &length);
			memset(s->data + at, (int) random_bits(), length);
			break;
		case 9:					/* swap two stretches of 8 */
			if (s->len >= 16)
			{
				char		swap[8];
				int			a = 1 + 8 * pick((s->len - 1) / 8 - 1);
				int			b = 1 + 8 * pick((s->len - 1) / 8 - 1);

				memcpy(swap, s->data + a, 8);
				memmove(s->data + a, s->data + b, 8);
				memcpy(s->data + b, swap, 8);
			}
			break;
		case 10:				/* cut */
			if (pick(2) == 0)
			{
				at = pick(s->len);
				length = s->len - at;
			}
			else
				stretch(s, &at, &length);
			cut(s, at, length);
			break;
		case 11:				/* more at the end */
			for (int i = 1 + pick(20); i > 0; i--)
				appendStringInfoChar(s, pick(2) == 0 ? '\0' : (char) random_bits());
			break;
		case 12:				/* repeat a stretch */
			stretch(s, &at, &length);
			paste(s, at, s->data + at, length);
			break;
		default:				/* the end of another one */
			at = pick(s->len);
			cut(s, at, s->len - at);
			if (at < other->len)
				appendBinaryStringInfo(s, other->data + at, other->len - at);
	}
}

/*
 * The run
 */

typedef struct Fuzz
{
	Oid			type;
	int16		typlen;
	bool		typbyval;
	Oid			input;
	Oid			output;
	Oid			receive;
	Oid			send;
	Oid			ioparam;
	int			nseeds;
	Datum	   *seeds;
	char	  **texts;
	bytea	  **binaries;
	int			nchecks;
	char	  **checks;
	SPIPlanPtr *plans;
	SPIPlanPtr	all_plan;		/* all checks in one */
	Datum		another;		/* a value accepted before */
	int			accepted;
	int			nerrors;
	int			error_codes[MAX_ERRORS];
	int			error_counts[MAX_ERRORS];
	int			nfailures;
	Datum		failures[MAX_FAILURES];
	MemoryContext context;		/* lives as long as the run */
} Fuzz;

static void
add_failure(Fuzz *fuzz, const char *form, StringInfo mutant, const char *what)
{
	MemoryContext old;
	StringInfoData message;

	if (fuzz->nfailures < MAX_FAILURES)
	{
		old = MemoryContextSwitchTo(fuzz->context);
		initStringInfo(&message);
		appendStringInfo(&message, "%s: %s ", what, form);
		for (int i = 0; i < mutant->len && i < 2000; i++)
		{
			if (strcmp(form, "text") == 0)
				appendStringInfoChar(&message, mutant->data[i]);
			else
				appendStringInfo(&message, "%02x", (uint8) mutant->data[i]);
		}
		fuzz->failures[fuzz->nfailures] = PointerGetDatum(cstring_to_text(message.data));
		MemoryContextSwitchTo(old);
	}
	fuzz->nfailures++;
}

/*
 * Count an error.  Those that say that something is wrong with the server or
 * its code are failures: XX (internal, data corrupted), 53 (out of memory).
 */
static void
add_error(Fuzz *fuzz, ErrorData *error, const char *form, StringInfo mutant,
		  const char *where)
{
	char	   *code = unpack_sql_state(error->sqlerrcode);
	int			i;

	if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		error->sqlerrcode == ERRCODE_ADMIN_SHUTDOWN)
		ReThrowError(error);
	if (strncmp(code, "XX", 2) == 0 || strncmp(code, "53", 2) == 0)
		add_failure(fuzz, form, mutant,
					psprintf("%s: %s %s", where, code, error->message));
	for (i = 0; i < fuzz->nerrors; i++)
	{
		if (fuzz->error_codes[i] == error->sqlerrcode)
			break;
	}
	if (i == MAX_ERRORS)
		return;
	if (i == fuzz->nerrors)
	{
		fuzz->error_codes[fuzz->nerrors++] = error->sqlerrcode;
		fuzz->error_counts[i] = 0;
	}
	fuzz->error_counts[i]++;
}

/* Run something in a subtransaction; the error that it raises, or NULL. */
static ErrorData *
attempt(void (*run) (Fuzz *fuzz, void *arg), Fuzz *fuzz, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		run(fuzz, arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

typedef struct Mutant
{
	StringInfo	bytes;
	bool		is_text;
	Datum		value;
	bool		is_rest;		/* bytes were left over */
	const char *failure;
	int			check;			/* which one to run, or -1: all */
} Mutant;

static Datum
receive(Fuzz *fuzz, StringInfo bytes, bool *is_rest)
{
	StringInfoData message;
	Datum		value;

	/* of exactly this length, so that a sanitizer sees what reads beyond */
	message.data = palloc(bytes->len + 1);
	memcpy(message.data, bytes->data, bytes->len);
	message.data[bytes->len] = '\0';
	message.len = bytes->len;
	message.maxlen = bytes->len + 1;
	message.cursor = 0;
	value = OidReceiveFunctionCall(fuzz->receive, &message, fuzz->ioparam, -1);
	*is_rest = message.cursor != message.len;
	return value;
}

static Datum
input(Fuzz *fuzz, char *text)
{
	return OidInputFunctionCall(fuzz->input, text, fuzz->ioparam, -1);
}

static void
run_input(Fuzz *fuzz, void *arg)
{
	Mutant	   *mutant = (Mutant *) arg;

	if (mutant->is_text)
		mutant->value = input(fuzz, mutant->bytes->data);
	else
		mutant->value = receive(fuzz, mutant->bytes, &mutant->is_rest);
}

/*
 * What was accepted must survive its own text and its own binary form; and a
 * text that was accepted is JSON, by PostgreSQL's own parser.
 */
static void
run_round_trip(Fuzz *fuzz, void *arg)
{
	Mutant	   *mutant = (Mutant *) arg;
	char	   *text = OidOutputFunctionCall(fuzz->output, mutant->value);
	bytea	   *binary = OidSendFunctionCall(fuzz->send, mutant->value);
	Datum		from_text = input(fuzz, text);
	StringInfoData message;
	Datum		from_binary;
	bool		is_rest;

	if (mutant->is_text)
		(void) DirectFunctionCall1(jsonb_in, CStringGetDatum(mutant->bytes->data));
	message.data = VARDATA(binary);
	message.len = VARSIZE(binary) - VARHDRSZ;
	from_binary = receive(fuzz, &message, &is_rest);

	if (is_rest)
		mutant->failure = "its binary form is not read to the end";
	else if (!datumIsEqual(mutant->value, from_text, fuzz->typbyval, fuzz->typlen))
		mutant->failure = psprintf("it is not the same after a round trip as text: %s, %s",
								   text, OidOutputFunctionCall(fuzz->output, from_text));
	else if (!datumIsEqual(mutant->value, from_binary, fuzz->typbyval, fuzz->typlen))
		mutant->failure = psprintf("it is not the same after a round trip as binary: %s, %s",
								   text, OidOutputFunctionCall(fuzz->output, from_binary));
}

static void
run_check(Fuzz *fuzz, void *arg)
{
	Mutant	   *mutant = (Mutant *) arg;
	SPIPlanPtr	plan = mutant->check < 0 ? fuzz->all_plan : fuzz->plans[mutant->check];
	Datum		values[2];
	bool		is_null;
	MemoryContext context = CurrentMemoryContext;

	values[0] = mutant->value;
	values[1] = fuzz->another;
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_plan(plan, values, NULL, true, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "a check could not be run");
	if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null))
		&& !is_null)
	{
		MemoryContextSwitchTo(context);
		mutant->failure = mutant->check < 0 ? "a check is false" :
			psprintf("false: %s of %s, %s", fuzz->checks[mutant->check],
					 OidOutputFunctionCall(fuzz->output, values[0]),
					 OidOutputFunctionCall(fuzz->output, values[1]));
	}
	SPI_finish();
	MemoryContextSwitchTo(context);
}

static void
try_mutant(Fuzz *fuzz, Mutant *mutant)
{
	const char *form = mutant->is_text ? "text" : "binary";
	ErrorData  *error = attempt(run_input, fuzz, mutant);

	if (error != NULL)
	{
		add_error(fuzz, error, form, mutant->bytes, "input");
		return;
	}
	/* as COPY does, and whoever else receives values */
	if (mutant->is_rest)
		return;

	fuzz->accepted++;
	error = attempt(run_round_trip, fuzz, mutant);
	if (error != NULL)
	{
		/* a value that cannot go out and come in again is one, whatever why */
		add_failure(fuzz, form, mutant->bytes,
					psprintf("round trip: %s", error->message));
		return;
	}
	if (mutant->failure != NULL)
		add_failure(fuzz, form, mutant->bytes, mutant->failure);

	/* all checks at once; one by one if there is something about them */
	mutant->check = -1;
	mutant->failure = NULL;
	if (fuzz->nchecks > 0)
		error = attempt(run_check, fuzz, mutant);
	if (error != NULL || mutant->failure != NULL)
	{
		for (int i = 0; i < fuzz->nchecks; i++)
		{
			mutant->check = i;
			mutant->failure = NULL;
			error = attempt(run_check, fuzz, mutant);
			if (error != NULL)
				add_error(fuzz, error, form, mutant->bytes, fuzz->checks[i]);
			else if (mutant->failure != NULL)
				add_failure(fuzz, form, mutant->bytes, mutant->failure);
		}
	}

	/* keep a few as the other argument of those to come */
	if (pick(16) == 0)
	{
		MemoryContext old = MemoryContextSwitchTo(fuzz->context);

		fuzz->another = datumCopy(mutant->value, fuzz->typbyval, fuzz->typlen);
		MemoryContextSwitchTo(old);
	}
	else if (pick(16) == 0)
		fuzz->another = fuzz->seeds[pick(fuzz->nseeds)];
}

static void
fuzz_begin(Fuzz *fuzz, ArrayType *seeds, ArrayType *checks)
{
	Datum	   *elements;
	bool		is_varlena;
	Oid			argtypes[2];
	StringInfoData all;

	get_typlenbyval(fuzz->type, &fuzz->typlen, &fuzz->typbyval);
	getTypeInputInfo(fuzz->type, &fuzz->input, &fuzz->ioparam);
	getTypeOutputInfo(fuzz->type, &fuzz->output, &is_varlena);
	getTypeBinaryInputInfo(fuzz->type, &fuzz->receive, &fuzz->ioparam);
	getTypeBinaryOutputInfo(fuzz->type, &fuzz->send, &is_varlena);

	deconstruct_array(seeds, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL,
					  &fuzz->nseeds);
	if (fuzz->nseeds == 0)
		elog(ERROR, "no seeds");
	fuzz->seeds = palloc(fuzz->nseeds * sizeof(Datum));
	fuzz->texts = palloc(fuzz->nseeds * sizeof(char *));
	fuzz->binaries = palloc(fuzz->nseeds * sizeof(bytea *));
	for (int i = 0; i < fuzz->nseeds; i++)
	{
		fuzz->texts[i] = TextDatumGetCString(elements[i]);
		fuzz->seeds[i] = input(fuzz, fuzz->texts[i]);
		fuzz->binaries[i] = OidSendFunctionCall(fuzz->send, fuzz->seeds[i]);
	}
	fuzz->another = fuzz->seeds[0];

	deconstruct_array(checks, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL,
					  &fuzz->nchecks);
	fuzz->checks = palloc(fuzz->nchecks * sizeof(char *));
	fuzz->plans = palloc(fuzz->nchecks * sizeof(SPIPlanPtr));
	argtypes[0] = argtypes[1] = fuzz->type;
	initStringInfo(&all);
	appendStringInfoString(&all, "SELECT true");
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (int i = 0; i < fuzz->nchecks; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(fuzz->context);

		fuzz->checks[i] = TextDatumGetCString(elements[i]);
		MemoryContextSwitchTo(old);

		/* not planned again for every mutant as a constant */
		fuzz->plans[i] = SPI_prepare_cursor(psprintf("SELECT (%s)", fuzz->checks[i]),
											2, argtypes, CURSOR_OPT_GENERIC_PLAN);
		if (fuzz->plans[i] == NULL)
			elog(ERROR, "cannot prepare: %s", fuzz->checks[i]);
		SPI_keepplan(fuzz->plans[i]);
		appendStringInfo(&all, " AND coalesce((%s), true)", fuzz->checks[i]);
	}
	fuzz->all_plan = SPI_prepare_cursor(all.data, 2, argtypes, CURSOR_OPT_GENERIC_PLAN);
	if (fuzz->all_plan == NULL)
		elog(ERROR, "cannot prepare the checks");
	SPI_keepplan(fuzz->all_plan);
	SPI_finish();
}

static Datum
fuzz_end(FunctionCallInfo fcinfo, Fuzz *fuzz)
{
	TupleDesc	tupdesc;
	StringInfoData errors;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	for (int i = 0; i < fuzz->nchecks; i++)
		SPI_freeplan(fuzz->plans[i]);
	SPI_freeplan(fuzz->all_plan);

	initStringInfo(&errors);
	for (int i = 0; i < fuzz->nerrors; i++)
		appendStringInfo(&errors, "%s%s: %d", i == 0 ? "" : ", ",
						 unpack_sql_state(fuzz->error_codes[i]),
						 fuzz->error_counts[i]);
	if (fuzz->nfailures > MAX_FAILURES)
		fuzz->failures[MAX_FAILURES - 1] = CStringGetTextDatum(psprintf("... %d failures in all",
																		fuzz->nfailures));
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = Int32GetDatum(fuzz->accepted);
	values[1] = CStringGetTextDatum(errors.data);
	values[2] = PointerGetDatum(construct_array(fuzz->failures,
												Min(fuzz->nfailures, MAX_FAILURES),
												TEXTOID, -1, false, TYPALIGN_INT));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls));
}

Datum
cx_fuzz(PG_FUNCTION_ARGS)
{
	int			mutants = PG_GETARG_INT32(3);
	MemoryContext context;
	MemoryContext old;
	Fuzz		fuzz;

	memset(&fuzz, 0, sizeof(fuzz));
	fuzz.type = PG_GETARG_OID(0);
	fuzz.context = CurrentMemoryContext;
	random_state = (uint64) PG_GETARG_INT64(4);
	fuzz_begin(&fuzz, PG_GETARG_ARRAYTYPE_P(1), PG_GETARG_ARRAYTYPE_P(2));

	context = AllocSetContextCreate(CurrentMemoryContext, "mutant",
									ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(context);
	for (int i = 0; i < 2 * fuzz.nseeds + mutants; i++)
	{
		bool		is_seed = i < 2 * fuzz.nseeds;
		int			from = is_seed ? i / 2 : pick(fuzz.nseeds);
		int			other = pick(fuzz.nseeds);
		int			steps = is_seed ? 0 : 1 + pick(pick(3) + 1);
		StringInfoData bytes;
		StringInfoData tail;
		Mutant		mutant;

		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(context);
		initStringInfo(&bytes);
		memset(&mutant, 0, sizeof(mutant));
		mutant.bytes = &bytes;
		mutant.is_text = i % 2 == 0;
		if (mutant.is_text)
		{
			appendStringInfoString(&bytes, fuzz.texts[from]);
			for (int n = 0; n < steps; n++)
				mutate_text(&bytes, fuzz.texts[other]);
		}
		else
		{
			appendBinaryStringInfo(&bytes, VARDATA(fuzz.binaries[from]),
								   VARSIZE(fuzz.binaries[from]) - VARHDRSZ);
			initStringInfo(&tail);
			appendBinaryStringInfo(&tail, VARDATA(fuzz.binaries[other]),
								   VARSIZE(fuzz.binaries[other]) - VARHDRSZ);
			for (int n = 0; n < steps; n++)
				mutate_binary(&bytes, &tail);
		}
		try_mutant(&fuzz, &mutant);
		if (is_seed && fuzz.accepted != i + 1)
			elog(ERROR, "seed %d is refused: %s", from, fuzz.texts[from]);
	}
	fuzz.accepted -= 2 * fuzz.nseeds;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	return fuzz_end(fcinfo, &fuzz);
}
