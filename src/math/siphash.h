/*-------------------------------------------------------------------------
 *
 * siphash.h
 *	  SipHash-2-4 with a result of 128 bits.
 *
 * Aumasson & Bernstein, "SipHash: a fast short-input PRF" (2012); the longer
 * result is that of the authors' reference code.  It reads bytes in the same
 * order on every machine, so what it gives can be stored and sent.
 *
 * Copyright (c) 2026, the cx_metrics developers
 *
 *-------------------------------------------------------------------------
 */
#ifndef CX_SIPHASH_H
#define CX_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct SipHash
{
	uint64_t	word[2];
} SipHash;

extern SipHash siphash_128(const void *bytes, size_t length,
						   uint64_t key_one, uint64_t key_two);

#endif							/* CX_SIPHASH_H */
