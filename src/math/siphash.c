/*-------------------------------------------------------------------------
 *
 * siphash.c
 *	  SipHash-2-4 with a result of 128 bits.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#include "siphash.h"

/* The four words that the bytes are mixed into. */
typedef struct SipState
{
	uint64_t	v[4];
} SipState;

static inline uint64_t
rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

/* The SipRound of the paper, so many times. */
static inline void
sip_rounds(SipState *state, int rounds)
{
	uint64_t   *v = state->v;

	for (int i = 0; i < rounds; i++)
	{
		v[0] += v[1];
		v[1] = rotate(v[1], 13) ^ v[0];
		v[0] = rotate(v[0], 32);
		v[2] += v[3];
		v[3] = rotate(v[3], 16) ^ v[2];
		v[0] += v[3];
		v[3] = rotate(v[3], 21) ^ v[0];
		v[2] += v[1];
		v[1] = rotate(v[1], 17) ^ v[2];
		v[2] = rotate(v[2], 32);
	}
}

static inline void
sip_word(SipState *state, uint64_t word)
{
	state->v[3] ^= word;
	sip_rounds(state, 2);
	state->v[0] ^= word;
}

/* Up to eight bytes as a word, the first one lowest, on any machine. */
static inline uint64_t
read_word(const unsigned char *bytes, size_t count)
{
	uint64_t	word = 0;

	for (size_t i = 0; i < count; i++)
		word |= (uint64_t) bytes[i] << (8 * i);
	return word;
}

/*
 * The hash of so many bytes under a key of two words.
 */
SipHash
siphash_128(const void *bytes, size_t length, uint64_t key_one,
			uint64_t key_two)
{
	const unsigned char *next = bytes;
	size_t		left = length;
	SipHash		hash;
	SipState	state = {{
			key_one ^ UINT64_C(0x736f6d6570736575),
			key_two ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
			key_one ^ UINT64_C(0x6c7967656e657261),
			key_two ^ UINT64_C(0x7465646279746573)
	}};

	for (; left >= 8; left -= 8, next += 8)
		sip_word(&state, read_word(next, 8));
	sip_word(&state, read_word(next, left) | (uint64_t) length << 56);

	state.v[2] ^= 0xee;
	sip_rounds(&state, 4);
	hash.word[0] = state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3];
	state.v[1] ^= 0xdd;
	sip_rounds(&state, 4);
	hash.word[1] = state.v[0] ^ state.v[1] ^ state.v[2] ^ state.v[3];
	return hash;
}
