/*-------------------------------------------------------------------------
 *
 * siphash_test.c
 *	  SipHash-2-4-128 against the vectors of the authors' reference code: key
 *	  00 01 .. 0f, input 00 01 .. of each length.
 *
 * Prints TAP; ends with 1 if a test fails.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "../../src/math/siphash.h"
#include "tap.h"

static const char *const expected[] = {
	"a3817f04ba25a8e66df67214c7550293",
	"da87c1d86b99af44347659119b22fc45",
	"8177228da4a45dc7fca38bdef60affe4",
	"9c70b60c5267a94e5f33b6b02985ed51"
};

int
main(void)
{
	unsigned char input[64];

	for (size_t i = 0; i < sizeof(input); i++)
		input[i] = (unsigned char) i;
	for (size_t length = 0; length < LENGTH(expected); length++)
	{
		SipHash		hash = siphash_128(input, length,
									   UINT64_C(0x0706050403020100),
									   UINT64_C(0x0f0e0d0c0b0a0908));
		char		shown[33];

		for (int i = 0; i < 16; i++)
			(void) snprintf(shown + 2 * i, 3, "%02x",
							(unsigned) (hash.word[i / 8] >> (8 * (i % 8))) & 0xff);
		if (!ok(strcmp(shown, expected[length]) == 0, "%zu bytes", length))
			printf("#   got %s, expected %s\n", shown, expected[length]);
	}

	/* no two of 64 lengths of the same bytes share a word */
	for (size_t a = 0; a < sizeof(input); a++)
	{
		SipHash		one = siphash_128(input, a, 0, 0);
		bool		differs = true;

		for (size_t b = 0; b < a; b++)
		{
			SipHash		other = siphash_128(input, b, 0, 0);

			differs = differs && one.word[0] != other.word[0] &&
				one.word[1] != other.word[1];
		}
		ok(differs, "%zu bytes differ from all shorter ones", a);
	}
	return tap_done();
}
