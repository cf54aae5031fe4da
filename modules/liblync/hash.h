/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * FNV-1a, 64 bits: spreads keys over tables and compares what was generated with what it was generated from.
 * No defence against somebody who looks for collisions: its input is the operator's own plan.
 */
#ifndef LIBLYNC_HASH_H
#define LIBLYNC_HASH_H

#include <stdint.h>

#include "liblync/slice.h"

#define LY_HASH_START UINT64_C(0xcbf29ce484222325)

/* The hash so far, continued over one byte. Start with LY_HASH_START. */
static inline uint64_t ly_hash_byte(uint64_t hash, unsigned char byte)
{
	return (hash ^ byte) * UINT64_C(0x100000001b3);
}

/* The hash so far, continued over text. */
static inline uint64_t ly_hash(uint64_t hash, ly_slice_t text)
{
	for(size_t i = 0; i < text.len; i++)
		hash = ly_hash_byte(hash, (unsigned char)text.s[i]);
	return hash;
}

/* Spreads what differs in a few bits over all of them (the finaliser of SplitMix64). */
static inline uint64_t ly_hash_mix(uint64_t hash)
{
	hash = (hash ^ hash >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	hash = (hash ^ hash >> 27) * UINT64_C(0x94d049bb133111eb);
	return hash ^ hash >> 31;
}

#endif
